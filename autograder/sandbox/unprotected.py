"""The rung "none": limits and timeouts only.  It is not a sandbox: the code can read and write the grader's files.

For machines where nothing better works, with code that is trusted; used only when it is asked for by name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.sandbox import kernel, limits

if TYPE_CHECKING:
    from autograder.sandbox.rungs import Plan

CONFINES = False
OWN_TMP = False


def missing() -> str:
    """What this machine lacks."""
    return "" if hasattr(os, "pidfd_open") else "there is no pidfd_open"


def to_do() -> str:
    """What would make it work here."""
    return "use Linux 5.4 or later"


def command(interpreter: Sequence[str], engine: Path, plan: Plan) -> list[str]:
    """The interpreter itself."""
    return list(interpreter)


def isolate() -> None:
    """Keep hold of the worker's descendants, to end them."""
    kernel.adopt_orphans()


def confine(plan: Plan, scratch: str) -> None:
    """A process group and a folder of its own, and limits."""
    os.setsid()
    os.chdir(scratch)
    limits.apply(plan.limits, count_processes_from=other_processes())


def other_processes() -> int:
    """Threads of this user, besides this one, that the kernel counts against the limit of processes."""
    count = -1
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                if entry.stat().st_uid == os.getuid():
                    count += len(os.listdir(f"/proc/{entry.name}/task"))
            except OSError:  # it ended meanwhile
                continue
    return count
