# %% prelude
import numpy as np

from chapter import MY_SEED, linear_fit_gd, max_stable_lr

# %% [markdown] lang="en"
# ## {n} Question: must the loss fall?
#
# The next cell makes a small data set for this question. Where `MY_SEED` is not 0 it is yours alone: nobody else finds the same losses.
# %% [markdown] lang="zh" of="1dbe"
# ## {n} 问题：损失一定会下降吗？
#
# 下面的单元格为这道题造出一份小数据。如果 `MY_SEED` 不是 0，这份数据就只属于你：别人算出的损失都和你的不同。
# %% own_data="loss_may_rise"
my_rng = np.random.default_rng(MY_SEED)
my_X = my_rng.normal(size=(12, 2)).round(2)  # (12, 2)
my_y = (my_X @ my_rng.normal(size=2) + 1 + 0.3 * my_rng.normal(size=12)).round(2)  # (12,)


# %% [markdown] written="loss_may_rise" points="2" lang="en"
# **Question (2 points).** A classmate says: "Gradient descent always lowers the loss, for we walk downhill in every step." Is that so for the linear model?
# Try it first: on `my_X`, `my_y` of the cell above, run your `linear_fit_gd` for thirty steps from $w = 0$, $b = 0$, with 0.9 and with 1.1 times your `max_stable_lr(my_X)`, and quote a few of the losses.
# Then explain them in three or four sentences, with the role of the learning rate.
#
# ### BEGIN SOLUTION
# **Model answer.** No. (Figures: with 0.9 times the limit every loss is below the one before; with 1.1 times they may fall at first, grow in the end, and go on growing without bound. The numbers differ from student to student.)
# The negative gradient points downhill only where we stand; along a finite step the slope changes. Along an eigenvector of the Hessian with eigenvalue κ,
# a step multiplies the distance from the minimum by 1 − ηκ. For η < 1/κ_max every direction approaches the minimum from its own side; for 1/κ_max < η < 2/κ_max the steepest direction overshoots the bottom and
# lands on the other side, but lower; for η > 2/κ_max it lands higher in that direction. The other directions may still shrink, so the loss can fall at first; sooner or later the steepest direction
# dominates and the loss grows, although it is convex. So a falling loss is guaranteed for a learning rate below 2/κ_max (away from the minimum), not for every learning rate.
#
# **Marking scheme** (2 points)
# * 1 point: says that the claim is false, because the gradient is local and a finite step can cross the minimum and land higher (½ without losses of a run on `my_X`, `my_y` that show it).
# * 1 point: names the condition: the learning rate decides, with the limit 2/κ_max of the Hessian (or "small enough relative to the curvature").
# * Not required: that overshooting below the limit still lowers the loss; that above it the loss may fall for some steps.
#
# **Anchors.** *½ point:* "No, if the learning rate is too large it can explode." (The condition is only hinted at; no reason, no losses.)
# *0 points:* "Yes: the loss is convex, so there is only one minimum and every step comes closer to it."
#
# **Typical wrong answers.** "Convex, therefore it falls." · "Only local minima can make it rise." · "Only stochastic gradients can make it rise." · "Above the limit the loss rises from the first step on" (no deduction if the rest is right).
# ### END SOLUTION
# %% [markdown] written="loss_may_rise" points="2" lang="zh" of="68b2"
# **问题（2 分）。** 有同学说：“梯度下降每一步都往下走，所以损失一定越来越小。”对线性模型来说，这句话对吗？
# 先动手试一试：在上面单元格的 `my_X`、`my_y` 上，从 $w = 0$、$b = 0$ 出发，分别用你的 `max_stable_lr(my_X)` 的 0.9 倍和 1.1 倍作学习率，让你的 `linear_fit_gd` 走三十步，并抄下几个损失值。
# 再用三四句话解释你看到的结果，并指出学习率起什么作用。
#
# ### BEGIN SOLUTION
# **参考答案。** 不对。（数字：取上限的 0.9 倍时，损失一步比一步小；取 1.1 倍时，损失起初也许下降，最终会变大，而且会一直无限增大下去。每个学生的具体数字不同。）
# 负梯度只在当前位置指向下坡；走出有限的一步，坡度已经变了。沿海森矩阵的某个特征向量（特征值 κ），每一步把到最低点的距离乘以 1 − ηκ。
# 当 η < 1/κ_max 时，各方向都从同一侧逼近最低点；当 1/κ_max < η < 2/κ_max 时，最陡的方向会越过谷底落到对面，但位置更低；
# 当 η > 2/κ_max 时，沿这个方向的落点比出发点还高。其他方向可能仍在缩小，所以损失起初也许还会下降；但迟早由最陡的方向主导，损失就越来越大，尽管它是凸函数。
# 所以，只有学习率小于 2/κ_max 时，才能保证损失下降（已在最低点时除外）。
#
# **评分标准**（2 分）
# * 1 分：指出说法不成立，因为梯度只反映局部，有限的一步可能越过最低点，落到更高处（没有用在 `my_X`、`my_y` 上运行得到的损失值来说明的，给 ½ 分）。
# * 1 分：说出条件：取决于学习率，上限是 2/κ_max（或“相对于曲率足够小”）。
# * 不要求：未到上限时即使越过谷底，损失仍会下降；超过上限时，损失起初也可能下降。
#
# **样卷。** *½ 分：*“不对，学习率太大就会爆炸。”（条件只是点到，没有理由，也没有数字。）
# *0 分：* “对，损失是凸函数，只有一个最低点，每一步都会更接近它。”
#
# **常见错误。** “凸函数，所以一定下降。”·“只有遇到局部最小值，损失才会上升。”·“只有随机梯度才会让损失上升。”·“超过上限后，损失从第一步起就上升”（其余正确则不扣分）。
# ### END SOLUTION
# %% worked="loss_may_rise"
for share in (0.9, 1.1):
    _, _, losses = linear_fit_gd(my_X, my_y, share * max_stable_lr(my_X), 30, np.zeros(2), 0.0)
    print(f"{share} times the limit, every fifth loss:", *(f"{loss:.4g}" for loss in losses[::5]))
