"""An nbgrader course with a gradebook, and nbgrader kept from changing the logging of other tests."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbgrader.apps.api import NbGraderAPI
from one_chapter import NAME, REPORT, gradebook, source_notebook

from autograder.grading import grade_one as grading
from autograder.grading.intake import Intake, SubmissionUnreadable
from autograder.grading.submission import unreadable_report
from autograder.model.verdict import Report
from autograder.nbgrader_bridge.course_folder import load_course_directory

PLUGINS = """
from nbgrader.preprocessors import AssignLatePenalties, CheckCellMetadata
from autograder.nbgrader_bridge import AutograderExecute, AutograderExporter, AutograderSave
c.Autograde.exporter_class = AutograderExporter
c.Autograde.autograde_preprocessors = [AutograderExecute, AutograderSave, AssignLatePenalties, CheckCellMetadata]
c.AutograderExecute.ledger_url = "sqlite:///ledger.db"
"""


@pytest.fixture(scope="session")
def empty_gradebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """nbgrader takes a second to make one."""
    folder = tmp_path_factory.mktemp("empty")
    gradebook(folder).close()
    return folder / "gradebook.db"


@pytest.fixture
def course(tmp_path: Path, empty_gradebook: Path) -> Path:
    shutil.copy(empty_gradebook, tmp_path / "gradebook.db")
    (tmp_path / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'ml'\nc.CourseDirectory.db_url = 'sqlite:///gradebook.db'\n"
    )
    return tmp_path


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """nbgrader replaces handlers of the traitlets logger; leave it as it was."""
    logger = logging.getLogger("traitlets")
    handlers, level = list(logger.handlers), logger.level
    yield
    logger.handlers[:], logger.level = handlers, level


@pytest.fixture
def real(course: Path, bank_dir: Path) -> NbGraderAPI:
    """A course whose autograde runs our judge, with a bank of another chapter: for what never comes to be judged."""
    (course / "source" / NAME).mkdir(parents=True)
    shutil.copytree(bank_dir, course / "bank" / NAME)
    nbformat.write(source_notebook(), course / "source" / NAME / f"{NAME}.ipynb")
    with (course / "nbgrader_config.py").open("a") as config:
        config.write(PLUGINS)
    coursedir, loaded = load_course_directory(course)
    result = NbGraderAPI(coursedir=coursedir, config=loaded)
    assert result.generate_assignment(NAME)["success"]
    return result


@pytest.fixture
def judged() -> list[Report]:
    """The one report that the judge of `api` gives on what can be read; a test may put another in its place."""
    return [REPORT]


@pytest.fixture
def api(course: Path, real: NbGraderAPI, judged: list[Report], monkeypatch: pytest.MonkeyPatch) -> NbGraderAPI:
    """The same with a judge that knows the answer."""

    def judge(taken: Intake, *, bank_dir: Path, student: str, assignment: str, **release: object) -> Report:
        assert bank_dir == course / "bank"
        assert assignment == NAME
        if taken.problem is not None:
            return unreadable_report(SubmissionUnreadable(taken.problem), student, assignment)
        return replace(judged[0], student=student, submission=taken.digest)

    monkeypatch.setattr(grading, "grade_notebook", judge)
    return real
