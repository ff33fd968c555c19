# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import cross_entropy, labeled_edges, labeled_extremes, labeled_logits, softmax

# %% [markdown] lang="en"
# ### {n} Softmax and cross-entropy together
#
# When the truth is a label $y$, only $-\ln\operatorname{softmax}(z)_y$ remains. Do not compute it as the logarithm of a softmax, which may have rounded to 0; use the log-sum-exp of section {ref:bayes_log_posterior}:
#
# $$\mathcal L=\sum_n\Big[\ln\sum_j e^{z_{nj}}-z_{n,y^n}\Big].$$
#
# **By hand.** $z=(0,\,\ln3)$: with $y=1$ the loss is $\ln4-\ln3=0.288$, with $y=0$ it is $\ln4=1.386$. Both together: $1.674$, the same number as in section {ref:bce_loss}. With two classes, softmax of $(0,z)$ *is* the sigmoid of $z$.
# %% [markdown] lang="zh" of="b11a"
# ### {n} 把 softmax 和交叉熵合在一起
#
# 当真实值是标签 $y$ 时，只剩下 $-\ln\operatorname{softmax}(z)_y$ 这一项。不要先算 softmax 再取对数，它可能已经舍入成 0；用 {ref:bayes_log_posterior} 节的 log-sum-exp：
#
# $$\mathcal L=\sum_n\Big[\ln\sum_j e^{z_{nj}}-z_{n,y^n}\Big].$$
#
# **手算。** $z=(0,\,\ln3)$：$y=1$ 时损失为 $\ln4-\ln3=0.288$，$y=0$ 时为 $\ln4=1.386$，合计 $1.674$，与 {ref:bce_loss} 节的结果相同。只有两类时，$(0,z)$ 的 softmax **就是** $z$ 的 sigmoid。
# %% answer="softmax_cross_entropy"
def softmax_cross_entropy(Z, y):
    """Cross-entropy of softmax probabilities and labels, from the logits.

    Z (N, K) logits, y (N,) integers 0 … K−1.  Returns a number: the SUM over the N samples,
    finite and exact also where a probability rounds to 0.
    """
    ### BEGIN SOLUTION
    top = Z.max(axis=1)  # (N,)
    log_norm = top + np.log(np.sum(np.exp(Z - top[:, None]), axis=1))  # (N,)
    return np.sum(log_norm - Z[np.arange(len(y)), y])
    ### END SOLUTION


# %% [markdown] docstring="softmax_cross_entropy" lang="zh" of="3883"
# 由 logits 直接计算 softmax 概率与标签的交叉熵。
#
# Z (N, K) 是 logits，y (N,) 是整数 0 … K−1。返回一个数：对 N 个样本求和；
# 即使某个概率舍入成 0，结果也应有限而精确。
# %% [markdown] why="softmax_cross_entropy" lang="en"
# The maximum leaves the exponentials and comes back outside the logarithm, so no probability is ever formed that could round to 0.
# `Z[np.arange(len(y)), y]` takes one entry from each row; `Z[:, y]` would take N whole columns. `top[:, None]` makes the maxima a column, to meet their rows.
# %% [markdown] why="softmax_cross_entropy" lang="zh" of="8d0b"
# 最大值从指数里提出来，再加回到对数外面，全程不出现可能舍入成 0 的概率。
# `Z[np.arange(len(y)), y]` 从每行取一项；`Z[:, y]` 取的则是 N 个整列。`top[:, None]` 把最大值排成一列，好与各行对齐。
# %% grading="softmax_cross_entropy"
@mistake(
    en="A very small softmax rounds to 0 and its logarithm is infinite. Compute the logarithm directly from the logits.",
    zh="很小的 softmax 会舍入成 0，取对数就是无穷大。请直接由 logits 计算对数。",
)
def log_of_softmax(Z, y):
    return -np.sum(np.log(softmax(Z)[np.arange(len(y)), y]))


@mistake(
    en="Softmax was applied twice: this function takes logits and does the softmax itself.",
    zh="softmax 用了两次：这个函数接收的是 logits，softmax 由它自己完成。",
)
def softmax_twice(Z, y):
    P = softmax(softmax(Z))
    return -np.sum(np.log(P[np.arange(len(y)), y]))


@mistake(
    en="Clipping the probabilities caps the loss near 27.6 per sample. Compute the logarithm directly from the logits.",
    zh="截断概率使每个样本的损失最多约 27.6。请直接由 logits 计算对数。",
)
def clipping(Z, y):
    Q = softmax(Z)
    return np.sum(cross_entropy(np.eye(Z.shape[1])[y], np.maximum(Q, 1e-12)))


@variant
def differences(Z, y):
    own = np.take_along_axis(np.asarray(Z), np.asarray(y)[:, None], axis=1)
    with np.errstate(over="ignore"):
        return float(np.logaddexp.reduce(Z - own, axis=1).sum())


@variant
def masks(Z, y):
    Z = np.array(Z)
    Z -= Z.max(axis=1)[:, None]
    hot = np.arange(Z.shape[1]) == np.asarray(y)[:, None]
    return np.log(np.exp(Z).sum(axis=1)).sum() - Z[hot].sum()


@variant
def log_probabilities(Z, y):
    logs = [row - (max(row) + np.log(sum(np.exp(v - max(row)) for v in row))) for row in Z]
    return np.array([-sum(log[label] for log, label in zip(logs, y))])


@variant
def loop(Z, y):
    return sum(np.logaddexp.reduce(row) - row[label] for row, label in zip(Z, y))


Exercise(
    points=1, reference=classification.softmax_cross_entropy, cases=labeled_logits, tolerance=CLOSED_FORM,
    groups=[Group("edge", labeled_edges), Group("extreme", labeled_extremes)], forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("mean_for_sum", "return np.sum(log_norm", "return np.mean(log_norm",
            en="You took the mean over the samples; the sum is asked for.",
            zh="你对样本取了平均；题目要求求和。"),
        Mistake("no_max_subtraction", "top = Z.max(axis=1)", "top = 0 * Z.max(axis=1)",
            en="The exponentials overflow or underflow. Take out each row's greatest logit first and add it back outside the logarithm.",
            zh="指数溢出了。先提出每行最大的 logit，再在对数外面加回来。"),
        Mistake("one_maximum_for_all", "top = Z.max(axis=1)", "top = Z.max() + np.zeros(len(Z))",
            en="You take out one maximum for the whole matrix. In a row far below it every exponential is 0, and so is their sum: each row needs its own.",
            zh="你对整个矩阵只提出了一个最大值。远低于它的那一行，指数全是 0，和也是 0：每一行都要用自己的最大值。"),
        Mistake("wrong_sign", "np.sum(log_norm - Z[np.arange(len(y)), y])",
            "np.sum(Z[np.arange(len(y)), y] - log_norm)",
            en="This is the log-likelihood; the loss is minus that.",
            zh="这是对数似然；损失要取负号。"),
        Mistake("columns_for_entries", "log_norm - Z[np.arange(len(y)), y]", "log_norm - Z[:, y]",
            en="`Z[:, y]` takes whole columns, an (N, N) array. Pick one entry per row: row n, column y[n].",
            zh="`Z[:, y]` 取出的是整列，形状 (N, N)。应当每行取一个元素：第 n 行、第 y[n] 列。"),
    ],
    variants=[
        Variant("as_many_rows_as_labels", "np.arange(len(y))", "np.arange(len(Z))"),
        Variant("logaddexp", "top + np.log(np.sum(np.exp(Z - top[:, None]), axis=1))",
            "np.logaddexp.reduce(Z, axis=1)"),
        Variant("one_hot", "Z[np.arange(len(y)), y]", "np.sum(Z * np.eye(Z.shape[1])[y], axis=1)"),
    ],
)
