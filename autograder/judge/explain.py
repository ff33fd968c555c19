"""What can be said of wrong values without a known mistake, when it is true of all of them together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.judge.compare import Mismatch, as_numbers
from autograder.judge.describe import names_of, output_in_words
from autograder.judge.observe import Seen, compare_observations
from autograder.model.bank import BankedExercise, Observation
from autograder.model.exercise import Case
from autograder.model.markers import Tensor
from autograder.model.texts import Values, part
from autograder.model.verdict import Finding

RATIOS = {2.0: "2", 0.5: "½"}
MOST_SWAPPED = 4  # values whose orders are all tried
RTOL, ATOL = 1e-6, 1e-9


def explain(exercise: BankedExercise, seen: Sequence[Seen], reveal: bool) -> list[Finding]:
    """A wrong order, a ratio, a transpose, zeros or a shift: at most one, and only what holds on every failing case.

    With `reveal` (public cases) the length of an array may be told.
    """
    failing = [entry for entry in seen if entry.mismatches and not entry.failure]
    if not failing:
        return []
    if _in_another_order(exercise, failing):
        return [Finding("wrong_order", {"values": names_of(exercise)})]
    found: dict[str, tuple[Finding, list[Values]]] = {}
    for path, pairs in pairs_by_path(failing).items():
        finding = _explained(pairs, reveal)
        if finding is not None:
            found.setdefault(repr(finding), (finding, []))[1].append(output_in_words(path))
    return [Finding(finding.code, {**finding.values, "output": outputs}) for finding, outputs in found.values()][:1]


def _in_another_order(exercise: BankedExercise, failing: Sequence[Seen]) -> bool:
    """Whether every returned tuple is right once its parts change places, in the same way on each case."""
    lengths = {_parts(entry.banked.expected) for entry in failing} | {_parts(entry.observation) for entry in failing}
    if len(lengths) != 1 or not 2 <= (length := lengths.pop()) <= MOST_SWAPPED:
        return False

    def right(entry: Seen, order: Sequence[int]) -> bool:
        swapped = tuple(entry.observation.value[place] for place in order)
        return not compare_observations(exercise, entry.banked.expected, Observation(swapped))

    return any(all(right(entry, order) for entry in failing) for order in itertools.permutations(range(length)))


def _parts(observation: Observation) -> int:
    return len(observation.value) if isinstance(observation.value, tuple) else 0


@dataclass(frozen=True)
class Pair:
    """A wrong array of one case; an array of another shape than the right one has the `code` wrong_shape."""

    code: str
    expected: np.ndarray
    actual: np.ndarray
    case: Case


def pairs_by_path(failing: Sequence[Seen]) -> dict[str, list[Pair]]:
    """The wrong arrays by their place in the output; a place at which something else is wrong too has none."""
    pairs: dict[str, list[Pair]] = {}
    odd: set[str] = set()
    for entry in failing:
        for mismatch in entry.mismatches:
            pair = _pair(mismatch, entry)
            if pair is None:
                odd.add(mismatch.path)
            else:
                pairs.setdefault(mismatch.path, []).append(pair)
    return {path: found for path, found in pairs.items() if path not in odd}


def _pair(mismatch: Mismatch, entry: Seen) -> Pair | None:
    """None for what is no array of numbers: text, a truth value, NaN."""
    expected, actual = as_numbers(mismatch.expected), as_numbers(mismatch.actual)
    if mismatch.code not in ("wrong_value", "wrong_shape") or expected is None or actual is None:
        return None
    if expected.dtype.kind == "b":
        return None
    right, wrong = expected.astype(np.float64), actual.astype(np.float64)
    return Pair(mismatch.code, right, wrong, entry.banked.case)


def _explained(pairs: Sequence[Pair], reveal: bool) -> Finding | None:
    """What all of them have in common, with an output to be named later."""
    output = {"output": ""}
    if all(pair.expected.ndim == 2 and _alike(pair.actual, pair.expected.T) for pair in pairs):
        return Finding("transposed", output)
    if any(pair.code == "wrong_shape" for pair in pairs) or not _is_enough(pairs):
        return None
    if not any(pair.actual.any() for pair in pairs):
        return Finding("all_zero", output)
    ratios = [ratio(pair.expected, pair.actual) for pair in pairs]
    if None not in ratios:
        return _named_ratio(np.array(ratios, dtype=np.float64), pairs, reveal)
    if all(_is_shifted(pair.expected, pair.actual) for pair in pairs):
        return Finding("shifted", output)
    return None


def _is_enough(pairs: Sequence[Pair]) -> bool:
    """Whether what holds is no coincidence: a single whole number may be twice another."""
    numbers = np.concatenate([pair.expected.ravel() for pair in pairs])
    return bool(np.count_nonzero(numbers) > 1 or (numbers % 1).any())


def ratio(expected: np.ndarray, actual: np.ndarray) -> float | None:
    """The number by which the right array is multiplied, if there is one that is not 0."""
    right, wrong = expected.ravel(), actual.ravel()
    with np.errstate(all="ignore"):
        times = float(wrong @ right / (right @ right)) if right.any() else 0.0
    return times if times and _alike(wrong, times * right) else None


def _named_ratio(ratios: np.ndarray, pairs: Sequence[Pair], reveal: bool) -> Finding | None:
    """A ratio that people have a name for: −1, 2, ½, N, 1/N.  Any other one is an accident of these numbers."""
    if _alike(ratios, -1.0):
        return Finding("wrong_sign", {"output": ""})
    for known, name in RATIOS.items():
        if _alike(ratios, known):
            return Finding("ratio", {"output": "", "ratio": name})
    for code, wanted in (("n_times", ratios), ("nth_part", 1 / ratios)):
        length = _named_length(wanted, pairs, reveal)
        if length is not None:
            return Finding(code, {"output": "", "length": length})
    return None


def _named_length(wanted: np.ndarray, pairs: Sequence[Pair], reveal: bool) -> Values | None:
    """Which length of an input these are, case by case; None where there is no such length, or rows and columns."""
    matching = [
        (what, name)
        for what, name in _axes(pairs[0].case.inputs)
        if _alike(np.array([_axes(pair.case.inputs).get((what, name), 0) for pair in pairs], dtype=np.float64), wanted)
    ]
    kinds = {what for what, _ in matching}
    if not matching or {"rows_of", "columns_of"} <= kinds:
        return None
    what, name = min(matching, key=lambda found: found[0] == "entries_of")  # rows of X, not entries of y
    here = part("in_the_case", number=round(float(wanted[0])), case=pairs[0].case.title) if reveal else ""
    return part(what, name=name, here=here)


def _axes(inputs: Mapping[str, Any]) -> dict[tuple[str, str], int]:
    """The lengths of the inputs' axes."""
    return dict(_lengths(inputs))


def _lengths(inputs: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], int]]:
    for name, value in inputs.items():
        numbers = as_numbers(value.array if isinstance(value, Tensor) else value)
        if numbers is not None and numbers.ndim == 1:
            yield ("entries_of", name), numbers.size
        elif numbers is not None and numbers.ndim == 2:
            yield ("rows_of", name), numbers.shape[0]
            yield ("columns_of", name), numbers.shape[1]


def _is_shifted(expected: np.ndarray, actual: np.ndarray) -> bool:
    if expected.ndim != 1 or expected.size < 3:
        return False
    return _alike(actual[1:], expected[:-1]) or _alike(actual[:-1], expected[1:])


def _alike(one: Any, other: Any) -> bool:
    return np.shape(other) in ((), np.shape(one)) and bool(np.allclose(one, other, RTOL, ATOL))
