# %% [markdown] lang="en"
# ## {n} Investigate: depth or width?
#
# "Deep" has given the field its name. §5.3 says that with the *same number of parameters* a deep net does better than a shallow, wide one. Does it, on our digits? **Given 4810 parameters, how many hidden layers should one make of them?**
#
# Your `train_mlp` makes one hidden layer. Copy it into a cell of your own as `train_deep(sizes, X, y, lr, n_epochs, batch_size, rng)` and let it start with as many layers as `sizes` says; the loops stay as they are, and `backprop` takes any depth. Train on the first 300 of `X_digits`, 50 epochs in batches of 20, and test on `X_digits_test`. (Only 300 images, so that a run takes a few tenths of a second.)
#
# 1. **Before you run anything**, write down your guess and why: how will the test accuracy change from 1 to 2, 3, 5 and 8 hidden layers of equal width? `count_params` tells you which width comes nearest to 4810 parameters without exceeding them: 64 for one layer, 41 for two.
# 2. Run each depth with at least ten seeds, first with $\eta=0.3$, the rate of {ref:train_mlp}, and then with a few others between 0.01 and 1. (200 runs take a minute or two.)
# 3. Draw one figure that answers the question, with the spread over the seeds.
# 4. Write your answer below, in about 150 words: your guess, what you found, with numbers, and what your experiment does *not* show. Look at the accuracy on the training images as well: it tells what went wrong where something did.
# %% [markdown] lang="zh" of="fc0e"
# ## {n} 探究：深还是宽？
#
# 这个领域就是以“深”命名的。§5.3 说，**参数个数相同**时，深的网络比浅而宽的网络好。在我们的手写数字上是这样吗？**给你 4810 个参数，应当用它们搭几个隐藏层？**
#
# 你的 `train_mlp` 只有一个隐藏层。把它复制到自己的单元格里，改名为 `train_deep(sizes, X, y, lr, n_epochs, batch_size, rng)`，让它按 `sizes` 建立任意多层的初值；循环照旧，`backprop` 对层数没有限制。用 `X_digits` 的前 300 张训练，50 轮，每批 20 张，在 `X_digits_test` 上测试。（只用 300 张，一次实验只要零点几秒。）
#
# 1. **先不要运行。** 写下你的猜测和理由：隐藏层从 1 个变成 2、3、5、8 个（各层一样宽），测试准确率会怎样变化？用 `count_params` 可以找出参数不超过 4810 的最大宽度：一层是 64，两层是 41。
# 2. 每种深度至少用十个种子：先用 {ref:train_mlp} 的学习率 $\eta=0.3$，再在 0.01 到 1 之间试几个别的。（200 次实验只要一两分钟。）
# 3. 画一张能回答问题的图，并画出各个种子之间的波动。
# 4. 在下面用 250 字左右写出你的结论：你猜的是什么，实际发现了什么（要有数字），以及你的实验**没有**说明什么。也看一看训练图像上的准确率：哪里出了问题，它会告诉你是什么问题。
# %% [markdown] written="depth_or_width" points="6" lang="en"
# **Question (6 points).** Given 4810 parameters, how many hidden layers? Your guess with its reason, your figure (in a cell of your own), your answer with numbers, and a limit of your experiment or the next one that you would run.
#
# ### BEGIN SOLUTION
# **Model answer.** (20 seeds; mean test accuracy in per cent, in brackets the standard deviation.)
#
# | hidden layers × width | η = 0.01 | 0.03 | 0.1 | 0.3 | 1 |
# |---|---|---|---|---|---|
# | 1 × 64 | 86.3 (1.5) | 91.4 (0.7) | 94.0 (0.7) | 94.5 (0.6) | **94.7** (0.9) |
# | 2 × 41 | 86.0 (2.3) | 92.3 (1.1) | 93.6 (0.9) | **94.6** (0.7) | 14 (5) |
# | 3 × 33 | 86.2 (2.5) | 91.5 (1.3) | **93.4** (1.0) | **93.4** (1.1) | 10 (0) |
# | 5 × 26 | 82.8 (3.9) | 89.7 (1.5) | **91.9** (1.1) | 59 (20) | 10 (0) |
# | 8 × 20 | 74 (8) | **84** (10) | 74 (17) | 26 (14) | 10 (1) |
#
# *Guess.* A bit better with two or three layers, then worse, since each layer gets narrower. *Claim.* At equal parameters depth does not help here: with the best rate for each depth, one and two layers are the same (94.7 and 94.6, one standard error being 0.2), three lose 1.3 points, five 2.8, eight 10. But the great differences are not about what a net *can* say: the rate at which training breaks falls with depth, from above 1 for one layer
# to below 0.1 for eight. Who compares at η = 0.3 alone finds 94.5 against 59 for five layers and concludes far too much: at η = 0.1 these five reach 91.9. On the training images all nets with up to five layers reach 100% at a good rate, so they lack nothing but a better answer between the images; eight layers reach 95 on average, since now and then a seed fails. Where training breaks, neurons are closed for good: of the five layers at η = 0.3 a fifth to a half of all ReLUs is silent for every image, and the more there are, the worse the seed (correlation −0.87).
# *Limit.* 300 small images, ReLU, no shortcuts, a fixed number of epochs; next: shortcuts ({ref:shortcut_backward}), or pixels that need parts of parts.
#
# **Marking scheme** (6 points)
# * 1 point: a guess made before the run, with a reason (½ point without one). A wrong guess earns the point as well.
# * 2 points: a figure that can be read: labels, at least ten seeds with their spread, equal numbers of parameters, one layer as the baseline, more than one learning rate (½ point off for each that is missing).
# * 2 points: a claim that the figure supports, with numbers: no gain from depth, a loss from about three or five layers on (1), and that the comparison hangs on the learning rate (1). Accept other numbers if the figure shows them.
# * 1 point: a limit of the experiment, or a next one that would answer an open question.
#
# **Anchors.**
# *6 points:* "I guessed that three layers win, because strokes make digits. Figure: mean and standard deviation of 10 seeds against depth, one curve for each of four rates, parameters 4450–4810. Best rate for each depth: 94.7, 94.6, 93.7, 92.0, 87.8. So no gain from depth, and beyond two layers a loss. At 0.3 alone five layers look hopeless (60 ± 20), at 0.1 they are not (92 ± 1): deeper nets need smaller steps. Training accuracy is 100% up to five layers, so that is no lack of
# power. At 0.1 eight layers don't even fit their training images every time. I would now add shortcuts: if training is the trouble, they should help the eight layers and not the one."
# *3 points:* "I think deeper is better. Figure (10 seeds, error bars, η = 0.3): 94.5, 94.6, 93, 60, 25. So deep nets are much worse on digits, one layer is enough. More data would perhaps change that." (guess without a reason ½, figure with one rate only 1½, first half of the claim ½ for an answer that holds for one rate alone, limit ½.)
# *0 points:* "Deep learning needs depth: more layers learn more complex features and so are more accurate." (Nothing was run.)
#
# **Typical wrong answers.** Equal *neurons* compared, or equal widths: then the deep net has more parameters. · One seed. · One rate for all, read as a fact about depth. · "It overfits" for eight layers (the training accuracy is low as well). · Differences of half a point between single runs taken seriously.
# ### END SOLUTION
# %% [markdown] written="depth_or_width" points="6" lang="zh" of="9936"
# **问题（6 分）。** 给你 4810 个参数，应当用几个隐藏层？请写出：你的猜测及理由；你的图（放在你自己的单元格里）；带数字的结论；以及实验的一处局限，或者你接下来想做的实验。
#
# ### BEGIN SOLUTION
# **参考答案。** （20 个种子；测试准确率的平均值，单位为百分之一，括号内为标准差。）
#
# | 隐藏层数 × 宽度 | η = 0.01 | 0.03 | 0.1 | 0.3 | 1 |
# |---|---|---|---|---|---|
# | 1 × 64 | 86.3 (1.5) | 91.4 (0.7) | 94.0 (0.7) | 94.5 (0.6) | **94.7** (0.9) |
# | 2 × 41 | 86.0 (2.3) | 92.3 (1.1) | 93.6 (0.9) | **94.6** (0.7) | 14 (5) |
# | 3 × 33 | 86.2 (2.5) | 91.5 (1.3) | **93.4** (1.0) | **93.4** (1.1) | 10 (0) |
# | 5 × 26 | 82.8 (3.9) | 89.7 (1.5) | **91.9** (1.1) | 59 (20) | 10 (0) |
# | 8 × 20 | 74 (8) | **84** (10) | 74 (17) | 26 (14) | 10 (1) |
#
# *猜测。* 两三层时略好，再深就变差，因为每层越来越窄。*结论。* 参数相同时，深度在这里没有好处：每种深度都用最合适的学习率，一层和两层一样好（94.7 与 94.6，标准误约 0.2），三层差 1.3 个百分点，五层差 2.8，八层差 10。但那些很大的差别，并不在于网络**能**表达什么：训练开始失控的学习率随深度下降，一层时大于 1，八层时不到 0.1。
# 如果只用 η = 0.3 来比，五层是 59，一层是 94.5，结论就下得太重了：取 η = 0.1，这五层能到 91.9。在训练图像上，五层以内的网络只要学习率合适都能到 100%，它们不缺表达能力，只是在图像与图像之间答得差一些；八层平均到 95，因为偶尔有种子训练失败。训练失控的时候，神经元就永远关闭了：五层、η = 0.3 时，五分之一到一半的 ReLU 对所有图像都不出声，而且越多的种子结果越差（相关系数 −0.87）。
# *局限。* 只有 300 张小图像，只用了 ReLU，没有近路，轮数固定；下一步：加上近路（{ref:shortcut_backward}），或者换成需要“部分的部分”的图像。
#
# **评分标准**（6 分）
# * 1 分：运行之前的猜测，并有理由（没有理由给 ½ 分）。猜错了同样得分。
# * 2 分：一张看得懂的图：有坐标轴标签，至少十个种子并画出波动，参数个数相同，以一层为基准，不止一个学习率（每缺一项扣 ½ 分）。
# * 2 分：由图支持、带数字的结论：深度没有带来好处，大约从三层或五层起变差（1）；比较的结果取决于学习率（1）。数字不同，只要图中如此，也给分。
# * 1 分：指出实验的一处局限，或提出能回答未解之问的下一个实验。
#
# **样卷。**
# *6 分：* “我猜三层最好，因为数字由笔画组成。图：10 个种子的平均值和标准差，横轴是深度，四个学习率各一条曲线，参数 4450–4810 个。每种深度取最好的学习率：94.7、94.6、93.7、92.0、87.8。所以深度没有好处，超过两层反而变差。只看 0.3，五层好像没救了（60 ± 20），取 0.1 就不是（92 ± 1）：网络越深，步子要越小。五层以内训练准确率都是 100%，所以不是能力不够。
# 取 0.1 时，八层有时连训练图像都拟合不了。接下来我想加上近路：如果问题出在训练上，它应当对八层有用，对一层没用。”
# *3 分：* “我觉得越深越好。图（10 个种子，误差棒，η = 0.3）：94.5、94.6、93、60、25。所以深的网络在数字上差得多，一层就够了。数据再多些也许会不同。”（猜测没有理由 ½；图只有一个学习率 1½；结论的前一半只对一个学习率成立 ½；局限 ½。）
# *0 分：* “深度学习就是要深：层数越多，学到的特征越复杂，准确率就越高。”（什么也没有运行。）
#
# **常见错误。** 比较的是**神经元**个数相同或宽度相同的网络，那样深的网络参数更多。·只用一个种子。·所有深度只用一个学习率，却当成关于深度的结论。·说八层是“过拟合”（它的训练准确率也低）。·把单次实验之间半个百分点的差别当真。
# ### END SOLUTION
