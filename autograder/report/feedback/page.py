"""The feedback page of one submission, and the same as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autograder.model.texts import Text, in_language, say, sentence
from autograder.model.verdict import MARKS, Outcome, SubmissionOutcome
from autograder.report.feedback import inline
from autograder.report.feedback.figures import moment, number, out_of, outcome_name, unit
from autograder.report.feedback.lines import Line, lines_of
from autograder.report.feedback.templates import environment, in_lesson_order, title_of
from autograder.report.standing import Item, Standing, maximum

_SETTLED = ("awaiting_marking", "grader_error")  # findings that a person's points have answered


def render_html(
    standing: Standing, titles: Mapping[str, Text], *, course: str = "", max_scores: Mapping[str, float] | None = None
) -> str:
    """The feedback page.  `titles` names each exercise, and may name the assignment; `course` stands above.

    `max_scores` gives the points of a whole assignment, for a submission that could not be graded.
    """
    view = _View(standing, titles, max_scores or {})
    html = environment().get_template("feedback.html").render(
        view=view,
        report=standing.report,
        course=course,
        language=view.language,
        say=lambda key: say(f"feedback.{key}", view.language),
    )  # fmt: skip
    return inline.encodable(html)


def render_markdown(
    standing: Standing, titles: Mapping[str, Text], *, max_scores: Mapping[str, float] | None = None
) -> str:
    """The same feedback as Markdown, for a forge, a learning platform or an e-mail."""
    view = _View(standing, titles, max_scores or {})
    lines = [f"# {inline.to_markdown(view.heading)}", "", inline.to_markdown(view.student), ""]
    if view.dates:
        lines += [" · ".join(view.dates), ""]
    lines += [f"**{view.total_label}: {view.total}**", ""]
    for remark in view.remarks:
        lines += [inline.to_markdown(remark), ""]
    if standing.report.notes:
        lines += [f"## {say('feedback.notebook', view.language)}", ""]
        notes = (sentence(note, view.language) for note in standing.report.notes)
        lines += [f"- {inline.to_markdown(note)}" for note in notes] + [""]
    for answer in view.answers:
        lines += _answer_markdown(answer, view.language)
    return inline.encodable("\n".join(lines).rstrip() + "\n")


@dataclass(frozen=True)
class _Answer:
    """One exercise or question as the student sees it."""

    item: Item
    titles: Mapping[str, Text]
    language: str

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
        """The mistake in a few words, which are English."""
        verdict = self.item.verdict
        return inline.readable(verdict.mistake) if verdict is not None and verdict.mistake else ""

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


@dataclass(frozen=True)
class _View:
    """What the page says of the whole submission, in the student's language."""

    standing: Standing
    titles: Mapping[str, Text]
    max_scores: Mapping[str, float]

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
            parts.append(say("feedback.submitted", self.language, when=moment(when.submitted_at)))
        if when.is_late and when.due_at is not None:
            parts.append(say("feedback.late", self.language, when=moment(when.due_at)))
        if when.graded_at is not None:
            parts.append(say("feedback.graded", self.language, when=moment(when.graded_at)))
        return [part[:1].upper() + part[1:] for part in parts]

    @cached_property
    def answers(self) -> list[_Answer]:
        """Every exercise and question in the order of the lesson; none where nothing could be graded."""
        items = in_lesson_order(self.standing.items, self.titles, lambda item: item.name)
        return [_Answer(item, self.titles, self.language) for item in items] if self.standing.is_graded else []

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

    def _about(self, waiting: Sequence[_Answer], key: str) -> str:
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


def _answer_markdown(answer: _Answer, language: str) -> list[str]:
    item = answer.item
    function = f" · `{answer.function}`" if answer.function else ""
    bonus = f" · {say('feedback.bonus', language)}" if item.extra else ""
    lines = [
        f"## {MARKS[item.outcome]} {inline.to_markdown(answer.title)}",
        "",
        f"**{outcome_name(item.outcome, language)}** · {answer.points}{bonus}{function}",
        "",
    ]
    if answer.by_hand:
        lines += [answer.by_hand, ""]
    if item.comment:
        lines += [f"> **{say('feedback.comment', language)}**: {inline.to_markdown(item.comment)}", ""]
    if answer.hint:
        name = f" ({answer.mistake})" if answer.mistake and language == "en" else ""
        lines += [f"> **{say('feedback.went_wrong', language)}**{name}: {inline.to_markdown(answer.hint)}", ""]
    findings = [f"- {line.sign} {inline.to_markdown(line.text)}" for line in answer.lines]
    return [*lines, *findings, ""] if findings else lines
