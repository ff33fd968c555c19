# %% prelude
import numpy as np

from chapter import drawn_by, words

# %% [markdown] lang="en"
# ## {n} Which way is down
#
# For a loss $\mathcal L(w_1, w_2)$ the **contour lines** join the points of equal loss, as on a hiking map. The **gradient**
# $g = \left(\frac{\partial \mathcal L}{\partial w_1}, \frac{\partial \mathcal L}{\partial w_2}\right)$ is perpendicular to the contour line and points uphill. So gradient descent
# walks along $-g$:
#
# $$w^{t+1} = w^t - \eta\, g^t$$
#
# with the **learning rate** $\eta$. (The notes say "the direction is the normal of the contour line"; of the two normals it is the *negative* gradient.)
#
# Run the next cell. The arrows are $-g$ at a few points of one contour. You should see: they are perpendicular to it, they are long where the slope is steep, and they do *not*
# point at the minimum, except from a few lucky places. Most of this chapter is about living with that.
# %% [markdown] lang="zh" of="adb4"
# ## {n} 哪边是下坡
#
# 对损失 $\mathcal L(w_1, w_2)$，把损失相等的点连起来就是**等高线**，和登山地图上的一样。**梯度**
# $g = \left(\frac{\partial \mathcal L}{\partial w_1}, \frac{\partial \mathcal L}{\partial w_2}\right)$ 与等高线垂直，指向上坡。所以梯度下降沿 $-g$ 走：
#
# $$w^{t+1} = w^t - \eta\, g^t$$
#
# 其中 $\eta$ 是**学习率**。（讲义说“梯度下降方向为等高线法线方向”。法线有两个方向，这里指的是**负梯度**那一个。）
#
# 运行下面的单元格。箭头是同一条等高线上若干点处的 $-g$。你应当看到：它们垂直于等高线，坡越陡箭头越长，但除了少数碰巧的位置，它们**并不**指向最低点。这一章的大部分内容，就是教你怎样应对这件事。
# %% demo="slopes"
@drawn_by()
def slopes(plt):
    grid_x, grid_y = np.meshgrid(np.linspace(-3.2, 3.2, 240), np.linspace(-2.2, 2.2, 200))
    height = 0.5 * grid_x**2 + 1.5 * grid_y**2
    _, ax = plt.subplots(figsize=(8, 5))
    ax.contourf(grid_x, grid_y, height, levels=16, cmap="Blues", alpha=0.55)
    ax.contour(grid_x, grid_y, height, levels=16, colors="white", linewidths=0.9)
    ax.contour(grid_x, grid_y, height, levels=[2.645], colors="#000000", linewidths=2)
    for angle in np.linspace(0, 2 * np.pi, 14, endpoint=False):
        px, py = 2.3 * np.cos(angle), 2.3 / 3**0.5 * np.sin(angle)
        ax.annotate(
            "",
            (px - 0.2 * px, py - 0.2 * 3 * py),
            (px, py),
            arrowprops={"arrowstyle": "-|>", "color": "#D55E00", "lw": 1.8},
        )
        ax.plot(px, py, "o", color="#D55E00", ms=4)
    ax.plot(0, 0, "*", color="#000000", ms=16)
    ax.annotate(words(en="minimum", zh="最小值"), (0, 0), (0, -0.3), color="#000000", ha="center")
    ax.set(
        xlabel="$w_1$",
        ylabel="$w_2$",
        title=words(en="The negative gradient is perpendicular to the contours", zh="负梯度与等高线垂直"),
        aspect="equal",
    )
    plt.show()
