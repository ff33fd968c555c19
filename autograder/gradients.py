"""Numeric gradients by central differences, on arrays, numbers and dicts of arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

STEP = 1e-5  # balances truncation (h² ~ 1e-10) against rounding (eps/h ~ 2e-11) in float64
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
