# %% [markdown] lang="en"
# ## Ask yourself
#
# Five questions. Answer each aloud before you unfold it.
#
# <details><summary><b>1.</b> Your <code>numeric_grad</code> and your formula agree in 6 digits with h = 1e-5, and only in 3 with h = 1e-12. Which of the two is wrong?</summary>
#
# Neither. With a step of $10^{-12}$ two numbers are subtracted that agree in twelve of their sixteen digits; what is left is mostly rounding ({ref:numeric_grad}).
# </details>
#
# <details><summary><b>2.</b> Why does <code>db</code> add up the samples, while <code>dX</code> keeps them apart?</summary>
#
# The same $b$ serves all $N$ samples, so the loss feels it along $N$ paths, and paths add. Each row of $X$ lies on a path of its own ({ref:affine_backward}, {ref:chain_rule_two_paths}).
# </details>
#
# <details><summary><b>3.</b> A hidden ReLU was closed for a sample. What does this sample change in the weights into this neuron, and in those out of it?</summary>
#
# Nothing in either: its delta is 0 (slope 0), and its activation, the factor of the weights that leave it, is 0 too ({ref:backprop}).
# </details>
#
# <details><summary><b>4.</b> A net is made ten times as wide. How does the cost of one gradient grow in forward mode, in reverse mode and by numeric differences, measured in passes through the net?</summary>
#
# Forward mode and numeric differences need passes in proportion to the parameters, reverse mode two as before. (Each pass is dearer for all three.) What reverse mode pays with is memory ({ref:reverse_mode_grad}, {ref:memory}).
# </details>
#
# <details><summary><b>5.</b> Somebody shows that a net with eight layers is worse than one with two, both trained with η = 0.3. What do you ask?</summary>
#
# Whether both have equally many parameters, how many seeds, and what comes out when each has the rate that suits it. The training accuracy tells whether it could not learn or did not generalize ({ref:depth_or_width}).
# </details>
#
# ## The chapter on one screen
#
# | idea | formula |
# |---|---|
# | layer, forward | $Z_\ell = A_{\ell-1}W_\ell + b_\ell$, $A_\ell = \phi(Z_\ell)$; no $\phi$ on the last |
# | loss, a SUM | $\mathcal L = \sum_n \bigl(\ln\sum_j e^{z_{nj}} - z_{n,y^n}\bigr)$, largest score subtracted first |
# | chain rule | multiply along a path, add over the paths |
# | output delta | $\delta_L = p - y$ for softmax with cross-entropy |
# | hidden delta | $\delta_\ell = (\delta_{\ell+1}W_{\ell+1}^\top)\odot\phi'(Z_\ell)$ |
# | gradients | $\partial\mathcal L/\partial W_\ell = A_{\ell-1}^\top\delta_\ell$, $\partial\mathcal L/\partial b_\ell = \sum_n\delta_\ell^n$ |
# | cost | forward mode $P\cdot T$ visits, reverse mode $2T$ and all activations in memory |
# | check | central differences with $h\approx10^{-5}$: about 10 digits, two losses per parameter |
#
# You have taken backpropagation apart into a layer, a slope and a delta, put it together again, counted what it costs, and had it confirmed by a second, independent program.
#
# ## Going further
#
# * The V again, in `np.float32`: convert inside $f$. Where does its tip lie now, and how many digits can a float32 gradient have? Theory says $h\approx\sqrt[3]{3\varepsilon}$ with $\varepsilon=6\cdot10^{-8}$.
# * A. Karpathy, [*micrograd*](https://github.com/karpathy/micrograd): {ref:reverse_mode_grad} as a library of a hundred lines, and a video of two and a half hours in which it is written.
# * A. G. Baydin and others, [*Automatic Differentiation in Machine Learning: a Survey*](https://jmlr.org/papers/v18/17-468.html), JMLR 18 (2018): forward, reverse, and everything in between.
# * K. He, X. Zhang, S. Ren and J. Sun, [*Deep Residual Learning for Image Recognition*](https://arxiv.org/abs/1512.03385), 2015: the shortcut of {ref:shortcut_backward}, in a net of 152 layers.
#
# **Next.** In chapter 5 the layers learn to share weights: convolution. Before you hand in: restart the kernel, run everything from top to bottom, and save.
# %% [markdown] lang="zh" of="0dd5"
# ## 问问自己
#
# 五个问题。先自己说出答案，再展开对照。
#
# <details><summary><b>1.</b> <code>numeric_grad</code> 与你的公式，h = 1e-5 时有 6 位数字一致，h = 1e-12 时只有 3 位。哪一个错了？</summary>
#
# 都没有错。步长为 $10^{-12}$ 时，相减的两个数在 16 位中有 12 位相同，剩下的大半是舍入误差（{ref:numeric_grad}）。
# </details>
#
# <details><summary><b>2.</b> 为什么 <code>db</code> 要对样本求和，<code>dX</code> 却一个样本一行？</summary>
#
# $N$ 个样本用的是同一个 $b$，它沿 $N$ 条路径影响损失，而路径之间相加。$X$ 的每一行各走各的路（{ref:affine_backward}、{ref:chain_rule_two_paths}）。
# </details>
#
# <details><summary><b>3.</b> 对某个样本，一个隐藏的 ReLU 是关闭的。通向它的权重会因为这个样本改变多少？从它出发的权重呢？</summary>
#
# 都不变：它的 δ 为 0（斜率为 0）；它的激活值，也就是从它出发的权重所乘的那个因子，同样为 0（{ref:backprop}）。
# </details>
#
# <details><summary><b>4.</b> 网络加宽到十倍。用前向模式、反向模式和数值差分求一次梯度，要走的趟数各怎样增长？</summary>
#
# 前向模式和数值差分的趟数与参数个数成正比，反向模式仍然是两趟。（每一趟本身都变贵了，三者一样。）反向模式付出的代价是内存（{ref:reverse_mode_grad}、{ref:memory}）。
# </details>
#
# <details><summary><b>5.</b> 有人证明八层的网络不如两层的，两者都用 η = 0.3 训练。你会问什么？</summary>
#
# 参数是否一样多，用了几个种子，以及各用最合适的学习率时结果如何。训练准确率能说明它是学不会，还是泛化不好（{ref:depth_or_width}）。
# </details>
#
# ## 一页小结
#
# | 内容 | 公式 |
# |---|---|
# | 一层，前向 | $Z_\ell = A_{\ell-1}W_\ell + b_\ell$，$A_\ell = \phi(Z_\ell)$；最后一层没有 $\phi$ |
# | 损失（求和） | $\mathcal L = \sum_n \bigl(\ln\sum_j e^{z_{nj}} - z_{n,y^n}\bigr)$，先减去最大的得分 |
# | 链式法则 | 同一条路径上相乘，不同路径之间相加 |
# | 输出层的 δ | softmax 配交叉熵：$\delta_L = p - y$ |
# | 隐藏层的 δ | $\delta_\ell = (\delta_{\ell+1}W_{\ell+1}^\top)\odot\phi'(Z_\ell)$ |
# | 梯度 | $\partial\mathcal L/\partial W_\ell = A_{\ell-1}^\top\delta_\ell$，$\partial\mathcal L/\partial b_\ell = \sum_n\delta_\ell^n$ |
# | 代价 | 前向模式访问 $P\cdot T$ 次；反向模式 $2T$ 次，并要在内存里保留所有激活值 |
# | 验证 | 中心差分，$h\approx10^{-5}$：大约 10 位数字，每个参数要算两次损失 |
#
# 你把反向传播拆成了层、斜率和 δ，又重新装了起来，数清了它的代价，还请另一个独立的程序做了核对。
#
# ## 更进一步
#
# * 再画一次 V 字，这次用 `np.float32`：在 $f$ 里面转换。尖端移到了哪里？float32 的梯度能有几位数字？理论值是 $h\approx\sqrt[3]{3\varepsilon}$，其中 $\varepsilon=6\cdot10^{-8}$。
# * A. Karpathy，[*micrograd*](https://github.com/karpathy/micrograd)：把 {ref:reverse_mode_grad} 写成了一百行的库，还有一段两个半小时的视频，从头到尾写给你看。
# * A. G. Baydin 等，[*Automatic Differentiation in Machine Learning: a Survey*](https://jmlr.org/papers/v18/17-468.html)，JMLR 18 (2018)：前向、反向，以及两者之间的一切。
# * K. He、X. Zhang、S. Ren 与 J. Sun，[*Deep Residual Learning for Image Recognition*](https://arxiv.org/abs/1512.03385)，2015：{ref:shortcut_backward} 节的近路，用在 152 层的网络里。
#
# **下一章。** 第五章里，层将学会共用权重：卷积。提交之前：重启内核，从头到尾运行一遍，再保存。
