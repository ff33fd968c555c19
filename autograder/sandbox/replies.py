"""Reads the worker's replies, whose every part may be a lie: only the expected shapes and types get through."""

from __future__ import annotations

import json
from typing import Any

from autograder.model import plain
from autograder.model.calls import CallStatus
from autograder.model.markers import Function, Handle, Opaque, Rng, Tensor
from autograder.model.plain import Malformed
from autograder.sandbox import wire
from autograder.sandbox.results import Asked, CallResult, CellResult, CellStatus, Description

_MAX_TEXT = 4000  # of an error's name or message
_FROM_WORKER = {
    status.value: status
    for status in (
        CallStatus.OK,
        CallStatus.RAISED,
        CallStatus.SIGNATURE,
        CallStatus.MISSING,
        CallStatus.FORBIDDEN,
        CallStatus.MEMORY,
        CallStatus.MALFORMED,
        CallStatus.TOO_LARGE,
    )
}  # what only this side can know is no reply
_OUTPUT_TEXTS = {"stream": ("name", "text"), "error": ("ename", "evalue")}


def cell(frame: wire.Frame, seconds: float, waited: float = 0.0) -> CellResult:
    """The result of a cell."""
    message = frame.message
    outputs = message.get("outputs")
    if type(outputs) is not list:
        raise Malformed("no list of outputs")
    error_name = _text(message, "error_name")
    status = CellStatus.ERROR if error_name else CellStatus.OK
    return CellResult(
        CellStatus.MEMORY if error_name in ("MemoryError", "_ArrayMemoryError") else status,
        tuple(map(_output, outputs)),
        message.get("truncated") is True,
        error_name,
        _text(message, "error_message"),
        _line(message),
        seconds,
        waited,
    )


def call(frame: wire.Frame, seconds: float, waited: float = 0.0) -> CallResult:
    """The result of a call or of a question for a value."""
    message = frame.message
    status = _FROM_WORKER.get(_text(message, "status"))
    if status is None:
        raise Malformed("no status")
    after = plain.unpack(message.get("args_after"), frame.arrays)
    if after is not None and type(after) is not tuple:
        raise Malformed("the arguments are not a tuple")
    return CallResult(
        status,
        plain.unpack(message.get("value"), frame.arrays),
        _text(message, "error_name"),
        _line(message),
        _text(message, "cell"),
        after,
        seconds,
        waited,
    )


def asked(frame: wire.Frame) -> Asked:
    """A call of a replaced function, as the worker asks for it."""
    message = frame.message
    call = plain.unpack(message.get("args"), frame.arrays)
    if type(call) is not tuple or [type(part) for part in call] != [list, dict]:
        raise Malformed("a call has arguments")
    args, kwargs = call
    if not all(type(name) is str for name in kwargs):
        raise Malformed("keyword arguments have names")
    places = message.get("generators")
    if type(places) is not list or not all(type(place) is int for place in places):
        raise Malformed("generators are told by their places")
    if not all(0 <= place < len(args) + len(kwargs) for place in places):
        raise Malformed("a generator outside the arguments")
    return Asked(_text(message, "ask"), tuple(args), kwargs, tuple(places))


def travels(value: Any) -> bool:
    """Whether a value, or all arguments of an `Asked`, are plain data with nothing that stays behind."""
    if type(value) is Asked:
        return travels(value.args) and travels(value.kwargs)
    if type(value) in (list, tuple):
        return all(map(travels, value))
    if type(value) is dict:
        return all(map(travels, value.values()))
    return type(value) not in (Handle, Opaque, Rng, Tensor, Function)


def answer(result: CallResult) -> tuple[dict[str, Any], list[Any]]:
    """The frame that answers a call of a replaced function: a value, or the class name of an exception."""
    names = {CallStatus.RAISED: result.error_name, CallStatus.SIGNATURE: "TypeError"}
    if result.status is not CallStatus.OK or not travels(result.value):
        return {"raised": names.get(result.status, "RuntimeError")}, []
    arrays: list[Any] = []
    value = plain.pack(result.value, arrays)
    return {"raised": "", "value": value, "states": plain.pack(result.args_after, arrays)}, arrays


def description(frame: wire.Frame, _: float, __: float = 0.0) -> Description:
    """What a name is."""
    message = frame.message
    kind, parameters = _text(message, "kind"), message.get("parameters")
    if kind not in ("missing", "function", "value"):
        raise Malformed("no kind")
    if parameters is not None:
        if type(parameters) is not list or len(parameters) > 255 or not all(type(name) is str for name in parameters):
            raise Malformed("parameters are names")
        parameters = tuple(parameters)
    counts = [message.get(key, 0) for key in ("required", "accepts")]
    if not all(type(count) is int and -1 <= count <= 255 for count in counts):
        raise Malformed("parameters are counted")
    return Description(kind, parameters, *counts)


def stopped_cell(reason: str, used: float, waited: float) -> CellResult:
    """The result of a cell whose process was stopped, or that never ran."""
    status = CellStatus.MALFORMED if reason == "TOO_LARGE" else CellStatus(reason)
    return CellResult(status, seconds=used, waited=waited)


def stopped_call(reason: str, used: float, waited: float) -> CallResult:
    """The result of a call whose process was stopped, or that was never made."""
    return CallResult(CallStatus[reason], seconds=used, waited=waited)


def _text(message: dict[str, Any], key: str) -> str:
    value = message.get(key, "")
    if type(value) is not str:
        raise Malformed(f"{key} is not text")
    return value[:_MAX_TEXT]


def _line(message: dict[str, Any]) -> int | None:
    line = message.get("line")
    return line if type(line) is int and 0 < line < 10**6 else None


def _output(output: Any) -> dict[str, Any]:
    """One nbformat output, rebuilt from the parts that nbformat knows."""
    if type(output) is not dict:
        raise Malformed("an output is an object")
    kind = output.get("output_type")
    if kind in _OUTPUT_TEXTS:
        first, second = _OUTPUT_TEXTS[kind]
        result: dict[str, Any] = {"output_type": kind, first: _all(output, first), second: _all(output, second)}
        if kind == "stream" and result["name"] not in ("stdout", "stderr"):
            raise Malformed("an unknown stream")
        if kind == "error":
            result["traceback"] = _texts(output.get("traceback"))
        return result
    if kind not in ("display_data", "execute_result"):
        raise Malformed("an unknown kind of output")
    data, metadata = output.get("data"), output.get("metadata")
    if type(data) is not dict or type(metadata) is not dict:
        raise Malformed("an output's data is an object")
    result = {"output_type": kind, "data": {name: _datum(name, datum) for name, datum in data.items()}}
    result["metadata"] = metadata
    if kind == "execute_result":
        count = output.get("execution_count")
        result["execution_count"] = count if type(count) is int else None
    return result


def _all(output: dict[str, Any], key: str) -> str:
    value = output.get(key)
    if type(value) is not str:
        raise Malformed(f"{key} is not text")
    return value


def _texts(value: Any) -> list[str]:
    if type(value) is not list or not all(type(line) is str for line in value):
        raise Malformed("a traceback is a list of lines")
    return value


def _datum(kind: str, datum: Any) -> Any:
    """Text, or JSON for the kinds that are JSON."""
    if type(datum) is str or kind == "application/json" or kind.endswith("+json"):
        return datum
    return json.dumps(datum)
