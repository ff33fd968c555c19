"""Chapter 4: parameters that were learnt on the public digits as they are do not fit what a draw asks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support import REPOSITORY

from autograder.chapter.chapter import load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.implementation import InProcess
from autograder.model.criteria import Gate
from autograder.model.exercise import HEART, Case
from reference import backprop

pytestmark = pytest.mark.filterwarnings("ignore")
CHAPTER = load_chapter(REPOSITORY / "solutions" / "ch04_backprop")
ENTRY = next(entry for entry in CHAPTER.exercises if entry.name == "train_mlp")
DIGITS = next(group for group in ENTRY.record.groups if group.name == HEART)


def digits(seed: int) -> Case:
    return next(iter(DIGITS.cases(np.random.default_rng(seed))))


def accuracy(train_mlp: Any, case: Case) -> float:
    assert DIGITS.observe is not None
    return float(DIGITS.observe(InProcess({"train_mlp": train_mlp}), case))


def public_net() -> dict[str, np.ndarray]:
    """What a classmate's training on the public images gave."""
    X, y, rows, _ = backprop.digits_split()
    X, y = X[rows], y[rows]
    train = SolutionRunner(CHAPTER).namespace()["train_mlp"]
    params: dict[str, np.ndarray] = train(X / 16, y, 64, 0.3, 50, 40, np.random.default_rng(0))
    return params


def turned_back(params: dict[str, np.ndarray], X: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
    """The copied parameters, the draw undone as far as norms of rows and least squares go."""
    public, labels, train, _ = backprop.digits_split()
    public, labels = public[train], labels[train]
    images = public / 16 - public.mean(axis=0) / 16
    known = np.argsort(np.linalg.norm(images, axis=1))[np.linspace(0, len(images) - 1, len(X)).astype(int)]
    rows = np.argsort(np.linalg.norm(X - X.mean(axis=0), axis=1))
    back = np.linalg.lstsq(np.c_[X[rows], np.ones(len(rows))], public[known] / 16, rcond=None)[0]
    names = [int(np.bincount(labels[known][y[rows] == k], minlength=10).argmax()) for k in range(10)]
    W1, b1 = back[:-1] @ params["W1"], params["b1"] + back[-1] @ params["W1"]
    return {"W1": W1, "b1": b1, "W2": params["W2"][:, names], "b2": params["b2"][names]}


def test_copied_parameters_do_not_pass() -> None:
    copied, gate = public_net(), ENTRY.criterion
    assert isinstance(gate, Gate)
    for seed in range(4):
        case = digits(seed)
        for answer in (lambda *_: copied, lambda X, y, *_: turned_back(copied, X, y)):
            assert accuracy(answer, case) < 0.5 < (gate.at_least or 0.0)


def test_the_reference_is_measured_on_what_the_observe_asks() -> None:
    case = digits(0)
    asked: list[np.ndarray] = []

    def spy(X: np.ndarray, *_: Any) -> dict[str, np.ndarray]:
        asked.append(X)
        return {"W1": np.zeros((64, 64)), "b1": np.zeros(64), "W2": np.zeros((64, 10)), "b2": np.zeros(10)}

    accuracy(spy, case)
    mixed, _ = backprop.mixed(case.X, case.X_test, case.turn)
    np.testing.assert_allclose(asked[0], mixed, rtol=0, atol=1e-12)
