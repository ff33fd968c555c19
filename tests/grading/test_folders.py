"""Taking in a folder: notebooks, and files beside them; nothing from elsewhere, and no more than there is room for."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support import an_ordinary_user, in_words

from autograder.grading import folders
from autograder.grading.folders import TooMuch, content_of, matched, read_beside, take_folder
from autograder.grading.hand_ins import find
from autograder.grading.intake import Intake


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A hand-in of two notebooks with files beside them, and somebody else's work next to it."""
    place = tmp_path / "submitted" / "ada" / "ps1"
    (place / "tables").mkdir(parents=True)
    for name, content in {
        "one.ipynb": "1", "two.ipynb": "2", ".hidden.ipynb": "", "tables/a.csv": "1,2", "b.txt": "b",
        "timestamp.txt": "2027-03-01 10:00:00 UTC", "c.pyc": "", "tables/more.ipynb": "{}",
    }.items():  # fmt: skip
        (place / name).write_text(content)
    (tmp_path / "submitted" / "bob").mkdir()
    (tmp_path / "submitted" / "bob" / "secret.txt").write_text("bob's")
    return place


def taken_from(folder: Path) -> Intake:
    return take_folder(folder, folder.parents[1], ("*.pyc",))


def test_notebooks_and_files_are_read_and_what_does_not_count_is_not(folder: Path) -> None:
    taken = taken_from(folder)
    assert {name: each.content for name, each in taken.notebooks.items()} == {"one": b"1", "two": b"2"}
    assert taken.files == {"tables/a.csv": b"1,2", "b.txt": b"b"}
    assert (taken.problem, taken.notes) == (None, ())


def change_a_notebook(folder: Path) -> None:
    (folder / "two.ipynb").write_text("3")


def change_a_file(folder: Path) -> None:
    (folder / "b.txt").write_text("c")


def rename_a_file(folder: Path) -> None:
    (folder / "b.txt").rename(folder / "c.txt")


@pytest.mark.parametrize("change", [change_a_notebook, change_a_file, rename_a_file])
def test_another_hand_in_has_another_digest(folder: Path, change: Callable[[Path], None]) -> None:
    before = taken_from(folder).digest
    (folder / "timestamp.txt").write_text("2027-03-02 10:00:00 UTC")
    assert taken_from(folder).digest == before
    change(folder)
    assert taken_from(folder).digest != before


def test_links_and_pipes_are_left_out_and_named(folder: Path) -> None:
    (folder / "stolen.txt").symlink_to(folder.parents[1] / "bob" / "secret.txt")
    (folder / "theirs").symlink_to(folder.parents[1] / "bob")
    os.mkfifo(folder / "pipe")
    taken = taken_from(folder)
    assert set(taken.files) == {"tables/a.csv", "b.txt"}
    (note,) = taken.notes
    assert "`pipe`, `stolen.txt`, `theirs`" in in_words(note)


def test_a_folder_that_is_a_link_is_not_looked_into(folder: Path) -> None:
    link = folder.with_name("ps2")
    link.symlink_to(folder)
    problem = taken_from(link).problem
    assert problem is not None
    assert problem.code == "unreadable_link_folder"


def test_too_many_or_too_large_files_are_all_left_out_with_a_note(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "MOST_FILES", 1)
    taken = taken_from(folder)
    assert (dict(taken.files), [note.code for note in taken.notes]) == ({}, ["note_files_many"])
    assert taken.notebooks.keys() == {"one", "two"}
    monkeypatch.setattr(folders, "MOST_FILES", 10)
    monkeypatch.setattr(folders, "MOST_BYTES", 3)
    with pytest.raises(TooMuch):
        read_beside(folder, folder)


def test_a_folder_that_may_be_entered_but_not_listed_gives_the_usual_notebook(folder: Path) -> None:
    (folder / "one.ipynb").rename(folder / "ps1.ipynb")
    for place in (*folder.parents[:4], folder):
        place.chmod(0o755)
    folder.chmod(0o311)
    try:
        with an_ordinary_user():
            taken = taken_from(folder)
        assert taken.notebooks.keys() == {"ps1"} or taken.problem is not None
    finally:
        folder.chmod(0o755)


@pytest.mark.parametrize(
    ("there", "found", "further"),
    [
        ("first second", {"first": "first", "second": "second"}, ""),
        ("first second(1)", {"first": "first", "second": "second(1)"}, ""),
        ("first", {"first": "first"}, ""),
        ("first second notes", {"first": "first", "second": "second"}, "notes"),
        ("a b", {}, "a b"),
    ],
)
def test_one_notebook_of_another_name_stands_for_the_one_that_is_missing(
    there: str, found: dict[str, str], further: str
) -> None:
    handed_in = {name: Intake(Path(f"{name}.ipynb"), name.encode()) for name in there.split()}
    chosen, others = matched(handed_in, ["first", "second"])
    assert ({name: taken.content.decode() for name, taken in chosen.items()}, others) == (found, further.split())
    whole = Intake(Path("ps1"), notebooks=handed_in)
    assert content_of(whole, "second", ["first", "second"]) == found.get("second", "").encode()


def test_a_whole_hand_in_is_one_job_wherever_it_is_named(folder: Path) -> None:
    root, whole = folder.parents[1], {"ps1": ("*.pyc",)}
    for place in (root, root.parent, folder.parent, folder, folder / "two.ipynb"):
        (job,) = [job for job in find([place], {"ps1"}, whole=whole).jobs if job.student == "ada"]
        assert (job.assignment, job.path, job.inside) == ("ps1", folder, root)
        assert job.take().notebooks.keys() == {"one", "two"}


def test_a_student_may_be_called_like_an_assignment_of_the_courses_own(folder: Path) -> None:
    root, whole = folder.parents[1], {"ps1": (), "marks": ()}
    for student in ("marks", "mark"):
        (root / student / "ps1").mkdir(parents=True)
        (root / student / "ps1" / "one.ipynb").write_text("1")
    jobs = [(job.student, job.assignment) for job in find([root], {"ps1", "marks"}, whole=whole).jobs]
    assert jobs == [("ada", "ps1"), ("mark", "ps1"), ("marks", "ps1")]
