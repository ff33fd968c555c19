"""What people gave in formgrader outlives every regrade, and asks to be looked at again until somebody has."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from nbgrader.apps.api import NbGraderAPI
from one_chapter import GRAD, LOSS, NAME, RELEASE, REPORT, WHY, autograded, by_id, carry, gradebook, submission, submit

from autograder.model.verdict import Note, Outcome, Report, SubmissionOutcome

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands

TIME = "2026-11-01 10:00:00 UTC"
GIVEN = {  # points by hand, extra credit
    "check_linear_loss": (1.0, None),
    "check_linear_grad": (None, 0.5),
    "why": (1.5, 0.25),
}
OTHER_BANK = replace(
    REPORT, bank="c" * 64, exercises=(replace(LOSS, points=1.0), replace(GRAD, outcome=Outcome.PARTIAL, points=1), WHY)
)
DAMAGED = replace(
    REPORT, outcome=SubmissionOutcome.UNREADABLE, exercises=(), notes=(Note("unreadable_json", {"line": 1}),)
)


def mark(course: Path) -> None:
    """What formgrader does when a marker types, with a late penalty and a comment on each answer."""
    with gradebook(course) as book:
        for name, (points, extra) in GIVEN.items():
            grade = book.find_grade(name, NAME, NAME, "student01")
            grade.manual_score, grade.extra_credit = points, extra
            grade.needs_manual_grade = points is None and grade.auto_score is None
            book.find_comment(name.removeprefix("check_"), NAME, NAME, "student01").manual_comment = f"On {name}."
        book.update_or_create_assignment(NAME, duedate="2026-11-01 09:00:00 UTC")
        book.db.commit()


def given(course: Path) -> dict[str, Any]:
    """All that people gave."""
    with gradebook(course) as book:
        entry = book.find_submission_notebook(NAME, NAME, "student01")
        comments = {comment.name: comment.manual_comment for comment in entry.comments}
        return {
            grade.name: (grade.manual_score, grade.extra_credit, comments[grade.name.removeprefix("check_")])
            for grade in entry.grades
        }


def flagged(course: Path) -> set[str]:
    """The cells that ask for a person."""
    with gradebook(course) as book:
        entry = book.find_submission_notebook(NAME, NAME, "student01")
        return {grade.name for grade in entry.grades if grade.needs_manual_grade}


def penalty(course: Path) -> float | None:
    with gradebook(course) as book:
        found: float | None = book.find_submission(NAME, "student01").late_submission_penalty
        return found


@pytest.fixture
def marked(course: Path) -> Path:
    """A course with a late submission that was graded and marked."""
    plugin = (
        "\nfrom nbgrader.plugins import LateSubmissionPlugin\n"
        "class Half(LateSubmissionPlugin):\n"
        "    def late_submission_penalty(self, student, score, seconds): return 0.5\n"
        "c.AssignLatePenalties.plugin_class = Half\n"
    )
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(plugin)
    submit(course, timestamp=TIME)
    carry(course, REPORT)
    mark(course)
    carry(course, REPORT)
    assert flagged(course) == set()
    assert penalty(course) == 0.5
    return course


EXPECTED = {name: (*points, f"On {name}.") for name, points in GIVEN.items()}


@pytest.mark.parametrize(
    ("change", "again", "asks"),
    [
        ({}, REPORT, set()),
        ({"why": "On second thoughts."}, REPORT, {"why"}),
        ({"linear_loss": "def linear_loss(x):\n    return 2"}, REPORT, {"check_linear_loss"}),
        ({"linear_grad": "def linear_grad(x):\n    return 2"}, REPORT, {"check_linear_grad"}),
        ({}, OTHER_BANK, {"check_linear_loss", "check_linear_grad"}),
        ({}, DAMAGED, set(GIVEN)),
    ],
)
def test_a_regrade_keeps_all_and_its_flags_stay_until_a_person_looked(
    marked: Path, change: dict[str, str], again: Report, asks: set[str]
) -> None:
    """The same command run a second time took the flags away, though nobody had looked."""
    submit(marked, notebook=submission(**change), timestamp=TIME)
    for _ in range(3):
        carry(marked, again)
        assert flagged(marked) == asks
        assert given(marked) == EXPECTED
        assert penalty(marked) == 0.5
    mark(marked)
    carry(marked, again)
    assert flagged(marked) == ({"check_linear_grad"} if again is DAMAGED else set())  # extra credit alone is no score
    assert given(marked) == EXPECTED


def test_flags_of_an_earlier_change_outlive_a_later_one(marked: Path) -> None:
    submit(marked, notebook=submission(why="On second thoughts."), timestamp=TIME)
    carry(marked, REPORT)
    carry(marked, OTHER_BANK)
    carry(marked, REPORT)
    assert flagged(marked) == set(GIVEN)
    assert given(marked) == EXPECTED


def test_a_person_who_marked_what_could_not_be_read_is_asked_again_when_it_can(course: Path) -> None:
    submit(course, timestamp=TIME)
    carry(course, DAMAGED)
    assert flagged(course) == set(GIVEN)
    with gradebook(course) as book:
        book.find_grade("check_linear_loss", NAME, NAME, "student01").manual_score = 0.0
        book.find_grade("check_linear_loss", NAME, NAME, "student01").needs_manual_grade = False
        book.db.commit()
    carry(course, DAMAGED)
    assert flagged(course) == set(GIVEN) - {"check_linear_loss"}
    carry(course, REPORT)
    assert flagged(course) == {"check_linear_loss", "why"}


def test_autograde_in_formgrader_keeps_all_too(course: Path, api: NbGraderAPI, judged: list[Report]) -> None:
    submit(course, timestamp=TIME)
    assert api.autograde(NAME, "student01")["success"]
    mark(course)
    for report in (REPORT, OTHER_BANK, REPORT):
        judged[0] = report
        assert api.autograde(NAME, "student01")["success"]
        assert given(course) == EXPECTED
        assert flagged(course) == set(GIVEN)
        carry(course, report)
        assert flagged(course) == set(GIVEN)


def test_a_written_bonus_counts_by_its_extra_credit(course: Path) -> None:
    """Its maximum is 0, so formgrader takes no other points; and extra credit counted where there is a score alone."""
    release = copy.deepcopy(RELEASE)
    by_id(release)["why"].metadata.nbgrader.points = 0
    report = replace(REPORT, exercises=(LOSS, GRAD, replace(WHY, extra=True)))
    submit(course)
    carry(course, report, notebooks={(NAME, "en"): release})
    assert flagged(course) == {"why"}
    sources = [each.source for each in autograded(course).cells]
    assert "up to 2 points on top" in sources[sources.index("Because.") - 1]
    with gradebook(course) as book:
        grade = book.find_grade("why", NAME, NAME, "student01")
        grade.extra_credit, grade.needs_manual_grade = 2.0, False  # formgrader: there is a score
        book.db.commit()
    carry(course, report, notebooks={(NAME, "en"): release})
    assert flagged(course) == set()
    with gradebook(course) as book:
        assert book.find_submission(NAME, "student01").score == 5.7
