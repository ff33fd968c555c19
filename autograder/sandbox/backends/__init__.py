"""What shuts sessions in: the backends, strongest first, and what each provides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from autograder.sandbox.backends import bubblewrap, landlock, unprotected
from autograder.sandbox.plan import SandboxSpec


class Backend(Protocol):
    """What each backend's module has.  The last two run in the zygote's forks, the others on the trusted side."""

    CONFINES: bool  # False: not a sandbox, used only when asked for by name
    OWN_TMP: bool  # True: a private /tmp; otherwise the trusted side makes a folder for each session

    def missing(self) -> str:
        """What this machine lacks, as far as that can be told without trying; empty if nothing."""

    def to_do(self) -> str:
        """What would make it work on this machine, for when it does not."""

    def command(self, interpreter: Sequence[str], engine: Path, spec: SandboxSpec) -> list[str]:
        """The command that starts the zygote."""

    def isolate(self) -> None:
        """Prepare the supervisor, before it forks the worker."""

    def confine(self, spec: SandboxSpec, scratch: str) -> None:
        """Shut this process in for good; it is about to run a student's code."""


BACKENDS: Mapping[str, Backend] = {"bubblewrap": bubblewrap, "landlock": landlock, "none": unprotected}
