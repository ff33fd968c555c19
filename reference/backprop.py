"""Deep learning and backpropagation (lecture notes §5): fully connected feedforward nets and their gradients.

Shapes: X is (N, D), weights W are (D, M), biases b are (M,), labels y are integers (N,).  The parameters of a net are a
dict with the names W1, b1, …, WL, bL.  Everything is float64 and runs on the device of its inputs.  Every loss is a SUM
over samples.  Gradients are taken by autograd, so that they are independent of any derivation by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.func import grad, vmap

Params = dict[str, Tensor]
Graph = Sequence[Sequence[str | int]]
"""Operations (name, parent, …): nodes 0 … P-1 are the inputs, node P + k is the result of operation k."""

ACTIVATIONS: dict[str, Callable[[Tensor], Tensor]] = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh}
OPERATIONS: dict[str, Callable[..., Tensor]] = {"add": torch.add, "mul": torch.mul, "tanh": torch.tanh}


# --- one layer ----------------------------------------------------------------------------------------------------


def affine_forward(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
    """Z = X W + b, shape (N, M), for X (N, D), W (D, M), b (M,).  §5.1."""
    return X @ W + b


def affine_backward(dZ: Tensor, X: Tensor, W: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients (dX, dW, db) of a scalar whose gradient with respect to Z = X W + b is dZ (N, M).  §5.5."""

    def scalar(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
        return torch.sum(dZ * affine_forward(X, W, b))

    zero = torch.zeros(W.shape[1], dtype=W.dtype, device=W.device)  # Z is linear in b: where does not matter
    dX, dW, db = grad(scalar, argnums=(0, 1, 2))(X, W, zero)
    return dX, dW, db


def activate(Z: Tensor, kind: str) -> Tensor:
    """The activation `kind` ("relu", "sigmoid" or "tanh") of every entry of Z.  §5.1."""
    return ACTIVATIONS[kind](Z)


def activate_grad(Z: Tensor, kind: str) -> Tensor:
    """Its derivative at every entry of Z.  §5.5."""

    def scalar(Z: Tensor) -> Tensor:
        return torch.sum(activate(Z, kind))

    dZ: Tensor = grad(scalar)(Z)
    return dZ


def numeric_grad(f: Callable[[Tensor], Tensor], x: Tensor, h: float) -> Tensor:
    """Central differences (f(x + h e) − f(x − h e)) / 2h along every unit vector e, in the shape of x."""
    steps = h * torch.eye(x.numel(), dtype=x.dtype, device=x.device).reshape(-1, *x.shape)
    slopes: Tensor = vmap(lambda step: (f(x + step) - f(x - step)) / (2 * h))(steps)
    return slopes.reshape(x.shape)


# --- the net ------------------------------------------------------------------------------------------------------


def mlp_forward(params: Params, X: Tensor, activation: str) -> tuple[Tensor, Params]:
    """Scores (N, K) of the last layer, which has no activation, and every A0 = X, Z1, A1, …, ZL by name.  §5.1."""
    layers = len(params) // 2
    cache = {"A0": X}
    for layer in range(1, layers + 1):
        cache[f"Z{layer}"] = affine_forward(cache[f"A{layer - 1}"], params[f"W{layer}"], params[f"b{layer}"])
        if layer < layers:
            cache[f"A{layer}"] = activate(cache[f"Z{layer}"], activation)
    return cache[f"Z{layers}"], cache


def count_params(sizes: Sequence[int]) -> int:
    """Weights and biases of a net with layers of `sizes`, the input's first.  §5."""
    return sum(torch.nn.Linear(*pair, device="meta").weight.numel() + pair[1] for pair in pairwise(sizes))


def total_loss(params: Params, X: Tensor, y: Tensor) -> Tensor:
    """The SUM over samples of the softmax cross-entropy of a ReLU net, a scalar.  §5.2."""
    scores, _ = mlp_forward(params, X, "relu")
    return torch.nn.functional.cross_entropy(scores, y.long(), reduction="sum")


# --- chain rule and deltas ----------------------------------------------------------------------------------------


def chain_rule_two_paths(dz_dx: Tensor, dx_ds: Tensor, dz_dy: Tensor, dy_ds: Tensor) -> Tensor:
    """dz/ds (S,) where s reaches z through x (P,) and through y (Q,), from the Jacobians (P, S) and (Q, S).  §5.4.1."""

    def z(s: Tensor) -> Tensor:
        x, y = dx_ds @ s, dy_ds @ s
        return torch.sum(dz_dx * x) + torch.sum(dz_dy * y)

    dz_ds: Tensor = grad(z)(torch.zeros(dx_ds.shape[1], dtype=dx_ds.dtype, device=dx_ds.device))
    return dz_ds


def output_delta(y_pred: Tensor, y: Tensor, kind: str) -> Tensor:
    """∂(loss)/∂z (N, K) at the output, from predictions and targets (N, K); the loss is a SUM.  §5.5.

    Kinds: sigmoid+ce, softmax+ce, linear+mse and sigmoid+mse; mse is ½ Σ (y_pred − y)².
    """
    output, loss_kind = kind.split("+")
    inverse: dict[str, Callable[[Tensor], Tensor]]
    inverse = {"sigmoid": torch.logit, "softmax": torch.log, "linear": torch.clone}

    def loss(z: Tensor) -> Tensor:
        if output == "softmax":
            return -torch.sum(y * torch.log_softmax(z, dim=1))
        p = torch.sigmoid(z) if output == "sigmoid" else z
        if loss_kind == "mse":
            return torch.sum((p - y) ** 2) / 2
        return torch.nn.functional.binary_cross_entropy_with_logits(z, y, reduction="sum")

    delta: Tensor = grad(loss)(inverse[output](y_pred))
    return delta


def tanh_delta(Z: Tensor, Y: Tensor) -> Tensor:
    """The gradient (N, K) of ½ Σ (tanh Z − Y)², a SUM over samples and outputs, with respect to Z."""
    delta: Tensor = grad(lambda Z: torch.sum((torch.tanh(Z) - Y) ** 2) / 2)(Z)
    return delta


def normalize_backward(dY: Tensor, X: Tensor) -> Tensor:
    """The gradient (N, D) at the rows of X of a loss whose gradient at these rows, divided by their lengths, is dY."""
    dX: Tensor = grad(lambda X: torch.sum(dY * torch.nn.functional.normalize(X, dim=1, eps=0.0)))(X)
    return dX


def shortcut_backward(dY: Tensor, X: Tensor, W: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients (dX, dW, db) of a scalar whose gradient with respect to X + tanh(X W + b) is dY (N, D).

    A layer with a shortcut: He, Zhang, Ren and Sun, Deep Residual Learning for Image Recognition, 2015.
    """

    def scalar(X: Tensor, W: Tensor, b: Tensor) -> Tensor:
        return torch.sum(dY * (X + torch.tanh(affine_forward(X, W, b))))

    dX, dW, db = grad(scalar, argnums=(0, 1, 2))(X, W, b)
    return dX, dW, db


def hidden_delta(W_next: Tensor, delta_next: Tensor, z: Tensor, activation: str) -> Tensor:
    """∂(loss)/∂z (N, H) of a hidden layer, from the next layer's weights (H, M) and delta (N, M).  §5.5."""

    def scalar(z: Tensor) -> Tensor:
        return torch.sum(delta_next * (activate(z, activation) @ W_next))

    delta: Tensor = grad(scalar)(z)
    return delta


def backprop(params: Params, X: Tensor, y: Tensor) -> Params:
    """The gradient of `total_loss` with respect to every parameter, by name.  §5.5."""
    gradients: Params = grad(total_loss)(params, X, y)
    return gradients


def mean_gradient(params: Params, X: Tensor, y: Tensor, size: int) -> Params:
    """The gradient of the MEAN loss over all samples; in pieces of how many it is found changes nothing."""
    return {name: value / len(X) for name, value in backprop(params, X, y).items()}


def torch_backprop(params: Params, X: Tensor, y: Tensor) -> Params:
    """The same gradients, by a backward pass through recorded operations.  §5.4."""
    leaves = {name: value.detach().clone().requires_grad_() for name, value in params.items()}
    gradients = torch.autograd.grad(total_loss(leaves, X, y), list(leaves.values()))
    return dict(zip(leaves, gradients, strict=True))


def gradient_gap(grads: Params, params: Params, X: Tensor, y: Tensor) -> dict[str, Tensor]:
    """‖g − t‖ / max(‖g‖, ‖t‖, 1e-12) for every tensor g of `grads` and autograd's t."""
    truth = torch_backprop(params, X, y)
    floor = torch.tensor(1e-12, dtype=torch.float64, device=X.device)
    return {
        name: torch.linalg.vector_norm(grads[name] - truth[name])
        / torch.stack([torch.linalg.vector_norm(grads[name]), torch.linalg.vector_norm(truth[name]), floor]).max()
        for name in params
    }


def agreement(params: Params, X: Tensor, y: Tensor) -> dict[str, Tensor]:
    """The gap between `backprop` and `torch_backprop`."""
    return gradient_gap(backprop(params, X, y), params, X, y)


# --- forward and reverse mode -------------------------------------------------------------------------------------


def evaluate(ops: Graph, x: Tensor) -> Tensor:
    """The value of the last node of a graph whose inputs are x (P,).  §5.2."""
    values = list(x.unbind())
    for name, *parents in ops:
        values.append(OPERATIONS[str(name)](*(values[int(parent)] for parent in parents)))
    return values[-1]


def forward_mode_grad(ops: Graph, x: Tensor) -> tuple[Tensor, int]:
    """The gradient (P,) by one pass for each input, and the operations visited: P · len(ops).  §5.2."""
    passes = vmap(lambda direction: torch.func.jvp(lambda x: evaluate(ops, x), (x,), (direction,))[1])
    gradient: Tensor = passes(torch.eye(len(x), dtype=x.dtype, device=x.device))
    return gradient, len(x) * len(ops)


def reverse_mode_grad(ops: Graph, x: Tensor) -> tuple[Tensor, int]:
    """The gradient (P,) by one sweep forward and one back, and the operations visited: 2 · len(ops).  §5.2."""
    leaf = x.detach().clone().requires_grad_()
    (gradient,) = torch.autograd.grad(evaluate(ops, leaf), leaf)
    return gradient, 2 * len(ops)


def match_params(deep_sizes: Sequence[int]) -> int:
    """The greatest width of one hidden layer with no more parameters than the net `deep_sizes`.  §5.3."""
    budget, width = count_params(deep_sizes), 0
    while count_params([deep_sizes[0], width + 1, deep_sizes[-1]]) <= budget:
        width += 1
    return width


# --- in practice --------------------------------------------------------------------------------------------------


def train_mlp(
    X: Tensor, y: Tensor, n_hidden: int, lr: float, n_epochs: int, batch_size: int, rng: torch.Generator
) -> Params:
    """Parameters of a ReLU net with one hidden layer after minibatch gradient descent on the MEAN loss of each batch.

    Weights start as normal numbers of variance 2 / fan-in (He et al. 2015), biases at 0.  X (N, D), y (N,).
    """
    params = _initial_params([X.shape[1], n_hidden, int(y.max()) + 1], rng, X.device)
    for _ in range(n_epochs):
        order = torch.randperm(len(X), generator=rng).to(X.device)
        for batch in torch.split(order, batch_size):
            gradients = torch_backprop(params, X[batch], y[batch])
            params = {name: params[name] - lr / len(batch) * gradients[name] for name in params}
    return params


def _initial_params(sizes: Sequence[int], rng: torch.Generator, device: torch.device | str) -> Params:
    params: Params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        W = torch.randn(fan_in, fan_out, generator=rng, dtype=torch.float64) * (2 / fan_in) ** 0.5
        params |= {f"W{layer}": W.to(device), f"b{layer}": torch.zeros(fan_out, dtype=torch.float64, device=device)}
    return params


def digits_settings() -> dict[str, float]:
    """Arguments of `train_mlp` in the gate on digits: 0.1 s in numpy on one core."""
    return {"n_hidden": 64, "lr": 0.3, "n_epochs": 50, "batch_size": 40}


def digits_split() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """scikit-learn's digits, X (1797, 64) and y, and the numbers of 1397 training and 400 test rows, a fixed split."""
    from sklearn.datasets import load_digits

    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(X))
    return X, y, np.r_[order[:1000], order[1400:]], order[1000:1400]  # the notebook shows the same test images


def digits_draw(rng: np.random.Generator) -> dict[str, np.ndarray | int]:
    """One draw of the gate on digits: 1000 training rows, new numbers for the classes, and a seed `turn` of `mixed`.

    The data are public, and so are parameters that fit them; after a draw neither is of direct use.
    """
    _, y, train, test = digits_split()
    rows, names = rng.permutation(train)[:1000], rng.permutation(10)
    turn = int(rng.integers(2**31))
    return {"rows": rows, "y": names[y[rows]], "rows_test": test, "y_test": names[y[test]], "turn": turn}


def mixed(X: np.ndarray, X_test: np.ndarray, turn: int) -> tuple[np.ndarray, np.ndarray]:
    """The pixels that vary in X, centred, turned by a random orthogonal matrix, stretched and shifted; others are 0.

    The observe of `train_mlp` does the same, and a test holds the two together.
    """
    rng = np.random.default_rng(turn)
    varies = np.ptp(X, axis=0) > 0
    mean, n = X[:, varies].mean(axis=0), int(np.sum(varies))
    mixture, scale, shift = np.linalg.qr(rng.normal(size=(n, n)))[0], rng.uniform(0.7, 1.4, n), rng.uniform(0, 0.6, n)
    results = np.zeros(X.shape), np.zeros(X_test.shape)
    for images, result in zip((X, X_test), results, strict=True):
        result[:, varies] = (images[:, varies] - mean) / 16 @ mixture * scale + shift
    return results


def calibrate_train_mlp(seeds: Sequence[int], device: str) -> Tensor:
    """Test accuracy (len(seeds),) of `train_mlp` on a draw of the digits for each seed, all seeds at once."""
    X, y, X_test, y_test = (torch.stack(parts).to(device) for parts in zip(*map(_drawn_digits, seeds), strict=True))
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    settings = digits_settings()
    width, lr, size = int(settings["n_hidden"]), settings["lr"], int(settings["batch_size"])
    starts = [_initial_params([X.shape[2], width, 10], generator, device) for generator in generators]
    params = {name: torch.stack([start[name] for start in starts]) for name in starts[0]}  # (S, …)
    gradients_of_all = vmap(grad(_sum_loss), in_dims=(0, 0, 0))
    each = torch.arange(len(seeds), device=device)[:, None]
    for _ in range(int(settings["n_epochs"])):
        orders = torch.stack([torch.randperm(X.shape[1], generator=generator) for generator in generators]).to(device)
        for batch in torch.split(orders, size, dim=1):  # (S, B)
            gradients = gradients_of_all(params, X[each, batch], y[each, batch])
            params = {name: params[name] - lr / batch.shape[1] * gradients[name] for name in params}
    scores = vmap(lambda one, X: mlp_forward(one, X, "relu")[0])(params, X_test)  # (S, N, K)
    return (scores.argmax(dim=2) == y_test).double().mean(dim=1)


def _drawn_digits(seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    drawn, images = digits_draw(np.random.default_rng(seed)), digits_split()[0]
    X, X_test = mixed(images[drawn["rows"]], images[drawn["rows_test"]], int(drawn["turn"]))
    return torch.as_tensor(X), torch.as_tensor(drawn["y"]), torch.as_tensor(X_test), torch.as_tensor(drawn["y_test"])


def _sum_loss(params: Params, X: Tensor, y: Tensor) -> Tensor:
    scores, _ = mlp_forward(params, X, "relu")
    return -torch.sum(torch.log_softmax(scores, dim=1).gather(1, y[:, None]))
