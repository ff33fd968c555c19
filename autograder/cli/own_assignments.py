"""What an nbgrader course has released of a bank's assignment, and which assignments there are without a bank."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.grading.as_released import BankSource, Source
from autograder.grading.otter_assignment import OtterSource
from autograder.grading.otter_places import otter_assignments, refuse_master
from autograder.model.errors import UserError

if TYPE_CHECKING:
    from autograder.nbgrader_bridge.course_folder import NbgraderCourse


class NoMarksForOtter(UserError):
    """An assignment of Otter's was to be written into nbgrader's gradebook."""


def sources_in(course: NbgraderCourse | None) -> Callable[[Path], BankSource]:
    """Where the bank in a folder comes from: with an nbgrader course, laid under what its students received."""
    if course is None:
        return BankSource

    def source_of(folder: Path) -> BankSource:
        release = course.released(folder.name)
        return BankSource(folder, release, course.full_sources(folder.name) if release is not None else {})

    return source_of


def otter_in(course: Path, submissions: Sequence[Path], nbgrader: NbgraderCourse | None) -> dict[str, OtterSource]:
    """The assignments of Otter's in a place that is no course of the kit's.

    Raises ReleaseUnusable, and NoMarksForOtter.
    """
    if (course / "bank").is_dir() or (course / "solutions").is_dir():
        return {}
    if nbgrader is not None and course.resolve() == nbgrader.folder:
        return {}
    found = otter_assignments(course, submissions)
    if not found and nbgrader is None:
        refuse_master(course)
    if found and nbgrader is not None:
        raise NoMarksForOtter(
            f"{next(iter(found))} is an assignment of Otter's, and its scores are not for nbgrader's gradebook: leave "
            "--gradebook out and name a folder, --out graded"
        )
    return found


def own_in(
    course: NbgraderCourse | None, otter: Mapping[str, OtterSource]
) -> Callable[[Collection[str]], dict[str, Callable[[], Source]]]:
    """What a course has of its own beside the assignments that are ours."""

    def among(ours: Collection[str]) -> dict[str, Callable[[], Source]]:
        if course is None:
            return {name: functools.partial(_itself, source) for name, source in otter.items()}
        from autograder.nbgrader_bridge.own import own_assignments, own_source

        return {name: functools.partial(own_source, course, name) for name in own_assignments(course, ours)}

    return among


def _itself(source: Source) -> Source:
    return source
