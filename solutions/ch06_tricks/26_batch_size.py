# %% [markdown] lang="en"
# ## {n} Small or large batches?
# %% [markdown] lang="zh" of="7137"
# ## {n} 批次该大还是该小？
# %% [markdown] written="batch_size" points="3" lang="en"
# **Question (3 points).** A training set has 60,000 samples. (a) How many updates has an epoch with batches of 10, and how many with batches of 1000? On a GPU a batch of 1000 takes hardly longer than one of 10: which of the two finishes an *epoch* sooner, and why can the other one still have the lower loss after one epoch? (b) The gradient of a batch of $B$ samples is a mean of $B$ random gradients. By which factor does its noise shrink when $B$ goes from 10 to 1000? Name one place where the noise does harm and one where it helps. (c) "Small batches are better, because their test accuracy is better." Which experiment would you ask for before you believe it?
# ### BEGIN SOLUTION
# **Model answer.** (a) 6000 and 60 updates. The large batches finish the epoch sooner, about a hundred times if a batch takes the same time, since the GPU works on the samples of a batch in parallel. The small ones have made a hundred times as many steps by then, so they may well be further down. (b) The standard deviation of a mean of $B$ independent gradients is proportional to $1/\sqrt B$: a factor of 10 less.
# Noise does harm near a minimum: with a constant rate the parameters do not come to rest there but jitter about (the figure above). It helps on saddles and in narrow or poor minima, where the exact gradient is 0 or leads nowhere and a noisy one pushes the parameters out. (c) The sentence compares batch sizes only if nothing else differs: the same number of *updates*, or the same time, not only the same epochs;
# a learning rate tuned for *each* batch size (the best one grows with it); several seeds with their spread; and the *training* accuracy beside the test accuracy, to tell whether large batches generalize worse or were just not trained to the end.
#
# **Marking scheme.** 1 point for (a): both counts (½); large batches finish the epoch sooner, small ones have made more updates (½). 1 point for (b): factor 10, or $1/\sqrt{B}$ (½); one harm and one benefit (½). 1 point for (c): a comparison in which one thing that must be equal, or tuned for each, is named (½), and why it matters, or seeds, or the training accuracy (½).
#
# **Anchors.** *3 points:* "6000 and 60. Batches of 1000 finish sooner (parallel), those of 10 have made 100 times the steps. Noise goes down by √100 = 10: near the minimum it makes the loss jitter, at a saddle it helps to get off. I would tune the rate for each batch size, train both for the same number of updates and ten seeds, and also look at the training accuracy."
# *1½ points:* "6000 and 60; batches of 1000 finish sooner, those of 10 have made more updates; the noise shrinks by 100; one would have to repeat it with several seeds." *½ point:* "6000 and 60."
# *0 points:* "Small batches are always better since they are updated more often."
#
# **Typical wrong answers.** The noise shrinks by a factor of 100. · Small batches are faster because they have less to compute (per epoch they compute the same and use the hardware worse). · The same rate for all batch sizes is a fair comparison. · More noise is always bad.
# ### END SOLUTION
# %% [markdown] written="batch_size" points="3" lang="zh" of="f11a"
# **问题（3 分）。** 训练集有 60,000 个样本。(a) 批次大小为 10 时，一轮更新多少次？为 1000 时呢？在 GPU 上，1000 个样本的一批并不比 10 个的慢多少：两者谁先跑完一**轮**？为什么跑完一轮后，另一个的损失反而可能更低？(b) $B$ 个样本的批次，其梯度是 $B$ 个随机梯度的平均。$B$ 从 10 变成 1000，噪声缩小到几分之一？说出噪声在哪里有害，在哪里有益，各一处。(c) “小批量更好，因为测试准确率更高。”在相信这句话之前，你会要求看什么实验？
# ### BEGIN SOLUTION
# **参考答案。** (a) 6000 次和 60 次。大批次先跑完一轮；如果每批用时相同，大约快一百倍，因为 GPU 对一批里的样本并行计算。而这时小批量已经走了一百倍的步数，所以完全可能走得更低。(b) $B$ 个独立梯度的平均，标准差与 $1/\sqrt B$ 成正比：缩小到 1/10。
# 有害：在极小点附近，学习率固定时参数静不下来，一直抖动（见上图）。有益：在鞍点上，或在狭窄的、不好的极小里，精确的梯度为 0 或者走不出去，带噪声的梯度能把参数推出来。(c) 除批次大小外什么都一样，这句话才算比较了批次大小：**更新次数**或用时相同，而不只是轮数相同；**各自**调好学习率（批次越大，合适的学习率越大）；多个随机种子，给出离散程度；
# 除测试准确率外还要看**训练**准确率，这样才知道大批次是泛化差，还是根本没有训练到位。
#
# **评分标准。** (a) 1 分：两个次数（½）；大批次先跑完一轮，小批量更新的次数多（½）。(b) 1 分：1/10，或 $1/\sqrt{B}$（½）；一处有害、一处有益（½）。(c) 1 分：说出比较时必须相同、或必须各自调好的一项（½），并说明理由，或提到多个种子，或提到训练准确率（½）。
#
# **样卷。** *3 分：* “6000 和 60。1000 的先跑完（并行），10 的已经走了 100 倍的步数。噪声缩小到 1/√100 = 1/10：在极小点附近让损失抖动，在鞍点上帮忙走出来。我会为每种批次大小调学习率，更新次数相同，各跑十个种子，还要看训练准确率。”
# *1½ 分：*“6000 和 60；1000 的先跑完，10 的更新次数多；噪声缩小到 1/100；应该换几个种子重复几次。”*½ 分：*“6000 和 60。”
# *0 分：* “小批量总是更好，因为更新得更勤。”
#
# **常见错误。** “噪声缩小到 1/100。”·“小批量计算量小，所以快。”（一轮的计算量相同，硬件反而用不满。）·“所有批次大小用同一个学习率，就是公平的比较。”·“噪声总是坏事。”
# ### END SOLUTION
