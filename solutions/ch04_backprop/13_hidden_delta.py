# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import WIDE, activate_grad, normal

# %% [markdown] lang="en"
# ## {n} The hidden delta
#
# A hidden neuron has no target. Who tells it what it did wrong? The neurons it feeds: each of them sends its own delta back along the connecting weight. §5.5 writes this for a neuron with two successors:
#
# $$\frac{\partial l}{\partial z}=\sigma'(z)\left(w_3\frac{\partial l}{\partial z'}+w_4\frac{\partial l}{\partial z''}\right)$$
#
# Two paths, so the effects add; along each path they multiply: {ref:chain_rule_two_paths} at work. For a whole layer and a whole batch, with weights $W_{\ell+1}$ `(H, M)` from this layer to the next:
#
# $$\delta_\ell=\left(\delta_{\ell+1}W_{\ell+1}^{\top}\right)\odot\phi'(Z_\ell)$$
#
# $\odot$ multiplies entry by entry. Shapes: `(N, M)` times `(M, H)` is `(N, H)`, the shape of $Z_\ell$. Note which layer each letter belongs to: the weights and the delta are the *next* layer's, the slope is *this* layer's, taken at $z$.
#
# **By hand.** Sigmoid at $z=0$ has slope $0.25$. With $w_3=2$, $w_4=-1$ and next deltas $0.4$ and $0.2$: $\delta=0.25\,(2\cdot0.4-1\cdot0.2)=0.15$.
# %% [markdown] lang="zh" of="4bd6"
# ## {n} 隐藏层的 δ
#
# 隐藏神经元没有目标值，谁来告诉它错在哪里？是它所供给的那些神经元：每一个都把自己的 δ 沿着连接的权重送回来。§5.5 对有两个后继的神经元写道：
#
# $$\frac{\partial l}{\partial z}=\sigma'(z)\left(w_3\frac{\partial l}{\partial z'}+w_4\frac{\partial l}{\partial z''}\right)$$
#
# 两条路径，影响相加；同一条路径上，影响相乘：正是 {ref:chain_rule_two_paths} 的内容。对一整层、一整批，设 $W_{\ell+1}$ `(H, M)` 是从这一层到下一层的权重：
#
# $$\delta_\ell=\left(\delta_{\ell+1}W_{\ell+1}^{\top}\right)\odot\phi'(Z_\ell)$$
#
# $\odot$ 表示逐元素相乘。形状：`(N, M)` 乘 `(M, H)` 得 `(N, H)`，正是 $Z_\ell$ 的形状。注意每个字母属于哪一层：权重和 δ 是**下一层**的，斜率是**这一层**的，而且在 $z$ 处取值。
#
# **手算。** sigmoid 在 $z=0$ 处斜率为 $0.25$。设 $w_3=2$，$w_4=-1$，下一层的 δ 为 $0.4$ 和 $0.2$：$\delta=0.25\,(2\cdot0.4-1\cdot0.2)=0.15$。
# %% answer="hidden_delta"
def hidden_delta(W_next, delta_next, z, activation):
    """Gradient of the loss with respect to the pre-activations of a hidden layer.

    W_next (H, M) and delta_next (N, M) belong to the next layer, z (N, H) to this one; activation is
    "relu", "sigmoid" or "tanh".  Returns (N, H).
    """
    ### BEGIN SOLUTION
    return (delta_next @ W_next.T) * activate_grad(z, activation)  # (N, H)
    ### END SOLUTION


# %% [markdown] docstring="hidden_delta" lang="zh" of="4e91"
# 损失对隐藏层激活前的值的梯度。
#
# W_next (H, M) 和 delta_next (N, M) 属于下一层，z (N, H) 属于这一层；activation 为
# "relu"、"sigmoid" 或 "tanh"。返回 (N, H)。
# %% [markdown] why="hidden_delta" lang="en"
# In this order: through the weights the deltas come back to this layer's *output* a, and only there does this layer's slope await them, taken at z.
# The transpose makes senders of receivers: column m of `W_next` led into neuron m, and along it its delta goes back.
# %% [markdown] why="hidden_delta" lang="zh" of="8071"
# 次序不能换：δ 先经过权重回到本层的**输出** a，在那里再乘上本层在 z 处的斜率。
# 转置让收信的成了寄信的：`W_next` 的第 m 列通向第 m 个神经元，它的 δ 就沿着这一列送回来。
# %% grading="hidden_delta"
def inputs(rng, activation, n, h, m):
    next_layer = {"W_next": normal(rng, h, m), "delta_next": normal(rng, n, m)}
    return {**next_layer, "z": normal(rng, n, h), "activation": activation}


def hidden_cases(rng):
    yield Case("sigmoid", zh="sigmoid", **inputs(rng, "sigmoid", 5, 3, 4))
    yield Case("tanh", zh="tanh", **inputs(rng, "tanh", 4, 3, 3))
    yield Case("relu", zh="relu", **inputs(rng, "relu", 3, 4, 2))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **inputs(rng, "sigmoid", 1, 2, 3))
    yield Case("one neuron each", zh="各层只有一个神经元", **inputs(rng, "tanh", 3, 1, 1))


def wide_cases(rng):
    yield Case("wide layer", zh="很宽的一层", public=False, sizes=(2, 40_000, 8), seed=int(rng.integers(2**31)))


def wide_deltas(impl, case):
    """Their projections on four directions, made here so that banks stay small."""
    rng, (n, h, m) = np.random.default_rng(case.seed), case.sizes
    W_next, delta_next, z = (rng.integers(-2, 3, shape) * 0.5 for shape in ((h, m), (n, m), (n, h)))
    return rng.integers(-2, 3, (4, n * h)) * 0.5 @ np.ravel(impl.hidden_delta(W_next, delta_next, z, "tanh"))


def loss_through_next(impl, case):
    a = np.asarray(impl.activate(case.z, case.activation)).reshape(case.z.shape)
    return np.sum(case.delta_next * (a @ case.W_next))


@variant
def loop(W_next, delta_next, z, activation):
    delta = np.zeros(z.shape)
    slope = activate_grad(z, activation)
    for n in range(z.shape[0]):
        for h in range(z.shape[1]):
            delta[n, h] = slope[n, h] * sum(w * d for w, d in zip(W_next[h], delta_next[n]))
    return delta


Exercise(
    points=3, reference=torch_reference.hidden_delta, cases=hidden_cases, tolerance=CLOSED_FORM,
    gradient=Gradient(of=loss_through_next, wrt=("z",)), accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_deltas, **WIDE)],
    seconds=4.0,  # the wide layer takes 0.01 s in numpy, 0.2 s in plain loops, and more than 15 s by 80,000 losses
    mistakes=[
        Mistake("slope_at_a", "activate_grad(z, activation)", "activate_grad(activate(z, activation), activation)",
            en="The slope is taken at a = φ(z). It belongs at z, the point where the forward pass went through the activation.",
            zh="斜率取在了 a = φ(z) 处。应取在 z 处，也就是前向时进入激活函数的那个点。"),
        Mistake("w_not_transposed", "W_next.T", "W_next",
            en="The deltas travel back against the direction of the weights: that takes the transpose. With a square matrix the shapes stay silent about it.",
            zh="δ 是逆着权重的方向往回走的，要用转置。矩阵恰好是方阵时，形状不会提醒你。"),
        Mistake("slope_of_the_wrong_layer", "(delta_next @ W_next.T) * activate_grad(z, activation)",
            "(delta_next * activate_grad(z, activation)) @ W_next.T",
            en="The slope is multiplied in before the weights, as if it belonged to the next layer. First bring the deltas back through W, then multiply by this layer's slope.",
            zh="斜率乘在了权重之前，好像它属于下一层。先让 δ 穿过 W 回来，再乘这一层的斜率。"),
        Mistake("slope_missing", " * activate_grad(z, activation)", "",
            en="This is the gradient with respect to a. To get to z it still has to pass the activation: multiply by its slope.",
            zh="这是对 a 的梯度。要到 z，还得穿过激活函数：乘上它的斜率。"),
        Mistake("value_for_slope", "activate_grad(z, activation)", "activate(z, activation)",
            en="You multiplied by the activation itself. The way back takes its derivative.",
            zh="你乘的是激活函数的值。往回走要乘它的导数。"),
        Mistake("slope_added", ") * activate_grad(z", ") + activate_grad(z",
            en="Slope and returning delta lie on the same path, so they are multiplied, not added.",
            zh="斜率和传回来的 δ 在同一条路径上，应当相乘，不是相加。"),
        Mistake("activation_argument_ignored", "activate_grad(z, activation)", 'activate_grad(z, "sigmoid")',
            en="You always take the slope of the sigmoid. The argument `activation` says which one is wanted.",
            zh="你总是用 sigmoid 的斜率。该用哪种激活函数由参数 `activation` 决定。"),
        Mistake("samples_added_up", "(delta_next @ W_next.T) *", "(delta_next.sum(axis=0) @ W_next.T) *",
            en="The deltas of all samples are added up before they go back. Every sample has its own delta; only the gradients of weights and biases are sums.",
            zh="你先把所有样本的 δ 加在一起再往回传。每个样本有自己的 δ；只有权重和偏置的梯度才求和。"),
        Mistake("result_in_integers", "return (delta_next @ W_next.T) * activate_grad(z, activation)",
            "delta = np.zeros_like(z)\n    delta[...] = (delta_next @ W_next.T) * activate_grad(z, activation)\n    return delta",
            en="When z holds integers all fractions are cut off: `zeros_like(z)` is an array of integers then. Ask for floats.",
            zh="z 是整数时，小数全被截掉了：这时 `zeros_like(z)` 是整数数组。请建立浮点数组。"),
    ],
    variants=[
        Variant("einsum", "(delta_next @ W_next.T)", 'np.einsum("nm,hm->nh", delta_next, W_next)'),
        Variant("columns", "(delta_next @ W_next.T)", "(W_next @ delta_next.T).T"),
    ],
)
