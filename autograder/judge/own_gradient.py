"""Is a wrong gradient right for the student's own, wrong loss?  Then the differentiation earns its share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from autograder.judge.compare import compare
from autograder.judge.gradients import gradient_fits, numbers_of
from autograder.judge.implementation import Implementation
from autograder.judge.observe import Seen
from autograder.model.bank import BankedCase, BankedExercise
from autograder.model.calls import CallFailed
from autograder.model.criteria import CLOSED_FORM
from autograder.model.exercise import Case, Observe
from autograder.model.markers import Tensor
from autograder.model.tree import leaves, map_leaves
from autograder.model.verdict import Finding

CASES = 2  # failing cases that are tried, those with the fewest parameters first
SAME_WAY = 0.3  # cosine to the right gradient: an honest slip (mean, ½, |·|) points roughly the same way
ODD_VALUE = (TypeError, ValueError, AttributeError, LookupError, ArithmeticError)


def fits_own_loss(
    of: Observe,
    impl: Implementation,
    case: Case,
    point: Mapping[str, Any],
    gradient: Mapping[str, Any],
    rng: np.random.Generator,
) -> bool | None:
    """Whether the gradient with respect to these inputs, or to entries of dicts, is that of the implementation's loss.

    None where kinks leave it open.
    """

    def loss(moved: Mapping[str, Any]) -> float:
        whole = {
            name: {**case.inputs[name], **value} if isinstance(value, dict) else value for name, value in moved.items()
        }
        return _loss(of, impl, case, whole)

    return gradient_fits(loss, point, gradient, rng)


def check_own_gradient(
    exercise: BankedExercise, impl: Implementation, seen: Sequence[Seen]
) -> tuple[bool, list[Finding]]:
    """Whether the gradient is that of the student's own, wrong loss, and what is to be said of it.

    A loss that is right has one gradient, and it is not this one.  A loss that was made up to be easy does not count:
    it must depend on every input, and lead roughly the right way.  Where the loss cannot be asked (its time is up, it
    stops, the gradient has another form) nothing is known and nothing is said.
    """
    assert exercise.gradient_of is not None
    of, wrt = exercise.gradient_of.load(), exercise.gradient_wrt
    failing = [
        entry for entry in seen if entry.mismatches and not entry.failure and is_gradient(exercise, entry.banked)
    ]
    tried = sorted(failing, key=lambda entry: _size(entry, wrt))
    wrong: list[str] = []
    known, honest = False, True
    impl.begin(exercise.seconds)  # judging may have used up the exercise's own time
    try:
        with impl.bounded():
            for entry in tried[:CASES]:
                gradients = _gradients(exercise, entry)
                if gradients is None:
                    return False, []
                found = _wrong_parameters(of, impl, entry.banked.case, gradients)
                if found is None:
                    continue  # beside a kink nothing is known
                wrong += found
                known = True
                honest = honest and not wrong and not _is_right_loss(of, impl, entry)
                honest = honest and _is_honest(of, impl, entry, gradients, exercise)
    except (CallFailed, *ODD_VALUE):
        return False, []
    honest = honest and known
    if not wrong:
        return honest, [Finding("gradient_consistent", group="values")] if honest else []
    return False, [Finding("gradient_inconsistent", {"parameters": list(dict.fromkeys(wrong))}, "values")]


def is_gradient(exercise: BankedExercise, banked: BankedCase) -> bool:
    """Whether what is observed on this case is the gradient: its group observes nothing else, and it says where."""
    own = exercise.group(banked.group).observe
    return exercise.gradient_of is not None and own is None and set(exercise.gradient_wrt) <= set(banked.case.inputs)


def _size(entry: Seen, wrt: Sequence[str]) -> int:
    return sum(leaf.size for name in wrt for leaf in numbers_of(entry.banked.case.inputs[name]))


def _gradients(exercise: BankedExercise, entry: Seen) -> dict[str, Any] | None:
    """The claimed gradient by input, None where its form is not that of the inputs."""
    claimed = _parts(exercise, entry.observation.value)
    if len(claimed) != len(exercise.gradient_wrt):
        return None
    gradients = dict(zip(exercise.gradient_wrt, claimed, strict=True))
    shapes = [[leaf.shape for leaf in numbers_of(entry.banked.case.inputs[name])] for name in gradients]
    alike = shapes == [[leaf.shape for leaf in numbers_of(part)] for part in gradients.values()]
    return gradients if alike else None


def _is_right_loss(of: Observe, impl: Implementation, entry: Seen) -> bool:
    """True where the own loss cannot be told from the right one at this point."""
    own = _loss(of, impl, entry.banked.case, {})
    return entry.banked.loss is not None and not compare(entry.banked.loss, own, CLOSED_FORM)


def _wrong_parameters(of: Observe, impl: Implementation, case: Case, gradients: Mapping[str, Any]) -> list[str] | None:
    """Names of the parameters whose gradient is not that of the student's own loss: "`b`", or "`params['W1']`".

    None where kinks leave it open.
    """
    rng = np.random.default_rng(0)
    point = {name: case.inputs[name] for name in gradients}
    fits = fits_own_loss(of, impl, case, point, gradients, rng)
    if fits is None:
        return None
    parts = () if fits else _one_by_one(point, gradients)
    located = [label for label, inputs, part in parts if fits_own_loss(of, impl, case, inputs, part, rng) is False]
    return located if located or fits else [f"`{name}`" for name in gradients]


def _one_by_one(point: Mapping[str, Any], gradients: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """(label, inputs, gradient) of each parameter by itself."""
    for name, value in point.items():
        if isinstance(value, dict):
            for key in value:
                yield f"`{name}[{key!r}]`", {name: {key: value[key]}}, {name: {key: gradients[name][key]}}
        else:
            yield f"`{name}`", {name: value}, {name: gradients[name]}


def _is_honest(
    of: Observe, impl: Implementation, entry: Seen, gradients: Mapping[str, Any], exercise: BankedExercise
) -> bool:
    """True when the own loss depends on every input of the case and its gradient leads roughly the right way."""
    case = entry.banked.case
    loss = _loss(of, impl, case, {})
    for name, value in case.inputs.items():
        changed = _changed(value)
        if changed is not None and _loss(of, impl, case, {name: changed}) == loss:
            return False
    right = np.concatenate(
        [leaf.ravel() for part in _parts(exercise, entry.banked.expected.value) for leaf in numbers_of(part)]
    )
    own = np.concatenate([leaf.ravel() for part in gradients.values() for leaf in numbers_of(part)])
    scale = float(np.linalg.norm(right) * np.linalg.norm(own))
    return scale > 0 and float(right @ own) >= SAME_WAY * scale


def _loss(of: Observe, impl: Implementation, case: Case, changes: Mapping[str, Any]) -> float:
    moved = case.with_inputs({**case.inputs, **changes})
    return float(np.asarray(of(impl, moved), dtype=np.float64).reshape(()))


def _parts(exercise: BankedExercise, value: Any) -> Sequence[Any]:
    """The gradients in the order of the inputs they belong to; () for a value of another form."""
    if len(exercise.gradient_wrt) == 1:
        return (value,)
    return value if isinstance(value, (tuple, list)) else ()


def _changed(value: Any) -> Any:
    """The input with every real number moved; None for an input that has others too (labels, names)."""
    if not all(_is_real(leaf) for leaf in leaves(value)):
        return None

    def moved(leaf: Any) -> Any:
        return replace(leaf, array=moved(leaf.array)) if isinstance(leaf, Tensor) else leaf * 1.5 + 0.25

    return map_leaves(moved, value)


def _is_real(leaf: Any) -> bool:
    if isinstance(leaf, Tensor):
        return _is_real(leaf.array)
    return isinstance(leaf, float) or (isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f")
