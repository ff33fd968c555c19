"""Made mistakes: what is inherited, what two slips give at once, and which of all are worth a name."""

from __future__ import annotations

import contextlib
import gc
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from autograder.build.draws import bank_mistakes
from autograder.build.mutants.made import Made, inherited, made_mistakes, pairs, slips
from autograder.build.mutants.trial import Fate, Trial, Tried
from autograder.build.public_bank import public_bank
from autograder.build.public_made import told_apart
from autograder.build.quiet import quietly
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.solutions import SolutionRunner, solution_source
from autograder.judge.letters import UNKNOWN, letters_at, letters_of
from autograder.judge.observe import observe_case, observer
from autograder.model.bank import Bank, BankedCase, Observation
from autograder.model.exercise import HEART, Case, Mistake, Variant

LOSS = "def line_loss(w, b, X, y):\n    residual = X @ w + b - y\n    return {}\n"


def entry_of(chapter: Chapter, name: str) -> ChapterExercise:
    return next(entry for entry in chapter.exercises if entry.name == name)


def trial_of(chapter: Chapter, runner: SolutionRunner, bank: Bank, name: str) -> Trial:
    exercise = bank.exercise(name)
    assert exercise is not None
    return Trial(exercise, exercise.draws, entry_of(chapter, name), runner)


def made(source: str, name: str = "made") -> Made:
    return Made(name, "sign", {"en": "A sign.", "zh": "正负号。"}, source)


def with_records(entry: ChapterExercise, **records: Any) -> ChapterExercise:
    """The exercise with other mistakes or variants."""
    return replace(entry, record=replace(entry.record, **records))


def test_mistakes_of_earlier_exercises_are_inherited(chapter: Chapter, runner: SolutionRunner) -> None:
    entry = entry_of(chapter, "descend")
    (one,) = inherited(chapter, entry)
    assert (one.name, one.kind) == ("line_grad.factor_two_missing", "inherited")
    assert one.hint["en"] == (
        "This is what a slip from “1.2 The gradient” leads to. Where does the two of the square go?"
    )
    assert one.hint["zh"] == "这个结果来自“1.2 梯度”里的一种错误：平方求导出来的 2 去哪儿了？"
    start = (np.zeros(1), 0.0, np.ones((1, 1)), np.ones(1), 0.25, 1)
    assert runner.solution().descend(*start)["w"] == [0.5]
    assert runner.replaced(entry, one.source).descend(*start)["w"] == [0.25]


def test_nothing_is_inherited_where_nothing_is_built_on(chapter: Chapter) -> None:
    assert list(inherited(chapter, entry_of(chapter, "line_grad"))) == []


def test_pairs_are_written_swaps_that_do_not_overlap(chapter: Chapter) -> None:
    made = {one.name: one for one in pairs(entry_of(chapter, "line_loss"))}
    assert list(made) == [
        "mean_for_sum+absolute_errors", "mean_for_sum+input_overwritten", "absolute_errors+input_overwritten",
    ]  # fmt: skip
    first = made["mean_for_sum+absolute_errors"]
    assert "np.mean(np.abs(residual))" in first.source
    assert first.hint["en"].startswith(
        "Two slips at once. You averaged; the docstring asks for a sum. You took absolute"
    )
    assert list(pairs(entry_of(chapter, "descend"))) == []  # a single mistake has no pair


@pytest.mark.parametrize(
    "other",
    [
        Mistake("overlapping", "np.sum(residual**2)", "0.0", en="No.", zh="不。"),
        Mistake("unfinished", "return np.sum", "return (np.sum)(\n        1) or (", en="No.", zh="不。"),
        Mistake("whole", function=entry_of, en="No.", zh="不。"),
    ],
)
def test_what_overlaps_or_is_no_swap_has_no_pair(chapter: Chapter, other: Mistake) -> None:
    entry = entry_of(chapter, "line_loss")
    absolute = next(one for one in entry.record.mistakes if one.name == "absolute_errors")
    assert list(pairs(with_records(entry, mistakes=(absolute, other)))) == []


def test_a_mutant_that_a_variant_says_is_right_is_no_slip(chapter: Chapter) -> None:
    entry = entry_of(chapter, "line_loss")
    reversed_difference = "residual = y - (X @ w + b)"
    assert any(reversed_difference in one.source for one in slips(with_records(entry, variants=())))
    right = Variant("reversed", "residual = X @ w + b - y", reversed_difference)
    assert not any(reversed_difference in one.source for one in slips(with_records(entry, variants=(right,))))


def test_an_argument_that_may_be_doubled_has_no_slips_of_its_size(chapter: Chapter) -> None:
    entry = entry_of(chapter, "line_loss")
    right = Variant("any_y", "residual = X", "y = 2 * y\n    residual = X")

    def scaled(entry: ChapterExercise) -> set[str]:
        return {one.kind for one in slips(entry) if "\n    y = " in one.source}

    scales = {"argument_double", "argument_half", "argument_n", "argument_1_n"}
    assert scaled(entry) - scaled(with_records(entry, variants=(right,))) == scales
    assert "argument_negative" in scaled(with_records(entry, variants=(right,)))


def test_where_a_bug_is_to_be_found_every_function_has_slips(with_a_bug: Chapter) -> None:
    entry = entry_of(with_a_bug, "line_loss")
    unmarked = replace(entry.answer, source=solution_source(entry))
    assert list(slips(replace(entry, answer=unmarked))) == list(slips(entry)) != []


def test_choices_have_no_made_mistakes(chapter: Chapter) -> None:
    assert list(made_mistakes(chapter, entry_of(chapter, "facts"))) == []


def test_names_are_unique_and_helpers_have_slips_too(chapter: Chapter) -> None:
    for entry in chapter.exercises:
        names = [one.name for one in made_mistakes(chapter, entry)]
        assert len(set(names)) == len(names)
    sources = [one.source for one in slips(entry_of(chapter, "nearest_mean"))]
    assert any("argmax" in source for source in sources)  # of `predict`
    assert any("mean(axis=1)" in source for source in sources)


def test_a_function_that_is_given_has_no_slips(chapter: Chapter) -> None:
    entry = entry_of(chapter, "nearest_mean")
    given = entry.answer.source.replace("    ### BEGIN SOLUTION\n    return np.argmin", "    return np.argmin")
    given = given[: given.rindex("    ### END SOLUTION")]
    sources = [one.source for one in slips(replace(entry, answer=replace(entry.answer, source=given)))]
    assert sources != []
    assert not any("argmax" in source for source in sources)


@pytest.mark.parametrize(
    ("result", "fate", "like"),
    [
        ("3 * np.sum(residual**2)", Fate.TELLING, ""),
        ("np.mean(residual**2)", Fate.WRITTEN, "mean_for_sum"),
        ("np.sum(residual * residual)", Fate.UNNOTICED, ""),
        ("np.sum(residual**2) + (y.sort() or 0.0)", Fate.MANNERS, ""),
        ("1 // 0", Fate.FAILING, ""),
        ("line_loss(w, b, X, y)", Fate.FAILING, ""),
        ("sum(1 for _ in iter(int, 1))", Fate.COSTLY, ""),
    ],
)  # fmt: skip
def test_what_comes_of_a_made_mistake(
    chapter: Chapter, runner: SolutionRunner, bank: Bank, result: str, fate: Fate, like: str
) -> None:
    (tried,) = trial_of(chapter, runner, bank, "line_loss").run([made(LOSS.format(result))])
    assert (tried.fate, tried.like) == (fate, like)


@pytest.mark.parametrize("source", ["1 / 0\n", "import nothing_of_the_kind\n"])
def test_a_cell_that_fails_as_a_whole_is_no_explanation(
    chapter: Chapter, runner: SolutionRunner, bank: Bank, source: str
) -> None:
    trial = trial_of(chapter, runner, bank, "line_loss")
    assert [tried.fate for tried in trial.run([made(source)])] == [Fate.FAILING]
    assert trial.observations(source) is None


def test_of_two_made_mistakes_that_give_the_same_the_first_is_kept(
    chapter: Chapter, runner: SolutionRunner, bank: Bank
) -> None:
    sources = [LOSS.format(result) for result in ("3 * np.sum(residual**2)", "np.sum(residual**2 * 3)")]
    trial = trial_of(chapter, runner, bank, "line_loss")
    first, second = trial.run(made(source, f"number {n}") for n, source in enumerate(sources))
    assert (first.fate, second.fate, second.like) == (Fate.TELLING, Fate.TWIN, "number 0")
    exercise = bank.exercise("line_loss")
    assert exercise is not None
    assert len(first.letters) == sum(map(len, exercise.draws))
    assert first.letters == trial.letters(sources[0])


def test_a_mutant_of_the_small_chapter_is_told_from_the_right_answer(
    chapter: Chapter, runner: SolutionRunner, bank: Bank
) -> None:
    tried: list[Tried] = list(
        trial_of(chapter, runner, bank, "line_grad").run(made_mistakes(chapter, entry_of(chapter, "line_grad")))
    )
    fates = {one.made.name: one.fate for one in tried}
    assert fates["sign.1"] is Fate.TELLING
    assert Fate.UNNOTICED not in fates.values()
    assert next(one.like for one in tried if one.fate is Fate.WRITTEN) == "factor_two_missing"


def test_a_metric_alone_names_no_slip(chapter: Chapter, runner: SolutionRunner, bank: Bank) -> None:
    right = solution_source(entry_of(chapter, "nearest_mean"))
    sources = [right.replace("argmin", "argmax"), right.replace("** 2", "** 4")]
    tried = trial_of(chapter, runner, bank, "nearest_mean").run(map(made, sources))
    assert [one.fate for one in tried] == [Fate.BARE, Fate.GOOD_ENOUGH]


def test_garbage_is_not_collected_at_a_mutants_cost(chapter: Chapter, runner: SolutionRunner, bank: Bank) -> None:
    collecting = "import gc\n\n" + LOSS.format("np.sum(residual**2) + gc.isenabled()")
    forever = LOSS.replace("residual =", "while True: pass\n    residual =").format("0.0")
    tried = trial_of(chapter, runner, bank, "line_loss").run([made(collecting), made(forever)])
    assert [one.fate for one in tried] == [Fate.UNNOTICED, Fate.COSTLY]
    assert gc.isenabled()


def test_a_case_of_speed_is_not_asked(chapter: Chapter, runner: SolutionRunner, bank: Bank) -> None:
    """Of its large input a slip may make the square, which no machine has room for."""
    exercise, entry = bank.exercise("line_loss"), entry_of(chapter, "line_loss")
    assert exercise is not None
    huge = Case("huge", w=np.ones(5), b=0.0, X=np.ones((5000, 5)), y=np.zeros(5000))
    right, wrong = Observation(125_000.0), {mistake.name: Observation(0.5) for mistake in entry.record.mistakes}
    draws = [(*exercise.draws[0], BankedCase(huge, HEART, right, wrong)), *exercise.draws[1:]]
    here, there = (made(LOSS.format(f"np.sum(residual**2) * (2 if {where} else 1)")) for where in ("b", "len(y) > 999"))
    noticed, unasked = Trial(exercise, draws, entry, runner).run([here, there])
    assert (noticed.fate, unasked.fate) == (Fate.TELLING, Fate.UNNOTICED)
    assert len(exercise.draws[0]) not in {*noticed.letters, *unasked.letters}


def test_a_bank_keeps_what_is_worth_a_name(chapter: Chapter, runner: SolutionRunner, bank: Bank) -> None:
    """In the order in which it was made, with what it gives on each case of each draw."""
    exercise = bank.exercise("descend")
    assert exercise is not None
    names = [mistake.name for mistake in exercise.made_mistakes]
    assert names[0] == "line_grad.factor_two_missing"
    assert "one_step.1" in names
    source = next(one.source for one in slips(entry_of(chapter, "descend")) if one.name == "one_step.1")
    number, wrong = names.index("one_step.1"), runner.replaced(entry_of(chapter, "descend"), source)
    for draw in exercise.draws:
        for banked in draw:
            seen = observe_case(observer(exercise, banked.group), wrong, banked.case)
            assert letters_at(banked.made, number) == letters_of(exercise, banked, seen)
            assert letters_at(banked.made, len(names)) == UNKNOWN


def test_of_choices_a_bank_keeps_nothing(bank: Bank) -> None:
    facts = bank.exercise("facts")
    assert facts is not None
    assert facts.made_mistakes == []
    assert not any(banked.made for draw in facts.draws for banked in draw)


def test_students_receive_what_public_cases_tell_from_all_others(chapter: Chapter, runner: SolutionRunner) -> None:
    """Of two slips that only hidden cases tell apart, neither is named; in the same words both may be."""
    maker = public_bank(chapter, "en")
    exercise = maker.exercise("line_loss")
    assert exercise is not None
    entry = entry_of(chapter, "line_loss")
    public = bank_mistakes(exercise, exercise.draws[0], entry, runner)
    two = Case("two", w=np.ones(2), b=0.0, X=np.eye(2), y=np.full(2, 0.5))
    hidden = [replace(public[0], case=two, expected=Observation(0.5))]
    hidden = bank_mistakes(exercise, hidden, entry, runner)
    one, other = (LOSS.format(f"np.sum(residual**2) + 3 + {more}") for more in ("0 * len(y)", "(len(y) == 2)"))
    alone, telling = made(LOSS.format("np.sum(residual**4)"), "four"), [made(one, "one"), made(other, "other")]

    def kept(*mistakes: Made) -> list[str]:
        told = told_apart(exercise, entry, runner, public, hidden, iter(mistakes))
        return [tried.made.source for tried in told if tried.fate is Fate.TELLING]

    assert kept(alone, *telling) == [alone.source, one, other]  # in the same words
    named = replace(telling[1], hint={"en": "Another.", "zh": "别的。"})
    assert kept(alone, telling[0], named) == [alone.source]
    noisy = made(LOSS.format("np.sum(residual) * 1e15 % 7"), "noisy")
    assert kept(alone, noisy) == [alone.source]


def test_what_lapack_prints_of_a_mutants_numbers_reaches_nobody(capfd: pytest.CaptureFixture[str]) -> None:
    matrix = np.array([[np.inf, 1.0], [1.0, 2.0], [2.0, 3.0]])
    with quietly(), contextlib.suppress(np.linalg.LinAlgError):
        np.linalg.lstsq(matrix, np.ones(3), rcond=None)
    print("heard")
    assert capfd.readouterr().out == "heard\n"
