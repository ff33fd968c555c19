"""What must be proven about one exercise: its checks fail on something, and never on something right."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from autograder.build.described import describe_exercise, describe_mistakes, with_returns
from autograder.build.draws import bank_mistakes, case_seed, draw_cases, graded
from autograder.build.public_bank import PUBLIC_KEY
from autograder.build.record_checks import refuse_gate_without_shapes
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.criteria import criterion_of
from autograder.judge.diagnose import alike
from autograder.judge.implementation import Implementation, TorchReference
from autograder.judge.judge import decide, judge
from autograder.judge.observe import compare_observations, observe_case, observer
from autograder.judge.own_gradient import fits_own_loss
from autograder.model.bank import BankedCase, BankedExercise
from autograder.model.texts import LANGUAGES, in_language, sentence
from autograder.model.verdict import ExerciseVerdict, Outcome
from autograder.proof.chapter_proof import ChapterProof
from autograder.proof.generality import measure
from autograder.proof.label_lookup import accepted_lookups, replayed
from autograder.proof.thoughtless import thoughtless
from autograder.proof.told import seen_of

CLEARLY = 100.0  # a mistake must miss by this multiple of the tolerance in at least one case
MISTAKE_DRAWS = 12  # draws on which every mistake is tried: three banks' worth
GATE_DRAWS = 4  # the same where each try is a training run: one bank's worth
VARIANT_DRAWS = 4  # draws on which every variant is tried; some are loops over everything
SECONDS = 20.0  # of CPU for the draws of one exercise; a chapter has about twenty, and some of them train
LEAST_DRAWS = 30  # all the same: a right answer that fails in more than 10% of draws then shows, at 95% confidence


def prove_exercise(
    proof: ChapterProof,
    chapter: Chapter,
    entry: ChapterExercise,
    runner: SolutionRunner,
    reference: TorchReference,
    draws: int,
) -> None:
    """Add to `proof` what one exercise proves, its solution on up to `draws` draws."""
    exercise = describe_exercise(chapter, entry)
    solution = runner.solution()

    def drawn(number: int) -> tuple[BankedCase, ...]:
        return graded(draw_cases(entry, exercise, reference, case_seed("verify", chapter.id, entry.name, number)))

    def problem(sentence: str) -> None:
        proof.problems.append(f"{chapter.id} · {entry.name}: {sentence}")

    tries = MISTAKE_DRAWS if criterion_of(exercise).expects_value else GATE_DRAWS
    exercise = with_returns(entry, exercise, solution, drawn(0))
    refuse_gate_without_shapes(entry, exercise)
    banked = [bank_mistakes(exercise, drawn(number), entry, runner) for number in range(tries)]
    exercise = replace(exercise, mistakes=describe_mistakes(exercise, entry, runner, banked[0]))
    _prove_gradient(exercise, reference, banked[0], problem)
    _prove_gate(exercise, reference, banked[0], problem)
    for lookup in accepted_lookups(exercise, banked[0], solution):
        problem(lookup)
    for name in [banked.case.name for banked in banked[0] if not banked.case.zh]:
        problem(f"the case {name!r} has no name in Chinese: Case({name!r}, zh=…)")
    public = draw_cases(entry, exercise, reference, case_seed(PUBLIC_KEY, chapter.id, entry.name, 0))
    if proof.reach is not None:
        beside = bank_mistakes(exercise, [banked for banked in public if banked.case.public], entry, runner)
        for unnoticed in measure(proof.reach, chapter, entry, exercise, runner, reference, beside, banked):
            problem(unnoticed.sentence)
    replay = replayed(exercise, public, solution)
    earned = [judge(exercise, cases, replay).points for cases in banked] if replay else []
    if any(earned):
        problem(
            f"replaying the public answers earns up to {max(earned)} points: draw the hidden cases from wider ranges"
        )
    _prove_mistakes(proof, exercise, entry, runner, banked, problem)
    _prove_variants(proof, exercise, entry, runner, banked[:VARIANT_DRAWS], problem)
    _prove_worthless(exercise, entry, runner, banked[0], problem)
    _prove_solution(proof, exercise, solution, (drawn(number) for number in affordable(draws)), problem)


def _prove_mistakes(
    proof: ChapterProof,
    exercise: BankedExercise,
    entry: ChapterExercise,
    runner: SolutionRunner,
    banked: Sequence[Sequence[BankedCase]],
    problem: Callable[[str], None],
) -> None:
    """Each known mistake is caught in every draw, by a wide margin, and called by its name."""
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
            diagnosis = [verdict.mistake for verdict in verdicts]
            proof.unnamed.append(
                f"{proof.id} · {entry.name}: the mistake {mistake.name!r} is not named (diagnosis: {diagnosis})"
            )


def _prove_variants(
    proof: ChapterProof,
    exercise: BankedExercise,
    entry: ChapterExercise,
    runner: SolutionRunner,
    banked: Sequence[Sequence[BankedCase]],
    problem: Callable[[str], None],
) -> None:
    """Each right variant is accepted in every draw."""
    for variant in entry.record.variants:
        proof.variants += 1
        verdicts = [judge(exercise, cases, runner.edited(entry, variant)) for cases in banked]
        if all(verdict.outcome is Outcome.PASSED for verdict in verdicts):
            proof.accepted += 1
        else:
            problem(f"the variant {variant.name!r} is not accepted: {_why(verdicts)}")


def _prove_solution(
    proof: ChapterProof,
    exercise: BankedExercise,
    solution: Implementation,
    draws: Iterable[Sequence[BankedCase]],
    problem: Callable[[str], None],
) -> None:
    """The solution gets full marks on every draw."""
    made = 0
    for number, cases in enumerate(draws):
        verdict = judge(exercise, cases, solution)
        made += 1
        if verdict.outcome is not Outcome.PASSED:
            proof.false_fails += 1
            if proof.false_fails <= 5:
                problem(f"the solution fails on draw {number}: {_why([verdict])}")
    proof.draws = min(proof.draws, made)


def affordable(draws: int, used: Callable[[], float] = time.process_time) -> Iterator[int]:
    """The numbers of up to `draws` draws: as many as fit `SECONDS` of what is `used`, but `LEAST_DRAWS` at least."""
    began = used()
    for number in range(draws):
        if number >= LEAST_DRAWS and used() - began >= SECONDS:
            return
        yield number


def _verdict_on(
    exercise: BankedExercise, cases: Sequence[BankedCase], name: str, impl: Implementation
) -> ExerciseVerdict:
    """The verdict on a known mistake, from what it gave when the draw was made; where that is right, manners tell."""
    seen = seen_of(exercise, name, cases)
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
    of, rng = exercise.gradient_of.load(), np.random.default_rng(0)
    silent = dict.fromkeys(exercise.gradient_wrt, True)
    for case in (case for case in cases if case.loss is not None):
        value = case.expected.value
        parts = value if len(exercise.gradient_wrt) > 1 else (value,)
        for name, part in zip(exercise.gradient_wrt, parts, strict=True):
            fits = fits_own_loss(of, reference, case.case, {name: case.case.inputs[name]}, {name: part}, rng)
            silent[name] &= fits is None
            if fits is False:
                problem(
                    f"the reference's gradient for {name!r} disagrees with finite differences on {case.case.name!r}"
                )
    for name in (name for name, always in silent.items() if always):
        problem(f"finite differences say nothing of the gradient for {name!r}: every case lies on a kink")


def _prove_gate(
    exercise: BankedExercise, reference: TorchReference, cases: Sequence[BankedCase], problem: Callable[[str], None]
) -> None:
    """The reference passes its own gate."""
    if criterion_of(exercise).expects_value:
        return
    for case in cases:
        seen = observe_case(observer(exercise, case.group), reference, case.case)
        if seen.failure or criterion_of(exercise).compare(None, seen.value):
            problem(f"the reference does not pass the gate on {case.case.name!r}: {seen.failure or seen.value}")


def _prove_worthless(
    exercise: BankedExercise,
    entry: ChapterExercise,
    runner: SolutionRunner,
    cases: Sequence[BankedCase],
    problem: Callable[[str], None],
) -> None:
    """The solution agrees with the reference; the starter is not attempted, or wrong where it has a bug to be found;
    thoughtless answers earn nothing."""
    solution = judge(exercise, cases, runner.solution())
    if solution.outcome is not Outcome.PASSED:
        problem(f"the solution disagrees with the torch reference: {_why([solution])}")
    starter = judge(exercise, cases, runner.replaced(entry, exercise.starter))
    if starter.outcome is not (Outcome.FAILED if entry.record.starter else Outcome.NOT_ATTEMPTED):
        problem(f"the starter is judged {starter.outcome}")
    for what, impl in thoughtless(exercise).items():
        verdict = judge(exercise, cases, impl)
        if verdict.points:
            problem(f"a function that returns {what} earns {verdict.points} points")


def _why(verdicts: Sequence[ExerciseVerdict]) -> str:
    sentences = [
        f"{in_language(finding.case, LANGUAGES[0]) or finding.group}: {sentence(finding, LANGUAGES[0])}"
        for verdict in verdicts
        for finding in verdict.findings
        if not finding.passed
    ]
    return sentences[0] if sentences else "no reason found"
