"""How values look within a line: numbers as people write them, a long array by its first entries."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.judge.compare import as_numbers
from autograder.model.markers import Function, Handle, Opaque, Rng, Tensor

DIGITS = 4  # of an input; what is compared has more
COMPARED = (6, 12, 17)  # digits of two values that differ: as many as it takes to see that
IN_FULL = 6  # numbers of an array, parts of a dict or a list
FIRST = 3  # entries of an array that is longer
LONGEST = 80  # characters of a text


def shown(value: Any, digits: int = DIGITS) -> str:
    """A plain value in a few characters, much as Python writes it."""
    if isinstance(value, Tensor):
        return f"tensor({shown(value.array, digits)})"
    if isinstance(value, Rng):
        return f"np.random.default_rng({value.seed})"
    if isinstance(value, Function):
        return value.name
    if isinstance(value, (Handle, Opaque)):
        return value.type_name
    numbers = as_numbers(value)
    if numbers is not None and numbers.ndim:
        return _array(numbers, digits)
    if numbers is not None:
        return _number(numbers.item(), digits)
    if isinstance(value, dict):
        return "{" + ", ".join(_some([f"{key!r}: {_part(part, digits)}" for key, part in value.items()])) + "}"
    if isinstance(value, (list, tuple)):
        parts = ", ".join(_some([_part(part, digits) for part in value]))
        return f"[{parts}]" if isinstance(value, list) else f"({parts})"
    text = repr(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def apart(one: Any, other: Any) -> tuple[str, str]:
    """Two values that differ, with as many digits as it takes to see that."""
    for digits in COMPARED:
        pair = shown(one, digits), shown(other, digits)
        if pair[0] != pair[1]:
            break
    return pair


def is_short(value: Any) -> bool:
    """Whether all of it is shown."""
    numbers = as_numbers(value)
    return numbers is None or numbers.size <= IN_FULL


def named(name: str, value: Any) -> str:
    """An input with its name, and with its shape where not all of it is shown: "X (7, 2) = [[0.3, 1.2], …]"."""
    numbers = as_numbers(value.array if isinstance(value, Tensor) else value)
    shape = "" if numbers is None or is_short(numbers) else f" {numbers.shape}"
    return f"{name}{shape} = {shown(value)}"


def _array(array: np.ndarray, digits: int) -> str:
    if array.ndim == 0:
        return _number(array.item(), digits)
    if array.size <= IN_FULL:
        return "[" + ", ".join(_array(part, digits) for part in array) + "]"
    first = FIRST if array.ndim == 1 else 1
    more = ["…"] if len(array) > first else []
    return "[" + ", ".join([*(_array(part, digits) for part in array[:first]), *more]) + "]"


def _part(value: Any, digits: int) -> str:
    """A part of a dict or a list: a long array by its shape."""
    numbers = as_numbers(value)
    return shown(value, digits) if numbers is None or numbers.size <= FIRST else f"array {numbers.shape}"


def _some(parts: list[str]) -> list[str]:
    return parts if len(parts) <= IN_FULL else [*parts[:FIRST], "…"]


def _number(number: float, digits: int) -> str:
    return f"{number + 0.0:.{digits}g}" if isinstance(number, float) else str(number)  # + 0.0: no -0
