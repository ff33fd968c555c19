"""At which line of its file an answer stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from courses import cell_of, label

from autograder.grading.notebook_lines import lines_of_answers

NAMES = ["line_loss", "line_grad", "why", "center"]


@pytest.fixture
def written(hand_in: Callable[..., Path], tmp_path: Path) -> Callable[..., tuple[dict[str, int], list[str]]]:
    """Where the answers of a notebook are found, and the lines of its file."""

    def write(edit: Callable[[dict[str, Any]], object] | None = None, *, indent: int | None = 1) -> Any:
        data = json.loads(hand_in(tmp_path / "a.ipynb", {"why": "Because."}, edit=edit).read_text())
        for cell in data["cells"]:
            cell["source"] = "".join(cell["source"]).splitlines(keepends=True)  # as Jupyter saves it
        content = json.dumps(data, indent=indent).encode()
        return lines_of_answers(content, NAMES), content.decode().splitlines()

    return write


Written = Callable[..., tuple[Mapping[str, int], list[str]]]


def test_a_function_stands_where_its_definition_begins(written: Written) -> None:
    def import_first(data: dict[str, Any]) -> None:
        cell = cell_of(data, "line_loss")
        cell["source"] = ["import math\n\n", *cell["source"]]

    found, lines = written(import_first)
    assert list(found) == ["line_loss", "line_grad", "center", "why"]  # the order of the file
    for name, line in found.items():
        assert ("Because." if name == "why" else f"def {name}(") in lines[line - 1]


def test_an_answer_without_its_label_is_found_by_what_it_defines(written: Written) -> None:
    def unlabel(data: dict[str, Any]) -> None:
        for cell in data["cells"]:
            cell["metadata"] = {}

    found, lines = written(unlabel)
    assert set(found) == {"line_loss", "line_grad", "center"}
    assert "def line_grad(" in lines[found["line_grad"] - 1]


def test_of_a_copied_answer_the_last_counts(written: Written) -> None:
    def copy(data: dict[str, Any]) -> None:
        data["cells"].append(json.loads(json.dumps(cell_of(data, "line_loss"))))
        assert label(data["cells"][-1])["grade_id"] == "line_loss"

    found, lines = written(copy)
    assert found["line_loss"] == max(number for number, line in enumerate(lines, 1) if "def line_loss(" in line)


def test_a_file_of_one_line_has_one(written: Written) -> None:
    assert set(written(indent=None)[0].values()) == {1}


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"3", b"\xff", b'{"cells": 3}', b'{"cells": [3]}', b'{"cells": {}}',
        b'{"cells": [{"source": 4}',
        b"[" * 100_000, b'{"cells":' + b"[" * 100_000, b'{"cells": [{"metadata": []}]}', b'{cells: []}',
        b'{"cells": [{"metadata": {"nbgrader": {"grade_id": ["why"]}}, "source": [3, null]}]}',
    ],
)  # fmt: skip
def test_whatever_a_file_holds_is_no_fault(content: bytes) -> None:
    assert lines_of_answers(content, NAMES) == {}
