"""The py:percent file format: a Python file cut into cells by lines that start with `# %%`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.model.errors import AuthoringError
from autograder.model.exercise import NAME
from autograder.model.texts import LANGUAGES

MARKER = re.compile(r"^# %%(?: |$)")
OPTION = re.compile(r'\s*(?:\[(?P<type>\w+)\]|(?P<key>\w+)="(?P<value>[^"]*)"|(?P<flag>\w+))')

# What each role is, and whether its cell is markdown.  A role that is not here never reaches a student.
ROLES = {
    "text": True,  # lesson text, one cell a language
    "setup": False,  # imports and data: released locked, run first by the grader
    "answer": False,  # the solution; its starter is derived
    "grading": False,  # the exercise's record; never released
    "prelude": False,  # imports and helpers of the grading cells; never released
    "demo": False,  # plots and training runs; released, never needed for a grade
    "own_data": False,  # data made of a number that is each student's own; released locked
    "worked": False,  # code whose figures a model answer speaks of; in the hand-out of solutions alone
    "written": True,  # a question answered in words, marked by a person
    "why": True,  # in one to three lines, why a solution is as it is; in the hand-out of solutions alone
    "docstring": True,  # a function's, a class's or a method's docstring in another language
}
FLAGS = ("extra",)
METHOD = re.compile(rf"{NAME.pattern}(\.{NAME.pattern})?")  # a docstring may be a method's, "KMeans.fit"


@dataclass(frozen=True)
class Cell:
    """A cell of a chapter's source.

    `line` is the first line of `source` in the file (from 1), `options` what its marker says.
    """

    role: str
    name: str
    language: str
    source: str
    path: Path
    line: int
    options: Mapping[str, str]

    @property
    def extra(self) -> bool:
        """True for bonus content, which an instructor can leave out."""
        return "extra" in self.options

    @property
    def at(self) -> str:
        """Where the cell stands, for messages: "ch01_regression/03_linear_loss.py:12"."""
        return f"{where(self.path)}:{self.line}"

    def fault(self, message: str, position: int = 0) -> AuthoringError:
        """An error that names this cell's file and line, that of the character at `position` of its source."""
        line = self.line + self.source.count("\n", 0, position)
        return AuthoringError(f"{where(self.path)}:{line}: {message}")


def where(path: Path) -> str:
    """A file of a chapter, for messages: "ch01_regression/03_linear_loss.py"."""
    return f"{path.parent.name}/{path.name}"


def read_cells(path: Path) -> list[Cell]:
    """The cells of a py:percent file.  Raises AuthoringError with file and line for an unknown role or option."""
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise AuthoringError(f"{path}: cannot be read ({error})") from None
    starts = [number for number, line in enumerate(lines) if MARKER.match(line)]
    for number, line in enumerate(lines[: starts[0] if starts else len(lines)]):
        if line.strip() and not line.startswith("#"):
            raise AuthoringError(f"{where(path)}:{number + 1}: code before the first `# %%` cell")
    ends = [*starts[1:], len(lines)][: len(starts)]
    return [_read_cell(path, lines, start, end) for start, end in zip(starts, ends, strict=True)]


def _read_cell(path: Path, lines: list[str], start: int, end: int) -> Cell:
    at = f"{where(path)}:{start + 1}"
    markdown, options = _read_marker(lines[start][4:], at)
    body = lines[start + 1 : end]
    first = start + 2
    while body and not body[0].strip():
        body, first = body[1:], first + 1
    while body and not body[-1].strip():
        body = body[:-1]
    if markdown:
        body = [_uncomment(line, f"{where(path)}:{first + number}") for number, line in enumerate(body)]
    roles = [key for key in options if key in ROLES]
    unknown = [key for key in options if key not in (*ROLES, *FLAGS, "lang", "of", "points")]
    if unknown:
        raise AuthoringError(f"{at}: unknown cell role or option {unknown[0]!r}; known roles: {', '.join(ROLES)}")
    if len(roles) > 1:
        raise AuthoringError(f"{at}: a cell has one role, not {' and '.join(roles)}")
    role = roles[0] if roles else ("text" if markdown else "")
    if not role:
        raise AuthoringError(f"{at}: a code cell needs a role; known roles: {', '.join(ROLES)}")
    if ROLES[role] != markdown:
        raise AuthoringError(f"{at}: a cell of role {role!r} {'is' if ROLES[role] else 'is not'} [markdown]")
    name = options.get(role, "")
    names = METHOD if role == "docstring" else NAME
    if role not in ("text", "setup", "prelude") and not names.fullmatch(name):
        raise AuthoringError(f'{at}: a cell of role {role!r} needs a name, as in {role}="linear_loss"')
    language = options.get("lang", "")
    if language not in ("", *LANGUAGES) or (markdown and not language):
        raise AuthoringError(f"{at}: this cell needs lang= one of {', '.join(LANGUAGES)}")
    if "of" in options and language in ("", LANGUAGES[0]):
        raise AuthoringError(f"{at}: of= is the hash of what was translated, so it belongs to a translation")
    return Cell(role, name, language, "\n".join(body), path, first, options)


def _read_marker(text: str, at: str) -> tuple[bool, dict[str, str]]:
    """Options of a marker line: ` [markdown] written="why" points="2" lang="en" extra`."""
    options: dict[str, str] = {}
    markdown, position = False, 0
    text = text.rstrip()
    while position < len(text):
        match = OPTION.match(text, position)
        if not match:
            raise AuthoringError(f"{at}: the cell marker cannot be read from {text[position:].strip()!r} on")
        if match["type"]:
            if match["type"] != "markdown":
                raise AuthoringError(f"{at}: unknown cell type [{match['type']}]")
            markdown = True
        else:
            options[match["key"] or match["flag"]] = match["value"] or ""
        position = match.end()
    return markdown, options


def _uncomment(line: str, at: str) -> str:
    if not line.strip():
        return ""
    if not line.startswith("#"):
        raise AuthoringError(f"{at}: a line of a [markdown] cell does not start with '#'")
    return line[2:] if line.startswith("# ") else line[1:]
