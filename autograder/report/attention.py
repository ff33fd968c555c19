"""What a person must look at after a grading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from autograder.model.near_names import listed
from autograder.model.verdict import Outcome, SubmissionOutcome
from autograder.report.standing import Standing

SHOWN = 10  # names in a sentence; JSON has all


@dataclass(frozen=True)
class OthersData:
    """A notebook that sets the number of another student, `of`, for the data of an exercise."""

    student: str
    assignment: str
    exercise: str
    of: str


@dataclass(frozen=True)
class Attention:
    """Names as student/assignment or student/assignment/exercise.

    unreadable     files that could not be graded.
    folders        a sentence for each place that may not be read, or of which it is not clear whose it is.
    missing        students on the roster without a submission, by assignment.
    grader_errors  where the grader itself failed.
    others_data    notebooks with the data of somebody else.
    to_mark        answers that wait for a person.
    set_aside      a sentence for each notebook that does not count.
    """

    unreadable: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    grader_errors: tuple[str, ...] = ()
    others_data: tuple[OthersData, ...] = ()
    to_mark: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Every name, under the names of the fields."""
        missing = {assignment: list(students) for assignment, students in self.missing.items()}
        others = [vars(found) for found in self.others_data]
        return {**{name: list(value) for name, value in vars(self).items()}, "missing": missing, "others_data": others}

    def sentences(self) -> Iterator[str]:
        """One sentence for each kind that there is, with its count and the first names."""
        yield from _counted(self.unreadable, "file could not be graded", "files could not be graded")
        yield from _counted(self.folders, "place to look at", "places to look at", "; ")
        for assignment, students in self.missing.items():
            yield from _counted(students, *[f"on the roster without a submission of {assignment}"] * 2)
        yield from _counted(self.grader_errors, "failure of the grader", "failures of the grader")
        others = [f"{each.student}/{each.assignment}/{each.exercise} (of {each.of})" for each in self.others_data]
        yield from _counted(others, "notebook with somebody else's data", "notebooks with somebody else's data")
        yield from _counted(self.to_mark, "answer to mark", "answers to mark")
        yield from _counted(self.set_aside, "notebook set aside", "notebooks set aside", "; ")


def attention_to(
    standings: Iterable[Standing],
    *,
    folders: Iterable[str] = (),
    missing: Mapping[str, Sequence[str]] | None = None,
    others_data: Iterable[OthersData] = (),
    set_aside: Iterable[str] = (),
) -> Attention:
    """What a person must look at in these standings, and what the caller knows besides."""
    unreadable: list[str] = []
    errors: list[str] = []
    to_mark: list[str] = []
    for standing in standings:
        report = standing.report
        who = f"{report.student}/{report.assignment}"
        if not standing.is_graded:
            (unreadable if report.outcome is SubmissionOutcome.UNREADABLE else errors).append(who)
            continue
        waiting = [item for item in standing.items if item.needs_a_person]
        errors += [f"{who}/{item.name}" for item in waiting if item.outcome is Outcome.GRADER_ERROR]
        to_mark += [f"{who}/{item.name}" for item in waiting if item.outcome is not Outcome.GRADER_ERROR]
    return Attention(
        tuple(unreadable),
        tuple(folders),
        dict(missing or {}),
        tuple(errors),
        tuple(others_data),
        tuple(to_mark),
        tuple(set_aside),
    )


def missing_from(
    standings: Iterable[Standing], roster: Iterable[str], assignments: Iterable[str]
) -> dict[str, list[str]]:
    """Students on the roster who have no standing, by assignment; without those that everybody handed in."""
    present = {(standing.report.student, standing.report.assignment) for standing in standings}
    everybody = sorted(roster)
    missing = {name: [who for who in everybody if (who, name) not in present] for name in sorted(assignments)}
    return {assignment: students for assignment, students in missing.items() if students}


def _counted(names: Sequence[str], one: str, many: str, between: str = ", ") -> Iterator[str]:
    if names:
        shown = listed(names, SHOWN) if between == ", " else between.join(names[:SHOWN])
        more = f"{between}and {len(names) - SHOWN} more" if between != ", " and len(names) > SHOWN else ""
        yield f"{len(names)} {one if len(names) == 1 else many}: {shown}{more}"
