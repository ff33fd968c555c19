"""Taking a submission in: its bytes are read once, from a regular file in the student's own folder, or not at all.

What students hand in may be anything a file system holds.  Links are not followed: they would hand in somebody else's
work.  Pipes and devices are not opened: they never end.  The size is known before the first byte is read.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import json
import operator
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.model.texts import LANGUAGES, part, sentence
from autograder.model.verdict import Note

TIMESTAMP = "timestamp.txt"  # nbgrader's file beside a hand-in
TIMESTAMP_BYTES = 1000  # a date and a time have 30
SECRET = "submission_secret.txt"  # and the one by which its exchange gives feedback back
SECRET_BYTES = 1000  # it has 128
ARCHIVE = b"PK\x03\x04"  # how a zip file begins
MAX_MEGABYTES = 50  # a notebook with every plot of a chapter has about one


def _flags(*names: str) -> int:
    """These flags of open(2); Windows, where nothing is taken in but this module is imported, lacks most of them."""
    return functools.reduce(operator.or_, (getattr(os, name, 0) for name in names))


_FOLDER = _flags("O_PATH", "O_DIRECTORY", "O_CLOEXEC")  # O_PATH: passing through a folder needs no right to list it
_FILE = _flags("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_NOCTTY", "O_CLOEXEC")
_GONE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)  # too long: a name that was made from that of its folder
_SPECIAL = {stat.S_IFIFO: "named_pipe", stat.S_IFSOCK: "socket"}  # anything else is a device


class SubmissionUnreadable(Exception):
    """The file cannot be graded; `note` says why and what the student can do, `digest` identifies what was found."""

    def __init__(self, note: Note, digest: str = "") -> None:
        super().__init__(sentence(note, LANGUAGES[0]))
        self.note = note
        self.digest = digest or _digest_of_reason(note)


@dataclass(frozen=True)
class Intake:
    """A submission as it was handed in: its bytes, or the reason why there are none.

    notebooks  of a whole folder, which has no bytes of its own: what lies in it, by the notebook's name.
    files      what lies beside the notebooks, by relative path.
    notes      what of the folder was left out, and why.
    """

    path: Path
    content: bytes = b""
    problem: Note | None = None
    notebooks: Mapping[str, Intake] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bytes.  Without any, it stands for the reason: another reason is another submission."""
        if self.problem is not None:
            return _digest_of_reason(self.problem)
        if not self.notebooks:
            return hashlib.sha256(self.content).hexdigest()
        parts = {name: taken.digest for name, taken in self.notebooks.items()}
        files = {name: hashlib.sha256(content).hexdigest() for name, content in self.files.items()}
        return hashlib.sha256(json.dumps([parts, files], sort_keys=True).encode()).hexdigest()


def take(path: Path, inside: Path | None = None) -> Intake:
    """What lies at `path`; every fault is a named problem.  `inside` as for `read_bytes`."""
    try:
        return Intake(path, read_bytes(path, inside))
    except SubmissionUnreadable as fault:
        return Intake(path, problem=fault.note)


def read_bytes(path: Path, inside: Path | None = None, *, limit: int = MAX_MEGABYTES * 10**6) -> bytes:
    """The bytes of the regular file at `path`.  Raises SubmissionUnreadable.

    `inside` is the folder that the instructor named; whatever lies below it may be a student's doing, so that no link
    below it is followed.  By default it is the folder of the file.  Each folder is opened from the one above it: what
    is changed meanwhile is either seen or without effect.
    """
    *folders, name = path.relative_to(inside or path.parent).parts
    try:
        with contextlib.ExitStack() as opened:
            at = opened.enter_context(_opened(inside or path.parent, _FOLDER))
            for folder in folders:
                _refuse_link(_status(folder, at), folder, "unreadable_link_folder")
                at = opened.enter_context(_opened(folder, _FOLDER | _flags("O_NOFOLLOW"), at))
            _refuse_all_but_files(_status(name, at), name)  # before it is opened, which alone may move a device
            file = opened.enter_context(_opened(name, _FILE, at))
            status = os.fstat(file)
            _refuse_all_but_files(status, name)
            _refuse_size(status.st_size, limit)
            content = _read(file, limit + 1)
            _refuse_size(len(content), limit)  # it has grown since
            return content
    except OSError as error:
        raise _unreadable(_code_of(error), name, reason=error.strerror or type(error).__name__) from None


@contextlib.contextmanager
def _opened(name: Path | str, flags: int, folder: int | None = None) -> Iterator[int]:
    descriptor = os.open(name, flags, dir_fd=folder)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _status(name: str, folder: int) -> os.stat_result:
    return os.stat(name, dir_fd=folder, follow_symlinks=False)


def _read(file: int, most: int) -> bytes:
    parts, left = [], most
    while left > 0 and (part := os.read(file, min(left, 2**20))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _refuse_link(status: os.stat_result, name: str, code: str) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise _unreadable(code, name)


def _refuse_all_but_files(status: os.stat_result, name: str) -> None:
    _refuse_link(status, name, "unreadable_link")
    if stat.S_ISDIR(status.st_mode):
        raise _unreadable("unreadable_folder", name)
    if not stat.S_ISREG(status.st_mode):
        kind = part(_SPECIAL.get(stat.S_IFMT(status.st_mode), "device"))
        raise _unreadable("unreadable_special", name, kind=kind)


def _refuse_size(size: int, limit: int) -> None:
    if size > limit:
        megabytes = -(-size // 10**6)  # rounded up
        raise SubmissionUnreadable(Note("unreadable_size", {"megabytes": megabytes, "limit": f"{limit / 10**6:g}"}))


def _code_of(error: OSError) -> str:
    if error.errno in _GONE:
        return "unreadable_missing"
    return "unreadable_permission" if isinstance(error, PermissionError) else "unreadable_failed"


def _unreadable(code: str, name: str, **values: Any) -> SubmissionUnreadable:
    return SubmissionUnreadable(Note(code, {"file": shown(name), **values}))


def shown(name: str) -> str:
    """A file's name within a sentence: short, and without what steers a terminal or a page."""
    clean = "".join(c if c.isprintable() and c != "`" else "�" for c in name)
    return clean if len(clean) <= 60 else f"{clean[:40]}…{clean[-15:]}"


def _digest_of_reason(note: Note) -> str:
    return f"unread-{hashlib.sha256(json.dumps([note.code, note.values], sort_keys=True).encode()).hexdigest()[:32]}"
