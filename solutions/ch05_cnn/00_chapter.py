# %% [markdown] lang="en"
# # Chapter 5 · Convolutional neural networks
#
# Draft front.
#
# **How to work.** Later.
# %% [markdown] lang="zh"
# # 第五章 · 卷积神经网络
#
# 草稿。
#
# **怎样完成作业。** 待写。
# %% setup
import numpy as np

from autograder import case, check


def drawn_by(*names):
    """Draws the figure below it, which calls your functions of these names; says so where one is not there yet."""

    def show(draw):
        import matplotlib.pyplot as plt

        try:
            draw(plt)
        except Exception as error:
            plt.close("all")
            print(f"This figure is drawn by your {' and '.join(names)}: once that works, run this cell again.")
            print(f"这幅图由你的 {'、'.join(names)} 画出：函数写对以后，再运行这个单元格。（{error!r}）")

    return show


def softmax(Z):
    """Chapter 3: probabilities (N, K) of scores Z (N, K), row by row."""
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / np.sum(E, axis=1, keepdims=True)


def one_hot(y, K):
    """Labels y (N,) as rows of 0 and a single 1, shape (N, K)."""
    return np.eye(K)[y]


# %% prelude
def normal(rng, *shape):
    """Normal numbers with two digits, never exactly 0."""
    values = rng.normal(size=shape).round(2)
    return np.where(values == 0, 0.5, values)


def distinct(rng, *shape):
    """Numbers of both signs, no two alike and none 0, at least 0.1 apart: no window has a tie, no ReLU stands on its kink."""
    count = int(np.prod(shape))
    return (rng.permutation(np.arange(count) - count // 2).reshape(shape) * 0.1 + 0.05).round(2)


def filters(rng, f, c, kh, kw):
    """Kernels (F, C, kh, kw) and biases (F,) that are never near 0, so that forgetting one shows."""
    return {"w": normal(rng, f, c, kh, kw), "b": (rng.choice([-1, 1], f) * rng.uniform(0.5, 2, f)).round(2)}


def cnn_and_images(rng, n, c, side, f, k):
    """Parameters of a small net and n images, drawn again until no neuron stands on its kink and no open window has a tie.

    There the last bit decides where a gradient goes, and a right answer in float32 would look wrong.
    """
    H, W = side
    while True:
        params = {
            **filters(rng, f, c, 3, 3),
            "W": (normal(rng, f * H * W // 4, k) * 0.5).round(2),
            "c": normal(rng, k),
        }
        X = normal(rng, n, c, H, W)
        padded = np.pad(X, ((0, 0), (0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
        Z = np.einsum("nchwuv,fcuv->nfhw", windows, params["w"]) + params["b"][:, None, None]
        pooled = np.sort(Z.reshape(n, f, H // 2, 2, W // 2, 2).swapaxes(3, 4).reshape(n, f, -1, 4))
        gap = np.where(pooled[..., -1] > 0, pooled[..., -1] - pooled[..., -2], 1.0)
        if np.abs(Z).min() > 1e-3 and gap.min() > 1e-3 and (pooled[..., -1] > 0).any(axis=(0, 2)).all():
            return {"params": params, "X": X}


WIDE = {"en": "Thousands of entries: derive, do not probe", "zh": "成千上万个元素：要推导，不能逐个试"}
