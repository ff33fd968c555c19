"""Which cells of a submission run, and whose copy of each.

Locked, setup and test cells are never the student's copies.  Those of the chapter run elsewhere (setup first, tests not
at all: the judge looks instead); own data, and those of the course's own, run in their place among the student's cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from autograder.grading.notebook import RawCell
from autograder.model.bank import APART, Bank, BankedCell
from autograder.model.comments import same_code, squeezed
from autograder.model.own_data import ROLE as OWN_DATA

FENCE = re.compile(r"^```\w*\n(.*)\n```$", re.DOTALL)
IN_PLACE = ("locked", "test", OWN_DATA)  # roles of released cells that run where they stand
NEVER_RUN = (*APART, "setup", "support", "check", "written", "task")  # roles of cells whose copies do not run


@dataclass(frozen=True)
class StudentCell:
    """A code cell that runs: `number` is its place in the notebook from 1, `demo` an untouched demo cell.

    released  the grade_id, where the cell is one of the course's own that runs as released.
    test      whether that is a test, which runs for its points alone.
    """

    number: int
    source: str
    demo: bool = False
    released: str = ""
    test: bool = False

    @property
    def key(self) -> str:
        """What stands for the cell in the notebook that was handed in: its grade_id where it runs as released."""
        return self.released or f"#{self.number}"

    @property
    def name(self) -> str:
        """What the sandbox calls the cell, to say where an error was raised."""
        return self.released or f"cell {self.number}"

    @property
    def label(self) -> str:
        """What people call the cell."""
        return f"`{self.released}`" if self.released else str(self.number)


def untouched(cell: RawCell, known: BankedCell) -> bool:
    """Whether a cell is as it was released."""
    return squeezed(cell.source) in map(squeezed, known.source.values())


def cells_to_run(cells: Sequence[RawCell], bank: Bank, language: str) -> tuple[StudentCell, ...]:
    """The student's code in the student's order, and the course's own locked and test cells in their places."""
    roles = {cell.grade_id: cell for cell in bank.cells}
    last = {cell.grade_id: cell.number for cell in cells}
    placed: list[tuple[str, StudentCell | None]] = []
    for cell in cells:
        known = roles.get(cell.grade_id)
        if known is None or known.role not in IN_PLACE:
            run = _students_own(cell, known)
        elif known.role != "test" or last[cell.grade_id] == cell.number:  # of a copied test the last one counts
            run = _as_released(known, bank, language, cell.number)
        else:
            run = None
        placed.append((cell.grade_id, run))
    _restore(placed, bank, language)
    return tuple(run for _, run in placed if run is not None)


def _students_own(cell: RawCell, known: BankedCell | None) -> StudentCell | None:
    role = known.role if known else ""
    if role in NEVER_RUN or cell.skipped or not cell.source.strip() or (cell.kind != "code" and role != "answer"):
        return None
    fenced = FENCE.match(cell.source.strip())
    source = fenced[1] if cell.kind != "code" and fenced else cell.source
    ours = known.source.values() if known is not None and role == "demo" else ()
    return StudentCell(cell.number, source, demo=any(same_code(cell.source, text) for text in ours))


def _as_released(known: BankedCell, bank: Bank, language: str, number: int = 0) -> StudentCell:
    test = next((test for test in bank.tests if test.name == known.grade_id), None)
    source = known.source[language] if test is None else test.source
    return StudentCell(number, source, released=known.grade_id, test=test is not None)


def _restore(placed: list[tuple[str, StudentCell | None]], bank: Bank, language: str) -> None:
    """Put the course's own cells that are missing after the cell that they follow in the release.

    A test comes after what the student wrote below that cell: the answer may have lost its label.
    """
    at = 0
    for known in bank.cells:
        found = [index for index, (grade_id, _) in enumerate(placed) if grade_id == known.grade_id]
        if found:
            at = found[-1] + 1
        elif known.role in IN_PLACE:
            while known.role == "test" and at < len(placed) and not placed[at][0]:
                at += 1
            placed.insert(at, (known.grade_id, _as_released(known, bank, language)))
            at += 1
