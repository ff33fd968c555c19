# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import drawn_by, nonzero, words, yours

# %% [markdown] lang="en"
# ## {n} How surprising is this gradient?
#
# Look at the length of an Adagrad step in units of $\eta$ (with $\varepsilon = 0$):
#
# $$r^t = \frac{|g^t|}{\sqrt{\sum_{i=0}^{t} (g^i)^2}} \in [0, 1]$$
#
# It compares the current gradient with its own past. Close to 1 means "larger than everything before taken together", close to 0 means "tiny by its own standards". The notes call this
# *how surprising it is*. Two parameters, five gradients each:
#
# | | $g^0$ | $g^1$ | $g^2$ | $g^3$ | $g^4$ | surprise $r^4$ |
# |---|---|---|---|---|---|---|
# | first | 0.001 | 0.001 | 0.003 | 0.002 | **0.1** | 0.9993: suddenly large |
# | second | 10.8 | 20.9 | 31.7 | 12.1 | **0.1** | 0.0024: suddenly small |
#
# The last gradient is 0.1 for both, yet Adagrad moves the first parameter over 400 times as far.
#
# **By hand.** Gradients $3, -4, 12$: $r^0 = 3/3 = 1$ (the first one always is), $r^1 = 4/\sqrt{9+16} = 0.8$, $r^2 = 12/\sqrt{25+144} = 12/13 \approx 0.923$.
# At step $t$ only the past counts, never the future: the sum ends at $i = t$.
# %% [markdown] lang="zh" of="b2e2"
# ## {n} 这个梯度有多让人意外
#
# 以 $\eta$ 为单位看 Adagrad 每一步的长度（取 $\varepsilon = 0$）：
#
# $$r^t = \frac{|g^t|}{\sqrt{\sum_{i=0}^{t} (g^i)^2}} \in [0, 1]$$
#
# 它拿当前梯度和自己的过去相比。接近 1 表示“比以往全部加起来还大”，接近 0 表示“按自己以往的标准小得可怜”。这就是讲义说的 **How surprise it is**，即**反差**。看两个参数，各有五个梯度：
#
# | | $g^0$ | $g^1$ | $g^2$ | $g^3$ | $g^4$ | 反差 $r^4$ |
# |---|---|---|---|---|---|---|
# | 参数一 | 0.001 | 0.001 | 0.003 | 0.002 | **0.1** | 0.9993：突然变大 |
# | 参数二 | 10.8 | 20.9 | 31.7 | 12.1 | **0.1** | 0.0024：突然变小 |
#
# 最后一个梯度都是 0.1，Adagrad 却让参数一走了 400 多倍远。
#
# **手算。** 梯度为 $3, -4, 12$：$r^0 = 3/3 = 1$（第一个总是 1），$r^1 = 4/\sqrt{9+16} = 0.8$，$r^2 = 12/\sqrt{25+144} = 12/13 \approx 0.923$。
# 第 $t$ 步只看过去，不看未来：求和到 $i = t$ 为止。
# %% answer="adagrad_surprise"
def adagrad_surprise(g_seq):
    """The surprise |g_t| / √(g_0² + … + g_t²) at every step.

    g_seq  (T,) for one parameter, or (T, D) for D parameters, one step per row; an array or a (nested) list.
           The first gradient is not zero.
    Returns an array of the same shape, entries between 0 and 1.
    """
    ### BEGIN SOLUTION
    g = np.asarray(g_seq)  # (T,) or (T, D)
    return np.abs(g) / np.sqrt(np.cumsum(g**2, axis=0))
    ### END SOLUTION


# %% [markdown] docstring="adagrad_surprise" lang="zh" of="bbe3"
# 每一步的反差 |g_t| / √(g_0² + … + g_t²)。
#
# g_seq  一个参数时为 (T,)，D 个参数时为 (T, D)，一行一步；可以是数组，也可以是（嵌套的）列表。
#        第一个梯度不为零。
# 返回同样形状的数组，元素在 0 与 1 之间。
# %% [markdown] why="adagrad_surprise" lang="en"
# `np.cumsum` gives all running sums in one pass, and each ends at its own step, so nothing of the future gets in.
# `axis=0` keeps the parameters apart and fits (T,) as well as (T, D). Squares are summed, so gradients of opposite signs can't cancel.
# %% [markdown] why="adagrad_surprise" lang="zh" of="ff36"
# `np.cumsum` 一遍就算出所有的部分和，每个都止于自己那一步，不会混进将来的梯度。
# `axis=0` 让各个参数互不相干，(T,) 和 (T, D) 都适用。累加的是平方，正负梯度不会抵消。
# %% grading="adagrad_surprise"
def surprise_cases(rng):
    yield Case("one parameter", zh="一个参数", g_seq=nonzero(rng, 6))
    yield Case("three parameters", zh="三个参数", g_seq=nonzero(rng, 5, 3))


def extreme_cases(rng):
    sudden = np.array([10.8, 20.9, 31.7, 12.1, 0.1]) * rng.uniform(0.5, 2, size=5).round(2)
    yield Case("suddenly small", zh="突然变小", g_seq=sudden)
    yield Case("suddenly large", zh="突然变大", g_seq=sudden[::-1] * 1e-7)


def edge_cases(rng):
    yield Case("a single step", zh="只有一步", g_seq=nonzero(rng, 1, 2))
    g, table = nonzero(rng, 6), nonzero(rng, 5, 2)
    g[3:5], table[2:4, 0] = 0.0, 0.0
    yield Case("gradients of exactly zero", zh="恰好为零的梯度", g_seq=g)
    yield Case("gradients of exactly zero in a table", zh="表格里恰好为零的梯度", g_seq=table)
    yield Case("a table with one column", zh="只有一列的表格", g_seq=nonzero(rng, 4, 1))


@mistake(
    en="The ratios are right, but `np.asarray` makes no copy of an array, so `**=` squares the caller's own gradients.",
    zh="比值算对了，但 `np.asarray` 不会复制数组，`**=` 把调用者自己的梯度平方了。",
)
def squared_in_place(g_seq):
    g = np.asarray(g_seq)
    sizes = np.abs(g)
    g **= 2
    return sizes / np.sqrt(np.cumsum(g, axis=0))


@mistake(
    en="Your sum stops before the current gradient, so the ratio can exceed 1 and the first one is a division by zero. It runs up to and including step t.",
    zh="你的求和没有包含当前梯度，比值会超过 1，第一步还会除以零。求和应当一直到第 t 步，包括第 t 步。",
)
def current_gradient_excluded(g_seq):
    g = np.asarray(g_seq)
    return np.abs(g) / np.sqrt(np.cumsum(g**2, axis=0) - g**2)


@variant
def loop_and_list(g_seq):
    total, ratios = 0.0, []
    for g in g_seq:
        g = np.asarray(g, dtype=float)
        total = total + g * g
        ratios.append(abs(g) / total**0.5)
    return ratios


Exercise(
    points=2, reference=gd.adagrad_surprise, cases=surprise_cases, tolerance=CLOSED_FORM,
    accepts=("lists", "integers"), forbids=FROM_SCRATCH,
    groups=[Group("extreme", extreme_cases), Group("edge", edge_cases)],
    mistakes=[
        Mistake("sign_kept", "np.abs(g)", "g",
            en="Surprise has no sign: take the absolute value of the current gradient.",
            zh="反差没有正负之分：要取当前梯度的绝对值。"),
        Mistake("future_included", "np.cumsum(g**2, axis=0)", "np.sum(g**2, axis=0)",
            en="You divide by the sum over *all* steps, so early steps know the future. At step t the sum ends at t: a running sum.",
            zh="你除以的是**全部**步的和，早期的步竟然知道了未来。第 t 步的和只到 t 为止，是逐步累加的。"),
        Mistake("root_missing", "np.sqrt(np.cumsum(g**2, axis=0))", "np.cumsum(g**2, axis=0)",
            en="The root over the sum of squares is missing. A check: the very first ratio must be 1.",
            zh="平方和忘了开方。检验办法：第一个比值必须等于 1。"),
        Mistake("square_of_the_sum", "np.sqrt(np.cumsum(g**2, axis=0))", "np.abs(np.cumsum(g, axis=0))",
            en="You sum first and square afterwards, so gradients of opposite sign cancel. Square each one, then sum.",
            zh="你先求和再平方，正负梯度会相互抵消。应当先逐个平方，再求和。"),
        Mistake("mean_for_sum", "np.sqrt(np.cumsum(g**2, axis=0))",
            "np.sqrt((np.cumsum(g**2, axis=0).T / np.arange(1, len(g) + 1)).T)",
            en="You divide by the root *mean* square. The decaying rate of {ref:adagrad_rms_step} has already cancelled the 1/(t+1): here it is the sum.",
            zh="你除以的是**均**方根。{ref:adagrad_rms_step} 节里衰减的学习率已经把 1/(t+1) 约掉了，这里用的是和。"),
        Mistake("axis_forgotten", "np.cumsum(g**2, axis=0)", "np.cumsum(g**2).reshape(g.shape)",
            en="For several parameters your running sum mixes their columns. Each parameter has its own past: sum along the axis of steps.",
            zh="有多个参数时，你的累加把不同的列混在了一起。每个参数只有自己的过去：沿“步”那个轴累加。"),
        Mistake("lists_not_converted", "np.asarray(g_seq)", "g_seq",
            en="Right for arrays, but the docstring promises lists too, and a list cannot be squared. Turn the input into an array first.",
            zh="对数组是对的，但文档说明也接受列表，而列表不能直接平方。先把输入转换成数组。"),
        Mistake("along_the_parameters", "axis=0", "axis=-1",
            en="For several parameters your running sum goes along the rows, from parameter to parameter. Steps follow each other down the columns.",
            zh="有多个参数时，你是沿着行、从一个参数累加到下一个参数。各步是沿列排下来的。"),
        Mistake("small_number_added", "np.sqrt(np.cumsum(g**2, axis=0))", "(np.sqrt(np.cumsum(g**2, axis=0)) + 1e-8)",
            en="Surprise is defined without ε: for tiny gradients your very first ratio is no longer 1.",
            zh="反差的定义里没有 ε：梯度很小时，你的第一个比值就不再是 1 了。"),
    ],
    variants=[
        Variant("absolute_values_of_the_input", "np.abs(g)", "np.abs(g_seq)"),
        Variant("float32_result", "np.sqrt(np.cumsum(g**2, axis=0))",
            "np.sqrt(np.add.accumulate(g * g, axis=0)).astype(np.float32)"),
        Variant("root_of_the_ratio", "np.abs(g) / np.sqrt(np.cumsum(g**2, axis=0))",
            "np.sqrt(g**2 / np.cumsum(g**2, axis=0))"),
    ],
)


# %% [markdown] lang="en"
# The figure lets your function judge both stories. You should see: both end with a gradient of 0.1. For the first parameter (circles) that is a leap, so its surprise ends near 1; for the second (squares) it is next to nothing, and its surprise ends near 0.
# %% [markdown] lang="zh" of="59e3"
# 下图让你的函数来评判这两个参数。你应当看到：两者最后的梯度都是 0.1。对参数一（圆点）是一次跃升，反差接近 1；对参数二（方块）则微不足道，反差接近 0。
# %% demo="surprise"
@drawn_by()
def surprise(plt):
    stories = {
        words(en="suddenly large", zh="突然变大"): ([0.001, 0.001, 0.003, 0.002, 0.1], "o-", "#D55E00"),
        words(en="suddenly small", zh="突然变小"): ([10.8, 20.9, 31.7, 12.1, 0.1], "s-", "#0072B2"),
    }
    both = np.stack([slopes for slopes, *_ in stories.values()], axis=1)  # (5, 2)
    ratios = yours(lambda: np.reshape(adagrad_surprise(both), (5, 2)), np.full((5, 2), np.nan))
    title = words(en="What Adagrad makes of them", zh="Adagrad 怎样看待它们")
    if not np.isfinite(ratios).all():
        title = words(en="Write adagrad_surprise first", zh="请先写出 adagrad_surprise")
    _, axes = plt.subplots(1, 2, figsize=(12, 4))
    for (label, (slopes, style, color)), seen in zip(stories.items(), np.transpose(ratios), strict=True):
        axes[0].semilogy(slopes, style, color=color, lw=2, ms=9, label=label)
        axes[1].plot(seen, style, color=color, lw=2, ms=9, label=label)
    axes[0].axhline(0.1, color="black", ls=":", lw=1)
    axes[0].set(
        xlabel=words(en="step t", zh="步数 t"),
        ylabel=words(en="$|g^t|$ (log scale)", zh="|g|（对数坐标）"),
        title=words(en="The gradients: both end at 0.1", zh="梯度：最后都是 0.1"),
        xticks=range(5),
    )
    axes[1].set(
        xlabel=words(en="step t", zh="步数 t"),
        ylabel=words(en="surprise = step length / η", zh="反差 = 步长 / η"),
        title=title,
        xticks=range(5),
        ylim=(-0.05, 1.1),
    )
    axes[1].legend(loc="lower left")
    plt.tight_layout()
    plt.show()
