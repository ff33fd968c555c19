# %% [markdown] lang="en"
# # Chapter 9 · Unsupervised learning
#
# {symbols}
# %% [markdown] lang="zh" of="0e47"
# # 第九章 · 无监督学习
#
# {symbols}
# %% setup
import numpy as np

from autograder import case, check, drawn_by, words


def squared_distances(A, B):
    """‖a − b‖² of every row a of A (N, D) to every row b of B (K, D), shape (N, K)."""
    return np.sum((A[:, None, :] - B[None, :, :]) ** 2, axis=2)


# %% prelude
from autograder import Case


def normal(rng, *shape):
    return rng.normal(size=shape).round(2)


def whole(rng, low, high, *shape):
    """Whole numbers from low to high, as floats: integers are tried on the first case of a group."""
    return rng.integers(low, high, size=shape, endpoint=True).astype(float)


def line(rng):
    """Five samples (5, 3) on a straight line, in whole numbers."""
    steps, slope = rng.permutation([-2.0, -1.0, 0.0, 1.0, 3.0]), rng.permutation([1.0, 2.0, 3.0])
    return np.outer(steps, slope) + whole(rng, 2, 5, 3)


def blobs(rng, counts, d, spread=0.6, apart=3.0):
    """Samples (N, D) around one point for each count, shuffled, and these points (K, D), none near another."""
    while True:
        points = (rng.normal(size=(len(counts), d)) * apart).round(1)
        gaps = np.linalg.norm(points[:, None] - points, axis=2) + np.eye(len(points)) * 99
        if gaps.min() > 3 * spread:
            break
    X = np.concatenate([point + spread * rng.normal(size=(n, d)) for point, n in zip(points, counts)])
    return rng.permutation(X).round(2), points


def nearest_is_clear(X, C):
    """No sample stands nearly as close to a second center: then rounding decides no label."""
    two = np.sort(np.sum((X[:, None] - C[None]) ** 2, axis=2), axis=1)[:, :2]
    return bool(np.all(two[:, 1] - two[:, 0] > 1e-2))


def stretched(rng, n, d):
    """Samples (N, D) away from the origin whose covariance has eigenvalues that are clearly apart."""
    while True:
        turn = np.linalg.qr(rng.normal(size=(d, d)))[0]
        X = (rng.normal(size=(n, d)) * 1.8 ** np.arange(d) @ turn + rng.uniform(1, 3, size=d)).round(2)
        v = np.linalg.eigvalsh(np.cov(X.T, ddof=0))[-min(n - 1, d) :]
        if np.all(v[1:] > 1.3 * v[:-1]) and v[0] > 0.05:  # an eigengap: otherwise the components are anybody's choice
            return X


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}


def coder(rng, *sizes):
    """Parameters of an autoencoder with layers of these sizes."""
    params = {}
    for layer, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
        params[f"W{layer}"] = (normal(rng, fan_in, fan_out) * 0.7).round(2)
        params[f"b{layer}"] = (normal(rng, fan_out) * 0.5).round(2)
    return params
