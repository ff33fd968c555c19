"""Whether a translation says what its original says: it carries a hash of the original as it was when compared."""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.chapter.grading_cells import parse
from autograder.chapter.percent import MARKER, Cell
from autograder.chapter.sections import read_sections
from autograder.model.files import write_atomic
from autograder.model.texts import LANGUAGES

DIGITS = 4  # one change in 65,536 is missed


@dataclass(frozen=True)
class Twin:
    """A translation and the hash of its original as it is now."""

    translation: Cell
    digest: str

    @property
    def apart(self) -> bool:
        """True when the original has changed since the two were compared, or they never were."""
        return self.translation.options.get("of", "") != self.digest

    @property
    def sentence(self) -> str:
        """What is to be done about a pair that is apart."""
        cell, chapter = self.translation, self.translation.path.parent.name
        what = "its English has changed since it was translated" if "of" in cell.options else "it is a new translation"
        return f"{cell.at}: {what}: compare the two, then run `autograder build --translated {chapter}`"


def twins_apart(folder: Path) -> list[Twin]:
    """The pairs of a chapter of which the original was changed alone."""
    return [twin for twin in _twins(read_sections(folder)) if twin.apart]


def mark_translated(folder: Path) -> list[Twin]:
    """Note in every translation of a chapter that it says what its original says now; returns those that were apart."""
    marked = twins_apart(folder)
    for twin in marked:
        path = twin.translation.path
        lines = path.read_text(encoding="utf-8").split("\n")
        number = next(n for n in range(twin.translation.line - 2, -1, -1) if MARKER.match(lines[n]))
        language = f'lang="{twin.translation.language}"'
        unmarked = re.sub(r' of="[^"]*"', "", lines[number])
        lines[number] = unmarked.replace(language, f'{language} of="{twin.digest}"')
        write_atomic(path, "\n".join(lines))
    return marked


def _twins(cells: Sequence[Cell]) -> list[Twin]:
    """Every translation of a chapter that is right so far: the same cells in the same order in every language."""
    found = []
    docstrings = _docstrings(cells)
    originals = [cell for cell in cells if cell.language == LANGUAGES[0] and cell.role != "docstring"]
    for language in LANGUAGES[1:]:
        waiting = iter(originals)
        for cell in cells:
            if cell.language != language:
                continue
            if cell.role != "docstring":
                found.append(Twin(cell, _digest(next(waiting).source)))
            elif cell.name in docstrings:
                found.append(Twin(cell, _digest(docstrings[cell.name])))
            else:
                raise cell.fault(f"nothing called {cell.name!r} has a docstring to translate")
    return found


def _docstrings(cells: Sequence[Cell]) -> dict[str, str]:
    """The docstrings that students receive, by function or class, those of methods by "KMeans.fit"."""
    found: dict[str, str] = {}

    def collect(nodes: Sequence[ast.stmt], prefix: str) -> None:
        for node in nodes:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                found[prefix + node.name] = ast.get_docstring(node) or ""
            if isinstance(node, ast.ClassDef):
                collect(node.body, f"{node.name}.")

    for cell in cells:
        if cell.role == "answer":
            collect(parse(cell).body, "")
    return {name: docstring for name, docstring in found.items() if docstring}


def _digest(text: str) -> str:
    """A short hash of a text, in which line breaks do not count."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:DIGITS]
