# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import drawn_by, nonzero, taylor1, uniform, words, yours

# %% [markdown] lang="en"
# ## {n} The steepest step
#
# Draw a small circle of radius $r$ around the current point. Which point on it has the lowest loss? If $r$ is small enough for the plane to be trusted, it is the $d$ with $\lVert d\rVert = r$ that makes $g\cdot d$ smallest. Now
# $g\cdot d = \lVert g\rVert\,r\cos\theta$, and the cosine is smallest, $-1$, when $d$ points exactly against $g$:
#
# $$d^* = -\,r\,\frac{g}{\lVert g\rVert}$$
#
# **By hand.** $g = (3, 4)$ has length 5. With $r = 0.5$ the step is $-0.5\cdot(0.6, 0.8) = (-0.3, -0.4)$. Its length is $0.5$, and to first order the loss changes by $g\cdot d^* = -0.9 - 1.6 = -2.5 = -r\lVert g\rVert$: it falls by 2.5.
#
# Where $g = 0$ no direction is better than another. Then the step is zero: stay.
# %% [markdown] lang="zh" of="bbdd"
# ## {n} 最陡的一步
#
# 以当前点为圆心画一个半径为 $r$ 的小圆。圆上哪一点的损失最低？只要 $r$ 足够小、平面近似可信，那就是在 $\lVert d\rVert = r$ 的条件下让 $g\cdot d$ 最小的 $d$。而
# $g\cdot d = \lVert g\rVert\,r\cos\theta$，当 $d$ 与 $g$ 方向正好相反时余弦取到最小值 $-1$：
#
# $$d^* = -\,r\,\frac{g}{\lVert g\rVert}$$
#
# **手算。** $g = (3, 4)$ 的长度是 5。取 $r = 0.5$，这一步是 $-0.5\cdot(0.6, 0.8) = (-0.3, -0.4)$，长度为 $0.5$，损失的一阶变化为 $g\cdot d^* = -0.9 - 1.6 = -2.5 = -r\lVert g\rVert$，即下降 2.5。
#
# 如果 $g = 0$，没有哪个方向更好，这一步就是零：留在原地。
# %% answer="steepest_step"
def steepest_step(g, r):
    """The displacement of length r along which the loss falls fastest, to first order.

    g  (D,), the gradient.
    r  a number above 0, the radius.
    Returns an array (D,); all zeros where g is all zeros.
    """
    ### BEGIN SOLUTION
    length = np.linalg.norm(g)
    return -r * g / length if length > 0 else np.zeros_like(g)
    ### END SOLUTION


# %% [markdown] docstring="steepest_step" lang="zh" of="8c18"
# 长度为 r、（按一阶近似）损失下降最快的位移。
#
# g  (D,)，梯度。
# r  大于 0 的数，半径。
# 返回数组 (D,)；g 全为零时返回全零。
# %% [markdown] why="steepest_step" lang="en"
# Dividing by the length leaves a pure direction, which r then stretches. Only g = 0 has no direction, hence the test `length > 0`.
# A test with `np.isclose`, or a small number in the divisor, would also stop or shorten the step of a gradient that is merely tiny.
# %% [markdown] why="steepest_step" lang="zh" of="c303"
# 除以长度，剩下的是纯粹的方向，再由 r 拉到该有的长度。只有 g = 0 没有方向，所以判断的是 `length > 0`。
# 若用 `np.isclose` 判断，或在除数上加个小数，那么梯度只是很小时，这一步也会停下或变短。
# %% grading="steepest_step"
def step_cases(rng):
    yield Case("three dimensions", zh="三维", g=nonzero(rng, 3), r=uniform(rng, 0.1, 0.9))
    yield Case("tiny gradient", zh="很小的梯度", g=nonzero(rng, 4) * 1e-4, r=uniform(rng, 0.1, 0.9))
    yield Case("a large radius", zh="较大的半径", g=nonzero(rng, 2) * 10, r=uniform(rng, 2, 5))


def edge_cases(rng):
    yield Case("zero gradient", zh="零梯度", g=np.zeros(3), r=uniform(rng, 0.1, 0.9))
    yield Case("almost a zero gradient", zh="几乎为零的梯度", g=nonzero(rng, 3) * 1e-12, r=uniform(rng, 0.1, 0.9))
    yield Case("one dimension", zh="一维", g=nonzero(rng, 1), r=uniform(rng, 0.1, 0.9))


def invariant_cases(rng):
    drawn = {"rivals": int(rng.integers(10**6)), "g": nonzero(rng, 2), "r": uniform(rng, 0.1, 0.9)}
    yield Case("against 1000 other directions", zh="与 1000 个其他方向相比", **drawn)


def shape_of_step(g, r):
    return np.shape(g)


def rivals(impl, case):
    d = impl.steepest_step(case.g, case.r)
    others = np.random.default_rng(case.rivals).normal(size=(1000, len(case.g)))
    others = case.r * others / np.sqrt((others**2).sum(axis=1, keepdims=True))
    rounding = 1e-6 * case.r * np.sqrt(case.g @ case.g)
    better = int(np.sum(others @ case.g < d @ case.g - rounding))
    return {"length of the step": float(np.sqrt(d @ d)), "directions that are better": better}


@mistake(
    en="The step is right, but `g *= …` has overwritten the caller's gradient. Make a new array.",
    zh="这一步算对了，但 `g *= …` 把调用者的梯度改掉了。请生成一个新数组。",
)
def gradient_changed_in_place(g, r):
    length = np.linalg.norm(g)
    if length > 0:
        g *= -r / length
    return g


@mistake(
    en="Right for floats. But for an integer g such as (3, 4), `np.zeros_like(g)` holds integers, and a step shorter than 1 becomes 0 in it.",
    zh="对浮点数是对的。但 g 是 (3, 4) 这样的整数数组时，`np.zeros_like(g)` 只能存整数，小于 1 的步子存进去就变成 0 了。",
)
def step_in_an_array_of_integers(g, r):
    d, length = np.zeros_like(g), np.linalg.norm(g)
    if length > 0:
        d[:] = -r * g / length
    return d


@variant
def loop_and_list(g, r):
    length = sum(float(v) ** 2 for v in g) ** 0.5
    return [-r * float(v) / length if length else 0.0 for v in g]


Exercise(
    points=3, reference=gd.steepest_step, cases=step_cases, shapes=shape_of_step, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("invariant", invariant_cases, observe=rivals)],
    mistakes=[
        Mistake("uphill", "-r * g / length", "r * g / length",
            en="Your step points along the gradient: the steepest way *up*. Turn it around.",
            zh="你的位移沿着梯度方向，是**上**坡最陡的方向。要反过来。"),
        Mistake("not_normalized", "-r * g / length", "-r * g",
            en="The length of your step depends on ‖g‖. It should be exactly r: divide by the length of the gradient.",
            zh="你的步长随 ‖g‖ 变化，而它应当正好是 r：要除以梯度的长度。"),
        Mistake("zero_gradient_divides_by_zero", "-r * g / length if length > 0 else np.zeros_like(g)",
            "-r * g / length",
            en="At a point with gradient 0 your step is 0/0 = NaN. There the right step is to stay.",
            zh="梯度为 0 的地方，你的结果是 0/0 = NaN。那里正确的做法是原地不动。"),
        Mistake("divided_by_squared_length", "-r * g / length if", "-r * g / length**2 if",
            en="You divide by ‖g‖², so the step is too long where the slope is gentle. Take the root.",
            zh="你除以了 ‖g‖²，坡缓的地方步子会太长。要开方。"),
        Mistake("sign_of_each_entry", "-r * g / length if", "-r * np.sign(g) if",
            en="You keep only the sign of each entry. That is the steepest step inside a *square*; inside a circle the direction is that of g itself.",
            zh="你只保留了每个分量的符号，那是在**正方形**里最陡的一步。在圆里，方向就是 g 本身的反方向。"),
        Mistake("divided_by_sum_of_absolute_values", "np.linalg.norm(g)", "np.abs(g).sum()",
            en="You normalize by Σ|g|. The radius is measured by the ordinary (Euclidean) length, the root of the sum of squares.",
            zh="你用 Σ|g| 做归一化。半径用的是普通的（欧几里得）长度，即平方和的平方根。"),
        Mistake("radius_ignored", "-r * g / length if", "-g / length if",
            en="Your step has length 1 whatever r is. Stretch it to the radius.",
            zh="无论 r 是多少，你的步长都是 1。要把它缩放到半径 r。"),
        Mistake("small_number_in_the_denominator", "-r * g / length if length > 0 else np.zeros_like(g)",
            "-r * g / (length + 1e-8)",
            en="A small constant in the denominator avoids 0/0 but shortens the step where the gradient itself is small. Treat g = 0 as a case of its own.",
            zh="分母里加一个小常数虽然避免了 0/0，但梯度本身很小时步子也被缩短了。请把 g = 0 单独处理。"),
        Mistake("small_gradient_called_zero", "length > 0", "not np.isclose(length, 0)",
            en="You take a gradient of length 10⁻¹² for zero and stay. However small it is, it has a direction; only g = 0 has none.",
            zh="你把长度为 10⁻¹² 的梯度当成了零，留在原地。梯度再小也有方向，只有 g = 0 才没有。"),
        Mistake("largest_entry_for_the_length", "np.linalg.norm(g)", "np.abs(g).max()",
            en="You divide by the largest entry, so the step gets longer than r as soon as there are two dimensions. The length is the root of the sum of squares.",
            zh="你除以了最大的分量，维数一多步子就比 r 长了。长度是平方和的平方根。"),
    ],
    variants=[
        Variant("slope_of_any_size", "length = np", "g = 2 * g\n    length = np"),
        Variant("zero_gradient_itself", "np.zeros_like(g)", "g"),
        Variant("root_of_inner_product", "np.linalg.norm(g)", "np.sqrt(np.dot(g, g))"),
        Variant("float32_result", "-r * g / length if", "(-r * (g / length)).astype(np.float32) if"),
    ],
)


# %% [markdown] lang="en"
# ### The circle
#
# Left: a loss that is no parabola, a point, and circles of three radii around it. Each marker is the true lowest point of its circle, found by trying all angles; each × is where your `steepest_step` goes. You should see: the smaller the circle, the closer the two are.
# Right: walk around each circle. Solid is the true loss, dashed the value of your `taylor1`. Every halving of $r$ brings them about four times closer (the gaps are in the legend).
# %% [markdown] lang="zh" of="0c31"
# ### 小圆圈
#
# 左图：一个不是抛物面的损失、一个点，以及它周围三个半径不同的圆。圆上的标记是试遍所有角度找到的、该圆上真正的最低点，× 是你的 `steepest_step` 走到的地方。你应当看到：圆越小，两者越近。
# 右图：沿每个圆走一圈。实线是真实的损失，虚线是你的 `taylor1` 给出的值。$r$ 每减半一次，两者的差距就缩小到大约四分之一（差距写在图例里）。
# %% demo="circle"
@drawn_by()
def circle(plt):
    def terrain(u, v):
        return 0.5 * u**2 + 1.1 * v**2 + 0.9 * np.sin(1.7 * u) * v

    here = np.array([1.25, 0.95])
    tiny = 1e-6
    slope_u = (terrain(here[0] + tiny, here[1]) - terrain(here[0] - tiny, here[1])) / (2 * tiny)
    slope_v = (terrain(here[0], here[1] + tiny) - terrain(here[0], here[1] - tiny)) / (2 * tiny)
    slope = np.array([slope_u, slope_v])
    turn = np.linspace(0, 2 * np.pi, 721)
    _, (left, right) = plt.subplots(1, 2, figsize=(13.5, 5.4))
    grid_u, grid_v = np.meshgrid(np.linspace(-1.2, 3.0, 220), np.linspace(-1.1, 2.5, 220))
    left.contourf(grid_u, grid_v, terrain(grid_u, grid_v), levels=26, cmap="Blues", alpha=0.55)
    left.contour(grid_u, grid_v, terrain(grid_u, grid_v), levels=26, colors="white", linewidths=0.7)
    for radius, mark, color in ((1.2, "o", "#0072B2"), (0.6, "s", "#E69F00"), (0.3, "^", "#009E73")):
        ring_u, ring_v = here[0] + radius * np.cos(turn), here[1] + radius * np.sin(turn)
        truth = terrain(ring_u, ring_v)
        ring = np.stack([ring_u - here[0], ring_v - here[1]], axis=1)  # (721, 2), displacements
        plane = yours(lambda ring=ring: np.reshape(taylor1(terrain(*here), slope, ring), 721), np.full(721, np.nan))
        step = yours(lambda radius=radius: np.reshape(steepest_step(slope, radius), 2), np.full(2, np.nan))
        best, gap = truth.argmin(), np.abs(truth - plane).max()
        left.plot(ring_u, ring_v, color=color, lw=2)
        left.plot(ring_u[best], ring_v[best], mark, color=color, ms=11, mec="white")
        left.plot(*(here + step), "x", color="#D55E00", ms=9, mew=2.5)
        difference = words(en=f"largest gap {gap:.2f}", zh=f"最大差距 {gap:.2f}")
        if not np.isfinite(gap):
            difference = words(en="write taylor1 first", zh="请先写出 taylor1")
        right.plot(
            np.degrees(turn),
            truth,
            color=color,
            lw=2.2,
            label=f"r = {radius}: {difference}",
        )
        right.plot(np.degrees(turn), plane, mark, markevery=60, ms=5, color=color, lw=1.5, ls="--")
    left.plot(*here, "o", color="#D55E00", ms=8)
    left.set(
        aspect="equal",
        xlabel="$w_1$",
        ylabel="$w_2$",
        title=words(en="Lowest point of each circle, and your step (×)", zh="每个圆上的最低点，以及你的一步（×）"),
    )
    right.set(
        xlabel=words(en="direction around the circle, degrees", zh="圆周上的方向（度）"),
        ylabel=words(en="loss", zh="损失"),
        title=words(en="True loss (solid) and your taylor1 (dashed)", zh="真实的损失（实线）与你的 taylor1（虚线）"),
        xticks=range(0, 361, 60),
    )
    right.legend(loc="upper right")
    plt.tight_layout()
    plt.show()
