# %% prelude
import numpy as np

from autograder import Choices, Variant
from reference import gradient_descent as gd

from chapter import drawn_by, words

# %% [markdown] lang="en"
# ## {n} Too fast, too slow
#
# The simplest landscape is a parabola $\mathcal L(w) = \tfrac12 \kappa w^2$ with **curvature** $\kappa > 0$ and its minimum at $0$. Its gradient is $\kappa w$, so one step is
#
# $$w \leftarrow w - \eta\, \kappa\, w = (1 - \eta\kappa)\, w .$$
#
# Each step multiplies the distance to the minimum by the same factor $q = 1 - \eta\kappa$, and that one number tells the whole story.
# Take $\kappa = 2$ and start at $w = 1$:
#
# | $\eta$ | $q$ | $w$ after 1, 2, 3 steps | what you see |
# |---|---|---|---|
# | 0.01 | 0.98 | 0.98, 0.96, 0.94 | creeps: too small |
# | 0.4 | 0.2 | 0.2, 0.04, 0.008 | good |
# | 0.9 | −0.8 | −0.8, 0.64, −0.51 | jumps across the minimum each time, but arrives |
# | 1.1 | −1.2 | −1.2, 1.44, −1.73 | flies away |
#
# The border between arriving and flying away is $|q| = 1$, that is $\eta = 2/\kappa$. So the loss need *not* fall at every step: it depends on $\eta$.
#
# **Exercise.** The next cell draws four runs. `lr_symptoms` returns your diagnosis of each.
# %% [markdown] lang="zh" of="9738"
# ## {n} 太快与太慢
#
# 最简单的地形是抛物线 $\mathcal L(w) = \tfrac12 \kappa w^2$，**曲率** $\kappa > 0$，最低点在 $0$。它的梯度是 $\kappa w$，所以走一步就是
#
# $$w \leftarrow w - \eta\, \kappa\, w = (1 - \eta\kappa)\, w .$$
#
# 每一步都把到最低点的距离乘以同一个因子 $q = 1 - \eta\kappa$，全部现象都由这一个数决定。取 $\kappa = 2$，从 $w = 1$ 出发：
#
# | $\eta$ | $q$ | 走 1、2、3 步后的 $w$ | 看到的现象 |
# |---|---|---|---|
# | 0.01 | 0.98 | 0.98, 0.96, 0.94 | 慢慢爬：太小 |
# | 0.4 | 0.2 | 0.2, 0.04, 0.008 | 正好 |
# | 0.9 | −0.8 | −0.8, 0.64, −0.51 | 每步都越过最低点，但最终能到 |
# | 1.1 | −1.2 | −1.2, 1.44, −1.73 | 起飞 |
#
# 能到和起飞的分界是 $|q| = 1$，即 $\eta = 2/\kappa$。可见损失**未必**每一步都下降，要看学习率。
#
# **练习。** 下面的单元格画出四次运行。请在 `lr_symptoms` 中返回你对每一次的诊断。
# %% demo="four_runs"
@drawn_by()
def four_runs(plt):
    _, axes = plt.subplots(1, 4, figsize=(14, 3.2), sharex=True)
    for ax, name, factor in zip(axes, "ABCD", (-0.86, 0.975, 0.45, -1.07), strict=True):
        ax.axhline(0, color="#000000", lw=0.8)
        ax.plot(np.arange(26), factor ** np.arange(26), "o-", ms=4, color="#0072B2")
        ax.set(title=words(en=f"Run {name}", zh=f"运行 {name}"), xlabel=words(en="step", zh="步数"))
        if abs(factor) < 1:
            ax.set_ylim(-1.15, 1.15)
    axes[0].set_ylabel(words(en="distance from the minimum", zh="到最小值的距离"))
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


# %% [markdown] docstring="lr_symptoms" lang="zh" of="4e85"
# 上图中 A、B、C、D 四次运行里，学习率造成了什么现象。
#
# 返回一个字典，键为 "A"、"B"、"C"、"D"，每个值取下列字符串之一：
# "too small"（太小）、"good"（合适）、"oscillating"（来回越过最低点，但能收敛）、"diverging"（发散、起飞）。
# 每答对一项得一份分。
# %% [markdown] why="lr_symptoms" lang="en"
# Jumping says only that q < 0; whether a run arrives is a matter of |q|, of each peak against the one before.
# A and D differ in just that: q is −0.86 and −1.07. With q = 0.975, B has more than half its way left after 25 steps; with 0.45, C is there after five.
# %% [markdown] why="lr_symptoms" lang="zh" of="5822"
# 来回跳只说明 q < 0；能不能到，要看 |q|，也就是相邻两个峰的高度之比。
# A 和 D 看起来一样，差别只在这里：q 分别是 −0.86 和 −1.07。B 的 q 是 0.975，走了 25 步还剩一半多的路；C 的 q 是 0.45，五步就到了。
# %% grading="lr_symptoms"
Choices(
    points=2, reference=gd.lr_symptoms, options=("too small", "good", "oscillating", "diverging"),
    items={run: (f"Run {run}", f"运行 {run}") for run in "ABCD"},
    mistakes={
        ("A", "diverging"): (
            "One of the runs that jump back and forth still comes closer with every jump. Compare the height of neighboring peaks.",
            "来回跳的两次运行里，有一次每跳一下都更接近最低点。比较一下相邻峰值的高度。"),
        ("D", "oscillating"): (
            "One run only looks harmless: read the numbers on its vertical axis. Are the jumps shrinking or growing?",
            "有一次运行看起来没什么问题，但请看纵轴上的数字：跳动是在变小还是变大？"),
        ("B", "good"): (
            "Falling steadily is not enough. After 25 steps, how far from the minimum is that run still?",
            "平稳下降还不够。走了 25 步之后，那次运行离最低点还有多远？"),
        ("C", "too small"): (
            "One of the runs without jumps has all but arrived after five steps; it has nothing to gain from a larger rate.",
            "不来回跳的两次运行中，有一次五步左右就几乎到了，它不需要更大的学习率。"),
    },
    variants=[
        Variant("dict_call", '{"A": "oscillating", "B": "too small", "C": "good", "D": "diverging"}',
            'dict(D="diverging", C="good", B="too small", A="oscillating")'),
        Variant("more_keys", '{"A"', '{"E": "?", "A"'),
        Variant("capitals_and_spaces", '"A": "oscillating", "B": "too small"',
            '"a ": "Oscillating ", "B": "Too  small"'),
    ],
)
