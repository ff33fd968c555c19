"""Proving a chapter's checks: each of them must fail on something, and never on something right."""

from __future__ import annotations

import functools
import math
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.bank import BankedCase, BankedExercise
from autograder.chapter import Chapter, ChapterExercise, load_chapter
from autograder.compare import compare
from autograder.compute import (
    PUBLIC_KEY,
    bank_mistakes,
    case_seed,
    describe_exercise,
    describe_mistakes,
    draw_cases,
    with_returns,
)
from autograder.diagnose import alike
from autograder.exercise import Gate
from autograder.gradients import agrees
from autograder.implementation import Caller, CallFailed, InProcess, TorchReference
from autograder.judge import decide, judge
from autograder.leaks import find_leaks
from autograder.lookups import accepted_lookups, replayed
from autograder.observe import Seen, compare_observations, observe_case, observer
from autograder.own_gradient import numeric_gradients
from autograder.solutions import SolutionRunner
from autograder.verdict import ExerciseVerdict, Outcome

CLEARLY = 100.0  # a mistake must miss by this multiple of the tolerance in at least one case
MISTAKE_DRAWS = 12  # draws on which every mistake is tried: three banks' worth
GATE_DRAWS = 4  # the same where each try is a training run: one bank's worth
VARIANT_DRAWS = 4  # draws on which every variant is tried; some are loops over everything
DRAWS = 200  # random draws on which the solution must get full marks


@dataclass
class ChapterProof:
    """Counts of what was proven about one chapter, and a sentence for everything that was not."""

    id: str
    exercises: int = 0
    points: float = 0.0
    mistakes: int = 0
    caught: int = 0
    diagnosed: int = 0
    variants: int = 0
    accepted: int = 0
    leaks: int = 0
    draws: int = 0
    false_fails: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Everything caught and accepted, at least 95% named, nothing leaked, no false fail."""
        named = self.diagnosed >= 0.95 * self.mistakes
        return not self.problems or (named and all("is not named" in problem for problem in self.problems))

    def to_json(self) -> dict[str, Any]:
        """The counts as JSON data."""
        return {name: value for name, value in vars(self).items() if name != "problems"}


def verify_chapter(
    chapter: Chapter, *, draws: int = DRAWS, progress: Callable[[str], None] = lambda what: None
) -> ChapterProof:
    """Prove one chapter; `progress` is told the name of each exercise as it is begun."""
    proof = ChapterProof(chapter.id, exercises=len(chapter.exercises), draws=draws)
    proof.points = sum(entry.record.points for entry in chapter.exercises) + sum(w.points for w in chapter.written)
    runner, reference = SolutionRunner(chapter), TorchReference(chapter.reference)
    for entry in chapter.exercises:
        progress(entry.name)
        _prove_exercise(proof, chapter, entry, runner, reference, draws)
    leaks = find_leaks(chapter)
    proof.leaks = len(leaks)
    proof.problems += leaks
    return proof


def verify_files(
    paths: Sequence[Path], *, draws: int = DRAWS, progress: Callable[[str], None] = lambda what: None
) -> list[ChapterProof]:
    """Prove several chapters, each in a process of its own, as many at once as there are cores."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    at_once = min(len(paths), cores)
    if at_once < 2:
        return [verify_chapter(load_chapter(path), draws=draws, progress=progress) for path in paths]
    longest_first = sorted(paths, key=lambda path: -path.stat().st_size)
    proofs: dict[str, ChapterProof] = {}
    with multiprocessing.get_context("spawn").Pool(at_once, _be_a_worker) as pool:
        for proof in pool.imap_unordered(functools.partial(_verify_file, draws=draws), longest_first):
            proofs[proof.id] = proof
            progress(f"{len(proofs)} of {len(paths)} chapters")
    return [proofs[path.name] for path in paths]


def _be_a_worker() -> None:
    import torch

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's, who ends this
    torch.set_num_threads(1)  # every core has a chapter


def _verify_file(path: Path, draws: int) -> ChapterProof:
    return verify_chapter(load_chapter(path), draws=draws)


def _prove_exercise(
    proof: ChapterProof,
    chapter: Chapter,
    entry: ChapterExercise,
    runner: SolutionRunner,
    reference: TorchReference,
    draws: int,
) -> None:
    exercise = describe_exercise(chapter, entry)
    observe = observer(exercise)
    solution = runner.solution()

    def drawn(number: int) -> tuple[BankedCase, ...]:
        return draw_cases(entry, reference, case_seed("verify", chapter.id, entry.name, number), observe)

    def problem(sentence: str) -> None:
        proof.problems.append(f"{chapter.id} · {entry.name}: {sentence}")

    tries = GATE_DRAWS if isinstance(exercise.tolerance, Gate) else MISTAKE_DRAWS
    exercise = with_returns(exercise, solution, drawn(0))
    banked = [bank_mistakes(exercise, drawn(number), entry, runner) for number in range(tries)]
    exercise = replace(exercise, mistakes=describe_mistakes(exercise, entry, runner, banked[0]))
    _prove_gradient(exercise, reference, banked[0], problem)
    _prove_gate(exercise, reference, banked[0], problem)
    for lookup in accepted_lookups(exercise, banked[0], solution):
        problem(lookup)
    for name in [banked.case.name for banked in banked[0] if not banked.case.zh]:
        problem(f"the case {name!r} has no name in Chinese: Case({name!r}, zh=…)")
    public = draw_cases(entry, reference, case_seed(PUBLIC_KEY, chapter.id, entry.name, 0), observe)
    replay = replayed(exercise, public, solution)
    earned = [judge(exercise, cases, replay).points for cases in banked] if replay else []
    if any(earned):
        problem(
            f"replaying the public answers earns up to {max(earned)} points: draw the hidden cases from wider ranges"
        )
    for mistake in entry.record.mistakes:
        proof.mistakes += 1
        verdicts = [_verdict_on(exercise, cases, mistake.name, runner.edited(entry, mistake)) for cases in banked]
        if not all(verdict.outcome is not Outcome.PASSED for verdict in verdicts):
            problem(f"the mistake {mistake.name!r} is not caught")
        elif not all(
            _clearly_wrong(exercise, cases, mistake.name, verdict)
            for cases, verdict in zip(banked, verdicts, strict=True)
        ):
            problem(f"the mistake {mistake.name!r} misses by less than {CLEARLY:.0f} tolerances in every case")
        else:
            proof.caught += 1
        if all(_named(exercise, cases, mistake.name, verdict) for cases, verdict in zip(banked, verdicts, strict=True)):
            proof.diagnosed += 1
        else:
            problem(
                f"the mistake {mistake.name!r} is not named (diagnosis: {[verdict.mistake for verdict in verdicts]})"
            )
    for variant in entry.record.variants:
        proof.variants += 1
        verdicts = [judge(exercise, cases, runner.edited(entry, variant)) for cases in banked[:VARIANT_DRAWS]]
        if all(verdict.outcome is Outcome.PASSED for verdict in verdicts):
            proof.accepted += 1
        else:
            problem(f"the variant {variant.name!r} is not accepted: {_why(verdicts)}")
    _prove_worthless(exercise, entry, runner, banked[0], problem)
    for number in range(draws):
        verdict = judge(exercise, drawn(number), solution)
        if verdict.outcome is not Outcome.PASSED:
            proof.false_fails += 1
            if proof.false_fails <= 5:
                problem(f"the solution fails on draw {number}: {_why([verdict])}")


def _verdict_on(exercise: BankedExercise, cases: Sequence[BankedCase], name: str, impl: Caller) -> ExerciseVerdict:
    """The verdict on a known mistake, from what it gave when the draw was made; where that is right, manners tell."""
    seen = []
    for banked in cases:
        known = banked.mistakes[name]
        kind, _, error = known.failure.partition(" ")
        failure = CallFailed(kind, exercise.name, error) if known.failure else None
        mismatches = [] if failure else compare_observations(exercise, banked.expected, known)
        seen.append(Seen(banked, known, failure, mismatches))
    return judge(exercise, cases, impl) if all(entry.passed for entry in seen) else decide(exercise, cases, impl, seen)


def _clearly_wrong(exercise: BankedExercise, cases: Sequence[BankedCase], name: str, verdict: ExerciseVerdict) -> bool:
    """Wrong by a wide margin in at least one case, or in a contract probe, which is a matter of yes or no."""
    mismatches = [m for case in cases for m in compare_observations(exercise, case.expected, case.mistakes[name])]
    if not mismatches:
        return any(finding.group == "contract" for finding in verdict.findings)
    return max(mismatch.excess for mismatch in mismatches) >= CLEARLY


def _named(exercise: BankedExercise, cases: Sequence[BankedCase], name: str, verdict: ExerciseVerdict) -> bool:
    """Diagnosed by its own name, or by that of a mistake with identical output."""
    if verdict.mistake is None or verdict.mistake == name:
        return verdict.mistake == name
    return all(alike(exercise, case.mistakes[name], case.mistakes[verdict.mistake]) for case in cases)


def _prove_gradient(
    exercise: BankedExercise, reference: TorchReference, cases: Sequence[BankedCase], problem: Callable[[str], None]
) -> None:
    """The reference's gradients agree with finite differences of the reference's loss."""
    if exercise.gradient_of is None:
        return
    of = exercise.gradient_of.load()
    for case in (case for case in cases if case.loss is not None):
        numeric = numeric_gradients(of, exercise.gradient_wrt, reference, case.case)
        value = case.expected.value
        parts = value if len(exercise.gradient_wrt) > 1 else (value,)
        for name, expected, actual in zip(exercise.gradient_wrt, numeric, parts, strict=True):
            if not agrees(expected, actual):
                problem(
                    f"the reference's gradient for {name!r} disagrees with finite differences on {case.case.name!r}"
                )


def _prove_gate(
    exercise: BankedExercise, reference: TorchReference, cases: Sequence[BankedCase], problem: Callable[[str], None]
) -> None:
    """The reference passes its own gate."""
    if not isinstance(exercise.tolerance, Gate):
        return
    observe = observer(exercise)
    for case in cases:
        seen, failure = observe_case(observe, reference, case.case)
        if failure or compare(None, seen.value, exercise.tolerance):
            problem(f"the reference does not pass the gate on {case.case.name!r}: {failure or seen.value}")


def _worthless(exercise: BankedExercise) -> dict[str, Caller]:
    """Answers without any thought, which must earn nothing."""
    arguments = {name: len(parameters) for name, parameters in exercise.functions.items()}

    def build(give: Callable[[tuple[Any, ...]], Any]) -> InProcess:
        def function(*args: Any) -> Any:
            return give(args)

        return InProcess(dict.fromkeys(arguments, function))

    return {
        "None": build(lambda args: None),
        "0": build(lambda args: 0.0),
        "its first argument": build(lambda args: args[0] if args else {}),
        "zeros like its first argument": build(lambda args: np.zeros_like(args[0]) if args else []),
        "NaN": build(lambda args: math.nan),
    }


def _prove_worthless(
    exercise: BankedExercise,
    entry: ChapterExercise,
    runner: SolutionRunner,
    cases: Sequence[BankedCase],
    problem: Callable[[str], None],
) -> None:
    """The solution agrees with the reference; the starter is not attempted; thoughtless answers earn nothing."""
    solution = judge(exercise, cases, runner.solution())
    if solution.outcome is not Outcome.PASSED:
        problem(f"the solution disagrees with the torch reference: {_why([solution])}")
    starter = judge(exercise, cases, runner.replaced(entry, exercise.starter))
    if starter.outcome is not Outcome.NOT_ATTEMPTED:
        problem(f"the starter is judged {starter.outcome}")
    for what, impl in _worthless(exercise).items():
        verdict = judge(exercise, cases, impl)
        if verdict.points:
            problem(f"a function that returns {what} earns {verdict.points} points")


def _why(verdicts: Sequence[ExerciseVerdict]) -> str:
    sentences = [
        f"{finding.case.get('en') or finding.group}: {finding.message['en']}"
        for verdict in verdicts
        for finding in verdict.findings
        if not finding.passed
    ]
    return sentences[0] if sentences else "no reason found"
