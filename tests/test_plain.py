"""The codec of plain data: what goes in comes out, and nothing hostile gets through."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder import plain
from autograder.implementation import same_plain
from autograder.plain import Handle, Malformed, Opaque, Rng

DTYPES = st.sampled_from([np.float64, np.float32, np.int64, np.int8, np.uint16, np.bool_])
SHAPES = arrays.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**300), 10**300),
    st.floats(),
    st.text(),
    st.builds(Rng, st.integers(0, 9)),
)
LEAVES = st.one_of(SCALARS, DTYPES.flatmap(lambda dtype: arrays.arrays(dtype, SHAPES)))
KEYS = st.one_of(st.text(), st.integers(), st.tuples(st.integers(), st.text()))
VALUES = st.recursive(
    LEAVES,
    lambda part: st.one_of(
        st.lists(part, max_size=4),
        st.lists(part, max_size=4).map(tuple),
        st.dictionaries(KEYS, part, max_size=4),
        st.sets(st.one_of(st.integers(), st.text()), max_size=4),
    ),
    max_leaves=12,
)
TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda part: st.one_of(
        st.lists(part, max_size=3),
        st.dictionaries(st.sampled_from(["l", "t", "s", "d", "a", "i", "h", "r", "o", "type", "x"]), part, max_size=3),
    ),
    max_leaves=15,
)


def round_trip(value: Any, keep: Any = None) -> Any:
    packed: list[np.ndarray] = []
    return plain.unpack(plain.pack(value, packed, keep), packed)


@given(VALUES)
@settings(max_examples=200, deadline=None)
def test_what_is_packed_is_unpacked_unchanged(value: Any) -> None:
    assert same_plain(value, round_trip(value))


@given(TREES)
@settings(max_examples=300, deadline=None)
def test_any_tree_is_plain_data_or_malformed(tree: Any) -> None:
    try:
        value = plain.unpack(tree, [np.zeros(2)])
    except Malformed:
        return
    plain.pack(value, [])


@pytest.mark.parametrize(
    "tree",
    [
        [],
        {},
        {"x": 1},
        {"l": 1},
        {"l": [], "t": [], "s": []},
        {"a": -1},
        {"a": 1},
        {"a": True},
        {"a": "0"},
        {"i": "9" * 401},
        {"i": "nine"},
        {"i": 9},
        {"h": 0},
        {"h": "0", "type": "Model"},
        {"r": "7"},
        {"o": 7},
        {"s": [{"l": []}]},
        {"d": [["a"]]},
        {"d": [[{"l": []}, 1]]},
        {"d": [[float("nan"), 1]]},
        {"d": [[number, 1] for number in range(1001)]},
        {"l": [1] * plain.MAX_NODES},
    ],
    ids=lambda tree: str(tree)[:30],
)
def test_a_hostile_tree_is_malformed(tree: Any) -> None:
    with pytest.raises(Malformed):
        plain.unpack(tree, [np.zeros(2)])


def test_depth_is_limited_in_both_directions() -> None:
    value: Any = 0
    tree: Any = 0
    for _ in range(plain.MAX_DEPTH + 1):
        value, tree = [value], {"l": [tree]}
    with pytest.raises(Malformed):
        plain.pack(value, [])
    with pytest.raises(Malformed):
        plain.unpack(tree, [])
    cyclic: list[Any] = []
    cyclic.append(cyclic)
    with pytest.raises(Malformed):
        plain.pack(cyclic, [])


class Agreeable:
    """Claims to be equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = object.__hash__


class Liar(float):
    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = float.__hash__


class Bomb:
    def __array__(self, *_: Any, **__: Any) -> np.ndarray:
        raise SystemError("boom")


class LikeArray:
    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.arange(3.0)


@pytest.mark.parametrize(
    "value",
    [
        Agreeable(),
        (number for number in range(3)),
        Bomb(),
        1j,
        b"bytes",
        np.array([1j]),
        np.array([object()], dtype=object),
        np.array(["2020-01-01"], dtype="datetime64[D]"),
        np.ma.masked_array([1.0], mask=[True]),
        10**5000,
        print,
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_plain_data_arrives_as_its_type_name_alone(value: Any) -> None:
    assert isinstance(round_trip(value), Opaque)


def test_a_subclass_that_lies_about_comparison_arrives_as_its_number() -> None:
    value = round_trip(Liar(2.5))
    assert type(value) is np.ndarray
    assert value == 2.5


def test_objects_that_convert_to_arrays_arrive_as_arrays() -> None:
    assert np.array_equal(round_trip(LikeArray()), np.arange(3.0))
    assert round_trip(np.array([["a", "b"]])) == [["a", "b"]]


def test_objects_are_kept_behind_handles_where_that_is_wanted() -> None:
    kept: list[object] = []

    def keep(value: object) -> Handle:
        kept.append(value)
        return Handle(len(kept) - 1, type(value).__name__)

    model = Agreeable()
    assert round_trip({"model": model}, keep) == {"model": Handle(0, "Agreeable")}
    assert kept == [model]
    assert isinstance(round_trip(1j, keep), Opaque)


def test_a_long_type_name_is_cut() -> None:
    value = round_trip(type("T" * 1000, (), {})())
    assert value == Opaque("T" * 60)


def test_a_copy_shares_nothing() -> None:
    original = {"w": np.ones(2), "parts": [np.zeros(1)]}
    copied = plain.copy(original)
    copied["w"][0] = 7
    copied["parts"].append(1)
    assert original["w"][0] == 1
    assert len(original["parts"]) == 1


def test_nan_and_negative_zero_survive() -> None:
    assert math.isnan(round_trip(float("nan")))
    assert math.copysign(1, round_trip(-0.0)) == -1
