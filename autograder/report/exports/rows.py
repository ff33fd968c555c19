"""Which row of a platform's sheet is a student's, and what is said where that is not clear."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.model.errors import UserError
from autograder.model.near_names import listed
from autograder.model.roster import Clue, Enrolled, Roster, roster_of
from autograder.model.sheet import Sheet
from autograder.report.standing import Standing

SHOWN = 10  # names in a sentence
WEAK = "name"


class SheetUnfit(UserError):
    """A sheet is not the platform's, or has no column for the assignment; the message says what to do."""


@dataclass(frozen=True)
class Filled:
    """The sheet with its scores, how many there are, and a sentence for each thing that a person should know.

    `is_whole` is False where a student of ours has no row.
    """

    content: bytes
    count: int
    notes: tuple[str, ...]
    is_whole: bool = True


def people_of(sheet: Sheet, kinds: Sequence[str], what: str) -> Roster:
    """The students in a sheet of one of these kinds.  Raises SheetUnfit where it is `what` it should not be."""
    roster = roster_of(sheet)
    if roster is None or roster.kind not in kinds:
        raise SheetUnfit(f"{sheet.name} is not {what}: its columns are {listed(sheet.header, SHOWN)}")
    return roster


def rows_of(standings: Sequence[Standing], roster: Roster) -> tuple[list[tuple[Standing, Enrolled]], list[str]]:
    """Each standing with its row, and a sentence for those without one.  A row that two would take is neither's."""
    found: dict[int, list[tuple[Standing, Enrolled, str]]] = {}
    unmatched, doubts = [], []
    clues_may_be_numbers = not any(value.isdigit() for person in roster.people for value in _ids(person))
    for standing in standings:
        match = roster.match(_clues(standing, platform_numbers=clues_may_be_numbers))
        if match.person is not None:
            found.setdefault(match.person.row, []).append((standing, match.person, match.by))
        elif match.doubt:
            doubts.append(f"{standing.report.student}: {match.doubt}; nothing was written")
        else:
            unmatched.append(standing.report.student)
    pairs = []
    for claims in found.values():
        sure = claims if len(claims) == 1 else [claim for claim in claims if claim[2] != WEAK]
        if len(sure) == 1:
            pairs.append(sure[0][:2])
        unmatched += [claim[0].report.student for claim in claims if len(sure) != 1 or claim is not sure[0]]
    if unmatched:
        doubts.append(f"{len(unmatched)} not in the sheet, nothing was written: {listed(sorted(unmatched), SHOWN)}")
    return sorted(pairs, key=lambda pair: pair[1].row), doubts


def _ids(person: Enrolled) -> Iterator[str]:
    yield from (person.says[role] for role in ("login", "sid") if role in person.says)


def _clues(standing: Standing, *, platform_numbers: bool) -> Iterator[Clue]:
    student, person = standing.report.student, standing.person
    yield Clue(("id", "login", "sid", "alias", "email"), student, "id")
    yield Clue(("made",), student, "id")
    if platform_numbers:  # else a number is one of the university's, and may be somebody else's here
        yield Clue(("canvas_id", "moodle_id"), student, "id")
    yield Clue(("email", "login"), person.email, "e-mail")
    yield Clue(("name",), person.name, WEAK)
