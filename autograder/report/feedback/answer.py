"""One exercise or question as the student sees it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.model.texts import Text, in_language, say
from autograder.model.verdict import Note, Outcome
from autograder.report.feedback import inline
from autograder.report.feedback.code import ShownCell, shown_cells
from autograder.report.feedback.figures import out_of
from autograder.report.feedback.lines import Line, lines_of
from autograder.report.feedback.templates import title_of
from autograder.report.regrade import Request
from autograder.report.since import Since
from autograder.report.standing import Item

_SETTLED = ("awaiting_marking", "grader_error")  # findings that a person's points have answered


@dataclass(frozen=True)
class Answer:
    """What is shown of it: `notes` are those about the notebook, `since` compares it with the hand-in before."""

    item: Item
    titles: Mapping[str, Text]
    language: str
    request: Request
    notes: Sequence[Note] = ()
    since: Since | None = None

    @property
    def title(self) -> str:
        """What the notebook calls it; a teacher's own cell by its grade_id."""
        named = self.item.verdict is not None or self.item.name in self.titles
        return title_of(self.item.name, self.titles, self.language) if named else f"`{self.item.name}`"

    @property
    def function(self) -> str:
        """The name of its function, "" where it has none."""
        verdict = self.item.verdict
        return verdict.name if verdict is not None and not self._written else ""

    @property
    def _written(self) -> bool:
        verdict = self.item.verdict
        return verdict is None or verdict.written or verdict.outcome is Outcome.AWAITING_MARKING  # as in old records

    @cached_property
    def points(self) -> str:
        """What it earned, out of what."""
        return out_of(self.item.points, self.item.max_points, self.language)

    @property
    def hint(self) -> str:
        """The hint of the mistake that was made."""
        verdict = self.item.verdict
        return in_language(verdict.hint or {}, self.language) if verdict is not None else ""

    @property
    def mistake(self) -> str:
        """The mistake in a few words, which are English; "" of one that a program made: its hint says more."""
        name = self.item.verdict.mistake if self.item.verdict is not None else None
        return inline.readable(name) if name is not None and name.isidentifier() else ""

    @cached_property
    def lines(self) -> list[Line]:
        """The findings."""
        if self.item.verdict is None:
            return []
        return lines_of(self.item.verdict, self.language, without=_SETTLED if self.item.by_hand else ())

    @cached_property
    def by_hand(self) -> str:
        """What is said of points that a person set, "" where none did."""
        if not self.item.by_hand:
            return ""
        if self.item.needs_a_person:
            return say("feedback.marked_before", self.language)
        return say("feedback.marked" if self._written else "feedback.points_set", self.language)

    # --- what was handed in ---------------------------------------------------------------------------------------

    @cached_property
    def cells(self) -> list[ShownCell]:
        """The cells of the answer."""
        return shown_cells(self.item.verdict, self.notes) if self.item.verdict is not None else []

    @property
    def is_missing(self) -> bool:
        """Whether it is known that the notebook has no cell for it."""
        return self.item.verdict is not None and self.item.verdict.answer == ()

    @property
    def lost_points(self) -> bool:
        """Whether it has earned less than it might: then its code is unfolded."""
        return self.item.points is not None and self.item.points < self.item.max_points

    @property
    def is_arguable(self) -> bool:
        """Whether a student may want to have it looked at again: there was an answer, or one was not found."""
        return self.lost_points and not (self.cells and all(shown.cell.untouched for shown in self.cells))

    @property
    def before(self) -> str:
        """What it was at the hand-in before, where that counts otherwise or the answer is still the same; else ""."""
        if self.since is None:
            return ""
        if change := self.since.change_of(self.item.name):
            points = out_of(change.before.points, change.before.max_points, self.language)
            return say("feedback.before", self.language, points=points)
        return say("feedback.unchanged", self.language) if self.item.name in self.since.unchanged else ""
