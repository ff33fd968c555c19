"""Reading the notebook that a course has released: which cells it has, and what each of them is.

The notebook is the teacher's: what is wrong with it is a sentence to the teacher, never a student's loss.
"""

from __future__ import annotations

import ast
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.grading.notebook import Notebook, NotebookUnreadable, read_notebook
from autograder.model.bank import Bank
from autograder.model.errors import UserError
from autograder.model.own_data import ROLE as OWN_DATA

HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
_LOCKED_CODE = {  # by role in the chapter
    "install": "install", "setup": "setup", "support": "setup", "demo": "demo", OWN_DATA: OWN_DATA,
}  # fmt: skip
_FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


class ReleaseUnusable(UserError):
    """The notebook that a course has released cannot be graded by; the message says what, where and what to do."""


@dataclass(frozen=True)
class ReleasedCell:
    """A cell of the release that has a grade_id: what it is there, whether a person marks it, the heading above it."""

    grade_id: str
    role: str
    source: str
    points: float
    marked: bool
    title: str


def released_cells(notebook: Notebook, bank: Bank, where: str) -> list[ReleasedCell]:
    """The labelled cells of the release of the bank's chapter.

    `where` is what a message calls the notebook.  Raises ReleaseUnusable for points that are no points, for a name that
    two cells have, and for a notebook that is no release of the chapter.
    """
    known = {cell.grade_id: cell.role for cell in bank.cells}
    cells = []
    heading = ""
    for cell in notebook.cells:
        if cell.kind == "markdown" and (found := HEADING.findall(_FENCED.sub("", cell.source))):
            heading = found[-1]
        grade_id, label = cell.grade_id, cell.label
        role = _role(cell.kind, label, known.get(grade_id, ""))
        if grade_id and role:
            points = label.get("points", 0) if label.get("grade") or label.get("task") else 0
            if isinstance(points, bool) or not isinstance(points, int | float) or not 0 <= points < math.inf:
                raise ReleaseUnusable(
                    f"the cell `{grade_id}` of {where} has {points!r} points: give it a number, 0 or more"
                )
            marked = role in ("written", "task") or bool(label.get("grade") and label.get("solution"))
            cells.append(ReleasedCell(grade_id, role, cell.source, float(points), marked, heading or grade_id))
    _refuse_another(bank, notebook, cells, where)
    return cells


def _role(kind: str, label: Mapping[str, Any], known: str) -> str:
    """What a cell is by its nbgrader metadata, and where that agrees with it, by the chapter; "" for the student's."""
    code = kind == "code"
    if label.get("task") or (label.get("grade") and not label.get("solution") and not code):
        return "task"
    if label.get("grade") and label.get("solution"):
        return "answer" if code else "written"
    if label.get("grade"):
        return "check" if known == "check" else "test"
    if label.get("solution"):
        return "answer" if code else "text"
    if label.get("locked"):
        return _LOCKED_CODE.get(known, "locked") if code else "text"
    return ""


def _refuse_another(bank: Bank, notebook: Notebook, cells: Sequence[ReleasedCell], where: str) -> None:
    """Raise ReleaseUnusable for what is no release of the chapter, or has two cells of one name."""
    named = notebook.assignment
    ours = {cell.grade_id for cell in bank.cells if cell.role in ("check", "written", "answer")}
    if named != bank.chapter and (named or (ours and not any(cell.grade_id in ours for cell in cells))):
        is_what = f"the notebook of {named}" if named else "another notebook"
        raise ReleaseUnusable(
            f"{where} is {is_what}, not of {bank.chapter}: put the right one into source/{bank.chapter}/ and run "
            f"`nbgrader generate_assignment {bank.chapter}`"
        )
    for grade_id, count in Counter(cell.grade_id for cell in cells).items():
        if count > 1:
            raise ReleaseUnusable(f"{count} cells of {where} are called `{grade_id}`: give each a name of its own")


def read_release(path: Path) -> Notebook:
    """The notebook at `path`.  Raises ReleaseUnusable."""
    try:
        return read_notebook(path.read_bytes())
    except OSError as error:
        raise ReleaseUnusable(f"{path} cannot be read: {error.strerror}") from error
    except NotebookUnreadable as error:
        raise ReleaseUnusable(f"{path} is no notebook: run `nbgrader generate_assignment` again") from error


def parse_cell(source: str) -> ast.Module:
    """The syntax tree of a code cell, in which magics and `!commands` are allowed.  Raises SyntaxError."""
    try:
        return ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager  # takes half a second: for magics alone

        return ast.parse(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]
