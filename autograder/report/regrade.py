"""A request to look at a grading again: one line that a student sends and `autograder history` takes.

It names exactly one grading.  It comes back through mail programs, which break lines and quote them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from autograder.model.verdict import Report

_BEGIN = "autograder-regrade"
_DIGITS = 12  # of a digest: no two submissions of a course have the same
_SPECIAL = re.compile(r"[\s%=<>\"'`\x00-\x1f\x7f\ud800-\udfff]")
_FIELD = re.compile(r"(\w+)=(\S+)")
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_LENGTH = len("2027-03-01T10:00:00Z")


@dataclass(frozen=True)
class Request:
    """Which grading is to be looked at again, and which exercise of it: "" for all of it.

    `submission` and `bank` are beginnings of digests; `graded` is when it was recorded, to the second, "" where that is
    not known.
    """

    assignment: str
    student: str
    exercise: str
    submission: str
    bank: str
    engine: str
    graded: str = ""

    @staticmethod
    def of(report: Report, graded_at: datetime | None, exercise: str = "") -> Request:
        """The request about a report."""
        graded = graded_at.astimezone(UTC).strftime(_MOMENT) if graded_at is not None else ""
        digests = report.submission[:_DIGITS], report.bank[:_DIGITS]
        return Request(report.assignment, report.student, exercise, *digests, report.engine, graded)

    @property
    def line(self) -> str:
        """What is sent."""
        fields = (f"{name}={_SPECIAL.sub(_encoded, value)}" for name, value in vars(self).items() if value)
        return " ".join([_BEGIN, *fields])

    @staticmethod
    def read(text: str) -> Request | None:
        """The first request in a text, whatever stands around it; None where there is none."""
        _, begin, after = text.partition(_BEGIN)
        found: dict[str, str] = {}
        for name, value in _FIELD.findall(after.partition(_BEGIN)[0]):
            found.setdefault(name, unquote(value, errors="surrogatepass"))
        if not begin or not {"assignment", "student", "submission", "engine"} <= found.keys():
            return None
        return Request(
            found["assignment"],
            found["student"],
            found.get("exercise", ""),
            found["submission"],
            found.get("bank", ""),
            found["engine"],
            found.get("graded", "")[:_LENGTH],
        )

    def fits(self, report: Report, graded_at: datetime) -> bool:
        """Whether a grading is the one that is meant."""
        asked = Request.of(report, graded_at, self.exercise)
        return self == (asked if self.graded else Request.of(report, None, self.exercise))


def _encoded(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="surrogatepass")
