"""Inputs off by a little: what changes with them hangs on the last bits, and so on the processor."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.model.exercise import Case
from autograder.model.tree import map_leaves

LITTLE = 1e-12  # far below every tolerance, and far above the rounding by which processors differ


def all_alike(case: Case, *, wholes: bool) -> Case:
    """The case with all floats (or only those that are no whole numbers) off by the same tiny factor.

    Shaking the fractions alone leaves 0 and 1 what they are, shaking all keeps ratios.
    """
    factor = 1 + LITTLE

    def off(leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f":
            return leaf * factor if wholes else np.where(leaf == np.round(leaf), leaf, leaf * factor)
        return leaf * factor if isinstance(leaf, float) and (wholes or not leaf.is_integer()) else leaf

    return case.with_inputs(map_leaves(off, case.inputs))


def each_apart(case: Case) -> Case:
    """The case with every float off by a factor of its own: rows that were equal are so no longer."""
    rng = np.random.default_rng(0)

    def off(leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f":
            return leaf * (1 + LITTLE * rng.uniform(-1, 1, size=leaf.shape))
        return leaf * (1 + LITTLE) if isinstance(leaf, float) else leaf

    return case.with_inputs(map_leaves(off, case.inputs))
