"""The student's own answer beside what is said of it: lines of code in a few colours, the one that raised marked."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from markupsafe import Markup, escape

from autograder.model.verdict import AnswerCell, ExerciseVerdict, Note

# A class of 500 has 12,500 answers.  Pygments takes 15 s for them, which is more than all else that is
# written; four colours need one expression.
_TOKEN = re.compile(
    r"""
    (?P<c>\#[^\n]*)
    |(?P<s>[bBfFrRuU]{0,2}(?:
        \"{3}(?:\\.|[^\\])*?(?:\"{3}|\Z) | '{3}(?:\\.|[^\\])*?(?:'{3}|\Z) | "(?:\\.|[^"\\\n])*"? | '(?:\\.|[^'\\\n])*'?
    ))
    |(?P<n>\b\d[\w.]*)
    |(?P<k>[^\W\d]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")  # the last turn the order of what is read
_LINES = ("at_line_of_cell", "at_source_line", "at_line_in_cell", "at_line")  # parts of sentences that name a line


@dataclass(frozen=True)
class Line:
    """A line of an answer as HTML; `raised` where it is known that an error arose in it."""

    html: Markup
    raised: bool = False


@dataclass(frozen=True)
class ShownCell:
    """A cell of the answer with the lines of it, from 1, at which errors arose."""

    cell: AnswerCell
    raised: frozenset[int] = frozenset()

    @cached_property
    def text(self) -> str:
        """Its source with nothing in it that a page or a terminal would not show."""
        return _CONTROL.sub("\ufffd", self.cell.source.replace("\r\n", "\n").replace("\r", "\n")).rstrip()

    @cached_property
    def lines(self) -> list[Line]:
        """Its lines, in colour where it is code."""
        lines = self.text.split("\n")
        coloured = map(escape, lines) if self.cell.words else _coloured(self.text)
        return [Line(html, number in self.raised) for number, html in enumerate(coloured, start=1)]

    @property
    def fenced(self) -> str:
        """The same as a block of Markdown, whatever backticks are in it."""
        longest = max((len(run) for run in re.findall("`+", self.text)), default=0)
        fence = "`" * max(3, longest + 1)
        return f"{fence}{'' if self.cell.words else 'python'}\n{self.text}\n{fence}"


def shown_cells(verdict: ExerciseVerdict, notes: Iterable[Note]) -> list[ShownCell]:
    """The cells of an answer; findings are about the last of them, notes about the cell that they name."""
    cells = verdict.answer or ()
    said = {cell.number: set(_lines_named(note.values)) for cell in cells for note in notes if _is_about(note, cell)}
    if cells:
        of_findings = {line for finding in verdict.findings for line in _lines_named(finding.values)}
        said.setdefault(cells[-1].number, set()).update(of_findings)
    return [ShownCell(cell, frozenset(said.get(cell.number, ()))) for cell in cells]


def _is_about(note: Note, cell: AnswerCell) -> bool:
    return note.values.get("cell") == str(cell.number)


def _lines_named(value: Any) -> Iterator[int]:
    """The lines of a cell that the values of a sentence name."""
    if isinstance(value, Mapping):
        if value.get("code") in _LINES and isinstance(line := value["values"].get("line"), int):
            yield line
        value = list(value.values())
    if isinstance(value, Sequence) and not isinstance(value, str):
        for each in value:
            yield from _lines_named(each)


def _coloured(text: str) -> list[Markup]:
    """The lines of Python code: comments, strings, numbers and keywords each in a span of its class."""
    lines: list[list[str]] = [[]]

    def add(piece: str, kind: str) -> None:
        for number, part in enumerate(piece.split("\n")):
            if number:
                lines.append([])
            if part:
                said = escape(part)
                lines[-1].append(f'<span class="{kind}">{said}</span>' if kind else said)

    end = 0
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or ""
        add(text[end : token.start()], "")
        add(token[0], "" if kind == "k" and token[0] not in keyword.kwlist else kind)
        end = token.end()
    add(text[end:], "")
    return [Markup("".join(line)) for line in lines]
