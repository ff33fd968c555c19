"""What a course tests by itself, beside our exercises or without any: its test cells, Otter's tests, its notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autograder.model.texts import Text

if TYPE_CHECKING:
    from autograder.model.bank import Bank


@dataclass(frozen=True)
class BankedTestCase:
    """A case of a test that has several, each worth points of its own and run in a cell of its own.

    source            what runs: it raises where the case fails.
    hidden            whether students are told nothing but that it failed.
    success, failure  what the author says to students of it; "" for nothing.
    """

    name: str
    points: float
    source: str
    hidden: bool = False
    success: str = ""
    failure: str = ""


@dataclass(frozen=True)
class BankedTest:
    """An autograded test cell of the course's own, by its grade_id; `source` is what runs, hidden tests included.

    Otter's tests have no cell: they have cases, run where the notebook asks for the test by the name `called`, and
    with `all_or_nothing` one case that fails costs all points.
    """

    name: str
    title: Text
    points: float
    source: str
    cases: tuple[BankedTestCase, ...] = ()
    called: str = ""
    all_or_nothing: bool = False


@dataclass(frozen=True)
class OwnNotebooks:
    """The notebooks of an assignment that has no exercise of ours: a course's own tests and a person give its points.

    notebooks  a bank for each, called like the notebook.
    files      what the course put beside them, by relative path.
    theirs     names of files of which a student's own one is taken.
    imports    packages that their code imports.
    seconds    what a cell may take.
    ignored    pattern of what may be written to stderr and costs no points; none where it is "".
    remarks    what of the assignment is not done here, or odd, and costs nobody a point: a sentence each.
    """

    notebooks: tuple[Bank, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    theirs: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    seconds: float = 30.0
    ignored: str = ""
    remarks: tuple[str, ...] = ()
