"""What the class page says above its list: each assignment in numbers, who needs a person, notes, similar pairs."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from autograder.model.texts import Text, sentence
from autograder.model.verdict import Outcome, SubmissionOutcome
from autograder.report.attention import OthersData
from autograder.report.distribution import Distribution, distribution_of
from autograder.report.similar import Pair
from autograder.report.standing import Standing, maximum
from autograder.report.statistics import ExerciseStatistics, statistics_of


@dataclass(frozen=True)
class Assignment:
    """An assignment in numbers."""

    name: str
    standings: tuple[Standing, ...]
    exercises: tuple[ExerciseStatistics, ...]
    missing: tuple[str, ...]
    max_score: float | None

    @cached_property
    def distribution(self) -> Distribution:
        """How the scores that there are lie."""
        return distribution_of((standing.score for standing in self.standings), self.max_score)

    @property
    def late(self) -> int:
        """How many came late."""
        return sum(standing.is_late or standing.late_penalty > 0 for standing in self.standings)

    @property
    def to_look_at(self) -> int:
        """How many need a person."""
        return sum(bool(standing.needs_a_person) for standing in self.standings)

    @property
    def has_shared_tests(self) -> bool:
        """Whether points were given by tests that share the students' process."""
        verdicts = (item.verdict for standing in self.standings for item in standing.items)
        return any(verdict.shares_the_process for verdict in verdicts if verdict is not None)

    @property
    def has_discrimination(self) -> bool:
        """Whether it is known of any exercise."""
        return any(exercise.discrimination is not None for exercise in self.exercises)

    @property
    def due_at(self) -> datetime | None:
        """When it was due, as far as the gradebook says."""
        return next((each.due_at for each in self.standings if each.due_at is not None), None)

    @cached_property
    def handed_in(self) -> tuple[datetime, datetime, datetime] | None:
        """When the first, half of those whose time is known, and the last had handed in; None without a time."""
        times = sorted(each.submitted_at for each in self.standings if each.submitted_at is not None)
        return (times[0], statistics.median_low(times), times[-1]) if times else None

    @property
    def graded_at(self) -> datetime | None:
        """When the newest of its gradings was recorded."""
        return max((each.graded_at for each in self.standings if each.graded_at is not None), default=None)


@dataclass(frozen=True)
class Group:
    """Why a person is needed (a word of the page, or an exercise), for which students of an assignment.

    `of` is the student whose data they have, where it is that.
    """

    assignment: str
    kind: str
    students: tuple[str, ...]
    exercise: str = ""
    of: str = ""


@dataclass(frozen=True)
class SameNote:
    """What is to be said of the notebooks of several students."""

    assignment: str
    sentence: str
    students: tuple[str, ...]


@dataclass(frozen=True)
class Alike:
    """A similar pair of an assignment, with the labels of its exercises."""

    assignment: str
    pair: Pair
    labels: tuple[str, ...]


def assignments_of(
    standings: Iterable[Standing],
    titles: Mapping[str, Text],
    max_scores: Mapping[str, float],
    missing: Mapping[str, Sequence[str]],
    language: str,
) -> list[Assignment]:
    """Every assignment that somebody handed in or should have, by name."""
    grouped: dict[str, list[Standing]] = {name: [] for name, students in missing.items() if students}
    for standing in sorted(standings, key=lambda standing: standing.report.student):
        grouped.setdefault(standing.report.assignment, []).append(standing)
    return [
        Assignment(
            name,
            tuple(group),
            tuple(statistics_of(group, titles, language)),
            tuple(missing.get(name, ())),
            max((points for each in group if (points := maximum(each, max_scores))), default=max_scores.get(name)),
        )
        for name, group in sorted(grouped.items())
    ]


def groups_of(assignment: Assignment, others_data: Iterable[OthersData] = ()) -> list[Group]:
    """Faults of ours first, then what could not be read, what is missing, whose data are others', what is to be marked.

    Of `others_data` those of the assignment count.
    """
    whole: dict[str, list[str]] = {"fault": [], "unreadable": []}
    answers: dict[tuple[bool, str], list[str]] = {}
    for standing in assignment.standings:
        student = standing.report.student
        if not standing.is_graded:
            whole["unreadable" if standing.report.outcome is SubmissionOutcome.UNREADABLE else "fault"].append(student)
            continue
        for item in standing.items:
            if item.needs_a_person:
                answers.setdefault((item.outcome is Outcome.GRADER_ERROR, item.name), []).append(student)
    order = [exercise.name for exercise in assignment.exercises]
    borrowed: dict[tuple[str, str], list[str]] = {}
    for found in others_data:
        if found.assignment == assignment.name:
            borrowed.setdefault((found.exercise, found.of), []).append(found.student)

    def about(fault: bool) -> list[Group]:
        names = [name for name in order if (fault, name) in answers]
        kind = "fault" if fault else "to_mark"
        return [Group(assignment.name, kind, tuple(answers[fault, name]), name) for name in names]

    groups = [
        Group(assignment.name, "fault", tuple(whole["fault"])),
        *about(True),
        Group(assignment.name, "unreadable", tuple(whole["unreadable"])),
        Group(assignment.name, "missing", assignment.missing),
        *(Group(assignment.name, "others_data", tuple(who), name, of) for (name, of), who in sorted(borrowed.items())),
        *about(False),
    ]
    return [group for group in groups if group.students]


def notes_of(assignment: Assignment, language: str) -> list[SameNote]:
    """What is to be said of notebooks, the rarest last."""
    said: dict[str, list[str]] = {}
    for standing in assignment.standings:
        for note in standing.report.notes:
            said.setdefault(sentence(note, language), []).append(standing.report.student)
    common = sorted(said.items(), key=lambda entry: -len(entry[1]))
    return [SameNote(assignment.name, words, tuple(students)) for words, students in common]


def alike(assignment: Assignment, pairs: Iterable[Pair]) -> list[Alike]:
    """The similar pairs of an assignment."""
    labels = {exercise.name: exercise.label for exercise in assignment.exercises}
    return [Alike(assignment.name, pair, tuple(labels.get(name, name) for name in pair.exercises)) for pair in pairs]
