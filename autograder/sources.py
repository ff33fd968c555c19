"""The files that a bank is made from, and what in them a grade can depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.bank import Bank, BankOutdated
from autograder.chapter import find_chapters
from autograder.comments import without_comments
from autograder.exercise import AuthoringError
from autograder.percent import Cell, read_cells


def sources_of(course: Path, chapter: str) -> tuple[Path, ...]:
    """The files that a bank of `chapter` is made from, as far as they are there: source, reference, calibration."""
    files = (
        course / "solutions" / f"{chapter}.py",
        course / "reference" / f"{chapter.partition('_')[2]}.py",
        course / "reference" / "calibrations" / f"{chapter}.json",
    )
    return tuple(file for file in files if file.exists())


def fingerprints(course: Path, chapter: str) -> dict[str, str]:
    """A hash of what grades can depend on in each of these files, by its path in the course.

    Found without importing any of them.  Raises AuthoringError for a chapter that is not cut into cells.
    """
    return {
        file.relative_to(course).as_posix(): hashlib.sha256(_what_counts(file)).hexdigest()
        for file in sources_of(course, chapter)
    }


def _what_counts(file: Path) -> bytes:
    """All of a reference and of a calibration; of a chapter its code and its points, not its lesson text."""
    if file.parent.name != "solutions":
        return file.read_bytes()
    cells = [_what_counts_in(cell) for cell in read_cells(file) if cell.role not in ("text", "docstring")]
    return json.dumps(cells).encode()


def _what_counts_in(cell: Cell) -> tuple[str, Mapping[str, str], str]:
    """Of a written question its points; of a demo, whose comments are lesson text, what runs; of other cells all."""
    if cell.role == "written":
        return cell.role, cell.options, ""
    return cell.role, cell.options, without_comments(cell.source) if cell.role == "demo" else cell.source


def refuse_stale(bank: Bank, name: str, course: Path) -> None:
    """Raise BankOutdated when something that counts has changed since the bank in bank/`name` was made.

    What is not there has not changed: a bank grades alone, without the sources it was made from.
    """
    made_from = bank.provenance.get("sources")
    known = made_from if isinstance(made_from, Mapping) else {}
    changed = [file for file, found in fingerprints(course, name).items() if known.get(file) != found]
    if changed:
        raise BankOutdated(
            f"the bank of {bank.chapter} was made from other sources: run `autograder bank {name}` "
            f"(changed since: {', '.join(changed)})"
        )


def require_banks(bank_dir: Path, assignments: Iterable[str], *, course: Path) -> None:
    """Raise BankOutdated when an assignment is a chapter of the course and has no bank.

    Without this its submissions would belong to no assignment, which is no fault of theirs.
    """
    try:
        chapters = {path.stem for path in find_chapters(course)}
    except AuthoringError:  # a bank alone grades too
        return
    for name in sorted(chapters.intersection(assignments)):
        if not (bank_dir / name / "bank.json").exists():
            raise BankOutdated(f"there is no bank of {name} in {bank_dir}: run `autograder bank {name}`")
