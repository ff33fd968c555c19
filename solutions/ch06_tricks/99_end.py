# %% [markdown] lang="en"
# ## Ask yourself
#
# Five questions. Answer each aloud before you unfold it.
#
# <details><summary><b>1.</b> A net is 70% right on its training data and 69% on new data. Somebody suggests dropout. What do you say?</summary>
#
# It has not learned its own samples yet; dropout would hold it back even more. First the training: activation, step rule, size ({ref:which_trick}).
# </details>
#
# <details><summary><b>2.</b> Adam without bias correction, with the usual settings: is its first step too short or too long?</summary>
#
# Too long: $m$ is a tenth of the gradient, but $\sqrt v$ only about a thirtieth of its size, so the step is about three times $\eta$ ({ref:adam_on_a_slope}).
# </details>
#
# <details><summary><b>3.</b> Where does ε stand in Adam, and where in batch normalization? When does it matter?</summary>
#
# In Adam outside the root, in batch normalization under it, beside the variance. It matters where gradients, or the variance of a feature, are tiny ({ref:adam_step}, {ref:batchnorm_forward}).
# </details>
#
# <details><summary><b>4.</b> You use a net with inverted dropout and batch normalization for one single image. What does each of them do?</summary>
#
# Dropout does nothing. Batch normalization uses the averages kept in training, since one image has no batch; folded into the layer before it, it costs nothing ({ref:dropout_forward}, {ref:fold_batchnorm}).
# </details>
#
# <details><summary><b>5.</b> The gradient is 0 and the eigenvalues of the Hessian are 2, 0 and 0.5. Is it a minimum?</summary>
#
# The Hessian can't say. Along the axis of the 0 a higher derivative decides ({ref:hessian_classify}).
# </details>
#
# ## The chapter on one screen
#
# | idea | formula | where |
# |---|---|---|
# | leaky activations | $z$ if $z > 0$, else $p z$ | {ref:prelu}, {ref:prelu_backward} |
# | maxout | $\max_j (x\cdot w_j + b_j)$; the winner gets the gradient | {ref:maxout_forward}, {ref:maxout_backward} |
# | momentum | $v \leftarrow \beta v - \eta g$, $w \leftarrow w + v$ | {ref:momentum_step} |
# | RMSProp | $\sigma^2 \leftarrow \alpha\sigma^2 + (1-\alpha) g^2$, $w \leftarrow w - \eta g/(\sigma + \varepsilon)$ | {ref:rmsprop_step} |
# | Adam | averages of $g$ and $g^2$, each divided by $1 - \beta^t$ | {ref:adam_step} |
# | clipping | one factor for all gradients | {ref:clip_gradients} |
# | early stopping | keep the best, stop `patience` later | {ref:early_stopping} |
# | penalties | $\tfrac\lambda2\Sigma w^2$ shrinks, $\lambda\Sigma\lvert w\rvert$ pushes to 0; biases are free | {ref:penalty_grad}, {ref:decay_step} |
# | dropout | what stays is divided by $1 - p$, in training | {ref:dropout_forward} |
# | batch normalization | by the batch in training, by the running averages in use | {ref:batchnorm_forward} |
# | critical points | signs of the eigenvalues of $H$ | {ref:hessian_classify} |
#
# You can now say of a bad net whether it failed in training or on new data, and you have written, by hand, every tool that helps.
#
# ## Going further
#
# * G. Goh, [*Why Momentum Really Works*](https://distill.pub/2017/momentum/), Distill 2017.
# * N. Srivastava et al., [*Dropout*](https://jmlr.org/papers/v15/srivastava14a.html), JMLR 15 (2014); S. Ioffe and C. Szegedy, [*Batch Normalization*](https://arxiv.org/abs/1502.03167), ICML 2015.
# * C. Zhang et al., [*Understanding deep learning requires rethinking generalization*](https://arxiv.org/abs/1611.03530), ICLR 2017: nets that learn random labels by heart.
# * In PyTorch: `torch.optim.Adam`, `torch.nn.Dropout`, `torch.nn.BatchNorm1d`, `torch.nn.utils.clip_grad_norm_`. Read their documentation now: every argument is an old acquaintance.
# * Chapter 7 meets vanishing gradients again, along time instead of depth.
#
# Before you hand in: restart the kernel, run everything from top to bottom, and save.
# %% [markdown] lang="zh" of="056b"
# ## 问问自己
#
# 五个问题。先自己说出答案，再展开对照。
#
# <details><summary><b>1.</b> 一个网络在训练数据上对 70%，在新数据上对 69%。有人建议用 dropout。你怎么说？</summary>
#
# 它连自己的样本都还没学会，dropout 只会让它更学不会。先解决训练：激活函数、更新规则、网络大小（{ref:which_trick}）。
# </details>
#
# <details><summary><b>2.</b> Adam 不做偏差修正，用常用的设置，第一步是太短还是太长？</summary>
#
# 太长：$m$ 是梯度的十分之一，$\sqrt v$ 却只有梯度大小的三十分之一左右，所以这一步约为 $\eta$ 的三倍（{ref:adam_on_a_slope}）。
# </details>
#
# <details><summary><b>3.</b> ε 在 Adam 里放在哪儿，在批归一化里又放在哪儿？什么时候有差别？</summary>
#
# 在 Adam 里放在根号外面，在批归一化里放在根号里面，和方差在一起。梯度很小，或者某个特征的方差很小时，就有差别（{ref:adam_step}、{ref:batchnorm_forward}）。
# </details>
#
# <details><summary><b>4.</b> 一个网络用了 inverted dropout 和批归一化，现在拿它来认一张图。两者各做什么？</summary>
#
# dropout 什么也不做。批归一化用训练时保存的平均值，因为一张图构不成批次；折叠进前一层之后，不用付出任何代价（{ref:dropout_forward}、{ref:fold_batchnorm}）。
# </details>
#
# <details><summary><b>5.</b> 梯度为 0，海森矩阵的特征值是 2、0 和 0.5。这是极小点吗？</summary>
#
# 海森矩阵说不出来。沿 0 对应的方向，要看更高阶的导数（{ref:hessian_classify}）。
# </details>
#
# ## 一页小结
#
# | 内容 | 公式 | 位置 |
# |---|---|---|
# | 带泄漏的激活函数 | $z > 0$ 时为 $z$，否则为 $p z$ | {ref:prelu}、{ref:prelu_backward} |
# | maxout | $\max_j (x\cdot w_j + b_j)$；胜者得到梯度 | {ref:maxout_forward}、{ref:maxout_backward} |
# | 动量法 | $v \leftarrow \beta v - \eta g$，$w \leftarrow w + v$ | {ref:momentum_step} |
# | RMSProp | $\sigma^2 \leftarrow \alpha\sigma^2 + (1-\alpha) g^2$，$w \leftarrow w - \eta g/(\sigma + \varepsilon)$ | {ref:rmsprop_step} |
# | Adam | $g$ 与 $g^2$ 的平均，各除以 $1 - \beta^t$ | {ref:adam_step} |
# | 梯度裁剪 | 所有梯度乘同一个因子 | {ref:clip_gradients} |
# | 提前结束 | 保留最好的，晚 `patience` 轮停 | {ref:early_stopping} |
# | 惩罚项 | $\tfrac\lambda2\Sigma w^2$ 让权重变小，$\lambda\Sigma\lvert w\rvert$ 把权重推到 0；偏置不受惩罚 | {ref:penalty_grad}、{ref:decay_step} |
# | dropout | 训练时，留下的除以 $1 - p$ | {ref:dropout_forward} |
# | 批归一化 | 训练时用批次，使用时用滑动平均 | {ref:batchnorm_forward} |
# | 临界点 | 看 $H$ 的特征值的符号 | {ref:hessian_classify} |
#
# 现在，面对一个不好的网络，你能说出它是没训练好，还是只在新数据上不好；而每一样对策，你都亲手写过。
#
# ## 更进一步
#
# * G. Goh，[*Why Momentum Really Works*](https://distill.pub/2017/momentum/)，Distill 2017。
# * N. Srivastava 等，[*Dropout*](https://jmlr.org/papers/v15/srivastava14a.html)，JMLR 15 (2014)；S. Ioffe 与 C. Szegedy，[*Batch Normalization*](https://arxiv.org/abs/1502.03167)，ICML 2015。
# * C. Zhang 等，[*Understanding deep learning requires rethinking generalization*](https://arxiv.org/abs/1611.03530)，ICLR 2017：网络能把随机标签也背下来。
# * PyTorch 中对应的是 `torch.optim.Adam`、`torch.nn.Dropout`、`torch.nn.BatchNorm1d`、`torch.nn.utils.clip_grad_norm_`。现在去读它们的文档，每个参数都是老相识。
# * 第七章会再次遇到梯度消失，不过不是沿深度，而是沿时间。
#
# 提交之前：重启内核，从头到尾运行一遍，再保存。
