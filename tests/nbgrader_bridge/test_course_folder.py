"""Which folder is an nbgrader course, what belongs to it, and what is read from its gradebook."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from one_chapter import GRAD, LOSS, NAME, REPORT, WHY, carry, cell, gradebook, release_notebook, submit

from autograder.nbgrader_bridge import GradebookUnusable, open_course, write_scores
from autograder.nbgrader_bridge.database import own_commands_on_path
from autograder.report.standing import Mark, Person

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands


def test_a_folder_that_is_no_course_is_refused_and_left_alone(tmp_path: Path) -> None:
    """It got a gradebook."""
    for attempt in (open_course, lambda folder: write_scores(folder, [REPORT], {})):
        with pytest.raises(GradebookUnusable, match=rf"{tmp_path} is no nbgrader course: it has neither"):
            attempt(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GradebookUnusable, match="is not a folder: name the folder that holds"):
        open_course(tmp_path / "none")


def test_a_configuration_alone_is_a_course_and_opening_it_makes_no_gradebook(course: Path) -> None:
    (course / "gradebook.db").unlink()
    opened = open_course(course)
    assert (opened.assignments(), opened.roster(), opened.marks([("student01", NAME)])) == (set(), {}, {})
    assert opened.full_sources(NAME) == {}
    assert sorted(path.name for path in course.iterdir()) == ["nbgrader_config.py"]


def test_a_gradebook_alone_is_a_course(course: Path) -> None:
    (course / "nbgrader_config.py").unlink()
    assert open_course(course).gradebook_url == f"sqlite:///{course}/gradebook.db"


@pytest.mark.parametrize(
    ("configured", "zone"),
    [("", "UTC"), ("UTC", "UTC"), ("Asia/Shanghai", "Asia/Shanghai"), ("Nowhere/At all", "UTC"), ("../etc", "UTC")],
)
def test_times_are_told_in_the_zone_of_the_exchange(course: Path, configured: str, zone: str) -> None:
    if configured:
        with (course / "nbgrader_config.py").open("a") as config:
            config.write(f"c.Exchange.timezone = {configured!r}\n")
    assert str(open_course(course).zone) == zone


def test_the_ledger_is_the_configured_one(course: Path) -> None:
    assert open_course(course).ledger_url == f"sqlite:///{course}/ledger.sqlite"
    config = course / "nbgrader_config.py"
    written = config.read_text()
    for said, meant in (
        ("sqlite:///own.db", f"sqlite:///{course}/own.db"),
        ("sqlite:////data/own.db", "sqlite:////data/own.db"),
        ("postgresql://grader@host/ledger", "postgresql://grader@host/ledger"),
    ):
        config.write_text(f"{written}c.AutograderExecute.ledger_url = {said!r}\n")
        assert open_course(course).ledger_url == meant


def test_what_belongs_to_the_course_is_in_source_release_or_the_gradebook(course: Path) -> None:
    (course / "source" / "ps1").mkdir(parents=True)
    (course / "release" / "ps2").mkdir(parents=True)
    (course / "release" / ".ipynb_checkpoints").mkdir()
    with gradebook(course) as book:
        book.add_assignment("ps3")
    opened = open_course(course)
    assert opened.assignments() == {"ps1", "ps2", "ps3"}
    opened.refuse_foreign(["ps1", "ps2", "ps3"])
    with pytest.raises(GradebookUnusable, match=rf"course {course} has no assignment {NAME}, neither in source/ nor"):
        opened.refuse_foreign(["ps1", NAME])


def test_submissions_of_another_course_are_refused_by_name(
    course: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another course's gradebook got our student and assignment."""
    other, loose = tmp_path_factory.mktemp("other"), tmp_path_factory.mktemp("loose")
    (other / "nbgrader_config.py").touch()
    for folder in (course, other):
        (folder / "submitted" / "ada").mkdir(parents=True)
    opened = open_course(course)
    monkeypatch.chdir(course)
    opened.refuse_foreign([], [course / "submitted", Path("submitted/ada"), Path(), loose])
    for place in (other, other / "submitted", other / "submitted" / "ada"):
        with pytest.raises(GradebookUnusable, match=rf"{place} lies in the nbgrader course {other}, not in {course}"):
            opened.refuse_foreign([], [place])


def test_the_roster_is_that_of_the_gradebook(course: Path) -> None:
    with gradebook(course) as book:
        book.add_student("ada", first_name="Ada", last_name="Lovelace", email="ada@example.org")
        book.add_student("bob")
    assert open_course(course).roster() == {"ada": Person("Ada", "Lovelace", "ada@example.org"), "bob": Person()}


def test_the_language_is_that_of_what_students_receive(course: Path) -> None:
    assert open_course(course).language == ""
    folder = course / "release" / NAME
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a.ipynb").write_text("{")  # of the teacher's own, damaged
    notebook = release_notebook()
    notebook.metadata.autograder = {"assignment": NAME, "language": "zh"}
    nbformat.write(notebook, folder / f"{NAME}.ipynb")
    assert open_course(course).language == "zh"


def test_the_full_source_of_a_test_is_the_gradebooks(course: Path) -> None:
    submit(course)
    carry(course, REPORT)
    with gradebook(course) as book:
        book.find_source_cell("check_linear_loss", NAME, NAME).source = "assert hidden"
        book.db.commit()
    assert open_course(course).full_sources(NAME)["check_linear_loss"] == "assert hidden"


# --- marks -----------------------------------------------------------------------------------------------------------


def give(
    course: Path,
    name: str,
    *,
    points: float | None = None,
    extra: float | None = None,
    comment: str = "",
    student: str = "student01",
) -> None:
    """What a marker does in formgrader."""
    with gradebook(course) as book:
        grade = book.find_grade(name, NAME, NAME, student)
        grade.manual_score, grade.extra_credit = points, extra
        grade.needs_manual_grade = points is None and grade.auto_score is None
        if comment:
            book.find_comment(name.removeprefix("check_"), NAME, NAME, student).manual_comment = comment
        book.db.commit()


def test_marks_are_what_the_gradebook_holds(course: Path) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    carry(course, REPORT)
    pair = ("student01", NAME)
    before = open_course(course).marks([pair])[pair]
    assert before.cells == {
        "linear_loss": Mark(0.7, 2.0),
        "linear_grad": Mark(3.0, 3.0),
        "why": Mark(None, 2.0, needs_a_person=True),
    }
    assert (before.submitted_at, before.due_at, before.late_penalty) == (datetime(2026, 11, 1, 10), None, 0.0)

    give(course, "why", points=1.5, comment="Nice.")
    give(course, "check_linear_loss", points=2.0, extra=0.5, comment="Well seen.")
    give(course, "check_linear_grad", extra=1.0)
    with gradebook(course) as book:
        book.update_or_create_assignment(NAME, duedate="2026-10-31 10:00:00 UTC")
        book.grant_extension(NAME, "student01", hours=12)
        book.find_submission_notebook(NAME, NAME, "student01").late_submission_penalty = 0.25
        book.db.commit()
        score = book.find_submission(NAME, "student01").score
    marks = open_course(course).marks([pair, ("nobody", NAME), ("student01", "nothing")])
    assert list(marks) == [pair]
    assert marks[pair].cells == {
        "linear_loss": Mark(2.5, 2.0, by_hand=True, comment="Well seen."),
        "linear_grad": Mark(4.0, 3.0, by_hand=True),
        "why": Mark(1.5, 2.0, by_hand=True, comment="Nice."),
    }
    assert sum(mark.points or 0 for mark in marks[pair].cells.values()) == score == 8.0
    assert (marks[pair].late_penalty, marks[pair].due_at) == (0.25, datetime(2026, 10, 31, 22))


def test_cells_that_are_no_exercise_of_ours_have_marks_by_their_grade_id(course: Path) -> None:
    """The teacher's own test and task, and another notebook of the assignment."""
    release = release_notebook()
    release.cells += [
        cell("code", "assert True", "check_style", grade=True, locked=True, points=1),
        cell("code", "assert why", "check_why", grade=True, locked=True, points=1),
        cell("markdown", "Plot it.", "plot", task=True, points=4),
    ]
    submit(course)
    with gradebook(course) as book:
        book.add_assignment(NAME)
        book.add_notebook("essay", NAME)
        book.add_grade_cell("why", "essay", NAME, max_score=7, cell_type="markdown")
        book.add_solution_cell("why", "essay", NAME)
    carry(course, REPORT, notebooks={(NAME, "en"): release})
    cells = open_course(course).marks([("student01", NAME)])["student01", NAME].cells
    assert {name: mark.max_points for name, mark in cells.items()} == {
        "linear_loss": 2.0, "linear_grad": 3.0, "why": 2.0, "check_style": 1.0, "check_why": 1.0, "plot": 4.0,
        "essay/why": 7.0,
    }  # fmt: skip
    assert all(cells[name].needs_a_person for name in ("check_style", "check_why", "plot", "essay/why"))


def test_reading_changes_nothing(course: Path) -> None:
    submit(course)
    carry(course, REPORT)
    before = (course / "gradebook.db").read_bytes()
    opened = open_course(course)
    opened.marks([("student01", NAME)])
    opened.roster()
    opened.full_sources(NAME)
    assert (course / "gradebook.db").read_bytes() == before


def test_the_marks_of_a_large_class_are_read_at_once(course: Path) -> None:
    """More students than a statement of SQLite takes values, of whom one is asked for."""
    submit(course)
    carry(course, REPORT)
    with gradebook(course) as book:
        for number in range(3):
            book.add_student(f"other{number}")
            book.add_submission(NAME, f"other{number}")
    pairs = [("student01", NAME), *((f"missing{number}", NAME) for number in range(40_000))]
    assert list(open_course(course).marks(pairs)) == [("student01", NAME)]


# --- a database that does not work -----------------------------------------------------------------------------------


def read_only(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(f"c.CourseDirectory.db_url = 'sqlite:///file:{course}/gradebook.db?mode=ro&uri=true'\n")


def junk(course: Path) -> None:
    (course / "gradebook.db").write_text("junk" * 1000)


def refusing(course: Path) -> None:
    """A database that takes no student, which nbgrader finds out in the middle."""
    with sqlite3.connect(course / "gradebook.db") as connection:
        connection.execute("CREATE TRIGGER t BEFORE INSERT ON student BEGIN SELECT RAISE(ABORT, 'not here'); END")
    connection.close()


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (read_only, "cannot be written: check that its folder exists and that you may write there"),
        (junk, "is damaged or not a database: restore it from a backup"),
        (refusing, "cannot be used: not here"),
    ],
)
def test_a_database_error_is_one_sentence(
    course: Path,
    spoil: object,
    sentence: str,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """nbgrader's log, with the statement and a traceback, came before the sentence."""
    submit(course)
    spoil(course)  # type: ignore[operator]
    with pytest.raises(GradebookUnusable, match=sentence) as caught:
        carry(course, REPORT)
    assert "\n" not in str(caught.value)
    assert "SQL" not in str(caught.value)
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_a_gradebook_that_cannot_be_written_is_found_when_the_course_is_opened(course: Path) -> None:
    read_only(course)
    with pytest.raises(GradebookUnusable, match="cannot be written"):
        open_course(course)


def test_a_gradebook_by_a_file_url_is_taken_relative_to_the_course(course: Path) -> None:
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.CourseDirectory.db_url = 'sqlite:///file:gradebook.db?uri=true'\n")
    submit(course)
    assert carry(course, replace(REPORT, exercises=(LOSS, GRAD, WHY))) == ()
    with own_commands_on_path(), Gradebook(f"sqlite:///{course}/gradebook.db", "ml") as book:
        assert [student.id for student in book.students] == ["student01"]


def test_an_extension_without_a_due_date_is_no_error(course: Path) -> None:
    """An extension without a due date ended the run with a traceback."""
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    carry(course, REPORT)
    with gradebook(course) as book:
        book.find_submission(NAME, "student01").extension = timedelta(days=1)
        book.db.commit()
    assert carry(course, REPORT) == ()
    assert open_course(course).marks([("student01", NAME)])["student01", NAME].due_at is None
