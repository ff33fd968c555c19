# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import semi_supervised

from chapter import normal

# %% [markdown] lang="en"
# ### {n} A graph of neighbors
#
# A path needs a graph (§9.6). Join each sample to its $k$ **nearest** others. That need not be mutual: a hermit's nearest neighbor has closer friends. So we join $i$ and $j$ if *either* is among the $k$ nearest of the other, and the graph is symmetric: $A_{ij}=A_{ji}$, 1 for an edge and 0 for none, and 0 on the diagonal, for nobody is a neighbor of himself.
#
# **By hand.** On a line at $0, 1, 3$ with $k=1$: the nearest of $0$ is $1$, of $1$ is $0$, of $3$ is $1$. So the edges are $\{0,1\}$ and $\{1,3\}$, the second although $3$ is not the nearest of $1$:
#
# $$A=\begin{pmatrix}0&1&0\\1&0&1\\0&1&0\end{pmatrix}$$
# %% [markdown] lang="zh" of="e57e"
# ### {n} 邻居连成的图
#
# 有图才有路（§9.6）。把每个样本与离它**最近**的 $k$ 个别的样本连起来。这不一定是相互的：离群索居者最近的邻居，另有更近的朋友。所以只要其中**一方**在另一方最近的 $k$ 个之中，就把 $i$ 和 $j$ 连起来，这样图是对称的：$A_{ij}=A_{ji}$，有边为 1，没有边为 0；对角线是 0，谁也不是自己的邻居。
#
# **手算。** 一条线上的 $0, 1, 3$，$k=1$：离 $0$ 最近的是 $1$，离 $1$ 最近的是 $0$，离 $3$ 最近的是 $1$。所以边是 $\{0,1\}$ 和 $\{1,3\}$，后者虽然 $3$ 并不是离 $1$ 最近的：
#
# $$A=\begin{pmatrix}0&1&0\\1&0&1\\0&1&0\end{pmatrix}$$
# %% answer="knn_graph"
def knn_graph(X, k):
    """The symmetric graph of k nearest neighbors.

    X (N, D), in which no two distances are alike; 1 ≤ k ≤ N − 1.
    Returns A (N, N) of 0 and 1: 1 where one of two samples is among the k nearest others of the other one.
    """
    ### BEGIN SOLUTION
    far = np.sum((X[:, None] - X) ** 2, axis=2)
    np.fill_diagonal(far, np.inf)
    A = np.zeros(far.shape)
    np.put_along_axis(A, np.argsort(far, axis=1)[:, :k], 1.0, axis=1)
    return np.maximum(A, A.T)
    ### END SOLUTION


# %% [markdown] docstring="knn_graph" lang="zh" of="6d82"
# k 近邻的对称图。
#
# X (N, D)，任何两个距离都不相等；1 ≤ k ≤ N − 1。
# 返回由 0 和 1 组成的 A (N, N)：两个样本中，只要一个在另一个最近的 k 个之中，就为 1。
# %% [markdown] why="knn_graph" lang="en"
# ∞ on the diagonal puts everybody out of his own race, which is safer than skipping the first of each sorted row: of two samples in one place either may come
# first. `np.maximum` reads “one of the two”; `A + A.T` would count mutual neighbors twice. Squared distances sort the same without roots.
# %% [markdown] why="knn_graph" lang="zh" of="fd20"
# 对角线上填 ∞，谁都不参加自己的比赛；这比“跳过排序后的第一个”稳妥，因为两个样本在同一位置时，谁排第一说不准。`np.maximum` 就是“其中之一”；`A + A.T` 会把互为近邻的算两次。距离的平方排序结果相同，不必开方。
# %% grading="knn_graph"
def spread(rng, n, d):
    """Samples whose distances differ clearly, and some of which are nearest to one that has closer friends."""
    while True:
        X = normal(rng, n, d) * rng.uniform(0.5, 2.5, size=(n, 1)).round(1)
        far = np.sort(np.sum((X[:, None] - X) ** 2, axis=2)[np.triu_indices(n, 1)])
        if n < 3 or np.diff(far).min() > 1e-6:
            return X.round(3)


def graph_cases(rng):
    yield Case("typical", zh="一般数据", X=spread(rng, 8, 2), k=2)


def edge_cases(rng):
    yield Case("one neighbor, one feature", zh="一个邻居，一个特征", X=spread(rng, 6, 1), k=1)
    yield Case("all others", zh="其他全部", X=spread(rng, 4, 3), k=3)
    yield Case("two samples", zh="两个样本", X=spread(rng, 2, 2), k=1)


@mistake(
    en="Right, but for the diagonal: each sample is its own nearest neighbor and takes up one of the k places.",
    zh="错在对角线：每个样本都是离自己最近的，占掉了 k 个位置中的一个。",
)
def own_neighbor(X, k):
    far = np.sum((X[:, None] - X) ** 2, axis=2)
    A = np.zeros(far.shape)
    np.put_along_axis(A, np.argsort(far, axis=1, kind="stable")[:, :k], 1.0, axis=1)
    return np.maximum(A, A.T)


@variant
def by_rank(X, k):
    N = len(X)
    A = [[0] * N for _ in range(N)]
    for i in range(N):
        others = sorted((j for j in range(N) if j != i), key=lambda j: np.linalg.norm(X[i] - X[j]))
        for j in others[:k]:
            A[i][j] = A[j][i] = 1
    return A


Exercise(
    points=2, reference=semi_supervised.knn_graph, cases=graph_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("not_symmetric", "return np.maximum(A, A.T)", "return A",
            en="Your graph is not symmetric: a hermit is joined to a neighbor who is not joined to him. One direction is enough for an edge both ways.",
            zh="你的图不对称：甲连着乙，乙却不连着甲。只要有一个方向，两个方向就都连上。"),
        Mistake("mutual_only", "np.maximum(A, A.T)", "np.minimum(A, A.T)",
            en="You join samples only where *both* are among the nearest of the other, so a hermit may have no neighbor at all. One of them is enough.",
            zh="只有**双方**互为近邻时你才连边，离群的样本可能一个邻居也没有。只要一方就够了。"),
        Mistake("counted_twice", "np.maximum(A, A.T)", "A + A.T",
            en="Mutual neighbors have a 2. An edge is there or not: 0 or 1.", zh="互为近邻的地方成了 2。边只有“有”和“没有”：0 或 1。"),
        Mistake("farthest_neighbors", "[:, :k]", "[:, -k - 1 : -1]",
            en="You join each sample to its *farthest* ones.", zh="你把每个样本与离它**最远**的连在了一起。"),
        Mistake("one_too_many", "[:, :k]", "[:, : min(k + 1, len(X) - 1)]",
            en="Each sample gets k + 1 neighbors. If you counted itself among them: the diagonal is out of the race here.",
            zh="每个样本有了 k + 1 个邻居。如果你是把它自己也算进去了：这里对角线不参加排名。"),
        Mistake("by_columns_of_features", "np.sum((X[:, None] - X) ** 2, axis=2)", "(X[:, None, 0] - X[:, 0]) ** 2",
            en="You measure the distance by the first feature alone. Sum the squares over all features.", zh="你只用第一个特征量距离。要对所有特征的平方求和。"),
        Mistake("distances_for_edges", "return np.maximum(A, A.T)", "return np.maximum(A, A.T) * np.where(np.isinf(far), 0, far)",
            en="Your edges carry distances. Here an edge is a 1; weights come later, and they *fall* with the distance.",
            zh="你的边上写着距离。这里边就是 1；权重后面再说，而且它随距离**减小**。"),
    ],
    variants=[
        Variant("roots_keep_the_order", "np.sum((X[:, None] - X) ** 2, axis=2)", "np.sqrt(np.sum((X[:, None] - X) ** 2, axis=2))"),
        Variant("means_keep_the_order", "np.sum((X[:, None] - X) ** 2, axis=2)", "np.mean((X[:, None] - X) ** 2, axis=2)"),
        Variant("last_axis", "np.argsort(far, axis=1)", "np.argsort(far)"),
        Variant("reflected", "    far = np.sum", "    X = -X\n    far = np.sum"),
        Variant("signs_are_squared", "(X[:, None] - X) ** 2", "(X - X[:, None]) ** 2"),
        Variant("booleans", "return np.maximum(A, A.T)", "return (A + A.T) > 0"),
        Variant("scale_keeps_the_order", "    far = np.sum", "    X = 2 * X\n    far = np.sum"),
    ],
)
