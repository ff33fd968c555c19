"""Letters that stand for an output: the same up to rounding and form, others for another, nothing for far too much."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.judge.letters import LETTERS, RIGHT, UNKNOWN, letters_at, letters_of
from autograder.model.bank import Bank, BankedCase, BankedExercise, Observation
from autograder.model.calls import CallStatus, Failure
from autograder.model.exercise import HEART, Case

RIGHT_VALUE = {"w": np.ones(3), "b": 0.5}


@pytest.fixture
def exercise(bank: Bank) -> BankedExercise:
    return bank.exercises[0]


def letters(exercise: BankedExercise, value: Any, expected: Any = RIGHT_VALUE) -> str:
    return letters_of(exercise, BankedCase(Case("c"), HEART, Observation(expected)), Observation(value))


SAME = [
    (np.array([0.1, 0.7]), np.array([0.1, 0.7]) * (1 + 1e-12)),
    (np.array([0.1, 0.7]), [0.1, 0.7]),
    ((0.1, 0.7), np.array([0.1, 0.7])),
    (0.7, np.array([0.7])),
    (3, 3.0),
    (np.array([1e-13, 1.0]), np.array([-1e-13, 1.0])),
    (np.zeros(4), np.full(4, 1e-15)),
    ({"w": np.ones(2), "b": 2}, {"b": 2.0, "w": (1.0, 1.0)}),
    ((np.ones(3), 2.0), [np.ones(3), 2.0]),
    ({"cat", "dog"}, {"dog", "cat"}),
    (np.array([np.nan, 1.0]), np.array([np.nan, 1.0])),
]
OTHER = [
    (np.array([0.1, 0.7]), np.array([0.7, 0.1])),
    (np.array([0.1, 0.7]), np.array([0.1, 0.7001])),
    (np.array([0.1, 0.7]), np.array([[0.1, 0.7]])),
    (np.arange(50.0), np.arange(50.0)[::-1]),
    ({"w": 1.0}, {"v": 1.0}),
    ((np.ones(3), 2.0), (np.ones(3), 2.0, 3.0)),
    ("cat", "dog"),
    (None, 0.0),
    (np.array([np.nan, 1.0]), np.array([np.inf, 1.0])),
    (np.array([np.nan, 1.0]), np.array([1.0, np.nan])),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_what_is_equal_up_to_rounding_and_form_has_the_same_letters(
    exercise: BankedExercise, one: Any, other: Any
) -> None:
    assert letters(exercise, one) == letters(exercise, other)
    assert len(letters(exercise, one)) == LETTERS


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_what_differs_has_other_letters(exercise: BankedExercise, one: Any, other: Any) -> None:
    assert letters(exercise, one) != letters(exercise, other)


def test_what_is_expected_is_right_and_far_too_many_numbers_are_unknown(exercise: BankedExercise) -> None:
    assert letters(exercise, RIGHT_VALUE) == RIGHT
    assert letters(exercise, {"w": np.ones(3), "b": 0.6}) not in (RIGHT, UNKNOWN)
    assert letters(exercise, np.ones(1_000_000)) == UNKNOWN


def test_a_failure_has_letters_by_what_tells_it_from_others(exercise: BankedExercise) -> None:
    banked = BankedCase(Case("c"), HEART, Observation(1.0))
    failed = Failure(CallStatus.RAISED, "f", error="ValueError")
    expected = replace(banked, expected=Observation(failure=failed))
    seen = letters_of(exercise, banked, Observation(failure=failed))
    assert seen == letters_of(exercise, banked, Observation(failure=replace(failed, function="g")))
    assert seen != letters_of(exercise, banked, Observation(failure=replace(failed, error="TypeError")))
    assert letters_of(exercise, expected, Observation(failure=failed)) == RIGHT


def test_letters_are_looked_up_by_number() -> None:
    assert [letters_at("abcdef", number) for number in range(3)] == ["abc", "def", UNKNOWN]
