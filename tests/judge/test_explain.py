"""Explanations of wrong values without a known mistake: each holds on all failing cases, or is not given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support import in_words

from autograder.judge.implementation import InProcess
from autograder.judge.judge import judge
from autograder.model.bank import Bank, BankedCase, Observation
from autograder.model.exercise import HEART, Case
from autograder.model.texts import LANGUAGES

MATRIX = np.array([[1.0, 2.0], [3.0, 5.0]])
ROW = np.array([1.0, 2.0, 4.0])
CODES = {"wrong_order", "wrong_sign", "ratio", "n_times", "nth_part", "transposed", "all_zero", "shifted"}
Explained = Callable[..., list[str]]


@pytest.fixture
def explained(bank: Bank) -> Explained:
    """The explanation of the difference of outputs: `explained((right, wrong, inputs), …)`, one for each case."""

    def run(
        *cases: tuple[Any, Any, dict[str, Any]],
        language: str = "en",
        reveal: bool = True,
        outputs: tuple[str, ...] = (),
    ) -> list[str]:
        exercise = replace(bank.exercises[0], outputs=outputs)
        banked = [
            BankedCase(Case(f"case {n}", n=n, **inputs), HEART, Observation(right))
            for n, (right, _, inputs) in enumerate(cases)
        ]
        verdict = judge(exercise, banked, InProcess({"line_loss": lambda n, *_: cases[n][1]}), reveal=reveal)
        return [in_words(finding, language) for finding in verdict.findings if finding.code in CODES]

    return run


@pytest.mark.parametrize(
    ("right", "wrong", "sentence"),
    [
        (ROW, -ROW, "The result: everything has the wrong sign."),
        (ROW, ROW / 2, "The result: ½ times what it should be, everywhere."),
        (1.25, 2.5, "The result: 2 times what it should be, everywhere."),
        (ROW, 0 * ROW, "The result: always 0."),
        (ROW, np.array([9.0, 1.0, 2.0]), "The result: the right entries, but shifted by one position."),
        (MATRIX, MATRIX.T, "The result is transposed."),
        (np.ones((2, 3)), np.ones((3, 2)), "The result is transposed."),
    ],
)
def test_a_pattern_is_told(explained: Explained, right: Any, wrong: Any, sentence: str) -> None:
    assert explained((right, wrong, {})) == [sentence]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (ROW, 3 * ROW),  # a ratio without a name is an accident of these numbers
        (ROW, ROW / 7),  # and no length here is 7
        (ROW, 1.5616 * ROW),
        (ROW, np.array([5.0, 2.0, 4.0])),
        (MATRIX, MATRIX + 1),
        (np.zeros(3), np.ones(3)),
        (6, 3),  # one whole number may be half another
        (np.ones((2, 3)), np.full((3, 2), 2.0)),
    ],
)
def test_what_explains_nothing_is_not_told(explained: Explained, right: Any, wrong: Any) -> None:
    assert explained((right, wrong, {})) == []


def test_a_ratio_holds_on_every_case(explained: Explained) -> None:
    assert explained((ROW, 2 * ROW, {}), (1.25, 2.5, {})) == ["The result: 2 times what it should be, everywhere."]
    assert explained((ROW, 2 * ROW, {}), (1.25, 1.5, {})) == []
    assert explained((ROW, 2 * ROW, {}), (1.25, float("nan"), {})) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_mean_for_a_sum_is_told_with_the_length(explained: Explained, language: str) -> None:
    cases = [(ROW + n, (ROW + n) / n, {"X": np.ones((n, 2)), "y": np.ones(n)}) for n in (7, 5)]
    (said,) = explained(*cases, language=language)
    assert ("1/N of what it should be, N being the number of rows of `X` (7 in “case 0”)" in said) == (language == "en")
    assert "`X`" in said
    assert "7" in said


def test_the_length_of_a_hidden_case_is_not_told(explained: Explained) -> None:
    cases = [(ROW + n, (ROW + n) * n, {"X": np.ones((n, 2))}) for n in (7, 5)]
    (said,) = explained(*cases, reveal=False)
    assert "N times what it should be, N being the number of rows of `X`." in said


def test_a_length_that_may_be_rows_or_columns_is_not_told(explained: Explained) -> None:
    assert explained((ROW, 7 * ROW, {"X": np.ones((7, 7))})) == []
    (said,) = explained((ROW, 7 * ROW, {"X": np.ones((7, 7))}), (ROW, 3 * ROW, {"X": np.ones((5, 3))}))
    assert "the number of columns of `X`" in said


def test_parts_with_one_explanation_are_told_together(explained: Explained) -> None:
    (said,) = explained(((ROW, 1.5), (ROW / 2, 0.75), {}), outputs=("dw", "db"))
    assert said == "`dw`, `db`: ½ times what it should be, everywhere."
    (said,) = explained(((ROW, 1.5), (ROW + 1, 0.75), {}), outputs=("dw", "db"))
    assert said == "`db`: ½ times what it should be, everywhere."


def test_values_in_another_order_are_told_with_their_names(explained: Explained) -> None:
    swapped = ((ROW, 1.5, "kept"), ("kept", ROW, 1.5), {})
    (said,) = explained(swapped, outputs=("dw", "db", "why"))
    assert said == "Your function returns its values in another order than asked for: return `dw`, `db`, `why`."
    (said,) = explained(swapped)
    assert "return them in the order of the docstring" in said
    assert explained(((ROW, 1.5), (2.5, ROW), {})) == []
