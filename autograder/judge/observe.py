"""Observing an implementation on a case, and comparing two observations of the same case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from autograder.judge.alarm import TooCostly
from autograder.judge.compare import Mismatch
from autograder.judge.criteria import criterion_of
from autograder.judge.implementation import Implementation, Recorded
from autograder.judge.shapes import Shaped
from autograder.judge.structure import Structure, fits, structure_of
from autograder.model.bank import BankedCase, BankedExercise, Observation
from autograder.model.calls import CallFailed, CallStatus, Failure
from autograder.model.exercise import Case, Observe


@dataclass(frozen=True)
class Seen:
    """One case as observed on the implementation under judgement.

    numbers  how many numbers the arguments of its largest call held.
    tidy     the right answer was given on read-only inputs, and none was changed.
    """

    banked: BankedCase
    observation: Observation
    mismatches: list[Mismatch]
    numbers: int = 0
    tidy: bool = False

    @property
    def failure(self) -> Failure | None:
        return self.observation.failure

    @property
    def passed(self) -> bool:
        """Right: no difference from what is expected, which may be a failure."""
        return not self.mismatches and (self.failure is None or self.failure.same_as(self.banked.expected.failure))


def observer(exercise: BankedExercise, group: str) -> Observe:
    """What is looked at on the cases of a group: its own observe, the exercise's, or one call with a case's inputs."""

    def call_once(impl: Any, case: Case) -> Any:
        return getattr(impl, exercise.name)(*case.inputs.values())

    code = exercise.group(group).observe or exercise.observe
    if code is None:  # values are compared as they are, and their shapes with them
        return call_once
    observe = code.load()
    if exercise.shapes is None:
        return observe
    shapes = exercise.shapes.load()
    return lambda impl, case: observe(Shaped(impl, exercise.name, shapes, exercise.outputs), case)


def observe_case(
    observe: Observe,
    impl: Implementation,
    case: Case,
    returns: Mapping[str, Sequence[Structure]] = MappingProxyType({}),
) -> Observation:
    """What `observe` sees; a failed call is an observation too.

    An observe that trips over a student's odd value (text for an array, one that broadcasts to gigabytes) has seen a
    wrong type: `returns`, how the values of each function are built, tells which value it was.
    """
    recorded = impl if isinstance(impl, Recorded) else Recorded(impl)
    try:
        with impl.bounded(), np.errstate(all="ignore"):
            return Observation(observe(recorded, case))
    except CallFailed as failed:
        odd = _wrong_return(recorded.calls, returns) if failed.failure.status is CallStatus.NO_METHOD else None
        return Observation(failure=odd or failed.failure)
    except (MemoryError, TooCostly):
        return Observation(failure=Failure(CallStatus.TOO_LARGE, recorded.calls[-1][0] if recorded.calls else ""))
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError):
        return Observation(failure=_wrong_return(recorded.calls, returns) or _wrong_lengths(recorded.calls))


def _wrong_return(
    calls: Sequence[tuple[str, Sequence[Any], Any]], returns: Mapping[str, Sequence[Structure]]
) -> Failure | None:
    """The first value that is not built as its function's values are."""
    for name, _, value in calls:
        if name in returns and not any(fits(built, value) for built in returns[name]):
            return Failure(CallStatus.WRONG_RETURN, name, built=structure_of(value), value=value)
    return None


def _wrong_lengths(calls: Sequence[tuple[str, Sequence[Any], Any]]) -> Failure:
    """Every value is built as it should be: the lengths of the last do not fit."""
    name, _, value = calls[-1] if calls else ("", (), None)
    return Failure(CallStatus.WRONG_LENGTHS, name, built=structure_of(value), value=value)


def compare_observations(exercise: BankedExercise, expected: Observation, actual: Observation) -> list[Mismatch]:
    """Differences of two observations of the same case; a failure equals only the same failure."""
    if actual.failure and actual.failure.same_as(expected.failure):
        return []
    if expected.failure or actual.failure:
        return [Mismatch("wrong_type", "", np.inf, expected.failure or expected.value, actual.failure or actual.value)]
    return criterion_of(exercise).compare(expected.value, actual.value, exercise.outputs)
