# %% prelude
import numpy as np

from chapter import MY_SEED, layer_grad_norms

# %% [markdown] lang="en"
# ## {n} Where did the gradient go?
#
# The next cell makes a net like those of the figure. Where `MY_SEED` is not 0 it is yours alone.
# %% [markdown] lang="zh" of="8fe5"
# ## {n} 梯度去哪儿了？
#
# 下面的单元格造出一个网络，和图中的那些一样。如果 `MY_SEED` 不是 0，它就只属于你。
# %% own_data="vanishing"
my_rng = np.random.default_rng(MY_SEED)
my_sizes = [16] + [32] * 6 + [4]
my_net = {}
for layer, (fan_in, fan_out) in enumerate(zip(my_sizes[:-1], my_sizes[1:]), start=1):
    my_net[f"W{layer}"] = my_rng.normal(size=(fan_in, fan_out)) / np.sqrt(fan_in)
    my_net[f"b{layer}"] = np.zeros(fan_out)
my_X, my_y = my_rng.normal(size=(64, 16)), my_rng.integers(4, size=64)


# %% [markdown] written="vanishing" points="3" lang="en"
# **Question (3 points).** In the figure above the sigmoid net's first layer gets about one ten-thousandth of the gradient of its last one.
# (a) The slope of a sigmoid is $\sigma(z)(1 - \sigma(z))$. What is its greatest value, and where? Weights left aside, which share of a gradient can pass through six sigmoids at most? (b) Take the lengths that your `layer_grad_norms(my_net, my_X, my_y, "sigmoid")` finds in the net of the cell above: which are they, and by which factor per layer do they fall from layer 6 to layer 1? Why can it differ from your bound? (c) "The ReLU has solved the vanishing gradient." What is right about this sentence, and what is said too much?
# ### BEGIN SOLUTION
# **Model answer.** (a) The slope is greatest at $z = 0$, where it is ¼. Six of them let at most $0.25^6 = 1/4096 \approx 2.4\cdot 10^{-4}$ through. (b) In the figure the curve falls by a factor of about 4.6 per layer (from 10 in layer 6 to 0.005 in layer 1, five steps: the fifth root of 2000); in a single net the factor is between 2 and 7. It differs from 4 because the delta is multiplied by the weights as well, which can
# shrink or stretch it, and because z is not 0 everywhere; and a weight's gradient also has the activations of the layer before as a factor. So ¼ bounds the slope alone, not the whole factor of a layer. (c) Right: where a ReLU is open its slope is exactly 1, so the slope itself shrinks nothing, however deep the net. Too much: the weights still multiply, so with badly scaled weights
# gradients vanish or explode with ReLU too (that is why the start has variance 2/fan-in); and a neuron that is closed for every sample passes nothing at all and never wakes up.
#
# **Marking scheme.** 1 point for (a): ¼ at 0 (½), $0.25^6$ or $2.4\cdot 10^{-4}$ (½). 1 point for (b): the lengths in `my_net` and a factor per layer that fits them, the fifth root of their quotient (½); the weights as a reason (or activations, or z ≠ 0) (½). 1 point for (c): slope 1 where open (½); one thing said too much, weights or dead neurons (½).
#
# **Anchors.** *3 points:* "Greatest slope ¼ at z = 0; six layers: 0.25⁶ = 0.00024. My net has 0.005 in layer 1 and 10 in layer 6, 4.6 per layer: the weights multiply too. ReLU has slope 1 where it is open, so it mitigates; with small weights the gradient vanishes all the same, and closed neurons pass nothing."
# *1½ points:* "The maximum is ¼ at z = 0, so 0.25⁶. An open ReLU has slope 1, and therefore the problem is solved." *½ point:* "The slope is ¼ at z = 0 and smaller elsewhere, so the gradient becomes small."
# *0 points:* "Because sigmoid is slow."
#
# **Typical wrong answers.** The slope is at most 1 (that is tanh's). · $6\cdot 0.25$ for $0.25^6$. · Exactly a factor 4 per layer "because of ¼", without a look at the lengths. · ReLU has slope 1 everywhere.
# ### END SOLUTION
# %% [markdown] written="vanishing" points="3" lang="zh" of="e109"
# **问题（3 分）。** 上图中，sigmoid 网络第一层得到的梯度大约只有最后一层的万分之一。
# (a) sigmoid 的斜率是 $\sigma(z)(1 - \sigma(z))$。它最大是多少，在哪里取到？先不管权重，六个 sigmoid 最多能让梯度剩下几分之几？(b) 用你的 `layer_grad_norms(my_net, my_X, my_y, "sigmoid")` 量一量上面单元格里的网络：各层的长度是多少？从第 6 层到第 1 层，每过一层降为几分之一？它为什么可以和你的上限不同？(c) “ReLU 解决了梯度消失。”这句话哪里对，哪里说过头了？
# ### BEGIN SOLUTION
# **参考答案。** (a) 斜率在 $z = 0$ 处最大，为 ¼。六个 sigmoid 最多让 $0.25^6 = 1/4096 \approx 2.4\cdot 10^{-4}$ 通过。(b) 图中的曲线每过一层约降为 1/4.6（第 6 层为 10，第 1 层为 0.005，共五步：2000 的五次方根）；单个网络则降为 1/7 到 1/2。与 ¼ 不同，是因为 δ 还要乘权重，权重可以把它放大或缩小；也因为 z 并不处处为 0；而且权重的梯度里还有前一层的激活值这个因子。所以 ¼ 只限制斜率，不是一层的全部倍数。
# (c) 对的地方：ReLU 开着时斜率恰好是 1，无论网络多深，斜率本身不会让梯度变小。说过头的地方：权重照样要乘，尺度不当时，用 ReLU 梯度一样会消失或爆炸（所以初值的方差要取 2/fan-in）；对所有样本都关着的神经元什么也不让通过，也再不会醒来。
#
# **评分标准。** (a) 1 分：在 0 处为 ¼（½），$0.25^6$ 或 $2.4\cdot 10^{-4}$（½）。(b) 1 分：写出 `my_net` 各层的长度和与之相符的每层倍数，即两者之比的五次方根（½）；说出权重这个原因，或激活值，或 z ≠ 0（½）。(c) 1 分：开着时斜率为 1（½）；指出一处说过头的地方，权重或死掉的神经元（½）。
#
# **样卷。** *3 分：* “斜率最大为 ¼，在 z = 0 处；六层是 0.25⁶ = 0.00024。我的网络第 1 层为 0.005，第 6 层为 10，每层降为 1/4.6：还要乘权重。ReLU 开着时斜率为 1，所以缓解了问题；权重太小时梯度照样消失，关着的神经元不让任何东西通过。”
# *1½ 分：*“最大是 ¼，在 z = 0 处，所以是 0.25⁶。ReLU 开着时斜率为 1，所以问题解决了。”*½ 分：*“斜率在 z = 0 处为 ¼，别处更小，所以梯度变小。”
# *0 分：* “因为 sigmoid 慢。”
#
# **常见错误。** “斜率最大为 1。”（那是 tanh。）·把 $0.25^6$ 写成 $6\cdot 0.25$。·不看自己的数字，直接说“因为 ¼，所以每层正好是四分之一”。·“ReLU 处处斜率为 1。”
# ### END SOLUTION
# %% worked="vanishing"
lengths = layer_grad_norms(my_net, my_X, my_y, "sigmoid")
print("lengths:", *(f"{length:.3g}" for length in lengths))
print(f"factor per layer from layer 6 to layer 1: {(lengths[5] / lengths[0]) ** (1 / 5):.2f}")
