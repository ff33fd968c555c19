"""One observe, three implementations: in this process, in the sandbox and in torch, calls and values mean the same."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograder.grading.budget import Budget, Purse
from autograder.grading.sandboxed import Sandboxed
from autograder.judge.implementation import MOST_ITEMS, Implementation, InProcess, Probe, Recorded, TorchReference
from autograder.judge.observe import observe_case
from autograder.model.calls import CallFailed, CallStatus
from autograder.model.markers import Function, Handle, Record, Rng, Tensor
from autograder.sandbox import Sandbox

SOURCE = """
import dataclasses
import random
import numpy as np
import torch


class KMeans:
    def __init__(self, k):
        self.k, self._secret = k, 1

    def fit(self, X):
        self.centers = X[: self.k]
        return self

    def predict(self, X):
        return ((X[:, None] - self.centers) ** 2).sum(-1).argmin(1)

    def __call__(self, X):
        return self.predict(X)

    def fail(self, X):
        raise ValueError("of its own")


@dataclasses.dataclass
class Line:
    w: object
    b: float

    def at(self, x):
        return self.w * x + self.b


class Batches:
    def __init__(self, X):
        self.X = X

    def __iter__(self):
        return iter([self.X[:2], self.X[2:]])


def line(w):
    return Line(w, 1.0)


def same(model, other):
    return model is other


def model_in(parameters):
    return isinstance(parameters["models"][0], (KMeans, Line))


def minibatches(X, size):
    for start in range(0, len(X), size):
        yield X[start : start + size], start


def endless(X):
    while True:
        yield X


def broken(X):
    yield X
    raise KeyError("later")


def plain_list(X):
    return [X, X]


def kind_of(value):
    return type(value).__module__.partition(".")[0]


def tensor_facts(t):
    return {"dtype": str(t.dtype), "grad": t.requires_grad, "value": t}


def gradient_at(x):
    (x**2).sum().backward()
    return x.grad


def square(x):
    return (x**2).sum()


def apply(f, x):
    return f(x)


def apply_all(fs, x):
    return [f(x) for f in fs["all"]]


def chance():
    return float(np.random.rand()), random.random(), float(torch.rand(()))


def choices():
    for _ in range(3):
        yield float(torch.rand(())), float(np.random.rand())
"""
X = np.arange(12.0).reshape(6, 2)


def in_process() -> InProcess:
    namespace: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(SOURCE, "<cell>", "exec", dont_inherit=True), namespace)
    return InProcess(namespace)


def reference() -> TorchReference:
    module = types.ModuleType("__main__")  # where dataclasses look
    exec(compile(SOURCE, "<cell>", "exec", dont_inherit=True), vars(module))
    return TorchReference(module)


@pytest.fixture(scope="module")
def behind_a_sandbox() -> Iterator[Callable[[], Sandboxed]]:
    with Sandbox(preload=("numpy", "torch")) as sandbox, sandbox.session() as session:
        assert not session.run_cell(SOURCE, seconds=20).error_name

        def impl() -> Sandboxed:
            made = Sandboxed(session, Budget(), Purse(Budget()))
            made.begin(20)
            return made

        yield impl


@pytest.fixture(params=["in process", "sandbox", "reference"])
def impl(request: pytest.FixtureRequest) -> Implementation:
    if request.param == "sandbox":
        made: Implementation = request.getfixturevalue("behind_a_sandbox")()
        return made
    return in_process() if request.param == "in process" else reference()


def failure(call: Callable[..., Any], *args: Any) -> tuple[str, str, str]:
    with pytest.raises(CallFailed) as failed:
        call(*args)
    return failed.value.failure.status, failed.value.failure.function, failed.value.failure.error


def test_the_methods_of_an_object_are_called_where_it_lives(impl: Implementation) -> None:
    model = impl.KMeans(3)
    assert isinstance(model, Handle)
    fitted = model.fit(X)
    assert fitted == model, "what `fit` returns is the object itself"
    right = [0, 1, 2, 2, 2, 2]
    assert np.asarray(model.predict(X)).tolist() == right
    assert np.asarray(model(X)).tolist() == right
    assert np.asarray(impl.call(f"#{model.number}.predict", [X]).value).tolist() == right
    assert np.asarray(impl.KMeans(2).fit(X).predict(X)).tolist() == [0, 1, 1, 1, 1, 1]


def test_an_object_that_comes_back_is_that_object(impl: Implementation) -> None:
    model, other = impl.KMeans(3), impl.KMeans(3)
    assert impl.same(model, model) is True
    assert impl.same(model, other) is False
    assert impl.same(model.fit(X), model) is True
    assert impl.model_in({"models": [model]}) is True


def test_an_object_of_fields_is_read_called_and_given_back(impl: Implementation) -> None:
    line = impl.line(np.array([1.0, 2.0]))
    assert isinstance(line, Record)
    assert np.asarray(line[0]).tolist() == [1, 2]
    assert line[1] == 1.0
    assert np.asarray(line.at(3.0)).tolist() == [4, 7]
    assert impl.model_in({"models": [line]}) is True


def test_what_is_not_there_is_told_apart(impl: Implementation) -> None:
    model = impl.KMeans(3)
    assert failure(impl.kmeans, 3) == ("missing", "kmeans", "")
    assert failure(model.score, X) == ("no_method", "KMeans.score", "")
    assert failure(model.fail, X) == ("raised", "KMeans.fail", "ValueError")
    with pytest.raises(AttributeError):
        _ = model._secret
    assert failure(impl.call, f"#{model.number}._secret", [])[0] == "missing"
    assert failure(impl.call, "#99.fit", [X])[0] == "missing"


def test_calls_through_a_recording_and_a_probe_are_the_same_calls(impl: Implementation) -> None:
    recorded = Recorded(Probe(impl, writeable=False, watch=True))
    assert np.asarray(recorded.KMeans(3).fit(X).predict(X)).shape == (6,)
    assert [name for name, _, _ in recorded.calls] == ["KMeans", "KMeans.fit", "KMeans.predict"]


def test_a_generator_is_walked(impl: Implementation) -> None:
    parts = impl.take(impl.minibatches(X, 4))
    assert [(np.shape(batch), start) for batch, start in parts] == [((4, 2), 0), ((2, 2), 4)]
    assert [np.shape(part) for part in impl.take(impl.Batches(X))] == [(2, 2), (4, 2)]
    assert [np.shape(part) for part in impl.take(impl.plain_list(X), most=1)] == [(6, 2)]


def test_an_endless_generator_is_left(impl: Implementation) -> None:
    assert len(impl.take(impl.endless(X))) == MOST_ITEMS
    assert len(impl.take(impl.endless(X), most=7)) == 7


def test_a_generator_of_too_many_numbers_is_too_large(impl: Implementation) -> None:
    status, function, _ = failure(lambda: impl.take(impl.endless(np.zeros(300_000))))
    assert (status, function) == ("too_large", "generator.__next__")


def test_what_has_no_items_is_told_as_such(impl: Implementation) -> None:
    assert failure(impl.take, impl.KMeans(3))[:2] == ("no_method", "KMeans.__iter__")
    with pytest.raises(TypeError):
        impl.take(3.0)


@pytest.mark.parametrize(
    ("tensor", "dtype"),
    [
        (Tensor(np.ones((2, 3), dtype=np.float32)), "torch.float64"),
        (Tensor(np.arange(3, dtype=np.int8)), "torch.int64"),
        (Tensor(np.array([True, False])), "torch.bool"),
        (Tensor(np.ones(2), requires_grad=True), "torch.float64"),
    ],
)
def test_a_tensor_arrives_as_one(impl: Implementation, tensor: Tensor, dtype: str) -> None:
    facts = impl.tensor_facts(tensor)
    assert facts["dtype"] == dtype
    assert facts["grad"] is tensor.requires_grad
    assert facts["value"].tolist() == tensor.array.tolist()
    assert impl.kind_of(tensor) == "torch"


def test_a_tensor_that_needs_a_gradient_gets_one(impl: Implementation) -> None:
    for _ in range(2):  # each call has a tensor of its own: nothing is left over in `.grad`
        assert impl.gradient_at(Tensor(np.array([1.0, -2.0]), requires_grad=True)).tolist() == [2, -4]


def test_a_function_arrives_by_its_name_or_by_its_source(impl: Implementation) -> None:
    def cube(x, a):
        return (a * x**3).sum()

    x = np.array([1.0, 2.0])
    assert float(impl.apply(Function("square"), x)) == 5.0
    assert float(impl.apply(Function.of(cube, a=2.0), x)) == 18.0
    assert float(impl.apply(Function.of(cube, a=np.array([1.0, 0.0])), x)) == 1.0
    both = impl.apply_all({"all": [Function("square"), Function.of(cube, a=2.0)]}, x)
    assert [float(np.asarray(value)) for value in both] == [5.0, 18.0]


def test_a_shipped_function_is_the_shipped_one_but_the_reference_has_its_twin(impl: Implementation) -> None:
    """An answer may define a helper of the same name; the reference's is the torch version of the same function."""
    shipped = Function("square", "def square(x):\n    return 7.0")
    assert float(impl.apply(shipped, X)) == (506.0 if isinstance(impl, TorchReference) else 7.0)


def test_a_function_that_is_nowhere_never_reaches_the_answer(impl: Implementation) -> None:
    status, _, error = failure(impl.apply, Function("rosenbrock"), X)
    assert (status, error) in (("raised", "NameError"), ("missing", ""))


def test_chance_is_the_same_before_each_call(impl: Implementation) -> None:
    first = impl.chance()
    assert impl.chance() == first
    drawn = impl.take(impl.choices())
    assert len(set(drawn)) == 3, "a generator goes on where it was"
    assert impl.take(impl.choices()) == drawn
    assert first[2] == drawn[0][0]


def test_chance_is_the_same_in_all_three(behind_a_sandbox: Callable[[], Sandboxed]) -> None:
    assert in_process().chance() == reference().chance() == behind_a_sandbox().chance()


def test_a_generator_that_breaks_off_tells_why(impl: Implementation) -> None:
    if isinstance(impl, TorchReference):  # where a KeyError is a slip of the author's, which shows as it is
        with pytest.raises(KeyError):
            impl.take(impl.broken(X))
        return
    assert failure(lambda: impl.take(impl.broken(X))) == ("raised", "generator.__next__", "KeyError")


def test_an_observe_that_calls_a_method_of_an_odd_value_saw_a_wrong_return(impl: Implementation) -> None:
    from autograder.model.exercise import Case

    seen = observe_case(lambda impl, case: impl.KMeans(3).reshape(2), impl, Case("c"), {"KMeans": [1]})
    assert seen.failure is not None
    assert (seen.failure.status, seen.failure.function) == (CallStatus.WRONG_RETURN, "KMeans")


def test_a_tensor_that_was_changed_in_place_is_noticed() -> None:
    namespace: dict[str, Any] = {}
    exec("def f(t):\n    t += 1\n    return t", namespace)
    probe = Probe(InProcess(namespace), watch=True)
    probe.f(Tensor(np.zeros(2)))
    assert probe.changed == [("f", 0)]
    quiet = Probe(in_process(), watch=True)
    quiet.tensor_facts(Tensor(np.zeros(2)))
    quiet.apply(Function("square"), X)
    quiet.chance()
    assert quiet.changed == []


def test_an_rng_is_no_global_state(impl: Implementation) -> None:
    assert impl.kind_of(Rng(3)) == ("torch" if isinstance(impl, TorchReference) else "numpy")
