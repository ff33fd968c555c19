"""Canvas's and Moodle's own CSV files come back with one column filled, and every other byte as it was."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from standings import ONE, OPEN, TITLES, blocked, marked, settled, unreadable

from autograder.model.roster import roster_of
from autograder.model.sheet import sheet_of
from autograder.report.exports.canvas import fill_canvas
from autograder.report.exports.moodle import fill_moodle, moodle_gradebook
from autograder.report.exports.rows import Filled, SheetUnfit
from autograder.report.standing import Person, Standing

NOBODY = Person()
CANVAS = (
    "\ufeffStudent,ID,SIS User ID,SIS Login ID,Section,Notes,ch01_regression (551),Essay (552),Final Score\r\n"
    ",,,,,,Manual Posting,,\r\n"
    '"    Points Possible",,,,,,4.00,"10.00",(read only)\r\n'
    '"Chen, Carol",12345,0042,carol,"A, B","=1+1 ""quoted""",,7,81.0\r\n'
    '"Miller, Dave",12346,0043,dave,A,,EX,,\r\n'
    '"李, 明",12347,0044,li,A,,1,,\r\n'
    "Eve,12348,0045,eve,A,,,\r\n"
    '"Student, Test",99,,3f5d9,A,,,,\r\n'
)
WORKSHEET = (
    'Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Grade can be changed",'
    '"Last modified (submission)","Last modified (grade)","Feedback comments"\n'
    '"Participant 123","Carol Chen",carol@example.org,"Submitted for grading - ",,4.00,Yes,"Monday, 1 March 2027",-,\n'
    '"Participant 124","Dave Miller",dave@example.org,"Submitted",,4.00,No,-,-,"<p>Well done</p>"\n'
    '"Participant 125","明 李",li@example.org,"Submitted",,4.00,Yes,-,-,"<p>See ""me"", please</p>"\n'
)


def canvas(text: str, *standings: Standing, column: str = "") -> Filled:
    return fill_canvas(sheet_of(text.encode(), "gradebook.csv"), standings, ONE, column)


def moodle(text: str, *standings: Standing, column: str = "") -> Filled:
    return fill_moodle(sheet_of(text.encode(), "worksheet.csv"), standings, TITLES, ONE, column)


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


# Canvas


def test_one_column_is_filled_and_every_other_byte_stays() -> None:
    filled = canvas(CANVAS, settled("carol"), settled("li", NOBODY), settled("0045", NOBODY))
    expected = (
        CANVAS.replace('quoted""",,7', 'quoted""",3.25,7').replace("li,A,,1,,", "li,A,,3.25,,")
        .replace("Eve,12348,0045,eve,A,,,\r\n", "Eve,12348,0045,eve,A,,3.25,\r\n")
    )  # fmt: skip
    assert filled.content == expected.encode()
    assert (filled.count, filled.notes) == (3, ())


def test_the_filled_gradebook_is_read_back() -> None:
    sheet = sheet_of(canvas(CANVAS, settled("carol")).content, "upload.csv")
    roster = roster_of(sheet)
    assert roster is not None
    assert [person.id for person in roster.people] == ["carol", "dave", "li", "eve"]
    column = sheet.header.index("ch01_regression (551)")
    assert {person.id: sheet.value(person.row, column) for person in roster.people} == {
        "carol": "3.25", "dave": "EX", "li": "1", "eve": "",
    }  # fmt: skip
    again = fill_canvas(sheet, [settled("carol")], ONE)
    assert again.content == canvas(CANVAS, settled("carol")).content


@pytest.mark.parametrize("kind", OPEN)
def test_an_open_score_stays_empty_and_is_named(kind: str) -> None:
    filled = canvas(CANVAS, OPEN[kind]("carol"), OPEN[kind]("li", NOBODY))
    assert filled.content == CANVAS.encode()
    assert filled.count == 0
    assert [note.partition(":")[0] for note in filled.notes] == ["carol", "li"]
    assert "the cell stays empty" in filled.notes[0]
    assert "the cell stays 1" in filled.notes[1]


def test_marks_and_penalties_of_the_gradebook_count() -> None:
    assert b'quoted""",3,7' in canvas(CANVAS, marked("carol")).content


@pytest.mark.parametrize(
    ("student", "person", "row"),
    [
        ("carol", NOBODY, "Chen, Carol"),  # SIS Login ID
        ("CAROL", NOBODY, "Chen, Carol"),
        ("0042", NOBODY, "Chen, Carol"),  # SIS User ID
        ("chencarol_12345", NOBODY, "Chen, Carol"),  # as `collect` calls her without a roster
        ("s1", Person("Carol", "Chen"), "Chen, Carol"),
        ("s1", Person("明", "李"), "李, 明"),
        ("s1", Person("x", "y", "eve@example.org"), None),
        ("12345", NOBODY, None),  # may be a number of the university's
        ("wrongname_12345", NOBODY, None),
        ("student, test", NOBODY, None),
    ],
)
def test_a_student_is_found_by_id_or_name_and_never_guessed(student: str, person: Person, row: str | None) -> None:
    filled = canvas(CANVAS, settled(student, person))
    changed = [
        after[0] for before, after in zip(cells(CANVAS.encode()), cells(filled.content), strict=True) if before != after
    ]
    assert changed == ([row] if row else [])
    if row is None:
        assert filled.notes == (f"1 not in the sheet, nothing was written: {student}",)


def test_canvas_own_number_is_one_where_no_other_numbers_are() -> None:
    text = CANVAS.replace("0042", "").replace("0043", "").replace("0044", "").replace("0045", "")
    assert b'quoted""",3.25,7' in canvas(text, settled("12345", NOBODY)).content


def test_two_students_for_one_row_are_both_named() -> None:
    twins = (settled("s1", Person("Carol", "Chen")), settled("s2", Person("Carol", "Chen")))
    filled = canvas(CANVAS, *twins)
    assert filled.content == CANVAS.encode()
    assert filled.notes == ("2 not in the sheet, nothing was written: s1, s2",)
    filled = canvas(CANVAS, settled("carol"), twins[0])  # an id is surer than a name
    assert b'quoted""",3.25,7' in filled.content
    assert filled.notes == ("1 not in the sheet, nothing was written: s1",)


def test_one_name_in_two_rows_is_a_doubt() -> None:
    text = CANVAS.replace('"Miller, Dave"', '"Chen, Carol"')
    filled = canvas(text, settled("s1", Person("Carol", "Chen")))
    assert filled.content == text.encode()
    assert "s1: the name 'Carol Chen' fits carol, dave" in filled.notes[0]


def test_excused_students_stay_excused() -> None:
    filled = canvas(CANVAS, settled("dave", NOBODY))
    assert filled.content == CANVAS.encode()
    assert filled.notes == ("dave: excused in Canvas; EX stays",)


def test_another_maximum_is_told() -> None:
    text = CANVAS.replace("4.00", "100")
    (note,) = canvas(text, settled("carol")).notes
    assert "is worth 100 points in Canvas, ch01_regression 4" in note


@pytest.mark.parametrize(
    ("header", "column", "sentence"),
    [
        ("Regression (551)", "", r"no column called 'ch01_regression'.*there are Regression \(551\), Essay \(552\)"),
        ("CH01 Regression (551)", "", None),
        ("Regression (551)", "regression", None),
        ("Regression (551)", "551", None),
        ("Regression (551)", "Regression (551)", None),
        ("Regression (551)", "Final Score", "no column called 'Final Score'"),
        ("Essay (551)", "Essay", "several columns"),
        ("Essay (551)", "Essay (551)", None),
    ],
)
def test_the_column_is_that_of_the_assignment_or_the_named_one(header: str, column: str, sentence: str | None) -> None:
    text = CANVAS.replace("ch01_regression (551)", header)
    if sentence is None:
        assert b'quoted""",3.25,7' in canvas(text, settled("carol"), column=column).content
    else:
        with pytest.raises(SheetUnfit, match=sentence):
            canvas(text, settled("carol"), column=column)


def test_a_read_only_column_is_not_filled() -> None:
    text = CANVAS.replace("4.00", "(read only)")
    with pytest.raises(SheetUnfit, match="read-only in Canvas"):
        canvas(text, settled("carol"))


def test_semicolons_and_decimal_commas_stay_what_they_are() -> None:
    text = "Student;ID;SIS Login ID;Section;ch01_regression (5)\n    Points Possible;;;;4,00\nChen, Carol;1;carol;A;\n"
    assert canvas(text, settled("carol")).content == text.replace("carol;A;", "carol;A;3,25").encode()


def test_names_in_two_columns_are_read() -> None:
    header = "LastName,FirstName,ID,SIS Login ID,Section,ch01_regression (5)"
    text = f"{header}\n    Points Possible,,,,,4\nChen,Carol,1,cc,A,\n"
    assert b"cc,A,3.25" in canvas(text, settled("s1")).content


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_marks_of_the_encoding_and_line_ends_stay(encoding: str, end: str) -> None:
    text = CANVAS.removeprefix("\ufeff").replace("\r\n", end)
    filled = fill_canvas(sheet_of(text.encode(encoding), "x.csv"), [settled("carol")], ONE)
    assert filled.content.decode(encoding) == text.replace('quoted""",,7', 'quoted""",3.25,7')
    assert filled.content[:2] == text.encode(encoding)[:2]


def test_another_file_is_refused() -> None:
    with pytest.raises(SheetUnfit, match=r"worksheet\.csv is not a gradebook of Canvas's.*its columns are Identifier"):
        fill_canvas(sheet_of(WORKSHEET.encode(), "worksheet.csv"), [settled()], ONE)


# Moodle


def test_the_grading_worksheet_gets_grades_and_feedback_and_keeps_every_other_cell() -> None:
    filled = moodle(
        WORKSHEET,
        settled("carol"),
        settled("dave", Person("", "", "dave@example.org")),
        marked("li@example.org", NOBODY),
    )
    before, after = cells(WORKSHEET.encode()), cells(filled.content)
    assert [row[4] for row in after[1:]] == ["3.25", "", "3"]
    assert filled.notes == ("dave: the grade is locked in Moodle; it stays",)
    assert after[1][9].startswith('<div class="autograder">')
    assert after[2] == before[2]
    assert after[3][9].startswith('<p>See "me", please</p><div class="autograder">')
    kept = [0, 1, 2, 3, 5, 6, 7, 8]
    assert [[row[index] for index in kept] for row in after] == [[row[index] for index in kept] for row in before]
    assert roster_of(sheet_of(filled.content, "x.csv")) is not None


def test_feedback_that_is_exported_again_takes_the_place_of_the_older() -> None:
    once = moodle(WORKSHEET, settled("li@example.org")).content
    twice = fill_moodle(sheet_of(once, "x.csv"), [marked("li@example.org")], TITLES, ONE).content
    (_, _, _, last) = cells(twice)
    assert last[9].count("autograder") == 1
    assert "See" in last[9]
    assert "Your teacher" in last[9]
    assert fill_moodle(sheet_of(twice, "x.csv"), [marked("li@example.org")], TITLES, ONE).content == twice


@pytest.mark.parametrize("kind", OPEN)
def test_an_open_grade_stays_empty_in_moodle_and_is_named(kind: str) -> None:
    filled = moodle(WORKSHEET, OPEN[kind]("carol"))
    assert [row[4] for row in cells(filled.content)[1:]] == ["", "", ""]
    assert filled.notes[0].startswith("carol: no score yet")
    gradebook = moodle_gradebook([OPEN[kind]("carol")], TITLES, ONE)
    assert cells(gradebook.content)[1][4] == ""
    assert gradebook.notes[0].startswith("carol: no score yet")


def test_participants_are_found_by_the_name_that_collect_gives_them() -> None:
    assert cells(moodle(WORKSHEET, settled("Carol Chen_123", NOBODY)).content)[1][4] == "3.25"


def test_decimal_commas_of_moodle_stay_so() -> None:
    filled = moodle(WORKSHEET.replace("4.00", '"4,00"'), settled("carol"))
    assert cells(filled.content)[1][4] == "3,25"


def test_a_gradebook_export_of_moodles_is_filled_by_the_name_of_its_item() -> None:
    text = (
        'First name,Last name,ID number,Email address,"Assignment: ch01_regression (Real)",'
        '"Assignment: ch01_regression (Feedback)","Course total (Real)"\nCarol,Chen,carol,c@example.org,-,,-\n'
    )
    after = cells(moodle(text, settled("carol")).content)
    assert after[1][4] == "3.25"
    assert after[1][5].startswith("<div")
    assert after[1][6] == "-"
    with pytest.raises(
        SheetUnfit, match=r"has no column of ch01_regression.*there are Assignment: Regression \(Real\)"
    ):
        moodle(text.replace("ch01_regression", "Regression"), settled("carol"))


def test_a_gradebook_to_import_is_read_back_and_runs_no_formula() -> None:
    evil = Person('=HYPERLINK("http://x")', "+1", "@x")
    standings: Sequence[Standing] = (settled("carol"), marked("-eve", evil))
    filled = moodle_gradebook(standings, TITLES, ONE)
    header, carol, eve = cells(filled.content)
    assert header[:4] == ["First name", "Last name", "ID number", "Email address"]
    assert carol[:5] == ["Carol", "Chen", "carol", "carol@example.org", "3.25"]
    assert [cell[0] for cell in eve[:4]] == ["'"] * 4
    assert all(not cell.startswith(("=", "+", "-", "@")) for row in (carol, eve) for cell in row)
    assert "<script>" not in eve[5]
    roster = roster_of(sheet_of(filled.content, "x.csv"))
    assert roster is not None
    assert roster.people[0].id == "carol"
    again = fill_moodle(sheet_of(filled.content, "x.csv"), standings[:1], TITLES, ONE)
    assert again.content == filled.content


def test_nobody_who_could_not_be_graded_has_a_number() -> None:
    for standing in (unreadable(), blocked()):
        assert b",0" not in moodle_gradebook([standing], TITLES, ONE).content.split(b"\r\n")[1].partition(b"<div")[0]
