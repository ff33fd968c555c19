"""Reading the notebook that a course has released: which cells it has, and what each of them is.

The notebook is the teacher's: what is wrong with it is a sentence to the teacher, never a student's loss.
"""

from __future__ import annotations

import ast
import json
import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.model.bank import Bank
from autograder.model.errors import UserError

_HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.MULTILINE)
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


def released_cells(notebook: Mapping[str, Any], bank: Bank, where: str) -> list[ReleasedCell]:
    """The labelled cells of the release of the bank's chapter.

    `where` is what a message calls the notebook.  Raises ReleaseUnusable for points that are no points, for a name that
    two cells have, and for a notebook that is no release of the chapter.
    """
    known = {cell.grade_id: cell.role for cell in bank.cells}
    cells = []
    heading = ""
    for cell in notebook["cells"]:
        source = source_of(cell)
        if cell.get("cell_type") == "markdown" and (found := _HEADING.findall(_FENCED.sub("", source))):
            heading = found[-1]
        label = cell.get("metadata", {}).get("nbgrader") or {}
        grade_id = label.get("grade_id") or ""
        role = _role(cell.get("cell_type", ""), label, known.get(grade_id, ""))
        if grade_id and role:
            points = label.get("points", 0) if label.get("grade") or label.get("task") else 0
            if isinstance(points, bool) or not isinstance(points, int | float) or not 0 <= points < math.inf:
                raise ReleaseUnusable(
                    f"the cell `{grade_id}` of {where} has {points!r} points: give it a number, 0 or more"
                )
            marked = role in ("written", "task") or bool(label.get("grade") and label.get("solution"))
            cells.append(ReleasedCell(grade_id, role, source, float(points), marked, heading or grade_id))
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
        return {"setup": "setup", "support": "setup", "demo": "demo"}.get(known, "locked") if code else "text"
    return ""


def _refuse_another(bank: Bank, notebook: Mapping[str, Any], cells: Sequence[ReleasedCell], where: str) -> None:
    """Raise ReleaseUnusable for what is no release of the chapter, or has two cells of one name."""
    own = notebook.get("metadata", {}).get("autograder") or {}
    named = own.get("assignment")
    ours = {cell.grade_id for cell in bank.cells if cell.role in ("check", "written", "answer")}
    if named not in (None, bank.chapter) or (named is None and not any(cell.grade_id in ours for cell in cells)):
        is_what = f"the notebook of {named}" if named else "another notebook"
        raise ReleaseUnusable(
            f"{where} is {is_what}, not of {bank.chapter}: put the right one into source/{bank.chapter}/ and run "
            f"`nbgrader generate_assignment {bank.chapter}`"
        )
    for grade_id, count in Counter(cell.grade_id for cell in cells).items():
        if count > 1:
            raise ReleaseUnusable(f"{count} cells of {where} are called `{grade_id}`: give each a name of its own")


def read_release(path: Path) -> dict[str, Any]:
    """The notebook at `path` as JSON data.  Raises ReleaseUnusable."""
    try:
        notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ReleaseUnusable(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise ReleaseUnusable(f"{path} is no notebook: run `nbgrader generate_assignment` again") from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        raise ReleaseUnusable(f"{path} is no notebook: run `nbgrader generate_assignment` again")
    return notebook


def parse_cell(source: str) -> ast.Module:
    """The syntax tree of a code cell, in which magics and `!commands` are allowed.  Raises SyntaxError."""
    try:
        return ast.parse(source)
    except SyntaxError:
        from IPython.core.inputtransformer2 import TransformerManager  # takes half a second: for magics alone

        return ast.parse(TransformerManager().transform_cell(source))  # type: ignore[no-untyped-call]


def source_of(cell: Mapping[str, Any]) -> str:
    """The source of a cell of a notebook's JSON, which is text or a list of lines; "" for anything else."""
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def kit_metadata(notebook: Path) -> Mapping[str, Any]:
    """What a notebook's file says of itself where it is of the kit (assignment, language); {} for any other file."""
    try:
        own = json.loads(notebook.read_bytes())["metadata"]["autograder"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return own if isinstance(own, dict) else {}
