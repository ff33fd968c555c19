"""Leak lint: nothing that a student receives holds a solution, a reference, a mistake or a hidden case."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import nbformat

from autograder.build.notebooks import starter_source
from autograder.build.release import release_files
from autograder.build.student_wheel import package_files
from autograder.chapter.chapter import Chapter
from autograder.chapter.solution_marks import ANY_MARK, solutions_in
from autograder.model.comments import squeezed
from autograder.model.texts import LANGUAGES

SHORTEST = 12  # a shorter line ("return dw, db") is common knowledge, not a leak
TELLING = 20  # and in the engine's own code a longer one ("for _ in range(200):") is


def find_leaks(chapter: Chapter) -> list[str]:
    """A sentence for every secret found in what the chapter releases, or in what its students install."""
    released = released_files(chapter)
    installed = {name: content.decode("utf-8") for name, content in package_files().items()}
    secrets = [(what, squeezed(secret)) for what, secret in _secrets(chapter)]
    telling = [(what, secret) for what, secret in secrets if len(secret) >= TELLING]
    marked = [f"{name} holds a solution marker" for name, text in released.items() if ANY_MARK.search(text)]
    return [f"{chapter.id} · {leak}" for leak in (*marked, *_held(released, secrets), *_held(installed, telling))]


def released_files(chapter: Chapter) -> dict[str, str]:
    """Name and text of everything that students receive for a chapter, sources as in Python rather than JSON."""
    files = {}
    for name, content in release_files(chapter).items():
        if name.endswith(".ipynb"):
            files[name] = "\n".join(cell.source for cell in nbformat.reads(content.decode("utf-8"), as_version=4).cells)
        else:
            files[name] = content.decode("utf-8").replace("\\n", "\n").replace('\\"', '"')
    return files


def _held(files: Mapping[str, str], secrets: Iterable[tuple[str, str]]) -> list[str]:
    packed = {name: squeezed(text) for name, text in files.items()}
    return [f"{name} holds {what}" for name, text in packed.items() for what, secret in secrets if secret in text]


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
    for exercise in chapter.exercises:
        for mistake in exercise.record.mistakes:
            secrets.append((f"the mistake {mistake.name!r} of {exercise.name!r}", f'"{mistake.name}"'))
            secrets += [(f"the hint of mistake {mistake.name!r}", hint) for hint in mistake.hint.values()]
    reference = Path(str(chapter.reference.__file__)).read_text(encoding="utf-8")
    body = re.sub(r'""".*?"""', "", reference, flags=re.DOTALL)
    secrets += [(f"a line of the reference: {line}", line) for line in _telling_lines(body) if "torch" in line]
    return secrets


def _telling_lines(block: str) -> list[str]:
    lines = [line.split("  #")[0].strip() for line in block.splitlines()]
    return [
        line
        for line in lines
        if len(squeezed(line)) >= SHORTEST and not line.startswith(("#", "def ", "class ", "import ", "from "))
    ]
