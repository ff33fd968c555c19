"""Chapter 3's exercises by scikit-learn's classifiers, scipy's distributions and torch's losses."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.optimize
import scipy.special
import scipy.stats
import sklearn.metrics
import torch
from judging import by, gradients, minimize, tensor
from numpy.typing import NDArray
from sklearn.covariance import EmpiricalCovariance
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression, Perceptron
from sklearn.naive_bayes import CategoricalNB
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from torch import nn

Array = NDArray[Any]

# --- why not regression -------------------------------------------------------------------------------------------


@by("numpy.digitize")
def regression_as_classes(scores: Array, edges: Array) -> Array:
    return np.digitize(scores, edges)


@by("sklearn.linear_model.Perceptron", "sklearn.metrics.zero_one_loss")
def zero_one_loss(w: Array, b: float, X: Array, y: Array) -> float:
    model = Perceptron()
    model.classes_, model.coef_, model.intercept_ = np.arange(2), w[None], np.array([b])
    return sklearn.metrics.zero_one_loss(y, model.predict(X))


@by("numpy.gradient", "sklearn.metrics.zero_one_loss")
def zero_one_gradient(w: Array, b: float, X: Array, y: Array, h: float) -> Array:
    moves = h * np.eye(len(w))
    losses = [[zero_one_loss(w + side * move, b, X, y) for side in (-1, 0, 1)] for move in moves]
    return np.gradient(losses, h, axis=1)[:, 1]


# --- generative models --------------------------------------------------------------------------------------------


@by("scipy.stats.multivariate_normal", "scipy.stats.Covariance")
def gaussian_logpdf(x: Array, mu: Array, S: Array) -> Array:
    shape = scipy.stats.Covariance.from_cholesky(np.linalg.cholesky(S))
    return np.reshape(scipy.stats.multivariate_normal(mu, shape).logpdf(x), len(x))


def naive_bayes(prior: Array, log_lik: Array) -> tuple[CategoricalNB, Array]:
    """A classifier of one feature, the number of a row of `log_lik`, and all values of that feature."""
    model = CategoricalNB()
    model.n_features_in_, model.classes_ = 1, np.arange(len(prior))
    model.class_count_, model.class_log_prior_, model.feature_log_prob_ = prior, np.log(prior), [log_lik.T]
    return model, np.arange(len(log_lik))[:, None]


@by("sklearn.naive_bayes.CategoricalNB")
def bayes_posterior(prior: Array, lik: Array) -> Array:
    model, rows = naive_bayes(prior, np.log(lik))
    return model.predict_proba(rows)


@by("sklearn.naive_bayes.CategoricalNB")
def change_priors(posterior: Array, old: Array, new: Array) -> Array:
    model, rows = naive_bayes(new, np.log(posterior) - np.log(old))
    return model.predict_proba(rows)


@by("sklearn.naive_bayes.CategoricalNB")
def bayes_log_posterior(prior: Array, log_lik: Array) -> Array:
    model, rows = naive_bayes(prior, log_lik)
    return model.predict_log_proba(rows)


@by("sklearn.covariance.EmpiricalCovariance")
def gaussian_fit(X: Array) -> Any:
    model = EmpiricalCovariance().fit(X)
    return model.location_, model.covariance_


@by("sklearn.discriminant_analysis.LinearDiscriminantAnalysis")
def gaussian_fit_shared(X: Array, y: Array) -> Any:
    model = LinearDiscriminantAnalysis(solver="lsqr").fit(X, y)
    return model.priors_, model.means_, model.covariance_


@by("sklearn.discriminant_analysis.LinearDiscriminantAnalysis")
def shared_gaussian_to_linear(pi: Array, mus: Array, S: Array) -> Any:
    """Fitted to samples that have these very means and this covariance."""
    around = np.sqrt(len(S)) * np.linalg.cholesky(S).T
    X = np.concatenate([mu + side * around for mu in mus for side in (1, -1)])
    model = LinearDiscriminantAnalysis(solver="lsqr", priors=pi).fit(X, np.repeat([0, 1], 2 * len(S)))
    return model.coef_[0], model.intercept_[0]


# --- logistic regression ------------------------------------------------------------------------------------------


@by("scipy.special.expit")
def sigmoid(z: Any) -> Any:
    return scipy.special.expit(z)


@by("scipy.stats.logistic")
def sigmoid_grad(z: Any) -> Any:
    """The density of the distribution that the sigmoid is the distribution function of."""
    return scipy.stats.logistic.pdf(z)


@by("torch.nn.BCEWithLogitsLoss")
def bce_loss(w: Array, b: float, X: Array, y: Array) -> Array:
    return nn.BCEWithLogitsLoss(reduction="sum")(tensor(X) @ tensor(w) + b, tensor(y)).numpy()


@by("torch.nn.BCEWithLogitsLoss", "torch.Tensor.backward")
def logistic_grad(w: Array, b: float, X: Array, y: Array) -> Any:
    return gradients(lambda w, b: nn.BCEWithLogitsLoss(reduction="sum")(tensor(X) @ w + b, tensor(y)), w, b)


@by("torch.nn.BCEWithLogitsLoss", "torch.optim.SGD")
def logistic_step(w: Array, b: float, X: Array, y: Array, lr: float) -> Any:
    at = tensor(w, grad=True), tensor(b, grad=True)
    loss = nn.BCEWithLogitsLoss(reduction="sum")
    minimize(lambda: loss(tensor(X) @ at[0] + at[1], tensor(y)), torch.optim.SGD(at, lr=lr), 1)
    return at


@by("torch.nn.MSELoss", "torch.nn.Sigmoid", "torch.Tensor.backward")
def logistic_mse_grad(w: Array, b: float, X: Array, y: Array) -> Any:
    loss = nn.MSELoss(reduction="sum")
    return gradients(lambda w, b: loss(nn.Sigmoid()(tensor(X) @ w + b), tensor(y)) / 2, w, b)


@by("torch.nn.MSELoss", "torch.nn.BCEWithLogitsLoss", "torch.Tensor.backward")
def pulls_on_logit(z: Array) -> Any:
    ones = torch.ones(len(z), dtype=torch.float64)
    squared, cross = nn.MSELoss(reduction="sum"), nn.BCEWithLogitsLoss(reduction="sum")
    return *gradients(lambda z: squared(torch.sigmoid(z), ones) / 2, z), *gradients(lambda z: cross(z, ones), z)


# --- several classes ----------------------------------------------------------------------------------------------


@by("scipy.special.softmax")
def softmax(Z: Array) -> Array:
    return scipy.special.softmax(Z, axis=1)


@by("torch.nn.functional.one_hot", "numpy.argmax")
def hardmax(Z: Array) -> Array:
    return nn.functional.one_hot(torch.as_tensor(np.argmax(Z, axis=1)), Z.shape[1]).numpy()


@by("scipy.special.entr", "scipy.special.rel_entr")
def cross_entropy(p: Array, q: Array) -> Array:
    """Entropy plus Kullback–Leibler divergence."""
    return np.sum(scipy.special.entr(p) + scipy.special.rel_entr(p, q), axis=1)


@by("torch.nn.CrossEntropyLoss")
def softmax_cross_entropy(Z: Array, y: Array) -> Array:
    return nn.CrossEntropyLoss(reduction="sum")(tensor(Z), torch.as_tensor(y)).numpy()


@by("torch.nn.CrossEntropyLoss", "torch.Tensor.backward")
def softmax_cross_entropy_grad(Z: Array, y: Array) -> Array:
    return gradients(lambda Z: nn.CrossEntropyLoss(reduction="sum")(Z, torch.as_tensor(y)), Z)[0]


@by("torch.nn.CrossEntropyLoss", "torch.Tensor.backward")
def smoothed_grad(Z: Array, y: Array, eps: float) -> Array:
    return gradients(lambda Z: nn.CrossEntropyLoss(reduction="sum", label_smoothing=eps)(Z, torch.as_tensor(y)), Z)[0]


@by("torch.nn.CrossEntropyLoss", "torch.Tensor.backward")
def temperature_grad(Z: Array, y: Array, tau: float) -> Any:
    return gradients(lambda Z, tau: nn.CrossEntropyLoss(reduction="sum")(Z / tau, torch.as_tensor(y)), Z, tau)


@by("sklearn.metrics.confusion_matrix")
def confusion_matrix(y: Array, y_pred: Array, K: int) -> Array:
    return sklearn.metrics.confusion_matrix(y, y_pred, labels=range(K))


# --- in practice --------------------------------------------------------------------------------------------------


@by("sklearn.linear_model.LogisticRegression", "sklearn.preprocessing.StandardScaler")
def logistic_classifier(X: Array, y: Array, rng: Any) -> dict[str, Any]:
    scaler = StandardScaler().fit(X)
    model = LogisticRegression().fit(scaler.transform(X), y)
    return {"mean": scaler.mean_, "sd": scaler.scale_, "w": model.coef_[0], "b": model.intercept_[0]}


@by("sklearn.discriminant_analysis.LinearDiscriminantAnalysis")
def gaussian_classifier(X: Array, y: Array) -> Any:
    model = LinearDiscriminantAnalysis(solver="lsqr").fit(X, y)
    return model.coef_[0], model.intercept_[0]


@by("sklearn.linear_model.LogisticRegression", "sklearn.preprocessing.StandardScaler")
def softmax_classifier(X: Array, y: Array, rng: Any) -> dict[str, Any]:
    scaler = StandardScaler().fit(X)
    model = LogisticRegression().fit(scaler.transform(X), y)
    return {"mean": scaler.mean_, "sd": scaler.scale_, "W": model.coef_.T, "b": model.intercept_}


@by("sklearn.linear_model.LogisticRegression")
def digits_classifier(X: Array, y: Array, rng: Any) -> Any:
    model = LogisticRegression(max_iter=1000).fit(X / 16, y)
    return model.coef_.T, model.intercept_


# --- the limits of a line -----------------------------------------------------------------------------------------


@by("scipy.optimize.milp")
def xor_linear_best_accuracy() -> Any:
    """The fewest of the four samples that must be let off from y (w·x + b) ≥ 1."""
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([-1, 1, 1, -1])
    sides = np.column_stack([y[:, None] * X, y, 100 * np.eye(4)])  # times (w, b, whether let off)
    found = scipy.optimize.milp(
        np.repeat([0, 1], [3, 4]),
        integrality=np.repeat([0, 1], [3, 4]),
        bounds=scipy.optimize.Bounds(np.repeat([-9, 0], [3, 4]), np.repeat([9, 1], [3, 4])),
        constraints=scipy.optimize.LinearConstraint(sides, lb=1),
    )
    return 1 - round(found.fun) / 4, found.x[:2], found.x[2]


@by("sklearn.preprocessing.PolynomialFeatures")
def feature_transform(X: Array) -> Array:
    return PolynomialFeatures(include_bias=False).fit_transform(X)
