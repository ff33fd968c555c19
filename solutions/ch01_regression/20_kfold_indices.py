# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, mistake, variant
from reference import regression

from chapter import drawn_by, poly_curve, words

# %% [markdown] lang="en"
# ## {n} Cross-validation: everybody's turn
#
# One small validation set is one opinion, and a noisy one. So cut the rows into $k$ **folds** and let each of them be the validation set once, while the others train: $k$ opinions, to be averaged.
# (The notes call a single hold-out "cross-validation"; usually the word means this.)
#
# We cut $0, \dots, n-1$ into $k$ consecutive blocks. If $k$ does not divide $n$, the first $n \bmod k$ blocks get one row more, so no row is lost and sizes differ by at most 1.
#
# **By hand.** $n = 7$, $k = 3$: $7 = 3 + 2 + 2$.
#
# | fold | `val` | `train` |
# |---|---|---|
# | 0 | 0 1 2 | 3 4 5 6 |
# | 1 | 3 4 | 0 1 2 5 6 |
# | 2 | 5 6 | 0 1 2 3 4 |
#
# (In scikit-learn this is `KFold(k)`.)
# %% [markdown] lang="zh" of="3143"
# ## {n} 交叉验证：人人轮一次
#
# 一个小小的验证集只代表一种意见，而且带着噪声。所以把数据切成 $k$ **折**，每折轮流当一次验证集，其余的用来训练，这样得到 $k$ 种意见，再取平均。
# （讲义把只留出一次也叫“交叉验证”；通常这个词指的是这里的 $k$ 折做法。）
#
# 我们把 $0, \dots, n-1$ 切成 $k$ 个连续的块。如果 $k$ 不能整除 $n$，就让最前面的 $n \bmod k$ 块各多一行，这样一行不丢，大小最多差 1。
#
# **手算。** $n = 7$，$k = 3$：$7 = 3 + 2 + 2$。
#
# | 折 | `val` | `train` |
# |---|---|---|
# | 0 | 0 1 2 | 3 4 5 6 |
# | 1 | 3 4 | 0 1 2 5 6 |
# | 2 | 5 6 | 0 1 2 3 4 |
#
# （在 scikit-learn 里就是 `KFold(k)`。）
# %% answer="kfold_indices"
def kfold_indices(n, k):
    """The k splits of k-fold cross-validation.

    n rows, k folds, 2 ≤ k ≤ n.  Returns a list of k pairs (train, val) of row numbers in ascending order.  The val parts are
    consecutive blocks that cover 0 … n − 1; the first n mod k of them have one row more than the others.
    """
    ### BEGIN SOLUTION
    rows = np.arange(n)
    blocks = np.array_split(rows, k)
    return [(np.setdiff1d(rows, block), block) for block in blocks]
    ### END SOLUTION


# %% [markdown] docstring="kfold_indices" lang="zh" of="4ab6"
# k 折交叉验证的 k 种划分。
#
# 共 n 行，分成 k 折，2 ≤ k ≤ n。返回由 k 对 (train, val) 组成的列表，都是从小到大的行号。各个 val 是连续的块，合起来正好是 0 … n − 1；
# 最前面的 n mod k 块比其余的多一行。
# %% [markdown] why="kfold_indices" lang="en"
# `array_split` gives the remainder to the first blocks, one row each: just the rule asked for. (`np.split` would raise an error where k does not divide n.)
# `setdiff1d` takes whatever lies outside the block, before it and behind it, in ascending order.
# %% [markdown] why="kfold_indices" lang="zh" of="31a0"
# `array_split` 把余下的行逐个分给最前面的几块，正是题目的规则（`np.split` 在除不尽时会报错）。
# `setdiff1d` 取块外的所有行，前后都算，并且按升序排好。
# %% grading="kfold_indices"
def fold_cases(rng):
    def rows(k, least, most):
        """n for k folds with 2 ≤ n % k ≤ k − 2: the sizes differ however else one deals with the remainder."""
        return {"n": k * int(rng.integers(least, most)) + int(rng.integers(2, k - 1)), "k": k}

    # Each group has a case that is hidden and far larger than the public ones, so that nobody can look it up.
    yield Case("typical", zh="一般数据", **rows(int(rng.integers(4, 7)), 2, 4))
    yield Case("many rows", zh="很多行", public=False, **rows(int(rng.integers(7, 13)), 6, 12))


def edge_cases(rng):
    k = int(rng.integers(3, 6))
    yield Case("without remainder", zh="正好分完", n=k * int(rng.integers(2, 5)), k=k)
    yield Case("leave one out", zh="留一法", n=k, k=k)
    k = int(rng.integers(5, 13))
    yield Case("one row left over", zh="只多出一行", public=False, n=k * int(rng.integers(6, 12)) + 1, k=k)
    yield Case("two folds", zh="两折", public=False, n=2 * int(rng.integers(12, 60)) + 1, k=2)


@variant
def loop(n, k):
    pairs, start = [], 0
    for fold in range(k):
        stop = start + n // k + (1 if fold < n % k else 0)
        val = list(range(start, stop))
        pairs.append(([row for row in range(n) if row not in val], val))
        start = stop
    return pairs


@mistake(
    en="The last n mod k rows are in no validation fold. Give the first folds one row more, so that every row gets its turn.",
    zh="最后的 n mod k 行没有进入任何一折的验证集。让最前面几折各多一行，每一行都轮得到。",
)
def remainder_dropped(n, k):
    size = n // k
    rows = np.arange(n)
    return [(np.delete(rows, rows[f * size : (f + 1) * size]), rows[f * size : (f + 1) * size]) for f in range(k)]


@mistake(
    en="All leftover rows went into the last fold. Spread them over the first folds, so that sizes differ by at most 1.",
    zh="多出来的行全进了最后一折。请把它们分给最前面几折，使大小最多差 1。",
)
def remainder_in_the_last_fold(n, k):
    size, rows = n // k, np.arange(n)
    stops = [(f + 1) * size for f in range(k - 1)] + [n]
    return [(np.delete(rows, rows[f * size : stop]), rows[f * size : stop]) for f, stop in enumerate(stops)]


@mistake(
    en="Each fold has ⌈n/k⌉ rows until none are left, so the last ones come away short or empty. Sizes may differ by at most 1.",
    zh="你让每折都取 ⌈n/k⌉ 行，取完为止，最后几折就偏少甚至为空。各折大小最多只能差 1。",
)
def size_rounded_up(n, k):
    size, rows = -(-n // k), np.arange(n)
    return [(np.delete(rows, rows[f * size : (f + 1) * size]), rows[f * size : (f + 1) * size]) for f in range(k)]


@mistake(
    en="Your sizes differ by at most 1, but the longer folds are scattered. The first n mod k folds have one row more.",
    zh="各折大小最多差 1，但较长的折分散在各处。应当让最前面的 n mod k 折各多一行。",
)
def borders_at_even_distances(n, k):
    borders, rows = [fold * n // k for fold in range(k + 1)], np.arange(n)
    return [(np.delete(rows, rows[a:b]), rows[a:b]) for a, b in zip(borders[:-1], borders[1:], strict=True)]


@mistake(
    en="Your longer folds come last. The docstring gives the additional rows to the first n mod k folds.",
    zh="你把较长的折放在了最后。文档字符串要求最前面的 n mod k 折各多一行。",
)
def longer_folds_last(n, k):
    sizes, rows = [n // k + (f >= k - n % k) for f in range(k)], np.arange(n)
    blocks = np.split(rows, np.cumsum(sizes)[:-1])
    return [(np.setdiff1d(rows, block), block) for block in blocks]


@mistake(
    en="You train only on the rows before the block. The training part is everything outside it, on both sides.",
    zh="你只用了这一块之前的行来训练。训练部分应是块外的全部行，前后都要。",
)
def training_on_earlier_rows_alone(n, k):
    rows = np.arange(n)
    return [(rows[: block[0]], block) for block in np.array_split(rows, k)]


@variant
def masks(n, k):
    owner = np.repeat(np.arange(k), [n // k + (f < n % k) for f in range(k)])
    return [[np.flatnonzero(owner != f), np.flatnonzero(owner == f)] for f in range(k)]


@mistake(
    en="Some rows are in two validation folds, and count twice in the mean. Each row validates exactly once.",
    zh="有些行出现在两个验证折里，平均时被算了两次。每一行只能验证一次。",
)
def folds_overlap(n, k):
    size = -(-n // k)
    starts = [round(f * (n - size) / (k - 1)) for f in range(k)]
    rows = np.arange(n)
    return [(np.delete(rows, rows[s : s + size]), rows[s : s + size]) for s in starts]


Exercise(
    points=2, reference=regression.kfold_indices, cases=fold_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("training_set_holds_everything", "(np.setdiff1d(rows, block), block)", "(rows, block)",
            en="Your training sets contain the validation rows too. A model that has seen them can't be judged by them.",
            zh="你的训练集里也有验证的行。模型见过的数据不能再用来评判它。"),
        Mistake("every_kth_row", "np.array_split(rows, k)", "[rows[fold::k] for fold in range(k)]",
            en="Every k-th row makes a fair fold as well, but the docstring asks for consecutive blocks.",
            zh="每隔 k 行取一行也是公平的分法，但文档字符串要求的是连续的块。"),
        Mistake("pairs_swapped", "(np.setdiff1d(rows, block), block)", "(block, np.setdiff1d(rows, block))",
            en="Each pair is (train, val): the large part comes first.",
            zh="每一对是 (train, val)：大的那部分在前。"),
    ],
)


# %% [markdown] lang="en"
# See your folds at work: each of them has an opinion on the degree of a polynomial, by your `poly_curve`.
# %% [markdown] lang="zh" of="bfd8"
# 看看你划分的各折如何工作：借助你的 `poly_curve`，每一折都对多项式的次数发表意见。
# %% demo="folds"
# Five folds of forty points, and what each of them says about the degree of a polynomial.
@drawn_by("poly_curve", "kfold_indices")
def five_folds(plt):
    rng, degrees = np.random.default_rng(8), list(range(1, 11))
    x = rng.uniform(-1.5, 1.5, 40)
    y = np.sin(2.6 * x) + 0.4 * x + 0.3 * rng.normal(size=40)
    folds = kfold_indices(40, 5)
    opinions = np.array([poly_curve(x[train], y[train], x[val], y[val], degrees)[1] for train, val in folds])
    _, (left, right) = plt.subplots(1, 2, figsize=(11, 3.9), constrained_layout=True)
    colors = ["#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7"]
    cells = np.zeros((5, 40))
    for number, ((_, val), mark, color) in enumerate(zip(folds, "ov^Ds", colors, strict=True)):
        cells[number, val] = number + 1
        right.semilogy(
            degrees,
            opinions[number],
            marker=mark,
            ms=4,
            color=color,
            lw=1,
            label=words(en=f"fold {number}", zh=f"第 {number} 折"),
        )
    painted = plt.matplotlib.colors.ListedColormap(["#dddddd", *colors])
    left.pcolormesh(cells[::-1], cmap=painted, edgecolors="white", linewidth=1.2)
    left.set(
        xlim=(0, 40),
        ylim=(0, 5),
        xlabel=words(en="row", zh="行"),
        title=words(en="Colored rows validate, gray rows train", zh="彩色的行用来验证，灰色的行用来训练"),
    )
    left.set_yticks([4.5, 3.5, 2.5, 1.5, 0.5], [words(en=f"fold {i}", zh=f"第 {i} 折") for i in range(5)])
    mean = opinions.mean(axis=0)
    right.semilogy(
        degrees, mean, "*-", ms=9, color="black", lw=2.6, label=words(en="mean over the folds", zh="各折的平均")
    )
    right.axvline(degrees[int(np.argmin(mean))], color="gray", ls=":", label=words(en="chosen degree", zh="选中的次数"))
    right.set(
        xlabel=words(en="degree", zh="次数"),
        ylabel=words(en="validation error", zh="验证误差"),
        title=words(en="Five opinions and their mean", zh="五个意见和它们的平均"),
        ylim=(0.04, 3),
    )
    right.legend(fontsize=8)
    plt.show()


# %% [markdown] lang="en"
# What you should see. On the left each row of the picture is a fold: its eight colored rows of data validate, the gray ones train. On the right each thin line is one fold's opinion of each degree. They disagree by a factor of ten and more; their mean (stars) is smallest at degree 3.
# %% [markdown] lang="zh" of="5439"
# 你应当看到：左图每一行是一折：彩色的八行数据用来验证，灰色的用来训练。右图每条细线是一折对各个次数的意见，彼此能相差十倍以上；它们的平均（星号）在 3 次处最小。
