"""One error costs marks once, and nobody has a second guess; right solutions stay outside the student's process."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support import by_name, codes, sentences

from autograder.model.bank import Bank
from autograder.model.verdict import Outcome, Report
from autograder.sandbox import CellResult, Session

Grade = Callable[..., Report]
WRONG_GRAD = "def line_grad(w, b, X, y):\n    r = X @ w + b - y\n    return X.T @ r, 2 * np.sum(r)\n"
SECOND = "line_grad.__module__ != '__main__'"  # what a student may look at to tell one judging from the other


def test_the_two_judgings_can_be_told_apart(grade: Grade) -> None:
    """The control of the tests below: the tell tells, for what is allowed to profit from it."""
    told = f"def descend(w, b, X, y, lr, steps):\n    line_grad(w, b, X, y)\n    if not ({SECOND}): return 0\n"
    right = (
        "    for _ in range(steps):\n        dw, db = line_grad(w, b, X, y)\n        w, b = w - lr * dw, b - lr * db\n"
    )
    report = grade({"line_grad": WRONG_GRAD, "descend": told + right + "    return {'w': w, 'b': b}"})
    assert by_name(report)["descend"].outcome is Outcome.PASSED


@pytest.mark.parametrize("call", ["", "line_grad(np.ones(1), 0.0, np.ones((1, 1)), np.ones(1)); "])
def test_a_choice_is_made_once(grade: Grade, call: str) -> None:
    """Also one that calls a right function to look like something that builds on it."""
    step = f"'against' if {SECOND} else 'along'"
    guess = f"def facts():\n    {call}return {{'step': {step}, 'scale': 'n'}}"
    verdict = by_name(grade({"line_grad": WRONG_GRAD, "facts": guess}))["facts"]
    assert (verdict.outcome, verdict.points) == (Outcome.PARTIAL, 0.5)
    assert "judged_with_right" not in [finding.code for finding in verdict.findings]


def test_what_calls_nothing_that_was_replaced_keeps_its_first_verdict(grade: Grade) -> None:
    guess = f"def center(X):\n    return X - np.mean(X, axis=0) if {SECOND} else X"
    verdict = by_name(grade({"line_grad": WRONG_GRAD, "center": guess}))["center"]
    assert (verdict.outcome, verdict.points) == (Outcome.FAILED, 0)


def test_only_cases_that_called_a_right_function_are_answered_again(grade: Grade) -> None:
    """The descent without a step calls nothing: its second answer, right by then, does not count."""
    guess = f"""
def descend(w, b, X, y, lr, steps):
    if steps == 0 and not ({SECOND}):
        return {{'w': w + 1, 'b': b}}
    for _ in range(steps):
        dw, db = line_grad(w, b, X, y)
        w, b = w - lr * dw, b - lr * db
    return {{'w': w, 'b': b}}
"""
    verdict = by_name(grade({"line_grad": WRONG_GRAD, "descend": guess}))["descend"]
    passed = {finding.group for finding in verdict.findings if finding.code == "group_passed"}
    assert verdict.outcome is Outcome.PARTIAL
    assert passed == {"values"}


def test_a_case_that_was_never_answered_is_answered_once(grade: Grade) -> None:
    """The first judging ended before it: the case without a step calls nothing, and its one answer counts."""
    report = grade({"line_grad": "def line_grad(w, b, X, y):\n    import os; os._exit(0)"})
    assert by_name(report)["descend"].outcome is Outcome.PASSED


def test_a_missing_name_is_no_second_guess_for_the_other_cases(grade: Grade) -> None:
    """A name of an untouched demo: what missed it is judged after the demo ran, what guessed is not."""
    guess = """
def line_loss(w, b, X, y):
    if len(y) == 1:
        return np.sum((X @ w + b - y) ** 2) if "shown" in globals() else 0.0
    shown([1.0])
    return np.sum((X @ w + b - y) ** 2)
"""
    verdict = by_name(grade({"line_loss": guess}))["line_loss"]
    passed = {finding.group for finding in verdict.findings if finding.code == "group_passed"}
    assert verdict.outcome is Outcome.PARTIAL
    assert passed == {"values"}


def test_an_argument_that_cannot_travel_keeps_the_first_verdict(grade: Grade) -> None:
    own = """
class Data:
    def __init__(self, X, y): self.X, self.y = X, y
def line_grad(w, b, X, y=None):
    X, y = (X.X, X.y) if isinstance(X, Data) else (X, y)
    r = X @ w + b - y
    return X.T @ r, 2 * np.sum(r)
"""
    descend = """
def descend(w, b, X, y, lr, steps):
    for _ in range(steps):
        dw, db = line_grad(w, b, Data(X, y))
        w, b = w - lr * dw, b - lr * db
    return {'w': w, 'b': b}
"""
    verdict = by_name(grade({"line_grad": own, "descend": descend}))["descend"]
    assert verdict.outcome is Outcome.FAILED
    assert "wrong_value" in codes(verdict)
    assert "TypeError" not in sentences(verdict)


def test_a_right_function_that_is_given_nonsense_raises_in_the_students_function(grade: Grade) -> None:
    """The descent passes y twice: the function of its own took it and was wrong, the right one raises."""
    odd = "def line_grad(w, b, X, y, z=None):\n    r = X @ w + b - y\n    return X.T @ r, 2 * np.sum(r)\n"
    descend = (
        "def descend(w, b, X, y, lr, steps):\n    dw, db = line_grad(w, b, X, y, y)\n    return {'w': w - dw, 'b': b}"
    )
    verdict = by_name(grade({"line_grad": odd, "descend": descend}))["descend"]
    assert verdict.outcome is Outcome.FAILED
    assert "`TypeError`" in sentences(verdict)


def test_right_solutions_run_where_no_student_code_runs(
    grade: Grade, bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: dict[int, list[str]] = {}
    original = Session.run_cell

    def run_cell(self: Session, source: str, **how: Any) -> CellResult:
        ran.setdefault(id(self), []).append(source)
        kept.append(self)
        return original(self, source, **how)

    kept: list[Session] = []
    monkeypatch.setattr(Session, "run_cell", run_cell)
    report = grade({"line_grad": WRONG_GRAD})
    assert by_name(report)["descend"].outcome is Outcome.PASSED
    exercise = bank.exercise("line_grad")
    assert exercise is not None
    right = [sources for sources in ran.values() if exercise.solution in sources]
    students = [sources for sources in ran.values() if WRONG_GRAD.strip() in map(str.strip, sources)]
    assert len(right) == 1, "the right one never ran, so this proves nothing"
    assert len(students) == 2
    assert right[0] not in students
