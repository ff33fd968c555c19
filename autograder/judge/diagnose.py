"""Which mistake, written or made, explains a wrong output.  Nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.judge.compare import compare
from autograder.judge.criteria import criterion_of
from autograder.judge.letters import RIGHT, UNKNOWN, letters_at, letters_of
from autograder.judge.observe import Seen
from autograder.model.bank import BankedExercise, BankedMistake, Observation


def diagnose(exercise: BankedExercise, seen: Sequence[Seen], contract: tuple[str, ...]) -> BankedMistake | None:
    """The mistake that explains the output: it gives the same on every case, or fails the same probes.

    One that would be wrong where the output is right is none.  Of several the first is told, a written one before all
    made ones; a bare metric that several share names none of them.
    """
    failing = [entry for entry in seen if not entry.passed]
    if not failing:
        return _explains_manners(exercise, contract)

    def agrees(mistake: str, entry: Seen) -> bool:
        known = entry.banked.mistakes.get(mistake)
        return known is not None and alike(exercise, known, entry.observation)

    known = [mistake for mistake in exercise.mistakes if all(agrees(mistake.name, entry) for entry in seen)]
    telling = any(criterion_of(exercise).tells_apart(entry.observation.value) for entry in failing)
    if not known:
        return _made(exercise, seen) if telling else None
    return known[0] if telling or len(known) == 1 else None


def _made(exercise: BankedExercise, seen: Sequence[Seen]) -> BankedMistake | None:
    """The first made mistake with the same letters on every case for which it has some, a failing one among them."""
    if not exercise.made.text:
        return None
    observed = [letters_of(exercise, entry.banked, entry.observation) for entry in seen]
    for number, mistake in enumerate(exercise.made_mistakes):
        known = [letters_at(entry.banked.made, number) for entry in seen]
        pairs = [(one, other) for one, other in zip(known, observed, strict=True) if one != UNKNOWN]
        if all(one == other for one, other in pairs) and any(one != RIGHT for one, _ in pairs):
            return mistake
    return None


def _explains_manners(exercise: BankedExercise, contract: tuple[str, ...]) -> BankedMistake | None:
    """The mistake that fails these probes and the fewest others: whether each of them shows depends on the draw."""
    known = [mistake for mistake in exercise.mistakes if contract and set(contract) <= set(mistake.contract)]
    return min(known, key=lambda mistake: len(mistake.contract), default=None)


def alike(exercise: BankedExercise, known: Observation, actual: Observation) -> bool:
    """Whether two observations of a case, right or wrong, cannot be told apart."""
    if known.failure or actual.failure:
        return actual.failure is not None and actual.failure.same_as(known.failure)
    criterion = criterion_of(exercise)
    return not compare(criterion.evidence(known.value), criterion.evidence(actual.value), criterion.likeness)
