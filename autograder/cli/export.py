"""`autograder export`: the scores that hold now, as other programs want them."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from autograder.cli.ledger_commands import Where, reading
from autograder.cli.options import HERE, Course
from autograder.cli.submission_exports import say, write, write_submissions
from autograder.cli.terminal import console
from autograder.model.errors import UserError

if TYPE_CHECKING:
    from autograder.model.texts import Text
    from autograder.report.exports.rows import Filled
    from autograder.report.standing import Standing


class Format(StrEnum):
    """How `--to nbgrader` is written."""

    CSV = "csv"
    JSON = "json"


class Target(StrEnum):
    """Whom an export is for."""

    NBGRADER = "nbgrader"
    CANVAS = "canvas"
    MOODLE = "moodle"
    GRADESCOPE = "gradescope"
    GRADESCOPE_AUTOGRADER = "gradescope-autograder"
    PRAIRIELEARN = "prairielearn"
    AUTOLAB = "autolab"


class Seen(StrEnum):
    """When students see a result on Gradescope, in its words."""

    VISIBLE = "visible"
    AFTER_DUE_DATE = "after_due_date"
    AFTER_PUBLISHED = "after_published"
    HIDDEN = "hidden"


EXAMPLE = (
    "Example: autograder export --to canvas --sheet gradebook.csv --assignment ch01_regression --gradebook ../course "
    "--out upload.csv"
)
_ONE_ASSIGNMENT = (Target.CANVAS, Target.MOODLE, Target.GRADESCOPE_AUTOGRADER)
_SUBMISSIONS = (Target.GRADESCOPE, Target.PRAIRIELEARN, Target.AUTOLAB)


class ExportRefused(UserError):
    """An export lacks an option, or has one too many; the message says which."""


def export(
    to: Annotated[Target, typer.Option("--to", help="Whom it is for.", case_sensitive=False)] = Target.NBGRADER,
    form: Annotated[
        Format, typer.Option("--format", help="For nbgrader: its exporter's columns, or everything.")
    ] = Format.CSV,
    assignment: Annotated[str | None, typer.Option("--assignment", help="This assignment alone.")] = None,
    student: Annotated[str | None, typer.Option("--student", help="This student alone.")] = None,
    sheet: Annotated[
        Path | None,
        typer.Option(
            "--sheet", help="The CSV that Canvas or Moodle exported: its grades are filled in, the rest stays."
        ),
    ] = None,
    column: Annotated[
        str, typer.Option("--column", help="The sheet's column, where it is not called like the assignment.")
    ] = "",
    visibility: Annotated[
        Seen, typer.Option("--visibility", help="When students see the results on Gradescope.")
    ] = Seen.VISIBLE,
    wheel: Annotated[
        Path | None, typer.Option("--wheel", help="The kit's wheel for Gradescope; by default that of `make wheel`.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write, or folder for a file a submission; else standard output."),
    ] = None,
    course: Course = HERE,
    ledger: Where = None,
    gradebook: Annotated[
        Path | None, typer.Option("--gradebook", help="nbgrader course folder, for names, marks and penalties too.")
    ] = None,
) -> None:
    """Write the scores that hold now: with a gradebook, names, manual marks and late penalties are in them.

    nbgrader: the columns of its exporter, or with --format json everything.
    canvas: the gradebook that you exported, with one column filled.
    moodle: the grading worksheet or gradebook that you exported, filled; without --sheet a CSV to import.
    gradescope, prairielearn: results.json of each submission.
    autolab: what its autograder prints.
    gradescope-autograder: the zip file to upload there.

    A score that is open (an answer to mark, a grader error, an unreadable file) is named, and stays empty but for
    nbgrader, which counts the points so far.  Exit code 1: a student has no row, or a submission no file.
    """
    _refuse_unfit(to, form, sheet, column, assignment, out)
    if to is Target.GRADESCOPE_AUTOGRADER:
        from autograder.build.gradescope_zip import write_gradescope_zip

        write_gradescope_zip(Path(out or ""), course, str(assignment), wheel, visibility=visibility.value)
        console().print(f"{out} is to be uploaded as Gradescope's autograder; it holds the bank: keep it secret")
        return
    with reading(ledger, gradebook) as (opened, nbgrader):
        from autograder.cli.class_standings import standings_of

        newest = opened.latest()
        before = opened.before(newest) if form is Format.JSON else {}
        standings = _chosen(standings_of(newest, nbgrader, before=before), student, assignment)
    if to is Target.NBGRADER:
        write(out, _as_nbgrader(standings, form))
    elif to in _SUBMISSIONS:
        write_submissions(to.value, standings, _titles(course, standings), visibility.value, out)
    else:
        filled = _fill(to, standings, _titles(course, standings), sheet, str(assignment), column)
        write(out, filled.content)
        say([f"scores written: {filled.count}", *filled.notes])
        raise typer.Exit(0 if filled.is_whole else 1)


def _refuse_unfit(
    to: Target, form: Format, sheet: Path | None, column: str, assignment: str | None, out: Path | None
) -> None:
    """Raise ExportRefused where the options do not fit together."""
    if form is not Format.CSV and to is not Target.NBGRADER:
        raise ExportRefused(f"--format is for nbgrader: {to.value} has one format")
    if (sheet or column) and to not in (Target.CANVAS, Target.MOODLE):
        raise ExportRefused(f"--sheet and --column are for canvas and moodle: {to.value} needs none")
    if to is Target.CANVAS and sheet is None:
        raise ExportRefused("export the gradebook from Canvas (Grades → Export), and name that file with --sheet")
    if to in _ONE_ASSIGNMENT and assignment is None:
        raise ExportRefused(f"{to.value} takes one assignment: name it with --assignment")
    if to is Target.GRADESCOPE_AUTOGRADER and out is None:
        raise ExportRefused("name the zip file to write with --out autograder.zip")
    if sheet is not None and out is not None and out.exists() and out.samefile(sheet):
        raise ExportRefused(f"{out} is the file that Canvas or Moodle gave: name another one with --out")


def _chosen(standings: Sequence[Standing], student: str | None, assignment: str | None) -> list[Standing]:
    """Those of one student or assignment.  Raises UserError where there are none."""
    from autograder.model.near_names import did_you_mean

    for what, name, names in (
        ("student", student, {each.report.student for each in standings}),
        ("assignment", assignment, {each.report.assignment for each in standings}),
    ):
        if name is not None and name not in names:
            raise UserError(f"there is no grading of the {what} {name!r}: {did_you_mean(name, names)}".rstrip(": "))
    return [
        each
        for each in standings
        if student in (None, each.report.student) and assignment in (None, each.report.assignment)
    ]


def _titles(course: Path, standings: Sequence[Standing]) -> dict[str, Text]:
    """What notebooks call the exercises, where the banks are at hand; else they have their names."""
    from autograder.cli.bank_folder import BankFolder, titles_of

    with contextlib.suppress(UserError):
        return titles_of(BankFolder(course).outlines([], {each.report.assignment for each in standings}))
    return {}


def _as_nbgrader(standings: Sequence[Standing], form: Format) -> bytes:
    from autograder.report import to_csv, to_json

    if form is Format.CSV:
        text = to_csv(standings)
    else:
        text = json.dumps(to_json(standings), ensure_ascii=False, indent=2) + "\n"
    return text.encode("utf-8", "backslashreplace")


def _fill(
    to: Target,
    standings: Sequence[Standing],
    titles: Mapping[str, Text],
    sheet: Path | None,
    assignment: str,
    column: str,
) -> Filled:
    from autograder.model.sheet import read_sheet
    from autograder.report.exports.canvas import fill_canvas
    from autograder.report.exports.moodle import fill_moodle, moodle_gradebook

    if sheet is None:
        return moodle_gradebook(standings, titles, assignment)
    read = read_sheet(sheet)
    if to is Target.CANVAS:
        return fill_canvas(read, standings, assignment, column)
    return fill_moodle(read, standings, titles, assignment, column)
