# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import drawn_by, normal, words

# %% [markdown] lang="en"
# ## {n} The chain rule along two paths
#
# This is the whole secret of backpropagation (§5.4.1): *when a quantity reaches the result along several paths, the effects add up; along one path, they multiply.* If $s$ influences $z$ through $x=g(s)$ and through $y=h(s)$:
#
# $$\frac{dz}{ds}=\frac{\partial z}{\partial x}\frac{dx}{ds}+\frac{\partial z}{\partial y}\frac{dy}{ds}$$
#
# **By hand.** $x=s^2$, $y=3s$, $z=xy$ at $s=2$. Then $x=4$, $y=6$, and $\frac{dz}{ds}=y\cdot2s+x\cdot3=6\cdot4+4\cdot3=36$. Check: $z=3s^3$, so $z'=9s^2=36$. ✓ The figure after the exercise shows the two paths.
#
# In a net, $s$, $x$ and $y$ are vectors. Then $\frac{dx}{ds}$ is a Jacobian: row $i$ says how $x_i$ changes with every entry of $s$. With $s$ `(S,)`, $x$ `(A,)`, $y$ `(B,)`:
#
# $$\left(\frac{dz}{ds}\right)_{j}=\sum_{i}\frac{\partial z}{\partial x_i}\frac{\partial x_i}{\partial s_j}+\sum_{i}\frac{\partial z}{\partial y_i}\frac{\partial y_i}{\partial s_j}$$
#
# The result has one entry for each entry of $s$.
# %% [markdown] lang="zh" of="8ead"
# ## {n} 两条路径上的链式法则
#
# 反向传播的全部秘密都在这里（§5.4.1）：**一个量经几条路径影响结果，各条路径的影响相加；在同一条路径上，影响相乘。** 如果 $s$ 通过 $x=g(s)$ 和 $y=h(s)$ 影响 $z$：
#
# $$\frac{dz}{ds}=\frac{\partial z}{\partial x}\frac{dx}{ds}+\frac{\partial z}{\partial y}\frac{dy}{ds}$$
#
# **手算。** $x=s^2$，$y=3s$，$z=xy$，取 $s=2$。则 $x=4$，$y=6$，$\frac{dz}{ds}=y\cdot2s+x\cdot3=6\cdot4+4\cdot3=36$。验算：$z=3s^3$，$z'=9s^2=36$。✓ 习题后面的图画出了这两条路径。
#
# 在网络里，$s$、$x$、$y$ 都是向量，$\frac{dx}{ds}$ 就成了雅可比矩阵：第 $i$ 行说明 $x_i$ 怎样随 $s$ 的各个分量变化。设 $s$ `(S,)`、$x$ `(A,)`、$y$ `(B,)`：
#
# $$\left(\frac{dz}{ds}\right)_{j}=\sum_{i}\frac{\partial z}{\partial x_i}\frac{\partial x_i}{\partial s_j}+\sum_{i}\frac{\partial z}{\partial y_i}\frac{\partial y_i}{\partial s_j}$$
#
# $s$ 有几个分量，结果就有几个分量。
# %% answer="chain_rule_two_paths"
def chain_rule_two_paths(dz_dx, dx_ds, dz_dy, dy_ds):
    """Derivative dz/ds of a number z that depends on s through x and through y.

    dz_dx (A,), Jacobian dx_ds (A, S), dz_dy (B,), Jacobian dy_ds (B, S); row i of dx_ds is the derivative
    of x_i with respect to s.  Returns dz/ds (S,).
    """
    ### BEGIN SOLUTION
    return dz_dx @ dx_ds + dz_dy @ dy_ds  # (S,)
    ### END SOLUTION


# %% [markdown] docstring="chain_rule_two_paths" lang="zh" of="7250"
# 数 z 通过 x 和 y 依赖于 s，求导数 dz/ds。
#
# dz_dx (A,)，雅可比矩阵 dx_ds (A, S)，dz_dy (B,)，雅可比矩阵 dy_ds (B, S)；dx_ds 的第 i 行是
# x_i 对 s 的导数。返回 dz/ds (S,)。
# %% [markdown] why="chain_rule_two_paths" lang="en"
# A vector on the left of `@` sums over the rows of the Jacobian, the entries of x, and leaves one number for each entry of s. The paths meet in the `+`.
# Vector first is also what makes backpropagation cheap: in a long chain no two Jacobians are ever multiplied.
# %% [markdown] why="chain_rule_two_paths" lang="zh" of="ac17"
# 向量放在 `@` 左边，对雅可比矩阵的行（x 的各项）求和，为 s 的每一项留下一个数；两条路径在 `+` 处汇合。
# 从向量乘起，也正是反向传播省力的原因：链条再长，也不用把两个雅可比矩阵相乘。
# %% grading="chain_rule_two_paths"
def jacobians(rng, p, q, s):
    outer = {"dz_dx": normal(rng, p), "dx_ds": normal(rng, p, s)}
    return {**outer, "dz_dy": normal(rng, q), "dy_ds": normal(rng, q, s)}


def path_cases(rng):
    yield Case("typical", zh="一般数据", **jacobians(rng, 2, 4, 3))
    yield Case("square", zh="方阵", **jacobians(rng, 3, 3, 3))


def edge_cases(rng):
    yield Case("all numbers", zh="全是单个数", **jacobians(rng, 1, 1, 1))
    yield Case("one number s", zh="s 是一个数", **jacobians(rng, 3, 2, 1))


@variant
def loop(dz_dx, dx_ds, dz_dy, dy_ds):
    dz_ds = np.zeros(dx_ds.shape[1])
    for outer, inner in ((dz_dx, dx_ds), (dz_dy, dy_ds)):
        for weight, row in zip(outer, inner):
            dz_ds += weight * row
    return dz_ds


Exercise(
    points=2, reference=torch_reference.chain_rule_two_paths, cases=path_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("one_path_only", "dz_dx @ dx_ds + dz_dy @ dy_ds", "dz_dx @ dx_ds",
            en="You walked along the path through x only. s reaches z through y as well, and its effect is added.",
            zh="你只走了经过 x 的路径。s 还经过 y 影响 z，那一份要加上。"),
        Mistake("other_path_only", "dz_dx @ dx_ds + dz_dy @ dy_ds", "dz_dy @ dy_ds",
            en="You walked along the path through y only. s reaches z through x as well, and its effect is added.",
            zh="你只走了经过 y 的路径。s 还经过 x 影响 z，那一份要加上。"),
        Mistake("product_of_paths", "dz_dx @ dx_ds + dz_dy @ dy_ds", "(dz_dx @ dx_ds) * (dz_dy @ dy_ds)",
            en="You multiplied the two paths. Multiply along a path, but add over the paths.",
            zh="你把两条路径相乘了。同一条路径上相乘，不同路径之间相加。"),
        Mistake("jacobian_transposed", "dz_dx @ dx_ds + dz_dy @ dy_ds", "dx_ds @ dz_dx + dy_ds @ dz_dy",
            en="The Jacobians are used the wrong way round: sum over the rows (the entries of x), and keep the columns (the entries of s).",
            zh="雅可比矩阵用反了：应当对各行（x 的分量）求和，保留列（s 的分量）。"),
        Mistake("paths_averaged", "dz_dx @ dx_ds + dz_dy @ dy_ds", "(dz_dx @ dx_ds + dz_dy @ dy_ds) / 2",
            en="You averaged the two paths. Their effects add up: s really acts on z twice.",
            zh="你把两条路径取了平均。影响是相加的：s 确实对 z 起了两次作用。"),
        Mistake("summed_over_s", "dz_dx @ dx_ds + dz_dy @ dy_ds", "np.sum(dz_dx @ dx_ds + dz_dy @ dy_ds)",
            en="You added up the entries of s too. The result has one entry for each entry of s, shape (S,).",
            zh="你把 s 的各个分量也加在了一起。s 的每个分量对应结果的一个分量，形状为 (S,)。"),
        Mistake("row_of_a_table", "dz_dx @ dx_ds + dz_dy @ dy_ds", "dz_dx[None] @ dx_ds + dz_dy[None] @ dy_ds",
            en="The numbers are right, but they come as a table with one row, (1, S). The result is a vector, (S,).",
            zh="数值是对的，但返回的是只有一行的表格 (1, S)。结果应是向量 (S,)。"),
        Mistake("paths_not_added", "dz_dx @ dx_ds + dz_dy @ dy_ds", "np.array([dz_dx @ dx_ds, dz_dy @ dy_ds])",
            en="Each path stands in a row of its own. The effects of both paths add up to one vector.",
            zh="两条路径各占了一行。两条路径的影响要相加成一个向量。"),
    ],
    variants=[
        Variant("stacked", "dz_dx @ dx_ds + dz_dy @ dy_ds", "np.r_[dz_dx, dz_dy] @ np.vstack([dx_ds, dy_ds])"),
        Variant("einsum", "dz_dx @ dx_ds + dz_dy @ dy_ds",
            'np.einsum("p,ps->s", dz_dx, dx_ds) + np.sum(dz_dy[:, None] * dy_ds, axis=0)'),
    ],
)


# %% [markdown] lang="en"
# ### Two paths, one slope
#
# The example by hand. On the left the two paths, with the number that your function makes of them; on the right the curve $z=3s^3$ and, at four places, the slope that your function finds there. You should see: each orange line touches the blue curve and runs along it. With one path alone, or with their product, it would cross.
# %% [markdown] lang="zh" of="80b5"
# ### 两条路径，一个斜率
#
# 就是手算的那个例子。左图是两条路径，以及你的函数由它们得出的数；右图是曲线 $z=3s^3$，并在四个位置画出你的函数求得的斜率。你应当看到：每条橙线都与蓝色曲线相切，贴着它走。如果只走一条路径，或者把两条路径相乘，它就会与曲线交叉。
# %% demo="two_paths"
@drawn_by("chain_rule_two_paths")
def two_paths(plt):
    def slope(s):
        x, y = s**2, 3 * s
        found = chain_rule_two_paths(np.array([y]), np.array([[2 * s]]), np.array([x]), np.array([[3.0]]))
        return float(np.reshape(found, ()))

    _, (left, right) = plt.subplots(1, 2, figsize=(13.5, 3.9), layout="constrained", width_ratios=[1.7, 1])
    spots = {"s": (0, 0), "x": (2.4, 0.9), "y": (2.4, -0.9), "z": (4.8, 0)}
    labels = {"s": "s = 2", "x": "x = s²\n= 4", "y": "y = 3s\n= 6", "z": "z = xy\n= 24"}
    for start, end, text, color in (
        ("s", "x", "dx/ds = 2s = 4", "#D55E00"), ("x", "z", "∂z/∂x = y = 6", "#D55E00"),
        ("s", "y", "dy/ds = 3", "#0072B2"), ("y", "z", "∂z/∂y = x = 4", "#0072B2"),
    ):
        tail, head = np.array(spots[start]), np.array(spots[end])
        way = (head - tail) / np.linalg.norm(head - tail)
        arrow = {"arrowstyle": "-|>", "color": color, "lw": 2.5, "mutation_scale": 20}
        left.annotate("", head - 0.47 * way, tail + 0.47 * way, arrowprops=arrow)
        x, y = (tail + head) / 2 + np.array([0, 0.42 if end == "x" or start == "x" else -0.42])
        left.text(x, y, text, color=color, ha="right" if start == "s" else "left", va="center", fontsize=12)
    for name, (x, y) in spots.items():
        left.add_patch(plt.Circle((x, y), 0.45, facecolor="#f5f5f5", edgecolor="#333333", lw=1.5, zorder=3))
        left.text(x, y, labels[name], ha="center", va="center", fontsize=11, zorder=4)
    left.text(6.4, 0, words(en="dz/ds, yours", zh="你的 dz/ds") + f"\n= {slope(2.0):.4g}", ha="center", va="center", fontsize=14)
    title = words(en="multiply along a path, add over the paths", zh="同一条路径上相乘，不同路径之间相加")
    left.set(title=title, xlim=(-0.7, 7.5), ylim=(-1.6, 1.6), aspect="equal")
    left.axis("off")
    s = np.linspace(-1.6, 2.3, 100)
    right.plot(s, 3 * s**3, color="#0072B2", label="z = 3s³")
    for number, place in enumerate((-1.2, 0.3, 1.2, 2.0)):
        near = place + np.array([-0.4, 0.4])
        label = None if number else words(en="your slope", zh="你求得的斜率")
        right.plot(near, 3 * place**3 + slope(place) * (near - place), "o-", ms=3, color="#D55E00", lw=2, label=label)
    right.set(xlabel="s", ylabel="z", title=words(en="the slope of z at four places", zh="z 在四个位置的斜率"))
    right.legend(frameon=False)
    right.spines[["top", "right"]].set_visible(False)
    plt.show()
