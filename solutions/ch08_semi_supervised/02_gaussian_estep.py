# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import semi_supervised

from chapter import gaussian_logpdf, mixture, normal

# %% [markdown] lang="en"
# ## Each class is a Gaussian: EM (§9.1)
#
# In chapter 3 you fitted a Gaussian to each class, with one shared covariance $\Sigma$. All it took were averages, since every sample said to which class it belongs. Unlabeled samples don't. But a model can *guess*, and the guess can improve the model, which can guess again. That is **EM**:
#
# * **E-step**: how much does each unlabeled sample belong to each class, as the model sees it now?
# * **M-step**: fit the model again; each sample counts for each class as much as it belongs there.
#
# ### {n} The E-step
#
# By Bayes' rule, with the priors $\pi_k = P(C_k)$:
#
# $$R_{uk} = P(C_k\mid x^u) = \frac{\pi_k\,\mathcal N(x^u\mid\mu_k,\Sigma)}{\sum_j \pi_j\,\mathcal N(x^u\mid\mu_j,\Sigma)}.$$
#
# Each row of $R$ sums to 1: every sample is shared out among the classes. **By hand.** $D=1$, $\mu=(0, 4)$, $\Sigma=2$, $\pi=(\tfrac13,\tfrac23)$, $x^u=2$: it is equally far from both means, so the densities cancel and $R=(\tfrac13,\tfrac23)$.
#
# Far from all means every density is smaller than the smallest number that a computer knows, and $0/0$ is NaN. `gaussian_logpdf(X, mu, S)` from chapter 3 is defined in the first cells and gives *logarithms*: stay with them as long as you can.
# %% [markdown] lang="zh" of="1d95"
# ## 每一类是一个高斯分布：EM（§9.1）
#
# 第三章里，你给每一类拟合了一个高斯分布，各类共用一个协方差 $\Sigma$。只要取平均就行，因为每个样本都说了自己属于哪一类。无标签样本没有说。不过模型可以**猜**；猜过之后模型可以改进，改进之后又可以再猜。这就是 **EM**：
#
# * **E 步**：照现在的模型看，每个无标签样本在多大程度上属于每一类？
# * **M 步**：重新拟合模型；一个样本在多大程度上属于某一类，就在多大程度上计入那一类。
#
# ### {n} E 步
#
# 用贝叶斯公式，先验记作 $\pi_k = P(C_k)$：
#
# $$R_{uk} = P(C_k\mid x^u) = \frac{\pi_k\,\mathcal N(x^u\mid\mu_k,\Sigma)}{\sum_j \pi_j\,\mathcal N(x^u\mid\mu_j,\Sigma)}.$$
#
# $R$ 的每一行之和为 1：每个样本都按比例分给了各个类别。**手算。** $D=1$，$\mu=(0, 4)$，$\Sigma=2$，$\pi=(\tfrac13,\tfrac23)$，$x^u=2$：它到两个均值一样远，密度约掉了，所以 $R=(\tfrac13,\tfrac23)$。
#
# 离所有均值都很远的地方，每个密度都比计算机能表示的最小的数还小，而 $0/0$ 是 NaN。开头的单元格里有第三章的 `gaussian_logpdf(X, mu, S)`，它给出的是**对数**：能用对数算多久，就用多久。
# %% answer="gaussian_estep"
def gaussian_estep(pi, mus, S, X):
    """How much each sample belongs to each of K Gaussians that share a covariance.

    pi (K,) the priors, mus (K, D) the means, S (D, D) the covariance, X (M, D).
    Returns R (M, K), the posterior probabilities; each row sums to 1, also for samples far from all means.
    """
    ### BEGIN SOLUTION
    logs = np.log(pi) + np.stack([gaussian_logpdf(X, mu, S) for mu in mus], axis=1)  # (M, K)
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    return weights / weights.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% [markdown] docstring="gaussian_estep" lang="zh" of="9066"
# 每个样本在多大程度上属于 K 个共用协方差的高斯分布中的每一个。
#
# pi (K,) 是先验，mus (K, D) 是均值，S (D, D) 是协方差，X (M, D)。
# 返回 R (M, K)，即后验概率；每行之和为 1，离所有均值都很远的样本也是如此。
# %% [markdown] why="gaussian_estep" lang="en"
# Subtracting the greatest logarithm of a row multiplies all its densities by one number, which the division takes out again. But
# now the likeliest class has $e^0=1$, so a row can never become 0/0, however far away its sample lies.
# %% [markdown] why="gaussian_estep" lang="zh" of="df46"
# 每行减去最大的对数，等于把这一行的密度都乘上同一个数，之后的除法又把它约掉。但这样一来，最可能的类别成了 $e^0=1$，样本离得再远，这一行也不会变成 0/0。
# %% grading="gaussian_estep"
def estep_cases(rng):
    model = mixture(rng, 3, 2)
    yield Case("typical", zh="一般数据", **model, X=(1.5 * rng.normal(size=(5, 2))).round(2))


def edge_cases(rng):
    yield Case("one sample, one feature", zh="一个样本，一个特征", **mixture(rng, 2, 1), X=normal(rng, 1, 1))
    model = mixture(rng, 4, 3)
    middle = model["mus"].mean(axis=0)
    yield Case("samples between the means", zh="均值之间的样本", public=False, **model, X=(middle + 0.5 * rng.normal(size=(6, 3))).round(2))


def far_cases(rng):
    model = mixture(rng, 3, 2)
    X = (rng.choice([-1.0, 1.0], size=(4, 2)) * rng.uniform(100, 200, size=(4, 2))).round(1)
    yield Case("far from all means", zh="离所有均值都很远", **model, X=X)


@mistake(
    en="You normalized down the columns: each class is shared out among the samples. Each *row* of R sums to 1.",
    zh="你沿着列归一化了，把每一类分给了各个样本。应当是 R 的每一**行**之和为 1。",
)
def columns_sum_to_one(pi, mus, S, X):
    density = np.stack([np.exp(gaussian_logpdf(X, mu, S)) for mu in mus], axis=1) * pi
    return density / density.sum(axis=0)


@variant
def differences_of_logs(pi, mus, S, X):
    logs = np.log(pi) + np.stack([gaussian_logpdf(X, mu, S) for mu in mus]).T
    return [[1 / np.sum(np.exp(np.clip(row - own, None, 700))) for own in row] for row in logs]


@variant
def lines(pi, mus, S, X):
    """With a shared covariance the log odds are linear: the quadratic terms cancel."""
    W = np.linalg.inv(S) @ mus.T  # (D, K)
    Z = X @ W - 0.5 * np.sum(mus.T * W, axis=0) + np.log(pi)
    return np.exp(Z - np.logaddexp.reduce(Z, axis=1, keepdims=True))


Exercise(
    points=2, reference=semi_supervised.gaussian_estep, cases=estep_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("extreme", far_cases)],
    mistakes=[
        Mistake("priors_forgotten", "np.log(pi) + np.stack", "np.stack",
            en="The priors are missing. A sample halfway between two means belongs to the more common class.",
            zh="漏了先验。到两个均值一样远的样本，更可能属于常见的那一类。"),
        Mistake("priors_without_log", "np.log(pi) + np.stack", "pi + np.stack",
            en="You added the priors to *logarithms*. A product becomes a sum of logarithms, of the priors as well.",
            zh="你把先验直接加到了**对数**上。乘积取对数变成和，先验也要取对数。"),
        Mistake("hard_assignment", "    return weights / weights.sum(axis=1, keepdims=True)", "    return 1.0 * (weights == 1)",
            en="Each sample goes to one class entirely. EM shares it out: return the probabilities.",
            zh="你把每个样本整个地给了一类。EM 是按比例分的：请返回概率。"),
        Mistake("underflow", "logs - logs.max(axis=1, keepdims=True)", "logs",
            en="Right near the means. Far from all of them every density is 0 to the computer, and 0/0 is NaN. Subtract the greatest logarithm of each row before `exp`.",
            zh="在均值附近是对的。离所有均值都很远时，每个密度在计算机里都是 0，而 0/0 是 NaN。取 `exp` 之前，先减去每行最大的对数。"),
        Mistake("one_maximum_for_all", "logs.max(axis=1, keepdims=True)", "logs.max()",
            en="One maximum for all samples helps the nearest sample alone; those that lie farther still underflow. Each row has a maximum of its own.",
            zh="所有样本共用一个最大值，只救得了最近的那个样本，更远的仍然下溢。每一行要用自己的最大值。"),
        Mistake("not_normalized", " / weights.sum(axis=1, keepdims=True)", "",
            en="Right ratios, but each row has to sum to 1.", zh="比例是对的，但每行之和应为 1。"),
        Mistake("transposed", "    return weights / weights.sum(axis=1, keepdims=True)", "    return (weights / weights.sum(axis=1, keepdims=True)).T",
            en="Rows and columns are exchanged: a row for each sample, a column for each class.",
            zh="行和列弄反了：每个样本一行，每个类别一列。"),
    ],
    variants=[
        Variant("factor_of_the_priors_cancels", "    logs = np.log", "    pi = 2 * pi\n    logs = np.log"),
        Variant("distance_is_symmetric", "gaussian_logpdf(X, mu, S) for mu in mus", "gaussian_logpdf(mu, X, S) for mu in mus"),
    ],
)
