"""Chapter 7's exercises by torch's recurrent layers and its CTC loss, scikit-learn, numpy and scipy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from string import ascii_lowercase
from typing import Any

import numpy as np
import scipy.linalg
import torch
from judging import by, gradients, holding, started, tensor, train
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import f1_score
from sklearn.preprocessing import OrdinalEncoder
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence

Array = NDArray[Any]
Params = dict[str, Array]


# --- words as vectors ---------------------------------------------------------------------------------------------


@by("sklearn.preprocessing.OrdinalEncoder", "torch.nn.functional.one_hot")
def one_hot_words(words: list[str], vocabulary: list[str]) -> torch.Tensor:
    known = np.array(vocabulary, dtype=object)
    encoder = OrdinalEncoder(categories=[known], handle_unknown="use_encoded_value", unknown_value=len(vocabulary))
    columns = encoder.fit(known[:, None]).transform(np.array(words, dtype=object)[:, None])[:, 0]
    return nn.functional.one_hot(torch.tensor(columns).long(), len(vocabulary) + 1)


@by("sklearn.feature_extraction.text.CountVectorizer")
def word_hashing(word: str) -> Array:
    triples = ["".join(letters) for letters in product(ascii_lowercase, repeat=3)]
    counter = CountVectorizer(analyzer="char", ngram_range=(3, 3), vocabulary=triples)
    return counter.transform([word]).toarray()[0]


# --- networks with a memory ---------------------------------------------------------------------------------------


def output_layer(params: Params) -> nn.Linear:
    return holding(nn.Linear(*params["W_y"].shape), {"weight": params["W_y"].T, "bias": params["b_y"]})


def elman(params: Params) -> nn.RNN:
    """Torch has two vectors of biases; the second is 0."""
    weights = {"weight_ih_l0": params["W_x"].T, "weight_hh_l0": params["W_h"].T}
    biases = {"bias_ih_l0": params["b_h"], "bias_hh_l0": 0 * params["b_h"]}
    return holding(nn.RNN(*params["W_x"].shape, batch_first=True), weights | biases)


@by("torch.nn.RNN", "torch.nn.Linear")
def elman_forward(params: Params, X: Array, h0: Array) -> Any:
    H, _ = elman(params)(tensor(X), tensor(h0)[None])
    return output_layer(params)(H), H


@by("torch.nn.RNNCell", "torch.nn.Linear")
def jordan_forward(params: Params, X: Array, y0: Array) -> torch.Tensor:
    """The last output comes in beside x; the cell's own memory is always 0."""
    W, b = np.vstack([params["W_x"], params["W_h"]]), params["b_h"]
    nothing = np.zeros((len(b), len(b)))
    cell = holding(nn.RNNCell(*W.shape), {"weight_ih": W.T, "weight_hh": nothing, "bias_ih": b, "bias_hh": 0 * b})
    out, y, outputs = output_layer(params), tensor(y0), []
    for x in tensor(X).unbind(1):
        y = out(cell(torch.hstack([x, y])))
        outputs.append(y)
    return torch.stack(outputs, 1)


@by("torch.nn.RNN")
def bidirectional_states(forward: Params, backward: Params, X: Array) -> torch.Tensor:
    """Both with as many neurons as the larger, those that are added with weights of 0."""
    sizes = [len(params["b_h"]) for params in (forward, backward)]
    wide = max(sizes)
    values = {}
    for params, size, end in zip((forward, backward), sizes, ("l0", "l0_reverse"), strict=True):
        more = (0, wide - size)
        values[f"weight_ih_{end}"] = np.pad(params["W_x"], ((0, 0), more)).T
        values[f"weight_hh_{end}"] = np.pad(params["W_h"], (more, more)).T
        values[f"bias_ih_{end}"], values[f"bias_hh_{end}"] = np.pad(params["b_h"], more), np.zeros(wide)
    H, _ = holding(nn.RNN(X.shape[2], wide, batch_first=True, bidirectional=True), values)(tensor(X))
    return torch.cat([H[:, :, : sizes[0]], H[:, :, wide : wide + sizes[1]]], 2)


@by("torch.nn.RNN", "torch.nn.MSELoss", "torch.Tensor.backward")
def two_step_grad(w: float, u: float, X: Array, y: Array) -> Any:
    rnn = holding(nn.RNN(1, 1, bias=False, batch_first=True), {"weight_ih_l0": [[w]], "weight_hh_l0": [[u]]})
    H, _ = rnn(tensor(X)[:, :, None])
    (nn.MSELoss(reduction="sum")(H[:, 1, 0], tensor(y)) / 2).backward()
    return rnn.weight_ih_l0.grad[0, 0], rnn.weight_hh_l0.grad[0, 0]


@by("torch.nn.RNN", "torch.nn.Linear", "torch.Tensor.backward")
def rnn_backward(params: Params, X: Array, h0: Array, dY: Array) -> Any:
    rnn, out = elman(params), output_layer(params)
    out(rnn(tensor(X), tensor(h0)[None])[0]).backward(tensor(dY))
    return {
        "W_x": rnn.weight_ih_l0.grad.T,
        "W_h": rnn.weight_hh_l0.grad.T,
        "b_h": rnn.bias_ih_l0.grad,
        "W_y": out.weight.grad.T,
        "b_y": out.bias.grad,
    }


def real_steps(values: torch.Tensor, lengths: Array) -> Any:
    return pack_padded_sequence(values, torch.tensor(lengths), batch_first=True, enforce_sorted=False)


@by("torch.nn.NLLLoss", "torch.nn.utils.rnn.pack_padded_sequence")
def padded_loss(P: Array, y: Array, lengths: Array) -> torch.Tensor:
    return nn.NLLLoss()(real_steps(tensor(P), lengths).data.log(), real_steps(torch.tensor(y), lengths).data)


@by("torch.nn.RNN", "torch.nn.utils.rnn.pack_padded_sequence", "torch.nn.Softmax")
def many_to_one(params: Params, X: Array, h0: Array, lengths: Array) -> torch.Tensor:
    _, last = elman(params)(real_steps(tensor(X), lengths), tensor(h0)[None])
    return nn.Softmax(dim=1)(output_layer(params)(last[0]))


# --- gradients that vanish and explode ----------------------------------------------------------------------------


@by("numpy.linalg.matrix_power")
def power_through_time(w: Any, T: int) -> Array:
    return np.diag(np.linalg.matrix_power(np.diag(np.atleast_1d(w)), T)).reshape(np.shape(w))


@by("numpy.linalg.matrix_power", "scipy.linalg.svdvals")
def jacobian_norms(W: Array, T: int) -> Any:
    return [scipy.linalg.svdvals(np.linalg.matrix_power(W, t)).max() for t in range(1, T + 1)]


def clipped(clip: Callable[..., Any], grads: Params, limit: float) -> Any:
    parts = {name: tensor(value) for name, value in grads.items()}
    for part in parts.values():
        part.grad = part.clone()
    clip(parts.values(), limit)
    return {name: part.grad for name, part in parts.items()}


@by("torch.nn.utils.clip_grad_norm_")
def clip_grad_norm(grads: Params, max_norm: float) -> Any:
    return clipped(nn.utils.clip_grad_norm_, grads, max_norm)


@by("torch.nn.utils.clip_grad_value_")
def clip_grad_value(grads: Params, limit: float) -> Any:
    return clipped(nn.utils.clip_grad_value_, grads, limit)


# --- gates --------------------------------------------------------------------------------------------------------

ORDER = "ifgo"  # of torch's gates


def lstm_values(params: Params) -> dict[str, Array]:
    """By the names of torch's cell, which has two vectors of biases; the second is 0."""
    H = len(params["b_i"])
    W, b = (np.concatenate([params[f"{kind}_{gate}"].T for gate in ORDER]) for kind in "Wb")
    return {"weight_ih": W[:, :-H], "weight_hh": W[:, -H:], "bias_ih": b, "bias_hh": 0 * b}


def lstm(params: Params) -> nn.LSTM:
    values = lstm_values(params)
    layer = nn.LSTM(values["weight_ih"].shape[1], len(params["b_i"]), batch_first=True)
    return holding(layer, {f"{name}_l0": value for name, value in values.items()})


def by_gates(weight_ih: torch.Tensor, weight_hh: torch.Tensor, bias: torch.Tensor) -> dict[str, torch.Tensor]:
    """As `lstm_step` names them."""
    W, b = torch.hstack([weight_ih, weight_hh]).chunk(4), bias.chunk(4)
    gates = {f"W_{gate}": part.T for gate, part in zip(ORDER, W, strict=True)}
    return gates | {f"b_{gate}": part for gate, part in zip(ORDER, b, strict=True)}


@by("torch.nn.LSTMCell")
def lstm_step(params: Params, x: Array, h: Array, c: Array) -> Any:
    cell = holding(nn.LSTMCell(x.shape[1], h.shape[1]), lstm_values(params))
    return cell(tensor(x), (tensor(h), tensor(c)))


@by("torch.nn.LSTM")
def lstm_forward(params: Params, X: Array, h0: Array, c0: Array) -> Any:
    """Torch tells the last memory alone: that of the beginnings of all lengths."""
    layer, begin = lstm(params), (tensor(h0)[None], tensor(c0)[None])
    memories = [layer(tensor(X[:, : t + 1]), begin)[1][1][0] for t in range(X.shape[1])]
    return layer(tensor(X), begin)[0], torch.stack(memories, 1)


@by("torch.nn.LSTM", "torch.Tensor.backward")
def lstm_backward(params: Params, X: Array, h0: Array, c0: Array, dH: Array) -> Any:
    layer = lstm(params)
    layer(tensor(X), (tensor(h0)[None], tensor(c0)[None]))[0].backward(tensor(dH))
    return by_gates(layer.weight_ih_l0.grad, layer.weight_hh_l0.grad, layer.bias_ih_l0.grad)


@by("torch.nn.LSTM")
def lstm_param_count(n_inputs: int, n_hidden: int) -> int:
    """Biases are the weights of one more input; torch's own are two vectors."""
    return sum(part.numel() for part in nn.LSTM(n_inputs + 1, n_hidden, bias=False).parameters())


def gru_cell(n_inputs: int, n_hidden: int, gates: dict[str, tuple[Array, Array, Array]]) -> nn.GRUCell:
    """With weights of input and state, and biases, of some of the gates; the others have 0."""
    nothing = np.zeros((n_hidden, n_inputs)), np.zeros((n_hidden, n_hidden)), np.zeros(n_hidden)
    W, U, b = (np.concatenate([gates.get(gate, nothing)[kind] for gate in "rzn"]) for kind in range(3))
    values = {"weight_ih": W, "weight_hh": U, "bias_ih": b, "bias_hh": 0 * b}
    return holding(nn.GRUCell(n_inputs, n_hidden), values)


@by("torch.nn.GRUCell", "torch.Tensor.backward")
def gru_state_grad(params: Params, x: Array, h: Array, dh_new: Array) -> torch.Tensor:
    """Torch's cell resets h behind the weights, ours before: so one cell gives r ⊙ h, which the other reads beside x.

    Where the first's candidate is 0, what it keeps of h is its z ⊙ h, and its z has our weights of r.
    """
    D, H = x.shape[1], h.shape[1]
    of_x, of_h = ({gate: params[f"W_{gate}"][part].T for gate in "zrn"} for part in (np.s_[:D], np.s_[D:]))
    reset = gru_cell(D, H, {"z": (of_x["r"], of_h["r"], params["b_r"])})
    z = np.hstack([of_x["z"], 0 * of_h["z"]]), of_h["z"], params["b_z"]
    n = params["W_n"].T, 0 * of_h["n"], params["b_n"]
    update = gru_cell(D + H, H, {"z": z, "n": n})
    return gradients(lambda h: update(torch.hstack([tensor(x), reset(tensor(x), h)]), h), h, upstream=dh_new)[0]


# --- CTC ----------------------------------------------------------------------------------------------------------


def label_losses(logp: torch.Tensor, label: Sequence[int], blank: int) -> torch.Tensor:
    """−ln P(label) of each of B recordings (T, B, K)."""
    T, B, _ = logp.shape
    lengths = [torch.full((B,), length) for length in (T, len(label))]
    return nn.CTCLoss(blank, reduction="none")(logp, torch.tensor([label] * B).long(), *lengths)


@by("torch.unique_consecutive")
def ctc_collapse(path: list[int], blank: int) -> list[int]:
    merged = torch.unique_consecutive(torch.tensor(path, dtype=torch.long))
    return merged[merged != blank].tolist()


@by("torch.nn.CTCLoss", "torch.nn.functional.one_hot")
def ctc_alignments(label: list[int], T: int, blank: int) -> list[list[int]]:
    """The paths of which it is certain that they are read as the label."""
    paths = torch.tensor(list(product(sorted({*label, blank}), repeat=T)))
    certain = nn.functional.one_hot(paths.T).double().log().clamp(min=-1e4)
    return paths[label_losses(certain, label, blank) < 1].tolist()


@by("torch.nn.CTCLoss")
def ctc_log_prob(logp: Array, label: list[int], blank: int) -> torch.Tensor:
    return -label_losses(tensor(logp)[:, None], label, blank)[0]


# --- in practice --------------------------------------------------------------------------------------------------


@by("sklearn.metrics.f1_score")
def slot_f1(y: Array, y_pred: Array) -> float:
    slots = range(1, max(y.max(), y_pred.max(), 1) + 1)
    return f1_score(y.ravel(), y_pred.ravel(), labels=list(slots), average="micro", zero_division=0.0)


class Tagger(nn.Module):
    """Scores (N, K, T) of words (N, T), one-hot for a recurrent layer of torch's."""

    def __init__(self, layer: nn.RNNBase, n_labels: int) -> None:
        super().__init__()
        self.layer, self.out = layer, nn.Linear(layer.hidden_size, n_labels)

    def forward(self, words: torch.Tensor) -> torch.Tensor:
        X = nn.functional.one_hot(words, self.layer.input_size).to(self.out.weight.dtype)
        return self.out(self.layer(X)[0]).mT


@by("torch.nn.RNN", "torch.optim.SGD", "torch.nn.utils.clip_grad_norm_")
def train_elman(
    words: Array,
    y: Array,
    n_words: int,
    n_labels: int,
    n_hidden: int,
    lr: float,
    n_epochs: int,
    batch_size: int,
    rng: Any,
) -> Any:
    torch.manual_seed(int(rng.integers(2**31)))
    net = started(Tagger(nn.RNN(n_words, n_hidden, batch_first=True), n_labels), "linear")
    rnn, out = net.layer, net.out
    learned = [rnn.weight_ih_l0, rnn.weight_hh_l0, rnn.bias_ih_l0, out.weight, out.bias]  # not torch's second biases
    optimizer = torch.optim.SGD(learned, lr)

    def clip(*_: Any) -> None:
        nn.utils.clip_grad_norm_(learned, 1.0)

    optimizer.register_step_pre_hook(clip)
    train(net, optimizer, words, y, batch_size, n_epochs)
    W_x, W_h, b_h, W_y, b_y = learned
    return {"W_x": W_x.T, "W_h": W_h.T, "b_h": b_h, "W_y": W_y.T, "b_y": b_y}


@by("torch.nn.LSTM", "torch.optim.Adam")
def train_lstm(words: Array, y: Array, n_words: int, n_labels: int, n_hidden: int, seed: int) -> Any:
    torch.manual_seed(seed)
    net = Tagger(nn.LSTM(n_words, n_hidden, batch_first=True), n_labels)
    train(net, torch.optim.Adam(net.parameters(), lr=0.02), words, y, batch_size=32, n_epochs=20)
    layer, out = net.layer, net.out
    gates = by_gates(layer.weight_ih_l0, layer.weight_hh_l0, layer.bias_ih_l0 + layer.bias_hh_l0)
    return gates | {"W_y": out.weight.T, "b_y": out.bias}
