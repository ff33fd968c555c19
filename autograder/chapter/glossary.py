"""The words and symbols of a course: what its chapters say, and what is refused in its place."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.chapter.grading_cells import parse
from autograder.chapter.percent import ROLES, Cell
from autograder.chapter.symbols import Symbol, read_symbols
from autograder.model.errors import AuthoringError
from autograder.model.texts import LANGUAGES

FILE = "glossary.toml"
# The keys that an entry must have, and those that it may have.
TERM = (set(LANGUAGES), {"notes", *(f"not_{language}" for language in LANGUAGES)})
SYMBOL = ({"tex", "chapters", *LANGUAGES}, {"code", "shape", "not"})
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Refused:
    """A word, or a notation in TeX, that texts in `language` do not use: the course says `instead`."""

    word: str
    language: str
    instead: str

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds a word also in its plural and where part of it is **emphasized**; capitals count where it has any."""
        letters = r"\**".join(map(re.escape, self.word))
        edges = (r"(?<![a-z])", r"(?:e?s)?(?![a-z])") if self.word[0].isalnum() else ("", "")
        return re.compile(letters.join(edges), re.IGNORECASE if self.word.islower() else 0)


@dataclass(frozen=True)
class Glossary:
    """What a course refuses, and its symbols."""

    refused: tuple[Refused, ...] = ()
    symbols: tuple[Symbol, ...] = ()


def read_glossary(course: Path) -> Glossary:
    """The course's solutions/glossary.toml; an empty one where a course has no such file.

    Raises AuthoringError for a file that cannot be read or contradicts itself.
    """
    path = course / "solutions" / FILE
    if not path.exists():
        return Glossary()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise AuthoringError(f"{path}: cannot be read ({error})") from None
    terms, symbols = _entries(path, content, "terms", *TERM), _entries(path, content, "symbols", *SYMBOL)
    refused = tuple(
        Refused(word, language, entry.get("tex", entry[language]))
        for entry in (*terms, *symbols)
        for language in LANGUAGES
        for word in entry.get("not", entry.get(f"not_{language}", ()))
    )
    for one in refused:
        for word in (entry[one.language] for entry in terms):
            if one.pattern.search(word):
                raise AuthoringError(f"{path}: {one.word!r} is refused, but the course says {word!r}")
    return Glossary(refused, read_symbols(path, symbols, LANGUAGES))


def refuse_other_words(cells: Sequence[Cell], refused: Sequence[Refused]) -> None:
    """Raise AuthoringError that names every place at which a chapter says what its course does not say."""
    faults = [
        str(cell.fault(f'the course says "{one.instead}", not "{found[0]}" (solutions/{FILE})', at + found.start()))
        for cell in cells
        for language, text, at in _texts(cell)
        for one in refused
        if one.language == language
        for found in one.pattern.finditer(text)
    ]
    if faults:
        raise AuthoringError("\n".join(faults))


def _entries(path: Path, content: dict[str, Any], kind: str, must: set[str], may: set[str]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = content.get(kind, [])
    for entry in entries:
        wrong = sorted({*must} - {*entry}) + sorted({*entry} - must - may)
        if wrong:
            raise AuthoringError(
                f"{path}: {wrong[0]!r} is missing or unknown in {entry}: "
                f"an entry of {kind} has {', '.join(sorted(must))} and may have {', '.join(sorted(may))}"
            )
    return entries


def _texts(cell: Cell) -> Iterator[tuple[str, str, int]]:
    """The texts of a cell without the code in them: language, text, and where in the cell's source it begins.

    Those of a code cell are its strings line by line: docstrings, hints, titles; names in `drawn_by` are code.
    """
    if ROLES[cell.role]:
        yield cell.language, CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), cell.source), 0
        return
    starts = [0, *(line.end() for line in re.finditer("\n", cell.source))]
    nodes = list(ast.walk(parse(cell)))
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    names = {name for call in calls if ast.unparse(call.func) == "drawn_by" for name in call.args}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in names:
            language = "zh" if CHINESE.search(node.value) else "en"
            for number, line in enumerate(node.value.split("\n")):
                at = starts[min(node.lineno - cell.line + number, len(starts) - 1)]
                yield language, CODE.sub("", line), at
