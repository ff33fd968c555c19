"""What a mistyped name may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

ALIKE = 0.75  # of difflib's ratio: a letter lost, doubled or swapped in a name of eight; another number in one of four
SHOWN = 5  # names in one sentence


def near(name: str, names: Iterable[str]) -> list[str]:
    """The names that `name` may stand for, the likeliest first."""
    folded = {each.casefold(): each for each in names}
    return [folded[found] for found in difflib.get_close_matches(name.casefold(), folded, cutoff=ALIKE)]


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """A question with the near names, else a list of some that there are; "" where there are none."""
    known = sorted(names)
    if close := near(name, known):
        return f"did you mean {' or '.join(close)}?"
    return f"there are {listed(known, SHOWN)}" if known else ""


def listed(names: Iterable[str], most: int) -> str:
    """The first names, and how many more there are."""
    every = list(names)
    shown = ", ".join(every[:most])
    return shown if len(every) <= most else f"{shown} and {len(every) - most} more"
