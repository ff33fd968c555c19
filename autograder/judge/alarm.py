"""A limit on the CPU time of trusted work: what is done with an answer may not cost more than the answer is worth."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class TooCostly(Exception):
    """The work took more CPU time than it may."""


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise TooCostly when the block has used `seconds` of this process's CPU time.

    It interrupts between bytecodes, so what one call of numpy may cost has to be bounded beforehand.  Signals are for
    the main thread; elsewhere there is no limit, nor is there one on Windows, where only `check` comes by.  An alarm
    that Python swallows, as it does in a callback of its garbage collection, rings again.
    """
    if threading.current_thread() is not threading.main_thread() or not hasattr(signal, "setitimer"):
        yield
        return

    def ring(*_: object) -> None:
        raise TooCostly

    before = signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
