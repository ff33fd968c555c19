"""The instructor's guide, walked from top to bottom: every command in it is run, in its order, and figures agree."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from otter_master import master_notebook
from support import REPOSITORY
from walks import CHAPTER, FENCE, kit_of_the_small_course

GUIDE = (REPOSITORY / "docs" / "instructor.md").read_text(encoding="utf-8")
ELSEWHERE = {  # what CI runs: where, and how it is written there
    "git clone": (".ci/run", "git clone"),
    "make demo": (".ci/run", "for command in demo test"),
    "python -m build --wheel": (".ci/wheel", "python -m build --wheel"),
    "pip install": (".ci/wheel", "pip install"),
}


@dataclass(frozen=True)
class Block:
    """A fenced block of the guide, and the section in which it stands."""

    section: str
    language: str
    text: str


def blocks() -> Iterator[Block]:
    for section in GUIDE.split("\n## ")[1:]:
        title, _, body = section.partition("\n")
        for language, text in FENCE.findall(body):
            yield Block(title, language, text)


@dataclass(frozen=True)
class Place:
    """The folders of the guide: the kit, and beside it the course that its commands make."""

    kit: Path

    @property
    def course(self) -> Path:
        return self.kit.parent / "ml-2027"

    def bash(self, commands: str) -> str:
        """Run commands as they stand, in the kit's folder, with the environment active; returns what they print."""
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        environment = {**os.environ, "PATH": path, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=self.kit,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
        assert "Traceback" not in done.stderr, done.stderr
        return done.stdout


def hand_in(place: Place, right: Mapping[str, str]) -> None:
    """Two students work in the released notebook, both late, the first with an extension, the second with a mistake."""
    mistaken = {**right, "line_loss": right["line_loss"].replace("sum", "mean")}
    for student, answers, time in (
        ("student01", right, "2027-03-02 08:00"),
        ("student02", mistaken, "2027-03-01 23:59:59"),
    ):
        notebook = nbformat.read(place.course / "release" / CHAPTER / f"{CHAPTER}.ipynb", as_version=4)
        for cell in notebook.cells:
            grade_id = cell.metadata.nbgrader.grade_id
            cell.source = {**answers, "why": "Because the sum grows with the data."}.get(grade_id, cell.source)
        folder = place.course / "submitted" / student / CHAPTER
        folder.mkdir(parents=True)
        nbformat.write(notebook, folder / f"{CHAPTER}.ipynb")
        (folder / "timestamp.txt").write_text(f"{time} UTC")


def mark(place: Place, right: Mapping[str, str]) -> None:
    """A person marks the written answers, as formgrader does."""
    with Gradebook(f"sqlite:///{place.course / 'gradebook.db'}") as gradebook:
        for number, student in enumerate(("student01", "student02"), start=1):
            grade = gradebook.find_grade("why", CHAPTER, CHAPTER, student)
            assert grade.needs_manual_grade
            grade.manual_score, grade.needs_manual_grade = float(number), False
            gradebook.find_comment("why", CHAPTER, CHAPTER, student).manual_comment = "Well said."
        gradebook.db.commit()


def ask(place: Place, right: Mapping[str, str]) -> None:
    """The second student does not agree, and sends the line of the feedback page."""
    page = (place.course / "graded" / "feedback" / "student02" / f"{CHAPTER}.html").read_text()
    (line,) = re.findall("autograder-regrade [^<]*", page)
    (place.kit / "request.txt").write_text(f"Dear teacher,\n\n> {line}\n\nI did take the sum.\n")


def download(place: Place, right: Mapping[str, str]) -> None:
    """A person downloads from Canvas what was handed in, and its gradebook; Moodle's worksheet; and makes the wheel."""
    students = ("student01", "student02")
    with zipfile.ZipFile(place.kit / "submissions.zip", "w") as archive:
        for number, student in enumerate(students, start=1):
            notebook = place.course / "submitted" / student / CHAPTER / f"{CHAPTER}.ipynb"
            archive.write(notebook, f"student{number}_{number}_{number}_{CHAPTER}-1.ipynb")
    people = "".join(f'"Student, {number}",{number},{name},A,\n' for number, name in enumerate(students, start=1))
    header = f"Student,ID,SIS Login ID,Section,{CHAPTER} (7)\n    Points Possible,,,,12\n"
    (place.kit / "gradebook.csv").write_text(header + people)
    people = "".join(f"Participant {number},{name}@example.org,,,\n" for number, name in enumerate(students, start=1))
    header = "Identifier,Email address,Grade,Last modified (grade),Feedback comments\n"
    (place.kit / "worksheet.csv").write_text(header + people)
    (place.kit / "dist").mkdir()
    (place.kit / "dist" / "autograder_ml-0.1.0-py3-none-any.whl").touch()


def assign(place: Place, right: Mapping[str, str]) -> None:
    """A teacher has made an assignment with Otter Assign, and a student handed it in."""
    folder = place.kit.parent / "hw01"
    (folder / "submissions").mkdir(parents=True)
    nbformat.write(master_notebook(), folder / "hw01.ipynb")
    place.bash(f"cd {folder} && otter assign hw01.ipynb dist --no-run-tests")
    notebook = nbformat.read(folder / "dist" / "student" / "hw01.ipynb", as_version=4)
    answer = next(cell for cell in notebook.cells if cell.source.startswith("def double"))
    answer.source = "def double(x):\n    return 2 * x if isinstance(x, str) else abs(2 * x)"
    nbformat.write(notebook, folder / "submissions" / "student01.ipynb")


PEOPLE: dict[str, Callable[[Place, Mapping[str, str]], None]] = {  # what people do before a section's commands
    "5 · Grade": hand_in,
    "6 · Mark by hand, and look again": mark,
    "8 · Give back": ask,
    "10 · A course of your own": assign,
    "12 · Canvas, Moodle, Gradescope, GitHub Classroom": download,
}


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory, right: Mapping[str, str]) -> Place:
    """The guide's folders after every command of it."""
    place = Place(tmp_path_factory.mktemp("afternoon") / "kit")
    kit_of_the_small_course(place.kit)
    waiting = dict(PEOPLE)
    for block in blocks():
        if block.language == "sh":
            if act := waiting.pop(block.section, None):
                act(place, right)
            place.bash(block.text)
        elif block.language == "python":  # what the guide adds to the course's configuration
            with (place.course / "nbgrader_config.py").open("a") as configuration:
                configuration.write(block.text)
    assert not waiting
    place.bash("cd ../ml-2027; nbgrader export; cd -; autograder export --gradebook ../ml-2027 --out grades.csv")
    return place


def rows(path: Path) -> dict[str, dict[str, str]]:
    """A table of scores by student."""
    with path.open(newline="") as file:
        return {row["student_id"]: row for row in csv.DictReader(file)}


def test_every_score_is_the_same_wherever_it_is_read(walked: Place) -> None:
    tables = [rows(path) for path in (walked.course / "graded" / "scores.csv", walked.kit / "grades.csv")]
    tables.append(rows(walked.course / "grades.csv"))
    assert tables[0] == tables[1]
    assert {name: float(row["score"]) for name, row in tables[0].items()} == {
        name: float(row["score"]) for name, row in tables[2].items()
    }
    result = json.loads((walked.kit / "result.json").read_text())
    assert {entry["student"]: entry["score"] for entry in result["submissions"]} == {
        name: float(row["score"]) for name, row in tables[0].items()
    }
    assert tables[0]["student01"]["first_name"] == "First"
    assert tables[0]["student02"]["timestamp"].startswith("2027-03-01 23:59:59")
    assert [float(tables[0][name]["late_submission_penalty"]) for name in ("student01", "student02")] == [0, 1]


def test_the_sheets_of_platforms_have_the_same_scores(walked: Place) -> None:
    scores = {name: float(row["score"]) for name, row in rows(walked.kit / "grades.csv").items()}
    canvas = list(csv.reader((walked.kit / "upload.csv").read_text().splitlines()))
    assert {row[2]: float(row[4]) for row in canvas[2:]} == scores
    moodle = list(csv.reader(io.StringIO((walked.kit / "moodle.csv").read_text(), newline="")))
    assert {row[1].partition("@")[0]: float(row[2]) for row in moodle[1:]} == scores
    assert {path.parent.name for path in (walked.kit / "results").rglob("*.json")} == set(scores)


def test_an_assignment_of_otters_is_graded(walked: Place) -> None:
    graded = walked.kit.parent / "hw01" / "graded"
    assert {name: (row["score"], row["max_score"]) for name, row in rows(graded / "scores.csv").items()} == {
        "student01": ("2.0", "5.0")
    }
    page = (graded / "feedback" / "student01" / "hw01.html").read_text(encoding="utf-8")
    assert "Hidden cases that failed: 1 of 1." in page


def test_what_a_person_gave_is_on_the_pages(walked: Place) -> None:
    page = (walked.course / "graded" / "feedback" / "student02" / f"{CHAPTER}.html").read_text()
    assert "Well said." in page
    assert "Awaiting" not in page


def test_every_command_that_is_only_shown_is_run_elsewhere() -> None:
    shown = [line for block in blocks() if block.language == "console" for line in block.text.splitlines()]
    assert shown
    for line in shown:
        command = next(command for command in ELSEWHERE if line.startswith(f"$ {command}"))
        file, written = ELSEWHERE[command]
        assert written in (REPOSITORY / file).read_text()


def test_every_block_says_what_it_is() -> None:
    assert {block.language for block in blocks()} <= {"sh", "console", "python"}
