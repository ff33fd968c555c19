"""Chapter 9: gradients are derived.  Finite differences, right on small cases, run out of time on a wide one."""

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
    "tied_grad": """
def tied_grad(W, X):
    return differences(lambda W: np.mean(np.sum((X - X @ W.T @ W) ** 2, axis=1)), W)
""",
    "autoencoder_grad": """
def autoencoder_grad(params, X, target):
    def loss_with(name):
        def loss(part):
            X_rec = autoencoder_forward({**params, name: part}, X)[-1]
            return np.mean(np.sum((X_rec - target) ** 2, axis=1))
        return loss
    return {name: differences(loss_with(name), value) for name, value in params.items()}
""",
}

PLAIN_LOOPS = {
    "tied_grad": """
def tied_grad(W, X):
    dW = np.zeros(W.shape)
    for x in X:
        z = W @ x
        e = x - W.T @ z
        back = W @ e
        for m in range(len(W)):
            dW[m] -= 2 * (z[m] * e + back[m] * x)
    return dW / len(X)
""",
    "autoencoder_grad": """
def autoencoder_grad(params, X, target):
    L = len(params) // 2
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for x, t in zip(X, target):
        A = autoencoder_forward(params, x)
        delta = 2 * (A[L] - t) / len(X)
        for layer in range(L, 0, -1):
            grads[f"b{layer}"] += delta
            for i in range(len(A[layer - 1])):
                grads[f"W{layer}"][i] += A[layer - 1][i] * delta
            delta = params[f"W{layer}"] @ delta
            if layer - 1 != L // 2:
                delta = delta * (1 - A[layer - 1] ** 2)
    return grads
""",
}


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return load_chapter(REPOSITORY / "solutions" / "ch09_unsupervised")


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
