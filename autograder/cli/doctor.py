"""Whether this machine can do all that grading takes: looked at before a class depends on it, each lack with a cure."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autograder.cli.installation import pip_command
from autograder.grading.modules import missing_modules
from autograder.model.bank import Bank, BankOutdated
from autograder.model.bank_files import load
from autograder.model.errors import UserError
from autograder.model.linux import require_linux
from autograder.model.needs import installed, pip_install

if TYPE_CHECKING:
    from autograder.sandbox import BackendReport  # Linux alone has one

OLDEST = (3, 11)
COMMANDS_NEED = ("nbformat", "IPython", "sqlalchemy", "jinja2", "latex2mathml")
ROOM_MB = 500  # eight graders' sessions may write 64 MB each; a class of 300 leaves some 50 MB of pages and ledger
SKEW = 120  # seconds: file servers' clocks are seldom further off


class Level(StrEnum):
    """Whether a person must, may or need not do something."""

    OK = "ok"
    REMARK = "remark"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: what was seen, and what to do where it is not as it should be."""

    name: str
    level: Level
    seen: str
    to_do: str = ""


@dataclass(frozen=True)
class Examination:
    """Everything that was looked at.  `rung` is the sandbox that grading takes here, if there is one."""

    checks: tuple[Check, ...]
    rungs: tuple[BackendReport, ...]
    rung: str | None

    @property
    def ok(self) -> bool:
        """True when nothing stands in the way of grading."""
        return all(check.level is not Level.PROBLEM for check in self.checks)

    def to_json(self) -> dict[str, Any]:
        """The examination as JSON data."""
        return {
            "ok": self.ok,
            "rung": self.rung,
            "rungs": [vars(rung) for rung in self.rungs],
            "checks": [asdict(check) for check in self.checks],
        }


_NO_RUNGS: tuple[BackendReport, ...] = ()


def examine(course: Path) -> Examination:
    """Look at the interpreter, the sandbox, the packages, the course's banks, room, rights and the clock."""
    try:
        require_linux("grading")
    except UserError as error:
        rungs, rung = _NO_RUNGS, None
        sandbox = [Check("sandbox", Level.PROBLEM, f"this is {platform.system() or sys.platform}", str(error))]
    else:
        rungs, rung, sandbox = _sandbox()
    banks, found = _banks(course)
    checks = (_python(), *sandbox, _packages(), *found, *_modules(banks), *_places(course), _clock(course))
    return Examination(checks, rungs, rung)


def _python() -> Check:
    version, place = platform.python_version(), sys.executable
    if sys.version_info < OLDEST:
        return Check("python", Level.PROBLEM, f"{version}, {place}", "use Python 3.11 or later")
    return Check("python", Level.OK, f"{version}, {place}")


def _sandbox() -> tuple[tuple[BackendReport, ...], str | None, list[Check]]:
    """What each rung answers: the first that works is taken, and a stronger one that does not is worth a remark."""
    from autograder.sandbox import probe

    rungs = tuple(probe())
    rung = next((report.name for report in rungs if report.works and report.confines), None)
    checks = []
    for report in rungs:
        if not report.confines:
            level, seen = Level.OK, f"{report.why}; only `--rung none` takes it"
        elif report.works:
            level, seen = Level.OK, f"{'in use' if report.name == rung else 'works too'}: {report.why}"
        else:
            level, seen = Level.REMARK if rung else Level.PROBLEM, report.why
        checks.append(Check(f"sandbox {report.name}", level, seen, report.advice))
    return rungs, rung, checks


def _packages() -> Check:
    missing = [package for package in COMMANDS_NEED if not installed(package)]
    if missing:
        return Check("packages", Level.PROBLEM, f"not installed: {', '.join(missing)}", pip_command("nbgrader"))
    if not installed("nbgrader"):
        seen = "nbgrader is not installed: grading does without it, a course and its gradebook do not"
        return Check("packages", Level.REMARK, seen, pip_command("nbgrader"))
    return Check("packages", Level.OK, "nbgrader and what the commands need are installed")


def _banks(course: Path) -> tuple[list[Bank], list[Check]]:
    """The banks at hand.  None is no fault where they can be made: nobody needs one to write a chapter."""
    folder = course / "bank"
    banks: list[Bank] = []
    checks = []
    for path in sorted(folder.glob("*/bank.json")):
        try:
            banks.append(load(path.parent))
        except BankOutdated as error:
            checks.append(Check("bank", Level.PROBLEM, str(error), f"autograder bank {path.parent.name}"))
    if banks:
        checks.append(Check("banks", Level.OK, ", ".join(bank.chapter for bank in banks)))
    elif (course / "solutions").is_dir():
        checks.append(Check("banks", Level.OK, f"none in {folder}: `autograder bank` makes them"))
    else:
        seen = f"none in {folder}, and no chapter of the kit's is graded without one"
        to_do = "bring bank/ here from where `autograder bank` made it, or name the folder that has it with --course"
        checks.append(Check("banks", Level.REMARK, seen, to_do))
    if os.name == "posix" and folder.is_dir() and banks and folder.stat().st_mode & stat.S_IROTH:
        seen = f"other users of this machine may read {folder}, which holds the hidden cases and the solutions"
        checks.append(Check("bank", Level.REMARK, seen, f"chmod -R go= {folder}"))
    return banks, checks


def _modules(banks: list[Bank]) -> Iterator[Check]:
    """What the chapters at hand import when they are graded."""
    missing = missing_modules(banks)
    for package, chapters in missing.items():
        seen = f"{package} is not installed, and {', '.join(chapters)} cannot be graded without it"
        yield Check("modules", Level.PROBLEM, seen, pip_install([package]))
    if banks and not missing:
        yield Check("modules", Level.OK, "everything that these chapters import is installed")


def _places(course: Path) -> Iterator[Check]:
    """Room, and the right to write, where sessions run and where results usually go."""
    for name, folder in (("temporary files", Path(tempfile.gettempdir())), ("here", Path.cwd()), ("course", course)):
        if name == "course" and folder.resolve() == Path.cwd():
            continue
        if name == "course" and not folder.is_dir():
            yield Check(name, Level.PROBLEM, f"there is no folder {folder}", "name the folder that holds bank/")
            continue
        try:
            free = shutil.disk_usage(folder).free // 2**20
            with tempfile.TemporaryFile(dir=folder):
                pass
        except OSError as error:
            to_do = "set TMPDIR to another folder" if name == "temporary files" else "name folders you may write to"
            level = Level.REMARK if name == "course" else Level.PROBLEM
            yield Check(name, level, f"{folder} cannot be written ({error.strerror})", to_do)
            continue
        if free < ROOM_MB:
            yield Check(name, Level.PROBLEM, f"{free} MB free in {folder}", f"make room: {ROOM_MB} MB at least")
        else:
            yield Check(name, Level.OK, f"{free:,} MB free in {folder}")


def _clock(course: Path) -> Check:
    """Due dates are compared with it.  A file from the future shows that it is behind, or that a file server's is."""
    files = [Path(__file__), *(course / "bank").glob("*/bank.json"), *(course / "solutions").glob("*/*.py")]
    newest = max(files, key=lambda file: file.stat().st_mtime)
    ahead = newest.stat().st_mtime - time.time()
    now = time.strftime("%Y-%m-%d %H:%M:%S %Z")
    if ahead > SKEW:
        seen = f"it is {now} here, and {newest} is from {ahead / 60:.0f} minutes later"
        return Check("clock", Level.PROBLEM, seen, "set the clock (timedatectl set-ntp true): late work depends on it")
    return Check("clock", Level.OK, now)
