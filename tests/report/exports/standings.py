"""Standings of every kind, for all formats."""

from __future__ import annotations

from typing import Any

from autograder.model.texts import part
from autograder.model.verdict import ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome
from autograder.report.standing import Mark, Marks, Person, Standing

ONE = "ch01_regression"
TITLES = {"loss": {"en": "1.2 The loss", "zh": "1.2 损失"}, "why": {"en": "Why?", "zh": "为什么？"}}
HINT = {"en": "Use `np.sum`, not <b>mean</b>.", "zh": "用 `np.sum`，而不是 <b>mean</b>。"}
WRONG = Finding("wrong_value", {"output": part("output", path="loss")}, "values", {"en": "four points", "zh": "四个点"})
WHO = Person("Carol", "Chen", "carol@example.org")


def verdict(name: str, outcome: Outcome, points: float = 0.0, **more: Any) -> ExerciseVerdict:
    return ExerciseVerdict(name, outcome, points, 2.0, **more)


PASSED = verdict("loss", Outcome.PASSED, 2.0)
WRONG_LOSS = verdict("loss", Outcome.FAILED, 0.0, mistake="mean_for_sum", hint=HINT, findings=(WRONG,))
PARTIAL = verdict("grad", Outcome.PARTIAL, 1.25)
FAULT = verdict("grad", Outcome.GRADER_ERROR)
AWAITED = verdict("why", Outcome.AWAITING_MARKING, written=True)
BONUS = verdict("more", Outcome.PASSED, 2.0, extra=True)


def report(student: str, *exercises: ExerciseVerdict, **more: Any) -> Report:
    values = {"language": "en", "outcome": SubmissionOutcome.GRADED, "submission": f"{student}-1", "bank": "b"}
    return Report(student, ONE, **(values | {"engine": "0.1.0", "draw": 0} | more), exercises=exercises)


def settled(student: str = "carol", person: Person = WHO, **more: Any) -> Standing:
    """3.25 of 4 points."""
    return Standing(report(student, PASSED, PARTIAL, **more), person=person)


def unreadable(student: str = "carol", person: Person = WHO) -> Standing:
    note = Note("unreadable_json", {"line": 3})
    return Standing(report(student, outcome=SubmissionOutcome.UNREADABLE, bank="", notes=(note,)), person=person)


def blocked(student: str = "carol", person: Person = WHO) -> Standing:
    """The grader failed on one exercise."""
    return Standing(report(student, PASSED, FAULT), person=person)


def awaiting(student: str = "carol", person: Person = WHO) -> Standing:
    """2 of 4 points, 2 await a person."""
    return Standing(report(student, PASSED, AWAITED), person=person)


def marked(student: str = "carol", person: Person = WHO) -> Standing:
    """A person gave 1.5 points to the written answer; half a point is taken off for being late."""
    mark = Mark(1.5, 2.0, by_hand=True, comment="=HYPERLINK(1) <script>alert(1)</script>")
    return Standing(report(student, PASSED, AWAITED), marks=Marks({"why": mark}, late_penalty=0.5), person=person)


def looked_at_again(student: str = "carol", person: Person = WHO) -> Standing:
    """A mark on an earlier answer: 1 point that somebody must look at."""
    mark = Mark(1.0, 2.0, by_hand=True, needs_a_person=True)
    return Standing(report(student, PASSED, AWAITED), marks=Marks({"why": mark}), person=person)


OPEN = {"unreadable": unreadable, "blocked": blocked, "awaiting": awaiting, "again": looked_at_again}
