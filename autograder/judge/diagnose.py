"""Which known mistake explains a wrong output.  Nothing is guessed."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.judge.compare import compare
from autograder.judge.criteria import criterion_of
from autograder.judge.fingerprint import matches
from autograder.judge.observe import Seen
from autograder.model.bank import BankedExercise, Fingerprint, Observation


def diagnose(exercise: BankedExercise, seen: Sequence[Seen], contract: tuple[str, ...]) -> str | None:
    """The known mistake that explains the output: it gives the same on every case, or fails the same probes.

    One that would be wrong where the output is right is none.  Of several the first is told; a bare metric that several
    share names none of them.
    """
    failing = [entry for entry in seen if not entry.passed]
    if not failing:
        return _explains_manners(exercise, contract)
    known = [mistake.name for mistake in exercise.mistakes if all(_agrees(exercise, mistake.name, e) for e in seen)]
    telling = any(criterion_of(exercise).tells_apart(entry.observation.value) for entry in failing)
    return known[0] if known and (telling or len(known) == 1) else None


def _agrees(exercise: BankedExercise, mistake: str, seen: Seen) -> bool:
    """Whether a mistake gives on a case what was seen, or may give it: a right answer where it is not recognised."""
    known = seen.banked.mistakes.get(mistake, seen.banked.expected)
    if isinstance(known.value, Fingerprint) and known.value.tree is None:
        return seen.passed
    return alike(exercise, known, seen.observation)


def _explains_manners(exercise: BankedExercise, contract: tuple[str, ...]) -> str | None:
    """The mistake that fails these probes and the fewest others: whether each of them shows depends on the draw."""
    known = [mistake for mistake in exercise.mistakes if contract and set(contract) <= set(mistake.contract)]
    return min(known, key=lambda mistake: len(mistake.contract)).name if known else None


def alike(exercise: BankedExercise, known: Observation, actual: Observation) -> bool:
    """Whether two observations of a case, right or wrong, cannot be told apart; the known one may be a fingerprint."""
    if known.failure or actual.failure:
        return actual.failure is not None and actual.failure.same_as(known.failure)
    criterion = criterion_of(exercise)
    evidence = criterion.evidence(actual.value)
    if isinstance(known.value, Fingerprint):
        return matches(known.value.tree, evidence, criterion.likeness)
    return not compare(criterion.evidence(known.value), evidence, criterion.likeness)
