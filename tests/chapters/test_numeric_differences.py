"""Gradients are derived.  Finite differences, right on small cases, run out of time on a wide one.

Beside this file, for each chapter: answers by DIFFERENCES, of its own or those below, and derived ones in plain loops.
"""

from __future__ import annotations

import runpy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from support import REPOSITORY, codes

from autograder.build.described import describe_exercise
from autograder.build.draws import case_seed, draw_cases, graded
from autograder.chapter.chapter import Chapter, load_chapter
from autograder.chapter.solutions import solution_source
from autograder.grading.budget import Budget, Purse
from autograder.grading.sandboxed import Sandboxed
from autograder.judge.implementation import TorchReference
from autograder.judge.judge import judge
from autograder.model.verdict import ExerciseVerdict, Outcome
from autograder.sandbox import Sandbox

pytestmark = pytest.mark.filterwarnings("ignore")

DIFFERENCES = """
def differences(loss, point, h=1e-7):
    \"\"\"One-sided, and without a copy for each entry: as quick as it gets.  A larger h bends on ten layers.\"\"\"
    point, slope, before = np.array(point, dtype=float), np.zeros(np.shape(point)), loss(point)
    for index in np.ndindex(point.shape):
        kept = point[index]
        point[index] = kept + h
        slope[index] = (loss(point) - before) / h
        point[index] = kept
    return slope
"""
CHAPTERS: dict[str, dict[str, Any]] = {
    path.stem.removeprefix("otherwise_"): runpy.run_path(str(path))
    for path in sorted(Path(__file__).parent.glob("otherwise_*.py"))
}


def answers(kind: str) -> list[Any]:
    return [
        pytest.param(chapter, name, id=f"{chapter}-{name}") for chapter, of in CHAPTERS.items() for name in of[kind]
    ]


@cache
def loaded(chapter: str) -> Chapter:
    return load_chapter(REPOSITORY / "solutions" / chapter)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox("auto", preload=("numpy", "matplotlib.pyplot")) as warm:
        yield warm


def judged(sandbox: Sandbox, chapter: str, name: str, answer: str = "") -> ExerciseVerdict:
    """The verdict on right answers up to exercise `name`, which `answer` replaces, in the real sandbox."""
    course = loaded(chapter)
    entry = next(entry for entry in course.exercises if entry.name == name)
    exercise = describe_exercise(course, entry)
    seed = case_seed("differences", course.id, name, 0)
    cases = graded(draw_cases(entry, exercise, TorchReference(course.reference), seed))
    setups = [cell.source for cell in course.cells if cell.role == "setup"]
    earlier = [solution_source(one) for one in course.exercises[: course.exercises.index(entry) + 1]]
    differences = CHAPTERS[chapter].get("DIFFERENCES", DIFFERENCES)
    with sandbox.session() as session:
        for source in (*setups, *earlier, differences, *([answer] if answer else [])):
            assert session.run_cell(source, seconds=30).status == "OK"
        return judge(exercise, cases, Sandboxed(session, Budget(), Purse(Budget())))


@pytest.mark.parametrize(("chapter", "name"), answers("PROBING"))
def test_finite_differences_lose_the_wide_case_alone(sandbox: Sandbox, chapter: str, name: str) -> None:
    """And ties, where a maximum has no derivative."""
    verdict = judged(sandbox, chapter, name, CHAPTERS[chapter]["PROBING"][name])
    failed = [finding.group for finding in verdict.findings if not finding.passed]
    lost = CHAPTERS[chapter].get("LOST", {}).get(name, set())
    assert verdict.outcome is Outcome.PARTIAL
    assert codes(verdict)[-1] == "timeout"
    assert {*failed} == {"wide", *lost}
    if not lost:
        assert (codes(verdict), failed) == (["timeout"], ["wide"])


@pytest.mark.parametrize(("chapter", "name"), answers("PLAIN_LOOPS"))
def test_plain_loops_over_every_entry_keep_it(sandbox: Sandbox, chapter: str, name: str) -> None:
    assert judged(sandbox, chapter, name, CHAPTERS[chapter]["PLAIN_LOOPS"][name]).outcome is Outcome.PASSED


@pytest.mark.parametrize(("chapter", "name"), answers("PROBING"))
def test_the_vectorised_solution_keeps_it(sandbox: Sandbox, chapter: str, name: str) -> None:
    assert judged(sandbox, chapter, name).outcome is Outcome.PASSED
