"""Chapter 7: gradients by finite differences, and derived ones in plain loops."""

from __future__ import annotations

PROBING = {
    "rnn_backward": """
def rnn_backward(params, X, h0, dY):
    def loss_with(name):
        return lambda part: np.sum(dY * elman_forward({**params, name: part}, X, h0)[0])
    return {name: differences(loss_with(name), value) for name, value in params.items()}
""",
    "lstm_backward": """
def lstm_backward(params, X, h0, c0, dH):
    def loss_with(name):
        return lambda part: np.sum(dH * lstm_forward({**params, name: part}, X, h0, c0)[0])
    return {name: differences(loss_with(name), value) for name, value in params.items()}
""",
    "gru_state_grad": """
def gru_state_grad(params, x, h, dh_new):
    return differences(lambda h: np.sum(dh_new * gru_step(params, x, h)), h)
""",
}

PLAIN_LOOPS = {
    "rnn_backward": """
def rnn_backward(params, X, h0, dY):
    _, H = elman_forward(params, X, h0)
    N, T, D = X.shape
    grads = {name: np.zeros(value.shape) for name, value in params.items()}
    for n in range(N):
        dh = np.zeros(H.shape[2])
        for t in range(T - 1, -1, -1):
            old = h0[n] if t == 0 else H[n, t - 1]
            delta = (params["W_y"] @ dY[n, t] + dh) * (1 - H[n, t] ** 2)
            for j in range(len(delta)):
                grads["b_h"][j] += delta[j]
                grads["W_x"][:, j] += X[n, t] * delta[j]
                grads["W_h"][:, j] += old * delta[j]
            for k in range(dY.shape[2]):
                grads["b_y"][k] += dY[n, t, k]
                grads["W_y"][:, k] += H[n, t] * dY[n, t, k]
            dh = params["W_h"] @ delta
    return grads
""",
    "gru_state_grad": """
def gru_state_grad(params, x, h, dh_new):
    dh, D = np.zeros(h.shape), x.shape[1]
    W_z, W_r, W_n = (params["W_" + gate] for gate in "zrn")
    for k in range(len(x)):
        both = np.concatenate([x[k], h[k]])
        z, r = sigmoid(both @ W_z + params["b_z"]), sigmoid(both @ W_r + params["b_r"])
        n = np.tanh(np.concatenate([x[k], r * h[k]]) @ W_n + params["b_n"])
        back = W_n[D:] @ (dh_new[k] * (1 - z) * (1 - n**2))
        dh[k] = dh_new[k] * z + back * r
        dh[k] += W_z[D:] @ (dh_new[k] * (h[k] - n) * z * (1 - z)) + W_r[D:] @ (back * h[k] * r * (1 - r))
    return dh
""",
}
