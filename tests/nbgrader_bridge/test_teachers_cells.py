"""A teacher changes points and adds cells in source/ and makes the release again: nothing of ours undoes it."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.apps.api import NbGraderAPI
from one_chapter import (
    GRAD,
    LOSS,
    NAME,
    REPORT,
    WHY,
    autograded,
    by_id,
    carry,
    cell,
    gradebook,
    grades,
    source_notebook,
    submit,
)

from autograder.model.verdict import ExerciseVerdict, Outcome
from autograder.nbgrader_bridge import GradebookUnusable
from autograder.nbgrader_bridge.course_folder import load_course_directory
from autograder.nbgrader_bridge.database import own_commands_on_path

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands

FIVE = replace(REPORT, exercises=(replace(LOSS, points=1.75, max_points=5), GRAD, WHY))  # as released here
POINTS = {"check_linear_loss": 5.0, "check_linear_grad": 3.0, "why": 2.0}
OWN = {"essay": 3.0, "sketch": 4.0, "try_it": 1.0, "check_double": 2.0}
KNOWN = (
    *FIVE.exercises,
    ExerciseVerdict("essay", Outcome.AWAITING_MARKING, 0, 3),
    ExerciseVerdict("sketch", Outcome.AWAITING_MARKING, 0, 4),
    ExerciseVerdict("try_it", Outcome.NOT_ATTEMPTED, 0, 1),
    ExerciseVerdict("check_double", Outcome.PASSED, 2, 2),
)
ANSWERS = {
    "linear_loss": "def linear_loss(x):\n    return 1",
    "essay": "My essay.",
    "double": "def double(x): return 2 * x",
}


def teachers_notebook() -> NotebookNode:
    """With other points, a plain cell, a question in words and one in code, a task, and an answer with its test."""
    notebook = source_notebook()
    by_id(notebook)["check_linear_loss"].metadata.nbgrader.points = 5
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell("Room for notes."))
    solution = "### BEGIN SOLUTION\n2\n### END SOLUTION"
    hidden = "assert double(1) == 2\n### BEGIN HIDDEN TESTS\nassert double(2) == 4\n### END HIDDEN TESTS"
    notebook.cells += [
        cell("markdown", "Write.", "essay", grade=True, solution=True, points=3),
        cell("markdown", "Draw.", "sketch", task=True, locked=True, points=4),
        cell("code", solution, "try_it", grade=True, solution=True, points=1),
        cell("code", f"def double(x):\n    {solution}".replace("\n2", "\n    return 2 * x"), "double", solution=True),
        cell("code", hidden, "check_double", grade=True, locked=True, points=2),
    ]
    return notebook


def generate(course: Path, notebook: NotebookNode, **how: bool) -> None:
    (course / "source" / NAME).mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, course / "source" / NAME / f"{NAME}.ipynb")
    coursedir, config = load_course_directory(course)
    with own_commands_on_path():
        result = NbGraderAPI(coursedir=coursedir, config=config).generate_assignment(NAME, **how)
    assert result["success"], result


def hand_in(course: Path, **changes: str) -> None:
    notebook = nbformat.read(course / "release" / NAME / f"{NAME}.ipynb", as_version=4)
    for each in notebook.cells:
        own = each.metadata.get("nbgrader", {})
        each.source = {**ANSWERS, **changes}.get(own.get("grade_id"), each.source)
    notebook.cells[0].source = "My notes."
    notebook.cells.append(nbformat.v4.new_code_cell("my_sketch()"))
    folder = course / "submitted" / "student01" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    nbformat.write(notebook, folder / f"{NAME}.ipynb")


def points_of(course: Path) -> dict[str, float]:
    with gradebook(course) as book:
        entry = book.find_notebook(NAME, NAME)
        return {each.name: each.max_score for each in (*entry.grade_cells, *entry.task_cells)}


def test_points_and_cells_of_the_course_stay_and_count(course: Path) -> None:
    """The kit's own notebook came first: points went back, questions disappeared, and nbgrader's commands broke."""
    generate(course, teachers_notebook())
    hand_in(course)
    assert carry(course, replace(REPORT, exercises=KNOWN)) == ()
    assert points_of(course) == {**POINTS, **OWN}
    assert grades(course) == {
        "check_linear_loss": (1.75, None, False),
        "check_linear_grad": (3.0, None, False),
        "why": (None, None, True),
        "essay": (None, None, True),
        "sketch": (None, None, True),
        "try_it": (0.0, None, False),
        "check_double": (2.0, None, False),
    }
    with gradebook(course) as book:
        entry = book.find_submission(NAME, "student01")
        assert (entry.score, entry.max_score) == (6.75, 20.0)
    generate(course, teachers_notebook(), force=True)


def test_what_a_report_does_not_know_keeps_what_it_has_and_needs_a_person(course: Path) -> None:
    generate(course, teachers_notebook())
    hand_in(course)
    carry(course, FIVE)
    assert {name: grade for name, grade in grades(course).items() if name in OWN} == dict.fromkeys(
        OWN, (None, None, True)
    )
    with gradebook(course) as book:
        grade = book.find_grade("check_double", NAME, NAME, "student01")
        grade.auto_score, grade.manual_score, grade.needs_manual_grade = 1.0, 2.0, False
        book.db.commit()
    for _ in range(2):
        carry(course, FIVE)
        assert grades(course)["check_double"] == (1.0, 2.0, False)
    hand_in(course, double="def double(x): return x + x")
    for _ in range(2):
        carry(course, FIVE)
        assert grades(course)["check_double"] == (1.0, 2.0, True)


def test_the_notebook_for_graders_has_the_teachers_cells_and_the_answers_to_them(course: Path) -> None:
    generate(course, teachers_notebook())
    hand_in(course, try_it="7")
    carry(course, replace(REPORT, exercises=KNOWN))
    notebook = autograded(course)
    shown = by_id(notebook)
    assert shown["essay"].source == "My essay."
    assert shown["try_it"].source == "7"
    assert shown["sketch"].source == "Draw."
    assert shown["double"].source == ANSWERS["double"]
    assert shown["check_double"].source.strip() == "assert double(1) == 2"
    assert shown["check_double"].outputs[0].data["text/plain"] == "2"
    sources = [each.source for each in notebook.cells]
    assert sources[0] == "My notes."
    assert "Room for notes." not in sources
    assert sources[-1] == "my_sketch()"


def test_an_unlabelled_cell_of_the_teachers_is_shown_once_whether_the_student_kept_it_or_not(course: Path) -> None:
    generate(course, teachers_notebook())
    hand_in(course)
    path = course / "submitted" / "student01" / NAME / f"{NAME}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for first in ([copy.deepcopy(notebook.cells[0])], []):
        if first:
            first[0].source = "Room for notes."
            first[0].id = "other"
        notebook.cells = [*first, *notebook.cells[1:]]
        nbformat.write(notebook, path)
        carry(course, FIVE)
        assert [each.source for each in autograded(course).cells].count("Room for notes.") == 1
        assert "my_sketch()" in [each.source for each in autograded(course).cells]


def test_a_grading_for_other_points_than_the_courses_is_left_out(course: Path) -> None:
    """It would count as it is towards another maximum."""
    generate(course, teachers_notebook())
    hand_in(course)
    (note,) = carry(course, REPORT)
    assert (
        "is not in the gradebook: `check_linear_loss` has 5 points in the course's release and was graded for 2" in note
    )
    with gradebook(course) as book:
        assert book.students == []


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        (lambda labels: labels["check_linear_loss"].update(points=7), "has 5 points in the gradebook and 7 in the"),
        (lambda labels: labels["why"].update(grade_id="other"), "`other` is not in the gradebook; `why` is in the"),
        (lambda labels: labels["sketch"].update(task=False), "`sketch` is in the gradebook alone"),
    ],
)
def test_a_release_that_the_gradebook_does_not_know_is_refused_and_nothing_is_changed(
    course: Path, change: object, difference: str
) -> None:
    generate(course, teachers_notebook())
    hand_in(course)
    path = course / "release" / NAME / f"{NAME}.ipynb"
    released = nbformat.read(path, as_version=4)
    change({name: each.metadata.nbgrader for name, each in by_id(released).items()})  # type: ignore[operator]
    nbformat.write(released, path)
    with pytest.raises(GradebookUnusable, match=difference) as caught:
        carry(course, FIVE)
    assert str(path) in str(caught.value)
    assert f"run `nbgrader generate_assignment {NAME} --force` in {course}" in str(caught.value)
    assert points_of(course) == {**POINTS, **OWN}
    with gradebook(course) as book:
        assert book.students == []
    generate(course, teachers_notebook(), force=True)
    assert carry(course, FIVE) == ()


def test_a_gradebook_that_was_lost_is_made_again_from_the_courses_release(course: Path, empty_gradebook: Path) -> None:
    generate(course, teachers_notebook())
    hand_in(course)
    (course / "gradebook.db").write_bytes(empty_gradebook.read_bytes())
    assert carry(course, replace(REPORT, exercises=KNOWN)) == ()
    assert points_of(course) == {**POINTS, **OWN}


def test_a_damaged_release_is_named_with_the_command_that_makes_it(course: Path) -> None:
    generate(course, teachers_notebook())
    hand_in(course)
    path = course / "release" / NAME / f"{NAME}.ipynb"
    path.write_text("{")
    with pytest.raises(GradebookUnusable, match=f"{path} cannot be read .*generate_assignment {NAME} --force`"):
        carry(course, FIVE)


def test_a_submission_that_is_older_than_our_notebook_in_its_assignment_gets_its_scores(course: Path) -> None:
    """The assignment had another notebook first, and the student's entry in the gradebook knows only that."""
    with gradebook(course) as book:
        book.add_assignment(NAME)
        book.add_notebook("essay", NAME)
        book.add_student("student01")
        book.add_submission(NAME, "student01")
    submit(course)
    for _ in range(2):
        assert carry(course, REPORT) == ()
        assert grades(course)["check_linear_grad"] == (3.0, None, False)
    with gradebook(course) as book:
        assert book.find_comment("linear_loss", NAME, NAME, "student01").auto_comment == "The loss is a sum."
