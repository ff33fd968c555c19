# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import blobs, nearest_is_clear, normal, squared_distances, whole

# %% [markdown] lang="en"
# ## {n} k-means, first half: everybody to the nearest center
#
# **k-means** (§10.1) splits samples into $K$ clusters, each around a *center* $c_k$. It repeats two half-steps. The first: every sample goes to the center that is nearest,
#
# $$a^n=\arg\min_k\ \lVert x^n-c_k\rVert^2$$
#
# Clusters are counted from 0. Where two centers are equally near, the one with the lower number wins, so that everybody gets the same answer.
#
# **By hand.** Centers $c_0=(0,0)$ and $c_1=(4,0)$. The sample $(1,3)$ has squared distances $1+9=10$ and $9+9=18$: cluster 0. The sample $(3,-1)$: $10$ and $2$, so cluster 1. The sample $(2,7)$ is equally far from both: cluster 0.
#
# The root can stay away: it does not change who is nearest. `squared_distances(A, B)`, given above, has all pairs at once.
# %% [markdown] lang="zh" of="b40d"
# ## {n} k-means 的前半步：各归最近的中心
#
# **k-means**（k-均值，§10.1）把样本分成 $K$ 个簇，每个簇围着一个**中心** $c_k$。它反复做两个半步。前半步：每个样本归到离它最近的中心，
#
# $$a^n=\arg\min_k\ \lVert x^n-c_k\rVert^2$$
#
# 簇从 0 开始编号。如果两个中心一样近，取编号小的，这样大家的答案才一致。
#
# **手算。** 中心 $c_0=(0,0)$，$c_1=(4,0)$。样本 $(1,3)$ 的距离平方为 $1+9=10$ 和 $9+9=18$，归簇 0；样本 $(3,-1)$ 为 $10$ 和 $2$，归簇 1；样本 $(2,7)$ 到两者一样远，归簇 0。
#
# 不必开平方：谁最近不会因此改变。前面给出的 `squared_distances(A, B)` 一次算出所有的两两距离。
# %% answer="kmeans_assign"
def kmeans_assign(X, C):
    """The number of the nearest center for every sample.

    X (N, D), centers C (K, D).  Returns whole numbers (N,) from 0 to K - 1; of equally near centers the first.
    """
    ### BEGIN SOLUTION
    return np.argmin(squared_distances(X, C), axis=1)
    ### END SOLUTION


# %% [markdown] docstring="kmeans_assign" lang="zh" of="5812"
# 每个样本最近的中心的编号。
#
# X (N, D)，中心 C (K, D)。返回 0 到 K - 1 的整数 (N,)；几个中心一样近时取编号最小的。
# %% [markdown] why="kmeans_assign" lang="en"
# A root never changes an order, so none is taken; and `argmin` names the first of equals by itself. All pairs at once cost an
# array of N · K · D numbers on the way: with millions of samples one would go through them in pieces.
# %% [markdown] why="kmeans_assign" lang="zh" of="1ca6"
# 开方从不改变大小次序，所以不必开；并列时 `argmin` 本来就取第一个。所有配对一起算，中途要用一个 N · K · D 的数组：样本有几百万时，就该分批来做。
# %% grading="kmeans_assign"
def clear(rng, n, k, d):
    """Samples and centers of which none is nearly as near as another, where each kind of distance says otherwise for some."""
    while True:
        X, C = normal(rng, n, d) * 2, normal(rng, k, d) * 2
        gaps = np.abs(X[:, None] - C)
        nearest = np.argmin(np.sum(gaps**2, axis=2), axis=1)
        others = np.argmin(gaps.sum(axis=2), axis=1), np.argmin(gaps.max(axis=2), axis=1), np.argmax(X @ C.T, axis=1)
        if nearest_is_clear(X, C) and len(set(nearest)) == k and all(np.any(other != nearest) for other in others):
            return {"X": X, "C": C}


def assign_cases(rng):
    yield Case("typical", zh="一般数据", **clear(rng, 9, 3, 2))
    yield Case("more features", zh="更多特征", **clear(rng, 7, 2, 4))


def edge_cases(rng):
    a, b, c = (float(number) for number in rng.permutation(np.arange(1, 8))[:3])
    tied = np.array([[a, b], [-a, b], [a, -b], [c, c + 9]])
    yield Case("equally near", zh="一样近", X=np.array([[0, 0], [0, b], [a, 0]]), C=rng.permutation(tied))
    one = whole(rng, -9, 9, 1, 3)
    yield Case("one sample", zh="只有一个样本", X=one, C=np.concatenate([one + 3, one - 1, one + 2])[rng.permutation(3)])
    X, points = blobs(rng, (3, 2), 2)
    far = np.concatenate([points, [[90.0, 90.0]]])[rng.permutation(3)]
    yield Case("a center without samples", zh="没有样本的中心", X=X, C=far)


@variant
def loop(X, C):
    labels = []
    for x in X:
        distances = [float(np.sum((x - c) ** 2)) for c in C]
        labels.append(distances.index(min(distances)))
    return labels


@variant
def expanded(X, C):
    return np.argmin(np.sum(C**2, axis=1) - 2 * X @ C.T, axis=1)


Exercise(
    points=2, reference=unsupervised.kmeans_assign, cases=assign_cases, tolerance=EXACT, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("farthest", "np.argmin", "np.argmax",
            en="Every sample went to the center that is *farthest* away.", zh="每个样本都归到了离它**最远**的中心。"),
        Mistake("axis_of_samples", "axis=1", "axis=0",
            en="You found the nearest *sample* for every center, K numbers. Asked for is the nearest center for every sample.",
            zh="你求的是离每个中心最近的**样本**，共 K 个数。要的是离每个样本最近的中心。"),
        Mistake("sum_of_absolute_values", "squared_distances(X, C)", "np.abs(X[:, None] - C).sum(axis=2)",
            en="You measure by the sum of absolute differences. Near and far go by squared differences here, which can choose otherwise.",
            zh="你用的是差的绝对值之和。这里的远近按差的平方之和来算，两者选出的中心可能不同。"),
        Mistake("inner_product", "np.argmin(squared_distances(X, C), axis=1)", "np.argmax(X @ C.T, axis=1)",
            en="The largest inner product is not the nearest center: long centers win too often. The length of each center counts as well.",
            zh="内积最大的不一定最近：长的中心占了便宜。还要把每个中心自己的长度算进去。"),
        Mistake("last_of_equals", "np.argmin(squared_distances(X, C), axis=1)", "len(C) - 1 - np.argmin(squared_distances(X, C)[:, ::-1], axis=1)",
            en="Right but for ties: of equally near centers the one with the lowest number wins, and you take the last.",
            zh="只有平局时不对：一样近的中心里应取编号最小的，你取了最后一个。"),
        Mistake("counted_from_one", "np.argmin(squared_distances(X, C), axis=1)", "1 + np.argmin(squared_distances(X, C), axis=1)",
            en="Your clusters are counted from 1. Here they begin at 0, so that `C[label]` is the center.",
            zh="你的簇从 1 开始编号。这里从 0 开始，这样 `C[label]` 就是它的中心。"),
        Mistake("the_center_itself", "return np.argmin(squared_distances(X, C), axis=1)", "return C[np.argmin(squared_distances(X, C), axis=1)]",
            en="You return the nearest center itself. Asked for is its number.", zh="你返回的是最近的中心本身。要的是它的编号。"),
    ],
    variants=[
        Variant("with_root", "squared_distances(X, C)", "np.sqrt(squared_distances(X, C))"),
        Variant("sorted", "np.argmin(squared_distances(X, C), axis=1)", 'np.argsort(squared_distances(X, C), axis=1, kind="stable")[:, 0]'),
    ],
)
