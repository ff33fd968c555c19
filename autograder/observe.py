"""Observing an implementation on a case, and comparing two observations of the same case."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from autograder.alarm import TooCostly
from autograder.bank import BankedCase, BankedExercise, Observation
from autograder.compare import Mismatch, compare
from autograder.exercise import Case, Observe
from autograder.implementation import Caller, CallFailed, Recorded
from autograder.structure import Structure, fits, structure_of


@dataclass(frozen=True)
class Seen:
    """One case as observed on the implementation under judgement.

    numbers  how many numbers the arguments of its largest call held.
    tidy     the right answer was given on read-only inputs, and none was changed.
    """

    banked: BankedCase
    observation: Observation
    failure: CallFailed | None
    mismatches: list[Mismatch]
    numbers: int = 0
    tidy: bool = False

    @property
    def passed(self) -> bool:
        return self.failure is None and not self.mismatches


def observer(exercise: BankedExercise) -> Observe:
    """The exercise's observe, or one call of its function with the case's inputs in order."""
    if exercise.observe is not None:
        return exercise.observe.load()

    def call_once(impl: Any, case: Case) -> Any:
        return getattr(impl, exercise.name)(*case.inputs.values())

    return call_once


def observe_case(
    observe: Observe, impl: Caller, case: Case, returns: Mapping[str, Sequence[Structure]] = MappingProxyType({})
) -> tuple[Observation, CallFailed | None]:
    """What `observe` sees; a failed call is an observation too.

    An observe that trips over a student's odd value (text for an array, one that broadcasts to gigabytes) has seen a
    wrong type: `returns`, how the values of each function are built, tells which value it was.
    """
    recorded = impl if isinstance(impl, Recorded) else Recorded(impl)
    try:
        with impl.bounded(), np.errstate(all="ignore"):
            return Observation(observe(recorded, case)), None
    except CallFailed as failure:
        return Observation(failure=f"{failure.kind} {failure.error}".strip()), failure
    except (MemoryError, TooCostly):
        costly = CallFailed("too_large", recorded.calls[-1][0] if recorded.calls else "")
        return Observation(failure=costly.kind), costly
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
        odd = _odd_return(recorded.calls, returns)
        return Observation(failure=f"{odd.kind} {odd.function} {json.dumps(structure_of(odd.value))}"), odd


def _odd_return(
    calls: Sequence[tuple[str, Sequence[Any], Any]], returns: Mapping[str, Sequence[Structure]]
) -> CallFailed:
    """The first value that is not built as its function's values are; else the last, whose lengths do not fit."""
    for name, _, value in calls:
        if name in returns and not any(fits(built, value) for built in returns[name]):
            return CallFailed("wrong_return", name, value=value)
    return CallFailed("wrong_lengths", calls[-1][0] if calls else "", value=calls[-1][2] if calls else None)


def compare_observations(exercise: BankedExercise, expected: Observation, actual: Observation) -> list[Mismatch]:
    """Differences of two observations of the same case; a failure equals only the same failure."""
    if expected.failure or actual.failure:
        if expected.failure == actual.failure:
            return []
        return [Mismatch("wrong_type", "", np.inf, expected.failure or expected.value, actual.failure or actual.value)]
    return compare(expected.value, actual.value, exercise.tolerance, exercise.outputs)
