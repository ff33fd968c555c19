"""Numeric gradients: right on smooth functions, silent on kinks, never fooled by wild values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.gradients import agrees, directional, finite_difference


def test_a_gradient_has_the_structure_of_its_point() -> None:
    matrix = np.array([[1.0, -2.0], [3.0, 0.5]])
    point = {"W": matrix, "b": 2.0}
    gradient = finite_difference(lambda p: float(np.sum(p["W"] ** 3) + 5 * p["b"]), point)
    assert gradient["W"] == pytest.approx(3 * matrix**2, rel=1e-6)
    assert gradient["b"] == pytest.approx(5.0)
    assert isinstance(finite_difference(lambda x: x * x, 3.0), float)


def test_the_point_is_left_as_it_was() -> None:
    point = np.array([1.0, 2.0])
    finite_difference(lambda x: float(x @ x), point)
    assert point.tolist() == [1.0, 2.0]


def test_an_entry_on_a_kink_is_left_out_and_the_others_are_not() -> None:
    kinked = finite_difference(lambda x: float(np.sum(np.maximum(x, 0.3 * x))), np.array([0.4e-5, 1.0, -1.0]))
    assert np.isnan(kinked[0])
    assert kinked[1:] == pytest.approx([1.0, 0.3])
    assert agrees(kinked, np.array([77.0, 1.0, 0.3]))
    assert not agrees(kinked, np.array([1.0, 1.1, 0.3]))


def test_a_symmetric_kink_at_the_point_itself_gives_its_middle() -> None:
    """|x| at 0: both steps agree on 0, which is a subgradient and what numpy's sign gives."""
    assert finite_difference(abs, 0.0) == 0.0


def test_a_jump_is_no_slope() -> None:
    assert np.isnan(finite_difference(lambda x: float(x > 0), 0.0))


def test_large_points_are_moved_by_a_share_of_themselves() -> None:
    assert finite_difference(lambda x: x * x, 1e6) == pytest.approx(2e6, rel=1e-6)


@pytest.mark.parametrize(
    ("numeric", "analytic", "same"),
    [
        (np.array([1.0, 2.0]), [1.0, 2.0], True),
        (np.array([1.0, 2.0]), [1.0, 2.0 + 1e-5], True),
        (np.array([1.0, 2.0]), [1.0, 2.1], False),
        (np.array([1.0, 2.0]), [[1.0, 2.0]], False),
        (3.0, np.array([3.0]), True),
        (3.0, [[3.0]], True),
        (3.0, None, False),
        (3.0, "three", False),
        (np.array([1.0]), [np.nan], False),
        (np.array([1.0, 1.0]), [np.inf, 1.0], False),
        (np.array([1.0, 1.0]), [1e200, 1e200], False),
        (np.array([np.nan, np.nan]), [1.0, 1.0], False),
        ({"a": 1.0}, {"a": 1.0}, True),
        ({"a": 1.0}, {"a": 1.0, "b": 2.0}, False),
        ({"a": 1.0}, {"a": 2.0}, False),
        ({"a": 1.0}, [1.0], False),
        (np.zeros(2), [1e-9, 0.0], True),
    ],
)
def test_agreement(numeric: Any, analytic: Any, same: bool) -> None:
    assert agrees(numeric, analytic) is same


def test_a_direction_tells_a_right_gradient_from_a_wrong_one_whatever_its_size() -> None:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 10_000)), rng.normal(size=20)
    point = {"w": rng.normal(size=10_000), "b": 0.3}

    def loss(at: dict[str, Any]) -> float:
        return float(np.sum((X @ at["w"] + at["b"] - y) ** 2))

    residual = X @ point["w"] + point["b"] - y
    right = {"w": 2 * X.T @ residual, "b": 2 * residual.sum()}
    assert all(directional(loss, point, right, np.random.default_rng(seed)) for seed in range(20))
    for wrong in ({**right, "w": right["w"] / 2}, {**right, "b": -right["b"] * 40}, {**right, "w": 0 * right["w"]}):
        assert not all(directional(loss, point, wrong, np.random.default_rng(seed)) for seed in range(3))


def test_a_kink_says_nothing() -> None:
    def relu(x: np.ndarray) -> float:
        return float(np.maximum(x, 0).sum())

    for at in (0.0, 3e-6):  # on the kink, and so near that a step crosses it
        assert directional(relu, np.full(1, at), np.full(1, float(at > 0)), np.random.default_rng(1)) is None
    layers = ({"W": np.ones((2, 2))}, {"W": np.ones(2)})  # lists of layers are points too
    assert directional(
        lambda p: float(p[0]["W"].sum() + (p[1]["W"] ** 2).sum()),
        layers,
        ({"W": np.ones((2, 2))}, {"W": 2 * np.ones(2)}),
        np.random.default_rng(0),
    )
