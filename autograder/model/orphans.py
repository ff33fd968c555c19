"""Processes that end when the one that started them is killed."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import wait


def end_with_parent(close: Callable[[], object] = lambda: None) -> None:
    """When the parent of this process of `multiprocessing` is gone, call `close` and end at once."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        assert parent is not None
        wait([parent.sentinel])
        close()
        os._exit(1)

    if parent is not None:
        threading.Thread(target=watch, daemon=True).start()
