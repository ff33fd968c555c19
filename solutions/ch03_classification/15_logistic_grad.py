# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import WIDE, bce_loss, drawn_by, logistic_cases, logistic_edges, logistic_extremes, sigmoid, squared_labels, wide_cases, words, zero_one_loss

# %% [markdown] lang="en"
# ### {n} The gradient of the cross-entropy
#
# The sigmoid's slope cancels against the $1/f$ of the logarithm, and something very simple is left:
#
# $$\frac{\partial\mathcal L}{\partial w}=\sum_n\big(f(x^n)-y^n\big)\,x^n=X^\top(f-y),\qquad \frac{\partial\mathcal L}{\partial b}=\sum_n\big(f(x^n)-y^n\big).$$
#
# **By hand.** $X=\begin{pmatrix}1&2\\3&0\end{pmatrix}$, $w=0$, $b=0$, $y=(1,0)$. Then $f=(\tfrac12,\tfrac12)$, errors $(-\tfrac12,\tfrac12)$, so $dw=-\tfrac12(1,2)+\tfrac12(3,0)=(1,-1)$ and $db=0$.
#
# It is the gradient of linear regression with another $f$, except that squared error there brings a factor 2. The error $f-y$ never exceeds 1 in size, and a badly wrong sample keeps pulling with its full force.
# %% [markdown] lang="zh" of="bdb0"
# ### {n} 交叉熵的梯度
#
# sigmoid 的导数恰好与对数求导产生的 $1/f$ 约掉，剩下的非常简单：
#
# $$\frac{\partial\mathcal L}{\partial w}=\sum_n\big(f(x^n)-y^n\big)\,x^n=X^\top(f-y),\qquad \frac{\partial\mathcal L}{\partial b}=\sum_n\big(f(x^n)-y^n\big).$$
#
# **手算。** $X=\begin{pmatrix}1&2\\3&0\end{pmatrix}$，$w=0$，$b=0$，$y=(1,0)$。则 $f=(\tfrac12,\tfrac12)$，误差为 $(-\tfrac12,\tfrac12)$，于是 $dw=-\tfrac12(1,2)+\tfrac12(3,0)=(1,-1)$，$db=0$。
#
# 形式上与线性回归的梯度一样，只是 $f$ 不同（线性回归的平方误差还多一个系数 2）。误差 $f-y$ 的大小不超过 1，而错得离谱的样本始终以最大的幅度影响参数。
# %% answer="logistic_grad"
def logistic_grad(w, b, X, y):
    """Gradient of `bce_loss`.

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1; w and X may hold integers, too.
    Returns (dw, db): dw (D,) and the number db, SUMS over the N samples like the loss.  D may be many thousands: work from
    the formula, for nudging one weight after the other would take too long.
    """
    ### BEGIN SOLUTION
    error = sigmoid(X @ w + b) - y  # (N,)
    dw = X.T @ error  # (D,)
    db = np.sum(error)
    return dw, db
    ### END SOLUTION


# %% [markdown] docstring="logistic_grad" lang="zh" of="79b7"
# `bce_loss` 的梯度。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1；w 和 X 也可以是整数数组。
# 返回 (dw, db)：dw (D,) 和数 db，与损失一样对 N 个样本求和。D 可能有成千上万：请用公式计算，
# 逐个微调权重来估计梯度会慢得用不了。
# %% [markdown] why="logistic_grad" lang="en"
# Each sample pulls along its own x, as hard as its error; `X.T @ error` adds these pulls up for all D weights in one pass over `X`.
# With the safe sigmoid a logit of ±1000 gives an error of 0 or ±1, never NaN.
# %% [markdown] why="logistic_grad" lang="zh" of="71c4"
# 每个样本沿着自己的 x 拉，力度就是误差；`X.T @ error` 把 `X` 扫一遍，就为全部 D 个权重加好了这些拉力。
# 用的是安全的 sigmoid，logit 为 ±1000 时误差是 0 或 ±1，不会出现 NaN。
# %% grading="logistic_grad"
def shapes_of_gradient(w, b, X, y):
    return {"dw": np.shape(w), "db": ()}


def wide_gradient(impl, case):
    """The gradient of 80,000 features mixed from the case's, brought back to the case's own."""
    mix = np.random.default_rng(case.seed).integers(-2, 3, (len(case.w), 80_000)) * 0.5
    back = np.linalg.solve(mix @ mix.T, mix)  # X mix (w back) = X w, so the losses of both models are the same
    dw, db = impl.logistic_grad(case.w @ back, case.b, case.X @ mix, case.y)
    return back @ dw, db


def bce_at(impl, case):
    return impl.bce_loss(case.w, case.b, case.X, case.y)


@variant
def loop(w, b, X, y):
    dw, db = [0.0] * len(w), 0.0
    for row, label in zip(X, y):
        error = sigmoid(row @ w + b) - label
        dw = [g + error * value for g, value in zip(dw, row)]
        db += error
    return dw, db


@mistake(
    en="Your array takes its type from w: where w holds integers, the gradient is cut down to integers. Let the array hold floats.",
    zh="你的数组沿用了 w 的类型：w 是整数时，梯度也被截成了整数。请让数组存放浮点数。",
)
def rounded_like_w(w, b, X, y):
    dw = np.zeros_like(w)
    error = sigmoid(X @ w + b) - y
    for d in range(len(w)):
        dw[d] = X[:, d] @ error
    return dw, np.sum(error)


@variant
def entry_by_entry(w, b, X, y):
    dw, db = np.zeros(len(w)), 0.0
    for n in range(len(y)):
        z = b
        for value, weight in zip(X[n].tolist(), w.tolist()):
            z += value * weight
        error = float(sigmoid(z)) - int(y[n])
        for d, value in enumerate(X[n].tolist()):
            dw[d] += error * value
        db += error
    return dw, db


@variant
def column_of_ones(w, b, X, y):
    A = np.column_stack([X, np.ones(len(X))])
    theta = np.append(np.asarray(w, dtype=float), b)
    slope = (0.5 * (1 + np.tanh(A @ theta / 2)) - y) @ A
    return slope[:-1], slope[-1:]


Exercise(
    points=2, reference=classification.logistic_grad, cases=logistic_cases, shapes=shapes_of_gradient,
    tolerance=CLOSED_FORM, accepts=("integers",), gradient=Gradient(of=bce_at, wrt=("w", "b")), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", logistic_edges),
        Group("extreme", logistic_extremes),
        Group("wide", wide_cases, observe=wide_gradient, **WIDE),
    ],
    seconds=2.5,  # of CPU: a plain loop over all entries takes 0.1, one loss for each weight 9
    mistakes=[
        Mistake("mean_for_sum", "error = sigmoid(X @ w + b) - y", "error = (sigmoid(X @ w + b) - y) / len(y)",
            en="You divided by the number of samples. The loss is a sum, so its gradient is a sum too.",
            zh="你除以了样本数。损失是求和，梯度也应当求和。"),
        Mistake("extra_sigmoid_slope", "error = sigmoid(X @ w + b) - y",
            "error = (sigmoid(X @ w + b) - y) * sigmoid_grad(X @ w + b)",
            en="There is a factor σ′ too many. It belongs to the squared error; with cross-entropy it cancels.",
            zh="多了一个因子 σ′。那是平方误差才有的；用交叉熵时它正好约掉。"),
        Mistake("wrong_sign", "error = sigmoid(X @ w + b) - y", "error = y - sigmoid(X @ w + b)",
            en="The sign is reversed: this points downhill. The gradient of the loss is prediction minus truth, times the input.",
            zh="符号反了：这是下坡方向。损失的梯度是（预测减真实值）乘输入。"),
        Mistake("labels_plus_minus_one", "error = sigmoid(X @ w + b) - y", "error = sigmoid(X @ w + b) - (2 * y - 1)",
            en="You turned the labels into −1 and +1. A probability is compared with 0 or 1.",
            zh="你把标签变成了 −1 和 +1。概率应当与 0 或 1 比较。"),
        Mistake("sigmoid_missing", "error = sigmoid(X @ w + b) - y", "error = X @ w + b - y",
            en="You compare the logit with the label. Turn it into a probability first.",
            zh="你直接拿 logit 与标签相减。先要把它变成概率。"),
        Mistake("factor_two", "error = sigmoid(X @ w + b) - y", "error = 2 * (sigmoid(X @ w + b) - y)",
            en="The factor 2 comes from differentiating a square. There is no square in the cross-entropy.",
            zh="系数 2 来自对平方求导，交叉熵里没有平方。"),
        Mistake("bias_gradient_per_sample", "db = np.sum(error)", "db = error",
            en="db is one number: the bias feels every sample, so add their errors up.",
            zh="db 是一个数：每个样本都会影响偏置，要把误差加起来。"),
    ],
    variants=[
        squared_labels("error = sigmoid("),
        Variant("einsum", "X.T @ error", 'np.einsum("nd,n->d", X, error)'),
        Variant("float32", "return dw, db", "return dw.astype(np.float32), np.float32(db)"),
    ],
)


# %% demo="slide"
# The 12 samples of the staircase once more: your bce_loss as one weight changes, and what your logistic_grad feels.
@drawn_by("zero_one_loss", "bce_loss", "logistic_grad")
def slide(plt):
    points = np.random.default_rng(3).normal(size=(12, 2))
    truth = (points @ [1.5, -1.0] + np.random.default_rng(4).normal(size=12) > 0).astype(int)
    weights = np.linspace(-4, 6, 201)
    places = [np.array([weight, -1.0]) for weight in weights]
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6), layout="constrained", sharex=True)
    left.plot(weights, [bce_loss(w, 0.0, points, truth) for w in places], color="#0072B2", lw=2, label=words(en="cross-entropy", zh="交叉熵"))
    left.plot(weights, [12 * zero_one_loss(w, 0.0, points, truth) for w in places], "--", color="#D55E00", label=words(en="errors", zh="错误个数"))
    left.set(title=words(en="Cross-entropy: slopes to the minimum", zh="交叉熵：处处有坡，通向最低点"), xlabel=words(en="one weight", zh="一个权重"), ylabel=words(en="loss (sum)", zh="损失（求和）"))
    left.legend()
    right.plot(weights, [logistic_grad(w, 0.0, points, truth)[0][0] for w in places], color="#0072B2", lw=2)
    right.axhline(0, color="#777777", lw=0.8)
    right.set(title=words(en="Its slope", zh="它的坡度"), xlabel=words(en="one weight", zh="一个权重"), ylabel=words(en="slope", zh="坡度"))
    for axis in (left, right):
        axis.grid(alpha=0.3)
    plt.show()
# %% [markdown] lang="en"
# What you should see. Where the number of errors (dashed) is a staircase, the cross-entropy is a smooth valley, and its slope (right) is 0 at one place only: left of it the slope is negative, right of it positive, so a descent feels the way at every point.
# %% [markdown] lang="zh" of="3eb3"
# 你应当看到：错误的个数（虚线）是楼梯，交叉熵却是光滑的山谷；它的坡度（右图）只在一处为 0，左边为负，右边为正，所以梯度下降在任何位置都知道往哪边走。
