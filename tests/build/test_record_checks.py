"""What only the cases and the code of a record show of an author's slips: refused with file and line."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.build.described import describe_exercise
from autograder.build.draws import named_cases
from autograder.build.record_checks import refuse_gate_without_shapes
from autograder.chapter.chapter import Chapter
from autograder.model.criteria import CLOSED_FORM, Gate
from autograder.model.errors import AuthoringError
from autograder.model.exercise import Case, Group, Observe


def by_name(impl: object, case: Case) -> object:
    return 1 if case.name == "one" else 0


def by_input(impl: object, case: Case) -> object:
    return 1 if "scale" in case.inputs else 0


def by_default(impl: object, case: Case) -> object:
    return case.inputs.get("scale", 1)


def by_attribute(impl: object, case: Case) -> object:
    return getattr(case, "scale", 1)


@pytest.mark.parametrize("observe", [by_name, by_input, by_default, by_attribute])
@pytest.mark.parametrize("of_a_group", [True, False])
def test_an_observe_that_looks_at_more_than_the_inputs_is_refused(
    chapter: Chapter, observe: Observe, of_a_group: bool
) -> None:
    entry = chapter.exercises[0]
    changed = {"groups": [Group("edge", lambda rng: [], observe)]} if of_a_group else {"observe": observe}
    with pytest.raises(AuthoringError, match="looks at the name of a case, or at which inputs it has") as told:
        describe_exercise(chapter, replace(entry, record=replace(entry.record, **changed)))
    line = observe.__code__.co_firstlineno + 1
    assert str(told.value).startswith(f"build/test_record_checks.py:{line}: '{observe.__name__}' looks")


def handed_on(impl: Any, case: Case) -> object:
    return impl.line_loss(*case.inputs.values())


def test_an_observe_may_hand_on_all_inputs(chapter: Chapter) -> None:
    entry = chapter.exercises[0]
    described = describe_exercise(chapter, replace(entry, record=replace(entry.record, observe=handed_on)))
    assert described.observe is not None


def test_a_lambda_cannot_be_stored(chapter: Chapter) -> None:
    entry = chapter.exercises[0]
    record = replace(entry.record, observe=lambda impl, case: case.x)
    with pytest.raises(AuthoringError, match=r"test_record_checks\.py:\d+: .* write `def` for the lambda"):
        describe_exercise(chapter, replace(entry, record=record))


def shapes_of_loss(*args: object) -> tuple[int, ...]:
    return ()


@pytest.mark.parametrize("returned", [0, {"dict": {"w": 1, "name": "text"}}, {"tuple": ["object", {"tuple": [2]}]}])
def test_a_gate_declares_the_shapes_of_the_numbers_that_are_returned(chapter: Chapter, returned: object) -> None:
    entry = replace(chapter.exercises[0], criterion=Gate("why", at_least=0.5))
    exercise = replace(describe_exercise(chapter, entry), returns={entry.name: [returned]})
    with pytest.raises(AuthoringError, match=r"ch01_tiny/01_line_loss\.py:\d+: .* declare their shapes with shapes=…"):
        refuse_gate_without_shapes(entry, exercise)
    declared = replace(entry, record=replace(entry.record, shapes=shapes_of_loss))
    refuse_gate_without_shapes(declared, replace(exercise, shapes=describe_exercise(chapter, declared).shapes))
    refuse_gate_without_shapes(entry, replace(exercise, criterion=CLOSED_FORM))
    refuse_gate_without_shapes(entry, replace(exercise, returns={entry.name: ["object"], "predict": [1]}))


@pytest.mark.parametrize("inputs", [{"b": 1.0, "w": 2.0}, {"w": 2.0, "bias": 1.0}, {"x": 1.0}])
def test_inputs_of_the_one_call_are_named_as_its_parameters_in_their_order(
    chapter: Chapter, inputs: dict[str, float]
) -> None:
    entry = chapter.exercises[0]

    def drawn(observe: Observe | None) -> int:
        groups = [Group("edge", lambda rng: [Case("odd", **inputs)], observe)]
        return len(named_cases(replace(entry, record=replace(entry.record, groups=groups)), np.random.default_rng(0)))

    told = rf"01_line_loss\.py:\d+: the inputs of case 'odd' are {', '.join(inputs)}, but 'line_loss' takes w, b, X, y"
    with pytest.raises(AuthoringError, match=told):
        drawn(None)
    assert drawn(handed_on)  # an observe calls as it likes
