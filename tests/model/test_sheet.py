"""A CSV file of somebody else's: what it holds, and what stays when a cell is filled."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.model import sheet
from autograder.model.sheet import SheetUnreadable, read_sheet, sheet_of


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
        ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
        ('a,"b, ""c"""\n"x\ny",\n', [["a", 'b, "c"'], ["x\ny", ""]]),
        ("a;b\n1,5;2\n", [["a", "b"], ["1,5", "2"]]),
        ("a\tb\n\n1\t2\n\n", [["a", "b"], ["1", "2"]]),
        ("\ufeffa,b\n", [["a", "b"]]),
        ("a\n1\n", [["a"], ["1"]]),
        (",\n", [["", ""]]),
    ],
)
def test_cells_are_read_as_csv_does(text: str, rows: list[list[str]]) -> None:
    assert [[cell.text for cell in row] for row in sheet_of(text.encode(), "x.csv").rows] == rows


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n\ufeff"), max_size=8)


@settings(deadline=None)  # a busy machine is slow
@given(st.lists(st.lists(CELL, min_size=2, max_size=4), min_size=1, max_size=4), CELL, st.data())
def test_a_filled_cell_is_read_back_and_the_others_with_it(
    rows: list[list[str]], new: str, data: st.DataObject
) -> None:
    """Below a head, by which the separator is known: a line of nothing but separators is read one way or another."""
    rows = [["Student", "ID"], *rows]
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    row = data.draw(st.integers(1, len(rows) - 1))
    column = data.draw(st.integers(0, len(rows[row])))
    read = sheet_of(out.getvalue().encode(), "x.csv")
    assert [[cell.text for cell in cells] for cells in read.rows] == rows
    assert read.filled({}) == out.getvalue().encode()
    expected = [[*cells] for cells in rows]
    expected[row][column:] = [new, *rows[row][column + 1 :]]
    again = sheet_of(read.filled({(row, column): new}), "x.csv")
    assert [[cell.text for cell in cells] for cells in again.rows] == expected


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "x.csv is empty"),
        (b"\xef\xbb\xbf \n", "x.csv is empty"),
        ("Müller".encode("latin-1"), "x.csv is not UTF-8"),
        ("王".encode("gbk"), "x.csv is not UTF-8"),
        (b"PK\x03\x04...", "is a workbook, not CSV"),
        (b"a,b\x00", "is no CSV file"),
        (b'a,b\n1,"2\n3,4\n', "x.csv, line 2: a quotation mark has no partner"),
        (b'a,b\n"x"y,2\n', "x.csv, line 2: a quotation mark"),
    ],
)
def test_what_is_no_csv_is_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(SheetUnreadable, match=sentence):
        sheet_of(content, "x.csv")


def test_a_file_that_is_too_big_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_MEGABYTES", 0)
    (tmp_path / "x.csv").write_text("id\n")
    with pytest.raises(SheetUnreadable, match="no roster and no gradebook"):
        read_sheet(tmp_path / "x.csv")
