# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import regression

from chapter import ridge_fit, rounded

# %% [markdown] lang="en"
# ## {n} Derive it: not every sample counts alike
#
# One thermometer is twice as precise as another; one row of a table stands for five patients; one class of samples is rare and must not be drowned out. In such cases each sample gets a weight $a_n \ge 0$ of its own:
#
# $$\mathcal L_a(w, b) = \sum_{n=1}^{N} a_n \bigl(y^n - (b + w\cdot x^n)\bigr)^2$$
#
# (Don't confuse these weights, which are given, with the weights $w$, which are learned. There is no penalty here.)
#
# **Again, take a pencil.** With a column of ones, $\tilde X = [X, 1]$ and $\theta = (w, b)$, the loss of {ref:linear_loss} leads to the *normal equations* $\tilde X^\top \tilde X\,\theta = \tilde X^\top y$. What becomes of them when the samples have weights?
# Set the derivative with respect to $\theta$ to 0, and look where the $a_n$ end up. A diagonal matrix helps on paper; in NumPy, multiplying rows by a column is enough.
#
# **Check yourself.** Three facts that a right answer must obey:
#
# * With all $a_n = 1$ you get what `ridge_fit(X, y, 0.0)` gives; and so you do with all $a_n = 7$.
# * A sample with $a_n = 0$ might as well be missing.
# * A sample with $a_n = 3$ counts like three copies of it. For $x = (0, 1, 1)$ and $y = (0, 2, 5)$ the plain line has $w = 3.5$, $b = 0$; with $a = (1, 2, 1)$ it has $w = 3$, $b = 0$, since at $x = 1$ the mean is now $(2 + 2 + 5)/3$.
# %% [markdown] lang="zh" of="eca4"
# ## {n} 自己推导：样本的分量不一样
#
# 一支温度计比另一支精确一倍；表里的一行代表五位病人；某一类样本很少，不能让它被淹没。这些情况下，每个样本各有自己的权重 $a_n \ge 0$：
#
# $$\mathcal L_a(w, b) = \sum_{n=1}^{N} a_n \bigl(y^n - (b + w\cdot x^n)\bigr)^2$$
#
# （不要混淆：这里的权重 $a_n$ 是给定的，而 $w$ 是学出来的。这里没有惩罚项。）
#
# **请再拿起笔。** 加上一列 1，记 $\tilde X = [X, 1]$，$\theta = (w, b)$，{ref:linear_loss} 的损失给出**正规方程** $\tilde X^\top \tilde X\,\theta = \tilde X^\top y$。样本有了权重，方程会变成什么样？
# 令对 $\theta$ 的导数为 0，看看各个 $a_n$ 落在哪里。纸上推导时，用对角矩阵很方便；在 NumPy 里，让每一行乘上一个数就够了。
#
# **自己验证。** 正确的答案必须满足三条：
#
# * 所有 $a_n = 1$ 时，结果与 `ridge_fit(X, y, 0.0)` 相同；所有 $a_n = 7$ 时也一样。
# * $a_n = 0$ 的样本，等于不存在。
# * $a_n = 3$ 的样本，等于抄写三遍。例如 $x = (0, 1, 1)$，$y = (0, 2, 5)$，普通的直线 $w = 3.5$，$b = 0$；取 $a = (1, 2, 1)$，则 $w = 3$，$b = 0$，因为 $x = 1$ 处的平均成了 $(2 + 2 + 5)/3$。
# %% answer="weighted_fit"
def weighted_fit(X, y, a):
    """The minimizer of the SUM of squared errors in which sample n has the weight a[n].

    X (N, D), y (N,), a (N,) ≥ 0; the minimizer is unique.  Returns (w, b): w (D,), b a number.
    """
    ### BEGIN SOLUTION
    A = np.column_stack([X, np.ones(len(X))])  # (N, D + 1)
    G = A.T @ (a[:, None] * A)  # (D + 1, D + 1)
    theta = np.linalg.solve(G, A.T @ (a * y))
    w, b = theta[:-1], theta[-1]
    return w, b
    ### END SOLUTION


# %% [markdown] docstring="weighted_fit" lang="zh" of="f7ce"
# 使加权的误差平方和（求和，样本 n 的权重为 a[n]）最小的参数。
#
# X (N, D)，y (N,)，a (N,) ≥ 0；最小点唯一。返回 (w, b)：w (D,)，b 是一个数。
# %% [markdown] why="weighted_fit" lang="en"
# The derivative of $a_n e_n^2$ has $a_n$ once: it scales the rows of *one* factor of the product, and `y` on the other side.
# `a[:, None] * A` scales rows at the cost of reading `A`; `np.diag(a) @ A` gives the same by way of an N × N matrix.
# %% [markdown] why="weighted_fit" lang="zh" of="30bc"
# $a_n e_n^2$ 的导数里 $a_n$ 只出现一次，所以只乘到乘积中**一个**因子的各行上，另一边则乘到 `y` 上。
# `a[:, None] * A` 逐行缩放，只需把 `A` 扫一遍；`np.diag(a) @ A` 结果相同，却要造一个 N × N 矩阵。
# %% grading="weighted_fit"
def samples(rng, n, d):
    """Features that are far from depending on each other, and weights that differ by up to a factor of six."""
    X = np.linalg.qr(rng.normal(size=(n, d)))[0] * np.sqrt(n) + rng.uniform(0.5, 1, size=d)
    return {"X": X.round(2), "y": (rounded(rng, n) + 1).round(2), "a": rng.uniform(0.5, 3, size=n).round(2)}


def weighted_cases(rng):
    yield Case("typical", zh="一般数据", **samples(rng, 9, 3))


def edge_cases(rng):
    yield Case("one feature", zh="只有一个特征", **samples(rng, 6, 1))
    without = samples(rng, 8, 2)
    yield Case("weights of zero", zh="有的权重为零", **{**without, "a": without["a"] * rng.permutation([0, 0, *[1] * 6])})
    yield Case("equal weights", zh="权重全相等", **{**samples(rng, 7, 2), "a": np.full(7, round(rng.uniform(2, 4), 2))})


def copy_cases(rng):
    yield Case("copies", zh="抄写几遍", **{**samples(rng, 7, 2), "a": rng.permutation([1.0, 1, 1, 2, 2, 3, 5])})


def shapes_of_model(X, y, a):
    return {"w": (X.shape[1],), "b": ()}


def beside_copies(impl, case):
    rows = np.repeat(np.arange(len(case.y)), case.a.astype(int))
    w, b = impl.weighted_fit(case.X, case.y, case.a)
    v, c = impl.weighted_fit(case.X[rows], case.y[rows], np.ones(len(rows)))
    return {"w": w, "b": b, "w of the copies": v, "b of the copies": c}


@variant
def roots(X, y, a):
    s = np.sqrt(a)
    theta = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]) * s[:, None], s * y, rcond=None)[0]
    return theta[:-1], theta[-1]


@variant
def weighted_means(X, y, a):
    share = a / a.sum()
    x_mean, y_mean = share @ X, share @ y
    Xc = X - x_mean
    w = np.linalg.inv(Xc.T @ np.diag(share) @ Xc) @ (Xc.T @ (share * (y - y_mean)))
    return list(w), y_mean - x_mean @ w


@mistake(
    en="You centered by the plain means. With weights the line passes through the *weighted* means of X and y.",
    zh="你中心化时用的是普通的均值。有了权重，直线经过的是 X 和 y 的**加权**均值。",
)
def plain_means(X, y, a):
    Xc, yc = X - X.mean(axis=0), y - y.mean()
    w = np.linalg.solve(Xc.T @ (a[:, None] * Xc), Xc.T @ (a * yc))
    return w, y.mean() - X.mean(axis=0) @ w


@mistake(
    en="You left out the weights: this is plain least squares.",
    zh="你没有用上权重：这是普通的最小二乘。",
)
def weights_ignored(X, y, a):
    return ridge_fit(X, y, 0.0)


Exercise(
    points=2, reference=regression.weighted_fit, cases=weighted_cases, shapes=shapes_of_model, tolerance=CLOSED_FORM,
    forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("copies", copy_cases, observe=beside_copies, en="A weight of 3 is three copies", zh="权重 3 等于三份"),
    ],
    mistakes=[
        Mistake("weights_squared", "A = np.column_stack([X, np.ones(len(X))])",
            "A, y = np.column_stack([X, np.ones(len(X))]) * np.sqrt(a)[:, None], y * np.sqrt(a)",
            en="Your samples have the weights a². Rows that you multiply by a before squaring the error bring a into the loss twice: multiply by its root, or only one of the two factors.",
            zh="你的样本权重成了 a²。先把各行乘上 a 再平方，a 就进了损失两次：应当乘 a 的平方根，或者只乘两个因子中的一个。"),
        Mistake("weights_on_the_left_only", "A.T @ (a * y)", "A.T @ y",
            en="The weights are in the matrix but not on the right-hand side. Each sample's whole term has the weight, its y too.",
            zh="矩阵里有权重，等号右边却没有。权重乘在每个样本的整项上，y 也在内。"),
        Mistake("weights_on_the_right_only", "a[:, None] * A", "A",
            en="The weights are on the right-hand side but not in the matrix.",
            zh="等号右边有权重，矩阵里却没有。"),
        Mistake("root_of_the_weights", "G = A.T", "a = np.sqrt(a); G = A.T",
            en="Your samples have the weights √a. The root belongs to rows that are multiplied with each other afterwards; in the normal equations a itself stands between Aᵀ and A.",
            zh="你的样本权重成了 √a。只有先乘各行、之后再彼此相乘时才用平方根；在正规方程里，Aᵀ 与 A 之间就是 a 本身。"),
        Mistake("weights_inverted", "G = A.T", "a = 1 / np.maximum(a, 1e-3); G = A.T",
            en="A large weight makes your sample count less. Did you take a for a variance?",
            zh="权重越大，你的样本反而越不起作用。是不是把 a 当成了方差？"),
    ],
    variants=[
        Variant("diagonal", "a[:, None] * A", "np.diag(a) @ A"),
        Variant("number_of_targets", "np.ones(len(X))", "np.ones(len(y))"),
        Variant("means_on_both_sides", "(a[:, None] * A)  # (D + 1, D + 1)\n    theta = np.linalg.solve(G, A.T @ (a * y))",
            "(a[:, None] * A) / len(a[:, None] * A)\n    theta = np.linalg.solve(G, A.T @ (a * y) / len(a * y))"),
        Variant("signs_on_both_sides", "A = np", "a = -a\n    A = np"),
        Variant("weights_in_any_unit", "A = np", "a = 2 * a\n    A = np"),
    ],
)
