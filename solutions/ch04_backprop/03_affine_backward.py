# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import WIDE, normal

# %% [markdown] lang="en"
# ## {n} One layer, backward
#
# The loss $\mathcal L$ depends on $Z$ through everything that follows this layer. Suppose a friend at the next layer hands us $dZ = \partial \mathcal L/\partial Z$. What are the gradients with respect to what *we* hold: the weights, the bias, and the input (which is the output of the layer below)? Every layer that can answer this question can be stacked with any other.
#
# From $Z_{nm}=\sum_d X_{nd}W_{dm}+b_m$ and the chain rule:
#
# $$\frac{\partial \mathcal L}{\partial W}=X^{\top}dZ,\qquad \frac{\partial \mathcal L}{\partial b_m}=\sum_{n=1}^{N}dZ_{nm},\qquad \frac{\partial \mathcal L}{\partial X}=dZ\,W^{\top}$$
#
# Why is $b$ summed over $n$? The same $b_m$ is used by all $N$ samples, so the loss feels it $N$ times. It is a SUM because the loss is a sum.
#
# **Shapes are the best friend you have here.** `dW` must be `(D, M)`. From $X$ `(N, D)` and $dZ$ `(N, M)` there is only one product that fits.
#
# **By hand.** With the layer of {ref:affine_forward} and $dz=(1, 2, -1)$: $dW=\begin{pmatrix}1\\2\end{pmatrix}(1, 2, -1)=\begin{pmatrix}1&2&-1\\2&4&-2\end{pmatrix}$, $db=(1, 2, -1)$, and $dx=(1\cdot1+2\cdot0+(-1)(-1),\;1\cdot2+2\cdot1+(-1)\cdot0)=(2, 4)$.
# %% [markdown] lang="zh" of="d8fd"
# ## {n} 一层网络：反向
#
# 损失 $\mathcal L$ 通过后面的所有层依赖于 $Z$。假设后一层的朋友已经把 $dZ = \partial \mathcal L/\partial Z$ 交给我们，那么损失对我们手里的东西（权重、偏置、输入，而输入就是前一层的输出）的梯度各是多少？只要每一层都能回答这个问题，层与层就可以任意叠起来。
#
# 由 $Z_{nm}=\sum_d X_{nd}W_{dm}+b_m$ 和链式法则：
#
# $$\frac{\partial \mathcal L}{\partial W}=X^{\top}dZ,\qquad \frac{\partial \mathcal L}{\partial b_m}=\sum_{n=1}^{N}dZ_{nm},\qquad \frac{\partial \mathcal L}{\partial X}=dZ\,W^{\top}$$
#
# 为什么 $b$ 要对 $n$ 求和？因为 $N$ 个样本用的是同一个 $b_m$，损失受它影响 $N$ 次。损失是求和，所以这里也是**求和**。
#
# **形状是你最好的帮手。** `dW` 必须是 `(D, M)`；手里只有 $X$ `(N, D)` 和 $dZ$ `(N, M)`，能凑出这个形状的乘法只有一种。
#
# **手算。** 沿用 {ref:affine_forward} 的那一层，设 $dz=(1, 2, -1)$：$dW=\begin{pmatrix}1\\2\end{pmatrix}(1, 2, -1)=\begin{pmatrix}1&2&-1\\2&4&-2\end{pmatrix}$，$db=(1, 2, -1)$，$dx=(1\cdot1+2\cdot0+(-1)(-1),\;1\cdot2+2\cdot1+(-1)\cdot0)=(2, 4)$。
# %% answer="affine_backward"
def affine_backward(dZ, X, W):
    """Gradients of the loss with respect to the input, the weights and the bias of one layer Z = X W + b.

    dZ (N, M) is the gradient with respect to Z; X (N, D) and W (D, M) are what the forward pass used.
    Returns (dX, dW, db) of shapes (N, D), (D, M) and (M,).  dW and db are SUMS over the N samples.
    """
    ### BEGIN SOLUTION
    dX = dZ @ W.T  # (N, D)
    dW = X.T @ dZ  # (D, M)
    db = dZ.sum(axis=0)  # (M,)
    return dX, dW, db
    ### END SOLUTION


# %% [markdown] docstring="affine_backward" lang="zh" of="5e5d"
# 对一层 Z = X W + b，求损失对输入、权重和偏置的梯度。
#
# dZ (N, M) 是损失对 Z 的梯度；X (N, D)、W (D, M) 是前向时用过的值。
# 返回 (dX, dW, db)，形状分别为 (N, D)、(D, M)、(M,)。dW 和 db 都对 N 个样本求和。
# %% [markdown] why="affine_backward" lang="en"
# Each product sums over the index that its result does not have: `dW` and `db` over the samples, `dX` over the neurons. The other orders either don't fit or, with a square `W`, mean something else.
# Of all that follows, the layer needs to know `dZ` alone.
# %% [markdown] why="affine_backward" lang="zh" of="aa17"
# 每个乘积都对结果里没有的那个下标求和：`dW`、`db` 对样本求和，`dX` 对神经元求和。换个次序，要么形状不合，要么（`W` 是方阵时）意思变了。
# 后面的网络再复杂，这一层也只需知道 `dZ`。
# %% grading="affine_backward"
def inputs(rng, n, d, m):
    return {"dZ": normal(rng, n, m), "X": normal(rng, n, d), "W": normal(rng, d, m), "b": normal(rng, m)}


def affine_backward_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 5, 3, 4))
    yield Case("square weights", zh="权重为方阵", **inputs(rng, 4, 3, 3))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", **inputs(rng, 1, 4, 2))
    yield Case("one neuron", zh="只有一个神经元", **inputs(rng, 3, 2, 1))


def wide_cases(rng):
    yield Case("wide layer", zh="很宽的一层", public=False, sizes=(10, 1000, 100), seed=int(rng.integers(2**31)))


def layer_gradients(impl, case):
    return impl.affine_backward(case.dZ, case.X, case.W)


def wide_gradients(impl, case):
    """Their projections on four directions, made here so that banks stay small."""
    rng, (n, d, m) = np.random.default_rng(case.seed), case.sizes
    dZ, X, W = (rng.integers(-2, 3, shape) * 0.5 for shape in ((n, m), (n, d), (d, m)))
    ways = [rng.integers(-2, 3, (4, n)) * 0.5 for n in (X.size, W.size, m)]
    return tuple(way @ np.ravel(slope) for way, slope in zip(ways, impl.affine_backward(dZ, X, W)))


def weighted_output(impl, case):
    return np.sum(case.dZ * np.asarray(impl.affine_forward(case.X, case.W, case.b)).reshape(case.dZ.shape))


@variant
def loop(dZ, X, W):
    dX, dW, db = np.zeros(X.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for x, dz, dx in zip(X, dZ, dX):
        dx += W @ dz
        dW += np.outer(x, dz)
        db += dz
    return dX, dW, db


@variant
def float32(dZ, X, W):
    dZ, X, W = (np.asarray(part, dtype=np.float32) for part in (dZ, X, W))
    return dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


Exercise(
    points=3, reference=torch_reference.affine_backward, cases=affine_backward_cases, observe=layer_gradients,
    tolerance=CLOSED_FORM, gradient=Gradient(of=weighted_output, wrt=("X", "W", "b")), accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_gradients, **WIDE)],
    seconds=1.25,  # the wide layer takes 0.01 s in numpy, 0.15 s in plain loops, and more than 4 s by 100,000 losses
    mistakes=[
        Mistake("db_not_summed", "dZ.sum(axis=0)", "dZ",
            en="`db` still has one row per sample. All N samples share the same b, so their contributions add up to shape (M,).",
            zh="`db` 还是一个样本一行。N 个样本共用同一个 b，它们的贡献要加起来，形状为 (M,)。"),
        Mistake("db_mean", "dZ.sum(axis=0)", "dZ.mean(axis=0)",
            en="`db` is the mean over the samples. In this chapter the loss is a SUM over samples, and so are its gradients.",
            zh="`db` 取了平均。本章的损失对样本求和，梯度也就是求和。"),
        Mistake("db_summed_over_neurons", "dZ.sum(axis=0)", "dZ.sum(axis=1)",
            en="`db` adds along the wrong axis: there is one bias per neuron, so the sum runs over the samples.",
            zh="`db` 求和的轴不对：每个神经元一个偏置，所以是沿样本求和。"),
        Mistake("w_not_transposed", "dZ @ W.T", "dZ @ W",
            en="`dX` uses W where the transpose belongs. With a square W the shapes cannot warn you: "
                               "follow one entry, ∂l/∂x_d = Σ_m dz_m W_dm.",
            zh="`dX` 里该用 W 的转置。W 是方阵时形状不会提醒你：盯住一个分量，∂l/∂x_d = Σ_m dz_m W_dm。"),
        Mistake("dw_transposed", "X.T @ dZ", "dZ.T @ X",
            en="`dW` has come out transposed: it must have the shape of W, (D, M), inputs in rows and neurons in columns.",
            zh="`dW` 被转置了：它的形状应与 W 相同，(D, M)，行对应输入，列对应神经元。"),
        Mistake("dw_mean", "X.T @ dZ", "X.T @ dZ / len(X)",
            en="`dW` is divided by N. The loss here is a SUM over samples; a mean is taken later, if at all, by the learning rate.",
            zh="`dW` 除以了 N。这里的损失是对样本求和；要不要平均，以后交给学习率去管。"),
        Mistake("summed_to_numbers", "dZ.sum(axis=0)", "dZ.sum()",
            en="`db` is a single number: the sum ran over the neurons too. Only the samples are added up; each neuron keeps its own entry.",
            zh="`db` 成了一个数：连神经元也一起加了。只对样本求和，每个神经元各留一个分量。"),
        Mistake("order_of_results", "return dX, dW, db", "return dW, db, dX",
            en="The three gradients are right, but they come back in another order than (dX, dW, db).",
            zh="三个梯度都对，只是返回的次序不是 (dX, dW, db)。"),
    ],
    variants=[
        Variant("einsum", "X.T @ dZ", 'np.einsum("nd,nm->dm", X, dZ)'),
        Variant("ones_product", "dZ.sum(axis=0)", "np.ones(len(dZ)) @ dZ"),
    ],
)
