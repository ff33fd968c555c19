"""Chapter 9: gradients by finite differences, and derived ones in plain loops."""

from __future__ import annotations

PROBING = {
    "tied_grad": """
def tied_grad(W, X):
    return differences(lambda W: np.mean(np.sum((X - X @ W.T @ W) ** 2, axis=1)), W)
""",
    "autoencoder_grad": """
def autoencoder_grad(params, X, target):
    def loss_with(name):
        def loss(part):
            X_rec = autoencoder_forward({**params, name: part}, X)[-1]
            return np.mean(np.sum((X_rec - target) ** 2, axis=1))
        return loss
    return {name: differences(loss_with(name), value) for name, value in params.items()}
""",
}

PLAIN_LOOPS = {
    "tied_grad": """
def tied_grad(W, X):
    dW = np.zeros(W.shape)
    for x in X:
        z = W @ x
        e = x - W.T @ z
        back = W @ e
        for m in range(len(W)):
            dW[m] -= 2 * (z[m] * e + back[m] * x)
    return dW / len(X)
""",
    "autoencoder_grad": """
def autoencoder_grad(params, X, target):
    L = len(params) // 2
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for x, t in zip(X, target):
        A = autoencoder_forward(params, x)
        delta = 2 * (A[L] - t) / len(X)
        for layer in range(L, 0, -1):
            grads[f"b{layer}"] += delta
            for i in range(len(A[layer - 1])):
                grads[f"W{layer}"][i] += A[layer - 1][i] * delta
            delta = params[f"W{layer}"] @ delta
            if layer - 1 != L // 2:
                delta = delta * (1 - A[layer - 1] ** 2)
    return grads
""",
}
