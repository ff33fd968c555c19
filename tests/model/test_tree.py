"""One walk for all nested values: what is a branch, what is a leaf, and what is done with them."""

from __future__ import annotations

import numpy as np
import pytest

from autograder.judge.compare import is_numeric
from autograder.judge.gradients import gradient_fits
from autograder.judge.implementation import TorchReference
from autograder.model.tree import leaves, map_leaves

LAYERS = [{"W": np.ones((2, 2)), "b": np.zeros(2)}, ({"W": np.ones((1, 2))}, 3.0)]


def test_the_build_stays_and_every_leaf_is_changed() -> None:
    changed = map_leaves(lambda leaf: np.shape(leaf), LAYERS)
    assert changed == [{"W": (2, 2), "b": (2,)}, ({"W": (1, 2)}, ())]


def test_others_are_walked_alongside() -> None:
    assert map_leaves(lambda a, b: a + b, {"x": (1, [2])}, {"x": [10, (20,)]}) == {"x": (11, [22])}


@pytest.mark.parametrize("other", [{"x": (1,)}, {"y": (1, 2)}, {"x": 5}])
def test_what_is_built_otherwise_is_refused(other: object) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        map_leaves(lambda a, b: a, {"x": (1, 2)}, other)


def test_equal_dicts_have_their_leaves_in_one_order() -> None:
    assert list(leaves({"b": 1, "a": (2, 3)})) == list(leaves({"a": (2, 3), "b": 1})) == [2, 3, 1]


def test_a_branch_may_be_a_leaf() -> None:
    assert list(leaves([[1, 2], "text"], is_leaf=is_numeric)) == [[1, 2], "text"]


def test_the_values_of_a_dict_are_no_list() -> None:
    """A list of numbers is an array; two numbers in a dict are two."""
    assert list(leaves({"b": 2.0, "a": 1.0}, is_leaf=is_numeric)) == [1.0, 2.0]
    (only,) = leaves({"W": np.ones((2, 2))}, is_leaf=is_numeric)
    assert only.shape == (2, 2)


def test_a_gradient_of_a_list_of_layers_is_checked_like_any_other() -> None:
    layers = [{"W": np.array([[1.0, -2.0]]), "b": 0.5}, {"W": np.array([[3.0]]), "b": -1.0}]

    def loss(point: list[dict[str, object]]) -> float:
        return float(sum(np.sum(np.asarray(leaf) ** 3) for leaf in leaves(point)))

    right = map_leaves(lambda leaf: 3 * np.asarray(leaf) ** 2, layers)
    wrong = map_leaves(lambda leaf: 2 * np.asarray(leaf), layers)
    rng = np.random.default_rng(0)
    assert gradient_fits(loss, layers, right, rng) is True
    assert gradient_fits(loss, layers, wrong, rng) is False


def test_what_a_reference_returned_comes_back_to_it_as_it_was() -> None:
    """A named tuple is an object of the reference's own: handed back, it is that object, also within a list."""
    import types
    from collections import namedtuple

    Model = namedtuple("Model", "w b")
    module = types.ModuleType("reference")
    module.fit = lambda x: Model(x.sum(), 2.0)  # type: ignore[attr-defined]
    module.is_model = lambda models: isinstance(models[0], Model)  # type: ignore[attr-defined]
    reference = TorchReference(module)
    model = reference.call("fit", [np.ones(3)]).value
    assert model[0] == 3.0
    assert reference.call("is_model", [[model]]).value is True
