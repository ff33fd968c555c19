# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import classification

from chapter import linear_data, squared_labels

# %% [markdown] lang="en"
# ### {n} Counting errors
#
# Next idea: let the loss be what we care about, the share of wrong predictions. For a linear classifier that predicts 1 where $x\cdot w+b>0$ and 0 elsewhere,
#
# $$\mathcal L_{0/1}(w,b)=\frac1N\sum_{n=1}^{N}\mathbb 1\big[\,y_{\text{pred}}^{\,n}\ne y^n\big].$$
#
# This is a **mean**. **By hand.** With $w=(1,\,-1)$, $b=0.5$ and samples $(1,1)$, $(0,2)$, $(2,0)$ the scores are $0.5,\ -1.5,\ 2.5$, so the predictions are $1,0,1$. If the truth is $y=(0,0,1)$, one of three is wrong: $\mathcal L_{0/1}=\tfrac13$.
# %% [markdown] lang="zh" of="ba19"
# ### {n} 数一数错了几个
#
# 另一个想法：损失函数就用我们真正关心的量——预测错误的比例。线性分类器在 $x\cdot w+b>0$ 时预测 1，否则预测 0，
#
# $$\mathcal L_{0/1}(w,b)=\frac1N\sum_{n=1}^{N}\mathbb 1\big[\,y_{\text{pred}}^{\,n}\ne y^n\big].$$
#
# 这里取**平均**。**手算。** $w=(1,\,-1)$，$b=0.5$，样本 $(1,1)$、$(0,2)$、$(2,0)$ 的得分是 $0.5,\ -1.5,\ 2.5$，预测为 $1,0,1$。若真实标签是 $y=(0,0,1)$，三个里错了一个：$\mathcal L_{0/1}=\tfrac13$。
# %% answer="zero_one_loss"
def zero_one_loss(w, b, X, y):
    """The share of samples that a linear classifier gets wrong.

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1; w and X may hold integers, too.  The prediction is 1 where
    X w + b > 0, else 0.  Returns a number from 0 to 1: the MEAN over the N samples.
    """
    ### BEGIN SOLUTION
    y_pred = X @ w + b > 0  # (N,)
    return np.mean(y_pred != y)
    ### END SOLUTION


# %% [markdown] docstring="zero_one_loss" lang="zh" of="b42f"
# 线性分类器分错的样本所占的比例。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1；w 和 X 也可以是整数数组。X w + b > 0 时预测 1，否则预测 0。
# 返回 0 到 1 之间的一个数：对 N 个样本取平均。
# %% [markdown] why="zero_one_loss" lang="en"
# Comparing gives booleans, and the mean of booleans is the share of `True`: nothing to count, nothing to divide.
# The border is 0 and not ½, for these are scores: σ(0) = ½. `True` and `False` compare with the labels 1 and 0 as they are.
# %% [markdown] why="zero_one_loss" lang="zh" of="d328"
# 比较得到布尔值，布尔值的平均就是 `True` 的比例，不用另外计数再除。
# 分界是 0 而不是 ½，因为这里是得分：σ(0) = ½。`True`、`False` 可以直接与标签 1、0 比较。
# %% grading="zero_one_loss"
def zero_one_cases(rng):
    for name, zh, least, most in (("typical", "一般数据", 12, 25), ("another size", "另一种形状", 25, 40)):
        # sizes that nobody knows: of two shares with the same denominator one is easily the other
        w, b, X, y = linear_data(rng, rng.integers(least, most), 2)
        yield Case(name, zh=zh, w=w, b=b, X=X, y=y)


def edge_cases(rng):
    w, b, X, y = linear_data(rng, 5, 4)
    wrong = (X @ w + b > 0) != y
    yield Case("one wrong sample", zh="一个分错的样本", w=w, b=b, X=X[wrong][:1], y=y[wrong][:1])
    w = np.array([rng.choice([-1.0, 1.0]), rng.integers(2, 6) / 2])  # halves, so that no sum is rounded
    X = rng.integers(-6, 7, (5, 2)) / 2
    X[:3, 0] = -w[0] * (w[1] * X[:3, 1] + 1.5)
    y = np.array([0, 0, 1, *(X[3:] @ w + 1.5 > 0)]).astype(int)
    yield Case("scores of exactly 0", zh="得分恰好为 0", w=w, b=1.5, X=X, y=y)


@variant
def loop(w, b, X, y):
    wrong = 0
    for n in range(len(X)):
        wrong += int((sum(X[n] * w) + b > 0) != y[n])
    return wrong / len(X)


@variant
def probability(w, b, X, y):
    f = 1 / (1 + np.exp(-(X @ w + b)))
    return 1 - np.mean((f > 0.5).astype(int) == y)


@variant
def squares(w, b, X, y):
    y_pred = np.where(np.einsum("nd,d->n", X, w) + b > 0, 1, 0)
    return float(((y_pred - y) ** 2).sum()) / y.size


Exercise(
    points=1, reference=classification.zero_one_loss, cases=zero_one_cases, tolerance=CLOSED_FORM,
    groups=[Group("edge", edge_cases)], accepts=("integers",), forbids=FROM_SCRATCH,
    mistakes=[
        Mistake("sum_for_mean", "np.mean", "np.sum",
            en="This is the number of errors; the share was asked for. Divide by the number of samples.",
            zh="这是错误的个数，题目要的是比例。请除以样本数。"),
        Mistake("accuracy_for_error", "y_pred != y", "y_pred == y",
            en="You return the share that is right (or predict 1 on the wrong side). A loss is large when predictions are bad.",
            zh="你返回的是分对的比例（或者把正负两侧弄反了）。损失应当在预测差的时候大。"),
        Mistake("threshold_one_half", "y_pred = X @ w + b > 0", "y_pred = X @ w + b > 0.5",
            en="The threshold ½ belongs to probabilities. These are raw scores, whose boundary is at 0.",
            zh="½ 是概率的阈值。这里是未经 sigmoid 的得分，分界在 0。"),
        Mistake("bias_missing", "y_pred = X @ w + b", "y_pred = X @ w",
            en="Without the bias every boundary goes through the origin. Add b to each score.",
            zh="没有偏置，分界线就只能过原点。每个得分都要加上 b。"),
        Mistake("zero_predicts_one", "y_pred = X @ w + b > 0", "y_pred = X @ w + b >= 0",
            en="A score of exactly 0 is not greater than 0, so the prediction there is 0.",
            zh="得分恰好为 0 时并不大于 0，所以预测是 0。"),
        Mistake("signs_for_labels", "y_pred = X @ w + b > 0", "y_pred = np.sign(X @ w + b)",
            en="Your predictions are −1 and 1, the labels are 0 and 1, so every rightly predicted 0 counts as an error.",
            zh="你的预测是 −1 和 1，标签却是 0 和 1，于是每个预测正确的第 0 类样本都被算成了错误。"),
    ],
    variants=[
        squared_labels("y_pred = X @ w"),
        Variant("count", "np.mean(y_pred != y)", "np.count_nonzero(y_pred.astype(int) - y) / len(y)"),
    ],
)
