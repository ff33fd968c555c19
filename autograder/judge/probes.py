"""Cases changed in one way: on which of them a wrong answer is right narrows what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.judge.compare import as_numbers
from autograder.model.bank import BankedProbe
from autograder.model.exercise import Case
from autograder.model.markers import Tensor
from autograder.model.tree import map_leaves

WHOLE = -1  # in place of an axis: the whole input
OF_A_NUMBER, OF_AN_ARRAY = ("zero", "one", "doubled"), ("zeros", "ones", "doubled")
ALONG_AN_AXIS: Mapping[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "first": lambda array, axis: np.take(array, [0], axis),  # entry, row or column alone
    "last": lambda array, axis: np.take(array, [-1], axis),
    "reversed": np.flip,
}


def probed(case: Case, probe: BankedProbe) -> Case:
    """The case with its inputs changed as the probe says."""
    inputs = {**case.inputs}
    for name, axis in probe.inputs.items():
        inputs[name] = changed(probe.kind, inputs[name], axis)
    return case.with_inputs(inputs)


def changed(kind: str, value: Any, axis: int = WHOLE) -> Any:
    """An input that is changed along an axis, or every number in it."""

    def change(leaf: Any) -> Any:
        if isinstance(leaf, Tensor):
            return replace(leaf, array=change(leaf.array))
        if axis != WHOLE:
            return ALONG_AN_AXIS[kind](leaf, axis)
        return 2 * leaf if kind == "doubled" else 0 * leaf + kind.startswith("one")

    return map_leaves(change, value)


def array_of(value: Any) -> np.ndarray | None:
    """The numbers of an input that is an array, a tensor or a number; None for anything else."""
    return as_numbers(value.array if isinstance(value, Tensor) else value)


def shape_of(value: Any) -> tuple[int, ...]:
    """The shape of such an input; () for anything else."""
    array = array_of(value)
    return () if array is None else array.shape
