# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import drawn_by, graph, knn_graph, one_hot, rbf_weights, words

# %% [markdown] lang="en"
# ### {n} Labels spread
#
# Set that gradient to 0 where no label is: $d_if_i=\sum_jA_{ij}f_j$. Each sample without a label is the **weighted mean of its neighbors**. So do just that, again and again (Zhu and Ghahramani 2002). With $K$ classes each sample has a row $F_i$ of $K$ shares:
#
# 1. **Start**: one-hot rows for the labeled samples, $1/K$ everywhere for the others.
# 2. **Spread**, `n_iters` times, all rows at once: $F_i\leftarrow\frac1{d_i}\sum_jA_{ij}F_j$.
# 3. After each time put the labeled rows **back** to their labels. Nobody is talked out of what he knows.
#
# A sample without any neighbor ($d_i=0$) keeps its row. A mean lies between its parts, so shares stay between 0 and 1 and each row sums to 1.
#
# **By hand.** On the graph of {ref:laplacian} ($A_{01}=2$, $A_{12}=1$) sample 0 has the label 0 and sample 2 the label 1, $K=2$. After one round $F_1=\frac{2\,(1,0)+1\,(0,1)}{3}=(\tfrac23,\tfrac13)$, and there it stays.
# %% [markdown] lang="zh" of="16f7"
# ### {n} 标签传播
#
# 在没有标签的地方令上面的梯度为 0：$d_if_i=\sum_jA_{ij}f_j$。每个没有标签的样本，等于**邻居的加权平均**。那就照做，一遍又一遍（Zhu 与 Ghahramani，2002）。共 $K$ 类时，每个样本有一行 $F_i$，即 $K$ 个份额：
#
# 1. **开始**：有标签的样本是独热的行，其余样本处处是 $1/K$。
# 2. **传播** `n_iters` 遍，所有行同时更新：$F_i\leftarrow\frac1{d_i}\sum_jA_{ij}F_j$。
# 3. 每一遍之后，把有标签的行**恢复**成它们的标签。自己知道的事，不会被别人说动。
#
# 一个邻居也没有的样本（$d_i=0$）保持原样。平均值总在各部分之间，所以份额始终在 0 与 1 之间，每行之和为 1。
#
# **手算。** {ref:laplacian} 的图（$A_{01}=2$，$A_{12}=1$）上，样本 0 的标签是 0，样本 2 的标签是 1，$K=2$。一遍之后 $F_1=\frac{2\,(1,0)+1\,(0,1)}{3}=(\tfrac23,\tfrac13)$，此后不再变。
# %% answer="label_propagate"
def label_propagate(A, y, K, n_iters):
    """Shares of the classes for every sample of a graph, spread from the labeled ones.

    A (N, N) symmetric weights ≥ 0; y (N,), classes below K, or −1 where nobody has said; n_iters ≥ 0.
    Returns F (N, K); each row sums to 1.
    """
    ### BEGIN SOLUTION
    degree = A.sum(axis=1)
    free = (y < 0) & (degree > 0)  # the rows that change
    mean = A[free] / degree[free, None]
    F = np.full((len(y), K), 1 / K)
    F[y >= 0] = one_hot(y[y >= 0], K)
    for _ in range(n_iters):
        F[free] = mean @ F
    return F
    ### END SOLUTION


# %% [markdown] docstring="label_propagate" lang="zh" of="200f"
# 从有标签的样本传播开去，图上每个样本属于各类的份额。
#
# A (N, N) 是对称的权重，≥ 0；y (N,) 是小于 K 的类别，没有人说过的记作 −1；n_iters ≥ 0。
# 返回 F (N, K)；每行之和为 1。
# %% [markdown] why="label_propagate" lang="en"
# Only the `free` rows are ever written, so labeled ones need not be put back and a sample without neighbors is never divided by 0. The right-hand side
# is complete before anything is stored: all rows see the old shares. The weights do not change, so the division is done once.
# %% [markdown] why="label_propagate" lang="zh" of="db9a"
# 只写 `free` 的那些行，有标签的行就不必再放回去，没有邻居的样本也不会除以 0。等号右边全部算完才存入，所以各行看到的都是旧的份额。权重一直不变，除以度只需做一次。
# %% grading="label_propagate"
def some_labels(rng, n, k, known):
    y = np.r_[rng.permutation(k)[: min(k, known)], rng.integers(k, size=max(known - k, 0)), np.full(n - known, -1)]
    return {"A": graph(rng, n), "y": rng.permutation(y), "K": k}


def spread_cases(rng):
    yield Case("three rounds", zh="三遍", **some_labels(rng, 6, 3, 3), n_iters=3)


def edge_cases(rng):
    yield Case("the start alone", zh="只有开始", **some_labels(rng, 4, 2, 2), n_iters=0)
    lonely = some_labels(rng, 6, 2, 2)
    u = int(np.flatnonzero(lonely["y"] < 0)[0])
    lonely["A"][u], lonely["A"][:, u] = 0, 0
    yield Case("a sample without neighbors", zh="有一个样本没有邻居", **lonely, n_iters=2)
    yield Case("until nothing moves", zh="直到不再变化", public=False, **some_labels(rng, 8, 3, 4), n_iters=150)


def mean_cases(rng):
    yield Case("means of neighbors", zh="邻居的平均", **some_labels(rng, 9, 3, 3), n_iters=4)


def between(impl, case):
    """A mean lies between its parts: how far shares leave 0 … 1, and what the rows sum to."""
    F = np.asarray(impl.label_propagate(case.A, case.y, case.K, case.n_iters))
    return {"sums": F.sum(axis=1), "below": min(F.min(), 0.0), "above": max(F.max() - 1, 0.0)}


@variant
def sample_by_sample(A, y, K, n_iters):
    start = [[float(k == label) for k in range(K)] if label >= 0 else [1 / K] * K for label in y]
    F = start
    for _ in range(n_iters):
        mean = [np.average(F, axis=0, weights=row) if sum(row) else own for row, own in zip(A, start)]
        F = [own if label >= 0 else new for own, label, new in zip(start, y, mean)]
    return F


@variant
def transition_matrix(A, y, K, n_iters):
    T = np.eye(len(y))
    free = (y < 0) & (A.sum(axis=0) > 0)
    T[free] = A[free] / A[free].sum(axis=1, keepdims=True)
    start = np.where((y >= 0)[:, None], np.eye(K)[y], 1 / K)
    return np.linalg.matrix_power(T, n_iters) @ start


Exercise(
    points=3, reference=semi_supervised.label_propagate, cases=spread_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("invariant", mean_cases, observe=between, en="Shares stay shares", zh="份额始终是份额")],
    mistakes=[
        Mistake("labels_not_put_back", "free = (y < 0) & (degree > 0)", "free = degree > 0",
            en="The labeled samples are talked out of their labels by their neighbors. Put their rows back after each round.",
            zh="有标签的样本被邻居说动了。每一遍之后，要把它们的行恢复成标签。"),
        Mistake("sum_for_mean", "A[free] / degree[free, None]", "A[free]",
            en="You add the neighbors up. It is their *mean*: divide by the degree, so that each row sums to 1.",
            zh="你把邻居加了起来。要的是**平均**：除以度，这样每行之和才是 1。"),
        Mistake("neighbors_counted", "/ degree[free, None]", "/ np.sum(A[free] > 0, axis=1)[:, None]",
            en="You divide by the number of neighbors. The mean is weighted: divide by the sum of the weights.",
            zh="你除以的是邻居的个数。这是加权平均：要除以权重之和。"),
        Mistake("divided_by_the_neighbors_degree", "/ degree[free, None]", "/ np.where(degree > 0, degree, 1.0)",
            en="Each neighbor is divided by *its own* degree. It is the degree of the sample that takes the mean.",
            zh="你把每个邻居除以了**它自己**的度。应当除以求平均的那个样本的度。"),
        Mistake("blank_is_the_last_class", "F[y >= 0] = one_hot(y[y >= 0], K)", "F[:] = one_hot(y, K)",
            en="`one_hot` of −1 is the last class: all samples without a label begin there. They begin at 1/K.",
            zh="−1 的 `one_hot` 成了最后一类，没有标签的样本都从那里开始了。应当从 1/K 开始。"),
        Mistake("starts_at_zero", "np.full((len(y), K), 1 / K)", "np.zeros((len(y), K))",
            en="Samples without a label begin at 0, so their rows don't sum to 1. They begin at 1/K.",
            zh="没有标签的样本从 0 开始，每行之和就不是 1 了。应当从 1/K 开始。"),
        Mistake("one_after_the_other", "        F[free] = mean @ F\n", "        for i in np.flatnonzero(free):\n            F[i] = A[i] @ F / degree[i]\n",
            en="You update one sample after the other, and later ones already see the new rows. All of them take the mean of the *old* rows at once.",
            zh="你一个接一个地更新，后面的样本已经看到了新的行。应当用**旧**的行同时更新全部样本。"),
        Mistake("zero_divided_by_zero", "(y < 0) & (degree > 0)  # the rows that change", "y < 0",
            en="A sample without neighbors divides 0 by 0. It keeps its row.",
            zh="没有邻居的样本算了 0 除以 0。它应当保持原样。"),
        Mistake("one_round_less", "range(n_iters)", "range(1, n_iters)",
            en="There is one round too few.",
            zh="少传播了一遍。"),
        Mistake("hard_labels_between", "F[free] = mean @ F", "F[free] = one_hot((mean @ F).argmax(axis=1), K)",
            en="After each round you turn the shares into hard labels. They stay shares until somebody asks.",
            zh="每一遍之后你把份额变成了硬标签。在有人来问之前，它们一直是份额。"),
    ],
    variants=[
        Variant("factor_of_the_weights_cancels", "    degree = A", "    A = 2 * A\n    degree = A"),
        Variant("symmetric", "A.sum(axis=1)", "A.sum(axis=0)"),
        Variant("transposed", "mean = A[free] /", "mean = A.T[free] /"),
        Variant("means_by_len",
            "    degree = A.sum(axis=1)\n    free = (y < 0) & (degree > 0)  # the rows that change\n    mean = A[free] / degree[free, None]\n    F = np.full((len(y), K), 1 / K)\n    F[y >= 0] = one_hot(y[y >= 0], K)\n    for _ in range(n_iters):\n        F[free] = mean @ F",
            "    degree = A.mean(axis=1)\n    free = (y < 0) & (degree > 0)  # the rows that change\n    mean = A[free] / degree[free, None]\n    F = np.full((len(y), K), 1 / K)\n    F[y >= 0] = one_hot(y[y >= 0], K)\n    for _ in range(n_iters):\n        F[free] = mean @ F / len(F)"),
        Variant("as_many_rows", "np.full((len(y), K)", "np.full((len(A), K)"),
    ],
)


# %% [markdown] lang="en"
# Two moons, a hundred samples each, and **one** label in each moon (large dots); edges from your `knn_graph`, weights from your `rbf_weights`. The color is the share that your `label_propagate` gives; a gray sample has heard nothing yet, or no more than a whisper.
#
# You should see: the colors creep along the moons, from neighbor to neighbor, never across the gap, although the far tip of each moon is nearer to the other moon's label than to its own. After 30 rounds even the gray ends lean the right way, if only by a hair; in the end every sample is right, and knows it. A line, a Gaussian, the nearest label: none of these could have done it.
# %% [markdown] lang="zh" of="eaba"
# 两弯月亮，各一百个样本，每弯只有**一个**标签（大点）；边来自你的 `knn_graph`，权重来自你的 `rbf_weights`。颜色是你的 `label_propagate` 给出的份额；灰色的样本还没有听到任何消息，或者只听到一点风声。
#
# 你应该看到：颜色沿着月亮从邻居传给邻居，一点点爬过去，从不越过空隙，尽管每弯月亮远处的尖端离对方的标签更近。30 遍之后，连灰色的两头也偏向了正确的一边，虽然只偏了一丁点；最后每个样本都对了，而且有把握。一条直线、一个高斯分布、最近的标签，哪一样都做不到。
# %% demo="two_moons"
@drawn_by("knn_graph", "rbf_weights", "label_propagate")
def two_moons(plt):
    rng = np.random.default_rng(1)
    angle = np.concatenate([np.linspace(0, np.pi, 100), np.linspace(0, np.pi, 100)])
    truth = np.repeat([0, 1], 100)
    X = np.stack([np.cos(angle) + truth, np.where(truth, 0.35 - np.sin(angle), np.sin(angle))], axis=1)
    X = X + rng.normal(0, 0.08, X.shape)
    y = np.full(200, -1)
    y[[8, 192]] = [0, 1]
    edges = np.asarray(knn_graph(X, 6))
    A = np.asarray(rbf_weights(X, edges, 0.15))
    _, axes = plt.subplots(1, 4, figsize=(13, 3.1), sharey=True, layout="constrained")
    for ax, rounds in zip(axes, (3, 30, 300, 3000)):
        F = np.asarray(label_propagate(A, y, 2, rounds))
        for i, j in np.argwhere(np.triu(edges)):
            ax.plot(*X[[i, j]].T, color="#DDDDDD", lw=0.6, zorder=0)
        ax.scatter(*X.T, c=F[:, 1], cmap="coolwarm", vmin=0, vmax=1, s=14)
        ax.scatter(*X[y >= 0].T, s=120, color=["#0072B2", "#D55E00"], edgecolor="#000000", zorder=3)
        right = np.mean(np.where(F[:, 1] == 0.5, -1, F.argmax(axis=1)) == truth)
        ax.set_title(words(en=f"{rounds} rounds: {right:.0%} right", zh=f"{rounds} 遍：对 {right:.0%}"))
    plt.show()
