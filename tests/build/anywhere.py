"""A released notebook run in a kernel that has nothing of ours."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from autograder.model.texts import say


def notebook_in(folder: Path) -> NotebookNode:
    (path,) = folder.glob("*.ipynb")
    return nbformat.read(path, 4)


def first_cell_of(notebook: NotebookNode) -> NotebookNode:
    return next(cell for cell in notebook.cells if cell.cell_type == "code")


def run(notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run a notebook that lies in `folder` from top to bottom, as "Run All" does: an error stops it."""
    client = NotebookClient(
        notebook, kernel_name="student", timeout=300, allow_errors=False, force_raise_errors=False,
        resources={"metadata": {"path": str(folder)}},
    )  # fmt: skip
    with client.setup_kernel():
        for number, cell in enumerate(notebook.cells):
            client.execute_cell(cell, number, store_history=True)
    return notebook


def what_it_says(folder: Path) -> str:
    """What the first cell shows, and all that a run of the notebook shows, where something is missing."""
    notebook = notebook_in(folder)
    first = first_cell_of(notebook)
    first.metadata.tags = ["raises-exception"]
    notebook.cells = [first]
    run(notebook, folder)
    (error,) = first.outputs
    assert error.output_type == "error"
    (shown,) = error.traceback
    assert "Traceback" not in shown
    return str(shown)


def what_to_run(said: str, language: str) -> str:
    sentence, _, line = said.partition("\n")
    assert sentence == say("notebook.run_this", language)
    assert line.startswith("%pip install ")
    assert "\n" not in line
    return line


def run_after(line: str, notebook: NotebookNode, folder: Path) -> NotebookNode:
    """Run the notebook in the kernel in which its first cell had said the line, and the line was run."""
    stopped = nbformat.v4.new_code_cell(first_cell_of(notebook).source, metadata={"tags": ["raises-exception"]})
    notebook.cells = [stopped, nbformat.v4.new_code_cell(line), *notebook.cells]
    return run(notebook, folder)
