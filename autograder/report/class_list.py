"""The rows of the class page: every student of the roster, and where each stands in every assignment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from autograder.model.verdict import Outcome, SubmissionOutcome
from autograder.report.standing import Person, Standing

COUNTED = (Outcome.PASSED, Outcome.PARTIAL, Outcome.FAILED, Outcome.NOT_ATTEMPTED)  # others wait, and are a state
NO_SANDBOX = "none"  # the rung that is none


@dataclass(frozen=True)
class Links:
    """Where a submission can be looked at, "" where it cannot: feedback page, notebook, formgrader's page."""

    feedback: str = ""
    notebook: str = ""
    formgrader: str = ""


@dataclass(frozen=True)
class Entry:
    """A student's assignment; without a standing the roster waits for it."""

    standing: Standing | None
    is_missing: bool = False
    links: Links = Links()

    @property
    def counts(self) -> tuple[int, ...]:
        """How many answers had each outcome of COUNTED; () where nothing was graded."""
        if self.standing is None or not self.standing.is_graded:
            return ()
        outcomes = [item.outcome for item in self.standing.items]
        return tuple(outcomes.count(outcome) for outcome in COUNTED)

    @property
    def is_late(self) -> bool:
        """Whether it came late, as far as its time or a penalty tells."""
        return self.standing is not None and (self.standing.is_late or self.standing.late_penalty > 0)

    @property
    def states(self) -> tuple[str, ...]:
        """What is to be known besides the score: words of the page."""
        standing = self.standing
        if standing is None:
            return ("missing",) if self.is_missing else ()
        states = []
        if not standing.is_graded:
            unreadable = standing.report.outcome is SubmissionOutcome.UNREADABLE
            states.append("unreadable" if unreadable else "fault")
        else:
            waiting = {item.outcome for item in standing.items if item.needs_a_person}
            states += ["fault"] if Outcome.GRADER_ERROR in waiting else []
            states += ["to_mark"] if waiting - {Outcome.GRADER_ERROR} else []
        states += ["late"] if self.is_late else []
        states += ["no_sandbox"] if standing.report.rung == NO_SANDBOX else []
        return tuple(states)

    @property
    def filters(self) -> str:
        """The filters of the page that show the row: p for a person, l for late, m for missing."""
        if self.standing is None:
            return "m" if self.is_missing else ""
        return "p" * bool(self.standing.needs_a_person) + "l" * self.is_late


@dataclass(frozen=True)
class Row:
    """A student, and an entry for each assignment of the page."""

    student: str
    person: Person
    entries: tuple[Entry, ...]

    @property
    def total(self) -> float | None:
        """The sum of the scores that there are; None without any."""
        scores = [entry.standing.score for entry in self.entries if entry.standing is not None]
        known = [score for score in scores if score is not None]
        return round(sum(known), 6) if known else None


def rows_of(
    standings: Iterable[Standing],
    assignments: Sequence[str],
    *,
    roster: Mapping[str, Person],
    missing: Mapping[str, Sequence[str]],
    links: Mapping[tuple[str, str], Links],
) -> list[Row]:
    """A row for everybody on the roster, with a standing or missing, in the order of their names."""
    known = {(standing.report.student, standing.report.assignment): standing for standing in standings}
    people = {student: standing.person for (student, _), standing in known.items()} | dict(roster)
    absent = {(student, name) for name, students in missing.items() for student in students}
    everybody = {*people, *(student for student, _ in absent)}
    rows = [
        Row(
            student,
            people.get(student, Person()),
            tuple(
                Entry(known.get(key), key in absent, links.get(key, Links()))
                for key in ((student, name) for name in assignments)
            ),
        )
        for student in everybody
    ]
    return sorted(rows, key=lambda row: ((row.person.listed or row.student).casefold(), row.student))
