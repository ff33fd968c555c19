"""How and where wrong numbers are wrong, as the failing cases show it by themselves."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograder.judge.describe import output_in_words
from autograder.judge.explain import Pair, pairs_by_path
from autograder.judge.observe import Seen
from autograder.judge.probes import array_of, is_plain
from autograder.judge.relations import LEAST, MANY, NEAR, Arrays, Told, in_common, is_constant, nearly_same, properties
from autograder.judge.relations import tendencies as tendencies_of
from autograder.model.texts import Values, part
from autograder.model.verdict import Finding

LINES = 8  # rows, columns or entries of which it is no accident that the last one alone is wrong
AXES = {1: ("entry",), 2: ("row", "column")}
CONDITIONS = {"is_negative": np.less, "is_zero": np.equal, "is_positive": np.greater}


def patterns(failing: Sequence[Seen], *, reveal: bool) -> list[Finding]:
    """What the wrong numbers of all failing cases have in common, part by part, the most telling first.

    With `reveal` (public cases) a number of entries may be told.
    """
    return _by_part(failing, lambda pairs: _patterns(pairs, reveal))


def tendencies(failing: Sequence[Seen]) -> list[Finding]:
    """What they must be and are not, and whether they are too large or too small."""

    def told(pairs: Sequence[Pair]) -> Told:
        yield from properties(_arrays(pairs))
        yield from tendencies_of(_arrays(pairs))

    return _by_part(failing, told)


def _by_part(failing: Sequence[Seen], told: Callable[[Sequence[Pair]], Told]) -> list[Finding]:
    """What is told of each part of the result that is wrong in most of the failing cases."""
    with np.errstate(all="ignore"):
        return [
            Finding(code, {"output": output_in_words(path), **values})
            for path, pairs in pairs_by_path(failing).items()
            if not any(pair.code == "wrong_shape" for pair in pairs)
            and 2 * len(pairs) > len(failing)
            and sum(pair.expected.size for pair in pairs) >= LEAST
            for code, values in told(pairs)
        ]


def _arrays(pairs: Sequence[Pair]) -> Arrays:
    """Numbers have in common what they have from case to case."""
    if any(pair.expected.ndim for pair in pairs):
        return [(pair.expected, pair.actual) for pair in pairs]
    return [(np.array([pair.expected for pair in pairs]), np.array([pair.actual for pair in pairs]))]


def _patterns(pairs: Sequence[Pair], reveal: bool) -> Told:
    arrays, wrong = _arrays(pairs), list(map(_wrong, pairs))
    common = list(in_common(arrays))
    yield from common
    if any(code != "signs" for code, _ in common):  # where they are wrong says no more then
        return
    if any(pair.expected.ndim for pair in pairs) and sum(pair.expected.size for pair in pairs) >= MANY:
        yield from _arrangement(arrays)
        yield from _conditions(pairs)
        if len({pair.expected.ndim for pair in pairs}) == 1:
            yield from _places(wrong, reveal)


def _wrong(pair: Pair) -> np.ndarray:
    largest = max(np.abs(pair.expected).max(), np.abs(pair.actual).max())
    return np.asarray(np.abs(pair.actual - pair.expected) > NEAR * largest)


def _arrangement(arrays: Arrays) -> Told:
    if all(nearly_same(np.sort(own, axis=None), np.sort(right, axis=None)) for right, own in arrays):
        yield "reordered", {}
    if all(is_constant(own) and not is_constant(right) for right, own in arrays):
        yield "same_everywhere", {}


def _places(wrong: Sequence[np.ndarray], reveal: bool) -> Told:
    """Where in an array it is wrong: at an end, from some entry on, on the diagonal."""
    axes = wrong[0].ndim
    for axis, unit in enumerate(AXES.get(axes, ())):
        lines: list[np.ndarray] = [
            np.moveaxis(array, axis, 0).reshape(array.shape[axis], -1).max(axis=1) for array in wrong
        ]
        if sum(line.size for line in lines) >= LINES:
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
    """Where an input, or what is right, has one sign: there it is wrong, or has the wrong sign, and nowhere else."""
    signs = [np.sign(pair.expected) for pair in pairs]
    opposite = [(sign != 0) & (np.sign(pair.actual) != sign) for sign, pair in zip(signs, pairs, strict=True)]
    places_wrong = list(map(_wrong, pairs))
    for name in ("", *pairs[0].case.inputs):
        arrays = [array_of(pair.case.inputs.get(name)) if name else pair.expected for pair in pairs]
        if not name and all(is_plain(pair.expected) for pair in pairs):
            continue
        for code, compared in CONDITIONS.items():
            held = [None if array is None else compared(array, 0) for array in arrays]
            signed = [
                where & (sign != 0) if where is not None and where.shape == sign.shape else where
                for where, sign in zip(held, signs, strict=True)
            ]
            for what, wrong, places in (("wrong_where", places_wrong, held), ("opposite_where", opposite, signed)):
                if _is_where(wrong, places):
                    yield what, {"where": part(code, name=name) if name else part(f"right_{code}")}


def _is_where(wrong: Sequence[np.ndarray], conditions: Sequence[np.ndarray | None]) -> bool:
    """Whether arrays are wrong where their conditions hold and nowhere else, in many places and more than once each."""
    told: list[np.ndarray] = []
    for array, condition in zip(wrong, conditions, strict=True):
        if condition is None:  # an input that is made within the observe
            continue
        if not (array.ndim and condition.ndim) or condition.ndim not in (1, array.ndim):
            return False
        lines = array if condition.ndim == array.ndim else array.reshape(len(array), -1).max(axis=1)
        if not np.array_equal(lines, condition):
            return False
        told.append(lines.ravel())
    all_of_them = np.concatenate(told or [np.zeros(0, dtype=bool)])
    return all_of_them.size >= 2 * MANY and bool(min(all_of_them.sum(), (~all_of_them).sum()) > 1)
