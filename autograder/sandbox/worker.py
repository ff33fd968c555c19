"""The only code beside student code: runs cells, calls functions, and answers over the wire.

Nothing here is a secret and nothing here judges.  Student code can replace any of it; all it gains is the
choice of a value that the trusted side judges anyway.
"""

from __future__ import annotations

import inspect
import os
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.model import plain
from autograder.model.calls import CallStatus
from autograder.model.kept import Kept, is_step
from autograder.model.seeds import reseed
from autograder.model.tree import map_leaves
from autograder.sandbox import ipython, protocol, wire
from autograder.sandbox.left_out import LeftOut, forgiving
from autograder.sandbox.plan import Limits
from autograder.sandbox.protocol import Call, CallResult, CellResult, GetValue, PutFiles, Replace, Request, RunCell
from autograder.sandbox.stand_ins import Asker, as_generator, as_scalars, state_of

_REQUEST_CAPS = wire.Caps(header=2**30, body=2**34)  # requests come from the trusted side
_UNPACK_CHECK = 200_000  # headers below this many bytes cannot hold too many parts


class _Ended(Exception):
    """Ends an operation early with this result."""

    def __init__(self, status: CallStatus, error_name: str = "") -> None:
        super().__init__()
        self.result = CallResult(status, error_name=error_name)


class Worker:
    """One session's namespace, handles and capture."""

    def __init__(self, connection: socket.socket, shell: ipython.Shell, limits: Limits) -> None:
        self._connection = connection
        self._shell = shell
        self._limits = limits
        self._kept = Kept(shell.user_ns.__getitem__)
        self._streams = ipython.take_streams(shell)
        self._asker = Asker(connection, _REQUEST_CAPS)

    def serve(self) -> None:
        """Answer requests until the trusted side hangs up."""
        operations: dict[type[Request], Callable[..., CellResult | CallResult]] = {
            RunCell: self._cell,
            Call: self._call,
            GetValue: self._value,
            PutFiles: self._put_files,
            Replace: self._replace,
        }
        process = os.getpid()
        sys.path.insert(0, "")  # as a kernel has it: modules may lie in the session's folder
        reseed()
        wire.send(self._connection, wire.encode(protocol.encode(protocol.Ready())))
        while True:
            try:
                frame = wire.receive(self._connection, _REQUEST_CAPS)
            except wire.Closed:
                return
            request, number = protocol.decode(frame, Request)
            if isinstance(request, Call) and not request.writeable:
                for array in frame.arrays:
                    array.flags.writeable = False
            try:
                result = operations[type(request)](request)
            except _Ended as early:
                result = early.result
            buffers = self._encoded(result, number)
            ipython.read_descriptor_output(self._shell, keep=False)
            if os.getpid() != process:
                os._exit(0)  # a cell forked and both came back here: only the original answers
            wire.send(self._connection, buffers)

    def _encoded(self, result: CellResult | CallResult, number: int) -> list[bytes | memoryview]:
        """The reply's buffers, within the caps.  Objects that are not plain data are kept here."""
        try:
            frame = protocol.encode(result, number, self._kept.keep)
        except Exception as error:  # converting a student's object runs the student's code
            name = "TooDeep" if isinstance(error, plain.Malformed) else type(error).__name__
            frame = protocol.encode(CallResult(CallStatus.MALFORMED, error_name=name), number)
        buffers = wire.encode(frame)
        too_large = sum(map(len, buffers)) > self._limits.reply_bytes or len(buffers[0]) > self._limits.header_bytes
        if too_large or (len(buffers[0]) > _UNPACK_CHECK and not _unpacks(frame)):
            buffers = wire.encode(protocol.encode(CallResult(CallStatus.TOO_LARGE), number))
        return buffers

    def _cell(self, request: RunCell) -> CellResult:
        capture = self._shell.capture
        capture.start()
        self._listen(True)
        with forgiving():
            result = ipython.run(self._shell, request.source, request.name)
        self._listen(False)
        ipython.read_descriptor_output(self._shell, keep=True)
        return replace(result, outputs=tuple(capture.outputs()), truncated=capture.truncated)

    def _listen(self, keep: bool) -> None:
        for stream in self._streams:
            stream.open = keep

    def _call(self, request: Call) -> CallResult:
        function = self._lookup(request.function)
        args, kwargs = self._arguments(request)
        generators: list[np.random.Generator] = []
        if request.generators is not None:
            args, kwargs, generators = _asked_for(args, kwargs, request.generators)
        else:
            _check_signature(function, args, kwargs)
        if not is_step(request.function):
            reseed()
        try:
            result = CallResult(CallStatus.OK, function(*args, **kwargs))
        except BaseException as error:
            result = self._raised(error)
        if request.watch:
            return replace(result, args_after=(*args, *kwargs.values()))
        return replace(result, args_after=tuple(map(state_of, generators))) if generators else result

    def _value(self, request: GetValue) -> CallResult:
        if request.name not in self._shell.user_ns:
            return CallResult(CallStatus.MISSING)
        return CallResult(CallStatus.OK, self._shell.user_ns[request.name])

    def _put_files(self, request: PutFiles) -> CallResult:
        """Write them here, in the session's own folder, before any cell has run."""
        try:
            for name, content in request.files.items():
                os.makedirs(os.path.dirname(name) or ".", exist_ok=True)
                with open(name, "wb") as file:
                    file.write(content)
        except OSError as error:
            raise _Ended(CallStatus.RAISED, type(error).__name__) from None
        return CallResult(CallStatus.OK)

    def _replace(self, request: Replace) -> CallResult:
        """Put functions that are answered from outside in the place of these globals."""
        self._shell.user_ns.update({name: self._asker.function(name) for name in request.functions})
        return CallResult(CallStatus.OK)

    def _raised(self, error: BaseException) -> CallResult:
        where = ipython.place(self._shell, error)
        status, name = CallStatus.RAISED, type(error).__name__
        if isinstance(error, MemoryError):
            status = CallStatus.MEMORY
        elif type(error) is LeftOut:
            status, name = CallStatus.FORBIDDEN, error.library
        return CallResult(status, error_name=name, cell=where.cell, line=where.line)

    def _lookup(self, name: str) -> Callable[..., Any]:
        """The callable of a global's name, or of a kept object: see `Kept.target`."""
        try:
            return self._kept.target(name)
        except LookupError:
            raise _Ended(CallStatus.MISSING) from None

    def _arguments(self, request: Call) -> tuple[tuple[Any, ...], dict[str, Any]]:
        try:
            args, kwargs = map_leaves(self._kept.argument, (request.args, request.kwargs))
        except IndexError:  # an object that is not here
            raise _Ended(CallStatus.MISSING) from None
        except LeftOut as error:
            raise _Ended(CallStatus.FORBIDDEN, error.library) from None
        except (LookupError, ImportError) as error:  # a function or a library that is not here
            lacking = ImportError if isinstance(error, ImportError) else NameError
            raise _Ended(CallStatus.RAISED, lacking.__name__) from None
        return args, kwargs


def _asked_for(
    args: tuple[Any, ...], kwargs: dict[str, Any], generators: Sequence[int]
) -> tuple[tuple[Any, ...], dict[str, Any], list[np.random.Generator]]:
    """The arguments of a call that another session asks for, as they were there; and its generators."""
    values = [as_scalars(value) for value in (*args, *kwargs.values())]
    made = []
    for place in generators:
        try:
            values[place] = as_generator(values[place])
        except Exception:  # the state comes from a student's process
            raise _Ended(CallStatus.RAISED, "TypeError") from None
        made.append(values[place])
    return tuple(values[: len(args)]), dict(zip(kwargs, values[len(args) :], strict=True)), made


def _check_signature(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    try:
        signature = inspect.signature(function)
    except Exception:
        return  # a builtin without a signature: the call itself will tell
    try:
        signature.bind(*args, **kwargs)
    except TypeError:
        raise _Ended(CallStatus.SIGNATURE, "TypeError") from None


def _unpacks(frame: wire.Frame) -> bool:
    """False when the trusted side would refuse the value for its number of parts."""
    try:
        for key in ("value", "args_after"):
            plain.unpack(frame.header.get(key), frame.arrays)
    except plain.Malformed:
        return False
    return True
