"""Semi-supervised learning (lecture notes §9): EM, self-training, entropy, the semi-supervised SVM, and graphs.

Shapes: labeled samples Xl (N, D) with labels yl (N,), unlabeled Xu (M, D); probabilities have classes along the last
axis.  Losses are SUMS over the samples unless a docstring says MEAN.  Everything is float64 and runs on the device of
its inputs.  Gradients are taken by torch.func, so that they are independent of any derivation by hand.

The last part puts two methods into practice on many draws at once; thresholds are calibrated with it.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.func import grad
from torch.nn.functional import one_hot

from reference.classification import load_data, split

Gaussians = tuple[Tensor, Tensor, Tensor]

# --- generative models and EM (§9.1) ------------------------------------------------------------------------------


def gaussian_logpdf(X: Tensor, mu: Tensor, S: Tensor) -> Tensor:
    """ln N(x | μ, Σ) of each row of X (N, D), by a Cholesky factor, shape (N,).  §4.1."""
    factor = torch.linalg.cholesky(S)  # (D, D)
    white = torch.linalg.solve_triangular(factor, (X - mu).T, upper=False)  # (D, N)
    values: Tensor = -0.5 * (white.square().sum(0) + len(mu) * math.log(2 * math.pi)) - factor.diagonal().log().sum()
    return values


def log_joint(pi: Tensor, mus: Tensor, S: Tensor, X: Tensor) -> Tensor:
    """ln π_k N(x | μ_k, Σ) of every sample and class, shape (N, K).  §9.1."""
    return torch.stack([gaussian_logpdf(X, mu, S) for mu in mus], -1) + pi.log()


def gaussian_estep(pi: Tensor, mus: Tensor, S: Tensor, X: Tensor) -> Tensor:
    """P(C_k | x) of each row of X under Gaussians that share Σ, shape (N, K).  §9.1, step 2."""
    return torch.softmax(log_joint(pi, mus, S, X), -1)


def _pooled(Xl: Tensor, yl: Tensor, Xu: Tensor, R: Tensor) -> tuple[Tensor, Tensor]:
    """All samples (N + M, D), and the share of each class in each of them (N + M, K): a label is a share of 1."""
    return torch.cat([Xl, Xu]), torch.cat([one_hot(yl.long(), R.shape[1]).to(R), R])


def gaussian_mstep(Xl: Tensor, yl: Tensor, Xu: Tensor, R: Tensor) -> Gaussians:
    """(π (K,), μ (K, D), Σ (D, D)) that are most likely for N labeled samples and M with shares R (M, K).

    n_k = N_k + Σ_u R_uk,  π_k = n_k / (N + M),  μ_k = (Σ_{r in k} x^r + Σ_u R_uk x^u) / n_k, and Σ is the mean of
    (x − μ_k)(x − μ_k)ᵀ over samples and classes, weighted alike.  §9.1, step 3, where μ is printed as a sum of two
    averages and the update of Σ is missing; Dempster, Laird and Rubin (1977).
    """
    X, shares = _pooled(Xl, yl, Xu, R)
    counts = shares.sum(0)
    mus = shares.T @ X / counts[:, None]
    centred = X[:, None] - mus  # (N + M, K, D)
    return counts / len(X), mus, torch.einsum("nk,nki,nkj->ij", shares, centred, centred) / len(X)


def shared_variance(Xl: Tensor, yl: Tensor, Xu: Tensor, R: Tensor) -> Tensor:
    """The variance s² of round Gaussians, Σ = s² I, that is most likely for shares R (M, K): a number.

    1 / ((N + M) D) times the SUM of shares times ‖x − μ_k‖².  Bishop, Pattern Recognition (2006), §9.2.
    """
    _, mus, _ = gaussian_mstep(Xl, yl, Xu, R)
    X, shares = _pooled(Xl, yl, Xu, R)
    return (shares * torch.cdist(X, mus).square()).sum() / X.numel()


def log_likelihood(pi: Tensor, mus: Tensor, S: Tensor, Xl: Tensor, yl: Tensor, Xu: Tensor) -> Tensor:
    """The SUM of ln π_y N(x | μ_y, Σ) over labeled and of ln Σ_k π_k N(x | μ_k, Σ) over unlabeled samples.  §9.1."""
    known = log_joint(pi, mus, S, Xl).gather(1, yl.long()[:, None]).sum()
    return known + torch.logsumexp(log_joint(pi, mus, S, Xu), -1).sum()


def semi_em(Xl: Tensor, yl: Tensor, Xu: Tensor, K: int, n_iters: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """(π, μ, Σ, log-likelihoods (n_iters + 1,)) of EM that starts from the labeled samples alone.  §9.1."""
    model = gaussian_mstep(Xl, yl, Xu[:0], Xu.new_zeros(0, K))
    values = [log_likelihood(*model, Xl, yl, Xu)]
    for _ in range(n_iters):
        model = gaussian_mstep(Xl, yl, Xu, gaussian_estep(*model, Xu))
        values.append(log_likelihood(*model, Xl, yl, Xu))
    return *model, torch.stack(values)


# --- self-training (§9.2) -----------------------------------------------------------------------------------------


def pseudo_labels(P: Tensor, threshold: float) -> tuple[Tensor, Tensor]:
    """Rows of P (M, K) whose largest entry reaches the threshold, ascending, and the (first) class of each.  §9.2."""
    rows = torch.where(P.amax(-1) >= threshold)[0]
    return rows, P[rows].argmax(-1)


def balanced_pick(P: Tensor, k: int) -> Tensor:
    """For each class the rows of its k greatest probabilities, the greatest first, shape (K, k).  §9.2."""
    return P.topk(k, 0).indices.T


def nearest_mean_probs(X: Tensor, y: Tensor, Xu: Tensor, K: int) -> Tensor:
    """softmax(−½‖x − μ_k‖²) over the class means of X, shape (M, K): the model that self-training is tried on."""
    shares = one_hot(y.long(), K).to(X)  # (N, K)
    mus = shares.T @ X / shares.sum(0)[:, None]
    return torch.softmax(-0.5 * torch.cdist(Xu, mus).square(), -1)


Probs = Callable[[Tensor, Tensor, Tensor, int], Tensor]


def self_train(probs: Probs, Xl: Tensor, yl: Tensor, Xu: Tensor, K: int, threshold: float, n_rounds: int) -> Tensor:
    """The pseudo-labels of every round (n_rounds, M), −1 where the model is not sure; renewed in each round.  §9.2."""
    X, y, history = Xl, yl, []
    for _ in range(n_rounds):
        rows, labels = pseudo_labels(probs(X, y, Xu, K), threshold)
        X, y = torch.cat([Xl, Xu[rows]]), torch.cat([yl, labels])
        history.append(torch.full_like(Xu[:, 0], -1, dtype=torch.long).index_put((rows,), labels))
    return torch.stack(history)


def pseudo_grad(W: Tensor, b: Tensor, Xu: Tensor, kind: str) -> tuple[Tensor, Tensor]:
    """Gradient of the SUM of cross-entropies of softmax(Xu W + b) with its own prediction as the target, by autograd.

    The target is a constant: of kind "hard" one-hot at the (first) largest probability, of kind "soft" the
    probabilities themselves.  Returns (dW (D, K), db (K,)).  §9.2.
    """
    P = torch.softmax(Xu @ W + b, -1)
    target = one_hot(P.argmax(-1), P.shape[1]).to(P) if kind == "hard" else P

    def loss(W: Tensor, b: Tensor) -> Tensor:
        return -(target * torch.log_softmax(Xu @ W + b, -1)).sum()

    dW, db = grad(loss, argnums=(0, 1))(W, b)
    return dW, db


# --- entropy (§9.3) -----------------------------------------------------------------------------------------------


def entropy(P: Tensor) -> Tensor:
    """−Σ_k p_k ln p_k of each row of P (M, K), with 0 ln 0 = 0, shape (M,).  §9.3."""
    return torch.sum(torch.special.entr(P), -1)


def score_entropy(Z: Tensor) -> Tensor:
    """The SUM over the rows of the entropy of softmax(z), a number.  §9.3."""
    logs = torch.log_softmax(Z, -1)
    return -(logs.exp() * logs).sum()


def entropy_grad(Z: Tensor) -> Tensor:
    """Gradient of `score_entropy` in the scores, shape (M, K), by autograd."""
    slope: Tensor = grad(score_entropy)(Z)
    return slope


def entropy_reg_loss(W: Tensor, b: Tensor, Xl: Tensor, yl: Tensor, Xu: Tensor, lam: float) -> Tensor:
    """Cross-entropy of the labeled samples, a SUM, plus λ times the SUM of entropies of the unlabeled.  §9.3.

    Grandvalet and Bengio, Semi-supervised Learning by Entropy Minimization (2004).
    """
    known = torch.nn.functional.cross_entropy(Xl @ W + b, yl.long(), reduction="sum")
    return known + lam * score_entropy(Xu @ W + b)


def entropy_reg_grad(W: Tensor, b: Tensor, Xl: Tensor, yl: Tensor, Xu: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    """Gradient of `entropy_reg_loss` in W (D, K) and b (K,), by autograd."""
    dW, db = grad(entropy_reg_loss, argnums=(0, 1))(W, b, Xl, yl, Xu, lam)
    return dW, db


# --- the semi-supervised SVM (§9.4) -------------------------------------------------------------------------------


def svm_parts(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor, C: float) -> dict[str, Tensor]:
    """Of the line w·x + b and labels ±1: "margin" 1 / ‖w‖, "slack" max(0, 1 − y (w·x + b)) (N,), and "objective"
    ½‖w‖² + C times the SUM of the slack.  §9.4; Cortes and Vapnik (1995)."""
    slack = torch.relu(1 - y * (X @ w + b))
    return {"margin": 1 / w.norm(), "slack": slack, "objective": 0.5 * w @ w + C * slack.sum()}


def s3vm_enumerate(Xl: Tensor, yl: Tensor, Xu: Tensor, C: float) -> tuple[Tensor, Tensor]:
    """(labels ±1 of Xu (M,), objective): of all 2^M labelings the one whose SVM has the least objective.  §9.4.

    All the SVMs at once.  Bennett and Demiriz, Semi-Supervised Support Vector Machines (1998).
    """
    ways = torch.tensor(list(itertools.product([-1.0, 1.0], repeat=len(Xu))), dtype=torch.float64, device=Xu.device)
    labels = torch.cat([yl.to(ways).expand(len(ways), -1), ways], 1)  # (2^M, N + M)
    values = svm_dual(torch.cat([Xl, Xu]), labels, C)
    return ways.index_select(0, values.argmin()[None])[0], values.min()


def svm_dual(X: Tensor, y: Tensor, C: float, n_steps: int = 24) -> Tensor:
    """The least ½‖w‖² + C Σ slack for each labeling y (S, N) of X (N, D), shape (S,): its dual's optimum.

    max Σα − ½ αᵀQα with 0 ≤ α ≤ C and y·α = 0, by a primal-dual interior-point method (Nocedal and Wright,
    Numerical Optimization, §19.3), which is independent of the solver that students are given.
    """
    Q = y[:, :, None] * y[:, None, :] * (X @ X.T)
    alpha = torch.full_like(y, C / 2)
    low, high, shift = torch.ones_like(y), torch.ones_like(y), torch.zeros_like(y[:, :1])
    for _ in range(n_steps):
        mu = (0.05 * (alpha * low + (C - alpha) * high).mean(1, keepdim=True)).clamp(min=1e-11)
        dual = (Q @ alpha[..., None])[..., 0] - 1 + shift * y - low + high
        ahead, behind = mu / alpha - low, mu / (C - alpha) - high
        H = Q + torch.diag_embed(low / alpha + high / (C - alpha))
        both = torch.linalg.solve(H, torch.stack([ahead - behind - dual, y], -1))  # (S, N, 2)
        over = (y[..., None] * both).sum(1)  # (S, 2)
        d_shift = ((y * alpha).sum(1) + over[:, 0])[:, None] / over[:, 1:]
        d_alpha = both[..., 0] - d_shift * both[..., 1]
        d_low, d_high = ahead - low / alpha * d_alpha, behind + high / (C - alpha) * d_alpha
        moves = [(alpha, d_alpha), (C - alpha, -d_alpha), (low, d_low), (high, d_high)]
        room = torch.stack([torch.where(d < 0, -v / d, 1 / 0.99) for v, d in moves]).amin((0, 2))
        t = torch.clamp(0.99 * room, max=1.0)[:, None]
        alpha, low, high, shift = alpha + t * d_alpha, low + t * d_low, high + t * d_high, shift + t * d_shift
    return alpha.sum(1) - 0.5 * (alpha[:, None] @ Q @ alpha[..., None])[:, 0, 0]


# --- clusters and graphs (§9.5, §9.6) -----------------------------------------------------------------------------


def cluster_then_label(clusters: Tensor, y: Tensor) -> Tensor:
    """Labels (N,): where y is −1 the commonest known label of the sample's cluster, the lowest of equals; −1 where a
    cluster has none.  §9.5."""
    known = y >= 0
    together = (clusters[:, None] == clusters) & known  # (N, N): j is a labeled member of i's cluster
    votes = ((y[:, None] == y) & together).sum(1)  # (N,), for the label of each sample in its own cluster
    rank = torch.where(together, votes + 1 / (2 + y.double()), -1.0)  # more votes first, then the lower label
    named = torch.where(together.any(1), y[rank.argmax(1)], -1)
    return torch.where(known, y, named)


def _squared_distances(X: Tensor) -> Tensor:
    return torch.cdist(X, X, compute_mode="donot_use_mm_for_euclid_dist").square()


def knn_graph(X: Tensor, k: int) -> Tensor:
    """Adjacency (N, N) of 0 and 1: i and j are joined where one of them is among the k nearest others of the other.
    §9.6."""
    apart = _squared_distances(X) + torch.diag(torch.full_like(X[:, 0], torch.inf))
    nearest = one_hot(apart.topk(k, largest=False).indices, len(X)).sum(1)  # (N, N)
    return torch.maximum(nearest, nearest.T).to(X)


def eps_graph(X: Tensor, radius: float) -> Tensor:
    """Adjacency (N, N) of 0 and 1: different samples are joined where they are at most `radius` apart.  §9.6."""
    near = _squared_distances(X) <= radius**2
    return near.to(X) * (1 - torch.eye(len(X), dtype=X.dtype, device=X.device))


def rbf_weights(X: Tensor, A: Tensor, width: float) -> Tensor:
    """Weights (N, N): e^{−‖xⁱ − xʲ‖² / (2 width²)} where A has an edge, 0 elsewhere.  §9.6."""
    return torch.exp(-_squared_distances(X) / (2 * width**2)) * (A != 0)


def laplacian(A: Tensor) -> Tensor:
    """diag(d) − A with the degrees d_i = Σ_j A_ij, shape (N, N).  §9.6, the notes' L = D − W."""
    return torch.diag(A.sum(1)) - A


def smoothness(A: Tensor, f: Tensor) -> Tensor:
    """½ Σ_i Σ_j A_ij (f_i − f_j)², over ordered pairs, a number: fᵀ(diag(d) − A)f for symmetric A.  §9.6."""
    return 0.5 * (A * (f[:, None] - f).square()).sum()


def graph_reg_loss(A: Tensor, f: Tensor, y: Tensor, labeled: Tensor, lam: float) -> Tensor:
    """The SUM of (f − y)² over the samples that are labeled, plus λ times `smoothness`.  §9.6."""
    return (labeled * (f - y).square()).sum() + lam * smoothness(A, f)


def graph_reg_grad(A: Tensor, f: Tensor, y: Tensor, labeled: Tensor, lam: float) -> Tensor:
    """Gradient of `graph_reg_loss` in f, shape (N,), by autograd."""
    slope: Tensor = grad(graph_reg_loss, argnums=1)(A, f, y, labeled, lam)
    return slope


def label_propagate(A: Tensor, y: Tensor, K: int, n_iters: int) -> Tensor:
    """Shares of the classes (N, K): each sample takes the weighted mean of its neighbors, all at once, n_iters times,
    and labeled ones (y ≥ 0) keep their label; the others begin at 1 / K, and stay there without neighbors.  §9.6.

    Zhu and Ghahramani, Learning from Labeled and Unlabeled Data with Label Propagation (2002).
    """
    known = (y >= 0)[:, None]
    start = torch.where(known, one_hot(y.clamp(min=0).long(), K).to(A), 1 / K)
    degree = A.sum(1, keepdim=True)
    F = start
    for _ in range(n_iters):
        F = torch.where(known | (degree == 0), start, A @ F / degree)
    return F


# --- in practice: wines by EM, handwriting by self-training and by a graph -----------------------------------------

WINES, WINE_LABELS, WINE_SETS, WINE_ROUNDS = 112, 3, 16, 20  # labels of each cultivar, how often they are drawn
DIGITS, DIGIT_TESTS, DIGIT_LABELS, DIGIT_SETS = 450, 400, 5, 12
SURE, TRAININGS, RIDGE = 0.9, 3, 0.01  # a threshold, rounds, and what is added to variances of pixels from 0 to 1
IMAGES, IMAGE_LABELS, IMAGE_SETS = 300, 3, 5
NEIGHBORS, WIDTH, SPREADS = 5, 5.0, 50


def label_sets(rng: np.random.Generator, y: np.ndarray, per_class: int, count: int) -> np.ndarray:
    """`count` choices of samples that get a label, `per_class` of each class: their numbers (count, K · per_class)."""
    of_class = [np.flatnonzero(y == k) for k in range(int(y.max()) + 1)]
    return np.array([np.concatenate([rng.permutation(rows)[:per_class] for rows in of_class]) for _ in range(count)])


def wine_draw(rng: np.random.Generator) -> dict[str, Any]:
    """Wines of the training part, features in another order and on other scales, cultivars under other names.

    {"rows": (N,), "columns": (D,), "y": (N,), "rows_test", "y_test", "scales", "shift": (D,), "sets": (16, 9)}.
    """
    X, y = load_data("wine")
    train, test = split(len(y))
    rows, columns, names = rng.permutation(train)[:WINES], rng.permutation(X.shape[1]), rng.permutation(3)
    scales = np.round(rng.choice([-1, 1], X.shape[1]) * rng.uniform(0.2, 5, X.shape[1]), 2)
    return {
        "rows": rows, "columns": columns, "y": names[y[rows]], "rows_test": test, "y_test": names[y[test]],
        "scales": scales, "shift": np.round(rng.normal(0, 20, X.shape[1]), 1),
        "sets": label_sets(rng, names[y[rows]], WINE_LABELS, WINE_SETS),
    }  # fmt: skip


def wine_em(Xl: Tensor, yl: Tensor, Xu: Tensor) -> Gaussians:
    """(π, μ, Σ) of three Gaussians: means of the labeled wines, variances of all of them, then 20 rounds.  §9.1."""
    start = _start(torch.cat([Xl, Xu])[None], one_hot(yl.long(), 3).to(Xl)[None])
    pi, mus, S = _rounds(torch.cat([Xl, Xu])[None], one_hot(yl.long(), 3).to(Xl)[None], start)
    return pi[0], mus[0], S[0]


def _start(X: Tensor, T: Tensor) -> Gaussians:
    """For problems X (B, N, D), the first of whose samples have the labels T (B, L, K)."""
    counts = T.sum(1)  # (B, K)
    mus = T.transpose(1, 2) @ X[:, : T.shape[1]] / counts[..., None]
    return counts / counts.sum(1, keepdim=True), mus, torch.diag_embed(X.var(1, correction=0))


def _line(pi: Tensor, mus: Tensor, S: Tensor) -> tuple[Tensor, Tensor]:
    """The scores of Gaussians that share Σ are linear: weights (B, D, K) and biases (B, 1, K)."""
    W = torch.linalg.solve(S, mus.transpose(1, 2))
    return W, (pi.log() - 0.5 * (mus.transpose(1, 2) * W).sum(1))[:, None]


def _rounds(X: Tensor, T: Tensor, model: Gaussians) -> Gaussians:
    """EM on every problem at once."""
    middle = X.mean(1, keepdim=True)
    Z, (pi, mus, S) = X - middle, model
    mus = mus - middle
    for _ in range(WINE_ROUNDS):
        W, b = _line(pi, mus, S)
        shares = torch.cat([T, torch.softmax(Z[:, T.shape[1] :] @ W + b, -1)], 1)
        counts = shares.sum(1)  # (B, K)
        mus = shares.transpose(1, 2) @ Z / counts[..., None]
        pi = counts / X.shape[1]
        S = (Z.transpose(1, 2) @ Z - mus.transpose(1, 2) @ (counts[..., None] * mus)) / X.shape[1]
    return pi, mus + middle, S


def calibrate_wine_em(seeds: Sequence[int], device: str) -> Tensor:
    """How much more of the test wines `wine_em` names rightly than the nearest labeled mean, the MEAN over the sets of
    labels of each draw, shape (S,)."""
    data, _ = load_data("wine")
    draws = [wine_draw(np.random.default_rng(seed)) for seed in seeds]

    def features(draw: dict[str, Any], rows: np.ndarray) -> np.ndarray:
        measured: np.ndarray = data[rows][..., draw["columns"]] * draw["scales"] + draw["shift"]
        return measured

    def stacked(parts: list[np.ndarray]) -> Tensor:
        return torch.as_tensor(np.concatenate(parts), device=device)

    everyone = np.arange(WINES)
    orders = [np.array([np.r_[known, np.setdiff1d(everyone, known)] for known in draw["sets"]]) for draw in draws]
    X = stacked([features(draw, draw["rows"][order]) for draw, order in zip(draws, orders, strict=True)])
    T = one_hot(stacked([draw["y"][draw["sets"]] for draw in draws]), 3).double()  # (S · sets, 9, 3)
    X_test = stacked([np.repeat(features(draw, draw["rows_test"])[None], WINE_SETS, 0) for draw in draws])
    y_test = stacked([np.repeat(draw["y_test"][None], WINE_SETS, 0) for draw in draws])
    start, right = _start(X, T), []
    for model in (start, _rounds(X, T, start)):
        W, b = _line(*model)
        right.append(((X_test @ W + b).argmax(-1) == y_test).double().mean(-1).reshape(len(seeds), WINE_SETS))
    return (right[1] - right[0]).mean(-1)


def image_draw(rng: np.random.Generator, images: int, per_class: int, sets: int) -> dict[str, Any]:
    """Images, digits under other names and a seed `turn` of the rotation of their pixels.

    {"rows", "y": (images,), "rows_test", "y_test", all the others, "turn", "sets": (sets, 10 · per_class)}; every digit
    occurs often enough to be labeled.
    """
    _, y = load_data("digits")
    rows, names = rng.permutation(len(y)), rng.permutation(10)
    while np.bincount(y[rows[:images]], minlength=10).min() < 2 * per_class:
        rows = rng.permutation(len(y))
    labels = names[y[rows]]
    return {
        "rows": rows[:images], "y": labels[:images], "rows_test": rows[images:], "y_test": labels[images:],
        "turn": int(rng.integers(2**31)), "sets": label_sets(rng, labels[:images], per_class, sets),
    }  # fmt: skip


def digit_draw(rng: np.random.Generator) -> dict[str, Any]:
    """450 images, of which 50 get a label, and 400 to be tested on."""
    draw = image_draw(rng, DIGITS, DIGIT_LABELS, DIGIT_SETS)
    return {**draw, "rows_test": draw["rows_test"][:DIGIT_TESTS], "y_test": draw["y_test"][:DIGIT_TESTS]}


def graph_draw(rng: np.random.Generator) -> dict[str, Any]:
    """300 images, of which 30 get a label, and no others."""
    draw = image_draw(rng, IMAGES, IMAGE_LABELS, IMAGE_SETS)
    return {name: draw[name] for name in ("rows", "y", "turn", "sets")}


def digits_self_trained(Xl: Tensor, yl: Tensor, Xu: Tensor) -> tuple[Tensor, Tensor]:
    """Weights (D, 10) and biases (10,) of the Gaussians' line after 3 rounds of self-training.  §9.2."""
    W, b = _self_trained(torch.cat([Xl, Xu])[None], one_hot(yl.long(), 10).to(Xl)[None], TRAININGS)
    return W[0], b[0, 0]


def _fitted_line(X: Tensor, T: Tensor) -> tuple[Tensor, Tensor]:
    """Gaussians with one covariance and equal priors, fitted to X (B, N, D) with T (B, N, K), rows of 0 where a sample
    does not count: weights (B, D, K) and biases (B, 1, K)."""
    counts = T.sum(1)  # (B, K)
    mus = T.transpose(1, 2) @ X / counts[..., None]
    moments = (X * T.sum(2, keepdim=True)).transpose(1, 2) @ X
    within = moments - mus.transpose(1, 2) @ (counts[..., None] * mus)
    S = within / counts.sum(1)[:, None, None] + RIDGE * torch.eye(X.shape[2]).to(X)
    return _line(torch.ones_like(counts), mus, S)


def _self_trained(X: Tensor, T: Tensor, rounds: int) -> tuple[Tensor, Tensor]:
    """Self-training on every problem at once; the first samples of X (B, N, D) have the labels T (B, L, K)."""
    rest = X[:, T.shape[1] :]
    shares = torch.cat([T, torch.zeros_like(rest[..., :1]).expand(-1, -1, T.shape[2])], 1)
    for _ in range(rounds):
        W, b = _fitted_line(X, shares)
        P = torch.softmax(rest @ W + b, -1)
        taken = one_hot(P.argmax(-1), T.shape[2]) * (P.amax(-1, keepdim=True) >= SURE)
        shares = torch.cat([T, taken.to(T)], 1)
    return _fitted_line(X, shares)


def calibrate_digits_self_trained(seeds: Sequence[int], device: str) -> Tensor:
    """How much more of the test images `digits_self_trained` names rightly than the same line of the labels alone, the
    MEAN over the sets of labels of each draw, shape (S,).

    A rotation of the pixels changes no score.
    """
    data, _ = load_data("digits")
    pixels, everyone, gains = torch.as_tensor(data / 16, device=device), np.arange(DIGITS), []
    for seed in seeds:
        draw = digit_draw(np.random.default_rng(seed))
        orders = np.array([np.r_[known, np.setdiff1d(everyone, known)] for known in draw["sets"]])
        X, X_test = pixels[draw["rows"][orders]], pixels[draw["rows_test"]]
        T = one_hot(torch.as_tensor(draw["y"][draw["sets"]], device=device), 10).double()  # (sets, 50, 10)
        y_test, right = torch.as_tensor(draw["y_test"], device=device), []
        for rounds in (0, TRAININGS):
            W, b = _self_trained(X, T, rounds)
            right.append(((X_test @ W + b).argmax(-1) == y_test).double().mean())
        gains.append(right[1] - right[0])
    return torch.stack(gains)


def digits_by_graph(Xl: Tensor, yl: Tensor, Xu: Tensor) -> Tensor:
    """The classes (M,) that labels, spread on a weighted graph of 5 nearest neighbors, give to Xu.  §9.6."""
    X = torch.cat([Xl, Xu])
    A = rbf_weights(X, knn_graph(X, NEIGHBORS), WIDTH)
    y = torch.cat([yl.long(), torch.full_like(Xu[:, 0], -1, dtype=torch.long)])
    return label_propagate(A, y, 10, SPREADS)[len(Xl) :].argmax(-1)


def calibrate_digits_by_graph(seeds: Sequence[int], device: str) -> Tensor:
    """How much more of the other images `digits_by_graph` names rightly than the nearest labeled image, the MEAN over
    the sets of labels of each draw, shape (S,).

    A rotation of the features changes no distance, and the graph is the same whichever images are labeled.
    """
    data, _ = load_data("digits")
    small = data.reshape(-1, 4, 2, 4, 2).mean((2, 4)).reshape(-1, 16)
    gains = []
    for seed in seeds:
        draw = graph_draw(np.random.default_rng(seed))
        X, y = torch.as_tensor(small[draw["rows"]], device=device), torch.as_tensor(draw["y"], device=device)
        A = rbf_weights(X, knn_graph(X, NEIGHBORS), WIDTH)
        total = torch.zeros((), dtype=torch.float64, device=device)
        for labeled in torch.as_tensor(draw["sets"], device=device):
            given = torch.full_like(y, -1).index_put((labeled,), y[labeled])
            spread = label_propagate(A, given, 10, SPREADS).argmax(-1)
            nearest = y[labeled][torch.cdist(X, X[labeled]).argmin(1)]
            total += ((spread == y).double() - (nearest == y).double())[given < 0].mean()
        gains.append(total / IMAGE_SETS)
    return torch.stack(gains)


# --- answers to questions -----------------------------------------------------------------------------------------


def transductive_or_inductive() -> dict[str, str]:
    """Transductive: the unlabeled samples are the ones that are asked about.  Inductive: others will come.  §9."""
    return {
        "archive": "transductive",
        "phone": "inductive",
        "propagation": "transductive",
        "em": "inductive",
        "new_patient": "inductive",
        "test_labels": "neither",
    }
