"""What each case of one of Otter's tests is worth, by the rules of `TestFile.resolve_test_file_points` (Otter 7.0)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any


def points_of_cases(total: Any, given: Sequence[Any]) -> list[float]:
    """The points of each case, from those of the test and those that cases name (None for none).

    What the cases leave over of the total is shared by those that name nothing; without a total they are worth nothing,
    or where no case is worth anything, one point together.  A list as total gives a case its own each.

    Raises ValueError with what is wrong: with anything that Otter stops at, and with less than no points.
    """
    if isinstance(total, list):
        if len(total) != len(given):
            raise ValueError(f"{len(total)} numbers of points are given to {len(given)} cases")
        given, total = total, None
    numbers = [_number(each, bool_too=False) for each in given]
    if total is not None:
        total = _number(total, bool_too=True)
    open_cases = numbers.count(None)
    named = sum(each for each in numbers if each is not None)
    if total is None:
        left = 0.0 if named else 1.0
    elif named > total:
        raise ValueError(f"its cases have {named:g} points and all of it {total:g}")
    else:
        left = total - named
    share = left / open_cases if open_cases else 0.0
    return [share if each is None else each for each in numbers]


def _number(value: Any, *, bool_too: bool) -> float | None:
    """A number of points; None for None."""
    if value is None:
        return None
    if isinstance(value, bool) and bool_too:  # to Otter `True` is one point of a test, and none of a case
        return float(value)
    if type(value) not in (int, float) or not 0 <= value < math.inf:
        raise ValueError(f"{value!r} points are none: give a number, 0 or more")
    return value  # type: ignore[no-any-return]
