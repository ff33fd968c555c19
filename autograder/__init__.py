"""Assignments, a torch reference and an autograder for teaching machine learning by programming.

Authors of chapters use the records below; students use `check` and `case`, and lessons `drawn_by` and `words`.
"""

from __future__ import annotations

from autograder.model.version import __version__

TYPE_CHECKING = False  # as typing's, whose import takes longer than all else before a Ctrl-C is heard
if TYPE_CHECKING:
    from typing import Any

    from autograder.model import tools
    from autograder.model.choices import Choices
    from autograder.model.criteria import CLOSED_FORM, EXACT, INVARIANT, Calibration, Gate, Tolerance
    from autograder.model.exercise import (
        FROM_SCRATCH,
        Case,
        Exercise,
        Gradient,
        Group,
        Mistake,
        Variant,
        mistake,
        variant,
    )
    from autograder.model.markers import Dataset, Function, Rng, Tensor

__all__ = [
    "CLOSED_FORM",
    "EXACT",
    "FROM_SCRATCH",
    "INVARIANT",
    "Calibration",
    "Case",
    "Choices",
    "Dataset",
    "Exercise",
    "Function",
    "Gate",
    "Gradient",
    "Group",
    "Mistake",
    "Rng",
    "Tensor",
    "Tolerance",
    "Variant",
    "__version__",
    "case",
    "check",
    "drawn_by",
    "mistake",
    "ready",
    "tools",
    "variant",
    "words",
]


_RECORDS = ("exercise", "criteria", "markers", "choices")  # modules of the records; students have not all of them


def __getattr__(name: str) -> Any:
    """The records, imported when they are first used: numpy takes a while, and a Ctrl-C may come meanwhile."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name == "tools":
        return import_module("autograder.model.tools")
    modules = (import_module(f"autograder.model.{module}") for module in _RECORDS)
    return next(getattr(module, name) for module in modules if hasattr(module, name))


def check(name: str | None = None) -> Any:
    """Run the public checks of one exercise on your function and show what is right and what is not.

    `name` is the exercise's name, as in `check("linear_loss")`; `check()` runs those of every exercise.
    Hidden cases decide the grade.
    """
    import sys

    from autograder.judge.check import check_all_in, check_in

    namespace = sys._getframe(1).f_globals
    return check_all_in(namespace) if name is None else check_in(name, namespace)


def case(exercise: str, name: str = "") -> Any:
    """The inputs of one public case, to play with: `w, b, X, y = case("linear_loss", "typical")`.

    `name` is what `check` calls the case; without it all are named.  Inputs have names, too:
    `case("linear_loss", "typical").X`.
    """
    from pathlib import Path

    from autograder.judge.beside import case_beside

    return case_beside(exercise, name, Path.cwd())


def drawn_by(*names: str) -> Any:
    """Above `def figure(plt):`, which draws a figure with your functions of these names: it is drawn at once.

    Where one of them is not there yet, or a package that the figure needs, a sentence says so.
    """
    from autograder.judge.figures import draw_with

    return draw_with(names)


def words(**texts: str) -> str:
    """Of a figure's text in every language, `words(en="step", zh="步数")`, the one that your notebook can show."""
    from autograder.judge.figures import showable

    return showable(texts)


def ready(chapter: str, cases_format: int) -> bool:
    """Whether `check` can be used for a chapter whose public cases have that format: the first cell asks it."""
    from pathlib import Path

    from autograder.judge.beside import ready_for

    return ready_for(chapter, cases_format, Path.cwd())
