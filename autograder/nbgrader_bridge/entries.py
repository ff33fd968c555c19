"""What a gradebook knows of an assignment: made once as nbgrader makes it, afterwards compared and never changed."""

from __future__ import annotations

import copy
from collections.abc import Iterator

from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry, Notebook
from nbgrader.preprocessors import ComputeChecksums, SaveCells

from autograder.nbgrader_bridge.course_folder import NbgraderCourse
from autograder.nbgrader_bridge.database import GradebookUnusable

_NAMED = 4  # differences in a message; who has more than these looks at the notebook anyway
_Points = dict[str, float]  # by the grade_id of a cell with points


def ensure_assignment(course: NbgraderCourse, assignment: str, name: str, notebook: NotebookNode) -> None:
    """Make the entries of one of an assignment's notebooks as released, as `nbgrader generate_assignment` does.

    Where the gradebook has entries they stay: removing a cell or changing its points would change grades that are
    there.  Raises GradebookUnusable when they are not those of the notebook.
    """
    with Gradebook(course.gradebook_url, course.course_id) as gradebook:
        try:
            entry = gradebook.find_notebook(name, assignment)
        except MissingEntry:
            gradebook.update_or_create_assignment(assignment)
        else:
            _refuse_different(course, assignment, name, _points_in_gradebook(entry), points_in_notebook(notebook))
            return
    names = {"notebook": name, "assignment": assignment, "db_url": course.gradebook_url}
    fresh, resources = ComputeChecksums().preprocess(copy.deepcopy(notebook), {"nbgrader": names})
    SaveCells().preprocess(fresh, resources)


def _points_in_gradebook(entry: Notebook) -> _Points:
    return {cell.name: float(cell.max_score) for cell in (*entry.grade_cells, *entry.task_cells)}


def points_in_notebook(notebook: NotebookNode) -> dict[str, float]:
    """Points by grade_id of the cells that have some, tasks included."""
    labels = [cell.metadata.get("nbgrader", {}) for cell in notebook.cells]
    return {own.grade_id: float(own.points) for own in labels if own.get("grade") or own.get("task")}


def _refuse_different(course: NbgraderCourse, assignment: str, name: str, there: _Points, released: _Points) -> None:
    differences = list(_differences(there, released))
    if not differences:
        return
    more = len(differences) - _NAMED
    listed = "; ".join(differences[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
    path = course.released(assignment, name) or "the released notebook"
    raise GradebookUnusable(
        f"the gradebook of {course.folder} and {path} differ: {listed}. Nothing was changed. Make both from source/ "
        f"again: run `nbgrader generate_assignment {assignment} --force` in {course.folder}"
    )


def _differences(there: _Points, released: _Points) -> Iterator[str]:
    for name in dict.fromkeys((*released, *there)):
        if name not in there:
            yield f"`{name}` is not in the gradebook"
        elif name not in released:
            yield f"`{name}` is in the gradebook alone"
        elif there[name] != released[name]:
            yield f"`{name}` has {there[name]:g} points in the gradebook and {released[name]:g} in the notebook"
