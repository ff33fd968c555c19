"""Regression (lecture notes §1–2): linear models, their loss and its gradient, regularisation, bias and variance.

Shapes: X is (N, D), w is (D,), y is (N,), b is a number.  Everything is float64 and runs on the device of its inputs.
Gradients are taken by autograd, so that they are independent of any derivation by hand.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.func import grad


def linear_predict(w: Tensor, b: Tensor | float, X: Tensor) -> Tensor:
    """Predictions X w + b, shape (N,).  §2.1."""
    return X @ w + b


def linear_loss(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor) -> Tensor:
    """The SUM over n of (y_n − (x_n·w + b))², a scalar.  §2.2."""
    return torch.sum((y - linear_predict(w, b, X)) ** 2)


def linear_grad(w: Tensor, b: Tensor | float, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Gradient of `linear_loss` with respect to w, shape (D,), and b, a scalar, by autograd.  §2.2."""
    bias = torch.as_tensor(b, dtype=torch.float64, device=X.device)
    dw, db = grad(linear_loss, argnums=(0, 1))(w, bias, X, y)
    return dw, db
