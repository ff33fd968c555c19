"""Whose answers are compared: those of the files that were graded, as far as they are still there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from support import TINY

from autograder.cli.answer_forms import similar_submissions
from autograder.grading.intake import take
from autograder.model.bank import Bank
from autograder.model.verdict import Report, SubmissionOutcome
from autograder.report.standing import Standing

NAMES = ("line_loss", "line_grad", "descend", "center")
WORDS = "Because the mean of the centred data is nought, whatever the numbers were before that."


def own(name: str, number: int) -> str:
    return f"def {name}(*given):\n    return np.sum(given[0]) + {number}\n"


def renamed(name: str) -> str:
    """The answer of number 1 as somebody hands it in who does not want that to be seen."""
    return f'def {name}(*data):\n    """Mine."""\n    # all my own work\n    return np.sum(data[0])+1\n'


@pytest.fixture
def standings(hand_in: Callable[..., Path], tmp_path: Path) -> list[Standing]:
    """Sixty students with answers of their own; s02's are s01's under other names."""

    def standing(number: int) -> Standing:
        answers = {name: renamed(name) if number == 2 else own(name, number) for name in NAMES}
        answers["why"] = WORDS if number in (1, 2) else f"{WORDS} {number}"
        path = hand_in(tmp_path / f"s{number:02d}" / f"{TINY}.ipynb", answers)
        report = Report(path.parent.name, TINY, "en", SubmissionOutcome.GRADED, take(path).digest, "b", "e", 0)
        return Standing(report, source=str(path))

    return [standing(number) for number in range(1, 61)]


def test_a_copy_under_other_names_is_found_with_its_exercises(standings: list[Standing], bank: Bank) -> None:
    (pair,) = similar_submissions(standings, [bank])[TINY]
    assert (pair.one, pair.other) == ("s01", "s02")
    assert set(pair.exercises) == {*NAMES, "why"}


@pytest.mark.parametrize("what", ["gone", "changed", "no notebook", "a link"])
def test_a_file_that_is_not_what_was_graded_says_nothing(standings: list[Standing], bank: Bank, what: str) -> None:
    file, original = Path(standings[1].source), Path(standings[0].source)
    content = file.read_bytes()
    file.unlink()
    if what == "changed":
        file.write_bytes(content + b" ")
    elif what == "no notebook":
        file.write_text("{")
    elif what == "a link":
        (file.parent / "elsewhere").write_bytes(content)
        file.symlink_to(file.parent / "elsewhere")
    assert original.is_file()
    assert similar_submissions(standings, [bank])[TINY] == []


def test_the_courses_own_answers_say_nothing(
    hand_in: Callable[..., Path], standings: list[Standing], bank: Bank, tmp_path: Path
) -> None:
    """Two who did everything right, in the way that the course does it."""
    for number in (0, 1):
        path = hand_in(Path(standings[number].source), {})
        report = Report(f"s{number}", TINY, "en", SubmissionOutcome.GRADED, take(path).digest, "b", "e", 0)
        standings[number] = Standing(report, source=str(path))
    assert similar_submissions(standings, [bank])[TINY] == []


def test_of_an_assignment_without_a_bank_nothing_is_said(standings: list[Standing]) -> None:
    assert similar_submissions(standings, []) == {}
