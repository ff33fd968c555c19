"""`autograder grade`: who is graded, what is published, where it may go, and what needs a person."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from nbgrader.api import Gradebook
from rich.console import Console
from support import REPOSITORY, TINY, Run, an_ordinary_user, misuse

from autograder.cli.grade import formgrader_at, grade_class
from autograder.grading.ledger import Ledger
from autograder.model.bank_files import load
from autograder.nbgrader_bridge.database import own_commands_on_path

HandIn = Callable[..., Path]
WRONG = {"line_loss": "def line_loss(w, b, X, y):\n    return np.mean((X @ w + b - y) ** 2)"}


@pytest.fixture
def submitted(hand_in: HandIn, tmp_path: Path) -> Path:
    """Three students, the second of whom is wrong."""
    for student, answers in (("ada", {}), ("bob", WRONG), ("eve", {})):
        hand_in(tmp_path / "ml" / "submitted" / student / TINY / f"{TINY}.ipynb", answers)
    return tmp_path / "ml" / "submitted"


@pytest.fixture
def grade(run: Run, submitted: Path, tmp_path: Path) -> Callable[..., dict[str, Any]]:
    """Grade into graded/; returns the JSON, with the exit code, what was said, and the rows of scores.csv."""

    def invoke(*arguments: object, out: Path | None = tmp_path / "graded", code: int = 0) -> dict[str, Any]:
        place = () if out is None else ("--out", out)
        arguments = (submitted, *arguments) if not arguments or str(arguments[0]).startswith("-") else arguments
        found, output, errors = run("grade", *arguments, *place, "--workers", 1, "--json")
        assert found == code, errors
        data: dict[str, Any] = json.loads(output)
        data["said"] = errors
        folder = out or next(Path(part).parent for part in errors.split() if part.endswith("scores.csv"))
        with (folder / "scores.csv").open(encoding="utf-8") as file:
            data["scores"] = {row["student_id"]: row["score"] for row in csv.DictReader(file)}
        return data

    return invoke


Grade = Callable[..., dict[str, Any]]


@pytest.fixture
def nbgrader(submitted: Path, release_dir: Path) -> Path:
    """The submissions' folder as an nbgrader course with a roster of four."""
    folder = submitted.parent
    shutil.copytree(release_dir / "en" / TINY, folder / "release" / TINY)
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'ml'\n"
        "c.AutograderExecute.ledger_url = 'sqlite:///records/ledger.sqlite'\n"
    )
    (folder / "records").mkdir()
    with own_commands_on_path(), Gradebook(f"sqlite:///{folder}/gradebook.db", "ml") as gradebook:
        for student in ("ada", "bob", "eve", "zoe"):
            gradebook.add_student(student, first_name=student.title())
    return folder


def history(url: str, student: str) -> list[str]:
    with Ledger(url) as ledger:
        return [row.report.submission[:6] for row in ledger.history(student)]


# A part of a class


def test_grading_a_part_leaves_the_others_as_they_were(grade: Grade, submitted: Path, hand_in: HandIn) -> None:
    """The class page and the scores held the part alone."""
    whole = grade()
    assert whole["scores"] == {"ada": "11.0", "bob": "9.0", "eve": "11.0"}
    late = hand_in(submitted.parents[1] / "late" / "bob" / TINY / f"{TINY}.ipynb")
    for place in ("--student=bob", submitted / "bob", late):
        part = grade(place)
        assert [entry["student"] for entry in part["submissions"]] == ["bob"]
        assert set(part["scores"]) == {"ada", "bob", "eve"}
    assert part["scores"] == {"ada": "11.0", "bob": "11.0", "eve": "11.0"}
    assert all(name in (submitted.parents[1] / "graded" / "index.html").read_text() for name in ("ada", "bob", "eve"))


def test_titles_of_what_is_not_graded_now_come_from_its_bank_without_its_arrays(
    grade: Grade, course_copy: Path, submitted: Path, hand_in: HandIn
) -> None:
    grade()
    other = Path(shutil.copytree(course_copy / "bank" / TINY, course_copy / "bank" / "ch02_other"))
    data = json.loads((other / "bank.json").read_text(encoding="utf-8"))
    (other / "bank.json").write_text(json.dumps({**data, "chapter": "ch02_other"}), encoding="utf-8")
    for name in ("solutions", "reference"):
        shutil.rmtree(course_copy / name)  # a bank alone: nothing is stale
    (course_copy / "bank" / TINY / "arrays.npz").write_bytes(b"")
    hand_in(submitted / "ada" / "ch02_other" / "ch02_other.ipynb")
    second = grade("--assignment", "ch02_other")
    assert [entry["assignment"] for entry in second["submissions"]] == ["ch02_other"]
    page = (submitted.parents[1] / "graded" / "feedback" / "bob" / f"{TINY}.html").read_text()
    assert load(other).titles()["line_loss"]["en"] in page


def test_unknown_students_and_assignments_are_refused_by_name(run: Run, submitted: Path, tmp_path: Path) -> None:
    arguments = ("grade", submitted, "--out", tmp_path / "graded")
    assert "student 'adda': did you mean ada?" in misuse(run, *arguments, "--student", "adda")
    assert f"assignment 'ch01_tinny': did you mean {TINY}?" in misuse(run, *arguments, "--assignment", "ch01_tinny")
    assert not (tmp_path / "graded").exists()


def test_force_grades_again_and_keeps_what_is_the_same(grade: Grade, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/graded/ledger.sqlite"
    grade("--student", "ada")
    with Ledger(url) as ledger:
        (first,) = ledger.all()
    assert grade("--student", "ada", "--force")["scores"] == {"ada": "11.0"}
    assert len(history(url, "ada")) == 1
    again = grade("--student", "ada", "--force", "--rung", "none")  # another sandbox: the report says something else
    assert again["submissions"][0]["rung"] == "none"
    assert "warning: the rung `none` is no sandbox" in again["said"]
    with Ledger(url) as ledger:
        newest = ledger.latest()[0]
    assert (newest.number, newest.report.rung) == (first.number + 1, "none")


def test_an_earlier_file_handed_in_again_is_what_counts(grade: Grade, submitted: Path, hand_in: HandIn) -> None:
    """Its grading was known, so the row of the file that had come in between stayed the newest."""
    file = submitted / "bob" / TINY / f"{TINY}.ipynb"
    for answers, score in ((WRONG, "9.0"), ({}, "11.0"), (WRONG, "9.0")):
        hand_in(file, answers)
        assert grade()["scores"]["bob"] == score


# What was found where


def test_feedback_compares_with_the_hand_in_before_and_shows_the_code_of_this_one(
    grade: Grade, submitted: Path, hand_in: HandIn, tmp_path: Path
) -> None:
    page = tmp_path / "graded" / "feedback" / "bob" / f"{TINY}.html"
    grade()
    assert "return np.mean((X @ w + b - y) ** 2)" in text_of(page)
    assert "last hand-in" not in text_of(page)
    hand_in(submitted / "bob" / TINY / f"{TINY}.ipynb", {"line_loss": WRONG["line_loss"].replace("mean", "sum")})
    data = grade()
    assert "return np.sum((X @ w + b - y) ** 2)" in text_of(page)
    assert "np.mean" not in text_of(page)
    assert "Now right: 1.1 The loss" in text_of(page)
    told = {each["student"]: each["since_last_hand_in"] for each in data["submissions"]}
    assert (told["bob"]["before"], told["bob"]["now"], told["ada"]) == (9.0, 11.0, None)
    (submitted / "bob" / TINY / f"{TINY}.ipynb").write_text("gone")
    grade("--student", "ada")  # which writes everybody's pages again
    assert "return np.sum((X @ w + b - y) ** 2)" in text_of(page)


def test_times_of_feedback_are_those_of_the_course(
    grade: Grade, submitted: Path, nbgrader: Path, tmp_path: Path
) -> None:
    with (nbgrader / "nbgrader_config.py").open("a") as config:
        config.write("\nc.Exchange.timezone = 'Asia/Shanghai'\n")
    (submitted / "ada" / TINY / "timestamp.txt").write_text("2027-03-01 22:15:00 UTC")
    grade("--gradebook", nbgrader)
    page = tmp_path / "graded" / "feedback" / "ada" / f"{TINY}.html"
    assert "Handed in 2 March 2027, 06:15 Asia/Shanghai" in text_of(page)


def text_of(page: Path) -> str:
    """What a page says, without tags."""
    return html.unescape(re.sub("<[^>]*>", "", page.read_text(encoding="utf-8").partition("</head>")[2]))


def test_a_stray_notebook_is_one_row(grade: Grade, submitted: Path) -> None:
    stray = {"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    (submitted / "Untitled.ipynb").write_text(json.dumps(stray))
    whole = grade(code=1)
    outcomes = {entry["student"]: entry["outcome"] for entry in whole["submissions"]}
    assert outcomes == {"Untitled": "UNREADABLE", "ada": "GRADED", "bob": "GRADED", "eve": "GRADED"}
    alone = grade(submitted / "Untitled.ipynb", code=1)
    assert [entry["outcome"] for entry in alone["submissions"]] == ["UNREADABLE"]


def test_two_hand_ins_of_one_student_are_one_row_and_a_remark(grade: Grade, submitted: Path, hand_in: HandIn) -> None:
    late = hand_in(submitted.parents[1] / "late" / "bob" / TINY / f"{TINY}.ipynb")
    (late.parent / "timestamp.txt").write_text("2027-03-01 10:00:00 UTC")
    both = grade(submitted, submitted.parents[1] / "late")
    assert both["scores"] == {"ada": "11.0", "bob": "11.0", "eve": "11.0"}
    (sentence,) = both["attention"]["set_aside"]
    assert str(late) in sentence
    assert str(submitted / "bob") in sentence
    assert "1 notebook set aside: bob · " in both["said"]


def test_an_assignment_of_the_course_around_is_named_with_the_option_that_grades_it(
    run: Run, grade: Grade, submitted: Path, tmp_path: Path
) -> None:
    for student in ("ada", "bob"):
        (submitted / student / "ps1").mkdir()
        (submitted / student / "ps1" / "ps1.ipynb").write_text("{}")
    (submitted.parent / "release" / "ps1").mkdir(parents=True)
    whole = grade()
    assert {entry["assignment"] for entry in whole["submissions"]} == {TINY}
    assert whole["said"].count(f"add `--gradebook {submitted.parent}` to grade it") == 1
    alone = misuse(run, "grade", submitted / "ada" / "ps1", "--out", tmp_path / "graded")
    assert f"ps1 is an assignment of the course {submitted.parent}" in alone


def test_a_foreign_folder_with_a_notebook_of_the_kit_lacks_its_bank(
    run: Run, submitted: Path, tmp_path: Path, released: Any
) -> None:
    notebook = submitted.parent / "release" / "ch02_other" / "ch02_other.ipynb"
    notebook.parent.mkdir(parents=True)
    notebook.write_text(json.dumps(released["en"]))
    (submitted / "ada" / "ch02_other").mkdir()
    sentence = misuse(run, "grade", submitted, "--out", tmp_path / "graded")
    assert "there is no bank of ch02_other in bank: run `autograder bank ch02_other`" in sentence


# What needs a person


def test_grade_ends_with_what_needs_a_person(grade: Grade, submitted: Path, nbgrader: Path) -> None:
    (submitted / "eve" / TINY / f"{TINY}.ipynb").write_text("{")
    ended = grade("--gradebook", nbgrader, code=1)
    parts = ["unreadable", "folders", "missing", "grader_errors", "others_data", "to_mark", "set_aside"]
    assert list(ended["attention"]) == parts
    assert ended["attention"] == {
        "unreadable": [f"eve/{TINY}"], "folders": [], "missing": {TINY: ["zoe"]}, "grader_errors": [],
        "others_data": [], "to_mark": [], "set_aside": [],
    }  # fmt: skip
    assert f"1 file could not be graded: eve/{TINY}\n" in ended["said"]
    assert f"1 on the roster without a submission of {TINY}: zoe\n" in ended["said"]
    part = grade("--gradebook", nbgrader, "--student", "ada")
    assert part["attention"]["missing"] == {}


def test_answers_to_mark_are_counted_and_the_first_ten_named(grade: Grade, submitted: Path, hand_in: HandIn) -> None:
    for number in range(12):
        hand_in(submitted / f"s{number:02}" / TINY / f"{TINY}.ipynb", {"why": "Because."})
    ended = grade("--assignment", TINY)
    assert ended["attention"]["to_mark"] == [f"s{number:02}/{TINY}/why" for number in range(12)]
    assert f"12 answers to mark: s00/{TINY}/why, " in ended["said"]
    assert f"s09/{TINY}/why and 2 more\n" in ended["said"]


# Where results may go


def test_a_course_has_a_report_for_build_machines_too(
    grade: Grade, submitted: Path, nbgrader: Path, tmp_path: Path
) -> None:
    with Gradebook(f"sqlite:///{nbgrader}/gradebook.db", "ml") as gradebook:
        gradebook.add_assignment(TINY, duedate="2027-03-01 12:00:00 UTC")
    for student, hour in (("ada", 11), ("bob", 13)):
        (submitted / student / TINY / "timestamp.txt").write_text(f"2027-03-01 {hour}:00:00 UTC")
    ended = grade("--gradebook", nbgrader, "--junit", tmp_path / "junit.xml", "--fail-under", "80%", code=1)
    assert {entry["student"]: entry["late"] for entry in ended["submissions"]} == {
        "ada": False,
        "bob": True,
        "eve": None,
    }
    assert f"below 80%: bob/{TINY} (9 of 12, 75%)\n" in ended["said"]
    suites = ElementTree.parse(tmp_path / "junit.xml").getroot()
    assert [suite.attrib["name"] for suite in suites] == [f"{TINY} · {name}" for name in ("ada", "bob", "eve")]


def test_without_out_results_lie_in_the_course(run: Run, submitted: Path, nbgrader: Path) -> None:
    assert run("grade", submitted, "--gradebook", nbgrader, "--workers", 1)[0] == 0
    assert (nbgrader / "graded" / "index.html").is_file()
    assert "3 submissions, and nowhere to keep the results: name a folder, --out" in misuse(run, "grade", submitted)


def test_a_course_has_one_ledger(grade: Grade, run: Run, submitted: Path, nbgrader: Path, tmp_path: Path) -> None:
    """Where formgrader's button writes, `grade` reads and writes."""
    grade("--gradebook", nbgrader)
    url = f"sqlite:///{nbgrader}/records/ledger.sqlite"
    assert len(history(url, "ada")) == 1
    assert not (tmp_path / "graded" / "ledger.sqlite").exists()
    part = grade("--student", "ada")  # the folder knows which ledger its results came from
    assert set(part["scores"]) == {"ada", "bob", "eve"}
    assert not (tmp_path / "graded" / "ledger.sqlite").exists()
    elsewhere = grade("--student", "ada", "--gradebook", nbgrader, "--ledger", tmp_path / "own.sqlite")
    assert set(elsewhere["scores"]) == {"ada"}
    assert len(history(f"sqlite:///{tmp_path}/own.sqlite", "ada")) == 1


def test_an_older_ledger_beside_the_results_is_named(grade: Grade, nbgrader: Path, tmp_path: Path) -> None:
    grade()
    (tmp_path / "graded" / ".autograder.json").unlink()  # as earlier versions left it
    said = grade("--gradebook", nbgrader)["said"]
    assert f"gradings in {tmp_path}/graded/ledger.sqlite are not used" in said


@pytest.mark.parametrize("place", ["", "source", "release", "submitted", "submitted/ada", "autograded/new"])
def test_results_never_lie_among_a_courses_files(run: Run, submitted: Path, nbgrader: Path, place: str) -> None:
    before = sorted(nbgrader.rglob("*"))
    assert f"{nbgrader / place}".rstrip("/") in misuse(run, "grade", submitted, "--out", nbgrader / place)
    assert sorted(nbgrader.rglob("*")) == before


def test_results_never_lie_among_the_sources_or_the_submissions(run: Run, hand_in: HandIn, tmp_path: Path) -> None:
    flat = hand_in(tmp_path / "flat" / "ada.ipynb").parent
    assert "holds the submissions" in misuse(run, "grade", flat, "--out", flat)
    assert "is a course's own folder" in misuse(run, "grade", flat, "--out", ".")


def test_results_of_another_course_are_never_mixed_in(
    grade: Grade, run: Run, submitted: Path, nbgrader: Path, tmp_path: Path
) -> None:
    other = Path(shutil.copytree(nbgrader, tmp_path / "other"))
    grade("--gradebook", nbgrader)
    out = ("--out", tmp_path / "graded")
    for arguments in ((other / "submitted",), (other / "submitted", "--gradebook", other)):
        sentence = misuse(run, "grade", *arguments, *out)
        assert f"holds the results of another course, {nbgrader} (ml)" in sentence
    loose = Path(shutil.copy(submitted / "ada" / TINY / f"{TINY}.ipynb", tmp_path / "late.ipynb"))
    assert "late" in grade(loose)["scores"]  # belongs to no course, so to this one
    shutil.rmtree(nbgrader)
    moved = other.rename(nbgrader.with_name("moved"))
    assert set(grade(moved, "--gradebook", moved)["scores"]) == {"ada", "bob", "eve"}


@pytest.mark.parametrize("less", [(), ("--core-only",), ("--no-hints",)])
def test_a_release_never_replaces_what_build_writes(run: Run, course_copy: Path, less: tuple[str, ...]) -> None:
    files = sorted((course_copy / "assignments" / "en" / TINY).iterdir())
    before = [file.read_bytes() for file in files]
    assert "assignments is what `autograder build` writes" in misuse(run, "release", "assignments", *less)
    assert [file.read_bytes() for file in files] == before


# Where one stands


def test_outside_a_course_it_is_said_where_to_stand(run: Run, submitted: Path, tmp_path: Path) -> None:
    arguments = ("grade", submitted, "--out", tmp_path / "graded", "--course")
    for place in (tmp_path, tmp_path / "mistyped"):
        sentence = misuse(run, *arguments, place)
        assert f"no course in {place}: it has neither bank/ nor solutions/" in sentence
        assert "in the kit's folder, or name that with --course" in sentence
    (tmp_path / "kit" / "bank" / TINY).mkdir(parents=True)
    (tmp_path / "kit" / "bank" / TINY / "bank.json").touch()
    sentence = misuse(run, *arguments, tmp_path / "kit" / "bank")
    assert f"{tmp_path / 'kit' / 'bank'} is a folder of banks: name the one that it lies in" in sentence
    (tmp_path / "only" / "bank").mkdir(parents=True)
    assert "bring the chapters' folders there" in misuse(run, *arguments, tmp_path / "only")
    for command in ("new", "demo"):
        sentence = misuse(run, command, *(() if command == "demo" else (tmp_path / "my-course",)), "--course", tmp_path)
        assert f"no course in {tmp_path}: it has no solutions/. Run the command in the kit's folder" in sentence


def test_submissions_are_looked_for_before_banks_are_loaded(run: Run, course_copy: Path, tmp_path: Path) -> None:
    (course_copy / "bank" / TINY / "bank.json").write_text("{")
    assert "there is no such file or folder" in misuse(run, "grade", tmp_path / "gone", "--out", tmp_path / "graded")


def test_a_folder_that_is_no_nbgrader_course_is_refused_first(run: Run, submitted: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "is no nbgrader course" in misuse(run, "grade", submitted, "--gradebook", tmp_path / "empty")
    assert not list((tmp_path / "empty").iterdir())


@pytest.mark.skipif(
    os.geteuid() == 0 and any(not folder.stat().st_mode & stat.S_IXOTH for folder in (REPOSITORY, *REPOSITORY.parents)),
    reason="a user who may be refused something could not read this clone either",
)
def test_what_may_not_be_read_is_a_finding_with_its_path(course_copy: Path, submitted: Path) -> None:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # everybody may look into /tmp
    try:
        for source in (course_copy, submitted):
            shutil.copytree(source, folder / source.name)
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o777)
        closed = folder / "submitted" / "bob"
        notebook = folder / "submitted" / "ada" / TINY / f"{TINY}.ipynb"
        notebook.chmod(0o000)
        closed.chmod(0o000)
        with an_ordinary_user():
            ended = grade_class(
                [folder / "submitted"], folder / "graded", course=folder / "course", students=["ada", "bob"],
                workers=1, rung="auto", ledger=None, gradebook=None, console=Console(stderr=True),
            )  # fmt: skip
    finally:
        closed.chmod(0o755)
        shutil.rmtree(folder)
    assert ended.needs_attention
    assert ended.attention.unreadable == (f"ada/{TINY}", f"bob/{TINY}")
    assert ended.attention.folders == (
        f"{closed} may not be looked into: Permission denied",
        f"{notebook} may not be read",
    )


@pytest.mark.parametrize(
    ("address", "base"),
    [
        ("", ""),
        ("http://localhost:8888", "http://localhost:8888/formgrader"),
        ("https://hub.example.org/user/ta/", "https://hub.example.org/user/ta/formgrader"),
        ("http://localhost:8888/formgrader/?token=secret", "http://localhost:8888/formgrader"),
    ],
)
def test_formgraders_pages_lie_below_its_servers_address(address: str, base: str) -> None:
    assert formgrader_at(address) == base


def test_what_is_no_address_of_formgrader_is_refused_before_anything_is_graded(
    run: Run, submitted: Path, tmp_path: Path
) -> None:
    said = misuse(run, "grade", submitted, "--out", tmp_path / "graded", "--formgrader", "javascript:alert(1)")
    assert "'javascript:alert(1)' is no address of a Jupyter server" in said
    assert not (tmp_path / "graded").exists()
