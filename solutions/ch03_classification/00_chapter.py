# %% [markdown] lang="en"
# # Chapter 3 · Classification
#
# Is this tumor malignant? Which cultivar does this wine come from? Which digit is this? The answer is one of a few *kinds*, not a number on a scale, and that changes the whole recipe: the model gives a probability for each class, and the loss compares probabilities.
#
# **What you will be able to do**
#
# * explain why neither regression nor counting errors trains a classifier, with numbers;
# * build a classifier from Gaussians and Bayes' rule, without any training, and show that it is a straight line;
# * train logistic and softmax regression on cross-entropy, with code that survives logits of ±1000;
# * derive the gradient of a loss that nobody has given you, and let finite differences confirm it;
# * measure from how many samples on one model beats another, and say what their assumptions have to do with it.
#
# **About 7 hours · {points} points · builds on** chapter 1 (linear model, gradient) and chapter 2 (descent, standardizing).
#
# **The spine.** The three steps of the notes (§1.1), twice, since there are two ways:
#
# | step | generative: how does a class make its samples? | discriminative: where is the border? |
# |---|---|---|
# | 1. a set of functions | a Gaussian for each class {ref:gaussian_logpdf}, turned around by Bayes' rule {ref:bayes_posterior}–{ref:bayes_log_posterior} | $\sigma(w\cdot x+b)$ {ref:sigmoid}; for many classes {ref:softmax} |
# | 2. how good is each? | the likelihood of the samples | not by counting {ref:zero_one_loss}–{ref:zero_one_gradient}, not by squares {ref:logistic_mse_grad}–{ref:plateau}, but by cross-entropy {ref:bce_loss}, {ref:softmax_cross_entropy} |
# | 3. find the best | averages, in one leap {ref:gaussian_fit}–{ref:gaussian_fit_shared} | downhill {ref:logistic_grad}–{ref:logistic_step}, {ref:softmax_cross_entropy_grad} |
# | and then | the same straight line {ref:shared_gaussian_to_linear} | tumors, wines and digits {ref:logistic_classifier}–{ref:confusion_matrix}; your own experiment {ref:learning_curves}; what no line can do {ref:xor_linear_best_accuracy}–{ref:feature_transform} |
#
# **How to work.** Fill in a function, run its cell, then run the cell below it: `check("…")` tries your function on public cases and tells you what is wrong and where. The grade is decided by hidden cases of the same kinds, so passing the check is a good sign, not a guarantee. Everything you need is numpy, which is imported as `np`.
# Most figures are drawn by *your* functions: when one is not there yet, write it and run the cell again. In {ref:smoothed_grad} and {ref:temperature_grad} no formula is given: take a pencil. In {ref:change_priors} and {ref:confusion_matrix} the code is there, and wrong: say what is wrong, then mend it.
#
# **Help from an AI** is welcome where you would ask a classmate: to explain an idea, or an error that you don't understand. Let it write the answer, and it has done the exercise and you have not.
#
# **Where to read.** The notes, §4 · Hung-yi Lee, [Machine Learning](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php), the lectures *Classification* and *Logistic Regression* ·
# Dive into Deep Learning, [Linear Neural Networks for Classification](https://d2l.ai/chapter_linear-classification/index.html) ·
# A. Y. Ng and M. I. Jordan, [*On Discriminative vs. Generative Classifiers*](https://papers.nips.cc/paper/2020-on-discriminative-vs-generative-classifiers-a-comparison-of-logistic-regression-and-naive-bayes), NIPS 2001: the textbook claim that you will test in {ref:learning_curves}.
#
# **Conventions**
#
# {symbols}
#
# - Labels are integers from 0. With two classes, the notes' class $C_1$ is the label **1** and $C_2$ the label **0**.
# - Every statement says whether a loss is the **sum** or the **mean** over samples. In this chapter losses are sums unless it says otherwise.
# - $\ln$ is the natural logarithm, `np.log`. Functions return new arrays and leave their inputs unchanged.
# %% [markdown] lang="zh" of="de29"
# # 第三章 · 分类
#
# 这个肿瘤是恶性的吗？这瓶酒出自哪个品种？图上写的是几？这类问题的答案是“哪一类”，而不是刻度尺上的一个数。于是整套做法都要变：模型给出每一类的概率，损失函数比较的也是概率。
#
# **学完之后，你能够**
#
# * 用数字说明，为什么拿回归来分类、拿“错了几个”当损失，都训练不出分类器；
# * 用高斯分布和贝叶斯公式做出一个完全不用训练的分类器，并证明它就是一条直线；
# * 用交叉熵训练逻辑回归和 softmax 回归，并且代码在 logit 达到 ±1000 时也不出错；
# * 自己推导一个没有人给出过的损失的梯度，并用有限差分来验证；
# * 量出从多少个样本起，一种模型胜过另一种，并说出这与它们的假设有什么关系。
#
# **大约 7 小时 · 共 {points} 分 · 需要的基础**：第一章的线性模型与梯度，第二章的梯度下降与标准化。
#
# **主线。** 讲义（§1.1）的三个步骤。这一章要走两遍，因为有两条路：
#
# | 步骤 | 生成式：每一类怎样产生样本？ | 判别式：分界线在哪里？ |
# |---|---|---|
# | 1. 定义一组函数 | 每一类一个高斯分布 {ref:gaussian_logpdf}，再用贝叶斯公式反过来 {ref:bayes_posterior}–{ref:bayes_log_posterior} | $\sigma(w\cdot x+b)$ {ref:sigmoid}；类别多时 {ref:softmax} |
# | 2. 评价每个函数的好坏 | 样本的似然 | 不能数错误 {ref:zero_one_loss}–{ref:zero_one_gradient}，不能用平方 {ref:logistic_mse_grad}–{ref:plateau}，要用交叉熵 {ref:bce_loss}、{ref:softmax_cross_entropy} |
# | 3. 找出最好的函数 | 取平均，一步到位 {ref:gaussian_fit}–{ref:gaussian_fit_shared} | 一步步下坡 {ref:logistic_grad}–{ref:logistic_step}、{ref:softmax_cross_entropy_grad} |
# | 然后 | 原来是同一条直线 {ref:shared_gaussian_to_linear} | 肿瘤、葡萄酒和手写数字 {ref:logistic_classifier}–{ref:confusion_matrix}；你自己的实验 {ref:learning_curves}；直线做不到的事 {ref:xor_linear_best_accuracy}–{ref:feature_transform} |
#
# **怎样完成作业。** 填好函数，运行该单元格，再运行它下面的 `check("…")`：它用公开样例检验你的函数，告诉你哪里不对。成绩由同类的隐藏样例决定，所以通过检查是好兆头，但不是保证。只需要 numpy，已导入为 `np`。
# 大多数图都由**你的**函数画出：还没有写好的，写完再运行一次就有了。{ref:smoothed_grad} 和 {ref:temperature_grad} 不给公式，请拿起笔来推导。{ref:change_priors} 和 {ref:confusion_matrix} 的代码已经写好，但有错：先说出错在哪里，再改正。
#
# **关于 AI。** 凡是可以请教同学的地方，都可以请教 AI：解释一个概念，或者一条看不懂的报错。但如果让它替你写答案，那么做了这道题的是它，不是你。
#
# **延伸阅读。** 讲义 §4 · 李宏毅[《机器学习》](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php)中的“Classification”和“Logistic Regression”两讲 ·
# 《动手学深度学习》[softmax 回归](https://zh.d2l.ai/chapter_linear-networks/softmax-regression.html)一节 ·
# A. Y. Ng 与 M. I. Jordan，[*On Discriminative vs. Generative Classifiers*](https://papers.nips.cc/paper/2020-on-discriminative-vs-generative-classifiers-a-comparison-of-logistic-regression-and-naive-bayes)，NIPS 2001：你将在 {ref:learning_curves} 中检验的“教科书结论”就出自这里。
#
# **约定**
#
# {symbols}
#
# - 标签是从 0 开始的整数。二分类时，讲义里的 $C_1$ 对应标签 **1**，$C_2$ 对应标签 **0**。
# - 每道题都会写明损失是对样本**求和**还是**取平均**。本章若无特别说明，一律求和。
# - $\ln$ 是自然对数 `np.log`。函数返回新数组，不要修改传入的数据。
# %% setup
import numpy as np

from autograder import case, check, drawn_by, words

# %% prelude
from autograder import Case, Dataset, Rng, Variant
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
    return {"X": (centers[y] + spread[y, None] * rng.normal(size=(len(y), d))).round(2), "y": y}


def logistic_inputs(rng, n, d):
    y = rng.integers(0, 2, n)
    y[: n // 2] = 1 - y[-1]  # both labels occur
    w, b = rng.normal(size=d).round(2), round(float(rng.normal()) + 1, 2)
    return {"w": w, "b": b, "X": rng.normal(size=(n, d)).round(2), "y": y}


def logistic_cases(rng):
    yield Case("typical", zh="一般数据", **logistic_inputs(rng, 7, 3))


def logistic_edges(rng):
    yield Case("one sample", zh="只有一个样本", **logistic_inputs(rng, 1, 4))


def logistic_extremes(rng):
    X = np.array([[1.0, 0.5], [-1.0, 0.25], [1.0, -0.5], [-1.0, -0.25]]) * rng.uniform(0.9, 1.1, (4, 2)).round(2)
    order = rng.permutation(4)
    yield Case(
        "logits of ±1000", zh="logit 达到 ±1000",
        w=np.array([1000.0, 20.0]) * rng.uniform(0.9, 1.1, 2).round(2), b=round(float(rng.normal()), 2), X=X[order],
        y=np.array([1, 1, 0, 0])[order],
    )


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}


def wide_cases(rng):
    """A few features, of which the observe makes 80,000: with one loss for each parameter the time is up."""
    y = rng.permutation([0, 0, 1, 1])
    w, b, X = rng.normal(size=3).round(2), round(float(rng.normal()), 2), rng.normal(size=(4, 3)).round(2)
    seed = int(rng.integers(2**31))
    yield Case("80,000 weights", zh="八万个权重", public=False, w=w, b=b, X=X, y=y, seed=seed)


def squared_labels(first):
    """A variant that no case can tell from the solution, whose first statement is named: 0 and 1 are their squares."""
    return Variant("labels_are_their_squares", first, f"y = y**2\n    {first}")


def factor_cancels(argument, first, *others, sign=True):
    """Variants that no case can tell from the solution: a factor of all entries of the argument cancels."""
    scaled = [f"2 * {argument}", f"{argument} / 2", *(f"{argument} {by} len({other})" for other in others for by in "*/")]
    scaled += [f"-{argument}"] * sign
    return [
        Variant(f"factor_of_{argument}_cancels_{number}", first, f"{argument} = {value}\n    {first}")
        for number, value in enumerate(scaled, start=1)
    ]


def shape_of_input(Z, *_):
    return np.shape(Z)


def labeled_logits(rng):
    yield Case("typical", zh="一般数据", Z=rng.normal(0, 1.5, (5, 3)).round(2), y=rng.integers(0, 3, 5))


def labeled_edges(rng):
    yield Case("one sample", zh="只有一个样本", Z=rng.normal(0, 1.5, (1, 4)).round(2), y=rng.integers(0, 4, 1))


def labeled_extremes(rng):
    far = np.array([[1000.0, -1000.0, 0.0], [0.0, 2000.0, 10.0], [-3000.0, -2000.0, -1000.0]])
    order, columns = rng.permutation(3), rng.permutation(3)
    Z = far[order][:, columns] + rng.normal(0, 5, (3, 3)).round(1)
    y = np.argsort(columns)[np.array([1, 0, 2])[order]]  # two hopeless, one right
    yield Case("hopelessly wrong", zh="错得离谱", Z=Z, y=y)
    Z = rng.normal(0, 1, (4, 3)).round(2) + rng.permutation([10000.0, 0.0, -800.0, -9000.0])[:, None]
    yield Case("rows far apart", zh="各行相差悬殊", Z=Z, y=rng.integers(0, 3, 4))


def data_case(name, zh, task):
    """A drawn task, its features by name; the observe mixes them, so that the files hold no numbers of theirs."""
    X, X_test = (Dataset(name, rows=task.pop(rows)) for rows in ("rows", "rows_test"))
    return Case(name.replace("_", " "), zh=zh, X=X, X_test=X_test, **task)


def start_accuracy(case, seed, shape):
    """What the initial weights of a seed reach on the test set: a random line may be a good one by luck."""
    X, X_test = classification.mixed(case.X, case.X_test, case.turn, case.scales, case.shift)
    W = np.random.default_rng(seed).normal(0, 0.1, shape)
    scores = (X_test - X.mean(axis=0)) / X.std(axis=0) @ W
    return np.mean((scores > 0 if scores.ndim == 1 else scores.argmax(axis=1)) == case.y_test)


def practice_case(name, zh, generator, shape=None):
    """One draw of a task.  `shape` is that of random initial weights: they start where there is something to learn."""
    case = data_case(name, zh, classification.draw_task(name, generator))
    seed = int(generator.integers(2**31))
    while shape and start_accuracy(case, seed, shape) > 0.8:
        seed += 1
    return Case(case.name, zh=zh, **case.given, rng=Rng(seed))
