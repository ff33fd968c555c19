"""Numeric checks of gradients: right on smooth functions, silent beside kinks, as cheap for many parameters as few."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from autograder.judge.gradients import gradient_fits
from autograder.model.markers import Tensor


def fits(function: Callable[[Any], float], point: Any, gradient: Any, seed: int = 0) -> bool | None:
    return gradient_fits(function, point, gradient, np.random.default_rng(seed))


MATRIX = np.array([[1.0, -2.0], [3.0, 0.5]])
POINT = {"W": MATRIX, "b": 2.0}
RIGHT = {"W": 3 * MATRIX**2, "b": 5.0}


def cubic(at: dict[str, Any]) -> float:
    return float(np.sum(at["W"] ** 3) + 5 * at["b"])


@pytest.mark.parametrize(
    ("gradient", "right"),
    [
        (RIGHT, True),
        ({"b": 5.0, "W": RIGHT["W"]}, True),
        ({**RIGHT, "b": [5.0]}, True),
        ({**RIGHT, "W": RIGHT["W"].tolist()}, True),
        ({**RIGHT, "W": RIGHT["W"] * (1 + 1e-6)}, True),
        ({**RIGHT, "W": RIGHT["W"] * 1.01}, False),
        ({**RIGHT, "W": RIGHT["W"].T}, False),
        ({**RIGHT, "W": RIGHT["W"].ravel()}, False),
        ({**RIGHT, "W": RIGHT["W"] * np.nan}, False),
        ({**RIGHT, "W": RIGHT["W"] + 1e200}, False),
        ({**RIGHT, "b": -5.0}, False),
        ({"W": RIGHT["W"]}, False),
        ({**RIGHT, "b": "five"}, False),
        (None, False),
    ],
)
def test_a_gradient_is_right_or_wrong(gradient: Any, right: bool) -> None:
    assert fits(cubic, POINT, gradient) is right


def test_a_number_is_a_point_too() -> None:
    assert fits(lambda x: x * x, 3.0, 6.0) is True
    assert fits(lambda x: x * x, 3.0, 6.1) is False
    assert fits(lambda x: x * x, 1e6, 2e6) is True


def test_the_point_is_left_as_it_was() -> None:
    point = np.array([1.0, 2.0])
    fits(lambda x: float(x @ x), point, 2 * point)
    assert point.tolist() == [1.0, 2.0]


def test_a_tensor_is_moved_as_a_tensor() -> None:
    def loss(at: dict[str, Any]) -> float:
        assert isinstance(at["t"], Tensor)
        assert at["t"].requires_grad
        return float(np.sum(at["t"].array ** 2))

    point = {"t": Tensor(MATRIX, requires_grad=True)}
    assert fits(loss, point, {"t": 2 * MATRIX}) is True
    assert fits(loss, point, {"t": 3 * MATRIX}) is False


def test_ten_thousand_parameters_cost_thirteen_evaluations() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 10_000)), rng.normal(size=20)
    point = {"w": rng.normal(size=10_000), "b": 0.3}
    asked = []

    def loss(at: dict[str, Any]) -> float:
        asked.append(1)
        return float(np.sum((X @ at["w"] + at["b"] - y) ** 2))

    residual = X @ point["w"] + point["b"] - y
    right = {"w": 2 * X.T @ residual, "b": 2 * residual.sum()}
    for seed in range(20):
        assert fits(loss, point, right, seed) is True
        assert len(asked) == 13 * (seed + 1)
    one_entry = right["w"].copy()
    one_entry[7] += 0.05 * np.linalg.norm(one_entry)
    for wrong in (right["w"] / 2, one_entry, 0 * right["w"]):
        assert not any(fits(loss, point, {**right, "w": wrong}, seed) for seed in range(20))


def test_kinks_everywhere_cost_a_bounded_number_of_evaluations() -> None:
    asked = []

    def jumpy(x: np.ndarray) -> float:
        asked.append(1)
        return float(np.sum(np.floor(1e9 * x)))

    assert fits(jumpy, np.linspace(0, 1, 1000), np.ones(1000)) is not True
    assert len(asked) <= 109


@pytest.mark.parametrize("claimed", [0.0, 1.0])
def test_on_a_kink_nothing_is_said(claimed: float) -> None:
    assert fits(lambda x: float(np.maximum(x, 0).sum()), np.zeros(1), np.full(1, claimed)) is None


def test_a_kink_that_a_step_crosses_is_passed_by() -> None:
    assert fits(lambda x: float(np.maximum(x, 0).sum()), np.full(1, 3e-6), np.ones(1)) is True
    assert fits(lambda x: float(np.maximum(x, 0).sum()), np.full(1, 3e-6), np.full(1, 0.9)) is False


def test_one_entry_on_a_kink_does_not_hide_the_others() -> None:
    point = np.ones(200)
    point[0] = 0.0
    gradient = np.sign(point)
    assert fits(lambda x: float(np.abs(x).sum()), point, gradient) is True
    gradient[1:] *= 1.05
    assert fits(lambda x: float(np.abs(x).sum()), point, gradient) is False


@given(st.integers(0, 10**9))
@example(9284)  # small kinks on both sides that happen to agree
@settings(max_examples=150, deadline=None)
def test_kinks_never_cost_a_right_answer(seed: int) -> None:
    """Sums of ReLUs, some of them met exactly on their kink, some of them ever so near to it, large ones and tiny."""
    rng = np.random.default_rng(seed)
    size, count = int(rng.integers(1, 40)), int(rng.integers(1, 60))
    x, target = rng.normal(size=size), rng.normal(size=size)
    weights = rng.normal(size=(count, size))
    heights = rng.normal(size=count) * 10 ** rng.uniform(-6, 2, size=count)
    past = np.where(rng.random(count) < 0.1, 10 ** rng.uniform(-9, -3, size=count), rng.normal(size=count))
    met = rng.random(count) < 0.05
    past[met], heights[met] = 0.0, np.abs(heights[met])

    def function(at: np.ndarray) -> float:
        above = weights @ (at - x) + past
        return float(heights @ np.maximum(above, 0) + np.sum((at - target) ** 2) / 2)

    gradient = weights.T @ (heights * (past > 0)) + x - target
    assert fits(function, x, gradient, seed) is not False
