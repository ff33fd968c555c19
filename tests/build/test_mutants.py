"""Mutants: each operator makes the slip that it is named for, and leaves alone what it is not about."""

from __future__ import annotations

import ast
import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.build.mutants.made import hint
from autograder.build.mutants.mutate import KINDS, mutants
from autograder.model.texts import LANGUAGES, texts

FRAMES = ("what", "what_part", "where", "inherited", "pair")  # what stands in hints, and around them


def function(body: str, parameters: str = "X, y, w") -> str:
    return f"def f({parameters}):\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ") + "\n"


def bodies(kind: str, body: str, parameters: str = "X, y, w", outputs: tuple[str, ...] = ()) -> list[str]:
    """What the mutants of a kind make of a function's body."""
    made = [mutant.source for mutant in mutants(function(body, parameters), "f", outputs) if mutant.kind == kind]
    return [textwrap.dedent("\n".join(source.splitlines()[1:])) for source in made]


APPLIES = [
    ("ratio_negative", "return X @ w", "return -np.asarray(X @ w)"),
    ("ratio_double", "return X @ w", "return 2 * np.asarray(X @ w)"),
    ("ratio_half", "return X @ w", "return np.asarray(X @ w) / 2"),
    ("ratio_1_n", "return X @ w", "return np.asarray(X @ w) / len(X)"),
    ("ratio_n", "return X @ w", "return np.asarray(X @ w) * len(X)"),
    ("ratio_1_2n", "return X @ w", "return np.asarray(X @ w) / (2 * len(X))"),
    ("ratio_n_1", "return X @ w", "return np.asarray(X @ w) * len(X) / (len(X) - 1)"),
    ("summed", "return X @ w", "return sum(X @ w)"),
    ("averaged", "return X @ w", "return sum(X @ w) / len(X @ w)"),
    ("first_missing", "return X", "return X[1:]"),
    ("last_missing", "return X", "return X[:-1]"),
    ("sorted", "return X", "return np.sort(X)"),
    ("median", "return np.mean(X)", "return np.median(X)"),
    ("root_added", "return np.sum(X)", "return np.sqrt(np.sum(X))"),
    ("part_missing", "return [X]", "return []"),
    ("product", "return X @ w", "return w @ X"),
    ("results", "return [(a, 2) for a in X]", "return [(2, a) for a in X]"),
    ("parentheses", "return X @ w + y", "return X @ (w + y)"),
    ("argument_negative", "return X * y", "y = -y\nreturn X * y"),
    ("argument_double", "return X * y", "y = 2 * y\nreturn X * y"),
    ("argument_half", "return X * y", "y = y / 2\nreturn X * y"),
    ("argument_squared", "return X * y", "y = y ** 2\nreturn X * y"),
    ("argument_n", "return X * y", "y = y * len(X)\nreturn X * y"),
    ("argument_1_n", "return X * y", "y = y / len(X)\nreturn X * y"),
    ("sign", "return X + y", "return X - y"),
    ("sign", "return X - y", "return y - X"),
    ("mean_for_sum", "return np.sum(X, axis=0)", "return np.mean(X, axis=0)"),
    ("mean_for_sum", "return X.sum()", "return X.mean()"),
    ("sum_for_mean", "return np.mean(X)", "return np.sum(X)"),
    ("sum_for_mean", "return X.T @ y / len(y)", "return X.T @ y"),
    ("count", "return X.std(axis=0)", "return X.std(axis=0, ddof=1)"),
    ("count", "return X / len(y)", "return X / (len(y) - 1)"),
    ("factor_missing", "return 2 * X", "return X"),
    ("factor_missing", "return X * y", "return y"),
    ("factor_missing", "return X / y", "return X"),
    ("factor", "return X + y", "return X + y / 2"),
    ("square_added", "return X / y", "return X / y ** 2"),
    ("norm", "return np.linalg.norm(w)", "return np.sum(np.abs(w))"),
    ("part_missing", "return np.column_stack([X, y])", "return X"),
    ("call_missing", "return g(X, y)", "return X"),
    ("twice", "return g(X, y) - w", "return g(g(X, y), y) - w"),
    ("division", "return np.linalg.solve(X, y)", "return X @ y"),
    ("side_by_side", "return sum(a * b for a, b in zip(X, y))", "return sum(a * b for a, b in zip(X[::-1], y))"),
    ("side_by_side", "return list(zip(X, y, strict=True))", "return list(list(zip(X, y))[:1])"),
    ("applied", "return X @ w", "return np.maximum(X @ w, 0)"),
    ("frozen", "for x in X:\n    w = w - g(w)\nreturn w", "old_w = w\nfor x in X:\n    w = old_w - g(old_w)\nreturn w"),
    ("frozen", "for x in X:\n    w += x\nreturn w", "old_w = w\nfor x in X:\n    w = old_w + x\nreturn w"),
    ("parentheses", "return np.sqrt(X) + y", "return np.sqrt(X + y)"),
    ("factor_missing", "a = 2 * X\nb = 2 * y\nreturn a, b", "a = X\nb = y\nreturn a, b"),
    ("ignored", "return X[y]", "y = np.arange(len(y))\nreturn X[y]"),
    ("term_missing", "return X + y", "return y"),
    ("term_missing", "return X - y", "return -y"),
    ("square_missing", "return np.sum(X ** 2)", "return np.sum(np.abs(X))"),
    ("root_missing", "return np.sqrt(X)", "return X"),
    ("root_missing", "return np.linalg.norm(w)", "return np.linalg.norm(w) ** 2"),
    ("logarithm_missing", "return np.log(X)", "return X"),
    ("logarithm_base", "return np.log(X)", "return np.log2(X)"),
    ("exponential_missing", "return np.exp(X)", "return X"),
    ("absolute_missing", "return np.abs(X)", "return X"),
    ("axis", "return X.mean(axis=0)", "return X.mean(axis=1)"),
    ("axis", "return X.mean(axis=0)", "return X.mean()"),
    ("axis", "return np.sum(X)", "return np.sum(X, axis=1)"),
    ("keepdims", "return X.sum(axis=1, keepdims=True)", "return X.sum(axis=1)"),
    ("transpose_missing", "return X.T @ y", "return X @ y"),
    ("transpose_added", "return X @ y", "return np.swapaxes(X, 0, 1) @ y"),
    ("product", "return X @ y", "return X * y"),
    ("division", "return X / y", "return y / X"),
    ("division", "return X / y", "return X * y"),
    ("parentheses", "return X / np.sqrt(y + 1)", "return X / (np.sqrt(y) + 1)"),
    ("parentheses", "return (X - y) / w", "return X - y / w"),
    ("parentheses", "return X / (2 * y)", "return X / 2 * y"),
    ("order", "return np.sqrt(np.mean(X, axis=0))", "return np.mean(np.sqrt(X), axis=0)"),
    ("order", "return np.sum(X ** 2)", "return np.sum(X) ** 2"),
    ("arguments", "return g(X, y, w)", "return g(y, X, w)"),
    ("parts", "return np.array([X, y])", "return np.array([y, X])"),
    ("boundary", "return X < y", "return X <= y"),
    ("comparison", "return X > y", "return X < y"),
    ("logic", "return X and (not y)", "return X or (not y)"),
    ("logic", "return X and (not y)", "return X and y"),
    ("special_case", "return np.where(X > 0, X, y)", "return y"),
    ("special_case", "return X if w else y", "return X"),
    ("special_case", "if w:\n    return X\nreturn y", "return y"),
    ("extreme", "return np.argmin(X, axis=0)", "return np.argmax(X, axis=0)"),
    ("one_step", "return [X for i in range(y)]", "return [X for i in range(y - 1)]"),
    ("one_step", "return X[:y]", "return X[:y + 1]"),
    ("index", "return X[-1]", "return X[-2]"),
    ("place", "return X[np.argmin(y)]", "return np.argmin(y)"),
    ("other_part", "return X[:y]", "return X[y:]"),
    ("rounding", "return round(X * y)", "return int(X * y)"),
    ("start", "return np.zeros(len(X))", "return np.ones(len(X))"),
    ("results", "a, b = g(X)\nreturn a - b", "b, a = g(X)\nreturn a - b"),
    ("old_value", "w = w - X\nreturn w * y", "old_w = w\nw = w - X\nreturn old_w * y"),
    ("new_value", "w, y = w - y, y - w\nreturn w + y", "w = w - y\ny = y - w\nreturn w + y"),
    ("step_missing", "w = w - X\nreturn w", "return w"),
    ("overwritten", "for x in X:\n    w += x\nreturn w", "for x in X:\n    w = x\nreturn w"),
    ("early_return", "for x in X:\n    w += x\nreturn w", "for x in X:\n    w += x\n    return w"),
    ("reset", "s = 0\nfor x in X:\n    s += x\nreturn s", "for x in X:\n    s = 0\n    s += x\nreturn s"),
    ("ignored", "return X * y", "y = y * 0\nreturn X * y"),
    ("default", "return g(X, rcond=None)", "return g(X)"),
    ("small_number", "return X / y", "return X / (y + 1e-08)"),
    ("small_number", "return X / w if w > 0 else y", "return X / (w + 1e-12)"),
    ("small_number", "return np.log(X)", "return np.log(X + 1e-08)"),
    ("nearly_zero", "return X[y == 0]", "return X[np.isclose(y, 0)]"),
    ("running", "return np.cumsum(X, axis=0)", "return np.cumsum(X, axis=0) - X"),
    ("running", "return np.cumsum(X, axis=0)", "return np.sum(X, axis=0)"),
    ("centered", "return np.sqrt(np.mean(X ** 2, axis=0))", "return np.std(X, axis=0)"),
    ("centered", "return X.std(axis=0)", "return np.sqrt(np.mean(X ** 2, axis=0))"),
    ("centered", "return X - X.mean(axis=0)", "return X - 0 * X.mean(axis=0)"),
    ("counting", "return [X**k for k in range(1, w)]", "return [X**k for k in range(1 - 1, w - 1)]"),
    ("counting", "return X ** np.arange(w)", "return X ** np.arange(1, w + 1)"),
    ("reversed", "return X", "return np.asarray(X)[..., ::-1]"),
    ("argument_inverse", "return X * y", "y = 1 / y\nreturn X * y"),
    ("sign", "w += X\nreturn w", "w -= X\nreturn w"),
    ("parentheses", "r = X - y\nreturn np.sum(r ** 2)", "r = X - y\nreturn np.sum(X - y ** 2)"),
    ("parentheses", "r = X - y\nreturn {'r': 2 * r}", "r = X - y\nreturn {'r': 2 * X - y}"),
    ("parentheses", "r = X - y\nreturn g(r, r=w * r)", "r = X - y\nreturn g(X - y, r=w * X - y)"),
    ("argument_sign", "return X * y", "y = np.sign(y)\nreturn X * y"),
    ("argument_absolute", "return X * y", "y = np.abs(y)\nreturn X * y"),
    ("range", "return X.std(axis=0)", "return X.max(axis=0) - X.min(axis=0)"),
    ("all_added", "return X @ w", "return np.sum(X * w)"),
    ("floor", "return X / y", "return X // y"),
    ("in_place", "w = w - y\nreturn w", "w -= y\nreturn w"),
    ("in_place", "w, y = w - X, y + X\nreturn w, y", "w -= X\ny += X\nreturn w, y"),
    ("applied", "r = X @ w\nreturn r - y", "r = np.sqrt(X @ w)\nreturn r - y"),
    ("new_value", "r = X @ w + y\nw, y = w - r, y - r\nreturn w, y",
     "r = X @ w + y\nw = w - r\nr = X @ w + y\ny = y - r\nreturn w, y"),
    ("names", "return X - y", "return y - y"),
    ("names", "mu, sd = X\nreturn mu / y", "mu, sd = X\nreturn sd / y"),
]  # fmt: skip

LEAVES_ALONE = [
    ("parentheses", "r = g(X)\nreturn w * r"),
    ("parentheses", "r = X - y\nr[w] = r[w] * 2\nreturn 2 * r"),
    ("parentheses", "r = X - y\nX[0] = 1\nreturn 2 * r"),
    ("parentheses", "r = X * w\nreturn r + y"),
    ("parentheses", "r = X / w\nreturn y * r"),
    ("parentheses", "r = X - w\nw = y\nreturn g(w * r)"),
    ("sign", "return X[-1] * y"),
    ("mean_for_sum", "return X.mean() * y"),
    ("sum_for_mean", "return X.sum() / y"),
    ("median", "return np.sum(X)"),
    ("root_added", "return np.exp(X)"),
    ("count", "return X / y"),
    ("factor_missing", "return X + y"),
    ("factor", "return X * y"),
    ("square_added", "return X * y"),
    ("norm", "return np.sum(w)"),
    ("part_missing", "return g(X)"),
    ("call_missing", "return X"),
    ("twice", "return len(np.exp(X))"),
    ("side_by_side", "return [X, y]"),
    ("frozen", "for x in X:\n    z = g(w)\nreturn z"),
    ("term_missing", "return X * y"),
    ("square_missing", "return X * y"),
    ("root_missing", "return np.exp(X)"),
    ("logarithm_missing", "return np.exp(X)"),
    ("logarithm_base", "return np.exp(X)"),
    ("exponential_missing", "return np.log(X)"),
    ("absolute_missing", "return np.sqrt(X)"),
    ("axis", "return np.exp(X)"),
    ("axis", "return np.sum(X, where=y)"),
    ("keepdims", "return X.sum(axis=1)"),
    ("transpose_missing", "return X @ y"),
    ("transpose_added", "return X * y"),
    ("product", "return X + y"),
    ("division", "return X + y"),
    ("parentheses", "return X * y / w"),
    ("order", "return np.exp(X * y)"),
    ("arguments", "return g(X)"),
    ("parts", "return [X]"),
    ("boundary", "return X == y"),
    ("comparison", "return X + y"),
    ("logic", "return X + y"),
    ("special_case", "return np.exp(X)"),
    ("extreme", "return np.mean(X)"),
    ("one_step", "return X[0]"),
    ("index", "return X[:1]"),
    ("other_part", "return X[0]"),
    ("rounding", "return X * y"),
    ("start", "return np.exp(X)"),
    ("results", "return X - y"),
    ("old_value", "z = w - X\nreturn z * w"),
    ("old_value", "w = np.array(w, dtype=float)\nreturn w * X"),
    ("call_missing", "w = np.copy(w)\nw += 1"),  # `w = w` is a step that is missing
    ("new_value", "a, b = X - y, y - X\nreturn a + b"),
    ("step_missing", "z = w - X\nreturn z"),
    ("overwritten", "w = w + X\nreturn w"),
    ("early_return", "w = w + X\nreturn w"),
    ("reset", "s = 0\nfor x in X:\n    y = x\nreturn s + y"),
    ("default", "return np.sum(X, axis=0)"),
    ("small_number", "return X * y"),
    ("nearly_zero", "return X == y"),
    ("running", "return np.sum(X)"),
    ("centered", "return np.sum(X)"),
    ("counting", "return np.zeros(w)"),
    ("range", "return np.mean(X)"),
    ("all_added", "return X * w"),
    ("floor", "return X * y"),
    ("in_place", "w, y = w - X, X - y\nreturn w, y"),
    ("applied", "return X, y"),
    ("results", "return X, y"),  # `judge/explain` says more of it
    ("new_value", "r = X @ y\nw, y = w - r, y - r\nreturn w, y"),
]


@pytest.mark.parametrize(("kind", "body", "mutant"), APPLIES)
def test_an_operator_makes_its_slip(kind: str, body: str, mutant: str) -> None:
    assert ast.unparse(ast.parse(mutant)) in bodies(kind, body)


@pytest.mark.parametrize(("kind", "body"), LEAVES_ALONE)
def test_an_operator_leaves_alone_what_it_is_not_about(kind: str, body: str) -> None:
    assert bodies(kind, body) == []


def test_an_argument_that_is_not_read_cannot_be_ignored() -> None:
    assert [text.splitlines()[0] for text in bodies("ignored", "return X * y")] == [
        "X = X * 0", "X = X * 0 + 1", "X = np.arange(len(X))", "y = y * 0", "y = y * 0 + 1", "y = np.arange(len(y))",
    ]  # fmt: skip


def test_an_argument_that_is_only_asked_whether_it_is_true_has_no_size() -> None:
    flag = "return X if y and not w else X * 2 if w else y"
    assert [text.splitlines()[0] for text in bodies("argument_double", flag)] == ["X = 2 * X", "y = 2 * y"]
    assert {text.partition(" ")[0] for text in bodies("argument_n", flag)} == {"X", "y"}


def test_an_index_is_no_formula_anywhere() -> None:
    assert not [text for text in bodies("sign", "return X[-1] - y[-2] - w[-3]") if "[1]" in text or "[2]" in text]


def test_counting_from_one_changes_nothing_where_the_number_is_not_read() -> None:
    assert "for k in range(1, w + 1):\n    y += k\nreturn y" in bodies(
        "one_step", "for k in range(w):\n    y += k\nreturn y"
    )
    assert not [body for body in bodies("one_step", "for _ in range(w):\n    y += X\nreturn y") if "(1, w + 1)" in body]


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("call_missing", "return np.asarray(X)"),
        ("default", "return np.array(X, dtype=float)"),
        ("step_missing", "w = np.array(w, dtype=float)\nreturn w"),
        ("old_value", "w = w.copy()\npath = [w]\nreturn path"),
        ("root_missing", "return np.argmin(np.sqrt(X))"),
        ("mean_for_sum", "return np.argsort(np.sum(X, axis=1))"),
    ],
)
def test_what_can_only_be_right_is_not_made(kind: str, body: str) -> None:
    assert bodies(kind, body) == []


def test_names_of_different_kinds_are_not_exchanged() -> None:
    swapped = bodies("names", "slope = X @ w\nreturn slope - y")
    assert "slope = y @ w\nreturn slope - y" in swapped  # neighbours
    assert not [text for text in swapped if "slope = slope" in text or "X @ X" in text or text.endswith("X - y")]


def test_a_default_of_the_function_itself_is_left_in_place() -> None:
    assert bodies("default", "return X * k", "X, k=2, *, eps=0.5") == [
        "k = 2\nreturn X * k", "eps = 0.5\nreturn X * k",
    ]  # fmt: skip


def test_every_kind_has_an_example_and_a_sentence() -> None:
    said = {code.removeprefix("mutant.") for code in texts("en") if code.startswith("mutant.")}
    assert {kind for kind, *_ in APPLIES} == set(KINDS) == said - {*FRAMES}


def test_hints_name_the_kind_the_part_and_the_argument() -> None:
    source = function("dw = X.T @ y - w\nreturn dw, np.sum(y)")
    made = {(mutant.kind, tuple(mutant.values.items())) for mutant in mutants(source, "f", ("dw", "[1]"))}
    assert ("sign", (("output", "dw"),)) in made
    assert ("mean_for_sum", ()) in made  # the second part has no name
    assert ("ratio_double", (("output", "dw"),)) in made
    assert ("ratio_1_n", (("argument", "X"), ("output", "dw"))) in made
    assert hint("sign", {"output": "dw"})["en"].startswith("A sign is the wrong way round in `dw`: ")
    assert hint("sign", {"output": "dw"})["zh"].startswith("`dw` 里有一处正负号反了")
    assert hint("sign", {})["en"].startswith("A sign is the wrong way round: ")
    assert hint("ratio_half", {"output": "dw"})["en"].startswith("`dw` is exactly half")
    assert hint("ratio_half", {})["zh"].startswith("你的结果")
    assert "`lam`" in hint("ignored", {"argument": "lam"})["zh"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "values", [{"argument": "lam", "other": "X"}, {"argument": "lam", "other": "X", "output": "dw"}]
)
def test_sentences_are_complete(kind: str, values: dict[str, str]) -> None:
    said = hint(kind, values)
    assert set(said) == set(LANGUAGES)
    for text in said.values():
        assert "{" not in text
        assert text[0] == text[0].upper()
        assert text[-1] in ".?。？"


def test_the_part_is_told_that_a_slip_concerns() -> None:
    body = "losses = [g(w)]\nfor x in X:\n    w, y = w - x, y + x\n    losses.append(g(w) / 2)\nreturn w, losses"
    parts = {
        mutant.source: mutant.values.get("output")
        for mutant in mutants(function(body), "f", ("w", "losses"))
        if mutant.kind in ("sign", "factor_missing")
    }
    told = {name: [s for s, output in parts.items() if output == name] for name in ("w", "losses", None)}
    assert any("w + x, y + x" in source for source in told["w"])
    assert any("w - x, y - x" in source for source in told[None])
    assert any("append(g(w))" in source for source in told["losses"])


def test_a_function_without_parameters_has_no_mutants() -> None:
    assert list(mutants("def f():\n    return {'a': 'b', 'c': 1 + 2}\n", "f")) == []


def test_mutants_of_a_method_and_of_a_function_within() -> None:
    source = """
class Model:
    def fit(self, X):
        return X + 1

    def predict(self, X):
        def half(a):
            return a / 2

        return half(X)
"""
    fit = [mutant.source for mutant in mutants(source, "Model.fit")]
    assert all("return a / 2" in text for text in fit)
    assert any("return X - 1" in text for text in fit)
    assert any("return a * 2" in mutant.source for mutant in mutants(source, "Model.predict"))
    with pytest.raises(LookupError, match=r"no function 'Model\.score'"):
        next(mutants(source, "Model.score"))


def test_at_most_the_budget_the_simplest_first() -> None:
    source = function("return np.sum(X @ w - y)")
    everything = list(mutants(source, "f"))
    assert list(mutants(source, "f", budget=5)) == everything[:5]
    kinds = list(dict.fromkeys(mutant.kind for mutant in everything))
    assert kinds == sorted(kinds, key=KINDS.index)


@st.composite
def formulas(draw: st.DrawFn, depth: int = 3) -> str:
    """An expression of X, y, w and k, as solutions have them."""
    if depth == 0:
        return draw(st.sampled_from(["X", "y", "w", "k", "2", "0.5", "len(X)", "X.T", "X[0]", "X[:k]"]))
    form = draw(
        st.sampled_from(
            ["({} + {})", "({} - {})", "{} * {}", "{} / {}", "{} @ {}", "({})**2", "-{}", "np.sum({}, axis=0)",
             "np.sqrt({})", "np.mean({})", "np.where({} > 0, {}, {})", "[{}, {}]", "g({}, {}, k=1)"]
        )
    )  # fmt: skip
    return form.format(*(draw(formulas(depth=depth - 1)) for _ in range(form.count("{}"))))


@st.composite
def programs(draw: st.DrawFn) -> str:
    steps = draw(
        st.lists(
            st.sampled_from(
                ["w = {}", "w += {}", "for row in X:\n    w = {}", "if {} > 0:\n    y = 1", "a, w = {}, {}"]
            ),
            max_size=3,
        )
    )
    lines = [step.format(*(draw(formulas(depth=2)) for _ in range(step.count("{}")))) for step in steps]
    return function("\n".join([*lines, f"return {draw(formulas())}, w"]), "X, y, w, k=1")


@given(programs())
@settings(max_examples=40, deadline=None)
def test_mutants_are_python_never_twice_never_the_original_and_always_the_same(source: str) -> None:
    made = list(mutants(source, "f", ("[0]", "w"), budget=10_000))
    assert made == list(mutants(source, "f", ("[0]", "w"), budget=10_000))
    assert made
    trees = [ast.dump(ast.parse(mutant.source)) for mutant in made]
    assert len(set(trees)) == len(trees)
    assert ast.dump(ast.parse(source)) not in trees
