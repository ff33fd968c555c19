# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import activate, activate_grad, drawn_by, labelled, net, normal, one_hot, softmax, words

# %% [markdown] lang="en"
# ## {n} Measure it: how much gradient reaches each layer?
#
# Do not believe in vanishing gradients: measure them. Take a net with $L$ layers, run it forward, run backpropagation (chapter 4), and write down for every layer the length of its weight gradient:
#
# $$\text{norm}_\ell = \Bigl\lVert \frac{\partial \mathcal L}{\partial W_\ell} \Bigr\rVert = \sqrt{\sum_{i,j} \Bigl(\frac{\partial \mathcal L}{\partial W_\ell}\Bigr)_{ij}^2}$$
#
# The loss is the softmax cross-entropy, a **SUM** over the samples. Every hidden layer has the same activation $\phi$; the last layer has none. A reminder of the order, with $A_0 = X$:
#
# * forward: $Z_\ell = A_{\ell-1}W_\ell + b_\ell$, and $A_\ell = \phi(Z_\ell)$ for $\ell < L$;
# * at the top: $\delta_L = \text{softmax}(Z_L) - \text{onehot}(y)$;
# * backward: $\partial \mathcal L/\partial W_\ell = A_{\ell-1}^\top \delta_\ell$, and $\delta_{\ell-1} = (\delta_\ell W_\ell^\top) \odot \phi'(Z_{\ell-1})$, where $\odot$ multiplies entry by entry.
#
# `softmax`, `one_hot`, `activate` and `activate_grad` stand at the beginning of this notebook.
#
# **By hand.** One layer, $x = (3, 4)$, two classes, all weights and biases 0, label 0: $p = (\tfrac12, \tfrac12)$, $\delta = (-\tfrac12, \tfrac12)$, $\partial \mathcal L/\partial W = \begin{pmatrix}-1.5 & 1.5\\ -2 & 2\end{pmatrix}$, norm $\sqrt{2.25 + 2.25 + 4 + 4} = 3.5355$.
# %% [markdown] lang="zh" of="04cb"
# ## {n} 量一量：有多少梯度到得了每一层？
#
# 不要“相信”梯度消失，要把它量出来。取一个 $L$ 层的网络，前向走一遍，再做反向传播（第四章），记下每一层权重梯度的长度：
#
# $$\text{norm}_\ell = \Bigl\lVert \frac{\partial \mathcal L}{\partial W_\ell} \Bigr\rVert = \sqrt{\sum_{i,j} \Bigl(\frac{\partial \mathcal L}{\partial W_\ell}\Bigr)_{ij}^2}$$
#
# 损失是 softmax 交叉熵，对样本**求和**。所有隐藏层用同一种激活函数 $\phi$，最后一层没有激活函数。步骤回顾如下，其中 $A_0 = X$：
#
# * 前向：$Z_\ell = A_{\ell-1}W_\ell + b_\ell$；$\ell < L$ 时 $A_\ell = \phi(Z_\ell)$；
# * 最上层：$\delta_L = \text{softmax}(Z_L) - \text{onehot}(y)$；
# * 反向：$\partial \mathcal L/\partial W_\ell = A_{\ell-1}^\top \delta_\ell$，$\delta_{\ell-1} = (\delta_\ell W_\ell^\top) \odot \phi'(Z_{\ell-1})$，$\odot$ 表示逐元素相乘。
#
# `softmax`、`one_hot`、`activate` 和 `activate_grad` 都写在本章开头的代码里。
#
# **手算。** 只有一层，$x = (3, 4)$，两个类别，权重和偏置全为 0，标签为 0：$p = (\tfrac12, \tfrac12)$，$\delta = (-\tfrac12, \tfrac12)$，$\partial \mathcal L/\partial W = \begin{pmatrix}-1.5 & 1.5\\ -2 & 2\end{pmatrix}$，长度为 $\sqrt{2.25 + 2.25 + 4 + 4} = 3.5355$。
# %% answer="layer_grad_norms"
def layer_grad_norms(params, X, y, activation):
    """The length of the weight gradient of every layer of a net, the layer next to the input first.

    params has the keys W1, b1, …, WL, bL; X is (N, D); labels y (N,); activation is "relu", "sigmoid" or "tanh", in
    all layers but the last.  The loss is the SUM over the samples of the softmax cross-entropy.  Returns (L,).
    """
    ### BEGIN SOLUTION
    n_layers = len(params) // 2
    Z, A = {}, {0: X}
    for layer in range(1, n_layers + 1):
        Z[layer] = A[layer - 1] @ params[f"W{layer}"] + params[f"b{layer}"]  # (N, M)
        A[layer] = activate(Z[layer], activation)
    delta = softmax(Z[n_layers]) - one_hot(y, Z[n_layers].shape[1])  # (N, K)
    norms = []
    for layer in range(n_layers, 0, -1):
        norms.append(np.linalg.norm(A[layer - 1].T @ delta))
        if layer > 1:
            delta = delta @ params[f"W{layer}"].T * activate_grad(Z[layer - 1], activation)
    return np.array(norms[::-1])
    ### END SOLUTION


# %% [markdown] docstring="layer_grad_norms" lang="zh" of="f351"
# 网络每一层权重梯度的长度，从靠近输入的一层开始。
#
# params 的键为 W1, b1, …, WL, bL；X 是 (N, D)；标签 y (N,)；activation 是 "relu"、"sigmoid" 或 "tanh"，
# 除最后一层外各层都用它。损失是 softmax 交叉熵对样本求和。返回 (L,)。
# %% [markdown] why="layer_grad_norms" lang="en"
# The norm is taken before `delta` moves on, and the move mixes two layers: the weights *above* it carry it back, the slope at `Z` *below* receives it. In
# front of the first layer there is no activation, hence `layer > 1`. Collected on the way back, the list is turned round at the end.
# %% [markdown] why="layer_grad_norms" lang="zh" of="a86d"
# 先量长度，再让 `delta` 往回走；而往回走的这一步牵涉两层：用**上面**一层的权重送回来，乘**下面**一层在 `Z` 处的斜率。第一层之前没有激活函数，所以要 `layer > 1`。长度是倒着收集的，最后要把列表翻过来。
# %% grading="layer_grad_norms"
def measured(rng, n, activation, *sizes):
    """A net and data, drawn again while a ReLU stands near its kink or a layer is silent."""
    while True:
        params, X = net(rng, *sizes), normal(rng, n, sizes[0])
        A, fit = X, True
        for layer in range(1, len(sizes) - 1):
            Z = A @ params[f"W{layer}"] + params[f"b{layer}"]
            A = np.maximum(Z, 0)
            fit = fit and (activation != "relu" or (np.abs(Z).min() > 1e-3 and bool(A.any())))
        if fit:
            return {"params": params, "X": X, "y": labelled(rng, n, sizes[-1]), "activation": activation}


def norm_cases(rng):
    yield Case("two sigmoid layers", zh="两层，sigmoid", **measured(rng, 5, "sigmoid", 3, 4, 3))
    yield Case("three ReLU layers", zh="三层，ReLU", **measured(rng, 6, "relu", 4, 5, 3, 4))
    yield Case("three tanh layers", zh="三层，tanh", public=False, **measured(rng, 4, "tanh", 3, 4, 4, 2))


def edge_cases(rng):
    yield Case("one layer", zh="只有一层", **measured(rng, 4, "sigmoid", 3, 4))
    yield Case("one sample", zh="只有一个样本", public=False, **measured(rng, 1, "tanh", 4, 3, 2))


def deep_cases(rng):
    yield Case("ten sigmoid layers", zh="十层，sigmoid", public=False, **measured(rng, 3, "sigmoid", 3, *[4] * 9, 3))


@mistake(
    en="These are the lengths of the deltas. Asked for are those of the weight gradients: multiply the delta by the activations of the layer before.",
    zh="这是各层 δ 的长度。题目要的是权重梯度的长度：δ 还要乘上前一层的激活值。",
)
def norms_of_the_deltas(params, X, y, activation):
    n_layers, Z, A = len(params) // 2, {}, X
    for layer in range(1, n_layers + 1):
        Z[layer] = A @ params[f"W{layer}"] + params[f"b{layer}"]
        A = activate(Z[layer], activation)
    delta = softmax(Z[n_layers]) - one_hot(y, Z[n_layers].shape[1])
    norms = [np.linalg.norm(delta)]
    for layer in range(n_layers, 1, -1):
        delta = delta @ params[f"W{layer}"].T * activate_grad(Z[layer - 1], activation)
        norms.append(np.linalg.norm(delta))
    return np.array(norms[::-1])


@variant
def sample_by_sample(params, X, y, activation):
    n_layers = len(params) // 2
    total = [np.zeros(params[f"W{layer}"].shape) for layer in range(1, n_layers + 1)]
    for x, label in zip(X, y):
        outputs, inputs = [x], []
        for layer in range(1, n_layers + 1):
            inputs.append(outputs[-1] @ params[f"W{layer}"] + params[f"b{layer}"])
            outputs.append(activate(inputs[-1], activation))
        delta = np.exp(inputs[-1] - np.max(inputs[-1]))
        delta = delta / delta.sum() - (np.arange(len(delta)) == label)
        for layer in reversed(range(n_layers)):
            total[layer] += np.outer(outputs[layer], delta)
            if layer:
                delta = (params[f"W{layer + 1}"] @ delta) * activate_grad(inputs[layer - 1], activation)
    return [float(np.sqrt(np.sum(gradient**2))) for gradient in total]


Exercise(
    points=3, reference=tricks.layer_grad_norms, cases=norm_cases, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("deep", deep_cases, en="Ten layers", zh="十层的网络")],
    contract={"integers": "rounding the parameters of a ReLU net puts neurons on their kinks"},
    mistakes=[
        Mistake("activation_on_the_scores", "delta = softmax(Z[n_layers])", "delta = softmax(A[n_layers])",
            en="The last layer went through the activation too. The softmax takes its raw scores.",
            zh="最后一层也经过了激活函数。softmax 用的是它的原始得分。"),
        Mistake("slope_of_the_activation", "activate_grad(Z[layer - 1], activation)", "activate_grad(A[layer - 1], activation)",
            en="The slope is taken at the activation instead of at z, before the activation.",
            zh="斜率取在了激活之后的值上。应当取在激活之前的 z 处。"),
        Mistake("slope_of_the_wrong_layer", "activate_grad(Z[layer - 1], activation)", "np.resize(activate_grad(Z[layer], activation), Z[layer - 1].shape)",
            en="The delta of layer ℓ − 1 is multiplied by the slope of layer ℓ. It arrives at z of layer ℓ − 1.",
            zh="第 ℓ − 1 层的 δ 乘上了第 ℓ 层的斜率。它到达的是第 ℓ − 1 层的 z。"),
        Mistake("slope_forgotten", " * activate_grad(Z[layer - 1], activation)", "",
            en="On the way back the slopes of the activation are missing: and they are what makes gradients vanish.",
            zh="往回走时漏了激活函数的斜率，而让梯度消失的正是它。"),
        Mistake("last_layer_first", "norms[::-1]", "norms",
            en="The numbers are right, their order is not: you collected them on the way back. The layer next to the input comes first.",
            zh="数都对，次序反了：你是在往回走时收集的。靠近输入的一层应排在最前。"),
        Mistake("squares_of_the_norms", "np.linalg.norm(A[layer - 1].T @ delta)", "np.sum((A[layer - 1].T @ delta) ** 2)",
            en="These are sums of squares. A length is the root of it.",
            zh="这是平方和。长度还要开平方。"),
        Mistake("mean_loss", "norms.append(np.linalg.norm(A[layer - 1].T @ delta))", "norms.append(np.linalg.norm(A[layer - 1].T @ delta) / len(X))",
            en="Your gradients are those of the MEAN loss. Here the loss is a SUM over the samples.",
            zh="你求的是**平均**损失的梯度。这里的损失是对样本求和。"),
        Mistake("greatest_singular_value", "np.linalg.norm(A[layer - 1].T @ delta)", "np.linalg.norm(A[layer - 1].T @ delta, 2)",
            en="`np.linalg.norm(…, 2)` of a matrix is its greatest singular value. The length asked for squares all entries; it is what `norm` gives without a second argument.",
            zh="对矩阵来说，`np.linalg.norm(…, 2)` 是最大奇异值。这里要的是所有元素平方和的平方根，即不写第二个参数时的结果。"),
        Mistake("one_norm", "np.linalg.norm(A[layer - 1].T @ delta)", "np.sum(np.abs(A[layer - 1].T @ delta))",
            en="You added up absolute values. The length here is the root of the sum of squares.",
            zh="你加的是绝对值。这里的长度是平方和的平方根。"),
        Mistake("target_forgotten", " - one_hot(y, Z[n_layers].shape[1])", "",
            en="The delta at the top is the prediction alone. The truth has to be subtracted: p − one-hot(y).",
            zh="最上层的 δ 只有预测值。还要减去真实值：p 减去独热向量。"),
    ],
    variants=[
        Variant("spelled_out", "np.linalg.norm(A[layer - 1].T @ delta)", "float(np.sqrt(np.einsum('ni,nj->ij', A[layer - 1], delta).ravel() @ (A[layer - 1].T @ delta).ravel()))"),
        Variant("length_has_no_sign", "softmax(Z[n_layers]) - one_hot(y, Z[n_layers].shape[1])", "one_hot(y, Z[n_layers].shape[1]) - softmax(Z[n_layers])"),
        Variant("as_many_activations_as_scores", "one_hot(y, Z[n_layers].shape[1])", "one_hot(y, A[n_layers].shape[1])"),
        Variant("float32", "np.array(norms[::-1])", "np.array(norms[::-1], dtype=np.float32)"),
    ],
)


# %% [markdown] lang="en"
# Your function on nets with six hidden layers of 32 neurons, 20 random starts for each activation (for ReLU weights of variance 2/fan-in, for the others 1/fan-in). You should see: with ReLU and with tanh the first layer gets a good share of what the last one gets (about a third, and about four fifths); with sigmoid each layer towards the input gets about a fifth of what the next one gets, and the first layer about one ten-thousandth of what the last one gets.
# %% [markdown] lang="zh" of="9bee"
# 用你的函数量一量：六个隐藏层、每层 32 个神经元的网络，每种激活函数取 20 个随机初值（ReLU 的权重方差为 2/fan-in，其余为 1/fan-in）。你应该看到：用 ReLU 和 tanh 时，第一层得到的梯度仍有最后一层的相当一部分（约三分之一和约五分之四）；用 sigmoid 时，每往输入方向走一层就只剩大约五分之一，第一层得到的约为最后一层的万分之一。
# %% demo="vanishing_gradients"
def deep_net(seed, gain):
    """A net of six hidden layers with 32 neurons, weights of variance gain / fan-in, and 64 samples of 4 classes."""
    rng = np.random.default_rng(seed)
    sizes = [16] + [32] * 6 + [4]
    net = {}
    for layer, (fan_in, fan_out) in enumerate(zip(sizes[:-1], sizes[1:]), start=1):
        net[f"W{layer}"] = rng.normal(size=(fan_in, fan_out)) * np.sqrt(gain / fan_in)
        net[f"b{layer}"] = np.zeros(fan_out)
    return net, rng.normal(size=(64, 16)), rng.integers(4, size=64)


@drawn_by("layer_grad_norms")
def vanishing_gradients(plt):
    _, ax = plt.subplots(figsize=(8.5, 4.4), layout="constrained")
    for kind, gain, style, color in (("relu", 2, "o-", "#009E73"), ("tanh", 1, "s--", "#E69F00"), ("sigmoid", 1, "^-.", "#0072B2")):
        lengths = np.array([np.reshape(layer_grad_norms(*deep_net(start, gain), kind), 7) for start in range(20)])
        ax.plot(range(1, 8), np.median(lengths, axis=0), style, color=color, label=kind)
        ax.fill_between(range(1, 8), lengths.min(axis=0), lengths.max(axis=0), color=color, alpha=0.2)
    ax.set(
        yscale="log",
        xlabel=words(en="layer (1 = next to the input)", zh="层（1 为最靠近输入的一层）"),
        ylabel=words(en="length of the weight gradient", zh="权重梯度的长度"),
        title=words(en="How much gradient reaches each layer", zh="有多少梯度传到每一层"),
    )
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
