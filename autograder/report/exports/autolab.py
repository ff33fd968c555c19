"""What an autograder of Autolab prints: feedback, and as its last line the scores of the problems.

https://docs.autolabproject.com/lab/ says that the problems on the site must be called so, and that not all of them need
a score: those that await marking have none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from autograder.model.texts import Text
from autograder.report.exports.explanations import whole_text
from autograder.report.standing import Standing


def to_autolab(standing: Standing, titles: Mapping[str, Text]) -> str | None:
    """Everything that is to stand on standard output; None where there is no score."""
    if standing.score is None:
        return None
    scores = {item.name: item.points for item in standing.items if item.points is not None and not item.needs_a_person}
    return f"{whole_text(standing, titles)}\n\n{json.dumps({'scores': scores}, ensure_ascii=False)}\n"
