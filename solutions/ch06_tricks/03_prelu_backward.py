# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import nonzero, normal, slopes

# %% [markdown] lang="en"
# ## {n} A slope that is learned
#
# Now the way back. Given $dA = \partial \mathcal L/\partial A$ from the next layer, where $A$ is the output of `prelu`, two gradients are asked for: with respect to what came in, $Z$, and with respect to what is learned here, $p$.
#
# $$dZ_{nm} = dA_{nm}\cdot\begin{cases}1 & Z_{nm} > 0\\ p_m & Z_{nm} < 0\end{cases} \qquad dp_m = \sum_{n=1}^{N} dA_{nm}\cdot\begin{cases}0 & Z_{nm} > 0\\ Z_{nm} & Z_{nm} < 0\end{cases}$$
#
# The slope $p_m$ serves all $N$ samples, like a bias, so its gradient is a **SUM** over them. Samples with $z > 0$ say nothing about it: there the slope plays no part.
#
# **At $z = 0$** there is a kink and no derivative. Anything between the slopes of the two sides is a *subgradient*, and any of them is accepted. (ReLU and Leaky ReLU are the cases $p = 0$ and $p = 0.01$: with this function you have all three.)
#
# **By hand.** Two samples, one neuron, $z = (-2, 3)$, $p = 0.5$, $dA = (4, 1)$: $dZ = (4\cdot 0.5,\ 1\cdot 1) = (2, 1)$, and $dp = 4\cdot(-2) + 0 = -8$.
# %% [markdown] lang="zh" of="a760"
# ## {n} 学出来的斜率
#
# 现在往回走。设 $A$ 是 `prelu` 的输出，后一层传回 $dA = \partial \mathcal L/\partial A$。要求两个梯度：对输入 $Z$ 的，以及对这一层要学的 $p$ 的。
#
# $$dZ_{nm} = dA_{nm}\cdot\begin{cases}1 & Z_{nm} > 0\\ p_m & Z_{nm} < 0\end{cases} \qquad dp_m = \sum_{n=1}^{N} dA_{nm}\cdot\begin{cases}0 & Z_{nm} > 0\\ Z_{nm} & Z_{nm} < 0\end{cases}$$
#
# 斜率 $p_m$ 和偏置一样，为全部 $N$ 个样本服务，所以它的梯度要对样本**求和**。$z > 0$ 的样本对它没有发言权：那一边用不到斜率。
#
# **在 $z = 0$ 处**是折点，没有导数。两侧斜率之间的任何数都是**次梯度**，取哪个都算对。（ReLU 和 Leaky ReLU 就是 $p = 0$ 和 $p = 0.01$ 的情形：有了这个函数，三种都有了。）
#
# **手算。** 两个样本，一个神经元，$z = (-2, 3)$，$p = 0.5$，$dA = (4, 1)$：$dZ = (4\cdot 0.5,\ 1\cdot 1) = (2, 1)$，$dp = 4\cdot(-2) + 0 = -8$。
# %% answer="prelu_backward"
def prelu_backward(dA, Z, p):
    """Gradients of the loss with respect to the input and the slopes of A = prelu(Z, p).

    dA (N, M) is the gradient with respect to A; Z (N, M) and p (M,) are what the forward pass used.
    Returns (dZ, dp) of shapes (N, M) and (M,).  dp is a SUM over the N samples.
    """
    ### BEGIN SOLUTION
    dZ = dA * np.where(Z > 0, 1, p)  # (N, M)
    dp = np.sum(dA * np.minimum(Z, 0), axis=0)  # (M,)
    return dZ, dp
    ### END SOLUTION


# %% [markdown] docstring="prelu_backward" lang="zh" of="34e9"
# 对 A = prelu(Z, p)，求损失对输入和斜率的梯度。
#
# dA (N, M) 是损失对 A 的梯度；Z (N, M)、p (M,) 是前向时用过的值。
# 返回 (dZ, dp)，形状为 (N, M) 和 (M,)。dp 对 N 个样本求和。
# %% [markdown] why="prelu_backward" lang="en"
# `np.minimum(Z, 0)` is $\partial A/\partial p$ in one stroke: $z$ where the slope is in use, 0 where it is not. The slope of a neuron is
# shared by all samples, so its gradient sums over axis 0; `dZ` belongs to single samples and sums over nothing.
# %% [markdown] why="prelu_backward" lang="zh" of="1c61"
# `np.minimum(Z, 0)` 一笔写出了 $\partial A/\partial p$：用到斜率的地方是 $z$，没用到的地方是 0。一个神经元的斜率由所有样本共用，所以梯度沿第 0 轴求和；`dZ` 属于各个样本，什么也不用加。
# %% grading="prelu_backward"
def inputs(rng, n, m, **more):
    return {"dA": nonzero(rng, n, m), "Z": normal(rng, n, m) * 2, "p": slopes(rng, m), **more}


def backward_cases(rng):
    yield Case("three neurons", zh="三个神经元", **inputs(rng, 5, 3))
    yield Case("as many samples as neurons", zh="样本与神经元一样多", public=False, **inputs(rng, 3, 3))


def edge_cases(rng):
    yield Case("one sample, always closed", zh="一个样本，全部关着", public=False, **inputs(rng, 1, 3, Z=-np.abs(normal(rng, 1, 3))))
    yield Case("ReLU: slopes of 0", zh="ReLU：斜率为 0", **inputs(rng, 4, 3, p=np.zeros(3)))


def kink_cases(rng):
    yield Case("zeros among others", zh="夹着零", **inputs(rng, 5, 3, Z=normal(rng, 5, 3) * rng.integers(2, size=(5, 3))))


def loss_of_prelu(impl, case):
    return np.sum(case.dA * impl.prelu(case.Z, case.p))


def shapes_of_backward(dA, Z, p):
    return [np.shape(Z), np.shape(p)]


def within_the_subgradients(impl, case):
    """What lies outside of the subgradients at the kinks: nothing; and all that is no kink."""
    dZ, dp = impl.prelu_backward(case.dA, case.Z, case.p)
    at_kink, one, other = case.Z == 0, case.dA, case.dA * case.p
    low, high = np.minimum(one, other), np.maximum(one, other)
    outside = np.maximum(low - dZ, 0) + np.maximum(dZ - high, 0)
    return {"outside of the subgradients": np.where(at_kink, outside, 0), "elsewhere": np.where(at_kink, 0, dZ), "dp": dp}


@mistake(
    en="`dp` has no sum: a slope serves all samples, so each of them adds its share, and dp has the shape (M,) of p.",
    zh="`dp` 没有求和：斜率为所有样本服务，每个样本都要贡献一份，dp 的形状应与 p 相同，为 (M,)。",
)
def dp_not_summed(dA, Z, p):
    return dA * np.where(Z > 0, 1, p), dA * np.minimum(Z, 0)


@variant
def loop(dA, Z, p):
    dZ, dp = np.zeros(Z.shape), np.zeros(len(p))
    for n, row in enumerate(Z):
        for m, z in enumerate(row):
            dZ[n, m] = dA[n, m] if z > 0 else p[m] * dA[n, m]
            dp[m] += 0 if z > 0 else dA[n, m] * z
    return dZ, dp


@variant
def einsum(dA, Z, p):
    return dA * np.where(Z >= 0, 1, p), np.einsum("nm,nm->m", dA, np.where(Z >= 0, 0, Z))


Exercise(
    points=2, reference=tricks.prelu_backward, cases=backward_cases, shapes=shapes_of_backward, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH, gradient=Gradient(of=loss_of_prelu, wrt=("Z", "p")),
    groups=[
        Group("edge", edge_cases),
        Group("kink", kink_cases, observe=within_the_subgradients, en="At the kink, any subgradient", zh="折点处，任何次梯度"),
    ],
    mistakes=[
        Mistake("dp_averaged", "np.sum(dA * np.minimum(Z, 0), axis=0)", "np.mean(dA * np.minimum(Z, 0), axis=0)",
            en="`dZ` is right, but you averaged over the samples in `dp`. The loss is a SUM, and each sample adds its share.",
            zh="`dZ` 是对的，但 `dp` 对样本取了平均。损失是求和，每个样本各加一份。"),
        Mistake("dp_from_open_neurons_too", "dA * np.minimum(Z, 0)", "dA * Z",
            en="In `dp` you count samples with z > 0 as well. There the output is z itself: the slope plays no part and gets no gradient.",
            zh="`dp` 里把 z > 0 的样本也算了进去。那一边输出就是 z 本身，用不到斜率，也就没有梯度。"),
        Mistake("dp_from_open_neurons_only", "np.minimum(Z, 0)", "np.maximum(Z, 0)",
            en="In `dp` you count the samples with z > 0. The slope is used where z is *below* 0.",
            zh="`dp` 里算的是 z > 0 的样本。斜率用在 z **小于** 0 的地方。"),
        Mistake("dp_along_the_neurons", "np.sum(dA * np.minimum(Z, 0), axis=0)", "np.resize(np.sum(dA * np.minimum(Z, 0), axis=1), len(p))",
            en="You added up the neurons of each sample. Add up the samples of each neuron: one number for each slope.",
            zh="你把每个样本的各个神经元加在了一起。应当把每个神经元的各个样本加起来：一个斜率一个数。"),
        Mistake("slope_in_dp", "dA * np.minimum(Z, 0), axis", "dA * p * np.minimum(Z, 0), axis",
            en="The factor p is too much in `dp`. The derivative of p·z with respect to p is z.",
            zh="`dp` 里多了因子 p。p·z 对 p 的导数就是 z。"),
        Mistake("upstream_forgotten_in_dp", "np.sum(dA * np.minimum", "np.sum(np.minimum",
            en="In `dp` the gradient that comes back, dA, is missing. How much the slope matters depends on how much the output matters.",
            zh="`dp` 里漏了后一层传回的梯度 dA。斜率有多重要，取决于输出有多重要。"),
        Mistake("upstream_decides", "np.where(Z > 0, 1, p)", "np.where(dA > 0, 1, p)",
            en="In `dZ` the sign of dA decides which side we are on. It is the sign of Z on the way forward that does.",
            zh="`dZ` 里按 dA 的正负来分边了。决定在哪一边的是前向时 Z 的正负。"),
        Mistake("closed_completely", "np.where(Z > 0, 1, p)", "(Z > 0)",
            en="Your `dZ` is that of a plain ReLU. Below 0 the slope p lets some gradient through: that is its whole purpose.",
            zh="你的 `dZ` 是普通 ReLU 的。在 0 以下，斜率 p 会让一部分梯度通过，这正是它存在的意义。"),
        Mistake("always_the_slope", "np.where(Z > 0, 1, p)", "p",
            en="In `dZ` you multiply by p everywhere. Where z is positive the slope is 1.",
            zh="`dZ` 里处处都乘了 p。z 为正的地方，斜率是 1。"),
    ],
    variants=[
        Variant("lists", "return dZ, dp", "return dZ.tolist(), dp.tolist()"),
        Variant("zero_is_open", "np.where(Z > 0, 1, p)", "np.where(Z >= 0, 1, p)"),
        Variant("dot_product", "np.sum(dA * np.minimum(Z, 0), axis=0)", "np.diagonal(dA.T @ np.minimum(Z, 0))"),
    ],
)
