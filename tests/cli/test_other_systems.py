"""On Windows and macOS: what students and authors do works, and what needs Linux says so in one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support import COURSE, REPOSITORY, TINY

PROGRAM = Path(__file__).with_name("other_system.py")
SYSTEMS = ("win32", "darwin")
CHECK = """
from autograder import check
def line_loss(w, b, X, y):
    return ((X @ w + b - y) ** 2).sum()
print(check("line_loss"))
"""


def run(system: str, *arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROGRAM), system, *map(str, arguments)], cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "300"},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return Path(shutil.copytree(COURSE, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__")))


@pytest.mark.parametrize(
    "system",
    [
        pytest.param(
            system,
            marks=pytest.mark.skipif(
                system == "win32" and sys.version_info >= (3, 13),
                reason="nbgrader's release does not stand this imitation of Windows on Python 3.13",
            ),
        )
        for system in SYSTEMS
    ],
)
def test_an_author_builds_makes_a_course_and_a_student_checks(system: str, course: Path) -> None:
    built = run(system, "build", cwd=course)
    assert (built.returncode, f"{TINY}: 4 files changed" in built.stderr) == (0, True), built.stderr
    made = run(system, "new", "my-course", cwd=course)
    assert made.returncode == 0, made.stderr
    folder = course / "my-course" / "release" / TINY
    assert (folder / f"{TINY}.ipynb").is_file()
    checked = run(system, "-c", CHECK, cwd=folder)
    assert "Every public check passed" in checked.stdout, checked.stderr


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_needs_linux_says_so_in_one_sentence(system: str, course: Path) -> None:
    for arguments in (("grade", "x", "--out", "y"), ("demo",)):
        done = run(system, *arguments, cwd=course)
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert "needs Linux: use WSL on Windows, a container, or a Linux server" in line
    sandbox = run(system, "-c", "import autograder.sandbox", cwd=course)
    assert "NeedsLinux: grading needs Linux" in sandbox.stderr.splitlines()[-1]


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_author_computes_proves_and_is_told_what_is_missing(system: str, course: Path) -> None:
    assert run(system, "bank", cwd=course).returncode == 0
    proven = run(system, "verify", "--draws", "1", cwd=course)
    assert (proven.returncode, TINY in proven.stdout) == (0, True), proven.stderr
    looked = run(system, "doctor", cwd=course)
    assert looked.returncode == 1
    assert "grading needs Linux" in looked.stdout
    assert "Traceback" not in looked.stderr
