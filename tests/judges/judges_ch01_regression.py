"""Chapter 1's exercises by scikit-learn, scipy and torch."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.linalg
import scipy.stats
import torch
from judging import by, gradients, tensor
from numpy.typing import NDArray
from sklearn.linear_model import LinearRegression, Ridge, RidgeCV
from sklearn.model_selection import KFold, LeaveOneOut, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from torch import nn

Array = NDArray[Any]


@by("torch.nn.functional.linear")
def linear_predict(w: Array, b: Any, X: Array) -> Array:
    return nn.functional.linear(tensor(X), tensor(w)[None], tensor([b]))[:, 0].numpy()


@by("torch.nn.MSELoss")
def linear_loss(w: Array, b: Any, X: Array, y: Array) -> Array:
    return nn.MSELoss(reduction="sum")(tensor(X) @ tensor(w) + b, tensor(y)).numpy()


@by("torch.nn.MSELoss", "torch.Tensor.backward")
def linear_grad(w: Array, b: Any, X: Array, y: Array) -> Any:
    return gradients(lambda w, b: nn.MSELoss(reduction="sum")(tensor(X) @ w + b, tensor(y)), w, b)


@by("torch.nn.HuberLoss", "torch.Tensor.backward")
def huber_grad(w: Array, b: Any, X: Array, y: Array, delta: float) -> Any:
    return gradients(lambda w, b: 2 * nn.HuberLoss(reduction="sum", delta=delta)(tensor(X) @ w + b, tensor(y)), w, b)


@by("torch.optim.SGD")
def gd_step(w: Array, b: Any, dw: Array, db: Any, lr: float) -> Any:
    at = [tensor(w, grad=True), tensor(b, grad=True)]
    for part, slope in zip(at, (dw, db), strict=True):
        part.grad = tensor(slope)
    torch.optim.SGD(at, lr=lr).step()
    return tuple(part.detach().numpy() for part in at)


@by("torch.optim.SGD", "torch.nn.MSELoss")
def linear_fit_gd(X: Array, y: Array, lr: float, n_iters: int, w0: Array, b0: Any) -> Any:
    w, b = tensor(w0, grad=True), tensor(b0, grad=True)
    optimizer, losses = torch.optim.SGD([w, b], lr=lr), []
    for step in range(n_iters + 1):
        loss = nn.MSELoss(reduction="sum")(tensor(X) @ w + b, tensor(y))
        losses.append(loss.item())
        if step < n_iters:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return w.detach().numpy(), b.detach().numpy(), losses


@by("torch.autograd.functional.hessian", "scipy.linalg.eigvalsh")
def max_stable_lr(X: Array) -> float:
    def loss(theta: torch.Tensor) -> torch.Tensor:
        return ((tensor(X) @ theta[:-1] + theta[-1]) ** 2).sum()

    start = torch.zeros(X.shape[1] + 1, dtype=torch.float64)
    hessian = torch.autograd.functional.hessian(loss, start).numpy()
    return 2 / scipy.linalg.eigvalsh(hessian).max()


@by("scipy.stats.linregress")
def fit_line(x: Array, y: Array) -> Any:
    line = scipy.stats.linregress(x, y)
    return line.slope, line.intercept


@by("sklearn.preprocessing.PolynomialFeatures")
def poly_features(x: Array, degree: int) -> Array:
    return PolynomialFeatures(degree, include_bias=False).fit_transform(x[:, None])


@by("numpy.polynomial.Polynomial")
def poly_curve(x_train: Array, y_train: Array, x_test: Array, y_test: Array, degrees: list[int]) -> Any:
    curves = [np.polynomial.Polynomial.fit(x_train, y_train, degree) for degree in degrees]
    return tuple([np.mean((curve(x) - y) ** 2) for curve in curves] for x, y in ((x_train, y_train), (x_test, y_test)))


@by("torch.optim.SGD", "torch.nn.MSELoss", "torch.Tensor.backward")
def ridge_grad(w: Array, b: Any, X: Array, y: Array, lam: float) -> Any:
    """One step at rate 1 with weight decay 2 λ, which is λ‖w‖² in the loss, told back."""
    at = tensor(w, grad=True), tensor(b, grad=True)
    nn.MSELoss(reduction="sum")(tensor(X) @ at[0] + at[1], tensor(y)).backward()
    torch.optim.SGD([{"params": [at[0]], "weight_decay": 2 * lam}, {"params": [at[1]]}], lr=1.0).step()
    return w - at[0].detach().numpy(), b - at[1].detach().numpy()


@by("sklearn.linear_model.Ridge")
def ridge_fit(X: Array, y: Array, lam: float) -> Any:
    model = Ridge(alpha=lam, solver="svd").fit(X, y)
    return model.coef_, model.intercept_


@by("sklearn.linear_model.LinearRegression")
def weighted_fit(X: Array, y: Array, a: Array) -> Any:
    model = LinearRegression().fit(X, y, sample_weight=a)
    return model.coef_, model.intercept_


@by("numpy.var")
def bias_variance(preds: Array, f_true: Array) -> Any:
    preds = np.asarray(preds)
    variance = np.mean(np.var(preds, axis=0))
    return np.mean((preds - f_true) ** 2) - variance, variance  # the decomposition, the other way round


@by("sklearn.model_selection.KFold")
def kfold_indices(n: int, k: int) -> Any:
    return list(KFold(k).split(np.zeros(n)))


@by("sklearn.model_selection.LeaveOneOut", "sklearn.linear_model.Ridge")
def leave_one_out(X: Array, y: Array, lam: float) -> Any:
    y_pred = cross_val_predict(Ridge(alpha=lam, solver="svd"), X, y, cv=LeaveOneOut())
    return np.mean((y_pred - y) ** 2)


@by("sklearn.linear_model.Ridge", "sklearn.preprocessing.StandardScaler")
def tune_ridge(X: Array, y: Array, train: Array, val: Array, lams: list[float]) -> Any:
    def fitted(rows: Any, lam: float) -> Any:
        return make_pipeline(StandardScaler(), Ridge(alpha=lam, solver="svd")).fit(X[rows], y[rows])

    val_loss = [np.mean((fitted(train, lam).predict(X[val]) - y[val]) ** 2) for lam in lams]
    lam = lams[int(np.argmin(val_loss))]
    scaler, model = (step for _, step in fitted(slice(None), lam).steps)
    w = model.coef_ / scaler.scale_
    return lam, val_loss, w, model.intercept_ - scaler.mean_ @ w


@by("sklearn.linear_model.RidgeCV")
def diabetes_fit(X_train: Array, y_train: Array) -> Any:
    scale = X_train.std(axis=0)
    model = RidgeCV(alphas=np.geomspace(1, 1000, 7)).fit(X_train / scale, y_train)
    return model.coef_ / scale, model.intercept_
