"""How each platform names what it gives to download: whose a notebook is, and when it was handed in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from autograder.collect.downloads import Download, DownloadUnusable, File, FileRefused
from autograder.collect.gradescope_metadata import METADATA, Submission, read_metadata
from autograder.grading.hand_ins import moment_of
from autograder.grading.places import SUBMITTED, TIMESTAMP
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
    order         a number that grows with the time among those of one download.
    """

    file: File
    label: str
    clues: tuple[Clue, ...]
    called: str
    assignment: str = ""
    submitted_at: datetime | None = None
    is_late: bool | None = None
    order: int = 0


@dataclass(frozen=True)
class Layout:
    """A platform: how it is called, and what of a download is recognised."""

    name: str
    title: str
    read: Callable[[Download], list[HandedIn]]


# --- Canvas: Gradebook or assignment → Download Submissions -----------------------------------------------------------

_CANVAS = re.compile(
    r"(?:(?P<name>(?!LATE_|anon_).+?)_)?(?P<late>LATE_)?(?P<user>\d+|anon_[^_]+)_(?P<attachment>\d+)_(?P<file>.+)"
)


def _canvas(download: Download) -> list[HandedIn]:
    found = []
    for file in _notebooks(download):
        if (named := _CANVAS.fullmatch(file.name)) is None:
            continue
        name, user = named["name"] or "", named["user"]
        found.append(
            HandedIn(
                file,
                label="_".join(filter(None, [name, user])),
                clues=(Clue(("canvas_id",), user, "Canvas ID"), *_name_clues(name)),
                called=_stem(named["file"]),
                is_late=bool(named["late"]),
                order=int(named["attachment"][:18]),
            )
        )
    return found


# --- Moodle: View all submissions → Download all submissions, in folders or not ---------------------------------------

_MOODLE = re.compile(r"(?P<name>.+)_(?P<id>\d+)_assignsubmission_(?:file|onlinetext)_?(?P<file>.*)")


def _moodle(download: Download) -> list[HandedIn]:
    found = []
    for file in _notebooks(download):
        named = next(filter(None, map(_MOODLE.fullmatch, file.parts)), None)
        if named is None:
            continue
        is_flat = named.string == file.name
        clues = [Clue(("moodle_id",), named["id"], "Moodle participant")]
        for name in _without_groups(named["name"]):
            clues += _name_clues(name)
        found.append(
            HandedIn(
                file,
                label=f"{named['name']}_{named['id']}",
                clues=tuple(clues),
                called=_stem(named["file"] if is_flat else file.name),
            )
        )
    return found


def _without_groups(name: str) -> Iterator[str]:
    """The name, then what follows each hyphen: Moodle puts a group's name and a hyphen in front."""
    yield name
    for position, character in enumerate(name):
        if character == "-":
            yield name[position + 1 :]


# --- Gradescope: Review Grades → Export Submissions -------------------------------------------------------------------

_GRADESCOPE = re.compile(r"submission_(\d+)")


def _gradescope(download: Download) -> list[HandedIn]:
    metadata: dict[str, Submission] = {}
    for file in download.files:
        if file.name == METADATA:
            metadata |= read_metadata(_bytes(file))
    if not metadata:
        return []
    found = []
    for file in _notebooks(download):
        named = next(filter(None, map(_GRADESCOPE.fullmatch, file.parts[:-1])), None)
        if named is None:
            continue
        submission = metadata.get(named.string)
        for person in submission.submitters if submission is not None else ():
            clues = (
                Clue(("email", "id", "login"), person.email, "e-mail"),
                Clue(("sid", "id", "login"), person.sid, "student ID"),
                *_name_clues(person.name),
            )
            label = person.email or person.sid or person.name or named.string
            when = submission.created_at if submission is not None else None
            found.append(HandedIn(file, label, clues, _stem(file.name), submitted_at=when, order=int(named[1][:18])))
        if submission is None or not submission.submitters:
            found.append(HandedIn(file, named.string, (), _stem(file.name), order=int(named[1][:18])))
    return found


# --- GitHub Classroom: gh classroom clone student-repos ---------------------------------------------------------------

_CLONES = "-submissions"  # of the folder that the command makes


def _classroom(download: Download) -> list[HandedIn]:
    notebooks = [file for file in _notebooks(download) if len(file.parts) > 1]
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
        found.append(HandedIn(file, name.removeprefix(prefix), clues, _stem(file.name)))
    return found


def _common_start(names: Sequence[str]) -> str:
    """What several sorted names begin with, up to a hyphen; "" where there is nothing."""
    if len(names) < 2:
        return ""
    pairs = enumerate(zip(names[0], names[-1], strict=False))
    differ = next((position for position, (one, other) in pairs if one != other), len(names[0]))
    return names[0][: names[0].rfind("-", 0, differ) + 1]


# --- nbgrader: inbound/ of its exchange, and submitted/ trees ---------------------------------------------------------

_INBOUND = re.compile(
    r"(?P<student>[^+]+)\+(?P<assignment>[^+]+)\+(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^+]*)(?:\+.*)?"
)


def _nbgrader(download: Download) -> list[HandedIn]:
    stamps = {file.parts[:-1]: file for file in download.files if file.name == TIMESTAMP}
    found = []
    for file in _notebooks(download):
        folder = file.parts[:-1]
        inbound = _INBOUND.fullmatch(folder[-1]) if folder else None
        if inbound is not None:
            student, assignment, when = inbound["student"], inbound["assignment"], moment_of(inbound["time"])
        elif (place := _in_tree(folder, download.name, folder in stamps)) is not None:
            student, assignment = place
            when = moment_of(_text(stamps[folder])) if folder in stamps else None
        else:
            continue
        clues = (Clue(("id", "login", "sid", "alias"), student, "id"),)
        found.append(HandedIn(file, student, clues, _stem(file.name), assignment, when))
    return found


def _in_tree(folder: tuple[str, ...], download: str, has_stamp: bool) -> tuple[str, str] | None:
    """Student and assignment, of a folder in a submitted/ tree, or of one with a time in it."""
    if SUBMITTED in folder:
        below = folder[folder.index(SUBMITTED) + 1 :]
    else:
        below = folder if download == SUBMITTED or has_stamp else ()
    return (below[0], below[1]) if len(below) == 2 else None


LAYOUTS = (
    Layout("gradescope", "Gradescope", _gradescope),
    Layout("moodle", "Moodle", _moodle),
    Layout("nbgrader", "nbgrader", _nbgrader),
    Layout("canvas", "Canvas", _canvas),
    Layout("classroom", "GitHub Classroom", _classroom),
)


def recognised(download: Download, named: str | None) -> tuple[Layout, list[HandedIn]]:
    """The platform that a download is from, the one that recognises most of it, and what was handed in.

    `named` is the platform that the user says.  Raises DownloadUnusable where none recognises anything.
    """
    layouts = [layout for layout in LAYOUTS if named in (None, layout.name)]
    read = [(layout, layout.read(download)) for layout in layouts]
    layout, found = max(read, key=lambda each: len({handed.file for handed in each[1]}))
    if found:
        return layout, found
    count = len(_notebooks(download))
    if not count:
        raise DownloadUnusable(f"there is no notebook in {download.place}")
    looked = (
        f"a download of {layout.title}"
        if named
        else "a download of Canvas, Moodle, Gradescope, GitHub Classroom or nbgrader"
    )
    raise DownloadUnusable(
        f"{download.place} does not look like {looked} (first of its {count} notebooks: "
        f"{_notebooks(download)[0].path}). Name what the platform gave, as it came, or the platform with --from; a "
        "folder of notebooks called after students needs no collecting: `autograder grade` takes it"
    )


# --- what they share --------------------------------------------------------------------------------------------------


def _notebooks(download: Download) -> list[File]:
    return [file for file in download.files if file.name.lower().endswith(".ipynb")]


def others(download: Download, found: Sequence[HandedIn]) -> tuple[list[File], list[File]]:
    """The notebooks that the layout does not recognise, and the files that are no notebooks."""
    taken = {handed.file for handed in found}
    notebooks = _notebooks(download)
    known = set(notebooks)
    rest = [file for file in download.files if file not in known and file.name not in (TIMESTAMP, METADATA)]
    return [file for file in notebooks if file not in taken], rest


def _stem(name: str) -> str:
    """A notebook's name without its ending, composed as most systems do it."""
    return unicodedata.normalize("NFC", name[: -len(".ipynb")] if name.lower().endswith(".ipynb") else name)


def _name_clues(name: str) -> list[Clue]:
    return [Clue(("name",), name, "name")] if name else []


def _bytes(file: File) -> bytes:
    try:
        return file.read()
    except FileRefused as reason:
        raise DownloadUnusable(f"{file.path} cannot be read: {reason}") from None


def _text(file: File) -> str:
    try:
        return file.read()[:1000].decode("utf-8", "replace")
    except FileRefused:
        return ""
