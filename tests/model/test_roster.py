"""Who is in a class, whichever program wrote the list, and who of them a clue fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.model.roster import Clue, RosterUnreadable, read_roster, roster_of
from autograder.model.sheet import sheet_of

PEOPLE = "id,first_name,last_name,email,alias\n1,Wei,Wang,w@x.org,\n2,小明,王,,mingming\n3,Ana,Díaz López,Ana@X.org,\n"


@pytest.mark.parametrize(
    ("text", "kind", "ids", "names"),
    [
        (PEOPLE, "nbgrader", ["1", "2", "3"], ["Wei Wang", "小明 王", "Ana Díaz López"]),
        ("id\nann\nbob\n", "nbgrader", ["ann", "bob"], ["", ""]),
        (
            "Student,ID,SIS Login ID,Section,x (1)\n    Points Possible,,,,3\n\"Chen, Carol\",7,,A,\n",
            "canvas", ["7"], ["Chen, Carol"],
        ),
        ("First name,Surname,Email address\nCarol,Chen,c@x.org\n", "moodle", ["c@x.org"], ["Carol Chen"]),
        ("identifier,github_username,github_id,name\nc1,carol,9,Carol Chen\n", "classroom", ["c1"], ["Carol Chen"]),
        ("First Name,Last Name,SID,Email,Role\nCarol,Chen,42,c@x.org,Student\n", "gradescope", ["42"], ["Carol Chen"]),
        ("Name,SID,Email\nCarol Chen,,c@x.org\n", "gradescope", ["c@x.org"], ["Carol Chen"]),
    ],
)  # fmt: skip
def test_rosters_of_every_kind_are_read(text: str, kind: str, ids: list[str], names: list[str]) -> None:
    roster = roster_of(sheet_of(text.encode(), "roster.csv"))
    assert roster is not None
    assert (roster.kind, [person.id for person in roster.people]) == (kind, ids)
    assert [person.name for person in roster.people] == names


@pytest.mark.parametrize(
    ("roles", "value", "found"),
    [
        (("id",), "1", "1"), (("id",), "4", None), (("email",), "ANA@x.org", "3"), (("name",), "Wang, Wei", "1"),
        (("name",), "wangwei", "1"), (("name",), "王小明", "2"), (("name",), "小明王", "2"),
        (("alias",), "MingMing", "2"), (("name",), "Ana Díaz-López", "3"),
        (("name",), "Ana Di\u0301az Lo\u0301pez", "3"), (("name",), "Ana", None),
        (("id",), "", None), (("name",), "?!", None), (("canvas_id",), "1", None),
    ],
)  # fmt: skip
def test_a_clue_fits_whatever_way_it_is_written(roles: tuple[str, ...], value: str, found: str | None) -> None:
    roster = roster_of(sheet_of(PEOPLE.encode(), "roster.csv"))
    assert roster is not None
    match = roster.match([Clue(roles, value, "clue")])
    assert (match.person and match.person.id) == found
    assert match.by == ("clue" if found else "")


def test_the_first_clue_that_fits_decides_and_a_doubt_ends_it() -> None:
    roster = roster_of(sheet_of((PEOPLE + "4,Wei,Wang,,\n").encode(), "roster.csv"))
    assert roster is not None
    by_id, by_name = Clue(("id",), "4", "id"), Clue(("name",), "Wei Wang", "name")
    match = roster.match([by_id, by_name])
    assert match.person is not None
    assert match.person.id == "4"
    match = roster.match([by_name, by_id])
    assert match.person is None
    assert match.doubt == "the name 'Wei Wang' fits 1, 4"


def test_a_roster_of_no_known_kind_or_with_a_student_twice_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RosterUnreadable, match="needs nbgrader's column `id`"):
        read_roster(tmp_path / "x.csv")
    (tmp_path / "x.csv").write_text("id\nann\nann\n")
    with pytest.raises(RosterUnreadable, match="several rows of ann"):
        read_roster(tmp_path / "x.csv")
