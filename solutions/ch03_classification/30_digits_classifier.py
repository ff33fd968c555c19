# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Exercise, Group, Mistake, Variant, mistake, tools, variant
from reference import classification

from chapter import practice_case, softmax, softmax_cross_entropy_grad

# %% [markdown] lang="en"
# ### {n} Digits by mini-batches
#
# 1258 images, 64 pixels, ten classes. Some pixels are 0 in every image, so a standard deviation would be 0; gray values have a natural scale anyway, so just divide them by 16. Train in **mini-batches**: in each of 20 epochs draw an order with `rng.permutation(N)`, cut it into pieces of 64 (the last is shorter), and take a step of learning rate 0.5 on the mean loss of each piece. Start from zeros. You pass at an accuracy of 0.9244 on 539 test images.
# %% [markdown] lang="zh" of="cb2c"
# ### {n} 用小批量识别手写数字
#
# 1258 张图片，64 个像素，十个类别。有些像素在所有图片里都是 0，标准差就成了 0；好在灰度值自有天然的尺度，除以 16 就行。用**小批量**训练：共 20 轮，每一轮用 `rng.permutation(N)` 抽一个顺序，切成每份 64 个（最后一份较短），对每一份的平均损失以学习率 0.5 走一步。从零开始。在 539 张测试图片上的准确率达到 0.9244 即通过。
# %% answer="digits_classifier"
def digits_classifier(X, y, rng):
    """Train softmax regression on images, in mini-batches.

    X (N, 64) gray values 0 to 16 (mixed with one another when checked), y (N,) integers 0 … 9, rng a numpy Generator
    for the order of the samples.
    Returns (W, b), W (64, 10) and b (10,), for gray values divided by 16.
    """
    ### BEGIN SOLUTION
    W, b = np.zeros((X.shape[1], 10)), np.zeros(10)
    for _ in range(20):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 64):
            rows = order[start : start + 64]
            pixels = X[rows] / 16  # (64, D)
            G = softmax_cross_entropy_grad(pixels @ W + b, y[rows]) / len(rows)  # (64, 10)
            W, b = W - 0.5 * pixels.T @ G, b - 0.5 * G.sum(axis=0)
    return W, b
    ### END SOLUTION


# %% [markdown] docstring="digits_classifier" lang="zh" of="812c"
# 用小批量在图片上训练 softmax 回归。
#
# X (N, 64) 是 0 到 16 的灰度值（检查时像素之间会混合），y (N,) 为整数 0 … 9，rng 是 numpy Generator，用于样本的顺序。
# 返回 (W, b)，W (64, 10)，b (10,)，用于除以 16 之后的灰度值。
# %% [markdown] why="digits_classifier" lang="en"
# `rows` picks images and labels alike, so that pairs stay together. Divided by `len(rows)` and not by 64: the last batch has only 42.
# A new order in each epoch makes new batches, whose disagreements average out. The start at zero is no trap: the loss is convex, and the labels tell the classes apart.
# %% [markdown] why="digits_classifier" lang="zh" of="2f76"
# 图像和标签都用 `rows` 来取，才不会配错对。除以 `len(rows)` 而不是 64：最后一批只有 42 个。
# 每一轮换一个顺序，小批量就不同，彼此的分歧会互相抵消。从零出发也无妨：损失是凸的，各类别由标签区分开来。
# %% grading="digits_classifier"
def digits_case(rng):
    yield practice_case("digits", "手写数字", rng)


def shapes_of_model(X, y, rng):
    return {"W": (64, 10), "b": (10,)}


def digits_accuracy(impl, case):
    """The share of test images that the returned parameters classify rightly, beside the parameters in brief."""
    varies, turn = np.ptp(case.X, axis=0) > 0, np.eye(64)
    noise = np.random.RandomState(case.turn).normal(size=(varies.sum(), varies.sum()))
    turn[np.ix_(varies, varies)] = np.linalg.qr(noise)[0]
    X, X_test = case.X @ turn, case.X_test @ turn
    W, b = impl.digits_classifier(X, case.y, case.rng)
    metric = tools.accuracy((X_test / 16 @ W + b).argmax(axis=1), case.y_test)
    return {"metric": metric, "size of W": np.sqrt(np.sum(W**2, axis=0)), "b": b}


@mistake(
    en="Some pixels never change. Dividing by their standard deviation, 0, fills everything with NaN.",
    zh="有些像素从不变化，除以它们的标准差 0，结果全变成了 NaN。",
)
def constant_columns(X, y, rng):
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    W, b = np.zeros((X.shape[1], 10)), np.zeros(10)
    for _ in range(20):
        G = softmax_cross_entropy_grad(Z @ W + b, y) / len(X)
        W, b = W - 0.5 * Z.T @ G, b - 0.5 * G.sum(axis=0)
    return W, b


@variant
def without_shortcuts(X, y, rng):
    pixels, T = np.array(X, dtype=float) / 16, np.eye(10)[y]
    W, b = np.zeros((64, 10)), np.zeros((1, 10))
    for _ in range(20):
        for rows in np.array_split(rng.permutation(len(y)), len(y) // 64):
            P = softmax(pixels[rows] @ W + b)
            for n, row in enumerate(rows):
                W -= 0.5 / len(rows) * np.outer(pixels[row], P[n] - T[row])
            b -= 0.5 * np.mean(P - T[rows], axis=0)
    return W.tolist(), b[0].tolist()


Exercise(
    points=2, reference=classification.digits_classifier, observe=digits_accuracy,
    groups=[Group("accuracy", digits_case)], shapes=shapes_of_model,
    forbids=FROM_SCRATCH, seconds=10,
    tolerance=Calibration(
        classification.digits_over_seeds,
        higher_is_better=True,
        margin=0.005,
        reason="test accuracy on 539 digits, trained on drawn rows of rotated pixels; the margin is nearly three digits",
    ),
    mistakes=[
        Mistake("labels_in_another_order", "y[rows]", "y[start : start + len(rows)]",
            en="Images and labels are taken in different orders, so most labels belong to another image.",
            zh="图片和标签的顺序不一致，大多数标签对应的是别的图片。"),
        Mistake("ascent", "W - 0.5 * pixels.T @ G, b - 0.5 * G", "W + 0.5 * pixels.T @ G, b + 0.5 * G",
            en="The steps go uphill: subtract the gradient.",
            zh="每一步都在上坡：应当减去梯度。"),
        Mistake("one_epoch", "for _ in range(20)", "for _ in range(1)",
            en="One pass over the data is not enough: take all 20 epochs.",
            zh="只过一遍数据是不够的：要做满 20 轮。"),
        Mistake("first_batch_only", "range(0, len(X), 64)", "range(0, 64, 64)",
            en="Each epoch uses its first batch alone. Go on until the order is used up.",
            zh="每一轮只用了第一个小批量。要一直做到整个顺序用完。"),
        Mistake("weights_reset", "        order = rng.permutation(len(X))",
            "        order, W, b = rng.permutation(len(X)), 0 * W, 0 * b",
            en="The weights start from zero again in every epoch, so only the last one counts.",
            zh="每一轮权重都从零重新开始，于是只有最后一轮起作用。"),
    ],
    variants=[
        Variant("batches_of_32", "range(0, len(X), 64):\n            rows = order[start : start + 64]",
            "range(0, len(X), 32):\n            rows = order[start : start + 32]"),
        Variant("more_epochs", "range(20)", "range(30)"),
    ],
)
