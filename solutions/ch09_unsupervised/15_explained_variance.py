# %% prelude
import numpy as np

from autograder import CLOSED_FORM, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import X_digits, drawn_by, stretched, whole, words

# %% [markdown] lang="en"
# ## {n} How many components?
#
# How much of what happens in the data do $M$ components keep? The variances along all $D$ components add up to the sum of the variances of the features: turning the axes moves variance from one to another, and none is lost. So each component has a **share** of the total,
#
# $$\frac{v_m}{v_1+v_2+\dots+v_D}$$
#
# and one keeps as many as are needed for, say, 90%. All $D$ count in the denominator, also those that are thrown away.
#
# **By hand.** Variances $6, 3, 1$: shares $0.6, 0.3, 0.1$. Two components explain 90%.
# %% [markdown] lang="zh" of="db7b"
# ## {n} 留几个主成分？
#
# $M$ 个主成分留住了数据中多少变化？沿全部 $D$ 个主成分的方差加起来，等于各个特征的方差之和：转动坐标轴，只是把方差从一根轴挪到另一根，一点也不会丢。所以每个主成分在总量中占一个**份额**，
#
# $$\frac{v_m}{v_1+v_2+\dots+v_D}$$
#
# 比如要留住 90%，就看需要几个。分母要算上全部 $D$ 个，包括打算丢掉的。
#
# **手算。** 方差 $6, 3, 1$：份额 $0.6, 0.3, 0.1$。两个主成分解释了 90%。
# %% answer="explained_variance"
def explained_variance(X):
    """The share of the total variance along each principal component.

    X (N, D), samples that are not all the same.  Returns (D,), the greatest share first; their SUM is 1.
    """
    ### BEGIN SOLUTION
    variances = np.linalg.eigvalsh(np.cov(X.T, ddof=0).reshape(X.shape[1], -1))[::-1]  # (D,)
    return variances / np.sum(variances)
    ### END SOLUTION


# %% [markdown] docstring="explained_variance" lang="zh" of="cf21"
# 每个主成分占总方差的份额。
#
# X (N, D)，样本不全相同。返回 (D,)，最大的份额在前；它们之和为 1。
# %% [markdown] why="explained_variance" lang="en"
# The eigenvalues sum to the trace of $\Sigma$, the variance of all features together: turning the axes loses nothing. In a share
# N and N − 1 would cancel. `reshape` is for a single feature, for which `np.cov` returns a bare number.
# %% [markdown] why="explained_variance" lang="zh" of="ff10"
# 特征值之和等于 $\Sigma$ 的迹，也就是全部特征的方差之和：转动坐标轴不会丢掉什么。算份额时，除以 N 还是 N − 1 会约掉。`reshape` 是为只有一个特征准备的，那时 `np.cov` 返回的只是一个数。
# %% grading="explained_variance"
def share_cases(rng):
    yield Case("typical", zh="一般数据", X=stretched(rng, 8, 3))
    yield Case("more features", zh="更多特征", X=stretched(rng, 7, 4))


def edge_cases(rng):
    yield Case("one feature", zh="只有一个特征", X=np.cumsum(whole(rng, 1, 9, 4, 1), axis=0))
    yield Case("fewer samples than features", zh="样本少于特征", X=stretched(rng, 3, 5))


@variant
def by_scikit_learn(X):
    from sklearn.decomposition import PCA

    shares = PCA().fit(X).explained_variance_ratio_
    return np.append(shares, np.zeros(X.shape[1] - len(shares)))


@variant
def by_singular_values(X):
    s = np.zeros(X.shape[1])
    found = np.linalg.svd(X - X.mean(axis=0), compute_uv=False)
    s[: len(found)] = found
    return s**2 / np.sum(s**2)


Exercise(
    points=1, reference=unsupervised.explained_variance, cases=share_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("ascending_order", "[::-1]", "",
            en="The shares are in ascending order: the first component is the one of the *greatest* variance.",
            zh="份额按升序排了：第一个主成分应当是方差**最大**的。"),
        Mistake("not_divided", "return variances / np.sum(variances)", "return variances",
            en="Those are the variances. A share is a part of their sum.", zh="这是方差本身。份额是它占总和的几分之几。"),
        Mistake("cumulative", "variances / np.sum(variances)", "np.cumsum(variances) / np.sum(variances)",
            en="You added the shares up on the way. Each component has its own here.",
            zh="你把份额累加了。这里要每个主成分各自的份额。"),
        Mistake("shares_of_deviations", "return variances / np.sum(variances)", "s = np.sqrt(np.maximum(variances, 0))\n    return s / np.sum(s)",
            en="You took shares of the standard deviations. They don't add up when the axes turn, variances do.",
            zh="你算的是标准差的份额。坐标轴转动时总和不变的是方差，不是标准差。"),
        Mistake("share_of_the_greatest", "np.sum(variances)", "np.max(variances)",
            en="You divided by the greatest variance. The share is of the total.", zh="你除以了最大的方差。份额是占总和的。"),
        Mistake("variances_of_the_features", "np.linalg.eigvalsh(np.cov(X.T, ddof=0).reshape(X.shape[1], -1))[::-1]", "np.sort(X.var(axis=0))[::-1]",
            en="Those are shares of the *features*. The components are turned so that the first takes as much as possible.",
            zh="这是各**特征**的份额。主成分是转过的方向，第一个尽可能多拿。"),
        Mistake("not_centered", "np.cov(X.T, ddof=0).reshape(X.shape[1], -1)", "(X.T @ X / len(X))",
            en="You did not center, so the mean counts as variance.", zh="你没有中心化，把均值也算成了方差。"),
    ],
    variants=[
        Variant("rows_counted", "reshape(X.shape[1], -1)", "reshape(-1, X.shape[1])"),
        Variant("turned_round", "    variances =", "    X = -X\n    variances ="),
        Variant("twice_as_large", "    variances =", "    X = 2 * X\n    variances ="),
        Variant("other_divisor", "ddof=0", "ddof=1"),
    ],
)
# %% [markdown] lang="en"
# **The digits.** How many of 64 numbers does one need? Your shares, added up, on the digits; and on images in which every pixel was shuffled among the images, so that each pixel is as it was and nothing hangs together any more.
# %% [markdown] lang="zh" of="cd85"
# **手写数字。** 64 个数里需要几个？把你的份额累加起来，画在图上：一条是手写数字；另一条是把每个像素各自在图像之间打乱，单个像素的分布没有变，像素之间却再无关联。
# %% demo="shares_of_digits"
@drawn_by("explained_variance")
def shares_of_digits(plt):
    rng = np.random.default_rng(0)
    apart = np.stack([rng.permutation(column) for column in X_digits.T], axis=1)
    _, ax = plt.subplots(figsize=(7.5, 4), layout="constrained")
    for X, style, color, name in (
        (X_digits, "-", "#0072B2", words(en="digits", zh="手写数字")),
        (apart, "--", "#D55E00", words(en="pixels shuffled", zh="像素打乱")),
    ):
        total = np.cumsum(explained_variance(X))
        needed = int(np.argmax(total >= 0.9)) + 1
        label = words(en=f"{name}: 90% with {needed}", zh=f"{name}：90% 需 {needed} 个")
        ax.plot(np.arange(1, 65), total, style, color=color, lw=2, label=label)
    ax.axhline(0.9, color="gray", lw=1)
    ax.set(xlabel=words(en="components kept", zh="保留的主成分个数"), ylabel=words(en="explained share of the variance", zh="解释的方差份额"), ylim=(0, 1.03), xlim=(0, 64))
    ax.legend(frameon=False)
    plt.show()


# %% [markdown] lang="en"
# What you should see. The digits' curve (solid) rises steeply: some twenty components explain 90%. With shuffled pixels (dashed) it takes 35. Only what *hangs together* can be said more briefly.
# %% [markdown] lang="zh" of="e5ca"
# 你应当看到：手写数字的曲线（实线）陡然上升，二十来个主成分就解释了 90%；像素打乱之后（虚线）要 35 个。只有**彼此关联**的东西，才能说得更简短。
