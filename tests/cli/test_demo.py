"""The made-up class: everything that a grader has to stand."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from support import TINY, by_name

from autograder.chapter.chapter import Chapter
from autograder.cli.made_up_class import CRASHES, FORGERIES, make_class, make_students
from autograder.grading.grade_one import grade_file
from autograder.grading.intake import SubmissionUnreadable, take
from autograder.grading.submission import read_submission
from autograder.model.bank import Bank
from autograder.model.verdict import Outcome
from autograder.sandbox import Sandbox


def test_a_class_has_every_mistake_every_crash_and_every_forgery(chapter: Chapter) -> None:
    students = make_students(chapter, 40, random.Random(0))
    kinds = [student.kind for student in students]
    assert len(students) == 40
    assert kinds.count("right") >= 10
    assert {f"crashing: {kind}" for kind in CRASHES} | {f"forging: {kind}" for kind in FORGERIES} <= set(kinds)
    assert {"half-finished", "endless", "endless cell", "damaged: truncated", "damaged: empty"} <= set(kinds)
    assert {student.language for student in students} == {"en", "zh"}


def test_the_class_is_the_same_each_time(chapter: Chapter, tmp_path: Path) -> None:
    first = make_class([chapter], tmp_path / "a", size=6)
    second = make_class([chapter], tmp_path / "b", size=6)
    assert first == second
    files = [sorted((tmp_path / name).rglob("*.ipynb")) for name in "ab"]
    assert [file.read_bytes() for file in files[0]] == [file.read_bytes() for file in files[1]]


def test_each_known_mistake_of_the_class_is_named_by_the_grader(
    chapter: Chapter, bank: Bank, sandbox: Sandbox, tmp_path: Path
) -> None:
    kinds = make_class([chapter], tmp_path, size=40)
    named = set()
    for student in [student for student, kind in kinds.items() if kind == "mistakes"]:
        path = tmp_path / "submitted" / student / TINY / f"{TINY}.ipynb"
        report = grade_file(path, [bank], sandbox, student=student, assignment=TINY)
        named |= {(name, verdict.mistake) for name, verdict in by_name(report).items() if verdict.mistake}
    assert named == {(entry.name, edit.name) for entry in chapter.exercises for edit in entry.record.mistakes}


def test_the_right_ones_of_the_class_get_full_marks(
    chapter: Chapter, bank: Bank, sandbox: Sandbox, tmp_path: Path
) -> None:
    kinds = make_class([chapter], tmp_path, size=12)
    for student in [student for student, kind in kinds.items() if kind == "right"]:
        path = tmp_path / "submitted" / student / TINY / f"{TINY}.ipynb"
        report = grade_file(path, [bank], sandbox, student=student, assignment=TINY)
        wrong = {name for name, verdict in by_name(report).items() if verdict.outcome is not Outcome.PASSED}
        assert wrong == {"why"}


def test_the_damaged_ones_of_the_class_are_damaged(chapter: Chapter, bank: Bank, tmp_path: Path) -> None:
    kinds = make_class([chapter], tmp_path, size=40)
    for student, kind in kinds.items():
        if kind in ("damaged: truncated", "damaged: empty"):
            with pytest.raises(SubmissionUnreadable):
                read_submission(take(tmp_path / "submitted" / student / TINY / f"{TINY}.ipynb"), [bank], TINY)
