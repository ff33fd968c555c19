# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import (
    DEEP,
    WIDE,
    affine_backward,
    deep_cases,
    draw_net,
    drawn_by,
    far_scores,
    hidden_delta,
    labelled,
    mlp_forward,
    net_and_data,
    net_to_draw,
    one_hot,
    output_delta,
    softmax,
    words,
)

# %% [markdown] lang="en"
# ## {n} Backpropagation
#
# Everything is ready. Backpropagation is only the right order of what you have built:
#
# 1. **Forward** once, keeping every $Z_\ell$ and $A_\ell$.
# 2. **Output delta** $\delta_L$ from the prediction and the truth ({ref:output_delta}).
# 3. **Back**, for $\ell=L,L-1,\dots,1$: the gradients of this layer, then the delta of the layer below.
#
# $$\frac{\partial \mathcal L}{\partial W_\ell}=A_{\ell-1}^{\top}\,\delta_\ell,\qquad \frac{\partial \mathcal L}{\partial b_\ell}=\sum_n\delta_\ell^n,\qquad \delta_{\ell-1}=\left(\delta_\ell W_\ell^{\top}\right)\odot\phi'(Z_{\ell-1})$$
#
# This is the end of §5.5: $\frac{\partial l}{\partial w}=\frac{\partial l}{\partial z}\frac{\partial z}{\partial w}$, the first factor from the backward pass, the second from the forward pass. The notes say that $\partial z/\partial w$ is "the input $x_i$". That is so in layer 1 only; in every later layer it is the **activation of the layer before**, $A_{\ell-1}$.
#
# Two things to keep in mind. All gradients are taken at the *same* parameters: nothing is updated until the last delta has been propagated. And each call starts afresh: gradients of an earlier call have no place in the result.
#
# **By hand.** With the net of {ref:mlp_forward}, scores $(3,-0.5)$ and label 1: $p=(0.9707,0.0293)$, so $\delta_2=(0.9707,-0.9707)$. With $a_1=(0,1.5)$: $dW_2=\begin{pmatrix}0&0\\1.4560&-1.4560\end{pmatrix}$, $db_2=\delta_2$. Back through $W_2$: $(0.9707\cdot1-0.9707\cdot0,\;0.9707\cdot2+0.9707\cdot1)=(0.9707, 2.9121)$; the first neuron was off ($z=-2$), so $\delta_1=(0, 2.9121)$. With $x=(1,-1)$: $dW_1=\begin{pmatrix}0&2.9121\\0&-2.9121\end{pmatrix}$, $db_1=(0,2.9121)$.
#
# `softmax(Z)` and `one_hot(y, K)` from chapter 3 are defined at the top of this notebook; use them if you like.
# %% [markdown] lang="zh" of="b371"
# ## {n} 反向传播
#
# 零件都齐了。反向传播不过是把它们按正确的顺序用一遍：
#
# 1. **前向**走一遍，保留每个 $Z_\ell$ 和 $A_\ell$。
# 2. 由预测和真实值求**输出层的 δ**，即 $\delta_L$（{ref:output_delta}）。
# 3. **往回走**，$\ell=L,L-1,\dots,1$：先求这一层的梯度，再求前一层的 δ。
#
# $$\frac{\partial \mathcal L}{\partial W_\ell}=A_{\ell-1}^{\top}\,\delta_\ell,\qquad \frac{\partial \mathcal L}{\partial b_\ell}=\sum_n\delta_\ell^n,\qquad \delta_{\ell-1}=\left(\delta_\ell W_\ell^{\top}\right)\odot\phi'(Z_{\ell-1})$$
#
# 这就是 §5.5 的结尾：$\frac{\partial l}{\partial w}=\frac{\partial l}{\partial z}\frac{\partial z}{\partial w}$，前一个因子来自反向，后一个因子来自前向。讲义说 $\partial z/\partial w$ “显然就是输入的 $x_i$”，这只对第 1 层成立；在后面的每一层，它是**前一层的激活值** $A_{\ell-1}$。
#
# 有两点要记住。所有梯度都在**同一组**参数处求：在最后一个 δ 传完之前，什么都不更新。另外，每次调用都从头开始：上一次的梯度不该混进来。
#
# **手算。** 用 {ref:mlp_forward} 的网络，得分 $(3,-0.5)$，标签为 1：$p=(0.9707,0.0293)$，所以 $\delta_2=(0.9707,-0.9707)$。由 $a_1=(0,1.5)$：$dW_2=\begin{pmatrix}0&0\\1.4560&-1.4560\end{pmatrix}$，$db_2=\delta_2$。穿过 $W_2$ 回来：$(0.9707\cdot1-0.9707\cdot0,\;0.9707\cdot2+0.9707\cdot1)=(0.9707, 2.9121)$；第一个神经元是关闭的（$z=-2$），所以 $\delta_1=(0, 2.9121)$。由 $x=(1,-1)$：$dW_1=\begin{pmatrix}0&2.9121\\0&-2.9121\end{pmatrix}$，$db_1=(0,2.9121)$。
#
# 第三章的 `softmax(Z)` 和 `one_hot(y, K)` 已在本笔记本开头定义好，需要就用。
# %% answer="backprop"
def backprop(params, X, y):
    """Gradient of `total_loss` with respect to every parameter of a net with ReLU hidden layers.

    params has the keys W1, b1, …, WL, bL; X is (N, D); labels y (N,).  Returns a dict with the same keys,
    each gradient of the shape of its parameter: SUMS over the samples, like the loss.  Finite like the loss, also
    when scores are as large as ±1000.
    """
    ### BEGIN SOLUTION
    scores, cache = mlp_forward(params, X, "relu")
    delta = output_delta(softmax(scores), one_hot(y, scores.shape[1]), "softmax+ce")  # (N, K)
    grads = {}
    for layer in range(len(params) // 2, 0, -1):
        _, dW, db = affine_backward(delta, cache[f"A{layer - 1}"], params[f"W{layer}"])
        grads[f"W{layer}"], grads[f"b{layer}"] = dW, db
        if layer > 1:
            delta = hidden_delta(params[f"W{layer}"], delta, cache[f"Z{layer - 1}"], "relu")  # (N, H)
    return grads
    ### END SOLUTION


# %% [markdown] docstring="backprop" lang="zh" of="ca4c"
# 隐藏层为 ReLU 的网络，`total_loss` 对每个参数的梯度。
#
# params 的键为 W1, b1, …, WL, bL；X 是 (N, D)；标签 y (N,)。返回键相同的字典，
# 每个梯度与对应参数形状相同；与损失一样，对样本求和，得分大到 ±1000 时也是有限数。
# %% [markdown] why="backprop" lang="en"
# Forward gave every `A` and `Z` that the way back needs; `params` stays untouched, so all gradients belong to one point; `grads` is new in each call.
# No delta is sent to the input. (`hidden_delta` repeats a product that `affine_backward` has made as dX: a little work for a formula that reads like the notes'.)
# %% [markdown] why="backprop" lang="zh" of="cd0a"
# 前向传播已经备好反向所需的每个 `A` 和 `Z`；`params` 没有动过，所有梯度都属于同一处；`grads` 每次调用都是新的。
# 输入不需要 δ。`hidden_delta` 里的乘积，`affine_backward` 求 dX 时已算过一遍：多费一点力，换来与讲义一致的写法。
# %% grading="backprop"
def backprop_cases(rng):
    # Widths of 4 first: gradients kept from an earlier call then fit into the next one, and the mistake shows as it is.
    yield Case("two layers", zh="两层", **net_and_data(rng, 5, 4, 4, 4), y=labelled(rng, 5, 4))
    yield Case("three layers", zh="三层", **net_and_data(rng, 6, 4, 4, 4, 4), y=labelled(rng, 6, 4))
    yield Case("unequal widths", zh="各层宽度不同", **net_and_data(rng, 6, 2, 5, 4, 3), y=labelled(rng, 6, 3))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **net_and_data(rng, 1, 4, 4, 4), y=labelled(rng, 1, 4))
    yield Case("no hidden layer", zh="没有隐藏层", **net_and_data(rng, 6, 4, 4), y=labelled(rng, 6, 4))


def invariant_cases(rng):
    batches = {**net_and_data(rng, 7, 4, 4, 4), "y": labelled(rng, 7, 4)}
    yield Case("two batches added, one reversed", zh="两个批次相加，其中一个倒序", **batches)


def wide_cases(rng):
    yield Case("wide net", zh="很宽的网络", public=False, sizes=(1000, 100, 10), seed=int(rng.integers(2**31)))


def batches_added(impl, case):
    first, second = (impl.backprop(case.params, case.X[rows], case.y[rows]) for rows in ([0, 1, 2], [6, 5, 4, 3]))
    return {name: np.add(first[name], second[name]) for name in case.params}


def wide_gradients(impl, case):
    """Their projections on four directions, made here so that banks stay small."""
    rng, (d, h, k) = np.random.default_rng(case.seed), case.sizes
    shapes = {"W1": (d, h), "b1": (h,), "W2": (h, k), "b2": (k,)}
    params = {name: rng.integers(-2, 3, shape) * 0.5 / shape[0] ** 0.5 for name, shape in shapes.items()}
    params["b1"] = np.full(h, 0.125 / d**0.5)  # between the values that X W1 takes: no neuron stands on its kink
    grads = impl.backprop(params, rng.integers(-2, 3, (8, d)) * 0.5, rng.integers(k, size=8))
    return {name: rng.integers(-2, 3, (4, params[name].size)) * 0.5 @ np.ravel(grads[name]) for name in params}


def loss_of_net(impl, case):
    return impl.total_loss(case.params, case.X, case.y)


@variant
def per_sample(params, X, y):
    depth = len(params) // 2
    total = {name: np.zeros(value.shape) for name, value in params.items()}
    for x, label in zip(X, y):
        a, zs = [x], []
        for layer in range(1, depth + 1):
            zs.append(a[-1] @ params[f"W{layer}"] + params[f"b{layer}"])
            a.append(np.maximum(zs[-1], 0))
        d = np.exp(zs[-1] - zs[-1].max())
        d = d / d.sum()
        d[label] -= 1
        for layer in range(depth, 0, -1):
            total[f"W{layer}"] += np.outer(a[layer - 1], d)
            total[f"b{layer}"] += d
            d = (params[f"W{layer}"] @ d) * (a[layer - 1] > 0)
    return total


Exercise(
    points=4, reference=torch_reference.backprop, cases=backprop_cases, tolerance=CLOSED_FORM,
    groups=[
        Group("edge", edge_cases), Group("invariant", invariant_cases, observe=batches_added),
        Group("deep", deep_cases, **DEEP), Group("extreme", far_scores),
        Group("wide", wide_cases, observe=wide_gradients, **WIDE),
    ],
    gradient=Gradient(of=loss_of_net, wrt=("params",)), accepts=("integers",), forbids=FROM_SCRATCH,
    seconds=1.25,  # the wide net takes 0.01 s in numpy, 0.25 s in plain loops, and more than 4 s by 100,000 losses
    mistakes=[
        Mistake("slope_of_the_wrong_layer", 'cache[f"Z{layer - 1}"], "relu")', 'cache[f"Z{layer}"], "relu")',
            en="The delta that you hand to layer ℓ − 1 is multiplied by the ReLU slope of layer ℓ. It arrives at Z of layer ℓ − 1: take the slope there.",
            zh="传给第 ℓ − 1 层的 δ 乘上了第 ℓ 层的 ReLU 斜率。它到达的是第 ℓ − 1 层的 Z，斜率要在那里取。"),
        Mistake("input_in_every_layer", 'cache[f"A{layer - 1}"]', "X",
            en="You use the input X in every layer. The notes' phrase '∂z/∂w is the input' holds in layer 1 only; later it is the activation of the layer before.",
            zh="你在每一层都用了输入 X。讲义说“∂z/∂w 就是输入”，那只对第 1 层成立；后面各层应是前一层的激活值。"),
        Mistake("updated_before_propagated", 'hidden_delta(params[f"W{layer}"], delta',
            'hidden_delta(params[f"W{layer}"] - 0.1 * dW, delta',
            en="The delta went back through weights that were already updated. All gradients belong to the same parameters: update after the last delta.",
            zh="δ 穿过的是已经更新过的权重。所有梯度都属于同一组参数：等最后一个 δ 传完再更新。"),
        Mistake("accumulated_across_calls", "    return grads\n",
            "    kept = backprop.__dict__\n    for name in grads:\n        kept[name] = kept.get(name, 0) + grads[name]\n    return dict(kept)\n",
            en="The first call is right, later ones carry the gradients of earlier calls along. Start with fresh gradients inside the function, not outside it or in a default argument.",
            zh="第一次调用是对的，以后每次都带上了之前的梯度。请在函数内部重新建立梯度，不要放在函数外面或默认参数里。"),
        Mistake("divided_by_n", '"softmax+ce")', '"softmax+ce") / len(X)',
            en="Your gradients are those of the mean loss. `total_loss` is a SUM, so two batches' gradients must add up to the gradient of both together.",
            zh="你求的是平均损失的梯度。`total_loss` 是求和，所以两个批次的梯度相加，应等于合在一起的梯度。"),
        Mistake("relu_slope_forgotten", 'hidden_delta(params[f"W{layer}"], delta, cache[f"Z{layer - 1}"], "relu")',
            'delta @ params[f"W{layer}"].T',
            en="The last layer is right, but below it nothing is switched off: a ReLU that was closed on the way forward lets nothing back.",
            zh="最后一层是对的，但再往前没有任何神经元被关闭：前向时关闭的 ReLU，梯度也过不来。"),
        Mistake("relu_on_the_scores", '"softmax+ce")', '"softmax+ce") * (scores > 0)',
            en="The output delta was multiplied by a ReLU slope, but the last layer has no ReLU.",
            zh="输出层的 δ 乘上了 ReLU 的斜率，可最后一层并没有 ReLU。"),
        Mistake("weights_read_backwards", 'delta = hidden_delta(params[f"W{layer}"], delta',
            'delta = hidden_delta(params[f"W{layer}"].T, delta',
            en="On the way back the weights are transposed twice, or not at all: `hidden_delta` wants W as it stands in the net.",
            zh="往回走时权重转置了两次（等于没转）：`hidden_delta` 要的是网络里原样的 W。"),
        Mistake("layers_sorted_as_text", "for layer in range(len(params) // 2, 0, -1):",
            'for layer in [int(name[1:]) for name in sorted(params, reverse=True) if name[0] == "W"]:',
            en="Right for few layers. But sorted as text W10 comes before W2, so in a net of ten layers the deltas take a wrong way back: count the layers by number.",
            zh="层数少时是对的。但按文字排序时 W10 排在 W2 前面，十层的网络里 δ 就走错了路：请用数字来数层。"),
        Mistake("classes_counted_from_the_labels", "one_hot(y, scores.shape[1])", "one_hot(y, max(y) + 1)",
            en="You take the number of classes from the labels of this batch, but the last class may be missing among them. The scores have one column for each class.",
            zh="你从这一批的标签数出了类别数，可最后一类也许不在这一批里。得分有几列，就有几个类别。"),
        Mistake("softmax_overflows", "softmax(scores)", "np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)",
            en="Right for moderate scores, but e to the 1000 is too large for a float. Shift each row by its largest score first, as `softmax` from chapter 3 does.",
            zh="得分不大时是对的，但 e 的 1000 次方超出了浮点数的范围。先让每行减去该行最大的得分，第三章的 `softmax` 就是这样做的。"),
        Mistake("parameters_updated", 'grads[f"W{layer}"], grads[f"b{layer}"] = dW, db',
            'grads[f"W{layer}"], grads[f"b{layer}"] = dW, db\n        params[f"b{layer}"] -= 0.1 * db',
            en="The gradients are right, but the caller's biases have moved. `backprop` only finds the gradients; the training loop takes the step.",
            zh="梯度是对的，但调用者的偏置被改动了。`backprop` 只负责求梯度，更新由训练循环来做。"),
        Mistake("biases_left_out", 'grads[f"W{layer}"], grads[f"b{layer}"] = dW, db', 'grads[f"W{layer}"] = dW',
            en="The gradients of the biases are missing: the result has the same keys as `params`.",
            zh="缺少偏置的梯度：结果的键应与 `params` 相同。"),
    ],
    variants=[
        Variant("float32", "= dW, db", "= dW.astype(np.float32), db.astype(np.float32)"),
        Variant("spelled_out", 'hidden_delta(params[f"W{layer}"], delta, cache[f"Z{layer - 1}"], "relu")',
            'np.where(cache[f"Z{layer - 1}"] > 0, delta @ params[f"W{layer}"].T, 0)'),
    ],
)


# %% [markdown] lang="en"
# ### What flows back
#
# The net of {ref:mlp_forward} once more, its answer on the left and, on the right, your gradients. You should see: the nodes of the right picture hold the deltas (how much the loss would change if that $z$ moved), the lines the gradients of the weights. The two deltas of the last layer add up to 0. A neuron that was switched off on the way forward has no delta, and neither the weights into it nor those out of it have a gradient.
# %% [markdown] lang="zh" of="0389"
# ### 往回流的是什么
#
# 还是 {ref:mlp_forward} 节的那个网络：左图是它的回答，右图是你求出的梯度。你应当看到：右图的节点里是 δ（那个 $z$ 动一动，损失会变多少），线是权重的梯度。最后一层的两个 δ 加起来是 0。前向时关闭的神经元没有 δ，通向它和从它出发的权重也都没有梯度。
# %% demo="gradient_flow"
@drawn_by("mlp_forward", "output_delta", "hidden_delta", "backprop")
def gradient_flow(plt):
    params, X, y = net_to_draw()
    answer, kept = mlp_forward(params, X, "relu")
    delta3 = output_delta(softmax(answer), one_hot(y, 2), "softmax+ce")
    delta2 = hidden_delta(params["W3"], delta3, kept["Z2"], "relu")
    delta1 = hidden_delta(params["W2"], delta2, kept["Z1"], "relu")
    grads = backprop(params, X, y)
    off = {(layer, i) for layer in (1, 2) for i in range(4) if kept[f"Z{layer}"][0, i] <= 0}
    _, (left, right) = plt.subplots(1, 2, figsize=(13, 4.8), layout="constrained")
    nodes, names = [kept[name][0] for name in ("A0", "A1", "A2", "Z3")], ("W1", "W2", "W3")
    draw_net(plt, left, nodes, [params[name] for name in names], off, words(en="forward →  activations, weights", zh="前向 →  激活值与权重"))
    deltas = [delta1 @ params["W1"].T, delta1, delta2, delta3]
    title = words(en="← backward  deltas in the nodes, weight gradients on the lines", zh="← 反向  节点里是 δ，线是权重的梯度")
    draw_net(plt, right, [delta[0] for delta in deltas], [grads[name] for name in names], off, title)
    plt.show()
