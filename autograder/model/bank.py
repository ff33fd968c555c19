"""The bank: everything grading needs, computed once by trusted code and stored as npz and JSON.

A bank holds, for every exercise of a chapter, the sentences and code of its record, several draws of hidden cases
with their expected observations, and what every known mistake gives on them.  The *public* bank is the part
that students receive: one draw of its own, no solutions, and of mistakes no more than letters and hints.
"""

from __future__ import annotations

import functools
import hashlib
import hmac
import linecache
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograder.model import tools
from autograder.model.calls import Failure
from autograder.model.course_tests import BankedTest, OwnNotebooks
from autograder.model.criteria import CriterionRecord
from autograder.model.errors import UserError
from autograder.model.exercise import Case
from autograder.model.packed import Packed
from autograder.model.texts import Text
from autograder.model.verdict import in_notebook

APART = ("text", "install")  # roles of cells that no grade depends on, whatever they hold
NOTHING = Packed()
CHECK = "check_"  # the grade_id of an exercise's test cell is this and the exercise's name


class BankOutdated(UserError):
    """The bank is missing, unreadable, or was made from other sources; the message names the command to run."""


@dataclass(frozen=True)
class Observation:
    """What was seen of an implementation on a case: a value, or why there is none."""

    value: Any = None
    failure: Failure | None = None


@dataclass(frozen=True)
class BankedProbe:
    """What is right when a case is changed in one way, to narrow what is wrong with an answer.

    kind    what is done to the inputs, see judge/probes.
    inputs  which are changed, each along one of its axes; -1 for the whole input.
    """

    kind: str
    inputs: Mapping[str, int]
    expected: Observation


@dataclass(frozen=True)
class BankedCase:
    """A case with the name of its group, its expected observation and what each written mistake gives on it.

    loss  where the exercise is a gradient: the right value of what it is the gradient of.
    made  the letters of what each mistake of `made_mistakes` gives, in their order, see judge/letters.
    """

    case: Case
    group: str
    expected: Observation
    mistakes: Mapping[str, Observation] = field(default_factory=dict)
    loss: float | None = None
    made: str = ""
    probes: tuple[BankedProbe, ...] = ()


@dataclass(frozen=True)
class Code:
    """Trusted source that defines one function, an `observe` say, kept as text so that it can be stored."""

    source: str
    name: str

    def load(self) -> Callable[..., Any]:
        """The function.  It sees numpy as `np`, `tools`, and nothing else of the chapter."""
        return _load_code(self.source, self.name)


@functools.lru_cache(maxsize=1024)
def _load_code(source: str, name: str) -> Callable[..., Any]:
    filename = f"<observe {name}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(True), filename)
    namespace: dict[str, Any] = {"np": np, "tools": tools}
    exec(compile(source, filename, "exec"), namespace)
    function: Callable[..., Any] = namespace[name]
    return function


@dataclass(frozen=True)
class BankedMistake:
    """A known mistake: its name, its hint, and the contract probes that it fails."""

    name: str
    hint: Text
    contract: tuple[str, ...] = ()


@dataclass(frozen=True)
class BankedGroup:
    """A group of cases: its title, where that is not the common one, and its observe, where it has one of its own."""

    name: str
    title: Text = field(default_factory=dict)
    observe: Code | None = None


@dataclass(frozen=True)
class BankedExercise:
    """An exercise as the judge sees it.

    functions  parameter names of each function in the answer cell, or of the class that it asks for.
    methods    parameter names of that class's methods, by "KMeans.fit"; none where the answer is no class.
    outputs    names of the parts of a returned tuple.
    returns    how the values of each function are built; some are built in several ways.
    shapes     of what the exercise's function returns, from the arguments of the call.
    exempt     probes of the contract that are left out.
    losses     earlier exercises whose functions `gradient_of` calls.
    requires   earlier exercises that this one builds on.
    made       mistakes known by their letters alone: names, hints, and which hint each has; `made_mistakes` reads it.
               A program made them; to students written ones are known no other way.
    solution   source of the right answer cell ("" in a public bank).
    starter    source of the answer cell as released.
    """

    name: str
    title: Text
    points: float
    criterion: CriterionRecord
    functions: Mapping[str, tuple[str, ...]]
    methods: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    returns: Mapping[str, Any] = field(default_factory=dict)
    losses: tuple[str, ...] = ()
    extra: bool = False
    groups: tuple[BankedGroup, ...] = ()
    observe: Code | None = None
    shapes: Code | None = None
    gradient_of: Code | None = None
    gradient_wrt: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()
    exempt: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    seconds: float = 5.0
    requires: tuple[str, ...] = ()
    mistakes: tuple[BankedMistake, ...] = ()
    made: Packed = NOTHING
    solution: str = ""
    starter: str = ""
    draws: tuple[tuple[BankedCase, ...], ...] = ()

    def group(self, name: str) -> BankedGroup:
        """The group called `name`."""
        return next(group for group in self.groups if group.name == name)

    @property
    def parameters(self) -> dict[str, tuple[str, ...]]:
        """Parameter names of everything that an observe may call: functions, a class, its methods."""
        return {**self.functions, **self.methods}

    @property
    def made_mistakes(self) -> list[BankedMistake]:
        """Mistakes known by their letters, the simplest explanation first; they are read where an answer is wrong."""
        made = self.made.data or {"names": [], "hints": [], "which": []}
        return [
            BankedMistake(name, made["hints"][which]) for name, which in zip(made["names"], made["which"], strict=True)
        ]

    @property
    def takes_arguments(self) -> bool:
        """False for a choice or a constant, which is the same whenever it is asked for."""
        return any(self.parameters.values())


@dataclass(frozen=True)
class BankedCell:
    """A cell of the released notebook: its `grade_id`, role and source per language, as released.

    Roles of a chapter are text, install, setup, demo, own_data, answer, check and written.  The release of a course
    adds "locked" (code that runs in its place), "test" (the same, for points), "task" (marked by a person whatever is
    in it) and "support" (a setup cell of the chapter's that the release left out, and that right answers still need).
    """

    grade_id: str
    role: str
    source: Text


@dataclass(frozen=True)
class BankedWritten:
    """A written question: marked by a person."""

    name: str
    title: Text
    points: float
    extra: bool
    starter: Text


@dataclass(frozen=True)
class Bank:
    """A chapter, ready to grade.  `digest` identifies it; `provenance` says where it came from.

    tests     test cells of the course's own.
    withheld  exercises that the course's release leaves out; their right answers stand behind those that need them.
    own       of an assignment that is no chapter: the course's own notebooks.  The bank holds nothing else then.
    received  students who received a notebook with numbers of their own.

    These are never stored with it: they come from what a course has released.
    """

    chapter: str
    title: Text
    language: str
    exercises: tuple[BankedExercise, ...]
    written: tuple[BankedWritten, ...] = ()
    cells: tuple[BankedCell, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    digest: str = ""
    tests: tuple[BankedTest, ...] = ()
    withheld: tuple[BankedExercise, ...] = ()
    own: OwnNotebooks | None = None
    received: frozenset[str] = frozenset()

    @property
    def by_notebook(self) -> tuple[Bank, ...]:
        """The bank of each notebook of the assignment: of a chapter that is the bank itself."""
        return (self,) if self.own is None else self.own.notebooks

    def exercise(self, name: str) -> BankedExercise | None:
        """The exercise called `name`, if there is one."""
        return next((exercise for exercise in self.exercises if exercise.name == name), None)

    def titles(self) -> dict[str, Text]:
        """Titles of exercises, written questions and tests by name, in the order of the released notebooks."""
        if self.own is not None:
            parts = [(part.chapter, name) for part in self.own.notebooks for name in part.titles()]
            names = [in_notebook(self.chapter, notebook, name) for notebook, name in parts]
            return {name: {self.language: f"`{name}`"} for name in names}  # a heading has often several tests
        places = {cell.grade_id: number for number, cell in enumerate(self.cells)}
        titles = {exercise.name: exercise.title for exercise in self.exercises}
        titles |= {test.name: test.title for test in self.tests}
        titles |= {question.name: question.title for question in self.written}
        order = {name: places.get(CHECK + name, places.get(name, len(places))) for name in titles}
        return {name: titles[name] for name in sorted(titles, key=order.__getitem__)}

    def draw_for(self, submission: str) -> int:
        """The draw that a submission is judged on: a keyed hash, the same at a regrade and predicted by nobody."""
        draws = len(self.exercises[0].draws) if self.exercises else 1
        mac = hmac.new(self.key.encode(), submission.encode(), hashlib.sha256).digest()
        return int.from_bytes(mac[:8], "big") % max(1, draws)

    def public(self, exercises: tuple[BankedExercise, ...], language: str) -> Bank:
        """The part that students receive, with `exercises` holding public draws."""
        kept = tuple(
            replace(
                exercise,
                mistakes=(),
                made=NOTHING,
                solution="",
                starter="",
                requires=(),
                draws=tuple(
                    tuple(replace(banked, mistakes={}, made="") for banked in draw if banked.case.public)
                    for draw in exercise.draws
                ),
            )
            for exercise in exercises
        )
        return Bank(self.chapter, self.title, language, kept)
