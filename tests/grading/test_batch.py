"""Grading many: every layout is found, every accident survived, nothing recorded is done again."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from support import REPOSITORY, TINY, by_name, hears_interrupts, notes

from autograder.grading.as_released import BankSource
from autograder.grading.batch import GraderUnavailable, grade_many
from autograder.grading.hand_ins import Job, find
from autograder.grading.ledger import Ledger
from autograder.model.bank import Bank
from autograder.model.verdict import Outcome, Report, SubmissionOutcome

HandIn = Callable[..., Path]
INTERRUPTED = "Interrupted. What was graded is recorded: the same command goes on from here."
SLEEP = "import time\ntime.sleep({})\n"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}") as opened:
        yield opened


def tree(root: Path, hand_in: HandIn, students: list[str]) -> Path:
    for student in students:
        hand_in(root / student / TINY / f"{TINY}.ipynb", {"line_loss": f"# {student}\n" + SLEEP.format(0.2)})
    return root


# Grading


@pytest.mark.slow
def test_a_class_is_graded_in_its_order_and_recorded_once(
    bank: Bank, bank_dir: Path, hand_in: HandIn, ledger: Ledger, tmp_path: Path
) -> None:
    root = tree(tmp_path / "submitted", hand_in, ["ada", "bob", "eve"])
    (root / "bob" / TINY / f"{TINY}.ipynb").write_text("{")
    (root / "flo" / TINY).mkdir(parents=True)
    hand_in(root / "gus" / TINY / "mine.ipynb")
    hand_in(root / "hal" / "ch07_other" / "x.ipynb")
    told: list[tuple[str, bool]] = []

    def grade() -> list[Report]:
        told.clear()
        return grade_many(
            find([root], {TINY}).jobs, [BankSource(bank_dir)], ledger, workers=2,
            done=lambda report, fresh: told.append((report.student, fresh)),
        )  # fmt: skip

    reports = grade()
    assert [(report.student, report.assignment, str(report.outcome)) for report in reports] == [
        ("ada", TINY, "GRADED"), ("bob", TINY, "UNREADABLE"), ("eve", TINY, "GRADED"), ("flo", TINY, "UNREADABLE"),
        ("gus", TINY, "GRADED"), ("hal", "ch07_other", "UNREADABLE"),
    ]  # fmt: skip
    assert [notes(report) for report in reports] == [
        [], ["unreadable_json"], [], ["unreadable_missing"], ["note_renamed"], ["unreadable_place"],
    ]  # fmt: skip
    assert all(fresh for _, fresh in told)
    assert sorted(name for name, _ in told) == ["ada", "bob", "eve", "flo", "gus", "hal"]
    assert reports[0].bank == bank.digest

    assert grade() == reports
    assert told == [(name, False) for name in ("ada", "bob", "eve", "flo", "gus", "hal")]

    hand_in(root / "bob" / TINY / f"{TINY}.ipynb")
    assert [report.outcome for report in grade()].count(SubmissionOutcome.GRADED) == 4
    assert [name for name, fresh in told if fresh] == ["bob"]


def test_equal_bytes_of_two_students_are_filed_under_each(
    bank_dir: Path, hand_in: HandIn, ledger: Ledger, tmp_path: Path
) -> None:
    jobs = [Job(name, "", hand_in(tmp_path / f"{name}.ipynb")) for name in ("ada", "bob")]
    reports = grade_many(jobs, [BankSource(bank_dir)], ledger)
    assert [report.student for report in reports] == ["ada", "bob"]
    assert reports[0] == replace(reports[1], student="ada")


def test_graders_have_one_thread_of_linear_algebra_whatever_this_process_was_told(
    bank_dir: Path, hand_in: HandIn, ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads that wait for each other use up CPU time, by which work on an answer is bounded."""
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    told: list[tuple[str | None, str | None]] = []

    def look(report: Report, fresh: bool) -> None:
        for process in psutil.Process().children():
            if "spawn_main" in " ".join(process.cmdline()):
                there = process.environ()
                told.append((there.get("OMP_NUM_THREADS"), there.get("OPENBLAS_NUM_THREADS")))

    grade_many([Job("ada", "", hand_in(tmp_path / "ada.ipynb"))], [BankSource(bank_dir)], ledger, done=look)
    assert told
    assert set(told) == {("1", "1")}
    assert (os.environ["OMP_NUM_THREADS"], os.environ.get("OPENBLAS_NUM_THREADS")) == ("64", None)


def killing_workers(times: int, killed: list[int]) -> threading.Thread:
    """Kill a worker 1.5 s after its sandbox has started, `times` times."""

    def run() -> None:
        end = time.monotonic() + 90
        seen: set[int] = set()
        while len(seen) < times and time.monotonic() < end:
            for process in psutil.Process().children():
                try:
                    is_worker = process.pid not in seen and "spawn_main" in " ".join(process.cmdline())
                    if is_worker and process.children():
                        time.sleep(1.5)
                        process.kill()
                        seen.add(process.pid)
                        killed.append(process.pid)
                except psutil.Error:
                    continue
            time.sleep(0.05)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


@pytest.mark.slow
def test_a_worker_killed_in_the_middle_is_replaced_and_its_submission_tried_again(
    bank_dir: Path, hand_in: HandIn, ledger: Ledger, tmp_path: Path, right: dict[str, str]
) -> None:
    slow = hand_in(tmp_path / "a_slow.ipynb", {"line_loss": SLEEP.format(4) + right["line_loss"]})
    jobs = [Job("slow", "", slow), Job("quick", "", hand_in(tmp_path / "b_quick.ipynb"))]
    killed: list[int] = []
    thread = killing_workers(1, killed)
    reports = grade_many(jobs, [BankSource(bank_dir)], ledger)
    thread.join(timeout=10)
    assert len(killed) == 1
    assert [report.outcome for report in reports] == [SubmissionOutcome.GRADED] * 2
    assert all(verdict.points == verdict.max_points for verdict in reports[0].exercises if verdict.name != "why")


@pytest.mark.slow
def test_a_submission_that_costs_two_workers_is_our_fault_and_the_others_are_graded(
    bank_dir: Path, hand_in: HandIn, ledger: Ledger, tmp_path: Path
) -> None:
    slow = hand_in(tmp_path / "a_slow.ipynb", {"line_loss": SLEEP.format(8)})
    jobs = [Job("slow", "", slow)]
    killed: list[int] = []
    thread = killing_workers(2, killed)
    reports = grade_many(jobs, [BankSource(bank_dir)], ledger)
    thread.join(timeout=10)
    assert len(killed) == 2
    assert [report.outcome for report in reports] == [SubmissionOutcome.GRADER_ERROR]
    assert reports[0].needs_a_person == ("the whole submission",)
    again = grade_many([Job("slow", "", hand_in(tmp_path / "a_slow.ipynb"))], [BankSource(bank_dir)], ledger)
    assert again[0].outcome is SubmissionOutcome.GRADED


def test_a_sandbox_that_cannot_start_is_one_sentence(
    bank_dir: Path, hand_in: HandIn, ledger: Ledger, tmp_path: Path
) -> None:
    jobs = [Job("ada", "", hand_in(tmp_path / "ada.ipynb"))]
    with pytest.raises(GraderUnavailable, match="there is no rung called 'moat'"):
        grade_many(jobs, [BankSource(bank_dir)], ledger, rung="moat")


def rows(path: Path) -> dict[str, tuple[int, str]]:
    """What the ledger holds: student → (number, time of record)."""
    if not path.exists():
        return {}
    with sqlite3.connect(path, timeout=30) as database:
        try:
            found = database.execute("SELECT student, number, recorded_at FROM gradings").fetchall()
        except sqlite3.OperationalError:  # killed before the table was made
            found = []
    database.close()
    assert len({student for student, *_ in found}) == len(found)
    return {student: (number, at) for student, number, at in found}


@pytest.mark.slow
def test_killed_at_any_moment_the_same_command_resumes_and_redoes_nothing(
    course_copy: Path, hand_in: HandIn, tmp_path: Path
) -> None:
    students = [f"student{number}" for number in range(8)]
    submitted = tree(tmp_path / "submitted", hand_in, students)
    out = tmp_path / "graded"
    command = [sys.executable, "-m", "autograder.cli.main", "grade", str(submitted), "--out", str(out), "--json"]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    before: dict[str, tuple[int, str]] = {}
    chance = random.Random(0)
    orphans: list[psutil.Process] = []
    for _ in range(4):
        process = subprocess.Popen(
            command, cwd=course_copy, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(chance.uniform(1.5, 6))
        orphans += psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.send_signal(signal.SIGKILL)
        process.wait()
        after = rows(out / "ledger.sqlite")
        assert {student: after.get(student) for student in before} == before
        before = after
    done = subprocess.run(command, cwd=course_copy, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    after = rows(out / "ledger.sqlite")
    assert {student: after.get(student) for student in before} == before
    assert sorted(after) == students
    assert all((out / "feedback" / student / f"{TINY}.html").exists() for student in students)
    _, alive = psutil.wait_procs(orphans, timeout=20)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.slow
def test_nothing_outlives_a_killed_grader_by_more_than_a_moment(
    course_copy: Path, hand_in: HandIn, tmp_path: Path
) -> None:
    """In the middle of a call that would take a quarter of a minute more."""
    endless = "def line_loss(w, b, X, y):\n    import time\n    time.sleep(60)"
    path = hand_in(tmp_path / f"{TINY}.ipynb", {"line_loss": endless})
    command = [sys.executable, "-m", "autograder.cli.main", "grade", str(path), "--out", str(tmp_path / "graded")]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        command, cwd=course_copy, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    children: list[psutil.Process] = []
    deadline = time.monotonic() + 60
    while len(children) < 4 and time.monotonic() < deadline:  # worker, zygote, keeper, session at least
        time.sleep(0.1)
        children = psutil.Process(process.pid).children(recursive=True)
    assert len(children) >= 4, "no session was under way, so this proves nothing"
    time.sleep(1)
    process.kill()
    process.wait()
    _, alive = psutil.wait_procs(children, timeout=8)
    assert not [child for child in alive if child.status() != psutil.STATUS_ZOMBIE]
    assert not list(tmp_path.glob("autograder-*"))


def until(happened: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.005)


def workers(parent: psutil.Process) -> list[psutil.Process]:
    return [child for child in parent.children() if "spawn_main" in " ".join(child.cmdline())]


def is_deaf_to_interrupts(process: psutil.Process) -> bool:
    status = dict(line.split(":", 1) for line in Path(f"/proc/{process.pid}/status").read_text().splitlines())
    return bool((int(status["SigBlk"], 16) | int(status["SigIgn"], 16)) >> (signal.SIGINT - 1) & 1)


def has_loaded(process: psutil.Process, library: str) -> bool:
    try:
        return any(library in entry.path for entry in process.memory_maps())
    except psutil.Error:
        return False


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["the command imports", "a worker starts", "the first record"])
def test_control_c_ends_in_one_sentence_and_loses_nothing(
    course_copy: Path, hand_in: HandIn, tmp_path: Path, moment: str
) -> None:
    submitted = tree(tmp_path / "submitted", hand_in, [f"student{number}" for number in range(6)])
    out = tmp_path / "graded"
    command = [sys.executable, "-m", "autograder", "grade", str(submitted), "--out", str(out)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    process = subprocess.Popen(
        command, cwd=course_copy, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        start_new_session=True, preexec_fn=hears_interrupts,
    )  # fmt: skip
    parent = psutil.Process(process.pid)
    if moment == "the command imports":
        until(lambda: has_loaded(parent, "sqlalchemy"))
    elif moment == "a worker starts":
        until(lambda: bool(workers(parent)))
        assert all(is_deaf_to_interrupts(worker) for worker in workers(parent))
    else:
        until(lambda: bool(rows(out / "ledger.sqlite")))
    started = parent.children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to every process of the group
    output, errors = process.communicate(timeout=30)
    assert (process.returncode, output) == (1, "")
    assert errors.split()[-len(INTERRUPTED.split()) :] == INTERRUPTED.split(), errors
    assert not errors.split(INTERRUPTED)[0].strip() or errors.startswith("grading 0/6"), errors
    _, alive = psutil.wait_procs(started, timeout=20)
    assert not [process for process in alive if process.status() != psutil.STATUS_ZOMBIE]
    before = rows(out / "ledger.sqlite")
    assert bool(before) == (moment == "the first record")
    done = subprocess.run(command, cwd=course_copy, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    after = rows(out / "ledger.sqlite")
    assert len(after) == 6
    assert {student: after.get(student) for student in before} == before


def test_a_report_survives_its_way_through_the_ledger(
    bank_dir: Path, hand_in: HandIn, ledger: Ledger, tmp_path: Path
) -> None:
    wrong = "def line_loss(w, b, X, y):\n    return np.mean((X @ w + b - y)**2)"
    (report,) = grade_many(
        [Job("ada", "", hand_in(tmp_path / "ada.ipynb", {"line_loss": wrong}))], [BankSource(bank_dir)], ledger
    )
    (again,) = grade_many(find([tmp_path / "ada.ipynb"], {TINY}).jobs, [BankSource(bank_dir)], ledger)
    assert again == report
    assert by_name(again)["line_loss"].mistake == "mean_for_sum"


# Faults of ours


def broken(report: Report) -> Report:
    """The report with one exercise on which the grader failed."""
    first, *others = report.exercises
    return replace(report, exercises=(replace(first, outcome=Outcome.GRADER_ERROR, points=0.0), *others))


@pytest.mark.slow
@pytest.mark.parametrize("fault", [broken, lambda report: replace(report, outcome=SubmissionOutcome.GRADER_ERROR)])
def test_a_fault_of_ours_is_tried_again_and_the_success_replaces_it(
    bank_dir: Path, hand_in: HandIn, tmp_path: Path, fault: Callable[[Report], Report]
) -> None:
    jobs = [Job("ada", "", hand_in(tmp_path / "ada.ipynb"))]
    with Ledger(f"sqlite:///{tmp_path / 'first.sqlite'}") as first:
        (report,) = grade_many(jobs, [BankSource(bank_dir)], first)
    told: list[bool] = []
    with Ledger(f"sqlite:///{tmp_path / 'second.sqlite'}") as second:
        second.record(fault(report), "ada.ipynb")
        for _ in range(2):
            again = grade_many(jobs, [BankSource(bank_dir)], second, done=lambda report, fresh: told.append(fresh))
            assert again == [report]
        assert told == [True, False]
        assert [grading.report for grading in second.latest()] == [report]


# Banks


@pytest.mark.slow
def test_no_unreadable_row_outlives_the_bank_that_was_missing(
    bank_dir: Path, hand_in: HandIn, ledger: Ledger, tmp_path: Path
) -> None:
    """A notebook in a flat folder: only the bank tells that it belongs to the course."""
    other = Path(shutil.copytree(bank_dir, tmp_path / "ch02_other"))
    data = json.loads((other / "bank.json").read_text(encoding="utf-8"))
    (other / "bank.json").write_text(json.dumps({**data, "chapter": "ch02_other", "exercises": []}), encoding="utf-8")
    jobs = [Job("ada", "", hand_in(tmp_path / "ada.ipynb"))]
    (without,) = grade_many(jobs, [BankSource(other)], ledger)
    assert (without.outcome, notes(without)) == (SubmissionOutcome.UNREADABLE, ["unreadable_assignment"])
    assert grade_many(jobs, [BankSource(other)], ledger) == [without]
    (with_it,) = grade_many(jobs, [BankSource(other), BankSource(bank_dir)], ledger)
    assert with_it.outcome is SubmissionOutcome.GRADED


def test_a_bank_that_is_replaced_as_the_workers_start_is_one_sentence(
    bank_dir: Path, hand_in: HandIn, ledger: Ledger, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(bank_dir, tmp_path / TINY))
    jobs = [Job("eve", "", tmp_path / "missing.ipynb"), Job("ada", "", hand_in(tmp_path / "ada.ipynb"))]
    with pytest.raises(GraderUnavailable, match=f"is damaged.*run `autograder bank {TINY}`"):
        grade_many(
            jobs,
            [BankSource(folder)],
            ledger,
            done=lambda report, fresh: (folder / "arrays.npz").write_bytes(b"half") and None,
        )


def test_the_sandbox_that_was_used_is_on_the_report(
    bank_dir: Path, hand_in: HandIn, ledger: Ledger, tmp_path: Path
) -> None:
    (report,) = grade_many(
        [Job("ada", "", hand_in(tmp_path / "ada.ipynb"))], [BankSource(bank_dir)], ledger, rung="none"
    )
    assert report.rung == ledger.latest()[0].report.rung == "none"
