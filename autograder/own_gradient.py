"""Is a wrong gradient right for the student's own, wrong loss?  Then the differentiation earns its share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.bank import BankedExercise
from autograder.exercise import Case, Observe, Text
from autograder.gradients import agrees, finite_difference
from autograder.implementation import Caller, CallFailed
from autograder.messages import say
from autograder.observe import Seen
from autograder.verdict import Finding

CASES = 2  # failing cases that are tried, those with the fewest parameters first
SAME_WAY = 0.3  # cosine to the right gradient: an honest slip (mean, ½, |·|) points roughly the same way
ODD_VALUE = (CallFailed, TypeError, ValueError, AttributeError, LookupError, ArithmeticError)


def numeric_gradients(of: Observe, wrt: Sequence[str], impl: Caller, case: Case) -> list[Any]:
    """Finite differences of the implementation's own loss with respect to the named inputs."""

    def gradient(name: str) -> Any:
        return finite_difference(lambda value: _loss(of, impl, case, {name: value}), case.inputs[name])

    return [gradient(name) for name in wrt]


def check_own_gradient(exercise: BankedExercise, impl: Caller, seen: Sequence[Seen]) -> tuple[bool, Finding]:
    """Whether the gradient is that of the student's own loss, and the sentence that says so or names what is wrong.

    A loss that was made up to be easy does not count: it must depend on every input, and lead roughly the right way.
    """
    assert exercise.gradient_of is not None
    of = exercise.gradient_of.load()
    failing = [entry for entry in seen if entry.mismatches]

    def size(entry: Seen) -> int:
        inputs = entry.banked.case.inputs
        return sum(leaf.size for name in exercise.gradient_wrt for leaf in _leaves(inputs[name]))

    wrong: list[str] = []
    honest = True
    for entry in sorted(failing, key=size)[:CASES]:
        try:
            wrong += _wrong_parameters(exercise, of, impl, entry)
            honest = honest and not wrong and _is_honest(exercise, of, impl, entry)
        except ODD_VALUE:
            wrong += exercise.gradient_wrt
            break
    if not wrong and honest:
        return True, Finding("gradient_consistent", say("gradient_consistent"), "values")
    names = ", ".join(f"`{name}`" for name in dict.fromkeys(wrong or exercise.gradient_wrt))
    parameters: Text = {"en": f"with respect to {names} it", "zh": f"对 {names} 的梯度"}
    return False, Finding(
        "gradient_inconsistent", say("gradient_inconsistent", parameters=parameters, verb="is"), "values"
    )


def _wrong_parameters(exercise: BankedExercise, of: Observe, impl: Caller, entry: Seen) -> list[str]:
    """Names of the parameters whose gradient is not that of the student's own loss: "b", or "params['W1']"."""
    wrt = exercise.gradient_wrt
    parts = _parts(exercise, entry.observation.value)
    if len(parts) != len(wrt):
        return list(wrt)
    wrong = []
    for name, numeric, analytic in zip(wrt, numeric_gradients(of, wrt, impl, entry.banked.case), parts, strict=True):
        if isinstance(numeric, dict) and isinstance(analytic, dict) and set(numeric) == set(analytic):
            wrong += [f"{name}[{key!r}]" for key in numeric if not agrees(numeric[key], analytic[key])]
        elif not agrees(numeric, analytic):
            wrong.append(name)
    return wrong


def _is_honest(exercise: BankedExercise, of: Observe, impl: Caller, entry: Seen) -> bool:
    """True when the own loss depends on every input of the case and its gradient leads roughly the right way."""
    case = entry.banked.case
    loss = _loss(of, impl, case, {})
    for name, value in case.inputs.items():
        changed = _changed(value)
        if changed is not None and _loss(of, impl, case, {name: changed}) == loss:
            return False
    right, own = (
        np.concatenate([leaf.ravel() for part in _parts(exercise, value) for leaf in _leaves(part)])
        for value in (entry.banked.expected.value, entry.observation.value)
    )
    scale = float(np.linalg.norm(right) * np.linalg.norm(own))
    return right.shape == own.shape and scale > 0 and float(right @ own) >= SAME_WAY * scale


def _loss(of: Observe, impl: Caller, case: Case, changes: dict[str, Any]) -> float:
    moved = Case(case.name, zh=case.zh, group=case.group, **{**case.inputs, **changes})
    return float(np.asarray(of(impl, moved), dtype=np.float64).reshape(()))


def _parts(exercise: BankedExercise, value: Any) -> Sequence[Any]:
    """The gradients in the order of the inputs they belong to; () for a value of another form."""
    if len(exercise.gradient_wrt) == 1:
        return (value,)
    return value if isinstance(value, (tuple, list)) else ()


def _leaves(value: Any) -> Iterator[np.ndarray]:
    """The arrays of an input, through dicts in the order of their keys."""
    if isinstance(value, dict):
        for key in sorted(value):
            yield from _leaves(value[key])
    else:
        yield np.asarray(value, dtype=np.float64)


def _changed(value: Any) -> Any:
    """The input with every real number moved; None for an input that has none (labels, names)."""
    if isinstance(value, dict):
        moved = {key: _changed(part) for key, part in value.items()}
        return None if any(part is None for part in moved.values()) else moved
    if isinstance(value, float) or (isinstance(value, np.ndarray) and value.dtype.kind == "f"):
        return value * 1.5 + 0.25
    return None
