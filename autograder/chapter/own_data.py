"""Cells of own data, and of what a model answer shows: what is refused of them before anything runs."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

from autograder.chapter.grading_cells import parse
from autograder.chapter.percent import Cell
from autograder.model.own_data import NAME, ROLE


def refuse_odd_own_data(cells: Sequence[Cell], functions: Collection[str]) -> None:
    """Raise AuthoringError for data that are nobody's question, or made of something else than the number and setup.

    `functions` are those of the chapter's answers.
    """
    asked = {cell.name: cell for cell in cells if cell.role in ("answer", "written")}
    for cell in cells:
        if cell.role == "worked" and (cell.name not in asked or asked[cell.name].role != "written"):
            raise cell.fault(f"there is no question {cell.name!r}, whose model answer could show this")
        if cell.role != ROLE:
            continue
        if cell.name not in asked:
            raise cell.fault(f"there is no exercise or question {cell.name!r} that these data belong to")
        if cell.extra != asked[cell.name].extra:
            raise cell.fault(f"{cell.name!r} and its own data are left out together: give both `extra`, or neither")
        names = [node for node in ast.walk(parse(cell)) if isinstance(node, ast.Name)]
        if not any(node.id == NAME and isinstance(node.ctx, ast.Load) for node in names):
            raise cell.fault(f"own data are made from {NAME}, which this cell does not use")
        if any(node.id == NAME and not isinstance(node.ctx, ast.Load) for node in names):
            raise cell.fault(f"{NAME} is set by the notebook's own first line: leave it as it is")
        for name in sorted({node.id for node in names} & set(functions)):
            raise cell.fault(f"own data are made of the number and the setup alone: {name!r} is an answer")
