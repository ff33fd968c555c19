"""A course has one table of symbols, of which each chapter shows its own part, in either language."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from support import COURSE, REPOSITORY, TINY, change

from autograder.chapter.chapter import find_chapters, load_chapter
from autograder.chapter.glossary import read_glossary
from autograder.chapter.sections import read_sections
from autograder.chapter.symbols import symbol_table
from autograder.model.errors import AuthoringError
from autograder.model.texts import LANGUAGES

SYMBOLS = r"""
symbols = [
  { code = "w, b", tex = 'w,\ b', shape = "(D,), ()", chapters = [1], en = "weights and bias", zh = "权重与偏置" },
  { code = "lr", tex = '\eta', shape = "()", chapters = [1, 2], en = "the learning rate", zh = "学习率" },
  { tex = '\kappa', chapters = [2], en = "a curvature", zh = "曲率" },
]
"""
OURS = read_glossary(REPOSITORY).symbols


def course_with(tmp_path: Path, symbols: str) -> Path:
    """The small chapter with its table asked for, in a course that has these symbols; returns its folder."""
    course = tmp_path / "course"
    shutil.copytree(COURSE, course, ignore=shutil.ignore_patterns("__pycache__"))
    (course / "solutions" / "glossary.toml").write_text(symbols, encoding="utf-8")
    folder = course / "solutions" / TINY
    change(folder, ("# A line through points.", "# {symbols}"), ("# 过若干点的直线。", "# {symbols}"))
    return folder


def begin_of(part: str) -> str:
    """What every use of a symbol begins with, whatever letters stand in it: of a length, or of an entry's place."""
    found = re.match(r"\\?[A-Za-z]+_?", part.lstrip("^"))
    assert found, part
    return found[0]


def test_a_chapter_shows_the_symbols_that_are_its_own(tmp_path: Path) -> None:
    english, chinese = (cell.source for cell in load_chapter(course_with(tmp_path, SYMBOLS)).cells[:2])
    assert english.endswith("| `w, b` | (D,), () | weights and bias |\n| `lr`, $\\eta$ | () | the learning rate |")
    assert chinese.endswith("| `w, b` | (D,), () | 权重与偏置 |\n| `lr`, $\\eta$ | () | 学习率 |")
    assert "kappa" not in english + chinese


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            r"{ tex = 'b,\ c', chapters = [2], en = 'a number', zh = '一个数' }",
            "'b' means 'weights and bias' and 'a number'",
        ),
        (r"{ tex = 'c', en = 'a number', zh = '一个数' }", "'chapters' is missing"),
    ],
)
def test_a_symbol_of_two_meanings_or_of_no_chapter_is_an_authors_error(tmp_path: Path, more: str, said: str) -> None:
    with pytest.raises(AuthoringError, match=re.escape(said)):
        load_chapter(course_with(tmp_path, SYMBOLS.replace("\n]", f"\n  {more},\n]")))


def test_a_table_of_nothing_is_an_authors_error_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(AuthoringError, match=r"00_chapter.py:\d+: \{symbols\} stands for a table, and no symbol"):
        load_chapter(course_with(tmp_path, "symbols = []"))


@pytest.mark.parametrize("path", find_chapters(REPOSITORY), ids=lambda path: path.name)
def test_a_chapter_uses_the_symbols_of_its_table(path: Path) -> None:
    text = "".join(cell.source for cell in read_sections(path) if cell.role in ("text", "answer", "written"))
    own = [symbol for symbol in OURS if int(path.name[2:4]) in symbol.chapters]
    assert own
    unused = [symbol.tex for symbol in own if not any(begin_of(part) in text for part in symbol.parts)]
    assert unused == []


def test_the_docs_show_the_whole_table() -> None:
    page = (REPOSITORY / "docs" / "symbols.md").read_text("utf-8")
    assert all(symbol_table(OURS, language) in page for language in LANGUAGES)
