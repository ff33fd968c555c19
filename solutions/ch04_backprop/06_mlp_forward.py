# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import DEEP, activate, affine_forward, drawn_by, net, normal, words

# %% [markdown] lang="en"
# ## {n} The whole net, forward
#
# Stack the layers. A net with $L$ layers turns $A_0=X$ into scores:
#
# $$Z_\ell=A_{\ell-1}W_\ell+b_\ell\quad(\ell=1,\dots,L),\qquad A_\ell=\phi(Z_\ell)\quad(\ell=1,\dots,L-1)$$
#
# The last layer has **no** activation $\phi$: its $Z_L$, shape `(N, K)`, are the *scores* of the $K$ classes (the logits of chapter 3), and the softmax is computed in the loss ({ref:total_loss}). The hidden layers extract features, the last layer classifies them. (The notes call a net deep from one hidden layer on; usually the word means several.)
#
# The backward pass will need every $Z_\ell$ and $A_\ell$ again, so we keep them in a dict, the *cache*: `"A0"` (which is $X$), `"Z1"`, `"A1"`, `"Z2"`, …, up to `"ZL"`.
#
# **By hand.** $x=(1,-1)$, $W_1=\begin{pmatrix}1&2\\3&1\end{pmatrix}$, $b_1=(0, 0.5)$, ReLU, $W_2=\begin{pmatrix}1&0\\2&-1\end{pmatrix}$, $b_2=(0,1)$.
# $z_1=(1-3,\;2-1+0.5)=(-2, 1.5)$, so $a_1=(0, 1.5)$, and $z_2=(0+3+0,\;0-1.5+1)=(3,-0.5)$. We will meet this net again.
# %% [markdown] lang="zh" of="eecf"
# ## {n} 整个网络：前向
#
# 把层叠起来。一个 $L$ 层的网络把 $A_0=X$ 变成得分：
#
# $$Z_\ell=A_{\ell-1}W_\ell+b_\ell\quad(\ell=1,\dots,L),\qquad A_\ell=\phi(Z_\ell)\quad(\ell=1,\dots,L-1)$$
#
# 最后一层**没有**激活函数 $\phi$：$Z_L$ 的形状是 `(N, K)`，是 $K$ 个类别的**得分**（也就是第三章的 logits），softmax 放在损失函数里算（{ref:total_loss}）。隐藏层提取特征，最后一层做分类。（讲义把只要有一个隐藏层的网络都叫作深的；通常这个词指有好几个隐藏层。）
#
# 反向传播还要用到每一个 $Z_\ell$ 和 $A_\ell$，所以把它们存在一个字典里，叫**缓存**（cache）：`"A0"`（就是 $X$）、`"Z1"`、`"A1"`、`"Z2"`……直到 `"ZL"`。
#
# **手算。** $x=(1,-1)$，$W_1=\begin{pmatrix}1&2\\3&1\end{pmatrix}$，$b_1=(0, 0.5)$，激活用 ReLU，$W_2=\begin{pmatrix}1&0\\2&-1\end{pmatrix}$，$b_2=(0,1)$。
# $z_1=(1-3,\;2-1+0.5)=(-2, 1.5)$，于是 $a_1=(0, 1.5)$，$z_2=(0+3+0,\;0-1.5+1)=(3,-0.5)$。这个小网络后面还会再见到。
# %% answer="mlp_forward"
def mlp_forward(params, X, activation):
    """Scores of a fully connected net, and everything computed on the way.

    params has the keys W1, b1, …, WL, bL; X is (N, D); activation is "relu", "sigmoid" or "tanh" and is
    used in the hidden layers only.  Returns (scores, cache): scores (N, K), and a dict with the keys
    "A0" (= X), "Z1", "A1", …, "ZL" (= scores).  The last layer has no activation.
    """
    ### BEGIN SOLUTION
    n_layers = len(params) // 2
    cache = {"A0": X}
    for layer in range(1, n_layers + 1):
        Z = affine_forward(cache[f"A{layer - 1}"], params[f"W{layer}"], params[f"b{layer}"])
        cache[f"Z{layer}"] = Z  # (N, width of this layer)
        if layer < n_layers:
            cache[f"A{layer}"] = activate(Z, activation)
    scores = Z  # (N, K)
    return scores, cache
    ### END SOLUTION


# %% [markdown] docstring="mlp_forward" lang="zh" of="484f"
# 全连接网络的得分，以及途中算出的所有量。
#
# params 的键为 W1, b1, …, WL, bL；X 是 (N, D)；activation 为 "relu"、"sigmoid" 或 "tanh"，
# 只用于隐藏层。返回 (scores, cache)：scores (N, K)，以及一个字典，键为
# "A0"（即 X）、"Z1"、"A1"、…、"ZL"（即 scores）。最后一层没有激活函数。
# %% [markdown] why="mlp_forward" lang="en"
# The layers are counted by number; sorted as text, W10 would come before W2.
# Each `Z` is kept as it was *before* the activation, for there the way back takes its slope; each `A`, because it is the input of the next layer, and so a factor of that layer's `dW`.
# %% [markdown] why="mlp_forward" lang="zh" of="1894"
# 层是按编号数的；若按文字排序，W10 会排到 W2 前面。
# `Z` 要保留激活**之前**的值，反向时在那里求斜率；`A` 也要保留，它是下一层的输入，也就是下一层 `dW` 的一个因子。
# %% grading="mlp_forward"
def forward_cases(rng):
    yield Case("two layers", zh="两层", params=net(rng, 3, 4, 2), X=normal(rng, 5, 3), activation="tanh")
    yield Case("four layers", zh="四层", params=net(rng, 3, 4, 4, 5, 2), X=normal(rng, 6, 3), activation="relu")


def edge_cases(rng):
    one = {"params": net(rng, 4, 2, 3), "X": normal(rng, 1, 4)}
    yield Case("one sample", zh="只有一个样本", **one, activation="sigmoid")
    linear = {"params": net(rng, 3, 2), "X": normal(rng, 4, 3)}
    yield Case("no hidden layer", zh="没有隐藏层", **linear, activation="relu")


def deep_cases(rng):
    ten = {"params": net(rng, *[2] * 10, 3), "X": normal(rng, 2, 2)}
    yield Case("ten layers", zh="十层", **ten, activation="tanh")


def scores_and_cache(impl, case):
    scores, cache = impl.mlp_forward(case.params, case.X, case.activation)
    surplus = f"A{len(case.params) // 2}"  # keeping the scores under this name too does no harm
    return scores, {name: value for name, value in cache.items() if name != surplus}


@variant
def recursive(params, X, activation):
    def up_to(layer):
        if layer == 0:
            return {"A0": X}
        cache = up_to(layer - 1)
        below = cache[f"A{layer - 1}"]
        cache[f"Z{layer}"] = np.einsum("nd,dm->nm", below, params[f"W{layer}"]) + params[f"b{layer}"]
        cache[f"A{layer}"] = activate(cache[f"Z{layer}"], activation)
        return cache

    last = max(int(name[1:]) for name in params)
    cache = up_to(last)
    return cache[f"Z{last}"], cache


Exercise(
    points=2, reference=torch_reference.mlp_forward, cases=forward_cases, observe=scores_and_cache, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("deep", deep_cases, **DEEP)],
    mistakes=[
        Mistake("activation_on_the_output", "scores = Z  #", "scores = cache[f'Z{layer}'] = activate(Z, activation)  #",
            en="The last layer went through the activation too. Scores must be free to take any value: "
                               "with a ReLU there, no class could ever get a negative score.",
            zh="最后一层也经过了激活函数。得分应当可以取任何值：如果最后也用 ReLU，就没有类别能得负分了。"),
        Mistake("probabilities_for_scores", "scores = Z  #", "scores = softmax(Z)  #",
            en="You return probabilities. Scores are the last Z as it is; the softmax belongs to the loss ({ref:total_loss}).",
            zh="你返回的是概率。得分就是最后的 Z，原样返回；softmax 放在损失函数里算（{ref:total_loss} 节）。"),
        Mistake("hidden_layers_linear", "= activate(Z, activation)", "= Z",
            en="The hidden layers pass Z on without bending it. Without an activation all layers together are one linear layer.",
            zh="隐藏层把 Z 原样传了下去，没有弯曲。没有激活函数，所有层合起来不过是一个线性层。"),
        Mistake("activation_argument_ignored", "activate(Z, activation)", 'activate(Z, "relu")',
            en="You always use ReLU. The argument `activation` says which one is wanted.",
            zh="你总是用 ReLU。该用哪种激活函数由参数 `activation` 决定。"),
        Mistake("cache_keeps_a_as_z", 'cache[f"Z{layer}"] = Z',
            'cache[f"Z{layer}"] = activate(Z, activation) if layer < n_layers else Z',
            en="Your scores are right, but the cache holds activated values under the names Z1, Z2, … Keep Z as it was before the activation.",
            zh="得分是对的，但缓存里 Z1、Z2……存的是激活之后的值。Z 应保存激活之前的样子。"),
        Mistake("input_activated", '{"A0": X}', '{"A0": activate(X, activation)}',
            en="The input went through the activation before the first layer. A0 is X itself.",
            zh="输入在进入第一层之前就被激活了。A0 就是 X 本身。"),
        Mistake("biases_left_out", 'params[f"b{layer}"]', '0 * params[f"b{layer}"]',
            en="No layer seems to use its bias. Every layer adds its own b to its weighted sums.",
            zh="各层似乎都没有用偏置。每一层都要在加权和上加自己的 b。"),
        Mistake("layers_sorted_as_text",
            "    n_layers = len(params) // 2\n",
            "    n_layers = len(params) // 2\n    names = sorted(params)\n"
                '    params = {f"{part}{layer}": params[names[layer - 1 + shift]] for part, shift in (("b", 0), ("W", n_layers))\n'
                "              for layer in range(1, n_layers + 1)}\n",
            en="Right for few layers. But sorted as text W10 comes before W2, so a net of ten layers is put together in another order: count the layers by number.",
            zh="层数少时是对的。但按文字排序时 W10 排在 W2 前面，十层的网络次序就乱了：请用数字来数层。"),
        Mistake("one_digit_layers", "n_layers = len(params) // 2", "n_layers = max(int(name[-1]) for name in params)",
            en="The number of a layer is read from the last character of its name, and of W10 that is a 0. A net may have ten layers or more.",
            zh="层号是从名字的最后一个字符读出来的，而 W10 的最后一个字符是 0。网络可以有十层甚至更多。"),
        Mistake("input_missing_in_the_cache", "return scores, cache",
            'return scores, {name: value for name, value in cache.items() if name != "A0"}',
            en="The cache should begin with A0, which is X: the gradient of the first layer will need it.",
            zh="缓存应当从 A0（就是 X）开始：求第一层的梯度时要用。"),
    ],
    variants=[
        Variant("spelled_out", 'affine_forward(cache[f"A{layer - 1}"], params[f"W{layer}"], params[f"b{layer}"])',
            'np.dot(cache[f"A{layer - 1}"], params[f"W{layer}"]) + params[f"b{layer}"]'),
        Variant("one_a_too_many_is_allowed", "if layer < n_layers:", "if layer <= n_layers:"),
        Variant("a_of_every_layer_is_allowed", '        if layer < n_layers:\n            cache[f"A{layer}"]', '        cache[f"A{layer}"]'),
    ],
)


# %% [markdown] lang="en"
# ### The net, drawn
#
# Your `mlp_forward` sends one input through a net with layers 3-4-4-2. You should see: each node holds its activation, and each weight is a line, orange and solid where it is positive, blue and dashed where it is negative, wide where it is large. Gray neurons are ReLUs that are switched off: they hand a 0 on, so whatever leaves them does not matter for this input. In {ref:backprop} the same net is drawn from the other side.
# %% [markdown] lang="zh" of="6f36"
# ### 画出这个网络
#
# 你的 `mlp_forward` 把一个输入送进 3-4-4-2 的网络。你应当看到：每个节点里是它的激活值；每个权重是一条线，橙色实线为正，蓝色虚线为负，越粗越大。灰色的神经元是关闭的 ReLU：它交出去的是 0，所以对这个输入来说，从它出发的权重都不起作用。到 {ref:backprop} 节，会从另一头再画一遍这个网络。
# %% setup
def net_to_draw():
    """A small net (params) with one input X (1, 3) of class y (1,), for two figures."""
    rng, params = np.random.default_rng(34), {}
    for layer, (m, n) in enumerate(((3, 4), (4, 4), (4, 2)), start=1):
        params[f"W{layer}"], params[f"b{layer}"] = rng.normal(size=(m, n)), np.zeros(n)
    return (params, np.array([[1.0, -0.5, 0.8]]), np.array([0]))


def draw_net(plt, ax, nodes, lines, off, title):
    """Layers of neurons as circles with their values, lines (from layer to layer) as wide as large.

    nodes is a list of a vector for each layer, the input's first; lines a list of a matrix for each step; off names
    neurons (layer, number) that are switched off.
    """
    place = [[(1.7 * level, (len(values) - 1) / 2 - i) for i in range(len(values))] for level, values in enumerate(nodes)]
    strongest = max(np.abs(values).max() for values in lines)
    limit = max(np.abs(values).max() for values in nodes)
    for level, values in enumerate(lines):
        for (i, j), value in np.ndenumerate(values):
            (x0, y0), (x1, y1) = place[level][i], place[level + 1][j]
            share = abs(value) / strongest
            color, style = ("#D55E00", "-") if value > 0 else ("#0072B2", (0, (3, 1)))
            ax.plot([x0, x1], [y0, y1], ls=style, color=color, lw=0.4 + 5 * share, alpha=0.2 + 0.75 * share, zorder=1)
    for level, values in enumerate(nodes):
        for i, (x, y) in enumerate(place[level]):
            is_off, share = (level, i) in off, values[i] / limit
            color = "#dddddd" if is_off else plt.cm.RdBu_r(0.5 + 0.42 * share)
            ax.add_patch(plt.Circle((x, y), 0.3, facecolor=color, edgecolor="#333333", zorder=2))
            text, ink = words(en="off", zh="关") if is_off else f"{values[i]:.2f}", "white" if abs(share) > 0.7 and not is_off else "black"
            ax.text(x, y, text, ha="center", va="center", fontsize=9, color=ink, zorder=3)
    for level in range(len(nodes)):
        name = words(en=f"layer {level}", zh=f"第 {level} 层") if level else words(en="input", zh="输入")
        ax.text(1.7 * level, -2.15, name, ha="center", fontsize=9, color="#555555")
    ax.set_title(title, fontsize=12)
    ax.set(xlim=(-0.5, 1.7 * len(nodes) - 1.2), ylim=(-2.4, 2), aspect="equal")
    ax.axis("off")


# %% demo="forward_flow"
@drawn_by("mlp_forward")
def forward_flow(plt):
    params, X, _ = net_to_draw()
    _, cache = mlp_forward(params, X, "relu")
    off = {(layer, i) for layer in (1, 2) for i in range(4) if cache[f"Z{layer}"][0, i] <= 0}
    _, ax = plt.subplots(figsize=(7.5, 4.8), layout="constrained")
    nodes = [cache[name][0] for name in ("A0", "A1", "A2", "Z3")]
    title = words(en="activations in the nodes, weights on the lines", zh="节点里是激活值，线是权重")
    draw_net(plt, ax, nodes, [params[f"W{layer}"] for layer in (1, 2, 3)], off, title)
    plt.show()
