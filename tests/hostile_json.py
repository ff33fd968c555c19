"""Hostile notebooks: any JSON value in any place of a real one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

_KEYS = (
    "cells", "worksheets", "metadata", "nbgrader", "autograder", "grade_id", "cell_type", "source", "input", "outputs",
    "attachments", "nbformat", "nbformat_minor", "assignment", "language", "id", "text", "data", "image/png",
)  # fmt: skip
_LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["code", "markdown", "raw", "heading", "\ud800", "line_loss", "why", "def line_loss(w): pass"])
)  # fmt: skip

anything: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(_KEYS) | st.text(max_size=3), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn, notebook: Any) -> Any:
    """The JSON data of a notebook with any value in one, two or three places; `notebook` stays as it is."""
    root = [copy.deepcopy(notebook)]
    for _ in range(draw(st.integers(1, 3))):
        holder, key = draw(st.sampled_from(list(_places(root))))
        holder[key] = draw(anything)
    return root[0]


def _places(tree: Any) -> Iterator[tuple[Any, Any]]:
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in entries:
        yield tree, key
        yield from _places(value)
