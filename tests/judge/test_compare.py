"""Comparison: structure first, then norm-relative error; one wrong entry cannot hide among right ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.judge.compare import as_numbers, compare
from autograder.model.criteria import CLOSED_FORM, EXACT, Tolerance
from autograder.model.markers import Handle, Opaque

VECTOR = np.array([1.0, -2.0, 3.0])
NAN, INF = float("nan"), float("inf")


def found(expected: Any, actual: Any, tolerance: Any = CLOSED_FORM, outputs: tuple[str, ...] = ()) -> list[str]:
    return [mismatch.code for mismatch in compare(expected, actual, tolerance, outputs)]


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        (VECTOR, VECTOR),
        (VECTOR, VECTOR.astype(np.float32)),
        (VECTOR, [1, -2, 3]),
        (VECTOR, (1.0, -2.0, 3.0)),
        (VECTOR, VECTOR + 1e-6),
        (np.array(2.0), 2),
        (2.0, np.array([2.0])),
        (2.0, [2.0]),
        (2.0, np.array([[2.0]])),
        (np.array([2.0]), [2.0]),
        (1, True),
        ((VECTOR, 1.0), [VECTOR, 1.0]),
        ((1.0, 2.0), np.array([1.0, 2.0])),
        ({"w": VECTOR}, {"w": VECTOR.tolist()}),
        ([{"a": 1}, {"a": 2}], ({"a": 1}, {"a": 2})),
        (None, None),
        ("against", "against"),
        ({1, 2}, {2, 1}),
        (np.array([NAN, 1.0]), np.array([NAN, 1.0])),
        (np.array([INF, -INF]), np.array([INF, -INF])),
        (np.zeros(0), np.zeros(0)),
        (2**70, 2**70),
    ],
)
def test_a_right_output_is_accepted_in_every_shape_it_may_have(expected: Any, actual: Any) -> None:
    assert found(expected, actual) == []


@pytest.mark.parametrize(
    ("expected", "actual", "code"),
    [
        (VECTOR, VECTOR + 1e-3, "wrong_value"),
        (VECTOR, VECTOR[:, None], "wrong_shape"),
        (VECTOR, VECTOR[None], "wrong_shape"),
        (VECTOR, 1.0, "wrong_shape"),
        (np.array([2.0]), 2.0, "wrong_shape"),
        (np.zeros((2, 0)), np.zeros((0, 2)), "wrong_shape"),
        (2.0, np.array([2.0, 2.0]), "wrong_shape"),
        (2.0, np.zeros(0), "wrong_shape"),
        (VECTOR, np.array([1.0, NAN, 3.0]), "not_finite"),
        (VECTOR, np.array([1.0, -2.0, INF]), "not_finite"),
        (np.array([INF]), np.array([-INF]), "not_finite"),
        (np.array([NAN, 1.0]), np.array([0.0, 1.0]), "wrong_value"),
        (np.array([INF, 1.0]), np.array([1e300, 1.0]), "wrong_value"),
        (2.0, NAN, "not_finite"),
        (2.0, None, "wrong_type"),
        (2.0, "2.0", "wrong_type"),
        (2.0, Opaque("generator"), "wrong_type"),
        (VECTOR, Handle(0, "Agreeable"), "wrong_type"),
        (VECTOR, [1.0, [2.0], 3.0], "wrong_type"),
        (VECTOR, {"w": VECTOR}, "wrong_type"),
        (VECTOR, np.array(["a", "b", "c"]), "wrong_type"),
        ((VECTOR, 1.0), VECTOR, "wrong_arity"),
        ((VECTOR, 1.0), (VECTOR,), "wrong_arity"),
        ((VECTOR, 1.0), (VECTOR, 1.0, 2.0), "wrong_arity"),
        ((VECTOR, 1.0), 7.0, "wrong_arity"),
        ((VECTOR, 1.0), None, "wrong_type"),
        ({"w": 1.0}, {"w": 1.0, "b": 2.0}, "wrong_keys"),
        ({"w": 1.0}, {}, "wrong_keys"),
        ({"w": 1.0}, [1.0], "wrong_type"),
        ("against", "along", "wrong_value"),
        ("against", b"against", "wrong_type"),
        (None, 0.0, "wrong_type"),
        ({1, 2}, {1, 3}, "wrong_value"),
        ({1, 2}, [1, 2], "wrong_type"),
        (["a", "b"], ["a", "c"], "wrong_value"),
        (["a", "b"], ["a"], "wrong_arity"),
    ],
)
def test_a_wrong_output_is_named_by_what_is_wrong(expected: Any, actual: Any, code: str) -> None:
    assert found(expected, actual)[:1] == [code]


def test_one_wrong_entry_is_found_and_pointed_at() -> None:
    expected = np.ones((20, 30))
    actual = expected.copy()
    actual[7, 11] = 2.0
    (mismatch,) = compare(expected, actual, CLOSED_FORM)
    assert mismatch.index == (7, 11)
    assert mismatch.excess == pytest.approx(1 / (1e-5 * np.sqrt(603) + 1e-7), rel=1e-6)


def test_error_is_relative_to_the_norm_not_to_each_entry() -> None:
    expected = np.array([1e6, 0.0])
    assert found(expected, expected + np.array([0.0, 1.0])) == []
    assert found(expected, expected + np.array([0.0, 100.0])) == ["wrong_value"]


def test_an_infinite_entry_does_not_loosen_the_others() -> None:
    assert found(np.array([INF, 1.0]), np.array([INF, 1.1])) == ["wrong_value"]


def test_an_overflowing_wrong_answer_does_not_raise_its_own_tolerance() -> None:
    assert found(np.ones(2), np.array([1e308, 1e308])) == ["wrong_value"]
    assert found(np.ones(2), np.array([1e200, 1.0])) == ["wrong_value"]


def test_exact_means_exact() -> None:
    assert found(np.array([1, 2]), np.array([1.0, 2.0]), EXACT) == []
    (mismatch,) = compare(np.array([1, 2]), np.array([1, 2 + 1e-9]), EXACT)
    assert mismatch.excess == np.inf


def test_parts_of_a_tuple_and_of_a_dict_are_named() -> None:
    expected = (VECTOR, {"G": VECTOR})
    mismatches = compare(expected, (VECTOR + 1, {"G": -VECTOR}), CLOSED_FORM, ("dw", "state"))
    assert [mismatch.path for mismatch in mismatches] == ["dw", "state['G']"]
    assert [m.path for m in compare([1.0, "a"], [2.0, "b"], CLOSED_FORM)] == ["[0]", "[1]"]


@given(
    arrays.arrays(np.float64, (3, 2), elements=st.floats(-1e6, 1e6)),
    arrays.arrays(np.float64, (3, 2), elements=st.floats(-1e6, 1e6)),
)
@settings(max_examples=200, deadline=None)
def test_agreement_is_the_documented_formula_and_symmetric(a: np.ndarray, b: np.ndarray) -> None:
    tolerance = Tolerance(1e-2, 1e-3, "loose on purpose, so that both verdicts occur")
    allowed = 1e-2 * max(np.linalg.norm(a), np.linalg.norm(b)) + 1e-3
    assert (found(a, b, tolerance) == []) == (np.linalg.norm(a - b) <= allowed)
    assert found(a, b, tolerance) == found(b, a, tolerance)


def test_numbers_are_recognised() -> None:
    assert as_numbers([[1, 2], [3]]) is None
    assert as_numbers([[1, 2], [3, 4]]).shape == (2, 2)
    assert as_numbers("12") is None
    assert as_numbers(True).dtype == bool


def test_text_among_numbers_never_reaches_numpy() -> None:
    """Of ['x' * 10**6, 'a', 'a', …] numpy makes an array in which each entry is a million letters long."""
    assert as_numbers(["x" * 10**6] + ["a"] * 10**5) is None
    assert as_numbers([1.0, ["a"]]) is None
    assert as_numbers([[1.0, 2.0], (3, np.float32(4.0))]) is not None


def test_a_far_larger_answer_is_not_looked_at() -> None:
    (mismatch,) = compare(np.zeros(3), np.zeros((400, 400)), CLOSED_FORM)
    assert (mismatch.code, mismatch.actual) == ("far_too_large", None)
    (mismatch,) = compare({"w": 1.0}, {"w": [[0.0] * 200] * 100}, CLOSED_FORM)
    assert mismatch.code == "far_too_large"
    (mismatch,) = compare(np.zeros(3), np.zeros(300), CLOSED_FORM)
    assert mismatch.code == "wrong_shape"


def test_what_is_no_number_equals_itself_alone() -> None:
    """A known mistake may give a complex number, which arrives by its name: a student's array is not that."""
    odd = Opaque("complex128")
    assert compare(odd, Opaque("complex128"), CLOSED_FORM) == []
    assert [m.code for m in compare(odd, np.zeros(2), CLOSED_FORM)] == ["wrong_type"]
    assert [m.code for m in compare({"w": odd}, {"w": 1.0}, CLOSED_FORM)] == ["wrong_type"]
