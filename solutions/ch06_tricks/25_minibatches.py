# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import tricks

from chapter import drawn_by, normal, words

# %% [markdown] lang="en"
# ## {n} Mini-batches: cutting an epoch into pieces
#
# One pass through all samples is an *epoch*. Who takes one step per epoch waits long for it; so the samples are shuffled and cut into **mini-batches** (§7.4), with one step after each. (The notes call a whole pass an iteration, 迭代; elsewhere an iteration is a single step.)
#
# * The order is an argument, `perm`: a permutation of $0, \dots, N-1$. Batch 0 holds the samples `perm[0]`, `perm[1]`, …
# * Every sample comes exactly once in an epoch. If `batch_size` does not divide $N$ the last batch is smaller; it is **not** thrown away.
# * $X$ and $y$ are cut with the *same* indices. Else every image gets another one's label, and the net learns nothing.
#
# So with batches of $B$ an epoch has $\lceil N/B \rceil$ updates.
#
# **By hand.** $N = 5$, batch size 2, `perm` $= (3, 0, 4, 1, 2)$: the batches hold the samples $(3, 0)$, $(4, 1)$, $(2)$: three updates.
#
# **Exercise.** Write both functions in one cell.
# %% [markdown] lang="zh" of="a69b"
# ## {n} 小批量：把一轮切成几块
#
# 把所有样本过一遍叫一**轮**（epoch）。如果一轮才走一步，就要等很久；所以把样本打乱，切成**小批量**（§7.4），每批之后走一步。（讲义把一轮也叫“迭代”；别处说“迭代”，通常指其中的一步。）
#
# * 次序由参数 `perm` 给出，它是 $0, \dots, N-1$ 的一个排列。第 0 批是样本 `perm[0]`、`perm[1]`……
# * 一轮里每个样本恰好出现一次。`batch_size` 不能整除 $N$ 时，最后一批小一些，但**不能**丢掉。
# * $X$ 和 $y$ 要用**同一组**下标来切。否则每张图都配上了别人的标签，网络什么也学不到。
#
# 所以批次大小为 $B$ 时，一轮有 $\lceil N/B \rceil$ 次更新。
#
# **手算。** $N = 5$，批次大小为 2，`perm` $= (3, 0, 4, 1, 2)$：各批的样本是 $(3, 0)$、$(4, 1)$、$(2)$，共更新三次。
#
# **练习。** 在一个单元格里写出这两个函数。
# %% answer="minibatches"
def minibatches(X, y, batch_size, perm):
    """The samples X (N, D) and their labels y (N,), in the order perm (N,), cut into batches.

    Returns a list of pairs (X_batch, y_batch), or a generator of them; all have batch_size samples but the last one,
    which holds what is left.
    """
    ### BEGIN SOLUTION
    parts = [perm[start : start + batch_size] for start in range(0, len(X), batch_size)]
    return [(X[part], y[part]) for part in parts]
    ### END SOLUTION


def updates_per_epoch(n, batch_size):
    """How many batches, and with them updates, one epoch over n samples has.  Returns an integer."""
    ### BEGIN SOLUTION
    return -(-n // batch_size)  # n / batch_size, rounded up
    ### END SOLUTION


# %% [markdown] docstring="minibatches" lang="zh" of="24dd"
# 把样本 X (N, D) 及其标签 y (N,) 按次序 perm (N,) 切成批次。
#
# 返回由 (X_batch, y_batch) 组成的列表，或产生它们的生成器；除最后一批是剩下的样本外，每批都有 batch_size 个样本。
# %% [markdown] docstring="updates_per_epoch" lang="zh" of="f7b5"
# n 个样本的一轮有多少批，也就是更新多少次。返回整数。
# %% [markdown] why="minibatches" lang="en"
# The order is cut, not the data: one `part` then takes samples and labels alike. A slice that reaches beyond the end merely gets
# shorter, so the smaller last batch needs no case of its own. `-(-n // b)` rounds up and remains an integer.
# %% [markdown] why="minibatches" lang="zh" of="60be"
# 切的是顺序，不是数据：同一个 `part` 既取样本又取标签。切片超出末尾只会变短，所以较小的最后一批不必单独处理。`-(-n // b)` 向上取整，结果仍是整数。
# %% grading="minibatches"
def samples(rng, n, batch_size):
    return {"X": normal(rng, n, 3), "y": rng.permutation(n), "batch_size": batch_size, "perm": rng.permutation(n)}


def batch_cases(rng):
    yield Case("the last batch is smaller", zh="最后一批小一些", **samples(rng, int(rng.choice([7, 10, 13])), 3))
    yield Case("no remainder", zh="正好切完", public=False, **samples(rng, 4 * int(rng.integers(2, 4)), 4))


def edge_cases(rng):
    yield Case("one by one", zh="一批一个", public=False, **samples(rng, int(rng.integers(3, 7)), 1))
    yield Case("all at once", zh="一批全部", **samples(rng, 6, 6))
    yield Case("larger than the data", zh="批次比数据还大", **samples(rng, int(rng.integers(3, 7)), 10))


def count_cases(rng):
    for title, zh, n, batch_size in (
        ("a remainder", "有余数", 100 * int(rng.integers(3, 9)) + int(rng.integers(1, 20)), 20),
        ("no remainder at all", "没有余数", 64 * int(rng.integers(3, 20)), 64),
        ("larger than all", "比全部还大", int(rng.integers(5, 30)), 32),
    ):
        yield Case(title, zh=zh, n=n, batch_size=batch_size)


def all_batches(impl, case):
    batches = impl.take(impl.minibatches(case.X, case.y, case.batch_size, case.perm), 30)
    return [(X, y) for X, y in batches]


def count(impl, case):
    return impl.updates_per_epoch(case.n, case.batch_size)


@variant
def a_generator(X, y, batch_size, perm):
    for start in range(0, len(perm), batch_size):
        rows = perm[start : start + batch_size]
        yield X[rows], y[rows]


@variant
def sorted_first(X, y, batch_size, perm):
    cuts = range(batch_size, len(X), batch_size)
    return list(zip(np.split(X[perm], cuts), np.split(y[perm], cuts)))


@variant(replaces="updates_per_epoch")
def counted_up(n, batch_size):
    return int(np.ceil(n / batch_size))


Exercise(
    points=2, reference=tricks.minibatches, cases=batch_cases, observe=all_batches, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("count", count_cases, observe=count, en="Updates per epoch", zh="每轮的更新次数")],
    mistakes=[
        Mistake("last_batch_dropped", "range(0, len(X), batch_size)", "range(0, len(X) - batch_size + 1, batch_size)",
            en="The samples left over at the end are thrown away. They form a last, smaller batch.",
            zh="最后剩下的样本被丢掉了。它们要组成一个小一些的批次。"),
        Mistake("labels_shuffled_apart", "(X[part], y[part])", "(X[part], y[np.sort(part)])",
            en="X and y are cut with different indices, so samples get labels of others. Use the same ones for both.",
            zh="X 和 y 用了不同的下标，样本配上了别人的标签。两者要用同一组。"),
        Mistake("order_ignored", "perm[start : start + batch_size]", "np.arange(len(X))[start : start + batch_size]",
            en="The batches come in the old order: `perm` says which sample comes when.",
            zh="批次还是原来的次序：哪个样本什么时候来，由 `perm` 决定。"),
        Mistake("batches_overlap", "range(0, len(X), batch_size)", "range(0, len(X))",
            en="Your batches overlap: each starts one sample after the last. The next one begins where the last one ended.",
            zh="你的批次互相重叠：每批只往后挪了一个样本。下一批应从上一批结束的地方开始。"),
        Mistake("last_batch_filled_up", "perm[start : start + batch_size]", "np.resize(np.r_[perm[start:], perm], batch_size)",
            en="You fill the last batch up with samples that have been used already. In an epoch each sample comes once.",
            zh="你用已经用过的样本补足了最后一批。一轮里每个样本只出现一次。"),
        Mistake("order_inverted", "    parts = [perm", "    perm = np.argsort(perm)\n    parts = [perm",
            en="You use the permutation backwards, as the places to which samples go. Batch 0 holds the samples perm[0], perm[1], …",
            zh="你把排列用反了，当成了“样本放到哪里”。第 0 批是样本 perm[0]、perm[1]……"),
        Mistake("labels_forgotten", "(X[part], y[part])", "X[part]",
            en="The labels are missing: each batch is a pair, samples and their labels.",
            zh="漏了标签：每一批是一对，样本和它们的标签。"),
        Mistake("rounded_down", "-(-n // batch_size)", "n // batch_size",
            en="`updates_per_epoch` is rounded down: the smaller batch at the end is an update too.",
            zh="`updates_per_epoch` 向下取整了：末尾较小的一批也算一次更新。"),
        Mistake("one_too_many", "-(-n // batch_size)", "n // batch_size + 1",
            en="Right with a remainder. Without one you count an update too many.",
            zh="有余数时是对的。没有余数时你多数了一次。"),
    ],
    variants=[
        Variant("a_tuple", "[(X[part], y[part]) for part in parts]", "tuple((X[part], y[part]) for part in parts)"),
        Variant("as_many_labels_as_samples", "range(0, len(X), batch_size)", "range(0, len(y), batch_size)"),
    ],
)


# %% [markdown] lang="en"
# Descent on a squared error, 256 samples, with one rate and three batch sizes; your `minibatches` deals the samples. Left the loss against epochs, right against updates. You should see: counted in epochs small batches are far ahead, having made 64 updates where full batches made one; at the end they do not come to rest, for each of their gradients is noisy. Counted in updates the advantage is gone.
# %% [markdown] lang="zh" of="06b9"
# 在平方误差上做梯度下降，256 个样本，同一个学习率，三种批次大小，由你的 `minibatches` 分批。左图横轴是轮数，右图横轴是更新次数。你应该看到：按轮数算，小批量遥遥领先，全批量走一步，它已经走了 64 步；到最后它静不下来，因为每个梯度都带噪声。按更新次数算，这个优势就没有了。
# %% demo="batch_sizes"
@drawn_by("minibatches")
def batch_sizes(plt):
    draw = np.random.default_rng(0)
    X = draw.normal(size=(256, 10))
    y = X @ draw.normal(size=10) + draw.normal(size=256)
    lowest = np.mean((X @ np.linalg.lstsq(X, y, rcond=None)[0] - y) ** 2)

    def excess_after_each_epoch(batch_size):
        shuffle, w, excess = np.random.default_rng(1), np.zeros(10), []
        for _ in range(25):
            excess.append(np.mean((X @ w - y) ** 2) - lowest)
            for X_batch, y_batch in minibatches(X, y, batch_size, shuffle.permutation(256)):
                w = w - 0.02 * 2 / len(y_batch) * X_batch.T @ (X_batch @ w - y_batch)
        return np.array(excess)

    _, (left, right) = plt.subplots(1, 2, figsize=(12, 4.2), sharey=True, layout="constrained")
    for batch_size, style, color in ((4, "o-", "#D55E00"), (32, "s--", "#009E73"), (256, "^:", "#0072B2")):
        curve, label = excess_after_each_epoch(batch_size), words(en=f"batches of {batch_size}", zh=f"批次大小 {batch_size}")
        left.semilogy(range(25), curve, style, color=color, ms=4, label=label)
        right.semilogy(1 + np.arange(25) * (256 // batch_size), curve, style, color=color, ms=4)
    above = words(en="loss above the minimum", zh="损失比最小值高多少")
    left.set(xlabel=words(en="epochs", zh="轮数"), ylabel=above, title=words(en="Counted in epochs", zh="按轮数算"))
    right.set(xscale="log", xlabel=words(en="updates (plus one)", zh="更新次数（加 1）"), title=words(en="Counted in updates", zh="按更新次数算"))
    left.legend(frameon=False)
    plt.show()
