"""A hand-in to grade: whose it is, where it lies, and for which assignment."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from autograder.grading.folders import take_folder
from autograder.grading.intake import Intake, take
from autograder.model.verdict import Note


@dataclass(frozen=True)
class Job:
    """A notebook to grade.  `assignment` is "" where the place of the file does not tell.

    inside   the folder that the instructor named: no link below it is followed.  None: the folder of the file.
    whole    patterns of what does not count, where `path` is a folder that is handed in with all that is in it.
    about    which assignment the notebook itself says that it is for, where its place does not tell.
    problem  why it cannot be graded, where its place alone tells that.
    """

    student: str
    assignment: str
    path: Path
    inside: Path | None = None
    about: str = ""
    problem: Note | None = field(default=None, hash=False)  # a record with texts in it
    whole: tuple[str, ...] | None = None

    @property
    def filed_under(self) -> str:
        """The assignment of a report on a file that cannot be graded: as its place says, or it, or its name."""
        return self.assignment or self.about or self.path.stem

    @property
    def folder(self) -> Path:
        """Where it lies, and nbgrader's timestamp with it."""
        return self.path.parent if self.whole is None else self.path

    def take(self) -> Intake:
        """What was handed in there."""
        if self.problem is not None:
            return Intake(self.path, problem=self.problem)
        if self.whole is not None:
            return take_folder(self.path, self.inside or self.path, self.whole)
        return take(self.path, self.inside)
