"""The files that a bank is made from, and what in them a grade can depend on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from autograder.chapter.numbering import numbered
from autograder.chapter.percent import Cell
from autograder.chapter.sections import chapter_names, read_sections
from autograder.model.bank import Bank, BankOutdated
from autograder.model.comments import without_comments

PROSE = ("text", "docstring", "why", "worked")  # roles of cells that no grade depends on


def companions(course: Path, chapter: str) -> tuple[Path, ...]:
    """The other files that its bank is made from, as far as they are there: its reference and its calibration."""
    reference = course / "reference"
    files = (reference / f"{chapter.partition('_')[2]}.py", reference / "calibrations" / f"{chapter}.json")
    return tuple(file for file in files if file.exists())


def fingerprints(course: Path, chapter: str) -> dict[str, str]:
    """A hash of what grades can depend on in each source of a bank that is there, by its place in the course.

    Of a chapter that is its code and its points, not its lesson text; of the others everything.  Nothing is imported.
    Raises AuthoringError for a chapter that is not cut into cells.
    """
    found = {file.relative_to(course).as_posix(): file.read_bytes() for file in companions(course, chapter)}
    folder = course / "solutions" / chapter
    if folder.is_dir():
        cells = [_what_counts(cell) for cell in numbered(read_sections(folder)) if cell.role not in PROSE]
        found[f"solutions/{chapter}"] = json.dumps(cells).encode()
    return {place: hashlib.sha256(content).hexdigest() for place, content in sorted(found.items())}


def _what_counts(cell: Cell) -> tuple[object, ...]:
    """Of a written question its points; of a demo, whose comments are lesson text, what runs; of other cells all."""
    sources = {"written": "", "demo": without_comments(cell.source)}
    source = sources.get(cell.role, cell.source)
    return cell.role, cell.name, cell.language, cell.extra, cell.options.get("points"), source


def refuse_stale(bank: Bank, name: str, course: Path) -> None:
    """Raise BankOutdated when something that counts has changed since the bank in bank/`name` was made.

    What is not there has not changed: a bank grades alone, without the sources it was made from.
    """
    made_from = bank.provenance.get("sources")
    known = made_from if isinstance(made_from, Mapping) else {}
    changed = [place for place, found in fingerprints(course, name).items() if known.get(place) != found]
    if changed:
        raise BankOutdated(
            f"the bank of {bank.chapter} was made from other sources: run `autograder bank {name}` "
            f"(changed since: {', '.join(changed)})"
        )


def require_banks(bank_dir: Path, assignments: Iterable[str], *, course: Path) -> None:
    """Raise BankOutdated when an assignment is a chapter of the course and has no bank.

    Without this its submissions would belong to no assignment, which is no fault of theirs.
    """
    for name in sorted(chapter_names(course).intersection(assignments)):
        if not (bank_dir / name / "bank.json").exists():
            raise BankOutdated(f"there is no bank of {name} in {bank_dir}: run `autograder bank {name}`")
