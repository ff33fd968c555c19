# %% [markdown] lang="en"
# ## Ask yourself
#
# Five questions. Answer each aloud before you unfold it.
#
# <details><summary><b>1.</b> A sentence has 40 words instead of 10. How many more parameters does your Elman network need?</summary>
#
# None. The same matrices serve every step ({ref:elman_forward}, {ref:whose_memory}); only the way back gets longer.
# </details>
#
# <details><summary><b>2.</b> Why are the gradients of W_h added up over the steps?</summary>
#
# The same weight was used at every step, and each use is a path to the loss of its own ({ref:two_step_grad}, {ref:rnn_backward}).
# </details>
#
# <details><summary><b>3.</b> "The forget gate is open." What happens to the memory?</summary>
#
# It depends on who says it. In the notes open means $f \approx 1$: the memory is kept. That is why gradients survive: on the way back they are multiplied by $f$ alone ({ref:lstm_backward}).
# </details>
#
# <details><summary><b>4.</b> Does clipping help against vanishing gradients?</summary>
#
# No. It shortens what is too long; what is 0 stays 0 ({ref:clip_grad_norm}). Against vanishing it takes another road back: gates.
# </details>
#
# <details><summary><b>5.</b> Why does CTC merge repeats <i>before</i> it drops the blanks?</summary>
#
# So that a blank can keep two equal letters apart: `l_l` is a double l, `ll` a long one ({ref:ctc_collapse}).
# </details>
#
# ## The chapter on one screen
#
# | idea | formula | where |
# |---|---|---|
# | a memory | $h_t = \tanh(x_t W_x + h_{t-1}W_h + b_h)$ | {ref:elman_forward} |
# | back through time | $\delta_t = (dY_t W_y^\top + \delta_{t+1}W_h^\top)\odot(1-h_t^2)$, gradients added up | {ref:rnn_backward} |
# | why it forgets | $\lVert\partial h_t/\partial h_0\rVert$ falls or grows like a power | {ref:power_through_time}, {ref:jacobian_norms} |
# | a speed limit | $g\cdot\min(1, \text{max\_norm}/\lVert g\rVert)$, one norm for all | {ref:clip_grad_norm} |
# | LSTM | $c' = f\odot c + i\odot g$, $h' = o\odot\tanh(c')$; four times the parameters | {ref:lstm_step}, {ref:lstm_param_count} |
# | CTC | the sum over all paths that collapse to the label | {ref:ctc_log_prob} |
#
# ## Going further
#
# * C. Olah, [*Understanding LSTM Networks*](https://colah.github.io/posts/2015-08-Understanding-LSTMs/), 2015: the gates in pictures.
# * A. Hannun, [*Sequence Modeling with CTC*](https://distill.pub/2017/ctc/), Distill 2017.
# * R. Pascanu, T. Mikolov and Y. Bengio, *On the difficulty of training recurrent neural networks*, ICML 2013: vanishing, exploding and clipping.
# * In PyTorch: `torch.nn.RNN`, `torch.nn.LSTM`, `torch.nn.GRU`, `torch.nn.CTCLoss`, `torch.nn.utils.clip_grad_norm_`.
#
# Before you hand in: restart the kernel, run everything from top to bottom, and save.
# %% [markdown] lang="zh" of="6c60"
# ## 问问自己
#
# 五个问题。先自己说出答案，再展开对照。
#
# <details><summary><b>1.</b> 句子从 10 个词变成 40 个词，你的 Elman 网络要多用几个参数？</summary>
#
# 一个也不用。每一步用的都是同一套矩阵（{ref:elman_forward}、{ref:whose_memory}）；只是往回走的路更长了。
# </details>
#
# <details><summary><b>2.</b> W_h 的梯度为什么要对各步累加？</summary>
#
# 同一个权重在每一步都用到了，每用一次就多一条通向损失的路（{ref:two_step_grad}、{ref:rnn_backward}）。
# </details>
#
# <details><summary><b>3.</b> “遗忘门打开了”，记忆会怎样？</summary>
#
# 要看是谁说的。讲义里“打开”指 $f \approx 1$，即记忆保留下来。梯度不消失的原因也在这里：往回走时只乘 $f$（{ref:lstm_backward}）。
# </details>
#
# <details><summary><b>4.</b> 裁剪能防止梯度消失吗？</summary>
#
# 不能。它把太长的缩短，0 还是 0（{ref:clip_grad_norm}）。要防止消失，得给梯度另开一条路：门。
# </details>
#
# <details><summary><b>5.</b> CTC 为什么<i>先</i>合并重复，再去掉空白？</summary>
#
# 这样空白才能把两个相同的字母隔开：`l_l` 是两个 l，`ll` 是一个拖长的 l（{ref:ctc_collapse}）。
# </details>
#
# ## 一页小结
#
# | 内容 | 公式 | 位置 |
# |---|---|---|
# | 记忆 | $h_t = \tanh(x_t W_x + h_{t-1}W_h + b_h)$ | {ref:elman_forward} |
# | 穿过时间往回 | $\delta_t = (dY_t W_y^\top + \delta_{t+1}W_h^\top)\odot(1-h_t^2)$，梯度累加 | {ref:rnn_backward} |
# | 为什么健忘 | $\lVert\partial h_t/\partial h_0\rVert$ 像乘方一样下降或增长 | {ref:power_through_time}、{ref:jacobian_norms} |
# | 限速 | $g\cdot\min(1, \text{max\_norm}/\lVert g\rVert)$，所有张量共用一个范数 | {ref:clip_grad_norm} |
# | LSTM | $c' = f\odot c + i\odot g$，$h' = o\odot\tanh(c')$；参数是四倍 | {ref:lstm_step}、{ref:lstm_param_count} |
# | CTC | 能折叠成标签的所有路径之和 | {ref:ctc_log_prob} |
#
# ## 更进一步
#
# * C. Olah，[*Understanding LSTM Networks*](https://colah.github.io/posts/2015-08-Understanding-LSTMs/)，2015：用图来讲门。
# * A. Hannun，[*Sequence Modeling with CTC*](https://distill.pub/2017/ctc/)，Distill 2017。
# * R. Pascanu、T. Mikolov 与 Y. Bengio，*On the difficulty of training recurrent neural networks*，ICML 2013：消失、爆炸与裁剪。
# * PyTorch 中对应的是 `torch.nn.RNN`、`torch.nn.LSTM`、`torch.nn.GRU`、`torch.nn.CTCLoss`、`torch.nn.utils.clip_grad_norm_`。
#
# 提交之前：重启内核，从头到尾运行一遍，再保存。
