"""What the sandbox's tests cover on this machine: a backend that is missing is one visible line, or one failure.

AUTOGRADER_RUNGS names the backends that must be there, as .ci/run does: "bubblewrap,landlock".
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from machine import CONFINING, problem_with, working

REQUIRED = tuple(filter(None, os.environ.get("AUTOGRADER_RUNGS", "").split(",")))


def count_on_a_backend(items: list[pytest.Item]) -> int:
    """How many of the collected tests run on each backend."""
    params = [item.callspec.params for item in items if isinstance(item, pytest.Function) and hasattr(item, "callspec")]
    return sum(values.get("sandbox") == next(iter(working()), None) for values in params)


@pytest.mark.parametrize("backend", CONFINING)
def test_a_backend_works_or_says_what_is_missing(backend: str, request: pytest.FixtureRequest) -> None:
    problem = problem_with(backend).removeprefix(f"{backend}: ")
    if problem and backend in REQUIRED:
        pytest.fail(f"AUTOGRADER_RUNGS asks for {backend}: {problem}")
    if problem:
        pytest.skip(f"{backend}'s {count_on_a_backend(request.session.items)} tests do not run here: {problem}")


def test_one_backend_at_least_works_here() -> None:
    assert working(), "\n".join(problem_with(backend) for backend in CONFINING)


def test_the_backends_that_must_be_here_exist() -> None:
    assert set(REQUIRED) <= set(CONFINING)


@pytest.mark.parametrize(
    ("required", "code", "words"),
    [
        ("", 0, r"\nSKIPPED \[1\] .*: bubblewrap's \d+ tests do not run here: the program bwrap is not installed"),
        ("bubblewrap", 1, "AUTOGRADER_RUNGS asks for bubblewrap: the program bwrap is not installed"),
    ],
)
def test_without_bubblewrap_its_tests_are_one_line_or_one_failure(
    request: pytest.FixtureRequest, required: str, code: int, words: str
) -> None:
    files = [Path(__file__), Path(__file__).with_name("test_sandbox_behaviour.py")]
    chosen = "works_or_says or closing_is_repeatable"
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", "0", "-k", chosen, *map(str, files)],
        cwd=request.config.rootpath, env={**os.environ, "PATH": "/nowhere", "AUTOGRADER_RUNGS": required},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout
    assert re.search(words, done.stdout)
    assert done.stdout.count("bubblewrap's ") == 1 - code
