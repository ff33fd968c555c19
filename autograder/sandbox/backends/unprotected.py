"""The backend "none": limits and timeouts only.  It is not a sandbox: the code can read and write the grader's files.

For machines where nothing better works, with code that is trusted; used only when it is asked for by name.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from autograder.sandbox import linux, rlimits
from autograder.sandbox.plan import SandboxSpec

CONFINES = False
OWN_TMP = False


def missing() -> str:
    """What this machine lacks."""
    return "" if hasattr(os, "pidfd_open") else "there is no pidfd_open"


def to_do() -> str:
    """What would make it work here."""
    return "use Linux 5.4 or later"


def command(interpreter: Sequence[str], engine: Path, spec: SandboxSpec) -> list[str]:
    """The interpreter itself."""
    return list(interpreter)


isolate = linux.adopt_orphans  # keeps hold of the worker's descendants, to end them


def confine(spec: SandboxSpec, scratch: str) -> None:
    """A process group and a folder of its own, and limits."""
    os.setsid()
    os.chdir(scratch)
    rlimits.apply(spec.limits, count_processes_from=rlimits.other_processes())
