"""At which line of its file an answer stands: an annotation of a file has a line, and a notebook's file is JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from json.decoder import scanstring  # type: ignore[attr-defined]  # no stub knows it; the module documents it

from autograder.grading.notebook import text_of
from autograder.judge.unrun import defines

_SPACE = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def lines_of_answers(content: bytes, names: Iterable[str]) -> dict[str, int]:
    """The line, from 1, of each of these answers: where its function begins, else its cell's source.

    Answers are found by grade_id, the last of several, else by what a cell defines.  One that is not there, and every
    one of a file that is not JSON as notebooks are, is left out.
    """
    try:
        text = content.decode("utf-8-sig")
        cells = list(_cells(text))
    except (ValueError, RecursionError, LookupError, TypeError, AttributeError):
        return {}
    found: dict[str, int] = {}
    line, at = 1, 0
    for name, place in sorted(_places(cells, tuple(names)).items(), key=lambda item: item[1]):
        line, at = line + text.count("\n", at, place), place
        found[name] = line
    return found


def _places(cells: list[_Cell], names: tuple[str, ...]) -> dict[str, int]:
    """The offset of each answer in the text of the file."""
    places = {}
    for name in names:
        own = [cell for cell in cells if cell.grade_id == name] or [cell for cell in cells if defines(cell.text, name)]
        if own:
            places[name] = own[-1].place_of(name)
    return places


class _Cell:
    """A cell of the file: what it is called, and its lines of text with their offsets."""

    def __init__(self, grade_id: object, lines: list[tuple[int, str]], at: int) -> None:
        self.grade_id, self._lines, self._at = grade_id, lines, at
        self.text = "".join(line for _, line in lines)

    def place_of(self, name: str) -> int:
        """Where the definition of `name` begins, else the first line of the source."""
        own = (at for at, line in self._lines if defines(line, name))
        return next(own, self._lines[0][0] if self._lines else self._at)


def _cells(text: str) -> Iterator[_Cell]:
    for key, at in _members(text, 0):
        if key == "cells":
            for start in _elements(text, at):
                yield _cell(text, start)


def _cell(text: str, at: int) -> _Cell:
    cell, _ = _DECODER.raw_decode(text, at)
    grade_id = cell.get("metadata", {}).get("nbgrader", {}).get("grade_id")
    source = next((place for key, place in _members(text, at) if key == "source"), None)
    if source is None:
        return _Cell(grade_id, [], at)
    starts = _elements(text, source) if text[source] == "[" else [source]
    return _Cell(grade_id, [(start, text_of(_DECODER.raw_decode(text, start)[0])) for start in starts], at)


# --- JSON with places: the decoder of json does the reading ----------------------------------------------------------


def _members(text: str, at: int) -> Iterator[tuple[str, int]]:
    """Key and offset of the value of each member of the object at `at`.  Raises ValueError."""
    at = _past(text, _beyond(text, at), "{")
    while text[at] != "}":
        key, at = scanstring(text, _past_quote(text, at))
        at = _past(text, _beyond(text, at), ":")
        yield key, at
        at = _after(text, at)


def _elements(text: str, at: int) -> Iterator[int]:
    """The offset of each element of the array at `at`.  Raises ValueError."""
    at = _past(text, at, "[")
    while text[at] != "]":
        yield at
        at = _after(text, at)


def _after(text: str, at: int) -> int:
    """Past the value at `at` and a comma behind it."""
    at = _beyond(text, _DECODER.raw_decode(text, at)[1])
    return _past(text, at, ",") if text[at] == "," else at


def _past(text: str, at: int, sign: str) -> int:
    if text[at] != sign:
        raise ValueError(f"expected {sign} at {at}")
    return _beyond(text, at + 1)


def _past_quote(text: str, at: int) -> int:
    if text[at] != '"':
        raise ValueError(f"expected a key at {at}")
    return at + 1


def _beyond(text: str, at: int) -> int:
    """Past white space."""
    space = _SPACE.match(text, at)
    return space.end() if space else at
