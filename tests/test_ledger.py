"""The ledger: append-only, idempotent, crash-safe, and plain about what is wrong with a file."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from autograder.ledger import Ledger, LedgerUnusable
from autograder.verdict import ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome

REPORT = Report(
    student="student01",
    assignment="ch01_regression",
    language="zh",
    outcome=SubmissionOutcome.GRADED,
    submission="a" * 64,
    bank="b" * 64,
    engine="0.1.0",
    draw=2,
    notes=(Note("cell_restored", {"en": "A cell was restored.", "zh": "恢复了一个单元格。"}),),
    exercises=(
        ExerciseVerdict(
            "linear_loss",
            Outcome.PARTIAL,
            1.5,
            2.0,
            mistake="mean_for_sum",
            hint={"en": "Sum, not mean.", "zh": "求和，而不是求平均。"},
            findings=(
                Finding(
                    "wrong_value", {"en": "wrong", "zh": "不对"}, group="values", case={"en": "tiny", "zh": "很小"}
                ),
            ),
        ),
    ),
)


def url_of(path: Path) -> str:
    return f"sqlite:///{path}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.db"


def key_of(report: Report) -> tuple[str, str, str, str, str]:
    return report.student, report.assignment, report.submission, report.bank, report.engine


def test_a_report_comes_back_as_it_went_in(path: Path) -> None:
    with Ledger(url_of(path)) as ledger:
        assert ledger.record(REPORT, "submitted/student01/ch01_regression/ch01_regression.ipynb")
    with Ledger(url_of(path)) as ledger:
        assert ledger.find(*key_of(REPORT)) == REPORT
        assert ledger.find("student02", *key_of(REPORT)[1:]) is None


def test_the_same_grading_is_recorded_once_and_the_earlier_stands(path: Path) -> None:
    with Ledger(url_of(path)) as ledger:
        assert ledger.record(REPORT, "first.ipynb")
        assert not ledger.record(replace(REPORT, draw=9), "second.ipynb")
        (only,) = ledger.all()
    assert only.source == "first.ipynb"
    assert only.report.draw == 2


@pytest.mark.parametrize("part", ["student", "assignment", "submission", "bank", "engine"])
def test_a_difference_in_any_part_of_the_key_is_another_grading(path: Path, part: str) -> None:
    with Ledger(url_of(path)) as ledger:
        ledger.record(REPORT, "a.ipynb")
        assert ledger.record(replace(REPORT, **{part: "other"}), "a.ipynb")
        assert len(ledger.all()) == 2


def test_latest_is_the_newest_of_each_student_and_assignment(path: Path) -> None:
    regraded = replace(REPORT, bank="c" * 64, language="en")
    other = replace(REPORT, student="student00")
    elsewhere = replace(REPORT, assignment="ch02_gradient_descent")
    with Ledger(url_of(path)) as ledger:
        for report in (REPORT, elsewhere, other, regraded):
            ledger.record(report, "a.ipynb")
        assert ledger.latest() == [other, regraded, elsewhere]
        assert ledger.latest("ch02_gradient_descent") == [elsewhere]
        assert ledger.latest("none") == []
        assert [row.report for row in ledger.history("student01", "ch01_regression")] == [REPORT, regraded]


def test_the_time_of_recording_is_utc(path: Path) -> None:
    with Ledger(url_of(path)) as ledger:
        ledger.record(REPORT, "a.ipynb")
        (only,) = ledger.all()
    assert only.recorded_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - only.recorded_at) < timedelta(minutes=1)


def test_text_that_no_database_takes_is_recorded_all_the_same(path: Path) -> None:
    odd = replace(REPORT, student="caf\udce9", notes=(Note("odd", {"en": "\ud800 and \0", "zh": "零"}),))
    with Ledger(url_of(path)) as ledger:
        assert ledger.record(odd, "submitted/caf\udce9/a.ipynb")
        assert not ledger.record(odd, "again.ipynb")
        assert ledger.find(*key_of(odd)) == odd
        assert len(ledger.history("caf\udce9", odd.assignment)) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE gradings SET score = 100",
        "DELETE FROM gradings",
        "INSERT OR REPLACE INTO gradings SELECT * FROM gradings",
        "REPLACE INTO gradings SELECT NULL, student, assignment, submission, bank, engine, language, outcome, 100, "
        "max_score, recorded_at, source, report FROM gradings",
    ],
)
def test_no_program_changes_or_removes_a_row(path: Path, statement: str) -> None:
    with Ledger(url_of(path)) as ledger:
        ledger.record(REPORT, "a.ipynb")
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    assert connection.execute("SELECT score FROM gradings").fetchall() == [(1.5,)]
    connection.close()


def test_commits_reach_the_disk(path: Path) -> None:
    with Ledger(url_of(path)) as ledger, ledger._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2


RECORDER = """
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from autograder.ledger import Ledger
from autograder.verdict import Report, SubmissionOutcome

report = Report("s", "a", "en", SubmissionOutcome.GRADED, "0", "bank", "engine", 0)
with Ledger(sys.argv[1]) as ledger:
    number = 0
    while True:
        assert ledger.record(replace(report, submission=f"{sys.argv[2]}{number}"), "a.ipynb")
        print(number, flush=True)
        number += 1
"""


def test_what_was_reported_as_recorded_survives_kill_9(path: Path) -> None:
    for attempt, promised in enumerate((1, 7, 40)):
        child = subprocess.Popen(
            [sys.executable, "-c", RECORDER, url_of(path), f"{attempt}-"], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        done = [child.stdout.readline().strip() for _ in range(promised)]
        os.kill(child.pid, signal.SIGKILL)
        done += child.stdout.read().split("\n")[:-1]  # what it could still say before it died
        child.stdout.close()
        assert child.wait() == -signal.SIGKILL
        with Ledger(url_of(path)) as ledger:
            kept = {row.report.submission for row in ledger.all()}
        assert {f"{attempt}-{number}" for number in done} <= kept
        assert len(done) >= promised


def test_many_writers_at_once_record_everything_once(path: Path) -> None:
    new: list[bool] = []

    def write() -> None:
        with Ledger(url_of(path)) as ledger:
            new.extend([ledger.record(replace(REPORT, student=f"student{n:02}"), "a.ipynb") for n in range(10)])

    Ledger(url_of(path)).close()
    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with Ledger(url_of(path)) as ledger:
        assert len(ledger.all()) == 10
    assert len(new) == 40
    assert sum(new) == 10


def damaged(path: Path) -> None:
    with Ledger(url_of(path)) as ledger:
        for number in range(40):
            ledger.record(replace(REPORT, student=f"student{number}"), "a.ipynb")
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    path.write_bytes(bytes(content))


def not_a_database(path: Path) -> None:
    path.write_text("student,score\nstudent01,3\n" * 100)


def of_another_program(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE gradings (x INTEGER)")
    connection.close()


@pytest.mark.parametrize(
    ("prepare", "sentence"),
    [
        (damaged, "is damaged .*restore it from a backup"),
        (not_a_database, "is not a ledger .*name another file"),
        (of_another_program, "not a ledger's"),
        (Path.mkdir, "cannot be opened: check"),
    ],
)
def test_an_unusable_file_is_named_with_a_way_out(path: Path, prepare, sentence: str) -> None:  # type: ignore[no-untyped-def]
    prepare(path)
    with pytest.raises(LedgerUnusable, match=sentence) as caught, Ledger(url_of(path)) as ledger:
        ledger.all()
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_row_that_is_not_a_report_is_named(path: Path) -> None:
    with Ledger(url_of(path)) as ledger:
        ledger.record(REPORT, "a.ipynb")
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER gradings_no_update")
    connection.execute("UPDATE gradings SET report = '{\"student\": 1}'")
    connection.commit()
    connection.close()
    with Ledger(url_of(path)) as ledger, pytest.raises(LedgerUnusable, match=r"grading 1 in .* is not a report"):
        ledger.latest()


def test_a_locked_ledger_says_so(path: Path) -> None:
    with Ledger(url_of(path) + "?timeout=0.05") as ledger:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnusable, match="locked by another program: close it"):
            ledger.record(REPORT, "a.ipynb")
        assert ledger.all() == []  # readers go on
        holder.execute("ROLLBACK")
        holder.close()
        assert ledger.record(REPORT, "a.ipynb")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("ledger.db", "is not a database URL"),
        ("nosuch://x", "is not a database URL"),
        ("sqlite:////nosuch/folder/ledger.db", "cannot be opened: check that its folder exists"),
    ],
)
def test_a_wrong_url_is_explained(url: str, sentence: str) -> None:
    with pytest.raises(LedgerUnusable, match=sentence):
        Ledger(url)


SERVER = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of this test's own, on a Unix socket.

    Where there is none, its tests are skipped in one line; AUTOGRADER_POSTGRESQL, which .ci/run sets, forbids that.
    """
    if SERVER is None:
        sentence = "the tests of the ledger on PostgreSQL do not run here: its server is not installed"
        (pytest.fail if os.environ.get("AUTOGRADER_POSTGRESQL") else pytest.skip)(sentence)
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path is short
    as_user = ["runuser", "-u", "nobody", "--"] if os.getuid() == 0 else []  # the server refuses root
    if as_user:
        shutil.chown(folder, "nobody")

    def run(program: str, *arguments: str) -> None:
        command = [*as_user, str(SERVER / program), *arguments]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)

    run("initdb", "-D", f"{folder}/data", "-U", "grader", "--auth=trust", "--no-sync")
    run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", f"-k {folder} -h ''", "start")
    try:
        yield f"postgresql+psycopg://grader@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
        shutil.rmtree(folder)


def test_postgresql_keeps_the_same_promises(postgresql: str) -> None:
    url = postgresql
    report = replace(REPORT, submission=os.urandom(8).hex(), notes=(Note("odd", {"en": "\0 \ud800", "zh": "零"}),))
    with Ledger(url) as ledger:
        assert ledger.record(report, "a.ipynb")
        assert not ledger.record(report, "b.ipynb")
        assert ledger.find(*key_of(report)) == report
        assert ledger.history(report.student, report.assignment)[-1].recorded_at.utcoffset() == timedelta(0)
        for statement in ("UPDATE gradings SET score = 9", "DELETE FROM gradings", "TRUNCATE gradings"):
            with ledger._engine.connect() as connection, pytest.raises(Exception, match="append-only"):
                connection.exec_driver_sql(statement)
