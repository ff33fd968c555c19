"""Which notebooks are graded, whose they are, and for what: every way in which a person names them."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from support import an_ordinary_user, in_words

from autograder.grading.hand_ins import HandIns, NothingToGrade, UnknownName, find
from autograder.grading.intake import Intake, SubmissionUnreadable
from autograder.grading.submission import read_submission

KNOWN = frozenset({"ch01_regression", "ch02_gradient_descent"})
ONE, TWO = sorted(KNOWN)


def touch(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def says(taken: Intake) -> str:
    """Stands for a notebook that names its assignment: its whole text does."""
    text = taken.content.decode()
    return text if text in KNOWN else ""


def found(*places: Path) -> list[tuple[str, str, str]]:
    """Student, assignment by place, and file of each job."""
    return [(job.student, job.assignment, job.path.name) for job in find(places, KNOWN, about=says).jobs]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    """nbgrader's tree with two students and two chapters."""
    for name in (f"bob/{ONE}/{ONE}", f"ada/{TWO}/{TWO}", f"ada/{ONE}/{ONE}"):
        touch(tmp_path / "ml" / "submitted" / f"{name}.ipynb", name)
    touch(tmp_path / "ml" / "submitted" / "ada" / ".ipynb_checkpoints" / f"{ONE}.ipynb")
    touch(tmp_path / "ml" / "submitted" / "ada" / ONE / ".hidden.ipynb")
    touch(tmp_path / "ml" / "submitted" / "ada" / ONE / "timestamp.txt")
    touch(tmp_path / "ml" / "nbgrader_config.py")
    touch(tmp_path / "ml" / "scratch.ipynb")  # the teacher's own
    return tmp_path / "ml"


CLASS = [("ada", ONE, f"{ONE}.ipynb"), ("ada", TWO, f"{TWO}.ipynb"), ("bob", ONE, f"{ONE}.ipynb")]


# What a place means


def test_nbgraders_tree_is_read_by_student_and_assignment(course: Path) -> None:
    assert found(course) == found(course / "submitted") == CLASS
    assert {job.inside for job in find([course], KNOWN).jobs} == {course / "submitted"}


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("submitted/ada", CLASS[:2]),
        (f"submitted/ada/{ONE}", CLASS[:1]),
        (f"submitted/ada/{ONE}/{ONE}.ipynb", CLASS[:1]),
        ("submitted/bob", CLASS[2:]),
    ],
)
@pytest.mark.parametrize("stand", ["", "submitted", "submitted/ada", f"submitted/ada/{ONE}", "submitted/bob"])
def test_a_part_of_the_tree_is_that_students_wherever_one_stands(
    course: Path, monkeypatch: pytest.MonkeyPatch, place: str, expected: list[tuple[str, str, str]], stand: str
) -> None:
    monkeypatch.chdir(course / stand)
    relative = Path(os.path.relpath(course / place))
    for named in (course / place, relative, Path(f"{relative}/"), Path("./") / relative):
        assert found(named) == expected
        assert all(job.take().content for job in find([named], KNOWN).jobs)


def test_the_same_notebook_named_twice_is_one(course: Path) -> None:
    assert found(course, course / "submitted" / "ada", course / "submitted" / "ada" / ONE / f"{ONE}.ipynb") == CLASS


def test_a_tree_of_another_name_is_read_alike(course: Path, tmp_path: Path) -> None:
    late = (course / "submitted").rename(tmp_path / "late")
    touch(late / "ada" / ONE / "timestamp.txt")
    assert found(late) == CLASS
    assert found(late / "ada") == CLASS[:2]
    assert found(late / "ada" / ONE) == CLASS[:1]
    assert found(late / "ada" / TWO / f"{TWO}.ipynb") == CLASS[1:2]


def test_a_flat_folder_and_single_notebooks_are_named_after_their_files(tmp_path: Path) -> None:
    ada, bob = touch(tmp_path / "flat/ada.ipynb"), touch(tmp_path / "flat/bob.ipynb")
    touch(tmp_path / "flat/notes.txt")
    assert found(ada.parent) == [("ada", "", "ada.ipynb"), ("bob", "", "bob.ipynb")]
    assert found(bob, ada) == [("bob", "", "bob.ipynb"), ("ada", "", "ada.ipynb")]
    assert [job.inside for job in find([ada.parent], KNOWN).jobs] == [ada.parent] * 2
    assert [job.inside for job in find([ada], KNOWN).jobs] == [None]


def test_a_tree_and_loose_notebooks_are_both_read(course: Path) -> None:
    """One stray notebook hid the whole class."""
    touch(course / "submitted" / "Untitled.ipynb")
    assert found(course) == [("Untitled", "", "Untitled.ipynb"), *CLASS]
    touch(course.parent / "late" / "Untitled.ipynb")
    touch(course.parent / "late" / "eve" / ONE / f"{ONE}.ipynb")
    (course.parent / "late" / "eve" / "data").mkdir()
    assert found(course.parent / "late") == [("Untitled", "", "Untitled.ipynb"), ("eve", ONE, f"{ONE}.ipynb")]


def test_a_folder_with_notebooks_one_level_down_is_a_students(tmp_path: Path) -> None:
    for name, text in (("ada/mine.ipynb", ONE), ("ada/other.ipynb", TWO), ("bob/final.ipynb", "")):
        touch(tmp_path / "class" / name, text)
    jobs = find([tmp_path / "class"], KNOWN, about=says).jobs
    assert [(job.student, job.about, job.path.name) for job in jobs] == [
        ("ada", ONE, "mine.ipynb"), ("ada", TWO, "other.ipynb"), ("bob", "", "final.ipynb"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "place", "expected"),
    [
        (["ada/{one}.ipynb"], "ada/{one}.ipynb", ("ada", "", "{one}.ipynb")),
        (["ada/{one}.ipynb"], "ada", ("ada", "", "{one}.ipynb")),
        (["{one}/ada.ipynb"], "{one}", ("ada", "", "ada.ipynb")),
        (["{one}/ada.ipynb"], "", ("ada", "", "ada.ipynb")),
        (["{one}/{one}.ipynb"], "", ("repo", "{one}", "{one}.ipynb")),
        (["{one}/{one}.ipynb"], "{one}", ("repo", "{one}", "{one}.ipynb")),
        (["{one}/{one}.ipynb"], "{one}/{one}.ipynb", ("repo", "{one}", "{one}.ipynb")),
        (["{one}/ada/x.ipynb"], "", ("ada", "", "x.ipynb")),
        (["submitted/{one}.ipynb"], "submitted", ("repo", "", "{one}.ipynb")),
    ],
)
def test_no_student_is_called_like_an_assignment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: list[str], place: str, expected: tuple[str, str, str]
) -> None:
    root = tmp_path / "repo"
    for name in files:
        touch(root / name.format(one=ONE))
    wanted = [tuple(part.format(one=ONE) for part in expected)]
    named = root / place.format(one=ONE)
    assert found(named) == wanted
    monkeypatch.chdir(named if named.is_dir() else named.parent)
    assert found(Path("." if named.is_dir() else named.name)) == wanted


def test_a_missing_notebook_in_the_tree_is_a_job_too(tmp_path: Path) -> None:
    (tmp_path / "bob" / ONE).mkdir(parents=True)
    touch(tmp_path / "eve" / ONE / "final.ipynb")
    jobs = find([tmp_path], KNOWN).jobs
    assert [(job.student, job.path.name) for job in jobs] == [("bob", f"{ONE}.ipynb"), ("eve", "final.ipynb")]
    problem = jobs[0].take().problem
    assert problem is not None
    assert problem.code == "unreadable_missing"


def test_an_empty_or_missing_place_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NothingToGrade, match=r"no notebook found in .*: expected \*\.ipynb"):
        find([tmp_path], KNOWN)
    with pytest.raises(NothingToGrade, match="there is no such file or folder"):
        find([tmp_path / "nowhere"], KNOWN)


def test_an_archive_is_to_be_unpacked(tmp_path: Path) -> None:
    shutil.make_archive(str(tmp_path / "class"), "zip", touch(tmp_path / "in" / "ada.ipynb").parent)
    with pytest.raises(NothingToGrade, match=r"class\.zip is a zip archive: unpack it"):
        find([tmp_path / "class.zip"], KNOWN)
    (tmp_path / "submitted" / "ada" / ONE).mkdir(parents=True)
    (tmp_path / "class.zip").rename(tmp_path / "submitted" / "ada" / ONE / "work.zip")
    assert found(tmp_path) == [("ada", ONE, "work.zip")]
    with pytest.raises(SubmissionUnreadable, match="Unpack it and submit"):
        read_submission(find([tmp_path], KNOWN).jobs[0].take(), ())


# Folders that are called like no assignment


def test_what_the_surrounding_course_has_is_left_to_nbgrader(course: Path) -> None:
    touch(course / "submitted" / "ada" / "ps1" / "ps1.ipynb")
    touch(course / "submitted" / "bob" / "ps1" / "ps1.ipynb")
    (course / "source" / "ps1").mkdir(parents=True)
    hand_ins = find([course], KNOWN)
    assert [job.assignment for job in hand_ins.jobs] == [ONE, TWO, ONE]
    assert hand_ins.foreign == (("ps1", course),)
    only = find([course / "submitted" / "ada" / "ps1"], KNOWN)
    assert (only.jobs, only.foreign) == ((), (("ps1", course),))


def test_a_folder_with_a_typo_is_told_what_was_meant(course: Path) -> None:
    touch(course / "submitted" / "eve" / "ch01_regresion" / f"{ONE}.ipynb")
    touch(course / "submitted" / "eve" / "homework" / f"{ONE}.ipynb")
    problems = {job.assignment: job.take().problem for job in find([course], KNOWN).jobs if job.student == "eve"}
    near, other = problems["ch01_regresion"], problems["homework"]
    assert near is not None
    assert in_words(near).endswith(f"Rename it to `{ONE}` and submit it again.")
    assert TWO not in in_words(near, "zh")
    assert other is not None
    assert f"there are `{ONE}`, `{TWO}`" in in_words(other)


# What may not be read


@pytest.fixture
def shared() -> Iterator[Path]:
    """A class below /tmp, into which everybody may look."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    for student in ("ada", "bob", "eve"):
        touch(folder / "submitted" / student / ONE / f"{ONE}.ipynb", student)
    yield folder / "submitted"
    for path in (folder, *folder.rglob("*")):  # a folder is opened before what is in it is looked for
        path.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.parametrize("closed", ["", ONE])
def test_a_closed_folder_is_a_row_and_a_trouble_with_its_path(shared: Path, closed: str) -> None:
    """It was passed over in silence."""
    folder = shared / "bob" / closed
    folder.chmod(0o000)
    with an_ordinary_user():
        hand_ins = find([shared], KNOWN)
        codes = {job.student: job.take().problem for job in hand_ins.jobs}
    assert list(codes) == ["ada", "eve", "bob"] if not closed else ["ada", "bob", "eve"]
    problem = codes.pop("bob")
    assert problem is not None
    assert problem.code == "unreadable_permission"
    assert [job.assignment for job in hand_ins.jobs] == [ONE] * 3
    assert set(codes.values()) == {None}
    assert hand_ins.troubles == (f"{folder} may not be looked into: Permission denied",)


def test_a_folder_that_may_be_passed_but_not_listed_is_never_called_empty(shared: Path) -> None:
    (shared / "bob" / ONE / f"{ONE}.ipynb").rename(shared / "bob" / ONE / "mine.ipynb")
    (shared / "bob" / ONE).chmod(0o311)
    with an_ordinary_user():
        hand_ins = find([shared], KNOWN)
        problems = [problem.code for job in hand_ins.jobs if (problem := job.take().problem)]
    assert problems == ["unreadable_permission"]
    assert hand_ins.troubles == (f"{shared / 'bob' / ONE} may not be looked into: Permission denied",)


def test_a_class_that_may_not_be_listed_is_no_empty_class(shared: Path) -> None:
    shared.chmod(0o311)
    with an_ordinary_user(), pytest.raises(NothingToGrade, match="may not be looked into: Permission denied"):
        find([shared], KNOWN)


# Two notebooks of one student for one assignment


def twice(tmp_path: Path, old: str, new: str) -> HandIns:
    """Two hand-ins of ada's in folders of their own, with these texts as timestamp.txt ("": none)."""
    for place, stamp in (("first", old), ("second", new)):
        path = touch(tmp_path / place / "ada" / ONE / f"{ONE}.ipynb", place)
        if stamp:
            touch(path.with_name("timestamp.txt"), stamp)
    os.utime(tmp_path / "first" / "ada" / ONE / f"{ONE}.ipynb", (2e9, 2e9))
    return find([tmp_path / "first", tmp_path / "second"], KNOWN)


@pytest.mark.parametrize(
    ("old", "new", "counts", "why"),
    [
        ("2027-03-01 10:00:00 UTC", "2027-03-01 10:00:01.5 UTC", "second", "was handed in later"),
        ("2027-03-01 10:00:00 UTC", "2027-03-01 10:30:00 Europe/Berlin", "first", "was handed in later"),
        ("2027-03-01 10:00:00", "2027-03-01 11:00:00", "second", "was handed in later"),
        ("", "2027-03-01 10:00:00 UTC", "second", "has a timestamp.txt"),
        ("soon", "2027-03-01 10:00:00 UTC", "second", "has a timestamp.txt"),
        ("2027-03-01 10:00:00 Mars/Base", "", "first", "was changed later"),
        ("", "", "first", "was changed later"),
    ],
)
def test_the_later_of_two_hand_ins_counts_and_both_are_named(
    tmp_path: Path, old: str, new: str, counts: str, why: str
) -> None:
    hand_ins = twice(tmp_path, old, new)
    assert [job.take().content.decode() for job in hand_ins.jobs] == [counts]
    (sentence,) = hand_ins.set_aside
    assert sentence.startswith(f"ada · {ONE}: ")
    assert why in sentence
    assert all(str(tmp_path / place / "ada" / ONE / f"{ONE}.ipynb") in sentence for place in ("first", "second"))


def test_in_one_folder_the_notebook_called_like_the_assignment_counts(tmp_path: Path) -> None:
    folder = tmp_path / "submitted" / "ada" / ONE
    touch(folder / f"{ONE}.ipynb", "right")
    os.utime(touch(folder / "Untitled.ipynb"), (2e9, 2e9))
    hand_ins = find([tmp_path], KNOWN)
    assert [job.path.name for job in hand_ins.jobs] == [f"{ONE}.ipynb"]
    assert "is called like the assignment" in hand_ins.set_aside[0]
    assert "Untitled.ipynb" in hand_ins.set_aside[0]


def test_loose_notebooks_of_one_student_are_told_apart_by_what_they_say(tmp_path: Path) -> None:
    for name, text, when in (("a", ONE, 1e9), ("b", ONE, 2e9), ("c", TWO, 1e9)):
        os.utime(touch(tmp_path / "class" / "ada" / f"{name}.ipynb", text), (when, when))
    hand_ins = find([tmp_path / "class"], KNOWN, about=says)
    assert [job.path.stem for job in hand_ins.jobs] == ["b", "c"]
    assert len(hand_ins.set_aside) == 1


# Choosing


def test_a_folder_that_may_be_a_students_or_a_class_is_said(tmp_path: Path) -> None:
    """hw1/ada.ipynb and hw1/bob.ipynb are two students, or one called hw1 who has handed in twice."""
    for name in ("hw1/ada", "hw1/bob", "late/cem", "submitted/ed/x", "submitted/ed/y"):
        touch(tmp_path / f"{name}.ipynb", ONE)
    assert not find([tmp_path / "hw1", tmp_path / "submitted"], KNOWN, about=says).troubles
    shutil.rmtree(tmp_path / "submitted")
    everything = find([tmp_path], KNOWN, about=says)
    assert [job.student for job in everything.jobs] == ["hw1", "late"]
    (trouble,) = everything.troubles
    assert f"if it holds a class, name it: `autograder grade {tmp_path / 'hw1'}`" in trouble
    assert found(tmp_path / "hw1") == [("ada", "", "ada.ipynb"), ("bob", "", "bob.ipynb")]


def test_students_and_assignments_are_chosen_by_name(course: Path) -> None:
    def chosen(**names: list[str]) -> list[tuple[str, str]]:
        return [(job.student, job.filed_under) for job in find([course], KNOWN, **names).jobs]

    assert chosen(students=["ada"]) == [("ada", ONE), ("ada", TWO)]
    assert chosen(students=["ada", "bob"], assignments=[ONE]) == [("ada", ONE), ("bob", ONE)]
    assert chosen(assignments=[TWO]) == [("ada", TWO)]


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ({"students": ["ad"]}, "no submission of student 'ad': did you mean ada?"),
        ({"students": ["zoe"]}, "no submission of student 'zoe': there are ada, bob"),
        ({"assignments": ["ch01_regresion"]}, f"no submission of assignment 'ch01_regresion': did you mean {ONE}?"),
        ({"students": ["bob"], "assignments": [TWO]}, f"no submission of assignment '{TWO}'"),
    ],
)
def test_an_unknown_name_is_refused_with_near_ones(course: Path, names: dict[str, list[str]], sentence: str) -> None:
    with pytest.raises(UnknownName) as refusal:
        find([course], KNOWN, **names)
    assert sentence in str(refusal.value)
