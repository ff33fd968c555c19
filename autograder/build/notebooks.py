"""A chapter → its instructor's and students' notebooks, with nbgrader schema-3 metadata.

The students' version is derived from the instructor's by nbgrader's own preprocessors, so it cannot drift.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import nbformat
from nbformat import NotebookNode

from autograder.build.first_cell import WHEELS, first_cell
from autograder.chapter.chapter import Chapter, ChapterExercise, WrittenQuestion
from autograder.chapter.percent import Cell
from autograder.chapter.solution_marks import BEGIN, without_marks
from autograder.chapter.solutions import swapped
from autograder.model.exercise import FROM_SCRATCH, Mistake
from autograder.model.own_data import CELL, COMMON, ROLE, first_line
from autograder.model.texts import say

CHECK = 'check("{name}")'
FOLDED = {"jupyter": {"source_hidden": True}, "tags": ["hide-input"]}  # JupyterLab; Jupyter Book and nbconvert
PEOPLE_SAY = {"sklearn": "scikit-learn"}  # where a library is called otherwise than it is imported


def instructor_notebook(
    chapter: Chapter, language: str, *, core_only: bool = False, wheel: str = WHEELS, url: str = ""
) -> NotebookNode:
    """The notebook with solutions between nbgrader's delimiters: the source version of nbgrader's course tree.

    `wheel` and `url` are as for `first_cell`.
    """
    cells: list[NotebookNode] = []
    for cell in chapter.cells:
        if cell.language not in ("", language) or (core_only and cell.extra):
            continue
        if cell.role == "setup" and not any(one.metadata.autograder.role == "install" for one in cells):
            cells.append(_install_cell(chapter, first_cell(chapter.id, language, wheel=wheel, url=url)))
        cells += _CONVERT[cell.role](chapter, cell, language)
    notebook: NotebookNode = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
            "autograder": {"assignment": chapter.id, "language": language},
        }
    )
    nbformat.validate(notebook)
    return notebook


def student_notebook(
    chapter: Chapter, language: str, *, core_only: bool = False, wheel: str = WHEELS, url: str = ""
) -> NotebookNode:
    """What students receive: the instructor's notebook after nbgrader's generate_assignment preprocessors."""
    from nbgrader.preprocessors import (
        ClearHiddenTests,
        ClearMarkScheme,
        ClearOutput,
        ComputeChecksums,
        LockCells,
    )
    from traitlets.config import Config

    from autograder.build.starters import AutograderClearSolutions

    config = Config()
    config.ClearSolutions.text_stub = say("notebook.answer_here", language)
    notebook = instructor_notebook(chapter, language, core_only=core_only, wheel=wheel, url=url)
    resources: dict[str, Any] = {}
    for preprocessor in (
        LockCells, AutograderClearSolutions, ClearOutput, ClearHiddenTests, ClearMarkScheme, ComputeChecksums,
    ):  # fmt: skip
        notebook, resources = preprocessor(config=config).preprocess(notebook, resources)
    return notebook


def to_bytes(notebook: NotebookNode) -> bytes:
    """The notebook as file content; equal notebooks give equal bytes."""
    text: str = nbformat.writes(notebook, version=4)
    return (text.rstrip("\n") + "\n").encode("utf-8")


def _metadata(
    grade_id: str,
    *,
    grade: bool = False,
    solution: bool = False,
    locked: bool,
    points: float | None = None,
    cell_type: str = "code",
) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "schema_version": 3, "grade": grade, "solution": solution, "locked": locked, "task": False,
        "grade_id": grade_id, "cell_type": cell_type,
    }  # fmt: skip
    if points is not None:
        metadata["points"] = int(points) if float(points).is_integer() else float(points)
    return metadata


def _new_cell(kind: str, source: str, metadata: dict[str, Any], chapter: Chapter, role: str) -> NotebookNode:
    identity = hashlib.sha256(f"{chapter.id}/{metadata['grade_id']}".encode()).hexdigest()[:12]
    if kind == "markdown":
        cell: NotebookNode = nbformat.v4.new_markdown_cell(source, id=identity)
    else:
        cell = nbformat.v4.new_code_cell(source, id=identity)
    cell.metadata = nbformat.from_dict({"nbgrader": metadata, "autograder": {"role": role}})
    return cell


def _numbered(chapter: Chapter, cell: Cell) -> str:
    """A grade_id such as "text_07": the same in every language, and whether or not extras are left out."""
    alike = [other for other in chapter.cells if other.role == cell.role and other.language == cell.language]
    return f"{cell.role}_{alike.index(cell) + 1:02d}"


def _from_text(chapter: Chapter, cell: Cell, language: str) -> list[NotebookNode]:
    metadata = _metadata(_numbered(chapter, cell), locked=True, cell_type="markdown")
    return [_new_cell("markdown", cell.source, metadata, chapter, "text")]


def _install_cell(chapter: Chapter, source: str) -> NotebookNode:
    install = _new_cell("code", source, _metadata("install_01", locked=True), chapter, "install")
    install.metadata.update(nbformat.from_dict(FOLDED))
    return install


def _from_setup(chapter: Chapter, cell: Cell, language: str) -> list[NotebookNode]:
    return [_new_cell("code", cell.source, _metadata(_numbered(chapter, cell), locked=True), chapter, "setup")]


def _from_demo(chapter: Chapter, cell: Cell, language: str) -> list[NotebookNode]:
    source = f"{say('notebook.folded', language)}\n{cell.source}"  # where it is folded, its first line is seen
    demo = _new_cell("code", source, _metadata(f"demo_{cell.name}", locked=True), chapter, "demo")
    demo.metadata.update(nbformat.from_dict(FOLDED))
    return [demo]


def _from_own_data(chapter: Chapter, cell: Cell, language: str) -> list[NotebookNode]:
    source = f"{first_line(COMMON, language)}\n{cell.source}"
    return [_new_cell("code", source, _metadata(f"{CELL}{cell.name}", locked=True), chapter, ROLE)]


def _from_answer(chapter: Chapter, cell: Cell, language: str) -> list[NotebookNode]:
    exercise = next(entry for entry in chapter.exercises if entry.name == cell.name)
    source = translated(chapter, cell, language)
    if exercise.record.forbids:
        source = f"{left_out(exercise.record.forbids, language)}\n{source}"
    answer = _new_cell("code", source, _metadata(cell.name, solution=True, locked=False), chapter, "answer")
    if exercise.bug:
        right = without_marks(f"{source}\n").rstrip("\n")
        answer.metadata.autograder.starter = _wrong_code(exercise, exercise.bug, right, language)
    test = _new_cell(
        "code",
        CHECK.format(name=cell.name),
        _metadata(f"check_{cell.name}", grade=True, locked=True, points=_core_points(exercise)),
        chapter,
        "check",
    )
    return [answer, test]


def _wrong_code(exercise: ChapterExercise, bug: Mistake, source: str, language: str) -> str:
    """The answer cell with the mistake that students are to find, and the line in which they say what it is."""
    return f"{say('notebook.find_the_bug', language)}\n{swapped(exercise, bug, source)}"


def left_out(libraries: Sequence[str], language: str) -> str:
    """The comment that says which libraries an exercise leaves out."""
    names = [PEOPLE_SAY.get(name, name) for name in libraries]
    if len(names) == 1:
        return say("notebook.left_out_one", language, library=names[0])
    code = "notebook.numpy_only" if set(FROM_SCRATCH) <= set(libraries) else "notebook.left_out"
    return say(code, language, libraries=names[:-1], last=names[-1])


def _core_points(entry: ChapterExercise | WrittenQuestion) -> float:
    """Points towards nbgrader's maximum: a bonus adds nothing to it, as in our own reports."""
    return 0 if entry.extra else entry.points


def _from_written(chapter: Chapter, cell: Cell, language: str) -> list[NotebookNode]:
    question = next(entry for entry in chapter.written if entry.name == cell.name)
    prompt, _, scheme = cell.source.partition(BEGIN)
    cells = []
    if prompt.strip():
        metadata = _metadata(f"question_{cell.name}", locked=True, cell_type="markdown")
        cells.append(_new_cell("markdown", prompt.strip(), metadata, chapter, "text"))
    metadata = _metadata(
        cell.name, grade=True, solution=True, locked=False, points=_core_points(question), cell_type="markdown"
    )
    cells.append(_new_cell("markdown", BEGIN + scheme, metadata, chapter, "written"))
    return cells


def _nothing(chapter: Chapter, cell: Cell, language: str) -> list[NotebookNode]:
    return []


_CONVERT = {
    "text": _from_text,
    "setup": _from_setup,
    "demo": _from_demo,
    "own_data": _from_own_data,
    "answer": _from_answer,
    "written": _from_written,
    "grading": _nothing,
    "prelude": _nothing,
    "docstring": _nothing,
    "why": _nothing,
    "worked": _nothing,
}


def translated(chapter: Chapter, cell: Cell, language: str) -> str:
    """The answer cell with docstrings in `language`, where the chapter has such a docstring cell.

    Of functions and classes by their name, of methods as "KMeans.fit".
    """
    docstrings = {
        entry.name: entry.source for entry in chapter.cells if entry.role == "docstring" and entry.language == language
    }
    source = cell.source
    for name, documented in reversed(list(_documented(ast.parse(source)))):
        if name not in docstrings or ast.get_docstring(documented) is None:
            continue
        statement = documented.body[0]
        assert statement.end_lineno is not None
        lines = source.split("\n")
        text = docstrings[name].rstrip().split("\n")
        margin = " " * statement.col_offset
        indented = [f"{margin}{line}".rstrip() for line in text]
        indented[0] = f'{margin}"""{text[0]}'
        if len(indented) == 1:
            indented[0] += '"""'
        else:
            indented.append(f'{margin}"""')
        lines[statement.lineno - 1 : statement.end_lineno] = indented
        source = "\n".join(lines)
    return source


def _documented(tree: ast.Module) -> Iterator[tuple[str, ast.FunctionDef | ast.ClassDef]]:
    """The functions and classes of a cell and the methods of its classes, in the order of the text."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            yield node.name, node
        if isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    yield f"{node.name}.{part.name}", part


def starter_source(chapter: Chapter, cell: Cell, language: str) -> str:
    """The answer cell as students receive it."""
    one = replace(chapter, cells=(cell, *(c for c in chapter.cells if c.role == "docstring")))
    notebook = student_notebook(one, language)
    source: str = notebook.cells[0].source
    return source
