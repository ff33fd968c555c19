"""How far diagnosis reaches: a mistake that is left out is named by what is left, rightly, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import TINY, change

from autograder.build.mutants.trial import Fate
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.implementation import TorchReference
from autograder.model.bank import Bank
from autograder.proof.generality import LeftOut, Reach
from autograder.proof.told import Teller, Told, seen_of
from autograder.proof.verify import verify_chapter


@pytest.fixture(scope="module")
def reach(chapter: Chapter) -> Reach:
    return reach_of(chapter)


def reach_of(chapter: Chapter) -> Reach:
    reach = verify_chapter(chapter, draws=1).reach
    assert reach is not None
    return reach


def test_a_mistake_that_nobody_listed_is_named_by_its_kind(reach: Reach) -> None:
    names = {(one.exercise, one.mistake): set(one.names) for one in reach.left_out}
    assert names["line_loss", "mean_for_sum"] == {"ratio_1_n.3"}
    assert names["line_grad", "factor_two_missing"] == {"ratio_half.2"}
    assert names["line_loss", "absolute_errors"] == {"square_missing.2"}
    assert names["descend", "uphill"] == {"sign.1"}
    assert names["center", "rows"] == {None}
    assert ("line_loss", "input_overwritten") not in names  # its values are right
    assert reach.wrongly == 0
    assert 0.5 < reach.named < 1
    assert reach.fates[Fate.TELLING] > 100


def test_what_is_not_named_is_narrowed_by_a_fact_or_by_its_error(reach: Reach) -> None:
    told = {(one.exercise, one.mistake): set(one.told) for one in reach.left_out}
    assert told["line_loss", "mean_for_sum"] == {Told.NAMED}
    assert told["center", "rows"] == {Told.FACT}
    assert reach.told[Told.FALSE] == 0
    assert reach.named < reach.narrowed <= 1
    assert sum(reach.told.values()) == pytest.approx(1)


def test_a_name_that_is_wrong_and_a_fact_that_does_not_hold_are_false(
    chapter: Chapter, bank: Bank, runner: SolutionRunner
) -> None:
    entry = chapter.exercises[0]
    exercise = bank.exercises[0]
    teller = Teller(exercise, entry, runner, TorchReference(chapter.reference), exercise.draws[:1], exercise.draws[1:])
    mistake = next(each for each in entry.record.mistakes if each.name == "absolute_errors")
    assert teller.told(mistake, ["sign.1"], {"sign.1"}) == (Told.FALSE,)
    assert teller.told(mistake, ["sign.1"], set()) == (Told.NAMED,)
    assert teller.told(mistake, [None], set()) == (Told.FACT,)


def test_what_a_mistake_has_right_it_gave_with_good_manners(bank: Bank) -> None:
    exercise = bank.exercises[0]
    seen = [one for known in exercise.mistakes for one in seen_of(exercise, known.name, exercise.draws[0])]
    assert {one.passed for one in seen} == {True, False}
    assert all(one.tidy == (one.passed and one.failure is None) for one in seen)


def test_what_a_variant_says_is_right_need_not_be_noticed(chapter: Chapter, reach: Reach) -> None:
    assert reach.unnoticed == []  # (a − b)² = (b − a)²
    assert any(variant.name == "reversed" for variant in chapter.exercises[0].record.variants)


def test_where_many_answers_are_right_none_of_them_is_missing(course_copy: Path) -> None:
    folder = course_copy / "solutions" / TINY
    change(folder, ('Variant("reversed"', 'Variant("plain"'), ("y - (X @ w + b)", "-(y - X @ w - b)"))
    (unnoticed,) = reach_of(load_chapter(folder)).unnoticed
    assert (unnoticed.exercise, unnoticed.changes) == (
        "line_loss", ("-     residual = X @ w + b - y", "+     residual = y - (X @ w + b)"),
    )  # fmt: skip
    change(folder, ("seconds=1,", 'many_right="any loss with this minimum", seconds=1,'))
    assert reach_of(load_chapter(folder)).unnoticed == []


def test_shares_are_of_draws() -> None:
    left = LeftOut("line_loss", "mean_for_sum", ("sign.1", None, "axis.1", "sign.1"), frozenset({"axis.1"}))
    assert (left.share_named, left.share_wrong) == (0.5, 0.25)
    reach = Reach(left_out=[left, LeftOut("fit", "unscaled", (None,), made=False)])
    assert (reach.named, reach.wrongly) == (0.25, 0.125)
    assert (reach.where_made.named, reach.where_made.wrongly) == (0.5, 0.25)
    assert (Reach().named, Reach().wrongly) == (0, 0)
