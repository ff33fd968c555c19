"""Canvas's gradebook: the instructor's own export with one column filled, for Gradebook → Import.

Its rows and columns are those of Canvas's GradebookExporter: a header, a row of posting policies where there are any,
`Points Possible`, and a row a student, the test student last.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from autograder.model.near_names import listed
from autograder.model.roster import squashed
from autograder.model.sheet import Sheet
from autograder.report.exports.rows import SHOWN, Filled, SheetUnfit, people_of, rows_of
from autograder.report.exports.settled import plain, value_of, why_open
from autograder.report.standing import Standing

_COLUMN = re.compile(r"(?P<title>.+) \((?P<id>\d+)\)")  # Canvas's "<Assignment> (<id>)"
_READ_ONLY = "(read only)"
_KEPT = {"EX": "excused", "N/A": "not assigned"}  # what Canvas writes in place of a score


def fill_canvas(sheet: Sheet, standings: Sequence[Standing], assignment: str, column: str = "") -> Filled:
    """The gradebook with the scores of one assignment; every other byte stays.

    `column` names the column, with or without its number; else it is the one called like the assignment.  Raises
    SheetUnfit.
    """
    roster = people_of(sheet, ("canvas",), "a gradebook of Canvas's: Grades → Export → Export Entire Gradebook")
    place = _column(sheet, column or assignment)
    points = _points(sheet, place, {person.row for person in roster.people})
    if points == _READ_ONLY:
        raise SheetUnfit(f"{sheet.header[place]!r} is read-only in Canvas: name an assignment's column with --column")
    pairs, notes = rows_of(standings, roster)
    is_whole = not notes
    cells: dict[tuple[int, int], str] = {}
    count = 0
    for standing, person in pairs:
        student, held = standing.report.student, sheet.value(person.row, place)
        if (reason := _KEPT.get(held.upper())) is not None:
            notes.append(f"{student}: {reason} in Canvas; {held} stays")
        elif reason := why_open(standing):
            notes.append(f"{student}: no score yet ({reason}); the cell stays {f'{held}' if held else 'empty'}")
        elif (score := standing.score) is not None:
            count += 1
            if value_of(held) != round(score, 4):  # a score that is there stays as it is written
                cells[person.row, place] = plain(score, comma=sheet.has_decimal_commas)
    worth = value_of(points)
    most = max((standing.max_score for standing in standings), default=0.0)
    if worth is not None and most and worth != most:
        notes.append(
            f"{sheet.header[place]!r} is worth {plain(worth)} points in Canvas, {assignment} {plain(most)}: scores are "
            f"written as they are, so set the assignment to {plain(most)} points there"
        )
    return Filled(sheet.filled(cells), count, tuple(notes), is_whole)


def _column(sheet: Sheet, name: str) -> int:
    """The column of an assignment, by its title, its number, or both."""
    columns = {index: found for index, text in enumerate(sheet.header) if (found := _COLUMN.fullmatch(text))}
    wanted = squashed(name)
    fits = [
        index
        for index, found in columns.items()
        if name in (found[0], found["id"]) or squashed(found["title"]) == wanted
    ]
    if len(fits) == 1:
        return fits[0]
    there = listed([found[0] for found in columns.values()], SHOWN) or "none"
    problem = f"no column called {name!r}" if not fits else f"several columns called {name!r}"
    raise SheetUnfit(f"{sheet.name} has {problem}: name one with --column (there are {there})")


def _points(sheet: Sheet, column: int, students: set[int]) -> str:
    """What `Points Possible` says of a column: the last of the rows that are nobody's before the first student."""
    above = range(1, min(students, default=len(sheet.rows)))
    values = [sheet.value(row, column) for row in above]
    return next((value for value in reversed(values) if value), "")
