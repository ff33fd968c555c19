"""Texts are the same code whatever their comments and spacing say; text that is no Python stays as it is."""

from __future__ import annotations

import pytest

from autograder.model.comments import same_code, without_comments

CODE = 'x = "# 这不是注释"  # 这是注释\n\n\n# alone\nif x:\n    # inside\n    y = (1,  # one\n         2)\n'


def test_comments_and_the_lines_that_hold_nothing_else_are_cut_out() -> None:
    assert without_comments(CODE) == 'x = "# 这不是注释"\n\n\nif x:\n    y = (1,\n         2)\n'


@pytest.mark.parametrize(
    "text", ["", "x = (1  # one", "if x:\n  y\n z  # z", "x = '\0'  # nothing", '"""# open', "数 = \ud800"]
)
def test_text_that_is_no_python_comes_back_as_it_is(text: str) -> None:
    assert without_comments(text) in (text, text.partition("  #")[0])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("x = 1", "x  =  1\n", True),
        ("x = 1", "# one\nx = 1  # two", True),
        ("x = 1  # one", "x = 1  # eins", True),
        ("x = '# one'", "x = '# eins'", False),
        ("x = 1", "x = 2", False),
        ("x = 1  # one", "x = (1  # one", False),
    ],
)
def test_what_two_texts_do_is_compared(one: str, other: str, same: bool) -> None:
    assert same_code(one, other) is same


def test_a_text_much_longer_than_ours_is_not_looked_at() -> None:
    assert not same_code("x = 1" + "#" * 1000, "x = 1")
