"""The first cell of a notebook is no part of what is graded, and leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from nbformat import NotebookNode
from support import TINY, Run, misuse

from autograder.build.first_cell import first_cell
from autograder.build.notebooks import student_notebook, to_bytes
from autograder.chapter.chapter import Chapter
from autograder.grading.as_released import as_released
from autograder.grading.notebook import read_notebook
from autograder.model.bank import Bank
from autograder.model.texts import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_the_first_code_cell_folded_away_and_locked(released: dict[str, NotebookNode], language: str) -> None:
    first = next(cell for cell in released[language].cells if cell.cell_type == "code")
    assert first.source == first_cell(TINY, language)
    assert first.metadata.autograder.role == "install"
    assert first.metadata.jupyter.source_hidden
    assert first.metadata.nbgrader.locked


def test_beside_the_cases_it_is_silent_and_leaves_no_name_that_an_answer_could_use(
    release_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(release_dir / "en" / TINY)
    names: dict[str, object] = {}
    exec(first_cell(TINY, "en"), names)
    assert capsys.readouterr().out == ""
    assert set(names) == {"__builtins__", "_look"}


def test_where_a_release_is_published_changes_no_bank(bank: Bank, chapter: Chapter) -> None:
    notebook = student_notebook(chapter, "en", url="https://example.org/ml")
    assert any("https://example.org/ml" in cell.source for cell in notebook.cells)
    assert as_released(bank, read_notebook(to_bytes(notebook))).digest == bank.digest


@pytest.mark.parametrize("url", ["handout", "https://example.org/a b", 'https://example.org/" && rm', "file:///srv"])
def test_an_address_that_is_none_is_refused(run: Run, tmp_path: Path, url: str) -> None:
    assert "is no address of a folder" in misuse(run, "release", tmp_path / "out", "--url", url)
    assert not (tmp_path / "out").exists()


def test_a_release_has_the_students_wheel_beside_every_notebook_and_says_what_is_new(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "out"
    for new in (6, 0):
        code, _, said = run("release", out)
        assert code == 0
        assert f"{new} of 6 files new" in said
    wheels = list(out.glob(f"*/{TINY}/*.whl"))
    assert {wheel.parent.parent.name for wheel in wheels} == set(LANGUAGES)
    assert len({wheel.read_bytes() for wheel in wheels}) == 1
    older = wheels[0].with_name("autograder_ml-0.1.0+student00000000-py3-none-any.whl")
    older.touch()
    run("release", out)
    assert not older.exists()
