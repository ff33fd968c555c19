"""What the files of judges beside this one are written with."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain, repeat
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader, TensorDataset


@dataclass(frozen=True)
class Judge:
    """An exercise's answer by a library that nobody here wrote."""

    exercise: str
    answer: Callable[..., Any]
    libraries: tuple[str, ...]
    also: dict[str, Callable[..., Any]]


def by(*libraries: str, **also: Callable[..., Any]) -> Callable[[Any], Any]:
    """Marks the answer to the exercise of its name by `libraries`, full names of what it calls.

    What is called beside the exercise's function is in `also`; else it is the solution's.
    """

    def mark(answer: Any) -> Any:
        answer.judge = Judge(answer.__name__, answer, libraries, also)
        return answer

    return mark


def gradients(output: Callable[..., torch.Tensor], *at: Any, upstream: Any = None) -> tuple[Any, ...]:
    """Those in each argument of `output`, by autograd, of a loss whose gradient in the output is `upstream`, or 1."""
    leaves = [tensor(value, grad=True) for value in at]
    output(*leaves).backward(None if upstream is None else tensor(upstream))
    return tuple(leaf.grad for leaf in leaves)


def holding(layer: torch.nn.Module, values: Mapping[str, Any]) -> Any:
    """The layer of torch in float64 with these values of its parameters, all of them."""
    layer.double().load_state_dict({name: tensor(value) for name, value in values.items()})
    return layer


def started(net: torch.nn.Module, nonlinearity: str) -> Any:
    """The net of torch in float64: normal weights of variance 1 / fan-in, for "relu" twice that, and biases of 0."""
    for part in net.double().parameters():
        if part.dim() > 1:
            torch.nn.init.kaiming_normal_(part, nonlinearity=nonlinearity)
        else:
            torch.nn.init.zeros_(part)
    return net


def train(
    net: torch.nn.Module, optimizer: torch.optim.Optimizer, X: Any, y: Any, batch_size: int, n_epochs: int
) -> None:
    """Torch's training loop, on the MEAN cross-entropy of batches that are drawn anew for each epoch."""
    samples = TensorDataset(torch.as_tensor(X), torch.as_tensor(y))
    for inputs, labels in chain.from_iterable(repeat(DataLoader(samples, batch_size, shuffle=True), n_epochs)):
        optimizer.zero_grad()
        torch.nn.CrossEntropyLoss()(net(inputs), labels).backward()
        optimizer.step()


def judges_of(chapter: str) -> list[Judge]:
    """The judges in a chapter's file, in its order; a chapter without a file has none."""
    if not (Path(__file__).parent / f"judges_{chapter}.py").exists():
        return []
    members = vars(importlib.import_module(f"judges_{chapter}")).values()
    return [member.judge for member in members if isinstance(getattr(member, "judge", None), Judge)]


def tensor(value: Any, *, grad: bool = False) -> torch.Tensor:
    """A float64 tensor of its own, of which autograd takes gradients if asked for."""
    return torch.tensor(value, dtype=torch.float64, requires_grad=grad)


def minimize(loss: Callable[[], torch.Tensor], optimizer: torch.optim.Optimizer, n_steps: int) -> None:
    """As many steps of torch's training loop."""
    for _ in range(n_steps):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
