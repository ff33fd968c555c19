"""Chapter 5: the reference runs on any device.  On torch's meta device a tensor of the CPU, or a value read, raises."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from support import REPOSITORY

from autograder.build.make_bank import describe_exercise, named_cases
from autograder.chapter.chapter import ChapterExercise, load_chapter
from autograder.judge.implementation import Recorded, TorchReference
from autograder.judge.observe import observer
from autograder.model.markers import Function, Rng
from autograder.model.tree import leaves, map_leaves
from reference import cnn

pytestmark = pytest.mark.filterwarnings("ignore")
CHAPTER = load_chapter(REPOSITORY / "solutions" / "ch05_cnn")


def to_meta(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return torch.as_tensor(value.copy()).to("meta")
    if isinstance(value, Rng):
        return torch.Generator().manual_seed(value.seed)
    if isinstance(value, Function):
        bound, function = map_leaves(to_meta, dict(value.bound)), value.load()
        return lambda *args: function(*args, **bound)
    return value


def calls_of(entry: ChapterExercise) -> list[tuple[str, Any, Any]]:
    """What the observes of one draw ask of the reference, and what it gives on the CPU."""
    exercise, recorded = describe_exercise(CHAPTER, entry), Recorded(TorchReference(cnn))
    for group, case in named_cases(entry, np.random.default_rng(0)):
        observer(exercise, group)(recorded, case)
    return recorded.calls


@pytest.mark.parametrize("entry", CHAPTER.exercises, ids=lambda entry: entry.name)
def test_the_reference_runs_where_no_value_can_be_read(entry: ChapterExercise) -> None:
    for name, args, value in calls_of(entry):
        given = getattr(cnn, name)(*map_leaves(to_meta, list(args)))
        for here, there in zip(leaves(value), leaves(given), strict=True):
            assert not isinstance(there, torch.Tensor) or there.device.type == "meta"
            assert np.shape(here) == tuple(getattr(there, "shape", ()))
