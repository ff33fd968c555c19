"""Work on several chapters: as many at once as there are cores, each in a process of its own."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


def on_every_core(work: Callable[[Path], Result], chapters: Sequence[Path]) -> Iterator[tuple[Path, Result]]:
    """What `work`, which other processes must be able to import, gives for the folder of each chapter, as it comes.

    One chapter alone is worked on here.  What `work` raises is raised here, and ends the others.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    at_once = min(len(chapters), cores)
    if at_once < 2:
        yield from ((path, work(path)) for path in chapters)
        return
    longest_first = sorted(chapters, key=lambda path: -sum(file.stat().st_size for file in path.glob("*.py")))
    with multiprocessing.get_context("spawn").Pool(at_once, _leave_interrupts_to_the_parent) as pool:
        yield from pool.imap_unordered(functools.partial(_named, work), longest_first)


def _named(work: Callable[[Path], Result], path: Path) -> tuple[Path, Result]:
    return path, work(path)


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
