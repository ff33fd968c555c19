"""One submission's process, seen from the trusted side: requests, budgets, replies that may be hostile."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from autograder import plain
from autograder.sandbox import replies, watch, wire
from autograder.sandbox.limits import MIB, Limits
from autograder.sandbox.results import CallResult, CellResult, Description, SandboxUnavailable

_TICK = 0.05  # seconds between looks at memory and CPU time
_SHORTEST_TICK = 0.002
WALL_FACTOR, WALL_EXTRA = 4.0, 5.0  # a busy machine is not the student's fault; a sleeping cell still ends
_QUESTION_SECONDS = 5.0  # describe and value: a lookup, or a student's own __array__
_SCRATCH_TICKS = 5  # files are counted less often than memory
_SCRATCH_ENTRIES = 20_000
_END_SECONDS = 10.0  # the kernel takes milliseconds; a process in the middle of a large core takes longer

_Result = TypeVar("_Result")


class Over(Exception):
    """The worker was stopped, or had stopped, for this reason: a name of both CellStatus and CallStatus."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Session:
    """One submission's process and its descendants.  Close it, or use it as a context manager."""

    def __init__(self, data: socket.socket, status: socket.socket, limits: Limits, scratch: Path | None) -> None:
        self._data, self._status, self._limits, self._scratch = data, status, limits, scratch
        self._caps = wire.Caps(limits.header_bytes, limits.reply_bytes)
        self._pidfd = -1
        self._request = 0
        self._others = 0.0  # CPU seconds of the worker's own processes, when they were last looked at
        self.alive = False

    def open(self) -> None:
        """Wait until the worker is shut in and ready.  Raises SandboxUnavailable when it cannot be."""
        deadline = time.monotonic() + self._limits.start_seconds
        self._status.settimeout(self._limits.start_seconds)
        try:
            message, descriptors, _, _ = socket.recv_fds(self._status, 4096, 1)
        except OSError as error:
            raise SandboxUnavailable(f"no session was forked: {error}") from error
        if not descriptors:
            reason = json.loads(message).get("error") if message else "the process died at once"
            raise SandboxUnavailable(f"a session could not be isolated: {reason}")
        self._pidfd = descriptors[0]
        self._worker = watch.pid_of(self._pidfd)
        try:
            self._keeper = watch.parent(self._worker)
        except OSError as error:
            raise SandboxUnavailable("the session's process died at once") from error
        self._data.setblocking(False)
        self._poll = select.poll()
        self._poll.register(self._data, select.POLLIN)
        self._poll.register(self._pidfd, select.POLLIN)
        self.alive = True
        try:
            self._start_budget(deadline - time.monotonic())
            ready = wire.receive(self._data, self._caps, self._wait)
        except (wire.Closed, Over, plain.Malformed) as error:
            raise SandboxUnavailable("the session's process died before it was ready") from error
        if "error" in ready.message:
            raise SandboxUnavailable(f"a session could not be shut in: {ready.message['error']}")

    def run_cell(self, source: str, *, seconds: float, name: str = "cell") -> CellResult:
        """Run one cell as a notebook would.

        `seconds` is CPU time of all the session's processes, so that a busy machine punishes nobody; four times
        as much plus five seconds is allowed on the clock, for cells that wait.
        """
        message = {"op": "cell", "source": source, "name": name}
        return self._ask(message, [], seconds, replies.cell, replies.stopped_cell)

    def call(
        self,
        function: str,
        args: Sequence[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        seconds: float,
        writeable: bool = True,
        watch: bool = False,
    ) -> CallResult:
        """Call a function of the session with plain data; `seconds` as for `run_cell`.

        `function` is a global's name, a handle's number "#3", or a public attribute of a handle, "#3.predict".
        Arrays arrive as fresh copies, read-only with `writeable=False`.  `watch` returns the arguments as they
        were after the call.  What the call prints is dropped.
        """
        arrays: list[np.ndarray] = []
        packed = plain.pack((list(args), dict(kwargs or {})), arrays)
        message = {"op": "call", "function": function, "args": packed, "writeable": writeable, "watch": watch}
        return self._ask(message, arrays, seconds, replies.call, replies.stopped_call)

    def value(self, name: str) -> CallResult:
        """A global's value as plain data."""
        return self._ask({"op": "value", "name": name}, [], _QUESTION_SECONDS, replies.call, replies.stopped_call)

    def describe(self, name: str) -> Description:
        """What a global is; "missing" also when the session is dead."""
        message = {"op": "describe", "name": name}
        return self._ask(message, [], _QUESTION_SECONDS, replies.description, lambda *_: Description("missing"))

    def close(self) -> None:
        """End every process of the session.  Safe to call again."""
        self.alive = False
        if self._pidfd >= 0:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(self._pidfd, signal.SIGKILL)
            self._wait_until_gone()
            os.close(self._pidfd)
            self._pidfd = -1
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
        """The keeper hangs up when it has reaped everything."""
        self._status.settimeout(_END_SECONDS)
        with contextlib.suppress(OSError):
            while self._status.recv(4096):
                pass

    def _ask(
        self,
        message: dict[str, Any],
        arrays: list[np.ndarray],
        seconds: float,
        read: Callable[[wire.Frame, float], _Result],
        stopped: Callable[[str, float], _Result],
    ) -> _Result:
        """Send a request, wait for its reply within the budget, and read it; a dead session answers at once."""
        if not self.alive:
            return stopped("DIED", 0.0)
        self._request += 1
        buffers = wire.encode({**message, "id": self._request}, arrays)
        try:
            self._start_budget(seconds)
            wire.send(self._data, buffers, self._wait)
            reply = wire.receive(self._data, self._caps, self._wait)
            if reply.message.get("id") != self._request:
                raise plain.Malformed("a reply to another request")
            return read(reply, self._used())
        except Over as over:
            reason = over.reason
        except wire.Closed:
            reason = "DIED"
        except wire.TooLarge:
            reason = "TOO_LARGE"
        except plain.Malformed:
            reason = "MALFORMED"
        used = self._used()
        self.close()
        return stopped(reason, used)

    def _start_budget(self, seconds: float) -> None:
        now = time.monotonic()
        self._seconds = seconds
        self._latest = now + WALL_FACTOR * seconds + WALL_EXTRA
        self._next_look = now + _TICK
        self._looks = 0
        self._others_before = self._others
        self._cpu_before = self._clock()
        self._cpu_last = self._cpu_before

    def _clock(self) -> float:
        try:
            return watch.cpu_clock(self._worker)
        except OSError:
            return self._cpu_last

    def _used(self) -> float:
        self._cpu_last = self._clock()
        return self._cpu_last - self._cpu_before + self._others - self._others_before

    def _wait(self, events: int) -> None:
        """Return when the worker's socket is ready; raise Over when the worker is gone or its budget is spent."""
        self._poll.modify(self._data, events)
        while True:
            now = time.monotonic()
            if now >= self._next_look:
                self._look(now)
            ready = dict(self._poll.poll(max(0.0, self._next_look - now) * 1000))
            if self._data.fileno() in ready:
                return
            if self._pidfd in ready:
                raise Over("DIED")

    def _look(self, now: float) -> None:
        """Compare what the session uses with what it may use."""
        pids = watch.descendants(self._keeper)
        self._others = max(self._others, watch.cpu_seconds(pids) - self._clock())
        self._looks += 1
        used = self._used()
        if used >= self._seconds or now >= self._latest:
            raise Over("TIMEOUT")
        most = self._limits.memory_mb * MIB
        if watch.memory(pids, most) > most:
            raise Over("MEMORY")
        if self._scratch is not None and self._looks % _SCRATCH_TICKS == 0:
            size = watch.scratch_bytes(self._scratch, pids, most_entries=_SCRATCH_ENTRIES)
            if size > self._limits.tmp_mb * MIB:
                raise Over("DIED")
        left = min(self._seconds - used, self._latest - now, _TICK)
        self._next_look = now + max(left, _SHORTEST_TICK)


def _remove(folder: Path) -> None:
    """Remove a folder that student code filled: it may be too deep for Python, or closed to its owner."""
    try:
        shutil.rmtree(folder)
    except (OSError, RecursionError):
        subprocess.run(["chmod", "-R", "u+rwX", str(folder)], stderr=subprocess.DEVNULL, check=False)
        subprocess.run(["rm", "-rf", str(folder)], stderr=subprocess.DEVNULL, check=False)
