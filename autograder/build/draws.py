"""The cases that an exercise draws, hidden or public, with what the reference and every known mistake give on them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from autograder.build.record_checks import refuse_inputs_out_of_order, refuse_odd_cases
from autograder.chapter.chapter import ChapterExercise
from autograder.chapter.grading_cells import located
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.criteria import criterion_of
from autograder.judge.implementation import TorchReference
from autograder.judge.observe import compare_observations, observe_case, observer
from autograder.judge.own_gradient import is_gradient
from autograder.model.bank import BankedCase, BankedExercise, Observation
from autograder.model.calls import CallStatus
from autograder.model.exercise import Case

REDRAWN, REDRAWS = 1000, 20  # a draw that hides a mistake is replaced by the 1000th after it, at most so often


def telling_draws(
    exercise: BankedExercise,
    entry: ChapterExercise,
    draws: int,
    draw: Callable[[int], tuple[BankedCase, ...]],
) -> list[tuple[BankedCase, ...]]:
    """Draws on each of which every known mistake shows, so that nobody's grade hangs on the luck of a draw.

    A mistake that shows in the values of one draw has to show in all: a draw that hides it is drawn again.
    """

    def shown(cases: Sequence[BankedCase]) -> set[str]:
        return {
            name
            for banked in cases
            for name, seen in banked.mistakes.items()
            if compare_observations(exercise, banked.expected, seen)
        }

    drawn = [draw(number) for number in range(draws)]
    telling = set[str]().union(*map(shown, drawn))
    for number in range(draws):
        tries = iter(range(number + REDRAWN, number + REDRAWN * (REDRAWS + 1), REDRAWN))
        while hidden := telling - shown(drawn[number]):
            another = next(tries, None)
            if another is None:
                raise entry.grading.fault(f"{REDRAWS} draws in a row hide a mistake: {', '.join(sorted(hidden))}")
            drawn[number] = draw(another)
    return drawn


def case_seed(key: str, chapter: str, exercise: str, draw: int) -> int:
    """The seed of one draw: nobody can predict a hidden draw without the key."""
    digest = hashlib.sha256(f"{key}/{chapter}/{exercise}/{draw}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def draw_cases(
    entry: ChapterExercise, exercise: BankedExercise, reference: TorchReference, seed: int
) -> tuple[BankedCase, ...]:
    """One draw of an exercise's cases with what the reference gives.  Raises AuthoringError when it gives nothing.

    A gate expects a threshold rather than a value, so there the reference need not be trained for each draw.
    """
    drawn = []
    for group, case in named_cases(entry, np.random.default_rng(seed)):
        expected = Observation()
        if criterion_of(exercise).expects_value:
            with located(entry.grading):  # what the reference raises is the author's
                expected = observe_case(observer(exercise, group), reference, case)
        if expected.failure and expected.failure.status is not CallStatus.RAISED:
            raise entry.grading.fault(
                f"the reference fails on case {case.name!r} of {entry.name!r}: {expected.failure}"
            )
        banked = BankedCase(case, group, expected)
        drawn.append(replace(banked, loss=_right_loss(entry, exercise, reference, banked)))
    return tuple(drawn)


def named_cases(entry: ChapterExercise, rng: np.random.Generator) -> list[tuple[str, Case]]:
    """The cases that an exercise's groups draw, one after the other, each with its group's name."""
    with located(entry.grading):
        drawn = [(group.name, case) for group in entry.record.all_groups for case in group.cases(rng)]
        _ = [case.inputs for _, case in drawn]  # data sets are looked up here, where a row too many has a line
    refuse_odd_cases(entry, drawn)
    refuse_inputs_out_of_order(entry, drawn)
    return drawn


def graded(cases: Sequence[BankedCase]) -> tuple[BankedCase, ...]:
    """Those of a draw that a grade depends on."""
    return tuple(banked for banked in cases if banked.case.graded)


def _right_loss(
    entry: ChapterExercise, exercise: BankedExercise, reference: TorchReference, banked: BankedCase
) -> float | None:
    """The value of what the exercise is the gradient of, where it is one and the case says where."""
    if entry.record.gradient is None or not is_gradient(exercise, banked):
        return None
    return float(np.asarray(entry.record.gradient.of(reference, banked.case)).reshape(()))


def bank_mistakes(
    exercise: BankedExercise, cases: Sequence[BankedCase], entry: ChapterExercise, runner: SolutionRunner
) -> tuple[BankedCase, ...]:
    """The cases with what each mistake gives on them, by a fresh implementation: some keep state."""
    seen: dict[str, list[Observation]] = {}
    for mistake in entry.record.mistakes:
        impl = runner.edited(entry, mistake)
        seen[mistake.name] = [
            observe_case(observer(exercise, banked.group), impl, banked.case, exercise.returns) for banked in cases
        ]
    return tuple(
        replace(banked, mistakes={name: observations[number] for name, observations in seen.items()})
        for number, banked in enumerate(cases)
    )
