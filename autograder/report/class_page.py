"""The instructor's page: students × exercises, what each exercise shows, and who needs a person."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from autograder.model.texts import Text, say
from autograder.model.verdict import Outcome, SubmissionOutcome
from autograder.report.feedback import environment, title_of
from autograder.report.feedback.inline import encodable
from autograder.report.standing import Item, Standing, class_language, maximum
from autograder.report.statistics import ExerciseStatistics, statistics_of

NO_SANDBOX = "none"  # the rung that is none


@dataclass(frozen=True)
class _Assignment:
    """One table of the page."""

    name: str
    standings: tuple[Standing, ...]
    exercises: tuple[ExerciseStatistics, ...]
    missing: tuple[str, ...]
    max_score: float | None

    @property
    def median(self) -> float | None:
        """The median of the scores that there are."""
        scores = [standing.score for standing in self.standings if standing.score is not None]
        return statistics.median(scores) if scores else None

    @property
    def has_shared_tests(self) -> bool:
        """Whether points were given by tests that share the students' process."""
        verdicts = (item.verdict for standing in self.standings for item in standing.items)
        return any(verdict.shares_the_process for verdict in verdicts if verdict is not None)

    @property
    def has_times(self) -> bool:
        """Whether anybody's hour is known."""
        return any(standing.submitted_at is not None for standing in self.standings)


@dataclass(frozen=True)
class _Group:
    """Why a person is needed (a word of the page, or an exercise), for which students of an assignment."""

    assignment: str
    kind: str
    students: tuple[str, ...]
    exercise: str = ""


def render_class_html(
    standings: Sequence[Standing],
    titles: Mapping[str, Text],
    *,
    links: Mapping[tuple[str, str], str] | None = None,
    max_scores: Mapping[str, float] | None = None,
    missing: Mapping[str, Sequence[str]] | None = None,
    troubles: Sequence[str] = (),
    language: str = "",
    course: str = "",
) -> str:
    """The page, in the course's `language` ("" is the one that most notebooks are in).

    `links` leads from (student, assignment) to the relative path of a feedback page.  `max_scores` gives the points of
    whole assignments, `missing` the students who handed nothing in, `troubles` sentences about what could not be
    looked at.
    """
    targets = {key: quote(path, safe="/#") for key, path in (links or {}).items()}
    language = language or class_language(standings)
    own = {item.name for standing in standings for item in standing.items if item.verdict is None} - titles.keys()
    assignments = _assignments(standings, titles, max_scores or {}, missing or {}, language)
    html = environment().get_template("class.html").render(
        assignments=assignments,
        course=course,
        language=language,
        groups=[group for assignment in assignments for group in _groups(assignment)],
        troubles=troubles,
        unprotected=sum(standing.report.rung == NO_SANDBOX for standing in standings),
        no_sandbox=NO_SANDBOX,
        names={standing.report.student: standing.person.name for standing in standings if standing.person.name},
        link=lambda student, assignment: targets.get((student, assignment), ""),
        title=lambda name: f"`{name}`" if name in own else title_of(name, titles, language),
        say=lambda key: say(f"class_page.{key}", language),
        by_name=_by_name,
        outcomes=list(Outcome),
    )  # fmt: skip
    return encodable(html)


def _assignments(
    standings: Iterable[Standing],
    titles: Mapping[str, Text],
    max_scores: Mapping[str, float],
    missing: Mapping[str, Sequence[str]],
    language: str,
) -> list[_Assignment]:
    grouped: dict[str, list[Standing]] = {name: [] for name, students in missing.items() if students}
    for standing in sorted(standings, key=lambda standing: standing.report.student):
        grouped.setdefault(standing.report.assignment, []).append(standing)
    return [
        _Assignment(
            name,
            tuple(group),
            tuple(statistics_of(group, titles, language)),
            tuple(missing.get(name, ())),
            max((points for each in group if (points := maximum(each, max_scores))), default=max_scores.get(name)),
        )
        for name, group in sorted(grouped.items())
    ]


def _groups(assignment: _Assignment) -> list[_Group]:
    """Faults of ours first, then what could not be read, what is missing, and what is to be marked."""
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

    def about(fault: bool) -> list[_Group]:
        names = [name for name in order if (fault, name) in answers]
        kind = "fault" if fault else "to_mark"
        return [_Group(assignment.name, kind, tuple(answers[fault, name]), name) for name in names]

    groups = [
        _Group(assignment.name, "fault", tuple(whole["fault"])),
        *about(True),
        _Group(assignment.name, "unreadable", tuple(whole["unreadable"])),
        _Group(assignment.name, "missing", assignment.missing),
        *about(False),
    ]
    return [group for group in groups if group.students]


def _by_name(standing: Standing) -> dict[str, Item]:
    """The answers that a row shows."""
    return {item.name: item for item in standing.items} if standing.is_graded else {}
