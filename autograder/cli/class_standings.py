"""Where everybody stands: the ledger's gradings, with what a gradebook adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from autograder.grading.ledger import Before, Grading
from autograder.report.standing import Earlier, Marks, Person, Standing

if TYPE_CHECKING:
    from autograder.nbgrader_bridge.course_folder import NbgraderCourse


def standings_of(
    gradings: Iterable[Grading],
    course: NbgraderCourse | None,
    roster: Mapping[str, Person] | None = None,
    before: Mapping[int, Before] | None = None,
) -> list[Standing]:
    """A standing for each grading; names, times and marks come from the course's gradebook, where there is one.

    `roster` saves reading it again, `before` is what the ledger says of earlier gradings.  Raises GradebookUnusable.
    """
    every = list(gradings)
    people: Mapping[str, Person] = {}
    marks: Mapping[tuple[str, str], Marks] = {}
    if course is not None:
        people = course.roster() if roster is None else roster
        marks = course.marks({(grading.report.student, grading.report.assignment) for grading in every})
    earlier = {grading.number: (before or {}).get(grading.number, Before()) for grading in every}
    return [
        Standing(
            report=grading.report,
            graded_at=grading.recorded_at,
            marks=marks.get((grading.report.student, grading.report.assignment)),
            person=people.get(grading.report.student, Person()),
            source=grading.source,
            handed_in_before=_earlier(earlier[grading.number].handed_in),
            graded_before=_earlier(earlier[grading.number].graded),
        )
        for grading in every
    ]


def _earlier(grading: Grading | None) -> Earlier | None:
    return Earlier(grading.report, grading.recorded_at) if grading is not None else None
