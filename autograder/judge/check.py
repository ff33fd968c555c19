"""`check("…")` and `check()` in the student's notebook: the public cases, offline, with numpy alone."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from autograder.judge.alarm import TooCostly, cpu_limit
from autograder.judge.beside import banks_beside, exercise_beside
from autograder.judge.check_page import CheckResult, Sentence
from autograder.judge.check_summary import CheckSummary
from autograder.judge.criteria import criterion_of
from autograder.judge.diagnose import alike
from autograder.judge.facts import facts, is_unexplained
from autograder.judge.implementation import InProcess
from autograder.judge.judge import decide, look
from autograder.judge.observe import Seen, observe_case, observer
from autograder.judge.predecessor import called_by, is_starter
from autograder.judge.unrun import fault_in_source
from autograder.model.bank import Bank, BankedExercise
from autograder.model.datasets import DataSetUnusable
from autograder.model.errors import UserError
from autograder.model.seeds import left_as_they_were
from autograder.model.texts import say
from autograder.model.verdict import ExerciseVerdict, Finding, Outcome

NOTHING_KNOWN: Mapping[str, bool] = MappingProxyType({})
PROGRESS = 70  # columns of the line that says how far a check of everything is


class CheckFailed(AssertionError):
    """A public check did not pass while `nbgrader validate` runs, which looks for exceptions."""


def check_in(name: str, namespace: Mapping[str, Any], folder: Path | None = None) -> CheckResult | Sentence:
    """Judge the function of exercise `name` in `namespace` on the public cases found in `folder` (the notebook's)."""
    try:
        bank, exercise = exercise_beside(name, folder or Path.cwd())
    except UserError as error:
        return Sentence(error)
    try:
        result = _checked(bank, exercise, namespace)
    except DataSetUnusable as error:
        return _unusable(error, exercise, bank.language)
    except KeyboardInterrupt:
        return Sentence(say("check.interrupted", bank.language, exercise=name))
    if os.environ.get("NBGRADER_EXECUTION") == "validate" and not result.passed:
        raise CheckFailed(repr(result))
    return result


def check_all_in(namespace: Mapping[str, Any], folder: Path | None = None) -> CheckSummary | Sentence:
    """Judge every exercise whose public cases are in `folder`, with a line that says how far it is."""
    try:
        banks = banks_beside(folder or Path.cwd())
    except UserError as error:
        return Sentence(error)
    exercises = [(bank, exercise) for bank in banks for exercise in bank.exercises]
    results: list[CheckResult] = []
    right: dict[str, dict[str, bool]] = {bank.chapter: {} for bank in banks}
    unusable: list[Sentence] = []
    stopped = ""
    for number, (bank, exercise) in enumerate(exercises, start=1):
        _show(f"{number} / {len(exercises)}  {exercise.name}")
        try:
            results.append(_checked(bank, exercise, namespace, right[bank.chapter]))
            right[bank.chapter][exercise.name] = results[-1].passed
        except DataSetUnusable as error:
            unusable.append(_unusable(error, exercise, bank.language))
        except KeyboardInterrupt:
            stopped = exercise.name
            break
    _show("")
    return CheckSummary(tuple(results), tuple(unusable), stopped, banks[0].language)


def _show(line: str) -> None:
    """Write a line in the place of the one before."""
    print(f"\r{line[:PROGRESS]:{PROGRESS}}", end="" if line else "\r", flush=True)


def _unusable(error: DataSetUnusable, exercise: BankedExercise, language: str) -> Sentence:
    return Sentence(say(f"check.{error.code}", language, exercise=exercise.name, **error.values))


def _checked(
    bank: Bank, exercise: BankedExercise, namespace: Mapping[str, Any], right: Mapping[str, bool] = NOTHING_KNOWN
) -> CheckResult:
    """The verdict, and what can be said of it where the student's own functions are at hand.

    `right` says which of the bank's exercises are known to be right, or wrong, already.
    Raises DataSetUnusable, KeyboardInterrupt.
    """
    with left_as_they_were():
        verdict, seen = _judged(exercise, namespace)
        history = namespace.get("In")
        if verdict.outcome is Outcome.NOT_ATTEMPTED and isinstance(history, list):
            fault = fault_in_source(exercise.name, history)
            verdict = replace(verdict, outcome=Outcome.FAILED, findings=(fault,)) if fault else verdict
        earlier: list[str] = []
        if verdict.outcome is Outcome.NOT_ATTEMPTED and not is_starter(exercise.name, namespace):
            earlier = [
                other.name
                for other in _called_predecessors(bank, exercise, namespace)
                if any(is_starter(name, namespace) for name in (*other.functions, other.name))
            ]
        if verdict.outcome in (Outcome.FAILED, Outcome.PARTIAL):
            verdict = replace(verdict, findings=(*verdict.findings, *_unsteady(exercise, namespace, verdict, seen)))
            verdict = replace(verdict, findings=(*verdict.findings, *_facts(exercise, namespace, verdict, seen)))
            earlier = _wrong_predecessors(bank, exercise, namespace, right)
    return CheckResult(exercise, verdict, tuple(seen), bank.language, tuple(earlier))


def _judged(exercise: BankedExercise, namespace: Mapping[str, Any]) -> tuple[ExerciseVerdict, list[Seen]]:
    """The verdict on the public cases.  What takes no arguments is the answer itself, so no right value is told."""
    impl, cases = InProcess(namespace), exercise.draws[0]
    seen = look(exercise, cases, impl)
    return decide(exercise, cases, impl, seen, reveal=exercise.takes_arguments), seen


def _unsteady(
    exercise: BankedExercise, namespace: Mapping[str, Any], verdict: ExerciseVerdict, seen: Sequence[Seen]
) -> list[Finding]:
    """Whether a wrong answer is another one when it is asked for again: random numbers of its own, or a memory."""
    wrong = next((entry for entry in seen if entry.mismatches and not entry.failure), None)
    if wrong is None or verdict.mistake or not criterion_of(exercise).has_contract:
        return []
    observe, case = observer(exercise, wrong.banked.group), wrong.banked.case
    again = observe_case(observe, InProcess(namespace), case, exercise.returns)
    return [] if alike(exercise, wrong.observation, again) else [Finding("contract_again", group="contract")]


def _facts(
    exercise: BankedExercise, namespace: Mapping[str, Any], verdict: ExerciseVerdict, seen: Sequence[Seen]
) -> list[Finding]:
    """What narrows a wrong answer that nothing explains.  Nobody waits for it longer than for the answer itself."""
    if not is_unexplained(exercise, verdict, seen):
        return []
    try:
        with cpu_limit(exercise.seconds):
            return facts(exercise, seen, InProcess(namespace), reveal=exercise.takes_arguments)
    except (TooCostly, KeyboardInterrupt):
        return []


def _wrong_predecessors(
    bank: Bank, exercise: BankedExercise, namespace: Mapping[str, Any], right: Mapping[str, bool]
) -> list[str]:
    """The earlier exercises that the student's function calls and that are not right themselves."""
    return [
        other.name
        for other in _called_predecessors(bank, exercise, namespace)
        if (not right[other.name] if other.name in right else _is_wrong(other, namespace))
    ]


def _called_predecessors(bank: Bank, exercise: BankedExercise, namespace: Mapping[str, Any]) -> list[BankedExercise]:
    called = called_by(exercise.name, namespace)
    earlier = bank.exercises[: bank.exercises.index(exercise)]
    return [other for other in earlier if called & {*other.functions, other.name}]


def _is_wrong(exercise: BankedExercise, namespace: Mapping[str, Any]) -> bool:
    try:
        return _judged(exercise, namespace)[0].outcome is not Outcome.PASSED
    except DataSetUnusable:
        return False
