"""The reference runs on any device: on torch's `meta` device whatever touches a tensor of the CPU raises."""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from support import REPOSITORY

from autograder.build.described import describe_exercise
from autograder.build.draws import case_seed, draw_cases
from autograder.chapter.chapter import Chapter, find_chapters, load_chapter
from autograder.judge.implementation import Recorded, Target, TorchReference, find
from autograder.judge.observe import observe_case, observer
from autograder.model.markers import Tensor
from autograder.model.tree import leaves, map_leaves

MAKES_NO_DIFFERENCE = 6  # cases of an exercise, beyond which none calls in another way
READ = {
    "select_by_validation": "the best of the models, whose index says so, is called next",
    "tune_ridge": "the best λ is an entry of a list",
    "sgd_epoch": "the order of the samples is walked through",
    "bold_driver": "whether the loss fell decides the next step",
    "gaussian_fit_shared": "how many classes there are decides the shape",
    "gaussian_classifier": "how many classes there are decides the shape",
    "softmax_classifier": "how many classes there are decides the shape",
    "train_mlp": "how many classes there are decides the shape",
    "hessian_classify": "its answer is a word, which the values decide",
    "train_with": "how many classes there are decides the shape",
    "pseudo_labels": "how many samples the model is sure of decides the shape",
    "self_train": "how many samples the model is sure of decides the shape",
}  # functions that read a value, which `meta` has not, each with the reason; on a GPU they wait for it

CHAPTERS = {path.name: load_chapter(path) for path in find_chapters(REPOSITORY)}
EXERCISES = [
    (chapter, entry.name)
    for chapter, loaded in CHAPTERS.items()
    for entry in loaded.exercises
    if describe_exercise(loaded, entry).takes_arguments
]


class OnMeta(TorchReference):
    """Says where the tensors lie that a call gives."""

    def __init__(self, module: types.ModuleType) -> None:
        super().__init__(module, "meta")

    def trouble(self, function: Target, args: Sequence[Any]) -> str:
        """Why a call does not give tensors of this device alone; "" where it does."""
        try:
            value = find(self._kept, function)(*map_leaves(self._to_torch, list(args)))
        except (RuntimeError, NotImplementedError) as error:
            return f"{function}: {error}"
        elsewhere = [leaf for leaf in leaves([value]) if isinstance(leaf, torch.Tensor) and leaf.device.type != "meta"]
        return f"{function} gives a tensor of the CPU" if elsewhere else ""


def calls(chapter: Chapter, exercise: str) -> list[tuple[str, Sequence[Any]]]:
    """What one draw asks of the reference: functions and their arguments."""
    entry = next(entry for entry in chapter.exercises if entry.name == exercise)
    reference = TorchReference(chapter.reference)
    banked, recorded = describe_exercise(chapter, entry), Recorded(reference)
    cases = draw_cases(entry, banked, reference, case_seed("device", chapter.id, exercise, 0))
    for case in cases[:MAKES_NO_DIFFERENCE]:
        observe_case(observer(banked, case.group), recorded, case.case)
    return [(name, args) for name, args, _ in recorded.calls]


def holds_tensors(args: Sequence[Any]) -> bool:
    return any(isinstance(leaf, (np.ndarray, Tensor)) for leaf in leaves(list(args)))


@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # torch uses it itself
@pytest.mark.parametrize(("chapter", "exercise"), EXERCISES)
def test_the_reference_never_touches_the_cpu(chapter: str, exercise: str) -> None:
    reference = OnMeta(CHAPTERS[chapter].reference)
    asked = [(function, args) for function, args in calls(CHAPTERS[chapter], exercise) if holds_tensors(args)]
    troubles = [trouble for trouble in (reference.trouble(*call) for call in asked) if trouble]
    assert bool(troubles) == (exercise in READ), troubles or "it reads no value any longer"


def test_a_tensor_of_the_cpu_in_between_is_found() -> None:
    module = types.ModuleType("reference")
    vars(module).update(shifted=lambda X: X + torch.ones(3), replaced=lambda X: torch.ones(3), right=lambda X: X + 1)
    reference = OnMeta(module)
    assert "device" in reference.trouble("shifted", [np.ones((2, 3))])
    assert "CPU" in reference.trouble("replaced", [np.ones((2, 3))])
    assert not reference.trouble("right", [np.ones((2, 3))])
