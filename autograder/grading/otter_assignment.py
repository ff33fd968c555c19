"""An assignment of Otter's as the bank that it makes: what Otter Assign or Otter Generate wrote for the autograder.

That is a folder with a notebook, tests/ and further files, or the zip file for Gradescope, or the folder with both:
then the zip file counts, for it has all that its tests may read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from glob import escape
from pathlib import Path, PurePosixPath

from autograder.grading.folders import MOST_BYTES, MOST_FILES, RESULTS, TooMuch, read_beside
from autograder.grading.intake import shown
from autograder.grading.modules import absent_packages, packages_in
from autograder.grading.notebook import Notebook, notebook_at
from autograder.grading.otter_config import read_config
from autograder.grading.otter_notebook import marked_questions
from autograder.grading.otter_tests import OtterTest, read_metadata_test, read_test_file, refuse_two_of_one_name
from autograder.grading.own_notebooks import digest_of
from autograder.grading.release_cells import ReleaseUnusable
from autograder.grading.zips import Archive, ZipRefused
from autograder.model.bank import Bank, BankedWritten
from autograder.model.course_tests import BankedTest, OwnNotebooks
from autograder.model.needs import pip_install
from autograder.model.texts import LANGUAGES

CONFIG = "otter_config.json"
MADE = ("autograder", "student")  # folders that Otter Assign makes, called so whatever the assignment's name is
_TESTS, _FILES = "tests/", "files/"  # of a zip file: the latter is put beside the notebook
_NOT_BESIDE = (CONFIG, "tests", "*.zip", "*.pdf", "environment.yml", "requirements.*", ".*", "__pycache__")
_PYTHON = ("", "python")  # what a kernel speaks, as far as a notebook says


@dataclass(frozen=True)
class OtterSource:
    """Where an assignment of Otter's lies: its folder, its zip file, or both; `load` makes its bank of it.

    seconds  what a cell, or a case of a test, may take.
    """

    assignment: str
    folder: Path | None
    archive: Path | None = None
    seconds: float = 30.0

    def load(self) -> Bank:
        """The bank.  Raises ReleaseUnusable."""
        place, notebook = self.place, notebook_in(self.folder)
        content = read_place(self.folder, self.archive)
        config = read_config(content.get(CONFIG, b"{}"), f"{CONFIG} of {place}")
        if notebook is not None and notebook.kernel not in _PYTHON:
            raise ReleaseUnusable(f"the notebook of {place} is written in {notebook.kernel}, and only Python runs here")
        found = _tests_of(content, notebook, str(place))
        tests = [each.test for each in found]
        refuse_two_of_one_name(tests, str(place))
        files = {name.removeprefix(_FILES): data for name, data in content.items() if name.startswith(_FILES)}
        _refuse_absent(tests, notebook, files, place)
        title = dict.fromkeys(LANGUAGES, self.assignment)
        language = (notebook.language if notebook is not None else "") or LANGUAGES[0]
        part = Bank(
            self.assignment, title, language, (), tests=config.applied(tests, str(place)), written=_written(notebook)
        )
        remarks = [*config.remarks, *filter(None, (each.remark for each in found)), *self._remarks()]
        own = OwnNotebooks(
            (part,),
            files,
            imports=("doctest", *(packages_in(notebook) if notebook is not None else ())),
            seconds=self.seconds,
            remarks=tuple(remarks),
        )
        return Bank(self.assignment, title, language, (), own=own, digest=digest_of(own))

    @property
    def place(self) -> Path:
        """What a message calls it."""
        place = self.archive or self.folder
        assert place is not None
        return place

    def _remarks(self) -> Iterator[str]:
        if self.place.name == "student":
            yield f"{self.place} is what students have: hidden tests, if there are any, lie in dist/autograder"


def notebook_in(folder: Path | None) -> Notebook | None:
    """The notebook of a folder, where it has one and no more."""
    notebooks = sorted(folder.glob("*.ipynb")) if folder is not None else []
    return notebook_at(notebooks[0]) if len(notebooks) == 1 else None


# --- what lies there --------------------------------------------------------------------------------------------------


def read_place(folder: Path | None, archive: Path | None) -> dict[str, bytes]:
    """What counts of a zip file, or else of a folder, by its names in the zip file.  Raises ReleaseUnusable."""
    if archive is None:
        assert folder is not None
        return dict(_in_folder(folder))
    try:
        return dict(_in_archive(archive))
    except ZipRefused as refused:
        raise ReleaseUnusable(f"{archive}: {refused}") from None
    except OSError as error:
        raise ReleaseUnusable(f"{archive} cannot be read: {error.strerror}") from error


def _in_folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    try:
        for path in (folder / CONFIG, *sorted(folder.glob(f"{_TESTS}*"))):
            if path.is_file():
                yield path.relative_to(folder).as_posix(), path.read_bytes()
        beside = _beside(folder)
    except OSError as error:
        raise ReleaseUnusable(f"{folder} cannot be read: {error.strerror}") from error
    except TooMuch as much:
        raise ReleaseUnusable(f"the files in {folder} are more than the sandbox takes along ({much})") from None
    for name, data in beside.items():
        yield _FILES + name, data


def _beside(folder: Path) -> Mapping[str, bytes]:
    """What students' code may read: of a folder that Otter Assign has made all, of another what lies in its files/.

    Never what others have handed in, nor results of a grading.
    """
    if folder.name not in MADE:
        files = folder / _FILES
        return read_beside(files, files).files if files.is_dir() else {}
    kept_from_students = [
        path.name
        for path in folder.iterdir()
        if path.is_dir() and (any(path.rglob("*.ipynb")) or (path / RESULTS).exists())
    ]
    return read_beside(folder, folder, (*_NOT_BESIDE, *map(escape, kept_from_students))).files


def _in_archive(archive: Path) -> Iterator[tuple[str, bytes]]:
    room = MOST_BYTES
    with Archive(archive, MOST_FILES) as opened:
        for entry in opened.entries():
            if entry.name != CONFIG and not entry.name.startswith((_TESTS, _FILES)):
                continue
            if ".." in PurePosixPath(entry.name).parts or "\\" in entry.name:
                raise ReleaseUnusable(f"{archive} has a path that leads out of it: `{shown(entry.name)}`")
            if entry.problem:
                raise ReleaseUnusable(f"`{shown(entry.name)}` of {archive} is not read: {entry.problem}")
            data = opened.read(entry, room)
            room -= len(data)
            yield PurePosixPath(entry.name).as_posix(), data


# --- what is made of it -----------------------------------------------------------------------------------------------


def _tests_of(content: Mapping[str, bytes], notebook: Notebook | None, where: str) -> list[OtterTest]:
    """Those of tests/, as Otter has it, else those in the notebook's metadata."""
    files = [PurePosixPath(name) for name in sorted(content) if name.startswith(_TESTS) and name.count("/") == 1]
    tests = [
        read_test_file(_decoded(content[str(file)], f"{file} of {where}"), file.stem, f"{file} of {where}")
        for file in files
        if file.suffix == ".py" and file.stem != "__init__"
    ]
    if not tests and any(file.suffix.lower() == ".r" for file in files):
        raise ReleaseUnusable(f"the tests of {where} are written in R, and only Python runs here: use `otter grade`")
    if not tests and notebook is not None:
        tests = _in_metadata(notebook, where)
    if not tests:
        raise ReleaseUnusable(
            f"{where} has no tests, neither in tests/ nor in its notebook: run `otter assign`, and name the folder "
            "dist/autograder that it makes, or the zip file in it"
        )
    return tests


def _in_metadata(notebook: Notebook, where: str) -> list[OtterTest]:
    found = notebook.otter.get("tests")
    entries = found if isinstance(found, Mapping) else {}
    is_ok = notebook.otter.get("OK_FORMAT")
    if entries and not isinstance(is_ok, bool):
        raise ReleaseUnusable(f"the notebook of {where} has tests in its metadata and does not set OK_FORMAT")
    return [
        read_metadata_test(entry, bool(is_ok), name, f"the test `{name}` in the notebook of {where}")
        for name, entry in sorted(entries.items())
    ]


def _refuse_absent(
    tests: Sequence[BankedTest], notebook: Notebook | None, files: Mapping[str, bytes], place: Path
) -> None:
    """Raise ReleaseUnusable for packages that are not installed: students would lose points for them."""
    cells = [cell.source for cell in notebook.cells if cell.kind == "code"] if notebook is not None else []
    if absent := absent_packages([*(test.source for test in tests), *cells], files):
        raise ReleaseUnusable(f"{place} imports what is not installed here: run `{pip_install(absent)}`")


def _written(notebook: Notebook | None) -> tuple[BankedWritten, ...]:
    questions = marked_questions(notebook) if notebook is not None else ()
    return tuple(
        BankedWritten(each.name, dict.fromkeys(LANGUAGES, each.name), each.points, False, dict.fromkeys(LANGUAGES, ""))
        for each in questions
    )


def _decoded(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ReleaseUnusable(f"{where} is not text in UTF-8") from None
