# %% prelude
import numpy as np

from autograder import FROM_SCRATCH, Case, Exercise, Group, Mistake, Tolerance, Variant, mistake, tools, variant
from reference import gradient_descent as gd

from chapter import drawn_by, nonzero, uniform, words, yours

# %% [markdown] lang="en" extra
# ## {n} Bonus: along the contour
#
# Back to the very first figure. If the contour line is where the loss does not change, then a tiny move $\tau$ along it must have no first-order effect: $g\cdot\tau = 0$. In the plane this fixes $\tau$ up to its length and its sign: it is $g$ turned by 90°.
#
# **By hand.** For $g = (3, 4)$, both $(-0.8, 0.6)$ and $(0.8, -0.6)$ have length 1, and $3\cdot(-0.8) + 4\cdot0.6 = 0$.
# %% [markdown] lang="zh" of="d13e" extra
# ## {n} 附加题：沿着等高线
#
# 回到本章的第一幅图。等高线上损失不变，所以沿它走一小步 $\tau$，一阶变化必须为零：$g\cdot\tau = 0$。在平面上，除了长度和正负号，$\tau$ 就由此确定了：它是把 $g$ 转 90° 得到的方向。
#
# **手算。** 对 $g = (3, 4)$，$(-0.8, 0.6)$ 和 $(0.8, -0.6)$ 的长度都是 1，并且 $3\cdot(-0.8) + 4\cdot0.6 = 0$。
# %% answer="contour_tangent" extra
def contour_tangent(g):
    """A unit vector along the contour line, at a point where the gradient is g.

    g  (2,), not zero.
    Returns an array (2,) of length 1 that is perpendicular to g; either of the two directions is right.
    """
    ### BEGIN SOLUTION
    return np.array([-g[1], g[0]]) / np.linalg.norm(g)
    ### END SOLUTION


# %% [markdown] docstring="contour_tangent" lang="zh" of="c7a8"
# 梯度为 g 的点上，沿等高线方向的单位向量。
#
# g  (2,)，不为零。
# 返回长度为 1、与 g 垂直的数组 (2,)；两个方向都算对。
# %% [markdown] why="contour_tangent" lang="en"
# Swapping the entries and changing one sign turns a vector by 90°: the two products in $g\cdot\tau$ then differ in sign alone, and cancel to the last digit.
# No entry is divided by another, so a vertical contour needs no case of its own. Turning keeps the length, so ‖g‖ is the right divisor.
# %% [markdown] why="contour_tangent" lang="zh" of="d6a8"
# 交换两个分量并改变其中一个的符号，就是旋转 90°：$g\cdot\tau$ 的两项只差一个符号，正好抵消，一位不差。
# 没有用一个分量去除另一个，等高线竖直时也不必另作处理。旋转不改变长度，所以除以 ‖g‖。
# %% grading="contour_tangent"
def shape_of_tangent(g):
    return (2,)


def tangent_up_to_sign(impl, case):
    return tools.up_to_sign(impl.contour_tangent(case.g))


def tangent_cases(rng):
    yield Case("any slope", zh="一般的坡", g=nonzero(rng, 2))
    yield Case("a steep slope", zh="很陡的坡", g=nonzero(rng, 2) * 1e4)


def edge_cases(rng):
    yield Case("a gentle slope", zh="很缓的坡", g=nonzero(rng, 2) * 1e-12)
    yield Case("along the first axis", zh="沿第一个坐标轴", g=np.array([uniform(rng, 0.3, 2), 0.0]))
    yield Case("along the second axis", zh="沿第二个坐标轴", g=np.array([0.0, -uniform(rng, 0.3, 2)]))


@mistake(
    en="You divide one entry of g by the other, and where the contour is vertical that other one is 0. Turn g as a whole; no division of entries is needed.",
    zh="你用 g 的一个分量除以另一个，而等高线竖直时，另一个分量正好是 0。把 g 整个转过来就行，不需要分量相除。",
)
def slope_of_the_contour(g):
    slope = -g[0] / g[1]
    return np.array([1.0, slope]) / np.sqrt(1 + slope**2)


@mistake(
    en="The tangent is right, but you have turned the caller's own g. Make a new array.",
    zh="切向量算对了，但你把调用者自己的 g 转掉了。请生成一个新数组。",
)
def gradient_turned_in_place(g):
    g[0], g[1] = -g[1], g[0]
    return g / np.linalg.norm(g)


@mistake(
    en="Right for floats. But for an integer g such as (3, 4), `np.zeros_like(g)` holds integers, and 0.6 becomes 0 in it.",
    zh="对浮点数是对的。但 g 是 (3, 4) 这样的整数数组时，`np.zeros_like(g)` 只能存整数，0.6 存进去就变成 0 了。",
)
def tangent_in_an_array_of_integers(g):
    tau = np.zeros_like(g)
    tau[0], tau[1] = -g[1] / np.linalg.norm(g), g[0] / np.linalg.norm(g)
    return tau


@variant
def angle(g):
    angle = np.arctan2(g[1], g[0]) + np.pi / 2
    return np.array([np.cos(angle), np.sin(angle)])


@variant
def complex_number(g):
    turned = 1j * complex(g[0], g[1]) / abs(complex(g[0], g[1]))
    return [turned.real, turned.imag]


Exercise(
    points=1, reference=gd.contour_tangent, cases=tangent_cases, observe=tangent_up_to_sign, shapes=shape_of_tangent,
    accepts=("integers",), forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    tolerance=Tolerance(
        1e-6,
        1e-6,
        "a unit vector in float32 is off by 6e-8, whatever the length of g; the smallest mistake moves a third",
    ),
    mistakes=[
        Mistake("normal_for_tangent", "np.array([-g[1], g[0]])", "g",
            en="That is the direction of the gradient itself, across the contour. Turn it by 90°.",
            zh="这是梯度本身的方向，横穿等高线。把它转 90°。"),
        Mistake("not_normalized", " / np.linalg.norm(g)", "",
            en="The direction is right; the length should be 1.",
            zh="方向对了，但长度应当是 1。"),
        Mistake("swapped_without_sign", "[-g[1], g[0]]", "[g[1], g[0]]",
            en="Swapping the two entries mirrors the vector. A turn by 90° also changes the sign of one of them.",
            zh="只交换两个分量得到的是镜像。旋转 90° 还要让其中一个变号。"),
        Mistake("only_sign_changed", "[-g[1], g[0]]", "[-g[0], g[1]]",
            en="Changing one sign mirrors the vector. A turn by 90° also swaps the two entries.",
            zh="只改一个符号得到的是镜像。旋转 90° 还要交换两个分量。"),
        Mistake("small_number_in_the_denominator", "np.linalg.norm(g)", "(np.linalg.norm(g) + 1e-8)",
            en="g is never 0 here, so nothing needs to be added to its length. On a very gentle slope the small number makes your vector far too short.",
            zh="这里的 g 不会是零，长度上不需要再加什么。坡很缓的时候，这个小数会让你的向量短得多。"),
    ],
    variants=[
        Variant("the_other_way_round", "np.array([-g[1], g[0]]) / np.linalg.norm(g)",
            "-np.asarray(np.array([-g[1], g[0]]) / np.linalg.norm(g))"),
        Variant("of_the_way_down", "return", "g = -g\n    return"),
        Variant("slope_of_any_size", "return", "g = 2 * g\n    return"),
        Variant("list_by_a_number_of_numpy", "np.array([-g[1], g[0]])", "[-g[1], g[0]]"),
        Variant("float32_result", " / np.linalg.norm(g)", ".astype(np.float32) / np.float32(np.linalg.norm(g))"),
        Variant("rotation_matrix", "np.array([-g[1], g[0]])", "np.array([[0.0, -1.0], [1.0, 0.0]]) @ g"),
    ],
)


# %% [markdown] lang="en" extra
# ### Once around the hill
#
# The bowl of {ref:slopes} once more, and a walk of 108 short steps, each along your tangent, turned so that it never goes back. You should see: it follows the black contour all the way round, and drifts outward a little, since a contour bends away from its tangent: what first order leaves out adds up.
# %% [markdown] lang="zh" of="bb43" extra
# ### 绕山一圈
#
# 还是 {ref:slopes} 节的那个碗，沿着你的切向量走 108 小步（总是取不往回走的那个方向）。你应当看到：路线跟着黑色的等高线绕了一圈，并且慢慢向外偏，因为等高线总是往里弯，不再沿着切向量的方向：一阶近似忽略掉的部分积累了起来。
# %% demo="around" extra
@drawn_by()
def around(plt):
    def around():
        path, heading = [np.array([2.3, 0.0])], np.array([0.0, 1.0])
        for _ in range(108):
            tau = np.array(contour_tangent(path[-1] * np.array([1.0, 3.0])))
            heading = tau if tau @ heading > 0 else -tau
            path.append(path[-1] + 0.12 * heading)
        return np.array(path)

    path = yours(around, None)
    grid_x, grid_y = np.meshgrid(np.linspace(-3.6, 3.6, 240), np.linspace(-2.3, 2.3, 200))
    height = 0.5 * grid_x**2 + 1.5 * grid_y**2
    _, ax = plt.subplots(figsize=(8, 5))
    ax.contourf(grid_x, grid_y, height, levels=16, cmap="Greys", alpha=0.4)
    ax.contour(grid_x, grid_y, height, levels=[2.645], colors="#000000", linewidths=2)
    if path is not None:
        ax.plot(*path.T, "o-", color="#D55E00", ms=4, lw=1.2)
    title = words(en="Your tangent leads along the contour", zh="你的切向量沿着等高线走")
    if path is None:
        title = words(en="Write contour_tangent first", zh="请先写出 contour_tangent")
    ax.set(xlabel="$w_1$", ylabel="$w_2$", title=title, aspect="equal")
    plt.show()
