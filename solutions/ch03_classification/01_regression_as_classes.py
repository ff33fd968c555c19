# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import mixed

# %% [markdown] lang="en"
# ## Why not regression?
#
# Suppose there are four classes (§4). It is tempting to train a regression whose output lies between 0 and 1 and to cut that range: below 0.25 is the first class, from 0.25 to 0.5 the second, and so on. Let us build it, and then see what is wrong with it.
#
# ### {n} Scores cut into classes
#
# Given $K-1$ ascending edges $e_1 < e_2 < \dots < e_{K-1}$, a score $s$ belongs to class $k$ when exactly $k$ edges are less than or equal to $s$. A score that sits on an edge therefore belongs to the **upper** class.
#
# **By hand.** Edges $(0.25,\ 0.5,\ 0.75)$:
#
# | score | edges reached | class |
# |---|---|---|
# | 0.10 | none | 0 |
# | 0.50 | 0.25 and 0.5 | 2 |
# | 0.74 | 0.25 and 0.5 | 2 |
# | 1.30 | all three | 3 |
# %% [markdown] lang="zh" of="9673"
# ## 为什么不用回归？
#
# 假设有四类（§4）。很容易想到：训练一个输出在 0 到 1 之间的回归模型，再把区间切开——小于 0.25 是第一类，0.25 到 0.5 是第二类，依此类推。我们先把它实现出来，再看看问题出在哪里。
#
# ### {n} 把得分切成类别
#
# 给定 $K-1$ 个从小到大的分界点 $e_1 < e_2 < \dots < e_{K-1}$。若恰好有 $k$ 个分界点小于或等于得分 $s$，则 $s$ 属于第 $k$ 类。因此，正好落在分界点上的得分归入**上面**那一类。
#
# **手算。** 分界点为 $(0.25,\ 0.5,\ 0.75)$：
#
# | 得分 | 达到的分界点 | 类别 |
# |---|---|---|
# | 0.10 | 无 | 0 |
# | 0.50 | 0.25 和 0.5 | 2 |
# | 0.74 | 0.25 和 0.5 | 2 |
# | 1.30 | 全部三个 | 3 |
# %% answer="regression_as_classes"
def regression_as_classes(scores, edges):
    """The class of each score.

    scores (N,), edges (K−1,) in ascending order; lists work too.  Returns integers (N,) from 0 to K−1:
    the number of edges that are less than or equal to the score.
    """
    ### BEGIN SOLUTION
    return np.searchsorted(edges, scores, side="right")  # (N,)
    ### END SOLUTION


# %% [markdown] docstring="regression_as_classes" lang="zh" of="13ec"
# 每个得分所属的类别。
#
# scores (N,)，edges (K−1,) 从小到大排列；也可以是列表。返回 0 到 K−1 的整数 (N,)：
# 小于或等于该得分的分界点个数。
# %% [markdown] why="regression_as_classes" lang="en"
# With `side="right"`, `searchsorted` gives the place *behind* all equal edges, and that is the number of edges that the score has reached.
# It halves the edges at each comparison and takes lists as well as arrays.
# %% [markdown] why="regression_as_classes" lang="zh" of="b637"
# 取 `side="right"`，`searchsorted` 给出的位置排在相等的边界**之后**，正好等于得分达到的边界个数。
# 它用二分法查找，列表和数组都能直接用。
# %% grading="regression_as_classes"
def drawn_edges(rng):
    return np.sort(rng.choice(np.arange(11, 90, 6), rng.integers(3, 6), replace=False)) / 100  # never equal parts


def score_cases(rng):
    edges = drawn_edges(rng)
    inside = 0.7 * np.append(0, edges) + 0.3 * np.append(edges, 1)  # nearest to the lower edge
    yield Case("typical", zh="一般数据", scores=mixed(rng, np.append(inside, [-0.3, 1.4]).round(3)), edges=edges)


def edge_cases(rng):
    edges = drawn_edges(rng)
    scores = mixed(rng, np.concatenate([edges, edges - 0.001, edges + 0.02]))
    yield Case("on the edges", zh="正好落在分界点上", scores=scores, edges=edges)
    edge = rng.uniform(0.1, 0.9, 1).round(3)
    yield Case("two classes", zh="只有两类", scores=edge, edges=edge)


@mistake(
    en="You chose the nearest edge. A class is an interval between two edges, so there is one class more than edges.",
    zh="你选的是最近的分界点。一个类别是两个分界点之间的区间，类别数比分界点多一个。",
)
def nearest_edge(scores, edges):
    return np.abs(np.asarray(scores)[:, None] - np.asarray(edges)).argmin(axis=1)


@mistake(
    en="You cut the range from 0 to 1 into equal parts. The edges you are given may lie anywhere: count those.",
    zh="你把 0 到 1 等分了。传入的分界点可以在任何位置：请数它们。",
)
def equal_intervals(scores, edges):
    count = len(edges) + 1
    return np.clip(np.floor(np.asarray(scores) * count), 0, count - 1).astype(int)


@variant
def loop(scores, edges):
    return [sum(1 for edge in edges if edge <= score) for score in scores]


@variant
def comparing(scores, edges):
    return (np.asarray(scores)[:, None] >= np.asarray(edges)).sum(axis=1)


@variant
def first_edge_above(scores, edges):
    above = [[n for n, edge in enumerate(edges) if edge > score] for score in scores]
    return np.array([numbers[0] if numbers else len(edges) for numbers in above])


Exercise(
    points=1, reference=classification.regression_as_classes, cases=score_cases, tolerance=EXACT, accepts=("lists",),
    groups=[Group("edge", edge_cases)], forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("edge_to_lower_class", 'side="right"', 'side="left"',
            en="A score that lies exactly on an edge has reached it, so it belongs to the upper class.",
            zh="正好落在分界点上的得分算作“已达到”，应归入上面那一类。"),
        Mistake("classes_from_one", 'side="right")', 'side="right") + 1',
            en="Your classes start at 1. Labels in this course start at 0: a score below every edge is class 0.",
            zh="你的类别从 1 开始了。本课程的标签从 0 开始：低于所有分界点的得分属于第 0 类。"),
        Mistake("counted_from_above", "np.searchsorted(edges", "len(edges) - np.searchsorted(edges",
            en="You counted the edges above the score. Count the ones it has reached: low scores are low classes.",
            zh="你数的是得分上方的分界点。应当数它已经达到的：得分低，类别就小。"),
    ],
    variants=[Variant("digitize", 'np.searchsorted(edges, scores, side="right")', "np.digitize(scores, edges)")],
)
