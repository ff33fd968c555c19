"""Gradings as GitHub Actions shows them: annotations on the lines of a notebook's file, and a summary in Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from autograder.model.texts import Text
from autograder.model.verdict import MARKS, Outcome
from autograder.report.as_tests import AsTest, Kind, tests_of
from autograder.report.feedback import render_markdown
from autograder.report.feedback.figures import number
from autograder.report.feedback.inline import encodable, to_markdown
from autograder.report.standing import Standing, maximum
from autograder.report.table import one_line

SUMMARY_BYTES = 1_000_000  # of a step; GitHub drops what is above 1 MiB, all of it
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}  # what GitHub unescapes; the percent sign first
_PROPERTY = {**_DATA, ":": "%3A", ",": "%2C"}


def command(name: str, message: str, **properties: object) -> str:
    """A workflow command, `::error file=…,line=…::message`, on one line whatever is in it.

    Properties that are None or "" are left out.
    """
    known = {key: str(value) for key, value in properties.items() if value not in (None, "")}
    written = ",".join(f"{key}={_escaped(value, _PROPERTY)}" for key, value in known.items())
    return encodable(f"::{name}{' ' if written else ''}{written}::{_escaped(message, _DATA)}")


def annotated(standing: Standing, titles: Mapping[str, Text], *, file: str, lines: Mapping[str, int]) -> Iterator[str]:
    """An error for each exercise that is wrong, or that has no verdict, and a warning for each that is partly right.

    `lines` says where answers stand in the file.  GitHub shows ten of each kind a step, so what was attempted comes
    first; the summary has all.
    """
    for test in sorted(tests_of(standing, titles), key=_untouched):
        if test.kind in (Kind.FAILED, Kind.ERROR):
            partly = test.item is not None and test.item.outcome is Outcome.PARTIAL
            yield command(
                "warning" if partly else "error", "\n".join(test.lines), file=file, line=lines.get(test.name),
                title=f"{test.title}: {test.points}",
            )  # fmt: skip


def summary(standings: Sequence[Standing], titles: Mapping[str, Text], max_scores: Mapping[str, float]) -> str:
    """The feedback of a single submission as Markdown; of several a table, which ends where GitHub's patience does."""
    if len(standings) == 1:
        return render_markdown(standings[0], titles, max_scores=max_scores, brief=True)
    lines = ["| student | assignment | score | exercises |", "|---|---|---:|---|"]
    lines += [_row(standing, max_scores) for standing in standings]
    text = encodable("\n".join(lines) + "\n")
    if len(text.encode()) <= SUMMARY_BYTES:
        return text
    kept = text.encode()[:SUMMARY_BYTES].decode(errors="ignore").rpartition("\n")[0]
    return f"{kept}\n\n{len(standings)} submissions: the table was too long for GitHub.\n"


def _untouched(test: AsTest) -> bool:
    return test.item is not None and test.item.outcome is Outcome.NOT_ATTEMPTED


def _row(standing: Standing, max_scores: Mapping[str, float]) -> str:
    report = standing.report
    earned = "–" if standing.score is None else number(standing.score)
    marks = "".join(MARKS[item.outcome] for item in standing.items) if standing.is_graded else report.outcome.value
    whole = maximum(standing, max_scores)
    cells = [
        to_markdown(one_line(report.student)), to_markdown(one_line(report.assignment)),
        f"{earned} / {number(whole)}" if whole is not None else earned, marks.lower(),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _escaped(text: str, signs: Mapping[str, str]) -> str:
    for sign, escape in signs.items():
        text = text.replace(sign, escape)
    return text
