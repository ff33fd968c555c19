"""What stands in an answer cell as students receive it: a stub, or the wrong code in which they are to find the bug."""

from __future__ import annotations

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions


class AutograderClearSolutions(ClearSolutions):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's ClearSolutions, but for cells that carry a starter of their own: there it replaces the whole cell."""

    def preprocess_cell(self, cell: NotebookNode, resources: Any, cell_index: int) -> tuple[NotebookNode, Any]:
        """The cell without its solution."""
        starter = cell.metadata.get("autograder", {}).pop("starter", None)
        if starter is None:
            cleared: tuple[NotebookNode, Any] = super().preprocess_cell(cell, resources, cell_index)
            return cleared
        cell.source = starter
        return cell, resources
