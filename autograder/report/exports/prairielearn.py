"""PrairieLearn's results.json of an external grader: https://prairielearn.readthedocs.io/en/latest/externalGrading/"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograder.model.markup import to_plain
from autograder.model.texts import Text
from autograder.model.verdict import SubmissionOutcome
from autograder.report.exports.explanations import explain, remarks_on
from autograder.report.exports.settled import settled_points
from autograder.report.feedback.inline import encodable
from autograder.report.standing import Standing


def to_prairielearn(standing: Standing, titles: Mapping[str, Text]) -> dict[str, Any] | None:
    """The results; a file that cannot be read is not gradable there and costs no attempt.  None for a fault
    of ours, and where all of it awaits a person.

    The score is a share of the points that are settled: answers that await marking are PrairieLearn's manual points.
    """
    message = encodable("\n".join(to_plain(remark) for remark in remarks_on(standing)))
    if standing.report.outcome is SubmissionOutcome.UNREADABLE and not standing.is_graded:
        return {"gradable": False, "format_errors": [message]}
    explained = explain(standing, titles)
    settled = [each for each in explained if each.item.points is not None and not each.item.needs_a_person]
    possible = sum(each.item.in_total for each in settled)
    awaited = [each for each in explained if each not in settled]
    earned = settled_points(standing)
    if earned is None or not possible:
        return None
    return {
        "gradable": True,
        "score": round(min(1.0, earned / possible), 6),
        "message": "\n".join(filter(None, [message, *(f"{each.title}\n{each.text}" for each in awaited)])),
        "tests": [
            {
                "name": encodable(each.title),
                "points": each.item.points,
                "max_points": each.item.max_points,
                "message": each.text,
            }
            for each in settled
        ],
    }
