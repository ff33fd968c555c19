"""The class as a table for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.table import Table
from rich.text import Text as Styled

from autograder.model.verdict import MARKS, Note, Outcome, Report, SubmissionOutcome
from autograder.report.feedback.figures import number
from autograder.report.standing import Standing, maximum

OUTCOME_STYLES = {
    Outcome.PASSED: "bold green",
    Outcome.PARTIAL: "bold yellow",
    Outcome.FAILED: "bold red",
    Outcome.NOT_ATTEMPTED: "dim",
    Outcome.AWAITING_MARKING: "bold blue",
    Outcome.GRADER_ERROR: "bold magenta",
}

_ONE_LINE = 48  # marks that 100 columns have room for, beside the other columns; more take several lines


def class_table(standings: Sequence[Standing], *, max_scores: Mapping[str, float] | None = None) -> Table:
    """One row a student: name, score, a coloured mark for each exercise, outcome, notes."""
    several = len({standing.report.assignment for standing in standings}) > 1
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("student", max_width=24, no_wrap=True, overflow="ellipsis")
    if several:
        table.add_column("assignment", max_width=20, no_wrap=True, overflow="ellipsis")
    table.add_column("score", justify="right", no_wrap=True)
    many = any(len(standing.items) > _ONE_LINE for standing in standings if standing.is_graded)
    table.add_column("exercises", no_wrap=not many, overflow="fold")
    table.add_column("outcome", no_wrap=True)
    table.add_column("notes")
    for standing in sorted(standings, key=lambda standing: (standing.report.assignment, standing.report.student)):
        report, items = standing.report, standing.items if standing.is_graded else ()
        space = " " if len(items) <= 12 else ""  # a table of 100 columns has room for a long chapter too
        marks = Styled(space).join(Styled(MARKS[item.outcome], style=OUTCOME_STYLES[item.outcome]) for item in items)
        score = Styled(_score(standing, max_scores or {}))
        cells = [Styled(one_line(report.student)), score, marks, _outcome(report), _remarks(standing)]
        if several:
            cells.insert(1, Styled(one_line(report.assignment)))
        table.add_row(*cells)
    return table


def one_line(text: str) -> str:
    """Text that cannot steer a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)


def _score(standing: Standing, max_scores: Mapping[str, float]) -> str:
    """Points so far out of all; a dash for a file that could not be read, `blocked` where the grader failed."""
    if standing.score is None:
        return "–" if standing.report.outcome is SubmissionOutcome.UNREADABLE else "blocked"
    return f"{number(standing.score)}/{number(maximum(standing, max_scores) or 0.0)}"


def _outcome(report: Report) -> Styled:
    style = {SubmissionOutcome.GRADED: "", SubmissionOutcome.UNREADABLE: "bold red"}.get(
        report.outcome, OUTCOME_STYLES[Outcome.GRADER_ERROR]
    )
    return Styled(report.outcome.value.lower().replace("_", " "), style=style)


def _remarks(standing: Standing) -> Styled:
    items = standing.items if standing.is_graded else ()
    to_mark = sum(item.outcome is Outcome.AWAITING_MARKING for item in items)
    faults = sum(item.outcome is Outcome.GRADER_ERROR for item in items)
    parts = [f"{to_mark} to mark ({number(standing.awaited)} points)"] if to_mark else []
    parts += [f"{faults} grader error{'s' * (faults > 1)}"] if faults else []
    parts += ["late"] if standing.is_late else []
    parts += [f"{number(standing.late_penalty)} taken off"] if standing.late_penalty else []
    parts += dict.fromkeys(_code(note).removeprefix("note_").replace("_", " ") for note in standing.report.notes)
    return Styled(", ".join(parts), style="dim")


def _code(note: Note) -> str:
    """What the note is about, also where it says of one of several notebooks."""
    said = note.values.get("said")
    return str(said["code"]) if isinstance(said, Mapping) else note.code
