"""Why there is no sandbox: what is missing and what to do, each in a sentence."""

from __future__ import annotations

import sys


class SandboxUnavailable(Exception):
    """The backend that was asked for does not work here.

    problem  what is missing.
    to_do    what would help on this machine; may be empty.
    """

    def __init__(self, problem: str, to_do: str = "") -> None:
        super().__init__(f"{problem}. To do: {to_do}" if to_do else problem)
        self.problem = problem
        self.to_do = to_do


class ModuleUnusable(SandboxUnavailable):
    """A module that every session is to find imported cannot be imported; the sandbox itself may be sound."""

    def __init__(self, module: str, error: str) -> None:
        super().__init__(
            f"the module {module} cannot be imported in the sandbox ({error})",
            f"install it anew with pip, into the folders of packages of {sys.executable}",
        )
