# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import shape_of_input

# %% [markdown] lang="en"
# ## The sigmoid
#
# The function that turned log odds into a probability deserves a closer look:
#
# $$\sigma(z)=\frac{1}{1+e^{-z}}.$$
#
# ### {n} Sigmoid
#
# **By hand.** $\sigma(0)=\tfrac12$; $\sigma(\ln 3)=\frac{1}{1+1/3}=\tfrac34$; $\sigma(-\ln3)=\tfrac14$. In general $\sigma(z)+\sigma(-z)=1$.
#
# In a computer $e^{1000}$ is infinite. The form $\frac{e^{z}}{1+e^{z}}$ then gives $\infty/\infty=$ NaN, and the form above gives the right 0 but complains on the way. Both are avoided by never taking the exponential of a positive number: for $z\ge0$ use $\frac{1}{1+e^{-z}}$, for $z<0$ the equal $\frac{e^{z}}{1+e^{z}}$.
# %% [markdown] lang="zh" of="f7d3"
# ## Sigmoid 函数
#
# 把对数几率变成概率的这个函数，值得细看：
#
# $$\sigma(z)=\frac{1}{1+e^{-z}}.$$
#
# ### {n} Sigmoid
#
# **手算。** $\sigma(0)=\tfrac12$；$\sigma(\ln 3)=\frac{1}{1+1/3}=\tfrac34$；$\sigma(-\ln3)=\tfrac14$。一般地，$\sigma(z)+\sigma(-z)=1$。
#
# 在计算机里 $e^{1000}$ 是无穷大。写成 $\frac{e^{z}}{1+e^{z}}$ 会得到 $\infty/\infty=$ NaN；上面那种写法结果是对的 0，但途中会发出警告。只要永远不对正数取指数，两个问题都没有了：$z\ge0$ 时用 $\frac{1}{1+e^{-z}}$，$z<0$ 时用与之相等的 $\frac{e^{z}}{1+e^{z}}$。
# %% answer="sigmoid"
def sigmoid(z):
    """The logistic sigmoid, entry by entry.

    z a number or an array of any shape, of integers, too.  Returns the same shape, values from 0 to 1, finite for
    every finite z.
    """
    ### BEGIN SOLUTION
    small = np.exp(-np.abs(z))  # never above 1
    return np.where(np.asarray(z) >= 0, 1, small) / (1 + small)
    ### END SOLUTION


# %% [markdown] docstring="sigmoid" lang="zh" of="e6bd"
# 逐元素的 logistic sigmoid 函数。
#
# z 是数或任意形状的数组，也可以是整数。返回同样的形状，取值 0 到 1；对任何有限的 z 结果都是有限数。
# %% [markdown] why="sigmoid" lang="en"
# `small` is never above 1, so nothing can overflow; both signs share the divisor and differ in the numerator alone.
# `np.where` computes both of its branches before it chooses: a textbook `1 / (1 + np.exp(-z))` in one of them would still overflow where the other is taken.
# %% [markdown] why="sigmoid" lang="zh" of="2045"
# `small` 不会超过 1，所以不会溢出；正负两边分母相同，只有分子不同。
# `np.where` 先把两个分支都算完再挑：若把 `1 / (1 + np.exp(-z))` 写进其中一支，即使选的是另一支，它照样会溢出。
# %% grading="sigmoid"
def sigmoid_cases(rng):
    yield Case("typical", zh="一般数据", z=rng.normal(0, 2, (3, 4)).round(2))


def edge_cases(rng):
    yield Case("a number", zh="单独一个数", z=round(float(rng.normal()) + 0.5, 2))
    yield Case("three axes", zh="三维数组", z=rng.normal(0, 2, (2, 3, 2)).round(2))


def extreme_cases(rng):
    far = (rng.permutation([-1.0, 1.0, -0.8, 0.8, 0.04, 0.0, -0.04]) * rng.uniform(900, 1100)).round(2)
    yield Case("±1000", zh="±1000", z=far)


def invariant_cases(rng):
    yield Case("mirror", zh="左右对称", z=rng.normal(0, 30, 6).round(1))


def sum_of_both_sides(impl, case):
    return impl.sigmoid(case.z) + impl.sigmoid(-case.z)


@mistake(
    en="Negative z gives a probability above ½. The absolute value is only half of the trick: the two signs need different numerators.",
    zh="z 为负时你给出了大于 ½ 的概率。取绝对值只做了一半：正负两种情况的分子不同。",
)
def negative_side_forgotten(z):
    return 1 / (1 + np.exp(-np.abs(z)))


@mistake(
    en="Your array takes its type from z: where z holds integers, every probability is cut down to 0 or 1. Let the array hold floats.",
    zh="你的数组沿用了 z 的类型：z 是整数时，概率都被截成了 0 或 1。请让数组存放浮点数。",
)
def rounded_like_z(z):
    z = np.asarray(z)
    small = np.exp(-np.abs(z))
    f = np.zeros_like(z)
    f[...] = np.where(z >= 0, 1, small) / (1 + small)
    return f


@variant
def masks(z):
    z = np.array(z, dtype=float)
    right = z >= 0
    f = np.empty(z.shape)
    f[right] = 1 / (1 + np.exp(-z[right]))
    e = np.exp(z[~right])
    f[~right] = e / (1 + e)
    return f


@variant
def clipped(z):
    z = np.clip(np.asarray(z, dtype=float), -500, 500)
    return 1 / (1 + np.exp(-z))


@variant
def logaddexp(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


@variant
def branches(z):
    flat = np.atleast_1d(np.asarray(z, dtype=float)).ravel()
    values = [1 / (1 + np.exp(-v)) if v >= 0 else np.exp(v) / (1 + np.exp(v)) for v in flat]
    return np.array(values).reshape(np.shape(z))


SIGMOID_LINES = """    small = np.exp(-np.abs(z))  # never above 1
    return np.where(np.asarray(z) >= 0, 1, small) / (1 + small)"""


Exercise(
    points=1, reference=classification.sigmoid, cases=sigmoid_cases, shapes=shape_of_input,
    tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("extreme", extreme_cases),
        Group("invariant", invariant_cases, observe=sum_of_both_sides),
    ],
    mistakes=[
        Mistake("overflow", SIGMOID_LINES, "    return np.exp(z) / (1 + np.exp(z))",
            en="For large z your exponential is infinite, and infinity over infinity is NaN. Never take the exponential of a positive number.",
            zh="z 很大时你的指数变成无穷大，无穷除以无穷是 NaN。不要对正数取指数。"),
        Mistake("wrong_sign", SIGMOID_LINES, "    return 1 / (1 + np.exp(z))",
            en="The exponent's sign is reversed: a large z must give a probability near 1.",
            zh="指数的符号反了：z 越大，概率应当越接近 1。"),
        Mistake("tanh", SIGMOID_LINES, "    return np.tanh(z)",
            en="This is tanh, which runs from −1 to 1. A probability runs from 0 to 1.",
            zh="这是 tanh，取值从 −1 到 1。概率应当从 0 到 1。"),
    ],
    variants=[
        Variant("compared_as_it_is", "np.asarray(z) >= 0", "z >= 0"),
        Variant("both_formulas_meet_at_0", "np.asarray(z) >= 0", "np.asarray(z) > 0"),
        Variant("textbook", SIGMOID_LINES, "    return 1 / (1 + np.exp(-np.asarray(z)))"),
        Variant("half_tanh", SIGMOID_LINES, "    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))"),
    ],
)
