"""nbgrader's marks around a solution: what stands between them never reaches students."""

from __future__ import annotations

import re

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
ANY_MARK = re.compile(r"### (BEGIN|END) (SOLUTION|HIDDEN TESTS|MARK SCHEME)")
_MARK = re.compile(r"### (BEGIN|END) SOLUTION")
_MARK_LINE = re.compile(r"^[ \t]*### (?:BEGIN|END) SOLUTION[ \t]*\n?", re.MULTILINE)
_SOLUTION = re.compile(r"### BEGIN SOLUTION\n(.*?)### END SOLUTION", re.DOTALL)


def marks_in(source: str) -> list[str]:
    """BEGIN or END for each mark, in order."""
    return _MARK.findall(source)


def without_marks(source: str) -> str:
    """The source with its solution, less the lines of the marks."""
    return _MARK_LINE.sub("", source)


def solutions_in(source: str) -> list[str]:
    """What stands between each pair of marks."""
    return _SOLUTION.findall(source)
