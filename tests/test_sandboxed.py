"""The student's functions behind the sandbox: which facts of a failure are let through, and the budget."""

from __future__ import annotations

from typing import Any, cast

import pytest

from autograder.implementation import CallFailed
from autograder.sandbox import CallResult, CallStatus, Session
from autograder.sandboxed import Sandboxed


class OneAnswer:
    """A session that gives the same result to every call, and remembers the seconds it was allowed."""

    def __init__(self, result: CallResult) -> None:
        self.result = result
        self.allowed: list[float] = []

    def call(self, function: str, args: Any, *, seconds: float, **_: Any) -> CallResult:
        self.allowed.append(seconds)
        return self.result


def behind(result: CallResult) -> tuple[Sandboxed, OneAnswer]:
    session = OneAnswer(result)
    impl = Sandboxed(cast(Session, session), longest_cell=9)
    impl.begin(1.0)
    return impl, session


@pytest.mark.parametrize(("line", "told"), [(9, 9), (10, None), (314_159, None), (None, None)])
def test_a_line_beyond_the_longest_cell_is_a_message_and_is_not_told(line: int | None, told: int | None) -> None:
    impl, _ = behind(CallResult(CallStatus.RAISED, error_name="ValueError", line=line))
    with pytest.raises(CallFailed) as failure:
        impl.call("f", [])
    assert (failure.value.kind, failure.value.error, failure.value.line) == ("raised", "ValueError", told)


def test_calls_share_one_budget() -> None:
    impl, session = behind(CallResult(CallStatus.OK, value=1.0, seconds=0.4))
    assert [impl.call("f", []).value for _ in range(3)] == [1.0] * 3
    assert session.allowed == pytest.approx([1.0, 0.6, 0.2])
    with pytest.raises(CallFailed, match="timeout"):
        impl.call("f", [])
    assert impl.spent == pytest.approx(1.2)


def test_a_new_exercise_has_a_new_budget() -> None:
    impl, session = behind(CallResult(CallStatus.OK, value=1.0, seconds=1.5))
    impl.call("f", [])
    impl.begin(2.0)
    impl.call("f", [])
    assert session.allowed == [1.0, 2.0]
