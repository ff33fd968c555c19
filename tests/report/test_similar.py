"""Similar submissions: what makes no difference, what does, and how much an answer that two share weighs."""

from __future__ import annotations

import random

import pytest

from autograder.report.normal_form import LONGEST, SHORTEST, form_of_code, form_of_words
from autograder.report.similar import Forms, Pair, similar_pairs

LOSS = "def loss(w, X, y):\n    r = X @ w - y\n    return np.sum(r**2)\n"

SAME = {
    "comments": "def loss(w, X, y):\n    # squares\n    r = X @ w - y  # (N,)\n    return np.sum(r**2)\n",
    "a docstring": 'def loss(w, X, y):\n    """The loss."""\n    r = X @ w - y\n    return np.sum(r**2)\n',
    "layout": "def loss(w,X,y):\n\n  r = (X @ w) - y\n\n  return np.sum( r ** 2 )",
    "names of variables": LOSS.replace("r ", "residual ").replace("(r*", "(residual*"),
    "names of arguments": "def loss(weights, data, t):\n    r = data @ weights - t\n    return np.sum(r**2)\n",
    "annotations": "def loss(w: Any, X, y) -> float:\n    r: Any = X @ w - y\n    return np.sum(r**2)\n",
    "pass": "def loss(w, X, y):\n    pass\n    r = X @ w - y\n    return np.sum(r**2)\n",
}
OTHER = {
    "another function": LOSS.replace("np.sum", "np.mean"),
    "another order": LOSS.replace("X @ w - y", "y - X @ w"),
    "another number": LOSS.replace("**2", "**3"),
    "two names for one": "def loss(w, X, y):\n    r = X @ w - w\n    return np.sum(r**2)\n",
    "one line more": LOSS.replace("    return", "    r = r\n    return"),
}


@pytest.mark.parametrize("source", SAME.values(), ids=SAME)
def test_what_makes_no_difference(source: str) -> None:
    assert form_of_code(source) == form_of_code(LOSS) != ""


@pytest.mark.parametrize("source", OTHER.values(), ids=OTHER)
def test_what_makes_one(source: str) -> None:
    assert form_of_code(source) != form_of_code(LOSS)


def test_of_helpers_comprehensions_and_handlers_the_names_make_no_difference_either() -> None:
    one = "def f(x):\n    try:\n        return [g(i) for i in x]\n    except ValueError as e:\n        raise e\n"
    one += "def g(a): return a"
    other = one.replace("g(", "helper(").replace("i)", "k)").replace("for i", "for k").replace("e\n", "error\n")
    assert other != one
    assert form_of_code(other.replace("as e:", "as error:")) == form_of_code(one)


@pytest.mark.parametrize(
    "source",
    ["def f(:", "%matplotlib inline\nf = 1", "x = '\0'", "(" * 5000, "-" * 9000 + "1", "x = " + "9" * 5000, "é\udce9"],
    ids=["syntax", "magic", "NUL", "brackets", "signs", "digits", "surrogate"],
)
def test_what_cannot_be_read_is_compared_as_text(source: str) -> None:
    assert form_of_code(source) == form_of_code(source + "  \n") != form_of_code(source + "x")


def test_what_is_very_long_is_compared_as_text() -> None:
    long = LOSS + "# long\n" * LONGEST
    assert form_of_code(long) != form_of_code(LOSS)


@pytest.mark.parametrize("source", ["", " \n", "# only a comment", '"""only a docstring"""', "pass"])
def test_an_answer_without_a_statement_has_no_form(source: str) -> None:
    assert form_of_code(source) == ""


def test_words_are_alike_whatever_their_layout_and_short_ones_are_nobodys() -> None:
    words = "Because the sum grows with the number of samples, and the step with it."
    assert form_of_words(words) == form_of_words(words.upper().replace(" ", "\n")) != ""
    assert form_of_words("I do not know."[:SHORTEST]) == ""


# Weights


def a_class(students: int, exercises: int, *, seed: int = 0) -> dict[str, dict[str, str]]:
    """Everybody has one of 40 ways of each exercise, some far more common than others, and two of 30 a rare one."""
    rng = random.Random(seed)
    ways = [f"way{min(int(rng.expovariate(0.25)), 40)}" for _ in range(10_000)]
    return {
        f"s{student:03d}": {f"e{exercise}": rng.choice(ways) for exercise in range(exercises)}
        for student in range(students)
    }


def who(pairs: list[Pair]) -> list[tuple[str, str]]:
    return [(pair.one, pair.other) for pair in pairs]


def test_two_who_share_rare_answers_are_found_and_nobody_else() -> None:
    forms = a_class(500, 25)
    for exercise in range(6):
        forms["s007"][f"e{exercise}"] = forms["s321"][f"e{exercise}"] = f"theirs{exercise}"
    (pair,) = similar_pairs(forms, {})
    assert (pair.one, pair.other) == ("s007", "s321")
    assert set(pair.exercises[:6]) == {f"e{exercise}" for exercise in range(6)}  # what is rarest first
    assert pair.bits > 6 * 7.9


@pytest.mark.parametrize("seed", range(3))
def test_in_a_class_that_shares_nothing_no_pair_is_found(seed: int) -> None:
    assert similar_pairs(a_class(300, 25, seed=seed), {}) == []


def test_what_half_of_the_class_has_says_nothing() -> None:
    forms = {f"s{n}": {f"e{e}": "common" if n < 11 else f"{n}" for e in range(25)} for n in range(20)}
    assert similar_pairs(forms, {}) == []


def test_the_courses_own_answer_and_what_was_given_say_nothing() -> None:
    forms: Forms = {f"s{n}": {f"e{e}": "right" if n < 2 else f"{n}" for e in range(25)} for n in range(20)}
    assert who(similar_pairs(forms, {})) == [("s0", "s1")]
    assert similar_pairs(forms, {f"e{e}": {"right"} for e in range(25)}) == []


def test_the_same_answers_weigh_less_the_more_have_them() -> None:
    def bits(shared_by: int) -> float:
        forms = {f"s{n:02d}": {f"e{e}": "x" if n < shared_by else f"{n}" for e in range(25)} for n in range(40)}
        return similar_pairs(forms, {})[0].bits

    assert bits(2) > bits(4) > bits(8)


def test_in_a_small_class_ten_equal_answers_are_enough_and_one_is_not() -> None:
    def found(equal: int) -> list[tuple[str, str]]:
        return who(
            similar_pairs(
                {f"s{n}": {f"e{e}": "x" if n < 2 and e < equal else f"{n}" for e in range(12)} for n in range(5)}, {}
            )
        )

    assert found(12) == [("s0", "s1")]
    assert found(1) == []


@pytest.mark.parametrize("forms", [{}, {"a": {"e": "x"}}, {"a": {"e": "x"}, "b": {"e": "x"}}, {"a": {}, "b": {}}])
def test_a_class_of_two_or_fewer_has_no_pairs(forms: Forms) -> None:
    assert similar_pairs(forms, {}) == []
