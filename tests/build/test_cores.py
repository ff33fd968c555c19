"""Several chapters at once, or several kinds of work on one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from support import COURSE, REPOSITORY, TINY

from autograder.build.cores import on_every_core
from autograder.chapter.chapter import Chapter

PATH = COURSE / "solutions" / TINY


def points(chapter: Chapter) -> float:
    return sum(entry.points for entry in chapter.exercises)


def process(chapter: Chapter) -> float:
    return os.getpid()


def fail(chapter: Chapter) -> float:
    raise ValueError(f"{chapter.id} cannot be worked on")


def sleep(chapter: Chapter) -> float:
    time.sleep(600)
    return 0.0


def test_every_kind_of_work_on_a_chapter_gives_its_result() -> None:
    (alone,) = on_every_core(points, [PATH])
    made = list(on_every_core((points, points), [PATH]))
    assert alone[1] > 0
    assert made == [alone, alone]


def test_one_kind_of_work_on_one_chapter_is_done_here_and_several_elsewhere() -> None:
    assert list(on_every_core(process, [PATH])) == [(PATH, os.getpid())]
    if len(os.sched_getaffinity(0)) > 1:
        assert os.getpid() not in [pid for _, pid in on_every_core((process, process), [PATH])]


def test_what_the_work_raises_is_raised_here() -> None:
    with pytest.raises(ValueError, match=f"{TINY} cannot be worked on"):
        list(on_every_core((sleep, fail), [PATH]))


def test_who_is_killed_leaves_nobody_at_work() -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one core: all work is done in the process itself")
    program = "import test_cores as t\nif __name__ == '__main__': list(t.on_every_core((t.sleep, t.sleep), [t.PATH]))"
    paths = [REPOSITORY, REPOSITORY / "tests", Path(__file__).parent]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}
    killed = subprocess.Popen([sys.executable, "-c", program], env=environment, stderr=subprocess.DEVNULL)
    try:
        workers: list[psutil.Process] = []
        until = time.monotonic() + 120
        while len(workers) < 3 and time.monotonic() < until:  # two, and multiprocessing's tracker
            workers = psutil.Process(killed.pid).children(recursive=True)
            time.sleep(0.1)
        assert len(workers) == 3
        time.sleep(1)
    finally:
        killed.terminate()
        killed.wait()
    _, alive = psutil.wait_procs(workers, timeout=60)
    assert [worker for worker in alive if worker.status() != psutil.STATUS_ZOMBIE] == []
