"""What an author writes down about an exercise: frozen records, no behaviour.

An *implementation* is anything that has the exercise's functions; an *observation* is a pure function of
an implementation and a case.  These records say which cases are observed and how close is close enough.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, overload

import numpy as np

from autograder.model.errors import UserError
from autograder.model.markers import Dataset
from autograder.model.tree import map_leaves

LANGUAGES = ("en", "zh")
ACCEPTS = ("lists", "integers", "float32")  # inputs that a docstring may promise beyond float64 arrays
FROM_SCRATCH = ("scipy", "sklearn", "torch")  # what an exercise that is to be written in numpy alone forbids
NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9_]*")

Text = Mapping[str, str]
"""A message in every language: {"en": …, "zh": …}."""


class AuthoringError(UserError):
    """A fault in a chapter's source; the message says what, where and what to do."""


def check_text(text: Text, what: str) -> None:
    """Raise AuthoringError unless `text` has a sentence in every language."""
    missing = [language for language in LANGUAGES if not text.get(language, "").strip()]
    if missing:
        raise AuthoringError(f"{what} has no text in: {', '.join(missing)}")


@dataclass(frozen=True)
class Tolerance:
    """Agreement of two outputs: ‖actual − expected‖ ≤ rtol · max(‖actual‖, ‖expected‖) + atol, per array.

    The reason says why neither a right answer in float32 nor a wrong one can cross the line.
    """

    rtol: float
    atol: float
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise AuthoringError("a tolerance needs a reason")


EXACT = Tolerance(0.0, 0.0, "shapes, labels, indices and counts are equal or wrong")
CLOSED_FORM = Tolerance(
    1e-5, 1e-7, "a right float32 backward pass is within 8.6e-7; the smallest known mistake moves 2.4%"
)
INVARIANT = Tolerance(1e-8, 1e-8, "an identity that holds to rounding in float64")


@dataclass(frozen=True)
class Gate:
    """A threshold on a metric, calibrated rather than guessed.

    The observation is the metric, one number, or a dict with it under "metric" and beside it evidence that tells
    mistakes apart (parameters, losses on the way): evidence is never judged, it only names what went wrong.
    Exactly one of `at_least` and `at_most` is given.  `reason` states where the number comes from.
    """

    reason: str
    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise AuthoringError("a gate needs a reason")
        if (self.at_least is None) == (self.at_most is None):
            raise AuthoringError("a gate needs exactly one of at_least and at_most")


@dataclass(frozen=True)
class Calibration:
    """Stands where a Gate stands when its threshold is measured: `autograder calibrate` runs it and stores the number.

    run     a function of the reference module, `(seeds, device) -> Tensor (len(seeds),)`: trains the reference from
            every seed, all at once (torch.func.vmap), and gives the metric of each.
    margin  how far the threshold keeps from the worst 1e-3 quantile, in units of the metric.
    reason  what is trained and measured; where the number comes from is added to it.
    """

    run: Callable[[Sequence[int], str], Any]
    higher_is_better: bool
    margin: float
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise AuthoringError("a calibration needs a reason")
        if not self.margin > 0:
            raise AuthoringError("a calibration needs a margin above 0, in units of the metric")


class Case:
    """One named set of inputs.  Inputs are attributes: `Case("tiny", X=…, y=…).X`.

    `group` is the unit of partial credit.  The group "values" is the heart of an exercise: without it
    the other groups pay nothing.  `public=False` keeps a case out of the release folder.  `zh` is the name in Chinese.
    `given` are the inputs as written down, where a data set is a name.
    """

    __slots__ = ("_inputs", "given", "group", "name", "public", "zh")

    def __init__(
        self, name: str, /, *, zh: str = "", group: str = "values", public: bool = True, **inputs: Any
    ) -> None:
        self.name, self.zh, self.group, self.public, self.given = name, zh, group, public, inputs
        self._inputs: dict[str, Any] | None = None

    @property
    def title(self) -> Text:
        """The name in every language."""
        return {"en": self.name, "zh": self.zh or self.name}

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
class Edit:
    """A change of the solution: the text `old` becomes `new`, or a whole function stands for one of its functions.

    `old` must match the solution exactly once, so that none goes stale.
    `function` stands for the one called `replaces` (by default the exercise's own); `@mistake` and `@variant` give it.
    """

    name: str
    old: str | None = None
    new: str | None = None
    function: Callable[..., Any] | None = field(default=None, kw_only=True)
    replaces: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        if not NAME.fullmatch(self.name):
            raise AuthoringError(f"{self.name!r} is not a name: use letters, digits and underscores")
        swap = bool(self.old) and self.new is not None
        if swap == (self.function is not None):
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
    a number, or a dict of arrays.
    """

    of: Observe
    wrt: tuple[str, ...]


@dataclass(frozen=True)
class Exercise:
    """The grading record of one answer cell.

    reference  the torch function that is right; its module is the reference implementation.
    cases      draws the named cases from a generator.
    mistakes, variants  beside these, the functions of the same cell that are a `@mistake` or a `@variant`.
    observe    what is looked at; by default one call of the exercise's function with the case's inputs in order.
    gradient   set when the output is a gradient, to allow a numeric gradient check.
    accepts    further inputs promised by the docstring: "lists", "integers", "float32".
    forbids    libraries that give the answer away, such as FROM_SCRATCH: the sandbox lacks them, the notebook says so.
    groups     titles of groups that are the exercise's own.
    seconds    CPU budget of all calls together.
    """

    points: float
    reference: Callable[..., Any]
    cases: Cases
    tolerance: Tolerance | Gate | Calibration
    mistakes: tuple[Mistake, ...] | list[Mistake] = ()
    variants: tuple[Variant, ...] | list[Variant] = ()
    observe: Observe | None = None
    gradient: Gradient | None = None
    accepts: tuple[str, ...] = ()
    forbids: tuple[str, ...] = ()
    groups: Mapping[str, Text] = field(default_factory=dict)
    seconds: float = 5.0

    def __post_init__(self) -> None:
        if isinstance(self.accepts, str) or not set(self.accepts) <= set(ACCEPTS):
            raise AuthoringError(f"accepts={self.accepts!r}: it is a tuple of some of {', '.join(ACCEPTS)}")
        if isinstance(self.forbids, str) or not all(NAME.fullmatch(name) for name in self.forbids):
            raise AuthoringError(f"forbids={self.forbids!r}: it is a tuple of the names that libraries are imported by")
        for group, title in self.groups.items():
            check_text(title, f"the title of group {group!r}")
