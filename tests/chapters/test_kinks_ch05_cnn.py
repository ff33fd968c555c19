"""Chapter 5: ReLUs at 0 and windows with ties never cost a right answer a point."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from support import REPOSITORY

from autograder.chapter.chapter import ChapterExercise, load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.compare import compare
from autograder.judge.implementation import InProcess
from autograder.model.criteria import CLOSED_FORM
from autograder.model.exercise import Case
from autograder.model.tree import map_leaves

pytestmark = pytest.mark.filterwarnings("ignore")
CHAPTER = load_chapter(REPOSITORY / "solutions" / "ch05_cnn")
RUNNER = SolutionRunner(CHAPTER)
NAMESPACE = RUNNER.namespace()
DRAWS = 10_000


def entry_of(name: str) -> ChapterExercise:
    return next(entry for entry in CHAPTER.exercises if entry.name == name)


def single(value: Any) -> Any:
    """The same numbers to seven digits: what a right answer in float32 works with."""
    return map_leaves(
        lambda leaf: leaf.astype(np.float32) if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f" else leaf, value
    )


def pooled(case: Case, change: Any) -> Any:
    return NAMESPACE["maxpool_backward"](*map(change, case.inputs.values()))


def through_the_net(case: Case, change: Any) -> Any:
    params, X, dscores = map(change, case.inputs.values())
    _, cache = NAMESPACE["cnn_forward"](params, X)
    return NAMESPACE["cnn_backward"](params, X, cache, dscores)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "ask"), [("maxpool_backward", pooled), ("cnn_backward", through_the_net)])
def test_rounding_decides_nothing_in_any_draw(name: str, ask: Any) -> None:
    cases = entry_of(name).record.cases
    assert cases is not None
    for seed in range(DRAWS):
        for case in cases(np.random.default_rng(seed)):
            assert compare(ask(case, lambda value: value), ask(case, single), CLOSED_FORM) == [], seed


@pytest.mark.slow
def test_every_way_to_share_a_tie_is_right_and_giving_all_to_each_is_not() -> None:
    entry = entry_of("maxpool_backward")
    ties = next(group for group in entry.record.groups if group.name == "ties")
    assert ties.observe is not None
    first = InProcess({"maxpool_backward": NAMESPACE["maxpool_backward"]})
    others = [variant.function for variant in entry.record.variants if variant.function is not None]
    each = RUNNER.edited(entry, next(one for one in entry.record.mistakes if one.name == "all_of_it_to_each_winner"))
    for seed in range(DRAWS // 10):
        for case in ties.cases(np.random.default_rng(seed)):
            expected = ties.observe(first, case)
            for other in others:
                seen = ties.observe(InProcess({"maxpool_backward": other}), case)
                assert compare(expected, seen, CLOSED_FORM) == [], (seed, other.__name__)
            assert compare(expected, ties.observe(each, case), CLOSED_FORM) != [], seed
