"""Implementations: solutions in this process, the torch reference, and probes around them."""

from __future__ import annotations

import types

import numpy as np
import pytest
import torch

from autograder.judge.implementation import InProcess, Probe, TorchReference, same_plain
from autograder.model.calls import CallFailed
from autograder.model.markers import Handle, Opaque, Rng


def kind_of(impl: InProcess, name: str, *args: object) -> str:
    with pytest.raises(CallFailed) as failed:
        impl.call(name, args)
    return failed.value.failure.status


def test_a_call_gives_plain_data_and_leaves_its_arguments_alone() -> None:
    def double(x):
        x *= 2
        return x

    x = np.ones(2)
    impl = InProcess({"double": double})
    assert impl.double(x).tolist() == [2, 2]
    assert x.tolist() == [1, 1]
    assert impl.call("double", [x], watch=True).args_after[0].tolist() == [2, 2]
    assert kind_of(InProcess({"double": double}), "triple", x) == "missing"
    assert kind_of(InProcess({"double": 7}), "double", x) == "missing"
    assert kind_of(impl, "double", x, x) == "signature"


def test_a_read_only_argument_cannot_be_written_however_deep_it_lies() -> None:
    def overwrite(parameters):
        parameters["layers"][0][...] = 0

    with pytest.raises(CallFailed) as failed:
        InProcess({"f": overwrite}).call("f", [{"layers": [np.ones(2)]}], writeable=False)
    assert (failed.value.failure.status, failed.value.failure.error) == ("raised", "ValueError")


def test_an_error_inside_a_function_is_never_taken_for_a_wrong_signature() -> None:
    def inner(x):
        raise TypeError("missing 1 required positional argument")

    with pytest.raises(CallFailed) as failed:
        InProcess({"f": inner}).call("f", [1])
    assert (failed.value.failure.status, failed.value.failure.error) == ("raised", "TypeError")


def test_a_generator_arrives_seeded() -> None:
    impl = InProcess({"draw": lambda rng: rng.random()})
    assert impl.draw(Rng(7)) == np.random.default_rng(7).random()
    assert impl.draw(Rng(7)) == impl.draw(Rng(7))


def test_an_object_goes_back_in_by_its_handle() -> None:
    class Model:
        def predict(self, x: float) -> float:
            return x + 1

    impl = InProcess({"fit": Model, "predict": lambda model, x: model.predict(x)})
    model = impl.fit()
    assert isinstance(model, Handle)
    assert impl.predict(model, 1.0) == 2.0
    assert impl.call("#0.predict", [2.0]).value == 3.0
    assert kind_of(impl, "#0.score", 2.0) == "missing"


def test_a_private_attribute_is_not_a_function_of_an_implementation() -> None:
    with pytest.raises(AttributeError):
        _ = InProcess({}).__wrapped__


def test_the_reference_works_in_float64_on_tensors() -> None:
    seen: list[torch.Tensor] = []

    def keep(x, rng, extra):
        seen.append(x)
        return {"x": x, "draw": torch.rand((), generator=rng), "extra": extra[0]}

    impl = TorchReference(types.SimpleNamespace(f=keep))  # type: ignore[arg-type]
    result = impl.f(np.array([1, 2], dtype=np.float32), Rng(3), (np.ones(1),))
    assert seen[0].dtype == torch.float64
    assert result["x"].dtype == np.float64
    assert impl.f(np.array([1, 2]), Rng(3), (np.ones(1),))["draw"] == result["draw"]
    assert seen[1].dtype == torch.int64


def test_a_probe_sees_what_was_changed() -> None:
    def spoil(a, b):
        b["w"][0] = 9
        return 0

    probe = Probe(InProcess({"f": spoil}), watch=True)
    probe.f(np.ones(2), {"w": np.ones(2)})
    assert probe.changed == [("f", 1)]
    clean = Probe(InProcess({"f": lambda a: 0}), watch=True)
    clean.f(np.array([np.nan, 1.0]))
    assert clean.changed == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1, True), (1, 1.0, False), (float("nan"), float("nan"), True), ([1], (1,), False), ([1, 2], [1], False),
        ({"a": 1}, {"a": 1}, True), ({"a": 1}, {"b": 1}, False), (np.ones(2), [1.0, 1.0], True),
        (np.ones(2), np.ones(2, dtype=np.float32), False), (np.ones(2), np.ones((2, 1)), False),
        (Rng(1), None, True), (Opaque("a"), Opaque("b"), False), ("a", "a", True), ({1, 2}, {2, 1}, True),
    ],
)  # fmt: skip
def test_plain_data_is_compared_exactly(one: object, other: object, same: bool) -> None:
    assert same_plain(one, other) is same


def test_a_numpy_scalar_among_the_inputs_is_not_seen_as_changed() -> None:
    watch = Probe(InProcess({"f": lambda lr: lr}), watch=True)
    watch.call("f", [np.float64(0.5)])
    assert watch.changed == []
