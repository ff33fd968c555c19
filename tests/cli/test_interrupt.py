"""Ctrl-C at whatever moment: one sentence, a documented exit code, never a traceback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support import REPOSITORY, TINY, hears_interrupts

DELAYS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.4, 2.0)
STARTED = "from autograder.__main__ import main; print('started', flush=True); main()"
LOST = """
import signal, sys, weakref
from importlib.abc import MetaPathFinder
from autograder.__main__ import main

class Thing: ...

class Interrupting(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == "autograder.cli.doctor":
            thing = Thing()
            self.reference = weakref.ref(thing, lambda reference: signal.raise_signal(signal.SIGINT))
            del thing

sys.meta_path.insert(0, Interrupting())
main()
"""
ENDED = (130, -signal.SIGINT)  # to a shell both are 130: Python itself ends so when it was interrupted within an exec
SENTENCE = "Interrupted."


def interrupt(delay: float, *arguments: object, cwd: Path) -> tuple[int, str]:
    """Run a command and send it SIGINT, `delay` seconds after it was entered; returns exit code and errors."""
    process = subprocess.Popen(
        [sys.executable, "-c", STARTED, *map(str, arguments)], cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=hears_interrupts,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()  # what comes before is Python's own start, which no code of ours can guard
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=120)
    return process.returncode, errors


@pytest.mark.parametrize(
    "command", [("build",), ("bank",), ("verify", "--draws", "50"), ("new", "course"), ("doctor",)], ids="-".join
)
def test_a_command_ends_with_one_sentence(command: tuple[str, ...], course_copy: Path) -> None:
    for delay in DELAYS:
        code, errors = interrupt(delay, *command, cwd=course_copy)
        assert "Traceback" not in errors, (delay, errors)
        if code not in (0, 1):  # it was faster
            assert code in ENDED, (delay, errors)
            said = errors.strip().splitlines()
            assert said[-1:] == [SENTENCE] or (code < 0 and not said)  # all was done, and Python itself was ending
        shutil.rmtree(course_copy / "course", ignore_errors=True)
        assert not list(course_copy.glob(".new-course-*")), delay
        assert not list(course_copy.rglob("*.partial")), delay


def test_a_ctrl_c_in_a_callback_that_no_exception_can_leave_ends_the_command_too() -> None:
    """As while a module is imported, whose lock goes with a weak reference."""
    done = subprocess.run(
        [sys.executable, "-c", LOST, "doctor"], capture_output=True, text=True, timeout=120,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)}, preexec_fn=hears_interrupts,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (ENDED[0], "", f"{SENTENCE}\n")


def test_a_grading_says_how_to_go_on(course_copy: Path, hand_in: Callable[..., Path]) -> None:
    for number in range(4):
        hand_in(course_copy / "submitted" / f"student{number}" / TINY / f"{TINY}.ipynb")
    for delay in DELAYS:
        code, errors = interrupt(delay, "grade", "submitted", "--out", "graded", "--workers", "2", cwd=course_copy)
        assert "Traceback" not in errors, (delay, errors)
        if code == 1:
            assert errors.strip().endswith("the same command goes on from here.")
        else:
            assert code in (0, *ENDED), (delay, errors)
