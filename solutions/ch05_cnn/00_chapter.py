# %% [markdown] lang="en"
# # Chapter 5 · Convolutional neural networks
#
# A net with one weight for each pixel has to learn a digit anew in every place where it may lie. Images need a better idea, and it is a simple one: look at a small window, use the same weights everywhere, and don't be too particular about the place. In this chapter you write that idea down, forward and backward, train it, and then turn the tables and ask the net what it has learnt.
#
# **What you will be able to do**
#
# * write a convolution and its backward pass, and say in one sentence what each of its gradients is;
# * see a convolution as a dense layer, and count what it saves;
# * work out the shape, the parameters and the field of view of any net before it runs;
# * train a net of your own on digits, and a deeper one in PyTorch;
# * look into a trained net, fool it, and measure what it can't do.
#
# **About 7 hours · {points} points · builds on** chapter 3 (softmax and cross-entropy) and chapter 4 (backpropagation, training by mini-batches, torch).
#
# **The spine.** The notes (§1.1) learn anything in three steps, and so does every chapter of this course:
#
# | step | here |
# |---|---|
# | 1. a set of functions | convolution {ref:conv2d_forward}, a dense layer in disguise {ref:conv_as_dense}; pooling {ref:maxpool_forward}; a net of both {ref:cnn_forward} |
# | 2. how good is each? | the cross-entropy of chapter 3, unchanged |
# | 3. find the best | the way back, layer by layer {ref:conv2d_backward}, {ref:maxpool_backward}, {ref:cnn_backward}; training {ref:train_cnn}, {ref:torch_cnn} |
# | and then: what has it learnt? | {ref:activation_maximize}–{ref:gram_matrix}; your own experiment in {ref:how_far_shifted} |
#
# **How to work.** Read a section, look at its worked example, then replace `raise NotImplementedError()` by your own lines. Run the cell below it,
# such as `check("conv2d_forward")`: it compares your function with the right answer on a few public cases and tells you where they differ.
# The grade is decided by further, hidden cases of the same kind, so write the function that the text describes and not one that
# fits the examples.
#
# Sections build on each other, and you may use every function you have written. If an early one is wrong you lose its points once:
# later exercises are then judged with a right version in its place. Most figures are drawn by *your* functions: when one is not there yet, write it and run the cell again.
# In {ref:conv_as_dense}, {ref:conv_transpose} and {ref:avgpool_backward} no formula is given: take a pencil. In {ref:shift_images} and {ref:receptive_field} the code is there, and wrong: say what is wrong, then mend it.
#
# **Help from an AI** is welcome where you would ask a classmate: to explain an idea, or an error that you don't understand. Let it write the answer, and it has done the exercise and you have not.
#
# **Where to read.** The notes, §6 · Hung-yi Lee, [Machine Learning](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php), the lecture *Convolutional Neural Network* ·
# Dive into Deep Learning, [Convolutional Neural Networks](https://d2l.ai/chapter_convolutional-neural-networks/index.html) ·
# Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, *Gradient-Based Learning Applied to Document Recognition*, Proceedings of the IEEE 86 (1998): the net that read checks.
#
# **Conventions of this course**
#
# {symbols}
#
# - Shapes are NCHW, as in torch: $N$ images, $C$ channels, $H$ rows, $W$ columns. Row $i$ counts from the top, column $j$ from the left, both from 0.
# - Every loss whose gradient is asked for is a SUM over the images, unless MEAN is said.
# - A gradient has the shape of the thing it belongs to. Never change an argument in place: the caller still needs it. Nothing here draws random numbers but the training, which is given a generator.
# - The notes call each kernel "a channel" (§6.2). To be exact: a *filter* has one kernel for every channel that comes in, and gives one channel that goes out.
# %% [markdown] lang="zh" of="b314"
# # 第五章 · 卷积神经网络
#
# 如果网络给每个像素一个权重，那么数字每换一个位置，它就得从头学一遍。图像需要一个更好的主意，而且很简单：只看一个小窗口，到处用同一组权重，位置不必太较真。这一章里，你要把这个主意写成程序，前向和反向都写，并把它训练出来；然后反过来问网络：你学到了什么？
#
# **学完之后，你能够**
#
# * 写出卷积及其反向，并用一句话说清每个梯度是什么；
# * 把卷积看成全连接层，数清它省下了多少；
# * 不用运行，就能算出任何网络的形状、参数个数和感受野；
# * 训练一个自己写的网络来认数字，再用 PyTorch 训练一个更深的；
# * 看进训练好的网络，骗过它，并量出它做不到什么。
#
# **大约 7 小时 · 共 {points} 分 · 需要的基础**：第三章（softmax 与交叉熵）、第四章（反向传播、小批量训练、torch）。
#
# **主线。** 讲义（§1.1）说，任何学习都分三步。本课程的每一章也都如此：
#
# | 步骤 | 本章 |
# |---|---|
# | 1. 定义一组函数 | 卷积 {ref:conv2d_forward}，它其实是全连接层 {ref:conv_as_dense}；池化 {ref:maxpool_forward}；合成一个网络 {ref:cnn_forward} |
# | 2. 评价每个函数的好坏 | 第三章的交叉熵，原样照用 |
# | 3. 找出最好的函数 | 一层一层往回走 {ref:conv2d_backward}、{ref:maxpool_backward}、{ref:cnn_backward}；训练 {ref:train_cnn}、{ref:torch_cnn} |
# | 然后：它学到了什么？ | {ref:activation_maximize}–{ref:gram_matrix}；你自己的实验见 {ref:how_far_shifted} |
#
# **怎样完成作业。** 先读一节，跟着例子手算一遍，再把 `raise NotImplementedError()` 换成你自己的代码。然后运行下面的检查单元格，例如
# `check("conv2d_forward")`：它用几个公开样例对照你的函数，并指出哪里不一致。成绩由另外一些同类的隐藏样例决定，
# 所以请实现题目所描述的函数，不要只凑对例子。
#
# 各节环环相扣，写好的函数后面都可以直接调用。前面的函数写错只扣一次分：评后面的题时，会用正确的版本替换它。大多数图都由**你的**函数画出：还没有写好的，写完再运行一次就有了。
# {ref:conv_as_dense}、{ref:conv_transpose} 和 {ref:avgpool_backward} 不给公式，请拿起笔来推导。{ref:shift_images} 和 {ref:receptive_field} 的代码已经写好，但有错：先说出错在哪里，再改正。
#
# **关于 AI。** 凡是可以请教同学的地方，都可以请教 AI：解释一个概念，或者一条看不懂的报错。但如果让它替你写答案，那么做了这道题的是它，不是你。
#
# **延伸阅读。** 讲义 §6 · 李宏毅[《机器学习》](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php)中的“Convolutional Neural Network”一讲 ·
# 《动手学深度学习》[卷积神经网络](https://zh.d2l.ai/chapter_convolutional-neural-networks/index.html)一章 ·
# Y. LeCun、L. Bottou、Y. Bengio、P. Haffner，*Gradient-Based Learning Applied to Document Recognition*，Proceedings of the IEEE 86 (1998)：能读支票的那个网络。
#
# **本课程的约定**
#
# {symbols}
#
# - 形状一律是 NCHW，与 torch 相同：$N$ 张图像，$C$ 个通道，$H$ 行，$W$ 列。行号 $i$ 从上数起，列号 $j$ 从左数起，都从 0 开始。
# - 凡是要求梯度的损失，都对图像**求和**；取平均时会写明。
# - 梯度的形状与它所属的量相同。不要原地修改传入的参数，调用者还要用。除了训练（它会得到一个生成器），这里的函数都不生成随机数。
# - 讲义说每个卷积核“都是一个 channel”（§6.2）。确切地说：一个**滤波器**对每个输入通道各有一个核，给出一个输出通道。
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


# %% prelude
def normal(rng, *shape):
    """Normal numbers with two digits, never exactly 0."""
    values = rng.normal(size=shape).round(2)
    return np.where(values == 0, 0.5, values)


def distinct(rng, *shape):
    """Numbers of both signs, no two alike and none 0, at least 0.1 apart: no window has a tie, no ReLU stands on its kink."""
    count = int(np.prod(shape))
    return (rng.permutation(np.arange(count) - count // 2).reshape(shape) * 0.1 + 0.05).round(2)


def filters(rng, f, c, kh, kw):
    """Kernels (F, C, kh, kw) and biases (F,) that are never near 0, so that forgetting one shows."""
    return {"w": normal(rng, f, c, kh, kw), "b": (rng.choice([-1, 1], f) * rng.uniform(0.5, 2, f)).round(2)}


def cnn_and_images(rng, n, c, side, f, k):
    """Parameters of a small net and n images, drawn again until no neuron stands on its kink and no open window has a tie.

    There the last bit decides where a gradient goes, and a right answer in float32 would look wrong.  Every filter has an
    open window, and some window is closed: a ReLU that is forgotten shows.
    """
    H, W = side
    while True:
        params = {
            **filters(rng, f, c, 3, 3),
            "W": (normal(rng, f * H * W // 4, k) * 0.5).round(2),
            "c": normal(rng, k),
        }
        X = normal(rng, n, c, H, W)
        padded = np.pad(X, ((0, 0), (0, 0), (1, 1), (1, 1)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
        Z = np.einsum("nchwuv,fcuv->nfhw", windows, params["w"]) + params["b"][:, None, None]
        pooled = np.sort(Z.reshape(n, f, H // 2, 2, W // 2, 2).swapaxes(3, 4).reshape(n, f, -1, 4))
        gap = np.where(pooled[..., -1] > 0, pooled[..., -1] - pooled[..., -2], 1.0)
        is_open = pooled[..., -1] > 0  # (N, F, windows)
        if np.abs(Z).min() > 1e-3 and gap.min() > 1e-3 and is_open.any(axis=(0, 2)).all() and not is_open.all():
            return {"params": params, "X": X}


WIDE = {"en": "Thousands of entries: derive, do not probe", "zh": "成千上万个元素：要推导，不能逐个试"}
