"""What an answer is told that nobody listed: a name, a fact, what it stopped with, or nothing.

A fact is *false* when the answer is wrong on a draw that the fact was not found on, and the fact does not hold there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from enum import StrEnum

from autograder.build.probes import with_probes
from autograder.chapter.chapter import ChapterExercise
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.facts import facts, failing_of, is_denied, is_unexplained
from autograder.judge.implementation import Implementation
from autograder.judge.judge import decide
from autograder.judge.observe import Seen, compare_observations
from autograder.model.bank import BankedCase, BankedExercise
from autograder.model.exercise import Mistake
from autograder.model.verdict import Finding

PROBED = 2  # draws on which facts are looked for, and as many on which they must hold
SILENT = {  # findings that say no more than that something is wrong
    "wrong_value", "does_not_hold", "below_gate", "above_gate", "gradient_inconsistent",
}  # fmt: skip


class Told(StrEnum):
    """What is told first."""

    NAMED = "named"
    FACT = "a fact"
    FALSE = "what is false"
    ERROR = "its error"  # or the form of what it returned
    NOTHING = "nothing"


def seen_of(exercise: BankedExercise, mistake: str, cases: Iterable[BankedCase]) -> list[Seen]:
    """What a known mistake gave when the draw was made, as if it were looked at now."""
    seen = []
    for banked in cases:
        answer = banked.mistakes[mistake]
        mismatches = [] if answer.failure else compare_observations(exercise, banked.expected, answer)
        right = not mismatches and answer.failure is None
        seen.append(Seen(banked, answer, mismatches, tidy=right))  # whether it writes into its inputs is asked later
    return seen


class Teller:
    """Tells what the mistakes of one exercise are told without a name, and whether that is true elsewhere."""

    def __init__(
        self,
        exercise: BankedExercise,
        entry: ChapterExercise,
        runner: SolutionRunner,
        reference: Implementation,
        draws: Sequence[Sequence[BankedCase]],
        fresh: Sequence[Sequence[BankedCase]],
    ) -> None:
        self._exercise, self._entry, self._runner = replace(exercise, mistakes=()), entry, runner
        asked = [*draws[:PROBED], *fresh[:PROBED]]
        probed = with_probes(exercise, asked, reference, runner.solution(), many_right=entry.record.many_right)
        count = min(PROBED, len(draws))
        self._draws, self._fresh = probed[:count], probed[count:]

    def told(self, mistake: Mistake, names: Sequence[str | None], wrong: Collection[str]) -> tuple[Told, ...]:
        """What is told on each of the first draws; `names` are those that diagnosis gives on them."""
        impl = self._runner.edited(self._entry, mistake)

        def on(name: str | None, cases: Sequence[BankedCase]) -> Told:
            if name is not None:
                return Told.FALSE if name in wrong else Told.NAMED
            return self._without_a_name(seen_of(self._exercise, mistake.name, cases), impl, mistake.name)

        return tuple(map(on, names, self._draws))

    def _without_a_name(self, seen: Sequence[Seen], impl: Implementation, mistake: str) -> Told:
        cases = [entry.banked for entry in seen]
        verdict = decide(self._exercise, cases, impl, seen)
        if is_unexplained(self._exercise, verdict, seen):
            found = facts(self._exercise, seen, impl, reveal=False)
            if found:
                return Told.FACT if all(self._holds(fact, seen, impl, mistake) for fact in found) else Told.FALSE
        elif any(not finding.group and not finding.passed for finding in verdict.findings):
            return Told.FACT  # a ratio, say
        said = {finding.code for finding in verdict.findings if not finding.passed}
        return Told.ERROR if said - SILENT else Told.NOTHING

    def _holds(self, fact: Finding, found_on: Sequence[Seen], impl: Implementation, mistake: str) -> bool:
        if fact.code in ("special_case", "special_cases"):  # which cases these are, is of the draw
            return True
        elsewhere = [seen_of(self._exercise, mistake, cases) for cases in self._fresh]
        return not any(
            is_denied(self._exercise, [*found_on, *seen], impl, fact) for seen in elsewhere if failing_of(seen)
        )
