"""Files beside notebooks: what lies in a folder, read without following a link, within what a session has room for."""

from __future__ import annotations

import contextlib
import fnmatch
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.intake import TIMESTAMP, Intake, SubmissionUnreadable, read_bytes, shown, take
from autograder.model.verdict import Note

RESULTS = ".autograder.json"  # in a folder of results: whose they are
MOST_FILES = 1000
MOST_BYTES = 32 * 2**20  # of all files: half of what a session may write
_NAMED = 5  # files in a sentence
_NOTEBOOK = ".ipynb"
_FOLDER_IS_SOUND = tuple(f"unreadable_{what}" for what in ("missing", "link", "folder", "special", "size"))


class TooMuch(Exception):
    """The folder holds more than a session has room for; the message says how much."""


@dataclass(frozen=True)
class Beside:
    """What was read: the bytes of files by relative path, and names of what is no readable file of its own."""

    files: Mapping[str, bytes]
    left_out: tuple[str, ...] = ()


def take_folder(folder: Path, inside: Path, ignored: Collection[str] = ()) -> Intake:
    """A hand-in of several notebooks, with the files beside them; every fault is a named problem or a note.

    `inside` is as for `intake.read_bytes`.  Files whose name fits one of the patterns `ignored` do not count.
    """
    usual = take(folder / f"{folder.name}{_NOTEBOOK}", inside)
    notebooks = {name: take(folder / f"{name}{_NOTEBOOK}", inside) for name in _notebooks(folder, usual)}
    if not notebooks:
        return Intake(folder, problem=usual.problem)
    notes = []
    try:
        beside = read_beside(folder, inside, ignored)
    except TooMuch as error:
        beside = Beside({})
        notes.append(Note("note_files_many", {"reason": str(error)}))
    if beside.left_out:
        left_out = [f"`{shown(name)}`" for name in beside.left_out[:_NAMED]]
        notes.append(Note("note_files_left_out", {"files": left_out}))
    return Intake(folder, notebooks=notebooks, files=beside.files, notes=tuple(notes))


def _notebooks(folder: Path, usual: Intake) -> list[str]:
    """Names of the notebooks in a student's folder; `usual` is what was found of the one that is called like it."""
    if usual.problem is None or usual.problem.code in _FOLDER_IS_SOUND:
        with contextlib.suppress(OSError):
            names = sorted(name for name in os.listdir(folder) if name.endswith(_NOTEBOOK) and name[0] != ".")
            return [name.removesuffix(_NOTEBOOK) for name in names]
    return [folder.name] if usual.problem is None else []


def matched(there: Mapping[str, Intake], names: Sequence[str]) -> tuple[dict[str, Intake], list[str]]:
    """Each of the assignment's notebooks that was handed in, and what others there are.

    Where one is missing and one is called otherwise, that is the one.
    """
    found = {name: there[name] for name in names if name in there}
    missing = [name for name in names if name not in there]
    others = [name for name in there if name not in names]
    if len(missing) == len(others) == 1:
        return {**found, missing[0]: there[others[0]]}, []
    return found, others


def content_of(taken: Intake, notebook: str, names: Sequence[str]) -> bytes:
    """The bytes of one of the assignment's notebooks that was handed in; none where it was not or cannot be read."""
    if not taken.notebooks:
        return taken.content
    found, _ = matched(taken.notebooks, names)
    return found[notebook].content if notebook in found else b""


def read_beside(folder: Path, inside: Path, ignored: Collection[str] = ()) -> Beside:
    """Every file in `folder` and below that is no notebook.  Raises TooMuch.

    Those that fit a pattern do not count, nor does nbgrader's timestamp.  Links are left out, whatever they lead to.
    """
    files: dict[str, bytes] = {}
    left_out: list[str] = []
    room = MOST_BYTES
    for path in _files(folder, tuple(ignored)):
        name = path.relative_to(folder).as_posix()
        if len(files) == MOST_FILES:
            raise TooMuch(f"{MOST_FILES}+")
        try:
            name.encode()
            content = read_bytes(path, inside, limit=MOST_BYTES)
        except (SubmissionUnreadable, UnicodeEncodeError) as fault:
            if isinstance(fault, SubmissionUnreadable) and fault.note.code == "unreadable_size":
                raise TooMuch(f"{MOST_BYTES // 2**20} MB+") from None
            left_out.append(name)
            continue
        room -= len(content)
        if room < 0:
            raise TooMuch(f"{MOST_BYTES // 2**20} MB+")
        files[name] = content
    return Beside(files, tuple(left_out))


def _files(folder: Path, ignored: Sequence[str]) -> Iterator[Path]:
    """In one order; links to folders are among them, so that they are named."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        folders[:] = sorted(name for name in folders if name not in links and _counts(name, ignored))
        for name in sorted((*names, *links)):
            if _counts(name, ignored) and not name.endswith(_NOTEBOOK):
                yield Path(place, name)


def _counts(name: str, ignored: Sequence[str]) -> bool:
    return name != TIMESTAMP and not any(fnmatch.fnmatch(name, pattern) for pattern in ignored)
