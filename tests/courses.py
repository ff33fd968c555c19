"""A teacher's changes to an nbgrader course: own points, questions, helpers and tests, released by nbgrader itself."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from sqlalchemy.exc import SAWarning
from support import TINY

from autograder.nbgrader_bridge.course_folder import load_course_directory
from autograder.nbgrader_bridge.database import own_commands_on_path

SQUARE = "def square(x):\n    ### BEGIN SOLUTION\n    return x * x\n    ### END SOLUTION\n"
RIGHT_SQUARE = "def square(x):\n    return x * x\n"
HIDDEN = "assert square(3) == 9\n### BEGIN HIDDEN TESTS\nassert square(-2) == 4\n### END HIDDEN TESTS\n"
OWN = {
    "square": RIGHT_SQUARE,
    "opinion": "Because it is steep.",
    "plot_it": "curve = [square(x) for x in range(3)]\n",
}  # right answers to the teacher's own cells


def own_cell(kind: str, grade_id: str, source: str, points: float | None = None, **flags: bool) -> NotebookNode:
    """A cell with nbgrader's metadata; flags are grade, solution, locked and task."""
    metadata: dict[str, Any] = {
        "schema_version": 3, "grade_id": grade_id, "cell_type": kind,
        **{flag: flags.get(flag, False) for flag in ("grade", "solution", "locked", "task")},
    }  # fmt: skip
    if points is not None:
        metadata["points"] = points
    new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    cell: NotebookNode = new(source, metadata={"nbgrader": metadata})
    return cell


def own_test(grade_id: str, source: str, points: float) -> NotebookNode:
    return own_cell("code", grade_id, source, points, grade=True, locked=True)


def label(cell: Mapping[str, Any]) -> Any:
    return cell["metadata"].get("nbgrader", {})


def at(notebook: Any, grade_id: str) -> int:
    """The place of a cell in the notebook."""
    return next(place for place, cell in enumerate(notebook["cells"]) if label(cell).get("grade_id") == grade_id)


def cell_of(notebook: Any, grade_id: str) -> Any:
    return notebook["cells"][at(notebook, grade_id)]


def insert_after(notebook: Any, grade_id: str, *cells: NotebookNode) -> None:
    place = at(notebook, grade_id) + 1
    notebook["cells"][place:place] = cells


def drop(notebook: Any, *grade_ids: str) -> None:
    for grade_id in grade_ids:
        del notebook["cells"][at(notebook, grade_id)]


def teach(notebook: NotebookNode) -> None:
    """What a teacher does to the small chapter: 5 points for an exercise, a helper, an answer, tests, questions."""
    label(cell_of(notebook, "check_line_loss"))["points"] = 5
    insert_after(
        notebook,
        "check_line_loss",
        own_cell("markdown", "own_text", "## 1.7 Squares\n\nWrite `square`.", locked=True),
        own_cell("code", "helper", "def nearly(a, b):\n    return abs(a - b) < 1e-9", locked=True),
        own_cell("code", "square", SQUARE, solution=True),
        own_test("test_square", HIDDEN, 2),
        own_test("test_loss", "assert nearly(line_loss(np.ones(1), 0.0, np.ones((1, 1)), np.zeros(1)), 1.0)", 3),
        own_test("test_steps", "1.5 if square(2) == 4 else 0", 4),
        own_cell("markdown", "opinion", "YOUR ANSWER HERE", 3, grade=True, solution=True),
        own_cell("code", "plot_it", "curve = ...", 2, grade=True, solution=True),
        own_cell("markdown", "explore", "### Explore\n\nTry another data set.", 4, task=True, locked=True),
    )


def change_source(course: Path, edit: Callable[[NotebookNode], object], assignment: str = TINY) -> None:
    """Change the instructor's notebook in source/."""
    path = course / "source" / assignment / f"{assignment}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    edit(notebook)
    nbformat.write(notebook, path)


def generate(course: Path, assignment: str = TINY) -> Path:
    """`nbgrader generate_assignment`; returns the released notebook."""
    coursedir, config = load_course_directory(course)
    with own_commands_on_path(), warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        result = NbGraderAPI(coursedir=coursedir, config=config).generate_assignment(assignment, force=True)
    assert result["success"], result
    return course / "release" / assignment / f"{assignment}.ipynb"


def source_cells(course: Path, assignment: str = TINY) -> dict[str, str]:
    """What the gradebook holds of each cell, hidden tests included."""
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        return {cell.name: cell.source for cell in gradebook.find_notebook(assignment, assignment).source_cells}


def answer(
    release: Path,
    path: Path,
    answers: Mapping[str, str],
    edit: Callable[[dict[str, Any]], object] | None = None,
) -> Path:
    """A submission made of the released notebook; `edit` changes its JSON data in place."""
    data = json.loads(release.read_text(encoding="utf-8"))
    for cell in data["cells"]:
        if label(cell).get("grade_id") in answers:
            cell["source"] = answers[label(cell)["grade_id"]]
    if edit is not None:
        edit(data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path
