"""What the sandbox says about a cell, a call, a name and a backend: frozen records."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from autograder.model.calls import CallStatus


class SandboxUnavailable(Exception):
    """The backend that was asked for does not work here; the message says what is missing and what to do.

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


class CellStatus(StrEnum):
    """How a cell ended.  After TIMEOUT, DIED and a killed MEMORY the session is dead (`Session.alive`)."""

    OK = "OK"
    ERROR = "ERROR"
    TIMEOUT = "TIMEOUT"
    DIED = "DIED"
    MEMORY = "MEMORY"
    MALFORMED = "MALFORMED"
    SKIPPED = "SKIPPED"  # never made here: for callers that leave a cell out of a second run


@dataclass(frozen=True)
class CellResult:
    """What running one cell gave.

    `outputs` are nbformat v4 outputs.  `line` counts from 1 in the cell as it was handed in.  `seconds` is
    CPU time, measured from outside; `waited` is time on the clock in which it neither computed nor waited for a
    processor: it slept.
    """

    status: CellStatus
    outputs: tuple[dict[str, Any], ...] = ()
    truncated: bool = False
    error_name: str = ""
    error_message: str = ""
    line: int | None = None
    seconds: float = 0.0
    waited: float = 0.0


@dataclass(frozen=True)
class CallResult:
    """What one call gave.  The statuses RAISED, SIGNATURE, MISSING, FORBIDDEN and OK leave the session alive.

    `value` is plain data and may contain `Handle` and `Opaque`.  `cell` and `line` say where an
    error was raised.  There is no error message: it could carry a hidden input; with FORBIDDEN `error_name` is
    the library's.  `args_after` holds the positional arguments and then the keyword ones, as they were after the
    call (only with `watch=True`), or the states of the generators that it was given.
    """

    status: CallStatus
    value: Any = None
    error_name: str = ""
    line: int | None = None
    cell: str = ""
    args_after: tuple[Any, ...] | None = None
    seconds: float = 0.0
    waited: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A call of a function that is answered from outside.  Its worker may ask anything: trust nothing but the types.

    `generators` are places in (*args, *kwargs.values()) that hold the state of a random generator.
    """

    function: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    generators: tuple[int, ...] = ()


@dataclass(frozen=True)
class Description:
    """What a name is in the session: "missing", "function" or "value".

    `required` counts positional parameters without a default; `accepts` is the most positional arguments,
    -1 for `*args`.  `parameters` is None where there is no signature to read.
    """

    kind: str
    parameters: tuple[str, ...] | None = None
    required: int = 0
    accepts: int = 0


@dataclass(frozen=True)
class BackendReport:
    """Whether a backend works here; `why` says what was seen, `advice` how to raise it (empty when it works).

    confines  False for the backend that is not a sandbox.
    """

    name: str
    works: bool
    why: str
    advice: str = ""
    confines: bool = True
