"""Reports into nbgrader's gradebook, through its API, so that formgrader, late penalties and feedback go on working."""

from __future__ import annotations

import contextlib
import copy
import functools
import os
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook, InvalidEntry, MissingEntry, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties, ComputeChecksums, SaveCells
from nbgrader.utils import parse_utc
from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SAWarning, SQLAlchemyError
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from autograder.errors import UserError
from autograder.feedback import inline
from autograder.feedback.words import OUTCOMES, in_language
from autograder.files import write_whole
from autograder.intake import Intake, SubmissionUnreadable, read_bytes, take
from autograder.nbgrader_bridge.autograded import exercise_of, graded_notebook, written_answers
from autograder.verdict import ExerciseVerdict, Outcome, Report, SubmissionOutcome

_OPEN = (Outcome.AWAITING_MARKING, Outcome.GRADER_ERROR)
_TIMESTAMP_BYTES = 1000  # of a timestamp.txt; a date and a time have 30


class GradebookUnusable(UserError):
    """nbgrader's gradebook cannot take the scores; the message says what, where and what to do."""


class _LeftOut(Exception):
    """One submission cannot be written; the message says why."""


def write_scores(
    course_dir: Path,
    reports: Iterable[Report],
    notebooks: Mapping[tuple[str, str], NotebookNode],
    *,
    submissions: Mapping[tuple[str, str], Callable[[], Intake]] | None = None,
) -> tuple[str, ...]:
    """Write reports into the gradebook and the `autograded/` folder of an nbgrader course.

    `notebooks` holds the released notebook for (assignment, language).  `submissions` takes in the notebook of
    (student, assignment); by default it is found in `submitted/`.  Assignments and students that the
    gradebook does not know are added; a file that is not graded and belongs to no assignment is passed over.
    Writing again changes nothing; a regrade changes the automatic scores and keeps manual scores and comments.
    Returns a sentence for each submission that is left out or odd; all others are written.  Raises GradebookUnusable
    where none can be.
    """
    coursedir, config = load_course_directory(course_dir)
    reports = [report for report in reports if not _belongs_nowhere(report, notebooks)]
    released = {report.assignment: _release_for(report, notebooks) for report in reports}
    notes = []
    with plainly(coursedir):
        probe(coursedir.db_url)
        for assignment, notebook in released.items():
            _ensure_assignment(coursedir, assignment, notebook)
        with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
            for report in reports:
                release = _release_for(report, notebooks)
                who = f"{report.student} · {report.assignment}"
                try:
                    if remark := _write_one(gradebook, coursedir, config, report, release, submissions or {}):
                        notes.append(f"{who}: {remark}")
                except _LeftOut as reason:
                    notes.append(f"{who} is not in the gradebook: {reason}")
                except OSError as error:
                    notes.append(f"{who}: the notebook for formgrader was not written: {error.strerror}")
    return tuple(notes)


def load_course_directory(course_dir: Path) -> tuple[CourseDirectory, Config]:
    """The course as its nbgrader_config.py describes it, and that configuration.  Raises GradebookUnusable."""
    course_dir = course_dir.resolve()
    if not course_dir.is_dir():
        raise GradebookUnusable(f"{course_dir} is not a folder: name the folder that holds nbgrader_config.py")
    try:
        config = PyFileConfigLoader("nbgrader_config.py", path=str(course_dir)).load_config()
    except ConfigFileNotFound:
        config = Config()  # nbgrader's defaults
    except Exception as error:  # the file is a program of the instructor's
        raise GradebookUnusable(
            f"{course_dir / 'nbgrader_config.py'} cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    config.CourseDirectory.root = str(course_dir)
    coursedir = CourseDirectory(config=config)
    url = make_url(coursedir.db_url)
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        coursedir.db_url = url.set(database=str(course_dir / url.database)).render_as_string(hide_password=False)
    return coursedir, config


def save_report(notebook: SubmittedNotebook, report: Report, *, answers_changed: Mapping[str, bool]) -> None:
    """Set the automatic scores and comments of one submitted notebook; manual ones stay.

    A manual score is put before a person again when the automatic score or the written answer has changed
    (`answers_changed`, by grade_id; unknown counts as changed).
    """
    for grade in notebook.grades:
        score = _auto_score(report, exercise_of(grade.name, report))
        changed = grade.auto_score != score or answers_changed.get(grade.name, True)
        grade.auto_score = score
        grade.needs_manual_grade = score is None if grade.manual_score is None else changed
    for comment in notebook.comments:
        comment.auto_comment = _auto_comment(report, exercise_of(comment.name, report))


def _auto_score(report: Report, verdict: ExerciseVerdict | None) -> float | None:
    """None asks for a person: a fault of ours is never a zero, nor is a cell that the report does not know."""
    if report.outcome is SubmissionOutcome.GRADER_ERROR:
        return None
    if verdict is None:
        return 0.0 if report.outcome is SubmissionOutcome.UNREADABLE else None
    return None if verdict.outcome in _OPEN else float(verdict.points)


def _auto_comment(report: Report, verdict: ExerciseVerdict | None) -> str | None:
    if verdict is None:
        return None
    if verdict.outcome is Outcome.NOT_ATTEMPTED:
        return in_language(OUTCOMES[Outcome.NOT_ATTEMPTED], report.language)
    return inline.encodable(inline.to_plain(in_language(verdict.hint, report.language))) if verdict.hint else None


def _write_one(
    gradebook: Gradebook,
    coursedir: CourseDirectory,
    config: Config,
    report: Report,
    release: NotebookNode,
    submissions: Mapping[tuple[str, str], Callable[[], Intake]],
) -> str:
    """Write one report; returns what is odd about it, "" when nothing is."""
    student, assignment = report.student, report.assignment
    _refuse_name(student)
    folder = Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))
    target = Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))
    inside = inside_of(coursedir, folder)
    taken = (submissions.get((student, assignment)) or _find_notebook(folder, assignment, inside))()
    if taken.digest != report.submission:
        raise _LeftOut("the notebook has changed since it was graded. Run the same command again")
    notebook = graded_notebook(release, taken.content, report)
    timestamp, remark = _timestamp(folder, inside)

    gradebook.update_or_create_student(student)
    arrived = {"timestamp": timestamp} if timestamp is not None else {}
    submission = gradebook.update_or_create_submission(assignment, student, **arrived)
    entry = gradebook.find_submission_notebook(assignment, assignment, student)
    save_report(entry, report, answers_changed=_answers_changed(target / f"{assignment}.ipynb", notebook))
    gradebook.db.commit()
    if submission.total_seconds_late > 0 or entry.late_submission_penalty:
        names = {"notebook": assignment, "assignment": assignment, "student": student, "db_url": coursedir.db_url}
        gradebook.db.commit()  # the preprocessor has a connection of its own
        AssignLatePenalties(config=config).preprocess(nbformat.v4.new_notebook(), {"nbgrader": names})
        gradebook.db.expire_all()
    write_notebook(notebook, target / f"{assignment}.ipynb")
    if timestamp is not None:
        write_whole(target / "timestamp.txt", f"{timestamp.isoformat(' ')} UTC\n")
    return remark


def inside_of(coursedir: CourseDirectory, folder: Path) -> Path:
    """The folder below which everything is the students' doing, seen from one of its folders."""
    submitted = Path(coursedir.root, coursedir.submitted_directory)
    return submitted if folder.is_relative_to(submitted) else folder


def _timestamp(folder: Path, inside: Path) -> tuple[datetime | None, str]:
    """When the submission arrived, where a timestamp.txt says so, and what is wrong with that file.

    nbgrader's own reader follows links, waits for pipes and ends the program for a text that is no time.
    """
    try:
        text = read_bytes(folder / "timestamp.txt", inside, limit=_TIMESTAMP_BYTES).decode().strip()
        return (parse_utc(text) if text else None), ""
    except SubmissionUnreadable as fault:
        if fault.note.code == "unreadable_missing":
            return None, ""
    except Exception:  # the parser raises whatever an odd text provokes
        pass
    return None, "timestamp.txt holds no time, so the gradebook does not know when this was submitted"


def _answers_changed(earlier: Path, notebook: NotebookNode) -> dict[str, bool]:
    """Whether each written answer differs from the one in the autograded notebook that is there already."""
    try:
        before = written_answers(nbformat.read(earlier, as_version=4))
    except Exception:  # none yet, or not one of ours
        return {}
    now = written_answers(notebook)
    codes = {cell.metadata.nbgrader.grade_id for cell in notebook.cells if "nbgrader" in cell.metadata} - set(now)
    return {name: before.get(name) != text for name, text in now.items()} | dict.fromkeys(codes, False)


def write_notebook(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook whole; read-only, as nbgrader does."""
    write_whole(path, nbformat.writes(notebook, version=4) + "\n")
    path.chmod(0o444)


def _find_notebook(folder: Path, assignment: str, inside: Path) -> Callable[[], Intake]:
    """The submitted notebook: the one of the right name, or the first there is."""
    found = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
    missing = folder / f"{assignment}.ipynb"
    path = next((path for path in found if path.stem == assignment), found[0] if found else missing)
    return functools.partial(take, path, inside)


def _ensure_assignment(coursedir: CourseDirectory, assignment: str, notebook: NotebookNode) -> None:
    """Make the assignment's entries as `nbgrader generate_assignment` does, unless they are there and agree."""
    wanted = {
        cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    with Gradebook(coursedir.db_url, coursedir.course_id) as gradebook:
        try:
            entry = gradebook.find_notebook(assignment, assignment)
            if {cell.name: cell.max_score for cell in entry.grade_cells} == wanted:
                return
        except MissingEntry:
            gradebook.update_or_create_assignment(assignment)
    names = {"notebook": assignment, "assignment": assignment, "db_url": coursedir.db_url}
    fresh, resources = ComputeChecksums().preprocess(copy.deepcopy(notebook), {"nbgrader": names})
    try:
        SaveCells().preprocess(fresh, resources)
    except RuntimeError as error:
        raise GradebookUnusable(
            f"the gradebook holds submissions of {assignment} with other cells than the released notebook: "
            "regrade with the version that the students received, or start a new gradebook"
        ) from error


def _release_for(report: Report, notebooks: Mapping[tuple[str, str], NotebookNode]) -> NotebookNode:
    found = notebooks.get((report.assignment, report.language))
    found = found or next((each for (name, _), each in notebooks.items() if name == report.assignment), None)
    if found is None:
        raise GradebookUnusable(f"there is no released notebook of {report.assignment}: build the assignment first")
    return found


def _belongs_nowhere(report: Report, notebooks: Mapping[tuple[str, str], NotebookNode]) -> bool:
    unknown = report.assignment not in {assignment for assignment, _ in notebooks}
    return unknown and report.outcome is not SubmissionOutcome.GRADED


def _refuse_name(name: str) -> None:
    """A student's name becomes a folder's name and a text of the database."""
    if name in ("", ".", "..") or any(c in "/\\\0" or "\ud800" <= c <= "\udfff" for c in name):
        raise _LeftOut("this name cannot be that of a folder. Rename the file or folder, and grade again")


def probe(url: str) -> None:
    """Fail early and quietly where the database cannot be written: nbgrader would log a traceback."""
    if make_url(url).get_backend_name() != "sqlite":
        return
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            connection.exec_driver_sql("SELECT count(*) FROM sqlite_master")
            connection.exec_driver_sql("ROLLBACK")
    finally:
        engine.dispose()


@contextlib.contextmanager
def plainly(coursedir: Any) -> Iterator[None]:
    """Turn database errors into one sentence, and let nbgrader find its helper `alembic`."""
    where = make_url(coursedir.db_url).database or coursedir.db_url
    try:
        with own_commands_on_path(), warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # nbgrader links objects before it adds them
            yield
    except (SQLAlchemyError, InvalidEntry, MissingEntry) as error:
        cause = str(getattr(error, "orig", error)).strip().splitlines()[0]
        raise GradebookUnusable(_sentence(cause, where)) from error


@contextlib.contextmanager
def own_commands_on_path() -> Iterator[None]:
    """nbgrader starts `alembic` by name, which fails where this Python's environment has not been activated."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), before])
    try:
        yield
    finally:
        os.environ["PATH"] = before


def _sentence(cause: str, where: str) -> str:
    if "locked" in cause:
        return f"the gradebook {where} is locked: close formgrader and other nbgrader commands, then try again"
    if "not a database" in cause or "malformed" in cause:
        return f"the gradebook {where} is damaged or not a database: restore it from a backup, or move it away"
    if "no such column" in cause or "no such table" in cause:
        return f"the gradebook {where} is of an older nbgrader: back it up and run `nbgrader db upgrade`"
    if "unable to open" in cause or "readonly" in cause:
        return f"the gradebook {where} cannot be written: check that its folder exists and that you may write there"
    return f"the gradebook {where} cannot be used: {cause}"
