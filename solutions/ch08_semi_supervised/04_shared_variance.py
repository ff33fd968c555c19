# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import gaussian_mstep, half_labeled, one_hot, shares

# %% [markdown] lang="en"
# ### {n} Derive it: round Gaussians
#
# With 13 features $\Sigma$ has 91 numbers, more than ten labels can say. So suppose that the Gaussians are *round*, all with the same variance $s^2$ in every direction: $\Sigma=s^2 I$. One number is left. **The formula is not given: which $s^2$ does the M-step choose?**
#
# The M-step maximizes the expected log-likelihood: every sample's $\ln \mathcal N(x\mid\mu_k, s^2I)$, weighted by how much the sample belongs to class $k$ (1 for the class of a label, $R_{uk}$ otherwise).
#
# 1. Write down $\ln\mathcal N(x\mid\mu,s^2I)$ in $D$ dimensions. What is the determinant of $s^2I$?
# 2. Sum it with the weights, and set the derivative with respect to $s^2$ (take it as one variable) to 0.
# 3. The best means do not depend on $s^2$: they are those of {ref:gaussian_mstep}.
#
# **Check yourself**: with $D=1$ your formula must give the $\Sigma$ of {ref:gaussian_mstep}; and for $D=2$, if you copy the only feature into a second one, nothing may change.
# %% [markdown] lang="zh" of="fec7"
# ### {n} 自己推导：圆的高斯分布
#
# 有 13 个特征时，$\Sigma$ 里有 91 个数，十个标签说不清这么多。所以假设高斯分布是**圆**的，各个方向、各个类别的方差都是 $s^2$：$\Sigma=s^2 I$。这样就只剩一个数了。**公式不给出：M 步会选哪个 $s^2$？**
#
# M 步要让期望对数似然最大：把每个样本的 $\ln \mathcal N(x\mid\mu_k, s^2I)$ 按它属于第 $k$ 类的份额加权（有标签的，对自己那一类是 1；否则是 $R_{uk}$）。
#
# 1. 写出 $D$ 维时的 $\ln\mathcal N(x\mid\mu,s^2I)$。$s^2I$ 的行列式是多少？
# 2. 加权求和，对 $s^2$（把它当作一个变量）求导，令导数为 0。
# 3. 最好的均值与 $s^2$ 无关，就是 {ref:gaussian_mstep} 里的那些。
#
# **自己验证**：$D=1$ 时，你的公式应当给出 {ref:gaussian_mstep} 的 $\Sigma$；再把这唯一的特征复制一份，变成 $D=2$，结果应当不变。
# %% answer="shared_variance"
def shared_variance(Xl, yl, Xu, R):
    """The variance that the M-step gives to K round Gaussians, all with the covariance s² I.

    Xl (N, D), labels yl (N,), Xu (M, D), R (M, K), as for `gaussian_mstep`.  Returns s², a number.
    """
    ### BEGIN SOLUTION
    _, mus, _ = gaussian_mstep(Xl, yl, Xu, R)
    X, share = np.vstack([Xl, Xu]), np.vstack([one_hot(yl, R.shape[1]), R])
    far = np.sum((X[:, None] - mus) ** 2, axis=2)  # (N + M, K)
    return np.sum(share * far) / X.size
    ### END SOLUTION


# %% [markdown] docstring="shared_variance" lang="zh" of="16e7"
# K 个圆的高斯分布（协方差都是 s² I）在 M 步里得到的方差。
#
# Xl (N, D)、标签 yl (N,)、Xu (M, D)、R (M, K) 与 `gaussian_mstep` 相同。返回 s²，一个数。
# %% [markdown] why="shared_variance" lang="en"
# $\ln\det(s^2I)=D\ln s^2$: that is where the $D$ in the denominator comes from, and `X.size` is $(N+M)\cdot D$ at
# one go. No division by K, for the shares of a sample sum to 1 already: it counts once in all.
# %% [markdown] why="shared_variance" lang="zh" of="01be"
# $\ln\det(s^2I)=D\ln s^2$，分母里的 $D$ 就从这里来；`X.size` 一下子就是 $(N+M)\cdot D$。不必除以 K，因为每个样本的份额之和已经是 1，总共只算一个。
# %% grading="shared_variance"
def variance_cases(rng):
    yield Case("typical", zh="一般数据", **half_labeled(rng, 5, 6, 3, 3), R=shares(rng, 6, 3))


def edge_cases(rng):
    yield Case("one feature", zh="只有一个特征", **half_labeled(rng, 4, 5, 1, 2), R=shares(rng, 5, 2))
    yield Case("no unlabeled samples", zh="没有无标签样本", **half_labeled(rng, 7, 0, 2, 3), R=shares(rng, 0, 3))


@variant
def mean_of_the_diagonal(Xl, yl, Xu, R):
    _, _, S = gaussian_mstep(Xl, yl, Xu, R)
    return np.trace(S) / len(S)


@variant
def sample_by_sample(Xl, yl, Xu, R):
    _, mus, _ = gaussian_mstep(Xl, yl, Xu, R)
    total = sum(np.sum((x - mus[y]) ** 2) for x, y in zip(Xl, yl))
    for x, row in zip(Xu, R):
        total += sum(r * (x - mu) @ (x - mu) for r, mu in zip(row, mus))
    return total / (len(Xl) + len(Xu)) / Xl.shape[1]


Exercise(
    points=2, reference=semi_supervised.shared_variance, cases=variance_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("features_forgotten", "/ X.size", "/ len(X)",
            en="Your variance is D times too large. The determinant of s²I is a power of s²: which one?",
            zh="你的方差大了 D 倍。s²I 的行列式是 s² 的几次方？"),
        Mistake("divided_by_the_classes", "/ X.size", "/ (X.size * R.shape[1])",
            en="You divide by the number of classes as well. The shares of a sample already sum to 1.",
            zh="你还除以了类别数。每个样本的份额之和本来就是 1。"),
        Mistake("standard_deviation", "return np.sum(share * far) / X.size", "return np.sqrt(np.sum(share * far) / X.size)",
            en="That is s, the standard deviation. The variance s² is asked for.", zh="这是标准差 s。要的是方差 s²。"),
        Mistake("labeled_alone", "return np.sum(share * far) / X.size", "return np.sum((Xl - mus[yl]) ** 2) / Xl.size",
            en="Only labeled samples are in your sum. The unlabeled ones belong to it with their shares.",
            zh="你只对有标签的样本求了和。无标签样本要按份额计入。"),
        Mistake("nearest_mean_alone", "np.sum(share * far)", "np.sum(far.min(axis=1))",
            en="Each sample counts for its nearest mean alone. It counts for every class, weighted by its share.",
            zh="每个样本只对最近的均值计了一次。它对每一类都要计入，按份额加权。"),
        Mistake("distances_not_squared", "np.sum((X[:, None] - mus) ** 2, axis=2)", "np.sqrt(np.sum((X[:, None] - mus) ** 2, axis=2))",
            en="You averaged distances. What stands in the exponent of a Gaussian is the *squared* distance.",
            zh="你平均的是距离。高斯分布的指数里是距离的**平方**。"),
        Mistake("factor_two", "np.sum(share * far) / X.size", "np.sum(share * far) / (2 * X.size)",
            en="A factor ½ is too much. It stands before the squared distance, and before the logarithm of the determinant, too.",
            zh="多了一个 ½。它不只在距离平方的前面，也在行列式对数的前面。"),
        Mistake("ddof", "/ X.size", "/ (X.size - X.shape[1])",
            en="You divide by one sample less. The maximum of the likelihood divides by all of them.",
            zh="你少除了一个样本。最大似然除以全部样本数。"),
    ],
    variants=[Variant("array_of_one", "return np.sum(share * far) / X.size", "return np.array([np.sum(share * far) / X.size])")],
)
