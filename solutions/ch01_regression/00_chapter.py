# %% [markdown] lang="en"
# # Chapter 1 · Regression
#
# How does a machine learn to predict a number? In this chapter you build the whole answer, piece by piece, in plain NumPy.
#
# **What you will be able to do**
#
# * derive the gradient of a loss, and check it without anybody's help;
# * run gradient descent, and compute the exact step size at which it breaks;
# * tell underfitting from overfitting, and bias from variance, by looking at numbers;
# * tame a model that has too many features with a penalty, and choose its strength honestly;
# * find the bug in code that runs without an error.
#
# **About 7 hours · {points} points · builds on** matrix products, derivatives and NumPy; no earlier chapter.
#
# **The spine.** The notes (§1.1) learn anything in three steps, and so does every chapter of this course:
#
# | step | here |
# |---|---|
# | 1. a set of functions | lines {ref:linear_predict}, and curves {ref:poly_features} |
# | 2. how good is each? | the loss {ref:linear_loss}, one that forgives outliers {ref:huber_grad}, one with a price on weights {ref:ridge_loss} |
# | 3. find the best | downhill {ref:linear_grad}–{ref:max_stable_lr}, or in one leap {ref:fit_line}, {ref:ridge_fit}, {ref:weighted_fit} |
# | and then: is it good on *new* data? | {ref:poly_curve}–{ref:remedies}, {ref:bias_variance}–{ref:honest_estimate}; real patients in {ref:diabetes_fit}; your own experiment in {ref:how_many_samples} |
#
# **How to work.** Read a section, look at its worked example, then replace `raise NotImplementedError()` by your own lines. Run the cell below it,
# such as `check("linear_loss")`: it compares your function with the right answer on a few public cases and tells you where they differ.
# The grade is decided by further, hidden cases of the same kind, so write the function that the text describes and not one that
# fits the examples.
#
# Sections build on each other, and you may use every function you have written. If an early one is wrong you lose its points once:
# later exercises are then judged with a right version in its place. Most figures are drawn by *your* functions: when one is not there yet, write it and run the cell again.
# In {ref:huber_grad} and {ref:weighted_fit} no formula is given: take a pencil. In {ref:fit_line} and {ref:leave_one_out} the code is there, and wrong: say what is wrong, then mend it.
#
# **Help from an AI** is welcome where you would ask a classmate: to explain an idea, or an error that you don't understand. Let it write the answer, and it has done the exercise and you have not.
#
# **Where to read.** The notes, §1 and §2 · Hung-yi Lee, [Machine Learning](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php), the lectures *Regression* and *Where does the error come from?* ·
# Dive into Deep Learning, [Linear Neural Networks for Regression](https://d2l.ai/chapter_linear-regression/index.html) ·
# A. E. Hoerl and R. W. Kennard, *Ridge Regression: Biased Estimation for Nonorthogonal Problems*, Technometrics 12 (1970), which gave {ref:ridge_fit} its name.
# %% [markdown] lang="zh" of="c50b"
# # 第一章 · 回归
#
# 机器怎样学会预测一个数？这一章里，你将用 NumPy 从零写出完整的答案。
#
# **学完之后，你能够**
#
# * 推导损失的梯度，并且不靠别人就能验证它对不对；
# * 做梯度下降，并算出步长大到哪里它会失控；
# * 看着数字，就能分清欠拟合与过拟合、偏差与方差；
# * 用惩罚项管住特征太多的模型，并诚实地选择惩罚的强度；
# * 在一段能运行、不报错的代码里找出错误。
#
# **大约 7 小时 · 共 {points} 分 · 需要的基础**：矩阵乘法、求导和 NumPy；不需要前面的章节。
#
# **主线。** 讲义（§1.1）说，任何学习都分三步。本课程的每一章也都如此：
#
# | 步骤 | 本章 |
# |---|---|
# | 1. 定义一组函数 | 直线 {ref:linear_predict}，曲线 {ref:poly_features} |
# | 2. 评价每个函数的好坏 | 损失函数 {ref:linear_loss}，能容忍离群点的 {ref:huber_grad}，给权重标价的 {ref:ridge_loss} |
# | 3. 找出最好的函数 | 一步步下坡 {ref:linear_grad}–{ref:max_stable_lr}，或者一步到位 {ref:fit_line}、{ref:ridge_fit}、{ref:weighted_fit} |
# | 然后：它在**新**数据上好不好？ | {ref:poly_curve}–{ref:remedies}，{ref:bias_variance}–{ref:honest_estimate}；真实的病人见 {ref:diabetes_fit}；你自己的实验见 {ref:how_many_samples} |
#
# **怎样完成作业。** 先读一节，跟着例子手算一遍，再把 `raise NotImplementedError()` 换成你自己的代码。然后运行下面的检查单元格，例如
# `check("linear_loss")`：它用几个公开样例对照你的函数，并指出哪里不一致。成绩由另外一些同类的隐藏样例决定，
# 所以请实现题目所描述的函数，不要只凑对例子。
#
# 各节环环相扣，写好的函数后面都可以直接调用。前面的函数写错只扣一次分：评后面的题时，会用正确的版本替换它。大多数图都由**你的**函数画出：还没有写好的，写完再运行一次就有了。
# {ref:huber_grad} 和 {ref:weighted_fit} 不给公式，请拿起笔来推导。{ref:fit_line} 和 {ref:leave_one_out} 的代码已经写好，但有错：先说出错在哪里，再改正。
#
# **关于 AI。** 凡是可以请教同学的地方，都可以请教 AI：解释一个概念，或者一条看不懂的报错。但如果让它替你写答案，那么做了这道题的是它，不是你。
#
# **延伸阅读。** 讲义 §1、§2 · 李宏毅[《机器学习》](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php)中的“Regression”和“Where does the error come from?”两讲 ·
# 《动手学深度学习》[线性神经网络](https://zh.d2l.ai/chapter_linear-networks/index.html)一章 ·
# A. E. Hoerl 与 R. W. Kennard，*Ridge Regression: Biased Estimation for Nonorthogonal Problems*，Technometrics 12 (1970)，{ref:ridge_fit} 节的“岭回归”由此得名。
# %% [markdown] lang="en"
# ## Conventions
#
# {symbols}
#
# * The lecture notes write $\hat y$ for the truth and $y$ for the prediction; here the prediction is always `y_pred`.
# * Every statement says whether it means the **SUM** or the **MEAN**. The two differ by a factor $N$, and that factor is a learning rate in disguise.
# * A shape (N,) is not (N, 1). Return what the docstring says.
# * Never change an input in place: whoever called your function still needs it. Nothing here draws random numbers.
# * Whole numbers are numbers: for integer arrays such as `np.array([2, -1])` your function gives what it gives for `[2.0, -1.0]`.
# %% [markdown] lang="zh" of="b02e"
# ## 约定
#
# {symbols}
#
# * 讲义用 $\hat y$ 表示真实值、用 $y$ 表示预测；这里的预测值一律写作 `y_pred`。
# * 每处都写明是**求和**还是**取平均**。两者差一个因子 $N$，而这个因子其实等于改变了学习率。
# * 形状 (N,) 与 (N, 1) 不同，请按文档字符串的要求返回。
# * 不要原地修改输入，调用者还要用它。本章的函数都不需要生成随机数。
# * 整数也是数：传入 `np.array([2, -1])` 这样的整数数组时，结果应与传入 `[2.0, -1.0]` 时相同。
# %% setup
import numpy as np

from autograder import case, check, drawn_by, words

# %% prelude
from autograder import Case


def rounded(rng, *shape):
    return rng.normal(size=shape).round(2)


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}


def wide_inputs(rng):
    """A seed of large inputs, made in the observe so that banks stay small; w are steps along a few directions."""
    return {"w": rng.integers(1, 4, size=4) * 0.5, "b": float(rng.integers(1, 4)) / 2, "seed": int(rng.integers(2**31))}


def parameters(rng, d):
    """Weights and a bias that is never near 0, so that forgetting it shows."""
    return {"w": rounded(rng, d), "b": float(rng.choice([-1, 1])) * round(rng.uniform(0.5, 2.0), 2)}


def regression_inputs(rng, n, d):
    return {**parameters(rng, d), "X": rounded(rng, n, d), "y": rounded(rng, n)}


def regression_cases(rng):
    yield Case("typical", zh="一般数据", **regression_inputs(rng, 7, 3))


def regression_edges(rng):
    yield Case("one sample", zh="只有一个样本", **regression_inputs(rng, 1, 4))
    yield Case("one feature", zh="只有一个特征", **regression_inputs(rng, 5, 1))


def ridge_cases(rng):
    long = {"w": (rng.choice([-1, 1]) * rng.uniform(1.3, 3, size=3)).round(2)}  # squares far from absolute values
    yield Case("typical", zh="一般数据", **{**regression_inputs(rng, 7, 3), **long}, lam=round(rng.uniform(1.5, 3), 2))


def ridge_edges(rng):
    yield Case("one sample", zh="只有一个样本", **regression_inputs(rng, 1, 4), lam=0.3)
    yield Case("no penalty", zh="没有惩罚", **regression_inputs(rng, 5, 2), lam=0.0)
