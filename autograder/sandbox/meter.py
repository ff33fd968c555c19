"""What a session's processes use during one request, held against what they may use."""

from __future__ import annotations

import time
from pathlib import Path

from autograder.model.calls import CallStatus
from autograder.sandbox import usage
from autograder.sandbox.plan import MIB, Limits

_TICK = 0.05  # seconds between looks at memory and CPU time
_SHORTEST_TICK = 0.002
_BUSY = 4  # where the kernel does not count time without a processor: how much slower a busy machine may be
_UNNOTICED = 0.005  # an idle time below this is the way of a message between two processes on a busy machine
_MESSAGES = 0.0005  # of a question and its answer, between three processes
_SCRATCH_TICKS = 5  # files are counted less often than memory
_SCRATCH_ENTRIES = 20_000


class Over(Exception):
    """The worker was stopped, or had stopped."""

    def __init__(self, status: CallStatus) -> None:
        super().__init__(status)
        self.status = status


class Meter:
    """Three clocks of a worker and its processes: CPU, waiting, and the one on the wall.

    Waiting is time on the wall in which the session neither computed nor was kept from it by a busy machine: it
    slept.  So a busy machine punishes nobody, and sleeping is not free.
    """

    def __init__(self, worker: int, limits: Limits, scratch: Path | None, own_delay: usage.OwnDelay) -> None:
        self._worker, self._limits, self._scratch = worker, limits, scratch
        self._supervisor = usage.parent(worker)
        self._others = 0.0  # CPU seconds of the worker's own processes, when they were last looked at
        self._delay = 0.0  # seconds without a processor, when they were last looked at
        self._cpu_last = 0.0
        self._own_delay = own_delay

    def start(self, seconds: float, waiting: float, clock: float) -> None:
        """A request begins: it may use `seconds` of CPU, wait for `waiting` seconds and take `clock` in all."""
        self._seconds, self._waiting = seconds, waiting
        self._began = time.monotonic()
        self._latest = self._began + clock
        self.next_look = self._began + _TICK
        self._looks = 0
        self._others_before, self._delay_before = self._others, self._delay
        self._own_delay_before = self._own_delay.read()
        self._elsewhere_cpu = self._elsewhere_clock = 0.0
        self._cpu_before = self._clock()
        self._cpu_last = self._cpu_before

    def elsewhere(self, cpu: float, clock: float) -> None:
        """The worker waited for an answer from outside, whose CPU time is the request's too."""
        self._elsewhere_cpu += cpu
        self._elsewhere_clock += clock + _MESSAGES

    def _clock(self) -> float:
        try:
            return usage.cpu_clock(self._worker)
        except OSError:
            return self._cpu_last

    def used(self) -> float:
        """CPU seconds of this request so far."""
        self._cpu_last = self._clock()
        return self._cpu_last - self._cpu_before + self._others - self._others_before + self._elsewhere_cpu

    def left(self) -> float:
        """CPU seconds that this request may still use."""
        return self._seconds - self.used()

    def waited(self, pids: list[int] | None = None) -> float:
        """Seconds of this request so far in which the session slept."""
        used = self.used() - self._elsewhere_cpu
        idle = time.monotonic() - self._began - used - self._elsewhere_clock
        if idle < _UNNOTICED:
            return 0.0
        idle -= self._own_delay.read() - self._own_delay_before  # the grader too may be kept from reading a reply
        delay = usage.delayed(usage.descendants(self._supervisor) if pids is None else pids)
        if delay is None:
            return max(idle - (_BUSY - 1) * used, 0.0)
        self._delay = max(self._delay, delay)
        return max(idle - (self._delay - self._delay_before), 0.0)

    def look(self, now: float) -> None:
        """Compare what the session uses with what it may use; raises Over."""
        pids = usage.descendants(self._supervisor)
        self._others = max(self._others, usage.cpu_seconds(pids) - self._clock())
        self._looks += 1
        used, waited = self.used(), self.waited(pids)
        if used >= self._seconds or waited >= self._waiting or now >= self._latest:
            raise Over(CallStatus.TIMEOUT)
        most = self._limits.memory_mb * MIB
        if usage.memory(pids, most) > most:
            raise Over(CallStatus.MEMORY)
        if self._scratch is not None and self._looks % _SCRATCH_TICKS == 0:
            size = usage.scratch_bytes(self._scratch, pids, most_entries=_SCRATCH_ENTRIES)
            if size > self._limits.tmp_mb * MIB:
                raise Over(CallStatus.DIED)
        left = min(self._seconds - used, self._waiting - waited, self._latest - now, _TICK)
        self.next_look = now + max(left, _SHORTEST_TICK)
