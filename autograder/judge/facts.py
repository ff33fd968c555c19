"""Facts about a wrong answer that nothing explains: each is true whatever the cause, and narrows where to look.

The function is asked again on probes of the cases that it fails.  A probe on which the right answer is degenerate says
nothing, nor does one on which the function stops.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder.judge.alarm import TooCostly
from autograder.judge.compare import numbers_in
from autograder.judge.criteria import criterion_of
from autograder.judge.diagnose import alike
from autograder.judge.implementation import Implementation
from autograder.judge.observe import Seen, compare_observations, observe_case, observer
from autograder.judge.patterns import patterns, tendencies
from autograder.judge.probes import (
    TIMES,
    TOGETHER,
    WHOLE,
    arrays_in,
    is_plain,
    probed,
    same,
    shape_of,
    times_as_large,
)
from autograder.judge.relations import MANY
from autograder.judge.resemblances import resemblances
from autograder.judge.splits import kinds, part_with, right_parts, special_cases
from autograder.model.bank import BankedExercise, BankedProbe, Observation
from autograder.model.calls import FATAL
from autograder.model.texts import Values, part
from autograder.model.verdict import ExerciseVerdict, Finding

MOST_TOLD = 2
SAY_ENOUGH = ("gradient_consistent", "contract_again")  # an answer of the moment has no facts
AXES = {1: ("entries_of_it",), 2: ("rows_of_it", "columns_of_it")}  # of an input with so many axes


def is_unexplained(exercise: BankedExercise, verdict: ExerciseVerdict, seen: Sequence[Seen]) -> bool:
    """Whether values are wrong and nothing says what is; a gate and a choice have no facts."""
    told = [finding for finding in verdict.findings if not finding.passed]
    explained = verdict.mistake is not None or any(not each.group or each.code in SAY_ENOUGH for each in told)
    has_facts = exercise.takes_arguments and criterion_of(exercise).has_contract
    return has_facts and not explained and bool(failing_of(seen))


def failing_of(seen: Sequence[Seen]) -> list[Seen]:
    """The cases on which numbers are wrong; none where what is returned has another form, which is told."""
    failing = [entry for entry in seen if entry.mismatches and not entry.failure]
    codes = {mismatch.code for entry in failing for mismatch in entry.mismatches}
    return failing if codes <= {"wrong_value", "not_finite"} else []


def facts(exercise: BankedExercise, seen: Sequence[Seen], impl: Implementation, *, reveal: bool) -> list[Finding]:
    """The simplest facts that hold on all failing cases, one of a kind and one of an input.

    `impl` is asked again; when its time or its process ends, no further probe says anything.  With `reveal` (public
    cases) a place may be told.
    """
    told: list[Finding] = []
    known: set[str] = set()
    for finding in _telling(exercise, seen, impl, reveal):
        about = {finding.code, *(str(finding.values[what]) for what in ("input", "those") if what in finding.values)}
        if not about & known and len(told) < MOST_TOLD:
            told.append(finding)
            known |= about
    return told or list(tendencies(failing_of(seen)))[:1]


def all_facts(
    exercise: BankedExercise, seen: Sequence[Seen], impl: Implementation, *, reveal: bool
) -> Iterator[Finding]:
    """Every fact, the simplest first."""
    yield from _telling(exercise, seen, impl, reveal)
    yield from tendencies(failing_of(seen))


def _telling(exercise: BankedExercise, seen: Sequence[Seen], impl: Implementation, reveal: bool) -> Iterator[Finding]:
    """The facts but those of the last resort."""
    failing = failing_of(seen)
    asked = _asked(exercise, failing, impl)
    yield from right_parts(exercise, failing)
    yield from kinds(failing, seen)
    yield from resemblances(failing)
    yield from _told(exercise, asked, STRONG)
    yield from patterns(failing, reveal=reveal)
    yield from _told(exercise, asked, WEAK)
    yield from special_cases(failing, seen)


def is_denied(exercise: BankedExercise, seen: Sequence[Seen], impl: Implementation, fact: Finding) -> bool:
    """Whether a fact that was found on some of these cases does not hold on all of them."""
    failing = failing_of(seen)
    if fact.code == "right_parts":
        wrong = ({f"`{part_with(mismatch.path)}`" for mismatch in entry.mismatches} for entry in failing)
        return any(not parts & set(fact.values["wrong"]) for parts in wrong)
    if fact.code in (known.code for known in (*STRONG, *WEAK)):
        judged = _judged(exercise, _asked(exercise, failing, impl), (*STRONG, *WEAK))
        return not all(holds for finding, holds in judged if finding == fact)
    by_place = (*right_parts(exercise, failing), *kinds(failing, seen))
    return fact not in (*by_place, *resemblances(failing), *patterns(failing, reveal=False), *tendencies(failing))


@dataclass(frozen=True)
class _Asked:
    """A failing case and what was given on a probe of it: nothing where the function was not asked, or stopped."""

    entry: Seen
    probe: BankedProbe
    given: Observation | None = None

    @functools.cached_property
    def comparable(self) -> Observation | None:
        """What was given, where it can be compared with the case's: a NaN stays what it is, whatever goes in."""
        both = () if self.given is None else (self.entry.observation, self.given)
        return self.given if all(np.isfinite(array).all() for seen in both for array in arrays_in(seen)) else None


@dataclass(frozen=True)
class _Fact:
    """A sentence by its code, the kinds of probes that it is about, and whether one of them says so.

    None is a probe that says nothing.
    """

    code: str
    kinds: tuple[str, ...]
    holds: Callable[[BankedExercise, _Asked], bool | None]


def _asked(exercise: BankedExercise, failing: Sequence[Seen], impl: Implementation) -> list[_Asked]:
    """What `impl` gives on every probe; nothing where it gives another answer than before to a case itself."""
    asked: list[_Asked] = []
    ended = False
    for entry in (entry for entry in failing if entry.banked.probes):
        observe, banked = observer(exercise, entry.banked.group), entry.banked
        again = entry.observation if ended else observe_case(observe, impl, banked.case)
        ended = ended or _ends(again)
        if not ended and not alike(exercise, entry.observation, again):
            return []
        for probe in banked.probes:
            given = None
            if not ended and probe.kind not in NOT_ASKED:
                given = observe_case(observe, impl, probed(banked.case, probe))
                ended = _ends(given)
            asked.append(_Asked(entry, probe, None if given is None or given.failure else given))
    return asked


def _ends(seen: Observation) -> bool:
    """Whether nothing more can be asked: the time is up, or the process is gone."""
    return seen.failure is not None and (seen.failure.status in FATAL or seen.failure.error == TooCostly.__name__)


def _told(exercise: BankedExercise, asked: Sequence[_Asked], known: Sequence[_Fact]) -> Iterator[Finding]:
    """The facts that some probe says and none denies."""
    return (finding for finding, holds in _judged(exercise, asked, known) if holds)


def _judged(
    exercise: BankedExercise, asked: Sequence[_Asked], known: Sequence[_Fact]
) -> Iterator[tuple[Finding, bool]]:
    """Each fact of which some probe says whether it holds, those of the smallest inputs first."""
    for fact in known:
        said: dict[str, list[bool]] = {}
        first: dict[str, _Asked] = {}
        for one in (one for one in asked if one.probe.kind in fact.kinds):
            holds = fact.holds(exercise, one)
            if holds is not None:
                said.setdefault(repr(one.probe.inputs), []).append(holds)
                first.setdefault(repr(one.probe.inputs), one)
        for inputs, one in sorted(first.items(), key=lambda item: _size(item[1])):
            yield Finding(fact.code, _values(one)), all(said[inputs])


def _size(one: _Asked) -> int:
    return sum(numbers_in(one.entry.banked.case.inputs[name]) for name in one.probe.inputs)


def _values(one: _Asked) -> Values:
    """What a sentence may name: the inputs, what is counted along their axis, and how many times as large it gets."""
    inputs = one.entry.banked.case.inputs
    name, axis = max(one.probe.inputs.items(), key=lambda along: len(shape_of(inputs[along[0]])))
    if axis == WHOLE:
        times = times_as_large(one.entry.banked.expected, one.probe.expected)
        values: dict[str, Any] = {"input": [f"`{each}`" for each in one.probe.inputs]}
        if one.probe.kind in AS_IF:
            values["instead"] = AS_IF[one.probe.kind].format(f"`{name}`")
        return {**values, "times": TIMES[times]} if times else values
    axes = AXES.get(len(shape_of(inputs[name])))
    return {"those": part(axes[axis], name=name) if axes else part("slices_of_it", name=name, axis=axis)}


def _is_right(exercise: BankedExercise, one: _Asked) -> bool | None:
    """Right on the probe, by no accident."""
    if one.given is None:
        return None
    right = not compare_observations(exercise, one.probe.expected, one.given)
    return (True if _is_telling(one) else None) if right else False


def _is_right_for(exercise: BankedExercise, one: _Asked) -> bool | None:
    """What was given for the case is right for the probe, by no accident."""
    right = not compare_observations(exercise, one.probe.expected, one.entry.observation)
    return (True if _is_telling(one) else None) if right else False


def _is_telling(one: _Asked) -> bool:
    """Whether none of the parts that were wrong is plain on the probe."""
    parts = map(arrays_in, (one.entry.banked.expected, one.entry.observation, one.probe.expected))
    wrong = [after for right, own, after in zip(*parts, strict=False) if not same(right, own)]
    return bool(wrong) and not any(map(is_plain, wrong))


def _stays(exercise: BankedExercise, one: _Asked) -> bool | None:
    """The answer is what it was, and should not be."""
    given = one.comparable
    if given is None or _right_stays(exercise, one):
        return None
    stays = alike(exercise, one.entry.observation, given)
    return None if stays and _is_coarse(one) else stays


def _moves(exercise: BankedExercise, one: _Asked) -> bool | None:
    """The answer is another one, and should not be."""
    if not _right_stays(exercise, one):
        return False
    given = one.comparable
    return None if given is None or _is_coarse(one) or alike(exercise, one.entry.observation, given) else True


def _right_stays(exercise: BankedExercise, one: _Asked) -> bool:
    return alike(exercise, one.entry.banked.expected, one.probe.expected)


def _is_coarse(one: _Asked) -> bool:
    """Whether the right answer is so few counts or shares that it stays what it is by accident."""
    arrays = arrays_in(one.entry.banked.expected)
    return all(map(is_plain, arrays)) and sum(array.size for array in arrays) < MANY


def _is_right_alone(exercise: BankedExercise, one: _Asked) -> bool | None:
    """Right where one sample is left, whose answer is not simply its part of the whole."""
    alone = _is_part(one.entry.banked.expected, one.probe.expected, one.probe.kind)
    return None if alone else _is_right(exercise, one)


def _mixes(exercise: BankedExercise, one: _Asked) -> bool | None:
    """The answer to one sample is another one when it is alone, and should not be."""
    alone = _is_part(one.entry.banked.expected, one.probe.expected, one.probe.kind)
    given = one.comparable
    return None if given is None or not alone else not _is_part(one.entry.observation, given, one.probe.kind)


def _is_part(whole: Observation, alone: Observation, kind: str) -> bool:
    """Whether an answer to the first or last sample alone is the first or last part of the whole answer."""
    pairs = list(zip(arrays_in(whole), arrays_in(alone), strict=False))
    place = [0 if kind == "first" else -1]

    def is_part(one: np.ndarray, other: np.ndarray) -> bool:
        axes = (axis for axis, length in enumerate(one.shape) if length > 1)
        return any(same(np.take(one, place, axis), other) for axis in axes)

    return bool(pairs) and all(is_part(one, other) for one, other in pairs)


def _grows_otherwise(exercise: BankedExercise, one: _Asked) -> bool | None:
    """The right answer becomes a simple multiple, and the answer another one."""
    times = times_as_large(one.entry.banked.expected, one.probe.expected)
    given = one.comparable
    if given is None or times is None or times == 1:
        return None
    return times_as_large(one.entry.observation, given) != times


AS_IF = {  # what is put in the place of an input
    "zero": "0",
    "zeros": "0",
    "one": "1",
    "ones": "1",
    "identity": "I",
    "doubled": "2 · {}",
    "negated": "−{}",
    "squared": "{}²",
    "root": "√{}",
    "one_more": "{} + 1",
    "one_less": "{} − 1",
    "swapped": "1 − {}",
}
NOT_ASKED = ("negated", "squared", "root", "one_more", "one_less", "swapped")  # what is right there says enough
INPUT, ALONE = ("doubled", "zero", "one", "zeros", "ones"), ("first", "last")
STRONG = (
    *(_Fact("as_if", (kind,), _is_right_for) for kind in AS_IF),
    _Fact("as_if_first", ("first",), _is_right_for),
    _Fact("as_if_last", ("last",), _is_right_for),
    _Fact("as_if_reversed", ("reversed",), _is_right_for),
    _Fact("ignores", INPUT, _stays),
    _Fact("right_at_one", ("one",), _is_right),
    _Fact("right_at_zero", ("zero",), _is_right),
    _Fact("right_at_identity", ("identity",), _is_right),
    _Fact("right_alone", ALONE, _is_right_alone),
    _Fact("mixes", ALONE, _mixes),
    _Fact("needs_order", ("reversed",), _moves),
    _Fact("right_at_zeros", ("zeros",), _is_right),
    _Fact("right_at_ones", ("ones",), _is_right),
)
WEAK = (
    _Fact("grows_otherwise", ("doubled", TOGETHER), _grows_otherwise),
    _Fact("needs", (*INPUT, TOGETHER), _moves),
)
