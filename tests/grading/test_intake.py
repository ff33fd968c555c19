"""Taking submissions in: no link, pipe or device is read, and one of them stops nobody else."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook
from support import TINY, an_ordinary_user, in_words, notes

from autograder.cli import main as cli
from autograder.grading import intake
from autograder.grading.as_released import BankSource
from autograder.grading.batch import grade_many
from autograder.grading.hand_ins import find
from autograder.grading.intake import SubmissionUnreadable, read_bytes, take
from autograder.grading.ledger import Ledger
from autograder.model.verdict import Report, SubmissionOutcome

HandIn = Callable[..., Path]
NOTEBOOK = f"{TINY}.ipynb"


@contextlib.contextmanager
def within(seconds: int) -> Iterator[None]:
    """A reader that waits for ever fails here instead."""

    def late(*_: object) -> None:
        raise TimeoutError("it hangs")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A submitted/ folder in which alice has handed in."""
    folder = tmp_path / "submitted"
    (folder / "alice" / TINY).mkdir(parents=True)
    (folder / "alice" / TINY / NOTEBOOK).write_text("alice's")
    return folder


def place(root: Path) -> Path:
    """Where mallory's notebook belongs; her folder is there."""
    (root / "mallory" / TINY).mkdir(parents=True)
    return root / "mallory" / TINY / NOTEBOOK


def fifo(root: Path) -> Path:
    os.mkfifo(place(root))
    return root / "mallory" / TINY / NOTEBOOK


def a_socket(root: Path) -> Path:
    path = place(root)
    before = Path.cwd()
    os.chdir(path.parent)  # the path of a socket is short
    try:
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path.name)
    finally:
        os.chdir(before)
    return path


def device(root: Path) -> Path:
    path = place(root)
    try:
        os.mknod(path, 0o600 | 0o020000, os.makedev(1, 5))  # /dev/zero
    except PermissionError:
        pytest.skip("only root makes a device")
    return path


def link_to_zero(root: Path) -> Path:
    path = place(root)
    path.symlink_to("/dev/zero")
    return path


def link_to_neighbour(root: Path) -> Path:
    path = place(root)
    path.symlink_to(f"../../alice/{TINY}/{NOTEBOOK}")
    return path


def link_to_own_file(root: Path) -> Path:
    path = place(root)
    path.with_name("mine.ipynb").write_text("mine")
    path.symlink_to("mine.ipynb")
    return path


def dangling_link(root: Path) -> Path:
    path = place(root)
    path.symlink_to("nowhere")
    return path


def circular_link(root: Path) -> Path:
    path = place(root)
    path.symlink_to(path)
    return path


def linked_folder(root: Path) -> Path:
    (root / "mallory").mkdir()
    (root / "mallory" / TINY).symlink_to(f"../alice/{TINY}")
    return root / "mallory" / TINY / NOTEBOOK


def linked_student(root: Path) -> Path:
    (root / "mallory").symlink_to("alice")
    return root / "mallory" / TINY / NOTEBOOK


def folder(root: Path) -> Path:
    path = place(root)
    path.mkdir()
    return path


def four_terabytes(root: Path) -> Path:
    path = place(root)
    with path.open("wb") as file:
        try:
            file.truncate(4 * 10**12)
        except OSError:
            file.truncate(10**11)  # the file system has a limit of its own
    return path


def nothing(root: Path) -> Path:
    return place(root)


def a_name_too_long(root: Path) -> Path:
    return place(root).with_name("n" * 255 + ".ipynb")


ODD = {
    fifo: "unreadable_special",
    a_socket: "unreadable_special",
    device: "unreadable_special",
    link_to_zero: "unreadable_link",
    link_to_neighbour: "unreadable_link",
    link_to_own_file: "unreadable_link",
    dangling_link: "unreadable_link",
    circular_link: "unreadable_link",
    linked_folder: "unreadable_link_folder",
    linked_student: "unreadable_link_folder",
    folder: "unreadable_folder",
    four_terabytes: "unreadable_size",
    nothing: "unreadable_missing",
    a_name_too_long: "unreadable_missing",
}


@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__)
def test_whatever_is_no_file_has_a_name_and_never_hangs(root: Path, make: Callable[[Path], Path]) -> None:
    path = make(root)
    with within(5):
        taken = take(path, root)
    assert taken.problem is not None
    assert (taken.problem.code, taken.content) == (ODD[make], b"")
    english, chinese = in_words(taken.problem), in_words(taken.problem, "zh")
    assert "ubmit" in english  # what to do
    assert "提交" in chinese
    assert "\n" not in english + chinese


def test_a_file_is_read_once_and_known_by_its_bytes(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = os.open

    def watched(name: str, flags: int, **how: int) -> int:
        opened.append(Path(name).name)
        return real(name, flags, **how)

    monkeypatch.setattr(intake.os, "open", watched)
    taken = take(root / "alice" / TINY / NOTEBOOK, root)
    assert (taken.content, taken.problem) == (b"alice's", None)
    assert taken.digest == hashlib.sha256(b"alice's").hexdigest()
    assert opened == ["submitted", "alice", TINY, NOTEBOOK]


def test_another_reason_is_another_submission(root: Path) -> None:
    """Otherwise the ledger would go on saying "a link" when a pipe lies there."""
    path = place(root)
    digests = {take(path, root).digest}
    path.symlink_to("/dev/zero")
    digests.add(take(path, root).digest)
    path.unlink()
    os.mkfifo(path)
    digests.add(take(path, root).digest)
    path.unlink()
    path.write_text("")
    digests.add(take(path, root).digest)
    assert len(digests) == 4


@pytest.mark.parametrize("what", ["folder", "file"])
def test_what_becomes_a_link_after_the_look_at_it_is_not_followed(
    root: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    path = place(root)
    path.write_text("mallory's")
    real = os.stat
    changed = path.parent if what == "folder" else path

    def status_and_swap(name: str, **how: object) -> os.stat_result:
        status = real(name, **how)  # type: ignore[arg-type]
        if name == changed.name:
            changed.rename(root / "aside")
            changed.symlink_to(root / "alice" / TINY / ("" if what == "folder" else NOTEBOOK))
        return status

    monkeypatch.setattr(intake.os, "stat", status_and_swap)
    taken = take(path, root)
    assert taken.content == b""
    assert taken.problem is not None


def test_a_file_that_grows_while_it_is_read_is_too_large(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = place(root)
    path.write_bytes(b"x" * 100)
    real, seen = intake._refuse_size, []

    def grown_since(size: int, limit: int) -> None:
        seen.append(size)
        real(size - 100 if len(seen) == 1 else size, limit)

    monkeypatch.setattr(intake, "_refuse_size", grown_since)
    with pytest.raises(SubmissionUnreadable, match="at most"):
        read_bytes(path, root, limit=50)
    assert seen == [100, 51]  # never more than one byte beyond the limit


def test_the_instructors_own_links_are_followed(root: Path, tmp_path: Path) -> None:
    """What is named on the command line, and what lies above it."""
    (tmp_path / "elsewhere").symlink_to(root)
    jobs = find([tmp_path / "elsewhere"], {TINY}).jobs
    assert [job.take().content for job in jobs] == [b"alice's"]
    one = tmp_path / "elsewhere" / "alice" / TINY / NOTEBOOK
    assert [job.take().content for job in find([one], {TINY}).jobs] == [b"alice's"]


def test_a_linked_notebook_that_is_named_is_not_followed(root: Path, tmp_path: Path) -> None:
    """`grade inbox/*.ipynb` names every file, those that students made among them."""
    (tmp_path / "mallory.ipynb").symlink_to(root / "alice" / TINY / NOTEBOOK)
    (tmp_path / "nowhere.ipynb").symlink_to(tmp_path / "gone")
    for name in ("mallory", "nowhere"):
        (job,) = find([tmp_path / f"{name}.ipynb"], {TINY}).jobs
        taken = job.take()
        assert taken.problem is not None
        assert taken.problem.code == "unreadable_link"
    assert [job.take().content for job in find([tmp_path], {TINY}).jobs if job.student == "mallory"] == [b""]


def test_what_may_not_be_read_is_named() -> None:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # everybody may look into /tmp
    try:
        folder.chmod(0o755)
        for name, mode in (("file", 0o755), ("closed", 0o000), ("unlisted", 0o311)):
            (folder / name / TINY).mkdir(parents=True)
            (folder / name / TINY / NOTEBOOK).write_text(name)
            (folder / name).chmod(mode)
        (folder / "file" / TINY / NOTEBOOK).chmod(0o000)
        with an_ordinary_user():
            found = {job.student: job.take() for job in find([folder], {TINY}).jobs}
            direct = take(folder / "unlisted" / TINY / NOTEBOOK, folder)
    finally:
        for path in folder.iterdir():
            path.chmod(0o755)
        shutil.rmtree(folder)
    codes = {name: taken.problem.code for name, taken in found.items() if taken.problem}
    assert codes["file"] == codes["closed"] == "unreadable_permission"
    assert set(codes) == {"file", "closed"}
    assert found["unlisted"].content == direct.content == b"unlisted"  # passing through needs no right to list


def test_what_a_file_is_called_cannot_steer_a_page_or_a_terminal(root: Path) -> None:
    path = place(root).with_name("`\x1b[31m\u202e\n" + "n" * 200 + ".ipynb")
    os.mkfifo(path)
    problem = take(path, root).problem
    assert problem is not None
    assert in_words(problem).startswith("`��[31m��nnn")
    assert len(in_words(problem)) < 250


# A whole class


@pytest.fixture
def hostile_class(tmp_path: Path, hand_in: HandIn) -> Path:
    """submitted/: everything that stopped a class, was paid for nothing, or shared a page."""
    root = tmp_path / "class" / "submitted"
    for student in READABLE:
        hand_in(root / student / TINY / NOTEBOOK, {"line_loss": f"# {student!a}\ndef line_loss(w, b, X, y): pass"})
    shutil.copy(root / "alice" / TINY / NOTEBOOK, root / "alice" / "mine")  # no folder: passed over
    for number, make in enumerate(HOSTILE):
        made = make(root)  # as mallory
        assert made.is_relative_to(root / "mallory")
        (root / "mallory").rename(root / f"m{number}")
    return root


READABLE = ["alice", "Alice", "ann@x", "ann_x", "n" * 249, "a\\b", "caf\udce9", "张三"]
HOSTILE: Mapping[Callable[[Path], Path], str] = {
    make: ODD[make]
    for make in (fifo, link_to_zero, four_terabytes, link_to_neighbour, linked_folder, linked_student, folder, nothing)
}


@pytest.mark.slow
def test_one_run_grades_everybody_else_and_names_each(
    hostile_class: Path, course_copy: Path, release_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    course = hostile_class.parent
    shutil.copytree(release_dir / "en" / TINY, course / "release" / TINY)
    (course / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'ml'\n")

    def grade() -> tuple[int, list[dict[str, object]], str]:
        arguments = ["grade", str(hostile_class), "--out", str(tmp_path / "out"), "--gradebook", str(course), "--json"]
        monkeypatch.setattr(sys, "argv", ["autograder", *arguments, "--workers", "2"])
        monkeypatch.chdir(course_copy)
        capsys.readouterr()
        with within(240), pytest.raises(SystemExit) as end:
            cli.main()
        output, errors = capsys.readouterr()
        assert "Traceback" not in errors
        return int(end.value.code or 0), json.loads(output)["submissions"], errors

    code, submissions, errors = grade()
    assert code == 1
    outcomes = {str(entry["student"]): entry["outcome"] for entry in submissions}
    assert {student for student, outcome in outcomes.items() if outcome == "GRADED"} == set(READABLE)
    assert {s for s, o in outcomes.items() if o == "UNREADABLE"} == {f"m{number}" for number in range(len(HOSTILE))}
    assert grade()[1] == submissions  # and the same again, from the ledger

    with Ledger(f"sqlite:///{course / 'ledger.sqlite'}") as ledger:
        reports = {grading.report.student: grading.report for grading in ledger.latest()}
    for number, expected in enumerate(HOSTILE.values()):
        assert notes(reports[f"m{number}"]) == [expected]
    pages = list((tmp_path / "out" / "feedback").rglob("*.html"))
    assert len(pages) == len({str(page).casefold() for page in pages}) == len(outcomes)
    assert (tmp_path / "out" / "scores.csv").read_text(encoding="utf-8").count("\n") == len(outcomes) + 1

    left_out = [line for line in errors.splitlines() if "is not in the gradebook" in line]
    assert len(left_out) == 2  # the backslash and the surrogate
    assert any(line.startswith("a\\b · ") for line in left_out)
    with Gradebook(f"sqlite:///{course}/gradebook.db", "ml") as book:
        known = {student.id for student in book.students}
        assert set(READABLE) - known == {"a\\b", "caf\udce9"}
    neighbour = nbformat.read(course / "autograded" / "alice" / TINY / NOTEBOOK, as_version=4)
    assert "# 'alice'" in nbformat.writes(neighbour)
    for path in (course / "autograded").glob("m*/*/*.ipynb"):
        assert "# 'alice'" not in path.read_text(encoding="utf-8")


def test_the_parent_makes_no_sandbox_for_what_it_cannot_read(root: Path, bank_dir: Path, tmp_path: Path) -> None:
    (root / "alice" / TINY / NOTEBOOK).unlink()
    fifo(root)
    with within(20), Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as ledger:
        reports: list[Report] = grade_many(find([root], {TINY}).jobs, [BankSource(bank_dir)], ledger, rung="moat")
    assert [report.outcome for report in reports] == [SubmissionOutcome.UNREADABLE] * 2
    assert not any(report.has_grader_error for report in reports)
