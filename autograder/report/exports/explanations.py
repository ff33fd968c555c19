"""What a student is told, as other platforms show it: one exercise, or the whole submission, as text or HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from autograder.model.markup import to_plain
from autograder.model.texts import Text, in_language, say, sentence
from autograder.model.verdict import MARKS, SubmissionOutcome
from autograder.report.feedback import in_lesson_order, title_of
from autograder.report.feedback.figures import number, out_of, outcome_name, unit
from autograder.report.feedback.inline import encodable, to_html
from autograder.report.feedback.lines import lines_of
from autograder.report.standing import Item, Standing

_SETTLED = ("awaiting_marking", "grader_error")  # findings that a person's points have answered


@dataclass(frozen=True)
class Explanation:
    """What is said of an exercise: its title, then sentences, then findings.  All but the title have inline markup."""

    item: Item
    title: str
    sentences: tuple[str, ...]
    findings: tuple[str, ...]

    @property
    def text(self) -> str:
        """Without the title, as plain text."""
        return encodable("\n".join(to_plain(line) for line in (*self.sentences, *self.findings)))

    @property
    def html(self) -> str:
        """Without the title, as HTML; what a student wrote is escaped."""
        parts = [Markup("<p>{}</p>").format(to_html(line)) for line in self.sentences]
        if self.findings:
            entries = Markup().join(Markup("<li>{}</li>").format(to_html(line)) for line in self.findings)
            parts.append(Markup("<ul>{}</ul>").format(entries))
        return encodable(Markup().join(parts))


def explain(standing: Standing, titles: Mapping[str, Text]) -> list[Explanation]:
    """What is said of each exercise and question, in the order of the lesson; nothing where nothing was graded."""
    items = in_lesson_order(standing.items, titles, lambda item: item.name) if standing.is_graded else []
    return [_explanation(item, titles, standing.report.language) for item in items]


def _explanation(item: Item, titles: Mapping[str, Text], language: str) -> Explanation:
    verdict = item.verdict
    sentences = [f"{outcome_name(item.outcome, language)}: {out_of(item.points, item.max_points, language)}"]
    if item.by_hand:
        sentences.append(say("feedback.marked_before" if item.needs_a_person else "feedback.points_set", language))
    if item.comment:
        sentences.append(f"{say('feedback.comment', language)}{say('colon', language)}{item.comment}")
    if verdict is not None and verdict.hint:
        hint = in_language(verdict.hint, language)
        sentences.append(f"{say('feedback.went_wrong', language)}{say('colon', language)}{hint}")
    without = _SETTLED if item.by_hand else ()
    lines = lines_of(verdict, language, without=without) if verdict is not None else []
    title = f"{MARKS[item.outcome]} {title_of(item.name, titles, language)}"
    return Explanation(item, title, tuple(sentences), tuple(f"{line.sign} {line.text}" for line in lines))


def remarks_on(standing: Standing) -> Sequence[str]:
    """What is said of the whole submission, with inline markup: why nothing was graded, notes, a penalty."""
    language = standing.report.language
    remarks = []
    if not standing.is_graded:
        unreadable = standing.report.outcome is SubmissionOutcome.UNREADABLE
        remarks.append(say("feedback.unreadable" if unreadable else "feedback.grader_error", language))
    remarks += [sentence(note, language) for note in standing.report.notes]
    if standing.late_penalty:
        values = {"points": number(standing.late_penalty), "unit": unit(standing.late_penalty, language)}
        remarks.append(say("feedback.penalty", language, **values))
    return remarks


def whole_html(standing: Standing, titles: Mapping[str, Text]) -> str:
    """Everything that a student is told, as HTML without a script."""
    parts = [Markup("<p>{}</p>").format(to_html(remark)) for remark in remarks_on(standing)]
    for each in explain(standing, titles):
        parts.append(Markup("<h4>{}</h4>{}").format(each.title, Markup(each.html)))  # which escaped what needs it
    return encodable(Markup().join(parts))


def whole_text(standing: Standing, titles: Mapping[str, Text]) -> str:
    """The same as plain text."""
    blocks = [to_plain(remark) for remark in remarks_on(standing)]
    blocks += [f"{each.title}\n{each.text}" for each in explain(standing, titles)]
    return encodable("\n\n".join(blocks))
