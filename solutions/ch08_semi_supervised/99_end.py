# %% [markdown] lang="en"
# ## Ask yourself
#
# Five questions. Answer each aloud before you unfold it.
#
# <details><summary><b>1.</b> A method returns a label for each of your 40,000 photographs. Tomorrow somebody takes one more. What do you need?</summary>
#
# If the method is transductive, as propagation is, another method or another run; an inductive one left you a function, which answers at once ({ref:transductive_or_inductive}).
# </details>
#
# <details><summary><b>2.</b> The log-likelihood of your EM falls in round 7. How much, before you worry?</summary>
#
# At all. Apart from rounding it never falls, so there is a bug ({ref:semi_em}). That it rises is no proof of the opposite.
# </details>
#
# <details><summary><b>3.</b> You train a network on its own soft answers, and the loss does not move. Is the learning rate too small?</summary>
#
# The gradient is exactly 0: $p-t$ with $t=p$ ({ref:pseudo_grad}). No learning rate helps.
# </details>
#
# <details><summary><b>4.</b> With λ very large, which model has the least entropy-regularized loss?</summary>
#
# One that is quite sure of everything, of one class for all samples, say. It pays a little cross-entropy on the few labels, and nothing else. Entropy asks for decisions, not for right ones ({ref:entropy_reg_loss}).
# </details>
#
# <details><summary><b>5.</b> Two classes lie on the same cloud, one in its left half and one in its right. Which of the methods helps?</summary>
#
# None. There is no gap, and neighbors at the border disagree. All of them would put the border elsewhere, surely and wrongly ({ref:worth_of_unlabeled}).
# </details>
#
# ## The chapter on one screen
#
# | idea | formula | where |
# |---|---|---|
# | E-step | $R_{uk}\propto\pi_k\,\mathcal N(x^u\mid\mu_k,\Sigma)$, rows sum to 1 | {ref:gaussian_estep} |
# | M-step | one weighted average over *all* samples: a label counts 1, the others $R_{uk}$ | {ref:gaussian_mstep} |
# | what EM improves | $\sum_r\ln\pi_{y}\mathcal N+\sum_u\ln\sum_k\pi_k\mathcal N$, never falls | {ref:log_likelihood} |
# | self-training | confident answers become labels, anew in every round | {ref:self_train} |
# | soft labels | $p-t=0$: nothing moves | {ref:pseudo_grad} |
# | entropy | $-\sum_kp_k\ln p_k$, gradient $-p_j(\ln p_j+E)$ | {ref:entropy}, {ref:entropy_grad} |
# | SVM | $\tfrac12\lVert w\rVert^2+C\sum\xi$, the margin is $1/\lVert w\rVert$; try all labelings | {ref:svm_parts}, {ref:s3vm_enumerate} |
# | graph | $\Delta=\operatorname{diag}(d)-A$, $S=\tfrac12\sum_{ij}A_{ij}(f_i-f_j)^2=f^\top\Delta f$ | {ref:laplacian}, {ref:smoothness} |
# | propagation | each sample is the mean of its neighbors; labels stay | {ref:label_propagate} |
#
# You have made four assumptions about the world, built a method on each, and seen that an unlabeled sample is worth exactly as much as the assumption is true.
#
# ## Going further
#
# * O. Chapelle, B. Schölkopf and A. Zien (eds.), [*Semi-Supervised Learning*](https://mitpress.mit.edu/9780262514125/semi-supervised-learning/), MIT Press 2006: the book.
# * Y. Grandvalet and Y. Bengio, [*Semi-supervised Learning by Entropy Minimization*](https://papers.nips.cc/paper/2740-semi-supervised-learning-by-entropy-minimization), NIPS 2004: {ref:entropy_reg_loss} in six pages.
# * K. Sohn and others, [*FixMatch*](https://arxiv.org/abs/2001.07685), 2020: pseudo-labels with a threshold, once more, with neural networks and distorted images. Forty labels for CIFAR-10.
# * In scikit-learn: `SelfTrainingClassifier`, `LabelPropagation`, `LabelSpreading`, and `GaussianMixture` for EM without labels.
#
# **Next.** In chapter 9 the last labels disappear. Before you hand in: restart the kernel, run everything from top to bottom, and save.
# %% [markdown] lang="zh" of="6172"
# ## 问问自己
#
# 五个问题。先自己说出答案，再展开对照。
#
# <details><summary><b>1.</b> 一种方法为你的 40,000 张照片各给出了一个标签。明天有人又拍了一张，你需要什么？</summary>
#
# 如果方法是直推式的（比如标签传播），就要换一种方法，或者重新跑一遍；归纳式的方法留下了一个函数，马上就能回答（{ref:transductive_or_inductive}）。
# </details>
#
# <details><summary><b>2.</b> 你的 EM 在第 7 圈时对数似然下降了。降多少才需要担心？</summary>
#
# 降一点就要担心。除了舍入误差，它绝不会下降，所以一定有错（{ref:semi_em}）。反过来，上升并不能证明没有错。
# </details>
#
# <details><summary><b>3.</b> 你用网络自己的软回答训练它，损失一动不动。是学习率太小吗？</summary>
#
# 梯度恰好是 0：$t=p$ 时 $p-t=0$（{ref:pseudo_grad}）。什么学习率都没有用。
# </details>
#
# <details><summary><b>4.</b> λ 非常大时，哪个模型的熵正则化损失最小？</summary>
#
# 对什么都有十足把握的模型，比如把所有样本都归到同一类。它只在少数几个标签上付一点交叉熵，此外什么也不用付。熵要的是拿定主意，而不是拿对主意（{ref:entropy_reg_loss}）。
# </details>
#
# <details><summary><b>5.</b> 两个类别在同一片点里，一个占左半边，一个占右半边。哪种方法有用？</summary>
#
# 都没有用。中间没有空隙，边界上的邻居标签又不相同。每种方法都会很有把握地把边界放到错误的地方（{ref:worth_of_unlabeled}）。
# </details>
#
# ## 一页小结
#
# | 内容 | 公式 | 位置 |
# |---|---|---|
# | E 步 | $R_{uk}\propto\pi_k\,\mathcal N(x^u\mid\mu_k,\Sigma)$，每行之和为 1 | {ref:gaussian_estep} |
# | M 步 | 对**全部**样本的一个加权平均：有标签的计 1，其余计 $R_{uk}$ | {ref:gaussian_mstep} |
# | EM 在改进什么 | $\sum_r\ln\pi_{y}\mathcal N+\sum_u\ln\sum_k\pi_k\mathcal N$，从不下降 | {ref:log_likelihood} |
# | 自训练 | 有把握的回答当作标签，每一轮重新打 | {ref:self_train} |
# | 软标签 | $p-t=0$：什么也不动 | {ref:pseudo_grad} |
# | 熵 | $-\sum_kp_k\ln p_k$，梯度 $-p_j(\ln p_j+E)$ | {ref:entropy}、{ref:entropy_grad} |
# | SVM | $\tfrac12\lVert w\rVert^2+C\sum\xi$，间隔是 $1/\lVert w\rVert$；所有标法都试 | {ref:svm_parts}、{ref:s3vm_enumerate} |
# | 图 | $\Delta=\operatorname{diag}(d)-A$，$S=\tfrac12\sum_{ij}A_{ij}(f_i-f_j)^2=f^\top\Delta f$ | {ref:laplacian}、{ref:smoothness} |
# | 标签传播 | 每个样本是邻居的平均；标签保持不变 | {ref:label_propagate} |
#
# 你对世界作了四个假设，在每个假设上造了一种方法，也看到了：一个无标签样本值多少，全看假设有多真。
#
# ## 更进一步
#
# * O. Chapelle、B. Schölkopf 与 A. Zien 编，[*Semi-Supervised Learning*](https://mitpress.mit.edu/9780262514125/semi-supervised-learning/)，MIT Press，2006：这个领域的书。
# * Y. Grandvalet 与 Y. Bengio，[*Semi-supervised Learning by Entropy Minimization*](https://papers.nips.cc/paper/2740-semi-supervised-learning-by-entropy-minimization)，NIPS 2004：{ref:entropy_reg_loss} 的原文，六页。
# * K. Sohn 等，[*FixMatch*](https://arxiv.org/abs/2001.07685)，2020：还是带阈值的伪标签，配上神经网络和变形的图像；CIFAR-10 只用四十个标签。
# * scikit-learn 中对应的是 `SelfTrainingClassifier`、`LabelPropagation`、`LabelSpreading`，以及不用标签的 EM：`GaussianMixture`。
#
# **下一章。** 第九章里，最后的标签也没有了。提交之前：重启内核，从头到尾运行一遍，再保存。
