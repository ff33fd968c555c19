# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, tools, variant
from reference import tricks

from chapter import uniform

# %% [markdown] lang="en"
# ## {n} The way out of a saddle
#
# On a saddle the gradient is 0 and gradient descent stands still. The Hessian shows the way out: along an eigenvector $u$ whose eigenvalue $\kappa$ is negative,
#
# $$f(x + r u) \approx f(x) + \tfrac12 \kappa\, r^2 < f(x),$$
#
# and in both directions, $u$ and $-u$. The **most negative** curvature leads down the fastest. If no eigenvalue is negative there is no way down that second derivatives could see.
#
# (Nobody does this with a net of a million parameters: its Hessian has $10^{12}$ entries. But it says what momentum, and the noise of mini-batches, have to achieve: a push in *some* direction that has a part along $u$, and the slope does the rest.)
#
# **By hand.** $H = \begin{pmatrix}1&2\\2&1\end{pmatrix}$: eigenvalues $3$ and $-1$, and to $-1$ belongs $u = (1, -1)/\sqrt2$. Check: $Hu = (-1, 1)/\sqrt2 = -u$.
# %% [markdown] lang="zh" of="9377"
# ## {n} 从鞍点走出来
#
# 在鞍点上梯度为 0，梯度下降停住不动。海森矩阵指出了出路：沿特征值 $\kappa$ 为负的特征向量 $u$，
#
# $$f(x + r u) \approx f(x) + \tfrac12 \kappa\, r^2 < f(x),$$
#
# 而且 $u$ 和 $-u$ 两个方向都行。曲率**负得最厉害**的方向，下得最快。如果没有负的特征值，二阶导数就看不到下去的路。
#
# （没有人对百万参数的网络这样做：它的海森矩阵有 $10^{12}$ 个元素。但由此可以明白动量和小批量的噪声需要做到什么：朝**某个**方向推一下，只要这个方向有一点沿 $u$ 的成分，剩下的就交给坡度了。）
#
# **手算。** $H = \begin{pmatrix}1&2\\2&1\end{pmatrix}$：特征值为 $3$ 和 $-1$，$-1$ 对应 $u = (1, -1)/\sqrt2$。验证：$Hu = (-1, 1)/\sqrt2 = -u$。
# %% answer="escape_direction"
def escape_direction(H):
    """The direction along which the ground bends downwards most: a unit vector (D,), of either sign.

    H (D, D) is a symmetric Hessian.  Where no eigenvalue is negative there is no such direction: zeros (D,).
    """
    ### BEGIN SOLUTION
    curvatures, axes = np.linalg.eigh(H)  # ascending; an eigenvector in each column
    return axes[:, 0] if curvatures[0] < 0 else np.zeros(len(H))
    ### END SOLUTION


# %% [markdown] docstring="escape_direction" lang="zh" of="fd76"
# 地面向下弯得最厉害的方向：单位向量 (D,)，正负号任意。
#
# H (D, D) 是对称的海森矩阵。如果没有负的特征值，就没有这样的方向，返回零向量 (D,)。
# %% [markdown] why="escape_direction" lang="en"
# `eigh`, unlike `eig`, knows that `H` is symmetric: real eigenvalues in ascending order, eigenvectors of length 1. They stand in
# *columns*, so the most negative curvature belongs to `axes[:, 0]`. Its sign is arbitrary, and both ways lead down.
# %% [markdown] why="escape_direction" lang="zh" of="beb4"
# `eigh` 与 `eig` 不同，它知道 `H` 是对称的：特征值是实数，从小到大排列，特征向量长度为 1。它们排在**列**里，所以最负的曲率对应 `axes[:, 0]`。正负号是任意的，朝哪边走都是下坡。
# %% grading="escape_direction"
def with_curvatures(rng, curvatures):
    d = len(curvatures)
    axes = np.linalg.qr(rng.normal(size=(d, d)))[0]
    H = axes @ np.diag(curvatures) @ axes.T
    return (H + H.T) / 2


def saddle_cases(rng):
    bends = [uniform(rng, 2, 4), -uniform(rng, 0.6, 1.4), -uniform(rng, 0.1, 0.4), uniform(rng, 0.3, 0.9)]
    yield Case("four axes", zh="四个方向", H=with_curvatures(rng, bends))
    yield Case("two axes", zh="两个方向", public=False, H=with_curvatures(rng, [uniform(rng, 1, 3), -uniform(rng, 0.2, 0.8)]))


def top_cases(rng):
    yield Case("a top", zh="山顶", H=with_curvatures(rng, [-uniform(rng, 2, 3), -uniform(rng, 0.2, 0.9), -uniform(rng, 1, 1.6)]))
    flat = np.zeros((3, 3))
    flat[2, 2] = -uniform(rng, 0.5, 2)
    yield Case("level but for one axis", zh="只有一个方向不平", H=flat)


def bottom_cases(rng):
    yield Case("a bottom", zh="谷底", H=with_curvatures(rng, [uniform(rng, 0.2, 0.9), uniform(rng, 1, 3), uniform(rng, 3, 5)]))


def up_to_its_sign(impl, case):
    return tools.up_to_sign(impl.escape_direction(case.H))


def shape_of_direction(H):
    return (len(H),)


@variant
def power_iteration(H):
    size = np.abs(H).sum()
    u, shifted = np.arange(1.0, len(H) + 1), size * np.eye(len(H)) - H
    for _ in range(20):
        shifted = shifted @ shifted
        shifted = shifted / np.abs(shifted).max()
    u = shifted[:, np.argmax(np.sum(shifted**2, axis=0))]
    u = u / np.sqrt(np.sum(u**2))
    return u if u @ H @ u < 0 else 0 * u


@variant
def general_eigenvectors(H):
    values, vectors = np.linalg.eig(H)
    lowest = np.argmin(values.real)
    return -vectors[:, lowest].real if values.real[lowest] < 0 else [0.0] * len(H)


@mistake(
    en="Eigenvectors are the *columns* of what eigh gives. You took a row.",
    zh="eigh 给出的特征向量是**列**，你取了一行。",
)
def row_for_column(H):
    curvatures, axes = np.linalg.eigh(H)
    return axes[0] if curvatures[0] < 0 else np.zeros(len(H))


@mistake(
    en="You take the eigenvalue that is largest in *size*. It may be positive, and then its axis leads up: the smallest, with its sign, is asked for.",
    zh="你取的是**绝对值**最大的特征值。它可能是正的，那样沿它是上坡：要取带符号最小的。",
)
def greatest_in_size(H):
    curvatures, axes = np.linalg.eigh(H)
    return axes[:, np.argmax(np.abs(curvatures))] if curvatures[0] < 0 else np.zeros(len(H))


Exercise(
    points=2, reference=tricks.escape_direction, cases=saddle_cases, observe=up_to_its_sign, shapes=shape_of_direction,
    tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("top", top_cases, en="At a top, and on nearly level ground", zh="在山顶，或几乎平的地面上"),
        Group("bottom", bottom_cases, en="At a bottom there is no way out", zh="谷底没有出路"),
    ],
    mistakes=[
        Mistake("steepest_upwards", "axes[:, 0] if", "axes[:, -1] if",
            en="This is the direction in which the ground bends *upwards* most. eigh gives eigenvalues in ascending order: the most negative comes first.",
            zh="这是**向上**弯得最厉害的方向。eigh 的特征值按升序排列：负得最厉害的在最前面。"),
        Mistake("least_negative", "axes[:, 0] if", "axes[:, np.sum(curvatures < 0) - 1] if",
            en="Down it goes, but by the gentlest way: take the *most* negative eigenvalue.",
            zh="是往下，但走了最缓的路：要取负得**最厉害**的特征值。"),
        Mistake("an_answer_at_the_bottom", "axes[:, 0] if curvatures[0] < 0 else np.zeros(len(H))", "axes[:, 0]",
            en="You name a direction at a bottom too, where every way leads up. Where no eigenvalue is negative the answer is zeros.",
            zh="在谷底你也给了方向，可那里往哪走都是上坡。没有负的特征值时，答案是零向量。"),
        Mistake("not_of_unit_length", "axes[:, 0] if", "curvatures[0] * axes[:, 0] if",
            en="Right direction, but its length is the curvature. A unit vector is asked for.",
            zh="方向对了，长度却是曲率。题目要单位向量。"),
        Mistake("axis_of_the_diagonal", "axes[:, 0] if", "np.eye(len(H))[np.argmin(np.diag(H))] if",
            en="You take the coordinate axis with the smallest diagonal entry. The way out of a saddle may lie between the axes: take an eigenvector.",
            zh="你取的是对角元最小的那个坐标轴。鞍点的出路可能是斜的：要取特征向量。"),
    ],
    variants=[
        Variant("other_sign", "axes[:, 0] if curvatures[0] < 0 else np.zeros(len(H))", "-np.asarray(axes[:, 0] if curvatures[0] < 0 else np.zeros(len(H)))"),
        Variant("float32", "axes[:, 0] if", "np.float32(axes[:, 0]) if"),
        Variant("only_the_axes_count", "    curvatures, axes", "    H = 2 * H\n    curvatures, axes"),
        Variant("exactly_level_is_a_matter_of_rounding", "curvatures[0] < 0", "curvatures[0] <= 0"),
    ],
)
