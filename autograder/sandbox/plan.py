"""What a sandbox is told: how much its sessions may use, what they find imported, and what they may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MIB = 2**20

SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/lib32")  # programs and libraries
SETTINGS = (  # how they are found
    "/etc/ld.so.cache",
    "/etc/ld.so.conf",
    "/etc/ld.so.conf.d",
    "/etc/alternatives",
    "/etc/fonts",
    "/etc/localtime",
)


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


@dataclass(frozen=True)
class SandboxSpec:
    """What a zygote is told.

    backend   the name of the one that shuts its sessions in.
    preload   modules to import beforehand.
    readable  what may be read, beside `SYSTEM` and `SETTINGS`.
    left_out  libraries that it lacks.
    hidden    where these lie beneath what may be read.
    """

    backend: str
    limits: Limits
    preload: tuple[str, ...]
    readable: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> SandboxSpec:
        """From what JSON makes of `asdict(spec)`."""
        lists = {name: tuple(value) for name, value in data.items() if isinstance(value, list)}
        return SandboxSpec(**{**data, **lists, "limits": Limits(**data["limits"])})
