"""Computing what students receive of a chapter's cases: the public ones, with hints for mistakes that show on them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from autograder.build.make_bank import (
    bank_mistakes,
    case_seed,
    describe_exercise,
    describe_mistakes,
    draw_cases,
    graded,
    with_returns,
)
from autograder.build.probes import with_probes
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.criteria import criterion_of
from autograder.judge.diagnose import alike
from autograder.judge.fingerprint import fingerprint
from autograder.judge.implementation import TorchReference
from autograder.judge.judge import FORM
from autograder.model.bank import Bank, BankedCase, BankedExercise, Fingerprint, Observation
from autograder.model.exercise import Case
from autograder.model.public_cases import public_from_text, public_to_text, without_probes
from autograder.model.tree import map_leaves

PUBLIC_KEY = "public"  # public cases are the same everywhere, so the release folder is deterministic
PROBED = 1  # of an exercise's cases: every probe is another right answer to ship
SHAKEN = 1 + 1e-12  # far below every tolerance, and far above the rounding by which processors differ
UNKNOWN = Observation(Fingerprint(None))


def public_bank(chapter: Chapter, language: str) -> Bank:
    """What `check` uses: a chapter's public cases with their expected outputs, and hints by what a mistake gives."""
    maker = _Maker(chapter)
    drawn = tuple(map(maker.with_public_cases, chapter.exercises))
    public = Bank(chapter.id, dict(chapter.title), language, ()).public(drawn, language)
    read = public_from_text(public_to_text(public))  # a mistake is recognised by what it gives on the numbers there
    hinted = map(maker.with_hints, read.exercises, chapter.exercises)
    return replace(read, exercises=tuple(hinted))


def without_hints(bank: Bank) -> Bank:
    """A public bank that knows no mistake and narrows none."""
    return bank.public(without_probes(bank).exercises, bank.language)


class _Maker:
    """Makes one chapter's public cases."""

    def __init__(self, chapter: Chapter) -> None:
        self._chapter = chapter
        self._runner, self._reference = SolutionRunner(chapter), TorchReference(chapter.reference)

    def with_public_cases(self, entry: ChapterExercise) -> BankedExercise:
        exercise = describe_exercise(self._chapter, entry)
        cases = self._drawn(exercise, entry, 0)
        if not any(banked.case.public for banked in cases):
            raise entry.grading.fault(f"{entry.name!r} has no public case, so `check` has nothing to show")
        solution = self._runner.solution()
        exercise = with_returns(exercise, solution, cases)
        return replace(exercise, draws=with_probes(exercise, [cases], self._reference, solution, cases=PROBED))

    def with_hints(self, exercise: BankedExercise, entry: ChapterExercise) -> BankedExercise:
        """The exercise with its mistakes: what each gives on each case on which it shows, or the probes that it fails.

        They are numbered, since a name tells.  A choice has none: the others would be what is left.
        """
        (cases,) = exercise.draws
        if not exercise.takes_arguments or all(banked.group == FORM for banked in cases):
            return exercise
        tried = bank_mistakes(exercise, cases, entry, self._runner)
        shown = self._shown(exercise, entry, tried)
        recognised = {name for (name, _), seen in shown.items() if seen != UNKNOWN}
        telling = recognised - self._confused(exercise, entry, tried, recognised)
        described = describe_mistakes(exercise, entry, self._runner, tried)
        known = [mistake for mistake in described if mistake.name in telling or mistake.contract]
        numbers = {mistake.name: str(number) for number, mistake in enumerate(known, start=1)}
        draw = [
            replace(
                banked,
                mistakes={numbers[name]: seen for (name, at), seen in shown.items() if at == place and name in numbers},
            )
            for place, banked in enumerate(cases)
        ]
        named = tuple(replace(mistake, name=numbers[mistake.name]) for mistake in known)
        return replace(exercise, mistakes=named, draws=(tuple(draw),))

    def _drawn(self, exercise: BankedExercise, entry: ChapterExercise, number: int) -> tuple[BankedCase, ...]:
        seed = case_seed(PUBLIC_KEY, self._chapter.id, entry.name, number)
        return draw_cases(entry, exercise, self._reference, seed)

    def _shown(
        self, exercise: BankedExercise, entry: ChapterExercise, tried: Sequence[BankedCase]
    ) -> dict[tuple[str, int], Observation]:
        """What stands for the output of a mistake on a case, by name and number, where it is wrong.

        UNKNOWN where it hangs on the last bits, and so is another on every processor: where on shaken inputs it is
        neither the same nor right, as where it hangs on what the case is made for (two equal numbers, say).  Shaking
        the fractions alone leaves 0 and 1 what they are, shaking all keeps ratios.
        """
        shown = {
            (name, place): _print_of(exercise, seen)
            for place, banked in enumerate(tried)
            for name, seen in banked.mistakes.items()
            if not alike(exercise, banked.expected, seen)
        }
        unsteady = set(shown)
        for wholes in (True, False):
            if unsteady:
                shaken = tuple(replace(banked, case=_shaken(banked.case, wholes)) for banked in tried)
                again = bank_mistakes(exercise, shaken, entry, self._runner)
                unsteady = {
                    (name, place)
                    for name, place in unsteady
                    if not alike(exercise, shown[name, place], again[place].mistakes[name])
                    and not alike(exercise, tried[place].expected, again[place].mistakes[name])
                }
        return {which: UNKNOWN if which in unsteady else known for which, known in shown.items()}

    def _confused(
        self, exercise: BankedExercise, entry: ChapterExercise, tried: Sequence[BankedCase], names: Collection[str]
    ) -> set[str]:
        """Those of the mistakes that the public cases do not tell apart and hidden ones do: a name would be a guess."""

        def same(cases: Sequence[BankedCase], one: str, other: str) -> bool:
            return all(alike(exercise, banked.mistakes[one], banked.mistakes[other]) for banked in cases)

        twins = [pair for pair in combinations(names, 2) if same(tried, *pair)]
        if not twins:
            return set()
        hidden = bank_mistakes(exercise, graded(self._drawn(exercise, entry, 1)), entry, self._runner)
        return {name for pair in twins if not same(hidden, *pair) for name in pair}


def _print_of(exercise: BankedExercise, seen: Observation) -> Observation:
    if seen.failure:
        return seen
    criterion = criterion_of(exercise)
    return Observation(Fingerprint(fingerprint(criterion.evidence(seen.value), criterion.likeness)))


def _shaken(case: Case, wholes: bool) -> Case:
    """The case with all floats (or only those that are no whole numbers) off by the same tiny factor."""

    def shaken(leaf: Any) -> Any:
        if isinstance(leaf, np.ndarray) and leaf.dtype.kind == "f":
            return leaf * SHAKEN if wholes else np.where(leaf == np.round(leaf), leaf, leaf * SHAKEN)
        return leaf * SHAKEN if isinstance(leaf, float) and (wholes or not leaf.is_integer()) else leaf

    return case.with_inputs(map_leaves(shaken, case.inputs))
