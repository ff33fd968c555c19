"""What `check()` shows: every exercise with its points, and where to begin."""

from __future__ import annotations

import html
from dataclasses import dataclass

from autograder.judge.check_html import inline, points_of, printable, sign_of
from autograder.judge.check_page import CheckResult, Sentence
from autograder.model.markup import to_plain
from autograder.model.texts import say
from autograder.model.verdict import MARKS


@dataclass(frozen=True)
class CheckSummary:
    """What `check()` shows: every exercise with its points, and where to begin.

    unusable  what is said of exercises whose data set is not here.
    stopped   the exercise at which Ctrl-C came; "" where it did not.
    """

    results: tuple[CheckResult, ...]
    unusable: tuple[Sentence, ...]
    stopped: str
    language: str

    @property
    def passed(self) -> bool:
        """True when every public check of every exercise passed."""
        return not self.unusable and not self.stopped and all(result.passed for result in self.results)

    @property
    def remarks(self) -> list[str]:
        """The total, where to begin, and what could not be checked."""
        known = [result.verdict for result in self.results if not result.is_form_alone]
        bonus = sum(verdict.points for verdict in known if verdict.extra)
        values = {
            "right": sum(result.passed for result in self.results),
            "all": len(self.results),
            "points": f"{sum(verdict.points for verdict in known if not verdict.extra):g}",
            "max": f"{sum(each.verdict.max_points for each in self.results if not each.verdict.extra):g}",
        }
        said = [say("check.so_far", self.language, **values)]
        if bonus:
            said.append(say("check.and_bonus", self.language, points=points_of(bonus, self.language)))
        first = next((result.exercise.name for result in self.results if not result.passed), "")
        if first:
            said.append(say("check.begin_with", self.language, name=first))
        if self.stopped:
            said.append(say("check.stopped", self.language, name=self.stopped))
        return [*said, *self.unusable, say("check.hidden", self.language)]

    def __repr__(self) -> str:
        width = max((len(result.exercise.name) for result in self.results), default=0)
        rows = [
            f"{MARKS[result.verdict.outcome]} {result.exercise.name:{width}}  {result.outcome} ({_earned(result)})"
            for result in self.results
        ]
        return printable("\n".join([*rows, *map(to_plain, self.remarks)]))

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:left'>{sign_of(MARKS[result.verdict.outcome], result.verdict.outcome)} "
            f"<code>{html.escape(result.exercise.name)}</code></td>"
            f"<td style='text-align:left'>{result.outcome}</td><td style='text-align:right'>{_earned(result)}</td></tr>"
            for result in self.results
        )
        said = "".join(f"<div style='margin:.2em 0'>{inline(remark)}</div>" for remark in self.remarks)
        return f"<div style='line-height:1.5'><table style='margin:.3em 0'>{rows}</table>{said}</div>"


def _earned(result: CheckResult) -> str:
    """Points out of how many; what only the hidden cases know is a sign."""
    return f"{'?' if result.passed and result.is_form_alone else f'{result.verdict.points:g}'} / {result.worth}"
