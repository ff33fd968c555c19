"""What is right in the chapter of objects."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor


class KMeans:
    """Means of clusters, started from given ones (K, D)."""

    def __init__(self, centers: Tensor) -> None:
        self.centers = centers

    def fit(self, X: Tensor, steps: int) -> KMeans:
        """Move the centers `steps` times; X (N, D)."""
        for _ in range(steps):
            member = torch.nn.functional.one_hot(self.predict(X), len(self.centers)).double()  # (N, K)
            self.centers = member.T @ X / member.sum(dim=0).clamp(min=1)[:, None]
        return self

    def predict(self, X: Tensor) -> Tensor:
        """The nearest center of each point, (N,)."""
        return torch.cdist(X, self.centers).argmin(dim=1)

    def distances(self, X: Tensor) -> Tensor:
        """How far each point is from its nearest center, (N,)."""
        return torch.cdist(X, self.centers).min(dim=1).values


class Net(torch.nn.Module):
    """One hidden layer."""

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__()
        self.first = torch.nn.Linear(inputs, hidden, dtype=torch.float64)
        self.last = torch.nn.Linear(hidden, 1, dtype=torch.float64)

    def forward(self, X: Tensor) -> Tensor:
        """Outputs (N,)."""
        outputs: Tensor = self.last(self.first(X).clamp(min=0))
        return outputs.squeeze(1)


def bowl(x: Tensor) -> Tensor:
    """A quadratic."""
    return x[0] ** 2 + 3 * x[0] * x[1] + 2 * x[1] ** 2


def hessian(f: Callable[[Tensor], Tensor], x: Tensor) -> Tensor:
    """Second derivatives (D, D)."""
    result: Tensor = torch.autograd.functional.hessian(f, x)
    return result


def minibatches(X: Tensor, size: int, order: Tensor) -> Iterator[Tensor]:
    """Batches of rows."""
    yield from X[order].split(size)


def spread(X: Tensor, centers: Tensor, steps: int) -> Tensor:
    """Sum of squared distances to the nearest center."""
    model = KMeans(centers).fit(X, steps)
    return ((X - model.centers[model.predict(X)]) ** 2).sum()
