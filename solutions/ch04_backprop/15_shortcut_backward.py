# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import (
    activate_grad,
    affine_backward,
    affine_forward,
    drawn_by,
    hidden_delta,
    mlp_forward,
    normal,
    one_hot,
    output_delta,
    softmax,
    words,
)

# %% [markdown] lang="en"
# ## {n} Find the bug: a shortcut
#
# Before the exercise, the trouble that it cures. What happens to the deltas in a *deep* net? Each layer multiplies by a slope, and {ref:activate_grad} showed how small those are. Your functions send twenty random nets with six hidden layers of 32 neurons forward and back, once with each activation. **Before you run the cell**: a sigmoid's slope is at most ¼; what is left after six layers?
#
# You should see: behind sigmoids the gradient of the first weights is about ten thousand times smaller than that of the last; behind tanh it stays as it is, and behind ReLU (with the start of {ref:train_mlp}) a third of it arrives. This is why chapter 6 begins with activations.
# %% [markdown] lang="zh" of="f7c0"
# ## {n} 找错误：一条近路
#
# 先看要治的病。网络很**深**的时候，δ 会怎样？每过一层都要乘一个斜率，而 {ref:activate_grad} 节的图已经说明斜率有多小。下面用你的函数，让二十个随机的网络（六个隐藏层，每层 32 个神经元）各走一遍前向和反向，三种激活函数都试一次。**运行之前**先想一想：sigmoid 的斜率最大只有 ¼，过了六层还剩多少？
#
# 你应当看到：用 sigmoid 时，第一层权重的梯度只有最后一层的大约万分之一；用 tanh 时大致不变；用 ReLU（初值同 {ref:train_mlp}）时还剩三分之一。第六章为什么从激活函数讲起，原因就在这里。
# %% demo="gradient_norms"
@drawn_by("mlp_forward", "output_delta", "affine_backward", "hidden_delta")
def gradient_norms(plt):
    sizes, layers = [16, *[32] * 6, 4], range(1, 8)

    def norms(kind, variance, seed):
        """Norm of the weight gradient of every layer, for one random start."""
        rng = np.random.default_rng(seed)
        pairs = enumerate(zip(sizes[:-1], sizes[1:], strict=True), start=1)
        params = {f"W{layer}": rng.normal(size=pair) * np.sqrt(variance / pair[0]) for layer, pair in pairs}
        params |= {f"b{layer}": np.zeros(sizes[layer]) for layer in layers}
        scores, cache = mlp_forward(params, rng.normal(size=(64, 16)), kind)
        delta, found = output_delta(softmax(scores), one_hot(rng.integers(4, size=64), 4), "softmax+ce"), []
        for layer in reversed(layers):
            _, dW, _ = affine_backward(delta, cache[f"A{layer - 1}"], params[f"W{layer}"])
            found.insert(0, np.linalg.norm(dW))
            if layer > 1:
                delta = hidden_delta(params[f"W{layer}"], delta, cache[f"Z{layer - 1}"], kind)
        return found

    _, ax = plt.subplots(figsize=(8.5, 4.2), layout="constrained")
    for kind, variance, style, color in (
        ("relu", 2, "o-", "#009E73"), ("tanh", 1, "s--", "#E69F00"), ("sigmoid", 1, "^-.", "#0072B2")
    ):
        seen = np.array([norms(kind, variance, seed) for seed in range(20)])  # (starts, layers)
        ax.fill_between(layers, seen.min(axis=0), seen.max(axis=0), color=color, alpha=0.2)
        ax.plot(layers, np.median(seen, axis=0), style, color=color, label=kind)
    ax.set(yscale="log", xlabel=words(en="layer (1 = next to the input)", zh="层（1 = 紧挨输入）"), ylabel=words(en="norm of the weight gradient", zh="权重梯度的范数"))
    ax.set_title(words(en="how much gradient reaches each layer (median and range of 20 starts)", zh="传到每一层的梯度（20 个初值的中位数与范围）"))
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()


# %% [markdown] lang="en"
# **The exercise.** Another cure is a *shortcut* (He et al. 2015; every large language model has dozens of them): a layer that adds something to its input in place of replacing it,
#
# $$Y=X+\tanh(XW+b)$$
#
# with as many outputs as inputs, $W$ `(D, D)`. So $X$ reaches $Y$ along two paths. A classmate has programmed the way back. The code runs, and `dW` and `db` agree with `numeric_grad`. But `dX` does not, and in a stack of thirty such layers the gradient fades as if there were no shortcut.
#
# One place in the code below is wrong. Finding it is the exercise:
#
# 1. Draw the two paths from $X$ to $Y$. Which factors lie on each?
# 2. Follow $x=1$, $W=2$, $b=-2$, $dY=1$ through the code by hand: $z=0$ there, where tanh has the slope 1, and $dx=3$ comes out, which is right. Now take $b=1$, so $z=3$, and ask `numeric_grad`, or $\bigl(y(1.001)-y(0.999)\bigr)/0.002$: `dX` should be about $1.0197$.
# 3. Say in the comment what is wrong, and why the first example could not notice. Then mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="7db6"
# **习题。** 另一种办法是**近路**（shortcut；He 等，2015；每个大语言模型里都有几十条）：这一层不是替换输入，而是在输入上加一点东西，
#
# $$Y=X+\tanh(XW+b)$$
#
# 输出与输入一样多，$W$ 是 `(D, D)`。于是从 $X$ 到 $Y$ 有两条路径。一位同学写好了往回走的代码，能运行，`dW` 和 `db` 也与 `numeric_grad` 一致；可是 `dX` 不对，而且把三十个这样的层叠起来，梯度照样越来越弱，好像没有近路一样。
#
# 下面的代码有一处错误，找到它就是这道题：
#
# 1. 画出从 $X$ 到 $Y$ 的两条路径。每条路径上有哪些因子？
# 2. 用 $x=1$，$W=2$，$b=-2$，$dY=1$ 手工走一遍代码：这时 $z=0$，tanh 的斜率为 1，得到 $dx=3$，是对的。再取 $b=1$，则 $z=3$，用 `numeric_grad` 或 $\bigl(y(1.001)-y(0.999)\bigr)/0.002$ 验算：`dX` 应当约为 $1.0197$。
# 3. 在注释里写出错在哪里，以及第一个例子为什么发现不了，再改正它。原样交上来不得分。
# %% answer="shortcut_backward"
def shortcut_backward(dY, X, W, b):
    """Gradients of the loss with respect to input, weights and bias of a layer Y = X + tanh(X W + b).

    dY (N, D) is the gradient with respect to Y; X (N, D), W (D, D), b (D,).  Returns (dX, dW, db) of shapes (N, D), (D, D)
    and (D,).  dW and db are SUMS over the N samples.
    """
    ### BEGIN SOLUTION
    Z = affine_forward(X, W, b)  # (N, D)
    dZ = dY * activate_grad(Z, "tanh")
    dX, dW, db = affine_backward(dZ, X, W)  # along the layer
    dX = dX + dY  # and along the shortcut
    return (dX, dW, db)
    ### END SOLUTION


# %% [markdown] docstring="shortcut_backward" lang="zh" of="5266"
# 对一层 Y = X + tanh(X W + b)，求损失对输入、权重和偏置的梯度。
#
# dY (N, D) 是损失对 Y 的梯度；X (N, D)，W (D, D)，b (D,)。返回 (dX, dW, db)，形状分别为 (N, D)、(D, D)、(D,)。
# dW 和 db 都对 N 个样本求和。
# %% [markdown] why="shortcut_backward" lang="en"
# Along the shortcut the only factor is 1, so `dY` arrives whole. `dZ` has the slope of tanh in it, which fades through thirty layers;
# at z = 0 the slope is 1, and nobody can tell the two apart.
# `W` and `b` have no part in the shortcut: their gradients hold the path through the tanh alone.
# %% [markdown] why="shortcut_backward" lang="zh" of="dca8"
# 捷径上唯一的因子是 1，`dY` 原样到达。`dZ` 里带着 tanh 的斜率，穿过三十层而消失的正是它；z = 0 时斜率为 1，两者看不出差别。
# `W` 和 `b` 不在捷径上，它们的梯度只走经过 tanh 的那条路。
# %% grading="shortcut_backward"
def inputs(rng, n, d):
    return {"dY": normal(rng, n, d), "X": normal(rng, n, d), "W": normal(rng, d, d), "b": normal(rng, d)}


def shortcut_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 5, 3))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **inputs(rng, 1, 4))
    yield Case("one neuron", zh="只有一个神经元", public=False, **inputs(rng, 4, 1))


def gradients(impl, case):
    return impl.shortcut_backward(case.dY, case.X, case.W, case.b)


def weighted_output(impl, case):
    return np.sum(case.dY * (case.X + np.tanh(case.X @ case.W + case.b)))


@variant
def written_out(dY, X, W, b):
    dZ = dY / np.cosh(X @ W + b) ** 2
    return dY + dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


Exercise(
    points=1, reference=torch_reference.shortcut_backward, cases=shortcut_cases, observe=gradients, tolerance=CLOSED_FORM,
    gradient=Gradient(of=weighted_output, wrt=("X", "W", "b")), accepts=("integers",), forbids=FROM_SCRATCH,
    starter="classmates_bug", groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("classmates_bug", "dX = dX + dY  # and along the shortcut", "dX = dX + dZ  # and along the shortcut",
            en="This gives what your classmate's code gave. Only `dX` is wrong: write down, for each of the two paths from X to Y, the factors that lie on it.",
            zh="这和那位同学的代码结果一样。只有 `dX` 不对：从 X 到 Y 有两条路径，分别写下每条路径上的因子。"),
        Mistake("shortcut_forgotten", "    dX = dX + dY  # and along the shortcut\n", "",
            en="Now `dX` has the path through the layer alone. X reaches Y along the shortcut as well.",
            zh="现在 `dX` 只剩下经过这一层的路径了。X 还沿着近路到达 Y。"),
        Mistake("layer_forgotten", "dX = dX + dY", "dX = dY",
            en="Now `dX` has the shortcut alone. X reaches Y through the layer as well.",
            zh="现在 `dX` 只剩下近路了。X 还经过这一层到达 Y。"),
        Mistake("paths_multiplied", "dX = dX + dY", "dX = dX * dY",
            en="You multiplied the two paths. Multiply along a path, but add over the paths.",
            zh="你把两条路径相乘了。同一条路径上相乘，不同路径之间相加。"),
        Mistake("slope_missing", "dZ = dY * activate_grad(Z, \"tanh\")", "dZ = dY",
            en="On the path through the layer the slope of tanh is missing now, and `dW` and `db`, which were right, are wrong too.",
            zh="现在经过这一层的路径上少了 tanh 的斜率，连原来正确的 `dW` 和 `db` 也错了。"),
        Mistake("shortcut_in_the_weights_too", "    return (dX, dW, db)\n", "    return dX, dW + X.T @ dY, db + dY.sum(axis=0)\n",
            en="The weights and the bias lie on one path alone, through the tanh: there is no shortcut from W to Y.",
            zh="权重和偏置只在一条路径上，就是经过 tanh 的那条：从 W 到 Y 没有近路。"),
    ],
    variants=[Variant("shortcut_first", "dX = dX + dY", "dX = dY + dX"), Variant("one_minus_square", "activate_grad(Z, \"tanh\")", "(1 - np.tanh(Z) ** 2)")],
)


# %% [markdown] lang="en"
# ### Thirty layers deep
#
# A stack of thirty layers of 16 neurons with small random weights: how long is the gradient that reaches each layer, with your shortcuts and without? You should see: without them it fades by a constant factor in each layer, some ten millionfold on the way; along your shortcuts it even grows a little, about sixfold over all thirty. That is why nets of a hundred layers can be trained at all.
# %% [markdown] lang="zh" of="8354"
# ### 三十层深
#
# 把三十个 16 个神经元的层叠起来，权重是小的随机数：有你的近路和没有近路，传到每一层的梯度各有多长？你应当看到：没有近路时，每过一层就乘一个小于 1 的因子，一路下来只剩大约千万分之一；沿着你的近路，三十层下来它反而略有增长，大约是六倍。上百层的网络之所以能训练，靠的就是它。
# %% demo="with_shortcuts"
@drawn_by("shortcut_backward", "affine_forward", "affine_backward", "activate_grad")
def with_shortcuts(plt):
    rng, depth, width = np.random.default_rng(2), 30, 16
    stack = [(rng.normal(size=(width, width)) * 0.6 / np.sqrt(width), np.zeros(width)) for _ in range(depth)]
    _, ax = plt.subplots(figsize=(8.5, 4.2), layout="constrained")
    for shortcut, style, color, name in (
        (True, "o-", "#0072B2", words(en="with your shortcuts", zh="有你的近路")),
        (False, "s--", "#D55E00", words(en="without", zh="没有近路")),
    ):
        X, inputs = rng.normal(size=(64, width)), []
        for W, b in stack:
            inputs.append(X)
            X = shortcut * X + np.tanh(affine_forward(X, W, b))
        back, lengths = rng.normal(size=X.shape), []
        for (W, b), X in zip(reversed(stack), reversed(inputs), strict=True):
            if shortcut:
                back, _, _ = shortcut_backward(back, X, W, b)
            else:
                back, _, _ = affine_backward(back * activate_grad(affine_forward(X, W, b), "tanh"), X, W)
            lengths.insert(0, np.linalg.norm(back))
        ax.semilogy(range(1, depth + 1), lengths, style, ms=4, color=color, label=name)
    ax.set(xlabel=words(en="layer (1 = next to the input)", zh="层（1 = 紧挨输入）"), ylabel=words(en="length of the gradient", zh="梯度的长度"), title=words(en="what a shortcut is good for", zh="近路有什么用"))
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
