"""nbgrader's exchange, all the way: released, fetched, handed in, collected, graded by ours, and feedback fetched."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from support import REPOSITORY, TINY, Run

from autograder.nbgrader_bridge.course import new_course

MEAN = "def line_loss(w, b, X, y):\n    return np.mean((X @ w + b - y) ** 2)"


@pytest.fixture
def nbgrader(tmp_path: Path) -> Callable[..., None]:
    """Run a command of nbgrader's in a folder, as a person whose cache is in a home of their own."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(REPOSITORY), "HOME": str(tmp_path)}

    def command(folder: Path, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    return command


@pytest.mark.slow
@pytest.mark.parametrize("collected_by", ["nbgrader", "autograder"])
def test_feedback_finds_its_way_back_through_the_exchange(
    run: Run, nbgrader: Callable[..., None], course_copy: Path, tmp_path: Path, collected_by: str
) -> None:
    course, student, exchange = tmp_path / "class", tmp_path / "student", tmp_path / "exchange"
    new_course(course, source_course=course_copy, language="en")
    exchange.mkdir(mode=0o777)
    exchange.chmod(0o777)
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"c.Exchange.root = {str(exchange)!r}\n")
    student.mkdir()
    (student / "nbgrader_config.py").write_text((course / "nbgrader_config.py").read_text())

    nbgrader(course, "release_assignment", TINY)
    nbgrader(student, "fetch_assignment", TINY)
    file = student / TINY / f"{TINY}.ipynb"
    notebook = nbformat.read(file, as_version=4)
    next(cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id == "line_loss").source = MEAN
    nbformat.write(notebook, file)
    nbgrader(student, "submit", TINY)

    if collected_by == "nbgrader":
        nbgrader(course, "collect", TINY)
    else:
        assert run("collect", exchange / "class" / "inbound", "--into", course)[0] == 0
    assert run("grade", course / "submitted", "--gradebook", course, "--workers", 1)[0] == 0
    nbgrader(course, "generate_feedback", TINY)
    nbgrader(course, "release_feedback", TINY)
    nbgrader(student, "fetch_feedback", TINY)
    (page,) = student.rglob("*.html")
    assert "Not right yet" in page.read_text()
