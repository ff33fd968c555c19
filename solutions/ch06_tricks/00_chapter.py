# %% [markdown] lang="en"
# # Chapter 6 · Training tricks
#
# You can build a net, and backpropagation finds its gradients. Then you start the training, and it does not work. Nearly always there is a reason, a test that finds the reason, and a trick that helps: this chapter is a toolbox with a diagnosis on every drawer.
#
# **What you will be able to do**
#
# * say whether a bad net failed in *training* or only on *new data*, and reach for the right kind of tool ({ref:which_trick});
# * show with numbers why deep sigmoid nets stop learning in their first layers, and write the activations that don't ({ref:prelu}–{ref:vanishing});
# * write momentum, RMSProp and Adam, with every detail that their papers insist on, and say what each detail is for ({ref:momentum_step}–{ref:clip_gradients});
# * write early stopping, penalties, dropout and batch normalization, in training *and* in use ({ref:early_stopping}–{ref:fold_batchnorm});
# * tell a minimum from a saddle, and leave the saddle ({ref:hessian}–{ref:escape_direction});
# * find out by an experiment of your own which trick pays ({ref:tricks_that_pay}).
#
# **About 8 hours · {points} points · builds on** chapters 2 and 4: step rules, nets and their gradients. What is needed from them stands in the code below.
#
# **The spine.** The three steps of the notes (§1.1), and what can go wrong in each:
#
# | step | here |
# |---|---|
# | 1. a set of functions | activations that let gradients through {ref:prelu}–{ref:maxout_backward}; layers that normalize {ref:batchnorm_forward} |
# | 2. how good is each? | the loss with a penalty on weights {ref:penalty_grad}; on held-out data {ref:early_stopping} |
# | 3. find the best | how gradients vanish {ref:layer_grad_norms}; step rules {ref:momentum_step}–{ref:clip_gradients}; critical points {ref:hessian}–{ref:escape_direction}; batches {ref:minibatches}, {ref:batch_size} |
# | and then: is it good on *new* data? | {ref:early_stopping}–{ref:dropout_backward}; 300 noisy digits in {ref:train_on_few}; your own experiment in {ref:tricks_that_pay} |
#
# **How to work.** Replace `raise NotImplementedError()` in an answer cell, run it, then run the `check("…")` cell below it. The check uses a few public cases and tells you what is wrong and where. Hidden cases with other numbers decide the grade, so aim for a function that is right, not for one that fits the public numbers.
# Most figures are drawn by *your* functions: when one is not there yet, write it and run the cell again. In {ref:adam_on_a_slope} and {ref:batchnorm_backward} no formula is given: take a pencil. In {ref:clip_gradients} and {ref:fold_batchnorm} the code is there, and wrong: say what is wrong, then mend it.
# All is written in numpy alone, but {ref:train_on_few} and {ref:tricks_that_pay} use torch.
#
# **Help from an AI** is welcome where you would ask a classmate: to explain an idea, or an error that you don't understand. Let it write the answer, and it has done the exercise and you have not.
#
# **Where to read.** The notes, §7, and batch normalization in §2.3 · Hung-yi Lee, [Machine Learning](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php), the lecture *Tips for Deep Learning* ·
# Dive into Deep Learning, [Optimization Algorithms](https://d2l.ai/chapter_optimization/index.html), [Dropout](https://d2l.ai/chapter_multilayer-perceptrons/dropout.html), [Batch Normalization](https://d2l.ai/chapter_convolutional-modern/batch-norm.html) ·
# D. P. Kingma and J. Ba, [*Adam: A Method for Stochastic Optimization*](https://arxiv.org/abs/1412.6980), ICLR 2015.
#
# **Conventions of this course**
#
# {symbols}
#
# * The parameters of a net are a dict: `params["W1"], params["b1"], …`.
# * Every statement says whether it is a **SUM** or a **MEAN** over the samples.
# * Whatever is random or a matter of taste (masks, orders of samples, rates, $\varepsilon$) is an argument. Your functions draw no random numbers, but where a training says so.
# * Functions leave their inputs unchanged and return new arrays. An array of integers is as good an input as one of floats.
# * Step rules share one form: parameters, gradient and what is remembered go in; new parameters and what is to be remembered come out.
# * As in the notes, $p$ is the slope of a leaky activation, and in dropout the rate of neurons that are *dropped*.
# %% [markdown] lang="zh" of="4f5e"
# # 第六章 · 神经网络训练技巧
#
# 网络会搭了，梯度也会求了，于是开始训练，结果却不理想。这几乎总有原因，有办法查出原因，也有对应的技巧：这一章就是一个工具箱，每个抽屉上都贴着诊断标签。
#
# **学完之后，你能够**
#
# * 判断一个不好的网络是**没训练好**，还是只在**新数据**上不好，并挑对工具（{ref:which_trick}）；
# * 用数字说明深层 sigmoid 网络的前几层为什么学不动，并写出没有这个毛病的激活函数（{ref:prelu}–{ref:vanishing}）；
# * 写出动量法、RMSProp 和 Adam，论文里强调的细节一个不少，并说出每个细节的用处（{ref:momentum_step}–{ref:clip_gradients}）；
# * 写出提前结束、惩罚项、dropout 和批归一化，**训练时**和**使用时**都对（{ref:early_stopping}–{ref:fold_batchnorm}）；
# * 分清极小点和鞍点，并从鞍点走出来（{ref:hessian}–{ref:escape_direction}）；
# * 用自己的实验查明哪种技巧划算（{ref:tricks_that_pay}）。
#
# **大约 8 小时 · 共 {points} 分 · 需要的基础**：第二章的更新规则，第四章的网络及其梯度。要用到的函数都写在下面的代码里。
#
# **主线。** 讲义（§1.1）的三个步骤，以及每一步可能出的问题：
#
# | 步骤 | 本章 |
# |---|---|
# | 1. 定义一组函数 | 让梯度通过的激活函数 {ref:prelu}–{ref:maxout_backward}；做归一化的层 {ref:batchnorm_forward} |
# | 2. 评价每个函数的好坏 | 带惩罚项的损失 {ref:penalty_grad}；看留出数据 {ref:early_stopping} |
# | 3. 找出最好的函数 | 梯度怎样消失 {ref:layer_grad_norms}；更新规则 {ref:momentum_step}–{ref:clip_gradients}；临界点 {ref:hessian}–{ref:escape_direction}；分批 {ref:minibatches}、{ref:batch_size} |
# | 最后：在**新**数据上好不好？ | {ref:early_stopping}–{ref:dropout_backward}；300 张带噪声的数字 {ref:train_on_few}；你自己的实验见 {ref:tricks_that_pay} |
#
# **怎样完成作业。** 把答题单元格里的 `raise NotImplementedError()` 换成你的代码，运行，再运行它下面的 `check("…")`。检查用的是几个公开样例，会告诉你错在哪里。最终成绩由另外一批隐藏样例决定，所以要让函数真正正确，而不是凑出公开样例的答案。
# 大多数图都由**你的**函数画出：还没有写好的，写完再运行一次就有了。{ref:adam_on_a_slope} 和 {ref:batchnorm_backward} 不给公式，请拿起笔来推导。{ref:clip_gradients} 和 {ref:fold_batchnorm} 的代码已经写好，但有错：先说出错在哪里，再改正。
# 除了 {ref:train_on_few} 和 {ref:tricks_that_pay} 用 torch，其余全部只用 numpy。
#
# **关于 AI。** 凡是可以请教同学的地方，都可以请教 AI：解释一个概念，或者一条看不懂的报错。但如果让它替你写答案，那么做了这道题的是它，不是你。
#
# **延伸阅读。** 讲义 §7，以及 §2.3 中的批归一化 · 李宏毅[《机器学习》](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php)中的“Tips for Deep Learning”一讲 ·
# 《动手学深度学习》[优化算法](https://zh.d2l.ai/chapter_optimization/index.html)、[暂退法（dropout）](https://zh.d2l.ai/chapter_multilayer-perceptrons/dropout.html)、[批归一化](https://zh.d2l.ai/chapter_convolutional-modern/batch-norm.html) ·
# D. P. Kingma 与 J. Ba，[*Adam: A Method for Stochastic Optimization*](https://arxiv.org/abs/1412.6980)，ICLR 2015。
#
# **本课程的约定**
#
# {symbols}
#
# * 网络的参数放在字典里：`params["W1"], params["b1"], …`。
# * 每处都写明是对样本**求和**还是**取平均**。
# * 凡是随机的、可以自由选择的量（掩码、样本的次序、学习率、$\varepsilon$）都作为参数传入。除非训练题另有说明，你的函数不要生成随机数。
# * 函数不改动传进来的数据，结果用新数组返回。整数数组和浮点数组一样可以作为输入。
# * 各种更新规则形式统一：传入参数、梯度和记住的量，返回新的参数和要记住的量。
# * 和讲义一样，$p$ 是带泄漏的激活函数的斜率，在 dropout 里则是**失活**神经元的比例。
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


def activate(Z, kind):
    """Chapter 4: the activation `kind`, "relu", "sigmoid" or "tanh", of every entry of Z."""
    return {"relu": lambda: np.maximum(Z, 0), "sigmoid": lambda: 1 / (1 + np.exp(-Z)), "tanh": lambda: np.tanh(Z)}[kind]()


def activate_grad(Z, kind):
    """Chapter 4: its derivative at every entry of Z."""
    A = activate(Z, kind)
    return {"relu": lambda: (Z > 0) * 1.0, "sigmoid": lambda: A * (1 - A), "tanh": lambda: 1 - A**2}[kind]()


def adagrad_step(w, g, state, lr, eps):
    """Chapter 2: one step of Adagrad; `state` is the SUM of the squares of all gradients so far."""
    state = state + g**2
    return w - lr * g / (np.sqrt(state) + eps), state


# %% prelude
def normal(rng, *shape):
    """Normal numbers with two digits and never exactly 0, where ReLU has its kink."""
    values = rng.normal(size=shape).round(2)
    return np.where(values == 0, 0.5, values)


def nonzero(rng, *shape):
    """Gradients well away from 0, so that a ratio of them is never 0/0."""
    return (rng.choice([-1.0, 1.0], size=shape) * rng.uniform(0.2, 2.0, size=shape)).round(2)


def uniform(rng, low, high):
    return round(float(rng.uniform(low, high)), 2)


def net(rng, *sizes):
    """Parameters of a net with layers of these sizes."""
    params = {}
    for layer, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
        params[f"W{layer}"] = (normal(rng, fan_in, fan_out) * 0.8).round(2)
        params[f"b{layer}"] = (normal(rng, fan_out) * 0.5).round(2)
    return params


def labelled(rng, n, k):
    """Labels of n samples in k classes; every class appears when n >= k."""
    return rng.permutation(np.arange(n) % k)


def slopes(rng, m):
    """One slope that is small, one negative, one above 1, and others, in any order."""
    kinds = [rng.uniform(0.05, 0.4), -rng.uniform(0.2, 0.9), rng.uniform(1.5, 3), *rng.uniform(0.1, 0.9, size=m)]
    return rng.permutation(np.array(kinds[:m])).round(2)


def pieces(rng, n, d, k, m):
    """Inputs of a maxout layer, drawn again until no two pieces tie for the first place of a sample."""
    while True:
        X, W, b = normal(rng, n, d), normal(rng, k, d, m), normal(rng, k, m)
        scores = np.sort(X @ W + b[:, None], axis=0)
        if k == 1 or np.min(scores[-1] - scores[-2]) > 1e-2:
            return {"X": X, "W": W, "b": b}


def neurons(rng, n, d, **more):
    """Inputs with a mask that drops some in every row and keeps some, and a rate away from ½ and from the mask's."""
    mask = np.array([rng.permutation(np.arange(d) < max(1, d // 2)) for _ in range(n)]) * 1.0
    p_drop = float(rng.choice([rng.uniform(0.1, 0.35), rng.uniform(0.65, 0.9)]).round(2))
    return {"X": normal(rng, n, d), "p_drop": p_drop, "mask": mask, **more}


def seed(rng):
    """Of inputs so large that an observe draws them itself, and banks stay small."""
    return int(rng.integers(2**31))


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}
