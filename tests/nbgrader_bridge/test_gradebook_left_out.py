"""What the gradebook cannot take: a sentence, and everybody else is there."""

from __future__ import annotations

import copy
import os
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from one_chapter import (
    NAME,
    NOTEBOOKS,
    RELEASE,
    REPORT,
    autograded,
    carry,
    grades,
    link_to,
    submission,
    submit,
)

from autograder.grading.intake import take
from autograder.model.verdict import Note, SubmissionOutcome
from autograder.nbgrader_bridge import (
    GradebookUnusable,
    write_scores,
)

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands


def test_a_locked_gradebook_is_named_without_a_traceback(course: Path, caplog: pytest.LogCaptureFixture) -> None:
    submit(course)
    carry(course, REPORT)
    config = (course / "nbgrader_config.py").read_text().replace("gradebook.db'", "gradebook.db?timeout=0.05'")
    (course / "nbgrader_config.py").write_text(config)
    holder = sqlite3.connect(course / "gradebook.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(GradebookUnusable, match=r"gradebook\.db is locked: close formgrader"):
        carry(course, REPORT)
    holder.close()
    assert not caplog.records


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (lambda course: (course / "gradebook.db").write_text("not a database" * 100), "damaged or not a database"),
        (lambda course: [(course / "gradebook.db").unlink(), (course / "gradebook.db").mkdir()], "cannot be written"),
        (lambda course: (course / "nbgrader_config.py").write_text("c = ("), "cannot be loaded: SyntaxError"),
    ],
)
def test_an_unusable_course_is_named_with_a_way_out(course: Path, prepare: Any, sentence: str) -> None:
    prepare(course)
    submit(course)
    with pytest.raises(GradebookUnusable, match=sentence) as caught:
        carry(course, REPORT)
    assert str(course) in str(caught.value)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(GradebookUnusable, match="is not a folder"):
        write_scores(tmp_path / "none", [REPORT], NOTEBOOKS)


def test_an_assignment_without_a_released_notebook_is_named(course: Path) -> None:
    with pytest.raises(GradebookUnusable, match=f"no released notebook of {NAME}"):
        write_scores(course, [REPORT], {})


def test_an_unreadable_file_that_belongs_nowhere_does_not_stop_the_others(course: Path) -> None:
    submit(course)
    stray = replace(REPORT, student="student02", assignment="homework", outcome=SubmissionOutcome.UNREADABLE)
    assert carry(course, stray, REPORT) == ()
    assert grades(course)["check_linear_grad"] == (3.0, None, False)


@pytest.mark.parametrize("name", ["../outside", "..", "a/b", "", "a\0", "a\\b", "caf\udce9"])
def test_a_name_that_cannot_be_a_folders_leaves_out_that_student_alone(course: Path, name: str) -> None:
    """One such name stopped the whole class, or everybody sorted after it."""
    submit(course)
    (note,) = carry(course, replace(REPORT, student=name), REPORT)
    assert note.startswith(f"{name} · {NAME} is not in the gradebook: ")
    assert "Rename the file or folder" in note
    assert grades(course)["check_linear_grad"] == (3.0, None, False)
    assert [path.name for path in (course / "autograded").iterdir()] == ["student01"]


def test_a_notebook_that_cannot_be_written_is_a_note_and_everybodys_scores_are_there(course: Path) -> None:
    submit(course)
    submit(course, "student00")
    (course / "autograded").mkdir()
    (course / "autograded" / "student00").write_text("in the way")
    (note,) = carry(course, replace(REPORT, student="student00"), REPORT)
    assert note.startswith(f"student00 · {NAME}: the notebook for formgrader was not written: ")
    for student in ("student00", "student01"):
        assert grades(course, student)["check_linear_grad"] == (3.0, None, False)


def test_what_has_changed_since_it_was_graded_is_not_shown_as_graded(course: Path) -> None:
    path = submit(course)
    report = replace(REPORT, submission=take(path).digest)
    submit(course, notebook=submission(linear_loss="def linear_loss(x):\n    return 'better'"))
    (note,) = write_scores(course, [report], NOTEBOOKS)
    assert "has changed since it was graded. Run the same command again" in note
    assert not (course / "autograded" / "student01").exists()


def test_a_link_is_never_copied_into_the_students_autograded_notebook(course: Path) -> None:
    """A link to the instructor's source came back to the student, solutions and all."""
    secret = course / "secret.ipynb"
    nbformat.write(submission(linear_loss="SECRET = 1"), secret)
    link_to(submit(course), secret)
    note = Note("unreadable_link", {"file": "a.ipynb"})
    for outcome in (SubmissionOutcome.UNREADABLE, SubmissionOutcome.GRADED):
        carry(course, replace(REPORT, outcome=outcome, notes=(note,)))
        text = nbformat.writes(autograded(course))
        assert "SECRET" not in text
        assert "is a link to another place" in text


def fifo(place: Path) -> None:
    os.mkfifo(place)


@pytest.mark.parametrize(
    "plant",
    [
        fifo,
        lambda place: place.symlink_to("/dev/zero"),
        lambda place: place.symlink_to("/etc/hostname"),
        lambda place: place.write_text("tomorrow, or so"),
        lambda place: place.write_text("1 2 3 4 5 6 7 99999999999999999999"),
        lambda place: place.write_bytes(b"\xff" * 100),
        lambda place: place.write_text("2026-11-01" * 1000),
        Path.mkdir,
    ],
)
def test_a_timestamp_is_a_students_file_too(course: Path, plant: Any) -> None:
    """nbgrader's reader waited for a pipe, followed links, and ended the program for a text that is no time."""
    plant(submit(course).with_name("timestamp.txt"))
    submit(course, "student02", timestamp="2026-11-01 10:00:00 UTC")
    notes = carry(course, REPORT, replace(REPORT, student="student02"))
    assert grades(course)["check_linear_grad"] == grades(course, "student02")["check_linear_grad"]
    assert not (course / "autograded" / "student01" / NAME / "timestamp.txt").exists()
    assert (course / "autograded" / "student02" / NAME / "timestamp.txt").read_text() == "2026-11-01 10:00:00 UTC\n"
    (note,) = notes
    assert note.startswith(f"student01 · {NAME}: timestamp.txt holds no time")


def test_a_fault_of_ours_on_what_belongs_nowhere_does_not_stop_the_others(course: Path) -> None:
    submit(course)
    stray = replace(REPORT, student="student02", assignment="homework", outcome=SubmissionOutcome.GRADER_ERROR)
    assert carry(course, stray, REPORT) == ()
    assert grades(course)["check_linear_grad"] == (3.0, None, False)


def test_cells_that_changed_after_submissions_are_refused(course: Path) -> None:
    submit(course)
    carry(course, REPORT)
    other = copy.deepcopy(RELEASE)
    other.cells = [each for each in other.cells if each.metadata.nbgrader.grade_id != "why"]
    with pytest.raises(GradebookUnusable, match="`why` is in the gradebook alone"):
        carry(course, REPORT, notebooks={(NAME, "en"): other})
