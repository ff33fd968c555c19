"""A gate that accepts a parameter per sample could be won by a table of test labels: the proof finds it."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.bank import BankedCase, BankedExercise, Code, Observation
from autograder.exercise import CLOSED_FORM, Case, Gate
from autograder.implementation import InProcess
from autograder.lookups import accepted_lookups

LOOSE = """
def accuracy(impl, case):
    w, b = impl.fit(case.X, case.y)
    return float(np.mean((case.X_test @ np.asarray(w) + np.asarray(b) > 0) == case.y_test))
"""
STRICT = LOOSE.replace("np.asarray(b)", "float(np.asarray(b).reshape(()))").replace(
    "np.asarray(w)", "np.asarray(w, dtype=float).reshape(2)"
)
RIGHT = InProcess({"fit": lambda X, y: (np.array([1.0, 0.0]), 0.0)})
TABLE = InProcess({"fit": lambda X, y: (np.zeros(2), np.array([1.0, -1.0, 1.0, -1.0, 1.0]))})
X_TEST = np.array([[2.0, 0.3], [-2.0, 0.1], [1.0, -4.0], [-3.0, 2.0], [4.0, 0.0]])
CASE = Case("five", X=X_TEST[:3], y=np.array([1, 0, 1]), X_test=X_TEST, y_test=np.array([1, 0, 1, 0, 1]))
DRAW = (BankedCase(CASE, Observation()),)


def exercise(source: str, tolerance: object = None) -> BankedExercise:
    gate = tolerance or Gate("five points apart", at_least=0.9)
    return BankedExercise(
        "fit",
        {"en": "x", "zh": "x"},
        1.0,
        gate,
        {"fit": ("X", "y")},
        observe=Code(source, "accuracy"),  # type: ignore[arg-type]
    )


def test_a_bias_for_every_test_sample_is_found() -> None:
    (found,) = accepted_lookups(exercise(LOOSE), DRAW, RIGHT)
    assert found.startswith("the gate accepts 5 rows for part 2 of the answer on 'five'")


def test_an_observe_that_holds_the_shapes_is_clean() -> None:
    assert accepted_lookups(exercise(STRICT), DRAW, RIGHT) == []


@pytest.mark.parametrize(("source", "won"), [(LOOSE, True), (STRICT, False)])
def test_that_is_how_a_table_wins_or_loses(source: str, won: bool) -> None:
    observe = Code(source, "accuracy").load()
    try:
        metric = observe(TABLE, CASE)
    except ValueError:
        metric = 0.0
    assert (metric == 1.0) is won


def test_only_gates_are_looked_at() -> None:
    assert accepted_lookups(exercise(LOOSE, CLOSED_FORM), DRAW, RIGHT) == []
