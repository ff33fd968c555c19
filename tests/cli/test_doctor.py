"""`autograder doctor` looks at all that grading takes, and says what to do in words that are not cut."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import REPOSITORY, TINY

from autograder.cli import doctor
from autograder.cli.doctor import Check, Level, examine
from autograder.model.bank import Bank, BankedCell
from autograder.model.bank_files import save
from autograder.sandbox import BackendReport


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch, course_copy: Path) -> Callable[[], dict[str, Check]]:
    """The checks of a course by name; trying the sandbox is another test's."""
    monkeypatch.setattr(doctor, "_sandbox", lambda: ((), None, []))
    monkeypatch.chdir(course_copy)
    return lambda: {check.name: check for check in examine(course_copy).checks}


def test_a_machine_that_can_grade_is_told_so(checks: Callable[[], dict[str, Check]]) -> None:
    found = checks()
    assert list(found) == ["python", "packages", "banks", "bank", "modules", "temporary files", "here", "clock"]
    assert {check.level for check in found.values()} <= {Level.OK, Level.REMARK}
    assert found["banks"].seen == TINY


@pytest.mark.parametrize(("sources", "level"), [(True, Level.OK), (False, Level.REMARK)])
def test_no_bank_is_a_lack_where_none_can_be_made(tmp_path: Path, sources: bool, level: Level) -> None:
    if sources:
        (tmp_path / "solutions").mkdir()
    banks, (found,) = doctor._banks(tmp_path)
    assert (banks, found.level) == ([], level)
    assert bool(found.to_do) is not sources


def test_a_course_that_is_not_there_is_a_problem(checks: Callable[[], dict[str, Check]], tmp_path: Path) -> None:
    found = {check.name: check for check in examine(tmp_path / "mistyped").checks}["course"]
    assert (found.level, found.seen) == (Level.PROBLEM, f"there is no folder {tmp_path / 'mistyped'}")


def test_a_module_that_a_bank_at_hand_needs_is_named(
    checks: Callable[[], dict[str, Check]], course_copy: Path, bank: Bank
) -> None:
    cells = (*bank.cells, BankedCell("more", "setup", {"en": "import no_such_module", "zh": ""}))
    save(replace(bank, cells=cells), course_copy / "bank" / TINY)
    found = checks()["modules"]
    assert (found.level, found.to_do) == (Level.PROBLEM, "pip install no_such_module")
    assert TINY in found.seen


def test_a_bank_that_cannot_be_read_or_that_others_may_read(
    checks: Callable[[], dict[str, Check]], course_copy: Path
) -> None:
    (course_copy / "bank").chmod(0o755)
    assert checks()["bank"].to_do == f"chmod -R go= {course_copy / 'bank'}"
    (course_copy / "bank").chmod(0o700)
    assert "bank" not in checks()
    (course_copy / "bank" / TINY / "bank.json").write_text("{")
    found = checks()["bank"]
    assert (found.level, found.to_do) == (Level.PROBLEM, f"autograder bank {TINY}")


def test_a_clock_that_is_behind_is_seen_by_a_file_from_the_future(
    checks: Callable[[], dict[str, Check]], course_copy: Path
) -> None:
    later = time.time() + 3600
    os.utime(course_copy / "bank" / TINY / "bank.json", (later, later))
    found = checks()["clock"]
    assert found.level is Level.PROBLEM
    assert "from 60 minutes later" in found.seen


def test_a_full_or_closed_place_is_named(
    checks: Callable[[], dict[str, Check]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "ROOM_MB", 10**12)
    assert "make room" in checks()["temporary files"].to_do
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    assert checks()["temporary files"].to_do == "set TMPDIR to another folder"


def test_what_is_not_installed_is_named_with_the_command(
    checks: Callable[[], dict[str, Check]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "COMMANDS_NEED", ("nbgrader", "no_such_module"))
    found = checks()["packages"]
    assert (found.level, found.seen) == (Level.PROBLEM, "not installed: no_such_module")
    assert found.to_do.startswith("pip install ")


@pytest.mark.parametrize(
    ("landlock", "level", "ok"), [(True, Level.REMARK, True), (False, Level.PROBLEM, False)], ids=["one", "none"]
)
def test_a_missing_rung_is_a_problem_where_no_other_works(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, landlock: bool, level: Level, ok: bool
) -> None:
    reports = [
        BackendReport("bubblewrap", False, "bwrap is not installed", "install bubblewrap"),
        BackendReport("landlock", landlock, "seen", "" if landlock else "another kernel"),
        BackendReport("none", True, "not a sandbox", confines=False),
    ]
    monkeypatch.setattr("autograder.sandbox.probe", lambda: reports)
    found = examine(tmp_path)
    checks = {check.name: check for check in found.checks}
    assert (checks["sandbox bubblewrap"].level, found.ok) == (level, ok)
    assert found.rung == ("landlock" if landlock else None)
    assert checks["sandbox none"].seen == "not a sandbox; only `--rung none` takes it"


def test_advice_stands_once_and_whole(tmp_path: Path) -> None:
    arguments = [sys.executable, "-m", "autograder", "doctor"]
    settings = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PATH": "/nowhere", "COLUMNS": "60"}
    done = subprocess.run(arguments, cwd=tmp_path, env=settings, capture_output=True, text=True, timeout=120)
    advice = "to do: install bubblewrap (on Debian or Ubuntu: apt-get install bubblewrap; on Fedora: dnf install "
    assert done.stdout.count("install bubblewrap (") == 1
    assert any(line.strip().startswith(advice) for line in done.stdout.splitlines()), done.stdout
    data = json.loads(subprocess.run([*arguments, "--json"], cwd=tmp_path, env=settings, capture_output=True, text=True,
                                     timeout=120).stdout)  # fmt: skip
    assert set(data) == {"ok", "rung", "rungs", "checks"}
    assert data["ok"] is (done.returncode == 0)
