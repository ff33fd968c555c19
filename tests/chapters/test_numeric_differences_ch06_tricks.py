"""Chapter 6: gradients are derived.  Finite differences, right on small cases, run out of time on a wide one."""

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
def differences(loss, point, h=1e-6):
    \"\"\"Central, and without a copy for each entry.\"\"\"
    point, slope = np.array(point, dtype=float), np.zeros(np.shape(point))
    for index in np.ndindex(point.shape):
        kept = point[index]
        point[index] = kept + h
        ahead = loss(point)
        point[index] = kept - h
        slope[index] = (ahead - loss(point)) / (2 * h)
        point[index] = kept
    return slope
"""

PROBING = {
    "maxout_backward": """
def maxout_backward(dA, X, W, b):
    return (
        differences(lambda X: np.sum(dA * maxout_forward(X, W, b)), X),
        differences(lambda W: np.sum(dA * maxout_forward(X, W, b)), W),
        differences(lambda b: np.sum(dA * maxout_forward(X, W, b)), b),
    )
""",
    "batchnorm_backward": """
def batchnorm_backward(dA, X, gamma, eps):
    def out(X, gamma):
        return gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)
    return (
        differences(lambda X: np.sum(dA * out(X, gamma)), X, 1e-5 * X.std()),
        differences(lambda gamma: np.sum(dA * out(X, gamma)), gamma),
        dA.sum(axis=0),
    )
""",
}

PLAIN_LOOPS = {
    "maxout_backward": """
def maxout_backward(dA, X, W, b):
    scores = X @ W + b[:, None]
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(b.shape)
    for n in range(len(X)):
        for m in range(W.shape[2]):
            j = int(np.argmax(scores[:, n, m]))
            db[j, m] += dA[n, m]
            for d in range(X.shape[1]):
                dW[j, d, m] += dA[n, m] * X[n, d]
                dX[n, d] += dA[n, m] * W[j, d, m]
    return dX, dW, db
""",
    "batchnorm_backward": """
def batchnorm_backward(dA, X, gamma, eps):
    (N, D), dX, dgamma, dshift = X.shape, np.zeros(X.shape), np.zeros(X.shape[1]), np.zeros(X.shape[1])
    for d in range(D):
        x, up = X[:, d].tolist(), dA[:, d].tolist()
        mean = sum(x) / N
        s = (sum((v - mean) ** 2 for v in x) / N + eps) ** 0.5
        x_hat = [(v - mean) / s for v in x]
        dgamma[d], dshift[d] = sum(u * v for u, v in zip(up, x_hat)), sum(up)
        for n in range(N):
            dX[n, d] = gamma[d] * (up[n] - dshift[d] / N - x_hat[n] * dgamma[d] / N) / s
    return dX, dgamma, dshift
""",
}


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return load_chapter(REPOSITORY / "solutions" / "ch06_tricks")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox("auto", preload=("numpy", "matplotlib.pyplot")) as warm:
        yield warm


def judged(chapter: Chapter, sandbox: Sandbox, name: str, answer: str = "") -> ExerciseVerdict:
    """The verdict on right answers up to exercise `name`, which `answer` replaces, in the real sandbox."""
    entry = next(entry for entry in chapter.exercises if entry.name == name)
    exercise = describe_exercise(chapter, entry)
    seed = case_seed("differences", chapter.id, name, 0)
    cases = graded(draw_cases(entry, exercise, TorchReference(chapter.reference), seed))
    setup = next(cell.source for cell in chapter.cells if cell.role == "setup")
    earlier = [solution_source(one) for one in chapter.exercises[: chapter.exercises.index(entry) + 1]]
    with sandbox.session() as session:
        for source in (setup, *earlier, DIFFERENCES, *([answer] if answer else [])):
            assert session.run_cell(source, seconds=30).status == "OK"
        return judge(exercise, cases, Sandboxed(session, Budget(), Purse(Budget())))


@pytest.mark.parametrize("name", PROBING)
def test_finite_differences_lose_the_wide_case_alone(chapter: Chapter, sandbox: Sandbox, name: str) -> None:
    verdict = judged(chapter, sandbox, name, PROBING[name])
    assert verdict.outcome is Outcome.PARTIAL
    assert codes(verdict) == ["timeout"]
    assert [finding.group for finding in verdict.findings if not finding.passed] == ["wide"]


@pytest.mark.parametrize("name", PLAIN_LOOPS)
def test_plain_loops_over_every_entry_keep_it(chapter: Chapter, sandbox: Sandbox, name: str) -> None:
    assert judged(chapter, sandbox, name, PLAIN_LOOPS[name]).outcome is Outcome.PASSED


@pytest.mark.parametrize("name", PROBING)
def test_the_vectorised_solution_keeps_it(chapter: Chapter, sandbox: Sandbox, name: str) -> None:
    assert judged(chapter, sandbox, name).outcome is Outcome.PASSED
