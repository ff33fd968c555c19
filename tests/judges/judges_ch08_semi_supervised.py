"""Chapter 8's exercises by scikit-learn's mixtures, self-training, graphs and SVM, scipy and torch."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.sparse.csgraph
import scipy.special
import scipy.stats
import sklearn
import torch
from judging import by, gradients, tensor
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics.pairwise import rbf_kernel
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import kneighbors_graph, radius_neighbors_graph
from sklearn.preprocessing import normalize
from sklearn.semi_supervised import LabelPropagation, SelfTrainingClassifier
from sklearn.svm import SVC
from torch import nn
from torch.distributions import Categorical

Array = NDArray[Any]

# --- generative models and EM -------------------------------------------------------------------------------------


@by("sklearn.mixture.GaussianMixture")
def gaussian_estep(pi: Array, mus: Array, S: Array, X: Array) -> Array:
    model = GaussianMixture(len(pi), covariance_type="tied")
    model.weights_, model.means_, model.precisions_cholesky_ = pi, mus, np.linalg.cholesky(np.linalg.inv(S))
    return model.predict_proba(X)


def shared_out(Xl: Array, yl: Array, Xu: Array, R: Array) -> tuple[GaussianNB, Array, Array]:
    """Means, variances and priors of samples that count for every class by their share, the samples and the shares."""
    X, shares = np.vstack([Xl, Xu]), np.vstack([np.eye(R.shape[1])[yl], R])
    n, k = shares.shape
    model = GaussianNB(var_smoothing=0)
    return model.fit(np.tile(X, (k, 1)), np.repeat(np.arange(k), n), shares.T.ravel()), X, shares


@by("sklearn.naive_bayes.GaussianNB", "numpy.cov")
def gaussian_mstep(Xl: Array, yl: Array, Xu: Array, R: Array) -> Any:
    model, X, shares = shared_out(Xl, yl, Xu, R)
    each = [np.atleast_2d(np.cov(X.T, aweights=share, ddof=0)) for share in shares.T]
    return model.class_prior_, model.theta_, np.average(each, axis=0, weights=model.class_prior_)


@by("sklearn.naive_bayes.GaussianNB")
def shared_variance(Xl: Array, yl: Array, Xu: Array, R: Array) -> float:
    model, _, _ = shared_out(Xl, yl, Xu, R)
    return np.mean(model.class_prior_ @ model.var_)


@by("scipy.stats.multivariate_normal", "scipy.special.logsumexp")
def log_likelihood(pi: Array, mus: Array, S: Array, Xl: Array, yl: Array, Xu: Array) -> float:
    classes = [scipy.stats.multivariate_normal(mu, S) for mu in mus]
    known = sum(classes[label].logpdf(x) + np.log(pi[label]) for x, label in zip(Xl, yl, strict=True))
    return known + sum(scipy.special.logsumexp([one.logpdf(x) for one in classes], b=pi) for x in Xu)


@by("sklearn.mixture.GaussianMixture", "sklearn.naive_bayes.GaussianNB", "scipy.stats.multivariate_normal")
def semi_em(Xl: Array, yl: Array, Xu: Array, K: int, n_iters: int) -> Any:
    model = gaussian_mstep(Xl, yl, Xu[:0], np.zeros((0, K)))
    values = [log_likelihood(*model, Xl, yl, Xu)]
    for _ in range(n_iters):
        model = gaussian_mstep(Xl, yl, Xu, gaussian_estep(*model, Xu))
        values.append(log_likelihood(*model, Xl, yl, Xu))
    return *model, values


# --- self-training ------------------------------------------------------------------------------------------------


class Given(ClassifierMixin, BaseEstimator):
    """A classifier with these probabilities (samples and labels that it is fitted to, samples that it is asked for)."""

    def __init__(self, probs: Callable[[Array, Array, Array], Array]) -> None:
        self.probs = probs

    def fit(self, X: Array, y: Array) -> Given:
        self.X_, self.y_ = X, y
        return self

    def predict_proba(self, X: Array) -> Array:
        P = self.probs(self.X_, self.y_, X)
        self.classes_ = np.arange(P.shape[1])
        return P


def one_round(probs: Callable[[Array, Array, Array], Array], X: Array, y: Array, Xu: Array, threshold: float) -> Array:
    """The labels of Xu, −1 where the model is not sure: scikit-learn takes what is above its threshold."""
    model = SelfTrainingClassifier(Given(probs), threshold=np.nextafter(threshold, 0), max_iter=1)
    with sklearn.config_context(skip_parameter_validation=True):  # of which none is above 1
        model.fit(np.vstack([X, Xu]), np.append(y, np.full(len(Xu), -1)))
    return model.transduction_[len(X) :]


@by("sklearn.semi_supervised.SelfTrainingClassifier")
def pseudo_labels(P: Array, threshold: float) -> Any:
    labels = one_round(lambda X, y, Xu: P, P[:0], np.zeros(0, dtype=int), P, threshold)
    return np.flatnonzero(labels >= 0), labels[labels >= 0]


@by("numpy.argsort")
def balanced_pick(P: Array, k: int) -> Array:
    return np.argsort(P, axis=0)[::-1][:k].T


@by("sklearn.semi_supervised.SelfTrainingClassifier")
def self_train(probs: Any, Xl: Array, yl: Array, Xu: Array, K: int, threshold: float, n_rounds: int) -> Any:
    """It keeps its labels and ours are given anew: it makes one round at a time."""
    history = [np.full(len(Xu), -1)]
    for _ in range(n_rounds):
        sure = history[-1] >= 0
        X, y = np.vstack([Xl, Xu[sure]]), np.append(yl, history[-1][sure])
        history.append(one_round(lambda X, y, Xu: probs(X, y, Xu, K), X, y, Xu, threshold))
    return np.array(history[1:])


@by("torch.nn.CrossEntropyLoss", "torch.Tensor.backward")
def pseudo_grad(W: Array, b: Array, Xu: Array, kind: str) -> Any:
    P = scipy.special.softmax(Xu @ W + b, axis=1)
    target = torch.as_tensor(np.argmax(P, axis=1) if kind == "hard" else P)
    return gradients(lambda W, b: nn.CrossEntropyLoss(reduction="sum")(tensor(Xu) @ W + b, target), W, b)


# --- entropy ------------------------------------------------------------------------------------------------------


@by("scipy.stats.entropy")
def entropy(P: Array) -> Array:
    return scipy.stats.entropy(P, axis=1)


def disorder(Z: torch.Tensor) -> torch.Tensor:
    """Unvalidated, since torch's validation fails where there are no rows."""
    return Categorical(logits=Z, validate_args=False).entropy().sum()


@by("torch.distributions.Categorical", "torch.Tensor.backward")
def entropy_grad(Z: Array) -> Array:
    return gradients(disorder, Z)[0]


def regularized(Xl: Array, yl: Array, Xu: Array, lam: float) -> Callable[..., torch.Tensor]:
    def loss(W: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
        known = nn.CrossEntropyLoss(reduction="sum")(tensor(Xl) @ W + b, torch.as_tensor(yl))
        return known + lam * disorder(tensor(Xu) @ W + b)

    return loss


@by("torch.nn.CrossEntropyLoss", "torch.distributions.Categorical")
def entropy_reg_loss(W: Array, b: Array, Xl: Array, yl: Array, Xu: Array, lam: float) -> Array:
    return regularized(Xl, yl, Xu, lam)(tensor(W), tensor(b)).numpy()


@by("torch.nn.CrossEntropyLoss", "torch.distributions.Categorical", "torch.Tensor.backward")
def entropy_reg_grad(W: Array, b: Array, Xl: Array, yl: Array, Xu: Array, lam: float) -> Any:
    return gradients(regularized(Xl, yl, Xu, lam), W, b)


# --- the semi-supervised SVM --------------------------------------------------------------------------------------


@by("torch.nn.MarginRankingLoss", "numpy.linalg.norm")
def svm_parts(w: Array, b: float, X: Array, y: Array, C: float) -> dict[str, Any]:
    scores = tensor(X @ w + b)
    slack = nn.MarginRankingLoss(margin=1, reduction="none")(scores, torch.zeros_like(scores), tensor(y)).numpy()
    length = np.linalg.norm(w)
    return {"margin": 1 / length, "slack": slack, "objective": length**2 / 2 + C * slack.sum()}


@by("sklearn.svm.SVC")
def s3vm_enumerate(Xl: Array, yl: Array, Xu: Array, C: float) -> Any:
    """The least of the duals' optima."""
    X, found = np.vstack([Xl, Xu]), {}
    for labels in itertools.product([-1, 1], repeat=len(Xu)):
        model = SVC(kernel="linear", C=C, tol=1e-10).fit(X, np.append(yl, labels))
        found[labels] = np.abs(model.dual_coef_).sum() - np.sum(model.coef_**2) / 2
    best = min(found, key=found.__getitem__)
    return np.array(best), found[best]


# --- clusters and graphs ------------------------------------------------------------------------------------------


@by("scipy.stats.mode")
def cluster_then_label(clusters: Array, y: Array) -> Array:
    known = y >= 0
    names = {cluster: scipy.stats.mode(y[known & (clusters == cluster)]).mode for cluster in clusters[known]}
    return np.where(known, y, [names.get(cluster, -1) for cluster in clusters])


@by("sklearn.neighbors.kneighbors_graph")
def knn_graph(X: Array, k: int) -> Array:
    graph = kneighbors_graph(X, k)
    return graph.maximum(graph.T).toarray()


@by("sklearn.neighbors.radius_neighbors_graph")
def eps_graph(X: Array, eps: float) -> Array:
    return radius_neighbors_graph(X, eps).toarray()


@by("sklearn.metrics.pairwise.rbf_kernel")
def rbf_weights(X: Array, A: Array, s: float) -> Array:
    return rbf_kernel(X, gamma=1 / (2 * s**2)) * A


@by("scipy.sparse.csgraph.laplacian")
def laplacian(A: Array) -> Array:
    return scipy.sparse.csgraph.laplacian(A)


@by("scipy.sparse.csgraph.laplacian")
def smoothness(A: Array, f: Array) -> float:
    return f @ laplacian(A) @ f


@by("torch.nn.MSELoss", "scipy.sparse.csgraph.laplacian", "torch.Tensor.backward")
def graph_reg_grad(A: Array, f: Array, y: Array, labeled: Array, lam: float) -> Array:
    L, known = tensor(laplacian(A)), torch.as_tensor(labeled > 0)
    return gradients(lambda f: nn.MSELoss(reduction="sum")(f[known], tensor(y)[known]) + lam * f @ L @ f, f)[0]


@by("sklearn.semi_supervised.LabelPropagation", "numpy.linalg.matrix_power", "sklearn.preprocessing.normalize")
def label_propagate(A: Array, y: Array, K: int, n_iters: int) -> Array:
    """scikit-learn's shares begin elsewhere and end where ours do; on the way there they are a Markov chain's."""
    if n_iters > 100:
        model = LabelPropagation(kernel=lambda X, Y: A.copy(), max_iter=n_iters, tol=0)
        return model.fit(np.arange(len(y))[:, None], y).label_distributions_
    stays = (y >= 0) | ~A.any(axis=1)
    chain = np.where(stays[:, None], np.eye(len(y)), normalize(A, norm="l1"))
    start = np.where((y >= 0)[:, None], np.eye(K)[y], 1 / K)
    return np.linalg.matrix_power(chain, n_iters) @ start


# --- in practice --------------------------------------------------------------------------------------------------


@by("sklearn.mixture.GaussianMixture")
def wine_em(Xl: Array, yl: Array, Xu: Array) -> Any:
    X = np.vstack([Xl, Xu])
    means = [Xl[yl == k].mean(axis=0) for k in range(3)]
    start = {"weights_init": np.full(3, 1 / 3), "means_init": means, "precisions_init": np.diag(1 / X.var(axis=0))}
    model = GaussianMixture(3, covariance_type="tied", **start).fit(X)
    return model.weights_, model.means_, model.covariances_


@by("sklearn.semi_supervised.SelfTrainingClassifier", "sklearn.discriminant_analysis.LinearDiscriminantAnalysis")
def digits_self_trained(Xl: Array, yl: Array, Xu: Array) -> Any:
    line = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.3)
    model = SelfTrainingClassifier(line, threshold=0.9).fit(np.vstack([Xl, Xu]), np.append(yl, np.full(len(Xu), -1)))
    return model.estimator_.coef_.T, model.estimator_.intercept_


@by("sklearn.semi_supervised.LabelPropagation", "sklearn.neighbors.kneighbors_graph")
def digits_by_graph(Xl: Array, yl: Array, Xu: Array) -> Array:
    model = LabelPropagation(kernel=lambda X, Y: knn_graph(X, 5))
    return model.fit(np.vstack([Xl, Xu]), np.append(yl, np.full(len(Xu), -1))).transduction_[len(Xl) :]
