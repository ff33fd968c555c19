"""Recurrent networks (lecture notes §8): Elman, Jordan, LSTM and GRU cells, gradients through time, and CTC.

Sequences are X (N, T, D): N of them, T steps, D features a step; states are (N, H).  Parameters are dicts by name.
Everything is float64 and runs on the device of its inputs.  Gradients are taken by autograd, so that they are
independent of any derivation by hand.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
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


def slot_draw(rng: np.random.Generator) -> dict[str, Any]:
    """One draw of the gates on sentences: 300 to train on and 200 others to be tested, each a text of tokens.

    A token is a character from "0" on; `word_of` and `label_of` say which word and which label it is, and the first of
    them fills short sentences up.  The grammar is that of the notebook's sentences; words and labels get other numbers
    in every draw.  `none` is the label of a word in no slot.
    """
    numbers, names = rng.permutation(N_WORDS), rng.permutation(4)
    labels = np.zeros(N_WORDS + 1, dtype=int)
    labels[CITY], labels[ORIGIN], labels[DAYS] = 1, 2, 3
    texts = _as_text([_sentence(rng) for _ in range(500)])
    parts = {"train": texts[:300], "test": texts[300:], "label_of": names[labels], "none": int(names[0])}
    return {**parts, "word_of": np.append(numbers, numbers[CITY]), "n_words": N_WORDS}


def recall_draw(rng: np.random.Generator) -> dict[str, Any]:
    """Sequences of ten symbols out of four; the label of every step is a new name of the first one, −1 where not asked.

    300 are to be trained on, and 200 others are asked at their end alone.
    """
    symbols, names = rng.integers(4, size=(500, 10)), rng.permutation(4)
    labels = np.repeat(names[symbols[:, :1]], 10, axis=1)
    labels[300:, :-1] = -1
    texts, tokens = _as_text((5 * symbols + labels + 1).tolist()), np.arange(20)
    parts = {"train": texts[:300], "test": texts[300:], "label_of": tokens % 5 - 1, "none": -1}
    return {**parts, "word_of": tokens // 5, "n_words": 4}


def _as_text(rows: Sequence[Sequence[int]]) -> list[str]:
    """Rows of tokens, a character each, so that a draw takes little room."""
    return ["".join(chr(ord("0") + token) for token in row) for row in rows]


def _words_and_labels(draws: Sequence[dict[str, Any]], part: str, device: str) -> tuple[Tensor, Tensor]:
    """The same texts of all draws as words and labels, both (S, N, T)."""
    longest = max(len(text) for draw in draws for text in draw[part])
    rows = [[[ord(token) - ord("0") for token in text.ljust(longest, "0")] for text in draw[part]] for draw in draws]
    words = [draw["word_of"][tokens] for draw, tokens in zip(draws, rows, strict=True)]
    labels = [draw["label_of"][tokens] for draw, tokens in zip(draws, rows, strict=True)]
    return torch.as_tensor(np.stack(words), device=device), torch.as_tensor(np.stack(labels), device=device)


N_WORDS = 30
FULL_STOP, CITY, ON, THEN = range(4)
OPENINGS, VERBS, FILLERS, DAYS = range(4, 11), range(11, 17), range(17, 26), range(26, 30)
ORIGIN = N_WORDS  # the token of a city that is left; it is the same word


def _sentence(rng: np.random.Generator) -> list[int]:
    """Tokens of a sentence of at most 16 words; every other verb leaves."""

    def trip() -> list[int]:
        verb, between = int(rng.choice(VERBS)), rng.choice(FILLERS, size=rng.integers(4))
        return [verb, *map(int, between), ORIGIN if verb % 2 else CITY]

    tokens = [*map(int, rng.choice(OPENINGS, size=rng.integers(1, 4))), *trip()]
    if rng.uniform() < 0.6:
        tokens += [ON, int(rng.choice(DAYS))]
    if rng.uniform() < 0.5:
        tokens += [THEN, *trip()]
    return tokens


def train_elman(
    words: Tensor, y: Tensor, n_words: int, n_labels: int, n_hidden: int, lr: float, n_epochs: int, batch_size: int,
    rng: torch.Generator,
) -> Params:  # fmt: skip
    """Parameters of an Elman network after mini-batch descent on the MEAN loss of each batch, clipped to 1.  §8.2."""
    starts = _initial_elman([rng], n_words, n_hidden, n_labels, words.device)
    params = _trained_elman(starts, [rng], words[None], y[None], lr, n_epochs, batch_size)
    return {name: value[0] for name, value in params.items()}


def _initial_elman(
    rngs: Sequence[torch.Generator], n_words: int, n_hidden: int, n_labels: int, device: torch.device | str
) -> Params:
    """Initial parameters for each generator, stacked."""
    shapes = {"W_x": (n_words, n_hidden), "W_h": (n_hidden, n_hidden), "W_y": (n_hidden, n_labels)}
    params: dict[str, list[Tensor]] = {name: [] for name in shapes}
    for rng in rngs:
        for name, shape in shapes.items():
            params[name].append(torch.randn(*shape, generator=rng, dtype=torch.float64) / shape[0] ** 0.5)
    stacked = {name: torch.stack(values).to(device) for name, values in params.items()}
    biases = {"b_h": n_hidden, "b_y": n_labels}
    zeros = {n: torch.zeros(len(rngs), size, dtype=torch.float64, device=device) for n, size in biases.items()}
    return stacked | zeros


def _rows_of_words(table: Tensor, words: Tensor) -> Tensor:
    """The row of each word, (S, B, T, ·), in the table (S, V, ·) of its network: one-hot codes times a matrix."""
    first = torch.arange(len(table), device=words.device)[:, None, None] * table.shape[1]
    return torch.nn.functional.embedding(words + first, table.flatten(0, 1))


def _elman_scores(params: Params, words: Tensor) -> Tensor:
    """Scores (S, B, T, K) of S networks for words (S, B, T)."""
    before = _rows_of_words(params["W_x"], words) + params["b_h"][:, None, None]
    h, states = before.new_zeros(*words.shape[:2], before.shape[-1]), []
    for step in before.unbind(2):
        h = torch.tanh(torch.baddbmm(step, h, params["W_h"]))
        states.append(h)
    return torch.stack(states, 2) @ params["W_y"][:, None] + params["b_y"][:, None, None]


def _losses(scores: Tensor, y: Tensor) -> Tensor:
    """(S,): the MEAN loss of each network over the labels (S, B, T) of its batch."""
    return torch.nn.functional.cross_entropy(scores.movedim(-1, 1), y, reduction="none").mean((1, 2))


def _batches(rngs: Sequence[torch.Generator], words: Tensor, y: Tensor, size: int) -> Iterator[tuple[Tensor, Tensor]]:
    """One epoch of words and labels (S, N, T), in a new order for each generator."""
    orders = torch.stack([torch.randperm(words.shape[1], generator=rng) for rng in rngs]).to(words.device)
    each = torch.arange(len(rngs), device=words.device)[:, None]
    for batch in torch.split(orders, size, dim=1):
        yield words[each, batch], y[each, batch]


def _trained_elman(
    params: Params, rngs: Sequence[torch.Generator], words: Tensor, y: Tensor, lr: float, n_epochs: int, size: int
) -> Params:
    """The networks of all generators at once: words and y are (S, N, T)."""
    for _ in range(n_epochs):
        for batch, truth in _batches(rngs, words.long(), y.long(), size):
            params = {name: value.detach().requires_grad_() for name, value in params.items()}
            loss = _losses(_elman_scores(params, batch), truth).sum()
            grads = torch.autograd.grad(loss, list(params.values()))
            norms = torch.cat([gradient.flatten(1) for gradient in grads], 1).norm(dim=1)
            steps = lr * torch.clamp(1 / norms, max=1.0)
            params = {
                name: value - steps.view(-1, *[1] * (gradient.dim() - 1)) * gradient
                for (name, value), gradient in zip(params.items(), grads, strict=True)
            }
    return {name: value.detach() for name, value in params.items()}


def calibrate_train_elman(seeds: Sequence[int], device: str) -> Tensor:
    """F1 (S,) of `train_elman` on sentences of S draws, all at once."""
    draws = [slot_draw(np.random.default_rng(seed)) for seed in seeds]
    rngs = [torch.Generator().manual_seed(seed) for seed in seeds]
    start = _initial_elman(rngs, N_WORDS, 20, 4, device)
    params = _trained_elman(start, rngs, *_words_and_labels(draws, "train", device), lr=2.0, n_epochs=20, size=20)
    words, truth = _words_and_labels(draws, "test", device)
    return _f1(_elman_scores(params, words).argmax(-1), truth, draws)


def _f1(answers: Tensor, truth: Tensor, draws: Sequence[dict[str, Any]]) -> Tensor:
    """F1 (S,) of the labels (S, M, T) that were answered, over the steps that are asked."""
    none = torch.tensor([draw["none"] for draw in draws], device=answers.device)[:, None, None]
    found, there = (answers != none) & (truth >= 0), (truth != none) & (truth >= 0)
    right = found & (answers == truth)
    return 2.0 * right.sum((1, 2)) / torch.clamp(found.sum((1, 2)) + there.sum((1, 2)), min=1)


def train_lstm(words: Tensor, y: Tensor, n_words: int, n_labels: int, n_hidden: int, seed: int) -> Params:
    """Parameters of an LSTM that labels every step, as `lstm_step` has them, with W_y and b_y.  §8.3.

    It starts as `torch.nn.Embedding(n_words, 16)` and `torch.nn.LSTM` do; 20 epochs of Adam on the MEAN loss of batches
    of 32.
    """
    starts = _initial_lstm([seed], n_words, n_hidden, n_labels, words.device)
    embed, from_words, from_states, one, other, W_y, b_y = (
        leaf[0] for leaf in _trained_lstm(starts, [seed], words[None], y[None])
    )
    W, b = torch.cat([embed @ from_words, from_states]).chunk(4, 1), (one + other).chunk(4)
    gates = {f"W_{gate}": W[place] for place, gate in enumerate("ifgo")}
    return {**gates, **{f"b_{gate}": b[place] for place, gate in enumerate("ifgo")}, "W_y": W_y, "b_y": b_y}


def _initial_lstm(
    seeds: Sequence[int], n_words: int, n_hidden: int, n_labels: int, device: torch.device | str
) -> list[Tensor]:
    """Initial parameters for each seed, stacked: of the words (S, V, 16), of the gates (S, ·, 4H), of the labels."""
    shapes = [(16, 4 * n_hidden), (n_hidden, 4 * n_hidden), (4 * n_hidden,), (4 * n_hidden,)]
    shapes += [(n_hidden, n_labels), (n_labels,)]
    leaves: list[list[Tensor]] = [[] for _ in range(1 + len(shapes))]
    for seed in seeds:
        generator = torch.Generator().manual_seed(seed)
        leaves[0].append(torch.randn(n_words, 16, generator=generator))
        for leaf, shape in zip(leaves[1:], shapes, strict=True):
            leaf.append((2 * torch.rand(*shape, generator=generator) - 1) / n_hidden**0.5)
    return [torch.stack(leaf).to(device) for leaf in leaves]


def _lstm_scores(leaves: Sequence[Tensor], words: Tensor) -> Tensor:
    """Scores (S, B, T, K) of S networks for words (S, B, T)."""
    embed, from_words, from_states, one, other, W_y, b_y = leaves
    before = _rows_of_words(embed @ from_words, words)
    before = before + (one + other)[:, None, None]  # (S, B, T, 4H)
    h = c = before.new_zeros(*words.shape[:2], from_states.shape[1])
    states = []
    for step in before.unbind(2):
        i, f, g, o = torch.baddbmm(step, h, from_states).chunk(4, -1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        states.append(h)
    return torch.stack(states, 2) @ W_y[:, None] + b_y[:, None, None]


def _trained_lstm(leaves: list[Tensor], seeds: Sequence[int], words: Tensor, y: Tensor) -> list[Tensor]:
    """The networks of all seeds at once: words and y are (S, N, T)."""
    leaves = [leaf.clone().requires_grad_() for leaf in leaves]
    optimizer = torch.optim.Adam(leaves, lr=0.01)
    generators = [torch.Generator().manual_seed(seed) for seed in seeds]
    for _ in range(20):
        for batch, truth in _batches(generators, words.long(), y.long(), 32):
            optimizer.zero_grad()
            torch.autograd.backward(_losses(_lstm_scores(leaves, batch), truth).sum())
            optimizer.step()
    return [leaf.detach() for leaf in leaves]


def calibrate_train_lstm(seeds: Sequence[int], device: str) -> Tensor:
    """(S,): the lesser of F1 on sentences and of the share recalled, of `train_lstm` on S draws, all at once."""
    rngs, worst = [np.random.default_rng(seed) for seed in seeds], []
    for draw, n_words in ((slot_draw, N_WORDS), (recall_draw, 4)):
        draws = [draw(rng) for rng in rngs]
        leaves = _initial_lstm(seeds, n_words, 32, 4, device)
        leaves = _trained_lstm(leaves, seeds, *_words_and_labels(draws, "train", device))
        words, truth = _words_and_labels(draws, "test", device)
        worst.append(_f1(_lstm_scores(leaves, words).argmax(-1), truth, draws))
    return torch.minimum(worst[0], worst[1])


# --- answers to questions -----------------------------------------------------------------------------------------


def whose_memory() -> dict[str, str]:
    """Live: what comes later is not there yet; tagging needs it; parameters are shared across time.  §8.2."""
    return {"live": "elman", "tagging": "bidirectional", "rating": "many to one", "letters": "none", "longer": "stays"}
