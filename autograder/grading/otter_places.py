"""Where assignments of Otter's lie in a place that is named, and which of them a student's notebook is for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from autograder.grading.folders import MOST_FILES
from autograder.grading.intake import Intake
from autograder.grading.notebook import NotebookUnreadable, notebook_at, read_notebook
from autograder.grading.otter_assignment import CONFIG, MADE, OtterSource, notebook_in, read_place
from autograder.grading.otter_tests import looks_like_a_test
from autograder.grading.release_cells import ReleaseUnusable
from autograder.grading.zips import Archive, ZipRefused

_MADE = ("dist/autograder", "autograder")  # by Otter Assign
_NAMELESS = (*MADE, "dist")
_ENDING = re.compile(r"-?autograder.*$")  # of the zip file's name
_MASTER = re.compile(r"^\W*ASSIGNMENT CONFIG", re.IGNORECASE)


def otter_assignments(course: Path, submissions: Sequence[Path] = ()) -> dict[str, OtterSource]:
    """The assignments in a folder, or of a zip file, by name.

    The folder is one that Otter Assign has made, or has one in it, or has folders or zip files of several assignments.
    Nothing that lies in `submissions` counts: no test of a student's is one of the course's.  Raises ReleaseUnusable
    where two have one name.
    """
    handed_in = [place.resolve() for place in submissions]
    found: dict[str, OtterSource] = {}
    for folder, archive in _places(course):
        parts = [archive] if archive is not None else [folder, *folder.glob("*.ipynb")] if folder is not None else []
        if any(part.resolve().is_relative_to(place) for part in parts for place in handed_in):
            continue
        source = OtterSource(_name_of(folder, archive), folder, archive)
        if (other := found.get(source.assignment)) is not None:
            raise ReleaseUnusable(
                f"{other.place} and {source.place} are both the assignment {source.assignment}: name one of them"
            )
        found[source.assignment] = source
    return found


def otter_assignment_of(taken: Intake, sources: Mapping[str, OtterSource]) -> str:
    """Which of the assignments a student's notebook is for, as it says, as it is called, or the only one; else ""."""
    try:
        says = read_notebook(taken.content).otter.get("assignment_name")
    except NotebookUnreadable:
        says = None
    if isinstance(says, str) and says:
        return _as_name(says) if _as_name(says) in sources else ""
    called = [name for name in sources if taken.path.stem.startswith(name)]
    only = next(iter(sources)) if len(sources) == 1 else ""
    return max(called, key=len, default=only)


def zipped(submissions: Sequence[Path]) -> list[str]:
    """A sentence for each zip file that a student may have handed in, as `grader.export()` makes them."""
    return [
        f"{path} is a zip file and not looked into: unpack it into a folder that is called like its student"
        for place in submissions
        for pattern in ("*.zip", "*/*.zip")
        for path in sorted(place.glob(pattern))
        if path.parent == place or not any(path.parent.glob("*.ipynb"))
    ]


def _places(course: Path) -> Iterator[tuple[Path | None, Path | None]]:
    """Folders and zip files: of the place itself, or else of what lies in it."""
    if course.is_file():
        yield (course.parent if course.parent.name == "autograder" else None), course
        return
    for folder in (*(course / made for made in _MADE), course):
        if _is_assignment(folder):
            yield folder, _newest_archive(folder)
            return
    for path in sorted(course.iterdir()) if course.is_dir() else ():
        made = [path / name for name in _MADE if _is_assignment(path / name)]
        if made:
            yield made[0], _newest_archive(made[0])
        elif path in _archives(course):
            yield None, path


def _is_assignment(folder: Path) -> bool:
    files = [path for path in folder.glob("tests/*") if path.is_file()]
    if (folder / CONFIG).is_file() or any(path.suffix.lower() == ".r" for path in files):
        return True
    texts = (path.read_text(encoding="utf-8", errors="replace") for path in files if path.suffix == ".py")
    notebook = notebook_in(folder)
    return any(map(looks_like_a_test, texts)) or (notebook is not None and bool(notebook.otter.get("tests")))


def _archives(folder: Path) -> list[Path]:
    """The zip files that Otter has made for Gradescope; others make some of that name too."""
    return [path for path in sorted(folder.glob("*autograder*.zip")) if path.is_file() and _is_otters(path)]


def _newest_archive(folder: Path) -> Path | None:
    """That of a folder: their names end with the time when they were made."""
    return next(reversed(_archives(folder)), None)


def _is_otters(archive: Path) -> bool:
    try:
        with Archive(archive, MOST_FILES) as opened:
            return any(entry.name == CONFIG for entry in opened.entries())
    except (ZipRefused, OSError):
        return False


def _name_of(folder: Path | None, archive: Path | None) -> str:
    """As the configuration or the notebook says; else as the notebook, the zip file or the folder is called."""
    config = _config_of(read_place(folder, archive).get(CONFIG, b"{}"))
    notebook = notebook_in(folder)
    says = notebook.otter.get("assignment_name") if notebook is not None else None
    place = (archive or folder or Path()).absolute()
    called = [path.stem for path in folder.glob("*.ipynb")] if notebook is not None and folder is not None else []
    folders = place.parents if archive is not None else (place, *place.parents)
    above = next((path.name for path in folders if path.name not in _NAMELESS), "")
    zipped = _ENDING.sub("", archive.stem) if archive is not None else ""
    named = [name for name in (config.get("assignment_name"), says) if isinstance(name, str) and name]
    return _as_name(next(iter(named), "") or next(iter(called), "") or zipped or above or "assignment")


def _config_of(content: bytes) -> Mapping[str, Any]:
    """The configuration, as far as it is any: what is wrong with it is said when the assignment is graded."""
    try:
        config = json.loads(content)
    except ValueError:
        return {}
    return config if isinstance(config, dict) else {}


def _as_name(text: str) -> str:
    """A name that may stand in paths and in lists."""
    return re.sub(r"[^\w.-]+", "_", text).strip("._") or "assignment"


def refuse_master(course: Path) -> None:
    """Raise ReleaseUnusable where the folder holds what Otter Assign is still to be run on."""
    for path in sorted(course.glob("*.ipynb")):
        notebook = notebook_at(path)
        if notebook is not None and any(_MASTER.match(cell.source) for cell in notebook.cells):
            raise ReleaseUnusable(
                f"{path} is what `otter assign` is to be run on: run it, and name the folder dist that it makes"
            )
