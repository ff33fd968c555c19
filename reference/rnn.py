"""Recurrent networks (lecture notes §8): Elman, Jordan, LSTM and GRU cells, gradients through time, and CTC.

Sequences are X (N, T, D): N of them, T steps, D features a step; states are (N, H).  Parameters are dicts by name.
Everything is float64 and runs on the device of its inputs.  Gradients are taken by autograd, so that they are
independent of any derivation by hand.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import Tensor
from torch.func import grad, jacrev

Params = dict[str, Tensor]
Number = Tensor | float


# --- words as vectors (§8.1) --------------------------------------------------------------------------------------


def one_hot_words(words: Sequence[str], vocabulary: Sequence[str]) -> Tensor:
    """A row for each word, 1 in the column of the word; the last of V + 1 columns is OTHER.  §8.1."""
    places = {word: place for place, word in enumerate(vocabulary)}
    columns = torch.tensor([places.get(word, len(vocabulary)) for word in words], dtype=torch.long)
    return torch.nn.functional.one_hot(columns, len(vocabulary) + 1).double()


def word_hashing(word: str) -> Tensor:
    """How often each of the 26³ triples of letters occurs in a word, "aaa" first.  §8.1."""
    letters = torch.tensor([ord(letter) - ord("a") for letter in word.lower()], dtype=torch.long)
    counts = torch.zeros(26**3, dtype=torch.float64)
    if len(letters) < 3:
        return counts
    triples = letters.unfold(0, 3, 1) @ torch.tensor([26**2, 26, 1])
    return counts.index_add(0, triples, torch.ones(len(triples), dtype=torch.float64))


# --- networks with a memory (§8.2) --------------------------------------------------------------------------------


def elman_forward(params: Params, X: Tensor, h0: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs Y (N, T, K) and states H (N, T, H): hₜ = tanh(xₜ W_x + hₜ₋₁ W_h + b_h), yₜ = hₜ W_y + b_y.  §8.2."""
    h, states = h0, []
    for x in X.unbind(1):
        h = torch.tanh(x @ params["W_x"] + h @ params["W_h"] + params["b_h"])
        states.append(h)
    H = torch.stack(states, 1)
    return H @ params["W_y"] + params["b_y"], H


def jordan_forward(params: Params, X: Tensor, y0: Tensor) -> Tensor:
    """Outputs Y (N, T, K): hₜ = tanh(xₜ W_x + yₜ₋₁ W_h + b_h), yₜ = hₜ W_y + b_y; here W_h is (K, H).  §8.2."""
    y, outputs = y0, []
    for x in X.unbind(1):
        h = torch.tanh(x @ params["W_x"] + y @ params["W_h"] + params["b_h"])
        y = h @ params["W_y"] + params["b_y"]
        outputs.append(y)
    return torch.stack(outputs, 1)


def bidirectional_states(forward: Params, backward: Params, X: Tensor) -> Tensor:
    """States (N, T, H + H′): those of a network that reads from the left, then those of one from the right.  §8.2."""
    parts = []
    for params, turned in ((forward, False), (backward, True)):
        h0 = X.new_zeros(len(X), len(params["b_h"]))
        _, H = elman_forward(params, X.flip(1) if turned else X, h0)
        parts.append(H.flip(1) if turned else H)
    return torch.cat(parts, 2)


def rnn_backward(params: Params, X: Tensor, h0: Tensor, dY: Tensor) -> Params:
    """Gradient of Σ dY · Y with respect to every parameter of an Elman network, by name.  §8.3."""

    def scalar(params: Params) -> Tensor:
        return torch.sum(dY * elman_forward(params, X, h0)[0])

    gradients: Params = grad(scalar)(params)
    return gradients


def two_step_grad(w: Number, u: Number, X: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """(dw, du) of ½ Σ (h₂ − y)² for h₁ = tanh(w x₁), h₂ = tanh(w x₂ + u h₁); X is (N, 2).  §8.3."""

    def loss(w: Tensor, u: Tensor) -> Tensor:
        h = torch.tanh(w * X[:, 0])
        return torch.sum((torch.tanh(w * X[:, 1] + u * h) - y) ** 2) / 2

    leaves = (torch.as_tensor(value, dtype=torch.float64, device=X.device) for value in (w, u))
    dw, du = grad(loss, argnums=(0, 1))(*leaves)
    return dw, du


def padded_loss(P: Tensor, y: Tensor, lengths: Tensor) -> Tensor:
    """MEAN of −ln P[y] over the first `lengths` (N,) steps of each sentence; P (N, T, K), y (N, T)."""
    losses = torch.nn.functional.nll_loss(P.log().movedim(2, 1), y.long(), reduction="none")
    real = torch.arange(y.shape[1], device=y.device) < lengths[:, None]
    return torch.where(real, losses, 0).sum() / real.sum()


# --- gates (§8.3) -------------------------------------------------------------------------------------------------


def lstm_step(params: Params, x: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
    """(h′, c′) with c′ = f ⊙ c + i ⊙ g and h′ = o ⊙ tanh(c′); each gate reads [x, h].  §8.3."""
    both = torch.cat([x, h], 1)
    i, f, o = (torch.sigmoid(both @ params[f"W_{gate}"] + params[f"b_{gate}"]) for gate in "ifo")
    c = f * c + i * torch.tanh(both @ params["W_g"] + params["b_g"])
    return o * torch.tanh(c), c


def lstm_forward(params: Params, X: Tensor, h0: Tensor, c0: Tensor) -> tuple[Tensor, Tensor]:
    """Outputs H and memories C of all steps, both (N, T, H).  §8.3."""
    h, c, outputs, memories = h0, c0, [], []
    for x in X.unbind(1):
        h, c = lstm_step(params, x, h, c)
        outputs.append(h)
        memories.append(c)
    return torch.stack(outputs, 1), torch.stack(memories, 1)


def lstm_backward(params: Params, X: Tensor, h0: Tensor, c0: Tensor, dH: Tensor) -> Params:
    """Gradient of Σ dH · H with respect to every parameter of an LSTM, by name.  §8.3."""

    def scalar(params: Params) -> Tensor:
        return torch.sum(dH * lstm_forward(params, X, h0, c0)[0])

    gradients: Params = grad(scalar)(params)
    return gradients


def lstm_param_count(n_inputs: int, n_hidden: int) -> int:
    """Weights and biases of one LSTM layer whose gates have one bias vector each.  §8.3."""
    cell = torch.nn.LSTMCell(n_inputs, n_hidden, device="meta")
    return cell.weight_ih.numel() + cell.weight_hh.numel() + cell.bias_ih.numel()  # torch has two vectors of biases


def gru_step(params: Params, x: Tensor, h: Tensor) -> Tensor:
    """h′ = (1 − z) ⊙ n + z ⊙ h with gates z, r and n = tanh([x, r ⊙ h] W_n + b_n).  Cho et al. 2014."""
    both = torch.cat([x, h], 1)
    z, r = (torch.sigmoid(both @ params[f"W_{gate}"] + params[f"b_{gate}"]) for gate in "zr")
    n = torch.tanh(torch.cat([x, r * h], 1) @ params["W_n"] + params["b_n"])
    return (1 - z) * n + z * h


def gru_state_grad(params: Params, x: Tensor, h: Tensor, dh_new: Tensor) -> Tensor:
    """∂(Σ dh_new · h′) / ∂h, shape (N, H), of one step of a GRU."""

    def scalar(h: Tensor) -> Tensor:
        return torch.sum(dh_new * gru_step(params, x, h))

    dh: Tensor = grad(scalar)(h)
    return dh


# --- gradients that vanish and explode (§8.4) ---------------------------------------------------------------------


def power_through_time(w: Number, T: int) -> Tensor:
    """∂h_T/∂h₀ of the linear recurrence hₜ = w hₜ₋₁, for one weight or for each of several.  §8.4."""
    w = torch.as_tensor(w, dtype=torch.float64)
    jacobian: Tensor = torch.pow(w, T)
    return jacobian


def jacobian_norms(W: Tensor, T: int) -> Tensor:
    """Spectral norms ‖∂h_t/∂h₀‖₂ of hₜ = hₜ₋₁ W for t = 1 … T, shape (T,).  §8.4."""

    def states(h: Tensor) -> Tensor:
        reached = []
        for _ in range(T):
            h = h @ W
            reached.append(h)
        return torch.stack(reached)

    jacobians = jacrev(states)(W.new_zeros(len(W)))  # (T, H, H)
    norms: Tensor = torch.linalg.matrix_norm(jacobians, 2)
    return norms


def clip_grad_norm(grads: Params, max_norm: float) -> Params:
    """The gradients scaled together, so that their common norm is at most `max_norm`.  §8.4."""
    norm = torch.linalg.vector_norm(torch.cat([gradient.ravel() for gradient in grads.values()]))
    scale = torch.clamp(max_norm / norm, max=1.0)  # 1 where the norm is 0, for ∞ is clamped too
    return {name: gradient * scale for name, gradient in grads.items()}


def clip_grad_value(grads: Params, limit: float) -> Params:
    """Every entry of every gradient limited to [−limit, limit].  §8.4."""
    return {name: gradient.clamp(-limit, limit) for name, gradient in grads.items()}


# --- CTC (§8.5) ---------------------------------------------------------------------------------------------------


def ctc_collapse(path: Sequence[int], blank: int) -> list[int]:
    """Repeats merged, then blanks dropped.  §8.5; Graves et al. 2006."""
    return [symbol for symbol, _ in itertools.groupby(int(symbol) for symbol in path) if symbol != blank]


def ctc_alignments(label: Sequence[int], T: int, blank: int) -> list[list[int]]:
    """Every path of T symbols that collapses to the label, in ascending order.  §8.5."""
    wanted = [int(symbol) for symbol in label]
    alphabet = sorted({*wanted, int(blank)})
    paths = itertools.product(alphabet, repeat=T)
    return [list(path) for path in paths if ctc_collapse(path, blank) == wanted]


def ctc_log_prob(logp: Tensor, label: Sequence[int], blank: int) -> Tensor:
    """ln P(label) of log-probabilities (T, K) a step: the sum over all alignments, in the log domain.  §8.5.

    Graves et al. 2006, equations 6 to 8.  −∞ where no path is long enough.
    """
    extended = [blank]
    for symbol in label:
        extended += [int(symbol), blank]
    never = logp.new_full((), -torch.inf)
    alpha = [logp[0, symbol] if place < 2 else never for place, symbol in enumerate(extended)]
    for row in logp[1:]:
        stepped = []
        for place, symbol in enumerate(extended):
            reachable = [alpha[place], *alpha[max(place - 1, 0) : place]]
            if place >= 2 and symbol not in (blank, extended[place - 2]):
                reachable.append(alpha[place - 2])
            stepped.append(torch.logsumexp(torch.stack(reachable), 0) + row[symbol])
        alpha = stepped
    return torch.logsumexp(torch.stack(alpha[-2:]), 0)


# --- in practice (§8.2) -------------------------------------------------------------------------------------------


def slot_f1(y: Tensor, y_pred: Tensor) -> Tensor:
    """F1 of slots, which are labels other than 0: 2 · right / (answered + there), 0 where there are none.  §8.2."""
    right, answered, there = ((y == y_pred) & (y != 0)).sum(), (y_pred != 0).sum(), (y != 0).sum()
    return 2.0 * right / torch.clamp(answered + there, min=1)


def many_to_one(params: Params, X: Tensor, h0: Tensor, lengths: Tensor) -> Tensor:
    """Softmax (N, K) of the outputs after the last real step of each sequence.  §8.5."""
    Y, _ = elman_forward(params, X, h0)
    last = torch.take_along_dim(Y, (lengths.long() - 1)[:, None, None], 1)[:, 0]
    return torch.softmax(last, 1)


# --- answers to questions -----------------------------------------------------------------------------------------


def whose_memory() -> dict[str, str]:
    """Live: what comes later is not there yet; tagging needs it; parameters are shared across time.  §8.2."""
    return {"live": "elman", "tagging": "bidirectional", "rating": "many to one", "letters": "none", "longer": "stays"}
