# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Dataset, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import blobs, drawn_by, kmeans_assign, kmeans_update, nearest_is_clear, words

# %% [markdown] lang="en"
# ## {n} k-means: both halves, again and again
#
# Put the halves together: assign, update, assign, update … from given first centers `C0`. What falls on the way is called the **inertia**, the SUM over all samples of the squared distance to their center,
#
# $$J=\sum_{n=1}^{N}\lVert x^n-c_{a^n}\rVert^2$$
#
# Write it down at every assignment, and once more at the end, so that the caller can see the descent: `n_iters + 1` numbers, none larger than the one before.
#
# Mind the end. After the last update the centers have moved, so the labels of the last round belong to centers that are gone. Return labels that fit the centers that you return.
#
# **By hand.** Samples $0, 2, 3$ (one feature), centers $0$ and $1$, one iteration. Assign: $0\to0$, $2\to1$, $3\to1$, inertia $0+1+4=5$. Update: $0$ and $2.5$. Assign again: the same labels, inertia $0+0.25+0.25=0.5$. So `inertias` is $[5,\,0.5]$.
# %% [markdown] lang="zh" of="fc95"
# ## {n} k-means：两个半步轮流做
#
# 把两个半步合起来：从给定的初始中心 `C0` 出发，分配、更新、分配、更新……一路下降的量叫**惯量**，即所有样本到自己中心的距离平方之**和**，
#
# $$J=\sum_{n=1}^{N}\lVert x^n-c_{a^n}\rVert^2$$
#
# 每次分配时都记下来，最后再记一次，好让调用者看到下降的过程：一共 `n_iters + 1` 个数，后面的不会比前面的大。
#
# 注意结尾。最后一次更新之后中心又动了，上一轮的标签属于已经不在的中心。返回的标签要与返回的中心相配。
#
# **手算。** 样本 $0, 2, 3$（一个特征），中心 $0$ 和 $1$，迭代一次。分配：$0\to0$，$2\to1$，$3\to1$，惯量 $0+1+4=5$。更新：$0$ 和 $2.5$。再分配：标签不变，惯量 $0+0.25+0.25=0.5$。所以 `inertias` 是 $[5,\,0.5]$。
# %% answer="kmeans"
def kmeans(X, C0, n_iters):
    """k-means from the centers C0: n_iters times assign and update, then a last assignment.

    X (N, D), C0 (K, D), n_iters ≥ 0.  Returns (C, labels, inertias): the last centers (K, D); the labels (N,) of the
    assignment to them; and the n_iters + 1 inertias, SUMS over the samples, one at every assignment.
    """
    ### BEGIN SOLUTION
    C, inertias = C0, []
    for i in range(n_iters + 1):
        labels = kmeans_assign(X, C)
        inertias.append(np.sum((X - C[labels]) ** 2))
        if i < n_iters:
            C = kmeans_update(X, labels, C)
    return C, labels, np.array(inertias)
    ### END SOLUTION


# %% [markdown] docstring="kmeans" lang="zh" of="9dd2"
# 从中心 C0 出发的 k-means：分配和更新做 n_iters 次，最后再分配一次。
#
# X (N, D)，C0 (K, D)，n_iters ≥ 0。返回 (C, labels, inertias)：最后的中心 (K, D)；按这些中心分配的标签 (N,)；
# 以及 n_iters + 1 个惯量，都对样本求和，每次分配记一个。
# %% [markdown] why="kmeans" lang="en"
# One assignment more than updates, and the last word belongs to an assignment: so labels, centers and inertia fit together. Neither half can raise
# the inertia, and there are only finitely many ways to assign, so it comes to rest, though not always at the lowest place.
# %% [markdown] why="kmeans" lang="zh" of="b07e"
# 分配比更新多一次，而且最后一步是分配：标签、中心、惯量这才配套。两个半步都不会使惯量变大，而分法只有有限多种，所以它总会停下来，只是停下的地方不一定最低。
# %% grading="kmeans"
def assignments(X, C, n_iters):
    """The labels of each assignment, and whether all of them are clear: none of them by rounding."""
    steps, clear = [], True
    for _ in range(n_iters + 1):
        steps.append(kmeans_assign(X, C))
        clear = clear and nearest_is_clear(X, C)
        C = kmeans_update(X, steps[-1], C)
    return steps, clear


def moving(rng, counts, d, n_iters):
    """A start from which the labels still change at every assignment."""
    while True:
        X, _ = blobs(rng, counts, d, spread=1.0, apart=2.0)
        C0 = X[rng.permutation(len(X))[: len(counts)]]
        steps, clear = assignments(X, C0, n_iters)
        if clear and all(np.any(one != other) for one, other in zip(steps, steps[1:])):
            return {"X": X, "C0": C0, "n_iters": n_iters}


def run_cases(rng):
    yield Case("two iterations", zh="迭代两次", **moving(rng, (5, 6, 4), 2, 2))
    yield Case("one iteration", zh="迭代一次", **moving(rng, (4, 5), 3, 1))


def edge_cases(rng):
    at_rest, points = blobs(rng, (4, 3), 2)
    yield Case("no iteration", zh="不迭代", X=at_rest, C0=points, n_iters=0)
    yield Case("long at rest", zh="早已不动", X=at_rest, C0=points, n_iters=int(rng.integers(3, 6)))


def digits_cases(rng):
    clear = False
    while not clear:  # pixels are whole numbers: an image may lie exactly between two of them
        X = Dataset("digits", rows=rng.permutation(1797)[:120])
        C0 = X.array[:10].astype(float)
        _, clear = assignments(X.array, C0, 5)
    yield Case("digits", zh="手写数字", public=False, X=X, C0=C0, n_iters=5)


def as_whole(impl, case):
    C, labels, inertias = impl.kmeans(case.X, case.C0, case.n_iters)
    return {"centers": C, "inertias": inertias, "sizes": np.bincount(np.asarray(labels, dtype=int), minlength=len(case.C0))}


@variant
def while_loop(X, C0, n_iters):
    C, labels = C0, kmeans_assign(X, C0)
    inertias = [sum(float(np.sum((x - C[k]) ** 2)) for x, k in zip(X, labels))]
    while len(inertias) <= n_iters:
        C = kmeans_update(X, labels, C)
        labels = kmeans_assign(X, C)
        inertias.append(sum(float(np.sum((x - C[k]) ** 2)) for x, k in zip(X, labels)))
    return C, labels, inertias


Exercise(
    points=3, reference=unsupervised.kmeans, cases=run_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("digits", digits_cases, observe=as_whole, en="Ten clusters of digits", zh="手写数字的十个簇"),
    ],
    mistakes=[
        Mistake("labels_of_the_old_centers", "        if i < n_iters:\n", "        if i < n_iters + 1:\n",
            en="Your centers have moved once more after the last assignment, so labels and inertia belong to the old ones. After the last assignment nothing moves.",
            zh="最后一次分配之后，你的中心又移动了一次，标签和惯量对应的是旧的中心。最后一次分配之后，什么都不再动。"),
        Mistake("no_last_assignment", "range(n_iters + 1)", "range(max(n_iters, 1))",
            en="One assignment is missing: n_iters updates have n_iters + 1 assignments around them, and each writes down an inertia.",
            zh="少了一次分配：n_iters 次更新前后共有 n_iters + 1 次分配，每次都要记一个惯量。"),
        Mistake("centers_never_move", "            C = kmeans_update(X, labels, C)\n", "            kmeans_update(X, labels, C)\n",
            en="The inertia stays the same: the new centers are computed and not kept.",
            zh="惯量一直不变：新的中心算出来了，却没有存下来。"),
        Mistake("updated_from_the_start", "C = kmeans_update(X, labels, C)", "C = kmeans_update(X, kmeans_assign(X, C0), C)",
            en="Every update uses the labels of the very first assignment. Assign anew before each.",
            zh="每次更新用的都是最初那次分配的标签。每次更新之前要重新分配。"),
        Mistake("inertia_without_square", "np.sum((X - C[labels]) ** 2)", "np.sum(np.sqrt(np.sum((X - C[labels]) ** 2, axis=1)))",
            en="You add up distances. The inertia is the sum of *squared* distances.",
            zh="你加的是距离。惯量是距离**平方**之和。"),
        Mistake("mean_inertia", "np.sum((X - C[labels]) ** 2)", "np.mean(np.sum((X - C[labels]) ** 2, axis=1))",
            en="Your inertia is a MEAN over the samples. It is their SUM.", zh="你的惯量对样本取了平均。它是**求和**。"),
        Mistake("last_inertia_alone", "np.array(inertias)", "inertias[-1]",
            en="You return the last inertia alone. The whole descent is asked for, n_iters + 1 numbers.",
            zh="你只返回了最后一个惯量。要的是整个下降过程，共 n_iters + 1 个数。"),
        Mistake("inertia_of_moved_centers", "        inertias.append(np.sum((X - C[labels]) ** 2))\n        if i < n_iters:\n            C = kmeans_update(X, labels, C)\n",
            "        if i < n_iters:\n            C = kmeans_update(X, labels, C)\n        inertias.append(np.sum((X - C[labels]) ** 2))\n",
            en="Your inertias are taken after the update. Take each one right at the assignment, with the centers that were assigned to.",
            zh="你的惯量是在更新之后算的。应当在分配时就算，用分配时的那些中心。"),
    ],
    variants=[
        Variant("squared_distances", "np.sum((X - C[labels]) ** 2)", "squared_distances(X, C).min(axis=1).sum()"),
        Variant("list_of_inertias", "np.array(inertias)", "inertias"),
    ],
)
# %% [markdown] lang="en"
# **Your k-means at work**, on 90 points, from three centers that start side by side. **Before you run the cell**: which center will have the longest way?
# %% [markdown] lang="zh" of="50ef"
# **你的 k-means 在工作：** 90 个点，三个中心从同一个角落出发。**运行之前**先猜一猜：哪个中心要走的路最长？
# %% demo="kmeans_iterations"
@drawn_by("kmeans")
def kmeans_iterations(plt):
    rng = np.random.default_rng(3)
    X = np.concatenate([rng.normal(size=(30, 2)) * 0.7 + at for at in ([0, 0], [4, 0.5], [2, 3.5])])
    C0, colors = np.array([[-0.8, 1.0], [-0.5, 0.4], [-1.0, -0.5]]), np.array(["#0072B2", "#E69F00", "#009E73"])
    _, axes = plt.subplots(2, 3, figsize=(10.5, 6.6), layout="constrained", sharex=True, sharey=True)
    path = [kmeans(X, C0, i) for i in (0, 1, 2, 4, 8)]
    for ax, (C, labels, _), i in zip(axes.flat, path, (0, 1, 2, 4, 8)):
        ax.scatter(*X.T, s=16, c=colors[labels], alpha=0.7)
        ax.scatter(*C.T, s=160, c=colors, marker="X", edgecolors="black", linewidths=1.2)
        ax.set_title(words(en=f"after {i} iterations", zh=f"迭代 {i} 次之后"))
        ax.set_aspect("equal")
    last, inertias = axes.flat[-1], path[-1][2]
    last.remove()
    last = plt.gcf().add_subplot(2, 3, 6)
    last.plot(inertias, "o-", color="#0072B2")
    last.set(xlabel=words(en="iteration", zh="迭代次数"), ylabel=words(en="inertia", zh="惯量"), title=words(en="it never rises", zh="从不上升"), ylim=(0, None))
    plt.show()


# %% [markdown] lang="en"
# What you should see. Crosses are centers, colors the clusters. All three start in the corner of one group, and yet one of them is the nearest to the whole upper group and another to the right one. The first iteration carries them most of the way, the second the rest; then nothing moves any more. Bottom right: the inertia falls steeply, to a tenth, and then stands still. It does so at *a* lowest point; whether it is the lowest of all, {ref:kmeans_best} asks.
# %% [markdown] lang="zh" of="95cc"
# 你应当看到：叉号是中心，颜色是簇。三个中心都从同一群的角落出发，可是其中一个离整个上面那群最近，另一个离右边那群最近。第一次迭代就带它们走了大半路程，第二次走完剩下的，然后什么也不再动。右下：惯量陡降到十分之一，然后不动。它停在**一个**最低点；是不是所有最低点里最低的，{ref:kmeans_best} 节再问。
