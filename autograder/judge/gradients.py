"""Is a gradient that of a function?  Tried along random directions, all parameters at once, by central differences.

A kink (of a ReLU, a maximum, an absolute value) is no reason to call a gradient wrong: beside one nothing is said.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.judge.compare import is_numeric, norm_of
from autograder.model.markers import Tensor
from autograder.model.tree import leaves, map_leaves

STEPS = (1e-5, 1e-6, 1e-7)  # the first balances truncation (h²) and rounding (eps/h); smaller ones pass by kinks
SLOPE_RTOL = 1e-4  # of a slope to the gradient's norm: rounding reaches 1e-6, a wrong gradient moves per cents
DOUBTFUL = 10  # times the tolerance: still a thousandth of the norm, and what is wrong moves more
ENOUGH, CLEAR = 3, 2  # directions that say something; how many more must say one thing than the other
SHARES = (1.0, 1.0, 1.0, 0.25, 0.25, 0.06, 0.06, 0.01, 0.01)  # of the entries that each direction moves: fewer kinks


def gradient_fits(function: Callable[[Any], float], point: Any, gradient: Any, rng: np.random.Generator) -> bool | None:
    """Whether `gradient` is that of the scalar `function` at `point`; None where kinks leave it open.

    `point` and `gradient` are numbers, arrays, or nested lists, tuples and dicts of them, alike in structure.  Three
    directions take 13 evaluations, however many parameters there are, and kinks everywhere 109 at most.  A slope along
    independent standard normal entries has the size of the gradient's norm, so a gradient that is wrong by more than
    rtol · norm shows all but surely.  Source: torch's gradcheck in its fast mode.
    """
    claimed = _claimed(point, gradient)
    if claimed is None:
        return False
    here = float(function(point))
    said: list[bool] = []
    for share in SHARES:
        fits = _fits_along(function, point, here, claimed, _direction(point, share, rng))
        if fits is not None:
            said.append(fits)
        if len(said) == ENOUGH:
            break
    right, wrong = said.count(True), said.count(False)
    return right > wrong if abs(right - wrong) >= CLEAR else None


def numbers_of(value: Any) -> list[np.ndarray]:
    """The arrays of a nested value, those of a dict in the order of its keys; a list of numbers is an array."""
    return [np.asarray(leaf, dtype=np.float64) for leaf in leaves(value, is_leaf=is_numeric)]


def _claimed(point: Any, gradient: Any) -> list[np.ndarray] | None:
    """The gradient's arrays; None where it is not finite, or not of the point's form."""
    try:
        inputs, claimed = numbers_of(point), numbers_of(gradient)
    except (TypeError, ValueError, OverflowError):
        return None
    if [leaf.size for leaf in inputs] != [part.size for part in claimed]:
        return None
    if not all(leaf.shape == part.shape or leaf.ndim == 0 for leaf, part in zip(inputs, claimed, strict=True)):
        return None
    return claimed if all(np.isfinite(part).all() for part in claimed) else None


def _fits_along(
    function: Callable[[Any], float],
    point: Any,
    here: float,
    claimed: list[np.ndarray],
    direction: Any,
) -> bool | None:
    """Whether the function's slope along a direction is what the gradient says; None beside a kink."""
    along = numbers_of(direction)
    largest = max(1.0, *(float(np.max(np.abs(leaf), initial=0.0)) for leaf in numbers_of(point)))
    with np.errstate(over="ignore", invalid="ignore"):
        norm = float(np.linalg.norm([norm_of(part) for part in claimed]))
        expected = sum(float(part.ravel() @ moved.ravel()) for part, moved in zip(claimed, along, strict=True))
    if not np.isfinite([norm, expected]).all():
        return False
    if not any(moved.any() for moved in along):
        return None
    for step in STEPS:
        far, near = (_sides(function, point, direction, here, step * largest * part) for part in (1.0, 0.5))
        if (fits := _fits(expected, norm, far, near)) is not None:
            return fits
    return None


def _sides(
    function: Callable[[Any], float], point: Any, direction: Any, here: float, step: float
) -> tuple[float, float]:
    """The slopes ahead of the point and behind it."""
    ahead, behind = (float(function(_moved(point, direction, sign * step))) for sign in (1, -1))
    return (ahead - here) / step, (here - behind) / step


def _fits(expected: float, norm: float, far: tuple[float, float], near: tuple[float, float]) -> bool | None:
    """Compare with the slopes that a whole and a half step give.

    Where the function is smooth, the slopes ahead and behind, each continued to a step of zero, and their means all
    agree; beside a kink they do not, and what it does to the slope is about as much as they are apart.  Several small
    kinks may agree by chance: what is off by little more than the tolerance is left open too.
    """
    slopes = np.array([np.mean(far), np.mean(near), 2 * near[0] - far[0], 2 * near[1] - far[1]])
    if not np.isfinite(slopes).all():
        return None
    slope = float(slopes[1])
    allowed = SLOPE_RTOL * max(norm, abs(slope)) + 1e-7
    off = abs(slope - expected)
    if off <= allowed:
        return True
    return None if np.ptp(slopes) > allowed or off <= DOUBTFUL * allowed else False


def _direction(point: Any, share: float, rng: np.random.Generator) -> Any:
    """A random direction through about that share of the point's entries."""

    def drawn(leaf: Any) -> np.ndarray:
        shape = np.shape(leaf)
        return np.asarray(rng.standard_normal(shape) * (rng.random(shape) < share))

    return map_leaves(drawn, point, is_leaf=is_numeric)


def _moved(point: Any, direction: Any, step: float) -> Any:
    def move(leaf: Any, along: np.ndarray) -> Any:
        moved = np.asarray(leaf, dtype=np.float64) + step * along
        if isinstance(leaf, Tensor):
            return replace(leaf, array=moved)
        return moved if moved.ndim else float(moved)

    return map_leaves(move, point, direction, is_leaf=is_numeric)
