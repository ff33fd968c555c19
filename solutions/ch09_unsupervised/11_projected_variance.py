# %% prelude
import numpy as np

from autograder import CLOSED_FORM, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import drawn_by, normal, whole, words

# %% [markdown] lang="en"
# ## {n} How much happens along a direction?
#
# To describe a sample by fewer numbers, project it on a few directions $w$ and keep the coordinates (§10.2). Which directions are worth keeping? Those along which samples *differ*: a coordinate that is the same for everybody says nothing. So we want directions of great variance (§10.2.1).
#
# The variance of the coordinate $w\cdot x$ needs no projection of all samples. With the covariance $\Sigma=\frac1N\sum_n(x^n-\bar x)(x^n-\bar x)^\top$ it is
#
# $$\operatorname{Var}(w\cdot x)=w^\top\Sigma\,w\qquad\text{for }\lVert w\rVert=1.$$
#
# The condition matters: twice as long a $w$ gives four times the variance, of the very same direction. Here $w$ may have any length but 0, and only its *direction* counts.
#
# **By hand.** $\Sigma=\begin{pmatrix}5&2\\2&2\end{pmatrix}$. Along $(1,0)$ the variance is $5$. Along $(2,1)$: $w^\top\Sigma w=5\cdot4+2\cdot2\cdot2+2\cdot1=30$, and $\lVert w\rVert^2=5$, so it is $6$. More than along either axis, and no direction has more.
# %% [markdown] lang="zh" of="b5da"
# ## {n} 一个方向上有多少变化？
#
# 要用较少的数来描述样本，就把它投影到几个方向 $w$ 上，只留坐标（§10.2）。哪些方向值得留？样本在上面**彼此不同**的那些：人人都一样的坐标什么也没说。所以我们要方差大的方向（§10.2.1）。
#
# 坐标 $w\cdot x$ 的方差，不必把样本一个个投影再算。有了协方差 $\Sigma=\frac1N\sum_n(x^n-\bar x)(x^n-\bar x)^\top$，它就是
#
# $$\operatorname{Var}(w\cdot x)=w^\top\Sigma\,w\qquad（\lVert w\rVert=1）$$
#
# 括号里的条件很要紧：$w$ 加长到两倍，方向没变，方差却成了四倍。这里的 $w$ 可以是除 0 以外的任意长度，只看它的**方向**。
#
# **手算。** $\Sigma=\begin{pmatrix}5&2\\2&2\end{pmatrix}$。沿 $(1,0)$ 的方差是 $5$。沿 $(2,1)$：$w^\top\Sigma w=5\cdot4+2\cdot2\cdot2+2\cdot1=30$，而 $\lVert w\rVert^2=5$，所以是 $6$：比两根坐标轴都大，而且没有更大的方向了。
# %% answer="projected_variance"
def projected_variance(w, S):
    """The variance of data along the direction of w.

    w (D,), of any length but 0; S (D, D) the covariance of the data.  Returns a number.
    """
    ### BEGIN SOLUTION
    return w @ S @ w / (w @ w)
    ### END SOLUTION


# %% [markdown] docstring="projected_variance" lang="zh" of="e569"
# 数据沿 w 的方向的方差。
#
# w (D,)，长度任意但不为 0；S (D, D) 是数据的协方差。返回一个数。
# %% [markdown] why="projected_variance" lang="en"
# $w$ stands above the line twice and its squared length below, so a longer $w$ changes nothing, and no root has to be taken. Along an
# eigenvector of $\Sigma$ the quotient is its eigenvalue; it never leaves the range from the smallest of these to the greatest.
# %% [markdown] why="projected_variance" lang="zh" of="278f"
# 分子里 $w$ 出现两次，分母是它长度的平方，所以 $w$ 拉长也不影响结果，而且不必开方。沿 $\Sigma$ 的特征向量，这个商就是特征值；它总在最小与最大的特征值之间。
# %% grading="projected_variance"
def covariance(rng, d):
    A = normal(rng, d + 2, d)
    S = A.T @ A / (d + 2)
    return ((S + S.T) / 2).round(2)


def variance_cases(rng):
    yield Case("typical", zh="一般数据", w=normal(rng, 3) * 1.5, S=covariance(rng, 3))
    yield Case("a short w", zh="很短的 w", w=(normal(rng, 2) * 0.3).round(2) + 0.01, S=covariance(rng, 2))


def edge_cases(rng):
    yield Case("whole numbers", zh="整数", w=whole(rng, 2, 5, 3), S=np.diag(rng.permutation([1.0, 4.0, 9.0])))
    yield Case("one feature", zh="只有一个特征", w=np.array([round(rng.uniform(2, 5), 1)]), S=np.array([[round(rng.uniform(1, 4), 1)]]))


def unit_cases(rng):
    yield Case("unit vectors", zh="单位向量", S=covariance(rng, 4))


def along_the_axes(impl, case):
    return np.array([impl.projected_variance(axis, case.S) for axis in np.eye(4)])


@variant
def of_projections(w, S):
    values, vectors = np.linalg.eigh(S)
    unit = w / np.linalg.norm(w)
    return float(np.sum(values * (vectors.T @ unit) ** 2))


@variant
def by_scipy(w, S):
    import scipy.linalg

    unit = w / scipy.linalg.norm(w)
    return scipy.linalg.blas.ddot(unit, S @ unit)


Exercise(
    points=2, reference=unsupervised.projected_variance, cases=variance_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    groups=[Group("edge", edge_cases), Group("axes", unit_cases, observe=along_the_axes, en="Along the axes: the diagonal", zh="沿坐标轴：对角线上的元素")],
    mistakes=[
        Mistake("length_counted", " / (w @ w)", "",
            en="A longer w gives a greater variance with you. Only the direction counts: bring w to length 1.",
            zh="w 越长，你的方差越大。只看方向：先把 w 变成单位长度。"),
        Mistake("divided_by_the_length_once", "(w @ w)", "np.sqrt(w @ w)",
            en="w stands in the formula twice, so its length has to be divided out twice.",
            zh="公式里 w 出现了两次，它的长度也要除两次。"),
        Mistake("standard_deviation", "return w @ S @ w / (w @ w)", "return np.sqrt(w @ S @ w / (w @ w))",
            en="You took the root: that is the standard deviation.", zh="你开了平方：那是标准差。"),
        Mistake("diagonal_alone", "w @ S @ w", "w @ (np.diag(S) * w)",
            en="You use the diagonal of S alone. How two features vary together counts as well.",
            zh="你只用了 S 的对角线。两个特征怎样一起变化，也要算进去。"),
        Mistake("one_side_only", "w @ S @ w / (w @ w)", "np.linalg.norm(S @ w) / np.linalg.norm(w)",
            en="That is the length of Sw, which agrees only for eigenvectors. Multiply by w from both sides.",
            zh="你算的是 Sw 的长度，只有特征向量时才相等。要从两边都乘 w。"),
        Mistake("w_normalized_by_its_sum", "(w @ w)", "np.sum(w) ** 2",
            en="You divided by the sum of the entries of w. Its length is the root of the sum of squares.",
            zh="你除以的是 w 各元素之和。长度是平方和的平方根。"),
    ],
    variants=[
        Variant("symmetric", "w @ S @ w", "w @ np.swapaxes(S, 0, 1) @ w"),
        Variant("from_the_right", "w @ S @ w", "w @ (w @ S)"),
        Variant("from_the_left", "w @ S @ w", "S @ w @ w"),
        Variant("turned_round", "    return", "    w = -w\n    return"),
        Variant("twice_as_long", "    return", "    w = 2 * w\n    return"),
        Variant("unit_vector_first", "return w @ S @ w / (w @ w)", "u = w / np.linalg.norm(w)\n    return u @ S @ u"),
        Variant("einsum", "w @ S @ w / (w @ w)", 'np.einsum("i,ij,j->", w, S, w) / np.sum(w**2)'),
    ],
)
# %% [markdown] lang="en"
# **All directions of a plane.** 200 points and, right, the variance that your function finds along each direction from 0 to 180 degrees.
# %% [markdown] lang="zh" of="17fd"
# **平面上的所有方向。** 左边是 200 个点，右边是你的函数沿 0 到 180 度各个方向求出的方差。
# %% demo="variance_by_angle"
@drawn_by("projected_variance")
def variance_by_angle(plt):
    rng = np.random.default_rng(2)
    X = rng.normal(size=(200, 2)) @ np.array([[2.0, 1.0], [-0.4, 0.8]])
    S = np.cov(X.T, ddof=0)
    degrees = np.arange(0, 181)
    along = [projected_variance(np.array([np.cos(a), np.sin(a)]), S) for a in np.radians(degrees)]
    best = np.radians(degrees[int(np.argmax(along))])
    _, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
    left.scatter(*X.T, s=10, color="gray")
    for angle, color, style in ((best, "#D55E00", "-"), (best + np.pi / 2, "#0072B2", "--")):
        end = 4 * np.array([np.cos(angle), np.sin(angle)])
        left.plot(*np.array([-end, end]).T, style, color=color, lw=2)
        right.axvline(np.degrees(angle) % 180, color=color, ls=style, lw=2)
    left.set_aspect("equal")
    right.plot(degrees, along, color="black")
    right.set(xlabel=words(en="direction in degrees", zh="方向（度）"), ylabel=words(en="variance along it", zh="沿该方向的方差"), ylim=(0, None))
    plt.show()


# %% [markdown] lang="en"
# What you should see. The variance rises and falls once over half a turn. Its top (solid) lies along the long axis of the cloud, its bottom (dashed) exactly 90 degrees away. These two directions are what PCA finds, without trying 181 of them.
# %% [markdown] lang="zh" of="e241"
# 你应当看到：转半圈，方差起落一次。最高处（实线）沿着点云的长轴，最低处（虚线）与它正好相差 90 度。PCA 找的就是这样两个方向，而且不必试 181 次。
