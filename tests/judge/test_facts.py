"""Facts about wrong answers: each is told of an answer that deserves it, and of no other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from support import in_words

from autograder.build.probes import with_probes
from autograder.judge.facts import all_facts, facts, is_denied, is_unexplained
from autograder.judge.implementation import Around, InProcess
from autograder.judge.judge import decide, look
from autograder.judge.observe import Seen
from autograder.model.bank import Bank, BankedCase, BankedExercise, BankedGroup, Observation
from autograder.model.calls import Called, CallFailed, CallStatus, Failure
from autograder.model.criteria import CLOSED_FORM, EXACT, Gate, OneOf
from autograder.model.exercise import HEART, Case
from autograder.model.texts import LANGUAGES
from autograder.model.verdict import Finding

RNG = np.random.default_rng(7)
X, Y, W = RNG.normal(size=(5, 3)), RNG.normal(size=5), RNG.normal(size=3)
X2, Y2 = RNG.normal(size=(4, 3)), RNG.normal(size=4)
Z = np.array([0.7, -1.3, -0.2, 2.4])
LONG = np.concatenate([Z, 1.7 * Z, 0.3 * Z])
Function = Callable[..., Any]


def ridge(w: Any, X: Any, y: Any, lam: float) -> Any:
    return ((X @ w - y) ** 2).sum() + lam * w @ w


def step(w: Any, g: Any, lr: float) -> Any:
    return {"w": w - lr * g, "size": np.sqrt(g @ g)}


def softmax(S: Any) -> Any:
    E = np.exp(S)
    return E / E.sum(axis=1, keepdims=True)


def path(x: float, lr: float, steps: int) -> Any:
    return np.array([x * (1 - 2 * lr) ** k for k in range(steps + 1)])


def leaky(z: Any) -> Any:
    return np.where(z > 0, z, 0.1 * z)


def slope(z: Any) -> Any:
    return np.where(z > 0, 1.0, 0.1)


def sigmoid(z: Any, a: float) -> Any:
    return 1 / (1 + np.exp(-a * z))


def quadratic(x: Any, S: Any) -> Any:
    return x @ np.linalg.solve(S, x)


RIDGE = ridge, [{"w": W, "X": X, "y": Y, "lam": 0.3}, {"w": W[::-1].copy(), "X": X2, "y": Y2, "lam": 1.7}]
STEP = step, [{"w": W, "g": X[0], "lr": 0.3}]
SOFTMAX = softmax, [{"S": np.vstack([X, X2])}]
CENTER = lambda X: X - X.mean(axis=0), [{"X": np.vstack([X, X2])}]
PATH = path, [{"x": 1.3, "lr": 0.2, "steps": 8}]
SIGMOID = sigmoid, [{"z": LONG, "a": 1.3}]
QUADRATIC = quadratic, [{"x": Z[:2], "S": np.array([[2.0, 0.3], [0.3, 1.1]])}]
LEAKY = leaky, [{"z": LONG}]
SLOPE = slope, [{"z": LONG}]
STEPS = lambda P: (P.sum(axis=1) ** 2).sum(), [{"P": RNG.normal(size=(2, 3, 4))}]
TABLE: list[tuple[tuple[Function, list[dict[str, Any]]], str, Function, str]] = [
    (RIDGE, "as_if", lambda w, X, y, lam: ridge(w, X, y, lam**2),
        "Your answer is the right one for `lam`² in the place of `lam`."),
    (RIDGE, "as_if_first", lambda w, X, y, lam: ridge(w, X[:1], y[:1], lam),
        "Your answer is the right one for the first of the rows of `X` alone."),
    (STEP, "as_if", lambda w, g, lr: step(w, g, -lr),
        "Your answer is the right one for −`lr` in the place of `lr`."),
    (RIDGE, "right_at_one", lambda w, X, y, lam: ridge(w, X, y, lam**3),
        "With `lam` = 1 your answer is right: look at how `lam` enters."),
    (RIDGE, "right_at_zero", lambda w, X, y, lam: ridge(w, X, y, 0) + lam * abs(w).sum(),
        "With `lam` = 0 your answer is right: look at how `lam` enters."),
    (RIDGE, "right_alone", lambda w, X, y, lam: (X @ w - y).sum() ** 2 + lam * w @ w,
        "With only one of the rows of `X` your answer is right: look at how several are put together."),
    (STEPS, "right_alone", lambda P: (P**2).sum(),
        "With only one of the slices of `P` along axis 1 your answer is right: look at how several are put together."),
    (RIDGE, "ignores", lambda w, X, y, lam: ridge(w, X, y, 0.05),
        "Your answer stays the same when `lam` changes, and it should not: where does `lam` enter?"),
    (RIDGE, "needs_order", lambda w, X, y, lam: ridge(w, X, y, lam) + 1e-2 * (np.arange(len(y)) + 2) @ y,
        "Your answer depends on the order of the rows of `X`; the right one does not."),
    (RIDGE, "grows_otherwise", lambda w, X, y, lam: (abs(X @ w - y) ** 1.5).sum() + lam * w @ w,
        "Doubling `w`, `y` should make the answer 4 times as large; yours does something else."),
    (STEP, "right_parts", lambda w, g, lr: {**step(w, g, lr), "size": abs(g).sum()},
        "Right so far: `w`. Not yet: `size`."),
    (STEP, "right_at_zeros", lambda w, g, lr: {**step(w, g, lr), "w": w - lr * g + 0.1 * g},
        "With nothing but zeros in `g` your answer is right: look at how `g` enters."),
    (SOFTMAX, "mixes", lambda S: np.exp(S) / np.exp(S).sum(axis=0),
        "What belongs to one of the rows of `S` must not depend on the others; in your answer it does."),
    (CENTER, "mixes", lambda X: X - X.mean(axis=1, keepdims=True),
        "What belongs to one of the columns of `X` must not depend on the others; in your answer it does."),
    (SOFTMAX, "same_everywhere", lambda S: np.full_like(S, 1 / 3),
        "The result: the same number everywhere, which it should not be."),
    (SOFTMAX, "reordered", lambda S: softmax(S)[:, ::-1],
        "The result: the right numbers in another order."),
    (SOFTMAX, "wrong_at_last", lambda S: np.vstack([softmax(S)[:-1], S[-1:]]),
        "The result: only the last row is wrong."),
    (PATH, "right_until", lambda x, lr, steps: path(x, lr, steps) * np.where(np.arange(steps + 1) < 2, 1, 0.7),
        "The result: the first 2 are right, all later ones are wrong."),
    (PATH, "wrong_at_first", lambda x, lr, steps: np.concatenate([[0.1], path(x, lr, steps)[1:]]),
        "The result: only the first entry is wrong."),
    (PATH, "multiple", lambda x, lr, steps: 1.37 * path(x, lr, steps),
        "The result: the same multiple of the right answer everywhere. The proportions are right, the scale is not."),
    (LEAKY, "wrong_where", lambda z: np.where(z > 0, z, 0.2 * z),
        "The result: wrong exactly where it should be negative."),
    (SLOPE, "wrong_where", lambda z: np.where(z > 0, 1.0, 0.2),
        "The result: wrong exactly where `z` is negative."),
    (LEAKY, "opposite_where", lambda z: np.where(z > 0, 1.5 * z, -0.2 * z),
        "The result: the sign is wrong exactly where it should be negative."),
    (SOFTMAX, "function_of_right", lambda S: np.log(softmax(S)),
        "The result: with r for what is right, yours is `log(r)`."),
    (SOFTMAX, "property", lambda S: np.tanh(S),
        "The result: in the right answer every row adds up to 1; in yours this is not so."),
    (PATH, "all_too_large", lambda x, lr, steps: path(x, lr, steps) + np.sqrt(np.arange(steps + 1) + 0.3),
        "The result: never too small, always too large."),
    (PATH, "all_too_small", lambda x, lr, steps: path(x, lr, steps) - 0.001 * np.sqrt(np.arange(steps + 1) + 0.3),
        "The result: never too large, always too small."),
    (LEAKY, "offset", lambda z: leaky(z) + 0.125,
        "The result: off by the same amount everywhere."),
    (SIGMOID, "mirrored", lambda z, a: 1 - sigmoid(z, a) + 1e-3,
        "The result: yours and the right answer add up to the same number everywhere."),
    (QUADRATIC, "right_at_identity", lambda x, S: np.linalg.det(S) * quadratic(x, S),
        "With the identity matrix as `S` your answer is right: look at how `S` enters."),
    (CENTER, "is_an_input", lambda X: X,
        "The result: nothing but `X`, as it came in."),
    (RIDGE, "is_of_an_input", lambda w, X, y, lam: np.prod(y),
        "The result: nothing but the product of all entries of `y`."),
    (LEAKY, "signs", lambda z: abs(leaky(z)),
        "The result: right up to signs."),
]  # fmt: skip


LAST_RESORT = ("property", "all_too_large", "all_too_small")


class Made:
    """An exercise that is made of a right function and the inputs of its cases, with probes."""

    def __init__(self, bank: Bank, right: Function, inputs: Sequence[Mapping[str, Any]], **record: Any) -> None:
        names = tuple(inputs[0])
        self.exercise: BankedExercise = replace(
            bank.exercises[0], name="f", functions={"f": names}, groups=(BankedGroup(HEART),),
            returns={}, mistakes=(), accepts=(), **{"criterion": CLOSED_FORM, **record},
        )  # fmt: skip
        impl = InProcess({"f": right})
        plain = [
            BankedCase(Case(f"case {n}", zh=f"情形 {n}", **each), HEART, Observation(right(*each.values())))
            for n, each in enumerate(inputs)
        ]
        (self.cases,) = with_probes(self.exercise, [plain], impl, impl)

    def told(self, function: Function, *, reveal: bool = True, everything: bool = False) -> dict[str, str]:
        """The sentences of an answer's facts by their codes."""
        impl = InProcess({"f": function})
        seen = look(self.exercise, self.cases, impl)
        found = (all_facts if everything else facts)(self.exercise, seen, impl, reveal=reveal)
        return {finding.code: in_words(finding) for finding in found}


@pytest.fixture
def made(bank: Bank) -> Callable[..., Made]:
    return lambda right, inputs, **record: Made(bank, right, inputs, **record)


@pytest.mark.parametrize(("exercise", "code", "function", "sentence"), TABLE, ids=[code for _, code, _, _ in TABLE])
def test_a_fact_is_told_of_an_answer_that_deserves_it(
    made: Callable[..., Made], exercise: Any, code: str, function: Function, sentence: str
) -> None:
    assert made(*exercise).told(function, everything=code in LAST_RESORT)[code] == sentence


@pytest.mark.parametrize(("exercise", "code"), [(exercise, code) for exercise, code, _, _ in TABLE])
def test_and_of_no_answer_that_is_wrong_otherwise(made: Callable[..., Made], exercise: Any, code: str) -> None:
    """Noise that depends on every bit of the inputs has no fact in common with anything."""
    right, inputs = exercise

    def noisy(*args: Any) -> Any:
        rng = np.random.default_rng(list(repr(args).encode()))
        value = right(*args)
        if isinstance(value, dict):
            return {key: part + rng.normal(size=np.shape(part)) for key, part in value.items()}
        return value + rng.normal(size=np.shape(value))

    told = made(right, inputs).told(noisy, everything=True)
    assert told.keys() <= {"needs_order", "mixes", "grows_otherwise", "needs", "property"} or code not in told


def test_a_probe_on_which_the_right_answer_is_degenerate_says_nothing(made: Callable[..., Made]) -> None:
    """Where there are no samples left to differ, everybody is right."""
    exercise = made(lambda X: X.std(axis=0), [{"X": X}])
    told = exercise.told(lambda X: X.std(axis=0, ddof=1 if len(X) > 1 else 0), everything=True)
    assert not told.keys() & {"right_alone", "right_at_zeros", "right_at_ones"}, told
    both = made(lambda X: (X.mean(axis=0), X.std(axis=0)), [{"X": X}])
    told = both.told(lambda X: (X.mean(axis=0), X.std(axis=0) + 0.5 * (X.std(axis=0) > 0)), everything=True)
    assert "right_alone" not in told, "of two parts the wrong one counts"
    counted = made(lambda y: int((y > 0).sum()), [{"y": Y}])
    assert not counted.told(lambda y: int((y > 0).sum()) + (len(y) > 1), everything=True)
    assert not counted.told(lambda y: 7, everything=True)


def test_a_fact_holds_on_every_failing_case(made: Callable[..., Made]) -> None:
    """Right with one sample by luck, on one of the cases."""
    told = made(*RIDGE).told(lambda w, X, y, lam: ridge(w, X, y, lam) + (len(y) > 1 or y[0] == Y2[0]), everything=True)
    assert "right_alone" not in told


def test_a_probe_on_which_the_answer_stops_says_nothing(made: Callable[..., Made]) -> None:
    def stops(w: Any, X: Any, y: Any, lam: float) -> Any:
        assert lam
        return ridge(w, X, y, 1 / lam)

    told = made(*RIDGE).told(stops, everything=True)
    assert told["right_at_one"]
    assert "right_at_zero" not in told


class _TimeIsUp(Around):
    """Answers so many calls and has no time for more."""

    def __init__(self, inner: InProcess, calls: int) -> None:
        super().__init__(inner)
        self.left = calls

    def call(self, function: Any, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        self.left -= 1
        if self.left < 0:
            raise CallFailed(Failure(CallStatus.TIMEOUT, str(function)))
        return self._inner.call(function, args, writeable=writeable, watch=watch)


@pytest.mark.parametrize("calls", range(8))
def test_when_the_time_is_up_no_further_probe_says_anything(made: Callable[..., Made], calls: int) -> None:
    exercise = made(*RIDGE)
    impl = InProcess({"f": lambda w, X, y, lam: ridge(w, X, y, lam**2)})
    seen = look(exercise.exercise, exercise.cases, impl)
    rushed = _TimeIsUp(impl, calls)
    assert all(finding.code != "timeout" for finding in facts(exercise.exercise, seen, rushed, reveal=True))
    assert rushed.left >= -1  # nobody waits a second time


def test_an_answer_that_is_not_finite_is_compared_with_no_probe(made: Callable[..., Made]) -> None:
    """A NaN neither stays nor moves: that an input is not used would be told of 0 / 0, whatever it uses."""
    told = made(*RIDGE).told(lambda w, X, y, lam: ridge(w, X, y, lam) + np.nan, everything=True)
    assert not told.keys() & {"ignores", "mixes", "needs_order", "grows_otherwise", "needs"}, told


def test_an_answer_of_the_moment_has_no_facts(made: Callable[..., Made]) -> None:
    rng = np.random.default_rng()
    assert made(*RIDGE).told(lambda w, X, y, lam: rng.normal()) == {}


def test_two_facts_are_told_at_most_and_one_of_an_input(made: Callable[..., Made]) -> None:
    told = made(*RIDGE).told(lambda w, X, y, lam: ridge(w, X, y, 0))
    assert told["as_if"] == "Your answer is the right one for 0 in the place of `lam`."
    assert not told.keys() & {"ignores", "right_at_zero"}, "these say the same once more"
    assert len(made(*STEP).told(lambda w, g, lr: {**step(w, g, lr), "w": w - g})) == 2


def test_what_is_told_in_the_last_resort_is_told_alone(made: Callable[..., Made]) -> None:
    everything = made(*PATH).told(lambda x, lr, steps: path(x, lr, steps) + 0.1, everything=True)
    assert everything.keys() >= {"offset", "all_too_large"}
    assert "all_too_large" not in made(*PATH).told(lambda x, lr, steps: path(x, lr, steps) + 0.1)
    counted = made(lambda counts: np.cumsum(counts), [{"counts": [3, 1, 4, 1, 5, 9, 2]}])
    assert list(counted.told(lambda counts: np.cumsum(counts) + np.arange(7) ** 2 + 1)) == ["all_too_large"]


def test_a_number_beside_arrays_has_no_places(made: Callable[..., Made]) -> None:
    exercise = made(leaky, [{"z": LONG}, {"z": np.float64(-1.3)}])
    assert not exercise.told(lambda z: np.where(z > 0, z, 0.2 * np.sin(z)), everything=True).keys() & {"wrong_where"}


def test_the_one_wrong_case_is_told(made: Callable[..., Made]) -> None:
    exercise = made(leaky, [{"z": Z}, {"z": Z[:3]}, {"z": np.array([0.3, 2.5, 1.5])}])
    told = exercise.told(lambda z: leaky(z) if len(z) == 3 else np.cbrt(z))
    assert told["special_case"] == "Every other case is right; only “case 0” is wrong. What is special about it?"


def activation(z: Any, kind: str) -> Any:
    return np.tanh(z) if kind == "tanh" else np.maximum(z, 0)


def test_the_kind_of_the_wrong_cases_is_told(made: Callable[..., Made]) -> None:
    exercise = made(activation, [{"z": z, "kind": kind} for z in (Z, 2 * Z, 3 * Z) for kind in ("tanh", "relu")])
    told = exercise.told(lambda z, kind: z if kind == "relu" else np.tanh(z))
    assert told["wrong_when"] == "Wrong only in cases in which `kind` is `'relu'`."
    assert "wrong_when" not in exercise.told(lambda z, kind: 1.5 * activation(z, kind), everything=True)
    texts = made(
        activation, [{"z": z, "kind": kind} for z in (Z, 2 * Z, 3 * Z) for kind in ("tanh", "a long text " * 3)]
    )
    assert "wrong_when" not in texts.told(lambda z, kind: z if kind != "tanh" else np.tanh(z), everything=True)
    axes = made(lambda x: x**3, [{"x": Z}, {"x": 2 * Z}, {"x": X}, {"x": X2}])
    told = axes.told(lambda x: np.cumsum(x, axis=0) ** 3 if x.ndim > 1 else x**3)
    assert told["wrong_when"] == "Wrong only in cases in which `x` has more than one axis."


def test_a_few_wrong_cases_are_told_by_their_names(made: Callable[..., Made]) -> None:
    exercise = made(leaky, [{"z": Z[:count]} for count in (1, 2, 3, 4)])
    told = exercise.told(lambda z: leaky(z) if len(z) < 3 else np.sinh(z) * len(z))
    assert told["special_cases"] == (
        "Every other case is right; only “case 2”, “case 3” are wrong. What do they have in common?"
    )
    assert "special_cases" not in exercise.told(lambda z: leaky(z) if len(z) < 2 else np.sinh(z), everything=True)


def test_of_parts_that_differ_from_case_to_case_the_place_is_told(made: Callable[..., Made]) -> None:
    """The first of the layers of nets with two and with three of them."""

    def layers(x: Any, depth: int, slip: float = 1.0) -> Any:
        return {f"W{layer}": x * layer**1.5 * (slip if layer < depth else 1.0) for layer in range(1, depth + 1)}

    nets = [{"x": X, "depth": depth} for depth in (2, 3)]
    exercise = made(lambda x, depth: layers(x, depth), nets)
    told = exercise.told(lambda x, depth: layers(x, depth, slip=1.7))
    assert told["right_at_end"] == "The result: the last parts are right, those before them are not."
    assert "right_at_beginning" not in told
    swapped = exercise.told(lambda x, depth: {**layers(x, depth), f"W{depth}": np.sinh(x)})
    scored = made(lambda x, depth: (x.sum(), layers(x, depth)), nets, outputs=("score", "cache"))
    told = scored.told(lambda x, depth: (abs(x).sum(), layers(x, depth, slip=1.7)))
    assert told["right_at_end"] == "`cache`: the last parts are right, those before them are not."
    assert swapped["right_at_beginning"] == "The result: the first parts are right, those after them are not."


def test_a_fact_is_denied_by_cases_on_which_it_does_not_hold_and_by_no_others(made: Callable[..., Made]) -> None:
    def seen(exercise: Made, function: Function) -> list[Seen]:
        return look(exercise.exercise, exercise.cases, InProcess({"f": function}))

    def of(exercise: Made, function: Function, code: str) -> Finding:
        found = all_facts(exercise.exercise, seen(exercise, function), InProcess({"f": function}), reveal=False)
        return next(finding for finding in found if finding.code == code)

    def denied(exercise: Made, function: Function, fact: Finding, *beside: Seen) -> bool:
        impl = InProcess({"f": function})
        return is_denied(exercise.exercise, [*beside, *seen(exercise, function)], impl, fact)

    cubed = of(made(*RIDGE), lambda w, X, y, lam: ridge(w, X, y, lam**3), "right_at_one")
    assert denied(made(*RIDGE), lambda w, X, y, lam: ridge(w, X, y, 2 * lam), cubed)
    nothing = made(lambda w, X, y, lam: 0 * lam, RIDGE[1])  # where every probe is degenerate
    assert not denied(nothing, lambda w, X, y, lam: lam - 1, cubed)
    half = of(made(*STEP), lambda w, g, lr: {**step(w, g, lr), "size": abs(g).sum()}, "right_parts")
    assert not denied(made(*STEP), lambda w, g, lr: {"w": w + g, "size": 7.7}, half)
    assert denied(made(*STEP), lambda w, g, lr: {**step(w, g, lr), "w": w + g}, half)
    large = of(made(np.sinh, CENTER[1]), np.exp, "all_too_large")
    few = made(np.sinh, [{"X": X[:1]}])  # too few to find it, and none to deny it
    assert not denied(few, np.exp, large, *seen(made(np.sinh, CENTER[1]), np.exp))
    assert denied(few, lambda X: np.sinh(X) - 1, large, *seen(made(np.sinh, CENTER[1]), np.exp))


@pytest.mark.parametrize(("exercise", "function"), [(exercise, function) for exercise, _, function, _ in TABLE])
def test_of_a_hidden_case_no_number_is_told(made: Callable[..., Made], exercise: Any, function: Function) -> None:
    chosen = made(*exercise)
    impl = InProcess({"f": function})
    seen = look(chosen.exercise, chosen.cases, impl)
    for finding in all_facts(chosen.exercise, seen, impl, reveal=False):
        assert finding.code != "right_until"
        for language in LANGUAGES:
            assert not re.search(r"\d\.\d|\d\d", in_words(finding, language)), in_words(finding, language)


def test_facts_are_for_what_nothing_explains(made: Callable[..., Made]) -> None:
    chosen = made(*RIDGE)

    def unexplained(function: Function, **record: Any) -> bool:
        exercise, impl = replace(chosen.exercise, **record), InProcess({"f": function})
        seen = look(exercise, chosen.cases, impl)
        return is_unexplained(exercise, decide(exercise, chosen.cases, impl, seen), seen)

    assert unexplained(lambda w, X, y, lam: ridge(w, X, y, lam**2))
    assert not unexplained(ridge)
    assert not unexplained(lambda w, X, y, lam: -ridge(w, X, y, lam))  # it has the wrong sign
    assert not unexplained(lambda w, X, y, lam: 1 / 0)  # what it stopped with is told
    assert not unexplained(lambda w, X, y, lam: None)  # and so is what else was returned
    assert not unexplained(lambda w, X, y, lam: {"metric": 0.1}, criterion=Gate("measured", at_least=0.5))


def test_gates_choices_and_large_cases_have_no_probes(bank: Bank, made: Callable[..., Made]) -> None:
    assert any(banked.probes for banked in made(*RIDGE).cases)
    large = {**RIDGE[1][0], "X": np.ones((1000, 3)), "y": np.ones(1000)}
    assert not any(banked.probes for banked in made(ridge, [large]).cases)
    for exercise in bank.exercises:
        probed = any(banked.probes for cases in exercise.draws for banked in cases)
        assert not probed or (exercise.takes_arguments and not isinstance(exercise.criterion, (Gate, OneOf)))


def test_where_the_right_answer_hangs_on_the_last_bits_there_is_no_probe(made: Callable[..., Made]) -> None:
    """Two equal rows span a line: which second direction a factorisation takes is the processor's choice."""

    def inside(A: Any) -> Any:  # (M, M): how much of a fixed direction lies in the plane of two rows
        directions, _ = np.linalg.qr(A.T)
        return (directions.T @ np.array([0.3, 0.5, 0.8])) ** 2

    kinds = {probe.kind for probe in made(inside, [{"A": X[:2]}]).cases[0].probes}
    assert "ones" not in kinds
    assert kinds >= {"zeros", "doubled", "negated"}
    first = made(lambda s: s == s.max(), [{"s": Z}])
    assert "ones" not in {probe.kind for probe in first.cases[0].probes}, "all are the greatest: so is a rounding"
    exact = made(lambda X: 2 * X, [{"X": X}], criterion=EXACT)
    assert {probe.kind for probe in exact.cases[0].probes} >= {"ones", "doubled", "negated"}
