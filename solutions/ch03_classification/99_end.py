# %% [markdown] lang="en"
# ## Ask yourself
#
# Five questions. Answer each aloud before you unfold it.
#
# <details><summary><b>1.</b> A test that is right for 99 of 100 people, sick or healthy, comes out positive. One in a thousand is sick. How worried should you be?</summary>
#
# The odds before are 1 : 999, the test multiplies them by 99: about 1 : 10. Nine of ten positives are false alarms ({ref:bayes_posterior}, {ref:change_priors}).
# </details>
#
# <details><summary><b>2.</b> You give each class a covariance of its own. What happens to the border, and what does it cost?</summary>
#
# The quadratic terms no longer cancel, so it bends. It costs $D(D+1)/2$ numbers for each class, which few samples cannot pay for ({ref:gaussian_fit_shared}, {ref:shared_gaussian_to_linear}).
# </details>
#
# <details><summary><b>3.</b> Logistic regression separates the training data perfectly. How long are its weights after very many steps?</summary>
#
# They never stop growing: on separated data, longer weights always lower the loss a little more. Stop early, smooth the labels or add a penalty ({ref:bce_loss}, {ref:smoothed_grad}).
# </details>
#
# <details><summary><b>4.</b> Your loss is NaN after one step. Name two lines to look at first.</summary>
#
# An exponential of something large (subtract the row's maximum), and a logarithm of something that has rounded to 0 (write the loss in the logits) ({ref:softmax}, {ref:softmax_cross_entropy}).
# </details>
#
# <details><summary><b>5.</b> All logits are doubled. What happens to the predicted classes, to the accuracy, and to the loss?</summary>
#
# Classes and accuracy stay. The probabilities move to 0 and 1, so the loss falls where the model is right and rises where it is wrong: it was the temperature that changed ({ref:temperature_grad}).
# </details>
#
# ## The chapter on one screen
#
# | idea | formula | where |
# |---|---|---|
# | Bayes' rule | $P(C_k\mid x)\propto P(C_k)\,p(x\mid C_k)$, in logarithms | {ref:bayes_posterior}, {ref:bayes_log_posterior} |
# | Gaussians, one covariance | $w=\Sigma^{-1}(\mu_1-\mu_0)$: a line without training | {ref:gaussian_fit_shared}, {ref:shared_gaussian_to_linear} |
# | logistic regression | $\sigma(w\cdot x+b)$, loss $\sum_n\ln(1+e^{z^n})-y^nz^n$ | {ref:sigmoid}, {ref:bce_loss} |
# | its gradient | *prediction minus truth*, times the input | {ref:logistic_grad} |
# | with squared error | times $f(1-f)$ as well: flat where it is badly wrong | {ref:logistic_mse_grad}, {ref:pulls_on_logit} |
# | many classes | softmax, loss $\ln\sum_je^{z_j}-z_y$, gradient $p-\text{one-hot}$ | {ref:softmax}, {ref:softmax_cross_entropy_grad} |
# | log-sum-exp | take out the greatest term first | {ref:bayes_log_posterior} |
# | the limit | straight borders; XOR needs other features | {ref:xor_linear_best_accuracy}, {ref:feature_transform} |
#
# ## Going further
#
# * C. Guo et al., [*On Calibration of Modern Neural Networks*](https://arxiv.org/abs/1706.04599), 2017: one temperature repairs the confidence of a whole net ({ref:temperature_grad}).
# * R. Müller, S. Kornblith and G. Hinton, [*When Does Label Smoothing Help?*](https://arxiv.org/abs/1906.02629), 2019.
# * In scikit-learn: `LinearDiscriminantAnalysis`, `GaussianNB`, `LogisticRegression` (which has a penalty unless you switch it off), `confusion_matrix`; in PyTorch: `torch.nn.functional.cross_entropy`, which takes logits and has `label_smoothing`.
# * Replace the descent of {ref:logistic_step} by Newton's method, with the second derivatives $X^\top\operatorname{diag}(f(1-f))X$: how many steps until the loss stands still?
#
# **Next.** Logistic and softmax regression share one gradient, *prediction minus truth*; with the Gaussians they share one limit: their boundaries are straight. In the next chapter we stack layers, let the network find its own features, and compute all gradients by the chain rule.
# %% [markdown] lang="zh" of="df7a"
# ## 问问自己
#
# 五个问题。先自己说出答案，再展开对照。
#
# <details><summary><b>1.</b> 一项检测，无论对病人还是健康人，100 个里有 99 个判断正确。你的结果呈阳性，而每一千人中只有一个病人。该有多担心？</summary>
#
# 检测前的几率是 1 : 999，检测把它乘以 99，约为 1 : 10。十个阳性里有九个是虚惊（{ref:bayes_posterior}、{ref:change_priors}）。
# </details>
#
# <details><summary><b>2.</b> 如果每一类各用一个协方差，分界线会怎样？代价是什么？</summary>
#
# 二次项不再抵消，分界线变弯。代价是每一类多出 $D(D+1)/2$ 个数要估计，样本少时负担不起（{ref:gaussian_fit_shared}、{ref:shared_gaussian_to_linear}）。
# </details>
#
# <details><summary><b>3.</b> 逻辑回归已经把训练数据全部分对。再走很多很多步，权重会有多大？</summary>
#
# 会一直增大：权重越大，损失越接近 0，永无止境。可以提前停止、平滑标签，或者加上惩罚项（{ref:bce_loss}、{ref:smoothed_grad}）。
# </details>
#
# <details><summary><b>4.</b> 只走了一步，损失就成了 NaN。首先该看哪两处？</summary>
#
# 对很大的数取了指数（应先减去每行的最大值），或者对已经舍入成 0 的数取了对数（应直接用 logits 来写损失）（{ref:softmax}、{ref:softmax_cross_entropy}）。
# </details>
#
# <details><summary><b>5.</b> 把所有 logits 乘以 2。预测的类别、准确率和损失各会怎样？</summary>
#
# 类别和准确率不变。概率向 0 和 1 靠拢，所以分对的样本损失变小，分错的变大：改变的是温度（{ref:temperature_grad}）。
# </details>
#
# ## 一页小结
#
# | 内容 | 公式 | 位置 |
# |---|---|---|
# | 贝叶斯公式 | $P(C_k\mid x)\propto P(C_k)\,p(x\mid C_k)$，在对数下计算 | {ref:bayes_posterior}、{ref:bayes_log_posterior} |
# | 共享协方差的高斯分布 | $w=\Sigma^{-1}(\mu_1-\mu_0)$：不用训练的直线 | {ref:gaussian_fit_shared}、{ref:shared_gaussian_to_linear} |
# | 逻辑回归 | $\sigma(w\cdot x+b)$，损失 $\sum_n\ln(1+e^{z^n})-y^nz^n$ | {ref:sigmoid}、{ref:bce_loss} |
# | 它的梯度 | **预测减真实值**，再乘输入 | {ref:logistic_grad} |
# | 若用平方误差 | 还要乘 $f(1-f)$：错得离谱的地方反而是平的 | {ref:logistic_mse_grad}、{ref:pulls_on_logit} |
# | 多分类 | softmax，损失 $\ln\sum_je^{z_j}-z_y$，梯度为概率减独热向量 | {ref:softmax}、{ref:softmax_cross_entropy_grad} |
# | log-sum-exp | 先提出最大的一项 | {ref:bayes_log_posterior} |
# | 局限 | 边界是直的；异或需要另一组特征 | {ref:xor_linear_best_accuracy}、{ref:feature_transform} |
#
# ## 更进一步
#
# * C. Guo 等，[*On Calibration of Modern Neural Networks*](https://arxiv.org/abs/1706.04599)，2017：一个温度就能校正整个网络的置信度（{ref:temperature_grad}）。
# * R. Müller、S. Kornblith 与 G. Hinton，[*When Does Label Smoothing Help?*](https://arxiv.org/abs/1906.02629)，2019。
# * scikit-learn 中对应的是 `LinearDiscriminantAnalysis`、`GaussianNB`、`LogisticRegression`（默认带惩罚项）和 `confusion_matrix`；PyTorch 中是 `torch.nn.functional.cross_entropy`：它接收 logits，并有 `label_smoothing` 参数。
# * 把 {ref:logistic_step} 的梯度下降换成牛顿法，二阶导数是 $X^\top\operatorname{diag}(f(1-f))X$：走几步之后损失就不再变化？
#
# **下一章。** 逻辑回归和 softmax 回归的梯度是同一句话：**预测减真实值**；它们和高斯模型又有同样的局限：边界是直的。下一章我们把层叠起来，让网络自己寻找特征，并用链式法则算出所有的梯度。
