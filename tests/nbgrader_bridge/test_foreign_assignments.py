"""formgrader's button on an assignment that is none of ours: graded as nbgrader does, alone and beside ours."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.converters import Autograde
from rich.console import Console
from support import TINY

from autograder.cli.grade import grade_class
from autograder.nbgrader_bridge import plugins
from autograder.nbgrader_bridge.course import new_course
from autograder.nbgrader_bridge.course_folder import load_course_directory
from autograder.nbgrader_bridge.database import own_commands_on_path

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands

PS1 = "ps1"
OLD_CONFIG = """
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata
from autograder.nbgrader_bridge import AutograderExecute, AutograderSave
c.Autograde.autograde_preprocessors = [AutograderExecute, AutograderSave, AssignLatePenalties, CheckCellMetadata]
"""
CONFIGURED = "\nc.IgnorePattern.enabled = True\nc.IgnorePattern.pattern = 'careful'\nc.LimitOutput.max_lines = 3\n"
ANSWERS = {
    "squares": "def squares(n):\n    print('a\\nb\\nc\\nd\\ne')\n    return [i**2 for i in range(1, n + 1)]",
    "sum_of_squares": (
        "def sum_of_squares(n):\n    import sys\n    print('careful', file=sys.stderr)\n    return sum(squares(n))"
    ),
    "sum_of_squares_equation": "$\\sum_i i^2$",
    "part-a": "It adds.",
}


@dataclass(frozen=True)
class Class:
    """A course folder and nbgrader's API for it, which is what formgrader's buttons call."""

    folder: Path

    @property
    def api(self) -> NbGraderAPI:
        coursedir, config = load_course_directory(self.folder)
        return NbGraderAPI(coursedir=coursedir, config=config)

    def generate(self, assignment: str, **how: bool) -> None:
        with own_commands_on_path():
            result = self.api.generate_assignment(assignment, **how)
        assert result["success"], result

    def hand_in(self, assignment: str) -> None:
        shutil.copytree(self.folder / "release" / assignment, self.folder / "submitted" / "ada" / assignment)
        for path in (self.folder / "submitted" / "ada" / assignment).glob("*.ipynb"):
            notebook = nbformat.read(path, as_version=4)
            for cell in notebook.cells:
                cell.source = ANSWERS.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
            notebook.metadata["autograder"] = {"assignment": TINY}  # what a student's file says decides nothing
            nbformat.write(notebook, path)

    def autograde(self, assignment: str) -> None:
        result = self.api.autograde(assignment, "ada")
        assert result["success"], result
        assert "Traceback" not in result.get("log", "")

    def grades(self, assignment: str) -> dict[tuple[str, str], tuple[object, ...]]:
        with Gradebook(f"sqlite:///{self.folder}/gradebook.db") as book:
            notebooks = book.find_submission(assignment, "ada").notebooks
            grades = {
                (notebook.name, grade.name): (grade.auto_score, grade.needs_manual_grade, grade.max_score)
                for notebook in notebooks
                for grade in notebook.grades
            }
            comments = {
                (notebook.name, f"comment on {comment.name}"): (comment.auto_comment,)
                for notebook in notebooks
                for comment in notebook.comments
            }
            return grades | comments

    def autograded(self, assignment: str, notebook: str) -> list[tuple[object, ...]]:
        """The labelled cells; what they showed is ours to tidy."""
        path = self.folder / "autograded" / "ada" / assignment / f"{notebook}.ipynb"
        cells = nbformat.read(path, as_version=4).cells
        return [(cell.source, cell.metadata.nbgrader) for cell in cells if "nbgrader" in cell.metadata]


@pytest.fixture(scope="module")
def quickstart(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """nbgrader's own example course."""
    folder = tmp_path_factory.mktemp("quickstart")
    subprocess.run([sys.executable, "-m", "nbgrader", "quickstart", "course101"], cwd=folder, check=True, timeout=300)
    return folder / "course101"


@pytest.fixture(scope="module")
def stock(quickstart: Path, tmp_path_factory: pytest.TempPathFactory) -> Class:
    """The example course as nbgrader alone grades it."""
    course = Class(Path(shutil.copytree(quickstart, tmp_path_factory.mktemp("stock") / "course")))
    with (course.folder / "nbgrader_config.py").open("a") as config:
        config.write(CONFIGURED)
    course.generate(PS1)
    course.hand_in(PS1)
    course.autograde(PS1)
    return course


def with_the_plugins_alone(quickstart: Path, folder: Path, kit: Path) -> Class:
    """The example course with the four lines of an older configuration, and no bank anywhere."""
    course = Class(Path(shutil.copytree(quickstart, folder)))
    with (course.folder / "nbgrader_config.py").open("a") as config:
        config.write(OLD_CONFIG + CONFIGURED)
    return course


def beside_ours(quickstart: Path, folder: Path, kit: Path) -> Class:
    """A course of ours to which the example assignment was added."""
    new_course(folder, source_course=kit, language="en")
    shutil.copytree(quickstart / "source" / PS1, folder / "source" / PS1)
    shutil.copy(quickstart / "source" / "header.ipynb", folder / "source")
    with (folder / "nbgrader_config.py").open("a") as config:
        config.write("\nc.IncludeHeaderFooter.header = 'source/header.ipynb'\n" + CONFIGURED)
        config.write("c.ClearSolutions.text_stub = 'YOUR ANSWER HERE'\n")
    return Class(folder)


def without_comments(grades: dict[tuple[str, str], tuple[object, ...]]) -> dict[tuple[str, str], tuple[object, ...]]:
    return {(notebook, name): grade for (notebook, name), grade in grades.items() if " " not in name}


@pytest.mark.slow
@pytest.mark.parametrize("make", [with_the_plugins_alone, beside_ours])
def test_nbgraders_own_example_is_graded_as_without_us(
    make: Callable[[Path, Path, Path], Class], quickstart: Path, stock: Class, course_copy: Path, tmp_path: Path
) -> None:
    """Every cell had 0 points and asked for nobody, manual questions included."""
    course = make(quickstart, tmp_path / "class", course_copy)
    course.generate(PS1)
    course.hand_in(PS1)
    course.autograde(PS1)
    grades = course.grades(PS1)
    assert without_comments(grades) == without_comments(stock.grades(PS1))
    assert grades["problem1", "correct_squares"] == (1.0, False, 1.0)
    assert grades["problem1", "squares_invalid_input"] == (0.0, False, 1.0)
    assert grades["problem1", "sum_of_squares_equation"] == (None, True, 1.0)
    for notebook in ("problem1", "problem2"):
        assert course.autograded(PS1, notebook) == stock.autograded(PS1, notebook)
    if (course.folder / "source" / TINY).is_dir():
        course.hand_in(TINY)
    graded = grade_class(
        [course.folder / "submitted"], None, course=course_copy, workers=1, rung="auto", ledger=None,
        gradebook=course.folder, console=Console(quiet=True), force=True,
    )  # fmt: skip
    assert {report.assignment for report in graded.reports} == {
        path.name for path in (course.folder / "submitted" / "ada").iterdir()
    }
    assert without_comments(course.grades(PS1)) == without_comments(grades)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:Cell is missing an id")  # the example's header, in a notebook of ours
def test_a_further_notebook_in_an_assignment_of_ours_is_nbgraders(
    quickstart: Path, stock: Class, course_copy: Path, tmp_path: Path
) -> None:
    course = beside_ours(quickstart, tmp_path / "class", course_copy)
    shutil.copy(quickstart / "source" / PS1 / "problem2.ipynb", course.folder / "source" / TINY)
    course.generate(TINY, force=True)
    course.hand_in(TINY)
    course.autograde(TINY)
    grades = course.grades(TINY)
    problem2 = {cell: grade for cell, grade in stock.grades(PS1).items() if cell[0] == "problem2"}
    assert {cell: grade for cell, grade in grades.items() if cell[0] == "problem2"} == problem2
    ours = {name: grade for (notebook, name), grade in grades.items() if notebook == TINY}
    assert ours["check_line_loss"] == (0.0, False, 2.0)
    assert ours["comment on line_loss"] == ("Not attempted yet",)


def test_what_stands_before_saving_is_what_nbgrader_has_there() -> None:
    """A step that a later nbgrader adds to its own list is one that we would leave out."""
    own = [step.__name__ for step in Autograde.class_traits()["autograde_preprocessors"].default()]
    ours = [step.__name__ for step in plugins.STOCK]
    assert own == [*ours, "SaveAutoGrades", "AssignLatePenalties", "CheckCellMetadata"]
