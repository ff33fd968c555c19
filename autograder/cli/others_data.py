"""Who handed in a notebook with somebody else's data: by everybody's file, while it is the one that was graded."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from autograder.grading.intake import take
from autograder.grading.notebook import NotebookUnreadable, read_notebook
from autograder.grading.own_numbers import others_numbers, owners_of
from autograder.model.bank import Bank
from autograder.report.attention import OthersData
from autograder.report.standing import Standing


def others_data(standings: Iterable[Standing], banks: Iterable[Bank]) -> list[OthersData]:
    """What is found in the submissions of these banks' assignments (outlines do) that released own data.

    A file that is gone, or has changed since it was graded, says nothing.
    """
    known = {bank.chapter: (bank, owners_of(bank)) for bank in banks if bank.received}
    found = []
    for standing in standings:
        report = standing.report
        if report.assignment not in known:
            continue
        bank, owners = known[report.assignment]
        taken = take(Path(standing.source))
        if taken.problem is not None or taken.digest != report.submission:
            continue
        try:
            notebook = read_notebook(taken.content)
        except NotebookUnreadable:
            continue
        for exercise, owner in others_numbers(bank, report.student, notebook, owners):
            found.append(OthersData(report.student, bank.chapter, exercise, owner))
    return found
