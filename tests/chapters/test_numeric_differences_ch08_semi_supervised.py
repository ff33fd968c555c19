"""Chapter 8: gradients are derived.  Finite differences, right on small cases, run out of time on a wide one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support import REPOSITORY, codes

from autograder.build.make_bank import case_seed, describe_exercise, draw_cases, graded
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
    \"\"\"One-sided, and without a copy for each entry: as quick as it gets.\"\"\"
    point, slope, before = np.array(point, dtype=float), np.zeros(np.shape(point)), loss(point)
    for index in np.ndindex(point.shape):
        kept = point[index]
        point[index] = kept + h
        slope[index] = (loss(point) - before) / h
        point[index] = kept
    return slope
"""

PROBING = {
    "entropy_grad": """
def entropy_grad(Z):
    return differences(lambda part: np.sum(entropy(softmax(part))), Z)
""",
    "entropy_reg_grad": """
def entropy_reg_grad(W, b, Xl, yl, Xu, lam):
    return (
        differences(lambda part: entropy_reg_loss(part, b, Xl, yl, Xu, lam), W),
        differences(lambda part: entropy_reg_loss(W, part, Xl, yl, Xu, lam), b),
    )
""",
    "graph_reg_grad": """
def graph_reg_grad(A, f, y, labeled, lam):
    return differences(lambda part: np.sum(labeled * (part - y) ** 2) + lam * smoothness(A, part), f)
""",
}

PLAIN_LOOPS = {
    "entropy_grad": """
def entropy_grad(Z):
    rows = []
    for p in softmax(Z):
        logs = np.log(np.where(p > 0, p, 1.0))
        rows.append(-p * (logs - p @ logs))
    return np.array(rows)
""",
    "graph_reg_grad": """
def graph_reg_grad(A, f, y, labeled, lam):
    slope = np.zeros(len(f))
    for i in range(len(f)):
        slope[i] = 2 * labeled[i] * (f[i] - y[i]) + 2 * lam * np.sum(A[i] * (f[i] - f))
    return slope
""",
}


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return load_chapter(REPOSITORY / "solutions" / "ch08_semi_supervised")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox("auto", preload=("numpy",)) as warm:
        yield warm


def judged(chapter: Chapter, sandbox: Sandbox, name: str, answer: str = "") -> ExerciseVerdict:
    """The verdict on right answers up to exercise `name`, which `answer` replaces, in the real sandbox."""
    entry = next(entry for entry in chapter.exercises if entry.name == name)
    exercise = describe_exercise(chapter, entry)
    seed = case_seed("differences", chapter.id, name, 0)
    cases = graded(draw_cases(entry, exercise, TorchReference(chapter.reference), seed))
    setups = [cell.source for cell in chapter.cells if cell.role == "setup"]
    earlier = [solution_source(one) for one in chapter.exercises[: chapter.exercises.index(entry) + 1]]
    with sandbox.session() as session:
        for source in (*setups, *earlier, DIFFERENCES, *([answer] if answer else [])):
            assert session.run_cell(source, seconds=30).status == "OK"
        return judge(exercise, cases, Sandboxed(session, Budget(), Purse(Budget())))


@pytest.mark.parametrize("name", PROBING)
def test_finite_differences_lose_the_wide_case_alone(chapter: Chapter, sandbox: Sandbox, name: str) -> None:
    verdict = judged(chapter, sandbox, name, PROBING[name])
    assert verdict.outcome is Outcome.PARTIAL
    assert codes(verdict) == ["timeout"]
    assert [finding.group for finding in verdict.findings if not finding.passed] == ["wide"]


@pytest.mark.parametrize("name", PLAIN_LOOPS)
def test_plain_loops_keep_it(chapter: Chapter, sandbox: Sandbox, name: str) -> None:
    assert judged(chapter, sandbox, name, PLAIN_LOOPS[name]).outcome is Outcome.PASSED


@pytest.mark.parametrize("name", PROBING)
def test_the_vectorised_solution_keeps_it(chapter: Chapter, sandbox: Sandbox, name: str) -> None:
    assert judged(chapter, sandbox, name).outcome is Outcome.PASSED
