"""Chapter 4's exercises by torch.nn's layers, losses and initial weights, torch.optim and torch's autograd."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from judging import by, gradients, holding, started, tensor, train
from numpy.typing import NDArray
from torch import nn

Array = NDArray[Any]
Params = dict[str, Array]

ACTIVATIONS = {"relu": nn.ReLU(), "sigmoid": nn.Sigmoid(), "tanh": nn.Tanh()}

# --- one layer ----------------------------------------------------------------------------------------------------


@by("torch.nn.functional.linear")
def affine_forward(X: Array, W: Array, b: Array) -> Array:
    return nn.functional.linear(tensor(X), tensor(W.T), tensor(b)).numpy()


@by("numpy.gradient")
def numeric_grad(f: Callable[[Array], float], x: Array, h: float) -> Array:
    moves = h * np.eye(x.size).reshape(-1, *x.shape)
    values = [[float(f(x + side * move)) for side in (-1, 0, 1)] for move in moves]
    return np.gradient(values, h, axis=1)[:, 1].reshape(x.shape)


@by("torch.nn.functional.linear", "torch.Tensor.backward")
def affine_backward(dZ: Array, X: Array, W: Array) -> Any:
    return gradients(lambda X, W, b: nn.functional.linear(X, W.T, b), X, W, np.zeros(W.shape[1]), upstream=dZ)


@by("torch.nn.ReLU", "torch.nn.Sigmoid", "torch.nn.Tanh")
def activate(Z: Array, kind: str) -> Array:
    return ACTIVATIONS[kind](tensor(Z)).numpy()


@by("torch.nn.ReLU", "torch.nn.Sigmoid", "torch.nn.Tanh", "torch.Tensor.backward")
def activate_grad(Z: Array, kind: str) -> Array:
    return gradients(ACTIVATIONS[kind], Z, upstream=np.ones(Z.shape))[0]


# --- the net ------------------------------------------------------------------------------------------------------


def network(params: Params, activation: str = "relu") -> nn.Sequential:
    """A net of torch.nn with these parameters."""
    layers: list[nn.Module] = []
    for number in range(1, len(params) // 2 + 1):
        W, b = params[f"W{number}"], params[f"b{number}"]
        layers += [holding(nn.Linear(*W.shape), {"weight": W.T, "bias": b}), ACTIVATIONS[activation]]
    return nn.Sequential(*layers[:-1])


def by_name(tensors: Iterable[torch.Tensor]) -> Params:
    """Weights and biases of all layers, or what belongs to them, under the chapter's names and in its shapes."""
    return {f"{'Wb'[k % 2]}{k // 2 + 1}": part.detach().numpy().T for k, part in enumerate(tensors)}


def loss_gradients(params: Params, X: Array, y: Array, reduction: str) -> Params:
    net = network(params)
    nn.CrossEntropyLoss(reduction=reduction)(net(tensor(X)), torch.as_tensor(y)).backward()
    return by_name(parameter.grad for parameter in net.parameters())


@by("torch.nn.Sequential", "torch.nn.Linear")
def mlp_forward(params: Params, X: Array, activation: str) -> Any:
    value, cache = tensor(X), {"A0": X}
    for number, layer in enumerate(network(params, activation)):
        value = layer(value)
        cache[f"{'ZA'[number % 2]}{number // 2 + 1}"] = value
    return value, cache


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
def total_loss(params: Params, X: Array, y: Array) -> torch.Tensor:
    return nn.CrossEntropyLoss(reduction="sum")(network(params)(tensor(X)), torch.as_tensor(y))


# --- chain rule and deltas ----------------------------------------------------------------------------------------


@by("torch.nn.functional.linear", "torch.autograd.functional.vjp")
def chain_rule_two_paths(dz_dx: Array, dx_ds: Array, dz_dy: Array, dy_ds: Array) -> Array:
    def x_and_y(s: torch.Tensor) -> Any:
        return tuple(nn.functional.linear(s, tensor(jacobian)) for jacobian in (dx_ds, dy_ds))

    s = torch.zeros(dx_ds.shape[1], dtype=torch.float64)
    return torch.autograd.functional.vjp(x_and_y, s, (tensor(dz_dx), tensor(dz_dy)))[1].numpy()


@by("torch.nn.functional.rms_norm", "torch.Tensor.backward")
def normalize_backward(dY: Array, X: Array) -> Array:
    """A row over the root of the mean of its squares is √D times the row over its length."""
    width = X.shape[1]
    return gradients(lambda X: nn.functional.rms_norm(X, (width,), eps=0.0) / width**0.5, X, upstream=dY)[0]


@by("torch.nn.BCELoss", "torch.nn.CrossEntropyLoss", "torch.nn.MSELoss", "torch.Tensor.backward")
def output_delta(y_pred: Array, y: Array, kind: str) -> Array:
    """At the scores that give these predictions."""
    squared, binary, several = (loss(reduction="sum") for loss in (nn.MSELoss, nn.BCELoss, nn.CrossEntropyLoss))
    scores, loss = {
        "sigmoid+ce": (torch.logit, lambda z: binary(nn.Sigmoid()(z), tensor(y))),
        "softmax+ce": (torch.log, lambda z: several(z, tensor(y))),
        "linear+mse": (torch.clone, lambda z: squared(z, tensor(y)) / 2),
        "sigmoid+mse": (torch.logit, lambda z: squared(nn.Sigmoid()(z), tensor(y)) / 2),
    }[kind]
    return gradients(loss, scores(tensor(y_pred)).numpy())[0]


@by("torch.nn.Tanh", "torch.nn.MSELoss", "torch.Tensor.backward")
def tanh_delta(Z: Array, Y: Array) -> Array:
    return gradients(lambda Z: nn.MSELoss(reduction="sum")(nn.Tanh()(Z), tensor(Y)) / 2, Z)[0]


@by("torch.nn.functional.linear", "torch.Tensor.backward")
def hidden_delta(W_next: Array, delta_next: Array, z: Array, activation: str) -> Array:
    return gradients(
        lambda z: nn.functional.linear(ACTIVATIONS[activation](z), tensor(W_next.T)), z, upstream=delta_next
    )[0]


@by("torch.nn.functional.linear", "torch.nn.Tanh", "torch.Tensor.backward")
def shortcut_backward(dY: Array, X: Array, W: Array, b: Array) -> Any:
    return gradients(lambda X, W, b: X + nn.Tanh()(nn.functional.linear(X, W.T, b)), X, W, b, upstream=dY)


@by("torch.nn.Sequential", "torch.nn.CrossEntropyLoss", "torch.Tensor.backward")
def backprop(params: Params, X: Array, y: Array) -> Params:
    return loss_gradients(params, X, y, "sum")


@by("torch.nn.Sequential", "torch.nn.CrossEntropyLoss", "torch.Tensor.backward")
def mean_gradient(params: Params, X: Array, y: Array, size: int) -> Params:
    return loss_gradients(params, X, y, "mean")


@by("torch.nn.Sequential", "torch.nn.CrossEntropyLoss", "torch.Tensor.backward")
def torch_backprop(params: Params, X: Array, y: Array) -> Params:
    return loss_gradients(params, X, y, "sum")


@by("torch.nn.Sequential", "torch.Tensor.backward", "numpy.linalg.norm")
def gradient_gap(grads: Params, params: Params, X: Array, y: Array) -> dict[str, float]:
    norm, truth = np.linalg.norm, loss_gradients(params, X, y, "sum")
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


@by("torch.nn.Sequential", "torch.optim.SGD")
def train_mlp(X: Array, y: Array, n_hidden: int, lr: float, n_epochs: int, batch_size: int, rng: Any) -> Params:
    torch.manual_seed(int(rng.integers(2**31)))
    layers = nn.Linear(X.shape[1], n_hidden), nn.ReLU(), nn.Linear(n_hidden, int(y.max()) + 1)
    net = started(nn.Sequential(*layers), "relu")
    train(net, torch.optim.SGD(net.parameters(), lr=lr), X, y, batch_size, n_epochs)
    return by_name(net.parameters())
