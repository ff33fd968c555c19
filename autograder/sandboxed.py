"""The student's functions as an implementation: every call goes to the sandbox, under the exercise's budget."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograder.alarm import TooCostly, cpu_limit
from autograder.budget import Budget, Purse
from autograder.implementation import Called, Caller, CallFailed
from autograder.notebook_cells import StudentCell
from autograder.sandbox import CallResult, CallStatus, Session, longest
from autograder.unrun import defines

LAST_LINE = 200  # of a cell that is told; no answer is as long, and a larger "line" would be a message
TRUSTED_SECONDS = 10.0  # CPU of the grader for one case: milliseconds, but 0.2 for each of thousands of relayed calls


class Sandboxed(Caller):
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
        self._cpu = self._sleep = self._clock = 0.0

    @property
    def asks(self) -> int:
        """Calls of replaced functions so far."""
        return self._session.asks

    def begin(self, seconds: float) -> None:
        """Give the exercise `seconds` of CPU time for all its calls together, a pause, and a bounded time in all."""
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

    def call(self, name: str, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        """Call the student's function.  Raises CallFailed with the kind of failure."""
        if min(self._cpu, self._sleep, self._clock) <= 0:
            raise CallFailed("timeout", name)
        began = time.monotonic()
        result = self._session.call(
            name,
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
            raise self._failure(name, result)
        return Called(result.value, result.args_after)

    def _failure(self, name: str, result: CallResult) -> CallFailed:
        kind = result.status.lower()
        if result.status is CallStatus.FORBIDDEN and result.error_name not in self._forbids:
            kind = "raised"
        return CallFailed(kind, name, result.error_name, self._line(name, result))

    def _line(self, name: str, result: CallResult) -> int | None:
        """The line at which the error was raised, if it is one of the function's own cell."""
        for cell in self._cells:
            lines = min(cell.source.count("\n") + 1, LAST_LINE)
            if result.cell == cell.name and defines(cell.source, name):
                return result.line if result.line is not None and result.line <= lines else None
        return None
