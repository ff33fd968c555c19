"""A gradient is derived: in the real sandbox one loss per parameter does not end in time, and right answers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from support import REPOSITORY, by_name

from autograder.build.make_bank import compute_bank
from autograder.build.notebooks import student_notebook, to_bytes
from autograder.chapter.chapter import load_chapter
from autograder.chapter.solutions import solution_source
from autograder.cli.made_up_class import answered
from autograder.grading.grade_one import grade_file, open_sandbox
from autograder.model.verdict import ExerciseVerdict, Outcome

CHAPTER = load_chapter(REPOSITORY / "solutions" / "ch03_classification")
WITHOUT_MISTAKES = replace(  # they are not looked at here, and a bank without them is made at once
    CHAPTER, exercises=tuple(replace(e, record=replace(e.record, mistakes=(), starter="")) for e in CHAPTER.exercises)
)

PROBING_WEIGHTS = """
def {name}(w, b, X, y):
    def loss(w, b):
        return {loss}

    w, dw, h, now = np.array(w, dtype=float), np.zeros(len(w)), 1e-6, loss(w, b)
    for i in range(len(w)):
        w[i] += h
        dw[i] = (loss(w, b) - now) / h
        w[i] -= h
    return dw, (loss(w, b + h) - now) / h
"""
PROBING_LOGITS = """
def {name}(Z, y{more}):
    def loss(Z):
        return {loss}

    Z, G, h, now = np.array(Z, dtype=float), np.zeros(np.shape(Z)), 1e-6, loss(Z)
    for n in range(Z.shape[0]):
        for k in range(Z.shape[1]):
            Z[n, k] += h
            G[n, k] = (loss(Z) - now) / h
            Z[n, k] -= h
    return {returned}
"""
SMOOTHED = """-sum(
            (1 - eps) * row[k] + eps / len(row) * np.sum(row) - np.logaddexp.reduce(row) for row, k in zip(Z, y)
        )"""
AT_TEMPERATURE = "softmax_cross_entropy(Z / tau, y)"
WEIGHTS_ONE_BY_ONE = """
def {name}(w, b, X, y):
    dw, db = np.zeros(len(w)), 0.0
    for n in range(len(y)):
        z = b
        for i in range(len(w)):
            z += w[i] * X[n, i]
        f = sigmoid(z)
        delta = {delta}
        for i in range(len(w)):
            dw[i] += delta * X[n, i]
        db += delta
    return dw, db
"""
LOGITS_ONE_BY_ONE = """
def {name}(Z, y{more}):
    G = np.zeros(Z.shape)
    Z = Z / {tau}
    for n in range(Z.shape[0]):
        top = max(Z[n])
        total = sum(np.exp(value - top) for value in Z[n])
        for k in range(Z.shape[1]):
            G[n, k] = np.exp(Z[n, k] - top) / total - {truth}
    return {returned}
"""


def filled(style: str, **parts: str) -> str:
    """The style with these parts, and with the plain ones for the others."""
    for part, text in {"more": "", "tau": "1", "truth": "(k == y[n])", "returned": "G", **parts}.items():
        style = style.replace(f"{{{part}}}", text)
    return style


PROBING = {
    "logistic_grad": PROBING_WEIGHTS.replace("{loss}", "bce_loss(w, b, X, y)"),
    "logistic_mse_grad": PROBING_WEIGHTS.replace("{loss}", "0.5 * np.sum((sigmoid(X @ w + b) - y) ** 2)"),
    "softmax_cross_entropy_grad": filled(PROBING_LOGITS, loss="softmax_cross_entropy(Z, y)"),
    "smoothed_grad": filled(PROBING_LOGITS, more=", eps", loss=SMOOTHED),
    "temperature_grad": filled(
        PROBING_LOGITS,
        more=", tau",
        loss=AT_TEMPERATURE,
        returned=f"G, ({AT_TEMPERATURE.replace('tau', '(tau + h)')} - now) / h",
    ),
}
ONE_BY_ONE = {
    "logistic_grad": WEIGHTS_ONE_BY_ONE.replace("{delta}", "f - y[n]"),
    "logistic_mse_grad": WEIGHTS_ONE_BY_ONE.replace("{delta}", "(f - y[n]) * f * (1 - f)"),
    "softmax_cross_entropy_grad": filled(LOGITS_ONE_BY_ONE),
    "smoothed_grad": filled(LOGITS_ONE_BY_ONE, more=", eps", truth="(1 - eps) * (k == y[n]) - eps / Z.shape[1]"),
    "temperature_grad": filled(LOGITS_ONE_BY_ONE, more=", tau", tau="tau", returned="G / tau, -np.sum(G * Z) / tau"),
}

Grade = Callable[[dict[str, str]], dict[str, ExerciseVerdict]]


@pytest.fixture(scope="module")
def grade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grade]:
    """Hand in a notebook with some answers in another style, and grade it in the real sandbox."""
    bank = compute_bank(WITHOUT_MISTAKES, draws=1, key="tests")
    right = {exercise.name: solution_source(exercise) for exercise in CHAPTER.exercises}
    path = tmp_path_factory.mktemp("submitted") / f"{CHAPTER.id}.ipynb"

    def run(styles: dict[str, str]) -> dict[str, ExerciseVerdict]:
        answers = {name: style.replace("{name}", name) for name, style in styles.items()}
        path.write_bytes(to_bytes(answered(student_notebook(CHAPTER, "en"), {**right, **answers})))
        return by_name(grade_file(path, [bank], sandbox, student="ada"))

    with open_sandbox([bank]) as sandbox:
        yield run


@pytest.mark.parametrize("name", PROBING)
def test_probing_every_parameter_does_not_end_in_time(grade: Grade, name: str) -> None:
    verdict = grade({name: PROBING[name]})[name]
    assert "values" in {finding.group for finding in verdict.findings if finding.passed}
    assert [finding.code for finding in verdict.findings if finding.group == "wide"] == ["timeout"]
    assert verdict.outcome is Outcome.PARTIAL


@pytest.mark.parametrize("styles", [{}, ONE_BY_ONE], ids=["vectorised", "one by one"])
def test_derived_gradients_keep_it(grade: Grade, styles: dict[str, str]) -> None:
    verdicts = grade(styles)
    assert {name: verdicts[name].outcome for name in PROBING} == dict.fromkeys(PROBING, Outcome.PASSED), verdicts
