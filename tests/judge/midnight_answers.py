"""Forty wrong answers that students gave late at night, and a part of the sentence that each gets from `check`.

No list of mistakes was at hand when they were written.  What is asserted holds with the written hints and without
them: where a hint names the slip, it stands before the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass

CH1, CH2, CH3, CH4 = "ch01_regression", "ch02_gradient_descent", "ch03_classification", "ch04_backprop"


@dataclass(frozen=True)
class Answer:
    """A wrong answer cell of an exercise, and a part of what it is told in English."""

    chapter: str
    exercise: str
    slip: str
    source: str
    told: str


def _answer(chapter: str, exercise: str, slip: str, source: str, told: str) -> Answer:
    return Answer(chapter, exercise, slip, source.strip() + "\n", told)


ANSWERS = [
    _answer(CH1, "linear_loss", "untouched", "def linear_loss(w, b, X, y):\n    raise NotImplementedError()",
        "Not attempted yet"),
    _answer(CH1, "linear_loss", "print for return",
        "def linear_loss(w, b, X, y):\n    print(np.sum((linear_predict(w, b, X) - y)**2))",
        "None (is a `return` missing?)"),
    _answer(CH1, "linear_loss", "parentheses missing",
        "def linear_loss(w, b, X, y):\n    return np.sum(linear_predict(w, b, X) - y**2)",
        "should be"),
    _answer(CH1, "linear_grad", "order of results", """
def linear_grad(w, b, X, y):
    r = linear_predict(w, b, X) - y
    return 2 * np.sum(r), 2 * X.T @ r
""", "in another order than asked for: return `dw`, `db`."),
    _answer(CH1, "linear_grad", "only dw",
        "def linear_grad(w, b, X, y):\n    return 2 * X.T @ (linear_predict(w, b, X) - y)",
        "should return 2 values (dw, db), but it returned only one: an array of shape ("),
    _answer(CH1, "linear_grad", "b not in the residual", """
def linear_grad(w, b, X, y):
    r = X @ w - y
    return 2 * X.T @ r, 2 * np.sum(r)
""", "`dw` should be"),
    _answer(CH1, "linear_fit_gd", "mean gradient", """
def linear_fit_gd(X, y, lr, n_iters, w0, b0):
    w, b = w0, b0
    losses = [linear_loss(w, b, X, y)]
    for _ in range(n_iters):
        dw, db = linear_grad(w, b, X, y)
        w, b = gd_step(w, b, dw / len(X), db / len(X), lr)
        losses.append(linear_loss(w, b, X, y))
    return w, b, losses
""", "`w` should be"),
    _answer(CH1, "linear_fit_gd", "mean losses", """
def linear_fit_gd(X, y, lr, n_iters, w0, b0):
    w, b = w0, b0
    losses = [linear_loss(w, b, X, y) / len(X)]
    for _ in range(n_iters):
        dw, db = linear_grad(w, b, X, y)
        w, b = gd_step(w, b, dw, db, lr)
        losses.append(linear_loss(w, b, X, y) / len(X))
    return w, b, losses
""", "`losses` "),
    _answer(CH1, "max_stable_lr", "hstack of the wrong shape", """
def max_stable_lr(X):
    A = np.hstack([X, np.ones(len(X))])
    return 2 / np.linalg.eigvalsh(2 * A.T @ A)[-1]
""", "`A = np.hstack([X, np.ones(len(X))])`"),
    _answer(CH1, "ridge_fit", "b = 0", """
def ridge_fit(X, y, lam):
    w = np.linalg.solve(X.T @ X + lam * np.eye(X.shape[1]), X.T @ y)
    return w, 0.0
""", "`b` should be"),
    _answer(CH1, "bias_variance", "total for variance", """
def bias_variance(preds, f_true):
    average = np.mean(preds, axis=0)
    return np.mean((average - f_true)**2), np.mean((np.asarray(preds) - f_true)**2)
""", "`variance` should be"),
    _answer(CH1, "tune_ridge", "index for the penalty", """
def tune_ridge(X, y, train, val, lams):
    mu, sd = X[train].mean(axis=0), X[train].std(axis=0)
    val_loss = []
    for lam in lams:
        v, c = ridge_fit((X[train] - mu) / sd, y[train], lam)
        val_loss.append(np.mean((linear_predict(v, c, (X[val] - mu) / sd) - y[val]) ** 2))
    lam = int(np.argmin(val_loss))
    mu, sd = X.mean(axis=0), X.std(axis=0)
    v, c = ridge_fit((X - mu) / sd, y, lam)
    w = v / sd
    return lam, val_loss, w, c - mu @ w
""", "`lam` should be"),
    _answer(CH1, "learning_scenarios", "not on the list", """
def learning_scenarios():
    return {"air": "regression", "spam": "classification", "translation": "structured",
            "xray": "half supervised", "archive": "unsupervised", "go": "reinforcement"}
""", "`xray`: 'half supervised' is not on the list"),
    _answer(CH1, "learning_scenarios", "wrong but on the list", """
def learning_scenarios():
    return {"air": "classification", "spam": "classification", "translation": "structured",
            "xray": "transfer", "archive": "unsupervised", "go": "reinforcement"}
""", "The form is right"),
    _answer(CH2, "adagrad_step", "only w", """
def adagrad_step(w, g, state, lr, eps):
    state = state + g**2
    return w - lr * g / (np.sqrt(state) + eps)
""", "2 values (`w`, `state`), but it returned an array of shape ("),
    _answer(CH2, "sgd_epoch", "an order of its own", """
def sgd_epoch(w, b, X, y, lr, order):
    for n in np.random.default_rng().permutation(len(X)):
        dw, db = sample_grad(w, b, X[n], y[n])
        w, b = w - lr * dw, b - lr * db
    return w, b
""", "Calling the function twice with the same inputs gives two different answers."),
    _answer(CH2, "steepest_step", "r in the wrong place",
        "def steepest_step(g, r):\n    n = np.linalg.norm(g)\n    return -g / (r * n) if n > 0 else np.zeros_like(g)",
        "The result should be ["),
    _answer(CH2, "lr_decay", "root of t, plus 1", "def lr_decay(lr0, t):\n    return lr0 / (np.sqrt(t) + 1)",
        "The result should be"),
    _answer(CH2, "fit_scaled", "order of results", """
def fit_scaled(X, y, n_steps):
    mu, sd = standardize_fit(X)
    Z = standardize_apply(X, mu, sd)
    w, b = gd_train(Z, y, 1 / curvature_range(Z)[1], n_steps)
    return w, b, mu, sd
""", "in another order than asked for: return `mu`, `sd`, `w`, `b`."),
    _answer(CH2, "standardize_fit", "small sd is 1", """
def standardize_fit(X):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    return mu, np.where(sd < 0.5, 1.0, sd)
""", "`sd` should be"),
    _answer(CH2, "lr_symptoms", "one wrong",
        'def lr_symptoms():\n    return {"A": "good", "B": "too small", "C": "good", "D": "diverging"}',
        "The form is right"),
    _answer(CH2, "adagrad_step", "renamed", "def my_adagrad(w, g, state, lr, eps):\n    return w, state",
        "There is no function called `adagrad_step` here"),
    _answer(CH2, "lr_decay", "name not defined", "def lr_decay(lr0, t):\n    return lr / np.sqrt(t + 1)",
        "`NameError`: `name 'lr' is not defined`, at line 2 of the cell: `return lr / np.sqrt(t + 1)`."),
    _answer(CH2, "lr_decay", "wrong signature", "def lr_decay(lr0):\n    return lr0",
        "is called as `lr_decay(lr0, t)`"),
    _answer(CH3, "gaussian_logpdf", "(N, N)", """
def gaussian_logpdf(x, mu, S):
    diff = x - mu
    quadratic = diff @ np.linalg.solve(S, diff.T)
    return -0.5 * (quadratic + np.linalg.slogdet(S)[1] + len(mu) * np.log(2 * np.pi))
""", "should have shape"),
    _answer(CH3, "sigmoid", "if on an array", """
def sigmoid(z):
    if z >= 0:
        return 1 / (1 + np.exp(-z))
    return np.exp(z) / (1 + np.exp(z))
""", "is ambiguous. Use a.any() or a.all()`, at line 2 of the cell: `if z >= 0:`."),
    _answer(CH3, "softmax", "without keepdims", """
def softmax(Z):
    E = np.exp(Z - Z.max(axis=1))
    return E / E.sum(axis=1)
""", "`E = np.exp(Z - Z.max(axis=1))`"),
    _answer(CH3, "bce_loss", "log of f + 1e-12", """
def bce_loss(w, b, X, y):
    f = sigmoid(X @ w + b)
    return -np.sum(y * np.log(f + 1e-12) + (1 - y) * np.log(1 - f + 1e-12))
""", "The result should be"),
    _answer(CH3, "softmax_cross_entropy_grad", "+= 1", """
def softmax_cross_entropy_grad(Z, y):
    G = softmax(Z)
    G[np.arange(len(y)), y] += 1
    return G
""", "should be"),
    _answer(CH3, "feature_transform", "squares", "def feature_transform(X):\n    return X**2",
        "`separable` should be true, but is not."),
    _answer(CH3, "logistic_classifier", "std for sd", """
def logistic_classifier(X, y, rng):
    mean, sd = X.mean(axis=0), X.std(axis=0)
    w, b = rng.normal(0, 0.1, X.shape[1]), 0.0
    for _ in range(200):
        w, b = logistic_step(w, b, (X - mean) / sd, y, 0.5 / len(X))
    return {"mean": mean, "std": sd, "w": w, "b": b}
""", "should have the keys `mean`, `sd`, `w`, `b`; yours has `std` and lacks `sd`."),
    _answer(CH3, "xor_linear_best_accuracy", "half", "def xor_linear_best_accuracy():\n    return 0.5, [1, 0], -0.5",
        "The form is right"),
    _answer(CH4, "affine_backward", "order of results", """
def affine_backward(dZ, X, W):
    return X.T @ dZ, dZ @ W.T, dZ.sum(axis=0)
""", "in another order than asked for: return `dX`, `dW`, `db`."),
    _answer(CH4, "activate", "kind ignored", "def activate(Z, kind):\n    return np.maximum(Z, 0)", "should be"),
    _answer(CH4, "mlp_forward", "layers from 0", """
def mlp_forward(params, X, activation):
    cache = {"A0": X}
    n = len(params) // 2
    for l in range(n):
        cache[f"Z{l}"] = cache[f"A{l - 1}"] @ params[f"W{l}"] + params[f"b{l}"]
    return cache[f"Z{n - 1}"], cache
""", "`KeyError`: `'A-1'`"),
    _answer(CH4, "mlp_forward", "returns softmax", """
def mlp_forward(params, X, activation):
    n = len(params) // 2
    cache = {"A0": X}
    for k in range(1, n + 1):
        Z = affine_forward(cache[f"A{k - 1}"], params[f"W{k}"], params[f"b{k}"])
        cache[f"Z{k}"] = Z
        if k < n:
            cache[f"A{k}"] = activate(Z, activation)
    E = np.exp(Z - Z.max(axis=1, keepdims=True))
    return E / E.sum(axis=1, keepdims=True), cache
""", "`scores`"),
    _answer(CH4, "backprop", "biases missing", """
def backprop(params, X, y):
    scores, cache = mlp_forward(params, X, "relu")
    delta = output_delta(softmax(scores), one_hot(y, scores.shape[1]), "softmax+ce")
    grads = {}
    for k in range(len(params) // 2, 0, -1):
        grads[f"W{k}"] = cache[f"A{k - 1}"].T @ delta
        if k > 1:
            delta = hidden_delta(params[f"W{k}"], delta, cache[f"Z{k - 1}"], "relu")
    return grads
""", "lacks `b1`, `b2`"),
    _answer(CH4, "backprop", "A ≥ 0 for the slope", """
def backprop(params, X, y):
    scores, cache = mlp_forward(params, X, "relu")
    delta = output_delta(softmax(scores), one_hot(y, scores.shape[1]), "softmax+ce")
    grads = {}
    for k in range(len(params) // 2, 0, -1):
        grads[f"W{k}"], grads[f"b{k}"] = cache[f"A{k - 1}"].T @ delta, delta.sum(axis=0)
        if k > 1:
            delta = (delta @ params[f"W{k}"].T) * (cache[f"A{k - 1}"] >= 0)
    return grads
""", "`W1`"),
    _answer(CH4, "reverse_mode_grad", "only grad", """
def reverse_mode_grad(ops, x):
    values = list(x)
    for op, *parents in ops:
        values.append(op_value(op, [values[i] for i in parents]))
    adjoints = np.zeros(len(values))
    adjoints[-1] = 1
    for k in reversed(range(len(ops))):
        op, *parents = ops[k]
        for d, i in zip(op_partials(op, [values[i] for i in parents]), parents):
            adjoints[i] += d * adjoints[len(x) + k]
    return adjoints[: len(x)]
""", "2 values"),
    _answer(CH4, "train_mlp", "divided by N", """
def train_mlp(X, y, n_hidden, lr, n_epochs, batch_size, rng):
    D, K = X.shape[1], y.max() + 1
    params = {"W1": rng.normal(size=(D, n_hidden)) * np.sqrt(2 / D), "b1": np.zeros(n_hidden),
              "W2": rng.normal(size=(n_hidden, K)) * np.sqrt(2 / n_hidden), "b2": np.zeros(K)}
    for _ in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = order[start : start + batch_size]
            grads = backprop(params, X[batch], y[batch])
            params = {name: params[name] - lr / len(X) * grads[name] for name in params}
    return params
""", "The score is"),
    _answer(CH4, "count_params", "product",
        "def count_params(sizes):\n    total = 1\n    for n in sizes:\n        total *= n\n    return total",
        "The result should be"),
]  # fmt: skip
