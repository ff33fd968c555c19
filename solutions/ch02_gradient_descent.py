# %% [markdown] lang="en"
# # Chapter 2 · Gradient descent
#
# A loss is a landscape, and training is a walk downhill in fog: all you feel is the slope under your feet. This chapter is about
# walking well. You will build
#
# * **learning rates that adapt**: a decaying one (2.3), then Adagrad, which gives every parameter a rate of its own (2.4–2.6);
# * **stochastic gradient descent**, which takes a step after every single sample (2.8–2.9);
# * **feature scaling**, which turns a narrow valley into a round bowl, and a race on real patient data where it wins by a factor of thousands (2.10–2.14);
# * **the reason why any of this works**: the Taylor argument on a small circle (2.15–2.17).
#
# **How to work.** Replace `raise NotImplementedError()` in an answer cell, run it, then run the `check("…")` cell below it. The check
# uses a few public cases and tells you what is wrong and where. Hidden cases with other numbers decide the grade, so aim for a function that is
# right, not for one that fits the public numbers. Only numpy is needed.
#
# **Conventions of this course**
#
# * `X` is (N, D): one row a sample, one column a feature. `w` is (D,), `b` is a number.
# * `y` is the truth and `y_pred` the prediction. Careful: the lecture notes write $\hat y$ for the *truth*, the reverse of common usage.
# * Every statement says whether a loss is a **SUM** or a **MEAN** over the samples. The gradient, and with it a good learning rate, differs by a factor $N$.
# * Whatever is random or a matter of taste (the order of the samples, the learning rate, $\varepsilon$) is an argument. Your functions draw no random numbers.
# * Functions leave their inputs unchanged and return new arrays. An array of integers, as in the examples by hand, is as good an input as one of floats.
# %% [markdown] lang="zh"
# # 第二章 · 梯度下降
#
# 损失函数像一片起伏的山地，训练就是在大雾里下山：看不见谷底在哪，只能感觉脚下的坡度。这一章讲的就是怎样把山下好。你将亲手实现：
#
# * **会自己调整的学习率**：先是逐步衰减的学习率（2.3），再是 Adagrad，它给每个参数配一个自己的学习率（2.4–2.6）；
# * **随机梯度下降**：每看一个样本就走一步（2.8–2.9）；
# * **特征缩放**：把狭长的山谷变成圆碗，并在真实的病人数据上比一场，差距高达几千倍（2.10–2.14）；
# * **这一切为什么成立**：在一个小圆圈里做泰勒展开（2.15–2.17）。
#
# **怎么做题。** 把答题单元格里的 `raise NotImplementedError()` 换成你的代码，运行，再运行它下面的 `check("…")`。检查用的是几组公开数据，会告诉你错在哪里。
# 最终成绩由另外一批不公开的数据决定，所以要让函数真正正确，而不是凑出公开数据的答案。全部题目只需要 numpy。
#
# **本课程的约定**
#
# * `X` 的形状是 (N, D)：一行一个样本，一列一个特征。`w` 是 (D,)，`b` 是一个数。
# * `y` 是真实值，`y_pred` 是预测值。注意：讲义用 $\hat y$ 表示**真实值**，与通行的记法正好相反。
# * 每道题都会写明损失是对样本**求和**还是**取平均**。两者的梯度相差 $N$ 倍，合适的学习率也跟着差 $N$ 倍。
# * 凡是随机的、可以自由选择的量（样本顺序、学习率、$\varepsilon$）都是参数，你的函数里不要生成随机数。
# * 函数不改动传进来的数据，结果用新数组返回。传进来的数组可以是浮点数，也可以像手算例子里那样是整数。
# %% setup
import numpy as np

from autograder import check

# %% prelude
import numpy as np
import torch
from sklearn.datasets import load_digits

from autograder import (
    CLOSED_FORM,
    EXACT,
    FROM_SCRATCH,
    Calibration,
    Case,
    Exercise,
    Gradient,
    Mistake,
    Tolerance,
    Variant,
)
from reference import gradient_descent as gd


def normal(rng, *shape):
    return rng.normal(size=shape).round(2)


def nonzero(rng, *shape):
    """Gradients well away from 0, so that a ratio of them is never 0/0."""
    return (rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.2, 2.0, size=shape)).round(2)


def number(rng, low, high):
    return round(float(rng.uniform(low, high)), 2)


def quarters(rng, *shape):
    """Multiples of ¼ well away from 0: sums of their products are exact."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.integers(1, 8, size=shape) * 0.25


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}


# %% [markdown] lang="en"
# ## 2.1 Which way is down
#
# For a loss $L(w_1, w_2)$ the **contour lines** join the points of equal loss, as on a hiking map. The **gradient**
# $g = \left(\frac{\partial L}{\partial w_1}, \frac{\partial L}{\partial w_2}\right)$ stands at a right angle on the contour line and points uphill. So gradient descent
# walks along $-g$:
#
# $$w^{t+1} = w^t - \eta\, g^t$$
#
# with the **learning rate** $\eta$. (The notes say "the direction is the normal of the contour line"; of the two normals it is the *negative* gradient.)
#
# Run the next cell. The arrows are $-g$ at a few points of one contour. They stand at right angles on it, they are long where the slope is steep, and they do *not*
# point at the minimum, except from a few lucky places. Most of this chapter is about living with that.
# %% [markdown] lang="zh"
# ## 2.1 哪边是下坡
#
# 对损失 $L(w_1, w_2)$，把损失相等的点连起来就是**等高线**，和登山地图上的一样。**梯度**
# $g = \left(\frac{\partial L}{\partial w_1}, \frac{\partial L}{\partial w_2}\right)$ 与等高线垂直，指向上坡。所以梯度下降沿 $-g$ 走：
#
# $$w^{t+1} = w^t - \eta\, g^t$$
#
# 其中 $\eta$ 是**学习率**。（讲义说“梯度下降方向为等高线法线方向”。法线有两个方向，这里指的是**负梯度**那一个。）
#
# 运行下面的单元格。箭头是同一条等高线上若干点处的 $-g$：它们垂直于等高线，坡越陡箭头越长，但除了少数碰巧的位置，它们**并不**指向最低点。这一章的大部分内容，就是教你怎样应对这件事。
# %% demo="slopes"
import matplotlib.pyplot as plt

grid_x, grid_y = np.meshgrid(np.linspace(-3.2, 3.2, 240), np.linspace(-2.2, 2.2, 200))
height = 0.5 * grid_x**2 + 1.5 * grid_y**2
fig, ax = plt.subplots(figsize=(8, 5))
ax.contourf(grid_x, grid_y, height, levels=16, cmap="Blues", alpha=0.55)
ax.contour(grid_x, grid_y, height, levels=16, colors="white", linewidths=0.9)
ax.contour(grid_x, grid_y, height, levels=[2.645], colors="#14213d", linewidths=2)
for angle in np.linspace(0, 2 * np.pi, 14, endpoint=False):
    px, py = 2.3 * np.cos(angle), 2.3 / 3**0.5 * np.sin(angle)
    ax.annotate(
        "",
        (px - 0.2 * px, py - 0.2 * 3 * py),
        (px, py),
        arrowprops={"arrowstyle": "-|>", "color": "#c8102e", "lw": 1.8},
    )
    ax.plot(px, py, "o", color="#c8102e", ms=4)
ax.plot(0, 0, "*", color="#14213d", ms=16)
ax.annotate("minimum", (0, 0), (0, -0.3), color="#14213d", ha="center")
ax.set(xlabel="$w_1$", ylabel="$w_2$", title="The negative gradient is perpendicular to the contours", aspect="equal")
plt.show()
# %% [markdown] lang="en"
# ## 2.2 Too fast, too slow
#
# The simplest landscape is a parabola $L(w) = \tfrac12 h w^2$ with **curvature** $h > 0$ and its minimum at $0$. Its gradient is $hw$, so one step is
#
# $$w \leftarrow w - \eta\, h\, w = (1 - \eta h)\, w .$$
#
# Each step multiplies the distance to the minimum by the same factor $q = 1 - \eta h$, and that one number tells the whole story.
# Take $h = 2$ and start at $w = 1$:
#
# | $\eta$ | $q$ | $w$ after 1, 2, 3 steps | what you see |
# |---|---|---|---|
# | 0.01 | 0.98 | 0.98, 0.96, 0.94 | creeps: too small |
# | 0.4 | 0.2 | 0.2, 0.04, 0.008 | good |
# | 0.9 | −0.8 | −0.8, 0.64, −0.51 | jumps across the minimum each time, but arrives |
# | 1.1 | −1.2 | −1.2, 1.44, −1.73 | flies away |
#
# The border between arriving and flying away is $|q| = 1$, that is $\eta = 2/h$. So the loss need *not* fall at every step: it depends on $\eta$.
#
# **Exercise.** The next cell draws four runs. `lr_symptoms` returns your diagnosis of each.
# %% [markdown] lang="zh"
# ## 2.2 太快与太慢
#
# 最简单的地形是抛物线 $L(w) = \tfrac12 h w^2$，**曲率** $h > 0$，最低点在 $0$。它的梯度是 $hw$，所以走一步就是
#
# $$w \leftarrow w - \eta\, h\, w = (1 - \eta h)\, w .$$
#
# 每一步都把到最低点的距离乘以同一个因子 $q = 1 - \eta h$，全部现象都由这一个数决定。取 $h = 2$，从 $w = 1$ 出发：
#
# | $\eta$ | $q$ | 走 1、2、3 步后的 $w$ | 看到的现象 |
# |---|---|---|---|
# | 0.01 | 0.98 | 0.98, 0.96, 0.94 | 慢慢爬：太小 |
# | 0.4 | 0.2 | 0.2, 0.04, 0.008 | 正好 |
# | 0.9 | −0.8 | −0.8, 0.64, −0.51 | 每步都越过最低点，但最终能到 |
# | 1.1 | −1.2 | −1.2, 1.44, −1.73 | 起飞 |
#
# 能到和起飞的分界是 $|q| = 1$，即 $\eta = 2/h$。可见损失**未必**每一步都下降，要看学习率。
#
# **练习。** 下面的单元格画出四次运行。请在 `lr_symptoms` 中返回你对每一次的诊断。
# %% demo="four_runs"
import matplotlib.pyplot as plt

fig, axes = plt.subplots(1, 4, figsize=(14, 3.2), sharex=True)
for ax, name, factor in zip(axes, "ABCD", (-0.86, 0.975, 0.45, -1.07), strict=True):
    ax.axhline(0, color="#14213d", lw=0.8)
    ax.plot(np.arange(26), factor ** np.arange(26), "o-", ms=4, color="#1f5fa8")
    ax.set(title=f"Run {name}", xlabel="step")
    if abs(factor) < 1:
        ax.set_ylim(-1.15, 1.15)
axes[0].set_ylabel("distance from the minimum")
plt.tight_layout()
plt.show()


# %% answer="lr_symptoms"
def lr_symptoms():
    """What the learning rate did in runs A, B, C and D of the figure above.

    Returns a dict with the keys "A", "B", "C", "D".  Each value is one of
    "too small", "good", "oscillating" (it jumps across the minimum but arrives), "diverging".
    Each right value earns its share.
    """
    ### BEGIN SOLUTION
    return {"A": "oscillating", "B": "too small", "C": "good", "D": "diverging"}
    ### END SOLUTION


# %% [markdown] docstring="lr_symptoms" lang="zh"
# 上图中 A、B、C、D 四次运行里，学习率造成了什么现象。
#
# 返回一个字典，键为 "A"、"B"、"C"、"D"，每个值取下列字符串之一：
# "too small"（太小）、"good"（合适）、"oscillating"（来回越过最低点，但能收敛）、"diverging"（发散、起飞）。
# 每答对一项得一份分。
# %% grading="lr_symptoms"
def diagnosis_of_run(impl, case):
    answer = impl.lr_symptoms()
    if not case.run:
        return isinstance(answer, dict)
    words = {str(run).strip().upper(): " ".join(str(word).lower().split()) for run, word in answer.items()}
    word = words.get(case.run, "")
    if "known" not in case.inputs:
        return word
    return " | ".join(case.known) if word in case.known else word


def four_runs(rng):
    known = ["too small", "good", "oscillating", "diverging"]
    yield Case("a dict", zh="一个字典", group="form", run="")
    for run in "ABCD":
        yield Case(f"run {run}: one of the four words", zh=f"运行 {run}：四个词之一", group=run, run=run, known=known)
        yield Case(f"run {run}", zh=f"运行 {run}", group=run, public=False, run=run)


Exercise(
    points=2,
    reference=gd.lr_symptoms,
    cases=four_runs,
    observe=diagnosis_of_run,
    tolerance=EXACT,
    groups={run: {"en": f"Run {run}", "zh": f"运行 {run}"} for run in "ABCD"},
    mistakes=[
        Mistake(
            "every_oscillation_diverges",
            swap=('"A": "oscillating"', '"A": "diverging"'),
            hint={
                "en": "One of the runs that jump back and forth still comes closer with every jump. Compare the height of neighboring peaks.",
                "zh": "来回跳的两次运行里，有一次每跳一下都更接近最低点。比较一下相邻峰值的高度。",
            },
        ),
        Mistake(
            "divergence_overlooked",
            swap=('"D": "diverging"', '"D": "oscillating"'),
            hint={
                "en": "One run only looks harmless: read the numbers on its vertical axis. Are the jumps shrinking or growing?",
                "zh": "有一次运行看起来没什么问题，但请看纵轴上的数字：跳动是在变小还是变大？",
            },
        ),
        Mistake(
            "slow_and_steady_called_good",
            swap=('"B": "too small"', '"B": "good"'),
            hint={
                "en": "Falling steadily is not enough. After 25 steps, how far from the minimum is that run still?",
                "zh": "平稳下降还不够。走了 25 步之后，那次运行离最低点还有多远？",
            },
        ),
        Mistake(
            "good_called_too_small",
            swap=('"C": "good"', '"C": "too small"'),
            hint={
                "en": "One of the runs without jumps has all but arrived after five steps; it has nothing to gain from a larger rate.",
                "zh": "不来回跳的两次运行中，有一次五步左右就几乎到了，它不需要更大的学习率。",
            },
        ),
    ],
    variants=[
        Variant(
            "dict_call",
            swap=(
                '{"A": "oscillating", "B": "too small", "C": "good", "D": "diverging"}',
                'dict(D="diverging", C="good", B="too small", A="oscillating")',
            ),
        ),
        Variant("more_keys", swap=('{"A"', '{"E": "?", "A"')),
        Variant(
            "capitals_and_spaces",
            swap=('"A": "oscillating", "B": "too small"', '"a ": "Oscillating ", "B": "Too  small"'),
        ),
    ],
)


# %% [markdown] lang="en"
# ## 2.3 A learning rate that decays
#
# Far from the minimum you want long steps, near it short ones. The simplest way is to shrink the rate on a timetable:
#
# $$\eta^t = \frac{\eta}{\sqrt{t+1}}, \qquad t = 0, 1, 2, \dots$$
#
# The $+1$ is there because the first step has $t = 0$. (The notes call this "1/t decay"; what they print, and what is used here, falls like $1/\sqrt t$.)
#
# **By hand**, $\eta = 0.5$: at $t = 0$ the rate is $0.5$; at $t = 3$ it is $0.5/\sqrt4 = 0.25$; at $t = 99$ it is $0.5/\sqrt{100} = 0.05$. A hundred steps shrink it
# only tenfold: slow enough to keep walking.
# %% [markdown] lang="zh"
# ## 2.3 逐步衰减的学习率
#
# 离最低点远的时候步子要大，近了步子要小。最简单的办法是按时间表缩小学习率：
#
# $$\eta^t = \frac{\eta}{\sqrt{t+1}}, \qquad t = 0, 1, 2, \dots$$
#
# 分母里要加 1，因为第一步是 $t = 0$。（讲义把它叫作“1/t decay”，但印出来的公式、也是这里采用的公式，是按 $1/\sqrt t$ 衰减的。）
#
# **手算一遍**，$\eta = 0.5$：$t = 0$ 时学习率是 $0.5$；$t = 3$ 时是 $0.5/\sqrt4 = 0.25$；$t = 99$ 时是 $0.5/\sqrt{100} = 0.05$。走一百步才缩小到十分之一，还足够继续往前走。
# %% answer="lr_decay"
def lr_decay(lr0, t):
    """The learning rate at step t: lr0 / √(t + 1).

    lr0  a number, the rate of the first step.
    t    the number of the step, 0 for the first one; or an integer array of such numbers.
    Returns a number, or an array of the shape of t.
    """
    ### BEGIN SOLUTION
    return lr0 / np.sqrt(t + 1)
    ### END SOLUTION


# %% [markdown] docstring="lr_decay" lang="zh"
# 第 t 步的学习率：lr0 / √(t + 1)。
#
# lr0  一个数，第一步的学习率。
# t    步的序号，第一步是 0；也可以是由这样的序号组成的整数数组。
# 返回一个数；t 是数组时返回同样形状的数组。
# %% grading="lr_decay"
def decay_cases(rng):
    early, late = int(rng.integers(1, 9)), int(rng.integers(60, 500))
    yield Case("an early step", zh="靠前的一步", lr0=number(rng, 0.2, 2), t=early)
    yield Case("a late step", zh="靠后的一步", lr0=number(rng, 0.2, 2), t=late)
    yield Case("t = 0, the first step", zh="t = 0，第一步", group="edge", lr0=number(rng, 0.2, 2), t=0)
    yield Case(
        "several steps at once",
        zh="一次计算多步",
        group="arrays",
        lr0=number(rng, 0.2, 2),
        t=np.array([0, 3, 8, int(rng.integers(10, 500))]),
    )
    yield Case(
        "a table of steps",
        zh="排成表格的步",
        group="arrays",
        lr0=number(rng, 0.2, 2),
        t=rng.integers(0, 90, size=(2, 3)),
    )


def decay_into_integers(lr0, t):
    if np.ndim(t) == 0:
        return lr0 / np.sqrt(t + 1)
    rates = np.zeros_like(t)
    for index in np.ndindex(t.shape):
        rates[index] = lr0 / np.sqrt(t[index] + 1)
    return rates


def decay_with_if(lr0, t):
    if t == 0:
        return lr0
    return lr0 / np.sqrt(t + 1)


def decay_of_the_last_rate(lr0, t):
    rate = lr0
    for k in range(t):
        rate = rate / np.sqrt(k + 2)
    return rate


def decay_by_math_sqrt(lr0, t):
    import math

    return lr0 / math.sqrt(t + 1)


def decay_by_loop(lr0, t):
    if np.ndim(t) == 0:
        return lr0 / (t + 1) ** 0.5
    return [decay_by_loop(lr0, k) for k in t]


Exercise(
    points=1,
    reference=gd.lr_decay,
    cases=decay_cases,
    tolerance=CLOSED_FORM,
    groups={"arrays": {"en": "Several steps at once", "zh": "一次计算多步"}},
    mistakes=[
        Mistake(
            "t_without_plus_one",
            swap=("np.sqrt(t + 1)", "np.sqrt(t)"),
            hint={
                "en": "Steps are counted from 0, so the first step divides by zero. What must be added under the root?",
                "zh": "步数从 0 数起，这样第一步就除以零了。根号里还应该加上什么？",
            },
        ),
        Mistake(
            "root_missing",
            swap=("np.sqrt(t + 1)", "(t + 1)"),
            hint={
                "en": "Your rate falls like 1/t, as the name in the notes suggests. Their formula has a square root: 1/√(t+1).",
                "zh": "你的学习率按 1/t 衰减，讲义里的名字确实容易让人这样想，但公式里有根号：1/√(t+1)。",
            },
        ),
        Mistake(
            "integer_division",
            swap=("lr0 / np", "lr0 // np"),
            hint={
                "en": "`//` rounds down to a whole number, and most learning rates round down to 0. Use ordinary division.",
                "zh": "`//` 会向下取整，多数学习率因此变成 0。请用普通除法。",
            },
        ),
        Mistake(
            "plus_one_outside_root",
            swap=("np.sqrt(t + 1)", "(np.sqrt(t) + 1)"),
            hint={
                "en": "The 1 belongs under the root: √(t + 1), not √t + 1. At t = 0 both agree, later they don't.",
                "zh": "1 应该在根号里面：是 √(t + 1)，不是 √t + 1。t = 0 时两者相同，之后就不同了。",
            },
        ),
        Mistake(
            "root_over_everything",
            swap=("lr0 / np.sqrt(t + 1)", "np.sqrt(lr0 / (t + 1))"),
            hint={
                "en": "The root covers the step count only, not the initial rate: at t = 0 the rate should be exactly lr0.",
                "zh": "根号只作用于步数，不包括初始学习率：t = 0 时的学习率应该正好是 lr0。",
            },
        ),
        Mistake(
            "math_sqrt",
            function=decay_by_math_sqrt,
            hint={
                "en": "Single steps are right. `math.sqrt` takes one number only; numpy's root works on a whole array of steps as well.",
                "zh": "单独一步是对的。但 `math.sqrt` 只能处理一个数；numpy 的开方可以一次处理整个数组。",
            },
        ),
        Mistake(
            "if_on_an_array",
            function=decay_with_if,
            hint={
                "en": "Single steps are right. But `if` needs one truth value, and an array of steps has many. The formula needs no special case at t = 0.",
                "zh": "单独一步是对的。但 `if` 只能判断一个真假，而一组步有很多个。其实 t = 0 不需要特殊处理，公式本身就对。",
            },
        ),
        Mistake(
            "rates_in_an_array_of_integers",
            function=decay_into_integers,
            hint={
                "en": "Single steps are right. But `np.zeros_like(t)` is an array of integers, since t is one, and a rate below 1 becomes 0 in it.",
                "zh": "单独一步是对的。但 t 是整数数组，`np.zeros_like(t)` 也就是整数数组，小于 1 的学习率存进去就变成 0 了。",
            },
        ),
        Mistake(
            "t_changed_in_place",
            swap=("    return lr0 / np.sqrt(t + 1)", "    t += 1\n    return lr0 / np.sqrt(t)"),
            hint={
                "en": "The rates are right, but `t += 1` writes into the caller's array of steps. Compute t + 1 without storing it in t.",
                "zh": "学习率算对了，但 `t += 1` 改写了调用者的步数数组。计算 t + 1 时不要存回 t。",
            },
        ),
        Mistake(
            "decay_of_the_last_rate",
            function=decay_of_the_last_rate,
            hint={
                "en": "You shrink the rate of the step before once more. Each rate starts from lr0 itself: only one root divides it.",
                "zh": "你在上一步的学习率上又缩小了一次。每一步都从 lr0 本身出发，只除以一个根号。",
            },
        ),
    ],
    forbids=FROM_SCRATCH,
    variants=[
        Variant("power", swap=("lr0 / np.sqrt(t + 1)", "lr0 * (t + 1.0) ** -0.5")),
        Variant("loop_and_list", function=decay_by_loop),
        Variant("float32", swap=("lr0 / np.sqrt(t + 1)", "np.asarray(lr0 / np.sqrt(t + 1), dtype=np.float32)")),
    ],
)


# %% [markdown] lang="en"
# ## 2.4 Adagrad: a learning rate for every parameter
#
# A timetable knows nothing about the landscape, and it treats all parameters alike. **Adagrad** gives each parameter its own rate: the longer and steeper its path so far,
# the shorter its steps from now on. For every parameter separately, keep the **sum of the squares** of all its gradients, *including the current one*, and divide by its root:
#
# $$G^t = \sum_{i=0}^{t} (g^i)^2, \qquad w^{t+1} = w^t - \frac{\eta}{\sqrt{G^t} + \varepsilon}\; g^t$$
#
# All operations are elementwise. The tiny $\varepsilon$ (say $10^{-8}$) stands *outside* the root and only prevents $0/0$ for a parameter whose gradients were all zero so far.
# (The notes print the sum as $\Sigma (g^t)^2$, with the current step also as the summation index, and without $\varepsilon$; the formula above is what is meant.)
#
# **By hand**, one parameter, $w = 0$, $\eta = 1$, $\varepsilon = 0$. First gradient $3$: $G = 9$, step $-3/\sqrt 9 = -1$, so $w = -1$. The first step is always $\eta\cdot\mathrm{sign}(g)$,
# whatever the size of $g$. Next gradient $4$: $G = 9 + 16 = 25$, step $-4/5$, so $w = -1.8$.
#
# `adagrad_step` makes one such step. What it has to remember between steps, $G$, goes in and out as `state`.
# %% [markdown] lang="zh"
# ## 2.4 Adagrad：每个参数一个学习率
#
# 时间表对地形一无所知，而且对所有参数一视同仁。**Adagrad** 让每个参数有自己的学习率：一个参数此前走过的坡越长、越陡，今后的步子就越小。做法是对每个参数分别累加**所有梯度的平方和**，
# **包括当前这一个**，再除以它的平方根：
#
# $$G^t = \sum_{i=0}^{t} (g^i)^2, \qquad w^{t+1} = w^t - \frac{\eta}{\sqrt{G^t} + \varepsilon}\; g^t$$
#
# 所有运算都是逐元素的。很小的 $\varepsilon$（比如 $10^{-8}$）放在根号**外面**，只是为了防止某个参数的梯度一直为零时出现 $0/0$。
# （讲义把求和写成 $\Sigma (g^t)^2$，求和下标和当前步用了同一个字母 $t$，也没有写 $\varepsilon$；它想表达的就是上面的公式。）
#
# **手算一遍**，一个参数，$w = 0$，$\eta = 1$，$\varepsilon = 0$。第一个梯度是 $3$：$G = 9$，这一步走 $-3/\sqrt 9 = -1$，于是 $w = -1$。第一步的长度永远是 $\eta$，方向由 $g$ 的符号决定，
# 与 $g$ 的大小无关。下一个梯度是 $4$：$G = 9 + 16 = 25$，这一步走 $-4/5$，于是 $w = -1.8$。
#
# `adagrad_step` 走一步。两步之间需要记住的量 $G$，通过 `state` 传进来、再传出去。
# %% answer="adagrad_step"
def adagrad_step(w, g, state, lr, eps):
    """One step of Adagrad, elementwise.

    w      (D,), the parameters.
    g      (D,), the gradient at w.
    state  (D,), the SUM of the squares of all earlier gradients; zeros before the first step.
    lr     a number, the rate η.
    eps    a small number, added to the root (outside of it).
    Returns (w, state): the new parameters, (D,), and the sum that now includes g, (D,).
    The arrays that were passed in stay as they are.
    """
    ### BEGIN SOLUTION
    state = state + g**2  # (D,)
    w = w - lr * g / (np.sqrt(state) + eps)  # (D,)
    return w, state
    ### END SOLUTION


# %% [markdown] docstring="adagrad_step" lang="zh"
# Adagrad 的一步，逐元素计算。
#
# w      (D,)，参数。
# g      (D,)，w 处的梯度。
# state  (D,)，此前所有梯度的平方和；第一步之前全为零。
# lr     一个数，学习率 η。
# eps    一个很小的数，加在根号外面。
# 返回 (w, state)：新的参数 (D,)，以及已经把 g 算进去的平方和 (D,)。
# 传入的数组保持原样。
# %% grading="adagrad_step"
def walk(impl, case):
    w, state, path = case.w, case.state, []
    for g in case.gs:
        w, state = impl.adagrad_step(w, g, state, case.lr, case.eps)
        path.append(w)
    return {"w after every step": np.stack([np.asarray(point) for point in path]), "state": state}


def adagrad_cases(rng):
    def case(name, zh, gs, group="values", eps=1e-8, state=None):
        d = gs.shape[1]
        state = np.zeros(d) if state is None else state
        return Case(name, zh=zh, group=group, w=normal(rng, d), gs=gs, state=state, lr=number(rng, 0.1, 1), eps=eps)

    yield case("five steps", "五步", nonzero(rng, 5, 3))
    yield case("a large eps", "较大的 eps", nonzero(rng, 4, 2), "extreme", number(rng, 0.3, 0.9), nonzero(rng, 2) ** 2)
    yield case("the first step", "第一步", nonzero(rng, 1, 4), "edge")
    gs = nonzero(rng, 4, 4)
    gs[0], gs[:3, 1], gs[:, 2] = 0.0, 0.0, 0.0  # at first all, then two, in the end one sum is still zero
    yield case("gradients of exactly zero", "恰好为零的梯度", gs, "edge")
    yield case("tiny gradients", "很小的梯度", nonzero(rng, 5, 3) * 1e-4, "extreme")


def adagrad_square_of_sum(w, g, state, lr, eps):
    state = state + g
    return w - lr * g / (np.sqrt(state**2) + eps), state


def adagrad_stops_at_a_zero_sum(w, g, state, lr, eps):
    state = state + g**2
    if np.any(state == 0):
        return w, state
    return w - lr * g / (np.sqrt(state) + eps), state


def adagrad_on_a_copy(w, g, state, lr, eps):
    w, state = w.copy(), state + g**2
    w -= lr * g / (np.sqrt(state) + eps)
    return w, state


def adagrad_loop(w, g, state, lr, eps):
    new_w, new_state = [], []
    for wi, gi, si in zip(w, g, state, strict=True):
        new_state.append(float(si) + float(gi) ** 2)
        new_w.append(float(wi) - lr * float(gi) / (new_state[-1] ** 0.5 + eps))
    return np.array(new_w), np.array(new_state)


Exercise(
    points=3,
    reference=gd.adagrad_step,
    cases=adagrad_cases,
    observe=walk,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "current_gradient_excluded",
            swap=("np.sqrt(state) + eps", "np.sqrt(state - g**2) + eps"),
            hint={
                "en": "You divide by the root of the sum *before* the current gradient joined it, so the first step divides by eps alone. Update the sum first.",
                "zh": "你除的是**还没有**加入当前梯度的平方和，于是第一步只除以 eps。先更新平方和，再用它。",
            },
        ),
        Mistake(
            "gradients_not_squared",
            swap=("state + g**2", "state + g"),
            hint={
                "en": "You add up the gradients themselves. They cancel, and the sum can go negative; Adagrad adds up their squares.",
                "zh": "你累加的是梯度本身，正负会抵消，和还可能变成负数。Adagrad 累加的是梯度的平方。",
            },
        ),
        Mistake(
            "square_of_the_sum",
            function=adagrad_square_of_sum,
            hint={
                "en": "You square the sum, (Σg)². Adagrad sums the squares, Σg²: square first, then add.",
                "zh": "你算的是和的平方 (Σg)²，而 Adagrad 用的是平方的和 Σg²：先平方，再相加。",
            },
        ),
        Mistake(
            "eps_inside_root",
            swap=("np.sqrt(state) + eps", "np.sqrt(state + eps)"),
            hint={
                "en": "Your ε stands under the root. With gradients near 1 nobody notices, but for tiny gradients √ε is far from tiny. Add ε after taking the root.",
                "zh": "你把 ε 放进了根号里。梯度在 1 左右时看不出差别，但梯度很小时 √ε 可一点也不小。先开方，再加 ε。",
            },
        ),
        Mistake(
            "eps_missing",
            swap=("(np.sqrt(state) + eps)", "np.sqrt(state)"),
            hint={
                "en": "Without ε, a parameter whose gradients are all zero gives 0/0. It should simply stay where it is.",
                "zh": "没有 ε 的话，梯度一直为零的参数会得到 0/0。它本来应该留在原地不动。",
            },
        ),
        Mistake(
            "root_missing",
            swap=("np.sqrt(state) + eps", "state + eps"),
            hint={
                "en": "You divide by the sum of squares itself. Its root is missing: only then is the first step lr·sign(g).",
                "zh": "你直接除以了平方和，漏了开方。开方之后，第一步才会正好是 lr·sign(g)。",
            },
        ),
        Mistake(
            "old_state_returned",
            swap=("return w, state", "return w, state - g**2"),
            hint={
                "en": "The step is right, but the state you return does not include the current gradient, so the next step has forgotten it.",
                "zh": "这一步走对了，但返回的 state 没有包含当前梯度，下一步就把它忘了。",
            },
        ),
        Mistake(
            "one_rate_for_all",
            swap=("np.sqrt(state)", "np.sqrt(state.sum())"),
            hint={
                "en": "You divide every parameter by one common number. The point of Adagrad is a separate sum, and a separate rate, for each parameter.",
                "zh": "你让所有参数除以同一个数。Adagrad 的要点恰恰是每个参数有各自的平方和、各自的学习率。",
            },
        ),
        Mistake(
            "uphill",
            swap=("w - lr", "w + lr"),
            hint={
                "en": "You walk along the gradient, which is uphill. Descent subtracts.",
                "zh": "你沿着梯度方向走了，那是上坡。下降要用减号。",
            },
        ),
        Mistake(
            "state_changed_in_place",
            swap=("state = state + g**2", "state += g**2"),
            hint={
                "en": "`+=` writes into the array that the caller passed in, so the caller's own copy of the state changes behind their back. Make a new array.",
                "zh": "`+=` 会直接改写调用者传进来的数组，调用者手里的 state 就在不知不觉中变了。请生成一个新数组。",
            },
        ),
        Mistake(
            "w_changed_in_place",
            swap=("w = w - lr", "w -= lr"),
            hint={
                "en": "`-=` writes the step into the caller's own array of parameters. Make a new array.",
                "zh": "`-=` 会把这一步直接写进调用者的参数数组。请生成一个新数组。",
            },
        ),
        Mistake(
            "copy_of_integers",
            function=adagrad_on_a_copy,
            hint={
                "en": "Right for floats. But a copy of an array of integers holds integers, and a fraction cannot be written into it in place.",
                "zh": "对浮点数是对的。但整数数组的副本还是整数数组，带小数的一步不能原地写进去。",
            },
        ),
        Mistake(
            "eps_hard_coded",
            swap=("np.sqrt(state) + eps", "np.sqrt(state) + 1e-8"),
            hint={
                "en": "Your ε is a fixed number. It is an argument: use the one that is passed in.",
                "zh": "你把 ε 写死成了一个固定的数。它是函数的参数，请使用传进来的值。",
            },
        ),
        Mistake(
            "one_zero_sum_stops_all",
            function=adagrad_stops_at_a_zero_sum,
            hint={
                "en": "As soon as one parameter has had only zero gradients, none of yours moves. Only that one stays; ε takes care of it.",
                "zh": "只要有一个参数的梯度一直为零，你的所有参数就都不动了。应当只有它留在原地，ε 会处理好这种情况。",
            },
        ),
        Mistake(
            "results_swapped",
            swap=("return w, state", "return state, w"),
            hint={
                "en": "You return the sum first. The new parameters come first, then the state.",
                "zh": "你先返回了平方和。应当先返回新的参数，再返回 state。",
            },
        ),
    ],
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    variants=[
        Variant("loop", function=adagrad_loop),
        Variant("float32_result", swap=("return w, state", "return w.astype(np.float32), state.astype(np.float32)")),
        Variant("power", swap=("np.sqrt(state)", "state**0.5")),
    ],
)


# %% [markdown] lang="en"
# ## 2.5 The same thing as a root mean square
#
# The notes introduce Adagrad in another way: take the decaying rate of 2.3 and divide it by the **root mean square** $\sigma^t$ of all gradients so far:
#
# $$\eta^t = \frac{\eta}{\sqrt{t+1}}, \qquad \sigma^t = \sqrt{\frac{1}{t+1}\sum_{i=0}^{t} (g^i)^2}, \qquad w^{t+1} = w^t - \frac{\eta^t}{\sigma^t}\, g^t$$
#
# Both contain $\sqrt{t+1}$, and it cancels, which leaves the root of the **sum**:
#
# $$\frac{\eta^t}{\sigma^t} = \frac{\eta}{\sqrt{\textstyle\sum_{i\le t} (g^i)^2}}$$
#
# So there are two right ways to write it and two popular wrong ones: mean *without* decay, and sum *with* decay (then $\sqrt{t+1}$ acts twice).
#
# **By hand**, gradients $3$, then $4$, with $\eta = 1$: at $t = 1$ we have $\eta^1 = 1/\sqrt2$ and $\sigma^1 = \sqrt{(9+16)/2} = 5/\sqrt2$, so the step is $-\tfrac15\cdot 4 = -0.8$, the same as in 2.4.
#
# **Exercise.** Write the rms form with your `lr_decay`. It must agree with `adagrad_step` at $\varepsilon = 0$ to the last digits.
# %% [markdown] lang="zh"
# ## 2.5 换成均方根来写
#
# 讲义是从另一个角度引入 Adagrad 的：取 2.3 的衰减学习率，再除以此前所有梯度的**均方根** $\sigma^t$：
#
# $$\eta^t = \frac{\eta}{\sqrt{t+1}}, \qquad \sigma^t = \sqrt{\frac{1}{t+1}\sum_{i=0}^{t} (g^i)^2}, \qquad w^{t+1} = w^t - \frac{\eta^t}{\sigma^t}\, g^t$$
#
# 两者都含有 $\sqrt{t+1}$，正好约掉，剩下的是平方**和**的平方根：
#
# $$\frac{\eta^t}{\sigma^t} = \frac{\eta}{\sqrt{\textstyle\sum_{i\le t} (g^i)^2}}$$
#
# 所以正确的写法有两种，常见的错误也有两种：用了均值却**没有**衰减；用了求和却**又**衰减（$\sqrt{t+1}$ 被用了两次）。
#
# **手算一遍**，梯度先 $3$ 后 $4$，$\eta = 1$：$t = 1$ 时 $\eta^1 = 1/\sqrt2$，$\sigma^1 = \sqrt{(9+16)/2} = 5/\sqrt2$，所以这一步走 $-\tfrac15\cdot 4 = -0.8$，与 2.4 的结果一样。
#
# **练习。** 用你的 `lr_decay` 写出均方根形式。它必须与 $\varepsilon = 0$ 的 `adagrad_step` 完全一致。
# %% answer="adagrad_rms_step"
def adagrad_rms_step(w, gs, lr):
    """The Adagrad step after a whole history of gradients, in the rms form: w − (η_t / σ_t) · g_t.

    w   (D,), the parameters now.
    gs  (T, D), all gradients so far, one a row, the newest last: so t = T − 1.
    lr  a number, the rate η before decay.
    σ_t is the root of the MEAN of the squares of all T gradients, for each parameter.  No column of gs is all zero.
    Returns the new parameters, (D,).
    """
    ### BEGIN SOLUTION
    t = len(gs) - 1
    sigma = np.sqrt(np.mean(gs**2, axis=0))  # (D,)
    return w - lr_decay(lr, t) / sigma * gs[-1]  # (D,)
    ### END SOLUTION


# %% [markdown] docstring="adagrad_rms_step" lang="zh"
# 根据全部历史梯度，用均方根形式走一步 Adagrad：w − (η_t / σ_t) · g_t。
#
# w   (D,)，当前参数。
# gs  (T, D)，到目前为止的所有梯度，一行一个，最新的在最后一行，所以 t = T − 1。
# lr  一个数，衰减之前的学习率 η。
# σ_t 是每个参数的全部 T 个梯度的平方均值的平方根。gs 没有整列为零的情况。
# 返回新的参数 (D,)。
# %% grading="adagrad_rms_step"
def rms_cases(rng):
    def case(name, zh, gs, group="values"):
        return Case(name, zh=zh, group=group, w=normal(rng, gs.shape[1]), gs=gs, lr=number(rng, 0.1, 1))

    yield case("six gradients", "六个梯度", nonzero(rng, 6, 3))
    yield case("ten gradients", "十个梯度", nonzero(rng, 10, 2))
    yield case("the first step", "第一步", nonzero(rng, 1, 4), "edge")
    gs = nonzero(rng, 4, 4)
    gs[:3, 0], gs[3, 1], gs[1, 2] = 0.0, 0.0, 0.0
    yield case("gradients of exactly zero", "恰好为零的梯度", gs, "edge")
    yield case("tiny gradients", "很小的梯度", nonzero(rng, 5, 3) * 1e-9, "extreme")


def rms_without_newest(w, gs, lr):
    sigma = np.sqrt(np.sum(gs[:-1] ** 2, axis=0) / np.float64(len(gs) - 1))
    return w - lr_decay(lr, len(gs) - 1) / sigma * gs[-1]


def rms_as_root_of_sum(w, gs, lr):
    total = np.zeros(len(w))
    for g in gs:
        total = total + g**2
    return w - lr * gs[-1] / np.sqrt(total)


Exercise(
    points=3,
    reference=gd.adagrad_rms_step,
    cases=rms_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "decay_applied_twice",
            swap=("np.mean(gs**2", "np.sum(gs**2"),
            hint={
                "en": "Root of the *sum* and a decayed rate: √(t+1) acts twice. With the decayed rate, σ needs the mean of the squares.",
                "zh": "既用了平方**和**的根，又用了衰减的学习率，√(t+1) 被用了两次。配合衰减学习率时，σ 要用平方的均值。",
            },
        ),
        Mistake(
            "decay_forgotten",
            swap=("lr_decay(lr, t)", "lr"),
            hint={
                "en": "You divide the undecayed rate by the root mean square. In this form the rate decays too; only then does √(t+1) cancel.",
                "zh": "你用没有衰减的学习率除以均方根。在这种写法里学习率也要衰减，√(t+1) 才能约掉。",
            },
        ),
        Mistake(
            "t_off_by_one",
            swap=("len(gs) - 1", "len(gs)"),
            hint={
                "en": "With T gradients the newest has number t = T − 1, since counting starts at 0. Your rate is decayed one step too far.",
                "zh": "共有 T 个梯度时，最新的序号是 t = T − 1，因为从 0 数起。你的学习率多衰减了一步。",
            },
        ),
        Mistake(
            "mean_over_everything",
            swap=("np.mean(gs**2, axis=0)", "np.mean(gs**2)"),
            hint={
                "en": "Your mean runs over all entries of gs, so all parameters share one σ. Take it along the axis of time only.",
                "zh": "你对 gs 的所有元素取了均值，所有参数共用一个 σ。应当只沿时间那个轴取均值。",
            },
        ),
        Mistake(
            "oldest_gradient_used",
            swap=("gs[-1]", "gs[0]"),
            hint={
                "en": "You step along the first gradient of the history. The newest one is in the last row.",
                "zh": "你沿历史上第一个梯度走了。最新的梯度在最后一行。",
            },
        ),
        Mistake(
            "newest_gradient_excluded",
            function=rms_without_newest,
            hint={
                "en": "The current gradient belongs to its own mean square: σ is taken over all rows, the last one included.",
                "zh": "当前梯度也要算进均方根：σ 对所有行计算，包括最后一行。",
            },
        ),
        Mistake(
            "standard_deviation_for_rms",
            swap=("np.sqrt(np.mean(gs**2, axis=0))", "np.std(gs, axis=0)"),
            hint={
                "en": "A standard deviation subtracts the mean first. The root mean square does not: gradients that are all alike still count fully.",
                "zh": "标准差会先减去均值，均方根不减：即使梯度全都一样，也要全额计入。",
            },
        ),
        Mistake(
            "mean_of_absolute_values",
            swap=("np.sqrt(np.mean(gs**2, axis=0))", "np.mean(np.abs(gs), axis=0)"),
            hint={
                "en": "You averaged |g|. Root mean square means: square, average, then take the root.",
                "zh": "你对 |g| 取了平均。均方根的顺序是：平方、取平均、再开方。",
            },
        ),
        Mistake(
            "mean_over_parameters",
            swap=("np.mean(gs**2, axis=0)", "np.mean(gs**2, axis=1)"),
            hint={
                "en": "Your mean runs along the rows, over the parameters of one step. σ belongs to a parameter: take the mean over the steps.",
                "zh": "你沿着行取了均值，也就是对同一步的各个参数取平均。σ 属于每个参数：应当对各步取平均。",
            },
        ),
        Mistake(
            "zeros_left_out_of_the_mean",
            swap=("np.mean(gs**2, axis=0)", "np.sum(gs**2, axis=0) / np.count_nonzero(gs, axis=0)"),
            hint={
                "en": "A gradient of 0 is a gradient too: the mean is over all T steps, also over those where nothing pulled.",
                "zh": "为 0 的梯度也是一个梯度：均值要对全部 T 步来取，也包括梯度为零的那些步。",
            },
        ),
        Mistake(
            "small_number_added",
            swap=("/ sigma", "/ (sigma + 1e-8)"),
            hint={
                "en": "There is no ε in this form, and σ is never 0 here. For tiny gradients even 10⁻⁸ shortens the step visibly.",
                "zh": "这种写法里没有 ε，这里的 σ 也不会为 0。梯度很小的时候，连 10⁻⁸ 都会让步子明显变短。",
            },
        ),
        Mistake(
            "w_changed_in_place",
            swap=(
                "    return w - lr_decay(lr, t) / sigma * gs[-1]",
                "    w -= lr_decay(lr, t) / sigma * gs[-1]\n    return w",
            ),
            hint={
                "en": "`-=` writes the step into the caller's own array of parameters. Return a new array.",
                "zh": "`-=` 会把这一步直接写进调用者的参数数组。请返回一个新数组。",
            },
        ),
    ],
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    variants=[
        Variant("root_of_the_sum", function=rms_as_root_of_sum),
        Variant("einsum", swap=("np.mean(gs**2, axis=0)", 'np.einsum("td,td->d", gs, gs) / len(gs)')),
        Variant("norm", swap=("np.sqrt(np.mean(gs**2, axis=0))", "np.linalg.norm(gs, axis=0) / (t + 1) ** 0.5")),
    ],
)


# %% [markdown] lang="en"
# ### Four walks through the same valley
#
# Here is a valley that is 15 times as strongly curved across as along, and a gradient with some noise, as in real training. A small constant rate never gets anywhere; a large one bounces between the walls to
# the end; the decaying rate bounces first and settles later. The fourth panel is drawn by *your* `adagrad_step`: it gives the steep direction and the flat one rates of their own.
# %% [markdown] lang="zh"
# ### 同一个山谷里的四种走法
#
# 这个山谷横向的曲率是纵向的 15 倍，梯度还带一点噪声，和真实训练时一样。学习率小而不变，半天走不到；大而不变，就在两壁之间一直弹来弹去；逐步衰减的先弹跳，后来安定下来。
# 第四幅图由**你写的** `adagrad_step` 画出：它给陡的方向和平的方向各配一个学习率。
# %% demo="schedules"
import matplotlib.pyplot as plt

steep = np.array([1.0, 15.0])
noise = np.random.default_rng(3).normal(size=(80, 2)) * np.array([0.3, 3.0])


def stroll(move):
    point, memory, points = np.array([-4.0, 1.5]), np.zeros(2), []
    for number, jitter in enumerate(noise):
        points.append(point)
        point, memory = move(point, steep * point + jitter, memory, number)
    return np.array([*points, point])


walks = {
    "constant, small (0.012)": stroll(lambda p, slope, memory, n: (p - 0.012 * slope, memory)),
    "constant, large (0.125)": stroll(lambda p, slope, memory, n: (p - 0.125 * slope, memory)),
    r"decaying, 0.125 / $\sqrt{t+1}$": stroll(
        lambda p, slope, memory, n: (p - 0.125 * (n + 1) ** -0.5 * slope, memory)
    ),
}
try:
    walks["Adagrad (0.7), by your function"] = stroll(
        lambda p, slope, memory, n: adagrad_step(p, slope, memory, 0.7, 1e-8)
    )
except Exception:  # not written yet
    walks["Adagrad: write adagrad_step first"] = np.full((81, 2), np.nan)
colors = ("#8d99ae", "#c8102e", "#e09f3e", "#1f5fa8")
fig, axes = plt.subplot_mosaic([["a", "b", "e"], ["c", "d", "e"]], figsize=(14, 6), width_ratios=[1, 1, 0.95])
grid_x, grid_y = np.meshgrid(np.linspace(-4.6, 1.4, 200), np.linspace(-1.9, 1.9, 200))
for key, color, (title, points) in zip("abcd", colors, walks.items(), strict=True):
    ax = axes[key]
    ax.contourf(grid_x, grid_y, np.sqrt(grid_x**2 + 15 * grid_y**2), levels=14, cmap="Greys", alpha=0.35)
    ax.plot(*points.T, "o-", ms=3, lw=1.2, color=color)
    ax.plot(0, 0, "*", color="#14213d", ms=14)
    ax.set(title=title, xlim=(-4.6, 1.4), ylim=(-1.9, 1.9), xlabel="$w_1$", ylabel="$w_2$")
    axes["e"].semilogy(0.5 * points**2 @ steep, color=color, lw=1.6, label=title)
axes["e"].set(xlabel="step", ylabel="loss", title="Loss of the four walks", ylim=(2e-4, 60))
axes["e"].legend(fontsize=8, loc="lower left")
plt.tight_layout()
plt.show()
# %% [markdown] lang="en"
# ## 2.6 How surprising is this gradient?
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
# | first | 0.001 | 0.001 | 0.003 | 0.002 | **0.1** | 0.9995: suddenly large |
# | second | 10.8 | 20.9 | 31.7 | 12.1 | **0.1** | 0.0024: suddenly small |
#
# The last gradient is 0.1 for both, yet Adagrad moves the first parameter over 400 times as far.
#
# **By hand**, gradients $3, -4, 12$: $r^0 = 3/3 = 1$ (the first one always is), $r^1 = 4/\sqrt{9+16} = 0.8$, $r^2 = 12/\sqrt{25+144} = 12/13 \approx 0.923$.
# At step $t$ only the past counts, never the future: the sum ends at $i = t$.
# %% [markdown] lang="zh"
# ## 2.6 这个梯度有多让人意外
#
# 以 $\eta$ 为单位看 Adagrad 每一步的长度（取 $\varepsilon = 0$）：
#
# $$r^t = \frac{|g^t|}{\sqrt{\sum_{i=0}^{t} (g^i)^2}} \in [0, 1]$$
#
# 它拿当前梯度和自己的过去相比。接近 1 表示“比以往全部加起来还大”，接近 0 表示“按自己以往的标准小得可怜”。这就是讲义说的 **How surprise it is**，即**反差**。看两个参数，各有五个梯度：
#
# | | $g^0$ | $g^1$ | $g^2$ | $g^3$ | $g^4$ | 反差 $r^4$ |
# |---|---|---|---|---|---|---|
# | 参数一 | 0.001 | 0.001 | 0.003 | 0.002 | **0.1** | 0.9995：突然变大 |
# | 参数二 | 10.8 | 20.9 | 31.7 | 12.1 | **0.1** | 0.0024：突然变小 |
#
# 最后一个梯度都是 0.1，Adagrad 却让参数一走了 400 多倍远。
#
# **手算一遍**，梯度为 $3, -4, 12$：$r^0 = 3/3 = 1$（第一个总是 1），$r^1 = 4/\sqrt{9+16} = 0.8$，$r^2 = 12/\sqrt{25+144} = 12/13 \approx 0.923$。
# 第 $t$ 步只看过去，不看未来：求和到 $i = t$ 为止。
# %% demo="surprise"
import matplotlib.pyplot as plt

stories = {
    "suddenly large": ([0.001, 0.001, 0.003, 0.002, 0.1], [1.0, 0.7071, 0.9045, 0.5164, 0.9995], "#c8102e"),
    "suddenly small": ([10.8, 20.9, 31.7, 12.1, 0.1], [1.0, 0.8884, 0.8030, 0.2931, 0.0024], "#1f5fa8"),
}
fig, axes = plt.subplots(1, 2, figsize=(12, 4))
for shift, (label, (slopes, ratios, color)) in zip((-0.2, 0.2), stories.items(), strict=True):
    axes[0].bar(np.arange(5) + shift, slopes, width=0.38, color=color, alpha=0.85, label=label)
    axes[1].plot(ratios, "o-", color=color, lw=2.5, ms=9, label=label)
axes[0].set(
    yscale="log",
    xlabel="step $t$",
    ylabel="$|g^t|$ (log scale)",
    title="The gradients: both end at 0.1",
    xticks=range(5),
)
axes[0].axhline(0.1, color="#14213d", ls=":", lw=1)
axes[1].set(
    ylim=(-0.05, 1.1),
    xlabel="step $t$",
    ylabel="surprise = step length / $\\eta$",
    title="What Adagrad makes of them",
    xticks=range(5),
)
axes[1].legend(loc="lower left")
axes[0].legend(loc="upper right")
plt.tight_layout()
plt.show()


# %% answer="adagrad_surprise"
def adagrad_surprise(g_seq):
    """The surprise |g_t| / √(g_0² + … + g_t²) at every step.

    g_seq  (T,) for one parameter, or (T, D) for D parameters, one step a row; an array or a (nested) list.
           The first gradient is not zero.
    Returns an array of the same shape, entries between 0 and 1.
    """
    ### BEGIN SOLUTION
    g = np.asarray(g_seq)  # (T,) or (T, D)
    return np.abs(g) / np.sqrt(np.cumsum(g**2, axis=0))
    ### END SOLUTION


# %% [markdown] docstring="adagrad_surprise" lang="zh"
# 每一步的反差 |g_t| / √(g_0² + … + g_t²)。
#
# g_seq  一个参数时为 (T,)，D 个参数时为 (T, D)，一行一步；可以是数组，也可以是（嵌套的）列表。
#        第一个梯度不为零。
# 返回同样形状的数组，元素在 0 与 1 之间。
# %% grading="adagrad_surprise"
def surprise_cases(rng):
    yield Case("one parameter", zh="一个参数", g_seq=nonzero(rng, 6))
    yield Case("three parameters", zh="三个参数", g_seq=nonzero(rng, 5, 3))
    sudden = np.array([10.8, 20.9, 31.7, 12.1, 0.1]) * rng.uniform(0.5, 2, size=5).round(2)
    yield Case("suddenly small", zh="突然变小", group="extreme", g_seq=sudden)
    yield Case("suddenly large", zh="突然变大", group="extreme", g_seq=sudden[::-1] * 1e-7)
    yield Case("a single step", zh="只有一步", group="edge", g_seq=nonzero(rng, 1, 2))
    g, table = nonzero(rng, 6), nonzero(rng, 5, 2)
    g[3:5], table[2:4, 0] = 0.0, 0.0
    yield Case("gradients of exactly zero", zh="恰好为零的梯度", group="edge", g_seq=g)
    yield Case("gradients of exactly zero in a table", zh="表格里恰好为零的梯度", group="edge", g_seq=table)
    yield Case("a table with one column", zh="只有一列的表格", group="edge", g_seq=nonzero(rng, 4, 1))


def surprise_in_place(g_seq):
    g = np.asarray(g_seq)
    sizes = np.abs(g)
    g **= 2
    return sizes / np.sqrt(np.cumsum(g, axis=0))


def surprise_of_past_only(g_seq):
    g = np.asarray(g_seq)
    return np.abs(g) / np.sqrt(np.cumsum(g**2, axis=0) - g**2)


def surprise_loop(g_seq):
    total, ratios = 0.0, []
    for g in g_seq:
        g = np.asarray(g, dtype=float)
        total = total + g * g
        ratios.append(abs(g) / total**0.5)
    return ratios


Exercise(
    points=2,
    reference=gd.adagrad_surprise,
    cases=surprise_cases,
    tolerance=CLOSED_FORM,
    accepts=("lists", "integers"),
    mistakes=[
        Mistake(
            "sign_kept",
            swap=("np.abs(g)", "g"),
            hint={
                "en": "Surprise has no sign: take the absolute value of the current gradient.",
                "zh": "反差没有正负之分：要取当前梯度的绝对值。",
            },
        ),
        Mistake(
            "current_gradient_excluded",
            function=surprise_of_past_only,
            hint={
                "en": "Your sum stops before the current gradient, so the ratio can exceed 1 and the first one is a division by zero. It runs up to and including step t.",
                "zh": "你的求和没有包含当前梯度，比值会超过 1，第一步还会除以零。求和应当一直到第 t 步，包括第 t 步。",
            },
        ),
        Mistake(
            "future_included",
            swap=("np.cumsum(g**2, axis=0)", "np.sum(g**2, axis=0)"),
            hint={
                "en": "You divide by the sum over *all* steps, so early steps know the future. At step t the sum ends at t: a running sum.",
                "zh": "你除以的是**全部**步的和，早期的步竟然知道了未来。第 t 步的和只到 t 为止，是逐步累加的。",
            },
        ),
        Mistake(
            "root_missing",
            swap=("np.sqrt(np.cumsum(g**2, axis=0))", "np.cumsum(g**2, axis=0)"),
            hint={
                "en": "The root over the sum of squares is missing. A check: the very first ratio must be 1.",
                "zh": "平方和忘了开方。检验办法：第一个比值必须等于 1。",
            },
        ),
        Mistake(
            "square_of_the_sum",
            swap=("np.sqrt(np.cumsum(g**2, axis=0))", "np.abs(np.cumsum(g, axis=0))"),
            hint={
                "en": "You sum first and square afterwards, so gradients of opposite sign cancel. Square each one, then sum.",
                "zh": "你先求和再平方，正负梯度会相互抵消。应当先逐个平方，再求和。",
            },
        ),
        Mistake(
            "mean_for_sum",
            swap=(
                "np.sqrt(np.cumsum(g**2, axis=0))",
                "np.sqrt((np.cumsum(g**2, axis=0).T / np.arange(1, len(g) + 1)).T)",
            ),
            hint={
                "en": "You divide by the root *mean* square. The decaying rate of 2.5 has already cancelled the 1/(t+1): here it is the sum.",
                "zh": "你除以的是**均**方根。2.5 节里衰减的学习率已经把 1/(t+1) 约掉了，这里用的是和。",
            },
        ),
        Mistake(
            "axis_forgotten",
            swap=("np.cumsum(g**2, axis=0)", "np.cumsum(g**2).reshape(g.shape)"),
            hint={
                "en": "For several parameters your running sum mixes their columns. Each parameter has its own past: sum along the axis of steps.",
                "zh": "有多个参数时，你的累加把不同的列混在了一起。每个参数只有自己的过去：沿“步”那个轴累加。",
            },
        ),
        Mistake(
            "lists_not_converted",
            swap=("np.asarray(g_seq)", "g_seq"),
            hint={
                "en": "Right for arrays, but the docstring promises lists too, and a list cannot be squared. Turn the input into an array first.",
                "zh": "对数组是对的，但文档说明也接受列表，而列表不能直接平方。先把输入转换成数组。",
            },
        ),
        Mistake(
            "along_the_parameters",
            swap=("axis=0", "axis=-1"),
            hint={
                "en": "For several parameters your running sum goes along the rows, from parameter to parameter. Steps follow each other down the columns.",
                "zh": "有多个参数时，你是沿着行、从一个参数累加到下一个参数。各步是沿列排下来的。",
            },
        ),
        Mistake(
            "small_number_added",
            swap=("np.sqrt(np.cumsum(g**2, axis=0))", "(np.sqrt(np.cumsum(g**2, axis=0)) + 1e-8)"),
            hint={
                "en": "Surprise is defined without ε: for tiny gradients your very first ratio is no longer 1.",
                "zh": "反差的定义里没有 ε：梯度很小时，你的第一个比值就不再是 1 了。",
            },
        ),
        Mistake(
            "squared_in_place",
            function=surprise_in_place,
            hint={
                "en": "The ratios are right, but `np.asarray` makes no copy of an array, so `**=` squares the caller's own gradients.",
                "zh": "比值算对了，但 `np.asarray` 不会复制数组，`**=` 把调用者自己的梯度平方了。",
            },
        ),
    ],
    forbids=FROM_SCRATCH,
    variants=[
        Variant("loop_and_list", function=surprise_loop),
        Variant(
            "float32_result",
            swap=("np.sqrt(np.cumsum(g**2, axis=0))", "np.sqrt(np.add.accumulate(g * g, axis=0)).astype(np.float32)"),
        ),
        Variant(
            "root_of_the_ratio",
            swap=("np.abs(g) / np.sqrt(np.cumsum(g**2, axis=0))", "np.sqrt(g**2 / np.cumsum(g**2, axis=0))"),
        ),
    ],
)


# %% [markdown] lang="en"
# ## 2.7 Bigger gradient, bigger move?
#
# For *one* parameter of *one* parabola, yes: the farther from the minimum, the larger the gradient, and the larger the step should be. Across *two* parameters, no. The ideal step from
# $w$ on a parabola $\tfrac12 h w^2$ goes exactly to its minimum, a move of
#
# $$|w| = \frac{|h w|}{h} = \frac{|\text{first derivative}|}{\text{second derivative}} .$$
#
# So a good step divides the gradient by the curvature. Adagrad never computes a second derivative (that would be expensive); it takes $\sqrt{\Sigma g^2}$ as a stand-in, since gradients sampled on a strongly curved
# function are larger overall. It is a stand-in and no more: the two are not proportional in general.
# %% [markdown] lang="zh"
# ## 2.7 梯度大，步子就该大吗
#
# 对**一条**抛物线上的**一个**参数，是的：离最低点越远，梯度越大，步子也应该越大。但在**两个**参数之间比较，就不成立了。在抛物线 $\tfrac12 h w^2$ 上，从 $w$ 出发最理想的一步是直达最低点，要走的距离为
#
# $$|w| = \frac{|h w|}{h} = \frac{|\text{一阶导数}|}{\text{二阶导数}} .$$
#
# 可见好的一步要用梯度除以曲率。Adagrad 并不计算二阶导数（那太费时），而是用 $\sqrt{\Sigma g^2}$ 来代替：弯得厉害的函数，沿途采到的梯度总体上也大。这只是一个替代品，一般来说两者并不成正比。
# %% demo="two_valleys"
import matplotlib.pyplot as plt

places = np.linspace(-6.5, 6.5, 300)
fig, ax = plt.subplots(figsize=(9, 4.4))
for bend, start, color, name in ((10.0, 1.0, "#c8102e", "P"), (0.5, 6.0, "#1f5fa8", "Q")):
    level = 0.5 * bend * start**2
    ax.plot(places, 0.5 * bend * places**2, color=color, lw=2.5, label=f"{name}: curvature {bend:g}")
    ax.plot(start, level, "o", color=color, ms=11)
    near = np.array([start - 0.9 / (1 + bend / 8), start + 0.9 / (1 + bend / 8)])
    ax.plot(near, level + bend * start * (near - start), color=color, ls="--", lw=1.5)
    ax.annotate(
        f"$w={start:g}$, slope ${bend * start:g}$",
        (start, level),
        (start + 0.5, level - (0.3 if bend > 1 else 1.6)),
        color=color,
    )
ax.set(
    xlim=(-7, 9.5),
    ylim=(-1, 20),
    xlabel="$w$",
    ylabel="loss",
    title="Two parameters, two parabolas: who should move farther?",
)
ax.legend(loc="upper left")
plt.show()


# %% [markdown] written="two_parabolas" points="2" lang="en"
# **Question.** The figure shows parameter P at $w = 1$ on $L_P = 5w^2$ (curvature 10) and parameter Q at $w = 6$ on $L_Q = \tfrac14 w^2$ (curvature ½).
# (a) Which has the larger gradient, and which should move farther to reach its minimum? Give the numbers. (b) What goes wrong if both share one learning rate that suits P, and how does Adagrad help?
# Three or four sentences are enough.
# ### BEGIN SOLUTION
# **Model answer.** (a) P has gradient 10·1 = 10, Q has ½·6 = 3: P's gradient is more than three times as large. But P is at distance 1 from its minimum and Q at distance 6, so Q should move
# six times as far. The right distance is |first derivative| / second derivative: 10/10 = 1 and 3/½ = 6. (b) A rate that suits P is about 1/10; with it Q moves only 0.3 of the 6 it needs (and a rate that suits Q, 2, makes P
# diverge, since 2 > 2/10). Adagrad divides each parameter's gradient by the root of the sum of its own squared gradients, which is large for the steep P and small for the flat Q, and so stands in for the
# missing division by the curvature.
#
# **Marking.** 1 point for (a): both gradients (10 and 3) *and* both distances (1 and 6), or the same through f′/f″. ½ point if only one of the pairs is given. 1 point for (b): ½ for saying that a common rate is too small for Q
# (or too large for P), ½ for saying that Adagrad scales each parameter by its own gradient history. Saying that Adagrad *computes* the second derivative loses ½ point.
# ### END SOLUTION
# %% [markdown] written="two_parabolas" points="2" lang="zh"
# **问题。** 图中参数 P 位于 $L_P = 5w^2$（曲率 10）的 $w = 1$ 处，参数 Q 位于 $L_Q = \tfrac14 w^2$（曲率 ½）的 $w = 6$ 处。
# (a) 谁的梯度大？谁应该走得更远才能到达最低点？请写出具体数值。(b) 如果两者共用一个适合 P 的学习率，会出什么问题？Adagrad 怎样改善？三四句话即可。
# ### BEGIN SOLUTION
# **参考答案。** (a) P 的梯度是 10·1 = 10，Q 的梯度是 ½·6 = 3，P 的梯度是 Q 的三倍多。但 P 离最低点的距离是 1，Q 是 6，所以 Q 应该走六倍远。应走的距离等于 |一阶导数| / 二阶导数：10/10 = 1，3/½ = 6。
# (b) 适合 P 的学习率约为 1/10，用它时 Q 只走 0.3，而需要走 6（反过来，适合 Q 的学习率是 2，超过了 2/10，P 会发散）。Adagrad 让每个参数的梯度除以自己历史梯度平方和的平方根：陡的 P 除以大数，平的 Q 除以小数，
# 从而代替了缺少的“除以曲率”这一步。
#
# **评分标准。** (a) 1 分：写出两个梯度（10 和 3）**并且**写出两个距离（1 和 6），或用 f′/f″ 得到同样结论；只写出其中一对得 ½ 分。(b) 1 分：指出共用的学习率对 Q 太小（或对 P 太大）得 ½ 分；
# 指出 Adagrad 用各参数自己的梯度历史来缩放得 ½ 分。若说 Adagrad **计算了**二阶导数，扣 ½ 分。
# ### END SOLUTION
# %% [markdown] lang="en"
# ## 2.8 The gradient of one sample
#
# So far somebody handed us the gradient. For a linear model it comes from data. The loss of a *single* sample $(x, y)$ is its squared error
#
# $$\ell(w, b) = (y_{\text{pred}} - y)^2, \qquad y_{\text{pred}} = x\cdot w + b,$$
#
# and its gradient is
#
# $$\frac{\partial \ell}{\partial w} = 2\,(y_{\text{pred}} - y)\,x \quad (D,), \qquad \frac{\partial \ell}{\partial b} = 2\,(y_{\text{pred}} - y) \quad \text{a number.}$$
#
# **By hand**: $w = (1, 2)$, $b = 0.5$, $x = (2, -1)$, $y = 1.5$. The prediction is $2 - 2 + 0.5 = 0.5$, the residual $0.5 - 1.5 = -1$. So
# $\partial\ell/\partial w = 2\cdot(-1)\cdot(2, -1) = (-4, 2)$ and $\partial\ell/\partial b = -2$.
#
# Averaged over all samples, these gradients are exactly the gradient of the **MEAN** squared error. That is why one sample, picked at random, points in the right direction *on average*.
# The hidden cases check this average as well, and one of them has 50,000 parameters: a derived gradient takes no time there, trying one parameter after the other takes too long.
# %% [markdown] lang="zh"
# ## 2.8 一个样本的梯度
#
# 到目前为止，梯度都是现成的。对线性模型来说，梯度来自数据。**单个**样本 $(x, y)$ 的损失是它的平方误差
#
# $$\ell(w, b) = (y_{\text{pred}} - y)^2, \qquad y_{\text{pred}} = x\cdot w + b,$$
#
# 它的梯度是
#
# $$\frac{\partial \ell}{\partial w} = 2\,(y_{\text{pred}} - y)\,x \quad (D,), \qquad \frac{\partial \ell}{\partial b} = 2\,(y_{\text{pred}} - y) \quad \text{一个数。}$$
#
# **手算一遍**：$w = (1, 2)$，$b = 0.5$，$x = (2, -1)$，$y = 1.5$。预测值为 $2 - 2 + 0.5 = 0.5$，残差为 $0.5 - 1.5 = -1$。所以
# $\partial\ell/\partial w = 2\cdot(-1)\cdot(2, -1) = (-4, 2)$，$\partial\ell/\partial b = -2$。
#
# 把所有样本的梯度取平均，恰好就是**平均**平方误差的梯度。所以随机挑一个样本，它的梯度**平均来说**指向正确的方向。隐藏的测试也会检查这个平均值，其中一组有 50,000 个参数：推导出来的梯度瞬间就能算完，逐个参数去试则来不及。
# %% answer="sample_grad"
def sample_grad(w, b, x, y):
    """Gradient of the squared error (x·w + b − y)² of ONE sample.

    w (D,), b a number, x (D,) the features of the sample, y a number, its true value.
    Returns (dw, db): dw is (D,), db is a number.
    """
    ### BEGIN SOLUTION
    residual = x @ w + b - y  # a number
    dw = 2 * residual * x  # (D,)
    db = 2 * residual
    return dw, db
    ### END SOLUTION


# %% [markdown] docstring="sample_grad" lang="zh"
# 一个样本的平方误差 (x·w + b − y)² 的梯度。
#
# w (D,)，b 是数，x (D,) 是这个样本的特征，y 是数，即真实值。
# 返回 (dw, db)：dw 是 (D,)，db 是一个数。
# %% grading="sample_grad"
def mean_of_sample_grads(impl, case):
    w, X = case.w, case.X
    if case.width:  # far more parameters: w holds the coordinates along a few directions, and X is made here
        source = np.random.default_rng(case.seed)
        directions = source.integers(-2, 3, size=(len(w), case.width)) * 0.5 / np.sqrt(case.width)
        w, X = w @ directions, source.integers(-2, 3, size=(len(case.y), case.width)) * 0.5
    grads = [impl.sample_grad(w, case.b, x, float(y)) for x, y in zip(X, case.y, strict=True)]
    if len(grads) == 1:
        return grads[0]
    dw = np.mean([np.asarray(dw, dtype=float).reshape(len(w)) for dw, _ in grads], axis=0)
    db = np.mean([float(np.asarray(db, dtype=float).reshape(())) for _, db in grads])
    return (directions @ dw if case.width else dw), db


def mean_squared_error_at(impl, case):
    w, X = case.w, case.X
    if case.width:
        source = np.random.default_rng(case.seed)
        directions = source.integers(-2, 3, size=(len(w), case.width)) * 0.5 / np.sqrt(case.width)
        w, X = w @ directions, source.integers(-2, 3, size=(len(case.y), case.width)) * 0.5
    return np.mean((X @ w + case.b - case.y) ** 2)


def sample_cases(rng):
    def case(name, zh, n, d, group="values", **more):
        small = {"w": normal(rng, d), "b": number(rng, 0.5, 2), "X": nonzero(rng, n, d), "y": normal(rng, n)}
        return Case(name, zh=zh, group=group, **{**small, "width": 0, "seed": 0, **more})

    yield case("one sample", "一个样本", 1, 3)
    yield case("one feature", "一个特征", 1, 1, "edge")
    w, b, X = quarters(rng, 3), float(quarters(rng, 1)[0]), quarters(rng, 1, 3)
    yield case("a sample without error", "没有误差的样本", 1, 3, "edge", w=w, b=b, X=X, y=X @ w + b)
    yield case("the mean of six samples", "六个样本的平均", 6, 4, "mean")
    wide = {"X": np.zeros((0, 0)), "width": 50_000, "seed": int(rng.integers(2**31))}
    yield case("50,000 parameters", "50,000 个参数", 10, 3, "wide", public=False, **wide)


def sample_grad_in_integers(w, b, x, y):
    residual = x @ w + b - y
    dw = np.zeros_like(x)
    for d in range(len(x)):
        dw[d] = 2 * residual * x[d]
    return dw, 2 * residual


def sample_grad_in_place(w, b, x, y):
    residual = x @ w + b - y
    x *= 2 * residual
    return x, 2 * residual


def sample_grad_columns(w, b, x, y):
    prediction = sum(float(wi) * float(xi) for wi, xi in zip(w, x, strict=True)) + b
    return [2 * (prediction - y) * float(xi) for xi in x], 2 * (prediction - y)


Exercise(
    points=2,
    reference=gd.sample_grad,
    cases=sample_cases,
    observe=mean_of_sample_grads,
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=mean_squared_error_at, wrt=("w", "b")),
    groups={
        "mean": {"en": "The mean over samples is the full gradient", "zh": "对样本取平均就是完整的梯度"},
        "wide": WIDE,
    },
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    seconds=1.5,  # a loop over all entries of all ten samples takes 0.15 s, a difference quotient for each entry 4 s
    mistakes=[
        Mistake(
            "factor_two_missing",
            swap=("residual = x @ w + b - y", "residual = (x @ w + b - y) / 2"),
            hint={
                "en": "Everything is half of what it should be. The derivative of a square brings down a factor 2.",
                "zh": "所有结果都只有正确值的一半。平方求导会多出一个因子 2。",
            },
        ),
        Mistake(
            "sign_flipped",
            swap=("residual = x @ w + b - y", "residual = y - x @ w - b"),
            hint={
                "en": "Your gradient points the other way. If you write the residual as y − y_pred, its derivative brings a minus sign.",
                "zh": "梯度方向反了。如果把残差写成 y − y_pred，求导时会带出一个负号。",
            },
        ),
        Mistake(
            "bias_not_in_prediction",
            swap=("residual = x @ w + b - y", "residual = x @ w - y"),
            hint={
                "en": "The prediction is x·w + b: b is missing from your residual.",
                "zh": "预测值是 x·w + b，你的残差里漏了 b。",
            },
        ),
        Mistake(
            "db_times_x",
            swap=("db = 2 * residual", "db = 2 * residual * x"),
            hint={
                "en": "db should be one number. b is multiplied by 1, not by x, so no x appears in its derivative.",
                "zh": "db 应该是一个数。b 前面的系数是 1 而不是 x，所以它的导数里没有 x。",
            },
        ),
        Mistake(
            "dw_without_x",
            swap=("dw = 2 * residual * x", "dw = 2 * residual * np.ones_like(x)"),
            hint={
                "en": "dw is missing the inner derivative: each weight is multiplied by its feature, so its slope is proportional to that feature.",
                "zh": "dw 漏了内层导数：每个权重乘的是它对应的特征，所以斜率与该特征成正比。",
            },
        ),
        Mistake(
            "gradient_of_absolute_error",
            swap=("residual = x @ w + b - y", "residual = np.sign(x @ w + b - y) / 2"),
            hint={
                "en": "This is the gradient of the absolute error: only the sign of the residual is left. For the squared error its size counts too.",
                "zh": "这是绝对误差的梯度，只保留了残差的符号。平方误差的梯度还要用到残差的大小。",
            },
        ),
        Mistake(
            "divided_by_the_error",
            swap=("residual = x @ w + b - y", "residual = (x @ w + b - y) ** 2 / (x @ w + b - y)"),
            hint={
                "en": "Somewhere you divide by the error itself. For a sample that is predicted exactly that gives 0/0; its gradient is simply 0.",
                "zh": "你在某处除以了误差本身。对预测完全准确的样本，这会变成 0/0；它的梯度其实就是 0。",
            },
        ),
        Mistake(
            "order_of_the_results",
            swap=("return dw, db", "return db, dw"),
            hint={
                "en": "Right gradients in the wrong order: dw comes first, then db.",
                "zh": "梯度是对的，顺序反了：先返回 dw，再返回 db。",
            },
        ),
        Mistake(
            "gradient_in_an_array_of_integers",
            function=sample_grad_in_integers,
            hint={
                "en": "Right for floats. But `np.zeros_like(x)` is an array of integers when x is one, and cuts off what stands behind the decimal point.",
                "zh": "对浮点数是对的。但 x 是整数数组时，`np.zeros_like(x)` 也是整数数组，小数部分会被截掉。",
            },
        ),
        Mistake(
            "x_changed_in_place",
            function=sample_grad_in_place,
            hint={
                "en": "The gradient is right, but `x *= …` has overwritten the caller's sample. Make a new array.",
                "zh": "梯度算对了，但 `x *= …` 把调用者的样本改掉了。请生成一个新数组。",
            },
        ),
    ],
    variants=[
        Variant("plain_python", function=sample_grad_columns),
        Variant("residual_the_other_way", swap=("residual = x @ w + b - y", "residual = -(y - (np.dot(w, x) + b))")),
        Variant("float32_result", swap=("return dw, db", "return dw.astype(np.float32), np.float32(db)")),
    ],
)


# %% [markdown] lang="en"
# ## 2.9 Stochastic gradient descent
#
# Full-batch gradient descent looks at all $N$ samples before it takes one step. **Stochastic** gradient descent (SGD) takes a step after each sample, with that sample's gradient alone:
# $N$ rough steps for the price of one exact step. One pass over the data is an **epoch**:
#
# > for each $n$ in the given order: compute the gradient of sample $n$ **at the current** $w, b$, then $w \leftarrow w - \eta\,\frac{\partial\ell_n}{\partial w}$ and $b \leftarrow b - \eta\,\frac{\partial\ell_n}{\partial b}$.
#
# $w$ and $b$ move together: both gradients are taken at the old values. And the parameters move *within* the epoch: sample 2 sees what sample 1 did.
#
# **By hand**, one feature: $X = \begin{pmatrix}1\\2\end{pmatrix}$, $y = (1, 0)$, start at $w = b = 0$, $\eta = 0.1$.
#
# * Order $(0, 1)$. Sample 0: residual $-1$, gradients $-2$ and $-2$, so $w = b = 0.2$. Sample 1: prediction $0.2\cdot2 + 0.2 = 0.6$, residual $0.6$, gradients $2.4$ and $1.2$, so $w = -0.04$, $b = 0.08$.
# * Order $(1, 0)$. Sample 1: residual $0$, nothing moves. Sample 0: $w = b = 0.2$. Same data, another order, another result.
#
# In practice the order is drawn anew for each epoch. Here it is an argument, so that your result can be compared.
# %% [markdown] lang="zh"
# ## 2.9 随机梯度下降
#
# 普通（全批量）梯度下降要看完全部 $N$ 个样本才走一步。**随机梯度下降**（SGD）每看一个样本就走一步，只用这一个样本的梯度：花同样的计算量，原来走精确的一步，现在走 $N$ 个粗略的小步。
# 把数据过一遍叫作一个 **epoch**：
#
# > 按给定顺序取每个 $n$：在**当前的** $w, b$ 处计算样本 $n$ 的梯度，然后 $w \leftarrow w - \eta\,\frac{\partial\ell_n}{\partial w}$，$b \leftarrow b - \eta\,\frac{\partial\ell_n}{\partial b}$。
#
# $w$ 和 $b$ 要同时更新：两个梯度都在旧的参数处计算。而在一个 epoch **之内**参数一直在变：轮到第二个样本时，第一个样本已经让参数移动过了。
#
# **手算一遍**，一个特征：$X = \begin{pmatrix}1\\2\end{pmatrix}$，$y = (1, 0)$，从 $w = b = 0$ 出发，$\eta = 0.1$。
#
# * 顺序 $(0, 1)$。样本 0：残差 $-1$，梯度为 $-2$ 和 $-2$，于是 $w = b = 0.2$。样本 1：预测值 $0.2\cdot2 + 0.2 = 0.6$，残差 $0.6$，梯度为 $2.4$ 和 $1.2$，于是 $w = -0.04$，$b = 0.08$。
# * 顺序 $(1, 0)$。样本 1：残差 $0$，不动。样本 0：$w = b = 0.2$。数据相同，顺序不同，结果就不同。
#
# 实际训练时每个 epoch 都重新随机排序。这里把顺序作为参数传入，这样结果才能对照。
# %% answer="sgd_epoch"
def sgd_epoch(w, b, X, y, lr, order):
    """One epoch of stochastic gradient descent: one step a sample, on that sample's squared error.

    w (D,), b a number: the parameters at the start.
    X (N, D), y (N,): the data.
    lr     a number, the learning rate.
    order  an integer array: the samples to visit, in this order (a sample may occur twice, or not at all).
    Returns (w, b) after the last step.  The w that was passed in stays as it is.
    """
    ### BEGIN SOLUTION
    for n in order:
        dw, db = sample_grad(w, b, X[n], y[n])
        w, b = w - lr * dw, b - lr * db
    return w, b
    ### END SOLUTION


# %% [markdown] docstring="sgd_epoch" lang="zh"
# 随机梯度下降的一个 epoch：每个样本走一步，用该样本的平方误差。
#
# w (D,)，b 是数：起始参数。
# X (N, D)，y (N,)：数据。
# lr     一个数，学习率。
# order  整数数组：按这个顺序访问样本（同一个样本可以出现两次，也可以不出现）。
# 返回走完最后一步的 (w, b)。传入的 w 保持原样。
# %% grading="sgd_epoch"
def epoch(impl, case):
    if "width" not in case.inputs:
        return impl.sgd_epoch(case.w, case.b, case.X, case.y, case.lr, case.order)
    source = np.random.default_rng(case.seed)
    directions, X = source.integers(-2, 3, size=(2, 3, case.width)) * 0.5 / np.sqrt(case.width)
    w, b = impl.sgd_epoch(np.zeros(case.width), case.b, X, case.y, case.lr, case.order)
    w = np.asarray(w, dtype=float).reshape(case.width)
    return {"along three directions": directions @ w, "b": float(np.asarray(b, dtype=float).reshape(()))}


def sgd_cases(rng):
    def case(name, zh, n, d, order, group="values", **more):
        drawn = {"w": normal(rng, d), "b": number(rng, 0.5, 2), "X": nonzero(rng, n, d), "y": normal(rng, n)}
        rest = {"lr": number(rng, 0.03, 0.08), "order": np.array(order)}
        return Case(name, zh=zh, group=group, **{**drawn, **rest, **more})

    yield case("seven samples", "七个样本", 7, 3, np.roll(rng.permutation(7), 1))
    yield case("fewer samples than features", "样本比特征少", 3, 5, [2, 0, 1])
    yield case("one sample", "一个样本", 1, 2, [0], "edge")
    w, b, X = quarters(rng, 2), float(quarters(rng, 1)[0]), quarters(rng, 4, 2)
    y = X @ w + b + np.array([1.0, -0.75, 0.0, 0.5])  # the third sample has no error at the start
    yield case(
        "the first sample visited has no error",
        "第一个访问的样本没有误差",
        4,
        2,
        [2, 0, 3, 1],
        "edge",
        w=w,
        b=b,
        X=X,
        y=y,
    )
    p = rng.permutation(5)
    yield case("drawn with repetition", "有重复地抽取", 5, 2, p[[3, 3, 1, 4, 1, 0, 3]], "repeats")
    yield Case(
        "50,000 parameters",
        zh="50,000 个参数",
        group="wide",
        public=False,
        b=number(rng, 0.5, 2),
        y=normal(rng, 3) + 3.0,
        lr=number(rng, 0.03, 0.08),
        order=rng.permutation(np.arange(12) % 3),
        width=50_000,
        seed=int(rng.integers(2**31)),
    )


def sgd_full_batch(w, b, X, y, lr, order):
    for _ in order:
        residual = X @ w + b - y
        w, b = w - lr * 2 * X.T @ residual / len(y), b - lr * 2 * residual.mean()
    return w, b


def sgd_frozen(w, b, X, y, lr, order):
    start_w, start_b = w, b
    for n in order:
        dw, db = sample_grad(start_w, start_b, X[n], y[n])
        w, b = w - lr * dw, b - lr * db
    return w, b


def sgd_labels_unordered(w, b, X, y, lr, order):
    for k, n in enumerate(order):
        dw, db = sample_grad(w, b, X[n], y[k % len(y)])
        w, b = w - lr * dw, b - lr * db
    return w, b


def sgd_b_after_w(w, b, X, y, lr, order):
    for n in order:
        w = w - lr * sample_grad(w, b, X[n], y[n])[0]
        b = b - lr * sample_grad(w, b, X[n], y[n])[1]
    return w, b


def sgd_until_no_error(w, b, X, y, lr, order):
    for n in order:
        dw, db = sample_grad(w, b, X[n], y[n])
        if not np.any(dw):
            break
        w, b = w - lr * dw, b - lr * db
    return w, b


def sgd_on_a_copy(w, b, X, y, lr, order):
    w = w.copy()
    for n in order:
        dw, db = sample_grad(w, b, X[n], y[n])
        w -= lr * dw
        b = b - lr * db
    return w, b


def sgd_augmented(w, b, X, y, lr, order):
    theta = np.append(w, b).astype(float)
    A = np.hstack([X, np.ones((len(X), 1))])
    for n in order:
        theta -= 2 * lr * (A[n] @ theta - y[n]) * A[n]
    return theta[:-1], theta[-1]


Exercise(
    points=3,
    reference=gd.sgd_epoch,
    cases=sgd_cases,
    observe=epoch,
    tolerance=CLOSED_FORM,
    groups={"repeats": {"en": "Samples drawn with repetition", "zh": "有重复的样本顺序"}, "wide": WIDE},
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    seconds=1.5,  # twelve steps by a loop over all entries take 0.2 s, by a difference quotient for each entry 5 s
    mistakes=[
        Mistake(
            "full_batch",
            function=sgd_full_batch,
            hint={
                "en": "Each of your steps uses all samples. In stochastic gradient descent a step sees one sample: the next in the order.",
                "zh": "你的每一步都用了全部样本。随机梯度下降的一步只看一个样本：顺序中的下一个。",
            },
        ),
        Mistake(
            "parameters_frozen",
            function=sgd_frozen,
            hint={
                "en": "All your gradients are taken at the starting parameters. Each sample must see the parameters that the sample before it has left behind.",
                "zh": "你的所有梯度都是在起始参数处计算的。每个样本应当使用上一个样本更新之后的参数。",
            },
        ),
        Mistake(
            "order_ignored",
            swap=("for n in order:", "for n in range(len(X)):"),
            hint={
                "en": "You visit the samples 0, 1, 2, … instead of following `order`. The order changes the result.",
                "zh": "你按 0、1、2……的次序访问样本，没有用 `order`。顺序不同，结果就不同。",
            },
        ),
        Mistake(
            "labels_not_reordered",
            function=sgd_labels_unordered,
            hint={
                "en": "The features follow the order but the true values don't, so samples are paired with the wrong y. Use the same index for both.",
                "zh": "特征按顺序取了，真实值却没有，样本配错了 y。两者要用同一个下标。",
            },
        ),
        Mistake(
            "b_uses_the_new_w",
            function=sgd_b_after_w,
            hint={
                "en": "You compute db after w has already moved. Take both gradients at the old parameters, then update both.",
                "zh": "你在 w 更新之后才计算 db。应当先在旧参数处算好两个梯度，再一起更新。",
            },
        ),
        Mistake(
            "bias_never_moves",
            swap=("w - lr * dw, b - lr * db", "w - lr * dw, b"),
            hint={
                "en": "b comes back as it went in. It is a parameter too and takes its own step.",
                "zh": "b 没有变过。它也是参数，每一步同样要更新。",
            },
        ),
        Mistake(
            "uphill",
            swap=("w - lr * dw, b - lr * db", "w + lr * dw, b + lr * db"),
            hint={
                "en": "You add the gradient and so climb. Descent subtracts it.",
                "zh": "你加上了梯度，是在往上爬。下降要减去梯度。",
            },
        ),
        Mistake(
            "step_divided_by_n",
            swap=("w - lr * dw, b - lr * db", "w - lr * dw / len(y), b - lr * db / len(y)"),
            hint={
                "en": "Your steps are N times too short. Each step is a full step on the loss of one sample; nothing is averaged.",
                "zh": "你的步子小了 N 倍。每一步针对的是一个样本的损失，没有什么要平均的。",
            },
        ),
        Mistake(
            "returns_after_first_sample",
            swap=("    return w, b", "        return w, b"),
            hint={
                "en": "Your function returns from inside the loop, after a single sample. Look at the indentation of `return`.",
                "zh": "函数在循环内部就返回了，只处理了一个样本。检查 `return` 的缩进。",
            },
        ),
        Mistake(
            "w_changed_in_place",
            swap=("w, b = w - lr * dw, b - lr * db", "w -= lr * dw; b = b - lr * db"),
            hint={
                "en": "`w -= …` writes into the caller's array, so their starting point is lost. Write `w = w - …` with a new array.",
                "zh": "`w -= …` 会改写调用者的数组，对方的起点就丢了。请用新数组保存结果。",
            },
        ),
        Mistake(
            "copy_of_integers",
            function=sgd_on_a_copy,
            hint={
                "en": "Right for floats. But a copy of an array of integers, such as the start w = 0, holds integers, and a fraction cannot be written into it in place.",
                "zh": "对浮点数是对的。但整数数组（例如起点 w = 0）的副本还是整数数组，带小数的一步不能原地写进去。",
            },
        ),
        Mistake(
            "stops_at_a_sample_without_error",
            function=sgd_until_no_error,
            hint={
                "en": "You end the epoch at the first sample whose gradient is 0. That sample has nothing to say; those after it may.",
                "zh": "遇到第一个梯度为 0 的样本，你就结束了这个 epoch。这个样本没有意见，后面的样本可能有。",
            },
        ),
        Mistake(
            "every_sample_once",
            swap=("for n in order:", "for n in dict.fromkeys(order.tolist()):"),
            hint={
                "en": "A sample that occurs twice in `order` counts only once for you. Take a step at every occurrence.",
                "zh": "`order` 里出现两次的样本，你只用了一次。每出现一次都要走一步。",
            },
        ),
        Mistake(
            "order_of_the_results",
            swap=("    return w, b", "    return b, w"),
            hint={
                "en": "Right values in the wrong order: w comes first, then b.",
                "zh": "数值是对的，顺序反了：先返回 w，再返回 b。",
            },
        ),
    ],
    variants=[
        Variant("bias_as_a_column", function=sgd_augmented),
        Variant("while_loop", swap=("for n in order:", "for n in map(int, list(order)):")),
        Variant("float32_result", swap=("    return w, b", "    return w.astype(np.float32), float(b)")),
    ],
)


# %% [markdown] lang="en"
# ### Three steps or 120 steps
#
# Both walks below look at each of 40 samples three times. Full-batch descent has taken three careful steps by then, your `sgd_epoch` 120 rough ones. Near the minimum SGD keeps wandering, since single samples disagree about where to go; a
# decaying rate (2.3) calms it.
# %% [markdown] lang="zh"
# ### 3 步与 120 步
#
# 下面两条路线都把 40 个样本各看了三遍。全批量下降此时只走了稳稳的 3 步，你写的 `sgd_epoch` 已经走了粗略的 120 步。到了最低点附近，SGD 会一直徘徊，因为各个样本对该往哪走意见不一；让学习率衰减（2.3）就能使它安定下来。
# %% demo="sgd"
import matplotlib.pyplot as plt

source = np.random.default_rng(8)
feature = source.uniform(-1.5, 1.5, size=40)
target = 1.6 * feature - 0.7 + 0.35 * source.normal(size=40)
design = np.stack([feature, np.ones(40)], axis=1)
hessian, pull = 2 * design.T @ design / 40, 2 * design.T @ target / 40
careful = [np.array([-1.6, 1.6])]
for _ in range(3):
    careful.append(careful[-1] - 0.1 * (hessian @ careful[-1] - pull))
rough = [careful[0]]
try:
    for n in np.concatenate([source.permutation(40) for _ in range(3)]):
        new_w, new_b = sgd_epoch(rough[-1][:1], rough[-1][1], feature[:, None], target, 0.1, np.array([n]))
        rough.append(np.array([float(np.ravel(new_w)[0]), float(new_b)]))
    label = "SGD, 120 steps (your function)"
except Exception:  # not written yet
    rough, label = rough[:1], "SGD: write sgd_epoch first"
slopes, offsets = np.meshgrid(np.linspace(-2.2, 3, 160), np.linspace(-2.2, 2.2, 160))
losses = np.mean((slopes[..., None] * feature + offsets[..., None] - target) ** 2, axis=-1)
fig, (left, right) = plt.subplots(1, 2, figsize=(13, 4.8))
left.contourf(slopes, offsets, np.sqrt(losses), levels=18, cmap="Greys", alpha=0.4)
for path, color, name, samples in ((careful, "#e09f3e", "full batch, 3 steps", 40), (rough, "#1f5fa8", label, 1)):
    path = np.array(path)
    left.plot(*path.T, "o-", color=color, ms=7 if samples == 40 else 3, lw=2 if samples == 40 else 1, label=name)
    heights = np.mean((design @ path.T - target[:, None]) ** 2, axis=0)
    right.semilogy(samples * np.arange(len(path)), heights, "o-", color=color, ms=7 if samples == 40 else 3, label=name)
left.plot(*np.linalg.lstsq(design, target, rcond=None)[0], "*", color="#14213d", ms=15)
left.set(xlabel="$w$", ylabel="$b$", title="Loss over $(w, b)$, minimum at the star")
right.set(xlabel="samples looked at", ylabel="mean squared error", title="Loss for the same amount of work")
left.legend(loc="upper right")
plt.tight_layout()
plt.show()


# %% [markdown] lang="en"
# ## 2.10 Standardizing: learn the scale
#
# If one feature is measured in grams and another in kilometers, their weights live on different scales and the loss becomes a narrow valley. The cure is to bring every feature to mean 0 and standard deviation 1:
#
# $$\mu_d = \frac1N \sum_n X_{nd}, \qquad \sigma_d = \sqrt{\frac1N \sum_n (X_{nd} - \mu_d)^2}, \qquad z_{nd} = \frac{X_{nd} - \mu_d}{\sigma_d}$$
#
# The divisor under the root is $N$ (numpy's default, `ddof=0`). Work **per column**: $\mu$ and $\sigma$ are (D,).
#
# One trap: a **constant column** has $\sigma = 0$, and dividing by it gives NaN. This is not exotic: in scikit-learn's handwritten digits the pixels 0, 32 and 39 are blank in every image. The convention here, and in most libraries:
# report $\sigma = 1$ for such a column, so that it becomes all zeros. Ask the *entries* whether they are all equal, not the computed $\sigma$: six entries of 0.1 have a computed standard deviation of
# $1.4\cdot10^{-17}$, which is not 0. And a spread that is merely small, such as $10^{-9}$, is a spread: divide by it.
#
# **By hand**: for
#
# $$X = \begin{pmatrix}1&5\\1&5\\3&5\\3&5\end{pmatrix}$$
#
# the means are $\mu = (2, 5)$. The first column deviates by $-1, -1, 1, 1$, so $\sigma_1 = 1$; the second is constant, so we report $\sigma_2 = 1$.
# %% [markdown] lang="zh"
# ## 2.10 标准化：先学会尺度
#
# 如果一个特征以克为单位，另一个以千米为单位，它们的权重就处在完全不同的尺度上，损失会变成一条狭长的山谷。办法是把每个特征都变成均值为 0、标准差为 1：
#
# $$\mu_d = \frac1N \sum_n X_{nd}, \qquad \sigma_d = \sqrt{\frac1N \sum_n (X_{nd} - \mu_d)^2}, \qquad z_{nd} = \frac{X_{nd} - \mu_d}{\sigma_d}$$
#
# 根号里除以 $N$（即 numpy 的默认设置 `ddof=0`）。要**逐列**计算：$\mu$ 和 $\sigma$ 都是 (D,)。
#
# 有一个陷阱：**取值恒定的列** $\sigma = 0$，一除就得到 NaN。这并不少见：scikit-learn 的手写数字数据里，第 0、32、39 号像素在每张图中都是空白。这里采用与多数库相同的约定：
# 这样的列记 $\sigma = 1$，于是整列变成 0。判断时要看**元素**是否全都相等，而不是看算出来的 $\sigma$：六个 0.1 算出来的标准差是 $1.4\cdot10^{-17}$，并不是 0。而离散程度只是很小（比如 $10^{-9}$）的列不算恒定，照样要除。
#
# **手算一遍**：对
#
# $$X = \begin{pmatrix}1&5\\1&5\\3&5\\3&5\end{pmatrix}$$
#
# 均值为 $\mu = (2, 5)$。第一列的偏差是 $-1, -1, 1, 1$，所以 $\sigma_1 = 1$；第二列恒定，记 $\sigma_2 = 1$。
# %% answer="standardize_fit"
def standardize_fit(X):
    """Mean and standard deviation of every column of X (N, D).

    Returns (mu, sd), both (D,).  sd divides by N (not N − 1) under the root.
    Where all entries of a column are equal, sd is 1 instead of 0.
    """
    ### BEGIN SOLUTION
    mu = X.mean(axis=0)  # (D,)
    sd = X.std(axis=0)  # (D,)
    sd = np.where(np.ptp(X, axis=0) == 0, 1.0, sd)  # asks the entries: rounding may leave a constant column 1e-17
    return mu, sd
    ### END SOLUTION


# %% [markdown] docstring="standardize_fit" lang="zh"
# X (N, D) 每一列的均值和标准差。
#
# 返回 (mu, sd)，都是 (D,)。标准差在根号里除以 N（不是 N − 1）。
# 如果某一列的元素全部相等，该列的 sd 取 1 而不是 0。
# %% grading="standardize_fit"
DIGITS = load_digits().data[:400, [0, 19, 32, 36, 39, 44]]  # pixels 0, 32 and 39 are blank in every image


def rounded_to_a_spread(rng, n):
    """A number of which n copies have a computed standard deviation that is not 0."""
    value = number(rng, 0.1, 3)
    return value if np.full(n, value).std() > 0 else rounded_to_a_spread(rng, n)


def scale_cases(rng):
    yield Case("typical", zh="一般数据", X=normal(rng, 7, 3) * np.array([1.0, 10.0, 100.0]) + normal(rng, 3))
    yield Case("more features than samples", zh="特征比样本多", X=normal(rng, 3, 5) + 4.0)
    X = normal(rng, 6, 4)
    X[:, 1], X[:, 3] = 0.0, number(rng, 2, 5)
    X[-1, 0], X[1, 2] = X[0, 0], X[0, 2]  # neither first and last nor two neighbors make a column constant
    yield Case("constant columns", zh="取值恒定的列", group="constant", X=X)
    X = normal(rng, 6, 4)
    X[:, 0], X[:, 2] = 0.1, rounded_to_a_spread(rng, 6)
    yield Case("constant columns of 0.1 and the like", zh="由 0.1 这类数组成的恒定列", group="constant", X=X)
    pixels = DIGITS[rng.choice(400, size=12, replace=False)]
    yield Case("pixels of handwritten digits", zh="手写数字的像素", group="constant", X=pixels)
    X = normal(rng, 7, 3) * np.array([1e-9, 1.0, 1e-5])
    yield Case("a tiny spread", zh="很小的离散程度", group="edge", X=X)
    yield Case("one sample", zh="一个样本", group="edge", X=normal(rng, 1, 4))


def scale_centered_in_place(X):
    mu = X.mean(axis=0)
    X -= mu
    sd = np.sqrt((X**2).mean(axis=0))
    return mu, np.where(np.ptp(X, axis=0) == 0, 1.0, sd)


def scale_loop(X):
    mu, sd = [], []
    for column in np.asarray(X, dtype=float).T:
        m = sum(column) / len(column)
        s = (sum((v - m) ** 2 for v in column) / len(column)) ** 0.5
        mu.append(m)
        sd.append(s if np.ptp(column) > 0 else 1.0)
    return mu, sd


Exercise(
    points=3,
    reference=gd.standardize_fit,
    cases=scale_cases,
    tolerance=CLOSED_FORM,
    groups={"constant": {"en": "Constant columns", "zh": "取值恒定的列"}},
    mistakes=[
        Mistake(
            "constant_column_gives_zero",
            swap=("np.where(np.ptp(X, axis=0) == 0, 1.0, sd)", "sd"),
            hint={
                "en": "A constant column gets sd = 0, and the division that follows gives NaN. Report 1 for such columns.",
                "zh": "恒定的列得到 sd = 0，之后相除就会出现 NaN。这样的列应当返回 1。",
            },
        ),
        Mistake(
            "ddof_one",
            swap=("X.std(axis=0)", "np.sqrt(((X - mu) ** 2).sum(axis=0) / np.float64(len(X) - 1))"),
            hint={
                "en": "You divide by N − 1 under the root; this course's convention for scaling is N. With a single sample yours is even 0/0.",
                "zh": "你在根号里除以了 N − 1，这里的约定是除以 N。只有一个样本时，你的写法甚至会得到 0/0。",
            },
        ),
        Mistake(
            "wrong_axis",
            swap=(
                "mu = X.mean(axis=0)  # (D,)\n    sd = X.std(axis=0)",
                "mu = X.mean(axis=1)  # (D,)\n    sd = X.std(axis=1)",
            ),
            hint={
                "en": "Your statistics run along the rows: one number a sample. Scaling needs one number a feature.",
                "zh": "你是沿着行算的，得到每个样本一个数。缩放需要的是每个特征一个数。",
            },
        ),
        Mistake(
            "variance_for_sd",
            swap=("X.std(axis=0)", "X.var(axis=0)"),
            hint={
                "en": "You return the variance. The standard deviation is its square root; only then does the scaled feature have spread 1.",
                "zh": "你返回的是方差。标准差是它的平方根，用标准差去除，结果的离散程度才是 1。",
            },
        ),
        Mistake(
            "one_scale_for_all",
            swap=("X.std(axis=0)", "np.full(X.shape[1], X.std())"),
            hint={
                "en": "You use one standard deviation for the whole matrix. Features on different scales need one each.",
                "zh": "你对整个矩阵只算了一个标准差。尺度不同的特征需要各算各的。",
            },
        ),
        Mistake(
            "range_for_sd",
            swap=("X.std(axis=0)", "X.max(axis=0) - X.min(axis=0)"),
            hint={
                "en": "Dividing by the range is another kind of scaling (min-max). Standardizing divides by the standard deviation.",
                "zh": "除以极差是另一种缩放（min-max 归一化）。标准化要除以标准差。",
            },
        ),
        Mistake(
            "tiny_number_for_constant",
            swap=("np.where(np.ptp(X, axis=0) == 0, 1.0, sd)", "sd + 1e-8"),
            hint={
                "en": "Adding a tiny number avoids the NaN, but it blows a constant feature up by 10⁸ as soon as a new sample differs a little. Report 1.",
                "zh": "加一个很小的数确实避开了 NaN，但只要新样本在这一列上有一点点不同，就会被放大 10⁸ 倍。应当返回 1。",
            },
        ),
        Mistake(
            "zero_test_on_rounded_sd",
            swap=("np.ptp(X, axis=0) == 0", "sd == 0"),
            hint={
                "en": "You ask whether the computed sd is 0. For a column of 0.1 rounding makes it 1.4·10⁻¹⁷. Ask the entries themselves whether they are all equal.",
                "zh": "你判断的是算出来的 sd 是否为 0。整列都是 0.1 时，舍入误差会让它变成 1.4·10⁻¹⁷。应当直接看这一列的元素是否全都相等。",
            },
        ),
        Mistake(
            "small_spread_called_constant",
            swap=("np.ptp(X, axis=0) == 0", "np.isclose(sd, 0)"),
            hint={
                "en": "A column with a spread of 10⁻⁹ is small, not constant, and `np.isclose` takes it for 0. It must be divided by its own sd.",
                "zh": "离散程度为 10⁻⁹ 的列只是很小，并不恒定，而 `np.isclose` 把它当成了 0。它应当除以自己的标准差。",
            },
        ),
        Mistake(
            "one_constant_column_spoils_all",
            swap=(
                "np.where(np.ptp(X, axis=0) == 0, 1.0, sd)",
                "np.ones(X.shape[1]) if np.any(np.ptp(X, axis=0) == 0) else sd",
            ),
            hint={
                "en": "With one constant column all your scales become 1. Only that column's does; decide for each column by itself.",
                "zh": "只要有一列恒定，你就把所有尺度都变成了 1。应当逐列判断，只有那一列取 1。",
            },
        ),
        Mistake(
            "median_for_mean",
            swap=("X.mean(axis=0)", "np.median(X, axis=0)"),
            hint={
                "en": "You return the median of each column. It is near the mean only if the values lie evenly on both sides.",
                "zh": "你返回的是每一列的中位数。只有数据左右对称时，它才接近均值。",
            },
        ),
        Mistake(
            "results_swapped",
            swap=("return mu, sd", "return sd, mu"),
            hint={
                "en": "Right numbers in the wrong order: the means come first, then the standard deviations.",
                "zh": "数值是对的，顺序反了：先返回均值，再返回标准差。",
            },
        ),
        Mistake(
            "centered_in_place",
            function=scale_centered_in_place,
            hint={
                "en": "The statistics are right, but `X -= …` has shifted the caller's own data. Work on a new array.",
                "zh": "统计量算对了，但 `X -= …` 把调用者自己的数据平移了。请在新数组上计算。",
            },
        ),
    ],
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    variants=[
        Variant("loop_and_lists", function=scale_loop),
        Variant("einsum", swap=("X.std(axis=0)", 'np.sqrt(np.einsum("nd,nd->d", X - mu, X - mu) / len(X))')),
        Variant("mask", swap=("sd = np.where(np.ptp(X, axis=0) == 0, 1.0, sd)", "sd[sd < 1e-12] = 1")),
        Variant("equal_to_the_first_row", swap=("np.ptp(X, axis=0) == 0", "(X == X[0]).all(axis=0)")),
        Variant("extremes_that_meet", swap=("np.ptp(X, axis=0) == 0", "X.max(axis=0) == X.min(axis=0)")),
    ],
)


# %% [markdown] lang="en"
# ## 2.11 Standardizing: apply the scale
#
# Fitting and applying are two functions for a reason. The scale is part of the *model*: it is learned from the **training** data and then used, unchanged, on whatever comes later. New data that is scaled by its own mean
# and deviation lands in another coordinate system than the one the weights were trained in. (And a single new patient has $\sigma = 0$ everywhere.)
#
# **By hand**, with $\mu = (2, 5)$ and $\sigma = (1, 1)$ from 2.10, the new row $(4, 7)$ becomes $(2, 2)$. The mean of scaled *test* data is not 0, and should not be.
# %% [markdown] lang="zh"
# ## 2.11 标准化：再使用尺度
#
# 把“拟合”和“使用”写成两个函数是有道理的。尺度是**模型**的一部分：它从**训练**数据中学来，之后原封不动地用在新数据上。如果新数据用自己的均值和标准差去缩放，它就落在另一个坐标系里，而权重是在原来的坐标系里训练的。
# （再说，只来一个新病人时，处处都是 $\sigma = 0$。）
#
# **手算一遍**，用 2.10 得到的 $\mu = (2, 5)$、$\sigma = (1, 1)$，新的一行 $(4, 7)$ 变成 $(2, 2)$。缩放后**测试**数据的均值不是 0，也不应该是 0。
# %% answer="standardize_apply"
def standardize_apply(X, mu, sd):
    """X (N, D) on the scale given by mu (D,) and sd (D,), which may have been fitted on other data.

    Returns a new (N, D) array; X itself stays as it is.
    """
    ### BEGIN SOLUTION
    return (X - mu) / sd
    ### END SOLUTION


# %% [markdown] docstring="standardize_apply" lang="zh"
# 用 mu (D,) 和 sd (D,) 给出的尺度变换 X (N, D)；它们可能是在别的数据上拟合的。
#
# 返回新的 (N, D) 数组，X 本身保持原样。
# %% grading="standardize_apply"
def apply_cases(rng):
    def case(name, zh, n, d, group="values", unit=1.0):
        X, mu, sd = normal(rng, n, d) * 3, nonzero(rng, d), rng.uniform(0.2, 4, size=d).round(2)
        return Case(name, zh=zh, group=group, X=X * unit, mu=mu * unit, sd=sd * unit)

    yield case("new data", "新数据", 6, 3)
    yield case("as many samples as features", "样本与特征一样多", 4, 4)
    yield case("a single new sample", "一个新样本", 1, 5, "edge")
    yield case("tiny spreads", "很小的离散程度", 5, 3, "edge", np.array([1e-9, 1.0, 1e-6]))
    X = normal(rng, 5, 2)
    yield Case("the training data itself", zh="训练数据本身", group="edge", X=X, mu=X.mean(axis=0), sd=X.std(axis=0))


def apply_to_a_copy(X, mu, sd):
    Z = X.copy()
    Z -= mu
    Z /= sd
    return Z


def apply_in_place(X, mu, sd):
    X -= mu
    X /= sd
    return X


def apply_loop(X, mu, sd):
    return [[(float(v) - float(m)) / float(s) for v, m, s in zip(row, mu, sd, strict=True)] for row in X]


Exercise(
    points=2,
    reference=gd.standardize_apply,
    cases=apply_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "statistics_of_the_new_data",
            swap=("(X - mu) / sd", "(X - X.mean(axis=0)) / np.where(X.std(axis=0) == 0, 1.0, X.std(axis=0))"),
            hint={
                "en": "You scale the new data by its own statistics and ignore `mu` and `sd`. The scale belongs to the training data; the mean of scaled test data is not 0.",
                "zh": "你用新数据自己的统计量去缩放，没有用 `mu` 和 `sd`。尺度属于训练数据，缩放后测试数据的均值本来就不是 0。",
            },
        ),
        Mistake(
            "not_centered",
            swap=("(X - mu) / sd", "X / sd"),
            hint={
                "en": "The spread is right, but the mean was never subtracted.",
                "zh": "离散程度对了，但没有减去均值。",
            },
        ),
        Mistake(
            "centered_after_dividing",
            swap=("(X - mu) / sd", "X / sd - mu"),
            hint={
                "en": "Parentheses: the mean is in the units of X, so it must be subtracted before the division.",
                "zh": "注意括号：均值的单位与 X 相同，必须先减均值再相除。",
            },
        ),
        Mistake(
            "multiplied",
            swap=("(X - mu) / sd", "(X - mu) * sd"),
            hint={
                "en": "You multiply by the standard deviation, which stretches wide features even more. Divide.",
                "zh": "你乘上了标准差，本来就宽的特征变得更宽了。应当相除。",
            },
        ),
        Mistake(
            "divided_by_the_variance",
            swap=("(X - mu) / sd", "(X - mu) / sd**2"),
            hint={
                "en": "You divide by sd squared. `sd` is already the standard deviation; use it as it is.",
                "zh": "你除以了 sd 的平方。`sd` 已经是标准差，直接用就好。",
            },
        ),
        Mistake(
            "changed_in_place",
            function=apply_in_place,
            hint={
                "en": "`-=` and `/=` overwrite the caller's data. The result is right, but the raw data is gone: return a new array.",
                "zh": "`-=` 和 `/=` 覆盖了调用者的数据。结果虽对，但原始数据没了：请返回新数组。",
            },
        ),
        Mistake(
            "copy_of_integers",
            function=apply_to_a_copy,
            hint={
                "en": "Right for floats. But a copy of an array of integers holds integers, and fractions cannot be written into it in place.",
                "zh": "对浮点数是对的。但整数数组的副本还是整数数组，小数不能原地写进去。",
            },
        ),
        Mistake(
            "small_number_added_to_sd",
            swap=("(X - mu) / sd", "(X - mu) / (sd + 1e-8)"),
            hint={
                "en": "You add a small number to sd. It is never 0 here (2.10 has seen to that), and where the spread is 10⁻⁹ the small number is the larger one.",
                "zh": "你给 sd 加了一个很小的数。这里的 sd 不会是 0（2.10 已经处理过），而当离散程度只有 10⁻⁹ 时，那个“很小的数”反而更大。",
            },
        ),
        Mistake(
            "scaled_along_the_rows",
            swap=("(X - mu) / sd", "(X - mu[:, None]) / sd[:, None]"),
            hint={
                "en": "You give every row a mean and a deviation of its own. They belong to the columns, one for each feature.",
                "zh": "你给每一行配了一个均值和标准差。它们属于列，每个特征一个。",
            },
        ),
    ],
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    variants=[
        Variant("loop_and_lists", function=apply_loop),
        Variant("one_affine_map", swap=("(X - mu) / sd", "X * (1 / sd) - mu / sd")),
        Variant("float32_result", swap=("(X - mu) / sd", "np.divide(np.subtract(X, mu), sd).astype(np.float32)")),
    ],
)


# %% [markdown] lang="en"
# ### What scaling does to the landscape
#
# The same data, the same model, 25 steps each with a rate that suits the landscape. On the left one feature is six times as wide as the other: the loss is a narrow valley, and the path zigzags. On the right the
# features are standardized: the bowl is round and the path is all but straight.
# %% [markdown] lang="zh"
# ### 缩放怎样改变地形
#
# 同样的数据、同样的模型，各走 25 步，学习率都按各自的地形选得合适。左图中一个特征的范围是另一个的六倍：损失是一条狭长的山谷，路线来回折线。右图中特征已经标准化：山谷变成圆碗，路线几乎是直的。
# %% demo="scaling"
import matplotlib.pyplot as plt

source = np.random.default_rng(5)
narrow, wide = source.normal(size=60), 6 * source.normal(size=60)
answers = 2.0 * narrow + 0.4 * wide + 0.3 * source.normal(size=60)
fig, axes = plt.subplots(1, 2, figsize=(13, 5.2))
panels = (
    ("Raw features: a narrow valley", np.stack([narrow, wide], axis=1), (-1.8, 1.6)),
    ("Standardized features: a round bowl", np.stack([narrow / narrow.std(), wide / wide.std()], axis=1), (-1.2, 5.6)),
)
for ax, (title, table, start) in zip(axes, panels, strict=True):
    bowl = 2 * table.T @ table / 60
    lowest = np.linalg.solve(bowl, 2 * table.T @ answers / 60)
    rate = 1.85 / np.linalg.norm(bowl, 2) if "Raw" in title else 0.3
    spot, trail = lowest + np.array(start), []
    for _ in range(26):
        trail.append(spot)
        spot = spot - rate * bowl @ (spot - lowest)
    trail = np.array(trail)
    reach = 1.15 * np.abs(trail - lowest).max()
    ax1, ax2 = np.meshgrid(np.linspace(-reach, reach, 200), np.linspace(-reach, reach, 200))
    level = 0.5 * (bowl[0, 0] * ax1**2 + 2 * bowl[0, 1] * ax1 * ax2 + bowl[1, 1] * ax2**2)
    ax.contourf(ax1 + lowest[0], ax2 + lowest[1], np.sqrt(level), levels=16, cmap="Blues", alpha=0.55)
    ax.contour(ax1 + lowest[0], ax2 + lowest[1], np.sqrt(level), levels=16, colors="white", linewidths=0.8)
    ax.plot(*trail.T, "o-", color="#c8102e", ms=4, lw=1.5)
    ax.plot(*lowest, "*", color="#14213d", ms=16)
    ax.set(title=title, xlabel="$w_1$", ylabel="$w_2$", aspect="equal")
plt.tight_layout()
plt.show()


# %% [markdown] lang="en"
# ## 2.12 How stretched is the bowl?
#
# "Narrow valley" can be measured. The MEAN squared error of a line is a parabola in all $D + 1$ parameters $(w, b)$, and its curvatures are the eigenvalues of the **Hessian**
#
# $$H = \frac{2}{N}\,\tilde X^\top \tilde X, \qquad \tilde X = [\,X \;\; \mathbf 1\,] \quad (N, D+1),$$
#
# where the column of ones belongs to the bias. Two numbers matter. The largest, $\lambda_{\max}$, limits the learning rate: as in 2.2 descent is stable for $\eta < 2/\lambda_{\max}$, and $\eta = 1/\lambda_{\max}$ is a safe choice.
# The smallest, $\lambda_{\min}$, then sets the pace: each step multiplies the slowest error by $1 - \lambda_{\min}/\lambda_{\max}$, which may be very close to 1. Their ratio is the **condition number**: 1 is a perfectly round bowl; with a million you need millions of steps.
#
# **By hand**, $X = \begin{pmatrix}1\\3\end{pmatrix}$:
#
# $$\tilde X = \begin{pmatrix}1&1\\3&1\end{pmatrix}, \qquad H = \frac22\begin{pmatrix}10&4\\4&2\end{pmatrix}, \qquad \lambda = 6 \pm \sqrt{32} \approx 11.66 \text{ and } 0.34,$$
#
# so the condition number is about 34. Standardized, $X = \begin{pmatrix}-1\\1\end{pmatrix}$, it is $H = \begin{pmatrix}2&0\\0&2\end{pmatrix}$: both are 2, condition number 1.
#
# $H$ is symmetric, so `np.linalg.eigvalsh` is the right tool.
# %% [markdown] lang="zh"
# ## 2.12 碗有多扁
#
# “狭长”是可以度量的。线性模型的**平均**平方误差是全部 $D + 1$ 个参数 $(w, b)$ 的二次函数，它在各个方向的曲率就是**海森矩阵**的特征值：
#
# $$H = \frac{2}{N}\,\tilde X^\top \tilde X, \qquad \tilde X = [\,X \;\; \mathbf 1\,] \quad (N, D+1),$$
#
# 其中全 1 的那一列对应偏置。有两个数最要紧。最大的 $\lambda_{\max}$ 限制学习率：与 2.2 一样，$\eta < 2/\lambda_{\max}$ 时下降才稳定，$\eta = 1/\lambda_{\max}$ 是稳妥的选择。
# 最小的 $\lambda_{\min}$ 决定快慢：每走一步，最慢的那个方向上的误差只缩小到 $1 - \lambda_{\min}/\lambda_{\max}$ 倍。两者之比叫**条件数**：等于 1 是正圆的碗；达到一百万，就要走上百万步。
#
# **手算一遍**，$X = \begin{pmatrix}1\\3\end{pmatrix}$：
#
# $$\tilde X = \begin{pmatrix}1&1\\3&1\end{pmatrix}, \qquad H = \frac22\begin{pmatrix}10&4\\4&2\end{pmatrix}, \qquad \lambda = 6 \pm \sqrt{32} \approx 11.66 \text{ 和 } 0.34,$$
#
# 条件数约为 34。标准化之后 $X = \begin{pmatrix}-1\\1\end{pmatrix}$，$H = \begin{pmatrix}2&0\\0&2\end{pmatrix}$：两个特征值都是 2，条件数为 1。
#
# $H$ 是对称矩阵，用 `np.linalg.eigvalsh` 正合适。
# %% answer="curvature_range"
def curvature_range(X):
    """Smallest and largest eigenvalue of the Hessian of the MEAN squared error of a linear model with bias.

    X (N, D), the features; the column of ones for the bias is not among them: add it.
    Returns (lam_min, lam_max), two numbers.
    """
    ### BEGIN SOLUTION
    A = np.column_stack([X, np.ones(len(X))])  # (N, D + 1)
    lam = np.linalg.eigvalsh(2 * A.T @ A / len(X))  # (D + 1,), ascending
    return lam[0], lam[-1]
    ### END SOLUTION


# %% [markdown] docstring="curvature_range" lang="zh"
# 带偏置的线性模型，其平均平方误差的海森矩阵的最小和最大特征值。
#
# X (N, D)，特征；其中不含对应偏置的全 1 列，需要自己加上。
# 返回 (lam_min, lam_max)，两个数。
# %% grading="curvature_range"
def bowl_cases(rng):
    yield Case("typical", zh="一般数据", X=normal(rng, 9, 3) + 0.5)
    X = normal(rng, 12, 4) * np.array([0.1, 1.0, 5.0, 20.0]) + 2.0
    yield Case("features on different scales", zh="尺度不同的特征", X=X)
    yield Case("one feature", zh="一个特征", group="edge", X=normal(rng, 5, 1) + 2.0)
    Z = normal(rng, 8, 2)
    Z = (Z - Z.mean(axis=0)) / Z.std(axis=0)
    yield Case("standardized features", zh="标准化后的特征", group="edge", X=Z)
    yield Case("fewer samples than parameters", zh="样本比参数少", group="edge", X=normal(rng, 3, 4) + 0.5)


def bowl_without_bias(X):
    lam = np.linalg.eigvalsh(2 * X.T @ X / len(X))
    return lam[0], lam[-1]


def bowl_by_svd(X):
    A = np.hstack([X, np.ones((X.shape[0], 1))])
    s = np.linalg.svd(A, compute_uv=False)
    smallest = s.min() if len(s) == A.shape[1] else 0.0
    return 2 * smallest**2 / len(A), 2 * s.max() ** 2 / len(A)


def bowl_of_nonzero_curvatures(X):
    s = np.linalg.svd(np.column_stack([X, np.ones(len(X))]), compute_uv=False)
    return 2 * s[-1] ** 2 / len(X), 2 * s[0] ** 2 / len(X)


def bowl_singular_values(X):
    s = np.linalg.svd(np.column_stack([X, np.ones(len(X))]), compute_uv=False)
    return 2 * s[-1] / len(X), 2 * s[0] / len(X)


Exercise(
    points=2,
    reference=gd.curvature_range,
    cases=bowl_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "bias_column_forgotten",
            function=bowl_without_bias,
            hint={
                "en": "Your Hessian is D by D. The bias is a parameter too: X needs a column of ones, which makes it D + 1 by D + 1.",
                "zh": "你的海森矩阵是 D×D 的。偏置也是参数：X 要补上一列 1，矩阵应为 (D+1)×(D+1)。",
            },
        ),
        Mistake(
            "factor_two_missing",
            swap=("2 * A.T @ A", "A.T @ A"),
            hint={
                "en": "Both numbers are half as large as they should be: the second derivative of a square is 2.",
                "zh": "两个数都只有正确值的一半：平方的二阶导数是 2。",
            },
        ),
        Mistake(
            "sum_for_mean",
            swap=("A.T @ A / len(X)", "A.T @ A"),
            hint={
                "en": "This is the Hessian of the SUM of squared errors, N times too large. The MEAN divides by N.",
                "zh": "这是平方误差**求和**时的海森矩阵，大了 N 倍。取**平均**要除以 N。",
            },
        ),
        Mistake(
            "singular_values_not_squared",
            function=bowl_singular_values,
            hint={
                "en": "The eigenvalues of AᵀA are the *squares* of the singular values of A.",
                "zh": "AᵀA 的特征值是 A 的奇异值的**平方**。",
            },
        ),
        Mistake(
            "order_swapped",
            swap=("lam[0], lam[-1]", "lam[-1], lam[0]"),
            hint={
                "en": "Right numbers, wrong order: the smallest comes first.",
                "zh": "数值是对的，顺序反了：先返回最小的。",
            },
        ),
        Mistake(
            "diagonal_for_eigenvalues",
            swap=("np.linalg.eigvalsh(2 * A.T @ A / len(X))", "np.sort(np.diag(2 * A.T @ A / len(X)))"),
            hint={
                "en": "You took the diagonal entries of H. They are its eigenvalues only if H is diagonal, that is, if the columns are uncorrelated and centered.",
                "zh": "你取的是 H 的对角元。只有 H 是对角矩阵（各列不相关且已居中）时，它们才是特征值。",
            },
        ),
        Mistake(
            "curvature_of_zero_missed",
            function=bowl_of_nonzero_curvatures,
            hint={
                "en": "With fewer samples than parameters H has directions without any curvature, so its smallest eigenvalue is 0. An SVD of the (N, D + 1) matrix doesn't list them.",
                "zh": "样本比参数少时，H 在某些方向上完全没有弯曲，最小特征值是 0。对 (N, D + 1) 矩阵做 SVD 不会列出这些零。",
            },
        ),
        Mistake(
            "one_number_per_sample",
            swap=("2 * A.T @ A", "2 * A @ A.T"),
            hint={
                "en": "Your matrix is N by N, one row for each sample. The Hessian has one row for each parameter.",
                "zh": "你的矩阵是 N×N 的，每个样本一行。海森矩阵应当每个参数一行。",
            },
        ),
    ],
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    variants=[
        Variant("svd", function=bowl_by_svd),
        Variant(
            "general_eigenvalues",
            swap=("np.linalg.eigvalsh(2 * A.T @ A / len(X))", "np.sort(np.linalg.eigvals(2 * A.T @ A / len(X)).real)"),
        ),
        Variant("einsum", swap=("2 * A.T @ A / len(X)", 'np.einsum("ni,nj->ij", A, A) * (2 / len(A))')),
    ],
)


# %% [markdown] lang="en"
# ## 2.13 The whole training run
#
# Now put it together: full-batch gradient descent on the **MEAN** squared error
#
# $$L(w, b) = \frac1N\sum_{n=1}^{N} (x_n\cdot w + b - y_n)^2, \qquad \frac{\partial L}{\partial w} = \frac2N X^\top (Xw + b - y), \qquad \frac{\partial L}{\partial b} = \frac2N\sum_n (x_n\cdot w + b - y_n),$$
#
# starting from $w = 0$, $b = 0$. Each step moves both parameters at once.
#
# **By hand**, $X = \begin{pmatrix}1\\3\end{pmatrix}$, $y = (1, 2)$, $\eta = 0.1$. Step 1: residuals $(-1, -2)$; $\partial L/\partial w = \frac22(-1\cdot1 - 2\cdot3) = -7$, $\partial L/\partial b = -3$; so $w = 0.7$, $b = 0.3$.
# Step 2: predictions $(1, 2.4)$, residuals $(0, 0.4)$; gradients $1.2$ and $0.4$; so $w = 0.58$, $b = 0.26$.
# %% [markdown] lang="zh"
# ## 2.13 完整的训练过程
#
# 现在把它们合起来：用全批量梯度下降最小化**平均**平方误差
#
# $$L(w, b) = \frac1N\sum_{n=1}^{N} (x_n\cdot w + b - y_n)^2, \qquad \frac{\partial L}{\partial w} = \frac2N X^\top (Xw + b - y), \qquad \frac{\partial L}{\partial b} = \frac2N\sum_n (x_n\cdot w + b - y_n),$$
#
# 从 $w = 0$、$b = 0$ 出发，每一步同时更新两者。
#
# **手算一遍**，$X = \begin{pmatrix}1\\3\end{pmatrix}$，$y = (1, 2)$，$\eta = 0.1$。第 1 步：残差 $(-1, -2)$；$\partial L/\partial w = \frac22(-1\cdot1 - 2\cdot3) = -7$，$\partial L/\partial b = -3$；于是 $w = 0.7$，$b = 0.3$。
# 第 2 步：预测值 $(1, 2.4)$，残差 $(0, 0.4)$；梯度为 $1.2$ 和 $0.4$；于是 $w = 0.58$，$b = 0.26$。
# %% answer="gd_train"
def gd_train(X, y, lr, n_steps):
    """Full-batch gradient descent on the MEAN squared error of a linear model, from w = 0 and b = 0.

    X (N, D), y (N,), lr a number, n_steps an integer (0 steps return the start).
    Returns (w, b) after exactly n_steps steps: w is (D,), b is a number.
    """
    ### BEGIN SOLUTION
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        residual = X @ w + b - y  # (N,)
        w, b = w - lr * 2 * X.T @ residual / len(y), b - lr * 2 * residual.mean()
    return w, b
    ### END SOLUTION


# %% [markdown] docstring="gd_train" lang="zh"
# 从 w = 0、b = 0 出发，对线性模型的平均平方误差做全批量梯度下降。
#
# X (N, D)，y (N,)，lr 是数，n_steps 是整数（0 步就返回起点）。
# 返回恰好走 n_steps 步之后的 (w, b)：w 是 (D,)，b 是一个数。
# %% grading="gd_train"
def train(impl, case):
    if "width" not in case.inputs:
        return impl.gd_train(case.X, case.y, case.lr, case.n_steps)
    source = np.random.default_rng(case.seed)
    directions = source.integers(-2, 3, size=(3, case.width)) * 0.5 / np.sqrt(case.width)
    X = source.integers(-2, 3, size=(len(case.y), case.width)) * 0.5 / np.sqrt(case.width)
    w, b = impl.gd_train(X, case.y, case.lr, case.n_steps)
    w = np.asarray(w, dtype=float).reshape(case.width)
    return {"along three directions": directions @ w, "b": float(np.asarray(b, dtype=float).reshape(()))}


def train_cases(rng):
    def case(name, zh, n, d, steps, group="values", **more):
        X, y, lr = nonzero(rng, n, d) + 0.3, normal(rng, n) + 1.0, number(rng, 0.02, 0.06)
        return Case(name, zh=zh, group=group, **{"X": X, "y": y, "lr": lr, "n_steps": steps, **more})

    yield case("four steps", "四步", 7, 3, 4)
    yield case("twenty steps", "二十步", 5, 2, 20)
    yield case("one sample", "一个样本", 1, 4, 3, "edge")
    yield case("no step", "零步", 4, 2, 0, "edge")
    X = np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]]) * rng.uniform(0.7, 1.3, size=(4, 2)).round(2)
    X[:, 1] *= 0.002  # here the valley is so flat that hardly a slope is left, and yet it leads on
    y = X @ np.array([number(rng, 0.01, 0.05), number(rng, 0.08, 0.11)]) + 0.1
    yield case(
        "a long run in a narrow valley", "狭长山谷里的长途", 4, 2, 1000, "exact", X=X, y=y, lr=number(rng, 0.2, 0.3)
    )
    steep = nonzero(rng, 6, 2) + 0.5
    A = np.column_stack([steep, np.ones(6)])
    limit = 2 / np.linalg.eigvalsh(2 * A.T @ A / 6)[-1]
    yield case("a rate that is too large", "过大的学习率", 6, 2, 8, "exact", X=steep, lr=round(1.5 * limit, 3))
    yield Case(
        "1000 parameters, 1000 steps",
        zh="1000 个参数，1000 步",
        group="wide",
        public=False,
        y=nonzero(rng, 1) + 3.0,
        lr=number(rng, 4, 8) * 1e-4,
        n_steps=1000,
        width=1000,
        seed=int(rng.integers(2**31)),
    )


def train_b_after_w(X, y, lr, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        w = w - lr * 2 * X.T @ (X @ w + b - y) / len(y)
        b = b - lr * 2 * np.mean(X @ w + b - y)
    return w, b


def train_until_flat(X, y, lr, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        residual = X @ w + b - y
        dw, db = 2 * X.T @ residual / len(y), 2 * residual.mean()
        if np.sqrt(dw @ dw + db**2) < 1e-5:
            break
        w, b = w - lr * dw, b - lr * db
    return w, b


def train_until_the_loss_stalls(X, y, lr, n_steps):
    w, b, last = np.zeros(X.shape[1]), 0.0, np.inf
    for _ in range(n_steps):
        residual = X @ w + b - y
        loss = np.mean(residual**2)
        if abs(last - loss) < 1e-10:
            break
        last = loss
        w, b = w - lr * 2 * X.T @ residual / len(y), b - lr * 2 * residual.mean()
    return w, b


def train_while_the_loss_falls(X, y, lr, n_steps):
    w, b, last = np.zeros(X.shape[1]), 0.0, np.inf
    for _ in range(n_steps):
        residual = X @ w + b - y
        loss = np.mean(residual**2)
        if loss > last:
            break
        last = loss
        w, b = w - lr * 2 * X.T @ residual / len(y), b - lr * 2 * residual.mean()
    return w, b


def train_from_integers(X, y, lr, n_steps):
    w, b = np.zeros_like(X[0]), 0.0
    for _ in range(n_steps):
        residual = X @ w + b - y
        w -= lr * 2 * X.T @ residual / len(y)
        b -= lr * 2 * residual.mean()
    return w, b


def train_on_hessian(X, y, lr, n_steps):
    A = np.column_stack([X, np.ones(len(X))])
    H, c = 2 * A.T @ A / len(A), 2 * A.T @ y / len(A)
    theta = np.zeros(len(H))
    for _ in range(n_steps):
        theta = theta - lr * (H @ theta - c)
    return theta[:-1], theta[-1]


def train_in_plain_python(X, y, lr, n_steps):
    rows, columns, goals = X.tolist(), X.T.tolist(), y.tolist()
    w, b = [0.0] * X.shape[1], 0.0
    for _ in range(n_steps):
        errors = [
            sum(p * q for p, q in zip(row, w, strict=True)) + b - goal for row, goal in zip(rows, goals, strict=True)
        ]
        slopes = [sum(e * q for e, q in zip(errors, column, strict=True)) for column in columns]
        w = [p - 2 * lr * slope / len(goals) for p, slope in zip(w, slopes, strict=True)]
        b -= 2 * lr * sum(errors) / len(goals)
    return w, b


def train_augmented(X, y, lr, n_steps):
    A = np.hstack([X, np.ones((len(X), 1))])
    theta = np.zeros(A.shape[1])
    for _ in range(n_steps):
        theta = theta - 2 * lr / len(A) * A.T @ (A @ theta - y)
    return theta[:-1], theta[-1]


def train_from_sample_grads(X, y, lr, n_steps):
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(n_steps):
        grads = [sample_grad(w, b, x, t) for x, t in zip(X, y, strict=True)]
        w, b = w - lr * sum(g for g, _ in grads) / len(y), b - lr * sum(g for _, g in grads) / len(y)
    return w, b


Exercise(
    points=2,
    reference=gd.gd_train,
    cases=train_cases,
    observe=train,
    tolerance=CLOSED_FORM,
    groups={
        "exact": {"en": "Exactly n_steps steps, whatever the loss does", "zh": "恰好走 n_steps 步，无论损失怎样变化"},
        "wide": WIDE,
    },
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    seconds=2.0,  # a loop over all entries takes 0.5 s, a matrix of 1000 by 1000 0.4 s, difference quotients 5 s
    mistakes=[
        Mistake(
            "sum_for_mean",
            swap=(
                "X.T @ residual / len(y), b - lr * 2 * residual.mean()",
                "X.T @ residual, b - lr * 2 * residual.sum()",
            ),
            hint={
                "en": "Your steps are N times too long: that is the gradient of the SUM. Here the loss is the MEAN squared error.",
                "zh": "你的步子大了 N 倍：那是**求和**的梯度。这里的损失是**平均**平方误差。",
            },
        ),
        Mistake(
            "factor_two_missing",
            swap=("residual = X @ w + b - y", "residual = (X @ w + b - y) / 2"),
            hint={
                "en": "Your steps are half as long as they should be: the derivative of the square brings a factor 2.",
                "zh": "你的步子只有应有的一半：平方求导会带来因子 2。",
            },
        ),
        Mistake(
            "one_step_short",
            swap=("range(n_steps)", "range(n_steps - 1)"),
            hint={
                "en": "You take one step too few. `n_steps` counts updates, not points on the path.",
                "zh": "少走了一步。`n_steps` 数的是更新的次数，不是路径上的点数。",
            },
        ),
        Mistake(
            "one_step_too_many",
            swap=("range(n_steps)", "range(n_steps + 1)"),
            hint={
                "en": "You take one step too many: with `n_steps = 0` the start itself must come back.",
                "zh": "多走了一步：`n_steps = 0` 时应当原样返回起点。",
            },
        ),
        Mistake(
            "b_uses_the_new_w",
            function=train_b_after_w,
            hint={
                "en": "b is updated with residuals of the already updated w. Compute the residuals once a step, and use them for both.",
                "zh": "更新 b 时用了已经更新过的 w 的残差。每一步只算一次残差，两个参数都用它。",
            },
        ),
        Mistake(
            "bias_never_moves",
            swap=("b - lr * 2 * residual.mean()", "b"),
            hint={
                "en": "b stays 0 throughout. It needs its own update, with the mean of the residuals.",
                "zh": "b 一直是 0。它也需要更新，用到残差的平均值。",
            },
        ),
        Mistake(
            "uphill",
            swap=("residual = X @ w + b - y", "residual = y - X @ w - b"),
            hint={
                "en": "The sign is reversed and you climb. With the residual as y − y_pred, the gradient gets a minus sign of its own.",
                "zh": "符号反了，你在往上爬。如果残差写成 y − y_pred，梯度还要再带一个负号。",
            },
        ),
        Mistake(
            "start_at_ones",
            swap=("np.zeros(X.shape[1])", "np.ones(X.shape[1])"),
            hint={
                "en": "The run starts at w = 0 here; with `n_steps = 0` your function should return zeros.",
                "zh": "这里约定从 w = 0 出发；`n_steps = 0` 时应当返回全零。",
            },
        ),
        Mistake(
            "stops_where_the_slope_is_small",
            function=train_until_flat,
            hint={
                "en": "You stop as soon as the gradient is small. In a narrow valley it is small long before the end: take exactly `n_steps` steps.",
                "zh": "梯度一变小你就停了。在狭长的山谷里，离终点还很远时梯度就已经很小：请恰好走 `n_steps` 步。",
            },
        ),
        Mistake(
            "stops_where_the_loss_stalls",
            function=train_until_the_loss_stalls,
            hint={
                "en": "You stop when the loss hardly changes any more. In a narrow valley that is long before the end: take exactly `n_steps` steps.",
                "zh": "损失几乎不再变化时你就停了。在狭长的山谷里，这时离终点还很远：请恰好走 `n_steps` 步。",
            },
        ),
        Mistake(
            "stops_when_the_loss_rises",
            function=train_while_the_loss_falls,
            hint={
                "en": "You stop when the loss rises. With a rate that is too large it does (2.2), and the parameters after exactly `n_steps` steps are asked for all the same.",
                "zh": "损失一上升你就停了。学习率过大时它本来就会上升（2.2 节），题目要的仍然是恰好走 `n_steps` 步之后的参数。",
            },
        ),
        Mistake(
            "start_in_an_array_of_integers",
            function=train_from_integers,
            hint={
                "en": "Right for floats. But `np.zeros_like` of integers is an array of integers, and a fraction cannot be written into it in place.",
                "zh": "对浮点数是对的。但由整数数组得到的 `np.zeros_like` 还是整数数组，带小数的一步不能原地写进去。",
            },
        ),
    ],
    variants=[
        Variant("bias_as_a_column", function=train_augmented),
        Variant("mean_of_sample_grads", function=train_from_sample_grads),
        Variant("hessian_once", function=train_on_hessian),
        Variant("plain_python", function=train_in_plain_python),
        Variant("float32_result", swap=("    return w, b", "    return w.astype(np.float32), b")),
    ],
)


# %% [markdown] lang="en"
# ## 2.14 In practice: 442 patients, 1000 steps
#
# Real features come in real units. The next cell loads the diabetes data (442 patients, ten measurements, and how far the disease has progressed a year later) and shows the spread of each raw measurement: sex is
# coded 1 or 2, blood values run into the hundreds. On the 342 training patients the condition number is about $5.5\cdot10^7$ for the raw features and about $500$ for the standardized ones. Both trainings head for *the same* least-squares line; the question is
# how near they are after 1000 steps. The cell leaves `X_train`, `y_train` and `X_test` (raw units) for your own experiments.
#
# **Exercise.** `fit_scaled` standardizes the training data, trains `n_steps` of `gd_train` with $\eta = 1/\lambda_{\max}$ **of the standardized features**, and returns the whole model $(\mu, \sigma, w, b)$. You have built every part. The model's prediction
# for a new patient $x$ in raw units is
#
# $$y_{\text{pred}} = \sum_d w_d\,\frac{x_d - \mu_d}{\sigma_d} + b .$$
#
# **How it is judged.** First, whether you train as described: after a few steps on a small data set the model is still far from least squares, and yours has to be where those steps lead. Then we predict with your model for 100 patients who were not in the
# training data, and take the MEAN of $(y_{\text{pred}} - y_{\text{least squares}})^2$ over them. Your score is how many times smaller that is than for the same training on raw features; it has to be more than a hundred, and beyond a thousand nothing more
# is counted. (For grading the patients are drawn anew, their measurements mixed with each other and put into other units, and the targets redrawn from the real ones, so there is nothing to look up.)
# %% [markdown] lang="zh"
# ## 2.14 实战：442 位病人，1000 步
#
# 真实的特征带着真实的单位。下面的单元格载入糖尿病数据（442 位病人，十项测量值，以及一年后的病情进展），并画出每项原始测量值的分布：性别用 1 和 2 表示，血液指标则上百。
# 在 342 位训练病人上，原始特征的条件数约为 $5.5\cdot10^7$，标准化后约为 $500$。两种训练都走向**同一个**最小二乘解；问题是走 1000 步之后各自还差多远。单元格留下了 `X_train`、`y_train`、`X_test`（原始单位），可以自己拿来试验。
#
# **练习。** `fit_scaled` 先把训练数据标准化，取**标准化后的特征**的 $\eta = 1/\lambda_{\max}$，用 `gd_train` 训练 `n_steps` 步，最后返回整个模型 $(\mu, \sigma, w, b)$。每个部件你都已经写好了。对一位新病人的原始数据 $x$，模型的预测是
#
# $$y_{\text{pred}} = \sum_d w_d\,\frac{x_d - \mu_d}{\sigma_d} + b .$$
#
# **怎样评分。** 先看你是不是按要求训练：在一份小数据上只走几步，模型离最小二乘解还很远，你的模型必须正好停在这几步走到的地方。然后用你的模型对 100 位不在训练数据里的病人做预测，对他们计算 $(y_{\text{pred}} - y_{\text{最小二乘}})^2$ 的**平均**。
# 得分就是它比“同样的训练、但用原始特征”小多少倍，需要一百倍以上，超过一千倍按一千倍算。（评分时会重新抽取病人，把各项测量值互相混合、换成别的单位，目标值也由真实数据重新抽取生成，查表是没有用的。）
# %% demo="patients"
import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes

patients = load_diabetes(scaled=False)
shuffled = np.random.default_rng(0).permutation(442)
X_train, y_train, X_test = patients.data[shuffled[:342]], patients.target[shuffled[:342]], patients.data[shuffled[342:]]
fig, ax = plt.subplots(figsize=(10, 4))
parts = ax.boxplot(
    X_train, tick_labels=patients.feature_names, patch_artist=True, medianprops={"color": "white"}, flierprops={"ms": 3}
)
for box, shade in zip(parts["boxes"], plt.cm.viridis(np.linspace(0.1, 0.75, 10)), strict=True):
    box.set_facecolor(shade)
ax.set(yscale="log", ylabel="raw value (log scale)", title="Ten measurements of 342 patients, in ten different units")
plt.show()


# %% answer="fit_scaled"
def fit_scaled(X, y, n_steps):
    """Train a linear model by gradient descent on standardized features; return the whole model.

    X (N, D) in raw units, y (N,), n_steps an integer.
    The learning rate is 1 / lam_max of the standardized X; the loss is the MEAN squared error.
    Returns (mu, sd, w, b): the scale, both (D,), and the weights (D,) and bias (a number) for standardized features.
    """
    ### BEGIN SOLUTION
    mu, sd = standardize_fit(X)
    Z = standardize_apply(X, mu, sd)  # (N, D)
    lr = 1 / curvature_range(Z)[1]
    w, b = gd_train(Z, y, lr, n_steps)
    return mu, sd, w, b
    ### END SOLUTION


# %% [markdown] docstring="fit_scaled" lang="zh"
# 在标准化的特征上用梯度下降训练线性模型，返回整个模型。
#
# X (N, D) 是原始单位的特征，y (N,)，n_steps 是整数。
# 学习率为标准化后的 X 的 1 / lam_max；损失是平均平方误差。
# 返回 (mu, sd, w, b)：尺度 mu、sd 都是 (D,)；w (D,) 和 b（一个数）是针对标准化特征的权重和偏置。
# %% grading="fit_scaled"
def times_closer(impl, case):
    d = case.X.shape[1]
    mu, sd, w, b = impl.fit_scaled(case.X, case.y, case.n_steps)
    mu, sd, w = (np.asarray(part, dtype=float).reshape(d) for part in (mu, sd, w))
    b = float(np.asarray(b, dtype=float).reshape(()))
    gap = float(np.mean((((case.X_new - mu) / sd) @ w + b - case.goal) ** 2))
    return {"metric": min(case.other_gap / max(gap, 1e-9), 1000.0), "mu": mu, "sd": sd, "w": w, "b": b}


def two_features(rng, correlation):
    """X (8, 2), y (8,) and X_new (4, 2): two features in different units, so correlated that the bowl is known."""
    Z = np.linalg.qr(np.column_stack([np.ones(8), normal(rng, 8, 2)]))[0][:, 1:] * np.sqrt(8)  # means 0, deviations 1
    Z = np.vstack([Z, normal(rng, 4, 2)])
    Z[:, 1] = correlation * Z[:, 0] + np.sqrt(1 - correlation**2) * Z[:, 1]
    X = (Z * rng.permutation([0.05, 40.0]) + rng.permutation([3.0, 200.0])).round(4)
    return torch.as_tensor(X[:8]), torch.as_tensor((50 + 15 * rng.normal(size=8)).round(2)), torch.as_tensor(X[8:])


def patient_cases(rng):
    def case(name, zh, split, n_steps, goal, other):
        X, y, X_new = (part.numpy() for part in split)
        other_gap = float(torch.mean((other - goal) ** 2))
        return Case(name, zh=zh, X=X, y=y, n_steps=n_steps, X_new=X_new, goal=goal.numpy(), other_gap=other_gap)

    # After a few steps the model is far from least squares, and another rate leads to another place: at 1.05 / lam_max
    # it is at most 40 times closer to the right place than least squares is (measured on 1000 draws).
    for n_steps, low, high in ((2, 0.2, 0.4), (3, 0.8, 0.95)):
        split = two_features(rng, rng.uniform(low, high))
        goal = gd.predictions(*gd.fit_scaled(*split[:2], n_steps), split[2])
        yield case(f"{n_steps} steps", f"{n_steps} 步", split, n_steps, goal, gd.least_squares(*split))
    split = gd.patients(rng)
    goal = gd.least_squares(*split)
    yield case("100 new patients", "100 位新病人", split, 1000, goal, gd.raw_training(*split, 1000))


def fit_raw(X, y, n_steps):
    w, b = gd_train(X, y, 1 / curvature_range(X)[1], n_steps)
    return np.zeros(X.shape[1]), np.ones(X.shape[1]), w, b


def fit_unscaled_weights(X, y, n_steps):
    mu, sd = standardize_fit(X)
    Z = standardize_apply(X, mu, sd)
    w, b = gd_train(Z, y, 1 / curvature_range(Z)[1], n_steps)
    return mu, sd, w / sd, b - w @ (mu / sd)


def fit_at_rate_one_tenth(X, y, n_steps):
    mu, sd = standardize_fit(X)
    w, b = gd_train(standardize_apply(X, mu, sd), y, 0.1, n_steps)
    return mu, sd, w, b


def fit_by_least_squares(X, y, n_steps):
    theta = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), y, rcond=None)[0]
    return np.zeros(X.shape[1]), np.ones(X.shape[1]), theta[:-1], theta[-1]


def fit_scaled_by_least_squares(X, y, n_steps):
    mu, sd = standardize_fit(X)
    Z = standardize_apply(X, mu, sd)
    return mu, sd, np.linalg.lstsq(Z, y - y.mean(), rcond=None)[0], y.mean()


def fit_with_a_column_of_ones(X, y, n_steps):
    mu, sd = X.mean(axis=0), X.std(axis=0)
    A = np.column_stack([(X - mu) / sd, np.ones(len(X))])
    H = 2 * A.T @ A / len(A)
    theta = np.zeros(A.shape[1])
    for _ in range(n_steps):
        theta = theta - (H @ theta - 2 * A.T @ y / len(A)) / np.linalg.norm(H, 2)
    return mu.tolist(), sd.tolist(), theta[:-1].tolist(), float(theta[-1])


Exercise(
    points=3,
    reference=gd.fit_scaled,
    cases=patient_cases,
    observe=times_closer,
    tolerance=Calibration(
        gd.times_closer,
        higher_is_better=True,
        margin=189,
        reason="squared distance to least squares on 100 diabetes patients after 1000 steps: raw features over standardized ones",
    ),
    mistakes=[
        Mistake(
            "features_left_raw",
            function=fit_raw,
            hint={
                "en": "Your model was trained on raw features: after 1000 steps it is no nearer than raw training. Standardize before you train.",
                "zh": "你的模型是在原始特征上训练的，1000 步之后并没有更接近。先标准化，再训练。",
            },
        ),
        Mistake(
            "only_centered",
            swap=("mu, sd = standardize_fit(X)", "mu, sd = standardize_fit(X)[0], np.ones(X.shape[1])"),
            hint={
                "en": "You subtracted the means but kept the units. The widest feature still dictates the learning rate.",
                "zh": "你减去了均值，但单位还在，学习率仍然受最宽的那个特征限制。",
            },
        ),
        Mistake(
            "weights_for_raw_features",
            function=fit_unscaled_weights,
            hint={
                "en": "You translated the weights back to raw units and return the scale as well, so the scale is applied twice. w and b belong to standardized features.",
                "zh": "你已经把权重换算回原始单位，又返回了尺度，缩放就做了两次。w 和 b 应当是针对标准化特征的。",
            },
        ),
        Mistake(
            "bias_dropped",
            swap=("return mu, sd, w, b", "return mu, sd, w, 0.0"),
            hint={
                "en": "All predictions are too low by the same amount, the mean of y. Return the bias that was trained.",
                "zh": "所有预测都低了同样多，正好是 y 的均值。请返回训练得到的偏置。",
            },
        ),
        Mistake(
            "rate_of_the_raw_features",
            swap=("curvature_range(Z)", "curvature_range(X)"),
            hint={
                "en": "The learning rate comes from the raw features and is tens of thousands of times too small for the round bowl. Take the curvature of what you train on.",
                "zh": "学习率是用原始特征算的，对变圆的碗来说小了几万倍。应当用真正拿来训练的特征去算曲率。",
            },
        ),
        Mistake(
            "smallest_curvature_used",
            swap=("curvature_range(Z)[1]", "curvature_range(Z)[0]"),
            hint={
                "en": "The run flies away: 1/λ_min is far above the stable limit. The *largest* curvature limits the rate.",
                "zh": "训练发散了：1/λ_min 远远超过稳定的上限。限制学习率的是**最大**的曲率。",
            },
        ),
        Mistake(
            "too_few_steps",
            swap=("lr, n_steps)", "lr, n_steps // 100)"),
            hint={
                "en": "Your model is undertrained. Pass `n_steps` on as it is.",
                "zh": "训练得不够。请把 `n_steps` 原样传下去。",
            },
        ),
        Mistake(
            "always_1000_steps",
            swap=("lr, n_steps)", "lr, 1000)"),
            hint={
                "en": "You always train 1000 steps. How many it should be is an argument: after five steps the model is still on its way.",
                "zh": "你总是训练 1000 步。步数是函数的参数：走五步的时候，模型还在半路上。",
            },
        ),
        Mistake(
            "another_safe_rate",
            swap=("1 / curvature_range", "1.8 / curvature_range"),
            hint={
                "en": "Your rate is stable, too, but another one: asked for is 1/λ_max. After a few steps one can tell them apart.",
                "zh": "你的学习率也是稳定的，但不是题目要求的 1/λ_max。走几步之后就能看出差别。",
            },
        ),
        Mistake(
            "rate_of_one_tenth",
            function=fit_at_rate_one_tenth,
            hint={
                "en": "Your learning rate is a fixed 0.1. Compute it from the data: 1/λ_max of the standardized features.",
                "zh": "你的学习率固定为 0.1。它应当由数据算出：标准化特征的 1/λ_max。",
            },
        ),
        Mistake(
            "least_squares_at_once",
            function=fit_by_least_squares,
            hint={
                "en": "You solve for the least-squares line directly, without scale and without steps. That is where the training leads; asked for is where it stands after `n_steps`.",
                "zh": "你直接解出了最小二乘解，没有缩放，也没有迭代。那是训练的终点；题目要的是走 `n_steps` 步之后的位置。",
            },
        ),
        Mistake(
            "least_squares_on_standardized_features",
            function=fit_scaled_by_least_squares,
            hint={
                "en": "The scale is right, but w and b are those of the least-squares line. Train them: `n_steps` of `gd_train` from zero.",
                "zh": "尺度是对的，但 w 和 b 直接取了最小二乘解。请从零开始用 `gd_train` 训练 `n_steps` 步。",
            },
        ),
    ],
    variants=[
        Variant("bias_as_a_column_and_lists", function=fit_with_a_column_of_ones),
        Variant("largest_of_the_range", swap=("curvature_range(Z)[1]", "max(curvature_range(Z))")),
    ],
    forbids=FROM_SCRATCH,
    seconds=10.0,  # 1000 steps take 0.02 s, in plain Python 3 s
)


# %% [markdown] lang="en"
# ### The race, to the end
#
# How long would raw training have to go on? For a quadratic loss the answer can be computed without iterating (each curvature shrinks its own error by $1-\lambda/\lambda_{\max}$ a step), so the race is run here for ten billion steps.
# Standardized features arrive after some thousands. Raw features need some hundred million.
# %% [markdown] lang="zh"
# ### 把比赛跑完
#
# 用原始特征要训练多久才能到？对二次损失，不用真的迭代也能算出来（每个曲率方向上的误差每步缩小到 $1-\lambda/\lambda_{\max}$ 倍），所以这里一口气比到一百亿步。标准化的特征几千步就到了，原始特征需要上亿步。
# %% demo="race"
import matplotlib.pyplot as plt
from sklearn.datasets import load_diabetes

measured, progress = load_diabetes(return_X_y=True, scaled=False)
steps = np.logspace(0, 10, 300)
fig, ax = plt.subplots(figsize=(10, 5))
tables = {
    "raw features": (measured, "#c8102e"),
    "standardized features": ((measured - measured.mean(0)) / measured.std(0), "#1f5fa8"),
}
for label, (table, color) in tables.items():
    left_axes, spread, _ = np.linalg.svd(np.c_[table, np.ones(442)], full_matrices=False)
    start_error, shrink = (left_axes.T @ progress) ** 2 / 442, 1 - (spread / spread[0]) ** 2
    excess = (start_error * shrink ** (2 * steps[:, None])).sum(axis=1)
    ax.loglog(
        steps,
        np.maximum(excess, 1e-12),
        color=color,
        lw=3,
        label=f"{label}: condition number {(spread[0] / spread[-1]) ** 2:,.0f}",
    )
ax.axvline(1000, color="#14213d", ls=":", lw=1.2)
ax.annotate("1000 steps", (1000, 2e-6), (800, 2e-6), color="#14213d", ha="right")
ax.set(
    ylim=(1e-7, 1e5),
    xlabel="steps of gradient descent",
    ylabel="mean squared error above the minimum",
    title="Same data, same model, same destination",
)
ax.legend(loc="upper right")
ax.grid(alpha=0.25)
plt.show()


# %% [markdown] lang="en"
# ## 2.15 Looking a short way ahead: Taylor
#
# Why is $-g$ the way to go? Near the current point a smooth loss looks like a plane. To first order,
#
# $$L(w + d) \approx L(w) + g\cdot d, \qquad g = \nabla L(w),$$
#
# for a small displacement $d$. What is left out is of second order: halve $d$, and the error falls to about a **quarter**. (The notes ask for an "infinitely differentiable" loss; a gradient that varies smoothly is enough.)
#
# **By hand**: $L(w) = 5$, $g = (3, 4)$, $d = (-0.1, 0.2)$. Then $L(w + d) \approx 5 + (3\cdot(-0.1) + 4\cdot0.2) = 5.5$.
#
# `taylor1` evaluates this for one displacement, or for many at once: the rows of an (M, D) array.
# %% [markdown] lang="zh"
# ## 2.15 往前看一小步：泰勒展开
#
# 为什么要沿 $-g$ 走？在当前点附近，光滑的损失看起来像一个平面。一阶近似为
#
# $$L(w + d) \approx L(w) + g\cdot d, \qquad g = \nabla L(w),$$
#
# 其中 $d$ 是很小的位移。忽略掉的是二阶项：$d$ 减半，误差降到大约**四分之一**。（讲义要求“无限可微”，其实梯度光滑变化就够了。）
#
# **手算一遍**：$L(w) = 5$，$g = (3, 4)$，$d = (-0.1, 0.2)$，则 $L(w + d) \approx 5 + (3\cdot(-0.1) + 4\cdot0.2) = 5.5$。
#
# `taylor1` 对一个位移求这个近似值，也可以一次对许多位移求值：它们是 (M, D) 数组的各行。
# %% answer="taylor1"
def taylor1(f0, g, d):
    """First-order Taylor value f0 + g·d.

    f0  a number, the loss at the current point.
    g   (D,), the gradient there.
    d   (D,), a displacement; or (M, D), one displacement a row.
    Returns a number; for (M, D) an array (M,).
    """
    ### BEGIN SOLUTION
    return f0 + d @ g
    ### END SOLUTION


# %% [markdown] docstring="taylor1" lang="zh"
# 一阶泰勒近似值 f0 + g·d。
#
# f0  一个数，当前点的损失。
# g   (D,)，当前点的梯度。
# d   (D,)，一个位移；或 (M, D)，一行一个位移。
# 返回一个数；d 为 (M, D) 时返回 (M,) 的数组。
# %% grading="taylor1"
def look_ahead(impl, case):
    if "A" not in case.inputs:
        return impl.taylor1(case.f0, case.g, case.d)

    def loss(w):
        return float(w @ case.A @ w) / 2

    left_out = []
    for d in (case.d, case.d / 2):
        approximation = impl.taylor1(loss(case.w), case.A @ case.w, d)
        left_out.append(loss(case.w + d) - float(np.asarray(approximation, dtype=float).reshape(())))
    return left_out[0] / left_out[1]


def taylor_cases(rng):
    def case(name, zh, shape, group="values"):
        g = nonzero(rng, shape[-1])
        return Case(name, zh=zh, group=group, f0=number(rng, 1, 5), g=g, d=nonzero(rng, *shape))

    yield case("one displacement", "一个位移", (3,))
    yield case("two dimensions", "二维", (2,))
    yield case("many displacements", "许多位移", (5, 3), "arrays")
    yield case("as many displacements as dimensions", "位移个数等于维数", (3, 3), "arrays")
    yield case("a table with one displacement", "只有一个位移的表格", (1, 4), "arrays")
    B = normal(rng, 3, 3)
    yield Case(
        "what is left out quarters",
        zh="忽略的部分降到四分之一",
        group="invariant",
        A=(B @ B.T + np.eye(3)).round(4),
        w=nonzero(rng, 3) * 0.3,
        d=(rng.choice([-1.0, 1.0], size=3) * rng.uniform(1, 2, size=3)).round(2),
    )


def taylor_loop(f0, g, d):
    if np.ndim(d) == 1:
        return f0 + sum(float(a) * float(c) for a, c in zip(g, d, strict=True))
    return [f0 + sum(float(a) * float(c) for a, c in zip(g, row, strict=True)) for row in d]


Exercise(
    points=2,
    reference=gd.taylor1,
    cases=taylor_cases,
    observe=look_ahead,
    tolerance=CLOSED_FORM,
    groups={"arrays": {"en": "Many displacements at once", "zh": "一次计算多个位移"}},
    mistakes=[
        Mistake(
            "sign_flipped",
            swap=("f0 + d @ g", "f0 - d @ g"),
            hint={
                "en": "Taylor's formula has a plus. The minus of gradient descent comes later, with the choice of d.",
                "zh": "泰勒公式里是加号。梯度下降的负号要等到选择 d 的时候才出现。",
            },
        ),
        Mistake(
            "starting_value_forgotten",
            swap=("f0 + d @ g", "d @ g"),
            hint={
                "en": "This is only the change. The value also contains the loss at the current point, f0.",
                "zh": "这只是变化量。近似值还要加上当前点的损失 f0。",
            },
        ),
        Mistake(
            "product_not_summed",
            swap=("f0 + d @ g", "f0 + d * g"),
            hint={
                "en": "g·d is an inner product: multiply entry by entry, then add up over the dimensions. You return one number a dimension.",
                "zh": "g·d 是内积：逐项相乘之后还要对各维求和。你对每一维返回了一个数。",
            },
        ),
        Mistake(
            "lengths_multiplied",
            swap=("f0 + d @ g", "f0 + np.linalg.norm(d, axis=-1) * np.linalg.norm(g)"),
            hint={
                "en": "You multiply the lengths of g and d, as if they always pointed the same way. The inner product also knows the angle between them.",
                "zh": "你把 g 和 d 的长度相乘，等于假定它们总是同方向。内积还取决于两者的夹角。",
            },
        ),
        Mistake(
            "gradient_normalized",
            swap=("f0 + d @ g", "f0 + d @ g / np.linalg.norm(g)"),
            hint={
                "en": "You divided the gradient by its length, so the steepness is lost. Normalizing belongs to the next exercise.",
                "zh": "你把梯度除以了它的长度，坡度的信息就没了。归一化是下一题的事。",
            },
        ),
        Mistake(
            "half_of_the_slope",
            swap=("f0 + d @ g", "f0 + d @ g / 2"),
            hint={
                "en": "The ½ of Taylor's formula belongs to the second-order term; the first-order term is g·d without a factor.",
                "zh": "泰勒公式里的 ½ 属于二阶项，一阶项就是 g·d，前面没有系数。",
            },
        ),
        Mistake(
            "order_of_the_product",
            swap=("f0 + d @ g", "f0 + g @ d"),
            hint={
                "en": "Right for one displacement, but with one displacement a row the shapes (D,) and (M, D) do not fit in this order.",
                "zh": "对单个位移是对的；但位移按行排列时，(D,) 与 (M, D) 按这个次序无法相乘。",
            },
        ),
        Mistake(
            "one_sum_for_all_rows",
            swap=("f0 + d @ g", "f0 + np.sum(d * g)"),
            hint={
                "en": "Right for one displacement. With one displacement a row you add up all rows; each row has a value of its own.",
                "zh": "对单个位移是对的。位移按行排列时，你把所有行都加在了一起；每一行应当各有一个值。",
            },
        ),
        Mistake(
            "second_order_added",
            swap=("f0 + d @ g", "f0 + d @ g + np.sum(d**2, axis=-1) / 2"),
            hint={
                "en": "You add a term of second order. Nothing is known of the curvature here: asked for is the plane, f0 + g·d.",
                "zh": "你多加了一个二阶项。这里并不知道曲率，题目要的只是平面 f0 + g·d。",
            },
        ),
    ],
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    variants=[
        Variant("loop_and_list", function=taylor_loop),
        Variant("einsum", swap=("d @ g", 'np.einsum("...i,i->...", d, g)')),
        Variant("sum_of_products", swap=("d @ g", "np.sum(np.asarray(d) * g, axis=-1)")),
    ],
)


# %% [markdown] lang="en"
# ## 2.16 The steepest step
#
# Draw a small circle of radius $r$ around the current point. Which point on it has the lowest loss? If $r$ is small enough for the plane to be trusted, it is the $d$ with $\|d\| = r$ that makes $g\cdot d$ smallest. Now
# $g\cdot d = \|g\|\,r\cos\theta$, and the cosine is smallest, $-1$, when $d$ points exactly against $g$:
#
# $$d^* = -\,r\,\frac{g}{\|g\|}$$
#
# **By hand**: $g = (3, 4)$ has length 5. With $r = 0.5$ the step is $-0.5\cdot(0.6, 0.8) = (-0.3, -0.4)$. Its length is $0.5$, and the loss falls by $g\cdot d^* = -0.9 - 1.6 = -2.5 = -r\|g\|$.
#
# Where $g = 0$ no direction is better than another. Then the step is zero: stay.
# %% [markdown] lang="zh"
# ## 2.16 最陡的一步
#
# 以当前点为圆心画一个半径为 $r$ 的小圆。圆上哪一点的损失最低？只要 $r$ 足够小、平面近似可信，那就是在 $\|d\| = r$ 的条件下让 $g\cdot d$ 最小的 $d$。而
# $g\cdot d = \|g\|\,r\cos\theta$，当 $d$ 与 $g$ 方向正好相反时余弦取到最小值 $-1$：
#
# $$d^* = -\,r\,\frac{g}{\|g\|}$$
#
# **手算一遍**：$g = (3, 4)$ 的长度是 5。取 $r = 0.5$，这一步是 $-0.5\cdot(0.6, 0.8) = (-0.3, -0.4)$，长度为 $0.5$，损失下降 $g\cdot d^* = -0.9 - 1.6 = -2.5 = -r\|g\|$。
#
# 如果 $g = 0$，没有哪个方向更好，这一步就是零：留在原地。
# %% answer="steepest_step"
def steepest_step(g, r):
    """The displacement of length r along which the loss falls fastest, to first order.

    g  (D,), the gradient.
    r  a number above 0, the radius.
    Returns a new array (D,); all zeros where g is all zeros.
    """
    ### BEGIN SOLUTION
    length = np.linalg.norm(g)
    return -r * g / length if length > 0 else np.zeros_like(g)
    ### END SOLUTION


# %% [markdown] docstring="steepest_step" lang="zh"
# 长度为 r、（按一阶近似）损失下降最快的位移。
#
# g  (D,)，梯度。
# r  大于 0 的数，半径。
# 返回新的数组 (D,)；g 全为零时返回全零。
# %% grading="steepest_step"
def step_and_rivals(impl, case):
    d = impl.steepest_step(case.g, case.r)
    if "rivals" not in case.inputs:
        return d
    d = np.asarray(d, dtype=float).reshape(len(case.g))
    others = np.random.default_rng(case.rivals).normal(size=(1000, len(case.g)))
    others = case.r * others / np.sqrt((others**2).sum(axis=1, keepdims=True))
    rounding = 1e-6 * case.r * np.sqrt(case.g @ case.g)
    better = int(np.sum(others @ case.g < d @ case.g - rounding))
    return {"length of the step": float(np.sqrt(d @ d)), "directions that are better": better}


def step_cases(rng):
    def case(name, zh, g, group="values", low=0.1, high=0.9, **more):
        return Case(name, zh=zh, group=group, g=g, r=number(rng, low, high), **more)

    yield case("three dimensions", "三维", nonzero(rng, 3))
    yield case("tiny gradient", "很小的梯度", nonzero(rng, 4) * 1e-4)
    yield case("a large radius", "较大的半径", nonzero(rng, 2) * 10, "values", 2, 5)
    yield case("zero gradient", "零梯度", np.zeros(3), "edge")
    yield case("almost a zero gradient", "几乎为零的梯度", nonzero(rng, 3) * 1e-12, "edge")
    yield case("one dimension", "一维", nonzero(rng, 1), "edge")
    rivals = int(rng.integers(10**6))
    yield case("against 1000 other directions", "与 1000 个其他方向相比", nonzero(rng, 2), "invariant", rivals=rivals)


def step_in_place(g, r):
    length = np.linalg.norm(g)
    if length > 0:
        g *= -r / length
    return g


def step_in_integers(g, r):
    d, length = np.zeros_like(g), np.linalg.norm(g)
    if length > 0:
        d[:] = -r * g / length
    return d


def step_loop(g, r):
    length = sum(float(v) ** 2 for v in g) ** 0.5
    return [-r * float(v) / length if length else 0.0 for v in g]


Exercise(
    points=3,
    reference=gd.steepest_step,
    cases=step_cases,
    observe=step_and_rivals,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "uphill",
            swap=("-r * g / length", "r * g / length"),
            hint={
                "en": "Your step points along the gradient: the steepest way *up*. Turn it around.",
                "zh": "你的位移沿着梯度方向，是**上**坡最陡的方向。要反过来。",
            },
        ),
        Mistake(
            "not_normalized",
            swap=("-r * g / length", "-r * g"),
            hint={
                "en": "The length of your step depends on ‖g‖. It should be exactly r: divide by the length of the gradient.",
                "zh": "你的步长随 ‖g‖ 变化，而它应当正好是 r：要除以梯度的长度。",
            },
        ),
        Mistake(
            "zero_gradient_divides_by_zero",
            swap=("-r * g / length if length > 0 else np.zeros_like(g)", "-r * g / length"),
            hint={
                "en": "At a point with gradient 0 your step is 0/0 = NaN. There the right step is to stay.",
                "zh": "梯度为 0 的地方，你的结果是 0/0 = NaN。那里正确的做法是原地不动。",
            },
        ),
        Mistake(
            "divided_by_squared_length",
            swap=("-r * g / length if", "-r * g / length**2 if"),
            hint={
                "en": "You divide by ‖g‖², so the step is too long where the slope is gentle. Take the root.",
                "zh": "你除以了 ‖g‖²，坡缓的地方步子会太长。要开方。",
            },
        ),
        Mistake(
            "sign_of_each_entry",
            swap=("-r * g / length if", "-r * np.sign(g) if"),
            hint={
                "en": "You keep only the sign of each entry. That is the steepest step inside a *square*; inside a circle the direction is that of g itself.",
                "zh": "你只保留了每个分量的符号，那是在**正方形**里最陡的一步。在圆里，方向就是 g 本身的反方向。",
            },
        ),
        Mistake(
            "divided_by_sum_of_absolute_values",
            swap=("np.linalg.norm(g)", "np.abs(g).sum()"),
            hint={
                "en": "You normalize by Σ|g|. The radius is measured by the ordinary (Euclidean) length, the root of the sum of squares.",
                "zh": "你用 Σ|g| 做归一化。半径用的是普通的（欧几里得）长度，即平方和的平方根。",
            },
        ),
        Mistake(
            "radius_ignored",
            swap=("-r * g / length if", "-g / length if"),
            hint={
                "en": "Your step has length 1 whatever r is. Stretch it to the radius.",
                "zh": "无论 r 是多少，你的步长都是 1。要把它缩放到半径 r。",
            },
        ),
        Mistake(
            "small_number_in_the_denominator",
            swap=("-r * g / length if length > 0 else np.zeros_like(g)", "-r * g / (length + 1e-8)"),
            hint={
                "en": "A small constant in the denominator avoids 0/0 but shortens the step where the gradient itself is small. Treat g = 0 as a case of its own.",
                "zh": "分母里加一个小常数虽然避免了 0/0，但梯度本身很小时步子也被缩短了。请把 g = 0 单独处理。",
            },
        ),
        Mistake(
            "small_gradient_called_zero",
            swap=("length > 0", "not np.isclose(length, 0)"),
            hint={
                "en": "You take a gradient of length 10⁻¹² for zero and stay. However small it is, it has a direction; only g = 0 has none.",
                "zh": "你把长度为 10⁻¹² 的梯度当成了零，留在原地。梯度再小也有方向，只有 g = 0 才没有。",
            },
        ),
        Mistake(
            "largest_entry_for_the_length",
            swap=("np.linalg.norm(g)", "np.abs(g).max()"),
            hint={
                "en": "You divide by the largest entry, so the step gets longer than r as soon as there are two dimensions. The length is the root of the sum of squares.",
                "zh": "你除以了最大的分量，维数一多步子就比 r 长了。长度是平方和的平方根。",
            },
        ),
        Mistake(
            "gradient_changed_in_place",
            function=step_in_place,
            hint={
                "en": "The step is right, but `g *= …` has overwritten the caller's gradient. Make a new array.",
                "zh": "这一步算对了，但 `g *= …` 把调用者的梯度改掉了。请生成一个新数组。",
            },
        ),
        Mistake(
            "step_in_an_array_of_integers",
            function=step_in_integers,
            hint={
                "en": "Right for floats. But for an integer g such as (3, 4), `np.zeros_like(g)` holds integers, and a step shorter than 1 becomes 0 in it.",
                "zh": "对浮点数是对的。但 g 是 (3, 4) 这样的整数数组时，`np.zeros_like(g)` 只能存整数，小于 1 的步子存进去就变成 0 了。",
            },
        ),
    ],
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    variants=[
        Variant("loop_and_list", function=step_loop),
        Variant("root_of_inner_product", swap=("np.linalg.norm(g)", "np.sqrt(np.dot(g, g))")),
        Variant("float32_result", swap=("-r * g / length if", "(-r * (g / length)).astype(np.float32) if")),
    ],
)


# %% [markdown] lang="en"
# ### The circle
#
# Left: a loss that is no parabola, a point, and circles of three radii around it. Each dot is the true lowest point of its circle, found by trying all angles; the red arrow is $-g$. The smaller the circle, the closer the dot is to the arrow.
# Right: walk around each circle. Solid is the true loss, dashed the Taylor value. Every halving of $r$ brings them about four times closer.
# %% [markdown] lang="zh"
# ### 小圆圈
#
# 左图：一个不是抛物面的损失、一个点，以及它周围三个半径不同的圆。每个圆点是试遍所有角度找到的该圆上真正的最低点，红色箭头是 $-g$。圆越小，圆点离箭头越近。
# 右图：沿每个圆走一圈。实线是真实的损失，虚线是泰勒近似值。$r$ 每减半一次，两者的差距就缩小到大约四分之一。
# %% demo="circle"
import matplotlib.pyplot as plt


def terrain(u, v):
    return 0.5 * u**2 + 1.1 * v**2 + 0.9 * np.sin(1.7 * u) * v


here = np.array([1.25, 0.95])
tiny = 1e-6
slope_u = (terrain(here[0] + tiny, here[1]) - terrain(here[0] - tiny, here[1])) / (2 * tiny)
slope_v = (terrain(here[0], here[1] + tiny) - terrain(here[0], here[1] - tiny)) / (2 * tiny)
turn = np.linspace(0, 2 * np.pi, 721)
fig, (left, right) = plt.subplots(1, 2, figsize=(13.5, 5.4))
grid_u, grid_v = np.meshgrid(np.linspace(-1.2, 3.0, 220), np.linspace(-1.1, 2.5, 220))
left.contourf(grid_u, grid_v, terrain(grid_u, grid_v), levels=26, cmap="Blues", alpha=0.55)
left.contour(grid_u, grid_v, terrain(grid_u, grid_v), levels=26, colors="white", linewidths=0.7)
for radius, color in ((1.2, "#6a4c93"), (0.6, "#e09f3e"), (0.3, "#2a9d8f")):
    ring_u, ring_v = here[0] + radius * np.cos(turn), here[1] + radius * np.sin(turn)
    truth = terrain(ring_u, ring_v)
    plane = terrain(*here) + radius * (slope_u * np.cos(turn) + slope_v * np.sin(turn))
    best = truth.argmin()
    left.plot(ring_u, ring_v, color=color, lw=2)
    left.plot(ring_u[best], ring_v[best], "o", color=color, ms=11, mec="white")
    right.plot(
        np.degrees(turn),
        truth,
        color=color,
        lw=2.2,
        label=f"r = {radius}: largest gap {np.abs(truth - plane).max():.2f}",
    )
    right.plot(np.degrees(turn), plane, color=color, lw=1.5, ls="--")
tip = here - 1.35 * np.array([slope_u, slope_v]) / np.hypot(slope_u, slope_v)
left.annotate("", tip, here, arrowprops={"arrowstyle": "-|>", "color": "#c8102e", "lw": 2.5})
left.plot(*here, "o", color="#c8102e", ms=8)
left.set(aspect="equal", xlabel="$w_1$", ylabel="$w_2$", title="Lowest point of each circle (dots) and $-g$ (arrow)")
right.set(
    xlabel="direction around the circle, degrees",
    ylabel="loss",
    title="True loss (solid) and first-order Taylor (dashed)",
    xticks=range(0, 361, 60),
)
right.legend(loc="upper right")
plt.tight_layout()
plt.show()


# %% [markdown] lang="en"
# ## 2.17 What the argument promises, and what not
#
# Gradient descent does not use a fixed radius: its step is $-\eta g$. Compare it with the figure above and with 2.12, then answer four short questions in `circle_facts`.
#
# 1. The radius $r$ is halved. The error of the first-order Taylor value becomes about — **a** the same, **b** a half, **c** a quarter of what it was.
# 2. The learning rate is so large that the Taylor value can no longer be trusted. After the step the loss — **a** is surely lower, **b** is surely lower, only by less than predicted, **c** may be higher.
# 3. You stand on the wall of a long narrow valley. There $-g$ points mostly — **a** straight at the minimum, **b** across the valley, **c** along its floor.
# 4. A step of gradient descent with rate $\eta$ is the steepest step of radius — **a** $r = \eta$, **b** $r = \eta\|g\|$, **c** $r = \eta/\|g\|$.
# %% [markdown] lang="zh"
# ## 2.17 这个论证保证了什么，没保证什么
#
# 梯度下降并不使用固定的半径，它的一步是 $-\eta g$。对照上面的图和 2.12 节，在 `circle_facts` 中回答四个小问题。
#
# 1. 半径 $r$ 减半，一阶泰勒近似的误差大约变为原来的——**a** 一样，**b** 一半，**c** 四分之一。
# 2. 学习率大到泰勒近似已经不可信。走完这一步，损失——**a** 一定降低，**b** 一定降低，只是没有预计的多，**c** 有可能升高。
# 3. 你站在一条狭长山谷的侧壁上。那里的 $-g$ 主要指向——**a** 最低点，**b** 横穿山谷的方向，**c** 沿着谷底的方向。
# 4. 学习率为 $\eta$ 的一步梯度下降，就是半径为多少的最陡一步？——**a** $r = \eta$，**b** $r = \eta\|g\|$，**c** $r = \eta/\|g\|$。
# %% answer="circle_facts"
def circle_facts():
    """Your answers to questions 1 to 4 above.

    Returns a dict with the keys "q1", "q2", "q3", "q4"; each value is "a", "b" or "c".
    Each right answer earns its share.
    """
    ### BEGIN SOLUTION
    return {"q1": "c", "q2": "c", "q3": "b", "q4": "b"}
    ### END SOLUTION


# %% [markdown] docstring="circle_facts" lang="zh"
# 上面第 1 到第 4 题的答案。
#
# 返回一个字典，键为 "q1"、"q2"、"q3"、"q4"，每个值为 "a"、"b" 或 "c"。
# 每答对一题得一份分。
# %% grading="circle_facts"
def answer_to_question(impl, case):
    answer = impl.circle_facts()
    if not case.question:
        return isinstance(answer, dict)
    letters = {str(question).strip().lower(): str(letter).strip().lower() for question, letter in answer.items()}
    letter = letters.get(case.question, "")
    if "known" not in case.inputs:
        return letter
    return " | ".join(case.known) if letter in case.known else letter


def four_questions(rng):
    yield Case("a dict", zh="一个字典", group="form", question="")
    for k in (1, 2, 3, 4):
        name, known = f"q{k}", ["a", "b", "c"]
        yield Case(f"{name}: one of the letters", zh=f"第 {k} 题：字母之一", group=name, question=name, known=known)
        yield Case(name, zh=f"第 {k} 题", group=name, public=False, question=name)


Exercise(
    points=2,
    reference=gd.circle_facts,
    cases=four_questions,
    observe=answer_to_question,
    tolerance=EXACT,
    groups={f"q{k}": {"en": f"Question {k}", "zh": f"第 {k} 题"} for k in (1, 2, 3, 4)},
    mistakes=[
        Mistake(
            "error_thought_linear",
            swap=('"q1": "c"', '"q1": "b"'),
            hint={
                "en": "Question 1: the *first-order* part is exact. What is left out grows like the square of the radius. Compare the gaps in the legend of the figure.",
                "zh": "第 1 题：**一阶**部分是精确的，忽略掉的部分随半径的平方增长。比较一下图例里的几个差距。",
            },
        ),
        Mistake(
            "descent_thought_certain",
            swap=('"q2": "c"', '"q2": "b"'),
            hint={
                "en": "Question 2: think of run D in 2.2. The promise of descent holds for small steps only.",
                "zh": "第 2 题：想想 2.2 节的运行 D。只有步子小的时候才保证下降。",
            },
        ),
        Mistake(
            "gradient_thought_to_aim_at_the_minimum",
            swap=('"q3": "b"', '"q3": "a"'),
            hint={
                "en": "Question 3: −g is perpendicular to the contour you stand on. In a long valley the contours run almost parallel to it.",
                "zh": "第 3 题：−g 垂直于你所在的等高线，而狭长山谷里的等高线几乎与山谷平行。",
            },
        ),
        Mistake(
            "rate_thought_to_be_the_radius",
            swap=('"q4": "b"', '"q4": "a"'),
            hint={
                "en": "Question 4: what is the length of the vector ηg?",
                "zh": "第 4 题：向量 ηg 的长度是多少？",
            },
        ),
        Mistake(
            "rate_divided_by_the_slope",
            swap=('"q4": "b"', '"q4": "c"'),
            hint={
                "en": "Question 4: where the slope is steep, gradient descent takes a longer step, not a shorter one. What is the length of ηg?",
                "zh": "第 4 题：坡越陡，梯度下降的步子越长，而不是越短。ηg 的长度是多少？",
            },
        ),
    ],
    variants=[
        Variant(
            "dict_call", swap=('{"q1": "c", "q2": "c", "q3": "b", "q4": "b"}', 'dict(q4="b", q3="b", q2="c", q1="c")')
        ),
        Variant(
            "zipped",
            swap=('{"q1": "c", "q2": "c", "q3": "b", "q4": "b"}', 'dict(zip(["q1", "q2", "q3", "q4"], "ccbb"))'),
        ),
        Variant("capitals_and_spaces", swap=('"q1": "c"', '"Q1": " C"')),
    ],
)


# %% [markdown] lang="en" extra
# ## 2.18 Bonus: along the contour
#
# Back to the very first figure. If the contour line is where the loss does not change, then a tiny move $\tau$ along it must have no first-order effect: $g\cdot\tau = 0$. In the plane this fixes $\tau$ up to its length and its sign: it is $g$ turned by 90°.
#
# **By hand**: for $g = (3, 4)$, both $(-0.8, 0.6)$ and $(0.8, -0.6)$ have length 1, and $3\cdot(-0.8) + 4\cdot0.6 = 0$.
# %% [markdown] lang="zh" extra
# ## 2.18 附加题：沿着等高线
#
# 回到本章的第一幅图。等高线上损失不变，所以沿它走一小步 $\tau$，一阶变化必须为零：$g\cdot\tau = 0$。在平面上，除了长度和正负号，$\tau$ 就由此确定了：它是把 $g$ 转 90° 得到的方向。
#
# **手算一遍**：对 $g = (3, 4)$，$(-0.8, 0.6)$ 和 $(0.8, -0.6)$ 的长度都是 1，并且 $3\cdot(-0.8) + 4\cdot0.6 = 0$。
# %% answer="contour_tangent" extra
def contour_tangent(g):
    """A unit vector along the contour line, at a point where the gradient is g.

    g  (2,), not zero.
    Returns an array (2,) of length 1 that is perpendicular to g; either of the two directions is right.
    """
    ### BEGIN SOLUTION
    return np.array([-g[1], g[0]]) / np.linalg.norm(g)
    ### END SOLUTION


# %% [markdown] docstring="contour_tangent" lang="zh"
# 梯度为 g 的点上，沿等高线方向的单位向量。
#
# g  (2,)，不为零。
# 返回长度为 1、与 g 垂直的数组 (2,)；两个方向都算对。
# %% grading="contour_tangent"
def tangent_up_to_sign(impl, case):
    tau = np.asarray(impl.contour_tangent(case.g), dtype=float).reshape(2)
    slope = float(tau @ case.g) / float(np.sqrt(case.g @ case.g))
    return {"cosine of the angle to g": slope, "tangent times its transpose": np.outer(tau, tau)}


def tangent_cases(rng):
    yield Case("any slope", zh="一般的坡", g=nonzero(rng, 2))
    yield Case("a steep slope", zh="很陡的坡", g=nonzero(rng, 2) * 1e4)
    yield Case("a gentle slope", zh="很缓的坡", group="edge", g=nonzero(rng, 2) * 1e-12)
    yield Case("along the first axis", zh="沿第一个坐标轴", group="edge", g=np.array([number(rng, 0.3, 2), 0.0]))
    yield Case("along the second axis", zh="沿第二个坐标轴", group="edge", g=np.array([0.0, -number(rng, 0.3, 2)]))


def tangent_by_slope(g):
    slope = -g[0] / g[1]
    return np.array([1.0, slope]) / np.sqrt(1 + slope**2)


def tangent_by_turning_g(g):
    g[0], g[1] = -g[1], g[0]
    return g / np.linalg.norm(g)


def tangent_in_integers(g):
    tau = np.zeros_like(g)
    tau[0], tau[1] = -g[1] / np.linalg.norm(g), g[0] / np.linalg.norm(g)
    return tau


def tangent_by_angle(g):
    angle = np.arctan2(g[1], g[0]) + np.pi / 2
    return np.array([np.cos(angle), np.sin(angle)])


def tangent_by_complex_number(g):
    turned = 1j * complex(g[0], g[1]) / abs(complex(g[0], g[1]))
    return [turned.real, turned.imag]


Exercise(
    points=1,
    reference=gd.contour_tangent,
    cases=tangent_cases,
    observe=tangent_up_to_sign,
    tolerance=Tolerance(
        1e-6,
        1e-6,
        "a unit vector in float32 is off by 6e-8, whatever the length of g; the smallest mistake moves a third",
    ),
    mistakes=[
        Mistake(
            "normal_for_tangent",
            swap=("np.array([-g[1], g[0]])", "g"),
            hint={
                "en": "That is the direction of the gradient itself, across the contour. Turn it by 90°.",
                "zh": "这是梯度本身的方向，横穿等高线。把它转 90°。",
            },
        ),
        Mistake(
            "not_normalized",
            swap=(" / np.linalg.norm(g)", ""),
            hint={
                "en": "The direction is right; the length should be 1.",
                "zh": "方向对了，但长度应当是 1。",
            },
        ),
        Mistake(
            "swapped_without_sign",
            swap=("[-g[1], g[0]]", "[g[1], g[0]]"),
            hint={
                "en": "Swapping the two entries mirrors the vector. A turn by 90° also changes the sign of one of them.",
                "zh": "只交换两个分量得到的是镜像。旋转 90° 还要让其中一个变号。",
            },
        ),
        Mistake(
            "only_sign_changed",
            swap=("[-g[1], g[0]]", "[-g[0], g[1]]"),
            hint={
                "en": "Changing one sign mirrors the vector. A turn by 90° also swaps the two entries.",
                "zh": "只改一个符号得到的是镜像。旋转 90° 还要交换两个分量。",
            },
        ),
        Mistake(
            "slope_of_the_contour",
            function=tangent_by_slope,
            hint={
                "en": "You divide one entry of g by the other, and where the contour is vertical that other one is 0. Turn g as a whole; no division of entries is needed.",
                "zh": "你用 g 的一个分量除以另一个，而等高线竖直时，另一个分量正好是 0。把 g 整个转过来就行，不需要分量相除。",
            },
        ),
        Mistake(
            "small_number_in_the_denominator",
            swap=("np.linalg.norm(g)", "(np.linalg.norm(g) + 1e-8)"),
            hint={
                "en": "g is never 0 here, so nothing needs to be added to its length. On a very gentle slope the small number makes your vector far too short.",
                "zh": "这里的 g 不会是零，长度上不需要再加什么。坡很缓的时候，这个小数会让你的向量短得多。",
            },
        ),
        Mistake(
            "gradient_turned_in_place",
            function=tangent_by_turning_g,
            hint={
                "en": "The tangent is right, but you have turned the caller's own g. Make a new array.",
                "zh": "切向量算对了，但你把调用者自己的 g 转掉了。请生成一个新数组。",
            },
        ),
        Mistake(
            "tangent_in_an_array_of_integers",
            function=tangent_in_integers,
            hint={
                "en": "Right for floats. But for an integer g such as (3, 4), `np.zeros_like(g)` holds integers, and 0.6 becomes 0 in it.",
                "zh": "对浮点数是对的。但 g 是 (3, 4) 这样的整数数组时，`np.zeros_like(g)` 只能存整数，0.6 存进去就变成 0 了。",
            },
        ),
    ],
    accepts=("integers",),
    forbids=FROM_SCRATCH,
    variants=[
        Variant("the_other_way_round", swap=("[-g[1], g[0]]", "[g[1], -g[0]]")),
        Variant("complex_number", function=tangent_by_complex_number),
        Variant("angle", function=tangent_by_angle),
        Variant("float32_result", swap=(" / np.linalg.norm(g)", ".astype(np.float32) / np.float32(np.linalg.norm(g))")),
        Variant("rotation_matrix", swap=("np.array([-g[1], g[0]])", "np.array([[0.0, -1.0], [1.0, 0.0]]) @ g")),
    ],
)


# %% [markdown] lang="en"
# ## Looking back
#
# You can now say why the negative gradient is the right direction (2.16), why it is nevertheless slow in a narrow valley (2.12), and two ways out: change the steps (Adagrad gives each parameter its own) or change the landscape (standardize the features).
# Chapter 6 comes back to the first way with RMSProp, momentum and Adam, and to the second with batch normalization.
#
# Before you hand in: restart the kernel, run everything from top to bottom, and save.
# %% [markdown] lang="zh"
# ## 回顾
#
# 现在你能说清楚：为什么负梯度是正确的方向（2.16），为什么它在狭长的山谷里还是很慢（2.12），以及两条出路：改变步子（Adagrad 让每个参数有自己的步长），或者改变地形（把特征标准化）。
# 第六章会沿第一条路继续讲 RMSProp、动量和 Adam，沿第二条路讲批归一化。
#
# 提交之前：重启内核，从头到尾运行一遍，再保存。
