"""Three letters that stand for what a mistake gives on a case: enough to recognise it, nothing to be read.

Outputs that are equal up to rounding have the same letters; of others one in 262,144 has them too.
"""

from __future__ import annotations

import base64
import functools
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np

from autograder.judge.compare import as_numbers, norm_of
from autograder.judge.criteria import criterion_of
from autograder.judge.observe import compare_observations
from autograder.model.bank import BankedCase, BankedExercise, Observation
from autograder.model.criteria import Tolerance

LETTERS = 3
RIGHT = "=" * LETTERS  # what is expected; no three letters of base64 are these
UNKNOWN = "?" * LETTERS  # nobody asked, or it hangs on the last bits: this says nothing for or against a mistake
DIGITS = 6  # fewer than two orders of a sum agree in, and more than two ways to one minimum do
PROJECTIONS = 4  # random directions: two arrays that differ have other products with one of them
SEEN = 0.01  # of an absolute tolerance: less is rounding, which differs from processor to processor


def letters_of(exercise: BankedExercise, banked: BankedCase, seen: Observation) -> str:
    """The letters of what was seen on a case.  Nobody looks at far too many numbers, here as in comparisons."""
    mismatches = compare_observations(exercise, banked.expected, seen)
    if not mismatches:
        return RIGHT
    if any(mismatch.code == "far_too_large" for mismatch in mismatches):
        return UNKNOWN
    if seen.failure:
        failure = seen.failure
        told = [repr((failure.status, failure.error, failure.built, failure.built and failure.function))]
    else:
        criterion = criterion_of(exercise)
        told = list(_told(criterion.evidence(seen.value), criterion.likeness))
    checksum = zlib.crc32("\n".join(told).encode()) >> 8
    return base64.urlsafe_b64encode(checksum.to_bytes(3, "big")).decode()[:LETTERS]


def letters_at(letters: str, number: int) -> str:
    """Those of the mistake with this number, among the letters of all of them."""
    return letters[LETTERS * number : LETTERS * (number + 1)] or UNKNOWN


def _told(value: Any, tolerance: Tolerance) -> Iterator[str]:
    """A line for each part of a value.  A tuple of numbers is an array, and one number a number, as in comparisons."""
    array = as_numbers(value)
    if array is not None:
        yield _array_told(array, tolerance)
    elif isinstance(value, dict):
        for key in sorted(value, key=repr):
            yield repr(key)
            yield from _told(value[key], tolerance)
    elif isinstance(value, (list, tuple)):
        yield str(len(value))
        for part in value:
            yield from _told(part, tolerance)
    else:
        yield repr(sorted(value, key=repr) if isinstance(value, set) else value)


def _array_told(array: np.ndarray, tolerance: Tolerance) -> str:
    """Shape, norm and products of the finite part, and where the array is NaN or infinite, if it is anywhere."""
    shape = [] if array.size == 1 else list(array.shape)
    numbers = array.astype(np.float64).ravel()
    finite = np.isfinite(numbers)
    odd = "" if finite.all() else np.where(finite, 0.0, numbers).tolist()
    numbers = np.where(finite, numbers, 0.0)
    norm = norm_of(numbers)
    if not SEEN * tolerance.atol < norm < np.inf:
        return f"{shape} 0 {odd}"
    products = _directions(numbers.size) @ (numbers / norm)
    return f"{shape} {norm:.{DIGITS}e} {[round(float(product) * 10**DIGITS) for product in products]} {odd}"


@functools.lru_cache(maxsize=64)
def _directions(size: int) -> np.ndarray:
    """Unit vectors as rows; of a handful of numbers each by itself.  `RandomState` gives the same in every numpy."""
    if size <= PROJECTIONS:
        return np.eye(size)
    drawn = np.random.RandomState(size % 2**32).standard_normal((PROJECTIONS, size))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))
