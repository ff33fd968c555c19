"""Which cells of a submission answer what: kept with the verdict, so that a student sees the code that was judged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from autograder.grading.notebook import RawCell
from autograder.grading.notebook_cells import StudentCell, untouched
from autograder.judge.unrun import defines
from autograder.model.bank import Bank, BankedCell, BankedExercise
from autograder.model.course_tests import BankedTest
from autograder.model.verdict import AnswerCell

MOST_CELLS = 3  # of one answer: a cell that was copied twenty times is kept three times
MOST_CHARACTERS = 10_000  # of one cell; the longest answer of nine chapters has 3,000
MOST_LINES = 300
_WORD = re.compile(r"[^\W\d]\w*")
_DEFINED = re.compile(r"^(?:async )?(?:def|class) +([^\W\d]\w*)", re.MULTILINE)


def answers_in(cells: Sequence[RawCell], runs: Sequence[StudentCell], bank: Bank) -> dict[str, tuple[AnswerCell, ...]]:
    """The cells that answer each exercise, question and test of the bank, the one that counts last.

    That of an exercise has its label or is the last to define its functions, wherever a student put that.
    `runs` are the cells that run, as they run.
    """
    known = {cell.grade_id: cell for cell in bank.cells}
    code = {cell.number: cell.source for cell in runs if not cell.released}
    kept = [cell for cell in cells if cell.source.strip()]

    def of(names: Sequence[str], exercise: BankedExercise | None = None) -> tuple[AnswerCell, ...]:
        defining = _defining(exercise, code) if exercise is not None else []
        found = [cell for cell in kept if cell.grade_id in names or cell.number in defining]
        found.sort(key=lambda cell: (cell.number in defining, cell.number))
        return tuple(_answer(cell, code, known.get(cell.grade_id)) for cell in found[-MOST_CELLS:])

    tasks = {cell.grade_id for cell in bank.cells if cell.role == "task"}  # whose text is the course's
    return {
        **{exercise.name: of([exercise.name], exercise) for exercise in bank.exercises},
        **{question.name: of([question.name])[-1:] for question in bank.written if question.name not in tasks},
        **{test.name: of(_asked_by(test, bank)) for test in bank.tests},
    }


def _defining(exercise: BankedExercise, code: Mapping[int, str]) -> list[int]:
    """The numbers of the cells that are the last to define one of the exercise's functions."""
    numbers = ([number for number, source in code.items() if defines(source, name)] for name in exercise.functions)
    return [found[-1] for found in numbers if found]


def _asked_by(test: BankedTest, bank: Bank) -> list[str]:
    """The answer cells that a test is about: those whose functions it names, else those that stand before it."""
    marked = {question.name for question in bank.written}
    words = set(_WORD.findall(test.source))
    named: list[str] = []
    before: list[str] = []
    tested = passed = False
    for cell in bank.cells:
        passed = passed or cell.grade_id == test.name
        if cell.role == "answer" and cell.grade_id not in marked:
            if not words.isdisjoint(name for source in cell.source.values() for name in _DEFINED.findall(source)):
                named.append(cell.grade_id)
            if not passed:
                before = [cell.grade_id] if tested else [*before, cell.grade_id]
                tested = False
        tested = tested or cell.role in ("test", "check")
    return named or before


def _answer(cell: RawCell, code: Mapping[int, str], known: BankedCell | None) -> AnswerCell:
    if known is not None and untouched(cell, known):
        return AnswerCell(cell.number, "", untouched=True)
    source = code.get(cell.number, cell.source)
    kept = "\n".join(source.split("\n", MOST_LINES)[:MOST_LINES])[:MOST_CHARACTERS]
    words = cell.kind != "code" and cell.number not in code
    return AnswerCell(cell.number, kept, cut=len(kept) < len(source), words=words)
