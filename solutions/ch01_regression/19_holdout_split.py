# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import regression

# %% [markdown] lang="en"
# ## {n} Holding out
#
# Degree, $\lambda$, which features: such choices are not learned by the descent, and the training error always votes for the most flexible model. So keep some of the training data aside, as a
# **validation set**, and let it vote (§2.5). The test set stays in its envelope until everything is decided.
#
# The rows of a data set often come sorted, so they are shuffled first. Here the shuffled order is an argument: `perm`, a permutation of $0, \dots, n-1$. Of it
#
# * the **first** $\operatorname{round}(\texttt{frac}\cdot n)$ entries become the validation set ($\texttt{frac}\cdot n$ rounded to the nearest whole number; it is never halfway between two),
# * all the **others**, in their order, the training set.
#
# **By hand.** $n = 5$, `frac` $= 0.4$, `perm` $= (3, 0, 4, 1, 2)$: two rows are held out, `val` $= (3, 0)$ and `train` $= (4, 1, 2)$.
# %% [markdown] lang="zh" of="a58d"
# ## {n} 留出法
#
# 多项式的次数、$\lambda$、选哪些特征，这些都不是梯度下降学出来的；而训练误差总是投票给最灵活的模型。所以要从训练数据里留出一部分作为**验证集**，由它来投票（§2.5）。
# 测试集则一直封存，等一切都定下来之后再打开。
#
# 数据往往是按某种顺序排好的，所以要先打乱。这里打乱后的顺序由参数给出：`perm` 是 $0, \dots, n-1$ 的一个排列。其中
#
# * **最前面的** $\operatorname{round}(\texttt{frac}\cdot n)$ 个作为验证集（取最接近 $\texttt{frac}\cdot n$ 的整数；它不会正好落在两个整数中间）；
# * **其余的**按原次序作为训练集。
#
# **手算。** $n = 5$，`frac` $= 0.4$，`perm` $= (3, 0, 4, 1, 2)$：留出两行，`val` $= (3, 0)$，`train` $= (4, 1, 2)$。
# %% answer="holdout_split"
def holdout_split(n, frac, perm):
    """Row numbers of a training and a validation set.

    n rows, frac the share that is held out, perm (n,) a permutation of 0 … n − 1.
    Returns (train, val): val holds the first round(frac · n) entries of perm, train the others in their order.
    (frac · n is never halfway between two whole numbers.)
    """
    ### BEGIN SOLUTION
    size = round(frac * n)
    train, val = perm[size:], perm[:size]
    return train, val
    ### END SOLUTION


# %% [markdown] docstring="holdout_split" lang="zh" of="e123"
# 训练集与验证集的行号。
#
# 共 n 行，frac 是留出的比例，perm (n,) 是 0 … n − 1 的一个排列。
# 返回 (train, val)：val 是 perm 最前面的 round(frac · n) 个，train 是其余的，次序不变。
# （frac · n 不会正好落在两个整数的正中间。）
# %% [markdown] why="holdout_split" lang="en"
# Both parts are slices of one `perm`, cut at one place: no row is lost, and none is in both.
# Counting from the front is safe where `size` is 0; `perm[-size:]` would then return everything.
# %% [markdown] why="holdout_split" lang="zh" of="e738"
# 两部分是同一个 `perm` 在同一处切开的：一行不丢，也没有一行两边都在。
# 从前面数，`size` 为 0 时也不出错；若写 `perm[-size:]`，这时反而会取到全部。
# %% grading="holdout_split"
def holdout_cases(rng):
    def inputs(whole, part):
        """The nearest whole number of rows is held out, and frac · n lies `part` beside it: never at a half."""
        n = int(rng.integers(3 * whole, 5 * whole))
        return {"n": n, "frac": round((whole + part) / n, 4), "perm": rng.permutation(n)}

    yield Case("typical", zh="一般数据", **inputs(int(rng.integers(3, 6)), -0.3))
    yield Case("rounded down", zh="向下取整的情形", **inputs(int(rng.integers(3, 6)), 0.3))


def edge_cases(rng):
    n = int(rng.integers(5, 12))
    yield Case("nothing held out", zh="一行也不留出", n=n, frac=0.0, perm=rng.permutation(n))
    yield Case("everything held out", zh="全部留出", n=n, frac=1.0, perm=rng.permutation(n))


@variant
def loop(n, frac, perm):
    train, val = [], []
    for position, row in enumerate(perm):
        (val if position < int(np.floor(frac * n + 0.5)) else train).append(int(row))
    return train, val


Exercise(
    points=1, reference=regression.holdout_split, cases=holdout_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("order_ignored", "train, val = perm[size:], perm[:size]",
            "train, val = np.arange(size, n), np.arange(size)",
            en="You took the rows in their stored order. If they are sorted, the validation set looks nothing like the training set: use perm.",
            zh="你按存储顺序取了行。如果数据是排好序的，验证集就会和训练集大不相同：请使用 perm。"),
        Mistake("sets_swapped", "return train, val", "return val, train",
            en="The two sets are swapped: the training set comes first, and frac is the share that is held out.",
            zh="两个集合反了：先返回训练集，而 frac 是留出的比例。"),
        Mistake("frac_as_training_share", "round(frac * n)", "n - round(frac * n)",
            en="Your validation set has the size of the training set and the other way round: frac is the share that is held out.",
            zh="验证集和训练集的大小反了：frac 是留出的比例，不是训练的比例。"),
        Mistake("rounded_down", "round(frac * n)", "int(frac * n)",
            en="`int` cuts off: 2.7 becomes 2. The size asked for is rounded to the nearest whole number.",
            zh="`int` 直接舍去小数：2.7 变成 2。题目要求取最接近的整数。"),
        Mistake("rounded_up", "round(frac * n)", "int(np.ceil(frac * n))",
            en="`ceil` always rounds up: 2.3 becomes 3. The size asked for is the nearest whole number.",
            zh="`ceil` 总是向上取整：2.3 变成 3。题目要求取最接近的整数。"),
        Mistake("counted_from_the_end", "train, val = perm[size:], perm[:size]",
            "train, val = perm[-(n - size) :], perm[: -(n - size)]",
            en="Right unless nothing or everything is held out: an index of −0 is 0, and counts from the front.",
            zh="一般情况下都对，但一行也不留出或全部留出时就错了：下标 −0 就是 0，是从前面数起的。"),
        Mistake("sets_instead_of_order", "train, val = perm[size:], perm[:size]",
            "train, val = np.array(sorted(set(perm.tolist()) - set(perm[:size].tolist())), dtype=int), perm[:size]",
            en="Your training rows come in ascending order, since a set forgets the order of perm. Take the others as they stand in perm.",
            zh="你的训练行是按大小排的，因为集合不保留 perm 的次序。请按 perm 中的次序取其余的行。"),
        Mistake("training_set_holds_everything", "perm[size:], perm[:size]", "perm, perm[:size]",
            en="Your training set still contains the rows that you held out, so they can't judge the model any more.",
            zh="你的训练集里还有留出的那些行，这样它们就不能再用来评判模型了。"),
        Mistake("last_instead_of_first", "perm[size:], perm[:size]", "perm[: n - size], perm[n - size :]",
            en="A fair split, but you held out the last entries of perm. The docstring asks for the first ones.",
            zh="这样分也公平，但你留出的是 perm 最后的几个。文档字符串要求的是最前面的。"),
        Mistake("sorted_rows", "perm[size:], perm[:size]", "np.sort(perm[size:]), np.sort(perm[:size])",
            en="The sets are right but you sorted them. Keep the order of perm.",
            zh="集合是对的，但你把它们排了序。请保持 perm 中的次序。"),
    ],
    variants=[
        Variant("split", "perm[size:], perm[:size]", "np.split(perm, [size])[::-1]"),
        Variant("product_the_other_way_round", "size = round", "n, frac = frac, n\n    size = round"),
    ],
)
