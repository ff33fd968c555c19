# %% prelude
import numpy as np

# %% [markdown] lang="en"
# ## {n} Investigate: how long is a memory?
#
# "RNNs forget, LSTMs remember" (§8.4). How far, really? **Over how many steps does your Elman network recall one symbol, over how many an LSTM, and do the gradients tell why?**
#
# `recall_task(rng, n, T)` below makes sequences of T random symbols out of four. The label of every step is the *first* symbol, so the accuracy at step $t$ is the recall after a delay of $t - 1$ steps: one training gives the whole curve. Guessing recalls a quarter.
#
# `influence(forward, X)` tells how strongly the last state depends on the input of each step, from the farthest to the nearest. `forward(X)` gives the states (N, T, H), for example `lambda X: elman_forward(params, X, np.zeros((len(X), 20)))[1]`.
#
# 1. **Before you run anything**, write down your guess and why: up to which delay will each of the two recall nearly everything, and how will `influence` fall with the distance, before and after training? Think of {ref:jacobian_norms}, and of the way of $dc$ in {ref:lstm_backward}.
# 2. Train both on 300 sequences of 30 steps and test on 200 others, ten seeds each: `train_elman(words, y, 4, 4, 20, 2.0, 20, 20, rng)`, as in {ref:train_elman}, and `train_lstm(words, y, 4, 4, 20, seed)`. (The inputs of both are `np.eye(4)[words]`. Everything takes about a minute.)
# 3. Draw one figure of recall against delay with the spread over the seeds and the line of guessing, and beside it `influence` by distance on a logarithmic axis, before training (a learning rate of 0 leaves the network where it began) and after.
# 4. Write your answer below, in about 150 words: your guess, what you found, with numbers, and what your experiment does *not* show.
# %% [markdown] lang="zh"
# ## {n} 探究：记忆有多长？
#
# “RNN 健忘，LSTM 记得住”（§8.4）。到底能记多远？**隔多少步，你的 Elman 网络还能回忆起一个符号？LSTM 呢？梯度能说明原因吗？**
#
# 下面的 `recall_task(rng, n, T)` 生成长 T 步的序列，每步是四种随机符号之一。每一步的标签都是**第一个**符号，所以第 $t$ 步的准确率就是隔 $t - 1$ 步之后的回忆率：训练一次就得到整条曲线。瞎猜能猜对四分之一。
#
# `influence(forward, X)` 给出最后一个状态对每一步输入的依赖有多强，从最远的一步到最近的一步。`forward(X)` 返回状态 (N, T, H)，例如 `lambda X: elman_forward(params, X, np.zeros((len(X), 20)))[1]`。
#
# 1. **先不要运行。** 写下你的猜测和理由：两种网络各自隔多少步还能几乎全部记住？`influence` 会怎样随距离下降，训练前后各是什么样？可以想一想 {ref:jacobian_norms}，以及 {ref:lstm_backward} 里 $dc$ 走的路。
# 2. 两种网络都用 300 个 30 步的序列训练、另外 200 个测试，各取十个种子：`train_elman(words, y, 4, 4, 20, 2.0, 20, 20, rng)`，与 {ref:train_elman} 相同；`train_lstm(words, y, 4, 4, 20, seed)`。（两者的输入都是 `np.eye(4)[words]`。全部跑完大约一分钟。）
# 3. 画一张图：回忆率随间隔的变化，画出各个种子之间的波动和瞎猜的水平线；旁边用对数坐标画出 `influence` 随距离的变化，训练前（学习率取 0，网络就停在初值）和训练后各一条。
# 4. 在下面用 250 字左右写出你的结论：你猜的是什么，实际发现了什么（要有数字），以及你的实验**没有**说明什么。
# %% setup
def recall_task(rng, n, T):
    """n sequences of T random symbols 0 … 3, and their labels: the first symbol, at every step."""
    words = rng.integers(4, size=(n, T))
    return words, np.repeat(words[:, :1], T, axis=1)


def influence(forward, X, h=1e-6):
    """How far the last state moves for a small change of the input of each step, per unit of it: (T,), the mean over X (N, T, D)."""
    change = np.random.default_rng(0).normal(size=X[:, 0].shape)
    change = h * change / np.linalg.norm(change, axis=1, keepdims=True)
    moved = []
    for t in range(X.shape[1]):
        near = X.copy()
        near[:, t] += change
        moved.append(np.linalg.norm(np.asarray(forward(near))[:, -1] - np.asarray(forward(X))[:, -1], axis=1).mean() / h)
    return np.array(moved)


# %% [markdown] written="how_long_is_memory" points="6" lang="en"
# **Question (6 points).** Over how many steps does each of the two networks recall one symbol, and do the gradients tell why? Your guess with its reason, your figure (in a cell of your own), your answer with numbers, and a limit of your experiment or the next one that you would run.
#
# ### BEGIN SOLUTION
# **Model answer.** TODO
# ### END SOLUTION
# %% [markdown] written="how_long_is_memory" points="6" lang="zh"
# **问题（6 分）。** 两种网络各自隔多少步还能回忆起一个符号？梯度能说明原因吗？请写出：你的猜测及理由；你的图（放在你自己的单元格里）；带数字的结论；以及实验的一处局限，或者你接下来想做的实验。
#
# ### BEGIN SOLUTION
# **参考答案。** TODO
# ### END SOLUTION
