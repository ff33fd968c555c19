"""Commands that read the ledger: a student's history, what changed between two gradings."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from autograder.cli.options import Json
from autograder.cli.terminal import console, output, print_json
from autograder.model.errors import UserError

if TYPE_CHECKING:
    from autograder.grading.ledger import Grading, Ledger
    from autograder.model.verdict import Report
    from autograder.nbgrader_bridge.course_folder import NbgraderCourse

Where = Annotated[
    str | None,
    typer.Option(
        "--ledger", help="Folder that `grade` wrote, the ledger's file, or its URL; by default here or graded/."
    ),
]
Gradebook = Annotated[Path | None, typer.Option("--gradebook", help="nbgrader course folder whose ledger is read.")]
NUMBER = re.compile(r"#?\d+")


def history(
    student: Annotated[
        str,
        typer.Argument(
            help="A student as the class page names them, or the line with which one asks for a regrade, in quotes."
        ),
    ],
    assignment: Annotated[str | None, typer.Option("--assignment", help="This assignment alone.")] = None,
    ledger: Where = None,
    gradebook: Gradebook = None,
    json_output: Json = False,
) -> None:
    """Show every grading of a student, the newest last, and what each changed.

    Of a request for a regrade: which of them is meant, what it said of the exercise, and the answer that it judged.
    """
    from autograder.cli.asked_about import meant_by, print_asked
    from autograder.cli.changes import history_of
    from autograder.model.near_names import did_you_mean
    from autograder.report.regrade import Request

    request = Request.read(student)
    if request is not None:
        student, assignment = request.student, request.assignment
    with reading(ledger, gradebook) as (opened, _):
        gradings = opened.history(student, assignment)
        if not gradings:
            if not opened.history(student):
                raise UserError(f"there is no grading of {student!r}: {did_you_mean(student, opened.students())}")
            raise UserError(
                f"there is no grading of {assignment!r}: {did_you_mean(str(assignment), opened.assignments())}"
            )
    entries = history_of(gradings)
    meant = meant_by(request, gradings) if request is not None else []
    if json_output:
        asked = {} if request is None else {"asked": [each.number for each in meant], "exercise": request.exercise}
        print_json({"student": student, **asked, "gradings": [entry.to_json() for entry in entries]})
        return
    table = Table("#", "recorded", "assignment", "score", "what changed", box=None, pad_edge=False, header_style="bold")
    for entry in entries:
        report = entry.grading.report
        score = _points(report)
        table.add_row(
            str(entry.grading.number),
            _local(entry.grading.recorded_at),
            report.assignment,
            score,
            ", ".join([*entry.changed, *(["the one that is asked about"] if entry.grading in meant else [])]),
        )
    output().print(table)
    for grading in meant:
        print_asked(grading, request.exercise if request is not None else "")


def diff(
    before: Annotated[
        str, typer.Argument(help="2027-03-01, '2027-03-01 10:00', now, a grading's number, or a ledger.")
    ],
    after: Annotated[str, typer.Argument(help="The same; now when it is left out.")] = "now",
    ledger: Where = None,
    gradebook: Gradebook = None,
    json_output: Json = False,
) -> None:
    """Show what changed between two states of the ledger, per student and exercise, and why.

    A state is what was newest at a moment (a date is its first minute), right after a grading of a number, or in
    another ledger.  The exit code is 0, whatever changed.
    """
    from autograder.cli.changes import differences, sums_of

    with contextlib.ExitStack() as stack:
        opened = _Once(stack, ledger, gradebook)
        old, new = _state(before, opened), _state(after, opened)
    found = differences(old, new)
    matter = [each for each in found if each.matters]
    sums = sums_of(old, new)
    if json_output:
        alike = [f"{each.student}/{each.assignment}" for each in found if not each.matters]
        print_json({
            "changes": [each.to_json() for each in matter], "graded_again_alike": alike,
            "sums": [each.to_json() for each in sums],
        })  # fmt: skip
        return
    table = Table("student", "assignment", "score", "exercises", "why", box=None, pad_edge=False, header_style="bold")
    for each in matter:
        both = each.before is not None and each.after is not None  # of a new student the score says enough
        exercises = [f"{name} {_change(*points)}" for name, *points in each.exercises if both]
        score = f"{_points(each.before)} → {_points(each.after)}"
        table.add_row(each.student, each.assignment, score, ", ".join(exercises), ", ".join(each.causes))
    if matter:
        output().print(table)
    for total in sums:
        output().print(
            f"{total.assignment}: {_change(*total.students)} students, {total.up} up, {total.down} down, "
            f"{total.alike} alike; {_change(*total.points)} points",
            highlight=False,
        )
    if not sums:
        console().print("Neither state holds a grading.")


@contextlib.contextmanager
def reading(ledger: str | None, gradebook: Path | None) -> Iterator[tuple[Ledger, NbgraderCourse | None]]:
    """The ledger that is named, or the course's, and the course where one is named."""
    from autograder.cli.ledger_place import open_to_read

    course = None
    if gradebook is not None:
        from autograder.nbgrader_bridge.course_folder import open_course

        course = open_course(gradebook)
    with open_to_read(ledger, course) as opened:
        yield opened, course


class _Once:
    """The ledger that a moment or a number is of, opened when it is first asked for."""

    def __init__(self, stack: contextlib.ExitStack, ledger: str | None, gradebook: Path | None) -> None:
        self._stack, self._ledger, self._gradebook = stack, ledger, gradebook
        self._opened: Ledger | None = None

    def __call__(self) -> Ledger:
        if self._opened is None:
            self._opened, _ = self._stack.enter_context(reading(self._ledger, self._gradebook))
        return self._opened


def _state(text: str, opened: _Once) -> list[Grading]:
    """What was newest at the moment, number or ledger that `text` names."""
    from autograder.cli.ledger_place import url_of
    from autograder.grading.ledger import Ledger, LedgerUnusable

    if text == "now":
        return opened().latest()
    if NUMBER.fullmatch(text):
        number, newest = int(text.lstrip("#")), opened().newest_number()
        if not 1 <= number <= newest:
            raise UserError(f"there is no grading {text}: they are numbered from 1 to {newest}")
        return opened().as_of_number(number)
    if (moment := _moment(text)) is not None:
        return opened().as_of(moment)
    try:
        url = url_of(text)
    except LedgerUnusable:
        raise UserError(
            f"{text!r} names no state of the ledger: use a moment (2027-03-01, '2027-03-01 10:00', now), a grading's "
            "number (12), or another ledger (folder, file, URL)"
        ) from None
    with Ledger(url, create=False) as other:
        return other.latest()


def _moment(text: str) -> datetime | None:
    """A date (its beginning) or a date and a time, in the local time zone where it names none."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        return None


def _local(moment: datetime) -> str:
    """A moment as `diff` takes it back."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S}"


def _points(report: Report | None) -> str:
    from autograder.cli.changes import score_of

    if report is None:
        return "–"
    score = score_of(report)
    return report.outcome.value.lower() if score is None else f"{score:g}/{report.max_score:g}"


def _change(before: float | None, after: float | None) -> str:
    old, new = ("–" if value is None else f"{value:g}" for value in (before, after))
    return old if old == new else f"{old} → {new}"
