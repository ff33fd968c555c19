"""Reading a submitted notebook: any damage is a named outcome or a note, never a crash.

Locked, setup and test cells are ours: they are recognised by `grade_id` or by their text, and the originals are
used.  What is left, in the student's order, is what runs.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.grading.answers import answers_in
from autograder.grading.intake import ARCHIVE, Intake, SubmissionUnreadable
from autograder.grading.notebook import Notebook, NotebookUnreadable, RawCell, read_notebook
from autograder.grading.notebook_cells import StudentCell, cells_to_run, untouched
from autograder.grading.otter_notebook import cells_with_tests
from autograder.grading.own_numbers import with_own_numbers
from autograder.judge.unrun import defines
from autograder.model.bank import APART, CHECK, Bank
from autograder.model.comments import squeezed
from autograder.model.own_data import ROLE as OWN_DATA
from autograder.model.texts import LANGUAGES
from autograder.model.verdict import AnswerCell, Note, Report, SubmissionOutcome
from autograder.model.version import __version__

CJK = re.compile(r"[\u4e00-\u9fff]")
MAY_BE_MISSING = (*APART, "demo", "support")  # roles of cells that no grade depends on
OURS = ("setup", "check", "locked", "test", OWN_DATA)  # roles of code cells that students leave as they are
EXPECTED_TYPE = {"text": "markdown", "written": "markdown", "task": "markdown"}  # every other role is code


@dataclass(frozen=True)
class Submission:
    """A readable submission: its cells to run, its written answers, and notes about its notebook.

    `labels` are the grade_ids of the chapter's cells that are there, `files` what lies beside the notebook,
    `answers` the cells that answer each exercise, question and test.
    """

    assignment: str
    language: str
    digest: str
    cells: tuple[StudentCell, ...]
    written: Mapping[str, str]
    notes: tuple[Note, ...]
    labels: frozenset[str] = frozenset()
    files: Mapping[str, bytes] = field(default_factory=dict)
    answers: Mapping[str, tuple[AnswerCell, ...]] = field(default_factory=dict)


def unreadable_report(fault: SubmissionUnreadable, student: str, assignment: str) -> Report:
    """The report on what cannot be graded."""
    return Report(
        student=student,
        assignment=assignment,
        language="en",
        outcome=SubmissionOutcome.UNREADABLE,
        submission=fault.digest,
        bank="",
        engine=__version__,
        draw=0,
        notes=(fault.note,),
    )


def read_submission(
    taken: Intake, banks: Sequence[Bank], assignment: str = "", student: str = ""
) -> tuple[Submission, Bank]:
    """The submission that was taken in, and its bank, with the student's own numbers where there are some.

    `assignment` is the id expected from where the file lay, `student` the one that it counts for, "" for nobody known.
    Raises SubmissionUnreadable.
    """
    digest, stem = taken.digest, taken.path.stem
    notebook = _read(taken)
    bank = _find_bank(notebook, banks, assignment, stem)
    if bank is None:
        raise SubmissionUnreadable(Note("unreadable_assignment"), digest)
    bank = with_own_numbers(bank, student, notebook)
    notes = []
    if (major := notebook.converted_from) is not None:
        notes.append(Note("note_upgraded", {"major": major}))
    if any(test.cases for test in bank.tests):
        return _without_labels(taken, notebook, bank, notes), bank
    if assignment and stem != bank.chapter:
        notes.append(Note("note_renamed", {"assignment": bank.chapter}))
    language = _language(notebook)
    cells, labelled = _label(notebook.cells, bank)
    notes += _notes_about(cells, bank, language, labelled)
    runs = cells_to_run(cells, bank, language)
    return (
        Submission(
            assignment=bank.chapter,
            language=language,
            digest=digest,
            cells=runs,
            written=_written(cells, bank, labelled),
            notes=tuple(notes),
            labels=frozenset(cell.grade_id for cell in cells),
            files=taken.files,
            answers=answers_in(cells, runs, bank),
        ),
        bank,
    )


def _without_labels(taken: Intake, notebook: Notebook, bank: Bank, notes: Sequence[Note]) -> Submission:
    """A notebook whose cells are all the student's: tests run where it asks for them; every question is answered."""
    return Submission(
        assignment=bank.chapter,
        language=_language(notebook),
        digest=taken.digest,
        cells=cells_with_tests(notebook.cells, bank.tests),
        written={question.name: question.name for question in bank.written},
        notes=tuple(notes),
        files=taken.files,
    )


def _read(taken: Intake) -> Notebook:
    if taken.problem is not None:
        raise SubmissionUnreadable(taken.problem, taken.digest)
    if taken.content.startswith(ARCHIVE):
        raise SubmissionUnreadable(Note("unreadable_zip"), taken.digest)
    try:
        return read_notebook(taken.content)
    except NotebookUnreadable as fault:
        raise SubmissionUnreadable(Note(fault.code, fault.values), taken.digest) from None


def _find_bank(notebook: Notebook, banks: Sequence[Bank], place: str, stem: str) -> Bank | None:
    """By the place of the file, which alone decides where it is given; else by what the notebook says and defines."""
    known = {bank.chapter: bank for bank in banks}
    if named := place or _named_assignment(notebook, stem, known):
        return known.get(named)
    text = "\n".join(cell.source for cell in notebook.cells)

    def defined(bank: Bank) -> int:
        return sum(defines(text, exercise.name) for exercise in bank.exercises)

    best = max(banks, key=defined, default=None)
    return best if best is not None and defined(best) else None


def named_assignment(taken: Intake, known: Container[str]) -> str:
    """Which of the known assignments a notebook without a place is for, as far as it says; else ""."""
    try:
        return _named_assignment(_read(taken), taken.path.stem, known)
    except SubmissionUnreadable:
        return ""


def assignment_of(taken: Intake, banks: Sequence[Bank]) -> str:
    """Which bank's assignment a notebook without a place is for, by what it says and defines; else "".

    Outlines of the banks are enough.
    """
    try:
        bank = _find_bank(_read(taken), banks, "", taken.path.stem)
    except SubmissionUnreadable:
        return ""
    return bank.chapter if bank is not None else ""


def _named_assignment(notebook: Notebook, stem: str, known: Container[str]) -> str:
    return next((name for name in (notebook.assignment, stem) if name in known), "")


def _language(notebook: Notebook) -> str:
    if notebook.language in LANGUAGES:
        return notebook.language
    text = "".join(cell.source for cell in notebook.cells if cell.kind == "markdown")
    return "zh" if len(CJK.findall(text)) > 0.1 * len(text) else "en"


def _label(cells: Sequence[RawCell], bank: Bank) -> tuple[list[RawCell], bool]:
    """Cells with a known grade_id each; those that lost theirs are recognised by their text."""
    known = {cell.grade_id for cell in bank.cells}
    labelled = any(cell.grade_id in known for cell in cells)
    by_source = {squeezed(source): cell.grade_id for cell in bank.cells for source in cell.source.values()}
    by_source.pop("", None)  # an empty cell is nobody's
    return [
        cell if cell.grade_id in known else replace(cell, label={"grade_id": by_source.get(squeezed(cell.source), "")})
        for cell in cells
    ], labelled


def _notes_about(cells: Sequence[RawCell], bank: Bank, language: str, labelled: bool) -> list[Note]:
    """What was done to the notebook's own cells."""
    if not labelled and bank.cells:
        return [Note("note_no_metadata")]
    roles = {cell.grade_id: cell for cell in bank.cells}
    counts = Counter(cell.grade_id for cell in cells if cell.grade_id)
    optional = {exercise.name for exercise in bank.exercises if exercise.extra}
    optional |= {question.name for question in bank.written if question.extra}
    optional |= {CHECK + name for name in optional}
    missing = [
        cell.grade_id
        for cell in bank.cells
        if cell.grade_id not in counts and cell.grade_id not in optional and cell.role not in MAY_BE_MISSING
    ]
    duplicated = [grade_id for grade_id, count in counts.items() if count > 1]
    retyped, edited = [], []
    for cell in cells:
        if not cell.grade_id:
            continue
        known = roles[cell.grade_id]
        if cell.kind != EXPECTED_TYPE.get(known.role, "code"):
            retyped.append(cell.grade_id)
        elif known.role in OURS and not untouched(cell, known):
            edited.append(cell.grade_id)
    order = [list(roles).index(cell.grade_id) for cell in cells if cell.grade_id]
    first = list(dict.fromkeys(order))
    notes = [
        Note(f"note_{what}", {"cells": [f"`{name}`" for name in dict.fromkeys(names)]})
        for what, names in (
            ("missing", missing), ("duplicated", duplicated), ("retyped", retyped), ("edited", edited)
        )
        if names
    ]  # fmt: skip
    if first != sorted(first):
        notes.append(Note("note_reordered"))
    return notes


def _written(cells: Sequence[RawCell], bank: Bank, labelled: bool) -> dict[str, str]:
    """The last text of each written answer; "" when it is missing or as released.  A task is always answered.

    Where no cell has its label, what is not there as released may be any cell: it is answered, for a person to find.
    """
    names = {entry.name: entry for entry in bank.written}
    tasks = {cell.grade_id for cell in bank.cells if cell.role == "task"}
    told = tasks if labelled else set(names)
    answers = {name: entry.starter["en"] or name if name in told else "" for name, entry in names.items()}
    for cell in cells:
        if cell.grade_id in names and cell.grade_id not in tasks:
            stubs = names[cell.grade_id].starter.values()
            as_released = squeezed(cell.source) in map(squeezed, stubs)
            answers[cell.grade_id] = "" if as_released else cell.source
    return answers
