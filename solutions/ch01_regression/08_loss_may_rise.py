# %% [markdown] lang="en"
# ## {n} Question: must the loss fall?
# %% [markdown] lang="zh" of="1e70"
# ## {n} 问答：损失一定会下降吗？
# %% [markdown] written="loss_may_rise" points="2" lang="en"
# A classmate says: "Gradient descent always lowers the loss, for we walk downhill in every step." Is that so for the linear model?
# Explain in three or four sentences, with the role of the learning rate.
#
# ### BEGIN SOLUTION
# **Model answer.** No. The negative gradient points downhill only where we stand; along a finite step the slope changes. Along an eigenvector of the Hessian with eigenvalue λ,
# a step multiplies the distance from the minimum by 1 − ηλ. For η < 1/λmax every direction approaches the minimum from its own side; for 1/λmax < η < 2/λmax the step overshoots the bottom and
# lands on the other side, but lower; for η > 2/λmax it lands higher than it started, and the loss grows step by step, although the loss is convex.
# So a falling loss is guaranteed for a learning rate below 2/λmax (away from the minimum), not for every learning rate.
#
# **Marking scheme** (2 points)
# * 1 point: says that the claim is false, because the gradient is local and a finite step can cross the minimum and land higher.
# * 1 point: names the condition: the learning rate decides, with the limit 2/λmax of the Hessian (or "small enough relative to the curvature").
# * Not required: the remark that overshooting below the limit still lowers the loss.
# ### END SOLUTION
# %% [markdown] written="loss_may_rise" points="2" lang="zh" of="fe0d"
# 有同学说：“梯度下降每一步都往下走，所以损失一定越来越小。”对线性模型来说，这句话对吗？
# 请用三四句话说明，并指出学习率起什么作用。
#
# ### BEGIN SOLUTION
# **参考答案。** 不对。负梯度只在当前位置指向下坡；走出有限的一步，坡度已经变了。沿 Hessian 的某个特征向量（特征值 λ），每一步把到最低点的距离乘以 1 − ηλ。
# 当 η < 1/λmax 时，各方向都从同一侧逼近最低点；当 1/λmax < η < 2/λmax 时，会越过谷底落到对面，但位置更低；
# 当 η > 2/λmax 时，落点比出发点还高，虽然损失是凸函数，仍会一步步变大。
# 所以，只有学习率小于 2/λmax 时，才能保证损失下降（已在最低点时除外）。
#
# **评分标准**（2 分）
# * 1 分：指出说法不成立，因为梯度只反映局部，有限的一步可能越过最低点，落到更高处。
# * 1 分：说出条件：取决于学习率，界限是 2/λmax（或“相对于曲率足够小”）。
# * 不要求：在界限以内越过谷底时，损失仍会下降。
# ### END SOLUTION
