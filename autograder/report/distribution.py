"""How the scores of a class are spread: quartiles and a histogram."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass

BINS = 10  # a tenth of the points each: fine enough to see two humps, coarse enough for a class of 20


@dataclass(frozen=True)
class Bin:
    """How many scores lie in [low, high); the last one holds its end too, and bonuses beyond the maximum."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class Distribution:
    """Scores in ascending order, and the points that there are to be had, None where that is not known."""

    scores: tuple[float, ...]
    maximum: float | None = None

    @property
    def median(self) -> float | None:
        """The median; None without scores."""
        return statistics.median(self.scores) if self.scores else None

    @property
    def quartiles(self) -> tuple[float, float] | None:
        """The first and the third quartile, between which half of the scores lie; None for fewer than four.

        Interpolated with both ends included (method 7 of Hyndman and Fan 1996, "Sample quantiles in statistical
        packages", The American Statistician 50), as spreadsheets and numpy do it.
        """
        if len(self.scores) < 4:
            return None
        first, _, third = statistics.quantiles(self.scores, n=4, method="inclusive")
        return first, third

    @property
    def bins(self) -> tuple[Bin, ...]:
        """Equal parts of the points that there are; none without scores or points."""
        end = self.maximum or max(self.scores, default=0.0)
        if not self.scores or end <= 0:
            return ()
        counts = [0] * BINS
        for score in self.scores:
            counts[min(int(BINS * score / end), BINS - 1)] += 1
        return tuple(Bin(end * n / BINS, end * (n + 1) / BINS, count) for n, count in enumerate(counts))


def distribution_of(scores: Iterable[float | None], maximum: float | None) -> Distribution:
    """The distribution of the scores that there are."""
    return Distribution(tuple(sorted(score for score in scores if score is not None)), maximum)
