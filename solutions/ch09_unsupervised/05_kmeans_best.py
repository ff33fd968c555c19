# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import blobs, kmeans, kmeans_assign, kmeans_update, nearest_is_clear

# %% [markdown] lang="en"
# ## {n} Start again, and keep the best
#
# k-means ends where no half-step improves anything, and that depends on where it began. Two centers that begin in one group may never leave it. The cure is plain: run it from several starts and keep the run with the **lowest final inertia**. No labels are needed for this choice: the inertia is what k-means itself wants small.
#
# **By hand.** Three runs end with inertia $41$, $17$ and $17$: keep the second (of equals the first).
#
# Write `kmeans_best` with your `kmeans`. Each start is one array of centers `(K, D)`; they come stacked, `(R, K, D)`.
# %% [markdown] lang="zh" of="21d9"
# ## {n} 多试几次，留下最好的
#
# k-means 停在哪个半步都不再改进的地方，而这取决于从哪里出发。两个中心如果从同一群里起步，可能永远走不出来。办法很简单：从几组不同的初值各跑一次，留下**最终惯量最小**的那一次。做这个选择不需要标签：惯量正是 k-means 自己想要减小的量。
#
# **手算。** 三次的最终惯量为 $41$、$17$、$17$：留第二次（相等时取先来的）。
#
# 请用你的 `kmeans` 写出 `kmeans_best`。每组初值是一个中心数组 `(K, D)`，它们叠在一起，形状为 `(R, K, D)`。
# %% answer="kmeans_best"
def kmeans_best(X, starts, n_iters):
    """The best of several runs of k-means: the one whose inertia is least at the end.

    X (N, D), starts (R, K, D), one set of first centers a run; of equally good runs the first.
    Returns (C, labels) of that run, shapes (K, D) and (N,).
    """
    ### BEGIN SOLUTION
    runs = [kmeans(X, C0, n_iters) for C0 in starts]
    C, labels, _ = min(runs, key=lambda run: run[2][-1])
    return C, labels
    ### END SOLUTION


# %% [markdown] docstring="kmeans_best" lang="zh" of="4744"
# k-means 跑几次，取最好的一次：最终惯量最小的那一次。
#
# X (N, D)，starts (R, K, D)，每次运行一组初始中心；同样好时取先来的。
# 返回那一次的 (C, labels)，形状为 (K, D) 和 (N,)。
# %% [markdown] why="kmeans_best" lang="en"
# `min` with a key looks at where the runs end, and of equals it keeps the first. The comparison is fair only because all runs
# have the same K: with more centers the inertia falls anyway, down to 0 for as many centers as samples.
# %% [markdown] why="kmeans_best" lang="zh" of="4b2c"
# 带 `key` 的 `min` 只看每次运行的终点，相等时留下第一个。这样比较之所以公平，是因为各次的 K 相同：中心多了，惯量本来就会下降，中心与样本一样多时可以降到 0。
# %% grading="kmeans_best"
def descent(X, C, n_iters):
    inertias, clear = [], True
    for _ in range(n_iters + 1):
        labels = kmeans_assign(X, C)
        clear = clear and nearest_is_clear(X, C)
        inertias.append(float(np.sum((X - C[labels]) ** 2)))
        C = kmeans_update(X, labels, C)
    return inertias, clear


def restarts(rng, counts, d, runs, n_iters):
    """Starts of which the best is neither first nor last, nor begins best, nor falls furthest, nor has the greatest inertia."""
    while True:
        X, _ = blobs(rng, counts, d)
        starts = np.array([X[rng.permutation(len(X))[: len(counts)]] for _ in range(runs)])
        seen = [descent(X, C0, n_iters) for C0 in starts]
        ends, begins = np.array([one[-1] for one, _ in seen]), np.array([one[0] for one, _ in seen])
        totals, best = np.array([sum(one) for one, _ in seen]), int(np.argmin(ends))
        others = {0, runs - 1, int(np.argmin(begins)), int(np.argmax(begins - ends)), int(np.argmin(totals)), int(np.argmax(begins)), int(np.argmin(begins - ends))}
        if best not in others and all(clear for _, clear in seen) and np.sort(ends)[1] > ends[best] + 0.1:
            return {"X": X, "starts": starts, "n_iters": n_iters}


def best_cases(rng):
    yield Case("six starts", zh="六组初值", **restarts(rng, (3, 4, 3), 2, 6, 2))
    yield Case("seven starts", zh="七组初值", public=False, **restarts(rng, (4, 3, 4), 3, 7, 1))


def edge_cases(rng):
    X, points = blobs(rng, (3, 2), 2)
    yield Case("one start", zh="只有一组初值", X=X, starts=points[None], n_iters=2)
    yield Case("the same clusters under other names", zh="簇相同，编号不同", X=X, starts=np.array([points, points[::-1]]), n_iters=1)


@variant
def running_best(X, starts, n_iters):
    best = None
    for C0 in starts:
        C, labels, inertias = kmeans(X, C0, n_iters)
        if best is None or inertias[-1] < best[0] - 1e-9:
            best = inertias[-1], C, labels
    return best[1], best[2]


Exercise(
    points=1, reference=unsupervised.kmeans_best, cases=best_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("worst_kept", "min(runs", "max(runs",
            en="You kept the run with the *greatest* inertia.", zh="你留下的是惯量**最大**的一次。"),
        Mistake("judged_by_the_start", "run[2][-1]", "run[2][0]",
            en="You compare inertias before the first update. A good start is not a good end.",
            zh="你比的是第一次更新之前的惯量。开头好不等于结果好。"),
        Mistake("greatest_fall", "run[2][-1]", "run[2][-1] - run[2][0]",
            en="You kept the run that improved most. Who begins badly can improve much and still end worse.",
            zh="你留下的是改进最多的一次。开头差的可以改进很多，最后仍不如别人。"),
        Mistake("summed_over_the_run", "run[2][-1]", "np.sum(run[2])",
            en="You added up the inertia over the whole run. Only where it ends counts.",
            zh="你把整个过程的惯量加了起来。只看最后的。"),
        Mistake("last_run", "    C, labels, _ = min(runs, key=lambda run: run[2][-1])\n", "    C, labels, _ = runs[-1]\n",
            en="You return the last run, whichever it is. Remember the best one on the way.",
            zh="你返回的总是最后一次。要在途中记住最好的那一次。"),
        Mistake("first_run", "    C, labels, _ = min(runs, key=lambda run: run[2][-1])\n", "    C, labels, _ = runs[0]\n",
            en="You return the first run, whichever it is. Compare how they end.",
            zh="你返回的总是第一次。要比较它们各自的结果。"),
        Mistake("start_returned", "    return C, labels\n", "    best = int(np.argmin([run[2][-1] for run in runs]))\n    return starts[best], labels\n",
            en="You chose the right run, but return the centers it began with. Return those it ended with.",
            zh="选对了，但你返回的是那一次出发时的中心。应当返回结束时的中心。"),
        Mistake("centers_averaged", "    return C, labels\n", "    return np.mean([run[0] for run in runs], axis=0), labels\n",
            en="You averaged the centers of all runs. Center 0 of one run has nothing to do with center 0 of another.",
            zh="你把各次的中心取了平均。这一次的 0 号中心与另一次的 0 号中心毫不相干。"),
    ],
    variants=[
        Variant("argmin", "    C, labels, _ = min(runs, key=lambda run: run[2][-1])\n", "    C, labels, _ = runs[int(np.argmin([run[2][-1] for run in runs]))]\n"),
        Variant("sorted", "min(runs, key=lambda run: run[2][-1])", "sorted(runs, key=lambda run: run[2][-1])[0]"),
    ],
)
