"""A submission as tests, for programs that count those: what passed, failed or is skipped, and in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from autograder.model.markup import to_plain
from autograder.model.texts import Text, say, sentence
from autograder.model.verdict import Outcome
from autograder.report.feedback import in_lesson_order, title_of
from autograder.report.feedback.exercise import explained
from autograder.report.feedback.figures import out_of, outcome_name
from autograder.report.feedback.inline import encodable
from autograder.report.standing import WHOLE, Item, Standing


class Kind(StrEnum):
    """How a test ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    ERROR = "error"


@dataclass(frozen=True)
class AsTest:
    """An exercise or question as a test; of what could not be graded there is one test for all of it, without an item.

    lines  why it did not pass, as feedback says it, the hint first; plain text in the notebook's language.
    """

    name: str
    title: str
    kind: Kind
    points: str
    lines: tuple[str, ...] = ()
    item: Item | None = None

    @property
    def message(self) -> str:
        """The first of the lines without its sign: what to read where there is room for one."""
        return self.lines[0].lstrip("✗✓· ") if self.lines else ""


def tests_of(standing: Standing, titles: Mapping[str, Text]) -> list[AsTest]:
    """The tests of a submission in the order of the lesson."""
    language = standing.report.language
    if not standing.is_graded:
        return [_whole(standing, titles)]
    items = in_lesson_order(standing.items, titles, lambda item: item.name)
    return [_test(item, title_of(item.name, titles, language), language) for item in items]


def kind_of(item: Item) -> Kind:
    """Right is passed; what a person must mark is skipped, and so is a bonus that nobody tried; a fault of ours is an
    error; all else failed, what is partly right too."""
    if item.outcome is Outcome.PASSED:
        return Kind.PASSED
    if item.outcome is Outcome.GRADER_ERROR:
        return Kind.ERROR
    untried_bonus = item.extra and item.outcome is Outcome.NOT_ATTEMPTED
    return Kind.SKIPPED if untried_bonus or item.outcome is Outcome.AWAITING_MARKING else Kind.FAILED


def _test(item: Item, title: str, language: str) -> AsTest:
    kind = kind_of(item)
    said = []
    if kind is not Kind.PASSED:
        said += explained(item.verdict, language) if item.verdict is not None else []
        said += [f"{say('feedback.comment', language)}: {to_plain(item.comment)}"] if item.comment else []
        said = said or [outcome_name(item.outcome, language)]
    points = out_of(item.points, item.max_points, language)
    return AsTest(item.name, encodable(title), kind, points, tuple(map(encodable, said)), item)


def _whole(standing: Standing, titles: Mapping[str, Text]) -> AsTest:
    report = standing.report
    failed = "feedback.unreadable" if not report.has_grader_error else "feedback.grader_error"
    said = [sentence(note, report.language) for note in report.notes] or [say(failed, report.language)]
    title = title_of(report.assignment, titles, report.language)
    return AsTest(WHOLE, encodable(title), Kind.ERROR, "–", tuple(encodable(to_plain(line)) for line in said))


def total_of(standing: Standing, maximum: float | None) -> str:
    """Points so far out of how many, in the notebook's language; a dash where there is no score."""
    language = standing.report.language
    earned = standing.points_so_far if standing.is_graded else None
    label = say("feedback.so_far" if standing.needs_a_person else "feedback.total", language)
    return f"{label}{say('colon', language)}{out_of(earned, maximum, language, unknown='–')}"
