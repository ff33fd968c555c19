"""Which scores may leave the house: those that nobody has to look at any more."""

from __future__ import annotations

from autograder.model.near_names import listed
from autograder.model.verdict import Outcome, SubmissionOutcome
from autograder.report.standing import Standing

SHOWN = 3  # names in a sentence


def why_open(standing: Standing) -> str:
    """Why a standing has no final score yet, for the instructor; "" where it has one."""
    if not standing.is_graded:
        if standing.report.outcome is SubmissionOutcome.UNREADABLE:
            return "the file could not be read"
        return "the grader failed"
    failed = [item.name for item in standing.items if item.outcome is Outcome.GRADER_ERROR]
    if failed:
        return f"the grader failed on {listed(failed, SHOWN)}"
    waiting = [item.name for item in standing.items if item.needs_a_person]
    return f"awaiting marking: {listed(waiting, SHOWN)}" if waiting else ""


def settled_points(standing: Standing) -> float | None:
    """The points that nobody has to look at any more, less a penalty; None without a score."""
    if standing.score is None:
        return None
    open_points = sum(item.points or 0.0 for item in standing.items if item.needs_a_person)
    return round(max(0.0, standing.score - open_points), 6)


def plain(points: float, *, comma: bool = False) -> str:
    """Points as a cell of a spreadsheet holds them: 31.89, or 31,89 where numbers are written so."""
    text = f"{points:.4f}".rstrip("0").rstrip(".")
    return text.replace(".", ",") if comma else text


def value_of(cell: str) -> float | None:
    """The number in a cell; None where there is none."""
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None
