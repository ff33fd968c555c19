"""Classification (lecture notes §4): generative Gaussians, logistic regression, softmax, and the limits of a line.

Shapes: X is (N, D), labels y are integers (N,), logits Z are (N, K), probabilities have classes along the last axis.
Everything is float64 and runs on the device of its inputs.  Losses are SUMS over the samples unless a docstring says
MEAN.  Gradients are taken by torch.func, so that they are independent of any derivation by hand.

The last part trains the classifiers of "in practice" from many seeds at once; thresholds are calibrated with it.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor
from torch.func import grad, vmap

# --- why not regression (§4) --------------------------------------------------------------------------------------


def regression_as_classes(scores: Tensor, edges: Tensor) -> Tensor:
    """The class of each score: how many of the ascending `edges` (K−1,) it has reached, shape (N,).  §4."""
    return (torch.as_tensor(scores)[:, None] >= torch.as_tensor(edges)).sum(-1)


def zero_one_loss(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor) -> Tensor:
    """The MEAN over samples of [prediction ≠ y], prediction 1 where X w + b > 0.  §4."""
    return torch.ne(X @ w + b > 0, y > 0).double().mean()


def zero_one_gradient(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor, h: float) -> Tensor:
    """Central differences of `zero_one_loss` in each w_i with step h, shape (D,).  §4."""
    moves = h * torch.eye(len(w), dtype=torch.float64, device=w.device)
    ends = [torch.stack([zero_one_loss(w + sign * move, b, X, y) for move in moves]) for sign in (1, -1)]
    return (ends[0] - ends[1]) / (2 * h)


# --- generative models (§4.1) -------------------------------------------------------------------------------------


def gaussian_logpdf(x: Tensor, mu: Tensor, S: Tensor) -> Tensor:
    """ln N(x | μ, Σ) of each row of x (N, D), by a Cholesky factor, shape (N,).  §4.1."""
    factor = torch.linalg.cholesky(S)  # (D, D)
    white = torch.linalg.solve_triangular(factor, (x - mu).T, upper=False)  # (D, N)
    log_det = 2 * factor.diagonal().log().sum()
    values: Tensor = -0.5 * (white.square().sum(0) + log_det + len(mu) * math.log(2 * math.pi))
    return values


def bayes_posterior(prior: Tensor, lik: Tensor) -> Tensor:
    """P(C_k | x) from priors (K,) and likelihoods p(x | C_k) (N, K), shape (N, K).  §4.1."""
    joint = prior * lik  # (N, K)
    return joint / joint.sum(-1, keepdim=True)


def change_priors(posterior: Tensor, old: Tensor, new: Tensor) -> Tensor:
    """The posterior (N, K) under the priors `new` (K,) with the likelihoods of the one under `old` (K,).  §4.1."""
    likelihoods = posterior / old  # (N, K), each row up to a factor of its own
    return bayes_posterior(new, likelihoods)


def bayes_log_posterior(prior: Tensor, log_lik: Tensor) -> Tensor:
    """ln P(C_k | x) from priors (K,) and log-likelihoods (N, K), never leaving the log domain, shape (N, K).  §4.1."""
    return torch.log_softmax(prior.log() + log_lik, -1)


def gaussian_fit(X: Tensor) -> tuple[Tensor, Tensor]:
    """Maximum-likelihood mean (D,) and covariance (D, D), divided by N.  §4.1."""
    centred = X - X.mean(0)
    return X.mean(0), centred.T @ centred / len(X)


def gaussian_fit_shared(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Priors (K,), class means (K, D) and the shared covariance Σ = Σ_k (N_k / N) Σ_k (D, D).  §4.1."""
    parts = [X[y == k] for k in range(int(y.max()) + 1)]
    pi = torch.stack([torch.tensor(len(part) / len(X), dtype=torch.float64, device=X.device) for part in parts])
    fits = [gaussian_fit(part) for part in parts]
    S = sum((share * cov for share, (_, cov) in zip(pi, fits, strict=True)), torch.zeros_like(fits[0][1]))
    return pi, torch.stack([mu for mu, _ in fits]), S


def shared_gaussian_to_linear(pi: Tensor, mus: Tensor, S: Tensor) -> tuple[Tensor, Tensor]:
    """(w, b) with σ(w·x + b) = P(y = 1 | x) for two Gaussian classes that share Σ.  §4.1 → §4.2.

    By autograd: the log odds ln π₁p₁(x) − ln π₀p₀(x) are linear in x, w is their gradient and b their value at 0.
    """

    def log_odds(x: Tensor) -> Tensor:
        logs = torch.stack([gaussian_logpdf(x[None], mu, S)[0] for mu in mus]) + pi.log()
        return logs[1] - logs[0]

    origin = torch.zeros_like(mus[0])
    return grad(log_odds)(origin), log_odds(origin)


# --- logistic regression (§4.2) -----------------------------------------------------------------------------------


def sigmoid(z: Tensor | float) -> Tensor:
    """σ(z) = 1 / (1 + e^−z), entry by entry.  §4.2."""
    return torch.sigmoid(torch.as_tensor(z, dtype=torch.float64))


def sigmoid_grad(z: Tensor | float) -> Tensor:
    """dσ/dz at z, entry by entry, by autograd.  §4.2."""
    point = torch.as_tensor(z, dtype=torch.float64)
    slope: Tensor = grad(lambda value: sigmoid(value).sum())(point)
    return slope


def bce_loss(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor) -> Tensor:
    """Cross-entropy, the SUM over samples of −[y ln f + (1−y) ln(1−f)] with f = σ(X w + b), from the logits.  §4.2."""
    z = X @ w + b  # (N,)
    return torch.sum(torch.logaddexp(z, torch.zeros_like(z)) - y * z)


def logistic_grad(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient of `bce_loss` with respect to w (D,) and b, by autograd.  §4.2."""
    bias = torch.as_tensor(b, dtype=torch.float64, device=X.device)
    dw, db = grad(bce_loss, argnums=(0, 1))(w, bias, X, y)
    return dw, db


def logistic_step(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor, lr: float) -> tuple[Tensor, Tensor]:
    """One step of gradient descent on `bce_loss`: (w, b) moved by −lr times its gradient.  §4.2."""
    dw, db = logistic_grad(w, b, X, y)
    return w - lr * dw, b - lr * db


def logistic_mse(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor) -> Tensor:
    """Squared error of a logistic model, ½ SUM (f − y)² with f = σ(X w + b).  §4.2."""
    return 0.5 * torch.sum((sigmoid(X @ w + b) - y) ** 2)


def logistic_mse_grad(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient of `logistic_mse` with respect to w (D,) and b, by autograd.  §4.2."""
    bias = torch.as_tensor(b, dtype=torch.float64, device=X.device)
    dw, db = grad(logistic_mse, argnums=(0, 1))(w, bias, X, y)
    return dw, db


def pulls_on_logit(z: Tensor) -> tuple[Tensor, Tensor]:
    """Derivatives in z of ½(σ(z) − 1)² and of −ln σ(z), the two losses of a sample with y = 1, by autograd.  §4.2."""
    squared: Tensor = grad(lambda value: 0.5 * ((sigmoid(value) - 1) ** 2).sum())(z)
    cross: Tensor = grad(lambda value: -torch.nn.functional.logsigmoid(value).sum())(z)
    return squared, cross


# --- several classes (§4.4) ---------------------------------------------------------------------------------------


def softmax(Z: Tensor) -> Tensor:
    """e^z_k / Σ_j e^z_j along each row, shape (N, K).  §4.4."""
    return torch.softmax(Z, -1)


def cross_entropy(p: Tensor, q: Tensor) -> Tensor:
    """H(p, q) = −Σ_k p_k ln q_k of each row, with 0 · ln 0 = 0, shape (N,).  §4.2."""
    return -torch.xlogy(p, q).sum(-1)


def softmax_cross_entropy(Z: Tensor, y: Tensor) -> Tensor:
    """The SUM over samples of −ln softmax(z_n)[y_n], from the logits.  §4.4."""
    return -torch.log_softmax(Z, -1)[torch.arange(len(Z), device=Z.device), y.long()].sum()


def softmax_cross_entropy_grad(Z: Tensor, y: Tensor) -> Tensor:
    """Gradient of `softmax_cross_entropy` with respect to Z, shape (N, K), by autograd.  §4.4."""
    slope: Tensor = grad(softmax_cross_entropy)(Z, y)
    return slope


def smoothed_cross_entropy(Z: Tensor, y: Tensor, eps: float) -> Tensor:
    """The SUM over samples of H(q, softmax(z)), where q mixes the label's one-hot row and a uniform one.

    Szegedy et al., Rethinking the Inception Architecture (2016), §7.
    """
    return torch.nn.functional.cross_entropy(Z, y.long(), reduction="sum", label_smoothing=eps)


def smoothed_grad(Z: Tensor, y: Tensor, eps: float) -> Tensor:
    """Gradient of `smoothed_cross_entropy` with respect to Z, shape (N, K), by autograd."""
    slope: Tensor = grad(smoothed_cross_entropy)(Z, y, eps)
    return slope


def temperature_grad(Z: Tensor, y: Tensor, tau: Tensor | float) -> tuple[Tensor, Tensor]:
    """Gradient of `softmax_cross_entropy` at Z / τ with respect to Z (N, K) and τ, by autograd.

    Guo et al., On Calibration of Modern Neural Networks (2017), §4.2.
    """
    temperature = torch.as_tensor(tau, dtype=torch.float64, device=Z.device)
    dZ, dtau = grad(lambda logits, t: softmax_cross_entropy(logits / t, y), argnums=(0, 1))(Z, temperature)
    return dZ, dtau


def confusion_matrix(y: Tensor, y_pred: Tensor, K: int) -> Tensor:
    """How many samples of class i were taken for class j, shape (K, K)."""
    kinds = torch.arange(K, device=y.device)
    return ((y[:, None] == kinds)[:, :, None] & (y_pred[:, None] == kinds)[:, None, :]).sum(0)


def hardmax(Z: Tensor) -> Tensor:
    """One-hot rows that mark the (first) greatest entry of each row, shape (N, K).  §4.4."""
    greatest = Z.max(-1, keepdim=True).values.eq(Z)  # (N, K)
    return (greatest & (greatest.cumsum(-1) == 1)).double()


# --- the limits of a line (§4.5) ----------------------------------------------------------------------------------


def xor_linear_best_accuracy() -> tuple[float, Tensor, float]:
    """The best accuracy of a linear classifier on the four XOR points, and a line (w, b) that reaches it.  §4.5.

    A line cuts off at most three corners' worth of agreement: getting all four right would need
    w₁ + b > 0, w₂ + b > 0, b ≤ 0 and w₁ + w₂ + b ≤ 0, but the first two add up to more than the last two allow.
    """
    return 0.75, torch.ones(2, dtype=torch.float64), -0.5


def feature_transform(X: Tensor) -> Tensor:
    """Distances of each point to (0, 0) and to (1, 1), shape (N, 2): XOR becomes separable by a line.  §4.5."""
    return torch.stack([X.norm(dim=-1), (X - 1).norm(dim=-1)], -1)


def generative_or_discriminative() -> dict[str, str]:
    """Which kind of model each statement of the choice question describes.  §4.3."""
    return {
        "counts_and_averages": "generative",
        "draws_new_x": "generative",
        "assumes_p_of_x": "generative",
        "fits_posterior": "discriminative",
        "needs_descent": "discriminative",
        "straight_boundary": "both",
    }


# --- in practice (§4.3): classifiers on bundled data, thresholds over many seeds ----------------------------------

SPLIT_SEED = 0  # of the one fixed permutation that splits every data set; the lesson states it
TEST_SHARE = 0.3

LOGISTIC_STEPS, LOGISTIC_LR = 200, 0.5
WINE_STEPS, WINE_LR = 100, 0.5
DIGITS_EPOCHS, DIGITS_BATCH, DIGITS_LR = 20, 64, 0.5
INITIAL_SD = 0.1
TRAIN_SHARE = 0.9  # of the training rows that one draw of a task uses
SCALES = (-2.0, 3.0)  # decimal logarithms of the features' scales in a draw: those of the tumors' measurements
OFFSETS = 300.0  # sd of the features' means in units of their scales: as of a temperature in kelvin


@functools.cache
def load_data(name: str) -> tuple[np.ndarray, np.ndarray]:
    """X (N, D) and y (N,) of scikit-learn's "breast_cancer", "wine" or "digits"."""
    from sklearn import datasets

    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    return X, y


def split(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the training and of the test rows: the first 30% of one fixed permutation are the test set."""
    order = np.random.default_rng(SPLIT_SEED).permutation(count)
    n_test = round(TEST_SHARE * count)
    return order[n_test:], order[:n_test]


def draw_task(name: str, rng: np.random.Generator, offsets: float = OFFSETS) -> dict[str, Any]:
    """One task on a data set, so that parameters copied from another draw are of no use.

    {"rows": (N,) training rows drawn, "y": (N,), "rows_test": the whole test set, "y_test", both under other names of
    the classes; "turn": a seed}, and where features have units of their own "scales" and "shift", both (D,).  What is
    learned from is `mixed`.
    """
    X, y = load_data(name)
    train, test = split(len(y))
    rows = rng.permutation(train)[: round(TRAIN_SHARE * len(train))]
    names, turn = rng.permutation(y.max() + 1), int(rng.integers(2**31))
    task = {"rows": rows, "y": names[y[rows]], "rows_test": test, "y_test": names[y[test]], "turn": turn}
    if name == "digits":
        return task
    scales = _short(np.power(10, rng.uniform(*SCALES, size=X.shape[1])))
    return {**task, "scales": scales, "shift": _short(rng.normal(0, offsets, X.shape[1]) * scales)}


def mixed(
    X: np.ndarray, X_test: np.ndarray, turn: int, scales: np.ndarray | None = None, shift: np.ndarray | float = 0.0
) -> tuple[np.ndarray, np.ndarray]:
    """The features rotated at random: of gray values those that vary, else standardized ones, put on other scales.

    The observes of the exercises do the same, and a test holds them together.  Numbers of RandomState are the same in
    every release of numpy.
    """
    varies = np.ptp(X, axis=0) > 0
    rotation = np.eye(X.shape[1])
    noise = np.random.RandomState(turn).normal(size=(varies.sum(), varies.sum()))
    rotation[np.ix_(varies, varies)] = np.linalg.qr(noise)[0]
    if scales is None:
        return X @ rotation, X_test @ rotation
    mean, sd = X.mean(axis=0), X.std(axis=0)
    return (X - mean) / sd @ rotation * scales + shift, (X_test - mean) / sd @ rotation * scales + shift


def _short(values: np.ndarray) -> np.ndarray:
    """To four digits: they travel in the public cases."""
    return np.array([f"{value:.4g}" for value in values.ravel()], dtype=float).reshape(values.shape)


def moments(X: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation of each feature of X (…, N, D), both (…, 1, D)."""
    return X.mean(-2, keepdim=True), X.std(-2, correction=0, keepdim=True)


def train_logistic(w: Tensor, b: Tensor, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient descent on the MEAN cross-entropy for every seed at once: w (S, D), b (S,), X (S, N, D), y (S, N)."""

    def loss(weights: Tensor, bias: Tensor, X: Tensor, y: Tensor) -> Tensor:
        return bce_loss(weights, bias, X, y) / len(y)

    slope = vmap(grad(loss, argnums=(0, 1)))
    for _ in range(LOGISTIC_STEPS):
        dw, db = slope(w, b, X, y)
        w, b = w - LOGISTIC_LR * dw, b - LOGISTIC_LR * db
    return w, b


def train_softmax(
    W: Tensor, b: Tensor, X: Tensor, y: Tensor, batches: Iterable[Tensor], lr: float
) -> tuple[Tensor, Tensor]:
    """Gradient descent on the MEAN cross-entropy of each batch, for every seed at once.

    W (S, D, K), b (S, K), X (S, N, D), y (S, N); a batch is (S, B): the rows that each seed takes.
    """

    def loss(weights: Tensor, bias: Tensor, X: Tensor, y: Tensor) -> Tensor:
        return softmax_cross_entropy(X @ weights + bias, y) / len(y)

    slope = vmap(grad(loss, argnums=(0, 1)))
    seeds = torch.arange(len(W), device=W.device)[:, None]
    for rows in batches:
        dW, db = slope(W, b, X[seeds, rows], y[seeds, rows])
        W, b = W - lr * dW, b - lr * db
    return W, b


def logistic_classifier(X: Tensor, y: Tensor, rng: Generator) -> dict[str, Tensor]:
    """Logistic regression on standardized features: {"mean", "sd", "w": (D,) each, "b": a number}.  §4.2."""
    w = INITIAL_SD * torch.randn(1, X.shape[1], generator=rng, dtype=torch.float64).to(X.device)
    mean, sd = moments(X)
    w, b = train_logistic(w, torch.zeros_like(w[:, 0]), ((X - mean) / sd)[None], y[None])
    return {"mean": mean[0], "sd": sd[0], "w": w[0], "b": b[0]}


def gaussian_classifier(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The line (w, b) of two Gaussians with a shared covariance.  §4.1."""
    return shared_gaussian_to_linear(*gaussian_fit_shared(X, y))


def softmax_classifier(X: Tensor, y: Tensor, rng: Generator) -> dict[str, Tensor]:
    """Softmax regression on standardized features, full batches: {"mean", "sd": (D,), "W": (D, K), "b": (K,)}.

    §4.4.
    """
    W = INITIAL_SD * torch.randn(1, X.shape[1], int(y.max()) + 1, generator=rng, dtype=torch.float64).to(X.device)
    mean, sd = moments(X)
    batches = [torch.arange(len(X), device=X.device)[None]] * WINE_STEPS
    W, b = train_softmax(W, torch.zeros_like(W[:, 0]), ((X - mean) / sd)[None], y[None], batches, WINE_LR)
    return {"mean": mean[0], "sd": sd[0], "W": W[0], "b": b[0]}


def digits_classifier(X: Tensor, y: Tensor, rng: Generator) -> tuple[Tensor, Tensor]:
    """Softmax regression on gray values / 16, mini-batches in a random order: W (D, 10), b (10,).  §4.4."""
    orders = torch.stack([torch.randperm(len(X), generator=rng) for _ in range(DIGITS_EPOCHS)])  # (epochs, N)
    W = torch.zeros(1, X.shape[1], 10, dtype=torch.float64, device=X.device)
    batches = _batches(orders[None].to(X.device))
    W, b = train_softmax(W, torch.zeros_like(W[:, 0]), X.double()[None] / 16, y[None], batches, DIGITS_LR)
    return W[0], b[0]


def _batches(orders: Tensor) -> Iterator[Tensor]:
    """Mini-batches (S, B) from the orders (S, epochs, N) of every seed, the last of an epoch being the shorter one."""
    for epoch in orders.unbind(1):
        yield from torch.split(epoch, DIGITS_BATCH, -1)


@dataclass(frozen=True)
class _Tasks:
    """A draw for each seed, as the chapter's cases make it, and the generator that goes on where the draw ended."""

    X: Tensor  # (S, N, D)
    y: Tensor  # (S, N)
    X_test: Tensor  # (S, M, D)
    y_test: Tensor  # (S, M)
    rngs: list[np.random.Generator]

    def accuracy(self, scores: Tensor) -> Tensor:
        """The share of test samples (S, M) whose greatest score (S, M, K) is that of their class, shape (S,)."""
        return (scores.argmax(-1) == self.y_test).double().mean(-1)

    def standardized(self) -> tuple[Tensor, Tensor]:
        """Training and test features, by the moments of the training features of each seed."""
        mean, sd = moments(self.X)
        return (self.X - mean) / sd, (self.X_test - mean) / sd


def _tasks(name: str, seeds: Sequence[int], device: str) -> _Tasks:
    rngs = [np.random.default_rng(seed) for seed in seeds]
    drawn = [draw_task(name, rng) for rng in rngs]
    data, _ = load_data(name)
    pairs = [
        mixed(data[task["rows"]], data[task["rows_test"]], task["turn"], task.get("scales"), task.get("shift", 0.0))
        for task in drawn
    ]
    X, X_test = (torch.as_tensor(np.stack(part), device=device) for part in zip(*pairs, strict=True))
    y, y_test = (torch.as_tensor(np.stack([t[part] for t in drawn]), device=device) for part in ("y", "y_test"))
    return _Tasks(X, y, X_test, y_test, rngs)


def breast_cancer_over_seeds(seeds: Sequence[int], device: str) -> Tensor:
    """Test accuracy of `logistic_classifier` on breast cancer for each seed of the draw and the weights, shape (S,)."""
    tasks = _tasks("breast_cancer", seeds, device)
    X, X_test = tasks.standardized()
    w = torch.as_tensor(np.stack([rng.normal(0, INITIAL_SD, X.shape[-1]) for rng in tasks.rngs]), device=device)
    w, b = train_logistic(w, torch.zeros_like(w[:, 0]), X, tasks.y)
    score = (X_test @ w[..., None])[..., 0] + b[:, None]  # (S, M)
    return tasks.accuracy(torch.stack([torch.zeros_like(score), score], -1))


def wine_over_seeds(seeds: Sequence[int], device: str) -> Tensor:
    """Test accuracy of `softmax_classifier` on wine for each seed of the draw and the initial weights, shape (S,)."""
    tasks = _tasks("wine", seeds, device)
    X, X_test = tasks.standardized()
    start = [rng.normal(0, INITIAL_SD, (X.shape[-1], 3)) for rng in tasks.rngs]
    W = torch.as_tensor(np.stack(start), device=device)  # (S, D, K)
    batches = [torch.arange(X.shape[1], device=device).expand(len(seeds), -1)] * WINE_STEPS
    W, b = train_softmax(W, torch.zeros_like(W[:, 0]), X, tasks.y, batches, WINE_LR)
    return tasks.accuracy(X_test @ W + b[:, None])


def digits_over_seeds(seeds: Sequence[int], device: str) -> Tensor:
    """Test accuracy of `digits_classifier` for each seed of the draw and the order of its samples, shape (S,)."""
    tasks = _tasks("digits", seeds, device)
    count = tasks.X.shape[1]
    orders = np.stack([np.stack([rng.permutation(count) for _ in range(DIGITS_EPOCHS)]) for rng in tasks.rngs])
    W = torch.zeros(len(seeds), tasks.X.shape[-1], 10, dtype=torch.float64, device=device)
    batches = _batches(torch.as_tensor(orders, device=device))
    W, b = train_softmax(W, torch.zeros_like(W[:, 0]), tasks.X / 16, tasks.y, batches, DIGITS_LR)
    return tasks.accuracy(tasks.X_test / 16 @ W + b[:, None])
