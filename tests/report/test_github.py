"""What GitHub's runner and Classroom's reporter read: escapes, levels, whole points, and no command of a student's."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import pytest
from runner import heard_in, lines

from autograder.model.texts import AS_SAID
from autograder.model.verdict import ExerciseVerdict, Finding, Outcome, Report, SubmissionOutcome
from autograder.report.classroom import classroom_result, encoded, refused
from autograder.report.github import SUMMARY_BYTES, annotated, command, summary
from autograder.report.standing import Standing

P, H, F, N, W, E = Outcome


def standing(
    *exercises: tuple[Outcome, float, float],
    outcome: SubmissionOutcome = SubmissionOutcome.GRADED,
    student: str = "ada",
    said: str = "It is wrong.",
) -> Standing:
    """A submission with exercises e1, e2 …: outcome, points, points to be had."""
    verdicts = tuple(
        ExerciseVerdict(f"e{number}", what, points, most, findings=(Finding("wrong_value", {AS_SAID: {"en": said}}),))
        for number, (what, points, most) in enumerate(exercises, start=1)
    )
    return Standing(Report(student, "ch01", "en", outcome, "s", "b", "0.1.0", 0, exercises=verdicts))


def told(of: Standing, **how: Any) -> dict[str, Any]:
    return classroom_result(of, {}, {"ch01": 10.0}, lines=how.pop("lines", {}), **how)


# Commands


@pytest.mark.parametrize("text", ["plain", "50%", "%0A", "a\nb\r\nc", "x::y,z=1", "::error::x", "##[error]x", "一，二"])
def test_a_command_says_the_same_when_it_is_heard(text: str) -> None:
    written = command("error", text, file=f"{text}.ipynb", line=3, title=text)
    assert "\n" not in written
    assert "\r" not in written
    (heard,) = heard_in([written])
    assert (heard.name, heard.data) == ("error", text)
    assert heard.properties == {"file": f"{text}.ipynb", "line": "3", "title": text}


def test_what_is_not_known_is_left_out() -> None:
    assert command("error", "x", file="", line=None) == "::error::x"


def test_wrong_is_an_error_partly_right_a_warning_and_what_waits_nothing() -> None:
    mixed = standing((P, 2, 2), (H, 1, 2), (F, 0, 2), (N, 0, 2), (W, 0, 2), (E, 0, 2))
    titles = {f"e{number}": {"en": f"1.{number}"} for number in range(1, 7)}
    heard = list(heard_in(annotated(mixed, titles, file="a.ipynb", lines={"e3": 7})))
    assert [(each.name, each.properties["title"]) for each in heard] == [
        ("warning", "1.2: 1 / 2 points"), ("error", "1.3: 0 / 2 points"), ("error", "1.6: ? / 2 points"),
        ("error", "1.4: 0 / 2 points"),  # not attempted: the last, for GitHub shows ten
    ]  # fmt: skip
    assert [each.properties.get("line") for each in heard] == [None, "7", None, None]


# Summary


def test_a_class_is_a_table_that_names_cannot_break() -> None:
    text = summary([standing((P, 2, 2), student="a|b\n<c>"), standing((F, 0, 2), student="bo")], {}, {})
    head, rule, first, second = text.splitlines()
    assert first.count(" | ") == head.count(" | ") == second.count(" | ")
    assert "a\\|b�&lt;c>" in first
    assert second == "| bo | ch01 | 0 / 2 | ✗ |"
    assert rule.startswith("|---")


def test_a_table_that_github_would_drop_is_cut_at_a_row() -> None:
    text = summary([standing((P, 2, 2), student="x" * 900)] * 1200, {}, {})
    assert len(text.encode()) < SUMMARY_BYTES + 100
    *_, last, _, said = text.splitlines()
    assert last.endswith(" | ✓ |")
    assert said == "1200 submissions: the table was too long for GitHub."


# Classroom


@pytest.mark.parametrize(
    ("exercises", "status", "scores"),
    [
        ([(P, 2, 2), (P, 3, 3)], "pass", [2, 3]),
        ([(P, 2, 2), (W, 0, 3)], "pass", [2]),
        ([(P, 2, 2), (H, 1.5, 3)], "fail", [2, 2]),
        ([(H, 0.5, 1), (H, 0.5, 1), (P, 2, 2)], "fail", [1, 0, 2]),  # the sum is what is rounded
        ([(H, 1 / 3, 1)] * 3, "fail", [0, 1, 0]),
        ([(P, 2, 2), (N, 0, 3)], "fail", [2, 0]),
    ],
)
def test_scores_are_whole_and_add_up(exercises: list[Any], status: str, scores: list[int]) -> None:
    result = told(standing(*exercises))
    assert (result["status"], [test["score"] for test in result["tests"]]) == (status, scores)
    assert all(isinstance(test["score"], int) for test in result["tests"])
    assert result["max_score"] == sum(most for _, _, most in exercises)


@pytest.mark.parametrize(("is_enough", "status"), [(True, "pass"), (False, "fail")])
def test_a_threshold_decides_where_there_is_one(is_enough: bool, status: str) -> None:
    assert told(standing((F, 0, 2), (P, 2, 2)), is_enough=is_enough)["status"] == status


@pytest.mark.parametrize(
    "without",
    [
        standing((E, 0, 2), (P, 2, 2)),
        standing(outcome=SubmissionOutcome.UNREADABLE),
        standing(outcome=SubmissionOutcome.GRADER_ERROR),
    ],
)
def test_without_a_score_no_points_are_sent(without: Standing) -> None:
    """The reporter sends the points of a result whose max_score is not 0."""
    for is_enough in (None, True):
        result = told(without, is_enough=is_enough)
        assert (result["status"], result["max_score"]) == ("error", 0)
        assert result["tests"][0]["status"] == "error"


def printed(result: Mapping[str, Any]) -> list[str]:
    """What the reporter prints of a result."""
    return [line for test in result["tests"] for line in lines(f"❌ {test['name']}\nError: {test['message']}\n")]


@pytest.mark.parametrize(
    "text", ["::add-mask::a", "x\n::add-mask::a", "x\r ::error::a", "##[add-mask]a", "x ##[set-output name=a]b"]
)
def test_nothing_the_reporter_prints_is_a_command(text: str) -> None:
    assert list(heard_in(lines(text)))  # it would be one
    for result in (told(standing((F, 0, 2), said=text)), refused(text)):
        assert not list(heard_in(printed(result)))
        assert "a" in "".join(printed(result))


def test_the_output_of_a_step_is_one_line() -> None:
    result = refused("没有\nbank")
    assert "\n" not in encoded(result)
    assert json.loads(base64.b64decode(encoded(result))) == result
