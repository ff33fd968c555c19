"""Chapter 2's exercises by torch's optimisers and autograd, scikit-learn and scipy."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
import scipy.optimize
import torch
from judging import by, gradients, minimize, tensor
from numpy.typing import NDArray
from sklearn.linear_model import SGDRegressor
from sklearn.preprocessing import StandardScaler
from torch import nn

Array = NDArray[Any]


@by("torch.optim.SGD", "torch.Tensor.backward")
def descent_path(kappa: Array, w: Array, lr: float, n_steps: int) -> Array:
    at, path = tensor(w, grad=True), [w]
    optimizer = torch.optim.SGD([at], lr=lr)
    for _ in range(n_steps):
        minimize(lambda: (tensor(kappa) * at**2).sum() / 2, optimizer, 1)
        path.append(at.detach().numpy().copy())
    return np.array(path)


@by("sklearn.linear_model.SGDRegressor")
def lr_decay(lr0: float, t: Any) -> Any:
    """The step of a weight that starts at 0, from ½(w − 1)², after t others."""

    def rate(t: int) -> float:
        model = SGDRegressor(learning_rate="invscaling", power_t=0.5, eta0=lr0, penalty=None, fit_intercept=False)
        model.t_ = float(t + 1)
        return float(model.partial_fit([[1.0]], [1.0]).coef_[0])

    return np.vectorize(rate, otypes=[float])(t)


def adagrad(w: Array, gs: Array, lr: float, eps: float, state: Any = 0.0) -> tuple[Array, Array]:
    """From w by the last of the gradients, and the sum of squares that torch's optimiser then holds."""
    at = tensor(w, grad=True)
    optimizer = torch.optim.Adagrad([at], lr=lr, eps=eps)
    optimizer.state[at]["sum"] += tensor(state)
    for g in gs:
        at.data.copy_(tensor(w))
        at.grad = tensor(g)
        optimizer.step()
    return at.detach().numpy(), optimizer.state[at]["sum"].numpy()


@by("torch.optim.Adagrad")
def adagrad_step(w: Array, g: Array, state: Array, lr: float, eps: float) -> Any:
    return adagrad(w, g[None], lr, eps, state)


@by("torch.optim.Adagrad")
def adagrad_rms_step(w: Array, gs: Array, lr: float) -> Array:
    return adagrad(w, gs, lr, 0.0)[0]


@by("torch.optim.Adagrad")
def adagrad_surprise(g_seq: Array) -> Array:
    """The lengths of its steps at rate 1."""
    zero = np.zeros(g_seq.shape[1:])
    return np.abs([adagrad(zero, g_seq[: t + 1], 1.0, 0.0)[0] for t in range(len(g_seq))])


@by("torch.optim.Adagrad")
def adagrad_on_a_slope(g: Array, lr: float, t: int) -> Array:
    return adagrad(np.zeros(len(g)), g[None], lr, 1e-300, t * g**2)[0]


@by("torch.nn.MSELoss", "torch.Tensor.backward")
def sample_grad(w: Array, b: float, x: Array, y: float) -> Any:
    return gradients(lambda w, b: nn.MSELoss()(tensor(x) @ w + b, tensor(y)), w, b)


@by("torch.optim.SGD", "torch.nn.MSELoss")
def sgd_epoch(w: Array, b: float, X: Array, y: Array, lr: float, order: Array) -> Any:
    at, bias, inputs, targets = tensor(w, grad=True), tensor(b, grad=True), tensor(X), tensor(y)
    optimizer = torch.optim.SGD([at, bias], lr=lr)
    for n in order:
        minimize(lambda n=n: nn.MSELoss()(inputs[n] @ at + bias, targets[n]), optimizer, 1)
    return at, bias


@by("sklearn.preprocessing.StandardScaler")
def standardize_fit(X: Array) -> Any:
    scaler = StandardScaler().fit(X)
    return scaler.mean_, scaler.scale_


@by("sklearn.preprocessing.StandardScaler")
def standardize_apply(X: Array, mu: Array, sd: Array) -> Array:
    scaler = StandardScaler()
    scaler.mean_, scaler.scale_ = mu, sd
    return scaler.transform(X)


@by("torch.autograd.functional.hessian", "torch.nn.MSELoss", "scipy.linalg.eigvalsh")
def curvature_range(X: Array) -> Any:
    def loss(theta: torch.Tensor) -> torch.Tensor:
        return nn.MSELoss()(tensor(X) @ theta[:-1] + theta[-1], tensor(np.zeros(len(X))))

    start = torch.zeros(X.shape[1] + 1, dtype=torch.float64)
    curvatures = scipy.linalg.eigvalsh(torch.autograd.functional.hessian(loss, start).numpy())
    return curvatures.min(), curvatures.max()


@by("scipy.optimize.linprog")
def best_rate(kappa: Array) -> Any:
    """The least q with −q ≤ 1 − rate · κ ≤ q for every curvature."""
    ones = np.ones(len(kappa))
    bounds = np.block([[-kappa, kappa], [-ones, -ones]]).T
    return tuple(scipy.optimize.linprog([0.0, 1.0], A_ub=bounds, b_ub=np.append(-ones, ones)).x)


@by("torch.optim.SGD", "torch.nn.MSELoss")
def gd_train(X: Array, y: Array, lr: float, n_steps: int) -> Any:
    w, b, inputs, targets = tensor(np.zeros(X.shape[1]), grad=True), tensor(0.0, grad=True), tensor(X), tensor(y)
    minimize(lambda: nn.MSELoss()(inputs @ w + b, targets), torch.optim.SGD([w, b], lr=lr), n_steps)
    return w, b


@by("sklearn.preprocessing.StandardScaler", "torch.optim.SGD")
def fit_scaled(X: Array, y: Array, n_steps: int) -> Any:
    scaler = StandardScaler().fit(X)
    Z = scaler.transform(X)
    return scaler.mean_, scaler.scale_, *gd_train(Z, y, 1 / curvature_range(Z)[1], n_steps)


@by("torch.nn.functional.linear")
def taylor1(f0: float, g: Array, d: Array) -> Array:
    return nn.functional.linear(tensor(d), tensor(g)[None], tensor([f0]))[..., 0].numpy()


@by("torch.nn.functional.normalize")
def steepest_step(g: Array, r: float) -> Array:
    return -r * nn.functional.normalize(tensor(g), dim=0, eps=1e-300).numpy()


@by("scipy.linalg.null_space")
def contour_tangent(g: Array) -> Array:
    return scipy.linalg.null_space(g[None])[:, 0]
