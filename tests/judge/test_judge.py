"""The judge: points by group, gradients, manners, and the name of the mistake; each check fails on something."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from support import codes, in_words, sentences, telling_digits

from autograder.chapter.chapter import Chapter
from autograder.chapter.solutions import SolutionRunner, edited_source
from autograder.judge.diagnose import diagnose
from autograder.judge.implementation import InProcess
from autograder.judge.judge import judge
from autograder.judge.letters import RIGHT, UNKNOWN, letters_of
from autograder.judge.observe import observe_case
from autograder.model.bank import Bank, BankedCase, BankedExercise, Observation
from autograder.model.calls import Called, CallFailed, CallStatus, Failure
from autograder.model.criteria import CLOSED_FORM
from autograder.model.exercise import HEART, Case
from autograder.model.packed import Packed
from autograder.model.verdict import ExerciseVerdict, Outcome

Judged = Callable[..., ExerciseVerdict]
LOSS = "def line_loss(w, b, X, y):\n    r = X @ w + b - y\n    return {}\n"


def every_edit(kind: str) -> list[tuple[str, str]]:
    names = {
        "mistakes": [
            ("line_loss", "mean_for_sum"), ("line_loss", "absolute_errors"), ("line_loss", "input_overwritten"),
            ("line_grad", "factor_two_missing"), ("descend", "uphill"), ("nearest_mean", "farthest"),
            ("center", "rows"), ("center", "no_lists"),
        ],
        "variants": [("line_loss", "loop"), ("line_loss", "float32"), ("line_grad", "einsum")],
    }  # fmt: skip
    return names[kind]


def source_of(chapter: Chapter, exercise: str, kind: str, name: str) -> str:
    entry = next(entry for entry in chapter.exercises if entry.name == exercise)
    return edited_source(entry, next(edit for edit in getattr(entry.record, kind) if edit.name == name))


@pytest.mark.parametrize("name", ["line_loss", "line_grad", "descend", "facts", "nearest_mean", "center"])
@pytest.mark.parametrize("draw", [0, 1, 2])
def test_the_solution_gets_full_marks(judged: Judged, name: str, draw: int) -> None:
    verdict = judged(name, draw=draw)
    assert verdict.outcome is Outcome.PASSED
    assert verdict.points == verdict.max_points
    assert codes(verdict) == []


@pytest.mark.parametrize("name", ["line_loss", "line_grad", "descend", "facts", "nearest_mean", "center"])
def test_the_starter_is_not_attempted(judged: Judged, bank: Bank, name: str) -> None:
    exercise = bank.exercise(name)
    assert exercise is not None
    verdict = judged(name, exercise.starter)
    assert verdict.outcome is Outcome.NOT_ATTEMPTED
    assert verdict.points == 0
    assert codes(verdict) == ["not_attempted"]


@pytest.mark.parametrize(("exercise", "name"), every_edit("mistakes"))
def test_a_known_mistake_is_caught_and_called_by_its_name(
    judged: Judged, chapter: Chapter, exercise: str, name: str
) -> None:
    verdict = judged(exercise, source_of(chapter, exercise, "mistakes", name), draw=1)
    assert verdict.points < verdict.max_points
    assert verdict.mistake == name
    assert verdict.hint is not None
    assert set(verdict.hint) == {"en", "zh"}


@pytest.mark.parametrize(("exercise", "name"), every_edit("variants"))
def test_another_right_answer_is_accepted(judged: Judged, chapter: Chapter, exercise: str, name: str) -> None:
    assert judged(exercise, source_of(chapter, exercise, "variants", name), draw=1).outcome is Outcome.PASSED


# What a call did


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("def line_loss(w, b, X):\n    return 0.0", "signature"),
        ("def line_loss(w, b, X, y, *, scale):\n    return 0.0", "signature"),
        ("def line_loss(w, b, X, y):\n    raise ValueError('no')", "raised"),
        ("def line_loss(w, b, X, y):\n    return 1 / 0", "raised"),
        (LOSS.format("undefined"), "raised"),
        (LOSS.format("None"), "wrong_type"),
        (LOSS.format("print"), "wrong_type"),
        (LOSS.format("'12'"), "wrong_type"),
        (LOSS.format("(x for x in r)"), "wrong_type"),
        (LOSS.format("r"), "wrong_shape"),
        (LOSS.format("float('nan')"), "not_finite"),
        (LOSS.format("1e308"), "wrong_value"),
        (LOSS.format("10**350"), "not_finite"),
        (LOSS.format("np.sum(r**2) + 1"), "wrong_value"),
        ("def line_loss(w, b, X, y):\n    deep = []\n    for _ in range(99):\n        deep = [deep]\n    return deep",
         "malformed"),
    ],
)  # fmt: skip
def test_what_a_call_did_is_named(judged: Judged, source: str, code: str) -> None:
    verdict = judged("line_loss", source)
    assert verdict.outcome is Outcome.FAILED
    assert verdict.points == 0
    assert code in codes(verdict)


def test_float32_is_probed_only_where_it_is_promised(judged: Judged) -> None:
    double = "def line_grad(w, b, X, y):\n    assert X.dtype == float\n    r = X @ w + b - y\n"
    source = f"{double}    return 2 * X.T @ r, 2 * r.sum()"
    assert judged("line_grad", source).outcome is Outcome.PASSED


def test_without_cases_nothing_is_right(bank: Bank) -> None:
    with pytest.raises(ValueError, match="no cases"):
        judge(bank.exercises[0], (), InProcess({"line_loss": lambda *_: 0.0}))


def test_a_function_that_is_gone_was_not_attempted(bank: Bank) -> None:
    exercise = bank.exercises[0]
    verdict = judge(exercise, exercise.draws[0], InProcess({}))
    assert verdict.outcome is Outcome.NOT_ATTEMPTED
    assert codes(verdict) == ["missing"]


def test_the_line_of_an_error_is_told_and_its_text_is_not(judged: Judged) -> None:
    source = "def line_loss(w, b, X, y):\n\n    raise ValueError(str(X))"
    verdict = judged("line_loss", source)
    assert "`ValueError` (line 3 of the cell)" in sentences(verdict)
    source = "class Secret1234(Exception):\n    pass\ndef line_loss(w, b, X, y):\n    raise Secret1234"
    assert "Secret" not in sentences(judged("line_loss", source))


def test_a_call_that_fails_once_a_group_is_told_once_a_group(judged: Judged) -> None:
    verdict = judged("line_loss", "def line_loss(w, b, X, y):\n    return X.nothing")
    assert codes(verdict) == ["raised", "raised"]  # values, edge


# Partial credit


def test_a_failing_group_costs_its_share(judged: Judged) -> None:
    """Two groups and a contract worth a quarter of one: one of them right earns 1.125 of 2.25."""
    source = LOSS.format("np.sum(r**2) if len(y) > 1 else 0.0")
    verdict = judged("line_loss", source)
    assert verdict.outcome is Outcome.PARTIAL
    assert verdict.points == 1.0  # of 2: half of the groups, and of the contract's share
    assert [finding.group for finding in verdict.findings if finding.passed] == ["values"]


def test_without_its_values_nothing_else_pays(judged: Judged) -> None:
    source = LOSS.format("np.sum(r**2) if len(y) == 1 else 0.0")
    verdict = judged("line_loss", source)
    assert verdict.points == 0
    assert [finding.group for finding in verdict.findings if finding.passed] == ["edge"]


def test_every_choice_is_a_group_of_its_own(judged: Judged) -> None:
    verdict = judged("facts", 'def facts():\n    return {"step": "along", "scale": "n"}')
    assert verdict.outcome is Outcome.PARTIAL
    assert verdict.points == 0.5
    assert judged("facts", "def facts():\n    return {}").points == 0
    assert judged("facts", "def facts():\n    return 'n'").points == 0


def test_manners_cost_a_ninth_of_two_groups(judged: Judged) -> None:
    source = "def line_loss(w, b, X, y):\n    y -= X @ w + b\n    return np.sum(y**2)"
    verdict = judged("line_loss", source)
    assert verdict.outcome is Outcome.PARTIAL
    assert verdict.points == pytest.approx(2 * 2 / 2.25, abs=0.005)


def test_a_gate_counts_predictions_made_through_a_handle(judged: Judged, right: dict[str, str]) -> None:
    good = judged("nearest_mean")
    assert good.outcome is Outcome.PASSED
    source = right["nearest_mean"].replace("np.argmin(", "0 * np.argmin(")
    verdict = judged("nearest_mean", source)
    assert codes(verdict) == ["below_gate"]
    assert verdict.points == 0
    assert verdict.mistake is None
    assert "at least 0.85 is needed" in sentences(verdict)


# Gradients


OWN_LOSS = LOSS.format("np.mean(r**2)")
OWN_GRADIENT = "def line_grad(w, b, X, y):\n    r = X @ w + b - y\n    return 2 * X.T @ r / len(y), 2 * r.mean()\n"


def test_a_gradient_of_the_students_own_wrong_loss_earns_its_share_and_is_told_so(judged: Judged) -> None:
    verdict = judged("line_grad", OWN_GRADIENT, others={"line_loss": OWN_LOSS})
    assert verdict.outcome is Outcome.PARTIAL
    assert "gradient_consistent" in codes(verdict)
    assert verdict.points == pytest.approx(3 * 0.5 * 1.125 / 2.25, abs=0.005)
    assert 0 < verdict.points < 1.5


@pytest.mark.parametrize(
    ("loss", "gradient"),
    [
        ("0.0", "0 * w, 0.0"),
        ("w.sum() + b", "np.ones_like(w), 1.0"),
        ("(w**2).sum() + b**2", "2 * w, 2 * b"),
        ("-np.sum((X @ w + b - y) ** 2)", "-2 * X.T @ (X @ w + b - y), -2 * np.sum(X @ w + b - y)"),
    ],
)
def test_a_loss_made_up_to_be_easy_earns_nothing(judged: Judged, loss: str, gradient: str) -> None:
    body = "def {}(w, b, X, y):\n    return {}\n"
    verdict = judged(
        "line_grad", body.format("line_grad", gradient), others={"line_loss": body.format("line_loss", loss)}
    )
    assert "gradient_consistent" not in codes(verdict)
    assert verdict.points == 0


def test_a_gradient_of_no_loss_earns_nothing_and_its_parameter_is_named(judged: Judged) -> None:
    verdict = judged("line_grad", OWN_GRADIENT)
    assert "gradient_inconsistent" in codes(verdict)
    assert verdict.points == 0
    source = "def line_grad(w, b, X, y):\n    r = X @ w + b - y\n    return 2 * X.T @ r, r.sum()\n"
    (finding,) = [f for f in judged("line_grad", source).findings if f.code == "gradient_inconsistent"]
    assert "`b`" in in_words(finding)
    assert "`w`" not in in_words(finding)


@pytest.mark.parametrize(
    "value",
    ["(np.full(w.shape, np.inf), np.inf)", "(1e300 + 0 * w, 1e300)", "(10**350, 10**350)", "(w, 1, 2)", "w", "5"],
)
def test_a_wild_gradient_is_never_consistent(judged: Judged, value: str) -> None:
    verdict = judged("line_grad", f"def line_grad(w, b, X, y):\n    return {value}")
    assert verdict.points == 0
    assert "gradient_consistent" not in codes(verdict)


def test_of_a_loss_that_fails_nothing_is_said(judged: Judged) -> None:
    broken = "def line_loss(w, b, X, y):\n    raise ValueError"
    verdict = judged("line_grad", OWN_GRADIENT, others={"line_loss": broken})
    assert verdict.points == 0
    assert not [code for code in codes(verdict) if code.startswith("gradient")]
    assert judged("line_grad", others={"line_loss": broken}).outcome is Outcome.PASSED


@pytest.mark.parametrize("value", ["None", "'12'", "{}", "r", "10**350", "float('nan')", "1e308"])
def test_a_gradient_check_survives_a_loss_that_is_no_number(judged: Judged, value: str) -> None:
    verdict = judged("line_grad", OWN_GRADIENT, others={"line_loss": LOSS.format(value)})
    assert verdict.points == 0
    assert "gradient_consistent" not in codes(verdict)


LYING_LOSS = """
asked = {}
def line_loss(w, b, X, y):
    key = X.tobytes()
    if key in asked:
        w0, b0, gw, gb, right = asked[key]
        return right + 1e-9 * right + gw @ (w - w0) + gb * (b - b0)
    return np.sum((X @ w + b - y) ** 2)
def line_grad(w, b, X, y):
    r = X @ w + b - y
    gw, gb = X.T @ r, r.sum()
    asked[X.tobytes()] = (w.copy(), b, gw, gb, np.sum(r**2))
    return gw, gb
"""


def test_a_loss_that_lies_while_the_gradient_is_checked_earns_nothing(judged: Judged) -> None:
    """At the point itself it is the right loss, so the right gradient is the only one."""
    verdict = judged("line_grad", LYING_LOSS, others={"line_loss": "pass"})
    assert verdict.points == 0
    assert "gradient_consistent" not in codes(verdict)


def test_a_loss_that_has_passed_leaves_no_other_gradient(bank: Bank) -> None:
    exercise = bank.exercises[1]
    namespace: dict[str, object] = {"np": np}
    exec(OWN_LOSS + OWN_GRADIENT, namespace)
    impl = InProcess(namespace)
    assert exercise.losses == ("line_loss",)
    assert judge(exercise, exercise.draws[0], impl).points > 0
    assert judge(exercise, exercise.draws[0], impl, own_loss=False).points == 0


def test_a_gradient_is_checked_in_a_time_of_its_own(bank: Bank) -> None:
    """An exercise whose time was used up is not told that its consistent gradient is wrong."""

    class Clocked(InProcess):
        left = 0.0

        def begin(self, seconds: float) -> None:
            self.left = 7.0  # calls: two cases are seen, and five remain

        def call(self, name: str, args: Sequence[object], **how: bool) -> Called:
            self.left -= 1
            if self.left < 0:
                raise CallFailed(Failure(CallStatus.TIMEOUT, name))
            return super().call(name, args, **how)

    namespace: dict[str, object] = {"np": np}
    exec(OWN_LOSS + OWN_GRADIENT, namespace)
    verdict = judge(bank.exercises[1], bank.exercises[1].draws[0], Clocked(namespace))
    assert not [code for code in codes(verdict) if code.startswith("gradient")]


def test_of_a_gradient_on_a_kink_nothing_is_said(bank: Bank) -> None:
    """The own loss is a sum of absolute errors, one of which is 0: no difference tells what its gradient is there."""
    exercise = bank.exercises[1]
    draw = []
    for banked in exercise.draws[0]:
        met = dict(banked.case.inputs)
        met["y"] = met["y"].copy()
        met["y"][0] = (met["X"] @ met["w"] + met["b"])[0]
        draw.append(replace(banked, case=banked.case.with_inputs(met), mistakes={}))
    source = (
        "def line_loss(w, b, X, y):\n    return np.sum(np.abs(X @ w + b - y))\n"
        "def line_grad(w, b, X, y):\n    s = np.sign(X @ w + b - y)\n    return X.T @ s, s.sum()\n"
    )
    namespace: dict[str, object] = {"np": np}
    exec(source, namespace)
    verdict = judge(exercise, draw, InProcess(namespace))
    assert not [code for code in codes(verdict) if code.startswith("gradient")]
    exec(source.replace("s.sum()", "-s.sum()"), namespace)
    elsewhere = judge(exercise, exercise.draws[0], InProcess(namespace))
    assert "gradient_inconsistent" in codes(elsewhere), "where there is no kink, a wrong one is told"


# Failures that are right


RAISES = "def line_loss(w, b, X, y):\n    raise {}\n"


@pytest.mark.parametrize(
    ("source", "points"),
    [
        (RAISES.format("ValueError('no rows')"), 2.0),
        (RAISES.format("TypeError"), 0.0),
        (LOSS.format("np.sum(r**2)"), 0.0),
    ],
)
def test_an_error_that_is_asked_for_is_right(bank: Bank, source: str, points: float) -> None:
    """A case whose expected observation is a failure passes by the same failure, and by nothing else."""
    exercise = bank.exercises[0]
    expected = Observation(failure=Failure(CallStatus.RAISED, "line_loss", "ValueError"))
    draw = [replace(banked, expected=expected, mistakes={}) for banked in exercise.draws[0]]
    namespace: dict[str, object] = {"np": np}
    exec(source, namespace)
    verdict = judge(exercise, draw, InProcess(namespace))
    assert verdict.points == points, sentences(verdict)
    if not points:
        assert "`ValueError`" in sentences(verdict) or "`TypeError`" in sentences(verdict)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Failure(CallStatus.RAISED, "f", "ValueError"), Failure(CallStatus.RAISED, "g", "ValueError", line=3), True),
        (Failure(CallStatus.RAISED, "f", "ValueError"), Failure(CallStatus.RAISED, "f", "TypeError"), False),
        (Failure(CallStatus.RAISED, "f", "ValueError"), Failure(CallStatus.TIMEOUT, "f"), False),
        (Failure(CallStatus.WRONG_RETURN, "f", built=1), Failure(CallStatus.WRONG_RETURN, "f", built=1, value=2), True),
        (Failure(CallStatus.WRONG_RETURN, "f", built=1), Failure(CallStatus.WRONG_RETURN, "g", built=1), False),
        (Failure(CallStatus.WRONG_RETURN, "f", built=1), Failure(CallStatus.WRONG_RETURN, "f", built=2), False),
        (Failure(CallStatus.DIED, "f"), None, False),
    ],
)
def test_failures_that_cannot_be_told_apart(one: Failure, other: Failure | None, same: bool) -> None:
    assert one.same_as(other) is same


# Manners


@pytest.mark.parametrize(
    ("body", "probes"),
    [
        ("y -= X @ w + b\n    return np.sum(y**2)", ["contract_unchanged"]),
        ("r = X @ w + b - y\n    y[:] = y\n    return np.sum(r**2)", ["contract_readonly"]),
        ("r = X @ w + b - y\n    calls.append(1)\n    return np.sum(r**2) if len(calls) < 4 else 0.0",
         ["contract_again", "contract_float32"]),
        ("if len(y) == 1:\n        y -= X @ w + b\n        return np.sum(y**2)\n    return np.sum((X @ w + b - y)**2)",
         ["contract_unchanged"]),
        ("r = X @ w + b - y\n    assert X.dtype == float\n    return np.sum(r**2)", ["contract_float32_failed"]),
        ("r = X.view(float).reshape(len(y), -1) @ w + b - y\n    return np.sum(r**2)", ["contract_float32_failed"]),
        ("r = X @ w + b - y\n    return np.sum(r**2) + (X.dtype == np.float32)", ["contract_float32"]),
    ],
)  # fmt: skip
def test_each_probe_of_the_contract_fails_on_something(judged: Judged, body: str, probes: list[str]) -> None:
    verdict = judged("line_loss", f"calls = []\ndef line_loss(w, b, X, y):\n    {body}\n")
    assert verdict.outcome is Outcome.PARTIAL
    assert codes(verdict) == probes
    assert all(finding.group == "contract" for finding in verdict.findings if not finding.passed)


def test_the_changed_input_is_named(judged: Judged) -> None:
    verdict = judged("line_loss", "def line_loss(w, b, X, y):\n    y -= X @ w + b\n    return np.sum(y**2)")
    assert "`y`" in sentences(verdict)
    assert "`X`" not in sentences(verdict)


def test_lists_are_asked_for_only_where_they_are_promised(judged: Judged) -> None:
    verdict = judged("center", "def center(X):\n    return X - X.mean(0)")
    assert codes(verdict) == ["contract_lists"]
    assert verdict.mistake == "no_lists"
    assert judged("center", "def center(X):\n    return X - X.mean(0)", accepts=()).outcome is Outcome.PASSED


def test_integers_are_asked_for_where_they_are_promised(judged: Judged) -> None:
    floor = "def center(X):\n    X = np.asarray(X)\n    return X - X.mean(0).astype(X.dtype)"
    assert judged("center", floor, accepts=("integers",)).outcome is not Outcome.PASSED
    assert judged("center", None, accepts=("integers",)).outcome is Outcome.PASSED


# Diagnosis


def test_nothing_is_guessed(judged: Judged) -> None:
    """A mistake must explain every failing case, not one of them."""
    source = LOSS.format("np.mean(r**2) if len(y) == 7 else 3.0")
    verdict = judged("line_loss", source)
    assert verdict.mistake is None
    assert verdict.hint is None


def test_a_mistake_is_recognised_however_it_is_written(judged: Judged) -> None:
    source = "def line_loss(w, b, X, y):\n    return sum((x @ w + b - t)**2 for x, t in zip(X, y)) / len(y)"
    assert judged("line_loss", source).mistake == "mean_for_sum"


def case(x: float) -> BankedCase:
    """A case on which the right answer is its input."""
    return BankedCase(Case("c", x=x), HEART, Observation(x))


def test_a_mistake_that_is_wrong_where_the_output_is_right_is_not_named(bank: Bank) -> None:
    exercise = bank.exercises[0]

    def case(name: str, x: float, **mistakes: float) -> BankedCase:
        seen = {key: Observation(value) for key, value in mistakes.items()}
        return BankedCase(Case(name, x=x), HEART, Observation(x), seen)

    known = tuple(replace(exercise.mistakes[0], name=name) for name in ("first", "second", "third"))
    banked = replace(exercise, mistakes=known, functions={"line_loss": ("x",)})
    cases = [case("one", 1.0, first=1.5, second=1.0, third=1.0), case("two", 2.0, first=7.0, second=7.0, third=7.0)]

    def named(exercise: BankedExercise, cases: Sequence[BankedCase]) -> str | None:
        return judge(exercise, cases, InProcess({"line_loss": lambda x: 7.0 if x == 2.0 else x})).mistake

    assert named(banked, cases) == "second"  # the first of those that agree everywhere
    assert named(replace(banked, mistakes=known[:1]), cases) is None


def test_manners_are_named_by_the_mistake_that_fails_them_and_the_fewest_others(bank: Bank) -> None:
    exercise = bank.exercises[0]
    probes = {"both": ("integers", "unchanged"), "one": ("unchanged",), "other": ("again",), "none": ()}
    known = tuple(replace(exercise.mistakes[0], name=name, contract=failed) for name, failed in probes.items())
    banked = replace(exercise, mistakes=known)
    assert diagnose(banked, [], ("unchanged",)) is known[1]
    assert diagnose(banked, [], ("integers",)) is known[0]
    assert diagnose(banked, [], ("integers", "unchanged")) is known[0]
    assert diagnose(banked, [], ("again", "unchanged")) is None
    assert diagnose(banked, [], ()) is None


def test_what_nobody_listed_is_named_by_the_slip_that_leads_to_it(judged: Judged) -> None:
    source = "def line_loss(w, b, X, y):\n    return {}\n"
    verdict = judged("line_loss", source.format("np.sum(X @ w + b - y)"))
    assert (verdict.outcome, verdict.mistake) == (Outcome.FAILED, "square_missing.1")
    assert verdict.hint is not None
    assert verdict.hint["en"] == "A square or another power is missing."
    assert judged("line_loss", source.format("np.mean((X @ w + b - y) ** 2)")).mistake == "mean_for_sum"
    assert judged("line_loss", source.format("np.sum((X @ w + b - y) ** 2) * 1.3")).mistake is None


def test_a_made_mistake_is_named_where_all_that_is_known_of_it_agrees(bank: Bank) -> None:
    exercise = bank.exercises[0]
    right, wrong, other = RIGHT, letters_of(exercise, case(1.0), Observation(7.0)), "abc"
    made = Packed.of({"names": ["first", "second"], "hints": [{"en": "A slip.", "zh": "错。"}], "which": [0, 0]})
    banked = replace(exercise, mistakes=(), made=made, functions={"line_loss": ("x",)})

    def named(*letters: str) -> str | None:
        """Of an answer that is right on the first case and wrong on the second."""
        cases = [replace(case(x), made=told) for x, told in zip((2.0, 1.0), letters, strict=True)]
        return judge(banked, cases, InProcess({"line_loss": lambda x: 7.0 if x == 1.0 else x})).mistake

    assert named(right + right, wrong + wrong) == "first"
    assert named(wrong + right, wrong + wrong) == "second"  # the first would be wrong where the output is right
    assert named(right + right, other + wrong) == "second"
    assert named(UNKNOWN + right, wrong + wrong) == "first"  # what nobody knows says nothing against it
    assert named(right + UNKNOWN, UNKNOWN + UNKNOWN) is None  # nor for it
    assert named(wrong + other, wrong + wrong) is None


def test_made_mistakes_are_read_where_an_answer_is_wrong_alone(judged: Judged) -> None:
    source = "def line_loss(w, b, X, y):\n    return {}\n"
    unreadable = {"made": Packed("!")}
    assert judged("line_loss", **unreadable).outcome is Outcome.PASSED
    assert judged("line_loss", source.format("np.mean((X @ w + b - y) ** 2)"), **unreadable).mistake == "mean_for_sum"
    with pytest.raises(zlib.error):
        judged("line_loss", source.format("0.5"), **unreadable)


def test_overflow_is_a_mistake_one_can_recognise(bank: Bank) -> None:
    exercise = bank.exercises[0]
    wild = np.array([np.nan, 1.0])
    cases = [BankedCase(Case("c", x=1.0), HEART, Observation(np.ones(2)), {"mean_for_sum": Observation(wild)})]
    assert judge(exercise, cases, InProcess({"line_loss": lambda x: wild})).mistake == "mean_for_sum"
    other = np.array([np.nan, 2.0])
    assert judge(exercise, cases, InProcess({"line_loss": lambda x: other})).mistake is None


def test_a_right_answer_has_no_mistake(judged: Judged) -> None:
    assert judged("line_loss").mistake is None


@pytest.mark.parametrize("probe", ["unchanged", "again", "readonly"])
def test_a_probe_that_is_left_out_costs_nothing(judged: Judged, probe: str) -> None:
    bad_manners = {
        "unchanged": "    y -= X @ w + b\n    return float(np.sum(y**2))",
        "again": "    counted.append(1)\n    return np.sum((X @ w + b - y)**2) + (len(counted) > 3)",
        "readonly": "    y += 0.0\n    return np.sum((X @ w + b - y)**2)",
    }
    source = f"counted = []\ndef line_loss(w, b, X, y):\n{bad_manners[probe]}"
    assert judged("line_loss", source).outcome is Outcome.PARTIAL
    exempt = {"unchanged": ("unchanged", "readonly"), "again": ("again", "float32"), "readonly": ("readonly",)}[probe]
    assert judged("line_loss", source, exempt=exempt).outcome is Outcome.PASSED
    others = tuple({"unchanged", "again", "readonly"} - {*exempt})
    assert judged("line_loss", source, exempt=others).outcome is Outcome.PARTIAL


def test_a_promise_that_is_left_out_costs_nothing(judged: Judged) -> None:
    source = LOSS.format("np.sum(r**2) + (X.dtype != float)")
    assert judged("line_loss", source).outcome is Outcome.PARTIAL
    assert judged("line_loss", source, exempt=("float32",)).outcome is Outcome.PASSED


# Secrets


WRONG = {
    "line_loss": [
        LOSS.format("np.sum(r**2) + 1"),
        LOSS.format("r"),
        LOSS.format("X"),
        LOSS.format("{float(v): 1 for v in r}"),
        LOSS.format("str(X)"),
        LOSS.format("type(str(X), (), {})()"),
        LOSS.format("np.zeros([int(100 * abs(v)) for v in X[0, :3]])"),
        LOSS.format("[0] * int(100 * abs(X[0, 0]))"),
        LOSS.format("np.zeros(3, dtype=f'S{int(100 * abs(X[0, 0]))}')"),
        "def line_loss(w, b, X, y):\n    raise ValueError(str(X))",
        "def line_loss(w, b, X, y):\n    raise type(str(X[0, 0]), (Exception,), {})()",
        "def line_loss(w, b, X, y):\n    exec(compile('\\n' * int(100 * abs(X[0, 0])) + '1/0', '<cell x>', 'exec'))",
    ],
    "line_grad": [
        "def line_grad(w, b, X, y):\n    return w, b",
        "def line_grad(w, b, X, y):\n    return {float(v): float(v) for v in w}",
        "def line_grad(w, b, X, y):\n    return [0] * int(100 * abs(X[0, 0]))",
    ],
    "descend": [
        "def descend(w, b, X, y, lr, steps):\n    return {'w': w + 1, 'b': b}",
        "def descend(w, b, X, y, lr, steps):\n    return {str(w): w, 'b': b}",
    ],
}


@pytest.mark.parametrize(("name", "source"), [(name, source) for name, tries in WRONG.items() for source in tries])
def test_hidden_values_are_never_told(judged: Judged, bank: Bank, name: str, source: str) -> None:
    exercise = bank.exercise(name)
    assert isinstance(exercise, BankedExercise)
    for draw in range(3):
        verdict = judged(name, source, draw=draw)
        assert verdict.points < verdict.max_points
        told = set(re.findall(r"\d+\.?\d*", sentences(verdict)))
        assert not told & telling_digits(exercise.draws[draw])


def test_public_values_are_told(judged: Judged, bank: Bank) -> None:
    """The same search finds digits where values may be shown: the search itself works."""
    exercise = bank.exercises[0]
    verdict = judged("line_loss", LOSS.format("np.sum(r**2) + 1"), reveal=True)
    told = set(re.findall(r"\d+\.?\d*", sentences(verdict)))
    assert told & telling_digits(exercise.draws[0])


def test_worst_index_is_told_for_public_cases(bank: Bank) -> None:
    exercise = bank.exercises[0]
    right = np.arange(8.0).reshape(4, 2)
    wrong = right + 4 * (right == 3)
    cases = [BankedCase(Case("c", x=1.0), HEART, Observation(right))]
    verdict = judge(exercise, cases, InProcess({"line_loss": lambda x: wrong}), reveal=True)
    assert "(worst at index [1, 1]) should be 3, but is 7" in sentences(verdict)


def test_the_banks_own_tolerance_is_used(judged: Judged) -> None:
    nearly = LOSS.format("np.sum(r**2) * (1 + 1e-4)")
    assert judged("line_loss", nearly).points == 0
    loose = replace(CLOSED_FORM, rtol=1e-3, reason="to see that it is used")
    assert judged("line_loss", nearly, criterion=loose).outcome is Outcome.PASSED


def test_verdicts_of_a_mistake_that_keeps_state_are_the_same_each_time(chapter: Chapter, bank: Bank) -> None:
    runner = SolutionRunner(chapter)
    source = "seen = []\ndef line_loss(w, b, X, y):\n    seen.append(1)\n    return float(len(seen))"
    exercise = bank.exercises[0]
    first, second = (
        judge(exercise, exercise.draws[0], InProcess(runner.namespace({"line_loss": source}))) for _ in range(2)
    )
    assert first == second


def test_an_answer_that_broadcasts_to_gigabytes_is_wrong_and_no_fault_of_ours() -> None:
    def observe(impl: object, case: Case) -> object:
        return np.zeros((10**7, 1, 1)) + np.zeros((10**4, 10**4))

    seen = observe_case(observe, InProcess({}), Case("any"))
    assert seen.failure == Failure(CallStatus.TOO_LARGE)


def test_where_the_process_has_gone_manners_are_not_judged(bank: Bank) -> None:
    """The last case ended it; that the function gives no answer any more is no answer of its own."""
    exercise = bank.exercises[0]

    class Mortal(InProcess):
        calls = 0

        def call(self, name: str, args: Sequence[object], **how: bool) -> Called:
            self.calls += 1
            if self.calls >= len(exercise.draws[0]):
                raise CallFailed(Failure(CallStatus.DIED, name))
            return super().call(name, args, **how)

    namespace: dict[str, object] = {"np": np}
    exec(LOSS.format("np.sum(r**2)"), namespace)
    verdict = judge(exercise, exercise.draws[0], Mortal(namespace))
    assert codes(verdict) == ["died"]
    assert verdict.outcome is Outcome.PARTIAL
