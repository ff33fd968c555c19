"""Grading one submission: run its cells in the sandbox, judge every exercise, say what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from autograder.grading.as_released import BankSource
from autograder.grading.budget import Budget
from autograder.grading.intake import Intake, SubmissionUnreadable, take
from autograder.grading.modules import modules_of, require_modules, welcome_modules
from autograder.grading.student_process import usually_left_out
from autograder.grading.submission import named_assignment, read_submission, unreadable_report
from autograder.grading.verdicts import Grading
from autograder.model.bank import Bank
from autograder.model.verdict import Report
from autograder.sandbox import Limits, Sandbox, SandboxUnavailable

__all__ = ["Budget", "grade_file", "grade_intake", "grade_notebook", "open_sandbox"]

REPLY_BYTES = 8 * 2**20  # a whole answer; the largest right one, the parameters of a net, has 40 kB


def open_sandbox(banks: Sequence[Bank], rung: str = "auto") -> Sandbox:
    """A sandbox warmed with every module that setup cells and solutions import, ready for most of the exercises.

    Raises ModulesMissing where one is not installed, and SandboxUnavailable.
    """
    require_modules(banks)
    limits, left_out = Limits(reply_bytes=REPLY_BYTES), usually_left_out(banks)
    needed, welcome = modules_of(banks), welcome_modules(banks)
    try:
        return Sandbox(rung, preload=tuple(dict.fromkeys((*needed, *welcome))), limits=limits, left_out=left_out)
    except SandboxUnavailable:
        if not welcome:
            raise
        return Sandbox(rung, preload=needed, limits=limits, left_out=left_out)  # one of them does not stand a fork


def grade_file(
    path: Path,
    banks: Sequence[Bank],
    sandbox: Sandbox,
    *,
    student: str,
    assignment: str = "",
    inside: Path | None = None,
    budget: Budget | None = None,
) -> Report:
    """Grade the notebook at `path`, taken in as `intake.take` does."""
    return grade_intake(take(path, inside), banks, sandbox, student=student, assignment=assignment, budget=budget)


def grade_intake(
    taken: Intake,
    banks: Sequence[Bank],
    sandbox: Sandbox,
    *,
    student: str,
    assignment: str = "",
    budget: Budget | None = None,
) -> Report:
    """Grade one notebook.  Every fault of the notebook is an outcome or a note; every fault of ours GRADER_ERROR."""
    try:
        submission, bank = read_submission(taken, banks, assignment, student)
    except SubmissionUnreadable as fault:
        return unreadable_report(fault, student, assignment or taken.path.stem)
    return Grading(submission, bank, sandbox, budget or Budget()).report(student)


def grade_notebook(
    taken: Intake,
    *,
    bank_dir: Path,
    student: str,
    assignment: str = "",
    release: Path | None = None,
    full_sources: Mapping[str, str] | None = None,
) -> Report:
    """Grade one notebook in a sandbox of its own: for nbgrader's autograde, which calls once a notebook.

    `release` is the notebook that the course has released of `assignment`, `full_sources` are as for `as_released`.
    Reads the bank that it needs: of the assignment, or of what the notebook says that it is.  Raises BankOutdated and
    ReleaseUnusable.
    """
    known = sorted(folder.name for folder in bank_dir.iterdir() if folder.is_dir())
    wanted = assignment or named_assignment(taken, known)
    needed = [name for name in known if name == wanted] if wanted else known
    banks = [BankSource(bank_dir / name, release, full_sources or {}).load() for name in needed]
    with open_sandbox(banks) as sandbox:
        return grade_intake(taken, banks, sandbox, student=student, assignment=assignment)
