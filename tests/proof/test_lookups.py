"""Answers that are looked up: a parameter per sample, the public answers again.  The proofs find what would pay."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from autograder.judge.implementation import InProcess
from autograder.judge.judge import judge
from autograder.model.bank import BankedCase, BankedExercise, BankedGroup, Code, Observation
from autograder.model.criteria import CLOSED_FORM, CriterionRecord, Gate
from autograder.model.exercise import HEART, Case
from autograder.proof.label_lookup import accepted_lookups, replayed

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
DRAW = (BankedCase(CASE, HEART, Observation()),)


def exercise(source: str, criterion: CriterionRecord | None = None) -> BankedExercise:
    gate = criterion or Gate("five points apart", at_least=0.9)
    return BankedExercise(
        "fit",
        {"en": "x", "zh": "x"},
        1.0,
        gate,
        {"fit": ("X", "y")},
        groups=(BankedGroup(HEART),),
        observe=Code(source, "accuracy"),
    )


def test_a_bias_for_every_test_sample_is_found() -> None:
    (found,) = accepted_lookups(exercise(LOOSE), DRAW, RIGHT)
    assert found.startswith("the observe accepts 5 rows for part 2 of the answer on 'five'")


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


def test_any_observe_is_looked_at_and_the_default_one_compares_shapes() -> None:
    """An array of residuals in place of a bias made the final loss of a descent 0."""
    drawn = (BankedCase(CASE, HEART, Observation(1.0)),)
    assert len(accepted_lookups(exercise(LOOSE, CLOSED_FORM), drawn, RIGHT)) == 1
    assert accepted_lookups(replace(exercise(LOOSE, CLOSED_FORM), observe=None), drawn, RIGHT) == []


SQUARE = replace(exercise(LOOSE, CLOSED_FORM), name="square", functions={"square": ("x",)}, observe=None)
SQUARED = InProcess({"square": lambda x: x**2})


def squares(*numbers: float) -> tuple[BankedCase, ...]:
    return tuple(BankedCase(Case(f"of {x}", x=np.array([x])), HEART, Observation(np.array([x**2]))) for x in numbers)


def test_a_replay_of_the_public_answers_earns_points_where_a_hidden_case_repeats_them() -> None:
    replay = replayed(SQUARE, squares(2.0, 3.0), SQUARED)
    assert replay is not None
    assert judge(SQUARE, squares(2.0, 3.0), replay).points == 1.0
    assert judge(SQUARE, squares(5.0), replay).points == 0.0


def test_a_replay_knows_hidden_cases_of_the_public_bank_as_little_as_students_do() -> None:
    secret = (BankedCase(Case("secret", public=False, x=2.0), HEART, Observation(4.0)),)
    replay = replayed(SQUARE, secret, SQUARED)
    assert replay is not None
    assert judge(SQUARE, (BankedCase(Case("open", x=2.0), HEART, Observation(4.0)),), replay).points == 0.0


def test_a_function_without_arguments_has_nothing_to_replay() -> None:
    assert replayed(replace(SQUARE, functions={"square": ()}), squares(2.0), SQUARED) is None
