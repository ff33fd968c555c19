"""Which backends work on this machine, found by trying."""

from __future__ import annotations

import functools

from autograder.sandbox import Limits, Sandbox, SandboxUnavailable
from autograder.sandbox.backends import BACKENDS

CONFINING = tuple(name for name, backend in BACKENDS.items() if backend.CONFINES)
LIMITS = Limits(memory_mb=512, processes=32, output_bytes=100_000, tmp_mb=16, reply_bytes=16 * 2**20)


@functools.cache
def problem_with(backend: str) -> str:
    """Why a backend does not work here, found by trying as `auto` does; empty where it works."""
    try:
        Sandbox(backend, limits=LIMITS).close()
    except SandboxUnavailable as problem:
        return str(problem)
    return ""


@functools.cache
def working() -> tuple[str, ...]:
    """The backends that work here, strongest first."""
    return tuple(name for name in CONFINING if not problem_with(name))
