"""Answers that are looked up rather than computed must earn nothing: a row for each sample, the public answers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from autograder.judge.compare import as_numbers, is_numeric
from autograder.judge.implementation import Implementation, Recorded, Target, label_of, same_plain
from autograder.judge.observe import compare_observations, observe_case, observer
from autograder.model.bank import BankedCase, BankedExercise
from autograder.model.calls import CallFailed, CallStatus, Failure
from autograder.model.tree import map_leaves


class _Repeated(Implementation):
    """Remembers what `inner` gives, and gives one of its parts once for each of `rows` samples."""

    def __init__(self, inner: Implementation) -> None:
        self._inner = inner
        self._known: dict[str, Any] = {}
        self.part, self.rows = -1, 1
        self.parts = 0  # parts of the answers that were given

    def gives(self, function: Target, args: Sequence[Any]) -> Any:
        name = label_of(function)
        if name not in self._known:
            self._known[name] = self._inner.call(function, args).value
        numbers = iter(range(10**6))
        value = self._repeat(self._known[name], numbers)
        self.parts = max(self.parts, next(numbers))
        return value

    def _repeat(self, value: Any, numbers: Iterator[int]) -> Any:
        def repeated(leaf: Any) -> Any:
            array = as_numbers(leaf)
            if array is None or next(numbers) != self.part:
                return leaf
            return np.repeat(array[None], self.rows, axis=0)

        return map_leaves(repeated, value, is_leaf=is_numeric)


def accepted_lookups(exercise: BankedExercise, cases: Sequence[BankedCase], solution: Implementation) -> list[str]:
    """A sentence for every part of the right answer that an observe also accepts with a row for each sample.

    Such an observe lets an array broadcast where a number belongs.  Where the exercise declares its shapes it cannot,
    and the default observation compares what was returned, shapes too.
    """
    if exercise.shapes is not None:
        return []
    found = []
    for banked in cases:
        if (exercise.group(banked.group).observe or exercise.observe) is None:
            continue
        observe, impl = observer(exercise, banked.group), _Repeated(solution)
        observe_case(observe, impl, banked.case)
        sizes = {len(value) for value in banked.case.inputs.values() if isinstance(value, np.ndarray) and value.ndim}
        for part in range(impl.parts):
            for rows in sorted(sizes - {0, 1}):
                impl.part, impl.rows = part, rows
                seen = observe_case(observe, impl, banked.case)
                if seen.failure is None and not compare_observations(exercise, banked.expected, seen):
                    found.append(
                        f"the observe accepts {rows} rows for part {part + 1} of the answer on {banked.case.name!r}, "
                        "so a table of answers could win: hold the shape of what was returned"
                    )
    return found


class _Replayed(Implementation):
    """Knows nothing but recorded calls: the same arguments, else arguments of the same form, give that value again."""

    def __init__(self, calls: Sequence[tuple[str, Sequence[Any], Any]]) -> None:
        self._calls = calls

    def gives(self, function: Target, args: Sequence[Any]) -> Any:
        name = label_of(function)
        known = [(before, value) for other, before, value in self._calls if other == name]
        exact = (value for before, value in known if same_plain(tuple(before), tuple(args)))
        alike = (value for before, value in known if _form(tuple(before)) == _form(tuple(args)))
        for value in (*exact, *alike):
            return value
        raise CallFailed(Failure(CallStatus.RAISED, name, "LookupError"))


def _form(value: Any) -> Any:
    """The structure of a value with the shapes of its arrays."""
    if isinstance(value, dict):
        return {key: _form(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_form(part) for part in value]
    return np.shape(value) if as_numbers(value) is not None else type(value).__name__


def replayed(exercise: BankedExercise, public: Sequence[BankedCase], solution: Implementation) -> Implementation | None:
    """An implementation that replays the right answers to the public cases; None for functions without arguments."""
    if not exercise.takes_arguments:
        return None
    record = Recorded(solution)
    for banked in public:
        if banked.case.public:
            observe_case(observer(exercise, banked.group), record, banked.case)
    return _Replayed(record.calls)
