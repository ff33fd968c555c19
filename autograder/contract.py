"""The contract of every exercise: inputs unchanged, same answer twice, read-only, float32 and promised inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograder.bank import BankedCase, BankedExercise
from autograder.compare import compare
from autograder.exercise import Case, Observe, Tolerance
from autograder.implementation import Caller, Probe
from autograder.messages import say
from autograder.observe import compare_observations, observe_case
from autograder.verdict import Finding

FLOAT32 = Tolerance(1e-3, 1e-4, "float32 inputs are off by 6e-8, and a fit may amplify that a thousandfold")


def check_contract(
    exercise: BankedExercise, observe: Observe, impl: Caller, banked: BankedCase
) -> tuple[tuple[str, ...], list[Finding]]:
    """Probe the manners of a right function on its first case; returns the failed probes and their findings."""
    case, expected = banked.case, banked.expected
    failed: dict[str, Finding] = {}

    def fail(probe: str, **values: object) -> None:
        failed.setdefault(probe, Finding(f"contract_{probe}", say(f"contract_{probe}", **values), "contract"))

    both = Probe(impl, writeable=False, watch=True)  # one call for three questions; only a bad answer costs more
    again, _ = observe_case(observe, both, case)
    if both.changed or compare_observations(exercise, expected, again):
        watch = Probe(impl, watch=True)
        third, _ = observe_case(observe, watch, case)
        if watch.changed:
            names = [exercise.functions.get(name, ())[position : position + 1] for name, position in watch.changed]
            inputs = ", ".join(dict.fromkeys(f"`{name[0]}`" for name in names if name)) or "array"
            fail("unchanged", inputs=inputs)
        elif compare_observations(exercise, expected, third):
            fail("again")
        else:
            fail("readonly")
    if "integers" in exercise.accepts:  # a function that takes integers gives the same for 2 and for 2.0
        whole = _changed_case(case, np.round)
        as_floats, _ = observe_case(observe, impl, whole)
        as_integers, _ = observe_case(observe, impl, _changed_case(whole, lambda array: array.astype(np.int64)))
        if compare_observations(exercise, as_floats, as_integers):
            fail("integers")
    for probe, change in _casts(exercise).items():
        cast, _ = observe_case(observe, impl, _changed_case(case, change))
        tolerance = exercise.tolerance
        if probe == "float32" and isinstance(tolerance, Tolerance) and (tolerance.rtol or tolerance.atol):
            tolerance = FLOAT32
        if cast.failure or compare(expected.value, cast.value, tolerance, exercise.outputs):
            fail(probe)
    return tuple(failed), list(failed.values())


def _casts(exercise: BankedExercise) -> dict[str, Callable[[np.ndarray], Any]]:
    casts: dict[str, Callable[[np.ndarray], Any]] = {"float32": lambda array: array.astype(np.float32)}
    if "lists" in exercise.accepts:
        casts["lists"] = lambda array: array.tolist()
    return casts


def _changed_case(case: Case, change: Callable[[np.ndarray], Any]) -> Case:
    """The case with every float array changed, also inside dicts and lists."""

    def apply(value: Any) -> Any:
        if isinstance(value, np.ndarray):
            return change(value) if value.dtype.kind == "f" and value.ndim else value
        if isinstance(value, dict):
            return {key: apply(part) for key, part in value.items()}
        if isinstance(value, (list, tuple)):
            return type(value)(apply(part) for part in value)
        return value

    return Case(case.name, group=case.group, **{name: apply(value) for name, value in case.inputs.items()})
