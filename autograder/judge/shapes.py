"""Holding the shapes that an exercise declares: what its function returns is checked before an observe sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograder.judge.compare import as_numbers
from autograder.judge.implementation import Around, Implementation, Target
from autograder.judge.structure import structure_of
from autograder.model.calls import Called, CallFailed, CallStatus, Failure

Shapes = Any
"""A tuple of lengths, a dict of Shapes by key or by name of a returned part, or a list of Shapes."""


class Shaped(Around):
    """`inner`, whose function `name` gives numbers and float64 arrays of the declared shapes, or fails.

    shapes   gives the Shapes from the arguments of a call.
    outputs  names of the parts of the tuple that the function returns, if it returns one.
    """

    def __init__(self, inner: Implementation, name: str, shapes: Callable[..., Shapes], outputs: Sequence[str]) -> None:
        super().__init__(inner)
        self._name, self._shapes, self._outputs = name, shapes, tuple(outputs)

    def call(self, function: Target, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        return self._inner.call(function, args, writeable=writeable, watch=watch)

    def ask(self, function: Target, args: Sequence[Any]) -> Any:
        value = self._inner.ask(function, args)
        if function != self._name:
            return value
        try:
            return held(self._shapes(*args), value, self._outputs)
        except _Other as other:
            raise CallFailed(Failure(other.status, self._name, built=other.built, value=value)) from None


class _Other(Exception):
    """A value, or a part of one, is built otherwise than declared."""

    def __init__(self, status: CallStatus, built: Any) -> None:
        super().__init__(status)
        self.status, self.built = status, built


def held(shapes: Shapes, value: Any, outputs: Sequence[str] = (), path: str = "") -> Any:
    """`value` in the declared shapes: axes of length 1 may be more or fewer.  Raises _Other."""
    if isinstance(shapes, tuple):
        return _held_array(shapes, value, path)
    if isinstance(shapes, dict) and tuple(shapes) != tuple(outputs):
        if not isinstance(value, dict) or not set(shapes) <= set(value):
            raise _Other(CallStatus.WRONG_RETURN, structure_of(value))
        return {key: held(part, value[key], path=f"{path}[{key!r}]" if path else key) for key, part in shapes.items()}
    parts = list(value) if isinstance(value, (list, tuple)) or (isinstance(value, np.ndarray) and value.ndim) else []
    if len(parts) != len(shapes):
        raise _Other(CallStatus.WRONG_RETURN, structure_of(value))
    named = shapes if isinstance(shapes, dict) else {f"{path}[{number}]": part for number, part in enumerate(shapes)}
    return tuple(held(shape, part, path=name) for (name, shape), part in zip(named.items(), parts, strict=True))


def _held_array(shape: tuple[int, ...], value: Any, path: str) -> Any:
    numbers = as_numbers(value)
    if numbers is None or [n for n in numbers.shape if n != 1] != [n for n in shape if n != 1]:
        actual = None if numbers is None else list(numbers.shape)
        raise _Other(CallStatus.OTHER_SHAPE, {"path": path, "expected": [*shape], "actual": actual})
    array = numbers.astype(np.float64).reshape(shape)
    return array if shape else float(array)
