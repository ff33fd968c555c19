"""The student's notebook as graders see it: our cells restored, findings below each test cell.

The submission is untrusted and a marker's browser shows it: of its outputs only text and raster images are kept, and
HTML in its text is disarmed.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace

import nbformat
from nbformat import NotebookNode

from autograder.build.own_copies import set_numbers
from autograder.grading.notebook import Notebook, NotebookUnreadable, RawCell, read_notebook
from autograder.grading.ran import Outputs
from autograder.judge.unrun import defines
from autograder.model.bank import CHECK
from autograder.model.texts import say, sentence
from autograder.model.verdict import ExerciseVerdict, Report, SubmissionOutcome
from autograder.nbgrader_bridge.harmless import disarmed, harmless_attachments, harmless_outputs, output_of
from autograder.report.feedback import render_exercise_html, render_exercise_text

OWN = "own"  # the role of a cell that the student added, and of our note on top


def graded_notebook(
    release: NotebookNode,
    submitted: bytes,
    report: Report,
    ran: Outputs | None = None,
    numbers: Mapping[str, int] | None = None,
) -> NotebookNode:
    """The released notebook with the student's answers, own cells and outputs, and our findings.

    `submitted` is the very file that was graded.  Locked cells are the released ones.  An answer is found by its
    grade_id (the last one counts), or by the function it defines.  A submission that cannot be read gives the
    released notebook with a note on top.  `ran` is what the cells showed when they ran here; without it they have the
    outputs that are in the file.  `numbers` are those of the student's own data, by the cell's grade_id.
    """
    known = {_grade_id(cell): cell for cell in release.cells if _grade_id(cell)}
    graded = {name for name, cell in known.items() if _is(cell, "grade") or _is(cell, "task")}
    theirs = () if report.outcome is SubmissionOutcome.UNREADABLE else _read_cells(submitted, ran)
    answers = _answers(known, theirs)
    chosen = {index: grade_id for grade_id, index in answers.items()}
    before, following = _own_cells(theirs, known, chosen)

    cells = [_note_cell(report)] if report.notes else []
    cells += before
    for cell in release.cells:
        grade_id = _grade_id(cell)
        if not grade_id:  # the student may change it: theirs is among their own cells
            cells += [] if _is_among(cell, theirs) else [copy.deepcopy(cell)]
            continue
        answer = theirs[answers[grade_id]] if grade_id in answers else None
        verdict = exercise_of(grade_id, report, graded)
        cells += _bonus_note(cell, verdict, report.language)
        shown = harmless_outputs((ran or {}).get(grade_id, ()))  # of a cell that ran as released
        cells.append(_restored(cell, answer, verdict, report.language, shown))
        cells += following.get(grade_id, [])
    result = copy.deepcopy(release)
    result.cells = cells
    set_numbers(result, numbers or {})
    _make_ids_unique(result)
    return result


def work_by_grade(notebook: Notebook) -> dict[str, str]:
    """For each cell with points of an autograded notebook, by grade_id: the student's work that they are given for.

    That is the answer itself, or the answer that the cell `check_x` tests, or else all that is the student's.
    """
    theirs = [cell for cell in notebook.cells if cell.label.get("solution") or cell.own.get("role") == OWN]
    answers = {cell.grade_id: _content(cell) for cell in theirs}
    everything = "".join(map(_content, theirs))
    return {
        cell.grade_id: answers.get(cell.grade_id.removeprefix(CHECK), everything)
        for cell in notebook.cells
        if cell.grade_id and (cell.label.get("grade") or cell.label.get("task"))
    }


def exercise_of(grade_id: str, report: Report, graded: Container[str]) -> ExerciseVerdict | None:
    """The verdict on a cell: by its own grade_id, or on the exercise that it checks.

    `graded` are the grade_ids of all cells with points: what has points of its own is not what another cell checks.
    """
    by_name = {exercise.name: exercise for exercise in report.exercises}
    checked = grade_id.removeprefix(CHECK)
    return by_name.get(grade_id) or (None if checked in graded else by_name.get(checked))


def _restored(
    cell: NotebookNode,
    theirs: RawCell | None,
    verdict: ExerciseVerdict | None,
    language: str,
    shown: list[NotebookNode],
) -> NotebookNode:
    restored = copy.deepcopy(cell)
    if restored.cell_type == "code":
        restored.outputs = shown or (harmless_outputs(theirs.outputs) if theirs else [])
        restored.execution_count = None
    if theirs is not None and _is(cell, "solution"):
        restored.source = theirs.source if restored.cell_type == "code" else disarmed(theirs.source)
        if restored.cell_type == "markdown" and (images := harmless_attachments(theirs.attachments)):
            restored.attachments = nbformat.from_dict(images)
    if _is(cell, "grade") and not _is(cell, "solution") and cell.cell_type == "code":
        restored.outputs = [*shown, _verdict_output(verdict, cell, language)] if verdict else shown
    return restored


def _verdict_output(verdict: ExerciseVerdict, cell: NotebookNode, language: str) -> NotebookNode:
    """The findings for people; the plain text is the points, which nbgrader's own reading turns into the same score."""
    html = render_exercise_html(verdict, language)
    if verdict.outcome.is_open:
        return output_of("display_data", {"text/html": html, "text/plain": render_exercise_text(verdict, language)})
    points = min(verdict.points, float(cell.metadata.nbgrader.points))
    return output_of("execute_result", {"text/html": html, "text/plain": f"{points:g}"})


def _note_cell(report: Report) -> NotebookNode:
    notes = "\n".join(f"- {sentence(note, report.language)}" for note in report.notes)
    return _locked_away(nbformat.v4.new_markdown_cell(notes.encode("utf-8", "replace").decode()))


def _bonus_note(cell: NotebookNode, verdict: ExerciseVerdict | None, language: str) -> list[NotebookNode]:
    """What a marker must know of a written bonus: with a maximum of 0, formgrader takes no score for it."""
    if verdict is None or not verdict.max_points or not (_is(cell, "grade") and _is(cell, "solution")):
        return []
    if cell.metadata.nbgrader.points:
        return []
    note = say("notebook.bonus", language, points=f"{verdict.max_points:g}")
    return [_locked_away(nbformat.v4.new_markdown_cell(note))]


def _own_cells(
    theirs: Sequence[RawCell], known: Mapping[str, NotebookNode], chosen: Mapping[int, str]
) -> tuple[list[NotebookNode], dict[str, list[NotebookNode]]]:
    """The student's additional cells: those before any of ours, and those after each of ours."""
    before: list[NotebookNode] = []
    following: dict[str, list[NotebookNode]] = {}
    place = before
    for index, cell in enumerate(theirs):
        grade_id = chosen.get(index, "")
        if grade_id:
            place = following.setdefault(grade_id, [])
        elif cell.grade_id in known and not _is(known[cell.grade_id], "solution"):
            continue  # a second copy of a cell of ours
        elif cell.source.strip():
            place.append(_own_cell(cell))
    return before, following


def _own_cell(cell: RawCell) -> NotebookNode:
    if cell.kind == "code":
        return _locked_away(nbformat.v4.new_code_cell(cell.source, outputs=harmless_outputs(cell.outputs)))
    if cell.kind == "markdown":
        return _locked_away(nbformat.v4.new_markdown_cell(disarmed(cell.source)))
    return _locked_away(nbformat.v4.new_raw_cell(disarmed(cell.source)))


def _locked_away(cell: NotebookNode) -> NotebookNode:
    cell.metadata = nbformat.from_dict({"autograder": {"role": OWN}})
    return cell


def _is_among(cell: NotebookNode, theirs: Sequence[RawCell]) -> bool:
    """Whether the student's notebook has an unlabelled cell of the released one, changed or not."""
    return any(not other.grade_id and (other.id == cell.get("id") or other.source == cell.source) for other in theirs)


def _answers(known: Mapping[str, NotebookNode], theirs: Sequence[RawCell]) -> dict[str, int]:
    """Which of the student's cells stands for each of ours: the last with its grade_id, else by function name."""
    found = {cell.grade_id: index for index, cell in enumerate(theirs) if cell.grade_id in known}
    for grade_id, cell in known.items():
        if grade_id not in found and _is(cell, "solution") and cell.cell_type == "code":
            for index, other in enumerate(theirs):
                if other.grade_id not in known and other.kind == "code" and defines(other.source, grade_id):
                    found[grade_id] = index
    return found


def _read_cells(content: bytes, ran: Outputs | None) -> tuple[RawCell, ...]:
    """The cells as they were graded; none when the file is damaged (the report says so)."""
    try:
        cells = read_notebook(content).cells
    except NotebookUnreadable:
        return ()
    if ran is None:
        return cells
    return tuple(replace(cell, outputs=tuple(ran.get(f"#{cell.number}", ()))) for cell in cells)


def _grade_id(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))


def _is(cell: NotebookNode, what: str) -> bool:
    return bool(cell.metadata.get("nbgrader", {}).get(what, False))


def _role(cell: NotebookNode) -> str:
    return str(cell.metadata.get("autograder", {}).get("role", ""))


def _content(cell: RawCell) -> str:
    return json.dumps([cell.source, cell.attachments])


def _make_ids_unique(notebook: NotebookNode) -> None:
    has_ids = (notebook.nbformat, notebook.nbformat_minor) >= (4, 5)
    for number, cell in enumerate(notebook.cells):
        if has_ids and _role(cell) == OWN:
            cell.id = f"own-{number}"
        elif not has_ids:
            cell.pop("id", None)  # which no older format allows
