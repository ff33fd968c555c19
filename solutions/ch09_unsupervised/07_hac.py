# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import unsupervised

from chapter import drawn_by, normal, squared_distances, words

# %% [markdown] lang="en"
# ## {n} A tree of clusters, from the bottom up
#
# k-means wants to know $K$ beforehand. **Agglomerative clustering** (HAC, §10.1) does not. It begins with every sample as a cluster of its own, merges the two clusters that are nearest, and again, until one is left. (The notes say "from the top down or from the bottom up". *Agglomerative* is bottom-up only; top-down is called divisive.)
#
# How far apart are two clusters? Over all pairs of a sample here and a sample there, take
#
# | linkage | distance of clusters | tends to give |
# |---|---|---|
# | `"single"` | the *smallest* distance of a pair | long chains |
# | `"complete"` | the *largest* | compact balls |
# | `"average"` | the mean of all pairs | something in between |
#
# What you return is the list of merges, numbered as scipy does. Samples are clusters $0\dots N-1$; the first merge makes cluster $N$, the next one $N+1$, and so on. A row is $(a, b, d)$: clusters $a<b$ were merged at distance $d$, which is not squared.
#
# **By hand.** Samples $0, 1, 3, 7$ on a line. First $0$ and $1$ at distance $1$: row $(0,1,1)$, cluster 4 = {0, 1}. Then, single: sample 2 (at $3$) is $2$ away from cluster 4, row $(2,4,2)$; sample 3 (at $7$) is $4$ away from the rest, row $(3,5,4)$. Complete: the same merges, but at $3$ and at $7$. Average: at $2.5$ and at $(7+6+4)/3=5.667$.
#
# All distances differ in our cases, so there is nothing to choose. N is at most 60: three nested loops are quick enough.
# %% [markdown] lang="zh" of="44db"
# ## {n} 自下而上，长成一棵树
#
# k-means 要事先知道 $K$。**凝聚聚类**（HAC，§10.1）不用：一开始每个样本自成一簇，然后把最近的两簇合并，再合并，直到只剩一簇。（讲义说“从上到下，从下到上”。**凝聚**只能是从下到上；从上到下的叫分裂式聚类。）
#
# 两簇之间的距离怎么算？这边一个样本、那边一个样本，取遍所有这样的配对：
#
# | linkage | 两簇的距离 | 容易得到 |
# |---|---|---|
# | `"single"`（单链接） | 配对距离中**最小**的 | 长链 |
# | `"complete"`（全链接） | **最大**的 | 紧凑的团 |
# | `"average"`（平均链接） | 所有配对的平均 | 介于两者之间 |
#
# 返回的是合并的列表，编号规则与 scipy 相同：样本是簇 $0\dots N-1$，第一次合并得到簇 $N$，下一次得到 $N+1$，依此类推。每行是 $(a, b, d)$：簇 $a<b$ 在距离 $d$ 处合并，$d$ 不平方。
#
# **手算。** 直线上的样本 $0, 1, 3, 7$。先合并 $0$ 和 $1$，距离 $1$：得到行 $(0,1,1)$，簇 4 = {0, 1}。然后，单链接：样本 2（在 $3$ 处）离簇 4 的距离是 $2$，得到行 $(2,4,2)$；样本 3（在 $7$ 处）离其余的距离是 $4$，得到行 $(3,5,4)$。全链接：合并的次序相同，距离却是 $3$ 和 $7$。平均链接：$2.5$ 和 $(7+6+4)/3=5.667$。
#
# 题目里所有的距离都不相同，所以没有选择的余地。N 最多 60，三重循环就够快了。
# %% answer="hac"
def hac(X, linkage):
    """Agglomerative clustering: the N - 1 merges in order, from single samples to one cluster.

    X (N, D) with N ≥ 2; linkage is "single", "complete" or "average" (the MEAN over all pairs).
    Returns (N - 1, 3): rows a, b, distance with a < b, where cluster N + t is the one that merge t made.
    """
    ### BEGIN SOLUTION
    distance_of = {"single": np.min, "complete": np.max, "average": np.mean}[linkage]
    D = np.sqrt(squared_distances(X, X))  # (N, N)
    members = {n: [n] for n in range(len(X))}
    merges = []
    for new in range(len(X), 2 * len(X) - 1):
        pairs = [(a, b) for a in members for b in members if a < b]
        apart = [distance_of(D[np.ix_(members[a], members[b])]) for a, b in pairs]
        a, b = pairs[int(np.argmin(apart))]
        merges.append((a, b, min(apart)))
        members[new] = members.pop(a) + members.pop(b)
    return np.array(merges)
    ### END SOLUTION


# %% [markdown] docstring="hac" lang="zh" of="ca76"
# 凝聚聚类：从单个样本到只剩一簇，按次序的 N - 1 次合并。
#
# X (N, D)，N ≥ 2；linkage 是 "single"、"complete" 或 "average"（对所有配对取平均）。
# 返回 (N - 1, 3)：每行是 a、b、距离，a < b；簇 N + t 是第 t 次合并得到的。
# %% [markdown] why="hac" lang="en"
# Distances of samples never change, so they are computed once; what grows are the lists of members. `np.ix_` cuts out the block of all pairs between
# two clusters, and a linkage is nothing but the minimum, maximum or mean of that block. `pop` takes both parts out of the game.
# %% [markdown] why="hac" lang="zh" of="ee5d"
# 样本之间的距离不会变，所以只算一次；变长的是成员名单。`np.ix_` 切出两簇之间所有配对的那一块，所谓连接方式，不过是取这一块的最小值、最大值或均值。`pop` 让合并掉的两簇退场。
# %% grading="hac"
def apart(rng, n, d, linkage):
    """Samples where no second pair of clusters is nearly as near, and where every linkage merges others."""
    import torch

    while True:
        X = normal(rng, n, d) * 3
        trees = {kind: unsupervised.hac(torch.as_tensor(X), kind).numpy() for kind in ("single", "complete", "average")}
        gaps = np.sqrt(np.sum((X[:, None] - X[None]) ** 2, axis=2))[np.triu_indices(n, 1)]
        same = n > 5 and any(np.array_equal(trees[linkage][:, :2], trees[kind][:, :2]) for kind in trees if kind != linkage)
        if np.all(np.diff(np.sort(gaps)) > 1e-4) and not same:
            return {"X": X, "linkage": linkage}


def single_cases(rng):
    yield Case("single linkage", zh="单链接", **apart(rng, 7, 2, "single"))
    yield Case("single linkage, more features", zh="单链接，更多特征", **apart(rng, 6, 3, "single"))


def complete_cases(rng):
    yield Case("complete linkage", zh="全链接", **apart(rng, 7, 2, "complete"))
    yield Case("complete linkage, more features", zh="全链接，更多特征", public=False, **apart(rng, 9, 3, "complete"))


def average_cases(rng):
    yield Case("average linkage", zh="平均链接", **apart(rng, 8, 2, "average"))
    yield Case("average linkage, one feature", zh="平均链接，一个特征", **apart(rng, 6, 1, "average"))


def edge_cases(rng):
    linkage = str(rng.choice(["single", "complete"]))
    yield Case("whole numbers", zh="整数", X=np.array([[0.0], [1.0], [3.0], [7.0]]) * int(rng.integers(1, 9)), linkage=linkage)
    yield Case("two samples", zh="两个样本", **apart(rng, 2, 3, "complete"))


@variant
def shrinking_matrix(X, linkage):
    n = len(X)
    D = {(a, b): float(np.linalg.norm(X[a] - X[b])) for a in range(n) for b in range(n) if a < b}
    size, merges = dict.fromkeys(range(n), 1), []
    for new in range(n, 2 * n - 1):
        a, b = min(D, key=D.get)
        d = D.pop((a, b))
        merges.append([a, b, d])
        na, nb = size.pop(a), size.pop(b)
        for c in size:
            one, other = D.pop((min(a, c), max(a, c))), D.pop((min(b, c), max(b, c)))
            D[c, new] = {"single": min(one, other), "complete": max(one, other), "average": (na * one + nb * other) / (na + nb)}[linkage]
        size[new] = na + nb
    return merges


@mistake(
    en="With average linkage you average the two old distances, however large the clusters were. The mean is over all pairs of samples, so a large cluster counts for more.",
    zh="用平均链接时，你直接取了两个旧距离的平均，没管簇有多大。平均是对所有样本配对取的，大的簇应当占得多。",
)
def average_without_sizes(X, linkage):
    n = len(X)
    D = {(a, b): float(np.linalg.norm(X[a] - X[b])) for a in range(n) for b in range(n) if a < b}
    alive, merges = set(range(n)), []
    for new in range(n, 2 * n - 1):
        a, b = min(D, key=D.get)
        merges.append([a, b, D.pop((a, b))])
        alive -= {a, b}
        for c in alive:
            one, other = D.pop((min(a, c), max(a, c))), D.pop((min(b, c), max(b, c)))
            D[c, new] = {"single": min(one, other), "complete": max(one, other), "average": (one + other) / 2}[linkage]
        alive.add(new)
    return merges


Exercise(
    points=3, reference=unsupervised.hac, cases=single_cases, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("complete", complete_cases, en="Complete linkage", zh="全链接"),
        Group("average", average_cases, en="Average linkage", zh="平均链接"),
        Group("edge", edge_cases),
    ],
    mistakes=[
        Mistake("single_and_complete_swapped", '"single": np.min, "complete": np.max', '"single": np.max, "complete": np.min',
            en="Single and complete have changed places: single linkage looks at the *nearest* pair, complete linkage at the farthest.",
            zh="单链接和全链接弄反了：单链接看**最近**的一对，全链接看最远的一对。"),
        Mistake("squared_distance", "np.sqrt(squared_distances(X, X))", "squared_distances(X, X)",
            en="Your distances are squared. Take the root before anything is compared or averaged.",
            zh="你的距离是平方。比较和取平均之前先开平方。"),
        Mistake("linkage_ignored", "[linkage]", '["single"]',
            en="Every linkage gives the same with you. The argument says which one is wanted.",
            zh="无论哪种链接，你的结果都一样。要用哪一种，由参数决定。"),
        Mistake("merged_cluster_left_active", "members.pop(a) + members.pop(b)", "members.pop(a) + members[b]",
            en="Merged clusters are still there and are merged again. Once merged, both go, and the new one takes their place.",
            zh="合并过的簇还留着，又被合并了一次。合并之后两个都要去掉，由新的簇代替。"),
        Mistake("new_number_reused", "members[new] = members.pop(a) + members.pop(b)", "members[a] = members.pop(a) + members.pop(b)",
            en="The merged cluster keeps the number of one of its parts. It gets a number of its own: N, N + 1, …",
            zh="合并后的簇沿用了其中一个的编号。它应当有自己的新编号：N、N + 1……"),
        Mistake("larger_number_first", "merges.append((a, b, min(apart)))", "merges.append((b, a, min(apart)))",
            en="In each row the smaller number comes first.", zh="每一行里编号小的在前。"),
        Mistake("distance_of_the_means", "distance_of(D[np.ix_(members[a], members[b])])", "np.linalg.norm(X[members[a]].mean(axis=0) - X[members[b]].mean(axis=0))",
            en="You measure between the means of the clusters. Linkage looks at pairs of samples.",
            zh="你量的是两簇均值之间的距离。链接看的是样本的配对。"),
        Mistake("one_merge_missing", "2 * len(X) - 1", "2 * len(X) - 2",
            en="The last merge is missing: N samples need N − 1 merges until one cluster is left.",
            zh="少了最后一次合并：N 个样本要合并 N − 1 次才只剩一簇。"),
    ],
    variants=[
        Variant("pair_turned", "np.ix_(members[a], members[b])", "np.ix_(members[b], members[a])"),
        Variant("rounded_place", "pairs[int(np.argmin(apart))]", "pairs[round(np.argmin(apart))]"),
        Variant("turned_round", "    distance_of =", "    X = -X\n    distance_of ="),
        Variant("list_of_rows", "np.array(merges)", "[list(row) for row in merges]"),
        Variant("norms", "np.sqrt(squared_distances(X, X))", "np.linalg.norm(X[:, None] - X[None], axis=2)"),
    ],
)
# %% [markdown] lang="en"
# **A dendrogram** draws the merges as a tree: each bracket joins two clusters at the height of their distance. Your `hac` on 14 points, with two linkages.
# %% [markdown] lang="zh" of="edd1"
# **树状图**把合并画成一棵树：每个横架把两簇连在一起，高度就是它们的距离。下面是你的 `hac` 用两种链接处理 14 个点的结果。
# %% demo="dendrogram"
@drawn_by("hac")
def dendrogram(plt):
    rng = np.random.default_rng(5)
    X = np.concatenate([rng.normal(size=(n, 2)) * 0.5 + at for n, at in ((5, [0, 0]), (5, [3, 0.5]), (4, [1.5, 3]))])
    _, axes = plt.subplots(1, 3, figsize=(11, 3.9), layout="constrained")
    axes[0].scatter(*X.T, s=14, color="black")
    for n, point in enumerate(X):
        axes[0].annotate(n, point, xytext=(3, 3), textcoords="offset points", fontsize=9)
    axes[0].set_title(words(en="14 samples", zh="14 个样本"))
    for ax, linkage, name in zip(axes[1:], ("single", "complete"), (words(en="single linkage", zh="单链接"), words(en="complete linkage", zh="全链接"))):
        merges = np.asarray(hac(X, linkage))
        below = [[n] for n in range(len(X))]
        for a, b, _ in merges:
            below.append(below[int(a)] + below[int(b)])
        order = below[-1]
        place = {n: (order.index(n), 0.0) for n in range(len(X))}
        for t, (a, b, d) in enumerate(merges):
            (xa, ya), (xb, yb) = place[int(a)], place[int(b)]
            ax.plot([xa, xa, xb, xb], [ya, d, d, yb], color="#0072B2", lw=1.6)
            place[len(X) + t] = ((xa + xb) / 2, d)
        ax.set_xticks(range(len(X)), order, fontsize=8)
        ax.set(title=name, ylabel=words(en="distance", zh="距离"), ylim=(0, None))
        ax.spines[["top", "right"]].set_visible(False)
    plt.show()


# %% [markdown] lang="en"
# What you should see. Three bushes of short brackets, one for each group, joined high up by two long ones. The long empty stretch says that three is a sensible number of clusters, and a horizontal cut through it yields them. With complete linkage it is longer: the distance to the *farthest* member grows with every merge.
# %% [markdown] lang="zh" of="991b"
# 你应当看到：三丛矮矮的横架，每群一丛，在高处由两个长架连起来。中间那段长长的空白说明三簇比较合理，在那里横切一刀就得到三簇。全链接的空白更长：到**最远**成员的距离随每次合并而增大。
