"""Lints of what the lessons say, over all chapters: numbers that must agree with the records, and one form for all."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from support import REPOSITORY

from autograder.chapter.chapter import find_chapters
from autograder.chapter.glossary import read_glossary
from autograder.chapter.percent import Cell
from autograder.chapter.sections import read_sections
from autograder.model.texts import LANGUAGES

CHAPTERS = find_chapters(REPOSITORY)
CELLS = [cell for path in CHAPTERS for cell in read_sections(path)]
OKABE_ITO = {"#000000", "#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7"}


def named(cells: list[Cell]) -> list[object]:
    return [pytest.param(cell, id=f"{cell.path.parent.name}-{cell.name}-{cell.language}") for cell in cells]


def test_the_course_has_a_glossary() -> None:
    """Loading a chapter holds it to it; a glossary that refused nothing would hold nobody to anything."""
    refused = {one.word for one in read_glossary(REPOSITORY).refused}
    assert {"平均平方误差", "偏差项", "Hessian", "切线", "平台", "minibatch"} <= refused


PASSES = {"en": r"You pass at (?:an accuracy of )?([\d.]*\d)", "zh": r"(?:达到|不超过) ([\d.]+) 即通过"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_the_lesson_names_the_measured_threshold_that_it_is_judged_by(path: Path, language: str) -> None:
    stored = REPOSITORY / "reference" / "calibrations" / f"{path.name}.json"
    for name, measured in json.loads(stored.read_text("utf-8")).items() if stored.exists() else ():
        (section,) = path.glob(f"*_{name}.py")
        lesson = "".join(
            cell.source for cell in CELLS if cell.path == section and (cell.role, cell.language) == ("text", language)
        )
        assert [float(found) for found in re.findall(PASSES[language], lesson)] == [measured["threshold"]], section


@pytest.mark.parametrize("cell", named([cell for cell in CELLS if cell.role == "written"]))
def test_a_question_says_its_points_and_its_scheme_has_anchors_and_typical_mistakes(cell: Cell) -> None:
    points = cell.options["points"]
    plural = "" if points == "1" else "s"
    begins = {"en": f"**Question ({points} point{plural}).** ", "zh": f"**问题（{points} 分）。** "}
    assert cell.source.startswith(begins[cell.language])
    parts = {
        "en": (
            "**Model answer.**",
            "**Marking scheme",
            "**Anchors.**",
            "½ point",
            "*0 points:*",
            "**Typical wrong answers.**",
        ),
        "zh": ("**参考答案。**", "**评分标准", "**样卷。**", "½ 分", "*0 分：*", "**常见错误。**"),
    }
    assert [part for part in parts[cell.language] if part not in cell.source.partition("### BEGIN SOLUTION")[2]] == []


@pytest.mark.parametrize("cell", named([cell for cell in CELLS if cell.role == "demo"]))
def test_figures_use_colors_that_everybody_can_tell_apart(cell: Cell) -> None:
    """The palette of Okabe and Ito (2008), beside grays."""
    used = set(re.findall(r"#[0-9a-fA-F]{6}", cell.source))
    colorful = {color for color in used if len({color[1:3], color[3:5], color[5:7]}) > 1}
    assert colorful <= OKABE_ITO


@pytest.mark.parametrize(
    ("language", "form", "example", "way"),
    [
        ("en", r"\*+By hand\S*", "**By hand.**", "**How to work.**"),
        ("zh", r"\*+手算[^*]*\*+", "**手算。**", "**怎样完成作业。**"),
    ],
)
def test_examples_by_hand_and_the_way_to_work_are_called_alike(
    language: str, form: str, example: str, way: str
) -> None:
    lessons = "".join(cell.source for cell in CELLS if (cell.role, cell.language) == ("text", language))
    assert set(re.findall(form, lessons)) == {example}
    assert lessons.count(way) == len(CHAPTERS)


@pytest.mark.parametrize("cell", named([cell for cell in CELLS if cell.role in ("demo", "setup")]))
def test_no_label_has_formulas_beside_chinese(cell: Cell) -> None:
    """Matplotlib sets such a label in its font for formulas alone, which has no Chinese characters."""
    labels = [keyword.value for keyword in ast.walk(ast.parse(cell.source)) if isinstance(keyword, ast.keyword)]
    texts = [ast.unparse(label) for label in labels if isinstance(label, (ast.Constant, ast.JoinedStr))]
    assert [text for text in texts if "$" in text and re.search(r"[\u4e00-\u9fff]", text)] == []


PROSE = [cell for cell in CELLS if cell.language and cell.role in ("text", "written", "why")]
FORMULA = re.compile(r"\$\$.*?\$\$|\$[^$\n]+\$", re.DOTALL)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_no_mark_of_emphasis_is_shown_as_it_is_typed(path: Path) -> None:
    """To Markdown the stars of **错误。**只 are no end of anything: after a full stop it wants a space."""
    parser = MarkdownIt("commonmark").enable("table")
    shown = [
        leaf.content
        for cell in PROSE
        if cell.path.parent == path
        for token in parser.parse(FORMULA.sub("x", cell.source))
        for leaf in token.children or ()
        if leaf.type == "text"
    ]
    assert len(shown) > 100
    assert [text for text in shown if re.search(r"\*\*|(?<!\w)\*\w", text)] == []
    assert re.findall(r"<summary>.*[`$].*</summary>", "".join(cell.source for cell in PROSE)) == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_a_docstring_in_chinese_has_no_marks_of_markdown(path: Path) -> None:
    docstrings = [cell.source for cell in CELLS if cell.role == "docstring" and cell.path.parent == path]
    assert docstrings
    assert [text for text in docstrings if re.search(r"\*\*[^*\n]*[\u4e00-\u9fff][^*\n]*\*\*", text)] == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.name)
def test_every_solution_says_in_one_to_three_lines_why_it_is_so(path: Path) -> None:
    cells = read_sections(path)
    lines = {(cell.name, cell.language): len(cell.source.splitlines()) for cell in cells if cell.role == "why"}
    solved = {(cell.name, language) for cell in cells if cell.role == "answer" for language in LANGUAGES}
    assert set(lines) == solved
    assert {key for key, count in lines.items() if not 1 <= count <= 3} == set()
