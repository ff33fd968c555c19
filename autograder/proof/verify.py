"""Proving a chapter's checks: each of them must fail on something, and never on something right."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from autograder.build.cores import on_every_core
from autograder.build.leaks import find_leaks
from autograder.build.own_data import MANY, own_data_cells, refuse_unfit_own_data
from autograder.build.release import release_files
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.chapter.solutions import SolutionRunner
from autograder.judge.implementation import TorchReference
from autograder.model.errors import AuthoringError
from autograder.proof.chapter_proof import ChapterProof
from autograder.proof.exercise import prove_exercise
from autograder.proof.generality import Reach

DRAWS = 200  # random draws on which the solution must get full marks, where that is cheap


def verify_chapter(
    chapter: Chapter,
    *,
    draws: int = DRAWS,
    reach: bool = True,
    files: Mapping[str, bytes] | None = None,
    progress: Callable[[str], None] = lambda what: None,
) -> ChapterProof:
    """Prove one chapter; `progress` is told the name of each exercise as it is begun.

    `reach=False` spares the mistakes that a program makes, which take most of the time.  `files` are what
    `release_files` gives, where somebody has made them already.
    """
    proof = ChapterProof(chapter.id, exercises=len(chapter.exercises), draws=draws, reach=Reach() if reach else None)
    proof.own_data = _proven_own_data(chapter, proof.problems.append)
    proof.points = sum(entry.record.points for entry in chapter.exercises) + sum(w.points for w in chapter.written)
    runner, reference = SolutionRunner(chapter), TorchReference(chapter.reference)
    for entry in chapter.exercises:
        progress(entry.name)
        prove_exercise(proof, chapter, entry, runner, reference, draws)
    leaks = find_leaks(chapter, release_files(chapter) if files is None else files)
    proof.leaks = len(leaks)
    proof.problems += leaks
    return proof


def verify_files(
    paths: Sequence[Path], *, draws: int = DRAWS, progress: Callable[[str], None] = lambda what: None
) -> list[ChapterProof]:
    """Prove several chapters, as many at once as there are cores."""
    if len(paths) == 1:
        return [verify_chapter(load_chapter(paths[0]), draws=draws, progress=progress)]
    proofs: dict[Path, ChapterProof] = {}
    for path, proof in on_every_core(functools.partial(verify_chapter, draws=draws), paths):
        proofs[path] = proof
        progress(f"{len(proofs)} of {len(paths)} chapters")
    return [proofs[path] for path in paths]


def _proven_own_data(chapter: Chapter, problem: Callable[[str], None]) -> int:
    """How many exercises and questions have own data; a problem where these are none."""
    try:
        refuse_unfit_own_data(chapter, MANY)
    except AuthoringError as fault:
        problem(f"{chapter.id} · own data: {fault}")
    return len(own_data_cells(chapter))
