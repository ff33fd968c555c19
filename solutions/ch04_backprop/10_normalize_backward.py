# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import WIDE, normal

# %% [markdown] lang="en"
# ## {n} Derive it: a layer that normalizes its rows
#
# Two faces are the same person if their feature vectors point in the same direction, whatever their length. So many nets end in a layer without parameters that divides every row by its own length:
#
# $$y^n=\frac{x^n}{\lVert x^n\rVert},\qquad \lVert x\rVert=\sqrt{\textstyle\sum_d x_d^2}$$
#
# Somebody hands you $dY=\partial\mathcal L/\partial Y$. What is $dX$? **This time nobody gives you the formula.** Take a pencil, one row, and {ref:chain_rule_two_paths}:
#
# 1. $x_d$ acts on the loss through its own $y_d$, and through the length on *every* $y_i$. Write $\partial y_i/\partial x_d$: what is it for $i=d$, what for $i\ne d$, and how can one line say both?
# 2. Sum over $i$, each term with its $dY_i$. One sum does not depend on $d$: give it a name.
# 3. Write the result with vectors, and then for all rows at once, without a loop and without a Jacobian matrix.
#
# **Check yourself.** For $x=(3,4)$ and $dY=(1,0)$ the loss is $y_1=0.6$. At $(3.001, 4)$ it is $0.600128$, at $(3, 4.001)$ it is $0.599904$: does your $dX$ agree? And a fact that every right answer obeys: make $x$ longer without turning it, and nothing happens to $y$. So which angle must each row of $dX$ make with its row of $X$?
# %% [markdown] lang="zh" of="a203"
# ## {n} 自己推导：把每一行归一的层
#
# 判断两张脸是不是同一个人，看的是特征向量的方向，与长度无关。所以许多网络的最后有这样一层：它没有参数，只是把每一行除以自己的长度。
#
# $$y^n=\frac{x^n}{\lVert x^n\rVert},\qquad \lVert x\rVert=\sqrt{\textstyle\sum_d x_d^2}$$
#
# 有人把 $dY=\partial\mathcal L/\partial Y$ 交给你，$dX$ 是多少？**这一次没有人给出公式。** 请拿起笔，先看一行，用 {ref:chain_rule_two_paths} 的办法：
#
# 1. $x_d$ 既通过自己的 $y_d$ 影响损失，又通过长度影响**每一个** $y_i$。写出 $\partial y_i/\partial x_d$：$i=d$ 时是什么？$i\ne d$ 时是什么？怎样用一个式子把两种情形都写出来？
# 2. 乘上各自的 $dY_i$，再对 $i$ 求和。其中有一个和与 $d$ 无关，给它起个名字。
# 3. 把结果写成向量的形式，再一次写出所有行，不用循环，也不用雅可比矩阵。
#
# **自己验证。** 取 $x=(3,4)$，$dY=(1,0)$，损失就是 $y_1=0.6$。在 $(3.001, 4)$ 处它是 $0.600128$，在 $(3, 4.001)$ 处是 $0.599904$，你的 $dX$ 对得上吗？还有一条，正确的答案都满足：把 $x$ 拉长而不转向，$y$ 纹丝不动。那么 $dX$ 的每一行与 $X$ 的那一行必须成什么角度？
# %% setup
def normalize_rows(X):
    """The layer, forward: every row of X (N, D), none of which is 0, divided by its length."""
    return X / np.linalg.norm(X, axis=1, keepdims=True)


# %% answer="normalize_backward"
def normalize_backward(dY, X):
    """Gradient of the loss with respect to the input of a layer that divides every row by its length.

    dY (N, D) is the gradient with respect to Y = normalize_rows(X); X (N, D) has no row of zeros.  N and D may be
    large.  Returns dX (N, D).
    """
    ### BEGIN SOLUTION
    length = np.linalg.norm(X, axis=1, keepdims=True)  # (N, 1)
    Y = X / length
    along = np.sum(Y * dY, axis=1, keepdims=True)  # (N, 1), how much of dY points along the row
    return (dY - along * Y) / length
    ### END SOLUTION


# %% [markdown] docstring="normalize_backward" lang="zh" of="ac42"
# 把每一行除以自己长度的层：损失对它的输入的梯度。
#
# dY (N, D) 是损失对 Y = normalize_rows(X) 的梯度；X (N, D) 没有全零的行。N 和 D 可能很大。返回 dX (N, D)。
# %% [markdown] why="normalize_backward" lang="en"
# Stretching a row does not move its y, so the part of `dY` along the row is taken away; what is left is perpendicular to it.
# Divided by the length, for the same step turns a long vector less.
# The Jacobian of a row, $(I - yy^\top)/\lVert x\rVert$, has D² entries; none is formed.
# %% [markdown] why="normalize_backward" lang="zh" of="af30"
# 把一行拉长，y 不动，所以 `dY` 沿着这一行的部分不起作用，要减掉，剩下的与这一行垂直。再除以长度，因为同样的一步，向量越长转得越少。
# 每行的雅可比矩阵 $(I - yy^\top)/\lVert x\rVert$ 有 D² 项，这里一个也没有写出来。
# %% grading="normalize_backward"
def inputs(rng, n, d):
    """Rows of quite different lengths, none of them near 1."""
    X, lengths = normal(rng, n, d), rng.permutation(np.geomspace(0.3, 6, n)) if n > 1 else 2.5
    X = X / np.linalg.norm(X, axis=1, keepdims=True) * np.reshape(lengths, (-1, 1))
    return {"dY": normal(rng, n, d), "X": X.round(2) + 0.001}


def row_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 4, 3))
    yield Case("as many rows as columns", zh="行数等于列数", public=False, **inputs(rng, 3, 3))


def edge_cases(rng):
    yield Case("one row", zh="只有一行", **inputs(rng, 1, 4))
    yield Case("one column", zh="只有一列", **inputs(rng, 5, 1))


def wide_cases(rng):
    yield Case("wide rows", zh="很宽的行", public=False, sizes=(8, 6000), seed=int(rng.integers(2**31)))


def wide_gradient(impl, case):
    """Its projections on four directions, made here so that banks stay small."""
    rng = np.random.default_rng(case.seed)
    X, dY = (rng.integers(-2, 3, case.sizes) * 0.5 for _ in range(2))
    return rng.integers(-2, 3, (4, X.size)) * 0.5 @ np.ravel(impl.normalize_backward(dY, X))


def weighted_output(impl, case):
    return np.sum(case.dY * case.X / np.linalg.norm(case.X, axis=1, keepdims=True))


@variant
def jacobians(dY, X):
    rows = []
    for dy, x in zip(dY, X, strict=True):
        length = np.sqrt(x @ x)
        rows.append(dy / length - x * (x @ dy) / length**3)
    return np.array(rows)


@variant
def powers(dY, X):
    square = np.einsum("nd,nd->n", X, X)[:, None]
    return dY * square**-0.5 - X * np.einsum("nd,nd->n", X, dY)[:, None] * square**-1.5


Exercise(
    points=2, reference=torch_reference.normalize_backward, cases=row_cases, tolerance=CLOSED_FORM,
    gradient=Gradient(of=weighted_output, wrt=("X",)), accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_gradient, **WIDE)],
    seconds=1.25,  # the wide rows take 0.01 s in numpy, 0.1 s in plain loops, and more than 4 s by 100,000 losses
    mistakes=[
        Mistake("length_held_fixed", "(dY - along * Y) / length", "dY / length",
            en="You treat the length as a constant. But it is made of the same x: there is a second path, through the length, to every entry of the row.",
            zh="你把长度当成了常数。可是长度也由同一个 x 算出：还有第二条路径，经过长度通向这一行的每个元素。"),
        Mistake("path_of_its_own_entry_alone", "along = np.sum(Y * dY, axis=1, keepdims=True)", "along = Y * dY",
            en="Through the length x_d acts on every y_i, not on y_d alone: the term with the length is a sum over the row.",
            zh="x_d 通过长度影响的是每一个 y_i，而不只是 y_d：与长度有关的那一项要对整行求和。"),
        Mistake("sign_of_the_second_path", "dY - along * Y", "dY + along * Y",
            en="The second path has the wrong sign. A longer row makes every y smaller: what is the derivative of 1/‖x‖ with respect to ‖x‖?",
            zh="第二条路径的符号反了。行越长，y 就越小：1/‖x‖ 对 ‖x‖ 的导数是什么？"),
        Mistake("not_divided_by_the_length", "(dY - along * Y) / length", "dY - along * Y",
            en="The direction is right, the size is not: the same step turns a long vector less than a short one. Which factor is left outside?",
            zh="方向是对的，大小不对：同样的一步，长向量转得少，短向量转得多。外面还漏了哪个因子？"),
        Mistake("divided_twice", "(dY - along * Y) / length", "(dY - along * Y) / length**2",
            en="You divide by the length once too often. With x twice as long, dX is half, and not a quarter.",
            zh="你多除了一次长度。x 变成两倍长时，dX 是一半，而不是四分之一。"),
        Mistake("second_path_with_x", "along * Y", "along * X",
            en="Your rows of dX are not perpendicular to the rows of X. In the second path both factors are made of y (or of x, with ‖x‖³ below): one of yours is x.",
            zh="你的 dX 的各行与 X 的各行不垂直。第二条路径里的两个因子都要用 y（或者都用 x，再除以 ‖x‖³），你有一个用成了 x。"),
        Mistake("all_rows_share_a_length", "length = np.linalg.norm(X, axis=1, keepdims=True)", "length = np.linalg.norm(X)",
            en="You divide by the length of the whole table. Each row has a length of its own.",
            zh="你除以的是整张表的长度。每一行有自己的长度。"),
        Mistake("rows_added_up", "np.sum(Y * dY, axis=1, keepdims=True)", "np.sum(Y * dY)",
            en="The sum in your second path runs over all rows. Rows know nothing of each other: sum along each row alone.",
            zh="你在第二条路径里对所有行求了和。行与行互不相干：只沿每一行自己求和。"),
        Mistake("columns_normalized", "np.linalg.norm(X, axis=1, keepdims=True)", "np.linalg.norm(X, axis=0, keepdims=True)",
            en="You divide by the lengths of the columns. A sample is a row.",
            zh="你除以的是各列的长度。一个样本是一行。"),
    ],
    variants=[Variant("even_in_x", "    length = np.linalg", "    X = -X\n    length = np.linalg")],
)
