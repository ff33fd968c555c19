"""How improbable a failure of the reference is: the tail of its metric over many seeds, and a threshold below it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from autograder.model.criteria import Calibration

WORST_SHARE = 20  # the worst twentieth of the seeds is the tail
FALSE_FAIL = 1e-3  # the highest acceptable probability that a right answer fails a gate
THRESHOLD_DIGITS = 4  # of a threshold, since students read it; rounded in their favour


@dataclass(frozen=True)
class Tail:
    """The fitted distribution of the metric over seeds.

    scale        logit for a metric within [0, 1], log for another positive one, else raw: that of mean, sd, excess.
    excess       mean distance of the worst seeds beyond the rest (0 where there are none).
    quantile     the metric that a right answer falls behind with probability FALSE_FAIL.
    probability  of falling behind a given metric.
    """

    scale: str
    mean: float
    sd: float
    excess: float
    quantile: float
    probability: Callable[[float], float]


def fit_tail(values: np.ndarray, higher_is_better: bool) -> Tail:
    """Two fits on the scaled metrics, of which the more pessimistic counts everywhere.

    A normal whose sd is the upper 95% limit of theirs; and, since trainings fail to one side, an exponential tail
    through the worst twentieth of the seeds (peaks over threshold), its mean excess likewise at its upper limit.
    The tail starts halfway between its best value and the next better one: an accuracy on few samples takes few values,
    and whole steps between them are no excess.  Accuracies that are 1 on some seeds are moved inwards by half of the
    smallest step between two values, so that their logit exists.  (Both are continuity corrections.)
    """
    unique = np.unique(values)
    sign = 1.0 if higher_is_better else -1.0
    if len(unique) == 1:
        only = float(unique[0])
        return Tail("raw", only, 0.0, 0.0, only, lambda metric: float(sign * metric > sign * only))
    scale = "logit" if values.min() >= 0 and values.max() <= 1 else "log" if values.min() > 0 else "raw"
    edge = float(np.diff(unique).min()) / 2

    def forward(value: Any) -> np.ndarray:
        if scale == "logit":
            inside = np.clip(value, edge, 1 - edge)
            return np.asarray(np.log(inside / (1 - inside)))
        return np.asarray(np.log(value) if scale == "log" else value)

    def backward(value: float) -> float:
        return 1 / (1 + math.exp(-value)) if scale == "logit" else math.exp(value) if scale == "log" else value

    good = np.sort(sign * forward(values))  # worst first
    n = len(good)
    normal = NormalDist(float(good.mean()), float(good.std(ddof=1)) * (1 + 1.645 / math.sqrt(2 * (n - 1))))
    start = float(good[max(10, n // WORST_SHARE)])
    worst = good[good < start]
    share = len(worst) / n
    start = (start + float(worst.max())) / 2 if len(worst) else start
    excess = float(np.mean(start - worst)) * (1 + 1.645 / math.sqrt(len(worst))) if len(worst) else 0.0
    quantile = normal.inv_cdf(FALSE_FAIL)
    if share > FALSE_FAIL:
        quantile = min(quantile, start - excess * math.log(share / FALSE_FAIL))

    def probability(metric: float) -> float:
        """That one more right answer is worse than `metric`."""
        place = sign * float(forward(metric))
        beyond = share * math.exp(-max(start - place, 0.0) / excess) if excess else 0.0
        return max(normal.cdf(place), beyond)

    return Tail(scale, sign * normal.mean, normal.stdev, excess, backward(sign * quantile), probability)


def choose_threshold(values: np.ndarray, tail: Tail, calibration: Calibration) -> float:
    """Behind both the worst seed and the fitted quantile by the margin, rounded in the student's favour."""
    if calibration.higher_is_better:
        raw = min(float(values.min()), tail.quantile) - calibration.margin
        return _round_to(raw, math.floor)
    raw = max(float(values.max()), tail.quantile) + calibration.margin
    return _round_to(raw, math.ceil)


def _round_to(value: float, direction: Callable[[float], int]) -> float:
    if value == 0:
        return 0.0
    places = THRESHOLD_DIGITS - 1 - math.floor(math.log10(abs(value)))
    return round(direction(round(value * 10.0**places, 6)) / 10.0**places, max(places, 0))
