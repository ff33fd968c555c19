"""Which of the student's own functions another one calls, and which are not written yet, as far as code tells."""

from __future__ import annotations

import dis
import inspect
import types
from collections.abc import Iterator, Mapping
from typing import Any

GLOBALS = ("LOAD_GLOBAL", "LOAD_NAME")


def called_by(name: str, namespace: Mapping[str, Any]) -> set[str]:
    """Names in `namespace` that the function or class `name` uses, directly or through others there."""
    found: set[str] = set()
    todo = [name]
    while todo:
        for code in _codes(namespace.get(todo.pop())):
            used = {step.argval for step in dis.get_instructions(code) if step.opname in GLOBALS}
            new = (used & namespace.keys()) - found
            found |= new
            todo += new
    return found - {name}


def is_starter(name: str, namespace: Mapping[str, Any]) -> bool:
    """Whether the function or class itself raises NotImplementedError still, as what was handed out does."""
    steps = (step for code in _codes(namespace.get(name)) for step in dis.get_instructions(code))
    return any(step.opname in GLOBALS and step.argval == "NotImplementedError" for step in steps)


def _codes(target: Any) -> Iterator[types.CodeType]:
    """The code of a function, of what is defined within it, or of a class's methods."""
    if inspect.isfunction(target):
        yield from _nested(inspect.unwrap(target).__code__)
    elif inspect.isclass(target):
        for method in vars(target).values():
            yield from _codes(method)


def _nested(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _nested(constant)
