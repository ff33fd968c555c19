"""Computing a chapter's bank: cases through the torch reference, and every known mistake beside it."""

from __future__ import annotations

import hashlib
import platform
import secrets
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from autograder.build.described import describe_exercise, describe_mistakes, with_returns
from autograder.build.draws import bank_mistakes, case_seed, draw_cases, graded, telling_draws
from autograder.build.mutants.banked import with_made
from autograder.build.mutants.made import made_mistakes
from autograder.build.mutants.trial import Fate, Trial
from autograder.build.notebooks import student_notebook
from autograder.build.probes import with_probes
from autograder.build.record_checks import refuse_gate_without_shapes
from autograder.chapter.chapter import Chapter, ChapterExercise
from autograder.chapter.solutions import SolutionRunner
from autograder.chapter.sources import fingerprints
from autograder.judge.implementation import TorchReference
from autograder.model.bank import Bank, BankedCase, BankedCell, BankedExercise, BankedWritten
from autograder.model.bank_files import save, stored_key
from autograder.model.errors import UserError
from autograder.model.texts import LANGUAGES, in_every_language

DRAWS = 4  # enough that neighbours rarely share a draw; every draw costs bank time and space


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
    telling = telling_draws(
        exercise, entry, draws, lambda number: bank_mistakes(exercise, drawn(number), entry, runner)
    )
    exercise = replace(exercise, mistakes=describe_mistakes(exercise, entry, runner, telling[0]))
    tried = Trial(exercise, telling, entry, runner).run(made_mistakes(chapter, entry))
    probed = with_probes(exercise, telling, reference, runner.solution(), many_right=entry.record.many_right)
    return with_made(exercise, probed, [one for one in tried if one.fate is Fate.TELLING])


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
