# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import tricks

from chapter import WIDE, nonzero, normal, seed, uniform

# %% [markdown] lang="en"
# ## {n} Derive: batch normalization, backward
#
# The most instructive backward pass of this course, and you find it yourself. Given $dA = \partial\mathcal L/\partial A$ for $A = \gamma\hat X + c$ in *training*, find $d\gamma$, $dc$ and $dX$. No formula is given; here is the way.
#
# 1. $d\gamma$ and $dc$ are quick: how does $\mathcal L$ depend on them? Mind that each serves all $N$ samples.
# 2. $d\hat X_{nd}$, the gradient with respect to the normalized value: one factor.
# 3. Now $dX$. Draw the graph. $X_{nd}$ reaches the loss by **three ways**: directly through the numerator of its own $\hat X_{nd}$; through the mean $\mu_d$, which is in *every* sample's numerator; and through the variance $v_d$, which is in every sample's denominator. Three terms, and each way counts.
# 4. Sort them. With $s = \sqrt{v + \varepsilon}$, all three have the factor $1/s$ in common. What is left in the bracket: $d\hat X$, minus its mean over the batch, minus $\hat X$ times another mean.
#
# Two tests that need no check cell: shift all samples by the same amount, and $A$ does not change. So each column of $dX$ adds up to 0. And stretch them (with $\varepsilon = 0$): so $\sum_n dX_{nd}\,(X_{nd} - \mu_d) = 0$.
#
# **By hand.** Batch $(1, 3)$, $\gamma = 2$, $\varepsilon = 0$, $dA = (3, 5)$: $d\gamma = -3 + 5 = 2$, $dc = 8$, $dX = (0, 0)$. With two samples nothing is left: whatever the two are, they become $-1$ and $1$.
# %% [markdown] lang="zh" of="7db1"
# ## {n} 推导：批归一化的反向
#
# 这是全课程里最有启发的一次反向推导，由你自己来完成。给定**训练时** $A = \gamma\hat X + c$ 的 $dA = \partial\mathcal L/\partial A$，求 $d\gamma$、$dc$ 和 $dX$。不给公式，只指路。
#
# 1. $d\gamma$ 和 $dc$ 很快：$\mathcal L$ 怎样依赖它们？别忘了每一个都为全部 $N$ 个样本服务。
# 2. $d\hat X_{nd}$，即对归一化后的值的梯度：只差一个因子。
# 3. 现在求 $dX$。画出计算图。$X_{nd}$ 有**三条路**到达损失：直接经过自己的 $\hat X_{nd}$ 的分子；经过均值 $\mu_d$，它在**每个**样本的分子里；经过方差 $v_d$，它在每个样本的分母里。三条路三项，每条都算。
# 4. 整理。记 $s = \sqrt{v + \varepsilon}$，三项都有因子 $1/s$。括号里剩下的是：$d\hat X$，减去它在批次上的平均，再减去 $\hat X$ 乘另一个平均。
#
# 有两个不用检查单元格的检验：所有样本平移同样多，$A$ 不变，所以 $dX$ 的每一列之和为 0；把它们一起拉伸（$\varepsilon = 0$ 时）也不变，所以 $\sum_n dX_{nd}\,(X_{nd} - \mu_d) = 0$。
#
# **手算。** 批次 $(1, 3)$，$\gamma = 2$，$\varepsilon = 0$，$dA = (3, 5)$：$d\gamma = -3 + 5 = 2$，$dc = 8$，$dX = (0, 0)$。只有两个样本时什么也不剩：不管它们是多少，归一化之后总是 $-1$ 和 $1$。
# %% answer="batchnorm_backward"
def batchnorm_backward(dA, X, gamma, eps):
    """Gradients of the loss with respect to what went into batch normalization, in training.

    dA (N, D) is the gradient with respect to its output; X (N, D) the batch, gamma (D,) the scale, eps the number
    that is added to the variance, under the root.  The variance has divisor N.
    Returns (dX, dgamma, dshift) of shapes (N, D), (D,) and (D,); the last two are SUMS over the samples.
    """
    ### BEGIN SOLUTION
    mean, spread = np.mean(X, axis=0), np.sqrt(np.var(X, axis=0) + eps)  # (D,)
    X_hat = (X - mean) / spread  # (N, D)
    dgamma = np.sum(dA * X_hat, axis=0)  # (D,)
    dshift = np.sum(dA, axis=0)  # (D,)
    dX_hat = dA * gamma  # (N, D)
    dX = (dX_hat - np.mean(dX_hat, axis=0) - X_hat * np.mean(dX_hat * X_hat, axis=0)) / spread  # (N, D)
    return dX, dgamma, dshift
    ### END SOLUTION


# %% [markdown] docstring="batchnorm_backward" lang="zh" of="5b6a"
# 训练时，损失对批归一化各个输入的梯度。
#
# dA (N, D) 是损失对其输出的梯度；X (N, D) 是批次，gamma (D,) 是缩放，eps 是根号里加在方差上的数。方差除以 N。
# 返回 (dX, dgamma, dshift)，形状为 (N, D)、(D,)、(D,)；后两个对样本求和。
# %% [markdown] why="batchnorm_backward" lang="en"
# The two means are what comes back through $\mu$ and through $v$. Seen as geometry: shifting or stretching a column leaves $A$ as it is (but
# for $\varepsilon$), so the gradient may have no part in these two directions, and the bracket takes both parts out.
# %% [markdown] why="batchnorm_backward" lang="zh" of="c1a1"
# 减去的两个均值，正是经 $\mu$ 和经 $v$ 传回来的部分。从几何上看：整列平移或拉伸，$A$ 都不变（不计 $\varepsilon$），所以梯度在这两个方向上不能有分量，括号里正好把两个分量都去掉。
# %% grading="batchnorm_backward"
def inputs(rng, n, d, **more):
    X = (normal(rng, n, d) * rng.uniform(0.5, 3, d) + rng.uniform(-3, 3, d)).round(2)
    return {"dA": nonzero(rng, n, d), "X": X, "gamma": nonzero(rng, d), "eps": 1e-5, **more}


def backward_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 5, 2))
    yield Case("as many samples as features", zh="样本与特征一样多", public=False, **inputs(rng, 4, 4))


def extreme_cases(rng):
    tiny = {**inputs(rng, 5, 3), "X": (normal(rng, 5, 3) * 4e-3).round(5)}
    yield Case("features that hardly vary", zh="几乎不变的特征", **tiny)
    yield Case("a large eps", zh="较大的 eps", **inputs(rng, 6, 2, eps=uniform(rng, 0.3, 0.9)))


def wide_cases(rng):
    yield Case("a wide batch", zh="很宽的一批", public=False, sizes=(40, 500), seed=seed(rng))


def wide_gradients(impl, case):
    """Their projections on four directions, made here so that banks stay small."""
    rng = np.random.default_rng(case.seed)
    X, dA, gamma = rng.normal(size=case.sizes), rng.normal(size=case.sizes), rng.normal(size=case.sizes[1])
    grads = impl.batchnorm_backward(dA, X, gamma, 1e-5)
    return [rng.integers(-2, 3, (4, np.size(grad))) * 0.5 @ np.ravel(grad) for grad in grads]


def shapes_of_backward(dA, X, gamma, eps):
    return [np.shape(X), np.shape(gamma), np.shape(gamma)]


@variant
def three_ways(dA, X, gamma, eps):
    N, mean, var = len(X), X.mean(axis=0), X.var(axis=0)
    centred, dX_hat = X - mean, dA * gamma
    dvar = np.sum(dX_hat * centred, axis=0) * -0.5 * (var + eps) ** -1.5
    dmean = -np.sum(dX_hat, axis=0) / np.sqrt(var + eps) + dvar * np.mean(-2 * centred, axis=0)
    dX = dX_hat / np.sqrt(var + eps) + dvar * 2 * centred / N + dmean / N
    return dX, np.sum(dA * centred / np.sqrt(var + eps), axis=0), np.sum(dA, axis=0)


@variant
def by_the_jacobian(dA, X, gamma, eps):
    N, D = X.shape
    dX, dgamma = np.zeros((N, D)), np.zeros(D)
    for d in range(D):
        s = np.sqrt(np.var(X[:, d]) + eps)
        x_hat = (X[:, d] - np.mean(X[:, d])) / s
        jacobian = (np.eye(N) - 1 / N - np.outer(x_hat, x_hat) / N) / s
        dX[:, d], dgamma[d] = gamma[d] * jacobian @ dA[:, d], dA[:, d] @ x_hat
    return dX, dgamma, np.sum(dA, axis=0)


Exercise(
    points=4, reference=tricks.batchnorm_backward, cases=backward_cases, shapes=shapes_of_backward, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("extreme", extreme_cases), Group("wide", wide_cases, observe=wide_gradients, **WIDE)], seconds=1.5,
    mistakes=[
        Mistake("mean_path_dropped", " - np.mean(dX_hat, axis=0)", "",
            en="The way through the mean is missing. A test: the columns of dX must add up to 0, since shifting all samples changes nothing.",
            zh="漏了经过均值的那条路。检验：dX 的每一列之和必须为 0，因为所有样本一起平移，什么都不变。"),
        Mistake("variance_path_dropped", " - X_hat * np.mean(dX_hat * X_hat, axis=0)", "",
            en="The way through the variance is missing: x is in the denominator of every sample of its feature.",
            zh="漏了经过方差的那条路：x 也在同一特征的每个样本的分母里。"),
        Mistake("statistics_taken_as_constants", "(dX_hat - np.mean(dX_hat, axis=0) - X_hat * np.mean(dX_hat * X_hat, axis=0)) / spread", "dX_hat / spread",
            en="You treat mean and variance as constants, and differentiate the numerator alone. Both depend on x: three ways, three terms.",
            zh="你把均值和方差当成常数，只对分子求了导。它们都依赖于 x：三条路，三项。"),
        Mistake("sums_for_means", "np.mean(dX_hat, axis=0) - X_hat * np.mean(dX_hat * X_hat, axis=0)", "np.sum(dX_hat, axis=0) - X_hat * np.sum(dX_hat * X_hat, axis=0)",
            en="In dX the two corrections are SUMS over the batch, N times too large. Mean and variance have a factor 1/N, and so has what comes back through them.",
            zh="dX 里的两个修正用了求和，是应有的 N 倍。均值和方差都有因子 1/N，经过它们回来的梯度也有。"),
        Mistake("scale_forgotten", "dX_hat = dA * gamma", "dX_hat = dA * np.ones_like(gamma)",
            en="In dX the scale γ is missing: dX̂ is γ times dA.",
            zh="dX 里漏了缩放 γ：dX̂ 等于 γ 乘以 dA。"),
        Mistake("scale_from_raw_values", "dgamma = np.sum(dA * X_hat, axis=0)", "dgamma = np.sum(dA * X, axis=0)",
            en="dγ is built with X instead of X̂. γ multiplies the *normalized* values.",
            zh="dγ 用的是 X 而不是 X̂。γ 乘的是**归一化之后**的值。"),
        Mistake("scale_gradient_scaled", "dgamma = np.sum(dA * X_hat, axis=0)", "dgamma = np.sum(dA * gamma * X_hat, axis=0)",
            en="dγ has a factor γ too much: the derivative of γ·x̂ with respect to γ is x̂.",
            zh="dγ 多了因子 γ：γ·x̂ 对 γ 的导数就是 x̂。"),
        Mistake("shift_averaged", "dshift = np.sum(dA, axis=0)", "dshift = np.mean(dA, axis=0)",
            en="The gradient of the shift is a SUM over the samples, all of which it serves.",
            zh="平移的梯度要对样本求和，它为所有样本服务。"),
        Mistake("divided_by_the_variance", "axis=0)) / spread", "axis=0)) / spread**2",
            en="You divide by the variance: the common factor of all three ways is one over its *root*.",
            zh="你除以了方差：三条路的公因子是方差的**平方根**分之一。"),
        Mistake("divisor_n_minus_one", "np.var(X, axis=0)", "np.var(X, axis=0, ddof=1)",
            en="Your variance divides by N − 1. In the forward pass it was N.",
            zh="你的方差除以了 N − 1。前向时用的是 N。"),
        Mistake("eps_outside_root", "np.sqrt(np.var(X, axis=0) + eps)", "np.sqrt(np.var(X, axis=0)) + eps",
            en="ε stands under the root in the forward pass, so it does on the way back.",
            zh="前向时 ε 在根号里面，反向时也在。"),
    ],
    variants=[Variant("float32", "return dX, dgamma, dshift", "return np.float32(dX), np.float32(dgamma), np.float32(dshift)")],
)
