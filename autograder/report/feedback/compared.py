"""What changed from an earlier grading, in the words of the feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.model.texts import say
from autograder.report.feedback.figures import number, unit
from autograder.report.since import Since, Turn

_TURNS = {
    Turn.NOW_RIGHT: "feedback.now_right",
    Turn.MORE: "feedback.more_points",
    Turn.FEWER: "feedback.fewer_points",
    Turn.WAS_RIGHT: "feedback.was_right",
}


@dataclass(frozen=True)
class Compared:
    """A heading, sentences, and for each turn what took it: (words, [(name, title) of an exercise])."""

    heading: str
    sentences: Sequence[str]
    turns: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()


def compared(since: Since, titles: Mapping[str, str], language: str, when: str, *, again: bool) -> Compared:
    """`again` for another grading of the same notebook, else for a notebook that was handed in anew."""
    heading = say("feedback.graded_again" if again else "feedback.since", language)
    if not since.is_graded:
        return Compared(heading, [say("feedback.since_ungraded", language, when=when)])
    sentences = [_why_again(since, language, when) if again else say("feedback.since_when", language, when=when)]
    then, now = since.points
    values = {"before": number(then), "now": number(now), "unit": unit(then, language)}
    sentences.append(say("feedback.since_points", language, **values))
    if not since.changes:
        sentences.append(say("feedback.since_same", language))
    elif not again and (since.bank or since.engine):
        sentences.append(say("feedback.since_other_checks", language))
    return Compared(heading, sentences, _turns(since, titles, language))


def _why_again(since: Since, language: str, when: str) -> str:
    why = "feedback.again_bank" if since.bank else "feedback.again_engine" if since.engine else "feedback.again_same"
    return say(why, language, when=when)


def _turns(since: Since, titles: Mapping[str, str], language: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """In the order of the lesson, as `titles` has it."""
    turns = {change.now.name: change.turn for change in since.changes}
    found = []
    for turn in Turn:
        took = [(name, title) for name, title in titles.items() if turns.get(name) is turn]
        if took:
            found.append((say(_TURNS[turn], language), took))
    return found
