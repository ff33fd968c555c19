"""An nbgrader course as a folder: a stand-in with the agreed signature."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from nbgrader.api import Gradebook
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.engine import make_url
from traitlets.config import Config

from autograder.nbgrader_bridge.gradebook import GradebookUnusable, load_course_directory, plainly
from autograder.standing import Marks, Person


@dataclass(frozen=True)
class NbgraderCourse:
    """A course that nbgrader_config.py describes."""

    folder: Path
    coursedir: CourseDirectory
    config: Config

    @property
    def course_id(self) -> str:
        """nbgrader's name of the course."""
        return str(self.coursedir.course_id)

    @property
    def ledger_url(self) -> str:
        """The one ledger of the course: as its configuration says, else a file beside that."""
        configured = self.config.AutograderExecute.ledger_url if "AutograderExecute" in self.config else ""
        if not isinstance(configured, str) or not configured:
            return f"sqlite:///{self.folder / 'ledger.sqlite'}"
        url = make_url(configured)
        if url.get_backend_name() == "sqlite" and url.database:
            return f"sqlite:///{self.folder / url.database}"
        return configured

    def released(self, assignment: str) -> Path | None:
        """The released notebook of an assignment, where there is one."""
        path = self.folder / "release" / assignment / f"{assignment}.ipynb"
        return path if path.is_file() else None

    def refuse_foreign(self, assignments: Collection[str], submissions: Iterable[Path]) -> None:
        """Raise GradebookUnusable for submissions of another course."""
        for place in submissions:
            for folder in (place.resolve(), *place.resolve().parents):
                if (folder / "nbgrader_config.py").is_file() and folder != self.folder:
                    raise GradebookUnusable(f"{place} lies in another nbgrader course, {folder}")

    def roster(self) -> dict[str, Person]:
        """The students in the gradebook."""
        with plainly(self.coursedir), Gradebook(self.coursedir.db_url, self.course_id) as gradebook:
            return {
                student.id: Person(student.first_name or "", student.last_name or "", student.email or "")
                for student in gradebook.students
            }

    def marks(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Marks]:
        """What the gradebook holds."""
        return {}


def open_course(folder: Path) -> NbgraderCourse:
    """The course in a folder.  Raises GradebookUnusable where there is none."""
    coursedir, config = load_course_directory(folder)
    if not (folder / "nbgrader_config.py").is_file() and not (folder / "gradebook.db").is_file():
        raise GradebookUnusable(f"{folder} is no nbgrader course: name the folder that holds nbgrader_config.py")
    return NbgraderCourse(folder.resolve(), coursedir, config)
