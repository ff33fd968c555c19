# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import normal

# %% [markdown] lang="en"
# ## {n} One layer, forward
#
# A neuron computes a weighted sum of its inputs plus a bias. A layer is $M$ such neurons that all see the same inputs, and a batch is $N$ samples that all pass through the same layer. One matrix product does all $N\times M$ sums at once, which is why nets run so well on GPUs. (The notes call §5.1 全连接反馈网络, "feedback net". It should read 前馈, *feedforward*: information runs one way, from input to output.)
#
# $$Z = XW + b,\qquad Z_{nm}=\sum_{d=1}^{D}X_{nd}W_{dm}+b_m$$
#
# Shapes: $X$ `(N, D)`, $W$ `(D, M)`, $b$ `(M,)`, $Z$ `(N, M)`. Column $m$ of $W$ holds the weights of neuron $m$; $b$ is added to every row.
#
# **By hand.** $x=(1, 2)$, $W=\begin{pmatrix}1&0&-1\\2&1&0\end{pmatrix}$, $b=(0.5, 0, 1)$. Neuron 1: $1\cdot1+2\cdot2+0.5=5.5$. Neuron 2: $0+2+0=2$. Neuron 3: $-1+0+1=0$. So $z=(5.5, 2, 0)$.
# %% [markdown] lang="zh" of="89a8"
# ## {n} 一层网络：前向
#
# 一个神经元把输入加权求和，再加上偏置。一层就是 $M$ 个看着同一份输入的神经元，一个批次就是 $N$ 个经过同一层的样本。一次矩阵乘法就能算完全部 $N\times M$ 个和，这正是神经网络适合 GPU 的原因。（讲义 §5.1 的标题是“全连接反馈网络”，应为“全连接**前馈**网络”：信息只朝一个方向走，从输入到输出。）
#
# $$Z = XW + b,\qquad Z_{nm}=\sum_{d=1}^{D}X_{nd}W_{dm}+b_m$$
#
# 形状：$X$ `(N, D)`，$W$ `(D, M)`，$b$ `(M,)`，$Z$ `(N, M)`。$W$ 的第 $m$ 列是第 $m$ 个神经元的权重；$b$ 加到每一行上。
#
# **手算。** $x=(1, 2)$，$W=\begin{pmatrix}1&0&-1\\2&1&0\end{pmatrix}$，$b=(0.5, 0, 1)$。神经元 1：$1\cdot1+2\cdot2+0.5=5.5$；神经元 2：$0+2+0=2$；神经元 3：$-1+0+1=0$。所以 $z=(5.5, 2, 0)$。
# %% answer="affine_forward"
def affine_forward(X, W, b):
    """Pre-activations of one fully connected layer.

    X (N, D), W (D, M), b (M,).  Returns Z (N, M): one row per sample, one column per neuron.
    No activation is applied here.
    """
    ### BEGIN SOLUTION
    return X @ W + b  # (N, M)
    ### END SOLUTION


# %% [markdown] docstring="affine_forward" lang="zh" of="7910"
# 一层全连接网络在激活之前的值。
#
# X (N, D)，W (D, M)，b (M,)。返回 Z (N, M)：一行一个样本，一列一个神经元。
# 这里不做激活。
# %% [markdown] why="affine_forward" lang="en"
# `b` (M,) is matched with `X @ W` (N, M) from the right: each column, a neuron, adds its own bias in every row.
# `+` makes a new array. `+=` would write into the product, and where `X` and `W` hold integers the fractions of `b` don't fit in there.
# %% [markdown] why="affine_forward" lang="zh" of="8bbb"
# `b` 的形状 (M,) 从右边与 (N, M) 的 `X @ W` 对齐：每一列是一个神经元，在每一行里都加上自己的偏置。
# `+` 得到新数组；`+=` 要写回乘积里，而 `X` 和 `W` 都是整数时，那里放不下 `b` 的小数。
# %% grading="affine_forward"
def inputs(rng, n, d, m):
    return {"X": normal(rng, n, d), "W": normal(rng, d, m), "b": normal(rng, m)}


def affine_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 5, 3, 4))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **inputs(rng, 1, 4, 2))
    yield Case("one input", zh="只有一个输入", **inputs(rng, 3, 1, 2))
    yield Case("one neuron", zh="只有一个神经元", **inputs(rng, 4, 3, 1))
    whole = {"X": rng.integers(-4, 5, size=(3, 2)), "W": rng.integers(-4, 5, size=(2, 3))}
    yield Case("whole numbers", zh="整数", **whole, b=normal(rng, 3) + 0.5)


@variant
def loop(X, W, b):
    Z = np.zeros((len(X), W.shape[1]))
    for n in range(len(X)):
        for m in range(W.shape[1]):
            Z[n, m] = sum(X[n, d] * W[d, m] for d in range(len(W))) + b[m]
    return Z


Exercise(
    points=1, reference=torch_reference.affine_forward, cases=affine_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("bias_missing", "X @ W + b", "X @ W",
            en="The weighted sums are right, but the bias is not in them: each neuron adds its own entry of b.",
            zh="加权和是对的，但没有加偏置：每个神经元都要加上 b 中属于自己的那一个数。"),
        Mistake("neurons_in_rows", "X @ W + b", "(X @ W + b).T",
            en="The numbers are right but the table lies on its side: in this course there is one row per sample and one column per neuron.",
            zh="数值没错，只是表格转了个方向：本课程里一行是一个样本，一列是一个神经元。"),
        Mistake("activation_applied", "X @ W + b", "np.maximum(X @ W + b, 0)",
            en="Negative entries have become 0: a ReLU has slipped in. This function stops before the activation.",
            zh="负数都变成了 0：混进了一个 ReLU。这个函数只算到激活之前。"),
        Mistake("bias_subtracted", "X @ W + b", "X @ W - b",
            en="The bias enters with the wrong sign: compare your result with the example by hand, where b₁ = 0.5 raises z₁ to 5.5.",
            zh="偏置的符号反了：对照手算的例子，b₁ = 0.5 使 z₁ 升到 5.5。"),
        Mistake("flat_for_one_neuron", "X @ W + b", "np.squeeze(X @ W + b)",
            en="Right, except when there is a single sample or neuron: then an axis is lost. Z is always (N, M), also for N = 1 or M = 1.",
            zh="一般情况是对的，但只有一个样本或一个神经元时少了一维。Z 的形状总是 (N, M)，N = 1 或 M = 1 时也一样。"),
        Mistake("integers_refused", "return X @ W + b", "Z = X @ W\n    Z += b\n    return Z",
            en="`+=` writes back into the product, and when X and W hold integers, as in the example by hand, b's fractions do not fit in there. Add with `+`.",
            zh="`+=` 要把结果写回乘积里；X 和 W 是整数时（手算的例子就是），b 的小数放不进去。请用 `+` 相加。"),
    ],
    variants=[
        Variant("einsum", "X @ W + b", 'np.einsum("nd,dm->nm", X, W) + b[None, :]'),
        Variant("bias_column", "X @ W + b", "np.c_[X, np.ones(len(X))] @ np.vstack([W, b])"),
    ],
)
