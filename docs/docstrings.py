"""Docstrings as Markdown reads them: `name  what it is` on lines of its own is a list."""

from __future__ import annotations

import re
from typing import Any

import griffe

FIRST = re.compile(r"^(\w+(?:, \w+)*) {2,}(\S.*)$")
FURTHER = re.compile(r"^(\w+(?:, \w+)*) +(\S.*)$")  # the longest name has one blank behind it


class FieldLists(griffe.Extension):
    """Makes a list of the fields that a docstring explains."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        if obj.docstring:
            obj.docstring.value = as_markdown(obj.docstring.value)


def as_markdown(docstring: str) -> str:
    """The docstring, with an item for each field; what continues a field is indented."""
    lines: list[str] = []
    inside = False
    for line in docstring.splitlines():
        if found := (FURTHER if inside else FIRST).match(line):
            lines += [*([] if inside else [""]), f"* **{found[1]}**: {found[2]}"]
            inside = True
        elif inside and line.startswith(" "):
            lines.append(f"    {line.strip()}")
        else:
            lines += ["", line] if inside and line.strip() else [line]
            inside = False
    return "\n".join(lines)
