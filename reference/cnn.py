"""Convolutional neural networks (lecture notes §6): convolution, pooling, a small net of both, and what it has learnt.

Shapes: images and feature maps are (N, C, H, W), kernels (F, C, kh, kw), biases (F,).  A convolution is what deep
learning calls so: the kernel is not flipped.  Everything is float64 and runs on the device of its inputs.  Gradients
are taken by autograd, so that they are independent of any derivation by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod

import numpy as np
import torch
from torch import Tensor
from torch.func import grad, vmap
from torch.nn import functional

Params = dict[str, Tensor]
Shape = tuple[int, ...]
Convolution = Callable[..., Tensor]
Spec = Sequence[Sequence[str | int]]
"""Layers in order: ("conv", filters, size, stride, pad), ("pool", size, stride) or ("flatten",)."""


# --- convolution --------------------------------------------------------------------------------------------------


def conv2d_forward(x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
    """Feature maps (N, F, Ho, Wo) of x (N, C, H, W) with `pad` zeros on every side.  §6.2.

    Ho = (H + 2 pad − kh) // stride + 1.
    """
    return functional.conv2d(x.double(), w.double(), b.double(), stride=stride, padding=pad)


def conv2d_backward(dout: Tensor, x: Tensor, w: Tensor, stride: int, pad: int) -> tuple[Tensor, Tensor, Tensor]:
    """Gradients (dx, dw, db) of a scalar whose gradient in the feature maps is dout (N, F, Ho, Wo).  §6.2."""

    def scalar(x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        return torch.sum(dout * conv2d_forward(x, w, b, stride, pad))

    zero = torch.zeros(len(w), dtype=torch.float64, device=w.device)  # the maps are linear in b: where does not matter
    dx, dw, db = grad(scalar, argnums=(0, 1, 2))(x.double(), w.double(), zero)
    return dx, dw, db


def conv_as_dense(w: Tensor, H: int, W: int) -> Tensor:
    """The matrix M (C·H·W, F·Ho·Wo) with flatten(x) M = flatten(convolution of x), stride 1, no padding.  §6.2."""
    pixels = w.shape[1] * H * W
    each = torch.eye(pixels, dtype=torch.float64, device=w.device).reshape(pixels, w.shape[1], H, W)
    return functional.conv2d(each, w.double()).reshape(pixels, -1)


def conv_transpose(z: Tensor, w: Tensor, stride: int) -> Tensor:
    """The transpose of a convolution, applied to z (N, F, Ho, Wo): (N, C, (Ho − 1) stride + kh, …).  §6.2."""
    return functional.conv_transpose2d(z.double(), w.double(), stride=stride)


def conv_param_count(C: int, F: int, size: int, bias: bool) -> int:
    """Weights, and with `bias` one bias a filter, of F filters of size × size on C channels.  §6.2."""
    layer = torch.nn.Conv2d(C, F, size, bias=bias, device="meta")
    return sum(part.numel() for part in layer.parameters())


def dense_param_count(C: int, H: int, W: int, F: int, size: int, bias: bool) -> int:
    """The same for a fully connected layer between the same images and feature maps (stride 1, no padding).  §6.2."""
    layer = torch.nn.Linear(C * H * W, F * (H - size + 1) * (W - size + 1), bias=bias, device="meta")
    return sum(part.numel() for part in layer.parameters())


# --- pooling ------------------------------------------------------------------------------------------------------


def maxpool_forward(x: Tensor, size: int, stride: int) -> Tensor:
    """The greatest entry of every window: (N, C, (H − size) // stride + 1, …).  §6.3."""
    return functional.max_pool2d(x.double(), size, stride)


def maxpool_backward(dout: Tensor, x: Tensor, size: int, stride: int) -> Tensor:
    """The gradient in x of a scalar whose gradient in the pooled maps is dout.  §6.3."""

    def scalar(x: Tensor) -> Tensor:
        return torch.sum(dout * maxpool_forward(x, size, stride))

    dx: Tensor = grad(scalar)(x.double())
    return dx


def avgpool_backward(dout: Tensor, H: int, W: int, size: int, stride: int) -> Tensor:
    """The gradient (N, C, H, W) in the input of average pooling whose gradient in the pooled maps is dout."""

    def scalar(x: Tensor) -> Tensor:
        return torch.sum(dout * functional.avg_pool2d(x, size, stride))

    start = torch.zeros(*dout.shape[:2], H, W, dtype=torch.float64, device=dout.device)  # linear: where does not matter
    dx: Tensor = grad(scalar)(start)
    return dx


def relu_pool_gaps(x: Tensor, size: int, stride: int) -> tuple[Tensor, Tensor]:
    """Greatest difference of pooling after and before a ReLU: by the maximum, where it is 0, and by the mean.  §6.1."""
    pools: tuple[Callable[[Tensor], Tensor], ...] = (
        lambda x: functional.max_pool2d(x, size, stride),
        lambda x: functional.avg_pool2d(x, size, stride),
    )
    by_max, by_mean = ((pool(x.relu()) - pool(x).relu()).abs().max() for pool in pools)
    return by_max, by_mean


def subsample(x: Tensor, step: int) -> Tensor:
    """Every step-th row and column, the first among them: (N, C, ⌈H / step⌉, ⌈W / step⌉).  §6.1."""
    return x[:, :, ::step, ::step]


# --- shapes -------------------------------------------------------------------------------------------------------


def flatten(x: Tensor) -> Tensor:
    """Each sample's entries in one row, the last axis fastest: (N, C·H·W).  §6.4."""
    return torch.flatten(x, 1)


def unflatten(v: Tensor, C: int, H: int, W: int) -> Tensor:
    """The inverse: rows (N, C·H·W) as maps (N, C, H, W).  §6.4."""
    return torch.unflatten(v, 1, (C, H, W))


def feature_map_shapes(shape: Sequence[int], spec: Spec) -> list[Shape]:
    """The shape of one sample after every layer of `spec`, for an input (C, H, W).  §6.2–6.4."""
    x = torch.zeros(1, *shape, device="meta")
    shapes = []
    for kind, *sizes in spec:
        numbers = [int(size) for size in sizes]
        if kind == "conv":
            filters, size, stride, pad = numbers
            x = functional.conv2d(x, x.new_zeros(filters, x.shape[1], size, size), stride=stride, padding=pad)
        elif kind == "pool":
            size, stride = numbers
            x = functional.max_pool2d(x, size, stride)
        else:
            x = torch.flatten(x, 1)
        shapes.append(tuple(x.shape[1:]))
    return shapes


def receptive_field(layers: Sequence[Sequence[int]]) -> int:
    """How many input pixels an entry of the last map sees along one axis; layers (size, stride), the input's first."""
    field = 1
    for size, stride in reversed(layers):
        field = (field - 1) * stride + size
    return field


def shift_images(X: Tensor, dy: int, dx: int) -> Tensor:
    """The images X (N, C, H, W) moved down by dy and right by dx pixels; what comes in is 0."""
    return functional.pad(X, (dx, -dx, dy, -dy))


# --- a net --------------------------------------------------------------------------------------------------------


def cnn_forward(params: Params, X: Tensor) -> tuple[Tensor, Params]:
    """Scores (N, K): convolution (padding 1), ReLU, 2 × 2 max pooling, dense layer; and the maps Z, A, P.  §6.1."""
    cache = {"Z": conv2d_forward(X, params["w"], params["b"], 1, 1)}
    cache["A"] = torch.relu(cache["Z"])
    cache["P"] = maxpool_forward(cache["A"], 2, 2)
    return flatten(cache["P"]) @ params["W"] + params["c"], cache


def cnn_backward(params: Params, X: Tensor, cache: Params, dscores: Tensor) -> tuple[Params, Tensor]:
    """Gradients by name, and in X, of a scalar whose gradient in the scores is dscores (N, K).  §6.1.

    The maps of the way forward, `cache`, are not needed here.
    """

    def scalar(params: Params, X: Tensor) -> Tensor:
        return torch.sum(dscores * cnn_forward(params, X)[0])

    grads, dX = grad(scalar, argnums=(0, 1))(params, X.double())
    return grads, dX


# --- what it has learnt -------------------------------------------------------------------------------------------


def activation_maximize(slope: Callable[[Tensor], Tensor], x0: Tensor, lr: float, n_steps: int) -> Tensor:
    """The image after n_steps of gradient ascent from x0, clipped to 0 … 1 after every step.  §6.5."""
    x = x0.double()
    for _ in range(n_steps):
        x = torch.clamp(x + lr * slope(x), 0.0, 1.0)
    return x


def fgsm(x: Tensor, dx: Tensor, eps: float) -> Tensor:
    """The adversarial image x + ε sign(∂loss/∂x), clipped to 0 … 1 (Goodfellow et al. 2015).  §6.5."""
    return torch.clamp(x + eps * torch.sign(dx), 0.0, 1.0)


def gram_matrix(A: Tensor) -> Tensor:
    """G (C, C), the MEAN over all positions of the product of two maps of A (C, H, W) (Gatys et al. 2016).  §6.5."""
    return torch.einsum("chw,dhw->cd", A, A) / prod(A.shape[1:])


# --- in practice --------------------------------------------------------------------------------------------------


def train_cnn(
    X: Tensor,
    y: Tensor,
    n_classes: int,
    n_filters: int,
    lr: float,
    n_epochs: int,
    batch_size: int,
    rng: torch.Generator,
) -> Params:
    """Parameters of the net of `cnn_forward` after mini-batch gradient descent on the MEAN cross-entropy of each batch.

    Weights start as normal numbers of variance 2 / fan-in (He et al. 2015), biases at 0.
    X (N, C, H, W), labels y (N,).
    """
    params = _initial_params(tuple(X.shape[1:]), n_filters, n_classes, rng, X.device)
    for _ in range(n_epochs):
        order = torch.randperm(len(X), generator=rng).to(X.device)
        for batch in torch.split(order, batch_size):
            gradients = grad(_mean_loss)(params, X[batch], y[batch])
            params = {name: params[name] - lr * gradients[name] for name in params}
    return params


def _initial_params(shape: Shape, n_filters: int, K: int, rng: torch.Generator, device: torch.device | str) -> Params:
    C, H, W = shape
    D = n_filters * (H // 2) * (W // 2)
    w = torch.randn(n_filters, C, 3, 3, generator=rng, dtype=torch.float64) * (2 / (9 * C)) ** 0.5
    dense = torch.randn(D, K, generator=rng, dtype=torch.float64) * (2 / D) ** 0.5
    b, c = (torch.zeros(size, dtype=torch.float64, device=device) for size in (n_filters, K))
    return {"w": w.to(device), "b": b, "W": dense.to(device), "c": c}


def _mean_loss(params: Params, X: Tensor, y: Tensor) -> Tensor:
    return _cross_entropy(cnn_forward(params, X)[0], y)


def _cross_entropy(scores: Tensor, y: Tensor) -> Tensor:
    """The MEAN over samples, in a form that vmap and the meta device both take."""
    return -torch.mean(torch.log_softmax(scores, dim=1).gather(1, y[:, None]))


def torch_cnn(X: Tensor, y: Tensor, seed: int) -> Params:
    """Parameters, named after the layers of `TORCH_CNN`, of that net trained on digits X (N, 1, 8, 8) and y (N,)."""
    rng = torch.Generator().manual_seed(seed)
    params = {name: value.to(X.device) for name, value in _initial_torch_cnn(rng).items()}
    images = X.float()
    for _ in range(TORCH_EPOCHS):
        for batch in torch.split(torch.randperm(len(y), generator=rng).to(X.device), TORCH_BATCH):
            gradients = grad(_torch_cnn_loss)(params, images[batch], y[batch])
            params = {name: params[name] - TORCH_LR * gradients[name] for name in params}
    return params


TORCH_EPOCHS, TORCH_BATCH, TORCH_LR = 15, 25, 0.1
TORCH_CNN = {"0": (16, 1, 3, 3), "3": (32, 16, 3, 3), "7": (10, 128)}
"""Weights of nn.Sequential(Conv2d, ReLU, MaxPool2d, Conv2d, ReLU, MaxPool2d, Flatten, Linear), by its layers' names."""


def _initial_torch_cnn(rng: torch.Generator) -> Params:
    """Uniform within ±1 / √fan-in, as torch's own layers start."""
    params = {}
    for layer, shape in TORCH_CNN.items():
        edge = prod(shape[1:]) ** -0.5
        for name, size in (("weight", shape), ("bias", shape[:1])):
            params[f"{layer}.{name}"] = (2 * torch.rand(size, generator=rng) - 1) * edge
    return params


def torch_cnn_scores(params: Params, X: Tensor, conv: Convolution = functional.conv2d) -> Tensor:
    """Scores (N, 10) of the net with these parameters on images X (N, 1, 8, 8)."""
    A = X
    for layer in ("0", "3"):
        A = conv(A, params[f"{layer}.weight"], params[f"{layer}.bias"], padding=1)
        A = functional.max_pool2d(torch.relu(A), 2)
    return torch.flatten(A, 1) @ params["7.weight"].T + params["7.bias"]


def _torch_cnn_loss(params: Params, X: Tensor, y: Tensor) -> Tensor:
    return _cross_entropy(torch_cnn_scores(params, X), y)


# --- calibration --------------------------------------------------------------------------------------------------


def digits_settings() -> dict[str, float]:
    """Arguments of `train_cnn` in the gate on digits: a second in numpy on one core."""
    return {"n_classes": 10, "n_filters": 8, "lr": 0.2, "n_epochs": 10, "batch_size": 20}


def digits_draw(draw: int) -> tuple[np.ndarray, np.ndarray]:
    """One draw of the gates: images (1400, 1, 8, 8) from 0 to 1, the last 400 to test, and labels under new names.

    All are turned by quarters alike, and seen in a mirror or not.  The data are public, and so are parameters that fit
    them; after a draw neither is of direct use.  The observes of the gates draw alike, and a test holds them together.
    """
    from sklearn.datasets import load_digits

    rng = np.random.default_rng(draw)
    rows, names, turn = rng.permutation(1797)[:1400], rng.permutation(10), int(rng.integers(8))
    images, labels = load_digits(return_X_y=True)
    X = images[rows].reshape(-1, 1, 8, 8) / 16
    return np.rot90(X.swapaxes(2, 3) if turn >= 4 else X, turn % 4, axes=(2, 3)), names[labels[rows]]


def conv_by_products(x: Tensor, w: Tensor, b: Tensor, padding: int) -> Tensor:
    """The convolution as one product with the columns of all windows: much faster where many nets train at once."""
    columns = functional.unfold(x, (w.shape[2], w.shape[3]), padding=padding)  # (N, C·kh·kw, Ho·Wo)
    H, W = (x.shape[axis] + 2 * padding - w.shape[axis] + 1 for axis in (2, 3))
    return (w.flatten(1) @ columns + b[:, None]).reshape(len(x), len(w), H, W)


def cnn_scores_by_products(params: Params, X: Tensor) -> Tensor:
    """The scores of `cnn_forward`."""
    P = functional.max_pool2d(torch.relu(conv_by_products(X, params["w"], params["b"], 1)), 2)
    return torch.flatten(P, 1) @ params["W"] + params["c"]


def torch_cnn_scores_by_products(params: Params, X: Tensor) -> Tensor:
    """The scores of `torch_cnn_scores`."""
    return torch_cnn_scores(params, X, conv_by_products)


def calibrate_train_cnn(seeds: Sequence[int], device: str) -> Tensor:
    """Test accuracy (len(seeds),) of `train_cnn` on a draw of the digits for each seed, all seeds at once."""
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    settings = digits_settings()
    starts = [_initial_params((1, 8, 8), int(settings["n_filters"]), 10, rng, device) for rng in generators]
    epochs, size = int(settings["n_epochs"]), int(settings["batch_size"])
    return _accuracies(seeds, generators, starts, cnn_scores_by_products, settings["lr"], epochs, size, device)


def calibrate_torch_cnn(seeds: Sequence[int], device: str) -> Tensor:
    """The same of `torch_cnn`."""
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    starts = [{name: part.to(device) for name, part in _initial_torch_cnn(rng).items()} for rng in generators]
    recipe = TORCH_LR, TORCH_EPOCHS, TORCH_BATCH
    return _accuracies(seeds, generators, starts, torch_cnn_scores_by_products, *recipe, device)


def _accuracies(
    seeds: Sequence[int],
    generators: Sequence[torch.Generator],
    starts: Sequence[Params],
    scores: Callable[[Params, Tensor], Tensor],
    lr: float,
    n_epochs: int,
    batch_size: int,
    device: str,
) -> Tensor:
    """Test accuracies of nets that are trained together, one a seed."""
    X, y = (torch.as_tensor(np.stack(parts), device=device) for parts in zip(*map(digits_draw, seeds), strict=True))
    X, y, X_test, y_test = X[:, :1000], y[:, :1000], X[:, 1000:], y[:, 1000:]
    params = {name: torch.stack([start[name] for start in starts]) for name in starts[0]}  # (S, …)
    X, X_test = (images.to(next(iter(params.values())).dtype) for images in (X, X_test))

    def loss(params: Params, X: Tensor, y: Tensor) -> Tensor:
        return _cross_entropy(scores(params, X), y)

    gradients_of_all = vmap(grad(loss), in_dims=(0, 0, 0))
    each = torch.arange(len(seeds), device=device)[:, None]
    for _ in range(n_epochs):
        orders = torch.stack([torch.randperm(X.shape[1], generator=rng) for rng in generators]).to(device)
        for batch in torch.split(orders, batch_size, dim=1):  # (S, B)
            gradients = gradients_of_all(params, X[each, batch], y[each, batch])
            params = {name: params[name] - lr * gradients[name] for name in params}
    predicted = vmap(scores)(params, X_test).argmax(dim=2)  # (S, N)
    return (predicted == y_test).double().mean(dim=1)
