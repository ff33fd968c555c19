"""A student's request for a regrade on the instructor's side: which grading is meant, and what it said and judged."""

from __future__ import annotations

from collections.abc import Sequence

from rich.syntax import Syntax
from rich.text import Text as Styled

from autograder.cli.terminal import output
from autograder.grading.ledger import Grading
from autograder.model.errors import UserError
from autograder.report import one_line
from autograder.report.feedback import render_exercise_text
from autograder.report.feedback.code import shown_cells
from autograder.report.regrade import Request


class NoSuchGrading(UserError):
    """A request is about no grading of the ledger."""


def meant_by(request: Request, gradings: Sequence[Grading]) -> list[Grading]:
    """The gradings that a request is about: one, or attempts within a second.  Raises NoSuchGrading."""
    meant = [each for each in gradings if request.fits(each.report, each.recorded_at)]
    if not meant:
        raise NoSuchGrading(
            f"no grading of {request.student} in {request.assignment} is the one of the request (submission "
            f"{request.submission}, graded {request.graded}): the line was changed or cut, or is about another ledger"
        )
    names = {verdict.name: None for each in meant for verdict in each.report.exercises}
    if request.exercise and request.exercise not in names:
        raise NoSuchGrading(f"that grading has no exercise {request.exercise!r}: it has {', '.join(names)}")
    return meant


def print_asked(grading: Grading, exercise: str) -> None:
    """What a grading said of an exercise, and the answer that it judged; of all exercises, where none is named."""
    report = grading.report
    output().print()
    output().print(Styled(one_line(f"#{grading.number}: {grading.source}")), soft_wrap=True)
    for verdict in report.exercises:
        if exercise not in ("", verdict.name):
            continue
        output().print(Styled(one_line(verdict.name), style="bold"))
        for line in render_exercise_text(verdict, report.language).splitlines():
            output().print(Styled(one_line(line)))
        for shown in shown_cells(verdict, report.notes) if exercise else ():
            said = ", as released" if shown.cell.untouched else ""
            output().print(f"cell {shown.cell.number}{said}", highlight=False)
            if not said:
                output().print(Syntax(shown.text, "text" if shown.cell.words else "python", line_numbers=True))
