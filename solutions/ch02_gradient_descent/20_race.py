# %% prelude
import numpy as np

from chapter import curvature_range, drawn_by, gd_train, standardize_apply, standardize_fit, words, yours

# %% [markdown] lang="en"
# ## {n} The race: 1000 steps, and then to the end
#
# **Predict first**, in a new cell below this one or on paper, with one sentence of reason each. On all 442 patients your `gd_train` runs twice, on raw and on standardized features, each time with $\eta = 1/\kappa_{\max}$. The condition numbers are about $5.2\cdot10^7$ and $470$.
#
# 1. Which of the two has the lower loss after *one* step?
# 2. Of the error that is left after step 1, how much is gone by step 1000: nothing, half, nearly all? For each of the two.
# 3. How many steps would raw training need to be as near as standardized training after 1000: ten thousand, a million, more?
#
# Now run the cell. The marks are what your `gd_train` gives after 1, 3, 10, …, 1000 steps. The lines are computed without iterating (each curvature shrinks its own error by $1-\kappa/\kappa_{\max}$ per step), so they go on for ten billion steps. You should see: marks on the lines;
# standardized features arrive after some thousands of steps, raw ones after some hundred million.
#
# Did the left edge surprise you? After one step raw training is *ahead*. Raw measurements are all positive, so the steepest direction moves all predictions up together, and the first step takes it to its bottom:
# that alone brings them near the mean of the target, where most of the loss was. The next 999 steps remove not quite three quarters of what is left (2637 falls to 729; on standardized features it is 13760 to 0.3), and the rest lies in directions so flat that it takes a hundred million steps more. Where your prediction was wrong, write down why: that sentence is worth more than the right guess.
# %% [markdown] lang="zh" of="0128"
# ## {n} 比赛：先走 1000 步，再走到底
#
# **先预测**：在下面新建一个单元格，或者写在纸上，每条用一句话说明理由。用全部 442 位病人，你的 `gd_train` 跑两次，一次用原始特征，一次用标准化的特征，学习率都取 $\eta = 1/\kappa_{\max}$。条件数分别约为 $5.2\cdot10^7$ 和 $470$。
#
# 1. 只走**一步**，谁的损失更低？
# 2. 第 1 步之后还剩的误差，走到第 1000 步消除了多少：几乎没有、一半、几乎全部？两种训练各说一个。
# 3. 用原始特征要走多少步，才能像标准化之后走 1000 步那样接近：一万、一百万，还是更多？
#
# 现在运行单元格。标记是你的 `gd_train` 走 1、3、10、……、1000 步的结果。曲线不用迭代就能算出来（每个曲率方向上的误差每步缩小到 $1-\kappa/\kappa_{\max}$ 倍），所以一直画到一百亿步。你应当看到：标记都落在曲线上；标准化的特征几千步就到了，原始特征需要上亿步。
#
# 图的最左边有没有让你意外？走完第一步，原始特征反而**领先**。原始测量值全是正数，最陡的方向会让所有预测值一起升高，第一步就沿它走到了底：预测值一下子接近目标值的均值，而损失的大部分正在那里。
# 接下来的 999 步只消除了剩余误差的不到四分之三（从 2637 降到 729；标准化的特征则从 13760 降到 0.3），其余误差所在的方向太平坦，还要再走一亿步。哪一条预测错了，请写下原因：这句话比猜对更有价值。
# %% demo="race"
@drawn_by()
def race(plt):
    from sklearn.datasets import load_diabetes

    measured, progress = load_diabetes(return_X_y=True, scaled=False)
    steps, laps = np.logspace(0, 10, 300), (1, 3, 10, 30, 100, 300, 1000)
    tables = {
        words(en="raw features", zh="原始特征"): (measured, "s", "#D55E00", lambda: measured),
        words(en="standardized features", zh="标准化的特征"): (
            (measured - measured.mean(0)) / measured.std(0), "o", "#0072B2",
            lambda: standardize_apply(measured, *standardize_fit(measured)),
        ),
    }

    def above_the_minimum(table, lowest):
        rate = 1 / curvature_range(table)[1]
        models = (gd_train(table, progress, rate, n) for n in laps)
        return [np.mean((table @ np.reshape(w, 10) + float(b) - progress) ** 2) - lowest for w, b in models]

    _, ax = plt.subplots(figsize=(10, 5))
    for label, (table, mark, color, scaled) in tables.items():
        left_axes, spread, _ = np.linalg.svd(np.c_[table, np.ones(442)], full_matrices=False)
        start_error, shrink = (left_axes.T @ progress) ** 2 / 442, 1 - (spread / spread[0]) ** 2
        excess = (start_error * shrink ** (2 * steps[:, None])).sum(axis=1)
        lowest = np.mean(progress**2) - start_error.sum()
        condition = words(en=": condition number", zh="：条件数")
        label = f"{label}{condition} {(spread[0] / spread[-1]) ** 2:,.0f}"
        ax.loglog(steps, np.maximum(excess, 1e-12), color=color, lw=2, label=label)
        run = yours(lambda scaled=scaled, lowest=lowest: above_the_minimum(scaled(), lowest), None)
        own = words(en="your gd_train", zh="你的 gd_train")
        own = own if run else words(en="your gd_train: not yet", zh="你的 gd_train：还没有写好")
        ax.loglog(laps, run or [np.nan] * len(laps), mark, color=color, ms=9, mec="white", label=own)
    ax.axvline(1000, color="#000000", ls=":", lw=1.2)
    ax.annotate(words(en="1000 steps", zh="1000 步"), (1000, 2e-6), (800, 2e-6), color="#000000", ha="right")
    ax.set(xlabel=words(en="steps of gradient descent", zh="梯度下降的步数"), ylim=(1e-7, 1e9))
    ax.set_ylabel(words(en="mean squared error above the minimum", zh="比最小值高出的均方误差"))
    ax.set_title(words(en="Same data, same model, same destination", zh="同样的数据，同样的模型，同样的终点"))
    ax.legend(loc="upper right")
    ax.grid(alpha=0.25)
    plt.show()
