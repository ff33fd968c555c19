"""Cells that count their steps: the same values, and the same count on every machine."""

from __future__ import annotations

import ast

import pytest

from autograder.chapter.ticking import TICK, Steps, with_ticks
from autograder.judge.alarm import TooCostly

CELL = '''
def root(a, n):
    """Newton's method."""
    x = a
    for _ in range(n):
        x = (x + a / x) / 2
    return x

def twice(f, x):
    count = 0
    while count < 2:
        x, count = f(x), count + 1
    return x

class Net:
    def forward(self, x):
        return twice(lambda z: z + 1, x)
'''


def counted(most: float = float("inf")) -> tuple[dict[str, object], Steps]:
    steps = Steps(most)
    namespace: dict[str, object] = {TICK: steps}
    exec(compile(with_ticks(ast.parse(CELL)), "<cell>", "exec"), namespace)
    return namespace, steps


@pytest.mark.parametrize(
    ("call", "value", "steps"),
    [("root(2.0, 6)", 2**0.5, 7), ("twice(lambda x: 2 * x, 3)", 12, 3), ("Net().forward(1)", 3, 4)],
)
def test_turns_of_loops_and_calls_are_steps(call: str, value: float, steps: int) -> None:
    namespace, ticks = counted()
    assert eval(call, namespace) == pytest.approx(value)
    assert ticks.so_far == steps
    ticks.begin()
    assert ticks.so_far == 0


def test_one_step_too_many_stops_it() -> None:
    namespace, ticks = counted(most=7)
    eval("root(2.0, 6)", namespace)
    ticks.begin(most=7)
    with pytest.raises(TooCostly):
        eval("root(2.0, 7)", namespace)


def test_a_docstring_stays_one() -> None:
    namespace, _ = counted()
    assert namespace["root"].__doc__ == "Newton's method."
