# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import backprop as torch_reference

from chapter import drawn_by, labelled, normal, words

# %% [markdown] lang="en"
# ## {n} The output delta
#
# Backpropagation starts at the end of the net. Call $\delta=\partial l/\partial z$ the *delta* of a layer: how the loss changes with each pre-activation. At the output it depends on the last function and on the loss, and for the three classic pairs something lovely happens:
#
# | output | loss of one sample | $\delta$ |
# |---|---|---|
# | sigmoid | cross-entropy $-\sum_k\left[y_k\ln p_k+(1-y_k)\ln(1-p_k)\right]$ | $p-y$ |
# | softmax | cross-entropy $-\sum_k y_k\ln p_k$ | $p-y$ |
# | linear | squared error $\tfrac12\sum_k(p_k-y_k)^2$ | $p-y$ |
# | sigmoid | squared error $\tfrac12\sum_k(p_k-y_k)^2$ | $(p-y)\,p\,(1-p)$ |
#
# ($p$ is `y_pred`.) For sigmoid and softmax with cross-entropy the slope of the output function cancels, and a linear output has slope 1, so there is nothing to cancel: in all three, *prediction minus truth*. In the last pair the slope does not cancel: $\sigma'(z)=p(1-p)$ stays, and a net that is confidently wrong hardly learns. The figure after the exercise shows it.
#
# **Softmax needs care.** Its $K$ outputs share one sum, so every $z_k$ moves *every* $p_j$:
#
# $$\frac{\partial l}{\partial z_k}=\sum_{j}\frac{\partial l}{\partial p_j}\frac{\partial p_j}{\partial z_k},\qquad \frac{\partial p_j}{\partial z_k}=p_j\,([j=k]-p_k)$$
#
# where $[j=k]$ is 1 for $j=k$ and 0 otherwise. Two shortcuts go wrong here. Keeping only $j=k$ treats softmax as if it worked on each entry alone. And the second of the two output lines of §5.5 in the notes repeats $y_1$ where it should have $y_2$, while the sum over all outputs is what softmax needs.
#
# **By hand.** $p=(0.2, 0.5, 0.3)$, true class 1, so $y=(0,1,0)$: $\delta=(0.2,-0.5,0.3)$. Check with the sum, for $k=0$: only $\partial l/\partial p_1=-1/0.5=-2$ is not zero, and $\partial p_1/\partial z_0=0.5\,(0-0.2)=-0.1$; the product is $0.2$ ✓. A softmax delta always adds up to 0.
# %% [markdown] lang="zh" of="1a1b"
# ## {n} 输出层的 δ
#
# 反向传播从网络的末端开始。把 $\delta=\partial l/\partial z$ 叫作一层的 **δ**：损失随每个激活前的值怎样变化。在输出层，它取决于最后的函数和损失；而三种经典搭配会出现同一个漂亮的结果：
#
# | 输出 | 单个样本的损失 | $\delta$ |
# |---|---|---|
# | sigmoid | 交叉熵 $-\sum_k\left[y_k\ln p_k+(1-y_k)\ln(1-p_k)\right]$ | $p-y$ |
# | softmax | 交叉熵 $-\sum_k y_k\ln p_k$ | $p-y$ |
# | 线性 | 平方误差 $\tfrac12\sum_k(p_k-y_k)^2$ | $p-y$ |
# | sigmoid | 平方误差 $\tfrac12\sum_k(p_k-y_k)^2$ | $(p-y)\,p\,(1-p)$ |
#
# （$p$ 就是 `y_pred`。）sigmoid 和 softmax 配交叉熵时，输出函数的斜率恰好约掉；线性输出的斜率本来就是 1，没有什么要约。所以前三种都是**预测减真实**。最后一种约不掉：斜率 $\sigma'(z)=p(1-p)$ 还在，于是错得越自信的网络反而越学不动。习题后面的图就是这种情形。
#
# **softmax 要小心。** 它的 $K$ 个输出共用一个分母，所以每个 $z_k$ 都会牵动**每一个** $p_j$：
#
# $$\frac{\partial l}{\partial z_k}=\sum_{j}\frac{\partial l}{\partial p_j}\frac{\partial p_j}{\partial z_k},\qquad \frac{\partial p_j}{\partial z_k}=p_j\,([j=k]-p_k)$$
#
# 其中 $[j=k]$ 在 $j=k$ 时为 1，否则为 0。有两条“捷径”会走错。一是只留 $j=k$ 那一项，等于把 softmax 当成逐元素的函数。二是讲义 §5.5 输出层的两个式子：第二个式子里仍写着 $y_1$，本应是 $y_2$；而对 softmax 来说，要对所有输出求和才对。
#
# **手算。** $p=(0.2, 0.5, 0.3)$，真实类别为 1，即 $y=(0,1,0)$：$\delta=(0.2,-0.5,0.3)$。用求和式验算 $k=0$：不为零的只有 $\partial l/\partial p_1=-1/0.5=-2$，而 $\partial p_1/\partial z_0=0.5\,(0-0.2)=-0.1$，乘积为 $0.2$ ✓。softmax 的 δ 各分量之和总是 0。
# %% answer="output_delta"
def output_delta(y_pred, y, kind):
    """Gradient of the loss with respect to the scores z of the output layer.

    y_pred (N, K) are the outputs (after sigmoid or softmax, where there is one), y (N, K) the targets: 0 and 1, or
    probabilities from 0 to 1 (of a softmax they add up to 1 in a row), or any numbers for a linear output.
    kind is "sigmoid+ce", "softmax+ce", "linear+mse" or "sigmoid+mse"; the squared error of a sample is
    ½ Σ_k (y_pred - y)².  The loss is a SUM over samples, so nothing is divided by N.  Returns (N, K).
    """
    ### BEGIN SOLUTION
    delta = y_pred - y  # (N, K)
    if kind == "sigmoid+mse":
        return delta * y_pred * (1 - y_pred)
    return delta
    ### END SOLUTION


# %% [markdown] docstring="output_delta" lang="zh" of="c62d"
# 损失对输出层得分 z 的梯度。
#
# y_pred (N, K) 是输出（有 sigmoid 或 softmax 的话，是经过它之后的值），y (N, K) 是目标：0 和 1，
# 或 0 到 1 之间的概率（softmax 时每行之和为 1），线性输出则可为任意数。
# kind 为 "sigmoid+ce"、"softmax+ce"、"linear+mse" 或 "sigmoid+mse"；单个样本的平方误差为
# ½ Σ_k (y_pred - y)²。损失对样本求和，所以不除以 N。返回 (N, K)。
# %% [markdown] why="output_delta" lang="en"
# Three of the four pairs share the plain difference: the derivative of the cross-entropy undoes the slope of its output function, and a linear output has slope 1.
# `y_pred` is the *output* already, so the slope that stays is p(1 − p), without another sigmoid.
# %% [markdown] why="output_delta" lang="zh" of="18e3"
# 四种搭配里有三种就是差本身：交叉熵的导数抵消了输出函数的斜率，线性输出的斜率则是 1。
# `y_pred` 已经是**输出**，所以留下来的斜率写 p(1 − p) 就行，不能再套一次 sigmoid。
# %% grading="output_delta"
def softmax_of_any(rng, n):
    E = np.exp(normal(rng, n, 3))
    return E / E.sum(axis=1, keepdims=True)


def softmax_cases(rng):
    labels, inputs = np.eye(3)[labelled(rng, 5, 3)], {"kind": "softmax+ce"}
    yield Case("softmax", zh="softmax", y_pred=softmax_of_any(rng, 5), y=labels, **inputs)
    shares = softmax_of_any(rng, 4)
    yield Case("probabilities as targets", zh="目标是概率", y_pred=softmax_of_any(rng, 4), y=shares, **inputs)


def sigmoids(rng):
    targets = np.array([[0, 1, 1], [1, 0, 0], [0, 0, 0], [1, 1, 0]], dtype=float)
    return {"y_pred": 1 / (1 + np.exp(-normal(rng, 4, 3))), "y": rng.permutation(targets)}


def sigmoid_cases(rng):
    yield Case("sigmoid", zh="sigmoid", **sigmoids(rng), kind="sigmoid+ce")


def linear_cases(rng):
    yield Case("linear", zh="线性", y_pred=normal(rng, 4, 2), y=normal(rng, 4, 2), kind="linear+mse")
    yield Case("one sample", zh="只有一个样本", y_pred=normal(rng, 1, 4), y=normal(rng, 1, 4), kind="linear+mse")


def sigmoid_squared_cases(rng):
    yield Case("sigmoid, squared", zh="sigmoid，平方误差", **sigmoids(rng), kind="sigmoid+mse")


@mistake(
    en="You treated softmax as if each output depended on its own score alone. All outputs share one sum, "
                       "so the wrong classes have a delta too: a row adds up to 0.",
    zh="你把 softmax 当成了逐元素的函数。所有输出共用一个分母，所以错误的类别也有 δ：一行之和应为 0。",
)
def softmax_treated_as_diagonal(y_pred, y, kind):
    if kind == "softmax+ce":
        return -y / y_pred * y_pred * (1 - y_pred)
    delta = y_pred - y
    return delta * y_pred * (1 - y_pred) if kind == "sigmoid+mse" else delta


@mistake(
    en="This is what the notes' two output lines of §5.5 say, and they both have y₁ in them: a slip of the pen. "
                       "With softmax every score acts on every output, so sum over all of them.",
    zh="这是照讲义 §5.5 输出层那两个式子写的，可那两个式子里都是 y₁，是笔误。softmax 的每个得分都影响每个输出，要对所有输出求和。",
)
def notes_repeat_y1(y_pred, y, kind):
    if kind == "softmax+ce":
        first = np.zeros(y.shape[1])
        first[0] = 1
        return -y[:, :1] * (first - y_pred)
    delta = y_pred - y
    return delta * y_pred * (1 - y_pred) if kind == "sigmoid+mse" else delta


@mistake(
    en="You look for the largest target and treat it as 1. Targets of a softmax may be probabilities too: subtract y as it is.",
    zh="你找出最大的目标，把它当成了 1。softmax 的目标也可以是概率：请直接减去 y。",
)
def targets_taken_as_labels(y_pred, y, kind):
    delta = y_pred - y
    if kind == "softmax+ce":
        delta = np.array(y_pred)
        delta[np.arange(len(y)), np.argmax(y, axis=1)] -= 1
    return delta * y_pred * (1 - y_pred) if kind == "sigmoid+mse" else delta


@variant
def jacobian(y_pred, y, kind):
    if kind == "softmax+ce":
        rows = []
        for p, t in zip(y_pred, y):
            jacobian = np.diag(p) - np.outer(p, p)
            rows.append((-t / p) @ jacobian)
        return np.array(rows)
    delta = y_pred - y
    return delta * y_pred * (1 - y_pred) if kind == "sigmoid+mse" else delta


Exercise(
    points=3, reference=torch_reference.output_delta, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("softmax_ce", softmax_cases, en="Softmax with cross-entropy", zh="softmax + 交叉熵"),
        Group("sigmoid_ce", sigmoid_cases, en="Sigmoid with cross-entropy", zh="sigmoid + 交叉熵"),
        Group("linear_mse", linear_cases, en="Linear output with squared error", zh="线性输出 + 平方误差"),
        Group("sigmoid_mse", sigmoid_squared_cases, en="Sigmoid with squared error", zh="sigmoid + 平方误差"),
    ],
    mistakes=[
        Mistake("extra_sigmoid_slope", 'kind == "sigmoid+mse"', 'kind in ("sigmoid+mse", "sigmoid+ce")',
            en="With cross-entropy the slope of the sigmoid cancels. You multiplied by it once more.",
            zh="配交叉熵时，sigmoid 的斜率正好约掉了，你又多乘了一次。"),
        Mistake("extra_softmax_slope", 'kind == "sigmoid+mse"', 'kind in ("sigmoid+mse", "softmax+ce", "sigmoid+ce")',
            en="With cross-entropy the slope of the output function cancels, for sigmoid and for softmax. You multiplied by p(1 − p) once more.",
            zh="配交叉熵时，输出函数的斜率会约掉，sigmoid 和 softmax 都是如此。你又多乘了一个 p(1 − p)。"),
        Mistake("slope_missing_in_squared_error", "delta * y_pred * (1 - y_pred)", "delta",
            en="For a sigmoid with squared error nothing cancels: the slope p(1 − p) has to stay.",
            zh="sigmoid 配平方误差时什么也约不掉：斜率 p(1 − p) 要保留。"),
        Mistake("sign", "delta = y_pred - y", "delta = y - y_pred",
            en="The sign is turned round: if the prediction is too high, the loss grows with z, so delta is positive.",
            zh="符号反了：预测偏高时，损失随 z 增大，δ 应为正。"),
        Mistake("divided_by_n", "delta = y_pred - y", "delta = (y_pred - y) / len(y)",
            en="You divided by N. The loss is a SUM over samples, so each sample's delta stands alone.",
            zh="你除以了 N。损失对样本求和，每个样本的 δ 各算各的。"),
        Mistake("half_forgotten", "    return delta\n", '    return delta if kind.endswith("ce") else 2 * delta\n',
            en="For the linear output your delta is twice too large: here the squared error carries a ½, which cancels the 2.",
            zh="线性输出的 δ 大了一倍：这里的平方误差带有 ½，与求导得到的 2 抵消。"),
        Mistake("prediction_overwritten", "delta = y_pred - y  # (N, K)",
            "p = y_pred.copy()\n    y_pred -= y\n    delta, y_pred = y_pred, p",
            en="`y_pred -= y` changes the caller's array. Let the difference be a new one: `delta = …`.",
            zh="`y_pred -= y` 改动了调用者的数组。请把差存进新的数组：`delta = …`。"),
        Mistake("averaged_over_outputs", "delta * y_pred * (1 - y_pred)",
            "delta * np.mean(y_pred * (1 - y_pred), axis=1, keepdims=True)",
            en="For the sigmoid with squared error you multiply by a mean slope. Every output has its own slope p(1 − p).",
            zh="sigmoid 配平方误差时，你乘的是平均斜率。每个输出有自己的斜率 p(1 − p)。"),
    ],
    variants=[
        Variant("formula", "delta * y_pred * (1 - y_pred)", "y_pred * (y_pred - y) - y_pred**2 * delta"),
        Variant("float32", "delta = y_pred - y", "delta = np.asarray(y_pred - y, dtype=np.float32)"),
    ],
)


# %% [markdown] lang="en"
# ### Confidently wrong
#
# One sample with $y=1$ and a sigmoid output: on the left two losses of it, on the right the pull on $z$ that your `output_delta` finds. You should see: in the gray region the net is confidently wrong. There cross-entropy pulls with full strength, near $-1$, and the squared error hardly pulls at all, although its loss is as large as it gets.
# %% [markdown] lang="zh" of="9dac"
# ### 错得很自信
#
# 一个 $y=1$ 的样本，输出为 sigmoid：左图是两种损失，右图是你的 `output_delta` 求出的对 $z$ 的拉力。你应当看到：在灰色区域里，网络错得很自信。那里交叉熵以接近 $-1$ 的全力在拉；平方误差几乎不拉，尽管它的损失已经大到了头。
# %% demo="deltas"
@drawn_by("output_delta")
def deltas(plt):
    score = np.linspace(-8, 8, 401)
    chance, truth = 1 / (1 + np.exp(-score))[:, None], np.ones((401, 1))
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.8), layout="constrained")
    for loss, name, kind, style, color in (
        (np.logaddexp(0, -score), words(en="cross-entropy", zh="交叉熵"), "sigmoid+ce", "-", "#D55E00"),
        (0.5 * (chance[:, 0] - 1) ** 2, words(en="squared error", zh="平方误差"), "sigmoid+mse", "--", "#0072B2"),
    ):
        left.plot(score, loss, style, color=color, label=name)
        right.plot(score, np.reshape(output_delta(chance, truth, kind), 401), style, color=color, label=name)
    right.axvspan(-8, -4, color="#dddddd", alpha=0.5, lw=0)
    right.text(-6, -0.5, words(en="confidently\nwrong", zh="错得\n很自信"), ha="center", va="center")
    score_z = words(en="score z", zh="得分 z")
    left.set(title=words(en="loss of one sample with y = 1", zh="一个 y = 1 的样本的损失"), xlabel=score_z, ylabel=words(en="loss", zh="损失"))
    right.set(title=words(en="your delta: the pull on z", zh="你的 δ：对 z 的拉力"), xlabel=score_z, ylabel=words(en="delta", zh="δ"))
    for ax, place in ((left, "upper right"), (right, "center right")):
        ax.legend(frameon=False, fontsize=9, loc=place)
        ax.spines[["top", "right"]].set_visible(False)
    plt.show()
