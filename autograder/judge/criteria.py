"""What each kind of criterion does: values within a tolerance, a metric beyond a threshold, choices from a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from autograder.judge.compare import Mismatch, as_numbers, compare
from autograder.model import tools
from autograder.model.bank import BankedExercise
from autograder.model.criteria import CLOSED_FORM, EXACT, Gate, OneOf, Tolerance

FLOAT32 = Tolerance(1e-3, 1e-4, "float32 inputs are off by 6e-8, and a fit may amplify that a thousandfold")


class Criterion(Protocol):
    """When an output is right, and which outputs are the same.

    expects_value  whether the reference's output is what is expected; otherwise it need not run for each draw.
    has_contract    whether the contract is asked for: a function that trains takes too long to be called again.
    likeness        how close the evidence of two outputs is, right or wrong, that cannot be told apart.
    """

    expects_value: ClassVar[bool]
    has_contract: ClassVar[bool]

    @property
    def likeness(self) -> Tolerance: ...

    def compare(self, expected: Any, actual: Any, outputs: Sequence[str] = ()) -> list[Mismatch]:
        """All places in which `actual` differs from `expected`; empty when it is right.  `outputs` names its parts."""

    def compare_single(self, expected: Any, actual: Any, outputs: Sequence[str] = ()) -> list[Mismatch]:
        """The same for an output of float32 inputs."""

    def evidence(self, output: Any) -> Any:
        """What of an output tells one mistake from another."""

    def tells_apart(self, output: Any) -> bool:
        """Whether an output can be recognised: a bare metric could come from anywhere."""


@dataclass(frozen=True)
class Values:
    """Every array within the tolerance."""

    tolerance: Tolerance
    expects_value: ClassVar[bool] = True
    has_contract: ClassVar[bool] = True

    @property
    def likeness(self) -> Tolerance:
        return self.tolerance

    def compare(self, expected: Any, actual: Any, outputs: Sequence[str] = ()) -> list[Mismatch]:
        return compare(expected, actual, self.tolerance, outputs)

    def compare_single(self, expected: Any, actual: Any, outputs: Sequence[str] = ()) -> list[Mismatch]:
        exact = not (self.tolerance.rtol or self.tolerance.atol)
        return compare(expected, actual, self.tolerance if exact else FLOAT32, outputs)

    def evidence(self, output: Any) -> Any:
        return output

    def tells_apart(self, output: Any) -> bool:
        return True


@dataclass(frozen=True)
class Metric:
    """One number, or a dict with it under "metric", beyond the gate's threshold."""

    gate: Gate
    likeness = CLOSED_FORM
    expects_value: ClassVar[bool] = False
    has_contract: ClassVar[bool] = False

    def compare(self, expected: Any, actual: Any, outputs: Sequence[str] = ()) -> list[Mismatch]:
        value = metric_of(actual)
        if value is None:
            return [Mismatch("wrong_type", "", np.inf, 0.0, actual)]
        if self.gate.at_least is not None and not value >= self.gate.at_least:
            return [Mismatch("below_gate", "", np.inf, self.gate.at_least, value)]
        if self.gate.at_most is not None and not value <= self.gate.at_most:
            return [Mismatch("above_gate", "", np.inf, self.gate.at_most, value)]
        return []

    compare_single = compare

    def evidence(self, output: Any) -> Any:
        """What a gate saw beside its metric, which differs by chance; the metric where it is all there is."""
        beside = {key: part for key, part in output.items() if key != "metric"} if isinstance(output, dict) else {}
        return beside or output

    def tells_apart(self, output: Any) -> bool:
        return isinstance(output, dict)


@dataclass(frozen=True)
class Choice:
    """For each item one of the options; None stands for an item without an answer."""

    one_of: OneOf
    likeness = EXACT
    expects_value: ClassVar[bool] = True
    has_contract: ClassVar[bool] = True

    def compare(self, expected: Any, actual: Any, outputs: Sequence[str] = ()) -> list[Mismatch]:
        known = set(map(tools.plain, self.one_of.options))
        found = []
        for item, right in expected.items():
            word = actual[item]
            if word is None:
                found.append(Mismatch("no_choice", item, np.inf, self.one_of.options, word))
            elif tools.plain(word) != tools.plain(right):
                code = "wrong_value" if tools.plain(word) in known else "not_an_option"
                found.append(Mismatch(code, item, np.inf, self.one_of.options, str(word)))
        return found

    compare_single = compare

    def evidence(self, output: Any) -> Any:
        return {item: tools.plain(word) for item, word in output.items()}

    def tells_apart(self, output: Any) -> bool:
        return True


def criterion_of(exercise: BankedExercise) -> Criterion:
    """What the exercise's criterion does."""
    kinds: dict[type, Callable[[Any], Criterion]] = {Tolerance: Values, Gate: Metric, OneOf: Choice}
    return kinds[type(exercise.criterion)](exercise.criterion)


def metric_of(observed: Any) -> float | None:
    """The metric that a gate judges: the observation itself, or its entry "metric"; None when it is not one number."""
    number = as_numbers(observed.get("metric") if isinstance(observed, dict) else observed)
    return float(number.reshape(())) if number is not None and number.size == 1 else None
