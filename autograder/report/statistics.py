"""How a class did on each exercise."""

from __future__ import annotations

import re
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.model.texts import Text, say
from autograder.model.verdict import Outcome
from autograder.report.feedback import in_lesson_order, title_of
from autograder.report.standing import Item, Standing

FEWEST = 10  # students: of fewer a correlation says more of chance than of the exercise
_COMMON = 3  # mistakes listed an exercise; the rest are rare ones
_NUMBERED = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True)
class MadeMistake:
    """A known mistake, who made it, in the order of their names, and its hint, {} where it has none."""

    name: str
    students: tuple[str, ...]
    hint: Text

    @property
    def count(self) -> int:
        """How many made it."""
        return len(self.students)

    @property
    def is_named(self) -> bool:
        """Whether its name is an author's: a program's ("axis.2") says less than its hint."""
        return self.name.isidentifier()


@dataclass(frozen=True)
class ExerciseStatistics:
    """How a class did on one exercise.  Rates are among the answers that have been judged or marked.

    `label` is short, and no other exercise of the assignment has it.  `discrimination` is what `discrimination_of`
    gives.
    """

    name: str
    label: str
    outcomes: Mapping[Outcome, int]
    mistakes: tuple[MadeMistake, ...]
    discrimination: float | None = None

    @property
    def total(self) -> int:
        """All answers."""
        return sum(self.outcomes.values())

    @property
    def success(self) -> float | None:
        """The share of right answers in percent, or None where nothing has been judged, or nothing marked yet."""
        judged = sum(count for outcome, count in self.outcomes.items() if not outcome.is_open)
        return 100 * self.outcomes.get(Outcome.PASSED, 0) / judged if judged and not self.is_unmarked else None

    @property
    def is_unmarked(self) -> bool:
        """Whether all the answers that there are wait for a person."""
        given = {outcome for outcome, count in self.outcomes.items() if count} - {Outcome.NOT_ATTEMPTED}
        return given == {Outcome.AWAITING_MARKING}


def statistics_of(
    standings: Iterable[Standing], titles: Mapping[str, Text], language: str = "en"
) -> list[ExerciseStatistics]:
    """The statistics of each exercise of an assignment, in the order of the lesson (that of `titles`)."""
    answers: dict[str, dict[str, Item]] = {}
    for standing in standings:
        for item in standing.items if standing.is_graded else ():
            answers.setdefault(item.name, {})[standing.report.student] = item
    ordered = dict(in_lesson_order(answers.items(), titles, lambda entry: entry[0]))
    labels = _labels(ordered, titles, language)
    discriminations = _discriminations(ordered)
    return [
        ExerciseStatistics(
            name=name,
            label=labels[name],
            outcomes=Counter(item.outcome for item in items.values()),
            mistakes=_mistakes(items),
            discrimination=discriminations[name],
        )
        for name, items in ordered.items()
    ]


def _mistakes(items: Mapping[str, Item]) -> tuple[MadeMistake, ...]:
    made: dict[str, list[str]] = {}
    hints: dict[str, Text] = {}
    for student, item in items.items():
        if item.verdict is not None and item.verdict.mistake:
            made.setdefault(item.verdict.mistake, []).append(student)
            hints.setdefault(item.verdict.mistake, item.verdict.hint or {})
    common = sorted(made.items(), key=lambda entry: -len(entry[1]))[:_COMMON]
    return tuple(MadeMistake(name, tuple(sorted(students)), hints[name]) for name, students in common)


def _discriminations(answers: Mapping[str, Mapping[str, Item]]) -> dict[str, float | None]:
    """Of each exercise, among the students who have points for it.

    The rest are the other exercises for which every student has points: what waits for a person, for some, is in
    nobody's sum.
    """
    points = {
        name: {student: item.points for student, item in items.items() if item.points is not None}
        for name, items in answers.items()
    }
    students = set().union(*answers.values())
    settled = [name for name, given in points.items() if len(given) == len(students)]

    def rest(student: str, left_out: str) -> float:
        return sum(points[name][student] for name in settled if name != left_out)

    return {
        name: discrimination_of(list(given.values()), [rest(student, name) for student in given])
        for name, given in points.items()
    }


def discrimination_of(points: Sequence[float], rests: Sequence[float]) -> float | None:
    """How far an exercise goes along with the rest: the corrected item–total correlation, from −1 to 1.

    Pearson's correlation of the students' `points` for the exercise with their sums over the other exercises (`rests`).
    That the exercise itself is no part of the sum is the correction: else each would go along with itself.  Nunnally
    and Bernstein, "Psychometric Theory" (3rd edition, 1994), chapter 8; the correction is Henrysson's (1963,
    Psychometrika 28).  About 0.2 and more is usual; near 0 the exercise tells nothing of who can do the others, below
    0 those who can fail it.  None for fewer than ten students, or where all have the same.
    """
    if len(points) < FEWEST:
        return None
    try:
        return statistics.correlation(points, rests)
    except statistics.StatisticsError:  # no variance
        return None


def _labels(answers: Mapping[str, Mapping[str, Item]], titles: Mapping[str, Text], language: str) -> dict[str, str]:
    """The number in the title, else the place.  Where a section has two, a question is its Q, anything else its b."""
    labels: dict[str, str] = {}
    for place, (name, items) in enumerate(answers.items(), start=1):
        numbered = _NUMBERED.match(title_of(name, titles, language))
        label = numbered[0] if numbered else str(place)
        if label in labels.values():
            written = any(item.verdict is not None and item.verdict.written for item in items.values())
            label = _further(f"{label} {say('class_page.question', language)}" if written else f"{label} b", labels)
        labels[name] = label
    return labels


def _further(label: str, taken: Mapping[str, str]) -> str:
    """The label, with a number behind it where it is taken too."""
    candidates = (label, *(f"{label}{number}" for number in range(2, len(taken) + 2)))
    return next(candidate for candidate in candidates if candidate not in taken.values())
