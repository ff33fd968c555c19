"""How outcomes, points and times are written."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from autograder.model.texts import say
from autograder.model.verdict import Outcome


def outcome_name(outcome: Outcome, language: str) -> str:
    """The outcome in a few words."""
    return say(f"outcome.{outcome}", language)


def number(points: float) -> str:
    """Points as people write them: 2, 1.5, 0.67."""
    return f"{round(points, 2):.2f}".rstrip("0").rstrip(".")


def unit(points: float, language: str) -> str:
    """The word behind a number of points."""
    return say("feedback.point" if points == 1 else "feedback.points", language)


def out_of(earned: float | None, possible: float | None, language: str, *, unknown: str = "?") -> str:
    """Points out of how many: "1.5 / 2 points".  What is not known is a sign."""
    shown = unknown if earned is None else number(earned)
    return shown if possible is None else f"{shown} / {number(possible)} {unit(possible, language)}"


def moment(when: datetime) -> str:
    """A time as everybody reads it: 2027-03-01 10:00 UTC."""
    return f"{when:%Y-%m-%d %H:%M} UTC"


def moment_in_words(when: datetime, language: str, zone: tzinfo = UTC) -> str:
    """A time (with its zone) as people of a language write it, in a zone that is named: 1 March 2027, 10:00 UTC."""
    there = when.astimezone(zone)
    month = say("feedback.months", language).split()[there.month - 1]
    named = getattr(zone, "key", None) or there.tzname()  # Asia/Shanghai; of what has no such name CST
    values = {"day": there.day, "month": month, "year": there.year, "time": f"{there:%H:%M}", "zone": named}
    return say("feedback.moment", language, **values)


def turned(before: float, now: float) -> str:
    """Points then and now."""
    return f"{number(before)} → {number(now)}"
