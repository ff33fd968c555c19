"""A chapter's folder: which files it has, in which order."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from autograder.chapter.percent import Cell, read_cells, where
from autograder.model.errors import AuthoringError

CHAPTER = re.compile(r"ch\d\d_\w+")
SECTION = re.compile(r"(\d\d)_([a-zA-Z]\w*)")
FIRST, LAST = "00_chapter", "99_end"


def chapter_names(course: Path) -> frozenset[str]:
    """Names of the chapters of a course, as its folders have them; none where there are no solutions/."""
    return frozenset(path.name for path in (course / "solutions").glob("ch*") if CHAPTER.fullmatch(path.name))


def section_files(folder: Path) -> tuple[Path, ...]:
    """The chapter's files in order.  Raises AuthoringError for a file that is none of a chapter's, or has another's
    number, since what nobody reads would be missing in silence."""
    files = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__")))
    for path in files:
        named = SECTION.fullmatch(path.stem)
        if path.suffix != ".py" or not path.is_file() or not named or (named[1] in ("00", "99")) != _is_frame(path):
            raise AuthoringError(
                f"{where(path)}: no file of a chapter is called so: {FIRST}.py, then one file an exercise such as "
                f"01_linear_loss.py, at the end {LAST}.py"
            )
    for number, count in Counter(path.name[:2] for path in files).items():
        if count > 1:
            names = " and ".join(path.name for path in files if path.name.startswith(number))
            raise AuthoringError(f"{folder.name}: {names} have the same number: rename all but one")
    for name, count in Counter(map(name_of, files)).items():
        if name and count > 1:
            names = " and ".join(path.name for path in files if name_of(path) == name)
            raise AuthoringError(f"{folder.name}: {names} have the same name: rename all but one")
    if not files or files[0].stem != FIRST:
        raise AuthoringError(f"{folder.name}: there is no {FIRST}.py, with which a chapter begins")
    return tuple(files)


def read_sections(folder: Path) -> tuple[Cell, ...]:
    """All cells of a chapter in order, as they are written.  Raises AuthoringError."""
    return tuple(cell for file in section_files(folder) for cell in read_cells(file))


def name_of(file: Path) -> str:
    """What a chapter's file is about: "linear_loss" for 03_linear_loss.py; "" for the first and the last file."""
    return "" if _is_frame(file) else file.stem[3:]


def _is_frame(path: Path) -> bool:
    """True for the first and the last file, which hold no exercise."""
    return path.stem in (FIRST, LAST)
