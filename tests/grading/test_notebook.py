"""The one reader of notebooks: any file gives a notebook or a named reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hostile_json import anything, damaged
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.grading.notebook import (
    MAX_CELLS,
    Notebook,
    NotebookUnreadable,
    RawCell,
    notebook_at,
    notebook_from,
    read_notebook,
)

REASONS = {"unreadable_empty", "unreadable_json", "unreadable_notebook", "unreadable_cells"}
CELL: dict[str, Any] = {
    "cell_type": "code", "id": "a", "source": ["x = 1\n", "y = 2"], "execution_count": None,
    "metadata": {"nbgrader": {"grade_id": "line_loss", "points": 2}, "autograder": {"role": "answer"}},
    "outputs": [{"output_type": "stream", "name": "stdout", "text": "1"}],
}  # fmt: skip
DATA: dict[str, Any] = {
    "nbformat": 4, "nbformat_minor": 5, "cells": [CELL],
    "metadata": {"autograder": {"assignment": "ch01", "language": "zh"}, "kernelspec": {"name": "python3"}},
}  # fmt: skip
OLD = json.loads(json.dumps(nbformat.convert(nbformat.from_dict(DATA), 3)))


def read(data: object) -> Notebook:
    return read_notebook(json.dumps(data).encode())


def outcome(content: bytes) -> Notebook | str:
    try:
        return read_notebook(content)
    except NotebookUnreadable as fault:
        return fault.code


def test_a_cell_is_what_its_file_says() -> None:
    notebook = read(DATA)
    assert (notebook.assignment, notebook.language, notebook.converted_from) == ("ch01", "zh", None)
    assert notebook.cells == (
        RawCell(
            1, "code", "x = 1\ny = 2", id="a", label={"grade_id": "line_loss", "points": 2}, own={"role": "answer"},
            outputs=({"output_type": "stream", "name": "stdout", "text": "1"},),
        ),
    )  # fmt: skip
    assert notebook.cells[0].grade_id == "line_loss"
    assert notebook == notebook_from(nbformat.from_dict(DATA))


def test_an_old_notebook_is_converted_and_says_so() -> None:
    assert "worksheets" in OLD
    notebook = read(OLD)
    assert notebook.converted_from == 3
    assert [(cell.kind, cell.source, cell.grade_id) for cell in notebook.cells] == [
        ("code", "x = 1\ny = 2", "line_loss")
    ]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (7, RawCell(1, "raw", "")),
        (None, RawCell(1, "raw", "")),
        ({}, RawCell(1, "raw", "")),
        ({"cell_type": ["code"], "source": 7}, RawCell(1, "raw", "")),
        ({"cell_type": "heading", "source": "x"}, RawCell(1, "raw", "x")),
        ({"cell_type": "code", "source": [7, "x = 1", None]}, RawCell(1, "code", "x = 1")),
        ({"cell_type": "code", "source": "# \ud800"}, RawCell(1, "code", "# ?")),
        ({"cell_type": "markdown", "metadata": 7, "outputs": {}, "attachments": []}, RawCell(1, "markdown", "")),
        ({"cell_type": "code", "metadata": {"nbgrader": []}, "outputs": [3, []], "id": 3}, RawCell(1, "code", "")),
    ],
)
def test_a_strange_cell_is_a_cell(cell: object, expected: RawCell) -> None:
    """Nobody's text is passed over, and a name that is none is none."""
    assert read({"cells": [cell]}).cells == (expected,)


@pytest.mark.parametrize("name", [["line_loss"], 7, None, {}])
def test_a_name_that_is_no_text_is_none(name: object) -> None:
    named = {"assignment": name, "language": name}
    notebook = read({"cells": [{"metadata": {"nbgrader": {"grade_id": name}}}], "metadata": {"autograder": named}})
    assert (notebook.cells[0].grade_id, notebook.assignment, notebook.language) == ("", "", "")


def test_only_what_anybody_may_hand_in_has_a_limit() -> None:
    data = {"cells": [{}] * (4 * MAX_CELLS)}
    with pytest.raises(NotebookUnreadable) as fault:
        read(data)
    assert (fault.value.code, fault.value.values) == ("unreadable_cells", {"cells": 4 * MAX_CELLS, "limit": MAX_CELLS})
    assert len(notebook_from(data).cells) == 4 * MAX_CELLS


def test_a_file_that_is_not_there_or_no_notebook_is_none(tmp_path: Path) -> None:
    assert notebook_at(tmp_path / "no.ipynb") is None
    (tmp_path / "x.ipynb").write_text("{")
    assert notebook_at(tmp_path / "x.ipynb") is None
    (tmp_path / "x.ipynb").write_text(json.dumps(DATA))
    assert notebook_at(tmp_path / "x.ipynb") == read(DATA)


@settings(deadline=None)
@given(data=anything | damaged(DATA) | damaged(OLD))
def test_any_json_gives_a_notebook_or_a_named_reason(data: Any) -> None:
    notebook = outcome(json.dumps(data).encode())
    if isinstance(notebook, str):
        assert notebook in REASONS
        return
    assert [cell.number for cell in notebook.cells] == list(range(1, len(notebook.cells) + 1))
    for cell in notebook.cells:
        assert cell.kind in ("code", "markdown", "raw")
        assert cell.source.encode().decode() == cell.source
        assert isinstance(cell.grade_id, str)
        assert isinstance(cell.attachments, dict)
        assert all(isinstance(output, dict) for output in cell.outputs)
    assert isinstance(notebook.assignment + notebook.language, str)


@settings(deadline=None)
@given(content=st.binary(max_size=200), at=st.integers(0, 400))
def test_any_bytes_give_a_notebook_or_a_named_reason(content: bytes, at: int) -> None:
    whole = json.dumps(DATA).encode()
    for damaged_bytes in (content, whole[:at] + content + whole[at:], whole[:at]):
        found = outcome(damaged_bytes)
        assert isinstance(found, Notebook) or found in REASONS
