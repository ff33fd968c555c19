"""The notebook that is handed out after the deadline: solved, run, and with what others got wrong."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from autograder.build.notebooks import instructor_notebook
from autograder.build.own_copies import set_numbers
from autograder.chapter.chapter import Chapter, ChapterExercise, WrittenQuestion
from autograder.chapter.solution_marks import solutions_in, without_marks
from autograder.judge.beside import SUFFIX
from autograder.model.bank import Bank
from autograder.model.errors import AuthoringError
from autograder.model.public_cases import public_to_text
from autograder.model.texts import say
from autograder.report.feedback.inline import to_markdown

SECONDS = 600  # for one cell: the longest training takes some twenty
READ_ONLY = {"editable": False, "deletable": False}


def solved_notebook(chapter: Chapter, language: str, numbers: Mapping[str, int] | None = None) -> NotebookNode:
    """The notebook, run: solutions, why they are so, common errors, figures, model answers without marking rules.

    `numbers` are those of a student's own data, by the cell's grade_id; without them the data are everybody's.
    Raises AuthoringError where a cell fails.
    """
    exercises = {exercise.name: exercise for exercise in chapter.exercises}
    questions = {question.name: question for question in chapter.written}
    notebook = instructor_notebook(chapter, language)
    set_numbers(notebook, numbers or {})
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        role, name = cell.metadata.autograder.role, cell.metadata.nbgrader.grade_id
        if role in ("install", "check"):
            continue
        if role == "answer":
            cell.source = without_marks(cell.source).rstrip("\n")
        elif role == "written":
            cell.source = model_answer(questions[name], language)
        cells.append(cell)
        if role == "written":
            worked = [each.source for each in chapter.cells if (each.role, each.name) == ("worked", name)]
            cells += [nbformat.v4.new_code_cell(source, id=f"worked-{cell.id}") for source in worked]
        if role == "answer":
            added = "\n\n".join(_below(chapter, exercises[name], language))
            cells += [nbformat.v4.new_markdown_cell(added, id=f"below-{cell.id}")] if added else []
    for cell in cells:
        tags = {"tags": cell.metadata.tags, "jupyter": cell.metadata.jupyter} if "tags" in cell.metadata else {}
        cell.metadata = nbformat.from_dict({**READ_ONLY, **tags})  # it is no assignment any longer
    notebook.cells = cells
    notebook.metadata.pop("autograder")
    return _run(chapter, notebook, language)


def model_answer(question: WrittenQuestion, language: str) -> str:
    """What a question's solution says before its marking scheme."""
    solution = solutions_in(question.cells[language].source)[0]
    return solution.partition(f"**{say('handout.marking_scheme', language)}")[0].strip()


def errors(exercise: ChapterExercise, language: str) -> list[str]:
    """The hints of an exercise's known mistakes, as Markdown, none twice."""
    return list(dict.fromkeys(to_markdown(mistake.hint[language]) for mistake in exercise.record.mistakes))


def _below(chapter: Chapter, exercise: ChapterExercise, language: str) -> Iterator[str]:
    """What stands below a solution: why it is so, the bug that was to be found, and common errors, folded away."""
    for cell in chapter.cells:
        if (cell.role, cell.name, cell.language) == ("why", exercise.name, language):
            yield cell.source
    if bug := exercise.bug:
        yield say("handout.the_bug", language, wrong=_code(bug.new or ""), right=_code(bug.old or ""))
    known = errors(exercise, language)
    if known:
        title = say("handout.common_errors", language, count=len(known))
        items = "\n".join(f"* {hint}" for hint in known)
        yield f"<details><summary>{title}</summary>\n\n{items}\n\n</details>"


def _code(text: str) -> str:
    return f"`{' '.join(text.split())}`"


def _run(chapter: Chapter, notebook: NotebookNode, language: str) -> NotebookNode:
    """The notebook with its outputs.  Beside it lie cases that say its language alone: that of the figures."""
    with tempfile.TemporaryDirectory() as folder:
        beside = public_to_text(Bank(chapter.id, chapter.title, language, ()))
        (Path(folder) / f"{chapter.id}{SUFFIX}").write_text(beside, encoding="utf-8")
        client = NotebookClient(
            notebook, timeout=SECONDS, extra_arguments=["--log-level=ERROR"], resources={"metadata": {"path": folder}}
        )
        try:
            return client.execute()
        except CellExecutionError as error:
            raise AuthoringError(
                f"{chapter.id}: the solved notebook stops at a cell: {error.ename}: {error.evalue}"
            ) from None
