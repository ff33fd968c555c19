"""Looking at an exercise again, without giving anybody a second guess.

A case is answered once.  Another answer to it counts only where something else than the answer was the trouble, and
each caller says where.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from autograder.grading.sandboxed import Sandboxed
from autograder.judge.judge import look
from autograder.judge.observe import Seen
from autograder.model.bank import BankedCase, BankedExercise
from autograder.model.calls import FATAL, CallStatus

Counts = Callable[[Seen, int], bool]
"""Whether a second answer may replace this one, when so many replaced functions were called for it."""


def called_a_replaced_function(first: Seen, asks: int) -> bool:
    """The first answer may have been wrong because of an earlier function: the second was made with a right one."""
    return asks > 0


def missed_a_name(first: Seen, asks: int) -> bool:
    """There was no first answer, for want of a name."""
    failure = first.failure
    return failure is not None and failure.status is CallStatus.RAISED and failure.error == "NameError"


def replaced_for(
    exercise: BankedExercise, earlier: Sequence[BankedExercise], wrong: Sequence[BankedExercise]
) -> list[BankedExercise]:
    """The earlier exercises whose functions are right ones when this one is asked again.

    Those of an object cannot be: none can be answered from outside.
    """
    needed = (entry for entry in earlier if entry in wrong or entry.name in exercise.requires)
    return [entry for entry in needed if not entry.methods]


def look_again(
    exercise: BankedExercise, cases: Sequence[BankedCase], impl: Sandboxed, first: Sequence[Seen], counts: Counts
) -> list[Seen]:
    """What was seen first, with second answers where they count and first ones where none had been asked for."""
    seen: list[Seen] = []
    ended = False
    for number, banked in enumerate(cases):
        earlier = first[number] if number < len(first) else None
        if earlier is not None and (ended or earlier.passed):
            seen.append(earlier)
        elif not ended:
            before = impl.asks
            again = look(exercise, [banked], impl)[0]
            ended = again.failure is not None and again.failure.status in FATAL
            seen.append(again if earlier is None or counts(earlier, impl.asks - before) else earlier)
    return seen
