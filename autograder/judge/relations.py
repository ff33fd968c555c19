"""What wrong numbers have to do with the right ones: a function of them, all too large, not what they must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import numpy as np

from autograder.judge.explain import ratio
from autograder.judge.probes import is_plain
from autograder.model.texts import Values, part

LEAST = 3  # numbers of which a pattern is no accident
FEW = 5  # numbers that are seldom all too large by accident
MANY = 6  # numbers of which hardly anything holds by accident
NEAR = 1e-6  # of the largest number of an array: what is nearer is right

Arrays = Sequence[tuple[np.ndarray, np.ndarray]]
"""What is right and what was given, case by case."""
Told = Iterator[tuple[str, Values]]

FORMS: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {  # what may be returned for a right answer r
    "max(r, 0)": lambda r: np.maximum(r, 0),
    "|r|": np.abs,
    "1 − r": lambda r: 1 - r,
    "1 / r": lambda r: 1 / r,
    "r²": np.square,
    "√r": np.sqrt,
    "exp(r)": np.exp,
    "log(r)": np.log,
    "exp(−r)": lambda r: np.exp(-r),
    "−log(r)": lambda r: -np.log(r),
    "cumsum(r)": lambda r: np.cumsum(r, axis=-1) if r.ndim else r,
}
PROPERTIES: Mapping[str, Callable[[np.ndarray], bool]] = {
    "rows_of_1": lambda r: r.ndim == 2 and r.shape[1] > 1 and nearly_same(r.sum(axis=1), np.ones(len(r))),
    "from_0_to_1": lambda r: bool(((r >= 0) & (r <= 1)).all()),
    "whole": lambda r: nearly_same(r, np.round(r)),
    "symmetric": lambda r: r.ndim == 2 and r.shape[0] == r.shape[1] > 1 and nearly_same(r, r.T),
}


def in_common(arrays: Arrays) -> Told:
    """What holds of all numbers alike."""
    if all(ratio(right, own) is not None for right, own in arrays):
        yield "multiple", {}
    several = sum(right.size for right, _ in arrays if right.size > 1 and not _is_even(right)) >= MANY
    for code, sign in (("offset", -1), ("mirrored", 1)):
        if several and all(is_constant(own + sign * right) for right, own in arrays):
            yield code, {}
    if all(nearly_same(abs(own), abs(right)) for right, own in arrays):
        yield "signs", {}
    if not all(is_plain(right) for right, _ in arrays):
        for form, function in FORMS.items():
            if all(nearly_same(own, function(right)) for right, own in arrays):
                yield "function_of_right", {"form": f"`{form}`"}
                break


def properties(arrays: Arrays) -> Told:
    """What every right answer is, and not every one that was given, the most telling alone."""
    if sum(right.size for right, _ in arrays) >= 2 * MANY:
        for code, holds in PROPERTIES.items():
            if all(holds(right) for right, _ in arrays) and not all(holds(own) for _, own in arrays):
                yield "property", {"should": part(code)}
                break


def tendencies(arrays: Arrays) -> Told:
    """Whether all of several wrong numbers are too large, or too small."""
    right, own = (np.concatenate([pair[place].ravel() for pair in arrays]) for place in (0, 1))
    wrong = ~np.isclose(own, right, NEAR, 0)
    if wrong.sum() >= FEW:
        for code, differs in (("all_too_large", own > right), ("all_too_small", own < right)):
            if differs[wrong].all():
                yield code, {}


def is_constant(array: np.ndarray) -> bool:
    """Whether it is one number throughout."""
    return nearly_same(array, array.flat[0])


def _is_even(array: np.ndarray) -> bool:
    """Whether the numbers are evenly spaced: 3, 4, 5, … is off by the same amount from any other such row."""
    return array.size < LEAST or is_constant(np.diff(array.ravel()))


def nearly_same(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays differ by a millionth of the largest number at most, so that zeros may be off a little."""
    return bool(np.allclose(one, other, 0.0, NEAR * np.abs(one).max()))
