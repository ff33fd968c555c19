"""Making probes: a bank's cases changed in one way, with what the reference gives on them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from autograder.build.quiet import quietly
from autograder.build.shaken import each_apart
from autograder.judge.compare import as_numbers, numbers_in
from autograder.judge.criteria import criterion_of
from autograder.judge.implementation import Implementation
from autograder.judge.observe import compare_observations, observe_case, observer
from autograder.judge.probes import (
    ALONG_AN_AXIS,
    TOGETHER,
    WHOLE,
    array_of,
    arrays_in,
    probed,
    same,
    shape_of,
    times_as_large,
)
from autograder.judge.structure import structure_of
from autograder.model.bank import BankedCase, BankedExercise, BankedProbe, Observation
from autograder.model.markers import Tensor
from autograder.model.tree import leaves

MOST_NUMBERS = 60  # in what is right: it is kept for each probe of each draw
MOST_INPUTS = 2_000  # numbers in what a case is made of: larger cases are those of speed
CASES = 2  # of the heart, or of the first group where there is none, that have probes
MOST_TOGETHER = 4  # inputs that are doubled at once: beyond that it is no simple fact

Axes = Mapping[str, int]


def with_probes(
    exercise: BankedExercise,
    draws: Sequence[Sequence[BankedCase]],
    reference: Implementation,
    solution: Implementation,
    *,
    cases: int = CASES,
    many_right: str = "",
) -> tuple[tuple[BankedCase, ...], ...]:
    """The draws, their first `cases` with probes; gates and answers without arguments have none.

    Nor has an exercise of which many answers are right, and `many_right` says why: what is right on a changed case is
    right for one of them alone.

    A probe is legal where the reference gives finite values, built as those of the case, that hang on no rounding, and
    the solution agrees.  What is not legal on the first draw is not tried on others.
    """
    if many_right or not criterion_of(exercise).has_contract or not exercise.takes_arguments:
        return tuple(map(tuple, draws))
    axes = _axes([banked for draw in draws for banked in draw])
    illegal: set[tuple[int, str]] = set()

    def with_those(banked: BankedCase, place: int) -> BankedCase:
        observe = observer(exercise, banked.group)
        probes: list[BankedProbe] = []
        for probe in _tried(banked, axes[banked.group]):
            which = place, repr((probe.kind, probe.inputs))
            if which in illegal or _is_needless(probe, probes):
                continue
            case = probed(banked.case, probe)
            right = observe_case(observe, reference, case)
            probe = replace(probe, expected=right)
            if (
                _is_legal(probe, banked)
                and not compare_observations(exercise, right, observe_case(observe, solution, case))
                and _is_steady(exercise, right, observe_case(observe, reference, each_apart(case)))
            ):
                probes.append(probe)
            else:
                illegal.add(which)
        return replace(banked, probes=tuple(probes))

    def of_draw(draw: Sequence[BankedCase]) -> Iterator[BankedCase]:
        left = cases
        for place, banked in enumerate(draw):
            if left and banked.group == draw[0].group and _is_small(banked):
                left -= 1
                banked = with_those(banked, place)
            yield banked

    with quietly():  # of inputs that are all 0, say
        return tuple(tuple(of_draw(draw)) for draw in draws)


def _is_small(banked: BankedCase) -> bool:
    """Whether a case can be asked some twenty times more."""
    right = banked.expected
    return (
        right.failure is None
        and numbers_in(right.value) <= MOST_NUMBERS
        and numbers_in(banked.case.inputs) <= MOST_INPUTS
    )


def _tried(banked: BankedCase, axes: Sequence[Axes]) -> Iterator[BankedProbe]:
    inputs = banked.case.inputs
    for name, value in inputs.items():
        if _holds(value, "fi"):
            for kind in _kinds(value):
                yield BankedProbe(kind, {name: WHOLE}, Observation())
    for along in axes:
        if all(shape_of(inputs[name])[axis] > 1 for name, axis in along.items()):
            for kind in ALONG_AN_AXIS:
                yield BankedProbe(kind, along, Observation())
    real = [name for name, value in inputs.items() if _holds(value, "f")]
    for count in range(2, min(len(real), MOST_TOGETHER) + 1):
        for names in combinations(real, count):
            yield BankedProbe(TOGETHER, dict.fromkeys(names, WHOLE), Observation())


def _kinds(value: Any) -> tuple[str, ...]:
    """What may be done to the numbers of an input, by what they look like."""
    if isinstance(value, int):
        return ("zero", "one", "doubled", "one_more", "one_less")
    if isinstance(value, float):
        return ("zero", "one", "doubled", "negated", "squared", "root")
    array, shape = array_of(value), shape_of(value)
    labels = array is not None and set(np.unique(array)) == {0, 1}
    symmetric = array is not None and len(shape) == 2 and shape[0] == shape[1] > 1 and same(array, array.T)
    return ("zeros", "ones", "doubled", "negated", *(["swapped"] * labels), *(["identity"] * symmetric))


def _holds(value: Any, kinds: str) -> bool:
    """Whether every leaf is a number or an array of numbers of these kinds, and no leaf holds places in an array."""
    arrays = [array_of(leaf) for leaf in leaves(value)]
    return bool(arrays) and all(
        array is not None and array.dtype.kind in kinds and not _holds_places(array) for array in arrays
    )


def _holds_places(array: np.ndarray) -> bool:
    """Whether whole numbers look like an order or a choice of samples: none occurs twice."""
    return array.dtype.kind == "i" and array.ndim == 1 and array.size > 1 and len(np.unique(array)) == array.size


def _axes(cases: Sequence[BankedCase]) -> dict[str, list[Axes]]:
    """By group: which axes of which inputs are of one length in all of its cases, as the samples of X and of y are."""
    lengths: dict[str, dict[tuple[str, int], list[int]]] = defaultdict(lambda: defaultdict(list))
    counts = Counter(banked.group for banked in cases)
    for banked in cases:
        for name, value in banked.case.inputs.items():
            if isinstance(value, (np.ndarray, Tensor)) and _holds(value, "fi"):
                for axis, length in enumerate(shape_of(value)):
                    lengths[banked.group][name, axis].append(length)
    found: dict[str, list[Axes]] = {}
    for group, count in counts.items():
        alike: dict[tuple[int, ...], list[tuple[str, int]]] = defaultdict(list)
        for at, seen in lengths[group].items():
            if len(seen) == count:
                alike[tuple(seen)].append(at)
        found[group] = [dict(each) for each in alike.values() if len(dict(each)) == len(each)]  # but square matrices
    return found


def _is_needless(probe: BankedProbe, known: Sequence[BankedProbe]) -> bool:
    """Whether fewer inputs that are doubled together say the same."""
    fewer = (other.inputs.keys() for other in known if other.kind == TOGETHER)
    return probe.kind == TOGETHER and any(names <= probe.inputs.keys() for names in fewer)


def _is_steady(exercise: BankedExercise, right: Observation, again: Observation) -> bool:
    """Whether the right answer is still the same once the inputs were shaken, so that it is so on every processor.

    Among inputs that are all 1 there are ties, and matrices of rank 1: on these nobody is wrong.
    """
    if not compare_observations(exercise, right, again):
        return True
    one, other = arrays_in(right), arrays_in(again)  # numbers that are to be exact are off with their inputs
    return bool(one) and len(one) == len(other) and all(map(same, one, other))


def _is_legal(probe: BankedProbe, banked: BankedCase) -> bool:
    right, usual = probe.expected, banked.expected
    if right.failure or structure_of(right.value) != structure_of(usual.value):
        return False
    arrays = [as_numbers(leaf) for leaf in leaves(right.value)]
    if not all(np.isfinite(array.astype(np.float64)).all() for array in arrays if array is not None):
        return False
    if probe.kind == TOGETHER:
        return times_as_large(usual, right) is not None
    if probe.kind == "reversed":  # where each entry has its own answer, that does not change is an accident
        lengths = {shape_of(banked.case.inputs[name])[axis] for name, axis in probe.inputs.items()}
        return not lengths & {length for array in arrays_in(right) for length in array.shape}
    return True
