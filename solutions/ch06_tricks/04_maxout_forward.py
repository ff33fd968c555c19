# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import drawn_by, normal, pieces, words

# %% [markdown] lang="en"
# ## {n} Maxout: learn the whole activation
#
# If a slope can be learned, why not the whole function? A **maxout** neuron (§7.1.1; Goodfellow et al. 2013) computes $k$ scores instead of one, each with weights and a bias of its own, and hands on the greatest:
#
# $$A_{nm} = \max_{1 \le j \le k}\ \Bigl(\sum_{d} X_{nd} W_{jdm} + b_{jm}\Bigr)$$
#
# With $k = 2$ and one of the pieces constantly 0 this *is* a ReLU layer. With other weights it is an absolute value, a Leaky ReLU, a bowl out of straight pieces. Whatever it learns, the greatest of several straight lines is always **convex**: it never bends downwards. For each sample one piece per neuron works and the others are silent: again a thin net, another one for each sample.
#
# The price: $k$ times as many weights.
#
# **By hand.** One input $x = 2$, one neuron, $k = 3$ pieces with weights $(1, -1, 0)$ and biases $(0, 0, 1)$: scores $2, -2, 1$, so $a = 2$. At $x = -3$ the scores are $-3, 3, 1$, so $a = 3$; at $x = 0$ they are $0, 0, 1$, so $a = 1$. A tub.
#
# **Shapes.** `W` is (k, D, M), `b` is (k, M). The samples and the neurons stay; the pieces are what the maximum goes over.
# %% [markdown] lang="zh" of="46c3"
# ## {n} Maxout：整个激活函数都学出来
#
# 既然斜率可以学，为什么不干脆学整个函数？一个 **maxout** 神经元（§7.1.1；Goodfellow 等，2013）不是算一个得分，而是算 $k$ 个，各有各的权重和偏置，再把其中最大的交出去：
#
# $$A_{nm} = \max_{1 \le j \le k}\ \Bigl(\sum_{d} X_{nd} W_{jdm} + b_{jm}\Bigr)$$
#
# 取 $k = 2$，让其中一段恒为 0，它就**是**一个 ReLU 层。换别的权重，可以得到绝对值、Leaky ReLU，或者由直线段拼成的碗。不管学成什么样，若干条直线中取最大，得到的总是**凸**函数：永远不会向下弯。对每个样本，每个神经元只有一段在工作，其余都不出声：又是一个瘦的网络，而且每个样本对应的都不一样。
#
# 代价是权重的个数变成了 $k$ 倍。
#
# **手算。** 一个输入 $x = 2$，一个神经元，$k = 3$ 段，权重 $(1, -1, 0)$，偏置 $(0, 0, 1)$：得分为 $2, -2, 1$，所以 $a = 2$。在 $x = -3$ 处得分为 $-3, 3, 1$，$a = 3$；在 $x = 0$ 处为 $0, 0, 1$，$a = 1$。像个浴盆。
#
# **形状。** `W` 是 (k, D, M)，`b` 是 (k, M)。样本和神经元都保留，取最大值的是“段”这个轴。
# %% answer="maxout_forward"
def maxout_forward(X, W, b):
    """A layer of M maxout neurons with k pieces each: X (N, D), W (k, D, M), b (k, M).  Returns (N, M)."""
    ### BEGIN SOLUTION
    scores = X @ W + b[:, None, :]  # (k, N, M)
    return np.max(scores, axis=0)
    ### END SOLUTION


# %% [markdown] docstring="maxout_forward" lang="zh" of="4ac2"
# 一层 M 个 maxout 神经元，各有 k 段：X (N, D)，W (k, D, M)，b (k, M)。返回 (N, M)。
# %% [markdown] why="maxout_forward" lang="en"
# `X @ W` multiplies the same samples with all k weight matrices at once: matmul treats leading axes as a stack. `b[:, None, :]` makes
# room for the samples, else (k, M) would be taken for (N, M). The maximum runs over axis 0, where the pieces are.
# %% [markdown] why="maxout_forward" lang="zh" of="c755"
# `X @ W` 一次就让同一批样本乘上全部 k 个权重矩阵：矩阵乘法把前面的轴当作一叠矩阵。`b[:, None, :]` 给样本腾出一个轴，否则 (k, M) 会被当成 (N, M)。最大值沿第 0 轴取，那里排的是各个片段。
# %% grading="maxout_forward"
def maxout_cases(rng):
    yield Case("three pieces", zh="三段", **pieces(rng, 5, 4, 3, 2))
    yield Case("all sizes alike", zh="各个长度都相同", public=False, **pieces(rng, 3, 3, 3, 3))


def edge_cases(rng):
    yield Case("one piece: an ordinary layer", zh="只有一段：普通的一层", public=False, **pieces(rng, 4, 3, 1, 2))
    yield Case("one sample, one neuron", zh="一个样本，一个神经元", public=False, **pieces(rng, 1, 3, 4, 1))
    below = pieces(rng, 4, 2, 3, 3)
    yield Case("all scores far below 0", zh="所有得分都远小于 0", **{**below, "b": below["b"] - 20})


def relu_cases(rng):
    yield Case("one piece constantly 0", zh="有一段恒为 0", X=normal(rng, 6, 3), W=normal(rng, 3, 4), b=normal(rng, 4))


def convex_cases(rng):
    yield Case("halfway between two points", zh="两点的正中间", **pieces(rng, 12, 3, 3, 2))


def with_a_piece_of_zeros(impl, case):
    still = np.zeros_like(case.W)
    return impl.maxout_forward(case.X, np.stack([still, case.W]), np.stack([np.zeros_like(case.b), case.b]))


def below_the_chord(impl, case):
    """How far the value in the middle lies above the mean of both ends: nowhere; and the value itself."""
    one, other = case.X[:6], case.X[6:]
    middle = impl.maxout_forward((one + other) / 2, case.W, case.b)
    ends = (impl.maxout_forward(one, case.W, case.b) + impl.maxout_forward(other, case.W, case.b)) / 2
    return {"above the chord": np.maximum(middle - ends - 1e-5, 0), "in the middle": middle}  # float32 rounds


@mistake(
    en="Your maximum runs over the neurons and keeps the pieces. The pieces compete with each other, neuron by neuron: W[j] is the layer of piece j.",
    zh="你在神经元之间取了最大值，留下了各段。应当在同一个神经元的各段之间比较：W[j] 是第 j 段的整层权重。",
)
def over_the_neurons(X, W, b):
    return np.max(X @ W + b[:, None, :], axis=2).T


@variant
def piece_by_piece(X, W, b):
    A = X @ W[0] + b[0]
    for j in range(1, len(W)):
        A = np.where(X @ W[j] + b[j] > A, X @ W[j] + b[j], A)
    return A


@variant
def einsum(X, W, b):
    return (np.einsum("nd,kdm->nmk", X, W) + b.T).max(axis=-1)


Exercise(
    points=2, reference=tricks.maxout_forward, cases=maxout_cases, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("relu", relu_cases, observe=with_a_piece_of_zeros, en="A ReLU is a special case", zh="ReLU 是特例"),
        Group("convex", convex_cases, observe=below_the_chord, en="Never bends downwards", zh="从不向下弯"),
    ],
    mistakes=[
        Mistake("averaged", "np.max(scores, axis=0)", "np.mean(scores, axis=0)",
            en="You average the pieces. Then all of them together are one straight line again: take the greatest.",
            zh="你对各段取了平均，那样合起来又是一条直线。应当取最大的一个。"),
        Mistake("added_up", "np.max(scores, axis=0)", "np.sum(scores, axis=0)",
            en="You add the pieces up, which gives one straight line. Only the greatest speaks.",
            zh="你把各段加了起来，结果是一条直线。只有最大的那段说话。"),
        Mistake("smallest", "np.max(scores, axis=0)", "np.min(scores, axis=0)",
            en="You hand on the smallest of the pieces. Maxout takes the greatest.",
            zh="你交出的是最小的一段。maxout 取最大的。"),
        Mistake("bias_after_the_maximum", "    scores = X @ W + b[:, None, :]  # (k, N, M)\n    return np.max(scores, axis=0)",
            "    return np.max(X @ W, axis=0) + np.max(b, axis=0)",
            en="The biases come too late: each piece competes with its own bias, so add it before the maximum.",
            zh="偏置加得太晚：每一段要带着自己的偏置去比较，请在取最大值之前加。"),
        Mistake("bias_forgotten", "X @ W + b[:, None, :]", "X @ W",
            en="The biases are missing. Without them all pieces meet in 0, and no ReLU with a threshold of its own can be learned.",
            zh="缺了偏置。没有偏置，所有段都在 0 处相交，学不出转折点在别处的 ReLU。"),
        Mistake("relu_on_top", "np.max(scores, axis=0)", "np.maximum(np.max(scores, axis=0), 0)",
            en="Your output is never negative: there is a ReLU on top. The maximum of the pieces is the activation already.",
            zh="你的输出从不为负，说明外面又套了一层 ReLU。各段取最大值，本身就已经是激活函数了。"),
        Mistake("largest_in_size", "np.max(scores, axis=0)", "np.max(np.abs(scores), axis=0)",
            en="You compare the sizes of the scores, without their signs. −5 is not greater than 3.",
            zh="你比较的是得分的绝对值。−5 并不比 3 大。"),
        Mistake("two_pieces_only", "np.max(scores, axis=0)", "np.max(scores[:2], axis=0)",
            en="Only the first two pieces compete. How many there are is the length of W.",
            zh="只有前两段参加了比较。一共有几段，看 W 的长度。"),
    ],
    variants=[Variant("float32", "np.max(scores, axis=0)", "np.max(scores, axis=0).astype(np.float32)")],
)


# %% [markdown] lang="en"
# One input, one neuron: what your maxout makes of the first two, the first three and all five of the thin gray lines. You should see: every curve is made of straight pieces and bends upwards only, and with each new piece it can only rise.
# %% [markdown] lang="zh" of="1e56"
# 一个输入，一个神经元：看你的 maxout 用五条细灰线中的前两条、前三条和全部五条能拼出什么。你应该看到：每条曲线都由直线段组成，只会向上弯；每加一段，曲线只会升高。
# %% demo="shapes_of_maxout"
@drawn_by("maxout_forward")
def shapes_of_maxout(plt):
    x = np.linspace(-3, 3, 241)
    W = np.array([-1.0, 1.0, 0.2, -2.2, 2.0])[:, None, None]
    b = np.array([-0.5, -1.0, 0.3, -2.5, -2.8])[:, None]
    _, ax = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
    for slope, offset in zip(W.ravel(), b.ravel()):
        ax.plot(x, slope * x + offset, color="#BBBBBB", lw=0.8)
    for count, style, color in ((2, ":", "#D55E00"), (3, "--", "#0072B2"), (5, "-", "#009E73")):
        shape = np.reshape(maxout_forward(x[:, None], W[:count], b[:count]), 241)
        ax.plot(x, shape, style, color=color, lw=2.5, label=words(en=f"{count} pieces", zh=f"{count} 段"))
    ax.set(xlabel="x", ylabel=words(en="activation", zh="激活值"), title=words(en="Learned shapes", zh="拼出来的形状"))
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
