"""Canvas: an assignment's Download Submissions (lib/content_zipper.rb in its source)."""

from __future__ import annotations

import re

from autograder.collect.downloads import Download
from autograder.collect.handed_in import HandedIn, name_clues, notebooks_of, stem
from autograder.model.roster import Clue

_CANVAS = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_).+?)_)?(?P<late>LATE_)?(?P<user>\d+|anon_[^_]+)_(?P<attachment>\d+)_(?P<file>.+)"
)


def read(download: Download) -> list[HandedIn]:
    """What was handed in: <name>_[LATE_]<user>_<attachment>_<file>, or anon_<id> for name and user."""
    found = []
    for file in notebooks_of(download):
        if (named := _CANVAS.fullmatch(file.name)) is None:
            continue
        name, user = named["name"] or "", named["user"]
        found.append(
            HandedIn(
                file,
                label="_".join(filter(None, [name, user])),
                clues=(Clue(("canvas_id",), user, "Canvas ID"), *name_clues(name)),
                called=stem(named["file"]),
                is_late=bool(named["late"]),
                order=int(named["attachment"][:18]),
            )
        )
    return found
