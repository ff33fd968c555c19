# %% prelude
import numpy as np

from chapter import best_rate, curvature_range, drawn_by, gd_train, standardize_apply, standardize_fit, words, yours

# %% [markdown] lang="en"
# ## {n} What scaling does to the landscape
#
# Five of your functions draw this figure: the same data, the same model, 25 steps of `gd_train` each, at the rate that `best_rate` finds between the ends of `curvature_range`. On the left one feature is six times as wide as the other, on the right
# `standardize_fit` and `standardize_apply` have been at work. You should see: in the narrow valley the path zigzags from wall to wall and is still on its way after 25 steps; in the round bowl the first step already leads almost to the bottom, and two or three are enough.
# %% [markdown] lang="zh" of="ae5d"
# ## {n} 缩放怎样改变地形
#
# 这幅图由你的五个函数画出：同样的数据、同样的模型，各用 `gd_train` 走 25 步，学习率由 `best_rate` 根据 `curvature_range` 的两端算出。左图中一个特征的范围是另一个的六倍；右图的特征已经用 `standardize_fit` 和 `standardize_apply` 标准化。
# 你应当看到：在狭长的山谷里，路径在两壁之间来回折返，25 步之后还在半路上；在圆碗里，第一步就几乎到了谷底，两三步足够了。
# %% demo="scaling"
@drawn_by()
def scaling(plt):
    source = np.random.default_rng(5)
    table = source.normal(size=(60, 2)) * np.array([1.0, 6.0])
    answers = table @ np.array([2.0, 1.5]) + 0.3 * source.normal(size=60)
    tables = {
        words(en="Raw features: a narrow valley", zh="原始特征：狭窄的山谷"): table,
        words(en="Standardized features: a round bowl", zh="标准化的特征：圆碗"): (table - table.mean(0))
        / table.std(0),
    }

    def trail_of(features):
        rate = best_rate(np.array(curvature_range(features)))[0]
        return np.reshape([gd_train(features, answers, rate, n)[0] for n in range(26)], (26, 2))

    nowhere = np.full((26, 2), np.nan)
    trails = yours(
        lambda: [trail_of(table), trail_of(standardize_apply(table, *standardize_fit(table)))], [nowhere, nowhere]
    )
    _, axes = plt.subplots(1, 2, figsize=(13, 5.2))
    for ax, (title, features), trail in zip(axes, tables.items(), trails, strict=True):
        centered = features - features.mean(0)
        bowl = 2 * centered.T @ centered / 60
        lowest = np.linalg.solve(bowl, 2 * centered.T @ answers / 60)
        reach = 1.25 * np.abs(lowest).max()
        ax1, ax2 = np.meshgrid(np.linspace(-reach, reach, 200), np.linspace(-reach, reach, 200))
        level = 0.5 * (bowl[0, 0] * ax1**2 + 2 * bowl[0, 1] * ax1 * ax2 + bowl[1, 1] * ax2**2)
        ax.contourf(ax1 + lowest[0], ax2 + lowest[1], np.sqrt(level), levels=16, cmap="Greys", alpha=0.5)
        ax.contour(ax1 + lowest[0], ax2 + lowest[1], np.sqrt(level), levels=16, colors="white", linewidths=0.8)
        ax.plot(*trail.T, "o-", color="#D55E00", ms=4, lw=1.5)
        ax.plot(*lowest, "*", color="#000000", ms=16)
        ready = np.isfinite(trail).all()
        missing = words(en="(a function of yours is missing)", zh="（还缺你的一个函数）")
        ax.set(title=title if ready else f"{title}\n{missing}", xlabel="$w_1$", ylabel="$w_2$", aspect="equal")
    plt.tight_layout()
    plt.show()
