"""Proof of own data: another number gives other data, the same one the same, and quickly."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import time
import warnings
from collections.abc import Mapping
from typing import Any

from autograder.chapter.chapter import Chapter
from autograder.chapter.grading_cells import defined_by, located, parse
from autograder.chapter.percent import Cell
from autograder.chapter.solutions import SolutionRunner
from autograder.model import plain
from autograder.model.own_data import COMMON, NAME, ROLE, number_of

FEW, MANY = 3, 200  # numbers that are tried: whenever a chapter is built, and for its proof
SECONDS = 0.2  # of CPU for a number, on average: a notebook of a class of 300 costs a minute of grading then


def own_data_cells(chapter: Chapter) -> list[Cell]:
    """The chapter's cells of own data."""
    return [cell for cell in chapter.cells if cell.role == ROLE]


def numbers_to_try(chapter: Chapter, exercise: str, count: int) -> list[int]:
    """Everybody's number, and those of so many made-up students."""
    return [COMMON, *(number_of("proof", chapter.id, exercise, str(student)) for student in range(count))]


def refuse_unfit_own_data(chapter: Chapter, tries: int = FEW) -> None:
    """Raise AuthoringError for own data that do not hang on the number, hang on anything else, or take their time."""
    cells = own_data_cells(chapter)
    if not cells:
        return
    setup = SolutionRunner(chapter).setup()
    for cell in cells:
        numbers = numbers_to_try(chapter, cell.name, tries)
        first = _digest(made_of(cell, setup, COMMON), cell)  # imports are loaded now, and not timed
        began = time.process_time()
        digests = [_digest(made_of(cell, setup, number), cell) for number in numbers]
        seconds = (time.process_time() - began) / len(numbers)
        if digests[0] != first:
            raise cell.fault(
                f"the same {NAME} gives other data the second time: draw from np.random.default_rng({NAME}), and "
                "change nothing that the setup has made"
            )
        if len(set(digests)) < len(digests):
            raise cell.fault(f"two values of {NAME} give the same data: let more of them hang on it")
        if seconds > SECONDS:
            raise cell.fault(f"these data take {seconds:.2f} s for a number, and may take {SECONDS:g} s: make fewer")


def made_of(cell: Cell, setup: Mapping[str, Any], number: int) -> dict[str, Any]:
    """What the names that a cell of own data defines mean after it ran on a chapter's setup with a number."""
    namespace = {**setup, NAME: number}
    with located(cell), warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        exec(compile(parse(cell), str(cell.path), "exec", dont_inherit=True), namespace)
    return {name: namespace[name] for name in defined_by(cell) if name in namespace}


def _digest(data: Mapping[str, Any], cell: Cell) -> str:
    """A hash of data; of what is not plain (a function, a generator) its type alone."""
    arrays: list[Any] = []
    with located(cell):
        tree = json.dumps(plain.pack(dict(data), arrays))
    parts = [tree.encode(), *(f"{array.dtype}{array.shape}".encode() + array.tobytes() for array in arrays)]
    return hashlib.sha256(b"".join(parts)).hexdigest()
