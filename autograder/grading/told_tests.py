"""In which words it is told how a test of the course's own ended: the teacher wrote it, so what it says is told."""

from __future__ import annotations

import re

from autograder.model.texts import Values, part
from autograder.sandbox import CellStatus

MOST_TOLD = 500  # characters of a message or a print
_ERROR_NAME = re.compile(r"[A-Za-z_]\w{0,60}")
_ENDED = {CellStatus.TIMEOUT: "test_timeout", CellStatus.MEMORY: "test_memory"}  # anything else: the process is gone


def how_ended(status: CellStatus) -> str:
    """The code of what ended the process of a test."""
    return _ENDED.get(status, "test_died")


def error_told(name: str) -> Values | str:
    """The name of an error, where it is a name."""
    return name if _ERROR_NAME.fullmatch(name) else part("an_exception")


def quoted(text: str) -> Values | str:
    """A quotation that is nothing but text to the feedback, with its colon; "" of an empty one."""
    line = in_one_line(text)
    return part("quoted", line=line) if line else ""


def in_one_line(text: str) -> str:
    """Text that may stand between backticks."""
    line = " ".join(text.split()).replace("`", "'")
    return line if len(line) <= MOST_TOLD else f"{line[:MOST_TOLD]}…"
