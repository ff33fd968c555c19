"""An nbgrader course on disk: its configuration, what it holds, who is in it, and what people have marked there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import nbformat
from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, PyFileConfigLoader

from autograder.grading.notebook import notebook_at
from autograder.nbgrader_bridge import marks
from autograder.nbgrader_bridge.database import GradebookUnusable, anchored, plainly, probe, sqlite_file
from autograder.report.standing import Marks, Person

CONFIG = "nbgrader_config.py"


@dataclass(frozen=True)
class NbgraderCourse:
    """A course as its nbgrader_config.py describes it; `open_course` makes one."""

    folder: Path
    coursedir: CourseDirectory
    config: Config

    @property
    def course_id(self) -> str:
        return str(self.coursedir.course_id)

    @property
    def gradebook_url(self) -> str:
        return str(self.coursedir.db_url)

    @property
    def gradebook_exists(self) -> bool:
        """False for an SQLite gradebook that nobody has made yet."""
        file = sqlite_file(self.gradebook_url)
        return file is None or file.exists()

    @property
    def ledger_url(self) -> str:
        """The ledger that formgrader's "autograde" writes: the configured one, else ledger.sqlite in the folder."""
        configured = self.config.get("AutograderExecute", Config()).get("ledger_url", "")
        return anchored(str(configured) or "sqlite:///ledger.sqlite", self.folder)

    @property
    def zone(self) -> tzinfo:
        """The time zone in which the course writes down when something was handed in: `Exchange.timezone`, or UTC."""
        named = str(self.config.get("Exchange", Config()).get("timezone", "UTC"))
        try:
            return UTC if named == "UTC" else ZoneInfo(named)
        except (ValueError, OSError, LookupError):  # no such zone, or none of them on this machine
            return UTC

    def folder_of(self, step: str, assignment: str) -> Path:
        """The assignment's folder in source/ or release/, as the configuration calls these."""
        return Path(self.coursedir.format_path(step, ".", assignment))

    def released(self, assignment: str, notebook: str = "") -> Path | None:
        """A notebook that students of the course receive, of an assignment; by default the one of its name."""
        path = self.folder_of(self.coursedir.release_directory, assignment) / f"{notebook or assignment}.ipynb"
        return path if path.is_file() else None

    def read_released(self, assignment: str, notebook: str = "") -> NotebookNode | None:
        """That notebook, ready to be filled in; None where there is none.  Raises GradebookUnusable."""
        if (path := self.released(assignment, notebook)) is None:
            return None
        try:
            read: NotebookNode = nbformat.read(path, as_version=4)
        except Exception as error:  # whatever a damaged file provokes
            raise GradebookUnusable(
                f"{path} cannot be read ({type(error).__name__}): run `nbgrader generate_assignment {assignment} "
                f"--force` in {self.folder}"
            ) from error
        return read

    @property
    def language(self) -> str:
        """The language of the notebooks that students receive, as the first that says it has it; "" where none does."""
        for path in sorted(self._tree(self.coursedir.release_directory).glob("*/*.ipynb")):
            if (notebook := notebook_at(path)) is not None and notebook.language:
                return notebook.language
        return ""

    def assignments(self) -> set[str]:
        """Names of all assignments: folders in source/ and release/, entries of the gradebook."""
        trees = (self._tree(self.coursedir.source_directory), self._tree(self.coursedir.release_directory))
        folders = {path.name for tree in trees if tree.is_dir() for path in tree.iterdir() if path.is_dir()}
        named = {name for name in folders if not name.startswith(".")}
        if not self.gradebook_exists:
            return named
        with plainly(self.gradebook_url), self._gradebook() as gradebook:
            return named | {str(assignment.name) for assignment in gradebook.assignments}

    def full_sources(self, assignment: str, notebook: str = "") -> dict[str, str]:
        """Cells of one of the assignment's notebooks (by default of its name) by grade_id, hidden tests included.

        The gradebook keeps them as they were when the release was made; where it has none, those in source/.
        """
        name = notebook or assignment
        kept = marks.full_sources(self.gradebook_url, assignment, name) if self.gradebook_exists else {}
        if kept:
            return kept
        source = notebook_at(self.folder_of(self.coursedir.source_directory, assignment) / f"{name}.ipynb")
        return {cell.grade_id: cell.source for cell in source.cells if cell.grade_id} if source is not None else {}

    def roster(self) -> dict[str, Person]:
        """Everybody in the gradebook, by id."""
        return marks.roster(self.gradebook_url) if self.gradebook_exists else {}

    def marks(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Marks]:
        """What the gradebook holds for each (student, assignment) that it knows.  Only reads."""
        return marks.read_marks(self.gradebook_url, set(pairs)) if self.gradebook_exists else {}

    def refuse_foreign(self, assignments: Iterable[str], submissions: Sequence[Path] = ()) -> None:
        """Raise GradebookUnusable where the submissions belong to another course.

        That is where the course has no such assignment, in source/, release/ or the gradebook, or where a file lies in
        another nbgrader course.
        """
        for place in submissions:
            other = course_around(place)
            if other is not None and other != self.folder:
                raise GradebookUnusable(
                    f"{place} lies in the nbgrader course {other}, not in {self.folder}: name that course as gradebook"
                )
        if unknown := sorted(set(assignments) - self.assignments()):
            raise GradebookUnusable(
                f"the nbgrader course {self.folder} has no assignment {', '.join(unknown)}, neither in source/ nor in "
                f"release/ nor in its gradebook: name the course that the submissions belong to, or make the "
                f"assignment there with `nbgrader generate_assignment {unknown[0]}`"
            )

    def _tree(self, step: str) -> Path:
        return Path(self.coursedir.format_path(step, ".", "."))

    def _gradebook(self) -> Gradebook:
        return Gradebook(self.gradebook_url, self.course_id)


def open_course(folder: Path) -> NbgraderCourse:
    """The nbgrader course in `folder`.  Nothing is made there.

    Raises GradebookUnusable where there is none, its configuration cannot be loaded, or its gradebook not be written.
    """
    coursedir, config = load_course_directory(folder)
    course = NbgraderCourse(folder.resolve(), coursedir, config)
    if not (course.folder / CONFIG).is_file() and not course.gradebook_exists:
        raise GradebookUnusable(
            f"{course.folder} is no nbgrader course: it has neither {CONFIG} nor a gradebook. Name the folder of a "
            "course; `autograder new` or `nbgrader quickstart` makes one"
        )
    if course.gradebook_exists:
        with plainly(course.gradebook_url):
            probe(course.gradebook_url)
    return course


def course_around(place: Path) -> Path | None:
    """The nbgrader course that `place` is or lies in, if any."""
    place = place.resolve()
    return next((folder for folder in (place, *place.parents) if (folder / CONFIG).is_file()), None)


def load_course_directory(course_dir: Path) -> tuple[CourseDirectory, Config]:
    """The course as its nbgrader_config.py describes it, and that configuration.  Raises GradebookUnusable."""
    course_dir = course_dir.resolve()
    if not course_dir.is_dir():
        raise GradebookUnusable(f"{course_dir} is not a folder: name the folder that holds {CONFIG}")
    try:
        config = PyFileConfigLoader(CONFIG, path=str(course_dir)).load_config()
    except ConfigFileNotFound:
        config = Config()  # nbgrader's defaults
    except Exception as error:  # the file is a program of the instructor's
        raise GradebookUnusable(f"{course_dir / CONFIG} cannot be loaded: {type(error).__name__}: {error}") from error
    config.CourseDirectory.root = str(course_dir)
    coursedir = CourseDirectory(config=config)
    coursedir.db_url = anchored(coursedir.db_url, course_dir)
    return coursedir, config
