# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import rnn

# %% [markdown] lang="en"
# ## {n} Find the bug: 80% right and useless
#
# Most words of a sentence belong to no slot: their label is 0. Whoever always answers 0 has an accuracy of 80% and has found nothing. So slot filling is judged by an **F1** score over the words that matter:
#
# $$\text{precision} = \frac{\text{slots found and right}}{\text{slots that were answered}},\qquad \text{recall} = \frac{\text{slots found and right}}{\text{slots that are there}},\qquad F_1 = \frac{2\cdot\text{precision}\cdot\text{recall}}{\text{precision}+\text{recall}},$$
#
# where a slot is a word whose label is not 0, and right means: the right label. Where no slot was found and right, $F_1$ is 0, even if nothing was answered or no slot is there.
#
# **By hand.** Truth $(0, 1, 0, 2, 3)$, answers $(0, 1, 1, 1, 0)$: three slots were answered, one of them right; three are there. Precision and recall are ⅓, and so is $F_1$.
#
# A classmate's network always answers 0, and on sentences of that kind the code below gives it 0.8. Say in the comment what is wrong, then mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="35f7"
# ## {n} 找错误：八成正确，毫无用处
#
# 句子里大多数词不属于任何槽位，标签是 0。总是回答 0 的人准确率有 80%，却什么也没找到。所以填槽用 **F1** 分数来评，只看要紧的词。它由两个比例得来：
#
# * **精确率**（precision）：回答了的槽位里，正确的占多少；
# * **召回率**（recall）：真正存在的槽位里，找到且正确的占多少；
#
# $$F_1 = \frac{2\cdot\text{precision}\cdot\text{recall}}{\text{precision}+\text{recall}}.$$
#
# 其中槽位是标签不为 0 的词，“正确”是指标签也对。一个正确的都没有时，$F_1$ 为 0，哪怕什么也没回答，或者根本没有槽位。
#
# **手算。** 真实标签 $(0, 1, 0, 2, 3)$，回答 $(0, 1, 1, 1, 0)$：回答了三个槽位，对了一个；真正存在三个。精确率和召回率都是 ⅓，$F_1$ 也是 ⅓。
#
# 有位同学的网络总是回答 0，在这样的句子上，下面的代码却给了它 0.8。在注释里写出错在哪里，再改正它。原样交上来不得分。
# %% answer="slot_f1"
def slot_f1(y, y_pred):
    """F1 score of slot filling: label 0 is no slot, a slot is right when its label is.

    y, the truth, and y_pred, the answers: whole numbers ≥ 0, arrays of one shape.  Returns a number from 0 to 1.
    """
    ### BEGIN SOLUTION
    right = np.sum((y_pred == y) & (y != 0))
    answered, there = np.sum(y_pred != 0), np.sum(y != 0)
    return 2 * right / (answered + there) if answered + there > 0 else 0.0
    ### END SOLUTION


# %% [markdown] docstring="slot_f1" lang="zh" of="c17f"
# 填槽的 F1 分数：标签 0 不是槽位；标签对了，槽位才算对。
#
# y 是真实标签，y_pred 是回答：≥ 0 的整数，形状相同的数组。返回 0 到 1 之间的一个数。
# %% [markdown] why="slot_f1" lang="en"
# Insert the two fractions into $F_1$, and `right` cancels: what remains is $2\cdot$right / (answered + there). So there is one division
# instead of three, and one zero to beware of. The zeros of the truth are taken out *before* counting, for they are no slots.
# %% [markdown] why="slot_f1" lang="zh" of="3b68"
# 把两个分式代入 $F_1$，约分后只剩 $2\cdot$right / (answered + there)：三次除法变成一次，要提防的 0 也只有一处。真实标签为 0 的词不是槽位，在计数**之前**就排除掉。
# %% grading="slot_f1"
def labels(rng, n, t, wrong):
    """Labels, some of them answered otherwise, some slots missed and some answered where there are none."""
    y = rng.integers(1, 4, size=(n, t)) * (rng.uniform(size=(n, t)) < 0.4)
    y_pred = np.where(rng.uniform(size=(n, t)) < wrong, rng.integers(0, 4, size=(n, t)), y)
    y[0, :4], y_pred[0, :4] = [1, 2, 0, 3], [1, 3, 2, 0]  # one of each kind
    return {"y": y, "y_pred": y_pred}


def f1_cases(rng):
    yield Case("typical", zh="一般数据", **labels(rng, 5, 13, 0.3))


def edge_cases(rng):
    some = labels(rng, 2, 6, 0.2)
    yield Case("nothing answered", zh="什么也没回答", y=some["y"], y_pred=some["y"] * 0)
    yield Case("nothing there, nothing answered", zh="没有槽位，也没有回答", y=some["y"] * 0, y_pred=some["y"] * 0)
    yield Case("too many answers", zh="回答过多", y=some["y"], y_pred=np.where(some["y_pred"] == 0, 2, some["y_pred"]))


@variant
def as_it_is_written(y, y_pred):
    y, y_pred = np.ravel(y), np.ravel(y_pred)
    right = sum(1 for truth, answer in zip(y, y_pred, strict=True) if answer == truth and truth)
    if right == 0:
        return 0
    precision, recall = right / np.count_nonzero(y_pred), right / np.count_nonzero(y)
    return 2 * precision * recall / (precision + recall)


Exercise(
    points=1, reference=rnn.slot_f1, cases=f1_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH, starter="classmates_bug",
    many_right="truth and answers may change places, and whatever scales all three counts cancels",
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("classmates_bug", "    return 2 * right / (answered + there) if answered + there > 0 else 0.0",
            "    return np.mean(y_pred == y)",
            en="This gives what your classmate's code gave. Take the example above and mark the words that this score counts: which of them are slots?",
            zh="这和那位同学的代码结果一样。用上面的例子，标出这个分数数了哪些词：其中哪些是槽位？"),
        Mistake("zeros_are_right_too", "np.sum((y_pred == y) & (y != 0))", "np.sum(y_pred == y)",
            en="Words that are no slot, and were answered so, count as found. Only slots are counted.",
            zh="不是槽位、也答对了的词被算作找到了。只数槽位。"),
        Mistake("any_slot_will_do", "np.sum((y_pred == y) & (y != 0))", "np.sum((y_pred != 0) & (y != 0))",
            en="A slot with the wrong label counts as right: an origin is no destination.",
            zh="标签错了的槽位也算对了：出发地不是目的地。"),
        Mistake("recall_alone", "2 * right / (answered + there) if answered + there > 0 else 0.0", "right / there if there > 0 else 0.0",
            en="That is the recall. Whoever answers everywhere finds everything: the precision must come in.",
            zh="这是召回率。到处都回答的人什么都能找到：精确率也要算进来。"),
        Mistake("precision_alone", "2 * right / (answered + there) if answered + there > 0 else 0.0", "right / answered if answered > 0 else 0.0",
            en="That is the precision. Whoever answers once and is right has 1: the recall must come in.",
            zh="这是精确率。只答一次还答对了就是 1：召回率也要算进来。"),
        Mistake("divides_by_nothing", " if answered + there > 0 else 0.0", "",
            en="Where nothing is there and nothing was answered you divide by 0. F1 is 0 then.",
            zh="没有槽位也没有回答时，你除以了 0。这时 F1 为 0。"),
        Mistake("plain_mean", "2 * right / (answered + there) if answered + there > 0 else 0.0", "(right / max(answered, 1) + right / max(there, 1)) / 2",
            en="You took the plain mean of precision and recall. F1 is their harmonic mean, near the smaller one.",
            zh="你取了精确率与召回率的算术平均。F1 是调和平均，偏向较小的那个。"),
    ],
    variants=[
        Variant("counted", "np.sum((y_pred == y) & (y != 0))", "np.count_nonzero((y_pred == y) * y)"),
        Variant("by_cases", "2 * right / (answered + there) if answered + there > 0 else 0.0", "right / (right + (answered - right) / 2 + (there - right) / 2) if answered + there > 0 else 0"),
    ],
)
