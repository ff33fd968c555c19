"""What an author writes down about an exercise: frozen records, no behaviour.

An *implementation* is anything that has the exercise's functions; an *observation* is a pure function of
an implementation and a case.  These records say which cases are observed and how close is close enough.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np

from autograder.model.criteria import Calibration, CriterionRecord
from autograder.model.errors import AuthoringError
from autograder.model.markers import Dataset
from autograder.model.texts import LANGUAGES, Text
from autograder.model.tree import map_leaves

HEART = "values"  # the group of an exercise's own cases
COMMON_GROUPS = (HEART, "form", "edge", "gradient", "invariant", "extreme", "accuracy")  # everybody knows their titles
MANNERS = ("unchanged", "again", "readonly")  # probes of the contract that every function is put to
ACCEPTS = ("lists", "integers", "float32")  # inputs that a docstring may promise beyond float64 arrays
FROM_SCRATCH = ("scipy", "sklearn", "torch")  # what an exercise that is to be written in numpy alone forbids
NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")


def check_text(text: Text, what: str) -> None:
    """Raise AuthoringError unless `text` has a sentence in every language."""
    missing = [language for language in LANGUAGES if not text.get(language, "").strip()]
    if missing:
        raise AuthoringError(f"{what} has no text in: {', '.join(missing)}")


class Case:
    """One named set of inputs.  Inputs are attributes: `Case("tiny", X=…, y=…).X`.

    `zh` is the name in Chinese.  `public=False` keeps a case out of the release folder, and `graded=False` out of the
    hidden draws: what `check` may say of an answer that it must not tell.  `given` are the inputs as they were written
    down, where a data set is a name.
    """

    __slots__ = ("_inputs", "given", "graded", "name", "public", "zh")

    def __init__(self, name: str, /, *, zh: str = "", public: bool = True, graded: bool = True, **inputs: Any) -> None:
        self.name, self.zh, self.public, self.graded, self.given = name, zh, public, graded, inputs
        self._inputs: dict[str, Any] | None = None

    @property
    def title(self) -> Text:
        """The name in every language."""
        return {"en": self.name, "zh": self.zh or self.name}

    def with_inputs(self, inputs: Mapping[str, Any]) -> Case:
        """The same case with other inputs."""
        case = Case(self.name, zh=self.zh, public=self.public, graded=self.graded)
        case.given.update(inputs)
        return case

    @property
    def inputs(self) -> dict[str, Any]:
        """The inputs by name, in order; a data set is its array.  Raises DataSetUnusable where it is not here."""
        if self._inputs is None:
            self._inputs = map_leaves(_array_of, self.given)
        return self._inputs

    def __getattr__(self, name: str) -> Any:
        try:
            return self.inputs[name]
        except KeyError:
            raise AttributeError(f"case {self.name!r} has no input {name!r}") from None

    def __repr__(self) -> str:
        return f"Case({self.name!r}, {', '.join(self.given)})"


def _array_of(value: Any) -> Any:
    return value.array if isinstance(value, Dataset) else value


Observe = Callable[[Any, Case], Any]
Cases = Callable[[np.random.Generator], Iterable[Case]]


@dataclass(frozen=True)
class Group:
    """Cases that earn their share together, the unit of partial credit: all of them right, or nothing.

    cases    draws the named cases from the exercise's generator, which every group takes on from the one before.
    observe  what is looked at on these; by default what the exercise observes.
    en, zh   the title; groups that everybody knows (COMMON_GROUPS) have one.
    """

    name: str
    cases: Cases
    observe: Observe | None = None
    en: str = ""
    zh: str = ""

    def __post_init__(self) -> None:
        if self.en or self.zh:
            check_text(self.title, f"the title of group {self.name!r}")
        elif self.name not in COMMON_GROUPS:
            raise AuthoringError(
                f"the group {self.name!r} has no title: give it en= and zh=, or call it one of "
                f"{', '.join(COMMON_GROUPS)}"
            )

    @property
    def title(self) -> Text:
        """The title of its own in every language; none where it has the common one."""
        return {"en": self.en, "zh": self.zh} if self.en or self.zh else {}


@dataclass(frozen=True)
class Edit:
    """A change of the solution: the text `old` becomes `new`, or a whole function stands for one of its functions.

    `old` must match the solution exactly once, so that none goes stale.
    `function` stands for the one called `replaces` (by default the exercise's own); `@mistake` and `@variant` give it.
    `choices` are entries of the returned dict that are other ones; `Choices` gives them.
    """

    name: str
    old: str | None = None
    new: str | None = None
    function: Callable[..., Any] | None = field(default=None, kw_only=True)
    replaces: str = field(default="", kw_only=True)
    choices: Mapping[str, str] = field(default_factory=dict, kw_only=True)

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise AuthoringError(f"{self.name!r} is not a name: use letters, digits and underscores")
        swap = bool(self.old) and self.new is not None
        if swap + (self.function is not None) + bool(self.choices) != 1:
            raise AuthoringError(
                f"{self.name!r} is either a text of the solution and what stands in its place, or a function"
            )


@dataclass(frozen=True)
class Mistake(Edit):
    """A known wrong answer: mutation test of our checks, documentation of a misconception, and diagnosis.

    `en` and `zh` are its hint.
    """

    en: str = field(default="", kw_only=True)
    zh: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_text(self.hint, f"the hint of mistake {self.name!r}")

    @property
    def hint(self) -> Text:
        """The hint in every language."""
        return {"en": self.en, "zh": self.zh}


@dataclass(frozen=True)
class Variant(Edit):
    """Another right answer (loop, einsum, float32, lists …) that must be accepted."""


def mistake(*, en: str, zh: str, replaces: str = "") -> Callable[[Callable[..., Any]], Mistake]:
    """Makes the function below it a Mistake of its name; the Exercise at the end of the cell picks it up."""
    return lambda function: Mistake(function.__name__, function=function, replaces=replaces, en=en, zh=zh)


@overload
def variant(function: Callable[..., Any]) -> Variant: ...


@overload
def variant(*, replaces: str) -> Callable[[Callable[..., Any]], Variant]: ...


def variant(
    function: Callable[..., Any] | None = None, *, replaces: str = ""
) -> Variant | Callable[[Callable[..., Any]], Variant]:
    """Makes the function below it a Variant of its name; the Exercise at the end of the cell picks it up."""
    if function is None:
        return lambda function: Variant(function.__name__, function=function, replaces=replaces)
    return Variant(function.__name__, function=function)


@dataclass(frozen=True)
class Gradient:
    """The exercise's output is the gradient of the scalar `of(impl, case)` with respect to inputs `wrt`.

    The output is one array (one name in `wrt`) or a tuple in the order of `wrt`; an input may be an array,
    a number, or a dict of arrays.  Groups that observe something of their own are not asked for it.
    """

    of: Observe
    wrt: tuple[str, ...]


@dataclass(frozen=True)
class Exercise:
    """The grading record of one answer cell.

    reference  the torch function that is right; its module is the reference implementation.
    cases      draws the named cases of the group "values" from a generator: the heart of the exercise, without which
               the other groups pay nothing.
    groups     further groups, in the order in which they are drawn and told.
    mistakes, variants  beside these, the functions of the same cell that are a `@mistake` or a `@variant`.
    observe    what is looked at; by default one call of the exercise's function with the case's inputs in order.
    shapes     of the arrays that the exercise's function returns, from the arguments of the call: a tuple of lengths
               for an array, () for a number, a dict by key or by name of a returned part, a list for a list.
               An observe gets what is returned as float64 arrays of these shapes; a gate needs them.
    gradient   set when the output is a gradient, to allow a numeric gradient check.
    accepts    further inputs promised by the docstring: "lists", "integers", "float32".
    contract   probes of the contract that are left out, each with the reason: {"float32": "casting flips ties"}.
    forbids    libraries that give the answer away, such as FROM_SCRATCH: the sandbox lacks them, the notebook says so.
    starter    the name of a mistake whose wrong code students receive in place of a stub: they find the bug.
    many_right why many answers other than the solution are right, so that a change of it which no case notices is one
               of them.
    seconds    CPU budget of all calls together.
    """

    points: float
    reference: Callable[..., Any]
    tolerance: CriterionRecord | Calibration
    cases: Cases | None = None
    groups: tuple[Group, ...] | list[Group] = ()
    mistakes: tuple[Mistake, ...] | list[Mistake] = ()
    variants: tuple[Variant, ...] | list[Variant] = ()
    observe: Observe | None = None
    shapes: Callable[..., Any] | None = None
    gradient: Gradient | None = None
    accepts: tuple[str, ...] = ()
    contract: Mapping[str, str] = field(default_factory=dict)
    forbids: tuple[str, ...] = ()
    starter: str = ""
    many_right: str = ""
    seconds: float = 5.0

    def __post_init__(self) -> None:
        if isinstance(self.accepts, str) or not set(self.accepts) <= set(ACCEPTS):
            raise AuthoringError(f"accepts={self.accepts!r}: it is a tuple of some of {', '.join(ACCEPTS)}")
        if isinstance(self.forbids, str) or not all(NAME.fullmatch(name) for name in self.forbids):
            raise AuthoringError(f"forbids={self.forbids!r}: it is a tuple of the names that libraries are imported by")
        for probe, reason in self.contract.items():
            if probe not in (*MANNERS, *self.accepts):
                raise AuthoringError(
                    f"contract leaves out {probe!r}, which is not tried: it may name {', '.join(MANNERS)} and what "
                    "`accepts` promises"
                )
            if not reason.strip():
                raise AuthoringError(f"contract leaves out {probe!r} without a reason")
        if not (isinstance(self.groups, (tuple, list)) and all(isinstance(group, Group) for group in self.groups)):
            raise AuthoringError(f"groups= is a list such as [Group('edge', edge_cases)], not {self.groups!r:.60}")
        if not self.all_groups:
            raise AuthoringError("an exercise needs cases=, or groups=[Group(…)]")
        for name, count in Counter(group.name for group in self.all_groups).items():
            if count > 1:
                raise AuthoringError(f"{count} groups are called {name!r} (cases= are the group {HEART!r})")

    @property
    def all_groups(self) -> tuple[Group, ...]:
        """The groups in order, the heart of the exercise first."""
        return (*([] if self.cases is None else [Group(HEART, self.cases)]), *self.groups)
