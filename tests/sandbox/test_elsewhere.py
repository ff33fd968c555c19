"""Machines that this one can imitate: a container's root and users, and the root of a user namespace."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import REPOSITORY, TINY, without_progress

from autograder.sandbox import advice

PROGRAM = Path(__file__).with_name("elsewhere.py")
SYSTEM_PYTHON = f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"  # where everybody may enter
PACKAGES = next(entry for entry in sys.path if entry.endswith("site-packages"))

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can imitate other machines")


def run(machine: str, *command: object, python: str = sys.executable, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run Python there, by default the one of these tests."""
    path = os.pathsep.join((str(REPOSITORY), PACKAGES))
    return subprocess.run(
        [sys.executable, str(PROGRAM), machine, "--", python, *map(str, command)], cwd=cwd,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "300", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, timeout=240, check=False,
    )  # fmt: skip


def somebody_may_enter(path: str) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in Path(path).resolve().parents)


@pytest.fixture
def course(bank_dir: Path, hand_in: Callable[..., Path]) -> Iterator[Path]:
    """A bank and a submission in a folder that everybody may read and write."""
    folder = Path("/tmp") / f"autograder-elsewhere-{os.getpid()}"
    shutil.copytree(bank_dir, folder / "bank" / TINY)
    hand_in(folder / "ada.ipynb")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o644)
    yield folder
    shutil.rmtree(folder)


needs_open_python = pytest.mark.skipif(
    not (os.access(SYSTEM_PYTHON, os.X_OK) and somebody_may_enter(PACKAGES) and somebody_may_enter(str(REPOSITORY))),
    reason=f"needs {SYSTEM_PYTHON}, and packages and a clone that every user may read",
)


@needs_open_python
@pytest.mark.parametrize(
    ("machine", "backend"),
    [("docker", "landlock"), ("docker,user", "landlock"), ("user,namespace", "bubblewrap"), ("user", "bubblewrap")],
)
def test_the_strongest_backend_that_works_there_grades(machine: str, backend: str, course: Path) -> None:
    done = run(machine, "-m", "autograder", "grade", "ada.ipynb", "--out", "graded", "--workers", "1", "--json",
               python=SYSTEM_PYTHON, cwd=course)  # fmt: skip
    assert done.returncode == 0, done.stderr
    (graded,) = json.loads(done.stdout)["submissions"]
    assert (graded["outcome"], graded["rung"]) == ("GRADED", backend)
    assert {entry["outcome"] for entry in graded["exercises"]} == {"PASSED", "NOT_ATTEMPTED"}  # an essay is not written


@needs_open_python
def test_a_container_is_not_told_of_switches_that_it_has_not(course: Path) -> None:
    done = run("docker", "-m", "autograder", "doctor", "--json", python=SYSTEM_PYTHON, cwd=course)
    found = json.loads(done.stdout)
    assert (done.returncode, found["ok"], found["rung"]) == (0, True, "landlock")
    bubblewrap = found["rungs"][0]
    assert bubblewrap["works"] is False
    assert "a filter of this container refuses namespaces" in bubblewrap["advice"]
    assert "sysctl" not in bubblewrap["advice"]
    assert "install bubblewrap" not in bubblewrap["advice"]


@pytest.mark.skipif(somebody_may_enter(sys.base_prefix), reason="this Python is where everybody may enter")
def test_python_behind_roots_folder_without_a_way_is_said(course: Path) -> None:
    done = run("docker", "-m", "autograder", "grade", "ada.ipynb", "--out", "graded", "--workers", "2", cwd=course)
    assert done.returncode == 2
    (line,) = without_progress(done.stderr)
    assert line.startswith("error: only root may enter ")
    assert line.count("To do: ") == 1
    assert line.count("run autograder as an ordinary user") == 1
    looked = run("docker", "-m", "autograder", "doctor", cwd=course)
    assert looked.returncode == 1
    assert "install Python and autograder outside " in looked.stdout


def test_a_strict_umask_of_root_closes_no_way(course: Path) -> None:
    before = os.umask(0o077)
    try:
        looked = run("root", "-m", "autograder", "doctor", "--json", cwd=course)
    finally:
        os.umask(before)
    found = json.loads(looked.stdout)["rungs"]
    assert {rung["name"]: rung["works"] for rung in found if rung["name"] != "none"} == {
        "bubblewrap": True,
        "landlock": True,
    }


def test_root_that_cannot_be_anybody_else_is_one_sentence(course: Path) -> None:
    done = run("namespace", "-m", "autograder", "grade", "ada.ipynb", "--out", "graded", cwd=course)
    assert done.returncode == 2
    (line,) = without_progress(done.stderr)
    assert "there is no other user here whom student code could run as" in line
    assert advice.AS_ORDINARY_USER in line
    looked = run("namespace", "-m", "autograder", "doctor", cwd=course)
    assert (looked.returncode, looked.stderr) == (1, "")
    assert looked.stdout.count("✗") == 2


def switches(monkeypatch: pytest.MonkeyPatch, folder: Path, **values: str) -> None:
    """A /proc of another machine."""
    real = advice._read
    monkeypatch.setattr(advice, "_read", lambda path: values.get(path.name, "") if "sys" in path.parts else real(path))


def test_a_switch_is_named_where_it_is_closed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    switches(monkeypatch, tmp_path, apparmor_restrict_unprivileged_userns="1")
    assert advice.for_bubblewrap() == "as root: sysctl -w kernel.apparmor_restrict_unprivileged_userns=0"
    switches(monkeypatch, tmp_path, unprivileged_userns_clone="0", max_user_namespaces="0")
    assert advice.for_bubblewrap().count("sysctl -w") == 2
    switches(monkeypatch, tmp_path, apparmor_restrict_unprivileged_userns="0", max_user_namespaces="9000")
    assert "sysctl" not in advice.for_bubblewrap()
    monkeypatch.setenv("PATH", "/nowhere")
    assert "install bubblewrap" in advice.for_bubblewrap()


def test_a_kernel_without_landlock_is_told_apart_from_one_that_has_it_switched_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platform.release", lambda: "5.15.0-91-generic")
    assert advice.for_landlock(1, 0) == "use Linux 6.2 or later: this is 5.15.0-91-generic"
    assert "6.2 or later" in advice.for_landlock(0, 38)
    monkeypatch.setattr("platform.release", lambda: "6.8.0-1-generic")
    assert "kernel parameter lsm=" in advice.for_landlock(0, 95)
    assert "6.2" not in advice.for_landlock(0, 38)
