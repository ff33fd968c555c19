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
# **Model answer.** (10 seeds; recall at the step that comes `delay` steps after the first.)
#
# | | delay 1 | 5 | 10 | 20 | 29 | seeds that learned it |
# |---|---|---|---|---|---|---|
# | Elman | TODO | TODO | TODO | TODO | TODO | TODO |
# | LSTM | TODO | TODO | TODO | TODO | TODO | TODO |
#
# *Guess.* The Elman network fades: a factor below 1 at every step, so it recalls some five to ten steps; the LSTM recalls all 29. *Claim.* The Elman network does not fade: a seed learns the task for *all* delays or for none, and its mean is a mixture of both. Before training `influence` falls like a power, by a factor of about 0.7 a step, so the first symbol counts for almost nothing at the end; in the seeds that learned it, it is flat after training: the largest eigenvalue of $W_h$ has been pushed to where a state stays. The LSTM learns it with every seed, and it has learned more: between the first step and the last ones its influence
# is far smaller than at the first, since its gates let the first symbol in and the others not. So the gradients tell why learning is a matter of luck for one and not for the other; that "an RNN forgets" is not what this figure shows.
# *Limit.* The label of every step is the first symbol, so the memory can be learned one step at a time; with a label at the end alone both would have to bridge the whole delay at once, and that is where gradients vanish. Next: that task, or an LSTM whose forget gates begin at 0.
#
# **Marking scheme** (6 points)
# * 1 point: a guess made before the run, with a reason (½ point without one). A wrong guess earns the point as well.
# * 2 points: a figure that can be read: labels, at least ten seeds with their spread, both networks, the line of guessing, `influence` before and after on a logarithmic axis (½ point off for each that is missing).
# * 2 points: a claim that the figure supports, with numbers: how far each recalls (1), and what the influence has to do with it (1). Accept other numbers if the figure shows them.
# * 1 point: a limit of the experiment, or a next one that would answer an open question.
#
# **Anchors.**
# *6 points:* "I guessed 8 steps for Elman ($0.7^8 = 0.06$ of the gradient) and all 29 for the LSTM. Figure: mean and each of 10 seeds against the delay, guessing at 0.25; beside it the influence. Elman: seeds lie at 1.00 or at 0.25, nothing between, so the mean says little. LSTM: 1.00 everywhere. Before training the influence falls by 0.7 a step for Elman; after it is flat where the seed succeeded and as before where it did not. So my reason was half right: the gradient is small at the start, but it can be learned to stay. My sequences are labeled at every step, which helps; I would now label the last one alone."
# *3 points:* "I think the LSTM is better. Figure (10 seeds, mean and error bars): Elman 0.6 at all delays, LSTM 1.0. So Elman remembers 60% and the LSTM everything, because of the forget gate." (guess without a reason ½, influence is missing 1½, first half of the claim ½ since a mean of two kinds of seeds is read as one, limit ½ for a remark on other tasks.)
# *0 points:* "LSTMs solve the vanishing gradient problem, so they remember much longer." (Nothing was run.)
#
# **Typical wrong answers.** A mean over seeds of two kinds, read as "remembers 60%". · One seed. · Recall averaged over all steps, the first included. · "The gradient vanishes, so it cannot be learned", beside a curve at 1. · The influence of an untrained network taken for that of the trained one.
# ### END SOLUTION
# %% [markdown] written="how_long_is_memory" points="6" lang="zh"
# **问题（6 分）。** 两种网络各自隔多少步还能回忆起一个符号？梯度能说明原因吗？请写出：你的猜测及理由；你的图（放在你自己的单元格里）；带数字的结论；以及实验的一处局限，或者你接下来想做的实验。
#
# ### BEGIN SOLUTION
# **参考答案。**（10 个种子；第一步之后再隔若干步时的回忆率。）
#
# | | 隔 1 步 | 5 | 10 | 20 | 29 | 学会的种子 |
# |---|---|---|---|---|---|---|
# | Elman | TODO | TODO | TODO | TODO | TODO | TODO |
# | LSTM | TODO | TODO | TODO | TODO | TODO | TODO |
#
# *猜测。* Elman 网络会渐渐淡忘：每一步乘一个小于 1 的因子，所以能记五到十步；LSTM 能记满 29 步。*结论。* Elman 网络并不是渐渐淡忘：一个种子要么对**所有**间隔都学会，要么都没学会，平均值是两者的混合。训练前，`influence` 像乘方一样下降，每步约乘 0.7，到最后第一个符号几乎不起作用；学会了的种子，训练后它是平的：$W_h$ 最大的特征值被推到了状态能够保持的地方。LSTM 每个种子都学会，而且学得更多：在第一步与最后几步之间，影响比第一步小得多，
# 因为它的门只放第一个符号进来，不放别的。所以梯度说明了为什么其中一个要碰运气才能学会，另一个不用；但这张图并没有说明“RNN 健忘”。
# *局限。* 每一步的标签都是第一个符号，所以记忆可以一步一步地学会；如果只有最后一步有标签，两者就得一下子跨过整个间隔，梯度正是在那里消失的。下一步：换成那个任务，或者让 LSTM 的遗忘门从 0 开始。
#
# **评分标准**（6 分）
# * 1 分：运行之前的猜测，并有理由（没有理由给 ½ 分）。猜错了同样得分。
# * 2 分：一张看得懂的图：有坐标轴标签，至少十个种子并画出波动，两种网络，瞎猜的水平线，以及对数坐标上训练前后的 `influence`（每缺一项扣 ½ 分）。
# * 2 分：由图支持、带数字的结论：各自能记多远（1）；`influence` 与此有什么关系（1）。数字不同，只要图中如此，也给分。
# * 1 分：指出实验的一处局限，或提出能回答未解之问的下一个实验。
#
# **样卷。**
# *6 分：*“我猜 Elman 能记 8 步（$0.7^8 = 0.06$，梯度只剩这么多），LSTM 能记满 29 步。图：10 个种子各一条线和平均值，横轴是间隔，瞎猜是 0.25；旁边是 influence。Elman 的种子不是 1.00 就是 0.25，没有中间的，所以平均值说明不了什么。LSTM 处处是 1.00。训练前 Elman 的 influence 每步乘 0.7；训练后，成功的种子是平的，失败的和原来一样。所以我的理由只对了一半：梯度一开始很小，但可以学会保持。我的序列每一步都有标签，这帮了忙；接下来我想只给最后一步标签。”
# *3 分：*“我觉得 LSTM 更好。图（10 个种子的平均值和误差棒）：Elman 在所有间隔上是 0.6，LSTM 是 1.0。所以 Elman 记住了 60%，LSTM 全记住了，因为有遗忘门。”（猜测没有理由 ½；图里没有 influence 1½；结论的前一半把两类种子的平均当成一类 ½；提到换别的任务，局限 ½。）
# *0 分：*“LSTM 解决了梯度消失问题，所以记得久得多。”（什么也没有运行。）
#
# **常见错误。**把两类种子的平均读成“记住了 60%”。·只用一个种子。·把所有步（连第一步）的准确率平均起来。·曲线明明是 1，却说“梯度消失，所以学不会”。·把没有训练过的网络的 influence 当成训练过的。
# ### END SOLUTION
