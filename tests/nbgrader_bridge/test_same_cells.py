"""What the grader runs is what formgrader shows: both read a notebook in the same way, whatever is in it."""

from __future__ import annotations

import json
from pathlib import Path

import nbformat
from hostile_json import damaged
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from nbformat import NotebookNode
from support import TINY

from autograder.build.notebooks import to_bytes
from autograder.cli.made_up_class import answered
from autograder.grading.intake import Intake, SubmissionUnreadable
from autograder.grading.notebook import read_notebook
from autograder.grading.submission import read_submission, unreadable_report
from autograder.model.bank import Bank
from autograder.model.verdict import Report, SubmissionOutcome
from autograder.nbgrader_bridge.autograded import graded_notebook
from autograder.nbgrader_bridge.harmless import disarmed


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_runs_is_shown(
    data: st.DataObject, bank: Bank, released: dict[str, NotebookNode], right: dict[str, str]
) -> None:
    release = released["en"]
    whole = json.loads(to_bytes(answered(release, {**right, "why": "Because."})))
    content = json.dumps(data.draw(damaged(whole))).encode()
    taken = Intake(Path(f"{TINY}.ipynb"), content)
    try:
        submission, _ = read_submission(taken, [bank], TINY)
    except SubmissionUnreadable as fault:
        shown = graded_notebook(release, content, unreadable_report(fault, "ada", TINY))
        assert [cell.source for cell in shown.cells[1:]] == [cell.source for cell in release.cells]
        return
    report = Report("ada", TINY, "en", SubmissionOutcome.GRADED, taken.digest, bank.digest, "0", 0)
    shown = graded_notebook(release, content, report)
    nbformat.validate(shown)
    nbformat.writes(shown).encode()
    sources = [cell.source for cell in shown.cells]
    demos = {cell.grade_id for cell in bank.cells if cell.role == "demo"}  # tries in them are shown as released
    tries = {cell.number for cell in read_notebook(content).cells if cell.grade_id in demos}
    for cell in submission.cells:
        if not cell.released and not cell.demo and cell.number not in tries:
            assert any(cell.source in source for source in sources), cell
    for text in submission.written.values():
        assert not text or disarmed(text) in sources
