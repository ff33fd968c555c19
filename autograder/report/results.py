"""What a grading gave, as plain data for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from autograder.model.markup import to_plain
from autograder.model.texts import in_language, sentence
from autograder.report.feedback.lines import lines_of
from autograder.report.since import Since, since_the_last_grading, since_the_last_hand_in
from autograder.report.standing import Item, Standing, maximum


def to_json(standings: Sequence[Standing], *, max_scores: Mapping[str, float] | None = None) -> dict[str, Any]:
    """The results, with what a person must look at as student/assignment/exercise.

    A score that is not settled (the grader failed, the file could not be read) is null.  `max_scores` gives the points
    of whole assignments.  Times are UTC in ISO 8601, texts in the language of the notebook.  Whether a hand-in is
    late is null where a time is not known.  `since_last_hand_in` and `regraded` compare with earlier gradings, and are
    null where there is none.
    """
    return {
        "submissions": [_submission(standing, max_scores or {}) for standing in standings],
        "needs_a_person": [
            f"{standing.report.student}/{standing.report.assignment}/{name}"
            for standing in standings
            for name in standing.needs_a_person
        ],
    }


def _submission(standing: Standing, max_scores: Mapping[str, float]) -> dict[str, Any]:
    report = standing.report
    return {
        "student": report.student,
        "name": standing.person.name,
        "email": standing.person.email,
        "assignment": report.assignment,
        "language": report.language,
        "outcome": report.outcome.value,
        "score": standing.score,
        "max_score": maximum(standing, max_scores),
        "raw_score": standing.raw_score,
        "late_penalty": standing.late_penalty,
        "awaited": standing.awaited,
        "submitted_at": _iso(standing.submitted_at),
        "due_at": _iso(standing.due_at),
        "late": standing.is_late if standing.submitted_at and standing.due_at else None,
        "graded_at": _iso(standing.graded_at),
        "submission": report.submission,
        "bank": report.bank,
        "engine": report.engine,
        "rung": report.rung,
        "notes": [sentence(note, report.language) for note in report.notes],
        "since_last_hand_in": _since(since_the_last_hand_in(standing)),
        "regraded": _since(since_the_last_grading(standing)),
        "exercises": [_exercise(item, report.language) for item in standing.items],
    }


def _since(since: Since | None) -> dict[str, Any] | None:
    if since is None:
        return None
    return {
        "graded_at": _iso(since.when),
        "before": since.points[0] if since.is_graded else None,
        "now": since.points[1] if since.is_graded else None,
        "other_bank": since.bank,
        "other_engine": since.engine,
        "exercises": [
            {"name": change.now.name, "turn": change.turn.value, "before": change.before.points,
             "now": change.now.points} for change in since.changes
        ],
        "unchanged_answers": list(since.unchanged),
    }  # fmt: skip


def _exercise(item: Item, language: str) -> dict[str, Any]:
    verdict = item.verdict
    lines = lines_of(verdict, language) if verdict is not None else []
    return {
        "name": item.name,
        "outcome": item.outcome.value,
        "points": item.points,
        "max_points": item.max_points,
        "bonus": item.extra,
        "mistake": verdict.mistake if verdict is not None else None,
        "hint": in_language(verdict.hint, language) if verdict is not None and verdict.hint else None,
        "messages": [to_plain(line.text) for line in lines if not line.passed],
        "by_hand": item.by_hand,
        "comment": item.comment,
    }


def _iso(when: datetime | None) -> str | None:
    return when.isoformat(timespec="seconds") if when is not None else None
