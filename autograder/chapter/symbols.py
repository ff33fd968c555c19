"""The table of a course's symbols: one entry a symbol, of which each chapter shows those that it uses.

A text of a chapter says `{symbols}` where its table stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from autograder.chapter.percent import Cell
from autograder.model.errors import AuthoringError
from autograder.model.texts import Text, say

TABLE = "{symbols}"


@dataclass(frozen=True)
class Symbol:
    """What one symbol, or a few that go together, stands for in the chapters of these numbers.

    tex    as formulas have it, "w,\\ b".
    code   as code has it, "w, b"; "" where code has none.
    shape  "(N, D)"; "()" for a number, "" for what is no array.
    """

    tex: str
    code: str
    shape: str
    meaning: Text
    chapters: tuple[int, ...]

    @property
    def parts(self) -> tuple[str, ...]:
        """Its symbols one by one: "w" and "b"."""
        return tuple(part.strip(" \\") for part in re.split(r"[,;]\\? ", self.tex))

    def shown(self, language: str) -> str:
        """Its line of the table."""
        formula = "" if self.tex.replace("\\ ", " ") == self.code else f"${self.tex}$"
        names = ", ".join(filter(None, (self.code and f"`{self.code}`", formula)))
        return f"| {names} | {self.shape} | {self.meaning[language]} |"


def read_symbols(path: Path, entries: Iterable[dict[str, Any]], languages: Sequence[str]) -> tuple[Symbol, ...]:
    """The symbols of a glossary's entries.  Raises AuthoringError where one of them has two meanings."""
    symbols = tuple(
        Symbol(
            entry["tex"], entry.get("code", ""), entry.get("shape", ""),
            {language: entry[language] for language in languages}, tuple(entry["chapters"]),
        )
        for entry in entries
    )  # fmt: skip
    known: dict[str, Symbol] = {}
    for symbol in symbols:
        for part in symbol.parts:
            if part in known:
                first = languages[0]
                raise AuthoringError(
                    f"{path}: {part!r} means {known[part].meaning[first]!r} and {symbol.meaning[first]!r}: "
                    "give one of them another letter, or say both in one entry"
                )
            known[part] = symbol
    return symbols


def symbol_table(symbols: Iterable[Symbol], language: str) -> str:
    """The table in a language, as Markdown."""
    return "\n".join([say("notebook.symbols", language), "|---|---|---|", *(each.shown(language) for each in symbols)])


def with_symbols(cells: Iterable[Cell], symbols: Iterable[Symbol], chapter: int) -> tuple[Cell, ...]:
    """A chapter's cells with the table of its symbols in place of `{symbols}`.  Raises AuthoringError for no table."""
    own = [symbol for symbol in symbols if chapter in symbol.chapters]

    def filled(cell: Cell) -> Cell:
        if cell.role != "text" or TABLE not in cell.source:
            return cell
        if not own:
            raise cell.fault(
                f"{TABLE} stands for a table, and no symbol of the glossary is of this chapter: add its number to "
                "`chapters` of its symbols in solutions/glossary.toml"
            )
        return replace(cell, source=cell.source.replace(TABLE, symbol_table(own, cell.language)))

    return tuple(map(filled, cells))
