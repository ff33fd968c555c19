"""When an output is right, as an author says it: frozen records, whose behaviour is in judge/criteria."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from autograder.model.errors import AuthoringError


@dataclass(frozen=True)
class Tolerance:
    """Agreement of two outputs: ‖actual − expected‖ ≤ rtol · max(‖actual‖, ‖expected‖) + atol, per array.

    The reason says why neither a right answer in float32 nor a wrong one can cross the line.
    """

    rtol: float
    atol: float
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise AuthoringError("a tolerance needs a reason")


EXACT = Tolerance(0.0, 0.0, "shapes, labels, indices and counts are equal or wrong")
CLOSED_FORM = Tolerance(
    1e-5, 1e-7, "a right float32 backward pass is within 8.6e-7; the smallest known mistake moves 2.4%"
)
INVARIANT = Tolerance(1e-8, 1e-8, "an identity that holds to rounding in float64")


@dataclass(frozen=True)
class Gate:
    """A threshold on a metric, calibrated rather than guessed.

    The observation is the metric, one number, or a dict with it under "metric" and beside it evidence that tells
    mistakes apart (parameters, losses on the way): evidence is never judged, it only names what went wrong.
    Exactly one of `at_least` and `at_most` is given.  `reason` states where the number comes from.
    """

    reason: str
    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise AuthoringError("a gate needs a reason")
        if (self.at_least is None) == (self.at_most is None):
            raise AuthoringError("a gate needs exactly one of at_least and at_most")


@dataclass(frozen=True)
class Calibration:
    """Stands where a Gate stands when its threshold is measured: `autograder calibrate` runs it and stores the number.

    run     a function of the reference module, `(seeds, device) -> Tensor (len(seeds),)`: trains the reference from
            every seed, all at once (torch.func.vmap), and gives the metric of each.
    margin  how far the threshold keeps from the worst 1e-3 quantile, in units of the metric.
    reason  what is trained and measured; where the number comes from is added to it.
    """

    run: Callable[[Sequence[int], str], Any]
    higher_is_better: bool
    margin: float
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise AuthoringError("a calibration needs a reason")
        if not self.margin > 0:
            raise AuthoringError("a calibration needs a margin above 0, in units of the metric")


@dataclass(frozen=True)
class OneOf:
    """The output is a dict of choices from these options; a `Choices` gives it."""

    options: tuple[str, ...]


CriterionRecord = Tolerance | Gate | OneOf
"""What a bank knows: a Calibration has become the Gate that was measured."""
