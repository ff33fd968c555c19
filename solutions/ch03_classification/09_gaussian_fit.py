# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import covariance

# %% [markdown] lang="en"
# ## Fitting the Gaussians
#
# No loop, no learning rate: the parameters that make the data most likely have a closed form.
#
# ### {n} One Gaussian
#
# $$\mu=\frac1N\sum_n x^n,\qquad \Sigma=\frac1N\sum_n (x^n-\mu)(x^n-\mu)^\top.$$
#
# The maximum of the likelihood divides by $N$, not by $N-1$. **By hand.** Samples $(0,0)$, $(2,0)$, $(4,6)$: $\mu=(2,2)$, deviations $(-2,-2)$, $(0,-2)$, $(2,4)$, so $\Sigma=\frac13\begin{pmatrix}8&12\\12&24\end{pmatrix}=\begin{pmatrix}2.67&4\\4&8\end{pmatrix}$.
# %% [markdown] lang="zh" of="258e"
# ## 拟合高斯分布
#
# 不需要循环，也不需要学习率：使数据出现的可能性最大的参数有现成的公式。
#
# ### {n} 一个高斯分布
#
# $$\mu=\frac1N\sum_n x^n,\qquad \Sigma=\frac1N\sum_n (x^n-\mu)(x^n-\mu)^\top.$$
#
# 最大似然估计除以 $N$，而不是 $N-1$。**手算。** 样本 $(0,0)$、$(2,0)$、$(4,6)$：$\mu=(2,2)$，离差为 $(-2,-2)$、$(0,-2)$、$(2,4)$，于是 $\Sigma=\frac13\begin{pmatrix}8&12\\12&24\end{pmatrix}=\begin{pmatrix}2.67&4\\4&8\end{pmatrix}$。
# %% answer="gaussian_fit"
def gaussian_fit(X):
    """Maximum-likelihood mean and covariance of the rows of X.

    X (N, D), which may hold integers, too.  Returns (mu, S): mu (D,), and S (D, D) divided by N, also for D = 1.
    """
    ### BEGIN SOLUTION
    mu = X.mean(axis=0)  # (D,)
    diff = X - mu  # (N, D)
    S = diff.T @ diff / len(X)  # (D, D)
    return mu, S
    ### END SOLUTION


# %% [markdown] docstring="gaussian_fit" lang="zh" of="b927"
# X 各行的最大似然均值与协方差。
#
# X (N, D)，也可以是整数数组。返回 (mu, S)：mu (D,)，S (D, D)，除以 N；D = 1 时也是如此。
# %% [markdown] why="gaussian_fit" lang="en"
# `diff.T @ diff` adds up the outer products of all samples at once; (D, N) times (N, D) compares features with features.
# Subtract the mean *first*: mean of squares minus square of the mean loses digits where the mean is large. `np.cov` divides by N − 1 and gives a bare number for D = 1.
# %% [markdown] why="gaussian_fit" lang="zh" of="3cb3"
# `diff.T @ diff` 一次就把所有样本的外积加了起来；(D, N) 乘 (N, D)，比的是特征与特征。
# 要**先**减均值：用“平方的均值减均值的平方”，均值很大时会丢失精度。`np.cov` 默认除以 N − 1，D = 1 时还只给出一个数。
# %% grading="gaussian_fit"
def fit_cases(rng):
    X = (rng.normal(size=(7, 3)) @ covariance(rng, 3) + [1, -2, 3]).round(2)
    yield Case("typical", zh="一般数据", X=X)
    yield Case("more features than samples", zh="特征比样本多", X=(rng.normal(size=(4, 5)) + 1).round(2))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", X=rng.normal(size=(1, 3)).round(2))
    yield Case("one feature", zh="只有一个特征", X=rng.normal(size=(5, 1)).round(2))


@mistake(
    en="Your array takes its type from X: where X holds integers, the means are cut down to integers. Let the array hold floats.",
    zh="你的数组沿用了 X 的类型：X 是整数时，均值也被截成了整数。请让数组存放浮点数。",
)
def rounded_like_x(X):
    mu = np.zeros_like(X[0])
    for column in range(X.shape[1]):
        mu[column] = X[:, column].mean()
    diff = X - mu
    return mu, diff.T @ diff / len(X)


@variant
def moments(X):
    mu = np.einsum("nd->d", X) / X.shape[0]
    return mu, np.einsum("ni,nj->ij", X, X) / X.shape[0] - np.multiply.outer(mu, mu)


@variant
def loop(X):
    N, D = X.shape
    mu = sum(X[n] for n in range(N)) / N
    S = np.zeros((D, D))
    for n in range(N):
        S += np.outer(X[n] - mu, X[n] - mu) / N
    return mu, S


Exercise(
    points=1, reference=classification.gaussian_fit, cases=fit_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    groups=[Group("edge", edge_cases)], forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("divided_by_n_minus_1", "/ len(X)", "/ (len(X) - 1)",
            en="You divided by N−1. The maximum of the likelihood divides by N (and a single sample would divide by 0).",
            zh="你除以了 N−1。最大似然估计除以 N（只有一个样本时，N−1 还会变成除以 0）。"),
        Mistake("not_centered", "diff = X - mu", "diff = X",
            en="Subtract the mean first: a covariance measures the spread around it, not around the origin.",
            zh="先减去均值：协方差衡量的是围绕均值的离散程度，不是围绕原点。"),
        Mistake("one_mean_for_all_features", "X.mean(axis=0)", "X.mean() * np.ones(X.shape[1])",
            en="You averaged over all entries. Every feature has a mean of its own: average over the samples.",
            zh="你对所有元素取了平均。每个特征有自己的均值：应当对样本取平均。"),
        Mistake("samples_against_samples", "diff.T @ diff", "diff @ diff.T",
            en="This compares samples with samples, (N, N). A covariance compares features with features, (D, D).",
            zh="这是样本对样本的矩阵，形状 (N, N)。协方差是特征对特征，形状 (D, D)。"),
        Mistake("sum_for_mean", " / len(X)", "",
            en="Divide the sum of products by the number of samples.",
            zh="乘积之和还要除以样本数。"),
        Mistake("variances_only", "return mu, S", "return mu, np.diag(np.diag(S))",
            en="Only the variances are there. The entries off the diagonal say how features vary together.",
            zh="你只保留了方差。非对角元素表示特征之间如何一起变化，不能丢。"),
        Mistake("np_cov_of_one_feature", "S = diff.T @ diff / len(X)", "S = np.cov(X, rowvar=False, bias=True)",
            en="For a single feature `np.cov` gives a bare number. S is a (D, D) matrix, also for D = 1.",
            zh="只有一个特征时，`np.cov` 返回的是一个数。S 是 (D, D) 矩阵，D = 1 时也不例外。"),
    ],
    variants=[
        Variant("squares_have_no_sign", "X - mu", "mu - X"),
        Variant("np_cov", "S = diff.T @ diff / len(X)", "S = np.atleast_2d(np.cov(X, rowvar=False, bias=True))"),
        Variant("einsum", "diff.T @ diff / len(X)", 'np.einsum("ni,nj->ij", diff, diff) / X.shape[0]'),
    ],
)
