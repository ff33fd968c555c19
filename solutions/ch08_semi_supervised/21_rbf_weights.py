# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import normal

# %% [markdown] lang="en"
# ### {n} Weights of edges
#
# An edge between close samples should carry more than one between distant ones. "In proportion to the similarity" (§9.6); the usual similarity is
#
# $$A_{ij}=e^{-\lVert x^i-x^j\rVert^2/(2s^2)}\ \text{where there is an edge},\qquad 0\ \text{elsewhere},$$
#
# with a width $s$: much closer than $s$ is 1, much farther is 0. It falls *fast*, and that is the point: a long edge across the gap would carry labels into the wrong class.
#
# **By hand.** Samples at $0, 1, 3$ on a line, edges as in {ref:knn_graph}, $s=1$: $A_{01}=e^{-1/2}=0.607$, $A_{12}=e^{-4/2}=0.135$.
# %% [markdown] lang="zh" of="2bce"
# ### {n} 边的权重
#
# 近的样本之间的边，应当比远的更有分量。“根据相似度成比例”（§9.6）；常用的相似度是
#
# $$A_{ij}=e^{-\lVert x^i-x^j\rVert^2/(2s^2)}\ \text{（有边时）},\qquad 0\ \text{（没有边时）},$$
#
# 其中 $s$ 是宽度：比 $s$ 近得多就接近 1，远得多就接近 0。它降得**很快**，要的就是这一点：横跨空隙的长边会把标签带到别的类里去。
#
# **手算。** 一条线上的样本 $0, 1, 3$，边与 {ref:knn_graph} 相同，$s=1$：$A_{01}=e^{-1/2}=0.607$，$A_{12}=e^{-4/2}=0.135$。
# %% answer="rbf_weights"
def rbf_weights(X, A, s):
    """Weights that fall with the distance, on the edges of a graph.

    X (N, D); A (N, N), 1 where there is an edge and 0 elsewhere; s > 0 the width.
    Returns (N, N): exp(−‖xⁱ − xʲ‖² / (2 s²)) on edges and 0 elsewhere.
    """
    ### BEGIN SOLUTION
    squared = np.sum((X[:, None] - X) ** 2, axis=2)
    return A * np.exp(-squared / (2 * s**2))
    ### END SOLUTION


# %% [markdown] docstring="rbf_weights" lang="zh" of="52d9"
# 图中各边的权重，随距离减小。
#
# X (N, D)；A (N, N)，有边为 1，没有边为 0；s > 0 是宽度。
# 返回 (N, N)：有边处为 exp(−‖xⁱ − xʲ‖² / (2 s²))，其余为 0。
# %% [markdown] why="rbf_weights" lang="en"
# The exponent wants the squared distance, so no root is taken. Multiplying by `A` keeps symmetry and zeros as they are. The width
# decides: with $s$ too small even neighbors hardly hear each other, with $s$ too large all edges weigh the same.
# %% [markdown] why="rbf_weights" lang="zh" of="8e2e"
# 指数里要的就是距离的平方，所以不必开方。乘以 `A`，对称性和那些 0 都保持不变。关键在宽度：$s$ 太小，连邻居也几乎互不相闻；太大，所有的边就一样重了。
# %% grading="rbf_weights"
def edges(rng, n, share):
    A = np.triu(rng.uniform(size=(n, n)) < share, 1)
    return (A | A.T).astype(float)


def weight_cases(rng):
    yield Case("typical", zh="一般数据", X=normal(rng, 5, 2), A=edges(rng, 5, 0.7), s=round(rng.uniform(1.2, 1.8), 2))


def edge_cases(rng):
    yield Case("a small width", zh="宽度很小", X=(0.5 * normal(rng, 4, 3)).round(2), A=edges(rng, 4, 0.8), s=round(rng.uniform(0.4, 0.7), 2))
    yield Case("no edges", zh="没有边", X=normal(rng, 3, 1), A=np.zeros((3, 3)), s=1.0)


@variant
def pair_by_pair(X, A, s):
    N, W = len(X), np.zeros(np.shape(A))
    for i in range(N):
        for j in range(N):
            if A[i][j]:
                W[i, j] = np.exp(-((np.linalg.norm(X[i] - X[j]) / s) ** 2) / 2)
    return W


@variant
def by_dot_products(X, A, s):
    norms = np.einsum("nd,nd->n", X, X)
    return np.where(A > 0, np.exp((X @ X.T - norms[:, None] / 2 - norms / 2) / s**2), 0)


Exercise(
    points=1, reference=semi_supervised.rbf_weights, cases=weight_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("edges_forgotten", "return A * np.exp", "return np.exp",
            en="Every pair has a weight, and each sample one to itself. Where A has no edge, the weight is 0.", zh="每一对都有了权重，连自己对自己也有。A 里没有边的地方，权重是 0。"),
        Mistake("distance_not_squared", "np.sum((X[:, None] - X) ** 2, axis=2)", "np.sqrt(np.sum((X[:, None] - X) ** 2, axis=2))",
            en="The exponent has the *squared* distance.", zh="指数里是距离的**平方**。"),
        Mistake("factor_two_forgotten", "/ (2 * s**2)", "/ s**2",
            en="The factor 2 in the denominator is missing.", zh="分母里漏了系数 2。"),
        Mistake("width_not_squared", "/ (2 * s**2)", "/ (2 * s)",
            en="The width is squared in the exponent: it is measured as the distance is.", zh="指数里的宽度要平方：它和距离的单位相同。"),
        Mistake("grows_with_distance", "np.exp(-squared", "np.exp(squared",
            en="Your weights *grow* with the distance. The sign in the exponent is missing.", zh="你的权重随距离**增大**。指数里漏了负号。"),
        Mistake("width_multiplied", "-squared / (2 * s**2)", "-squared * s**2 / 2",
            en="A greater width makes your weights smaller. It divides the distance.", zh="宽度越大，你的权重反而越小。距离要除以宽度。"),
        Mistake("mean_over_features", "np.sum((X[:, None] - X) ** 2, axis=2)", "np.mean((X[:, None] - X) ** 2, axis=2)",
            en="You took the MEAN over the features. The squared distance is the SUM.", zh="你对特征取了**平均**。距离的平方是**求和**。"),
    ],
    variants=[
        Variant("signs_are_squared", "(X[:, None] - X) ** 2", "(X - X[:, None]) ** 2"),
        Variant("even_in_the_width", "    squared = np", "    s = -s\n    squared = np"),
        Variant("reflected", "    squared = np", "    X = -X\n    squared = np"),
        Variant("ones_are_their_squares", "    squared = np", "    A = A**2\n    squared = np"),
    ],
)
