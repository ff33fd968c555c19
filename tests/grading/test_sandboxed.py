"""The student's functions behind the sandbox: which facts of a failure are let through, and the budget."""

from __future__ import annotations

import time
from typing import Any, cast

import pytest

from autograder.grading.budget import Budget, Purse
from autograder.grading.sandboxed import LAST_LINE, Sandboxed, defines
from autograder.grading.submission import StudentCell
from autograder.model.calls import CallFailed, Failure
from autograder.sandbox import CallResult, CallStatus, Session

CELLS = (
    StudentCell(3, "import numpy as np\n" + "\n" * 999_990),
    StudentCell(5, "x = 1\n\ndef f(a,\n      b):\n    return helper(a)\n"),
    StudentCell(7, "def long():\n" + "    pass\n" * 999),
)


class OneAnswer:
    """A session that gives the same result to every call, and remembers what it was allowed."""

    def __init__(self, result: CallResult, takes: float = 0.0) -> None:
        self.result, self.takes = result, takes
        self.allowed: list[float] = []
        self.sleep: list[float] = []
        self.clock: list[float] = []

    def call(self, function: str, args: Any, *, seconds: float, waiting: float, clock: float, **_: Any) -> CallResult:
        self.allowed.append(seconds)
        self.sleep.append(waiting)
        self.clock.append(clock)
        time.sleep(self.takes)
        return self.result


def behind(result: CallResult, takes: float = 0.0, **how: Any) -> tuple[Sandboxed, OneAnswer]:
    session = OneAnswer(result, takes)
    budget = Budget(pause=2.0, sleep=3.0)
    impl = Sandboxed(cast(Session, session), budget, Purse(budget), **how)
    impl.begin(1.0)
    return impl, session


def failure(impl: Sandboxed, name: str = "f") -> Failure:
    with pytest.raises(CallFailed) as caught:
        impl.call(name, [])
    return caught.value.failure


@pytest.mark.parametrize(
    ("function", "cell", "line", "told"),
    [
        ("f", "cell 5", 5, 5),
        ("f", "cell 5", 6, 6),
        ("f", "cell 5", 7, None),
        ("f", "cell 5", 314_159, None),
        ("f", "cell 5", None, None),
        ("f", "cell 3", 5, None),
        ("f", "cell 3", 314_159, None),
        ("f", "cell 9", 5, None),
        ("f", "", 5, None),
        ("helper", "cell 5", 5, None),
        ("long", "cell 7", LAST_LINE, LAST_LINE),
        ("long", "cell 7", LAST_LINE + 1, None),
        ("#3.predict", "cell 5", 5, None),
    ],
)
def test_a_line_outside_the_functions_own_cell_is_a_message_and_is_not_told(
    function: str, cell: str, line: int | None, told: int | None
) -> None:
    result = CallResult(CallStatus.RAISED, error_name="ValueError", line=line, cell=cell)
    impl, _ = behind(result, cells=CELLS)
    seen = failure(impl, function)
    assert (seen.status, seen.error, seen.line) == ("raised", "ValueError", told)


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("def f(x): pass", True),
        ("if True:\n    def  f (x): pass", True),
        ("async def f(): pass", True),
        ("class f:\n    pass", True),
        ("class  f (Base): pass", True),
        ("class ff: pass", False),
        ("def ff(x): pass", False),
        ("undef f(x)", False),
        ("g = f(3)", False),
        ("def fx(): f(1)", False),
    ],
)
def test_the_cell_that_defines_a_function_is_found_by_its_text(source: str, found: bool) -> None:
    assert defines(source, "f") is found


@pytest.mark.parametrize(("library", "kind"), [("torch", "forbidden"), ("sklearn", "raised"), ("1234567", "raised")])
def test_a_library_is_told_only_if_the_exercise_forbids_it(library: str, kind: str) -> None:
    impl, _ = behind(CallResult(CallStatus.FORBIDDEN, error_name=library), forbids=("torch", "scipy"))
    assert failure(impl).status == kind


def test_calls_share_one_budget() -> None:
    impl, session = behind(CallResult(CallStatus.OK, value=1.0, seconds=0.4, waited=0.7))
    assert [impl.call("f", []).value for _ in range(3)] == [1.0] * 3
    assert session.allowed == pytest.approx([1.0, 0.6, 0.2])
    assert session.sleep == pytest.approx([2.0, 1.3, 0.6])
    assert failure(impl).status == "timeout"


def test_the_clock_runs_over_all_calls_of_an_exercise() -> None:
    impl, session = behind(CallResult(CallStatus.OK, value=1.0), takes=0.2)
    impl.call("f", [])
    impl.call("f", [])
    assert session.clock[0] == pytest.approx(20.0)
    assert session.clock[1] <= 19.8


def test_a_call_before_the_budget_began_is_a_fault_of_ours() -> None:
    impl = Sandboxed(cast(Session, OneAnswer(CallResult(CallStatus.OK))), Budget(), Purse(Budget()))
    with pytest.raises(RuntimeError, match="has not begun"):
        impl.call("f", [])


def test_a_new_exercise_has_a_new_budget_but_no_new_sleep_beyond_the_submissions() -> None:
    impl, session = behind(CallResult(CallStatus.OK, value=1.0, seconds=1.5, waited=1.8))
    impl.call("f", [])
    impl.begin(2.0)
    impl.call("f", [])
    assert session.allowed == [1.0, 2.0]
    assert session.sleep == pytest.approx([2.0, 1.2])
