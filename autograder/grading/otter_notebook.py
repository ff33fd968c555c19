"""A notebook that Otter's tests belong to: where each runs among the student's cells, and what a person marks.

Otter runs a test where the notebook asks for it, `grader.check("q1")`, and at the end where it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from autograder.grading.notebook import Notebook, RawCell
from autograder.grading.notebook_cells import StudentCell
from autograder.model.course_tests import BankedTest

_IGNORED = "otter_ignore"  # Otter's tag of cells that do not run
_ANSWER = "otter_answer_cell"  # that of cells in which Otter Assign expects an answer
_BEGIN, _END = "<!-- BEGIN QUESTION -->", "<!-- END QUESTION -->"
_POINTS = re.compile(r"^_Points:_ (\d+(?:\.\d+)?)\s*$", re.MULTILINE)
_CHECK = re.compile(r"\.check\(\s*(?:question\s*=\s*)?(['\"])([^'\"\n]+)\1")  # in students' text: nothing is parsed
_TITLE = re.compile(r"^[\s#*]*([^\n*<:]{1,40})", re.MULTILINE)


@dataclass(frozen=True)
class MarkedQuestion:
    """A question that a person marks: what it is called, and its points, 0 where the notebook does not say."""

    name: str
    points: float


def cells_with_tests(cells: Sequence[RawCell], tests: Sequence[BankedTest]) -> tuple[StudentCell, ...]:
    """The student's code in the student's order, and each case of a test after the last cell that asks for the test."""
    ran = [cell for cell in cells if not (_IGNORED in cell.tags or cell.otter.get("ignore") is True)]
    places: dict[str, int] = {}
    for place, cell in enumerate(ran):
        places |= dict.fromkeys(_asked_for(cell), place)
    last = len(ran)
    found: list[StudentCell] = []
    for place, cell in enumerate(ran):
        if cell.kind == "code" and not cell.skipped and cell.source.strip():
            found.append(StudentCell(cell.number, cell.source))
        found += _cases(test for test in tests if places.get(test.called, last) == place)
    return (*found, *_cases(test for test in tests if places.get(test.called, last) == last))


def key_of(test: BankedTest, number: int) -> str:
    """What a result of the test's case is known by, its place among the cases from 0."""
    return f"{test.name} - {number + 1}"


def _cases(tests: Iterator[BankedTest]) -> Iterator[StudentCell]:
    for test in tests:
        for number, case in enumerate(test.cases):
            yield StudentCell(0, case.source, released=key_of(test, number), test=True)


def _asked_for(cell: RawCell) -> Iterator[str]:
    """The names of tests that a cell asks for: in its code, or in metadata that Otter Assign gave it."""
    named = cell.otter.get("tests")
    yield from (each for each in (named if isinstance(named, list) else []) if isinstance(each, str))
    if cell.kind == "code":
        lines = (line.partition("#")[0] for line in cell.source.splitlines())
        yield from (asked[2] for asked in _CHECK.finditer("\n".join(lines)))


def marked_questions(notebook: Notebook) -> tuple[MarkedQuestion, ...]:
    """What a person marks of a notebook that Otter Assign has made.

    Such questions stand between two comments for the export.  Others that are exported ask for a test.
    """
    found: dict[str, MarkedQuestion] = {}
    inside: list[RawCell] = []
    is_open = False
    for cell in notebook.cells:
        if is_open and _END in cell.source:
            found |= _marked(inside, found)
            is_open = False
        if _BEGIN in cell.source:
            inside, is_open = [], True
        if is_open:
            inside.append(cell)
    return tuple((found | _marked(inside, found) if is_open else found).values())


def _marked(cells: Sequence[RawCell], known: dict[str, MarkedQuestion]) -> dict[str, MarkedQuestion]:
    if any(True for cell in cells for _ in _asked_for(cell)):
        return {}
    text = "\n".join(cell.source for cell in cells if cell.kind == "markdown" and _ANSWER not in cell.tags)
    text = text.replace(_BEGIN, "").strip()
    named = _TITLE.match(text)
    name = named[1].strip() if named and named[1].strip() else f"question {len(known) + 1}"
    while name in known:
        name += "′"
    worth = _POINTS.search(text)
    return {name: MarkedQuestion(name, float(worth[1]) if worth else 0.0)}
