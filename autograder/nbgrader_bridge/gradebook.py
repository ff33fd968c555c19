"""Reports into nbgrader's gradebook, through its API, so that formgrader, late penalties and feedback go on working."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Comment, Grade, Gradebook, MissingEntry, SubmittedAssignment, SubmittedNotebook
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import AssignLatePenalties
from nbgrader.utils import parse_utc

from autograder.build.notebooks import to_bytes
from autograder.grading.folders import content_of
from autograder.grading.intake import (
    SECRET,
    SECRET_BYTES,
    TIMESTAMP,
    Intake,
    SubmissionUnreadable,
    read_bytes,
    take,
)
from autograder.grading.notebook import notebook_at, notebook_from
from autograder.grading.own_numbers import own_numbers_in
from autograder.grading.places import timestamp_text
from autograder.grading.ran import Ran
from autograder.model.bank import Bank
from autograder.model.files import write_atomic
from autograder.model.markup import to_plain
from autograder.model.texts import in_language, sentence
from autograder.model.verdict import ExerciseVerdict, Outcome, Report, SubmissionOutcome
from autograder.nbgrader_bridge.autograded import exercise_of, graded_notebook, work_by_grade
from autograder.nbgrader_bridge.course_folder import NbgraderCourse, open_course
from autograder.nbgrader_bridge.database import GradebookUnusable, plainly
from autograder.nbgrader_bridge.entries import ensure_assignment, points_in_notebook
from autograder.nbgrader_bridge.ours import claimed_assignment
from autograder.nbgrader_bridge.own import released_notebooks
from autograder.report.feedback import inline
from autograder.report.feedback.figures import outcome_name

Notebooks = Mapping[tuple[str, str], NotebookNode]  # by assignment and language
_Released = Mapping[str, NotebookNode]  # by the notebook's name
Submissions = Mapping[tuple[str, str], Callable[[], Intake]]  # by student and assignment


class _LeftOut(Exception):
    """One submission cannot be written; the message says why."""


def write_scores(
    course_dir: Path,
    reports: Iterable[Report],
    notebooks: Notebooks,
    *,
    submissions: Submissions | None = None,
    own: Collection[str] = (),
    ran: Callable[[Report], Ran] = lambda report: {},
    banks: Mapping[str, Bank] | None = None,
) -> tuple[str, ...]:
    """Write reports into the gradebook and the `autograded/` folder of an nbgrader course.

    The released notebook is that in the course's `release/`; `notebooks` holds those of assignments that are not there.
    `submissions` takes in the notebook of (student, assignment); by default it is found in `submitted/`.  Assignments
    and students that the gradebook does not know are added; a file that is not graded and belongs to no assignment is
    passed over.  `own` are assignments of nothing but the course's own notebooks, which all count, and `ran` gives what
    their cells showed; the submissions of these must be given.  `banks`, by assignment, say whose data are whose.

    Writing again changes nothing.  A regrade changes the automatic scores alone: manual scores, extra credit and
    comments stay, and are put before a person again where the answer or its automatic score has changed.
    Returns a sentence for each submission that is left out or odd; all others are written.  Raises GradebookUnusable
    where none can be.
    """
    course = open_course(course_dir)
    reports = list(reports)
    with plainly(course.gradebook_url):
        released = _released_notebooks(course, reports, notebooks, own)
        for assignment, theirs in released.items():
            for name, notebook in theirs.items():
                ensure_assignment(course, assignment, name, notebook)
        notes = []
        with Gradebook(course.gradebook_url, course.course_id) as gradebook:
            for report in reports:
                if report.assignment not in released:
                    continue
                who = f"{report.student} · {report.assignment}"
                try:
                    theirs, bank = released[report.assignment], (banks or {}).get(report.assignment)
                    if remark := _write_one(gradebook, course, report, theirs, submissions or {}, ran(report), bank):
                        notes.append(f"{who}: {remark}")
                except _LeftOut as reason:
                    notes.append(f"{who} is not in the gradebook: {reason}")
                except OSError as error:
                    notes.append(f"{who}: the notebook for formgrader was not written: {error.strerror}")
    return tuple(notes)


def _released_notebooks(
    course: NbgraderCourse, reports: Iterable[Report], notebooks: Notebooks, own: Collection[str]
) -> dict[str, _Released]:
    """The notebooks that students received, of each assignment of ours that was graded or handed in."""
    found: dict[str, _Released] = {}
    for report in reports:
        name = report.assignment
        if name in found:
            continue
        if name in own:
            read = {each: course.read_released(name, each) for each in released_notebooks(course, name)}
            found[name] = {each: notebook for each, notebook in read.items() if notebook is not None}
            continue
        given = notebooks.get((name, report.language))
        given = given or next((notebook for (assignment, _), notebook in notebooks.items() if assignment == name), None)
        if course.released(name) is not None:
            ours = given or report.outcome is SubmissionOutcome.GRADED
            if (ours or claimed_assignment(course.coursedir, name, name)) and (there := course.read_released(name)):
                found[name] = {name: there}
        elif given:
            found[name] = {name: given}
        elif report.outcome is SubmissionOutcome.GRADED:
            raise GradebookUnusable(f"there is no released notebook of {name}: build the assignment first")
    return found


def save_report(notebook: SubmittedNotebook, report: Report, *, answers_changed: Mapping[str, bool]) -> None:
    """Set the automatic scores and comments of one submitted notebook; what people gave stays.

    Points by hand are put before a person again when the automatic score or the answer has changed (`answers_changed`,
    by grade_id; unknown counts as changed), and stay there until somebody has looked.
    """
    graded = {grade.name for grade in notebook.grades}
    for grade in notebook.grades:
        score, is_open = _auto_score(grade, report, exercise_of(grade.name, report, graded))
        changed = grade.auto_score != score or answers_changed.get(grade.name, True)
        grade.auto_score = score
        if grade.manual_score is not None or grade.extra_credit:
            is_open = changed or grade.needs_manual_grade or (score is None and grade.manual_score is None)
        grade.needs_manual_grade = is_open
    for comment in notebook.comments:
        comment.auto_comment = _auto_comment(report, exercise_of(comment.name, report, graded))


def _auto_score(grade: Grade, report: Report, verdict: ExerciseVerdict | None) -> tuple[float | None, bool]:
    """The automatic score, and whether a person must give points.

    A fault of ours is never a zero, nor is a file that nobody could read; a cell that the report does not know keeps
    what it has.
    """
    if report.outcome is not SubmissionOutcome.GRADED:
        return None, True
    if verdict is None:
        return grade.auto_score, True
    if not verdict.outcome.is_open:
        return float(verdict.points), False
    bonus = verdict.outcome is Outcome.AWAITING_MARKING and not grade.max_score
    return (0.0 if bonus else None), True  # with a score, extra credit counts: a bonus has no other points in nbgrader


def _auto_comment(report: Report, verdict: ExerciseVerdict | None) -> str | None:
    if report.outcome is SubmissionOutcome.UNREADABLE:
        return " ".join(_plain(sentence(note, report.language)) for note in report.notes) or None
    if verdict is None:
        return None
    if verdict.outcome is Outcome.NOT_ATTEMPTED:
        return outcome_name(Outcome.NOT_ATTEMPTED, report.language)
    return _plain(in_language(verdict.hint, report.language)) if verdict.hint else None


def _plain(text: str) -> str:
    return inline.encodable(to_plain(text))


def _write_one(
    gradebook: Gradebook,
    course: NbgraderCourse,
    report: Report,
    released: _Released,
    submissions: Submissions,
    ran: Ran,
    bank: Bank | None,
) -> str:
    """Write one report; returns what is odd about it, "" when nothing is."""
    student, assignment, coursedir = report.student, report.assignment, course.coursedir
    _refuse_name(student)
    folder = Path(coursedir.format_path(coursedir.submitted_directory, student, assignment))
    target = Path(coursedir.format_path(coursedir.autograded_directory, student, assignment))
    inside = inside_of(coursedir, folder)
    taken = (submissions.get((student, assignment)) or _find_notebook(folder, assignment, inside))()
    if taken.digest != report.submission:
        raise _LeftOut("the notebook has changed since it was graded. Run the same command again")
    parts = {name: report.of_notebook(name) for name in released}
    for name, release in released.items():
        _refuse_other_points(release, parts[name])
    timestamp, remark = _timestamp(folder, inside)

    gradebook.update_or_create_student(student)
    arrived = {"timestamp": timestamp} if timestamp is not None else {}
    submission = gradebook.update_or_create_submission(assignment, student, **arrived)
    for name, release in released.items():
        content = content_of(taken, name, list(released))
        numbers = own_numbers_in(content, bank, student) if bank is not None else {}
        notebook = graded_notebook(release, content, parts[name], ran.get(name), numbers)
        entry = _entry_of(gradebook, submission, name)
        path = target / f"{name}.ipynb"
        save_report(entry, parts[name], answers_changed=_answers_changed(path, notebook))
        gradebook.db.commit()
        _assign_penalty(gradebook, course, submission, entry)
        write_atomic(path, to_bytes(notebook))
        path.chmod(0o444)  # as nbgrader leaves it
    if timestamp is not None:
        write_atomic(target / TIMESTAMP, f"{timestamp.isoformat(' ')} UTC\n")
    with contextlib.suppress(SubmissionUnreadable):  # as nbgrader's autograde: release_feedback asks for it
        write_atomic(target / SECRET, read_bytes(folder / SECRET, inside, limit=SECRET_BYTES))
    return remark


def _entry_of(gradebook: Gradebook, submission: SubmittedAssignment, name: str) -> SubmittedNotebook:
    """The entry of a notebook; made where the submission was entered before the assignment had this notebook."""
    try:
        return gradebook.find_submission_notebook(name, submission.name, submission.student.id)
    except MissingEntry:
        notebook = gradebook.find_notebook(name, submission.name)
    entry = SubmittedNotebook(notebook=notebook, assignment=submission)
    for cell in (*notebook.grade_cells, *notebook.task_cells):
        Grade(cell_id=cell.id, notebook=entry)
    for cell in (*notebook.solution_cells, *notebook.task_cells):
        Comment(cell_id=cell.id, notebook=entry)
    gradebook.db.add(entry)
    gradebook.db.commit()
    return gradebook.find_submission_notebook(name, submission.name, submission.student.id)  # with names of the cells


def _assign_penalty(
    gradebook: Gradebook, course: NbgraderCourse, submission: SubmittedAssignment, entry: SubmittedNotebook
) -> None:
    """The late penalty as the course's plugin says; none where there is no due date to be late for."""
    if submission.assignment.duedate is None:
        entry.late_submission_penalty = None
        gradebook.db.commit()
    elif submission.total_seconds_late > 0 or entry.late_submission_penalty:
        names = {
            "notebook": entry.name, "assignment": submission.name, "student": submission.student.id,
            "db_url": course.gradebook_url,
        }  # fmt: skip
        gradebook.db.commit()  # the preprocessor has a connection of its own
        AssignLatePenalties(config=course.config).preprocess(nbformat.v4.new_notebook(), {"nbgrader": names})
        gradebook.db.expire_all()


def inside_of(coursedir: CourseDirectory, folder: Path) -> Path:
    """The folder below which everything is the students' doing, seen from one of its folders."""
    submitted = Path(coursedir.root, coursedir.submitted_directory)
    return submitted if folder.is_relative_to(submitted) else folder


def _timestamp(folder: Path, inside: Path) -> tuple[datetime | None, str]:
    """When the submission arrived, where a timestamp.txt says so, and what is wrong with that file.

    nbgrader's own reader follows links, waits for pipes and ends the program for a text that is no time.
    """
    try:
        text = timestamp_text(folder, inside)
        return (parse_utc(text) if text else None), ""
    except SubmissionUnreadable as fault:
        if fault.note.code == "unreadable_missing":
            return None, ""
    except Exception:  # the parser raises whatever an odd text provokes
        pass
    return None, "timestamp.txt holds no time, so the gradebook does not know when this was submitted"


def _answers_changed(earlier: Path, notebook: NotebookNode) -> dict[str, bool]:
    """Whether what each cell with points is given for differs from the autograded notebook that is there already."""
    there = notebook_at(earlier)
    if there is None:
        return {}
    before = work_by_grade(there)
    return {name: before.get(name) != work for name, work in work_by_grade(notebook_from(notebook)).items()}


def _find_notebook(folder: Path, assignment: str, inside: Path) -> Callable[[], Intake]:
    """The submitted notebook: the one of the right name, or the first there is."""
    found = sorted(path for path in folder.glob("*.ipynb") if not path.name.startswith("."))
    missing = folder / f"{assignment}.ipynb"
    path = next((path for path in found if path.stem == assignment), found[0] if found else missing)
    return functools.partial(take, path, inside)


def _refuse_other_points(release: NotebookNode, report: Report) -> None:
    """Points of a report count towards the maximum that they were given for.  A bonus has none in nbgrader."""
    released = points_in_notebook(release)
    for name, points in released.items():
        verdict = exercise_of(name, report, released)
        if verdict is not None and verdict.max_points != points and not (verdict.extra and points == 0):
            raise _LeftOut(
                f"`{name}` has {points:g} points in the course's release and was graded for {verdict.max_points:g}. "
                "Grade it again"
            )


def _refuse_name(name: str) -> None:
    """A student's name becomes a folder's name and a text of the database."""
    if name in ("", ".", "..") or any(c in "/\\\0" or "\ud800" <= c <= "\udfff" for c in name):
        raise _LeftOut("this name cannot be that of a folder. Rename the file or folder, and grade again")
