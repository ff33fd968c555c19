# %% prelude
import numpy as np

from chapter import MY_SEED


# %% [markdown] lang="en"
# ## {n} Investigate: how slow is a narrow valley?
#
# Until now you have seen *that* a narrow valley is slow. Now find out *how* slow, by an experiment of your own. The next cell gives you valleys of any shape: two features of which one is `stretch` times as wide as the other (units!), and which are
# correlated by `correlation` (nothing to do with units). Both make the condition number large.
# %% [markdown] lang="zh" of="64b1"
# ## {n} 探究：狭长的山谷有多慢？
#
# 到目前为止，你看到了狭长的山谷**会**慢。现在请自己做实验，弄清楚它慢**多少**。下面的单元格可以造出各种形状的山谷：两个特征，其中一个的范围是另一个的 `stretch` 倍（单位不同），两者的相关系数为 `correlation`（与单位无关）。两种办法都会让条件数变大。
# %% setup
def narrow_valley(seed, stretch, correlation):
    """Data (X, y) of 100 samples: two features, one of them `stretch` times as wide, correlated by `correlation`."""
    rng = np.random.default_rng(seed)
    Z = rng.normal(size=(100, 2))
    Z[:, 1] = correlation * Z[:, 0] + np.sqrt(1 - correlation**2) * Z[:, 1]
    y = Z @ rng.normal(size=2) + 1 + 0.3 * rng.normal(size=100)
    return Z * np.array([1.0, stretch]), y


# %% own_data="condition_law"
my_seeds = np.random.default_rng(MY_SEED).integers(2**31, size=20)


# %% [markdown] written="condition_law" points="6" lang="en"
# **Question (6 points).** *How does the number of steps grow with the condition number, and what do standardizing and Adagrad change about it?* Count the steps of full-batch training from $w = 0$, $b = 0$ until $(w, b)$ has gone 99% of the way: its distance to the least-squares solution
# (`np.linalg.lstsq`, with a column of ones) is at most $0.01$ of the distance at the start. Compare four trainings: gradient descent with $\eta = 1/\kappa_{\max}$ and Adagrad with $\eta = 1$, each on raw and on standardized features. Use your own functions.
#
# 1. **Prediction**, before you run anything: if the condition number is four times as large, the steps are … times as many? For which of the four trainings, and does it matter whether units or correlation made the valley narrow? Give reasons.
# 2. **Figure**: steps against the condition number of the raw data, both axes logarithmic. Units: `stretch` from 1 to 32 at `correlation` 0. Correlation: from 0.5 to 0.995 at `stretch` 1. At least 10 of the seeds `my_seeds` for each point (from the cell above; where `MY_SEED` is not 0 they are yours alone), with spread, and a line for the law you compare with. (It takes a few seconds; stop a run after 20,000 steps.)
# 3. **Claim**: in at most 150 words, what holds? With numbers: slopes in the figure, or steps divided by the condition number.
# 4. **Limit**, or the next experiment: what do your data *not* show?
#
# Work in new code cells below this one; write the answer into this cell.
# ### BEGIN SOLUTION
# **Model answer.** *Prediction.* One step multiplies the slowest error by $1 - \kappa_{\min}/\kappa_{\max}$, so 1% takes about $\ln(100)\cdot\kappa_{\max}/\kappa_{\min} = 4.6$ times the condition number: four times the condition number, four times the steps. Standardizing removes differences of units but not correlation; Adagrad scales each
# parameter by itself, so it should do the same. *Figure.* 20 seeds per point, medians with quartiles, the line $4.6\,\kappa_{\max}/\kappa_{\min}$. (The numbers here are those of the seeds 0 to 19; with others the factor of a narrow valley lies between 3 and 5.) *Claim.* Plain descent: steps = 4.0 to 4.2 times the condition number, slope 1.00, whatever made the valley narrow (from 16 steps at 4.3 to 4600 at 1090). If units did,
# standardizing leaves 2 or 3 steps and Adagrad on raw features goes from 6 to 16 only (slope ¼). If correlation did, nothing helps: at 0.995 (condition number 416) it is 1560 steps raw, 1550 standardized, 1490 with Adagrad, all with slope 1.0. Both remedies treat one parameter at a time; a valley that runs
# diagonally stays narrow. *Limit.* Two features, quadratic loss, one rate for Adagrad; next: rotate the features (PCA) before scaling, or $\eta$ from `best_rate` (half the steps, the same law).
#
# **Marking scheme.** 1 prediction with its reason, made before the run (a wrong one counts in full; no reason ½ point) · 2 figure: readable, logarithmic axes with names (½), at least 10 seeds with spread (½), all four trainings (½), a baseline or line of comparison (½) · 2 claim: proportional for plain descent, with a number (1); units
# are cured, correlation is not, with numbers for both (1); a claim that the figure does not show earns nothing · 1 a limit or a next experiment that follows from the claim.
#
# **Anchors.** *6 points:* the model answer, or: "I expected ×4 for ×4, since the slowest factor is 1 − 1/c. Figure: 10 seeds, error bars, dashed line 4.6c. GD lies just below the line for units and for correlation (slope 1.0, factor 4.1). Standardized: 3 steps at every stretch, but 1550 at correlation 0.995, as many as raw. Adagrad 16
# against 4600 steps at stretch 32, no gain for correlated features (1490). So both cure units only. Not shown: more than two features; I would rotate to principal axes next."
# *3 points:* "More condition number, more steps, because the valley is narrower (1). Figure with one seed, only GD, raw and standardized, log axes (1). Raw needs about 4 times the condition number in steps, standardizing helps a lot (1)." No spread, correlation not tried, no limit.
# *0 points:* "Standardizing always makes training faster and Adagrad is the best optimizer." No prediction, no figure of their own.
#
# **Typical wrong answers.** Standardizing cures every narrow valley. · Steps grow like the square root of the condition number (a guess from momentum or conjugate gradients, not from the figure). · Fewer steps read off a linear axis as "constant". · The loss within 1% counted instead of the parameters: flat directions then hardly matter.
# ### END SOLUTION
# %% [markdown] written="condition_law" points="6" lang="zh" of="0bf7"
# **问题（6 分）。** *步数怎样随条件数增长？标准化和 Adagrad 又改变了什么？* 从 $w = 0$、$b = 0$ 开始做全批量训练，数一数要多少步 $(w, b)$ 才走完 99% 的路：它到最小二乘解（用 `np.linalg.lstsq`，别忘了全 1 的一列）的距离不超过出发时的 $0.01$ 倍。
# 比较四种训练：梯度下降（$\eta = 1/\kappa_{\max}$）和 Adagrad（$\eta = 1$），各用原始特征和标准化的特征。请用你自己写的函数。
#
# 1. **预测**（先写，再运行）：条件数变成四倍，步数变成几倍？对四种训练分别怎样？山谷是因为单位不同还是因为相关而变窄，有没有区别？说明理由。
# 2. **图**：横轴是原始数据的条件数，纵轴是步数，都用对数坐标。单位：`stretch` 从 1 到 32，`correlation` 取 0；相关：`correlation` 从 0.5 到 0.995，`stretch` 取 1。每个点至少用上面单元格的 `my_seeds` 中的 10 个种子（如果 `MY_SEED` 不是 0，它们就只属于你），画出离散程度，并画一条用来对照的规律线。（几秒钟就能跑完；超过 20,000 步就停。）
# 3. **结论**：不超过 200 字，说明什么成立。要有数字：图中的斜率，或步数与条件数之比。
# 4. **局限**或下一个实验：你的数据**没有**说明什么？
#
# 请在下面新建代码单元格做实验，把答案写进这个单元格。
# ### BEGIN SOLUTION
# **参考答案。** *预测。* 每一步把最慢的误差乘以 $1 - \kappa_{\min}/\kappa_{\max}$，所以走到 1% 大约要 $\ln(100)\cdot\kappa_{\max}/\kappa_{\min}$ 步，即条件数的 4.6 倍：条件数变成四倍，步数也变成四倍。标准化消除单位的差别，但消除不了相关；Adagrad 对每个参数单独缩放，效果应当一样。
# *图。* 每个点 20 个种子，画中位数和四分位数，对照线是 $4.6\,\kappa_{\max}/\kappa_{\min}$。（这里的数字来自种子 0 到 19；换别的种子，狭长山谷的倍数在 3 到 5 之间。）*结论。* 普通梯度下降的步数是条件数的 4.0 到 4.2 倍，斜率 1.00，与山谷变窄的原因无关（条件数 4.3 时 16 步，1090 时 4600 步）。如果原因是单位，标准化后只要 2 到 3 步，Adagrad 用原始特征也只从 6 步增加到 16 步（斜率约 ¼）。
# 如果原因是相关，两者都没有用：相关系数 0.995（条件数 416）时，原始特征 1560 步，标准化 1550 步，Adagrad 1490 步，斜率都是 1.0。两种办法都是一次只管一个参数，斜着的山谷照样狭长。*局限。* 只有两个特征、二次损失，Adagrad 只试了一个学习率；下一步可以先旋转到主轴（PCA）再缩放，或者用 `best_rate` 的学习率（步数减半，规律不变）。
#
# **评分标准。** 1 分：运行之前写下的预测及理由（预测错了也给满分，没有理由给 ½ 分）· 2 分：图清楚易读，对数坐标且坐标轴有名称（½），至少 10 个种子并画出离散程度（½），四种训练齐全（½），有基线或对照线（½）· 2 分：结论——普通梯度下降的步数与条件数成正比，有数字（1）；单位能治、相关不能治，两方面都有数字（1）；
# 图中看不出的结论不给分 · 1 分：由结论引出的局限或下一个实验。
#
# **样卷。** *6 分：* 参考答案；或者“我预计四倍变四倍，因为最慢的因子是 1 − 1/c。图：10 个种子，误差棒，虚线为 4.6c。无论单位还是相关，梯度下降都略低于虚线（斜率 1.0，系数 4.1）。标准化后，stretch 取多少都是 3 步，但相关系数 0.995 时要 1550 步，和原始特征一样多。stretch 为 32 时 Adagrad 是 16 步，梯度下降是 4600 步；
# 特征相关时 Adagrad 没有好处（1490 步）。所以两者只能治单位。没有说明的：特征多于两个时会怎样；下一步我想先旋转到主轴。”
# *3 分：* “条件数越大步数越多，因为山谷更窄（1 分）。图：一个种子，只有梯度下降，原始和标准化，对数坐标（1 分）。原始特征的步数约为条件数的 4 倍，标准化的效果很好（1 分）。”没有离散程度，没有试相关，没有局限。
# *0 分：* “标准化总能让训练更快，Adagrad 是最好的优化器。”没有预测，没有自己的图。
#
# **常见错误。** “标准化能治好一切狭长的山谷。”·“步数与条件数的平方根成正比。”（从动量法或共轭梯度法猜来的，图上并没有。）·在线性坐标轴上把变化缓慢的曲线看成“不变”。·数的是损失降到 1% 的步数，而不是参数：这样平坦的方向几乎不起作用。
# ### END SOLUTION
