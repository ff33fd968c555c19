"""`otter_config.json`: what of it is done here, what is said not to be, and what must not be left undone."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autograder.grading.release_cells import ReleaseUnusable
from autograder.model.course_tests import BankedTest

_SCORES_HANG_ON_IT = {  # and it is not done here
    "seed": "it sets the seed of every cell",
    "seed_variable": "it sets a variable before every cell",
    "grade_from_log": "it grades from the log of the student's session",
    "serialized_variables": "it grades variables that were stored",
    "plugins": "plugins may change scores",
    "score_threshold": "the score is all or nothing",
    "debug": "it stops at a student's first error",
}
_NO_PDF = ("pdf", "token", "course_id", "assignment_id")
_NO_MATTER = (  # what is done here, and what is another machine's concern
    "assignment_name",
    "autograder_dir",
    "filtering",
    "force_public_test_summary",
    "lang",
    "log_level",
    "logo",
    "miniconda_path",
    "pagebreaks",
    "pdf_via_html",
    "points_possible",
    "print_score",
    "print_summary",
    "show_all_public",
    "show_hidden",
    "show_stdout",
    "submit_blank_pdf_on_export_failure",
    "use_submission_pdf",
    "warn_missing_pdf",
    "zips",
)


@dataclass(frozen=True)
class Config:
    """What counts of an assignment's configuration.

    points_possible  what all tests are worth together; None for the sum of theirs.
    show_hidden      whether students may read what hidden cases say.
    remarks          a sentence for each thing that is not done here and that no point hangs on.
    """

    assignment_name: str = ""
    points_possible: float | None = None
    show_hidden: bool = False
    remarks: tuple[str, ...] = ()

    def applied(self, tests: Sequence[BankedTest], where: str) -> tuple[BankedTest, ...]:
        """The tests with what the configuration says of them.  Raises ReleaseUnusable."""
        factor = 1.0
        if self.points_possible is not None:
            possible = sum(test.points for test in tests)
            if not possible:
                raise ReleaseUnusable(f"{where} gives {self.points_possible:g} points, and its tests are worth nothing")
            factor = self.points_possible / possible
        return tuple(
            replace(
                test,
                points=test.points * factor,
                cases=tuple(
                    replace(case, points=case.points * factor, hidden=case.hidden and not self.show_hidden)
                    for case in test.cases
                ),
            )
            for test in tests
        )


def read_config(content: bytes, where: str) -> Config:
    """The configuration in a file's bytes; `where` is what a message calls the file.

    Raises ReleaseUnusable for a file that is none, and for what scores hang on and is not done here.
    """
    try:
        config = json.loads(content)
    except ValueError:
        config = None
    if not isinstance(config, dict):
        raise ReleaseUnusable(f"{where} is not valid JSON: run `otter assign` or `otter generate` again")
    language = config.get("lang", "python")
    if language != "python":
        raise ReleaseUnusable(f"{where} is for {language!r}, and only Python runs here: use `otter grade`")
    for key, why in _SCORES_HANG_ON_IT.items():
        if not _is_off(config.get(key)):
            raise ReleaseUnusable(f"{where} sets `{key}`, which is not understood ({why}): use `otter grade`")
    possible = config.get("points_possible")
    if possible is not None and (type(possible) not in (int, float) or not 0 <= possible < math.inf):
        raise ReleaseUnusable(f"{where} sets `points_possible` to {possible!r}: give it a number, 0 or more")
    name = config.get("assignment_name")
    return Config(
        assignment_name=name if isinstance(name, str) else "",
        points_possible=possible,
        show_hidden=bool(config.get("show_hidden")),
        remarks=tuple(_remarks(config)),
    )


def _remarks(config: Mapping[str, Any]) -> Iterator[str]:
    if any(not _is_off(config.get(key)) for key in _NO_PDF):
        yield "no PDF is made and nothing is sent to Gradescope"
    if unknown := sorted(set(config) - set(_NO_MATTER) - set(_NO_PDF) - set(_SCORES_HANG_ON_IT)):
        yield f"its configuration sets what is not understood and not done: {', '.join(map(str, unknown))}"


def _is_off(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})
