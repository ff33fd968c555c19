"""The folder that results are written to: whose they are, from which ledger, and where they must not go."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.grading.folders import RESULTS
from autograder.grading.places import is_nbgrader_course
from autograder.model.errors import UserError
from autograder.model.files import write_atomic

_TREES = ("source", "release", "submitted", "autograded", "feedback")  # of an nbgrader course


class OutRefused(UserError):
    """Results must not be written there; the message says why and what to do."""


@dataclass(frozen=True)
class Owner:
    """The nbgrader course whose results a folder holds."""

    folder: Path
    course_id: str = ""


@dataclass(frozen=True)
class _Mark:
    owner: Owner | None
    ledger: str


def refuse_unfit(out: Path, owner: Owner | None, places: Sequence[Path]) -> None:
    """Raise OutRefused where results would lie among submissions or sources, or on top of another course's results."""
    folder = out.resolve()
    if _is_course(folder):
        raise OutRefused(f"{out} is a course's own folder: name one for the results alone, such as {out / 'graded'}")
    for tree in (folder, *folder.parents):
        if tree.name in _TREES and _is_course(tree.parent):
            raise OutRefused(f"{out} lies in {tree.name}/ of a course: name a folder for the results alone")
    if any(place.resolve() == folder for place in places):
        raise OutRefused(f"{out} holds the submissions: name a folder for the results alone")
    mark = _read(out)
    if mark is not None and mark.owner is not None and owner is not None and not _same(mark.owner, owner):
        named = f" ({mark.owner.course_id})" if mark.owner.course_id else ""
        raise OutRefused(
            f"{out} holds the results of another course, {mark.owner.folder}{named}: name another folder with --out"
        )


def _is_course(folder: Path) -> bool:
    """Whether a folder is a course, nbgrader's or ours."""
    return is_nbgrader_course(folder) or (folder / "solutions").exists()


def ledger_of(folder: Path) -> str | None:
    """The database URL of the ledger that a folder's results came from, None where it holds none."""
    mark = _read(folder)
    if mark is not None and ":***@" in mark.ledger:
        raise OutRefused(f"the results in {folder} came from the ledger {mark.ledger}: name it with --ledger")
    if mark is not None and mark.ledger:
        return mark.ledger
    file = folder / "ledger.sqlite"
    return f"sqlite:///{file.absolute()}" if file.is_file() else None


def mark(out: Path, owner: Owner | None, ledger: str) -> None:
    """Note whose results lie there, and the ledger (its password hidden) that they come from."""
    from sqlalchemy.engine import make_url

    before = _read(out)
    owner = owner or (before.owner if before is not None else None)
    data = {
        "course": str(owner.folder) if owner else None,
        "course_id": owner.course_id if owner else "",
        "ledger": make_url(ledger).render_as_string(hide_password=True),
    }
    if before is None or before != _from_json(data):
        write_atomic(out / RESULTS, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def _read(out: Path) -> _Mark | None:
    try:
        return _from_json(json.loads((out / RESULTS).read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _from_json(data: dict[str, str | None]) -> _Mark:
    course = data["course"]
    return _Mark(Owner(Path(course), data["course_id"] or "") if course else None, data["ledger"] or "")


def _same(before: Owner, now: Owner) -> bool:
    """A course that was moved is the same; a copy beside it is another."""
    if before.folder == now.folder:
        return True
    moved = not before.folder.exists()
    return moved and (before.course_id == now.course_id or not now.course_id)
