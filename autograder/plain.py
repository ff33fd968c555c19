"""Plain data: the only values that cross between student code and trusted code, or are stored in a bank.

`pack` turns a value into a JSON tree plus a list of numpy arrays, `unpack` turns them back.  Plain data
is None, bool, int, float, str, list, tuple, dict, set, bool/int/float arrays, and the three markers
below.  No pickle.  Stdlib and numpy alone: this module also runs beside student code.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_DEPTH = 24  # deeper than any answer in any exercise; bounds recursion in the decoder
MAX_NODES = 200_000  # a list of a few hundred numbers is usual
MAX_INT_DIGITS = 400  # covers every float's magnitude; a million digits is an attack


class Malformed(ValueError):
    """The tree is not one that `pack` writes, or is larger than the limits."""


@dataclass(frozen=True)
class Handle:
    """An object that stays inside the implementation (a fitted model, say); only its number travels."""

    number: int
    type_name: str


@dataclass(frozen=True)
class Opaque:
    """A value that is not plain data and may not travel (a generator, a masked array)."""

    type_name: str


@dataclass(frozen=True)
class Rng:
    """A random generator as an argument: arrives as `np.random.default_rng(seed)`."""

    seed: int


def is_exactly_plain_scalar(value: object) -> bool:
    """True for None, bool, int, float and str themselves; subclasses may lie about comparison."""
    return value is None or type(value) in (bool, int, float, str)


def pack(value: object, arrays: list[np.ndarray], keep: Callable[[object], Handle] | None = None) -> Any:
    """Return the JSON tree of `value`, appending its arrays to `arrays`.

    `keep` stores an object that is not plain data and returns its handle; without it such an object
    becomes `Opaque`.  Raises `Malformed` when the value is nested too deeply.
    """
    return _pack(value, arrays, keep, 0)


def _pack(value: Any, arrays: list[np.ndarray], keep: Callable[[object], Handle] | None, depth: int) -> Any:
    if depth > MAX_DEPTH:
        raise Malformed("nested too deeply")
    kind = type(value)
    if kind is int and not -(2**63) <= value < 2**63:
        return {"i": str(value)} if value.bit_length() < 3 * MAX_INT_DIGITS else {"o": "huge int"}
    if is_exactly_plain_scalar(value):
        return value
    if kind in (list, tuple):
        return {"l" if kind is list else "t": [_pack(item, arrays, keep, depth + 1) for item in value]}
    if kind in (set, frozenset):
        return {"s": [_pack(item, arrays, keep, depth + 1) for item in sorted(value, key=repr)]}
    if kind is dict:
        pairs = [[_pack(k, arrays, keep, depth + 1), _pack(v, arrays, keep, depth + 1)] for k, v in value.items()]
        return {"d": pairs}
    if kind is Handle:
        return {"h": value.number, "type": value.type_name}
    if kind is Rng:
        return {"r": value.seed}
    if kind is Opaque:
        return {"o": value.type_name}
    array = _as_array(value)
    if array is not None:
        if array.dtype.kind == "U" and array.dtype.itemsize:
            return _pack(array.tolist(), arrays, keep, depth + 1)
        arrays.append(array)
        return {"a": len(arrays) - 1}
    if keep is not None and not isinstance(value, (str, bytes, np.ndarray, np.generic, complex)):
        handle = keep(value)
        return {"h": handle.number, "type": handle.type_name}
    return {"o": _type_name(value)}


def _as_array(value: Any) -> np.ndarray | None:
    """The bool, integer, float or text array that `value` is or converts to, else None."""
    if isinstance(value, np.ma.MaskedArray):
        return None
    try:
        if isinstance(value, (np.ndarray, np.generic)):
            array = np.array(value, copy=True, subok=False)
        elif isinstance(value, (bool, int, float)):  # a subclass: only its number travels
            array = np.array(float(value))
        elif hasattr(type(value), "detach"):  # a torch tensor
            array = np.array(value.detach().cpu().numpy())
        elif hasattr(type(value), "__array__"):
            array = np.array(value)
        else:
            return None
    except Exception:  # a student's object may raise anything while it is converted
        return None
    if array.dtype.kind in "biuU" or (array.dtype.kind == "f" and array.dtype.itemsize <= 8):
        return np.asarray(array, order="C")
    return None


def _type_name(value: object) -> str:
    if isinstance(value, np.ndarray) and type(value) is np.ndarray:
        return f"{value.dtype} array"[:60]
    return str(type(value).__name__)[:60]


def unpack(tree: Any, arrays: list[np.ndarray]) -> Any:
    """The value that `pack` packed.  Raises `Malformed` for any other tree, however hostile."""
    budget = [MAX_NODES]
    return _unpack(tree, arrays, budget, 0)


def _unpack(tree: Any, arrays: list[np.ndarray], budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if depth > MAX_DEPTH or budget[0] < 0:
        raise Malformed("too deep or too many parts")
    if is_exactly_plain_scalar(tree):
        return tree
    if type(tree) is not dict or not 1 <= len(tree) <= 2:
        raise Malformed("not a packed value")
    key = next(iter(tree))
    body = tree[key]
    if key in ("l", "t", "s") and type(body) is list:
        items = [_unpack(item, arrays, budget, depth + 1) for item in body]
        return _container(key, items)
    if key == "d" and type(body) is list:
        return _dictionary(body, arrays, budget, depth)
    if key == "a" and type(body) is int and 0 <= body < len(arrays):
        return arrays[body]
    if key == "i" and type(body) is str and len(body) <= MAX_INT_DIGITS:
        try:
            return int(body)
        except ValueError as error:
            raise Malformed("not an integer") from error
    if key == "h" and type(body) is int and type(tree.get("type")) is str:
        return Handle(body, tree["type"][:60])
    if key == "r" and type(body) is int:
        return Rng(body)
    if key == "o" and type(body) is str:
        return Opaque(body[:60])
    raise Malformed("not a packed value")


def _container(key: str, items: list[Any]) -> Any:
    if key == "l":
        return items
    if key == "t":
        return tuple(items)
    if not all(is_exactly_plain_scalar(item) for item in items):
        raise Malformed("a set of something other than plain scalars")
    return set(items)


def _dictionary(pairs: list[Any], arrays: list[np.ndarray], budget: list[int], depth: int) -> dict[Any, Any]:
    """Keys are strings (whose hash is salted) or at most 1000 others: equal hashes are quadratic work."""
    others = 0
    result: dict[Any, Any] = {}
    for pair in pairs:
        if type(pair) is not list or len(pair) != 2:
            raise Malformed("not a dictionary entry")
        key = _unpack(pair[0], arrays, budget, depth + 1)
        if isinstance(key, np.ndarray) and key.ndim == 0:
            key = key.item()
        others += type(key) is not str
        hashable = is_exactly_plain_scalar(key) or (
            type(key) is tuple and all(is_exactly_plain_scalar(part) for part in key)
        )
        if others > 1000 or not hashable or (type(key) is float and math.isnan(key)):
            raise Malformed("not a dictionary key")
        result[key] = _unpack(pair[1], arrays, budget, depth + 1)
    return result


def copy(value: Any) -> Any:
    """A deep copy of plain data, through the same codec that the wire uses."""
    arrays: list[np.ndarray] = []
    return unpack(pack(value, arrays), [array.copy() for array in arrays])
