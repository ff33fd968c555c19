# %% prelude
import numpy as np

# %% [markdown] lang="en"
# ## {n} Bigger gradient, bigger move?
#
# For *one* parameter of *one* parabola, yes: the farther from the minimum, the larger the gradient, and the larger the step should be. Across *two* parameters, no. The ideal step from
# $w$ on a parabola $\tfrac12 h w^2$ goes exactly to its minimum, a move of
#
# $$|w| = \frac{|h w|}{h} = \frac{|\text{first derivative}|}{\text{second derivative}} .$$
#
# So a good step divides the gradient by the curvature. Adagrad never computes a second derivative (that would be expensive); it takes $\sqrt{\Sigma g^2}$ as a stand-in, since gradients sampled on a strongly curved
# function are larger overall. It is a stand-in and no more: the two are not proportional in general.
# %% [markdown] lang="zh" of="2f59"
# ## {n} 梯度大，步子就该大吗
#
# 对**一条**抛物线上的**一个**参数，是的：离最低点越远，梯度越大，步子也应该越大。但在**两个**参数之间比较，就不成立了。在抛物线 $\tfrac12 h w^2$ 上，从 $w$ 出发最理想的一步是直达最低点，要走的距离为
#
# $$|w| = \frac{|h w|}{h} = \frac{|\text{一阶导数}|}{\text{二阶导数}} .$$
#
# 可见好的一步要用梯度除以曲率。Adagrad 并不计算二阶导数（那太费时），而是用 $\sqrt{\Sigma g^2}$ 来代替：弯得厉害的函数，沿途采到的梯度总体上也大。这只是一个替代品，一般来说两者并不成正比。
# %% demo="two_valleys"
import matplotlib.pyplot as plt

places = np.linspace(-6.5, 6.5, 300)
fig, ax = plt.subplots(figsize=(9, 4.4))
for bend, start, color, name in ((10.0, 1.0, "#c8102e", "P"), (0.5, 6.0, "#1f5fa8", "Q")):
    level = 0.5 * bend * start**2
    ax.plot(places, 0.5 * bend * places**2, color=color, lw=2.5, label=f"{name}: curvature {bend:g}")
    ax.plot(start, level, "o", color=color, ms=11)
    near = np.array([start - 0.9 / (1 + bend / 8), start + 0.9 / (1 + bend / 8)])
    ax.plot(near, level + bend * start * (near - start), color=color, ls="--", lw=1.5)
    ax.annotate(
        f"$w={start:g}$, slope ${bend * start:g}$",
        (start, level),
        (start + 0.5, level - (0.3 if bend > 1 else 1.6)),
        color=color,
    )
ax.set(
    xlim=(-7, 9.5),
    ylim=(-1, 20),
    xlabel="$w$",
    ylabel="loss",
    title="Two parameters, two parabolas: who should move farther?",
)
ax.legend(loc="upper left")
plt.show()


# %% [markdown] written="two_parabolas" points="2" lang="en"
# **Question.** The figure shows parameter P at $w = 1$ on $L_P = 5w^2$ (curvature 10) and parameter Q at $w = 6$ on $L_Q = \tfrac14 w^2$ (curvature ½).
# (a) Which has the larger gradient, and which should move farther to reach its minimum? Give the numbers. (b) What goes wrong if both share one learning rate that suits P, and how does Adagrad help?
# Three or four sentences are enough.
# ### BEGIN SOLUTION
# **Model answer.** (a) P has gradient 10·1 = 10, Q has ½·6 = 3: P's gradient is more than three times as large. But P is at distance 1 from its minimum and Q at distance 6, so Q should move
# six times as far. The right distance is |first derivative| / second derivative: 10/10 = 1 and 3/½ = 6. (b) A rate that suits P is about 1/10; with it Q moves only 0.3 of the 6 it needs (and a rate that suits Q, 2, makes P
# diverge, since 2 > 2/10). Adagrad divides each parameter's gradient by the root of the sum of its own squared gradients, which is large for the steep P and small for the flat Q, and so stands in for the
# missing division by the curvature.
#
# **Marking.** 1 point for (a): both gradients (10 and 3) *and* both distances (1 and 6), or the same through f′/f″. ½ point if only one of the pairs is given. 1 point for (b): ½ for saying that a common rate is too small for Q
# (or too large for P), ½ for saying that Adagrad scales each parameter by its own gradient history. Saying that Adagrad *computes* the second derivative loses ½ point.
# ### END SOLUTION
# %% [markdown] written="two_parabolas" points="2" lang="zh" of="c433"
# **问题。** 图中参数 P 位于 $L_P = 5w^2$（曲率 10）的 $w = 1$ 处，参数 Q 位于 $L_Q = \tfrac14 w^2$（曲率 ½）的 $w = 6$ 处。
# (a) 谁的梯度大？谁应该走得更远才能到达最低点？请写出具体数值。(b) 如果两者共用一个适合 P 的学习率，会出什么问题？Adagrad 怎样改善？三四句话即可。
# ### BEGIN SOLUTION
# **参考答案。** (a) P 的梯度是 10·1 = 10，Q 的梯度是 ½·6 = 3，P 的梯度是 Q 的三倍多。但 P 离最低点的距离是 1，Q 是 6，所以 Q 应该走六倍远。应走的距离等于 |一阶导数| / 二阶导数：10/10 = 1，3/½ = 6。
# (b) 适合 P 的学习率约为 1/10，用它时 Q 只走 0.3，而需要走 6（反过来，适合 Q 的学习率是 2，超过了 2/10，P 会发散）。Adagrad 让每个参数的梯度除以自己历史梯度平方和的平方根：陡的 P 除以大数，平的 Q 除以小数，
# 从而代替了缺少的“除以曲率”这一步。
#
# **评分标准。** (a) 1 分：写出两个梯度（10 和 3）**并且**写出两个距离（1 和 6），或用 f′/f″ 得到同样结论；只写出其中一对得 ½ 分。(b) 1 分：指出共用的学习率对 Q 太小（或对 P 太大）得 ½ 分；
# 指出 Adagrad 用各参数自己的梯度历史来缩放得 ½ 分。若说 Adagrad **计算了**二阶导数，扣 ½ 分。
# ### END SOLUTION
