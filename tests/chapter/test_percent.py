"""The py:percent reader: roles are an allow-list and every fault names file and line."""

from __future__ import annotations

from pathlib import Path

import jupytext
import pytest
from support import REPOSITORY

from autograder.chapter.chapter import find_chapters
from autograder.chapter.percent import read_cells
from autograder.chapter.sections import section_files
from autograder.model.errors import AuthoringError


def cells(tmp_path: Path, text: str):
    path = tmp_path / "01_x.py"
    path.write_text(text, encoding="utf-8")
    return read_cells(path)


def test_cells_keep_their_source_their_options_and_the_line_where_they_start(tmp_path: Path) -> None:
    text = (
        '# a comment\n# %% [markdown] lang="en"\n# # Title\n#\n# text\n# %% answer="f" extra\n\ndef f():\n    pass\n\n'
    )
    first, second = cells(tmp_path, text)
    assert (first.role, first.language, first.source, first.line) == ("text", "en", "# Title\n\ntext", 3)
    assert (second.role, second.name, second.source, second.line) == ("answer", "f", "def f():\n    pass", 8)
    assert second.extra
    assert not first.extra
    assert second.at == f"{tmp_path.name}/01_x.py:8"


def test_a_file_without_cells_has_none(tmp_path: Path) -> None:
    assert cells(tmp_path, "# only a comment\n") == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("# %% solution\n", 1, "unknown cell role or option 'solution'"),
        ('# %% setup\n# %% hidden="x"\n', 2, "unknown cell role or option 'hidden'"),
        ("# %%\nx = 1\n", 1, "needs a role"),
        ('# %% answer="f" grading="f"\n', 1, "one role"),
        ('# %% [markdown] answer="f" lang="en"\n', 1, "is not [markdown]"),
        ('# %% written="f" lang="en"\n', 1, "is [markdown]"),
        ("# %% answer\n", 1, "needs a name"),
        ('# %% answer="2f"\n', 1, "needs a name"),
        ("# %% [markdown]\n# text\n", 1, "needs lang="),
        ('# %% [markdown] lang="fr"\n# texte\n', 1, "needs lang="),
        ('# %% setup lang="fr"\n', 1, "needs lang="),
        ("# %% [raw]\n", 1, "unknown cell type [raw]"),
        ('# %% [markdown] lang="en" of="3f2a"\n', 1, "it belongs to a translation"),
        ('# %% answer="f" of="3f2a"\n', 1, "it belongs to a translation"),
        ('# %% answer="f\n', 1, "cannot be read"),
        ("import os\n# %% setup\n", 1, "code before the first"),
        ('# %% [markdown] lang="en"\n# fine\nnot a comment\n', 3, "does not start with '#'"),
    ],
)
def test_a_fault_in_a_marker_names_file_and_line(tmp_path: Path, text: str, line: int, words: str) -> None:
    with pytest.raises(AuthoringError) as fault:
        cells(tmp_path, text)
    assert str(fault.value).startswith(f"{tmp_path.name}/01_x.py:{line}: ")
    assert words in str(fault.value)


def test_a_file_that_cannot_be_read_is_an_authoring_error(tmp_path: Path) -> None:
    path = tmp_path / "01_x.py"
    with pytest.raises(AuthoringError, match="cannot be read"):
        read_cells(path)
    path.write_bytes(b"# %% setup\n\xff\xfe")
    with pytest.raises(AuthoringError, match="cannot be read"):
        read_cells(path)


def test_a_percent_inside_code_starts_no_cell(tmp_path: Path) -> None:
    (cell,) = cells(tmp_path, "# %% setup\nx = 7\n# %%time is not a marker\n")
    assert "%%time" in cell.source


@pytest.mark.parametrize("folder", find_chapters(REPOSITORY), ids=lambda folder: folder.name)
def test_every_file_opens_as_a_notebook_through_jupytext(folder: Path) -> None:
    for path in section_files(folder):
        notebook = jupytext.read(path, fmt="py:percent")
        assert [cell.source.strip() for cell in notebook.cells] == [cell.source.strip() for cell in read_cells(path)]
