"""Moodle: the assignment's grading worksheet with grades and feedback filled in, or a CSV for the gradebook's import.

The worksheet is that of the feedback type "Offline grading worksheet" (mod/assign/feedback/offline in Moodle's source):
it is read by `Identifier`, `Grade`, `Last modified (grade)` and the names of feedback columns, with commas.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence

from autograder.model.near_names import listed
from autograder.model.roster import squashed
from autograder.model.sheet import Sheet
from autograder.model.texts import Text
from autograder.report.exports.explanations import whole_html
from autograder.report.exports.rows import SHOWN, Filled, SheetUnfit, people_of, rows_of
from autograder.report.exports.settled import plain, value_of, why_open
from autograder.report.scores import disarmed
from autograder.report.standing import Standing

_OURS = re.compile(r'<div class="autograder">.*?</div>', re.DOTALL)  # what an earlier export wrote; it has no other div
_REAL = re.compile(r"(?:.*?: ?)?(?P<title>.+?) \((?:Real|Feedback)\)")  # the gradebook's "Assignment: <title> (Real)"


def fill_moodle(
    sheet: Sheet, standings: Sequence[Standing], titles: Mapping[str, Text], assignment: str, column: str = ""
) -> Filled:
    """The grading worksheet, or the gradebook's export, with grades and our feedback; every other byte stays.

    What the teacher wrote into a feedback cell stays too, before ours.  `column` names the column of grades.  Raises
    SheetUnfit.
    """
    kinds = ("moodle-worksheet", "moodle")
    roster = people_of(sheet, kinds, "a grading worksheet or a gradebook export of Moodle's, in English")
    grade, feedback = _columns(sheet, roster.kind == kinds[0], assignment, column)
    most, locked = _index(sheet, "Maximum Grade"), _index(sheet, "Grade can be changed")
    comma = any(
        "," in sheet.value(row, each) for row in range(1, len(sheet.rows)) for each in (grade, most) if each >= 0
    )
    pairs, notes = rows_of(standings, roster)
    is_whole = not notes
    cells: dict[tuple[int, int], str] = {}
    count = 0
    for standing, person in pairs:
        student, row = standing.report.student, person.row
        if locked >= 0 and sheet.value(row, locked).lower() == "no":
            notes.append(f"{student}: the grade is locked in Moodle; it stays")
            continue
        if feedback >= 0:
            cells[row, feedback] = _with_ours(sheet.raw(row, feedback), whole_html(standing, titles))
        if reason := why_open(standing):
            held = sheet.value(row, grade)
            notes.append(f"{student}: no score yet ({reason}); the cell stays {f'{held}' if held else 'empty'}")
        elif (score := standing.score) is not None:
            count += 1
            if value_of(sheet.value(row, grade)) != round(score, 4):
                cells[row, grade] = plain(score, comma=comma)
    notes += _other_maximum(sheet, most, standings, assignment)
    return Filled(sheet.filled(cells), count, tuple(notes), is_whole)


def moodle_gradebook(standings: Sequence[Standing], titles: Mapping[str, Text], assignment: str) -> Filled:
    """A CSV for Grades → Import → CSV file, with the columns that Moodle's own export has."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n", quoting=csv.QUOTE_NONNUMERIC)
    item = f"Assignment: {assignment}"
    writer.writerow(["First name", "Last name", "ID number", "Email address", f"{item} (Real)", f"{item} (Feedback)"])
    notes, count = [], 0
    for standing in standings:
        person, reason = standing.person, why_open(standing)
        if reason:
            notes.append(f"{standing.report.student}: no score yet ({reason}); the cell is empty")
        count += not reason
        who = (person.first_name, person.last_name, standing.report.student, person.email)
        score = "" if reason or standing.score is None else float(plain(standing.score))
        writer.writerow([*map(disarmed, who), score, _with_ours("", whole_html(standing, titles))])
    return Filled(out.getvalue().encode("utf-8", "replace"), count, tuple(notes))


def _with_ours(held: str, ours: str) -> str:
    """Feedback with our part of it in the place of an older one, or behind what a person wrote."""
    part = f'<div class="autograder">{ours}</div>'
    replaced, count = _OURS.subn(lambda _: part, held, count=1)
    return replaced if count else f"{held}{part}"


def _columns(sheet: Sheet, is_worksheet: bool, assignment: str, column: str) -> tuple[int, int]:
    """Where grades and feedback stand; -1 where there is no feedback."""
    if is_worksheet:
        return _index(sheet, column or "Grade"), _index(sheet, "Feedback comments")
    named = {
        index
        for index, text in enumerate(sheet.header)
        if text == column or ((found := _REAL.fullmatch(text)) and squashed(found["title"]) == squashed(assignment))
    }
    grades = [index for index in named if not sheet.header[index].endswith("(Feedback)")]
    comments = [index for index in named if sheet.header[index].endswith("(Feedback)")]
    if len(grades) != 1:
        there = listed([text for text in sheet.header if text.endswith("(Real)")], SHOWN) or "none"
        raise SheetUnfit(f"{sheet.name} has no column of {assignment}: name one with --column (there are {there})")
    return grades[0], comments[0] if len(comments) == 1 else -1


def _index(sheet: Sheet, name: str) -> int:
    """Where a column stands, whatever its case: "Maximum Grade" became "Maximum grade"; -1 where there is none."""
    return next((index for index, text in enumerate(sheet.header) if text.casefold() == name.casefold()), -1)


def _other_maximum(sheet: Sheet, column: int, standings: Sequence[Standing], assignment: str) -> list[str]:
    worth = {value_of(sheet.value(row, column)) for row in range(1, len(sheet.rows)) if column >= 0} - {None}
    most = max((standing.max_score for standing in standings), default=0.0)
    return [
        f"the assignment is worth {plain(each)} points in Moodle, {assignment} {plain(most)}: grades are written as "
        f"they are, so set the maximum grade to {plain(most)} there"
        for each in worth
        if each is not None and most and each != most
    ]
