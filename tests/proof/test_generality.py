"""How far diagnosis reaches: a mistake that is left out is named by what is left, rightly, or not at all."""

from __future__ import annotations

import pytest

from autograder.build.mutants.trial import Fate
from autograder.chapter.chapter import Chapter
from autograder.proof.generality import Generality, LeftOut, generality


@pytest.fixture(scope="module")
def figures(chapter: Chapter) -> Generality:
    return generality(chapter)


def test_a_mistake_that_nobody_listed_is_named_by_its_kind(figures: Generality) -> None:
    names = {(one.exercise, one.mistake): set(one.names) for one in figures.left_out}
    assert names["line_loss", "mean_for_sum"] == {"ratio_1_n.3"}
    assert names["line_grad", "factor_two_missing"] == {"ratio_half.2"}
    assert names["line_loss", "absolute_errors"] == {"square_missing.2"}
    assert names["descend", "uphill"] == {"sign.1"}
    assert names["center", "rows"] == {None}
    assert ("line_loss", "input_overwritten") not in names  # its values are right
    assert figures.wrongly == 0
    assert 0.5 < figures.named < 1
    assert figures.fates[Fate.TELLING] > 100


def test_mutants_that_no_case_notices_are_listed(figures: Generality) -> None:
    listed = {(one.exercise, one.mutant): one.changes for one in figures.unnoticed}
    assert listed["line_loss", "sign.2"] == (  # (a − b)² = (b − a)²
        "-     residual = X @ w + b - y", "+     residual = y - (X @ w + b)",
    )  # fmt: skip
    assert not any(exercise == "line_grad" for exercise, _ in listed)


def test_shares_are_of_draws() -> None:
    left = LeftOut("line_loss", "mean_for_sum", ("sign.1", None, "axis.1", "sign.1"), frozenset({"axis.1"}))
    assert (left.share_named, left.share_wrong) == (0.5, 0.25)
    figures = Generality("ch01_tiny", left_out=[left, LeftOut("line_loss", "other", (None,))])
    assert (figures.named, figures.wrongly) == (0.25, 0.125)
    assert (Generality("ch01_tiny").named, Generality("ch01_tiny").wrongly) == (0, 0)
