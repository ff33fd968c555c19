"""What a grading gives to whoever shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from autograder.model.texts import Text
from autograder.model.verdict import Report
from autograder.report.attention import Attention
from autograder.report.standing import Standing


@dataclass(frozen=True)
class Graded:
    """Where the students of a grading stand now, and what a person must look at.

    paths       where what lies, of all that was written.
    max_scores  points of whole assignments.
    titles      names of assignments, exercises and questions, in the order of the lesson.
    sources     which file was graded, by student and assignment.
    notes       what could not be written.
    hints       what is as it should be, and good to know.
    """

    standings: list[Standing]
    paths: dict[str, Path | str]
    max_scores: dict[str, float]
    titles: Mapping[str, Text]
    sources: Mapping[tuple[str, str], Path]
    attention: Attention
    notes: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()

    @property
    def reports(self) -> list[Report]:
        """The gradings that hold, one a hand-in."""
        return [standing.report for standing in self.standings]

    @property
    def needs_attention(self) -> bool:
        """True when a submission or folder could not be read, the grader failed, or something was not written."""
        without_score = any(not standing.is_scored for standing in self.standings)
        return without_score or bool(self.attention.folders) or bool(self.notes)

    @property
    def remarks(self) -> list[str]:
        """What a person should read besides the table."""
        counts = Counter(report.rung for report in self.reports if report.rung)
        used = ", ".join(f"{rung} ({count})" for rung, count in counts.most_common())
        remarks = [*self.attention.sentences(), *self.hints, *self.notes]
        remarks += [f"sandbox: {used}"] if used else []
        if "none" in counts:
            remarks.append(
                "warning: the rung `none` is no sandbox. Students' code ran with your rights and could read and change "
                "your files; `autograder doctor` says how to get a sandbox."
            )
        return remarks
