"""Chapter 7: gradients are derived.  Finite differences, right on small cases, run out of time on a wide one."""

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
    "rnn_backward": """
def rnn_backward(params, X, h0, dY):
    def loss_with(name):
        return lambda part: np.sum(dY * elman_forward({**params, name: part}, X, h0)[0])
    return {name: differences(loss_with(name), value) for name, value in params.items()}
""",
    "lstm_backward": """
def lstm_backward(params, X, h0, c0, dH):
    def loss_with(name):
        return lambda part: np.sum(dH * lstm_forward({**params, name: part}, X, h0, c0)[0])
    return {name: differences(loss_with(name), value) for name, value in params.items()}
""",
    "gru_state_grad": """
def gru_state_grad(params, x, h, dh_new):
    return differences(lambda h: np.sum(dh_new * gru_step(params, x, h)), h)
""",
}

PLAIN_LOOPS = {
    "rnn_backward": """
def rnn_backward(params, X, h0, dY):
    _, H = elman_forward(params, X, h0)
    N, T, D = X.shape
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for n in range(N):
        dh = np.zeros(H.shape[2])
        for t in range(T - 1, -1, -1):
            old = h0[n] if t == 0 else H[n, t - 1]
            delta = (params["W_y"] @ dY[n, t] + dh) * (1 - H[n, t] ** 2)
            for j in range(len(delta)):
                grads["b_h"][j] += delta[j]
                grads["W_x"][:, j] += X[n, t] * delta[j]
                grads["W_h"][:, j] += old * delta[j]
            for k in range(dY.shape[2]):
                grads["b_y"][k] += dY[n, t, k]
                grads["W_y"][:, k] += H[n, t] * dY[n, t, k]
            dh = params["W_h"] @ delta
    return grads
""",
    "gru_state_grad": """
def gru_state_grad(params, x, h, dh_new):
    dh, D = np.zeros(h.shape), x.shape[1]
    W_z, W_r, W_n = (params["W_" + gate] for gate in "zrn")
    for k in range(len(x)):
        both = np.concatenate([x[k], h[k]])
        z, r = sigmoid(both @ W_z + params["b_z"]), sigmoid(both @ W_r + params["b_r"])
        n = np.tanh(np.concatenate([x[k], r * h[k]]) @ W_n + params["b_n"])
        back = W_n[D:] @ (dh_new[k] * (1 - z) * (1 - n**2))
        dh[k] = dh_new[k] * z + back * r
        dh[k] += W_z[D:] @ (dh_new[k] * (h[k] - n) * z * (1 - z)) + W_r[D:] @ (back * h[k] * r * (1 - r))
    return dh
""",
}


@pytest.fixture(scope="module")
def chapter() -> Chapter:
    return load_chapter(REPOSITORY / "solutions" / "ch07_rnn")


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
