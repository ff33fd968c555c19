"""The contract of every exercise: inputs unchanged, same answer twice, read-only inputs, and what the text promises."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.judge.compare import compare
from autograder.judge.implementation import Implementation, Probe
from autograder.judge.observe import Seen, compare_observations, observe_case
from autograder.model.bank import BankedCase, BankedExercise, Observation
from autograder.model.calls import FATAL
from autograder.model.exercise import Case, Observe, Tolerance
from autograder.model.texts import part
from autograder.model.tree import map_leaves
from autograder.model.verdict import Finding

FLOAT32 = Tolerance(1e-3, 1e-4, "float32 inputs are off by 6e-8, and a fit may amplify that a thousandfold")


def check_contract(
    exercise: BankedExercise, observe: Observe, impl: Implementation, seen: Sequence[Seen]
) -> tuple[tuple[str, ...], list[Finding]]:
    """Probe a function on the cases that it has right; returns the failed probes and their findings.

    Its manners (inputs unchanged, same answer twice) on every case, other kinds of input that the text promises on the
    first case of each group.  A probe for which there is no time or no process any more says nothing.
    """
    failed: dict[str, Finding] = {}
    groups: set[str] = set()
    try:
        for entry in seen:
            case = entry.banked.case
            probes = [_failed_manners(exercise, observe, impl, entry)]
            if case.group not in groups:
                probes.append(_broken_promises(exercise, observe, impl, entry.banked))
            groups.add(case.group)
            for probe, code, values in itertools.chain(*probes):
                failed.setdefault(probe, Finding(code, values, "contract"))
    except _Ended:
        pass
    return tuple(sorted(failed)), list(failed.values())


class _Ended(Exception):
    """The exercise's time or its process ended within a probe."""


def _ask(observe: Observe, impl: Implementation, case: Case) -> Observation:
    observation = observe_case(observe, impl, case)
    if observation.failure is not None and observation.failure.status in FATAL:
        raise _Ended
    return observation


def _failed_manners(
    exercise: BankedExercise, observe: Observe, impl: Implementation, seen: Seen
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """(probe, code of the sentence, its values) for each of the manners that fails on one case."""
    case, expected = seen.banked.case, seen.banked.expected
    once_more = _ask(observe, Probe(impl, writeable=False), case)  # it was watched when it was looked at
    if compare_observations(exercise, expected, once_more) or not seen.tidy:
        watch = Probe(impl, watch=True)
        third = _ask(observe, watch, case)
        if watch.changed:
            names = [exercise.parameters.get(name, ())[position : position + 1] for name, position in watch.changed]
            inputs = list(dict.fromkeys(f"`{name[0]}`" for name in names if name)) or part("array")
            yield "unchanged", "contract_unchanged", {"inputs": inputs}
        elif compare_observations(exercise, expected, third):
            yield "again", "contract_again", {}
        else:
            yield "readonly", "contract_readonly", {}


def _broken_promises(
    exercise: BankedExercise, observe: Observe, impl: Implementation, banked: BankedCase
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """The same for each kind of input that the text promises."""
    case, expected = banked.case, banked.expected
    ask = functools.partial(_ask, observe, impl)
    if "integers" in exercise.accepts:  # a function that takes integers gives the same for 2 and for 2.0
        whole = _changed_case(case, np.round)
        as_integers = ask(_changed_case(whole, lambda array: array.astype(np.int64)))
        if compare_observations(exercise, ask(whole), as_integers):
            yield "integers", "contract_integers", {}
    if "lists" in exercise.accepts:
        as_lists = ask(_changed_case(case, lambda array: array.tolist()))
        if compare_observations(exercise, expected, as_lists):
            yield "lists", "contract_lists", {}
    if "float32" in exercise.accepts:
        single = ask(_changed_case(case, lambda array: array.astype(np.float32)))
        tolerance = exercise.tolerance
        if isinstance(tolerance, Tolerance) and (tolerance.rtol or tolerance.atol):
            tolerance = FLOAT32
        failures = [seen.failure for seen in (single, expected) if seen.failure]
        if failures and not failures[0].same_as(failures[-1] if len(failures) == 2 else None):
            yield "float32", "contract_float32_failed", {}
        elif compare(expected.value, single.value, tolerance, exercise.outputs):
            yield "float32", "contract_float32", {}


def _changed_case(case: Case, change: Callable[[np.ndarray], Any]) -> Case:
    """The case with every float array changed, also inside dicts and lists."""

    def changed(leaf: Any) -> Any:
        return change(leaf) if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f" else leaf

    return Case(case.name, zh=case.zh, group=case.group, **map_leaves(changed, case.inputs))
