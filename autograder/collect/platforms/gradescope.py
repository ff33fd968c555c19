"""Gradescope: an assignment's Export Submissions."""

from __future__ import annotations

import re

from autograder.collect.downloads import Download, DownloadUnusable, File, FileRefused
from autograder.collect.handed_in import HandedIn, name_clues, notebooks_of, stem
from autograder.collect.platforms.gradescope_metadata import METADATA, Submission, read_metadata
from autograder.model.roster import Clue

_GRADESCOPE = re.compile(r"submission_(\d+)")


def read(download: Download) -> list[HandedIn]:
    """What was handed in: submission_<number>/…, by each of its submitters."""
    metadata: dict[str, Submission] = {}
    for file in download.files:
        if file.name == METADATA:
            metadata |= read_metadata(_content(file))
    if not metadata:
        return []
    found = []
    for file in notebooks_of(download):
        named = next(filter(None, map(_GRADESCOPE.fullmatch, file.parts[:-1])), None)
        if named is None:
            continue
        submission = metadata.get(named.string)
        for person in submission.submitters if submission is not None else ():
            clues = (
                Clue(("email", "id", "login"), person.email, "e-mail"),
                Clue(("sid", "id", "login"), person.sid, "student ID"),
                *name_clues(person.name),
            )
            label = person.email or person.sid or person.name or named.string
            when = submission.created_at if submission is not None else None
            found.append(HandedIn(file, label, clues, stem(file.name), submitted_at=when, order=int(named[1][:18])))
        if submission is None or not submission.submitters:
            found.append(HandedIn(file, named.string, (), stem(file.name), order=int(named[1][:18])))
    return found


def _content(file: File) -> bytes:
    try:
        return file.read()
    except FileRefused as reason:
        raise DownloadUnusable(f"{file.path} cannot be read: {reason}") from None
