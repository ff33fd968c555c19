"""A chapter of two exercises and a question, handed in and graded: what the tests of the bridge work on."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import ClearSolutions, ComputeChecksums, LockCells

from autograder.grading.intake import take
from autograder.model.texts import part
from autograder.model.verdict import ExerciseVerdict, Finding, Outcome, Report, SubmissionOutcome
from autograder.nbgrader_bridge import (
    write_scores,
)
from autograder.nbgrader_bridge.database import own_commands_on_path

NAME = "ch01_regression"
PNG = "iVBORw0KGgo="


def cell(kind: str, source: str, grade_id: str, **nbgrader: Any) -> NotebookNode:
    make = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    own = {"grade": False, "solution": False, "locked": False, "task": False, "schema_version": 3, "cell_type": kind}
    return make(source, id=grade_id, metadata={"nbgrader": {**own, "grade_id": grade_id, **nbgrader}})


def answer(name: str, points: float) -> list[NotebookNode]:
    source = f"def {name}(x):\n    ### BEGIN SOLUTION\n    return x\n    ### END SOLUTION"
    check = cell("code", f'check("{name}")', f"check_{name}", grade=True, locked=True, points=points)
    return [cell("code", source, name, solution=True), check]


def source_notebook() -> NotebookNode:
    cells = [
        cell("markdown", "# Regression", "text_01", locked=True),
        cell("code", "import numpy as np", "setup_01", locked=True),
        *answer("linear_loss", 2),
        *answer("linear_grad", 3),
        cell("code", "plot()", "demo_01", locked=True),
        cell("markdown", "### BEGIN SOLUTION\nlong\n### END SOLUTION", "why", grade=True, solution=True, points=2),
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    own = {"assignment": NAME, "language": "en"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel, "autograder": own})


def release_notebook() -> NotebookNode:
    notebook, resources = source_notebook(), {}
    for step in (LockCells, ClearSolutions, ComputeChecksums):
        notebook, resources = step().preprocess(notebook, resources)
    return notebook


RELEASE = release_notebook()
NOTEBOOKS = {(NAME, "en"): RELEASE}
HINT = {"en": "The loss is a *sum*.", "zh": "损失是*总和*。"}
LOSS = ExerciseVerdict(
    "linear_loss", Outcome.PARTIAL, 0.7, 2, "mean_for_sum", HINT, (Finding("wrong_value", {"output": part("result")}),)
)
GRAD = ExerciseVerdict("linear_grad", Outcome.PASSED, 3, 3)
WHY = ExerciseVerdict("why", Outcome.AWAITING_MARKING, 0, 2)
REPORT = Report(
    "student01", NAME, "en", SubmissionOutcome.GRADED, "s" * 64, "b" * 64, "0.1.0", 0, exercises=(LOSS, GRAD, WHY)
)


def submission(**changes: str) -> NotebookNode:
    """A submission with answers; `changes` replaces the source of cells."""
    notebook = copy.deepcopy(RELEASE)
    sources = {"linear_loss": "def linear_loss(x):\n    return 1", "why": "Because.", **changes}
    for each in notebook.cells:
        each.source = sources.get(each.metadata.nbgrader.grade_id, each.source)
    return notebook


def submit(course: Path, student: str = "student01", notebook: NotebookNode | None = None, timestamp: str = "") -> Path:
    folder = course / "submitted" / student / NAME
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook or submission(), folder / f"{NAME}.ipynb")
    if timestamp:
        (folder / "timestamp.txt").write_text(timestamp)
    return folder / f"{NAME}.ipynb"


def carry(
    course: Path, *reports: Report, notebooks: Mapping[tuple[str, str], NotebookNode] = NOTEBOOKS
) -> tuple[str, ...]:
    """Write the scores of the files that lie in `submitted/`, as if they had just been graded."""
    places = [course / "submitted" / report.student / NAME / f"{NAME}.ipynb" for report in reports]
    digests = [take(place).digest if "\0" not in str(place) else "" for place in places]
    graded_now = [replace(report, submission=digest) for report, digest in zip(reports, digests, strict=True)]
    return write_scores(course, graded_now, notebooks)


pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands


def gradebook(course: Path) -> Gradebook:
    with own_commands_on_path():
        return Gradebook(f"sqlite:///{course}/gradebook.db", "ml")


def grades(course: Path, student: str = "student01") -> dict[str, tuple[float | None, float | None, bool]]:
    with gradebook(course) as book:
        entry = book.find_submission_notebook(NAME, NAME, student)
        return {g.name: (g.auto_score, g.manual_score, g.needs_manual_grade) for g in entry.grades}


def autograded(course: Path, student: str = "student01") -> NotebookNode:
    return nbformat.read(course / "autograded" / student / NAME / f"{NAME}.ipynb", as_version=4)


def by_id(notebook: NotebookNode) -> dict[str, NotebookNode]:
    return {each.metadata.nbgrader.grade_id: each for each in notebook.cells if "nbgrader" in each.metadata}


def link_to(place: Path, target: Path) -> None:
    place.unlink(missing_ok=True)
    place.symlink_to(target)
