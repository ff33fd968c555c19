# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, mistake, variant
from reference import classification

# %% [markdown] lang="en"
# ## The limits of a line
#
# All of this chapter's boundaries are straight. Four points are enough to defeat them (§4.5): in **XOR** the label is 1 when exactly one coordinate is 1.
#
# | $x$ | $(0,0)$ | $(0,1)$ | $(1,0)$ | $(1,1)$ |
# |---|---|---|---|---|
# | $y$ | 0 | 1 | 1 | 0 |
#
# ### {n} How many can a line get right?
#
# Call a classifier linear if it predicts 1 where $x\cdot w+b>0$ and 0 elsewhere. Search, or think: what is the best accuracy that any $w$ and $b$ reach on these four points? (For a search, a few dozen directions of $w$ and a few values of $b$ will do.)
# %% [markdown] lang="zh" of="864c"
# ## 直线的局限
#
# 本章所有的分界线都是直的。四个点就足以难倒它们（§4.5）：在**异或**（XOR）问题里，两个坐标恰有一个为 1 时，标签才是 1。
#
# | $x$ | $(0,0)$ | $(0,1)$ | $(1,0)$ | $(1,1)$ |
# |---|---|---|---|---|
# | $y$ | 0 | 1 | 1 | 0 |
#
# ### {n} 一条直线能分对几个？
#
# 线性分类器在 $x\cdot w+b>0$ 处预测 1，否则预测 0。搜索一下，或者想一想：在这四个点上，任意的 $w$ 和 $b$ 最高能达到多少准确率？（若用搜索，$w$ 取几十个方向、$b$ 取几个值就够了。）
# %% answer="xor_linear_best_accuracy"
def xor_linear_best_accuracy():
    """The best accuracy of a linear classifier on the four XOR points: a number from 0 to 1."""
    ### BEGIN SOLUTION
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    scores = X @ np.stack([np.cos(angles), np.sin(angles)])  # (4, 24)
    offsets = np.linspace(-1.5, 1.5, 31)
    y_pred = scores[:, :, None] + offsets > 0  # (4, 24, 31)
    return np.mean(y_pred == y[:, None, None], axis=0).max()
    ### END SOLUTION


# %% [markdown] docstring="xor_linear_best_accuracy" lang="zh" of="573e"
# 线性分类器在四个异或点上能达到的最高准确率：0 到 1 之间的一个数。
# %% grading="xor_linear_best_accuracy"
def no_input(rng):
    yield Case("four points", zh="四个点", public=False)


def form_cases(rng):
    yield Case("a share", zh="一个比例")


def shape_of_share():
    return ()


def whether_a_share(impl, case):
    """All that the public check sees."""
    return "a number from 0 to 1" if 0 <= impl.xor_linear_best_accuracy() <= 1 else "not a number from 0 to 1"


@mistake(
    en="Give the accuracy as a number from 0 to 1.",
    zh="准确率请用 0 到 1 之间的数表示。",
)
def percentage():
    return 75.0


@mistake(
    en="A line does better than guessing: draw one that cuts off a single corner.",
    zh="直线比瞎猜强：试着画一条只切下一个角的直线。",
)
def half():
    return 0.5


@mistake(
    en="No line gets all four. Right on (0,1) and (1,0) means w₂+b > 0 and w₁+b > 0; now add these, and look at (0,0) and (1,1).",
    zh="没有直线能全对。(0,1) 和 (1,0) 分对意味着 w₂+b > 0、w₁+b > 0；把两式相加，再看 (0,0) 和 (1,1)。",
)
def all_four():
    return 1.0


@mistake(
    en="This is the number of points; an accuracy is a share.",
    zh="这是点的个数；准确率是比例。",
)
def count_for_share():
    return 3


@mistake(
    en="This is the share of errors; the accuracy is asked for.",
    zh="这是错误的比例；题目要的是准确率。",
)
def error_for_accuracy():
    return 0.25


@variant
def by_thinking():
    return 0.75


@variant
def a_few_lines():
    best = 0
    for w1, w2, b in [(1, 1, -0.5), (1, 1, -1.5), (-1, 1, -0.5), (1, -1, -0.5), (-1, -1, 0.5)]:
        right = sum(int((w1 * p + w2 * q + b > 0) == (p != q)) for p in (0, 1) for q in (0, 1))
        best = max(best, right / 4)
    return best


Exercise(
    points=1, reference=classification.xor_linear_best_accuracy, cases=no_input, shapes=shape_of_share,
    groups=[Group("form", form_cases, observe=whether_a_share)], tolerance=EXACT, forbids=FROM_SCRATCH,
)
