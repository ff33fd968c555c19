"""What a call of an implementation's function gave: a value, or one of a few named failures.

Stdlib alone: this module also runs beside student code.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class CallStatus(StrEnum):
    """How a call ended.  Each value but "ok" is the code of the sentence that tells it."""

    OK = "ok"
    RAISED = "raised"
    SIGNATURE = "signature"
    MISSING = "missing"
    NO_METHOD = "no_method"
    FORBIDDEN = "forbidden"
    TIMEOUT = "timeout"
    DIED = "died"
    MEMORY = "memory"
    MALFORMED = "malformed"
    TOO_LARGE = "too_large"
    WRONG_RETURN = "wrong_return"  # a value of which an observe could make nothing: it is built otherwise
    WRONG_LENGTHS = "wrong_lengths"  # the same, but only its lengths do not fit
    OTHER_SHAPE = "other_shape"  # an array that has not the shape that the exercise declares


FATAL = frozenset(
    {CallStatus.TIMEOUT, CallStatus.DIED, CallStatus.MEMORY, CallStatus.MALFORMED, CallStatus.TOO_LARGE}
)  # the process is gone or not to be asked again


@dataclass(frozen=True)
class Failure:
    """Why a call gave no value that can be judged.

    function  what was called: a function, or a class and its method, "KMeans.fit".
    error     the exception's class name where the status is RAISED, the library's where it is FORBIDDEN.
    built     how the value is built of which an observe could make nothing, see `structure`; where the status is
              OTHER_SHAPE: the path of the array, the declared shape and its own.
    line      the line of the answer cell at which an error was raised, when known.
    value     the value itself; only where it is still at hand.
    message, source  what the exception said, and the line that raised it; only in the student's own kernel.
    """

    status: CallStatus
    function: str = ""
    error: str = ""
    built: Any = None
    line: int | None = field(default=None, compare=False)
    value: Any = field(default=None, compare=False, repr=False)
    message: str = field(default="", compare=False, repr=False)
    source: str = field(default="", compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.function}: {self.status} {self.error}".strip()

    def same_as(self, other: Failure | None) -> bool:
        """Whether two failures cannot be told apart; which function stopped counts only for what it returned."""
        if other is None or (self.status, self.error, self.built) != (other.status, other.error, other.built):
            return False
        return self.built is None or self.function == other.function


class CallFailed(Exception):
    """A call gave no value; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(str(failure))
        self.failure = failure


@dataclass(frozen=True)
class Called:
    """A returned value (plain data), and the arguments as they were afterwards when that was asked for."""

    value: Any
    args_after: tuple[Any, ...] | None = None
