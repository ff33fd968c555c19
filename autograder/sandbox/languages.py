"""Cells in another language than Python: which are refused, and by which name."""

from __future__ import annotations

import re

_PROGRAMS = ("bash", "sh", "script", "perl", "ruby", "pypy", "python", "python2", "python3", "cmd", "system", "sx", "!")
_KERNELS = ("R", "julia", "javascript", "js", "cython", "sql", "matlab", "octave", "cpp", "fortran", "rust", "scala")
_FIRST_LINE = re.compile(r"\s*%%(!|\w+)")


def refused_language(source: str) -> str:
    """The language that a cell's `%%` line hands it to; "" for Python and for magics that run or show Python."""
    found = _FIRST_LINE.match(source)
    return found[1] if found and found[1] in (*_PROGRAMS, *_KERNELS) else ""


def refusal(language: str) -> str:
    """What is said in the place of the cell's outputs."""
    return f"%%{language}: cells in another language than Python do not run here. The rest of the notebook does."
