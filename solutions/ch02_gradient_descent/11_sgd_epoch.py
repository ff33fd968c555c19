# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import WIDE, drawn_by, nonzero, normal, quarters, sample_grad, seed, uniform, words, yours
# %% [markdown] lang="en"
# ## {n} Stochastic gradient descent
#
# Full-batch gradient descent looks at all $N$ samples before it takes one step. **Stochastic** gradient descent (SGD, §3.2) takes a step after each sample, with that sample's gradient alone:
# $N$ rough steps for the price of one exact step. One pass over the data is an **epoch**:
#
# > for each $n$ in the given order: compute the gradient of sample $n$ **at the current** $w, b$, then $w \leftarrow w - \eta\,\frac{\partial l^n}{\partial w}$ and $b \leftarrow b - \eta\,\frac{\partial l^n}{\partial b}$.
#
# $w$ and $b$ move together: both gradients are taken at the old values. And the parameters move *within* the epoch: sample 2 sees what sample 1 did.
#
# **By hand.** One feature: $X = \begin{pmatrix}1\\2\end{pmatrix}$, $y = (1, 0)$, start at $w = b = 0$, $\eta = 0.1$.
#
# * Order $(0, 1)$. Sample 0: residual $-1$, gradients $-2$ and $-2$, so $w = b = 0.2$. Sample 1: prediction $0.2\cdot2 + 0.2 = 0.6$, residual $0.6$, gradients $2.4$ and $1.2$, so $w = -0.04$, $b = 0.08$.
# * Order $(1, 0)$. Sample 1: residual $0$, nothing moves. Sample 0: $w = b = 0.2$. Same data, another order, another result.
#
# In practice the order is drawn anew for each epoch. Here it is an argument, so that your result can be compared.
# %% [markdown] lang="zh" of="c7fe"
# ## {n} 随机梯度下降
#
# 普通（全批量）梯度下降要看完全部 $N$ 个样本才走一步。**随机梯度下降**（SGD，§3.2）每看一个样本就走一步，只用这一个样本的梯度：花同样的计算量，原来走精确的一步，现在走 $N$ 个粗略的小步。
# 把数据过一遍叫作**一轮**（epoch）：
#
# > 按给定顺序取每个 $n$：在**当前的** $w, b$ 处计算样本 $n$ 的梯度，然后 $w \leftarrow w - \eta\,\frac{\partial l^n}{\partial w}$，$b \leftarrow b - \eta\,\frac{\partial l^n}{\partial b}$。
#
# $w$ 和 $b$ 要同时更新：两个梯度都在旧的参数处计算。而在一轮**之内**参数一直在变：轮到第二个样本时，第一个样本已经让参数移动过了。
#
# **手算。** 一个特征：$X = \begin{pmatrix}1\\2\end{pmatrix}$，$y = (1, 0)$，从 $w = b = 0$ 出发，$\eta = 0.1$。
#
# * 顺序 $(0, 1)$。样本 0：残差 $-1$，梯度为 $-2$ 和 $-2$，于是 $w = b = 0.2$。样本 1：预测值 $0.2\cdot2 + 0.2 = 0.6$，残差 $0.6$，梯度为 $2.4$ 和 $1.2$，于是 $w = -0.04$，$b = 0.08$。
# * 顺序 $(1, 0)$。样本 1：残差 $0$，不动。样本 0：$w = b = 0.2$。数据相同，顺序不同，结果就不同。
#
# 实际训练时每一轮都重新随机排序。这里把顺序作为参数传入，这样结果才能对照。
# %% answer="sgd_epoch"
def sgd_epoch(w, b, X, y, lr, order):
    """One epoch of stochastic gradient descent: one step per sample, on that sample's squared error.

    w (D,), b a number: the parameters at the start.
    X (N, D), y (N,): the data.
    lr     a number, the learning rate.
    order  an integer array: the samples to visit, in this order (a sample may occur twice, or not at all).
    Returns (w, b) after the last step.  The w that was passed in stays as it is.
    """
    ### BEGIN SOLUTION
    for n in order:
        dw, db = sample_grad(w, b, X[n], y[n])
        w, b = w - lr * dw, b - lr * db
    return w, b
    ### END SOLUTION
# %% [markdown] docstring="sgd_epoch" lang="zh" of="61fd"
# 随机梯度下降走一轮（epoch）：每个样本走一步，用该样本的平方误差。
#
# w (D,)，b 是数：起始参数。
# X (N, D)，y (N,)：数据。
# lr     一个数，学习率。
# order  整数数组：按这个顺序访问样本（同一个样本可以出现两次，也可以不出现）。
# 返回走完最后一步的 (w, b)。传入的 w 保持原样。
# %% [markdown] why="sgd_epoch" lang="en"
# The names `w`, `b` move on inside the loop, so each sample meets what the last one left; Python computes the whole right side first, and the new array spares the caller's.
# %% [markdown] why="sgd_epoch" lang="zh" of="c51c"
# `w`、`b` 在循环里不断更新，后一个样本用的是前一个留下的参数；右边整个算完才赋值，又总是新数组，调用者的起点不受影响。
# %% grading="sgd_epoch"
def inputs(rng, n, d, order, **more):
    drawn = {"w": normal(rng, d), "b": uniform(rng, 0.5, 2), "X": nonzero(rng, n, d), "y": normal(rng, n)}
    return {**drawn, "lr": uniform(rng, 0.03, 0.08), "order": np.array(order), **more}


def sgd_cases(rng):
    yield Case("seven samples", zh="七个样本", **inputs(rng, 7, 3, np.roll(rng.permutation(7), 1)))
    yield Case("fewer samples than features", zh="样本比特征少", **inputs(rng, 3, 5, [2, 0, 1]))


def edge_cases(rng):
    yield Case("one sample", zh="一个样本", **inputs(rng, 1, 2, [0]))
    w, b, X = quarters(rng, 2), float(quarters(rng)), quarters(rng, 4, 2)
    y = X @ w + b + np.array([1.0, -0.75, 0.0, 0.5])  # the third sample has no error at the start
    first = inputs(rng, 4, 2, [2, 0, 3, 1], w=w, b=b, X=X, y=y)
    yield Case("the first sample visited has no error", zh="第一个访问的样本没有误差", **first)


def repeat_cases(rng):
    p = rng.permutation(5)
    yield Case("drawn with repetition", zh="有重复地抽取", **inputs(rng, 5, 2, p[[3, 3, 1, 4, 1, 0, 3]]))


def wide_cases(rng):
    yield Case(
        "50,000 parameters", zh="50,000 个参数", public=False, b=uniform(rng, 0.5, 2), y=normal(rng, 3) + 3.0,
        lr=uniform(rng, 0.03, 0.08), order=rng.permutation(np.arange(12) % 3), seed=seed(rng),
    )


def shapes_of_parameters(w, b, X, y, lr, order):
    return {"w": np.shape(w), "b": ()}


def wide_epoch(impl, case):
    rng, width = np.random.default_rng(case.seed), 50_000
    directions, X = rng.integers(-2, 3, size=(2, 3, width)) * 0.5 / np.sqrt(width)
    w, b = impl.sgd_epoch(np.zeros(width), case.b, X, case.y, case.lr, case.order)
    return {"along three directions": directions @ w, "b": b}


@mistake(
    en="Each of your steps uses all samples. In stochastic gradient descent a step sees one sample: the next in the order.",
    zh="你的每一步都用了全部样本。随机梯度下降的一步只看一个样本：顺序中的下一个。",
)
def full_batch(w, b, X, y, lr, order):
    for _ in order:
        residual = X @ w + b - y
        w, b = w - lr * 2 * X.T @ residual / len(y), b - lr * 2 * residual.mean()
    return w, b


@mistake(
    en="Right for floats. But a copy of an array of integers, such as the start w = 0, holds integers, and a fraction cannot be written into it in place.",
    zh="对浮点数是对的。但整数数组（例如起点 w = 0）的副本还是整数数组，带小数的一步不能原地写进去。",
)
def copy_of_integers(w, b, X, y, lr, order):
    w = w.copy()
    for n in order:
        dw, db = sample_grad(w, b, X[n], y[n])
        w -= lr * dw
        b = b - lr * db
    return w, b


@variant
def bias_as_a_column(w, b, X, y, lr, order):
    theta = np.append(w, b).astype(float)
    A = np.hstack([X, np.ones((len(X), 1))])
    for n in order:
        theta -= 2 * lr * (A[n] @ theta - y[n]) * A[n]
    return theta[:-1], theta[-1]


Exercise(
    points=3, reference=gd.sgd_epoch, cases=sgd_cases, shapes=shapes_of_parameters, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("repeats", repeat_cases, en="Samples drawn with repetition", zh="有重复的样本顺序"),
        Group("wide", wide_cases, observe=wide_epoch, **WIDE),
    ],
    seconds=1.5,  # twelve steps by a loop over all entries take 0.2 s, by a difference quotient for each entry 5 s
    mistakes=[
        Mistake("parameters_frozen", "    for n in order:\n        dw, db = sample_grad(w, b, X[n], y[n])",
            "    start = w, b\n    for n in order:\n        dw, db = sample_grad(*start, X[n], y[n])",
            en="All your gradients are taken at the starting parameters. Each sample must see the parameters that the sample before it has left behind.",
            zh="你的所有梯度都是在起始参数处计算的。每个样本应当使用上一个样本更新之后的参数。"),
        Mistake("labels_not_reordered", "    for n in order:\n        dw, db = sample_grad(w, b, X[n], y[n])",
            "    for k, n in enumerate(order):\n        dw, db = sample_grad(w, b, X[n], y[k % len(y)])",
            en="The features follow the order but the true values don't, so samples are paired with the wrong y. Use the same index for both.",
            zh="特征按顺序取了，真实值却没有，样本配错了 y。两者要用同一个下标。"),
        Mistake("b_uses_the_new_w", "w, b = w - lr * dw, b - lr * db",
            "w = w - lr * dw\n        b = b - lr * sample_grad(w, b, X[n], y[n])[1]",
            en="You compute db after w has already moved. Take both gradients at the old parameters, then update both.",
            zh="你在 w 更新之后才计算 db。应当先在旧参数处算好两个梯度，再一起更新。"),
        Mistake("stops_at_a_sample_without_error", "        w, b = w - lr * dw, b - lr * db",
            "        if not np.any(dw):\n            break\n        w, b = w - lr * dw, b - lr * db",
            en="You end the epoch at the first sample whose gradient is 0. That sample has nothing to say; those after it may.",
            zh="遇到第一个梯度为 0 的样本，你就结束了这一轮。这个样本没有意见，后面的样本可能有。"),
        Mistake("order_ignored", "for n in order:", "for n in range(len(X)):",
            en="You visit the samples 0, 1, 2, … instead of following `order`. The order changes the result.",
            zh="你按 0、1、2……的次序访问样本，没有用 `order`。顺序不同，结果就不同。"),
        Mistake("bias_never_moves", "w - lr * dw, b - lr * db", "w - lr * dw, b",
            en="b comes back as it went in. It is a parameter too and takes its own step.",
            zh="b 没有变过。它也是参数，每一步同样要更新。"),
        Mistake("uphill", "w - lr * dw, b - lr * db", "w + lr * dw, b + lr * db",
            en="You add the gradient and so climb. Descent subtracts it.",
            zh="你加上了梯度，是在往上爬。下降要减去梯度。"),
        Mistake("step_divided_by_n", "w - lr * dw, b - lr * db", "w - lr * dw / len(y), b - lr * db / len(y)",
            en="Your steps are N times too short. Each step is a full step on the loss of one sample; nothing is averaged.",
            zh="你的步子只有应有的 1/N。每一步针对的是一个样本的损失，没有什么要平均的。"),
        Mistake("returns_after_first_sample", "    return w, b", "        return w, b",
            en="Your function returns from inside the loop, after a single sample. Look at the indentation of `return`.",
            zh="函数在循环内部就返回了，只处理了一个样本。检查 `return` 的缩进。"),
        Mistake("w_changed_in_place", "w, b = w - lr * dw, b - lr * db", "w -= lr * dw; b = b - lr * db",
            en="`w -= …` writes into the caller's array, so their starting point is lost. Write `w = w - …` with a new array.",
            zh="`w -= …` 会改写调用者的数组，对方的起点就丢了。请用新数组保存结果。"),
        Mistake("every_sample_once", "for n in order:", "for n in dict.fromkeys(order.tolist()):",
            en="A sample that occurs twice in `order` counts only once for you. Take a step at every occurrence.",
            zh="`order` 里出现两次的样本，你只用了一次。每出现一次都要走一步。"),
        Mistake("order_of_the_results", "    return w, b", "    return b, w",
            en="Right values in the wrong order: w comes first, then b.",
            zh="数值是对的，顺序反了：先返回 w，再返回 b。"),
    ],
    variants=[
        Variant("while_loop", "for n in order:", "for n in map(int, list(order)):"),
        Variant("float32_result", "    return w, b", "    return w.astype(np.float32), float(b)"),
    ],
)


# %% [markdown] lang="en"
# ### Three steps or 120 steps
#
# Both walks below look at each of 40 samples three times. Full-batch descent has taken three careful steps by then (squares), your `sgd_epoch` 120 rough ones (dots). You should see: SGD is at the bottom after some fifteen samples, before the full batch has
# made its first step. But there it keeps wandering, since single samples disagree about where to go; a decaying rate ({ref:lr_decay}) calms it.
# %% [markdown] lang="zh" of="15cb"
# ### 3 步与 120 步
#
# 下面两条路径都把 40 个样本各看了三遍。全批量下降此时只走了稳稳的 3 步（方块），你写的 `sgd_epoch` 已经走了粗略的 120 步（圆点）。你应当看到：全批量还没走完第一步，SGD 只看了十几个样本就到了谷底；但它会一直在那里徘徊，因为各个样本对该往哪走意见不一。让学习率衰减（{ref:lr_decay}）就能使它安定下来。
# %% demo="sgd"
@drawn_by()
def sgd(plt):
    source = np.random.default_rng(8)
    feature = source.uniform(-1.5, 1.5, size=40)
    target = 1.6 * feature - 0.7 + 0.35 * source.normal(size=40)
    design = np.stack([feature, np.ones(40)], axis=1)
    hessian, pull = 2 * design.T @ design / 40, 2 * design.T @ target / 40
    careful = [np.array([-1.6, 1.6])]
    for _ in range(3):
        careful.append(careful[-1] - 0.1 * (hessian @ careful[-1] - pull))
    visits = np.concatenate([source.permutation(40) for _ in range(3)])

    def wander():
        path = [careful[0]]
        for n in visits:
            new_w, new_b = sgd_epoch(path[-1][:1], path[-1][1], feature[:, None], target, 0.1, np.array([n]))
            path.append(np.array([float(np.ravel(new_w)[0]), float(new_b)]))
        return path

    rough = yours(wander, careful[:1])
    label = words(en="SGD, 120 steps (your function)", zh="SGD，120 步（你的函数）")
    if len(rough) == 1:
        label = words(en="SGD: write sgd_epoch first", zh="SGD：请先写出 sgd_epoch")
    slopes, offsets = np.meshgrid(np.linspace(-2.2, 3, 160), np.linspace(-2.2, 2.2, 160))
    losses = np.mean((slopes[..., None] * feature + offsets[..., None] - target) ** 2, axis=-1)
    _, (left, right) = plt.subplots(1, 2, figsize=(13, 4.8))
    left.contourf(slopes, offsets, np.sqrt(losses), levels=18, cmap="Greys", alpha=0.4)
    both = words(en="full batch, 3 steps", zh="全部样本，3 步"), label
    for path, style, color, name, samples in ((careful, "s-", "#D55E00", both[0], 40), (rough, "o-", "#0072B2", both[1], 1)):
        path = np.array(path)
        left.plot(*path.T, style, color=color, ms=7 if samples == 40 else 3, lw=2 if samples == 40 else 1, label=name)
        heights = np.mean((design @ path.T - target[:, None]) ** 2, axis=0)
        right.semilogy(samples * np.arange(len(path)), heights, style, color=color, ms=7 if samples == 40 else 3, label=name)
    left.plot(*np.linalg.lstsq(design, target, rcond=None)[0], "*", color="#000000", ms=15)
    left.set(xlabel="$w$", ylabel="$b$", title=words(en="Loss over (w, b), minimum at the star", zh="(w, b) 上的损失，星号处最小"))
    right.set(xlabel=words(en="samples looked at", zh="看过的样本数"), ylabel=words(en="mean squared error", zh="均方误差"))
    right.set_title(words(en="Loss for the same amount of work", zh="同样的工作量换来的损失"))
    left.legend(loc="upper right")
    plt.tight_layout()
    plt.show()
