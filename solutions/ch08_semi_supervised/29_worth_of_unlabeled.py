# %% prelude
import numpy as np

# %% [markdown] lang="en"
# ## {n} Investigate: what is an unlabeled sample worth?
#
# Unlabeled samples are said to be nearly as good as labeled ones, and free. **How many labels do 50 or 200 unlabeled samples replace, and when do they do harm?**
#
# Below are two worlds. In `moons(rng, n, noise)` each class is one moon, with a gap that closes as the noise grows. In `halves(rng, n, noise)` there are two clouds, left and right, and *both* classes have their share of each: the upper half is class 1, the lower class 0. Its clusters are real, and they are not the classes.
#
# This is one run: labels alone (the nearest labeled sample) against labels spread by your graph, both judged on 400 other samples.
#
# ```python
# def one_run(world, noise, n_labels, m, seed):
#     """Accuracy with n_labels of each class alone, and with m unlabeled samples beside them."""
#     rng = np.random.default_rng(seed)
#     X, y = world(rng, 2 * n_labels + m + 400, noise)
#     train, test = X[:-400], X[-400:]
#     known = np.concatenate([y[: 2 * n_labels], np.full(m, -1)])
#     A = rbf_weights(train, knn_graph(train, 6), 0.3)
#     spread = label_propagate(A, known, 2, 300).argmax(axis=1)
#
#     def nearest(among):
#         return np.argmin(np.sum((test[:, None] - among) ** 2, axis=2), axis=1)
#
#     alone = y[nearest(train[: 2 * n_labels])]
#     return np.mean(alone == y[-400:]), np.mean(spread[nearest(train)] == y[-400:])
# ```
#
# 1. **Before you run anything**, write down your guess and why: how many labels of each class, alone, are as good as 2 labels with 200 unlabeled samples, on clean moons (noise 0.08)? On noisy ones (0.25)? And what happens on `halves` with noise 0.4?
# 2. Run it for 1, 2, 5, 10 and 20 labels of each class and for $m=50$ and $200$, with at least ten seeds. Both ways see the same samples in a run, so look at the *difference* within a run, too.
# 3. Draw one figure that answers the question, with the spread over the seeds and the labels alone as the baseline.
# 4. Write your answer below, in about 150 words: your guess, what you found, with numbers, which assumption decides, and what your experiment does not show.
# %% [markdown] lang="zh" of="36a5"
# ## {n} 探究：一个无标签样本值多少？
#
# 人们说，无标签样本几乎和有标签的一样好，而且不花钱。**50 个或 200 个无标签样本，抵得上多少个标签？什么时候它们反而有害？**
#
# 下面有两个世界。`moons(rng, n, noise)` 里，每一类是一弯月亮，噪声越大，中间的空隙越窄。`halves(rng, n, noise)` 里有左右两片点，而**两类**在每一片里都有份：上半边是第 1 类，下半边是第 0 类。簇确实存在，但簇不是类。
#
# 下面是一次实验：只靠标签（离得最近的有标签的样本），与用你的图传播标签相比，两者都在另外 400 个样本上评判。
#
# ```python
# def one_run(world, noise, n_labels, m, seed):
#     """每类 n_labels 个标签时的准确率：只靠标签，以及另有 m 个无标签样本。"""
#     rng = np.random.default_rng(seed)
#     X, y = world(rng, 2 * n_labels + m + 400, noise)
#     train, test = X[:-400], X[-400:]
#     known = np.concatenate([y[: 2 * n_labels], np.full(m, -1)])
#     A = rbf_weights(train, knn_graph(train, 6), 0.3)
#     spread = label_propagate(A, known, 2, 300).argmax(axis=1)
#
#     def nearest(among):
#         return np.argmin(np.sum((test[:, None] - among) ** 2, axis=2), axis=1)
#
#     alone = y[nearest(train[: 2 * n_labels])]
#     return np.mean(alone == y[-400:]), np.mean(spread[nearest(train)] == y[-400:])
# ```
#
# 1. **先不要运行。** 写下你的猜测和理由：在干净的月亮上（噪声 0.08），每类 2 个标签加 200 个无标签样本，抵得上每类多少个标签？在嘈杂的月亮上（0.25）呢？噪声 0.4 的 `halves` 上又会怎样？
# 2. 每类标签取 1、2、5、10、20 个，$m$ 取 50 和 200，至少用十个种子。同一次实验里两种做法用的是同样的样本，所以还要看每次实验中两者之**差**。
# 3. 画一张能回答问题的图，画出各个种子之间的波动，以只靠标签为基准。
# 4. 在下面用 250 字左右写出你的结论：你猜的是什么，实际发现了什么（要有数字），起决定作用的是哪个假设，以及你的实验没有说明什么。
# %% setup
def moons(rng, n, noise):
    """Two moons, a class each, in turn: X (n, 2) and labels y (n,)."""
    y, angle = np.arange(n) % 2, rng.uniform(0, np.pi, n)
    X = np.stack([np.cos(angle) + y, np.where(y == 1, 0.35 - np.sin(angle), np.sin(angle))], axis=1)
    return X + rng.normal(0, noise, X.shape), y


def halves(rng, n, noise):
    """Two clouds, left and right, whose upper halves are class 1 and whose lower halves are class 0."""
    y, side = np.arange(n) % 2, rng.integers(2, size=n)
    X = np.stack([3.0 * side, 0.8 * y], axis=1)
    return X + rng.normal(0, noise, X.shape), y


# %% [markdown] written="worth_of_unlabeled" points="6" lang="en"
# **Question (6 points).** How many labels are 50 or 200 unlabeled samples worth, and when do they do harm? Your guess with its reason, your figure (in a cell of your own), your answer with numbers and the assumption that decides, and a limit of your experiment or the next one that you would run.
#
# ### BEGIN SOLUTION
# **Model answer.** (30 seeds, $m=200$: mean accuracy of labels alone → with the graph; in brackets the difference within a run ± its standard error, and in how many of the 30 runs the graph was worse.)
#
# | labels of each class | moons, noise 0.08 | moons, noise 0.25 | halves, noise 0.4 |
# |---|---|---|---|
# | 1 | 0.793 → 0.965 (0.172 ± 0.026; 3) | 0.778 → 0.808 (0.030 ± 0.013; 8) | 0.574 → 0.554 (−0.021 ± 0.007; 17) |
# | 2 | 0.842 → 0.990 (0.147 ± 0.019; 1) | 0.794 → 0.817 (0.023 ± 0.008; 12) | 0.634 → 0.624 (−0.010 ± 0.005; 15) |
# | 5 | 0.969 → 1.000 (0.031 ± 0.009; 0) | 0.898 → 0.910 (0.013 ± 0.008; 12) | 0.724 → 0.717 (−0.008 ± 0.009; 17) |
# | 10 | 0.997 → 1.000 (0.003 ± 0.001; 0) | 0.914 → 0.926 (0.012 ± 0.004; 7) | 0.756 → 0.774 (0.017 ± 0.006; 8) |
#
# *Guess.* On clean moons 2 labels and 200 samples are worth 20 labels; on noisy ones less; on `halves` they hurt. *Claim.* On clean moons 2 labels of each class with 200 unlabeled samples reach 0.990, between 5 labels alone (0.969) and 10 (0.997): the 200 samples replace some 12 labels, about 17 samples for each. Fifty samples already do most of it (1 label: 0.784 → 0.952, nearly 5 labels alone: 6 samples a label). On noisy moons, where the gap is closed, the same 200 are worth a label or less: 2 labels with them, 0.817, stay far below 5 without (0.898), and in 12 of 30 runs they hurt.
# On `halves` they do harm while labels are few: −2 points with one label, and −3.1 ± 1.0 with two labels and 50 samples. The assumption that decides is that neighbors agree and that a gap lies *between classes*; here the only gap lies within both. From ten labels on even here the graph helps a little: with labels everywhere, propagation averages over neighbors, which smooths the noise.
# *Limit.* Two dimensions, one width and one number of neighbors; nobody can see in advance, from the unlabeled samples, whether clusters are classes. Next: choose the width by leaving one label out, and see whether that warns on `halves`.
#
# **Marking scheme** (6 points)
# * 1 point: a guess made before the run, with a reason (½ point without one). A wrong guess earns the point as well.
# * 2 points: a figure that can be read: labels, at least ten seeds with their spread, at least four numbers of labels, the labels alone as the baseline, both worlds (½ point off for each that is missing).
# * 2 points: a claim that the figure supports, with numbers: how many labels the unlabeled samples replace on moons (1); that they hurt on `halves` or help hardly on noisy moons, with the assumption that fails (1). Accept other numbers if the figure shows them.
# * 1 point: a limit of the experiment, or a next one that would answer an open question.
#
# **Anchors.**
# *6 points:* "I guessed 10 labels for clean moons, since the graph follows the moon, 3 for noisy ones, and no effect on halves. Figure: accuracy against labels, 20 seeds, means with standard errors, m = 0, 50, 200, three panels. Clean: 2 labels and 200 samples give 0.99, like 8 labels alone, so 200 samples are worth 12 labels. Noise 0.25: +0.02, within a run ± 0.01, less than one label. Halves: −0.02 ± 0.01 with one label, so my guess was wrong: it does not do nothing, it hurts, because the label fills its whole cloud and half of it is the other class. With 20 labels it helps again, which I did not expect. I have only tried a width of 0.3; I would now see whether a smaller one hurts less."
# *3 points:* "I think unlabeled data always helps. Figure (10 seeds, means only): with unlabeled samples the moons are 0.97 instead of 0.79. So one label with 200 unlabeled is like 5 labels. With noise the gain is smaller." (Guess without a reason ½; spread and `halves` are missing 1; first half of the claim 1; the reason and the harm are missing 0; limit ½ for a remark on other data.)
# *0 points:* "More data is always better, so unlabeled data helps, especially with few labels." (Nothing was run.)
#
# **Typical wrong answers.** One seed: on noisy moons a third of the runs says the opposite. · "Unlabeled data never hurts, at worst it does nothing." · A gain read from two means whose spreads overlap, without looking at the difference within a run. · "It hurts because of the noise" for `halves` (with less noise the clouds are clearer and still not the classes).
# ### END SOLUTION
# %% [markdown] written="worth_of_unlabeled" points="6" lang="zh" of="b0cd"
# **问题（6 分）。** 50 个或 200 个无标签样本抵得上多少个标签？什么时候有害？请写出：你的猜测及理由；你的图（放在你自己的单元格里）；带数字的结论，以及起决定作用的假设；还有实验的一处局限，或者你接下来想做的实验。
#
# ### BEGIN SOLUTION
# **参考答案。** （30 个种子，$m=200$：平均准确率，只靠标签 → 用图；括号内是同一次实验中的差 ± 标准误，以及 30 次里有几次用图反而更差。）
#
# | 每类标签数 | 月亮，噪声 0.08 | 月亮，噪声 0.25 | halves，噪声 0.4 |
# |---|---|---|---|
# | 1 | 0.793 → 0.965 (0.172 ± 0.026；3) | 0.778 → 0.808 (0.030 ± 0.013；8) | 0.574 → 0.554 (−0.021 ± 0.007；17) |
# | 2 | 0.842 → 0.990 (0.147 ± 0.019；1) | 0.794 → 0.817 (0.023 ± 0.008；12) | 0.634 → 0.624 (−0.010 ± 0.005；15) |
# | 5 | 0.969 → 1.000 (0.031 ± 0.009；0) | 0.898 → 0.910 (0.013 ± 0.008；12) | 0.724 → 0.717 (−0.008 ± 0.009；17) |
# | 10 | 0.997 → 1.000 (0.003 ± 0.001；0) | 0.914 → 0.926 (0.012 ± 0.004；7) | 0.756 → 0.774 (0.017 ± 0.006；8) |
#
# *猜测。* 干净的月亮上，2 个标签加 200 个样本抵得上 20 个标签；嘈杂时少一些；`halves` 上有害。*结论。* 干净的月亮上，每类 2 个标签加 200 个无标签样本达到 0.990，介于只用 5 个标签（0.969）和 10 个标签（0.997）之间：200 个样本抵了大约 12 个标签，约 17 个样本抵一个。50 个样本就已经完成了大半（1 个标签：0.784 → 0.952，接近只用 5 个标签；6 个样本抵一个标签）。
# 嘈杂的月亮上空隙已经合拢，同样的 200 个样本抵不上一个标签：2 个标签加上它们是 0.817，远低于只用 5 个标签的 0.898，30 次里有 12 次反而更差。`halves` 上，标签少时它们有害：一个标签时差 2 个百分点，两个标签加 50 个样本时差 3.1 ± 1.0。起决定作用的假设是：邻居的标签相同，而且空隙在**类与类之间**；这里唯一的空隙却在两类各自的内部。从十个标签起，连这里用图也略有好处：处处都有标签时，传播就是对邻居取平均，能抹平噪声。
# *局限。* 只有二维，只用了一种宽度和一种邻居数；单看无标签样本，谁也无法预先知道簇是不是类。下一步：每次留出一个标签来选宽度，看看在 `halves` 上它会不会发出警告。
#
# **评分标准**（6 分）
# * 1 分：运行之前的猜测，并有理由（没有理由给 ½ 分）。猜错了同样得分。
# * 2 分：一张看得懂的图：有坐标轴标签，至少十个种子并画出波动，至少四种标签个数，以只靠标签为基准，两个世界都有（每缺一项扣 ½ 分）。
# * 2 分：由图支持、带数字的结论：在月亮上，无标签样本抵得上多少个标签（1）；在 `halves` 上有害，或在嘈杂的月亮上几乎无用，并指出是哪个假设不成立（1）。数字不同，只要图中如此，也给分。
# * 1 分：指出实验的一处局限，或提出能回答未解之问的下一个实验。
#
# **样卷。**
# *6 分：* “我猜干净的月亮上抵 10 个标签，因为图会顺着月亮走；嘈杂时抵 3 个；halves 上没有影响。图：准确率对标签个数，20 个种子的平均和标准误，m = 0、50、200，三幅小图。干净时：2 个标签加 200 个样本是 0.99，相当于只用 8 个标签，所以 200 个样本抵 12 个标签。噪声 0.25：同一次实验的差是 +0.02 ± 0.01，不到一个标签。halves：一个标签时 −0.02 ± 0.01，我猜错了：不是没有影响，而是有害，因为标签会填满它所在的整片点，而其中一半是另一类。20 个标签时又有好处，这我没想到。我只试了宽度 0.3，接下来想看看小一点的宽度害处会不会小些。”
# *3 分：* “我觉得无标签数据总是有用的。图（10 个种子，只有平均）：加上无标签样本，月亮从 0.79 变成 0.97。所以一个标签加 200 个无标签样本相当于 5 个标签。有噪声时好处小一些。”（猜测没有理由 ½；缺波动和 `halves` 1；结论的前一半 1；没有谈害处和原因 0；提到换别的数据，局限 ½。）
# *0 分：* “数据越多越好，所以无标签数据有用，标签少时尤其如此。”（什么也没有运行。）
#
# **常见错误。** 只用一个种子：嘈杂的月亮上，三分之一的实验结论相反。·“无标签数据绝不会有害，最多没有用。”·只比较两个平均值，波动互相重叠，却不看同一次实验中的差。·说 `halves` 上有害“是因为噪声”（噪声小一些，簇更清楚，但仍然不是类）。
# ### END SOLUTION
