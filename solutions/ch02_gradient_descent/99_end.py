# %% [markdown] lang="en"
# ## Ask yourself
#
# Five questions. Answer each aloud before you unfold it.
#
# <details><summary><b>1.</b> A run's loss swings up and down and grows. What is wrong, and what is the largest rate that would not do that?</summary>
#
# The rate is above the stable limit $2/\kappa_{\max}$: along the steepest direction each step multiplies the error by a factor below $-1$ ({ref:lr_symptoms}, {ref:curvature_range}).
# </details>
#
# <details><summary><b>2.</b> Adagrad's first step has length η in every parameter, whatever the gradient. Why?</summary>
#
# After one gradient $\sqrt{G} = |g|$, so the step is $-\eta\, g/|g|$: only the sign of $g$ is left ({ref:adagrad_step}).
# </details>
#
# <details><summary><b>3.</b> You standardize the test data with their own mean and standard deviation. What goes wrong?</summary>
#
# They land in another coordinate system than the one the weights were trained in. The scale is part of the model: fit it on the training data, apply it to all ({ref:standardize_apply}).
# </details>
#
# <details><summary><b>4.</b> Two features are equally wide, but almost copies of each other. Does standardizing make training fast?</summary>
#
# No. It cures units only; the valley runs diagonally and stays narrow, and so it is for Adagrad ({ref:condition_law}).
# </details>
#
# <details><summary><b>5.</b> Why is the loss not guaranteed to fall in a step along −g?</summary>
#
# The promise is of first order: it holds for a step so short that the plane can be trusted. What is left out grows with the square of the step ({ref:taylor1}–{ref:circle_facts}).
# </details>
#
# ## The chapter on one screen
#
# | idea | formula | where |
# |---|---|---|
# | descent | $w \leftarrow w - \eta\,g$; on a parabola the error times $1 - \eta\kappa$ | {ref:slopes}, {ref:lr_symptoms} |
# | decaying rate | $\eta^t = \eta/\sqrt{t+1}$ | {ref:lr_decay} |
# | Adagrad | $w \leftarrow w - \eta\,g/(\sqrt{\Sigma g^2} + \varepsilon)$, for each parameter | {ref:adagrad_step} |
# | SGD | one step per sample, at the current parameters | {ref:sgd_epoch} |
# | standardize | $z = (x - \mu)/\sigma$ with $\mu, \sigma$ of the training data | {ref:standardize_fit} |
# | how long it takes | steps grow like $\kappa_{\max}/\kappa_{\min}$ | {ref:curvature_range}, {ref:condition_law} |
# | why it works | $\mathcal L(w + d) \approx \mathcal L(w) + g\cdot d$, smallest at $d = -r\,g/\lVert g\rVert$ | {ref:taylor1}, {ref:steepest_step} |
#
# You can now say why the negative gradient is the right direction, why it is nevertheless slow in a narrow valley, and two ways out: change the steps (Adagrad) or change the landscape (standardize).
#
# ## Going further
#
# * G. Goh, [*Why Momentum Really Works*](https://distill.pub/2017/momentum/), Distill 2017: the factors $1 - \eta\kappa$ of this chapter, with sliders.
# * S. Ruder, [*An overview of gradient descent optimization algorithms*](https://arxiv.org/abs/1609.04747), 2016: from SGD to Adam on 14 pages.
# * In scikit-learn: `StandardScaler`, `SGDRegressor`; in PyTorch: `torch.optim.SGD`, `torch.optim.Adagrad`.
# * Chapter 6 comes back to the first way out with RMSProp, momentum and Adam, and to the second with batch normalization.
#
# Before you hand in: restart the kernel, run everything from top to bottom, and save.
# %% [markdown] lang="zh" of="2bfa"
# ## 问问自己
#
# 五个问题。先自己说出答案，再展开对照。
#
# <details><summary><b>1.</b> 某次训练的损失忽高忽低，而且越来越大。哪里出了问题？学习率最大取多少才不会这样？</summary>
#
# 学习率超过了稳定的上限 $2/\kappa_{\max}$：在最陡的方向上，每一步都把误差乘以一个小于 $-1$ 的因子（{ref:lr_symptoms}、{ref:curvature_range}）。
# </details>
#
# <details><summary><b>2.</b> 不管梯度多大，Adagrad 的第一步在每个参数上的长度都是 η。为什么？</summary>
#
# 只有一个梯度时 $\sqrt{G} = |g|$，这一步是 $-\eta\, g/|g|$，只剩下 $g$ 的正负号（{ref:adagrad_step}）。
# </details>
#
# <details><summary><b>3.</b> 用测试数据自己的均值和标准差去标准化测试数据，会出什么问题？</summary>
#
# 它们会落在另一个坐标系里，而权重是在原来的坐标系里训练的。尺度是模型的一部分：从训练数据中求出，用到所有数据上（{ref:standardize_apply}）。
# </details>
#
# <details><summary><b>4.</b> 两个特征的范围一样大，但几乎是彼此的复制品。标准化能让训练变快吗？</summary>
#
# 不能。它只能消除单位的差别；山谷是斜的，仍然狭长，对 Adagrad 也是如此（{ref:condition_law}）。
# </details>
#
# <details><summary><b>5.</b> 沿 −g 走一步，损失为什么不一定下降？</summary>
#
# 这个保证只是一阶的：步子要短到平面近似可信。忽略掉的部分随步长的平方增长（{ref:taylor1}–{ref:circle_facts}）。
# </details>
#
# ## 一页小结
#
# | 内容 | 公式 | 位置 |
# |---|---|---|
# | 梯度下降 | $w \leftarrow w - \eta\,g$；在抛物线上误差乘以 $1 - \eta\kappa$ | {ref:slopes}、{ref:lr_symptoms} |
# | 衰减的学习率 | $\eta^t = \eta/\sqrt{t+1}$ | {ref:lr_decay} |
# | Adagrad | $w \leftarrow w - \eta\,g/(\sqrt{\Sigma g^2} + \varepsilon)$，每个参数各算各的 | {ref:adagrad_step} |
# | 随机梯度下降 | 每个样本走一步，用当前的参数 | {ref:sgd_epoch} |
# | 标准化 | $z = (x - \mu)/\sigma$，$\mu, \sigma$ 来自训练数据 | {ref:standardize_fit} |
# | 要走多久 | 步数随 $\kappa_{\max}/\kappa_{\min}$ 成正比增长 | {ref:curvature_range}、{ref:condition_law} |
# | 为什么成立 | $\mathcal L(w + d) \approx \mathcal L(w) + g\cdot d$，在 $d = -r\,g/\lVert g\rVert$ 处最小 | {ref:taylor1}、{ref:steepest_step} |
#
# 现在你能说清楚：为什么负梯度是正确的方向，为什么它在狭长的山谷里还是很慢，以及两条出路：改变步子（Adagrad），或者改变地形（标准化）。
#
# ## 更进一步
#
# * G. Goh，[*Why Momentum Really Works*](https://distill.pub/2017/momentum/)，Distill 2017：就是本章的因子 $1 - \eta\kappa$，可以拖动滑块来看。
# * S. Ruder，[*An overview of gradient descent optimization algorithms*](https://arxiv.org/abs/1609.04747)，2016：用 14 页从 SGD 讲到 Adam。
# * scikit-learn 中对应的是 `StandardScaler`、`SGDRegressor`；PyTorch 中是 `torch.optim.SGD`、`torch.optim.Adagrad`。
# * 第六章会沿第一条路继续讲 RMSProp、动量和 Adam，沿第二条路讲批归一化。
#
# 提交之前：重启内核，从头到尾运行一遍，再保存。
