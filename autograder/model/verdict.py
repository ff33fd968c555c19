"""What is said of a submission: outcomes, points, findings.  Records only; they travel as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from autograder.model.texts import LANGUAGES, Text, Values, sentence


class Outcome(StrEnum):
    """The verdict on one exercise.  GRADER_ERROR is a fault of ours and never becomes a zero."""

    PASSED = "PASSED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    NOT_ATTEMPTED = "NOT_ATTEMPTED"
    AWAITING_MARKING = "AWAITING_MARKING"
    GRADER_ERROR = "GRADER_ERROR"

    @property
    def is_open(self) -> bool:
        """Whether there are no points before a person has looked."""
        return self in (Outcome.AWAITING_MARKING, Outcome.GRADER_ERROR)


MARKS: dict[Outcome, str] = {  # each has its own shape, so that colour is never the only sign
    Outcome.PASSED: "✓",
    Outcome.PARTIAL: "◐",
    Outcome.FAILED: "✗",
    Outcome.NOT_ATTEMPTED: "–",
    Outcome.AWAITING_MARKING: "…",
    Outcome.GRADER_ERROR: "!",
}


OWN_TEST = "test_"  # how the codes begin of what is found by a course's own tests


class SubmissionOutcome(StrEnum):
    """The verdict on a whole submission."""

    GRADED = "GRADED"
    UNREADABLE = "UNREADABLE"
    GRADER_ERROR = "GRADER_ERROR"


@dataclass(frozen=True)
class Finding:
    """One thing seen: the code of a sentence of `texts` ("wrong_shape") and the values that fill it.

    `group` and `case` (its name) are empty when it concerns the whole exercise, `title` is what people call the group;
    `passed` findings say what is right.  Raises KeyError where it could not be told.
    """

    code: str
    values: Values = field(default_factory=dict)
    group: str = ""
    case: Text = field(default_factory=dict)
    passed: bool = False
    title: Text = field(default_factory=dict)

    def __post_init__(self) -> None:
        sentence(self, LANGUAGES[0])


@dataclass(frozen=True)
class AnswerCell:
    """A cell that holds an answer, as it was handed in.

    number     its place in the notebook from 1.
    source     its text; "" where it is as released.
    cut        whether that is the beginning alone.
    untouched  whether the cell is as released.
    words      whether it is text, and no code.
    """

    number: int
    source: str
    cut: bool = False
    untouched: bool = False
    words: bool = False


@dataclass(frozen=True)
class ExerciseVerdict:
    """The verdict on one exercise; `mistake` is the name of the known mistake that explains the output.

    `written` answers are a person's to mark.  `answer` has the cells that were judged, the one that counts last: none
    where the notebook has none, and None where that was not kept.
    """

    name: str
    outcome: Outcome
    points: float
    max_points: float
    mistake: str | None = None
    hint: Text | None = None
    findings: tuple[Finding, ...] = ()
    extra: bool = False
    written: bool = False
    answer: tuple[AnswerCell, ...] | None = None

    @property
    def shares_the_process(self) -> bool:
        """Whether a test of the course's own gave it: such a test runs beside the student's code and may be forged."""
        return any(finding.code.startswith(OWN_TEST) for finding in self.findings)


@dataclass(frozen=True)
class Note:
    """Something about the notebook itself, such as a restored cell: code and values as of a `Finding`."""

    code: str
    values: Values = field(default_factory=dict)

    def __post_init__(self) -> None:
        sentence(self, LANGUAGES[0])


def in_notebook(assignment: str, notebook: str, name: str) -> str:
    """What a cell with points is called among all of an assignment, by the notebook that it is in."""
    return name if notebook == assignment else f"{notebook}/{name}"


@dataclass(frozen=True)
class Report:
    """Everything recorded about one grading of one submission.

    `submission`, `bank` and `engine` identify the grading: the same three always give the same report.  `rung` is the
    sandbox in which the submission ran, "" where nothing ran.
    """

    student: str
    assignment: str
    language: str
    outcome: SubmissionOutcome
    submission: str
    bank: str
    engine: str
    draw: int
    notes: tuple[Note, ...] = ()
    exercises: tuple[ExerciseVerdict, ...] = ()
    rung: str = ""

    @property
    def has_grader_error(self) -> bool:
        """Whether a fault of ours, on the whole or on one exercise, blocks the score: then it is tried again."""
        faults = any(exercise.outcome is Outcome.GRADER_ERROR for exercise in self.exercises)
        return faults or self.outcome is SubmissionOutcome.GRADER_ERROR

    def of_notebook(self, notebook: str) -> Report:
        """The part of it that is about one of the assignment's notebooks, with the names that cells have in there."""
        prefix = in_notebook(self.assignment, notebook, "")
        theirs = [each for each in self.exercises if (each.name.startswith(prefix) if prefix else "/" not in each.name)]
        return replace(self, exercises=tuple(replace(each, name=each.name.removeprefix(prefix)) for each in theirs))

    @property
    def score(self) -> float:
        """Points earned."""
        return round(sum(exercise.points for exercise in self.exercises), 6)

    @property
    def max_score(self) -> float:
        """Points of the core exercises; extra ones are a bonus on top."""
        return round(sum(exercise.max_points for exercise in self.exercises if not exercise.extra), 6)

    @property
    def needs_a_person(self) -> tuple[str, ...]:
        """Names of what a person must look at: faults of ours and written answers."""
        if self.outcome is SubmissionOutcome.GRADER_ERROR:
            return ("the whole submission",)
        return tuple(exercise.name for exercise in self.exercises if exercise.outcome.is_open)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data from which `from_json` restores the report."""
        return asdict(self)

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Report:
        """The report that `to_json` wrote."""
        exercises = tuple(
            ExerciseVerdict(
                **{
                    **entry,
                    "outcome": Outcome(entry["outcome"]),
                    "findings": tuple(Finding(**finding) for finding in entry["findings"]),
                    "answer": cells
                    if (cells := entry["answer"]) is None
                    else tuple(AnswerCell(**cell) for cell in cells),
                }
            )
            for entry in data["exercises"]
        )
        notes = tuple(Note(**note) for note in data["notes"])
        return Report(**{**data, "outcome": SubmissionOutcome(data["outcome"]), "notes": notes, "exercises": exercises})
