"""Facts on a feedback page: asked once all grades are final, in the real sandbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support import by_name, sentences, telling_digits

from autograder.model.bank import Bank, BankedExercise
from autograder.model.verdict import ExerciseVerdict, Report

Grade = Callable[..., Report]
CUBED = """
def line_loss(w, b, X, y):
    {}
    return np.sum(np.abs(X @ w + b - y) ** 3)
"""
STOPS_ON_PROBES = {
    "raises": "if not np.any(w) or np.size(b) and not b or len(y) < 2: raise ValueError",
    "never ends": "while not np.any(w): pass",
    "ends the process": "if not np.any(w): import os; os._exit(1)",
    "ignores what it is given": "",
}


def told(verdict: ExerciseVerdict) -> list[str]:
    """The codes of what is said of the whole exercise."""
    return [finding.code for finding in verdict.findings if not finding.group and not finding.passed]


def test_a_wrong_answer_that_nothing_explains_is_narrowed(grade: Grade) -> None:
    verdict = by_name(grade({"line_loss": CUBED.format("pass")}))["line_loss"]
    assert verdict.mistake is None
    assert told(verdict) == ["grows_otherwise"]
    assert "4 times as large" in sentences(verdict)


@pytest.mark.parametrize("what", STOPS_ON_PROBES)
def test_whatever_happens_in_a_probe_no_point_changes(grade: Grade, what: str) -> None:
    usual, other = (grade({"line_loss": CUBED.format(line or "pass")}) for line in ("", STOPS_ON_PROBES[what]))
    points = [{name: verdict.points for name, verdict in by_name(report).items()} for report in (usual, other)]
    outcomes = [{name: verdict.outcome for name, verdict in by_name(report).items()} for report in (usual, other)]
    assert points[0] == points[1]
    assert outcomes[0] == outcomes[1]
    assert usual.notes == other.notes


def test_an_exercise_on_top_of_a_wrong_one_is_narrowed_on_top_of_a_right_one(grade: Grade) -> None:
    """`descend` calls `line_grad`, which is wrong too: its own slip is what is left."""
    forgot = """
def descend(w, b, X, y, lr, steps):
    for _ in range(steps):
        dw, db = line_grad(w, b, X, y)
        w, b = w - 0.07 * dw, b - 0.07 * db
    return {"w": w, "b": b}
"""
    wrong = "def line_grad(w, b, X, y):\n    r = np.abs(X @ w + b - y)\n    return X.T @ r, r.sum()\n"
    verdict = by_name(grade({"line_grad": wrong, "descend": forgot}))["descend"]
    assert "ignores" in told(verdict)
    assert "`lr`" in sentences(verdict)


def test_a_fact_tells_no_number_of_a_hidden_case(grade: Grade, bank: Bank) -> None:
    report = grade({"line_loss": CUBED.format("pass")})
    exercise = bank.exercise("line_loss")
    assert isinstance(exercise, BankedExercise)
    said = sentences(by_name(report)["line_loss"])
    assert not [digits for digits in telling_digits(exercise.draws[report.draw]) if digits in said]
