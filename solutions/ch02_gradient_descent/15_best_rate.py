# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import drawn_by, uniform, words, yours

# %% [markdown] lang="en"
# ## {n} Derive it: the best constant rate of a bowl
#
# The rate $1/\kappa_{\max}$ is safe. It is not the best. On a bowl with curvatures $\kappa_1, \dots, \kappa_D > 0$ one step multiplies the error along direction $d$ by $1 - \eta\kappa_d$ ({ref:lr_symptoms}), and the *slowest* direction decides when you
# arrive, the one with the largest $|1 - \eta\kappa_d|$. Which constant $\eta$ makes this largest factor as small as possible, and how small does it get?
#
# Take a sheet of paper:
#
# 1. Draw $|1 - \eta\kappa|$ over $\eta$ for $\kappa = 1$ and for $\kappa = 9$, both into one picture. What about all the curvatures between these two: can any of them be the slowest?
# 2. Trace the upper one of the two curves. Where is its lowest point, and what holds for the two factors there?
# 3. Solve for $\eta$ with $\kappa_{\min}$ and $\kappa_{\max}$ in place of 1 and 9, then put it back in to get the factor.
#
# **Exercise.** Enter both formulas as `best_rate`. You can test them before you check: your formula for the two curvatures 1 and 9 should give the lowest point that you see in your drawing, and no other rate should give a smaller factor.
# %% [markdown] lang="zh" of="57f9"
# ## {n} 自己推导：碗的最佳固定学习率
#
# 学习率 $1/\kappa_{\max}$ 是稳妥的，但不是最好的。碗在各方向的曲率为 $\kappa_1, \dots, \kappa_D > 0$，走一步，方向 $d$ 上的误差乘以 $1 - \eta\kappa_d$（{ref:lr_symptoms}）；什么时候能到，由**最慢**的方向决定，也就是 $|1 - \eta\kappa_d|$ 最大的那个。
# 取怎样的固定 $\eta$，能让这个最大的因子尽可能小？它最小是多少？
#
# 拿一张纸：
#
# 1. 把 $\kappa = 1$ 和 $\kappa = 9$ 的 $|1 - \eta\kappa|$ 画成 $\eta$ 的函数，画在同一张图里。介于两者之间的曲率，有可能成为最慢的吗？
# 2. 沿着两条曲线中较高的那一条描一遍。它的最低点在哪里？在那里两个因子有什么关系？
# 3. 用 $\kappa_{\min}$ 和 $\kappa_{\max}$ 代替 1 和 9，解出 $\eta$，再代回去求出因子。
#
# **练习。** 把两个公式写进 `best_rate`。检查之前可以自己先验证：对曲率 1 和 9，公式给出的应当就是你图上的最低点，换成别的学习率，因子都不会更小。
# %% answer="best_rate"
def best_rate(kappa):
    """The constant learning rate with which gradient descent on a bowl is fastest, and how fast that is.

    kappa  (D,), the curvatures, all above 0, in any order.
    Returns (rate, factor), two numbers: the rate for which the largest of all |1 − rate · kappa[d]| is smallest,
    and this largest factor itself, between 0 and 1.
    """
    ### BEGIN SOLUTION
    low, high = np.min(kappa), np.max(kappa)
    return 2 / (low + high), (high - low) / (high + low)  # there the two ends are equally slow: 1 − ηκ_min = ηκ_max − 1
    ### END SOLUTION


# %% [markdown] docstring="best_rate" lang="zh" of="5042"
# 使碗上的梯度下降最快的固定学习率，以及它有多快。
#
# kappa  (D,)，各方向的曲率，全部大于 0，次序任意。
# 返回 (rate, factor) 两个数：使所有 |1 − rate · kappa[d]| 中的最大值最小的学习率，
# 以及这个最大的因子本身，在 0 与 1 之间。
# %% [markdown] why="best_rate" lang="en"
# As a function of κ, $|1 - \eta\kappa|$ has the shape of a V, so its largest value stands at one of the two ends; what lies between never decides.
# At this rate both ends are equally slow. A smaller one would slow the flat direction, a larger one the steep one, so neither can be better.
# %% [markdown] why="best_rate" lang="zh" of="3e8c"
# 把 $|1 - \eta\kappa|$ 看作 κ 的函数，图像是 V 形，最大值总在两端，中间的曲率说了不算。
# 取这个学习率时两端一样慢：再小，平缓的方向变慢；再大，陡的方向变慢，所以没有更好的了。
# %% grading="best_rate"
def curvatures(rng, *values):
    return rng.permutation([round(v * rng.uniform(0.8, 1.2), 3) for v in values])


def bowl_cases(rng):
    low, high = sorted(curvatures(rng, 1.0, 9.0))
    middle = round(float(rng.uniform(0.2, 0.4)) * (low + high), 3)
    yield Case("two curvatures", zh="两个曲率", kappa=np.array([low, high]))
    yield Case("the extremes in the middle of the list", zh="最大和最小都不在两端", kappa=np.array([middle, high, low, 0.5 * (low + high)]))


def edge_cases(rng):
    yield Case("a round bowl", zh="正圆的碗", kappa=np.full(3, uniform(rng, 0.3, 4)))
    yield Case("one parameter", zh="一个参数", kappa=np.array([uniform(rng, 0.3, 4)]))
    yield Case("a narrow valley", zh="狭长的山谷", kappa=curvatures(rng, 2e-3, 0.4, 60.0))


def shapes_of_rate(kappa):
    return {"rate": (), "factor": ()}


@mistake(
    en="The rate is right. The factor is that of your rate too: put it into |1 − ηκ|; 1 − κ_min/κ_max belongs to the rate 1/κ_max.",
    zh="学习率是对的。因子也要用这个学习率代入 |1 − ηκ| 去算；1 − κ_min/κ_max 是学习率取 1/κ_max 时的因子。",
)
def factor_of_the_safe_rate(kappa):
    return 2 / (kappa.min() + kappa.max()), 1 - kappa.min() / kappa.max()


@mistake(
    en="You took the mean of the two rates that would suit each end alone. That is far above the stable limit 2/κ_max when the ends differ much. Compare the *factors*, not the rates.",
    zh="你取了两端各自最合适的学习率的平均。两端相差大时，它远远超过稳定的上限 2/κ_max。应当比较的是两个**因子**，而不是学习率。",
)
def mean_of_the_two_rates(kappa):
    rate = (1 / kappa.min() + 1 / kappa.max()) / 2
    return rate, np.abs(1 - rate * kappa).max()


@mistake(
    en="You average all curvatures. Those between the two ends are never the slowest, so they have no say in it.",
    zh="你对所有曲率取了平均。介于两端之间的曲率不会是最慢的，它们不应该起作用。",
)
def mean_of_all_curvatures(kappa):
    rate = 1 / np.mean(kappa)
    return rate, np.abs(1 - rate * kappa).max()


@mistake(
    en="The geometric mean of the two rates is not where the two factors are equally large. Solve |1 − ηκ_min| = |1 − ηκ_max|.",
    zh="两个学习率的几何平均，并不是两个因子相等的地方。请解 |1 − ηκ_min| = |1 − ηκ_max|。",
)
def geometric_mean(kappa):
    rate = 1 / np.sqrt(kappa.min() * kappa.max())
    return rate, np.abs(1 - rate * kappa).max()


@variant
def factor_from_the_rate(kappa):
    ordered = sorted(float(v) for v in kappa)
    rate = 1 / ((ordered[0] + ordered[-1]) / 2)
    return rate, max(abs(1 - rate * v) for v in ordered)


@variant
def from_the_condition_number(kappa):
    low, high = min(kappa), max(kappa)
    condition = high / low
    return np.array([2 / low / (condition + 1), (condition - 1) / (condition + 1)])


Exercise(
    points=2, reference=gd.best_rate, cases=bowl_cases, shapes=shapes_of_rate, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("safe_rate", "2 / (low + high), (high - low) / (high + low)", "1 / high, 1 - low / high",
            en="1/κ_max is safe, but at it the steepest direction is done in one step while the flattest crawls. A little overshooting of the steep one buys speed for the flat one.",
            zh="1/κ_max 是稳妥的：最陡的方向一步就到，最平的却在爬。让陡的方向稍微走过头一点，平的方向就能快一些。"),
        Mistake("stable_limit", "2 / (low + high), (high - low) / (high + low)", "2 / high, 1.0",
            en="2/κ_max is the border of stability: there the steepest direction swings forever, its factor is 1.",
            zh="2/κ_max 是稳定的边界：最陡的方向会一直摆下去，因子等于 1。"),
        Mistake("half_of_the_rate", "2 / (low + high)", "1 / (low + high)",
            en="The factor is right, the rate is half of it. From 1 − ηκ_min = ηκ_max − 1: how many 1s are there?",
            zh="因子是对的，学习率只有正确值的一半。1 − ηκ_min = ηκ_max − 1 里一共有几个 1？"),
        Mistake("factor_of_the_loss", "(high - low) / (high + low)", "((high - low) / (high + low)) ** 2",
            en="That is the factor by which the *loss* shrinks. Asked for is the factor of the error itself; the loss goes with its square.",
            zh="这是**损失**缩小的因子。题目问的是误差本身的因子，损失按它的平方缩小。"),
        Mistake("sign_of_the_factor", "(high - low) / (high + low)", "(low - high) / (high + low)",
            en="Your factor is negative: that is 1 − ηκ_max without its absolute value.",
            zh="你的因子是负数：那是没有取绝对值的 1 − ηκ_max。"),
        Mistake("ends_of_the_list", "np.min(kappa), np.max(kappa)", "kappa[0], kappa[-1]",
            en="You take the first and the last curvature. They may come in any order: take the smallest and the largest.",
            zh="你取的是第一个和最后一个曲率。它们的次序是任意的：应当取最小的和最大的。"),
        Mistake("order_of_the_results", "2 / (low + high), (high - low) / (high + low)", "(high - low) / (high + low), 2 / (low + high)",
            en="Right numbers in the wrong order: the rate comes first.",
            zh="数值是对的，顺序反了：先返回学习率。"),
    ],
    variants=[Variant("float32_result", "2 / (low + high), (", "np.float32(2 / (low + high)), (")],
)


# %% [markdown] lang="en"
# ### Your rate in the picture
#
# The curves from step 1, for five curvatures from 1 to 9. The thick line is the slowest factor; the star stands where your `best_rate` puts it. You should see it in the corner where the first and the last curve cross, lower than the circle at $1/\kappa_{\max}$.
# %% [markdown] lang="zh" of="a630"
# ### 图中的最佳学习率
#
# 第 1 步里的曲线，从 1 到 9 取了五个曲率。粗线是最慢的因子，星号是你的 `best_rate` 给出的位置。你应当看到：星号正好在第一条和最后一条曲线相交的尖角上，比 $1/\kappa_{\max}$ 处的圆点更低。
# %% demo="rates"
@drawn_by()
def rates(plt):
    bends, rates = np.array([1.0, 3.0, 5.0, 7.0, 9.0]), np.linspace(0, 0.26, 400)
    factors = np.abs(1 - rates[:, None] * bends)  # (400, 5)
    found = yours(lambda: np.array([float(v) for v in best_rate(bends)]), None)
    title = words(en="The slowest direction decides", zh="最慢的方向说了算")
    if found is None:
        title = words(en="Write best_rate first", zh="请先写出 best_rate")
    _, ax = plt.subplots(figsize=(9, 4.6))
    for bend, curve in zip(bends, factors.T, strict=True):
        ax.plot(rates, curve, color="#000000", lw=0.9, ls=":" if 1 < bend < 9 else "--")
        ax.annotate(f"$\\kappa$ = {bend:g}", (0.26, curve[-1]), xytext=(4, -4), textcoords="offset points")
    ax.plot(
        1 / 9,
        np.abs(1 - bends / 9).max(),
        "o",
        color="#D55E00",
        ms=10,
        label=words(en="$1/\\kappa_{\\max}$, safe", zh="1/κ(max)，稳妥"),
    )
    if found is not None:
        ax.plot(rates, factors.max(axis=1), color="#0072B2", lw=3, label=words(en="slowest factor", zh="最慢的收缩率"))
        ax.plot(
            *found,
            "*",
            color="#009E73",
            ms=20,
            label=words(
                en=f"your best rate: {found[0]:.3f}, factor {found[1]:.2f}",
                zh=f"你的最佳学习率：{found[0]:.3f}，收缩率 {found[1]:.2f}",
            ),
        )
    ax.set(
        xlabel=words(en="learning rate η", zh="学习率 η"),
        ylabel="$|1 - \\eta\\kappa|$",
        title=title,
        ylim=(0, 1.4),
        xlim=(0, 0.26),
    )
    ax.legend(loc="lower left")
    plt.tight_layout()
    plt.show()
