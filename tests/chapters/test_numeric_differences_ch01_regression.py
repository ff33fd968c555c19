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

CHAPTER = load_chapter(REPOSITORY / "solutions" / "ch01_regression")
WITHOUT_MISTAKES = replace(  # they are not looked at here, and a bank without them is made at once
    CHAPTER, exercises=tuple(replace(e, record=replace(e.record, mistakes=(), starter="")) for e in CHAPTER.exercises)
)
LOSSES = {"linear_grad": "linear_loss", "ridge_grad": "ridge_loss"}

PROBING = """
def {name}(w, b, X, y{more}):
    w, dw, h = np.array(w, dtype=float), np.zeros(len(w)), 1e-5
    for i in range(len(w)):
        w[i] += h
        dw[i] = {loss}(w, b, X, y{more}) / (2 * h)
        w[i] -= 2 * h
        dw[i] -= {loss}(w, b, X, y{more}) / (2 * h)
        w[i] += h
    return dw, ({loss}(w, b + h, X, y{more}) - {loss}(w, b - h, X, y{more})) / (2 * h)
"""
ENTRY_BY_ENTRY = """
def {name}(w, b, X, y{more}):
    dw, db = np.zeros(len(w)), 0.0
    for i in range(len(w)):
        dw[i] = {slope} * w[i]
    for row, truth in zip(X, y):
        error = b - truth
        for i in range(len(w)):
            error += w[i] * row[i]
        for i in range(len(w)):
            dw[i] += 2 * error * row[i]
        db += 2 * error
    return dw, db
"""

Grade = Callable[[str, str], ExerciseVerdict]


@pytest.fixture(scope="module")
def grade(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grade]:
    """Hand in a notebook with one gradient in another style, and grade it in the real sandbox."""
    bank = compute_bank(WITHOUT_MISTAKES, draws=1, key="tests")
    right = {exercise.name: solution_source(exercise) for exercise in CHAPTER.exercises}
    path = tmp_path_factory.mktemp("submitted") / f"{CHAPTER.id}.ipynb"
    more = {"linear_grad": ("", "0.0"), "ridge_grad": (", lam", "2 * lam")}

    def run(name: str, style: str) -> ExerciseVerdict:
        answer = style.format(name=name, loss=LOSSES[name], more=more[name][0], slope=more[name][1])
        answers = {**right, **({name: answer} if style else {})}
        path.write_bytes(to_bytes(answered(student_notebook(CHAPTER, "en"), answers)))
        return by_name(grade_file(path, [bank], sandbox, student="ada"))[name]

    with open_sandbox([bank]) as sandbox:
        yield run


@pytest.mark.parametrize("name", LOSSES)
def test_probing_every_parameter_loses_the_wide_case_alone(grade: Grade, name: str) -> None:
    verdict = grade(name, PROBING)
    assert {finding.group for finding in verdict.findings if finding.passed} == {"values", "edge"}
    assert [finding.code for finding in verdict.findings if finding.group == "wide"] == ["timeout"]
    assert verdict.outcome is Outcome.PARTIAL


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("style", ["", ENTRY_BY_ENTRY], ids=["vectorised", "entry by entry"])
def test_derived_gradients_keep_it(grade: Grade, name: str, style: str) -> None:
    verdict = grade(name, style)
    assert verdict.outcome is Outcome.PASSED, verdict.findings
