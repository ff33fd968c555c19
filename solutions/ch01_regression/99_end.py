# %% [markdown] lang="en"
# ## Ask yourself
#
# Five questions. Answer each aloud before you unfold it.
#
# <details><summary><b>1.</b> You switch from the sum to the mean of squared errors and keep the learning rate. What happens?</summary>
#
# The gradient, and so every step, becomes $N$ times shorter. The minimum stays where it is; the same descent needs $N$ times the rate ({ref:linear_loss}, {ref:linear_grad}).
# </details>
# <details><summary><b>2.</b> Loss: 10, 8, 9, 14, 31. What do you do first?</summary>
#
# Lower the learning rate, to below $2/\kappa_{\max}$: along the steepest direction each step lands farther up than it started ({ref:max_stable_lr}).
# </details>
# <details><summary><b>3.</b> Training error 0.1, validation error 4. Name two remedies, and one that would make it worse.</summary>
#
# It overfits: a stronger penalty, fewer features, more data. More powers would make it worse, as would a longer descent ({ref:remedies}).
# </details>
# <details><summary><b>4.</b> Why is the bias left out of the penalty?</summary>
#
# It bends nothing. With a price on it, a constant added to every $y$ would change the weights ({ref:ridge_fit}).
# </details>
# <details><summary><b>5.</b> You choose λ by ten-fold cross-validation and report the smallest mean error, 0.21. Is that the error on new data?</summary>
#
# It is a little too small: the smallest of many noisy figures was picked. A test set that had no say in anything tells the error ({ref:honest_estimate}).
# </details>
#
# ## The chapter on one screen
#
# | idea | formula |
# |---|---|
# | model | $y_{\text{pred}} = Xw + b$; curves by features $x, x^2, \dots$ |
# | loss, a SUM | $\mathcal L = \sum_n (y_{\text{pred}}^n - y^n)^2$, with a price $+\,\lambda\sum_i w_i^2$ (not on $b$) |
# | gradient | $2X^\top(y_{\text{pred}} - y) + 2\lambda w$ and $2\sum_n (y_{\text{pred}}^n - y^n)$ |
# | descent | $w \leftarrow w - \eta\,\partial\mathcal L/\partial w$; converges for $\eta < 2/\kappa_{\max}(2\tilde X^\top\tilde X)$ |
# | in one leap | $(X_c^\top X_c + \lambda I)\,w = X_c^\top y_c$, $b = \bar y - \bar x\cdot w$ |
# | error on new data | bias² + variance + noise |
# | honest choice | split; scale by the training rows; choose on validation rows; refit on all; open the test set once |
#
# ## Going further
#
# * Replace the squares of the penalty by absolute values (the *lasso*): some weights become exactly 0. Try it with steps of your own descent, and see why plain steps only come near 0.
# * Look up *double descent*: for some models, features far beyond the number of samples lower the test error again. Does it happen with powers of $x$? (Your `poly_curve` goes on where `lstsq` has many minimizers: it takes the shortest.)
# * Plot the error of {ref:leave_one_out} against λ beside that of five folds, for many data sets. Which of the two wobbles more?
#
# **Next.** Every later chapter keeps these parts and exchanges one of them. Chapter 2 stays with the descent: how slow it would be on the diabetes data in raw units, why, and what to do about it.
# %% [markdown] lang="zh" of="6cbf"
# ## 问问自己
#
# 五个问题。先自己说出答案，再展开对照。
#
# <details><summary><b>1.</b> 把平方误差的求和换成取平均，学习率不变，会怎样？</summary>
#
# 梯度变成原来的 $1/N$，每一步也就缩成 $1/N$。最低点不动；要走出同样的路，学习率得乘 $N$（{ref:linear_loss}、{ref:linear_grad}）。
# </details>
# <details><summary><b>2.</b> 损失依次是 10、8、9、14、31。首先该做什么？</summary>
#
# 减小学习率，使它小于 $2/\kappa_{\max}$：沿最陡的方向，每一步的落点都比出发点更高（{ref:max_stable_lr}）。
# </details>
# <details><summary><b>3.</b> 训练误差 0.1，验证误差 4。说出两种补救办法，再说一种会更糟的做法。</summary>
#
# 这是过拟合：加大惩罚、减少特征、增加数据都有用。增加幂次会更糟，延长下降也一样（{ref:remedies}）。
# </details>
# <details><summary><b>4.</b> 为什么不惩罚偏置？</summary>
#
# 偏置不会让曲线弯曲。如果惩罚它，给所有 $y$ 加上一个常数，权重就会改变（{ref:ridge_fit}）。
# </details>
# <details><summary><b>5.</b> 用十折交叉验证选 λ，报告其中最小的平均误差 0.21。这就是新数据上的误差吗？</summary>
#
# 它略微偏小，因为是从许多带噪声的数里挑出来的最小值。要知道新数据上的误差，得用一个没有参与过任何选择的测试集（{ref:honest_estimate}）。
# </details>
#
# ## 一页小结
#
# | 内容 | 公式 |
# |---|---|
# | 模型 | $y_{\text{pred}} = Xw + b$；以 $x, x^2, \dots$ 为特征就成了曲线 |
# | 损失（求和） | $\mathcal L = \sum_n (y_{\text{pred}}^n - y^n)^2$，可加上代价 $\lambda\sum_i w_i^2$（不含 $b$） |
# | 梯度 | $2X^\top(y_{\text{pred}} - y) + 2\lambda w$ 与 $2\sum_n (y_{\text{pred}}^n - y^n)$ |
# | 下降 | $w \leftarrow w - \eta\,\partial\mathcal L/\partial w$；$\eta < 2/\kappa_{\max}(2\tilde X^\top\tilde X)$ 时收敛 |
# | 一步到位 | $(X_c^\top X_c + \lambda I)\,w = X_c^\top y_c$，$b = \bar y - \bar x\cdot w$ |
# | 新数据上的误差 | 偏差² + 方差 + 噪声 |
# | 诚实的选择 | 先划分；按训练行缩放；用验证行选择；在全部数据上重新训练；测试集只打开一次 |
#
# ## 更进一步
#
# * 把惩罚项里的平方换成绝对值（即 *lasso*），有些权重会正好变成 0。用你自己的梯度下降试一试，想想为什么普通的步子只能走到 0 附近。
# * 查一查“双下降”（double descent）：对某些模型，特征远多于样本之后，测试误差又会下降。用 $x$ 的各次幂作特征，会出现这种现象吗？（最优解不唯一时，你的 `poly_curve` 也能算下去：`lstsq` 取其中最短的一个。）
# * 对许多份数据，把 {ref:leave_one_out} 节的误差与五折交叉验证的误差画在一起，横轴是 λ。哪一种波动更大？
#
# **下一章。** 后面每一章都沿用这些部件，只换掉其中一件。第二章继续讲梯度下降：如果直接用原始单位的糖尿病数据，它会走得多慢？为什么？又该怎么办？
