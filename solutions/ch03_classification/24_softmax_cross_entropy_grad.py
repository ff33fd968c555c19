# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import WIDE, labeled_edges, labeled_extremes, labeled_logits, shape_of_input, softmax

# %% [markdown] lang="en"
# ### {n} The gradient of softmax and cross-entropy
#
# Every logit of a row affects every probability of that row, and still the result is as simple as before:
#
# $$\frac{\partial \mathcal L}{\partial z_{nk}}=\operatorname{softmax}(z^n)_k-\mathbb 1[k=y^n].$$
#
# **By hand.** Probabilities $(\tfrac18,\tfrac28,\tfrac58)$ and $y=1$ give the row $(\tfrac18,\,-\tfrac68,\,\tfrac58)$. Each row sums to 0: what one class gains, the others lose.
# %% [markdown] lang="zh" of="0419"
# ### {n} softmax 加交叉熵的梯度
#
# 一行里的每个 logit 都影响这一行的所有概率，可结果仍然和前面一样简单：
#
# $$\frac{\partial \mathcal L}{\partial z_{nk}}=\operatorname{softmax}(z^n)_k-\mathbb 1[k=y^n].$$
#
# **手算。** 概率为 $(\tfrac18,\tfrac28,\tfrac58)$，$y=1$，得到一行 $(\tfrac18,\,-\tfrac68,\,\tfrac58)$。每行之和为 0：一类得到的，正是其他类失去的。
# %% answer="softmax_cross_entropy_grad"
def softmax_cross_entropy_grad(Z, y):
    """Gradient of `softmax_cross_entropy` with respect to the logits.

    Z (N, K) logits, y (N,) integers 0 … K−1; N and K may be hundreds each.  Returns (N, K); not divided by N.  Each row
    sums to 0.
    """
    ### BEGIN SOLUTION
    G = softmax(Z)  # (N, K)
    G[np.arange(len(y)), y] -= 1
    return G
    ### END SOLUTION


# %% [markdown] docstring="softmax_cross_entropy_grad" lang="zh" of="b40c"
# `softmax_cross_entropy` 对 logits 的梯度。
#
# Z (N, K) 是 logits，y (N,) 是整数 0 … K−1；N 和 K 都可能有几百。返回 (N, K)；不除以 N。每行之和为 0。
# %% [markdown] why="softmax_cross_entropy_grad" lang="en"
# The K × K Jacobian of a softmax is never formed: multiplied by $-1/p_y$, the slope of the logarithm, it shrinks to probability minus one-hot.
# `softmax` returns an array of its own, so subtracting in place is safe here, and it touches N entries only.
# %% [markdown] why="softmax_cross_entropy_grad" lang="zh" of="6206"
# softmax 的 K × K 雅可比矩阵根本不用写出来：乘上对数的导数 $-1/p_y$，就化简成“概率减独热”。
# `softmax` 返回的是新数组，原地减 1 不会伤到别人，而且只动 N 个数。
# %% grading="softmax_cross_entropy_grad"
def wide_cases(rng):
    Z, y = rng.normal(0, 1.5, (4, 5)).round(2), rng.integers(0, 5, 4)
    seed = int(rng.integers(2**31))
    yield Case("100,000 logits", zh="十万个 logits", public=False, Z=Z, y=y, seed=seed)


def wide_gradient(impl, case):
    """The gradient of 500 samples and 200 classes, added up.

    There each sample of the case stands for 125 and each class for 40 of the same logit, which changes the loss by a
    constant: their gradients add up to the case's own.
    """
    rng = np.random.default_rng(case.seed)
    rows = rng.permutation(np.arange(500) % 4)
    Z = np.repeat(case.Z[rows], 40, axis=1) + rng.integers(-8, 9, (500, 1))
    G = impl.softmax_cross_entropy_grad(Z, 40 * case.y[rows] + rng.integers(0, 40, 500))
    parts = G.reshape(500, 5, 40).sum(axis=2)
    return np.stack([parts[rows == row].mean(axis=0) for row in range(4)])


def sce_at(impl, case):
    return impl.softmax_cross_entropy(case.Z, case.y)


@mistake(
    en="You treated softmax as if each output depended on its own logit alone. Through the denominator every logit affects every class, so no entry of a row is 0.",
    zh="你把 softmax 当成了“每个输出只依赖自己的 logit”。通过分母，每个 logit 都影响所有类别，一行里不会出现 0。",
)
def softmax_as_diagonal(Z, y):
    P = softmax(Z)
    T = np.eye(Z.shape[1])[y]
    return -T / P * P * (1 - P)


@variant
def loop(Z, y):
    rows = []
    for row, label in zip(Z, y):
        E = np.exp(row - row.max())
        rows.append([E[k] / E.sum() - (k == label) for k in range(len(row))])
    return rows


@variant
def jacobians(Z, y):
    rows = []
    for z, label in zip(Z, y):
        p = softmax(z[None])[0]
        upstream = np.zeros(len(p))
        upstream[label] = -1 / max(p[label], 1e-300)
        jacobian = np.diag(p) - np.outer(p, p)
        rows.append(jacobian @ upstream if p[label] > 1e-300 else p - (np.arange(len(p)) == label))
    return np.array(rows)


@variant
def entries(Z, y):
    G = np.empty(np.shape(Z))
    for n in range(len(y)):
        row = Z[n].tolist()
        top = max(row)
        powers = [np.exp(value - top) for value in row]
        total = sum(powers)
        for k in range(len(row)):
            G[n, k] = powers[k] / total - int(k == y[n])
    return G


@variant
def subtract_at(Z, y):
    E = np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, np.newaxis])
    np.subtract.at(E, (np.arange(len(y)), y), 1)
    return [list(map(float, row)) for row in E]


@mistake(
    en="Your entry of the true class is 0, so nothing pulls its logit up and the row does not sum to 0. It is the probability minus 1.",
    zh="你在真实类别处给出了 0，没有什么把它的 logit 往上拉，一行之和也不为 0。那里应为概率减 1。",
)
def label_left_out(Z, y):
    P = softmax(Z)
    T = np.eye(Z.shape[1])[y]
    return P * (1 - T)


Exercise(
    points=2, reference=classification.softmax_cross_entropy_grad, cases=labeled_logits,
    shapes=shape_of_input, tolerance=CLOSED_FORM, gradient=Gradient(of=sce_at, wrt=("Z",)), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", labeled_edges),
        Group("extreme", labeled_extremes),
        Group("wide", wide_cases, observe=wide_gradient, **WIDE),
    ],
    seconds=4,  # of CPU: a plain loop over all entries takes 0.1, one loss for each logit 20
    mistakes=[
        Mistake("mean_for_sum", "    return G", "    return G / len(y)",
            en="You divided by the number of samples. The loss is a sum, so each row counts fully.",
            zh="你除以了样本数。损失是求和，每一行都按全额计算。"),
        Mistake("wrong_sign", "    return G", "    return -G",
            en="The sign is reversed: raising the true class's logit lowers the loss, so that entry is negative.",
            zh="符号反了：真实类别的 logit 增大会使损失减小，所以该处的梯度为负。"),
        Mistake("label_not_subtracted", "] -= 1", "] -= 0",
            en="These are the probabilities alone. The truth is missing: the labels must pull their class up.",
            zh="这只是概率，还没有与真实标签比较。"),
        Mistake("softmax_twice", "G = softmax(Z)", "G = softmax(softmax(Z))",
            en="Softmax was applied twice; Z holds logits.",
            zh="softmax 用了两次；Z 里是 logits。"),
        Mistake("columns_for_entries", "G[np.arange(len(y)), y] -= 1", "G[:, y] -= 1",
            en="`G[:, y]` changes whole columns, for all samples. Change one entry per row: row n, column y[n].",
            zh="`G[:, y]` 改动的是整列，影响所有样本。每行只应改一个元素：第 n 行、第 y[n] 列。"),
        Mistake("extra_slope", "    return G", "    P = softmax(Z); return G * P * (1 - P)",
            en="There is a factor p(1−p) too many. It cancels against the logarithm, as in logistic regression.",
            zh="多了一个因子 p(1−p)。与逻辑回归一样，它和对数的导数约掉了。"),
    ],
    variants=[
        Variant("as_many_rows_as_labels", "np.arange(len(y))", "np.arange(len(Z))"),
        Variant("one_hot", "G[np.arange(len(y)), y] -= 1", "G = G - np.eye(Z.shape[1])[y]"),
        Variant("float32", "    return G", "    return G.astype(np.float32)"),
    ],
)
