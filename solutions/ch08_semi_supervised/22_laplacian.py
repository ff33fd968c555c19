# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import graph, normal

# %% [markdown] lang="en"
# ### {n} The Laplacian
#
# A whole graph fits into one matrix. The **degree** $d_i=\sum_jA_{ij}$ is the weight of all edges of sample $i$, and the graph's **Laplacian** is
#
# $$\Delta=\operatorname{diag}(d)-A$$
#
# (the notes write $L=D-W$; $\mathcal L$, $D$ and $W$ are taken here). Applied to a label $f_i$ for each sample, $(\Delta f)_i=\sum_jA_{ij}(f_i-f_j)$: how much sample $i$ differs from its neighbors. Three facts to check it by: $\Delta\mathbf 1=0$ (where all are alike nobody differs), it is symmetric, and no eigenvalue is negative.
#
# **By hand.** The graph $A_{01}=2$, $A_{12}=1$: degrees $(2,3,1)$ and
#
# $$\Delta=\begin{pmatrix}2&-2&0\\-2&3&-1\\0&-1&1\end{pmatrix}$$
# %% [markdown] lang="zh" of="95aa"
# ### {n} 图拉普拉斯矩阵
#
# 整个图可以装进一个矩阵。**度** $d_i=\sum_jA_{ij}$ 是样本 $i$ 的所有边的权重之和，**图拉普拉斯矩阵**是
#
# $$\Delta=\operatorname{diag}(d)-A$$
#
# （讲义写作 $L=D-W$；$\mathcal L$、$D$、$W$ 在这里另有所指）。给每个样本一个标签 $f_i$，则 $(\Delta f)_i=\sum_jA_{ij}(f_i-f_j)$：样本 $i$ 与它的邻居差多少。有三条性质可以用来检验：$\Delta\mathbf 1=0$（大家都一样，就谁也不差），它是对称的，没有负的特征值。
#
# **手算。** 图 $A_{01}=2$，$A_{12}=1$：度是 $(2,3,1)$，
#
# $$\Delta=\begin{pmatrix}2&-2&0\\-2&3&-1\\0&-1&1\end{pmatrix}$$
# %% answer="laplacian"
def laplacian(A):
    """The Laplacian of a graph, degrees minus weights.

    A (N, N), the weights of its edges: symmetric, not negative, 0 on the diagonal.  Returns (N, N).
    """
    ### BEGIN SOLUTION
    degree = A.sum(axis=1)
    return np.diag(degree) - A
    ### END SOLUTION


# %% [markdown] docstring="laplacian" lang="zh" of="93e9"
# 图拉普拉斯矩阵：度减去权重。
#
# A (N, N) 是各边的权重：对称，不为负，对角线为 0。返回 (N, N)。
# %% [markdown] why="laplacian" lang="en"
# The degree is the sum of the very weights that are subtracted, so each row sums to 0 by construction. Should a sample ever have
# an edge to itself, it would be added in the degree and subtracted again: nobody differs from himself.
# %% [markdown] why="laplacian" lang="zh" of="750c"
# 度就是被减去的那些权重之和，所以每一行天生加起来为 0。万一某个样本有一条连向自己的边，也会在度里加一次、再减一次：谁也不会与自己不同。
# %% grading="laplacian"
def graph_cases(rng):
    yield Case("typical", zh="一般数据", A=graph(rng, 5))


def edge_cases(rng):
    two = round(rng.uniform(0.5, 2.5), 2)
    yield Case("two samples", zh="两个样本", A=np.array([[0.0, two], [two, 0.0]]))
    lonely = graph(rng, 4)
    lonely[2], lonely[:, 2] = 0, 0
    yield Case("a sample without neighbors", zh="有一个样本没有邻居", A=lonely)


def fact_cases(rng):
    yield Case("three facts", zh="三条性质", A=graph(rng, 6), f=normal(rng, 6))


def facts(impl, case):
    """What the lesson says of every Laplacian, and that its quadratic form is half the double sum over the edges."""
    L, differences = np.asarray(impl.laplacian(case.A)), case.f[:, None] - case.f
    return {
        "rows": L @ np.ones(len(case.A)),
        "asymmetry": L - L.T,
        "negative": min(np.linalg.eigvalsh((L + L.T) / 2).min(), 0.0),
        "form": case.f @ L @ case.f - np.sum(case.A * differences**2) / 2,
    }


@variant
def from_differences(A):
    rows = []
    for i, row in enumerate(A):
        rows.append([-weight for weight in row])
        rows[i][i] = sum(row)
    return rows


Exercise(
    points=1, reference=semi_supervised.laplacian, cases=graph_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("invariant", fact_cases, observe=facts, en="Three facts of every Laplacian", zh="拉普拉斯矩阵的三条性质")],
    mistakes=[
        Mistake("other_way_round", "np.diag(degree) - A", "A - np.diag(degree)",
            en="This is A − diag(d), with the sign the other way round: its eigenvalues are negative.", zh="这是 A − diag(d)，符号反了：它的特征值是负的。"),
        Mistake("edges_counted", "A.sum(axis=1)", "(A > 0).sum(axis=1)",
            en="Your degree counts the edges. With weights it is their SUM, or rows would not sum to 0.", zh="你的度是边的条数。有权重时，度是权重之**和**，否则每行之和就不是 0。"),
        Mistake("degrees_not_on_the_diagonal", "np.diag(degree) - A", "degree - A",
            en="The degrees stand in every row. They belong on the diagonal alone: `np.diag`.", zh="每一行里都填上了度。它们只该在对角线上：`np.diag`。"),
        Mistake("normalized", "np.diag(degree) - A", "np.eye(len(A)) - A / np.where(degree > 0, degree, 1.0)[:, None]",
            en="You divided each row by its degree. That is another Laplacian, the normalized one, which is not symmetric.", zh="你把每一行除以了它的度。那是另一种（归一化的）拉普拉斯矩阵，它不对称。"),
        Mistake("added", "np.diag(degree) - A", "np.diag(degree) + A",
            en="You added the weights. Subtracted, they compare a sample with its neighbors.", zh="你把权重加上了。减去它们，才是在与邻居比较。"),
        Mistake("mean_degree", "A.sum(axis=1)", "A.mean(axis=1)",
            en="Your degree is the MEAN weight. It is the SUM.", zh="你的度是权重的**平均**。应当**求和**。"),
    ],
    variants=[
        Variant("symmetric", "A.sum(axis=1)", "A.sum(axis=0)"),
        Variant("transposed", "np.diag(degree) - A", "np.diag(degree) - A.T"),
    ],
)
