# %% [markdown] lang="en"
# ## {n} Investigate: how many samples does a flexible model need?
#
# "More data helps." "Simple models are safer." Both are said every day, and seldom with a number. Here you find one: **from how many samples on does a polynomial of degree 5 beat a straight line, and what does ridge change?**
#
# You have all the parts. This is one run, for a curve and a noise that we know, so that the error against the truth can be computed:
#
# ```python
# def experiment(n, degree, lam, seed):
#     rng = np.random.default_rng(seed)
#     x = rng.uniform(-1.5, 1.5, n)
#     y = np.sin(2.6 * x) + 0.4 * x + 0.5 * rng.normal(size=n)
#     w, b = ridge_fit(poly_features(x, degree), y, lam)
#     u = np.linspace(-1.5, 1.5, 300)  # where the curve is judged
#     return np.mean((linear_predict(w, b, poly_features(u, degree)) - np.sin(2.6 * u) - 0.4 * u) ** 2)
# ```
#
# 1. **Before you run anything**, write down your guess, and why: the number of samples at which degree 5 overtakes degree 1 ($\lambda = 0$), and in which direction $\lambda = 0.1$ and $\lambda = 1$ move it.
# 2. Add cells below, and run it for $n$ from 8 to 100, each with at least ten seeds, for degree 1 (the baseline) and for degree 5 with $\lambda = 0$, $0.1$ and $1$.
# 3. Draw one figure that answers the question, with the spread over the seeds. Single runs go wrong wildly: think about mean or median, and about the scale of the axis.
# 4. Write your answer below, in about 150 words: your guess, what you found, with numbers, and what your experiment does *not* show.
# %% [markdown] lang="zh" of="98a8"
# ## {n} 探究：灵活的模型需要多少样本？
#
# “数据越多越好。”“简单的模型更保险。”这两句话天天有人说，却很少有人给出数字。这一节请你找出一个数字：**从多少个样本起，5 次多项式胜过直线？岭回归又会带来什么变化？**
#
# 所需的函数你都有了。下面是一次实验；曲线和噪声都由我们设定，所以能直接算出与真实曲线的误差：
#
# ```python
# def experiment(n, degree, lam, seed):
#     rng = np.random.default_rng(seed)
#     x = rng.uniform(-1.5, 1.5, n)
#     y = np.sin(2.6 * x) + 0.4 * x + 0.5 * rng.normal(size=n)
#     w, b = ridge_fit(poly_features(x, degree), y, lam)
#     u = np.linspace(-1.5, 1.5, 300)  # 在这些点上评判曲线
#     return np.mean((linear_predict(w, b, poly_features(u, degree)) - np.sin(2.6 * u) - 0.4 * u) ** 2)
# ```
#
# 1. **先不要运行。** 写下你的猜测和理由：从多少个样本起，5 次会超过 1 次（$\lambda = 0$）？取 $\lambda = 0.1$ 和 $\lambda = 1$，这个数会变大还是变小？
# 2. 在下面添加单元格，让 $n$ 从 8 到 100，每个 $n$ 至少用十个种子，分别运行 1 次（作为基准），以及 5 次配 $\lambda = 0$、$0.1$、$1$。
# 3. 画一张能回答问题的图，并画出各个种子之间的波动。个别实验会错得离谱：想一想该用平均还是中位数，坐标轴该用什么刻度。
# 4. 在下面用 250 字左右写出你的结论：你猜的是什么，实际发现了什么（要有数字），以及你的实验**没有**说明什么。
# %% [markdown] written="how_many_samples" points="6" lang="en"
# **Question (6 points).** From how many samples on does degree 5 beat degree 1, and what does ridge change? Your guess with its reason, your figure (in a cell of your own), your answer with numbers, and a limit of your experiment or the next one that you would run.
#
# ### BEGIN SOLUTION
# **Model answer.** (200 seeds; median error against the truth, in brackets the mean.)
#
# | n | degree 1 | degree 5 | degree 5, λ = 0.1 | degree 5, λ = 1 |
# |---|---|---|---|---|
# | 8 | 0.49 (0.56) | 4.6 (40 000) | 0.42 (1.0) | 0.43 (0.59) |
# | 10 | 0.49 (0.55) | 0.77 (510) | 0.30 (0.69) | 0.32 (0.48) |
# | 12 | 0.46 (0.50) | 0.38 (26) | 0.25 (0.60) | 0.26 (0.40) |
# | 15 | 0.44 (0.48) | 0.24 (150) | 0.18 (0.38) | 0.23 (0.29) |
# | 20 | 0.42 (0.45) | 0.10 (0.22) | 0.11 (0.16) | 0.17 (0.19) |
# | 40 | 0.41 (0.42) | 0.042 (0.063) | 0.046 (0.066) | 0.105 (0.12) |
# | 100 | 0.39 (0.39) | 0.016 (0.018) | 0.016 (0.018) | 0.049 (0.050) |
#
# In a typical run (median) degree 5 wins from about 12 samples on, twice as many as it has parameters; on average only from about 20 on, for at 15 samples a few runs still miss by factors of hundreds. The line stays at 0.39: that is its bias, and no data remove it.
# Ridge moves the crossing to the left: with λ = 0.1 or 1 degree 5 wins already at 8 by the median, on average from 15 (λ = 0.1) or 10 (λ = 1) on, since the penalty cuts off the disasters. It has a price: at 100 samples λ = 1 has three times the error of λ = 0 (0.049 against 0.016).
# So a fixed λ is for few samples, and ought to be chosen anew for more. Limits: one curve, one noise, x spread evenly; with noise 0.3 the median crosses at about 10. Next: choose λ by validation for each n.
#
# **Marking scheme** (6 points)
# * 1 point: a guess made before the run, with a reason (½ point without one). A wrong guess earns the point as well.
# * 2 points: a figure that can be read: labels, at least ten seeds with their spread (bars, band or points), degree 1 as the baseline (½ point off for each that is missing).
# * 2 points: a claim that the figure supports, with numbers: where the curves cross (10–15 by the median, about 20 by the mean), and that ridge moves the crossing to fewer samples. Accept other numbers if the figure shows them.
# * 1 point: a limit of the experiment, or a next one that would answer an open question.
#
# **Anchors.**
# *6 points:* "I guessed 30, five for each of six parameters. Figure: median of 50 seeds, quartiles as bands, logarithmic axis, line as baseline. Degree 5 wins from 12 on (0.25 against 0.46), with λ = 1 already at 8 (0.40 against 0.49), so I guessed far too high. But at 12 the upper quartile of λ = 0 is still 1.05: a *typical* win
# is not a *safe* one. At 100 λ = 1 loses to λ = 0, 0.05 against 0.016. All this for one curve; I would repeat it with twice the noise, where I expect the crossing to move to the right."
# *3 points:* "I think 20. The plot (10 seeds, mean, no error bars, linear axis on which everything but one spike is flat) shows that degree 5 is better for large n and ridge helps for small n." (1 guess without reason ½, figure 1, claim without numbers 1, limit ½ for "more seeds would be better".)
# *0 points:* "More data is always better and ridge prevents overfitting, so degree 5 with ridge is the best model." (Nothing was run.)
#
# **Typical wrong answers.** Training errors in place of errors against the truth ("degree 5 always wins"). · One seed. · "Ridge is always better" (not from 40 samples on). · A mean over ten seeds read as a law, although one run decides it.
# ### END SOLUTION
# %% [markdown] written="how_many_samples" points="6" lang="zh" of="5a14"
# **问题（6 分）。** 从多少个样本起，5 次胜过 1 次？岭回归会带来什么变化？请写出：你的猜测及理由；你的图（放在你自己的单元格里）；带数字的结论；以及实验的一处局限，或者你接下来想做的实验。
#
# ### BEGIN SOLUTION
# **参考答案。** （200 个种子；与真实曲线的误差的中位数，括号内为平均值。）
#
# | n | 1 次 | 5 次 | 5 次，λ = 0.1 | 5 次，λ = 1 |
# |---|---|---|---|---|
# | 8 | 0.49 (0.56) | 4.6 (40 000) | 0.42 (1.0) | 0.43 (0.59) |
# | 10 | 0.49 (0.55) | 0.77 (510) | 0.30 (0.69) | 0.32 (0.48) |
# | 12 | 0.46 (0.50) | 0.38 (26) | 0.25 (0.60) | 0.26 (0.40) |
# | 15 | 0.44 (0.48) | 0.24 (150) | 0.18 (0.38) | 0.23 (0.29) |
# | 20 | 0.42 (0.45) | 0.10 (0.22) | 0.11 (0.16) | 0.17 (0.19) |
# | 40 | 0.41 (0.42) | 0.042 (0.063) | 0.046 (0.066) | 0.105 (0.12) |
# | 100 | 0.39 (0.39) | 0.016 (0.018) | 0.016 (0.018) | 0.049 (0.050) |
#
# 通常情况下（看中位数），5 次大约从 12 个样本起胜出，样本数是参数个数的两倍；看平均，则要到 20 个左右，因为 15 个样本时，还有少数几次错到几百倍。直线一直停在 0.39：这是它的偏差，数据再多也消除不了。
# 岭回归使交叉点左移：λ 取 0.1 或 1 时，看中位数，5 次在 8 个样本时就已胜出；看平均，则分别从 15 个（λ = 0.1）和 10 个（λ = 1）起，因为惩罚消除了那些离谱的结果。但它也有代价：100 个样本时，λ = 1 的误差是 λ = 0 的三倍（0.049 对 0.016）。
# 所以固定的 λ 只适合样本少的时候，样本多了应当重新选。局限：只有一条曲线、一种噪声，x 均匀分布；噪声为 0.3 时，中位数大约在 10 处交叉。下一步：对每个 n 用验证来选 λ。
#
# **评分标准**（6 分）
# * 1 分：运行之前的猜测，并有理由（没有理由给 ½ 分）。猜错了同样得分。
# * 2 分：一张看得懂的图：有坐标轴标签，至少十个种子并画出波动（误差条、带状或散点），以 1 次为基准（每缺一项扣 ½ 分）。
# * 2 分：由图支持、带数字的结论：曲线在哪里交叉（中位数 10–15，平均约 20），岭回归使交叉点移到样本更少处。数字不同，只要图中如此，也给分。
# * 1 分：指出实验的一处局限，或提出能回答未解之问的下一个实验。
#
# **样卷。**
# *6 分：* “我猜 30，六个参数，每个五个样本。图：50 个种子的中位数，四分位数画成带状，对数刻度，以直线为基准。5 次从 12 个样本起胜出（0.25 对 0.46），λ = 1 时 8 个就够（0.40 对 0.49），我猜得太高了。但在 12 处，λ = 0 的上四分位数还有 1.05：**通常**会赢，不等于**稳**赢。
# 100 个样本时 λ = 1 反而输给 λ = 0，0.05 对 0.016。这些都只是一条曲线的结果；我想把噪声加倍再做一次，预计交叉点会右移。”
# *3 分：* “我觉得是 20。图（10 个种子取平均，没有误差条，线性刻度，除了一个尖峰全是平的）说明 n 大时 5 次更好，n 小时岭回归有用。”（猜测没有理由 ½，图 1，结论没有数字 1，局限“种子再多些更好”½。）
# *0 分：* “数据越多越好，岭回归能防止过拟合，所以 5 次加岭回归是最好的模型。”（什么也没有运行。）
#
# **常见错误。** 用训练误差代替与真实曲线的误差（“5 次总是赢”）。·只用一个种子。·“岭回归总是更好”（40 个样本以上就不是了）。·把十个种子的平均当成规律，其实是由其中一次决定的。
# ### END SOLUTION
