"""Sleeping is not free: cells and functions that wait end within a small bound, and say so."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from support import by_name, codes, notes

from autograder.grading.budget import Budget, Purse
from autograder.model.verdict import Outcome, Report
from autograder.sandbox import CallResult, CallStatus, CellResult, CellStatus

Grade = Callable[..., Report]
SLEEPY = Budget(sleep=3.0, pause=1.0)  # 30 and 15 in earnest
SLACK = 12.0  # seconds for the rest of a grading on a machine that is busy with seven others


def cell(source: str) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}}


def timed(grade: Grade, *args: Any, **how: Any) -> tuple[Report, float]:
    start = time.monotonic()
    report = grade(*args, **how)
    return report, time.monotonic() - start


def test_functions_that_sleep_end_within_the_submissions_sleep(grade: Grade, right: dict[str, str]) -> None:
    """Seven seconds in each call would be a minute and a half without a bound."""
    sleepy = {
        name: source.replace('"""\n', '"""\n    import time; time.sleep(7)\n', 1) for name, source in right.items()
    }
    report, seconds = timed(grade, sleepy, budget=SLEEPY)
    assert seconds < SLEEPY.sleep + SLACK
    told = {code for verdict in report.exercises for code in codes(verdict)}
    assert {"timeout", "submission_budget"} <= told
    assert report.score == 0


def test_cells_that_sleep_are_left_out_and_the_rest_is_graded(grade: Grade) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["cells"] += [cell("import time; time.sleep(0.5)") for _ in range(60)]

    report, seconds = timed(grade, edit=edit, budget=SLEEPY)
    assert seconds < SLEEPY.sleep + SLACK
    assert notes(report) == ["note_budget"]
    assert all(verdict.outcome is Outcome.PASSED for verdict in report.exercises if verdict.name != "why")


def test_cells_that_sleep_too_long_are_named_one_by_one(grade: Grade) -> None:
    def edit(data: dict[str, Any]) -> None:
        data["cells"] += [cell("import time; time.sleep(60)") for _ in range(3)]

    report, seconds = timed(grade, edit=edit, budget=SLEEPY)
    assert seconds < SLEEPY.sleep + SLACK
    assert notes(report) == ["note_cell_timeout"] * 3
    assert all(verdict.outcome is Outcome.PASSED for verdict in report.exercises if verdict.name != "why")


def test_an_exercise_that_sleeps_costs_its_own_points_alone(grade: Grade, right: dict[str, str]) -> None:
    slow = right["line_loss"].replace("    residual", "    import time; time.sleep(60)\n    residual", 1)
    report, seconds = timed(grade, {"line_loss": slow}, budget=SLEEPY)
    assert seconds < SLEEPY.pause + SLACK
    assert "timeout" in codes(by_name(report)["line_loss"])
    assert by_name(report)["line_grad"].outcome is Outcome.PASSED


def test_a_short_pause_costs_nothing(grade: Grade, right: dict[str, str]) -> None:
    report = grade({"line_grad": "import time\ntime.sleep(0.3)\n" + right["line_grad"]})
    assert by_name(report)["line_grad"].outcome is Outcome.PASSED
    assert notes(report) == []


def test_the_clock_ends_what_neither_sleeps_nor_computes_much(grade: Grade, right: dict[str, str]) -> None:
    report, seconds = timed(grade, right, budget=Budget(clock=0.0))
    assert seconds < SLACK
    assert codes(by_name(report)["line_loss"]) == ["submission_budget"]


def test_there_is_always_another_run_of_the_cells() -> None:
    purse = Purse(Budget(sleep=4.0))
    for allowed in (2.0, 1.0, 0.5, 0.5, 0.5):
        assert purse.sleep_in_cells == allowed
        purse.pay(CellResult(CellStatus.TIMEOUT, waited=allowed))
    assert purse.sleep == 4.0
    assert not purse.empty


@pytest.mark.parametrize(
    ("seconds", "waited", "empty"), [(4.0, 1.0, False), (5.0, 0.0, True), (0.0, 2.0, True), (9.0, 9.0, True)]
)
def test_a_purse_is_empty_when_one_of_its_parts_is(seconds: float, waited: float, empty: bool) -> None:
    purse = Purse(Budget(submission=5.0, sleep=2.0))
    purse.pay(CallResult(CallStatus.OK, seconds=seconds, waited=waited))
    assert purse.empty is empty
    assert purse.sleep >= 0


def test_a_purse_is_empty_when_the_clock_has_run_out() -> None:
    assert not Purse(Budget(clock=60.0)).empty
    assert Purse(Budget(clock=0.0)).empty
