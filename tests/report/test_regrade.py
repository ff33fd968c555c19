"""The line that asks for a regrade: it survives mail, and names exactly one grading."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from autograder.model.verdict import Report, SubmissionOutcome
from autograder.report.regrade import Request

GRADED = datetime(2027, 3, 1, 10, 0, 7, 123456, tzinfo=UTC)
REPORT = Report("ada", "ch01", "en", SubmissionOutcome.GRADED, "ab12" * 16, "cd34" * 16, "0.1.0", 0)
NAMES = [
    "ada",
    "王小明",
    "Ada Lovelace",
    "100%",
    "a=b c=d",
    'o\'neill "x" `y`',
    "<b>",
    "a\nb",
    "caf\udce9",
    "exercise=x",
]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_in_a_name_the_line_is_one_and_is_read_back(name: str) -> None:
    request = Request.of(replace(REPORT, student=name, assignment=f"{name} 1"), GRADED, name)
    assert len(request.line.splitlines()) == 1
    assert not set("<>`'\"") & set(request.line)
    assert Request.read(request.line) == request


@pytest.mark.parametrize(
    "around",
    ["{line}", "Dear teacher,\n{line}.\nYours", "> {line}", "“{line}”", "({line})", "{line}\n\n{line}", "{folded}"],
)
def test_it_is_found_in_a_mail(around: str) -> None:
    line = Request.of(REPORT, GRADED, "linear_loss").line
    assert Request.read(around.format(line=line, folded=line.replace(" ", "\n> "))) == Request.read(line)


@pytest.mark.parametrize(
    "text", ["", "ada", "autograder-regrade", "autograder-regrade student=ada", "student=ada assignment=ch01"]
)
def test_what_is_no_request_is_none(text: str) -> None:
    assert Request.read(text) is None


def test_it_fits_that_grading_alone() -> None:
    request = Request.of(REPORT, GRADED, "linear_loss")
    assert request.fits(REPORT, GRADED)
    assert request.fits(REPORT, GRADED.astimezone(timezone(timedelta(hours=8))))
    assert not request.fits(REPORT, GRADED + timedelta(seconds=1))
    for part in ("student", "assignment", "submission", "bank", "engine"):
        assert not request.fits(replace(REPORT, **{part: "other"}), GRADED)  # type: ignore[arg-type]
