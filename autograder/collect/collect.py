"""From downloads to hand-ins: whose each notebook is, for which assignment, what becomes of it, and who is missing."""

from __future__ import annotations

import contextlib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from autograder.collect.downloads import Download, File, FileRefused, open_download, shown
from autograder.collect.filing import (
    Fate,
    Piece,
    Step,
    Trees,
    digest_of,
    file_piece,
    file_unmatched,
    folders_in,
    forget_unmatched,
    plan,
    twins,
    why_no_name,
)
from autograder.collect.layouts import HandedIn, others, recognised
from autograder.collect.released import Released
from autograder.grading.notebook import NotebookUnreadable, read_notebook
from autograder.model.errors import UserError
from autograder.model.roster import Clue, Enrolled, Match, Roster
from autograder.report.publish import file_names

WEAK = "name"  # two people may have one; nothing else that is matched by


class UnknownAssignment(UserError):
    """An assignment is named that the course does not have; the message names near ones."""


@dataclass(frozen=True)
class Row:
    """A notebook of a download, and what became of it.

    student   the student's id; where nobody fits, what the platform calls them.
    name      as the roster has it, "" without one.
    by        what they were recognised by, "" without a roster.
    why       what a person should know of its fate, "" where there is nothing.
    """

    student: str
    name: str
    assignment: str
    file: str
    platform: str
    fate: Fate
    submitted_at: datetime | None = None
    is_late: bool | None = None
    by: str = ""
    why: str = ""


@dataclass(frozen=True)
class Collected:
    """What a collection gives.

    rows       one for each notebook and student.
    platforms  where each download was found to be from.
    missing    who of the roster has handed in nothing, by assignment.
    refused    a sentence for each file that is not taken.
    left       files that are no notebooks: they stay in the download.
    """

    rows: tuple[Row, ...]
    platforms: tuple[tuple[Path, str], ...]
    trees: Trees
    missing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: tuple[str, ...] = ()
    left: tuple[str, ...] = ()

    @property
    def needs_a_person(self) -> bool:
        """Whether something was handed in that is not where it belongs."""
        return bool(self.refused) or any(row.fate in (Fate.UNMATCHED, Fate.REFUSED) for row in self.rows)


@dataclass(frozen=True)
class _Found:
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
        person = self.match.person
        return person.id if person is not None else self.handed.label

    def unplaced(self, why: str) -> _Found:
        return replace(self, piece=None, why=why)


def collect(
    downloads: Sequence[Path],
    into: Path,
    *,
    assignment: str = "",
    roster: Roster | None = None,
    platform: str | None = None,
    dry_run: bool = False,
) -> Collected:
    """File what students handed in below `into`, an nbgrader course or its submitted/ tree.

    `assignment` is that of notebooks which do not say it themselves, `platform` the name of a layout where the
    downloads do not show it.  With `dry_run` nothing is written.  Raises DownloadUnusable and UnknownAssignment.
    """
    trees = Trees.at(into)
    released = Released.around(trees.submitted)
    if assignment and (why := why_no_name(assignment) or released.why_unknown(assignment)):
        raise UnknownAssignment(f"the assignment {assignment!r} {why}")
    with contextlib.ExitStack() as stack:
        opened = [stack.enter_context(open_download(place)) for place in downloads]
        read = [_read(download, roster, released, assignment, platform) for download in opened]
        found = [each for part in read for each in part.found]
        found = _without_twins(_without_doubles(found), trees)
        steps = iter(plan([each.piece for each in found if each.piece is not None], trees))
        rows = []
        for each in found:
            step = next(steps) if each.piece is not None else Step(Fate.UNMATCHED, each.why)
            if not dry_run:
                step = _written(each, step, trees)
            rows.append(_row(each, step))
    return Collected(
        rows=tuple(rows),
        platforms=tuple((download.place, part.platform) for download, part in zip(opened, read, strict=True)),
        trees=trees,
        missing=_missing(roster, rows, assignment, trees),
        refused=tuple(sentence for part in read for sentence in part.refused),
        left=tuple(name for part in read for name in part.left),
    )


# --- what a download holds --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Read:
    platform: str
    found: list[_Found]
    refused: list[str]
    left: list[str]


def _read(
    download: Download, roster: Roster | None, released: Released, assignment: str, platform: str | None
) -> _Read:
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
        one = _Found(handed, layout.title, digest, match, named)
        found.append(_placed(one, roster is not None, bool(says), released))
    strays, rest = others(download, handed_in)
    refused += [
        f"{shown(file.path)} is not where {layout.title} puts hand-ins: name it alone if it is one" for file in strays
    ]
    return _Read(layout.title, found, refused, [shown(file.path) for file in rest])


def _digest_and_assignment(file: File) -> tuple[str, str]:
    """What a notebook is known by, and which assignment it says that it is for."""
    content = file.read()
    try:
        return digest_of(content), read_notebook(content).assignment
    except NotebookUnreadable:
        return digest_of(content), ""  # the grader says what is wrong with it


def _placed(found: _Found, has_roster: bool, says: bool, released: Released) -> _Found:
    """The same with its place in the tree, or the reason why it has none."""
    handed, match = found.handed, found.match
    if has_roster and match.person is None:
        return found.unplaced(match.doubt or _nobody(handed.label))
    student = match.person.id if match.person is not None else _folder_name(handed.label)
    if why := why_no_name(student):
        return found.unplaced(f"the id {student!r} on the roster {why}: it cannot be a folder")
    if not found.assignment:
        return found.unplaced("it does not say for which assignment it is: name that with --assignment")
    if why := why_no_name(found.assignment) or released.why_unknown(found.assignment):
        return found.unplaced(f"the assignment {shown(found.assignment)!r} that it says {why}")
    if student in released.assignments or student == found.assignment:
        return found.unplaced(f"a student is called like the assignment {student}")
    notebook = found.assignment if says else released.notebook(found.assignment, handed.called)
    if why := why_no_name(notebook):
        return found.unplaced(f"its name {shown(notebook)!r} {why}: rename it")
    when = handed.submitted_at and handed.submitted_at.replace(microsecond=0)
    piece = Piece(student, found.assignment, notebook, found.digest, when, handed.called == notebook, handed.order)
    return replace(found, piece=piece)


def _nobody(label: str) -> str:
    return f"nobody on the roster fits: give the roster a column `alias`, and write {label} into the student's row"


def _folder_name(label: str) -> str:
    """A folder for a student whom only the platform names."""
    name = unicodedata.normalize("NFC", label)
    if not why_no_name(name):
        return name
    safe = file_names([name])[name]
    return f"_{safe}" if why_no_name(safe) else safe


def _without_doubles(found: Sequence[_Found]) -> list[_Found]:
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


def _without_twins(found: Sequence[_Found], trees: Trees) -> list[_Found]:
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


# --- what becomes of it -----------------------------------------------------------------------------------------------


def _written(found: _Found, step: Step, trees: Trees) -> Step:
    """Do it.  What cannot be written is refused with the reason, and the others go on."""
    name = _folder_name(found.handed.called)
    folder = _folder_name(found.handed.label)
    try:
        if step.fate in (Fate.NEW, Fate.REPLACES, Fate.EARLIER, Fate.UNMATCHED):
            content = found.handed.file.read()
            if digest_of(content) != found.digest:
                raise FileRefused("it has changed meanwhile: run the command again")
            if found.piece is None:
                file_unmatched(folder, name, content, trees)
            else:
                file_piece(found.piece, step, content, trees)
        if found.piece is not None and step.fate is not Fate.REFUSED:
            forget_unmatched(folder, name, found.digest, trees)
    except FileRefused as reason:
        return Step(Fate.REFUSED, str(reason))
    except OSError as error:
        return Step(Fate.REFUSED, f"{error.filename or trees.submitted} cannot be written: {error.strerror}")
    return step


def _row(found: _Found, step: Step) -> Row:
    person: Enrolled | None = found.match.person
    return Row(
        student=found.piece.student if found.piece is not None else found.student,
        name=person.name if person is not None else "",
        assignment=found.assignment,
        file=found.handed.file.path,
        platform=found.platform,
        fate=step.fate,
        submitted_at=found.handed.submitted_at,
        is_late=found.handed.is_late,
        by=found.match.by,
        why=step.why,
    )


def _missing(roster: Roster | None, rows: Sequence[Row], assignment: str, trees: Trees) -> dict[str, list[str]]:
    """Who of the roster has nothing in the tree, neither now nor from an earlier download."""
    if roster is None:
        return {}
    filed = {(row.student, row.assignment) for row in rows if row.fate not in (Fate.UNMATCHED, Fate.REFUSED)}
    missing = {}
    for name in sorted({name for _, name in filed} | ({assignment} if assignment else set())):
        people = [
            person.id
            for person in roster.people
            if (person.id, name) not in filed and not (trees.submitted / person.id / name).exists()
        ]
        if people:
            missing[name] = people
    return missing
