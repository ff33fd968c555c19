"""What a report becomes in the gradebook, and what stays of what people put there."""

from __future__ import annotations

import copy
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI
from one_chapter import (
    GRAD,
    LOSS,
    NAME,
    RELEASE,
    REPORT,
    WHY,
    autograded,
    by_id,
    carry,
    gradebook,
    grades,
    source_notebook,
    submission,
    submit,
)
from support import in_words
from traitlets.config import Config

from autograder.model.verdict import Note, Outcome, SubmissionOutcome

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands


def test_the_gradebook_has_exactly_the_reports_scores(course: Path) -> None:
    submit(course)
    assert carry(course, REPORT) == ()
    assert grades(course) == {
        "check_linear_loss": (0.7, None, False),
        "check_linear_grad": (3.0, None, False),
        "why": (None, None, True),
    }
    with gradebook(course) as book:
        entry = book.find_submission(NAME, "student01")
        assert (entry.score, entry.max_score) == (REPORT.score, REPORT.max_score)
        assert book.find_assignment(NAME).course_id == "ml"
        assert book.find_comment("linear_loss", NAME, NAME, "student01").auto_comment == "The loss is a sum."


def test_the_entries_are_those_that_generate_assignment_makes(course: Path, tmp_path: Path) -> None:
    submit(course)
    carry(course, REPORT)
    other = tmp_path / "other"
    (other / "source" / NAME).mkdir(parents=True)
    shutil.copy(course / "gradebook.db", other)
    with gradebook(other) as book:
        book.remove_assignment(NAME)
    nbformat.write(source_notebook(), other / "source" / NAME / f"{NAME}.ipynb")
    config = Config()
    config.CourseDirectory.root = str(other)
    config.CourseDirectory.db_url = f"sqlite:///{other}/gradebook.db"
    config.CourseDirectory.course_id = "ml"
    assert NbGraderAPI(config=config).generate_assignment(NAME)["success"]

    def entries(folder: Path) -> list[tuple[Any, ...]]:
        with gradebook(folder) as book:
            notebook = book.find_notebook(NAME, NAME)
            cells = [(c.name, c.cell_type, c.locked, c.source, c.checksum) for c in notebook.source_cells]
            points = [(c.name, c.cell_type, c.max_score) for c in notebook.grade_cells]
            return [sorted(cells), sorted(points), sorted(c.name for c in notebook.solution_cells), notebook.kernelspec]

    assert entries(course) == entries(other)


def test_writing_twice_changes_nothing(course: Path) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    carry(course, REPORT)
    first = grades(course), autograded(course)
    carry(course, REPORT)
    assert (grades(course), autograded(course)) == first


def mark_by_hand(course: Path) -> None:
    with gradebook(course) as book:
        for name, score in (("why", 1.5), ("check_linear_loss", 2.0)):
            grade = book.find_grade(name, NAME, NAME, "student01")
            grade.manual_score, grade.needs_manual_grade = score, False
        book.find_comment("why", NAME, NAME, "student01").manual_comment = "Nice."
        book.db.commit()


def test_a_regrade_keeps_manual_scores_and_comments(course: Path) -> None:
    submit(course)
    carry(course, REPORT)
    mark_by_hand(course)
    carry(course, REPORT)
    assert grades(course)["why"] == (None, 1.5, False)
    assert grades(course)["check_linear_loss"] == (0.7, 2.0, False)
    better = replace(REPORT, exercises=(replace(LOSS, outcome=Outcome.PASSED, points=2), GRAD, WHY))
    carry(course, better)
    assert grades(course)["check_linear_loss"] == (2.0, 2.0, True)  # the automatic score changed: look again
    assert grades(course)["why"] == (None, 1.5, False)
    with gradebook(course) as book:
        assert book.find_comment("why", NAME, NAME, "student01").comment == "Nice."
        assert book.find_submission(NAME, "student01").score == 6.5


def test_a_new_written_answer_is_put_before_a_person_again(course: Path) -> None:
    submit(course)
    carry(course, REPORT)
    mark_by_hand(course)
    submit(course, notebook=submission(why="On second thoughts."))
    carry(course, replace(REPORT, submission="t" * 64))
    assert grades(course)["why"] == (None, 1.5, True)


def test_a_fault_of_ours_is_never_a_zero(course: Path) -> None:
    submit(course)
    broken = replace(LOSS, outcome=Outcome.GRADER_ERROR, points=0, hint=None, mistake=None)
    carry(course, replace(REPORT, exercises=(broken, GRAD, WHY)))
    assert grades(course)["check_linear_loss"] == (None, None, True)
    carry(course, replace(REPORT, outcome=SubmissionOutcome.GRADER_ERROR, exercises=()))
    assert set(grades(course).values()) == {(None, None, True)}


def test_an_unreadable_submission_gets_nothing_and_a_page_that_says_why(course: Path) -> None:
    submit(course).write_text('{"cells": [')
    note = Note("unreadable_json", {"line": 1})
    carry(course, replace(REPORT, outcome=SubmissionOutcome.UNREADABLE, exercises=(), notes=(note,)))
    assert set(grades(course).values()) == {(None, None, True)}
    assert "The file is damaged: it stops being JSON at line 1." in autograded(course).cells[0].source
    with gradebook(course) as book:
        entry = book.find_submission(NAME, "student01")
        assert (entry.score, entry.needs_manual_grade) == (0.0, True)
        assert book.find_comment("why", NAME, NAME, "student01").comment == in_words(note)
    submit(course)
    carry(course, REPORT)
    assert grades(course)["check_linear_grad"] == (3.0, None, False)
    with gradebook(course) as book:
        assert book.find_comment("why", NAME, NAME, "student01").comment is None


def test_what_was_not_attempted_says_so_in_the_notebooks_language(course: Path) -> None:
    submit(course)
    untouched = replace(LOSS, outcome=Outcome.NOT_ATTEMPTED, points=0, hint=None, mistake=None)
    carry(course, replace(REPORT, language="zh", exercises=(untouched, GRAD, WHY)))
    with gradebook(course) as book:
        assert book.find_comment("linear_loss", NAME, NAME, "student01").auto_comment == "尚未作答"


def test_points_of_a_bonus_may_exceed_the_maximum(course: Path) -> None:
    release = copy.deepcopy(RELEASE)
    by_id(release)["check_linear_grad"].metadata.nbgrader.points = 0
    submit(course)
    report = replace(REPORT, exercises=(LOSS, replace(GRAD, extra=True), WHY))
    carry(course, report, notebooks={(NAME, "en"): release})
    with gradebook(course) as book:
        entry = book.find_submission(NAME, "student01")
        assert (entry.score, entry.max_score) == (report.score, report.max_score) == (3.7, 4.0)


# --- time ------------------------------------------------------------------------------------------------------------


def test_the_time_of_submission_stays_and_late_penalties_apply(course: Path) -> None:
    plugin = (
        "\nfrom nbgrader.plugins import LateSubmissionPlugin\n"
        "class OneHour(LateSubmissionPlugin):\n"
        "    def late_submission_penalty(self, student, score, seconds): return seconds / 3600\n"
        "c.AssignLatePenalties.plugin_class = OneHour\n"
    )
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(plugin)
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    carry(course, REPORT)
    with gradebook(course) as book:
        book.update_or_create_assignment(NAME, duedate="2026-11-01 08:00:00 UTC")
    carry(course, REPORT)
    with gradebook(course) as book:
        entry = book.find_submission(NAME, "student01")
        assert entry.timestamp.isoformat() == "2026-11-01T10:00:00"
        assert entry.total_seconds_late == 7200
        assert entry.late_submission_penalty == 2.0
        book.grant_extension(NAME, "student01", days=1)
    (course / "submitted" / "student01" / NAME / "timestamp.txt").unlink()
    carry(course, REPORT)
    with gradebook(course) as book:
        entry = book.find_submission(NAME, "student01")
        assert entry.timestamp.isoformat() == "2026-11-01T10:00:00"
        assert not entry.late_submission_penalty


def test_formgrader_sees_the_submission_as_graded(course: Path) -> None:
    submit(course, timestamp="2026-11-01 10:00:00 UTC")
    (course / "source" / NAME).mkdir(parents=True)
    nbformat.write(source_notebook(), course / "source" / NAME / f"{NAME}.ipynb")
    carry(course, REPORT)
    config = Config()
    config.CourseDirectory.root = str(course)
    config.CourseDirectory.course_id = "ml"
    api = NbGraderAPI(config=config)
    (shown,) = api.get_submissions(NAME)
    assert shown["autograded"]
    assert shown["needs_manual_grade"]
    assert (shown["score"], shown["max_score"]) == (REPORT.score, 7.0)
    assert api.get_assignment(NAME)["num_submissions"] == 1
    (submitted,) = api.get_notebook_submissions(NAME, NAME)
    assert (submitted["code_score"], submitted["max_written_score"]) == (3.7, 2.0)
