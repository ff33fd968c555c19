"""One walk through nested values: dicts, lists and tuples are branches, everything else is a leaf.

numpy alone: this module also runs beside student code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def _never(value: Any) -> bool:
    return False


def map_leaves(change: Callable[..., Any], value: Any, *others: Any, is_leaf: Callable[[Any], bool] = _never) -> Any:
    """A value of the same build, every leaf of which is what `change` makes of it, keys in the same order.

    `others` are walked alongside, and `change` gets their leaves too; they must have the branches of `value` (a list
    may stand for a tuple), else ValueError or LookupError.  `is_leaf` says which branches are leaves all the same.
    """
    if is_leaf(value):
        return change(value, *others)
    if isinstance(value, dict):
        return {
            key: map_leaves(change, part, *(other[key] for other in others), is_leaf=is_leaf)
            for key, part in value.items()
        }
    if isinstance(value, (list, tuple)):
        parts = [map_leaves(change, *alike, is_leaf=is_leaf) for alike in zip(value, *others, strict=True)]
        return parts if isinstance(value, list) else tuple(parts)
    return change(value, *others)


def leaves(value: Any, *, is_leaf: Callable[[Any], bool] = _never) -> Iterator[Any]:
    """The leaves, left to right; a dict's in the order of its keys' text, so that equal dicts give the same."""
    if is_leaf(value) or not isinstance(value, (dict, list, tuple)):
        yield value
        return
    for part in [value[key] for key in sorted(value, key=str)] if isinstance(value, dict) else value:
        yield from leaves(part, is_leaf=is_leaf)
