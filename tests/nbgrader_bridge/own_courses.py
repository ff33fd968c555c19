"""Courses that know nothing of us, handed in by a few students: what nbgrader's documentation shows, group by group."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from courses import own_cell, own_test
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from sqlalchemy.exc import SAWarning

from autograder.nbgrader_bridge.course_folder import load_course_directory
from autograder.nbgrader_bridge.database import own_commands_on_path

CONFIG = """
c = get_config()
c.ClearSolutions.code_stub = {"python": "# YOUR CODE HERE\\nraise NotImplementedError()"}
c.Execute.timeout = 2
c.LateSubmissionPlugin.penalty_method = "zero"
c.IgnorePattern.enabled = True
c.IgnorePattern.pattern = "harmless"
c.Autograde.exclude_overwriting = {"data": ["theirs.txt"]}
"""
STOCK_RUN = """
import sys
from nbgrader.apps.api import NbGraderAPI
from autograder.nbgrader_bridge.course_folder import load_course_directory
coursedir, config = load_course_directory(__import__("pathlib").Path("."))
for assignment in sys.argv[1:]:
    result = NbGraderAPI(coursedir=coursedir, config=config).autograde(assignment, "*")
    assert result["success"], result
"""
PLUGINS = """
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata
from autograder.nbgrader_bridge import AutograderExecute, AutograderExporter, AutograderSave
c.Autograde.exporter_class = AutograderExporter
c.Autograde.autograde_preprocessors = [AutograderExecute, AutograderSave, AssignLatePenalties, CheckCellMetadata]
"""

Edit = Callable[[dict[str, Any]], object]
Entry = tuple[float | None, bool, float]  # automatic score, whether a person is needed, maximum
Key = tuple[str, str, str, str]  # assignment, student, notebook, cell


@dataclass(frozen=True)
class HandedIn:
    """What a student handed in: answers by grade_id, further files, notebooks that are edited or left out."""

    answers: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    edits: Mapping[str, Edit] = field(default_factory=dict)
    without: Sequence[str] = ()
    timestamp: str = ""


@dataclass(frozen=True)
class Assignment:
    """Notebooks by name, further files beside them in source/, and what students handed in."""

    notebooks: Mapping[str, Sequence[NotebookNode]]
    students: Mapping[str, HandedIn]
    files: Mapping[str, str] = field(default_factory=dict)


def plain(source: str, **metadata: Any) -> NotebookNode:
    """A code cell that nbgrader knows nothing of."""
    cell: NotebookNode = nbformat.v4.new_code_cell(source, metadata=metadata)
    return cell


def answer_cell(grade_id: str, solution: str) -> NotebookNode:
    return own_cell("code", grade_id, f"### BEGIN SOLUTION\n{solution}\n### END SOLUTION", solution=True)


def graded_cell(grade_id: str, shown: str, hidden: str = "", points: float = 1) -> NotebookNode:
    more = f"\n### BEGIN HIDDEN TESTS\n{hidden}\n### END HIDDEN TESTS" if hidden else ""
    return own_test(grade_id, shown + more, points)


def quickstart(folder: Path) -> Path:
    """nbgrader's own example course."""
    subprocess.run([sys.executable, "-m", "nbgrader", "quickstart", folder.name], cwd=folder.parent, check=True)
    return folder


def add_to(folder: Path, assignments: Mapping[str, Assignment]) -> None:
    """Give a course these assignments, released by nbgrader and handed in."""
    for name, assignment in assignments.items():
        source = folder / "source" / name
        for notebook, cells in assignment.notebooks.items():
            source.mkdir(parents=True, exist_ok=True)
            made = nbformat.v4.new_notebook(cells=list(cells))
            made.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
            nbformat.write(made, source / f"{notebook}.ipynb")
        write_files(source, assignment.files)
    release(folder, assignments)
    for name, assignment in assignments.items():
        for student, work in assignment.students.items():
            hand_in(folder, name, student, work)


def release(folder: Path, assignments: Sequence[str] | Mapping[str, Any]) -> None:
    coursedir, config = load_course_directory(folder)
    with own_commands_on_path(), warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        for name in assignments:
            result = NbGraderAPI(coursedir=coursedir, config=config).generate_assignment(name, force=True)
            assert result["success"], result


def write_files(folder: Path, files: Mapping[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)


def hand_in(course: Path, assignment: str, student: str, work: HandedIn) -> Path:
    """The student's folder in submitted/."""
    folder = course / "submitted" / student / assignment
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(course / "release" / assignment, folder)
    for path in folder.glob("*.ipynb"):
        if path.stem in work.without:
            path.unlink()
            continue
        data = json.loads(path.read_text())
        for cell in data["cells"]:
            grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id")
            cell["source"] = work.answers.get(f"{path.stem}/{grade_id}", work.answers.get(grade_id, cell["source"]))
        work.edits.get(path.stem, lambda data: None)(data)
        path.write_text(json.dumps(data))
    write_files(folder, work.files)
    if work.timestamp:
        (folder / "timestamp.txt").write_text(work.timestamp)
    return folder


def stock_autograde(course: Path, assignments: Sequence[str]) -> None:
    """Grade all of them as nbgrader does by itself, in one process."""
    done = subprocess.run(
        [sys.executable, "-c", STOCK_RUN, *assignments], cwd=course, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stderr[-3000:]


def entries(course: Path) -> dict[Key, Entry]:
    """What the gradebook holds of every cell with points that was handed in."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return {
            (submission.assignment.name, submission.student.id, notebook.name, grade.name): (
                grade.auto_score,
                bool(grade.needs_manual_grade),
                grade.max_score,
            )
            for assignment in book.assignments
            for submission in assignment.submissions
            for notebook in submission.notebooks
            for grade in notebook.grades
        }


def penalties(course: Path) -> dict[tuple[str, str, str], float | None]:
    """What being late costs, by assignment, student and notebook."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as book:
        return {
            (submission.assignment.name, submission.student.id, notebook.name): notebook.late_submission_penalty
            for assignment in book.assignments
            for submission in assignment.submissions
            for notebook in submission.notebooks
        }


def autograded(course: Path, student: str, assignment: str, notebook: str) -> NotebookNode:
    path = course / "autograded" / student / assignment / f"{notebook}.ipynb"
    made: NotebookNode = nbformat.read(path, as_version=4)
    nbformat.validate(made)
    return made
