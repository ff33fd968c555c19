"""What `autograder release --individual` does: a notebook with own data for everybody on a roster."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from autograder.build.own_copies import own_copies, write_own_copies
from autograder.cli.progress import progress_of
from autograder.collect.trees import twins, why_no_name
from autograder.model.bank import BankOutdated
from autograder.model.bank_files import stored_key
from autograder.model.errors import UserError
from autograder.model.near_names import did_you_mean
from autograder.model.own_data import note_received, received
from autograder.model.roster import read_roster

if TYPE_CHECKING:
    from autograder.chapter.chapter import Chapter


class NoOwnData(UserError):
    """Nothing that was to be handed out has data of each student's own."""


class NotReceived(UserError):
    """A student has no data of their own; the message says so of whom."""


class UnfitRoster(UserError):
    """A roster names somebody for whom no folder can be made; the message says whom and why."""


def students_on(roster: Path) -> list[str]:
    """The ids on a roster, each the name of a folder.  Raises UnfitRoster, RosterUnreadable and SheetUnreadable."""
    read = read_roster(roster)
    for row in read.without_id:
        raise UnfitRoster(f"{roster}: row {row + 1} has no id: give it one, or take the row away")
    students = [person.id for person in read.people]
    if not students:
        raise UnfitRoster(f"{roster} has no student: it needs a row for each")
    for student in students:
        if reason := why_no_name(student):
            raise UnfitRoster(f"{roster}: the id {student!r} {reason}, and a folder is called so: give it another")
    for one, other in twins(students, ()).items():
        raise UnfitRoster(f"{roster}: the ids {other} and {one} are one folder on many disks: give one another")
    return students


def hand_out(
    releases: Mapping[str, Callable[[], Mapping[str, bytes]]],
    students: Sequence[str],
    out: Path,
    bank_dir: Path,
    console: Console,
) -> None:
    """Write OUT/<student>/… for each chapter of `releases` whose notebooks have own data, and note who received them.

    `releases` give a chapter's common files by path.  Raises NoOwnData, and BankOutdated where there is no key yet.
    """
    written = 0
    for chapter, common in releases.items():
        files = common()
        key = stored_key(bank_dir / chapter)
        notebooks = {name: content for name, content in files.items() if name.endswith(".ipynb")}
        copies = {name: own for name, content in notebooks.items() if (own := own_copies(content, key or ""))}
        if not copies:
            console.print(
                f"{chapter}: no own data: everybody's notebook is the common one, `autograder release` writes it"
            )
            continue
        if key is None:
            raise BankOutdated(
                f"there is no bank of {chapter} in {bank_dir}, whose key gives the numbers: run `autograder bank "
                f"{chapter}`"
            )
        note_received(bank_dir / chapter, students)  # first: grading takes a number that it does not know for edited
        with progress_of("writing", len(students), console) as advance:
            changed = 0
            for new in write_own_copies(files, copies, students, out):
                changed += new
                advance(True)
        written += 1
        console.print(f"{chapter}: {out}/<student>/ for {len(students)} students, {changed} files new")
    if not written:
        raise NoOwnData("no chapter of these has own data: nothing was written")


def released_by(course: Path, assignments: Sequence[str]) -> dict[str, Callable[[], Mapping[str, bytes]]]:
    """The common files of a course's released assignments, all or those named, as <assignment>/<file>.

    Raises NoOwnData where one is not released, and GradebookUnusable where the folder is no course.
    """
    from autograder.nbgrader_bridge.course_folder import open_course

    opened = open_course(course)
    released = {name: opened.folder_of(opened.coursedir.release_directory, name) for name in opened.assignments()}
    released = {name: folder for name, folder in sorted(released.items()) if opened.released(name) is not None}
    for name in assignments:
        if name not in released:
            raise NoOwnData(f"{course} has not released {name}: run `nbgrader generate_assignment {name}` there")

    def files(name: str) -> dict[str, bytes]:
        folder = released[name]
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        return {f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in found}

    return {name: functools.partial(files, name) for name in assignments or released}


def solved_for(student: str, chapters: Iterable[Chapter], bank_dir: Path) -> Iterator[tuple[str, dict[str, bytes]]]:
    """The solved notebooks of chapters with own data, run on a student's; each chapter's name and files.

    Raises NotReceived for a student who received none of them, and what `solved_notebook` raises.
    """
    from autograder.handout import own_handout_files

    given = False
    for chapter in chapters:
        who = received(bank_dir / chapter.id)
        if student in who:
            given = True
            yield chapter.id, own_handout_files(chapter, student, stored_key(bank_dir / chapter.id) or "")
        elif who:
            raise NotReceived(f"{student!r} has received no own data of {chapter.id}; {did_you_mean(student, who)}")
    if not given:
        raise NotReceived(
            "nobody has received own data of these chapters: `autograder release --individual` gives them"
        )
