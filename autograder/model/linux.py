"""Which parts need Linux, said in one sentence on other systems."""

from __future__ import annotations

import sys

from autograder.model.errors import UserError


class NeedsLinux(UserError):
    """This system cannot do it; the message says what can be done instead."""


def require_linux(what: str) -> None:
    """Raise NeedsLinux on another system; `what` begins the sentence, as in "grading"."""
    if sys.platform != "linux":
        raise NeedsLinux(
            f"{what} needs Linux: use WSL on Windows, a container, or a Linux server. "
            "The commands new, build and release, and students' check, work here too."
        )
