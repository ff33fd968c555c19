# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import graph, laplacian, normal

# %% [markdown] lang="en"
# ### {n} How smooth is a labeling?
#
# Give each sample a number $f_i$, the label as the method sees it. If neighbors agree, all differences along edges are small:
#
# $$S=\tfrac12\sum_i\sum_jA_{ij}(f_i-f_j)^2=f^\top\Delta f.$$
#
# The double sum runs over *ordered* pairs, each edge twice; that is what the ½ is for. (§9.6 prints the ½ and forgets the sums.) Small $S$ means smooth. Compute it either way; try both once, for the two must agree.
#
# **By hand.** On the graph of {ref:laplacian} with $f=(1, 1, 0)$: only the edge $\{1,2\}$ has a difference, so $S=1\cdot(1-0)^2=1$. With $f=(1,0,1)$ both edges do: $S=2+1=3$.
# %% [markdown] lang="zh" of="76d7"
# ### {n} 一种标法有多光滑？
#
# 给每个样本一个数 $f_i$，即方法眼中的标签。如果邻居的标签相同，沿着边的差就都很小：
#
# $$S=\tfrac12\sum_i\sum_jA_{ij}(f_i-f_j)^2=f^\top\Delta f.$$
#
# 两重求和走遍**有序**对，每条边走两次；前面的 ½ 就是为此而设的。（§9.6 印了 ½，却漏了求和号。）$S$ 小就是光滑。用哪一边来算都行；不妨两种都算一次，它们应当相等。
#
# **手算。** {ref:laplacian} 的图上，$f=(1, 1, 0)$：只有边 $\{1,2\}$ 有差，所以 $S=1\cdot(1-0)^2=1$。$f=(1,0,1)$：两条边都有差，$S=2+1=3$。
# %% answer="smoothness"
def smoothness(A, f):
    """How much a labeling differs along the edges of a graph; small is smooth.

    A (N, N), the weights: symmetric, not negative, 0 on the diagonal; f (N,).
    Returns a number, half the SUM over ordered pairs of A_ij (f_i − f_j)².
    """
    ### BEGIN SOLUTION
    differences = f[:, None] - f  # (N, N)
    return np.sum(A * differences**2) / 2
    ### END SOLUTION


# %% [markdown] docstring="smoothness" lang="zh" of="5c60"
# 一种标法沿着图的各边相差多少；小就是光滑。
#
# A (N, N) 是权重：对称，不为负，对角线为 0；f (N,)。
# 返回一个数：A_ij (f_i − f_j)² 对有序对求和的一半。
# %% [markdown] why="smoothness" lang="en"
# A sum of squares with weights that are not negative can't fall below 0, whereas $f^\top\Delta f$ subtracts, and rounding may leave a tiny negative
# number. Squared one by one the differences can't cancel. For large graphs the product is cheaper if $\Delta$ is stored sparsely.
# %% [markdown] why="smoothness" lang="zh" of="5bbe"
# 权重非负的平方和不可能小于 0；而 $f^\top\Delta f$ 里有减法，舍入之后可能剩下一个极小的负数。逐个平方，差就不会互相抵消。图很大时，若 $\Delta$ 以稀疏方式存放，乘积的写法更省。
# %% grading="smoothness"
def smooth_cases(rng):
    yield Case("typical", zh="一般数据", A=graph(rng, 5), f=normal(rng, 5))


def edge_cases(rng):
    yield Case("two labels", zh="两种标签", A=graph(rng, 6), f=rng.permutation([0.0, 0.0, 1.0, 1.0, 1.0, -1.0]))
    yield Case("all alike", zh="全都一样", A=graph(rng, 4), f=np.full(4, round(float(rng.normal()), 2)))


def shift_cases(rng):
    yield Case("moved up", zh="整体抬高", A=graph(rng, 5), f=normal(rng, 5), shift=round(rng.uniform(1, 9), 1))


def shifted(impl, case):
    """The same added to all labels changes nothing; twice the labels is four times as rough."""
    here = impl.smoothness(case.A, case.f)
    return {"shift": impl.smoothness(case.A, case.f + case.shift) - here, "double": impl.smoothness(case.A, 2 * case.f) / here}


@variant
def quadratic_form(A, f):
    return f @ laplacian(A) @ f


@variant
def edge_by_edge(A, f):
    return sum(A[i][j] * (f[i] - f[j]) ** 2 for i in range(len(f)) for j in range(i))


Exercise(
    points=1, reference=semi_supervised.smoothness, cases=smooth_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("shifted", shift_cases, observe=shifted, en="Only differences count", zh="只有差才算"),
    ],
    mistakes=[
        Mistake("half_forgotten", "np.sum(A * differences**2) / 2", "np.sum(A * differences**2)",
            en="Every edge is counted twice, once from each end: the ½ is missing.", zh="每条边从两头各数了一次：漏了 ½。"),
        Mistake("weights_forgotten", "A * differences**2", "(A > 0) * differences**2",
            en="All edges weigh alike with you. A difference along a heavy edge costs more.", zh="你让所有边一样重了。沿着重的边，差的代价更大。"),
        Mistake("all_pairs", "A * differences**2", "differences**2",
            en="You compare all pairs. Only neighbors are compared: A has the weights.", zh="你比较了所有的样本对。只比较邻居：权重在 A 里。"),
        Mistake("absolute_differences", "differences**2", "np.abs(differences)",
            en="You added the differences themselves. They are squared.", zh="你加的是差本身。要先平方。"),
        Mistake("degrees_missing", "return np.sum(A * differences**2) / 2", "return -(f @ A @ f)",
            en="In f ᵀΔf you have A alone. The degrees on the diagonal are missing.", zh="fᵀΔf 里你只用了 A。漏了对角线上的度。"),
        Mistake("sign_of_the_laplacian", "return np.sum(A * differences**2) / 2", "return -np.sum(A * differences**2) / 2",
            en="Your S is negative: the Laplacian is degrees *minus* weights.", zh="你的 S 是负的：拉普拉斯矩阵是度**减去**权重。"),
        Mistake("squared_sum", "np.sum(A * differences**2) / 2", "np.sum(np.sum(A * differences, axis=1) ** 2) / 2",
            en="You added up the differences of a sample first and squared them then, so they cancel. Square each of them.",
            zh="你先把一个样本的各个差加起来再平方，于是互相抵消。应当先各自平方。"),
    ],
    variants=[
        Variant("signs_are_squared", "f[:, None] - f", "f - f[:, None]"),
        Variant("reflected", "    differences = f", "    f = -f\n    differences = f"),
    ],
)
