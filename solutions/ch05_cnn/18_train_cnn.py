# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Dataset, Exercise, Group, Mistake, Rng, Variant, tools
from reference import cnn

from chapter import cnn_backward, cnn_forward, drawn_by, normal, one_hot, softmax, words

# %% [markdown] lang="en"
# ## {n} In practice: a net that you wrote reads digits
#
# Every line of what follows is yours: convolution, pooling, the way back. Train it as in chapter 4, by mini-batches.
#
# 1. Start: `w` normal with variance $2/(9C)$, `W` normal with variance $2/D$, where $D=F\cdot H/2\cdot W/2$ is the number of its rows (He et al. 2015: 2 over the number of inputs of a neuron); `b` and `c` are 0. All random numbers come from `rng`.
# 2. In each epoch shuffle the images anew (`rng.permutation`) and cut the order into batches of `batch_size`; the last may be smaller.
# 3. For each batch move every parameter against the gradient of the **MEAN** cross-entropy of the batch, with the rate `lr`. Chapter 3 gave the gradient in the scores: $(\text{softmax}-\text{one-hot})/|B|$.
#
# The check trains with `n_classes=10, n_filters=8, lr=0.2, n_epochs=10, batch_size=20` on 1000 digits and measures the accuracy on 400 others. It takes about a second; if your convolution loops over images or pixels, minutes. You pass at an accuracy of 0.82. (For grading the images are drawn anew, turned or mirrored all alike, and the classes are renumbered.) Then it looks at the recipe: the start and the steps.
# %% [markdown] lang="zh" of="eac0"
# ## {n} 实战：用你写的网络认数字
#
# 下面要用的每一行都出自你手：卷积、池化、反向。训练与第四章一样，用小批量。
#
# 1. 初值：`w` 取正态随机数，方差为 $2/(9C)$；`W` 的方差为 $2/D$，其中 $D=F\cdot H/2\cdot W/2$ 是它的行数（He 等，2015：2 除以一个神经元的输入个数）；`b` 和 `c` 为 0。随机数一律来自 `rng`。
# 2. 每一轮先重新打乱图像（`rng.permutation`），按顺序切成大小为 `batch_size` 的批次；最后一批可能小一些。
# 3. 对每个批次，让每个参数沿该批次**平均**交叉熵的梯度的反方向走一步，学习率为 `lr`。对得分的梯度，第三章已经给出：$(\text{softmax}-\text{独热})/|B|$。
#
# 检查时用 `n_classes=10, n_filters=8, lr=0.2, n_epochs=10, batch_size=20` 在 1000 个数字上训练，在另外 400 个上测准确率，一秒左右就够；如果你的卷积对图像或像素循环，就要几分钟。准确率达到 0.82 即通过。（评分时图像会重新抽取，统一旋转或翻转，类别也会重新编号。）然后再看做法本身：初值和步子。
# %% answer="train_cnn"
def train_cnn(X, y, n_classes, n_filters, lr, n_epochs, batch_size, rng):
    """Train the net of `cnn_forward` by mini-batch gradient descent on the MEAN cross-entropy of each batch.

    X (N, C, H, W), labels y (N,) from 0 to n_classes - 1; n_filters kernels of 3 × 3; lr is the learning rate; every
    epoch has an order of its own, and its last batch may be smaller; rng is a numpy Generator, the only source of
    random numbers.  Returns the parameters: w (n_filters, C, 3, 3), b (n_filters,), W (n_filters·H/2·W/2, n_classes), c (n_classes,).
    """
    ### BEGIN SOLUTION
    N, C, H, W = X.shape
    D, K = n_filters * (H // 2) * (W // 2), n_classes
    params = {
        "w": rng.normal(size=(n_filters, C, 3, 3)) * np.sqrt(2 / (9 * C)),
        "b": np.zeros(n_filters),
        "W": rng.normal(size=(D, K)) * np.sqrt(2 / D),
        "c": np.zeros(K),
    }
    for _ in range(n_epochs):
        order = rng.permutation(N)
        for start in range(0, N, batch_size):
            batch = order[start : start + batch_size]
            scores, cache = cnn_forward(params, X[batch])
            dscores = (softmax(scores) - one_hot(y[batch], K)) / len(batch)
            grads, _ = cnn_backward(params, X[batch], cache, dscores)
            params = {name: params[name] - lr * grads[name] for name in params}
    return params
    ### END SOLUTION


# %% [markdown] docstring="train_cnn" lang="zh" of="77cc"
# 用小批量梯度下降训练 `cnn_forward` 的网络，损失为每个批次的平均交叉熵。
#
# X (N, C, H, W)，标签 y (N,) 从 0 到 n_classes - 1；n_filters 个 3 × 3 的核；lr 是学习率；
# 每一轮重新打乱，最后一批可能小一些；rng 是 numpy 的 Generator，随机数全部来自它。
# 返回参数字典：w (n_filters, C, 3, 3)、b (n_filters,)、W (n_filters·H/2·W/2, n_classes)、c (n_classes,)。
# %% [markdown] why="train_cnn" lang="en"
# `len(batch)`, not `batch_size`: so the last, smaller batch takes the step of its own mean. Building `params` anew in one line ensures that all four
# gradients belong to the same old parameters. In the variance at the start the 2 makes up for the half that a ReLU closes.
# %% [markdown] why="train_cnn" lang="zh" of="6eed"
# 除以 `len(batch)` 而不是 `batch_size`，最后较小的那批也是按自己的平均走一步。`params` 在一行里整个重建，四个梯度就都属于同一组旧参数。初始方差分子上的 2，补的是 ReLU 关掉的那一半。
# %% grading="train_cnn"
def digits_cases(rng):
    digits = {"images": Dataset("digits"), "labels": Dataset("digits", part="target")}
    draw, seed = (int(number) for number in rng.integers(2**31, size=2))
    yield Case("digits", zh="手写数字", **digits, draw=draw, **cnn.digits_settings(), rng=Rng(seed))


def start_cases(rng):
    seeds = [Rng(int(seed)) for seed in rng.integers(2**31, size=2)]
    yield Case("the start", zh="初始参数", X=normal(rng, 2, 3, 4, 6), y=np.array([0, 2]), n_filters=200, rngs=seeds)


def steps_cases(rng):
    X, seed = np.tile(normal(rng, 1, 1, 4, 6), (5, 1, 1, 1)), int(rng.integers(2**31))  # any order is the same
    yield Case("two images left over", zh="剩下两张图", X=X, y=np.full(5, 2), batch_size=3, rng=Rng(seed))


def shapes_of_net(X, y, n_classes, n_filters, lr, n_epochs, batch_size, rng):
    C, H, W = X.shape[1:]
    D = n_filters * (H // 2) * (W // 2)
    return {"w": (n_filters, C, 3, 3), "b": (n_filters,), "W": (D, n_classes), "c": (n_classes,)}


def accuracy_on_turned_digits(impl, case):
    """The share of test images that the returned parameters classify rightly, beside the biases."""
    rng = np.random.default_rng(case.draw)
    rows, names, turn = rng.permutation(1797)[:1400], rng.permutation(10), rng.integers(8)
    X, y = case.images[rows].reshape(-1, 1, 8, 8) / 16, names[case.labels[rows]]
    X = np.rot90(X.swapaxes(2, 3) if turn >= 4 else X, turn % 4, axes=(2, 3))
    net = impl.train_cnn(X[:1000], y[:1000], case.n_classes, case.n_filters, case.lr, case.n_epochs, case.batch_size, case.rng)
    padded = np.pad(X[1000:], ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    Z = np.tensordot(net["w"], windows, axes=((1, 2, 3), (1, 4, 5))).swapaxes(0, 1) + net["b"][:, None, None]
    P = np.maximum(Z, 0).reshape(400, -1, 4, 2, 4, 2).max(axis=(3, 5))
    scores = P.reshape(400, -1) @ net["W"] + net["c"]
    return {"metric": tools.accuracy(scores.argmax(axis=1), y[1000:]), "b": net["b"], "c": net["c"]}


def start_kept(impl, case):
    """A learning rate of 0 leaves the net where it began."""
    one, other = (impl.train_cnn(case.X, case.y, 3, case.n_filters, 0.0, 1, 2, rng) for rng in case.rngs)
    w, W = one["w"], one["W"]  # 5,400 and 3,600 numbers: 6 sigma
    kept = {
        "biases of 0": not one["b"].any() and not one["c"].any(),
        "spread of w": 0.94 < w.std() * (27 / 2) ** 0.5 < 1.06,
        "spread of W": 0.93 < W.std() * (len(W) / 2) ** 0.5 < 1.07,
        "normal": abs(w.mean()) < 0.04 and np.mean(w**4) > 2.5 * np.mean(w**2) ** 2,
        "from rng": not np.array_equal(w, other["w"]),
    }
    return {"metric": np.mean(list(kept.values())), **kept}


def steps_kept(impl, case):
    """Two epochs, each of one full batch and a smaller one, where every image is the same."""
    start, net = (impl.train_cnn(case.X, case.y, 3, 4, lr, 2, case.batch_size, case.rng) for lr in (0.0, 0.01))
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(case.X[0], ((0, 0), (1, 1), (1, 1))), (3, 3), axis=(1, 2))
    right = start
    for _ in range(4):
        Z = np.einsum("cijuv,fcuv->fij", windows, right["w"]) + right["b"][:, None, None]
        blocks = np.maximum(Z, 0).reshape(4, 2, 2, 3, 2)
        P = blocks.max(axis=(2, 4))
        delta = np.exp(P.ravel() @ right["W"] + right["c"])
        delta = delta / delta.sum() - (np.arange(3) == case.y[0])
        back = (right["W"] @ delta).reshape(P.shape)
        dZ = (back[:, :, None, :, None] * (blocks == P[:, :, None, :, None])).reshape(Z.shape) * (Z > 0)
        grads = {"w": np.einsum("cijuv,fij->fcuv", windows, dZ), "b": dZ.sum(axis=(1, 2)), "c": delta}
        grads["W"] = np.outer(P, delta)
        right = {name: right[name] - 0.01 * grads[name] for name in right}
    seen, wanted = (np.concatenate([(end[name] - start[name]).ravel() for name in start]) for end in (net, right))
    off = np.linalg.norm(seen - wanted) / np.linalg.norm(wanted)
    return {"metric": float(off < 1e-3), "far": round(float(seen @ wanted / (wanted @ wanted)), 1)}


Exercise(
    points=3, reference=cnn.train_cnn, shapes=shapes_of_net, forbids=FROM_SCRATCH, seconds=60.0,
    tolerance=Calibration(
        run=cnn.calibrate_train_cnn, higher_is_better=True, margin=0.005,
        reason="accuracy on 400 test digits of a net with 8 filters after 10 epochs on 1000 drawn digits, all turned alike; "
        "margin of two images. Of the recipe (start, steps) the share that was kept is counted",
    ),
    groups=[
        Group("values", digits_cases, observe=accuracy_on_turned_digits, en="Digits it has not seen", zh="没见过的数字"),
        Group("start", start_cases, observe=start_kept, en="Initial parameters", zh="初始参数"),
        Group("steps", steps_cases, observe=steps_kept, en="Steps and batches", zh="步子与批次"),
    ],
    mistakes=[
        Mistake("gradient_ascent", "params[name] - lr", "params[name] + lr",
            en="The loss is climbing: the step goes along the gradient. Walk against it.",
            zh="损失在上升：你沿着梯度走了。应当朝相反的方向走。"),
        Mistake("sum_for_mean_step", " / len(batch)\n", "\n",
            en="Your steps are as many times too long as a batch has images: that is the gradient of the SUM. The step uses the MEAN.",
            zh="你的步子太长，批次里有多少张图就长了多少倍：那是求和的梯度。更新要用**平均**。"),
        Mistake("kernels_start_at_zero", "rng.normal(size=(n_filters, C, 3, 3)) * np.sqrt(2 / (9 * C))",
            "np.zeros((n_filters, C, 3, 3))",
            en="With kernels of 0 every map is 0 for every image, and a ReLU at 0 lets no gradient back. Start from random ones.",
            zh="卷积核全为 0 时，任何图像的特征图都是 0，而停在 0 的 ReLU 不让梯度回来。请从随机数开始。"),
        Mistake("labels_shuffled_apart", "one_hot(y[batch], K)", "one_hot(y[start : start + batch_size], K)",
            en="Images and labels have parted company: X is taken in the new order, y in the old one. Use the same indices for both.",
            zh="图像和标签对不上了：X 按新顺序取，y 却按旧顺序取。两者要用同一组下标。"),
        Mistake("one_epoch", "    return params\n", "        return params\n",
            en="Training stops after the first epoch: look at the indentation of your `return`.",
            zh="训练在第一轮之后就停了：检查 `return` 的缩进。"),
        Mistake("kernels_never_move", "for name in params}", 'for name in ("W", "c")} | {"w": params["w"], "b": params["b"]}',
            en="Only the dense layer learns; the kernels stay as they were drawn. All four parameters take the step.",
            zh="只有全连接层在学习，卷积核还是最初抽到的样子。四个参数都要更新。"),
        Mistake("last_batch_dropped", "range(0, N, batch_size)", "range(0, N - batch_size + 1, batch_size)",
            en="The images left over at the end of an epoch are never used. They form a last, smaller batch.",
            zh="一轮末尾剩下的图像从没用上。它们要组成最后一个小一些的批次。"),
        Mistake("spread_without_fan_in", "rng.normal(size=(D, K)) * np.sqrt(2 / D)", "rng.normal(size=(D, K)) * np.sqrt(2 / K)",
            en="The start of `W` is too wide: its variance is 2 over the number of *inputs* of a neuron, the number of rows.",
            zh="`W` 的初值太分散：方差是 2 除以一个神经元的**输入**个数，即行数。"),
    ],
    variants=[
        Variant("divided_later", "/ len(batch)\n            grads, _ = cnn_backward(params, X[batch], cache, dscores)",
            "/ 1\n            grads = cnn_backward(params, X[batch], cache, dscores)[0]\n"
            "            grads = {name: np.asarray(value) / len(batch) for name, value in grads.items()}"),
        Variant("shuffled_copies", "order = rng.permutation(N)", "order = np.arange(N)\n        rng.shuffle(order)"),
        Variant("drawn_with_their_spread", "rng.normal(size=(D, K)) * np.sqrt(2 / D)", "rng.normal(0, np.sqrt(2 / D), (D, K))"),
    ],
)


# %% [markdown] lang="en"
# Look at what the kernels have become. The cell trains your net on digits as they are, keeps it as `trained` for the figures to come, and shows for one digit what each kernel sees.
# %% [markdown] lang="zh" of="8e8a"
# 看看卷积核学成了什么。这个单元格用原样的数字训练你的网络，存为 `trained`，留给后面的图；再画出对某个数字，每个核各看见什么。
# %% demo="learned_kernels"
trained = None


@drawn_by("train_cnn", "cnn_forward")
def learned_kernels(plt):
    from sklearn.datasets import load_digits

    global trained
    X, y = load_digits().images[:, None] / 16, load_digits().target
    trained = train_cnn(X[:1200], y[:1200], 10, 8, 0.15, 20, 20, np.random.default_rng(0))
    right = np.mean(np.argmax(cnn_forward(trained, X[1200:])[0], axis=1) == y[1200:])
    cache = cnn_forward(trained, X[1203:1204])[1]
    _, axes = plt.subplots(3, 9, figsize=(12, 4.4), layout="constrained")
    for axis in axes[:, 0]:
        axis.axis("off")
    axes[1, 0].imshow(X[1203, 0], cmap="gray_r")
    axes[1, 0].set_title(words(en="image", zh="图像"))
    for k, (kernel, seen, pooled) in enumerate(axes[:, 1:].T):
        kernel.imshow(trained["w"][k, 0], cmap="RdBu_r", vmin=-1.5, vmax=1.5)
        seen.imshow(np.asarray(cache["A"])[0, k], cmap="viridis", vmin=0, vmax=3)
        pooled.imshow(np.asarray(cache["P"])[0, k], cmap="viridis", vmin=0, vmax=3)
    names = words(en="kernel", zh="卷积核"), words(en="after ReLU", zh="ReLU 之后"), words(en="pooled", zh="池化之后")
    for axis, label in zip(axes[:, 1], names, strict=True):
        axis.set_ylabel(label)
    for axis in axes.ravel():
        axis.set(xticks=[], yticks=[])
    plt.suptitle(words(en=f"{right:.1%} of 597 new digits are read correctly", zh=f"597 个新数字中认对了 {right:.1%}"))
    plt.show()


# %% [markdown] lang="en"
# What you should see. Several kernels have a red side and a blue one: detectors of edges in several directions, like those that were made by hand in {ref:conv2d_forward}; nobody told the net. Below each its map after the ReLU (yellow is strong), and the pooled map: coarser, and still the same stroke. A map that is dark all over belongs to a neuron that nothing in this image wakes; some stay so for every image.
# %% [markdown] lang="zh" of="4edd"
# 你应当看到：好几个卷积核一边红、一边蓝，是各个方向的边缘探测器，与 {ref:conv2d_forward} 里手工设计的很像，可谁也没有教过它。每个核的下面是 ReLU 之后的特征图（黄色最强），再下面是池化后的图：粗了，但还是那一笔。整张都暗的图，说明这张图像里没有什么能唤醒那个神经元；有的神经元对任何图像都不醒。
