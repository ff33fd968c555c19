"""Mistakes as students receive them: those that the public cases tell from all others, on every processor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from autograder.build.described import in_order_of_telling
from autograder.build.mutants.made import Made
from autograder.build.mutants.trial import Fate, Trial, Tried
from autograder.build.shaken import all_alike
from autograder.chapter.chapter import ChapterExercise
from autograder.chapter.solutions import SolutionRunner, edited_source
from autograder.judge.letters import RIGHT, UNKNOWN, letters_of
from autograder.model.bank import BankedCase, BankedExercise

Letters = tuple[str, ...]


def told_apart(
    exercise: BankedExercise,
    entry: ChapterExercise,
    runner: SolutionRunner,
    public: Sequence[BankedCase],
    hidden: Sequence[BankedCase],
    made: Iterable[Made],
) -> Iterator[Tried]:
    """Written mistakes, then made ones, that are worth a name on the public cases.

    Both draws carry what the written mistakes give.  Where the hidden cases part what the public ones do not, a name
    would be a guess, unless both are told in the same words; but what is to be found in the code that students receive
    explains most.
    """
    cases = [public, hidden]
    written = list(_written(exercise, entry, cases))
    trial = Trial(exercise, cases, entry, runner, by_the_clock=False)
    telling = [one for one in trial.run(made) if one.fate is Fate.TELLING]
    guesses = {Fate.WRITTEN: _guesses(written, len(public)), Fate.TELLING: _guesses([*written, *telling], len(public))}
    shaken = [[replace(b, case=all_alike(b.case, wholes=wholes)) for b in public] for wholes in (True, False)]
    shaking = [Trial(exercise, [draw], entry, runner, by_the_clock=False) for draw in shaken]
    for one in (*written, *telling):
        letters = _split(one, len(public))[0]
        if letters in guesses[one.fate] and one.made.name != entry.record.starter:
            continue
        steady = _steady(letters, (trial.letters(one.made.source) for trial in shaking))
        if set(steady) - {RIGHT, UNKNOWN}:
            yield replace(one, letters=dict(enumerate(steady)))


def _written(
    exercise: BankedExercise, entry: ChapterExercise, draws: Sequence[Sequence[BankedCase]]
) -> Iterator[Tried]:
    cases = [banked for draw in draws for banked in draw]
    for mistake in in_order_of_telling(entry):
        letters = {n: letters_of(exercise, banked, banked.mistakes[mistake.name]) for n, banked in enumerate(cases)}
        yield Tried(Made(mistake.name, "written", mistake.hint, edited_source(entry, mistake)), Fate.WRITTEN, letters)


def _guesses(tried: Iterable[Tried], public: int) -> set[Letters]:
    """The letters on the public cases that several mistakes have which hidden cases and words tell apart."""
    given: dict[Letters, list[Tried]] = {}
    for one in tried:
        given.setdefault(_split(one, public)[0], []).append(one)
    return {
        letters
        for letters, alike in given.items()
        if len({_split(one, public)[1] for one in alike}) > 1 and len({repr(one.made.hint) for one in alike}) > 1
    }


def _split(tried: Tried, public: int) -> tuple[Letters, Letters]:
    """Its letters on the public cases, and on the hidden ones."""
    letters = tuple(tried.letters[number] for number in sorted(tried.letters))
    return letters[:public], letters[public:]


def _steady(letters: Letters, shaken: Iterator[Mapping[int, str] | None]) -> Letters:
    """The letters that do not hang on the last bits, and so are the same on every processor; others are unknown.

    On inputs that are shaken a little, one way or another, these are the same; or the output is right, as where a
    mistake hangs on what the case is made for (two equal numbers, say).
    """
    waiting = {number for number, one in enumerate(letters) if one != RIGHT}
    for again in shaken:
        waiting -= {number for number in waiting if again and again.get(number) in (letters[number], RIGHT)}
        if not waiting:
            break
    return tuple(UNKNOWN if number in waiting else one for number, one in enumerate(letters))
