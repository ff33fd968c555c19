"""Where a student stands in one assignment: the newest grading, and what people have added to it in a gradebook.

The gradebook has the last word on what it holds.  Records only; nothing here knows nbgrader.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from autograder.verdict import Report


@dataclass(frozen=True)
class Person:
    """Who a student is, as the roster says."""

    first_name: str = ""
    last_name: str = ""
    email: str = ""


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
class Standing:
    """The newest grading of a student's assignment, when it was recorded (UTC), and what the gradebook adds."""

    report: Report
    graded_at: datetime | None = None
    marks: Marks | None = None
    person: Person = Person()
