"""Numbers of students' own data: whose they are, how they stand in a cell, and who received one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from autograder.model.own_data import (
    COMMON,
    RECEIVED,
    ReceiversUnreadable,
    first_line,
    note_received,
    number_of,
    numbers_in,
    received,
    with_number,
)

ADA = ("key", "ch01", "loss", "ada")


def test_the_same_student_always_gets_the_same_number_and_another_key_chapter_exercise_or_student_another() -> None:
    assert number_of(*ADA) == number_of(*ADA)
    others = {number_of(*ADA[:place], "other", *ADA[place + 1 :]) for place in range(len(ADA))}
    assert len(others - {number_of(*ADA)}) == len(ADA)


def test_no_separator_between_names_can_be_moved() -> None:
    assert number_of("key", "ch01", "loss", "ada") != number_of("key", "ch01", "los", "sada")


def test_numbers_have_ten_digits_and_are_seeds_of_every_generator() -> None:
    numbers = [number_of("key", "ch01", "loss", str(student)) for student in range(2000)]
    assert len(set(numbers)) == len(numbers)
    assert min(numbers) >= 10**9
    assert max(numbers) < 2**32


def test_a_name_is_the_same_however_its_accents_are_composed() -> None:
    assert number_of(*ADA[:3], "Zo\u00eb") == number_of(*ADA[:3], "Zoe\u0308")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_line_of_a_cell_is_replaced_and_nothing_else(language: str) -> None:
    common = f"{first_line(COMMON, language)}\nX = MY_SEED  # MY_SEED = 3"
    own = with_number(common, 1234567890, language)
    assert own.splitlines()[1:] == common.splitlines()[1:]
    assert own.startswith("MY_SEED = 1234567890  # ")
    assert with_number(own, COMMON, language) == common
    assert with_number("X = MY_SEED", 1234567890, language) == "X = MY_SEED"


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ("MY_SEED = 12  # yours alone", {12}),
        ("  MY_SEED=1_000\nMY_SEED = 7", {1000, 7}),
        ("print(MY_SEED)", set()),
        ("MY_SEED = " + "9" * 5000, {int("9" * 31)}),  # a number of 5,000 digits is an error of Python's, or minutes
        ("MY_SEED = x", set()),
    ],
)
def test_numbers_are_read_from_any_text(source: str, numbers: set[int]) -> None:
    assert numbers_in(source) == numbers


def test_who_received_numbers_is_added_to_and_private(tmp_path: Path) -> None:
    assert received(tmp_path) == frozenset()
    note_received(tmp_path, ["ada", "bob"])
    note_received(tmp_path, ["bob", "Zoe\u0308"])
    assert received(tmp_path) == {"ada", "bob", "Zo\u00eb"}
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / RECEIVED).stat().st_mode) == 0o600


@pytest.mark.parametrize("content", ["", "[]", '{"students": 3}', "\xff", '{"students": "ada"}'])
def test_a_damaged_list_of_who_received_numbers_is_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / RECEIVED).write_text(content, encoding="latin-1")
    with pytest.raises(ReceiversUnreadable, match="run `autograder release --individual` with the same roster again"):
        received(tmp_path)
