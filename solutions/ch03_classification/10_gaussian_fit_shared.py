# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import classes, gaussian_fit

# %% [markdown] lang="en"
# ### {n} All classes, one covariance
#
# A covariance has $D(D+1)/2$ numbers. Giving each class its own makes a flexible model that overfits easily, so the classes **share** one. Only the covariance is shared: each class keeps its own mean and prior. The shared matrix is the average of the classes' covariances, weighted by class size:
#
# $$\Sigma=\sum_k\frac{N_k}{N}\,\Sigma_k,\qquad P(C_k)=\frac{N_k}{N}.$$
#
# **By hand.** In one dimension: class 0 has $x=0,\,2$ (mean 1, variance 1), class 1 has $x=5,5,5,9$ (mean 6, variance 3). Then $P=(\tfrac13,\tfrac23)$ and $\Sigma=\tfrac13\cdot1+\tfrac23\cdot3=2.33$. The variance of all six together would be 7.89: it also counts the distance *between* the classes, which is not spread within one.
# %% [markdown] lang="zh" of="60a6"
# ### {n} 所有类别共用一个协方差
#
# 一个协方差矩阵有 $D(D+1)/2$ 个数。每类各用一个，模型很灵活，也很容易过拟合，所以让各类**共享**一个。共享的只有协方差：每一类仍有自己的均值和先验。共享的矩阵是各类协方差按样本数的加权平均：
#
# $$\Sigma=\sum_k\frac{N_k}{N}\,\Sigma_k,\qquad P(C_k)=\frac{N_k}{N}.$$
#
# **手算。** 一维情形：第 0 类 $x=0,\,2$（均值 1，方差 1），第 1 类 $x=5,5,5,9$（均值 6，方差 3）。于是 $P=(\tfrac13,\tfrac23)$，$\Sigma=\tfrac13\cdot1+\tfrac23\cdot3=2.33$。六个数放在一起的方差是 7.89：它把类与类**之间**的距离也算进去了，那并不是类内的离散程度。
# %% answer="gaussian_fit_shared"
def gaussian_fit_shared(X, y):
    """Priors, class means and the covariance that the classes share.

    X (N, D), which may hold integers, too, y (N,) integers 0 … K−1, each of which occurs.  Returns (pi, mus, S):
    pi (K,) the shares of the classes, mus (K, D) their means, S (D, D) the average of their covariances weighted by
    class size.
    """
    ### BEGIN SOLUTION
    K = int(y.max()) + 1
    fits = [gaussian_fit(X[y == k]) for k in range(K)]
    pi = np.array([np.mean(y == k) for k in range(K)])  # (K,)
    mus = np.array([mu for mu, _ in fits])  # (K, D)
    S = sum(share * cov for share, (_, cov) in zip(pi, fits))  # (D, D)
    return pi, mus, S
    ### END SOLUTION


# %% [markdown] docstring="gaussian_fit_shared" lang="zh" of="2fca"
# 各类的先验、均值，以及共享的协方差。
#
# X (N, D)，也可以是整数数组；y (N,) 为整数 0 … K−1，每个都出现。返回 (pi, mus, S)：pi (K,) 是各类所占比例，
# mus (K, D) 是各类均值，S (D, D) 是各类协方差按样本数的加权平均。
# %% [markdown] why="gaussian_fit_shared" lang="en"
# Each class's spread is taken about its own mean, so the distance between the classes does not count as spread. With the shares as weights every sample counts the same.
# `X[y == k]` picks rows by label, in whatever order they come, and so row k of `mus` belongs to label k.
# %% [markdown] why="gaussian_fit_shared" lang="zh" of="66a2"
# 每一类的离散程度都围绕自己的均值计算，类与类之间的距离就不会混进来。按比例加权，等于每个样本同等重要。
# `X[y == k]` 按标签挑行，不管样本怎样排列，`mus` 的第 k 行总是对应标签 k。
# %% grading="gaussian_fit_shared"
def shared_cases(rng):
    yield Case("two classes", zh="两类", **classes(rng, rng.permutation([3, 7]), 2))
    yield Case("three classes", zh="三类", **classes(rng, rng.permutation([6, 3, 2]), 3))


def edge_cases(rng):
    yield Case("a class of one", zh="有一类只有一个样本", **classes(rng, rng.permutation([1, 5]), 2))
    yield Case("one feature", zh="只有一个特征", **classes(rng, rng.permutation([2, 4]), 1))


@mistake(
    en="Your spread is measured around the mean of all samples, so it includes the distance between the classes. Use each class's own mean.",
    zh="你围绕全体均值计算离散程度，把类间距离也算了进去。应当用每一类自己的均值。",
)
def about_the_global_mean(X, y):
    pi = np.array([np.mean(y == k) for k in range(int(y.max()) + 1)])
    mus = np.array([X[y == k].mean(axis=0) for k in range(len(pi))])
    return pi, mus, gaussian_fit(X)[1]


@mistake(
    en="You divided by N−K. The maximum of the likelihood divides by N.",
    zh="你除以了 N−K。最大似然估计除以 N。",
)
def degrees_of_freedom(X, y):
    pi = np.array([np.mean(y == k) for k in range(int(y.max()) + 1)])
    mus = np.array([X[y == k].mean(axis=0) for k in range(len(pi))])
    diff = X - mus[y]
    return pi, mus, diff.T @ diff / (len(X) - len(pi))


@mistake(
    en="All your classes have the same mean. The notes' wording suggests it, but only the covariance is shared: each class keeps its own mean.",
    zh="你的各类均值都一样。讲义的说法容易让人误会，但共享的只有协方差：每一类要保留自己的均值。",
)
def means_shared_too(X, y):
    K = int(y.max()) + 1
    fits = [gaussian_fit(X[y == k]) for k in range(K)]
    pi = np.array([np.mean(y == k) for k in range(K)])
    mus = np.repeat(X.mean(axis=0)[None], K, axis=0)
    return pi, mus, sum(share * cov for share, (_, cov) in zip(pi, fits))


@mistake(
    en="Your classes stand in the order in which they first occur in y. Row k belongs to label k, whichever comes first.",
    zh="你的类别是按在 y 中首次出现的次序排的。第 k 行属于标签 k，与谁先出现无关。",
)
def order_of_appearance(X, y):
    kinds = list(dict.fromkeys(y.tolist()))
    pi = np.array([np.mean(y == kind) for kind in kinds])
    mus = np.array([X[y == kind].mean(axis=0) for kind in kinds])
    diff = X - mus[[kinds.index(kind) for kind in y]]
    return pi, mus, diff.T @ diff / len(X)


@mistake(
    en="You cut X into blocks as if it were sorted by class. The samples are mixed: pick the rows by their label.",
    zh="你把 X 当成按类别排好序的来分块。样本是混在一起的：请按标签挑出各行。",
)
def labels_taken_as_sorted(X, y):
    parts = np.split(X, np.cumsum(np.bincount(y))[:-1])
    mus = np.array([part.mean(axis=0) for part in parts])
    diff = np.concatenate([part - mu for part, mu in zip(parts, mus)])
    return np.bincount(y) / len(y), mus, diff.T @ diff / len(X)


@variant
def one_hot(X, y):
    T = (y[:, None] == np.unique(y)).astype(float)
    pi, mus = T.mean(axis=0), np.linalg.solve(T.T @ T, T.T @ X)
    return list(pi), list(mus), np.einsum("nk,ni,nj->ij", T, X - T @ mus, X - T @ mus) / X.shape[0]


@variant
def pooled(X, y):
    counts = np.bincount(y)
    mus = np.zeros((len(counts), X.shape[1]))
    np.add.at(mus, y, X)
    mus /= counts[:, None]
    diff = X - mus[y]
    return counts / len(y), mus, diff.T @ diff / len(y)


Exercise(
    points=2, reference=classification.gaussian_fit_shared, cases=shared_cases, tolerance=CLOSED_FORM,
    groups=[Group("edge", edge_cases)], accepts=("integers",), forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("unweighted_average", "share * cov", "cov / K",
            en="Every class counts the same in your average. Weight each covariance by its share of the samples.",
            zh="你的平均里每一类分量相同。应按各类样本所占的比例加权。"),
        Mistake("counts_for_shares", "np.mean(y == k)", "np.sum(y == k)",
            en="These are counts. The priors are shares: divide by the number of samples.",
            zh="这是个数。先验是比例：要除以样本总数。"),
        Mistake("weights_in_reverse", "zip(pi, fits)", "zip(pi[::-1], fits)",
            en="The weights and the covariances are paired in different orders.",
            zh="权重和协方差的顺序没有对上。"),
        Mistake("sum_of_covariances", "share * cov", "cov",
            en="You added the covariances up. The shared one is their average, weighted by class size.",
            zh="你把各类协方差直接相加了。共享的协方差是按样本数加权的平均。"),
    ],
    variants=[
        Variant("whole_number_of_numpy", "int(y.max())", "y.max()"),
        Variant("whole_numbers_rounded", "int(y.max())", "round(y.max())"),
        Variant("list_of_shares", "np.array([np.mean(y == k) for k in range(K)])", "[np.mean(y == k) for k in range(K)]"),
        Variant("list_of_means", "np.array([mu for mu, _ in fits])", "[mu for mu, _ in fits]"),
        Variant("lists", "return pi, mus, S", "return pi.tolist(), mus.tolist(), S.tolist()"),
    ],
)
