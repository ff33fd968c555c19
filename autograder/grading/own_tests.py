"""Test cells of a course's own: run beside the student's code as nbgrader runs them, and paid as nbgrader pays.

Unlike hidden cases they share the student's process, so a student who wants to can forge them.  Whatever they do, the
exercises of the chapter have been judged already, in other processes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from autograder.grading.case_tests import verdict_of_cases
from autograder.grading.student_process import StudentProcess
from autograder.grading.told_tests import error_told, how_ended, quoted
from autograder.model.course_tests import BankedTest
from autograder.model.verdict import ExerciseVerdict, Finding, Outcome
from autograder.sandbox import CellResult, CellStatus, refused_language


def judge_tests(tests: Sequence[BankedTest], beside: StudentProcess, ignored: str = "") -> list[ExerciseVerdict]:
    """A verdict on each test, from one run of the student's cells with the tests in their places.

    `beside` is a process of their own.  What is written to stderr and has the pattern `ignored` in it costs nothing.
    Raises SetupFailed and SandboxUnavailable.
    """
    try:
        beside.session(())  # nothing is left out: what a test needs is the teacher's to say
        if beside.skips_demos:
            _run_again_where_names_were_missing(tests, beside)
    finally:
        beside.drop()
    results = beside.results
    return [
        verdict_of_cases(test, results) if test.cases else _verdict(test, results.get(test.name), ignored)
        for test in tests
    ]


def _run_again_where_names_were_missing(tests: Sequence[BankedTest], beside: StudentProcess) -> None:
    """Untouched demo cells take their time and are skipped, unless a test misses a name that one of them may define."""
    results = beside.results
    ran = [test.name for test in tests if test.name in results]
    lost = {name: results.pop(name) for name in ran if results[name].error_name == "NameError"}
    if lost:
        beside.run_demos()
        beside.session(())
        for name, result in lost.items():
            results.setdefault(name, result)


def _verdict(test: BankedTest, result: CellResult | None, ignored: str) -> ExerciseVerdict:
    if result is None:
        return _of(test, Outcome.FAILED, 0.0, Finding("test_not_run"))
    if language := refused_language(test.source):  # which is nothing that the student could mend
        return _of(test, Outcome.AWAITING_MARKING, 0.0, Finding("test_language", {"language": f"`%%{language}`"}))
    if result.status is CellStatus.ERROR and result.error_name == "NotImplementedError":  # an untouched answer's
        return _of(test, Outcome.NOT_ATTEMPTED, 0.0, Finding("not_attempted"))
    if result.status not in (CellStatus.OK, CellStatus.ERROR):
        return _of(test, Outcome.FAILED, 0.0, Finding(how_ended(result.status)))
    printed = _printed(result.outputs)
    if result.truncated and result.status is CellStatus.OK:
        return _of(test, Outcome.AWAITING_MARKING, 0.0, Finding("test_cut"), *printed)
    return _from_outputs(test, result, printed, ignored)


def _from_outputs(test: BankedTest, result: CellResult, printed: Sequence[Finding], ignored: str) -> ExerciseVerdict:
    """By the first output that tells, as nbgrader's `determine_grade`: what was raised or warned of, then a number.

    nbgrader stops at more points than there are and gives all of them for less than none: here a person looks.
    """
    if result.status is CellStatus.ERROR:
        values = {"error": error_told(result.error_name), "said": quoted(result.error_message)}
        raised = Finding("test_failed", values)
        return _of(test, Outcome.FAILED, 0.0, raised, *printed)
    for output in result.outputs:
        if output["output_type"] == "stream" and output["name"] == "stderr":
            if ignored and re.search(ignored, output["text"]):
                continue
            warned = Finding("test_stderr", {"said": quoted(output["text"])})
            return _of(test, Outcome.FAILED, 0.0, warned, *printed)
        if output["output_type"] == "execute_result":
            return _from_value(test, output["data"].get("text/plain"), printed)
    return _passed(test)


def _from_value(test: BankedTest, text: Any, printed: Sequence[Finding]) -> ExerciseVerdict:
    """A number is the points; any other value is a pass."""
    given = _number(text)
    if given is None or given == test.points:
        return _passed(test)
    values = {"points": f"{given:g}", "max": f"{test.points:g}"}
    if not 0 <= given <= test.points:
        return _of(test, Outcome.AWAITING_MARKING, 0.0, Finding("test_odd", values), *printed)
    finding = Finding("test_partial", values)
    return _of(test, Outcome.PARTIAL if given else Outcome.FAILED, given, finding, *printed)


def _number(text: Any) -> float | None:
    try:
        return float(text)
    except (TypeError, ValueError):
        return None


def _printed(outputs: Sequence[Mapping[str, Any]]) -> tuple[Finding, ...]:
    """What the test printed, if anything."""
    said = quoted("".join(output["text"] for output in outputs if output.get("name") == "stdout"))
    return (Finding("test_printed", {"said": said}),) if said else ()


def _passed(test: BankedTest) -> ExerciseVerdict:
    return _of(test, Outcome.PASSED, test.points, Finding("test_passed", passed=True))


def _of(test: BankedTest, outcome: Outcome, points: float, *findings: Finding) -> ExerciseVerdict:
    return ExerciseVerdict(test.name, outcome, points, test.points, findings=findings)
