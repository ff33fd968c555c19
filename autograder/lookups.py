"""Proof that a gate judges parameters: one that accepts a parameter per sample could be won by a table of answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.bank import BankedCase, BankedExercise
from autograder.compare import as_numbers, compare
from autograder.exercise import Gate
from autograder.implementation import Called, Caller
from autograder.observe import observe_case, observer


class _Repeated(Caller):
    """Remembers what `inner` gives, and gives one of its parts once for each of `rows` samples."""

    def __init__(self, inner: Caller) -> None:
        self._inner = inner
        self._known: dict[str, Any] = {}
        self.part, self.rows = -1, 1
        self.parts = 0  # parts of the answers that were given

    def call(self, name: str, args: Sequence[Any], *, writeable: bool = True, watch: bool = False) -> Called:
        if name not in self._known:
            self._known[name] = self._inner.call(name, args).value
        numbers = iter(range(10**6))
        value = self._repeat(self._known[name], numbers)
        self.parts = max(self.parts, next(numbers))
        return Called(value)

    def _repeat(self, value: Any, numbers: Iterator[int]) -> Any:
        if isinstance(value, dict):
            return {key: self._repeat(part, numbers) for key, part in value.items()}
        array = as_numbers(value)
        if array is None:
            return (
                type(value)(self._repeat(part, numbers) for part in value)
                if isinstance(value, (tuple, list))
                else value
            )
        return np.repeat(array[None], self.rows, axis=0) if next(numbers) == self.part else value


def accepted_lookups(exercise: BankedExercise, cases: Sequence[BankedCase], solution: Caller) -> list[str]:
    """A sentence for every part of the right answer that a gate also accepts with a row for each sample."""
    if not isinstance(exercise.tolerance, Gate):
        return []
    observe = observer(exercise)
    found = []
    for banked in cases:
        impl = _Repeated(solution)
        observe_case(observe, impl, banked.case)
        sizes = {len(value) for value in banked.case.inputs.values() if isinstance(value, np.ndarray) and value.ndim}
        for part in range(impl.parts):
            for rows in sorted(sizes - {0, 1}):
                impl.part, impl.rows = part, rows
                seen, failure = observe_case(observe, impl, banked.case)
                if failure is None and not compare(None, seen.value, exercise.tolerance):
                    found.append(
                        f"the gate accepts {rows} rows for part {part + 1} of the answer on {banked.case.name!r}, "
                        "so a table of test labels could win it: check its shape in the observe"
                    )
    return found
