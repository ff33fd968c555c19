# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import regression

from chapter import WIDE, linear_predict, regression_cases, regression_edges, wide_inputs

# %% [markdown] lang="en"
# ## {n} The gradient: which way is up?
#
# The gradient says how the loss changes when a parameter changes a little. The chain rule on one term of the sum gives
# an outer factor $2\,(y^n - y^n_{\text{pred}})$ and an inner one: $-x^n$ for $w$, $-1$ for $b$ (§2.2). Together,
#
# $$\frac{\partial \mathcal L}{\partial w} = 2\sum_{n} (y_{\text{pred}}^n - y^n)\, x^n = 2\,X^\top (y_{\text{pred}} - y), \qquad
# \frac{\partial \mathcal L}{\partial b} = 2\sum_{n} (y_{\text{pred}}^n - y^n).$$
#
# Shapes guide you: the derivative with respect to $w$ must have the shape of $w$, and of the products of $X$ with an `(N,)` vector only $X^\top$ gives `(D,)`.
# The derivative with respect to $b$ is a single number.
#
# **By hand.** The errors $y_{\text{pred}} - y$ were $(-0.5,\, 0.5,\, -0.5)$. So
# $\partial \mathcal L/\partial w_1 = 2\,(1\cdot(-0.5) + 3\cdot 0.5 + 0) = 2$, likewise $\partial \mathcal L/\partial w_2 = 1$, and $\partial \mathcal L/\partial b = -1$.
#
# **Check yourself.** Move $b$ from 0.5 to 0.501 and the loss goes from 0.75 to 0.749003: a slope of about $-1$, as promised.
# %% [markdown] lang="zh" of="0cf4"
# ## {n} 梯度：哪个方向是上坡？
#
# 梯度告诉我们：参数动一点点，损失变多少。对求和中的一项用链式法则，外层给出 $2\,(y^n - y^n_{\text{pred}})$，
# 内层对 $w$ 是 $-x^n$，对 $b$ 是 $-1$（§2.2）。合起来就是
#
# $$\frac{\partial \mathcal L}{\partial w} = 2\sum_{n} (y_{\text{pred}}^n - y^n)\, x^n = 2\,X^\top (y_{\text{pred}} - y), \qquad
# \frac{\partial \mathcal L}{\partial b} = 2\sum_{n} (y_{\text{pred}}^n - y^n).$$
#
# 形状会给你提示：对 $w$ 的导数必须和 $w$ 同形状，而 $X$ 与 `(N,)` 向量相乘，只有用 $X^\top$ 才得到 `(D,)`。
# 对 $b$ 的导数只是一个数。
#
# **手算。** 误差 $y_{\text{pred}} - y$ 是 $(-0.5,\, 0.5,\, -0.5)$，所以
# $\partial \mathcal L/\partial w_1 = 2\,(1\cdot(-0.5) + 3\cdot 0.5 + 0) = 2$，同理 $\partial \mathcal L/\partial w_2 = 1$，$\partial \mathcal L/\partial b = -1$。
#
# **自己验证。** 把 $b$ 从 0.5 改成 0.501，损失从 0.75 变成 0.749003，斜率约为 $-1$，正如公式所说。
# %% answer="linear_grad"
def linear_grad(w, b, X, y):
    """Gradient of `linear_loss`, which is a SUM over the N samples.

    w (D,), b a number, X (N, D), y (N,).  Returns (dw, db): dw (D,), db a number.  D may be large.
    """
    ### BEGIN SOLUTION
    residual = linear_predict(w, b, X) - y  # (N,)
    dw = 2 * X.T @ residual  # (D,)
    db = 2 * np.sum(residual)
    return dw, db
    ### END SOLUTION


# %% [markdown] docstring="linear_grad" lang="zh" of="b146"
# `linear_loss` 的梯度；该损失对 N 个样本求和。
#
# w (D,)，b 是一个数，X (N, D)，y (N,)。返回 (dw, db)：dw (D,)，db 是一个数。D 可能很大。
# %% [markdown] why="linear_grad" lang="en"
# With prediction minus truth, the minus of the inner derivative is used up, and no sign is left to forget.
# `X.T @ residual` adds up the samples for all D weights in one pass over `X`; nudging the parameters one by one takes a pass for each.
# %% [markdown] why="linear_grad" lang="zh" of="e3a9"
# 误差取“预测减真实”，内层导数的负号就已经用掉，不会再漏写。
# `X.T @ residual` 把 `X` 扫一遍就得到全部 D 个导数；若一个参数一个参数地试，有多少参数就要扫多少遍。
# %% grading="linear_grad"
def wide_cases(rng):
    yield Case("a hundred thousand weights", zh="十万个权重", public=False, **wide_inputs(rng))


def loss_at(impl, case):
    return impl.linear_loss(case.w, case.b, case.X, case.y)


def shapes_of_gradient(w, b, X, y):
    return {"dw": np.shape(w), "db": ()}


def wide_gradient(impl, case):
    """Its projections on four directions: the derivative with respect to case.w, the steps along them."""
    rng = np.random.default_rng(case.seed)
    X, y, start = (rng.integers(-2, 3, size=shape) * 0.5 for shape in ((3, 100_000), 3, 100_000))
    directions = rng.integers(-1, 2, size=(4, 100_000))
    dw, db = impl.linear_grad(start + case.w @ directions, case.b, X, y)
    return directions @ dw, db


@variant
def entry_by_entry(w, b, X, y):
    dw, db = [0.0] * len(w), 0.0
    for row, truth in zip(X, y, strict=True):
        error = b - truth
        for i in range(len(w)):
            error += w[i] * row[i]
        for i in range(len(w)):
            dw[i] += 2 * error * row[i]
        db += 2 * error
    return dw, db


@mistake(
    en="Right for decimals, but where w holds whole numbers, `zeros_like(w)` does too, and cuts off the decimals of the gradient. Begin with an array of floats.",
    zh="小数时都对。但 w 是整数数组时，`zeros_like(w)` 也是整数，梯度的小数部分就被截掉了。请用浮点数组开始累加。",
)
def dtype_of_w_kept(w, b, X, y):
    dw = np.zeros_like(w)
    for row, truth in zip(X, y, strict=True):
        dw += (2 * (row @ w + b - truth) * row).astype(dw.dtype)
    return dw, 2 * np.sum(X @ w + b - y)


@variant
def loop(w, b, X, y):
    dw, db = np.zeros(len(w)), 0.0
    for row, truth in zip(X, y, strict=True):
        error = row @ w + b - truth
        dw = dw + 2 * error * row
        db += 2 * error
    return [dw, db]


@mistake(
    en="You divided by N: this is the gradient of the mean. Our loss is the SUM over the samples.",
    zh="你除以了 N，得到的是平均损失的梯度。我们的损失是对样本**求和**。",
)
def mean_for_sum(w, b, X, y):
    residual = linear_predict(w, b, X) - y
    return 2 * X.T @ residual / len(y), 2 * np.mean(residual)


@mistake(
    en="Every entry has the wrong sign. In the notes' form a factor (−x) or (−1) stands at the end: it comes from inside the square.",
    zh="每个元素的符号都反了。讲义的公式末尾有 (−x) 和 (−1)，它们来自括号内部的求导。",
)
def sign(w, b, X, y):
    residual = y - linear_predict(w, b, X)
    return 2 * X.T @ residual, 2 * np.sum(residual)


@mistake(
    en="Your gradient is exactly half. Differentiating a square leaves a factor 2, and our loss has no ½ that would cancel it.",
    zh="你的梯度正好小了一半。对平方求导会多出因子 2，而我们的损失前面没有 ½ 来抵消它。",
)
def factor_two_missing(w, b, X, y):
    residual = linear_predict(w, b, X) - y
    return X.T @ residual, np.sum(residual)


Exercise(
    points=3, reference=regression.linear_grad, cases=regression_cases, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH, gradient=Gradient(of=loss_at, wrt=("w", "b")),
    groups=[Group("edge", regression_edges), Group("wide", wide_cases, observe=wide_gradient, **WIDE)],
    shapes=shapes_of_gradient,
    seconds=2.0,  # an entry-by-entry loop takes 0.15 s of the wide case, one loss per parameter 6 s and more
    mistakes=[
        Mistake("factor_two_missing_in_db", "db = 2 * np.sum", "db = np.sum",
            en="dw is right, but db lacks the factor 2 that comes from differentiating the square.",
            zh="dw 是对的，但 db 少了对平方求导得到的因子 2。"),
        Mistake("db_not_summed", "db = 2 * np.sum(residual)", "db = 2 * residual",
            en="db should be one number: every sample pulls at the same bias, so their contributions add up.",
            zh="db 应当是一个数：所有样本共用同一个偏置，它们的贡献要加起来。"),
        Mistake("x_for_its_transpose", "X.T @", "X @",
            en="The product does not fit: dw needs the shape (D,), so the sum must run over the N samples. Which side of X is that?",
            zh="矩阵乘法对不上：dw 的形状应为 (D,)，也就是要沿 N 个样本求和。那是 X 的哪一维？"),
        Mistake("truth_overwritten", "residual = linear_predict(w, b, X) - y",
            "y -= linear_predict(w, b, X); residual = -y",
            en="`-=` wrote the errors into y itself. Your caller's data are gone after one call; give the difference a name of its own.",
            zh="`-=` 把误差写进了 y 本身，调用一次之后数据就被破坏了。请把差存到一个新变量里。"),
        Mistake("bias_left_out_of_the_error", "linear_predict(w, b, X) - y", "X @ w - y",
            en="Your errors leave out the bias. The prediction is Xw + b in the gradient, too.",
            zh="你算误差时漏了偏置。在梯度里，预测值同样是 Xw + b。"),
    ],
    variants=[
        Variant("einsum", "2 * X.T @ residual", '2 * np.einsum("nd,n->d", X, residual)'),
        Variant("float32_result", "2 * X.T @ residual", "(2 * X.T @ residual).astype(np.float32)"),
    ],
)
