"""The structure of plain data: how a value is built, without its numbers and its lengths."""

from __future__ import annotations

from typing import Any

from autograder.judge.compare import as_numbers
from autograder.model.markers import Handle, Record

MOST_PARTS = 12  # of a tuple: no function returns more, and a longer list is data

Structure = Any
"""JSON: {"dict": {key: Structure}}, {"tuple": [Structure, …]}, how many axes numbers have, or one of the words "text",
"None", "object" (one that stays where it is) and "any"."""


def structure_of(value: Any) -> Structure:
    """The structure of a plain value."""
    if isinstance(value, dict):
        return {"dict": {str(key): structure_of(part) for key, part in value.items()}}
    numbers = as_numbers(value)
    if isinstance(value, tuple) or (isinstance(value, list) and numbers is None):
        return {"tuple": [structure_of(part) for part in value]} if len(value) <= MOST_PARTS else "any"
    if numbers is not None:
        return numbers.ndim
    if isinstance(value, Handle):
        return "object"
    return "None" if value is None else "text" if isinstance(value, str) else "any"


def fits(structure: Structure, value: Any) -> bool:
    """Whether `value` is built as `structure` says; an array with one entry may stand for a number."""
    if isinstance(structure, int):
        numbers = as_numbers(value)
        return numbers is not None and (numbers.ndim == structure or (not structure and numbers.size == 1))
    if structure == "object":
        return isinstance(value, (Handle, Record))
    if isinstance(structure, str):
        return structure == "any" or structure_of(value) == structure
    if "dict" in structure:
        known = {str(key): part for key, part in value.items()} if isinstance(value, dict) else {}
        return known.keys() == structure["dict"].keys() and all(
            fits(structure["dict"][key], known[key]) for key in known
        )
    parts = structure["tuple"]
    return isinstance(value, (tuple, list)) and len(value) == len(parts) and all(map(fits, parts, value))


def reordered(structure: Structure, other: Structure) -> bool:
    """Whether two tuples have parts built alike, but in another order."""
    one, two = (each.get("tuple") if isinstance(each, dict) else None for each in (structure, other))
    if not one or not two or one == two:
        return False
    return sorted(map(repr, one)) == sorted(map(repr, two))
