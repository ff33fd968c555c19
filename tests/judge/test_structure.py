"""How a value is built: what a function should have returned is told in these words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support import in_words

from autograder.judge.describe import describe_failure, structure_in_words
from autograder.judge.implementation import InProcess
from autograder.judge.observe import observe_case
from autograder.judge.structure import fits, structure_of
from autograder.model.bank import BankedExercise
from autograder.model.criteria import CLOSED_FORM
from autograder.model.exercise import Case
from autograder.model.markers import Handle, Record
from autograder.model.texts import say

MODEL = {"mean": np.zeros(2), "w": np.zeros(2), "b": 0.5}
BUILT = {"dict": {"mean": 1, "w": 1, "b": 0}}


@pytest.mark.parametrize(
    ("value", "built"),
    [
        (MODEL, BUILT),
        ((np.zeros((2, 2)), "relu", None), {"tuple": [2, "text", "None"]}),
        ([1.0, 2.0], 1),
        (7, 0),
        ([{"a": 1}], {"tuple": [{"dict": {"a": 0}}]}),
        ({1, 2}, "any"),
        ([None] * 99, "any"),
    ],
)
def test_a_structure_has_neither_numbers_nor_lengths(value: Any, built: Any) -> None:
    assert structure_of(value) == built
    assert fits(built, value)


@pytest.mark.parametrize(
    ("built", "value", "fit"),
    [
        (BUILT, MODEL | {"b": np.array([0.5])}, True),  # one entry for a number
        (BUILT, MODEL | {"b": np.zeros(3)}, False),
        (BUILT, {"mean": np.zeros(2), "w": np.zeros(2)}, False),
        (BUILT, (1, 2, 3), False),
        ({"tuple": [1, 0]}, Record([np.zeros(2), 1.0], Handle(0, "Fit")), True),
        ({"tuple": [1, 0]}, [np.zeros(2), 1.0, 2.0], False),
        (1, np.zeros((2, 1)), False),
        ("any", object(), True),
        ("text", "relu", True),
        ("text", None, False),
    ],
)
def test_a_value_fits_or_not(built: Any, value: Any, fit: bool) -> None:
    assert fits(built, value) is fit


def use(impl: Any, case: Case) -> Any:
    model = impl.fit(case.X)
    return case.X @ model["w"] + model["b"]


EXERCISE = BankedExercise("fit", {"en": "x", "zh": "x"}, 1.0, CLOSED_FORM, {"fit": ("X",)}, returns={"fit": [BUILT]})


@pytest.mark.parametrize(
    ("returned", "kind", "words"),
    [
        (
            (np.zeros(2), 0.5),
            "wrong_return",
            "`fit` should return a dict with the keys `mean`, `w`, `b`, but it returned",
        ),
        ({"weights": np.zeros(2)}, "wrong_return", "yours has `weights` and lacks `mean`, `w`, `b`."),
        (
            MODEL | {"b": {}},
            "wrong_return",
            "`b` should be a number, but your function returned a dict.",
        ),
        (None, "wrong_return", "None (is a `return` missing?)."),
        (MODEL | {"w": np.zeros(7)}, "wrong_lengths", "The lengths of what `fit` returned do not fit the data."),
    ],
)
def test_an_observe_that_trips_says_what_came_and_what_is_expected(returned: Any, kind: str, words: str) -> None:
    impl = InProcess({"fit": lambda X: returned})
    failure = observe_case(use, impl, Case("c", X=np.ones((3, 2))), EXERCISE.returns).failure
    assert failure is not None
    assert failure.status == kind
    code, values = describe_failure(EXERCISE, failure, reveal=True)
    assert words in say(code, "en", **values)
    assert "read" not in say(code, "en", **values)


def test_a_hidden_case_shows_no_key_that_a_student_chose() -> None:
    impl = InProcess({"fit": lambda X: {str(X[0, 0]): 1}})
    failure = observe_case(use, impl, Case("c", X=np.full((3, 2), 31.4)), EXERCISE.returns).failure
    assert failure is not None
    code, values = describe_failure(EXERCISE, failure, reveal=False)
    assert "31.4" not in str(values)
    assert say(code, "en", **values).endswith("but it returned a dict.")


def test_structures_in_words() -> None:
    pair = structure_in_words({"tuple": [1, 0]})
    assert in_words(pair) == "2 values (an array with 1 axis, a number)"
    assert in_words(pair, "zh") == " 2 个值（一维数组、一个数）"  # the space that a digit has beside Chinese
    assert in_words(structure_in_words(3)) == "an array with 3 axes"
