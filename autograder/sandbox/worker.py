"""The only code beside student code: runs cells, calls functions, and answers over the wire.

Nothing here is a secret and nothing here judges.  Student code can replace any of it; all it gains is the
choice of a value that the trusted side judges anyway.
"""

from __future__ import annotations

import inspect
import os
import socket
from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.model import plain
from autograder.model.calls import CallStatus
from autograder.model.kept import Kept, is_step
from autograder.model.seeds import reseed
from autograder.model.tree import map_leaves
from autograder.sandbox import ipython, wire
from autograder.sandbox.left_out import LeftOut, forgiving
from autograder.sandbox.plan import Limits
from autograder.sandbox.stand_ins import Asker, as_generator, as_scalars, state_of

_REQUEST_CAPS = wire.Caps(header=2**30, body=2**34)  # requests come from the trusted side
_UNPACK_CHECK = 200_000  # headers below this many bytes cannot hold too many parts


class _Reply(Exception):
    """Ends an operation early with this reply."""

    def __init__(self, **message: Any) -> None:
        super().__init__()
        self.message = message


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
        operations: dict[str, Callable[[wire.Frame, list[np.ndarray]], dict[str, Any]]] = {
            "cell": self._cell,
            "call": self._call,
            "replace": self._replace,
            "describe": self._describe,
            "value": self._value,
        }
        process = os.getpid()
        reseed()
        wire.send(self._connection, wire.encode({"ready": True}))
        while True:
            try:
                request = wire.receive(self._connection, _REQUEST_CAPS)
            except wire.Closed:
                return
            arrays: list[np.ndarray] = []
            try:
                reply = operations[request.message["op"]](request, arrays)
            except _Reply as early:
                reply, arrays = early.message, []
            if os.getpid() != process:
                os._exit(0)  # a cell forked and both came back here: only the original answers
            self._answer({**reply, "id": request.message["id"]}, arrays)

    def _answer(self, reply: dict[str, Any], arrays: list[np.ndarray]) -> None:
        buffers = wire.encode(reply, arrays)
        too_large = wire.size(buffers) > self._limits.reply_bytes or len(buffers[0]) > self._limits.header_bytes
        if too_large or (len(buffers[0]) > _UNPACK_CHECK and not _unpacks(reply, arrays)):
            buffers = wire.encode({"status": CallStatus.TOO_LARGE, "id": reply["id"]})
        wire.send(self._connection, buffers)

    def _cell(self, request: wire.Frame, _: list[np.ndarray]) -> dict[str, Any]:
        capture = self._shell.capture
        capture.start()
        self._listen(True)
        with forgiving():
            reply = ipython.run(self._shell, request.message["source"], request.message["name"])
        self._listen(False)
        ipython.read_descriptor_output(self._shell, keep=True)
        return {**reply, "outputs": capture.outputs(), "truncated": capture.truncated}

    def _listen(self, keep: bool) -> None:
        for stream in self._streams:
            stream.open = keep

    def _call(self, request: wire.Frame, arrays: list[np.ndarray]) -> dict[str, Any]:
        message = request.message
        function = self._lookup(message["function"])
        for array in request.arrays:
            array.flags.writeable = message["writeable"]
        args, kwargs = self._arguments(plain.unpack(message["args"], request.arrays))
        generators: list[np.random.Generator] = []
        if "generators" in message:
            args, kwargs, generators = _asked_for(args, kwargs, message["generators"])
        else:
            _check_signature(function, args, kwargs)
        if not is_step(message["function"]):
            reseed()
        try:
            result = function(*args, **kwargs)
        except BaseException as error:
            reply = self._raised(error)
        else:
            reply = {"status": CallStatus.OK, "value": self._pack(result, arrays)}
        if message["watch"]:
            reply["args_after"] = self._pack((*args, *kwargs.values()), arrays)
        elif generators:
            reply["args_after"] = self._pack(tuple(map(state_of, generators)), arrays)
        if os.fstat(1).st_size:
            ipython.read_descriptor_output(self._shell, keep=False)
        return reply

    def _replace(self, request: wire.Frame, _: list[np.ndarray]) -> dict[str, Any]:
        """Put functions that are answered from outside in the place of these globals."""
        for name in request.message["functions"]:
            self._shell.user_ns[name] = self._asker.function(name)
        return {"status": CallStatus.OK}

    def _raised(self, error: BaseException) -> dict[str, Any]:
        where = ipython.place(self._shell, error)
        status, name = CallStatus.RAISED, type(error).__name__
        if isinstance(error, MemoryError):
            status = CallStatus.MEMORY
        elif type(error) is LeftOut:
            status, name = CallStatus.FORBIDDEN, error.library
        return {"status": status, "error_name": name, "cell": where.cell, "line": where.line}

    def _lookup(self, name: str) -> Callable[..., Any]:
        """The callable of a global's name, or of a kept object: see `Kept.target`."""
        try:
            return self._kept.target(name)
        except LookupError:
            raise _Reply(status=CallStatus.MISSING) from None

    def _arguments(self, packed: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
        try:
            args, kwargs = map_leaves(self._kept.argument, packed)
        except IndexError:  # an object that is not here
            raise _Reply(status=CallStatus.MISSING) from None
        except LeftOut as error:
            raise _Reply(status=CallStatus.FORBIDDEN, error_name=error.library) from None
        except (LookupError, ImportError) as error:  # a function or a library that is not here
            lacking = ImportError if isinstance(error, ImportError) else NameError
            raise _Reply(status=CallStatus.RAISED, error_name=lacking.__name__) from None
        return tuple(args), dict(kwargs)

    def _pack(self, value: object, arrays: list[np.ndarray]) -> Any:
        try:
            return plain.pack(value, arrays, self._kept.keep)
        except Exception as error:  # converting a student's object runs the student's code
            name = "TooDeep" if isinstance(error, plain.Malformed) else type(error).__name__
            raise _Reply(status=CallStatus.MALFORMED, error_name=name) from None

    def _describe(self, request: wire.Frame, _: list[np.ndarray]) -> dict[str, Any]:
        name = request.message["name"]
        if name not in self._shell.user_ns:
            return {"kind": "missing"}
        value = self._shell.user_ns[name]
        if not callable(value):
            return {"kind": "value"}
        try:
            parameters = inspect.signature(value).parameters.values()
        except Exception:
            return {"kind": "function", "parameters": None, "required": 0, "accepts": -1}
        positional = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        return {
            "kind": "function",
            "parameters": [str(p.name) for p in parameters],
            "required": sum(p.default is p.empty for p in positional),
            "accepts": -1 if any(p.kind is p.VAR_POSITIONAL for p in parameters) else len(positional),
        }

    def _value(self, request: wire.Frame, arrays: list[np.ndarray]) -> dict[str, Any]:
        name = request.message["name"]
        if name not in self._shell.user_ns:
            return {"status": CallStatus.MISSING}
        return {"status": CallStatus.OK, "value": self._pack(self._shell.user_ns[name], arrays)}


def _asked_for(
    args: tuple[Any, ...], kwargs: dict[str, Any], generators: list[int]
) -> tuple[tuple[Any, ...], dict[str, Any], list[np.random.Generator]]:
    """The arguments of a call that another session asks for, as they were there; and its generators."""
    values = [as_scalars(value) for value in (*args, *kwargs.values())]
    made = []
    for place in generators:
        try:
            values[place] = as_generator(values[place])
        except Exception:  # the state comes from a student's process
            raise _Reply(status=CallStatus.RAISED, error_name="TypeError") from None
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
        raise _Reply(status=CallStatus.SIGNATURE, error_name="TypeError") from None


def _unpacks(reply: dict[str, Any], arrays: list[np.ndarray]) -> bool:
    """False when the trusted side would refuse the value for its number of parts."""
    try:
        for key in ("value", "args_after"):
            plain.unpack(reply.get(key), arrays)
    except plain.Malformed:
        return False
    return True
