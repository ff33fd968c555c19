"""A bank as a course has released its chapter: with the points, questions and test cells of the course's own notebook.

A teacher may change points and text in an nbgrader course, add questions and autograded cells, leave exercises out, and
make the release again.  What students received is what is graded: everything after this module just uses the bank.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeVar

from autograder.grading.notebook import Notebook
from autograder.grading.release_cells import ReleasedCell, ReleaseUnusable, parse_cell, read_release, released_cells
from autograder.model.bank import APART, CHECK, Bank, BankedCell, BankedExercise, BankedWritten
from autograder.model.bank_files import load
from autograder.model.course_tests import BankedTest
from autograder.model.errors import UserError
from autograder.model.own_data import ROLE as OWN_DATA
from autograder.model.texts import LANGUAGES, Text

_Entry = TypeVar("_Entry", BankedExercise, BankedWritten)
_RUNS = ("setup", "support", "demo", OWN_DATA, "locked", "test")  # roles of cells that run as released


class PointsDiffer(UserError):
    """The bank and the assignments at hand give different points; the message names them and the commands."""


class Source(Protocol):
    """Where a bank comes from, for each grader to load it by itself."""

    def load(self) -> Bank:
        """The bank."""


@dataclass(frozen=True)
class BankSource:
    """Where a bank comes from: its folder and, where a course is in play, the notebook that the course released.

    `full_sources` are as for `as_released`.
    """

    folder: Path
    release: Path | None = None
    full_sources: Mapping[str, str] = field(default_factory=dict)

    def load(self) -> Bank:
        """The bank as released.  Raises BankOutdated and ReleaseUnusable."""
        bank = load(self.folder)
        if self.release is None:
            return bank
        return as_released(bank, read_release(self.release), self.full_sources, where=str(self.release))


def as_released(
    bank: Bank, notebook: Notebook, full_sources: Mapping[str, str] | None = None, *, where: str = ""
) -> Bank:
    """The bank with the points, written questions and own cells of `notebook`, the course's release of its chapter.

    full_sources  sources of test cells by grade_id, hidden tests included: nbgrader cuts these out of the release.  The
                  caller takes them from the gradebook's source cells, or from the course's source/.
    where         what a message calls the notebook.

    A grade cell `check_<exercise>` keeps its exercise, with the points of the release; an exercise without one is
    withheld.  Other grade cells become tests, cells to be answered and tasks become written questions, and locked code
    runs in its place.  The digest is the bank's own unless something that matters to a grade differs; the same release
    always gives the same one.  Raises ReleaseUnusable.
    """
    where = where or f"the release of {bank.chapter}"
    released = _laid_over(bank, released_cells(notebook, bank, where), full_sources or {}, where)
    _refuse_faulty(released, bank, where)
    if what_matters(released) == what_matters(bank):
        return bank
    text = json.dumps([bank.digest, what_matters(released)], ensure_ascii=False)
    return replace(released, digest=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest())


def differences(bank: Bank, released: Bank) -> tuple[str, ...]:
    """What a course's release changes of the bank that it was laid over, a sentence each, to tell the teacher."""
    marked = {entry.name for entry in bank.written}
    kept = {entry.name for entry in released.written}
    sources = {cell.grade_id: cell.source for cell in bank.cells}
    return (
        *(
            f"`{name}` gives {theirs:g} points in the release and {ours:g} in the bank: the release counts"
            for name, ours, theirs in _other_points(bank, released)
        ),
        *(f"`{entry.name}` is not in the release and not graded" for entry in released.withheld),
        *(f"`{name}` is not in the release and not marked" for name in sorted(marked - kept)),
        *(f"`{name}` is the course's own question, marked by a person" for name in sorted(kept - marked)),
        *(f"`{test.name}` is the course's own test and runs beside the student's code" for test in released.tests),
        *(
            f"`{cell.grade_id}` was changed in the release; its points are still given by the bank's hidden cases"
            for cell in released.cells
            if cell.role == "check" and cell.source != sources.get(cell.grade_id)
        ),
    )


def refuse_other_points(bank: Bank, assignments: Path) -> None:
    """Raise PointsDiffer where a notebook in the kit's own assignments/ gives other points than the bank.

    To be asked where no course's release is in play: that would count.
    """
    for language in LANGUAGES:
        path = assignments / language / bank.chapter / f"{bank.chapter}.ipynb"
        if not path.is_file():
            continue
        for name, ours, theirs in _other_points(bank, as_released(bank, read_release(path), where=str(path))):
            raise PointsDiffer(
                f"`{name}` gives {ours:g} points in the bank and {theirs:g} in {path}: run `autograder build` where "
                f"the chapter is right, or `autograder bank {bank.chapter}` where the bank is old"
            )


# --- laying over --------------------------------------------------------------------------------------------------


def _laid_over(bank: Bank, cells: Sequence[ReleasedCell], full_sources: Mapping[str, str], where: str) -> Bank:
    checked = {cell.grade_id.removeprefix(CHECK): cell for cell in cells if cell.role == "check"}
    known = (*bank.exercises, *bank.withheld)
    return replace(
        bank,
        exercises=tuple(_with_points(entry, checked[entry.name]) for entry in known if entry.name in checked),
        withheld=tuple(entry for entry in known if entry.name not in checked),
        written=tuple(_written(cell, bank) for cell in cells if cell.marked),
        tests=tuple(_test(cell, full_sources, where) for cell in cells if cell.role == "test"),
        cells=(*_support(bank, cells), *(_cell(cell, bank) for cell in cells)),
    )


def _with_points(entry: _Entry, cell: ReleasedCell) -> _Entry:
    """The exercise or question with the release's points.  A bonus is released with 0, and stays one."""
    if cell.points == (0 if entry.extra else entry.points):
        return entry
    return replace(entry, points=cell.points, extra=False)


def _test(cell: ReleasedCell, full_sources: Mapping[str, str], where: str) -> BankedTest:
    """The test with its hidden parts.  nbgrader takes lines away and adds none: what is left is in the full source."""
    source = full_sources.get(cell.grade_id, cell.source)
    lines = iter(source.splitlines())
    if not all(line in lines for line in cell.source.splitlines()):
        raise ReleaseUnusable(
            f"the test `{cell.grade_id}` of {where} is not the one that the course holds: run "
            "`nbgrader generate_assignment` again, so that both are of the same source"
        )
    return BankedTest(cell.grade_id, _everywhere(cell.title), cell.points, source)


def _written(cell: ReleasedCell, bank: Bank) -> BankedWritten:
    known = next((entry for entry in bank.written if entry.name == cell.grade_id), None)
    if known is None:
        title = bank.titles().get(cell.grade_id) or _everywhere(cell.title)
        return BankedWritten(cell.grade_id, title, cell.points, extra=False, starter=_everywhere(cell.source))
    starter = known.starter if cell.source in known.starter.values() else _everywhere(cell.source)
    return replace(_with_points(known, cell), starter=starter)


def _support(bank: Bank, cells: Sequence[ReleasedCell]) -> Iterator[BankedCell]:
    """Setup cells of the chapter that the release has not, or not as such: what is ours still stands on them."""
    kept = {cell.grade_id for cell in cells if cell.role == "setup"}
    for cell in bank.cells:
        if cell.role == "support":
            yield cell
        elif cell.role == "setup" and cell.grade_id not in kept:
            yield BankedCell(f"support:{cell.grade_id}", "support", cell.source)


def _cell(cell: ReleasedCell, bank: Bank) -> BankedCell:
    """The cell as students have it; the chapter's own, in all its languages, where that is the same."""
    known = next((other for other in bank.cells if other.grade_id == cell.grade_id), None)
    if known is not None and known.role == cell.role and cell.source in known.source.values():
        return known
    return BankedCell(cell.grade_id, cell.role, _everywhere(cell.source))


def _everywhere(text: str) -> Text:
    return dict.fromkeys(LANGUAGES, text)


def _refuse_faulty(released: Bank, bank: Bank, where: str) -> None:
    """Raise ReleaseUnusable for what would cost every student points: a cell that is no Python, a name that is two."""
    graded = (released.exercises, released.tests, released.written)
    for name, count in Counter(entry.name for entries in graded for entry in entries).items():
        if count > 1:
            raise ReleaseUnusable(
                f"`{name}` of {where} is marked twice, by its own cell and by `{CHECK}{name}`: let one of them have "
                "points, or give the cell another name"
            )
    sources = {cell.grade_id: cell.source["en"] for cell in released.cells if cell.role in _RUNS}
    ours = {cell.grade_id: cell.source["en"] for cell in bank.cells if cell.role in _RUNS}
    for grade_id, source in (sources | {test.name: test.source for test in released.tests}).items():
        try:
            if source != ours.get(grade_id):
                parse_cell(source)
        except (SyntaxError, ValueError) as error:
            line = f" (line {error.lineno}: {error.msg})" if isinstance(error, SyntaxError) else ""
            raise ReleaseUnusable(
                f"the cell `{grade_id}` of {where} is not valid Python{line}: mend it in source/ and run "
                "`nbgrader generate_assignment` again"
            ) from None


def what_matters(bank: Bank) -> list[Any]:
    """All that a course's release can change and a grade can depend on, as JSON data."""
    return [
        [[entry.name, float(entry.points), entry.extra] for entry in bank.exercises],
        [[entry.name, float(entry.points), entry.extra, dict(entry.starter)] for entry in bank.written],
        [[test.name, test.points, test.source, *_of_cases(test)] for test in bank.tests],
        [[cell.grade_id, cell.role, dict(cell.source)] for cell in bank.cells if cell.role not in APART],
    ]


def _of_cases(test: BankedTest) -> list[Any]:
    return [test.called, test.all_or_nothing, *map(list, map(astuple, test.cases))] if test.cases else []


def _other_points(bank: Bank, released: Bank) -> Iterator[tuple[str, float, float]]:
    """Name, points in the bank and points in the release of what both have and value otherwise."""
    before, after = (
        {entry.name: (entry.points, entry.extra) for entry in each.exercises}
        | {entry.name: (entry.points, entry.extra) for entry in each.written}
        for each in (bank, released)
    )
    for name in [name for name in after if name in before and before[name] != after[name]]:
        yield name, before[name][0], after[name][0]
