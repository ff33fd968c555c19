"""What stands for a wrong value where students have it: enough to recognise it, too little to read it.

An array is its shape, its norm and its products with a few fixed random unit vectors.  Two arrays that agree within a
tolerance have products that do; of others, R tolerances apart, the products agree with a probability of (4/R)⁴.
"""

from __future__ import annotations

import functools
import zlib
from typing import Any

import numpy as np

from autograder.judge.compare import as_numbers, is_numeric, norm_of
from autograder.model.criteria import Tolerance
from autograder.model.markers import Opaque

PROJECTIONS = 4  # one alone agrees by chance in 4 of R cases
SPREAD = 4.0  # a product of d with a random unit vector is about ‖d‖/√n; only one in 16,000 is four times that
DIGITS = 7  # of a product, in units of the norm: half a last digit is far below every tolerance but that of equality
SEEN = 0.01  # of an absolute tolerance: less is rounding, which differs from processor to processor

Tree = Any
"""JSON: {"keys": {key: Tree}} for a dict, {"parts": [Tree, …]} for a tuple, [shape, norm, product, …, kinds] for an
array, a checksum for text and its likes, None for what cannot be recognised."""


def fingerprint(value: Any, tolerance: Tolerance) -> Tree:
    """The fingerprint of a plain value that will be compared within `tolerance`."""
    if isinstance(value, dict):
        return {"keys": {repr(key): fingerprint(value[key], tolerance) for key in sorted(value, key=repr)}}
    if isinstance(value, tuple) or (isinstance(value, list) and not is_numeric(value)):
        return {"parts": [fingerprint(part, tolerance) for part in value]}
    array = as_numbers(value)
    if array is None:
        return _checksum_of(value)
    norm, products, kinds = _features(array)
    if not np.isfinite(norm):
        return None
    norm = float(f"{norm:.{DIGITS + 1}g}") if norm > SEEN * tolerance.atol else 0.0
    unit = _unit(norm, tolerance)
    return [list(array.shape), norm, *(round(float(product) / unit) if norm else 0 for product in products), *kinds]


def matches(tree: Tree, value: Any, tolerance: Tolerance) -> bool:
    """Whether `value` is, within `tolerance`, what the fingerprint was taken of; as `compare` would see the two."""
    if tree is None or isinstance(tree, str):
        return tree is not None and tree == _checksum_of(value)
    if isinstance(tree, list):
        array = as_numbers(value)
        return array is not None and _same_array(tree, array, tolerance)
    if "keys" in tree:
        parts = {repr(key): part for key, part in value.items()} if isinstance(value, dict) else {}
        return parts.keys() == tree["keys"].keys() and all(
            matches(known, parts[key], tolerance) for key, known in tree["keys"].items()
        )
    if isinstance(value, np.ndarray) and value.ndim:
        value = list(value)
    return (
        isinstance(value, (list, tuple))
        and len(value) == len(tree["parts"])
        and all(matches(known, part, tolerance) for known, part in zip(tree["parts"], value, strict=True))
    )


def _same_array(tree: list[Any], array: np.ndarray, tolerance: Tolerance) -> bool:
    shape, norm, *known = tree
    if list(array.shape) != shape and not (shape == [] and array.size == 1):
        return False
    own_norm, own, kinds = _features(array)
    if known[len(own) :] != kinds:
        return False
    unit = _unit(norm, tolerance)
    allowed = tolerance.rtol * max(norm, own_norm) + tolerance.atol
    near = allowed * min(1.0, SPREAD / max(1, array.size) ** 0.5) + unit
    return abs(norm - own_norm) <= allowed + unit < np.inf and all(
        abs(unit * digits - product) <= near for digits, product in zip(known[: len(own)], own, strict=True)
    )


def _unit(norm: float, tolerance: Tolerance) -> float:
    """What the last digit of a product is worth."""
    return max(10.0**-DIGITS * norm, SEEN * tolerance.atol)


def _features(array: np.ndarray) -> tuple[float, np.ndarray, list[str]]:
    """Norm and products of the finite part; a checksum of where the array is NaN or infinite, if it is anywhere."""
    numbers = array.astype(np.float64).ravel()
    finite = np.isfinite(numbers)
    kinds = [] if finite.all() else [_checksum(str(np.where(finite, 0.0, numbers).tolist()))]
    numbers = np.where(finite, numbers, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        return norm_of(numbers), _directions(numbers.size) @ numbers, kinds


@functools.lru_cache(maxsize=64)
def _directions(size: int) -> np.ndarray:
    """Unit vectors as rows; of a handful of numbers each by itself.  `RandomState` gives the same in every numpy."""
    if size <= PROJECTIONS:
        return np.eye(size)
    drawn = np.random.RandomState(size % 2**32).standard_normal((PROJECTIONS, size))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


def _checksum_of(value: Any) -> str | None:
    """Of text, None, a set and what is not plain; None for anything else."""
    if value is not None and not isinstance(value, (str, set, Opaque)):
        return None
    return _checksum(repr(sorted(value, key=repr) if isinstance(value, set) else value))


def _checksum(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}"
