"""Chapter 5's exercises by scipy, torch and scikit-learn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import scipy.ndimage
import scipy.signal
import torch
from judging import by, gradients, holding, started, tensor, train
from numpy.typing import NDArray
from sklearn.covariance import empirical_covariance
from torch import nn

Array = NDArray[Any]
Params = dict[str, Array]


def windows(of: Callable[..., Array], x: Array, size: int, stride: int) -> Array:
    """What a filter of scipy's makes of each window that fits."""
    first = (0, 0, -(size // 2), -(size // 2))  # a window begins where its result stands
    filtered = of(x, size=(1, 1, size, size), origin=first)
    return filtered[:, :, : x.shape[2] - size + 1 : stride, : x.shape[3] - size + 1 : stride]


def net_of(params: Params) -> nn.Sequential:
    n_filters, n_channels = params["w"].shape[:2]
    net = nn.Sequential(
        nn.Conv2d(n_channels, n_filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(*params["W"].shape),
    )  # fmt: skip
    values = {"0.weight": params["w"], "0.bias": params["b"], "4.weight": params["W"].T, "4.bias": params["c"]}
    return holding(net, values)


@by("scipy.signal.correlate")
def conv2d_forward(x: Array, w: Array, b: Array, stride: int, pad: int) -> Array:
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    maps = [[scipy.signal.correlate(image, kernel, mode="valid")[0] for kernel in w] for image in padded]
    return np.array(maps)[:, :, ::stride, ::stride] + b[:, None, None]


@by("torch.nn.functional.unfold", "torch.nn.functional.linear", "torch.Tensor.backward")
def conv2d_backward(dout: Array, x: Array, w: Array, stride: int, pad: int) -> Any:
    def maps(x: torch.Tensor, w: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        columns = nn.functional.unfold(x, w.shape[2:], padding=pad, stride=stride)
        return nn.functional.linear(columns.mT, w.flatten(1), b).mT.reshape(dout.shape)

    return gradients(maps, x, w, np.zeros(len(w)), upstream=dout)


@by("torch.autograd.functional.jacobian", "torch.nn.functional.conv2d")
def conv_as_dense(w: Array, H: int, W: int) -> torch.Tensor:
    image = torch.zeros(1, w.shape[1], H, W, dtype=torch.float64)
    slopes = torch.autograd.functional.jacobian(lambda x: nn.functional.conv2d(x, tensor(w)), image)
    return slopes.reshape(-1, image.numel()).T


@by("torch.nn.functional.fold")
def conv_transpose(z: Array, w: Array, stride: int) -> torch.Tensor:
    size = [(n - 1) * stride + k for n, k in zip(z.shape[2:], w.shape[2:], strict=True)]
    painted = tensor(w).flatten(1).T @ tensor(z).flatten(2)
    return nn.functional.fold(painted, size, w.shape[2:], stride=stride)


def dense_param_count(C: int, H: int, W: int, F: int, size: int, bias: bool) -> int:
    maps = nn.Conv2d(C, F, size)(torch.zeros(1, C, H, W))
    layer = nn.Linear(C * H * W, maps.numel(), bias, device="meta")
    return sum(part.numel() for part in layer.parameters())


@by("torch.nn.Conv2d", "torch.nn.Linear", dense_param_count=dense_param_count)
def conv_param_count(C: int, F: int, size: int, bias: bool) -> int:
    return sum(part.numel() for part in nn.Conv2d(C, F, size, bias=bias).parameters())


@by("scipy.ndimage.shift")
def shift_images(X: Array, dy: int, dx: int) -> Array:
    return scipy.ndimage.shift(X, (0, 0, dy, dx), order=0)


@by("scipy.ndimage.maximum_filter")
def maxpool_forward(x: Array, size: int, stride: int) -> Array:
    return windows(scipy.ndimage.maximum_filter, x, size, stride)


@by("torch.nn.MaxPool2d", "torch.Tensor.backward")
def maxpool_backward(dout: Array, x: Array, size: int, stride: int) -> torch.Tensor:
    return gradients(nn.MaxPool2d(size, stride), x, upstream=dout)[0]


@by("torch.nn.AvgPool2d", "torch.Tensor.backward")
def avgpool_backward(dout: Array, H: int, W: int, size: int, stride: int) -> torch.Tensor:
    return gradients(nn.AvgPool2d(size, stride), np.zeros((*dout.shape[:2], H, W)), upstream=dout)[0]


@by("scipy.ndimage.maximum_filter", "scipy.ndimage.uniform_filter", "torch.nn.functional.relu")
def relu_pool_gaps(x: Array, size: int, stride: int) -> Any:
    def relu(z: Array) -> Array:
        return nn.functional.relu(tensor(z)).numpy()

    pools = scipy.ndimage.maximum_filter, scipy.ndimage.uniform_filter
    return tuple(
        np.abs(windows(pool, relu(x), size, stride) - relu(windows(pool, x, size, stride))).max() for pool in pools
    )


@by("torch.nn.MaxPool2d")
def subsample(x: Array, step: int) -> torch.Tensor:
    return nn.MaxPool2d(1, step)(tensor(x))


def unflatten(v: Array, C: int, H: int, W: int) -> torch.Tensor:
    return nn.Unflatten(1, (C, H, W))(tensor(v))


@by("torch.nn.Flatten", "torch.nn.Unflatten", unflatten=unflatten)
def flatten(x: Array) -> torch.Tensor:
    return nn.Flatten()(tensor(x))


@by("torch.nn.LazyConv2d", "torch.nn.MaxPool2d", "torch.nn.Flatten")
def feature_map_shapes(shape: Sequence[int], spec: Sequence[Any]) -> list[Any]:
    layers = {"conv": nn.LazyConv2d, "pool": nn.MaxPool2d, "flatten": nn.Flatten}
    x, shapes = torch.zeros(1, *shape), []
    for kind, *sizes in spec:
        x = layers[kind](*sizes)(x)
        shapes.append(tuple(x.shape[1:]))
    return shapes


@by("torch.nn.functional.conv1d", "torch.Tensor.backward")
def receptive_field(layers: Sequence[Sequence[int]]) -> int:
    """From the first pixel to the last in which a neuron of the last layer has a slope, where all weights are 1."""

    def neuron(x: torch.Tensor) -> torch.Tensor:
        for size, stride in layers:
            x = nn.functional.conv1d(x, torch.ones(1, 1, size, dtype=x.dtype), stride=stride)
        return x[0, 0, 0]

    (slopes,) = gradients(neuron, np.zeros((1, 1, 1000)))
    seen = torch.nonzero(slopes)[:, 2]
    return int(seen.max() - seen.min()) + 1


@by("torch.nn.Conv2d", "torch.nn.ReLU", "torch.nn.MaxPool2d", "torch.nn.Linear")
def cnn_forward(params: Params, X: Array) -> Any:
    net = net_of(params)
    return net(tensor(X)), {name: net[: layer + 1](tensor(X)) for layer, name in enumerate("ZAP")}


@by("torch.nn.Conv2d", "torch.nn.ReLU", "torch.nn.MaxPool2d", "torch.nn.Linear", "torch.Tensor.backward")
def cnn_backward(params: Params, X: Array, cache: Params, dscores: Array) -> Any:
    net = net_of(params)
    (dX,) = gradients(net, X, upstream=dscores)
    w, b, W, c = (part.grad for part in net.parameters())
    return {"w": w, "b": b, "W": W.T, "c": c}, dX


@by("torch.optim.SGD", "torch.nn.Conv2d")
def train_cnn(
    X: Array,
    y: Array,
    n_classes: int,
    n_filters: int,
    lr: float,
    n_epochs: int,
    batch_size: int,
    rng: np.random.Generator,
) -> Any:
    torch.manual_seed(int(rng.integers(2**31)))
    C, H, W = X.shape[1:]
    D = n_filters * (H // 2) * (W // 2)
    layers = nn.Conv2d(C, n_filters, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(D, n_classes)
    net = started(nn.Sequential(*layers), "relu")
    train(net, torch.optim.SGD(net.parameters(), lr), X, y, batch_size, n_epochs)
    w, b, dense, c = net.parameters()
    return {"w": w, "b": b, "W": dense.T, "c": c}


@by("torch.optim.SGD", "torch.nn.Conv2d")
def torch_cnn(X: Array, y: Array, seed: int) -> Any:
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(128, 10),
    ).double()  # fmt: skip
    train(net, torch.optim.SGD(net.parameters(), 0.1), X, y, batch_size=25, n_epochs=15)
    return dict(net.state_dict())


@by("torch.optim.SGD", "torch.nn.Hardtanh")
def activation_maximize(gradient: Callable[[Array], Array], x0: Array, lr: float, n_steps: int) -> torch.Tensor:
    x = tensor(x0)
    ascent = torch.optim.SGD([x], lr=lr, maximize=True)
    for _ in range(n_steps):
        x.grad = tensor(gradient(x.numpy()))
        ascent.step()
        nn.Hardtanh(0.0, 1.0, inplace=True)(x)
    return x


@by("torch.optim.Rprop", "torch.nn.Hardtanh")
def fgsm(x: Array, dx: Array, eps: float) -> torch.Tensor:
    """The first step of Rprop, which looks at the signs of a gradient alone."""
    moved = tensor(x)
    moved.grad = tensor(dx)
    torch.optim.Rprop([moved], lr=eps, maximize=True).step()
    return nn.Hardtanh(0.0, 1.0)(moved)


@by("sklearn.covariance.empirical_covariance")
def gram_matrix(A: Array) -> Array:
    return empirical_covariance(A.reshape(len(A), -1).T, assume_centered=True)
