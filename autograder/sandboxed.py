"""The student's functions as an implementation: every call goes to the sandbox, under the exercise's budget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from autograder.alarm import TooCostly, cpu_limit
from autograder.implementation import Called, Caller, CallFailed
from autograder.sandbox import CallStatus, Session

TRUSTED_SECONDS = 5.0  # CPU of the grader for one case; observing and comparing a right answer takes milliseconds


class Sandboxed(Caller):
    """Calls functions of a session's process.  A call that outlasts the budget ends the session."""

    def __init__(self, session: Session, longest_cell: int) -> None:
        self._session = session
        self._longest_cell = longest_cell  # a larger "line" would be a message, not a line
        self._seconds = 0.0
        self.spent = 0.0  # CPU seconds of all calls so far

    def begin(self, seconds: float) -> None:
        """Give the exercise `seconds` of CPU time for all its calls together."""
        self._seconds = seconds

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
        if self._seconds <= 0:
            raise CallFailed("timeout", name)
        result = self._session.call(name, args, seconds=self._seconds, writeable=writeable, watch=watch)
        self._seconds -= result.seconds
        self.spent += result.seconds
        if result.status is not CallStatus.OK:
            line = result.line if result.line is not None and result.line <= self._longest_cell else None
            raise CallFailed(result.status.lower(), name, result.error_name, line)
        return Called(result.value, result.args_after)
