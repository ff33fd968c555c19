"""Moodle: an assignment's Download all submissions, in folders or not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from autograder.collect.downloads import Download
from autograder.collect.handed_in import HandedIn, name_clues, notebooks_of, stem
from autograder.model.roster import Clue

_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")


def read(download: Download) -> list[HandedIn]:
    """What was handed in: below <name>_<participant>_assignsubmission_file_, or with that in front of the name."""
    found = []
    for file in notebooks_of(download):
        named = next(filter(None, map(_MOODLE.fullmatch, file.parts)), None)
        if named is None:
            continue
        is_flat = named.string == file.name
        clues = [Clue(("moodle_id",), named["id"], "Moodle participant")]
        for name in _without_groups(named["name"]):
            clues += name_clues(name)
        found.append(
            HandedIn(
                file,
                label=f"{named['name']}_{named['id']}",
                clues=tuple(clues),
                called=stem(named["file"] if is_flat else file.name),
            )
        )
    return found


def _without_groups(name: str) -> Iterator[str]:
    """The name, then what follows each hyphen: Moodle puts a group's name and a hyphen in front."""
    yield name
    for position, character in enumerate(name):
        if character == "-":
            yield name[position + 1 :]
