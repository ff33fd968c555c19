# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import drawn_by, normal, squared_distances

# %% [markdown] lang="en"
# ## {n} A little of each: soft assignment
#
# A sample halfway between two clusters belongs to both, and k-means throws that away. The notes' *distributed representation* keeps it: to every sample a **share of each cluster**, and the shares of a sample add up to 1. A softmax (chapter 3) of the negative squared distances gives them:
#
# $$r^n_k=\frac{e^{-\lVert x^n-c_k\rVert^2/\tau}}{\sum_j e^{-\lVert x^n-c_j\rVert^2/\tau}}$$
#
# The temperature $\tau$ says how soft. As $\tau\to0$ the nearest center takes all, which is k-means; as $\tau\to\infty$ everybody belongs to every cluster alike.
#
# **By hand.** Squared distances $1$ and $3$, $\tau=2$: $e^{-0.5}$ and $e^{-1.5}$, so the shares are $1/(1+e^{-1})=0.731$ and $0.269$. With $\tau=0.5$: $0.982$ and $0.018$.
#
# **Far away.** A sample whose squared distances are $10^6$ and $10^6+1$ has perfectly good shares, but $e^{-10^6}$ is 0, and $0/0$ is NaN. Do as in chapter 3: subtract something from the exponents of a sample first.
# %% [markdown] lang="zh" of="47bc"
# ## {n} 各占几分：软分配
#
# 处在两簇中间的样本，其实两边都沾一点，k-means 却把这一点丢掉了。讲义所说的**分布式表示**把它留住：每个样本在**每个簇里各占一份**，一个样本的各份之和为 1。对距离平方的相反数做 softmax（第三章）就得到这些份额：
#
# $$r^n_k=\frac{e^{-\lVert x^n-c_k\rVert^2/\tau}}{\sum_j e^{-\lVert x^n-c_j\rVert^2/\tau}}$$
#
# 温度 $\tau$ 决定有多“软”。$\tau\to0$ 时最近的中心全拿，就是 k-means；$\tau\to\infty$ 时每个样本平分给所有的簇。
#
# **手算。** 距离平方为 $1$ 和 $3$，$\tau=2$：$e^{-0.5}$ 与 $e^{-1.5}$，份额为 $1/(1+e^{-1})=0.731$ 和 $0.269$。$\tau=0.5$ 时为 $0.982$ 和 $0.018$。
#
# **离得很远的时候。** 距离平方为 $10^6$ 和 $10^6+1$ 的样本，份额本来好好的，可是 $e^{-10^6}$ 等于 0，$0/0$ 就成了 NaN。像第三章那样，先从这个样本的各个指数里减去同一个数。
# %% answer="soft_assign"
def soft_assign(X, C, tau):
    """The share of every sample in every cluster, a softmax of the negative squared distances over tau.

    X (N, D), centers C (K, D), temperature tau > 0.  Returns (N, K); the SUM of each row is 1, finite also where all
    centers are far away.
    """
    ### BEGIN SOLUTION
    S = -squared_distances(X, C) / tau  # (N, K)
    R = np.exp(S - S.max(axis=1, keepdims=True))
    return R / R.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% [markdown] docstring="soft_assign" lang="zh" of="fd73"
# 每个样本在每个簇里的份额：距离平方的相反数除以 tau，再做 softmax。
#
# X (N, D)，中心 C (K, D)，温度 tau > 0。返回 (N, K)；每行之和为 1，离所有中心都很远时也是有限数。
# %% [markdown] why="soft_assign" lang="en"
# Subtracting the row's maximum changes no share, but the nearest center now has $e^0=1$, so the sum can't become 0. Multiply the square out:
# $\lVert x\rVert^2$ is the same for all centers and drops out, so what is left are linear scores, and the borders are straight.
# %% [markdown] why="soft_assign" lang="zh" of="d6e3"
# 每行减去最大值，份额不变，但最近的中心成了 $e^0=1$，和就不会是 0。把平方展开，$\lVert x\rVert^2$ 对所有中心都一样，会被约掉；剩下的是线性的得分，所以边界是直的。
# %% grading="soft_assign"
def soft_cases(rng):
    yield Case("typical", zh="一般数据", X=normal(rng, 5, 2), C=normal(rng, 3, 2), tau=round(rng.uniform(1.5, 3), 2))
    yield Case("low temperature", zh="低温", X=normal(rng, 4, 3), C=normal(rng, 2, 3), tau=round(rng.uniform(0.4, 0.7), 2))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", X=normal(rng, 1, 3), C=normal(rng, 4, 3), tau=2.5)
    C = normal(rng, 2, 2)
    yield Case("on a center, and halfway", zh="恰在中心上与正中间", X=np.array([C[0], (C[0] + C[1]) / 2]), C=C, tau=1.5)


def far_cases(rng):
    away = rng.permutation([0.0, 900.0])
    C = np.concatenate([normal(rng, 2, 2), [-away]])[rng.permutation(3)]
    X = np.concatenate([away + normal(rng, 2, 2), normal(rng, 2, 2)])
    yield Case("far away and near", zh="远处与近处", X=X[rng.permutation(4)], C=C, tau=round(rng.uniform(100, 300), 1))


@variant
def by_rows(X, C, tau):
    rows = []
    for x in X:
        d = np.array([np.sum((x - c) ** 2) for c in C])
        e = np.exp((d.min() - d) / tau)
        rows.append(e / e.sum())
    return np.array(rows)


Exercise(
    points=2, reference=unsupervised.soft_assign, cases=soft_cases, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("extreme", far_cases)],
    mistakes=[
        Mistake("sign", "S = -squared", "S = squared",
            en="The *farthest* center has the greatest share: the distances enter with a minus.",
            zh="**最远**的中心占的份额最大：距离前面要有负号。"),
        Mistake("root_of_the_distance", "squared_distances(X, C) / tau", "np.sqrt(squared_distances(X, C)) / tau",
            en="You took distances. In the exponent they are squared.", zh="你用的是距离。指数里是距离的平方。"),
        Mistake("tau_multiplied", "/ tau", "* tau",
            en="A higher temperature makes your shares harder. It divides the exponent.",
            zh="你的温度越高，分得越硬。温度应当在指数里做除数。"),
        Mistake("twice_the_temperature", "/ tau", "/ (2 * tau)",
            en="Your exponent is half as large as it should be. There is no ½ in it.",
            zh="你的指数只有一半大。这里没有 ½。"),
        Mistake("shares_over_samples", "R.sum(axis=1, keepdims=True)", "R.sum(axis=0, keepdims=True)",
            en="Your *columns* add up to 1. It is the shares of each sample, a row, that do.",
            zh="你的每一**列**之和为 1。应当是每个样本的份额（一行）之和为 1。"),
        Mistake("not_normalized", "    return R / R.sum(axis=1, keepdims=True)\n", "    return np.exp(S)\n",
            en="The shares of a sample don't add up to 1: divide by their sum.",
            zh="一个样本的份额之和不等于 1：要除以它们的和。"),
        Mistake("overflow", "np.exp(S - S.max(axis=1, keepdims=True))", "np.exp(S)",
            en="Right for samples near a center. Far from all of them every exponential is 0, and 0/0 is NaN. Subtract the largest exponent of each sample first.",
            zh="靠近中心的样本都对。离所有中心都远时，每个指数函数值都是 0，0/0 得 NaN。先减去每个样本自己最大的指数。"),
        Mistake("one_maximum_for_all", "S.max(axis=1, keepdims=True)", "S.max()",
            en="You subtract the largest exponent of *all* samples. A sample far away still gets 0/0: it needs its own.",
            zh="你减去的是**所有**样本中最大的指数。远处的样本仍然是 0/0：每个样本要减自己的。"),
        Mistake("hard_assignment", "    return R / R.sum(axis=1, keepdims=True)\n", "    return np.eye(len(C))[np.argmax(S, axis=1)]\n",
            en="The nearest center takes all: that is k-means. Every center has its share here.",
            zh="最近的中心全拿走了，那是 k-means。这里每个中心都有自己的一份。"),
        Mistake("inverse_distances", "    R = np.exp(S - S.max(axis=1, keepdims=True))\n", "    R = 1 / (1e-12 - S)\n",
            en="You divide shares by distance, without the exponential. Nearby centers should win much more clearly.",
            zh="你按距离的倒数来分，没有用指数函数。近的中心应当占得多得多。"),
    ],
    variants=[
        Variant("numbers_that_cancel", "S - S.max(axis=1, keepdims=True)", "S - S.max(axis=1)[:, None]"),
        Variant("logarithms", "    R = np.exp(S - S.max(axis=1, keepdims=True))\n    return R / R.sum(axis=1, keepdims=True)\n",
            "    return np.exp(S - np.logaddexp.reduce(S, axis=1, keepdims=True))\n"),
    ],
)
# %% [markdown] lang="en"
# **The same three centers at three temperatures.** Every point of the plane is colored by the shares that your function gives it.
# %% [markdown] lang="zh" of="a369"
# **同样的三个中心，三种温度。** 平面上每一点都按你的函数给出的份额混色。
# %% demo="temperatures"
@drawn_by("soft_assign")
def temperatures(plt):
    C = np.array([[-1.5, -0.8], [1.6, -0.6], [0.0, 1.5]])
    axis = np.linspace(-3, 3, 121)
    grid = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    paint = np.array([[0, 114, 178], [230, 159, 0], [0, 158, 115]]) / 255
    _, axes = plt.subplots(1, 3, figsize=(10.5, 3.8), layout="constrained")
    for ax, tau in zip(axes, (0.2, 2.0, 20.0)):
        image = (soft_assign(grid, C, tau) @ paint).reshape(121, 121, 3)
        ax.imshow(image.clip(0, 1), origin="lower", extent=(-3, 3, -3, 3))
        ax.scatter(*C.T, s=140, c="white", marker="X", edgecolors="black")
        ax.set_title(f"τ = {tau:g}")
        ax.set(xticks=[], yticks=[])
    plt.show()


# %% [markdown] lang="en"
# What you should see. Left, cold: three flat colors with sharp borders, k-means. Middle: the colors run into each other along the borders. Right, hot: nearly the same mixture everywhere, so the shares say little.
# %% [markdown] lang="zh" of="3888"
# 你应当看到：左图温度低，三种纯色，边界分明，就是 k-means；中图颜色在边界处相互渗透；右图温度高，到处都是差不多的混合色，份额说明不了什么。
