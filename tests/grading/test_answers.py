"""Which cells answer what: those that were judged, wherever a student put them, and of long ones the beginning."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import nbformat
import pytest
from courses import answer, at, cell_of, drop, insert_after, teach
from nbformat import NotebookNode
from support import TINY, by_name

from autograder.grading.answers import MOST_CELLS, MOST_CHARACTERS, MOST_LINES
from autograder.grading.as_released import as_released
from autograder.grading.grade_one import grade_file
from autograder.grading.notebook import notebook_from
from autograder.model.bank import Bank
from autograder.model.verdict import AnswerCell, Report
from autograder.sandbox import Sandbox

Grade = Callable[..., Report]
Edit = Callable[[dict[str, Any]], object]
WRONG = "def line_loss(w, b, X, y):\n    return 7.0"
AGAIN = "def line_loss(w, b, X, y):\n    return 8.0"


def answer_to(report: Report, name: str = "line_loss") -> tuple[AnswerCell, ...]:
    found = by_name(report)[name].answer
    assert found is not None
    return found


def insert(source: str, kind: str = "code") -> Edit:
    """A cell of the student's own below the answer."""
    new = nbformat.v4.new_code_cell if kind == "code" else nbformat.v4.new_markdown_cell
    return lambda data: insert_after(data, "line_loss", new(source))


def copied(data: dict[str, Any]) -> None:
    """The answer cell copied below itself a few times, as JupyterLab copies it."""
    insert_after(data, "line_loss", *(copy.deepcopy(cell_of(data, "line_loss")) for _ in range(MOST_CELLS)))


@pytest.mark.parametrize(
    ("edit", "sources"),
    [
        (lambda data: None, [WRONG]),
        (insert("extra = 1"), [WRONG]),
        (insert(AGAIN), [WRONG, AGAIN]),
        (lambda data: (insert(AGAIN)(data), drop(data, "line_loss")), [AGAIN]),
        (lambda data: drop(data, "line_loss"), []),
        (lambda data: cell_of(data, "line_loss").update(source="  \n"), []),
        (lambda data: cell_of(data, "line_loss").update(source="import math"), ["import math"]),
        (lambda data: cell_of(data, "line_loss")["metadata"].clear(), [WRONG]),
        (copied, [WRONG] * MOST_CELLS),
        (insert(f"```python\n{AGAIN}\n```", "markdown"), [WRONG]),
    ],
    ids=[
        "the answer cell", "another cell", "defined again below", "moved into a cell of one's own", "deleted",
        "emptied", "without the function", "without its label", "copied", "in words",
    ],
)  # fmt: skip
def test_the_answer_is_the_cell_with_the_label_and_the_one_that_counts_last(
    grade: Grade, edit: Edit, sources: list[str]
) -> None:
    assert [cell.source for cell in answer_to(grade({"line_loss": WRONG}, edit=edit))] == sources


def test_a_cell_is_known_by_its_place_in_the_notebook(grade: Grade, released: Mapping[str, NotebookNode]) -> None:
    place = at(released["en"], "line_loss") + 1
    (cell,) = answer_to(grade({"line_loss": WRONG}))
    assert cell == AnswerCell(place, WRONG)
    first, second = answer_to(grade({"line_loss": WRONG}, edit=insert(AGAIN)))
    assert (first.number, second.number) == (place, place + 1)


def test_a_cell_as_it_was_handed_out_is_not_kept(grade: Grade) -> None:
    report = grade(only={"line_loss": WRONG})
    assert answer_to(report)[0].source == WRONG
    (cell,) = answer_to(report, "line_grad")
    assert (cell.untouched, cell.source) == (True, "")
    assert answer_to(report, "why")[0].untouched


def test_an_answer_in_words_is_text(grade: Grade) -> None:
    (cell,) = answer_to(grade({"why": "Because it is *smooth*."}), "why")
    assert (cell.source, cell.words) == ("Because it is *smooth*.", True)


@pytest.mark.parametrize("tail", ["\n# more" * (MOST_LINES + 1), "#" * (MOST_CHARACTERS + 1), "\n#" * 200_000])
def test_of_a_long_cell_the_beginning_is_kept(grade: Grade, tail: str) -> None:
    (cell,) = answer_to(grade({"line_loss": WRONG + tail}))
    assert cell.cut
    assert cell.source.startswith(WRONG)
    assert len(cell.source) <= MOST_CHARACTERS
    assert cell.source.count("\n") < MOST_LINES


def test_a_notebook_without_any_label_is_read_by_what_its_cells_define(grade: Grade) -> None:
    def without_metadata(data: dict[str, Any]) -> None:
        for cell in data["cells"]:
            cell["metadata"] = {}

    assert [cell.source for cell in answer_to(grade({"line_loss": WRONG}, edit=without_metadata))] == [WRONG]


def test_a_course_test_is_about_the_answer_that_it_names(
    bank: Bank, released: Mapping[str, NotebookNode], right: dict[str, str], sandbox: Sandbox, tmp_path: Path
) -> None:
    """A chapter with `square` and its test, a test of `line_loss` below that, and code that a person marks."""
    notebook = copy.deepcopy(released["en"])
    teach(notebook)
    path = tmp_path / "release.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    square = "def square(x):\n    return x"
    answers = {**right, "square": square, "line_loss": WRONG, "plot_it": "curve = 3", "opinion": "It is steep."}
    submission = answer(path, tmp_path / f"{TINY}.ipynb", answers)
    report = grade_file(submission, [as_released(bank, notebook_from(notebook))], sandbox, student="ada")
    for name, source in {
        "test_square": square, "test_steps": square, "test_loss": WRONG, "plot_it": "curve = 3",
        "opinion": "It is steep.", "line_loss": WRONG,
    }.items():  # fmt: skip
        assert [cell.source for cell in answer_to(report, name)] == [source], name
    assert by_name(report)["explore"].answer is None  # a task's text is the course's
    assert not answer_to(report, "plot_it")[0].words
