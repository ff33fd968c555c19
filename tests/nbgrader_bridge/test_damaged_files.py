"""A file that cannot be read is not graded and needs a person: in formgrader as everywhere, and without a traceback."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from nbgrader.api import Gradebook
from nbgrader.apps.api import NbGraderAPI
from one_chapter import link_to
from support import COURSE, TINY, in_words

from autograder.grading.ledger import Ledger
from autograder.model.markup import to_plain
from autograder.model.verdict import SubmissionOutcome
from autograder.nbgrader_bridge import open_course, write_scores
from autograder.nbgrader_bridge.course import new_course
from autograder.nbgrader_bridge.database import own_commands_on_path

pytestmark = pytest.mark.filterwarnings("ignore:Object of type:sqlalchemy.exc.SAWarning")  # nbgrader's own commands


def cut(path: Path) -> None:
    path.write_text('{"cells": [')


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def no_notebook(path: Path) -> None:
    path.write_text('{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": {"a": 1}}')


def nested(path: Path) -> None:
    path.write_text("[" * 100_000)


def huge(path: Path) -> None:
    os.truncate(path, 10**9)


def dangling(path: Path) -> None:
    link_to(path, path.parent / "nowhere.ipynb")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.fixture(scope="module")
def tiny(bank_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course of ours as `autograder new` makes it."""
    folder = tmp_path_factory.mktemp("damaged")
    kit = Path(shutil.copytree(COURSE, folder / "kit", ignore=shutil.ignore_patterns("__pycache__")))
    shutil.copytree(bank_dir, kit / "bank" / TINY)
    new_course(folder / "class", source_course=kit, language="en")
    return folder / "class"


def hand_in(course: Path, student: str) -> Path:
    place = course / "submitted" / student / TINY
    shutil.copytree(course / "release" / TINY, place)
    (place / "timestamp.txt").write_text("2026-11-01 10:00:00 UTC")
    return place / f"{TINY}.ipynb"


def autograde(course: Path, student: str) -> dict[str, Any]:
    opened = open_course(course)
    with own_commands_on_path():
        result: dict[str, Any] = NbGraderAPI(coursedir=opened.coursedir, config=opened.config).autograde(TINY, student)
    return result


def grades(course: Path, student: str) -> set[tuple[float | None, bool]]:
    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        entry = book.find_submission_notebook(TINY, TINY, student)
        return {(grade.auto_score, grade.needs_manual_grade) for grade in entry.grades}


@pytest.mark.parametrize("damage", [cut, emptied, no_notebook, nested, huge, dangling, folder, pipe])
def test_a_file_that_cannot_be_read_needs_a_person_in_formgrader(tiny: Path, damage: Any) -> None:
    """nbgrader read the file first: a traceback, and for a pipe a wait without end."""
    student = damage.__name__
    damage(hand_in(tiny, student))
    result = autograde(tiny, student)
    assert result["success"], result
    assert "Traceback" not in result["log"]
    assert grades(tiny, student) == {(None, True)}
    with Ledger(open_course(tiny).ledger_url) as ledger:
        (report,) = [row.report for row in ledger.latest() if row.report.student == student]
    assert report.outcome is SubmissionOutcome.UNREADABLE
    with Gradebook(f"sqlite:///{tiny}/gradebook.db") as book:
        comment = book.find_comment("line_loss", TINY, TINY, student).comment
    assert comment == to_plain(in_words(report.notes[0]))
    assert write_scores(tiny, [report], {}) == ()
    assert grades(tiny, student) == {(None, True)}


def test_a_later_file_that_can_be_read_is_graded(tiny: Path) -> None:
    place = hand_in(tiny, "ada")
    whole = place.read_bytes()
    cut(place)
    assert autograde(tiny, "ada")["success"]
    place.write_bytes(whole)
    assert autograde(tiny, "ada")["success"]
    assert grades(tiny, "ada") == {(0.0, False)}


def test_without_the_exporter_of_the_configuration_nothing_is_graded(tiny: Path) -> None:
    """nbgrader itself reads the file then, fails, and says so; no score is made up."""
    cut(hand_in(tiny, "bob"))
    config = (tiny / "nbgrader_config.py").read_text()
    (tiny / "nbgrader_config.py").write_text(config.replace("c.Autograde.exporter_class", "#"))
    result = autograde(tiny, "bob")
    (tiny / "nbgrader_config.py").write_text(config)
    assert not result["success"]
    assert grades(tiny, "bob") == {(None, True)}
