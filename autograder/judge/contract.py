"""The contract of every exercise: inputs unchanged, same answer twice, read-only inputs, and what the text promises."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from autograder.judge.criteria import criterion_of
from autograder.judge.implementation import Implementation, Probe
from autograder.judge.observe import Seen, compare_observations, observe_case, observer
from autograder.model.bank import BankedCase, BankedExercise, Observation
from autograder.model.calls import FATAL
from autograder.model.exercise import MANNERS, Case, Observe
from autograder.model.texts import part
from autograder.model.tree import map_leaves
from autograder.model.verdict import Finding


def probes_of(exercise: BankedExercise) -> frozenset[str]:
    """The probes that the exercise is put to; none where its criterion asks for no contract."""
    probes = {*MANNERS, *exercise.accepts} - {*exercise.exempt}
    return frozenset(probes if criterion_of(exercise).has_contract else ())


def check_contract(
    exercise: BankedExercise, impl: Implementation, seen: Sequence[Seen]
) -> tuple[tuple[str, ...], list[Finding]]:
    """Probe a function on the cases that it has right; returns the failed probes and their findings.

    Its manners (inputs unchanged, same answer twice) on every case, other kinds of input that the text promises on the
    first case of each group.  A probe for which there is no time or no process any more says nothing.
    """
    failed: dict[str, Finding] = {}
    groups: set[str] = set()
    try:
        for entry in seen:
            group = entry.banked.group
            ask = functools.partial(_ask, observer(exercise, group))
            probes = [_failed_manners(exercise, ask, impl, entry)]
            if group not in groups:
                probes.append(_broken_promises(exercise, functools.partial(ask, impl), entry.banked))
            groups.add(group)
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
    exercise: BankedExercise, ask: Callable[[Implementation, Case], Observation], impl: Implementation, seen: Seen
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """(probe, code of the sentence, its values) for each of the manners that fails on one case."""
    case, expected, probes = seen.banked.case, seen.banked.expected, probes_of(exercise)
    if not probes & {*MANNERS}:
        return
    once_more = ask(Probe(impl, writeable=False), case)  # it was watched when it was looked at
    if compare_observations(exercise, expected, once_more) or not seen.tidy:
        watch = Probe(impl, watch=True)
        third = ask(watch, case)
        if watch.changed and "unchanged" in probes:
            names = [exercise.parameters.get(name, ())[position : position + 1] for name, position in watch.changed]
            inputs = list(dict.fromkeys(f"`{name[0]}`" for name in names if name)) or part("array")
            yield "unchanged", "contract_unchanged", {"inputs": inputs}
        elif compare_observations(exercise, expected, third):
            if "again" in probes:
                yield "again", "contract_again", {}
        elif not watch.changed and "readonly" in probes:
            yield "readonly", "contract_readonly", {}


def _broken_promises(
    exercise: BankedExercise, ask: Callable[[Case], Observation], banked: BankedCase
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """The same for each kind of input that the text promises."""
    case, expected, probes = banked.case, banked.expected, probes_of(exercise)
    if "integers" in probes:  # a function that takes integers gives the same for 2 and for 2.0
        whole = _changed_case(case, np.round)
        as_integers = ask(_changed_case(whole, lambda array: array.astype(np.int64)))
        if compare_observations(exercise, ask(whole), as_integers):
            yield "integers", "contract_integers", {}
    if "lists" in probes:
        as_lists = ask(_changed_case(case, lambda array: array.tolist()))
        if compare_observations(exercise, expected, as_lists):
            yield "lists", "contract_lists", {}
    if "float32" in probes:
        single = ask(_changed_case(case, lambda array: array.astype(np.float32)))
        failures = [seen.failure for seen in (single, expected) if seen.failure]
        if failures and not failures[0].same_as(failures[-1] if len(failures) == 2 else None):
            yield "float32", "contract_float32_failed", {}
        elif criterion_of(exercise).compare_single(expected.value, single.value, exercise.outputs):
            yield "float32", "contract_float32", {}


def _changed_case(case: Case, change: Callable[[np.ndarray], Any]) -> Case:
    """The case with every float array changed, also inside dicts and lists."""

    def changed(leaf: Any) -> Any:
        return change(leaf) if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f" else leaf

    return case.with_inputs(map_leaves(changed, case.inputs))
