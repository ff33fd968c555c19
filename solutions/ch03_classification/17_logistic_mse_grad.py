# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import classification

from chapter import WIDE, logistic_cases, logistic_edges, sigmoid, sigmoid_grad, squared_labels, wide_cases

# %% [markdown] lang="en"
# ## Why not squared error?
#
# Linear regression had a fine loss. Why not reuse it? Take the **½ sum** of squares with the sigmoid inside:
#
# $$\mathcal L(w,b)=\tfrac12\sum_n\big(f(x^n)-y^n\big)^2 .$$
#
# ### {n} The gradient of the squared error
#
# This time the sigmoid's slope stays:
#
# $$\frac{\partial \mathcal L}{\partial w}=\sum_n\big(f-y^n\big)\,f\,(1-f)\;x^n,\qquad \frac{\partial \mathcal L}{\partial b}=\sum_n\big(f-y^n\big)\,f\,(1-f),\qquad f=f(x^n).$$
#
# Take a sample with $y=1$:
#
# | | $f$ | squared error: $(f-y)f(1-f)$ | cross-entropy: $f-y$ |
# |---|---|---|---|
# | right | 0.99 | −0.0001 | −0.01 |
# | undecided | 0.50 | −0.125 | −0.50 |
# | badly wrong | 0.01 | **−0.0098** | **−0.99** |
#
# Check one of these entries by hand before you program: for $f=0.01$, $(0.01-1)\cdot0.01\cdot0.99=-0.0098$.
# %% [markdown] lang="zh" of="b530"
# ## 为什么不用平方误差？
#
# 线性回归的损失用得好好的，为什么不接着用？把 sigmoid 放进平方误差，取**½ 乘以和**：
#
# $$\mathcal L(w,b)=\tfrac12\sum_n\big(f(x^n)-y^n\big)^2 .$$
#
# ### {n} 平方误差的梯度
#
# 这一次，sigmoid 的导数留了下来：
#
# $$\frac{\partial \mathcal L}{\partial w}=\sum_n\big(f-y^n\big)\,f\,(1-f)\;x^n,\qquad \frac{\partial \mathcal L}{\partial b}=\sum_n\big(f-y^n\big)\,f\,(1-f),\qquad f=f(x^n).$$
#
# 看一个 $y=1$ 的样本：
#
# | | $f$ | 平方误差：$(f-y)f(1-f)$ | 交叉熵：$f-y$ |
# |---|---|---|---|
# | 分对了 | 0.99 | −0.0001 | −0.01 |
# | 拿不准 | 0.50 | −0.125 | −0.50 |
# | 错得离谱 | 0.01 | **−0.0098** | **−0.99** |
#
# 写程序之前，先亲手验算其中一格：$f=0.01$ 时，$(0.01-1)\cdot0.01\cdot0.99=-0.0098$。
# %% answer="logistic_mse_grad"
def logistic_mse_grad(w, b, X, y):
    """Gradient of the squared error ½ Σ (f − y)² with f = sigmoid(X w + b).

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1.  Returns (dw, db): dw (D,) and the number db, SUMS over
    the N samples.  D may be many thousands.
    """
    ### BEGIN SOLUTION
    f = sigmoid(X @ w + b)  # (N,)
    delta = (f - y) * f * (1 - f)  # (N,)
    return X.T @ delta, np.sum(delta)
    ### END SOLUTION


# %% [markdown] docstring="logistic_mse_grad" lang="zh" of="970e"
# 平方误差 ½ Σ (f − y)² 的梯度，其中 f = sigmoid(X w + b)。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1。返回 (dw, db)：dw (D,) 和数 db，
# 对 N 个样本求和。D 可能有成千上万。
# %% [markdown] why="logistic_mse_grad" lang="en"
# Three links make the chain: the square (its 2 meets the ½), the sigmoid with $f(1-f)$, the linear part with x. The first two are the same for `w` and `b`, hence one `delta`.
# The slope is written in `f`, which is there already, and so it costs no further exponential.
# %% [markdown] why="logistic_mse_grad" lang="zh" of="2bde"
# 链条有三环：平方（2 与 ½ 相消）、sigmoid（带来 $f(1-f)$）、线性部分（带来 x）。前两环对 `w` 和 `b` 是一样的，所以共用一个 `delta`。
# 斜率用现成的 `f` 来写，不必再算指数。
# %% grading="logistic_mse_grad"
def plateau_cases(rng):
    for name, zh, z, label in (
        ("badly wrong", "错得离谱", -9.0, 1),
        ("right", "分对了", 9.0, 1),
        ("badly wrong, y = 0", "错得离谱，y = 0", 9.0, 0),
        ("right, y = 0", "分对了，y = 0", -9.0, 0),
    ):
        # a large input, so that the tiny slope shows
        X = np.array([[1000.0, -500.0]]) * rng.uniform(0.8, 1.2, 2).round(2)
        w = np.array([z * round(float(rng.uniform(0.9, 1.2)), 3) / 1000, 0.0])
        yield Case(name, zh=zh, w=w, b=0.0, X=X, y=np.array([label]))


def shapes_of_gradient(w, b, X, y):
    return [np.shape(w), ()]


def wide_gradient(impl, case):
    """The gradient of 80,000 features mixed from the case's, brought back to the case's own."""
    mix = np.random.default_rng(case.seed).integers(-2, 3, (len(case.w), 80_000)) * 0.5
    back = np.linalg.solve(mix @ mix.T, mix)  # X mix (w back) = X w, so the losses of both models are the same
    dw, db = impl.logistic_mse_grad(case.w @ back, case.b, case.X @ mix, case.y)
    return back @ dw, db


def squared_error_at(impl, case):
    f = np.reshape(impl.sigmoid(case.X @ case.w + case.b), len(case.y))
    return 0.5 * np.sum((f - case.y) ** 2)


@variant
def loop(w, b, X, y):
    dw, db = np.zeros(len(w)), 0.0
    for n in range(len(X)):
        z = X[n] @ w + b
        delta = (sigmoid(z) - y[n]) * sigmoid_grad(z)
        dw, db = dw + delta * X[n], db + delta
    return dw, db


@variant
def chain(w, b, X, y):
    z = np.dot(X, w) + b
    df = sigmoid(z) - y
    dz = np.diag(np.atleast_1d(sigmoid_grad(z))) @ df
    return np.sum(dz[:, np.newaxis] * X, axis=0).tolist(), dz.sum(keepdims=True)


Exercise(
    points=1, reference=classification.logistic_mse_grad, cases=logistic_cases, shapes=shapes_of_gradient,
    tolerance=CLOSED_FORM, gradient=Gradient(of=squared_error_at, wrt=("w", "b")), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", logistic_edges),
        Group("plateau", plateau_cases, en="The plateau at f ≈ 0 and f ≈ 1", zh="f ≈ 0 与 f ≈ 1 处的平坦区"),
        Group("wide", wide_cases, observe=wide_gradient, **WIDE),
    ],
    seconds=2.5,  # as in logistic_grad
    mistakes=[
        Mistake("half_forgotten", "delta = (f - y)", "delta = 2 * (f - y)",
            en="Twice too large: this loss carries a ½, which takes the 2 of the square away.",
            zh="大了一倍：这个损失前面有 ½，正好与平方求导的 2 抵消。"),
        Mistake("sigmoid_slope_missing", " * f * (1 - f)", "",
            en="This is the gradient of the cross-entropy. With squared error the chain rule leaves the factor f(1−f).",
            zh="这是交叉熵的梯度。用平方误差时，链式法则会留下因子 f(1−f)。"),
        Mistake("slope_at_the_output", "(f - y) * f * (1 - f)", "(f - y) * sigmoid_grad(f)",
            en="The slope of the sigmoid belongs at its input z, not at its output f.",
            zh="sigmoid 的导数应在输入 z 处取值，而不是在输出 f 处。"),
        Mistake("one_factor_missing", " * f * (1 - f)", " * f",
            en="Half of the sigmoid's slope is missing: it is f times (1−f).",
            zh="sigmoid 的导数缺了一半：应为 f 乘 (1−f)。"),
        Mistake("wrong_sign", "delta = (f - y)", "delta = (y - f)",
            en="The sign is reversed: prediction minus truth.",
            zh="符号反了：应为预测减真实值。"),
        Mistake("mean_for_sum", "delta = (f - y) * f * (1 - f)", "delta = (f - y) * f * (1 - f) / len(y)",
            en="You divided by the number of samples; this loss is a sum.",
            zh="你除以了样本数；这里的损失是求和。"),
    ],
    variants=[
        squared_labels("f = sigmoid(X @ w"),
        Variant("slope_function", "delta = (f - y) * f * (1 - f)", "delta = (f - y) * sigmoid_grad(X @ w + b)"),
        Variant("einsum", "X.T @ delta", 'np.einsum("nd,n->d", X, delta)'),
    ],
)
