"""An exercise's record as the judge sees it: its code as text, its mistakes and their hints, how values are built."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from autograder.build.notebooks import starter_source
from autograder.build.record_checks import refuse_branching_observes, refuse_odd_formulas
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.grading_cells import located
from autograder.chapter.solutions import SolutionRunner, function_source, solution_source
from autograder.judge.contract import check_contract, probes_of
from autograder.judge.implementation import Implementation, Recorded
from autograder.judge.judge import look
from autograder.judge.observe import compare_observations, observe_case, observer
from autograder.judge.structure import Structure, structure_of
from autograder.model.bank import BankedCase, BankedExercise, BankedGroup, BankedMistake, Code
from autograder.model.exercise import Mistake


def with_returns(
    entry: ChapterExercise, exercise: BankedExercise, solution: Implementation, cases: Sequence[BankedCase]
) -> BankedExercise:
    """The exercise with how the values of its functions are built, as the solution builds them on these cases.

    Raises AuthoringError where an observe stops.
    """
    recorded = Recorded(solution)
    with located(entry.grading):
        for banked in cases:
            observe_case(observer(exercise, banked.group), recorded, banked.case)
    returns: dict[str, list[Structure]] = {}
    for name, _, value in recorded.calls:
        built = structure_of(value)
        if name in exercise.parameters and built not in returns.setdefault(name, []):
            returns[name].append(built)
    return replace(exercise, returns=returns)


def describe_exercise(chapter: Chapter, entry: ChapterExercise) -> BankedExercise:
    """The exercise's record as the judge sees it, without draws; AuthoringError for a formula that is not TeX."""
    record = entry.record
    refuse_odd_formulas(entry)
    refuse_branching_observes(entry)

    def code(function: Callable[..., Any] | None) -> Code | None:
        return None if function is None else Code(function_source(function), function.__name__)

    return BankedExercise(
        name=entry.name,
        title=dict(entry.title),
        points=record.points,
        criterion=entry.criterion,
        functions=entry.functions,
        methods=entry.methods,
        outputs=entry.outputs,
        extra=entry.extra,
        groups=tuple(BankedGroup(group.name, group.title, code(group.observe)) for group in record.all_groups),
        observe=code(record.observe),
        shapes=code(record.shapes),
        gradient_of=code(record.gradient.of) if record.gradient else None,
        gradient_wrt=record.gradient.wrt if record.gradient else (),
        losses=_losses(chapter, entry),
        accepts=tuple(record.accepts),
        forbids=tuple(record.forbids),
        exempt=tuple(record.contract),
        seconds=record.seconds,
        requires=entry.requires,
        solution=solution_source(entry),
        starter=starter_source(chapter, entry.answer, "en"),
    )


def _losses(chapter: Chapter, entry: ChapterExercise) -> tuple[str, ...]:
    """The other exercises whose functions the record's loss calls."""
    if entry.record.gradient is None:
        return ()
    tree = ast.parse(function_source(entry.record.gradient.of))
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return tuple(other.name for other in chapter.exercises if other is not entry and called & set(other.functions))


def in_order_of_telling(entry: ChapterExercise) -> list[Mistake]:
    """The written mistakes; what students are to find in the code that they receive comes first: it explains most."""
    return sorted(entry.record.mistakes, key=lambda mistake: mistake.name != entry.record.starter)


def describe_mistakes(
    exercise: BankedExercise, entry: ChapterExercise, runner: SolutionRunner, cases: Sequence[BankedCase]
) -> tuple[BankedMistake, ...]:
    """The known mistakes, with the contract probes that those fail whose values are right."""
    described = []
    for mistake in in_order_of_telling(entry):
        wrong = any(compare_observations(exercise, banked.expected, banked.mistakes[mistake.name]) for banked in cases)
        contract: tuple[str, ...] = ()
        if not wrong and probes_of(exercise):
            impl = runner.edited(entry, mistake)
            contract = check_contract(exercise, impl, look(exercise, cases, impl))[0]
        described.append(BankedMistake(mistake.name, dict(mistake.hint), contract))
    return tuple(described)
