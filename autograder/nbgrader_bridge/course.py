"""A new nbgrader course: configuration, source and release trees, roster, and a README with the next steps."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import tempfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from autograder.build.cores import on_every_core
from autograder.build.notebooks import instructor_notebook, to_bytes
from autograder.build.release import CASES, case_files
from autograder.build.student_wheel import student_wheel
from autograder.chapter.chapter import Chapter, load_course
from autograder.model.errors import UserError
from autograder.model.files import keep_private
from autograder.model.texts import LANGUAGES, say

TEMPLATES = Path(__file__).parent / "templates"


class CourseError(UserError):
    """The course cannot be made; the message says what, where and what to do."""


def new_course(
    target: Path,
    *,
    source_course: Path,
    language: str,
    chapters: Sequence[str] = (),
    cases: Mapping[str, bytes] | None = None,
    computed: Callable[[str], object] = lambda chapter: None,
) -> None:
    """Write an nbgrader course into `target`, which is absent or empty; all chapters, or those named.

    `cases` are the chapters' `case_files`, for whoever has just made them; else `computed` hears the name of each
    chapter when its cases are there.
    The release tree is made by nbgrader's own generate_assignment.  Nothing is left behind on failure.
    Raises CourseError, AuthoringError for a fault in a chapter, and KitNotInstalled.
    """
    if language not in LANGUAGES:
        raise CourseError(f"there is no language {language!r}: use one of {', '.join(LANGUAGES)}")
    _refuse_used(target)
    wheel = student_wheel()
    loaded = load_course(source_course, chapters)
    if not loaded:
        raise CourseError(f"{source_course} has no chapters in solutions/: name the folder that holds solutions/")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(dir=target.parent, prefix=".new-course-"))
    except OSError as error:
        raise CourseError(f"{target.parent} cannot be written: {error.strerror}") from error
    try:
        _write_files(partial, target, loaded, source_course, language)
        if cases is None:
            made: dict[str, bytes] = {}
            for path, files in on_every_core(case_files, [chapter.path for chapter in loaded]):
                made |= files
                computed(path.name)
            cases = made
        for chapter in loaded:
            own = f"{chapter.id}{CASES}"
            _write_source(partial / "source" / chapter.id, chapter, language, wheel)
            (partial / "source" / chapter.id / own).write_bytes(cases[f"{language}/{chapter.id}/{own}"])
        _generate_release(partial, [chapter.id for chapter in loaded])
        for name in ("source", "gradebook.db"):  # solutions and grades
            keep_private(partial / name)
        partial.chmod(0o755)
        os.replace(partial, target)
    except OSError as error:
        raise CourseError(f"the course cannot be written into {target}: {error.strerror}") from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _refuse_used(target: Path) -> None:
    if target.is_dir() and any(target.iterdir()):
        raise CourseError(f"{target} is not empty: name a new folder, or empty this one")
    if target.exists() and not target.is_dir():
        raise CourseError(f"{target} is a file: name a new folder")


def _write_files(folder: Path, target: Path, chapters: Sequence[Chapter], source_course: Path, language: str) -> None:
    templates = Environment(loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True)
    templates.filters["literal"] = repr
    source = source_course.resolve()
    values = {
        "course_id": re.sub(r"[^\w.-]+", "_", target.resolve().name),
        "chapters": [chapter.id for chapter in chapters],
        "text_stub": say("notebook.answer_here", language),
        "bank_dir": str(source / "bank"),
        "source_course": shlex.quote(str(source)),
    }
    for name, template in (
        ("nbgrader_config.py", "nbgrader_config.py.jinja"),
        ("roster.csv", "roster.csv"),
        ("README.md", f"README.{language}.md"),
    ):
        (folder / name).write_text(templates.get_template(template).render(values), encoding="utf-8")
    (folder / "submitted").mkdir()


def _write_source(folder: Path, chapter: Chapter, language: str, wheel: tuple[str, bytes]) -> None:
    """The instructor's notebook, and beside it the students' wheel."""
    folder.mkdir(parents=True)
    name, content = wheel
    (folder / f"{chapter.id}.ipynb").write_bytes(to_bytes(instructor_notebook(chapter, language, wheel=name)))
    (folder / name).write_bytes(content)


def _generate_release(folder: Path, assignments: Sequence[str]) -> None:
    """`nbgrader generate_assignment` for each, through nbgrader's API."""
    from nbgrader.apps.api import NbGraderAPI
    from sqlalchemy.exc import SAWarning

    from autograder.nbgrader_bridge.course_folder import load_course_directory
    from autograder.nbgrader_bridge.database import own_commands_on_path

    coursedir, config = load_course_directory(folder)
    with own_commands_on_path(), warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # nbgrader links objects before it adds them
        api = NbGraderAPI(coursedir=coursedir, config=config)
        for assignment in assignments:
            result = api.generate_assignment(assignment)
            if "KeyboardInterrupt" in result.get("error", ""):  # nbgrader takes a Ctrl-C for a failure like others
                raise KeyboardInterrupt
            if not result["success"]:
                reason = str(result.get("log") or result.get("error") or "no reason given").strip().splitlines()[-1]
                raise CourseError(f"nbgrader could not make the release version of {assignment}: {reason}")
