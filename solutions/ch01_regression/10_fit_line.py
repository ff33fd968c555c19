# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import regression

from chapter import rounded

# %% [markdown] lang="en"
# ## {n} Find the bug: the best line, in one leap
#
# For a single feature nobody needs a descent: the line with the smallest **SUM** of squared errors can be written down. It passes through the point of means $(\bar x, \bar y)$, and its slope compares how $x$ and $y$ vary together with how $x$ varies by itself.
#
# A classmate has programmed that and tested it on $x = (-1, 0, 1)$, $y = (1, 2, 6)$: slope 2.5, offset 3, both right. On $x = (1, 2, 3)$ with the same $y$ the line should only move to the right, with the same slope. But the code says $0.357$.
#
# One place in the code below is wrong. Finding it is the exercise:
#
# 1. Follow both data sets through the code by hand. Where do they begin to differ?
# 2. Say in the comment what is wrong, and why the first test could not notice.
# 3. Mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="ac2b"
# ## {n} 找错误：一步求出最好的直线
#
# 只有一个特征时用不着梯度下降：使误差平方**和**最小的直线可以直接写出来。它经过均值点 $(\bar x, \bar y)$；它的斜率，是把“$x$ 与 $y$ 如何一起变化”同“$x$ 自身如何变化”相比得到的。
#
# 有位同学写好了程序，用 $x = (-1, 0, 1)$、$y = (1, 2, 6)$ 试了试：斜率 2.5，截距 3，都对。换成 $x = (1, 2, 3)$、$y$ 不变，直线应当只是向右平移，斜率不变；可是程序给出 $0.357$。
#
# 下面的代码有一处错误，找到它就是这道题：
#
# 1. 用两组数据手工走一遍代码，从哪里开始不同？
# 2. 在注释里写出错在哪里，以及第一次测试为什么发现不了。
# 3. 改正它。原样交上来不得分。
# %% answer="fit_line"
def fit_line(x, y):
    """The line with the smallest SUM of squared errors.

    x (N,), y (N,); not all x are equal.  Returns (slope, offset), two numbers: y_pred = slope · x + offset.
    """
    ### BEGIN SOLUTION
    together = np.sum((x - x.mean()) * (y - y.mean()))
    alone = np.sum((x - x.mean()) ** 2)
    slope = together / alone
    offset = y.mean() - slope * x.mean()
    return slope, offset
    ### END SOLUTION


# %% [markdown] docstring="fit_line" lang="zh" of="8df2"
# 使误差平方和（求和）最小的直线。
#
# x (N,)，y (N,)；x 不全相等。返回两个数 (slope, offset)，即斜率与截距：y_pred = slope · x + offset。
# %% [markdown] why="fit_line" lang="en"
# Both sums are taken about the means, so moving all x changes neither of them, and the slope stays.
# `np.sum(x**2)` equals the right sum only where x has mean 0, as in the classmate's test, and there the bug can't show.
# %% [markdown] why="fit_line" lang="zh" of="d72a"
# 两个和都以均值为中心，x 整体平移时都不变，斜率也就不变。
# 只有 x 的均值为 0 时，`np.sum(x**2)` 才碰巧正确；同学试的恰好就是这种数据，错误无从暴露。
# %% grading="fit_line"
def points(rng, n):
    x = rng.permutation(np.linspace(-2, 2, n)) + rng.uniform(-0.2, 0.2, size=n) + rng.choice([-1, 1]) * rng.uniform(2, 3)
    return {"x": x.round(2), "y": (rounded(rng, n) + rng.choice([-1, 1]) * x + 4).round(2)}


def line_cases(rng):
    yield Case("typical", zh="一般数据", **points(rng, 7))


def edge_cases(rng):
    yield Case("two points", zh="只有两个点", **points(rng, 2))
    x = rounded(rng, 6)
    yield Case("mean of x is 0", zh="x 的均值为 0", x=x - x.mean(), y=rounded(rng, 6) + 2)
    yield Case("a flat line", zh="水平的直线", x=points(rng, 5)["x"], y=np.full(5, rng.integers(5, 12) / 4))


@variant
def polyfit(x, y):
    return np.polyfit(x, y, 1)


@variant
def least_squares(x, y):
    slope, offset = np.linalg.lstsq(np.stack([x, np.ones(len(x))], axis=1), y, rcond=None)[0]
    return [slope, offset]


Exercise(
    points=1, reference=regression.fit_line, cases=line_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, starter="classmates_bug", groups=[Group("edge", edge_cases)],
    many_right="Where one factor of the sum is centered, whatever is subtracted from the other adds nothing.",
    mistakes=[
        Mistake("classmates_bug", "np.sum((x - x.mean()) ** 2)", "np.sum(x**2)",
            en="This gives what your classmate's code gave. Follow x = (1, 2, 3), y = (1, 2, 6) through it, line by line: which number should not change when all x move by 2, and does?",
            zh="这和那位同学的代码结果一样。用 x = (1, 2, 3)、y = (1, 2, 6) 逐行走一遍：所有 x 都加 2，本来不该变的哪个数变了？"),
        Mistake("x_and_y_exchanged", "np.sum((x - x.mean()) ** 2)", "np.sum((y - y.mean()) ** 2)",
            en="You divide by how y varies. That is the slope of x as a function of y, which is another line.",
            zh="你除以的是 y 自身的变化，得到的是把 x 看作 y 的函数时的斜率，那是另一条直线。"),
        Mistake("offset_without_mean_of_x", "y.mean() - slope * x.mean()", "y.mean()",
            en="The slope is right, but the line has to pass through (x̄, ȳ): where is it at x = 0?",
            zh="斜率是对的，但直线要经过 (x̄, ȳ)：它在 x = 0 处是多少？"),
        Mistake("nothing_centered", "(x - x.mean()) * (y - y.mean()))\n    alone = np.sum((x - x.mean()) ** 2)",
            "x * y)\n    alone = np.sum(x**2)",
            en="Now neither product is taken about the means: this is the slope of a line through the origin.",
            zh="现在两个乘积都没有减去均值：这是过原点的直线的斜率。"),
        Mistake("correlation", "slope = together / alone",
            "slope = together / np.sqrt(alone * np.sum((y - y.mean()) ** 2))",
            en="This is the correlation, a number between −1 and 1 without a unit. A slope is in units of y per unit of x.",
            zh="这是相关系数，在 −1 与 1 之间，没有单位。斜率的单位是“y 的单位 ÷ x 的单位”。"),
    ],
    variants=[Variant("one_centering_is_enough", "(x - x.mean()) * (y - y.mean())", "(x - x.mean()) * y")],
)
