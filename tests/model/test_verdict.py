"""Verdicts and reports: what counts, what blocks, and that nothing is lost on the way through JSON."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from autograder.model.texts import Values, part
from autograder.model.verdict import ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome

HINT = {"en": "wrong", "zh": "不对"}
WRONG = Finding(
    "wrong_shape",
    {"output": part("output", path="w"), "expected": "(3,)", "actual": "(2,)"},
    "values",
    {"en": "c", "zh": "丙"},
)
CORE = ExerciseVerdict("a", Outcome.PARTIAL, 0.7, 2, "mean", HINT, (WRONG,))
BONUS = ExerciseVerdict("b", Outcome.PASSED, 1, 1, extra=True)
REPORT = Report(
    "ada",
    "ch01",
    "zh",
    SubmissionOutcome.GRADED,
    "s",
    "b",
    "e",
    2,
    (Note("note_edited", {"cells": ["`a`"]}),),
    (CORE, BONUS),
)


def test_a_bonus_adds_points_and_no_maximum() -> None:
    assert (REPORT.score, REPORT.max_score) == (1.7, 2)


def test_points_are_added_without_the_dust_of_floats() -> None:
    report = replace(REPORT, exercises=tuple(replace(CORE, points=0.1) for _ in range(3)))
    assert report.score == 0.3


def test_a_report_survives_json() -> None:
    again = Report.from_json(json.loads(json.dumps(REPORT.to_json())))
    assert again == REPORT
    assert isinstance(again.exercises[0].outcome, Outcome)


@pytest.mark.parametrize(
    ("code", "values"),
    [("no_such_sentence", {}), ("wrong_value", {}), ("wrong_value", {"output": part("output")})],
    ids=["an unknown code", "a value is missing", "a value of a part is missing"],
)
@pytest.mark.parametrize("kind", [Finding, Note])
def test_what_could_not_be_told_is_refused_where_it_is_made(
    kind: type[Finding | Note], code: str, values: Values
) -> None:
    with pytest.raises(KeyError):
        kind(code, values)


def test_faults_of_ours_and_written_answers_need_a_person() -> None:
    assert REPORT.needs_a_person == ()
    waiting = replace(CORE, name="why", outcome=Outcome.AWAITING_MARKING)
    fault = replace(CORE, name="broken", outcome=Outcome.GRADER_ERROR)
    assert replace(REPORT, exercises=(CORE, waiting, fault)).needs_a_person == ("why", "broken")
    assert replace(REPORT, outcome=SubmissionOutcome.GRADER_ERROR).needs_a_person == ("the whole submission",)
