# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

# %% [markdown] lang="en"
# ## Neighbors agree: clusters and graphs (§9.5, §9.6)
#
# ### {n} Cluster, then label
#
# The last assumption is about *paths*: two samples are alike if one can walk from one to the other through a crowd. "Close" alone is not enough. Half-way up a snake of samples the other end is far away as the crow flies, and still the same snake.
#
# The simplest method (§9.5): find clusters, without looking at any label; then name each cluster after the labels in it. A sample without a label gets the **most common** label of its cluster (of equally common ones the lowest class). A cluster without any label stays unnamed, $-1$. And whoever has a label keeps it, even in a cluster of others.
#
# **By hand.** Clusters $(5, 5, 5, 5, 2)$ and labels $(0, 1, 1, -1, -1)$: cluster 5 has the label 1 twice and 0 once, cluster 2 has none, so the result is $(0, 1, 1, 1, -1)$. Clusters have names, not an order: 5 and 2 mean nothing.
# %% [markdown] lang="zh" of="30bd"
# ## 邻居的标签相同：聚类与图（§9.5、§9.6）
#
# ### {n} 先聚类，再标签
#
# 最后一个假设说的是**路**：如果能在人群里从一个样本走到另一个，它们就相似。光是“近”还不够：样本排成一条长蛇，站在中间看，蛇尾的直线距离很远，却仍然是同一条蛇。
#
# 最简单的方法（§9.5）：先不看任何标签，把样本聚成簇；再按簇里的标签给每一簇命名。没有标签的样本，取它那一簇里**最多**的标签（一样多时，取编号最小的类别）。一个标签也没有的簇就不命名，记作 $-1$。本来有标签的样本，即使与同簇的其他样本不同，也保留自己的标签。
#
# **手算。** 簇是 $(5, 5, 5, 5, 2)$，标签是 $(0, 1, 1, -1, -1)$：簇 5 里标签 1 有两个，标签 0 有一个；簇 2 里没有标签；所以结果是 $(0, 1, 1, 1, -1)$。簇只有名字，没有大小之分：5 和 2 本身没有意义。
# %% answer="cluster_then_label"
def cluster_then_label(clusters, y):
    """Every sample without a label gets the most common one of its cluster.

    clusters (N,), whole numbers; y (N,), classes from 0 on, or −1 where nobody has said.
    Returns (N,): of equally common labels the lowest; −1 where a cluster has no label; labels in y stay as they are.
    """
    ### BEGIN SOLUTION
    named = np.array(y)
    for cluster in np.unique(clusters):
        members = clusters == cluster
        votes = np.bincount(y[members & (y >= 0)])
        if votes.size:
            named[members & (y < 0)] = np.argmax(votes)
    return named
    ### END SOLUTION


# %% [markdown] docstring="cluster_then_label" lang="zh" of="b9f3"
# 每个没有标签的样本，取它那一簇里最多的标签。
#
# clusters (N,) 是整数；y (N,) 是从 0 起的类别，没有人说过的记作 −1。
# 返回 (N,)：一样多的标签取最小的；簇里没有标签的记作 −1；y 里的标签保持不变。
# %% [markdown] why="cluster_then_label" lang="en"
# The vote is taken among real labels only: `bincount` could not count a $-1$ anyway. Where a cluster has none the count is empty, and `if
# votes.size` leaves its samples at $-1$. Names are written into a copy, so no vote ever sees an answer of this function.
# %% [markdown] why="cluster_then_label" lang="zh" of="5185"
# 只在真实的标签里投票，反正 `bincount` 也数不了 $-1$。簇里一个标签都没有时，计票结果是空的，`if votes.size` 让那些样本保持 $-1$。名字写进副本，所以投票时看不到本函数刚给出的答案。
# %% grading="cluster_then_label"
def lumps(rng, n, k, names):
    """Clusters in which the labels disagree, the first of them without any, and whose first label is not the commonest."""
    while True:
        clusters, y = rng.choice(names, size=n), rng.integers(k, size=n)
        y[rng.permutation(n)[: n // 3]] = -1
        y[clusters == names[0]] = -1
        parts = [y[(clusters == name) & (y >= 0)] for name in names]
        blanks = all(((clusters == name) & (y < 0)).any() for name in names)
        split = [part for part in parts[1:] if len(np.unique(part)) > 1 and np.ptp(np.sort(np.bincount(part))[-2:]) > 0]
        if blanks and len(split) == len(names) - 1 and any(0 < np.bincount(part).argmax() != part[0] for part in split):
            return {"clusters": clusters, "y": y}


def lump_cases(rng):
    names = rng.permutation([*rng.permutation(np.arange(1, 9))[:2], 0])
    yield Case("typical", zh="一般数据", **lumps(rng, 14, 3, names))


def edge_cases(rng):
    same, k = int(rng.integers(7)), int(rng.integers(3, 6))
    a, b = np.sort(rng.permutation(k)[:2])
    yield Case("equally many of two labels", zh="两种标签一样多", clusters=np.full(6, same), y=rng.permutation([a, a, b, b, -1, -1]))
    yield Case("no labels at all", zh="一个标签也没有", clusters=rng.integers(3, size=5), y=np.full(5, -1))
    yield Case("names below 0", zh="簇的名字有负数", public=False, **lumps(rng, 18, 3, rng.permutation([-2, 2, 5])))


@variant
def sample_by_sample(clusters, y):
    result = []
    for cluster, label in zip(clusters, y):
        around = [other for c, other in zip(clusters, y) if c == cluster and other != -1]
        common = max(around, key=lambda k: (around.count(k), -k)) if around else -1
        result.append(common if label == -1 else label)
    return result


Exercise(
    points=1, reference=semi_supervised.cluster_then_label, cases=lump_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("labels_overwritten", "named[members & (y < 0)]", "named[members]",
            en="You overwrite labels that somebody gave. Only samples without one are named after their cluster.",
            zh="你把别人给的标签盖掉了。只有没有标签的样本才跟着簇走。"),
        Mistake("blanks_vote", "np.bincount(y[members & (y >= 0)])", "np.bincount(y[members] % (y.max() + 2))",
            en="The −1 take part in the vote, as if “nobody has said” were a class. Count labels from 0 on alone.",
            zh="−1 也参加了投票，好像“没有人说过”也是一类。只数从 0 起的标签。"),
        Mistake("class_0_for_unnamed", "        if votes.size:\n            named[members & (y < 0)] = np.argmax(votes)", "        named[members & (y < 0)] = np.argmax(votes) if votes.size else 0",
            en="A cluster without any label has become class 0: `argmax` of nothing but zeros is 0. It stays −1.",
            zh="一个标签也没有的簇成了第 0 类：全是 0 时，`argmax` 得 0。它应当仍是 −1。"),
        Mistake("first_label_wins", "np.argmax(votes)", "y[members & (y >= 0)][0]",
            en="Your cluster takes the first label that you meet. The most common one names it.", zh="你用碰到的第一个标签给簇命名了。应当用最多的那一个。"),
        Mistake("vote_of_everybody", "np.bincount(y[members & (y >= 0)])", "np.bincount(y[y >= 0])",
            en="The labels of all clusters vote together, so that all get the same name. Each cluster has its own vote.",
            zh="所有簇的标签一起投票，结果大家同名。每一簇应当各投各的。"),
        Mistake("mean_label", "np.argmax(votes)", "round(np.mean(y[members & (y >= 0)]))",
            en="You took the mean of the labels. Classes are names: between 0 and 2 there is no 1.", zh="你对标签取了平均。类别只是名字：0 和 2 之间并没有 1。"),
        Mistake("highest_of_equals", "np.argmax(votes)", "len(votes) - 1 - np.argmax(votes[::-1])",
            en="Of two equally common labels you take the higher. The lowest wins.", zh="两种标签一样多时，你取了编号大的。应当取最小的。"),
        Mistake("votes_returned", "np.argmax(votes)", "np.max(votes)",
            en="You wrote down *how many* votes the winner got. Its class is wanted.", zh="你写下的是得票**数**。要的是得票最多的类别。"),
    ],
    variants=[
        Variant("votes_by_comparison", "np.bincount(y[members & (y >= 0)])", "np.array([np.sum(y[members] == k) for k in range(y[members].max() + 1)])"),
        Variant("the_same_cluster_again", "in np.unique(clusters)", "in clusters"),
        Variant("names_have_no_order", "    named = np", "    clusters = -clusters\n    named = np"),
        Variant("names_are_only_compared", "    named = np", "    clusters = 1 / clusters\n    named = np"),
        Variant("names_have_no_size", "    named = np", "    clusters = 2 * clusters\n    named = np"),
    ],
)
