"""The students' tutorial, cell by cell in a real kernel, beside the released chapter that it is about."""

from __future__ import annotations

import shutil
from pathlib import Path

import nbformat
import pytest
from anywhere import first_cell_of, notebook_in, run, what_it_says, what_to_run
from nbformat import NotebookNode
from support import REPOSITORY
from walks import even, in_order, steps

from autograder.build.student_wheel import student_wheel

CHAPTER = "ch01_regression"
PAGES = {"en": "tutorials/student.md", "zh": "zh/student.md"}
pytestmark = pytest.mark.slow


def shown_by(cell: NotebookNode) -> str:
    """What a cell printed and gave, as text."""
    outputs = [output.get("text") or output["data"]["text/plain"] for output in cell.outputs]
    return "\n".join(outputs)


@pytest.mark.parametrize("language", sorted(PAGES))
def test_every_cell_shows_what_the_page_says(packages: Path, tmp_path: Path, language: str) -> None:
    folder = tmp_path / CHAPTER
    shutil.copytree(REPOSITORY / "assignments" / language / CHAPTER, folder)
    name, wheel = student_wheel()
    (folder / name).write_bytes(wheel)
    first, *typed = [step for step in steps(PAGES[language]) if step.shows or step.language == "python"]
    said = what_it_says(folder)
    in_order(first.shows, said, even)
    released = notebook_in(folder)
    (imports,) = [cell for cell in released.cells if cell.metadata.nbgrader.grade_id == "setup_01"]
    stopped = nbformat.v4.new_code_cell(first_cell_of(released).source, metadata={"tags": ["raises-exception"]})
    cells = [nbformat.v4.new_code_cell(step.text) for step in typed]
    install = nbformat.v4.new_code_cell(what_to_run(said, language))
    released.cells = [stopped, install, first_cell_of(released), imports, unanswered(released), *cells]
    run(released, folder)
    for step, cell in zip(typed, released.cells[5:], strict=True):
        in_order(step.shows, shown_by(cell), even)


def unanswered(released: NotebookNode) -> NotebookNode:
    """The answer cell of the exercise of the page, as students receive it."""
    return next(cell for cell in released.cells if cell.metadata.nbgrader.grade_id == "linear_predict")
