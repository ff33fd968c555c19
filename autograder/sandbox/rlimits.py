"""The limits on a session that the kernel itself keeps."""

from __future__ import annotations

import os
import resource
from pathlib import Path

from autograder.sandbox.plan import MIB, Limits

OPEN_FILES = 256  # also bounds the kernel memory that full pipes and sockets can hold
ADDRESS_SPACE_SLACK = 256 * MIB  # thread stacks and allocator arenas reserve address space that they never touch


def _virtual_size() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()


def lift() -> None:
    """The zygote maps what it imports, whatever its grader's own limit is; sessions have theirs."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def apply(limits: Limits, *, count_processes_from: int = 0) -> None:
    """Limit this process and its future children.  The hard limits are set too, so they cannot be raised.

    What the zygote had already mapped (torch maps gigabytes of code) is not the student's, so it is added.
    `count_processes_from` is the number of other processes that the kernel counts for this user already.
    """
    values = {
        resource.RLIMIT_AS: _virtual_size() + limits.memory_mb * MIB + ADDRESS_SPACE_SLACK,
        resource.RLIMIT_NPROC: limits.processes + count_processes_from,
        resource.RLIMIT_FSIZE: limits.tmp_mb * MIB,
        resource.RLIMIT_NOFILE: OPEN_FILES,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for name, value in values.items():
        _, hard = resource.getrlimit(name)
        allowed = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(name, (allowed, allowed))


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
