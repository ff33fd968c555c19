"""Chapter 6: gradients by finite differences, and derived ones in plain loops."""

from __future__ import annotations

DIFFERENCES = """
def differences(loss, point, h=1e-6):
    \"\"\"Central, and without a copy for each entry.\"\"\"
    point, slope = np.array(point, dtype=float), np.zeros(np.shape(point))
    for index in np.ndindex(point.shape):
        kept = point[index]
        point[index] = kept + h
        ahead = loss(point)
        point[index] = kept - h
        slope[index] = (ahead - loss(point)) / (2 * h)
        point[index] = kept
    return slope
"""

PROBING = {
    "maxout_backward": """
def maxout_backward(dA, X, W, b):
    return (
        differences(lambda X: np.sum(dA * maxout_forward(X, W, b)), X),
        differences(lambda W: np.sum(dA * maxout_forward(X, W, b)), W),
        differences(lambda b: np.sum(dA * maxout_forward(X, W, b)), b),
    )
""",
    "batchnorm_backward": """
def batchnorm_backward(dA, X, gamma, eps):
    def out(X, gamma):
        return gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps)
    return (
        differences(lambda X: np.sum(dA * out(X, gamma)), X, 1e-5 * X.std()),
        differences(lambda gamma: np.sum(dA * out(X, gamma)), gamma),
        dA.sum(axis=0),
    )
""",
}

PLAIN_LOOPS = {
    "maxout_backward": """
def maxout_backward(dA, X, W, b):
    scores = X @ W + b[:, None]
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(b.shape)
    for n in range(len(X)):
        for m in range(W.shape[2]):
            j = int(np.argmax(scores[:, n, m]))
            db[j, m] += dA[n, m]
            for d in range(X.shape[1]):
                dW[j, d, m] += dA[n, m] * X[n, d]
                dX[n, d] += dA[n, m] * W[j, d, m]
    return dX, dW, db
""",
    "batchnorm_backward": """
def batchnorm_backward(dA, X, gamma, eps):
    (N, D), dX, dgamma, dshift = X.shape, np.zeros(X.shape), np.zeros(X.shape[1]), np.zeros(X.shape[1])
    for d in range(D):
        x, up = X[:, d].tolist(), dA[:, d].tolist()
        mean = sum(x) / N
        s = (sum((v - mean) ** 2 for v in x) / N + eps) ** 0.5
        x_hat = [(v - mean) / s for v in x]
        dgamma[d], dshift[d] = sum(u * v for u, v in zip(up, x_hat)), sum(up)
        for n in range(N):
            dX[n, d] = gamma[d] * (up[n] - dshift[d] / N - x_hat[n] * dgamma[d] / N) / s
    return dX, dgamma, dshift
""",
}
