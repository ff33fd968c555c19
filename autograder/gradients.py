"""Numeric gradients by central differences, on arrays, numbers and dicts of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.compare import is_numeric, norm_of
from autograder.tree import leaves, map_leaves

STEP = 1e-5  # balances truncation (h² ~ 1e-10) against rounding (eps/h ~ 2e-11) in float64
SLOPE_RTOL = 1e-4  # of a slope to the gradient's norm: rounding reaches 1e-6, a wrong gradient moves per cents
KINK = 1e-4  # relative disagreement of steps h and h/2 above which the point sits on a kink


def finite_difference(function: Callable[[Any], float], point: Any, step: float = STEP) -> Any:
    """The gradient of the scalar `function` at `point`, in the structure of `point`.

    Every entry costs four evaluations: steps h and h/2 must agree, or the entry lies on a kink and is NaN,
    which `agrees` leaves out.  Source: central differences, e.g. Nocedal & Wright, Numerical Optimization §8.1.
    """
    if isinstance(point, dict):
        return {key: finite_difference(_with_entry(function, point, key), point[key], step) for key in point}
    base = np.asarray(point, dtype=np.float64)
    gradient = np.empty(base.shape)
    for index in np.ndindex(base.shape):

        def slope(h: float, index: tuple[int, ...] = index) -> float:
            ends = []
            for sign in (1.0, -1.0):
                moved = base.copy()
                moved[index] += sign * h
                ends.append(float(function(moved if base.ndim else float(moved))))
            return (ends[0] - ends[1]) / (2 * h)

        h = step * max(1.0, abs(float(base[index])))
        wide, narrow = slope(h), slope(h / 2)
        smooth = abs(wide - narrow) <= KINK * max(1.0, abs(wide), abs(narrow))
        gradient[index] = narrow if smooth else np.nan
    return gradient if base.ndim else float(gradient)


def directional(function: Callable[[Any], float], point: Any, gradient: Any, rng: np.random.Generator) -> bool | None:
    """Whether `gradient` is that of the scalar `function` at `point`, along one random direction; None on a kink.

    `point` and `gradient` are arrays, numbers, dicts or tuples of them, alike in structure.  It takes five evaluations,
    however many parameters there are.  A slope along independent standard normal entries has the size of the gradient's
    norm, so a gradient that is wrong by more than rtol · norm shows in a few directions all but surely.
    Source: torch's gradcheck in its fast mode.
    """
    direction = map_leaves(lambda leaf: rng.standard_normal(np.shape(leaf)), point, is_leaf=is_numeric)
    h = STEP * max(1.0, *(float(np.max(np.abs(leaf), initial=0.0)) for leaf in numbers_of(point)))
    here = function(point)
    far, near = (_sides(function, point, direction, here, step) for step in (h, h / 2))
    claimed = numbers_of(gradient)
    with np.errstate(over="ignore", invalid="ignore"):
        norm = float(np.linalg.norm([norm_of(leaf) for leaf in claimed]))
        expected = sum(float(np.sum(a * b)) for a, b in zip(claimed, numbers_of(direction), strict=True))
    if not np.isfinite([norm, expected]).all():
        return False
    if _is_kink(far, near):
        return None
    slope = sum(near) / 2
    return abs(slope - expected) <= SLOPE_RTOL * max(norm, abs(slope)) + 1e-7


def _sides(
    function: Callable[[Any], float], point: Any, direction: Any, here: float, step: float
) -> tuple[float, float]:
    """The slopes ahead of the point and behind it."""
    ahead, behind = (function(_moved(point, direction, sign * step)) for sign in (1, -1))
    return (ahead - here) / step, (here - behind) / step


def _is_kink(far: tuple[float, float], near: tuple[float, float]) -> bool:
    """Where a function is smooth its two slopes approach each other as the step shrinks; beside a kink they jump."""
    if not np.isfinite([*far, *near]).all():
        return True
    size = max(1.0, *map(abs, near))
    gaps = abs(far[0] - far[1]), abs(near[0] - near[1])
    beside = abs(sum(far) - sum(near)) / 2 > KINK * size
    return beside or (gaps[1] > 10 * KINK * size and gaps[1] > 0.75 * gaps[0])


def numbers_of(value: Any) -> list[np.ndarray]:
    """The arrays of a nested value, those of a dict in the order of its keys; a list of numbers is an array."""
    return [np.asarray(leaf, dtype=np.float64) for leaf in leaves(value, is_leaf=is_numeric)]


def _moved(point: Any, direction: Any, step: float) -> Any:
    def move(leaf: Any, along: np.ndarray) -> Any:
        moved = np.asarray(leaf, dtype=np.float64) + step * along
        return moved if moved.ndim else float(moved)

    return map_leaves(move, point, direction, is_leaf=is_numeric)


def _with_entry(function: Callable[[Any], float], point: dict[Any, Any], key: Any) -> Callable[[Any], float]:
    return lambda value: function({**point, key: value})


def agrees(numeric: Any, analytic: Any, rtol: float = 1e-4) -> bool:
    """True when a gradient matches finite differences, entries on a kink left out.

    rtol 1e-4 is norm-relative: rounding in central differences reaches 1e-6, a wrong gradient moves per cents.
    """
    if isinstance(numeric, dict):
        return (
            isinstance(analytic, dict)
            and set(analytic) == set(numeric)
            and all(agrees(numeric[key], analytic[key], rtol) for key in numeric)
        )
    try:
        n, a = np.asarray(numeric, dtype=np.float64), np.asarray(analytic, dtype=np.float64)
    except (TypeError, ValueError, OverflowError):
        return False
    if n.ndim == 0 and a.size == 1:
        a = a.reshape(())
    if n.shape != a.shape:
        return False
    known = np.isfinite(n)
    if not known.any() or not np.isfinite(a[known]).all():
        return False
    with np.errstate(over="ignore"):
        difference = np.linalg.norm((n - a)[known])
        scale = max(float(np.linalg.norm(n[known])), float(np.linalg.norm(a[known])))
    return bool(difference <= rtol * scale + 1e-7 < np.inf)
