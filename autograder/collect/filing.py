"""Where hand-ins go: the newest of each student into nbgrader's submitted/ tree, earlier ones beside it in attempts/.

Nothing that was handed in is overwritten or thrown away, and what was filed once is not filed again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from autograder.collect.trees import DIGITS, Piece, Trees, folders_in
from autograder.grading.hand_ins import moment_of
from autograder.grading.intake import SECRET, TIMESTAMP, SubmissionUnreadable, take
from autograder.grading.places import timestamp_text
from autograder.model.files import make_private, write_atomic


class Fate(StrEnum):
    """What becomes of a notebook."""

    NEW = "new"
    REPLACES = "replaces an earlier one"
    UNCHANGED = "there already"
    EARLIER = "earlier attempt"
    UNMATCHED = "kept aside"
    REFUSED = "not filed"


@dataclass(frozen=True)
class Step:
    """What becomes of a piece, and why where that is not plain.

    before  the notebook that lies in its place now, to be kept as an attempt before it is replaced.
    """

    fate: Fate
    why: str = ""
    before: Piece | None = None


def plan(pieces: Sequence[Piece], trees: Trees) -> list[Step]:
    """What becomes of each piece, in their order: of a student's notebooks for one place the newest counts."""
    slots: dict[tuple[str, str, str], list[int]] = {}
    for number, piece in enumerate(pieces):
        slots.setdefault(piece.slot, []).append(number)
    steps: dict[int, Step] = {}
    for numbers in slots.values():
        best = max(numbers, key=lambda number: (pieces[number].rank, number))
        for number in numbers:
            if number == best:
                steps[number] = _step(pieces[number], trees)
            elif pieces[number].digest == pieces[best].digest:
                steps[number] = Step(Fate.UNCHANGED, "the same file twice")
            else:
                kept = trees.is_kept(pieces[number])
                steps[number] = Step(Fate.UNCHANGED if kept else Fate.EARLIER, "a later one of this download counts")
    return [steps[number] for number in range(len(pieces))]


def _step(piece: Piece, trees: Trees) -> Step:
    """What becomes of the newest piece of a download, by what lies in its place."""
    place = trees.place(piece)
    for folder in (place.parent.parent, place.parent):
        if folder.is_symlink():
            return Step(Fate.REFUSED, f"{folder} is a link, and links are not followed: put a folder there")
    if place.is_dir() or (place.parent.exists() and not place.parent.is_dir()):
        return Step(Fate.REFUSED, f"{place} cannot be written: something else is there")
    taken = take(place)
    if taken.problem is not None and taken.problem.code != "unreadable_missing":
        return Step(Fate.REFUSED, f"{place} cannot be read, and would be lost: look what it is")
    if taken.problem is not None:
        return Step(Fate.NEW)
    if taken.digest == piece.digest:
        return Step(Fate.UNCHANGED)
    before = replace(piece, digest=taken.digest, submitted_at=_stamp(place.parent))
    is_kept = trees.is_kept(piece)
    if before.submitted_at is not None and (piece.submitted_at is None or piece.submitted_at < before.submitted_at):
        why = f"the one in its place is from {before.submitted_at:%Y-%m-%d %H:%M:%S} UTC"
        has_time = piece.submitted_at is not None
        why += ", and this is older" if has_time else ", and this has no time: put it there yourself if it is to count"
        return Step(Fate.UNCHANGED if is_kept else Fate.EARLIER, why)
    if is_kept and piece.submitted_at is None:
        return Step(Fate.UNCHANGED, "an earlier attempt: a later one took its place before")
    return Step(Fate.REPLACES, before=before)


def _stamp(folder: Path) -> datetime | None:
    """When the hand-in in a folder was made, UTC."""
    try:
        return moment_of(timestamp_text(folder, None))
    except (SubmissionUnreadable, UnicodeDecodeError):
        return None


# --- writing ----------------------------------------------------------------------------------------------------------


def file_piece(piece: Piece, step: Step, content: bytes, trees: Trees) -> None:
    """Do what is planned.  At any moment both files are there, or one that says which is the other.  Raises OSError."""
    if step.fate is Fate.EARLIER:
        _write_attempt(piece, content, trees)
    elif step.fate in (Fate.NEW, Fate.REPLACES):
        place = trees.place(piece)
        make_private(trees.submitted)
        if step.before is not None:
            _write_attempt(step.before, take(place).content, trees)
        _write_stamp(place.parent, piece.submitted_at)
        _write_or_remove(place.parent / SECRET, piece.secret)
        write_atomic(place, content)


def file_unmatched(folder: str, name: str, content: bytes, trees: Trees) -> None:
    """Keep what is nobody's where a person can find it, beside what is there already.  Raises OSError."""
    make_private(trees.unmatched)
    for path in _places_of_nobody(folder, name, digest_of(content), trees):
        if not path.exists():
            write_atomic(path, content)
        if digest_of(path.read_bytes()) == digest_of(content):
            return


def forget_unmatched(folder: str, name: str, digest: str, trees: Trees) -> None:
    """The copy of what is somebody's now is not needed any more.  Raises OSError."""
    for path in _places_of_nobody(folder, name, digest, trees):
        if path.is_file() and digest_of(path.read_bytes()) == digest:
            path.unlink()
            if not folders_in(path.parent):
                path.parent.rmdir()


def _places_of_nobody(folder: str, name: str, digest: str, trees: Trees) -> tuple[Path, Path]:
    place = trees.unmatched / folder
    return place / f"{name}.ipynb", place / f"{name}-{digest[:DIGITS]}.ipynb"


def _write_attempt(piece: Piece, content: bytes, trees: Trees) -> None:
    place = trees.attempt(piece)
    make_private(trees.attempts)
    _write_stamp(place.parent, piece.submitted_at)
    write_atomic(place, content)


def _write_stamp(folder: Path, when: datetime | None) -> None:
    """nbgrader's timestamp.txt; none where the time is not known, for that of an earlier hand-in would be a lie."""
    _write_or_remove(folder / TIMESTAMP, f"{when:%Y-%m-%d %H:%M:%S} UTC\n".encode() if when is not None else b"")


def _write_or_remove(path: Path, content: bytes) -> None:
    if content:
        write_atomic(path, content)
    else:
        path.unlink(missing_ok=True)


def digest_of(content: bytes) -> str:
    """What a file is known by."""
    return hashlib.sha256(content).hexdigest()
