"""Chapter 6: the reference runs where its inputs are.  On the meta device touching a tensor of the CPU raises."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from reference import tricks

BY_VALUE = {
    "which_trick": "has no input",
    "hessian_classify": "its answer is a word, which depends on values",
    "train_with": "the number of classes is read from the labels, and random numbers come from a generator of the CPU",
    "train_on_few": "random numbers come from a generator of the CPU",
    "updates_per_epoch": "counts integers",
    "optimizer_settings": "has no tensor",
    "digits_draw": "draws with numpy",
    "few_draw": "draws with numpy",
    "mixed": "mixes with numpy",
    "loss_over_seeds": "trains, on the device that it is given",
    "losses_over_typical": "trains, on the device that it is given",
    "accuracy_over_seeds": "trains, on the device that it is given",
}


def there(*shape: int) -> Tensor:
    return torch.empty(*shape, dtype=torch.float64, device="meta")


def net() -> dict[str, Tensor]:
    return {"W1": there(3, 4), "b1": there(4), "W2": there(4, 2), "b2": there(2)}


def labels(n: int) -> Tensor:
    return torch.empty(n, dtype=torch.int64, device="meta")


def averages(d: int) -> dict[str, Tensor]:
    return {"mean": there(d), "var": there(d)}


CALLS: dict[str, Callable[[], object]] = {
    "relu": lambda: tricks.relu(there(4, 3)),
    "leaky_relu": lambda: tricks.leaky_relu(there(4, 3)),
    "prelu": lambda: tricks.prelu(there(4, 3), there(3)),
    "prelu_backward": lambda: tricks.prelu_backward(there(4, 3), there(4, 3), there(3)),
    "maxout_forward": lambda: tricks.maxout_forward(there(4, 3), there(2, 3, 5), there(2, 5)),
    "maxout_backward": lambda: tricks.maxout_backward(there(4, 5), there(4, 3), there(2, 3, 5), there(2, 5)),
    "layer_grad_norms": lambda: tricks.layer_grad_norms(net(), there(5, 3), labels(5), "tanh"),
    "adagrad_step": lambda: tricks.adagrad_step(there(3), there(3), there(3), 0.1, 1e-8),
    "momentum_step": lambda: tricks.momentum_step(there(3), there(3), there(3), 0.1, 0.9),
    "rmsprop_step": lambda: tricks.rmsprop_step(there(3), there(3), there(3), 0.1, 0.9, 1e-8),
    "gradient_scales": lambda: tricks.gradient_scales(there(5, 3), 0.9),
    "adam_step": lambda: tricks.adam_step(
        there(3), there(3), {"m": there(3), "v": there(3), "t": 2}, 0.1, 0.9, 0.999, 1e-8
    ),
    "adam_on_a_slope": lambda: tricks.adam_on_a_slope(there(3), 0.1, 0.9, 0.999),
    "clip_gradients": lambda: tricks.clip_gradients(net(), 1.0),
    "early_stopping": lambda: tricks.early_stopping(there(7), 2),
    "penalty": lambda: tricks.penalty(net(), 0.1, "l1"),
    "penalty_grad": lambda: tricks.penalty_grad(net(), 0.1, "l2"),
    "decay_step": lambda: tricks.decay_step(net(), net(), 0.1, 0.2, "l1"),
    "dropout_forward": lambda: tricks.dropout_forward(there(4, 3), 0.3, there(4, 3), True, "inverted"),
    "dropout_backward": lambda: tricks.dropout_backward(there(4, 3), 0.3, there(4, 3), True, "classic"),
    "batchnorm_forward": lambda: tricks.batchnorm_forward(
        there(4, 3), there(3), there(3), averages(3), True, 0.9, 1e-5
    ),
    "batchnorm_backward": lambda: tricks.batchnorm_backward(there(4, 3), there(4, 3), there(3), 1e-5),
    "fold_batchnorm": lambda: tricks.fold_batchnorm(
        there(3, 4), there(4), there(4), there(4), there(4), there(4), 1e-5
    ),
    "bowl": lambda: tricks.bowl(there(2)),
    "saddle": lambda: tricks.saddle(there(2)),
    "rosenbrock": lambda: tricks.rosenbrock(there(2)),
    "hessian": lambda: tricks.hessian(tricks.rosenbrock, there(2), 1e-3),
    "escape_direction": lambda: tricks.escape_direction(there(3, 3)),
    "minibatches": lambda: tricks.minibatches(there(7, 2), labels(7), 3, labels(7)),
}


def tensors(value: object) -> list[Tensor]:
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, dict):
        value = list(value.values())
    return [one for part in value for one in tensors(part)] if isinstance(value, (list, tuple)) else []


def test_every_function_of_the_reference_is_tried_or_has_a_reason() -> None:
    functions = {
        name
        for name, one in vars(tricks).items()
        if callable(one) and getattr(one, "__module__", "") == tricks.__name__
    }
    assert {name for name in functions if not name.startswith("_")} == set(CALLS) | set(BY_VALUE)


@pytest.mark.parametrize("name", CALLS)
def test_a_function_runs_where_its_inputs_are(name: str) -> None:
    found = tensors(CALLS[name]())
    assert found
    assert {one.device.type for one in found} == {"meta"}
