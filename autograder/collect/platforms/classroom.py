"""GitHub Classroom: the folder that `gh classroom clone student-repos` makes."""

from __future__ import annotations

from collections.abc import Sequence

from autograder.collect.downloads import Download
from autograder.collect.handed_in import HandedIn, notebooks_of, stem
from autograder.model.roster import Clue

_CLONES = "-submissions"  # of the folder that the command makes


def read(download: Download) -> list[HandedIn]:
    """What was handed in: <assignment>-submissions/<assignment>-<user>/…, or the repositories alone."""
    notebooks = [file for file in notebooks_of(download) if len(file.parts) > 1]
    slug, skipped = download.name.removesuffix(_CLONES) if download.name.endswith(_CLONES) else "", 0
    tops = {file.parts[0] for file in notebooks}
    if len(tops) == 1 and (top := tops.pop()).endswith(_CLONES):
        slug, skipped = top.removesuffix(_CLONES), 1
    repositories = {file: file.parts[skipped] for file in notebooks if len(file.parts) > skipped + 1}
    names = sorted(set(repositories.values()))
    prefix = f"{slug}-" if slug else _common_start(names)
    if not prefix:
        return []
    found = []
    for file, name in repositories.items():
        if not name.startswith(prefix):
            continue
        endings = [name[position + 1 :] for position, character in enumerate(name) if character == "-"]
        roles = ("github", "login", "id", "sid", "alias")
        clues = tuple(Clue(roles, ending, "GitHub user name") for ending in endings if ending)
        found.append(HandedIn(file, name.removeprefix(prefix), clues, stem(file.name)))
    return found


def _common_start(names: Sequence[str]) -> str:
    """What several sorted names begin with, up to a hyphen; "" where there is nothing."""
    if len(names) < 2:
        return ""
    pairs = enumerate(zip(names[0], names[-1], strict=False))
    differ = next((position for position, (one, other) in pairs if one != other), len(names[0]))
    return names[0][: names[0].rfind("-", 0, differ) + 1]
