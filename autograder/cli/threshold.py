"""`--fail-under`: how many points are enough."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.model.errors import UserError
from autograder.report.attention import SHOWN
from autograder.report.feedback.figures import number
from autograder.report.standing import Standing, maximum

_WRITTEN = re.compile(r"(\d+(?:\.\d+)?)\s*(%?)")


class ThresholdUnclear(UserError):
    """What stands behind --fail-under is neither a percentage nor a number of points."""


@dataclass(frozen=True)
class Threshold:
    """So many points, or so many percent of those that can be had before a person marks."""

    value: float
    is_share: bool

    @staticmethod
    def of(text: str) -> Threshold:
        """The threshold that is written as "60%" or "24".  Raises ThresholdUnclear, for "0.6" too: a share is meant."""
        found = _WRITTEN.fullmatch(text.strip())
        if found is None or (float(found[1]) > 100 if found[2] else 0 < float(found[1]) < 1):
            raise ThresholdUnclear(f"--fail-under {text!r}: write a percentage such as 60%, or points such as 24")
        return Threshold(float(found[1]), bool(found[2]))

    def __str__(self) -> str:
        return f"{self.value:g}{'%' if self.is_share else ' points'}"

    def shortfall(self, standings: Sequence[Standing], max_scores: Mapping[str, float]) -> str:
        """A sentence on those whose score is not enough, "" where there are none.

        Answers that wait for a person count neither for nor against anybody, and without a score nobody is short.
        """
        scored = [each for each in standings if each.score is not None]
        short = [each for each in scored if self._is_missed(each, _at_hand(each, max_scores))]
        named = [
            f"{each.report.student}/{each.report.assignment} ({_reached(each, _at_hand(each, max_scores))})"
            for each in short
        ]
        more = f", and {len(named) - SHOWN} more" if len(named) > SHOWN else ""
        beyond = not self.is_share and any(self.value > (maximum(each, max_scores) or 0.0) for each in short)
        sign = "; nobody can have as many: with a percent sign it is a share" if beyond else ""
        return f"below {self}: {', '.join(named[:SHOWN])}{more}{sign}" if named else ""

    def _is_missed(self, standing: Standing, at_hand: float) -> bool:
        needed = self.value * at_hand / 100 if self.is_share else self.value
        return (standing.score or 0.0) < needed - 1e-6  # scores are rounded to as many digits


def _at_hand(standing: Standing, max_scores: Mapping[str, float]) -> float:
    """The points that can be had before a person marks."""
    awaited = sum(item.in_total for item in standing.items if item.points is None)
    return (maximum(standing, max_scores) or 0.0) - awaited


def _reached(standing: Standing, at_hand: float) -> str:
    score = standing.score or 0.0
    share = f", {math.floor(100 * score / at_hand + 1e-6)}%" if at_hand > 0 else ""
    return f"{number(score)} of {number(at_hand)}{share}"
