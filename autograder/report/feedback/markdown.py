"""The feedback of one submission as Markdown, for a forge, a learning platform or an e-mail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, tzinfo

from autograder.model.texts import Text, say, sentence
from autograder.model.verdict import MARKS
from autograder.report.feedback import inline
from autograder.report.feedback.answer import Answer
from autograder.report.feedback.compared import Compared
from autograder.report.feedback.figures import outcome_name
from autograder.report.feedback.view import View
from autograder.report.standing import Standing


def render_markdown(
    standing: Standing,
    titles: Mapping[str, Text],
    *,
    max_scores: Mapping[str, float] | None = None,
    zone: tzinfo = UTC,
    brief: bool = False,
) -> str:
    """What the page says, but for the code of answers that earned everything.  Arguments are as for the page.

    A `brief` one has no code and no requests, for where the notebook is at hand and no ledger is kept.
    """
    view = View(standing, titles, max_scores or {}, zone)
    lines = [f"# {inline.to_markdown(view.heading)}", "", inline.to_markdown(view.student), ""]
    if view.dates:
        lines += [" · ".join(view.dates), ""]
    lines += [f"**{view.total_label}{say('colon', view.language)}{view.total}**", ""]
    for remark in view.remarks:
        lines += [inline.to_markdown(remark), ""]
    for each in view.compared:
        lines += _compared(each, view.language)
    if standing.report.notes:
        lines += [f"## {say('feedback.notebook', view.language)}", ""]
        notes = (sentence(note, view.language) for note in standing.report.notes)
        lines += [f"- {inline.to_markdown(note)}" for note in notes] + [""]
    for answer in view.answers:
        lines += _answer(answer, view.language)
        if answer.lost_points and not brief:
            lines += _code(answer, view.language)
    if not brief:
        lines += _requests(view)
    return inline.encodable("\n".join(lines).rstrip() + "\n")


def _compared(each: Compared, language: str) -> Iterator[str]:
    yield from (f"## {each.heading}", "", " ".join(map(inline.to_markdown, each.sentences)), "")
    for words, took in each.turns:
        titles = say("comma", language).join(inline.to_markdown(title) for _, title in took)
        yield f"- {words}{say('colon', language)}{titles}"
    if each.turns:
        yield ""


def _answer(answer: Answer, language: str) -> Iterator[str]:
    item = answer.item
    function = f" · `{answer.function}`" if answer.function else ""
    bonus = f" · {say('feedback.bonus', language)}" if item.extra else ""
    before = f" · {answer.before}" if answer.before else ""
    yield f"## {MARKS[item.outcome]} {inline.to_markdown(answer.title)}"
    yield ""
    yield f"**{outcome_name(item.outcome, language)}** · {answer.points}{bonus}{function}{before}"
    yield ""
    if answer.by_hand:
        yield from (answer.by_hand, "")
    if item.comment:
        comment = f"{say('colon', language)}{inline.to_markdown(item.comment)}"
        yield from (f"> **{say('feedback.comment', language)}**{comment}", "")
    if answer.hint:
        name = f" ({answer.mistake})" if answer.mistake and language == "en" else ""
        hint = f"{name}{say('colon', language)}{inline.to_markdown(answer.hint)}"
        yield from (f"> **{say('feedback.went_wrong', language)}**{hint}", "")
    if answer.lines:
        yield from (f"- {line.sign} {inline.to_markdown(line.text)}" for line in answer.lines)
        yield ""


def _code(answer: Answer, language: str) -> Iterator[str]:
    if answer.is_missing:
        yield from (say("feedback.no_cell", language), "")
    for shown in answer.cells:
        number = shown.cell.number
        if shown.cell.untouched:
            yield from (say("feedback.untouched", language, number=number), "")
            continue
        yield from (say("feedback.your_cell", language, number=number) + say("colon", language).rstrip(), "")
        yield from (shown.fenced, "")
        if shown.cell.cut:
            yield from (say("feedback.cut", language), "")


def _requests(view: View) -> Iterator[str]:
    """One for each answer that may be argued about, or for a hand-in that was not graded at all."""
    requests = [answer.request for answer in view.answers if answer.is_arguable]
    if not view.standing.is_graded:
        requests = [view.request_for()]
    if requests:
        yield from (f"## {say('feedback.regrade', view.language)}", "", say("feedback.regrade_how", view.language), "")
        yield from ("```", *(request.line for request in requests), "```")
