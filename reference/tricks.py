"""Training tricks (lecture notes §7, and batch normalization of §2.3): activations, step rules, regularization.

Shapes: X is (N, D), weights W are (D, M), biases b are (M,), labels y are integers (N,).  The parameters of a net are a
dict with the names W1, b1, …, WL, bL.  Everything is float64 and runs on the device of its inputs.  Gradients are taken
by autograd, so that they are independent of any derivation by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.func import grad, jacrev
from torch.nn import functional

Number = Tensor | float
Params = dict[str, Tensor]

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}


def which_trick() -> dict[str, str]:
    """What helps in six situations: another activation, another step rule, or regularization.  §7."""
    return {
        "sleepers": "activation",
        "twenty": "optimizer",
        "valley": "optimizer",
        "gap": "regularization",
        "saddle": "optimizer",
        "rising": "regularization",
    }


# --- activations --------------------------------------------------------------------------------------------------


def relu(Z: Tensor) -> Tensor:
    """max(0, z), elementwise.  §7.1.1."""
    return functional.relu(Z)


def leaky_relu(Z: Tensor) -> Tensor:
    """z where z > 0, else 0.01 z.  §7.1.1."""
    return functional.leaky_relu(Z, 0.01)


def prelu(Z: Tensor, p: Tensor) -> Tensor:
    """z where z > 0, else p z: Z (N, M), a slope for each neuron, p (M,).  §7.1.1."""
    return functional.prelu(Z, p)


def prelu_backward(dA: Tensor, Z: Tensor, p: Tensor) -> tuple[Tensor, Tensor]:
    """Gradients (dZ, dp), (N, M) and (M,), of a scalar whose gradient with respect to `prelu` is dA (N, M).  §7.1.1.

    At z = 0, where there is no derivative, dZ is p dA, as torch has it.
    """

    def scalar(Z: Tensor, p: Tensor) -> Tensor:
        return torch.sum(dA * prelu(Z, p))

    dZ, dp = grad(scalar, argnums=(0, 1))(Z, p)
    return dZ, dp


def maxout_forward(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """(N, M): the greatest of k affine pieces, X (N, D), W (k, D, M), b (k, M).  §7.1.1, Goodfellow et al. (2013)."""
    return torch.amax(torch.einsum("nd,kdm->knm", X, W) + b[:, None], dim=0)


def maxout_backward(dA: Tensor, X: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients (dX, dW, db) of a scalar whose gradient with respect to `maxout_forward` is dA (N, M).  §7.1.1.

    Where pieces tie, they share evenly.
    """

    def scalar(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
        return torch.sum(dA * maxout_forward(X, W, b))

    dX, dW, db = grad(scalar, argnums=(0, 1, 2))(X, W, b)
    return dX, dW, db


def layer_grad_norms(params: Params, X: Tensor, y: Tensor, activation: str) -> Tensor:
    """(L,): ‖∂𝓛/∂W_ℓ‖ for every layer, the input's first; the loss is a SUM over the samples.  §7.1.1."""
    weights = {name: value for name, value in params.items() if name.startswith("W")}

    def loss(weights: Params) -> Tensor:
        return _net_loss({**params, **weights}, X, y, activation)

    gradients = grad(loss)(weights)
    return torch.stack([torch.linalg.vector_norm(gradients[f"W{layer}"]) for layer in range(1, len(weights) + 1)])


def _net_loss(params: Params, X: Tensor, y: Tensor, activation: str) -> Tensor:
    layers = len(params) // 2
    A = X
    for layer in range(1, layers + 1):
        Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
        A = ACTIVATIONS[activation](Z)
    return functional.cross_entropy(Z, y.long(), reduction="sum")


# --- step rules ---------------------------------------------------------------------------------------------------


def adagrad_step(w: Tensor, g: Tensor, state: Tensor, lr: Number, eps: Number) -> tuple[Tensor, Tensor]:
    """(w, state): G ← G + g², w ← w − lr g / (√G + ε), elementwise.  §3.1.2, §7.1.2."""
    total = state + g.square()
    return w - lr * g / (total.sqrt() + eps), total


def momentum_step(w: Tensor, g: Tensor, v: Tensor, lr: Number, beta: Number) -> tuple[Tensor, Tensor]:
    """(w, v): v ← β v − lr g, w ← w + v.  §7.1.2, where β is called λ."""
    moved = torch.add(beta * v, g * -lr)
    return w + moved, moved


def rmsprop_step(
    w: Tensor, g: Tensor, state: Tensor | None, lr: Number, alpha: Number, eps: Number
) -> tuple[Tensor, Tensor]:
    """(w, s): s ← α s + (1 − α) g², w ← w − lr g / (√s + ε), elementwise; the first s is g².  §7.1.2: σ⁰ = |g⁰|."""
    mean = g.square() if state is None else torch.lerp(g.square(), state, alpha)
    return w - lr * g / (mean.sqrt() + eps), mean


def gradient_scales(gs: Tensor, alpha: Number) -> dict[str, Tensor]:
    """By what Adagrad and RMSProp divide in step t, each (T, D), from gradients gs (T, D), the newest last.  §7.1.2.

    Adagrad's is √Σ_{i=0..t} (gⁱ)² (the notes print i from 1), RMSProp's the root of `rmsprop_step`'s average.
    """
    state, averages = None, []
    for g in gs:
        _, state = rmsprop_step(torch.zeros_like(g), g, state, 1.0, alpha, 0.0)
        averages.append(state)
    sums = [torch.linalg.vector_norm(gs[: t + 1], dim=0) for t in range(len(gs))]
    return {"adagrad": torch.stack(sums), "rmsprop": torch.stack(averages).sqrt()}


def adam_step(
    w: Tensor, g: Tensor, state: Mapping[str, Tensor | int], lr: Number, beta1: Number, beta2: Number, eps: Number
) -> tuple[Tensor, dict[str, Tensor | int]]:
    """(w, state) after one step of Adam; the state has m, v and the number t of steps made.  Kingma & Ba (2015).

    m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², w ← w − lr m̂ / (√v̂ + ε), m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ).
    """
    t = state["t"] + 1
    m, v = torch.lerp(g, _tensor(state["m"]), beta1), torch.lerp(g.square(), _tensor(state["v"]), beta2)
    w = w - lr * (m / (1 - beta1**t)) / ((v / (1 - beta2**t)).sqrt() + eps)
    return w, {"m": m, "v": v, "t": t}


def _tensor(value: Tensor | int) -> Tensor:
    return torch.as_tensor(value, dtype=torch.float64)


def adam_on_a_slope(g: Tensor, lr: Number, beta1: Number, beta2: Number) -> dict[str, Tensor]:
    """The first three moves (3, D) of Adam where every gradient is g (D,), ε → 0, with and without bias correction.

    They are walked: the uncorrected ones are steps whose moments are divided by nothing.
    """
    state: dict[str, Tensor | int] = {"m": torch.zeros_like(g), "v": torch.zeros_like(g), "t": 0}
    w, corrected, uncorrected = torch.zeros_like(g), [], []
    for _ in range(3):
        before = w
        w, state = adam_step(w, g, state, lr, beta1, beta2, 1e-150)
        corrected.append(w - before)
        m, v = _tensor(state["m"]), _tensor(state["v"])
        uncorrected.append(torch.where(v > 0, -lr * m * v.rsqrt(), torch.zeros_like(g)))
    return {"corrected": torch.stack(corrected), "uncorrected": torch.stack(uncorrected)}


def clip_gradients(grads: Params, max_norm: Number) -> Params:
    """All gradients times min(1, max_norm / ‖all of them‖): one factor for all.  Pascanu et al. (2013)."""
    norm = torch.sqrt(torch.stack([value.square().sum() for value in grads.values()]).sum())
    factor = torch.where(norm > max_norm, max_norm / norm, torch.ones_like(norm))
    return {name: factor * value for name, value in grads.items()}


# --- regularization -----------------------------------------------------------------------------------------------


def early_stopping(val_losses: Tensor, patience: int) -> tuple[Tensor, Tensor]:
    """(stop, best): the epoch after which training ends, and the one whose parameters are kept.  §7.2.1.

    `best` has the smallest loss so far, the first of equals; `stop` is the first epoch that lies `patience` epochs
    behind its best, or the last one.
    """
    epochs = torch.arange(len(val_losses), device=val_losses.device)
    past = epochs[None, :] <= epochs[:, None]  # (T, T): what epoch t knows
    best = torch.where(past, val_losses, torch.inf).argmin(dim=1)  # (T,), the first of equals
    late = epochs - best >= patience
    late = late | (epochs == len(val_losses) - 1)
    stop = late.long().argmax()
    return stop, torch.gather(best, 0, stop[None])[0]


def penalty(params: Params, lam: Number, kind: str) -> Tensor:
    """ "l2": λ/2 Σ w²; "l1": λ Σ |w|, over the entries of the weights, not of the biases.  §7.2.2.

    The notes print the factor ½ for L1 too, but a gradient that belongs to λ Σ |w|.
    """
    weights = torch.cat([value.ravel() for name, value in params.items() if name.startswith("W")])
    return lam * weights.abs().sum() if kind == "l1" else lam / 2 * weights.square().sum()


def penalty_grad(params: Params, lam: Number, kind: str) -> Params:
    """The gradient of `penalty` by name; zeros for the biases, and sgn(0) = 0.  §7.2.2."""
    return dict(grad(lambda values: penalty(values, lam, kind))(params))


def decay_step(params: Params, grads: Params, lr: Number, lam: Number, kind: str) -> Params:
    """One step of descent on loss plus `penalty`, both gradients taken at `params`.  §7.2.2."""
    pull = penalty_grad(params, lam, kind)
    return {name: value - lr * (grads[name] + pull[name]) for name, value in params.items()}


def dropout_forward(X: Tensor, p_drop: Number, mask: Tensor, train: bool, mode: str) -> Tensor:
    """X (N, D) with the neurons dropped whose mask (N, D) is 0.  §7.2.3, Srivastava et al. (2014).

    "classic": X·mask in training, (1 − p) X in use; the notes multiply by p, the rate of those that are dropped.
    "inverted": X·mask / (1 − p) in training, X in use.
    """
    kept = 1 - p_drop
    if mode == "classic":
        return X * mask if train else X * kept
    return X * mask / kept if train else X.clone()


def dropout_backward(dA: Tensor, p_drop: Number, mask: Tensor, train: bool, mode: str) -> Tensor:
    """The gradient (N, D) with respect to X of a scalar whose gradient with respect to `dropout_forward` is dA."""

    def scalar(X: Tensor) -> Tensor:
        return torch.sum(dA * dropout_forward(X, p_drop, mask, train, mode))

    dX: Tensor = grad(scalar)(torch.zeros_like(dA))  # it is linear in X: where does not matter
    return dX


# --- batch normalization ------------------------------------------------------------------------------------------


def batchnorm_forward(
    X: Tensor, gamma: Tensor, shift: Tensor, state: Params, train: bool, rho: Number, eps: Number
) -> tuple[Tensor, Params]:
    """(A, state): features of the batch X (N, D) normalized, times gamma (D,), plus shift (D,).  §2.3.

    The variance has divisor N, ε stands under the root.  In training the state, mean and var (D,), becomes
    ρ·state + (1 − ρ)·batch; in use it is what normalizes, and stays.  Ioffe & Szegedy (2015).
    """
    if train:
        var, mean = torch.var_mean(X, dim=0, correction=0)
        state = {"mean": torch.lerp(mean, state["mean"], rho), "var": torch.lerp(var, state["var"], rho)}
    else:
        mean, var = state["mean"], state["var"]
    return gamma * (X - mean) * torch.rsqrt(var + eps) + shift, state


def batchnorm_backward(dA: Tensor, X: Tensor, gamma: Tensor, eps: Number) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients (dX, dgamma, dshift) of a scalar whose gradient with respect to the normalized batch is dA (N, D)."""

    def scalar(X: Tensor, gamma: Tensor, shift: Tensor) -> Tensor:
        return torch.sum(dA * functional.batch_norm(X, None, None, gamma, shift, training=True, eps=float(eps)))

    dX, dgamma, dshift = grad(scalar, argnums=(0, 1, 2))(X, gamma, torch.zeros_like(gamma))
    return dX, dgamma, dshift


def fold_batchnorm(
    W: Tensor, b: Tensor, gamma: Tensor, shift: Tensor, mean: Tensor, var: Tensor, eps: Number
) -> tuple[Tensor, Tensor]:
    """Weights (D, M) and biases (M,) of the one layer that does what X W + b and batch normalization in use do."""
    state = {"mean": mean, "var": var}

    def both(X: Tensor) -> Tensor:
        return batchnorm_forward(X @ W + b, gamma, shift, state, False, 1.0, eps)[0]

    origin = both(W.new_zeros(1, len(W)))  # what an affine map does to 0 and to the axes says all
    return both(torch.eye(len(W), dtype=W.dtype, device=W.device)) - origin, origin[0]


# --- critical points ----------------------------------------------------------------------------------------------


def bowl(x: Tensor) -> Tensor:
    """x₀² + 2 x₁²: a minimum at 0."""
    return x[0] ** 2 + 2 * x[1] ** 2


def saddle(x: Tensor) -> Tensor:
    """½ x₀² − ½ x₁² + ¼ x₁⁴: a saddle at 0, minima at (0, ±1)."""
    return x[0] ** 2 / 2 - x[1] ** 2 / 2 + x[1] ** 4 / 4


def rosenbrock(x: Tensor) -> Tensor:
    """(1 − x₀)² + 10 (x₁ − x₀²)²: a curved valley, its minimum at (1, 1).  Rosenbrock (1960), there with 100."""
    return (1 - x[0]) ** 2 + 10 * (x[1] - x[0] ** 2) ** 2


def hessian(f: Callable[[Tensor], Tensor], x: Tensor, h: float) -> Tensor:
    """The matrix (D, D) of second derivatives of f at x (D,), by autograd; h is for who takes differences.  §7.3."""
    H: Tensor = jacrev(grad(f))(x)
    return H


def hessian_classify(g: Tensor, H: Tensor, tol: float) -> str:
    """What a point with gradient g (D,) and Hessian H (D, D) is: by the signs of the eigenvalues of H.  §7.3."""
    if torch.linalg.vector_norm(g) > tol:
        return "not critical"
    curvatures = torch.linalg.eigvalsh(H)
    up, down = bool((curvatures > tol).any()), bool((curvatures < -tol).any())
    if up and down:
        return "saddle"
    if bool((curvatures.abs() > tol).all()):
        return "min" if up else "max"
    return "inconclusive"


def escape_direction(H: Tensor) -> Tensor:
    """A unit vector (D,) along which the curvature of H (D, D) is most negative; zeros where none is.  §7.3."""
    curvatures, axes = torch.linalg.eigh(H)
    return torch.where(curvatures[0] < 0, axes[:, 0], torch.zeros_like(axes[:, 0]))


# --- mini-batches -------------------------------------------------------------------------------------------------


def minibatches(X: Tensor, y: Tensor, batch_size: int, perm: Tensor | Sequence[int]) -> list[tuple[Tensor, Tensor]]:
    """The samples in the order `perm`, cut into batches (X_batch, y_batch); the last one may be smaller.  §7.4."""
    order = torch.as_tensor(perm, device=X.device)
    return list(zip(torch.split(X[order], batch_size), torch.split(y[order], batch_size), strict=True))


def updates_per_epoch(n: int, batch_size: int) -> int:
    """Steps in one pass over n samples: ⌈n / batch_size⌉.  §7.4."""
    return sum(1 for _ in pairwise([*range(0, n, batch_size), n]))


# --- training to a threshold --------------------------------------------------------------------------------------

OPTIMIZERS: dict[str, tuple[float, float]] = {
    "momentum": (0.05, 0.213),
    "rmsprop": (0.004, 0.267),
    "adam": (0.006, 0.198),
    "adagrad": (0.03, 0.215),
}
"""The rate of each step rule in the gates on digits, and the median loss of 50 trainings with it."""


def optimizer_settings(optimizer: str) -> dict[str, float]:
    """Arguments of `train_with` in the gates on digits, and the typical loss that the metric is measured by."""
    lr, typical = OPTIMIZERS[optimizer]
    return {"n_hidden": 32, "lr": lr, "n_epochs": 5, "batch_size": 40, "typical": typical}


def digits_draw(rng: np.random.Generator) -> dict[str, np.ndarray | int]:
    """One draw of the gates on digits: 800 training rows and 900 others, new numbers for the classes, a seed `turn`.

    The data are public, and so are parameters that fit them; after a draw neither is of direct use.
    """
    from sklearn.datasets import load_digits

    y = load_digits().target
    rows, names, turn = rng.permutation(len(y)), rng.permutation(10), int(rng.integers(2**31))
    train, test = rows[:800], rows[800:1700]
    return {"rows": train, "y": names[y[train]], "rows_test": test, "y_test": names[y[test]], "turn": turn}


def mixed(X: np.ndarray, X_test: np.ndarray, turn: int) -> tuple[np.ndarray, np.ndarray]:
    """The pixels of X (N, 64) and X_test, centred by X, from 0 to 1, turned by a random orthogonal matrix."""
    mixture = np.linalg.qr(np.random.default_rng(turn).normal(size=(64, 64)))[0]
    return (X - X.mean(axis=0)) / 16 @ mixture, (X_test - X.mean(axis=0)) / 16 @ mixture


def train_with(
    optimizer: str, X: Tensor, y: Tensor, n_hidden: int, lr: float, n_epochs: int, batch_size: int, rng: torch.Generator
) -> Params:
    """Parameters of a net with one ReLU layer, W1, b1, W2, b2, after mini-batch training by one step rule.  §7.1.2.

    The loss is the MEAN softmax cross-entropy of a batch.  Weights start as normal numbers of variance 2 / fan-in,
    biases at 0.
    """
    nets = _train_nets(optimizer, X[None], y[None], n_hidden, lr, n_epochs, batch_size, [rng])
    return {name: value[0] for name, value in nets.items()}


def _train_nets(
    optimizer: str,
    X: Tensor,
    y: Tensor,
    n_hidden: int,
    lr: float,
    n_epochs: int,
    batch_size: int,
    generators: Sequence[torch.Generator],
) -> Params:
    """The same for S nets at once: X (S, N, D), y (S, N), a generator each.  Parameters are (S, …)."""
    classes = functional.one_hot(y.long()).double()  # (S, N, K)
    nets = _starts([X.shape[2], n_hidden, classes.shape[2]], generators, X.device)
    memory: dict[str, Any] = {name: _nothing_yet(optimizer, value) for name, value in nets.items()}
    each = torch.arange(len(X), device=X.device)[:, None]
    for _ in range(n_epochs):
        orders = torch.stack([torch.randperm(X.shape[1], generator=one) for one in generators]).to(X.device)
        for rows in torch.split(orders, batch_size, dim=1):  # (S, B)
            gradients = grad(_mean_loss)(nets, X[each, rows], classes[each, rows])
            for name in nets:
                nets[name], memory[name] = _step(optimizer, nets[name], gradients[name], memory[name], lr)
    return nets


def _starts(sizes: Sequence[int], generators: Sequence[torch.Generator], device: torch.device | str) -> Params:
    nets: Params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        drawn = [torch.randn(fan_in, fan_out, generator=one, dtype=torch.float64) for one in generators]
        nets[f"W{layer}"] = (torch.stack(drawn) * (2 / fan_in) ** 0.5).to(device)
        nets[f"b{layer}"] = torch.zeros(len(drawn), fan_out, dtype=torch.float64, device=device)
    return nets


def _mean_loss(nets: Params, X: Tensor, classes: Tensor) -> Tensor:
    """The losses of S nets added up, so that each gets the gradient of its own: classes (S, B, K) are one-hot."""
    A = torch.relu(X @ nets["W1"] + nets["b1"][:, None])
    log_p = torch.log_softmax(A @ nets["W2"] + nets["b2"][:, None], dim=2)
    return -(classes * log_p).sum(dim=2).mean(dim=1).sum()


def _nothing_yet(optimizer: str, value: Tensor) -> Any:
    """What a step rule remembers before its first step."""
    zeros = torch.zeros_like(value)
    return {"rmsprop": None, "adam": {"m": zeros, "v": zeros, "t": 0}}.get(optimizer, zeros)


def _step(optimizer: str, w: Tensor, g: Tensor, memory: Any, lr: float) -> tuple[Tensor, Any]:
    if optimizer == "momentum":
        return momentum_step(w, g, memory, lr, 0.9)
    if optimizer == "rmsprop":
        return rmsprop_step(w, g, memory, lr, 0.9, 1e-8)
    if optimizer == "adam":
        return adam_step(w, g, memory, lr, 0.9, 0.999, 1e-8)
    return adagrad_step(w, g, memory, lr, 1e-8)


def loss_over_seeds(seeds: Sequence[int], device: str) -> Tensor:
    """(S,): the greatest ratio of test loss to typical loss over the four step rules, a draw of digits a seed."""
    return losses_over_typical(seeds, device).amax(dim=0)


def losses_over_typical(seeds: Sequence[int], device: str) -> Tensor:
    """(4, S): the same for each step rule, in the order of `OPTIMIZERS`."""
    X, y, X_test, y_test = (torch.stack(part).to(device) for part in zip(*map(_drawn_digits, seeds), strict=True))
    classes = functional.one_hot(y_test).double()
    ratios = []
    for optimizer in OPTIMIZERS:
        settings = optimizer_settings(optimizer)
        generators = [torch.Generator().manual_seed(seed) for seed in seeds]
        n_hidden, n_epochs, size = (int(settings[name]) for name in ("n_hidden", "n_epochs", "batch_size"))
        nets = _train_nets(optimizer, X, y, n_hidden, settings["lr"], n_epochs, size, generators)
        A = torch.relu(X_test @ nets["W1"] + nets["b1"][:, None])
        log_p = torch.log_softmax(A @ nets["W2"] + nets["b2"][:, None], dim=2)
        ratios.append(-(classes * log_p).sum(dim=2).mean(dim=1) / settings["typical"])
    return torch.stack(ratios)


def _drawn_digits(seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    from sklearn.datasets import load_digits

    drawn, images = digits_draw(np.random.default_rng(seed)), load_digits().data
    X, X_test = mixed(images[drawn["rows"]], images[drawn["rows_test"]], int(drawn["turn"]))
    return torch.as_tensor(X), torch.as_tensor(drawn["y"]), torch.as_tensor(X_test), torch.as_tensor(drawn["y_test"])


ALL_TRICKS: dict[str, Any] = {"dropout": 0.5, "l2": 0.03, "patience": 8, "batch_norm": True}
"""Settings of `train_on_few` in the gate."""


def few_draw(rng: np.random.Generator) -> dict[str, np.ndarray | int]:
    """One draw of the gate on few digits: 300 rows to train, 100 to validate, 1000 to test, and a seed `turn`.

    Classes have new numbers, and two fifths of the labels to train and to validate with are drawn at random.
    """
    from sklearn.datasets import load_digits

    y = rng.permutation(10)[load_digits().target]
    rows, turn = rng.permutation(len(y)), int(rng.integers(2**31))
    train, val, test = rows[:300], rows[300:400], rows[400:1400]
    noisy = np.where(rng.uniform(size=len(y)) < 0.4, rng.integers(10, size=len(y)), y)
    drawn = {"rows": train, "y": noisy[train], "rows_val": val, "y_val": noisy[val]}
    return {**drawn, "rows_test": test, "y_test": y[test], "turn": turn}


def train_on_few(
    X: Tensor, y: Tensor, X_val: Tensor, y_val: Tensor, tricks: Mapping[str, Any], rng: torch.Generator
) -> Params:
    """W1, b1, W2, b2 of a net with 128 ReLU neurons after 40 epochs of Adam, batch normalization folded.  §7.2, §2.3.

    tricks: "dropout", the rate (inverted); "l2", λ; "patience", a number of epochs or None; "batch_norm", a bool.
    """
    nets = _train_on_few(X[None], y[None], X_val[None], y_val[None], tricks, [rng])
    return {name: value[0] for name, value in nets.items()}


def _train_on_few(
    X: Tensor,
    y: Tensor,
    X_val: Tensor,
    y_val: Tensor,
    tricks: Mapping[str, Any],
    generators: Sequence[torch.Generator],
) -> Params:
    """The same for S nets at once: X (S, N, D), y (S, N), a generator each."""
    n, each = X.shape[1], torch.arange(len(X), device=X.device)[:, None]
    classes, classes_val = functional.one_hot(y.long(), 10).double(), functional.one_hot(y_val.long(), 10).double()
    nets = _uniform_starts([X.shape[2], 128, 10], generators, X.device)
    nets |= {"gamma": torch.ones_like(nets["b1"]), "shift": torch.zeros_like(nets["b1"])}
    state = {"mean": torch.zeros_like(nets["b1"]), "var": torch.ones_like(nets["b1"])}
    memory: dict[str, Any] = {name: _nothing_yet("adam", value) for name, value in nets.items()}
    kept, best, since = nets, torch.full((len(X),), torch.inf, dtype=X.dtype, device=X.device), each[:, 0] * 0
    for _ in range(40):
        orders = torch.stack([torch.randperm(n, generator=one) for one in generators]).to(X.device)
        for rows in torch.split(orders, 50, dim=1):
            drawn = [torch.rand(rows.shape[1], 128, generator=one, dtype=torch.float64) for one in generators]
            stays = (torch.stack(drawn).to(X.device) >= tricks["dropout"]).double() / (1 - tricks["dropout"])

            def loss(nets: Params, rows: Tensor = rows, stays: Tensor = stays) -> tuple[Tensor, Params]:
                total, batch = _few_losses(nets, X[each, rows], classes[each, rows], {}, tricks, stays)
                price = nets["W1"].square().sum() + nets["W2"].square().sum()
                return total.sum() + tricks["l2"] / 2 * price, batch

            gradients, batch = grad(loss, has_aux=True)(nets)
            state = {name: torch.lerp(value, batch[name].detach(), 0.1) for name, value in state.items()}
            for name in nets:
                nets[name], memory[name] = _step("adam", nets[name], gradients[name], memory[name], 0.005)
        if tricks["patience"] is None:
            kept = {**nets, **state}
            continue
        losses, _ = _few_losses(nets, X_val, classes_val, state, tricks, None)
        better = (losses < best) & (since < tricks["patience"])
        kept = {name: _where(better, value, kept.get(name, value)) for name, value in {**nets, **state}.items()}
        best, since = torch.where(better, losses, best), torch.where(better, 0, since + 1)
    if tricks["batch_norm"]:
        scale = kept["gamma"] * torch.rsqrt(kept["var"] + 1e-5)  # (S, H)
        kept["b1"] = (kept["b1"] - kept["mean"]) * scale + kept["shift"]
        kept["W1"] = kept["W1"] * scale[:, None]
    return {name: kept[name] for name in ("W1", "b1", "W2", "b2")}


def _few_losses(
    nets: Params, X: Tensor, classes: Tensor, state: Params, tricks: Mapping[str, Any], stays: Tensor | None
) -> tuple[Tensor, Params]:
    """The MEAN cross-entropy (S,) of each net and its batch statistics; in training where it is said who `stays`."""
    Z = X @ nets["W1"] + nets["b1"][:, None]  # (S, B, H)
    var, mean = torch.var_mean(Z, dim=1, correction=1)  # as torch keeps it
    if tricks["batch_norm"]:
        used_mean, used_var = (state["mean"], state["var"]) if stays is None else (mean, var * (1 - 1 / Z.shape[1]))
        Z = (Z - used_mean[:, None]) * torch.rsqrt(used_var + 1e-5)[:, None]
        Z = Z * nets["gamma"][:, None] + nets["shift"][:, None]
    A = torch.relu(Z) if stays is None else torch.relu(Z) * stays
    log_p = torch.log_softmax(A @ nets["W2"] + nets["b2"][:, None], dim=2)
    return -(classes * log_p).sum(dim=2).mean(dim=1), {"mean": mean, "var": var}


def _uniform_starts(sizes: Sequence[int], generators: Sequence[torch.Generator], device: torch.device | str) -> Params:
    """Weights and biases uniform within ±1/√fan-in, as torch's `Linear` starts."""
    nets: Params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        for name, shape in ((f"W{layer}", (fan_in, fan_out)), (f"b{layer}", (fan_out,))):
            drawn = [torch.rand(*shape, generator=one, dtype=torch.float64) for one in generators]
            nets[name] = ((2 * torch.stack(drawn) - 1) / fan_in**0.5).to(device)
    return nets


def _where(better: Tensor, new: Tensor, old: Tensor) -> Tensor:
    """`new` for the nets (S,) that are better, `old` for the others; values are (S, …)."""
    return torch.where(better.reshape(-1, *[1] * (new.dim() - 1)), new, old)


def accuracy_over_seeds(seeds: Sequence[int], device: str) -> Tensor:
    """(S,): accuracy of `train_on_few` with all tricks on clean digits, a draw of digits a seed."""
    parts = [torch.stack(part).to(device) for part in zip(*map(_drawn_few, seeds), strict=True)]
    X, y, X_val, y_val, X_test, y_test = parts
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    nets = _train_on_few(X, y, X_val, y_val, ALL_TRICKS, generators)
    scores = torch.relu(X_test @ nets["W1"] + nets["b1"][:, None]) @ nets["W2"] + nets["b2"][:, None]
    return (scores.argmax(dim=2) == y_test).double().mean(dim=1)


def _drawn_few(seed: int) -> list[Tensor]:
    """A draw with its pixels turned and its noise added, as the observe of `train_on_few` does it."""
    from sklearn.datasets import load_digits

    drawn, images = few_draw(np.random.default_rng(seed)), load_digits().data
    rng = np.random.default_rng(int(drawn["turn"]))
    mixture = np.linalg.qr(rng.normal(size=(64, 64)))[0]
    X, X_val, X_test = ((images[drawn[name]] - 5) / 16 @ mixture for name in ("rows", "rows_val", "rows_test"))
    X, X_val = (part + 0.3 * rng.normal(size=part.shape) for part in (X, X_val))
    values = (X, drawn["y"], X_val, drawn["y_val"], X_test, drawn["y_test"])
    return [torch.as_tensor(value) for value in values]
