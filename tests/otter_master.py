"""A master notebook, as teachers write them for Otter Assign."""

from __future__ import annotations

import nbformat
from nbformat import NotebookNode

_CELLS = (
    ("raw", "# ASSIGNMENT CONFIG\nname: hw01\ngenerate: true\nshow_question_points: true\nsolutions_pdf: false"),
    ("markdown", "# Homework 1"),
    ("raw", "# BEGIN QUESTION\nname: q1\npoints: 3"),
    ("markdown", "**Question 1:** Write `double`."),
    ("raw", "# BEGIN SOLUTION"),
    ("code", "def double(x):\n    return 2 * x # SOLUTION"),
    ("raw", "# END SOLUTION"),
    ("raw", "# BEGIN TESTS"),
    ("code", "double(1) == 2", "True"),
    ("code", "print(double('a'))", "aa"),
    ("code", "# HIDDEN\ndouble(-3)", "-6"),
    ("raw", "# END TESTS"),
    ("raw", "# END QUESTION"),
    ("raw", "# BEGIN QUESTION\nname: q2\nmanual: true\npoints: 2"),
    ("markdown", "**Question 2:** Why?"),
    ("raw", "# BEGIN SOLUTION"),
    ("markdown", "Because."),
    ("raw", "# END SOLUTION"),
    ("raw", "# END QUESTION"),
)


def master_notebook() -> NotebookNode:
    """Two questions: one with two public tests and a hidden one, and one that a person marks."""
    made: NotebookNode = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
    makers = {
        "raw": nbformat.v4.new_raw_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "code": nbformat.v4.new_code_cell,
    }
    for kind, source, *shown in _CELLS:
        cell = makers[kind](source)
        if shown:
            cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": shown[0]}, execution_count=1)]
        made.cells.append(cell)
    return made
