"""The codec of plain data: what goes in comes out, and nothing hostile gets through."""

from __future__ import annotations

import dataclasses
import enum
import math
from array import array
from collections import OrderedDict, defaultdict, deque
from typing import Any, NamedTuple

import numpy as np
import pandas
import polars
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from autograder.judge.implementation import same_plain
from autograder.model import plain
from autograder.model.markers import Dataset, Function, Handle, Opaque, Rng, Tensor
from autograder.model.plain import Malformed

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
ARRAYS = DTYPES.flatmap(lambda dtype: arrays.arrays(dtype, SHAPES))
FUNCTIONS = st.builds(
    Function,
    st.sampled_from(["rosenbrock", "f", "ö"]),
    st.text(max_size=20),
    st.dictionaries(st.text(max_size=5), st.one_of(st.floats(), ARRAYS), max_size=2),
)
TENSORS = st.one_of(
    st.builds(Tensor, ARRAYS), st.builds(Tensor, arrays.arrays(np.float64, SHAPES), requires_grad=st.booleans())
)
LEAVES = st.one_of(SCALARS, ARRAYS, TENSORS, FUNCTIONS)
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
        st.dictionaries(
            st.sampled_from(
                [
                    "l",
                    "t",
                    "s",
                    "d",
                    "a",
                    "i",
                    "h",
                    "r",
                    "o",
                    "type",
                    "x",
                    "fields",
                    "tensor",
                    "grad",
                    "function",
                    "source",
                    "bound",
                    "dataset",
                    "part",
                    "rows",
                    "columns",
                    "digest",
                ]
            ),
            part,
            max_size=3,
        ),
    ),
    max_leaves=15,
)

NAMED = {"dataset": "digits", "part": "data", "rows": None, "columns": None, "digest": ""}


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


def test_a_named_data_set_is_packed_as_its_name_and_not_looked_up() -> None:
    for rows in (None, [3, 10**9]):
        read = round_trip(Dataset("digits", "data", rows, None, "0" * 12))
        assert vars(read) | {"rows": None} == vars(Dataset("digits", digest="0" * 12))
        np.testing.assert_array_equal(read.rows, np.array(rows))


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
        {"tensor": 0},
        {"tensor": 0, "grad": 1},
        {"tensor": 1, "grad": False},
        {"tensor": True, "grad": False},
        {"tensor": 0, "grad": False, "x": 1},
        {"l": [{"tensor": 0, "grad": False}, {"a": 0}]},
        {"function": "f"},
        {"function": "f", "source": ""},
        {"function": "f", "source": "", "bound": 1},
        {"function": "f", "source": 1, "bound": {"d": []}},
        {"function": "f", "source": "", "bound": {"l": []}},
        {"function": "f", "source": "", "bound": {"d": [[1, 1]]}},
        {"function": "f", "source": "", "bound": {"d": [["x", {"a": 1}]]}},
        {"function": "f(", "source": "", "bound": {"d": []}},
        {"function": "", "source": "", "bound": {"d": []}},
        {"function": "f", "source": "#" * (plain.MAX_SOURCE + 1), "bound": {"d": []}},
        {"grad": False, "tensor": 0},
        {"source": "", "function": "f", "bound": {"d": []}},
        {"dataset": "digits"},
        NAMED | {"dataset": "digit"},
        NAMED | {"dataset": ["digits"]},
        NAMED | {"part": "labels"},
        NAMED | {"digest": 1},
        NAMED | {"rows": 1},
        NAMED | {"rows": {"a": 0}},
        NAMED | {"rows": {"l": ["text"]}},
        NAMED | {"columns": {"a": 1}},
        NAMED | {"more": None},
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


class Pair(NamedTuple):
    w: float
    b: float


@dataclasses.dataclass
class Fit:
    w: float
    b: float


class Kind(enum.StrEnum):
    RELU = "relu"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (OrderedDict(w=1.0), {"w": 1.0}),
        (defaultdict(float, w=1.0), {"w": 1.0}),
        (Pair(1.0, 2.0), (1.0, 2.0)),
        (Fit(1.0, 2.0), (1.0, 2.0)),
        (deque([1, 2]), [1, 2]),
        (range(3), [0, 1, 2]),
        (array("d", [1.0]), [1.0]),
        (frozenset({1}), {1}),
        ({"a": 1}.keys(), {"a"}),
        (Kind.RELU, "relu"),
        (np.str_("relu"), "relu"),
        (np.longdouble(2.5), np.array(2.5)),
        (np.int64(7), np.array(7)),
        (list(np.ones(50_000)), [1.0] * 50_000),
        (np.array([2.5], dtype=np.longdouble), np.array([2.5])),
        (np.array(7), np.array(7)),
        (torch.tensor([1.5], requires_grad=True), np.array([1.5])),
        (torch.tensor([1.5], dtype=torch.bfloat16), np.array([1.5])),
        (torch.eye(2).to_sparse(), np.eye(2)),
        ([torch.tensor(1.0), torch.tensor(2.0)], [np.array(1.0), np.array(2.0)]),
        (torch.max(torch.eye(2), 0), (np.ones(2), np.array([0, 1]))),
        (pandas.Series([1.0, 2.0]), np.array([1.0, 2.0])),
        (pandas.Series([1, 2], dtype="Int64"), np.array([1, 2])),
        (pandas.Series(["a", "b"]), ["a", "b"]),
        (pandas.DataFrame({"w": [1.0, 2.0]}), np.array([[1.0], [2.0]])),
        (polars.Series([1.0, 2.0]), np.array([1.0, 2.0])),
        (polars.Series(["a", "b"]), ["a", "b"]),
    ],
    ids=lambda value: f"{type(value).__module__}.{type(value).__name__}",
)  # fmt: skip
def test_every_usual_container_is_read_as_what_it_is(value: Any, read: Any) -> None:
    assert plainly_equal(round_trip(value), read)


def plainly_equal(value: Any, read: Any) -> bool:
    """Equal in structure and numbers; a tuple may be a record, a float any float."""
    if isinstance(read, (list, tuple)):
        same = isinstance(value, type(read)) and len(value) == len(read)
        return same and all(map(plainly_equal, value, read))
    if isinstance(read, np.ndarray):
        return isinstance(value, np.ndarray) and value.shape == read.shape and bool((value == read).all())
    return type(value) is type(read) and bool(value == read)


@pytest.mark.parametrize("made", [Pair(1.0, 2.0), Fit(1.0, 2.0)])
def test_an_object_with_fields_is_a_tuple_here_and_itself_where_it_came_from(made: Any) -> None:
    kept: list[object] = []

    def keep(value: object) -> Handle:
        kept.append(value)
        return Handle(len(kept) - 1, type(value).__name__)

    record = round_trip(made, keep)
    w, b = record
    assert (w, b) == (1.0, 2.0)
    assert plain.copy(record) == Handle(0, type(made).__name__)
    assert kept == [made]


def test_an_array_is_named_once() -> None:
    """One array of 8 MB that is named 280 times is small on the wire and gigabytes in a stack."""
    with pytest.raises(Malformed, match="named twice"):
        plain.unpack({"l": [{"a": 0}] * 2}, [np.zeros(2)])
    assert len(plain.unpack({"l": [{"a": 0}, {"a": 1}]}, [np.zeros(2)] * 2)) == 2


def test_a_set_is_bounded_as_the_keys_of_a_dict_are() -> None:
    equal_hashes = [k * (2**61 - 1) for k in range(1, plain.MAX_UNSALTED + 2)]
    with pytest.raises(Malformed, match="too many numbers"):
        plain.unpack(plain.pack(set(equal_hashes), []), [])
    assert len(plain.unpack({"s": [str(k) for k in range(5000)]}, [])) == 5000


@pytest.mark.parametrize(("array", "grad"), [(np.array(["a"]), False), (np.arange(2), True), (np.array([1j]), False)])
def test_a_tensor_that_cannot_be_is_not_made(array: np.ndarray, grad: bool) -> None:
    with pytest.raises(TypeError):
        Tensor(array, grad)


def test_a_tensor_that_cannot_be_is_malformed() -> None:
    with pytest.raises(Malformed):
        plain.unpack({"tensor": 0, "grad": True}, [np.arange(2)])


def test_a_function_nested_too_deeply_in_itself_is_malformed() -> None:
    deep = Function("f")
    for _ in range(plain.MAX_DEPTH):
        deep = Function("f", bound={"f": deep})
    with pytest.raises(Malformed):
        plain.pack(deep, [])


def test_a_function_is_not_run_before_it_is_asked_for() -> None:
    """What comes over the wire is a record: unpacking, copying and comparing it runs nothing."""
    bomb = round_trip(Function("f", "raise SystemExit\ndef f(): pass"))
    assert same_plain(bomb, plain.copy(bomb))
    with pytest.raises(SystemExit):
        bomb.load()
