# %% [markdown] lang="en"
# ## {n} Investigate: what does a bottleneck keep?
#
# Squeeze a digit through $M$ numbers. PCA does it flatly, the autoencoder of {ref:train_autoencoder} along bends. Whose code is better, and *better for what*? Two yardsticks: the **error** on images that neither has seen, and the **nearest neighbor**: give each of `X_digits_test` the label of the image in `X_digits` whose code is nearest, and count how often that is right. (Labels are used here to look at a code, never to learn it.)
#
# 1. **Before you run anything**, write down your guess and why: for which $M$ among 2, 4, 8, 16 and 32 is the autoencoder ahead, by either yardstick? Will both yardsticks agree?
# 2. Run PCA, and the autoencoder with `n_hidden=64, lr=0.005, n_epochs=60, batch_size=20` and at least ten seeds for each $M$. (A run takes about half a second.)
# 3. Draw one figure that answers the question, with the spread over the seeds and with a baseline: what does the nearest neighbor on all 64 pixels reach?
# 4. Write your answer below, in about 150 words: your guess, what you found, with numbers, and what your experiment does *not* show. Look at the error on the training images as well.
# %% [markdown] lang="zh" of="cef9"
# ## {n} 探究：瓶颈留下了什么？
#
# 把一个手写数字压成 $M$ 个数。PCA 沿着平面压，{ref:train_autoencoder} 节的自编码器沿着弯路压。谁的编码更好？**对什么而言**更好？用两把尺子：一是在没见过的图像上的**误差**；二是**最近邻**：给 `X_digits_test` 的每张图，取 `X_digits` 里编码离它最近的那张图的标签，看有多少取对了。（标签在这里只用来检验编码，从不用来学习编码。）
#
# 1. **先不要运行。** 写下你的猜测和理由：$M$ 取 2、4、8、16、32，哪些时候自编码器领先？两把尺子各怎么看？它们会一致吗？
# 2. 运行 PCA；再用 `n_hidden=64, lr=0.005, n_epochs=60, batch_size=20` 运行自编码器，每个 $M$ 至少十个种子。（一次大约半秒。）
# 3. 画一张能回答问题的图，画出各个种子之间的波动，并画上基准：直接用全部 64 个像素做最近邻能到多少？
# 4. 在下面用 250 字左右写出你的结论：你猜的是什么，实际发现了什么（要有数字），以及你的实验**没有**说明什么。也看一看训练图像上的误差。
# %% [markdown] written="bottleneck" points="6" lang="en"
# **Question (6 points).** What does a bottleneck of $M$ numbers keep of a digit, and when is the autoencoder better than PCA? Your guess with its reason, your figure (in a cell of your own), your answer with numbers, and a limit of your experiment or the next one that you would run.
#
# ### BEGIN SOLUTION
# **Model answer.** (Ten seeds; mean, in brackets the standard deviation over seeds. Nearest neighbor in per cent.)
#
# | M | error, PCA | error, autoencoder | neighbor, PCA | neighbor, autoencoder |
# |---|---|---|---|---|
# | 2 | 3.38 | **2.61** (0.04) | 54.0 | **70.2** (2.7) |
# | 4 | 2.43 | **1.73** (0.03) | 78.0 | **90.3** (0.8) |
# | 8 | 1.58 | **1.19** (0.03) | 96.0 | 96.4 (0.6) |
# | 16 | 0.74 | **0.67** (0.02) | 98.0 | 97.9 (0.5) |
# | 32 | **0.18** | 0.21 (0.01) | 99.0 | 98.5 (0.3) |
#
# Baseline: 99.2 on all 64 pixels; an error of 4.70 for $M=0$ (the mean). *Guess.* The autoencoder is ahead everywhere, since PCA is one of the functions it can represent. *Claim.* Where the bottleneck is narrow, bends pay by both yardsticks: at $M=2$ the error falls from 3.38 to 2.61 and the neighbor rises from 54 to 70, at $M=4$ from 78 to 90, far more than the spread. At $M=8$ the yardsticks part: the error is still a quarter smaller, but the neighbor is as good by PCA. From 16 on the two codes tell digits apart equally well, and at 32 PCA even restores better (0.18 against 0.21).
# So the guess was wrong at the wide end: the autoencoder *could* be PCA there, but training for 60 epochs does not get it there (its error on the training images, 0.18, is above PCA's 0.15 as well, so this is no overfitting). Restoring well and keeping what names a digit are two things: with 8 numbers PCA loses more than twice as much as the autoencoder with 16 and still finds 96% of the neighbors.
# *Limit.* One width, one rate, 60 epochs, small images; distances in the autoencoder's code have no fixed scale. Next: train longer at 32, or whiten the codes before looking for neighbors.
#
# **Marking scheme** (6 points)
# * 1 point: a guess made before the run, with a reason (½ point without one). A wrong guess earns the point as well.
# * 2 points: a figure that can be read: labels, at least ten seeds with their spread, both yardsticks, PCA and all pixels as baselines (½ point off for each that is missing).
# * 2 points: a claim that the figure supports, with numbers: the autoencoder ahead at small M and the lead gone by about 8 to 32 (1), and that the two yardsticks do not agree everywhere (1). Accept other numbers if the figure shows them.
# * 1 point: a limit of the experiment, or a next one that would answer an open question.
#
# **Anchors.**
# *6 points:* "I guessed that the autoencoder wins for small M only, because digits bend. Figure: both yardsticks against M, ten seeds with bars, PCA and raw pixels (99.2) as lines. M = 2: error 2.6 ± 0.04 against 3.4, neighbor 70 ± 3 against 54. M = 8: error 1.2 against 1.6, but neighbors are equal (96). M = 32: PCA is better in error, 0.18 to 0.21, and its training error is lower too, so the net is not trained to the end rather than overfitted. I would train it longer at 32."
# *3 points:* "The autoencoder will be better because it is deep. Figure (ten seeds, error only): 2.6, 1.7, 1.2, 0.7, 0.2 against PCA's 3.4, 2.4, 1.6, 0.7, 0.2. So it is better up to 16. More layers may help." (guess ½ for a reason that says little, figure 1 with one yardstick and no baseline, claim 1, limit ½.)
# *0 points:* "Autoencoders are nonlinear and therefore keep more information than PCA." (Nothing was run.)
#
# **Typical wrong answers.** Errors on the training images alone. · One seed: at M = 2 single runs differ by several points in the neighbor. · "PCA is a special case, so the autoencoder can't be worse" (it can represent it, and training need not find it). · Labels used in training. · The error with MEAN over pixels compared with one that is SUMMED.
# ### END SOLUTION
# %% [markdown] written="bottleneck" points="6" lang="zh" of="2eca"
# **问题（6 分）。** $M$ 个数的瓶颈留下了手写数字的什么？自编码器什么时候比 PCA 好？请写出：你的猜测及理由；你的图（放在你自己的单元格里）；带数字的结论；以及实验的一处局限，或者你接下来想做的实验。
#
# ### BEGIN SOLUTION
# **参考答案。** （十个种子的平均值，括号内为种子之间的标准差；最近邻的单位为百分之一。）
#
# | M | 误差，PCA | 误差，自编码器 | 最近邻，PCA | 最近邻，自编码器 |
# |---|---|---|---|---|
# | 2 | 3.38 | **2.61** (0.04) | 54.0 | **70.2** (2.7) |
# | 4 | 2.43 | **1.73** (0.03) | 78.0 | **90.3** (0.8) |
# | 8 | 1.58 | **1.19** (0.03) | 96.0 | 96.4 (0.6) |
# | 16 | 0.74 | **0.67** (0.02) | 98.0 | 97.9 (0.5) |
# | 32 | **0.18** | 0.21 (0.01) | 99.0 | 98.5 (0.3) |
#
# 基准：全部 64 个像素为 99.2；$M=0$（只用均值）时误差为 4.70。*猜测。* 自编码器处处领先，因为 PCA 是它能表示的函数之一。*结论。* 瓶颈窄的时候，弯曲在两把尺子上都值得：$M=2$ 时误差从 3.38 降到 2.61，最近邻从 54 升到 70；$M=4$ 时从 78 升到 90，远远超过波动。到 $M=8$，两把尺子分了家：误差仍小四分之一，最近邻却与 PCA 一样好。从 16 起，两种编码区分数字的本事相同；到 32，PCA 恢复得反而更好（0.18 对 0.21）。
# 所以宽的那一头猜错了：自编码器在那里**可以**成为 PCA，但训练 60 轮到不了那里（它在训练图像上的误差 0.18 也高于 PCA 的 0.15，所以不是过拟合）。恢复得好，与留住“是几”，是两回事：PCA 用 8 个数丢掉的，是自编码器用 16 个数丢掉的两倍多，最近邻却照样有 96%。
# *局限。* 只有一种宽度、一个学习率、60 轮、很小的图像；自编码器的编码里，距离没有固定的尺度。下一步：在 32 处训练得更久，或者先把编码白化再找最近邻。
#
# **评分标准**（6 分）
# * 1 分：运行之前的猜测，并有理由（没有理由给 ½ 分）。猜错了同样得分。
# * 2 分：一张看得懂的图：有坐标轴标签，至少十个种子并画出波动，两把尺子都有，以 PCA 和全部像素为基准（每缺一项扣 ½ 分）。
# * 2 分：由图支持、带数字的结论：M 小时自编码器领先，大约到 8 至 32 领先消失（1）；两把尺子并非处处一致（1）。数字不同，只要图中如此，也给分。
# * 1 分：指出实验的一处局限，或提出能回答未解之问的下一个实验。
#
# **样卷。**
# *6 分：* “我猜只有 M 小的时候自编码器赢，因为数字是弯的。图：两把尺子，横轴为 M，十个种子带误差棒，PCA 和原始像素（99.2）画成线。M = 2：误差 2.6 ± 0.04 对 3.4，最近邻 70 ± 3 对 54。M = 8：误差 1.2 对 1.6，最近邻却相等（96）。M = 32：误差上 PCA 更好，0.18 对 0.21，它的训练误差也更低，所以是网络没有训练到头，而不是过拟合。接下来我想在 32 处训练得更久。”
# *3 分：* “自编码器更深，所以更好。图（十个种子，只有误差）：2.6、1.7、1.2、0.7、0.2，PCA 是 3.4、2.4、1.6、0.7、0.2。所以到 16 为止它更好。层数再多些也许有用。”（猜测的理由没说出什么，½；图只有一把尺子又没有基准，1；结论 1；局限 ½。）
# *0 分：* “自编码器是非线性的，所以比 PCA 保留更多信息。”（什么也没有运行。）
#
# **常见错误。** 只看训练图像上的误差。·只用一个种子：M = 2 时，单次运行的最近邻相差好几个百分点。·“PCA 是特例，所以自编码器不可能更差”（能表示它，不等于训练能找到它）。·训练时用了标签。·拿对像素取平均的误差与对像素求和的误差相比。
# ### END SOLUTION
