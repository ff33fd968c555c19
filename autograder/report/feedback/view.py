"""What is said of a whole submission, in the student's language: every form of its feedback takes it from here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import cached_property

from autograder.model.texts import Text, say
from autograder.model.verdict import Outcome, SubmissionOutcome
from autograder.report.feedback.answer import Answer
from autograder.report.feedback.compared import Compared, compared
from autograder.report.feedback.figures import moment_in_words, number, out_of, unit
from autograder.report.feedback.templates import in_lesson_order, title_of
from autograder.report.regrade import Request
from autograder.report.since import since_the_last_grading, since_the_last_hand_in
from autograder.report.standing import Standing, maximum


@dataclass(frozen=True)
class View:
    """A submission; times are those of `zone`."""

    standing: Standing
    titles: Mapping[str, Text]
    max_scores: Mapping[str, float]
    zone: tzinfo = UTC

    @property
    def language(self) -> str:
        """The notebook's."""
        return self.standing.report.language

    @property
    def heading(self) -> str:
        """The title of the assignment."""
        return title_of(self.standing.report.assignment, self.titles, self.language)

    @property
    def student(self) -> str:
        """Whose it is: the roster's name and the id."""
        name, student = self.standing.person.name, self.standing.report.student
        return f"{name} ({student})" if name else student

    @property
    def dates(self) -> list[str]:
        """When it was handed in and graded, as far as that is known."""
        when = self.standing
        parts = []
        if when.submitted_at is not None:
            parts.append(say("feedback.submitted", self.language, when=self._moment(when.submitted_at)))
        if when.is_late and when.due_at is not None:
            parts.append(say("feedback.late", self.language, when=self._moment(when.due_at)))
        if when.graded_at is not None:
            parts.append(say("feedback.graded", self.language, when=self._moment(when.graded_at)))
        return [part[:1].upper() + part[1:] for part in parts]

    def _moment(self, when: datetime) -> str:
        return moment_in_words(when, self.language, self.zone)

    @cached_property
    def answers(self) -> list[Answer]:
        """Every exercise and question in the order of the lesson; none where nothing could be graded."""
        if not self.standing.is_graded:
            return []
        since = since_the_last_hand_in(self.standing)
        return [
            Answer(item, self.titles, self.language, self.request_for(item.name), self.standing.report.notes, since)
            for item in in_lesson_order(self.standing.items, self.titles, lambda item: item.name)
        ]

    @property
    def shows_code(self) -> bool:
        """Whether code stands beside what is said of it."""
        return any(answer.lost_points and answer.cells for answer in self.answers)

    def request_for(self, exercise: str = "") -> Request:
        """What a student sends who does not agree."""
        return Request.of(self.standing.report, self.standing.graded_at, exercise)

    @cached_property
    def compared(self) -> list[Compared]:
        """What changed since the hand-in before, and since the grading before of this one."""
        names = {answer.item.name: answer.title for answer in self.answers}
        found = (since_the_last_hand_in(self.standing), since_the_last_grading(self.standing))
        again = (False, True)
        return [
            compared(since, names, self.language, self._moment(since.when), again=regraded)
            for since, regraded in zip(found, again, strict=True)
            if since is not None
        ]

    @property
    def total_label(self) -> str:
        """Whether more may come."""
        return say("feedback.so_far" if self.standing.needs_a_person else "feedback.total", self.language)

    @property
    def total(self) -> str:
        """Points so far out of those of the whole assignment; a dash where there is no score."""
        return out_of(self._earned, maximum(self.standing, self.max_scores), self.language, unknown="–")

    @property
    def _earned(self) -> float | None:
        return self.standing.points_so_far if self.standing.is_graded else None

    @property
    def bar(self) -> tuple[float, float]:
        """The points so far and the awaited ones in percent of the maximum."""
        whole = maximum(self.standing, self.max_scores)
        if not whole:
            return 0.0, 0.0
        earned = min(100 * (self._earned or 0.0) / whole, 100.0)
        return round(earned, 2), round(min(100 * self.standing.awaited / whole, 100 - earned), 2)

    @property
    def counts(self) -> list[tuple[Outcome, int]]:
        """How many answers had each outcome."""
        counted = Counter(answer.item.outcome for answer in self.answers)
        return [(outcome, counted[outcome]) for outcome in Outcome if counted[outcome]]

    @property
    def remarks(self) -> list[str]:
        """The result in a sentence, then a penalty, what is still to be marked, and where the grader failed."""
        remarks = [self._verdict_line]
        if self.standing.late_penalty:
            penalty = self.standing.late_penalty
            values = {"points": number(penalty), "unit": unit(penalty, self.language)}
            remarks.append(say("feedback.penalty", self.language, **values))
        for outcome, key in ((Outcome.AWAITING_MARKING, "awaiting"), (Outcome.GRADER_ERROR, "under_review")):
            waiting = [each for each in self.answers if each.item.outcome is outcome and each.item.points is None]
            if waiting:
                remarks.append(self._about(waiting, key))
        return remarks

    def _about(self, waiting: Sequence[Answer], key: str) -> str:
        points = sum(answer.item.max_points for answer in waiting)
        titles = [say("feedback.title", self.language, title=answer.title) for answer in waiting]
        names = say("feedback.between_titles", self.language).join(titles)
        values = {"points": number(points), "unit": unit(points, self.language), "names": names}
        return say(f"feedback.{key}", self.language, **values)

    @property
    def _verdict_line(self) -> str:
        outcome = self.standing.report.outcome
        if outcome is not SubmissionOutcome.GRADED:
            failed = "feedback.unreadable" if outcome is SubmissionOutcome.UNREADABLE else "feedback.grader_error"
            return say("feedback.by_teacher" if self.standing.is_graded else failed, self.language)
        items = [answer.item for answer in self.answers]
        judged = [item for item in items if not item.needs_a_person]
        if not judged:
            return say("feedback.only_waiting", self.language)
        unclear = any(item.outcome is Outcome.GRADER_ERROR for item in items)
        if not unclear and all(item.outcome is Outcome.PASSED for item in judged if not item.extra):
            return say("feedback.all_right", self.language)
        earned = sum(item.points or 0.0 for item in judged)
        if earned >= sum(item.in_total for item in judged) / 2:
            return say("feedback.mostly", self.language)
        return say("feedback.some" if earned else "feedback.start", self.language)
