"""A plugin for `nbgrader export`: its columns, properly quoted and with spreadsheet formulas disarmed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.plugins import ExportPlugin

from autograder.model.files import write_atomic
from autograder.report import csv_text


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
        write_atomic(Path(self.to or "grades.csv"), csv_text(rows))


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
    if _is_unsettled(submission):
        return row | {"timestamp": submission.timestamp, "late_submission_penalty": 0.0}
    penalty = submission.late_submission_penalty
    scores = {"raw_score": submission.score, "late_submission_penalty": penalty}
    return row | scores | {"timestamp": submission.timestamp, "score": max(0.0, submission.score - penalty)}


def _is_unsettled(submission: Any) -> bool:
    """Whether nothing has a score yet and somebody must look: the file cannot be read, say.  nbgrader's sum is 0."""
    grades = [grade for notebook in submission.notebooks for grade in notebook.grades]
    return submission.needs_manual_grade and not any(
        grade.auto_score is not None or grade.manual_score is not None or grade.extra_credit for grade in grades
    )
