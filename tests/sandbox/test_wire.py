"""The codec of frames, fed with what it never writes."""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograder.model import plain
from autograder.sandbox import wire
from autograder.sandbox.wire import Caps, Closed, Malformed, TooLarge

CAPS = Caps(header=2**20, body=2**20)
DTYPES = [
    np.dtype(name) for name in ("?", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8", ">f8", ">i4")
]


def joined(message: dict[str, Any], arrays: list[np.ndarray]) -> bytes:
    return b"".join(map(bytes, wire.encode(wire.Frame(message, arrays))))


def received(data: bytes) -> wire.Frame:
    """What comes out of a socket into which `data` was written before it was closed."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**21)
        theirs.sendall(data)
        theirs.close()
        return wire.receive(ours, CAPS)


@given(
    st.lists(st.sampled_from(DTYPES).flatmap(lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, min_side=0))))
)
@settings(max_examples=100, deadline=None, database=None)
def test_arrays_arrive_as_they_were(arrays: list[np.ndarray]) -> None:
    frame = received(joined({"id": 1}, arrays))
    assert frame.header == {"id": 1}
    assert len(frame.arrays) == len(arrays)
    for sent, came in zip(arrays, frame.arrays, strict=True):
        assert came.dtype == sent.dtype.newbyteorder("=")
        assert came.flags.writeable
        np.testing.assert_array_equal(came, sent)


def test_strided_and_reversed_arrays_arrive_as_they_look() -> None:
    array = np.arange(24.0).reshape(4, 6)
    for view in (array.T, array[::-1], array[:, ::2], array[1, 2]):
        np.testing.assert_array_equal(received(joined({}, [np.asarray(view)])).arrays[0], view)


@given(st.binary(max_size=200))
@settings(max_examples=200, deadline=None, database=None)
def test_random_bytes_are_refused(data: bytes) -> None:
    with pytest.raises((Malformed, Closed)):
        received(data)


@given(st.integers(0, 200), st.integers(0, 255))
@settings(max_examples=200, deadline=None, database=None)
def test_one_changed_byte_is_read_or_refused(position: int, byte: int) -> None:
    data = bytearray(joined({"id": 1, "value": {"l": [1, {"a": 0}]}}, [np.arange(8.0)]))
    data[position % len(data)] = byte
    try:
        frame = received(bytes(data))
        plain.unpack(frame.header.get("value"), frame.arrays)
    except (Malformed, Closed):
        pass


@given(st.integers(0, 150))
@settings(max_examples=100, deadline=None, database=None)
def test_a_frame_that_ends_early_is_the_other_side_leaving(length: int) -> None:
    data = joined({"id": 1}, [np.arange(16.0)])
    with pytest.raises(Closed):
        received(data[: length % len(data)])


@pytest.mark.parametrize(("header", "body"), [(2**20 + 1, 0), (2**32 - 1, 0), (10, 2**20 + 1), (10, 2**64 - 1)])
def test_nothing_is_allocated_for_a_frame_above_the_cap(header: int, body: int) -> None:
    with pytest.raises(TooLarge):
        received(struct.pack("<4sIQ", b"AGF1", header, body))


@pytest.mark.parametrize(
    "shapes",
    [
        None,
        {},
        [3],
        [["<f8"]],
        [["<f8", 2]],
        [[8, [1]]],
        [["<f8", [1.0]]],
        [["<f8", [True]]],
        [["<f8", [-1]]],
        [["<f8", ["1"]]],
        [["<f8", [2]]],
        [["<f8", [0]]],
        [["|O", [1]]],
        [["<U2", [1]]],
        [["<c16", [1]]],
        [["<M8[s]", [1]]],
        [["<f16", [1]]],
        [["<f8,<f8", [1]]],
        [["|V8", [1]]],
        [[">f8", [1]]],
        [["<f8", [1] * 40]],
        [["<f8", [0] * 40]],
        [["<f8", [2**62, 4]]],
        [["<f8", [0, 2**40, 2**40]], ["<f8", [1]]],
        [["<f8", []], ["<f8", []]],
        [["|u1", [0]]] * 20_000,
    ],
)
def test_arrays_that_do_not_fit_are_refused(shapes: Any) -> None:
    with pytest.raises(Malformed):
        wire.decode(json.dumps({"arrays": shapes}).encode(), bytearray(8))


def test_a_truth_value_is_zero_or_one() -> None:
    with pytest.raises(Malformed):
        wire.decode(b'{"arrays":[["|b1",[2]]]}', bytearray([1, 2]))


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"[]",
        b"1",
        b"null",
        b'"x"',
        b"{",
        b'{"arrays":[]',
        b"\xff",
        b"\x00",
        b"[" * 10**5,
        b'{"a":' * 10**5,
        b'{"arrays":[],"x":' + b"1" * 21 + b"}",
        b'{"arrays":[],"x":' + b"7" * 10**6 + b"}",
    ],
)
def test_headers_that_are_not_ours_are_refused(header: bytes) -> None:
    with pytest.raises(Malformed):
        wire.decode(header, bytearray())


def test_lone_surrogates_become_text_that_can_be_written() -> None:
    frame = wire.decode(rb'{"arrays":[],"x":["\ud800", {"\udfff": "\ud83d\ude00"}]}', bytearray())
    assert frame.header["x"] == ["?", {"?": "😀"}]
