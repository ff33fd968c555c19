"""In which language a student is spoken to, also where the notebook does not tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from autograder.model.verdict import Report, SubmissionOutcome
from autograder.report.standing import Standing


def in_known_languages(standings: Sequence[Standing], language: str = "") -> list[Standing]:
    """The same, each in the language of its student.

    A file that could not be read does not tell: then another grading of the student does, or else the course's
    `language` ("" is the one that most of the class uses).
    """
    theirs = {each.report.student: each.report.language for each in standings if _tells_language(each.report)}
    language = language or class_language(standings)
    return [
        each
        if _tells_language(each.report)
        else replace(each, report=replace(each.report, language=theirs.get(each.report.student, language)))
        for each in standings
    ]


def class_language(standings: Sequence[Standing]) -> str:
    """The language of most notebooks that could be read; English where there is none."""
    known = Counter(each.report.language for each in standings if _tells_language(each.report))
    return known.most_common(1)[0][0] if known else "en"


def _tells_language(report: Report) -> bool:
    """A grader that failed before it had read the notebook knows no bank either."""
    return report.outcome is not SubmissionOutcome.UNREADABLE and bool(report.bank)
