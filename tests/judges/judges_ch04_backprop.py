"""Chapter 4's exercises by torch.nn's layers, losses and initial weights, torch.optim and torch's autograd."""

from __future__ import annotations

import bisect
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from judging import by, minimize, tensor
from numpy.typing import NDArray
from torch import nn

Array = NDArray[Any]
Params = dict[str, Array]

ACTIVATIONS = {"relu": nn.ReLU(), "sigmoid": nn.Sigmoid(), "tanh": nn.Tanh()}

# --- one layer ----------------------------------------------------------------------------------------------------


def slopes(f: Callable[..., torch.Tensor], values: tuple[Array, ...], above: Array | None = None) -> tuple[Array, ...]:
    """Of a loss in each of the values; `above` is its gradient in f's result, which is the loss itself without it."""
    at = [tensor(value, grad=True) for value in values]
    weights = None if above is None else tensor(above)
    return tuple(slope.numpy() for slope in torch.autograd.grad(f(*at), at, weights))


@by("torch.nn.functional.linear")
def affine_forward(X: Array, W: Array, b: Array) -> Array:
    return nn.functional.linear(tensor(X), tensor(W.T), tensor(b)).numpy()


@by("numpy.gradient")
def numeric_grad(f: Callable[[Array], float], x: Array, h: float) -> Array:
    moves = h * np.eye(x.size).reshape(-1, *x.shape)
    values = [[float(f(x + side * move)) for side in (-1, 0, 1)] for move in moves]
    return np.gradient(values, h, axis=1)[:, 1].reshape(x.shape)


@by("torch.nn.functional.linear", "torch.autograd.grad")
def affine_backward(dZ: Array, X: Array, W: Array) -> Any:
    return slopes(lambda X, W, b: nn.functional.linear(X, W.T, b), (X, W, np.zeros(W.shape[1])), dZ)


@by("torch.nn.ReLU", "torch.nn.Sigmoid", "torch.nn.Tanh")
def activate(Z: Array, kind: str) -> Array:
    return ACTIVATIONS[kind](tensor(Z)).numpy()


@by("torch.nn.ReLU", "torch.nn.Sigmoid", "torch.nn.Tanh", "torch.autograd.grad")
def activate_grad(Z: Array, kind: str) -> Array:
    return slopes(ACTIVATIONS[kind], (Z,), np.ones(Z.shape))[0]


# --- the net ------------------------------------------------------------------------------------------------------


def network(params: Params, activation: str = "relu") -> nn.Sequential:
    """A net of torch.nn with these parameters."""
    layers: list[nn.Module] = []
    for number in range(1, len(params) // 2 + 1):
        weight, bias = tensor(params[f"W{number}"].T), tensor(params[f"b{number}"])
        linear = nn.Linear(*weight.T.shape, dtype=torch.float64)
        linear.load_state_dict({"weight": weight, "bias": bias})
        layers += [linear, ACTIVATIONS[activation]]
    return nn.Sequential(*layers[:-1])


def by_name(net: nn.Sequential, part: Callable[[nn.Parameter], Any]) -> Params:
    """That part of every parameter, by the chapter's names and in its shapes."""
    layers = enumerate(filter(lambda layer: isinstance(layer, nn.Linear), net), start=1)
    return {
        name: value
        for number, layer in layers
        for name, value in ((f"W{number}", part(layer.weight).numpy().T), (f"b{number}", part(layer.bias).numpy()))
    }


def gradients(params: Params, X: Array, y: Array, reduction: str) -> Params:
    net = network(params)
    nn.CrossEntropyLoss(reduction=reduction)(net(tensor(X)), torch.as_tensor(y)).backward()
    return by_name(net, lambda parameter: parameter.grad)


@by("torch.nn.Sequential", "torch.nn.Linear")
def mlp_forward(params: Params, X: Array, activation: str) -> Any:
    value, cache = tensor(X), {"A0": X}
    for number, layer in enumerate(network(params, activation)):
        value = layer(value)
        cache[f"{'ZA'[number % 2]}{number // 2 + 1}"] = value.detach().numpy()
    return value.detach().numpy(), cache


@by("torch.nn.Linear")
def count_params(sizes: list[int]) -> int:
    layers = [nn.Linear(*pair, device="meta") for pair in pairwise(sizes)]
    return sum(parameter.numel() for layer in layers for parameter in layer.parameters())


@by("torch.nn.Linear")
def match_params(deep_sizes: list[int]) -> int:
    budget = count_params(deep_sizes)
    widths = range(1, budget)
    return bisect.bisect(widths, budget, key=lambda width: count_params([deep_sizes[0], width, deep_sizes[-1]]))


@by("torch.nn.Sequential", "torch.nn.CrossEntropyLoss")
def total_loss(params: Params, X: Array, y: Array) -> Array:
    loss = nn.CrossEntropyLoss(reduction="sum")(network(params)(tensor(X)), torch.as_tensor(y))
    return loss.detach().numpy()


# --- chain rule and deltas ----------------------------------------------------------------------------------------


@by("torch.nn.functional.linear", "torch.autograd.functional.vjp")
def chain_rule_two_paths(dz_dx: Array, dx_ds: Array, dz_dy: Array, dy_ds: Array) -> Array:
    def x_and_y(s: torch.Tensor) -> Any:
        return tuple(nn.functional.linear(s, tensor(jacobian)) for jacobian in (dx_ds, dy_ds))

    s = torch.zeros(dx_ds.shape[1], dtype=torch.float64)
    return torch.autograd.functional.vjp(x_and_y, s, (tensor(dz_dx), tensor(dz_dy)))[1].numpy()


@by("torch.nn.functional.rms_norm", "torch.autograd.grad")
def normalize_backward(dY: Array, X: Array) -> Array:
    """A row over the root of the mean of its squares is √D times the row over its length."""
    width = X.shape[1]
    return slopes(lambda X: nn.functional.rms_norm(X, (width,), eps=0.0) / width**0.5, (X,), dY)[0]


@by("torch.nn.BCELoss", "torch.nn.CrossEntropyLoss", "torch.nn.MSELoss", "torch.autograd.grad")
def output_delta(y_pred: Array, y: Array, kind: str) -> Array:
    """At the scores that give these predictions."""
    squared, binary, several = (loss(reduction="sum") for loss in (nn.MSELoss, nn.BCELoss, nn.CrossEntropyLoss))
    scores, loss = {
        "sigmoid+ce": (torch.logit, lambda z: binary(nn.Sigmoid()(z), tensor(y))),
        "softmax+ce": (torch.log, lambda z: several(z, tensor(y))),
        "linear+mse": (torch.clone, lambda z: squared(z, tensor(y)) / 2),
        "sigmoid+mse": (torch.logit, lambda z: squared(nn.Sigmoid()(z), tensor(y)) / 2),
    }[kind]
    return slopes(loss, (scores(tensor(y_pred)).numpy(),))[0]


@by("torch.nn.Tanh", "torch.nn.MSELoss", "torch.autograd.grad")
def tanh_delta(Z: Array, Y: Array) -> Array:
    return slopes(lambda Z: nn.MSELoss(reduction="sum")(nn.Tanh()(Z), tensor(Y)) / 2, (Z,))[0]


@by("torch.nn.functional.linear", "torch.autograd.grad")
def hidden_delta(W_next: Array, delta_next: Array, z: Array, activation: str) -> Array:
    return slopes(lambda z: nn.functional.linear(ACTIVATIONS[activation](z), tensor(W_next.T)), (z,), delta_next)[0]


@by("torch.nn.functional.linear", "torch.nn.Tanh", "torch.autograd.grad")
def shortcut_backward(dY: Array, X: Array, W: Array, b: Array) -> Any:
    return slopes(lambda X, W, b: X + nn.Tanh()(nn.functional.linear(X, W.T, b)), (X, W, b), dY)


@by("torch.nn.Sequential", "torch.nn.CrossEntropyLoss", "torch.Tensor.backward")
def backprop(params: Params, X: Array, y: Array) -> Params:
    return gradients(params, X, y, "sum")


@by("torch.nn.Sequential", "torch.nn.CrossEntropyLoss", "torch.Tensor.backward")
def mean_gradient(params: Params, X: Array, y: Array, size: int) -> Params:
    return gradients(params, X, y, "mean")


@by("torch.nn.Sequential", "torch.nn.CrossEntropyLoss", "torch.Tensor.backward")
def torch_backprop(params: Params, X: Array, y: Array) -> Params:
    return gradients(params, X, y, "sum")


@by("torch.nn.Sequential", "torch.Tensor.backward", "numpy.linalg.norm")
def gradient_gap(grads: Params, params: Params, X: Array, y: Array) -> dict[str, float]:
    norm, truth = np.linalg.norm, gradients(params, X, y, "sum")
    return {name: norm(grads[name] - truth[name]) / max(norm(grads[name]), norm(truth[name]), 1e-12) for name in params}


# --- forward and reverse mode -------------------------------------------------------------------------------------


def last_node(ops: list[Any], x: torch.Tensor) -> torch.Tensor:
    values = list(x)
    for name, *parents in ops:
        values.append(getattr(torch, name)(*(values[parent] for parent in parents)))
    return values[-1]


@by("torch.func.jacfwd")
def forward_mode_grad(ops: list[Any], x: Array) -> Any:
    return torch.func.jacfwd(lambda x: last_node(ops, x))(tensor(x)).numpy(), len(x) * len(ops)


@by("torch.Tensor.backward")
def reverse_mode_grad(ops: list[Any], x: Array) -> Any:
    at = tensor(x, grad=True)
    last_node(ops, at).backward()
    return at.grad.numpy(), 2 * len(ops)


# --- in practice --------------------------------------------------------------------------------------------------


@by("torch.nn.init.kaiming_normal_", "torch.utils.data.DataLoader", "torch.nn.CrossEntropyLoss", "torch.optim.SGD")
def train_mlp(X: Array, y: Array, n_hidden: int, lr: float, n_epochs: int, batch_size: int, rng: Any) -> Params:
    chance = torch.Generator().manual_seed(int(rng.integers(2**31)))
    layers = [nn.Linear(X.shape[1], n_hidden), nn.ReLU(), nn.Linear(n_hidden, int(y.max()) + 1)]
    net = nn.Sequential(*layers).double()
    for layer in layers[::2]:
        nn.init.kaiming_normal_(layer.weight, nonlinearity="relu", generator=chance)
        nn.init.zeros_(layer.bias)
    samples = torch.utils.data.TensorDataset(tensor(X), torch.as_tensor(y))
    batches = torch.utils.data.DataLoader(samples, batch_size, shuffle=True, generator=chance)
    optimizer, loss = torch.optim.SGD(net.parameters(), lr=lr), nn.CrossEntropyLoss()
    for _ in range(n_epochs):
        for inputs, labels in batches:
            minimize(lambda inputs=inputs, labels=labels: loss(net(inputs), labels), optimizer, 1)
    return by_name(net, torch.Tensor.detach)
