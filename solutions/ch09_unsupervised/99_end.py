# %% [markdown] lang="en"
# ## Ask yourself
#
# Five questions. Answer each aloud before you unfold it.
#
# <details><summary><b>1.</b> Why can k-means never raise its inertia, and why may it stop at a bad place all the same?</summary>
#
# Each half-step makes the inertia as small as it can while the other half stands still: the nearest center for every sample, the mean for every center. It stops where neither half alone can improve, which is not the best of all places; that is why one starts several times ({ref:kmeans}, {ref:kmeans_best}).
# </details>
#
# <details><summary><b>2.</b> Somebody's first principal component of digits looks like the average digit. What was forgotten?</summary>
#
# Centering. Without it the direction of the mean has the greatest square, and it is found first ({ref:pca_eig}).
# </details>
#
# <details><summary><b>3.</b> Two classmates train the same linear autoencoder from two starts. Their weights differ wildly, their errors agree in six digits. Who is right?</summary>
#
# Both: the error depends on the subspace alone, and any basis of it will do. Compare principal angles, not weights ({ref:principal_angles}, {ref:train_linear_autoencoder}).
# </details>
#
# <details><summary><b>4.</b> An autoencoder has 64 neurons in its middle and reaches an error of nearly 0. Is it a good one?</summary>
#
# It has learned to copy: without a bottleneck (or noise, or a codebook) nothing forces it to find out what hangs together. It would restore anomalies just as well ({ref:denoise_loss}, {ref:train_detector}).
# </details>
#
# <details><summary><b>5.</b> Why does <code>numeric_grad</code> disagree with a right straight-through gradient?</summary>
#
# It sees the true derivative of the choice, which is 0 nearly everywhere. Straight-through is no derivative but a useful lie ({ref:straight_through_grad}).
# </details>
#
# ## The chapter on one screen
#
# | idea | formula |
# |---|---|
# | k-means | nearest center, then means; inertia $\sum_n\lVert x^n-c_{a^n}\rVert^2$, a SUM, never rises |
# | soft assignment | $r^n_k\propto e^{-\lVert x^n-c_k\rVert^2/\tau}$ |
# | agglomerative | merge the nearest two; single: nearest pair, complete: farthest, average: mean |
# | covariance | $\Sigma=\frac1N\sum_n(x^n-\bar x)(x^n-\bar x)^\top$ |
# | PCA | $\Sigma w_m=v_mw_m$, greatest $v_m$ first; $v_m=s_m^2/N$ from the singular values of the centered data |
# | there and back | $z=W(x-\bar x)$, $\tilde x=\bar x+W^\top z$; $WW^\top=I$, and $W^\top W\ne I$ for $M<D$ |
# | error | MEAN of $\lVert x-\tilde x\rVert^2$; of PCA: the discarded variances $v_{M+1}+\dots+v_D$ |
# | linear autoencoder | spans the subspace of PCA |
# | denoising | noisy in, clean out |
# | anomaly | score = error; threshold from normal samples; AUC $=P(s_+>s_-)+\frac12P(s_+=s_-)$ |
# | codebook | $z_q=e_k$, $k$ the nearest; gradient straight through, $\operatorname{sg}$ parts codebook and commitment |
#
# You have found order in data that nobody had labeled, by clusters, by directions and by nets, and you know for each of them what it minimizes.
#
# ## Going further
#
# * Walk from one digit to another: encode two images, and decode eight codes on the straight line between them, once with PCA, once with your net of {ref:train_autoencoder}. Which way leads through digits?
# * D. P. Kingma and M. Welling, [*Auto-Encoding Variational Bayes*](https://arxiv.org/abs/1312.6114), 2013: an autoencoder that is trained to leave no such empty stretch in its plane as {ref:disentangle_swap} shows.
# * A. van den Oord, O. Vinyals and K. Kavukcuoglu, [*Neural Discrete Representation Learning*](https://arxiv.org/abs/1711.00937), 2017: the paper behind {ref:vq_quantize}–{ref:straight_through_grad}.
# * P. Baldi and K. Hornik, [*Neural Networks and Principal Component Analysis*](https://doi.org/10.1016/0893-6080(89)90014-2), Neural Networks 2 (1989): why {ref:train_linear_autoencoder} can't go wrong.
#
# **That was the course.** From a line through points to nets that find their own words: nine chapters, and three steps that stayed the same. Before you hand in: restart the kernel, run everything from top to bottom, and save.
# %% [markdown] lang="zh" of="42aa"
# ## 问问自己
#
# 五个问题。先自己说出答案，再展开对照。
#
# <details><summary><b>1.</b> 为什么 k-means 的惯量从不上升？为什么它还是可能停在不好的地方？</summary>
#
# 每个半步都在另一半不动的前提下把惯量降到最小：样本各取最近的中心，中心各取均值。它停在单独哪一半都无法再改进的地方，而那不一定是最好的地方，所以要从几组初值出发（{ref:kmeans}、{ref:kmeans_best}）。
# </details>
#
# <details><summary><b>2.</b> 有人求出的手写数字的第一主成分，看上去就像平均的数字。他忘了什么？</summary>
#
# 中心化。不中心化，均值方向上的平方最大，最先被找到（{ref:pca_eig}）。
# </details>
#
# <details><summary><b>3.</b> 两位同学从不同的初值训练同一个线性自编码器。权重大不相同，误差却有六位数字一致。谁对？</summary>
#
# 都对：误差只取决于子空间，用它的哪一组基都行。要比较主角，不要比较权重（{ref:principal_angles}、{ref:train_linear_autoencoder}）。
# </details>
#
# <details><summary><b>4.</b> 一个自编码器中间有 64 个神经元，误差几乎为 0。它好吗？</summary>
#
# 它学会的是照抄：没有瓶颈（也没有噪声或码本），就没有什么迫使它去发现哪些东西彼此关联。异常样本它照样恢复得很好（{ref:denoise_loss}、{ref:train_detector}）。
# </details>
#
# <details><summary><b>5.</b> 直通的梯度是对的，为什么 <code>numeric_grad</code> 与它不一致？</summary>
#
# 数值差分看到的是“选条目”真正的导数，几乎处处为 0。直通不是导数，而是一个有用的谎言（{ref:straight_through_grad}）。
# </details>
#
# ## 一页小结
#
# | 内容 | 公式 |
# |---|---|
# | k-means | 归到最近的中心，再取均值；惯量 $\sum_n\lVert x^n-c_{a^n}\rVert^2$（求和）从不上升 |
# | 软分配 | $r^n_k\propto e^{-\lVert x^n-c_k\rVert^2/\tau}$ |
# | 凝聚聚类 | 合并最近的两簇；单链接看最近的一对，全链接看最远的，平均链接取平均 |
# | 协方差 | $\Sigma=\frac1N\sum_n(x^n-\bar x)(x^n-\bar x)^\top$ |
# | PCA | $\Sigma w_m=v_mw_m$，$v_m$ 最大的在前；由中心化数据的奇异值得 $v_m=s_m^2/N$ |
# | 去了再回来 | $z=W(x-\bar x)$，$\tilde x=\bar x+W^\top z$；$WW^\top=I$，而 $M<D$ 时 $W^\top W\ne I$ |
# | 误差 | $\lVert x-\tilde x\rVert^2$ 的平均；PCA 的误差是丢掉的方差 $v_{M+1}+\dots+v_D$ |
# | 线性自编码器 | 张成的就是 PCA 的子空间 |
# | 去噪 | 带噪声的进，干净的出 |
# | 异常 | 分数 = 误差；阈值由正常样本定；AUC $=P(s_+>s_-)+\frac12P(s_+=s_-)$ |
# | 码本 | $z_q=e_k$，$k$ 取最近的；梯度直通，$\operatorname{sg}$ 把码本项和承诺项分开 |
#
# 你在没有人标注过的数据里找到了秩序：用簇，用方向，用网络；而且知道它们各自在减小什么。
#
# ## 更进一步
#
# * 从一个数字走到另一个：把两张图编码，在两个编码的连线上取八个点逐个解码，PCA 做一遍，{ref:train_autoencoder} 节的网络再做一遍。哪条路上一直都是数字？
# * D. P. Kingma 与 M. Welling，[*Auto-Encoding Variational Bayes*](https://arxiv.org/abs/1312.6114)，2013：训练时就不让平面留下 {ref:disentangle_swap} 节那种空白的自编码器。
# * A. van den Oord、O. Vinyals 与 K. Kavukcuoglu，[*Neural Discrete Representation Learning*](https://arxiv.org/abs/1711.00937)，2017：{ref:vq_quantize}–{ref:straight_through_grad} 的来源。
# * P. Baldi 与 K. Hornik，[*Neural Networks and Principal Component Analysis*](https://doi.org/10.1016/0893-6080(89)90014-2)，Neural Networks 2 (1989)：{ref:train_linear_autoencoder} 节为什么不会走错。
#
# **课程到此结束。** 从穿过几个点的一条直线，到自己造词的网络：九章，始终是同样的三个步骤。提交之前：重启内核，从头到尾运行一遍，再保存。
