"""Reading a gradebook: who is in it, and what it holds for each submission.  A few queries for a whole class."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from nbgrader.api import (
    Assignment,
    BaseCell,
    Comment,
    Grade,
    GradeCell,
    Notebook,
    SourceCell,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
    TaskCell,
)
from sqlalchemy import func, select
from sqlalchemy.engine import Connection, Row

from autograder.model.bank import CHECK
from autograder.model.verdict import in_notebook
from autograder.nbgrader_bridge.database import reading
from autograder.report.standing import Mark, Marks, Person

_cell, _graded, _task = BaseCell.__table__, GradeCell.__table__, TaskCell.__table__


def roster(url: str) -> dict[str, Person]:
    """Everybody in the gradebook, by id.  Raises GradebookUnusable, as all of these do."""
    with reading(url) as connection:
        rows = connection.execute(select(Student.id, Student.first_name, Student.last_name, Student.email))
        return {row.id: Person(row.first_name or "", row.last_name or "", row.email or "") for row in rows}


def full_sources(url: str, assignment: str, notebook: str) -> dict[str, str]:
    """Sources by grade_id of one of the assignment's notebooks, as they were before hidden tests were cut out."""
    query = (
        select(SourceCell.name, SourceCell.source)
        .join(Notebook, SourceCell.notebook_id == Notebook.id)
        .join(Assignment, Notebook.assignment_id == Assignment.id)
        .where(Assignment.name == assignment, Notebook.name == notebook)
    )
    with reading(url) as connection:
        return {row.name: row.source or "" for row in connection.execute(query)}


def read_marks(url: str, pairs: Collection[tuple[str, str]]) -> dict[tuple[str, str], Marks]:
    """What the gradebook holds for each (student, assignment) that it knows.

    A test cell `check_x` is the exercise `x`.  Cells of further notebooks of an assignment are called
    `notebook/grade_id`.
    """
    wanted = sorted({assignment for _, assignment in pairs})
    with reading(url) as connection:
        exercises = _exercises(connection, wanted)
        comments = _comments(connection, wanted)
        cells: dict[str, dict[str, Mark]] = defaultdict(dict)
        for row in _grades(connection, wanted):
            name = exercises.get((row.notebook_id, row.name), row.name)
            comment = comments.get((row.submitted_id, name)) or ""
            cells[row.submission][in_notebook(row.assignment, row.notebook, name)] = _mark(row, comment)
        return {
            (row.student, row.assignment): Marks(
                cells[row.id],
                float(row.penalty or 0.0),
                row.timestamp,
                row.duedate + row.extension if row.duedate and row.extension else row.duedate,
            )
            for row in _submissions(connection, wanted)
            if (row.student, row.assignment) in pairs
        }


def _mark(row: Row[Any], comment: str) -> Mark:
    """nbgrader's own sum: a person's points before ours, and extra credit on top of either."""
    points = row.auto_score if row.manual_score is None else row.manual_score
    return Mark(
        points=None if points is None else float(points + (row.extra_credit or 0.0)),
        max_points=float(row.max_score),
        by_hand=row.manual_score is not None or bool(row.extra_credit),
        needs_a_person=bool(row.needs_manual_grade),
        comment=comment,
    )


def _exercises(connection: Connection, assignments: Collection[str]) -> dict[tuple[str, str], str]:
    """The answer that each test cell `check_x` of a notebook checks: `x`, where that is a cell and no grade cell."""
    query = (
        select(_cell.c.notebook_id, _cell.c.name, _cell.c.type)
        .join(Notebook, _cell.c.notebook_id == Notebook.id)
        .join(Assignment, Notebook.assignment_id == Assignment.id)
        .where(Assignment.name.in_(assignments))
    )
    graded: set[tuple[str, str]] = set()
    answers: set[tuple[str, str]] = set()
    for row in connection.execute(query):
        (answers if row.type == "SolutionCell" else graded).add((row.notebook_id, row.name))
    checked = {(notebook, name): name.removeprefix(CHECK) for notebook, name in graded if name.startswith(CHECK)}
    return {cell: name for cell, name in checked.items() if (cell[0], name) in answers - graded}


def _comments(connection: Connection, assignments: Collection[str]) -> dict[tuple[str, str], str]:
    """What people wrote, by submitted notebook and cell."""
    query = (
        select(Comment.notebook_id, _cell.c.name, Comment.manual_comment)
        .join(_cell, Comment.cell_id == _cell.c.id)
        .join(Notebook, _cell.c.notebook_id == Notebook.id)
        .join(Assignment, Notebook.assignment_id == Assignment.id)
        .where(Assignment.name.in_(assignments), Comment.manual_comment.is_not(None))
    )
    return {(row.notebook_id, row.name): row.manual_comment for row in connection.execute(query)}


def _grades(connection: Connection, assignments: Collection[str]) -> Iterable[Row[Any]]:
    return connection.execute(
        select(
            Grade.auto_score,
            Grade.manual_score,
            Grade.extra_credit,
            Grade.needs_manual_grade,
            Grade.notebook_id.label("submitted_id"),
            SubmittedNotebook.assignment_id.label("submission"),
            _cell.c.name,
            _cell.c.notebook_id,
            func.coalesce(_graded.c.max_score, _task.c.max_score, 0.0).label("max_score"),
            Notebook.name.label("notebook"),
            Assignment.name.label("assignment"),
        )
        .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
        .join(_cell, Grade.cell_id == _cell.c.id)
        .outerjoin(_graded, _graded.c.id == _cell.c.id)
        .outerjoin(_task, _task.c.id == _cell.c.id)
        .join(Notebook, _cell.c.notebook_id == Notebook.id)
        .join(Assignment, Notebook.assignment_id == Assignment.id)
        .where(Assignment.name.in_(assignments))
    )


def _submissions(connection: Connection, assignments: Collection[str]) -> Iterable[Row[Any]]:
    penalties = (
        select(func.sum(SubmittedNotebook.late_submission_penalty))
        .where(SubmittedNotebook.assignment_id == SubmittedAssignment.id)
        .scalar_subquery()
    )
    return connection.execute(
        select(
            SubmittedAssignment.id,
            SubmittedAssignment.student_id.label("student"),
            SubmittedAssignment.timestamp,
            SubmittedAssignment.extension,
            Assignment.name.label("assignment"),
            Assignment.duedate,
            penalties.label("penalty"),
        )
        .join(Assignment, SubmittedAssignment.assignment_id == Assignment.id)
        .where(Assignment.name.in_(assignments))
    )
