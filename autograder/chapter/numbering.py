"""Numbers of exercises, in headings and wherever one is referred to: they come from the names of a chapter's files.

An author writes `## {n} The loss` in 03_linear_loss.py and `{ref:linear_loss}` anywhere in the chapter: both are 1.3.
`{points}` in a text is what the chapter pays, bonus left aside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from autograder.chapter.percent import ROLES, Cell
from autograder.chapter.sections import name_of

NUMBER = re.compile(r"^(#+ +)\{n\}", re.MULTILINE)  # in headings alone: \sum_{n} is a formula
POINTS = "{points}"
REFERENCE = re.compile(r"\{ref *[:：] *([^{}\n]*)\}?")  # whatever looks like one, so that a slip is found


def number_of(file: Path) -> str:
    """What a chapter's file gives: "1.3" for ch01_regression/03_linear_loss.py, "" for its first and last file."""
    return f"{int(file.parent.name[2:4])}.{int(file.name[:2])}" if name_of(file) else ""


def numbered(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """A chapter's cells with numbers in place of `{n}` and `{ref:…}`.  Raises AuthoringError with file and line."""
    cells = tuple(cells)
    numbers = {name_of(cell.path): number_of(cell.path) for cell in cells if name_of(cell.path)}
    return tuple(_resolved(cell, numbers) for cell in cells)


def with_points(cells: Iterable[Cell], points: float) -> tuple[Cell, ...]:
    """A chapter's cells with its points in place of `{points}` in texts."""
    return tuple(
        replace(cell, source=cell.source.replace(POINTS, f"{points:g}")) if cell.role == "text" else cell
        for cell in cells
    )


def _resolved(cell: Cell, numbers: dict[str, str]) -> Cell:
    def own(match: re.Match[str]) -> str:
        number = number_of(cell.path)
        if not number:
            raise cell.fault("{n} stands for an exercise's number, and this file holds no exercise", match.start())
        return match[1] + number

    def others(match: re.Match[str]) -> str:
        if f"{{ref:{match[1]}}}" != match[0] or match[1] not in numbers:
            raise cell.fault(
                f"{match[0]} refers to nothing: write {{ref:NAME}} with the name of a file of this chapter, "
                f"without number: {', '.join(numbers)}",
                match.start(),
            )
        return numbers[match[1]]

    source = NUMBER.sub(own, cell.source) if ROLES[cell.role] else cell.source
    return replace(cell, source=REFERENCE.sub(others, source))
