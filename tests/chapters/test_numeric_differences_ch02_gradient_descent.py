"""Difference quotients and walks in place of what was to be derived lose the wide cases; loops keep them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import REPOSITORY, by_name

from autograder.build.make_bank import compute_bank
from autograder.build.notebooks import student_notebook, to_bytes
from autograder.chapter.chapter import load_chapter
from autograder.chapter.solutions import solution_source
from autograder.cli.made_up_class import answered
from autograder.grading.grade_one import grade_file, open_sandbox
from autograder.model.verdict import ExerciseVerdict, Outcome, Report

NAME = "ch02_gradient_descent"
WIDE = ("adagrad_on_a_slope", "sample_grad", "sgd_epoch", "gd_train")
pytestmark = pytest.mark.filterwarnings("ignore")

LOOPS = {
    "adagrad_on_a_slope": """
def adagrad_on_a_slope(g, lr, t):
    return [0.0 if v == 0 else -lr * v / abs(v) / (t + 1) ** 0.5 for v in g]
""",
    "sample_grad": """
def sample_grad(w, b, x, y):
    prediction = b
    for d in range(len(w)):
        prediction += w[d] * x[d]
    dw = np.zeros(len(w))
    for d in range(len(w)):
        dw[d] = 2 * (prediction - y) * x[d]
    return dw, 2 * (prediction - y)
""",
    "sgd_epoch": """
def sgd_epoch(w, b, X, y, lr, order):
    w = [float(entry) for entry in w]
    for n in order:
        error = sum(p * q for p, q in zip(w, X[n].tolist())) + b - y[n]
        w = [p - lr * 2 * error * q for p, q in zip(w, X[n].tolist())]
        b = b - lr * 2 * error
    return np.array(w), b
""",
    "gd_train": """
def gd_train(X, y, lr, n_steps):
    N, D = X.shape
    w, b = np.zeros(D), 0.0
    for _ in range(n_steps):
        dw, db = np.zeros(D), 0.0
        for n in range(N):
            error = b - y[n]
            for d in range(D):
                error += w[d] * X[n, d]
            for d in range(D):
                dw[d] += 2 * error * X[n, d] / N
            db += 2 * error / N
        w, b = w - lr * dw, b - lr * db
    return w, b
""",
}
# A cheap way to probe: two losses for each parameter, changed in place in a copy.  Or to walk all the way.
DIFFERENCES = {
    "adagrad_on_a_slope": """
def adagrad_on_a_slope(g, lr, t):
    state = 0 * g
    for _ in range(t + 1):
        state = state + g**2
    return -lr * g / (np.sqrt(state) + 1e-300)
""",
    "sample_grad": """
def sample_grad(w, b, x, y):
    h, w = 1e-5, np.array(w, dtype=float)
    dw = np.zeros(len(w))
    for d in range(len(w)):
        before, w[d] = w[d], w[d] + h
        more, w[d] = (x @ w + b - y) ** 2, before - h
        dw[d] = (more - (x @ w + b - y) ** 2) / (2 * h)
        w[d] = before
    return dw, ((x @ w + b + h - y) ** 2 - (x @ w + b - h - y) ** 2) / (2 * h)
""",
    "sgd_epoch": """
def sgd_epoch(w, b, X, y, lr, order):
    h, w = 1e-5, np.array(w, dtype=float)
    for n in order:
        dw = np.zeros(len(w))
        for d in range(len(w)):
            before, w[d] = w[d], w[d] + h
            more, w[d] = (X[n] @ w + b - y[n]) ** 2, before - h
            dw[d] = (more - (X[n] @ w + b - y[n]) ** 2) / (2 * h)
            w[d] = before
        db = ((X[n] @ w + b + h - y[n]) ** 2 - (X[n] @ w + b - h - y[n]) ** 2) / (2 * h)
        w, b = w - lr * dw, b - lr * db
    return w, b
""",
    "gd_train": """
def gd_train(X, y, lr, n_steps):
    h, w, b = 1e-5, np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        dw = np.zeros(len(w))
        for d in range(len(w)):
            before, w[d] = w[d], w[d] + h
            more, w[d] = np.mean((X @ w + b - y) ** 2), before - h
            dw[d] = (more - np.mean((X @ w + b - y) ** 2)) / (2 * h)
            w[d] = before
        db = (np.mean((X @ w + b + h - y) ** 2) - np.mean((X @ w + b - h - y) ** 2)) / (2 * h)
        w, b = w - lr * dw, b - lr * db
    return w, b
""",
}

Grade = Callable[[dict[str, str]], Report]


@pytest.fixture(scope="module")
def grade(tmp_path_factory: pytest.TempPathFactory) -> Grade:
    """Grade a notebook in the real sandbox on the exercises with a wide case."""
    chapter = load_chapter(REPOSITORY / "solutions" / NAME)
    exercises = tuple(
        replace(entry, record=replace(entry.record, mistakes=(), starter="")) for entry in chapter.exercises
    )
    chapter = replace(chapter, exercises=exercises)
    bank = compute_bank(chapter, draws=1, key="tests")
    bank = replace(bank, exercises=tuple(entry for entry in bank.exercises if entry.name in WIDE))
    right = {entry.name: solution_source(entry) for entry in exercises}
    notebook = student_notebook(chapter, "en")
    path: Path = tmp_path_factory.mktemp("submitted") / f"{NAME}.ipynb"

    def run(answers: dict[str, str]) -> Report:
        path.write_bytes(to_bytes(answered(notebook, {**right, **answers})))
        with open_sandbox([bank]) as sandbox:
            return grade_file(path, [bank], sandbox, student="ada")

    return run


def kept(verdict: ExerciseVerdict) -> bool:
    """Whether the wide group was passed."""
    return any(finding.group == "wide" and finding.passed for finding in verdict.findings)


@pytest.mark.parametrize("answers", [{}, LOOPS], ids=["vectorised", "loops"])
def test_a_derived_gradient_keeps_the_wide_cases(grade: Grade, answers: dict[str, str]) -> None:
    verdicts = by_name(grade(answers))
    for name in WIDE:
        assert verdicts[name].outcome is Outcome.PASSED, verdicts[name]
        assert kept(verdicts[name])


@pytest.mark.parametrize("name", WIDE)
def test_difference_quotients_lose_the_wide_case(grade: Grade, name: str) -> None:
    verdict = by_name(grade({name: DIFFERENCES[name]}))[name]
    assert not kept(verdict)
    assert verdict.points > 0  # the values are right: it is the time that tells
    assert {finding.group for finding in verdict.findings if not finding.passed} <= {"wide", "contract"}
