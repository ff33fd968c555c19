# %% prelude
import numpy as np

from chapter import MY_SEED, pulls_on_logit

# %% [markdown] lang="en"
# ### {n} What the plateau means
#
# The picture shows both losses as landscapes over $w$ and $b$. One ball has hardly moved. The next cell gives two logits, one far on either side. Where `MY_SEED` is not 0 they are yours alone.
# %% [markdown] lang="zh" of="90c7"
# ### {n} 平坦区意味着什么
#
# 上图把两种损失画成了 $w$、$b$ 平面上的地形。其中一个小球几乎没有动。下面的单元格给出两个 logit，一正一负，都离 0 很远。如果 `MY_SEED` 不是 0，它们就只属于你。
# %% own_data="plateau"
my_z = np.array([1.0, -1.0]) * np.random.default_rng(MY_SEED).uniform(8, 12)
print(my_z)


# %% [markdown] written="plateau" points="2" lang="en"
# **Question (2 points).** The notes say that with squared error "the gradient is zero whether $f$ is 1 or 0, so it cannot be trained". Make this precise. For a sample with $y=1$: (a) at which of the two is a zero gradient harmless, and at which harmful, and why? Quote both results of your `pulls_on_logit(my_z)`. (b) What does the cross-entropy's gradient do at the harmful place, and which factor makes the difference? (c) Why can you not repair the plateau by a larger learning rate alone?
#
# ### BEGIN SOLUTION
# **Model answer.** (a) (Figures: for $z=\pm10$, say, the pulls are $-2.1\cdot10^{-9}$ and $-4.5\cdot10^{-5}$ at $10$, and $-4.5\cdot10^{-5}$ and $-0.99995$ at $-10$; of the same kind for every $z$ between 8 and 12.) At $f\approx1$ the sample is right, there is nothing to learn, so a zero gradient is as it should be. At $f\approx0$ it is badly wrong, and the gradient $(f-1)f(1-f)\,x$ vanishes all the same because of the factor $f$: a step goes nowhere although the loss is near its maximum of ½. (b) The gradient of the cross-entropy is $(f-1)\,x\approx-x$ there, the largest it can be. The difference is the sigmoid's slope $f(1-f)$, which the derivative of the logarithm, $1/f$, cancels. (c) A small gradient at the goal and on the plateau look alike: a learning rate large enough to cross the plateau (where the slope is $e^{-|z|}$) makes steps that are far too large on the steep part in between, so it overshoots.
#
# **Marking scheme** (2 points): ½ harmless at $f\approx1$ and why; ½ harmful at $f\approx0$ and why (of these two halves one is lost without the four numbers); ½ for the behavior of cross-entropy with the factor $f(1-f)$; ½ for (c), any sound reason (overshooting elsewhere; the slope differs by orders of magnitude between samples; small steps near the goal cannot be told from the plateau).
#
# **Anchors.** *½ point:* "At f = 0 it is bad because the model is wrong and does not learn; cross-entropy is better." (Harmful place with its reason; no factor, no numbers, nothing on (c).)
# *0 points:* "The gradient is zero in both cases, so it cannot be trained with either label." (The notes' sentence again.)
#
# **Typical wrong answers.** "The gradient is exactly 0 on the plateau." · "Cross-entropy has no flat place at all" (it has, at $f\approx1$, and rightly). · "A larger learning rate does solve it, one only has to wait." · "The reason is that squared error is not convex" (true, and not the reason asked for).
# ### END SOLUTION
# %% [markdown] written="plateau" points="2" lang="zh" of="945d"
# **问题（2 分）。** 讲义说：用平方误差时，“$f$ 为 1 还是为 0 梯度都是 0，显然不能够训练”。请把这句话说准确。对一个 $y=1$ 的样本：(a) 在 $f\approx1$ 和 $f\approx0$ 两处，哪一处梯度为零是无害的，哪一处有害？为什么？请写出你的 `pulls_on_logit(my_z)` 的两个结果。(b) 在有害的那一处，交叉熵的梯度是多少？差别来自哪个因子？(c) 为什么不能单靠加大学习率来走出平坦区？
#
# ### BEGIN SOLUTION
# **参考答案。** (a)（数字：以 $z=\pm10$ 为例，$10$ 处两个拉力是 $-2.1\cdot10^{-9}$ 和 $-4.5\cdot10^{-5}$，$-10$ 处是 $-4.5\cdot10^{-5}$ 和 $-0.99995$；$z$ 在 8 到 12 之间时都是这样的大小。）$f\approx1$ 时样本已经分对，没有什么可学，梯度为零理所应当。$f\approx0$ 时错得离谱，但梯度 $(f-1)f(1-f)\,x$ 因为含有因子 $f$ 仍然接近零：损失已接近最大值 ½，却走不动。(b) 此处交叉熵的梯度是 $(f-1)\,x\approx-x$，达到最大。差别在于 sigmoid 的导数 $f(1-f)$：对数求导得到的 $1/f$ 把它约掉了。(c) 目标附近梯度小，平坦区里梯度也小，两者从梯度上分不出来；学习率大到足以走出平坦区（那里的坡度只有 $e^{-|z|}$ 量级），在中间的陡坡上步子就会过大而冲过头。
#
# **评分标准**（2 分）：$f\approx1$ 无害及理由，½ 分；$f\approx0$ 有害及理由，½ 分（没有写出四个数字的，这两项合计少得 ½ 分）；交叉熵的表现及因子 $f(1-f)$，½ 分；(c) 任何合理的理由（别处会冲过头；不同样本的坡度相差几个数量级；无法与目标附近的小梯度区分），½ 分。
#
# **样卷。** *½ 分：*“f = 0 时不好，因为模型错了却学不动；交叉熵更好。”（说出了有害之处和理由；没有指出因子，没有数字，也没有答 (c)。）
# *0 分：* “两种情形梯度都是零，所以都不能训练。”（只是重复讲义的话。）
#
# **常见错误。** “平坦区里梯度恰好为 0。”·“交叉熵没有平坦的地方”（有，在 $f\approx1$ 处，而且应该有）。·“学习率加大就行，等得久一点而已。”·“因为平方误差不是凸的”（没有错，但不是这里要问的原因）。
# ### END SOLUTION
# %% worked="plateau"
for name, pulls in zip(("squared error", "cross-entropy"), pulls_on_logit(my_z)):
    print(name, *(f"{pull:.6g}" for pull in pulls))
