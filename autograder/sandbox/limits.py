"""How much one submission's process may use, and the resource limits that say so to the kernel."""

from __future__ import annotations

import resource
from dataclasses import dataclass
from pathlib import Path

MIB = 2**20


@dataclass(frozen=True)
class Limits:
    """What one session may use.  Every default is far above what a right answer needs."""

    memory_mb: int = 2048  # the largest training set of a chapter takes some 200 MB; eight graders still fit in 16 GB
    processes: int = 64  # processes and threads together; a data loader with workers uses about ten
    output_bytes: int = 1_000_000  # per cell; a notebook with more than this is unreadable anyway
    tmp_mb: int = 64  # files written by student code; enough for a saved model
    reply_bytes: int = 64 * MIB  # one result; the largest observation in a bank is below 10 MB
    start_seconds: float = 30  # torch and its warm-up step take about 5 s on a slow machine

    @property
    def header_bytes(self) -> int:
        """Cap of a frame's JSON: a control character of an output takes six bytes when escaped."""
        return max(8 * MIB, 8 * self.output_bytes)


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
