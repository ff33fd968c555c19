"""Declared shapes: held where they fit, told where they do not, before an observe sees anything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from autograder.judge.describe import describe_failure
from autograder.judge.implementation import InProcess
from autograder.judge.judge import judge
from autograder.judge.observe import observe_case, observer
from autograder.model.bank import BankedCase, BankedExercise, BankedGroup, Code, Observation
from autograder.model.calls import Failure
from autograder.model.criteria import Gate
from autograder.model.exercise import Case
from autograder.model.texts import say

SHARE = """
def share(impl, case):
    w, b = impl.fit(case.X, case.y)
    assert w.dtype == float and type(b) is float
    return {"metric": float(np.mean((case.X_test @ w + b > 0) == case.y_test)), "w": w, "b": b}
"""
SHAPES = """
def shapes(X, y):
    return {"w": (X.shape[1],), "b": ()}
"""
FIT = BankedExercise(
    "fit",
    {"en": "x", "zh": "x"},
    1.0,
    Gate("five points apart", at_least=0.9),
    {"fit": ("X", "y")},
    outputs=("w", "b"),
    groups=(BankedGroup("accuracy", observe=Code(SHARE, "share")),),
    shapes=Code(SHAPES, "shapes"),
    returns={"fit": [{"tuple": [1, 0]}]},
)
X_TEST = np.array([[2.0, 0.3], [-2.0, 0.1], [1.0, -4.0], [-3.0, 2.0], [4.0, 0.0]])
CASE = Case("five", X=X_TEST[:3], y=np.array([1, 0, 1]), X_test=X_TEST, y_test=np.array([1, 0, 1, 0, 1]))
DRAW = (BankedCase(CASE, "accuracy", Observation()),)


def failure_of(value: Any, exercise: BankedExercise = FIT) -> Failure | None:
    return observe_case(observer(exercise, "accuracy"), InProcess({"fit": lambda X, y: value}), CASE).failure


@pytest.mark.parametrize(
    "value",
    [
        (np.array([1.0, 0.0]), 0.0),
        [[1, 0], 0],
        (np.array([[1.0], [0.0]], dtype=np.float32), np.zeros((1, 1))),
        (np.array([[1.0, 0.0]]), np.array([0.0])),
    ],
)
def test_what_has_the_shapes_but_for_axes_of_length_one_passes(value: Any) -> None:
    assert judge(FIT, DRAW, InProcess({"fit": lambda X, y: value})).points == 1.0


@pytest.mark.parametrize(
    ("value", "shown", "hidden"),
    [
        (([0.0, 0.0], [1.0, -1.0, 1.0, -1.0, 1.0]), "`b` should have shape (), but it has shape (5,)", "`b` should be"),
        (
            (np.eye(2), 0.0),
            "`w` should have shape (2,), but it has shape (2, 2)",
            "`w` should be an array of shape (2,)",
        ),
        (("w", 0.0), "`w` should be an array of shape (2,)", "`w` should be an array of shape (2,)"),
        ((np.zeros(2), None), "`b` should be a number", "`b` should be a number"),
        (np.zeros(3), "`fit` should return 2 values", "`fit` should return 2 values"),
        ({"w": np.zeros(2)}, "`fit` should return 2 values", "`fit` should return 2 values"),
        (None, "`fit` should return 2 values", "`fit` should return 2 values"),
    ],
)
def test_another_shape_is_told_as_such(value: Any, shown: str, hidden: str) -> None:
    """A table of answers among them: a bias for each test sample would be right on all of them."""
    failure = failure_of(value)
    assert failure is not None
    for reveal, expected in ((True, shown), (False, hidden)):
        code, values = describe_failure(FIT, failure, reveal)
        assert expected in say(code, "en", **values)
    assert judge(FIT, DRAW, InProcess({"fit": lambda X, y: value})).points == 0.0


def nested(shapes: str, observe: str) -> BankedExercise:
    groups = (BankedGroup("accuracy", observe=Code(f"def seen(impl, case):\n    return {observe}", "seen")),)
    code = Code(f"def shapes(X, y):\n    return {shapes}", "shapes")
    return BankedExercise("fit", FIT.title, 1.0, FIT.criterion, FIT.functions, groups=groups, shapes=code)


LAYERS = nested('[{"W": (2, n), "b": (n,)} for n in (3, 4)]', "len(impl.fit(case.X, case.y)[1]['b'])")


@pytest.mark.parametrize(
    ("layers", "path"),
    [
        ([{"W": np.ones((2, 3)), "b": np.ones(3)}, {"W": np.ones((2, 4)), "b": np.ones((1, 4)), "more": 1}], None),
        ([{"W": np.ones((2, 3)), "b": np.ones(3)}, {"W": np.ones((2, 4)), "b": np.ones(3)}], "[1]['b']"),
        ([{"W": np.ones((3, 2)), "b": np.ones(3)}, {"W": np.ones((2, 4)), "b": np.ones(4)}], "[0]['W']"),
    ],
)
def test_layers_are_held_each_by_itself(layers: Any, path: str | None) -> None:
    failure = failure_of(layers, LAYERS)
    assert (failure and failure.built["path"]) == path


def test_a_layer_too_few_or_a_missing_key_is_another_build() -> None:
    for value in ([{"W": np.ones((2, 3)), "b": np.ones(3)}], [{"W": np.ones((2, 3))}, {}], 3.0):
        failure = failure_of(value, LAYERS)
        assert failure is not None
        assert failure.status == "wrong_return"


def test_other_functions_and_groups_without_an_observe_keep_what_is_returned() -> None:
    plain = BankedExercise(
        "fit", FIT.title, 1.0, FIT.criterion, FIT.functions, groups=(BankedGroup("edge"),), shapes=FIT.shapes
    )
    seen = observe_case(observer(plain, "edge"), InProcess({"fit": lambda X, y: "odd"}), Case("c", X=1.0, y=1.0))
    assert seen.value == "odd"
