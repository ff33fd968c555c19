"""Unsupervised learning (lecture notes §10): clusters, principal components, autoencoders and codebooks.

Shapes: X is (N, D), centers and codebooks are (K, D) or (K, M), components W are (M, D), one a row.  The parameters of an
autoencoder are a dict with the names W1, b1, …, WL, bL; L is even, and layer L/2 gives the code.  Everything is float64 and
runs on the device of its inputs.  The error of a sample is the SUM of its squared errors over the features, the error of
a data set the MEAN over its samples; inertia is the SUM over samples.  Gradients are taken by autograd.
"""

from __future__ import annotations

from collections.abc import Sequence

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
    return unit @ S @ unit


def pca_eig(X: Tensor, M: int) -> tuple[Tensor, Tensor, Tensor]:
    """The mean (D,), the first M principal components (M, D), one a row, and the variances (M,) along them.  §10.2."""
    variances, vectors = torch.linalg.eigh(covariance(X))  # ascending
    return X.mean(dim=0), vectors.T.flip(0)[:M], variances.flip(0)[:M]


def pca_svd(X: Tensor, M: int) -> tuple[Tensor, Tensor, Tensor]:
    """The same from the singular values of the centered data, which keep twice the digits of small variances.  §10.2.2."""
    mean = X.mean(dim=0)
    _, s, rows = torch.linalg.svd(X - mean, full_matrices=False)
    return mean, rows[:M], s[:M] ** 2 / len(X)


def pca_transform(X: Tensor, mean: Tensor, W: Tensor) -> Tensor:
    """Codes Z (N, M) of X (N, D) in the components W (M, D).  §10.2."""
    return (X - mean) @ W.T


def pca_inverse(Z: Tensor, mean: Tensor, W: Tensor) -> Tensor:
    """The samples (N, D) that codes Z (N, M) stand for.  §10.2.2."""
    return mean + Z @ W


def explained_variance(X: Tensor) -> Tensor:
    """The share (D,) of the total variance along each principal component, greatest first; the SUM is 1.  §10.2."""
    variances = torch.linalg.eigvalsh(covariance(X)).flip(0).clamp(min=0)
    return variances / variances.sum()


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
    """The gradient (M, D) of MEAN ‖x − WᵀW x‖², a linear autoencoder whose decoder is its encoder transposed.  §10.3."""
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
    """Decoded (N, D): the entries `content` of the codes of A beside the other entries of the codes of B.  §10.3, second use."""
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
    wins = torch.heaviside(
        scores[:, None] - scores[None, :], torch.tensor(0.5, dtype=scores.dtype, device=scores.device)
    )
    return torch.sum(torch.where(pairs, wins, 0.0)) / pairs.sum()


# --- codebooks ----------------------------------------------------------------------------------------------------


def vq_quantize(Z: Tensor, E: Tensor) -> tuple[Tensor, Tensor]:
    """For codes Z (N, M) the numbers (N,) of the nearest entries of the codebook E (K, M), and these entries (N, M).  §10.3."""
    k = kmeans_assign(Z, E)
    return k, E.index_select(0, k)


def vq_loss(X: Tensor, X_rec: Tensor, Z: Tensor, E: Tensor, omega: float) -> tuple[Tensor, Tensor, Tensor]:
    """Reconstruction, codebook and commitment (this ω-fold), each a MEAN over samples of a SUM of squares.

    van den Oord, Vinyals and Kavukcuoglu, Neural Discrete Representation Learning, 2017, equation 3.
    """
    gap = torch.mean(torch.sum((Z - vq_quantize(Z, E)[1]) ** 2, dim=1))
    return torch.mean(torch.sum((X - X_rec) ** 2, dim=1)), gap, omega * gap


def straight_through_grad(dZq: Tensor, Z: Tensor, E: Tensor, omega: float) -> tuple[Tensor, Tensor]:
    """Gradients (dZ (N, M), dE (K, M)) where the reconstruction's, with respect to the quantized codes, is dZq (N, M)."""

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
