"""What a download holds, a folder or a zip file alike: files with the path that they have in it, read one at a time.

The names and contents are students'.  No path of a download is ever a path on this machine: it is looked at, and what
is written is named anew.  What is odd is refused by name and takes nothing else with it.
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from autograder.grading.intake import MAX_MEGABYTES, SubmissionUnreadable, read_bytes
from autograder.grading.zips import Archive, Entry, ZipRefused
from autograder.model.errors import UserError

MAX_FILES = 50_000  # a class of 500 with a hundred files each
MAX_BYTES = 20 * 10**9  # read of one download: 400 notebooks of the greatest size
_DRIVE = re.compile(r"[A-Za-z]:")
_HIDDEN = (".", "__")  # .git, .ipynb_checkpoints, __MACOSX


class DownloadUnusable(UserError):
    """A download cannot be read at all; the message says why and what to do."""


class FileRefused(Exception):
    """One file of a download is not taken; the text says why."""


@dataclass(frozen=True, eq=False)  # a zip file may hold several of one path
class File:
    """A file of a download: the names on the way to it, and how it is read.  `read` raises FileRefused."""

    parts: tuple[str, ...]
    size: int
    read: Callable[[], bytes] = field(repr=False)

    @property
    def name(self) -> str:
        """What it is called."""
        return self.parts[-1]

    @property
    def path(self) -> str:
        """How people are told of it."""
        return "/".join(self.parts)


@dataclass(frozen=True)
class Download:
    """Everything in a download but hidden files; `refused` has a sentence for each thing that is not taken.

    `name` is that of the folder or of the zip file without its ending.
    """

    place: Path
    name: str
    files: tuple[File, ...]
    refused: tuple[str, ...]


@contextlib.contextmanager
def open_download(place: Path) -> Iterator[Download]:
    """What the folder or zip file at `place` holds; its files can be read inside the `with`.

    Raises DownloadUnusable.
    """
    if place.is_dir():
        yield _of_folder(place)
        return
    if not place.is_file():
        what = "is neither a folder nor a zip file" if os.path.lexists(place) else "is not there"
        raise DownloadUnusable(f"{place} {what}: name what the platform gave to download")
    try:
        archive = Archive(place, MAX_FILES)
    except ZipRefused as error:
        raise DownloadUnusable(f"{place} {error}") from None
    except OSError as error:
        raise DownloadUnusable(f"{place} cannot be read: {error.strerror}") from None
    with archive:
        yield _of_zip(place, archive)


# --- paths ------------------------------------------------------------------------------------------------------------


def parts_of(path: str) -> tuple[str, ...]:
    """The names on a path in a download, which uses / or Windows' sign.  Raises FileRefused where it leads away."""
    flat = path.replace("\\", "/")
    if flat.startswith("/") or _DRIVE.match(flat):
        raise FileRefused("its path begins outside the download")
    parts = tuple(part for part in flat.split("/") if part not in ("", "."))
    if ".." in parts:
        raise FileRefused("its path leads out of the download")
    if not parts or any(not character.isprintable() for part in parts for character in part):
        raise FileRefused("its name holds control characters")
    return parts


def _is_hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith(_HIDDEN) for part in parts)


def shown(path: str) -> str:
    """A path for a sentence: short, and without what steers a terminal."""
    clean = "".join(character if character.isprintable() else "�" for character in path)
    return clean if len(clean) <= 100 else f"{clean[:60]}…{clean[-35:]}"


# --- zip files --------------------------------------------------------------------------------------------------------


def _of_zip(place: Path, archive: Archive) -> Download:
    files, refused = [], []
    budget = _Budget()
    for entry in archive.entries():
        try:
            if entry.problem:
                raise FileRefused(entry.problem)
            parts = parts_of(entry.name)
            if not _is_hidden(parts):
                files.append(File(parts, entry.size, budget.counted(_entry_reader(archive, entry))))
        except FileRefused as reason:
            refused.append(f"{shown(entry.name)} is not taken: {reason}")
    return Download(place, place.stem, tuple(files), tuple(refused))


def _entry_reader(archive: Archive, entry: Entry) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return archive.read(entry, MAX_MEGABYTES * 10**6)
        except ZipRefused as error:
            raise FileRefused(str(error)) from None

    return read


# --- folders ----------------------------------------------------------------------------------------------------------


def _of_folder(place: Path) -> Download:
    if os.open not in os.supports_dir_fd:
        raise DownloadUnusable(f"{place} is a folder, which this system cannot read safely: name the zip file")
    files, refused = [], []
    budget = _Budget()
    for path, problem in _walk(place):
        relative = path.relative_to(place)
        if _is_hidden(relative.parts):
            continue
        try:
            if problem:
                raise FileRefused(problem)
            parts = parts_of(relative.as_posix())
            files.append(File(parts, path.lstat().st_size, budget.counted(_file_reader(path, place))))
        except (FileRefused, OSError) as reason:
            refused.append(f"{shown(relative.as_posix())} is not taken: {reason}")
        if len(files) > MAX_FILES:
            raise DownloadUnusable(f"{place} holds more than {MAX_FILES:,} files: name the folder of one assignment")
    return Download(place, place.resolve().name, tuple(files), tuple(refused))


def _walk(place: Path) -> Iterator[tuple[Path, str]]:
    """Every file below, and what is no regular file with the reason why it is not taken.  No link is followed."""
    waiting = [place]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as found:
                entries = sorted(found, key=lambda entry: entry.name)
        except OSError as error:
            yield folder, f"it may not be looked into ({error.strerror})"
            continue
        for entry in entries:
            path, mode = Path(entry.path), entry.stat(follow_symlinks=False).st_mode
            if stat.S_ISDIR(mode):
                if not entry.name.startswith(_HIDDEN):  # a .git has thousands
                    waiting.append(path)
            else:
                yield path, _why_not(mode)


def _why_not(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "it is a link, and links are not followed"
    return "" if stat.S_ISREG(mode) else "it is no regular file"


def _file_reader(path: Path, place: Path) -> Callable[[], bytes]:
    def read() -> bytes:
        try:
            return read_bytes(path, place)
        except SubmissionUnreadable as fault:
            raise FileRefused(str(fault)) from None

    return read


class _Budget:
    """What may be read of one download in all."""

    def __init__(self) -> None:
        self._left = MAX_BYTES

    def counted(self, read: Callable[[], bytes]) -> Callable[[], bytes]:
        """The same reader, which stops where the budget is spent."""

        def counting() -> bytes:
            if self._left <= 0:
                raise FileRefused(f"more than {MAX_BYTES / 10**9:g} GB were read from this download")
            content = read()
            self._left -= len(content)
            return content

        return counting
