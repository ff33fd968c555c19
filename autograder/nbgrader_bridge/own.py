"""Which assignments of a course have nothing of ours and are graded all the same, and what is needed for that."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from nbgrader.preprocessors import Execute, IgnorePattern

from autograder.grading.notebook import notebook_at
from autograder.grading.own_notebooks import OwnSource
from autograder.nbgrader_bridge.course_folder import NbgraderCourse
from autograder.nbgrader_bridge.ours import claimed_assignment

_PYTHON = ("", "python")  # what a kernel speaks, as far as a notebook says
_UNBOUNDED = 300.0  # seconds of a cell, where the course sets no limit: a class is to be graded today


def released_notebooks(course: NbgraderCourse, assignment: str) -> dict[str, Path]:
    """The notebooks of an assignment that students receive, by name."""
    folder = course.folder_of(course.coursedir.release_directory, assignment)
    return {path.stem: path for path in sorted(folder.glob("*.ipynb")) if not path.name.startswith(".")}


def own_assignments(course: NbgraderCourse, ours: Collection[str]) -> list[str]:
    """Assignments of the course without a bank that our sandbox grades by what the course has released."""
    return [name for name in sorted(course.assignments() - set(ours)) if not why_not(course, name)]


def why_not(course: NbgraderCourse, assignment: str) -> str:
    """Why an assignment without a bank cannot be graded here, and what to do; "" where it can."""
    released = released_notebooks(course, assignment)
    if not released:
        return f"it has no notebook in release/: run `nbgrader generate_assignment {assignment}` in {course.folder}"
    for name, path in released.items():
        if claimed := claimed_assignment(course.coursedir, assignment, name):
            return f"{name}.ipynb in it is the notebook of {claimed}, which has no bank here"
        notebook = notebook_at(path)
        if notebook is not None and notebook.kernel not in _PYTHON:
            return (
                f"{name}.ipynb is written in {notebook.kernel} and only Python runs here: `nbgrader autograde "
                f"{assignment}` in {course.folder} grades it, without a sandbox"
            )
    return ""


def own_source(course: NbgraderCourse, assignment: str) -> OwnSource:
    """What the bank of such an assignment is made of, with the course's configuration of nbgrader's own autograde."""
    released = released_notebooks(course, assignment)
    execute, pattern = Execute(config=course.config), IgnorePattern(config=course.config)
    master = course.folder_of(course.coursedir.source_directory, assignment)
    if not master.is_dir():
        master = course.folder_of(course.coursedir.release_directory, assignment)
    limit = execute.timeout
    return OwnSource(
        assignment,
        released,
        {name: course.full_sources(assignment, name) for name in released},
        beside=master,
        ignored_files=tuple(course.coursedir.ignore),
        theirs=tuple(course.config.Autograde.get("exclude_overwriting", {}).get(assignment, ())),
        seconds=float(limit) if limit and limit > 0 else _UNBOUNDED,
        ignored=pattern.pattern if pattern.enabled else "",
    )
