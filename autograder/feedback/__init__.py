"""One report for the student: a web page, Markdown, or a fragment for a notebook.

Everything is in the notebook's language.  The page is one file without scripts or outside resources.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from autograder.exercise import Text
from autograder.feedback import inline
from autograder.feedback.words import MARKS, OUTCOMES, in_language, listing, number, unit, word
from autograder.messages import GROUP_TITLES
from autograder.verdict import ExerciseVerdict, Finding, Outcome, Report, SubmissionOutcome

__all__ = ["render_exercise_html", "render_exercise_text", "render_html", "render_markdown"]

_OPEN = (Outcome.AWAITING_MARKING, Outcome.GRADER_ERROR)


@dataclass(frozen=True)
class Score:
    """The auto-graded part in points, and what is still open."""

    earned: float
    possible: float
    open: float

    def percent(self, points: float) -> float:
        """Points as a share of the whole assignment."""
        whole = self.possible + self.open
        return round(min(100 * points / whole, 100), 2) if whole else 0.0


@cache
def environment() -> Environment:
    """The templates, with every value escaped unless it says that it is HTML."""
    result = Environment(
        loader=FileSystemLoader(Path(__file__).parent.parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    result.filters |= {"zip": zip, "inline": inline.to_html, "number": number, "readable": inline.readable}
    result.globals |= {
        "sign": _sign,
        "points": _points,
        "unit": unit,
        "OUTCOMES": OUTCOMES,
        "MARKS": MARKS,
        "text": in_language,
    }
    return result


def title_of(name: str, titles: Mapping[str, Text], language: str) -> str:
    """The title of an exercise; a readable form of its name where none is known."""
    return in_language(titles.get(name, {}), language) or inline.readable(name)


def score_of(report: Report) -> Score:
    """The points of what has been judged, and those that a person has still to give."""
    judged = [exercise for exercise in report.exercises if exercise.outcome not in _OPEN]
    waiting = [exercise for exercise in report.exercises if exercise.outcome in _OPEN]
    return Score(
        earned=sum(exercise.points for exercise in judged),
        possible=sum(exercise.max_points for exercise in judged if not exercise.extra),
        open=sum(exercise.max_points for exercise in waiting if not exercise.extra),
    )


def render_html(report: Report, titles: Mapping[str, Text], *, course: str = "") -> str:
    """The feedback page.  `titles` names each exercise, and may name the assignment; `course` stands above."""
    language = report.language
    template = environment().get_template("feedback.html")
    html = template.render(
        report=report,
        course=course,
        language=language,
        score=score_of(report),
        verdict_line=_verdict_line(report),
        open_lines=_open_lines(report, titles),
        counts=_counts(report),
        heading=title_of(report.assignment, titles, language),
        title=lambda name: title_of(name, titles, language),
        group_title=lambda finding: _group_title(finding, language),
        ordered=_ordered,
        say=lambda key: word(key, language),
    )
    return inline.encodable(html)


def render_markdown(report: Report, titles: Mapping[str, Text]) -> str:
    """The same feedback as Markdown, for a forge, a learning platform or an e-mail."""
    language, score = report.language, score_of(report)
    lines = [f"# {inline.to_markdown(title_of(report.assignment, titles, language))}", ""]
    lines += [inline.to_markdown(report.student), ""]
    if report.outcome is SubmissionOutcome.GRADED:
        total = f"{number(score.earned)} / {number(score.possible)} {unit(score.possible, language)}"
        lines += [f"**{word('auto_part', language)}: {total}**", ""]
    lines += [_verdict_line(report), ""]
    for line in _open_lines(report, titles):
        lines += [inline.to_markdown(line), ""]
    if report.notes:
        lines += [f"## {word('notebook', language)}", ""]
        lines += [f"- {inline.to_markdown(in_language(note.message, language))}" for note in report.notes] + [""]
    for exercise in report.exercises:
        lines += _exercise_markdown(exercise, titles, language)
    return inline.encodable("\n".join(lines).rstrip() + "\n")


def render_exercise_html(exercise: ExerciseVerdict, language: str) -> str:
    """The verdict on one exercise as an HTML fragment, for the output of its test cell in a notebook."""
    template = environment().get_template("exercise.html")
    html = template.render(exercise=exercise, language=language, ordered=_ordered, say=lambda key: word(key, language))
    return inline.encodable(html)


def render_exercise_text(exercise: ExerciseVerdict, language: str) -> str:
    """The verdict on one exercise as plain text: outcome and points, hint, findings."""
    lines = [f"{OUTCOMES[exercise.outcome][language]}: {_points(exercise, language)}"]
    if exercise.hint:
        lines.append(f"{word('went_wrong', language)}: {inline.to_plain(in_language(exercise.hint, language))}")
    for finding in _ordered(exercise):
        lines.append(f"{_sign(exercise, finding)} {inline.to_plain(in_language(finding.message, language))}")
    return inline.encodable("\n".join(lines))


def _exercise_markdown(exercise: ExerciseVerdict, titles: Mapping[str, Text], language: str) -> list[str]:
    title = inline.to_markdown(title_of(exercise.name, titles, language))
    bonus = f", {word('bonus', language)}" if exercise.extra else ""
    lines = [f"## {MARKS[exercise.outcome]} {title}", ""]
    lines += [
        f"**{OUTCOMES[exercise.outcome][language]}**, {_points(exercise, language)}{bonus}",
        "",
    ]
    if exercise.hint:
        name = f" ({inline.readable(exercise.mistake)})" if exercise.mistake and language == "en" else ""
        hint = inline.to_markdown(in_language(exercise.hint, language))
        lines += [f"> **{word('went_wrong', language)}**{name}: {hint}", ""]
    findings = _ordered(exercise)
    lines += [
        f"- {_sign(exercise, finding)} {inline.to_markdown(in_language(finding.message, language))}"
        for finding in findings
    ]
    return [*lines, ""] if findings else lines


def _points(exercise: ExerciseVerdict, language: str) -> str:
    earned = "?" if exercise.outcome in _OPEN else number(exercise.points)
    return f"{earned} / {number(exercise.max_points)} {unit(exercise.max_points, language)}"


def _sign(exercise: ExerciseVerdict, finding: Finding) -> str:
    """✓ or ✗, or a dot where the exercise has been neither right nor wrong so far."""
    if exercise.outcome in (*_OPEN, Outcome.NOT_ATTEMPTED):
        return "·"
    return "✓" if finding.passed else "✗"


def _ordered(exercise: ExerciseVerdict) -> list[Finding]:
    """What is wrong first, then what is right, each in the order of judging."""
    return sorted(exercise.findings, key=lambda finding: finding.passed)


def _counts(report: Report) -> list[tuple[Outcome, int]]:
    counted = [(each, sum(exercise.outcome is each for exercise in report.exercises)) for each in Outcome]
    return [(each, count) for each, count in counted if count]


def _verdict_line(report: Report) -> str:
    language, score = report.language, score_of(report)
    if report.outcome is SubmissionOutcome.UNREADABLE:
        return word("unreadable", language)
    if report.outcome is SubmissionOutcome.GRADER_ERROR:
        return word("grader_error", language)
    judged = [exercise for exercise in report.exercises if exercise.outcome not in _OPEN]
    if not judged:
        return word("only_waiting", language)
    unclear = any(exercise.outcome is Outcome.GRADER_ERROR for exercise in report.exercises)
    if not unclear and all(exercise.outcome is Outcome.PASSED for exercise in judged if not exercise.extra):
        return word("all_right", language)
    if score.earned >= score.possible / 2:
        return word("mostly", language)
    return word("some" if score.earned else "start", language)


def _open_lines(report: Report, titles: Mapping[str, Text]) -> list[str]:
    """One sentence about written answers and one about faults of ours, where there are any."""
    language, lines = report.language, []
    for outcome, key in ((Outcome.AWAITING_MARKING, "awaiting"), (Outcome.GRADER_ERROR, "under_review")):
        waiting = [exercise for exercise in report.exercises if exercise.outcome is outcome]
        if waiting:
            points = sum(exercise.max_points for exercise in waiting)
            names = listing([title_of(exercise.name, titles, language) for exercise in waiting], language)
            lines.append(word(key, language).format(points=number(points), unit=unit(points, language), names=names))
    return lines


def _group_title(finding: Finding, language: str) -> Markup:
    """The title of a finding's group, where it is one of the engine's own and the sentence does not name it."""
    title = in_language(GROUP_TITLES.get(finding.group, {}), language)
    named = finding.group == "values" or in_language(finding.message, language).startswith(title)
    return Markup() if named else inline.to_html(title)
