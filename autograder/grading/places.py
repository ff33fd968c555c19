"""What a place named on the command line means: whose notebooks lie there, and for which assignment.

Below a folder called `submitted` the position decides, as nbgrader has it: submitted/<student>/<assignment>/.
Elsewhere a folder called like an assignment that holds a notebook called like one (or nbgrader's timestamp.txt) is a
hand-in, a folder with such folders in it is a student's, and any other is a class: notebooks called after students, and
a folder for each further student.  No student is ever called like an assignment.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.intake import ARCHIVE, TIMESTAMP, TIMESTAMP_BYTES, read_bytes, take
from autograder.grading.job import Job
from autograder.model.errors import UserError
from autograder.model.near_names import near
from autograder.model.verdict import Note

SUBMITTED = "submitted"  # nbgrader's name of the tree
_COURSE_FILES = ("nbgrader_config.py", "gradebook.db")  # one of them makes a folder an nbgrader course
_PASSED_OVER = (".", "__")  # hidden files, __pycache__, __MACOSX


class NothingToGrade(UserError):
    """No notebook was found; the message says where it was looked for."""


@dataclass(frozen=True)
class _Closed:
    """A student's folder whose content is not known: a link, or it may not be listed."""

    student: str
    folder: Path
    root: Path
    reason: str


class Places:
    """Reads places one after another into `jobs`, `troubles` (sentences) and `foreign` (assignments of nbgrader's).

    `known` holds the assignments that can be graded, `whole` those of them that are handed in as folders, with patterns
    of what in these does not count.
    """

    def __init__(self, known: Collection[str], whole: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self.jobs: list[Job] = []
        self.troubles: list[str] = []
        self.foreign: dict[str, Path] = {}
        self._known = known
        self._whole = whole or {}
        self._closed: list[_Closed] = []

    def read(self, place: Path) -> None:
        """Add what lies at `place`.  Raises NothingToGrade where there is no such place, or it is an archive."""
        if not os.path.lexists(place):
            raise NothingToGrade(f"{place}: there is no such file or folder")
        named = _absolute(place)
        if named.is_dir():
            self._read_folder(named)
        else:
            self._read_file(named)

    def settle(self) -> None:
        """Give each student whose folder could not be looked into a job for each assignment that the others handed in.

        A notebook in the usual place can be read where passing through the folder is allowed.
        """
        for closed in self._closed:
            others = [job for job in self.jobs if job.inside == closed.root and job.problem is None]
            names = {job.assignment or job.about for job in others} - {""}
            for name in sorted(names or (self._known if len(self._known) == 1 else ())):
                self._add_unlisted(closed.student, name, closed.folder / name, closed.root)
            if not names or not closed.folder.is_symlink():
                self.troubles.append(f"{closed.folder} {closed.reason}")
        self._closed.clear()

    # --- what was named -------------------------------------------------------------------------------------------

    def _read_folder(self, place: Path) -> None:
        if (place / SUBMITTED).is_dir():
            if not is_nbgrader_course(place):  # a course's own notebooks are no hand-ins
                for notebook in self._list(place)[1]:
                    self._add_loose(notebook, place)
            place = place / SUBMITTED
        root, below = _position(place)
        if root is not None and len(below) == 1:
            self._read_student(place, root)
        elif root is not None and len(below) == 2:
            self._read_assignment(below[0], place, root)
        elif self._is_hand_in(place):
            self._read_assignment(self._owner(place), place, place)
        elif not self._is_assignment(place.name) and any(map(self._is_hand_in, self._list(place)[0])):
            self._read_student(place, place, all_folders=False)
        else:
            self._read_class(place, place)

    def _read_file(self, place: Path) -> None:
        if place.suffix.lower() != ".ipynb" and take(place).content.startswith(ARCHIVE):
            raise NothingToGrade(f"{place} is a zip archive: unpack it, and name the folder")
        root, below = _position(place)
        if root is not None and len(below) == 2:
            self.jobs.append(Job(below[0], "", place, root))
        elif root is not None and len(below) == 3:
            self._add(below[0], place.parent, [place], root)
        elif self._is_hand_in(place.parent) and (self._is_assignment(place.stem) or _has_timestamp(place.parent)):
            self._add(self._owner(place.parent), place.parent, [place], place.parent)
        else:
            self._add_loose(place, None)

    # --- folders by what they are ---------------------------------------------------------------------------------

    def _read_class(self, folder: Path, root: Path) -> None:
        """Notebooks called after students, and a folder a student.  An assignment's folder may hold a class too."""
        folders, notebooks = self._list(folder)
        for notebook in notebooks:
            self._add_loose(notebook, root)
        tree = folder.name == SUBMITTED
        for inner in folders:
            if not self._is_assignment(inner.name) or (tree and inner.name in self._whole):
                self._read_student(inner, root, all_folders=tree or not notebooks)
            elif folder == root and not inner.is_symlink() and not self._is_hand_in(inner):
                self._read_class(inner, root)
            else:
                self._read_assignment(self._owner(inner), inner, root)

    def _read_student(self, folder: Path, root: Path, *, all_folders: bool = True) -> None:
        """Notebooks that lie here, and a folder an assignment: of unknown name only where it is one beyond doubt."""
        try:
            if folder != root and folder.is_symlink():
                raise OSError(errno.ELOOP, "it is a link to another place, and links are not followed")
            folders, notebooks = _listed(folder)
        except OSError as error:
            reason = f"may not be looked into: {error.strerror}"
            self._closed.append(_Closed(folder.name, folder, root, reason))
            return
        self.jobs += [Job(folder.name, "", notebook, root) for notebook in notebooks]
        beside = bool(notebooks) and not in_tree(folder)  # then folders may hold what the notebook reads
        for inner in folders:
            if (all_folders and not beside) or self._is_assignment(inner.name) or self._list(inner)[1]:
                self._read_assignment(folder.name, inner, root)

    def _read_assignment(self, student: str, folder: Path, root: Path) -> None:
        """The notebooks of a hand-in.  Where there is none, one that is missing: a named outcome."""
        if folder != root and folder.is_symlink():
            self._add(student, folder, [folder / f"{folder.name}.ipynb"], root)
            return
        try:
            _, notebooks = _listed(folder)
        except OSError as error:
            self.troubles.append(f"{folder} may not be looked into: {error.strerror}")
            self._add_unlisted(student, folder.name, folder, root)
            return
        archives = [] if notebooks else sorted(folder.glob("*.zip"))
        self._add(student, folder, notebooks or archives[:1] or [folder / f"{folder.name}.ipynb"], root)

    # --- jobs -----------------------------------------------------------------------------------------------------

    def _add(self, student: str, folder: Path, notebooks: Sequence[Path], root: Path) -> None:
        """Jobs of an assignment's folder, which is ours, nbgrader's, or nobody's."""
        name = folder.name
        if name in self._whole:
            self.jobs.append(Job(student, name, folder, root, whole=self._whole[name]))
        elif name in self._known:
            self.jobs += [Job(student, name, notebook, root) for notebook in notebooks]
        elif (course := _course_with(name, root)) is not None:
            self.foreign[name] = course
        else:
            self.jobs.append(Job(student, name, notebooks[0], root, problem=self._unknown_folder(name)))

    def _add_unlisted(self, student: str, assignment: str, folder: Path, root: Path) -> None:
        """The notebook in the usual place; that it is not there is not known where one may not look."""
        job = Job(student, assignment, folder / f"{assignment}.ipynb", root)
        if assignment in self._whole:
            job = Job(student, assignment, folder, root, whole=self._whole[assignment])
        problem = job.take().problem
        if problem is not None and problem.code == "unreadable_missing":
            job = Job(student, assignment, job.path, root, problem=_may_not_be_read(folder))
        self.jobs.append(job)

    def _add_loose(self, notebook: Path, root: Path | None) -> None:
        student = self._owner(notebook) if self._is_assignment(notebook.stem) else notebook.stem
        self.jobs.append(Job(student, "", notebook, root))

    def _unknown_folder(self, name: str) -> Note:
        close = near(name, self._known)
        code = "unreadable_place_near" if close else "unreadable_place"
        return Note(code, {"folder": name, "names": [f"`{each}`" for each in close or sorted(self._known)]})

    def _is_assignment(self, name: str) -> bool:
        """Whether a folder or a file is called like one; a course's own are called anything, as students are."""
        return name in self._known or bool(near(name, set(self._known) - self._whole.keys()))

    def _is_hand_in(self, folder: Path) -> bool:
        """Whether a folder called like an assignment is one student's, by what lies in it."""
        if not self._is_assignment(folder.name) or folder.is_symlink():
            return False
        return _has_timestamp(folder) or any(self._is_assignment(path.stem) for path in self._list(folder)[1])

    def _owner(self, path: Path) -> str:
        """The name of the nearest folder that is not called like an assignment."""
        names = (folder.name for folder in path.parents)
        return next((name for name in names if name and name != SUBMITTED and not self._is_assignment(name)), "nobody")

    def _list(self, folder: Path) -> tuple[list[Path], list[Path]]:
        """Folders and notebooks; none where they may not be listed, which is said."""
        try:
            return _listed(folder)
        except OSError as error:
            sentence = f"{folder} may not be looked into: {error.strerror}"
            if sentence not in self.troubles:
                self.troubles.append(sentence)
            return [], []


def _absolute(place: Path) -> Path:
    """The place from the root on, for its position to be seen.  A link that was named stays one."""
    if ".." not in place.parts:
        return place.absolute()
    return place.resolve() if place.name == ".." else place.parent.resolve() / place.name


def is_nbgrader_course(folder: Path) -> bool:
    """Whether a folder is the top of an nbgrader course."""
    return any((folder / name).exists() for name in _COURSE_FILES)


def timestamp_text(folder: Path, inside: Path | None) -> str:
    """What nbgrader's timestamp.txt in a hand-in's folder says.  Raises SubmissionUnreadable and UnicodeDecodeError."""
    return read_bytes(folder / TIMESTAMP, inside, limit=TIMESTAMP_BYTES).decode().strip()


def in_tree(path: Path) -> bool:
    """Whether a notebook lies in nbgrader's tree, where its position says whose it is."""
    return _position(path)[0] is not None


def _position(place: Path) -> tuple[Path | None, tuple[str, ...]]:
    """The nearest folder called `submitted` at or above the place, and the names from there to it."""
    for folder in (place, *place.parents):
        if folder.name == SUBMITTED:
            return folder, place.relative_to(folder).parts
    return None, ()


def _listed(folder: Path) -> tuple[list[Path], list[Path]]:
    """Folders (links that stand for one or lead nowhere among them) and notebooks, hidden ones left out."""
    with os.scandir(folder) as entries:
        visible = sorted((entry for entry in entries if not entry.name.startswith(_PASSED_OVER)), key=lambda e: e.name)
        notebooks = [Path(entry.path) for entry in visible if entry.name.lower().endswith(".ipynb")]
        folders = [Path(entry.path) for entry in visible if _stands_for_a_folder(entry)]
    return [path for path in folders if path not in notebooks], notebooks


def _stands_for_a_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_dir() or (entry.is_symlink() and not os.path.exists(entry.path))


def _has_timestamp(folder: Path) -> bool:
    return os.path.lexists(folder / TIMESTAMP)


def _may_not_be_read(folder: Path) -> Note:
    return Note("unreadable_permission", {"file": folder.name})


def _course_with(assignment: str, root: Path) -> Path | None:
    """The nbgrader course around a submitted/ tree, where it has this assignment."""
    course = root.parent
    if root.name == SUBMITTED and any((course / tree / assignment).is_dir() for tree in ("source", "release")):
        return course
    return None
