# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import drawn_by, softmax, words

# %% [markdown] lang="en"
# ### {n} Hardmax
#
# Hardmax gives 1 to the greatest logit and 0 to the others; of equal ones, the **first** wins. **By hand.** $(2,\,5,\,5)\mapsto(0,\,1,\,0)$.
#
# It is what softmax becomes when the logits are multiplied by a very large number (unless two of them are tied: softmax divides the 1 between them). Its slope is zero almost everywhere, so it is good for giving answers and useless for training.
# %% [markdown] lang="zh" of="10fb"
# ### {n} Hardmax
#
# Hardmax 给最大的 logit 1，其余为 0；若有并列，取**第一个**。**手算。** $(2,\,5,\,5)\mapsto(0,\,1,\,0)$。
#
# 把 logits 乘上一个很大的数，softmax 就变成了它（并列时除外：softmax 会让并列者平分这个 1）。它的导数几乎处处为零，所以适合给出答案，却不能用来训练。
# %% answer="hardmax"
def hardmax(Z):
    """One-hot rows that mark the greatest logit.

    Z (N, K), which may hold integers, too.  Returns (N, K) of zeros and ones, one 1 in each row: at the first of its
    greatest entries.
    """
    ### BEGIN SOLUTION
    H = np.zeros(Z.shape)  # (N, K)
    H[np.arange(len(Z)), Z.argmax(axis=1)] = 1
    return H
    ### END SOLUTION


# %% [markdown] docstring="hardmax" lang="zh" of="915a"
# 标出最大 logit 的独热（one-hot）行。
#
# Z (N, K)，也可以是整数数组。返回由 0 和 1 组成的 (N, K)，每行恰有一个 1：位于该行最大值（若并列则第一个）处。
# %% [markdown] why="hardmax" lang="en"
# `argmax` returns the first of equal entries, just as the rule says; comparing `Z` with its maximum would mark them all.
# Two index arrays address one entry in each row, (n, winner of n). `np.zeros` makes the result from `Z.shape` alone, whatever `Z` holds.
# %% [markdown] why="hardmax" lang="zh" of="2b35"
# 几项相等时 `argmax` 返回第一个，正合规则；若拿 `Z` 与最大值比较，就会把它们全部标出来。
# 两个下标数组在每行各选一项：(n, 第 n 行的胜者)。`np.zeros` 只用到 `Z.shape`，与 `Z` 里存的是什么类型无关。
# %% grading="hardmax"
def hardmax_cases(rng):
    Z = rng.normal(size=(rng.integers(5, 10), 3)).round(2)
    yield Case("typical", zh="一般数据", Z=Z[np.argsort(Z[:, 0])])
    yield Case("all negative", zh="全为负数", Z=-rng.uniform(1, 9, (rng.integers(3, 7), 4)).round(2))


def edge_cases(rng):
    ties = np.array([[1.0, 3.0, 3.0, 0.0], [2.0, 2.0, 2.0, 2.0], [0.0, -1.0, -1.0, 0.0]]) * rng.uniform(1, 5)
    yield Case("ties", zh="并列", Z=rng.permutation(rng.permutation(ties.T).T).round(2))
    close = rng.normal(size=(2, 1)).round(2) + rng.permutation([[0.0, 1e-9, -2.0], [-2.0, 0.0, 1e-9]])
    yield Case("almost equal", zh="几乎相等", Z=close)


@mistake(
    en="These are the winners' indices. Return a row of zeros with a single 1 for each sample.",
    zh="这是胜者的下标。每个样本应返回一行 0，其中只有一个 1。",
)
def index_for_one_hot(Z):
    return Z.argmax(axis=1)


@mistake(
    en="Where several logits are equally great you mark all of them. Exactly one may win, the first.",
    zh="并列最大时你把它们全标上了。只能有一个胜者，即第一个。",
)
def all_of_equal(Z):
    greatest = Z.max(axis=1, keepdims=True)
    return np.equal(Z, greatest).astype(float)


@mistake(
    en="Of equal logits the first wins; yours takes the last.",
    zh="并列时取第一个，你取了最后一个。",
)
def last_of_equal(Z):
    return np.eye(Z.shape[1])[Z.shape[1] - 1 - Z[:, ::-1].argmax(axis=1)]


@mistake(
    en="You treat logits that are nearly the same as equal. Only exactly equal ones tie; otherwise the greater wins, however small the difference.",
    zh="你把几乎相同的 logits 当成了相等。只有完全相等才算并列；否则哪怕差别再小，也是较大的获胜。",
)
def first_of_almost_equal(Z):
    close = np.isclose(Z, Z.max(axis=1, keepdims=True))
    return np.eye(Z.shape[1])[close.argmax(axis=1)]


@mistake(
    en="A softmax of huge logits shares the 1 among equal ones. Exactly one may win, the first.",
    zh="对放大后的 logits 做 softmax，并列者会平分这个 1。只能有一个胜者，即第一个。",
)
def softmax_of_huge_logits(Z):
    return softmax(1e12 * Z)


@mistake(
    en="You looked for the greatest entry of each column. Each row, a sample, has its winner.",
    zh="你找的是每一列的最大值。应当是每一行（一个样本）选出胜者。",
)
def over_the_samples(Z):
    return (np.arange(len(Z))[:, None] == Z.argmax(axis=0)).astype(float)


@variant
def running_maximum(Z):
    best = np.zeros(len(Z), dtype=int)
    for k in range(1, Z.shape[1]):
        best = np.where(Z[:, k] > Z[np.arange(len(Z)), best], k, best)
    return best[:, None] == np.arange(Z.shape[1])


@variant
def cumulation(Z):
    greatest = np.equal(Z, Z.max(axis=1, keepdims=True))
    return (greatest & (np.cumsum(greatest, axis=1) == 1)).astype(np.float32)


@variant
def loop(Z):
    rows = []
    for row in Z:
        row = list(row)
        first = row.index(max(row))
        rows.append([int(k == first) for k in range(len(row))])
    return rows


Exercise(
    points=1, reference=classification.hardmax, cases=hardmax_cases, tolerance=EXACT, accepts=("integers",),
    groups=[Group("edge", edge_cases)], forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("smallest_wins", "Z.argmax(axis=1)", "Z.argmin(axis=1)",
            en="You marked the smallest logit.",
            zh="你标出的是最小的 logit。"),
        Mistake("greater_than_zero", "    return H", "    return H * (Z > 0)",
            en="A row of negative logits has a winner too: logits need not be positive.",
            zh="全为负的一行也有胜者：logits 不必为正。"),
    ],
    variants=[
        Variant("twice_as_great_wins_too", "H = np.zeros(", "Z = 2 * Z\n    H = np.zeros("),
        Variant("half_as_great_wins_too", "H = np.zeros(", "Z = Z / 2\n    H = np.zeros("),
        Variant("rows_of_identity", "    return H", "    return np.eye(Z.shape[1], dtype=int)[np.argmax(Z, axis=1)]"),
    ],
)


# %% demo="temperature"
# Your softmax between "anything goes" and hardmax: the logits divided by a temperature.
@drawn_by("softmax")
def temperature(plt):
    marks = np.array([[2.0, 1.0, 0.4, -0.5, -1.5]])
    _, axes = plt.subplots(1, 4, figsize=(12, 3), sharey=True, layout="constrained")
    for axis, tau in zip(axes, (10, 2, 1, 0.1)):
        bars = axis.bar(range(5), np.ravel(softmax(marks / tau)), color="#0072B2")
        axis.bar_label(bars, fmt="%.2f", fontsize=8)
        axis.set(title=f"$\\tau$ = {tau}", xticks=range(5), ylim=(0, 1.1), xlabel=words(en="class", zh="类别"))
    axes[0].set_ylabel(words(en="probability", zh="概率"))
    plt.show()
# %% [markdown] lang="en"
# What you should see. All four panels have the same five logits. At a high temperature ($\tau=10$) they get almost equal shares; as $\tau$ falls the greatest one takes more and more, and at $\tau=0.1$ softmax is all but hardmax.
# %% [markdown] lang="zh" of="1bd0"
# 你应当看到：四幅图用的是同样的五个 logits。温度高时（$\tau=10$），各类的概率几乎相等；$\tau$ 越低，最大的那个占得越多；到 $\tau=0.1$ 时，softmax 与 hardmax 几乎没有区别。
