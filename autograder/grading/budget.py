"""What one submission may take of three things: CPU, sleep, and time on the clock."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from autograder.sandbox import CallResult, CellResult

FACTS = 5  # they take a fifth of what judging may
_LEAST_SLEEP = 0.5  # of a run of all cells: reading a file is a wait too


@dataclass(frozen=True)
class Budget:
    """Bounds of one submission, in seconds.  CPU is the measure: a busy machine punishes nobody.

    Sleep is time in which its processes neither compute nor wait for a processor.
    """

    cell: float = 10.0  # CPU of one cell; the longest released demo takes 3
    notebook: float = 60.0  # CPU of all cells; a chapter's right submission takes at most 10
    restarts: int = 5  # cells that end the process: each costs a run of the others
    submission: float = 300.0  # CPU of everything, restarts and exercises too: bounds what one notebook can cost
    sleep: float = 30.0  # of all cells, and as much of all calls: no answer needs any, a demo with pauses a little
    pause: float = 15.0  # sleep of one cell, or of all calls of one exercise; a cold import may wait for a disk
    clock: float = 900.0  # of everything; an exercise has ten times its CPU budget and ten seconds

    @property
    def for_facts(self) -> Budget:
        """What may be spent besides, once all is judged, on saying more of wrong answers."""
        return replace(self, submission=self.submission / FACTS, clock=self.clock / FACTS)


class Purse:
    """What is left of a submission's budget."""

    def __init__(self, budget: Budget) -> None:
        self._cpu, self._sleep = budget.submission, {CellResult: budget.sleep, CallResult: budget.sleep}
        self._end = time.monotonic() + budget.clock

    def pay(self, result: CellResult | CallResult) -> None:
        """Take off what a cell or a call has used."""
        self._cpu -= result.seconds
        self._sleep[type(result)] -= result.waited

    @property
    def sleep(self) -> float:
        """Seconds that calls may still sleep."""
        return max(self._sleep[CallResult], 0.0)

    @property
    def sleep_in_cells(self) -> float:
        """Seconds that one run of all cells may sleep: half of what is left, so that there is always another run."""
        return max(self._sleep[CellResult] / 2, _LEAST_SLEEP)

    @property
    def clock(self) -> float:
        """Seconds on the clock."""
        return max(self._end - time.monotonic(), 0.0)

    @property
    def empty(self) -> bool:
        """Whether CPU, sleep or clock is used up."""
        return min(self._cpu, self.sleep, self.clock) <= 0
