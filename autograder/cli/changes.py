"""What changed from one grading to another, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.grading.ledger import Grading
from autograder.model.verdict import Report, SubmissionOutcome


@dataclass(frozen=True)
class Entry:
    """A grading of a history, and what differs from the one before of the same assignment."""

    grading: Grading
    changed: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The grading in short; its time is UTC."""
        report = self.grading.report
        return {
            "number": self.grading.number,
            "recorded_at": self.grading.recorded_at.isoformat(),
            "assignment": report.assignment,
            "outcome": report.outcome.value,
            "score": score_of(report),
            "max_score": report.max_score,
            "changed": list(self.changed),
            "source": self.grading.source,
            "submission": report.submission,
            "bank": report.bank,
            "engine": report.engine,
        }


@dataclass(frozen=True)
class Difference:
    """One student's assignment in two states of the ledger; None where it has no grading.

    `exercises` holds (name, points before, points after) of each exercise whose points or outcome changed.
    """

    student: str
    assignment: str
    before: Report | None
    after: Report | None
    causes: tuple[str, ...]
    exercises: tuple[tuple[str, float | None, float | None], ...]

    @property
    def matters(self) -> bool:
        """Whether anything that counts is different."""
        return bool(self.exercises) or score_of(self.before) != score_of(self.after)

    def to_json(self) -> dict[str, Any]:
        """Plain data; a score is null where there is none."""
        return {
            "student": self.student,
            "assignment": self.assignment,
            "before": score_of(self.before),
            "after": score_of(self.after),
            "why": list(self.causes),
            "exercises": [{"name": name, "before": old, "after": new} for name, old, new in self.exercises],
        }


@dataclass(frozen=True)
class Sums:
    """An assignment's differences added up.  Points are sums of scores; a state without a score adds none."""

    assignment: str
    students: tuple[int, int]
    points: tuple[float, float]
    up: int
    down: int
    alike: int

    def to_json(self) -> dict[str, Any]:
        """Plain data; pairs are before and after."""
        return {**vars(self), "students": list(self.students), "points": list(self.points)}


def score_of(report: Report | None) -> float | None:
    """The score, None where there is none: unreadable, or blocked by a fault of the grader."""
    if report is None or report.outcome is not SubmissionOutcome.GRADED or report.has_grader_error:
        return None
    return report.score


def causes(before: Report | None, after: Report | None) -> tuple[str, ...]:
    """Why two gradings of a student's assignment may differ."""
    if before is None or after is None:
        return ("new" if before is None else "not there any more",)
    found = []
    if before.submission != after.submission:
        found.append("other submission")
    judged = all(report.outcome is SubmissionOutcome.GRADED for report in (before, after))
    if judged and before.bank != after.bank:
        found.append("other bank")
    if before.engine != after.engine:
        found.append("other engine")
    if before.has_grader_error != after.has_grader_error:
        found.append("grader error gone" if before.has_grader_error else "grader error")
    return tuple(found) or ("graded again",)


def history_of(gradings: Sequence[Grading]) -> list[Entry]:
    """The gradings of one student, oldest first, each with what differs from the one before."""
    entries: list[Entry] = []
    before: dict[str, list[Grading]] = {}
    for grading in gradings:
        earlier = before.setdefault(grading.report.assignment, [])
        last = earlier[-1].report if earlier else None
        changed = causes(last, grading.report) if last is not None else ("first",)
        same = [each.number for each in earlier[:-1] if each.report == grading.report]
        entries.append(Entry(grading, (*changed, f"as #{same[-1]}") if same else changed))
        earlier.append(grading)
    return entries


def differences(before: Iterable[Grading], after: Iterable[Grading]) -> list[Difference]:
    """The students and assignments whose gradings are not the same in both states, by assignment and student."""
    old = {(grading.report.assignment, grading.report.student): grading.report for grading in before}
    new = {(grading.report.assignment, grading.report.student): grading.report for grading in after}
    found = []
    for assignment, student in sorted({*old, *new}):
        one, other = old.get((assignment, student)), new.get((assignment, student))
        if one != other:
            found.append(Difference(student, assignment, one, other, causes(one, other), _exercises(one, other)))
    return found


def _exercises(before: Report | None, after: Report | None) -> tuple[tuple[str, float | None, float | None], ...]:
    old = {each.name: (each.points, each.outcome) for each in before.exercises} if before is not None else {}
    new = {each.name: (each.points, each.outcome) for each in after.exercises} if after is not None else {}
    return tuple(
        (name, old[name][0] if name in old else None, new[name][0] if name in new else None)
        for name in {**new, **old}
        if old.get(name) != new.get(name)
    )


def sums_of(before: Sequence[Grading], after: Sequence[Grading]) -> list[Sums]:
    """The differences of each assignment added up."""
    found = differences(before, after)
    sums = []
    for assignment in sorted({grading.report.assignment for grading in (*before, *after)}):
        states = [[each.report for each in state if each.report.assignment == assignment] for state in (before, after)]
        gains = [
            (score_of(each.after) or 0.0) - (score_of(each.before) or 0.0)
            for each in found
            if each.assignment == assignment
        ]
        up, down = sum(gain > 0 for gain in gains), sum(gain < 0 for gain in gains)
        points = [round(sum(score_of(report) or 0.0 for report in state), 6) for state in states]
        everybody = {report.student for state in states for report in state}
        counts = (len(states[0]), len(states[1]))
        sums.append(Sums(assignment, counts, (points[0], points[1]), up, down, len(everybody) - up - down))
    return sums
