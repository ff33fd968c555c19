# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import semi_supervised

from chapter import shares

# %% [markdown] lang="en"
# ## The same gap without rounds: entropy (§9.3)
#
# ### {n} How undecided is a model?
#
# Rounds, a threshold, hard labels: much of self-training is arbitrary. What it wants can be said in one formula: on unlabeled samples the model should be *decided*, whatever for. How undecided it is, is measured by the **entropy** of its probabilities:
#
# $$E(p)=-\sum_k p_k\ln p_k.$$
#
# It is 0 where one class has everything, and largest, $\ln K$, where all are equally likely. $0\cdot\ln0$ counts as 0, the limit of $p\ln p$. (The notes call it cross-entropy. Cross-entropy compares *two* distributions; this is the entropy of one.)
#
# **By hand.** $p=(\tfrac12,\tfrac12)$: $E=\ln2=0.693$. $p=(1,0)$: $E=0$. $p=(\tfrac14,\tfrac34)$: $E=\tfrac14\ln4+\tfrac34\ln\tfrac43=0.562$.
# %% [markdown] lang="zh" of="164a"
# ## 同一个空隙，不用一轮一轮地来：熵（§9.3）
#
# ### {n} 模型有多拿不定主意？
#
# 轮数、阈值、硬标签：自训练里有很多东西是随意定的。它想要的，其实一个公式就能说清：在无标签样本上，模型应当**拿定主意**，主意是什么都行。有多拿不定，用概率的**熵**来量：
#
# $$E(p)=-\sum_k p_k\ln p_k.$$
#
# 某一类独占全部概率时，熵为 0；各类概率相等时最大，为 $\ln K$。$0\cdot\ln0$ 算作 0，这是 $p\ln p$ 的极限。（讲义把它叫作交叉熵。交叉熵比较的是**两个**分布；这里是一个分布自己的熵。）
#
# **手算。** $p=(\tfrac12,\tfrac12)$：$E=\ln2=0.693$。$p=(1,0)$：$E=0$。$p=(\tfrac14,\tfrac34)$：$E=\tfrac14\ln4+\tfrac34\ln\tfrac43=0.562$。
# %% answer="entropy"
def entropy(P):
    """The entropy of each row of probabilities, with the natural logarithm and 0 · ln 0 = 0.

    P (M, K); rows sum to 1, entries may be 0.  Returns (M,).
    """
    ### BEGIN SOLUTION
    logs = np.log(np.where(P > 0, P, 1.0))  # 0 where p = 0
    return -np.sum(P * logs, axis=1)
    ### END SOLUTION


# %% [markdown] docstring="entropy" lang="zh" of="eced"
# 概率矩阵每一行的熵，用自然对数，约定 0 · ln 0 = 0。
#
# P (M, K)；每行之和为 1，元素可以是 0。返回 (M,)。
# %% [markdown] why="entropy" lang="en"
# The 1 is put in *before* the logarithm is taken, and $\ln 1=0$. Choosing afterwards, `np.where(P > 0, P * np.log(P), 0)`, gives
# the same numbers but warnings too: NumPy computes both branches everywhere, $0\cdot(-\infty)$ among them.
# %% [markdown] why="entropy" lang="zh" of="956b"
# 在取对数**之前**就换成 1，而 $\ln 1=0$。若事后再选，写成 `np.where(P > 0, P * np.log(P), 0)`，数值一样，却会冒出警告：NumPy 在每个位置都把两边算一遍，其中就有 $0\cdot(-\infty)$。
# %% grading="entropy"
def entropy_cases(rng):
    yield Case("typical", zh="一般数据", P=shares(rng, 4, 3))


def zero_cases(rng):
    P = rng.permutation([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [0.0, 0.0, 1.0]])
    share = round(rng.uniform(0.1, 0.9), 2)
    yield Case("probabilities of 0", zh="概率为 0", P=np.vstack([P, [share, 0.0, 1 - share]]))
    tiny = 10.0 ** rng.integers(-300, -200)
    yield Case("next to nothing", zh="几乎为 0", P=np.array([[tiny, 1.0]]))


def edge_cases(rng):
    yield Case("one sample, many classes", zh="一个样本，很多类别", P=shares(rng, 1, 6))


@mistake(
    en="Where p is 0 you have 0 · ln 0, which is NaN to the computer. It counts as 0: keep those entries out of the logarithm.",
    zh="p 为 0 的地方，你算了 0 · ln 0，在计算机里是 NaN。它算作 0：别让这些元素进对数。",
)
def zero_times_log_of_zero(P):
    return -np.sum(P * np.log(P), axis=1)


@mistake(
    en="You add a small number inside the logarithm. Where p is 1 the entropy becomes negative by that much, and it must be exactly 0. Treat p = 0 apart instead.",
    zh="你在对数里加了一个小数。p 为 1 的地方，熵因此成了一个小负数，而它应当恰好是 0。请单独处理 p = 0。",
)
def small_number_inside(P):
    return -np.sum(P * np.log(P + 1e-4), axis=1)


@variant
def entry_by_entry(P):
    return [sum(p * np.log(1 / p) for p in row if p > 1e-320) for row in P]


Exercise(
    points=1, reference=semi_supervised.entropy, cases=entropy_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("zeros", zero_cases, en="Probabilities of 0", zh="概率为 0"), Group("edge", edge_cases)],
    mistakes=[
        Mistake("sign", "return -np.sum", "return np.sum",
            en="The sign is missing: logarithms of probabilities are negative, entropies are not.", zh="漏了负号：概率的对数是负的，熵不是。"),
        Mistake("mean_over_classes", "-np.sum(P * logs, axis=1)", "-np.mean(P * logs, axis=1)",
            en="You took the mean over the classes. The entropy is the SUM over them.", zh="你对类别取了平均。熵是对类别**求和**。"),
        Mistake("bits", "np.log(np.where", "np.log2(np.where",
            en="That is the entropy in bits. Here ln is the natural logarithm.", zh="这是以比特为单位的熵。这里用自然对数 ln。"),
        Mistake("sum_over_samples", "axis=1", "axis=0",
            en="You added up the samples. Each sample, a row, has its own entropy.", zh="你对样本求和了。每个样本（一行）有自己的熵。"),
        Mistake("one_number", "-np.sum(P * logs, axis=1)", "-np.sum(P * logs)",
            en="You return the entropy of all samples together. A number for each of them is wanted.", zh="你返回的是全部样本的总和。要的是每个样本一个数。"),
        Mistake("not_weighted", "P * logs", "logs",
            en="You added the logarithms as they are. Each is weighted by its own probability.", zh="你直接把对数加了起来。每个对数要用自己的概率加权。"),
    ],
    variants=[Variant("logs_of_the_positive", "np.log(np.where(P > 0, P, 1.0))", "np.log(P, where=P > 0, out=np.zeros(P.shape))")],
)
