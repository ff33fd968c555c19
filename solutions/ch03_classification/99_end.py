# %% [markdown] lang="en"
# ## What you have built
#
# A classifier is a model of probabilities and a loss that compares them. Gaussians with a shared covariance give the line in closed form, logistic regression finds a line by descent, and softmax does the same for many classes. The two that are trained by descent share one gradient, *prediction minus truth*; all three share one limit: their boundaries are straight. In the next chapter we stack layers, let the network find its own features, and compute all gradients by the chain rule.
# %% [markdown] lang="zh" of="5fa0"
# ## 回顾
#
# 分类器就是一个概率模型，加上一个比较概率的损失。共享协方差的高斯分布用现成的公式给出一条直线，逻辑回归用梯度下降找到一条直线，softmax 把这一套推广到多个类别。用梯度下降训练的这两种，梯度是同一句话：**预测减真实值**；三者又都有同样的局限：边界是直的。下一章我们把层叠起来，让网络自己寻找特征，并用链式法则算出所有的梯度。
