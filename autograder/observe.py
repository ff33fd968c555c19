"""Observing an implementation on a case, and comparing two observations of the same case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.bank import BankedCase, BankedExercise, Observation
from autograder.compare import Mismatch, compare
from autograder.exercise import Case, Observe
from autograder.implementation import Caller, CallFailed


@dataclass(frozen=True)
class Seen:
    """One case as observed on the implementation under judgement."""

    banked: BankedCase
    observation: Observation
    failure: CallFailed | None
    mismatches: list[Mismatch]

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


def observe_case(observe: Observe, impl: Caller, case: Case) -> tuple[Observation, CallFailed | None]:
    """What `observe` sees; a failed call is an observation too.

    An observe that trips over a student's odd value (a string for an array, an array that broadcasts to gigabytes)
    has seen a wrong type.
    """
    try:
        with np.errstate(all="ignore"):
            return Observation(observe(impl, case)), None
    except CallFailed as failure:
        return Observation(failure=f"{failure.kind} {failure.error}".strip()), failure
    except (TypeError, ValueError, AttributeError, LookupError, ArithmeticError, MemoryError):
        return Observation(failure="malformed"), CallFailed("malformed", getattr(observe, "__name__", "observe"))


def compare_observations(exercise: BankedExercise, expected: Observation, actual: Observation) -> list[Mismatch]:
    """Differences of two observations of the same case; a failure equals only the same failure."""
    if expected.failure or actual.failure:
        if expected.failure == actual.failure:
            return []
        return [Mismatch("wrong_type", "", np.inf, expected.failure or expected.value, actual.failure or actual.value)]
    return compare(expected.value, actual.value, exercise.tolerance, exercise.outputs)
