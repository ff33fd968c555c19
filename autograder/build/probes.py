"""Making probes: a bank's cases changed in one way, with what the reference gives on them."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.judge.compare import as_numbers, numbers_in
from autograder.judge.criteria import criterion_of
from autograder.judge.implementation import Implementation
from autograder.judge.observe import compare_observations, observe_case, observer
from autograder.judge.probes import ALONG_AN_AXIS, OF_A_NUMBER, OF_AN_ARRAY, WHOLE, array_of, probed, shape_of
from autograder.judge.structure import structure_of
from autograder.model.bank import BankedCase, BankedExercise, BankedProbe, Observation
from autograder.model.markers import Tensor
from autograder.model.tree import leaves

MOST_NUMBERS = 60  # in what is right: a probe is kept for each case of each draw
MOST_INPUTS = 2_000  # numbers in what a case is made of
MOST_SECONDS = 0.02  # of CPU that the solution takes on a case: a probe is asked besides, and there are some twenty

Axes = Mapping[str, int]


def with_probes(
    exercise: BankedExercise,
    draws: Sequence[Sequence[BankedCase]],
    reference: Implementation,
    solution: Implementation,
) -> tuple[tuple[BankedCase, ...], ...]:
    """The draws, their cases with probes; gates and answers without arguments have none.

    A probe is legal where the reference gives finite values, built as those of the case, and the solution agrees.
    """
    if not criterion_of(exercise).has_contract or not exercise.takes_arguments:
        return tuple(map(tuple, draws))
    axes = _axes([banked for cases in draws for banked in cases])

    def with_those(banked: BankedCase) -> BankedCase:
        if not _is_small(exercise, banked, solution):
            return banked
        observe = observer(exercise, banked.group)
        probes = []
        for probe in _tried(banked, axes[banked.group]):
            case = probed(banked.case, probe)
            right = observe_case(observe, reference, case)
            if not _is_legal(right, banked.expected):
                continue
            if not compare_observations(exercise, right, observe_case(observe, solution, case)):
                probes.append(replace(probe, expected=right))
        return replace(banked, probes=tuple(probes))

    return tuple(tuple(map(with_those, cases)) for cases in draws)


def _is_small(exercise: BankedExercise, banked: BankedCase, solution: Implementation) -> bool:
    """Whether a case can be asked some twenty times more."""
    if banked.expected.failure or numbers_in(banked.expected.value) > MOST_NUMBERS:
        return False
    if numbers_in(banked.case.inputs) > MOST_INPUTS:
        return False
    began = time.process_time()
    observe_case(observer(exercise, banked.group), solution, banked.case)
    return time.process_time() - began < MOST_SECONDS


def _tried(banked: BankedCase, axes: Sequence[Axes]) -> Iterator[BankedProbe]:
    inputs = banked.case.inputs
    for name, value in inputs.items():
        if _is_numeric(value):
            for kind in OF_A_NUMBER if isinstance(value, (int, float)) else OF_AN_ARRAY:
                yield BankedProbe(kind, {name: WHOLE}, Observation())
    for along in axes:
        if all(shape_of(inputs[name])[axis] > 1 for name, axis in along.items()):
            for kind in ALONG_AN_AXIS:
                yield BankedProbe(kind, along, Observation())


def _is_numeric(value: Any) -> bool:
    """Whether every leaf is a number or an array of numbers, none of them a truth value."""
    arrays = [array_of(leaf) for leaf in leaves(value)]
    return bool(arrays) and all(array is not None and array.dtype.kind in "fi" for array in arrays)


def _axes(cases: Sequence[BankedCase]) -> dict[str, list[Axes]]:
    """By group: which axes of which inputs are of one length in all of its cases, the samples of X and of y say."""
    lengths: dict[str, dict[tuple[str, int], list[int]]] = defaultdict(lambda: defaultdict(list))
    counts: dict[str, int] = defaultdict(int)
    for banked in cases:
        counts[banked.group] += 1
        for name, value in banked.case.inputs.items():
            for axis, length in enumerate(shape_of(value) if isinstance(value, (np.ndarray, Tensor)) else ()):
                lengths[banked.group][name, axis].append(length)
    found: dict[str, list[Axes]] = {}
    for group, count in counts.items():
        alike: dict[tuple[int, ...], list[tuple[str, int]]] = defaultdict(list)
        for at, seen in lengths[group].items():
            if len(seen) == count:
                alike[tuple(seen)].append(at)
        found[group] = [dict(each) for each in alike.values() if len(dict(each)) == len(each)]  # but square matrices
    return found


def _is_legal(right: Observation, usual: Observation) -> bool:
    if right.failure or structure_of(right.value) != structure_of(usual.value):
        return False
    arrays = map(as_numbers, leaves(right.value))
    return all(np.isfinite(array.astype(np.float64)).all() for array in arrays if array is not None)
