"""One submission's process, seen from the trusted side: requests, budgets, replies that may be hostile."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np

from autograder.model import plain
from autograder.model.calls import CallStatus
from autograder.model.markers import Function, Handle, Opaque, Record, Rng, Tensor
from autograder.model.tree import leaves
from autograder.sandbox import protocol, usage, wire
from autograder.sandbox.meter import Meter, Over
from autograder.sandbox.plan import Limits
from autograder.sandbox.protocol import Asked, CallResult, CellResult, Failed, Ready
from autograder.sandbox.unavailable import SandboxUnavailable

WAITING = 5.0  # seconds that a cell or call may sleep, unless it is told otherwise
CLOCK_FACTOR, CLOCK_EXTRA = 10.0, 10.0  # on the wall, by CPU budget: far more than a busy machine takes
_FILES_SECONDS = 15.0  # to write what fits into a session's folder, on a slow disk
_QUESTION_SECONDS = 5.0  # a lookup, or a student's own __array__
_MOST_ASKED = 100_000  # in one request; a fit of ten thousand steps asks for a loss and a gradient in each
_END_SECONDS = 10.0  # the kernel takes milliseconds; a process in the middle of a large core takes longer
_STAYS = (Handle, Record, Opaque, Rng, Tensor, Function)  # no plain data: it means something in one process alone

_Result = TypeVar("_Result", CellResult, CallResult)
_Budget: TypeAlias = tuple[float, float, float | None]  # CPU, sleep and clock, see `Session.run_cell`

Answer = Callable[[Asked, float], CallResult]
"""Answers a worker's call of a replaced function, within seconds of CPU."""


def longest(seconds: float) -> float:
    """Seconds on the clock in which `seconds` of CPU are to be had on the busiest machine."""
    return CLOCK_FACTOR * seconds + CLOCK_EXTRA


class Session:
    """One submission's process and its descendants.  Close it, or use it as a context manager."""

    def __init__(self, data: socket.socket, status: socket.socket, limits: Limits, scratch: Path | None) -> None:
        self._data, self._status, self._limits, self._scratch = data, status, limits, scratch
        self._caps = wire.Caps(limits.header_bytes, limits.reply_bytes)
        self._pidfd = -1
        self._request = 0
        self._own_delay = usage.OwnDelay()
        self._answers: dict[str, Answer] = {}  # by the replaced function
        self.asks = 0  # calls of replaced functions so far that got an answer
        self.alive = False

    def open(self) -> None:
        """Wait until the worker is shut in and ready.  Raises SandboxUnavailable when it cannot be."""
        deadline = time.monotonic() + self._limits.start_seconds
        self._status.settimeout(self._limits.start_seconds)
        try:
            message, descriptors = protocol.receive_packet(self._status, Ready, Failed, descriptors=1)
        except OSError as error:
            raise SandboxUnavailable(f"no session was forked: {error}") from error
        except wire.Closed as error:
            raise SandboxUnavailable("a session could not be isolated: the process died at once") from error
        if isinstance(message, Failed):
            raise SandboxUnavailable(f"a session could not be isolated: {message.error}")
        self._pidfd = descriptors[0]
        try:
            self._meter = Meter(usage.pid_of(self._pidfd), self._limits, self._scratch, self._own_delay)
        except OSError as error:
            raise SandboxUnavailable("the session's process died at once") from error
        self._data.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._data, select.POLLIN)
        self._poll.register(self._pidfd, select.POLLIN)
        self.alive = True
        try:
            left = deadline - time.monotonic()
            self._meter.start(left, left, left)
            ready, _ = protocol.decode(wire.receive(self._data, self._caps, self._wait), Ready, Failed)
        except (wire.Closed, Over, plain.Malformed) as error:
            raise SandboxUnavailable("the session's process died before it was ready") from error
        if isinstance(ready, Failed):
            raise SandboxUnavailable(f"a session could not be shut in: {ready.error}")

    def run_cell(
        self, source: str, *, seconds: float, waiting: float = WAITING, clock: float | None = None, name: str = "cell"
    ) -> CellResult:
        """Run one cell as a notebook would.

        `seconds` is CPU time of all the session's processes, so that a busy machine punishes nobody; `waiting` is
        how long it may sleep; `clock` bounds both together, by default as far as a very busy machine needs it.
        """
        return self._ask(protocol.RunCell(source, name), (seconds, waiting, clock), CellResult)

    def call(
        self,
        function: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        seconds: float,
        waiting: float = WAITING,
        clock: float | None = None,
        writeable: bool = True,
        watch: bool = False,
        generators: Sequence[int] | None = None,
    ) -> CallResult:
        """Call a function of the session with plain data; the budgets are as for `run_cell`.

        `function` is a global's name, a handle's number "#3", a public attribute of a handle, "#3.predict", or a step
        of an iterator, "#3.__next__", before which no generator is seeded anew.
        Arrays arrive as fresh copies, read-only with `writeable=False`.  `watch` returns the arguments as they
        were after the call.  What the call prints is dropped.

        With `generators` the call is one that another session asks for, see `Asked`: generators arrive in the
        state that is given and their states afterwards come back, and arrays without an axis arrive as scalars.
        """
        places = None if generators is None else tuple(generators)
        request = protocol.Call(function, tuple(args), dict(kwargs or {}), writeable, watch, places)
        return self._ask(request, (seconds, waiting, clock), CallResult)

    def replace(self, functions: Sequence[str], answer: Answer) -> None:
        """From now on calls of these globals are answered by `answer`; adds to what was replaced before.

        Whatever in the session calls such a global gets that answer; nothing of how it comes about is there.
        """
        self._answers |= dict.fromkeys(functions, answer)
        self._ask(protocol.Replace(tuple(functions)), (_QUESTION_SECONDS, WAITING, None), CallResult)

    def value(self, name: str) -> CallResult:
        """A global's value as plain data."""
        return self._ask(protocol.GetValue(name), (_QUESTION_SECONDS, WAITING, None), CallResult)

    def put_files(self, files: Mapping[str, bytes]) -> None:
        """Write files into the session's folder, by relative path.

        Raises SandboxUnavailable where there is no room for them.
        """
        contents = {name: np.frombuffer(content, np.uint8) for name, content in files.items()}
        result = self._ask(protocol.PutFiles(contents), (_FILES_SECONDS, _FILES_SECONDS, None), CallResult)
        if result.status is not CallStatus.OK:
            raise SandboxUnavailable(f"the files beside a notebook could not be written ({result.error_name})")

    def close(self) -> None:
        """End every process of the session.  Safe to call again."""
        self.alive = False
        if self._pidfd >= 0:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            self._wait_until_gone()
            os.close(self._pidfd)
            self._pidfd = -1
        self._own_delay.close()
        self._data.close()
        self._status.close()
        if self._scratch is not None:
            _remove(self._scratch)
            self._scratch = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wait_until_gone(self) -> None:
        """The supervisor hangs up when it has reaped everything."""
        self._status.settimeout(_END_SECONDS)
        with contextlib.suppress(OSError):
            while self._status.recv(4096):
                pass

    def _ask(self, request: protocol.Request, budget: _Budget, kind: type[_Result]) -> _Result:
        """Send a request and wait for its result within the budget; a dead session answers at once."""
        if not self.alive:
            return kind.stopped(CallStatus.DIED, 0.0, 0.0)
        self._request += 1
        buffers = wire.encode(protocol.encode(request, self._request))
        seconds, waiting, clock = budget
        try:
            self._meter.start(seconds, waiting, longest(seconds) if clock is None else clock)
            wire.send(self._data, buffers, self._wait)
            result = self._reply(kind)
            return replace(result, seconds=self._meter.used(), waited=self._meter.waited())
        except Over as over:
            status = over.status
        except wire.Closed:
            status = CallStatus.DIED
        except wire.TooLarge:
            status = CallStatus.TOO_LARGE
        except plain.Malformed:
            status = CallStatus.MALFORMED
        except BaseException:  # the answer to a call failed: the worker waits for it, and is of no more use
            self.close()
            raise
        used, waited = self._meter.used(), self._meter.waited()
        self.close()
        return kind.stopped(status, used, waited)

    def _reply(self, kind: type[_Result]) -> _Result:
        """The result; calls of replaced functions that come before it are answered."""
        asked = 0
        while True:
            message, request = protocol.decode(wire.receive(self._data, self._caps, self._wait), kind, Asked)
            if not isinstance(message, Asked):
                if request != self._request:
                    raise plain.Malformed("a reply to another request")
                return message
            asked += 1
            if asked > _MOST_ASKED:
                raise Over(CallStatus.TIMEOUT)
            self._relay(message)

    def _relay(self, asked: Asked) -> None:
        """Answer one call of a replaced function.  Anything may have asked, but only for what is replaced."""
        began = time.monotonic()
        answer = self._answers.get(asked.function)
        if answer is None:
            raise plain.Malformed("no such function is replaced")
        left = self._meter.left()
        if left <= 0:
            raise Over(CallStatus.TIMEOUT)
        if _travels((asked.args, asked.kwargs)):
            self.asks += 1
            result = answer(asked, left)
        else:
            result = CallResult(CallStatus.RAISED, error_name="TypeError")
        self._meter.elsewhere(result.seconds, time.monotonic() - began)
        if result.status in (CallStatus.TIMEOUT, CallStatus.DIED, CallStatus.MEMORY):
            raise Over(result.status)
        wire.send(self._data, wire.encode(protocol.encode(_told(result))), self._wait)

    def _wait(self, events: int) -> None:
        """Return when the worker's socket is ready; raise Over when the worker is gone or its budget is spent."""
        self._poll.modify(self._data, events)
        while True:
            now = time.monotonic()
            if now >= self._meter.next_look:
                self._meter.look(now)
            ready = dict(self._poll.poll(max(0.0, self._meter.next_look - now) * 1000))
            if self._data.fileno() in ready:
                return
            if self._pidfd in ready:
                raise Over(CallStatus.DIED)


def _travels(value: Any) -> bool:
    """Whether all of a value means the same in another process."""
    return not any(isinstance(part, _STAYS) for part in leaves(value, is_leaf=lambda part: isinstance(part, _STAYS)))


def _told(result: CallResult) -> CallResult:
    """What is told of a right function's result: a value, or the class name of an exception."""
    if result.status is CallStatus.OK and _travels(result.value):
        return result
    names = {CallStatus.RAISED: result.error_name, CallStatus.SIGNATURE: "TypeError"}
    return CallResult(CallStatus.RAISED, error_name=names.get(result.status, "RuntimeError"))


def _remove(folder: Path) -> None:
    """Remove a folder that student code filled: it may be too deep for Python, or closed to its owner."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        subprocess.run(["chmod", "-R", "u+rwX", str(folder)], stderr=subprocess.DEVNULL, check=False)
        subprocess.run(["rm", "-rf", str(folder)], stderr=subprocess.DEVNULL, check=False)
