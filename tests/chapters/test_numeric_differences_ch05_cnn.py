"""Chapter 5: gradients are derived.  Finite differences, right on small cases, run out of time on a wide one.

Where pixels tie a maximum has none: there differences give each winner all, or none.
"""

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
    "conv2d_backward": """
def conv2d_backward(dout, x, w, stride, pad):
    zero = np.zeros(len(w))
    return (
        differences(lambda x: np.sum(dout * conv2d_forward(x, w, zero, stride, pad)), x),
        differences(lambda w: np.sum(dout * conv2d_forward(x, w, zero, stride, pad)), w),
        differences(lambda b: np.sum(dout * b[:, None, None]), zero),
    )
""",
    "maxpool_backward": """
def maxpool_backward(dout, x, size, stride):
    return differences(lambda x: np.sum(dout * maxpool_forward(x, size, stride)), x)
""",
    "cnn_backward": """
def cnn_backward(params, X, cache, dscores):
    grads = {
        name: differences(lambda part: np.sum(dscores * cnn_forward({**params, name: part}, X)[0]), params[name])
        for name in params
    }
    return grads, differences(lambda X: np.sum(dscores * cnn_forward(params, X)[0]), X)
""",
}

LOST = {"maxpool_backward": {"ties"}}

PLAIN_LOOPS = {
    "conv2d_backward": """
def conv2d_backward(dout, x, w, stride, pad):
    kh, kw = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx, dw, db = np.zeros(padded.shape), np.zeros(w.shape), np.zeros(len(w))
    for n, f, i, j in np.ndindex(*dout.shape):
        for u in range(kh):
            for v in range(kw):
                dx[n, :, i * stride + u, j * stride + v] += w[f, :, u, v] * dout[n, f, i, j]
                dw[f, :, u, v] += padded[n, :, i * stride + u, j * stride + v] * dout[n, f, i, j]
        db[f] += dout[n, f, i, j]
    return dx[:, :, pad : dx.shape[2] - pad, pad : dx.shape[3] - pad], dw, db
""",
    "maxpool_backward": """
def maxpool_backward(dout, x, size, stride):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*dout.shape):
        window = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        u, v = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, i * stride + u, j * stride + v] += dout[n, c, i, j]
    return dx
""",
    "avgpool_backward": """
def avgpool_backward(dout, H, W, size, stride):
    dx = np.zeros((*dout.shape[:2], H, W))
    for n, c, i, j in np.ndindex(*dout.shape):
        for u in range(size):
            for v in range(size):
                dx[n, c, i * stride + u, j * stride + v] += dout[n, c, i, j] / size**2
    return dx
""",
    "conv_transpose": """
def conv_transpose(z, w, stride):
    (N, F, Ho, Wo), (_, C, kh, kw) = z.shape, w.shape
    x = np.zeros((N, C, (Ho - 1) * stride + kh, (Wo - 1) * stride + kw))
    for n, f, i, j in np.ndindex(*z.shape):
        for u in range(kh):
            for v in range(kw):
                x[n, :, i * stride + u, j * stride + v] += z[n, f, i, j] * w[f, :, u, v]
    return x
""",
}


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return load_chapter(REPOSITORY / "solutions" / "ch05_cnn")


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
def test_finite_differences_lose_the_wide_case_and_ties_alone(chapter: Chapter, sandbox: Sandbox, name: str) -> None:
    verdict = judged(chapter, sandbox, name, PROBING[name])
    assert verdict.outcome is Outcome.PARTIAL
    assert codes(verdict)[-1] == "timeout"
    assert {finding.group for finding in verdict.findings if not finding.passed} == {"wide"} | LOST.get(name, set())


@pytest.mark.parametrize("name", PLAIN_LOOPS)
def test_plain_loops_over_every_entry_keep_it(chapter: Chapter, sandbox: Sandbox, name: str) -> None:
    assert judged(chapter, sandbox, name, PLAIN_LOOPS[name]).outcome is Outcome.PASSED
