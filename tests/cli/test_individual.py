"""`release --individual` and what follows: hand-outs by roster, notebooks that run, grading, marking."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbgrader.apps.api import NbGraderAPI
from own_course import CELL, KEY, make_course, with_bank
from support import TINY, Run, misuse

from autograder.cli.individual import released_by
from autograder.model.own_data import COMMON, RECEIVED, number_of, with_number
from autograder.nbgrader_bridge.course import new_course
from autograder.nbgrader_bridge.course_folder import load_course_directory

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning"),  # nbgrader's own commands
]
STUDENTS = ("ada", "bob", "zoë")
OWN = {student: number_of(KEY, TINY, "why", student) for student in STUDENTS}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_course(tmp_path_factory.mktemp("own") / "course")
    with_bank(folder)
    return folder


@pytest.fixture
def own(made: Path, tmp_path: Path) -> Path:
    """The course with own data, to change."""
    return Path(shutil.copytree(made, tmp_path / "own"))


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    return write_roster(tmp_path / "roster.csv", *STUDENTS)


def write_roster(path: Path, *students: str) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", "first_name"], *([student, "N."] for student in students)])
    return path


def hand_out(run: Run, own: Path, roster: Path, out: Path, *more: object) -> str:
    code, output, errors = run("release", out, "--course", own, "--individual", "--roster", roster, *more)
    assert (code, output) == (0, ""), errors
    return errors


def notebook_at(path: Path) -> Any:
    return nbformat.read(path, as_version=4)


def cell_in(notebook: Any) -> Any:
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == CELL)


def files_below(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everybody_on_the_roster_gets_a_folder_and_the_same_command_writes_the_same(
    run: Run, own: Path, roster: Path, tmp_path: Path
) -> None:
    said = hand_out(run, own, roster, tmp_path / "out")
    assert f"{TINY}: {tmp_path / 'out'}/<student>/ for 3 students, 18 files new" in said
    written = files_below(tmp_path / "out")
    names = {f"{TINY}.ipynb", f"{TINY}.cases.json"}
    for student in STUDENTS:
        for language in ("en", "zh"):
            folder = tmp_path / "out" / student / language / TINY
            assert names < {path.name for path in folder.iterdir()}
            assert len(list(folder.glob("*.whl"))) == 1
            line = cell_in(notebook_at(folder / f"{TINY}.ipynb")).source.split("\n")[0]
            assert line.startswith(f"MY_SEED = {OWN[student]}  # ")
    assert hand_out(run, own, roster, tmp_path / "out").endswith("0 files new\n")
    shutil.rmtree(tmp_path / "out")
    hand_out(run, own, roster, tmp_path / "out")
    assert files_below(tmp_path / "out") == written


def test_one_language_can_be_handed_out_alone(run: Run, own: Path, roster: Path, tmp_path: Path) -> None:
    hand_out(run, own, roster, tmp_path / "out", "--language", "zh")
    assert {path.name for path in (tmp_path / "out" / "ada").iterdir()} == {"zh"}
    assert run("release", tmp_path / "common", "--course", own, "--language", "en")[0] == 0
    assert {path.name for path in (tmp_path / "common").iterdir()} == {"en"}


def test_two_students_notebooks_run_in_a_kernel_and_show_their_own_data(
    run: Run, own: Path, roster: Path, tmp_path: Path
) -> None:
    hand_out(run, own, roster, tmp_path / "out", "--language", "en")
    shown = {}
    for student in ("ada", "bob"):
        folder = tmp_path / "out" / student / "en" / TINY
        notebook = notebook_at(folder / f"{TINY}.ipynb")
        wanted = [cell for cell in notebook.cells if cell.metadata.autograder.role in ("install", "setup", "own_data")]
        answer = next(cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id == "line_loss")
        answer.source = "def line_loss(w, b, X, y):\n    return np.sum((X @ w + b - y) ** 2)"
        check = next(cell for cell in notebook.cells if cell.metadata.nbgrader.grade_id == "check_line_loss")
        notebook.cells = [*wanted, answer, check, nbformat.v4.new_code_cell("print(my_X.tolist())")]
        ran = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}}).execute()
        assert "✓" in json.dumps(ran.cells[-2].outputs, ensure_ascii=False)  # `check` keeps working
        shown[student] = json.loads(ran.cells[-1].outputs[0].text)
    for student, data in shown.items():
        assert data == np.random.default_rng(OWN[student]).normal(size=(6, 2)).round(2).tolist()
    assert shown["ada"] != shown["bob"]


@pytest.mark.parametrize(
    ("students", "sentence"),
    [
        (("ada", "ada"), "has several rows of ada: a student has one row"),
        (("ada", ""), "row 3 has no id: give it one, or take the row away"),
        (("../x",), "the id '../x' has signs that no file name has"),
        (("a/b",), "the id 'a/b' has signs that no file name has"),
        (("..",), "the id '..' has signs that no file name has"),
        ((".hidden",), "begins or ends with a point or underscores"),
        (("a\u202eb",), "has invisible signs or spaces around it"),
        (("con",), "is the name of a device on Windows"),
        (("a" * 200,), "is too long"),
        (("ada", "ADA"), "the ids ADA and ada are one folder on many disks"),
        ((), "has no student: it needs a row for each"),
    ],
)
def test_a_roster_that_names_no_folders_is_one_sentence_and_writes_nothing(
    run: Run, own: Path, tmp_path: Path, students: tuple[str, ...], sentence: str
) -> None:
    roster, out = write_roster(tmp_path / "roster.csv", *students), tmp_path / "out"
    assert sentence in misuse(run, "release", out, "--course", own, "--individual", "--roster", roster)
    assert not out.exists()
    assert not (own / "bank" / TINY / RECEIVED).exists()


def test_what_cannot_be_handed_out_is_one_sentence(
    run: Run, own: Path, roster: Path, tmp_path: Path, course_copy: Path
) -> None:
    by_roster = ("--individual", "--roster", roster)
    assert "give both, or neither" in misuse(run, "release", tmp_path / "out", "--individual")
    assert "give both, or neither" in misuse(run, "release", tmp_path / "out", "--roster", roster)
    assert "there is en and zh" in misuse(run, "release", tmp_path / "out", "--language", "fr")
    assert "hands out what that course has released" in misuse(
        run, "release", tmp_path / "out", "--gradebook", tmp_path
    )
    shutil.rmtree(own / "bank")
    said = misuse(run, "release", tmp_path / "out", "--course", own, *by_roster)
    assert f"run `autograder bank {TINY}`" in said
    code, _, errors = run("release", tmp_path / "out", "--course", course_copy, *by_roster)
    assert code == 2
    assert "no chapter of these has own data: nothing was written" in errors
    assert not (tmp_path / "out").exists()


@pytest.fixture
def class_of_three(run: Run, own: Path, roster: Path, tmp_path: Path) -> Path:
    """ada handed in her own, bob ada's, zoë the common one; submitted/ of these."""
    hand_out(run, own, roster, tmp_path / "out", "--language", "en")
    return submit(tmp_path / "submitted", lambda student: tmp_path / "out" / student / "en" / TINY / f"{TINY}.ipynb")


def submit(folder: Path, notebook_of: Callable[[str], Path]) -> Path:
    for student, carried in (("ada", OWN["ada"]), ("bob", OWN["ada"]), ("zoë", COMMON)):
        notebook = notebook_at(notebook_of(student))
        cell_in(notebook).source = with_number(cell_in(notebook).source, carried, "en")
        path = folder / student / TINY / f"{TINY}.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
    return folder


def test_somebody_elses_data_are_named_to_the_teacher_alone(
    run: Run, own: Path, tmp_path: Path, class_of_three: Path
) -> None:
    graded = tmp_path / "graded"
    code, output, _ = run("grade", class_of_three, "--out", graded, "--course", own, "--json")
    data = json.loads(output)
    assert data["attention"]["others_data"] == [{"student": "bob", "assignment": TINY, "exercise": "why", "of": "ada"}]
    assert code == 0  # nobody's score hangs on it
    assert len({entry["score"] for entry in data["submissions"]}) == 1
    _, output, errors = run("grade", class_of_three, "--out", graded, "--course", own)
    assert f"1 notebook with somebody else's data: bob/{TINY}/why (of ada)" in output + errors
    page = (graded / "index.html").read_text("utf-8")
    assert page.count("somebody else&#39;s data") == 1
    assert "that of ada" in page
    for file in (graded / "feedback" / "bob").iterdir():
        assert "ada" not in file.read_text("utf-8")
        assert CELL in file.read_text("utf-8")  # restored, as any locked cell is


def test_the_solved_notebook_runs_on_a_students_own_data(run: Run, own: Path, roster: Path, tmp_path: Path) -> None:
    look = tmp_path / "look"
    assert "nobody has received own data" in misuse(
        run, "solutions", "--course", own, "--out", look, "--individual", "ada"
    )
    hand_out(run, own, roster, tmp_path / "out", "--language", "en")
    assert run("solutions", "--course", own, "--out", look, "--individual", "ada")[0] == 0
    assert {path.relative_to(look).as_posix() for path in look.rglob("*") if path.is_file()} == {
        f"ada/{language}/{TINY}.{ending}" for language in ("en", "zh") for ending in ("ipynb", "html")
    }
    rng = np.random.default_rng(OWN["ada"])
    rng.normal(size=(6, 2))
    loss = np.sum(rng.normal(size=6).round(2) ** 2)
    shown = [
        out.text for cell in notebook_at(look / "ada/en" / f"{TINY}.ipynb").cells for out in cell.get("outputs", [])
    ]
    assert f"loss: {loss}\n" in shown
    said = misuse(run, "solutions", "--course", own, "--out", look, "--individual", "adda")
    assert f"'adda' has received no own data of {TINY}; did you mean ada?" in said


def test_an_nbgrader_course_hands_out_its_own_release_and_shows_markers_each_students_data(
    run: Run, own: Path, roster: Path, tmp_path: Path
) -> None:
    course, out = tmp_path / "ml", tmp_path / "out"
    new_course(course, source_course=own, language="en")
    (course / "release" / TINY / "hint.txt").write_text("the teacher's own file")
    hand_out(run, own, roster, out, "--gradebook", course)
    assert {path.name for path in (out / "ada" / TINY).iterdir()} >= {"hint.txt", f"{TINY}.ipynb", f"{TINY}.cases.json"}
    submitted = submit(course / "submitted", lambda student: out / student / TINY / f"{TINY}.ipynb")
    code, output, errors = run("grade", submitted, "--gradebook", course, "--course", own, "--json")
    assert code == 0, errors
    assert [found["of"] for found in json.loads(output)["attention"]["others_data"]] == ["ada"]
    expected = {"ada": OWN["ada"], "bob": OWN["bob"], "zoë": COMMON}

    def restored() -> dict[str, str]:
        paths = {student: course / "autograded" / student / TINY / f"{TINY}.ipynb" for student in STUDENTS}
        return {student: cell_in(notebook_at(path)).source.split("  #")[0] for student, path in paths.items()}

    assert restored() == {student: f"MY_SEED = {number}" for student, number in expected.items()}
    coursedir, config = load_course_directory(course)
    api = NbGraderAPI(coursedir=coursedir, config=config)
    for student in STUDENTS:
        (course / "autograded" / student / TINY / f"{TINY}.ipynb").chmod(0o644)
        result = api.autograde(TINY, student, force=True)  # formgrader's button
        assert result["success"], result
        assert "checksum" not in result["log"].lower()
    assert restored() == {student: f"MY_SEED = {number}" for student, number in expected.items()}
    with pytest.raises(Exception, match="has not released ch09_x"):
        released_by(course, ["ch09_x"])
