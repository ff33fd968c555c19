"""Fingerprints: what agrees within the tolerance matches, what does not hardly ever does, and nothing can be read."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.judge.compare import compare, norm_of
from autograder.judge.fingerprint import fingerprint, matches
from autograder.model.criteria import CLOSED_FORM, EXACT, Tolerance
from autograder.model.markers import Opaque

SHAPES = st.lists(st.integers(1, 6), max_size=3).map(tuple)
SCALES = st.sampled_from([1e-9, 1.0, 1e6, 1e200])


def drawn(shape: tuple[int, ...], scale: float, seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    """An array, a random direction, and how far the tolerance lets one go along it."""
    rng = np.random.default_rng(seed)
    array = scale * rng.normal(size=shape)
    direction = np.asarray(rng.normal(size=shape))
    allowed = CLOSED_FORM.rtol * norm_of(array) + CLOSED_FORM.atol
    return array, direction / norm_of(direction), allowed


@given(SHAPES, SCALES, st.integers(0, 10**6))
def test_what_agrees_within_the_tolerance_matches(shape: tuple[int, ...], scale: float, seed: int) -> None:
    array, direction, allowed = drawn(shape, scale, seed)
    tree = fingerprint(array, CLOSED_FORM)
    assert json.loads(json.dumps(tree)) == tree
    for way in (0.0, 0.5, -0.9):
        near = array + way * allowed * direction
        assert matches(tree, near, CLOSED_FORM)
        assert matches(tree, near.tolist(), CLOSED_FORM)


@given(SHAPES, SCALES, st.integers(0, 10**6))
def test_what_is_a_thousand_tolerances_off_does_not(shape: tuple[int, ...], scale: float, seed: int) -> None:
    array, direction, allowed = drawn(shape, scale, seed)
    assert not matches(fingerprint(array, CLOSED_FORM), array + 1000 * allowed * direction, CLOSED_FORM)


def test_of_arrays_of_one_norm_a_few_match_by_chance_as_is_stated() -> None:
    """The products alone: a step at a right angle leaves the norm what it is."""
    chance = 0
    for seed in range(2000):
        array, direction, allowed = drawn((10, 10), 1.0, seed)
        direction -= array * (direction.ravel() @ array.ravel()) / (array.ravel() @ array.ravel())
        chance += matches(fingerprint(array, CLOSED_FORM), array + 20 * allowed * direction, CLOSED_FORM)
    assert chance <= 2000 * (4 / 20) ** 4


@pytest.mark.parametrize("tolerance", [CLOSED_FORM, EXACT])
def test_labels_that_differ_in_one_place_are_told_apart(tolerance: Tolerance) -> None:
    labels = np.random.default_rng(0).integers(0, 10, size=1000)
    tree = fingerprint(labels, tolerance)
    assert matches(tree, labels, tolerance)
    assert matches(tree, labels.astype(float), tolerance)
    for place in range(0, 1000, 50):
        other = labels.copy()
        other[place] += 1
        assert not matches(tree, other, tolerance)
    assert not matches(tree, labels[::-1], tolerance)


VALUES: list[Any] = [
    2.5,
    -2.5,
    3,
    True,
    None,
    "text",
    "another",
    {1, 2},
    {1, 3},
    np.array(2.5),
    np.array([2.5]),
    np.array([[2.5]]),
    np.array([2.5, np.nan]),
    np.array([np.nan, 2.5]),
    np.array([2.5, np.inf]),
    np.array([2.5, -np.inf]),
    np.nan,
    -np.inf,
    np.zeros(3),
    np.zeros((0, 3)),
    np.arange(6.0),
    np.arange(6.0).reshape(2, 3),
    np.arange(6.0).reshape(3, 2),
    [0.0, 1.0, 2.0, 3.0, 4.0, 5.0],
    (1.0, np.ones(2)),
    [1.0, np.ones(2)],
    (1.0, np.ones(2), None),
    (np.ones(2), 1.0),
    {"w": np.ones(2), "b": 1.0},
    {"b": 1.0, "w": np.ones(2)},
    {"w": np.ones(2), "c": 1.0},
    {0: "text", 1: (None, {"deep": np.arange(9.0)})},
    {0: "text", 1: (None, {"deep": np.arange(9.0)[::-1]})},
    Opaque("generator"),
    Opaque("module"),
]


@pytest.mark.parametrize("known", VALUES, ids=repr)
def test_a_fingerprint_sees_two_values_as_a_comparison_does(known: Any) -> None:
    tree = json.loads(json.dumps(fingerprint(known, CLOSED_FORM)))
    for actual in VALUES:
        assert matches(tree, actual, CLOSED_FORM) == (not compare(known, actual, CLOSED_FORM)), actual


def test_what_cannot_be_recognised_matches_nothing() -> None:
    huge = np.full(9, 1e308)  # its norm is no float
    for value in (object(), huge, [[1.0], [2.0, object()]]):
        assert not matches(fingerprint(value, CLOSED_FORM), value, CLOSED_FORM)
    assert not matches(fingerprint(np.ones(9), CLOSED_FORM), huge, CLOSED_FORM)


def test_the_rounding_of_a_zero_leaves_no_trace() -> None:
    for one, other in ((0.0, 1e-16), (np.array([0.0, 1e-12]), np.zeros(2)), (np.arange(9.0) * 1e-17, np.zeros(9))):
        assert fingerprint(one, CLOSED_FORM) == fingerprint(other, CLOSED_FORM)
        assert matches(fingerprint(one, CLOSED_FORM), other, CLOSED_FORM)


def test_nothing_of_a_value_can_be_read() -> None:
    value = {"answer": ("against", np.array([3.25, 7.5, 1.125, 9.75, 4.5, 6.25]))}
    text = json.dumps(fingerprint(value, CLOSED_FORM))
    assert "against" not in text
    assert not {"3.25", "7.5", "1.125", "9.75", "4.5", "6.25"} & set(re.findall(r"[\d.]+", text))
