# %% [markdown] lang="en"
# # Chapter 3 · Classification
#
# Is this tumor malignant? Which cultivar does this wine come from? Which digit is this? The answer is one of a few *kinds*, not a number on a scale, and that changes the whole recipe: the model gives a probability for each class, and the loss compares probabilities.
#
# **What you will build**
#
# 1. a demonstration that regression and error counting do not do the job,
# 2. a *generative* classifier: Gaussians and Bayes' rule, no training loop at all,
# 3. the discovery that two Gaussians with one covariance are nothing but $\sigma(w\cdot x+b)$,
# 4. a *discriminative* classifier: logistic regression, trained on cross-entropy,
# 5. softmax for any number of classes,
# 6. four classifiers on real data, and one problem that no straight line can solve.
#
# **How to work.** Fill in a function, run its cell, then run the cell below it: `check("…")` tries your function on public cases and tells you what is wrong and where. The grade is decided by hidden cases of the same kinds, so passing the check is a good sign, not a guarantee. Everything you need is numpy, which is imported as `np`.
#
# **Conventions**
#
# - `X` is $(N, D)$: $N$ samples as rows, $D$ features. `w` is $(D,)$, `b` a number. Logits `Z` are $(N, K)$ for $K$ classes.
# - Labels are integers from 0. With two classes, the notes' class $C_1$ is the label **1** and $C_2$ the label **0**.
# - `y` is the truth and $f$ or `y_pred` the prediction. Careful when you read along: the notes write $\hat y$ for the *truth*, the reverse of common usage.
# - Every statement says whether a loss is the **sum** or the **mean** over samples. In this chapter losses are sums unless it says otherwise.
# - $\ln$ is the natural logarithm, `np.log`. Functions return new arrays and leave their inputs unchanged.
# %% [markdown] lang="zh"
# # 第三章 · 分类
#
# 这个肿瘤是恶性的吗？这瓶酒出自哪个品种？图上写的是几？这类问题的答案是“哪一类”，而不是刻度尺上的一个数。于是整套做法都要变：模型给出每一类的概率，损失函数比较的也是概率。
#
# **这一章你要完成**
#
# 1. 亲手验证：拿回归来分类、拿“错了几个”当损失，为什么都行不通；
# 2. 一个**生成式**分类器：高斯分布加贝叶斯公式，完全不需要训练循环；
# 3. 一个发现：两个共享协方差的高斯分布，说到底就是 $\sigma(w\cdot x+b)$；
# 4. 一个**判别式**分类器：用交叉熵训练的逻辑回归；
# 5. 能处理任意多个类别的 softmax；
# 6. 四个真实数据上的分类器，以及一个任何直线都解决不了的问题。
#
# **怎样做题。** 填好函数，运行该单元格，再运行它下面的 `check("…")`：它用公开样例检验你的函数，告诉你哪里不对。成绩由同类的隐藏样例决定，所以通过检查是好兆头，但不是保证。只需要 numpy，已导入为 `np`。
#
# **约定**
#
# - `X` 的形状是 $(N, D)$：每行一个样本，共 $N$ 个；$D$ 个特征。`w` 是 $(D,)$，`b` 是一个数。`Z` 是 $(N, K)$ 的 logits，$K$ 是类别数。
# - 标签是从 0 开始的整数。二分类时，讲义里的 $C_1$ 对应标签 **1**，$C_2$ 对应标签 **0**。
# - `y` 是真实值，$f$ 或 `y_pred` 是预测值。对照讲义时请注意：讲义用 $\hat y$ 表示**真实值**，与通常的习惯正好相反。
# - 每道题都会写明损失是对样本**求和**还是**取平均**。本章若无特别说明，一律求和。
# - $\ln$ 是自然对数 `np.log`。函数返回新数组，不要修改传入的数据。
# %% setup
import numpy as np

from autograder import check

# %% prelude
import numpy as np

from autograder import (
    CLOSED_FORM,
    EXACT,
    FROM_SCRATCH,
    Calibration,
    Case,
    Exercise,
    Gradient,
    Mistake,
    Rng,
    Tolerance,
    Variant,
)
from reference import classification


def linear_errors(w, b, X, y):
    return np.mean((X @ w + b > 0) != y)


def linear_data(rng, n, d):
    """A linear classifier and labels for which every slip shows: no score near 0, one between 0 and 0.5, a bias that matters."""
    while True:
        w, X = rng.normal(size=d).round(2), rng.normal(size=(n, d)).round(2)
        b = round(0.25 - float(X[0] @ w), 2)
        y = rng.integers(0, 2, n)
        errors = linear_errors(w, b, X, y)
        by_sign = np.mean(np.sign(X @ w + b) != y)
        others = [linear_errors(w, 0.0, X, y), linear_errors(w, b - 0.5, X, y), 1 - errors, by_sign]
        if np.abs(X @ w + b).min() > 0.02 and errors > 0 and errors not in others:
            return w, b, X, y


def covariance(rng, d):
    A = rng.normal(size=(d, d))
    return (A @ A.T / d + np.eye(d)).round(2)


def shares(rng, k):
    """Probabilities of k classes, no two of them alike."""
    weights = rng.permutation(3.0 ** np.arange(k)) * rng.uniform(1, 1.5, k)
    return weights / weights.sum()


def mixed(rng, values):
    """The values in an order that is not their own."""
    order = rng.permutation(len(values))
    return values[order if np.any(np.diff(order) < 0) else order[::-1]]


def classes(rng, counts, d):
    """Samples of unequal classes with different means and spreads, in mixed order: the first is not of class 0."""
    y = rng.permutation(np.repeat(np.arange(len(counts)), counts))
    y = np.roll(y, -np.argmax(y != 0))
    centers, spread = 2 * rng.normal(size=(len(counts), d)), np.linspace(0.5, 2, len(counts))
    return (centers[y] + spread[y, None] * rng.normal(size=(len(y), d))).round(2), y


def logistic_cases(rng):
    for name, zh, n, d, group in (
        ("typical", "一般数据", 7, 3, "values"),
        ("one sample", "只有一个样本", 1, 4, "edge"),
    ):
        y = rng.integers(0, 2, n)
        y[: n // 2] = 1 - y[-1]  # both labels occur
        yield Case(
            name,
            zh=zh,
            group=group,
            w=rng.normal(size=d).round(2),
            b=round(float(rng.normal()) + 1, 2),
            X=rng.normal(size=(n, d)).round(2),
            y=y,
        )
    X = np.array([[1.0, 0.5], [-1.0, 0.25], [1.0, -0.5], [-1.0, -0.25]]) * rng.uniform(0.9, 1.1, (4, 2)).round(2)
    order = rng.permutation(4)
    yield Case(
        "logits of ±1000",
        zh="logit 达到 ±1000",
        group="extreme",
        w=np.array([1000.0, 20.0]) * rng.uniform(0.9, 1.1, 2).round(2),
        b=round(float(rng.normal()), 2),
        X=X[order],
        y=np.array([1, 1, 0, 0])[order],
    )


def wide_case(rng):
    """A few features, of which the observe makes 80,000: with one loss for each parameter the time is up."""
    y = rng.permutation([0, 0, 1, 1])
    w, b, X = rng.normal(size=3).round(2), round(float(rng.normal()), 2), rng.normal(size=(4, 3)).round(2)
    seed = int(rng.integers(2**31))
    return Case("80,000 weights", zh="八万个权重", group="wide", public=False, w=w, b=b, X=X, y=y, seed=seed)


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}


# %% [markdown] lang="en"
# ## 3.1 Why not regression?
#
# Suppose there are four classes. It is tempting to train a regression whose output lies between 0 and 1 and to cut that range: below 0.25 is the first class, from 0.25 to 0.5 the second, and so on. Let us build it, and then see what is wrong with it.
#
# ### Scores cut into classes
#
# Given $K-1$ ascending edges $e_1 < e_2 < \dots < e_{K-1}$, a score $s$ belongs to class $k$ when exactly $k$ edges are less than or equal to $s$. A score that sits on an edge therefore belongs to the **upper** class.
#
# *By hand.* Edges $(0.25,\ 0.5,\ 0.75)$:
#
# | score | edges reached | class |
# |---|---|---|
# | 0.10 | none | 0 |
# | 0.50 | 0.25 and 0.5 | 2 |
# | 0.74 | 0.25 and 0.5 | 2 |
# | 1.30 | all three | 3 |
# %% [markdown] lang="zh"
# ## 3.1 为什么不用回归？
#
# 假设有四类。很容易想到：训练一个输出在 0 到 1 之间的回归模型，再把区间切开——小于 0.25 是第一类，0.25 到 0.5 是第二类，依此类推。我们先把它实现出来，再看看问题出在哪里。
#
# ### 把分数切成类别
#
# 给定 $K-1$ 个从小到大的分界点 $e_1 < e_2 < \dots < e_{K-1}$。若恰好有 $k$ 个分界点小于或等于分数 $s$，则 $s$ 属于第 $k$ 类。因此，正好落在分界点上的分数归入**上面**那一类。
#
# *手算一例。* 分界点为 $(0.25,\ 0.5,\ 0.75)$：
#
# | 分数 | 达到的分界点 | 类别 |
# |---|---|---|
# | 0.10 | 无 | 0 |
# | 0.50 | 0.25 和 0.5 | 2 |
# | 0.74 | 0.25 和 0.5 | 2 |
# | 1.30 | 全部三个 | 3 |
# %% answer="regression_as_classes"
def regression_as_classes(scores, edges):
    """The class of each score.

    scores (N,), edges (K−1,) in ascending order; lists work too.  Returns integers (N,) from 0 to K−1:
    the number of edges that are less than or equal to the score.
    """
    ### BEGIN SOLUTION
    return np.searchsorted(edges, scores, side="right")  # (N,)
    ### END SOLUTION


# %% [markdown] docstring="regression_as_classes" lang="zh"
# 每个分数所属的类别。
#
# scores (N,)，edges (K−1,) 从小到大排列；也可以是列表。返回 0 到 K−1 的整数 (N,)：
# 小于或等于该分数的分界点个数。
# %% grading="regression_as_classes"
def edge_cases(rng):
    edges = np.sort(rng.choice(np.arange(11, 90, 6), rng.integers(3, 6), replace=False)) / 100  # never equal parts
    inside = (np.append(0, edges) + np.append(edges, 1)) / 2
    yield Case("typical", zh="一般数据", scores=mixed(rng, np.append(inside, [-0.3, 1.4]).round(3)), edges=edges)
    scores = mixed(rng, np.append(edges, edges - 0.001))
    yield Case("on the edges", zh="正好落在分界点上", group="edge", scores=scores, edges=edges)
    edge = rng.uniform(0.1, 0.9, 1).round(3)
    yield Case("two classes", zh="只有两类", group="edge", scores=edge, edges=edge)


def by_nearest_edge(scores, edges):
    return np.abs(np.asarray(scores)[:, None] - np.asarray(edges)).argmin(axis=1)


def by_equal_intervals(scores, edges):
    count = len(edges) + 1
    return np.clip(np.floor(np.asarray(scores) * count), 0, count - 1).astype(int)


def by_counting(scores, edges):
    return [sum(1 for edge in edges if edge <= score) for score in scores]


def by_comparing(scores, edges):
    return (np.asarray(scores)[:, None] >= np.asarray(edges)).sum(axis=1)


def by_first_edge_above(scores, edges):
    above = [[n for n, edge in enumerate(edges) if edge > score] for score in scores]
    return np.array([numbers[0] if numbers else len(edges) for numbers in above])


Exercise(
    points=1,
    reference=classification.regression_as_classes,
    cases=edge_cases,
    tolerance=EXACT,
    accepts=("lists",),
    mistakes=[
        Mistake(
            "edge_to_lower_class",
            swap=('side="right"', 'side="left"'),
            hint={
                "en": "A score that lies exactly on an edge has reached it, so it belongs to the upper class.",
                "zh": "正好落在分界点上的分数算作“已达到”，应归入上面那一类。",
            },
        ),
        Mistake(
            "classes_from_one",
            swap=('side="right")', 'side="right") + 1'),
            hint={
                "en": "Your classes start at 1. Labels in this course start at 0: a score below every edge is class 0.",
                "zh": "你的类别从 1 开始了。本课程的标签从 0 开始：低于所有分界点的分数属于第 0 类。",
            },
        ),
        Mistake(
            "counted_from_above",
            swap=("np.searchsorted(edges", "len(edges) - np.searchsorted(edges"),
            hint={
                "en": "You counted the edges above the score. Count the ones it has reached: low scores are low classes.",
                "zh": "你数的是分数上方的分界点。应当数它已经达到的：分数低，类别就小。",
            },
        ),
        Mistake(
            "nearest_edge",
            function=by_nearest_edge,
            hint={
                "en": "You chose the nearest edge. A class is an interval between two edges, so there is one class more than edges.",
                "zh": "你选的是最近的分界点。一个类别是两个分界点之间的区间，类别数比分界点多一个。",
            },
        ),
        Mistake(
            "equal_intervals",
            function=by_equal_intervals,
            hint={
                "en": "You cut the range from 0 to 1 into equal parts. The edges you are given may lie anywhere: count those.",
                "zh": "你把 0 到 1 等分了。传入的分界点可以在任何位置：请数它们。",
            },
        ),
    ],
    variants=[
        Variant("digitize", swap=('np.searchsorted(edges, scores, side="right")', "np.digitize(scores, edges)")),
        Variant("loop", function=by_counting),
        Variant("comparing", function=by_comparing),
        Variant("first_edge_above", function=by_first_edge_above),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### The trouble with this
#
# The function is right, and the idea is still wrong. Think about what a squared error on these scores rewards and punishes before you answer.
# %% [markdown] lang="zh"
# ### 问题出在哪里
#
# 函数没写错，但这个思路本身不对。先想一想：用平方误差训练这些分数，奖励的是什么，惩罚的又是什么？
# %% [markdown] written="implied_order" points="1" lang="en"
# **Question.** A library sorts pictures into *cat*, *car*, *cloud* and *cup*, coded as the scores 0.125, 0.375, 0.625 and 0.875, and trains a regression with squared error. What does this coding claim about the four kinds, and what does the training do as a result? Answer in two or three sentences, with one example.
#
# ### BEGIN SOLUTION
# **Model answer.** The coding puts the classes on a line, so it claims an order and distances: a cat is "closer" to a car than to a cup. Squared error therefore punishes taking a cat for a cup nine times as hard as taking it for a car ($0.75^2$ against $0.25^2$), although both are simply wrong; and a picture that could be a cat or a cup is pulled to the middle, to *car* or *cloud*. Kinds have no order, so each class should get an output of its own.
#
# **Marking scheme** (1 point): ½ for the implied order or distance between classes; ½ for a consequence in training or prediction with an example (unequal punishment, or averages that land in an unrelated class). Full marks also for an answer in terms of a new order of the codes changing the model.
# ### END SOLUTION
# %% [markdown] written="implied_order" points="1" lang="zh"
# **问题。** 有人把图片分成“猫、车、云、杯子”四类，分别编码为分数 0.125、0.375、0.625、0.875，然后用平方误差训练回归模型。这种编码等于对四个类别作了什么断言？训练会因此变成什么样？请用两三句话回答，并举一个例子。
#
# ### BEGIN SOLUTION
# **参考答案。** 这种编码把类别排在一条直线上，等于断言它们有先后次序和远近：猫离车“更近”，离杯子“更远”。于是平方误差对“把猫认成杯子”的惩罚是“把猫认成车”的九倍（$0.75^2$ 对 $0.25^2$），尽管两者同样是错；而一张既像猫又像杯子的图片会被拉到中间，被判成“车”或“云”。类别之间没有次序，应当让每一类有自己的输出。
#
# **评分标准**（1 分）：指出隐含的次序或距离，½ 分；说明训练或预测上的后果并举例（惩罚不均，或平均值落到无关的类别），½ 分。若答“换一种编码顺序模型就会变”，同样给满分。
# ### END SOLUTION


# %% [markdown] lang="en"
# ### Counting errors
#
# Next idea: let the loss be what we care about, the share of wrong predictions. For a linear classifier that predicts 1 where $x\cdot w+b>0$ and 0 elsewhere,
#
# $$L_{0/1}(w,b)=\frac1N\sum_{n=1}^{N}\mathbb 1\big[\,y_{\text{pred}}^{\,n}\ne y^n\big].$$
#
# This is a **mean**. *By hand:* with $w=(1,\,-1)$, $b=0.5$ and samples $(1,1)$, $(0,2)$, $(2,0)$ the scores are $0.5,\ -1.5,\ 2.5$, so the predictions are $1,0,1$. If the truth is $y=(0,0,1)$, one of three is wrong: $L_{0/1}=\tfrac13$.
# %% [markdown] lang="zh"
# ### 数一数错了几个
#
# 另一个想法：损失函数就用我们真正关心的量——预测错误的比例。线性分类器在 $x\cdot w+b>0$ 时预测 1，否则预测 0，
#
# $$L_{0/1}(w,b)=\frac1N\sum_{n=1}^{N}\mathbb 1\big[\,y_{\text{pred}}^{\,n}\ne y^n\big].$$
#
# 这里取**平均**。*手算一例：* $w=(1,\,-1)$，$b=0.5$，样本 $(1,1)$、$(0,2)$、$(2,0)$ 的得分是 $0.5,\ -1.5,\ 2.5$，预测为 $1,0,1$。若真实标签是 $y=(0,0,1)$，三个里错了一个：$L_{0/1}=\tfrac13$。
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


# %% [markdown] docstring="zero_one_loss" lang="zh"
# 线性分类器分错的样本所占的比例。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1；w 和 X 也可以是整数数组。X w + b > 0 时预测 1，否则预测 0。
# 返回 0 到 1 之间的一个数：对 N 个样本**取平均**。
# %% grading="zero_one_loss"
def zero_one_cases(rng):
    for name, zh, least, most in (("typical", "一般数据", 12, 25), ("another size", "另一种形状", 25, 40)):
        # sizes that nobody knows: of two shares with the same denominator one is easily the other
        w, b, X, y = linear_data(rng, rng.integers(least, most), 2)
        yield Case(name, zh=zh, w=w, b=b, X=X, y=y)
    w, b, X, y = linear_data(rng, 5, 4)
    wrong = (X @ w + b > 0) != y
    yield Case("one wrong sample", zh="一个分错的样本", group="edge", w=w, b=b, X=X[wrong][:1], y=y[wrong][:1])
    w = np.array([rng.choice([-1.0, 1.0]), rng.integers(2, 6) / 2])  # halves, so that no sum is rounded
    X = rng.integers(-6, 7, (5, 2)) / 2
    X[:3, 0] = -w[0] * (w[1] * X[:3, 1] + 1.5)
    y = np.array([0, 0, 1, *(X[3:] @ w + 1.5 > 0)]).astype(int)
    yield Case("scores of exactly 0", zh="得分恰好为 0", group="edge", w=w, b=1.5, X=X, y=y)


def errors_by_loop(w, b, X, y):
    wrong = 0
    for n in range(len(X)):
        wrong += int((sum(X[n] * w) + b > 0) != y[n])
    return wrong / len(X)


def errors_by_probability(w, b, X, y):
    f = 1 / (1 + np.exp(-(X @ w + b)))
    return 1 - np.mean((f > 0.5).astype(int) == y)


def errors_as_squares(w, b, X, y):
    y_pred = np.where(np.einsum("nd,d->n", X, w) + b > 0, 1, 0)
    return float(((y_pred - y) ** 2).sum()) / y.size


Exercise(
    points=1,
    reference=classification.zero_one_loss,
    cases=zero_one_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    mistakes=[
        Mistake(
            "sum_for_mean",
            swap=("np.mean", "np.sum"),
            hint={
                "en": "This is the number of errors; the share was asked for. Divide by the number of samples.",
                "zh": "这是错误的个数，题目要的是比例。请除以样本数。",
            },
        ),
        Mistake(
            "accuracy_for_error",
            swap=("y_pred != y", "y_pred == y"),
            hint={
                "en": "You return the share that is right (or predict 1 on the wrong side). A loss is large when predictions are bad.",
                "zh": "你返回的是分对的比例（或者把正负两侧弄反了）。损失应当在预测差的时候大。",
            },
        ),
        Mistake(
            "threshold_one_half",
            swap=("y_pred = X @ w + b > 0", "y_pred = X @ w + b > 0.5"),
            hint={
                "en": "The threshold ½ belongs to probabilities. These are raw scores, whose boundary is at 0.",
                "zh": "½ 是概率的阈值。这里是未经 sigmoid 的得分，分界在 0。",
            },
        ),
        Mistake(
            "bias_missing",
            swap=("y_pred = X @ w + b", "y_pred = X @ w"),
            hint={
                "en": "Without the bias every boundary goes through the origin. Add b to each score.",
                "zh": "没有偏置，分界线就只能过原点。每个得分都要加上 b。",
            },
        ),
        Mistake(
            "zero_predicts_one",
            swap=("y_pred = X @ w + b > 0", "y_pred = X @ w + b >= 0"),
            hint={
                "en": "A score of exactly 0 is not greater than 0, so the prediction there is 0.",
                "zh": "得分恰好为 0 时并不大于 0，所以预测是 0。",
            },
        ),
        Mistake(
            "signs_for_labels",
            swap=("y_pred = X @ w + b > 0", "y_pred = np.sign(X @ w + b)"),
            hint={
                "en": "Your predictions are −1 and 1, the labels are 0 and 1, so every rightly predicted 0 counts as an error.",
                "zh": "你的预测是 −1 和 1，标签却是 0 和 1，于是每个预测正确的第 0 类样本都被算成了错误。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=errors_by_loop),
        Variant("count", swap=("np.mean(y_pred != y)", "np.count_nonzero(y_pred.astype(int) - y) / len(y)")),
        Variant("probability", function=errors_by_probability),
        Variant("squares", function=errors_as_squares),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### Its gradient is zero
#
# Can gradient descent lower $L_{0/1}$? Feel the slope numerically. The central difference in the direction of one weight is
#
# $$g_i=\frac{L_{0/1}(w+h\,e_i,\,b)-L_{0/1}(w-h\,e_i,\,b)}{2h},$$
#
# where $e_i$ has a 1 in place $i$ and zeros elsewhere. *By hand:* one sample $x=2$ with $y=1$, $w=0.5$, $b=0$. With $h=1$: at $w=1.5$ the score is 3, right, loss 0; at $w=-0.5$ the score is −1, wrong, loss 1. So $g=\frac{0-1}{2}=-0.5$. With $h=0.01$ both ends are right and $g=0$.
#
# Run your function with a big step and a tiny one. The tiny step answers the question: between two jumps the loss is perfectly flat, so descent has nowhere to go.
# %% [markdown] lang="zh"
# ### 它的梯度是零
#
# 梯度下降能降低 $L_{0/1}$ 吗？用数值方法摸一摸坡度。沿某一个权重方向的中心差分是
#
# $$g_i=\frac{L_{0/1}(w+h\,e_i,\,b)-L_{0/1}(w-h\,e_i,\,b)}{2h},$$
#
# 其中 $e_i$ 的第 $i$ 个分量是 1，其余是 0。*手算一例：* 只有一个样本 $x=2$，$y=1$，$w=0.5$，$b=0$。取 $h=1$：在 $w=1.5$ 处得分 3，分对，损失 0；在 $w=-0.5$ 处得分 −1，分错，损失 1。于是 $g=\frac{0-1}{2}=-0.5$。取 $h=0.01$，两端都分对，$g=0$。
#
# 用一个大步长和一个极小的步长各试一次。小步长给出了答案：在两次跳变之间，损失是完全平的，梯度下降无路可走。
# %% answer="zero_one_gradient"
def zero_one_gradient(w, b, X, y, h):
    """Central differences of `zero_one_loss` with respect to each weight.

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1, h the step, a number above 0.  Returns (D,).
    """
    ### BEGIN SOLUTION
    slope = np.zeros(len(w))  # (D,)
    for i in range(len(w)):
        move = np.zeros(len(w))
        move[i] = h
        slope[i] = (zero_one_loss(w + move, b, X, y) - zero_one_loss(w - move, b, X, y)) / (2 * h)
    return slope
    ### END SOLUTION


# %% [markdown] docstring="zero_one_gradient" lang="zh"
# `zero_one_loss` 对每个权重的中心差分。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1，h 是步长（大于 0）。返回 (D,)。
# %% grading="zero_one_gradient"
def slope_cases(rng):
    for name, zh, n, d, h, group in (
        ("a big step", "大步长", rng.integers(8, 16), 3, 1.0, "values"),
        ("half a step", "步长减半", rng.integers(8, 16), 2, 0.5, "values"),
        ("one weight", "只有一个权重", 6, 1, 1.5, "edge"),
    ):
        while True:
            w, b, X, y = linear_data(rng, n, d)
            ends = [w + sign * h * e for e in np.eye(d) for sign in (1, -1)]
            losses = np.array([linear_errors(end, b, X, y) for end in ends]).reshape(d, 2)
            forward = losses[:, 0] - linear_errors(w, b, X, y)
            clear = min(np.abs(X @ end + b).min() for end in ends) > 0.02
            walk = linear_errors(w + h * np.ones(d), b, X, y) - linear_errors(w - h * np.ones(d), b, X, y)
            central = losses[:, 0] - losses[:, 1]
            if (
                clear
                and (central != 0).sum() >= min(d, 2)
                and (2 * forward != central).any()
                and (d == 1 or abs(walk - central[-1]) > 0.01)
            ):
                break
        yield Case(name, zh=zh, group=group, w=w, b=b, X=X, y=y, h=h)
    w, b, X, y = linear_data(rng, 7, 4)
    yield Case("a tiny step", zh="极小的步长", group="flat", w=w, b=b, X=X, y=y, h=1e-4)


def moves_pile_up(w, b, X, y, h):
    slope, move = np.zeros(len(w)), np.zeros(len(w))
    for i in range(len(w)):
        move[i] = h
        slope[i] = (zero_one_loss(w + move, b, X, y) - zero_one_loss(w - move, b, X, y)) / (2 * h)
    return slope


def slope_of_bias_too(w, b, X, y, h):
    theta, A = np.append(w, b), np.column_stack([X, np.ones(len(X))])
    moves = h * np.eye(len(theta))
    return np.array([zero_one_loss(theta + m, 0, A, y) - zero_one_loss(theta - m, 0, A, y) for m in moves]) / (2 * h)


def by_rows_of_identity(w, b, X, y, h):
    return [(zero_one_loss(w + h * e, b, X, y) - zero_one_loss(w - h * e, b, X, y)) / (2 * h) for e in np.eye(len(w))]


def moved_and_put_back(w, b, X, y, h):
    w = np.array(w, dtype=float)
    slope = []
    for i in range(w.size):
        w[i] += h
        up = zero_one_loss(w, b, X, y)
        w[i] -= 2 * h
        down = zero_one_loss(w, b, X, y)
        w[i] += h
        slope.append((up - down) / (2 * h))
    return np.asarray(slope)


def by_broadcasting(w, b, X, y, h):
    moves = h * np.eye(len(w))
    up = np.mean(((X @ (w + moves).T + b) > 0) != y[:, None], axis=0)
    down = np.mean(((X @ (w - moves).T + b) > 0) != y[:, None], axis=0)
    return (up - down) / (2 * h)


Exercise(
    points=1,
    reference=classification.zero_one_gradient,
    cases=slope_cases,
    tolerance=CLOSED_FORM,
    groups={"flat": {"en": "A tiny step finds no slope", "zh": "小步长下没有坡度"}},
    mistakes=[
        Mistake(
            "forward_difference",
            swap=("zero_one_loss(w - move, b, X, y)) / (2 * h)", "zero_one_loss(w, b, X, y)) / h"),
            hint={
                "en": "You compare one moved point with the middle. A central difference takes one step to each side.",
                "zh": "你拿移动后的点和中间点相比。中心差分要向两侧各走一步。",
            },
        ),
        Mistake(
            "divided_by_h",
            swap=("(2 * h)", "h"),
            hint={
                "en": "The two ends are 2h apart, so the rise is divided by 2h.",
                "zh": "两个端点相距 2h，所以要除以 2h。",
            },
        ),
        Mistake(
            "not_divided",
            swap=(" / (2 * h)", ""),
            hint={
                "en": "This is the rise, not the slope: divide it by the distance between the two ends.",
                "zh": "这只是损失之差，不是坡度：还要除以两端点之间的距离。",
            },
        ),
        Mistake(
            "moves_pile_up",
            function=moves_pile_up,
            hint={
                "en": "Earlier weights stay moved while you probe the next one. Start every direction from the same w.",
                "zh": "探测下一个权重时，前面的权重还没有复位。每个方向都要从同一个 w 出发。",
            },
        ),
        Mistake(
            "wrong_sign",
            swap=("slope[i] = (", "slope[i] = -("),
            hint={
                "en": "The sign is reversed: a gradient points uphill, from the smaller loss to the larger.",
                "zh": "符号反了：梯度指向上坡，即损失增大的方向。",
            },
        ),
        Mistake(
            "bias_included",
            function=slope_of_bias_too,
            hint={
                "en": "There is one entry too many: the slopes with respect to the D weights are asked for, not the bias.",
                "zh": "多了一个元素：题目要的是对 D 个权重的坡度，不包括偏置。",
            },
        ),
    ],
    variants=[
        Variant("list", function=by_rows_of_identity),
        Variant("broadcasting", function=by_broadcasting),
        Variant("moved_and_put_back", function=moved_and_put_back),
    ],
    forbids=FROM_SCRATCH,
)


# %% demo="stairs"
# A staircase and a slide: the same 12 samples, the same classifier, two losses as one weight changes.
import matplotlib.pyplot as plt

points = np.random.default_rng(3).normal(size=(12, 2))
truth = (points @ [1.5, -1.0] + np.random.default_rng(4).normal(size=12) > 0).astype(int)
weights = np.linspace(-4, 6, 1001)
margins = (2 * truth - 1) * (np.outer(weights, points[:, 0]) - points[:, 1])
figure, axes = plt.subplots(1, 2, figsize=(10, 3.4), sharex=True)
axes[0].plot(weights, (margins <= 0).mean(axis=1), color="#d62728", lw=2)
axes[0].set(title="Share of errors: flat steps", xlabel="one weight", ylabel="0/1 loss")
axes[1].plot(weights, np.logaddexp(0, -margins).sum(axis=1), color="#1f77b4", lw=2)
axes[1].set(title="Cross-entropy (section 3.6): a slope everywhere", xlabel="one weight", ylabel="cross-entropy")
for axis in axes:
    axis.grid(alpha=0.3)
plt.tight_layout()
plt.show()


# %% [markdown] lang="en"
# ## 3.2 Bayes' rule with Gaussians
#
# A **generative** model describes how each class produces its samples, $p(x\mid C_k)$, and how common each class is, $P(C_k)$. Bayes' rule turns that around:
#
# $$P(C_k\mid x)=\frac{P(C_k)\,p(x\mid C_k)}{\sum_j P(C_j)\,p(x\mid C_j)}.$$
#
# The usual choice for $p(x\mid C_k)$ is a Gaussian. (The notes call this step "naive Bayes". It is plain Bayes' rule: *naive* Bayes would in addition assume that the features are independent within a class.)
#
# ### The log-density of a Gaussian
#
# $$\mathcal N(x\mid\mu,\Sigma)=\frac{1}{(2\pi)^{D/2}\,|\Sigma|^{1/2}}\exp\!\Big(-\tfrac12(x-\mu)^{\mathsf T}\Sigma^{-1}(x-\mu)\Big)$$
#
# Densities of many features overflow or underflow quickly, their logarithm does not:
#
# $$\ln\mathcal N=-\tfrac12\Big[(x-\mu)^{\mathsf T}\Sigma^{-1}(x-\mu)+\ln|\Sigma|+D\ln 2\pi\Big].$$
#
# *By hand.* $D=2$, $\mu=(0,0)$, $\Sigma=\begin{pmatrix}4&0\\0&1\end{pmatrix}$, $x=(2,1)$: the quadratic form is $\frac{4}{4}+\frac11=2$, $\ln|\Sigma|=\ln4=1.386$, $D\ln2\pi=3.676$. So $\ln\mathcal N=-\tfrac12(2+1.386+3.676)=-3.531$.
#
# Two habits that pay: `np.linalg.solve(S, v)` instead of an inverse (and never a pseudo-inverse, which throws small variances away), and `np.linalg.slogdet` instead of the logarithm of a determinant, which may already have become 0.
# %% [markdown] lang="zh"
# ## 3.2 贝叶斯公式与高斯分布
#
# **生成模型**描述每一类怎样产生样本，即 $p(x\mid C_k)$，以及每一类有多常见，即 $P(C_k)$。贝叶斯公式把它反过来：
#
# $$P(C_k\mid x)=\frac{P(C_k)\,p(x\mid C_k)}{\sum_j P(C_j)\,p(x\mid C_j)}.$$
#
# $p(x\mid C_k)$ 通常取高斯分布。（讲义把这一步叫作“朴素贝叶斯”，其实就是贝叶斯公式；**朴素**贝叶斯还要额外假设：在同一类里各特征相互独立。）
#
# ### 高斯分布的对数密度
#
# $$\mathcal N(x\mid\mu,\Sigma)=\frac{1}{(2\pi)^{D/2}\,|\Sigma|^{1/2}}\exp\!\Big(-\tfrac12(x-\mu)^{\mathsf T}\Sigma^{-1}(x-\mu)\Big)$$
#
# 特征一多，密度很快就会上溢或下溢，它的对数却不会：
#
# $$\ln\mathcal N=-\tfrac12\Big[(x-\mu)^{\mathsf T}\Sigma^{-1}(x-\mu)+\ln|\Sigma|+D\ln 2\pi\Big].$$
#
# *手算一例。* $D=2$，$\mu=(0,0)$，$\Sigma=\begin{pmatrix}4&0\\0&1\end{pmatrix}$，$x=(2,1)$：二次型为 $\frac{4}{4}+\frac11=2$，$\ln|\Sigma|=\ln4=1.386$，$D\ln2\pi=3.676$。于是 $\ln\mathcal N=-\tfrac12(2+1.386+3.676)=-3.531$。
#
# 两个值得养成的习惯：用 `np.linalg.solve(S, v)` 代替求逆（更不要用伪逆，它会把很小的方差直接丢掉）；用 `np.linalg.slogdet` 代替“先求行列式再取对数”，因为行列式可能早已变成 0。
# %% answer="gaussian_logpdf"
def gaussian_logpdf(x, mu, S):
    """The logarithm of a Gaussian density at every row of x.

    x (N, D), mu (D,), S (D, D) a covariance matrix (symmetric, positive definite); all may hold integers, too.
    Returns (N,).
    """
    ### BEGIN SOLUTION
    diff = x - mu  # (N, D)
    quadratic = np.sum(diff * np.linalg.solve(S, diff.T).T, axis=1)  # (N,)
    log_det = np.linalg.slogdet(S)[1]
    return -0.5 * (quadratic + log_det + len(mu) * np.log(2 * np.pi))
    ### END SOLUTION


# %% [markdown] docstring="gaussian_logpdf" lang="zh"
# 高斯密度在 x 每一行处的对数。
#
# x (N, D)，mu (D,)，S (D, D) 是协方差矩阵（对称正定）；都可以是整数数组。返回 (N,)。
# %% grading="gaussian_logpdf"
def density_cases(rng):
    for name, zh, n, d, group in (
        ("typical", "一般数据", 5, 3, "values"),
        ("one sample", "只有一个样本", 1, 2, "edge"),
        ("one feature", "只有一个特征", 4, 1, "edge"),
    ):
        mu = rng.normal(size=d).round(2)
        x = (mu + 2 * rng.normal(size=(n, d))).round(2)
        yield Case(name, zh=zh, group=group, x=x, mu=mu, S=covariance(rng, d))
    mu = rng.normal(size=3).round(2)
    x = (mu + rng.choice([-1, 1], (3, 3)) * rng.uniform(60, 99, (3, 3))).round(2)
    yield Case("far from the mean", zh="离均值很远", group="extreme", x=x, mu=mu, S=covariance(rng, 3))
    x = 1e-10 * rng.normal(size=(3, 20)).round(2)
    S = 1e-20 * covariance(rng, 20)
    yield Case("20 tiny features", zh="20 个很小的特征", group="extreme", public=False, x=x, mu=np.zeros(20), S=S)
    scales = np.array([1e5, 1.0, 1e-4])
    x = rng.choice([-1, 1], (4, 3)) * rng.uniform(0.8, 2.5, (4, 3)).round(2)
    yield Case(
        "kilometers and microns",
        zh="千米与微米",
        group="extreme",
        x=x * scales,
        mu=np.zeros(3),
        S=covariance(rng, 3) * np.outer(scales, scales),
    )


def log_of_density(x, mu, S):
    diff = x - mu
    quadratic = np.sum(diff * np.linalg.solve(S, diff.T).T, axis=1)
    return np.log(np.exp(-0.5 * quadratic) / np.sqrt((2 * np.pi) ** len(mu) * np.linalg.det(S)))


def log_of_exponential(x, mu, S):
    diff = x - mu
    quadratic = np.sum(diff * np.linalg.solve(S, diff.T).T, axis=1)
    return np.log(np.exp(-0.5 * quadratic)) - 0.5 * (np.linalg.slogdet(S)[1] + len(mu) * np.log(2 * np.pi))


def one_sample_at_a_time(x, mu, S):
    L = np.linalg.cholesky(S)
    values = []
    for row in x:
        white = np.linalg.solve(L, row - mu)
        values.append(-0.5 * (white @ white + len(mu) * np.log(2 * np.pi)) - np.sum(np.log(np.diag(L))))
    return values


def through_the_diagonal_of_all_pairs(x, mu, S):
    diff = np.asarray(x, dtype=float) - mu
    all_pairs = diff @ np.linalg.inv(S) @ diff.T
    L = np.linalg.cholesky(S)
    return -np.diag(all_pairs) / 2 - np.log(np.diag(L)).sum() - len(S) / 2 * np.log(2 * np.pi)


Exercise(
    points=2,
    reference=classification.gaussian_logpdf,
    cases=density_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    mistakes=[
        Mistake(
            "constant_missing",
            swap=(" + len(mu) * np.log(2 * np.pi)", ""),
            hint={
                "en": "The factor $(2\\pi)^{D/2}$ is missing. It cancels in Bayes' rule, but without it this is not a density.",
                "zh": "漏了因子 $(2\\pi)^{D/2}$。它在贝叶斯公式里会约掉，但缺了它就不是密度了。",
            },
        ),
        Mistake(
            "constant_without_dimension",
            swap=("len(mu) * np.log", "np.log"),
            hint={
                "en": "Every dimension brings its own $\\sqrt{2\\pi}$: the power is D/2, not ½.",
                "zh": "每一维都贡献一个 $\\sqrt{2\\pi}$：指数是 D/2，而不是 ½。",
            },
        ),
        Mistake(
            "det_for_root_det",
            swap=("quadratic + log_det", "quadratic + 2 * log_det"),
            hint={
                "en": "The density is divided by the square root of the determinant; you divided by the determinant itself.",
                "zh": "密度除以的是行列式的平方根，你除以了行列式本身。",
            },
        ),
        Mistake(
            "half_missing",
            swap=("(quadratic +", "(2 * quadratic +"),
            hint={
                "en": "The ½ in the exponent is missing: the quadratic form counts by half.",
                "zh": "指数里的 ½ 漏了：二次型前面要乘 ½。",
            },
        ),
        Mistake(
            "covariance_not_inverted",
            swap=("np.linalg.solve(S, diff.T).T", "(diff @ S)"),
            hint={
                "en": "You multiplied by Σ where its inverse belongs. A large variance must make distances count less.",
                "zh": "该用 Σ 的逆，你却乘了 Σ。方差大的方向，同样的距离应当更不算数。",
            },
        ),
        Mistake(
            "variances_only",
            swap=("np.linalg.solve(S, diff.T).T", "diff / np.diag(S)"),
            hint={
                "en": "Only the diagonal of Σ was used. Features that vary together need the whole matrix.",
                "zh": "你只用了 Σ 的对角线。特征之间有相关性时，需要整个矩阵。",
            },
        ),
        Mistake(
            "log_of_vanished_det",
            swap=("np.linalg.slogdet(S)[1]", "np.log(np.linalg.det(S))"),
            hint={
                "en": "The determinant itself underflows to 0 when there are many small variances, before you take its logarithm.",
                "zh": "当有许多很小的方差时，行列式在取对数之前就已经下溢成 0 了。",
            },
        ),
        Mistake(
            "no_log_domain",
            function=log_of_density,
            hint={
                "en": "You compute the density and take the logarithm afterwards. It has overflowed or underflowed by then: stay with logarithms throughout.",
                "zh": "你先算密度再取对数，那时密度早已上溢或下溢。请从头到尾都在对数下计算。",
            },
        ),
        Mistake(
            "exponential_taken_first",
            function=log_of_exponential,
            hint={
                "en": "Far from the mean the exponential has rounded to 0 before you take its logarithm. The exponent itself is what you want.",
                "zh": "离均值很远时，指数函数在取对数之前就舍入成 0 了。你要的正是那个指数本身。",
            },
        ),
        Mistake(
            "pseudo_inverse",
            swap=("np.linalg.solve(S, diff.T).T", "(diff @ np.linalg.pinv(S))"),
            hint={
                "en": "A pseudo-inverse treats the small variances of a nearly singular Σ as zero and ignores those directions. Solve the linear system.",
                "zh": "Σ 接近奇异时，伪逆把很小的方差当成零，忽略了那些方向。请改为解线性方程组。",
            },
        ),
    ],
    variants=[
        Variant("cholesky_loop", function=one_sample_at_a_time),
        Variant("inverse", swap=("np.linalg.solve(S, diff.T).T", "(diff @ np.linalg.inv(S))")),
        Variant(
            "einsum",
            swap=(
                "np.sum(diff * np.linalg.solve(S, diff.T).T, axis=1)",
                'np.einsum("nd,dn->n", diff, np.linalg.solve(S, diff.T))',
            ),
        ),
        Variant("all_pairs", function=through_the_diagonal_of_all_pairs),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### Posterior probabilities
#
# Multiply each class's likelihood by its prior, then divide every row by its sum. The prior matters: a test that is 9 times likelier for the sick than for the healthy says little when only one person in a hundred is sick.
#
# *By hand.* $P=(0.99,\,0.01)$, likelihoods $(0.1,\,0.9)$: products $0.099$ and $0.009$, sum $0.108$, posterior $(0.917,\,0.083)$.
# %% [markdown] lang="zh"
# ### 后验概率
#
# 把每一类的似然乘上先验，再让每一行除以它的和。先验很重要：某项检测在病人身上呈阳性的可能性是健康人的 9 倍，但如果一百人里只有一个病人，阳性也说明不了多少。
#
# *手算一例。* $P=(0.99,\,0.01)$，似然 $(0.1,\,0.9)$：乘积为 $0.099$ 和 $0.009$，和为 $0.108$，后验是 $(0.917,\,0.083)$。
# %% answer="bayes_posterior"
def bayes_posterior(prior, lik):
    """Posterior probabilities of the classes.

    prior (K,) the class probabilities, lik (N, K) the likelihoods p(x_n | C_k).  Returns (N, K); rows sum to 1.
    """
    ### BEGIN SOLUTION
    joint = prior * lik  # (N, K)
    return joint / joint.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% [markdown] docstring="bayes_posterior" lang="zh"
# 各类的后验概率。
#
# prior (K,) 是各类的先验概率，lik (N, K) 是似然 p(x_n | C_k)。返回 (N, K)，每行之和为 1。
# %% grading="bayes_posterior"
def posterior_cases(rng):
    for name, zh, n, k, group in (
        ("typical", "一般数据", 4, 3, "values"),
        ("two classes", "只有两类", 5, 2, "values"),
        ("one sample", "只有一个样本", 1, 4, "edge"),
    ):
        yield Case(name, zh=zh, group=group, prior=shares(rng, k), lik=rng.uniform(0.05, 2, (n, k)).round(2))
    lik = rng.uniform(0.05, 2, (3, 4)).round(2) * 10.0 ** np.array([[-12], [-150], [-300]])
    lik[1, rng.integers(4)] = 0  # what one class cannot produce
    yield Case("tiny likelihoods", zh="极小的似然", group="extreme", prior=shares(rng, 4), lik=lik)


def posterior_by_loop(prior, lik):
    rows = []
    for row in lik:
        evidence = sum(p * q for p, q in zip(prior, row))
        rows.append([p * q / evidence for p, q in zip(prior, row)])
    return rows


def posterior_by_logs(prior, lik):
    logs = np.log(prior) + np.log(lik)
    odds = np.exp(logs - logs.max(axis=1)[:, None])
    return odds / odds.sum(axis=1)[:, None]


def posterior_by_evidence(prior, lik):
    evidence = lik @ prior
    return (lik.T * prior[:, None] / evidence).T


Exercise(
    points=1,
    reference=classification.bayes_posterior,
    cases=posterior_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "prior_dropped",
            swap=("prior * lik", "1.0 * lik"),
            hint={
                "en": "The prior is missing: you treat all classes as equally common.",
                "zh": "漏了先验：你把各类当成同样常见了。",
            },
        ),
        Mistake(
            "not_normalized",
            swap=(" / joint.sum(axis=1, keepdims=True)", ""),
            hint={
                "en": "These are joint probabilities. Divide by the evidence so that each row sums to 1.",
                "zh": "这是联合概率。还要除以证据（分母），使每行之和为 1。",
            },
        ),
        Mistake(
            "normalized_over_samples",
            swap=("axis=1", "axis=0"),
            hint={
                "en": "You normalized down the columns. Each sample's probabilities, a row, must sum to 1.",
                "zh": "你沿列归一化了。应当是每个样本（一行）的概率之和为 1。",
            },
        ),
        Mistake(
            "prior_left_out_of_evidence",
            swap=("/ joint.sum(", "/ lik.sum("),
            hint={
                "en": "The denominator sums prior times likelihood, just like the numerator; yours sums likelihoods alone.",
                "zh": "分母也要把“先验×似然”加起来，和分子一样；你只加了似然。",
            },
        ),
        Mistake(
            "epsilon_in_the_evidence",
            swap=("joint.sum(axis=1, keepdims=True)", "(joint.sum(axis=1, keepdims=True) + 1e-12)"),
            hint={
                "en": "Something small was added to the denominator. Likelihoods may be far smaller still, and then each row no longer sums to 1.",
                "zh": "你在分母里加了一个很小的数。似然可能比它还小得多，那时每一行之和就不再是 1。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=posterior_by_loop),
        Variant("einsum", swap=("joint.sum(axis=1, keepdims=True)", 'np.einsum("nk->n", joint)[:, None]')),
        Variant("logs", function=posterior_by_logs),
        Variant("evidence_first", function=posterior_by_evidence),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### The same, in the log domain
#
# With 100 features the likelihoods are numbers like $10^{-300}$ or smaller; multiply and divide them and you get $0/0$. So work with logarithms: $\ln P(C_k\mid x)=a_k-\ln\sum_j e^{a_j}$ with $a_k=\ln P(C_k)+\ln p(x\mid C_k)$. The last term is the **log-sum-exp**. Take out the greatest term first, row by row:
#
# $$\ln\sum_j e^{a_j}=m+\ln\sum_j e^{a_j-m},\qquad m=\max_j a_j.$$
#
# *By hand.* Equal priors cancel; log-likelihoods $(-1000,\,-1001)$: $m=-1000$, the sum is $1+e^{-1}=1.368$, so the log-posterior is $(-0.313,\,-1.313)$, that is $(0.731,\,0.269)$. Without $m$ it would have been $0/0$.
# %% [markdown] lang="zh"
# ### 在对数下再算一遍
#
# 有 100 个特征时，似然会小到 $10^{-300}$ 甚至更小，乘来除去就成了 $0/0$。所以要在对数下计算：令 $a_k=\ln P(C_k)+\ln p(x\mid C_k)$，则 $\ln P(C_k\mid x)=a_k-\ln\sum_j e^{a_j}$。最后一项叫作 **log-sum-exp**。先逐行提出最大的一项：
#
# $$\ln\sum_j e^{a_j}=m+\ln\sum_j e^{a_j-m},\qquad m=\max_j a_j.$$
#
# *手算一例。* 先验相等时会约掉；对数似然为 $(-1000,\,-1001)$：$m=-1000$，和为 $1+e^{-1}=1.368$，对数后验为 $(-0.313,\,-1.313)$，即 $(0.731,\,0.269)$。若不提出 $m$，得到的就是 $0/0$。
# %% answer="bayes_log_posterior"
def bayes_log_posterior(prior, log_lik):
    """Logarithms of the posterior probabilities.

    prior (K,) the class probabilities (not logarithms), log_lik (N, K) the log-likelihoods ln p(x_n | C_k).
    Returns (N, K), finite also where every likelihood of a row would underflow.
    """
    ### BEGIN SOLUTION
    log_joint = np.log(prior) + log_lik  # (N, K)
    top = log_joint.max(axis=1, keepdims=True)  # (N, 1)
    log_evidence = top + np.log(np.sum(np.exp(log_joint - top), axis=1, keepdims=True))
    return log_joint - log_evidence
    ### END SOLUTION


# %% [markdown] docstring="bayes_log_posterior" lang="zh"
# 后验概率的对数。
#
# prior (K,) 是先验概率（不是对数），log_lik (N, K) 是对数似然 ln p(x_n | C_k)。
# 返回 (N, K)；即使某一行的似然全部下溢，结果也应是有限数。
# %% grading="bayes_log_posterior"
def log_posterior_cases(rng):
    log_lik = rng.normal(-2, 1, (4, 3)).round(2)
    yield Case("typical", zh="一般数据", prior=shares(rng, 3), log_lik=log_lik)
    log_lik = rng.normal(-2, 1, (1, 2)).round(2)
    yield Case("one sample", zh="只有一个样本", group="edge", prior=shares(rng, 2), log_lik=log_lik)
    far = rng.normal(0, 2, (3, 3)).round(2) + rng.permutation([-900.0, -2500.0, 900.0])[:, None]
    yield Case("a hundred features", zh="一百个特征", group="extreme", prior=shares(rng, 3), log_lik=far)
    wide = rng.permuted([[0.0, -900.0, -2600.0]] * 2, axis=1) + rng.uniform(-99, 99, (2, 3)).round(1)
    yield Case("one class far ahead", zh="某一类遥遥领先", group="extreme", prior=shares(rng, 3), log_lik=wide)
    rare = np.append(shares(rng, 2), 1e-30)
    log_lik = rng.normal(-2, 1, (3, 3)).round(2) + [0, 0, 70]
    yield Case("a very rare class", zh="极罕见的类别", group="extreme", prior=rare, log_lik=log_lik)


def by_log_softmax_loop(prior, log_lik):
    rows = []
    for row in log_lik:
        a = np.log(prior) + row
        rows.append(a - np.logaddexp.reduce(a))
    return rows


def log_of_posterior(prior, log_lik):
    log_joint = np.log(prior) + log_lik
    odds = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
    return np.log(odds / odds.sum(axis=1, keepdims=True))


def log_of_clipped_posterior(prior, log_lik):
    log_joint = np.log(prior) + log_lik
    odds = np.exp(log_joint - log_joint.max(axis=1, keepdims=True))
    return np.log(np.maximum(odds / odds.sum(axis=1, keepdims=True), 1e-12))


def by_differences(prior, log_lik):
    a = log_lik + np.log(prior)[None, :]
    differences = a[:, None, :] - a[:, :, None]  # (N, K, K): a_j − a_k
    return -np.logaddexp.reduce(differences, axis=2)


def below_the_greatest(prior, log_lik):
    a = log_lik + np.log(prior)
    a = a - np.max(a, axis=1).reshape(-1, 1)
    return a - np.log(np.exp(a).sum(axis=1)).reshape(-1, 1)


Exercise(
    points=1,
    reference=classification.bayes_log_posterior,
    cases=log_posterior_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "prior_dropped",
            swap=("np.log(prior) + log_lik", "0.0 + log_lik"),
            hint={
                "en": "The prior is missing: add its logarithm to every row.",
                "zh": "漏了先验：每一行都要加上先验的对数。",
            },
        ),
        Mistake(
            "prior_without_log",
            swap=("np.log(prior)", "prior"),
            hint={
                "en": "You added the prior itself to a logarithm. In the log domain products become sums of logarithms.",
                "zh": "你把先验本身加到了对数上。在对数下，乘积变成对数之和，先验也要取对数。",
            },
        ),
        Mistake(
            "exp_underflow",
            swap=("top = log_joint.max(axis=1, keepdims=True)", "top = 0.0"),
            hint={
                "en": "The exponentials underflow (or overflow) before they are summed. Take out each row's greatest term first.",
                "zh": "指数在求和之前就已下溢（或上溢）。先逐行提出最大的一项。",
            },
        ),
        Mistake(
            "one_maximum_for_all",
            swap=("log_joint.max(axis=1, keepdims=True)", "log_joint.max()"),
            hint={
                "en": "You took out one maximum for all samples. Rows may differ by thousands: each needs its own.",
                "zh": "你对所有样本只取了一个最大值。各行可能相差上千，每一行都要用自己的最大值。",
            },
        ),
        Mistake(
            "posterior_not_its_log",
            swap=("return log_joint - log_evidence", "return np.exp(log_joint - log_evidence)"),
            hint={
                "en": "These are probabilities; the logarithms were asked for.",
                "zh": "这是概率本身，题目要的是它的对数。",
            },
        ),
        Mistake(
            "maximum_not_put_back",
            swap=("top + np.log(", "np.log("),
            hint={
                "en": "You took the maximum out of the exponent and forgot to add it back outside the logarithm.",
                "zh": "你从指数里提出了最大值，却忘了在对数外面把它加回来。",
            },
        ),
        Mistake(
            "log_of_posterior",
            function=log_of_posterior,
            hint={
                "en": "You compute the probability and take its logarithm afterwards. Where one class is far ahead, the others have rounded to 0 by then: subtract logarithms instead of dividing.",
                "zh": "你先算概率再取对数。当某一类遥遥领先时，其他类的概率早已舍入成 0：请用对数相减代替相除。",
            },
        ),
        Mistake(
            "clipped_posterior",
            function=log_of_clipped_posterior,
            hint={
                "en": "Clipping keeps the logarithm finite but wrong: the log-posterior of a hopeless class may well be −2000. Subtract logarithms instead of dividing.",
                "zh": "截断虽然避免了无穷大，结果却不对：毫无希望的类别，对数后验完全可以是 −2000。请用对数相减代替相除。",
            },
        ),
        Mistake(
            "mean_taken_out",
            swap=("log_joint.max(axis=1, keepdims=True)", "log_joint.mean(axis=1, keepdims=True)"),
            hint={
                "en": "You took out each row's mean. Terms far above it still overflow: take out the greatest one.",
                "zh": "你提出的是每行的平均值。比它大得多的项仍会上溢：应当提出最大的一项。",
            },
        ),
        Mistake(
            "epsilon_in_the_log",
            swap=("np.log(prior)", "np.log(prior + 1e-12)"),
            hint={
                "en": "Something small was added to the prior before its logarithm. A rare class may be rarer than that: every prior is above 0 and needs no help.",
                "zh": "你在对先验取对数前加了一个很小的数。罕见类别的先验可能比它还小：先验都大于 0，不需要这样做。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=by_log_softmax_loop),
        Variant(
            "shift_first",
            swap=(
                "top + np.log(np.sum(np.exp(log_joint - top), axis=1, keepdims=True))",
                "np.logaddexp.reduce(log_joint, axis=1, keepdims=True)",
            ),
        ),
        Variant("differences", function=by_differences),
        Variant("below_the_greatest", function=below_the_greatest),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ## 3.3 Fitting the Gaussians
#
# No loop, no learning rate: the parameters that make the data most likely have a closed form.
#
# ### One Gaussian
#
# $$\mu=\frac1N\sum_n x^n,\qquad \Sigma=\frac1N\sum_n (x^n-\mu)(x^n-\mu)^{\mathsf T}.$$
#
# The maximum of the likelihood divides by $N$, not by $N-1$. *By hand:* samples $(0,0)$, $(2,0)$, $(4,6)$: $\mu=(2,2)$, deviations $(-2,-2)$, $(0,-2)$, $(2,4)$, so $\Sigma=\frac13\begin{pmatrix}8&12\\12&24\end{pmatrix}=\begin{pmatrix}2.67&4\\4&8\end{pmatrix}$.
# %% [markdown] lang="zh"
# ## 3.3 拟合高斯分布
#
# 不需要循环，也不需要学习率：使数据出现的可能性最大的参数有现成的公式。
#
# ### 一个高斯分布
#
# $$\mu=\frac1N\sum_n x^n,\qquad \Sigma=\frac1N\sum_n (x^n-\mu)(x^n-\mu)^{\mathsf T}.$$
#
# 最大似然估计除以 $N$，而不是 $N-1$。*手算一例：* 样本 $(0,0)$、$(2,0)$、$(4,6)$：$\mu=(2,2)$，偏差为 $(-2,-2)$、$(0,-2)$、$(2,4)$，于是 $\Sigma=\frac13\begin{pmatrix}8&12\\12&24\end{pmatrix}=\begin{pmatrix}2.67&4\\4&8\end{pmatrix}$。
# %% answer="gaussian_fit"
def gaussian_fit(X):
    """Maximum-likelihood mean and covariance of the rows of X.

    X (N, D), which may hold integers, too.  Returns (mu, S): mu (D,), and S (D, D) divided by N, also for D = 1.
    """
    ### BEGIN SOLUTION
    mu = X.mean(axis=0)  # (D,)
    diff = X - mu  # (N, D)
    S = diff.T @ diff / len(X)  # (D, D)
    return mu, S
    ### END SOLUTION


# %% [markdown] docstring="gaussian_fit" lang="zh"
# X 各行的最大似然均值与协方差。
#
# X (N, D)，也可以是整数数组。返回 (mu, S)：mu (D,)，S (D, D)，除以 N；D = 1 时也是如此。
# %% grading="gaussian_fit"
def fit_cases(rng):
    X = (rng.normal(size=(7, 3)) @ covariance(rng, 3) + [1, -2, 3]).round(2)
    yield Case("typical", zh="一般数据", X=X)
    yield Case("more features than samples", zh="特征比样本多", X=(rng.normal(size=(4, 5)) + 1).round(2))
    yield Case("one sample", zh="只有一个样本", group="edge", X=rng.normal(size=(1, 3)).round(2))
    yield Case("one feature", zh="只有一个特征", group="edge", X=rng.normal(size=(5, 1)).round(2))


def fit_into_array_like_x(X):
    mu = np.zeros_like(X[0])
    for column in range(X.shape[1]):
        mu[column] = X[:, column].mean()
    diff = X - mu
    return mu, diff.T @ diff / len(X)


def fit_by_moments(X):
    mu = np.einsum("nd->d", X) / X.shape[0]
    return mu, np.einsum("ni,nj->ij", X, X) / X.shape[0] - np.multiply.outer(mu, mu)


def fit_by_loop(X):
    N, D = X.shape
    mu = sum(X[n] for n in range(N)) / N
    S = np.zeros((D, D))
    for n in range(N):
        S += np.outer(X[n] - mu, X[n] - mu) / N
    return mu, S


Exercise(
    points=1,
    reference=classification.gaussian_fit,
    cases=fit_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    mistakes=[
        Mistake(
            "divided_by_n_minus_1",
            swap=("/ len(X)", "/ (len(X) - 1)"),
            hint={
                "en": "You divided by N−1. The maximum of the likelihood divides by N (and a single sample would divide by 0).",
                "zh": "你除以了 N−1。最大似然估计除以 N（只有一个样本时，N−1 还会变成除以 0）。",
            },
        ),
        Mistake(
            "not_centered",
            swap=("diff = X - mu", "diff = X"),
            hint={
                "en": "Subtract the mean first: a covariance measures the spread around it, not around the origin.",
                "zh": "先减去均值：协方差衡量的是围绕均值的离散程度，不是围绕原点。",
            },
        ),
        Mistake(
            "one_mean_for_all_features",
            swap=("X.mean(axis=0)", "X.mean() * np.ones(X.shape[1])"),
            hint={
                "en": "You averaged over all entries. Every feature has a mean of its own: average over the samples.",
                "zh": "你对所有元素取了平均。每个特征有自己的均值：应当对样本取平均。",
            },
        ),
        Mistake(
            "samples_against_samples",
            swap=("diff.T @ diff", "diff @ diff.T"),
            hint={
                "en": "This compares samples with samples, (N, N). A covariance compares features with features, (D, D).",
                "zh": "这是样本对样本的矩阵，形状 (N, N)。协方差是特征对特征，形状 (D, D)。",
            },
        ),
        Mistake(
            "sum_for_mean",
            swap=(" / len(X)", ""),
            hint={"en": "Divide the sum of products by the number of samples.", "zh": "乘积之和还要除以样本数。"},
        ),
        Mistake(
            "variances_only",
            swap=("return mu, S", "return mu, np.diag(np.diag(S))"),
            hint={
                "en": "Only the variances are there. The entries off the diagonal say how features vary together.",
                "zh": "你只保留了方差。非对角元素表示特征之间如何一起变化，不能丢。",
            },
        ),
        Mistake(
            "np_cov_of_one_feature",
            swap=("S = diff.T @ diff / len(X)", "S = np.cov(X, rowvar=False, bias=True)"),
            hint={
                "en": "For a single feature `np.cov` gives a bare number. S is a (D, D) matrix, also for D = 1.",
                "zh": "只有一个特征时，`np.cov` 返回的是一个数。S 是 (D, D) 矩阵，D = 1 时也不例外。",
            },
        ),
        Mistake(
            "rounded_like_x",
            function=fit_into_array_like_x,
            hint={
                "en": "Your array takes its type from X: where X holds integers, the means are cut down to integers. Let the array hold floats.",
                "zh": "你的数组沿用了 X 的类型：X 是整数时，均值也被截成了整数。请让数组存放浮点数。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=fit_by_loop),
        Variant("np_cov", swap=("S = diff.T @ diff / len(X)", "S = np.atleast_2d(np.cov(X, rowvar=False, bias=True))")),
        Variant("moments", function=fit_by_moments),
        Variant("einsum", swap=("diff.T @ diff / len(X)", 'np.einsum("ni,nj->ij", diff, diff) / X.shape[0]')),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### All classes, one covariance
#
# A covariance has $D(D+1)/2$ numbers. Giving each class its own makes a flexible model that overfits easily, so the classes **share** one. Only the covariance is shared: each class keeps its own mean and prior. The shared matrix is the average of the classes' covariances, weighted by class size:
#
# $$\Sigma=\sum_k\frac{N_k}{N}\,\Sigma_k,\qquad P(C_k)=\frac{N_k}{N}.$$
#
# *By hand* in one dimension: class 0 has $x=0,\,2$ (mean 1, variance 1), class 1 has $x=5,5,5,9$ (mean 6, variance 3). Then $P=(\tfrac13,\tfrac23)$ and $\Sigma=\tfrac13\cdot1+\tfrac23\cdot3=2.33$. The variance of all six together would be 7.89: it also counts the distance *between* the classes, which is not spread within one.
# %% [markdown] lang="zh"
# ### 所有类别共用一个协方差
#
# 一个协方差矩阵有 $D(D+1)/2$ 个数。每类各用一个，模型很灵活，也很容易过拟合，所以让各类**共享**一个。共享的只有协方差：每一类仍有自己的均值和先验。共享的矩阵是各类协方差按样本数的加权平均：
#
# $$\Sigma=\sum_k\frac{N_k}{N}\,\Sigma_k,\qquad P(C_k)=\frac{N_k}{N}.$$
#
# *一维手算：* 第 0 类 $x=0,\,2$（均值 1，方差 1），第 1 类 $x=5,5,5,9$（均值 6，方差 3）。于是 $P=(\tfrac13,\tfrac23)$，$\Sigma=\tfrac13\cdot1+\tfrac23\cdot3=2.33$。六个数放在一起的方差是 7.89：它把类与类**之间**的距离也算进去了，那并不是类内的离散程度。
# %% answer="gaussian_fit_shared"
def gaussian_fit_shared(X, y):
    """Priors, class means and the covariance that the classes share.

    X (N, D), which may hold integers, too, y (N,) integers 0 … K−1, each of which occurs.  Returns (pi, mus, S):
    pi (K,) the shares of the classes, mus (K, D) their means, S (D, D) the average of their covariances weighted by
    class size.
    """
    ### BEGIN SOLUTION
    K = int(y.max()) + 1
    fits = [gaussian_fit(X[y == k]) for k in range(K)]
    pi = np.array([np.mean(y == k) for k in range(K)])  # (K,)
    mus = np.array([mu for mu, _ in fits])  # (K, D)
    S = sum(share * cov for share, (_, cov) in zip(pi, fits))  # (D, D)
    return pi, mus, S
    ### END SOLUTION


# %% [markdown] docstring="gaussian_fit_shared" lang="zh"
# 各类的先验、均值，以及共享的协方差。
#
# X (N, D)，也可以是整数数组；y (N,) 为整数 0 … K−1，每个都出现。返回 (pi, mus, S)：pi (K,) 是各类所占比例，
# mus (K, D) 是各类均值，S (D, D) 是各类协方差按样本数的加权平均。
# %% grading="gaussian_fit_shared"
def shared_cases(rng):
    for name, zh, counts, d, group in (
        ("two classes", "两类", rng.permutation([3, 7]), 2, "values"),
        ("three classes", "三类", rng.permutation([6, 3, 2]), 3, "values"),
        ("a class of one", "有一类只有一个样本", rng.permutation([1, 5]), 2, "edge"),
        ("one feature", "只有一个特征", rng.permutation([2, 4]), 1, "edge"),
    ):
        X, y = classes(rng, counts, d)
        yield Case(name, zh=zh, group=group, X=X, y=y)


def shared_about_global_mean(X, y):
    pi = np.array([np.mean(y == k) for k in range(int(y.max()) + 1)])
    mus = np.array([X[y == k].mean(axis=0) for k in range(len(pi))])
    return pi, mus, gaussian_fit(X)[1]


def shared_with_ddof(X, y):
    pi = np.array([np.mean(y == k) for k in range(int(y.max()) + 1)])
    mus = np.array([X[y == k].mean(axis=0) for k in range(len(pi))])
    diff = X - mus[y]
    return pi, mus, diff.T @ diff / (len(X) - len(pi))


def means_shared_too(X, y):
    K = int(y.max()) + 1
    fits = [gaussian_fit(X[y == k]) for k in range(K)]
    pi = np.array([np.mean(y == k) for k in range(K)])
    mus = np.repeat(X.mean(axis=0)[None], K, axis=0)
    return pi, mus, sum(share * cov for share, (_, cov) in zip(pi, fits))


def in_order_of_appearance(X, y):
    kinds = list(dict.fromkeys(y.tolist()))
    pi = np.array([np.mean(y == kind) for kind in kinds])
    mus = np.array([X[y == kind].mean(axis=0) for kind in kinds])
    diff = X - mus[[kinds.index(kind) for kind in y]]
    return pi, mus, diff.T @ diff / len(X)


def as_if_sorted(X, y):
    parts = np.split(X, np.cumsum(np.bincount(y))[:-1])
    mus = np.array([part.mean(axis=0) for part in parts])
    diff = np.concatenate([part - mu for part, mu in zip(parts, mus)])
    return np.bincount(y) / len(y), mus, diff.T @ diff / len(X)


def shared_by_one_hot(X, y):
    T = (y[:, None] == np.unique(y)).astype(float)
    pi, mus = T.mean(axis=0), np.linalg.solve(T.T @ T, T.T @ X)
    return list(pi), list(mus), np.einsum("nk,ni,nj->ij", T, X - T @ mus, X - T @ mus) / X.shape[0]


def shared_pooled(X, y):
    counts = np.bincount(y)
    mus = np.zeros((len(counts), X.shape[1]))
    np.add.at(mus, y, X)
    mus /= counts[:, None]
    diff = X - mus[y]
    return counts / len(y), mus, diff.T @ diff / len(y)


Exercise(
    points=2,
    reference=classification.gaussian_fit_shared,
    cases=shared_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    mistakes=[
        Mistake(
            "unweighted_average",
            swap=("share * cov", "cov / K"),
            hint={
                "en": "Every class counts the same in your average. Weight each covariance by its share of the samples.",
                "zh": "你的平均里每一类分量相同。应按各类样本所占的比例加权。",
            },
        ),
        Mistake(
            "about_the_global_mean",
            function=shared_about_global_mean,
            hint={
                "en": "Your spread is measured around the mean of all samples, so it includes the distance between the classes. Use each class's own mean.",
                "zh": "你围绕全体均值计算离散程度，把类间距离也算了进去。应当用每一类自己的均值。",
            },
        ),
        Mistake(
            "degrees_of_freedom",
            function=shared_with_ddof,
            hint={
                "en": "You divided by N−K. The maximum of the likelihood divides by N.",
                "zh": "你除以了 N−K。最大似然估计除以 N。",
            },
        ),
        Mistake(
            "counts_for_shares",
            swap=("np.mean(y == k)", "np.sum(y == k)"),
            hint={
                "en": "These are counts. The priors are shares: divide by the number of samples.",
                "zh": "这是个数。先验是比例：要除以样本总数。",
            },
        ),
        Mistake(
            "weights_in_reverse",
            swap=("zip(pi, fits)", "zip(pi[::-1], fits)"),
            hint={
                "en": "The weights and the covariances are paired in different orders.",
                "zh": "权重和协方差的顺序没有对上。",
            },
        ),
        Mistake(
            "means_shared_too",
            function=means_shared_too,
            hint={
                "en": "All your classes have the same mean. The notes' wording suggests it, but only the covariance is shared: each class keeps its own mean.",
                "zh": "你的各类均值都一样。讲义的说法容易让人误会，但共享的只有协方差：每一类要保留自己的均值。",
            },
        ),
        Mistake(
            "sum_of_covariances",
            swap=("share * cov", "cov"),
            hint={
                "en": "You added the covariances up. The shared one is their average, weighted by class size.",
                "zh": "你把各类协方差直接相加了。共享的协方差是按样本数加权的平均。",
            },
        ),
        Mistake(
            "order_of_appearance",
            function=in_order_of_appearance,
            hint={
                "en": "Your classes stand in the order in which they first occur in y. Row k belongs to label k, whichever comes first.",
                "zh": "你的类别是按在 y 中首次出现的次序排的。第 k 行属于标签 k，与谁先出现无关。",
            },
        ),
        Mistake(
            "labels_taken_as_sorted",
            function=as_if_sorted,
            hint={
                "en": "You cut X into blocks as if it were sorted by class. The samples are mixed: pick the rows by their label.",
                "zh": "你把 X 当成按类别排好序的来分块。样本是混在一起的：请按标签挑出各行。",
            },
        ),
    ],
    variants=[
        Variant("pooled", function=shared_pooled),
        Variant("lists", swap=("return pi, mus, S", "return pi.tolist(), mus.tolist(), S.tolist()")),
        Variant("one_hot", function=shared_by_one_hot),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ## 3.4 From Gaussians to a line
#
# Now something beautiful happens. Write the posterior of class 1 as a function of the *log odds* $z$:
#
# $$P(y=1\mid x)=\frac{1}{1+e^{-z}}=\sigma(z),\qquad z=\ln\frac{P(C_1)\,p(x\mid C_1)}{P(C_0)\,p(x\mid C_0)}.$$
#
# With a shared $\Sigma$ the quadratic terms $x^{\mathsf T}\Sigma^{-1}x$ of both Gaussians are the same and cancel. What is left is linear in $x$:
#
# $$z=w\cdot x+b,\qquad w=\Sigma^{-1}(\mu_1-\mu_0),\qquad b=-\tfrac12\mu_1^{\mathsf T}\Sigma^{-1}\mu_1+\tfrac12\mu_0^{\mathsf T}\Sigma^{-1}\mu_0+\ln\frac{P(C_1)}{P(C_0)}.$$
#
# Two bells, one straight line between them. (The notes number the classes 1 and 2; here the label 1 is $C_1$ and the label 0 is the other one.)
#
# *By hand* in one dimension: $\mu_0=1$, $\mu_1=6$, $\Sigma=2$, priors $(\tfrac13,\tfrac23)$. Then $w=\tfrac{6-1}{2}=2.5$ and $b=-\tfrac{36}{4}+\tfrac{1}{4}+\ln2=-8.057$. The boundary $z=0$ is at $x=3.22$, a little left of the middle 3.5, because class 1 is more common.
# %% [markdown] lang="zh"
# ## 3.4 从高斯分布到直线
#
# 接下来的结果很漂亮。把第 1 类的后验写成**对数几率** $z$ 的函数：
#
# $$P(y=1\mid x)=\frac{1}{1+e^{-z}}=\sigma(z),\qquad z=\ln\frac{P(C_1)\,p(x\mid C_1)}{P(C_0)\,p(x\mid C_0)}.$$
#
# 共享 $\Sigma$ 时，两个高斯分布里的二次项 $x^{\mathsf T}\Sigma^{-1}x$ 完全相同，相减后消失，剩下的对 $x$ 是线性的：
#
# $$z=w\cdot x+b,\qquad w=\Sigma^{-1}(\mu_1-\mu_0),\qquad b=-\tfrac12\mu_1^{\mathsf T}\Sigma^{-1}\mu_1+\tfrac12\mu_0^{\mathsf T}\Sigma^{-1}\mu_0+\ln\frac{P(C_1)}{P(C_0)}.$$
#
# 两座“钟”，中间一条直线。（讲义的两类编号是 1 和 2；这里标签 1 对应 $C_1$，标签 0 对应另一类。）
#
# *一维手算：* $\mu_0=1$，$\mu_1=6$，$\Sigma=2$，先验 $(\tfrac13,\tfrac23)$。于是 $w=\tfrac{6-1}{2}=2.5$，$b=-\tfrac{36}{4}+\tfrac{1}{4}+\ln2=-8.057$。分界点 $z=0$ 在 $x=3.22$，比中点 3.5 略偏左，因为第 1 类更常见。
# %% answer="shared_gaussian_to_linear"
def shared_gaussian_to_linear(pi, mus, S):
    """The line that two Gaussians with a shared covariance amount to.

    pi (2,) priors and mus (2, D) means of the classes 0 and 1, S (D, D) their covariance; mus and S may hold integers.
    Returns (w, b): w (D,) and the number b with sigmoid(x·w + b) = P(y = 1 | x).
    """
    ### BEGIN SOLUTION
    w = np.linalg.solve(S, mus[1] - mus[0])  # (D,)
    b = -0.5 * (mus[1] + mus[0]) @ w + np.log(pi[1] / pi[0])
    return w, b
    ### END SOLUTION


# %% [markdown] docstring="shared_gaussian_to_linear" lang="zh"
# 两个共享协方差的高斯分布所对应的直线。
#
# pi (2,) 与 mus (2, D) 是第 0、1 类的先验与均值，S (D, D) 是共享的协方差；mus 和 S 可以是整数数组。
# 返回 (w, b)：w (D,) 和数 b，满足 sigmoid(x·w + b) = P(y = 1 | x)。
# %% grading="shared_gaussian_to_linear"
def line_cases(rng):
    for name, zh, d, low, high, group in (
        ("typical", "一般数据", 3, 0.7, 0.9, "values"),
        ("a rare class", "罕见的类别", 2, 0.02, 0.08, "values"),
        ("one feature", "只有一个特征", 1, 0.6, 0.8, "edge"),
        ("the posterior", "后验概率", 2, 0.2, 0.4, "posterior"),
    ):
        share = round(float(rng.uniform(low, high)), 2)
        yield Case(
            name,
            zh=zh,
            group=group,
            pi=np.array([1 - share, share]),
            mus=(rng.normal(size=(2, d)) + [[1.0], [-0.5]]).round(2),
            S=covariance(rng, d),
            x=rng.normal(size=(4, d)).round(2),
        )


def line_and_posterior(impl, case):
    """The line; in the group "posterior" what it gives beside Bayes' rule."""
    w, b = impl.shared_gaussian_to_linear(case.pi, case.mus, case.S)
    if case.group != "posterior":
        return w, b
    n, d = case.x.shape
    w, b = np.asarray(w, dtype=float).reshape(d), float(np.asarray(b, dtype=float).reshape(()))
    densities = [np.asarray(impl.gaussian_logpdf(case.x, mu, case.S), dtype=float).reshape(n) for mu in case.mus]
    logs = np.stack(densities, axis=1) + np.log(case.pi)
    bayes = 1 / (1 + np.exp(logs[:, 0] - logs[:, 1]))
    line = 1 / (1 + np.exp(-(case.x @ w + b)))
    return {"by the line": line, "minus Bayes' rule": line - bayes}


def line_expanded(pi, mus, S):
    inverse = np.linalg.inv(S)
    m0, m1 = mus
    b = -m1 @ inverse @ m1 / 2 + m0 @ inverse @ m0 / 2 + np.log(pi[1]) - np.log(pi[0])
    return inverse @ (m1 - m0), b


def line_by_odds_at_points(pi, mus, S):
    inverse = np.linalg.inv(S)

    def odds(x):
        forms = [(x - mu) @ inverse @ (x - mu) for mu in mus]
        return (forms[0] - forms[1]) / 2 + np.log(pi[1]) - np.log(pi[0])

    b = odds(np.zeros(len(S)))
    return [odds(e) - b for e in np.eye(len(S))], b


def line_by_cholesky(pi, mus, S):
    white = np.linalg.solve(np.linalg.cholesky(S), np.asarray(mus, dtype=float).T)  # (D, 2)
    w = np.linalg.solve(np.linalg.cholesky(S).T, white @ [-1.0, 1.0])
    return w, np.array([np.log(pi[1] / pi[0]) - (white[:, 1] @ white[:, 1] - white[:, 0] @ white[:, 0]) / 2])


Exercise(
    points=2,
    reference=classification.shared_gaussian_to_linear,
    cases=line_cases,
    observe=line_and_posterior,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    groups={"posterior": {"en": "The line gives Bayes' posterior", "zh": "直线给出贝叶斯后验"}},
    mistakes=[
        Mistake(
            "log_prior_missing",
            swap=(" + np.log(pi[1] / pi[0])", ""),
            hint={
                "en": "The priors are missing from b, so a rare class is predicted as often as a common one.",
                "zh": "b 里漏了先验，于是罕见的类和常见的类被一视同仁了。",
            },
        ),
        Mistake(
            "prior_twice",
            swap=("np.log(pi[1] / pi[0])", "2 * np.log(pi[1] / pi[0])"),
            hint={"en": "The log prior ratio is counted twice.", "zh": "先验之比的对数算了两遍。"},
        ),
        Mistake(
            "prior_without_log",
            swap=("np.log(pi[1] / pi[0])", "pi[1] / pi[0]"),
            hint={
                "en": "z is the logarithm of the odds, so the ratio of the priors enters as a logarithm.",
                "zh": "z 是几率的对数，所以先验之比也要取对数再加进来。",
            },
        ),
        Mistake(
            "prior_ratio_upside_down",
            swap=("pi[1] / pi[0]", "pi[0] / pi[1]"),
            hint={
                "en": "The ratio of the priors is upside down: a common class 1 must raise z.",
                "zh": "先验之比颠倒了：第 1 类越常见，z 应当越大。",
            },
        ),
        Mistake(
            "classes_swapped",
            swap=("mus[1] - mus[0]", "mus[0] - mus[1]"),
            hint={
                "en": "Your w points to class 0. The output is the probability of class 1, so w points from μ₀ to μ₁.",
                "zh": "你的 w 指向第 0 类。输出是第 1 类的概率，所以 w 应从 μ₀ 指向 μ₁。",
            },
        ),
        Mistake(
            "half_missing",
            swap=("-0.5 * (", "-1.0 * ("),
            hint={"en": "The ½ of the Gaussian's exponent is missing in b.", "zh": "b 里漏了高斯指数中的 ½。"},
        ),
        Mistake(
            "covariance_not_inverted",
            swap=("np.linalg.solve(S, mus[1] - mus[0])", "S @ (mus[1] - mus[0])"),
            hint={
                "en": "You multiplied by Σ where its inverse belongs.",
                "zh": "该用 Σ 的逆，你却乘了 Σ。",
            },
        ),
        Mistake(
            "quadratic_sign",
            swap=("-0.5 * (mus[1] + mus[0]) @ w", "0.5 * (mus[1] + mus[0]) @ w"),
            hint={
                "en": "The sign of the quadratic terms in b is reversed: the term of μ₁ is subtracted, that of μ₀ is added.",
                "zh": "b 中二次项的符号反了：μ₁ 的那一项为负，μ₀ 的那一项为正。",
            },
        ),
    ],
    variants=[
        Variant("expanded", function=line_expanded),
        Variant("list", swap=("return w, b", "return w.tolist(), float(b)")),
        Variant("odds_at_points", function=line_by_odds_at_points),
        Variant("cholesky_and_array_of_one", function=line_by_cholesky),
    ],
    forbids=FROM_SCRATCH,
)


# %% demo="boundaries"
# Two classes, three models: one covariance each, one shared covariance, and logistic regression (section 3.6).
import matplotlib.pyplot as plt

generator = np.random.default_rng(8)
cloud_a = generator.normal(size=(90, 2)) @ [[1.5, 0.7], [0.0, 0.5]] + [-1.2, 0.6]
cloud_b = generator.normal(size=(60, 2)) @ [[0.5, -0.5], [0.0, 0.9]] + [1.6, -0.6]
both, label = np.vstack([cloud_a, cloud_b]), np.repeat([0, 1], [90, 60])
grid_x, grid_y = np.meshgrid(np.linspace(-6, 5, 221), np.linspace(-4, 4.5, 171))
grid = np.stack([grid_x.ravel(), grid_y.ravel()], axis=1)


def log_bell(place, center, spread):
    white = (place - center) @ np.linalg.inv(np.linalg.cholesky(spread)).T
    return -0.5 * (white**2).sum(axis=1) - 0.5 * np.log(np.linalg.det(spread))


centers = [cloud_a.mean(axis=0), cloud_b.mean(axis=0)]
own = [np.cov(cloud, rowvar=False, bias=True) for cloud in (cloud_a, cloud_b)]
shared = [0.6 * own[0] + 0.4 * own[1]] * 2
panels = {}
for name, spreads in (("one covariance each: a curve", own), ("shared covariance: a line", shared)):
    bells = [log_bell(grid, center, spread) for center, spread in zip(centers, spreads)]
    panels[name] = (bells[1] - bells[0] + np.log(60 / 90), spreads)
tilde = np.column_stack([both, np.ones(len(both))])
theta = np.zeros(3)
for _ in range(12):  # Newton's method, to be quick about it
    chance = 0.5 * (1 + np.tanh(tilde @ theta / 2))
    theta -= np.linalg.solve(tilde.T * (chance * (1 - chance)) @ tilde + 1e-6 * np.eye(3), tilde.T @ (chance - label))
panels["logistic regression: another line"] = (np.column_stack([grid, np.ones(len(grid))]) @ theta, [])

figure, axes = plt.subplots(1, 3, figsize=(13, 4), sharex=True, sharey=True)
circle = np.stack([np.cos(np.linspace(0, 2 * np.pi, 100)), np.sin(np.linspace(0, 2 * np.pi, 100))])
for axis, (name, (odds, spreads)) in zip(axes, panels.items()):
    shade = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
    axis.imshow(
        shade.reshape(grid_x.shape), extent=(-6, 5, -4, 4.5), origin="lower", cmap="RdBu_r", alpha=0.45, aspect="auto"
    )
    axis.contour(grid_x, grid_y, odds.reshape(grid_x.shape), levels=[0], colors="black", linewidths=2)
    for center, spread, color in zip(centers, spreads, ("#1f4e9c", "#a01c1c")):
        for radius in (1, 2):
            ring = center[:, None] + radius * np.linalg.cholesky(spread) @ circle
            axis.plot(*ring, color=color, lw=1.2)
    axis.scatter(*cloud_a.T, s=10, color="#1f4e9c")
    axis.scatter(*cloud_b.T, s=10, color="#a01c1c")
    axis.set_title(name)
plt.tight_layout()
plt.show()


# %% [markdown] lang="en"
# ## 3.5 The sigmoid
#
# The function that turned log odds into a probability deserves a closer look:
#
# $$\sigma(z)=\frac{1}{1+e^{-z}}.$$
#
# ### Sigmoid
#
# *By hand:* $\sigma(0)=\tfrac12$; $\sigma(\ln 3)=\frac{1}{1+1/3}=\tfrac34$; $\sigma(-\ln3)=\tfrac14$. In general $\sigma(z)+\sigma(-z)=1$.
#
# In a computer $e^{1000}$ is infinite. The form $\frac{e^{z}}{1+e^{z}}$ then gives $\infty/\infty=$ NaN, and the form above gives the right 0 but complains on the way. Both are avoided by never taking the exponential of a positive number: for $z\ge0$ use $\frac{1}{1+e^{-z}}$, for $z<0$ the equal $\frac{e^{z}}{1+e^{z}}$.
# %% [markdown] lang="zh"
# ## 3.5 Sigmoid 函数
#
# 把对数几率变成概率的这个函数，值得细看：
#
# $$\sigma(z)=\frac{1}{1+e^{-z}}.$$
#
# ### Sigmoid
#
# *手算一例：* $\sigma(0)=\tfrac12$；$\sigma(\ln 3)=\frac{1}{1+1/3}=\tfrac34$；$\sigma(-\ln3)=\tfrac14$。一般地，$\sigma(z)+\sigma(-z)=1$。
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


# %% [markdown] docstring="sigmoid" lang="zh"
# 逐元素的 logistic sigmoid 函数。
#
# z 是数或任意形状的数组，也可以是整数。返回同样的形状，取值 0 到 1；对任何有限的 z 结果都是有限数。
# %% grading="sigmoid"
def sigmoid_cases(rng):
    yield Case("typical", zh="一般数据", z=rng.normal(0, 2, (3, 4)).round(2))
    yield Case("a number", zh="单独一个数", group="edge", z=round(float(rng.normal()) + 0.5, 2))
    yield Case("three axes", zh="三维数组", group="edge", z=rng.normal(0, 2, (2, 3, 2)).round(2))
    far = (rng.permutation([-1.0, 1.0, -0.8, 0.8, 0.04, 0.0, -0.04]) * rng.uniform(900, 1100)).round(2)
    yield Case("±1000", zh="±1000", group="extreme", z=far)
    yield Case("mirror", zh="左右对称", group="invariant", z=rng.normal(0, 30, 6).round(1))


def sigmoid_and_mirror(impl, case):
    """The values; in the group "invariant" the sum of both sides."""
    if case.group != "invariant":
        return impl.sigmoid(case.z)
    sides = [np.asarray(impl.sigmoid(z), dtype=float).reshape(np.shape(z)) for z in (case.z, -case.z)]
    return sides[0] + sides[1]


def sigmoid_of_sign(z):
    return 1 / (1 + np.exp(-np.abs(z)))


def sigmoid_like_z(z):
    z = np.asarray(z)
    small = np.exp(-np.abs(z))
    f = np.zeros_like(z)
    f[...] = np.where(z >= 0, 1, small) / (1 + small)
    return f


def sigmoid_by_masks(z):
    z = np.array(z, dtype=float)
    right = z >= 0
    f = np.empty(z.shape)
    f[right] = 1 / (1 + np.exp(-z[right]))
    e = np.exp(z[~right])
    f[~right] = e / (1 + e)
    return f


def sigmoid_clipped(z):
    z = np.clip(np.asarray(z, dtype=float), -500, 500)
    return 1 / (1 + np.exp(-z))


def sigmoid_by_logaddexp(z):
    return np.exp(-np.logaddexp(0, -np.asarray(z)))


def sigmoid_by_branches(z):
    flat = np.atleast_1d(np.asarray(z, dtype=float)).ravel()
    values = [1 / (1 + np.exp(-v)) if v >= 0 else np.exp(v) / (1 + np.exp(v)) for v in flat]
    return np.array(values).reshape(np.shape(z))


SIGMOID_LINES = """    small = np.exp(-np.abs(z))  # never above 1
    return np.where(np.asarray(z) >= 0, 1, small) / (1 + small)"""

Exercise(
    points=1,
    reference=classification.sigmoid,
    cases=sigmoid_cases,
    observe=sigmoid_and_mirror,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    mistakes=[
        Mistake(
            "overflow",
            swap=(SIGMOID_LINES, "    return np.exp(z) / (1 + np.exp(z))"),
            hint={
                "en": "For large z your exponential is infinite, and infinity over infinity is NaN. Never take the exponential of a positive number.",
                "zh": "z 很大时你的指数变成无穷大，无穷除以无穷是 NaN。不要对正数取指数。",
            },
        ),
        Mistake(
            "wrong_sign",
            swap=(SIGMOID_LINES, "    return 1 / (1 + np.exp(z))"),
            hint={
                "en": "The exponent's sign is reversed: a large z must give a probability near 1.",
                "zh": "指数的符号反了：z 越大，概率应当越接近 1。",
            },
        ),
        Mistake(
            "tanh",
            swap=(SIGMOID_LINES, "    return np.tanh(z)"),
            hint={
                "en": "This is tanh, which runs from −1 to 1. A probability runs from 0 to 1.",
                "zh": "这是 tanh，取值从 −1 到 1。概率应当从 0 到 1。",
            },
        ),
        Mistake(
            "negative_side_forgotten",
            function=sigmoid_of_sign,
            hint={
                "en": "Negative z gives a probability above ½. The absolute value is only half of the trick: the two signs need different numerators.",
                "zh": "z 为负时你给出了大于 ½ 的概率。取绝对值只做了一半：正负两种情况的分子不同。",
            },
        ),
        Mistake(
            "rounded_like_z",
            function=sigmoid_like_z,
            hint={
                "en": "Your array takes its type from z: where z holds integers, every probability is cut down to 0 or 1. Let the array hold floats.",
                "zh": "你的数组沿用了 z 的类型：z 是整数时，概率都被截成了 0 或 1。请让数组存放浮点数。",
            },
        ),
    ],
    variants=[
        Variant("textbook", swap=(SIGMOID_LINES, "    return 1 / (1 + np.exp(-np.asarray(z)))")),
        Variant("half_tanh", swap=(SIGMOID_LINES, "    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))")),
        Variant("branches", function=sigmoid_by_branches),
        Variant("masks", function=sigmoid_by_masks),
        Variant("clipped", function=sigmoid_clipped),
        Variant("logaddexp", function=sigmoid_by_logaddexp),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### Its slope
#
# $$\frac{d\sigma}{dz}=\sigma(z)\,\big(1-\sigma(z)\big).$$
#
# The notes write this as $y(1-y)$, where $y$ is the *output* of the sigmoid. Your function takes $z$, the input. *By hand:* at $z=\ln3$ the output is $\tfrac34$, so the slope is $\tfrac34\cdot\tfrac14=\tfrac{3}{16}$. The steepest point is $z=0$ with slope $\tfrac14$; far out on both sides the slope is 0.
# %% [markdown] lang="zh"
# ### 它的导数
#
# $$\frac{d\sigma}{dz}=\sigma(z)\,\big(1-\sigma(z)\big).$$
#
# 讲义写成 $y(1-y)$，其中 $y$ 是 sigmoid 的**输出**。你的函数接收的是输入 $z$。*手算一例：* $z=\ln3$ 时输出为 $\tfrac34$，导数是 $\tfrac34\cdot\tfrac14=\tfrac{3}{16}$。最陡处在 $z=0$，导数为 $\tfrac14$；两侧越远，导数越接近 0。
# %% answer="sigmoid_grad"
def sigmoid_grad(z):
    """The derivative of the sigmoid at z, entry by entry.

    z a number or an array of any shape, of integers, too: the input of the sigmoid, not its output.  Returns the same
    shape, finite for every finite z.
    """
    ### BEGIN SOLUTION
    a = sigmoid(z)
    return a * (1 - a)
    ### END SOLUTION


# %% [markdown] docstring="sigmoid_grad" lang="zh"
# sigmoid 在 z 处的导数，逐元素。
#
# z 是数或任意形状的数组，也可以是整数：是 sigmoid 的输入，不是输出。返回同样的形状；对任何有限的 z 结果都是有限数。
# %% grading="sigmoid_grad"
def sigmoid_grad_cases(rng):
    yield Case("typical", zh="一般数据", z=rng.normal(0, 2, (2, 5)).round(2))
    yield Case("a number", zh="单独一个数", group="edge", z=round(float(rng.normal()) - 0.5, 2))
    far = (rng.permutation([-1.0, 1.0, 0.0, 0.02, -0.02]) * rng.uniform(900, 1100)).round(2)
    yield Case("±1000", zh="±1000", group="extreme", z=far)


def quotient_rule(z):
    e = np.exp(-np.asarray(z, dtype=float))
    return e / (1 + e) ** 2


def slope_by_one_exponential(z):
    e = np.exp(-np.abs(np.asarray(z, dtype=float)))
    return e / (1 + e) ** 2


def slope_by_loop(z):
    flat = [sigmoid(value) for value in np.ravel(z)]
    return np.reshape([float(a * (1 - a)) for a in flat], np.shape(z))


Exercise(
    points=1,
    reference=classification.sigmoid_grad,
    cases=sigmoid_grad_cases,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    mistakes=[
        Mistake(
            "derivative_in_the_output",
            swap=("a = sigmoid(z)", "a = np.asarray(z)"),
            hint={
                "en": "a(1−a) holds for the output a of the sigmoid. What you are given is the input z: apply the sigmoid first.",
                "zh": "a(1−a) 里的 a 是 sigmoid 的输出。传进来的是输入 z：要先求 sigmoid。",
            },
        ),
        Mistake(
            "sigmoid_itself",
            swap=("return a * (1 - a)", "return a"),
            hint={"en": "This is the sigmoid, not its derivative.", "zh": "这是 sigmoid 本身，不是它的导数。"},
        ),
        Mistake(
            "wrong_sign",
            swap=("(1 - a)", "(a - 1)"),
            hint={
                "en": "The sigmoid rises everywhere, so its derivative is never negative.",
                "zh": "sigmoid 处处上升，导数不可能为负。",
            },
        ),
        Mistake(
            "overflow",
            function=quotient_rule,
            hint={
                "en": "Far to the left the exponential is infinite and the quotient NaN. Build the derivative from your safe sigmoid.",
                "zh": "z 非常小时指数为无穷大，商变成 NaN。请用你那个安全的 sigmoid 来表示导数。",
            },
        ),
        Mistake(
            "only_squared",
            swap=("return a * (1 - a)", "return a**2"),
            hint={
                "en": "One factor is the sigmoid, the other one minus the sigmoid; you squared the first.",
                "zh": "一个因子是 sigmoid，另一个是 1 减 sigmoid；你把第一个平方了。",
            },
        ),
    ],
    variants=[
        Variant("mirror", swap=("return a * (1 - a)", "return a * sigmoid(-np.asarray(z))")),
        Variant(
            "cosh", swap=("return a * (1 - a)", "return 0.25 / np.cosh(np.clip(np.asarray(z) / 2, -300, 300)) ** 2")
        ),
        Variant("one_exponential", function=slope_by_one_exponential),
        Variant("loop", function=slope_by_loop),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ## 3.6 Logistic regression
#
# A **discriminative** model skips the bells. It takes $f(x)=\sigma(x\cdot w+b)$ as given and searches for the $w$ and $b$ that make the observed labels most likely.
#
# ### The loss: cross-entropy
#
# The likelihood of the labels is $L(w,b)=\prod_n f(x^n)^{y^n}\big(1-f(x^n)\big)^{1-y^n}$, to be *maximized* (the notes call it a loss). Minus its logarithm is a **sum**, to be minimized:
#
# $$-\ln L=-\sum_{n=1}^{N}\Big[y^n\ln f(x^n)+(1-y^n)\ln\big(1-f(x^n)\big)\Big].$$
#
# *By hand:* two samples with $z=\ln 3$: $f=\tfrac34$. With $y=(1,0)$ the loss is $-\ln\tfrac34-\ln\tfrac14=0.288+1.386=1.674$.
#
# If $f$ rounds to exactly 0 or 1, this formula meets $\ln 0$. Clipping $f$ hides that: a hopelessly wrong sample then costs a constant, and its gradient is gone. Better to write the loss in $z$. Since $-\ln\sigma(z)=\ln(1+e^{-z})$, each sample costs
#
# $$\ln(1+e^{z})-y\,z ,$$
#
# where $\ln(1+e^z)=$ `np.logaddexp(0, z)` is exact for every $z$. Check with the example: $\ln(1+3)-\ln 3=0.288$ for $y=1$, and $\ln 4=1.386$ for $y=0$.
# %% [markdown] lang="zh"
# ## 3.6 逻辑回归
#
# **判别模型**跳过那两座“钟”，直接设 $f(x)=\sigma(x\cdot w+b)$，再去找让观测到的标签最有可能出现的 $w$ 和 $b$。
#
# ### 损失：交叉熵
#
# 标签的似然是 $L(w,b)=\prod_n f(x^n)^{y^n}\big(1-f(x^n)\big)^{1-y^n}$，要**最大化**它（讲义把它叫作 loss，其实是似然）。取对数再加负号，就变成要最小化的**和**：
#
# $$-\ln L=-\sum_{n=1}^{N}\Big[y^n\ln f(x^n)+(1-y^n)\ln\big(1-f(x^n)\big)\Big].$$
#
# *手算一例：* 两个样本都有 $z=\ln 3$，即 $f=\tfrac34$。若 $y=(1,0)$，损失为 $-\ln\tfrac34-\ln\tfrac14=0.288+1.386=1.674$。
#
# 如果 $f$ 舍入成了 0 或 1，这个公式会碰到 $\ln 0$。把 $f$ 截断（clip）只是掩盖问题：错得离谱的样本从此只付一个固定的代价，它的梯度也没了。更好的办法是直接用 $z$ 来写。因为 $-\ln\sigma(z)=\ln(1+e^{-z})$，每个样本的损失是
#
# $$\ln(1+e^{z})-y\,z ,$$
#
# 其中 $\ln(1+e^z)=$ `np.logaddexp(0, z)`，对任何 $z$ 都精确。用上例验证：$y=1$ 时 $\ln(1+3)-\ln 3=0.288$，$y=0$ 时 $\ln 4=1.386$。
# %% answer="bce_loss"
def bce_loss(w, b, X, y):
    """Cross-entropy of logistic regression.

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1.  Returns a number: the SUM over the N samples,
    finite and exact also for logits of ±1000.
    """
    ### BEGIN SOLUTION
    z = X @ w + b  # (N,)
    return np.sum(np.logaddexp(0, z) - y * z)
    ### END SOLUTION


# %% [markdown] docstring="bce_loss" lang="zh"
# 逻辑回归的交叉熵损失。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1。返回一个数：对 N 个样本**求和**；
# 即使 logit 达到 ±1000，也应有限而精确。
# %% grading="bce_loss"
def bce_with_log_of_zero(w, b, X, y):
    f = sigmoid(X @ w + b)
    return -np.sum(y * np.log(f) + (1 - y) * np.log(1 - f))


def bce_clipped(w, b, X, y):
    f = np.clip(sigmoid(X @ w + b), 1e-12, 1 - 1e-12)
    return -np.sum(y * np.log(f) + (1 - y) * np.log(1 - f))


def bce_of_class_one_only(w, b, X, y):
    return np.sum(y * np.logaddexp(0, -(X @ w + b)))


def bce_with_epsilon(w, b, X, y):
    f = sigmoid(X @ w + b)
    return -np.sum(y * np.log(f + 1e-300) + (1 - y) * np.log(1 - f + 1e-300))


def bce_of_capped_logits(w, b, X, y):
    z = np.clip(X @ w + b, -500, 500)
    return np.sum(np.logaddexp(0, z) - y * z)


def bce_by_margins(w, b, X, y):
    return np.logaddexp(0, (1 - 2 * np.asarray(y)) * (np.dot(X, w) + b)).sum()


def bce_by_branches(w, b, X, y):
    z = np.einsum("nd,d->n", X, w) + b
    with np.errstate(over="ignore"):
        log_norm = np.where(z > 30, z, np.log1p(np.exp(np.minimum(z, 30))))
    return [np.sum(log_norm) - y @ z]


def bce_by_loop(w, b, X, y):
    total = 0.0
    for row, label in zip(X, y):
        z = row @ w + b
        total += max(z, 0) - label * z + np.log1p(np.exp(-abs(z)))
    return total


Exercise(
    points=2,
    reference=classification.bce_loss,
    cases=logistic_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "mean_for_sum",
            swap=("np.sum(", "np.mean("),
            hint={
                "en": "You took the mean; this loss is the sum over the samples.",
                "zh": "你取了平均；这里的损失是对样本求和。",
            },
        ),
        Mistake(
            "log_of_zero",
            function=bce_with_log_of_zero,
            hint={
                "en": "For large logits f is exactly 0 or 1 and its logarithm infinite. Write the loss in z instead of f.",
                "zh": "logit 很大时 f 恰好等于 0 或 1，取对数就成了无穷大。请用 z 而不是 f 来写损失。",
            },
        ),
        Mistake(
            "clipping",
            function=bce_clipped,
            hint={
                "en": "Clipping keeps the loss finite but wrong: a sample with logit −1000 should cost 1000, and its gradient should not vanish. Write the loss in z.",
                "zh": "截断虽然避免了无穷大，结果却不对：logit 为 −1000 的样本应当付出 1000 的代价，梯度也不该消失。请用 z 来写损失。",
            },
        ),
        Mistake(
            "epsilon_in_the_log",
            function=bce_with_epsilon,
            hint={
                "en": "A tiny number inside the logarithm keeps the loss finite but wrong: the logarithm of 1e-300 is only −691, where a logit of −1000 should cost 1000. Write the loss in z.",
                "zh": "在对数里加一个极小的数，虽然避免了无穷大，结果却不对：1e-300 的对数只有 −691，而 logit 为 −1000 的样本应当付出 1000 的代价。请用 z 来写损失。",
            },
        ),
        Mistake(
            "capped_logits",
            function=bce_of_capped_logits,
            hint={
                "en": "You cap the logits, so a sample costs no more than the cap. `np.logaddexp` needs no such help: leave z as it is.",
                "zh": "你截断了 logit，于是一个样本的代价最多等于截断值。`np.logaddexp` 不需要这样做：保持 z 原样即可。",
            },
        ),
        Mistake(
            "wrong_sign",
            swap=("np.sum(np.logaddexp", "-np.sum(np.logaddexp"),
            hint={
                "en": "This is the log-likelihood. The loss is minus that, and never negative.",
                "zh": "这是对数似然。损失要再加一个负号，而且不会为负。",
            },
        ),
        Mistake(
            "labels_plus_minus_one",
            swap=("np.logaddexp(0, z) - y * z", "np.logaddexp(0, -y * z)"),
            hint={
                "en": "That formula is for labels −1 and +1. Here they are 0 and 1, so samples of class 0 would not count.",
                "zh": "这个公式用于标签 −1 和 +1。这里的标签是 0 和 1，照此计算第 0 类样本就不起作用了。",
            },
        ),
        Mistake(
            "class_one_only",
            function=bce_of_class_one_only,
            hint={
                "en": "Only the samples with label 1 contribute. The term (1−y) ln(1−f) is missing.",
                "zh": "只有标签为 1 的样本起了作用。漏了 (1−y) ln(1−f) 这一项。",
            },
        ),
        Mistake(
            "likelihood_itself",
            swap=("return np.sum(np.logaddexp(0, z) - y * z)", "return np.exp(-np.sum(np.logaddexp(0, z) - y * z))"),
            hint={
                "en": "This is the likelihood L, which the notes call a loss but which is to be maximized. The loss is minus its logarithm.",
                "zh": "这是似然 L。讲义把它叫作 loss，但它是要最大化的；损失是它的负对数。",
            },
        ),
        Mistake(
            "labels_swapped",
            swap=("- y * z", "- (1 - y) * z"),
            hint={
                "en": "The labels are swapped: f is the probability of label 1.",
                "zh": "标签弄反了：f 是标签为 1 的概率。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=bce_by_loop),
        Variant("margins", function=bce_by_margins),
        Variant("branches_in_a_list", function=bce_by_branches),
        Variant(
            "two_terms", swap=("np.logaddexp(0, z) - y * z", "y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)")
        ),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### The gradient
#
# The sigmoid's slope cancels against the $1/f$ of the logarithm, and something very simple is left:
#
# $$\frac{\partial(-\ln L)}{\partial w}=\sum_n\big(f(x^n)-y^n\big)\,x^n=X^{\mathsf T}(f-y),\qquad \frac{\partial(-\ln L)}{\partial b}=\sum_n\big(f(x^n)-y^n\big).$$
#
# *By hand:* $X=\begin{pmatrix}1&2\\3&0\end{pmatrix}$, $w=0$, $b=0$, $y=(1,0)$. Then $f=(\tfrac12,\tfrac12)$, errors $(-\tfrac12,\tfrac12)$, so $dw=-\tfrac12(1,2)+\tfrac12(3,0)=(1,-1)$ and $db=0$.
#
# It is the gradient of linear regression with another $f$, except that squared error there brings a factor 2. The error $f-y$ never exceeds 1 in size, and a badly wrong sample keeps pulling with its full force.
# %% [markdown] lang="zh"
# ### 梯度
#
# sigmoid 的导数恰好与对数求导产生的 $1/f$ 约掉，剩下的非常简单：
#
# $$\frac{\partial(-\ln L)}{\partial w}=\sum_n\big(f(x^n)-y^n\big)\,x^n=X^{\mathsf T}(f-y),\qquad \frac{\partial(-\ln L)}{\partial b}=\sum_n\big(f(x^n)-y^n\big).$$
#
# *手算一例：* $X=\begin{pmatrix}1&2\\3&0\end{pmatrix}$，$w=0$，$b=0$，$y=(1,0)$。则 $f=(\tfrac12,\tfrac12)$，误差为 $(-\tfrac12,\tfrac12)$，于是 $dw=-\tfrac12(1,2)+\tfrac12(3,0)=(1,-1)$，$db=0$。
#
# 形式上与线性回归的梯度一样，只是 $f$ 不同（线性回归的平方误差还多一个系数 2）。误差 $f-y$ 的大小不超过 1，而错得离谱的样本始终用全力拉动参数。
# %% answer="logistic_grad"
def logistic_grad(w, b, X, y):
    """Gradient of `bce_loss`.

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1; w and X may hold integers, too.
    Returns (dw, db): dw (D,) and the number db, SUMS over the N samples like the loss.  D may be many thousands: work from
    the formula, for nudging one weight after the other would take too long.
    """
    ### BEGIN SOLUTION
    error = sigmoid(X @ w + b) - y  # (N,)
    dw = X.T @ error  # (D,)
    db = np.sum(error)
    return dw, db
    ### END SOLUTION


# %% [markdown] docstring="logistic_grad" lang="zh"
# `bce_loss` 的梯度。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1；w 和 X 也可以是整数数组。
# 返回 (dw, db)：dw (D,) 和数 db，与损失一样对 N 个样本**求和**。D 可能有成千上万：请用公式计算，
# 逐个微调权重来估计梯度会慢得用不了。
# %% grading="logistic_grad"
def logistic_grad_cases(rng):
    yield from logistic_cases(rng)
    yield wide_case(rng)


def logistic_gradient(impl, case):
    """The gradient; in the group "wide" that of 80,000 features mixed from the case's, brought back to the case's own."""
    if case.group != "wide":
        return impl.logistic_grad(case.w, case.b, case.X, case.y)
    mix = np.random.default_rng(case.seed).integers(-2, 3, (len(case.w), 80_000)) * 0.5
    back = np.linalg.solve(mix @ mix.T, mix)  # X mix (w back) = X w, so the losses of both models are the same
    dw, db = impl.logistic_grad(case.w @ back, case.b, case.X @ mix, case.y)
    return back @ np.asarray(dw, dtype=float).reshape(80_000), db


def bce_at(impl, case):
    return impl.bce_loss(case.w, case.b, case.X, case.y)


def logistic_grad_by_loop(w, b, X, y):
    dw, db = [0.0] * len(w), 0.0
    for row, label in zip(X, y):
        error = sigmoid(row @ w + b) - label
        dw = [g + error * value for g, value in zip(dw, row)]
        db += error
    return dw, db


def logistic_grad_into_array_like_w(w, b, X, y):
    dw = np.zeros_like(w)
    error = sigmoid(X @ w + b) - y
    for d in range(len(w)):
        dw[d] = X[:, d] @ error
    return dw, np.sum(error)


def logistic_grad_entry_by_entry(w, b, X, y):
    dw, db = np.zeros(len(w)), 0.0
    for n in range(len(y)):
        z = b
        for value, weight in zip(X[n].tolist(), w.tolist()):
            z += value * weight
        error = float(sigmoid(z)) - int(y[n])
        for d, value in enumerate(X[n].tolist()):
            dw[d] += error * value
        db += error
    return dw, db


def logistic_grad_with_a_column_of_ones(w, b, X, y):
    A = np.column_stack([X, np.ones(len(X))])
    theta = np.append(np.asarray(w, dtype=float), b)
    slope = (0.5 * (1 + np.tanh(A @ theta / 2)) - y) @ A
    return slope[:-1], slope[-1:]


Exercise(
    points=2,
    reference=classification.logistic_grad,
    cases=logistic_grad_cases,
    observe=logistic_gradient,
    tolerance=CLOSED_FORM,
    accepts=("integers",),
    gradient=Gradient(of=bce_at, wrt=("w", "b")),
    groups={"wide": WIDE},
    seconds=2.5,  # of CPU: a plain loop over all entries takes 0.1, one loss for each weight 9
    mistakes=[
        Mistake(
            "mean_for_sum",
            swap=("error = sigmoid(X @ w + b) - y", "error = (sigmoid(X @ w + b) - y) / len(y)"),
            hint={
                "en": "You divided by the number of samples. The loss is a sum, so its gradient is a sum too.",
                "zh": "你除以了样本数。损失是求和，梯度也应当求和。",
            },
        ),
        Mistake(
            "extra_sigmoid_slope",
            swap=("error = sigmoid(X @ w + b) - y", "error = (sigmoid(X @ w + b) - y) * sigmoid_grad(X @ w + b)"),
            hint={
                "en": "There is a factor σ′ too many. It belongs to the squared error; with cross-entropy it cancels.",
                "zh": "多了一个因子 σ′。那是平方误差才有的；用交叉熵时它正好约掉。",
            },
        ),
        Mistake(
            "wrong_sign",
            swap=("error = sigmoid(X @ w + b) - y", "error = y - sigmoid(X @ w + b)"),
            hint={
                "en": "The sign is reversed: this points downhill. The gradient of the loss is prediction minus truth, times the input.",
                "zh": "符号反了：这是下坡方向。损失的梯度是（预测减真实值）乘输入。",
            },
        ),
        Mistake(
            "labels_plus_minus_one",
            swap=("error = sigmoid(X @ w + b) - y", "error = sigmoid(X @ w + b) - (2 * y - 1)"),
            hint={
                "en": "You turned the labels into −1 and +1. A probability is compared with 0 or 1.",
                "zh": "你把标签变成了 −1 和 +1。概率应当与 0 或 1 比较。",
            },
        ),
        Mistake(
            "sigmoid_missing",
            swap=("error = sigmoid(X @ w + b) - y", "error = X @ w + b - y"),
            hint={
                "en": "You compare the logit with the label. Turn it into a probability first.",
                "zh": "你直接拿 logit 与标签相减。先要把它变成概率。",
            },
        ),
        Mistake(
            "factor_two",
            swap=("error = sigmoid(X @ w + b) - y", "error = 2 * (sigmoid(X @ w + b) - y)"),
            hint={
                "en": "The factor 2 comes from differentiating a square. There is no square in the cross-entropy.",
                "zh": "系数 2 来自对平方求导，交叉熵里没有平方。",
            },
        ),
        Mistake(
            "bias_gradient_per_sample",
            swap=("db = np.sum(error)", "db = error"),
            hint={
                "en": "db is one number: the bias feels every sample, so add their errors up.",
                "zh": "db 是一个数：每个样本都会影响偏置，要把误差加起来。",
            },
        ),
        Mistake(
            "rounded_like_w",
            function=logistic_grad_into_array_like_w,
            hint={
                "en": "Your array takes its type from w: where w holds integers, the gradient is cut down to integers. Let the array hold floats.",
                "zh": "你的数组沿用了 w 的类型：w 是整数时，梯度也被截成了整数。请让数组存放浮点数。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=logistic_grad_by_loop),
        Variant("einsum", swap=("X.T @ error", 'np.einsum("nd,n->d", X, error)')),
        Variant("float32", swap=("return dw, db", "return dw.astype(np.float32), np.float32(db)")),
        Variant("entry_by_entry", function=logistic_grad_entry_by_entry),
        Variant("column_of_ones", function=logistic_grad_with_a_column_of_ones),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### One step down
#
# $$w\leftarrow w-\eta\,dw,\qquad b\leftarrow b-\eta\,db,$$
#
# both computed at the *old* parameters. *By hand:* continue the example with $\eta=0.1$: $w=(0,0)-0.1\,(1,-1)=(-0.1,\,0.1)$, $b=0$.
# %% [markdown] lang="zh"
# ### 下降一步
#
# $$w\leftarrow w-\eta\,dw,\qquad b\leftarrow b-\eta\,db,$$
#
# 两个梯度都在**旧**参数处计算。*手算一例：* 接着上面的例子，取 $\eta=0.1$：$w=(0,0)-0.1\,(1,-1)=(-0.1,\,0.1)$，$b=0$。
# %% answer="logistic_step"
def logistic_step(w, b, X, y, lr):
    """One step of gradient descent on `bce_loss`.

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1, lr the learning rate.
    Returns the new (w, b); the w that was passed in stays as it is.
    """
    ### BEGIN SOLUTION
    dw, db = logistic_grad(w, b, X, y)
    return w - lr * dw, b - lr * db
    ### END SOLUTION


# %% [markdown] docstring="logistic_step" lang="zh"
# 对 `bce_loss` 做一步梯度下降。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1，lr 是学习率。
# 返回新的 (w, b)；传入的 w 保持不变。
# %% grading="logistic_step"
def step_cases(rng):
    for case in logistic_cases(rng):
        if case.group != "extreme":
            lr = round(float(rng.uniform(0.1, 0.4)), 2)
            yield Case(case.name, zh=case.zh, group=case.group, **case.inputs, lr=lr)
    X, y = rng.normal(1, 1, (4, 2)).round(2), rng.permutation([1, 0, 1, 0])
    lr = round(float(rng.uniform(0.1, 0.3)), 2)
    yield Case("three steps", zh="连续三步", group="descent", w=np.zeros(2), b=0.0, X=X, y=y, lr=lr)


def one_or_three_steps(impl, case):
    """The new parameters; in the group "descent" those after three steps."""
    if case.group != "descent":
        return impl.logistic_step(case.w, case.b, case.X, case.y, case.lr)
    w, b = case.w, case.b
    for _ in range(3):
        w, b = impl.logistic_step(w, b, case.X, case.y, case.lr)
        w, b = np.asarray(w, dtype=float).reshape(case.w.shape), float(np.asarray(b, dtype=float).reshape(()))
    return w, b


def bias_after_weights(w, b, X, y, lr):
    dw, _ = logistic_grad(w, b, X, y)
    new_w = w - lr * dw
    _, db = logistic_grad(new_w, b, X, y)
    return new_w, b - lr * db


def step_by_loop(w, b, X, y, lr):
    dw, db = logistic_grad(w, b, X, y)
    return [value - lr * slope for value, slope in zip(w, dw)], b - lr * db


def step_on_own_copy(w, b, X, y, lr):
    theta = np.append(w, b)
    dw, db = logistic_grad(w, b, X, y)
    theta -= lr * np.append(dw, db)
    return theta[:-1], theta[-1]


def step_written_out(w, b, X, y, lr):
    w = np.array(w, dtype=float)
    error = sigmoid(X @ w + b) - y
    for row, e in zip(X, error):
        w -= lr * e * row
    b = b - lr * error.sum()
    return [w, b]


def repeated_mean_step(w, b, X, y, lr):
    for n in range(len(y)):
        dw, db = logistic_grad(w, b, X[n : n + 1], y[n : n + 1])
        w, b = w - lr * dw, b - lr * db
    return w, b


Exercise(
    points=1,
    reference=classification.logistic_step,
    cases=step_cases,
    observe=one_or_three_steps,
    tolerance=CLOSED_FORM,
    groups={"descent": {"en": "Three steps in a row", "zh": "连续三步"}},
    mistakes=[
        Mistake(
            "ascent",
            swap=("return w - lr * dw, b - lr * db", "return w + lr * dw, b + lr * db"),
            hint={
                "en": "You walk uphill: the gradient points to larger loss, so subtract it.",
                "zh": "你在往上坡走：梯度指向损失增大的方向，应当减去它。",
            },
        ),
        Mistake(
            "bias_after_weights",
            function=bias_after_weights,
            hint={
                "en": "Your db was computed at the new w. Take both gradients at the old parameters, then move.",
                "zh": "你的 db 是用新的 w 算的。两个梯度都应在旧参数处计算，然后再更新。",
            },
        ),
        Mistake(
            "changed_in_place",
            swap=("return w - lr * dw, b - lr * db", "w -= lr * dw; return w, b - lr * db"),
            hint={
                "en": "`-=` changes the array that was passed in, which the caller still needs. Make a new one.",
                "zh": "`-=` 直接修改了传入的数组，而调用者还要用它。请生成一个新数组。",
            },
        ),
        Mistake(
            "learning_rate_unused",
            swap=("return w - lr * dw, b - lr * db", "return w - dw, b - db"),
            hint={"en": "The learning rate is not used.", "zh": "学习率没有用上。"},
        ),
        Mistake(
            "bias_not_updated",
            swap=("b - lr * db", "b"),
            hint={"en": "The bias stays where it was; it takes a step too.", "zh": "偏置没有更新，它也要走一步。"},
        ),
        Mistake(
            "divided_by_n",
            swap=("return w - lr * dw, b - lr * db", "return w - lr * dw / len(y), b - lr * db / len(y)"),
            hint={
                "en": "You divided by the number of samples. The loss here is a sum; a caller who wants the mean passes a smaller lr.",
                "zh": "你除以了样本数。这里的损失是求和；想要平均的人会传入更小的 lr。",
            },
        ),
        Mistake(
            "one_step_for_each_sample",
            function=repeated_mean_step,
            hint={
                "en": "You move after every sample. One step takes the gradient of the whole sum at the old parameters and moves once.",
                "zh": "你每看一个样本就更新一次。一步是指：在旧参数处求整个和的梯度，然后只更新一次。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=step_by_loop),
        Variant("list", swap=("return w - lr * dw, b - lr * db", "return list(w - lr * dw), float(b - lr * db)")),
        Variant("own_copy", function=step_on_own_copy),
        Variant("written_out", function=step_written_out),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ## 3.7 Why not squared error?
#
# Linear regression had a fine loss. Why not reuse it? Take the **½ sum** of squares with the sigmoid inside:
#
# $$L(w,b)=\tfrac12\sum_n\big(f(x^n)-y^n\big)^2 .$$
#
# ### The gradient of the squared error
#
# This time the sigmoid's slope stays:
#
# $$\frac{\partial L}{\partial w}=\sum_n\big(f-y^n\big)\,f\,(1-f)\;x^n,\qquad \frac{\partial L}{\partial b}=\sum_n\big(f-y^n\big)\,f\,(1-f),\qquad f=f(x^n).$$
#
# Take a sample with $y=1$:
#
# | | $f$ | squared error: $(f-y)f(1-f)$ | cross-entropy: $f-y$ |
# |---|---|---|---|
# | right | 0.99 | −0.0001 | −0.01 |
# | undecided | 0.50 | −0.125 | −0.50 |
# | badly wrong | 0.01 | **−0.0098** | **−0.99** |
#
# Check one of these entries by hand before you program: for $f=0.01$, $(0.01-1)\cdot0.01\cdot0.99=-0.0098$.
# %% [markdown] lang="zh"
# ## 3.7 为什么不用平方误差？
#
# 线性回归的损失用得好好的，为什么不接着用？把 sigmoid 放进平方误差，取**½ 乘以和**：
#
# $$L(w,b)=\tfrac12\sum_n\big(f(x^n)-y^n\big)^2 .$$
#
# ### 平方误差的梯度
#
# 这一次，sigmoid 的导数留了下来：
#
# $$\frac{\partial L}{\partial w}=\sum_n\big(f-y^n\big)\,f\,(1-f)\;x^n,\qquad \frac{\partial L}{\partial b}=\sum_n\big(f-y^n\big)\,f\,(1-f),\qquad f=f(x^n).$$
#
# 看一个 $y=1$ 的样本：
#
# | | $f$ | 平方误差：$(f-y)f(1-f)$ | 交叉熵：$f-y$ |
# |---|---|---|---|
# | 分对了 | 0.99 | −0.0001 | −0.01 |
# | 拿不准 | 0.50 | −0.125 | −0.50 |
# | 错得离谱 | 0.01 | **−0.0098** | **−0.99** |
#
# 写程序之前，先亲手验算其中一格：$f=0.01$ 时，$(0.01-1)\cdot0.01\cdot0.99=-0.0098$。
# %% answer="logistic_mse_grad"
def logistic_mse_grad(w, b, X, y):
    """Gradient of the squared error ½ Σ (f − y)² with f = sigmoid(X w + b).

    w (D,), b a number, X (N, D), y (N,) integers 0 or 1.  Returns (dw, db): dw (D,) and the number db, SUMS over
    the N samples.  D may be many thousands.
    """
    ### BEGIN SOLUTION
    f = sigmoid(X @ w + b)  # (N,)
    delta = (f - y) * f * (1 - f)  # (N,)
    return X.T @ delta, np.sum(delta)
    ### END SOLUTION


# %% [markdown] docstring="logistic_mse_grad" lang="zh"
# 平方误差 ½ Σ (f − y)² 的梯度，其中 f = sigmoid(X w + b)。
#
# w (D,)，b 是数，X (N, D)，y (N,) 为整数 0 或 1。返回 (dw, db)：dw (D,) 和数 db，
# 对 N 个样本**求和**。D 可能有成千上万。
# %% grading="logistic_mse_grad"
def plateau_cases(rng):
    for case in logistic_cases(rng):
        if case.group != "extreme":
            yield case
    for name, zh, z, label in (
        ("badly wrong", "错得离谱", -9.0, 1),
        ("right", "分对了", 9.0, 1),
        ("badly wrong, y = 0", "错得离谱，y = 0", 9.0, 0),
        ("right, y = 0", "分对了，y = 0", -9.0, 0),
    ):
        # a large input, so that the tiny slope shows
        X = np.array([[1000.0, -500.0]]) * rng.uniform(0.8, 1.2, 2).round(2)
        w = np.array([z * round(float(rng.uniform(0.9, 1.2)), 3) / 1000, 0.0])
        yield Case(name, zh=zh, group="plateau", w=w, b=0.0, X=X, y=np.array([label]))
    yield wide_case(rng)


def squared_error_gradient(impl, case):
    """The gradient; in the group "wide" that of 80,000 features mixed from the case's, brought back to the case's own."""
    if case.group != "wide":
        return impl.logistic_mse_grad(case.w, case.b, case.X, case.y)
    mix = np.random.default_rng(case.seed).integers(-2, 3, (len(case.w), 80_000)) * 0.5
    back = np.linalg.solve(mix @ mix.T, mix)  # X mix (w back) = X w, so the losses of both models are the same
    dw, db = impl.logistic_mse_grad(case.w @ back, case.b, case.X @ mix, case.y)
    return back @ np.asarray(dw, dtype=float).reshape(80_000), db


def squared_error_at(impl, case):
    f = np.asarray(impl.sigmoid(case.X @ case.w + case.b), dtype=float).reshape(len(case.y))
    return 0.5 * np.sum((f - case.y) ** 2)


def mse_grad_by_loop(w, b, X, y):
    dw, db = np.zeros(len(w)), 0.0
    for n in range(len(X)):
        z = X[n] @ w + b
        delta = (sigmoid(z) - y[n]) * sigmoid_grad(z)
        dw, db = dw + delta * X[n], db + delta
    return dw, db


def mse_grad_by_chain(w, b, X, y):
    z = np.dot(X, w) + b
    df = sigmoid(z) - y
    dz = np.diag(np.atleast_1d(sigmoid_grad(z))) @ df
    return np.sum(dz[:, np.newaxis] * X, axis=0).tolist(), dz.sum(keepdims=True)


Exercise(
    points=1,
    reference=classification.logistic_mse_grad,
    cases=plateau_cases,
    observe=squared_error_gradient,
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=squared_error_at, wrt=("w", "b")),
    groups={"plateau": {"en": "The plateau at f ≈ 0 and f ≈ 1", "zh": "f ≈ 0 与 f ≈ 1 处的平台"}, "wide": WIDE},
    seconds=2.5,  # as in logistic_grad
    mistakes=[
        Mistake(
            "half_forgotten",
            swap=("delta = (f - y)", "delta = 2 * (f - y)"),
            hint={
                "en": "Twice too large: this loss carries a ½, which takes the 2 of the square away.",
                "zh": "大了一倍：这个损失前面有 ½，正好与平方求导的 2 抵消。",
            },
        ),
        Mistake(
            "sigmoid_slope_missing",
            swap=(" * f * (1 - f)", ""),
            hint={
                "en": "This is the gradient of the cross-entropy. With squared error the chain rule leaves the factor f(1−f).",
                "zh": "这是交叉熵的梯度。用平方误差时，链式法则会留下因子 f(1−f)。",
            },
        ),
        Mistake(
            "slope_at_the_output",
            swap=("(f - y) * f * (1 - f)", "(f - y) * sigmoid_grad(f)"),
            hint={
                "en": "The slope of the sigmoid belongs at its input z, not at its output f.",
                "zh": "sigmoid 的导数应在输入 z 处取值，而不是在输出 f 处。",
            },
        ),
        Mistake(
            "one_factor_missing",
            swap=(" * f * (1 - f)", " * f"),
            hint={
                "en": "Half of the sigmoid's slope is missing: it is f times (1−f).",
                "zh": "sigmoid 的导数缺了一半：应为 f 乘 (1−f)。",
            },
        ),
        Mistake(
            "wrong_sign",
            swap=("delta = (f - y)", "delta = (y - f)"),
            hint={"en": "The sign is reversed: prediction minus truth.", "zh": "符号反了：应为预测减真实值。"},
        ),
        Mistake(
            "mean_for_sum",
            swap=("delta = (f - y) * f * (1 - f)", "delta = (f - y) * f * (1 - f) / len(y)"),
            hint={
                "en": "You divided by the number of samples; this loss is a sum.",
                "zh": "你除以了样本数；这里的损失是求和。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=mse_grad_by_loop),
        Variant("slope_function", swap=("delta = (f - y) * f * (1 - f)", "delta = (f - y) * sigmoid_grad(X @ w + b)")),
        Variant("einsum", swap=("X.T @ delta", 'np.einsum("nd,n->d", X, delta)')),
        Variant("chain", function=mse_grad_by_chain),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### The plateau in numbers
#
# How hard does one sample with $y=1$ pull on its own logit $z$? With $f=\sigma(z)$ the two derivatives are
#
# $$\frac{d}{dz}\,\tfrac12(f-1)^2=(f-1)\,f\,(1-f),\qquad \frac{d}{dz}\big(-\ln f\big)=f-1 .$$
#
# A vanishing pull at $f\approx1$ is just what we want. At $f\approx0$ it is a disaster: far from the goal, the squared error is as flat as at the goal. *By hand:* at $z=-\ln3$, $f=\tfrac14$: the pulls are $-\tfrac34\cdot\tfrac14\cdot\tfrac34=-\tfrac{9}{64}$ and $-\tfrac34$. Compute both for $z=-10,\dots,10$ and see where each of them gives up.
# %% [markdown] lang="zh"
# ### 用数字看平台
#
# 一个 $y=1$ 的样本，对它自己的 logit $z$ 拉得有多用力？记 $f=\sigma(z)$，两个导数分别是
#
# $$\frac{d}{dz}\,\tfrac12(f-1)^2=(f-1)\,f\,(1-f),\qquad \frac{d}{dz}\big(-\ln f\big)=f-1 .$$
#
# 在 $f\approx1$ 处拉力消失，正合我们的意；在 $f\approx0$ 处消失却是灾难：离目标很远的地方，平方误差和在目标处一样平。*手算一例：* $z=-\ln3$ 时 $f=\tfrac14$，拉力分别是 $-\tfrac34\cdot\tfrac14\cdot\tfrac34=-\tfrac{9}{64}$ 和 $-\tfrac34$。对 $z=-10,\dots,10$ 把两者都算一遍，看看它们各自在哪里“放弃”。
# %% answer="pulls_on_logit"
def pulls_on_logit(z):
    """How hard a sample with y = 1 pulls on its logit, for both losses.

    z (N,) logits.  Returns (squared, cross): the derivatives in z of ½(sigmoid(z) − 1)² and of −ln sigmoid(z),
    each (N,), entry by entry: nothing is summed.
    """
    ### BEGIN SOLUTION
    cross = -sigmoid(-z)  # (N,): f − 1, without rounding to 0 for large z
    squared = cross * sigmoid_grad(z)  # (N,)
    return squared, cross
    ### END SOLUTION


# %% [markdown] docstring="pulls_on_logit" lang="zh"
# 对两种损失，一个 y = 1 的样本拉动其 logit 的力度。
#
# z (N,) 是 logit。返回 (squared, cross)：½(sigmoid(z) − 1)² 与 −ln sigmoid(z) 对 z 的导数，
# 各为 (N,)，逐元素计算，不求和。
# %% grading="pulls_on_logit"
def logit_cases(rng):
    yield Case("typical", zh="一般数据", z=rng.normal(0, 2, 6).round(2))
    yield Case("one logit", zh="只有一个 logit", group="edge", z=rng.normal(0, 2, 1).round(2))
    far = (rng.permutation([-1.0, -0.012, 0.012, 1.0]) * rng.uniform(900, 1100)).round(2)
    yield Case("far out", zh="两侧远处", group="extreme", z=far)


def pulls_by_loop(z):
    pulls = [(float(sigmoid(v)) - 1) for v in z]
    return [pull * float(sigmoid_grad(v)) for pull, v in zip(pulls, z)], pulls


def pulls_by_probability(z):
    f = sigmoid(z)
    g = sigmoid(-1.0 * z)
    return np.vstack([-f * g * g, -g])


Exercise(
    points=1,
    reference=classification.pulls_on_logit,
    cases=logit_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "pulls_swapped",
            swap=("return squared, cross", "return cross, squared"),
            hint={
                "en": "The two pulls come in the wrong order: the squared error first.",
                "zh": "两个结果的顺序反了：先平方误差，后交叉熵。",
            },
        ),
        Mistake(
            "label_zero",
            swap=("cross = -sigmoid(-z)", "cross = sigmoid(z)"),
            hint={
                "en": "This is a sample with y = 0. With y = 1 the error is f − 1, which is negative: the logit is pulled up.",
                "zh": "这是 y = 0 的样本。y = 1 时误差是 f − 1，为负：logit 被往上拉。",
            },
        ),
        Mistake(
            "wrong_sign",
            swap=("cross = -sigmoid(-z)", "cross = sigmoid(-z)"),
            hint={
                "en": "The signs are reversed: for y = 1 both losses fall as z grows, so both derivatives are negative.",
                "zh": "符号反了：y = 1 时 z 越大损失越小，两个导数都应为负。",
            },
        ),
        Mistake(
            "factor_two",
            swap=("squared = cross *", "squared = 2 * cross *"),
            hint={
                "en": "The squared error has a ½ in front, which cancels the 2.",
                "zh": "平方误差前面有 ½，与 2 抵消。",
            },
        ),
        Mistake(
            "sigmoid_slope_missing",
            swap=("squared = cross * sigmoid_grad(z)", "squared = cross * 1.0"),
            hint={
                "en": "Both columns are the same, so there is no plateau. The squared error keeps the sigmoid's slope f(1−f).",
                "zh": "两列完全一样，自然没有平台。平方误差里还保留着 sigmoid 的导数 f(1−f)。",
            },
        ),
        Mistake(
            "slope_in_both",
            swap=("return squared, cross", "return squared, squared"),
            hint={
                "en": "The cross-entropy has no factor f(1−f): the derivative of the logarithm cancels it.",
                "zh": "交叉熵没有因子 f(1−f)：对数的导数把它约掉了。",
            },
        ),
        Mistake(
            "summed",
            swap=("return squared, cross", "return np.sum(squared), np.sum(cross)"),
            hint={
                "en": "You added the samples up. Here each logit keeps its own pull: nothing is summed.",
                "zh": "你把各个样本加了起来。这里每个 logit 各有自己的拉力，不求和。",
            },
        ),
    ],
    variants=[
        Variant("textbook", swap=("cross = -sigmoid(-z)", "cross = sigmoid(z) - 1")),
        Variant("lists", swap=("return squared, cross", "return squared.tolist(), cross.tolist()")),
        Variant("loop", function=pulls_by_loop),
        Variant("one_array_of_both", function=pulls_by_probability),
    ],
    forbids=FROM_SCRATCH,
)


# %% demo="landscapes"
# Two landscapes over the same data, and two balls released at the same bad place.
import matplotlib.pyplot as plt

heights = np.array([-2.2, -1.4, -0.7, -0.2, 0.4, 0.9, 1.6, 2.3])
kinds = np.array([0, 0, 0, 1, 0, 1, 1, 1])
slopes, offsets = np.meshgrid(np.linspace(-14, 10, 121), np.linspace(-9, 9, 91))
signal = slopes[..., None] * heights + offsets[..., None]
chances = 0.5 * (1 + np.tanh(signal / 2))
surfaces = {
    "squared error": 0.5 * ((chances - kinds) ** 2).sum(axis=-1),
    "cross-entropy": np.logaddexp(0, (1 - 2 * kinds) * signal).sum(axis=-1),
}


def roll(kind, place, rate, steps):
    path = [np.array(place)]
    for _ in range(steps):
        chance = 0.5 * (1 + np.tanh((path[-1][0] * heights + path[-1][1]) / 2))
        pull = chance - kinds
        if kind == "squared error":
            pull = pull * chance * (1 - chance)
        path.append(path[-1] - rate * np.array([pull @ heights, pull.sum()]))
    return np.array(path)


figure, axes = plt.subplots(1, 2, figsize=(12, 4.6), subplot_kw={"projection": "3d"})
for axis, (kind, surface) in zip(axes, surfaces.items()):
    path = roll(kind, (-11.0, -1.0), 0.3, 150)
    logits = path[:, :1] * heights + path[:, 1:]
    chance = 0.5 * (1 + np.tanh(logits / 2))
    if kind == "squared error":
        level = 0.5 * ((chance - kinds) ** 2).sum(axis=1)
    else:
        level = np.logaddexp(0, (1 - 2 * kinds) * logits).sum(axis=1)
    axis.plot_surface(slopes, offsets, surface, cmap="viridis", alpha=0.75, linewidth=0, rstride=2, cstride=2)
    axis.plot(*path.T, level + 0.02 * surface.max(), color="#d62728", lw=3, zorder=10)
    axis.scatter(*path[0], level[0] + 0.02 * surface.max(), color="#d62728", s=45, zorder=11)
    axis.set(title=f"{kind}: 150 steps of 0.3", xlabel="w", ylabel="b", zlabel="loss")
    axis.view_init(elev=32, azim=-68)
plt.tight_layout()
plt.show()


# %% [markdown] lang="en"
# ### What the plateau means
#
# The picture shows both losses as landscapes over $w$ and $b$. One ball has hardly moved.
# %% [markdown] lang="zh"
# ### 平台意味着什么
#
# 上图把两种损失画成了 $w$、$b$ 平面上的地形。其中一个小球几乎没有动。
# %% [markdown] written="plateau" points="2" lang="en"
# **Question.** The notes say that with squared error "the gradient is zero whether $f$ is 1 or 0, so it cannot be trained". Make this precise. For a sample with $y=1$: (a) at which of the two is a zero gradient harmless, and at which harmful, and why? (b) What does the cross-entropy's gradient do at the harmful place, and which factor makes the difference? (c) Why can you not repair the plateau by a larger learning rate alone?
#
# ### BEGIN SOLUTION
# **Model answer.** (a) At $f\approx1$ the sample is right, there is nothing to learn, so a zero gradient is as it should be. At $f\approx0$ it is badly wrong, and the gradient $(f-1)f(1-f)\,x$ vanishes all the same because of the factor $f$: a step goes nowhere although the loss is near its maximum of ½. (b) The gradient of the cross-entropy is $(f-1)\,x\approx-x$ there, the largest it can be. The difference is the sigmoid's slope $f(1-f)$, which the derivative of the logarithm, $1/f$, cancels. (c) A small gradient at the goal and on the plateau look alike: a learning rate large enough to cross the plateau (where the slope is $e^{-|z|}$) makes steps that are far too large on the steep part in between, so it overshoots.
#
# **Marking scheme** (2 points): ½ harmless at $f\approx1$ and why; ½ harmful at $f\approx0$ and why; ½ for the behavior of cross-entropy with the factor $f(1-f)$; ½ for (c), any sound reason (overshooting elsewhere; the slope differs by orders of magnitude between samples; small steps near the goal cannot be told from the plateau).
# ### END SOLUTION
# %% [markdown] written="plateau" points="2" lang="zh"
# **问题。** 讲义说：用平方误差时，“$f$ 为 1 还是为 0 梯度都是 0，显然不能够训练”。请把这句话说准确。对一个 $y=1$ 的样本：(a) 在 $f\approx1$ 和 $f\approx0$ 两处，哪一处梯度为零是无害的，哪一处有害？为什么？(b) 在有害的那一处，交叉熵的梯度是多少？差别来自哪个因子？(c) 为什么不能单靠加大学习率来解决平台问题？
#
# ### BEGIN SOLUTION
# **参考答案。** (a) $f\approx1$ 时样本已经分对，没有什么可学，梯度为零理所应当。$f\approx0$ 时错得离谱，但梯度 $(f-1)f(1-f)\,x$ 因为含有因子 $f$ 仍然接近零：损失已接近最大值 ½，却走不动。(b) 此处交叉熵的梯度是 $(f-1)\,x\approx-x$，达到最大。差别在于 sigmoid 的导数 $f(1-f)$：对数求导得到的 $1/f$ 把它约掉了。(c) 目标附近梯度小，平台上梯度也小，两者从梯度上分不出来；学习率大到足以走出平台（那里的坡度只有 $e^{-|z|}$ 量级），在中间的陡坡上步子就会过大而冲过头。
#
# **评分标准**（2 分）：$f\approx1$ 无害及理由，½ 分；$f\approx0$ 有害及理由，½ 分；交叉熵的表现及因子 $f(1-f)$，½ 分；(c) 任何合理的理由（别处会冲过头；不同样本的坡度相差几个数量级；无法与目标附近的小梯度区分），½ 分。
# ### END SOLUTION


# %% [markdown] lang="en"
# ## 3.8 Several classes
#
# With $K$ classes a linear model gives each sample $K$ **logits** $z_1,\dots,z_K$. Two things turn them into an answer: *softmax* spreads probability over all classes, *hardmax* names the winner alone.
#
# ### Softmax
#
# $$\operatorname{softmax}(z)_k=\frac{e^{z_k}}{\sum_j e^{z_j}} .$$
#
# *By hand:* logits $(\ln1,\ln2,\ln5)$ give $(\tfrac18,\tfrac28,\tfrac58)$. Adding the same number to all logits of a row changes nothing, because it cancels. That is not only pretty, it is the cure for overflow: subtract each row's maximum first. (One maximum for the whole matrix is not enough: in a row that lies 800 below it, every exponential becomes 0.)
#
# Sigmoids divided by their sum are something else: for the logits above they give $(0.25,\,0.33,\,0.42)$, and they change when all logits are shifted.
# %% [markdown] lang="zh"
# ## 3.8 多分类
#
# 有 $K$ 类时，线性模型给每个样本 $K$ 个 **logits** $z_1,\dots,z_K$。从 logits 到答案有两种办法：*softmax* 把概率分给所有类别，*hardmax* 只点出胜者。
#
# ### Softmax
#
# $$\operatorname{softmax}(z)_k=\frac{e^{z_k}}{\sum_j e^{z_j}} .$$
#
# *手算一例：* logits $(\ln1,\ln2,\ln5)$ 得到 $(\tfrac18,\tfrac28,\tfrac58)$。同一行的 logits 都加上同一个数，结果不变，因为分子分母约掉了。这不仅好看，还正是防止溢出的办法：先减去每一行的最大值。（整个矩阵只用一个最大值是不够的：比它低 800 的那一行，指数会全部变成 0。）
#
# 把各个 sigmoid 除以它们的和则是另一回事：对上面的 logits 会得到 $(0.25,\,0.33,\,0.42)$，而且整体平移后结果会变。
# %% answer="softmax"
def softmax(Z):
    """Softmax of every row.

    Z (N, K) logits.  Returns (N, K): from 0 to 1, each row sums to 1, finite for logits of any finite size.
    """
    ### BEGIN SOLUTION
    E = np.exp(Z - Z.max(axis=1, keepdims=True))  # (N, K), the greatest entry of a row is 1
    return E / E.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% [markdown] docstring="softmax" lang="zh"
# 每一行的 softmax。
#
# Z (N, K) 是 logits。返回 (N, K)：元素在 0 到 1 之间，每行之和为 1；logits 不论多大，结果都应是有限数。
# %% grading="softmax"
def logits_cases(rng):
    yield Case("typical", zh="一般数据", Z=rng.normal(0, 1.5, (4, 3)).round(2))
    yield Case("one sample", zh="只有一个样本", group="edge", Z=rng.normal(0, 1.5, (1, 5)).round(2))
    far = rng.normal(0, 1, (3, 4)).round(2) + rng.permutation([10000.0, -900.0, 0.0])[:, None]
    yield Case("rows far apart", zh="各行相差悬殊", group="extreme", Z=far)
    wide = rng.permuted([[0.0, -1.5, 2000.0, -4000.0, 2001.0]] * 2, axis=1) + rng.normal(0, 0.5, (2, 5)).round(2)
    yield Case("far apart within a row", zh="同一行内相差悬殊", group="extreme", Z=wide)
    Z, shift = rng.normal(0, 1, (3, 2)).round(2), float(rng.integers(2000, 9000))
    yield Case("shifted", zh="整体平移", group="invariant", Z=Z, shift=shift)


def softmax_and_shift(impl, case):
    """The values; in the group "invariant" those of shifted logits, and how much the shift has changed them."""
    if case.group != "invariant":
        return impl.softmax(case.Z)
    plain, shifted = (
        np.asarray(impl.softmax(Z), dtype=float).reshape(case.Z.shape) for Z in (case.Z, case.Z + case.shift)
    )
    return {"shifted": shifted, "difference": shifted - plain}


def softmax_of_columns(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)


def sigmoids_normalized(Z):
    E = sigmoid(Z)
    return E / E.sum(axis=1, keepdims=True)


def softmax_of_clipped_logits(Z):
    E = np.exp(np.clip(Z, -700, 700))
    return E / E.sum(axis=1, keepdims=True)


def softmax_by_ratios(Z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(np.asarray(Z)[:, None, :] - np.asarray(Z)[:, :, None]).sum(axis=2)


def softmax_in_place(Z):
    P = np.array(Z, dtype=float)
    P -= P.max(axis=1)[:, None]
    np.exp(P, out=P)
    P /= P.sum(axis=1)[:, None]
    return P


def softmax_of_transposed(Z):
    E = np.exp(Z.T - np.max(Z.T, axis=0))
    return (E / sum(E)).T


def softmax_by_logs(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=-1, keepdims=True))


def softmax_by_loop(Z):
    rows = []
    for row in Z:
        row = row - max(row)
        powers = [np.exp(value) for value in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


Exercise(
    points=1,
    reference=classification.softmax,
    cases=logits_cases,
    observe=softmax_and_shift,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "no_max_subtraction",
            swap=("np.exp(Z - Z.max(axis=1, keepdims=True))", "np.exp(Z)"),
            hint={
                "en": "Large logits overflow in the exponential. Subtract each row's maximum first: the result stays the same.",
                "zh": "logits 很大时指数会溢出。先减去每行的最大值，结果不变。",
            },
        ),
        Mistake(
            "one_maximum_for_all",
            swap=("Z.max(axis=1, keepdims=True)", "Z.max()"),
            hint={
                "en": "You subtract one maximum for the whole matrix. In a row far below it every exponential is 0, and 0/0 is NaN.",
                "zh": "你对整个矩阵只减了一个最大值。远低于它的那一行，指数全是 0，0/0 就成了 NaN。",
            },
        ),
        Mistake(
            "over_the_samples",
            function=softmax_of_columns,
            hint={
                "en": "Your columns sum to 1. The probabilities of one sample, a row, must sum to 1.",
                "zh": "你的结果是每列之和为 1。应当是一个样本（一行）的概率之和为 1。",
            },
        ),
        Mistake(
            "normalized_sigmoids",
            function=sigmoids_normalized,
            hint={
                "en": "These are sigmoids divided by their sum. Softmax uses exponentials, so that only differences of logits count.",
                "zh": "这是把 sigmoid 除以它们的和。softmax 用的是指数，因而只与 logits 之差有关。",
            },
        ),
        Mistake(
            "not_normalized",
            swap=("return E / E.sum(axis=1, keepdims=True)", "return E"),
            hint={"en": "Divide each row by its sum.", "zh": "每一行还要除以它的和。"},
        ),
        Mistake(
            "mean_subtracted",
            swap=("Z.max(axis=1, keepdims=True)", "Z.mean(axis=1, keepdims=True)"),
            hint={
                "en": "You subtract each row's mean. A logit far above it still overflows: subtract the maximum, then no exponent is positive.",
                "zh": "你减去的是每行的平均值。远高于平均值的 logit 仍会溢出：减去最大值，指数就不会为正。",
            },
        ),
        Mistake(
            "clipped_logits",
            function=softmax_of_clipped_logits,
            hint={
                "en": "You clip the logits: beyond the limit all of them become alike. Subtract each row's maximum instead.",
                "zh": "你截断了 logits：超出界限的全都变得一样了。应当改为减去每行的最大值。",
            },
        ),
        Mistake(
            "linear_shares",
            swap=("return E / E.sum(axis=1, keepdims=True)", "return Z / Z.sum(axis=1, keepdims=True)"),
            hint={
                "en": "Logits may be negative, so their plain shares are not probabilities. Take exponentials first.",
                "zh": "logits 可能为负，直接按比例分配得不到概率。先取指数。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=softmax_by_loop),
        Variant(
            "logs",
            swap=(
                "return E / E.sum(axis=1, keepdims=True)",
                "return np.exp(np.log(np.maximum(E, 1e-300)) - np.log(E.sum(axis=1))[:, None])",
            ),
        ),
        Variant("einsum", swap=("E.sum(axis=1, keepdims=True)", 'np.einsum("nk->n", E)[:, None]')),
        Variant("ratios", function=softmax_by_ratios),
        Variant("on_own_copy", function=softmax_in_place),
        Variant("transposed", function=softmax_of_transposed),
        Variant("logaddexp", function=softmax_by_logs),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### Hardmax
#
# Hardmax gives 1 to the greatest logit and 0 to the others; of equal ones, the **first** wins. *By hand:* $(2,\,5,\,5)\mapsto(0,\,1,\,0)$.
#
# It is what softmax becomes when the logits are multiplied by a very large number. Its slope is zero almost everywhere, so it is good for giving answers and useless for training.
# %% [markdown] lang="zh"
# ### Hardmax
#
# Hardmax 给最大的 logit 1，其余为 0；若有并列，取**第一个**。*手算一例：* $(2,\,5,\,5)\mapsto(0,\,1,\,0)$。
#
# 把 logits 乘上一个很大的数，softmax 就变成了它。它的导数几乎处处为零，所以适合给出答案，却不能用来训练。
# %% answer="hardmax"
def hardmax(Z):
    """One-hot rows that mark the greatest logit.

    Z (N, K), which may hold integers, too.  Returns (N, K) of zeros and ones, one 1 in each row: at the first of its
    greatest entries.
    """
    ### BEGIN SOLUTION
    H = np.zeros(Z.shape)  # (N, K)
    H[np.arange(len(Z)), Z.argmax(axis=1)] = 1
    return H
    ### END SOLUTION


# %% [markdown] docstring="hardmax" lang="zh"
# 标出最大 logit 的独热（one-hot）行。
#
# Z (N, K)，也可以是整数数组。返回由 0 和 1 组成的 (N, K)，每行恰有一个 1：位于该行最大值（若并列则第一个）处。
# %% grading="hardmax"
def hardmax_cases(rng):
    Z = rng.normal(size=(rng.integers(5, 10), 3)).round(2)
    yield Case("typical", zh="一般数据", Z=Z[np.argsort(Z[:, 0])])
    yield Case("all negative", zh="全为负数", Z=-rng.uniform(1, 9, (rng.integers(3, 7), 4)).round(2))
    ties = np.array([[1.0, 3.0, 3.0, 0.0], [2.0, 2.0, 2.0, 2.0], [0.0, -1.0, -1.0, 0.0]]) * rng.uniform(1, 5)
    yield Case("ties", zh="并列", group="edge", Z=rng.permutation(rng.permutation(ties.T).T).round(2))
    close = rng.normal(size=(2, 1)).round(2) + rng.permutation([[0.0, 1e-9, -2.0], [-2.0, 0.0, 1e-9]])
    yield Case("almost equal", zh="几乎相等", group="edge", Z=close)


def winners_only(Z):
    return Z.argmax(axis=1)


def all_of_equal(Z):
    greatest = Z.max(axis=1, keepdims=True)
    return np.equal(Z, greatest).astype(float)


def last_of_equal(Z):
    return np.eye(Z.shape[1])[Z.shape[1] - 1 - Z[:, ::-1].argmax(axis=1)]


def first_of_almost_equal(Z):
    close = np.isclose(Z, Z.max(axis=1, keepdims=True))
    return np.eye(Z.shape[1])[close.argmax(axis=1)]


def softmax_of_huge_logits(Z):
    return softmax(1e12 * Z)


def winner_of_columns(Z):
    return (np.arange(len(Z))[:, None] == Z.argmax(axis=0)).astype(float)


def hardmax_by_running_maximum(Z):
    best = np.zeros(len(Z), dtype=int)
    for k in range(1, Z.shape[1]):
        best = np.where(Z[:, k] > Z[np.arange(len(Z)), best], k, best)
    return best[:, None] == np.arange(Z.shape[1])


def hardmax_by_cumulation(Z):
    greatest = np.equal(Z, Z.max(axis=1, keepdims=True))
    return (greatest & (np.cumsum(greatest, axis=1) == 1)).astype(np.float32)


def hardmax_by_loop(Z):
    rows = []
    for row in Z:
        row = list(row)
        first = row.index(max(row))
        rows.append([int(k == first) for k in range(len(row))])
    return rows


Exercise(
    points=1,
    reference=classification.hardmax,
    cases=hardmax_cases,
    tolerance=EXACT,
    accepts=("integers",),
    mistakes=[
        Mistake(
            "index_for_one_hot",
            function=winners_only,
            hint={
                "en": "These are the winners' indices. Return a row of zeros with a single 1 for each sample.",
                "zh": "这是胜者的下标。每个样本应返回一行 0，其中只有一个 1。",
            },
        ),
        Mistake(
            "all_of_equal",
            function=all_of_equal,
            hint={
                "en": "Where several logits are equally great you mark all of them. Exactly one may win, the first.",
                "zh": "并列最大时你把它们全标上了。只能有一个胜者，即第一个。",
            },
        ),
        Mistake(
            "last_of_equal",
            function=last_of_equal,
            hint={
                "en": "Of equal logits the first wins; yours takes the last.",
                "zh": "并列时取第一个，你取了最后一个。",
            },
        ),
        Mistake(
            "smallest_wins",
            swap=("Z.argmax(axis=1)", "Z.argmin(axis=1)"),
            hint={"en": "You marked the smallest logit.", "zh": "你标出的是最小的 logit。"},
        ),
        Mistake(
            "over_the_samples",
            function=winner_of_columns,
            hint={
                "en": "You looked for the greatest entry of each column. Each row, a sample, has its winner.",
                "zh": "你找的是每一列的最大值。应当是每一行（一个样本）选出胜者。",
            },
        ),
        Mistake(
            "greater_than_zero",
            swap=("    return H", "    return H * (Z > 0)"),
            hint={
                "en": "A row of negative logits has a winner too: logits need not be positive.",
                "zh": "全为负的一行也有胜者：logits 不必为正。",
            },
        ),
        Mistake(
            "first_of_almost_equal",
            function=first_of_almost_equal,
            hint={
                "en": "You treat logits that are nearly the same as equal. Only exactly equal ones tie; otherwise the greater wins, however small the difference.",
                "zh": "你把几乎相同的 logits 当成了相等。只有完全相等才算并列；否则哪怕差别再小，也是较大的获胜。",
            },
        ),
        Mistake(
            "softmax_of_huge_logits",
            function=softmax_of_huge_logits,
            hint={
                "en": "A softmax of huge logits shares the 1 among equal ones. Exactly one may win, the first.",
                "zh": "对放大后的 logits 做 softmax，并列者会平分这个 1。只能有一个胜者，即第一个。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=hardmax_by_loop),
        Variant(
            "rows_of_identity", swap=("    return H", "    return np.eye(Z.shape[1], dtype=int)[np.argmax(Z, axis=1)]")
        ),
        Variant("running_maximum", function=hardmax_by_running_maximum),
        Variant("cumulation", function=hardmax_by_cumulation),
    ],
    forbids=FROM_SCRATCH,
)


# %% demo="temperature"
# Softmax between "anything goes" and hardmax: the logits divided by a temperature T.
import matplotlib.pyplot as plt

marks = np.array([2.0, 1.0, 0.4, -0.5, -1.5])
figure, axes = plt.subplots(1, 4, figsize=(12, 3), sharey=True)
for axis, temperature in zip(axes, (10, 2, 1, 0.1)):
    weight = np.exp((marks - marks.max()) / temperature)
    bars = axis.bar(range(5), weight / weight.sum(), color=plt.cm.viridis(np.linspace(0.15, 0.85, 5)))
    axis.bar_label(bars, fmt="%.2f", fontsize=8)
    axis.set(title=f"T = {temperature}", xticks=range(5), ylim=(0, 1.1), xlabel="class")
axes[0].set_ylabel("probability")
plt.tight_layout()
plt.show()


# %% [markdown] lang="en"
# ### Cross-entropy of two distributions
#
# How bad is the prediction $q$ when the truth is the distribution $p$?
#
# $$H(p,q)=-\sum_k p_k\ln q_k ,\qquad 0\cdot\ln 0=0 .$$
#
# *By hand:* $p=(0,1,0)$, $q=(\tfrac14,\tfrac12,\tfrac14)$: only the true class counts, $H=\ln2=0.693$. With $p=(\tfrac12,\tfrac12,0)$: $H=\tfrac12\ln4+\tfrac12\ln2=1.040$. A one-hot $p$ has zeros, and $q$ may have zeros in the same places; such a term is 0, not NaN.
# %% [markdown] lang="zh"
# ### 两个分布的交叉熵
#
# 真实分布是 $p$，预测分布是 $q$，预测得有多差？
#
# $$H(p,q)=-\sum_k p_k\ln q_k ,\qquad 0\cdot\ln 0=0 .$$
#
# *手算一例：* $p=(0,1,0)$，$q=(\tfrac14,\tfrac12,\tfrac14)$：只有真实类别起作用，$H=\ln2=0.693$。若 $p=(\tfrac12,\tfrac12,0)$，则 $H=\tfrac12\ln4+\tfrac12\ln2=1.040$。独热的 $p$ 里有 0，$q$ 在同样的位置也可能是 0；这样的项应当是 0，而不是 NaN。
# %% answer="cross_entropy"
def cross_entropy(p, q):
    """Cross-entropy H(p, q) of each row.

    p (N, K) true distributions (one-hot rows may be integers), q (N, K) predicted ones; q is positive wherever p is,
    though it may be tiny.  Returns (N,): a value for each sample, summed over classes, not over samples.  Terms with
    p = 0 are 0.
    """
    ### BEGIN SOLUTION
    log_q = np.log(np.where(p > 0, q, 1))  # (N, K)
    return -np.sum(p * log_q, axis=1)
    ### END SOLUTION


# %% [markdown] docstring="cross_entropy" lang="zh"
# 每一行的交叉熵 H(p, q)。
#
# p (N, K) 是真实分布（独热的行可以是整数），q (N, K) 是预测分布；p 为正处 q 也为正，但可能极小。
# 返回 (N,)：每个样本一个值，对类别求和，不对样本求和。p = 0 的项为 0。
# %% grading="cross_entropy"
def distribution_cases(rng):
    def rows(n, k):
        weights = rng.uniform(0.1, 1, (n, k))
        return (weights / weights.sum(axis=1, keepdims=True)).round(3)

    yield Case("typical", zh="一般数据", p=rows(4, 3), q=rows(4, 3))
    yield Case("one sample", zh="只有一个样本", group="edge", p=rows(1, 4), q=rows(1, 4))
    hot = np.eye(4, dtype=int)[rng.integers(0, 4, 3)]
    yield Case("one-hot integers", zh="整数的独热行", group="edge", p=hot, q=rows(3, 4))
    u, v = rng.uniform(0.2, 0.8, 2).round(2)
    p = np.array([[0.0, 1.0, 0.0], [u, 0.0, 1 - u], [0.0, 1 - v, v]])
    q = np.array([[0.0, u, 1 - u], [v, 0.0, 1 - v], [u, 0.0, 1 - u]])
    q[2] = [0.0, u, 1 - u]
    columns = rng.permutation(3)
    yield Case("zeros", zh="含有 0", group="extreme", p=p[:, columns], q=q[:, columns])
    p = np.array([[u, 1 - u, 0.0], [v, 0.0, 1 - v]])
    q = np.array([[1.0, 10.0 ** -rng.integers(250, 300), 0.0], [10.0 ** -rng.integers(15, 40), 0.2, 0.8]])
    columns = rng.permutation(3)
    yield Case("tiny probabilities", zh="极小的概率", group="extreme", p=p[:, columns], q=q[:, columns])


def entropy_with_epsilon(p, q):
    return -np.sum(p * np.log(q + 1e-12), axis=1)


def entropy_into_array_like_p(p, q):
    terms = np.zeros_like(p)
    terms[p > 0] = p[p > 0] * np.log(q[p > 0])
    return -terms.sum(axis=1)


def entropy_by_masks(p, q):
    terms = np.zeros(np.shape(p))
    inside = np.asarray(p) > 0
    terms[inside] = p[inside] * np.log(q[inside])
    return np.negative(terms).sum(axis=-1)


def entropy_of_nan_as_zero(p, q):
    with np.errstate(divide="ignore", invalid="ignore"):
        return -np.nansum(p * np.log(q), axis=1)


def entropy_by_log_where(p, q):
    logs = np.log(q, where=np.asarray(p) != 0, out=np.zeros(np.shape(q)))
    return tuple(-a @ b for a, b in zip(p, logs))


def entropy_by_loop(p, q):
    return [-sum(a * np.log(b) for a, b in zip(*rows) if a > 0) for rows in zip(p, q)]


Exercise(
    points=1,
    reference=classification.cross_entropy,
    cases=distribution_cases,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "p_and_q_swapped",
            swap=("    log_q", "    p, q = q, p\n    log_q"),
            hint={
                "en": "The two distributions are swapped: the truth p is the weight, the prediction q stands in the logarithm.",
                "zh": "两个分布的位置反了：真实分布 p 是权重，预测分布 q 在对数里。",
            },
        ),
        Mistake(
            "wrong_sign",
            swap=("return -np.sum", "return np.sum"),
            hint={
                "en": "Logarithms of probabilities are negative. The minus sign makes the cross-entropy positive.",
                "zh": "概率的对数是负数，前面的负号使交叉熵为正。",
            },
        ),
        Mistake(
            "zero_times_log_zero",
            swap=("np.where(p > 0, q, 1)", "q"),
            hint={
                "en": "0 · ln 0 comes out as NaN in numpy. Such a term counts as 0: keep it out of the logarithm.",
                "zh": "numpy 中 0 · ln 0 得到 NaN。这样的项应算作 0：不要让它进入对数。",
            },
        ),
        Mistake(
            "mean_over_classes",
            swap=("-np.sum(p * log_q, axis=1)", "-np.mean(p * log_q, axis=1)"),
            hint={
                "en": "You averaged over the classes. The probabilities p are the weights already: sum.",
                "zh": "你对类别取了平均。p 本身就是权重，应当求和。",
            },
        ),
        Mistake(
            "summed_over_samples",
            swap=("p * log_q, axis=1", "p * log_q, axis=0"),
            hint={
                "en": "You summed over the samples. Each row is one sample and gets one value.",
                "zh": "你对样本求和了。每行是一个样本，应各得一个值。",
            },
        ),
        Mistake(
            "base_two",
            swap=("np.log(np.where", "np.log2(np.where"),
            hint={
                "en": "This is in bits. The course uses the natural logarithm.",
                "zh": "这是以 2 为底（比特）。本课程用自然对数。",
            },
        ),
        Mistake(
            "divergence_for_cross_entropy",
            swap=(
                "log_q = np.log(np.where(p > 0, q, 1))",
                "log_q = np.log(np.where(p > 0, q, 1)) - np.log(np.where(p > 0, p, 1))",
            ),
            hint={
                "en": "This is the Kullback–Leibler divergence. The cross-entropy does not subtract the entropy of p.",
                "zh": "这是 KL 散度。交叉熵不减去 p 自身的熵。",
            },
        ),
        Mistake(
            "epsilon_in_the_log",
            function=entropy_with_epsilon,
            hint={
                "en": "A tiny number inside the logarithm changes the answer where q is tinier still, and hides how wrong such a prediction is. Leave out the terms with p = 0 instead.",
                "zh": "在对数里加一个很小的数，遇到比它更小的 q 时结果就变了，也掩盖了这种预测错得有多离谱。应当改为略去 p = 0 的项。",
            },
        ),
        Mistake(
            "rounded_like_p",
            function=entropy_into_array_like_p,
            hint={
                "en": "Your array takes its type from p: where p holds integers, every term is cut down to an integer. Let the array hold floats.",
                "zh": "你的数组沿用了 p 的类型：p 是整数时，每一项都被截成了整数。请让数组存放浮点数。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=entropy_by_loop),
        Variant("einsum", swap=("np.sum(p * log_q, axis=1)", 'np.einsum("nk,nk->n", p, log_q)')),
        Variant("masks", function=entropy_by_masks),
        Variant("nan_as_zero", function=entropy_of_nan_as_zero),
        Variant("log_where", function=entropy_by_log_where),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### Softmax and cross-entropy together
#
# When the truth is a label $y$, only $-\ln\operatorname{softmax}(z)_y$ remains. Do not compute it as the logarithm of a softmax, which may have rounded to 0; use the log-sum-exp of section 3.2:
#
# $$L=\sum_n\Big[\ln\sum_j e^{z_{nj}}-z_{n,y_n}\Big].$$
#
# *By hand:* $z=(0,\,\ln3)$: with $y=1$ the loss is $\ln4-\ln3=0.288$, with $y=0$ it is $\ln4=1.386$. Both together: $1.674$, the same number as in section 3.6. With two classes, softmax of $(0,z)$ *is* the sigmoid of $z$.
# %% [markdown] lang="zh"
# ### 把 softmax 和交叉熵合在一起
#
# 当真实值是标签 $y$ 时，只剩下 $-\ln\operatorname{softmax}(z)_y$ 这一项。不要先算 softmax 再取对数，它可能已经舍入成 0；用 3.2 节的 log-sum-exp：
#
# $$L=\sum_n\Big[\ln\sum_j e^{z_{nj}}-z_{n,y_n}\Big].$$
#
# *手算一例：* $z=(0,\,\ln3)$：$y=1$ 时损失为 $\ln4-\ln3=0.288$，$y=0$ 时为 $\ln4=1.386$，合计 $1.674$，与 3.6 节的结果相同。只有两类时，$(0,z)$ 的 softmax **就是** $z$ 的 sigmoid。
# %% answer="softmax_cross_entropy"
def softmax_cross_entropy(Z, y):
    """Cross-entropy of softmax probabilities and labels, from the logits.

    Z (N, K) logits, y (N,) integers 0 … K−1.  Returns a number: the SUM over the N samples,
    finite and exact also where a probability rounds to 0.
    """
    ### BEGIN SOLUTION
    top = Z.max(axis=1)  # (N,)
    log_norm = top + np.log(np.sum(np.exp(Z - top[:, None]), axis=1))  # (N,)
    return np.sum(log_norm - Z[np.arange(len(y)), y])
    ### END SOLUTION


# %% [markdown] docstring="softmax_cross_entropy" lang="zh"
# 由 logits 直接计算 softmax 概率与标签的交叉熵。
#
# Z (N, K) 是 logits，y (N,) 是整数 0 … K−1。返回一个数：对 N 个样本**求和**；
# 即使某个概率舍入成 0，结果也应有限而精确。
# %% grading="softmax_cross_entropy"
def labeled_logits(rng):
    for name, zh, n, k, group in (
        ("typical", "一般数据", 5, 3, "values"),
        ("one sample", "只有一个样本", 1, 4, "edge"),
    ):
        yield Case(name, zh=zh, group=group, Z=rng.normal(0, 1.5, (n, k)).round(2), y=rng.integers(0, k, n))
    far = np.array([[1000.0, -1000.0, 0.0], [0.0, 2000.0, 10.0], [-3000.0, -2000.0, -1000.0]])
    order, columns = rng.permutation(3), rng.permutation(3)
    Z = far[order][:, columns] + rng.normal(0, 5, (3, 3)).round(1)
    y = np.argsort(columns)[np.array([1, 0, 2])[order]]  # two hopeless, one right
    yield Case("hopelessly wrong", zh="错得离谱", group="extreme", Z=Z, y=y)
    Z = rng.normal(0, 1, (4, 3)).round(2) + rng.permutation([10000.0, 0.0, -800.0, -9000.0])[:, None]
    yield Case("rows far apart", zh="各行相差悬殊", group="extreme", Z=Z, y=rng.integers(0, 3, 4))


def log_of_softmax(Z, y):
    return -np.sum(np.log(softmax(Z)[np.arange(len(y)), y]))


def softmax_applied_twice(Z, y):
    P = softmax(softmax(Z))
    return -np.sum(np.log(P[np.arange(len(y)), y]))


def by_cross_entropy(Z, y):
    Q = softmax(Z)
    return np.sum(cross_entropy(np.eye(Z.shape[1])[y], np.maximum(Q, 1e-12)))


def sce_by_differences(Z, y):
    own = np.take_along_axis(np.asarray(Z), np.asarray(y)[:, None], axis=1)
    with np.errstate(over="ignore"):
        return float(np.logaddexp.reduce(Z - own, axis=1).sum())


def sce_by_masks(Z, y):
    Z = np.array(Z)
    Z -= Z.max(axis=1)[:, None]
    hot = np.arange(Z.shape[1]) == np.asarray(y)[:, None]
    return np.log(np.exp(Z).sum(axis=1)).sum() - Z[hot].sum()


def sce_by_log_probabilities(Z, y):
    logs = [row - (max(row) + np.log(sum(np.exp(v - max(row)) for v in row))) for row in Z]
    return np.array([-sum(log[label] for log, label in zip(logs, y))])


def sce_by_loop(Z, y):
    return sum(np.logaddexp.reduce(row) - row[label] for row, label in zip(Z, y))


Exercise(
    points=1,
    reference=classification.softmax_cross_entropy,
    cases=labeled_logits,
    tolerance=CLOSED_FORM,
    mistakes=[
        Mistake(
            "mean_for_sum",
            swap=("return np.sum(log_norm", "return np.mean(log_norm"),
            hint={
                "en": "You took the mean over the samples; the sum is asked for.",
                "zh": "你对样本取了平均；题目要求求和。",
            },
        ),
        Mistake(
            "log_of_softmax",
            function=log_of_softmax,
            hint={
                "en": "A very small softmax rounds to 0 and its logarithm is infinite. Compute the logarithm directly from the logits.",
                "zh": "很小的 softmax 会舍入成 0，取对数就是无穷大。请直接由 logits 计算对数。",
            },
        ),
        Mistake(
            "clipping",
            function=by_cross_entropy,
            hint={
                "en": "Clipping the probabilities caps the loss near 27.6 a sample. Compute the logarithm directly from the logits.",
                "zh": "截断概率使每个样本的损失最多约 27.6。请直接由 logits 计算对数。",
            },
        ),
        Mistake(
            "softmax_twice",
            function=softmax_applied_twice,
            hint={
                "en": "Softmax was applied twice: this function takes logits and does the softmax itself.",
                "zh": "softmax 用了两次：这个函数接收的是 logits，softmax 由它自己完成。",
            },
        ),
        Mistake(
            "no_max_subtraction",
            swap=("top = Z.max(axis=1)", "top = 0 * Z.max(axis=1)"),
            hint={
                "en": "The exponentials overflow or underflow. Take out each row's greatest logit first and add it back outside the logarithm.",
                "zh": "指数溢出了。先提出每行最大的 logit，再在对数外面加回来。",
            },
        ),
        Mistake(
            "one_maximum_for_all",
            swap=("top = Z.max(axis=1)", "top = Z.max() + np.zeros(len(Z))"),
            hint={
                "en": "You take out one maximum for the whole matrix. In a row far below it every exponential is 0, and so is their sum: each row needs its own.",
                "zh": "你对整个矩阵只提出了一个最大值。远低于它的那一行，指数全是 0，和也是 0：每一行都要用自己的最大值。",
            },
        ),
        Mistake(
            "wrong_sign",
            swap=("np.sum(log_norm - Z[np.arange(len(y)), y])", "np.sum(Z[np.arange(len(y)), y] - log_norm)"),
            hint={
                "en": "This is the log-likelihood; the loss is minus that.",
                "zh": "这是对数似然；损失要取负号。",
            },
        ),
        Mistake(
            "columns_for_entries",
            swap=("log_norm - Z[np.arange(len(y)), y]", "log_norm - Z[:, y]"),
            hint={
                "en": "`Z[:, y]` takes whole columns, an (N, N) array. Pick one entry a row: row n, column y[n].",
                "zh": "`Z[:, y]` 取出的是整列，形状 (N, N)。应当每行取一个元素：第 n 行、第 y[n] 列。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=sce_by_loop),
        Variant(
            "logaddexp",
            swap=("top + np.log(np.sum(np.exp(Z - top[:, None]), axis=1))", "np.logaddexp.reduce(Z, axis=1)"),
        ),
        Variant("one_hot", swap=("Z[np.arange(len(y)), y]", "np.sum(Z * np.eye(Z.shape[1])[y], axis=1)")),
        Variant("differences", function=sce_by_differences),
        Variant("masks", function=sce_by_masks),
        Variant("log_probabilities", function=sce_by_log_probabilities),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### Its gradient
#
# Every logit of a row affects every probability of that row, and still the result is as simple as before:
#
# $$\frac{\partial L}{\partial z_{nk}}=\operatorname{softmax}(z_n)_k-\mathbb 1[k=y_n].$$
#
# *By hand:* probabilities $(\tfrac18,\tfrac28,\tfrac58)$ and $y=1$ give the row $(\tfrac18,\,-\tfrac68,\,\tfrac58)$. Each row sums to 0: what one class gains, the others lose.
# %% [markdown] lang="zh"
# ### 它的梯度
#
# 一行里的每个 logit 都影响这一行的所有概率，可结果仍然和前面一样简单：
#
# $$\frac{\partial L}{\partial z_{nk}}=\operatorname{softmax}(z_n)_k-\mathbb 1[k=y_n].$$
#
# *手算一例：* 概率为 $(\tfrac18,\tfrac28,\tfrac58)$，$y=1$，得到一行 $(\tfrac18,\,-\tfrac68,\,\tfrac58)$。每行之和为 0：一类得到的，正是其他类失去的。
# %% answer="softmax_cross_entropy_grad"
def softmax_cross_entropy_grad(Z, y):
    """Gradient of `softmax_cross_entropy` with respect to the logits.

    Z (N, K) logits, y (N,) integers 0 … K−1; N and K may be hundreds each.  Returns (N, K); not divided by N.  Each row
    sums to 0.
    """
    ### BEGIN SOLUTION
    G = softmax(Z)  # (N, K)
    G[np.arange(len(y)), y] -= 1
    return G
    ### END SOLUTION


# %% [markdown] docstring="softmax_cross_entropy_grad" lang="zh"
# `softmax_cross_entropy` 对 logits 的梯度。
#
# Z (N, K) 是 logits，y (N,) 是整数 0 … K−1；N 和 K 都可能有几百。返回 (N, K)；不除以 N。每行之和为 0。
# %% grading="softmax_cross_entropy_grad"
def softmax_gradient_cases(rng):
    yield from labeled_logits(rng)
    Z, y = rng.normal(0, 1.5, (4, 5)).round(2), rng.integers(0, 5, 4)
    seed = int(rng.integers(2**31))
    yield Case("100,000 logits", zh="十万个 logits", group="wide", public=False, Z=Z, y=y, seed=seed)


def softmax_gradient(impl, case):
    """The gradient; in the group "wide" that of 500 samples and 200 classes, added up.

    There each sample of the case stands for 125 and each class for 40 of the same logit, which changes the loss by a
    constant: their gradients add up to the case's own.
    """
    if case.group != "wide":
        return impl.softmax_cross_entropy_grad(case.Z, case.y)
    rng = np.random.default_rng(case.seed)
    rows = rng.permutation(np.arange(500) % 4)
    Z = np.repeat(case.Z[rows], 40, axis=1) + rng.integers(-8, 9, (500, 1))
    G = np.asarray(impl.softmax_cross_entropy_grad(Z, 40 * case.y[rows] + rng.integers(0, 40, 500)), dtype=float)
    parts = G.reshape(Z.shape).reshape(500, 5, 40).sum(axis=2)
    return np.stack([parts[rows == row].mean(axis=0) for row in range(4)])


def sce_at(impl, case):
    return impl.softmax_cross_entropy(case.Z, case.y)


def diagonal_jacobian(Z, y):
    P = softmax(Z)
    T = np.eye(Z.shape[1])[y]
    return -T / P * P * (1 - P)


def grad_by_loop(Z, y):
    rows = []
    for row, label in zip(Z, y):
        E = np.exp(row - row.max())
        rows.append([E[k] / E.sum() - (k == label) for k in range(len(row))])
    return rows


def grad_by_jacobians(Z, y):
    rows = []
    for z, label in zip(Z, y):
        p = softmax(z[None])[0]
        upstream = np.zeros(len(p))
        upstream[label] = -1 / max(p[label], 1e-300)
        jacobian = np.diag(p) - np.outer(p, p)
        rows.append(jacobian @ upstream if p[label] > 1e-300 else p - (np.arange(len(p)) == label))
    return np.array(rows)


def grad_by_entries(Z, y):
    G = np.empty(np.shape(Z))
    for n in range(len(y)):
        row = Z[n].tolist()
        top = max(row)
        powers = [np.exp(value - top) for value in row]
        total = sum(powers)
        for k in range(len(row)):
            G[n, k] = powers[k] / total - int(k == y[n])
    return G


def grad_by_subtracting_at(Z, y):
    E = np.exp(Z - np.logaddexp.reduce(Z, axis=1)[:, np.newaxis])
    np.subtract.at(E, (np.arange(len(y)), y), 1)
    return [list(map(float, row)) for row in E]


def probabilities_off_the_label(Z, y):
    P = softmax(Z)
    T = np.eye(Z.shape[1])[y]
    return P * (1 - T)


Exercise(
    points=2,
    reference=classification.softmax_cross_entropy_grad,
    cases=softmax_gradient_cases,
    observe=softmax_gradient,
    tolerance=CLOSED_FORM,
    gradient=Gradient(of=sce_at, wrt=("Z",)),
    groups={"wide": WIDE},
    seconds=4,  # of CPU: a plain loop over all entries takes 0.1, one loss for each logit 20
    mistakes=[
        Mistake(
            "mean_for_sum",
            swap=("    return G", "    return G / len(y)"),
            hint={
                "en": "You divided by the number of samples. The loss is a sum, so each row counts fully.",
                "zh": "你除以了样本数。损失是求和，每一行都按全额计算。",
            },
        ),
        Mistake(
            "wrong_sign",
            swap=("    return G", "    return -G"),
            hint={
                "en": "The sign is reversed: raising the true class's logit lowers the loss, so that entry is negative.",
                "zh": "符号反了：真实类别的 logit 增大会使损失减小，所以该处的梯度为负。",
            },
        ),
        Mistake(
            "label_not_subtracted",
            swap=("] -= 1", "] -= 0"),
            hint={
                "en": "These are the probabilities alone. The truth is missing: the labels must pull their class up.",
                "zh": "这只是概率，还没有与真实标签比较。",
            },
        ),
        Mistake(
            "softmax_as_diagonal",
            function=diagonal_jacobian,
            hint={
                "en": "You treated softmax as if each output depended on its own logit alone. Through the denominator every logit affects every class, so no entry of a row is 0.",
                "zh": "你把 softmax 当成了“每个输出只依赖自己的 logit”。通过分母，每个 logit 都影响所有类别，一行里不会出现 0。",
            },
        ),
        Mistake(
            "softmax_twice",
            swap=("G = softmax(Z)", "G = softmax(softmax(Z))"),
            hint={"en": "Softmax was applied twice; Z holds logits.", "zh": "softmax 用了两次；Z 里是 logits。"},
        ),
        Mistake(
            "columns_for_entries",
            swap=("G[np.arange(len(y)), y] -= 1", "G[:, y] -= 1"),
            hint={
                "en": "`G[:, y]` changes whole columns, for all samples. Change one entry a row: row n, column y[n].",
                "zh": "`G[:, y]` 改动的是整列，影响所有样本。每行只应改一个元素：第 n 行、第 y[n] 列。",
            },
        ),
        Mistake(
            "extra_slope",
            swap=("    return G", "    P = softmax(Z); return G * P * (1 - P)"),
            hint={
                "en": "There is a factor p(1−p) too many. It cancels against the logarithm, as in logistic regression.",
                "zh": "多了一个因子 p(1−p)。与逻辑回归一样，它和对数的导数约掉了。",
            },
        ),
        Mistake(
            "label_left_out",
            function=probabilities_off_the_label,
            hint={
                "en": "Your entry of the true class is 0, so nothing pulls its logit up and the row does not sum to 0. It is the probability minus 1.",
                "zh": "你在真实类别处给出了 0，没有什么把它的 logit 往上拉，一行之和也不为 0。那里应为概率减 1。",
            },
        ),
    ],
    variants=[
        Variant("loop", function=grad_by_loop),
        Variant("one_hot", swap=("G[np.arange(len(y)), y] -= 1", "G = G - np.eye(Z.shape[1])[y]")),
        Variant("float32", swap=("    return G", "    return G.astype(np.float32)")),
        Variant("jacobians", function=grad_by_jacobians),
        Variant("entries", function=grad_by_entries),
        Variant("subtract_at", function=grad_by_subtracting_at),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ## 3.9 In practice
#
# Four classifiers, three data sets that come with scikit-learn, one fixed split: `np.random.default_rng(0).permutation(N)`, whose first 30% are the test set. Your functions receive the training data and return the **trained parameters**; the grader classifies the test set with them. You pass when the accuracy reaches a bound that was measured by training a reference from thousands of random seeds, so a right answer does not fail by bad luck. (The Gaussian model has a closed form; of that one the log odds themselves are compared.) (For checking and grading, the training rows are drawn anew, the classes are renumbered, and the features are mixed by a random rotation, on scales of their own; of the digits, the pixels that vary are mixed. Weights copied from another run are useless: what counts is the training.)
#
# | data | $N$ | $D$ | classes |
# |---|---|---|---|
# | breast cancer | 569 | 30 | malignant 0, benign 1 |
# | wine | 178 | 13 | three cultivars |
# | digits | 1797 | 64 | 0 to 9, gray values 0 to 16 |
# %% [markdown] lang="zh"
# ## 3.9 实战
#
# 四个分类器，三个 scikit-learn 自带的数据集，一种固定的划分：`np.random.default_rng(0).permutation(N)` 的前 30% 作测试集。你的函数拿到训练数据，返回**训练好的参数**，由评分程序用它们去分类测试集。准确率达到界限即通过；这个界限是把参考实现用几千个随机种子各训练一遍量出来的，正确的答案不会因为运气不好而失败。（高斯模型有现成的公式，所以直接比较它给出的对数几率。）（检查和评分时，训练样本会重新抽取，类别会重新编号，特征会经过随机旋转而混合，并换上各自的尺度；手写数字则混合那些会变化的像素。所以照抄别处训练出的权重没有用：重要的是训练本身。）
#
# | 数据 | $N$ | $D$ | 类别 |
# |---|---|---|---|
# | breast cancer（乳腺癌） | 569 | 30 | 恶性 0，良性 1 |
# | wine（葡萄酒） | 178 | 13 | 三个品种 |
# | digits（手写数字） | 1797 | 64 | 0 到 9，灰度值 0 到 16 |
# %% demo="data"
# What the classifiers will see: features on very different scales, and digits of eight by eight pixels.
import matplotlib.pyplot as plt
from sklearn.datasets import load_breast_cancer, load_digits

tumors, images = load_breast_cancer(), load_digits()
figure = plt.figure(figsize=(12, 4))
left, right = figure.subfigures(1, 2, width_ratios=(1.25, 1))
axis = left.subplots()
for kind, color in ((0, "#d62728"), (1, "#1f77b4")):
    rows, place = tumors.data[tumors.target == kind], np.arange(30) + 0.3 * kind - 0.15
    axis.scatter(place, rows.mean(axis=0), color=color, s=18, label=tumors.target_names[kind])
    axis.vlines(place, *np.percentile(rows, [5, 95], axis=0), color=color, alpha=0.6)
axis.set_yscale("symlog", linthresh=0.01)
axis.set(title="Breast cancer: 30 features, means and 5–95% ranges", xlabel="feature", ylim=(0, None))
axis.legend(loc="upper center")
upper, lower = right.subplots(2, 1, height_ratios=(3, 1.15))
examples = [images.images[images.target == digit] for digit in range(10)]
frame = [np.pad(np.hstack([np.pad(part[row], 1) for part in examples]), 1) for row in range(3)]
upper.imshow(np.vstack(frame), cmap="gray_r")
upper.set_title("Digits: three of each class")
contrast = [np.pad(part.mean(axis=0) - images.images.mean(axis=0), 1) for part in examples]
lower.imshow(np.hstack(contrast), cmap="RdBu_r", vmin=-10, vmax=10)
lower.set_title("Mean of the class minus mean of all digits")
for panel in (upper, lower):
    panel.axis("off")
plt.show()


# %% [markdown] lang="en"
# ### Breast cancer by logistic regression
#
# The recipe:
#
# 1. standardize the training features with their mean and standard deviation (chapter 2),
# 2. start from `w = rng.normal(0, 0.1, D)` and `b = 0`,
# 3. take 200 steps with `logistic_step`. Its loss is a sum; a learning rate of $0.5/N$ makes it a step of $0.5$ on the mean,
# 4. return everything that a new tumor needs: the mean and standard deviation of the **training** features, $w$ and $b$. The grader predicts 1 where $\frac{x-\text{mean}}{\text{sd}}\cdot w+b>0$, that is where $f>\tfrac12$.
# %% [markdown] lang="zh"
# ### 用逻辑回归诊断乳腺癌
#
# 步骤：
#
# 1. 用训练集各特征的均值和标准差做标准化（第二章）；
# 2. 从 `w = rng.normal(0, 0.1, D)`、`b = 0` 出发；
# 3. 用 `logistic_step` 走 200 步。它的损失是求和，学习率取 $0.5/N$，就相当于在平均损失上以 $0.5$ 为学习率；
# 4. 返回判断一个新肿瘤所需的一切：**训练集**特征的均值与标准差，以及 $w$ 和 $b$。评分程序在 $\frac{x-\text{mean}}{\text{sd}}\cdot w+b>0$（即 $f>\tfrac12$）处预测 1。
# %% answer="logistic_classifier"
def logistic_classifier(X, y, rng):
    """Train logistic regression on standardized features.

    X (N, D), y (N,) integers 0 or 1, rng a numpy Generator for the initial weights.
    Returns a dict: "mean" and "sd" (D,) of the training features, "w" (D,) and the number "b" for standardized ones.
    """
    ### BEGIN SOLUTION
    mean, sd = X.mean(axis=0), X.std(axis=0)
    w, b = rng.normal(0, 0.1, X.shape[1]), 0.0
    for _ in range(200):
        w, b = logistic_step(w, b, (X - mean) / sd, y, 0.5 / len(X))
    return {"mean": mean, "sd": sd, "w": w, "b": b}
    ### END SOLUTION


# %% [markdown] docstring="logistic_classifier" lang="zh"
# 在标准化后的特征上训练逻辑回归。
#
# X (N, D)，y (N,) 为整数 0 或 1，rng 是 numpy Generator，用于初始权重。
# 返回字典："mean" 与 "sd" (D,) 是训练特征的均值与标准差，"w" (D,) 和数 "b" 用于标准化后的特征。
# %% grading="logistic_classifier"
def start_accuracy(task, seed, shape):
    """What the initial weights of a seed reach on the test set: a random line may be a good one by luck."""
    X, X_test = (task[part] @ task["turn"] for part in ("X", "X_test"))
    W = np.random.default_rng(seed).normal(0, 0.1, shape)
    scores = (X_test - X.mean(axis=0)) / X.std(axis=0) @ W
    return np.mean((scores > 0 if scores.ndim == 1 else scores.argmax(axis=1)) == task["y_test"])


def practice_case(name, zh, generator, shape=None):
    """One draw of a task; the observe turns its features, so that the files hold the data as they are.

    `shape` is that of random initial weights: they start where there is something to learn.
    """
    task = classification.draw_task(name, generator)
    seed = int(generator.integers(2**31))
    while shape and start_accuracy(task, seed, shape) > 0.8:
        seed += 1
    return Case(name.replace("_", " "), zh=zh, group="accuracy", **task, rng=Rng(seed))


def breast_cancer_case(rng):
    yield practice_case("breast_cancer", "乳腺癌", rng, (30,))


def logistic_accuracy(impl, case):
    """The share of test samples that the returned parameters classify rightly, beside the parameters."""
    X, X_test = case.X @ case.turn + case.shift, case.X_test @ case.turn + case.shift
    model = impl.logistic_classifier(X, case.y, case.rng)
    d = X.shape[1]  # shapes are held: a parameter per test sample could be a table of answers
    mean, sd, w = (np.asarray(model[name], dtype=float).reshape(d) for name in ("mean", "sd", "w"))
    b = float(np.asarray(model["b"], dtype=float).reshape(()))
    scores = (X_test - mean) / sd @ w + b
    return {"metric": float(np.mean((scores > 0) == case.y_test)), "mean": mean, "sd": sd, "w": w, "b": b}


def logistic_with_newton(X, y, rng):
    """Another right recipe: a weak penalty and Newton's method."""
    mean, sd = X.mean(axis=0), X.std(axis=0)
    A = np.column_stack([(X - mean) / sd, np.ones(len(X))])
    theta = np.zeros(A.shape[1])
    for _ in range(8):
        f = sigmoid(A @ theta)
        theta -= np.linalg.solve((A.T * (f * (1 - f))) @ A + np.eye(len(theta)), A.T @ (f - y) + theta)
    return {"mean": mean.tolist(), "sd": sd.tolist(), "w": theta[:-1].tolist(), "b": float(theta[-1])}


def logistic_written_out(X, y, rng):
    N, D = X.shape
    mean = np.sum(X, axis=0) / N
    sd = np.sqrt(np.sum((X - mean) ** 2, axis=0) / (N - 1))
    Z = (X - mean) / sd
    theta = np.append(rng.normal(0, 0.1, D), 0.0)
    A = np.c_[Z, np.ones(N)]
    for _ in range(200):
        f = 0.5 * (1 + np.tanh(0.5 * A @ theta))
        theta -= 0.5 * A.T @ (f - y) / N
    return {"mean": mean, "sd": sd, "w": theta[:-1], "b": theta[-1:]}


Exercise(
    points=2,
    reference=classification.logistic_classifier,
    cases=breast_cancer_case,
    observe=logistic_accuracy,
    tolerance=Calibration(
        classification.breast_cancer_over_seeds,
        higher_is_better=True,
        margin=0.012,
        reason="test accuracy on 171 tumors, trained on drawn rows of rotated features; the margin is two tumors",
    ),
    mistakes=[
        Mistake(
            "raw_features",
            swap=("mean, sd = X.mean(axis=0), X.std(axis=0)", "mean, sd = np.zeros(X.shape[1]), np.ones(X.shape[1])"),
            hint={
                "en": "The features were not standardized. Areas in the thousands drown all the others, and the steps overshoot.",
                "zh": "特征没有标准化。数值上千的“面积”淹没了其他特征，每一步都会冲过头。",
            },
        ),
        Mistake(
            "statistics_not_returned",
            swap=('"mean": mean, "sd": sd', '"mean": 0 * mean, "sd": 0 * sd + 1'),
            hint={
                "en": "The model was trained on standardized features but is used on raw ones. Return the mean and sd of the training features.",
                "zh": "模型在标准化后的特征上训练，却被用在原始特征上。请返回训练特征的均值和标准差。",
            },
        ),
        Mistake(
            "ascent",
            swap=("0.5 / len(X)", "-0.5 / len(X)"),
            hint={
                "en": "The accuracy is far below chance: the steps go uphill.",
                "zh": "准确率远低于随机猜测：每一步都在上坡。",
            },
        ),
        Mistake(
            "labels_swapped",
            swap=("(X - mean) / sd, y, 0.5", "(X - mean) / sd, 1 - y, 0.5"),
            hint={
                "en": "The labels are swapped: a positive score means label 1.",
                "zh": "标签弄反了：得分为正表示标签 1。",
            },
        ),
        Mistake(
            "never_trained",
            swap=("for _ in range(200)", "for _ in range(0)"),
            hint={
                "en": "These are the random initial weights: the training loop had no effect.",
                "zh": "这还是随机的初始权重：训练循环没有起作用。",
            },
        ),
    ],
    variants=[
        Variant("newton", function=logistic_with_newton),
        Variant("zero_start", swap=("rng.normal(0, 0.1, X.shape[1])", "np.zeros(X.shape[1])")),
        Variant("more_steps", swap=("range(200)", "range(400)")),
        Variant("written_out", function=logistic_written_out),
    ],
    forbids=FROM_SCRATCH,
    seconds=10,
)


# %% [markdown] lang="en"
# ### Breast cancer by Gaussians
#
# The same question to the generative model: fit the shared Gaussians and turn them into a line. No steps, no learning rate, no randomness, and no need to standardize: $\Sigma^{-1}$ takes care of the scales.
# %% [markdown] lang="zh"
# ### 用高斯分布诊断乳腺癌
#
# 同样的问题交给生成模型：拟合共享协方差的高斯分布，化成一条直线。没有迭代，没有学习率，没有随机性，也不需要标准化：$\Sigma^{-1}$ 会处理好各特征的尺度。
# %% answer="gaussian_classifier"
def gaussian_classifier(X, y):
    """Fit two Gaussians with a shared covariance.

    X (N, D), y (N,) integers 0 or 1.  Returns (w, b), w (D,) and b a number: label 1 is predicted where x·w + b > 0.
    """
    ### BEGIN SOLUTION
    pi, mus, S = gaussian_fit_shared(X, y)
    return shared_gaussian_to_linear(pi, mus, S)
    ### END SOLUTION


# %% [markdown] docstring="gaussian_classifier" lang="zh"
# 拟合两个共享协方差的高斯分布。
#
# X (N, D)，y (N,) 为整数 0 或 1。返回 (w, b)，w (D,)，b 是数：x·w + b > 0 处预测标签 1。
# %% grading="gaussian_classifier"
def gaussian_case(rng):
    task = classification.draw_task("breast_cancer", rng, offsets=3.0)
    task["X_test"] = task["X_test"][:40]
    del task["y_test"]
    yield Case("breast cancer", zh="乳腺癌", **task)


def log_odds(impl, case):
    """x·w + b of new tumors, whatever the scales of the features."""
    w, b = impl.gaussian_classifier(case.X @ case.turn + case.shift, case.y)
    w, b = np.asarray(w, dtype=float).reshape(case.X.shape[1]), float(np.asarray(b, dtype=float).reshape(()))
    return (case.X_test @ case.turn + case.shift) @ w + b


def line_between_means(X, y):
    m0, m1 = X[y == 0].mean(axis=0), X[y == 1].mean(axis=0)
    return m1 - m0, (m0 @ m0 - m1 @ m1) / 2


def gaussian_with_inverse(X, y):
    parts = [X[y == k] for k in (0, 1)]
    inverse = np.linalg.inv(sum(len(part) * np.cov(part.T, bias=True) for part in parts) / len(X))
    m0, m1 = (part.mean(axis=0) for part in parts)
    w = inverse @ (m1 - m0)
    return w.tolist(), float(np.log(len(parts[1]) / len(parts[0])) - (m1 + m0) @ w / 2)


def gaussian_expanded(X, y):
    counts = np.bincount(y)
    mus = np.array([X[y == k].mean(axis=0) for k in (0, 1)])
    S = np.einsum("ni,nj->ij", X - mus[y], X - mus[y]) / len(X)
    halves = [mu @ np.linalg.solve(S, mu) / 2 for mu in mus]
    return np.linalg.solve(S, mus[1]) - np.linalg.solve(S, mus[0]), halves[0] - halves[1] + np.log(
        counts[1] / counts[0]
    )


def equal_priors(X, y):
    _, mus, S = gaussian_fit_shared(X, y)
    return shared_gaussian_to_linear(np.array([0.5, 0.5]), mus, S)


Exercise(
    points=1,
    reference=classification.gaussian_classifier,
    cases=gaussian_case,
    observe=log_odds,
    tolerance=Tolerance(
        1e-4,
        1e-6,
        "30 correlated features: formulas that are equal on paper differ by up to 1e-6; the smallest known mistake moves 3%",
    ),
    mistakes=[
        Mistake(
            "line_points_to_class_0",
            swap=("shared_gaussian_to_linear(pi, mus, S)", "shared_gaussian_to_linear(pi[::-1], mus[::-1], S)"),
            hint={
                "en": "The classes are swapped: a positive score means label 1.",
                "zh": "两个类别弄反了：得分为正表示标签 1。",
            },
        ),
        Mistake(
            "bias_missing",
            swap=(
                "return shared_gaussian_to_linear(pi, mus, S)",
                "return shared_gaussian_to_linear(pi, mus, S)[0], 0.0",
            ),
            hint={
                "en": "Without b the boundary goes through the origin, far away from all tumors.",
                "zh": "没有 b，分界面就穿过原点，离所有样本都很远。",
            },
        ),
        Mistake(
            "nearest_mean",
            function=line_between_means,
            hint={
                "en": "You chose the nearer mean. That ignores the covariance: distances in area drown all other features.",
                "zh": "你选的是更近的均值，忽略了协方差：“面积”上的距离淹没了其他特征。",
            },
        ),
        Mistake(
            "labels_of_the_first_rows",
            swap=("gaussian_fit_shared(X, y)", "gaussian_fit_shared(X, np.sort(y))"),
            hint={
                "en": "Rows and labels no longer belong together: the classes' means are nearly the same.",
                "zh": "样本与标签对不上了：两类的均值几乎相同。",
            },
        ),
        Mistake(
            "equal_priors",
            function=equal_priors,
            hint={
                "en": "You gave both classes the prior ½. How common each is in the training data belongs to the model, too.",
                "zh": "你给两类的先验都是 ½。各类在训练数据中有多常见，也是模型的一部分。",
            },
        ),
        Mistake(
            "a_covariance_of_all_rows",
            swap=("shared_gaussian_to_linear(pi, mus, S)", "shared_gaussian_to_linear(pi, mus, gaussian_fit(X)[1])"),
            hint={
                "en": "Your covariance is that of all tumors together, so it includes the distance between the classes. Use the one that the classes share.",
                "zh": "你用的是全体样本的协方差，把类间距离也算了进去。应当用各类共享的协方差。",
            },
        ),
    ],
    variants=[
        Variant("inverse", function=gaussian_with_inverse),
        Variant("expanded", function=gaussian_expanded),
    ],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### Wine by softmax regression
#
# Now $W$ is $(D, K)$ and $b$ is $(K,)$, and the logits are $Z=XW+b$. With $G$ the gradient in $Z$ from section 3.8, the chain rule gives $dW=X^{\mathsf T}G$ and $db=\sum_n G_n$ (the column sums). The recipe: standardize as before, start from `W = rng.normal(0, 0.1, (D, K))` and `b = 0`, take 100 steps of learning rate 0.5 on the **mean** loss. The grader standardizes the test wines with the mean and sd you return and picks the class with the greatest logit.
# %% [markdown] lang="zh"
# ### 用 softmax 回归区分葡萄酒
#
# 现在 $W$ 是 $(D, K)$，$b$ 是 $(K,)$，logits 为 $Z=XW+b$。设 $G$ 是 3.8 节中对 $Z$ 的梯度，由链式法则得 $dW=X^{\mathsf T}G$，$db=\sum_n G_n$（按列求和）。步骤：同前面一样标准化；从 `W = rng.normal(0, 0.1, (D, K))`、`b = 0` 出发；在**平均**损失上以学习率 0.5 走 100 步。评分程序用你返回的均值和标准差把测试数据标准化，并取 logit 最大的类别。
# %% answer="softmax_classifier"
def softmax_classifier(X, y, rng):
    """Train softmax regression on standardized features.

    X (N, D), y (N,) integers 0 … K−1, rng a numpy Generator for the initial weights.
    Returns a dict: "mean" and "sd" (D,) of the training features, "W" (D, K) and "b" (K,) for standardized ones.
    """
    ### BEGIN SOLUTION
    mean, sd = X.mean(axis=0), X.std(axis=0)
    K = int(y.max()) + 1
    W, b = rng.normal(0, 0.1, (X.shape[1], K)), np.zeros(K)
    Z = (X - mean) / sd  # (N, D)
    for _ in range(100):
        G = softmax_cross_entropy_grad(Z @ W + b, y) / len(X)  # (N, K)
        W, b = W - 0.5 * Z.T @ G, b - 0.5 * G.sum(axis=0)
    return {"mean": mean, "sd": sd, "W": W, "b": b}
    ### END SOLUTION


# %% [markdown] docstring="softmax_classifier" lang="zh"
# 在标准化后的特征上训练 softmax 回归。
#
# X (N, D)，y (N,) 为整数 0 … K−1，rng 是 numpy Generator，用于初始权重。
# 返回字典："mean" 与 "sd" (D,) 是训练特征的均值与标准差，"W" (D, K) 和 "b" (K,) 用于标准化后的特征。
# %% grading="softmax_classifier"
def wine_case(rng):
    yield practice_case("wine", "葡萄酒", rng, (13, 3))


def softmax_accuracy(impl, case):
    """The share of test samples that the returned parameters classify rightly, beside the parameters."""
    X, X_test = case.X @ case.turn + case.shift, case.X_test @ case.turn + case.shift
    model = impl.softmax_classifier(X, case.y, case.rng)
    d, k = X.shape[1], case.y.max() + 1
    mean, sd = (np.asarray(model[name], dtype=float).reshape(d) for name in ("mean", "sd"))
    W, b = (np.asarray(model[name], dtype=float) for name in ("W", "b"))
    if W.shape != (d, k):
        raise ValueError("W is not (D, K)")
    b = b.reshape(k)
    scores = (X_test - mean) / sd @ W + b
    metric = float(np.mean(scores.argmax(axis=1) == case.y_test))
    return {"metric": metric, "mean": mean, "sd": sd, "W": W, "b": b}


def softmax_with_a_row_of_biases(X, y, rng):
    mean, sd = np.mean(X, axis=0), np.std(X, axis=0, ddof=1)
    A = np.insert((X - mean) / sd, 0, 1, axis=1)
    T = np.eye(np.unique(y).size)[y]
    theta = np.vstack([np.zeros(T.shape[1]), rng.normal(0, 0.1, (X.shape[1], T.shape[1]))])
    for _ in range(100):
        theta = theta - 0.5 / len(A) * A.T @ (softmax(A @ theta) - T)
    return {"b": theta[:1], "W": theta[1:], "sd": sd, "mean": mean}


Exercise(
    points=2,
    reference=classification.softmax_classifier,
    cases=wine_case,
    observe=softmax_accuracy,
    tolerance=Calibration(
        classification.wine_over_seeds,
        higher_is_better=True,
        margin=0.01,
        reason="test accuracy on 53 wines, trained on drawn rows of rotated features; the margin is half a wine",
    ),
    mistakes=[
        Mistake(
            "raw_features",
            swap=("mean, sd = X.mean(axis=0), X.std(axis=0)", "mean, sd = np.zeros(X.shape[1]), np.ones(X.shape[1])"),
            hint={
                "en": "The features were not standardized. Proline is near 1000 and drowns all the others.",
                "zh": "特征没有标准化。proline（脯氨酸）接近 1000，淹没了其他特征。",
            },
        ),
        Mistake(
            "statistics_not_returned",
            swap=('"mean": mean, "sd": sd', '"mean": 0 * mean, "sd": 0 * sd + 1'),
            hint={
                "en": "The model was trained on standardized features but is used on raw ones. Return the mean and sd of the training features.",
                "zh": "模型在标准化后的特征上训练，却被用在原始特征上。请返回训练特征的均值和标准差。",
            },
        ),
        Mistake(
            "ascent",
            swap=("W - 0.5 * Z.T @ G, b - 0.5 * G", "W + 0.5 * Z.T @ G, b + 0.5 * G"),
            hint={"en": "The steps go uphill: subtract the gradient.", "zh": "每一步都在上坡：应当减去梯度。"},
        ),
        Mistake(
            "one_class_missing",
            swap=("return {", "W[:, -1], b[-1] = 0, -99; return {"),
            hint={
                "en": "The last class is never predicted. Count them: the labels run from 0 to K−1.",
                "zh": "最后一类从未被预测到。数一数类别：标签从 0 到 K−1。",
            },
        ),
        Mistake(
            "never_trained",
            swap=("for _ in range(100)", "for _ in range(0)"),
            hint={
                "en": "These are the random initial weights: the training loop had no effect.",
                "zh": "这还是随机的初始权重：训练循环没有起作用。",
            },
        ),
        Mistake(
            "labels_of_other_rows",
            swap=("Z @ W + b, y)", "Z @ W + b, np.sort(y))"),
            hint={
                "en": "Rows and labels no longer belong together: were the labels sorted or shuffled on their own?",
                "zh": "样本与标签对不上了：标签是不是被单独排序或打乱了？",
            },
        ),
    ],
    variants=[
        Variant("zero_start", swap=("rng.normal(0, 0.1, (X.shape[1], K))", "np.zeros((X.shape[1], K))")),
        Variant("more_steps", swap=("range(100)", "range(300)")),
        Variant("lists", swap=('"W": W, "b": b', '"W": W.tolist(), "b": b.tolist()')),
        Variant("a_row_of_biases", function=softmax_with_a_row_of_biases),
    ],
    forbids=FROM_SCRATCH,
    seconds=10,
)


# %% [markdown] lang="en"
# ### Digits by mini-batches
#
# 1258 images, 64 pixels, ten classes. Some pixels are 0 in every image, so a standard deviation would be 0; gray values have a natural scale anyway, so just divide them by 16. Train in **mini-batches**: in each of 20 epochs draw an order with `rng.permutation(N)`, cut it into pieces of 64 (the last is shorter), and take a step of learning rate 0.5 on the mean loss of each piece. Start from zeros.
# %% [markdown] lang="zh"
# ### 用小批量识别手写数字
#
# 1258 张图片，64 个像素，十个类别。有些像素在所有图片里都是 0，标准差就成了 0；好在灰度值自有天然的尺度，除以 16 就行。用**小批量**训练：共 20 轮，每一轮用 `rng.permutation(N)` 抽一个顺序，切成每份 64 个（最后一份较短），对每一份的平均损失以学习率 0.5 走一步。从零开始。
# %% answer="digits_classifier"
def digits_classifier(X, y, rng):
    """Train softmax regression on images, in mini-batches.

    X (N, 64) gray values 0 to 16 (mixed with one another when checked), y (N,) integers 0 … 9, rng a numpy Generator
    for the order of the samples.
    Returns (W, b), W (64, 10) and b (10,), for gray values divided by 16.
    """
    ### BEGIN SOLUTION
    W, b = np.zeros((X.shape[1], 10)), np.zeros(10)
    for _ in range(20):
        order = rng.permutation(len(X))
        for start in range(0, len(X), 64):
            rows = order[start : start + 64]
            pixels = X[rows] / 16  # (64, D)
            G = softmax_cross_entropy_grad(pixels @ W + b, y[rows]) / len(rows)  # (64, 10)
            W, b = W - 0.5 * pixels.T @ G, b - 0.5 * G.sum(axis=0)
    return W, b
    ### END SOLUTION


# %% [markdown] docstring="digits_classifier" lang="zh"
# 用小批量在图片上训练 softmax 回归。
#
# X (N, 64) 是 0 到 16 的灰度值（检查时像素之间会混合），y (N,) 为整数 0 … 9，rng 是 numpy Generator，用于样本的顺序。
# 返回 (W, b)，W (64, 10)，b (10,)，用于除以 16 之后的灰度值。
# %% grading="digits_classifier"
def digits_case(rng):
    yield practice_case("digits", "手写数字", rng)


def digits_accuracy(impl, case):
    """The share of test images that the returned parameters classify rightly, beside the parameters in brief."""
    X, X_test = case.X @ case.turn + case.shift, case.X_test @ case.turn + case.shift
    W, b = (np.asarray(part, dtype=float) for part in impl.digits_classifier(X, case.y, case.rng))
    if W.shape != (64, 10):
        raise ValueError("W is not (64, 10)")
    b = b.reshape(10)
    scores = X_test / 16 @ W + b
    metric = float(np.mean(scores.argmax(axis=1) == case.y_test))
    return {"metric": metric, "size of W": np.sqrt(np.sum(W**2, axis=0)), "b": b}


def standardized_without_guard(X, y, rng):
    Z = (X - X.mean(axis=0)) / X.std(axis=0)
    W, b = np.zeros((X.shape[1], 10)), np.zeros(10)
    for _ in range(20):
        G = softmax_cross_entropy_grad(Z @ W + b, y) / len(X)
        W, b = W - 0.5 * Z.T @ G, b - 0.5 * G.sum(axis=0)
    return W, b


def digits_without_shortcuts(X, y, rng):
    pixels, T = np.array(X, dtype=float) / 16, np.eye(10)[y]
    W, b = np.zeros((64, 10)), np.zeros((1, 10))
    for _ in range(20):
        for rows in np.array_split(rng.permutation(len(y)), len(y) // 64):
            P = softmax(pixels[rows] @ W + b)
            for n, row in enumerate(rows):
                W -= 0.5 / len(rows) * np.outer(pixels[row], P[n] - T[row])
            b -= 0.5 * np.mean(P - T[rows], axis=0)
    return W.tolist(), b[0].tolist()


Exercise(
    points=2,
    reference=classification.digits_classifier,
    cases=digits_case,
    observe=digits_accuracy,
    tolerance=Calibration(
        classification.digits_over_seeds,
        higher_is_better=True,
        margin=0.005,
        reason="test accuracy on 539 digits, trained on drawn rows of rotated pixels; the margin is nearly three digits",
    ),
    mistakes=[
        Mistake(
            "labels_in_another_order",
            swap=("y[rows]", "y[start : start + len(rows)]"),
            hint={
                "en": "Images and labels are taken in different orders, so most labels belong to another image.",
                "zh": "图片和标签的顺序不一致，大多数标签对应的是别的图片。",
            },
        ),
        Mistake(
            "constant_columns",
            function=standardized_without_guard,
            hint={
                "en": "Some pixels never change. Dividing by their standard deviation, 0, fills everything with NaN.",
                "zh": "有些像素从不变化，除以它们的标准差 0，结果全变成了 NaN。",
            },
        ),
        Mistake(
            "ascent",
            swap=("W - 0.5 * pixels.T @ G, b - 0.5 * G", "W + 0.5 * pixels.T @ G, b + 0.5 * G"),
            hint={"en": "The steps go uphill: subtract the gradient.", "zh": "每一步都在上坡：应当减去梯度。"},
        ),
        Mistake(
            "one_epoch",
            swap=("for _ in range(20)", "for _ in range(1)"),
            hint={
                "en": "One pass over the data is not enough: take all 20 epochs.",
                "zh": "只过一遍数据是不够的：要做满 20 轮。",
            },
        ),
        Mistake(
            "first_batch_only",
            swap=("range(0, len(X), 64)", "range(0, 64, 64)"),
            hint={
                "en": "Each epoch uses its first batch alone. Go on until the order is used up.",
                "zh": "每一轮只用了第一个小批量。要一直做到整个顺序用完。",
            },
        ),
        Mistake(
            "weights_reset",
            swap=(
                "        order = rng.permutation(len(X))",
                "        order, W, b = rng.permutation(len(X)), 0 * W, 0 * b",
            ),
            hint={
                "en": "The weights start from zero again in every epoch, so only the last one counts.",
                "zh": "每一轮权重都从零重新开始，于是只有最后一轮起作用。",
            },
        ),
    ],
    variants=[
        Variant(
            "batches_of_32",
            swap=(
                "range(0, len(X), 64):\n            rows = order[start : start + 64]",
                "range(0, len(X), 32):\n            rows = order[start : start + 32]",
            ),
        ),
        Variant("more_epochs", swap=("range(20)", "range(30)")),
        Variant("without_shortcuts", function=digits_without_shortcuts),
    ],
    forbids=FROM_SCRATCH,
    seconds=10,
)


# %% [markdown] lang="en"
# ### Generative or discriminative?
#
# You have built both kinds. Sort these statements: does each hold for the **generative** model (two Gaussians with a shared covariance), for the **discriminative** one (logistic regression on the same features), or for **both**?
#
# | key | statement |
# |---|---|
# | `counts_and_averages` | Its parameters are counts and averages of the data; no iteration is needed. |
# | `draws_new_x` | It can draw new, artificial inputs $x$. |
# | `assumes_p_of_x` | It assumes a family of distributions for $x$ within a class. |
# | `fits_posterior` | Its parameters are chosen to make the labels likely *given* the inputs. |
# | `needs_descent` | Its parameters have no closed form; they are found step by step. |
# | `straight_boundary` | Its decision boundary is a straight line (or plane). |
# %% [markdown] lang="zh"
# ### 生成式还是判别式？
#
# 两种模型你都写过了。请判断下面每句话说的是**生成式**模型（两个共享协方差的高斯分布，填 `"generative"`）、**判别式**模型（同样特征上的逻辑回归，填 `"discriminative"`），还是**两者都是**（填 `"both"`）。
#
# | 键 | 说法 |
# |---|---|
# | `counts_and_averages` | 参数就是数据的计数与平均，不需要迭代。 |
# | `draws_new_x` | 可以抽样产生新的输入 $x$。 |
# | `assumes_p_of_x` | 假设同一类内的 $x$ 服从某一族分布。 |
# | `fits_posterior` | 选取参数，使标签在**给定**输入时最有可能出现。 |
# | `needs_descent` | 参数没有现成的公式，要一步一步求出来。 |
# | `straight_boundary` | 决策边界是直线（或平面）。 |
# %% answer="generative_or_discriminative"
def generative_or_discriminative():
    """The kind of model that each statement of the table describes.

    Returns a dict with the six keys of the table; each value is "generative", "discriminative" or "both".
    """
    ### BEGIN SOLUTION
    return {
        "counts_and_averages": "generative",
        "draws_new_x": "generative",
        "assumes_p_of_x": "generative",
        "fits_posterior": "discriminative",
        "needs_descent": "discriminative",
        "straight_boundary": "both",
    }
    ### END SOLUTION


# %% [markdown] docstring="generative_or_discriminative" lang="zh"
# 表中每句话描述的是哪种模型。
#
# 返回一个字典，键为表中的六个键，值为 "generative"（生成式）、"discriminative"（判别式）或 "both"（两者都是）。
# %% grading="generative_or_discriminative"
def statement_cases(rng):
    yield Case("a dict", zh="字典", group="form")
    titles = ("计数与平均", "产生新的输入", "假设 x 的分布", "拟合给定输入时的标签", "逐步求解", "直的边界")
    for key, zh in zip(classification.generative_or_discriminative(), titles, strict=True):
        yield Case(key, zh=zh, group=key, public=False, key=key)


def chosen(impl, case):
    """The choice for one statement; in the group "form" whether it is a dict.  A misspelled one costs itself alone."""
    choices = impl.generative_or_discriminative()
    if case.group == "form":
        return "a dict" if isinstance(choices, dict) else "not a dict"
    return str(choices.get(case.key, "no choice")).strip().strip("\"'").lower()


Exercise(
    points=1,
    reference=classification.generative_or_discriminative,
    cases=statement_cases,
    observe=chosen,
    tolerance=EXACT,
    groups={
        "counts_and_averages": {"en": "Counts and averages", "zh": "计数与平均"},
        "draws_new_x": {"en": "Draws new inputs", "zh": "产生新的输入"},
        "assumes_p_of_x": {"en": "Assumes a distribution of x", "zh": "假设 x 的分布"},
        "fits_posterior": {"en": "Fits the labels given the inputs", "zh": "拟合给定输入时的标签"},
        "needs_descent": {"en": "Found step by step", "zh": "逐步求解"},
        "straight_boundary": {"en": "Straight boundary", "zh": "直的边界"},
    },
    mistakes=[
        Mistake(
            "line_only_discriminative",
            swap=('"straight_boundary": "both"', '"straight_boundary": "discriminative"'),
            hint={
                "en": "Remember section 3.4: with a shared covariance the Gaussians give a straight boundary too.",
                "zh": "回想 3.4 节：共享协方差时，高斯分布给出的边界也是直的。",
            },
        ),
        Mistake(
            "line_only_generative",
            swap=('"straight_boundary": "both"', '"straight_boundary": "generative"'),
            hint={
                "en": "Logistic regression decides by the sign of x·w + b as well: its boundary is straight, too.",
                "zh": "逻辑回归同样由 x·w + b 的符号决定，边界也是直的。",
            },
        ),
        Mistake(
            "logistic_draws_inputs",
            swap=('"draws_new_x": "generative"', '"draws_new_x": "both"'),
            hint={
                "en": "Logistic regression knows P(y | x) and nothing of how x comes about, so it has no x to draw.",
                "zh": "逻辑回归只知道 P(y | x)，不知道 x 从何而来，所以无从抽样。",
            },
        ),
        Mistake(
            "logistic_in_closed_form",
            swap=('"needs_descent": "discriminative"', '"needs_descent": "both"'),
            hint={
                "en": "The Gaussians need no search: their means, covariance and priors are averages.",
                "zh": "高斯分布不需要搜索：均值、协方差和先验都是平均值。",
            },
        ),
        Mistake(
            "logistic_assumes_inputs",
            swap=('"assumes_p_of_x": "generative"', '"assumes_p_of_x": "both"'),
            hint={
                "en": "Logistic regression takes the inputs as they come: it only assumes what P(y | x) looks like.",
                "zh": "逻辑回归对输入不作任何假设，它只假设 P(y | x) 的形式。",
            },
        ),
        Mistake(
            "gaussians_fit_the_posterior",
            swap=('"fits_posterior": "discriminative"', '"fits_posterior": "both"'),
            hint={
                "en": "The Gaussians are fitted to the inputs of each class. Their posterior follows by Bayes' rule; it is not what they are fitted to.",
                "zh": "高斯分布拟合的是每一类的输入。后验是由贝叶斯公式推出来的，并不是拟合的目标。",
            },
        ),
        Mistake(
            "one_choice_misspelled",
            swap=('"counts_and_averages": "generative"', '"counts_and_averages": "generativ"'),
            hint={
                "en": 'One choice is spelled unlike any of the three words "generative", "discriminative" and "both".',
                "zh": '有一处选择的拼写不是 "generative"、"discriminative"、"both" 三者之一。',
            },
        ),
        Mistake(
            "one_choice_missing",
            swap=('        "needs_descent": "discriminative",\n', ""),
            hint={
                "en": "One of the six keys of the table is missing (or is spelled differently).",
                "zh": "表中的六个键少了一个（或者拼写不同）。",
            },
        ),
    ],
    variants=[
        Variant("capitals", swap=('"straight_boundary": "both"', '"straight_boundary": " Both"')),
        Variant("built_with_dict", swap=('"draws_new_x": "generative"', '**dict(draws_new_x="generative")')),
    ],
)


# %% [markdown] lang="en"
# ### Which one would you choose?
# %% [markdown] lang="zh"
# ### 你会选哪一个？
# %% [markdown] written="generative_against_discriminative" points="2" lang="en"
# **Question.** The notes say that discriminative models usually do better, and that generative ones need less data and resist noise better. Neither holds always: on one split of the iris data the shared Gaussian is right on 98% and logistic regression on 96%. Describe one situation in which you would choose the generative model and one in which you would choose logistic regression. For each, say what it is about the *assumptions* of the two models that decides the matter.
#
# ### BEGIN SOLUTION
# **Model answer.** *Generative:* few labeled samples, and features that are roughly bell-shaped within a class (say, 20 patients and 5 blood values). The assumption that $x$ is Gaussian supplies information that the data cannot, so the estimate varies less. It is also the choice when priors change between training and use (replace $P(C_k)$), when features are missing, or when new $x$ must be drawn. *Discriminative:* much data, or features that are plainly not Gaussian (counts, 0/1 indicators, heavy tails, outliers). Logistic regression assumes only that the log odds are linear; a wrong assumption on $p(x\mid C)$ cannot bias it. Both have the same straight boundary, so with the assumption true and much data they end up close together.
#
# **Marking scheme** (2 points): 1 for each situation: ½ for a fitting situation, ½ for the reason in terms of assumptions. An answer that only repeats "discriminative is better" or "generative needs less data" without the reason earns at most ½ in total.
# ### END SOLUTION
# %% [markdown] written="generative_against_discriminative" points="2" lang="zh"
# **问题。** 讲义说判别模型一般表现更好，而生成模型所需数据更少、抗噪声更强。两句话都不是绝对的：在鸢尾花数据的某次划分上，共享协方差的高斯模型正确率为 98%，逻辑回归为 96%。请各举一个你会选择生成模型、会选择逻辑回归的情形，并说明：起决定作用的是两种模型**假设**上的什么差别？
#
# ### BEGIN SOLUTION
# **参考答案。** *生成模型：* 带标签的样本很少，而每一类的特征大致呈钟形分布（例如 20 个病人、5 项血液指标）。“$x$ 服从高斯分布”这一假设提供了数据本身给不出的信息，估计的波动更小。此外，训练与使用时先验不同（直接替换 $P(C_k)$）、特征有缺失、或需要生成新的 $x$ 时，也选它。*判别模型：* 数据很多，或者特征明显不是高斯分布（计数、0/1 指示变量、厚尾、离群点）。逻辑回归只假设对数几率是线性的，不会被关于 $p(x\mid C)$ 的错误假设带偏。两者的边界都是直的，若假设成立且数据充足，结果会很接近。
#
# **评分标准**（2 分）：每个情形 1 分，其中情形合适 ½ 分，从假设的角度说明理由 ½ 分。只重复“判别模型更好”或“生成模型需要的数据少”而不说理由的，合计不超过 ½ 分。
# ### END SOLUTION


# %% [markdown] lang="en"
# ## 3.10 The limits of a line
#
# All of this chapter's boundaries are straight. Four points are enough to defeat them: in **XOR** the label is 1 when exactly one coordinate is 1.
#
# | $x$ | $(0,0)$ | $(0,1)$ | $(1,0)$ | $(1,1)$ |
# |---|---|---|---|---|
# | $y$ | 0 | 1 | 1 | 0 |
#
# ### How many can a line get right?
#
# Call a classifier linear if it predicts 1 where $x\cdot w+b>0$ and 0 elsewhere. Search, or think: what is the best accuracy that any $w$ and $b$ reach on these four points? (For a search, a few dozen directions of $w$ and a few values of $b$ will do.)
# %% [markdown] lang="zh"
# ## 3.10 直线的局限
#
# 本章所有的分界线都是直的。四个点就足以难倒它们：在**异或**（XOR）问题里，两个坐标恰有一个为 1 时，标签才是 1。
#
# | $x$ | $(0,0)$ | $(0,1)$ | $(1,0)$ | $(1,1)$ |
# |---|---|---|---|---|
# | $y$ | 0 | 1 | 1 | 0 |
#
# ### 一条直线能分对几个？
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


# %% [markdown] docstring="xor_linear_best_accuracy" lang="zh"
# 线性分类器在四个异或点上能达到的最高准确率：0 到 1 之间的一个数。
# %% grading="xor_linear_best_accuracy"
def no_input(rng):
    yield Case("a share", zh="一个比例", group="form")
    yield Case("four points", zh="四个点", public=False)


def best_accuracy(impl, case):
    """The number; in the group "form", which is all that the public check sees, whether it is a share."""
    value = float(np.asarray(impl.xor_linear_best_accuracy(), dtype=float).reshape(()))
    if case.group == "form":
        return "a number from 0 to 1" if 0 <= value <= 1 else "not a number from 0 to 1"
    return value


def accuracy_as_percentage():
    return 75.0


def two_of_four():
    return 0.5


def all_four():
    return 1.0


def three_points():
    return 3


def one_of_four():
    return 0.25


def known_by_thinking():
    return 0.75


def one_by_one():
    best = 0
    for w1, w2, b in [(1, 1, -0.5), (1, 1, -1.5), (-1, 1, -0.5), (1, -1, -0.5), (-1, -1, 0.5)]:
        right = sum(int((w1 * p + w2 * q + b > 0) == (p != q)) for p in (0, 1) for q in (0, 1))
        best = max(best, right / 4)
    return best


Exercise(
    points=1,
    reference=classification.xor_linear_best_accuracy,
    cases=no_input,
    observe=best_accuracy,
    tolerance=EXACT,
    mistakes=[
        Mistake(
            "percentage",
            function=accuracy_as_percentage,
            hint={"en": "Give the accuracy as a number from 0 to 1.", "zh": "准确率请用 0 到 1 之间的数表示。"},
        ),
        Mistake(
            "half",
            function=two_of_four,
            hint={
                "en": "A line does better than guessing: draw one that cuts off a single corner.",
                "zh": "直线比瞎猜强：试着画一条只切下一个角的直线。",
            },
        ),
        Mistake(
            "all_four",
            function=all_four,
            hint={
                "en": "No line gets all four. Right on (0,1) and (1,0) means w₂+b > 0 and w₁+b > 0; now add these, and look at (0,0) and (1,1).",
                "zh": "没有直线能全对。(0,1) 和 (1,0) 分对意味着 w₂+b > 0、w₁+b > 0；把两式相加，再看 (0,0) 和 (1,1)。",
            },
        ),
        Mistake(
            "count_for_share",
            function=three_points,
            hint={
                "en": "This is the number of points; an accuracy is a share.",
                "zh": "这是点的个数；准确率是比例。",
            },
        ),
        Mistake(
            "error_for_accuracy",
            function=one_of_four,
            hint={
                "en": "This is the share of errors; the accuracy is asked for.",
                "zh": "这是错误的比例；题目要的是准确率。",
            },
        ),
    ],
    variants=[Variant("by_thinking", function=known_by_thinking), Variant("a_few_lines", function=one_by_one)],
    forbids=FROM_SCRATCH,
)


# %% [markdown] lang="en"
# ### Change the features
#
# If a line cannot do it in the old coordinates, make new ones: **feature transformation, then classification**. For example, measure each point's distance to $(0,0)$ and to $(1,1)$:
#
# | $x$ | to $(0,0)$ | to $(1,1)$ | $y$ |
# |---|---|---|---|
# | $(0,0)$ | 0 | 1.41 | 0 |
# | $(0,1)$ | 1 | 1 | 1 |
# | $(1,0)$ | 1 | 1 | 1 |
# | $(1,1)$ | 1.41 | 0 | 0 |
#
# The two points with label 1 have landed on the same spot, and the sum of both distances is 2 there but 1.41 at the others: the line $z_1+z_2=1.7$ separates them. Any transformation that makes XOR separable is accepted, also for points *near* the four corners, as long as it treats every row on its own (it must work for a single point, too).
#
# Finding such features by hand is an art. The hidden layers of the next chapter learn them.
# %% [markdown] lang="zh"
# ### 换一组特征
#
# 在原来的坐标里直线做不到，那就换一组坐标：**先做特征转换，再分类**。例如，计算每个点到 $(0,0)$ 和 $(1,1)$ 的距离：
#
# | $x$ | 到 $(0,0)$ | 到 $(1,1)$ | $y$ |
# |---|---|---|---|
# | $(0,0)$ | 0 | 1.41 | 0 |
# | $(0,1)$ | 1 | 1 | 1 |
# | $(1,0)$ | 1 | 1 | 1 |
# | $(1,1)$ | 1.41 | 0 | 0 |
#
# 标签为 1 的两个点落到了同一处；那里两个距离之和是 2，另外两点是 1.41，于是直线 $z_1+z_2=1.7$ 就把它们分开了。任何能让异或线性可分的转换都可以，在四个角**附近**的点上也要成立；但必须逐行处理（对单独一个点也能用）。
#
# 靠手工寻找这样的特征是一门手艺。下一章的隐藏层会自己学出来。
# %% answer="feature_transform"
def feature_transform(X):
    """New features in which XOR is linearly separable.

    X (N, 2), which may hold integers, too.  Returns (N, K) for a K of your choice; row n depends on row n of X alone.
    """
    ### BEGIN SOLUTION
    to_origin = np.sqrt(np.sum(X**2, axis=1))  # (N,)
    to_ones = np.sqrt(np.sum((X - 1) ** 2, axis=1))  # (N,)
    return np.stack([to_origin, to_ones], axis=1)  # (N, 2)
    ### END SOLUTION


# %% [markdown] docstring="feature_transform" lang="zh"
# 使异或线性可分的新特征。
#
# X (N, 2)，也可以是整数数组。返回 (N, K)，K 由你决定；第 n 行只依赖 X 的第 n 行。
# %% grading="feature_transform"
def xor_cases(rng):
    corners, labels = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
    order = rng.permutation(np.arange(9) % 4)
    yield Case("four corners", zh="四个角", X=corners[order], y=labels[order])
    order = rng.permutation(np.arange(16) % 4)
    near = corners[order] + rng.uniform(-0.08, 0.08, (16, 2)).round(2)
    yield Case("near the corners", zh="四个角附近", X=near, y=labels[order])
    order = rng.permutation(np.arange(6) % 4)
    near = corners[order] + rng.uniform(-0.08, 0.08, (6, 2)).round(2)
    yield Case("row by row", zh="逐行", group="rows", X=near, y=labels[order])


def separable_by_a_line(impl, case):
    """Whether a perceptron separates the classes; in the group "rows" whether each row depends on itself alone."""
    F = np.asarray(impl.feature_transform(case.X), dtype=float)
    if F.ndim != 2 or len(F) != len(case.X) or not np.isfinite(F).all():
        return "not an (N, K) array of finite numbers"
    if case.group == "rows":
        alone = [np.asarray(impl.feature_transform(case.X[n : n + 1]), dtype=float) for n in range(len(case.X))]
        shapes = all(row.shape == F[:1].shape for row in alone)
        return bool(shapes and np.allclose(np.concatenate(alone), F, rtol=1e-4, atol=1e-5))
    sd = F.std(axis=0)
    A = np.column_stack([(F - F.mean(axis=0)) / np.where(sd > 0, sd, 1), np.ones(len(F))]) * (2 * case.y - 1)[:, None]
    theta = np.linalg.lstsq(A, np.ones(len(A)), rcond=None)[0]  # a good start
    for _ in range(2000):
        wrong = A[A @ theta <= 1e-9]
        if not len(wrong):
            return True
        theta = theta + wrong[0]
    return False


def equal_or_not(X):
    return np.not_equal(X[:, :1], X[:, 1:]).astype(float)


def product_feature(X):
    return np.column_stack([X, X[:, 0] * X[:, 1]])


def difference_squared(X):
    return [[(row[0] - row[1]) ** 2] for row in X]


def four_bumps(X):
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    return np.exp(-np.square(X[:, None] - corners).sum(axis=2) / 0.5)


def rounded_and_compared(X):
    bits = np.asarray(X) > 0.5
    return np.logical_xor(bits[:, 0], bits[:, 1])[:, None]


def hidden_layer(X):
    return np.maximum(X @ np.ones((2, 2)) + np.array([0, -1]), 0)


def rotated(X):
    return X @ np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)


def one_distance(X):
    return np.sqrt(np.sum(X**2, axis=1, keepdims=True))


def centered_by_the_batch(X):
    Z = X - X.mean(axis=0)
    return Z[:, :1] * Z[:, 1:] + 0 * Z


def distances_added(X):
    return np.sqrt(np.sum(X**2, axis=1)) + np.sqrt(np.sum((X - 1) ** 2, axis=1))


def wrong_corners(X):
    return np.stack([np.abs(X - [0, 1]).sum(axis=1), np.abs(X - [0, 1]).sum(axis=1)], axis=1)


Exercise(
    points=2,
    reference=classification.feature_transform,
    cases=xor_cases,
    observe=separable_by_a_line,
    tolerance=EXACT,
    accepts=("integers",),
    groups={"rows": {"en": "Each row on its own", "zh": "逐行处理"}},
    mistakes=[
        Mistake(
            "identity",
            swap=("return np.stack([to_origin, to_ones], axis=1)", "return 1.0 * X"),
            hint={
                "en": "No line separates XOR in these features. If they are a linear function of the old ones, nothing has changed: bend the space.",
                "zh": "在这组特征里，没有直线能分开异或。如果它们只是原特征的线性函数，等于什么都没变：要把空间“弯”一下。",
            },
        ),
        Mistake(
            "rotation",
            function=rotated,
            hint={
                "en": "Rotating, scaling or shifting turns lines into lines, so XOR stays inseparable. You need something nonlinear.",
                "zh": "旋转、缩放、平移都把直线变成直线，异或仍然不可分。需要非线性的变换。",
            },
        ),
        Mistake(
            "one_distance",
            function=one_distance,
            hint={
                "en": "One distance puts the label-1 points between the two others. A second feature is needed to pull them aside.",
                "zh": "只用一个距离，标签为 1 的点就夹在另外两点之间。还需要第二个特征把它们拉开。",
            },
        ),
        Mistake(
            "depends_on_the_batch",
            function=centered_by_the_batch,
            hint={
                "en": "Your features depend on the other rows (a mean over the batch, say). A single new point must be transformed the same way.",
                "zh": "你的特征依赖其他行（例如用了整批的均值）。单独一个新点也必须得到同样的结果。",
            },
        ),
        Mistake(
            "not_a_matrix",
            function=distances_added,
            hint={
                "en": "The result is not an (N, K) array. Even a single feature needs a column: (N, 1).",
                "zh": "结果不是 (N, K) 的数组。即使只有一个特征，也要是一列：(N, 1)。",
            },
        ),
        Mistake(
            "wrong_corners",
            function=wrong_corners,
            hint={
                "en": "Both features measure from the same corner, so they tell you the same thing twice.",
                "zh": "两个特征都从同一个角量起，等于把同一件事说了两遍。",
            },
        ),
        Mistake(
            "exact_corners_only",
            function=equal_or_not,
            hint={
                "en": "You ask whether the coordinates are exactly equal. Points near a corner count, too, and their coordinates hardly ever are.",
                "zh": "你问的是两个坐标是否完全相等。角附近的点也要算在内，而它们的坐标几乎从不相等。",
            },
        ),
    ],
    variants=[
        Variant("product", function=product_feature),
        Variant("difference", function=difference_squared),
        Variant("four_bumps", function=four_bumps),
        Variant("rounded_and_compared", function=rounded_and_compared),
        Variant("hidden_layer", function=hidden_layer),
    ],
    forbids=FROM_SCRATCH,
)


# %% demo="xor_transform"
# A sheet of paper bent until one straight cut is enough: from the old features to the two distances.
import matplotlib.pyplot as plt

generator = np.random.default_rng(1)
corner = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
crowd = np.repeat(corner, 40, axis=0) + generator.normal(0, 0.045, (160, 2))
odd = np.repeat([0, 1, 1, 0], 40)


def bend(place):
    return np.stack([np.hypot(place[..., 0], place[..., 1]), np.hypot(place[..., 0] - 1, place[..., 1] - 1)], axis=-1)


steps = np.linspace(-0.3, 1.3, 161)
sheet = np.stack(np.meshgrid(steps, steps), axis=-1)  # a piece of paper with squares on it
figure, axes = plt.subplots(1, 2, figsize=(11, 4.8))
for axis, change, title in zip(axes, (lambda place: place, bend), ("Old features", "Distances to (0, 0) and (1, 1)")):
    paper = change(sheet)
    for number in range(0, 161, 10):
        axis.plot(*paper[number].T, color="#999999", lw=0.6)
        axis.plot(*paper[:, number].T, color="#999999", lw=0.6)
    axis.scatter(*change(crowd).T, c=np.where(odd == 1, "#d62728", "#1f77b4"), s=16, zorder=3)
    axis.set(title=title, aspect="equal", xlabel="feature 1", ylabel="feature 2")
axes[0].contour(sheet[..., 0], sheet[..., 1], bend(sheet).sum(axis=-1), levels=[1.7], colors="black", linewidths=2)
axes[1].plot([0, 1.7], [1.7, 0], color="black", lw=2)
axes[1].set_title("Distances to (0, 0) and (1, 1): a line is enough")
axes[0].set_title("Old features: the same boundary is an ellipse")
plt.tight_layout()
plt.show()


# %% [markdown] lang="en"
# ## What you have built
#
# A classifier is a model of probabilities and a loss that compares them. Gaussians with a shared covariance give the line in closed form, logistic regression finds a line by descent, and softmax does the same for many classes. All three share one gradient, *prediction minus truth*, and one limit: their boundary is straight. In the next chapter we stack layers, let the network find its own features, and compute all gradients by the chain rule.
# %% [markdown] lang="zh"
# ## 回顾
#
# 分类器就是一个概率模型，加上一个比较概率的损失。共享协方差的高斯分布用现成的公式给出一条直线，逻辑回归用梯度下降找到一条直线，softmax 把这一套推广到多个类别。三者的梯度都是同一句话：**预测减真实值**；也都有同样的局限：边界是直的。下一章我们把层叠起来，让网络自己寻找特征，并用链式法则算出所有的梯度。
