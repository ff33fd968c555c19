"""Chapter 6's exercises by torch's layers and optimisers, and scipy."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import scipy.linalg
import torch
from judging import by, gradients, holding, started, tensor, train
from numpy.typing import NDArray
from torch import nn
from torch.optim.lr_scheduler import ReduceLROnPlateau
from torch.utils.data import DataLoader, TensorDataset

Array = NDArray[Any]
Params = dict[str, Array]


# --- activations --------------------------------------------------------------------------------------------------


@by(
    "torch.nn.functional.prelu",
    "torch.nn.ReLU",
    "torch.nn.LeakyReLU",
    relu=lambda Z: nn.ReLU()(tensor(Z)),
    leaky_relu=lambda Z: nn.LeakyReLU(0.01)(tensor(Z)),
)
def prelu(Z: Array, p: Array) -> torch.Tensor:
    return nn.functional.prelu(tensor(Z), tensor(p))


@by("torch.nn.functional.prelu", "torch.Tensor.backward")
def prelu_backward(dA: Array, Z: Array, p: Array) -> Any:
    return gradients(nn.functional.prelu, Z, p, upstream=dA)


def maxout(X: torch.Tensor, W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """A dense layer of k times as many neurons, of which each k are pooled."""
    scores = nn.functional.linear(X, W.permute(2, 0, 1).flatten(0, 1), b.T.flatten())
    return nn.functional.max_pool1d(scores[:, None], len(W))[:, 0]


@by("torch.nn.functional.linear", "torch.nn.functional.max_pool1d")
def maxout_forward(X: Array, W: Array, b: Array) -> torch.Tensor:
    return maxout(tensor(X), tensor(W), tensor(b))


@by("torch.nn.functional.linear", "torch.nn.functional.max_pool1d", "torch.Tensor.backward")
def maxout_backward(dA: Array, X: Array, W: Array, b: Array) -> Any:
    return gradients(maxout, X, W, b, upstream=dA)


@by("torch.nn.Linear", "torch.nn.CrossEntropyLoss", "torch.Tensor.backward", "torch.nn.utils.get_total_norm")
def layer_grad_norms(params: Params, X: Array, y: Array, activation: str) -> Any:
    bent, layers = {"relu": nn.ReLU, "sigmoid": nn.Sigmoid, "tanh": nn.Tanh}[activation], []
    for layer in range(1, len(params) // 2 + 1):
        W, b = params[f"W{layer}"], params[f"b{layer}"]
        layers += [holding(nn.Linear(*W.shape), {"weight": W.T, "bias": b}), bent()]
    net = nn.Sequential(*layers[:-1])
    nn.CrossEntropyLoss(reduction="sum")(net(tensor(X)), torch.tensor(y)).backward()
    return [nn.utils.get_total_norm([layer.weight.grad]) for layer in net[::2]]


# --- step rules ---------------------------------------------------------------------------------------------------


def stepped(
    rule: type[torch.optim.Optimizer], w: Array, g: Array, state: Mapping[str, Any], **settings: float
) -> tuple[torch.Tensor, dict[str, Any]]:
    """The parameters, and what the optimiser remembers of them, after a step from this state."""
    at = tensor(w, grad=True)
    at.grad = tensor(g)
    optimizer = rule([at], **settings)
    optimizer.state[at].update({name: torch.as_tensor(value).double().clone() for name, value in state.items()})
    optimizer.step()
    return at.detach(), optimizer.state[at]


@by("torch.optim.SGD")
def momentum_step(w: Array, g: Array, v: Array, lr: float, beta: float) -> Any:
    """Torch remembers the movement over −lr."""
    at, _ = stepped(torch.optim.SGD, w, g, {"momentum_buffer": -v / lr}, lr=lr, momentum=beta)
    return at, at - tensor(w)


@by("torch.optim.RMSprop")
def rmsprop_step(w: Array, g: Array, state: Array | None, lr: float, alpha: float, eps: float) -> Any:
    """Torch's average begins at 0, ours at the first square: that of the average g² and g² is g²."""
    past = {"step": 0, "square_avg": g**2 if state is None else state}
    at, state = stepped(torch.optim.RMSprop, w, g, past, lr=lr, alpha=alpha, eps=eps)
    return at, state["square_avg"]


@by("torch.optim.Adagrad", "torch.optim.RMSprop")
def gradient_scales(gs: Array, alpha: float) -> Any:
    def scales(rule: type[torch.optim.Optimizer], name: str, start: Array, **settings: float) -> torch.Tensor:
        state, rows = {"step": 0, name: start}, []
        for g in gs:
            _, state = stepped(rule, g, g, state, **settings)
            rows.append(state[name].sqrt())
        return torch.stack(rows)

    return {
        "adagrad": scales(torch.optim.Adagrad, "sum", 0 * gs[0]),
        "rmsprop": scales(torch.optim.RMSprop, "square_avg", gs[0] ** 2, alpha=alpha),
    }


@by("torch.optim.Adam")
def adam_step(w: Array, g: Array, state: Any, lr: float, beta1: float, beta2: float, eps: float) -> Any:
    past = {"step": state["t"], "exp_avg": state["m"], "exp_avg_sq": state["v"]}
    at, after = stepped(torch.optim.Adam, w, g, past, lr=lr, betas=(beta1, beta2), eps=eps)
    return at, {"m": after["exp_avg"], "v": after["exp_avg_sq"], "t": int(after["step"])}


@by("torch.optim.Adam")
def adam_on_a_slope(g: Array, lr: float, beta1: float, beta2: float) -> Any:
    """Torch corrects no more after a billion steps, whatever its averages are."""
    zeros, moves = 0 * g, {}
    for name, steps_before in (("corrected", 0), ("uncorrected", 1e9)):
        state, rows = {"step": steps_before, "exp_avg": zeros, "exp_avg_sq": zeros}, []
        for _ in range(3):
            move, state = stepped(torch.optim.Adam, zeros, g, state, lr=lr, betas=(beta1, beta2), eps=1e-150)
            rows.append(move)
        moves[name] = torch.stack(rows)
    return moves


@by("torch.nn.utils.clip_grad_norm_")
def clip_gradients(grads: Params, max_norm: float) -> Any:
    parts = {name: tensor(value) for name, value in grads.items()}
    for part in parts.values():
        part.grad = part.clone()
    nn.utils.clip_grad_norm_(parts.values(), max_norm)
    return {name: part.grad for name, part in parts.items()}


# --- regularization -----------------------------------------------------------------------------------------------


def plateau(patience: int) -> ReduceLROnPlateau:
    """Lowers its rate of 1 when so many losses in a row were no better."""
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=1.0)
    return ReduceLROnPlateau(optimizer, patience=patience - 1, threshold=0.0, threshold_mode="abs")


@by("torch.optim.lr_scheduler.ReduceLROnPlateau")
def early_stopping(val_losses: Sequence[float], patience: int) -> Any:
    watch, best = plateau(patience), 0
    for epoch, loss in enumerate(val_losses):
        watch.step(loss)
        if watch.get_last_lr()[0] < 1:
            return epoch, best
        if watch.num_bad_epochs == 0:
            best = epoch
    return len(val_losses) - 1, best


def penalty(params: Mapping[str, Any], lam: float, kind: str) -> torch.Tensor:
    weights = torch.cat([torch.as_tensor(value).flatten() for name, value in params.items() if name[0] == "W"])
    loss, factor = {"l1": (nn.L1Loss, lam), "l2": (nn.MSELoss, lam / 2)}[kind]
    return factor * loss(reduction="sum")(weights, torch.zeros_like(weights))


@by("torch.nn.L1Loss", "torch.nn.MSELoss", "torch.autograd.grad", penalty=penalty)
def penalty_grad(params: Params, lam: float, kind: str) -> Any:
    leaves = {name: tensor(value, grad=True) for name, value in params.items()}
    slopes = torch.autograd.grad(penalty(leaves, lam, kind), list(leaves.values()), materialize_grads=True)
    return dict(zip(leaves, slopes, strict=True))


@by("torch.optim.SGD", "torch.nn.L1Loss")
def decay_step(params: Params, grads: Params, lr: float, lam: float, kind: str) -> Any:
    leaves = {name: tensor(value, grad=True) for name, value in params.items()}
    for name, leaf in leaves.items():
        leaf.grad = tensor(grads[name])
    if kind == "l1":
        penalty(leaves, lam, kind).backward()  # adds to the gradients
    decays = {"W": lam if kind == "l2" else 0.0, "b": 0.0}
    torch.optim.SGD([{"params": [leaf], "weight_decay": decays[name[0]]} for name, leaf in leaves.items()], lr).step()
    return leaves


def dropped(X: torch.Tensor, p_drop: float, mask: Array, train: bool, mode: str) -> torch.Tensor:
    """What torch's dropout makes of X, which has no 0: of each entry a draw, out of 500, that fell as in mask.

    Torch has the inverted one; the classic one is 1 − p times that, in training and in use.
    """
    tries = nn.Dropout(p_drop).train(train)(X.expand(500, *X.shape))
    fits = (tries != 0) == tensor(mask)
    kept = tries.gather(0, fits.int().argmax(0, keepdim=True))[0]
    return kept if mode == "inverted" else kept * (1 - p_drop)


@by("torch.nn.Dropout")
def dropout_forward(X: Array, p_drop: float, mask: Array, train: bool, mode: str) -> torch.Tensor:
    return dropped(tensor(X), p_drop, mask, train, mode)


@by("torch.nn.Dropout", "torch.Tensor.backward")
def dropout_backward(dA: Array, p_drop: float, mask: Array, train: bool, mode: str) -> torch.Tensor:
    return gradients(lambda X: dropped(X, p_drop, mask, train, mode), np.ones(dA.shape), upstream=dA)[0]


# --- batch normalization ------------------------------------------------------------------------------------------


@by("torch.nn.functional.batch_norm")
def batchnorm_forward(X: Array, gamma: Array, shift: Array, state: Params, train: bool, rho: float, eps: float) -> Any:
    mean, var, old = tensor(state["mean"]), tensor(state["var"]), rho * tensor(state["var"])
    A = nn.functional.batch_norm(tensor(X), mean, var, tensor(gamma), tensor(shift), train, 1 - rho, eps)
    if train:  # torch has written the new state into the old, with variances of divisor N − 1
        var = old + (var - old) * (len(X) - 1) / len(X)
    return A, {"mean": mean, "var": var}


@by("torch.nn.functional.batch_norm", "torch.Tensor.backward")
def batchnorm_backward(dA: Array, X: Array, gamma: Array, eps: float) -> Any:
    def normalized(X: torch.Tensor, gamma: torch.Tensor, shift: torch.Tensor) -> torch.Tensor:
        return nn.functional.batch_norm(X, None, None, gamma, shift, training=True, eps=eps)

    return gradients(normalized, X, gamma, np.zeros(len(gamma)), upstream=dA)


@by("torch.nn.utils.fuse_linear_bn_weights")
def fold_batchnorm(W: Array, b: Array, gamma: Array, shift: Array, mean: Array, var: Array, eps: float) -> Any:
    rest = (tensor(mean), tensor(var), eps, tensor(gamma), tensor(shift))
    folded, bias = nn.utils.fuse_linear_bn_weights(tensor(W.T), tensor(b), *rest)
    return folded.T, bias


# --- critical points ----------------------------------------------------------------------------------------------


@by("torch.autograd.functional.hessian")
def hessian(f: Callable[[Any], Any], x: Array, h: float) -> torch.Tensor:
    return torch.autograd.functional.hessian(f, tensor(x))


@by("scipy.linalg.norm", "scipy.linalg.eigvalsh")
def hessian_classify(g: Array, H: Array, tol: float) -> str:
    if scipy.linalg.norm(g) > tol:
        return "not critical"
    up, down = (len(scipy.linalg.eigvalsh(part, subset_by_value=(tol, np.inf))) for part in (H, -H))
    if up and down:
        return "saddle"
    return {up: "min", down: "max"}.get(len(H), "inconclusive")


@by("scipy.linalg.eigh")
def escape_direction(H: Array) -> Array:
    _, axes = scipy.linalg.eigh(H, subset_by_value=(-np.inf, 0.0))
    return axes[:, 0] if axes.size else np.zeros(len(H))


# --- training -----------------------------------------------------------------------------------------------------


@by("torch.utils.data.DataLoader", updates_per_epoch=lambda n, batch_size: len(DataLoader(range(n), batch_size)))
def minibatches(X: Array, y: Array, batch_size: int, perm: Array) -> Any:
    return list(DataLoader(TensorDataset(tensor(X), torch.tensor(y)), batch_size, sampler=perm.tolist()))


RULES: dict[str, Any] = {
    "adagrad": lambda params, lr: torch.optim.Adagrad(params, lr, eps=1e-8),
    "momentum": lambda params, lr: torch.optim.SGD(params, lr, momentum=0.9),
    "rmsprop": lambda params, lr: torch.optim.RMSprop(params, lr, alpha=0.9),
    "adam": torch.optim.Adam,
}


def begin_with_the_first_square(rule: torch.optim.Optimizer, *_: Any) -> None:
    """As `rmsprop_step`."""
    for part in rule.param_groups[0]["params"]:
        if not rule.state[part]:
            rule.state[part].update({"step": torch.tensor(0.0), "square_avg": part.grad.square()})


@by("torch.optim.Adagrad", "torch.optim.SGD", "torch.optim.RMSprop", "torch.optim.Adam", "torch.nn.Linear")
def train_with(
    optimizer: str, X: Array, y: Array, n_hidden: int, lr: float, n_epochs: int, batch_size: int, rng: Any
) -> Any:
    torch.manual_seed(int(rng.integers(2**31)))
    layers = nn.Linear(X.shape[1], n_hidden), nn.ReLU(), nn.Linear(n_hidden, int(y.max()) + 1)
    net = started(nn.Sequential(*layers), "relu")
    rule = RULES[optimizer](list(net.parameters()), lr)
    if optimizer == "rmsprop":
        rule.register_step_pre_hook(begin_with_the_first_square)
    train(net, rule, X, y, batch_size, n_epochs)
    W1, b1, W2, b2 = net.parameters()
    return {"W1": W1.T, "b1": b1, "W2": W2.T, "b2": b2}


@by("torch.optim.Adam", "torch.nn.BatchNorm1d", "torch.nn.Dropout", "torch.nn.utils.fuse_linear_bn_eval")
def train_on_few(X: Array, y: Array, X_val: Array, y_val: Array, tricks: Any, rng: Any) -> Any:
    torch.manual_seed(int(rng.integers(2**31)))
    norm = nn.BatchNorm1d(128) if tricks["batch_norm"] else nn.Identity()
    net = nn.Sequential(nn.Linear(X.shape[1], 128), norm, nn.ReLU(), nn.Dropout(tricks["dropout"]), nn.Linear(128, 10))
    weights = {"params": [net.double()[0].weight, net[4].weight], "weight_decay": tricks["l2"]}
    free = {"params": [part for part in net.parameters() if part.dim() == 1]}
    kept, watch = net, plateau(tricks["patience"] or 40)
    rule = torch.optim.Adam([weights, free], lr=0.005)
    for _ in range(40):
        train(net.train(), rule, X, y, batch_size=50, n_epochs=1)
        if tricks["patience"] is not None:
            watch.step(nn.CrossEntropyLoss()(net.eval()(tensor(X_val)), torch.as_tensor(y_val)).item())
            if watch.get_last_lr()[0] < 1:
                break
            if watch.num_bad_epochs == 0:
                kept = copy.deepcopy(net)
    first, norm, *_, last = kept.eval()
    if tricks["batch_norm"]:
        first = nn.utils.fuse_linear_bn_eval(first, norm)
    return {"W1": first.weight.T, "b1": first.bias, "W2": last.weight.T, "b2": last.bias}
