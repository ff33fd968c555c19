"""Chapter 9's exercises by scikit-learn, scipy, torch and numpy's quantiles."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.cluster.hierarchy
import scipy.linalg
import scipy.ndimage
import torch
from judging import by, gradients, holding, minimize, started, tensor
from numpy.typing import NDArray
from scipy.cluster.vq import kmeans2, vq
from scipy.spatial.distance import mahalanobis
from sklearn.cluster import KMeans
from sklearn.decomposition import PCA
from sklearn.metrics import roc_auc_score
from sklearn.metrics.pairwise import paired_euclidean_distances
from sklearn.mixture import GaussianMixture
from torch import nn

Array = NDArray[Any]
Params = dict[str, Array]


# --- clusters -----------------------------------------------------------------------------------------------------


@by("scipy.cluster.vq.vq")
def kmeans_assign(X: Array, C: Array) -> Array:
    return vq(X, C)[0]


@by("scipy.ndimage.mean")
def kmeans_update(X: Array, labels: Array, C: Array) -> Array:
    """A cluster without samples has no mean."""
    means = np.transpose([scipy.ndimage.mean(feature, labels, np.arange(len(C))) for feature in X.T])
    return np.where(np.isnan(means), C, means)


@by("scipy.cluster.vq.kmeans2", "scipy.cluster.vq.vq")
def kmeans(X: Array, C0: Array, n_iters: int) -> Any:
    centers = [C0, *(kmeans2(X, C0, n, minit="matrix")[0] for n in range(1, n_iters + 1))]
    assigned = [vq(X, C) for C in centers]
    return centers[-1], assigned[-1][0], [np.sum(distances**2) for _, distances in assigned]


@by("sklearn.cluster.KMeans")
def kmeans_best(X: Array, starts: Array, n_iters: int) -> Any:
    models = [KMeans(len(C0), init=C0, n_init=1, max_iter=n_iters, tol=0.0).fit(X) for C0 in starts]
    best = models[int(np.argmin([model.inertia_ for model in models]))]
    return best.cluster_centers_, best.labels_


@by("sklearn.mixture.GaussianMixture")
def soft_assign(X: Array, C: Array, tau: float) -> Array:
    """Posteriors of equally frequent, round Gaussians, 2 σ² = τ."""
    model = GaussianMixture(len(C), covariance_type="spherical")
    model.weights_, model.means_ = np.full(len(C), 1 / len(C)), C
    model.covariances_ = np.full(len(C), tau / 2)
    model.precisions_cholesky_ = 1 / np.sqrt(model.covariances_)
    return model.predict_proba(X)


@by("scipy.cluster.hierarchy.linkage")
def hac(X: Array, linkage: str) -> Array:
    return scipy.cluster.hierarchy.linkage(X, linkage)[:, :3]


@by("scipy.cluster.hierarchy.cut_tree")
def cut_tree(merges: Array, n_clusters: int) -> Array:
    """Scipy wants sizes of the clusters too, and distances that grow."""
    sizes = [1.0] * (len(merges) + 1)
    for a, b in merges[:, :2].astype(int):
        sizes.append(sizes[a] + sizes[b])
    tree = np.column_stack([merges[:, :2], np.arange(1.0, len(merges) + 1), sizes[len(merges) + 1 :]])
    return scipy.cluster.hierarchy.cut_tree(tree, n_clusters)[:, 0]


# --- principal components -----------------------------------------------------------------------------------------


@by("scipy.spatial.distance.mahalanobis", "scipy.linalg.norm")
def projected_variance(w: Array, S: Array) -> float:
    return (mahalanobis(w, np.zeros(len(w)), S) / scipy.linalg.norm(w)) ** 2


def fitted(X: Array, M: int, svd_solver: str) -> Any:
    """Variances of scikit-learn have divisor N − 1."""
    model = PCA(M, svd_solver=svd_solver).fit(X)
    return model.mean_, model.components_, model.explained_variance_ * (len(X) - 1) / len(X)


@by("sklearn.decomposition.PCA")
def pca_eig(X: Array, M: int) -> Any:
    return fitted(X, M, "covariance_eigh")


@by("sklearn.decomposition.PCA")
def pca_svd(X: Array, M: int) -> Any:
    return fitted(X, M, "full")


def model_of(mean: Array, W: Array) -> PCA:
    model = PCA(len(W))
    model.mean_, model.components_ = mean, W
    return model


def pca_inverse(Z: Array, mean: Array, W: Array) -> Array:
    return model_of(mean, W).inverse_transform(Z)


@by("sklearn.decomposition.PCA", pca_inverse=pca_inverse)
def pca_transform(X: Array, mean: Array, W: Array) -> Array:
    return model_of(mean, W).transform(X)


@by("sklearn.decomposition.PCA")
def explained_variance(X: Array) -> Array:
    """Scikit-learn leaves out components beyond the number of samples."""
    shares = PCA().fit(X).explained_variance_ratio_
    return np.pad(shares, (0, X.shape[1] - len(shares)))


@by("sklearn.decomposition.PCA", "sklearn.metrics.pairwise.paired_euclidean_distances")
def reconstruction_error(X: Array, mean: Array, W: Array) -> float:
    model = model_of(mean, W)
    return np.mean(paired_euclidean_distances(X, model.inverse_transform(model.transform(X))) ** 2)


@by("sklearn.decomposition.PCA")
def whiten(X: Array, M: int) -> Array:
    """Variances of scikit-learn have divisor N − 1."""
    return PCA(M, whiten=True).fit_transform(X) * np.sqrt(len(X) / (len(X) - 1))


@by("scipy.linalg.subspace_angles")
def principal_angles(A: Array, B: Array) -> Array:
    return scipy.linalg.subspace_angles(A.T, B.T)[::-1]


# --- autoencoders -------------------------------------------------------------------------------------------------


def error(X_rec: torch.Tensor, X: torch.Tensor) -> torch.Tensor:
    """The MEAN over samples of a SUM over features."""
    return nn.MSELoss(reduction="sum")(X_rec, X) / len(X)


def tied_error(W: torch.Tensor, X: torch.Tensor) -> torch.Tensor:
    return error(nn.functional.linear(nn.functional.linear(X, W), W.T), X)


@by("torch.nn.MSELoss", "torch.nn.functional.linear", "torch.Tensor.backward")
def tied_grad(W: Array, X: Array) -> torch.Tensor:
    return gradients(lambda W: tied_error(W, tensor(X)), W)[0]


@by("torch.optim.SGD", "torch.nn.MSELoss", "torch.nn.functional.linear")
def train_linear_autoencoder(X: Array, W0: Array, lr: float, n_steps: int) -> Any:
    centered, W = tensor(X - X.mean(axis=0)), tensor(W0, grad=True)
    optimizer, errors = torch.optim.SGD([W], lr), [tied_error(W, centered).item()]
    for _ in range(n_steps):
        minimize(lambda: tied_error(W, centered), optimizer, 1)
        errors.append(tied_error(W, centered).item())
    return W, errors


def layers_of(params: Params) -> list[nn.Sequential]:
    n_layers, layers = len(params) // 2, []
    for layer in range(1, n_layers + 1):
        W, b = params[f"W{layer}"], params[f"b{layer}"]
        bent = nn.Identity() if layer in (n_layers // 2, n_layers) else nn.Tanh()
        layers.append(nn.Sequential(holding(nn.Linear(*W.shape), {"weight": W.T, "bias": b}), bent))
    return layers


@by("torch.nn.Linear", "torch.nn.Tanh")
def autoencoder_forward(params: Params, X: Array) -> list[torch.Tensor]:
    layers = layers_of(params)
    return [nn.Sequential(*layers[:depth])(tensor(X)) for depth in range(len(layers) + 1)]


@by("torch.nn.Linear", "torch.nn.Tanh", "torch.nn.MSELoss", "torch.Tensor.backward")
def autoencoder_grad(params: Params, X: Array, target: Array) -> Any:
    layers = layers_of(params)
    error(nn.Sequential(*layers)(tensor(X)), tensor(target)).backward()
    weights = {f"W{number}": dense.weight.grad.T for number, (dense, _) in enumerate(layers, start=1)}
    return weights | {f"b{number}": dense.bias.grad for number, (dense, _) in enumerate(layers, start=1)}


@by("torch.nn.Linear", "torch.nn.Tanh", "torch.nn.MSELoss")
def denoise_loss(params: Params, X: Array, noise: Array) -> torch.Tensor:
    return error(nn.Sequential(*layers_of(params))(tensor(X + noise)), tensor(X))


@by("torch.nn.Linear", "torch.nn.Tanh")
def disentangle_swap(params: Params, A: Array, B: Array, content: Array) -> torch.Tensor:
    layers = layers_of(params)
    encode, decode = nn.Sequential(*layers[: len(layers) // 2]), nn.Sequential(*layers[len(layers) // 2 :])
    places, of_A = torch.tensor(content), encode(tensor(A))
    return decode(encode(tensor(B)).index_copy(1, places, of_A.index_select(1, places)))


@by("torch.optim.Adam", "torch.nn.Linear", "torch.nn.Tanh", "torch.nn.MSELoss")
def train_denoiser(
    X: Array, sigma: float, n_hidden: int, n_code: int, lr: float, n_epochs: int, batch_size: int, rng: Any
) -> Any:
    torch.manual_seed(int(rng.integers(2**31)))
    net = nn.Sequential(
        nn.Linear(X.shape[1], n_hidden), nn.Tanh(), nn.Linear(n_hidden, n_code),
        nn.Linear(n_code, n_hidden), nn.Tanh(), nn.Linear(n_hidden, X.shape[1]),
    )  # fmt: skip
    samples, optimizer = tensor(X), torch.optim.Adam(started(net, "linear").parameters(), lr)
    for _ in range(n_epochs):
        for batch in torch.randperm(len(X)).split(batch_size):
            clean = samples[batch]
            noisy = torch.normal(clean, sigma)
            minimize(lambda noisy=noisy, clean=clean: error(net(noisy), clean), optimizer, 1)
    dense = [layer for layer in net if isinstance(layer, nn.Linear)]
    weights = {f"W{number}": layer.weight.T for number, layer in enumerate(dense, start=1)}
    return weights | {f"b{number}": layer.bias for number, layer in enumerate(dense, start=1)}


@by("torch.optim.Adam", "torch.nn.Linear", "torch.nn.Tanh", "torch.nn.MSELoss")
def train_autoencoder(X: Array, n_hidden: int, n_code: int, lr: float, n_epochs: int, batch_size: int, rng: Any) -> Any:
    return train_denoiser(X, 0.0, n_hidden, n_code, lr, n_epochs, batch_size, rng)


# --- anomalies ----------------------------------------------------------------------------------------------------


def anomaly_threshold(scores: Array, q: float) -> float:
    return np.quantile(scores, q, method="inverted_cdf")


@by(
    "sklearn.metrics.pairwise.paired_euclidean_distances",
    "numpy.quantile",
    anomaly_threshold=anomaly_threshold,
)
def anomaly_score(X: Array, X_rec: Array) -> Array:
    return paired_euclidean_distances(X, X_rec) ** 2


@by("sklearn.metrics.roc_auc_score")
def auc(scores: Array, y: Array) -> float:
    return roc_auc_score(y, scores)


@by("sklearn.decomposition.PCA")
def train_detector(X: Array, normal: Array, M: int) -> Any:
    model = PCA(M).fit(X[normal])
    return model.mean_, model.components_


# --- codebooks ----------------------------------------------------------------------------------------------------


@by("scipy.cluster.vq.vq")
def vq_quantize(Z: Array, E: Array) -> Any:
    k, _ = vq(Z, E)
    return k, E[k]


@by("scipy.cluster.vq.vq", "torch.nn.MSELoss")
def vq_loss(X: Array, X_rec: Array, Z: Array, E: Array, omega: float) -> Any:
    _, distances = vq(Z, E)
    codebook = np.mean(distances**2)
    return error(tensor(X_rec), tensor(X)), codebook, omega * codebook


@by("torch.nn.Embedding", "torch.nn.MSELoss", "torch.Tensor.backward")
def straight_through_grad(dZq: Array, Z: Array, E: Array, omega: float) -> Any:
    """The gradient in the quantized codes is copied to the codes; codebook and commitment add theirs."""
    codes, book = tensor(Z, grad=True), nn.Embedding.from_pretrained(tensor(E), freeze=False)
    codes.grad, k = tensor(dZq), torch.tensor(vq(Z, E)[0]).long()
    (error(book(k), codes.detach()) + omega * error(codes, book(k).detach())).backward()
    return codes.grad, book.weight.grad
