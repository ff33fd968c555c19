"""Frames between the trusted side and the worker: sizes, a JSON header, raw array buffers.  No pickle.

A frame is a 16-byte prefix (magic, header length, body length), the header, and the arrays' bytes one after
another.  The header lists each array's dtype and shape.  Nothing is allocated before its size was checked.
"""

from __future__ import annotations

import json
import math
import select
import socket
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.model.plain import Malformed

_PREFIX = struct.Struct("<4sIQ")
_MAGIC = b"AGF1"
_DTYPES = {
    dtype: np.dtype(dtype)
    for dtype in ("|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f2", "<f4", "<f8")
}
_MAX_ARRAYS = 10_000  # a network's parameters are a few dozen
_MAX_DIMENSIONS = 32  # what every numpy version allows
_MAX_DIGITS = 20  # of an integer in a header; larger ones travel as text, see plain.pack
_CHUNK = 2**18  # socket buffers hold about this much


class TooLarge(Malformed):
    """A frame that says it is larger than the cap."""


class Closed(Exception):
    """The other side has gone."""


@dataclass(frozen=True)
class Frame:
    """One message as it travels: a JSON object and its arrays."""

    header: dict[str, Any]
    arrays: list[np.ndarray]


@dataclass(frozen=True)
class Caps:
    """The largest header and the largest body that will be read."""

    header: int
    body: int


def encode(frame: Frame) -> list[bytes | memoryview]:
    """The buffers to send, in order."""
    native = [np.asarray(array, dtype=array.dtype.newbyteorder("<"), order="C") for array in frame.arrays]
    shapes = [[array.dtype.str, list(array.shape)] for array in native]
    header = _ENCODER.encode({**frame.header, "arrays": shapes}).encode("ascii")
    body = sum(array.nbytes for array in native)
    buffers = [array.reshape(-1).view(np.uint8).data for array in native if array.nbytes]
    return [_PREFIX.pack(_MAGIC, len(header), body) + header, *buffers]


def decode(header: bytes | bytearray, body: bytearray) -> Frame:
    """The frame of a header and its body.  Raises `Malformed` for anything that `encode` would not write."""
    try:
        tree = _DECODER.decode(header.decode("ascii"))
        if b"\\ud" in header or b"\\uD" in header:
            tree = _without_lone_surrogates(tree)
    except (ValueError, RecursionError) as error:
        raise Malformed("the header is not JSON") from error
    if type(tree) is not dict:
        raise Malformed("the header is not an object")
    return Frame(tree, _arrays(tree.pop("arrays", None), body))


def _small_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise Malformed("an integer with too many digits")
    return int(digits)


_ENCODER = json.JSONEncoder(separators=(",", ":"))
_DECODER = json.JSONDecoder(parse_int=_small_int)


def _without_lone_surrogates(tree: Any) -> Any:
    """The tree with text that can be written as UTF-8."""
    if type(tree) is str:
        return tree.encode("utf-8", "replace").decode()
    if type(tree) is list:
        return [_without_lone_surrogates(item) for item in tree]
    if type(tree) is dict:
        return {_without_lone_surrogates(key): _without_lone_surrogates(item) for key, item in tree.items()}
    return tree


def _arrays(shapes: Any, body: bytearray) -> list[np.ndarray]:
    if type(shapes) is not list or len(shapes) > _MAX_ARRAYS:
        raise Malformed("no list of arrays")
    arrays: list[np.ndarray] = []
    offset = 0
    for entry in shapes:
        if type(entry) is not list or len(entry) != 2 or type(entry[0]) is not str or type(entry[1]) is not list:
            raise Malformed("an array is described by its dtype and shape")
        dtype, shape = _DTYPES.get(entry[0]), entry[1]
        if dtype is None or len(shape) > _MAX_DIMENSIONS:
            raise Malformed("an array of this kind may not travel")
        if not all(type(length) is int and 0 <= length <= 2**40 for length in shape):
            raise Malformed("an impossible shape")
        count = math.prod(shape)
        if offset + count * dtype.itemsize > len(body):
            raise Malformed("an array is larger than the frame's body")
        try:
            array = np.frombuffer(body, dtype, count, offset) if count else np.empty(0, dtype)
            arrays.append(array.reshape(shape))
        except ValueError as error:  # an empty array whose other lengths overflow
            raise Malformed("an impossible shape") from error
        if dtype.kind == "b" and array.view(np.uint8).max(initial=0) > 1:
            raise Malformed("a truth value other than 0 and 1")
        offset += count * dtype.itemsize
    if offset != len(body):
        raise Malformed("bytes that belong to no array")
    return arrays


Wait = Callable[[int], None]
"""Returns when the socket is ready for POLLIN or POLLOUT, or raises to give up."""


def send(connection: socket.socket, buffers: Sequence[bytes | memoryview], wait: Wait | None = None) -> None:
    """Send a frame.  Raises `Closed`, or whatever `wait` raises; without `wait` the socket must block."""
    for view in _joined(buffers):
        while view:
            try:
                view = view[connection.send(view[:_CHUNK]) :]
            except BlockingIOError:
                if wait is None:
                    raise
                wait(select.POLLOUT)
            except OSError as error:
                raise Closed from error


def _joined(buffers: Sequence[bytes | memoryview]) -> Iterator[memoryview]:
    """The same bytes with small buffers put together: each message costs a switch between two processes."""
    small: list[bytes | memoryview] = []
    for buffer in buffers:
        if len(buffer) < _CHUNK:
            small.append(buffer)
            continue
        yield memoryview(b"".join(small))
        yield memoryview(buffer)
        small = []
    yield memoryview(b"".join(small))


def receive(connection: socket.socket, caps: Caps, wait: Wait | None = None) -> Frame:
    """The next frame.  Raises `Closed`, `Malformed`, `TooLarge`, or whatever `wait` raises."""
    prefix = bytearray(_PREFIX.size)
    _fill(connection, [prefix], wait)
    magic, header_length, body_length = _PREFIX.unpack(prefix)
    if magic != _MAGIC:
        raise Malformed("not a frame")
    if header_length > caps.header or body_length > caps.body:
        raise TooLarge("the frame is larger than the cap")
    header, body = bytearray(header_length), bytearray(body_length)
    _fill(connection, [header, body], wait)
    return decode(header, body)


def _fill(connection: socket.socket, buffers: Sequence[bytearray], wait: Wait | None) -> None:
    views = [memoryview(buffer) for buffer in buffers if buffer]
    while views:
        try:
            count = connection.recvmsg_into(views)[0]
        except BlockingIOError:
            if wait is None:
                raise
            wait(select.POLLIN)
            continue
        except OSError as error:
            raise Closed from error
        if count == 0:
            raise Closed
        while views and count >= len(views[0]):
            count -= len(views.pop(0))
        if count:
            views[0] = views[0][count:]
