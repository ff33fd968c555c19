"""Ctrl-C, where it has to wait a moment."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator


@contextlib.contextmanager
def held() -> Iterator[None]:
    """A Ctrl-C in here counts when it is over: what is half started or half imported would answer with a traceback.

    Libraries in C++ even end the whole process when an import of theirs is interrupted.
    """
    if threading.current_thread() is not threading.main_thread():  # which alone hears Ctrl-C
        yield
        return
    heard: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if heard:
        raise KeyboardInterrupt
