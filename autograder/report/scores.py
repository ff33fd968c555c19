"""Scores as CSV, with the columns of nbgrader's exporter."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from autograder.report.feedback.inline import encodable
from autograder.report.standing import Standing, maximum

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
_FORMULA = ("=", "+", "-", "@")  # how a formula begins; full-width forms count where Chinese or Japanese is written
_CONTROLS = ("Cc", "Cs", "Zl", "Zp")  # control characters, surrogates, separators of lines and paragraphs


def to_csv(standings: Sequence[Standing], *, max_scores: Mapping[str, float] | None = None) -> str:
    """The scores.  One that is not settled stays empty: the grader failed, or the file could not be read.

    `max_scores` gives the points of whole assignments, for files that could not be read.
    """
    return csv_text(_row(standing, max_scores or {}) for standing in standings)


def _row(standing: Standing, max_scores: Mapping[str, float]) -> dict[str, Any]:
    person = standing.person
    return {
        "assignment": standing.report.assignment,
        "duedate": _time(standing.due_at),
        "timestamp": _time(standing.submitted_at),
        "student_id": standing.report.student,
        "last_name": person.last_name,
        "first_name": person.first_name,
        "email": person.email,
        "raw_score": standing.raw_score,
        "late_submission_penalty": standing.late_penalty,
        "score": standing.score,
        "max_score": maximum(standing, max_scores),
    }


def _time(when: datetime | None) -> str:
    """As nbgrader writes it: UTC, without saying so."""
    return str(when.replace(tzinfo=None)) if when is not None else ""


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
        writer.writerow({column: disarmed(row.get(column)) for column in CSV_COLUMNS})
    return encodable(out.getvalue())


def disarmed(value: Any) -> Any:
    """A value for a cell that no spreadsheet runs as a formula; numbers stay numbers."""
    if value is None:
        return ""
    if isinstance(value, (int, float)):
        return value
    text = str(value)
    seen = next((c for c in text if unicodedata.category(c)[0] not in "CZ"), "")  # spreadsheets pass over the rest
    clean = "".join("�" if unicodedata.category(c) in _CONTROLS else c for c in text)
    return "'" + clean if unicodedata.normalize("NFKC", seen).startswith(_FORMULA) else clean
