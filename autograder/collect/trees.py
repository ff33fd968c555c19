"""Where a hand-in lies in nbgrader's submitted/ tree and beside it, and which names can be there."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from autograder.grading.places import SUBMITTED, is_nbgrader_course
from autograder.model.roster import folded
from autograder.report.publish import file_names

ATTEMPTS = "attempts"  # earlier hand-ins: attempts/<student>/<assignment>/<time>-<digest>/
UNMATCHED = "unmatched"  # those of nobody on the roster
DIGITS = 12  # of a digest in a folder's name
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?:\..*)?", re.IGNORECASE)
_FORBIDDEN = set('/\\:*?"<>|')  # the first two lead away; Windows has no such names
_LONGEST = 120  # bytes of a file system's 255: an ending, and what a file is called while it is written, come on top


@dataclass(frozen=True)
class Piece:
    """A notebook with the place that it is for.

    digest  SHA-256 of its bytes.
    named   whether the student called it like the place.
    order   a number that grows with the time among those without one.
    secret  nbgrader's submission_secret.txt, where there is one.
    """

    student: str
    assignment: str
    notebook: str
    digest: str
    submitted_at: datetime | None = None
    named: bool = True
    order: int = 0
    secret: bytes = b""

    @property
    def slot(self) -> tuple[str, str, str]:
        """The place that one notebook can have, also where upper and lower case are one."""
        return self.student, self.assignment, folded(self.notebook)

    @property
    def rank(self) -> tuple[bool, datetime, int, bool]:
        """What counts, in this order: the time of the hand-in, its number, the name of the file."""
        early = datetime.min.replace(tzinfo=UTC)
        return self.submitted_at is not None, self.submitted_at or early, self.order, self.named


@dataclass(frozen=True)
class Trees:
    """Where the three trees lie."""

    submitted: Path

    @staticmethod
    def at(into: Path) -> Trees:
        """`into` is an nbgrader course, its submitted/ tree, or a folder that is to have one."""
        if into.name == SUBMITTED and not is_nbgrader_course(into):
            return Trees(into)
        return Trees(into / SUBMITTED)

    @property
    def attempts(self) -> Path:
        """Of earlier hand-ins."""
        return self.submitted.parent / ATTEMPTS

    @property
    def unmatched(self) -> Path:
        """Of hand-ins that are nobody's."""
        return self.submitted.parent / UNMATCHED

    def place(self, piece: Piece) -> Path:
        """Where the notebook that counts lies."""
        return self.submitted / piece.student / piece.assignment / f"{piece.notebook}.ipynb"

    def attempt(self, piece: Piece) -> Path:
        """Where the same lies as an earlier attempt."""
        when = piece.submitted_at.strftime("%Y-%m-%dT%H%M%SZ") if piece.submitted_at else "no-time"
        folder = self.attempts / piece.student / piece.assignment / f"{when}-{piece.digest[:DIGITS]}"
        return folder / f"{piece.notebook}.ipynb"

    def is_kept(self, piece: Piece) -> bool:
        """Whether these bytes are among the earlier attempts."""
        folder = self.attempts / piece.student / piece.assignment
        pattern = f"*-{piece.digest[:DIGITS]}"
        return folder.is_dir() and any((found / f"{piece.notebook}.ipynb").exists() for found in folder.glob(pattern))


# --- names ------------------------------------------------------------------------------------------------------------


def why_no_name(name: str) -> str:
    """Why a name cannot be that of a file or folder, on any system and for nbgrader's tree; "" if it can."""
    if not name or name in (".", "..") or any(character in _FORBIDDEN for character in name):
        return "has signs that no file name has"
    if not name.isprintable() or name != name.strip():
        return "has invisible signs or spaces around it"
    if name.startswith((".", "__")) or name.endswith("."):
        return "begins or ends with a point or underscores"
    if _RESERVED.fullmatch(name):
        return "is the name of a device on Windows"
    return "is too long" if len(name.encode("utf-8", "surrogatepass")) > _LONGEST else ""


def twins(names: Iterable[str], there: Iterable[str]) -> dict[str, str]:
    """Names that some file systems take for another one, by that other one; `there` holds names that exist."""
    first: dict[str, str] = {folded(name): name for name in sorted(there)}
    found = {}
    for name in sorted(set(names)):
        if (other := first.setdefault(folded(name), name)) != name:
            found[name] = other
    return found


def folders_in(place: Path) -> list[str]:
    """What there is in a folder, [] where there is none."""
    return [path.name for path in place.iterdir()] if place.is_dir() else []


def folder_name(label: str) -> str:
    """A folder for a student whom only the platform names."""
    name = unicodedata.normalize("NFC", label)
    if not why_no_name(name):
        return name
    safe = file_names([name])[name]
    return f"_{safe}" if why_no_name(safe) else safe
