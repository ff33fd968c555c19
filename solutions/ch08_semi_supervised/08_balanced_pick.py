# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

# %% [markdown] lang="en"
# ### {n} Find the bug: to each class its share
#
# A threshold has a weakness: the class that the model knows best fills up first, and the model comes to see it everywhere. One remedy is to take, for **each** class, the $k$ samples in which the model is most confident of *that class*, the most confident first.
#
# A classmate has programmed that. On the matrix of section {ref:pseudo_labels}, with $k=1$, the code picks sample 2 for class 0 and sample 0 for class 1. Training on these made the classifier much worse than without any.
#
# 1. Work the example out by hand. Which sample should class 0 get, and which class 1?
# 2. Say in the comment what is wrong.
# 3. Mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="d046"
# ### {n} 找错误：每一类都有份
#
# 阈值有一个弱点：模型最熟悉的那一类会最先满员，模型看什么都像它。一种补救办法是：对**每一**类，选出模型最确信属于**这一类**的 $k$ 个样本，最确信的排在最前面。
#
# 有位同学写好了程序。对 {ref:pseudo_labels} 节的那个矩阵，取 $k=1$，程序给第 0 类选了样本 2，给第 1 类选了样本 0。用它们训练出来的分类器，比一个也不用还要差得多。
#
# 1. 手算一遍这个例子：第 0 类应当得到哪个样本？第 1 类呢？
# 2. 在注释里写出错在哪里。
# 3. 改正它。原样交上来不得分。
# %% answer="balanced_pick"
def balanced_pick(P, k):
    """For each class the k samples in which a model is most confident of that class.

    P (M, K), probabilities, no two of a column alike; 1 ≤ k ≤ M.
    Returns the numbers of the samples (K, k), a row for each class, the most confident first.
    """
    ### BEGIN SOLUTION
    order = np.argsort(-P, axis=0)  # (M, K)
    return order[:k].T
    ### END SOLUTION


# %% [markdown] docstring="balanced_pick" lang="zh" of="29dd"
# 对每一类，选出模型最确信属于这一类的 k 个样本。
#
# P (M, K) 是概率，同一列中没有两个相等；1 ≤ k ≤ M。
# 返回样本的编号 (K, k)，每一类一行，最确信的排在最前面。
# %% [markdown] why="balanced_pick" lang="en"
# A class compares samples, so the sorting goes down its column: axis 0. The minus turns ascending into descending. Every class gets its k, but
# a price is paid: where it is rare the last of them may be poor guesses, and one sample may be picked by two classes.
# %% [markdown] why="balanced_pick" lang="zh" of="2376"
# 一个类别要比的是各个样本，所以沿着它那一列排序，即第 0 轴；负号把升序变成降序。每一类都能拿到 k 个，但也有代价：稀少的类别，靠后的几个可能很勉强；同一个样本还可能被两个类别选中。
# %% grading="balanced_pick"
def apart(rng, m, k):
    """Probabilities no two of which are alike in a column, and whose greatest samples are not in order."""
    while True:
        P = rng.dirichlet(np.ones(k), size=m).round(3)
        if all(len(np.unique(column)) == m for column in P.T) and (m < 3 or (np.diff(np.argsort(-P, axis=0)[:2], axis=0) < 0).any()):
            return P


def pick_cases(rng):
    yield Case("typical", zh="一般数据", P=apart(rng, 7, 3), k=3)


def edge_cases(rng):
    yield Case("one sample a class", zh="每类一个样本", P=apart(rng, 5, 4), k=1)
    yield Case("all samples", zh="全部样本", P=apart(rng, 4, 2), k=4)


@variant
def class_by_class(P, k):
    return [sorted(range(len(P)), key=lambda u: -P[u, c])[:k] for c in range(P.shape[1])]


Exercise(
    points=1, reference=semi_supervised.balanced_pick, cases=pick_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    starter="classmates_bug", groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("classmates_bug", "np.argsort(-P, axis=0)", "np.argsort(P, axis=0)",
            en="This gives what your classmate's code gave. Which probability does the first sample picked for class 0 have, and which would you like it to have?",
            zh="这和那位同学的代码结果一样。为第 0 类选出的第一个样本，概率是多少？你希望它是多少？"),
        Mistake("least_confident_first", "order[:k].T", "order[:k][::-1].T",
            en="The right samples, in the wrong order: the most confident comes first.", zh="样本选对了，次序反了：最确信的排在最前面。"),
        Mistake("sorted_across_classes", "np.argsort(-P, axis=0)  # (M, K)\n    return order[:k].T", "np.argsort(-P, axis=1)\n    return order[:k].T",
            en="You sorted each sample's classes. For each class its *samples* are to be sorted, down the columns.",
            zh="你给每个样本的各个类别排了序。应当对每一类的**样本**排序，沿着列。"),
        Mistake("transposed", "order[:k].T", "order[:k]",
            en="Rows and columns are exchanged: a row for each class.", zh="行和列弄反了：每一类一行。"),
        Mistake("last_ones_taken", "order[:k].T", "order[-k:].T",
            en="You take the end of the order, where the model is least confident.", zh="你取的是次序的末尾，那里模型最没有把握。"),
        Mistake("probabilities_returned", "return order[:k].T", "return np.take_along_axis(P, order, axis=0)[:k].T",
            en="You return the probabilities. The *numbers* of the samples are wanted.", zh="你返回的是概率。要的是样本的**编号**。"),
    ],
    variants=[
        Variant("turned_around", "np.argsort(-P, axis=0)", "np.argsort(P, axis=0)[::-1]"),
        Variant("factor_keeps_the_order", "    order = np", "    P = 2 * P\n    order = np"),
        Variant("squares_keep_the_order", "    order = np", "    P = P**2\n    order = np"),
    ],
)
