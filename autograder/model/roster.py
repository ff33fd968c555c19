"""Who is in a class, as a CSV file says it: nbgrader's roster, or what a learning platform exports.

The same reader serves those who come in (whose hand-in is this?) and those who go out (which row is this student's?).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autograder.model.errors import UserError
from autograder.model.sheet import Sheet, read_sheet

ROLES = ("id", "login", "sid", "email", "canvas_id", "moodle_id", "github", "alias", "name", "made")
TEST_STUDENT = "student, test"  # as Canvas calls the one that every course has
NUMBER = re.compile(r"\d+")
_EXTRA = {  # columns that any roster may have besides its own
    "alias": "alias", "canvas_id": "canvas_id", "moodle_id": "moodle_id", "github_username": "github",
    "lms_user_id": "alias",
}  # fmt: skip


class RosterUnreadable(UserError):
    """A file is no roster that is known, or two of its rows are one student; the message says why."""


@dataclass(frozen=True)
class Kind:
    """A format of rosters.

    needs     columns, as groups of which one must be there.
    roles     what a column says of a person.
    id_from   which of these is a student's id, the first that a row has.
    """

    name: str
    needs: tuple[tuple[str, ...], ...]
    roles: Mapping[str, str]
    id_from: tuple[str, ...]


KINDS = (
    Kind(
        "canvas", (("ID",), ("Student", "LastName"), ("Section",)),
        {
            "Student": "name", "LastName": "last", "FirstName": "first", "ID": "canvas_id", "SIS User ID": "sid",
            "SIS Login ID": "login", "Integration ID": "alias",
        },
        ("login", "sid", "canvas_id"),
    ),
    Kind(
        "moodle-worksheet", (("Identifier",), ("Grade",), ("Last modified (grade)",)),
        {
            "Identifier": "moodle_id", "Full name": "name", "Email address": "email", "ID number": "sid",
            "Username": "login",
        },
        ("login", "sid", "email", "moodle_id"),
    ),
    Kind(
        "moodle", (("First name",), ("Last name", "Surname"), ("Email address", "ID number", "Username")),
        {
            "First name": "first", "Last name": "last", "Surname": "last", "Email address": "email", "ID number": "sid",
            "Username": "login",
        },
        ("login", "sid", "email"),
    ),
    Kind(
        "classroom", (("identifier",), ("github_username",)),
        {"identifier": "id", "github_username": "github", "name": "name"},
        ("id",),
    ),
    Kind(
        "nbgrader", (("id",),),
        {"id": "id", "first_name": "first", "last_name": "last", "email": "email"},
        ("id",),
    ),
    Kind(
        "gradescope", (("SID", "Email"), ("Name", "First Name")),
        {"Name": "name", "First Name": "first", "Last Name": "last", "SID": "sid", "Email": "email"},
        ("sid", "email"),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Enrolled:
    """One row of a roster: what it says of a person by role, and where it stands in the sheet."""

    id: str
    row: int
    says: Mapping[str, str] = field(hash=False)

    @property
    def name(self) -> str:
        """As people write it."""
        parts = [self.says.get("first", ""), self.says.get("last", "")]
        return self.says.get("name") or " ".join(filter(None, parts))

    @property
    def names(self) -> set[str]:
        """Every spelling of the name, given name first or last, squashed."""
        first, last = self.says.get("first", ""), self.says.get("last", "")
        spellings = {first + last, last + first, self.name}
        before, comma, after = self.name.partition(",")
        given, _, family = self.name.rpartition(" ")
        spellings.add(after + before if comma else family + given)
        return {squashed(each) for each in spellings} - {""}

    def values(self, role: str) -> set[str]:
        """What it says in a role, folded; `id` is the student's id, `made` the one that is made without a roster."""
        if role == "name":
            return self.names
        if role == "made":
            numbers = [self.says[each] for each in ("canvas_id", "moodle_id") if self.says.get(each)]
            return {f"{name}{number}" for number in numbers for name in self.names}
        value = self.id if role == "id" else self.says.get(role, "")
        return {folded(value)} if value else set()


@dataclass(frozen=True)
class Clue:
    """What is known of a person: a value that one of the roles must hold; `by` calls it for people to read."""

    roles: tuple[str, ...]
    value: str
    by: str


@dataclass(frozen=True)
class Match:
    """Whose it is, and by what; or why it is nobody's."""

    person: Enrolled | None
    by: str = ""
    doubt: str = ""


@dataclass(frozen=True)
class Roster:
    """The people of a class; `kind` is the format of the file, `without_id` are the rows of people without an id."""

    kind: str
    people: tuple[Enrolled, ...]
    without_id: tuple[int, ...] = ()

    @cached_property
    def _index(self) -> dict[tuple[str, str], list[Enrolled]]:
        index: dict[tuple[str, str], list[Enrolled]] = {}
        for person in self.people:
            for role in ROLES:
                for value in person.values(role):
                    index.setdefault((role, value), []).append(person)
        return index

    def match(self, clues: Iterable[Clue]) -> Match:
        """Whose it is, by the first clue that anybody fits.  One that fits several is a doubt, never a guess."""
        for clue in clues:
            found: dict[str, Enrolled] = {}
            for role in clue.roles:
                value = squashed(clue.value) if role in ("name", "made") else folded(clue.value)
                found |= {person.id: person for person in self._index.get((role, value), ()) if value}
            if len(found) > 1:
                return Match(None, doubt=f"the {clue.by} {clue.value!r} fits {', '.join(sorted(found))}")
            if found:
                return Match(next(iter(found.values())), by=clue.by)
        return Match(None)


def folded(text: str) -> str:
    """What two spellings of an identifier have in common: width, composition, case."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).strip().casefold())


def squashed(name: str) -> str:
    """A name without spaces, signs and case, as platforms make file names of it."""
    return "".join(character for character in folded(name) if character.isalnum())


def read_roster(path: Path) -> Roster:
    """The roster in a CSV file.  Raises RosterUnreadable and SheetUnreadable."""
    sheet = read_sheet(path)
    roster = roster_of(sheet)
    if roster is None:
        raise RosterUnreadable(
            f"{path} is no roster that is known: it needs nbgrader's column `id`, or the columns that Canvas "
            "(Student, ID, Section), Moodle (First name, Last name, Email address), Gradescope (Name, SID, Email) or "
            "GitHub Classroom (identifier, github_username) export"
        )
    counts = Counter(person.id for person in roster.people)
    if twice := sorted(name for name, count in counts.items() if count > 1):
        raise RosterUnreadable(f"{path} has several rows of {', '.join(twice[:5])}: a student has one row")
    return roster


def kind_of(header: Collection[str]) -> Kind | None:
    """The format of a sheet with these columns; None for none that is known."""
    fits = (kind for kind in KINDS if all(any(name in header for name in group) for group in kind.needs))
    return next(fits, None)


def roster_of(sheet: Sheet) -> Roster | None:
    """The people in a sheet; None where it is no roster.  Rows without an id, of points or notes, are nobody's."""
    kind = kind_of(sheet.header)
    if kind is None:
        return None
    columns = {index: kind.roles.get(name, _EXTRA.get(name)) for index, name in enumerate(sheet.header)}
    people, without_id = [], []
    for row in range(1, len(sheet.rows)):
        says = {role: value for index, role in columns.items() if role and (value := sheet.value(row, index))}
        if "moodle_id" in says:
            says["moodle_id"] = "".join(NUMBER.findall(says["moodle_id"])[-1:])  # of "Participant 123"
        id = next((says[role] for role in kind.id_from if says.get(role)), "")
        if id and not _is_points_row(kind, says):
            people.append(Enrolled(id, row, says))
        elif not id and says and not _is_points_row(kind, says):
            without_id.append(row)
    return Roster(kind.name, tuple(people), tuple(without_id))


def _is_points_row(kind: Kind, says: Mapping[str, str]) -> bool:
    """Whether it is one of Canvas's rows about columns, or its test student."""
    return kind.name == "canvas" and ("canvas_id" not in says or folded(says.get("name", "")) == TEST_STUDENT)
