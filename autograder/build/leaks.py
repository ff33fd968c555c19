"""Leak lint: nothing that a student receives holds a solution, a reference, a mistake or a hidden case."""

from __future__ import annotations

import re
from pathlib import Path

from autograder.build.release import release_files
from autograder.chapter.chapter import Chapter
from autograder.chapter.solution_marks import ANY_MARK, solutions_in
from autograder.model.comments import squeezed
from autograder.model.notebook import read_notebook

SHORTEST = 12  # a shorter line ("return dw, db") is common knowledge, not a leak


def find_leaks(chapter: Chapter) -> list[str]:
    """A sentence for every secret found in what the chapter releases."""
    released = released_files(chapter)
    leaks = []
    for name, text in released.items():
        if ANY_MARK.search(text):
            leaks.append(f"{chapter.id} · {name} holds a solution marker")
        packed = squeezed(text)
        leaks += [
            f"{chapter.id} · {name} holds {what}" for what, secret in _secrets(chapter) if squeezed(secret) in packed
        ]
    return leaks


def released_files(chapter: Chapter) -> dict[str, str]:
    """Name and text of everything that students receive for a chapter, sources as in Python rather than JSON."""
    files = {}
    for name, content in release_files(chapter).items():
        if name.endswith(".ipynb"):
            files[name] = "\n".join(cell.source for cell in read_notebook(content).cells)
        else:
            files[name] = content.decode("utf-8").replace("\\n", "\n").replace('\\"', '"')
    return files


def _secrets(chapter: Chapter) -> list[tuple[str, str]]:
    secrets = []
    for cell in chapter.cells:
        for block in solutions_in(cell.source):
            secrets += [(f"a line of the solution of {cell.name!r}: {line}", line) for line in _telling_lines(block)]
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
