# %% prelude
import numpy as np

from chapter import MY_SEED, forward_mode_grad, reverse_mode_grad

# %% [markdown] lang="en"
# ## {n} Time and memory
#
# §5.2 of the notes speaks of the cost of "forward" and "backward" propagation. It is worth keeping three things apart: *evaluating* the loss (no derivative at all), *forward mode*, and *reverse mode*. The notes give the first one's memory to the second; this question asks you to put it straight.
#
# The next cell makes a graph for this question, `my_ops` with the inputs `my_x`. Where `MY_SEED` is not 0 it is yours alone.
# %% [markdown] lang="zh" of="67ac"
# ## {n} 时间与内存
#
# 讲义 §5.2 谈到了“正向传播”和“反向传播”的代价。这里其实有三件事要分开：**求损失的值**（完全不求导）、**前向模式**求导、**反向模式**求导。讲义把第一件事的内存说成了第二件事的；这道题请你理清楚。
#
# 下面的单元格为这道题造出一张图：运算 `my_ops` 和输入 `my_x`。如果 `MY_SEED` 不是 0，这张图就只属于你。
# %% own_data="memory"
my_rng = np.random.default_rng(MY_SEED)
my_x = my_rng.normal(size=int(my_rng.integers(4, 9))).round(2).tolist()
my_ops = []
for place in range(len(my_x), len(my_x) + int(my_rng.integers(6, 13))):
    one, other = (int(node) for node in my_rng.integers(place, size=2))  # earlier nodes
    my_ops.append([("add", one, other), ("mul", one, other), ("tanh", one)][int(my_rng.integers(3))])
print(len(my_x), "inputs:", my_x)
print(len(my_ops), "operations:", my_ops)


# %% [markdown] written="memory" points="2" lang="en"
# **Question (2 points).** A net has $T$ operations and $P$ parameters. For (a) evaluating the loss, (b) the full gradient by forward mode, (c) the full gradient by reverse mode: how does the time grow, and how many intermediate values have to be kept in memory at once? Support the times with the `visits` that your two functions count on `ops = [("mul", 0, 1), ("add", 2, 0)]` and on `my_ops` with the inputs `my_x`, the graph of the cell above. Why does training run out of GPU memory with inputs on which mere prediction runs easily? Six sentences are enough.
# ### BEGIN SOLUTION
# **Model answer.** (a) One pass, time of order $T$; a value can be forgotten as soon as the operations that need it are done, so for a chain of layers only the values of the current layer are kept, independently of the depth. (b) $P$ passes (or one pass with $P$ tangents), time of order $P\cdot T$; each pass keeps the current layer's values and as many tangents, about twice the memory of (a), also independent of the depth. (c) One sweep forward and one back, time of order $T$ (a small constant times (a)), whatever $P$ is; but the backward sweep needs the values of the forward sweep, from the last to the first, so all of them are kept: memory of order $T$. Training uses (c): the activations of all layers, for the whole batch, have to stay until the way back, while prediction is (a) and keeps one layer at a time. (Figures: on the small graph both count $2\cdot2=4$ visits. On `my_ops` forward mode counts inputs times operations and reverse mode twice the operations; with five inputs and seven operations these are 35 against 14.)
#
# **Marking scheme.** 1 point for time: forward mode grows with $P$, reverse mode is a constant multiple of the evaluation (½ without the visits on `my_ops`). 1 point for memory: reverse mode keeps all intermediate values, with the reason (the backward sweep uses them), and so explains training against prediction. ½ each for a statement without its reason. Do not deduct for O-notation that is loose but consistent; do not require the remark about recomputation (checkpointing), which is a welcome extra.
#
# **Anchors.** *½ point:* "Forward mode needs one pass per parameter, reverse mode only two." (Right, without visits; nothing on memory.)
# *0 points:* "Backpropagation is slower than the forward pass because it goes backward through the chain rule, and training uses more memory because of the weights."
#
# **Typical wrong answers.** "Forward mode keeps all values" (the notes' exchange). · "Training needs more memory because the gradients are as large as the weights" (true, and not the reason: it is independent of the batch). · "Reverse mode is cheaper in time *and* memory." · "Prediction needs no activations at all."
# ### END SOLUTION
# %% [markdown] written="memory" points="2" lang="zh" of="0a63"
# **问题（2 分）。** 一个网络有 $T$ 个运算、$P$ 个参数。分别对 (a) 求损失的值，(b) 用前向模式求完整的梯度，(c) 用反向模式求完整的梯度：时间怎样增长？同一时刻需要在内存里保留多少中间值？时间请用你的两个函数数出的 `visits` 来说明：一次用 `ops = [("mul", 0, 1), ("add", 2, 0)]`，一次用上面单元格里的图 `my_ops`（输入为 `my_x`）。为什么同样的输入，做预测轻轻松松，做训练却会爆显存？六句话就够。
# ### BEGIN SOLUTION
# **参考答案。** (a) 走一趟，时间与 $T$ 成正比；一个值在用到它的运算都做完之后就可以丢掉，所以对一串层来说，只需保留当前层的值，与深度无关。(b) 要走 $P$ 趟（或者一趟带着 $P$ 份切向导数），时间与 $P\cdot T$ 成正比；每一趟只保留当前层的值和同样多的切向导数，内存约为 (a) 的两倍，同样与深度无关。(c) 前向一趟、往回一趟，时间与 $T$ 成正比（是 (a) 的一个不大的常数倍），与 $P$ 无关；但往回走时要用到前向的值，而且是从最后一个用到第一个，所以全部都得留着，内存与 $T$ 成正比。训练用的是 (c)：整个批次、所有层的激活值都要留到往回走的时候；预测是 (a)，一次只留一层。（数字：小图上两者都是 $2\cdot2=4$ 次。在 `my_ops` 上，前向模式的次数是输入个数乘运算个数，反向模式是运算个数的两倍；五个输入、七个运算时是 35 次对 14 次。）
#
# **评分标准。** 时间 1 分：前向模式随 $P$ 增长，反向模式是求值的常数倍（没有在 `my_ops` 上数出的访问次数，给 ½ 分）。内存 1 分：反向模式要保留所有中间值，说明原因（往回走时要用），并由此解释训练与预测的差别。只有结论没有原因的各得一半。大 O 写得不严但前后一致不扣分；不要求提到重算（checkpointing），提到更好。
#
# **样卷。** *½ 分：*“前向模式每个参数走一趟，反向模式只要两趟。”（正确，但没有访问次数，也没有谈内存。）
# *0 分：* “反向传播要倒着用链式法则，所以比前向慢；训练占内存多是因为权重。”
#
# **常见错误。** “前向模式要保留所有的值”（讲义弄混的地方）。·“训练更占内存，因为梯度和权重一样大”（没有错，但不是原因：它与批次大小无关）。·“反向模式既省时间又省内存。”·“预测根本不需要激活值。”
# ### END SOLUTION
# %% worked="memory"
for mode in (forward_mode_grad, reverse_mode_grad):
    print(mode.__name__, "counts", mode(my_ops, my_x)[1], "visits")
