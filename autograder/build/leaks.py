"""Leak lint: nothing that a student receives holds a solution, a reference, a mistake or a hidden case.

Hints are received packed: what is packed holds no other secret, and nothing else holds a hint.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat

from autograder.build.notebooks import starter_source
from autograder.build.student_wheel import package_files
from autograder.chapter.chapter import Chapter
from autograder.chapter.solution_marks import ANY_MARK, solutions_in
from autograder.model.comments import squeezed
from autograder.model.public_cases import unpacked
from autograder.model.texts import LANGUAGES

SHORTEST = 12  # a shorter line ("return dw, db") is common knowledge, not a leak
WORD = re.compile(r"\w")  # the rule below the head of a table has none
TELLING = 20  # and in the engine's own code a longer one ("for _ in range(200):") is


def find_leaks(chapter: Chapter, files: Mapping[str, bytes]) -> list[str]:
    """A sentence for every secret found in a chapter's released files, by name, or in what its students install."""
    released = {name: _source_in(name, content.decode("utf-8")) for name, content in files.items()}
    packed = {
        f"what is packed in {name}": _as_in_python(json.dumps(unpacked(content.decode("utf-8")), ensure_ascii=False))
        for name, content in files.items()
        if name.endswith(".json")
    }
    installed = {name: content.decode("utf-8") for name, content in package_files().items()}
    secrets = _squeezed(_secrets(chapter))
    telling = [(what, secret) for what, secret in secrets if len(secret) >= TELLING]
    found = [
        f"{name} holds a solution marker" for name, text in {**released, **packed}.items() if ANY_MARK.search(text)
    ]
    found += _held(released, secrets + _squeezed(_hints(chapter)))
    found += _held(packed, secrets) + _held(installed, telling)
    return [f"{chapter.id} · {leak}" for leak in found]


def _source_in(name: str, text: str) -> str:
    """The text of a file that students receive, sources as in Python rather than JSON."""
    if name.endswith(".ipynb"):
        return "\n".join(cell.source for cell in nbformat.reads(text, as_version=4).cells)
    return _as_in_python(text)


def _as_in_python(text: str) -> str:
    return text.replace("\\n", "\n").replace('\\"', '"')


def _squeezed(secrets: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(what, squeezed(secret)) for what, secret in secrets]


def _held(files: Mapping[str, str], secrets: Iterable[tuple[str, str]]) -> list[str]:
    texts = {name: squeezed(text) for name, text in files.items()}
    return [f"{name} holds {what}" for name, text in texts.items() for what, secret in secrets if secret in text]


def _secrets(chapter: Chapter) -> list[tuple[str, str]]:
    secrets = []
    shown = {  # where a bug is to be found, by the place of the cell
        entry.answer.at: squeezed(starter_source(chapter, entry.answer, LANGUAGES[0]))
        for entry in chapter.exercises
        if entry.record.starter
    }
    for cell in chapter.cells:
        for line in (line for block in solutions_in(cell.source) for line in _telling_lines(block)):
            if squeezed(line) not in shown.get(cell.at, ""):
                secrets.append((f"a line of the solution of {cell.name!r}: {line}", line))
        if cell.role in ("why", "worked"):
            what = f"why the solution of {cell.name!r} is so" if cell.role == "why" else f"work on {cell.name!r}"
            secrets += [(f"{what}: {line}", line) for line in _telling_lines(cell.source)]
    for exercise in chapter.exercises:
        for mistake in exercise.record.mistakes:
            secrets.append((f"the mistake {mistake.name!r} of {exercise.name!r}", f'"{mistake.name}"'))
    reference = Path(str(chapter.reference.__file__)).read_text(encoding="utf-8")
    body = re.sub(r'""".*?"""', "", reference, flags=re.DOTALL)
    secrets += [(f"a line of the reference: {line}", line) for line in _telling_lines(body) if "torch" in line]
    return secrets


def _hints(chapter: Chapter) -> list[tuple[str, str]]:
    return [
        (f"the hint of mistake {mistake.name!r}", hint)
        for exercise in chapter.exercises
        for mistake in exercise.record.mistakes
        for hint in mistake.hint.values()
    ]


def _telling_lines(block: str) -> list[str]:
    lines = [line.split("  #")[0].strip() for line in block.splitlines()]
    return [
        line
        for line in lines
        if len(squeezed(line)) >= SHORTEST and WORD.search(line)
        if not line.startswith(("#", "def ", "class ", "import ", "from "))
    ]
