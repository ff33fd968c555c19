# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, mistake, tools, variant
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
# Call a classifier linear if it predicts 1 where $x\cdot w+b>0$ and 0 elsewhere. What is the best accuracy that any $w$ and $b$ reach on these four points? Return it together with a line that reaches it, so that everybody can see that you don't claim too much.
#
# Search or think, as you like. For a search, a few dozen directions of $w$ and a few values of $b$ will do. To think: draw the square, and move a ruler over it. The check only looks whether your line keeps what you claim; whether a better one exists is yours to find out.
# %% [markdown] lang="zh" of="8b0e"
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
# 线性分类器在 $x\cdot w+b>0$ 处预测 1，否则预测 0。在这四个点上，任意的 $w$ 和 $b$ 最高能达到多少准确率？请连同一条达到它的直线一起返回，这样人人都能看出你没有夸大。
#
# 可以搜索，也可以思考。若用搜索，$w$ 取几十个方向、$b$ 取几个值就够了；若要思考，画出正方形，拿一把尺子在上面移动。检查只看你的直线是否达到了你声称的准确率；有没有更好的直线，要靠你自己弄清楚。
# %% answer="xor_linear_best_accuracy"
def xor_linear_best_accuracy():
    """The best accuracy of a linear classifier on the four XOR points, and a line that reaches it.

    Returns (accuracy, w, b): a number from 0 to 1, and the line w (2,), b a number; 1 is predicted where x·w + b > 0.
    """
    ### BEGIN SOLUTION
    X, y = np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    directions = np.stack([np.cos(angles), np.sin(angles)])  # (2, 24)
    offsets = np.linspace(-1.5, 1.5, 31)
    y_pred = (X @ directions)[:, :, None] + offsets > 0  # (4, 24, 31)
    share = np.mean(y_pred == y[:, None, None], axis=0)  # (24, 31)
    i, j = np.unravel_index(share.argmax(), share.shape)
    accuracy, w, b = share[i, j], directions[:, i], offsets[j]
    return accuracy, w, b
    ### END SOLUTION


# %% [markdown] docstring="xor_linear_best_accuracy" lang="zh" of="c355"
# 线性分类器在四个异或点上能达到的最高准确率，以及一条达到它的直线。
#
# 返回 (accuracy, w, b)：0 到 1 之间的一个数，以及直线 w (2,) 和数 b；x·w + b > 0 处预测 1。
# %% [markdown] why="xor_linear_best_accuracy" lang="en"
# Only the direction of `w` and the offset count, so 24 angles and 31 offsets are enough for four points.
# The search shows that ¾ is reached. That 1 is not, takes a proof: (0,1) and (1,0) ask for $w_1+w_2+2b>0$; (0,0) and (1,1) for $b\le0$ and $w_1+w_2+b\le0$, which add up to the opposite.
# %% [markdown] why="xor_linear_best_accuracy" lang="zh" of="5bac"
# 起作用的只有 `w` 的方向和偏移，对四个点来说，24 个角度、31 个偏移就够了。
# 搜索只能说明 ¾ 做得到；要说明 1 做不到，得靠证明：(0,1)、(1,0) 要求 $w_1+w_2+2b>0$，(0,0)、(1,1) 要求 $b\le0$ 和 $w_1+w_2+b\le0$，相加恰好相反。
# %% grading="xor_linear_best_accuracy"
def no_input(rng):
    yield Case("four points", zh="四个点", public=False)


def form_cases(rng):
    yield Case("a line that keeps what is claimed", zh="直线达到所声称的准确率")


def shapes_of_line():
    return {"accuracy": (), "w": (2,), "b": ()}


def claimed_and_reached(impl, case):
    accuracy, w, b = impl.xor_linear_best_accuracy()
    points = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    return {"accuracy": accuracy, "reached": tools.accuracy(points @ w + b > 0, np.array([0, 1, 1, 0]))}


def whether_kept(impl, case):
    """All that the public check sees."""
    accuracy, w, b = impl.xor_linear_best_accuracy()
    points = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    return {"accuracy − reached": accuracy - tools.accuracy(points @ w + b > 0, np.array([0, 1, 1, 0]))}


@mistake(
    en="Give the accuracy as a number from 0 to 1.",
    zh="准确率请用 0 到 1 之间的数表示。",
)
def percentage():
    return 75.0, np.array([1.0, 1.0]), -0.5


@mistake(
    en="A line does better than guessing: draw one that cuts off a single corner.",
    zh="直线比瞎猜强：试着画一条只切下一个角的直线。",
)
def half():
    return 0.5, np.array([1.0, 0.0]), -0.5


@mistake(
    en="No line gets all four. Right on (0,1) and (1,0) means w₂+b > 0 and w₁+b > 0; now add these, and look at (0,0) and (1,1).",
    zh="没有直线能全对。(0,1) 和 (1,0) 分对意味着 w₂+b > 0、w₁+b > 0；把两式相加，再看 (0,0) 和 (1,1)。",
)
def all_four():
    return 1.0, np.array([1.0, 1.0]), -0.5


@mistake(
    en="This is the number of points; an accuracy is a share.",
    zh="这是点的个数；准确率是比例。",
)
def count_for_share():
    return 3, np.array([1.0, 1.0]), -0.5


@mistake(
    en="This is the share of errors; the accuracy is asked for.",
    zh="这是错误的比例；题目要的是准确率。",
)
def error_for_accuracy():
    return 0.25, np.array([1.0, 1.0]), -0.5


@mistake(
    en="Your number is right, but the line that you return does not reach it: count its four points again, with 1 where x·w + b > 0.",
    zh="准确率是对的，但你返回的直线达不到：请在四个点上再数一遍，x·w + b > 0 处预测 1。",
)
def line_that_does_not_reach_it():
    return 0.75, np.array([1.0, 1.0]), 0.5


@variant
def by_thinking():
    return 0.75, [1, 1], -0.5


@variant
def a_few_lines():
    best = (0, None, None)
    for w1, w2, b in [(1, 0, -0.5), (1, 1, -1.5), (-1, 1, -0.5), (1, -1, -0.5), (-1, -1, 0.5)]:
        right = sum(int((w1 * p + w2 * q + b > 0) == (p != q)) for p in (0, 1) for q in (0, 1))
        best = max(best, (right / 4, (w1, w2), b), key=lambda found: found[0])
    return best


Exercise(
    points=1, reference=classification.xor_linear_best_accuracy, cases=no_input, observe=claimed_and_reached,
    shapes=shapes_of_line, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("form", form_cases, observe=whether_kept)],
)
