# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import gradient_descent as gd

from chapter import drawn_by, nonzero, uniform, words, yours

# %% [markdown] lang="en"
# ## {n} Find the bug: a walk that never was
#
# With several parameters the story of {ref:lr_symptoms} happens along each axis at once. On the bowl
#
# $$\mathcal L(w) = \tfrac12 \sum_{d} \kappa_d\, w_d^2$$
#
# the gradient is $(\kappa_1 w_1, \dots, \kappa_D w_D)$, so axis $d$ shrinks by its own factor $1 - \eta\kappa_d$ per step, and all axes share one $\eta$. To see that, we want every point of the walk, not only the last.
#
# A fellow student has written `descent_path`. It runs without an error, and its last row is right. The other rows are not: the walk seems to have stood at its end from the very beginning.
#
# **Exercise.** Say in the first line of the cell what is wrong (in your words; nobody grades that line), then mend the function. The repair is short; finding it is the exercise.
#
# **By hand.** $\kappa = (1, 4)$, $w = (8, 1)$, $\eta = 0.5$: the factors are $0.5$ and $-1$, so two steps give the rows $(8, 1)$, $(4, -1)$, $(2, 1)$. Print what the function gives, and print `path` inside the loop as well.
# %% [markdown] lang="zh" of="ee77"
# ## {n} 找错误：没有走过的路
#
# 有多个参数时，{ref:lr_symptoms} 节的故事在每个坐标轴上同时上演。在碗
#
# $$\mathcal L(w) = \tfrac12 \sum_{d} \kappa_d\, w_d^2$$
#
# 上，梯度是 $(\kappa_1 w_1, \dots, \kappa_D w_D)$，所以第 $d$ 个坐标每一步乘以自己的因子 $1 - \eta\kappa_d$，而学习率 $\eta$ 是共用的。要看清这一点，只有终点不够，需要路上的每一个点。
#
# 一位同学写了 `descent_path`。它运行时不报错，最后一行也是对的，其余各行却不对：看上去好像一开始就站在终点，根本没有走过。
#
# **练习。** 先在单元格的第一行用自己的话写出哪里错了（这一行不计分），再把函数改对。要改的地方很少，难的是找到它。
#
# **手算。** $\kappa = (1, 4)$，$w = (8, 1)$，$\eta = 0.5$：两个因子是 $0.5$ 和 $-1$，走两步得到的各行是 $(8, 1)$、$(4, -1)$、$(2, 1)$。把函数的结果打印出来看看，也可以在循环里打印 `path`。
# %% answer="descent_path"
def descent_path(kappa, w, lr, n_steps):
    """All points of a gradient descent on the loss ½ · (kappa[0]·w[0]² + kappa[1]·w[1]² + …).

    kappa  (D,), the curvatures.
    w      (D,), the start.
    lr     a number, the learning rate.
    n_steps  an integer (0 steps return the start alone).
    Returns an array (n_steps + 1, D): the start, then the point after each step.
    """
    ### BEGIN SOLUTION
    w = np.array(w, dtype=float)  # (D,), a copy: the caller's start stays as it is
    path = [w]
    while len(path) <= n_steps:
        w = w - lr * kappa * w  # a new array for each point
        path.append(w)
    return np.array(path)  # (n_steps + 1, D)
    ### END SOLUTION


# %% [markdown] docstring="descent_path" lang="zh" of="234c"
# 在损失 ½ · (kappa[0]·w[0]² + kappa[1]·w[1]² + …) 上做梯度下降，返回走过的所有点。
#
# kappa  (D,)，各方向的曲率。
# w      (D,)，起点。
# lr     一个数，学习率。
# n_steps  整数（0 步时只返回起点）。
# 返回数组 (n_steps + 1, D)：第一行是起点，之后每走一步一行。
# %% [markdown] why="descent_path" lang="en"
# `w = w - …` makes a new array and lets the name point to it; the one stored before stays as it was. `w -= …` would change the one array to which all entries of `path` point.
# Such a bug hides from whoever looks at the end alone: the last row is right either way.
# %% [markdown] why="descent_path" lang="zh" of="6515"
# `w = w - …` 生成新数组，名字改指向它，先前存下的那个不受影响；`w -= …` 改的却是 `path` 各项共同指向的那一个数组。
# 只看终点发现不了这种错误：最后一行无论如何都对。
# %% grading="descent_path"
def inputs(rng, d, n_steps):
    kappa = (rng.permutation(d) + rng.uniform(0.3, 0.9, size=d)).round(2)
    return {"kappa": kappa, "w": nonzero(rng, d), "lr": uniform(rng, 0.1, 0.3), "n_steps": n_steps}


def path_cases(rng):
    yield Case("four steps", zh="四步", **inputs(rng, 2, 4))
    yield Case("three curvatures, six steps", zh="三个曲率，六步", **inputs(rng, 3, 6))


def edge_cases(rng):
    yield Case("no step", zh="零步", **inputs(rng, 3, 0))
    yield Case("one parameter, one step", zh="一个参数，一步", **inputs(rng, 1, 1))


def shape_of_path(kappa, w, lr, n_steps):
    return (n_steps + 1, len(w))


@variant
def table_filled_row_by_row(kappa, w, lr, n_steps):
    path = np.zeros((n_steps + 1, len(w)))
    path[0] = w
    for k in range(n_steps):
        path[k + 1] = (1 - lr * kappa) * path[k]
    return path


@variant
def plain_python(kappa, w, lr, n_steps):
    path = [[float(v) for v in w]]
    for _ in range(n_steps):
        path.append([v - lr * float(bend) * v for v, bend in zip(path[-1], kappa, strict=True)])
    return path


Exercise(
    points=1, reference=gd.descent_path, cases=path_cases, shapes=shape_of_path, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    starter="one_array_for_all_points",
    mistakes=[
        Mistake("one_array_for_all_points", "w = w - lr * kappa * w  # a new array for each point", "w -= lr * kappa * w",
            en="All rows show the last point. The list holds the *same* array many times, and `-=` moves that one array: every entry of the list sees it.",
            zh="每一行都是最后一个点。列表里存的是**同一个**数组的许多个引用，而 `-=` 改的正是这个数组，列表里的每一项都跟着变。"),
        Mistake("only_the_start_is_copied", "path = [w]\n    while len(path) <= n_steps:\n        w = w - lr * kappa * w  # a new array for each point",
            "path = [w.copy()]\n    while len(path) <= n_steps:\n        w -= lr * kappa * w",
            en="The start is safe now, but all later rows still show the last point: they are still one array.",
            zh="起点保住了，但后面各行仍然都是最后一个点：它们还是同一个数组。"),
        Mistake("start_left_out", "path = [w]", "path = []",
            en="The start is missing: the path has n_steps + 1 points, and the first is where the walk begins.",
            zh="缺了起点：路上共有 n_steps + 1 个点，第一个是出发的地方。"),
        Mistake("end_left_out", "        w = w - lr * kappa * w  # a new array for each point\n        path.append(w)",
            "        path.append(w)\n        w = w - lr * kappa * w",
            en="You store each point before its step, so the start comes twice and the last point is lost.",
            zh="你在走之前就存了点，所以起点出现了两次，最后一个点丢了。"),
        Mistake("gradient_of_the_start", "lr * kappa * w  #", "lr * kappa * path[0]  #",
            en="All your steps use the gradient at the start, so they are all alike. Take the gradient where you stand.",
            zh="每一步用的都是起点处的梯度，所以步步相同。应当用当前位置的梯度。"),
        Mistake("half_forgotten", "lr * kappa * w  #", "2 * lr * kappa * w  #",
            en="Your steps are twice as long: the ½ of the loss cancels the 2 of the derivative.",
            zh="步子长了一倍：损失里的 ½ 正好抵消求导得到的 2。"),
        Mistake("uphill", "w - lr * kappa", "w + lr * kappa",
            en="You walk uphill. Descent subtracts the gradient.",
            zh="你在往上走。下降要减去梯度。"),
        Mistake("callers_start_moves", "w = np.array(w, dtype=float)  # (D,), a copy: the caller's start stays as it is\n    path = [w]\n    while len(path) <= n_steps:\n        w = w - lr * kappa * w  # a new array for each point\n        path.append(w)",
            "w = np.asarray(w, dtype=float)\n    path = [w.copy()]\n    while len(path) <= n_steps:\n        w -= lr * kappa * w\n        path.append(w.copy())",
            en="The path is right, but you have moved the caller's own start. `np.asarray` makes no copy of an array of floats.",
            zh="路径是对的，但调用者自己的起点也被移动了。对浮点数组，`np.asarray` 不会复制。"),
    ],
    variants=[
        Variant("float32_result", "np.array(path)", "np.array(path, dtype=np.float32)"),
        Variant("list_of_points", "np.array(path)", "path"),
        Variant("copy_of_any_kind", "np.array(w, dtype=float)", "np.array(w)"),
        Variant("new_arrays_need_no_copy", "w = np.array(w, dtype=float)  # (D,), a copy: the caller's start stays as it is\n    path",
            "path"),
    ],
)


# %% [markdown] lang="en"
# ### Your walks
#
# A bowl that is nine times as strongly curved in one direction as in the other, and three learning rates; the walks are those of your mended function. You should see: the small rate creeps along the floor, the middle one
# swings from wall to wall and arrives, the largest arrives along the floor while it climbs the walls. No rate suits both axes.
# %% [markdown] lang="zh" of="dfa6"
# ### 你画出的路径
#
# 这个碗在一个方向上的曲率是另一个方向的九倍，三个学习率的路径都由你改好的函数走出。你应当看到：小的学习率沿谷底慢慢爬，中间的在两壁之间来回摆但能到达，最大的沿谷底走到了头，在两壁上却越爬越高。没有哪个学习率同时适合两个方向。
# %% demo="walks"
@drawn_by()
def walks(plt):
    bends, begin = np.array([1.0, 9.0]), np.array([-4.0, 1.2])
    grid_x, grid_y = np.meshgrid(np.linspace(-4.8, 1.5, 200), np.linspace(-2.6, 2.6, 200))
    rates, looks = (0.03, 0.19, 0.226), (("o-", "#0072B2"), ("s-", "#009E73"), ("^-", "#D55E00"))
    walks = yours(
        lambda: [np.reshape(descent_path(bends, begin, rate, 20), (21, 2)) for rate in rates],
        np.full((3, 21, 2), np.nan),
    )
    _, axes = plt.subplots(1, 3, figsize=(14, 3.6), sharey=True)
    for ax, rate, walk, (style, color) in zip(axes, rates, walks, looks, strict=True):
        ax.contourf(grid_x, grid_y, np.sqrt(grid_x**2 + 9 * grid_y**2), levels=14, cmap="Greys", alpha=0.35)
        ax.plot(*walk.T, style, ms=4, lw=1.2, color=color)
        ax.plot(0, 0, "*", color="#000000", ms=14)
        ready = np.isfinite(walk).all()
        title = words(en=f"η = {rate}, 20 steps", zh=f"η = {rate}，20 步")
        not_yet = words(en="Mend descent_path first", zh="请先改正 descent_path")
        ax.set(title=title if ready else not_yet, xlabel="$w_1$", ylim=(-2.6, 2.6))
    axes[0].set_ylabel("$w_2$")
    plt.tight_layout()
    plt.show()
