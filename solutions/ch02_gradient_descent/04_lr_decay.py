# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import gradient_descent as gd

from chapter import uniform

# %% [markdown] lang="en"
# ## {n} A learning rate that decays
#
# Far from the minimum you want long steps, near it short ones. The simplest way is to shrink the rate on a timetable (§3.1.1):
#
# $$\eta^t = \frac{\eta}{\sqrt{t+1}}, \qquad t = 0, 1, 2, \dots$$
#
# The $+1$ is there because the first step has $t = 0$. (The notes call this "1/t decay"; what they print, and what is used here, falls like $1/\sqrt t$.)
#
# **By hand.** For $\eta = 0.5$: at $t = 0$ the rate is $0.5$; at $t = 3$ it is $0.5/\sqrt4 = 0.25$; at $t = 99$ it is $0.5/\sqrt{100} = 0.05$. A hundred steps shrink it
# only tenfold: slow enough to keep walking.
# %% [markdown] lang="zh" of="f027"
# ## {n} 逐步衰减的学习率
#
# 离最低点远的时候步子要大，近了步子要小。最简单的办法是按时间表缩小学习率（§3.1.1）：
#
# $$\eta^t = \frac{\eta}{\sqrt{t+1}}, \qquad t = 0, 1, 2, \dots$$
#
# 分母里要加 1，因为第一步是 $t = 0$。（讲义把它叫作“1/t decay”，但印出来的公式、也是这里采用的公式，是按 $1/\sqrt t$ 衰减的。）
#
# **手算。** 取 $\eta = 0.5$：$t = 0$ 时学习率是 $0.5$；$t = 3$ 时是 $0.5/\sqrt4 = 0.25$；$t = 99$ 时是 $0.5/\sqrt{100} = 0.05$。走一百步才缩小到十分之一，还足够继续往前走。
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


# %% [markdown] docstring="lr_decay" lang="zh" of="712e"
# 第 t 步的学习率：lr0 / √(t + 1)。
#
# lr0  一个数，第一步的学习率。
# t    步的序号，第一步是 0；也可以是由这样的序号组成的整数数组。
# 返回一个数；t 是数组时返回同样形状的数组。
# %% [markdown] why="lr_decay" lang="en"
# One expression does for a number and for a whole array of steps, since `np.sqrt` works entry by entry; `math.sqrt` or an `if` on t would not.
# At t = 0 the root is 1, so the first rate is `lr0` without a case of its own.
# %% [markdown] why="lr_decay" lang="zh" of="6c74"
# `np.sqrt` 逐项计算，同一个式子既能算一步，也能算一整列步数；`math.sqrt` 或者对 t 写 `if` 就做不到。
# t = 0 时根号正好是 1，第一步的学习率自然就是 `lr0`，不必另作处理。
# %% grading="lr_decay"
def decay_cases(rng):
    early, late = int(rng.integers(1, 9)), int(rng.integers(60, 500))
    yield Case("an early step", zh="靠前的一步", lr0=uniform(rng, 0.2, 2), t=early)
    yield Case("a late step", zh="靠后的一步", lr0=uniform(rng, 0.2, 2), t=late)


def edge_cases(rng):
    yield Case("t = 0, the first step", zh="t = 0，第一步", lr0=uniform(rng, 0.2, 2), t=0)


def array_cases(rng):
    several = np.array([0, 3, 8, int(rng.integers(10, 500))])
    yield Case("several steps at once", zh="一次计算多步", lr0=uniform(rng, 0.2, 2), t=several)
    table = rng.integers(0, 90, size=(2, 3))
    yield Case("a table of steps", zh="排成表格的步", lr0=uniform(rng, 0.2, 2), t=table)


@mistake(
    en="Single steps are right. But `np.zeros_like(t)` is an array of integers, since t is one, and a rate below 1 becomes 0 in it.",
    zh="单独一步是对的。但 t 是整数数组，`np.zeros_like(t)` 也就是整数数组，小于 1 的学习率存进去就变成 0 了。",
)
def rates_in_an_array_of_integers(lr0, t):
    if np.ndim(t) == 0:
        return lr0 / np.sqrt(t + 1)
    rates = np.zeros_like(t)
    for index in np.ndindex(t.shape):
        rates[index] = lr0 / np.sqrt(t[index] + 1)
    return rates


@mistake(
    en="Single steps are right. But `if` needs one truth value, and an array of steps has many. The formula needs no special case at t = 0.",
    zh="单独一步是对的。但 `if` 只能判断一个真假，而一组步有很多个。其实 t = 0 不需要特殊处理，公式本身就对。",
)
def if_on_an_array(lr0, t):
    if t == 0:
        return lr0
    return lr0 / np.sqrt(t + 1)


@mistake(
    en="You shrink the rate of the step before once more. Each rate starts from lr0 itself: only one root divides it.",
    zh="你在上一步的学习率上又缩小了一次。每一步都从 lr0 本身出发，只除以一个根号。",
)
def decay_of_the_last_rate(lr0, t):
    rate = lr0
    for k in range(t):
        rate = rate / np.sqrt(k + 2)
    return rate


@mistake(
    en="Single steps are right. `math.sqrt` takes one number only; numpy's root works on a whole array of steps as well.",
    zh="单独一步是对的。但 `math.sqrt` 只能处理一个数；numpy 的开方可以一次处理整个数组。",
)
def math_sqrt(lr0, t):
    import math

    return lr0 / math.sqrt(t + 1)


@variant
def loop_and_list(lr0, t):
    if np.ndim(t) == 0:
        return lr0 / (t + 1) ** 0.5
    return [loop_and_list(lr0, k) for k in t]


Exercise(
    points=1, reference=gd.lr_decay, cases=decay_cases, tolerance=CLOSED_FORM,
    forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("arrays", array_cases, en="Several steps at once", zh="一次计算多步")],
    mistakes=[
        Mistake("t_without_plus_one", "np.sqrt(t + 1)", "np.sqrt(t)",
            en="Steps are counted from 0, so the first step divides by zero. What must be added under the root?",
            zh="步数从 0 数起，这样第一步就除以零了。根号里还应该加上什么？"),
        Mistake("root_missing", "np.sqrt(t + 1)", "(t + 1)",
            en="Your rate falls like 1/t, as the name in the notes suggests. Their formula has a square root: 1/√(t+1).",
            zh="你的学习率按 1/t 衰减，讲义里的名字确实容易让人这样想，但公式里有根号：1/√(t+1)。"),
        Mistake("integer_division", "lr0 / np", "lr0 // np",
            en="`//` rounds down to a whole number, and most learning rates round down to 0. Use ordinary division.",
            zh="`//` 会向下取整，多数学习率因此变成 0。请用普通除法。"),
        Mistake("plus_one_outside_root", "np.sqrt(t + 1)", "(np.sqrt(t) + 1)",
            en="The 1 belongs under the root: √(t + 1), not √t + 1. At t = 0 both agree, later they don't.",
            zh="1 应该在根号里面：是 √(t + 1)，不是 √t + 1。t = 0 时两者相同，之后就不同了。"),
        Mistake("root_over_everything", "lr0 / np.sqrt(t + 1)", "np.sqrt(lr0 / (t + 1))",
            en="The root covers the step count only, not the initial rate: at t = 0 the rate should be exactly lr0.",
            zh="根号只作用于步数，不包括初始学习率：t = 0 时的学习率应该正好是 lr0。"),
        Mistake("t_changed_in_place", "    return lr0 / np.sqrt(t + 1)", "    t += 1\n    return lr0 / np.sqrt(t)",
            en="The rates are right, but `t += 1` writes into the caller's array of steps. Compute t + 1 without storing it in t.",
            zh="学习率算对了，但 `t += 1` 改写了调用者的步数数组。计算 t + 1 时不要存回 t。"),
    ],
    variants=[
        Variant("power", "lr0 / np.sqrt(t + 1)", "lr0 * (t + 1.0) ** -0.5"),
        Variant("float32", "lr0 / np.sqrt(t + 1)", "np.asarray(lr0 / np.sqrt(t + 1), dtype=np.float32)"),
    ],
)
