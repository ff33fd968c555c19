# %% [markdown] lang="en"
# # Chapter 4 · Deep learning and backpropagation
#
# A neural net is a long chain of simple steps: multiply, add, bend, repeat. To train it we need one thing: the gradient of the loss with respect to every one of its thousands of weights. In this chapter you build the algorithm that finds them all for the price of about two passes through the net. At the end a net of your own reads handwritten digits, and then you build the same net a second time in PyTorch and let the two check each other.
#
# **What you will be able to do**
#
# * check any gradient without anybody's help, and say how far such a check can be trusted ({ref:numeric_grad}, {ref:gradient_gap});
# * derive the backward pass of a layer that you have never seen before ({ref:normalize_backward}, {ref:tanh_delta});
# * write backpropagation from the chain rule up, in numpy, and find the path that somebody forgot ({ref:backprop}, {ref:shortcut_backward});
# * say what a gradient costs, in time and in memory, and what to do when the memory is too small ({ref:forward_mode_grad}–{ref:mean_gradient});
# * train a net that reads handwriting, and compare two designs fairly ({ref:train_mlp}, {ref:depth_or_width}).
#
# **About 8 hours · {points} points · builds on** chapter 1 (the linear layer and its gradient), chapter 2 (mini-batches) and chapter 3 (softmax and cross-entropy).
#
# **The spine.** The three steps of the notes (§1.1), which §5 repeats for deep learning:
#
# | step | here |
# |---|---|
# | 1. a set of functions | a layer {ref:affine_forward}, a bend {ref:activate}, a net {ref:mlp_forward}; how large is it? {ref:count_params} |
# | 2. how good is each? | the total loss {ref:total_loss} |
# | 3. find the best: which way is down? | measured {ref:numeric_grad}; piece by piece {ref:affine_backward}, {ref:activate_grad}, {ref:chain_rule_two_paths}–{ref:hidden_delta}; all together {ref:backprop}, {ref:shortcut_backward} |
# | … what does it cost, and is it right? | {ref:forward_mode_grad}–{ref:mean_gradient}; a second opinion from torch {ref:torch_backprop}, {ref:gradient_gap} |
# | … and then go | real digits {ref:digits}–{ref:torch_nn}; deep or wide? {ref:match_params}–{ref:modularization}; your own experiment in {ref:depth_or_width} |
#
# **How to work.** In each answer cell, replace `# YOUR CODE HERE` and `raise NotImplementedError()` by your code. Then run the cell below it: `check("…")` compares your function with a few public cases and says what is right and where something is off. Hidden cases of the same kind decide the grade, so a function that is right for every input is the goal. Most figures are drawn by *your* functions: when one is not there yet, write it and run the cell again. In {ref:normalize_backward} and {ref:tanh_delta} no formula is given: take a pencil. In {ref:shortcut_backward} and {ref:mean_gradient} the code is there, and wrong: say what is wrong, then mend it.
#
# **Help from an AI** is welcome where you would ask a classmate: to explain an idea, or an error that you don't understand. Let it write the answer, and it has done the exercise and you have not.
#
# **Where to read.** The notes, §5 · Hung-yi Lee, [Machine Learning](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php), the lectures *Brief Introduction of Deep Learning*, *Backpropagation* and *Why Deep?* · Dive into Deep Learning, [Multilayer Perceptrons](https://d2l.ai/chapter_multilayer-perceptrons/index.html) ·
# D. E. Rumelhart, G. E. Hinton and R. J. Williams, [*Learning representations by back-propagating errors*](https://doi.org/10.1038/323533a0), Nature 323 (1986): four pages that began it all.
#
# **Conventions of this course**
#
# {symbols}
#
# - Labels are integers. Every statement says SUM or MEAN: in this chapter every loss $\mathcal L$ is a SUM over the samples; the loss of one sample is $l$, as in the notes.
# - A net's layers are counted from 1 by $\ell$. Its parameters are a dict: `params["W1"], params["b1"], …, params["WL"], params["bL"]`.
# - A gradient has the shape of the thing it belongs to: `dW` looks like `W`. Never change an argument in place: the caller still needs it. Arrays may hold integers: a function gives the same for $2$ as for $2.0$.
# %% [markdown] lang="zh" of="cade"
# # 第四章 · 深度学习与反向传播
#
# 神经网络就是一长串简单的步骤：相乘、相加、弯一下，再重复。训练它只缺一样东西：损失对成千上万个权重中**每一个**的梯度。这一章你要亲手写出一个算法，只花大约两趟前向计算的代价就把它们全部求出来。学完之后，你自己写的网络能认手写数字；接着再用 PyTorch 把同一个网络写一遍，让两份程序互相核对。
#
# **学完之后，你能够**
#
# * 不靠别人就能验证任何一个梯度，并说清这种验证有多可信（{ref:numeric_grad}、{ref:gradient_gap}）；
# * 遇到从没见过的层，也能自己推导出它的反向计算（{ref:normalize_backward}、{ref:tanh_delta}）；
# * 从链式法则出发，用 numpy 写出反向传播，并找出别人漏掉的那条路径（{ref:backprop}、{ref:shortcut_backward}）；
# * 说清求一次梯度要花多少时间和内存，以及内存不够时怎么办（{ref:forward_mode_grad}–{ref:mean_gradient}）；
# * 训练出能认手写数字的网络，并公平地比较两种设计（{ref:train_mlp}、{ref:depth_or_width}）。
#
# **大约 8 小时 · 共 {points} 分 · 需要的基础**：第一章（线性层及其梯度）、第二章（小批量）、第三章（softmax 与交叉熵）。
#
# **主线。** 讲义（§1.1）的三个步骤，§5 讲深度学习时又重复了一遍：
#
# | 步骤 | 本章 |
# |---|---|
# | 1. 定义一组函数 | 一层 {ref:affine_forward}，弯一下 {ref:activate}，整个网络 {ref:mlp_forward}；它有多大？{ref:count_params} |
# | 2. 评价每个函数的好坏 | 总损失 {ref:total_loss} |
# | 3. 找出最好的函数：哪边是下坡？ | 量出来 {ref:numeric_grad}；一块一块推出来 {ref:affine_backward}、{ref:activate_grad}、{ref:chain_rule_two_paths}–{ref:hidden_delta}；合在一起 {ref:backprop}、{ref:shortcut_backward} |
# | ……代价是多少？算得对不对？ | {ref:forward_mode_grad}–{ref:mean_gradient}；请 torch 再算一遍 {ref:torch_backprop}、{ref:gradient_gap} |
# | ……然后出发 | 真实的手写数字 {ref:digits}–{ref:torch_nn}；深还是宽？{ref:match_params}–{ref:modularization}；你自己的实验见 {ref:depth_or_width} |
#
# **怎样完成作业。** 在每个作答单元格里，用你的代码替换 `# YOUR CODE HERE` 和 `raise NotImplementedError()`，然后运行下面的检查单元格：`check("…")` 会用几个公开样例检验你的函数，告诉你哪里对、哪里不对。最终成绩由同类的隐藏样例决定，所以目标是对任何输入都正确。大多数图都由**你的**函数画出：还没有写好的，写完再运行一次就有了。{ref:normalize_backward} 和 {ref:tanh_delta} 不给公式，请拿起笔来推导。{ref:shortcut_backward} 和 {ref:mean_gradient} 的代码已经写好，但有错：先说出错在哪里，再改正。
#
# **关于 AI。** 凡是可以请教同学的地方，都可以请教 AI：解释一个概念，或者一条看不懂的报错。但如果让它替你写答案，那么做了这道题的是它，不是你。
#
# **延伸阅读。** 讲义 §5 · 李宏毅[《机器学习》](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php)中的“Brief Introduction of Deep Learning”“Backpropagation”“Why Deep?”三讲 · 《动手学深度学习》[多层感知机](https://zh.d2l.ai/chapter_multilayer-perceptrons/index.html)一章 ·
# D. E. Rumelhart、G. E. Hinton 与 R. J. Williams，[*Learning representations by back-propagating errors*](https://doi.org/10.1038/323533a0)，Nature 323 (1986)：一切都从这四页纸开始。
#
# **本课程的约定**
#
# {symbols}
#
# - 标签是整数。每处都写明是求和还是取平均：本章的损失 $\mathcal L$ 一律对样本**求和**；单个样本的损失记作 $l$，与讲义相同。
# - 层号 $\ell$ 从 1 开始。参数放在字典里：`params["W1"], params["b1"], …, params["WL"], params["bL"]`。
# - 梯度的形状与它所属的量相同：`dW` 与 `W` 形状一样。不要原地修改传入的参数，调用者还要用。数组里也可以是整数：输入 $2$ 与输入 $2.0$，结果应当相同。
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
from functools import partial

from autograder import Case, Dataset, Group, Rng
from reference import backprop as torch_reference


def normal(rng, *shape):
    """Normal numbers with two digits and never exactly 0, where ReLU has its kink."""
    values = rng.normal(size=shape).round(2)
    return np.where(values == 0, 0.5, values)


def net(rng, *sizes):
    """Parameters of a net with layers of these sizes."""
    params = {}
    for layer, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
        params[f"W{layer}"] = (normal(rng, fan_in, fan_out) * 0.8).round(2)
        params[f"b{layer}"] = (normal(rng, fan_out) * 0.5).round(2)
    return params


def net_and_data(rng, n, *sizes):
    """Parameters of a ReLU net and n samples, drawn again until no hidden neuron stands on its kink and no layer is silent.

    On a kink the last bit decides between slopes 0 and 1, and a right answer in float32 would look wrong; behind a layer
    without any open neuron every gradient is 0, and many wrong answers would look right.
    """
    while True:
        params, X = net(rng, *sizes), normal(rng, n, sizes[0])
        A, nearest, silent = X, 1.0, False
        for layer in range(1, len(sizes) - 1):
            Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
            A, nearest = np.maximum(Z, 0), min(nearest, np.abs(Z).min())
            silent = silent or not A.any()
        if nearest > 1e-3 and not silent:
            return {"params": params, "X": X}


def far_scores(rng):
    """Scores that lie a thousand apart, of labels that are unlikely; then one score far above all others, and its label."""
    W = np.array([rng.permutation([1000.0, 0.0, -1000.0]), -1000 + normal(rng, 3), 1000 + normal(rng, 3)])
    X, order = np.diag(rng.uniform(0.9, 1, size=3).round(2)), rng.permutation(3)
    y, params = np.array([np.argmin(W[0]), *rng.integers(3, size=2)])[order], {"W1": W, "b1": normal(rng, 3)}
    yield Case("scores of a thousand", zh="上千的得分", params=params, X=X[order], y=y)
    top, k = {"W1": np.full((1, 3), -900.0), "b1": normal(rng, 3)}, int(rng.integers(3))
    top["W1"][0, k] = 1000.0
    yield Case("one score far above", zh="一个得分遥遥领先", params=top, X=rng.uniform(0.9, 1, size=(1, 1)).round(2), y=np.array([k]))


def labelled(rng, n, k):
    """Labels of n samples in k classes; every class appears when n >= k, and one sample alone is not of the last."""
    return rng.permutation(np.arange(n) % k)


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}
DEEP = {"en": "Ten layers", "zh": "十层的网络"}


def deep_cases(rng):
    yield Case("ten layers", zh="十层", **net_and_data(rng, 2, *[2] * 10, 3), y=labelled(rng, 2, 3))


def kind_cases(kind, rng):
    yield Case(kind, zh=kind, Z=normal(rng, 3, 4) * 1.5, kind=kind)


RELU, TANH, SIGMOID = (
    Group(kind, partial(kind_cases, kind), en=title, zh=title)
    for kind, title in (("relu", "ReLU"), ("tanh", "Tanh"), ("sigmoid", "Sigmoid"))
)


def axes_cases(rng):
    yield Case("three axes", zh="三维数组", Z=normal(rng, 2, 3, 2), kind="sigmoid")
    yield Case("one axis", zh="一维数组", Z=normal(rng, 5), kind="relu")


def far_out(rng):
    """Numbers whose exponential overflows, of both signs, large ones that do not, and moderate ones, in any order."""
    signs = np.array([-1.0, 1.0])
    for kind in ("sigmoid", "tanh"):
        Z = np.r_[signs * rng.uniform(800, 1000, 2), signs * rng.uniform(20, 60, 2), normal(rng, 3)]
        yield Case(f"huge entries, {kind}", zh=f"极大的元素，{kind}", Z=rng.permutation(Z).round(2), kind=kind)


def graph_cases(rng):
    tree = [("mul", 0, 1), ("tanh", 2), ("add", 4, 3), ("mul", 5, 6)]
    yield Case("every node used once", zh="每个节点只用一次", ops=tree, x=normal(rng, 4))


def shared_cases(rng):
    shared = [("mul", 0, 1), ("add", 3, 2), ("tanh", 4), ("mul", 5, 0), ("mul", 6, 3), ("add", 7, 5)]
    yield Case("shared nodes", zh="共用的节点", ops=shared, x=normal(rng, 3))
    ops, p = [], int(rng.integers(2, 5))
    for node in range(p, p + 7):
        other = node - p if node < 2 * p else int(rng.integers(node))
        ops.append((str(rng.choice(["add", "mul"])), node - 1, other))
        if node == p + 3:
            ops[-1] = ("tanh", node - 1)
    yield Case("drawn at random", zh="随机的图", ops=[*ops, ("mul", p + 6, p + 5)], x=normal(rng, p))
    twice = [("mul", 0, 0), ("add", 2, 2), ("mul", 3, 1), ("mul", 4, 4)]
    yield Case("one node as both parents", zh="两个父节点是同一个", ops=twice, x=normal(rng, 2))


def unused_cases(rng):
    idle = [("mul", 0, 2), ("mul", 1, 0), ("add", 4, 2), ("tanh", 5), ("mul", 6, 0)]  # inputs 1 and 3, operations 1 and 3
    yield Case("unused nodes", zh="没有用到的节点", ops=idle, x=normal(rng, 4))


def graph_edges(rng):
    chain = [("tanh", 0), ("mul", 4, 1), ("add", 5, 2), ("mul", 6, 3)]
    whole = rng.choice([-1.0, 1.0], size=4) * np.r_[rng.integers(1, 3), rng.integers(1, 10, size=3)]
    yield Case("whole numbers", zh="整数", ops=chain, x=whole)  # first of its group: integers are tried on it
    yield Case("one input", zh="只有一个输入", ops=[("mul", 0, 0), ("add", 1, 0), ("tanh", 2)], x=rng.normal(size=1).round(5))


SHARED = Group("shared", shared_cases, en="Nodes that are used more than once", zh="被多次使用的节点")
UNUSED = Group("unused", unused_cases, en="Nodes that nobody uses", zh="没有被用到的节点")
GRAPH_GROUPS = (SHARED, UNUSED, Group("edge", graph_edges))


def digits_cases(rng):
    seed, drawn = Rng(int(rng.integers(2**31))), torch_reference.digits_draw(rng)
    images = {name: Dataset("digits", rows=drawn.pop(name.replace("X", "rows"))) for name in ("X", "X_test")}
    yield Case("digits", zh="手写数字", **images, **drawn, **torch_reference.digits_settings(), rng=seed)


def accuracy_on_mixed_pixels(impl, case):
    turn = np.random.default_rng(case.turn)
    varies = np.ptp(case.X, axis=0) > 0  # a pixel that is the same in every image stays as it is
    mean, n = case.X[:, varies].mean(axis=0), int(np.sum(varies))
    mixture, scale, shift = np.linalg.qr(turn.normal(size=(n, n)))[0], turn.uniform(0.7, 1.4, n), turn.uniform(0, 0.6, n)
    X, X_test = np.zeros(case.X.shape), np.zeros(case.X_test.shape)
    for images, mixed in ((case.X, X), (case.X_test, X_test)):
        mixed[:, varies] = (images[:, varies] - mean) / 16 @ mixture * scale + shift
    net = impl.train_mlp(X, case.y, case.n_hidden, case.lr, case.n_epochs, case.batch_size, case.rng)
    scores = np.maximum(X_test @ net["W1"] + net["b1"], 0) @ net["W2"] + net["b2"]
    return np.mean(np.argmax(scores, axis=1) == case.y_test)
