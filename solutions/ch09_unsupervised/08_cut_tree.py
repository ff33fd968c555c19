# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import drawn_by, hac, kmeans, normal, words

# %% [markdown] lang="en"
# ## {n} Find the bug: cutting the tree
#
# A tree holds a clustering for every $K$: stop merging early. A classmate has written `cut_tree(merges, n_clusters)`. It runs without complaint, every sample gets a label, samples that belong together mostly get the same. But a friend counts and shakes her head.
#
# One place in the code below is wrong. Finding it is the exercise:
#
# 1. Take the example of {ref:hac}, samples $0,1,3,7$ and merges $(0,1),(2,4),(3,5)$. Follow the code for `n_clusters=2` by hand. Which clusters are there at the end, and how many?
# 2. How many clusters are there before the first merge, after one, after $t$?
# 3. Say in the comment what is wrong, then mend it. As it stands it earns nothing.
#
# Labels begin at 0. Which cluster gets which number is left to you: only who belongs together is looked at.
# %% [markdown] lang="zh" of="22f6"
# ## {n} 找错误：把树切开
#
# 一棵树里藏着每一种 $K$ 的聚类：提前停止合并就行。一位同学写了 `cut_tree(merges, n_clusters)`。它运行起来毫无怨言，每个样本都有标签，该在一起的样本大多也在一起。可是另一位同学数了数，直摇头。
#
# 下面的代码有一处错误，找到它就是这道题：
#
# 1. 用 {ref:hac} 节的例子：样本 $0,1,3,7$，合并 $(0,1),(2,4),(3,5)$。取 `n_clusters=2`，手工走一遍代码。最后有哪些簇？一共几个？
# 2. 第一次合并之前有几簇？合并一次之后呢？合并 $t$ 次之后呢？
# 3. 在注释里写出错在哪里，再改正它。原样交上来不得分。
#
# 标签从 0 开始。哪一簇用哪个号由你定：只看谁和谁在一起。
# %% answer="cut_tree"
def cut_tree(merges, n_clusters):
    """Labels of the samples when merging stops as soon as n_clusters are left.

    merges (N - 1, 3) as `hac` returns them, 1 ≤ n_clusters ≤ N.  Returns whole numbers (N,) from 0 to n_clusters - 1.
    """
    ### BEGIN SOLUTION
    N = len(merges) + 1
    groups = {n: [n] for n in range(N)}
    for t in range(N - n_clusters):
        a, b = int(merges[t][0]), int(merges[t][1])
        groups[N + t] = groups.pop(a) + groups.pop(b)
    labels = np.zeros(N, dtype=int)
    for number, members in enumerate(groups.values()):
        labels[members] = number
    return labels
    ### END SOLUTION


# %% [markdown] docstring="cut_tree" lang="zh" of="cc64"
# 合并到只剩 n_clusters 个簇就停下来，此时每个样本的标签。
#
# merges (N - 1, 3) 由 `hac` 返回，1 ≤ n_clusters ≤ N。返回 0 到 n_clusters - 1 的整数 (N,)。
# %% [markdown] why="cut_tree" lang="en"
# There are N clusters before the first merge, and each merge makes one fewer: so N − K merges leave K. The clusters
# that are left carry numbers from 0 to 2N − 2, with gaps, hence the counting anew at the end.
# %% [markdown] why="cut_tree" lang="zh" of="07c9"
# 第一次合并之前有 N 簇，每合并一次少一簇，所以 N − K 次之后剩 K 簇。剩下的簇，编号散在 0 到 2N − 2 之间，并不连续，因此最后要重新编号。
# %% grading="cut_tree"
def tree(rng, n):
    """Merges of random samples; distances are rounded, since nobody looks at them."""
    return hac(normal(rng, n, 2) * 3, str(rng.choice(["complete", "average"]))).round(2)


def cut_cases(rng):
    yield Case("three clusters", zh="三个簇", merges=tree(rng, 8), n_clusters=3)
    yield Case("two clusters", zh="两个簇", merges=tree(rng, 7), n_clusters=2)
    yield Case("more samples", zh="更多样本", merges=tree(rng, int(rng.integers(9, 13))), n_clusters=4)


def edge_cases(rng):
    yield Case("one cluster", zh="一个簇", merges=tree(rng, int(rng.integers(4, 7))), n_clusters=1)
    n = int(rng.integers(4, 8))
    yield Case("every sample alone", zh="每个样本自成一簇", merges=tree(rng, n), n_clusters=n)


def shapes_of_labels(merges, n_clusters):
    return (len(merges) + 1,)


def partition(impl, case):
    """Who belongs together, and that the numbers are 0 to n_clusters − 1; which cluster has which is free."""
    labels = impl.cut_tree(case.merges, case.n_clusters)
    return {"together": (labels[:, None] == labels[None, :]).astype(int), "numbers": np.unique(labels)}


@variant
def parents(merges, n_clusters):
    N = len(merges) + 1
    root = list(range(N))
    for t in range(N - n_clusters):
        root = [N + t if r in (int(merges[t][0]), int(merges[t][1])) else r for r in root]
    names = sorted(set(root))
    return [names.index(r) for r in root]


Exercise(
    points=1, reference=unsupervised.cut_tree, cases=cut_cases, observe=partition, shapes=shapes_of_labels, tolerance=EXACT,
    forbids=FROM_SCRATCH, starter="classmates_bug", groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("classmates_bug", "for t in range(N - n_clusters):", "for t in range(len(merges) - n_clusters):",
            en="This gives what your classmate's code gave. Count the clusters that are left at the end, and compare with what was asked for.",
            zh="这和那位同学的代码结果一样。数一数最后剩下几簇，与要求的比一比。"),
        Mistake("one_merge_too_many", "range(N - n_clusters)", "range(min(N - n_clusters + 1, N - 1))",
            en="Now one merge too many is made: one cluster fewer is left than was asked for.",
            zh="现在多合并了一次：剩下的簇比要求的少一个。"),
        Mistake("as_many_merges_as_clusters", "range(N - n_clusters)", "range(min(n_clusters, N - 1))",
            en="You make as many merges as clusters are wanted. The more clusters, the *fewer* merges.",
            zh="你合并的次数等于要求的簇数。簇要得越多，合并得越**少**。"),
        Mistake("all_merges", "range(N - n_clusters)", "range(N - 1)",
            en="You make all the merges, and one cluster is left. Stop earlier.", zh="你做完了所有合并，只剩一簇。要提前停下。"),
        Mistake("no_merges", "range(N - n_clusters)", "range(0)",
            en="Nothing is merged: every sample has a label of its own.", zh="什么也没有合并：每个样本各有各的标签。"),
        Mistake("counted_from_one", "enumerate(groups.values())", "enumerate(groups.values(), start=1)",
            en="The clusters are right, but their numbers begin at 1. They begin at 0.", zh="簇分对了，但编号从 1 开始。应当从 0 开始。"),
        Mistake("last_merges_first", "int(merges[t][0]), int(merges[t][1])\n        groups[N + t] = groups.pop(a) + groups.pop(b)",
            "int(merges[-1 - t][0]), int(merges[-1 - t][1])\n        groups[N + t] = groups.pop(a, []) + groups.pop(b, [])",
            en="The merges are taken from the end. They happened from the first row on.", zh="你从最后一行开始合并。合并是从第一行开始发生的。"),
    ],
    variants=[
        Variant("first_twice", "groups.pop(a) + groups.pop(b)", "2 * groups.pop(a) + groups.pop(b)"),
        Variant("second_twice", "groups.pop(a) + groups.pop(b)", "groups.pop(a) + 2 * groups.pop(b)"),
        Variant("pair_turned", "a, b = int(merges[t][0]), int(merges[t][1])", "a, b = int(merges[t][1]), int(merges[t][0])"),
        Variant("first_rounded", "a, b = int(merges[t][0])", "a, b = round(merges[t][0])"),
        Variant("second_rounded", "int(merges[t][1])", "round(merges[t][1])"),
        Variant("overwritten_anyway", "np.zeros(N, dtype=int)", "np.ones(N, dtype=int)"),
        Variant("slice_of_the_merges", "for t in range(N - n_clusters):\n        a, b = int(merges[t][0]), int(merges[t][1])",
            "for t, row in enumerate(merges[: N - n_clusters]):\n        a, b = int(row[0]), int(row[1])"),
        Variant("floats", "dtype=int", "dtype=float"),
    ],
)
# %% [markdown] lang="en"
# ### Two moons
#
# Your tree, cut in two, against k-means on the same points: two interlocking crescents.
# %% [markdown] lang="zh" of="70da"
# ### 两弯月牙
#
# 同样的点，把你的树切成两簇，再与 k-means 比一比：两弯互相咬合的月牙。
# %% demo="two_moons"
@drawn_by("hac", "cut_tree", "kmeans")
def two_moons(plt):
    rng = np.random.default_rng(1)
    angle = np.linspace(0, np.pi, 30)
    upper, lower = np.stack([np.cos(angle), np.sin(angle)], axis=1), np.stack([1 - np.cos(angle), 0.4 - np.sin(angle)], axis=1)
    X = np.concatenate([upper, lower]) + 0.05 * rng.normal(size=(60, 2))
    found = (
        (words(en="single linkage", zh="单链接"), cut_tree(hac(X, "single"), 2)),
        (words(en="complete linkage", zh="全链接"), cut_tree(hac(X, "complete"), 2)),
        ("k-means", kmeans(X, X[[0, -1]], 20)[1]),
    )
    _, axes = plt.subplots(1, 3, figsize=(11, 3.2), layout="constrained")
    for ax, (name, labels) in zip(axes, found):
        for number, color, marker in ((0, "#0072B2", "o"), (1, "#E69F00", "^")):
            ax.scatter(*X[np.asarray(labels) == number].T, s=26, color=color, marker=marker)
        ax.set(title=name, xticks=[], yticks=[], aspect="equal")
    plt.show()


# %% [markdown] lang="en"
# What you should see. Single linkage follows the chains of neighbors and finds the two moons. Complete linkage and k-means want compact balls and cut through both. Which is right? Nothing in $X$ says so: a clustering answers the question that its distance asks. (With a little more noise a single bridge of points makes single linkage fail, too.)
# %% [markdown] lang="zh" of="d3ba"
# 你应当看到：单链接顺着一个挨一个的邻居走，找到了两弯月牙；全链接和 k-means 偏爱紧凑的团，把两弯都切断了。哪个对？$X$ 本身没有说：聚类回答的，是它的距离所提的问题。（噪声再大一点，只要几个点搭成桥，单链接也会失败。）
