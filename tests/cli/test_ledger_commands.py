"""`autograder history`, `diff` and `export`: what the ledger holds, and what changed in it and why."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from support import Run, misuse

from autograder.cli.changes import causes
from autograder.grading.ledger import Ledger
from autograder.model.verdict import AnswerCell, ExerciseVerdict, Outcome, Report, SubmissionOutcome
from autograder.nbgrader_bridge.database import own_commands_on_path
from autograder.report.regrade import Request

CHAPTER = "ch01_regression"


def report(student: str, points: Sequence[float], **changed: Any) -> Report:
    """A grading with these points of 2 on exercises one, two …"""
    exercises = tuple(
        ExerciseVerdict(name, Outcome.PASSED if point == 2 else Outcome.PARTIAL, point, 2.0)
        for name, point in zip(("one", "two", "three"), points, strict=False)
    )
    plain = Report(
        student, CHAPTER, "en", SubmissionOutcome.GRADED, f"{student}-1", "bank-1", "0.1.0", 0, exercises=exercises
    )
    return replace(plain, **changed)


ADA = report("ada", (2, 0))
ADA_LATE = report("ada", (2, 2), submission="ada-2")
BOB = report("bob", (1, 1))
BOB_AGAIN = report("bob", (1, 0), bank="bank-2")
EVE_BLOCKED = replace(
    report("eve", (0, 2)),
    exercises=(
        ExerciseVerdict("one", Outcome.GRADER_ERROR, 0.0, 2.0),
        ExerciseVerdict("two", Outcome.PASSED, 2.0, 2.0),
    ),
)
EVE = report("eve", (2, 2))
ZOE = report("zoe", (2, 2))
FIRST = (ADA, BOB, EVE_BLOCKED)
SECOND = (ADA_LATE, BOB_AGAIN, EVE, ZOE)


@pytest.fixture
def graded(tmp_path: Path) -> Path:
    """A folder of results whose ledger holds two gradings of a class: numbers 1 to 3, and 4 to 7."""
    (tmp_path / "graded").mkdir()
    with Ledger(f"sqlite:///{tmp_path}/graded/ledger.sqlite") as ledger:
        for each in (*FIRST, *SECOND):
            assert ledger.record(each, f"submitted/{each.student}.ipynb")
    return tmp_path / "graded"


# history


def test_history_says_what_each_grading_changed(run: Run, graded: Path) -> None:
    with Ledger(f"sqlite:///{graded}/ledger.sqlite") as ledger:
        ledger.record(ADA, "submitted/ada.ipynb")  # the first file again
        ledger.record(replace(ADA, assignment="ch02"), "submitted/ada2.ipynb")
    code, output, _ = run("history", "ada", "--ledger", graded, "--json")
    gradings = json.loads(output)["gradings"]
    assert code == 0
    assert [(entry["number"], entry["score"], entry["changed"]) for entry in gradings] == [
        (1, 2.0, ["first"]),
        (4, 4.0, ["other submission"]),
        (8, 2.0, ["other submission", "as #1"]),
        (9, 2.0, ["first"]),
    ]
    assert gradings[0]["source"] == "submitted/ada.ipynb"
    assert datetime.fromisoformat(gradings[0]["recorded_at"]).utcoffset() == timedelta(0)
    code, output, _ = run("history", "ada", "--ledger", graded, "--assignment", "ch02")
    assert code == 0
    assert output.count(" 2/4 ") == 1
    assert "other submission" not in output


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (ADA, ADA_LATE, ("other submission",)),
        (BOB, BOB_AGAIN, ("other bank",)),
        (BOB, replace(BOB_AGAIN, submission="x", engine="0.2"), ("other submission", "other bank", "other engine")),
        (EVE_BLOCKED, EVE, ("grader error gone",)),
        (EVE, EVE_BLOCKED, ("grader error",)),
        (ADA, replace(ADA, rung="none"), ("graded again",)),
        (replace(ADA, outcome=SubmissionOutcome.UNREADABLE, bank="all"), ADA_LATE, ("other submission",)),
        (None, ADA, ("new",)),
        (ADA, None, ("not there any more",)),
    ],
)
def test_a_change_has_its_reasons(before: Report | None, after: Report | None, expected: tuple[str, ...]) -> None:
    assert causes(before, after) == expected


def test_an_unknown_student_or_assignment_is_named_with_near_ones(run: Run, graded: Path) -> None:
    sentence = misuse(run, "history", "adda", "--ledger", graded)
    assert "there is no grading of 'adda': did you mean ada?" in sentence
    sentence = misuse(run, "history", "ada", "--assignment", "ch01_regresion", "--ledger", graded)
    assert f"there is no grading of 'ch01_regresion': did you mean {CHAPTER}?" in sentence


# a request for a regrade


@pytest.fixture
def request_of_ada(graded: Path) -> Request:
    """About exercise two of ada's second hand-in."""
    with Ledger(f"sqlite:///{graded}/ledger.sqlite") as ledger:
        grading = ledger.history("ada")[-1]
    return Request.of(grading.report, grading.recorded_at, "two")


def test_a_request_finds_that_grading_and_what_it_said(run: Run, graded: Path, request_of_ada: Request) -> None:
    with Ledger(f"sqlite:///{graded}/ledger.sqlite") as ledger:
        ledger.record(replace(ADA_LATE, bank="bank-2"), "submitted/ada.ipynb")  # it has been graded again since
    mail = f"Dear teacher,\n> {request_of_ada.line}\nYours, Ada"
    code, output, _ = run("history", mail, "--ledger", graded, "--json")
    told = json.loads(output)
    assert (code, told["student"], told["asked"], told["exercise"]) == (0, "ada", [4], "two")
    assert [each["number"] for each in told["gradings"]] == [1, 4, 8]
    code, output, _ = run("history", request_of_ada.line, "--ledger", graded)
    (row,) = [line for line in output.splitlines() if "the one that is asked about" in line]
    assert (code, row.split()[0]) == (0, "4")
    assert "#4: submitted/ada.ipynb" in output
    assert "two\nRight: 2 / 2 points\n" in output
    assert "\none\n" not in output


def test_a_request_shows_the_answer_that_was_judged(run: Run, graded: Path) -> None:
    cells = (AnswerCell(7, "", untouched=True), AnswerCell(9, "def two():\n    return '\x1b[2J'"))
    answered = replace(ADA, submission="ada-3", exercises=(replace(ADA.exercises[0], answer=cells),))
    with Ledger(f"sqlite:///{graded}/ledger.sqlite") as ledger:
        ledger.record(answered, "ada.ipynb")
        line = Request.of(answered, ledger.history("ada")[-1].recorded_at, "one").line
    code, output, _ = run("history", line, "--ledger", graded)
    assert code == 0
    assert "cell 7, as released" in output
    assert re.search(r"cell 9\n +1 def two\(\): *\n +2 +return '\ufffd\[2J'", output)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"submission": "bob-1"},
            f"no grading of ada in {CHAPTER} is the one of the request (submission bob-1,",
        ),
        ({"graded": "2020-01-01T00:00:00Z"}, "the line was changed or cut, or is about another ledger"),
        ({"exercise": "five"}, "that grading has no exercise 'five': it has one, two"),
        ({"student": "adda"}, "there is no grading of 'adda': did you mean ada?"),
    ],
)
def test_a_request_about_no_grading_is_one_sentence(
    run: Run, graded: Path, request_of_ada: Request, changed: dict[str, str], sentence: str
) -> None:
    assert sentence in misuse(run, "history", replace(request_of_ada, **changed).line, "--ledger", graded)


# diff


def differing(run: Run, *arguments: object) -> dict[str, Any]:
    code, output, errors = run("diff", *arguments, "--json")
    assert code == 0, errors
    data: dict[str, Any] = json.loads(output)
    return data


def test_diff_names_students_exercises_and_reasons_and_adds_up(run: Run, graded: Path) -> None:
    data = differing(run, "3", "now", "--ledger", graded)
    assert [(each["student"], each["before"], each["after"], each["why"]) for each in data["changes"]] == [
        ("ada", 2.0, 4.0, ["other submission"]),
        ("bob", 2.0, 1.0, ["other bank"]),
        ("eve", None, 4.0, ["grader error gone"]),
        ("zoe", None, 4.0, ["new"]),
    ]
    assert data["changes"][0]["exercises"] == [{"name": "two", "before": 0, "after": 2}]
    assert data["sums"] == [
        {"assignment": CHAPTER, "students": [3, 4], "points": [4.0, 13.0], "up": 3, "down": 1, "alike": 0}
    ]
    code, output, _ = run("diff", "#3", "--ledger", graded)  # now when it is left out
    assert code == 0
    assert "2/4 → 4/4" in output
    assert "two 0 → 2" in output
    assert f"{CHAPTER}: 3 → 4 students, 3 up, 1 down, 0 alike; 4 → 13 points" in output


def test_diff_of_one_state_with_itself_is_empty(run: Run, graded: Path) -> None:
    data = differing(run, "now", "now", "--ledger", graded)
    assert (data["changes"], data["sums"][0]["alike"]) == ([], 4)


def test_what_was_graded_again_alike_is_no_change(run: Run, graded: Path) -> None:
    with Ledger(f"sqlite:///{graded}/ledger.sqlite") as ledger:
        ledger.record(replace(ZOE, bank="bank-2"), "zoe.ipynb")
    data = differing(run, "7", "8", "--ledger", graded)
    assert (data["changes"], data["graded_again_alike"]) == ([], [f"zoe/{CHAPTER}"])


def test_diff_of_moments(run: Run, graded: Path) -> None:
    """Times of the ledger as `history` prints them, in the local time zone; a date is its beginning."""
    database = sqlite3.connect(graded / "ledger.sqlite")
    database.execute("DROP TRIGGER gradings_no_update")
    early = datetime(2027, 2, 28, 23, 59).astimezone()
    for number, moment in ((3, early), (7, early + timedelta(hours=11))):
        stamp = f"{(moment - moment.utcoffset()).replace(tzinfo=None)}.000000"  # type: ignore[operator]
        database.execute(
            "UPDATE gradings SET recorded_at = ? WHERE number <= ? AND recorded_at < '2027'"
            if number == 3
            else "UPDATE gradings SET recorded_at = ? WHERE number <= ? AND number > 3",
            (stamp, number),
        )
    database.commit()
    database.close()
    for before, after in (
        ("2027-03-01", "now"),
        ("2027-03-01 10:58", "2027-03-01 10:59"),
        ("2027-03-01", "2027-03-02"),
    ):
        students = [each["student"] for each in differing(run, before, after, "--ledger", graded)["changes"]]
        assert students == ["ada", "bob", "eve", "zoe"]
    assert len(differing(run, "2020-01-01", "2027-03-01", "--ledger", graded)["changes"]) == 3
    _, output, _ = run("history", "zoe", "--ledger", graded)
    assert "2027-03-01 10:59:00" in output


def test_diff_of_two_ledgers(run: Run, graded: Path, tmp_path: Path) -> None:
    with Ledger(f"sqlite:///{tmp_path}/other.sqlite") as other:
        for each in FIRST:
            other.record(each, "x")
    for name in (tmp_path / "other.sqlite", f"sqlite:///{tmp_path}/other.sqlite"):
        assert len(differing(run, name, graded)["changes"]) == 4
        back = differing(run, graded, name)["changes"]
        assert [each["why"] for each in back if each["student"] == "zoe"] == [["not there any more"]]


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("yesterday", "'yesterday' names no state of the ledger: use a moment"),
        ("99", "there is no grading 99: they are numbered from 1 to 7"),
        ("2027-13-01", "names no state"),
        ("sqlite:////no/such/folder/x.sqlite", "there is no ledger in /no/such/folder/x.sqlite"),
    ],
)
def test_a_state_that_is_none_is_one_sentence(run: Run, graded: Path, state: str, sentence: str) -> None:
    assert sentence in misuse(run, "diff", state, "now", "--ledger", graded)


# export


def test_export_writes_what_holds_now(run: Run, graded: Path, tmp_path: Path) -> None:
    code, output, _ = run("export", "--ledger", graded)
    rows = list(csv.DictReader(io.StringIO(output)))
    assert code == 0
    assert [(row["student_id"], f"{float(row['score']):g}") for row in rows] == [
        ("ada", "4"), ("bob", "1"), ("eve", "4"), ("zoe", "4"),
    ]  # fmt: skip
    assert run("export", "--ledger", graded, "--format", "json", "--out", tmp_path / "all.json")[:2] == (0, "")
    data = json.loads((tmp_path / "all.json").read_text(encoding="utf-8"))
    assert [entry["student"] for entry in data["submissions"]] == ["ada", "bob", "eve", "zoe"]


def test_export_with_a_gradebook_has_names(run: Run, graded: Path, tmp_path: Path) -> None:
    (tmp_path / "ml").mkdir()
    (tmp_path / "ml" / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'ml'\n")
    with own_commands_on_path(), Gradebook(f"sqlite:///{tmp_path}/ml/gradebook.db", "ml") as gradebook:
        gradebook.add_student("ada", first_name="Ada", last_name="Lovelace", email="ada@example.org")
    assert f"there is no ledger in {tmp_path}/ml/ledger.sqlite" in misuse(run, "export", "--gradebook", tmp_path / "ml")
    (graded / "ledger.sqlite").rename(tmp_path / "ml" / "ledger.sqlite")
    _, output, _ = run("export", "--gradebook", tmp_path / "ml")
    ada = next(csv.DictReader(io.StringIO(output)))
    assert (ada["first_name"], ada["last_name"], ada["email"]) == ("Ada", "Lovelace", "ada@example.org")


# Where the ledger is


@pytest.mark.parametrize("command", [("history", "ada"), ("diff", "1"), ("export",)])
def test_a_place_without_a_ledger_is_one_sentence(
    run: Run, course_copy: Path, tmp_path: Path, command: tuple[str, ...]
) -> None:
    (tmp_path / "empty").mkdir()
    assert "there is no ledger here or in graded/" in misuse(run, *command)
    assert f"there is no ledger in {tmp_path}/empty" in misuse(run, *command, "--ledger", tmp_path / "empty")
    assert "'nonsense' is no ledger" in misuse(run, *command, "--ledger", "nonsense")
    missing = tmp_path / "missing.sqlite"
    assert f"there is no ledger in {missing}" in misuse(run, *command, "--ledger", missing)
    assert not missing.exists()


@pytest.mark.parametrize("command", [("history", "ada"), ("diff", "1"), ("export",)])
def test_the_results_here_or_in_graded_are_found_by_themselves(
    run: Run, course_copy: Path, graded: Path, command: tuple[str, ...]
) -> None:
    graded.rename(course_copy / "graded")
    assert run(*command)[0] == 0
