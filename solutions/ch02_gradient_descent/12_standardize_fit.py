# %% prelude
import numpy as np
from sklearn.datasets import load_digits

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import normal, uniform

# %% [markdown] lang="en"
# ## {n} Standardizing, part one: mean and standard deviation from the training data
#
# If one feature is measured in grams and another in kilometers, their weights live on different scales and the loss becomes a narrow valley. The cure (§3.3) is to bring every feature to mean 0 and standard deviation 1:
#
# $$\mu_d = \frac1N \sum_n X_{nd}, \qquad \sigma_d = \sqrt{\frac1N \sum_n (X_{nd} - \mu_d)^2}, \qquad z_{nd} = \frac{X_{nd} - \mu_d}{\sigma_d}$$
#
# The divisor under the root is $N$ (numpy's default, `ddof=0`). Work **per column**: $\mu$ and $\sigma$ are (D,).
#
# One trap: a **constant column** has $\sigma = 0$, and dividing by it gives NaN. This is not exotic: in scikit-learn's handwritten digits the pixels 0, 32 and 39 are blank in every image. The convention here, and in most libraries:
# report $\sigma = 1$ for such a column, so that it becomes all zeros. Ask the *entries* whether they are all equal, not the computed $\sigma$: six entries of 0.1 have a computed standard deviation of
# $1.4\cdot10^{-17}$, which is not 0. And a spread that is merely small, such as $10^{-9}$, is a spread: divide by it.
#
# **By hand.** For
#
# $$X = \begin{pmatrix}1&5\\1&5\\3&5\\3&5\end{pmatrix}$$
#
# the means are $\mu = (2, 5)$. The first column deviates by $-1, -1, 1, 1$, so $\sigma_1 = 1$; the second is constant, so we report $\sigma_2 = 1$.
# %% [markdown] lang="zh" of="78fa"
# ## {n} 标准化（一）：从训练数据求均值和标准差
#
# 如果一个特征以克为单位，另一个以千米为单位，它们的权重就处在完全不同的尺度上，损失会变成一条狭长的山谷。办法（§3.3）是把每个特征都变成均值为 0、标准差为 1：
#
# $$\mu_d = \frac1N \sum_n X_{nd}, \qquad \sigma_d = \sqrt{\frac1N \sum_n (X_{nd} - \mu_d)^2}, \qquad z_{nd} = \frac{X_{nd} - \mu_d}{\sigma_d}$$
#
# 根号里除以 $N$（即 numpy 的默认设置 `ddof=0`）。要**逐列**计算：$\mu$ 和 $\sigma$ 都是 (D,)。
#
# 有一个陷阱：**取值恒定的列** $\sigma = 0$，一除就得到 NaN。这并不少见：scikit-learn 的手写数字数据里，第 0、32、39 号像素在每张图中都是空白。这里采用与多数库相同的约定：
# 这样的列记 $\sigma = 1$，于是整列变成 0。判断时要看**元素**是否全都相等，而不是看算出来的 $\sigma$：六个 0.1 算出来的标准差是 $1.4\cdot10^{-17}$，并不是 0。而离散程度只是很小（比如 $10^{-9}$）的列不算恒定，照样要除。
#
# **手算。** 对
#
# $$X = \begin{pmatrix}1&5\\1&5\\3&5\\3&5\end{pmatrix}$$
#
# 均值为 $\mu = (2, 5)$。第一列的离差是 $-1, -1, 1, 1$，所以 $\sigma_1 = 1$；第二列恒定，记 $\sigma_2 = 1$。
# %% answer="standardize_fit"
def standardize_fit(X):
    """Mean and standard deviation of every column of X (N, D).

    Returns (mu, sd), both (D,).  sd divides by N (not N − 1) under the root.
    Where all entries of a column are equal, sd is 1 instead of 0.
    """
    ### BEGIN SOLUTION
    mu = X.mean(axis=0)  # (D,)
    sd = X.std(axis=0)  # (D,)
    sd = np.where(np.ptp(X, axis=0) == 0, 1.0, sd)  # asks the entries: rounding may leave a constant column 1e-17
    return mu, sd
    ### END SOLUTION


# %% [markdown] docstring="standardize_fit" lang="zh" of="42f4"
# X (N, D) 每一列的均值和标准差。
#
# 返回 (mu, sd)，都是 (D,)。标准差在根号里除以 N（不是 N − 1）。
# 如果某一列的元素全部相等，该列的 sd 取 1 而不是 0。
# %% [markdown] why="standardize_fit" lang="en"
# `np.ptp`, largest entry minus smallest, is exactly 0 for equal entries. The computed mean may be off in its last digit, and then so is σ, which is why `sd == 0` misses such a column.
# With 1 as its scale the column becomes 0, and a new sample that differs a little is not blown up.
# %% [markdown] why="standardize_fit" lang="zh" of="872c"
# `np.ptp` 是最大值减最小值，各项相等时必定正好是 0。而算出来的均值可能在末位有误差，σ 也就不是 0，所以 `sd == 0` 会漏掉这样的列。
# 尺度记为 1，这一列标准化后就是 0；以后来的样本略有不同，也不会被放大得离谱。
# %% grading="standardize_fit"
DIGITS = load_digits().data[:400, [0, 19, 32, 36, 39, 44]]  # pixels 0, 32 and 39 are blank in every image


def rounded_to_a_spread(rng, n):
    """A number of which n copies have a computed standard deviation that is not 0."""
    value = uniform(rng, 0.1, 3)
    return value if np.full(n, value).std() > 0 else rounded_to_a_spread(rng, n)


def scale_cases(rng):
    yield Case("typical", zh="一般数据", X=normal(rng, 7, 3) * np.array([1.0, 10.0, 100.0]) + normal(rng, 3))
    yield Case("more features than samples", zh="特征比样本多", X=normal(rng, 3, 5) + 4.0)


def constant_cases(rng):
    X = normal(rng, 6, 4)
    X[:, 1], X[:, 3] = 0.0, uniform(rng, 2, 5)
    X[-1, 0], X[1, 2] = X[0, 0], X[0, 2]  # neither first and last nor two neighbors make a column constant
    yield Case("constant columns", zh="取值恒定的列", X=X)
    X = normal(rng, 6, 3)
    X[:, 0] = 0.1
    yield Case("a constant column of 0.1", zh="全是 0.1 的恒定列", X=X)
    X = normal(rng, 6, 3)
    X[:, 2] = rounded_to_a_spread(rng, 6)
    yield Case("a constant column of another fraction", zh="全是另一个小数的恒定列", X=X)
    pixels = DIGITS[rng.choice(400, size=12, replace=False)]
    yield Case("pixels of handwritten digits", zh="手写数字的像素", X=pixels)


def edge_cases(rng):
    yield Case("a tiny spread", zh="很小的离散程度", X=normal(rng, 7, 3) * np.array([1e-9, 1.0, 1e-5]))
    yield Case("one sample", zh="一个样本", X=normal(rng, 1, 4))


@mistake(
    en="The statistics are right, but `X -= …` has shifted the caller's own data. Work on a new array.",
    zh="统计量算对了，但 `X -= …` 把调用者自己的数据平移了。请在新数组上计算。",
)
def centered_in_place(X):
    mu = X.mean(axis=0)
    X -= mu
    sd = np.sqrt((X**2).mean(axis=0))
    return mu, np.where(np.ptp(X, axis=0) == 0, 1.0, sd)


@variant
def loop_and_lists(X):
    mu, sd = [], []
    for column in np.asarray(X, dtype=float).T:
        m = sum(column) / len(column)
        s = (sum((v - m) ** 2 for v in column) / len(column)) ** 0.5
        mu.append(m)
        sd.append(s if np.ptp(column) > 0 else 1.0)
    return mu, sd


Exercise(
    points=3, reference=gd.standardize_fit, cases=scale_cases, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("constant", constant_cases, en="Constant columns", zh="取值恒定的列"), Group("edge", edge_cases)],
    mistakes=[
        Mistake("constant_column_gives_zero", "np.where(np.ptp(X, axis=0) == 0, 1.0, sd)", "sd",
            en="A constant column gets sd = 0, and the division that follows gives NaN. Report 1 for such columns.",
            zh="恒定的列得到 sd = 0，之后相除就会出现 NaN。这样的列应当返回 1。"),
        Mistake("ddof_one", "X.std(axis=0)", "np.sqrt(((X - mu) ** 2).sum(axis=0) / np.float64(len(X) - 1))",
            en="You divide by N − 1 under the root; this course's convention for scaling is N. With a single sample yours is even 0/0.",
            zh="你在根号里除以了 N − 1，这里的约定是除以 N。只有一个样本时，你的写法甚至会得到 0/0。"),
        Mistake("wrong_axis", "mu = X.mean(axis=0)  # (D,)\n    sd = X.std(axis=0)",
            "mu = X.mean(axis=1)  # (D,)\n    sd = X.std(axis=1)",
            en="Your statistics run along the rows: one number per sample. Scaling needs one number per feature.",
            zh="你是沿着行算的，得到每个样本一个数。缩放需要的是每个特征一个数。"),
        Mistake("variance_for_sd", "X.std(axis=0)", "X.var(axis=0)",
            en="You return the variance. The standard deviation is its square root; only then does the scaled feature have spread 1.",
            zh="你返回的是方差。标准差是它的平方根，用标准差去除，结果的离散程度才是 1。"),
        Mistake("one_scale_for_all", "X.std(axis=0)", "np.full(X.shape[1], X.std())",
            en="You use one standard deviation for the whole matrix. Features on different scales need one each.",
            zh="你对整个矩阵只算了一个标准差。尺度不同的特征需要各算各的。"),
        Mistake("range_for_sd", "X.std(axis=0)", "X.max(axis=0) - X.min(axis=0)",
            en="Dividing by the range is another kind of scaling (min-max). Standardizing divides by the standard deviation.",
            zh="除以极差是另一种缩放（min-max 归一化）。标准化要除以标准差。"),
        Mistake("tiny_number_for_constant", "np.where(np.ptp(X, axis=0) == 0, 1.0, sd)", "sd + 1e-8",
            en="Adding a tiny number avoids the NaN, but it blows a constant feature up by 10⁸ as soon as a new sample differs a little. Report 1.",
            zh="加一个很小的数确实避开了 NaN，但只要新样本在这一列上有一点点不同，就会被放大 10⁸ 倍。应当返回 1。"),
        Mistake("zero_test_on_rounded_sd", "np.ptp(X, axis=0) == 0", "sd == 0",
            en="You ask whether the computed sd is 0. For a column of 0.1 rounding makes it 1.4·10⁻¹⁷. Ask the entries themselves whether they are all equal.",
            zh="你判断的是算出来的 sd 是否为 0。整列都是 0.1 时，舍入误差会让它变成 1.4·10⁻¹⁷。应当直接看这一列的元素是否全都相等。"),
        Mistake("small_spread_called_constant", "np.ptp(X, axis=0) == 0", "np.isclose(sd, 0)",
            en="A column with a spread of 10⁻⁹ is small, not constant, and `np.isclose` takes it for 0. It must be divided by its own sd.",
            zh="离散程度为 10⁻⁹ 的列只是很小，并不恒定，而 `np.isclose` 把它当成了 0。它应当除以自己的标准差。"),
        Mistake("one_constant_column_spoils_all", "np.where(np.ptp(X, axis=0) == 0, 1.0, sd)",
            "np.ones(X.shape[1]) if np.any(np.ptp(X, axis=0) == 0) else sd",
            en="With one constant column all your scales become 1. Only that column's does; decide for each column by itself.",
            zh="只要有一列恒定，你就把所有尺度都变成了 1。应当逐列判断，只有那一列取 1。"),
        Mistake("median_for_mean", "X.mean(axis=0)", "np.median(X, axis=0)",
            en="You return the median of each column. It is near the mean only if the values lie evenly on both sides.",
            zh="你返回的是每一列的中位数。只有数据左右对称时，它才接近均值。"),
        Mistake("results_swapped", "return mu, sd", "return sd, mu",
            en="Right numbers in the wrong order: the means come first, then the standard deviations.",
            zh="数值是对的，顺序反了：先返回均值，再返回标准差。"),
    ],
    variants=[
        Variant("einsum", "X.std(axis=0)", 'np.sqrt(np.einsum("nd,nd->d", X - mu, X - mu) / len(X))'),
        Variant("mask", "sd = np.where(np.ptp(X, axis=0) == 0, 1.0, sd)", "sd[sd < 1e-12] = 1"),
        Variant("equal_to_the_first_row", "np.ptp(X, axis=0) == 0", "(X == X[0]).all(axis=0)"),
        Variant("extremes_that_meet", "np.ptp(X, axis=0) == 0", "X.max(axis=0) == X.min(axis=0)"),
    ],
)
