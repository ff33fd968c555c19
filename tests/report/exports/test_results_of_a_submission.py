"""results.json of Gradescope and PrairieLearn, the last line of Autolab: as published, and no open score is a zero."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from published_schemas import AUTOLAB, GRADESCOPE, PRAIRIELEARN
from standings import (
    BONUS,
    PASSED,
    TITLES,
    WHO,
    WRONG_LOSS,
    awaiting,
    blocked,
    looked_at_again,
    marked,
    report,
    settled,
    unreadable,
)

from autograder.report.exports.autolab import to_autolab
from autograder.report.exports.gradescope import to_gradescope
from autograder.report.exports.prairielearn import to_prairielearn
from autograder.report.exports.settled import why_open
from autograder.report.standing import Standing

ALL: dict[str, Callable[..., Standing]] = {
    "settled": settled, "awaiting": awaiting, "marked": marked, "again": looked_at_again, "blocked": blocked,
    "unreadable": unreadable, "bonus": lambda: Standing(report("carol", PASSED, BONUS)),
    "wrong": lambda: Standing(report("carol", WRONG_LOSS)), "zh": lambda: settled(language="zh"),
}  # fmt: skip


def last_line(text: str) -> Any:
    return json.loads(text.rstrip("\n").splitlines()[-1])


@pytest.mark.parametrize("kind", ALL)
def test_what_is_written_is_what_the_platform_publishes(kind: str) -> None:
    standing = ALL[kind]()
    for data, schema in (
        (to_gradescope(standing, TITLES, "after_published"), GRADESCOPE),
        (to_prairielearn(standing, TITLES), PRAIRIELEARN),
        ((text := to_autolab(standing, TITLES)) and last_line(text), AUTOLAB),
    ):
        if data is not None:
            jsonschema.validate(json.loads(json.dumps(data)), schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("bad", "schema"),
    [
        ({"tests": []}, GRADESCOPE),
        ({"score": 1, "visibility": "never"}, GRADESCOPE),
        ({"score": 1, "tests": [{"points": 1}]}, GRADESCOPE),
        ({"score": 40}, PRAIRIELEARN),
        ({"gradable": True}, PRAIRIELEARN),
        ({"scores": {"a": None}}, AUTOLAB),
    ],
)
def test_the_schemas_refuse_what_is_not_published(bad: dict[str, Any], schema: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bad, schema, cls=jsonschema.Draft202012Validator)


@pytest.mark.parametrize(
    ("kind", "gradescope", "prairielearn", "autolab"),
    [
        ("settled", 3.25, 0.8125, {"loss": 2.0, "grad": 1.25}),
        ("awaiting", 2.0, 1.0, {"loss": 2.0}),  # of what is settled
        ("marked", 3.0, 0.75, {"loss": 2.0, "why": 1.5}),  # the penalty is Autolab's own to take
        ("again", 2.0, 1.0, {"loss": 2.0}),
        ("blocked", None, None, None),
        ("unreadable", None, None, None),
        ("bonus", 4.0, 1.0, {"loss": 2.0, "more": 2.0}),
        ("wrong", 0.0, 0.0, {"loss": 0.0}),
    ],
)
def test_open_scores_are_left_out(
    kind: str, gradescope: float | None, prairielearn: float | None, autolab: dict[str, float] | None
) -> None:
    standing = ALL[kind]()
    results = to_gradescope(standing, TITLES)
    assert (results and results["score"]) == gradescope
    assert ((to_prairielearn(standing, TITLES) or {}).get("score")) == prairielearn
    text = to_autolab(standing, TITLES)
    assert (last_line(text)["scores"] if text is not None else None) == autolab
    assert bool(why_open(standing)) == (kind in ("awaiting", "again", "blocked", "unreadable"))


def test_an_answer_to_mark_is_a_test_without_a_score_that_says_so() -> None:
    results = to_gradescope(awaiting(), TITLES)
    assert results is not None
    done, waiting = results["tests"]
    assert (done["score"], done["max_score"], done["status"]) == (2.0, 2.0, "passed")
    assert not {"score", "max_score", "status"} & set(waiting)
    assert "Why?" in waiting["name"]
    assert "2 points" in waiting["output"]
    message = (to_prairielearn(awaiting(), TITLES) or {})["message"]
    assert "Why?" in message


def test_a_file_that_cannot_be_read_costs_no_attempt_in_prairielearn() -> None:
    results = to_prairielearn(unreadable(), TITLES)
    assert results is not None
    assert results["gradable"] is False
    (said,) = results["format_errors"]
    assert "line 3" in said
    assert "not a zero" in said


def test_all_of_it_to_mark_is_no_zero_in_prairielearn() -> None:
    (question,) = (exercise for exercise in awaiting().report.exercises if exercise.written)
    assert to_prairielearn(Standing(report("carol", question)), TITLES) is None


@pytest.mark.parametrize(("language", "title", "hint"), [("en", "1.2 The loss", "Use"), ("zh", "1.2 损失", "用")])
def test_students_are_told_what_went_wrong_in_the_language_of_their_notebook(
    language: str, title: str, hint: str
) -> None:
    standing = Standing(report("carol", WRONG_LOSS, language=language))
    (test,) = (to_gradescope(standing, TITLES) or {})["tests"]
    assert title in test["name"]
    assert f"{hint} <code>np.sum</code>" in test["output"]
    assert "&lt;b&gt;mean&lt;/b&gt;" in test["output"]
    text = to_autolab(standing, TITLES) or ""
    assert f"{hint} `np.sum`" in text
    assert title in text


def test_what_people_wrote_is_escaped_where_html_is_read() -> None:
    results = to_gradescope(marked(), TITLES)
    assert results is not None
    assert "<script>" not in json.dumps(results)
    assert "&lt;script&gt;" in results["tests"][1]["output"]


def test_odd_characters_break_no_file() -> None:
    odd = Standing(report("\ud800", WRONG_LOSS), person=WHO)
    for data in (to_gradescope(odd, {}), to_prairielearn(odd, {}), to_autolab(odd, {})):
        json.dumps(data, ensure_ascii=False).encode()


def test_gradescopes_visibility_is_the_named_one_and_its_stdout_the_staffs() -> None:
    results = to_gradescope(settled(), TITLES, "after_due_date")
    assert results is not None
    assert (results["visibility"], results["stdout_visibility"]) == ("after_due_date", "hidden")
