"""Unsupervised learning (lecture notes §10): clusters, principal components, autoencoders and codebooks.

Shapes: X is (N, D), centers and codebooks are (K, D) or (K, M), components W are (M, D), one a row.  The parameters
of an autoencoder are a dict with the names W1, b1, …, WL, bL; L is even, and layer L/2 gives the code.  Everything is
float64 and runs on the device of its inputs.  The error of a sample is the SUM of its squared errors over the features,
the error of a data set the MEAN over its samples; inertia is the SUM over samples.  Gradients are taken by autograd.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor
from torch.func import grad, vmap

Params = dict[str, Tensor]


def unsupervised_tasks() -> dict[str, str]:
    """Which kind of unsupervised learning each task is.  §10."""
    return {
        "genes": "clustering",
        "plot": "reduction",
        "milling": "anomaly",
        "faces": "generation",
        "customers": "clustering",
        "sensors": "reduction",
    }


# --- clusters -----------------------------------------------------------------------------------------------------


def _squared_distances(X: Tensor, C: Tensor) -> Tensor:
    """‖x − c‖² (N, K)."""
    return torch.sum((X[:, None, :] - C[None, :, :]) ** 2, dim=2)


def kmeans_assign(X: Tensor, C: Tensor) -> Tensor:
    """The number (N,) of the nearest of the centers C (K, D); of equally near ones the first.  §10.1."""
    return torch.argmin(_squared_distances(X, C), dim=1)


def kmeans_update(X: Tensor, labels: Tensor, C: Tensor) -> Tensor:
    """The mean (K, D) of the samples of each cluster; a cluster without samples keeps its center.  §10.1."""
    member = (labels.long()[:, None] == torch.arange(len(C), device=X.device)).to(X.dtype)  # (N, K)
    count = member.sum(dim=0)[:, None]
    return torch.where(count > 0, member.T @ X / count.clamp(min=1), C)


def kmeans(X: Tensor, C0: Tensor, n_iters: int) -> tuple[Tensor, Tensor, Tensor]:
    """Centers (K, D), labels (N,) and the inertia (n_iters + 1,), a SUM, before each update and at the end.  §10.1."""
    C, inertias = C0, []
    for _ in range(n_iters):
        inertias.append(_squared_distances(X, C).min(dim=1).values.sum())
        C = kmeans_update(X, kmeans_assign(X, C), C)
    inertias.append(_squared_distances(X, C).min(dim=1).values.sum())
    return C, kmeans_assign(X, C), torch.stack(inertias)


def kmeans_best(X: Tensor, starts: Tensor, n_iters: int) -> tuple[Tensor, Tensor]:
    """Centers and labels of the run from starts (R, K, D) whose inertia is least at the end.  §10.1."""
    runs = [kmeans(X, C0, n_iters) for C0 in starts]
    best = torch.argmin(torch.stack([inertias[-1] for _, _, inertias in runs]))[None]
    C, labels = (torch.stack([run[i] for run in runs]).index_select(0, best)[0] for i in (0, 1))
    return C, labels


def soft_assign(X: Tensor, C: Tensor, tau: float) -> Tensor:
    """Shares (N, K) of each sample in each cluster: a softmax of −‖x − c‖² / τ.  §10.1 (distributed representation)."""
    return torch.softmax(-_squared_distances(X, C) / tau, dim=1)


def hac(X: Tensor, linkage: str) -> Tensor:
    """The N − 1 merges (a, b, distance) of agglomerative clustering, as scipy numbers them.  §10.1.

    Samples are clusters 0 … N − 1, the cluster of merge t is N + t, and a < b.  linkage: single, complete or average.
    """
    n, size = len(X), 2 * len(X) - 1
    where = torch.arange(size, device=X.device)
    D = torch.full((size, size), torch.inf, dtype=X.dtype, device=X.device)
    D[:n, :n] = torch.sqrt(_squared_distances(X, X))
    D.fill_diagonal_(torch.inf)
    count = torch.ones(size, dtype=X.dtype, device=X.device)
    merges = []
    for new in range(n, size):
        nearest = torch.argmin(D)
        pair = torch.stack([nearest // size, nearest % size])
        rows, counts = D.index_select(0, pair), count.index_select(0, pair)  # (2, 2N − 1), (2,)
        merges.append(torch.cat([pair.to(X.dtype), D.min()[None]]))
        if linkage == "single":
            merged = rows.min(dim=0).values
        elif linkage == "complete":
            merged = rows.max(dim=0).values
        else:
            merged = counts @ rows / counts.sum()
        gone = (where == pair[0]) | (where == pair[1])
        merged = torch.where(gone, torch.inf, merged)
        D = torch.where(gone[:, None] | gone[None, :], torch.inf, D)
        D[new, :], D[:, new] = merged, merged
        count[new] = counts.sum()
    return torch.stack(merges)


def cut_tree(merges: Tensor, n_clusters: int) -> Tensor:
    """Labels (N,) from 0 of the clusters that are there after the first N − n_clusters merges."""
    n = len(merges) + 1
    member = torch.eye(2 * n - 1, n, dtype=torch.bool, device=merges.device)  # cluster by sample
    alive = torch.arange(2 * n - 1, device=merges.device) < n
    for new in range(n, 2 * n - n_clusters):
        pair = merges[new - n, :2].long()
        member[new] = member.index_select(0, pair).any(dim=0)
        alive = alive & (torch.arange(2 * n - 1, device=merges.device)[:, None] != pair).all(dim=1)
        alive[new] = True
    number = torch.cumsum(alive, dim=0) - 1
    return torch.sum(torch.where(member & alive[:, None], number[:, None], 0), dim=0)


# --- principal components -----------------------------------------------------------------------------------------


def covariance(X: Tensor) -> Tensor:
    """(D, D): the MEAN of (x − x̄)(x − x̄)ᵀ.  §10.2.1."""
    centered = X - X.mean(dim=0)
    return centered.T @ centered / len(X)


def projected_variance(w: Tensor, S: Tensor) -> Tensor:
    """The variance along the direction of w (D,), of any length but 0, of data with covariance S (D, D).  §10.2.1."""
    unit = w / torch.linalg.vector_norm(w)
    variance: Tensor = unit @ S @ unit
    return variance


def pca_eig(X: Tensor, M: int) -> tuple[Tensor, Tensor, Tensor]:
    """The mean (D,), the first M principal components (M, D), one a row, and the variances (M,) along them.  §10.2."""
    variances, vectors = torch.linalg.eigh(covariance(X))  # ascending
    return X.mean(dim=0), vectors.T.flip(0)[:M], variances.flip(0)[:M]


def pca_svd(X: Tensor, M: int) -> tuple[Tensor, Tensor, Tensor]:
    """The same from the singular values of the centered data, which keep the digits of small variances.  §10.2.2."""
    mean = X.mean(dim=0)
    _, s, rows = torch.linalg.svd(X - mean, full_matrices=False)
    return mean, rows[:M], s[:M] ** 2 / len(X)


def pca_transform(X: Tensor, mean: Tensor, W: Tensor) -> Tensor:
    """Codes Z (N, M) of X (N, D) in the components W (M, D).  §10.2."""
    return (X - mean) @ W.T


def pca_inverse(Z: Tensor, mean: Tensor, W: Tensor) -> Tensor:
    """The samples (N, D) that codes Z (N, M) stand for.  §10.2.2."""
    return Z @ W + mean


def explained_variance(X: Tensor) -> Tensor:
    """The share (D,) of the total variance along each principal component, greatest first; the SUM is 1.  §10.2."""
    variances: Tensor = torch.linalg.eigvalsh(covariance(X)).flip(0).clamp(min=0)
    return variances / torch.sum(variances)


def reconstruction_error(X: Tensor, mean: Tensor, W: Tensor) -> Tensor:
    """MEAN over samples of ‖x − x̂‖², x̂ being what the M components W (M, D) keep of x.  §10.2.2."""
    X_rec = pca_inverse(pca_transform(X, mean, W), mean, W)
    return torch.mean(torch.sum((X - X_rec) ** 2, dim=1))


def whiten(X: Tensor, M: int) -> Tensor:
    """Codes (N, M) of X in its first M components, each scaled to variance 1."""
    mean, W, variances = pca_eig(X, M)
    return pca_transform(X, mean, W) / torch.sqrt(variances)


# --- autoencoders -------------------------------------------------------------------------------------------------


def principal_angles(A: Tensor, B: Tensor) -> Tensor:
    """The angles (M,) between the spans of the rows of A and of B (M, D), ascending, in radians.

    Björck and Golub, Numerical methods for computing angles between linear subspaces, 1973.
    """
    one, other = (torch.linalg.qr(each.T).Q for each in (A, B))  # (D, M)
    return torch.arccos(torch.linalg.svdvals(one.T @ other).clamp(max=1))


def _tied_error(W: Tensor, X: Tensor) -> Tensor:
    return torch.mean(torch.sum((X - X @ W.T @ W) ** 2, dim=1))


def tied_grad(W: Tensor, X: Tensor) -> Tensor:
    """The gradient (M, D) of MEAN ‖x − WᵀW x‖²: a linear autoencoder, its decoder the encoder's transpose.  §10.3."""
    dW: Tensor = grad(_tied_error)(W, X)
    return dW


def train_linear_autoencoder(X: Tensor, W0: Tensor, lr: float, n_steps: int) -> tuple[Tensor, Tensor]:
    """W (M, D) after gradient descent on the centered X, and the errors (n_steps + 1,) on the way.  §10.3."""
    X, W = X - X.mean(dim=0), W0
    errors = [_tied_error(W, X)]
    for _ in range(n_steps):
        W = W - lr * tied_grad(W, X)
        errors.append(_tied_error(W, X))
    return W, torch.stack(errors)


def autoencoder_forward(params: Params, X: Tensor) -> list[Tensor]:
    """The activations A0 = X, A1, …, AL: tanh but for the code, A(L/2), and the reconstruction, AL.  §10.3."""
    layers = len(params) // 2
    activations = [X]
    for layer in range(1, layers + 1):
        Z = activations[-1] @ params[f"W{layer}"] + params[f"b{layer}"]
        activations.append(Z if layer in (layers // 2, layers) else torch.tanh(Z))
    return activations


def _autoencoder_error(params: Params, X: Tensor, target: Tensor) -> Tensor:
    return torch.mean(torch.sum((autoencoder_forward(params, X)[-1] - target) ** 2, dim=1))


def autoencoder_grad(params: Params, X: Tensor, target: Tensor) -> Params:
    """The gradient, by name, of MEAN ‖x̂ − target‖² over samples; x̂ is the reconstruction of X.  §10.3."""
    gradients: Params = grad(_autoencoder_error)(params, X, target)
    return gradients


def denoise_loss(params: Params, X: Tensor, noise: Tensor) -> Tensor:
    """MEAN over samples of ‖x̂ − x‖² where x̂ is reconstructed from x + noise.  §10.3, first use."""
    return _autoencoder_error(params, X + noise, X)


def disentangle_swap(params: Params, A: Tensor, B: Tensor, content: Tensor) -> Tensor:
    """Decoded (N, D): entries `content` of the codes of A beside the other entries of the codes of B.  §10.3."""
    layers = len(params) // 2
    one, other = (autoencoder_forward(params, each)[layers // 2] for each in (A, B))
    places = torch.arange(one.shape[1], device=A.device)
    Z = torch.where((places[:, None] == content.long()).any(dim=1), one, other)
    for layer in range(layers // 2 + 1, layers + 1):
        Z = Z @ params[f"W{layer}"] + params[f"b{layer}"]
        Z = Z if layer == layers else torch.tanh(Z)
    return Z


# --- anomalies ----------------------------------------------------------------------------------------------------


def anomaly_score(X: Tensor, X_rec: Tensor) -> Tensor:
    """‖x − x̂‖² (N,) of each sample, a SUM over features.  §10.3, sixth use."""
    return torch.sum((X - X_rec) ** 2, dim=1)


def anomaly_threshold(scores: Tensor, q: float) -> Tensor:
    """The least of the scores (N,) that at least the share q of them does not exceed."""
    share = (scores[None, :] <= scores[:, None]).to(torch.float64).mean(dim=1)
    return torch.where(share >= q, scores, torch.inf).min()


def auc(scores: Tensor, y: Tensor) -> Tensor:
    """P(s₊ > s₋) + ½ P(s₊ = s₋) over all pairs of an anomaly (y = 1) and a normal sample (y = 0).

    Hanley and McNeil, The meaning and use of the area under a receiver operating characteristic curve, 1982.
    """
    pairs = (y == 1)[:, None] & (y == 0)[None, :]
    half = torch.tensor(0.5, dtype=scores.dtype, device=scores.device)
    wins = torch.heaviside(scores[:, None] - scores[None, :], half)
    return torch.sum(torch.where(pairs, wins, 0.0)) / pairs.sum()


# --- codebooks ----------------------------------------------------------------------------------------------------


def vq_quantize(Z: Tensor, E: Tensor) -> tuple[Tensor, Tensor]:
    """The numbers (N,) of the entries of E (K, M) nearest to the codes Z (N, M), and these entries (N, M).  §10.3."""
    k = kmeans_assign(Z, E)
    return k, E.index_select(0, k)


def vq_loss(X: Tensor, X_rec: Tensor, Z: Tensor, E: Tensor, omega: float) -> tuple[Tensor, Tensor, Tensor]:
    """Reconstruction, codebook and commitment (this ω-fold), each a MEAN over samples of a SUM of squares.

    van den Oord, Vinyals and Kavukcuoglu, Neural Discrete Representation Learning, 2017, equation 3.
    """
    gap = torch.mean(torch.sum((Z - vq_quantize(Z, E)[1]) ** 2, dim=1))
    return torch.mean(torch.sum((X - X_rec) ** 2, dim=1)), gap, omega * gap


def straight_through_grad(dZq: Tensor, Z: Tensor, E: Tensor, omega: float) -> tuple[Tensor, Tensor]:
    """Gradients (dZ (N, M), dE (K, M)), dZq (N, M) being the reconstruction's at the quantized codes.  §10.3."""

    def loss(Z: Tensor, E: Tensor) -> Tensor:
        _, Zq = vq_quantize(Z, E)
        through = Z + (Zq - Z).detach()
        codebook = torch.mean(torch.sum((Z.detach() - Zq) ** 2, dim=1))
        commitment = torch.mean(torch.sum((Z - Zq.detach()) ** 2, dim=1))
        return torch.sum(dZq * through) + codebook + omega * commitment

    dZ, dE = grad(loss, argnums=(0, 1))(Z, E)
    return dZ, dE


def compression_ratio(n_images: int, n_pixels: int, bits: int, n_codes: int) -> float:
    """Bits of the images over bits of their codes and of the codebook, whose entries are whole images."""
    index_bits = int(np.ceil(np.log2(n_codes)))
    return n_images * n_pixels * bits / (n_images * index_bits + n_codes * n_pixels * bits)


# --- in practice --------------------------------------------------------------------------------------------------


def adam_step(params: Params, grads: Params, memory: Params, lr: float) -> tuple[Params, Params]:
    """One step of Adam with β₁ = 0.9, β₂ = 0.999 and ε = 1e-8 (Kingma and Ba 2015); the memory is {} at first."""
    one = torch.ones((), dtype=torch.float64, device=next(iter(params.values())).device)
    t = memory.get("t", 0 * one) + 1
    after, moved = {"t": t}, {}
    for name, g in grads.items():
        m = after["m" + name] = 0.9 * memory.get("m" + name, torch.zeros_like(g)) + 0.1 * g
        v = after["v" + name] = 0.999 * memory.get("v" + name, torch.zeros_like(g)) + 0.001 * g**2
        moved[name] = params[name] - lr * (m / (1 - 0.9**t)) / (torch.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return moved, after


def _first_params(sizes: Sequence[int], rng: torch.Generator, device: torch.device | str) -> Params:
    """Normal weights of variance 1 / fan-in, biases 0."""
    params: Params = {}
    for layer, (fan_in, fan_out) in enumerate(pairwise(sizes), start=1):
        W = torch.randn(fan_in, fan_out, generator=rng, dtype=torch.float64) / fan_in**0.5
        params |= {f"W{layer}": W.to(device), f"b{layer}": torch.zeros(fan_out, dtype=torch.float64, device=device)}
    return params


def train_autoencoder(
    X: Tensor, n_hidden: int, n_code: int, lr: float, n_epochs: int, batch_size: int, rng: torch.Generator
) -> Params:
    """Parameters of an autoencoder with tanh layers of n_hidden neurons after Adam on each batch's error.  §10.3."""
    return train_denoiser(X, 0.0, n_hidden, n_code, lr, n_epochs, batch_size, rng)


def train_denoiser(
    X: Tensor, sigma: float, n_hidden: int, n_code: int, lr: float, n_epochs: int, batch_size: int, rng: torch.Generator
) -> Params:
    """The same where normal noise of standard deviation sigma, new in every batch, is added to what goes in.  §10.3."""
    params = _first_params([X.shape[1], n_hidden, n_code, n_hidden, X.shape[1]], rng, X.device)
    memory: Params = {}
    for _ in range(n_epochs):
        for batch in torch.split(torch.randperm(len(X), generator=rng).to(X.device), batch_size):
            noise = torch.randn(len(batch), X.shape[1], generator=rng, dtype=X.dtype).to(X.device)
            grads = autoencoder_grad(params, X[batch] + sigma * noise, X[batch])
            params, memory = adam_step(params, grads, memory, lr)
    return params


def train_detector(X: Tensor, normal: Tensor, M: int) -> tuple[Tensor, Tensor]:
    """Mean (D,) and M principal components (M, D) of the normal samples, those where `normal` (N,) is true.  §10.3."""
    weight = normal.to(X.dtype) / normal.sum()
    mean = weight @ X
    _, _, rows = torch.linalg.svd((X - mean) * torch.sqrt(weight)[:, None], full_matrices=False)
    return mean, rows[:M]


AUTOENCODER = {"n_hidden": 48, "n_code": 6, "lr": 0.01, "n_epochs": 40, "batch_size": 25}
DENOISER = {"n_hidden": 64, "n_code": 20, "lr": 0.007, "n_epochs": 25, "batch_size": 25}
SIGMA, TRAINED_ON = 0.3, 800


def digits_draw(rng: np.random.Generator) -> dict[str, np.ndarray | int]:
    """One draw of the gates on digits: rows to train on, the 397 test rows (always the same), and a seed `turn`.

    The data are public, and so are parameters that fit them; pixels that were turned need others.
    """
    order = np.random.default_rng(0).permutation(1797)
    rows = rng.permutation(order[:1400])[:TRAINED_ON]
    return {"rows": rows, "rows_test": order[1400:], "turn": int(rng.integers(2**31))}


def turned(images: np.ndarray, turn: int) -> np.ndarray:
    """Pixels from 0 to 16, scaled to 1 and turned by a random orthogonal matrix.  The observes do the same."""
    rng = np.random.default_rng(turn)
    matrix: np.ndarray = np.linalg.qr(rng.normal(size=(images.shape[1], images.shape[1])))[0]
    result: np.ndarray = images / 16 @ matrix
    return result


def _drawn(seeds: Sequence[int], device: str) -> tuple[Tensor, Tensor]:
    from sklearn.datasets import load_digits

    images = load_digits().data
    draws = [digits_draw(np.random.default_rng(seed)) for seed in seeds]
    train, test = (
        torch.as_tensor(np.stack([turned(images[draw[rows]], int(draw["turn"])) for draw in draws])).to(device)
        for rows in ("rows", "rows_test")
    )
    return train, test


def _test_error(params: Params, X: Tensor, target: Tensor) -> Tensor:
    return vmap(_autoencoder_error)(params, X, target)


def _train_many(X: Tensor, generators: Sequence[torch.Generator], sigma: float, settings: dict[str, float]) -> Params:
    """`train_denoiser` on X (S, N, D) from every generator, all at once."""
    S, N, D = X.shape
    width, code, size = int(settings["n_hidden"]), int(settings["n_code"]), int(settings["batch_size"])
    starts = [_first_params([D, width, code, width, D], generator, X.device) for generator in generators]
    params = {name: torch.stack([start[name] for start in starts]) for name in starts[0]}
    memory: Params = {}
    each, gradients = torch.arange(S, device=X.device)[:, None], vmap(grad(_autoencoder_error))
    for _ in range(int(settings["n_epochs"])):
        orders = torch.stack([torch.randperm(N, generator=generator) for generator in generators]).to(X.device)
        for batch in torch.split(orders, size, dim=1):
            clean = X[each, batch]  # (S, B, D)
            noise = torch.randn(clean.shape, generator=generators[0], dtype=X.dtype).to(X.device)
            noisy = clean + sigma * noise if sigma else clean
            params, memory = adam_step(params, gradients(params, noisy, clean), memory, settings["lr"])
    return params


def _in_parts(seeds: Sequence[int], run: Callable[[Sequence[int]], Tensor], most: int = 64) -> Tensor:
    """So many seeds at a time: each has its own images, and the nets of so many stay near the processor."""
    return torch.cat([run(seeds[first : first + most]) for first in range(0, len(seeds), most)])


def calibrate_train_autoencoder(seeds: Sequence[int], device: str) -> Tensor:
    """Test error (len(seeds),) of `train_autoencoder` over that of PCA with as many components, a draw a seed."""

    def run(part: Sequence[int]) -> Tensor:
        X, X_test = _drawn(part, device)
        params = _train_many(X, [torch.Generator().manual_seed(seed) for seed in part], 0.0, AUTOENCODER)
        M = int(AUTOENCODER["n_code"])
        of_pca = vmap(lambda X, X_test: reconstruction_error(X_test, *pca_svd(X, M)[:2]))(X, X_test)
        return _test_error(params, X_test, X_test) / of_pca

    return _in_parts(seeds, run)


def calibrate_train_denoiser(seeds: Sequence[int], device: str) -> Tensor:
    """Error (len(seeds),) of `train_denoiser` on noisy test images, a draw a seed."""

    def run(part: Sequence[int]) -> Tensor:
        X, X_test = _drawn(part, device)
        generators = [torch.Generator().manual_seed(seed) for seed in part]
        params = _train_many(X, generators, SIGMA, DENOISER)
        noise = torch.randn(X_test.shape, generator=generators[0], dtype=X.dtype).to(device)
        return _test_error(params, X_test + SIGMA * noise, X_test)

    return _in_parts(seeds, run)


def calibrate_train_detector(seeds: Sequence[int], device: str) -> Tensor:
    """AUC (len(seeds),) of what `train_detector` finds on test images: zeros are normal, other digits anomalies."""
    from sklearn.datasets import load_digits

    y = torch.as_tensor(load_digits().target)

    def score(X: Tensor, X_test: Tensor, normal: Tensor) -> Tensor:
        mean, W = train_detector(X, normal, 6)
        return anomaly_score(X_test, pca_inverse(pca_transform(X_test, mean, W), mean, W))

    def run(part: Sequence[int]) -> Tensor:
        draws = [digits_draw(np.random.default_rng(seed)) for seed in part]
        zeros, zeros_test = (torch.stack([y[draw[rows]] == 0 for draw in draws]) for rows in ("rows", "rows_test"))
        scores = vmap(score)(*_drawn(part, device), zeros.to(device))
        return vmap(auc)(scores, 1 - zeros_test.to(device).long())

    return _in_parts(seeds, run)
