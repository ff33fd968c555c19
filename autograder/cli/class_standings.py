"""Where everybody stands: the ledger's gradings, with what a gradebook adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from autograder.grading.ledger import Grading
from autograder.report.standing import Person, Standing

if TYPE_CHECKING:
    from autograder.nbgrader_bridge.course_folder import NbgraderCourse


def standings_of(
    gradings: Iterable[Grading], course: NbgraderCourse | None, roster: Mapping[str, Person] | None = None
) -> list[Standing]:
    """A standing for each grading; names, times and marks come from the course's gradebook, where there is one.

    `roster` saves reading it again.  Raises GradebookUnusable.
    """
    every = list(gradings)
    if course is None:
        return [Standing(grading.report, grading.recorded_at, source=grading.source) for grading in every]
    people = course.roster() if roster is None else roster
    marks = course.marks({(grading.report.student, grading.report.assignment) for grading in every})
    return [
        Standing(
            report=grading.report,
            graded_at=grading.recorded_at,
            marks=marks.get((grading.report.student, grading.report.assignment)),
            person=people.get(grading.report.student, Person()),
            source=grading.source,
        )
        for grading in every
    ]
