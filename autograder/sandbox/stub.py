"""What `from autograder import …` gives in the sandbox: in it only the grader judges."""

from __future__ import annotations

import dis
import sys
import types
from collections.abc import Callable, Iterator


def module() -> types.ModuleType:
    """The module `autograder` of a student's process."""
    stub = types.ModuleType("autograder")
    for function in (check, case, drawn_by, words):
        setattr(stub, function.__name__, function)
    return stub


def check(*_: object, **__: object) -> None:
    """Does nothing here: your work is checked when it is graded."""


def case(*_: object, **__: object) -> _NoInputs:
    """No inputs here: what you try out with them is not graded."""
    return _NoInputs()


def drawn_by(*_: object) -> Callable[[object], None]:
    """No figure is drawn here."""
    return lambda draw: None


def words(**texts: str) -> str:
    """The first of the texts: nobody reads it here."""
    return next(iter(texts.values()), "")


class _NoInputs:
    """Stands for a case: unpacks into as many None as are asked for, so that the definitions after it still run."""

    def __iter__(self) -> Iterator[None]:
        asking = sys._getframe(1)
        step, wanted = asking.f_code.co_code[asking.f_lasti : asking.f_lasti + 2]
        return iter([None] * (wanted if dis.opname[step] == "UNPACK_SEQUENCE" else 0))

    def __getattr__(self, name: str) -> None:
        return None
