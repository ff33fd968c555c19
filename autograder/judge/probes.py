"""Cases changed in one way: on which of them a wrong answer is right narrows what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.judge.compare import as_numbers, is_numeric
from autograder.model.bank import BankedProbe, Observation
from autograder.model.exercise import Case
from autograder.model.markers import Tensor
from autograder.model.tree import leaves, map_leaves

WHOLE = -1  # in place of an axis: the whole input
TOGETHER = "doubled together"
OF_NUMBERS: Mapping[str, Callable[[Any], Any]] = {
    "zero": lambda x: 0 * x,
    "zeros": lambda x: 0 * x,
    "one": lambda x: 0 * x + 1,
    "ones": lambda x: 0 * x + 1,
    "identity": lambda x: np.eye(len(x)),
    "doubled": lambda x: 2 * x,
    TOGETHER: lambda x: 2 * x,
    "negated": lambda x: -x,
    "squared": lambda x: x**2,
    "root": lambda x: abs(x) ** 0.5,
    "one_more": lambda x: x + 1,
    "one_less": lambda x: x - 1,
    "swapped": lambda x: 1 - x,
}
ALONG_AN_AXIS: Mapping[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "first": lambda array, axis: np.take(array, [0], axis),  # entry, row or column alone
    "last": lambda array, axis: np.take(array, [-1], axis),
    "reversed": np.flip,
}
SHARES = 40  # samples of which a share is a simple number
TIMES = {1.0: "1", 2.0: "2", 4.0: "4", 8.0: "8", 0.5: "½", 0.25: "¼"}  # what doubled inputs may make of an answer


def probed(case: Case, probe: BankedProbe) -> Case:
    """The case with its inputs changed as the probe says."""
    changed = {name: _changed(probe.kind, case.inputs[name], axis) for name, axis in probe.inputs.items()}
    return case.with_inputs({**case.inputs, **changed})


def _changed(kind: str, value: Any, axis: int) -> Any:
    """An input that is changed along an axis, or every number in it."""

    def change(leaf: Any) -> Any:
        if isinstance(leaf, Tensor):
            return replace(leaf, array=change(leaf.array))
        return OF_NUMBERS[kind](leaf) if axis == WHOLE else ALONG_AN_AXIS[kind](leaf, axis)

    return map_leaves(change, value)


def times_as_large(before: Observation, after: Observation) -> float | None:
    """How many times as large an answer has become, where that is a simple number and the answer is not plain."""
    pairs = list(zip(arrays_in(before), arrays_in(after), strict=False))
    if not pairs or any(is_plain(array) for array, _ in pairs):
        return None
    return next((times for times in TIMES if all(same(times * one, other) for one, other in pairs)), None)


def arrays_in(seen: Observation) -> list[np.ndarray]:
    """The arrays of a value, one for each part of a tuple; none where there is something else in it."""
    parts = leaves(seen.value, is_leaf=lambda value: isinstance(value, list) and is_numeric(value))
    arrays = list(map(as_numbers, parts))
    numbers = [array.astype(np.float64) for array in arrays if array is not None]
    return numbers if len(numbers) == len(arrays) else []


def same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays agree, but for rounding."""
    return one.shape == other.shape and bool(np.allclose(one, other, 1e-6, 1e-9))


def is_plain(array: np.ndarray) -> bool:
    """Whether it holds whole numbers, shares of a few samples, or small multiples of one number.

    On these, of which there are few, wrong formulas agree.
    """
    sizes = np.abs(array[array != 0])
    shares = any(same(n * sizes, np.round(n * sizes)) for n in range(1, SHARES + 1))
    if shares or array.size == 1:
        return shares
    halves = 2 * sizes / sizes.min()
    return bool(halves.max() <= 2 * SHARES) and same(halves, np.round(halves))


def array_of(value: Any) -> np.ndarray | None:
    """The numbers of an input that is an array, a tensor or a number; None for anything else."""
    return as_numbers(value.array if isinstance(value, Tensor) else value)


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of such an input; () for anything else."""
    array = array_of(value)
    return () if array is None else array.shape
