# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import normal, whole

# %% [markdown] lang="en"
# ## {n} k-means, second half: every center to the middle
#
# Now the samples stay where they are assigned, and the centers move: each to the mean of its samples,
#
# $$c_k=\frac1{N_k}\sum_{n:\,a^n=k}x^n$$
#
# Why the mean, and not some other middle? Because it is the point with the smallest *sum of squared distances* to these samples (set the derivative with respect to $c_k$ to 0). So neither half-step can make the total $\sum_n\lVert x^n-c_{a^n}\rVert^2$ larger, and k-means goes downhill without a learning rate.
#
# **By hand.** Samples $(0,0),(2,0),(5,1)$ with labels $0,0,1$ and centers $(1,1),(4,4),(9,9)$: the first center moves to $(1,0)$, the second to $(5,1)$.
#
# **The third has no samples.** The mean of nothing is $0/0$, NaN, and a NaN is nearest to nothing and stays forever. Here such a center stays where it was, $(9,9)$. (Libraries often move it to a sample that is far from its center.)
# %% [markdown] lang="zh" of="3bd8"
# ## {n} k-means 的后半步：中心移到正中
#
# 现在样本的归属不动，中心来移动：每个中心移到自己那些样本的均值，
#
# $$c_k=\frac1{N_k}\sum_{n:\,a^n=k}x^n$$
#
# 为什么是均值，而不是别的“中间”？因为到这些样本的**距离平方之和**最小的点就是它（对 $c_k$ 求导，令其为 0）。于是两个半步都不会让总和 $\sum_n\lVert x^n-c_{a^n}\rVert^2$ 变大：k-means 一路下坡，连学习率都不需要。
#
# **手算。** 样本 $(0,0),(2,0),(5,1)$，标签 $0,0,1$，中心 $(1,1),(4,4),(9,9)$：第一个中心移到 $(1,0)$，第二个移到 $(5,1)$。
#
# **第三个没有样本。** 没有样本的均值是 $0/0$，即 NaN；而 NaN 离谁都不是最近，从此就一直是 NaN。这里规定：这样的中心留在原地 $(9,9)$。（程序库常把它挪到某个离自己的中心很远的样本上。）
# %% answer="kmeans_update"
def kmeans_update(X, labels, C):
    """The centers after one update: each is the MEAN of the samples with its number.

    X (N, D), labels (N,) from 0 to K - 1, centers C (K, D) so far.  A center without samples stays.
    Returns the new centers (K, D); C itself stays unchanged.
    """
    ### BEGIN SOLUTION
    moved = np.array(C, dtype=float)
    for k in range(len(C)):
        if np.any(labels == k):
            moved[k] = X[labels == k].mean(axis=0)
    return moved
    ### END SOLUTION


# %% [markdown] docstring="kmeans_update" lang="zh" of="bc0d"
# 更新一次之后的中心：每个中心取编号与它相同的样本的平均。
#
# X (N, D)，labels (N,) 是 0 到 K - 1 的整数，C (K, D) 是目前的中心。没有样本的中心保持不动。
# 返回新的中心 (K, D)；C 本身不变。
# %% [markdown] why="kmeans_update" lang="en"
# The new centers begin as a copy of the old ones: so an empty cluster keeps its center without any more ado, and the caller's `C` stays as
# it is. `dtype=float` is no ornament: written into an array of whole numbers, every mean would lose its fraction.
# %% [markdown] why="kmeans_update" lang="zh" of="7438"
# 新的中心先照旧的复制一份：空簇的中心自然就留在原处，调用者的 `C` 也不受影响。`dtype=float` 不是摆设：写进整数数组，每个均值的小数部分都会被截掉。
# %% grading="kmeans_update"
def inputs(rng, counts, d):
    labels = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    return {"X": normal(rng, len(labels), d) + 1, "labels": labels, "C": normal(rng, len(counts), d)}


def update_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, (2, 5, 3), 2))
    yield Case("two clusters", zh="两个簇", **inputs(rng, (1, 4), 3))


def edge_cases(rng):
    labels = rng.permutation([0, 0, 0, 1, 1])
    yield Case("whole numbers", zh="整数", X=whole(rng, -9, 9, 5, 2), labels=labels, C=whole(rng, -9, 9, 2, 2))


def empty_cases(rng):
    counts = rng.permutation([0, 3, 2])
    yield Case("a center without samples", zh="没有样本的中心", **inputs(rng, counts, 2))
    yield Case("one sample, three centers", zh="一个样本，三个中心", **inputs(rng, (0, 0, 1), 3))


@variant
def by_one_hot(X, labels, C):
    member = np.eye(len(C))[labels]  # (N, K)
    count = member.sum(axis=0)[:, None]
    return np.where(count > 0, member.T @ X / np.maximum(count, 1), C)


Exercise(
    points=2, reference=unsupervised.kmeans_update, cases=update_cases, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("empty", empty_cases, en="A center without samples stays", zh="没有样本的中心保持不动")],
    mistakes=[
        Mistake("nan_for_empty", "        if np.any(labels == k):\n            moved[k] = X[labels == k].mean(axis=0)\n",
            "        with np.errstate(all=\"ignore\"):\n            moved[k] = X[labels == k].sum(axis=0) / np.sum(labels == k)\n",
            en="A center without samples became NaN: 0 divided by 0. It stays where it is.",
            zh="没有样本的中心变成了 NaN：0 除以 0。它应当留在原地。"),
        Mistake("empty_to_the_origin", "np.array(C, dtype=float)", "np.zeros(C.shape)",
            en="A center without samples moved to the origin. It stays where it is.",
            zh="没有样本的中心跑到了原点。它应当留在原地。"),
        Mistake("sum_for_mean", ".mean(axis=0)", ".sum(axis=0)",
            en="Your centers are the SUM of their samples. The mean is asked for: divide by how many the cluster has.",
            zh="你的中心是样本之和。要的是平均：除以这一簇的样本数。"),
        Mistake("divided_by_all", "X[labels == k].mean(axis=0)", "X[labels == k].sum(axis=0) / len(X)",
            en="You divided by the number of all samples. Each cluster has a count of its own.",
            zh="你除以了全部样本的个数。每个簇要除以自己的样本数。"),
        Mistake("old_center_counted", "X[labels == k].mean(axis=0)", "(X[labels == k].sum(axis=0) + C[k]) / (np.sum(labels == k) + 1)",
            en="The old center was counted as if it were a sample. Only samples enter the mean.",
            zh="你把旧的中心也当成样本算进了平均。只有样本参与平均。"),
        Mistake("median_for_mean", "X[labels == k].mean(axis=0)", "np.median(X[labels == k], axis=0)",
            en="That is the median, the middle that makes the sum of *absolute* differences least. For squares it is the mean.",
            zh="你用的是中位数，它使差的**绝对值**之和最小。平方之和最小的是均值。"),
        Mistake("empty_to_the_mean_of_all", "            moved[k] = X[labels == k].mean(axis=0)\n",
            "            moved[k] = X[labels == k].mean(axis=0)\n        else:\n            moved[k] = X.mean(axis=0)\n",
            en="A center without samples jumped to the mean of all samples. Here it stays where it is.",
            zh="没有样本的中心跳到了全体样本的均值。这里规定它留在原地。"),
        Mistake("centers_changed_in_place", "np.array(C, dtype=float)", "C",
            en="Your function writes into the caller's C. Work on a copy: the old centers may still be needed.",
            zh="你的函数直接改写了调用者的 C。请在副本上改：旧的中心也许还有用。"),
    ],
    variants=[
        Variant("a_number_that_no_cluster_has", "range(len(C))", "range(len(C) + 1)"),
        Variant("average", "X[labels == k].mean(axis=0)", "np.average(X, axis=0, weights=(labels == k))"),
        Variant("sum_and_count", "X[labels == k].mean(axis=0)", "X[labels == k].sum(axis=0) / np.count_nonzero(labels == k)"),
    ],
)
