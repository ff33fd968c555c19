"""Plugins that an nbgrader_config.py names: our sandbox in place of nbgrader's kernel, our judge for our chapters.

What our sandbox does not run (another language, a further notebook beside a chapter's) nbgrader grades as without us.
"""

from __future__ import annotations

import logging
import sys
from functools import cached_property
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbconvert.preprocessors import ClearMetadataPreprocessor
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.converters import Autograde
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import Execute, IgnorePattern, LimitOutput, NbGraderPreprocessor, SaveAutoGrades
from traitlets import Unicode

from autograder.grading.folders import content_of, take_folder
from autograder.grading.intake import Intake, take
from autograder.grading.ledger import Ledger
from autograder.grading.own_numbers import own_numbers_in
from autograder.grading.ran import Ran
from autograder.model.bank_files import load, outline
from autograder.model.errors import UserError
from autograder.model.verdict import Report
from autograder.nbgrader_bridge.autograded import graded_notebook
from autograder.nbgrader_bridge.course_folder import NbgraderCourse
from autograder.nbgrader_bridge.entries import ensure_assignment
from autograder.nbgrader_bridge.gradebook import inside_of, save_report
from autograder.nbgrader_bridge.ours import is_ours
from autograder.nbgrader_bridge.own import own_source, released_notebooks, why_not

_REPORT = "autograder_report"  # where one preprocessor leaves the report for the other; None: nbgrader graded it
STOCK = (Execute, IgnorePattern, ClearMetadataPreprocessor, LimitOutput)  # nbgrader's own, before SaveAutoGrades


class _Sentences(logging.Filter):
    """What a person can mend is logged as its sentence: nbgrader logs the traceback of all that stops it."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = sys.exc_info()[1]
        if isinstance(error, UserError) and str(record.msg).startswith("Traceback"):
            record.msg, record.args = str(error), ()
        return True


_SENTENCES = _Sentences()  # one, which a logger takes only once


class AutograderExecute(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """In place of nbgrader's Execute: the submission runs in our sandbox, and our findings become the outputs.

    Of an assignment of the course's own its own tests give the points.  What our sandbox does not run is run and tidied
    by nbgrader's own preprocessors, with their configuration.
    """

    bank_dir = Unicode("bank", help="The folder that `autograder bank` wrote; relative to the course.").tag(config=True)
    ledger_url = Unicode(
        "", help="The ledger that keeps each grading, such as sqlite:///ledger.db; none if empty."
    ).tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Grade the submitted file itself, so that the same file graded elsewhere is the same grading.

        Raises BankOutdated when the bank of an assignment of ours is missing, stale or damaged; MisplacedNotebook;
        ReleaseUnusable and GradebookUnusable when the course's release cannot be graded by, or is not the gradebook's.
        """
        place = _Place(self, resources)
        if not place.judged:
            if why := place.why_not:
                self.log.warning("%s is graded without our sandbox: %s", place.submitted, why)
            for preprocessor in STOCK:
                nb, resources = preprocessor(parent=self.parent)(nb, resources)
            resources[_REPORT] = None
            return nb, resources
        if (released := place.released) is not None:
            ensure_assignment(place.course, place.assignment, place.notebook, released)
        taken, report, ran = place.grade_chapter() if place.ours else place.grade_own()
        if self.ledger_url:
            with Ledger(self.ledger_url) as ledger:
                ledger.record(report, taken.path)
        resources[_REPORT] = part = report.of_notebook(place.notebook)
        content = content_of(taken, place.notebook, list(released_notebooks(place.course, place.assignment)))
        numbers = own_numbers_in(content, outline(place.bank_folder), place.student) if place.ours else {}
        return graded_notebook(released or nb, content, part, ran.get(place.notebook), numbers), resources


class AutograderSave(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader is untyped
    """In place of nbgrader's SaveAutoGrades: the judge's points go into the gradebook as they are."""

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Save the report that AutograderExecute left.  Raises ValueError when it did not run before."""
        if _REPORT not in resources:
            raise ValueError("AutograderSave has no report: put AutograderExecute before it in autograde_preprocessors")
        report = resources[_REPORT]
        if not isinstance(report, Report):
            saved: tuple[NotebookNode, Any] = SaveAutoGrades(parent=self.parent)(nb, resources)
            return saved
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            entry = gradebook.find_submission_notebook(names["notebook"], names["assignment"], names["student"])
            save_report(entry, report, answers_changed={})
            gradebook.db.commit()
        return nb, resources


class AutograderExporter(NotebookExporter):
    """Hands nbgrader the released notebook in place of a submitted one that we grade, whatever a student's file holds.

    nbgrader reads a submission before any preprocessor sees it, and answers one that is damaged, a link or endless
    with a traceback.  AutograderExecute takes the file in by itself.
    """

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> tuple[Any, Any]:
        """The notebook at `filename` after the preprocessors; of a submission that we grade, the released notebook."""
        if isinstance(self.parent, Autograde) and resources is not None:
            place = _Place(AutograderExecute(parent=self), resources)
            if Path(filename) == place.submitted and place.judged and (release := place.released):
                self._preprocessors: list[Any] = []  # nbgrader restores cells with them; these are the released ones
                return self.from_notebook_node(release, resources=resources, **options)  # type: ignore[no-untyped-call, no-any-return]
        return super().from_filename(filename, resources=resources, **options)


class _Place:
    """Where the notebook that nbgrader is at lies in the course."""

    def __init__(self, execute: AutograderExecute, resources: Any) -> None:
        converter = execute.parent.parent
        converter.log.addFilter(_SENTENCES)  # where it logs what stops us
        coursedir: CourseDirectory = converter.coursedir
        self.course = NbgraderCourse(Path(coursedir.root), coursedir, execute.config)
        self.bank_dir = Path(coursedir.root, execute.bank_dir)
        names = resources["nbgrader"]
        self.student, self.assignment, self.notebook = names["student"], names["assignment"], names["notebook"]

    @property
    def bank_folder(self) -> Path:
        return self.bank_dir / str(self.assignment)

    @property
    def submitted(self) -> Path:
        coursedir = self.course.coursedir
        folder = coursedir.format_path(coursedir.submitted_directory, self.student, self.assignment)
        return Path(folder) / f"{self.notebook}.ipynb"

    @cached_property
    def ours(self) -> bool:
        return is_ours(self.course.coursedir, self.bank_dir, self.assignment, self.notebook)

    @cached_property
    def why_not(self) -> str:
        """Why an assignment that is not ours is not graded here; "" where it is."""
        return why_not(self.course, self.assignment)

    @property
    def judged(self) -> bool:
        """Whether we grade it: a chapter's notebook, or one of an assignment in which nothing is ours."""
        chapter = self.bank_folder.is_dir()
        return self.ours or (not chapter and not self.why_not and self.released_path is not None)

    @property
    def released_path(self) -> Path | None:
        return self.course.released(self.assignment, self.notebook)

    @property
    def released(self) -> NotebookNode | None:
        return self.course.read_released(self.assignment, self.notebook)

    def grade_chapter(self) -> tuple[Intake, Report, Ran]:
        from autograder.chapter.sources import refuse_stale
        from autograder.grading.grade_one import grade_notebook

        refuse_stale(load(self.bank_folder), self.assignment, self.bank_dir.parent)
        taken = take(self.submitted, inside_of(self.course.coursedir, self.submitted.parent))
        report = grade_notebook(
            taken, bank_dir=self.bank_dir, student=self.student, assignment=self.assignment,
            release=self.course.released(self.assignment), full_sources=self.course.full_sources(self.assignment),
        )  # fmt: skip
        return taken, report, {}

    def grade_own(self) -> tuple[Intake, Report, Ran]:
        """The whole assignment, since its notebooks make one report; nbgrader asks for each of them."""
        from autograder.grading.hand_in import grade_by_itself

        source, folder = own_source(self.course, self.assignment), self.submitted.parent
        taken = take_folder(folder, inside_of(self.course.coursedir, folder), source.ignored_files)
        return taken, *grade_by_itself(taken, source, student=self.student)
