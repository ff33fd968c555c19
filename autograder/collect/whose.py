"""Whose each notebook of a download is, and for which assignment; what is not clear is a person's to settle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from autograder.collect.downloads import Download, File, FileRefused, shown
from autograder.collect.filing import digest_of
from autograder.collect.handed_in import HandedIn
from autograder.collect.layouts import others, recognised
from autograder.collect.released import Released
from autograder.collect.trees import Piece, Trees, folder_name, folders_in, twins, why_no_name
from autograder.grading.notebook import NotebookUnreadable, read_notebook
from autograder.model.roster import Clue, Match, Roster

WEAK = "name"  # two people may have one; nothing else that is matched by


@dataclass(frozen=True)
class Found:
    """A notebook with all that is known of it; `piece` is where it belongs, or `why` says why it has no place."""

    handed: HandedIn
    platform: str
    digest: str
    match: Match
    assignment: str
    piece: Piece | None = None
    why: str = ""

    @property
    def student(self) -> str:
        """The student's id; where nobody fits, what the platform calls them."""
        person = self.match.person
        return person.id if person is not None else self.handed.label

    def unplaced(self, why: str) -> Found:
        """The same without a place."""
        return replace(self, piece=None, why=why)


@dataclass(frozen=True)
class Read:
    """What a download gave: notebooks, a sentence for each file that is not taken, and files that are no notebooks."""

    platform: str
    found: list[Found]
    refused: list[str]
    left: list[str]


def read_download(
    download: Download, roster: Roster | None, released: Released, assignment: str, platform: str | None
) -> Read:
    """Every notebook of a download with whose it is, by the roster where there is one, and its place in the tree.

    `assignment` is that of notebooks which do not say it, `platform` the layout's name where the download does not show
    it.  Raises DownloadUnusable.
    """
    layout, handed_in = recognised(download, platform)
    refused = list(download.refused)
    found, digests = [], dict[File, tuple[str, str]]()
    for handed in handed_in:
        try:
            if handed.file not in digests:  # a group's notebook is read once
                digests[handed.file] = _digest_and_assignment(handed.file)
        except FileRefused as reason:
            refused.append(f"{shown(handed.file.path)} is not taken: {reason}")
            continue
        digest, says = digests[handed.file]
        clues = (Clue(("alias",), handed.label, "alias"), *handed.clues)
        match = roster.match(clues) if roster is not None else Match(None)
        named = handed.assignment or says or assignment or released.named(handed.called)
        one = Found(handed, layout.title, digest, match, named)
        found.append(_placed(one, roster is not None, says, released))
    strays, rest = others(download, handed_in)
    refused += [
        f"{shown(file.path)} is not where {layout.title} puts hand-ins: name it alone if it is one" for file in strays
    ]
    return Read(layout.title, found, refused, [shown(file.path) for file in rest])


def _digest_and_assignment(file: File) -> tuple[str, str]:
    """What a notebook is known by, and which assignment it says that it is for."""
    content = file.read()
    try:
        return digest_of(content), read_notebook(content).assignment
    except NotebookUnreadable:
        return digest_of(content), ""  # the grader says what is wrong with it


def _placed(found: Found, has_roster: bool, says: str, released: Released) -> Found:
    """The same with its place in the tree, or the reason why it has none."""
    handed, match = found.handed, found.match
    if has_roster and match.person is None:
        return found.unplaced(match.doubt or _nobody(handed.label))
    student = match.person.id if match.person is not None else folder_name(handed.label)
    if why := why_no_name(student):
        return found.unplaced(f"the id {student!r} on the roster {why}: it cannot be a folder")
    if not found.assignment:
        return found.unplaced("it does not say for which assignment it is: name that with --assignment")
    if why := why_no_name(found.assignment) or released.why_unknown(found.assignment):
        return found.unplaced(f"the assignment {shown(found.assignment)!r} that it says {why}")
    if student in released.assignments or student == found.assignment:
        return found.unplaced(f"a student is called like the assignment {student}")
    notebook = found.assignment if says == found.assignment else released.notebook(found.assignment, handed.called)
    if why := why_no_name(notebook):
        return found.unplaced(f"its name {shown(notebook)!r} {why}: rename it")
    when = handed.submitted_at and handed.submitted_at.replace(microsecond=0)
    piece = Piece(
        student, found.assignment, notebook, found.digest, when, handed.called == notebook, handed.order, handed.secret
    )
    return replace(found, piece=piece)


def _nobody(label: str) -> str:
    return f"nobody on the roster fits: give the roster a column `alias`, and write {label} into the student's row"


def without_doubles(found: Sequence[Found]) -> list[Found]:
    """Where two people of a platform would be one on the roster, those that only a name has matched are doubts."""
    labels: dict[tuple[str, str], set[str]] = {}
    for each in found:
        if each.match.person is not None:
            labels.setdefault((each.platform, each.match.person.id), set()).add(each.handed.label)
    checked = []
    for each in found:
        person = each.match.person
        same = labels[each.platform, person.id] if person is not None else set()
        if person is not None and len(same) > 1 and each.match.by == WEAK:
            rest = ", ".join(sorted(same - {each.handed.label}))
            each = replace(each, match=Match(None)).unplaced(
                f"{person.id} may be this one or {rest}: write the right one into a column `alias` of the roster"
            )
        checked.append(each)
    return checked


def without_twins(found: Sequence[Found], trees: Trees) -> list[Found]:
    """Students whose folders some file systems would take for one are told apart by a person."""
    other = twins({each.piece.student for each in found if each.piece is not None}, folders_in(trees.submitted))
    return [
        each.unplaced(
            f"some systems take its folder for that of {other[each.piece.student]}: a roster tells them apart"
        )
        if each.piece is not None and each.piece.student in other
        else each
        for each in found
    ]
