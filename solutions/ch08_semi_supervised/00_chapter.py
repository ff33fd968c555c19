# %% [markdown] lang="en"
# # Chapter 8 · Semi-supervised learning
#
# Samples are cheap and labels are not. A hospital has a million images, and a doctor's hour buys ten diagnoses. Can the other 999,990 help, although nobody has said what they show? They can, if one is willing to *assume* something about the world, and each method of this chapter is one assumption made precise. You build all of them, and find out with your own numbers when they pay and when they hurt.
#
# **What you will be able to do**
#
# * fit a generative model to labeled and unlabeled samples together with EM, and prove that it never gets worse ({ref:gaussian_estep}–{ref:semi_em});
# * train a classifier on its own answers, and explain why soft answers teach it nothing ({ref:pseudo_labels}–{ref:why_regression});
# * derive the gradient that pushes a decision boundary out of a crowd ({ref:entropy}–{ref:entropy_reg_grad});
# * let labels spread through a graph of neighbors ({ref:cluster_then_label}–{ref:label_propagate});
# * measure how many labels an unlabeled sample is worth, and when it does harm ({ref:worth_of_unlabeled}).
#
# **About 6 hours · {points} points · builds on** chapter 3 (Gaussians, Bayes' rule, softmax and cross-entropy) and chapter 1 (penalties).
#
# **The spine.** The three steps of the notes (§1.1), once for each assumption:
#
# | assumption | 1. a set of functions | 2. how good is each? | 3. find the best |
# |---|---|---|---|
# | each class is a Gaussian | the posterior {ref:gaussian_estep} | the likelihood of all samples {ref:log_likelihood} | EM {ref:gaussian_mstep}–{ref:semi_em} |
# | classes are separated by a gap (low density) | any classifier; softmax regression | its own labels {ref:pseudo_labels}–{ref:pseudo_grad}; entropy {ref:entropy}, {ref:entropy_reg_loss}; the margin {ref:svm_parts} | rounds {ref:self_train}; the gradient {ref:entropy_grad}, {ref:entropy_reg_grad}; try all {ref:s3vm_enumerate} |
# | neighbors agree (smoothness) | a label for each sample, on a graph {ref:knn_graph}–{ref:laplacian} | smoothness {ref:smoothness} | the gradient {ref:graph_reg_grad}; propagation {ref:label_propagate} |
# | … and does it work? | wines {ref:wine_em} | handwriting {ref:digits_self_trained}, {ref:digits_by_graph} | your own experiment {ref:worth_of_unlabeled} |
#
# **How to work.** In each answer cell, replace `# YOUR CODE HERE` and `raise NotImplementedError()` by your code. Then run the cell below it: `check("…")` compares your function with a few public cases and says what is right and where something is off. Hidden cases of the same kind decide the grade, so a function that is right for every input is the goal. Most figures are drawn by *your* functions: when one is not there yet, write it and run the cell again. In {ref:shared_variance} and {ref:entropy_grad} no formula is given: take a pencil. In {ref:balanced_pick} and {ref:eps_graph} the code is there, and wrong: say what is wrong, then mend it.
#
# **Help from an AI** is welcome where you would ask a classmate: to explain an idea, or an error that you don't understand. Let it write the answer, and it has done the exercise and you have not.
#
# **Where to read.** The notes, §9 · Hung-yi Lee, [Machine Learning](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php), the lecture *Semi-supervised Learning* · Dive into Deep Learning has no chapter on it; read its [softmax regression](https://d2l.ai/chapter_linear-classification/index.html) again, which we extend ·
# X. Zhu, [*Semi-Supervised Learning Literature Survey*](https://minds.wisconsin.edu/handle/1793/60444), 2005: one readable page for each method of this chapter.
#
# **Conventions of this course**
#
# {symbols}
#
# - There are $N$ labeled samples `Xl` with labels `yl`, and $M$ unlabeled ones `Xu`. As in the notes, $x^r$ is a labeled sample and $x^u$ an unlabeled one. Labels are integers $0 … K-1$; where labels and blanks stand in one array, $-1$ means "nobody has said".
# - Every statement says SUM or MEAN: in this chapter every loss is a SUM, over the samples that it is about.
# - $\ln$ is the natural logarithm, `np.log`. Never change an argument in place: the caller still needs it. No function of this chapter draws random numbers.
# %% [markdown] lang="zh" of="6465"
# # 第八章 · 半监督学习
#
# 样本便宜，标签贵。一家医院有一百万张片子，而医生一个小时只能诊断十张。剩下的 999,990 张没有人说过是什么，它们能派上用场吗？能，只要你愿意对世界作一点**假设**；本章的每一种方法，都是把一个假设说清楚。你要把它们一个个写出来，并用自己量出来的数字回答：什么时候划算，什么时候反而有害。
#
# **学完之后，你能够**
#
# * 用 EM 把生成模型同时拟合到有标签和无标签的样本上，并证明它一步也不会变差（{ref:gaussian_estep}–{ref:semi_em}）；
# * 让分类器用自己的回答训练自己，并说清为什么软的回答什么也教不了它（{ref:pseudo_labels}–{ref:why_regression}）；
# * 推导出把决策边界从人群里推出去的那个梯度（{ref:entropy}–{ref:entropy_reg_grad}）；
# * 让标签沿着邻居连成的图传播开去（{ref:cluster_then_label}–{ref:label_propagate}）；
# * 量出一个无标签样本抵得上多少标签，以及它什么时候帮倒忙（{ref:worth_of_unlabeled}）。
#
# **大约 6 小时 · 共 {points} 分 · 需要的基础**：第三章（高斯分布、贝叶斯公式、softmax 与交叉熵）和第一章（惩罚项）。
#
# **主线。** 讲义（§1.1）的三个步骤，每个假设走一遍：
#
# | 假设 | 1. 定义一组函数 | 2. 评价好坏 | 3. 找出最好的 |
# |---|---|---|---|
# | 每一类是一个高斯分布 | 后验 {ref:gaussian_estep} | 全部样本的似然 {ref:log_likelihood} | EM {ref:gaussian_mstep}–{ref:semi_em} |
# | 类与类之间有空隙（低密度分离） | 任何分类器；softmax 回归 | 它自己给的标签 {ref:pseudo_labels}–{ref:pseudo_grad}；熵 {ref:entropy}、{ref:entropy_reg_loss}；间隔 {ref:svm_parts} | 一轮又一轮 {ref:self_train}；梯度 {ref:entropy_grad}、{ref:entropy_reg_grad}；逐个试 {ref:s3vm_enumerate} |
# | 邻居的标签相同（光滑性） | 图上每个样本一个标签 {ref:knn_graph}–{ref:laplacian} | 光滑程度 {ref:smoothness} | 梯度 {ref:graph_reg_grad}；传播 {ref:label_propagate} |
# | ……管用吗？ | 葡萄酒 {ref:wine_em} | 手写数字 {ref:digits_self_trained}、{ref:digits_by_graph} | 你自己的实验 {ref:worth_of_unlabeled} |
#
# **怎样完成作业。** 在每个作答单元格里，用你的代码替换 `# YOUR CODE HERE` 和 `raise NotImplementedError()`，然后运行下面的检查单元格：`check("…")` 会用几个公开样例检验你的函数，告诉你哪里对、哪里不对。最终成绩由同类的隐藏样例决定，所以目标是对任何输入都正确。大多数图都由**你的**函数画出：还没有写好的，写完再运行一次就有了。{ref:shared_variance} 和 {ref:entropy_grad} 不给公式，请拿起笔来推导。{ref:balanced_pick} 和 {ref:eps_graph} 的代码已经写好，但有错：先说出错在哪里，再改正。
#
# **关于 AI。** 凡是可以请教同学的地方，都可以请教 AI：解释一个概念，或者一条看不懂的报错。但如果让它替你写答案，那么做了这道题的是它，不是你。
#
# **延伸阅读。** 讲义 §9 · 李宏毅[《机器学习》](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php)中的“Semi-supervised Learning”一讲 · 《动手学深度学习》没有讲半监督的章节，不妨重读本章要扩展的[softmax 回归](https://zh.d2l.ai/chapter_linear-networks/softmax-regression.html)一节 ·
# X. Zhu，[*Semi-Supervised Learning Literature Survey*](https://minds.wisconsin.edu/handle/1793/60444)，2005：本章的每种方法，都有好读的一页。
#
# **本课程的约定**
#
# {symbols}
#
# - 有标签的样本 `Xl` 共 $N$ 个，标签是 `yl`；无标签的样本 `Xu` 共 $M$ 个。与讲义相同，$x^r$ 表示有标签的样本，$x^u$ 表示无标签的样本。标签是整数 $0 … K-1$；标签和空白放在同一个数组里时，$-1$ 表示“没有人说过”。
# - 每处都写明是求和还是求平均：本章的损失一律对它所涉及的样本**求和**。
# - $\ln$ 是自然对数 `np.log`。不要原地修改传入的参数，调用者还要用。本章的函数都不用随机数。
# %% setup
import numpy as np

from autograder import case, check, drawn_by, words


def softmax(Z):
    """Chapter 3: probabilities (N, K) of scores Z (N, K), row by row."""
    E = np.exp(Z - np.max(Z, axis=1, keepdims=True))
    return E / np.sum(E, axis=1, keepdims=True)


def one_hot(y, K):
    """Labels y (N,) as rows of 0 and a single 1, shape (N, K)."""
    return np.eye(K)[y]


def gaussian_logpdf(X, mu, S):
    """Chapter 3: ln N(x | μ, Σ) of each row of X (N, D), shape (N,)."""
    diff = X - mu
    _, log_det = np.linalg.slogdet(S)
    far = np.sum(diff * np.linalg.solve(S, diff.T).T, axis=1)
    return -0.5 * (far + log_det + len(mu) * np.log(2 * np.pi))


# %% prelude
from autograder import Case


def normal(rng, *shape):
    return rng.normal(size=shape).round(2)


def covariance(rng, d):
    """A covariance that is no multiple of the unit matrix."""
    A = rng.normal(size=(d, d))
    return (A @ A.T / d + 0.5 * np.eye(d)).round(2)


def shares(rng, m, k):
    """Probabilities (m, k) of classes in hundredths, so that they are short and each row sums to 1."""
    return (rng.multinomial(100 - 5 * k, rng.dirichlet(np.ones(k), size=m)) + 5).reshape(m, k) / 100


def every_class(rng, n, k):
    """Labels of n samples, n ≥ k, of k classes; every class occurs, the first class most often, in a mixed order."""
    return rng.permutation(np.r_[np.arange(k), np.zeros((n - k + 1) // 2, dtype=int), rng.integers(k, size=(n - k) // 2)])


def mixture(rng, k, d):
    """Parameters of k Gaussians with one covariance."""
    weights = rng.permutation(np.arange(1, k + 1)) + rng.uniform(0, 0.5, k)
    return {"pi": weights / weights.sum(), "mus": (2 * rng.normal(size=(k, d))).round(2), "S": covariance(rng, d)}


def half_labeled(rng, n, m, d, k):
    """n labeled samples of k classes around means of their own, and m without a label."""
    centers, y = 2 * rng.normal(size=(k, d)), every_class(rng, n + m, k)
    while len(np.unique(y[:n])) < k:
        y = rng.permutation(y)
    X = (centers[y] + rng.normal(size=(n + m, d))).round(2)
    return {"Xl": X[:n], "yl": y[:n], "Xu": X[n:]}


def classifier(rng, d, k):
    """Weights and biases of softmax regression."""
    return {"W": normal(rng, d, k), "b": normal(rng, k)}


def graph(rng, n):
    """Symmetric weights (n, n), with a diagonal of 0, of which about half are 0 and every sample has a neighbor."""
    while True:
        A = rng.uniform(0.1, 2, (n, n)).round(2) * (rng.uniform(size=(n, n)) < 0.5)
        A = np.triu(A, 1) + np.triu(A, 1).T
        if A.any(axis=1).all() or n == 1:
            return A


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}
