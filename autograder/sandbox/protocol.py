"""What the trusted side, the zygote and the workers say to each other: one frozen record for each kind of message.

`encode` writes a message and `decode` reads it.  What comes from a worker may be a lie: a message that is not exactly
one of those that are waited for, each of its fields within its bounds, is `Malformed`.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Annotated, Any, TypeVar, get_type_hints

import numpy as np

from autograder.model import plain
from autograder.model.calls import CallStatus
from autograder.model.markers import Handle
from autograder.model.plain import Malformed
from autograder.sandbox import fields, wire
from autograder.sandbox.fields import Field, one_of

_PACKET = 65536  # bytes of a message that travels in one packet

_First = TypeVar("_First")
_Other = TypeVar("_Other")


# Starting


@dataclass(frozen=True)
class Ready:
    """The zygote is warm, the supervisor has a worker, or the worker is shut in."""


@dataclass(frozen=True)
class Failed:
    """One of these cannot be; `to_do` and `module` are told where no other backend would fare better."""

    error: fields.Name
    to_do: fields.Name = ""
    module: fields.Name = ""


@dataclass(frozen=True)
class NewSession:
    """Fork a session, whose folder is `scratch`.  Its ends of two sockets come with the packet."""

    scratch: fields.Text


# Requests


class Request:
    """What the trusted side asks of a worker."""


@dataclass(frozen=True)
class RunCell(Request):
    """Run a cell as a notebook would."""

    source: fields.Text
    name: fields.Text


@dataclass(frozen=True)
class Call(Request):
    """Call a function, see `Session.call`."""

    function: fields.Text
    args: fields.Arguments
    kwargs: fields.Keywords
    writeable: fields.Flag = True
    watch: fields.Flag = False
    generators: fields.SomePlaces = None


@dataclass(frozen=True)
class GetValue(Request):
    """Give a global's value."""

    name: fields.Text


@dataclass(frozen=True)
class PutFiles(Request):
    """Write files into the session's folder: their bytes, as arrays, by relative path."""

    files: fields.Keywords


@dataclass(frozen=True)
class Replace(Request):
    """From now on these globals are answered from outside."""

    functions: fields.Texts


# Replies.  Fields without bounds are measured on the trusted side and never travel.


class CellStatus(StrEnum):
    """How a cell ended.  After TIMEOUT, DIED, MALFORMED and a killed MEMORY the session is dead (`Session.alive`)."""

    OK = "OK"
    ERROR = "ERROR"
    TIMEOUT = "TIMEOUT"
    DIED = "DIED"
    MEMORY = "MEMORY"
    MALFORMED = "MALFORMED"


_STOPPED_CELL = {
    CallStatus.TIMEOUT: CellStatus.TIMEOUT,
    CallStatus.DIED: CellStatus.DIED,
    CallStatus.MEMORY: CellStatus.MEMORY,
}
_TOLD_OF_A_CALL = one_of(  # what only the trusted side can know is not told
    CallStatus.OK,
    CallStatus.RAISED,
    CallStatus.SIGNATURE,
    CallStatus.MISSING,
    CallStatus.FORBIDDEN,
    CallStatus.MEMORY,
    CallStatus.MALFORMED,
    CallStatus.TOO_LARGE,
)


@dataclass(frozen=True)
class CellResult:
    """What running one cell gave.

    `outputs` are nbformat v4 outputs.  `line` counts from 1 in the cell as it was handed in.  `seconds` is
    CPU time, measured from outside; `waited` is time on the clock in which it neither computed nor waited for a
    processor: it slept.
    """

    status: Annotated[CellStatus, Field(one_of(CellStatus.OK, CellStatus.ERROR, CellStatus.MEMORY))]
    outputs: fields.Outputs = ()
    truncated: fields.Flag = False
    error_name: fields.Name = ""
    error_message: fields.Name = ""
    line: fields.Line = None
    seconds: float = 0.0
    waited: float = 0.0

    @classmethod
    def stopped(cls, status: CallStatus, seconds: float, waited: float) -> CellResult:
        """The result of a cell whose process was stopped, or that never ran."""
        return cls(_STOPPED_CELL.get(status, CellStatus.MALFORMED), seconds=seconds, waited=waited)


@dataclass(frozen=True)
class CallResult:
    """What one call gave.  The statuses RAISED, SIGNATURE, MISSING, FORBIDDEN and OK leave the session alive.

    `value` is plain data and may contain `Handle` and `Opaque`.  `cell` and `line` say where an
    error was raised.  There is no error message: it could carry a hidden input; with FORBIDDEN `error_name` is
    the library's.  `args_after` holds the positional arguments and then the keyword ones, as they were after the
    call (only with `watch=True`), or the states of the generators that it was given.
    """

    status: Annotated[CallStatus, Field(_TOLD_OF_A_CALL)]
    value: fields.Value = None
    error_name: fields.Name = ""
    line: fields.Line = None
    cell: fields.Name = ""
    args_after: fields.SomeArguments = None
    seconds: float = 0.0
    waited: float = 0.0

    @classmethod
    def stopped(cls, status: CallStatus, seconds: float, waited: float) -> CallResult:
        """The result of a call whose process was stopped, or that was never made."""
        return cls(status, seconds=seconds, waited=waited)


# In the middle of a request


@dataclass(frozen=True)
class Asked:
    """A call of a function that is answered from outside.  Its worker may ask anything: trust nothing but the types.

    `generators` are places in (*args, *kwargs.values()) that hold the state of a random generator.  The answer is a
    `CallResult`: OK, or RAISED and the class name of the exception.
    """

    function: fields.Name
    args: fields.Arguments
    kwargs: fields.Keywords
    generators: fields.Places = ()

    def __post_init__(self) -> None:
        if not all(place < len(self.args) + len(self.kwargs) for place in self.generators):
            raise Malformed("a generator outside the arguments")


class Kind(Enum):
    """Every kind of message, by the name that it has on the wire."""

    READY = Ready
    FAILED = Failed
    NEW_SESSION = NewSession
    RUN_CELL = RunCell
    CELL_RESULT = CellResult
    CALL = Call
    GET_VALUE = GetValue
    PUT_FILES = PutFiles
    REPLACE = Replace
    CALL_RESULT = CallResult
    ASKED = Asked


def _fields_of(record: type) -> dict[str, Field]:
    """Those that travel, by name."""
    hints = get_type_hints(record, include_extras=True)
    return {name: hint.__metadata__[0] for name, hint in hints.items() if hasattr(hint, "__metadata__")}


_NAMES: dict[type, str] = {kind.value: kind.name for kind in Kind}  # an enum is slow to ask
_RECORDS: dict[str, Any] = {kind.name: kind.value for kind in Kind}
_FIELDS: dict[type, dict[str, Field]] = {record: _fields_of(record) for record in _NAMES}


def encode(message: object, request: int = 0, keep: Callable[[object], Handle] | None = None) -> wire.Frame:
    """The frame of a message; `request` numbers the request that it is, or that it replies to.

    `keep` is for values that are not plain data, see `plain.pack`.  Raises what packing raises.
    """
    arrays: list[np.ndarray] = []
    header: dict[str, Any] = {"kind": _NAMES[type(message)], "request": request}
    for name, field in _FIELDS[type(message)].items():
        value = getattr(message, name)
        if value is not getattr(type(message), name, arrays):  # a default need not travel
            header[name] = plain.pack(value, arrays, keep) if field.packed else value
    return wire.Frame(header, arrays)


def decode(frame: wire.Frame, first: type[_First], *others: type[_Other]) -> tuple[_First | _Other, int]:
    """The message and the number of its request.  Raises `Malformed` for all that is no message of these types."""
    header = dict(frame.header)
    name, request = header.pop("kind", None), header.pop("request", None)
    record = _RECORDS.get(name) if type(name) is str else None
    if record is None or not issubclass(record, (first, *others)) or type(request) is not int:
        raise Malformed("nobody waits for such a message")
    fields = _FIELDS[record]
    if not header.keys() <= fields.keys() or any(name not in header and not hasattr(record, name) for name in fields):
        raise Malformed("the message has other fields")
    for name, value in header.items():
        field = fields[name]
        header[name] = field.read(plain.unpack(value, frame.arrays) if field.packed else value)
    return record(**header), request


def send_packet(channel: socket.socket, message: object, descriptors: Sequence[int] = ()) -> None:
    """Send a message without arrays, and descriptors with it, over a socket of packets."""
    packet = json.dumps({**encode(message).header, "arrays": []})
    socket.send_fds(channel, [packet.encode()], descriptors)


def receive_packet(
    channel: socket.socket, first: type[_First], *others: type[_Other], descriptors: int = 0
) -> tuple[_First | _Other, list[int]]:
    """The next such message and at most so many descriptors.  Raises `Closed`, `Malformed` and OSError."""
    packet, received, _, _ = socket.recv_fds(channel, _PACKET, descriptors)
    if not packet:
        raise wire.Closed
    return decode(wire.decode(packet, bytearray()), first, *others)[0], received
