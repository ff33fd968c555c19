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
# * Functions leave their inputs unchanged and return new arrays.
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
# * 函数不改动传进来的数据，结果用新数组返回。
# %% setup
import numpy as np

from autograder import check

# %% prelude
import numpy as np
import torch
from sklearn.datasets import load_diabetes, load_digits

from autograder import CLOSED_FORM, EXACT, Case, Exercise, Gate, Gradient, Mistake, Tolerance, Variant
from reference import gradient_descent as gd


def normal(rng, *shape):
    return rng.normal(size=shape).round(2)


def nonzero(rng, *shape):
    """Gradients well away from 0, so that a ratio of them is never 0/0."""
    return (rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.2, 2.0, size=shape)).round(2)


def number(rng, low, high):
    return round(float(rng.uniform(low, high)), 2)


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
# Run the next cell. The arrows are $-g$ at a few points. They stand at right angles on the contours, they are long where the slope is steep, and they do *not*
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
# 运行下面的单元格。箭头是若干点上的 $-g$：它们垂直于等高线，坡越陡箭头越长，但除了少数碰巧的位置，它们**并不**指向最低点。这一章的大部分内容，就是教你怎样应对这件事。
# %% demo="slopes"
import matplotlib.pyplot as plt

grid_x, grid_y = np.meshgrid(np.linspace(-3.2, 3.2, 240), np.linspace(-2.2, 2.2, 200))
height = 0.5 * grid_x**2 + 1.5 * grid_y**2
fig, ax = plt.subplots(figsize=(8, 5))
ax.contourf(grid_x, grid_y, height, levels=16, cmap="Blues", alpha=0.55)
ax.contour(grid_x, grid_y, height, levels=16, colors="white", linewidths=0.9)
for angle in np.linspace(0, 2 * np.pi, 14, endpoint=False):
    px, py = 2.3 * np.cos(angle), 1.35 * np.sin(angle)
    ax.annotate("", (px - 0.32 * px, py - 0.32 * 3 * py), (px, py), arrowprops={"arrowstyle": "-|>", "color": "#c8102e", "lw": 1.8})
    ax.plot(px, py, "o", color="#c8102e", ms=4)
ax.plot(0, 0, "*", color="#14213d", ms=16)
ax.annotate("minimum", (0.12, 0.1), color="#14213d")
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
for ax, name, factor in zip(axes, "ABCD", (-0.86, 0.975, 0.45, -1.07)):
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
    return impl.lr_symptoms()[case.run]


def four_runs(rng):
    for run in "ABCD":
        yield Case(f"run {run}", group=run, public=False, run=run)


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
        Variant("dict_call", swap=('{"A": "oscillating", "B": "too small", "C": "good", "D": "diverging"}', 'dict(D="diverging", C="good", B="too small", A="oscillating")')),
        Variant("more_keys", swap=('{"A"', '{"E": "?", "A"')),
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
    yield Case("t = 1", lr0=number(rng, 0.2, 2), t=1)
    yield Case("t = 99", lr0=number(rng, 0.2, 2), t=99)
    yield Case("t = 0, the first step", group="edge", lr0=number(rng, 0.2, 2), t=0)
    yield Case("several steps at once", group="arrays", lr0=number(rng, 0.2, 2), t=np.array([0, 3, 8, int(rng.integers(10, 500))]))


def decay_by_math_sqrt(lr0, t):
    import math

    return lr0 / math.sqrt(t + 1)


def decay_by_loop(lr0, t):
    if np.ndim(t) == 0:
        return lr0 / (t + 1) ** 0.5
    return [lr0 / (k + 1) ** 0.5 for k in t]


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
    ],
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
# state  (D,)，此前所有梯度的平方**和**；第一步之前全为零。
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
    zeros = np.zeros(3)
    yield Case("five steps", w=normal(rng, 3), gs=nonzero(rng, 5, 3), state=zeros, lr=number(rng, 0.1, 1), eps=1e-8)
    yield Case("a large eps", w=normal(rng, 2), gs=nonzero(rng, 4, 2), state=nonzero(rng, 2) ** 2, lr=number(rng, 0.1, 1), eps=0.5)
    yield Case("the first step", group="edge", w=normal(rng, 4), gs=nonzero(rng, 1, 4), state=np.zeros(4), lr=number(rng, 0.1, 1), eps=1e-8)
    gs = nonzero(rng, 3, 3)
    gs[:, 1] = 0.0
    yield Case("a gradient that is always zero", group="edge", w=normal(rng, 3), gs=gs, state=zeros, lr=number(rng, 0.1, 1), eps=1e-8)
    yield Case("tiny gradients", group="extreme", w=normal(rng, 3), gs=nonzero(rng, 5, 3) * 1e-4, state=zeros, lr=number(rng, 0.1, 1), eps=1e-8)


def adagrad_square_of_sum(w, g, state, lr, eps):
    state = state + g
    return w - lr * g / (np.sqrt(state**2) + eps), state


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
    ],
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
# σ_t 是每个参数的全部 T 个梯度的平方**均值**的平方根。gs 没有整列为零的情况。
# 返回新的参数 (D,)。
# %% grading="adagrad_rms_step"
def rms_cases(rng):
    yield Case("six gradients", w=normal(rng, 3), gs=nonzero(rng, 6, 3), lr=number(rng, 0.1, 1))
    yield Case("ten gradients", w=normal(rng, 2), gs=nonzero(rng, 10, 2), lr=number(rng, 0.1, 1))
    yield Case("the first step", group="edge", w=normal(rng, 4), gs=nonzero(rng, 1, 4), lr=number(rng, 0.1, 1))
    yield Case("tiny gradients", group="extreme", w=normal(rng, 3), gs=nonzero(rng, 5, 3) * 1e-4, lr=number(rng, 0.1, 1))


def rms_without_newest(w, gs, lr):
    sigma = np.sqrt(np.mean(gs[:-1] ** 2, axis=0))
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
    ],
    variants=[
        Variant("root_of_the_sum", function=rms_as_root_of_sum),
        Variant("einsum", swap=("np.mean(gs**2, axis=0)", 'np.einsum("td,td->d", gs, gs) / len(gs)')),
        Variant("norm", swap=("np.sqrt(np.mean(gs**2, axis=0))", "np.linalg.norm(gs, axis=0) / (t + 1) ** 0.5")),
    ],
)


# %% [markdown] lang="en"
# ### Four walks through the same valley
#
# Here is a valley that is 40 times steeper across than along, and a gradient with some noise, as in real training. A small constant rate never gets anywhere; a large one bounces between the walls to
# the end; the decaying rate bounces first and settles later. The fourth panel is drawn by *your* `adagrad_step`: it gives the steep direction and the flat one rates of their own.
# %% [markdown] lang="zh"
# ### 同一个山谷里的四种走法
#
# 这个山谷横向比纵向陡 40 倍，梯度还带一点噪声，和真实训练时一样。学习率小而不变，半天走不到；大而不变，就在两壁之间一直弹来弹去；逐步衰减的先弹跳，后来安定下来。
# 第四幅图由**你写的** `adagrad_step` 画出：它给陡的方向和平的方向各配一个学习率。
# %% demo="schedules"
import matplotlib.pyplot as plt

steep = np.array([1.0, 40.0])
noise = np.random.default_rng(3).normal(size=(80, 2)) * np.array([0.3, 4.0])


def stroll(move):
    point, memory, points = np.array([-4.0, 0.9]), np.zeros(2), []
    for number, jitter in enumerate(noise):
        points.append(point)
        point, memory = move(point, steep * point + jitter, memory, number)
    return np.array([*points, point])


walks = {
    "constant, small (0.004)": stroll(lambda p, slope, memory, n: (p - 0.004 * slope, memory)),
    "constant, large (0.046)": stroll(lambda p, slope, memory, n: (p - 0.046 * slope, memory)),
    r"decaying, 0.046 / $\sqrt{t+1}$": stroll(lambda p, slope, memory, n: (p - 0.046 * (n + 1) ** -0.5 * slope, memory)),
}
try:
    walks["Adagrad (0.7), by your function"] = stroll(lambda p, slope, memory, n: adagrad_step(p, slope, memory, 0.7, 1e-8))
except Exception:  # not written yet
    walks["Adagrad: write adagrad_step first"] = np.full((81, 2), np.nan)
colors = ("#8d99ae", "#c8102e", "#e09f3e", "#1f5fa8")
fig, axes = plt.subplot_mosaic([["a", "b", "e"], ["c", "d", "e"]], figsize=(14, 6), width_ratios=[1, 1, 0.95])
grid_x, grid_y = np.meshgrid(np.linspace(-4.6, 1.4, 200), np.linspace(-1.1, 1.1, 200))
for key, color, (title, points) in zip("abcd", colors, walks.items()):
    ax = axes[key]
    ax.contourf(grid_x, grid_y, np.sqrt(grid_x**2 + 40 * grid_y**2), levels=14, cmap="Greys", alpha=0.35)
    ax.plot(*points.T, "o-", ms=3, lw=1.2, color=color)
    ax.plot(0, 0, "*", color="#14213d", ms=14)
    ax.set(title=title, xlim=(-4.6, 1.4), ylim=(-1.1, 1.1), xlabel="$w_1$", ylabel="$w_2$")
    axes["e"].semilogy(0.5 * points**2 @ steep, color=color, lw=2, label=title)
axes["e"].set(xlabel="step", ylabel="loss", title="Loss of the four walks")
axes["e"].legend(fontsize=8)
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
for shift, (label, (slopes, ratios, color)) in zip((-0.2, 0.2), stories.items()):
    axes[0].bar(np.arange(5) + shift, slopes, width=0.38, color=color, alpha=0.85, label=label)
    axes[1].plot(ratios, "o-", color=color, lw=2.5, ms=9, label=label)
axes[0].set(yscale="log", xlabel="step $t$", ylabel="$|g^t|$ (log scale)", title="The gradients: both end at 0.1", xticks=range(5))
axes[0].axhline(0.1, color="#14213d", ls=":", lw=1)
axes[1].set(ylim=(-0.05, 1.1), xlabel="step $t$", ylabel="surprise = step length / $\\eta$", title="What Adagrad makes of them", xticks=range(5))
axes[1].legend(loc="lower left")
axes[0].legend(loc="upper left")
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
    yield Case("one parameter", g_seq=nonzero(rng, 6))
    yield Case("three parameters", g_seq=nonzero(rng, 5, 3))
    sudden = np.array([10.8, 20.9, 31.7, 12.1, 0.1]) * number(rng, 0.5, 2)
    yield Case("suddenly small", group="extreme", g_seq=sudden)
    yield Case("suddenly large", group="extreme", g_seq=sudden[::-1] * 1e-4)
    yield Case("a single step", group="edge", g_seq=nonzero(rng, 1))


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
    accepts=("lists",),
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
            swap=("np.sqrt(np.cumsum(g**2, axis=0))", "np.sqrt((np.cumsum(g**2, axis=0).T / np.arange(1, len(g) + 1)).T)"),
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
    ],
    variants=[
        Variant("loop_and_list", function=surprise_loop),
        Variant("float32_result", swap=("np.sqrt(np.cumsum(g**2, axis=0))", "np.sqrt(np.add.accumulate(g * g, axis=0)).astype(np.float32)")),
        Variant("root_of_the_ratio", swap=("np.abs(g) / np.sqrt(np.cumsum(g**2, axis=0))", "np.sqrt(g**2 / np.cumsum(g**2, axis=0))")),
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
    ax.annotate(f"$w={start:g}$, slope ${bend * start:g}$", (start, level), (start + 0.35, level - 1.6), color=color)
ax.set(ylim=(-1, 20), xlabel="$w$", ylabel="loss", title="Two parameters, two parabolas: who should move farther?")
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
