"""What is refused about a chapter's cells before any of them runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import zip_longest

from autograder.chapter.numbering import number_of
from autograder.chapter.percent import Cell
from autograder.chapter.sections import name_of
from autograder.chapter.solution_marks import marks_in
from autograder.model.own_data import ROLE
from autograder.model.texts import LANGUAGES, Text


def refuse_duplicates(cells: Sequence[Cell]) -> None:
    seen: dict[tuple[str, str, str], Cell] = {}
    for cell in cells:
        if not cell.name:
            continue
        kind = "answer" if cell.role in ("written", "demo") else cell.role  # these share the names of grade_ids
        for language in [cell.language] if cell.language else LANGUAGES:
            key = (kind, cell.name, language)
            if key in seen:
                raise cell.fault(f"the name {cell.name!r} is already used at {seen[key].at}")
            seen[key] = cell


def refuse_missing_languages(cells: Sequence[Cell]) -> None:
    """Both notebooks have the same cells in the same order, so that a `grade_id` means the same in each."""
    one, other = (
        [cell for cell in cells if cell.language in ("", language) and cell.role != "docstring"]
        for language in LANGUAGES
    )
    for a, b in zip_longest(one, other):
        if a is None or b is None or (a.role, a.name) != (b.role, b.name):
            odd = next(cell for cell in (a, b) if cell is not None and cell.language)
            raise odd.fault(
                f"this cell has no counterpart in the other language ({' and '.join(LANGUAGES)} in parallel)"
            )


def refuse_loose_markers(cells: Sequence[Cell]) -> None:
    """What is not between a pair of markers reaches students."""
    for cell in cells:
        found = marks_in(cell.source)
        pairs = found == ["BEGIN", "END"] * (len(found) // 2)
        if not pairs or (found and cell.role not in ("answer", "written")):
            raise cell.fault("### BEGIN SOLUTION and ### END SOLUTION come in pairs, in answer and written cells alone")
        if cell.role == "answer" and not found:
            raise cell.fault(f"the answer cell {cell.name!r} has no ### BEGIN SOLUTION: all of it would reach students")


def refuse_misplaced(cells: Sequence[Cell]) -> None:
    """A file holds one exercise or written question at most, and is called as it: its name is where one looks."""
    answers = {cell.name for cell in cells if cell.role == "answer"}
    for cell in cells:
        if cell.role in ("answer", "written", "why", "worked", ROLE) and cell.name != name_of(cell.path):
            raise cell.fault(f"an exercise has a file of its own: {cell.name!r} belongs into NN_{cell.name}.py")
        if cell.role == "why" and cell.name not in answers:
            raise cell.fault(f"{cell.name!r} has no solution, so there is nothing to say of why it is so")


def refuse_unnumbered(cells: Sequence[Cell], titles: Mapping[str, Text]) -> None:
    """The heading of an exercise or a question begins with its number, by which students and feedback speak of it."""
    for cell in cells:
        if cell.role in ("answer", "written"):
            for language, title in titles[cell.name].items():
                if not title.startswith(f"{number_of(cell.path)} "):
                    raise cell.fault(
                        f"the heading above {cell.name!r} has no number in {language!r}: begin it with {{n}}"
                    )
