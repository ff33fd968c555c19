# %% [markdown] lang="en"
# ### {n} And regression?
#
# "Any method will do, except regression", say the notes. You have just seen a zero; it is the same zero.
# %% [markdown] lang="zh" of="5b40"
# ### {n} 那么回归呢？
#
# 讲义说“什么方法都可以，除了回归”。你刚刚看到了一个零；这里是同一个零。
# %% [markdown] written="why_regression" points="2" lang="en"
# **Question (2 points).** A linear regression with least squares is trained on labeled samples, predicts the unlabeled ones, takes its own predictions for labels, and is trained again on all of them. (a) Show that its parameters don't move at all. (b) Soft labels do the same to softmax regression; hard labels do not. What do hard labels add that the model has not said itself, which assumption stands behind that, and how may it go wrong? (c) EM gives soft labels too. Why does EM move? Five sentences are enough; use a number of your own from {ref:pseudo_grad} or a small run.
#
# ### BEGIN SOLUTION
# **Model answer.** (a) At the old parameters the squared errors of the new samples are all 0, so they add nothing to the loss, and nothing to its gradient; the old ones have the gradient 0, since the parameters were their minimum. So the old parameters are the minimum of the whole loss too. (b) With soft labels $p-t=0$ for each sample, exactly (my run: every entry of dW is 0.0 for "soft" and up to 1.0 for "hard"). A hard label claims more than the model said: 70% becomes 100%. That is the assumption of low density: a sample belongs to one class clearly, so the boundary should move away from it. Where classes overlap it is false, and the model grows surer of its mistakes. (c) EM maximizes the likelihood of $x$ as well: its shares are labels for a *fit of the Gaussians*, and means and covariance move to where the unlabeled samples lie. Self-training with softmax regression only models $P(y\mid x)$, about which a sample without a label says nothing.
#
# **Marking scheme** (2 points)
# * 1 point for (a) and the zero of soft labels with a number of one's own (½ point without the number, or for one of the two alone).
# * 1 point for what hard labels add and when that goes wrong (½ point), and for EM: it explains $x$, not only $y$ (½ point).
#
# **Anchors.** *1 point:* "The new samples lie exactly on the line, so least squares does not change. dW was all zeros for soft labels. Hard labels sharpen the prediction." (Nothing on the assumption nor on EM.)
# *0 points:* "Regression has no classes, so there is no argmax to take." (True of the hard label, but no reason why the *predictions* are useless.)
#
# **Typical wrong answers.** "The gradient is small" (it is exactly 0). · "Soft labels move the model more slowly." · "EM uses hard labels." · "Hard labels are more correct than soft ones."
# ### END SOLUTION
# %% [markdown] written="why_regression" points="2" lang="zh" of="2a2d"
# **问题（2 分）。** 用最小二乘做线性回归：先在有标签的样本上训练，再预测无标签样本，把自己的预测当作标签，然后用全部样本再训练一次。(a) 证明它的参数丝毫不动。(b) 软标签对 softmax 回归也是如此，硬标签却不是。硬标签添上了什么模型自己没有说过的东西？背后是哪个假设？它会怎样出错？(c) EM 给的也是软标签，为什么 EM 会动？五句话就够；请用上你自己在 {ref:pseudo_grad} 里或一次小实验中得到的数字。
#
# ### BEGIN SOLUTION
# **参考答案。** (a) 在原来的参数处，新样本的平方误差全是 0，对损失没有贡献，对梯度也没有；旧样本的梯度是 0，因为参数本来就是它们的最小点。所以原来的参数也是总损失的最小点。(b) 用软标签时，每个样本的 $p-t$ 都恰好是 0（我的实验："soft" 时 dW 的每个元素都是 0.0，"hard" 时最大到 1.0）。硬标签比模型说得更满：70% 变成了 100%。这就是低密度假设：样本明确地属于某一类，所以边界应当离它远一些。如果两类本来就重叠，这就是错的，模型会对自己的错误越来越有把握。
# (c) EM 还要让 $x$ 的似然最大：它的份额是用来**拟合高斯分布**的，均值和协方差会移到无标签样本所在的地方。softmax 回归的自训练只建模 $P(y\mid x)$，而没有标签的样本对它什么也没有说。
#
# **评分标准**（2 分）
# * (a) 以及软标签的零，并给出自己的数字，1 分（没有数字，或只答其一，½ 分）。
# * 硬标签添上了什么、何时出错，½ 分；EM 解释的是 $x$，不只是 $y$，½ 分。
#
# **样卷。** *1 分：* “新样本正好在直线上，所以最小二乘不变。软标签时 dW 全是 0。硬标签会让预测更尖锐。”（没有谈假设，也没有谈 EM。）
# *0 分：* “回归没有类别，所以没法取 argmax。”（硬标签确实如此，但没有说明**预测值**为什么没用。）
#
# **常见错误。** “梯度很小”（它恰好是 0）。·“软标签让模型动得慢一些。”·“EM 用的是硬标签。”·“硬标签比软标签更正确。”
# ### END SOLUTION
