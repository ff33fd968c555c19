"""The tools of observes agree with scikit-learn and scipy, keep their promises, and refuse what is not numbers."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linear_sum_assignment
from sklearn.metrics import accuracy_score, roc_auc_score
from sklearn.metrics.cluster import contingency_matrix

from autograder.judge.implementation import InProcess
from autograder.judge.observe import observe_case
from autograder.model import tools
from autograder.model.bank import Code
from autograder.model.calls import CallStatus
from autograder.model.exercise import Case

vectors = arrays(float, st.integers(1, 5), elements=st.floats(-100, 100, width=32))
seeds = st.integers(0, 2**32 - 1)


@settings(deadline=None)
@given(vectors)
def test_a_vector_and_its_opposite_are_the_same_up_to_sign(v: np.ndarray) -> None:
    np.testing.assert_array_equal(tools.up_to_sign(v), tools.up_to_sign(-v))


@settings(deadline=None)
@given(vectors, st.floats(0.1, 10))
def test_up_to_sign_is_as_long_as_the_vector(v: np.ndarray, factor: float) -> None:
    assert np.linalg.norm(tools.up_to_sign(factor * v)) == pytest.approx(factor * np.linalg.norm(v))


@settings(deadline=None)
@given(seeds, st.floats(1e-9, 1e-3))
def test_up_to_sign_is_continuous_where_no_entry_decides_on_the_sign(seed: int, step: float) -> None:
    v, direction = np.array([1.0, -1.0]) / np.sqrt(2), np.random.default_rng(seed).normal(size=2)
    moved = v + step * direction / np.linalg.norm(direction)
    assert np.linalg.norm(tools.up_to_sign(moved) - tools.up_to_sign(v)) <= 3 * step


def test_each_column_has_a_sign_of_its_own() -> None:
    V = np.random.default_rng(0).normal(size=(4, 3))
    seen = tools.up_to_sign(V * [1, -1, -1])
    np.testing.assert_array_equal(seen, tools.up_to_sign(V))
    np.testing.assert_array_equal(seen, [tools.up_to_sign(column) for column in V.T])
    assert not np.allclose(seen, tools.up_to_sign(V[:, ::-1]))


@settings(deadline=None)
@given(seeds, st.integers(1, 3))
def test_a_projector_is_that_of_any_basis_of_the_span(seed: int, rank: int) -> None:
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(5, rank))
    basis = scipy.linalg.orth(A)
    mixture = np.linalg.qr(rng.normal(size=(rank, rank)))[0] * rng.uniform(0.1, 10, rank)
    for same in (A @ mixture, basis, np.c_[A, A @ rng.normal(size=(rank, 2))], A.tolist()):
        np.testing.assert_allclose(tools.projector(same), basis @ basis.T, atol=1e-8)
    assert not np.allclose(tools.projector(rng.normal(size=(5, rank))), basis @ basis.T)


def test_a_projector_takes_a_single_direction_and_columns_that_depend_but_for_float32() -> None:
    np.testing.assert_allclose(tools.projector([3, 4]), [[0.36, 0.48], [0.48, 0.64]])
    A = np.random.default_rng(0).normal(size=(6, 2)).astype(np.float32)
    np.testing.assert_allclose(tools.projector(np.c_[A, A[:, 0] / 3 + A[:, 1]]), tools.projector(A), atol=1e-5)


@settings(deadline=None)
@given(seeds)
def test_accuracy_is_that_of_scikit_learn(seed: int) -> None:
    labels, y = np.random.default_rng(seed).integers(3, size=(2, 20))
    assert tools.accuracy(labels, y) == accuracy_score(y, labels)
    assert tools.accuracy((labels > 0).tolist(), y > 0) == accuracy_score(y > 0, labels > 0)


@settings(deadline=None)
@given(seeds, st.integers(1, 30))
def test_auc_is_that_of_scikit_learn_ties_included(seed: int, values: int) -> None:
    rng = np.random.default_rng(seed)
    scores, y = rng.integers(values, size=25) / 7, rng.permutation([0, 1] * 12 + [1])
    assert tools.auc(scores, y) == pytest.approx(roc_auc_score(y, scores))
    assert tools.auc(-scores, y) == pytest.approx(1 - tools.auc(scores, y))
    assert tools.auc(np.where(scores > 1, np.inf, scores), y == 1) >= 0  # log odds may be infinite


@settings(deadline=None)
@given(seeds, st.integers(1, 6), st.integers(1, 6))
def test_clusters_are_matched_as_by_the_hungarian_method(seed: int, clusters: int, classes: int) -> None:
    rng = np.random.default_rng(seed)
    labels, y = rng.integers(clusters, size=15), 2 * rng.integers(classes, size=15)
    renamed = tools.up_to_relabelling(labels, y)
    table = contingency_matrix(labels, y)
    assert tools.accuracy(renamed, y) == pytest.approx(table[linear_sum_assignment(-table)].sum() / 15)
    assert len(set(zip(labels, renamed, strict=True))) == len(set(labels)) == len(set(renamed))


@settings(deadline=None)
@given(seeds)
def test_how_clusters_are_called_changes_nothing_even_in_a_tie(seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels, y = rng.permutation(np.repeat([0, 1, 2], 4)), np.tile([0, 1], 6)
    for names in itertools.permutations([5, -1, 2]):
        np.testing.assert_array_equal(
            tools.up_to_relabelling(np.array(names)[labels], y), tools.up_to_relabelling(labels, y)
        )


def test_too_many_clusters_are_refused_at_once() -> None:
    with pytest.raises(ValueError, match="12 kinds"):
        tools.up_to_relabelling(range(1000), np.zeros(1000))


Y = [0, 1, 1, 0]
ODD = {
    "text": ["0", "1", "1", "0"],
    "text as a whole": "0110",
    "not a number": [0, 1, float("nan"), 0],
    "nothing": None,
    "a dict": {"labels": Y},
    "another length": [0, 1, 1],
    "a column": [[0], [1], [1], [0]],
    "ragged": [[0, 1], [1]],
    "complex": [1j, 0, 1, 1],
    "empty": [],
    "too large": [10**400, 0, 1, 1],
    "a cube": np.zeros((2, 2, 2)),
}


@pytest.mark.parametrize("tool", [tools.accuracy, tools.auc, tools.up_to_relabelling])
@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_value_for_each_sample_is_refused(tool: Callable[[Any, Any], Any], kind: str) -> None:
    with pytest.raises((TypeError, ValueError, ArithmeticError)):
        tool(ODD[kind], Y)


@pytest.mark.parametrize("tool", [tools.up_to_sign, tools.projector])
@pytest.mark.parametrize("kind", [kind for kind in ODD if kind not in ("another length", "a column")])
def test_what_is_no_vector_and_no_matrix_is_refused(tool: Callable[[Any], Any], kind: str) -> None:
    with pytest.raises((TypeError, ValueError, ArithmeticError)):
        tool(ODD[kind])


def test_an_auc_needs_both_classes() -> None:
    for y in ([1, 1, 1, 1], [1, 2, 2, 1]):
        with pytest.raises(ValueError, match="0 and 1"):
            tools.auc([0.1, 0.2, 0.3, 0.4], y)


def test_an_observe_finds_them_by_name_and_an_odd_value_is_a_finding() -> None:
    observe = Code("def seen(impl, case):\n    return tools.auc(impl.scores(case.X), case.y)\n", "seen").load()
    case = Case("four", X=np.arange(4.0), y=np.array([0, 0, 1, 1]))
    assert observe_case(observe, InProcess({"scores": lambda X: X}), case).value == 1.0
    for odd in ODD.values():
        failure = observe_case(observe, InProcess({"scores": lambda X, odd=odd: odd}), case).failure
        assert failure is not None
        assert failure.status in (CallStatus.WRONG_LENGTHS, CallStatus.WRONG_RETURN)
