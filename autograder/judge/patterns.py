"""How and where wrong numbers are wrong, as the failing cases show it by themselves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograder.judge.describe import output_in_words
from autograder.judge.explain import Pair, pairs_by_path, ratio
from autograder.judge.observe import Seen
from autograder.judge.probes import array_of
from autograder.model.texts import Values, part
from autograder.model.verdict import Finding

LEAST = 3  # numbers of which a pattern is no accident
NEAR = 1e-6  # of the largest number of an array: what is nearer is right
AXES = {1: ("entry",), 2: ("row", "column")}
CONDITIONS = {"is_negative": np.less, "is_zero": np.equal, "is_positive": np.greater}

Told = Iterator[tuple[str, Values]]


def patterns(failing: Sequence[Seen], *, reveal: bool) -> list[Finding]:
    """What the wrong numbers of all failing cases have in common, part by part, the most telling first.

    With `reveal` (public cases) a number of entries may be told.
    """
    with np.errstate(all="ignore"):
        return [
            Finding(code, {"output": output_in_words(path), **values})
            for path, pairs in pairs_by_path(failing).items()
            if not any(pair.code == "wrong_shape" for pair in pairs)
            for code, values in _patterns(pairs, reveal)
        ]


def _patterns(pairs: Sequence[Pair], reveal: bool) -> Told:
    if len({pair.expected.ndim for pair in pairs}) > 1 or sum(pair.expected.size for pair in pairs) < LEAST:
        return
    both = list(map(_both, pairs))
    if not pairs[0].expected.ndim:  # numbers have in common what they have from case to case
        both = [(np.array([right for right, _ in both]), np.array([own for _, own in both]))]
    yield from _in_common(both)
    if any(pair.expected.size >= LEAST for pair in pairs):
        yield from _arrangement(both)
        yield from _places(list(map(_wrong, pairs)), reveal)
        yield from _conditions(pairs)


def _both(pair: Pair) -> tuple[np.ndarray, np.ndarray]:
    return pair.expected, pair.actual


def _wrong(pair: Pair) -> np.ndarray:
    largest = max(np.abs(pair.expected).max(), np.abs(pair.actual).max())
    return np.asarray(np.abs(pair.actual - pair.expected) > NEAR * largest)


def _in_common(arrays: Sequence[tuple[np.ndarray, np.ndarray]]) -> Told:
    """What holds of all numbers alike."""
    if all(ratio(right, own) is not None for right, own in arrays):
        yield "multiple", {}
    several = [(right, own) for right, own in arrays if right.size > 1 and not _is_even(right)]
    for code, sign in (("offset", -1), ("mirrored", 1)):
        if several and all(_is_constant(own + sign * right) for right, own in arrays):
            yield code, {}
    if all(_same(abs(own), abs(right)) for right, own in arrays):
        yield "signs", {}


def _arrangement(arrays: Sequence[tuple[np.ndarray, np.ndarray]]) -> Told:
    if all(_same(np.sort(own, axis=None), np.sort(right, axis=None)) for right, own in arrays):
        yield "reordered", {}
    if all(_is_constant(own) and not _is_constant(right) for right, own in arrays):
        yield "same_everywhere", {}


def _is_constant(array: np.ndarray) -> bool:
    return _same(array, array.flat[0])


def _is_even(array: np.ndarray) -> bool:
    """Whether the numbers are evenly spaced: 3, 4, 5, … is off by the same amount from any other such row."""
    return array.size < LEAST or _is_constant(np.diff(array.ravel()))


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return bool(np.allclose(one, other, 0.0, NEAR * np.abs(one).max()))


def _places(wrong: Sequence[np.ndarray], reveal: bool) -> Told:
    """Where in an array it is wrong: at an end, from some entry on, on the diagonal."""
    axes = wrong[0].ndim
    for axis, unit in enumerate(AXES.get(axes, ())):
        lines: list[np.ndarray] = [
            np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1).max(axis=1) for array in wrong
        ]
        if any(line.size >= LEAST for line in lines):
            yield from _of_lines(lines, part(unit), reveal)
    if axes == 2 and all(array.shape[0] == array.shape[1] for array in wrong):
        diagonals = [np.eye(len(array), dtype=bool) for array in wrong]
        for code, inside in (("diagonal", True), ("off_diagonal", False)):
            if not any(array[diagonal != inside].any() for array, diagonal in zip(wrong, diagonals, strict=True)):
                yield code, {}


def _of_lines(lines: Sequence[np.ndarray], unit: Values, reveal: bool) -> Told:
    first = [int(np.argmax(line)) for line in lines]
    if not any(line[1:].any() for line in lines):
        yield "wrong_at_first", {"unit": unit}
    elif not any(line[:-1].any() for line in lines):
        yield "wrong_at_last", {"unit": unit}
    elif all(begin and line[begin:].all() for begin, line in zip(first, lines, strict=True)):
        known = reveal and len(set(first)) == 1
        yield ("right_until", {"count": first[0]}) if known else ("right_at_first", {})


def _conditions(pairs: Sequence[Pair]) -> Told:
    """Where an input, or what is right, has one sign: there it is wrong, and nowhere else."""
    for name in (*pairs[0].case.inputs, ""):
        arrays = [array_of(pair.case.inputs.get(name)) if name else pair.expected for pair in pairs]
        for code, compared in CONDITIONS.items():
            if all(
                array is not None and _is_where(pair, compared(array, 0))
                for pair, array in zip(pairs, arrays, strict=True)
            ):
                yield "wrong_where", {"where": part(code, name=name) if name else part(f"right_{code}")}


def _is_where(pair: Pair, condition: np.ndarray | None) -> bool:
    """Whether an array is wrong where the condition holds and nowhere else, more than once each."""
    wrong = _wrong(pair)
    if condition is None or condition.ndim not in (1, wrong.ndim):
        return False
    lines = wrong if condition.ndim == wrong.ndim else wrong.reshape(len(wrong), -1).max(axis=1)
    return np.array_equal(lines, condition) and bool(min(lines.sum(), (~lines).sum()) > 1)
