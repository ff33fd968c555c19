"""Chapter 5: gradients by finite differences, and derived ones in plain loops.

Where pixels tie a maximum has none: there differences give each winner all, or none.
"""

from __future__ import annotations

PROBING = {
    "conv2d_backward": """
def conv2d_backward(dout, x, w, stride, pad):
    zero = np.zeros(len(w))
    return (
        differences(lambda x: np.sum(dout * conv2d_forward(x, w, zero, stride, pad)), x),
        differences(lambda w: np.sum(dout * conv2d_forward(x, w, zero, stride, pad)), w),
        differences(lambda b: np.sum(dout * b[:, None, None]), zero),
    )
""",
    "maxpool_backward": """
def maxpool_backward(dout, x, size, stride):
    return differences(lambda x: np.sum(dout * maxpool_forward(x, size, stride)), x)
""",
    "cnn_backward": """
def cnn_backward(params, X, cache, dscores):
    grads = {
        name: differences(lambda part: np.sum(dscores * cnn_forward({**params, name: part}, X)[0]), params[name])
        for name in params
    }
    return grads, differences(lambda X: np.sum(dscores * cnn_forward(params, X)[0]), X)
""",
}

LOST = {"maxpool_backward": {"ties"}}

PLAIN_LOOPS = {
    "conv2d_backward": """
def conv2d_backward(dout, x, w, stride, pad):
    kh, kw = w.shape[2:]
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dx, dw, db = np.zeros(padded.shape), np.zeros(w.shape), np.zeros(len(w))
    for n, f, i, j in np.ndindex(*dout.shape):
        for u in range(kh):
            for v in range(kw):
                dx[n, :, i * stride + u, j * stride + v] += w[f, :, u, v] * dout[n, f, i, j]
                dw[f, :, u, v] += padded[n, :, i * stride + u, j * stride + v] * dout[n, f, i, j]
        db[f] += dout[n, f, i, j]
    return dx[:, :, pad : dx.shape[2] - pad, pad : dx.shape[3] - pad], dw, db
""",
    "maxpool_backward": """
def maxpool_backward(dout, x, size, stride):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(*dout.shape):
        window = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size]
        u, v = np.unravel_index(np.argmax(window), window.shape)
        dx[n, c, i * stride + u, j * stride + v] += dout[n, c, i, j]
    return dx
""",
    "avgpool_backward": """
def avgpool_backward(dout, H, W, size, stride):
    dx = np.zeros((*dout.shape[:2], H, W))
    for n, c, i, j in np.ndindex(*dout.shape):
        for u in range(size):
            for v in range(size):
                dx[n, c, i * stride + u, j * stride + v] += dout[n, c, i, j] / size**2
    return dx
""",
    "conv_transpose": """
def conv_transpose(z, w, stride):
    (N, F, Ho, Wo), (_, C, kh, kw) = z.shape, w.shape
    x = np.zeros((N, C, (Ho - 1) * stride + kh, (Wo - 1) * stride + kw))
    for n, f, i, j in np.ndindex(*z.shape):
        for u in range(kh):
            for v in range(kw):
                x[n, :, i * stride + u, j * stride + v] += z[n, f, i, j] * w[f, :, u, v]
    return x
""",
}
