"""Criteria: what each kind finds right, and which outputs it can tell apart."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.judge.criteria import Choice, Metric, Values
from autograder.model.criteria import CLOSED_FORM, EXACT, Gate, OneOf

CHOICE = Choice(OneOf(("too small", "good", "semi-supervised")))


@pytest.mark.parametrize(
    ("gate", "actual", "codes"),
    [
        (Gate("why", at_least=0.9), 0.9, []),
        (Gate("why", at_least=0.9), np.array([0.95]), []),
        (Gate("why", at_least=0.9), 0.89, ["below_gate"]),
        (Gate("why", at_least=0.9), np.nan, ["below_gate"]),
        (Gate("why", at_most=0.1), 0.1, []),
        (Gate("why", at_most=0.1), 0.2, ["above_gate"]),
        (Gate("why", at_most=0.1), np.nan, ["above_gate"]),
        (Gate("why", at_least=0.9), "1.0", ["wrong_type"]),
        (Gate("why", at_least=0.9), None, ["wrong_type"]),
        (Gate("why", at_least=0.9), np.ones(2), ["wrong_type"]),
    ],
)
def test_a_gate_lets_through_what_reaches_it(gate: Gate, actual: Any, codes: list[str]) -> None:
    assert [mismatch.code for mismatch in Metric(gate).compare(None, actual)] == codes


def test_a_gate_knows_outputs_by_the_evidence_beside_the_metric() -> None:
    gate = Metric(Gate("why", at_least=0.9))
    assert gate.evidence({"metric": 0.1, "w": 1.0}) == {"w": 1.0}
    assert gate.evidence({"metric": 0.1}) == {"metric": 0.1}
    assert gate.evidence(0.1) == 0.1
    assert gate.tells_apart({"metric": 0.1})
    assert not gate.tells_apart(0.1)


def test_float32_inputs_may_cost_digits_but_no_exact_value() -> None:
    near = 1.0 + 1e-4
    assert Values(CLOSED_FORM).compare(1.0, near)
    assert not Values(CLOSED_FORM).compare_single(1.0, near)
    assert Values(EXACT).compare_single(1.0, near)


@pytest.mark.parametrize(
    ("word", "codes"),
    [
        ("good", []),
        (" 'GOOD' ", []),
        ("too small", ["wrong_value"]),
        ("Too-Small", ["wrong_value"]),
        ("godo", ["not_an_option"]),
        ("", ["not_an_option"]),
        (3, ["not_an_option"]),
        (["good", "too small"], ["not_an_option"]),
        (None, ["no_choice"]),
    ],
)
def test_a_choice_is_right_wrong_or_none_of_the_options(word: Any, codes: list[str]) -> None:
    found = CHOICE.compare({"A": "good"}, {"A": word})
    assert [(mismatch.code, mismatch.path) for mismatch in found] == [(code, "A") for code in codes]


def test_choices_are_alike_where_every_item_is() -> None:
    assert CHOICE.evidence({"A": "Too small", "B": None}) == CHOICE.evidence({"A": "too_small", "B": None})
    assert CHOICE.evidence({"A": "good", "B": None}) != CHOICE.evidence({"A": "good", "B": "good"})
