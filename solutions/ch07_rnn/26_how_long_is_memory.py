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
# 1. **Before you run anything**, write down your guess and why: up to which delay will each of the two recall nearly everything, and how will the `influence` in an Elman network fall with the distance, before and after training? Think of {ref:jacobian_norms}, and of the way of $dc$ in {ref:lstm_backward}.
# 2. Train both on 300 sequences of 30 steps and test on 200 others, ten seeds each: `train_elman(words, y, 4, 4, 20, 2.0, 20, 20, rng)`, as in {ref:train_elman}, and `train_lstm(words, y, 4, 4, 20, seed)`. (The inputs of both are `np.eye(4)[words]`. Everything takes about a minute.)
# 3. Draw one figure of recall against delay with the spread over the seeds and the line of guessing, and beside it `influence` by distance on a logarithmic axis: of the Elman network before training (a learning rate of 0 leaves it where it began) and after, and of the outputs `H` of the trained LSTM.
# 4. Write your answer below, in about 150 words: your guess, what you found, with numbers, and what your experiment does *not* show.
# %% [markdown] lang="zh" of="108c"
# ## {n} 探究：记忆有多长？
#
# “RNN 健忘，LSTM 记得住”（§8.4）。到底能记多远？**隔多少步，你的 Elman 网络还能回忆起一个符号？LSTM 呢？梯度能说明原因吗？**
#
# 下面的 `recall_task(rng, n, T)` 生成长 T 步的序列，每步是四种随机符号之一。每一步的标签都是**第一个**符号，所以第 $t$ 步的准确率就是隔 $t - 1$ 步之后的回忆率：训练一次就得到整条曲线。瞎猜能猜对四分之一。
#
# `influence(forward, X)` 给出最后一个状态对每一步输入的依赖有多强，从最远的一步到最近的一步。`forward(X)` 返回状态 (N, T, H)，例如 `lambda X: elman_forward(params, X, np.zeros((len(X), 20)))[1]`。
#
# 1. **先不要运行。** 写下你的猜测和理由：两种网络各自隔多少步还能几乎全部记住？Elman 网络的 `influence` 会怎样随距离下降，训练前后各是什么样？可以想一想 {ref:jacobian_norms}，以及 {ref:lstm_backward} 里 $dc$ 走的路。
# 2. 两种网络都用 300 个 30 步的序列训练、另外 200 个测试，各取十个种子：`train_elman(words, y, 4, 4, 20, 2.0, 20, 20, rng)`，与 {ref:train_elman} 相同；`train_lstm(words, y, 4, 4, 20, seed)`。（两者的输入都是 `np.eye(4)[words]`。全部跑完大约一分钟。）
# 3. 画一张图：回忆率随间隔的变化，画出各个种子之间的波动和瞎猜的水平线；旁边用对数坐标画出 `influence` 随距离的变化：Elman 网络训练前（学习率取 0，网络就停在初值）和训练后各一条，LSTM 训练后的一条（看输出 `H`）。
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
    for step in range(X.shape[1]):
        near = X.copy()
        near[:, step] += change
        moved.append(np.linalg.norm(np.asarray(forward(near))[:, -1] - np.asarray(forward(X))[:, -1], axis=1).mean() / h)
    return np.array(moved)


# %% [markdown] written="how_long_is_memory" points="6" lang="en"
# **Question (6 points).** Over how many steps does each of the two networks recall one symbol, and do the gradients tell why? Your guess with its reason, your figure (in a cell of your own), your answer with numbers, and a limit of your experiment or the next one that you would run.
#
# ### BEGIN SOLUTION
# **Model answer.** (10 seeds; mean recall by delay, in brackets the standard deviation; learned means at least 0.95 after 29 steps.)
#
# | | delay 1 | 5 | 10 | 20 | 29 | seeds that learned it |
# |---|---|---|---|---|---|---|
# | Elman | 0.89 (0.19) | 0.79 (0.30) | 0.83 (0.24) | 0.82 (0.24) | 0.79 (0.30) | 6 |
# | LSTM | 1.00 (0.00) | 0.99 (0.03) | 0.99 (0.03) | 0.99 (0.03) | 0.99 (0.03) | 9 |
#
# *Guess.* The Elman network fades: a factor below 1 at every step, so it recalls some five to ten steps; the LSTM recalls all 29. *Claim.* Neither fades: recall after 29 steps is what it is after 5. Of the Elman networks six recall everything, two a part (0.64 and 0.73) and two nothing (0.24, guessing); their mean is a mixture. The LSTM recalls everything with nine seeds, and 0.89 with one. Before training the influence in an Elman network falls by a factor of 0.7 to 0.8 a step, from 1.6 at the last step to 0.01 twenty steps back and 0.002 at the first: so learning begins with next to no gradient from far away, and is a matter of luck.
# After training it falls no longer like that: on average from 0.63 at the last step to about 0.1 after ten, 0.05 at 25 steps back and 0.08 at the first. So the far steps have gained, but the first symbol, the only one that matters, still has an eighth of the influence of the last, although most seeds recall it perfectly. What is kept in saturated neurons is kept *because* small changes have no effect there. In the LSTM the last step has 0.76, the first 0.12 and those in the middle 0.01: the gates let the first symbol in and hardly any of those in the middle. A small derivative makes learning hard; it does not mean forgetting.
# *Limit.* The label of every step is the first symbol, so the memory can be learned one step at a time; with a label at the end alone both would have to bridge the whole delay at once, and that is where gradients vanish. Next: that task, or an LSTM whose forget gates begin at 0.
#
# **Marking scheme** (6 points)
# * 1 point: a guess made before the run, with a reason (½ point without one). A wrong guess earns the point as well.
# * 2 points: a figure that can be read: labels, at least ten seeds with their spread, both networks, the line of guessing, `influence` on a logarithmic axis, for the Elman network before training and after (½ point off for each that is missing, at most 2).
# * 2 points: a claim that the figure supports, with numbers: how far each recalls (1), and what the influence has to do with it (1). Accept other numbers if the figure shows them.
# * 1 point: a limit of the experiment, or a next one that would answer an open question.
#
# **Anchors.**
# *6 points:* "I guessed 8 steps for Elman ($0.7^8 = 0.06$ of the gradient is left) and all 29 for the LSTM. Figure: each of 10 seeds and the mean against the delay, guessing at 0.25; beside it the influence. Elman: six seeds at 1.00, two at 0.24, two between, all of them flat, so there is no length of memory, only luck in learning. LSTM: nine at 1.00, one at 0.89. Influence before training: 0.7 to 0.8 a step, so my reason explains why learning fails, not that memory fades: after training it is still small (0.08 at the first step, 0.63 at the last), and recall is perfect. My sequences are labeled at every step, which helps; I would now label the last one alone."
# *3 points:* "I think the LSTM is better. Figure (10 seeds, mean and error bars): Elman 0.8 at all delays, LSTM 0.99. So Elman remembers 80% and the LSTM everything, because of the forget gate. On other tasks it may be different." (guess without a reason ½, figure without the influence 1½, first half of the claim ½ since a mean of several kinds of seeds is read as one, limit ½ for a remark on other tasks.)
# *0 points:* "LSTMs solve the vanishing gradient problem, so they remember much longer." (Nothing was run.)
#
# **Typical wrong answers.** A mean over seeds of several kinds, read as "remembers 80%". · One seed. · Recall averaged over all steps, the first included. · "Its influence is small, so it has forgotten", beside a curve at 1. · The influence of an untrained network taken for that of the trained one.
# ### END SOLUTION
# %% [markdown] written="how_long_is_memory" points="6" lang="zh" of="e205"
# **问题（6 分）。** 两种网络各自隔多少步还能回忆起一个符号？梯度能说明原因吗？请写出：你的猜测及理由；你的图（放在你自己的单元格里）；带数字的结论；以及实验的一处局限，或者你接下来想做的实验。
#
# ### BEGIN SOLUTION
# **参考答案。** （10 个种子；各个间隔的平均回忆率，括号内为标准差；学会是指隔 29 步时至少 0.95。）
#
# | | 隔 1 步 | 5 | 10 | 20 | 29 | 学会的种子 |
# |---|---|---|---|---|---|---|
# | Elman | 0.89 (0.19) | 0.79 (0.30) | 0.83 (0.24) | 0.82 (0.24) | 0.79 (0.30) | 6 |
# | LSTM | 1.00 (0.00) | 0.99 (0.03) | 0.99 (0.03) | 0.99 (0.03) | 0.99 (0.03) | 9 |
#
# *猜测。* Elman 网络会渐渐淡忘：每一步乘一个小于 1 的因子，所以能记五到十步；LSTM 能记满 29 步。*结论。* 两者都不是渐渐淡忘：隔 29 步的回忆率与隔 5 步差不多。十个 Elman 网络里，六个全部记住，两个记住一部分（0.64 和 0.73），两个什么也没记住（0.24，等于瞎猜）；平均值是几类的混合。LSTM 有九个种子全部记住，一个是 0.89。训练前，Elman 网络的 influence 每步乘 0.7 到 0.8，从最后一步的 1.6 降到二十步之前的 0.01、第一步的 0.002：学习刚开始时，远处几乎没有梯度传来，学不学得会要看运气。
# 训练之后，它不再这样一路下降：平均从最后一步的 0.63 降到十步之前的 0.1 左右，25 步之前 0.05，第一步 0.08。远处的影响变大了，可唯一要紧的第一个符号，影响仍只有最后一步的八分之一，而多数种子记得毫无差错。保存在饱和的神经元里的东西，正是**因为**小的改动在那里不起作用，才保存得住。LSTM 中最后一步是 0.76，第一步是 0.12，中间各步只有 0.01：门放进了第一个符号，中间的几乎都挡在外面。导数小，学起来难；但这不等于遗忘。
# *局限。* 每一步的标签都是第一个符号，所以记忆可以一步一步地学会；如果只有最后一步有标签，两者就得一下子跨过整个间隔，梯度正是在那里消失的。下一步：换成那个任务，或者让 LSTM 的遗忘门从 0 开始。
#
# **评分标准**（6 分）
# * 1 分：运行之前的猜测，并有理由（没有理由给 ½ 分）。猜错了同样得分。
# * 2 分：一张看得懂的图：有坐标轴标签，至少十个种子并画出波动，两种网络，瞎猜的水平线，以及对数坐标上的 `influence`，其中 Elman 网络有训练前后两条（每缺一项扣 ½ 分，扣完为止）。
# * 2 分：由图支持、带数字的结论：各自能记多远（1）；`influence` 与此有什么关系（1）。数字不同，只要图中如此，也给分。
# * 1 分：指出实验的一处局限，或提出能回答未解之问的下一个实验。
#
# **样卷。**
# *6 分：* “我猜 Elman 能记 8 步（$0.7^8 = 0.06$，梯度只剩这么多），LSTM 能记满 29 步。图：10 个种子各一条线和平均值，横轴是间隔，瞎猜是 0.25；旁边是 influence。Elman：六个种子是 1.00，两个是 0.24，两个在中间，每条线都是平的；所以谈不上记忆有多长，只看运气好不好、学没学会。LSTM：九个是 1.00，一个是 0.89。训练前 influence 每步乘 0.7 到 0.8，所以我的理由说明的是为什么会学不会，而不是记忆会变淡：训练之后它仍然很小（第一步 0.08，最后一步 0.63），却记得毫无差错。我的序列每一步都有标签，这帮了忙；接下来我想只给最后一步标签。”
# *3 分：* “我觉得 LSTM 更好。图（10 个种子的平均值和误差棒）：Elman 在所有间隔上是 0.8，LSTM 是 0.99。所以 Elman 记住了 80%，LSTM 全记住了，因为有遗忘门。换别的任务可能不一样。”（猜测没有理由 ½；图里没有 influence，得 1½；结论的前一半把几类种子的平均当成一类 ½；提到换别的任务，局限 ½。）
# *0 分：* “LSTM 解决了梯度消失问题，所以记得久得多。”（什么也没有运行。）
#
# **常见错误。** 把几类种子的平均读成“记住了 80%”。·只用一个种子。·把所有步（连第一步）的准确率平均起来。·曲线明明是 1，却说“influence 很小，所以忘了”。·把没有训练过的网络的 influence 当成训练过的。
# ### END SOLUTION
