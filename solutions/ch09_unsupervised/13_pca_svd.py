# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, tools, variant
from reference import unsupervised

from chapter import line, stretched

# %% [markdown] lang="en"
# ## {n} The same by singular values
#
# The notes' second road to PCA (§10.2.2) never forms the covariance. Every matrix has a **singular value decomposition**; that of the centered data is
#
# $$X_c=U\,S\,V^\top,\qquad U^\top U=I,\quad V^\top V=I,\quad S=\operatorname{diag}(s_1\ge s_2\ge\dots\ge0).$$
#
# Put it into the covariance, $\Sigma=\frac1N X_c^\top X_c=\frac1N V S^2 V^\top$, and read off: the rows of $V^\top$ are the principal components, already in descending order. And the variance along the $m$-th one? It is *not* $s_m$; look at the last formula.
#
# **By hand.** Centered samples $(-2,0),(2,0),(0,1),(0,-1)$: columns are orthogonal already, of lengths $\sqrt8$ and $\sqrt2$. So $s=(2.828,\,1.414)$ and the components are the two axes. The variances are $8/4=2$ and $2/4=0.5$.
#
# **Why a second road?** Because squaring costs digits. Where one direction varies by $1$ and another by $10^{-8}$, their variances are $1$ and $10^{-16}$, and in a covariance matrix the second drowns in the rounding of the first, which is as large. The singular values are $1$ and $10^{-8}$: eight digits are left. A hidden case looks.
# %% [markdown] lang="zh" of="dd34"
# ## {n} 用奇异值再做一遍
#
# 讲义通向 PCA 的第二条路（§10.2.2）根本不用算协方差。任何矩阵都有**奇异值分解**，中心化之后的数据也一样：
#
# $$X_c=U\,S\,V^\top,\qquad U^\top U=I,\quad V^\top V=I,\quad S=\operatorname{diag}(s_1\ge s_2\ge\dots\ge0)$$
#
# 代入协方差，$\Sigma=\frac1N X_c^\top X_c=\frac1N V S^2 V^\top$，一眼就能看出：$V^\top$ 的各行就是主成分，而且已经按降序排好。那么沿第 $m$ 个主成分的方差呢？它**不是** $s_m$，请看最后这个式子。
#
# **手算。** 中心化之后的样本 $(-2,0),(2,0),(0,1),(0,-1)$：两列本来就正交，长度为 $\sqrt8$ 和 $\sqrt2$。所以 $s=(2.828,\,1.414)$，主成分就是两根坐标轴，方差为 $8/4=2$ 和 $2/4=0.5$。
#
# **为什么要有第二条路？** 因为平方会丢掉有效数字。如果一个方向的起伏是 $1$，另一个是 $10^{-8}$，方差就是 $1$ 和 $10^{-16}$；在协方差矩阵里，后者与前者的舍入误差一样大，完全被淹没了。奇异值则是 $1$ 和 $10^{-8}$，还剩八位。有一个隐藏样例专查这一点。
# %% answer="pca_svd"
def pca_svd(X, M):
    """Principal components from the singular value decomposition of the centered data.

    X (N, D), 1 ≤ M ≤ min(N, D).  Returns (mean, W, variances) as `pca_eig` does: the mean (D,), the components (M, D), one a
    row, and the variances (M,) along them, MEANS over the N samples, to full precision also where they are tiny.
    """
    ### BEGIN SOLUTION
    mean = X.mean(axis=0)
    _, s, Vt = np.linalg.svd(X - mean, full_matrices=False)
    W, variances = Vt[:M], s[:M] ** 2 / len(X)
    return mean, W, variances
    ### END SOLUTION


# %% [markdown] docstring="pca_svd" lang="zh" of="d498"
# 由中心化数据的奇异值分解求主成分。
#
# X (N, D)，1 ≤ M ≤ min(N, D)。与 `pca_eig` 一样返回 (mean, W, variances)：均值 (D,)；主成分 (M, D)，每行一个；
# 沿它们的方差 (M,)，是对 N 个样本的平均，很小的方差也要精确。
# %% [markdown] why="pca_svd" lang="en"
# Nothing is squared before the end, so small directions keep their digits. `full_matrices=False` spares a U of N × N that
# nobody would look at. numpy returns V transposed and in descending order: the first M rows are the answer.
# %% [markdown] why="pca_svd" lang="zh" of="03b8"
# 到最后才平方，小的方向才保得住有效数字。`full_matrices=False` 省去一个没人会看的 N × N 的 U。numpy 返回的 V 已经转置，而且从大到小：前 M 行就是答案。
# %% grading="pca_svd"
def svd_cases(rng):
    yield Case("two of four", zh="四取二", X=stretched(rng, 7, 4), M=2)
    yield Case("all of two", zh="二取二", X=stretched(rng, 6, 2), M=2)


def edge_cases(rng):
    yield Case("samples on a line", zh="样本在一条直线上", X=line(rng), M=1)
    yield Case("fewer samples than features", zh="样本少于特征", X=stretched(rng, 4, 6), M=2)


def tiny_cases(rng):
    yield Case("a direction of 1e-8", zh="起伏只有 1e-8 的方向", public=False, seed=int(rng.integers(2**31)))


def shapes_of_pca(X, M):
    D = X.shape[1]
    return {"mean": (D,), "W": (M, D), "variances": (M,)}


def up_to_signs(impl, case):
    """A component may be turned round; which one it is, its length and its variance count."""
    mean, W, variances = impl.pca_svd(case.X, case.M)
    return {"mean": mean, "components, up to sign": tools.up_to_sign(W.T), "lengths": np.sum(W**2, axis=1), "variances": variances}


def how_small(impl, case):
    """Exponents of the variances of data whose directions vary by 1, 0.01 and 1e-8."""
    rng = np.random.default_rng(case.seed)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    _, _, variances = impl.pca_svd(rng.normal(size=(20, 3)) * np.array([1.0, 1e-2, 1e-8]) @ turn, 3)
    return np.log10(np.maximum(variances, 1e-30))


@variant
def of_the_transpose(X, M):
    U, s, _ = np.linalg.svd((X - X.mean(axis=0)).T, full_matrices=False)
    return X.mean(axis=0), U.T[:M], s[:M] ** 2 / len(X)


Exercise(
    points=3, reference=unsupervised.pca_svd, cases=svd_cases, observe=up_to_signs, shapes=shapes_of_pca, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("tiny", tiny_cases, observe=how_small, en="A tiny variance keeps its digits", zh="很小的方差也保住有效数字")],
    mistakes=[
        Mistake("singular_values_for_variances", "s[:M] ** 2 / len(X)", "s[:M]",
            en="You return the singular values themselves. The variance comes from their squares, and is a MEAN over the samples.",
            zh="你直接返回了奇异值。方差要由它们的平方得到，而且是对样本的平均。"),
        Mistake("not_divided_by_n", "s[:M] ** 2 / len(X)", "s[:M] ** 2",
            en="Your variances are N times too large: s² belongs to a SUM over the samples, a variance is a MEAN.",
            zh="你的方差大了 N 倍：s² 对应的是对样本求和，方差是平均。"),
        Mistake("not_squared", "s[:M] ** 2 / len(X)", "s[:M] / len(X)",
            en="The singular values enter the covariance squared.", zh="奇异值在协方差里是以平方出现的。"),
        Mistake("divided_by_n_minus_1", "/ len(X)", "/ (len(X) - 1)",
            en="You divided by N − 1. The covariance of this course is a MEAN: divide by N.",
            zh="你除以了 N − 1。本课程的协方差是平均：除以 N。"),
        Mistake("not_centered", "np.linalg.svd(X - mean", "np.linalg.svd(X",
            en="You decomposed X itself. Center first, or the first component points at the mean.",
            zh="你分解的是 X 本身。要先中心化，否则第一主成分会指向均值。"),
        Mistake("columns_of_vt", "Vt[:M]", "Vt[:, :M].T",
            en="You took columns of Vᵀ. numpy returns V already transposed, so the components are its *rows*.",
            zh="你取的是 Vᵀ 的列。numpy 返回的 V 已经转置过，主成分是它的**行**。"),
        Mistake("overall_mean", "mean = X.mean(axis=0)", "mean = np.full(X.shape[1], X.mean())",
            en="You subtracted one mean for all features. Each feature has its own.",
            zh="你对所有特征减去了同一个均值。每个特征有自己的均值。"),
        Mistake("by_way_of_the_covariance", "    _, s, Vt = np.linalg.svd(X - mean, full_matrices=False)\n    W, variances = Vt[:M], s[:M] ** 2 / len(X)\n",
            "    values, vectors = np.linalg.eigh((X - mean).T @ (X - mean) / len(X))\n    W, variances = vectors.T[::-1][:M], values[::-1][:M]\n",
            en="Right where all variances are of one size. You went by the covariance, whose squares have cost the tiny variance its digits. Decompose the centered data instead.",
            zh="各方向的方差相差不大时都对。你绕道协方差，平方让那个很小的方差丢了有效数字。请直接分解中心化的数据。"),
    ],
    variants=[
        Variant("array_turned_round", "return mean, W, variances", "return mean, -np.asarray(W), variances"),
        Variant("difference_turned", "np.linalg.svd(X - mean", "np.linalg.svd(mean - X"),
        Variant("all_of_u", "X - mean, full_matrices=False", "X - mean"),
        Variant("turned_round", "return mean, W, variances", "return mean, -W, variances"),
        Variant("full_matrices", "full_matrices=False", "full_matrices=True"),
        Variant("root_of_n_first", "s[:M] ** 2 / len(X)", "(s[:M] / np.sqrt(len(X))) ** 2"),
    ],
)
