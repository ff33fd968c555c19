# %% [markdown] lang="en"
# # Chapter 7 · Recurrent networks
#
# "I leave Beijing on Friday", "I arrive in Beijing on Friday": the same word, and two different answers to the question what Beijing is. A network that looks at one word at a time cannot know. In this chapter you give a network a memory, train it through time, see why the plain kind forgets, and build the kind that does not.
#
# **What you will be able to do**
#
# * turn words into vectors, and say what a one-hot code cannot do;
# * run a network over a sequence, and prove that it has not looked into the future;
# * send gradients back through time, and predict from one matrix whether they vanish or explode;
# * build an LSTM gate by gate, forward and backward, and say what each gate is for;
# * sum over all ways in which a long output can spell a short word (CTC);
# * train a network that reads sentences about cities it has never seen.
#
# **About 7 hours · {points} points · builds on** chapter 3 (softmax, cross-entropy) and chapter 4 (backpropagation).
#
# **The spine.** The same three steps as everywhere (§1.1):
#
# | step | here |
# |---|---|
# | 1. a set of functions | words as vectors {ref:one_hot_words}, {ref:word_hashing}; networks with a memory {ref:elman_forward}–{ref:bidirectional_states}; gates {ref:lstm_step}, {ref:lstm_forward}, {ref:gru_state_grad} |
# | 2. how good is each? | a loss over sentences of unequal length {ref:padded_loss}; a score that counts slots {ref:slot_f1}; a loss that does not care about timing {ref:ctc_collapse}–{ref:ctc_log_prob} |
# | 3. find the best | back through time {ref:two_step_grad}, {ref:rnn_backward}, {ref:lstm_backward}; what goes wrong there {ref:power_through_time}–{ref:clip_grad_value} |
# | and then: does it work? | slots in sentences {ref:train_elman}, {ref:train_lstm}; your own experiment in {ref:how_long_is_memory} |
#
# **How to work.** In each answer cell, replace `# YOUR CODE HERE` and `raise NotImplementedError()` by your code. Then run the cell below it: `check("…")` compares your function with a few public cases and says what is right and where something is off. Hidden cases of the same kind decide the grade, so a function that is right for every input is the goal. Sections build on each other; an early mistake costs its points once, since later exercises are then judged with a right version in its place. Most figures are drawn by *your* functions: when one is not there yet, write it and run the cell again. In {ref:two_step_grad} and {ref:gru_state_grad} no formula is given: take a pencil. In {ref:padded_loss} and {ref:slot_f1} the code is there, and wrong: say what is wrong, then mend it.
#
# **Help from an AI** is welcome where you would ask a classmate: to explain an idea, or an error that you don't understand. Let it write the answer, and it has done the exercise and you have not.
#
# **Where to read.** The notes, §8 · Hung-yi Lee, [Machine Learning](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php), *Recurrent Neural Network* · Dive into Deep Learning, [Recurrent Neural Networks](https://d2l.ai/chapter_recurrent-neural-networks/index.html) and [Modern Recurrent Neural Networks](https://d2l.ai/chapter_recurrent-modern/index.html) · S. Hochreiter and J. Schmidhuber, *Long Short-Term Memory*, Neural Computation 9 (1997).
#
# **Conventions of this course**
#
# {symbols}
#
# - Rows are samples, so a layer is `x @ W + b` with $W$ (inputs, outputs), as in chapter 4. Every statement says SUM or MEAN.
# - The **same** parameters serve every step: a sequence twice as long needs not one weight more. (§8.3 says that RNNs cannot share weights as CNNs do. They share them across *time*.)
# - Parameters are a dict by name: `params["W_h"]`. A gradient has the shape of the thing it belongs to.
# - Never change an argument in place, and remember nothing from one call to the next: the memory is an argument.
# - Only the trainings draw random numbers, and these come from their arguments.
# %% [markdown] lang="zh" of="f2bc"
# # 第七章 · 循环神经网络
#
# “周五离开北京”，“周五去北京”：同一个词，问北京是什么，答案却不同。一次只看一个词的网络不可能知道。这一章里，你要给网络装上记忆，让梯度穿过时间来训练它，弄清普通的循环神经网络为什么健忘，再造出不健忘的那一种。
#
# **学完之后，你能够**
#
# * 把词变成向量，并说出独热编码做不到什么；
# * 让网络沿着序列运行，并证明它没有偷看未来；
# * 让梯度穿过时间往回传，只看一个矩阵就能预言它会消失还是爆炸；
# * 一个门一个门地搭出 LSTM，前向和反向都写出来，并说出每个门的用处；
# * 对“一段长输出拼出一个短词”的所有方式求和（CTC）；
# * 训练一个网络，让它读懂提到陌生城市的句子。
#
# **大约 7 小时 · 共 {points} 分 · 需要的基础**：第三章（softmax、交叉熵）和第四章（反向传播）。
#
# **主线。** 和每一章一样，分三步（§1.1）：
#
# | 步骤 | 本章 |
# |---|---|
# | 1. 定义一组函数 | 词的向量 {ref:one_hot_words}、{ref:word_hashing}；有记忆的网络 {ref:elman_forward}–{ref:bidirectional_states}；门 {ref:lstm_step}、{ref:lstm_forward}、{ref:gru_state_grad} |
# | 2. 评价每个函数的好坏 | 长短不一的句子的损失 {ref:padded_loss}；数槽位的分数 {ref:slot_f1}；不计较时间早晚的损失 {ref:ctc_collapse}–{ref:ctc_log_prob} |
# | 3. 找出最好的函数 | 穿过时间往回走 {ref:two_step_grad}、{ref:rnn_backward}、{ref:lstm_backward}；途中会出什么问题 {ref:power_through_time}–{ref:clip_grad_value} |
# | 然后：管用吗？ | 句子里的槽位 {ref:train_elman}、{ref:train_lstm}；你自己的实验见 {ref:how_long_is_memory} |
#
# **怎样完成作业。** 在每个作答单元格里，用你的代码替换 `# YOUR CODE HERE` 和 `raise NotImplementedError()`，然后运行下面的检查单元格：`check("…")` 会用几个公开样例检验你的函数，告诉你哪里对、哪里不对。最终成绩由同类的隐藏样例决定，所以目标是对任何输入都正确。各节环环相扣；前面的函数写错只扣一次分：评后面的题时，会用正确的版本替换它。大多数图都由**你的**函数画出：还没有写好的，写完再运行一次就有了。{ref:two_step_grad} 和 {ref:gru_state_grad} 不给公式，请拿起笔来推导。{ref:padded_loss} 和 {ref:slot_f1} 的代码已经写好，但有错：先说出错在哪里，再改正。
#
# **关于 AI。** 凡是可以请教同学的地方，都可以请教 AI：解释一个概念，或者一条看不懂的报错。但如果让它替你写答案，那么做了这道题的是它，不是你。
#
# **延伸阅读。** 讲义 §8 · 李宏毅[《机器学习》](https://speech.ee.ntu.edu.tw/~hylee/ml/2017-spring.php)中的“Recurrent Neural Network”一讲 · 《动手学深度学习》[循环神经网络](https://zh.d2l.ai/chapter_recurrent-neural-networks/index.html)和[现代循环神经网络](https://zh.d2l.ai/chapter_recurrent-modern/index.html)两章 · S. Hochreiter 与 J. Schmidhuber，*Long Short-Term Memory*，Neural Computation 9 (1997)。
#
# **本课程的约定**
#
# {symbols}
#
# - 每行一个样本，所以一层写作 `x @ W + b`，$W$ 的形状是（输入数, 输出数），与第四章相同。每处都写明是求和还是求平均。
# - 每一步用的都是**同一套**参数：序列长一倍，权重一个也不多。（§8.3 说 RNN 不能像 CNN 那样共享权值；其实它在**时间**上共享。）
# - 参数放在字典里，按名字存取：`params["W_h"]`。梯度的形状与它所属的量相同。
# - 不要原地修改传入的参数，也不要在两次调用之间记住任何东西：记忆由参数传入。
# - 只有训练才用随机数，而且随机数都来自参数。
# %% setup
import numpy as np

from autograder import case, check, drawn_by, words


def sigmoid(z):
    """Chapter 3: 1 / (1 + e^−z), finite for every z."""
    return 0.5 * (1 + np.tanh(0.5 * z))


def softmax(Z):
    """Chapter 3: probabilities of scores Z, along the last axis."""
    E = np.exp(Z - np.max(Z, axis=-1, keepdims=True))
    return E / np.sum(E, axis=-1, keepdims=True)


# %% prelude
from autograder import Case


def normal(rng, *shape):
    return rng.normal(size=shape).round(2)


def weights(rng, d, h, k=None, feedback=None):
    """Parameters of an Elman network; of a Jordan network with `feedback=k`, of the states alone without k."""
    params = {
        "W_x": (normal(rng, d, h) * 0.7).round(2),
        "W_h": (normal(rng, feedback or h, h) * 0.7).round(2),
        "b_h": (normal(rng, h) * 0.5).round(2),
    }
    if k is not None:
        params |= {"W_y": normal(rng, h, k), "b_y": (normal(rng, k) * 0.5).round(2)}
    return params


def gated(rng, d, h, gates):
    """Parameters of gates that read [x, h]."""
    params = {}
    for gate in gates:
        params[f"W_{gate}"] = (normal(rng, d + h, h) * 0.7).round(2)
        params[f"b_{gate}"] = (normal(rng, h) * 0.5).round(2)
    return params


def gradients(rng, size):
    grads = {"W_x": normal(rng, 3, 2), "W_h": normal(rng, 2, 2), "b_h": normal(rng, 2)}
    return {name: (grad * size).round(2) for name, grad in grads.items()}


WIDE = {"en": "Thousands of parameters: derive, do not probe", "zh": "成千上万个参数：要推导，不能逐个试"}
