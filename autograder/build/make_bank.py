"""Computing a chapter's bank: cases through the torch reference, and every known mistake beside it."""

from __future__ import annotations

import ast
import hashlib
import platform
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from autograder.build.mutants.banked import with_made
from autograder.build.mutants.made import made_mistakes
from autograder.build.mutants.trial import Fate, Trial
from autograder.build.notebooks import starter_source, student_notebook
from autograder.build.probes import with_probes
from autograder.build.record_checks import (
    refuse_branching_observes,
    refuse_gate_without_shapes,
    refuse_inputs_out_of_order,
    refuse_odd_cases,
    refuse_odd_formulas,
)
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.grading_cells import located
from autograder.chapter.solutions import SolutionRunner, function_source, solution_source
from autograder.chapter.sources import fingerprints
from autograder.judge.contract import check_contract, probes_of
from autograder.judge.criteria import criterion_of
from autograder.judge.implementation import Implementation, Recorded, TorchReference
from autograder.judge.judge import look
from autograder.judge.observe import compare_observations, observe_case, observer
from autograder.judge.own_gradient import is_gradient
from autograder.judge.structure import Structure, structure_of
from autograder.model.bank import (
    Bank,
    BankedCase,
    BankedCell,
    BankedExercise,
    BankedGroup,
    BankedMistake,
    BankedWritten,
    Code,
    Observation,
)
from autograder.model.bank_files import save, stored_key
from autograder.model.calls import CallStatus
from autograder.model.errors import UserError
from autograder.model.exercise import Case, Mistake
from autograder.model.texts import LANGUAGES, in_every_language

DRAWS = 4  # enough that neighbours rarely share a draw; every draw costs bank time and space
REDRAWN, REDRAWS = 1000, 20  # a draw that hides a mistake is replaced by the 1000th after it, at most so often


class DeviceUnavailable(UserError):
    """The reference cannot run on the device that was asked for."""


def compute_bank(chapter: Chapter, *, device: str = "cpu", draws: int = DRAWS, key: str) -> Bank:
    """Run every exercise's cases through the reference and all known mistakes.  Needs torch and the chapter."""
    import torch

    if device != "cpu" and not (device.partition(":")[0] == "cuda" and torch.cuda.is_available()):
        raise DeviceUnavailable(f"there is no {device} device here: use --device cpu")
    runner = SolutionRunner(chapter)
    reference = TorchReference(chapter.reference, device)
    provenance = {
        "sources": fingerprints(chapter.course, chapter.id),
        "device": torch.cuda.get_device_name() if device != "cpu" else "cpu",
        "torch": torch.__version__,
        "numpy": np.__version__,
        "python": platform.python_version(),
        "draws": draws,
        "seed": hashlib.sha256(key.encode()).hexdigest()[:16],
    }
    return Bank(
        chapter=chapter.id,
        title=dict(chapter.title),
        language="",
        exercises=tuple(bank_exercise(chapter, entry, runner, reference, key, draws) for entry in chapter.exercises),
        written=_written(chapter),
        cells=_cells(chapter),
        provenance=provenance,
        key=key,
    )


def bank_exercise(
    chapter: Chapter, entry: ChapterExercise, runner: SolutionRunner, reference: TorchReference, key: str, draws: int
) -> BankedExercise:
    """One exercise with its draws, on each of which every known mistake shows."""
    exercise = describe_exercise(chapter, entry)

    def drawn(number: int) -> tuple[BankedCase, ...]:
        return graded(draw_cases(entry, exercise, reference, case_seed(key, chapter.id, entry.name, number)))

    exercise = with_returns(entry, exercise, runner.solution(), drawn(0))
    refuse_gate_without_shapes(entry, exercise)
    telling = _telling_draws(
        exercise, entry, draws, lambda number: bank_mistakes(exercise, drawn(number), entry, runner)
    )
    exercise = replace(exercise, mistakes=describe_mistakes(exercise, entry, runner, telling[0]))
    tried = Trial(exercise, telling, entry, runner).run(made_mistakes(chapter, entry))
    probed = with_probes(exercise, telling, reference, runner.solution(), many_right=entry.record.many_right)
    return with_made(exercise, probed, [one for one in tried if one.fate is Fate.TELLING])


def _telling_draws(
    exercise: BankedExercise,
    entry: ChapterExercise,
    draws: int,
    draw: Callable[[int], tuple[BankedCase, ...]],
) -> list[tuple[BankedCase, ...]]:
    """Draws on each of which every known mistake shows, so that nobody's grade hangs on the luck of a draw.

    A mistake that shows in the values of one draw has to show in all: a draw that hides it is drawn again.
    """

    def shown(cases: Sequence[BankedCase]) -> set[str]:
        return {
            name
            for banked in cases
            for name, seen in banked.mistakes.items()
            if compare_observations(exercise, banked.expected, seen)
        }

    drawn = [draw(number) for number in range(draws)]
    telling = set[str]().union(*map(shown, drawn))
    for number in range(draws):
        tries = iter(range(number + REDRAWN, number + REDRAWN * (REDRAWS + 1), REDRAWN))
        while hidden := telling - shown(drawn[number]):
            another = next(tries, None)
            if another is None:
                raise entry.grading.fault(f"{REDRAWS} draws in a row hide a mistake: {', '.join(sorted(hidden))}")
            drawn[number] = draw(another)
    return drawn


def case_seed(key: str, chapter: str, exercise: str, draw: int) -> int:
    """The seed of one draw: nobody can predict a hidden draw without the key."""
    digest = hashlib.sha256(f"{key}/{chapter}/{exercise}/{draw}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def draw_cases(
    entry: ChapterExercise, exercise: BankedExercise, reference: TorchReference, seed: int
) -> tuple[BankedCase, ...]:
    """One draw of an exercise's cases with what the reference gives.  Raises AuthoringError when it gives nothing.

    A gate expects a threshold rather than a value, so there the reference need not be trained for each draw.
    """
    drawn = []
    for group, case in named_cases(entry, np.random.default_rng(seed)):
        expected = Observation()
        if criterion_of(exercise).expects_value:
            with located(entry.grading):  # what the reference raises is the author's
                expected = observe_case(observer(exercise, group), reference, case)
        if expected.failure and expected.failure.status is not CallStatus.RAISED:
            raise entry.grading.fault(
                f"the reference fails on case {case.name!r} of {entry.name!r}: {expected.failure}"
            )
        banked = BankedCase(case, group, expected)
        drawn.append(replace(banked, loss=_right_loss(entry, exercise, reference, banked)))
    return tuple(drawn)


def named_cases(entry: ChapterExercise, rng: np.random.Generator) -> list[tuple[str, Case]]:
    """The cases that an exercise's groups draw, one after the other, each with its group's name."""
    with located(entry.grading):
        drawn = [(group.name, case) for group in entry.record.all_groups for case in group.cases(rng)]
        _ = [case.inputs for _, case in drawn]  # data sets are looked up here, where a row too many has a line
    refuse_odd_cases(entry, drawn)
    refuse_inputs_out_of_order(entry, drawn)
    return drawn


def graded(cases: Sequence[BankedCase]) -> tuple[BankedCase, ...]:
    """Those of a draw that a grade depends on."""
    return tuple(banked for banked in cases if banked.case.graded)


def _right_loss(
    entry: ChapterExercise, exercise: BankedExercise, reference: TorchReference, banked: BankedCase
) -> float | None:
    """The value of what the exercise is the gradient of, where it is one and the case says where."""
    if entry.record.gradient is None or not is_gradient(exercise, banked):
        return None
    return float(np.asarray(entry.record.gradient.of(reference, banked.case)).reshape(()))


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


def bank_mistakes(
    exercise: BankedExercise, cases: Sequence[BankedCase], entry: ChapterExercise, runner: SolutionRunner
) -> tuple[BankedCase, ...]:
    """The cases with what each mistake gives on them, by a fresh implementation: some keep state."""
    seen: dict[str, list[Observation]] = {}
    for mistake in entry.record.mistakes:
        impl = runner.edited(entry, mistake)
        seen[mistake.name] = [
            observe_case(observer(exercise, banked.group), impl, banked.case, exercise.returns) for banked in cases
        ]
    return tuple(
        replace(banked, mistakes={name: observations[number] for name, observations in seen.items()})
        for number, banked in enumerate(cases)
    )


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


def _written(chapter: Chapter) -> tuple[BankedWritten, ...]:
    stub = in_every_language("notebook.answer_here")
    return tuple(
        BankedWritten(question.name, dict(question.title), question.points, question.extra, stub)
        for question in chapter.written
    )


def _cells(chapter: Chapter) -> tuple[BankedCell, ...]:
    """The released notebook's cells in order, with the sources of those that are ours."""
    notebooks = {language: student_notebook(chapter, language) for language in LANGUAGES}
    ids = {
        language: [cell.metadata.nbgrader.grade_id for cell in notebook.cells]
        for language, notebook in notebooks.items()
    }
    for number, (one, other) in enumerate(zip(*ids.values(), strict=False)):
        if one != other:
            raise chapter.cells[0].fault(f"cell {number + 1} is {one!r} in one language and {other!r} in the other")
    cells = []
    for number, first in enumerate(notebooks[LANGUAGES[0]].cells):
        role = first.metadata.autograder.role
        sources: Mapping[str, str] = {
            language: notebook.cells[number].source for language, notebook in notebooks.items()
        }
        cells.append(BankedCell(first.metadata.nbgrader.grade_id, role, dict(sources)))
    return tuple(cells)


def renew(chapter: Chapter, folder: Path, *, device: str = "cpu", draws: int = DRAWS) -> Bank:
    """Compute and store a chapter's bank, keeping the key (and so everybody's draw) of the one it replaces."""
    key = stored_key(folder) or secrets.token_hex(16)
    return save(compute_bank(chapter, device=device, draws=draws, key=key), folder)
