"""What a bank keeps of made mistakes: of those that are worth a name the hint, and the letters of what they give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from autograder.build.mutants.trial import Tried
from autograder.judge.letters import UNKNOWN
from autograder.model.bank import BankedCase, BankedExercise
from autograder.model.packed import Packed


def with_made(
    exercise: BankedExercise, draws: Sequence[Sequence[BankedCase]], tried: Sequence[Tried]
) -> BankedExercise:
    """The exercise with made mistakes and with draws on which they were tried, in their order."""
    if not tried:
        return replace(exercise, draws=tuple(map(tuple, draws)))
    hints: dict[tuple[tuple[str, str], ...], int] = {}
    which = [hints.setdefault(tuple(one.made.hint.items()), len(hints)) for one in tried]
    made = {"names": [one.made.name for one in tried], "hints": list(map(dict, hints)), "which": which}
    letters = ["".join(one.letters.get(n, UNKNOWN) for one in tried) for n in range(sum(map(len, draws)))]
    waiting = iter(letters)
    told = tuple(tuple(replace(banked, made=next(waiting)) for banked in draw) for draw in draws)
    return replace(exercise, made=Packed.of(made), draws=told)
