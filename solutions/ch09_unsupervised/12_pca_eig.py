# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, tools, variant
from reference import unsupervised

from chapter import line, stretched

# %% [markdown] lang="en"
# ## {n} PCA by eigenvectors
#
# Which direction has the *greatest* variance? The one where $w^\top\Sigma w$ is largest among all $w$ with $\lVert w\rVert=1$. With a multiplier $v$ for the condition, the derivative of $w^\top\Sigma w-v\,(w^\top w-1)$ is 0 where
#
# $$\Sigma\,w=v\,w$$
#
# so $w$ is an eigenvector, and the variance along it, $w^\top\Sigma w=v$, is its eigenvalue. The largest eigenvalue gives the first **principal component** $w_1$, the next largest the second, and so on. Stacked as rows they are the matrix $W$ `(M, D)` of the notes' $z=Wx$.
#
# Two things that the notes leave out or say too briefly:
#
# * *Center first*: $\Sigma$ is about the mean, and so is $z=W(x-\bar x)$.
# * *$W$ is orthogonal* only if all $D$ components are kept. With $M<D$ rows $WW^\top=I$ still holds, but $W^\top W\ne I$: it is the projection onto what is kept.
#
# **Steps.** The mean · the covariance, divided by $N$ as in §10.2.1 · `np.linalg.eigh`, which is made for symmetric matrices and returns eigenvalues in *ascending* order and eigenvectors as *columns* · the last $M$, in descending order, as rows.
#
# **By hand.** Take $\Sigma=\begin{pmatrix}5&2\\2&2\end{pmatrix}$ from {ref:projected_variance}: $\Sigma\,(2,1)^\top=(12,6)^\top=6\cdot(2,1)^\top$. So $w_1=(2,1)/\sqrt5$ with $v_1=6$, and $w_2=(1,-2)/\sqrt5$ with $v_2=1$.
#
# An eigenvector has no sign: $-w$ is as good as $w$, and both are accepted.
# %% [markdown] lang="zh" of="5e04"
# ## {n} 用特征向量做 PCA
#
# 哪个方向的方差**最大**？在所有 $\lVert w\rVert=1$ 的 $w$ 中，使 $w^\top\Sigma w$ 最大的那个。给约束配上乘子 $v$，对 $w^\top\Sigma w-v\,(w^\top w-1)$ 求导并令其为 0，得到
#
# $$\Sigma\,w=v\,w$$
#
# 所以 $w$ 是特征向量，沿它的方差 $w^\top\Sigma w=v$ 就是特征值。最大的特征值给出第一**主成分** $w_1$，次大的给出第二主成分，依此类推。把它们一行一行叠起来，就是讲义 $z=Wx$ 里的矩阵 $W$ `(M, D)`。
#
# 有两点讲义略去了，或者说得太简：
#
# * **先中心化**：$\Sigma$ 是对均值而言的，编码也是 $z=W(x-\bar x)$。
# * **$W$ 是正交矩阵**，只有把 $D$ 个主成分全留下时才对。只留 $M<D$ 行时，$WW^\top=I$ 仍成立，但 $W^\top W\ne I$：它是向保留部分的投影。
#
# **步骤。** 均值 · 协方差，按 §10.2.1 除以 $N$ · `np.linalg.eigh`，专门用于对称矩阵，特征值按**升序**返回，特征向量是**列** · 取最后 $M$ 个，按降序排好，写成行。
#
# **手算。** 取 {ref:projected_variance} 节的 $\Sigma=\begin{pmatrix}5&2\\2&2\end{pmatrix}$：$\Sigma\,(2,1)^\top=(12,6)^\top=6\cdot(2,1)^\top$。所以 $w_1=(2,1)/\sqrt5$，$v_1=6$；$w_2=(1,-2)/\sqrt5$，$v_2=1$。
#
# 特征向量没有正负之分：$-w$ 与 $w$ 一样好，两者都算对。
# %% answer="pca_eig"
def pca_eig(X, M):
    """Principal components from the eigenvectors of the covariance.

    X (N, D), 1 ≤ M ≤ D.  Returns (mean, W, variances): the mean (D,); the first M components (M, D), one a row, each of
    length 1, that of the greatest variance first; the variances (M,) along them, MEANS over the N samples.
    """
    ### BEGIN SOLUTION
    mean = X.mean(axis=0)
    Xc = X - mean  # (N, D)
    values, vectors = np.linalg.eigh(Xc.T @ Xc / len(X))  # ascending; (D,), (D, D)
    largest = np.argsort(values)[::-1][:M]
    W, variances = vectors[:, largest].T, values[largest]
    return mean, W, variances
    ### END SOLUTION


# %% [markdown] docstring="pca_eig" lang="zh" of="7ddb"
# 由协方差的特征向量求主成分。
#
# X (N, D)，1 ≤ M ≤ D。返回 (mean, W, variances)：均值 (D,)；前 M 个主成分 (M, D)，每行一个，长度为 1，方差最大的在前；
# 沿它们的方差 (M,)，是对 N 个样本的平均。
# %% [markdown] why="pca_eig" lang="en"
# `eigh` may rely on symmetry: real eigenvalues in order, eigenvectors orthogonal and of length 1. They are columns there and rows
# here, hence the transpose. Whether one divides by N or by N − 1 changes the variances, but no component.
# %% [markdown] why="pca_eig" lang="zh" of="014b"
# `eigh` 可以利用对称性：特征值是实数，按序排好，特征向量两两正交、长度为 1。它们在那里是列，在我们这里是行，所以要转置。除以 N 还是 N − 1，只影响方差，不影响主成分。
# %% grading="pca_eig"
def pca_cases(rng):
    yield Case("two of three", zh="三取二", X=stretched(rng, 7, 3), M=2)
    yield Case("one of four", zh="四取一", X=stretched(rng, 8, 4), M=1)


def edge_cases(rng):
    yield Case("samples on a line", zh="样本在一条直线上", X=line(rng), M=1)
    yield Case("all components", zh="全部主成分", X=stretched(rng, 6, 3), M=3)


def greatest_cases(rng):
    yield Case("a thousand directions", zh="一千个方向", X=stretched(rng, 9, 4), M=2, seed=int(rng.integers(2**31)))


def shapes_of_pca(X, M):
    D = X.shape[1]
    return {"mean": (D,), "W": (M, D), "variances": (M,)}


def up_to_signs(impl, case):
    """A component may be turned round; which one it is, its length and its variance count."""
    mean, W, variances = impl.pca_eig(case.X, case.M)
    return {"mean": mean, "components, up to sign": tools.up_to_sign(W.T), "lengths": np.sum(W**2, axis=1), "variances": variances}


def against_a_thousand(impl, case):
    """The variance along the first component, and how many of 1000 directions have more."""
    _, W, _ = impl.pca_eig(case.X, case.M)
    units = np.random.default_rng(case.seed).normal(size=(1000, 4))
    units = units / np.linalg.norm(units, axis=1, keepdims=True)
    first = np.var(case.X @ W[0])
    return {"directions that vary more": int(np.sum(np.var(case.X @ units.T, axis=0) > first * (1 + 1e-9))), "variance along the first": first}


@variant
def by_svd(X, M):
    _, s, rows = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    return X.mean(axis=0), rows[:M], s[:M] ** 2 / len(X)


@variant
def one_after_the_other(X, M):
    """Power iteration, and what was found is taken away."""
    Xc = X - X.mean(axis=0)
    S, W, variances = Xc.T @ Xc / len(X), [], []
    for _ in range(M):
        w = np.ones(len(S)) + np.arange(len(S)) * 0.37
        for _ in range(600):
            w = S @ w
            w = w / np.linalg.norm(w)
        W.append(w)
        variances.append(w @ S @ w)
        S = S - variances[-1] * np.outer(w, w)
    return X.mean(axis=0), np.array(W), np.array(variances)


Exercise(
    points=3, reference=unsupervised.pca_eig, cases=pca_cases, observe=up_to_signs, shapes=shapes_of_pca, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("greatest", greatest_cases, observe=against_a_thousand, en="No direction varies more than the first", zh="没有哪个方向比第一主成分变化更大"),
    ],
    mistakes=[
        Mistake("not_centered", "Xc = X - mean", "Xc = X",
            en="You did not center. Then the first component points at the mean of the data, not along their spread. (The notes leave this step out.)",
            zh="你没有中心化，于是第一主成分指向数据的均值，而不是沿着数据散开的方向。（讲义略去了这一步。）"),
        Mistake("smallest_first", "np.argsort(values)[::-1][:M]", "np.argsort(values)[:M]",
            en="`eigh` returns eigenvalues in ascending order, so you kept the components of the *smallest* variance.",
            zh="`eigh` 按升序返回特征值，所以你留下的是方差**最小**的主成分。"),
        Mistake("ascending_order", "np.argsort(values)[::-1][:M]", "np.argsort(values)[-M:]",
            en="The right components in the wrong order: the one of the greatest variance comes first.",
            zh="主成分选对了，次序反了：方差最大的在最前。"),
        Mistake("rows_of_the_eigenvectors", "vectors[:, largest].T", "vectors[largest]",
            en="You took rows of the matrix of eigenvectors. numpy puts each eigenvector into a *column*.",
            zh="你取的是特征向量矩阵的行。numpy 把每个特征向量放在一**列**里。"),
        Mistake("divided_by_n_minus_1", "/ len(X)", "/ (len(X) - 1)",
            en="You divided by N − 1. The notes' covariance, and ours, is a MEAN: divide by N.",
            zh="你除以了 N − 1。讲义和这里的协方差都是平均：除以 N。"),
        Mistake("scatter_for_covariance", "Xc.T @ Xc / len(X)", "Xc.T @ Xc",
            en="Your variances are N times too large: the covariance is a MEAN over the samples.",
            zh="你的方差大了 N 倍：协方差是对样本的平均。"),
        Mistake("standard_deviations", "return mean, W, variances", "return mean, W, np.sqrt(np.abs(variances))",
            en="You return standard deviations. The variance along a component is the eigenvalue itself.",
            zh="你返回的是标准差。沿主成分的方差就是特征值本身。"),
        Mistake("standardized", "    Xc = X - mean  # (N, D)\n", "    Xc = (X - mean) / X.std(axis=0)\n",
            en="You standardized the features. Sometimes that is wise, but then the components are those of other data: here X is only centered.",
            zh="你把特征标准化了。有时这样做是明智的，但那就成了另一份数据的主成分：这里只中心化。"),
        Mistake("scaled_components", "return mean, W, variances", "return mean, W * np.sqrt(np.abs(variances))[:, None], variances",
            en="Your components are as long as the standard deviation along them. They have length 1.",
            zh="你的主成分长度等于沿它的标准差。它们的长度应为 1。"),
    ],
    variants=[
        Variant("array_turned_round", "return mean, W, variances", "return mean, -np.asarray(W), variances"),
        Variant("difference_turned", "Xc = X - mean", "Xc = mean - X"),
        Variant("turned_round", "return mean, W, variances", "return mean, -W, variances"),
        Variant("cov_of_numpy", "Xc.T @ Xc / len(X)", "np.cov(Xc, rowvar=False, bias=True)"),
    ],
)
