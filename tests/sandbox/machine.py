"""Which rungs work on this machine, found by trying."""

from __future__ import annotations

import functools

from autograder.sandbox import Limits, Sandbox, SandboxUnavailable
from autograder.sandbox.rungs import RUNGS

CONFINING = tuple(name for name, rung in RUNGS.items() if rung.CONFINES)
LIMITS = Limits(memory_mb=512, processes=32, output_bytes=100_000, tmp_mb=16, reply_bytes=16 * 2**20)


@functools.cache
def problem_with(rung: str) -> str:
    """Why a rung does not work here, found by trying as `auto` does; empty where it works."""
    try:
        Sandbox(rung, limits=LIMITS).close()
    except SandboxUnavailable as problem:
        return str(problem)
    return ""


@functools.cache
def working() -> tuple[str, ...]:
    """The rungs that work here, strongest first."""
    return tuple(name for name in CONFINING if not problem_with(name))
