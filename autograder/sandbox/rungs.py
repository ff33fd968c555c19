"""The ladder of rungs, strongest first, and what each provides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from autograder.sandbox import bubblewrap, landlock, unprotected
from autograder.sandbox.limits import Limits


@dataclass(frozen=True)
class Plan:
    """What the zygote is told: which rung, which limits, what to import, what may be read.

    `left_out` names libraries that it lacks, and `hidden` says where they lie beneath what may be read.
    """

    rung: str
    limits: Limits
    preload: tuple[str, ...]
    readable: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data from which `from_json` restores the plan."""
        return asdict(self)

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Plan:
        """The plan that `to_json` wrote."""
        tuples = {name: tuple(data[name]) for name in ("preload", "readable", "left_out", "hidden")}
        return Plan(rung=data["rung"], limits=Limits(**data["limits"]), **tuples)


class Rung(Protocol):
    """What each rung's module has.  The last two run in the zygote's forks, the others on the trusted side."""

    CONFINES: bool  # False: not a sandbox, used only when asked for by name
    OWN_TMP: bool  # True: a private /tmp; otherwise the trusted side makes a folder for each session

    def missing(self) -> str:
        """What this machine lacks, as far as that can be told without trying; empty if nothing."""

    def to_do(self) -> str:
        """What would make it work on this machine, for when it does not."""

    def command(self, interpreter: Sequence[str], engine: Path, plan: Plan) -> list[str]:
        """The command that starts the zygote."""

    def isolate(self) -> None:
        """Prepare the keeper, before it forks the worker."""

    def confine(self, plan: Any, scratch: str) -> None:
        """Shut this process in for good; it is about to run a student's code."""


RUNGS: Mapping[str, Rung] = {"bubblewrap": bubblewrap, "landlock": landlock, "none": unprotected}
