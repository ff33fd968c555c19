"""The objects that stay with an implementation, and what stands behind the markers that come back to it.

The worker of the sandbox, this process and the torch reference share it, so that handles mean the same in all three.
"""

from __future__ import annotations

import functools
import re
import types
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from autograder.model.markers import Function, Handle, Record, Rng, Tensor
from autograder.model.plain import Malformed
from autograder.model.tree import map_leaves

MOST = 100_000  # objects that one session may keep
_TARGET = re.compile(r"#(\d{1,9})((?:\.[A-Za-z][A-Za-z0-9_]*)*|\.__(?:next|iter)__)")


class Kept:
    """Objects by number.  `find` looks a global up by its name and raises LookupError where there is none."""

    def __init__(self, find: Callable[[str], Any]) -> None:
        self._find = find
        self._objects: list[object] = []
        self._numbers: dict[int, int] = {}  # id of a kept object → its number; kept objects never die

    def keep(self, value: object) -> Handle:
        """The handle of an object, the same whenever it is given.  Raises Malformed when there are too many."""
        number = self._numbers.get(id(value))
        if number is None:
            if len(self._objects) >= MOST:
                raise Malformed("too many handles")
            number = self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        return Handle(number, type_name(value))

    def target(self, name: str) -> Callable[..., Any]:
        """The callable of a global's name, a handle "#3", its public method "#3.predict", or a step "#3.__next__".

        Raises LookupError where there is none.
        """
        match = _TARGET.fullmatch(name)
        target: Any = self._objects[int(match[1])] if match else self._find(name)
        for attribute in filter(None, match[2].split(".") if match else ()):
            try:
                target = getattr(target, attribute)
            except Exception as error:  # a student's class may raise anything
                raise LookupError(name) from error
        if not callable(target):
            raise LookupError(name)
        found: Callable[..., Any] = target
        return found

    def argument(self, value: Any) -> Any:
        """What stands behind a marker; any other value as it is.  Raises LookupError for what is not there."""
        kind = type(value)
        if kind is Handle or kind is Record:
            return self._objects[(value if kind is Handle else value.handle).number]
        if kind is Rng:
            return np.random.default_rng(value.seed)
        if kind is Tensor:
            return value.on()
        if kind is Function:
            return self.function(value, self.argument)
        return value

    def _twin(self, name: str) -> Callable[..., Any] | None:
        try:
            found: Callable[..., Any] = self._find(name)
        except LookupError:
            return None
        return found

    def function(self, marker: Function, argument: Callable[[Any], Any], *, twin: bool = False) -> Callable[..., Any]:
        """The function that a marker stands for, with its bound values, each made what `argument` makes of it.

        `twin` prefers the global of that name to the source; without it a student's own cannot come between.
        """
        found = self._twin(marker.name) if twin or not marker.source else None
        if found is None:
            found = marker.load()
        return functools.partial(found, **map_leaves(argument, dict(marker.bound))) if marker.bound else found


def is_record(value: Any) -> bool:
    """True for what looks like a tuple and stands for an object."""
    return type(value) is Record


def is_step(name: str) -> bool:
    """Whether a call goes on with what an earlier one began: the next item of a generator."""
    match = _TARGET.fullmatch(name)
    return match is not None and match[2] == ".__next__"


def type_name(value: object) -> str:
    """The class's name; "generator" for every iterator that Python itself makes."""
    kind = type(value)
    if isinstance(value, types.GeneratorType) or (isinstance(value, Iterator) and kind.__module__ == "builtins"):
        return "generator"
    return str(kind.__name__)[:60]
