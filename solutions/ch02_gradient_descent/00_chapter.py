# %% [markdown] lang="en"
# # Chapter 2 · Gradient descent
#
# A loss is a landscape, and training is a walk downhill in fog: all you feel is the slope under your feet. This chapter is about
# walking well. You will build
#
# * **learning rates that adapt**: a decaying one ({ref:lr_decay}), then Adagrad, which gives every parameter a rate of its own ({ref:adagrad_step}–{ref:adagrad_surprise});
# * **stochastic gradient descent**, which takes a step after every single sample ({ref:sample_grad}–{ref:sgd_epoch});
# * **feature scaling**, which turns a narrow valley into a round bowl, and a race on real patient data where it wins by a factor of thousands ({ref:standardize_fit}–{ref:fit_scaled});
# * **the reason why any of this works**: the Taylor argument on a small circle ({ref:taylor1}–{ref:circle_facts}).
#
# **How to work.** Replace `raise NotImplementedError()` in an answer cell, run it, then run the `check("…")` cell below it. The check
# uses a few public cases and tells you what is wrong and where. Hidden cases with other numbers decide the grade, so aim for a function that is
# right, not for one that fits the public numbers. Only numpy is needed.
#
# **Conventions of this course**
#
# * `X` is (N, D): one row per sample, one column per feature. `w` is (D,), `b` is a number.
# * `y` is the truth and `y_pred` the prediction. Careful: the lecture notes write $\hat y$ for the *truth*, the reverse of common usage.
# * Every statement says whether a loss is a **SUM** or a **MEAN** over the samples. The gradient, and with it a good learning rate, differs by a factor $N$.
# * Whatever is random or a matter of taste (the order of the samples, the learning rate, $\varepsilon$) is an argument of the function. Your functions draw no random numbers.
# * Functions leave their inputs unchanged and return new arrays. An array of integers, as in the examples by hand, is as good an input as one of floats.
# %% [markdown] lang="zh" of="3fe1"
# # 第二章 · 梯度下降
#
# 损失函数像一片起伏的山地，训练就是在大雾里下山：看不见谷底在哪，只能感觉脚下的坡度。这一章讲的就是怎样把山下好。你将亲手实现：
#
# * **会自己调整的学习率**：先是逐步衰减的学习率（{ref:lr_decay}），再是 Adagrad，它给每个参数配一个自己的学习率（{ref:adagrad_step}–{ref:adagrad_surprise}）；
# * **随机梯度下降**：每看一个样本就走一步（{ref:sample_grad}–{ref:sgd_epoch}）；
# * **特征缩放**：把狭长的山谷变成圆碗，并在真实的病人数据上比一场，相差几千倍（{ref:standardize_fit}–{ref:fit_scaled}）；
# * **这一切为什么成立**：在一个小圆圈里做泰勒展开（{ref:taylor1}–{ref:circle_facts}）。
#
# **怎样完成作业。** 把答题单元格里的 `raise NotImplementedError()` 换成你的代码，运行，再运行它下面的 `check("…")`。检查用的是几个公开样例，会告诉你错在哪里。
# 最终成绩由另外一批隐藏样例决定，所以要让函数真正正确，而不是凑出公开样例的答案。全部题目只需要 numpy。
#
# **本课程的约定**
#
# * `X` 的形状是 (N, D)：一行一个样本，一列一个特征。`w` 是 (D,)，`b` 是一个数。
# * `y` 是真实值，`y_pred` 是预测值。注意：讲义用 $\hat y$ 表示**真实值**，与通行的记法正好相反。
# * 每道题都会写明损失是对样本**求和**还是**取平均**。两者的梯度相差 $N$ 倍，合适的学习率也跟着差 $N$ 倍。
# * 凡是随机的、可以自由选择的量（样本顺序、学习率、$\varepsilon$）都作为**函数参数**传入，你的函数里不要生成随机数。
# * 函数不改动传进来的数据，结果用新数组返回。传进来的数组可以是浮点数，也可以像手算例子里那样是整数。
# %% setup
import numpy as np

from autograder import case, check

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
