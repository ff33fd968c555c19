"""The result of a submission as GitHub Classroom's reporter reads it (autograding-grading-reporter@v1)."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from typing import Any

from autograder.model.texts import Text
from autograder.report.as_tests import AsTest, Kind, tests_of
from autograder.report.standing import Standing, maximum
from autograder.report.table import one_line

_STATUS = {Kind.PASSED: "pass", Kind.FAILED: "fail", Kind.ERROR: "error"}
VERSION = 1


def classroom_result(
    standing: Standing,
    titles: Mapping[str, Text],
    max_scores: Mapping[str, float],
    *,
    lines: Mapping[str, int],
    is_enough: bool | None = None,
) -> dict[str, Any]:
    """The result.  It passes where everything does; where there is a threshold, where the score `is_enough`.

    Classroom counts whole points, so that the running total is rounded.  What waits for a person, or is a bonus that
    nobody tried, is no test.  Where there is no score `max_score` is 0: the reporter then sends none.
    """
    tests = [test for test in tests_of(standing, titles) if test.kind is not Kind.SKIPPED]
    passes = all(test.kind is Kind.PASSED for test in tests) if is_enough is None else is_enough
    status = "error" if not standing.is_scored else "pass" if passes else "fail"
    whole = maximum(standing, max_scores) if standing.is_scored else None
    entries, running = [], 0.0
    for test in tests:
        points = (test.item.points or 0.0) if test.item is not None else 0.0
        entries.append(_entry(test, _rounded(running + points) - _rounded(running), lines.get(test.name, 0)))
        running += points
    return {"version": VERSION, "status": status, "max_score": _rounded(whole or 0.0), "tests": entries}


def refused(sentence: str) -> dict[str, Any]:
    """The result of a grading that did not start."""
    test = {"name": "autograder", "status": "error", "score": 0, "message": _inert(sentence)}
    return {"version": VERSION, "status": "error", "max_score": 0, "tests": [{**test, "test_code": "", "line_no": 0}]}


def encoded(result: Mapping[str, Any]) -> str:
    """The result as the output of a step."""
    return base64.b64encode(json.dumps(result).encode()).decode()


def _entry(test: AsTest, score: int, line: int) -> dict[str, Any]:
    judged = test.item is not None and test.item.verdict is not None and not test.item.verdict.written
    return {
        "name": _inert(test.title),
        "status": _STATUS[test.kind],
        "score": score,
        "message": "\n".join(map(_inert, test.lines)) if test.lines else None,
        "test_code": f'check("{test.name}")' if judged else "",
        "line_no": line,
    }


def _rounded(points: float) -> int:
    return math.floor(points + 0.5)  # the same for every whole number of points, which round() is not


def _inert(line: str) -> str:
    """A line that the reporter may print: its runner would obey a command in it, at the beginning or anywhere."""
    clean = one_line(line).replace("##[", "## [")
    return f"\u200b{clean}" if clean.lstrip().startswith("::") else clean
