# %% [markdown] lang="en"
# ## Ask yourself
#
# Five questions. Answer each aloud before you unfold it.
#
# <details><summary><b>1.</b> A layer has 3 channels in and 16 filters of 5 × 5. How many parameters, and how many more for images twice as large?</summary>
#
# $16\,(3\cdot25+1)=1216$, and not one more: the size of the image does not enter ({ref:conv_param_count}).
# </details>
# <details><summary><b>2.</b> Why is it <code>+=</code> in the backward pass of a convolution, and <code>=</code> in that of a pooling whose windows lie side by side?</summary>
#
# A pixel collects from every window that it lies in. Windows of a convolution overlap; those of a pooling with stride = size do not, so there either will do ({ref:conv2d_backward}, {ref:maxpool_backward}).
# </details>
# <details><summary><b>3.</b> After the third convolution a net has 64 channels, after the fourth 32. Can that be?</summary>
#
# Yes. The number of channels is that of the last layer's filters; nothing accumulates ({ref:feature_map_shapes}).
# </details>
# <details><summary><b>4.</b> Is a transposed convolution the inverse of a convolution?</summary>
#
# No. It sends every number back along its connections and adds up; to undo a convolution one would have to solve equations ({ref:conv_transpose}).
# </details>
# <details><summary><b>5.</b> A net reads 97% of all test images. Is it safe to say that nothing much happens when each pixel changes by a tenth?</summary>
#
# Not if somebody chooses the change: aimed noise of that size may ruin it, while random noise does not ({ref:fgsm}).
# </details>
#
# ## The chapter on one screen
#
# | idea | formula |
# |---|---|
# | convolution | $Z_{f,i,j}=b_f+\sum_{c,u,v}w_{f,c,u,v}\,\tilde x_{c,si+u,sj+v}$; $H_o=\lfloor(H+2\,\text{pad}-k)/s\rfloor+1$ |
# | its gradients | $dw$: `dout` times what the weight met, summed; $db$: the sum of `dout`; $dx$: `dout` paints the kernel back, added up |
# | as a dense layer | sparse and shared; its transpose is $dx$ |
# | parameters | $F\,(C\,k^2+1)$, whatever the size of the image |
# | max pooling | the greatest of each window; back: all to the winner, shared out where pixels tie |
# | average pooling | the mean; back: $1/\text{size}^2$ to each |
# | receptive field | $r\leftarrow r+(k-1)\,j$, then $j\leftarrow j\,s$ |
# | what excites a unit | $x\leftarrow\text{clip}(x+\eta\,\partial a/\partial x)$ |
# | what fools a net | $x\leftarrow\text{clip}(x+\varepsilon\,\text{sign}(\partial\mathcal L/\partial x))$ |
#
# ## Going further
#
# * Train on adversarial images as well (make them anew for every batch) and attack again. What does it cost on clean digits?
# * Replace the dense layer by the mean of each map over all positions (*global average pooling*) and repeat {ref:how_far_shifted}. Is the net now really invariant, and what does it lose?
# * C. Olah, A. Mordvintsev and L. Schubert, [*Feature Visualization*](https://distill.pub/2017/feature-visualization/), Distill 2017: {ref:activation_maximize}, done with all the art there is.
# * L. Gatys, A. Ecker and M. Bethge, [*Image Style Transfer Using Convolutional Neural Networks*](https://www.cv-foundation.org/openaccess/content_cvpr_2016/html/Gatys_Image_Style_Transfer_CVPR_2016_paper.html), CVPR 2016.
#
# **Next.** Deeper nets don't train by themselves. Chapter 6 collects what helps: other activations, other steps, and what to do when training goes well and the test does not.
# %% [markdown] lang="zh" of="00f2"
# ## 问问自己
#
# 五个问题。先自己说出答案，再展开对照。
#
# <details><summary><b>1.</b> 某层输入 3 个通道，有 16 个 5 × 5 的滤波器。共有多少参数？图像的边长加倍，又多出多少？</summary>
#
# $16\,(3\cdot25+1)=1216$ 个，一个也不多：与图像的大小无关（{ref:conv_param_count}）。
# </details>
# <details><summary><b>2.</b> 卷积的反向为什么用 <code>+=</code>，而窗口并排的池化，反向用 <code>=</code> 也行？</summary>
#
# 一个像素要从它所在的每个窗口收集。卷积的窗口会重叠；步幅等于窗口大小的池化不会，所以两种写法都对（{ref:conv2d_backward}、{ref:maxpool_backward}）。
# </details>
# <details><summary><b>3.</b> 某网络在第三个卷积层之后有 64 个通道，第四个之后有 32 个。可能吗？</summary>
#
# 可能。通道数就是最后一层的滤波器个数，并不累计（{ref:feature_map_shapes}）。
# </details>
# <details><summary><b>4.</b> 转置卷积是卷积的逆吗？</summary>
#
# 不是。它让每个数沿自己的连接走回去，再加起来；要撤销一个卷积，得解方程（{ref:conv_transpose}）。
# </details>
# <details><summary><b>5.</b> 某网络认对了 97% 的测试图像。每个像素改变十分之一，能放心地说没什么影响吗？</summary>
#
# 如果改动是有人挑好的，就不能：这么大的瞄准的噪声可能毁掉它，随机的噪声则不会（{ref:fgsm}）。
# </details>
#
# ## 一页小结
#
# | 内容 | 公式 |
# |---|---|
# | 卷积 | $Z_{f,i,j}=b_f+\sum_{c,u,v}w_{f,c,u,v}\,\tilde x_{c,si+u,sj+v}$；$H_o=\lfloor(H+2\,\text{pad}-k)/s\rfloor+1$ |
# | 它的梯度 | $dw$：`dout` 乘以权重遇到的像素，再求和；$db$：`dout` 之和；$dx$：`dout` 把核印回去，累加 |
# | 看成全连接层 | 稀疏，共享；它的转置就是 $dx$ |
# | 参数个数 | $F\,(C\,k^2+1)$，与图像大小无关 |
# | 最大池化 | 每个窗口取最大；反向：全给胜者，并列时分一份 |
# | 平均池化 | 取平均；反向：每个像素 $1/\text{size}^2$ |
# | 感受野 | $r\leftarrow r+(k-1)\,j$，然后 $j\leftarrow j\,s$ |
# | 什么让神经元兴奋 | $x\leftarrow\text{clip}(x+\eta\,\partial a/\partial x)$ |
# | 什么骗过网络 | $x\leftarrow\text{clip}(x+\varepsilon\,\text{sign}(\partial\mathcal L/\partial x))$ |
#
# ## 更进一步
#
# * 训练时也用上对抗图像（每个批次都重新制作），再攻击一次。在干净的数字上要付出什么代价？
# * 把全连接层换成每张特征图对所有位置的平均（**全局平均池化**），重做 {ref:how_far_shifted}。网络现在真的不受平移影响了吗？它又失去了什么？
# * C. Olah、A. Mordvintsev、L. Schubert，[*Feature Visualization*](https://distill.pub/2017/feature-visualization/)，Distill 2017：把 {ref:activation_maximize} 做到了极致。
# * L. Gatys、A. Ecker、M. Bethge，[*Image Style Transfer Using Convolutional Neural Networks*](https://www.cv-foundation.org/openaccess/content_cvpr_2016/html/Gatys_Image_Style_Transfer_CVPR_2016_paper.html)，CVPR 2016。
#
# **下一章。** 网络再深一些，就不会自己训练好了。第六章收集各种有用的办法：换激活函数，换步子，以及训练得好、测试却不好时怎么办。
