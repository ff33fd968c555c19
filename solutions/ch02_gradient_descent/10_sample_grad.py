# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import WIDE, nonzero, normal, quarters, seed, uniform

# %% [markdown] lang="en"
# ## {n} The gradient of one sample
#
# So far somebody handed us the gradient. For a linear model it comes from data. The loss of a *single* sample $(x, y)$ is its squared error
#
# $$l(w, b) = (y_{\text{pred}} - y)^2, \qquad y_{\text{pred}} = x\cdot w + b,$$
#
# and its gradient is
#
# $$\frac{\partial l}{\partial w} = 2\,(y_{\text{pred}} - y)\,x \quad (D,), \qquad \frac{\partial l}{\partial b} = 2\,(y_{\text{pred}} - y) \quad \text{a number.}$$
#
# **By hand.** $w = (1, 2)$, $b = 0.5$, $x = (2, -1)$, $y = 1.5$. The prediction is $2 - 2 + 0.5 = 0.5$, the residual $0.5 - 1.5 = -1$. So
# $\partial l/\partial w = 2\cdot(-1)\cdot(2, -1) = (-4, 2)$ and $\partial l/\partial b = -2$.
#
# Averaged over all samples, these gradients are exactly the gradient of the **MEAN** squared error. That is why one sample, picked at random, points in the right direction *on average*.
# The hidden cases check this average as well, and one of them has 50,000 parameters: a derived gradient takes no time there, trying one parameter after the other takes too long.
# %% [markdown] lang="zh" of="2bdf"
# ## {n} 一个样本的梯度
#
# 到目前为止，梯度都是现成的。对线性模型来说，梯度来自数据。**单个**样本 $(x, y)$ 的损失是它的平方误差
#
# $$l(w, b) = (y_{\text{pred}} - y)^2, \qquad y_{\text{pred}} = x\cdot w + b,$$
#
# 它的梯度是
#
# $$\frac{\partial l}{\partial w} = 2\,(y_{\text{pred}} - y)\,x \quad (D,), \qquad \frac{\partial l}{\partial b} = 2\,(y_{\text{pred}} - y) \quad \text{一个数。}$$
#
# **手算。** $w = (1, 2)$，$b = 0.5$，$x = (2, -1)$，$y = 1.5$。预测值为 $2 - 2 + 0.5 = 0.5$，残差为 $0.5 - 1.5 = -1$。所以
# $\partial l/\partial w = 2\cdot(-1)\cdot(2, -1) = (-4, 2)$，$\partial l/\partial b = -2$。
#
# 把所有样本的梯度取平均，恰好就是**均方误差**的梯度。所以随机挑一个样本，它的梯度**平均来说**指向正确的方向。隐藏样例也会检查这个平均值，其中一个有 50,000 个参数：推导出来的梯度瞬间就能算完，逐个参数去试则来不及。
# %% answer="sample_grad"
def sample_grad(w, b, x, y):
    """Gradient of the squared error (x·w + b − y)² of ONE sample.

    w (D,), b a number, x (D,) the features of the sample, y a number, its true value.
    Returns (dw, db): dw is (D,), db is a number.
    """
    ### BEGIN SOLUTION
    residual = x @ w + b - y  # a number
    dw = 2 * residual * x  # (D,)
    db = 2 * residual
    return dw, db
    ### END SOLUTION


# %% [markdown] docstring="sample_grad" lang="zh" of="7596"
# 一个样本的平方误差 (x·w + b − y)² 的梯度。
#
# w (D,)，b 是数，x (D,) 是这个样本的特征，y 是数，即真实值。
# 返回 (dw, db)：dw 是 (D,)，db 是一个数。
# %% [markdown] why="sample_grad" lang="en"
# With prediction minus truth the inner derivatives are +x and +1, so no minus sign is needed, and `dw` is `db` times `x`.
# It costs no more than two predictions, however many weights there are. Where the residual is 0 the gradient is 0 too: a sample that is predicted exactly pulls at nothing.
# %% [markdown] why="sample_grad" lang="zh" of="31b4"
# 残差取“预测减真实”，内层导数就是 +x 和 +1，不必再写负号，`dw` 正好是 `db` 乘 `x`。
# 不管有多少权重，代价都不过两次预测。残差为 0 时梯度也为 0：预测得分毫不差的样本不产生任何拉力。
# %% grading="sample_grad"
def inputs(rng, d):
    w, b = normal(rng, d), uniform(rng, 0.5, 2)
    return {"w": w, "b": b, "x": nonzero(rng, d), "y": float(normal(rng))}


def sample_cases(rng):
    yield Case("one sample", zh="一个样本", **inputs(rng, 3))


def edge_cases(rng):
    yield Case("one feature", zh="一个特征", **inputs(rng, 1))
    w, b, x = quarters(rng, 3), float(quarters(rng)), quarters(rng, 3)
    yield Case("a sample without error", zh="没有误差的样本", w=w, b=b, x=x, y=float(x @ w + b))


def mean_cases(rng):
    w, b = normal(rng, 4), uniform(rng, 0.5, 2)
    yield Case("the mean of six samples", zh="六个样本的平均", w=w, b=b, X=nonzero(rng, 6, 4), y=normal(rng, 6))


def wide_cases(rng):
    w, b = normal(rng, 3), uniform(rng, 0.5, 2)
    yield Case("50,000 parameters", zh="50,000 个参数", public=False, w=w, b=b, y=normal(rng, 10), seed=seed(rng))


def squared_error(impl, case):
    return (case.x @ case.w + case.b - case.y) ** 2


def shapes_of_gradient(w, b, x, y):
    return {"dw": np.shape(w), "db": ()}


def mean_of_gradients(impl, case):
    grads = [impl.sample_grad(case.w, case.b, x, float(y)) for x, y in zip(case.X, case.y, strict=True)]
    return np.mean([dw for dw, _ in grads], axis=0), np.mean([db for _, db in grads])


def wide_mean_of_gradients(impl, case):
    """Its projections on three directions, along which w has the coordinates case.w."""
    rng, width = np.random.default_rng(case.seed), 50_000
    directions = rng.integers(-2, 3, size=(3, width)) * 0.5 / np.sqrt(width)
    w, X = case.w @ directions, rng.integers(-2, 3, size=(len(case.y), width)) * 0.5
    grads = [impl.sample_grad(w, case.b, x, float(y)) for x, y in zip(X, case.y, strict=True)]
    return directions @ np.mean([dw for dw, _ in grads], axis=0), np.mean([db for _, db in grads])


@mistake(
    en="Right for floats. But `np.zeros_like(x)` is an array of integers when x is one, and cuts off what stands behind the decimal point.",
    zh="对浮点数是对的。但 x 是整数数组时，`np.zeros_like(x)` 也是整数数组，小数部分会被截掉。",
)
def gradient_in_an_array_of_integers(w, b, x, y):
    residual = x @ w + b - y
    dw = np.zeros_like(x)
    for d in range(len(x)):
        dw[d] = 2 * residual * x[d]
    return dw, 2 * residual


@mistake(
    en="The gradient is right, but `x *= …` has overwritten the caller's sample. Make a new array.",
    zh="梯度算对了，但 `x *= …` 把调用者的样本改掉了。请生成一个新数组。",
)
def x_changed_in_place(w, b, x, y):
    residual = x @ w + b - y
    x *= 2 * residual
    return x, 2 * residual


@variant
def plain_python(w, b, x, y):
    prediction = sum(float(wi) * float(xi) for wi, xi in zip(w, x, strict=True)) + b
    return [2 * (prediction - y) * float(xi) for xi in x], 2 * (prediction - y)


Exercise(
    points=2, reference=gd.sample_grad, cases=sample_cases, shapes=shapes_of_gradient, tolerance=CLOSED_FORM,
    gradient=Gradient(of=squared_error, wrt=("w", "b")), accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("mean", mean_cases, observe=mean_of_gradients,
            en="The mean over samples is the full gradient", zh="对样本取平均就是完整的梯度"),
        Group("wide", wide_cases, observe=wide_mean_of_gradients, **WIDE),
    ],
    seconds=1.5,  # a loop over all entries of all ten samples takes 0.15 s, a difference quotient for each entry 4 s
    mistakes=[
        Mistake("factor_two_missing", "residual = x @ w + b - y", "residual = (x @ w + b - y) / 2",
            en="Everything is half of what it should be. The derivative of a square brings down a factor 2.",
            zh="所有结果都只有正确值的一半。平方求导会多出一个因子 2。"),
        Mistake("sign_flipped", "residual = x @ w + b - y", "residual = y - x @ w - b",
            en="Your gradient points the other way. If you write the residual as y − y_pred, its derivative brings a minus sign.",
            zh="梯度方向反了。如果把残差写成 y − y_pred，求导时会带出一个负号。"),
        Mistake("bias_not_in_prediction", "residual = x @ w + b - y", "residual = x @ w - y",
            en="The prediction is x·w + b: b is missing from your residual.",
            zh="预测值是 x·w + b，你的残差里漏了 b。"),
        Mistake("db_times_x", "db = 2 * residual", "db = 2 * residual * x",
            en="db should be one number. b is multiplied by 1, not by x, so no x appears in its derivative.",
            zh="db 应该是一个数。b 前面的系数是 1 而不是 x，所以它的导数里没有 x。"),
        Mistake("dw_without_x", "dw = 2 * residual * x", "dw = 2 * residual * np.ones_like(x)",
            en="dw is missing the inner derivative: each weight is multiplied by its feature, so its slope is proportional to that feature.",
            zh="dw 漏了内层导数：每个权重乘的是它对应的特征，所以斜率与该特征成正比。"),
        Mistake("gradient_of_absolute_error", "residual = x @ w + b - y", "residual = np.sign(x @ w + b - y) / 2",
            en="This is the gradient of the absolute error: only the sign of the residual is left. For the squared error its size counts too.",
            zh="这是绝对误差的梯度，只保留了残差的符号。平方误差的梯度还要用到残差的大小。"),
        Mistake("divided_by_the_error", "residual = x @ w + b - y", "residual = (x @ w + b - y) ** 2 / (x @ w + b - y)",
            en="Somewhere you divide by the error itself. For a sample that is predicted exactly that gives 0/0; its gradient is simply 0.",
            zh="你在某处除以了误差本身。对预测完全准确的样本，这会变成 0/0；它的梯度其实就是 0。"),
        Mistake("order_of_the_results", "return dw, db", "return db, dw",
            en="Right gradients in the wrong order: dw comes first, then db.",
            zh="梯度是对的，顺序反了：先返回 dw，再返回 db。"),
    ],
    variants=[
        Variant("weights_first", "x @ w", "w @ x"),
        Variant("residual_the_other_way", "residual = x @ w + b - y", "residual = -(y - (np.dot(w, x) + b))"),
        Variant("float32_result", "return dw, db", "return dw.astype(np.float32), np.float32(db)"),
    ],
)
