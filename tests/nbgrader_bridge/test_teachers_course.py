"""A course whose teacher changed points, added questions and tests: formgrader's button and `grade` give the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from courses import OWN, answer, cell_of, change_source, generate, teach
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from support import TINY, by_name

from autograder.grading.as_released import BankSource
from autograder.grading.grade_one import grade_file, open_sandbox
from autograder.grading.ledger import Ledger
from autograder.nbgrader_bridge import open_course, write_scores
from autograder.nbgrader_bridge.course import new_course
from autograder.nbgrader_bridge.database import own_commands_on_path

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands

Entries = dict[str, tuple[float | None, bool, float]]


@pytest.fixture
def handed_in(course_copy: Path, right: dict[str, str], tmp_path: Path) -> Path:
    """The course, with a submission in which all is right but that nothing was written on the teacher's question."""
    course = tmp_path / "class"
    new_course(course, source_course=course_copy, language="en")
    change_source(course, teach)
    generate(course)
    place = course / "submitted" / "ada" / TINY / f"{TINY}.ipynb"
    place.parent.mkdir(parents=True)
    answer(course / "release" / TINY / f"{TINY}.ipynb", place, {**right, **OWN})
    return course


def entries(course: Path) -> Entries:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        entry = book.find_submission_notebook(TINY, TINY, "ada")
        return {grade.name: (grade.auto_score, grade.needs_manual_grade, grade.max_score) for grade in entry.grades}


def autograde(folder: Path) -> dict[str, Any]:
    course = open_course(folder)
    with own_commands_on_path():
        result: dict[str, Any] = NbGraderAPI(coursedir=course.coursedir, config=course.config).autograde(TINY, "ada")
    return result


def test_both_ways_of_grading_give_the_points_of_the_courses_release(handed_in: Path, course_copy: Path) -> None:
    course = open_course(handed_in)
    result = autograde(handed_in)
    assert result["success"], result
    with Ledger(course.ledger_url) as ledger:
        by_button = ledger.latest()[0].report
    expected = {
        name: (None if each.outcome == "AWAITING_MARKING" else each.points, each.outcome == "AWAITING_MARKING")
        for name, each in by_name(by_button).items()
    }
    first = entries(handed_in)
    assert {name.removeprefix("check_"): entry[:2] for name, entry in first.items()} == expected
    assert by_button.max_score == sum(points for *_, points in first.values())

    release = course.released(TINY)
    source = BankSource(course_copy / "bank" / TINY, release, course.full_sources(TINY))
    bank = source.load()
    place = handed_in / "submitted" / "ada" / TINY / f"{TINY}.ipynb"
    with open_sandbox([bank]) as sandbox:
        report = grade_file(place, [bank], sandbox, student="ada", assignment=TINY)
    assert (report.exercises, report.bank) == (by_button.exercises, by_button.bank)
    assert write_scores(handed_in, [report], {}) == ()
    assert entries(handed_in) == first
    marks = course.marks([("ada", TINY)])["ada", TINY]
    assert set(marks.cells) == set(by_name(report))
    with own_commands_on_path():
        api = NbGraderAPI(coursedir=course.coursedir, config=course.config)
        assert api.generate_feedback(TINY, "ada")["success"]
        assert api.generate_assignment(TINY)["success"]


def test_hidden_tests_of_the_teachers_run_too(handed_in: Path, right: dict[str, str]) -> None:
    """nbgrader cuts them out of the release; the gradebook has them."""
    place = handed_in / "submitted" / "ada" / TINY / f"{TINY}.ipynb"
    only_shown = {**right, **OWN, "square": "def square(x):\n    return x * abs(x)\n"}
    answer(handed_in / "release" / TINY / f"{TINY}.ipynb", place, only_shown)
    assert autograde(handed_in)["success"]
    assert entries(handed_in)["test_square"] == (0.0, False, 2.0)


def test_a_release_that_is_not_the_gradebooks_gives_no_score(handed_in: Path) -> None:
    """Points for another maximum than nbgrader's would have been saved."""
    path = handed_in / "release" / TINY / f"{TINY}.ipynb"
    path.write_text(path.read_text().replace('"points": 5', '"points": 7'))
    result = autograde(handed_in)
    assert not result["success"]
    assert "`check_line_loss` has 5 points in the gradebook and 7 in the notebook" in " ".join(result["log"].split())
    assert {score for score, *_ in entries(handed_in).values()} == {None}


def test_a_release_that_cannot_be_graded_by_stops_with_a_sentence_and_no_score(handed_in: Path) -> None:
    change_source(handed_in, lambda notebook: cell_of(notebook, "helper").update(source="def ("))
    generate(handed_in)
    result = autograde(handed_in)
    assert not result["success"]
    assert "`helper` of" in result["log"]
    assert "is not valid Python" in result["log"]
    assert set(entries(handed_in).values()) >= {(None, True, 5.0)}
