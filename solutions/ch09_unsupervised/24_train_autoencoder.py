# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Calibration, Case, Dataset, Exercise, Group, Mistake, Rng, Variant, variant
from reference import unsupervised

from chapter import X_digits, X_digits_test, autoencoder_forward, autoencoder_grad, drawn_by, pca_eig, pca_transform, words, y_digits_test

# %% [markdown] lang="en"
# ## {n} In practice: better than PCA
#
# Does bending pay? Train the net $64\to48\to6\to48\to64$ on digits and compare it, on images that neither has seen, with PCA of six components. Both may say six numbers for each image.
#
# **The recipe** is mini-batches with Adam (chapter 6), and both helpers are given: `first_params(sizes, rng)` draws the first parameters, and `adam_step(params, grads, memory, lr)` returns the next parameters *and the next memory*; the first memory is `{}`.
#
# 1. First parameters for the sizes $D$, `n_hidden`, `n_code`, `n_hidden`, $D$.
# 2. In every epoch shuffle the samples anew with `rng.permutation`, and cut the order into batches of `batch_size` (the last may be smaller).
# 3. For each batch: the gradient of {ref:autoencoder_grad}, where the target is the batch itself, and one step of Adam.
#
# No label appears anywhere: the samples are their own answers.
#
# The check trains with `n_hidden=48, n_code=6, lr=0.01, n_epochs=40, batch_size=25` on 800 images, a few tenths of a second, and divides the test error by that of PCA with six components. You pass at 0.9414 or less. (The pixels are turned by a random rotation first, so parameters of another run are of no use.)
# %% [markdown] lang="zh" of="6558"
# ## {n} 实战：胜过 PCA
#
# 弯起来值得吗？在手写数字上训练网络 $64\to48\to6\to48\to64$，再用两者都没见过的图像，与六个主成分的 PCA 比一比。双方对每张图都只许说六个数。
#
# **做法**是小批量加 Adam（第六章），两个辅助函数都已给出：`first_params(sizes, rng)` 抽取初始参数；`adam_step(params, grads, memory, lr)` 返回下一步的参数**和下一步的记忆**，最初的记忆是 `{}`。
#
# 1. 按各层大小 $D$、`n_hidden`、`n_code`、`n_hidden`、$D$ 抽取初始参数。
# 2. 每一轮都用 `rng.permutation` 重新打乱样本，再按顺序切成大小为 `batch_size` 的批次（最后一批可以小一些）。
# 3. 对每个批次：用 {ref:autoencoder_grad} 节的梯度，目标就是这批样本自己，然后走一步 Adam。
#
# 从头到尾没有出现标签：样本自己就是答案。
#
# 检查时用 `n_hidden=48, n_code=6, lr=0.01, n_epochs=40, batch_size=25` 在 800 张图上训练，零点几秒就好；再把测试误差除以六个主成分的 PCA 的测试误差，达到 0.9414 即通过（越小越好）。（检查和评分时，像素会先做一次随机旋转，所以照抄别处训练出的参数没有用。）
# %% setup
def first_params(sizes, rng):
    """First parameters of a net: normal weights of variance 1 / fan-in, biases 0."""
    net = {}
    for layer, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
        net[f"W{layer}"] = rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in)
        net[f"b{layer}"] = np.zeros(fan_out)
    return net


def adam_step(params, grads, memory, lr):
    """Chapter 6: one step of Adam.  Returns the next (params, memory); the first memory is {}."""
    t = memory.get("t", 0) + 1
    after, moved = {"t": t}, {}
    for name, g in grads.items():
        m = after["m" + name] = 0.9 * memory.get("m" + name, 0.0) + 0.1 * g
        v = after["v" + name] = 0.999 * memory.get("v" + name, 0.0) + 0.001 * g**2
        moved[name] = params[name] - lr * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    return moved, after


# %% answer="train_autoencoder"
def train_autoencoder(X, n_hidden, n_code, lr, n_epochs, batch_size, rng):
    """Train a deep autoencoder by mini-batches with Adam.

    X (N, D); n_hidden neurons in each of the two bent layers, n_code in the middle; lr the rate of Adam; n_epochs passes
    over all samples, in a new order each; rng a numpy Generator, the only source of random numbers.
    Returns the parameters W1, b1, …, W4, b4 as in `autoencoder_forward`.
    """
    ### BEGIN SOLUTION
    params, memory = first_params([X.shape[1], n_hidden, n_code, n_hidden, X.shape[1]], rng), {}
    for _ in range(n_epochs):
        order = rng.permutation(len(X))
        for start in range(0, len(X), batch_size):
            batch = X[order[start : start + batch_size]]
            grads = autoencoder_grad(params, batch, batch)
            params, memory = adam_step(params, grads, memory, lr)
    return params
    ### END SOLUTION


# %% [markdown] docstring="train_autoencoder" lang="zh" of="1824"
# 用小批量和 Adam 训练深度自编码器。
#
# X (N, D)；两个弯的层各有 n_hidden 个神经元，中间有 n_code 个；lr 是 Adam 的学习率；把所有样本过 n_epochs 轮，每轮重新打乱；
# rng 是 numpy 的 Generator，随机数全部来自它。返回参数 W1, b1, …, W4, b4，同 `autoencoder_forward`。
# %% [markdown] why="train_autoencoder" lang="en"
# `batch` stands for both the question and the answer, so they cannot get out of step. Adam's memory must be taken on from
# step to step, across epochs as well. What keeps the net from simply copying is the narrow code alone.
# %% [markdown] why="train_autoencoder" lang="zh" of="db4e"
# `batch` 既是问题又是答案，两者不会错位。Adam 的记忆要一步一步传下去，跨过一轮也不中断。网络之所以不能简单照抄，全靠中间那层窄编码。
# %% grading="train_autoencoder"
def digits_cases(rng):
    drawn, seed = unsupervised.digits_draw(rng), Rng(int(rng.integers(2**31)))
    images = {"X": Dataset("digits", rows=drawn["rows"]), "X_test": Dataset("digits", rows=drawn["rows_test"])}
    yield Case("digits", zh="手写数字", **images, turn=drawn["turn"], **unsupervised.AUTOENCODER, rng=seed)


def shapes_of_coder(X, n_hidden, n_code, lr, n_epochs, batch_size, rng):
    sizes = [X.shape[1], n_hidden, n_code, n_hidden, X.shape[1]]
    weights = {f"W{layer}": (sizes[layer - 1], sizes[layer]) for layer in range(1, 5)}
    return {**weights, **{f"b{layer}": (sizes[layer],) for layer in range(1, 5)}}


def error_against_pca(impl, case):
    turn = np.random.default_rng(case.turn)
    matrix = np.linalg.qr(turn.normal(size=(64, 64)))[0]
    X, X_test = case.X / 16 @ matrix, case.X_test / 16 @ matrix
    net = impl.train_autoencoder(X, case.n_hidden, case.n_code, case.lr, case.n_epochs, case.batch_size, case.rng)
    A = X_test
    for layer in range(1, 5):
        A = A @ net[f"W{layer}"] + net[f"b{layer}"]
        A = np.tanh(A) if layer in (1, 3) else A
    middle = X.mean(axis=0)
    rows = np.linalg.svd(X - middle, full_matrices=False)[2][: case.n_code]
    of_pca = np.sum((X_test - middle - (X_test - middle) @ rows.T @ rows) ** 2)
    ratio = float(np.sum((X_test - A) ** 2) / of_pca)
    return {"metric": ratio, "how far": round(ratio, 3), "biases": round(float(np.linalg.norm(net["b4"])), 2)}


@variant
def cut_beforehand(X, n_hidden, n_code, lr, n_epochs, batch_size, rng):
    D, memory = X.shape[1], {}
    params = first_params((D, n_hidden, n_code, n_hidden, D), rng)
    for _ in range(n_epochs):
        for rows in np.split(rng.permutation(len(X)), range(batch_size, len(X), batch_size)):
            params, memory = adam_step(params, autoencoder_grad(params, X[rows], X[rows]), memory, lr)
    return params


Exercise(
    points=3, reference=unsupervised.train_autoencoder, shapes=shapes_of_coder, forbids=FROM_SCRATCH, seconds=20.0,
    tolerance=Calibration(
        run=unsupervised.calibrate_train_autoencoder, higher_is_better=False, margin=0.02,
        reason="test error on 397 digits of an autoencoder with codes of 6 numbers, over that of PCA with 6 components",
    ),
    groups=[Group("values", digits_cases, observe=error_against_pca, en="Better than PCA on new digits", zh="在新的数字上胜过 PCA")],
    many_right="any order of the samples and any start lead to a good net",
    mistakes=[
        Mistake("memory_lost", "adam_step(params, grads, memory, lr)", "adam_step(params, grads, {}, lr)",
            en="Adam begins anew at every step: hand the memory that it returned back to it.", zh="Adam 每一步都从头开始：要把它返回的记忆再交给它。"),
        Mistake("steps_lost", "            params, memory = adam_step", "            _, memory = adam_step",
            en="The parameters stay those of the start: the updated ones are computed and not kept.", zh="参数一直是最初的：更新后的算出来了，却没有存下来。"),
        Mistake("ascent", "adam_step(params, grads, memory, lr)", "adam_step(params, grads, memory, -lr)",
            en="The error rises: the steps go along the gradient.", zh="误差在上升：步子顺着梯度走了。"),
        Mistake("one_epoch", "    return params\n", "        return params\n",
            en="Training stops after the first epoch: look at the indentation of your `return`.", zh="训练在第一轮之后就停了：检查 `return` 的缩进。"),
        Mistake("same_batch_always", "X[order[start : start + batch_size]]", "X[:batch_size]",
            en="The net sees the same few images again and again. Move through the shuffled order.", zh="网络反复看同样的几张图。请沿着打乱后的顺序往下取。"),
        Mistake("target_shuffled_apart", "autoencoder_grad(params, batch, batch)", "autoencoder_grad(params, batch, X[start : start + batch_size])",
            en="Input and target have parted company: each image is asked for another one. The target is the batch itself.", zh="输入和目标对不上了：每张图被要求变成另一张。目标就是这批样本自己。"),
        Mistake("target_of_zeros", "autoencoder_grad(params, batch, batch)", "autoencoder_grad(params, batch, np.zeros(batch.shape))",
            en="The net learns to say nothing: the target is the batch itself.", zh="网络学会了什么也不说：目标应当是这批样本自己。"),
        Mistake("one_batch_per_epoch", "range(0, len(X), batch_size)", "range(0, batch_size, batch_size)",
            en="Only the first batch of each epoch is used. Go on to the end of the order.", zh="每一轮只用了第一个批次。要一直走到末尾。"),
    ],
    variants=[
        Variant("shuffled_in_place", "order = rng.permutation(len(X))", "order = np.arange(len(X))\n        rng.shuffle(order)"),
        Variant("float32", "return params", "return {name: value.astype(np.float32) for name, value in params.items()}"),
    ],
)
# %% [markdown] lang="en"
# **The latent plane.** A code of two numbers can be drawn. Left PCA, right your net with `n_code=2`, both on images that they have not seen; each digit stands where its code lies. Nobody told either of them which digit is which.
# %% [markdown] lang="zh" of="1047"
# **潜在平面。** 编码只有两个数时，可以画出来。左边是 PCA，右边是你的网络（`n_code=2`），用的都是没见过的图像；每个数字写在它的编码处。没有人告诉过它们哪张是几。
# %% demo="latent_plane"
@drawn_by("train_autoencoder", "autoencoder_forward", "pca_eig", "pca_transform")
def latent_plane(plt):
    mean, W, _ = pca_eig(X_digits, 2)
    net = train_autoencoder(X_digits, 64, 2, 0.005, 80, 20, np.random.default_rng(0))
    codes = pca_transform(X_digits_test, mean, W), autoencoder_forward(net, X_digits_test)[2]
    colors = ("#000000", "#E69F00", "#56B4E9", "#009E73", "#000000", "#0072B2", "#D55E00", "#CC79A7", "#777777", "#444444")
    _, axes = plt.subplots(1, 2, figsize=(11, 5), layout="constrained")
    for ax, Z, name in zip(axes, codes, ("PCA", words(en="your autoencoder", zh="你的自编码器"))):
        for z, label in zip(Z, y_digits_test):
            ax.text(*z, str(label), color=colors[label], fontsize=9, ha="center", va="center")
        low, high = np.percentile(Z, 1, axis=0), np.percentile(Z, 99, axis=0)
        ax.set(xlim=(low[0] - 0.5, high[0] + 0.5), ylim=(low[1] - 0.5, high[1] + 0.5), title=name, xticks=[], yticks=[])
    plt.show()


# %% [markdown] lang="en"
# What you should see. In PCA's plane a few digits stand apart at the rim and most lie on one heap. In your net's plane more of them have a region of their own (0, 2, 4, 6, 7), some drawn out into an arm: the net has used its bends to make room. A heap is left, of digits that look alike: 3, 5, 8, 9. Two numbers are few.
# %% [markdown] lang="zh" of="9cdd"
# 你应当看到：在 PCA 的平面上，只有边缘的少数几个数字分得开，大多挤成一堆；在你的网络的平面上，有自己一片地方的数字更多（0、2、4、6、7），有的还拉成一条长臂：网络用它的弯曲腾出了地方。仍有一堆挤在一起，是长得像的 3、5、8、9。两个数毕竟太少。
