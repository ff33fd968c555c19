"""Otter's assignments in the sandbox: where tests run, what is told, and whose tests count."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import nbformat
import pytest
from otter_assignments import (
    CHECK,
    DOUBLE,
    FUNCTIONS_FILE,
    Assignment,
    checks,
    doctests,
    folder,
    hand_in,
    hidden,
    notebook,
    public,
    zip_file,
)
from rich.console import Console
from support import in_words

from autograder.cli.grade import Graded, grade_class
from autograder.cli.own_assignments import NoMarksForOtter
from autograder.grading.grade_one import open_sandbox
from autograder.grading.hand_in import grade_hand_in
from autograder.grading.intake import Intake
from autograder.grading.notebook import notebook_from
from autograder.grading.otter_assignment import OtterSource
from autograder.grading.otter_notebook import cells_with_tests, marked_questions
from autograder.grading.otter_places import otter_assignment_of, otter_assignments
from autograder.grading.otter_tests import read_test_file
from autograder.grading.release_cells import ReleaseUnusable
from autograder.model.bank import Bank
from autograder.model.texts import LANGUAGES
from autograder.model.verdict import Outcome, Report
from autograder.sandbox import Sandbox

HW = Assignment(
    tests={
        "q1": doctests(
            "q1",
            public(">>> double(2)\n4", failure_message="Mind the `factor`.", success_message="Good start."),
            public(">>> double('a')\n'aa'"),
            hidden(">>> double(-1) == -2\nTrue", failure_message="a secret of ours"),
            points=3,
        ),
        "functions": FUNCTIONS_FILE,
    },
    students={"ada": [DOUBLE, *checks("q1")], "bob": ["def double(x):\n    return abs(x) + 2"]},
)
ENDLESS = "while True:\n    pass"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return folder(tmp_path_factory.mktemp("otter") / "hw", HW, notebook([DOUBLE]))


@pytest.fixture(scope="module")
def bank(made: Path) -> Bank:
    return OtterSource("hw", made, seconds=1.0).load()


@pytest.fixture(scope="module")
def sandbox(bank: Bank) -> Iterator[Sandbox]:
    with open_sandbox([bank]) as opened:
        yield opened


def graded(cells: Sequence[str], bank: Bank, sandbox: Sandbox) -> Report:
    taken = Intake(Path("ada.ipynb"), nbformat.writes(notebook(cells)).encode())
    report, _ = grade_hand_in(taken, [bank], sandbox, student="ada", about="hw")
    return report


def points(report: Report) -> dict[str, float]:
    return {each.name: each.points for each in report.exercises}


def told(report: Report, name: str, language: str = "en") -> list[str]:
    verdict = next(each for each in report.exercises if each.name == name)
    return [in_words(finding, language) for finding in verdict.findings]


def grade(submissions: Path, course: Path, out: Path, gradebook: Path | None = None) -> Graded:
    return grade_class(
        [submissions], out, course=course, workers=1, rung="auto", ledger=None, gradebook=gradebook,
        console=Console(quiet=True),
    )  # fmt: skip


# --- what is told -----------------------------------------------------------------------------------------------------


def test_public_cases_are_told_and_hidden_ones_only_counted(bank: Bank, sandbox: Sandbox) -> None:
    report = graded(HW.students["bob"], bank, sandbox)
    assert told(report, "q1") == [
        "The test gives 1 of 3 points.",
        "Your teacher says: `Good start.`.",
        "`double('a')` stopped with TypeError: `bad operand type for abs(): 'str'`.",
        "Hidden cases that failed: 1 of 1.",
    ]
    assert "应当" not in "".join(told(report, "q1", "zh"))
    assert told(report, "q1", "zh")[-1] == "未通过的隐藏用例：1 个，共 1 个。"
    wrong = graded(["def double(x):\n    return 3 * x"], bank, sandbox)
    assert "`double(2)` should give `4` and gives `6`." in told(wrong, "q1")
    assert "Your teacher says: `Mind the 'factor'.`." in told(wrong, "q1")
    for language in LANGUAGES:
        assert "secret" not in str(wrong.to_json()) + "".join(told(wrong, "q1", language))


def test_functions_are_told_by_what_they_raise(bank: Bank, sandbox: Sandbox) -> None:
    said = told(graded(["def double(x):\n    return 3 * x"], bank, sandbox), "functions")
    assert "The test stopped with ValueError: `negative`." in said
    assert "The test stopped with AssertionError: `text too`." in said
    assert "Your teacher says: `Well done.`." in said
    assert "Hidden cases that failed: 1 of 1." in said


# --- where and how tests run ------------------------------------------------------------------------------------------


def test_a_test_runs_after_the_last_cell_that_asks_for_it() -> None:
    tests = [read_test_file(doctests(name, ">>> 1\n1"), name, name).test for name in ("a", "b", "c", "d", "e")]
    source = [
        CHECK.format(name="a"),
        "x = 1  # grader.check('e')",
        "grader.check(\n    question='b')",
        CHECK.format(name="a"),
        '%time grader.check("d"); grader.check(name)',
    ]
    made = notebook(source)
    made.cells[2].metadata["otter"] = {"tests": ["c"]}
    made.cells[3].metadata["tags"] = ["otter_ignore"]
    ran = [cell.released or cell.source for cell in cells_with_tests(notebook_from(made).cells, tests)]
    assert ran[1:] == [
        source[0], source[1], "c - 1", source[3], "a - 1", source[4], "d - 1", "b - 1", "e - 1"
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("fatal", [ENDLESS, "import os\nos._exit(3)", "x = [0] * 10**12"])
def test_a_cell_that_ends_all_costs_no_test_its_points(fatal: str, bank: Bank, sandbox: Sandbox) -> None:
    assert points(graded([DOUBLE, fatal, *checks("q1")], bank, sandbox)) == {"functions": 6.0, "q1": 3.0}


def test_a_case_that_does_not_end_costs_its_own_points(bank: Bank, sandbox: Sandbox) -> None:
    source = (
        f"def double(x):\n    if x == 'a':\n        {ENDLESS.replace(chr(10), chr(10) + '        ')}\n    return 2 * x"
    )
    report = graded([source, *checks("q1")], bank, sandbox)
    assert points(report)["q1"] == 2.0
    assert "The test did not finish within its time budget" in " ".join(told(report, "q1"))


def test_what_a_notebook_does_to_otter_costs_nothing(bank: Bank, sandbox: Sandbox) -> None:
    begin = [DOUBLE, "from otter import Notebook\ngrader = Notebook(tests_dir='elsewhere')", "otter = None"]
    end = ["grader.check_all()", "grader.export(pdf=True, run_tests=True)", "grader.to_pdf()"]
    report = graded([*begin, *checks("q1"), *end], bank, sandbox)
    assert points(report) == {"functions": 6.0, "q1": 3.0}
    assert report.notes == ()


def test_cases_leave_nothing_behind(bank: Bank, sandbox: Sandbox) -> None:
    names = "before = set(dir())"
    after = "assert set(dir()) - before <= {'before'} | {each for each in dir() if each.startswith('_')}"
    assert graded([DOUBLE, names, *checks("q1", "functions"), after], bank, sandbox).notes == ()


# --- whose tests count ------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_no_test_of_a_students_counts_and_no_zip_file_is_lost(made: Path, tmp_path: Path) -> None:
    submissions = hand_in(tmp_path / "submissions", HW)
    easy = doctests("q1", ">>> 1\n1", points=3)
    (submissions / "bob" / "tests").mkdir()
    (submissions / "bob" / "tests" / "q1.py").write_text(easy)
    own = notebook(HW.students["bob"], tests={"q1": {"name": "q1", "suites": [{"cases": []}]}}, OK_FORMAT=True)
    nbformat.write(own, submissions / "bob" / "hw.ipynb")
    (submissions / "bob" / "hw.zip").touch()
    (submissions / "cem.zip").touch()
    (submissions / "dan").mkdir()
    (submissions / "dan" / "hw.zip").touch()
    result = grade(submissions, made, tmp_path / "graded")
    assert {report.student: points(report)["q1"] for report in result.reports} == {"ada": 3.0, "bob": 1.0}
    assert [said.partition(" is a zip file")[0] for said in result.attention.folders] == [
        str(submissions / "cem.zip"), str(submissions / "dan" / "hw.zip")
    ]  # fmt: skip
    page = (tmp_path / "graded" / "index.html").read_text(encoding="utf-8")
    assert "a student who wants to can forge them" in page
    shutil.rmtree(tmp_path / "graded")
    assert otter_assignments(submissions / "bob", [submissions]) == {}


@pytest.mark.slow
def test_what_a_person_marks_waits(tmp_path: Path) -> None:
    begin, end = "<!-- BEGIN QUESTION -->", "<!-- END QUESTION -->"
    answer = "#!md\n_Type your answer here, replacing this text._"
    cells = [
        "#!md\n# Homework",
        f"#!md\n{begin}\n\n**Question 1b:** Why?\n\n_Points:_ 2.5",
        answer,
        f"#!md\n{end}\n\n{begin}\n\n**Question 2**",
        CHECK.format(name="q1"),
        f"#!md\n{end}",
        f"#!md\n{begin}\n\n### A plot",
        answer,
    ]
    questions = marked_questions(notebook_from(notebook(cells)))
    assert [(each.name, each.points) for each in questions] == [("Question 1b", 2.5), ("A plot", 0.0)]
    course = folder(tmp_path / "hw", HW, notebook(cells))
    result = grade(hand_in(tmp_path / "submissions", HW, ["ada"]), course, tmp_path / "graded")
    waiting = [each for each in result.reports[0].exercises if each.outcome is Outcome.AWAITING_MARKING]
    assert [(each.name, each.max_points) for each in waiting] == [("Question 1b", 2.5), ("A plot", 0.0)]
    assert result.max_scores == {"hw": 11.5}


# --- where assignments lie --------------------------------------------------------------------------------------------


def test_assignments_are_found_where_otter_puts_them(tmp_path: Path) -> None:
    one = folder(tmp_path / "one" / "dist" / "autograder", HW, notebook([DOUBLE], assignment_name="Homework 1"))
    folder(tmp_path / "one" / "dist" / "student", HW, notebook([DOUBLE]))
    archive = zip_file(tmp_path / "lab2-autograder_2027_01_01.zip", HW)
    (tmp_path / "autograder-of-another.zip").write_bytes(archive.read_bytes()[:100])
    found = otter_assignments(tmp_path)
    assert {name: (each.folder, each.archive) for name, each in found.items()} == {
        "Homework_1": (one, None), "lab2": (None, archive)
    }  # fmt: skip
    for place in (tmp_path / "one", tmp_path / "one" / "dist", one):
        assert list(otter_assignments(place)) == ["Homework_1"]
    assert list(otter_assignments(archive)) == ["lab2"]
    inside = Path(shutil.copy(archive, one / "hw-autograder_1.zip"))
    assert otter_assignments(one)["Homework_1"].archive == inside
    assert otter_assignments(tmp_path / "one" / "dist" / "student", [tmp_path / "one"]) == {}


def test_a_notebook_is_for_the_assignment_that_it_names(tmp_path: Path) -> None:
    sources = {name: OtterSource(name, tmp_path) for name in ("hw1", "hw10")}

    def asked(stem: str, **metadata: str) -> str:
        content = nbformat.writes(notebook(["1"], **metadata)).encode()
        return otter_assignment_of(Intake(Path(f"{stem}.ipynb"), content), sources)

    assert asked("ada", assignment_name="hw1") == "hw1"
    assert asked("hw1", assignment_name="lab") == ""
    assert asked("hw10_ada") == "hw10"
    assert asked("ada") == ""
    assert otter_assignment_of(Intake(Path("ada.ipynb"), b"{"), {"hw1": sources["hw1"]}) == "hw1"


def test_what_cannot_be_is_refused_before_anything_is_graded(tmp_path: Path) -> None:
    course = folder(tmp_path / "hw", HW)
    (tmp_path / "nbgrader").mkdir()
    (tmp_path / "nbgrader" / "nbgrader_config.py").write_text("")
    submissions = hand_in(tmp_path / "submissions", HW)
    with pytest.raises(NoMarksForOtter, match="hw is an assignment of Otter's"):
        grade(submissions, course, tmp_path / "graded", tmp_path / "nbgrader")
    master = tmp_path / "master"
    master.mkdir()
    nbformat.write(notebook(["#!md\n# ASSIGNMENT CONFIG\nname: hw"]), master / "hw.ipynb")
    with pytest.raises(ReleaseUnusable, match=r"hw\.ipynb is what `otter assign` is to be run on"):
        grade(submissions, master, tmp_path / "graded")
    (tmp_path / "both").mkdir()
    zip_file(tmp_path / "both" / "hw-autograder_1.zip", HW)
    zip_file(tmp_path / "both" / "hw-autograder_2.zip", HW)
    with pytest.raises(ReleaseUnusable, match="are both the assignment hw"):
        grade(submissions, tmp_path / "both", tmp_path / "graded")
    (course / "otter_config.json").write_text(json.dumps({"lang": "r"}))
    with pytest.raises(ReleaseUnusable, match="only Python runs here"):
        grade(submissions, course, tmp_path / "graded")
    assert not (tmp_path / "graded").exists()
