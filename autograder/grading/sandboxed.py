"""The student's functions as an implementation: every call goes to the sandbox, under the exercise's budget."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograder.grading.budget import Budget, Purse
from autograder.grading.notebook_cells import StudentCell
from autograder.judge.alarm import TooCostly, cpu_limit
from autograder.judge.implementation import Implementation, Target, label_of, status_of_missing
from autograder.judge.unrun import defines
from autograder.model.calls import Called, CallFailed, CallStatus, Failure
from autograder.model.markers import Method
from autograder.sandbox import CallResult, Session, longest

LAST_LINE = 200  # of a cell that is told; no answer is as long, and a larger "line" would be a message
TRUSTED_SECONDS = 10.0  # CPU of the grader for one case: milliseconds, but 0.2 for each of thousands of relayed calls


class Sandboxed(Implementation):
    """Calls functions of a session's process.  A call that outlasts the budget ends the session.

    cells    the student's cells: a line is told only within the one that defines the called function.
    forbids  libraries that the exercise leaves out: any other name of a library would be a message too.
    """

    def __init__(
        self,
        session: Session,
        budget: Budget,
        purse: Purse,
        *,
        cells: Sequence[StudentCell] = (),
        forbids: Sequence[str] = (),
    ) -> None:
        self._session, self._budget, self._purse = session, budget, purse
        self._cells, self._forbids = cells, forbids
        self._begun = False
        self._cpu = self._sleep = self._clock = 0.0

    @property
    def asks(self) -> int:
        """Calls of replaced functions so far."""
        return self._session.asks

    def begin(self, seconds: float) -> None:
        """Give the exercise `seconds` of CPU time for all its calls together, a pause, and a bounded time in all."""
        self._begun = True
        self._cpu = seconds
        self._sleep = min(self._budget.pause, self._purse.sleep)
        self._clock = min(longest(seconds), self._purse.clock)

    @contextmanager
    def bounded(self) -> Iterator[None]:
        """End the session when what is done here with its answer costs more CPU time than any right answer."""
        try:
            with cpu_limit(TRUSTED_SECONDS):
                yield
        except TooCostly:
            self._session.close()  # it may have been interrupted in the middle of a frame
            raise

    def call(self, function: Target, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        """Call the student's function.  Raises CallFailed; RuntimeError before `begin`, a fault of ours."""
        if not self._begun:
            raise RuntimeError("the budget of the exercise has not begun")
        if min(self._cpu, self._sleep, self._clock) <= 0:
            raise CallFailed(Failure(CallStatus.TIMEOUT, label_of(function)))
        began = time.monotonic()
        result = self._session.call(
            str(function),
            args,
            seconds=self._cpu,
            waiting=self._sleep,
            clock=self._clock,
            writeable=writeable,
            watch=watch,
        )
        self._cpu -= result.seconds
        self._sleep -= result.waited
        self._clock -= time.monotonic() - began
        self._purse.pay(result)
        if result.status is not CallStatus.OK:
            raise CallFailed(self._failure(function, result))
        return Called(result.value, result.args_after)

    def _failure(self, function: Target, result: CallResult) -> Failure:
        status = result.status
        if status is CallStatus.FORBIDDEN and result.error_name not in self._forbids:
            status = CallStatus.RAISED
        elif status is CallStatus.MISSING:
            status = status_of_missing(function)
        return Failure(status, label_of(function), result.error_name, line=self._line(function, result))

    def _line(self, function: Target, result: CallResult) -> int | None:
        """The line at which the error was raised, if it is one of the cell that defines the function or its class."""
        name = function.handle.type_name if isinstance(function, Method) else function
        for cell in self._cells:
            lines = min(cell.source.count("\n") + 1, LAST_LINE)
            if result.cell == cell.name and defines(cell.source, name):
                return result.line if result.line is not None and result.line <= lines else None
        return None
