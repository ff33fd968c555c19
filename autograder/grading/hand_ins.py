"""Which notebooks are to be graded: what lies at the named places, one notebook a student and assignment."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

from autograder.grading.intake import TIMESTAMP, Intake, SubmissionUnreadable
from autograder.grading.job import Job
from autograder.grading.places import NothingToGrade, Places, in_tree, timestamp_text
from autograder.model.errors import UserError
from autograder.model.near_names import did_you_mean

__all__ = ["HandIns", "Job", "NothingToGrade", "UnknownName", "find", "moment_of"]


class UnknownName(UserError):
    """A student or an assignment that is named and has handed in nothing; the message names near ones."""


@dataclass(frozen=True)
class HandIns:
    """What is to be graded.

    jobs       one for each student and assignment.
    troubles   a sentence for each folder that could not be looked into, or of which it is not clear whose it is.
    set_aside  a sentence for each notebook that does not count because a later one of the same student does.
    foreign    assignments of the surrounding nbgrader course, and that course: they are nbgrader's to grade.
    """

    jobs: tuple[Job, ...]
    troubles: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()
    foreign: tuple[tuple[str, Path], ...] = ()


def find(
    places: Sequence[Path],
    known: Collection[str],
    *,
    about: Callable[[Intake], str] = lambda taken: "",
    students: Collection[str] = (),
    assignments: Collection[str] = (),
    whole: Mapping[str, tuple[str, ...]] | None = None,
) -> HandIns:
    """What was handed in at the places, of the named students and assignments (all, where none is named).

    `known` holds the assignments that can be graded; of those in `whole` a hand-in is a folder, in which files that fit
    one of these patterns do not count.  `about` says which assignment a notebook is for whose place does not tell (""
    where it does not say).  Raises NothingToGrade and UnknownName.
    """
    reader = Places(known, whole)
    for place in places:
        reader.read(place)
    reader.jobs = [_with_what_it_is_about(job, known, about) for job in dict.fromkeys(reader.jobs)]
    reader.settle()
    jobs = reader.jobs
    if not jobs and not reader.foreign:
        where = ", ".join(map(str, places))
        causes = f" ({'; '.join(reader.troubles)})" if reader.troubles else ""
        raise NothingToGrade(
            f"no notebook found in {where}{causes}: expected *.ipynb or <student>/<assignment>/*.ipynb"
        )
    jobs = _chosen(jobs, "student", students, lambda job: job.student)
    jobs = _chosen(jobs, "assignment", assignments, lambda job: job.filed_under)
    jobs, set_aside = _newest(jobs)
    troubles = (*reader.troubles, *_doubts(reader.jobs))
    return HandIns(tuple(jobs), troubles, tuple(set_aside), tuple(reader.foreign.items()))


def _with_what_it_is_about(job: Job, known: Collection[str], about: Callable[[Intake], str]) -> Job:
    if job.assignment or job.problem is not None:
        return job
    taken = job.take()  # one at a time: a class may not fit into memory
    named = about(taken) if taken.problem is None else ""
    return replace(job, about=named or (job.path.stem if job.path.stem in known else ""))


def _doubts(jobs: Sequence[Job]) -> list[str]:
    """A sentence for each folder that was taken for a student's and may be a class.

    Several notebooks for one assignment lie in it, none called like that.  nbgrader's tree leaves no doubt.
    """
    together: dict[tuple[Path, str], list[Job]] = {}
    for job in jobs:
        if not job.assignment and job.student == job.path.parent.name and not in_tree(job.path):
            together.setdefault((job.path.parent, job.filed_under), []).append(job)
    return [
        f"{folder} was taken for one student's, of whom one notebook counts; if it holds a class, name it: "
        f"`autograder grade {folder}`"
        for (folder, assignment), group in together.items()
        if len(group) > 1 and not any(job.path.stem.startswith(assignment) for job in group)
    ]


def _chosen(jobs: list[Job], what: str, names: Collection[str], name_of: Callable[[Job], str]) -> list[Job]:
    present = {name_of(job) for job in jobs}
    for name in names:
        if name not in present:
            raise UnknownName(f"there is no submission of {what} {name!r}: {did_you_mean(name, present)}".rstrip(": "))
    return [job for job in jobs if not names or name_of(job) in names]


# --- two notebooks of one student for one assignment ------------------------------------------------------------------


def _newest(jobs: Sequence[Job]) -> tuple[list[Job], list[str]]:
    """The one that counts of each student and assignment, in the order of the jobs, and a sentence on each other."""
    groups: dict[tuple[str, str], list[Job]] = {}
    for job in jobs:
        groups.setdefault((job.student, job.filed_under), []).append(job)
    chosen, sentences = [], []
    for (student, assignment), group in groups.items():
        ranks = {job: _rank(job) for job in group} if len(group) > 1 else {}
        best = max(group, key=ranks.__getitem__) if ranks else group[0]
        chosen.append(best)
        for job in group:
            if job is not best:
                why = _difference(ranks[best], ranks[job])
                sentences.append(f"{student} · {assignment}: {best.path} counts, which {why}, and not {job.path}")
    return chosen, sentences


@dataclass(frozen=True, order=True)
class _Rank:
    """What counts, in this order: nbgrader's time of the hand-in, the name of the assignment, the file's own time."""

    has_timestamp: bool
    timestamp: datetime
    is_named: bool
    changed: float


def _rank(job: Job) -> _Rank:
    timestamp = _timestamp(job)
    try:
        changed = job.path.lstat().st_mtime
    except OSError:
        changed = 0.0
    early = datetime.min.replace(tzinfo=UTC)
    return _Rank(timestamp is not None, timestamp or early, job.path.stem == job.filed_under, changed)


def _difference(best: _Rank, other: _Rank) -> str:
    if best.has_timestamp != other.has_timestamp:
        return f"has a {TIMESTAMP}"
    if best.timestamp != other.timestamp:
        return f"was handed in later, as {TIMESTAMP} says"
    return "is called like the assignment" if best.is_named != other.is_named else "was changed later"


def _timestamp(job: Job) -> datetime | None:
    """When nbgrader says that the notebook was handed in."""
    try:
        return moment_of(timestamp_text(job.folder, job.inside))
    except (SubmissionUnreadable, UnicodeDecodeError, OSError):
        return None


def moment_of(timestamp: str) -> datetime | None:
    """The time (UTC) that nbgrader's `2027-03-01 10:00:00.5 Europe/Berlin` says, UTC by default; None for no time."""
    try:
        day, clock, *zone = timestamp.split()
        moment = datetime.fromisoformat(f"{day} {clock}")
        moment = moment if moment.tzinfo else moment.replace(tzinfo=_zone(zone[0]) if zone else UTC)
        return moment.astimezone(UTC)
    except (ValueError, OSError, LookupError, OverflowError):  # the last is of the year 1 in Tokyo
        return None


def _zone(name: str) -> tzinfo:
    return UTC if name == "UTC" else ZoneInfo(name)  # which has no data of its own on every machine
