"""Plugins that an nbgrader_config.py names: our judge in place of nbgrader's, and a safe CSV exporter."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Unicode

from autograder.bank_files import load
from autograder.files import write_whole
from autograder.intake import take
from autograder.ledger import Ledger
from autograder.nbgrader_bridge.autograded import graded_notebook
from autograder.nbgrader_bridge.gradebook import inside_of, save_report
from autograder.report import csv_text
from autograder.verdict import Report

_REPORT = "autograder_report"  # where one preprocessor leaves the report for the other


class AutograderExecute(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """In place of nbgrader's Execute: the submission runs in our sandbox, and our findings become the outputs."""

    bank_dir = Unicode("bank", help="The folder that `autograder bank` wrote; relative to the course.").tag(config=True)
    ledger_url = Unicode(
        "", help="The ledger that keeps each grading, such as sqlite:///ledger.db; none if empty."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Grade the submitted file itself, so that the same file graded elsewhere is the same grading.

        Raises FileNotFoundError when there is no bank at all, BankOutdated when that of the assignment is missing,
        stale or damaged.
        """
        from autograder.grading import grade_notebook
        from autograder.sources import refuse_stale, require_banks

        names = resources["nbgrader"]
        coursedir = self.parent.parent.coursedir
        file = f"{names['notebook']}.ipynb"
        folder = Path(coursedir.format_path(coursedir.submitted_directory, names["student"], names["assignment"]))
        bank_dir = Path(coursedir.root, self.bank_dir)
        if not bank_dir.is_dir():
            raise FileNotFoundError(
                f"{bank_dir} is missing: run `autograder bank`, or set c.AutograderExecute.bank_dir"
            )
        taken = take(folder / file, inside_of(coursedir, folder))
        assignment = names["assignment"]
        require_banks(bank_dir, [assignment], course=bank_dir.parent)
        if (bank_dir / assignment).is_dir():
            refuse_stale(load(bank_dir / assignment), assignment, bank_dir.parent)
        report = grade_notebook(taken, bank_dir=bank_dir, student=names["student"], assignment=assignment)
        if self.ledger_url:
            with Ledger(self.ledger_url) as ledger:
                ledger.record(report, folder / file)
        released = Path(coursedir.format_path(coursedir.release_directory, ".", names["assignment"])) / file
        release = nbformat.read(released, as_version=4) if released.is_file() else nb
        resources[_REPORT] = report
        return graded_notebook(release, taken.content, report), resources


class AutograderSave(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """In place of nbgrader's SaveAutoGrades: the judge's points go into the gradebook as they are."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Save the report that AutograderExecute left.  Raises ValueError when it did not run before."""
        report = resources.get(_REPORT)
        if not isinstance(report, Report):
            raise ValueError("AutograderSave has no report: put AutograderExecute before it in autograde_preprocessors")
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            entry = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
            save_report(entry, report, answers_changed={})
            gradebook.db.commit()
        return nb, resources


class AutograderCsv(ExportPlugin):  # type: ignore[misc]  # nbgrader is untyped
    """nbgrader's CSV export, properly quoted and with spreadsheet formulas disarmed."""

    def export(self, gradebook: Gradebook) -> None:
        """Write the scores, manual ones and late penalties included, to `--to` (default grades.csv)."""
        students, assignments = set(map(str, self.student)), set(map(str, self.assignment))
        rows = [
            _row(gradebook, assignment, student)
            for assignment in gradebook.assignments
            for student in gradebook.students
            if (not assignments or assignment.name in assignments) and (not students or student.id in students)
        ]
        write_whole(Path(self.to or "grades.csv"), csv_text(rows))


def _row(gradebook: Gradebook, assignment: Any, student: Any) -> dict[str, Any]:
    row = {
        "assignment": assignment.name,
        "duedate": assignment.duedate,
        "student_id": student.id,
        "last_name": student.last_name,
        "first_name": student.first_name,
        "email": student.email,
        "max_score": assignment.max_score,
    }
    try:
        submission = gradebook.find_submission(assignment.name, student.id)
    except MissingEntry:
        return row | {"raw_score": 0.0, "late_submission_penalty": 0.0, "score": 0.0}
    penalty = submission.late_submission_penalty
    scores = {"raw_score": submission.score, "late_submission_penalty": penalty}
    return row | scores | {"timestamp": submission.timestamp, "score": max(0.0, submission.score - penalty)}
