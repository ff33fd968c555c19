"""Gradescope's results.json of one submission: https://gradescope-autograders.readthedocs.io/en/latest/specs/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.model.texts import Text
from autograder.model.verdict import Outcome
from autograder.report.exports.explanations import Explanation, explain, remarks_on
from autograder.report.exports.settled import settled_points
from autograder.report.feedback.inline import encodable, to_html
from autograder.report.standing import Standing


def to_gradescope(standing: Standing, titles: Mapping[str, Text], visibility: str = "visible") -> dict[str, Any] | None:
    """The results, with our explanations as HTML; None where there is no score, which Gradescope demands.

    An answer that awaits marking has a test without a score: the total is of what is settled.  `visibility` says
    when students see it: visible, after_due_date, after_published or hidden.
    """
    score = settled_points(standing)
    if score is None:
        return None
    return {
        "score": score,
        "output": "".join(f"<p>{to_html(encodable(remark))}</p>" for remark in remarks_on(standing)),
        "output_format": "html",
        "visibility": visibility,
        "stdout_visibility": "hidden",  # what the grader prints is the instructor's
        "tests": [_test(each, number) for number, each in enumerate(explain(standing, titles), start=1)],
    }


def _test(each: Explanation, number: int) -> dict[str, Any]:
    item = each.item
    test = {"name": encodable(each.title), "number": str(number), "output": each.html, "output_format": "html"}
    if item.points is None or item.needs_a_person:
        return test
    status = "passed" if item.outcome is Outcome.PASSED else "failed"
    return {"score": item.points, "max_score": item.max_points, "status": status, **test}
