"""`autograder export --to …`: files, standard output, exit codes, and options that do not fit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from nbgrader.api import Gradebook
from support import TINY, Run, misuse

from autograder.grading.ledger import Ledger
from autograder.model.verdict import ExerciseVerdict, Note, Outcome, Report, SubmissionOutcome
from autograder.nbgrader_bridge.database import own_commands_on_path

LOSS = ExerciseVerdict("line_loss", Outcome.PASSED, 2.0, 2.0)
WHY = ExerciseVerdict("why", Outcome.AWAITING_MARKING, 0.0, 2.0, written=True)
FAULT = ExerciseVerdict("line_grad", Outcome.GRADER_ERROR, 0.0, 2.0)
GRADED, UNREADABLE = SubmissionOutcome.GRADED, SubmissionOutcome.UNREADABLE
CANVAS = f"Student,ID,SIS Login ID,Section,{TINY} (7)\n    Points Possible,,,,2\n" + "".join(
    f"{name.title()},{number},{name},A,\n" for number, name in enumerate(("ada", "bob", "eve", "zoe"), start=1)
)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """Ada is done, Bob has an answer to mark, Eve's file cannot be read, and the grader failed on Zoe's."""
    place = tmp_path / "ledger.sqlite"
    with Ledger(f"sqlite:///{place}") as opened:
        for student, exercises, outcome in (
            ("ada", (LOSS,), GRADED), ("bob", (LOSS, WHY), GRADED),
            ("eve", (), UNREADABLE), ("zoe", (LOSS, FAULT), GRADED),
        ):  # fmt: skip
            notes = (Note("unreadable_empty"),) if outcome is UNREADABLE else ()
            report = Report(student, TINY, "en", outcome, f"{student}-1", "b", "0.1.0", 0, notes, exercises)
            assert opened.record(report, f"{student}.ipynb")
    return place


@pytest.mark.parametrize(
    ("to", "code", "written", "unsaid"),
    [
        ("gradescope", 1, {"ada", "bob"}, {"eve", "zoe"}),
        ("prairielearn", 1, {"ada", "bob", "eve"}, {"zoe"}),
        ("autolab", 1, {"ada", "bob"}, {"eve", "zoe"}),
    ],
)
def test_each_submission_has_a_file_or_is_named(
    to: str, code: int, written: set[str], unsaid: set[str], run: Run, ledger: Path, tmp_path: Path
) -> None:
    out = tmp_path / "results"
    found, output, errors = run("export", "--to", to, "--ledger", ledger, "--out", out)
    assert (found, output) == (code, "")
    assert {path.parent.name for path in out.rglob(f"{TINY}.*")} == written
    lines = errors.splitlines()
    assert {line.split()[0] for line in lines if line.endswith("nothing was written")} == unsaid
    assert any(line.startswith(f"bob · {TINY}: awaiting marking: why") for line in lines)
    assert out.joinpath("ada").stat().st_mode & 0o777 == out.stat().st_mode & 0o777
    assert next(out.rglob("ada/*")).stat().st_mode & 0o077 == 0


def test_one_submission_goes_to_standard_output_or_into_the_named_file(run: Run, ledger: Path, tmp_path: Path) -> None:
    command = ("export", "--ledger", ledger, "--student", "ada", "--to")
    code, output, errors = run(*command, "autolab")
    assert (code, errors) == (0, "")
    assert json.loads(output.splitlines()[-1]) == {"scores": {"line_loss": 2.0}}
    assert "The loss" in output  # from the bank at hand
    out = tmp_path / "results.json"
    assert run(*command, "gradescope", "--out", out, "--visibility", "after_published")[0] == 0
    data = json.loads(out.read_text(encoding="utf-8"))
    assert (data["score"], data["visibility"]) == (2.0, "after_published")
    code, output, errors = run("export", "--ledger", ledger, "--student", "zoe", "--to", "gradescope", "--out", out)
    assert (code, output) == (1, "")
    assert "the grader failed on line_grad; nothing was written" in errors


def test_the_gradebook_of_canvas_gets_what_is_settled(run: Run, ledger: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "gradebook.csv"
    sheet.write_text(CANVAS)
    command = ("export", "--to", "canvas", "--assignment", TINY, "--ledger", ledger, "--sheet", sheet)
    code, output, errors = run(*command)
    assert (code, output) == (0, CANVAS.replace("ada,A,", "ada,A,2"))
    reasons = {"bob": "awaiting marking: why", "eve": "could not be read", "zoe": "the grader failed on"}
    for name, reason in reasons.items():
        (line,) = (line for line in errors.splitlines() if line.startswith(name))
        assert reason in line
        assert line.endswith("the cell stays empty")


@pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own
def test_marks_of_nbgraders_gradebook_are_in_what_is_exported(run: Run, ledger: Path, tmp_path: Path) -> None:
    ml = tmp_path / "ml"
    ml.mkdir()
    (ml / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'ml'\n")
    ledger.rename(ml / "ledger.sqlite")
    with own_commands_on_path(), Gradebook(f"sqlite:///{ml}/gradebook.db", "ml") as gradebook:
        gradebook.add_assignment(TINY)
        gradebook.add_notebook(TINY, TINY)
        for name in ("check_line_loss", "why"):
            gradebook.add_grade_cell(name, TINY, TINY, max_score=2.0, cell_type="code")
        gradebook.add_solution_cell("line_loss", TINY, TINY)
        gradebook.add_student("bob", first_name="Bob", last_name="Miller", email="bob@example.org")
        gradebook.add_submission(TINY, "bob")
        for cell, points in (("check_line_loss", 2.0), ("why", 1.5)):
            grade = gradebook.find_grade(cell, TINY, TINY, "bob")
            grade.manual_score = points
            grade.needs_manual_grade = False
        gradebook.db.commit()
    code, output, errors = run("export", "--to", "moodle", "--assignment", TINY, "--student", "bob", "--gradebook", ml)
    assert code == 0, errors
    assert '"Bob","Miller","bob","bob@example.org",3.5,' in output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--to", "canvas"), "name that file with --sheet"),
        (("--to", "canvas", "--sheet", "x.csv"), "name it with --assignment"),
        (("--to", "moodle"), "name it with --assignment"),
        (("--to", "gradescope"), "there are 4 submissions, and gradescope takes one in a file"),
        (("--to", "gradescope", "--format", "json"), "--format is for nbgrader"),
        (("--to", "autolab", "--sheet", "x.csv"), "--sheet and --column are for canvas and moodle"),
        (("--to", "gradescope-autograder", "--assignment", TINY), "--out autograder.zip"),
        (("--student", "adda"), "there is no grading of the student 'adda': did you mean ada?"),
        (("--assignment", "ch01_tinny"), f"did you mean {TINY}?"),
        (("--to", "canvas", "--assignment", TINY, "--sheet", "nothing.csv"), "nothing.csv"),
    ],
)
def test_what_does_not_fit_is_one_sentence(arguments: tuple[str, ...], sentence: str, run: Run, ledger: Path) -> None:
    assert sentence in misuse(run, "export", "--ledger", ledger, *arguments)


def test_a_student_who_is_not_in_the_sheet_shows_in_the_exit_code(run: Run, ledger: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "gradebook.csv"
    sheet.write_text(CANVAS.replace("Ada,1,ada", "Ann,1,ann"))
    command = ("export", "--to", "canvas", "--assignment", TINY, "--ledger", ledger, "--sheet", sheet)
    code, output, errors = run(*command)
    assert (code, output) == (1, sheet.read_text())
    assert "1 not in the sheet, nothing was written: ada" in errors


def test_the_instructors_own_file_is_never_written_over(run: Run, ledger: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "gradebook.csv"
    sheet.write_text(CANVAS)
    command = ("export", "--to", "canvas", "--assignment", TINY, "--ledger", ledger, "--sheet", sheet)
    assert "name another one with --out" in misuse(run, *command, "--out", sheet)
    assert sheet.read_text() == CANVAS


def test_the_columns_of_nbgrader_can_be_of_one_student_or_assignment(run: Run, ledger: Path) -> None:
    code, output, _ = run("export", "--ledger", ledger, "--student", "ada", "--assignment", TINY)
    assert code == 0
    assert [line.split(",")[3] for line in output.splitlines()] == ['"student_id"', '"ada"']
