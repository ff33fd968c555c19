# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import WIDE, nonzero, normal, sample_grad, seed, uniform
# %% [markdown] lang="en"
# ## {n} The whole training run
#
# Now put it together: full-batch gradient descent on the **MEAN** squared error
#
# $$\mathcal L(w, b) = \frac1N\sum_{n=1}^{N} (x^n\cdot w + b - y^n)^2, \qquad \frac{\partial \mathcal L}{\partial w} = \frac2N X^\top (Xw + b - y), \qquad \frac{\partial \mathcal L}{\partial b} = \frac2N\sum_n (x^n\cdot w + b - y^n),$$
#
# starting from $w = 0$, $b = 0$. Each step moves both parameters at once.
#
# **By hand.** $X = \begin{pmatrix}1\\3\end{pmatrix}$, $y = (1, 2)$, $\eta = 0.1$. Step 1: residuals $(-1, -2)$; $\partial \mathcal L/\partial w = \frac22(-1\cdot1 - 2\cdot3) = -7$, $\partial \mathcal L/\partial b = -3$; so $w = 0.7$, $b = 0.3$.
# Step 2: predictions $(1, 2.4)$, residuals $(0, 0.4)$; gradients $1.2$ and $0.4$; so $w = 0.58$, $b = 0.26$.
# %% [markdown] lang="zh" of="8bc2"
# ## {n} 完整的训练过程
#
# 现在把它们合起来：用全批量梯度下降最小化**均方误差**
#
# $$\mathcal L(w, b) = \frac1N\sum_{n=1}^{N} (x^n\cdot w + b - y^n)^2, \qquad \frac{\partial \mathcal L}{\partial w} = \frac2N X^\top (Xw + b - y), \qquad \frac{\partial \mathcal L}{\partial b} = \frac2N\sum_n (x^n\cdot w + b - y^n),$$
#
# 从 $w = 0$、$b = 0$ 出发，每一步同时更新两者。
#
# **手算。** $X = \begin{pmatrix}1\\3\end{pmatrix}$，$y = (1, 2)$，$\eta = 0.1$。第 1 步：残差 $(-1, -2)$；$\partial \mathcal L/\partial w = \frac22(-1\cdot1 - 2\cdot3) = -7$，$\partial \mathcal L/\partial b = -3$；于是 $w = 0.7$，$b = 0.3$。
# 第 2 步：预测值 $(1, 2.4)$，残差 $(0, 0.4)$；梯度为 $1.2$ 和 $0.4$；于是 $w = 0.58$，$b = 0.26$。
# %% answer="gd_train"
def gd_train(X, y, lr, n_steps):
    """Full-batch gradient descent on the MEAN squared error of a linear model, from w = 0 and b = 0.

    X (N, D), y (N,), lr a number, n_steps an integer (0 steps return the start).
    Returns (w, b) after exactly n_steps steps: w is (D,), b is a number.
    """
    ### BEGIN SOLUTION
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        residual = X @ w + b - y  # (N,)
        w, b = w - lr * 2 * X.T @ residual / len(y), b - lr * 2 * residual.mean()
    return w, b
    ### END SOLUTION
# %% [markdown] docstring="gd_train" lang="zh" of="6263"
# 从 w = 0、b = 0 出发，对线性模型的均方误差做全批量梯度下降。
#
# X (N, D)，y (N,)，lr 是数，n_steps 是整数（0 步就返回起点）。
# 返回恰好走 n_steps 步之后的 (w, b)：w 是 (D,)，b 是一个数。
# %% [markdown] why="gd_train" lang="en"
# The residuals are computed once a step and serve both gradients, so `b` can't see a `w` that has moved. There is no early stop: small slopes don't mean that the end is near.
# %% [markdown] why="gd_train" lang="zh" of="e930"
# 每一步只算一次残差，两个梯度共用，`b` 就不会碰到已经移动过的 `w`。不提前停：坡度小，不等于终点近。
# %% grading="gd_train"
def inputs(rng, n, d, n_steps):
    X, y, lr = nonzero(rng, n, d) + 0.3, normal(rng, n) + 1.0, uniform(rng, 0.02, 0.06)
    return {"X": X, "y": y, "lr": lr, "n_steps": n_steps}


def train_cases(rng):
    yield Case("four steps", zh="四步", **inputs(rng, 7, 3, 4))
    yield Case("twenty steps", zh="二十步", **inputs(rng, 5, 2, 20))


def edge_cases(rng):
    yield Case("one sample", zh="一个样本", **inputs(rng, 1, 4, 3))
    yield Case("no step", zh="零步", **inputs(rng, 4, 2, 0))


def exact_cases(rng):
    X = np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]]) * rng.uniform(0.7, 1.3, size=(4, 2)).round(2)
    X[:, 1] *= 0.002  # here the valley is so flat that hardly a slope is left, and yet it leads on
    y, lr = X @ np.array([uniform(rng, 0.01, 0.05), uniform(rng, 0.08, 0.11)]) + 0.1, uniform(rng, 0.2, 0.3)
    yield Case("a long run in a narrow valley", zh="狭长山谷里的长途", X=X, y=y, lr=lr, n_steps=1000)
    X, y = nonzero(rng, 6, 2) + 0.5, normal(rng, 6) + 1.0
    A = np.column_stack([X, np.ones(6)])
    limit = 2 / np.linalg.eigvalsh(2 * A.T @ A / 6)[-1]
    yield Case("a rate that is too large", zh="过大的学习率", X=X, y=y, lr=round(1.5 * limit, 3), n_steps=8)


def wide_cases(rng):
    yield Case(
        "1000 parameters, 1000 steps", zh="1000 个参数，1000 步", public=False, y=nonzero(rng, 1) + 3.0,
        lr=uniform(rng, 4, 8) * 1e-4, seed=seed(rng),
    )


def shapes_of_parameters(X, y, lr, n_steps):
    return {"w": (X.shape[1],), "b": ()}


def wide_training(impl, case):
    rng = np.random.default_rng(case.seed)
    directions, X = (rng.integers(-2, 3, size=(rows, 1000)) * 0.5 / np.sqrt(1000) for rows in (3, 1))
    w, b = impl.gd_train(X, case.y, case.lr, 1000)
    return {"along three directions": directions @ w, "b": b}


@mistake(
    en="b is updated with residuals of the already updated w. Compute the residuals once a step, and use them for both.",
    zh="更新 b 时用了已经更新过的 w 的残差。每一步只算一次残差，两个参数都用它。",
)
def b_uses_the_new_w(X, y, lr, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        w = w - lr * 2 * X.T @ (X @ w + b - y) / len(y)
        b = b - lr * 2 * np.mean(X @ w + b - y)
    return w, b


@mistake(
    en="You stop as soon as the gradient is small. In a narrow valley it is small long before the end: take exactly `n_steps` steps.",
    zh="梯度一变小你就停了。在狭长的山谷里，离终点还很远时梯度就已经很小：请恰好走 `n_steps` 步。",
)
def stops_where_the_slope_is_small(X, y, lr, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        residual = X @ w + b - y
        dw, db = 2 * X.T @ residual / len(y), 2 * residual.mean()
        if np.sqrt(dw @ dw + db**2) < 1e-5:
            break
        w, b = w - lr * dw, b - lr * db
    return w, b


@mistake(
    en="You stop when the loss hardly changes any more. In a narrow valley that is long before the end: take exactly `n_steps` steps.",
    zh="损失几乎不再变化时你就停了。在狭长的山谷里，这时离终点还很远：请恰好走 `n_steps` 步。",
)
def stops_where_the_loss_stalls(X, y, lr, n_steps):
    w, b, last = np.zeros(X.shape[1]), 0.0, np.inf
    for _ in range(n_steps):
        residual = X @ w + b - y
        loss = np.mean(residual**2)
        if abs(last - loss) < 1e-10:
            break
        last = loss
        w, b = w - lr * 2 * X.T @ residual / len(y), b - lr * 2 * residual.mean()
    return w, b


@mistake(
    en="You stop when the loss rises. With a rate that is too large it does ({ref:lr_symptoms}), and the parameters after exactly `n_steps` steps are asked for all the same.",
    zh="损失一上升你就停了。学习率过大时它本来就会上升（{ref:lr_symptoms} 节），题目要的仍然是恰好走 `n_steps` 步之后的参数。",
)
def stops_when_the_loss_rises(X, y, lr, n_steps):
    w, b, last = np.zeros(X.shape[1]), 0.0, np.inf
    for _ in range(n_steps):
        residual = X @ w + b - y
        loss = np.mean(residual**2)
        if loss > last:
            break
        last = loss
        w, b = w - lr * 2 * X.T @ residual / len(y), b - lr * 2 * residual.mean()
    return w, b


@mistake(
    en="Right for floats. But `np.zeros_like` of integers is an array of integers, and a fraction cannot be written into it in place.",
    zh="对浮点数是对的。但由整数数组得到的 `np.zeros_like` 还是整数数组，带小数的一步不能原地写进去。",
)
def start_in_an_array_of_integers(X, y, lr, n_steps):
    w, b = np.zeros_like(X[0]), 0.0
    for _ in range(n_steps):
        residual = X @ w + b - y
        w -= lr * 2 * X.T @ residual / len(y)
        b -= lr * 2 * residual.mean()
    return w, b


@variant
def hessian_once(X, y, lr, n_steps):
    A = np.column_stack([X, np.ones(len(X))])
    H, c = 2 * A.T @ A / len(A), 2 * A.T @ y / len(A)
    theta = np.zeros(len(H))
    for _ in range(n_steps):
        theta = theta - lr * (H @ theta - c)
    return theta[:-1], theta[-1]


@variant
def plain_python(X, y, lr, n_steps):
    rows, columns, goals = X.tolist(), X.T.tolist(), y.tolist()
    w, b = [0.0] * X.shape[1], 0.0
    for _ in range(n_steps):
        errors = [
            sum(p * q for p, q in zip(row, w, strict=True)) + b - goal for row, goal in zip(rows, goals, strict=True)
        ]
        slopes = [sum(e * q for e, q in zip(errors, column, strict=True)) for column in columns]
        w = [p - 2 * lr * slope / len(goals) for p, slope in zip(w, slopes, strict=True)]
        b -= 2 * lr * sum(errors) / len(goals)
    return w, b


@variant
def bias_as_a_column(X, y, lr, n_steps):
    A = np.hstack([X, np.ones((len(X), 1))])
    theta = np.zeros(A.shape[1])
    for _ in range(n_steps):
        theta = theta - 2 * lr / len(A) * A.T @ (A @ theta - y)
    return theta[:-1], theta[-1]


@variant
def mean_of_sample_grads(X, y, lr, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        grads = [sample_grad(w, b, x, t) for x, t in zip(X, y, strict=True)]
        w, b = w - lr * sum(g for g, _ in grads) / len(y), b - lr * sum(g for _, g in grads) / len(y)
    return w, b


Exercise(
    points=2, reference=gd.gd_train, cases=train_cases, shapes=shapes_of_parameters, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("exact", exact_cases,
            en="Exactly n_steps steps, whatever the loss does", zh="恰好走 n_steps 步，无论损失怎样变化"),
        Group("wide", wide_cases, observe=wide_training, **WIDE),
    ],
    seconds=2.0,  # a loop over all entries takes 0.5 s, a matrix of 1000 by 1000 0.4 s, difference quotients 5 s
    mistakes=[
        Mistake("sum_for_mean", "X.T @ residual / len(y), b - lr * 2 * residual.mean()",
            "X.T @ residual, b - lr * 2 * residual.sum()",
            en="Your steps are N times too long: that is the gradient of the SUM. Here the loss is the MEAN squared error.",
            zh="你的步长是应有的 N 倍：那是**求和**的梯度。这里的损失是**均方误差**。"),
        Mistake("factor_two_missing", "residual = X @ w + b - y", "residual = (X @ w + b - y) / 2",
            en="Your steps are half as long as they should be: the derivative of the square brings a factor 2.",
            zh="你的步子只有应有的一半：平方求导会带来因子 2。"),
        Mistake("one_step_short", "range(n_steps)", "range(n_steps - 1)",
            en="You take one step too few. `n_steps` counts updates, not points on the path.",
            zh="少走了一步。`n_steps` 数的是更新的次数，不是路径上的点数。"),
        Mistake("one_step_too_many", "range(n_steps)", "range(n_steps + 1)",
            en="You take one step too many: with `n_steps = 0` the start itself must come back.",
            zh="多走了一步：`n_steps = 0` 时应当原样返回起点。"),
        Mistake("bias_never_moves", "b - lr * 2 * residual.mean()", "b",
            en="b stays 0 throughout. It needs its own update, with the mean of the residuals.",
            zh="b 一直是 0。它也需要更新，用到残差的平均值。"),
        Mistake("uphill", "residual = X @ w + b - y", "residual = y - X @ w - b",
            en="The sign is reversed and you climb. With the residual as y − y_pred, the gradient gets a minus sign of its own.",
            zh="符号反了，你在往上爬。如果残差写成 y − y_pred，梯度还要再带一个负号。"),
        Mistake("start_at_ones", "np.zeros(X.shape[1])", "np.ones(X.shape[1])",
            en="The run starts at w = 0 here; with `n_steps = 0` your function should return zeros.",
            zh="这里约定从 w = 0 出发；`n_steps = 0` 时应当返回全零。"),
    ],
    variants=[
        Variant("float32_result", "    return w, b", "    return w.astype(np.float32), b"),
        Variant("number_of_rows", "/ len(y)", "/ len(X)"),
    ],
)
