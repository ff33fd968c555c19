"""What decoding lets through: every message comes back as it was, and nothing else does, however it is made."""

from __future__ import annotations

import json
import socket
from dataclasses import MISSING, fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.model import plain
from autograder.model.calls import CallStatus
from autograder.model.markers import Handle, Opaque, Rng
from autograder.sandbox import CellStatus, protocol, wire
from autograder.sandbox.fields import MAX_LINE, MAX_TEXT
from autograder.sandbox.protocol import (
    Asked,
    Call,
    CallResult,
    CellResult,
    Failed,
    GetValue,
    Kind,
    NewSession,
    PutFiles,
    Ready,
    Replace,
    RunCell,
)
from autograder.sandbox.wire import Malformed

OUTPUTS = (
    {"output_type": "stream", "name": "stderr", "text": "a"},
    {"output_type": "error", "ename": "E", "evalue": "e", "traceback": ["line"]},
    {"output_type": "display_data", "data": {"text/plain": "x", "application/json": [1]}, "metadata": {}},
    {"output_type": "execute_result", "data": {"text/plain": "3"}, "metadata": {"a": 1}, "execution_count": 3},
)
MESSAGES = [
    Ready(),
    Failed("why", "what to do", "module"),
    NewSession("/tmp/work"),
    RunCell("1 + 1\n", "cell 3"),
    CellResult(CellStatus.OK, OUTPUTS),
    CellResult(CellStatus.ERROR, truncated=True, error_name="ValueError", error_message="text", line=3),
    Call("f", (1, [2.5, {"a": (None,)}], Rng(3)), {"key": "x"}),
    Call("#3.predict", (), {}, writeable=False, watch=True, generators=(0, 2)),
    GetValue("x"),
    PutFiles({"tables/a.csv": [1, 2]}),
    Replace(("f", "g")),
    CallResult(CallStatus.OK, [Handle(1, "Model"), Opaque("complex"), {1, 2}, 2**70], args_after=(1,)),
    CallResult(CallStatus.RAISED, error_name="KeyError", line=2, cell="cell 3"),
    Asked("f", (1, {"state": 2}), {"n": 3}, (1,)),
]
KINDS = tuple(kind.value for kind in Kind)


def travelled(message: object, request: int = 7) -> wire.Frame:
    """The frame as it arrives."""
    prefix_and_header, *buffers = wire.encode(protocol.encode(message, request))
    return wire.decode(bytes(prefix_and_header)[16:], bytearray(b"".join(buffers)))


def test_every_kind_is_tried() -> None:
    assert {type(message) for message in MESSAGES} == set(KINDS)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_every_message_comes_back_as_it_was(message: object) -> None:
    assert protocol.decode(travelled(message), type(message)) == (message, 7)


def test_arrays_come_back_in_their_fields() -> None:
    sent = Call("f", (np.arange(3), [np.ones((2, 2))]), {"w": np.zeros(0)})
    got, _ = protocol.decode(travelled(sent), Call)
    np.testing.assert_array_equal(got.args[0], sent.args[0])
    np.testing.assert_array_equal(got.args[1][0], sent.args[1][0])
    assert got.kwargs["w"].shape == (0,)


def test_what_is_measured_here_does_not_travel() -> None:
    for sent in (CallResult(CallStatus.OK, 1, seconds=5.0, waited=2.0), CellResult(CellStatus.OK, seconds=5.0)):
        got, _ = protocol.decode(travelled(sent), type(sent))
        assert got == replace(sent, seconds=0.0, waited=0.0)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_that_nobody_waits_for_is_refused(message: object) -> None:
    others = [kind for kind in KINDS if kind is not type(message)]
    with pytest.raises(Malformed, match="nobody waits for such a message"):
        protocol.decode(travelled(message), *others)


@pytest.mark.parametrize("kind", [None, 3, "", "call", "Kind", "name", ["CALL"], {"a": 1}])
def test_an_unknown_kind_is_refused(kind: Any) -> None:
    frame = travelled(Ready())
    frame.header["kind"] = kind
    with pytest.raises(Malformed, match="nobody waits"):
        protocol.decode(frame, *KINDS)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_fields_are_all_there_and_no_other(message: object) -> None:
    needed = {field.name for field in fields(message) if field.default is MISSING}
    for name in ("kind", "request", *needed):
        frame = travelled(message)
        del frame.header[name]
        with pytest.raises(Malformed):
            protocol.decode(frame, *KINDS)
    frame = travelled(message)
    frame.header["seconds"] = 0.0
    with pytest.raises(Malformed, match="other fields"):
        protocol.decode(frame, *KINDS)


WRONG = {
    "request": (None, 1.0, True, "1", [1]),
    "status": (None, 1, "OK!", "timeout", "TIMEOUT", "died", "DIED", "wrong_return", ["ok"]),
    "error_name": (None, 3, ["E"]),
    "error_message": (None, 3),
    "cell": (None, 3),
    "truncated": (None, 0, 1, "yes"),
    "args_after": ({"l": [1]}, 1, {"d": []}),
    "value": ({"z": 1}, [1], {"a": 0}, {"t": 1}, {}),
    "args": (None, {"l": [1]}, 1, {"d": []}, [1]),
    "kwargs": (None, {"l": []}, {"d": [[1, 2]]}, {"d": [["a"]]}, {}),
    "generators": (None, 0, [-1], [True], ["0"], [2], [0.0]),
    "function": (None, 3),
    "outputs": (
        None,
        {"a": 1},
        ["text"],
        [{}],
        [{"output_type": "script"}],
        [{"output_type": ["stream"]}],
        [{"output_type": "stream", "name": "stdin", "text": "x"}],
        [{"output_type": "stream", "name": ["stdout"], "text": "x"}],
        [{"output_type": "stream", "name": "stdout", "text": 3}],
        [{"output_type": "stream", "name": "stdout"}],
        [{"output_type": "error", "ename": "E"}],
        [{"output_type": "error", "ename": "E", "evalue": "e", "traceback": "text"}],
        [{"output_type": "error", "ename": "E", "evalue": "e", "traceback": [1]}],
        [{"output_type": "display_data", "data": [], "metadata": {}}],
        [{"output_type": "display_data", "data": {}, "metadata": None}],
        [{"output_type": "execute_result", "metadata": {}}],
    ),
}
FROM_WORKERS = (CellResult(CellStatus.OK, OUTPUTS), CallResult(CallStatus.OK, 1), Asked("f", (1,), {"n": 3}))


@pytest.mark.parametrize(
    ("message", "name", "value"),
    [
        pytest.param(message, name, value, id=f"{type(message).__name__}-{name}-{json.dumps(value)[:40]}")
        for message in FROM_WORKERS
        for name in ("request", *(field.name for field in fields(message)))
        for value in WRONG.get(name, ())
    ],
)
def test_a_field_out_of_its_bounds_is_refused(message: object, name: str, value: Any) -> None:
    """Everything else of the message is right, so it is this field alone that is refused."""
    frame = travelled(message)
    assert protocol.decode(frame, type(message)) == (message, 7)
    frame.header[name] = value
    with pytest.raises(Malformed):
        protocol.decode(frame, type(message))


def test_every_field_that_a_worker_fills_is_tried() -> None:
    filled = {field.name for message in FROM_WORKERS for field in fields(message)}
    assert filled - WRONG.keys() == {
        "line",
        "seconds",
        "waited",
    }  # an odd line has a test of its own; two do not travel


@pytest.mark.parametrize("line", [0, -1, MAX_LINE, 10**18, True, 2.0, "3", [3], None])
def test_an_odd_line_is_none(line: Any) -> None:
    frame = travelled(CallResult(CallStatus.RAISED, error_name="E", line=2))
    assert protocol.decode(frame, CallResult)[0].line == 2
    frame.header["line"] = line
    assert protocol.decode(frame, CallResult)[0].line is None


def test_long_names_are_cut_and_long_sources_are_not() -> None:
    frame = travelled(CallResult(CallStatus.RAISED, error_name="x" * 10**6))
    assert len(protocol.decode(frame, CallResult)[0].error_name) == MAX_TEXT
    assert len(protocol.decode(travelled(RunCell("x" * 10**6, "cell")), RunCell)[0].source) == 10**6


@pytest.mark.parametrize("depth", [25, 200, 900])
def test_nesting_is_limited(depth: int) -> None:
    tree: Any = None
    for _ in range(depth):
        tree = {"l": [tree]}
    frame = travelled(CallResult(CallStatus.OK))
    frame.header["value"] = tree
    with pytest.raises(Malformed, match="too deep"):
        protocol.decode(frame, CallResult)


def test_a_status_is_one_that_a_worker_may_know() -> None:
    """The rest of a frame being right, only its status decides."""

    def is_read(status: str, message: CallResult | CellResult) -> bool:
        frame = travelled(message)
        frame.header["status"] = status
        try:
            return protocol.decode(frame, type(message))[0].status == status
        except Malformed:
            return False

    ours = {status for status in CallStatus if not is_read(status.value, CallResult(CallStatus.OK))}
    assert ours == {
        CallStatus.TIMEOUT,
        CallStatus.DIED,
        CallStatus.NO_METHOD,
        CallStatus.WRONG_RETURN,
        CallStatus.WRONG_LENGTHS,
        CallStatus.OTHER_SHAPE,
    }
    told = {status for status in CellStatus if is_read(status.value, CellResult(CellStatus.OK))}
    assert told == {CellStatus.OK, CellStatus.ERROR, CellStatus.MEMORY}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from([*"adltshior", "tensor", "function", "type", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.sampled_from(MESSAGES), st.data(), st.binary(max_size=32))
@settings(max_examples=1000, deadline=None, database=None)
def test_any_frame_is_within_its_bounds_or_malformed(message: object, data: st.DataObject, body: bytes) -> None:
    """Frames that are right but for some fields, which hold, lack or add anything."""
    header = dict(travelled(message).header)
    for name in data.draw(st.lists(st.sampled_from([*header, "id", "seconds"]), max_size=3)):
        header[name] = data.draw(JSON | st.sampled_from([kind.name for kind in Kind] + list(CallStatus)))
    if data.draw(st.integers(0, 9)) == 0:
        header.pop(data.draw(st.sampled_from(sorted(header))))
    header["arrays"] = data.draw(st.sampled_from([[["|u1", [len(body)]]]] * 3 + [[], None]))
    try:
        got, request = protocol.decode(wire.decode(json.dumps(header).encode(), bytearray(body)), *KINDS)
    except Malformed:
        return
    assert type(request) is int
    assert type(got) in KINDS
    for field in fields(got):
        value = getattr(got, field.name)
        if isinstance(value, str):
            assert len(value) <= MAX_TEXT
        elif field.name in ("args", "outputs", "functions"):
            assert type(value) is tuple
    assert plain.pack([getattr(got, field.name) for field in fields(got)], []) is not None
    again, _ = protocol.decode(travelled(got), type(got))
    assert type(again) is type(got)


def test_packets_bring_descriptors_and_an_end_is_told() -> None:
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with ours, theirs:
        protocol.send_packet(theirs, NewSession("/tmp/work"), [0, 1])
        order, descriptors = protocol.receive_packet(ours, NewSession, descriptors=2)
        assert order == NewSession("/tmp/work")
        assert len(descriptors) == 2
        for descriptor in descriptors:
            socket.close(descriptor)
        theirs.send(b"{}")
        with pytest.raises(Malformed):
            protocol.receive_packet(ours, Ready, Failed)
        theirs.close()
        with pytest.raises(wire.Closed):
            protocol.receive_packet(ours, Ready, Failed)
