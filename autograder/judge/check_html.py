"""The parts of what `check` shows in a notebook, as HTML that is readable on a white page and on a black one."""

from __future__ import annotations

import html
import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from autograder.judge.compare import Mismatch, as_numbers
from autograder.model.markup import pieces
from autograder.model.texts import say

LARGEST_MAP = 24  # rows and columns: a larger heat map is no longer readable
ON_COLOR = "#ffffff"  # text on a colour of COLORS: no one colour is readable both on a white page and on a black one
COLORS = {"PASSED": "#1a7f37", "PARTIAL": "#9a6700", "FAILED": "#cf222e", "NOT_ATTEMPTED": "#57606a"}
TAGS = {"code": "code", "strong": "strong", "em": "em"}


@dataclass(frozen=True)
class Line:
    """A sentence after its sign: ✓, ✗, or "" where it goes on with the one before."""

    sign: str
    text: str


def rows_of(lines: Sequence[Line]) -> str:
    """A row for each line."""
    return "".join(map(_row, lines))


def _row(line: Line) -> str:
    sign = f"{sign_of(line.sign, 'PASSED' if line.sign == '✓' else 'FAILED')} " if line.sign else ""
    return f"<div style='margin:.2em 0 .2em {'0' if sign else '1.6em'}'>{sign}{inline(line.text)}</div>"


def sign_of(sign: str, outcome: str) -> str:
    """A sign on a patch of the outcome's colour."""
    return f"<span style='{on(COLORS[outcome])};padding:0 .3em'>{sign}</span>"


def on(color: str) -> str:
    """Style of text that stands on a patch of its own, readable on whatever page is behind it."""
    return f"background:{color};color:{ON_COLOR};border-radius:.3em"


def points_of(points: float, language: str) -> str:
    """So many points in words."""
    return say("check.one_point" if points == 1 else "check.points", language, points=f"{points:g}")


def printable(text: str) -> str:
    """The text as the console can show it: one that knows no ✓ gets a question mark, not an error."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def inline(text: str) -> str:
    """Escaped text with its markup; a formula stays as it is, which notebooks set."""
    said = []
    for kind, body in pieces(text):
        tag = TAGS.get(kind)
        whole = f"${body}$" if kind == "math" else body
        said.append(f"<{tag}>{html.escape(body)}</{tag}>" if tag else html.escape(whole))
    return "".join(said)


def heat_map(mismatch: Mismatch, caption: str) -> str:
    """A small table coloured by absolute error, for a wrong matrix; "" for anything else."""
    expected, actual = as_numbers(mismatch.expected), as_numbers(mismatch.actual)
    if expected is None or actual is None or expected.ndim != 2 or expected.shape != actual.shape:
        return ""
    if max(expected.shape) > LARGEST_MAP:
        return ""
    error = np.abs(actual.astype(float) - expected.astype(float))
    error = np.where(np.isfinite(error), error, np.nanmax(np.where(np.isfinite(error), error, 0.0)) or 1.0)
    share = error / (error.max() or 1.0)
    rows = "".join(
        "<tr>" + "".join(
            f"<td style='width:1.1em;height:1.1em;padding:0;border:1px solid rgba(128,128,128,.25);"
            f"background:rgba(207,34,46,{weight:.2f})' "
            f"title='[{i}, {j}] {actual[i, j]:.4g} ≠ {expected[i, j]:.4g}'></td>"
            for j, weight in enumerate(row)
        ) + "</tr>"
        for i, row in enumerate(share)
    )  # fmt: skip
    path = f"<code>{html.escape(mismatch.path)}</code> " if mismatch.path else ""
    return (
        f"<div style='margin:.5em 0 .2em'>{path}{caption}</div>"
        f"<table style='border-collapse:collapse;margin:0'>{rows}</table>"
    )
