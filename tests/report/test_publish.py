"""What is published about a class: every student has a page of their own, whatever they are called."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from support import TINY

from autograder.model import files
from autograder.model.files import write_atomic
from autograder.model.texts import Text
from autograder.model.verdict import Note, Report, SubmissionOutcome
from autograder.report.publish import MOST_NAMED, Published, file_names
from autograder.report.publish import publish as publish_standings
from autograder.report.standing import Standing


def report(student: str, assignment: str = TINY) -> Report:
    note = Note("unreadable_empty")
    return Report(student, assignment, "en", SubmissionOutcome.UNREADABLE, "s", "b", "e", 0, (note,))


def publish(reports: Sequence[Report], titles: Mapping[str, Text], out: Path, **options: Any) -> Published:
    return publish_standings([Standing(each) for each in reports], titles, out, **options)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..", "a/b", "a\\b", ".hidden", "a\nb", "", "张三", "a\0b", "caf\udce9"]
)
def test_whatever_a_student_is_called_the_feedback_stays_in_its_folder(tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    published = publish([report(name), report("ada", name)], {}, out)
    pages = list(published.feedback.rglob("*.html"))
    assert len(pages) == 2
    assert all(page.resolve().is_relative_to(out / "feedback") for page in pages)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and not path.is_relative_to(out)] == []


def test_the_scores_and_the_class_page_name_every_student(tmp_path: Path) -> None:
    published = publish([report("ada"), report("bob")], {}, tmp_path)
    assert "ada" in published.scores.read_text(encoding="utf-8")
    page = published.class_page.read_text(encoding="utf-8")
    assert f"feedback/bob/{TINY}.html" in page
    assert published.notes == ()


def test_the_class_page_leads_to_the_files_that_are_there_and_to_formgrader(tmp_path: Path) -> None:
    there = tmp_path / "submitted" / "ann x#1" / TINY / "a?.ipynb"
    there.parent.mkdir(parents=True)
    there.write_text("")
    standings = [
        Standing(report("ann x#1/.."), source=str(there)),
        Standing(report("bob"), source=str(there.with_name("gone.ipynb"))),
    ]
    base = "http://localhost:8888/formgrader"
    page = publish_standings(standings, {}, tmp_path / "graded", formgrader=base).class_page.read_text()
    assert f'href="../submitted/ann%20x%231/{TINY}/a%3F.ipynb"' in page
    assert f'href="{base}/manage_students/ann%20x%231%2F../{TINY}"' in page
    assert "gone.ipynb" not in page
    without = publish_standings(standings, {}, tmp_path / "graded").class_page.read_text()
    assert "formgrader" not in without.replace("</style>", "").split("<body>")[1]


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    publish([report("ada"), report("bob")], {}, tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    changed = tmp_path / "feedback" / "ada" / f"{TINY}.md"
    changed.write_text("something else")
    publish([report("ada"), report("bob")], {}, tmp_path)
    after = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert {path for path, time in after.items() if time != before[path]} == {changed}
    assert changed.read_text().startswith("# ")


# Names

TWINS = [
    ("ann@x", "ann_x"),
    ("ann@x", "ann+x"),
    ("Ann", "ann"),
    ("straße", "STRASSE"),
    ("caf\u00e9", "cafe\u0301"),
    ("ﬁnn", "finn"),
    ("bob.", "bob"),
    (" bob", "bob"),
    ("x" * 200, "x" * 201),
    ("张" * 80, "张" * 81),
    ("a\udce9", "a\udcea"),
    ("", ".."),
]


@pytest.mark.parametrize("twins", TWINS, ids=range(len(TWINS)))
def test_two_students_never_share_a_page(tmp_path: Path, twins: tuple[str, str]) -> None:
    """The last one written won, and the other was shown somebody else's score."""
    published = publish([report(name) for name in twins], {}, tmp_path)
    assert len({path.name.casefold() for path in published.feedback.iterdir()}) == 2
    pages = list(published.feedback.rglob("*.html"))
    assert len(pages) == 2
    class_page = published.class_page.read_text(encoding="utf-8")
    assert len({part.partition('"')[0] for part in class_page.split('href="feedback/')[1:]}) == 2


def test_an_ordinary_name_stands_for_itself() -> None:
    names = ["ada", "张三", "student-01", "José", "o_neill", "two words"]
    assert file_names(names) == dict(zip(names, names, strict=True))


def test_nobody_is_called_as_somebody_elses_hash() -> None:
    """A name that is chosen to be the file name of another."""
    taken = file_names(["ann@x"])["ann@x"]
    chosen = file_names(["ann@x", taken, taken.upper()])
    assert len({name.casefold() for name in chosen.values()}) == 3


@pytest.mark.parametrize(
    "name", ["n" * 249, "张" * 83, "é" * 120, "𝄞" * 60], ids=["ascii", "chinese", "accents", "beyond 16 bits"]
)
def test_a_long_name_has_its_page_and_ends_nobodys_run(tmp_path: Path, name: str) -> None:
    """`.{name}.html.partial` did not fit into a file name: no page, no scores, no gradebook for anyone."""
    published = publish([report(name), report("ada", name), report("bob")], {}, tmp_path)
    assert published.notes == ()
    assert len(list(published.feedback.rglob("*.html"))) == 3
    assert all(len(path.name.encode()) <= 130 for path in published.feedback.rglob("*"))


# What cannot be written


def test_a_page_that_cannot_be_written_is_a_note_and_the_others_are_written(tmp_path: Path) -> None:
    (tmp_path / "feedback").mkdir()
    (tmp_path / "feedback" / "ada").write_text("in the way")
    (tmp_path / "scores.csv").mkdir()
    published = publish([report("ada"), report("bob")], {}, tmp_path)
    assert len(published.notes) == 3
    assert f"{tmp_path}/feedback/ada/{TINY}.html was not written: " in published.notes[0]
    assert "scores.csv was not written: " in published.notes[2]
    page = published.class_page.read_text(encoding="utf-8")
    assert f"feedback/bob/{TINY}.html" in page
    assert "feedback/ada" not in page  # no link that leads nowhere
    assert list(tmp_path.rglob("*.partial")) == []


def test_a_full_disk_is_told_with_the_files_it_cost_and_leaves_no_part_of_one(tmp_path: Path) -> None:
    """The limit stands for the disk: what is written beyond it fails in the middle of a file."""
    program = f"""
import resource
from pathlib import Path
from autograder.report.publish import publish
from autograder.report.standing import Standing
from autograder.model.verdict import Report, SubmissionOutcome
resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
reports = [Report(f"s{{n}}", "ch01", "en", SubmissionOutcome.UNREADABLE, "s", "b", "e", 0) for n in range(20)]
print(*publish([Standing(report) for report in reports], {{}}, Path({str(tmp_path)!r})).notes, sep="\\n")
"""
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    lines = told.splitlines()
    assert len(lines) == MOST_NAMED + 1
    assert lines[0] == f"{tmp_path}/feedback/s0/ch01.html was not written: File too large"
    assert lines[-1] == f"{22 - MOST_NAMED} more files were not written: File too large"
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".md"] == []


# In whose language


@pytest.mark.parametrize(
    ("language", "others", "expected"),
    [("", [], "en"), ("zh", [], "zh-CN"), ("", ["zh", "zh", "en"], "zh-CN"), ("en", ["zh"], "en")],
)
def test_a_file_that_could_not_be_read_is_answered_in_the_courses_language(
    tmp_path: Path, language: str, others: list[str], expected: str
) -> None:
    read = [graded(f"other{n}", each) for n, each in enumerate(others)]
    published = publish([report("ada"), *read], {}, tmp_path, language=language)
    assert f'lang="{expected}"' in (published.feedback / "ada" / f"{TINY}.html").read_text(encoding="utf-8")


def test_a_students_other_notebooks_tell_in_which_language_to_answer(tmp_path: Path) -> None:
    published = publish([report("ada"), replace(graded("ada", "zh"), assignment="ch02")], {}, tmp_path, language="en")
    assert "文件是空的。" in (published.feedback / "ada" / f"{TINY}.html").read_text(encoding="utf-8")
    assert "The file is empty." in published.class_page.read_text(encoding="utf-8")  # which is the teacher's


def graded(student: str, language: str) -> Report:
    return replace(report(student), language=language, outcome=SubmissionOutcome.GRADED, notes=())


def test_no_part_of_a_file_is_ever_seen(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "page.html"
    write_atomic(path, "one")
    write_atomic(path, "two, 你好")
    assert path.read_text(encoding="utf-8") == "two, 你好"
    assert list(path.parent.iterdir()) == [path]


def test_what_is_written_is_on_the_disk_before_and_after_it_gets_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without both a crash of the machine may leave an empty file, or the old one after `write_atomic` returned."""
    done: list[str] = []
    fsync, rename = os.fsync, os.replace

    def watched_fsync(descriptor: int) -> None:
        fsync(descriptor)
        name = os.readlink(f"/proc/self/fd/{descriptor}")
        done.append("folder" if name == str(tmp_path) else f"{os.fstat(descriptor).st_size} bytes")

    def watched_replace(source: Path, target: Path) -> None:
        rename(source, target)
        done.append("named")

    monkeypatch.setattr(files.os, "fsync", watched_fsync)
    monkeypatch.setattr(files.os, "replace", watched_replace)
    write_atomic(tmp_path / "page.html", "four")
    assert done == ["4 bytes", "named", "folder"]
