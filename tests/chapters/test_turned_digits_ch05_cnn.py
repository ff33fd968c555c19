"""Chapter 5: the gates ask for nets of turned digits, and parameters that were learnt elsewhere do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from support import REPOSITORY

from autograder.chapter.chapter import load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.implementation import InProcess
from autograder.model.criteria import Gate
from autograder.model.exercise import Case
from reference import cnn

pytestmark = pytest.mark.filterwarnings("ignore")
CHAPTER = load_chapter(REPOSITORY / "solutions" / "ch05_cnn")
STATE = {
    "0.weight": (16, 1, 3, 3), "0.bias": (16,), "3.weight": (32, 16, 3, 3), "3.bias": (32,),
    "7.weight": (10, 128), "7.bias": (10,),
}  # fmt: skip
NETS = {
    "train_cnn": {"w": (8, 1, 3, 3), "b": (8,), "W": (128, 10), "c": (10,)},
    "torch_cnn": STATE,
}


def digits(name: str, seed: int) -> tuple[Any, Case]:
    """How the gate on digits looks, and one of its cases."""
    entry = next(entry for entry in CHAPTER.exercises if entry.name == name)
    group = entry.record.groups[0]
    case = next(iter(group.cases(np.random.default_rng(seed))))
    return group.observe or entry.record.observe, case


@pytest.mark.parametrize("name", NETS)
def test_the_reference_is_measured_on_what_the_observe_asks(name: str) -> None:
    for seed in range(8):
        observe, case = digits(name, seed)
        asked: list[np.ndarray] = []

        def spy(X: np.ndarray, *_: Any, asked: list[np.ndarray] = asked) -> dict[str, np.ndarray]:
            asked.append(X)
            return {part: np.zeros(shape) for part, shape in NETS[name].items()}

        observe(InProcess({name: spy}), case)
        images, _ = cnn.digits_draw(case.draw)
        np.testing.assert_array_equal(asked[0], images[:1000])


def test_digits_are_turned_in_eight_ways_and_renamed() -> None:
    from sklearn.datasets import load_digits

    upright = load_digits().images[0] / 16
    seen, names = set(), set()
    for draw in range(100):
        images, labels = cnn.digits_draw(draw)
        ways = [np.rot90(picture, k) for picture in (upright, upright.T) for k in range(4)]
        for way, picture in enumerate(ways):
            for n in np.flatnonzero((images[:, 0] == picture).all(axis=(1, 2))):
                seen.add(way)
                names.add(int(labels[n]))
    assert seen == set(range(8))
    assert names == set(range(10))


def test_nets_that_are_trained_at_once_are_those_of_the_chapter() -> None:
    rng = torch.Generator().manual_seed(0)
    X = torch.rand(5, 1, 8, 8, generator=rng, dtype=torch.float64)
    nets = [
        {name: torch.randn(shape, generator=rng, dtype=torch.float64) for name, shape in shapes.items()}
        for shapes in NETS.values()
    ]
    torch.testing.assert_close(cnn.cnn_scores_by_products(nets[0], X), cnn.cnn_forward(nets[0], X)[0])
    torch.testing.assert_close(cnn.torch_cnn_scores_by_products(nets[1], X), cnn.torch_cnn_scores(nets[1], X))


def test_parameters_of_upright_digits_do_not_pass() -> None:
    from sklearn.datasets import load_digits

    X, y = load_digits().images[:1000, None] / 16, load_digits().target[:1000]
    copied = SolutionRunner(CHAPTER).namespace()["train_cnn"](X, y, 10, 8, 0.3, 3, 20, np.random.default_rng(0))
    gate = next(entry.criterion for entry in CHAPTER.exercises if entry.name == "train_cnn")
    assert isinstance(gate, Gate)
    for seed in range(4):
        observe, case = digits("train_cnn", seed)
        assert observe(InProcess({"train_cnn": lambda *_: copied}), case)["metric"] < 0.5 < (gate.at_least or 0)
