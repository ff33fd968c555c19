"""One submission in full for the terminal or a log: every exercise, and of what is wrong all that feedback says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text as Styled

from autograder.model.markup import to_plain
from autograder.model.texts import Text, say, sentence
from autograder.model.verdict import MARKS
from autograder.report.as_tests import AsTest, Kind, tests_of, total_of
from autograder.report.feedback import title_of
from autograder.report.feedback.figures import moment
from autograder.report.standing import Standing, maximum
from autograder.report.table import OUTCOME_STYLES, one_line


def printout(
    standing: Standing, titles: Mapping[str, Text], *, max_scores: Mapping[str, float] | None = None
) -> RenderableType:
    """Title, notes about the notebook, a line an exercise with its findings below, the total.

    In the notebook's language.  `max_scores` gives the points of whole assignments.
    """
    report = standing.report
    title = title_of(report.assignment, titles, report.language)
    student = standing.person.name or report.student
    parts: list[RenderableType] = [Styled(one_line(f"{title} · {student}"), style="bold")]
    if standing.is_late and standing.due_at is not None:
        parts.append(Styled(say("feedback.late", report.language, when=moment(standing.due_at)), style="yellow"))
    if standing.is_graded:
        parts += [_indented(sentence(note, report.language)) for note in report.notes]
    parts.append(Styled())
    for test in tests_of(standing, titles):
        parts += _test(test, report.language)
    total = total_of(standing, maximum(standing, max_scores or {}))
    return Group(*parts, Styled(), Styled(one_line(total), style="bold"))


def _test(test: AsTest, language: str) -> Iterator[RenderableType]:
    if test.item is None:  # nothing could be graded: the reasons are all there is
        yield from (Styled(one_line(line)) for line in test.lines)
        return
    outcome = test.item.outcome
    known = test.item.verdict is not None and not test.item.verdict.written
    bonus = say("feedback.in_parentheses", language, said=say("feedback.bonus", language)) if test.item.extra else ""
    function = f" ({test.name})" if known else ""
    line = f" {one_line(test.title)}{one_line(function)}{say('colon', language)}{test.points}{bonus}"
    yield Styled(MARKS[outcome], style=OUTCOME_STYLES[outcome]).append(line, style="default not bold not dim")
    if test.kind is not Kind.PASSED:
        yield from map(_indented, test.lines)


def _indented(text: str) -> RenderableType:
    return Padding(Styled(one_line(to_plain(text))), (0, 0, 0, 4), expand=False)
