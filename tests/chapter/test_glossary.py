"""A course may keep a glossary: what it refuses is named with file and line, in either language."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from support import COURSE, TINY, change

from autograder.chapter.chapter import load_chapter
from autograder.chapter.glossary import Glossary, read_glossary
from autograder.model.exercise import AuthoringError

Keep = Callable[[str], Path]
TERMS = """
terms = [
  { en = "squared error", zh = "平方误差", not_en = ["quadratic error"], not_zh = ["平方偏差", "Square"] },
]
symbols = [{ tex = '^\\top', chapters = [1], en = "transpose", zh = "转置", not = ['^{\\mathsf T}'] }]
"""


@pytest.fixture
def keep(tmp_path: Path) -> Keep:
    """Writes the glossary of a course that has the small chapter; returns the chapter's folder."""
    shutil.copytree(COURSE, tmp_path / "course", ignore=shutil.ignore_patterns("__pycache__"))

    def write(glossary: str) -> Path:
        (tmp_path / "course" / "solutions" / "glossary.toml").write_text(glossary, encoding="utf-8")
        return tmp_path / "course" / "solutions" / TINY

    return write


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "# A line through points.",
            "# A line with small\n# quadratic errors.",
            '00_chapter.py:5: the course says "squared error"',
        ),
        ("# 过若干点的直线。", "# 平方**偏差**最小的直线。", '00_chapter.py:8: the course says "平方误差"'),
        ("# 过若干点的直线。", "# Square 最小的直线。", '00_chapter.py:8: the course says "平方误差"'),
        (
            "# A line through points.",
            "# A line $X^{\\mathsf T}y$ of points.",
            '00_chapter.py:4: the course says "^\\top"',
        ),
        (
            '"""Sum of squared errors:',
            '"""Sum.\n\n    Of Quadratic errors:',
            '01_line_loss.py:17: the course says "squared error"',
        ),
    ],
)
def test_another_word_is_refused_with_its_place(keep: Keep, old: str, new: str, said: str) -> None:
    folder = keep(TERMS)
    load_chapter(folder)
    change(folder, (old, new))
    with pytest.raises(AuthoringError, match=re.escape(f"{TINY}/{said}, not ")):
        load_chapter(folder)


def test_every_place_is_named_and_a_hint_is_one_of_them(keep: Keep) -> None:
    folder = keep('terms = [{ en = "mean", zh = "平均", not_en = ["points"], not_zh = ["求和"] }]')
    with pytest.raises(AuthoringError) as raised:
        load_chapter(folder)
    places = str(raised.value).split("\n")
    assert len(places) > 2
    for place in places:
        file, line = re.match(rf"{TINY}/(\w+\.py):(\d+): the course says", place).group(1, 2)  # type: ignore[union-attr]
        text = (folder / file).read_text(encoding="utf-8").split("\n")[int(line) - 1]
        assert re.search("points|求和", text), place
    assert any(" zh=" in (folder / place[len(TINY) + 1 :].partition(":")[0]).read_text("utf-8") for place in places)


@pytest.mark.parametrize(
    "text", ["# The `quadratic_error`, a `quadratic error` and Square.", "# Requadratic errorless lines."]
)
def test_code_longer_words_and_words_of_the_other_language_are_no_fault(keep: Keep, text: str) -> None:
    folder = keep(TERMS)
    change(folder, ("# A line through points.", text))
    load_chapter(folder)


@pytest.mark.parametrize(("label", "refused"), [("a zigzag", True), ("a line", False)])
def test_a_name_in_drawn_by_is_code_and_a_label_is_text(keep: Keep, label: str, refused: bool) -> None:
    folder = keep('terms = [{ en = "line", zh = "直线", not_en = ["zigzag"] }]')
    figure = f'# %% demo="drawing"\n@drawn_by("zigzag")\ndef drawing(plt):\n    plt.title("{label}")\n'
    section = folder / "01_line_loss.py"
    section.write_text(f"{section.read_text('utf-8')}\n\n{figure}", "utf-8")
    with pytest.raises(AuthoringError, match="zigzag") if refused else nullcontext():
        load_chapter(folder)


def test_a_course_without_a_glossary_says_what_it_likes() -> None:
    assert read_glossary(COURSE) == Glossary()


@pytest.mark.parametrize(
    ("glossary", "said"),
    [
        ("terms = [", "cannot be read"),
        ('terms = [{ en = "bias" }]', "'zh' is missing or unknown"),
        ('terms = [{ en = "bias", zh = "偏置", refused = ["offset"] }]', "'refused' is missing or unknown"),
        ('symbols = [{ en = "bias", zh = "偏置" }]', "'chapters' is missing or unknown"),
        (
            'terms = [{ en = "bias", zh = "偏置", not_zh = ["偏差"] }, { en = "variance", zh = "偏差与方差" }]',
            "'偏差' is refused, but the course says '偏差与方差'",
        ),
    ],
)
def test_a_glossary_that_cannot_hold_is_an_authors_error(keep: Keep, glossary: str, said: str) -> None:
    with pytest.raises(AuthoringError, match=f"glossary.toml: .*{re.escape(said)}|glossary.toml: {said}"):
        load_chapter(keep(glossary))
