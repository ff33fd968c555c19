# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import gradient_descent as gd

from chapter import nonzero, normal, uniform

# %% [markdown] lang="en"
# ## {n} Looking a short way ahead: Taylor
#
# Why is $-g$ the way to go? Near the current point a smooth loss looks like a plane (§3.4). To first order,
#
# $$\mathcal L(w + d) \approx \mathcal L(w) + g\cdot d, \qquad g = \nabla \mathcal L(w),$$
#
# for a small displacement $d$. What is left out is of second order: halve $d$, and the error falls to about a **quarter**. (The notes ask for an "infinitely differentiable" loss; a gradient that varies smoothly is enough.)
#
# **By hand.** $\mathcal L(w) = 5$, $g = (3, 4)$, $d = (-0.1, 0.2)$. Then $\mathcal L(w + d) \approx 5 + (3\cdot(-0.1) + 4\cdot0.2) = 5.5$.
#
# `taylor1` evaluates this for one displacement, or for many at once: the rows of an (M, D) array.
# %% [markdown] lang="zh" of="a760"
# ## {n} 往前看一小步：泰勒展开
#
# 为什么要沿 $-g$ 走？在当前点附近，光滑的损失看起来像一个平面（§3.4）。一阶近似为
#
# $$\mathcal L(w + d) \approx \mathcal L(w) + g\cdot d, \qquad g = \nabla \mathcal L(w),$$
#
# 其中 $d$ 是很小的位移。忽略掉的是二阶项：$d$ 减半，误差降到大约**四分之一**。（讲义要求“无限可微”，其实梯度光滑变化就够了。）
#
# **手算。** $\mathcal L(w) = 5$，$g = (3, 4)$，$d = (-0.1, 0.2)$，则 $\mathcal L(w + d) \approx 5 + (3\cdot(-0.1) + 4\cdot0.2) = 5.5$。
#
# `taylor1` 对一个位移求这个近似值，也可以一次对许多位移求值：它们是 (M, D) 数组的各行。
# %% answer="taylor1"
def taylor1(f0, g, d):
    """First-order Taylor value f0 + g·d.

    f0  a number, the loss at the current point.
    g   (D,), the gradient there.
    d   (D,), a displacement; or (M, D), one displacement per row.
    Returns a number; for (M, D) an array (M,).
    """
    ### BEGIN SOLUTION
    return f0 + d @ g
    ### END SOLUTION


# %% [markdown] docstring="taylor1" lang="zh" of="3a1a"
# 一阶泰勒近似值 f0 + g·d。
#
# f0  一个数，当前点的损失。
# g   (D,)，当前点的梯度。
# d   (D,)，一个位移；或 (M, D)，一行一个位移。
# 返回一个数；d 为 (M, D) 时返回 (M,) 的数组。
# %% [markdown] why="taylor1" lang="en"
# With `d` on the left, `@` sums over its last axis, so one displacement and a row for each of many take the same line; `g @ d` fits only the single one.
# The plane costs one inner product, whatever the loss itself would cost.
# %% [markdown] why="taylor1" lang="zh" of="6c40"
# `d` 写在左边，`@` 对它的最后一维求和，一个位移和每行一个的许多位移就能共用一行代码；`g @ d` 只适合单个位移。
# 不论损失本身多难算，这个平面只需一次内积。
# %% grading="taylor1"
def inputs(rng, *shape):
    return {"f0": uniform(rng, 1, 5), "g": nonzero(rng, shape[-1]), "d": nonzero(rng, *shape)}


def taylor_cases(rng):
    yield Case("one displacement", zh="一个位移", **inputs(rng, 3))
    yield Case("two dimensions", zh="二维", **inputs(rng, 2))


def array_cases(rng):
    yield Case("many displacements", zh="许多位移", **inputs(rng, 5, 3))
    yield Case("as many displacements as dimensions", zh="位移个数等于维数", **inputs(rng, 3, 3))
    yield Case("a table with one displacement", zh="只有一个位移的表格", **inputs(rng, 1, 4))


def invariant_cases(rng):
    B = normal(rng, 3, 3)
    yield Case(
        "what is left out quarters", zh="忽略的部分降到四分之一", A=(B @ B.T + np.eye(3)).round(4),
        w=nonzero(rng, 3) * 0.3, d=(rng.choice([-1.0, 1.0], size=3) * rng.uniform(1, 2, size=3)).round(2),
    )


def shape_of_value(f0, g, d):
    return np.shape(d)[:-1]


def what_is_left_out(impl, case):
    def loss(w):
        return float(w @ case.A @ w) / 2

    value, slope = loss(case.w), case.A @ case.w
    whole, half = (loss(case.w + d) - impl.taylor1(value, slope, d) for d in (case.d, case.d / 2))
    return whole / half


@variant
def loop_and_list(f0, g, d):
    if np.ndim(d) == 1:
        return f0 + sum(float(a) * float(c) for a, c in zip(g, d, strict=True))
    return [f0 + sum(float(a) * float(c) for a, c in zip(g, row, strict=True)) for row in d]


Exercise(
    points=2, reference=gd.taylor1, cases=taylor_cases, shapes=shape_of_value, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("arrays", array_cases, en="Many displacements at once", zh="一次计算多个位移"),
        Group("invariant", invariant_cases, observe=what_is_left_out),
    ],
    mistakes=[
        Mistake("sign_flipped", "f0 + d @ g", "f0 - d @ g",
            en="Taylor's formula has a plus. The minus of gradient descent comes later, with the choice of d.",
            zh="泰勒公式里是加号。梯度下降的负号要等到选择 d 的时候才出现。"),
        Mistake("starting_value_forgotten", "f0 + d @ g", "d @ g",
            en="This is only the change. The value also contains the loss at the current point, f0.",
            zh="这只是变化量。近似值还要加上当前点的损失 f0。"),
        Mistake("product_not_summed", "f0 + d @ g", "f0 + d * g",
            en="g·d is an inner product: multiply entry by entry, then add up over the dimensions. You return one number per dimension.",
            zh="g·d 是内积：逐项相乘之后还要对各维求和。你对每一维返回了一个数。"),
        Mistake("lengths_multiplied", "f0 + d @ g", "f0 + np.linalg.norm(d, axis=-1) * np.linalg.norm(g)",
            en="You multiply the lengths of g and d, as if they always pointed the same way. The inner product also knows the angle between them.",
            zh="你把 g 和 d 的长度相乘，等于假定它们总是同方向。内积还取决于两者的夹角。"),
        Mistake("gradient_normalized", "f0 + d @ g", "f0 + d @ g / np.linalg.norm(g)",
            en="You divided the gradient by its length, so the steepness is lost. Normalizing belongs to the next exercise.",
            zh="你把梯度除以了它的长度，坡度的信息就没了。归一化是下一题的事。"),
        Mistake("half_of_the_slope", "f0 + d @ g", "f0 + d @ g / 2",
            en="The ½ of Taylor's formula belongs to the second-order term; the first-order term is g·d without a factor.",
            zh="泰勒公式里的 ½ 属于二阶项，一阶项就是 g·d，前面没有系数。"),
        Mistake("order_of_the_product", "f0 + d @ g", "f0 + g @ d",
            en="Right for one displacement, but with one displacement per row the shapes (D,) and (M, D) do not fit in this order.",
            zh="对单个位移是对的；但位移按行排列时，(D,) 与 (M, D) 按这个次序无法相乘。"),
        Mistake("one_sum_for_all_rows", "f0 + d @ g", "f0 + np.sum(d * g)",
            en="Right for one displacement. With one displacement per row you add up all rows; each row has a value of its own.",
            zh="对单个位移是对的。位移按行排列时，你把所有行都加在了一起；每一行应当各有一个值。"),
        Mistake("second_order_added", "f0 + d @ g", "f0 + d @ g + np.sum(d**2, axis=-1) / 2",
            en="You add a term of second order. Nothing is known of the curvature here: asked for is the plane, f0 + g·d.",
            zh="你多加了一个二阶项。这里并不知道曲率，题目要的只是平面 f0 + g·d。"),
    ],
    variants=[
        Variant("einsum", "d @ g", 'np.einsum("...i,i->...", d, g)'),
        Variant("sum_of_products", "d @ g", "np.sum(np.asarray(d) * g, axis=-1)"),
    ],
)
