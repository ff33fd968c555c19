# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import cnn

from chapter import normal

# %% [markdown] lang="en"
# ## {n} Bonus: style is what goes together
#
# A CNN takes an image apart into features, so one can take the *content* of one image and the *style* of another and put them together (§6.5). Content is what lies where. And style? Gatys, Ecker and Bethge (2016) found a good answer: **which features occur together**, wherever that is. For the maps $A$ of a layer, $(C, H, W)$, they compare every map with every other, by the **MEAN** over all positions of the product:
#
# $$G_{cd}=\frac{1}{HW}\sum_{i,j}A_{c,i,j}\,A_{d,i,j}$$
#
# This $C\times C$ matrix is called a *Gram matrix*. All places have been averaged out: shuffle the positions, of all maps alike, and $G$ stays the same.
#
# **By hand.** Two maps of two pixels, $A_0=(1, 2)$ and $A_1=(3, -1)$: $G=\begin{pmatrix}2.5&0.5\\0.5&5\end{pmatrix}$.
# %% [markdown] lang="zh" of="bf36"
# ## {n} 附加题：风格就是“什么和什么一起出现”
#
# CNN 把图像分解成特征，于是可以取一张图的**内容**，配上另一张图的**风格**（§6.5）。内容是“哪里有什么”。风格又是什么？Gatys、Ecker、Bethge（2016）给出了一个很好的答案：**哪些特征一起出现**，不管出现在哪里。对某一层的特征图 $A$，形状 $(C, H, W)$，把每两张图逐点相乘，再对所有位置取**平均**：
#
# $$G_{cd}=\frac{1}{HW}\sum_{i,j}A_{c,i,j}\,A_{d,i,j}$$
#
# 这个 $C\times C$ 的矩阵叫作**格拉姆矩阵**（Gram matrix）。位置全被平均掉了：把所有图的位置按同样的方式打乱，$G$ 不变。
#
# **手算。** 两张图，各两个像素，$A_0=(1, 2)$，$A_1=(3, -1)$：$G=\begin{pmatrix}2.5&0.5\\0.5&5\end{pmatrix}$。
# %% answer="gram_matrix" extra
def gram_matrix(A):
    """Which maps are active together: the MEAN over all positions of the product of two maps.

    A (C, H, W), the maps of one image.  Returns G (C, C).
    """
    ### BEGIN SOLUTION
    flat = A.reshape(len(A), -1)  # (C, HW)
    return flat @ flat.T / flat.shape[1]
    ### END SOLUTION


# %% [markdown] docstring="gram_matrix" lang="zh" of="2e90"
# 哪些特征图同时活跃：两张图的乘积对所有位置取平均。
#
# A (C, H, W) 是一张图像的特征图。返回 G (C, C)。
# %% [markdown] why="gram_matrix" lang="en"
# With all positions in one axis a single product compares every pair of maps, and that axis is summed away: the place is
# forgotten, as style demands. Dividing by its length lets images of different sizes be compared.
# %% [markdown] why="gram_matrix" lang="zh" of="3ebb"
# 把所有位置排进一个轴，一次矩阵乘法就比较了每一对特征图，而这个轴在求和中消失：位置被忘掉，这正是风格所要的。再除以它的长度，大小不同的图像才能相互比较。
# %% grading="gram_matrix"
def map_cases(rng):
    yield Case("typical", zh="一般数据", A=normal(rng, 3, 2, 4) + 0.3)


def edge_cases(rng):
    yield Case("one map", zh="只有一张图", A=normal(rng, 1, 3, 2) + 0.3)
    yield Case("one position", zh="只有一个位置", A=normal(rng, 4, 1, 1))


def shuffled_cases(rng):
    yield Case("positions shuffled", zh="位置打乱", A=normal(rng, 2, 3, 3), order=rng.permutation(9))


def before_and_after(impl, case):
    A = case.A.reshape(2, 9)[:, case.order].reshape(2, 3, 3)
    before, after = (np.asarray(impl.gram_matrix(maps), dtype=float).reshape(2, 2) for maps in (case.A, A))
    return {"G": after, "what shuffling changed": after - before}


@variant
def pair_by_pair(A):
    return [[np.mean(one * other) for other in A] for one in A]


@variant
def einsum(A):
    return np.einsum("chw,dhw->cd", A, A) / A[0].size


Exercise(
    points=1, reference=cnn.gram_matrix, cases=map_cases, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("invariant", shuffled_cases, observe=before_and_after),
    ],
    mistakes=[
        Mistake("sum_over_positions", "flat @ flat.T / flat.shape[1]", "flat @ flat.T",
            en="You summed over the positions. The MEAN is asked for, so that a larger image has no larger style.",
            zh="你对位置求了和。题目要的是**平均**，图像变大，风格不应跟着变大。"),
        Mistake("divided_by_the_maps_too", "/ flat.shape[1]", "/ flat.size",
            en="You divided by C·H·W. The mean runs over the H·W positions alone.",
            zh="你除以了 C·H·W。平均只对 H·W 个位置取。"),
        Mistake("covariance", "flat = A.reshape(len(A), -1)", "flat = A.reshape(len(A), -1) - A.reshape(len(A), -1).mean(axis=1, keepdims=True)",
            en="You subtracted each map's mean first. That gives a covariance; here a map that is bright everywhere counts too.",
            zh="你先减去了每张图的均值，得到的是协方差。这里处处都亮的图也要算进去。"),
        Mistake("positions_against_positions", "flat @ flat.T / flat.shape[1]", "flat.T @ flat / len(flat)",
            en="You compared positions with positions. Compare maps with maps: the result is C × C.",
            zh="你拿位置与位置相比。应当拿图与图相比：结果是 C × C。"),
        Mistake("scaled_to_correlations", "return flat @ flat.T / flat.shape[1]",
            "return flat @ flat.T / np.sqrt(np.outer((flat**2).sum(axis=1), (flat**2).sum(axis=1)))",
            en="You divided by the maps' lengths, so the diagonal is 1. How strong a feature is belongs to the style too.",
            zh="你除以了各图的长度，对角线都成了 1。特征有多强，也是风格的一部分。"),
        Mistake("diagonal_alone", "return flat @ flat.T / flat.shape[1]", "return np.diag((flat**2).mean(axis=1))",
            en="Only the diagonal is filled. Style is what goes *together*: every pair of maps.",
            zh="只填了对角线。风格是**一起**出现的东西：每两张图都要算。"),
    ],
    variants=[
        Variant("tensordot", "flat @ flat.T / flat.shape[1]", "np.tensordot(A, A, axes=((1, 2), (1, 2))) / A[0].size"),
        Variant("even_in_the_maps", "flat = A", "A = -A\n    flat = A"),
    ],
)
