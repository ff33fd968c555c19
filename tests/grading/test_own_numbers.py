"""Grading notebooks with own data: whose number is restored, what is noted, and whose notebook says somebody else's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from own_course import CELL, KEY, make_course, with_bank
from support import TINY, by_name, notes

from autograder.build.notebooks import student_notebook, to_bytes
from autograder.chapter.chapter import Chapter
from autograder.chapter.solutions import solution_source
from autograder.grading.grade_one import grade_file, open_sandbox
from autograder.grading.notebook import read_notebook
from autograder.grading.own_numbers import others_numbers, owners_of
from autograder.model.bank import Bank
from autograder.model.bank_files import load
from autograder.model.own_data import COMMON, note_received, number_of, with_number
from autograder.model.verdict import Outcome, Report
from autograder.sandbox import Sandbox

STUDENTS = ("ada", "bob")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_course(tmp_path_factory.mktemp("own") / "course")


@pytest.fixture(scope="module")
def own_chapter(folder: Path) -> Chapter:
    return with_bank(folder)


@pytest.fixture(scope="module")
def common(folder: Path, own_chapter: Chapter) -> Bank:
    """The bank of a course that released no individual data."""
    return load(folder / "bank" / TINY)


@pytest.fixture(scope="module")
def individual(folder: Path, common: Bank) -> Bank:
    note_received(folder / "bank" / TINY, STUDENTS)
    return load(folder / "bank" / TINY)


@pytest.fixture(scope="module")
def own_sandbox(common: Bank) -> Iterator[Sandbox]:
    with open_sandbox([common]) as warm:
        yield warm


OWN = {student: number_of(KEY, TINY, "why", student) for student in STUDENTS}
ERRORS = {"KeyError": "everybody", "IndexError": "ada", "ZeroDivisionError": "bob"}
WHOSE = f"""\
assert np.array_equal(my_X, np.random.default_rng(MY_SEED).normal(size=(6, 2)).round(2))
raise {{{COMMON}: KeyError, {OWN["ada"]}: IndexError, {OWN["bob"]}: ZeroDivisionError}}[MY_SEED]"""
Edit = Callable[[list[dict[str, Any]]], object]


@pytest.fixture(scope="module")
def solved(own_chapter: Chapter) -> dict[str, Any]:
    """The common notebook, solved, as JSON data; its last cell stops with an error that says whose data it met."""
    data: dict[str, Any] = json.loads(to_bytes(student_notebook(own_chapter, "en")))
    right = {exercise.name: solution_source(exercise) for exercise in own_chapter.exercises}
    for cell in data["cells"]:
        cell["source"] = right.get(cell["metadata"]["nbgrader"]["grade_id"], "".join(cell["source"]))
    code = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "id": "whose"}
    data["cells"].append({**code, "source": WHOSE})
    return data


def handed_in(path: Path, solved: Mapping[str, Any], number: int, edit: Edit = lambda cells: None) -> Path:
    """The solved notebook with a number."""
    data = json.loads(json.dumps(solved))
    cell = cell_in(data["cells"])
    cell["source"] = with_number(cell["source"], number, "en")
    edit(data["cells"])
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def cell_in(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return next(cell for cell in cells if cell["metadata"]["nbgrader"]["grade_id"] == CELL)


def met(report: Report) -> str:
    """Whose data the last cell met."""
    (note,) = [note for note in report.notes if note.code == "note_cell_error"]
    return ERRORS[str(note.values["error"]).strip("`")]


@pytest.mark.parametrize(
    ("student", "number", "restored", "noted"),
    [
        ("ada", OWN["ada"], "ada", False),
        ("ada", COMMON, "everybody", False),
        ("ada", OWN["bob"], "ada", True),
        ("ada", 1234567890, "ada", True),
        ("eve", COMMON, "everybody", False),
        ("eve", OWN["ada"], "everybody", True),
    ],
)
def test_whose_number_a_notebook_is_restored_with(
    tmp_path: Path,
    individual: Bank,
    own_sandbox: Sandbox,
    solved: Mapping[str, Any],
    student: str,
    number: int,
    restored: str,
    noted: bool,
) -> None:
    path = handed_in(tmp_path / f"{TINY}.ipynb", solved, number)
    report = grade_file(path, [individual], own_sandbox, student=student)
    assert met(report) == restored
    assert [note.values["cells"] for note in report.notes if note.code == "note_edited"] == [[f"`{CELL}`"]] * noted
    assert {verdict.outcome for name, verdict in by_name(report).items() if name != "why"} == {Outcome.PASSED}
    assert "bob" not in json.dumps(report.to_json())  # whose number it was is told to the teacher alone


def test_a_cell_that_is_missing_or_lost_its_label_is_restored_with_the_students_own_number(
    tmp_path: Path, individual: Bank, own_sandbox: Sandbox, solved: Mapping[str, Any]
) -> None:
    def without(cells: list[dict[str, Any]]) -> None:
        cells.remove(cell_in(cells))

    def unlabelled(cells: list[dict[str, Any]]) -> None:
        cell_in(cells)["metadata"] = {}

    def with_other_code(cells: list[dict[str, Any]]) -> None:
        cell_in(cells)["source"] += "\nmy_X = my_X * 0"

    edits = ((without, ["note_missing"]), (unlabelled, []), (with_other_code, ["note_edited"]))
    for edit, noted in edits:
        path = handed_in(tmp_path / f"{TINY}.ipynb", solved, OWN["ada"], edit)
        report = grade_file(path, [individual], own_sandbox, student="ada")
        assert met(report) == "ada"
        assert [code for code in notes(report) if code != "note_cell_error"] == noted


def test_where_nobody_received_a_number_every_notebook_has_the_common_one(
    tmp_path: Path, common: Bank, individual: Bank, own_sandbox: Sandbox, solved: Mapping[str, Any]
) -> None:
    assert individual.digest == common.digest
    report = grade_file(handed_in(tmp_path / f"{TINY}.ipynb", solved, OWN["ada"]), [common], own_sandbox, student="ada")
    assert met(report) == "everybody"


@pytest.mark.parametrize(
    ("student", "number", "found"),
    [
        ("ada", OWN["ada"], []),
        ("ada", COMMON, []),
        ("ada", 1234567890, []),
        ("ada", OWN["bob"], [("why", "bob")]),
        ("eve", OWN["bob"], []),  # of who received none nothing is said
    ],
)
def test_somebody_elses_number_is_found_wherever_it_is_set(
    tmp_path: Path,
    individual: Bank,
    solved: Mapping[str, Any],
    student: str,
    number: int,
    found: list[tuple[str, str]],
) -> None:
    owners = owners_of(individual)

    def pasted(cells: list[dict[str, Any]]) -> None:
        cell = cell_in(cells)
        cells.append({**cell, "metadata": {}, "source": "".join(cell["source"]), "id": "pasted"})
        cell["source"] = with_number(cell["source"], OWN["ada"], "en")

    for edit in (lambda cells: None, pasted):
        path = handed_in(tmp_path / f"{TINY}.ipynb", solved, number, edit)
        assert others_numbers(individual, student, read_notebook(path.read_bytes()), owners) == found
