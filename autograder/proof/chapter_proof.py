"""What was proven about a chapter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from autograder.proof.generality import Reach

NAMED = 0.95  # share of the mistakes that are caught which must also be called by their name


@dataclass
class ChapterProof:
    """Counts of what was proven about one chapter, and a sentence for everything that was not.

    problems  what makes the chapter unproven.
    unnamed   mistakes that are caught but called by no name: some may be.
    own_data  how many exercises and questions have data of each student's own.
    draws     on which each solution got full marks, at least.
    reach     how far diagnosis reaches beyond what is written, where that was asked for.
    """

    id: str
    exercises: int = 0
    own_data: int = 0
    points: float = 0.0
    mistakes: int = 0
    caught: int = 0
    diagnosed: int = 0
    variants: int = 0
    accepted: int = 0
    leaks: int = 0
    draws: int = 0
    false_fails: int = 0
    reach: Reach | None = None
    problems: list[str] = field(default_factory=list)
    unnamed: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Everything caught and accepted, at least 95% named, nothing leaked, no false fail."""
        return not self.problems and self.diagnosed >= NAMED * self.mistakes

    @property
    def counts(self) -> dict[str, str | float]:
        """The counts by name; `draws` is what every exercise had at least."""
        return {name: value for name, value in vars(self).items() if isinstance(value, (str, int, float))}

    def to_json(self) -> dict[str, Any]:
        """The counts and how far diagnosis reaches, as JSON data."""
        return {**self.counts, "reach": self.reach.to_json() if self.reach else None}
