"""Many reports for the instructor: a web page, a table for the terminal, JSON and CSV."""

from __future__ import annotations

import csv
import io
import re
import statistics
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from rich.table import Table
from rich.text import Text as Styled

from autograder.exercise import Text
from autograder.feedback import environment, title_of
from autograder.feedback.inline import encodable
from autograder.feedback.words import CLASS, MARKS, in_language, number
from autograder.verdict import ExerciseVerdict, Outcome, Report, SubmissionOutcome

CSV_COLUMNS = (  # nbgrader's exporter's, in its order
    "assignment",
    "duedate",
    "timestamp",
    "student_id",
    "last_name",
    "first_name",
    "email",
    "raw_score",
    "late_submission_penalty",
    "score",
    "max_score",
)
_OPEN = (Outcome.AWAITING_MARKING, Outcome.GRADER_ERROR)
_STYLES = {
    Outcome.PASSED: "bold green",
    Outcome.PARTIAL: "bold yellow",
    Outcome.FAILED: "bold red",
    Outcome.NOT_ATTEMPTED: "dim",
    Outcome.AWAITING_MARKING: "bold blue",
    Outcome.GRADER_ERROR: "bold magenta",
}
_FORMULA = ("=", "+", "-", "@")  # how a formula begins; full-width forms count where Chinese or Japanese is written
_CONTROLS = ("Cc", "Cs", "Zl", "Zp")  # control characters, surrogates, separators of lines and paragraphs
_COMMON = 3  # mistakes listed an exercise; the rest are rare ones
_NUMBERED = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True)
class ExerciseStatistics:
    """How a class did on one exercise.  Rates are among the answers that have been judged."""

    name: str
    label: str
    outcomes: Mapping[Outcome, int]
    mistakes: tuple[tuple[str, int], ...]
    hints: Mapping[str, Text]

    @property
    def total(self) -> int:
        """All answers."""
        return sum(self.outcomes.values())

    @property
    def success(self) -> float | None:
        """The share of right answers in percent, or None where nothing has been judged."""
        judged = sum(count for outcome, count in self.outcomes.items() if outcome not in _OPEN)
        return 100 * self.outcomes.get(Outcome.PASSED, 0) / judged if judged else None


@dataclass(frozen=True)
class _Assignment:
    name: str
    reports: tuple[Report, ...]
    exercises: tuple[ExerciseStatistics, ...]

    @property
    def median(self) -> float | None:
        scored = [each.score for each in self.reports if each.outcome is SubmissionOutcome.GRADED and is_scored(each)]
        return statistics.median(scored) if scored else None

    @property
    def max_score(self) -> float:
        return max((report.max_score for report in self.reports), default=0)


@dataclass(frozen=True)
class _Waiting:
    """What a person must look at: one exercise of many students (empty: the whole submission)."""

    assignment: str
    exercise: str
    fault: bool
    reports: tuple[Report, ...]


def is_scored(report: Report) -> bool:
    """Whether the report has a score: a fault of ours is never a zero, so it blocks the score."""
    return not report.has_grader_error


def statistics_of(
    reports: Iterable[Report], titles: Mapping[str, Text], language: str = "en"
) -> list[ExerciseStatistics]:
    """The statistics of each exercise, in the order of the assignment."""
    answers: dict[str, list[ExerciseVerdict]] = {}
    for report in reports:
        for exercise in report.exercises:
            answers.setdefault(exercise.name, []).append(exercise)
    result = []
    for position, (name, verdicts) in enumerate(answers.items(), start=1):
        title = title_of(name, titles, language)
        numbered = _NUMBERED.match(title)
        result.append(
            ExerciseStatistics(
                name=name,
                label=numbered[0] if numbered else str(position),
                outcomes=Counter(verdict.outcome for verdict in verdicts),
                mistakes=tuple(
                    Counter(verdict.mistake for verdict in verdicts if verdict.mistake).most_common(_COMMON)
                ),
                hints={verdict.mistake: verdict.hint for verdict in verdicts if verdict.mistake and verdict.hint},
            )
        )
    return result


def render_class_html(
    reports: Sequence[Report],
    titles: Mapping[str, Text],
    *,
    links: Mapping[tuple[str, str], str] | None = None,
    language: str = "en",
    course: str = "",
) -> str:
    """The instructor's page: students × exercises, what each exercise shows, and who needs a person.

    `links` leads from (student, assignment) to the relative path of a feedback page.
    """
    targets = {key: quote(path, safe="/#") for key, path in (links or {}).items()}
    html = (
        environment()
        .get_template("class.html")
        .render(
            assignments=_assignments(reports, titles, language),
            course=course,
            language=language,
            is_scored=is_scored,
            link=lambda report: targets.get((report.student, report.assignment), ""),
            title=lambda name: title_of(name, titles, language),
            say=lambda key: in_language(CLASS[key], language),
            waiting=_waiting(reports),
            outcomes=list(Outcome),
        )
    )
    return encodable(html)


def class_table(reports: Sequence[Report]) -> Table:
    """One row a student for the terminal: name, score, a coloured mark for each exercise, outcome, notes."""
    several = len({report.assignment for report in reports}) > 1
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("student", max_width=24, no_wrap=True, overflow="ellipsis")
    if several:
        table.add_column("assignment", max_width=20, no_wrap=True, overflow="ellipsis")
    table.add_column("score", justify="right", no_wrap=True)
    table.add_column("exercises", no_wrap=True)
    table.add_column("outcome", no_wrap=True)
    table.add_column("notes")
    for report in sorted(reports, key=lambda report: (report.assignment, report.student)):
        space = " " if len(report.exercises) <= 12 else ""  # a table of 100 columns has room for a long chapter too
        marks = Styled(space).join(
            Styled(MARKS[each.outcome], style=_STYLES[each.outcome]) for each in report.exercises
        )
        cells = [Styled(one_line(report.student)), Styled(_score(report)), marks, _outcome(report), _remarks(report)]
        if several:
            cells.insert(1, Styled(one_line(report.assignment)))
        table.add_row(*cells)
    return table


def to_json(reports: Sequence[Report]) -> dict[str, Any]:
    """The results as plain data, with what a person must look at as student/assignment/exercise."""
    return {
        "submissions": [
            {
                "student": report.student,
                "assignment": report.assignment,
                "outcome": report.outcome.value,
                "score": report.score,
                "max_score": report.max_score,
                "rung": report.rung,
                "notes": [in_language(note.message, report.language) for note in report.notes],
                "exercises": [
                    {
                        "name": exercise.name,
                        "outcome": exercise.outcome.value,
                        "points": exercise.points,
                        "max_points": exercise.max_points,
                        "mistake": exercise.mistake,
                    }
                    for exercise in report.exercises
                ],
            }
            for report in reports
        ],
        "needs_a_person": [
            f"{report.student}/{report.assignment}/{name}" for report in reports for name in report.needs_a_person
        ],
    }


def to_csv(reports: Sequence[Report], people: Mapping[str, Mapping[str, str]] | None = None) -> str:
    """The scores with the columns of nbgrader's exporter.  A score that a fault of ours blocks stays empty.

    `people` gives each student's last_name, first_name and email, where known.
    """
    rows = []
    for report in reports:
        score = report.score if is_scored(report) else ""
        row = {"assignment": report.assignment, "student_id": report.student, "max_score": report.max_score}
        scores = {"raw_score": score, "late_submission_penalty": 0.0, "score": score}
        rows.append({**(people or {}).get(report.student, {}), **row, **scores})
    return csv_text(rows)


def csv_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """Rows as CSV with nbgrader's columns; text that a spreadsheet would run as a formula is disarmed.

    All text is quoted, numbers are not: csv's own rule lets a lone carriage return begin a new row.
    """
    out = io.StringIO()
    writer = csv.DictWriter(
        out, CSV_COLUMNS, restval="", extrasaction="ignore", lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC
    )
    writer.writeheader()
    for row in rows:
        writer.writerow({column: _disarmed(row.get(column)) for column in CSV_COLUMNS})
    return encodable(out.getvalue())


def _disarmed(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    text = str(value)
    seen = next((c for c in text if unicodedata.category(c)[0] not in "CZ"), "")  # spreadsheets pass over the rest
    clean = "".join("�" if unicodedata.category(c) in _CONTROLS else c for c in text)
    return "'" + clean if unicodedata.normalize("NFKC", seen).startswith(_FORMULA) else clean


def _assignments(reports: Sequence[Report], titles: Mapping[str, Text], language: str) -> list[_Assignment]:
    grouped: dict[str, list[Report]] = {}
    for report in sorted(reports, key=lambda report: (report.assignment, report.student)):
        grouped.setdefault(report.assignment, []).append(report)
    return [
        _Assignment(name, tuple(group), tuple(statistics_of(group, titles, language)))
        for name, group in grouped.items()
    ]


def _waiting(reports: Sequence[Report]) -> list[_Waiting]:
    """Faults of ours first, then what is to be marked."""
    grouped: dict[tuple[bool, str, str], list[Report]] = {}
    for report in sorted(reports, key=lambda report: report.student):
        if report.outcome is SubmissionOutcome.GRADER_ERROR:
            grouped.setdefault((True, report.assignment, ""), []).append(report)
            continue
        for exercise in report.exercises:
            if exercise.outcome in _OPEN:
                fault = exercise.outcome is Outcome.GRADER_ERROR
                grouped.setdefault((fault, report.assignment, exercise.name), []).append(report)
    ordered = sorted(grouped.items(), key=lambda item: (not item[0][0], item[0][1]))
    return [_Waiting(assignment, name, fault, tuple(group)) for (fault, assignment, name), group in ordered]


def one_line(text: str) -> str:
    """Text that cannot steer a terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)


def _score(report: Report) -> str:
    if report.outcome is SubmissionOutcome.UNREADABLE:
        return "–"
    return f"{number(report.score)}/{number(report.max_score)}" if is_scored(report) else "blocked"


def _outcome(report: Report) -> Styled:
    style = {SubmissionOutcome.GRADED: "", SubmissionOutcome.UNREADABLE: "bold red"}.get(
        report.outcome, _STYLES[Outcome.GRADER_ERROR]
    )
    return Styled(report.outcome.value.lower().replace("_", " "), style=style)


def _remarks(report: Report) -> Styled:
    to_mark = sum(exercise.outcome is Outcome.AWAITING_MARKING for exercise in report.exercises)
    faults = sum(exercise.outcome is Outcome.GRADER_ERROR for exercise in report.exercises)
    parts = [f"{to_mark} to mark"] if to_mark else []
    parts += [f"{faults} grader error{'s' * (faults > 1)}"] if faults else []
    parts += [note.code.removeprefix("note_").replace("_", " ") for note in report.notes]
    return Styled(", ".join(parts), style="dim")
