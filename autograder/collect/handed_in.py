"""A notebook as a platform hands it over, and what the platforms have in common."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from autograder.collect.downloads import Download, File
from autograder.model.roster import Clue


@dataclass(frozen=True)
class HandedIn:
    """A notebook as a platform hands it over.

    label         who it is from, as the platform says, without a roster.
    clues         what may find them on a roster, the best first.
    called        what the student called the notebook, without what the platform added.
    assignment    where the place of the file says it, else "".
    submitted_at  when it was handed in, UTC; None where the platform does not say.
    is_late       what the platform says of that; None where it says nothing.
    unread_time   what the platform says instead of a time that can be understood, else "".
    order         a number that grows with the time among those of one download.
    secret        nbgrader's submission_secret.txt, where there is one.
    """

    file: File
    label: str
    clues: tuple[Clue, ...]
    called: str
    assignment: str = ""
    submitted_at: datetime | None = None
    is_late: bool | None = None
    unread_time: str = ""
    order: int = 0
    secret: bytes = b""


def notebooks_of(download: Download) -> list[File]:
    """The notebooks in a download, by their ending."""
    return [file for file in download.files if file.name.lower().endswith(".ipynb")]


def stem(name: str) -> str:
    """A notebook's name without its ending, composed as most systems do it."""
    return unicodedata.normalize("NFC", name[: -len(".ipynb")] if name.lower().endswith(".ipynb") else name)


def name_clues(name: str) -> list[Clue]:
    """What a name tells: none where there is none."""
    return [Clue(("name",), name, "name")] if name else []
