"""Whose data a submission has: the numbers that its locked cells are restored with, and somebody else's in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from unicodedata import normalize

from autograder.grading.notebook import Notebook, NotebookUnreadable, read_notebook
from autograder.grading.notebook_cells import untouched
from autograder.model.bank import Bank
from autograder.model.own_data import CELL, COMMON, ROLE, number_of, numbers_in, with_number


def own_numbers(bank: Bank, student: str, notebook: Notebook) -> dict[str, int]:
    """The number in each cell of own data, by grade_id.

    It is the student's own; everybody's, where the student received none, or hands in everybody's notebook.
    """
    numbers = {}
    for known in bank.cells:
        if known.role == ROLE:
            common = not _received(bank, student) or any(untouched(cell, known) for cell in notebook.cells)
            exercise = known.grade_id.removeprefix(CELL)
            numbers[known.grade_id] = COMMON if common else number_of(bank.key, bank.chapter, exercise, student)
    return numbers


def own_numbers_in(content: bytes, bank: Bank, student: str) -> dict[str, int]:
    """The same of a file that was handed in; nothing where it is no notebook."""
    try:
        return own_numbers(bank, student, read_notebook(content))
    except NotebookUnreadable:
        return {}


def with_own_numbers(bank: Bank, student: str, notebook: Notebook) -> Bank:
    """The bank whose cells of own data are the student's: what is restored, and what is edited, is told by these."""
    numbers = {name: number for name, number in own_numbers(bank, student, notebook).items() if number != COMMON}
    if not numbers:
        return bank
    cells = (
        replace(
            cell,
            source={
                language: with_number(text, numbers[cell.grade_id], language) for language, text in cell.source.items()
            },
        )
        if cell.grade_id in numbers
        else cell
        for cell in bank.cells
    )
    return replace(bank, cells=tuple(cells))


def owners_of(bank: Bank) -> dict[int, list[tuple[str, str]]]:
    """Of each number that somebody received: for which exercise, and who."""
    owners: dict[int, list[tuple[str, str]]] = {}
    for exercise in [cell.grade_id.removeprefix(CELL) for cell in bank.cells if cell.role == ROLE]:
        for student in sorted(bank.received):
            number = number_of(bank.key, bank.chapter, exercise, student)
            owners.setdefault(number, []).append((exercise, student))
    return owners


def others_numbers(
    bank: Bank, student: str, notebook: Notebook, owners: Mapping[int, Sequence[tuple[str, str]]]
) -> list[tuple[str, str]]:
    """The exercises for which a notebook sets the number of somebody else, and who that is.

    Of students who received no number nothing is said.
    """
    if not _received(bank, student):
        return []
    said = set[int]().union(*(numbers_in(cell.source) for cell in notebook.cells if cell.kind == "code"))
    found = {entry for number in said for entry in owners.get(number, ())}
    return sorted((exercise, owner) for exercise, owner in found if owner != normalize("NFC", student))


def _received(bank: Bank, student: str) -> bool:
    return bool(bank.received) and normalize("NFC", student) in bank.received
