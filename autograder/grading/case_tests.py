"""Tests that have cases: each case ran in a cell of its own, and Otter's rules make points of what passed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from autograder.grading.otter_notebook import key_of
from autograder.grading.told_tests import error_told, how_ended, in_one_line, quoted
from autograder.model.course_tests import BankedTest, BankedTestCase
from autograder.model.texts import LANGUAGES, Values, part
from autograder.model.verdict import ExerciseVerdict, Finding, Outcome
from autograder.sandbox import CellResult, CellStatus


def verdict_of_cases(test: BankedTest, results: Mapping[str, CellResult]) -> ExerciseVerdict:
    """The verdict, from what the cells of its cases gave.

    Of hidden cases students are told how many failed.  What comes over the wire is the student's to choose.
    """
    ran = [(case, results.get(key_of(test, number))) for number, case in enumerate(test.cases)]
    failed = [case for case, result in ran if not _passed(result)]
    earned = sum(case.points for case, result in ran if _passed(result))
    if test.all_or_nothing:
        earned = 0.0 if failed else test.points
    outcome = Outcome.PASSED if not failed else Outcome.PARTIAL if earned else Outcome.FAILED
    findings = [finding for case, result in ran if not case.hidden for finding in _findings(case, result)]
    hidden = sum(case.hidden for case in failed)
    if hidden:
        findings.append(Finding("test_hidden", {"failed": hidden, "count": sum(case.hidden for case in test.cases)}))
    if failed and earned:
        findings.insert(0, Finding("test_partial", {"points": f"{earned:.5g}", "max": f"{test.points:.5g}"}))
    if not failed:
        findings.insert(0, Finding("test_passed", passed=True))
    return ExerciseVerdict(test.name, outcome, min(earned, test.points), test.points, findings=tuple(findings))


def _passed(result: CellResult | None) -> bool:
    return result is not None and result.status is CellStatus.OK


def _findings(case: BankedTestCase, result: CellResult | None) -> Iterator[Finding]:
    """What is told of a case that students may know: why it failed, and what the author says to that."""
    name = dict.fromkeys(LANGUAGES, in_one_line(case.name))
    if not _passed(result):
        code, values = _why(result)
        yield Finding(code, values, case=name)
    if said := case.success if _passed(result) else case.failure:
        yield Finding("test_said", {"said": quoted(said)}, case=name, passed=_passed(result))


def _why(result: CellResult | None) -> tuple[str, Values]:
    if result is None:
        return "test_not_run", {}
    if result.status is not CellStatus.ERROR:
        return how_ended(result.status), {}
    if result.error_name != "CaseFailed":
        return "test_failed", {"error": error_told(result.error_name), "said": quoted(result.error_message)}
    match _parts(result.error_message):
        case [example, expected, got]:
            return "test_differs", {"example": _code(example), "expected": _code(expected), "got": _code(got)}
        case [example, _, error, said]:
            return "test_stopped", {"example": _code(example), "error": error_told(error), "said": quoted(said)}
    return "test_case_failed", {}


def _parts(text: str) -> list[str]:
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return parts if isinstance(parts, list) and all(isinstance(each, str) for each in parts) else []


def _code(text: str) -> Values | str:
    line = in_one_line(text)
    return f"`{line}`" if line else part("test_nothing")
