"""Numbers of exercises come from the names of their files, in headings and wherever one is referred to."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from support import COURSE, TINY, change, file_with

from autograder.build.described import describe_exercise
from autograder.build.notebooks import student_notebook
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.model.errors import AuthoringError
from autograder.model.texts import LANGUAGES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small chapter in a course of its own."""
    shutil.copytree(COURSE, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "course" / "solutions" / TINY


def text_of(chapter: Chapter, language: str) -> str:
    notebook: nbformat.NotebookNode = student_notebook(chapter, language)
    return "\n".join(cell.source for cell in notebook.cells)


def test_a_heading_gets_the_number_of_its_file_in_every_language(chapter: Chapter) -> None:
    assert "## 1.3 Descent" in text_of(chapter, "en")
    assert "## 1.3 下降" in text_of(chapter, "zh")
    assert chapter.exercises[2].title == {"en": "1.3 Descent", "zh": "1.3 下降"}
    assert chapter.written[0].title == {"en": "1.7 In your own words", "zh": "1.7 用自己的话说"}


def test_a_file_that_is_renamed_takes_its_references_along(folder: Path) -> None:
    change(
        folder,
        ("# A line through points.", "# A line through points: {ref:descend} walks, {ref:why} asks."),
        ("# 过若干点的直线。", "# 过若干点的直线，见 {ref:descend}。"),
        ('"""Sum of squared errors:', '"""Sum of squared errors, for {ref:descend}:'),
        ("# 误差平方和：", "# 误差平方和（{ref:descend} 用）："),
        ("print(shown([1, 2]))", 'print(shown([1, 2]), "as in {ref:descend}")'),
        ("You averaged; the", "You averaged, unlike {ref:descend}; the"),
    )
    (folder / "03_descend.py").rename(folder / "08_descend.py")
    change(folder, ("Why is the loss squared?", "Why is the loss of {ref:line_loss} squared?"))
    chapter = load_chapter(folder)
    english, chinese = (text_of(chapter, language) for language in LANGUAGES)
    for words in ("1.8 walks, 1.7 asks", "## 1.8 Descent", "errors, for 1.8:", '"as in 1.8"', "loss of 1.1 squared"):
        assert words in english
    for words in ("见 1.8。", "（1.8 用）", "## 1.8 下降"):
        assert words in chinese
    assert chapter.exercises[0].record.mistakes[0].hint["en"].startswith("You averaged, unlike 1.8;")
    assert "{ref" not in english + chinese


def test_a_text_says_what_the_chapter_pays_without_its_bonus(folder: Path) -> None:
    change(
        folder,
        ("# A line through points.", "# About {points} points."),
        ("# 过若干点的直线。", "# 约 {points} 分。"),
        ("print(shown([1, 2]))", "print(f'{points}')"),
    )
    chapter = load_chapter(folder)
    assert sum(entry.record.points for entry in chapter.exercises if entry.extra) == 1
    assert "About 12 points." in text_of(chapter, "en")
    assert "约 12 分。" in text_of(chapter, "zh")
    assert "print(f'{points}')" in text_of(chapter, "en")


def test_a_formula_is_left_alone(folder: Path) -> None:
    formula = r"$\sum_{n} x_{ref} = {n}$"
    change(folder, ("# A line through points.", f"# A line {formula}"))
    assert formula in text_of(load_chapter(folder), "en")


@pytest.mark.parametrize("slip", ["{ref:descent}", "{ref: descend}", "{ref：descend}", "{ref:descend", "{ref:}"])
def test_a_reference_to_nothing_is_named_with_file_and_line(folder: Path, slip: str) -> None:
    change(folder, ("You averaged; the", f"You averaged, unlike {slip} the"))
    file = file_with(folder, slip)
    text = file.read_text(encoding="utf-8")
    line = text[: text.index(slip)].count("\n") + 1
    with pytest.raises(AuthoringError) as fault:
        load_chapter(folder)
    assert str(fault.value).startswith(f"{TINY}/{file.name}:{line}: {{ref")
    assert "refers to nothing: write {ref:NAME} with the name of a file of this chapter" in str(fault.value)
    assert "line_loss, line_grad, descend" in str(fault.value)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("# # Tiny", "# # Tiny\n# ## {n} Before", "00_chapter.py:3: {n} stands for an exercise's number"),
        ("# ## {n} 下降", "# ## 下降", "the heading above 'descend' has no number in 'zh'"),
        ("# ## {n} Descent", "# ## 1.4 Descent", "the heading above 'descend' has no number in 'en'"),
        ("# ## {n} In your own words", "# ## In your own words", "the heading above 'why' has no number in 'en'"),
    ],
)
def test_a_number_that_is_out_of_place_or_missing_is_named(folder: Path, old: str, new: str, words: str) -> None:
    change(folder, (old, new))
    with pytest.raises(AuthoringError) as fault:
        load_chapter(folder)
    assert words in str(fault.value)


def test_a_function_that_travels_on_its_own_refers_to_no_number(folder: Path) -> None:
    change(folder, ("def choice(impl, case):", 'def choice(impl, case):\n    """As in {ref:descend}."""'))
    chapter = load_chapter(folder)
    with pytest.raises(AuthoringError, match=rf"{TINY}/04_facts\.py:\d+: 'choice' travels on its own"):
        describe_exercise(chapter, chapter.exercises[3])
