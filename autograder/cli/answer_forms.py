"""Which submissions are alike: the answers of everybody's file, as far as it is still the one that was graded."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.grading.intake import take
from autograder.grading.notebook import NotebookUnreadable, read_notebook
from autograder.model.bank import Bank
from autograder.model.verdict import SubmissionOutcome
from autograder.report.normal_form import form_of_code, form_of_words
from autograder.report.similar import Pair, similar_pairs
from autograder.report.standing import Standing


def similar_submissions(standings: Iterable[Standing], banks: Iterable[Bank]) -> dict[str, list[Pair]]:
    """The similar pairs of each assignment of these banks (outlines do).

    A file that is gone, or has changed since it was graded, says nothing.
    """
    forms: dict[str, dict[str, dict[str, str]]] = {bank.chapter: {} for bank in banks}
    known = {bank.chapter: bank for bank in banks}
    for standing in standings:
        report = standing.report
        if (bank := known.get(report.assignment)) is not None and report.outcome is SubmissionOutcome.GRADED:
            forms[bank.chapter][report.student] = _forms(standing, bank)
    return {name: similar_pairs(of_all, _usual(known[name])) for name, of_all in forms.items()}


def _forms(standing: Standing, bank: Bank) -> dict[str, str]:
    """The forms of a student's answers by exercise and question.  Of two cells with one name the last counts."""
    taken = take(Path(standing.source))
    if taken.problem is not None or taken.digest != standing.report.submission:
        return {}
    try:
        cells = {cell.grade_id: cell.source for cell in read_notebook(taken.content).cells if cell.grade_id}
    except NotebookUnreadable:
        return {}
    forms = {each.name: form_of_code(cells[each.name]) for each in bank.exercises if each.name in cells}
    forms |= {each.name: form_of_words(cells[each.name]) for each in bank.written if each.name in cells}
    return {name: form for name, form in forms.items() if form}


def _usual(bank: Bank) -> dict[str, set[str]]:
    """What students were given, and the right answer as the course writes it."""
    given = {cell.grade_id: list(cell.source.values()) for cell in bank.cells}
    usual = {
        each.name: {form_of_code(text) for text in (each.solution, each.starter, *given.get(each.name, ()))}
        for each in bank.exercises
    }
    return usual | {each.name: {form_of_words(text) for text in each.starter.values()} for each in bank.written}
