"""The ledger: append-only, idempotent, crash-safe, and plain about what is wrong with a file."""

from __future__ import annotations

import json
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
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from autograder.grading import ledger_table
from autograder.grading.ledger import Before, Ledger, LedgerUnusable
from autograder.model.texts import AS_SAID, part
from autograder.model.verdict import ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome

REPORT = Report(
    student="student01",
    assignment="ch01_regression",
    language="zh",
    outcome=SubmissionOutcome.GRADED,
    submission="a" * 64,
    bank="b" * 64,
    engine="0.1.0",
    draw=2,
    notes=(Note("note_edited", {"cells": ["`check_linear_loss`"]}),),
    exercises=(
        ExerciseVerdict(
            "linear_loss",
            Outcome.PARTIAL,
            1.5,
            2.0,
            mistake="mean_for_sum",
            hint={"en": "Sum, not mean.", "zh": "求和，而不是求平均。"},
            findings=(
                Finding("wrong_value", {"output": part("result")}, group="values", case={"en": "tiny", "zh": "很小"}),
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
        assert [row.report for row in ledger.latest()] == [other, regraded, elsewhere]
        assert [row.report for row in ledger.latest("ch02_gradient_descent")] == [elsewhere]
        assert ledger.latest("none") == []
        assert [row.report for row in ledger.history("student01", "ch01_regression")] == [REPORT, regraded]


BROKEN = replace(REPORT, exercises=(replace(REPORT.exercises[0], outcome=Outcome.GRADER_ERROR, points=0.0),))
FAILED = replace(REPORT, outcome=SubmissionOutcome.GRADER_ERROR, exercises=())


@pytest.mark.parametrize("failed", [FAILED, BROKEN], ids=["submission", "exercise"])
def test_a_success_replaces_a_fault_of_ours(path: Path, failed: Report) -> None:
    """It had the same key as the fault, and was dropped without a word."""
    with Ledger(url_of(path)) as ledger:
        assert ledger.record(failed, "a.ipynb")
        assert not ledger.record(failed, "a.ipynb")  # the same fault again is no news
        assert ledger.find(*key_of(REPORT)) == failed
        assert ledger.record(REPORT, "a.ipynb")
        assert ledger.find(*key_of(REPORT)) == REPORT
        assert [row.report for row in ledger.latest()] == [REPORT]
        assert not ledger.record(failed, "a.ipynb")  # what has succeeded stands
        assert not ledger.record(replace(REPORT, draw=9), "a.ipynb")
        assert [row.report for row in ledger.history(REPORT.student, REPORT.assignment)] == [failed, REPORT]


def test_another_fault_is_another_attempt(path: Path) -> None:
    with Ledger(url_of(path)) as ledger:
        assert [ledger.record(report, "a.ipynb") for report in (FAILED, BROKEN, REPORT)] == [True] * 3
        assert [row.report for row in ledger.latest()] == [REPORT]


LATER = replace(REPORT, submission="d" * 64, exercises=())


def test_what_is_handed_in_again_stands_again(path: Path) -> None:
    """A bank changed back, or an earlier file: its grading was known, so the newest row was of the other one."""
    with Ledger(url_of(path)) as ledger:
        for report in (REPORT, LATER):
            ledger.record(report, "a.ipynb")
        assert ledger.record(replace(REPORT, draw=9), "again.ipynb")
        assert [row.report for row in ledger.latest()] == [REPORT]  # as it was recorded
        assert ledger.latest()[0].source == "again.ipynb"
        assert not ledger.record(REPORT, "again.ipynb")
        assert ledger.record(LATER, "a.ipynb")
        assert [row.report for row in ledger.history(REPORT.student)] == [REPORT, LATER, REPORT, LATER]
        assert ledger.record(replace(REPORT, assignment="ch02"), "b.ipynb")
        assert not ledger.record(LATER, "a.ipynb")  # another assignment does not come in between


def test_a_grading_asked_for_again_is_recorded_where_it_differs(path: Path) -> None:
    other = replace(REPORT, rung="landlock")
    with Ledger(url_of(path)) as ledger:
        ledger.record(REPORT, "a.ipynb")
        assert not ledger.record(REPORT, "a.ipynb", again=True)
        assert ledger.record(other, "a.ipynb", again=True)
        assert [row.report for row in ledger.latest()] == [other]
        assert ledger.find(*key_of(REPORT)) == other
        for fault in (BROKEN, FAILED):  # a fault of ours takes nobody's points
            assert not ledger.record(fault, "a.ipynb", again=True)
        assert [row.report for row in ledger.history(REPORT.student)] == [REPORT, other]


def test_what_came_before_is_the_last_other_notebook_and_the_last_grading_of_this_one(path: Path) -> None:
    one, two = replace(REPORT, submission="one"), replace(REPORT, submission="two")
    others = replace(REPORT, student="student02"), replace(REPORT, assignment="ch02")
    steps = [
        (one, None, None),
        (replace(one, bank="new"), None, 1),
        (two, 2, None),
        (replace(two, bank="newer"), 2, 3),
        (replace(two, engine="newer"), 2, 4),
        (one, 5, None),  # the first file again
        (one, None, None),  # which changes nothing
    ]
    for report, handed_in, graded in steps:
        with Ledger(url_of(path)) as ledger:
            is_new = ledger.record(report, "file")
            newest = ledger.latest(REPORT.assignment)
            assert is_new or report is one
            (before,) = [ledger.before(newest)[each.number] for each in newest if each.report.student == REPORT.student]
            found = tuple(each.number if each is not None else None for each in (before.handed_in, before.graded))
            assert found == ((handed_in, graded) if is_new else (5, None))
    with Ledger(url_of(path)) as ledger:
        for other in others:
            ledger.record(other, "file")
        assert ledger.before([]) == {}
        newest = {each.report.student + each.report.assignment: each for each in ledger.latest()}
        before = ledger.before(list(newest.values()))
        assert before[newest["student02ch01_regression"].number] == Before()
        assert before[newest["student01ch02"].number] == Before()


def test_an_earlier_state_is_read_by_moment_and_by_number(path: Path) -> None:
    other = replace(REPORT, student="student00")
    with Ledger(url_of(path)) as ledger:
        before = datetime.now(UTC)
        ledger.record(REPORT, "a.ipynb")
        between = datetime.now(UTC)
        for report in (LATER, other):
            ledger.record(report, "a.ipynb")
        assert ledger.as_of(before) == []
        for moment in (between, between.astimezone(timezone(timedelta(hours=9)))):
            assert [row.report for row in ledger.as_of(moment)] == [REPORT]
        assert ledger.as_of(datetime.now(UTC)) == ledger.latest()
        assert [row.report for row in ledger.as_of_number(2)] == [LATER]
        assert ledger.newest_number() == 3
        assert (ledger.students(), ledger.assignments()) == (["student00", "student01"], ["ch01_regression"])
        assert [row.recorded_at for row in ledger.latest()] == sorted(row.recorded_at for row in ledger.all()[1:])[::-1]


def test_reading_makes_no_ledger(path: Path) -> None:
    with pytest.raises(LedgerUnusable, match=f"there is no ledger in {path}"):
        Ledger(url_of(path), create=False)
    assert not path.exists()
    sqlite3.connect(path).execute("CREATE TABLE other (x)").connection.close()
    with pytest.raises(LedgerUnusable, match="there is no ledger in"):
        Ledger(url_of(path), create=False)
    with Ledger(url_of(path)) as ledger:
        ledger.record(REPORT, "a.ipynb")
    with Ledger(url_of(path), create=False) as ledger:
        assert ledger.newest_number() == 1


def test_attempts_are_as_safe_as_first_gradings(path: Path) -> None:
    with Ledger(url_of(path)) as ledger:
        ledger.record(FAILED, "a.ipynb")
        ledger.record(REPORT, "a.ipynb")
    connection = sqlite3.connect(path)
    for statement in ("DELETE FROM gradings WHERE attempt = 2", "UPDATE gradings SET attempt = 3 WHERE attempt = 2"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    connection.close()


def test_the_sandbox_is_on_record(path: Path) -> None:
    with Ledger(url_of(path)) as ledger:
        ledger.record(replace(REPORT, rung="landlock"), "a.ipynb")
        assert ledger.latest()[0].report.rung == "landlock"


def test_names_longer_than_a_column_are_told_apart(path: Path) -> None:
    names = ["x" * 300 + "a", "x" * 300 + "b", "\udce9" * 249]
    with Ledger(url_of(path)) as ledger:
        assert all(ledger.record(replace(REPORT, student=name), "a.ipynb") for name in names)
        assert sorted(row.report.student for row in ledger.latest()) == sorted(names)
        assert [len(ledger.history(name, REPORT.assignment)) for name in names] == [1, 1, 1]
        assert ledger.find(names[0], *key_of(REPORT)[1:]) is not None
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT max(length(student)) FROM gradings").fetchone()[0] <= 255
    connection.close()


# Ledgers from before a failed grading could be followed by another

OLD_TABLE = """CREATE TABLE gradings (
    number {serial} NOT NULL, student VARCHAR(255) NOT NULL, assignment VARCHAR(255) NOT NULL,
    submission VARCHAR(128) NOT NULL, bank VARCHAR(128) NOT NULL, engine VARCHAR(128) NOT NULL,
    language VARCHAR(16) NOT NULL, outcome VARCHAR(32) NOT NULL, score FLOAT NOT NULL, max_score FLOAT NOT NULL,
    recorded_at {time} NOT NULL, source TEXT NOT NULL, report TEXT NOT NULL, PRIMARY KEY (number),
    CONSTRAINT one_row_a_grading UNIQUE (student, assignment, submission, bank, engine))"""
OLD_INDEX = "CREATE INDEX gradings_by_assignment ON gradings (assignment, student)"
OLD_GUARDS = [
    "CREATE TRIGGER gradings_no_update BEFORE UPDATE ON gradings "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER gradings_no_delete BEFORE DELETE ON gradings "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER gradings_no_replace BEFORE INSERT ON gradings WHEN EXISTS (SELECT 1 FROM gradings "
    "WHERE number = NEW.number OR (student = NEW.student AND assignment = NEW.assignment AND submission = "
    "NEW.submission AND bank = NEW.bank AND engine = NEW.engine)) "
    "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END",
]
OLD_ROW = (
    "INSERT INTO gradings (number, student, assignment, submission, bank, engine, language, outcome, score, max_score, "
    "recorded_at, source, report) VALUES (7, '{student}', 'ch01_regression', '{a}', '{b}', '0.1.0', 'zh', "
    "'GRADER_ERROR', 0, 0, '2026-11-01 10:00:00.000000', 'old.ipynb', '{json}')"
)


SAID = {"en": "A cell was restored.", "zh": "恢复了一个单元格。"}
OLD = replace(FAILED, notes=(Note("note_edited", {AS_SAID: SAID}),))


def old_row() -> str:
    """A row as it was written then: its report knows no sandbox, and has notes in words."""
    data = {**OLD.to_json(), "notes": [{"code": "note_edited", "message": SAID}]}
    del data["rung"]
    return OLD_ROW.format(student=OLD.student, a=OLD.submission, b=OLD.bank, json=json.dumps(data))


def old_ledger(path: Path) -> None:
    connection = sqlite3.connect(path)
    for statement in (OLD_TABLE.format(serial="INTEGER", time="DATETIME"), OLD_INDEX, *OLD_GUARDS, old_row()):
        connection.execute(statement)
    connection.commit()
    connection.close()


def test_an_older_ledger_opens_keeps_its_rows_and_goes_on(path: Path) -> None:
    old_ledger(path)
    with Ledger(url_of(path)) as ledger:
        (row,) = ledger.all()
        assert (row.number, row.source, row.report) == (7, "old.ipynb", OLD)
        assert row.recorded_at == datetime(2026, 11, 1, 10, tzinfo=UTC)
        assert ledger.record(REPORT, "new.ipynb")
        assert [row.report for row in ledger.latest()] == [REPORT]
    with Ledger(url_of(path)) as ledger:
        assert [row.number for row in ledger.all()] == [7, 8]
    connection = sqlite3.connect(path)
    for statement in (
        "UPDATE gradings SET score = 9",
        "DELETE FROM gradings",
        "REPLACE INTO gradings SELECT * FROM gradings",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'index') AND sql IS NOT NULL")
    assert {name for (name,) in tables} == {"gradings", "gradings_by_assignment"}
    connection.close()


def test_a_crash_while_an_older_ledger_is_brought_up_leaves_it_as_it_was(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_ledger(path)

    def crash(connection: Connection) -> None:
        real(connection)
        raise KeyboardInterrupt

    real = ledger_table._add_attempts
    monkeypatch.setattr(ledger_table, "_add_attempts", crash)
    with pytest.raises(KeyboardInterrupt):
        Ledger(url_of(path))
    monkeypatch.undo()
    connection = sqlite3.connect(path)
    assert len(connection.execute("PRAGMA table_info(gradings)").fetchall()) == 13
    assert connection.execute("SELECT count(*) FROM gradings").fetchone() == (1,)
    connection.close()
    with Ledger(url_of(path)) as ledger:
        assert [row.report for row in ledger.latest()] == [OLD]


def at_once(url: str, count: int) -> list[str]:
    """Open the ledger and record in `count` threads at the same moment; returns their errors."""
    errors: list[str] = []
    gate = threading.Barrier(count)

    def first_run(number: int) -> None:
        gate.wait()
        try:
            with Ledger(url) as ledger:
                ledger.record(replace(REPORT, student=f"student{number}"), "a.ipynb")
        except LedgerUnusable as error:
            errors.append(str(error))

    threads = [threading.Thread(target=first_run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


@pytest.mark.parametrize("prepare", [lambda path: None, old_ledger], ids=["new", "older"])
def test_first_runs_at_once_share_one_ledger(tmp_path: Path, prepare) -> None:  # type: ignore[no-untyped-def]
    """Two found no table, both made one, and one of them stopped."""
    for attempt in range(5):
        path = tmp_path / f"{attempt}.db"
        prepare(path)
        assert at_once(url_of(path), 6) == []
        with Ledger(url_of(path)) as ledger:
            assert {row.report.student for row in ledger.latest()} >= {f"student{number}" for number in range(6)}


def test_the_time_of_recording_is_utc(path: Path) -> None:
    with Ledger(url_of(path)) as ledger:
        ledger.record(REPORT, "a.ipynb")
        (only,) = ledger.all()
    assert only.recorded_at.tzinfo is UTC
    assert abs(datetime.now(UTC) - only.recorded_at) < timedelta(minutes=1)


def test_text_that_no_database_takes_is_recorded_all_the_same(path: Path) -> None:
    odd = replace(REPORT, student="caf\udce9", notes=(Note("note_edited", {"cells": ["\ud800 and \0"]}),))
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
        "max_score, recorded_at, source, report, attempt FROM gradings",
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
from autograder.grading.ledger import Ledger
from autograder.model.texts import AS_SAID, part
from autograder.model.verdict import Report, SubmissionOutcome

report = Report("s", "a", "en", SubmissionOutcome.GRADED, "0", "bank", "engine", 0)
with Ledger(sys.argv[1]) as ledger:
    number = 0
    while True:
        assert ledger.record(replace(report, submission=f"{sys.argv[2]}{number}"), "a.ipynb")
        print(number, flush=True)
        number += 1
"""


@pytest.mark.slow
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
    report = replace(REPORT, submission=os.urandom(8).hex(), notes=(Note("note_edited", {"cells": ["\0 \ud800"]}),))
    with Ledger(url) as ledger:
        assert ledger.record(report, "a.ipynb")
        assert not ledger.record(report, "b.ipynb")
        assert ledger.find(*key_of(report)) == report
        assert ledger.history(report.student, report.assignment)[-1].recorded_at.utcoffset() == timedelta(0)
        for statement in ("UPDATE gradings SET score = 9", "DELETE FROM gradings", "TRUNCATE gradings"):
            with ledger._engine.connect() as connection, pytest.raises(Exception, match="append-only"):
                connection.exec_driver_sql(statement)


@pytest.mark.skipif(SERVER is None, reason="needs PostgreSQL's server programs, which .ci/run installs")
def test_postgresql_first_runs_attempts_and_long_names(postgresql: str) -> None:
    assert at_once(postgresql, 6) == []
    odd = "\udce9" * 249  # 1494 letters as they are stored
    with Ledger(postgresql) as ledger:
        assert len(ledger.latest()) == 6
        for report in (FAILED, REPORT, replace(REPORT, student=odd)):
            report = replace(report, assignment="another")
            assert ledger.record(report, "a.ipynb")
            assert ledger.find(*key_of(report)) == report
        assert not ledger.record(replace(FAILED, assignment="another"), "a.ipynb")
        assert [row.report.outcome for row in ledger.latest("another")] == [SubmissionOutcome.GRADED] * 2
        for report in (LATER, REPORT, LATER):
            assert ledger.record(report, "a.ipynb")
            assert report in [row.report for row in ledger.latest()]
        assert ledger.as_of(datetime.now(UTC)) == ledger.latest()
    with Ledger(postgresql, create=False) as ledger:
        assert ledger.newest_number() >= 8


@pytest.mark.skipif(SERVER is None, reason="needs PostgreSQL's server programs, which .ci/run installs")
def test_postgresql_an_older_ledger_opens_and_goes_on(postgresql: str) -> None:
    engine = create_engine(postgresql)
    with engine.begin() as connection:
        connection.exec_driver_sql(OLD_TABLE.format(serial="SERIAL", time="TIMESTAMP WITH TIME ZONE"))
        connection.exec_driver_sql(OLD_INDEX)
        connection.exec_driver_sql(old_row().replace("%", "%%"))
        for statement in ledger_table._GUARDS["postgresql"]:
            connection.exec_driver_sql(statement)
    engine.dispose()
    assert at_once(postgresql, 4) == []
    with Ledger(postgresql) as ledger:
        assert ledger.find(*key_of(OLD)) == OLD
        assert ledger.record(REPORT, "new.ipynb")
        assert ledger.find(*key_of(REPORT)) == REPORT
        with ledger._engine.connect() as connection, pytest.raises(Exception, match="append-only"):
            connection.exec_driver_sql("DELETE FROM gradings")
