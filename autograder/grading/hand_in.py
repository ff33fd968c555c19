"""Grading what was handed in: one notebook of a chapter, or all notebooks of an assignment of the course's own.

Each notebook of such an assignment runs by itself, as it would in a kernel of its own, and they make one report: its
score is their sum.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from autograder.grading.budget import Budget
from autograder.grading.folders import matched
from autograder.grading.grade_one import grade_intake, open_sandbox
from autograder.grading.intake import Intake, SubmissionUnreadable, shown
from autograder.grading.own_notebooks import OwnSource
from autograder.grading.ran import Outputs, Ran
from autograder.grading.submission import read_submission, unreadable_report
from autograder.grading.verdicts import Grading
from autograder.model.bank import Bank
from autograder.model.course_tests import OwnNotebooks
from autograder.model.texts import part
from autograder.model.verdict import ExerciseVerdict, Finding, Note, Outcome, Report, SubmissionOutcome, in_notebook
from autograder.model.version import __version__
from autograder.sandbox import CellResult, Sandbox

_KEPT_BYTES = 16 * 2**20  # of the outputs of one notebook: a page of plots has one


@dataclass(frozen=True)
class _Part:
    """What grading one notebook gave."""

    verdicts: tuple[ExerciseVerdict, ...]
    notes: tuple[Note, ...] = ()
    outputs: Outputs = field(default_factory=dict)
    language: str = ""


def grade_hand_in(
    taken: Intake, banks: Sequence[Bank], sandbox: Sandbox, *, student: str, assignment: str = "", about: str = ""
) -> tuple[Report, Ran]:
    """Grade what was taken in, and say what its cells showed.  Every fault of it is an outcome or a note.

    `about` is the assignment that it says it is for, where its place says nothing.
    """
    named = assignment or about
    own = next((bank for bank in banks if bank.own is not None and bank.chapter == named), None)
    if own is None:
        return grade_intake(taken, banks, sandbox, student=student, assignment=assignment), {}
    return _grade_own(taken, own, sandbox, student)


def grade_by_itself(taken: Intake, source: OwnSource, *, student: str) -> tuple[Report, Ran]:
    """Grade a hand-in in a sandbox of its own: for nbgrader's autograde.  Raises ReleaseUnusable."""
    bank = source.load()
    with open_sandbox([bank]) as sandbox:
        return grade_hand_in(taken, [bank], sandbox, student=student, assignment=source.assignment)


def budget_of(own: OwnNotebooks) -> Budget:
    """What a notebook may take: a cell what the course says, whether it computes or waits, and all of them ten times.

    nbgrader has no bound for all cells, and none for how many of them are endless.
    """
    cell = own.seconds
    return Budget(
        cell=cell,
        notebook=10 * cell,
        restarts=20,
        submission=30 * cell,
        sleep=20 * cell,
        pause=cell,
        clock=60 * cell + 60,
    )


def _grade_own(taken: Intake, bank: Bank, sandbox: Sandbox, student: str) -> tuple[Report, Ran]:
    assert bank.own is not None
    names = [each.chapter for each in bank.by_notebook]
    alone = {names[0]: taken} if len(names) == 1 and taken.problem is None else {}
    handed_in, further = matched(taken.notebooks or alone, names)
    if taken.problem is not None or not handed_in:
        fault = SubmissionUnreadable(taken.problem or Note("unreadable_assignment"), taken.digest)
        return unreadable_report(fault, student, bank.chapter), {}
    parts = {
        each.chapter: _part(handed_in.get(each.chapter), each, bank.own, taken, sandbox) for each in bank.by_notebook
    }
    notes = list(taken.notes)
    if further:
        notes.append(Note("note_notebook_extra", {"notebooks": [f"`{shown(name)}`" for name in further]}))
    report = Report(
        student=student,
        assignment=bank.chapter,
        language=next((each.language for each in parts.values() if each.language), bank.language),
        outcome=SubmissionOutcome.GRADED,
        submission=taken.digest,
        bank=bank.digest,
        engine=__version__,
        draw=0,
        notes=(*notes, *_notes_of(parts)),
        exercises=tuple(_verdicts_of(bank.chapter, parts)),
        rung=sandbox.backend,
    )
    return report, {name: each.outputs for name, each in parts.items() if each.outputs}


# --- one notebook of several ------------------------------------------------------------------------------------------


def _part(notebook: Intake | None, bank: Bank, own: OwnNotebooks, taken: Intake, sandbox: Sandbox) -> _Part:
    name = bank.chapter
    if notebook is None:
        verdicts = _without_answers(bank, Outcome.NOT_ATTEMPTED, Finding("not_attempted"))
        return _Part(verdicts, (Note("note_notebook_missing", {"notebook": name}),))
    theirs = {file: content for file, content in taken.files.items() if file not in own.files or file in own.theirs}
    try:
        submission, _ = read_submission(replace(notebook, files={**own.files, **theirs}), [bank], name)
    except SubmissionUnreadable as fault:
        verdicts = _without_answers(bank, Outcome.AWAITING_MARKING, Finding("notebook_unreadable"))
        return _Part(verdicts, (_said_of(name, fault.note),))
    grading = Grading(submission, bank, sandbox, budget_of(own), own.ignored)
    report = grading.report("")
    return _Part(report.exercises, report.notes, _kept(grading.results), report.language)


def _without_answers(bank: Bank, outcome: Outcome, finding: Finding) -> tuple[ExerciseVerdict, ...]:
    tests = [ExerciseVerdict(test.name, outcome, 0.0, test.points, findings=(finding,)) for test in bank.tests]
    written = [
        ExerciseVerdict(entry.name, outcome, 0.0, entry.points, findings=(finding,), written=True)
        for entry in bank.written
    ]
    return (*tests, *written)


def _kept(results: Mapping[str, CellResult]) -> Outputs:
    """The outputs that are kept; of a notebook that shows too much those of its first cells."""
    room = _KEPT_BYTES
    kept: dict[str, Sequence[Mapping[str, Any]]] = {}
    for key, result in results.items():
        room -= len(json.dumps(result.outputs))
        if room < 0:
            break
        kept[key] = result.outputs
    return kept


def _notes_of(parts: Mapping[str, _Part]) -> Iterator[Note]:
    for name, each in parts.items():
        for note in each.notes:
            about_itself = note.code in ("note_in_notebook", "note_notebook_missing")
            yield note if len(parts) == 1 or about_itself else _said_of(name, note)


def _said_of(notebook: str, note: Note) -> Note:
    return Note("note_in_notebook", {"notebook": f"`{notebook}`", "said": part(note.code, **note.values)})


def _verdicts_of(assignment: str, parts: Mapping[str, _Part]) -> Iterator[ExerciseVerdict]:
    for notebook, each in parts.items():
        for verdict in each.verdicts:
            yield replace(verdict, name=in_notebook(assignment, notebook, verdict.name))
