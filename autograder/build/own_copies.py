"""Notebooks for each student: the one that is everybody's, with other numbers in its cells of own data."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from autograder.build.notebooks import to_bytes
from autograder.build.student_wheel import remove_older_wheels
from autograder.model.files import write_atomic
from autograder.model.own_data import CELL, COMMON, NAME, ROLE, number_of, with_number

_HOLE = 2**32  # and the numbers after it: nobody's, each stands where a student's is put


@dataclass(frozen=True)
class _Cell:
    """A cell of own data as a template has it, and the texts in there for which a student's are put."""

    node: NotebookNode
    setting: str
    checksum: str


@dataclass(frozen=True)
class OwnCopies:
    """A released notebook, ready to be written for many: nothing is parsed or built for a student."""

    key: str
    assignment: str
    language: str
    pieces: tuple[str, ...]
    cells: tuple[_Cell, ...]

    def of(self, student: str) -> bytes:
        """The student's notebook as file content; the same student always gets the same."""
        put: dict[str, str] = {}
        for cell in self.cells:
            exercise = cell.node.metadata.nbgrader.grade_id.removeprefix(CELL)
            number = number_of(self.key, self.assignment, exercise, student)
            own = copy.copy(cell.node)
            own.source = with_number(cell.node.source, number, self.language)
            put |= {cell.setting: _setting(number), cell.checksum: _checksum(own)}
        return "".join(put.get(piece, piece) for piece in self.pieces).encode("utf-8")


def own_copies(content: bytes, key: str) -> OwnCopies | None:
    """What gives each student's copy of a released notebook; None for one without own data.  `key` is the bank's."""
    notebook = nbformat.reads(content.decode("utf-8"), as_version=4)
    about = notebook.metadata.get("autograder", {})
    language = str(about.get("language", ""))
    cells = []
    for number, node in enumerate(_own_cells(notebook), start=_HOLE):
        node.source = with_number(node.source, number, language)
        if _setting(number) in node.source:
            node.metadata.nbgrader.checksum = _checksum(node)
            cells.append(_Cell(node, _setting(number), node.metadata.nbgrader.checksum))
    if not cells:
        return None
    texts = [text for cell in cells for text in (cell.setting, cell.checksum)]
    pieces = re.split(f"({'|'.join(texts)})", to_bytes(notebook).decode("utf-8"))
    return OwnCopies(key, str(about.get("assignment", "")), language, tuple(pieces), tuple(cells))


def write_own_copies(
    files: Mapping[str, bytes], copies: Mapping[str, OwnCopies], students: Iterable[str], out: Path
) -> Iterator[int]:
    """Write what students receive into a folder each, `out`/<student>/; yields how many files of a student changed.

    `files` are the common ones by path, `copies` what takes a notebook's place.
    """
    for student in students:
        changed = 0
        for name, content in files.items():
            own, path = copies[name].of(student) if name in copies else content, out / student / name
            if not (path.is_file() and path.read_bytes() == own):
                write_atomic(path, own, lasting=False)  # it can be made again, and a class has ten thousand of them
                changed += 1
            if name.endswith(".whl"):
                remove_older_wheels(path)
        yield changed


def set_numbers(notebook: NotebookNode, numbers: Mapping[str, int]) -> None:
    """Put a student's numbers, by grade_id, into a released notebook's cells of own data, in place."""
    language = str(notebook.metadata.get("autograder", {}).get("language", ""))
    for cell in _own_cells(notebook):
        number = numbers.get(cell.metadata.nbgrader.grade_id, COMMON)
        if number != COMMON:
            cell.source = with_number(cell.source, number, language)
            cell.metadata.nbgrader.checksum = _checksum(cell)


def _own_cells(notebook: NotebookNode) -> Iterator[NotebookNode]:
    return (cell for cell in notebook.cells if cell.metadata.get("autograder", {}).get("role") == ROLE)


def _setting(number: int) -> str:
    return f"{NAME} = {number}  "


def _checksum(cell: NotebookNode) -> str:
    """nbgrader's, by which it knows a locked cell that was changed."""
    from nbgrader.utils import compute_checksum

    return str(compute_checksum(cell))
