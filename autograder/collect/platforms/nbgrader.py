"""nbgrader: the inbound/ folder of its exchange, and submitted/ trees."""

from __future__ import annotations

import re

from autograder.collect.downloads import Download, File, FileRefused
from autograder.collect.handed_in import HandedIn, notebooks_of, stem
from autograder.grading.hand_ins import moment_of
from autograder.grading.intake import SECRET, SECRET_BYTES, TIMESTAMP, TIMESTAMP_BYTES
from autograder.grading.places import SUBMITTED
from autograder.model.roster import Clue

_INBOUND = re.compile(
    r"(?P<student>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^+]*)(?:\+.*)?"
)

_SHOWN = 60  # characters of what should have been a time


def read(download: Download) -> list[HandedIn]:
    """What was handed in: <student>+<assignment>+<time>[+<random>]/…, or <student>/<assignment>/…"""
    stamps = {file.parts[:-1]: file for file in download.files if file.name == TIMESTAMP}
    secrets = {file.parts[:-1]: file for file in download.files if file.name == SECRET}
    found = []
    for file in notebooks_of(download):
        folder = file.parts[:-1]
        inbound = _INBOUND.fullmatch(folder[-1]) if folder else None
        if inbound is not None:
            student, assignment, said = inbound["student"], inbound["assignment"], inbound["time"]
        elif (place := _in_tree(folder, download.name, folder in stamps)) is not None:
            student, assignment = place
            said = _start_of(stamps.get(folder), TIMESTAMP_BYTES).decode("utf-8", "replace")
        else:
            continue
        clues = (Clue(("id", "login", "sid", "alias"), student, "id"),)
        when = moment_of(said)
        unread = said.strip()[:_SHOWN] if when is None else ""
        found.append(
            HandedIn(
                file, student, clues, stem(file.name), assignment, when, unread_time=unread,
                secret=_start_of(secrets.get(folder), SECRET_BYTES),
            )
        )  # fmt: skip
    return found


def _in_tree(folder: tuple[str, ...], download: str, has_stamp: bool) -> tuple[str, str] | None:
    """Student and assignment, of a folder in a submitted/ tree, or of one with a time in it."""
    if SUBMITTED in folder:
        below = folder[folder.index(SUBMITTED) + 1 :]
    else:
        below = folder if download == SUBMITTED or has_stamp else ()
    return (below[0], below[1]) if len(below) == 2 else None


def _start_of(file: File | None, most: int) -> bytes:
    """The first bytes of a file; none where there is none, or it is refused."""
    try:
        return file.read()[:most] if file is not None else b""
    except FileRefused:
        return b""
