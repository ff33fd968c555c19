"""The made-up class, and what is published about a class."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from support import TINY, by_name

from autograder.bank import Bank
from autograder.chapter import Chapter
from autograder.demo import CRASHES, FORGERIES, make_class, make_pupils
from autograder.files import write_whole
from autograder.grading import grade_file
from autograder.publish import publish
from autograder.sandbox import Sandbox
from autograder.submission import SubmissionUnreadable, read_submission
from autograder.verdict import Note, Outcome, Report, SubmissionOutcome


def test_a_class_has_every_mistake_every_crash_and_every_forgery(chapter: Chapter) -> None:
    pupils = make_pupils(chapter, 40, random.Random(0))
    kinds = [pupil.kind for pupil in pupils]
    assert len(pupils) == 40
    assert kinds.count("right") >= 10
    assert {f"crashing: {kind}" for kind in CRASHES} | {f"forging: {kind}" for kind in FORGERIES} <= set(kinds)
    assert {"half-finished", "endless", "endless cell", "damaged: truncated", "damaged: empty"} <= set(kinds)
    assert {pupil.language for pupil in pupils} == {"en", "zh"}


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
                read_submission(tmp_path / "submitted" / student / TINY / f"{TINY}.ipynb", [bank], TINY)


# Publishing


def report(student: str, assignment: str = TINY) -> Report:
    note = Note("unreadable_empty", {"en": "The file is empty.", "zh": "文件是空的。"})
    return Report(student, assignment, "en", SubmissionOutcome.UNREADABLE, "s", "b", "e", 0, (note,))


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..", "a/b", "a\\b", ".hidden", "a\nb", "", "张三"]
)
def test_whatever_a_student_is_called_the_feedback_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    published = publish([report(name), report("ada", name)], {}, out)
    pages = list(published.feedback.rglob("*.html"))
    assert len(pages) == 2
    assert all(page.resolve().is_relative_to(out / "feedback") for page in pages)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_relative_to(out)] == []


def test_no_part_of_a_file_is_ever_seen(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "page.html"
    write_whole(path, "one")
    write_whole(path, "two, 你好")
    assert path.read_text(encoding="utf-8") == "two, 你好"
    assert list(path.parent.iterdir()) == [path]


def test_the_scores_and_the_class_page_name_every_student(tmp_path: Path) -> None:
    published = publish([report("ada"), report("bob")], {}, tmp_path)
    scores = published.scores.read_text(encoding="utf-8")
    page = published.class_page.read_text(encoding="utf-8")
    for student in ("ada", "bob"):
        assert student in scores
        assert f"feedback/{student}/{TINY}.html" in page
