"""A notebook as a file of tests: graded once, when the first of them runs, by grader process and sandbox as ever."""

from __future__ import annotations

import functools
import sys
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from autograder.cli.bank_folder import BankFolder
from autograder.cli.grade import grade_class
from autograder.grading.hand_ins import Job, find
from autograder.grading.intake import SubmissionUnreadable, take
from autograder.grading.notebook import NotebookUnreadable, read_notebook
from autograder.grading.notebook_lines import lines_of_answers
from autograder.grading.submission import read_submission
from autograder.model.bank import Bank
from autograder.model.bank_files import outline
from autograder.model.errors import UserError
from autograder.model.linux import require_linux
from autograder.model.texts import LANGUAGES, sentence
from autograder.report import one_line
from autograder.report.as_tests import AsTest, Kind, tests_of

_OWN_REPORTS = "autograder-notebooks"  # the plugin that says where a skipped exercise stands


class NotGraded(UserError):
    """There is no verdict: a fault of ours, of the bank or of the file."""


class NotRight(Exception):
    """An exercise that has not passed; the message is what feedback says."""


def says_that_it_is_one_of(path: Path, bank_dir: Path) -> bool:
    """Whether a notebook's own metadata name an assignment that has a bank there."""
    try:
        assignment = read_notebook(take(path).content).assignment
    except NotebookUnreadable:
        return False
    return assignment in {bank.parent.name for bank in bank_dir.glob("*/bank.json")}


class NotebookFile(pytest.File):
    """A submission.  `bank_dir` is the folder of the banks."""

    def __init__(self, *, bank_dir: Path, **node: Any) -> None:
        super().__init__(**node)
        self._bank_dir = bank_dir

    def collect(self) -> Iterator[ExerciseItem]:
        """A test for each exercise, question and test cell, in the order of the lesson; nothing runs yet."""
        try:
            job, bank = self._assignment()
        except UserError as error:
            raise self.CollectError(str(error)) from None
        plugins = self.config.pluginmanager
        if not plugins.has_plugin(_OWN_REPORTS):
            plugins.register(sys.modules[__name__], _OWN_REPORTS)
        names = list(bank.titles())
        lines = lines_of_answers(job.take().content, names)
        for name in names:
            yield ExerciseItem.from_parent(self, name=name, line=lines.get(name))

    def _assignment(self) -> tuple[Job, Bank]:
        """The job of grading it, and an outline of its bank.  Raises UserError."""
        if not self._bank_dir.is_dir():
            raise NotGraded(
                f"{self.path.name}: there is no folder of banks {self._bank_dir}; name it with --autograder-bank, or "
                "with autograder_bank in the ini file"
            )
        shelf = BankFolder(self._bank_dir.parent, path=self._bank_dir)
        hand_ins = find([self.path], shelf.assignments, about=shelf.about)
        if not hand_ins.jobs:
            raise NotGraded(f"{self.path.name} is nbgrader's: `nbgrader autograde` grades it")
        (job,) = hand_ins.jobs
        name = job.assignment or job.about
        outlines = [outline(folder) for chapter, folder in shelf.folders.items() if name in ("", chapter)]
        try:
            return job, read_submission(job.take(), outlines, job.assignment)[1]
        except SubmissionUnreadable as fault:
            why = sentence(fault.note, LANGUAGES[0])
            raise NotGraded(f"{self.path.name}: {why} (The banks are in {self._bank_dir}.)") from None

    def result_of(self, name: str) -> AsTest:
        """What came of one exercise.  Raises UserError where nothing could be graded."""
        verdicts = self._verdicts
        if isinstance(verdicts, UserError):
            raise verdicts
        if name not in verdicts:  # the whole submission has one verdict
            raise NotGraded(_lines(*(line for test in verdicts.values() for line in test.lines)))
        return verdicts[name]

    @functools.cached_property
    def _verdicts(self) -> Mapping[str, AsTest] | UserError:
        """The verdict on each exercise; a UserError is kept too, so that no exercise tries again in vain."""
        try:
            require_linux("grading")
            graded = grade_class(
                [self.path], None, course=self._bank_dir.parent, bank_dir=self._bank_dir, workers=1, rung="auto",
                ledger=None, gradebook=None, console=Console(quiet=True),
            )  # fmt: skip
        except UserError as error:
            return error
        return {test.name: test for test in tests_of(graded.standings[0], graded.titles)}


class ExerciseItem(pytest.Item):
    """An exercise as a test: right passes; a fault of ours is an error; what a person must mark is skipped.

    `line` is where its answer stands in the file, from 1.
    """

    def __init__(self, *, line: int | None, **node: Any) -> None:
        super().__init__(**node)
        self.line = line

    def setup(self) -> None:
        """Have the notebook graded, and note the points.  Raises UserError: pytest calls that an error."""
        assert isinstance(self.parent, NotebookFile)
        self._result = result = self.parent.result_of(self.name)
        if result.kind is Kind.ERROR:
            raise NotGraded(_lines(*result.lines))
        if result.item is not None:
            self.user_properties += [
                ("title", result.title), ("points", result.item.points), ("max_points", result.item.max_points),
            ]  # fmt: skip

    def runtest(self) -> None:
        """Tell the verdict.  Raises NotRight, or skips."""
        if self._result.kind is Kind.SKIPPED:
            pytest.skip(one_line(self._result.message))
        if self._result.kind is Kind.FAILED:
            raise NotRight(_lines(f"{self._result.title}: {self._result.points}", *self._result.lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The explanation alone: where in the grader it was raised concerns nobody."""
        if isinstance(excinfo.value, (NotRight, UserError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the answer stands; pytest counts lines from 0."""
        return self.path, self.line - 1 if self.line else None, self.name


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A skipped exercise stands in its notebook, not here; an error is its sentence, in setup too."""
    report = yield
    if isinstance(item, ExerciseItem) and call.excinfo is not None and isinstance(call.excinfo.value, UserError):
        report.longrepr = str(call.excinfo.value)
    if isinstance(item, ExerciseItem) and report.skipped and isinstance(report.longrepr, tuple):
        report.longrepr = (str(item.path), item.line or 1, report.longrepr[2])
    return report


def _lines(*lines: str) -> str:
    return "\n".join(map(one_line, lines))
