"""How far diagnosis reaches beyond what an author wrote down: each known mistake is left out in turn, named or not.

Left out, a mistake is an answer that nobody listed.  It is *named* when what is left (other written mistakes and all
made ones) explains it; *wrongly* when that explanation parts from it on draws that diagnosis has not seen.
"""

from __future__ import annotations

import ast
import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.build.mutants.banked import with_made
from autograder.build.mutants.made import OFTEN_RIGHT, made_mistakes
from autograder.build.mutants.trial import Fate, Trial, Tried
from autograder.build.quiet import quietly
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.solutions import SolutionRunner, solution_source
from autograder.judge.diagnose import alike, diagnose
from autograder.judge.implementation import Implementation
from autograder.judge.letters import letters_of
from autograder.judge.observe import compare_observations
from autograder.model.bank import BankedCase, BankedExercise, Observation
from autograder.proof.told import Teller, Told, seen_of

SEEN = 4  # draws that a bank has; a gate, which may train on each case, has half of those that there are


@dataclass(frozen=True)
class LeftOut:
    """A written mistake that was left out, with the name that it got on each draw, and which of these names fail.

    `told` is what it is told on some of the draws, name or no name.  `made` says whether its exercise has made
    mistakes: a gate, and one of which many answers are right, have none.
    """

    exercise: str
    mistake: str
    names: tuple[str | None, ...]
    wrong: frozenset[str] = frozenset()
    told: tuple[Told, ...] = ()
    made: bool = True

    @property
    def share_named(self) -> float:
        """Of the draws: a rightly given name."""
        return sum(name is not None and name not in self.wrong for name in self.names) / len(self.names)

    @property
    def share_wrong(self) -> float:
        """Of the draws: a name that fails elsewhere."""
        return sum(name in self.wrong for name in self.names) / len(self.names)


@dataclass(frozen=True)
class Unnoticed:
    """A mutant that no case tells from a right answer: a case is missing, or the two are equal and a variant says so.

    `changes` are the lines of the solution that it changes, after "- ", and what it has there, after "+ ".
    """

    exercise: str
    mutant: str
    changes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What an author has to do about it."""
        return (
            "no case notices this change of the solution; add a case that does, or a Variant with this change if it "
            f"is right: {' '.join(self.changes)}"
        )


@dataclass
class Reach:
    """A chapter's reach.

    fates      of made mistakes.
    unnoticed  mutants that no case tells from a right answer.
    left_out   written mistakes that were left out, those alone that show in values.
    """

    fates: Counter[Fate] = field(default_factory=Counter)
    unnoticed: list[Unnoticed] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)

    @property
    def named(self) -> float:
        """Share of the mistakes left out that are named, rightly."""
        return sum(one.share_named for one in self.left_out) / max(1, len(self.left_out))

    @property
    def wrongly(self) -> float:
        """Share of them that are named wrongly."""
        return sum(one.share_wrong for one in self.left_out) / max(1, len(self.left_out))

    @property
    def told(self) -> dict[Told, float]:
        """Shares of what they are told, on the draws on which facts were looked for."""
        said = Counter(told for one in self.left_out for told in one.told)
        return {what: said[what] / max(1, said.total()) for what in Told}

    @property
    def narrowed(self) -> float:
        """Share of them that are named or told something true that narrows it."""
        return self.told[Told.NAMED] + self.told[Told.FACT] + self.told[Told.ERROR]

    @property
    def where_made(self) -> Reach:
        """The same for those exercises alone that have made mistakes."""
        return Reach(left_out=[one for one in self.left_out if one.made])

    @property
    def figures(self) -> dict[str, Any]:
        """The shares as JSON data."""
        return {
            "named": round(self.named, 3),
            "wrongly": round(self.wrongly, 3),
            "told": {str(what): round(share, 3) for what, share in self.told.items()},
        }

    def to_json(self) -> dict[str, Any]:
        """The figures as JSON data, with what each mistake is called when it is left out."""
        return {
            **self.figures,
            "where_made": self.where_made.figures,
            "made": {str(fate): count for fate, count in sorted(self.fates.items())},
            "left_out": [{**vars(one), "wrong": sorted(one.wrong)} for one in self.left_out],
            "unnoticed": [vars(one) for one in self.unnoticed],
        }


def measure(
    reach: Reach,
    chapter: Chapter,
    entry: ChapterExercise,
    exercise: BankedExercise,
    runner: SolutionRunner,
    reference: Implementation,
    public: Sequence[BankedCase],
    draws: Sequence[Sequence[BankedCase]],
) -> list[Unnoticed]:
    """Try all made mistakes of an exercise, leave out each written one, and return what no case notices.

    `public` and each of `draws` carry what the written mistakes give.  As many draws as a bank has are for finding a
    name, the others for proving it wrong.
    """
    seen = min(SEEN, len(draws) // 2)
    known, fresh = [public, *draws[:seen]], draws[seen:]
    tried = list(Trial(exercise, known, entry, runner).run(made_mistakes(chapter, entry)))
    reach.fates.update(one.fate for one in tried)
    unnoticed = [
        Unnoticed(entry.name, one.made.name, _changes(solution_source(entry), one.made.source))
        for one in tried
        if one.fate is Fate.UNNOTICED and one.made.kind not in OFTEN_RIGHT
    ]
    reach.unnoticed += unnoticed

    def shows(mistake: str) -> bool:
        return any(compare_observations(exercise, b.expected, b.mistakes[mistake]) for cases in known for b in cases)

    if not exercise.takes_arguments:  # of a choice every wrong answer is a written one
        return unnoticed
    left = _Leaving(exercise, known, fresh, tried, Trial(exercise, fresh, entry, runner))
    teller = Teller(exercise, entry, runner, reference, draws[:seen], fresh)
    for mistake in entry.record.mistakes:
        if shows(mistake.name):
            with quietly():
                out = left.out(mistake.name)
                told = teller.told(mistake, out.names, out.wrong)
                reach.left_out.append(replace(out, told=told, made=bool(tried)))
    return unnoticed


def _changes(solution: str, mutant: str) -> tuple[str, ...]:
    right, wrong = (ast.unparse(ast.parse(source)).splitlines() for source in (solution, mutant))
    return tuple(line for line in difflib.ndiff(right, wrong) if line[0] in "+-")


class _Leaving:
    """Leaves the written mistakes of one exercise out, each in turn."""

    def __init__(
        self,
        exercise: BankedExercise,
        draws: Sequence[Sequence[BankedCase]],
        fresh: Sequence[Sequence[BankedCase]],
        tried: Sequence[Tried],
        elsewhere: Trial,
    ) -> None:
        self._exercise, self._draws, self._elsewhere = exercise, draws, elsewhere
        self._tried = [one for one in tried if one.fate in (Fate.TELLING, Fate.WRITTEN)]
        self._fresh = [banked for cases in fresh for banked in cases]

    def out(self, mistake: str) -> LeftOut:
        """What a mistake is called when nobody has listed it."""
        others = tuple(other for other in self._exercise.mistakes if other.name != mistake)
        exercise = with_made(replace(self._exercise, mistakes=others), self._draws, list(self._made_without(mistake)))
        names = [self._name(exercise, mistake, cases) for cases in exercise.draws]
        wrong = frozenset(name for name in set(names) if name is not None and not self._holds(mistake, name))
        return LeftOut(exercise.name, mistake, tuple(names[1:]), wrong)  # public cases are nobody's grade

    def _made_without(self, mistake: str) -> Iterator[Tried]:
        """The made mistakes that there would be without a written one; some give what it gives, on every case."""
        cases = [banked for cases in self._draws for banked in cases]
        same = {n: letters_of(self._exercise, banked, banked.mistakes[mistake]) for n, banked in enumerate(cases)}
        for one in self._tried:
            if one.made.kind == "pair" and mistake in one.made.name.split("+"):
                continue
            if one.fate is Fate.TELLING or one.like == mistake:
                yield one if one.fate is Fate.TELLING else replace(one, letters=same)

    def _name(self, exercise: BankedExercise, mistake: str, cases: Sequence[BankedCase]) -> str | None:
        """What diagnosis says on one draw."""
        told = diagnose(exercise, seen_of(exercise, mistake, cases), ())
        return told.name if told else None

    def _holds(self, mistake: str, name: str) -> bool:
        """Whether an explanation gives the same as the mistake on draws that it was not found on."""
        source = next((one.made.source for one in self._tried if one.made.name == name), None)
        known: Mapping[int, Observation] | None
        if source is None:
            known = {number: banked.mistakes[name] for number, banked in enumerate(self._fresh)}
        else:
            known = self._elsewhere.observations(source)
        return known is not None and all(
            alike(self._exercise, observation, self._fresh[number].mistakes[mistake])
            for number, observation in known.items()
        )
