"""From downloads to hand-ins: whose each notebook is, for which assignment, what becomes of it, and who is missing."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from autograder.collect.downloads import FileRefused, open_download
from autograder.collect.filing import Fate, Step, digest_of, file_piece, file_unmatched, forget_unmatched, plan
from autograder.collect.released import Released
from autograder.collect.trees import Trees, folder_name, why_no_name
from autograder.collect.whose import Found, read_download, without_doubles, without_twins
from autograder.model.errors import UserError
from autograder.model.roster import Enrolled, Roster


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
        read = [read_download(download, roster, released, assignment, platform) for download in opened]
        found = [each for part in read for each in part.found]
        found = without_twins(without_doubles(found), trees)
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


# --- what becomes of it -----------------------------------------------------------------------------------------------


def _written(found: Found, step: Step, trees: Trees) -> Step:
    """Do it.  What cannot be written is refused with the reason, and the others go on."""
    name = folder_name(found.handed.called)
    folder = folder_name(found.handed.label)
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


def _row(found: Found, step: Step) -> Row:
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
        why="; ".join(filter(None, [step.why, _without_time(found)])),
    )


def _without_time(found: Found) -> str:
    said = found.handed.unread_time
    return said and (
        f"{said!r} is no time that is understood, so that nobody is late: write it in UTC into a timestamp.txt beside "
        "the notebook where it matters"
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
