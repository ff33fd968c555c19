"""Computing what students receive of a chapter's cases: the public ones, with hints for mistakes that show on them."""

from __future__ import annotations

from dataclasses import replace

from autograder.build.described import describe_exercise, describe_mistakes, with_returns
from autograder.build.draws import bank_mistakes, case_seed, draw_cases, graded
from autograder.build.mutants.banked import with_made
from autograder.build.mutants.made import made_mistakes
from autograder.build.probes import with_probes
from autograder.build.public_made import told_apart
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.implementation import TorchReference
from autograder.judge.judge import FORM
from autograder.model.bank import Bank, BankedCase, BankedExercise
from autograder.model.public_cases import public_from_text, public_to_text, without_probes

LEFT_OUT = ("pair",)  # the least likely explanations; their hints are the longest, and travel beside every notebook
PROBED = 1  # of an exercise's cases: every probe is another right answer to ship
PUBLIC_KEY = "public"  # public cases are the same everywhere, so the release folder is deterministic


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
        exercise = with_returns(entry, exercise, solution, cases)
        many_right = entry.record.many_right
        draws = with_probes(exercise, [cases], self._reference, solution, cases=PROBED, many_right=many_right)
        return replace(exercise, draws=draws)

    def with_hints(self, exercise: BankedExercise, entry: ChapterExercise) -> BankedExercise:
        """The exercise with mistakes: the letters of what each gives on the cases, or the probes that it fails.

        They are numbered, since a name tells.  A choice has none: the others would be what is left.
        """
        (cases,) = exercise.draws
        if not exercise.takes_arguments or all(banked.group == FORM for banked in cases):
            return exercise
        tried = bank_mistakes(exercise, cases, entry, self._runner)
        hidden = bank_mistakes(exercise, graded(self._drawn(exercise, entry, 1)), entry, self._runner)
        described = describe_mistakes(exercise, entry, self._runner, tried)
        manners = tuple(mistake for mistake in described if mistake.contract)
        made = (one for one in made_mistakes(self._chapter, entry) if one.kind not in LEFT_OUT)
        telling = told_apart(exercise, entry, self._runner, tried, hidden, made)
        named = [replace(one, made=replace(one.made, name=str(n))) for n, one in enumerate(telling, len(manners) + 1)]
        numbered = tuple(replace(mistake, name=str(number)) for number, mistake in enumerate(manners, start=1))
        return with_made(replace(exercise, mistakes=numbered), [cases], named)

    def _drawn(self, exercise: BankedExercise, entry: ChapterExercise, number: int) -> tuple[BankedCase, ...]:
        seed = case_seed(PUBLIC_KEY, self._chapter.id, entry.name, number)
        return draw_cases(entry, exercise, self._reference, seed)
