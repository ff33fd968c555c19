"""Work on several chapters: as many at once as there are cores, each in a process of its own."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from autograder.chapter.chapter import Chapter, load_chapter
from autograder.model.orphans import end_with_parent

Result = TypeVar("Result")


def on_every_core(
    work: Callable[[Chapter], Result] | Sequence[Callable[[Chapter], Result]], chapters: Sequence[Path]
) -> Iterator[tuple[Path, Result]]:
    """Each chapter's folder with what `work`, which other processes must be able to import, gives, as it comes.

    Several kinds of work on a chapter do not wait for each other.  One chapter with one kind is worked on here.  What
    `work` raises is raised here, and ends the others.
    """
    kinds = [work] if callable(work) else work
    longest_first = sorted(chapters, key=lambda path: -sum(file.stat().st_size for file in path.glob("*.py")))
    jobs = [(kind, path) for path in longest_first for kind in kinds]
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    at_once = min(len(jobs), cores)
    if at_once < 2:
        yield from map(_done, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(at_once, _live_by_the_parent) as pool:
        yield from pool.imap_unordered(_done, jobs)


def _done(job: tuple[Callable[[Chapter], Result], Path]) -> tuple[Path, Result]:
    work, path = job
    return path, work(load_chapter(path))


def _live_by_the_parent() -> None:
    """Ctrl-C is the parent's, and killed it leaves nobody behind."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end_with_parent()
