# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import semi_supervised

from chapter import normal

# %% [markdown] lang="en"
# ## The widest gap: a semi-supervised SVM (§9.4)
#
# ### {n} Margin and slack
#
# A support vector machine looks for the gap in a most literal way: it wants the *widest street* between two classes. In these two sections labels are $y=\pm1$, the line is $w\cdot x+b=0$, and the curbs are $w\cdot x+b=\pm1$. A curb is $1/\lVert w\rVert$ away from the line: that is the **margin**. A sample that does not stay behind its own curb pays **slack**, as much as it stands in the street or on the wrong side:
#
# $$\xi^n=\max\bigl(0,\ 1-y^n(w\cdot x^n+b)\bigr),\qquad \text{objective}=\tfrac12\lVert w\rVert^2+C\sum_n\xi^n .$$
#
# A small $\lVert w\rVert$ is a wide street; $C$ says what slack costs. "Maximal margin and minimal error" (§9.4) is this one sum, as small as possible.
#
# **By hand.** $w=(3,4)$, $b=0$, $C=10$: the margin is $\tfrac15$. The sample $(0.1, 0.1)$ with $y=1$ has $w\cdot x+b=0.7$, slack $0.3$; the sample $(-1,0)$ with $y=-1$ has $y(w\cdot x+b)=3$, slack $0$. Objective $\tfrac12\cdot25+10\cdot0.3=15.5$.
# %% [markdown] lang="zh" of="db16"
# ## 最宽的空隙：半监督 SVM（§9.4）
#
# ### {n} 间隔与松弛量
#
# 支持向量机找空隙的方式最直接：它要在两类之间修一条**最宽的街**。这两节里标签是 $y=\pm1$，中线是 $w\cdot x+b=0$，两边的路沿是 $w\cdot x+b=\pm1$。路沿到中线的距离是 $1/\lVert w\rVert$，这就是**间隔**。没有待在自己那边路沿之外的样本，要付**松弛量**：站到街上多深，或者越到对面多远，就付多少：
#
# $$\xi^n=\max\bigl(0,\ 1-y^n(w\cdot x^n+b)\bigr),\qquad \text{目标}=\tfrac12\lVert w\rVert^2+C\sum_n\xi^n .$$
#
# $\lVert w\rVert$ 小，街就宽；$C$ 规定松弛量的价钱。“最大间隔和最小误差”（§9.4）说的就是这一个和，让它尽量小。
#
# **手算。** $w=(3,4)$，$b=0$，$C=10$：间隔是 $\tfrac15$。样本 $(0.1, 0.1)$，$y=1$：$w\cdot x+b=0.7$，松弛量 $0.3$；样本 $(-1,0)$，$y=-1$：$y(w\cdot x+b)=3$，松弛量 $0$。目标 $\tfrac12\cdot25+10\cdot0.3=15.5$。
# %% answer="svm_parts"
def svm_parts(w, b, X, y, C):
    """What a support vector machine weighs against each other.

    w (D,), not 0, b a number; X (N, D), labels y (N,), each 1 or −1; C > 0.
    Returns a dict: "margin", from the line to a curb; "slack" (N,); "objective", ½‖w‖² plus C times the SUM of slack.
    """
    ### BEGIN SOLUTION
    slack = np.maximum(0.0, 1 - y * (X @ w + b))
    return {"margin": 1 / np.sqrt(w @ w), "slack": slack, "objective": w @ w / 2 + C * slack.sum()}
    ### END SOLUTION


# %% [markdown] docstring="svm_parts" lang="zh" of="d33d"
# 支持向量机要权衡的几样东西。
#
# w (D,)，不为 0，b 是一个数；X (N, D)，标签 y (N,) 都是 1 或 −1；C > 0。
# 返回一个字典："margin" 是中线到路沿的距离；"slack" (N,) 是松弛量；"objective" 是 ½‖w‖² 加上 C 乘以松弛量之和。
# %% [markdown] why="svm_parts" lang="en"
# Multiplying $w$ and $b$ by 2 leaves the line where it is, but halves the street: that is why the length of $w$ can measure it. The maximum
# with 0 makes samples behind their curb worth nothing at all, so in the end only a few of them decide where the line runs.
# %% [markdown] why="svm_parts" lang="zh" of="591a"
# $w$ 和 $b$ 同乘以 2，线不动，街却窄了一半：所以 $w$ 的长度能量出街宽。与 0 取最大，使路沿之外的样本完全不起作用，最后决定这条线的只有少数几个样本。
# %% grading="svm_parts"
def street(rng, n, d):
    """Samples behind their curb, in the street and on the wrong side of the line."""
    while True:
        w, b = normal(rng, d), round(float(rng.normal()), 2)
        X, y = normal(rng, n, d), rng.choice([-1, 1], size=n)
        reach = y * (X @ w + b)
        length, kinds = np.linalg.norm(w), {int(np.clip(np.floor(one), -1, 1)) for one in reach}
        if length > 0.3 and abs(length - 1) > 0.1 and np.abs(reach - 1).min() > 0.01 and len(kinds) == min(n, 3):
            return {"w": w, "b": b, "X": X, "y": y, "C": round(rng.uniform(2, 5), 1)}


def svm_cases(rng):
    yield Case("typical", zh="一般数据", **street(rng, 6, 2))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **street(rng, 1, 3))
    yield Case("a slight penalty", zh="惩罚很轻", **{**street(rng, 5, 3), "C": round(rng.uniform(0.1, 0.5), 2)})


def shapes_of_parts(w, b, X, y, C):
    return {"margin": (), "slack": (len(X),), "objective": ()}


@variant
def sample_by_sample(w, b, X, y, C):
    slack = [max(0.0, 1 - label * (np.dot(w, x) + b)) for x, label in zip(X, y)]
    length = np.linalg.norm(w)
    return {"objective": C * sum(slack) + 0.5 * length**2, "slack": slack, "margin": 1 / length}


Exercise(
    points=1, reference=semi_supervised.svm_parts, cases=svm_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    shapes=shapes_of_parts, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("margin_is_the_length", "1 / np.sqrt(w @ w)", "np.sqrt(w @ w)",
            en="Your margin is ‖w‖. It is the other way round: a steeper w reaches ±1 sooner, so the street is narrower.",
            zh="你的间隔是 ‖w‖。应当反过来：w 越陡，越早到达 ±1，街就越窄。"),
        Mistake("whole_street", "1 / np.sqrt(w @ w)", "2 / np.sqrt(w @ w)",
            en="That is the width of the whole street. The margin goes from the line to one curb.", zh="这是整条街的宽度。间隔是从中线到一边的路沿。"),
        Mistake("slack_from_the_line", "1 - y * (X @ w + b)", "-y * (X @ w + b)",
            en="Your slack begins at the line. A sample already pays when it stands in the street, before the line.",
            zh="你的松弛量从中线算起。样本只要站到街上，还没到中线，就要付了。"),
        Mistake("negative_slack", "np.maximum(0.0, 1 - y * (X @ w + b))", "1 - y * (X @ w + b)",
            en="Samples far behind their curb get a reward. They pay nothing, and get nothing.", zh="远在路沿之外的样本得到了奖励。它们不用付，也不会得。"),
        Mistake("label_forgotten", "1 - y * (X @ w + b)", "1 - np.abs(X @ w + b)",
            en="Slack does not look at the label with you: a sample on the wrong side pays the most.", zh="你的松弛量没有看标签：站错边的样本付得最多。"),
        Mistake("squared_slack", "C * slack.sum()", "C * (slack**2).sum()",
            en="You squared the slack. It enters the objective as it is.", zh="你把松弛量平方了。它在目标里是一次的。"),
        Mistake("mean_slack", "C * slack.sum()", "C * slack.mean()",
            en="You took the MEAN of the slack. The objective has its SUM.", zh="你对松弛量取了**平均**。目标里是**求和**。"),
        Mistake("half_forgotten", "w @ w / 2", "w @ w",
            en="The ½ before ‖w‖² is missing.", zh="‖w‖² 前面漏了 ½。"),
        Mistake("length_not_squared", "w @ w / 2", "np.sqrt(w @ w) / 2",
            en="The objective has ‖w‖² / 2, the squared length.", zh="目标里是 ‖w‖² / 2，长度要平方。"),
    ],
    variants=[
        Variant("array_of_one", '"margin": 1 / np.sqrt(w @ w)', '"margin": np.array([1 / np.sqrt(w @ w)])'),
        Variant("root_of_the_inverse", "1 / np.sqrt(w @ w)", "np.sqrt(1 / (w @ w))"),
        Variant("labels_are_their_inverses", "    slack = np", "    y = 1 / y\n    slack = np"),
    ],
)
