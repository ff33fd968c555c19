"""Where a student stands in one assignment: the newest grading, and what people have added to it in a gradebook.

The gradebook has the last word on what it holds.  Records only; nothing here knows nbgrader.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from autograder.model.verdict import ExerciseVerdict, Outcome, Report, SubmissionOutcome

WHOLE = "the whole submission"  # what a person must look at where nothing in it could be graded
_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True)
class Person:
    """Who a student is, as the roster says."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""

    @property
    def name(self) -> str:
        """The name as people write it, the family name first in Chinese; "" where the roster has none."""
        parts = [self.first_name.strip(), self.last_name.strip()]
        if all(_HAN.fullmatch(part) for part in parts):
            return parts[1] + parts[0]
        return " ".join(filter(None, parts))

    @property
    def listed(self) -> str:
        """The name as a list has it, the family name first."""
        parts = [self.last_name.strip(), self.first_name.strip()]
        if all(_HAN.fullmatch(part) for part in parts):
            return "".join(parts)
        return ", ".join(filter(None, parts))


@dataclass(frozen=True)
class Mark:
    """What a gradebook holds for one exercise or question.

    points          what counts now, extra credit included; None where neither we nor a person gave any.
    by_hand         whether a person set them.
    needs_a_person  whether the gradebook waits for somebody to look.
    comment         what a person wrote to the student.
    """

    points: float | None
    max_points: float
    by_hand: bool = False
    needs_a_person: bool = False
    comment: str = ""


@dataclass(frozen=True)
class Marks:
    """What a gradebook holds for one submission: a mark for each exercise and question by name, times (UTC), penalty.

    Marks of cells that are no exercise of ours (a teacher's own, a task cell) are there by their grade_id.
    """

    cells: Mapping[str, Mark] = field(default_factory=dict)
    late_penalty: float = 0.0
    submitted_at: datetime | None = None
    due_at: datetime | None = None


@dataclass(frozen=True)
class Item:
    """One exercise or question as it counts now: our verdict on it, the gradebook's mark, or both."""

    name: str
    verdict: ExerciseVerdict | None = None
    mark: Mark | None = None

    @property
    def points(self) -> float | None:
        """What counts now; None where nobody gave any yet."""
        if self.mark is not None and self.mark.points is not None:
            return self.mark.points
        return None if self.verdict is None or self.verdict.outcome.is_open else self.verdict.points

    @property
    def max_points(self) -> float:
        """What the answer is worth.  nbgrader holds a bonus at 0, so that of one we know it better."""
        if self.mark is not None and not self.extra:
            return self.mark.max_points
        return self.verdict.max_points if self.verdict is not None else 0.0

    @property
    def in_total(self) -> float:
        """Its share of the assignment's maximum: a bonus adds points and nothing here."""
        if self.mark is not None:
            return self.mark.max_points
        return 0.0 if self.extra else self.max_points

    @property
    def extra(self) -> bool:
        """Whether it is a bonus."""
        return self.verdict is not None and self.verdict.extra

    @property
    def by_hand(self) -> bool:
        """Whether a person set the points."""
        return self.mark is not None and self.mark.by_hand and self.mark.points is not None

    @property
    def comment(self) -> str:
        """What a person wrote about it to the student."""
        return self.mark.comment if self.mark is not None else ""

    @cached_property
    def needs_a_person(self) -> bool:
        """Whether somebody must look: a fault of ours, an answer to mark, or a mark on an earlier answer."""
        is_open = self.verdict is not None and self.verdict.outcome.is_open and not self.by_hand
        return is_open or self.points is None or (self.mark is not None and self.mark.needs_a_person)

    @cached_property
    def outcome(self) -> Outcome:
        """The verdict where it counts; what a person's points come to where those do."""
        judged = self.verdict.outcome if self.verdict is not None else None
        if self.needs_a_person:
            is_fault = judged is Outcome.GRADER_ERROR and not self.by_hand
            return Outcome.GRADER_ERROR if is_fault else Outcome.AWAITING_MARKING
        points = self.points or 0.0
        if judged is not None and (not self.by_hand or (judged is Outcome.NOT_ATTEMPTED and not points)):
            return judged
        if points >= self.max_points:
            return Outcome.PASSED
        return Outcome.PARTIAL if points > 0 else Outcome.FAILED


@dataclass(frozen=True)
class Earlier:
    """An earlier grading of the same student's assignment, and when it was recorded, UTC."""

    report: Report
    graded_at: datetime


@dataclass(frozen=True)
class Standing:
    """The newest grading of a student's assignment, when it was recorded (UTC), and what the gradebook adds.

    `source` is the file that was graded, "" where it is not known.  `handed_in_before` is the last grading of another
    notebook, `graded_before` the one just before where that is of the same notebook.
    Every page, table and file takes its points from here, so that all of them say the same.
    """

    report: Report
    graded_at: datetime | None = None
    marks: Marks | None = None
    person: Person = Person()
    source: str = ""
    handed_in_before: Earlier | None = None
    graded_before: Earlier | None = None

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """Every exercise and question of the report, then what the gradebook alone knows."""
        marks = self.marks.cells if self.marks is not None else {}
        ours = [Item(verdict.name, verdict, marks.get(verdict.name)) for verdict in self.report.exercises]
        known = {item.name for item in ours}
        return (*ours, *(Item(name, mark=mark) for name, mark in marks.items() if name not in known))

    @cached_property
    def is_graded(self) -> bool:
        """False where the file could not be read or the grader failed on all of it, until a person marked it."""
        marked = any(item.by_hand for item in self.items) and not any(item.needs_a_person for item in self.items)
        return self.report.outcome is SubmissionOutcome.GRADED or marked

    @cached_property
    def is_scored(self) -> bool:
        """Whether there is a score: a fault of ours, or a file that cannot be read, is never a zero."""
        return self.is_graded and not any(item.outcome is Outcome.GRADER_ERROR for item in self.items)

    @property
    def raw_score(self) -> float | None:
        """The points that count so far, before a penalty; None without a score."""
        return self._earned if self.is_scored else None

    @property
    def score(self) -> float | None:
        """The points that count so far, as nbgrader counts them: less the penalty, never below 0."""
        return self.points_so_far if self.is_scored else None

    @property
    def points_so_far(self) -> float:
        """As `score`, and a number also where faults of ours block the score."""
        return round(max(0.0, self._earned - self.late_penalty), 6)

    @property
    def _earned(self) -> float:
        return round(float(sum(item.points or 0.0 for item in self.items)), 6)

    @property
    def late_penalty(self) -> float:
        """What is taken off for handing in late."""
        return self.marks.late_penalty if self.marks is not None else 0.0

    @property
    def max_score(self) -> float:
        """Points of all exercises and questions but bonuses, awaited ones included; 0 where none is known."""
        return round(float(sum(item.in_total for item in self.items)), 6)

    @property
    def awaited(self) -> float:
        """Points of the answers that have none yet: they await a person."""
        return round(float(sum(item.max_points for item in self.items if item.points is None)), 6)

    @property
    def needs_a_person(self) -> tuple[str, ...]:
        """Names of what a person must look at."""
        if not self.is_graded:
            return (WHOLE,)
        return tuple(item.name for item in self.items if item.needs_a_person)

    @property
    def submitted_at(self) -> datetime | None:
        """When it was handed in, UTC."""
        return _utc(self.marks.submitted_at) if self.marks is not None else None

    @property
    def due_at(self) -> datetime | None:
        """When it was due, UTC."""
        return _utc(self.marks.due_at) if self.marks is not None else None

    @property
    def is_late(self) -> bool:
        """Whether it came after it was due; False where a time is not known."""
        return self.submitted_at is not None and self.due_at is not None and self.submitted_at > self.due_at


def maximum(standing: Standing, max_scores: Mapping[str, float]) -> float | None:
    """Points of the whole assignment: the standing's own, else that of `max_scores` by assignment, else None."""
    return standing.max_score if standing.items else max_scores.get(standing.report.assignment)


def _utc(when: datetime | None) -> datetime | None:
    """nbgrader's times are UTC and say nothing of it."""
    if when is None:
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
