# %% prelude
import numpy as np

from chapter import drawn_by, words

# %% [markdown] lang="en"
# ## {n} Bigger gradient, bigger move?
#
# For *one* parameter of *one* parabola, yes: the farther from the minimum, the larger the gradient, and the larger the step should be. Across *two* parameters, no. The ideal step from
# $w$ on a parabola $\tfrac12 \kappa w^2$ goes exactly to its minimum, a move of
#
# $$|w| = \frac{|\kappa w|}{\kappa} = \frac{|\text{first derivative}|}{\text{second derivative}} .$$
#
# So a good step divides the gradient by the curvature. Adagrad never computes a second derivative (that would be expensive); it takes $\sqrt{\Sigma g^2}$ as a stand-in, since gradients sampled on a strongly curved
# function are larger overall. It is a stand-in and no more: the two are not proportional in general.
# %% [markdown] lang="zh" of="928b"
# ## {n} 梯度大，步子就该大吗
#
# 对**一条**抛物线上的**一个**参数，是的：离最低点越远，梯度越大，步子也应该越大。但在**两个**参数之间比较，就不成立了。在抛物线 $\tfrac12 \kappa w^2$ 上，从 $w$ 出发最理想的一步是直达最低点，要走的距离为
#
# $$|w| = \frac{|\kappa w|}{\kappa} = \frac{|\text{一阶导数}|}{\text{二阶导数}} .$$
#
# 可见好的一步要用梯度除以曲率。Adagrad 并不计算二阶导数（那太费时），而是用 $\sqrt{\Sigma g^2}$ 来代替：弯得厉害的函数，沿途采到的梯度总体上也大。这只是一个替代品，一般来说两者并不成正比。
# %% demo="two_valleys"
@drawn_by()
def two_valleys(plt):
    places = np.linspace(-6.5, 6.5, 300)
    _, ax = plt.subplots(figsize=(9, 4.4))
    for bend, start, style, mark, color, name in (
        (10.0, 1.0, "-", "o", "#D55E00", "P"),
        (0.5, 6.0, "--", "s", "#0072B2", "Q"),
    ):
        level = 0.5 * bend * start**2
        ax.plot(
            places,
            0.5 * bend * places**2,
            style,
            color=color,
            lw=2.5,
            label=words(en=f"parameter {name}", zh=f"参数 {name}"),
        )
        ax.plot(start, level, mark, color=color, ms=11)
        ax.annotate(
            f"{name}: $w = {start:g}$", (start, level), (start + 0.5, level - (0.3 if bend > 1 else 1.6)), color=color
        )
    ax.set(
        xlim=(-7, 9.5),
        ylim=(-1, 20),
        xlabel="$w$",
        ylabel=words(en="loss", zh="损失"),
        title=words(
            en="Two parameters, two parabolas: who should move farther?", zh="两个参数，两条抛物线：谁该多走一些？"
        ),
    )
    ax.legend(loc="upper left")
    plt.show()
# %% [markdown] written="two_parabolas" points="2" lang="en"
# **Question (2 points).** The figure shows parameter P at $w = 1$ on $\mathcal L_P = 5w^2$ and parameter Q at $w = 6$ on $\mathcal L_Q = \tfrac14 w^2$.
# (a) Which has the larger gradient, and which should move farther to reach its minimum? Give the numbers. (b) What goes wrong if both share one learning rate that suits P? Let your `adagrad_step` make one step from
# each place with $\eta = 1$, quote both moves, and say how far Adagrad helps. Four or five sentences are enough.
# ### BEGIN SOLUTION
# **Model answer.** (a) P has curvature 10 and gradient 10·1 = 10, Q has curvature ½ and gradient ½·6 = 3: P's gradient is more than three times as large. But P is at distance 1 from its minimum and Q at distance 6, so Q should move
# six times as far. The right distance is |first derivative| / second derivative: 10/10 = 1 and 3/½ = 6. (b) A rate that suits P is about 1/10; with it Q moves only 0.3 of the 6 it needs (and a rate that suits Q, 2, makes P
# diverge, since 2 > 2/10). Adagrad divides each parameter's gradient by the root of the sum of its own squared gradients, which is large for the steep P and small for the flat Q, and so stands in for the
# missing division by the curvature. With $\eta = 1$ its first step is 1 for both: instead of 10 : 3 the moves are 1 : 1, nearer to the ideal 1 : 6, but not it.
#
# **Marking scheme.** 1 point for (a): both gradients (10 and 3) *and* both distances (1 and 6), or the same through f′/f″; ½ point if only one of the pairs is given. 1 point for (b): ½ for saying that a common rate is too small for Q
# (or too large for P); ½ for saying that Adagrad scales each parameter by its own gradient history, with the two moves of 1. Saying that Adagrad *computes* the second derivative loses ½ point.
#
# **Anchors.** *½ point:* "P has gradient 10 and Q has 3, so P moves farther. Adagrad adapts the rates." (One pair of numbers; the rest is wrong or empty.)
# *0 points:* "P should move farther because it is steeper; Adagrad makes the steps smaller over time."
#
# **Typical wrong answers.** "Larger gradient, farther to go." · "Adagrad divides by the curvature." · "Adagrad gives both the right step at once." · Losses (5 and 9) quoted for gradients.
# ### END SOLUTION
# %% [markdown] written="two_parabolas" points="2" lang="zh" of="b0b1"
# **问题（2 分）。** 图中参数 P 位于 $\mathcal L_P = 5w^2$ 的 $w = 1$ 处，参数 Q 位于 $\mathcal L_Q = \tfrac14 w^2$ 的 $w = 6$ 处。
# (a) 谁的梯度大？谁应该走得更远才能到达最低点？请写出具体数值。(b) 如果两者共用一个适合 P 的学习率，会出什么问题？取 $\eta = 1$，用你的 `adagrad_step` 从这两处各走一步，
# 写出两者各走了多远，并说明 Adagrad 改善到什么程度。四五句话即可。
# ### BEGIN SOLUTION
# **参考答案。** (a) P 的曲率是 10，梯度是 10·1 = 10；Q 的曲率是 ½，梯度是 ½·6 = 3，P 的梯度是 Q 的三倍多。但 P 离最低点的距离是 1，Q 是 6，所以 Q 应该走六倍远。应走的距离等于 |一阶导数| / 二阶导数：10/10 = 1，3/½ = 6。
# (b) 适合 P 的学习率约为 1/10，用它时 Q 只走 0.3，而需要走 6（反过来，适合 Q 的学习率是 2，超过了 2/10，P 会发散）。Adagrad 让每个参数的梯度除以自己历史梯度平方和的平方根：陡的 P 除以大数，平的 Q 除以小数，
# 从而代替了缺少的“除以曲率”这一步。取 $\eta = 1$ 时，两者的第一步都是 1：步长之比从 10 : 3 变成 1 : 1，离理想的 1 : 6 近了一些，但还不是。
#
# **评分标准。** (a) 1 分：写出两个梯度（10 和 3）**并且**写出两个距离（1 和 6），或用 f′/f″ 得到同样结论；只写出其中一对得 ½ 分。(b) 1 分：指出共用的学习率对 Q 太小（或对 P 太大）得 ½ 分；
# 指出 Adagrad 用各参数自己的梯度历史来缩放，并写出两步都是 1，得 ½ 分。若说 Adagrad **计算了**二阶导数，扣 ½ 分。
#
# **样卷。** *½ 分：*“P 的梯度是 10，Q 是 3，所以 P 走得更远。Adagrad 会自动调整学习率。”（只写对一对数，其余有误或空泛。）
# *0 分：* “P 更陡，应该走得更远；Adagrad 让步子越来越小。”
#
# **常见错误。** “梯度大，就该走得远。”·“Adagrad 除以了曲率。”·“Adagrad 一步就让两者都走对了。”·把损失值（5 和 9）当成梯度。
# ### END SOLUTION
