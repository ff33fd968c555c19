"""How far an output is from the expected one: structure first, then norm-relative error per array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.model.criteria import Tolerance
from autograder.model.markers import Tensor
from autograder.model.tree import leaves

FAR_LARGER, SLACK = 100, 10_000  # an answer with more than 100 times as many numbers (and 10,000) is not looked at


@dataclass(frozen=True)
class Mismatch:
    """One place in which an output differs.

    code    the sentence that describes it: wrong_type, wrong_arity, wrong_keys, wrong_shape, not_finite,
            wrong_value, far_too_large, below_gate, above_gate, no_choice or not_an_option.
    path    where in the output: "dw", "state['G']"; "" is the whole output.
    excess  the error as a multiple of the tolerance; infinite when it is not a matter of degree.
    """

    code: str
    path: str
    excess: float
    expected: Any
    actual: Any
    index: tuple[int, ...] | None = None


def compare(expected: Any, actual: Any, tolerance: Tolerance, outputs: Sequence[str] = ()) -> list[Mismatch]:
    """All places in which `actual` differs from `expected`; empty when it is right.

    `outputs` names the parts of a returned tuple.  Lists, tuples, numbers and 0-d arrays are accepted for
    arrays of the same shape, and one-element arrays for numbers; dtypes are never compared.
    """
    if numbers_in(actual) > FAR_LARGER * numbers_in(expected) + SLACK:
        return [Mismatch("far_too_large", "", np.inf, expected, None)]
    return _compare(expected, actual, tolerance, "", tuple(outputs))


def _compare(expected: Any, actual: Any, tolerance: Tolerance, path: str, outputs: tuple[str, ...]) -> list[Mismatch]:
    if isinstance(expected, dict):
        return _compare_dicts(expected, actual, tolerance, path)
    if isinstance(expected, (tuple, list)) and (isinstance(expected, tuple) or not is_numeric(expected)):
        return _compare_sequences(expected, actual, tolerance, path, outputs)
    if expected is None or isinstance(expected, (str, set)):
        same = type(actual) is type(expected) and actual == expected
        if same:
            return []
        code = "wrong_value" if type(actual) is type(expected) else "wrong_type"
        return [Mismatch(code, path, np.inf, expected, actual)]
    numbers = as_numbers(expected)
    if numbers is None:  # what a mistake gave may be anything: an object that stays where it is, say
        same = type(actual) is type(expected) and bool(actual == expected)
        return [] if same else [Mismatch("wrong_type", path, np.inf, expected, actual)]
    return _compare_arrays(numbers, actual, tolerance, path)


def _compare_dicts(expected: dict[Any, Any], actual: Any, tolerance: Tolerance, path: str) -> list[Mismatch]:
    if not isinstance(actual, dict):
        return [Mismatch("wrong_type", path, np.inf, expected, actual)]
    if set(actual) != set(expected):
        return [Mismatch("wrong_keys", path, np.inf, sorted(map(str, expected)), sorted(map(str, actual)))]
    found = []
    for key, value in expected.items():
        part = f"{path}[{key!r}]" if path else str(key)
        found += _compare(value, actual[key], tolerance, part, ())
    return found


def _compare_sequences(
    expected: Sequence[Any], actual: Any, tolerance: Tolerance, path: str, outputs: tuple[str, ...]
) -> list[Mismatch]:
    if isinstance(actual, np.ndarray) and actual.ndim and len(actual) == len(expected):
        actual = list(actual)
    if not isinstance(actual, (list, tuple)):
        code = "wrong_arity" if isinstance(expected, tuple) and not path and actual is not None else "wrong_type"
        return [Mismatch(code, path, np.inf, expected, actual)]
    if len(actual) != len(expected):
        return [Mismatch("wrong_arity", path, np.inf, expected, actual)]
    found = []
    for number, (value, other) in enumerate(zip(expected, actual, strict=True)):
        name = outputs[number] if len(outputs) == len(expected) else f"{path}[{number}]"
        found += _compare(value, other, tolerance, name, ())
    return found


def _compare_arrays(expected: np.ndarray, actual: Any, tolerance: Tolerance, path: str) -> list[Mismatch]:
    array = as_numbers(actual)
    if array is None:
        return [Mismatch("wrong_type", path, np.inf, expected, actual)]
    if array.shape != expected.shape and not (expected.ndim == 0 and array.size == 1):
        return [Mismatch("wrong_shape", path, np.inf, expected, array)]
    array = array.reshape(expected.shape)
    a, e = array.astype(np.float64), expected.astype(np.float64)
    same = (a == e) | (np.isnan(a) & np.isnan(e))  # equal infinities count as equal
    if same.all():
        return []
    wild = ~np.isfinite(a) & ~same
    if wild.any():
        return [Mismatch("not_finite", path, np.inf, expected, array, _first(wild))]
    both = np.isfinite(a) & np.isfinite(e)
    scale = max(norm_of(np.where(both, a, 0.0)), norm_of(np.where(both, e, 0.0)))
    with np.errstate(over="ignore"):
        difference = np.where(same, 0.0, a - np.where(same, 0.0, e))
    error, allowed = norm_of(difference), tolerance.rtol * scale + tolerance.atol
    if error <= allowed < np.inf:
        return []
    worst = np.unravel_index(int(np.argmax(np.abs(difference))), difference.shape)
    excess = error / allowed if allowed and np.isfinite(error) else np.inf
    return [Mismatch("wrong_value", path, excess, expected, array, tuple(int(i) for i in worst))]


def is_numeric(value: Any) -> bool:
    """True for a (nested, not ragged) list of numbers, which stands for an array."""
    return as_numbers(value) is not None


def as_numbers(value: Any) -> np.ndarray | None:
    """`value` as a bool, integer or float array, or None when it is not numbers.

    Numpy sees nothing else: of one long text among a million it would make gigabytes.
    """
    if not _is_all_numbers(value):
        return None
    try:
        array = np.asarray(value)
    except (ValueError, TypeError, OverflowError, MemoryError):  # ragged, an integer too large, too many of them
        return None
    if array.dtype.kind == "O" and array.ndim == 0 and isinstance(value, int):
        return np.asarray(float(value) if abs(value) < 2**1023 else np.inf)
    return array if array.dtype.kind in "biuf" else None


def _is_all_numbers(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(map(_is_all_numbers, value))
    return isinstance(value, (bool, int, float, np.generic, np.ndarray))


def numbers_in(value: Any) -> int:
    """How many numbers (and other single things) a plain value holds."""
    return sum(
        leaf.size if isinstance(leaf, (np.ndarray, Tensor)) else len(leaf) if type(leaf) is set else 1
        for leaf in leaves(value)
    )


def norm_of(array: np.ndarray) -> float:
    """The Euclidean norm, computed without overflow: an infinite one would allow any error."""
    largest = float(np.max(np.abs(array), initial=0.0))
    unit = largest if 1e100 < largest < np.inf else 1.0
    return unit * float(np.linalg.norm((array / unit).ravel()))


def _first(mask: np.ndarray) -> tuple[int, ...]:
    return tuple(int(i) for i in np.argwhere(mask)[0])
