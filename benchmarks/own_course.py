"""A course that knows nothing of us, nbgrader's own example: `nbgrader autograde` beside `autograder grade`.

Both write the gradebook and the notebooks that formgrader shows.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
from rich.table import Table

from benchmarks.page import Shown

SUBMISSIONS = 16
ROUNDS = 6  # the same again under other names for ours, whose start-up would drown what a further one costs
ASSIGNMENT = "ps1"  # two notebooks
ANSWERS = {
    "squares": "def squares(n):\n    if n < 1:\n        raise ValueError\n    return [i**2 for i in range(1, n + 1)]",
    "sum_of_squares": "def sum_of_squares(n):\n    return sum(squares(n))",
}
Runner = Callable[[Path], Callable[..., float]]


def print_rows(console: Shown, work: Path, runner: Runner) -> None:
    """Measure and print, side by side."""
    course = _course(work, runner)
    copies = {name: Path(shutil.copytree(course, work / name)) for name in ("stock", "ours1", "ours2")}
    nbgrader = runner(copies["stock"])
    seconds = {
        "nbgrader autograde": (
            nbgrader("autograde", ASSIGNMENT, "--student=student00"),
            nbgrader("autograde", ASSIGNMENT, "--CourseDirectory.student_id_exclude=student00"),
        )
    }
    for workers in (1, 2):
        copy = copies[f"ours{workers}"]
        for folder in sorted((copy / "submitted").iterdir()):
            for number in range(1, ROUNDS):
                shutil.copytree(folder, folder.with_name(f"{folder.name}_{number}"))
            folder.rename(folder.with_name(f"{folder.name}_0"))
        seconds[f"autograder grade, {workers} worker{'s' if workers > 1 else ''}"] = (
            _grade(copy, workers, "--student", "student00_0"),
            _grade(copy, workers),
        )
    further = {name: (SUBMISSIONS if name.startswith("nbgrader") else SUBMISSIONS * ROUNDS) - 2 for name in seconds}
    each = {name: (rest - one) / further[name] for name, (one, rest) in seconds.items()}
    title = f"a course's own: 2 notebooks, {SUBMISSIONS} hand-ins (ours: {SUBMISSIONS * ROUNDS})"
    table = Table(title, "one, s", "all, s", "each, ms", "times faster")
    for name, (one, rest) in seconds.items():
        factor = each["nbgrader autograde"] / each[name]
        table.add_row(name, f"{one:.2f}", f"{one + rest:.2f}", f"{1000 * each[name]:.0f}", f"{factor:.1f}×")
    console.print(table)


def _course(work: Path, runner: Runner) -> Path:
    """nbgrader's example, handed in by everybody, each with bytes of their own."""
    work.mkdir()
    runner(work)("quickstart", "course")
    course = work / "course"
    runner(course)("generate_assignment", ASSIGNMENT)
    for number in range(SUBMISSIONS):
        folder = course / "submitted" / f"student{number:02d}" / ASSIGNMENT
        shutil.copytree(course / "release" / ASSIGNMENT, folder)
        for path in folder.glob("*.ipynb"):
            notebook = nbformat.read(path, as_version=4)
            for cell in notebook.cells:
                answer = ANSWERS.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
                cell.source = f"{answer}\n# {number}" if cell.cell_type == "code" and answer != cell.source else answer
            nbformat.write(notebook, path)
    return course


def _grade(course: Path, workers: int, *arguments: str) -> float:
    """Seconds of the whole command; what an earlier one has graded it does not grade again."""
    command = [sys.executable, "-m", "autograder", "grade", "submitted", "--gradebook", ".", "--workers", str(workers)]
    started = time.perf_counter()
    done = subprocess.run([*command, *arguments], cwd=course, env=dict(os.environ), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return time.perf_counter() - started
