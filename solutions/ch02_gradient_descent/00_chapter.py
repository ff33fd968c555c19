# %% [markdown] lang="en"
# # Chapter 2 · Gradient descent
#
# A loss is a landscape, and training is a walk downhill in fog: all you feel is the slope under your feet. This chapter is about walking well.
#
# **What you will be able to do**
#
# * read a training curve and say whether the learning rate is too small, too large or right, and why ({ref:lr_symptoms});
# * write a decaying rate, Adagrad and stochastic gradient descent yourself ({ref:lr_decay}–{ref:sgd_epoch});
# * measure how narrow a valley is, predict from that how long training takes, and cure it by scaling the features ({ref:standardize_fit}–{ref:race});
# * derive the best constant rate of a bowl, and what Adagrad does on an even slope, and let the checks confirm it ({ref:best_rate}, {ref:adagrad_on_a_slope});
# * explain why the negative gradient is the way down, and when that promise breaks ({ref:taylor1}–{ref:circle_facts}).
#
# **About 5 hours · {points} points · builds on** chapter 1: the linear model, the squared error and its gradient.
#
# **The spine.** The three steps of the notes (§1.1). This chapter is nearly all step 3:
#
# | step | here |
# |---|---|
# | 1. a set of functions | the linear model of chapter 1 |
# | 2. how good is each? | its MEAN squared error {ref:gd_train}, and that of a single sample {ref:sample_grad} |
# | 3. find the best: how long a step? | {ref:slopes}–{ref:two_parabolas}, {ref:best_rate}, {ref:bold_driver} |
# | … how many samples for a step? | {ref:sample_grad}–{ref:sgd_epoch} |
# | … what if the landscape is bad? | {ref:standardize_fit}–{ref:round_bowl}; real patients in {ref:fit_scaled} and {ref:race}; your own experiment in {ref:condition_law} |
# | … and why does it work at all? | {ref:taylor1}–{ref:contour_tangent} |
#
# **How to work.** Replace `raise NotImplementedError()` in an answer cell, run it, then run the `check("…")` cell below it. The check
# uses a few public cases and tells you what is wrong and where. Hidden cases with other numbers decide the grade, so aim for a function that is
# right, not for one that fits the public numbers. Only numpy is needed. Most figures are drawn by *your* functions: when one is not there yet, write it and run the cell again.
# In {ref:adagrad_on_a_slope} and {ref:best_rate} no formula is given: take a pencil. In {ref:descent_path} and {ref:bold_driver} the code is there, and wrong: say what is wrong, then mend it.
#
# **Help from an AI** is welcome where you would ask a classmate: to explain an idea, or an error that you don't understand. Let it write the answer, and it has done the exercise and you have not.
#
# **Where to read.** The notes, §3 · Hung-yi Lee, [Machine Learning](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php), the lecture *Gradient Descent* ·
# Dive into Deep Learning, [Optimization Algorithms](https://d2l.ai/chapter_optimization/index.html): gradient descent, stochastic gradient descent, Adagrad ·
# J. Duchi, E. Hazan and Y. Singer, [*Adaptive Subgradient Methods for Online Learning and Stochastic Optimization*](https://jmlr.org/papers/v12/duchi11a.html), JMLR 12 (2011): the paper of Adagrad.
#
# **Conventions of this course**
#
# {symbols}
#
# * Every statement says whether a loss is a **SUM** or a **MEAN** over the samples. The gradient, and with it a good learning rate, differs by a factor $N$.
# * Whatever is random or a matter of taste (the order of the samples, the learning rate, $\varepsilon$) is an argument of the function. Your functions draw no random numbers.
# * Functions leave their inputs unchanged and return new arrays. An array of integers, as in the examples by hand, is as good an input as one of floats.
# %% [markdown] lang="zh" of="1420"
# # 第二章 · 梯度下降
#
# 损失函数像一片起伏的山地，训练就是在大雾里下山：看不见谷底在哪，只能感觉脚下的坡度。这一章讲的就是怎样把山下好。
#
# **学完之后，你能够**
#
# * 看训练曲线就说出学习率是太小、太大还是合适，并说明原因（{ref:lr_symptoms}）；
# * 自己写出逐步衰减的学习率、Adagrad 和随机梯度下降（{ref:lr_decay}–{ref:sgd_epoch}）；
# * 度量一个山谷有多窄，由此预测训练要多久，并用特征缩放治好它（{ref:standardize_fit}–{ref:race}）；
# * 推导出碗形损失的最佳固定学习率，以及 Adagrad 在均匀斜坡上的步子，并用检查来验证（{ref:best_rate}、{ref:adagrad_on_a_slope}）；
# * 说清楚为什么负梯度是下坡方向，以及这个保证什么时候失效（{ref:taylor1}–{ref:circle_facts}）。
#
# **大约 5 小时 · 共 {points} 分 · 需要的基础**：第一章的线性模型、平方误差及其梯度。
#
# **主线。** 讲义（§1.1）的三个步骤。这一章几乎全是第三步：
#
# | 步骤 | 本章 |
# |---|---|
# | 1. 定义一组函数 | 第一章的线性模型 |
# | 2. 评价每个函数的好坏 | 均方误差 {ref:gd_train}，以及单个样本的平方误差 {ref:sample_grad} |
# | 3. 找出最好的函数：步子该多长？ | {ref:slopes}–{ref:two_parabolas}、{ref:best_rate}、{ref:bold_driver} |
# | ……一步该看多少样本？ | {ref:sample_grad}–{ref:sgd_epoch} |
# | ……地形不好怎么办？ | {ref:standardize_fit}–{ref:round_bowl}；真实的病人见 {ref:fit_scaled} 和 {ref:race}；你自己的实验见 {ref:condition_law} |
# | ……这个方法为什么行得通？ | {ref:taylor1}–{ref:contour_tangent} |
#
# **怎样完成作业。** 把答题单元格里的 `raise NotImplementedError()` 换成你的代码，运行，再运行它下面的 `check("…")`。检查用的是几个公开样例，会告诉你错在哪里。
# 最终成绩由另外一批隐藏样例决定，所以要让函数真正正确，而不是凑出公开样例的答案。全部题目只需要 numpy。大多数图都由**你的**函数画出：还没有写好的，写完再运行一次就有了。
# {ref:adagrad_on_a_slope} 和 {ref:best_rate} 不给公式，请拿起笔来推导。{ref:descent_path} 和 {ref:bold_driver} 的代码已经写好，但有错：先说出错在哪里，再改正。
#
# **关于 AI。** 凡是可以请教同学的地方，都可以请教 AI：解释一个概念，或者一条看不懂的报错。但如果让它替你写答案，那么做了这道题的是它，不是你。
#
# **延伸阅读。** 讲义 §3 · 李宏毅[《机器学习》](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php)中的“Gradient Descent”一讲 ·
# 《动手学深度学习》[优化算法](https://zh.d2l.ai/chapter_optimization/index.html)一章：梯度下降、随机梯度下降、AdaGrad ·
# J. Duchi、E. Hazan 与 Y. Singer，[*Adaptive Subgradient Methods for Online Learning and Stochastic Optimization*](https://jmlr.org/papers/v12/duchi11a.html)，JMLR 12 (2011)，即 Adagrad 的原始论文。
#
# **本课程的约定**
#
# {symbols}
#
# * 每道题都会写明损失是对样本**求和**还是**取平均**。两者的梯度相差 $N$ 倍，合适的学习率也跟着差 $N$ 倍。
# * 凡是随机的、可以自由选择的量（样本顺序、学习率、$\varepsilon$）都作为**函数参数**传入，你的函数里不要生成随机数。
# * 函数不改动传进来的数据，结果用新数组返回。传进来的数组可以是浮点数，也可以像手算例子里那样是整数。
# %% setup
import numpy as np

from autograder import case, check, drawn_by, words


def yours(draw, missing):
    """draw(), which calls functions of yours; `missing` as long as one of them is not written or stops with an error."""
    try:
        return draw()
    except Exception:
        return missing


# %% prelude
def normal(rng, *shape):
    return rng.normal(size=shape).round(2)


def nonzero(rng, *shape):
    """Gradients well away from 0, so that a ratio of them is never 0/0."""
    return (rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.2, 2.0, size=shape)).round(2)


def uniform(rng, low, high):
    return round(float(rng.uniform(low, high)), 2)


def quarters(rng, *shape):
    """Multiples of ¼ well away from 0: sums of their products are exact."""
    return rng.choice([-1.0, 1.0], size=shape) * rng.integers(1, 8, size=shape) * 0.25


def seed(rng):
    """Of inputs so large that an observe draws them itself, and banks stay small."""
    return int(rng.integers(2**31))


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}
