"""What chapter 3's records promise beyond what `verify` proves of every chapter."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from support import REPOSITORY

from autograder.build.described import describe_exercise
from autograder.build.draws import case_seed, draw_cases, graded, named_cases
from autograder.chapter.chapter import load_chapter
from autograder.chapter.solutions import SolutionRunner, solution_source
from autograder.judge.implementation import InProcess, TorchReference
from autograder.judge.judge import judge
from autograder.model.verdict import ExerciseVerdict

CHAPTER = load_chapter(REPOSITORY / "solutions" / "ch03_classification")
ENTRIES = {entry.name: entry for entry in CHAPTER.exercises}
RUNNER, REFERENCE = SolutionRunner(CHAPTER), TorchReference(CHAPTER.reference)


def verdict_on(name: str, edit: Callable[[str], str]) -> ExerciseVerdict:
    """The verdict on the edited solution of one exercise."""
    entry = ENTRIES[name]
    exercise = describe_exercise(CHAPTER, entry)
    cases = graded(draw_cases(entry, exercise, REFERENCE, case_seed("tests", CHAPTER.id, name, 0)))
    return judge(exercise, cases, RUNNER.replaced(entry, edit(solution_source(entry))))


@pytest.mark.parametrize("choice", ["", '"straight_boundary": "bth",', '"straight_boundry": "both",'])
def test_a_misspelled_or_missing_choice_costs_itself_alone(choice: str) -> None:
    verdict = verdict_on(
        "generative_or_discriminative", lambda source: source.replace('"straight_boundary": "both",', choice)
    )
    lost = {finding.group for finding in verdict.findings if not finding.passed}
    assert lost == {"straight_boundary"}
    assert verdict.points > 0.75 * verdict.max_points


@pytest.mark.parametrize(("wrong", "kept"), [("0.5, [1, 0], -0.5", True), ("1.0, [1, 1], -0.5", False)])
def test_the_public_check_of_the_best_accuracy_tells_alone_whether_the_line_keeps_it(wrong: str, kept: bool) -> None:
    drawn = named_cases(ENTRIES["xor_linear_best_accuracy"], np.random.default_rng(0))
    assert [group for group, case in drawn if case.public] == ["form"]
    verdict = verdict_on(
        "xor_linear_best_accuracy", lambda source: f"def xor_linear_best_accuracy():\n    return {wrong}\n"
    )
    assert verdict.points == 0
    assert ("form" in {finding.group for finding in verdict.findings if finding.passed}) == kept


@pytest.mark.parametrize("name", ["breast_cancer", "wine", "digits"])
def test_a_drawn_task_mixes_every_feature_but_the_constant_ones(name: str) -> None:
    """Constant pixels teach what they teach: they stay as they are, and no other feature is made of them."""
    reference = CHAPTER.reference
    data, labels = reference.load_data(name)
    train, test = reference.split(len(labels))
    assert set(train) | set(test) == set(range(len(labels)))
    one, other = (reference.draw_task(name, np.random.default_rng(seed)) for seed in (1, 2))
    for task in (one, other):
        X = data[task["rows"]]
        constant = np.ptp(X, axis=0) == 0
        features, _ = reference.mixed(X, X, task["turn"], task.get("scales"), task.get("shift", 0.0))
        np.testing.assert_array_equal(features[:, constant], X[:, constant])
        assert np.linalg.matrix_rank(features - features.mean(axis=0)) == (~constant).sum()
        assert set(task["rows"]) < set(train)
        np.testing.assert_array_equal(task["rows_test"], test)
        assert constant.any() == (name == "digits")
    assert one["turn"] != other["turn"]


@pytest.mark.parametrize(
    "name", ["logistic_classifier", "gaussian_classifier", "softmax_classifier", "digits_classifier"]
)
def test_the_reference_is_measured_on_what_the_observe_asks(name: str) -> None:
    ((_, case),) = named_cases(ENTRIES[name], np.random.default_rng(0))
    asked: list[np.ndarray] = []

    def spy(X: np.ndarray, *_: Any) -> None:
        asked.append(X)

    with contextlib.suppress(TypeError):  # no parameters to judge
        ENTRIES[name].record.observe(InProcess({name: spy}), case)
    others = (case.given.get("scales"), case.given.get("shift", 0.0))
    mixed, _ = CHAPTER.reference.mixed(case.X, case.X_test, case.turn, *others)
    np.testing.assert_allclose(asked[0], mixed, rtol=1e-12, atol=1e-12)
