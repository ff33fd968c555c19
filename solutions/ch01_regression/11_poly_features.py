# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import regression

from chapter import rounded

# %% [markdown] lang="en"
# ## {n} Curves from a straight model
#
# A line cannot follow a curve, but a *linear* model can: "linear" means linear in $w$, and nobody forbids new features. Feed it powers of $x$ (§2.3):
#
# $$\varphi(x) = (x,\; x^2,\; \dots,\; x^p), \qquad y_{\text{pred}} = b + \varphi(x)\cdot w .$$
#
# The constant $x^0 = 1$ is not among the features, because the bias $b$ already plays its part. With both, the minimizer would not be unique.
#
# **By hand.** For $x = (2, -1, 0.5)$ and $p = 3$:
#
# $$\begin{pmatrix}2 & 4 & 8\\ -1 & 1 & -1\\ 0.5 & 0.25 & 0.125\end{pmatrix}, \qquad \text{shape (3 samples, 3 powers)}.$$
# %% [markdown] lang="zh" of="fe3c"
# ## {n} 用线性模型拟合曲线
#
# 直线跟不上曲线，但**线性**模型可以：所谓“线性”，是指对 $w$ 线性，而特征可以随意添加。把 $x$ 的各次幂作为特征（§2.3）：
#
# $$\varphi(x) = (x,\; x^2,\; \dots,\; x^p), \qquad y_{\text{pred}} = b + \varphi(x)\cdot w .$$
#
# 常数项 $x^0 = 1$ 不放进特征，因为偏置 $b$ 已经起了这个作用。两个都有，最优解就不唯一了。
#
# **手算。** 设 $x = (2, -1, 0.5)$，$p = 3$：
#
# $$\begin{pmatrix}2 & 4 & 8\\ -1 & 1 & -1\\ 0.5 & 0.25 & 0.125\end{pmatrix}, \qquad \text{形状：3 个样本，3 个幂次}.$$
# %% answer="poly_features"
def poly_features(x, degree):
    """Powers of x as features, without a column of ones.

    x (N,), degree a whole number ≥ 1.  Returns (N, degree): column j holds x to the power j + 1.
    """
    ### BEGIN SOLUTION
    return np.stack([x**power for power in range(1, degree + 1)], axis=1)  # (N, degree)
    ### END SOLUTION


# %% [markdown] docstring="poly_features" lang="zh" of="06ec"
# 以 x 的各次幂为特征，不含全 1 的列。
#
# x (N,)，degree 是不小于 1 的整数。返回 (N, degree)：第 j 列（从 0 数起）是 x 的 j + 1 次方。
# %% [markdown] why="poly_features" lang="en"
# `range` begins at 1, for $x^0$ would compete with the bias, and ends at `degree + 1`, since it leaves out its end.
# `axis=1` sets the powers side by side: a row for each sample, as `X @ w` expects.
# %% [markdown] why="poly_features" lang="zh" of="d7a7"
# `range` 从 1 开始，因为 $x^0$ 会和偏置争同一份工作；写到 `degree + 1`，因为终点不算在内。
# `axis=1` 把各次幂并排成列，每行仍是一个样本，正合 `X @ w` 的要求。
# %% grading="poly_features"
def power_cases(rng):
    yield Case("typical", zh="一般数据", x=rng.uniform(-2, 2, size=6).round(2), degree=4)
    yield Case("many powers", zh="很多次幂", x=rng.uniform(-2, 2, size=4).round(2), degree=int(rng.integers(7, 10)))


def edge_cases(rng):
    yield Case("degree 1", zh="一次", x=rounded(rng, 5), degree=1)
    yield Case("one sample", zh="只有一个样本", x=rounded(rng, 1), degree=3)
    x = rng.permutation([0.0, 1.0, -1.0, 0.0, round(rng.uniform(-1.9, -1.1), 2)])
    yield Case("zero and one", zh="含有 0 和 1", x=x, degree=3)


@variant
def one_by_one(x, degree):
    columns, power = [], np.ones(len(x))
    for _ in range(degree):
        power = power * x
        columns.append(power)
    return np.array(columns).T


Exercise(
    points=1, reference=regression.poly_features, cases=power_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("degree_off_by_one", "range(1, degree + 1)", "range(1, degree)",
            en="The highest power is missing: `range` stops before its end.",
            zh="少了最高次幂：`range` 不包含终点。"),
        Mistake("duplicate_intercept", "range(1, degree + 1)", "range(degree + 1)",
            en="You include x⁰, a column of ones. The bias b already does that job, and two constants would compete.",
            zh="你多放了 x⁰，即一列 1。偏置 b 已经起这个作用，两个常数会互相打架。"),
        Mistake("powers_from_zero", "range(1, degree + 1)", "range(degree)",
            en="Your powers run from 0 to degree − 1: there is a column of ones, and the highest power is missing.",
            zh="你的幂次是从 0 到 degree − 1：多了一列 1，又少了最高次幂。"),
        Mistake("samples_in_columns", "axis=1", "axis=0",
            en="Samples belong in the rows and powers in the columns; yours is transposed.",
            zh="每行应是一个样本，每列是一个幂次；你的结果转置了。"),
        Mistake("multiples_for_powers", "x**power", "x * power",
            en="You formed multiples 2x, 3x, …, which a linear model can make by itself. Only powers bend the line.",
            zh="你得到的是 2x、3x……线性模型自己就能做到。只有幂次才能让线弯起来。"),
        Mistake("sign_lost", "x**power", "np.abs(x) ** power",
            en="Your odd powers have lost the sign of x: (−1)³ is −1.",
            zh="奇数次幂丢了 x 的符号：(−1)³ 等于 −1。"),
        Mistake("highest_power_first", "range(1, degree + 1)", "range(degree, 0, -1)",
            en="The powers are right but in descending order. The docstring asks for x first. (`np.vander` descends unless told otherwise.)",
            zh="幂次都对，但顺序是从高到低。文档字符串要求 x 在最前。（`np.vander` 默认就是降序。）"),
    ],
    variants=[
        Variant("broadcasting", "np.stack([x**power for power in range(1, degree + 1)], axis=1)",
            "x[:, None] ** np.arange(1, degree + 1)"),
        Variant("vander", "np.stack([x**power for power in range(1, degree + 1)], axis=1)",
            "np.vander(x, degree + 1, increasing=True)[:, 1:]"),
    ],
)
