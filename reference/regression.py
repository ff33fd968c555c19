"""Regression (lecture notes §1-2): linear models, ridge, bias and variance, and honest validation, in torch.

Shapes: X is (N, D), w is (D,), y is (N,), b is a number.  `y` is the truth (the notes write ŷ for it).  Everything is
float64 and runs on the device of its inputs.  Gradients are taken by autograd and least squares by a pseudoinverse, so
that both are independent of any derivation by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from sklearn.datasets import load_diabetes
from torch import Tensor
from torch.func import grad


def learning_scenarios() -> dict[str, str]:
    """The learning scenario of six tasks.  §1.2."""
    return {
        "air": "regression",
        "spam": "classification",
        "translation": "structured",
        "xray": "semi-supervised",
        "archive": "unsupervised",
        "go": "reinforcement",
    }


def linear_predict(w: Tensor, b: Tensor | float, X: Tensor) -> Tensor:
    """Predictions Xw + b, shape (N,).  §2.1."""
    return X @ w + b


def linear_loss(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor) -> Tensor:
    """The SUM over n of (yₙ - (xₙ·w + b))², a scalar.  §2.2, which leaves open whether the mean is meant."""
    return torch.sum((y - linear_predict(w, b, X)) ** 2)


def linear_grad(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient of `linear_loss` with respect to w, shape (D,), and b, a scalar, by autograd.  §2.2."""
    dw, db = grad(linear_loss, argnums=(0, 1))(w, _scalar(b, X), X, y)
    return dw, db


def huber_loss(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor, delta: float) -> Tensor:
    """The SUM of e² where |e| ≤ δ and of 2δ|e| - δ² elsewhere, e = xₙ·w + b - yₙ (Huber 1964, times 2)."""
    size = torch.abs(linear_predict(w, b, X) - y)
    return torch.sum(torch.where(size <= delta, size**2, 2 * delta * size - delta**2))


def huber_grad(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor, delta: float) -> tuple[Tensor, Tensor]:
    """Gradient of `huber_loss` with respect to w, shape (D,), and b, a scalar, by autograd."""
    dw, db = grad(huber_loss, argnums=(0, 1))(w, _scalar(b, X), X, y, delta)
    return dw, db


def gd_step(w: Tensor, b: Tensor | float, dw: Tensor, db: Tensor | float, lr: float) -> tuple[Tensor, Tensor | float]:
    """One step of gradient descent: (w - η·dw, b - η·db).  §2.2."""
    return w - lr * dw, b - lr * db


def linear_fit_gd(
    X: Tensor, y: Tensor, lr: float, n_iters: int, w0: Tensor, b0: Tensor | float
) -> tuple[Tensor, Tensor | float, Tensor]:
    """Full-batch gradient descent on `linear_loss` from (w0, b0).  §2.2.

    Returns w (D,), b, and the losses (n_iters + 1,): before the first step, and after each step.
    """
    w: Tensor = w0
    b: Tensor | float = b0
    losses = [linear_loss(w, b, X, y)]
    for _ in range(n_iters):
        w, b = gd_step(w, b, *linear_grad(w, b, X, y), lr)
        losses.append(linear_loss(w, b, X, y))
    return w, b, torch.stack(losses)


def max_stable_lr(X: Tensor) -> Tensor:
    """2 / λmax(H) for the Hessian H = 2 X̃ᵀX̃ of `linear_loss`, where X̃ = [X, 1] is (N, D + 1).  §2.2.

    λmax(X̃ᵀX̃) is the square of the largest singular value of X̃.
    """
    largest: Tensor = torch.linalg.svdvals(_with_ones(X))[0]
    return 1.0 / largest**2


def fit_line(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Slope and offset of the line with the smallest SUM of squared errors through the points (x, y), both (N,)."""
    w, b = ridge_fit(x[:, None], y, 0.0)
    return w[0], b


def poly_features(x: Tensor, degree: int) -> Tensor:
    """Columns x, x², …, x^degree of x (N,), shape (N, degree); no column of ones.  §2.3."""
    return x.unsqueeze(1) ** torch.arange(1, degree + 1, dtype=x.dtype, device=x.device)


def poly_curve(
    x_train: Tensor, y_train: Tensor, x_test: Tensor, y_test: Tensor, degrees: list[int]
) -> tuple[Tensor, Tensor]:
    """MEAN squared error of least-squares polynomials on training and test set, one entry a degree.  §2.3."""
    train_mse, test_mse = [], []
    for degree in degrees:
        w, b = ridge_fit(poly_features(x_train, degree), y_train, 0.0)
        train_mse.append(torch.mean((linear_predict(w, b, poly_features(x_train, degree)) - y_train) ** 2))
        test_mse.append(torch.mean((linear_predict(w, b, poly_features(x_test, degree)) - y_test) ** 2))
    return torch.stack(train_mse), torch.stack(test_mse)


def remedies() -> dict[str, str]:
    """Which illness each remedy treats.  §2.3."""
    return {
        "smaller_lambda": "underfitting",
        "larger_lambda": "overfitting",
        "more_powers": "underfitting",
        "fewer_features": "overfitting",
        "train_longer": "underfitting",
        "stop_early": "overfitting",
        "nonlinear_model": "underfitting",
        "more_data": "overfitting",
    }


def ridge_loss(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor, lam: float) -> Tensor:
    """`linear_loss` + λ‖w‖², the SUM over samples; the bias is not penalized.  §2.3."""
    return linear_loss(w, b, X, y) + lam * torch.sum(w**2)


def ridge_grad(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    """Gradient of `ridge_loss` with respect to w, shape (D,), and b, a scalar, by autograd.  §2.3."""
    dw, db = grad(ridge_loss, argnums=(0, 1))(w, _scalar(b, X), X, y, lam)
    return dw, db


def ridge_fit(X: Tensor, y: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    """The minimizer (w, b) of `ridge_loss`; of several (λ = 0, dependent columns), one of them.  §2.3.

    Ridge is least squares with D further samples: rows √λ·eᵢ without a bias, whose target is 0.
    """
    D = X.shape[1]
    penalty = torch.cat([lam**0.5 * torch.eye(D, dtype=X.dtype, device=X.device), X.new_zeros(D, 1)], dim=1)
    theta = torch.linalg.pinv(torch.cat([_with_ones(X), penalty])) @ torch.cat([y, y.new_zeros(D)])
    return theta[:-1], theta[-1]


def weighted_fit(X: Tensor, y: Tensor, a: Tensor) -> tuple[Tensor, Tensor]:
    """The minimizer (w, b) of the SUM over n of aₙ(yₙ - (xₙ·w + b))², for weights a (N,) ≥ 0: rows times √aₙ."""
    theta = torch.linalg.pinv(a.sqrt()[:, None] * _with_ones(X)) @ (a.sqrt() * y)
    return theta[:-1], theta[-1]


def bias_variance(preds: Tensor, f_true: Tensor) -> tuple[Tensor, Tensor]:
    """Squared bias and variance of predictions (R, M) about f_true (M,), each the MEAN over the M points.  §2.4.

    Row r holds the predictions of the model trained on data set r.  The variance divides by R, so that
    bias² + variance is exactly the mean squared distance of the predictions from f_true.
    """
    average = preds.mean(dim=0)
    bias2 = torch.mean((average - f_true) ** 2)
    variance = torch.mean((preds - average) ** 2)
    return bias2, variance


def holdout_split(n: int, frac: float, perm: Tensor) -> tuple[Tensor, Tensor]:
    """(train, val): the first round(frac·n) entries of perm are the validation set, the others train.  §2.5."""
    size = round(frac * n)
    return perm[size:], perm[:size]


def kfold_indices(n: int, k: int) -> list[tuple[Tensor, Tensor]]:
    """k pairs (train, val) of ascending indices; the val parts are consecutive blocks, the first n mod k one longer.

    Beyond §2.5, whose procedure is a single hold-out.
    """
    everyone = torch.arange(n)
    return [
        (everyone[~torch.isin(everyone, block)], block)
        for block in torch.tensor_split(everyone, k)
    ]  # fmt: skip


def leave_one_out(X: Tensor, y: Tensor, lam: float) -> Tensor:
    """MEAN squared error of ridge, each sample predicted by the model that was fitted on all others: N folds."""
    errors = []
    for train, val in kfold_indices(len(y), len(y)):
        w, b = ridge_fit(X[train], y[train], lam)
        errors.append((linear_predict(w, b, X[val]) - y[val]) ** 2)
    return torch.cat(errors).mean()


def select_by_validation(models: list[dict[str, Any]], val_loss: Tensor) -> dict[str, Any]:
    """The model with the smallest mean over the K folds of val_loss (K, M); of equals, the first.  §2.5."""
    return models[min(range(len(models)), key=lambda m: float(val_loss[:, m].mean()))]


def tune_ridge(
    X: Tensor, y: Tensor, train: Tensor, val: Tensor, lams: list[float]
) -> tuple[float, Tensor, Tensor, Tensor]:
    """Choose λ on a validation set, then refit on all rows.  §2.5.

    Features are standardized with statistics of the rows that are fitted, so λ means the same for each of them.
    Returns the chosen λ, the MEAN squared validation error of every λ, and the final (w, b) in the units of X.
    """
    errors = []
    for lam in lams:
        w, b = _fit_standardized(X[train], y[train], lam)
        errors.append(torch.mean((linear_predict(w, b, X[val]) - y[val]) ** 2))
    val_loss = torch.stack(errors)
    lam = lams[int(torch.argmin(val_loss))]
    return lam, val_loss, *_fit_standardized(X, y, lam)


# --- diabetes: 65 features from ten measurements -------------------------------------------------------------------

SPLITS, TRAINED = 10, 200  # of the 442 patients; the other 242 judge
HELD_OUT = 0.2  # of the rows that are trained on, the share that chooses λ
LAMBDAS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0)


def diabetes_fit(X_train: Tensor, y_train: Tensor) -> tuple[Tensor, Tensor]:
    """Ridge on standardized features, λ chosen on the first fifth of the rows, refitted on all: (w, b).  §2.5."""
    w, b = _tuned(X_train[None], y_train[None])
    return w[0], b[0]


def draw_splits(X: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """The 65 features of every patient (N, 65) and ten random orders of the patients (10, N), of which 200 train.

    The features are the ten measurements X (N, 10), standardized and rotated at random, and all products of two.
    The observe of the exercise does the same.  Numbers of RandomState are the same in every release of numpy.
    """
    rng = np.random.RandomState(seed)
    Z = (X - X.mean(axis=0)) / X.std(axis=0) @ np.linalg.qr(rng.normal(size=(10, 10)))[0]
    one, other = np.triu_indices(10)
    return np.hstack([Z, Z[:, one] * Z[:, other]]), np.stack([rng.permutation(len(X)) for _ in range(SPLITS)])


def diabetes_over_seeds(seeds: Sequence[int], device: str) -> Tensor:
    """For each seed the test error of `diabetes_fit` relative to least squares, both the mean over ten splits, (S,)."""
    data = load_diabetes(scaled=False)
    y_all = torch.as_tensor(data.target, device=device)
    ratios = []
    for seed in seeds:
        features, orders = draw_splits(data.data, seed)
        rows = torch.as_tensor(orders, device=device)
        X, y = torch.as_tensor(features, device=device)[rows], y_all[rows]
        errors = [
            ((X[:, TRAINED:] @ w[..., None])[..., 0] + b[:, None] - y[:, TRAINED:]).square().mean()
            for w, b in (fit(X[:, :TRAINED], y[:, :TRAINED]) for fit in (_tuned, _nearly_least_squares))
        ]
        ratios.append(errors[0] / errors[1])
    return torch.stack(ratios)


def _tuned(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """The recipe of `tune_ridge` for several data sets at once: X (S, N, D), y (S, N), gives w (S, D), b (S,)."""
    held = round(HELD_OUT * X.shape[1])
    w, b = _ridge_path(X[:, held:], y[:, held:], LAMBDAS)  # (L, S, D), (L, S)
    predicted = (X[:, :held] @ w[..., None])[..., 0] + b[..., None]  # (L, S, held)
    chosen = (predicted - y[:, :held]).square().mean(-1).argmin(0)  # (S,)
    w, b = _ridge_path(X, y, LAMBDAS)
    everyone = torch.arange(len(X), device=X.device)
    return w[chosen, everyone], b[chosen, everyone]


def _nearly_least_squares(X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Least squares to seven digits; one of the features depends on others, so the matrix itself is singular."""
    w, b = _ridge_path(X, y, [1e-10])
    return w[0], b[0]


def _ridge_path(X: Tensor, y: Tensor, lams: Sequence[float]) -> tuple[Tensor, Tensor]:
    """Ridge on standardized features for every λ, in the units of X: w (L, S, D), b (L, S)."""
    mu, sd, mean = X.mean(1), X.std(1, correction=0), y.mean(1)
    Z = (X - mu[:, None]) / sd[:, None]
    kappa, V = torch.linalg.eigh(Z.mT @ Z)  # one decomposition serves all λ
    c = (V.mT @ (Z.mT @ (y - mean[:, None])[..., None]))[..., 0]  # (S, D)
    shrunk = c / (kappa + torch.tensor(lams, dtype=X.dtype, device=X.device)[:, None, None])  # (L, S, D)
    w = (V @ shrunk[..., None])[..., 0] / sd
    return w, mean - (w * mu).sum(-1)


def _fit_standardized(X: Tensor, y: Tensor, lam: float) -> tuple[Tensor, Tensor]:
    mu, sd = X.mean(dim=0), X.std(dim=0, correction=0)
    v, c = ridge_fit((X - mu) / sd, y, lam)
    return v / sd, c - mu @ (v / sd)


def _with_ones(X: Tensor) -> Tensor:
    return torch.cat([X, X.new_ones(len(X), 1)], dim=1)


def _scalar(b: Tensor | float, X: Tensor) -> Tensor:
    return torch.as_tensor(b, dtype=X.dtype, device=X.device)
