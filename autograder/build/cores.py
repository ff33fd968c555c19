"""Work on several chapters: as many at once as there are cores, each in a process of its own."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from autograder.chapter.chapter import Chapter, load_chapter

Result = TypeVar("Result")


def on_every_core(work: Callable[[Chapter], Result], chapters: Sequence[Path]) -> Iterator[tuple[Path, Result]]:
    """Each chapter's folder with what `work`, which other processes must be able to import, gives, as it comes.

    One chapter alone is worked on here.  What `work` raises is raised here, and ends the others.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    at_once = min(len(chapters), cores)
    if at_once < 2:
        yield from (_loaded_and(work, path) for path in chapters)
        return
    longest_first = sorted(chapters, key=lambda path: -sum(file.stat().st_size for file in path.glob("*.py")))
    with multiprocessing.get_context("spawn").Pool(at_once, _leave_interrupts_to_the_parent) as pool:
        yield from pool.imap_unordered(functools.partial(_loaded_and, work), longest_first)


def _loaded_and(work: Callable[[Chapter], Result], path: Path) -> tuple[Path, Result]:
    return path, work(load_chapter(path))


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
