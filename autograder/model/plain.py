"""Plain data: the only values that cross between student code and trusted code, or are stored in a bank.

`pack` turns a value into a JSON tree plus a list of numpy arrays, `unpack` turns them back.  Plain data
is None, bool, int, float, str, list, tuple, dict, set, bool/int/float arrays, and markers for what is none
of these.  No pickle.  Stdlib and numpy alone: this module also runs beside student code.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from typing import Any

import numpy as np

from autograder.model.markers import Dataset, Function, Handle, Opaque, Record, Rng, Tensor

MAX_DEPTH = 24  # deeper than any answer in any exercise; bounds recursion in the decoder
MAX_NODES = 200_000  # a list of a few hundred numbers is usual
MAX_INT_DIGITS = 400  # covers every float's magnitude; a million digits is an attack
MANY = 100  # of more items numpy's scalars travel as numbers: each by itself is an array, whose number is limited
MAX_SOURCE = 20_000  # characters of a function that is an argument
MAX_UNSALTED = 1000  # numbers as keys or members: equal hashes, which they can be made to have, are quadratic work


class Malformed(ValueError):
    """The tree is not one that `pack` writes, or is larger than the limits."""


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
    if kind is Record:
        value, kind = value.handle, Handle
    if kind is Handle:
        return {"h": value.number, "type": value.type_name}
    if kind is Rng:
        return {"r": value.seed}
    if kind is Opaque:
        return {"o": value.type_name}
    if kind is Tensor:
        arrays.append(value.array)
        return {"tensor": len(arrays) - 1, "grad": value.requires_grad}
    if kind is Dataset:
        numbers = {axis: _pack(getattr(value, axis), arrays, keep, depth + 1) for axis in ("rows", "columns")}
        return {"dataset": value.name, "part": value.part, **numbers, "digest": value.digest}
    if kind is Function:
        bound = _pack(dict(value.bound), arrays, keep, depth + 1)
        return {"function": value.name, "source": value.source, "bound": bound}

    def parts(values: Iterable[Any]) -> list[Any]:
        items = list(values)
        if len(items) > MANY:
            items = [item.item() if isinstance(item, np.generic) else item for item in items]
        return [_pack(item, arrays, keep, depth + 1) for item in items]

    fields = _fields(value)
    if fields is not None and keep is not None:
        handle = keep(value)
        return {"h": handle.number, "type": handle.type_name, "fields": parts(fields)}
    if fields is not None or isinstance(value, tuple):
        return {"t": parts(value if fields is None else fields)}
    if isinstance(value, Mapping):
        return {"d": [parts(pair) for pair in value.items()]}
    if isinstance(value, Set):
        return {"s": parts(sorted(value, key=repr))}
    array = _as_array(value)
    if array is not None and array.dtype.kind in "UO":
        return _pack(array.tolist(), arrays, keep, depth + 1)
    if array is not None:
        arrays.append(array)
        return {"a": len(arrays) - 1}
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)):
        return {"l": parts(value)}
    if keep is not None and not isinstance(value, (bytes, np.ndarray, np.generic, complex)):
        handle = keep(value)
        return {"h": handle.number, "type": handle.type_name}
    return {"o": _type_name(value)}


def _fields(value: Any) -> Iterable[Any] | None:
    """The values of a named tuple or a dataclass in order, None for anything else."""
    if isinstance(value, tuple) and hasattr(type(value), "_fields"):
        return tuple(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return tuple(getattr(value, field.name) for field in dataclasses.fields(value))
    return None


def _as_array(value: Any) -> np.ndarray | None:
    """The bool, integer, float or text array that `value` is or converts to, else None.

    An array of objects is one only where a table's column holds it: a column of text is what pandas calls object.
    """
    if isinstance(value, np.ma.MaskedArray):
        return None
    try:
        if isinstance(value, (np.ndarray, np.generic)):
            array = np.array(value, copy=True, subok=False)
        elif isinstance(value, (bool, int, float)):  # a subclass: only its number travels
            array = np.array(float(value))
        elif hasattr(type(value), "detach"):
            array = _from_tensor(value)
        elif hasattr(type(value), "__array__"):
            array = np.array(value)
            if array.dtype.kind == "O" and array.ndim:
                return array
        else:
            return None
    except Exception:  # a student's object may raise anything while it is converted
        return None
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:  # longdouble
        array = array.astype(np.float64)
    return np.asarray(array, order="C") if array.dtype.kind in "biufU" else None


def _from_tensor(value: Any) -> np.ndarray:
    """A torch tensor's numbers, whatever its device, layout or precision (numpy has no bfloat16)."""
    dense = value.detach().cpu()
    dense = dense.to_dense() if getattr(dense, "is_sparse", False) else dense.resolve_conj().resolve_neg()
    return np.array(dense.double().numpy() if dense.dtype.is_floating_point else dense.numpy())


def _type_name(value: object) -> str:
    if isinstance(value, np.ndarray) and type(value) is np.ndarray:
        return f"{value.dtype} array"[:60]
    return str(type(value).__name__)[:60]


def unpack(tree: Any, arrays: list[np.ndarray]) -> Any:
    """The value that `pack` packed.  Raises `Malformed` for any other tree, however hostile."""
    return _Unpacking(arrays).value(tree, 0)


class _Unpacking:
    """One tree under way: how many parts it may still have, and which arrays have been named (each once)."""

    def __init__(self, arrays: list[np.ndarray]) -> None:
        self._arrays = arrays
        self._nodes = MAX_NODES
        self._named: set[int] = set()

    def value(self, tree: Any, depth: int) -> Any:
        """The value of a tree at this depth."""
        self._nodes -= 1
        if depth > MAX_DEPTH or self._nodes < 0:
            raise Malformed("too deep or too many parts")
        if is_exactly_plain_scalar(tree):
            return tree
        if type(tree) is not dict or not tree:
            raise Malformed("not a packed value")
        key = next(iter(tree))
        body = tree[key]
        if key == "h" and type(body) is int and type(tree.get("type")) is str:
            handle = Handle(body, tree["type"][:60])
            fields = tree.get("fields")
            return Record(self._parts(fields, depth), handle) if type(fields) is list else handle
        marker = {"tensor": self._tensor, "function": self._function, "dataset": self._dataset}.get(key)
        if marker is not None:
            return marker(tree, depth)
        if len(tree) > 1:
            raise Malformed("not a packed value")
        if key in ("l", "t", "s") and type(body) is list:
            return _container(key, self._parts(body, depth))
        if key == "d" and type(body) is list:
            return self._dictionary(body, depth)
        if key == "a":
            return self._array(body)
        if key == "i" and type(body) is str and len(body) <= MAX_INT_DIGITS:
            try:
                return int(body)
            except ValueError as error:
                raise Malformed("not an integer") from error
        if key == "r" and type(body) is int:
            return Rng(body)
        if key == "o" and type(body) is str:
            return Opaque(body[:60])
        raise Malformed("not a packed value")

    def _parts(self, trees: list[Any], depth: int) -> list[Any]:
        return [self.value(tree, depth + 1) for tree in trees]

    def _array(self, number: Any) -> np.ndarray:
        if type(number) is not int or not 0 <= number < len(self._arrays):
            raise Malformed("no such array")
        if number in self._named:
            raise Malformed("an array that is named twice: small on the wire, gigabytes in memory")
        self._named.add(number)
        return self._arrays[number]

    def _tensor(self, tree: dict[str, Any], depth: int) -> Tensor:
        if tree.keys() != {"tensor", "grad"} or type(tree["grad"]) is not bool:
            raise Malformed("not a tensor")
        try:
            return Tensor(self._array(tree["tensor"]), tree["grad"])
        except TypeError as error:
            raise Malformed("not a tensor") from error

    def _function(self, tree: dict[str, Any], depth: int) -> Function:
        if tree.keys() != {"function", "source", "bound"}:
            raise Malformed("not a function")
        name, source = tree["function"], tree["source"]
        if type(name) is not str or not name.isidentifier() or type(source) is not str or len(source) > MAX_SOURCE:
            raise Malformed("not a function")
        bound = self.value(tree["bound"], depth + 1)
        if type(bound) is not dict or not all(type(key) is str for key in bound):
            raise Malformed("not a function")
        return Function(name, source, bound)

    def _dataset(self, tree: dict[str, Any], depth: int) -> Dataset:
        if tree.keys() != {"dataset", "part", "rows", "columns", "digest"} or type(tree["digest"]) is not str:
            raise Malformed("not a data set")
        rows, columns = (self.value(tree[axis], depth + 1) for axis in ("rows", "columns"))
        if not all(axis is None or isinstance(axis, np.ndarray) for axis in (rows, columns)):
            raise Malformed("not a data set")
        try:
            return Dataset(tree["dataset"], tree["part"], rows, columns, tree["digest"])
        except (TypeError, ValueError) as error:
            raise Malformed("not a data set") from error

    def _dictionary(self, pairs: list[Any], depth: int) -> dict[Any, Any]:
        """Keys are strings (whose hash is salted) or at most MAX_UNSALTED others."""
        others = 0
        result: dict[Any, Any] = {}
        for pair in pairs:
            if type(pair) is not list or len(pair) != 2:
                raise Malformed("not a dictionary entry")
            key = self.value(pair[0], depth + 1)
            if isinstance(key, np.ndarray) and key.ndim == 0:
                key = key.item()
            others += type(key) is not str
            hashable = is_exactly_plain_scalar(key) or (
                type(key) is tuple and all(is_exactly_plain_scalar(part) for part in key)
            )
            if others > MAX_UNSALTED or not hashable or (type(key) is float and math.isnan(key)):
                raise Malformed("not a dictionary key")
            result[key] = self.value(pair[1], depth + 1)
        return result


def _container(key: str, items: list[Any]) -> Any:
    if key == "l":
        return items
    if key == "t":
        return tuple(items)
    items = [item.item() if isinstance(item, np.ndarray) and item.ndim == 0 else item for item in items]
    if not all(is_exactly_plain_scalar(item) for item in items):
        raise Malformed("a set of something other than plain scalars")
    if sum(type(item) is not str for item in items) > MAX_UNSALTED:
        raise Malformed("a set of too many numbers")
    return set(items)


def copy(value: Any) -> Any:
    """A deep copy of plain data, through the same codec that the wire uses."""
    arrays: list[np.ndarray] = []
    return unpack(pack(value, arrays), [array.copy() for array in arrays])
