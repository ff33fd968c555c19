"""Trusted work on one answer may cost only so much CPU time."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from autograder.judge.alarm import TooCostly, cpu_limit


def work(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_work_is_stopped_at_its_limit() -> None:
    started = time.process_time()
    with pytest.raises(TooCostly), cpu_limit(0.1):
        work(30)
    assert time.process_time() - started < 10


def test_waiting_costs_nothing_and_nothing_rings_afterwards() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with cpu_limit(0.1):
        time.sleep(0.3)
    work(0.3)
    assert signal.getsignal(signal.SIGPROF) is before


def test_a_thread_has_no_limit_and_no_error() -> None:
    done: list[bool] = []

    def run() -> None:
        with cpu_limit(0.01):
            work(0.05)
        done.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert done == [True]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_alarm_that_is_swallowed_rings_again() -> None:
    class Callback:
        def __del__(self) -> None:
            while True:  # Python prints what a destructor raises, and goes on
                pass

    def swallow_the_first() -> None:
        Callback()
        work(30)

    with pytest.raises(TooCostly), cpu_limit(0.05):
        swallow_the_first()
