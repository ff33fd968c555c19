"""The feedback page of one submission."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo

from autograder.model.texts import Text, say
from autograder.report.feedback import inline
from autograder.report.feedback.templates import environment
from autograder.report.feedback.view import View
from autograder.report.standing import Standing


def render_html(
    standing: Standing,
    titles: Mapping[str, Text],
    *,
    course: str = "",
    max_scores: Mapping[str, float] | None = None,
    zone: tzinfo = UTC,
) -> str:
    """The feedback page.  `titles` names each exercise, and may name the assignment; `course` stands above.

    `max_scores` gives the points of a whole assignment, for a submission that could not be graded; times are those of
    `zone`.
    """
    view = View(standing, titles, max_scores or {}, zone)
    html = environment().get_template("feedback.html").render(
        view=view,
        report=standing.report,
        course=course,
        language=view.language,
        colon=say("colon", view.language),
        comma=say("comma", view.language),
        say=lambda key, **values: say(f"feedback.{key}", view.language, **values),
    )  # fmt: skip
    return inline.encodable(html)
