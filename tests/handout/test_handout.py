"""The hand-out of solutions and the teacher's page, run and read as they are written."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from support import COURSE, REPOSITORY, TINY, Run, change

from autograder.chapter.chapter import find_chapters, load_chapter
from autograder.chapter.sections import read_sections
from autograder.handout import handout_files
from autograder.handout.offline_html import mathml
from autograder.handout.teacher import teachers_page
from autograder.model.errors import AuthoringError
from autograder.model.texts import LANGUAGES

FETCHED = re.compile(r"""<(?:script|link|iframe)\b[^>]*\b(?:src|href)=|<img[^>]*src=["']http|@import|url\(["']?http""")
FORMULA = re.compile(r"\$\$(.+?)\$\$|\$([^$\n]+?)\$", re.DOTALL)


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small course, with a marking scheme as real chapters have it, and formulas."""
    course = tmp_path_factory.mktemp("handout") / "course"
    shutil.copytree(COURSE, course, ignore=shutil.ignore_patterns("__pycache__"))
    change(
        course / "solutions" / TINY,
        ("# It is smooth, and large errors count more: one point each.",
         "# It is smooth, and large errors count more.\n#\n# **Marking scheme** (2 points)\n# * one point each."),
        ("# 光滑，且误差越大影响越大：各一分。", "# 光滑。\n#\n# **评分标准**（2 分）\n# * 各一分。"),
        ("print(shown([1, 2]))", "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"),
        ("# A line through points.", "# A line | $a_1 * b_2 | c$ |\n#\n# $$\\sum_n x^n$$"),
        ("points=2, reference=tiny.line_loss", 'starter="mean_for_sum", points=2, reference=tiny.line_loss'),
    )  # fmt: skip
    return course


@pytest.fixture(scope="module")
def files(course: Path) -> dict[str, bytes]:
    return handout_files(load_chapter(course / "solutions" / TINY))


def solved(files: dict[str, bytes], language: str) -> nbformat.NotebookNode:
    return nbformat.reads(files[f"solutions/{language}/{TINY}.ipynb"].decode(), as_version=4)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_solved_notebook_is_run_and_has_its_figures(files: dict[str, bytes], language: str) -> None:
    notebook = solved(files, language)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)
    assert not any("check(" in cell.source or "pip install" in cell.source for cell in code)
    assert any("image/png" in output.get("data", {}) for cell in code for output in cell.outputs)
    assert all(not cell.metadata.editable and "nbgrader" not in cell.metadata for cell in notebook.cells)


def test_solutions_stand_without_marks_and_say_why(files: dict[str, bytes]) -> None:
    cells = [cell.source for cell in solved(files, "en").cells]
    text = "\n".join(cells)
    assert "residual = X @ w + b - y" in text
    assert "### BEGIN" not in text
    below = cells[next(n for n, source in enumerate(cells) if "def line_loss" in source) + 1]
    assert below.startswith("Each error is squared *before* it is added")
    assert "**The bug** was `np.mean`; it has to be `np.sum`." in below
    assert "<summary>Common errors (" in below
    assert "* You averaged; the docstring asks for a sum." in below
    assert "先把每个误差**平方**，再相加" in "\n".join(cell.source for cell in solved(files, "zh").cells)


@pytest.mark.parametrize(
    ("language", "answer", "rule"), [("en", "large errors", "one point each"), ("zh", "光滑", "各一分")]
)
def test_marking_rules_are_for_the_teacher_alone(
    files: dict[str, bytes], language: str, answer: str, rule: str
) -> None:
    for name, content in files.items():
        if f"/{language}/" in name:
            text = json.dumps(json.loads(content), ensure_ascii=False) if name.endswith(".ipynb") else content.decode()
            assert answer in text
            assert (rule in text) == name.startswith("teacher/")


def test_the_teachers_page_lists_exercises_mistakes_and_thresholds(files: dict[str, bytes]) -> None:
    page = files[f"teacher/en/{TINY}.html"].decode()
    chapter = load_chapter(COURSE / "solutions" / TINY)
    assert all(entry.title["en"] in page for entry in (*chapter.exercises, *chapter.written))
    assert all(f"<td>{kind}</td>" in page for kind in ("find the bug", "code", "training, judged by a threshold"))


def test_the_teachers_page_draws_how_thresholds_were_measured() -> None:
    chapter = load_chapter(REPOSITORY / "solutions" / "ch03_classification")
    text = "\n".join(cell.source for cell in teachers_page(chapter, "en").cells)
    gates = [entry for entry in chapter.exercises if entry.calibration]
    assert gates
    told = [(entry.name, entry.criterion.at_least or entry.criterion.at_most) for entry in gates]
    assert all(f"`{name}`: the threshold is {bound:g}. " in text for name, bound in told)
    assert "](data:image/png;base64," in text
    assert "| choices | " in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_need_no_network_and_set_their_formulas(files: dict[str, bytes], language: str) -> None:
    for name, content in files.items():
        if f"/{language}/" in name and name.endswith(".html"):
            page = content.decode()
            assert not FETCHED.search(page), name
            assert f'<html lang="{language}"' in page
    page = files[f"solutions/en/{TINY}.html"].decode()
    assert '<math display="block"' in page
    assert "$" not in re.sub(r"<style.*?</style>|<pre.*?</pre>|<code.*?</code>", "", page, flags=re.DOTALL)
    assert "<em>" not in page.partition("A line")[2].partition("</p>")[0]  # a formula's * is no emphasis


@pytest.mark.parametrize("path", find_chapters(REPOSITORY), ids=lambda path: path.name)
def test_every_formula_of_a_lesson_can_be_set(path: Path) -> None:
    texts = [cell.source for cell in read_sections(path) if cell.role in ("text", "written", "why")]
    formulas = {display or inline for text in texts for display, inline in FORMULA.findall(text)}
    assert formulas
    assert [tex for tex in formulas if "\\" in re.sub(r"<[^>]+>", "", mathml(tex))] == []


@pytest.mark.parametrize("tex", [r"\left( x", r"x_", r"\begin{matrix} 1", r"\sqrt"])
def test_a_formula_that_cannot_be_set_is_an_authors_error(tex: str) -> None:
    with pytest.raises(AuthoringError, match=re.escape(f"the formula {tex!r} cannot be set")):
        mathml(tex)


def test_a_solution_that_fails_is_an_authors_error(course: Path, tmp_path: Path) -> None:
    shutil.copytree(course, tmp_path / "course")
    path = tmp_path / "course" / "solutions" / TINY
    change(path, ('# %% demo="curve"\n', '# %% demo="curve"\nraise ValueError("no ink")\n'))
    with pytest.raises(AuthoringError, match=f"^{TINY}: the solved notebook stops at a cell: ValueError: no ink$"):
        handout_files(load_chapter(path), languages=("en",))


def test_the_command_writes_both_folders(run: Run, course: Path, tmp_path: Path) -> None:
    out = tmp_path / "after"
    code, _, errors = run("solutions", TINY, "--course", str(course), "--out", str(out))
    assert (code, f"{TINY}: " in errors) == (0, True)
    found = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert found == {
        *(f"solutions/{language}/{TINY}.{kind}" for language in LANGUAGES for kind in ("html", "ipynb")),
        *(f"teacher/{language}/{TINY}.html" for language in LANGUAGES),
    }
