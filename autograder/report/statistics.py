"""How a class did on each exercise."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from autograder.model.texts import Text, say
from autograder.model.verdict import Outcome
from autograder.report.feedback import in_lesson_order, title_of
from autograder.report.standing import Item, Standing

_COMMON = 3  # mistakes listed an exercise; the rest are rare ones
_NUMBERED = re.compile(r"\d+(\.\d+)*")


@dataclass(frozen=True)
class ExerciseStatistics:
    """How a class did on one exercise.  Rates are among the answers that have been judged or marked.

    `label` is short, and no other exercise of the assignment has it.
    """

    name: str
    label: str
    outcomes: Mapping[Outcome, int]
    mistakes: tuple[tuple[str, int], ...]
    hints: Mapping[str, Text]

    @property
    def total(self) -> int:
        """All answers."""
        return sum(self.outcomes.values())

    @property
    def success(self) -> float | None:
        """The share of right answers in percent, or None where nothing has been judged."""
        judged = sum(count for outcome, count in self.outcomes.items() if not outcome.is_open)
        return 100 * self.outcomes.get(Outcome.PASSED, 0) / judged if judged else None


def statistics_of(
    standings: Iterable[Standing], titles: Mapping[str, Text], language: str = "en"
) -> list[ExerciseStatistics]:
    """The statistics of each exercise, in the order of the lesson (that of `titles`)."""
    answers: dict[str, list[Item]] = {}
    for standing in standings:
        for item in standing.items if standing.is_graded else ():
            answers.setdefault(item.name, []).append(item)
    ordered = dict(in_lesson_order(answers.items(), titles, lambda entry: entry[0]))
    labels = _labels(ordered, titles, language)
    return [_statistics(name, labels[name], items) for name, items in ordered.items()]


def _statistics(name: str, label: str, items: Iterable[Item]) -> ExerciseStatistics:
    made = [item.verdict for item in items if item.verdict is not None and item.verdict.mistake]
    return ExerciseStatistics(
        name=name,
        label=label,
        outcomes=Counter(item.outcome for item in items),
        mistakes=tuple(Counter(verdict.mistake or "" for verdict in made).most_common(_COMMON)),
        hints={verdict.mistake or "": verdict.hint for verdict in made if verdict.hint},
    )


def _labels(answers: Mapping[str, Iterable[Item]], titles: Mapping[str, Text], language: str) -> dict[str, str]:
    """The number in the title, else the place.  Where a section has two, a question is its Q, anything else its b."""
    labels: dict[str, str] = {}
    for place, (name, items) in enumerate(answers.items(), start=1):
        numbered = _NUMBERED.match(title_of(name, titles, language))
        label = numbered[0] if numbered else str(place)
        if label in labels.values():
            written = any(item.verdict is not None and item.verdict.written for item in items)
            label = _further(f"{label} {say('class_page.question', language)}" if written else f"{label} b", labels)
        labels[name] = label
    return labels


def _further(label: str, taken: Mapping[str, str]) -> str:
    """The label, with a number behind it where it is taken too."""
    candidates = (label, *(f"{label}{number}" for number in range(2, len(taken) + 2)))
    return next(candidate for candidate in candidates if candidate not in taken.values())
