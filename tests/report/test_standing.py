"""Where a student stands: what counts, out of how much, and who must look, exactly as nbgrader's gradebook has it."""

from __future__ import annotations

import os
import random
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from nbgrader.api import Gradebook, SubmittedAssignment

from autograder.model.verdict import ExerciseVerdict, Outcome, Report, SubmissionOutcome
from autograder.report.standing import Item, Mark, Marks, Person, Standing, maximum

P, H, F, N, W, E = Outcome


def graded(*exercises: ExerciseVerdict) -> Report:
    return Report("ada", "ch01", "en", SubmissionOutcome.GRADED, "s", "b", "e", 0, exercises=exercises)


# Against nbgrader


LOSS = ExerciseVerdict("loss", P, 2.0, 2.0)
GRAD = ExerciseVerdict("grad", H, 1.39, 3.0)
WHY = ExerciseVerdict("why", W, 0.0, 2.0, written=True)
BONUS = ExerciseVerdict("bonus", P, 1.0, 1.0, extra=True)
OWN = {"my_question": 4.0, "my_task": 1.5}


def marks_of(submission: SubmittedAssignment) -> Marks:
    (notebook,) = submission.notebooks
    return Marks(
        {
            grade.name: Mark(
                grade.score if {grade.auto_score, grade.manual_score, grade.extra_credit} != {None} else None,
                grade.max_score,
                by_hand=grade.manual_score is not None,
                needs_a_person=grade.needs_manual_grade,
            )
            for grade in notebook.grades
        },
        late_penalty=submission.late_submission_penalty,
    )


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader links objects before it adds them
def test_totals_agree_with_nbgraders_gradebook_to_the_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks of all kinds, through nbgrader's own interface: overrides, extra credit, penalties, a teacher's cells."""
    exercises = (LOSS, GRAD, WHY, BONUS)
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))  # for alembic
    chance = random.Random(7)
    penalized_to_nothing = 0
    with Gradebook(f"sqlite:///{tmp_path / 'gradebook.db'}") as gradebook:
        gradebook.add_assignment("ch01")
        gradebook.add_notebook("ch01", "ch01")
        for verdict in exercises:
            points = 0.0 if verdict.extra else verdict.max_points
            gradebook.add_grade_cell(verdict.name, "ch01", "ch01", max_score=points, cell_type="code")
        for name, points in OWN.items():
            gradebook.add_grade_cell(name, "ch01", "ch01", max_score=points, cell_type="markdown")
        for number in range(40):
            student = f"s{number}"
            gradebook.add_student(student)
            submission = gradebook.add_submission("ch01", student)
            (notebook,) = submission.notebooks
            notebook.late_submission_penalty = chance.choice([None, 0.0, 1.25, 100.0])
            ours = {verdict.name: verdict.points for verdict in exercises if verdict is not WHY}
            for grade in notebook.grades:
                grade.auto_score = ours.get(grade.name)
                grade.manual_score = chance.choice([None, None, 0.0, 1.75])
                grade.extra_credit = chance.choice([None, None, 0.0, 0.5])
                grade.needs_manual_grade = grade.auto_score is None and grade.manual_score is None
            gradebook.db.commit()
            gradebook.db.refresh(submission)

            standing = Standing(graded(*exercises), marks=marks_of(submission))
            penalty = submission.late_submission_penalty
            assert standing.raw_score == pytest.approx(submission.score)
            assert standing.score == pytest.approx(max(0.0, submission.score - penalty))
            assert standing.max_score == pytest.approx(submission.max_score)
            assert bool(standing.needs_a_person) == notebook.needs_manual_grade
            penalized_to_nothing += standing.score == 0.0
    assert penalized_to_nothing


def test_without_a_gradebook_the_report_alone_counts() -> None:
    standing = Standing(graded(LOSS, GRAD, WHY, BONUS))
    assert (standing.score, standing.max_score, standing.awaited, standing.late_penalty) == (4.39, 7.0, 2.0, 0.0)
    assert standing.needs_a_person == ("why",)


# One answer


@pytest.mark.parametrize(
    ("judged", "mark", "outcome", "points"),
    [
        (W, None, W, None),
        (W, Mark(None, 2, needs_a_person=True), W, None),
        (W, Mark(2, 2, by_hand=True), P, 2),
        (W, Mark(1, 2, by_hand=True), H, 1),
        (W, Mark(0, 2, by_hand=True), F, 0),
        (W, Mark(1, 2, by_hand=True, needs_a_person=True), W, 1),  # on an earlier answer
        (W, Mark(0.5, 2, needs_a_person=True), W, 0.5),  # extra credit alone
        (E, None, E, None),
        (E, Mark(None, 2, needs_a_person=True), E, None),
        (E, Mark(None, 2, by_hand=True, needs_a_person=True), E, None),  # extra credit on no points
        (E, Mark(2, 2, by_hand=True), P, 2),
        (F, Mark(0, 2), F, 0),
        (F, Mark(2, 2, by_hand=True), P, 2),
        (P, Mark(1, 2, by_hand=True), H, 1),
        (P, Mark(2.5, 2), P, 2.5),  # with extra credit
        (N, Mark(0, 2, by_hand=True), N, 0),
        (N, Mark(0, 2), N, 0),
    ],
)
def test_a_persons_points_win_and_tell_the_outcome(
    judged: Outcome, mark: Mark | None, outcome: Outcome, points: float | None
) -> None:
    item = Item("x", ExerciseVerdict("x", judged, 2.0 if judged is P else 0.0, 2.0), mark)
    assert (item.outcome, item.points) == (outcome, points)
    assert item.needs_a_person == (outcome in (W, E))


def test_a_fault_of_ours_blocks_the_score_until_a_person_has_set_the_points() -> None:
    report = graded(LOSS, ExerciseVerdict("grad", E, 0.0, 3.0))
    blocked = Standing(report)
    assert (blocked.score, blocked.raw_score, blocked.points_so_far) == (None, None, 2.0)
    settled = Standing(report, marks=Marks({"grad": Mark(3.0, 3.0, by_hand=True)}))
    assert (settled.score, settled.needs_a_person) == (5.0, ())


@pytest.mark.parametrize("outcome", [SubmissionOutcome.UNREADABLE, SubmissionOutcome.GRADER_ERROR])
def test_what_could_not_be_graded_has_no_score_until_a_person_marked_all_of_it(outcome: SubmissionOutcome) -> None:
    report = Report("ada", "ch01", "en", outcome, "s", "b", "e", 0)
    waiting = Mark(None, 2.0, needs_a_person=True)
    marked = Mark(1.0, 2.0, by_hand=True)
    for marks in (
        None,
        Marks({"a": waiting, "b": waiting}),
        Marks({"a": marked, "b": waiting}),
        Marks({"a": Mark(0, 2)}),
    ):
        standing = Standing(report, marks=marks)
        assert standing.score is None
        assert standing.needs_a_person == ("the whole submission",)
    settled = Standing(report, marks=Marks({"a": marked, "b": marked}))
    assert (settled.score, settled.max_score, settled.needs_a_person) == (2.0, 4.0, ())
    assert maximum(Standing(report), {"ch01": 4.0}) == 4.0
    assert maximum(Standing(report), {}) is None


# Who and when


@pytest.mark.parametrize(
    ("person", "name"),
    [
        (Person("Ada", "Lovelace"), "Ada Lovelace"),
        (Person("小明", "王"), "王小明"),
        (Person("", "Plato"), "Plato"),
        (Person("小明"), "小明"),
        (Person(), ""),
    ],
)
def test_names_are_written_as_people_write_them(person: Person, name: str) -> None:
    assert person.name == name


def test_late_is_after_the_due_date_wherever_the_clock_stood() -> None:
    due = datetime(2027, 3, 1, 12, 0)
    east = timezone(timedelta(hours=8))
    times = {
        due: False,
        due + timedelta(seconds=1): True,
        datetime(2027, 3, 1, 19, 59, tzinfo=east): False,
        datetime(2027, 3, 1, 20, 1, tzinfo=east): True,
    }
    for when, late in times.items():
        standing = Standing(graded(), marks=Marks(submitted_at=when, due_at=due))
        assert standing.is_late is late
        assert standing.due_at == datetime(2027, 3, 1, 12, 0, tzinfo=UTC)
    assert not Standing(graded(), marks=Marks(submitted_at=due)).is_late
    assert not Standing(graded()).is_late
