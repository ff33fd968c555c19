"""What changed for a student: against the hand-in before, and where the same notebook was graded again.

Compared is what the program gave.  What a person has set, or has still to give, is told elsewhere and left out here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from autograder.model.verdict import ExerciseVerdict, Outcome, SubmissionOutcome
from autograder.report.standing import Earlier, Standing


class Turn(StrEnum):
    """What became of an exercise."""

    NOW_RIGHT = "now_right"
    MORE = "more"
    FEWER = "fewer"
    WAS_RIGHT = "was_right"


@dataclass(frozen=True)
class Change:
    """One exercise that counts otherwise now."""

    before: ExerciseVerdict
    now: ExerciseVerdict

    @property
    def turn(self) -> Turn:
        """What became of it."""
        right, was_right = self.now.outcome is Outcome.PASSED, self.before.outcome is Outcome.PASSED
        if right != was_right:
            return Turn.NOW_RIGHT if right else Turn.WAS_RIGHT
        return Turn.MORE if self.now.points > self.before.points else Turn.FEWER


@dataclass(frozen=True)
class Since:
    """The difference between an earlier grading and the one that holds.

    when       the earlier one was recorded, UTC.
    points     of the exercises that both settle, then and now.
    changes    in the order of the exercises, by name.
    unchanged  names of answers that are not right, and are what they were.
    bank, engine  whether there is another one now.
    is_graded  False where the earlier notebook could not be graded, so that nothing is compared.
    """

    when: datetime
    points: tuple[float, float] = (0.0, 0.0)
    changes: tuple[Change, ...] = ()
    unchanged: tuple[str, ...] = ()
    bank: bool = False
    engine: bool = False
    is_graded: bool = True

    def change_of(self, name: str) -> Change | None:
        """What became of an exercise; None where nothing did."""
        return next((change for change in self.changes if change.now.name == name), None)


def since_the_last_hand_in(standing: Standing) -> Since | None:
    """Against the last grading of the notebook that was handed in before; None where there is nothing to say."""
    if standing.handed_in_before is None or not standing.is_graded:
        return None
    return _since(standing, standing.handed_in_before)


def since_the_last_grading(standing: Standing) -> Since | None:
    """Against the grading before of the same notebook; None where nothing counts otherwise."""
    if standing.graded_before is None or not standing.is_graded:
        return None
    since = _since(standing, standing.graded_before)
    return since if since is not None and since.changes else None


def _since(standing: Standing, earlier: Earlier) -> Since | None:
    report, before = standing.report, earlier.report
    if before.outcome is not SubmissionOutcome.GRADED:
        return Since(earlier.graded_at, is_graded=False)
    pairs = _settled_in_both(standing, earlier)
    if not pairs:
        return None
    changes = [Change(old, new) for old, new in pairs if (old.points, old.outcome) != (new.points, new.outcome)]
    then, now = (round(sum(pair[at].points for pair in pairs), 6) for at in (0, 1))
    return Since(
        when=earlier.graded_at,
        points=(then, now),
        changes=tuple(changes),
        unchanged=tuple(new.name for old, new in pairs if new.outcome is not Outcome.PASSED and _same_answer(old, new)),
        bank=report.bank != before.bank,
        engine=report.engine != before.engine,
    )


def _settled_in_both(standing: Standing, earlier: Earlier) -> Sequence[tuple[ExerciseVerdict, ExerciseVerdict]]:
    """The verdicts on each exercise then and now, where the program gave the points both times and they count."""
    old = {verdict.name: verdict for verdict in earlier.report.exercises if not verdict.outcome.is_open}
    now = [item.verdict for item in standing.items if item.verdict is not None and not item.by_hand]
    return [
        (old[verdict.name], verdict)
        for verdict in now
        if verdict.name in old and not verdict.outcome.is_open and not verdict.written
    ]


def _same_answer(old: ExerciseVerdict, new: ExerciseVerdict) -> bool:
    """Whether there is an answer, known and whole, and it is as it was."""
    if not old.answer or not new.answer or any(cell.cut for cell in new.answer):
        return False
    if all(cell.untouched for cell in new.answer):
        return False
    then, now = ([(cell.source, cell.untouched) for cell in each.answer or ()] for each in (old, new))
    return then == now
