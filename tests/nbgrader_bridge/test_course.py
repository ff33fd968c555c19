"""A new nbgrader course works with nbgrader's own commands, and is never written over anything."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader.apps.api import NbGraderAPI
from support import COURSE, REPOSITORY, TINY

from autograder.build.notebooks import student_notebook
from autograder.build.student_wheel import student_wheel
from autograder.chapter.chapter import Chapter
from autograder.grading.ledger import Ledger
from autograder.nbgrader_bridge import course as course_module
from autograder.nbgrader_bridge.course import CourseError, new_course
from autograder.nbgrader_bridge.course_folder import load_course_directory


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("courses") / "ml 2027"
    new_course(target, source_course=COURSE, language="zh")
    return target


def cells_of(notebook: NotebookNode) -> list[tuple[str, str, object]]:
    return [(cell.cell_type, cell.source, cell.metadata) for cell in notebook.cells]


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_the_tree_is_what_nbgrader_expects(course: Path) -> None:
    notebooks = {f"{tree}/{TINY}/{TINY}.{end}" for tree in ("source", "release") for end in ("ipynb", "cases.json")}
    wheels = {f"{tree}/{TINY}/{student_wheel()[0]}" for tree in ("source", "release")}
    assert files_of(course) == {"README.md", "gradebook.db", "nbgrader_config.py", "roster.csv", *notebooks, *wheels}
    assert not [path for path in course.parent.iterdir() if path != course]


def test_the_release_is_made_by_nbgrader_and_equals_ours(course: Path, chapter: Chapter) -> None:
    made = nbformat.read(course / "release" / TINY / f"{TINY}.ipynb", as_version=4)
    ours = student_notebook(chapter, "zh", wheel=student_wheel()[0])
    assert cells_of(made) == cells_of(ours)
    assert made.metadata == ours.metadata


def test_nbgrader_too_releases_the_wrong_code_where_a_bug_is_to_be_found(tmp_path: Path, with_a_bug: Chapter) -> None:
    new_course(tmp_path / "course", source_course=with_a_bug.course, language="en")
    made = nbformat.read(tmp_path / "course" / "release" / TINY / f"{TINY}.ipynb", as_version=4)
    assert "return np.mean(residual**2)" in {line.strip() for cell in made.cells for line in cell.source.splitlines()}
    assert cells_of(made) == cells_of(student_notebook(with_a_bug, "en", wheel=student_wheel()[0]))


def test_the_release_holds_no_solution(course: Path) -> None:
    assert "BEGIN SOLUTION" in (course / "source" / TINY / f"{TINY}.ipynb").read_text()
    for path in (path for path in (course / "release").rglob("*.*") if path.suffix != ".whl"):
        assert "SOLUTION" not in path.read_text()
        assert "residual" not in path.read_text()


def test_students_get_the_public_cases_of_their_language_with_the_notebook(course: Path) -> None:
    cases = json.loads((course / "release" / TINY / f"{TINY}.cases.json").read_text())
    assert cases == json.loads((course / "source" / TINY / f"{TINY}.cases.json").read_text())


def test_the_configuration_loads_and_names_the_course(course: Path) -> None:
    coursedir, config = load_course_directory(course)
    assert coursedir.course_id == "ml_2027"
    assert coursedir.db_url == f"sqlite:///{course / 'gradebook.db'}"
    assert config.AutograderExecute.bank_dir == str(COURSE.resolve() / "bank")
    assert config.ClearSolutions.text_stub == "在这里作答"


def test_the_readme_and_roster_are_ready_to_use(course: Path) -> None:
    readme = (course / "README.md").read_text()
    assert "一个下午" in readme
    assert f"nbgrader generate_feedback {TINY}" in readme
    assert "{{" not in readme
    roster = csv.DictReader((course / "roster.csv").read_text().splitlines())
    assert [row["id"] for row in roster] == [
        "student01",
        "student02",
    ]


def nbgrader(folder: Path, *arguments: str) -> str:
    """Run nbgrader's own command line in the course."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_nbgraders_commands_grade_with_our_judge(
    course_copy: Path, tmp_path: Path, right: Mapping[str, str], released: Mapping[str, NotebookNode]
) -> None:
    target = tmp_path / "class"
    new_course(target, source_course=course_copy, language="en")
    names = [cell.metadata.nbgrader.grade_id for cell in released["en"].cells]
    for student, wrong in (("student01", {}), ("student02", {"line_loss": right["line_loss"].replace("sum", "mean")})):
        notebook = nbformat.read(target / "release" / TINY / f"{TINY}.ipynb", as_version=4)
        for name, source in {**right, **wrong}.items():
            notebook.cells[names.index(name)].source = source
        folder = target / "submitted" / student / TINY
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{TINY}.ipynb")
        (folder / "timestamp.txt").write_text("2027-02-01 10:00:00 UTC")

    nbgrader(target, "db", "student", "import", "roster.csv")
    nbgrader(target, "autograde", TINY)
    with Ledger(f"sqlite:///{target}/ledger.sqlite") as ledger:
        reports = {grading.report.student: grading.report for grading in ledger.latest(TINY)}
    assert reports["student01"].score > reports["student02"].score
    coursedir, config = load_course_directory(target)
    shown = {entry["student"]: entry for entry in NbGraderAPI(coursedir=coursedir, config=config).get_submissions(TINY)}
    assert {student: entry["score"] for student, entry in shown.items()} == {
        student: report.score for student, report in reports.items()
    }
    assert all(entry["autograded"] for entry in shown.values())
    assert shown["student01"]["last_name"] == "Student"

    nbgrader(target, "generate_feedback", TINY)
    html = (target / "feedback" / "student02" / TINY / f"{TINY}.html").read_text()
    loss = next(exercise for exercise in reports["student02"].exercises if exercise.name == "line_loss")
    assert "Not right yet" in html
    assert loss.max_points > loss.points


@pytest.mark.parametrize("language", ["de", ""])
def test_an_unknown_language_is_refused(tmp_path: Path, language: str) -> None:
    with pytest.raises(CourseError, match="use one of en, zh"):
        new_course(tmp_path / "new", source_course=COURSE, language=language)


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("dear")
    with pytest.raises(CourseError, match="is not empty: name a new folder"):
        new_course(tmp_path, source_course=COURSE, language="en")
    with pytest.raises(CourseError, match="is a file"):
        new_course(tmp_path / "thesis.tex", source_course=COURSE, language="en")
    assert files_of(tmp_path) == {"thesis.tex"}
    assert (tmp_path / "thesis.tex").read_text() == "dear"


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(folder: Path, assignments: object) -> None:
        raise CourseError("nbgrader could not make the release version")

    monkeypatch.setattr(course_module, "_generate_release", fail)
    with pytest.raises(CourseError, match="could not make"):
        new_course(tmp_path / "new", source_course=COURSE, language="en")
    assert list(tmp_path.iterdir()) == []


def test_nbgraders_complaint_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = {"success": False, "log": "[INFO] trying\n[ERROR] the disk is full\n"}
    monkeypatch.setattr(NbGraderAPI, "generate_assignment", lambda self, assignment: failed)
    with pytest.raises(CourseError, match=rf"release version of {TINY}: \[ERROR\] the disk is full"):
        new_course(tmp_path / "new", source_course=COURSE, language="en")
