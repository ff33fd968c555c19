# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import regression

from chapter import linear_predict, parameters, regression_inputs, rounded

# %% [markdown] lang="en"
# ## {n} Derive it: a loss that forgives outliers
#
# One house in the data is a palace, one patient's value is a typing error. Squared, such an error of 100 weighs as much as ten thousand errors of 1, and the line runs after it. The **Huber loss** squares small errors
# and lets large ones grow along a straight line. For an error $e$ and a border $\delta > 0$,
#
# $$h_\delta(e) = \begin{cases} e^2 & \text{where } |e| \le \delta\\[2pt] 2\delta|e| - \delta^2 & \text{where } |e| > \delta\end{cases}
# \qquad\qquad \mathcal L(w, b) = \sum_{n=1}^{N} h_\delta\bigl(y_{\text{pred}}^n - y^n\bigr),$$
#
# once more a **SUM**. (Huber's paper has half of it; `torch.nn.HuberLoss` too.) For $\delta = 2$: $h(1) = 1$, $h(2) = 4$ by both lines, $h(5) = 16$ where the square would be 25.
#
# **This time nobody gives you the gradient.** Take a pencil:
#
# 1. What is the derivative of $h_\delta$ with respect to $e$, for $|e| < \delta$, for $e > \delta$ and for $e < -\delta$? Do the pieces meet at $e = \pm\delta$?
# 2. What does the chain rule add for $w$, and for $b$? Compare {ref:linear_grad}.
#
# **Check yourself** before you run the check: for $\delta = 2$, $w = 0$, $b = 0$ and the two samples $X = \binom{1}{2}$, $y = (1, -5)$ the loss is $1 + 16 = 17$. With $b = 0.001$ it is $17.002001$. Does your `db` agree? And `dw`, with $w = 0.001$ and a loss of $17.006001$?
# %% [markdown] lang="zh" of="f375"
# ## {n} 自己推导：能容忍离群点的损失
#
# 房价数据里混进了一座宫殿，或者病历里有一个数打错了。大小为 100 的误差平方之后，抵得上一万个大小为 1 的误差，直线就被它拽走了。**Huber 损失**对小误差取平方，让大误差只沿直线增长。
# 误差为 $e$、分界为 $\delta > 0$ 时，
#
# $$h_\delta(e) = \begin{cases} e^2 & \text{若 } |e| \le \delta\\[2pt] 2\delta|e| - \delta^2 & \text{若 } |e| > \delta\end{cases}
# \qquad\qquad \mathcal L(w, b) = \sum_{n=1}^{N} h_\delta\bigl(y_{\text{pred}}^n - y^n\bigr),$$
#
# 仍然是**求和**。（Huber 的论文和 `torch.nn.HuberLoss` 都取它的一半。）例如 $\delta = 2$ 时：$h(1) = 1$；$h(2) = 4$，两个式子结果相同；$h(5) = 16$，而平方会是 25。
#
# **这一次没有人给出梯度。** 请拿起笔：
#
# 1. 在 $|e| < \delta$、$e > \delta$、$e < -\delta$ 三种情形下，$h_\delta$ 对 $e$ 的导数各是多少？在 $e = \pm\delta$ 处接得上吗？
# 2. 对 $w$、对 $b$，链式法则还要乘上什么？可以对照 {ref:linear_grad}。
#
# 运行检查之前，先**自己验证**：取 $\delta = 2$，$w = 0$，$b = 0$，两个样本 $X = \binom{1}{2}$，$y = (1, -5)$，损失为 $1 + 16 = 17$。把 $b$ 改成 0.001，损失变成 $17.002001$，你的 `db` 对得上吗？
# 把 $w$ 改成 0.001，损失变成 $17.006001$，你的 `dw` 呢？
# %% answer="huber_grad"
def huber_grad(w, b, X, y, delta):
    """Gradient of the Huber loss with border delta, a SUM over the N samples; it has no factor ½.

    w (D,), b a number, X (N, D), y (N,), delta > 0.  Returns (dw, db): dw (D,), db a number.
    """
    ### BEGIN SOLUTION
    residual = linear_predict(w, b, X) - y  # (N,)
    pull = 2 * np.clip(residual, -delta, delta)  # (N,), the derivative with respect to the error
    dw, db = X.T @ pull, np.sum(pull)
    return dw, db
    ### END SOLUTION


# %% [markdown] docstring="huber_grad" lang="zh" of="b0a2"
# 分界为 delta 的 Huber 损失的梯度；该损失对 N 个样本求和，前面没有 ½。
#
# w (D,)，b 是一个数，X (N, D)，y (N,)，delta > 0。返回 (dw, db)：dw (D,)，db 是一个数。
# %% [markdown] why="huber_grad" lang="en"
# `np.clip` writes all three pieces at once: the slope is 2e inside the border and ±2δ outside. They meet at ±δ, so it does not matter to which piece the border belongs.
# Each sample's pull is limited *before* the sum; from there on all is as in {ref:linear_grad}.
# %% [markdown] why="huber_grad" lang="zh" of="3d78"
# `np.clip` 一次写完三段：边界以内斜率是 2e，以外是 ±2δ；三段在 ±δ 处相接，边界点归哪一段都一样。
# 限制的是**求和之前**每个样本的拉力，往后就和 {ref:linear_grad} 完全相同。
# %% grading="huber_grad"
def samples(rng, shares):
    """Samples whose errors are these multiples of delta: on both sides, near and far."""
    w, b, X = *parameters(rng, 3).values(), rounded(rng, len(shares), 3)
    delta = round(rng.uniform(1.5, 3), 2)
    return {"w": w, "b": b, "X": X, "y": X @ w + b - rng.permutation(shares) * delta, "delta": delta}


def huber_cases(rng):
    near, far = rng.uniform(0.2, 0.8, size=2), rng.uniform(1.4, 4, size=3)
    yield Case("near and far, on both sides", zh="远近都有，两侧都有", **samples(rng, np.r_[near * [1, -1], far[:1], -far[1:]]))


def edge_cases(rng):
    yield Case("nobody is far", zh="没有离群点", **samples(rng, rng.uniform(-0.8, 0.8, size=6)))
    far = rng.uniform(1.5, 4, size=4) * [1, -1, 1, -1]
    yield Case("everybody is far", zh="全是离群点", **samples(rng, far))
    yield Case("one sample", zh="只有一个样本", **regression_inputs(rng, 1, 4), delta=0.01)


def loss_at(impl, case):
    size = np.abs(impl.linear_predict(case.w, case.b, case.X) - case.y)
    return np.sum(np.where(size <= case.delta, size**2, 2 * case.delta * size - case.delta**2))


@variant
def piece_by_piece(w, b, X, y, delta):
    dw, db = np.zeros(len(w)), 0.0
    for row, truth in zip(X, y, strict=True):
        error = row @ w + b - truth
        slope = 2 * error if abs(error) <= delta else (2 * delta if error > 0 else -2 * delta)
        dw, db = dw + slope * row, db + slope
    return [dw, db]


@mistake(
    en="You limited the finished gradient. What is limited is each sample's error, before the samples are added up.",
    zh="你限制的是求和之后的梯度。应当在求和之前，限制每个样本的误差。",
)
def gradient_clipped(w, b, X, y, delta):
    residual = linear_predict(w, b, X) - y
    return np.clip(2 * X.T @ residual, -2 * delta, 2 * delta), np.clip(2 * np.sum(residual), -2 * delta, 2 * delta)


Exercise(
    points=2, reference=regression.huber_grad, cases=huber_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    gradient=Gradient(of=loss_at, wrt=("w", "b")), groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("factor_two_missing", "2 * np.clip", "np.clip",
            en="Your gradient is exactly half, that of Huber's own form. Ours has no ½: e² has the slope 2e, and it goes on with that slope beyond δ.",
            zh="你的梯度正好小了一半，那是 Huber 原来形式的梯度。我们的没有 ½：e² 的斜率是 2e，过了 δ 也以同样的斜率延续。"),
        Mistake("nobody_is_far", "np.clip(residual, -delta, delta)", "residual",
            en="Your gradient is that of the squared error: far samples still pull with their whole error. How steep is h beyond δ?",
            zh="你求的是平方误差的梯度：离群点仍以全部误差在拉。过了 δ，h 有多陡？"),
        Mistake("slope_without_delta", "np.clip(residual, -delta, delta)",
            "np.where(np.abs(residual) <= delta, residual, np.sign(residual) / 2)",
            en="Beyond the border your slope is ±1. Differentiate 2δ|e| − δ² once more: which factor stays? (The two pieces should meet at δ.)",
            zh="过了分界，你的斜率是 ±1。再对 2δ|e| − δ² 求一次导：还剩什么因子？（两段应当在 δ 处接上。）"),
        Mistake("far_samples_dropped", "np.clip(residual, -delta, delta)",
            "np.where(np.abs(residual) <= delta, residual, 0)",
            en="Your far samples don't pull at all. Huber forgives them, but does not forget them: their loss still grows, along a line.",
            zh="你的离群点完全不起作用了。Huber 损失容忍它们，但没有忘掉它们：损失仍沿直线增长。"),
        Mistake("sign_of_far_samples_lost", "np.clip(residual, -delta, delta)",
            "np.where(np.abs(residual) <= delta, residual, delta)",
            en="All your far samples pull in the same direction. On the left, where e < −δ, the line of h falls: what is the derivative of |e| there?",
            zh="你的离群点全都往同一个方向拉。在左侧 e < −δ 处，h 是下降的：那里 |e| 的导数是多少？"),
        Mistake("limited_on_one_side", "np.clip(residual, -delta, delta)", "np.minimum(residual, delta)",
            en="You limited errors above δ, but not those below −δ.",
            zh="你限制了大于 δ 的误差，却没有限制小于 −δ 的。"),
        Mistake("mean_for_sum", "X.T @ pull, np.sum(pull)", "X.T @ pull / len(y), np.mean(pull)",
            en="You divided by N. This loss is a SUM as well.",
            zh="你除以了 N。这个损失同样是**求和**。"),
        Mistake("sign", "linear_predict(w, b, X) - y", "y - linear_predict(w, b, X)",
            en="Every entry has the wrong sign: the error is prediction minus truth, so that its derivative with respect to b is +1.",
            zh="每个元素的符号都反了：误差是预测值减真实值，对 b 的导数是 +1。"),
    ],
    variants=[
        Variant("pieces", "np.clip(residual, -delta, delta)",
            "np.where(np.abs(residual) <= delta, residual, delta * np.sign(residual))"),
        Variant("lower_limit_first", "np.clip(residual, -delta, delta)", "np.clip(-delta, residual, delta)"),
    ],
)
