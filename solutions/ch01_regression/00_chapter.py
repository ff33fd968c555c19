# %% [markdown] lang="en"
# # Chapter 1 · Regression
#
# How does a machine learn to predict a number? In this chapter you build the whole answer, piece by piece, in plain NumPy:
#
# * a linear model, its loss and its gradient;
# * gradient descent, and the exact step size at which it breaks;
# * polynomials that learn too little or too much, and a penalty that tames them;
# * the two sources of error, bias and variance;
# * honest validation, and at the end a prediction of how diabetes progresses in real patients.
#
# **How to work.** Read a section, look at its worked example, then replace `raise NotImplementedError()` by your own lines. Run the cell below it,
# such as `check("linear_loss")`: it compares your function with the right answer on a few public cases and tells you where they differ.
# The grade is decided by further, hidden cases of the same kind, so write the function that the text describes and not one that
# fits the examples.
#
# Sections build on each other, and you may use every function you have written. If an early one is wrong you lose its points once:
# later exercises are then judged with a right version in its place.
# %% [markdown] lang="zh" of="afa6"
# # 第一章 · 回归
#
# 机器怎样学会预测一个数？这一章里，你将用 NumPy 从零写出完整的答案：
#
# * 线性模型、损失函数和梯度；
# * 梯度下降，以及步长大到哪里它会失控；
# * 学得太少或太多的多项式，以及管住它们的惩罚项；
# * 误差的两个来源：偏差与方差；
# * 诚实的验证方法；最后用真实病人的数据预测糖尿病的发展。
#
# **怎样完成作业。** 先读一节，跟着例子手算一遍，再把 `raise NotImplementedError()` 换成你自己的代码。然后运行下面的检查单元格，例如
# `check("linear_loss")`：它用几个公开样例对照你的函数，并指出哪里不一致。成绩由另外一些同类的隐藏样例决定，
# 所以请实现题目所描述的函数，不要只凑对例子。
#
# 各节环环相扣，写好的函数后面都可以直接调用。前面的函数写错只扣一次分：评后面的题时，会用正确的版本替换它。
# %% [markdown] lang="en"
# ## Conventions
#
# | symbol | meaning | shape |
# |---|---|---|
# | `X` | the data: a row per sample, a column per feature | (N, D) |
# | `y` | the **truth** | (N,) |
# | `y_pred` | the **prediction** | (N,) |
# | `w`, `b` | weights and bias | (D,) and a number |
# | `lr` | the learning rate η | a number |
# | `lam` | the strength λ of a penalty | a number |
#
# * Our $y$ is the truth. The lecture notes write $\hat y$ for the truth and $y$ for the prediction, the reverse of common usage; here the prediction is always `y_pred`.
# * Every statement says whether it means the **SUM** or the **MEAN**. The two differ by a factor $N$, and that factor is a learning rate in disguise.
# * A shape (N,) is not (N, 1). Return what the docstring says.
# * Never change an input in place: whoever called your function still needs it. Nothing here draws random numbers.
# * Whole numbers are numbers: for integer arrays such as `np.array([2, -1])` your function gives what it gives for `[2.0, -1.0]`.
# %% [markdown] lang="zh" of="b1f9"
# ## 约定
#
# | 符号 | 含义 | 形状 |
# |---|---|---|
# | `X` | 数据：每行一个样本，每列一个特征 | (N, D) |
# | `y` | **真实值** | (N,) |
# | `y_pred` | **预测值** | (N,) |
# | `w`、`b` | 权重与偏置 | (D,) 与一个数 |
# | `lr` | 学习率 η | 一个数 |
# | `lam` | 惩罚强度 λ | 一个数 |
#
# * 本作业中 $y$ 是真实值。讲义用 $\hat y$ 表示真实值、用 $y$ 表示预测，与通常的习惯正好相反；这里的预测值一律写作 `y_pred`。
# * 每处都写明是**求和**还是**取平均**。两者差一个因子 $N$，而这个因子其实等于改变了学习率。
# * 形状 (N,) 与 (N, 1) 不同，请按文档字符串的要求返回。
# * 不要原地修改输入，调用者还要用它。本章的函数都不需要生成随机数。
# * 整数也是数：传入 `np.array([2, -1])` 这样的整数数组时，结果应与传入 `[2.0, -1.0]` 时相同。
# %% setup
import numpy as np

from autograder import case, check

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
