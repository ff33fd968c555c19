"""Chapter 6: at kinks and ties every subgradient is right, whatever the draw."""

from __future__ import annotations

import numpy as np
import pytest
from support import REPOSITORY

from autograder.build.described import describe_exercise
from autograder.build.draws import named_cases
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.criteria import criterion_of
from autograder.judge.observe import observe_case, observer

pytestmark = pytest.mark.filterwarnings("ignore")
DRAWS = 10_000


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return load_chapter(REPOSITORY / "solutions" / "ch06_tricks", calibrated=False)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "group"), [("prelu_backward", "kink"), ("maxout_backward", "tie")])
def test_no_right_answer_fails_at_a_kink(chapter: Chapter, name: str, group: str) -> None:
    entry = next(entry for entry in chapter.exercises if entry.name == name)
    exercise, runner = describe_exercise(chapter, entry), SolutionRunner(chapter)
    observe, criterion = observer(exercise, group), criterion_of(exercise)
    (drawn,) = [one for one in entry.record.all_groups if one.name == group]
    right = {"solution": runner.solution(), **{one.name: runner.edited(entry, one) for one in entry.record.variants}}
    failed = set()
    for draw in range(DRAWS):
        for case in drawn.cases(np.random.default_rng(draw)):
            expected = observe_case(observe, right["solution"], case).value
            seen = {who: observe_case(observe, impl, case) for who, impl in right.items()}
            failed |= {who for who, one in seen.items() if one.failure or criterion.compare(expected, one.value)}
    assert not failed


def test_a_gradient_outside_of_the_subgradients_is_noticed(chapter: Chapter) -> None:
    """What the groups at kinks let pass is not everything."""
    runner = SolutionRunner(chapter)
    for name, group, wrong in (
        ("prelu_backward", "kink", "closed_completely"),
        ("maxout_backward", "tie", "whole_share_for_each_winner"),
    ):
        entry = next(entry for entry in chapter.exercises if entry.name == name)
        exercise = describe_exercise(chapter, entry)
        observe = observer(exercise, group)
        (edit,) = [one for one in entry.record.mistakes if one.name == wrong]
        cases = [case for where, case in named_cases(entry, np.random.default_rng(0)) if where == group]
        for case in cases:
            expected = observe_case(observe, runner.solution(), case).value
            seen = observe_case(observe, runner.edited(entry, edit), case).value
            assert criterion_of(exercise).compare(expected, seen)
