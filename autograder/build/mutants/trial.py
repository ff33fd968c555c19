"""What made mistakes show on a bank's cases, and which of them are worth a name."""

from __future__ import annotations

import gc
import math
import statistics
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from autograder.build.mutants.made import Made
from autograder.build.quiet import quietly
from autograder.chapter.chapter import ChapterExercise
from autograder.chapter.solutions import SolutionRunner
from autograder.chapter.ticking import TICK, Steps
from autograder.judge.alarm import TooCostly, cpu_limit
from autograder.judge.compare import numbers_in
from autograder.judge.contract import check_contract, probes_of
from autograder.judge.criteria import criterion_of
from autograder.judge.diagnose import alike
from autograder.judge.implementation import MOST_WATCHED, InProcess, Recorded
from autograder.judge.judge import look
from autograder.judge.letters import RIGHT, letters_of
from autograder.judge.observe import observe_case, observer
from autograder.model.bank import BankedCase, BankedExercise, Observation
from autograder.model.calls import CallStatus

DECIDING = 2  # draws after which a made mistake that is worth no name is given up
DEAR, LEAST_DEAR = 20, 0.01  # times the usual, and seconds: what costs more is asked only where no other case notices
SLOWER, LEAST_STEPS = 5.0, 10_000  # a mutant may take five times the solution's steps on a case, and ten thousand
WAY_SLOWER, LEAST_SECONDS = 20.0, 5.0  # the same in CPU, which machines differ in: far from what so many steps take


Letters = tuple[tuple[int, str], ...]
"""The number of each case on which a mistake was seen, and the letters of what it gave there."""


class Fate(StrEnum):
    """What came of a made mistake."""

    TELLING = "telling"  # wrong in a way of its own: worth a name
    WRITTEN = "written"  # gives what a written mistake gives
    TWIN = "twin"  # gives what an earlier made one gives
    FAILING = "failing"  # gives no value wherever it is wrong: an error has many causes
    BARE = "bare"  # shows in a metric alone, which many causes share
    COSTLY = "costly"  # takes far longer than the solution, or forever
    MANNERS = "manners"  # gives right values, but is found by a probe of the contract
    GOOD_ENOUGH = "good enough"  # passes a gate, and so is right
    UNNOTICED = "unnoticed"  # nothing tells it from a right answer


@dataclass(frozen=True)
class Tried:
    """A made mistake with the letters of what it gives, by the number of the case, counted through all draws.

    `like` is the mistake whom it equals.  What is worth a name was seen on all cases but the dear ones.
    """

    made: Made
    fate: Fate
    letters: Mapping[int, str] = field(default_factory=dict, hash=False)
    like: str = ""


@dataclass(frozen=True)
class Cost:
    """What an observation costs: seconds of CPU, and steps of answer cells, which are the same on every machine."""

    seconds: float
    steps: int

    @property
    def bound(self) -> Cost:
        """What a mutant may cost where the solution costs this."""
        return Cost(LEAST_SECONDS + WAY_SLOWER * self.seconds, LEAST_STEPS + int(SLOWER * self.steps))


LEAST = Cost(0.0, 0).bound


class Bounded(InProcess):
    """An implementation of ours, from cells that count their steps, whose every observation has a limit.

    A mutant may run forever.  Everybody's garbage, which may take as long, is collected outside of the limit.
    """

    def __init__(self, namespace: Mapping[str, Any], most: Cost) -> None:
        super().__init__(namespace)
        self._steps: Steps = namespace[TICK]
        self.most = most

    @contextmanager
    def bounded(self) -> Iterator[None]:
        self._steps.begin(self.most.steps)
        gc.disable()
        try:
            with cpu_limit(self.most.seconds):
                yield
        finally:
            gc.enable()


class Trial:
    """Tries made mistakes of one exercise on draws whose cases carry what the written mistakes give."""

    def __init__(
        self,
        exercise: BankedExercise,
        draws: Sequence[Sequence[BankedCase]],
        entry: ChapterExercise,
        runner: SolutionRunner,
        *,
        by_the_clock: bool = True,
    ) -> None:
        """With `by_the_clock` dear cases are asked last; what must be the same on every machine is asked everything."""
        self._exercise, self._entry, self._runner, self._by_the_clock = exercise, entry, runner, by_the_clock
        self._cases = [banked for draw in draws for banked in draw]
        self._first = sum(map(len, draws[:DECIDING]))

    @cached_property
    def _costs(self) -> dict[int, Cost]:
        """What each case costs the solution, but those of speed; measured when something is tried."""
        solution = InProcess(self._runner.namespace(ticks=(steps := Steps())))
        small = [number for number, banked in enumerate(self._cases) if not self._is_of_speed(solution, banked)]
        return {number: self._cost(solution, steps, self._cases[number]) for number in small}

    @cached_property
    def _order(self) -> tuple[list[int], list[int], list[int]]:
        """The cases that decide, those of the further draws, and the dear ones."""
        most = math.inf
        if self._by_the_clock and self._costs:
            most = max(LEAST_DEAR, DEAR * statistics.median(cost.seconds for cost in self._costs.values()))
        usual = [number for number, cost in self._costs.items() if cost.seconds <= most]
        deciding = [number for number in usual if number < self._first]
        return deciding, usual[len(deciding) :], sorted(set(self._costs) - set(usual))

    def _is_of_speed(self, solution: InProcess, banked: BankedCase) -> bool:
        """Whether a case hands large inputs over: a slip may make the square of them, which no machine has room for."""
        recorded = Recorded(solution)
        observe_case(observer(self._exercise, banked.group), recorded, banked.case)
        return any(numbers_in(list(args)) > MOST_WATCHED for _, args, _ in recorded.calls)

    def _cost(self, solution: InProcess, steps: Steps, banked: BankedCase) -> Cost:
        """What a case costs; of what seems dear the least of three, for a hiccup is no cost."""
        costs: list[Cost] = []
        while not costs or (len(costs) < 3 and costs[-1].seconds > LEAST_DEAR):
            steps.begin()
            began = time.process_time()
            observe_case(observer(self._exercise, banked.group), solution, banked.case)
            costs.append(Cost(time.process_time() - began, steps.so_far))
        return min(costs, key=lambda cost: cost.seconds)

    def run(self, made: Iterable[Made]) -> Iterator[Tried]:
        """The fate of each, in order."""
        telling: dict[Letters, str] = {}
        for one in made:
            with quietly():
                tried = self._try(one, telling)
            yield tried

    def observations(self, source: str) -> Mapping[int, Observation] | None:
        """What an answer cell gives on all cases but the dear ones; None where it fails as a whole, or is too slow."""
        with quietly():
            deciding, further, _ = self._order
            impl = self._implementation(source)
            return None if impl is None else self._observed(impl, deciding + further)

    def letters(self, source: str) -> dict[int, str] | None:
        """The letters of what an answer cell gives, as `observations` does."""
        observed = self.observations(source)
        return None if observed is None else self._letters(observed)

    def _try(self, made: Made, telling: dict[Letters, str]) -> Tried:
        """Its fate; of what is worth a name `telling` keeps the letters, on the deciding cases and on all."""
        impl = self._implementation(made.source)
        if impl is None:
            return Tried(made, Fate.FAILING)
        seen: dict[int, Observation] = {}
        letters: list[tuple[int, str]] = []
        told: list[Letters] = []
        tried = Tried(made, Fate.UNNOTICED)
        for numbers in self._order:
            if numbers is self._order[-1] and tried.fate is Fate.TELLING:
                break
            further = self._observed(impl, numbers)
            if further is None:
                return Tried(made, Fate.COSTLY)
            seen |= further
            letters += self._letters(further).items()
            told.append(tuple(letters))
            tried = self._tried(made, seen, told[-1], telling)
            if tried.fate not in (Fate.TELLING, Fate.UNNOTICED):
                break
        if tried.fate is Fate.TELLING:
            telling |= dict.fromkeys(told, made.name)
        return replace(tried, fate=self._fate_of_right_values(made)) if tried.fate is Fate.UNNOTICED else tried

    def _letters(self, observed: Mapping[int, Observation]) -> dict[int, str]:
        return {number: letters_of(self._exercise, self._cases[number], seen) for number, seen in observed.items()}

    def _implementation(self, source: str) -> Bounded | None:
        """None where the answer cell itself fails, or takes too long."""
        try:
            with cpu_limit(LEAST.seconds):
                return Bounded(self._runner.namespace({self._entry.name: source}, ticks=Steps(LEAST.steps)), LEAST)
        except Exception:  # whatever a slip may lead to while a cell is run
            return None

    def _observed(self, impl: Bounded, numbers: Iterable[int]) -> dict[int, Observation] | None:
        """What it gives on some of the cases; None when one of them takes too long."""
        seen = {}
        for number in numbers:
            impl.most, banked = self._costs[number].bound, self._cases[number]
            observe = observer(self._exercise, banked.group)
            observation = observe_case(observe, impl, banked.case, self._exercise.returns)
            failure = observation.failure
            if failure and (failure.status is CallStatus.TOO_LARGE or failure.error == TooCostly.__name__):
                return None
            seen[number] = observation
        return seen

    def _tried(
        self, made: Made, seen: Mapping[int, Observation], letters: Letters, telling: Mapping[Letters, str]
    ) -> Tried:
        """What the cases that were seen so far say of a made mistake."""
        told = dict(letters)
        wrong = [observation for number, observation in seen.items() if told[number] != RIGHT]
        if not wrong:
            return Tried(made, Fate.UNNOTICED, told)
        if all(observation.failure for observation in wrong):
            return Tried(made, Fate.FAILING, told)
        if not any(criterion_of(self._exercise).tells_apart(one.value) for one in wrong):
            return Tried(made, Fate.BARE, told)
        if letters in telling:
            return Tried(made, Fate.TWIN, told, telling[letters])
        for mistake in self._entry.record.mistakes:
            if all(alike(self._exercise, self._cases[n].mistakes[mistake.name], seen[n]) for n in seen):
                return Tried(made, Fate.WRITTEN, told, mistake.name)
        return Tried(made, Fate.TELLING, told)

    def _fate_of_right_values(self, made: Made) -> Fate:
        """A probe of the contract may find what no value shows."""
        if not criterion_of(self._exercise).expects_value:
            return Fate.GOOD_ENOUGH
        if not probes_of(self._exercise):
            return Fate.UNNOTICED
        costs = self._costs.values()
        most = Cost(max(cost.seconds for cost in costs), max(cost.steps for cost in costs)).bound
        impl = Bounded(self._runner.namespace({self._entry.name: made.source}, ticks=Steps()), most)
        cases = [self._cases[number] for number in self._order[0]]
        failed, _ = check_contract(self._exercise, impl, look(self._exercise, cases, impl))
        return Fate.MANNERS if failed else Fate.UNNOTICED
