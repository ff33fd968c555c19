"""Chapter 4: gradients by finite differences, and derived ones in plain loops."""

from __future__ import annotations

PROBING = {
    "normalize_backward": """
def normalize_backward(dY, X):
    return differences(lambda X: np.sum(dY * normalize_rows(X)), X)
""",
    "tanh_delta": """
def tanh_delta(Z, Y):
    return differences(lambda Z: np.sum((np.tanh(Z) - Y) ** 2) / 2, Z)
""",
    "affine_backward": """
def affine_backward(dZ, X, W):
    return (
        differences(lambda X: np.sum(dZ * (X @ W)), X),
        differences(lambda W: np.sum(dZ * (X @ W)), W),
        differences(lambda b: np.sum(dZ * b), np.zeros(W.shape[1])),
    )
""",
    "hidden_delta": """
def hidden_delta(W_next, delta_next, z, activation):
    return differences(lambda z: np.sum(delta_next * (activate(z, activation) @ W_next)), z)
""",
    "backprop": """
def backprop(params, X, y):
    return {
        name: differences(lambda part: total_loss({**params, name: part}, X, y), params[name]) for name in params
    }
""",
    "reverse_mode_grad": """
def reverse_mode_grad(ops, x):
    def last(x):
        values = list(x)
        for op, *parents in ops:
            values.append(op_value(op, [values[i] for i in parents]))
        return values[-1]
    return differences(last, x), 2 * len(ops)
""",
}

PLAIN_LOOPS = {
    "normalize_backward": """
def normalize_backward(dY, X):
    dX = np.zeros(X.shape)
    for n in range(X.shape[0]):
        length = sum(X[n, d] ** 2 for d in range(X.shape[1])) ** 0.5
        along = sum(dY[n, d] * X[n, d] for d in range(X.shape[1])) / length
        for d in range(X.shape[1]):
            dX[n, d] = (dY[n, d] - along * X[n, d] / length) / length
    return dX
""",
    "tanh_delta": """
def tanh_delta(Z, Y):
    delta = np.zeros(Z.shape)
    for n in range(Z.shape[0]):
        for k in range(Z.shape[1]):
            p = np.tanh(Z[n, k])
            delta[n, k] = (p - Y[n, k]) * (1 - p**2)
    return delta
""",
    "affine_backward": """
def affine_backward(dZ, X, W):
    (N, D), M = X.shape, W.shape[1]
    dX, dW, db = np.zeros((N, D)), np.zeros((D, M)), np.zeros(M)
    for n in range(N):
        for m in range(M):
            db[m] += dZ[n, m]
    X, W, dZ = X.tolist(), W.tolist(), dZ.tolist()
    for d in range(D):
        for n in range(N):
            dX[n, d] = sum(dZ[n][m] * W[d][m] for m in range(M))
        for m in range(M):
            dW[d, m] = sum(X[n][d] * dZ[n][m] for n in range(N))
    return dX, dW, db
""",
    "hidden_delta": """
def hidden_delta(W_next, delta_next, z, activation):
    slope, delta = activate_grad(z, activation), np.zeros(z.shape)
    for n in range(z.shape[0]):
        for h in range(z.shape[1]):
            back = 0.0
            for m in range(W_next.shape[1]):
                back += W_next[h, m] * delta_next[n, m]
            delta[n, h] = back * slope[n, h]
    return delta
""",
    "backprop": """
def backprop(params, X, y):
    scores, cache = mlp_forward(params, X, "relu")
    delta, grads = softmax(scores) - one_hot(y, scores.shape[1]), {}
    for layer in range(len(params) // 2, 0, -1):
        A, W = cache[f"A{layer - 1}"], params[f"W{layer}"]
        dW = np.zeros(W.shape)
        for i in range(W.shape[0]):
            for j in range(W.shape[1]):
                for n in range(len(X)):
                    dW[i, j] += A[n, i] * delta[n, j]
        grads[f"W{layer}"], grads[f"b{layer}"] = dW, delta.sum(axis=0)
        if layer > 1:
            delta = hidden_delta(W, delta, cache[f"Z{layer - 1}"], "relu")
    return grads
""",
    "reverse_mode_grad": """
def reverse_mode_grad(ops, x):
    values, visits, P = list(x), 0, len(x)
    for op, *parents in ops:
        values.append(op_value(op, [values[i] for i in parents]))
        visits += 1
    received = [[] for _ in values]
    received[-1].append(1.0)
    for k in range(len(ops) - 1, -1, -1):
        op, *parents = ops[k]
        for slope, parent in zip(op_partials(op, [values[i] for i in parents]), parents):
            received[parent].append(slope * sum(received[P + k]))
        visits += 1
    return [sum(shares) for shares in received[:P]], visits
""",
}
