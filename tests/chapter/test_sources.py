"""Which sources a bank is made from, and that a change of lesson text makes no bank stale and nobody's grade void."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from support import TINY, change

from autograder.build.make_bank import compute_bank
from autograder.chapter.chapter import load_course
from autograder.chapter.sources import refuse_stale
from autograder.model.bank import Bank, BankOutdated
from autograder.model.bank_files import save

CHAPTER, REFERENCE, CALIBRATION = f"solutions/{TINY}", "reference/tiny.py", f"reference/calibrations/{TINY}.json"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# # Tiny", "# # Very small"),
        (" 损失", " 损失函数"),
        ("# A line through points.", "# A straight line.\n# <!-- shorter -->"),
        ("# %% setup", '# %% [markdown] lang="en"\n# More.\n# %% [markdown] lang="zh"\n# 更多。\n# %% setup'),
        ("# 误差平方和：", "# 误差的平方和："),
        ("# Why is the loss squared?", "# Why squares?"),
        ("# It is smooth,", "# It is differentiable,"),
        ("In your own words", "Why squares"),
        ("print(shown([1, 2]))", "# What is shown?\nprint(shown([1, 2]))  # two numbers"),
    ],
)
def test_a_change_of_text_leaves_the_bank_as_it_is(bank: Bank, course_copy: Path, old: str, new: str) -> None:
    """Nobody is graded anew: not with the bank at hand, and not with one that is made from the new text."""
    change(course_copy / "solutions" / TINY, (old, new))
    refuse_stale(bank, TINY, course_copy)
    (changed,) = load_course(course_copy)
    renewed = save(compute_bank(changed, draws=3, key="tests"), course_copy / "bank" / TINY)
    assert renewed.digest == bank.digest
    assert renewed.title == changed.title
    assert renewed.titles()["why"] == changed.written[0].title


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("draw(rng, 7, 3)", "draw(rng, 8, 3)"),
        ('"Your steps go up the hill."', '"You climb."'),
        ("points=3,", "points=4,"),
        ('written="why" points="2"', 'written="why" points="3"'),
        ("return np.sum(residual**2)", "return np.sum(residual * residual)"),
        ("# (N,)", "# one a sample"),
        ("import numpy as np", "import numpy as np\n\nN = 3"),
        ("print(shown([1, 2]))", "print(shown([1, 3]))"),
        ('answer="center" extra', 'answer="center"'),
    ],
)
def test_a_bank_of_another_chapter_is_refused(bank: Bank, course_copy: Path, old: str, new: str) -> None:
    refuse_stale(bank, TINY, course_copy)
    change(course_copy / "solutions" / TINY, (old, new))
    with pytest.raises(BankOutdated, match=rf"run `autograder bank {TINY}` \(changed since: {CHAPTER}\)$"):
        refuse_stale(bank, TINY, course_copy)


def test_a_bank_of_another_reference_or_calibration_is_refused(bank: Bank, course_copy: Path) -> None:
    change(course_copy / "reference", ("return", "# of course\n    return"))
    (course_copy / CALIBRATION).parent.mkdir()
    (course_copy / CALIBRATION).write_text("{}", encoding="utf-8")
    with pytest.raises(BankOutdated, match=re.escape(f"(changed since: {CALIBRATION}, {REFERENCE})")):
        refuse_stale(bank, TINY, course_copy)


def test_a_bank_that_does_not_say_of_which_files_it_was_made_is_refused_where_they_are(
    bank: Bank, course_copy: Path, tmp_path: Path
) -> None:
    """Banks used to hold one hash of all files, text included."""
    old = replace(bank, provenance={**bank.provenance, "sources": "4f2a"})
    with pytest.raises(BankOutdated, match="was made from other sources: run `autograder bank ch01_tiny`"):
        refuse_stale(old, TINY, course_copy)
    refuse_stale(old, TINY, tmp_path / "nowhere")


def test_what_is_not_there_has_not_changed(bank: Bank, course_copy: Path) -> None:
    """A bank grades where its sources are not: a build machine must not hold the solutions."""
    shutil.rmtree(course_copy / "reference")
    refuse_stale(bank, TINY, course_copy)
    change(course_copy / "solutions" / TINY, ("points=3,", "points=4,"))
    with pytest.raises(BankOutdated):
        refuse_stale(bank, TINY, course_copy)
    shutil.rmtree(course_copy / "solutions")
    refuse_stale(bank, TINY, course_copy)
