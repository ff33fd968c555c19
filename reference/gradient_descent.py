"""Gradient descent (lecture notes §3): learning rates, stochastic steps, feature scaling and the Taylor argument.

Shapes: X is (N, D), w is (D,), y is (N,), b and lr are numbers, a sequence of gradients is (T, D).  Everything is
float64 and runs on the device of its inputs.  Gradients are taken by autograd, and the long training run is computed by
the closed form of its iteration, so that both are independent of any derivation by hand.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from sklearn.datasets import load_diabetes
from torch import Tensor
from torch.func import grad, hessian, vmap

Number = Tensor | float


def lr_symptoms() -> dict[str, str]:
    """What the learning rate did in the four runs w ← q·w of the figure: q = 1 − lr·curvature.  §3.1.

    0 < q near 1 creeps, q near 0 is good, −1 < q < 0 swings across the minimum and still arrives, q < −1 flies away.
    """
    return {"A": "oscillating", "B": "too small", "C": "good", "D": "diverging"}


def descent_path(kappa: Tensor, w: Tensor, lr: Number, n_steps: int) -> Tensor:
    """(n_steps + 1, D): all points of a descent on ½ Σ κ_d w_d² from w (D,), the start first.  §3.

    In closed form: k steps multiply the coordinate of curvature κ by (1 − lr·κ)^k.
    """
    k = torch.arange(n_steps + 1, dtype=torch.float64, device=w.device)
    return w * torch.pow(1 - lr * kappa, k[:, None])


def lr_decay(lr0: Number, t: Tensor | int) -> Tensor:
    """η_t = η / √(t + 1) at step t = 0, 1, 2, …; elementwise for a tensor t.  §3.1.1, there "1/t decay"."""
    return lr0 * torch.as_tensor(t, dtype=torch.float64).add(1.0).rsqrt()


def adagrad_step(w: Tensor, g: Tensor, state: Tensor, lr: Number, eps: Number) -> tuple[Tensor, Tensor]:
    """One Adagrad step: G ← G + g², w ← w − lr · g / (√G + ε), elementwise, all of shape (D,).  §3.1.2.

    `state` is G, the SUM of the squares of all earlier gradients; the new one belongs to it before the step is made.
    """
    total = state + g.square()
    return w - lr * g / (total.sqrt() + eps), total


def adagrad_rms_step(w: Tensor, gs: Tensor, lr: Number) -> Tensor:
    """The step after gradients gs (T, D), newest last, with η_t/σ_t where σ_t is their root MEAN square.  §3.1.2.

    √(t + 1) cancels between η_t and σ_t, so this is one `adagrad_step` with ε = 0; it is computed as such.
    """
    earlier = gs[:-1].square().sum(dim=0)
    return adagrad_step(w, gs[-1], earlier, lr, 0.0)[0]


def adagrad_surprise(g_seq: Tensor | Sequence[float]) -> Tensor:
    """r_t = |g_t| / √(Σ_{i≤t} g_i²) along the first axis; g_seq is (T,) or (T, D).  §3.1.2.

    Between 0 and 1: near 1 the gradient outweighs its whole past, near 0 its past outweighs it.
    """
    g = torch.as_tensor(g_seq, dtype=torch.float64)
    return torch.stack([g[t].abs() / torch.linalg.vector_norm(g[: t + 1], dim=0) for t in range(len(g))])


def adagrad_on_a_slope(g: Tensor, lr: Number, t: int) -> Tensor:
    """The move (D,) of Adagrad's step t where all gradients g_0 … g_t are g (D,), in the limit ε → 0.  §3.1.2.

    It is computed as a single `adagrad_step` from a history that is summed up already.
    """
    return adagrad_step(torch.zeros_like(g), g, t * g.square(), lr, 1e-300)[0]


def sample_loss(w: Tensor, b: Tensor, x: Tensor, y: Number) -> Tensor:
    """The squared error (x·w + b − y)² of one sample, a scalar; x is (D,).  §3.2."""
    return (x @ w + b - y) ** 2


def sample_grad(w: Tensor, b: Number, x: Tensor, y: Number) -> tuple[Tensor, Tensor]:
    """Gradient of `sample_loss` with respect to w, shape (D,), and b, a scalar, by autograd.  §3.2."""
    bias = torch.as_tensor(b, dtype=torch.float64, device=w.device)
    dw, db = grad(sample_loss, argnums=(0, 1))(w, bias, x, y)
    return dw, db


def sgd_epoch(
    w: Tensor, b: Number, X: Tensor, y: Tensor, lr: Number, order: Tensor | Sequence[int]
) -> tuple[Tensor, Tensor]:
    """Stochastic gradient descent over the samples in the given order, one step a sample: new w (D,) and b.  §3.2."""
    bias = torch.as_tensor(b, dtype=torch.float64, device=w.device)
    for n in torch.as_tensor(order).tolist():
        dw, db = sample_grad(w, bias, X[n], y[n])
        w, bias = w - lr * dw, bias - lr * db
    return w, bias


def standardize_fit(X: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and standard deviation (divisor N) of every column, each (D,); 1 where a column is constant.  §3.3."""
    sd, mu = torch.std_mean(X, dim=0, correction=0)
    constant = X.amin(dim=0) == X.amax(dim=0)
    return mu, torch.where(constant, 1.0, sd)


def standardize_apply(X: Tensor, mu: Tensor, sd: Tensor) -> Tensor:
    """(X − mu) / sd, shape (N, D), with statistics that were fitted elsewhere.  §3.3."""
    return torch.addcdiv(-mu / sd, X, sd.expand_as(X))


def curvature_range(X: Tensor) -> tuple[Tensor, Tensor]:
    """Smallest and largest eigenvalue of the Hessian of the MEAN squared error, bias included, by autograd.  §3.3.

    It is (2/N) X̃ᵀX̃ with X̃ = [X 1], whatever the targets: D + 1 eigenvalues, some of them 0 where N ≤ D.
    """

    def loss(theta: Tensor) -> Tensor:
        return torch.mean((_with_ones(X) @ theta) ** 2)

    curvatures: Tensor = torch.linalg.eigvalsh(hessian(loss)(X.new_zeros(X.shape[1] + 1)))
    return curvatures[0], curvatures[-1]


def best_rate(kappa: Tensor) -> tuple[Tensor, Tensor]:
    """The constant rate at which descent on ½ Σ κ_d w_d² is fastest, and the factor of its slowest part.  §3.3.

    kappa is (D,), all positive, in any order.  At the best rate both ends are equally slow: 1 − η κ_min = q and
    1 − η κ_max = −q, two linear equations for η and q.
    """
    ends = torch.stack(torch.aminmax(kappa))
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64, device=kappa.device)
    rate, factor = torch.linalg.solve(torch.stack([ends, signs], dim=1), torch.ones_like(ends))
    return rate, factor


def bold_driver(kappa: Tensor, w: Tensor, lr: Number, tries: int) -> tuple[Tensor, Number]:
    """(w, lr) after so many tries on ½ Σ κ_d w_d² with a rate that finds itself.  After Battiti (1989).

    A step is made where it lowers the loss, and the rate grows by a tenth; else it is not made and the rate is halved.
    Losses are compared by their difference along the step, d·(∇L(w) + ½ H d), and not by their values.
    """
    for _ in range(tries):
        slope = kappa * w
        d = -lr * slope
        if torch.dot(d, slope + kappa * d / 2) < 0:
            w, lr = w + d, lr * 1.1
        else:
            lr = lr / 2
    return w, lr


def gd_train(X: Tensor, y: Tensor, lr: Number, n_steps: int) -> tuple[Tensor, Tensor]:
    """`n_steps` steps of full-batch gradient descent on the MEAN squared error from w = 0, b = 0.  §3."""

    w, b = X.new_zeros(X.shape[1], requires_grad=True), X.new_zeros((), requires_grad=True)
    for _ in range(n_steps):
        loss = torch.mean((X @ w + b - y) ** 2)
        dw, db = torch.autograd.grad(loss, (w, b))
        w, b = (w.detach() - lr * dw).requires_grad_(), (b.detach() - lr * db).requires_grad_()
    return w.detach(), b.detach()


def fit_scaled(X: Tensor, y: Tensor, n_steps: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """(mu, sd, w, b) after `n_steps` of descent on the MEAN squared error, features standardized, lr = 1/λ_max.  §3.3.

    mu, sd and w are (D,), b is a scalar.  Computed without iterating, by `descend`.
    """
    mu, sd = standardize_fit(X)
    theta = descend(standardize_apply(X, mu, sd), y, n_steps)
    return mu, sd, theta[:-1], theta[-1]


def descend(X: Tensor, y: Tensor, n_steps: int) -> Tensor:
    """(w, b) as one vector (D + 1,) after `n_steps` of descent from 0 on the MEAN squared error with lr = 1/λ_max.

    In closed form: k steps shrink the error along an axis of curvature λ by (1 − lr·λ)^k.
    """
    A = _with_ones(X)
    curvature, axes = torch.linalg.eigh(2 / len(A) * A.T @ A)
    slope = axes.T @ (2 / len(A) * A.T @ y)  # minus the gradient at 0, along each axis
    shrunk = -torch.expm1(n_steps * torch.log1p(-curvature / curvature[-1]))  # 1 − (1 − lr·λ)^k
    return torch.mv(axes, slope * shrunk / curvature)


def patients(rng: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
    """Diabetes as nobody has seen it: X (342, 10), y (342,) and the features of 100 new patients (100, 10).

    The patients are dealt out anew, their standardized features rotated at random (so that no two draws share a
    feature) and put into ten units that span three powers of ten, and the targets are bootstrapped.  Rounded as
    measurements are.
    """
    data, target = (torch.as_tensor(part) for part in load_diabetes(return_X_y=True, scaled=False))
    order = torch.as_tensor(rng.permutation(len(data)))
    rotation = torch.as_tensor(np.linalg.qr(rng.normal(size=(10, 10)))[0])
    units = torch.as_tensor(rng.permutation([0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]))
    X = standardize_apply(data, *standardize_fit(data)) @ rotation + torch.as_tensor(rng.uniform(-2, 2, 10))
    X = torch.round(torch.round(X, decimals=2) * units, decimals=3)
    X, X_new, y = X[order[:342]], X[order[342:]], target[order[:342]]
    return X, torch.round(bootstrapped(X, y, torch.as_tensor(rng.permutation(342))), decimals=1), X_new


def bootstrapped(X: Tensor, y: Tensor, order: Tensor) -> Tensor:
    """Fresh targets (N,): the least-squares line plus its residuals, dealt out again in the given order."""
    line = least_squares(X, y, X)
    return line + (y - line)[order]


def predictions(mu: Tensor, sd: Tensor, w: Tensor, b: Tensor, X_new: Tensor) -> Tensor:
    """Predictions (M,) of a model that was trained on standardized features, for features in raw units (M, D)."""
    return standardize_apply(X_new, mu, sd) @ w + b


def least_squares(X: Tensor, y: Tensor, X_new: Tensor) -> Tensor:
    """Predictions (M,) of the least-squares line with bias: where gradient descent arrives after endless steps.

    Solved on standardized features, which leaves the line as it is and loses fewer digits.
    """
    mu, sd = standardize_fit(X)
    theta: Tensor = torch.linalg.pinv(_with_ones(standardize_apply(X, mu, sd))) @ y
    return _with_ones(standardize_apply(X_new, mu, sd)) @ theta


def raw_training(X: Tensor, y: Tensor, X_new: Tensor, n_steps: int) -> Tensor:
    """Predictions (M,) after the same training on the features as they are.  §3.3."""
    return _with_ones(X_new) @ descend(X, y, n_steps)


def times_closer(seeds: Sequence[int], device: str) -> Tensor:
    """(S,): how many times closer to least squares 1000 steps of `fit_scaled` get than raw ones, patients of S seeds.

    Beyond a thousand times nothing more is counted: some targets happen to have no slow part at all.
    """

    def metric(X: Tensor, y: Tensor, X_new: Tensor) -> Tensor:
        goal = least_squares(X, y, X_new)
        gap = torch.mean((predictions(*fit_scaled(X, y, 1000), X_new) - goal) ** 2)
        return torch.clamp(torch.mean((raw_training(X, y, X_new, 1000) - goal) ** 2) / gap, max=1000.0)

    draws = zip(*(patients(np.random.default_rng(seed)) for seed in seeds), strict=True)
    metrics: Tensor = vmap(metric)(*(torch.stack(parts).to(device) for parts in draws))
    return metrics


def taylor1(f0: Number, g: Tensor, d: Tensor) -> Tensor:
    """First-order Taylor value f0 + g·d for one displacement d (D,), or for each of M of them, (M, D).  §3.4."""
    return f0 + torch.einsum("...d,d->...", d, g)


def steepest_step(g: Tensor, r: Number) -> Tensor:
    """The displacement of length r along which g·d is smallest: −r g/‖g‖, shape (D,); 0 where g is 0.  §3.4."""
    length: Tensor = torch.linalg.vector_norm(g)
    return torch.where(length > 0, -r * g / length, torch.zeros_like(g))


def circle_facts() -> dict[str, str]:
    """The error falls with r², a long step may climb, −g crosses a narrow valley, and r = lr·‖g‖.  §3.4."""
    return {"q1": "c", "q2": "c", "q3": "b", "q4": "b"}


def contour_tangent(g: Tensor) -> Tensor:
    """A unit vector along the contour line where the gradient is g (2,): g turned by 90°, either way.  §3."""
    turn = torch.tensor([[0.0, -1.0], [1.0, 0.0]], dtype=torch.float64, device=g.device)
    length: Tensor = torch.linalg.vector_norm(g)
    return torch.div(turn @ g, length)


def _with_ones(X: Tensor) -> Tensor:
    """[X 1], shape (N, D + 1)."""
    return torch.cat([X, X.new_ones(len(X), 1)], dim=1)
