"""A CSV file that somebody else's program wrote: its cells, and the same file with a few of them filled in.

Every byte that is not asked to change stays: marks of the encoding, quotes, line ends, spaces.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.model.errors import UserError

MAX_MEGABYTES = 20  # a gradebook of 1,000 students and 100 columns has less than one
_DELIMITERS = ",;\t"  # Canvas writes semicolons where numbers have a decimal comma
_DECIMAL_COMMA = re.compile(r"-?\d+,\d+")


class SheetUnreadable(UserError):
    """A file is no CSV that can be read; the message says why and what to do."""


@dataclass(frozen=True)
class Cell:
    """What a cell holds, and where its text (with its quotes) stands in that of the file."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Sheet:
    """The cells of a CSV file row by row, with all that is needed to write it again."""

    name: str
    text: str
    encoding: str
    delimiter: str
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def header(self) -> list[str]:
        """The names of the columns, without spaces around them."""
        return [cell.text.strip() for cell in self.rows[0]]

    def value(self, row: int, column: int) -> str:
        """What stands there, without spaces around it; "" beyond the end of a short row."""
        cells = self.rows[row]
        return cells[column].text.strip() if column < len(cells) else ""

    def raw(self, row: int, column: int) -> str:
        """What stands there, with the spaces around it."""
        cells = self.rows[row]
        return cells[column].text if column < len(cells) else ""

    @property
    def has_decimal_commas(self) -> bool:
        """Whether its numbers are written 1,5."""
        if self.delimiter == ",":
            return False
        return any(_DECIMAL_COMMA.fullmatch(cell.text.strip()) for row in self.rows for cell in row)

    def filled(self, cells: Mapping[tuple[int, int], str]) -> bytes:
        """The file with other texts in the cells (row, column).  A row that is too short gets empty ones before it."""
        parts, position = [], 0
        for (row, column), text in sorted(cells.items()):
            before = self.rows[row]
            here = before[column] if column < len(before) else None
            start, end = (here.start, here.end) if here is not None else (before[-1].end, before[-1].end)
            padding = "" if here is not None else self.delimiter * (column - len(before) + 1)
            parts += [self.text[position:start], padding, self._quoted(text)]
            position = end
        return "".join([*parts, self.text[position:]]).encode(self.encoding)

    def _quoted(self, text: str) -> str:
        out = io.StringIO()
        csv.writer(out, delimiter=self.delimiter, lineterminator="").writerow([text])
        return out.getvalue() if text else ""


def read_sheet(path: Path) -> Sheet:
    """The CSV file at `path`.  Raises SheetUnreadable, and OSError where there is none."""
    if path.stat().st_size > MAX_MEGABYTES * 10**6:
        raise SheetUnreadable(f"{path} has more than {MAX_MEGABYTES} MB: it is no roster and no gradebook")
    return sheet_of(path.read_bytes(), str(path))


def sheet_of(content: bytes, name: str) -> Sheet:
    """The CSV file with this content; `name` is how sentences call it.  Raises SheetUnreadable."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    if content.startswith(b"PK\x03\x04"):
        raise SheetUnreadable(f"{name} is a workbook, not CSV: save it as CSV (UTF-8)")
    try:
        text = content.decode(_without_mark(encoding, content))
    except UnicodeDecodeError:
        raise SheetUnreadable(f"{name} is not UTF-8: download it again, or save it as CSV (UTF-8)") from None
    if "\0" in text:
        raise SheetUnreadable(f"{name} is no CSV file: it holds bytes that no text has")
    body = text.removeprefix("\ufeff")
    if not body.strip():
        raise SheetUnreadable(f"{name} is empty")
    delimiter = max(_DELIMITERS, key=lambda each: len(_first_row(text, each)))
    return Sheet(name, text, _without_mark(encoding, content), delimiter, tuple(_rows(text, delimiter, name)))


def _without_mark(encoding: str, content: bytes) -> str:
    """The codec that keeps a mark of the byte order as a character, so that it is written again."""
    if encoding == "utf-8":
        return encoding
    return "utf-16-le" if content.startswith(b"\xff\xfe") else "utf-16-be"


def _first_row(text: str, delimiter: str) -> tuple[Cell, ...]:
    try:
        return next(_rows(text, delimiter, ""))
    except SheetUnreadable:
        return ()


def _rows(text: str, delimiter: str, name: str) -> Iterator[tuple[Cell, ...]]:
    """Row by row; empty lines are none."""
    field = re.compile(
        rf'(?:"([^"]*(?:""[^"]*)*)"|([^"{delimiter}\r\n][^{delimiter}\r\n]*)?)({delimiter}|\r\n|\r|\n|\Z)'
    )
    position = 1 if text.startswith("\ufeff") else 0
    cells: list[Cell] = []
    while True:
        found = field.match(text, position)
        if found is None:
            line = text.count("\n", 0, position) + 1
            raise SheetUnreadable(f"{name}, line {line}: a quotation mark has no partner; download the file again")
        quoted, plain, end = found.groups()
        cells.append(Cell(quoted.replace('""', '"') if quoted is not None else plain or "", position, found.start(3)))
        position = found.end()
        if end == delimiter:
            continue
        if len(cells) > 1 or cells[0].end > cells[0].start:
            yield tuple(cells)
        cells = []
        if position >= len(text):
            return
