# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import normal

# %% [markdown] lang="en"
# ### {n} Find the bug: everybody within reach
#
# The other way to draw edges (§9.6): join all samples that are **at most** a radius $\varepsilon$ apart, and nobody to himself. A classmate has programmed it and tried it on a circle of six samples with radius 1: each should have two neighbors, the one before and the one after. The code gives three.
#
# 1. Write down the matrix for the circle, or for the three samples of {ref:knn_graph} with $\varepsilon=1$, and compare.
# 2. Say in the comment what is wrong.
# 3. Mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="9630"
# ### {n} 找错误：够得着的都连上
#
# 另一种连边的办法（§9.6）：距离**不超过**半径 $\varepsilon$ 的样本都连起来，谁也不与自己相连。有位同学写好了程序，在一个圆上取六个样本，半径取 1 试了试：每个样本应当有两个邻居，前一个和后一个。程序给出的却是三个。
#
# 1. 写出这个圆的矩阵，或者 {ref:knn_graph} 里那三个样本在 $\varepsilon=1$ 时的矩阵，对照一下。
# 2. 在注释里写出错在哪里。
# 3. 改正它。原样交上来不得分。
# %% answer="eps_graph"
def eps_graph(X, eps):
    """The graph of samples that are near each other.

    X (N, D), eps > 0.  Returns A (N, N) of 0 and 1: 1 where two different samples are at most eps apart.
    """
    ### BEGIN SOLUTION
    apart = np.sqrt(np.sum((X[:, None] - X) ** 2, axis=2))
    near = (apart <= eps) & ~np.eye(len(X), dtype=bool)
    return near.astype(float)
    ### END SOLUTION


# %% [markdown] docstring="eps_graph" lang="zh" of="3033"
# 彼此靠近的样本连成的图。
#
# X (N, D)，eps > 0。返回由 0 和 1 组成的 A (N, N)：两个不同的样本距离不超过 eps 时为 1。
# %% [markdown] why="eps_graph" lang="en"
# A sample is at distance 0 from itself, and so within any radius. What is excluded is the *diagonal*, not the distance 0: two
# different samples may well lie in the same place, and they are the nearest neighbors there can be.
# %% [markdown] why="eps_graph" lang="zh" of="4200"
# 样本到自己的距离是 0，半径再小也在圈内。要排除的是**对角线**，不是距离 0：两个不同的样本完全可能在同一位置，而那正是最近的邻居。
# %% grading="eps_graph"
def near_cases(rng):
    while True:
        X = normal(rng, 7, 2)
        apart = np.sort(np.linalg.norm(X[:, None] - X, axis=2)[np.triu_indices(7, 1)])
        eps = round(float(apart[7] + apart[8]) / 2, 2)
        if np.abs(apart - eps).min() > 1e-3 and np.abs(apart**2 - eps).min() > 1e-3 and eps != 1 and ((apart <= eps) != (apart**2 <= eps)).any():
            break
    yield Case("typical", zh="一般数据", X=X, eps=eps)


def edge_cases(rng):
    line = rng.permutation(np.cumsum(rng.permutation([2.0, 3.0, 4.0, 5.0]))[[0, 0, 1, 2, 3]] * (np.arange(5) > 0))[:, None]
    yield Case("exactly eps apart", zh="距离恰好等于 eps", X=line, eps=float(rng.choice([2.0, 3.0, 4.0])))
    twins = normal(rng, 3, 2)
    yield Case("two samples in one place", zh="两个样本在同一处", X=np.vstack([twins, twins[rng.integers(3)]]), eps=0.01)


@variant
def pair_by_pair(X, eps):
    N = len(X)
    return [[int(i != j and sum((a - b) ** 2 for a, b in zip(X[i], X[j])) <= eps**2) for j in range(N)] for i in range(N)]


Exercise(
    points=1, reference=semi_supervised.eps_graph, cases=near_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    starter="classmates_bug", groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("classmates_bug", "(apart <= eps) & ~np.eye(len(X), dtype=bool)", "apart <= eps",
            en="This gives what your classmate's code gave. Who is the third neighbor of a sample on the circle?",
            zh="这和那位同学的代码结果一样。圆上一个样本的第三个邻居是谁？"),
        Mistake("eps_excluded", "apart <= eps", "apart < eps",
            en="Samples exactly eps apart are not joined. *At most* eps includes it.", zh="距离恰好等于 eps 的没有连上。“不超过”包括等于。"),
        Mistake("root_forgotten", "np.sqrt(np.sum((X[:, None] - X) ** 2, axis=2))", "np.sum((X[:, None] - X) ** 2, axis=2)",
            en="You compare the *squared* distance with eps.", zh="你拿距离的**平方**去和 eps 比。"),
        Mistake("twins_parted", "(apart <= eps) & ~np.eye(len(X), dtype=bool)", "(apart <= eps) & (apart > 0)",
            en="Two different samples in the same place are not joined: their distance is 0, and they are neighbors. Leave out the diagonal, not the distance 0.",
            zh="同一处的两个样本没有连上：它们的距离是 0，但仍是邻居。要去掉的是对角线，而不是距离 0。"),
        Mistake("far_ones_joined", "apart <= eps", "apart > eps",
            en="You join the samples that are far apart.", zh="你把相距远的样本连上了。"),
        Mistake("city_blocks", "np.sqrt(np.sum((X[:, None] - X) ** 2, axis=2))", "np.sum(np.abs(X[:, None] - X), axis=2)",
            en="You added the differences of the features. The distance is the root of the sum of their squares.",
            zh="你把各特征之差的绝对值加了起来。距离是平方和的平方根。"),
        Mistake("one_direction", "return near.astype(float)", "return np.triu(near).astype(float)",
            en="Each edge stands there in one direction only. The graph is symmetric.", zh="每条边只有一个方向。图是对称的。"),
    ],
    variants=[
        Variant("signs_are_squared", "(X[:, None] - X) ** 2", "(X - X[:, None]) ** 2"),
        Variant("booleans", "near.astype(float)", "near"),
        Variant("reflected", "    apart = np", "    X = -X\n    apart = np"),
    ],
)
