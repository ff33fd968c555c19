# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import WIDE, autoencoder_forward, coder, normal

# %% [markdown] lang="en"
# ## {n} … and backward
#
# Backpropagation once more, with two things that differ from chapter 4: the error at the end is the reconstruction's, and the slope is 1 at the two layers that are not bent.
#
# $$\mathcal L=\frac1N\sum_{n=1}^{N}\lVert\tilde x^n-t^n\rVert^2$$
#
# $\tilde x$ is reconstructed from $X$. The *target* $t$ is an argument of its own: mostly it is $X$ again, but in {ref:denoise_loss} it will be something else.
#
# $$\delta_L=\frac2N(A_L-T),\qquad \delta_{\ell-1}=\bigl(\delta_\ell W_\ell^\top\bigr)\odot\begin{cases}1&\ell-1=L/2\\1-A_{\ell-1}^2&\text{otherwise}\end{cases},\qquad dW_\ell=A_{\ell-1}^\top\delta_\ell,\quad db_\ell=\sum_n\delta_\ell^n$$
#
# **By hand.** One feature, $L=2$, $W_1=W_2=1$, biases $0$, $x=2$, $t=1$: $A_1=A_2=2$, $\delta_2=2\cdot(2-1)=2$, $dW_2=2\cdot2=4$, $db_2=2$, $\delta_1=2\cdot1=2$, $dW_1=2\cdot2=4$, $db_1=2$.
#
# Chapter 4's `numeric_grad` checks it, if you still have it.
# %% [markdown] lang="zh" of="377f"
# ## {n} ……以及反向
#
# 再来一次反向传播，与第四章有两处不同：末端的误差是重建误差；在不弯的那两层，斜率是 1。
#
# $$\mathcal L=\frac1N\sum_{n=1}^{N}\lVert\tilde x^n-t^n\rVert^2$$
#
# $\tilde x$ 是由 $X$ 重建的。**目标** $t$ 是单独的参数：多数时候就是 $X$ 自己，但在 {ref:denoise_loss} 节会是别的东西。
#
# $$\delta_L=\frac2N(A_L-T),\qquad \delta_{\ell-1}=\bigl(\delta_\ell W_\ell^\top\bigr)\odot\begin{cases}1&\ell-1=L/2\\1-A_{\ell-1}^2&\text{其余}\end{cases},\qquad dW_\ell=A_{\ell-1}^\top\delta_\ell,\quad db_\ell=\sum_n\delta_\ell^n$$
#
# **手算。** 一个特征，$L=2$，$W_1=W_2=1$，偏置为 $0$，$x=2$，$t=1$：$A_1=A_2=2$，$\delta_2=2\cdot(2-1)=2$，$dW_2=2\cdot2=4$，$db_2=2$，$\delta_1=2\cdot1=2$，$dW_1=2\cdot2=4$，$db_1=2$。
#
# 第四章的 `numeric_grad` 如果还在，可以拿来验证。
# %% answer="autoencoder_grad"
def autoencoder_grad(params, X, target):
    """Gradient of the error of a deep autoencoder with respect to every parameter.

    params as in `autoencoder_forward`; X (N, D) goes in, target (N, D) should come out.  The error is the MEAN over samples
    of the SUM of squared differences.  Layers may be wide.  Returns a dict with the names and shapes of params.
    """
    ### BEGIN SOLUTION
    L = len(params) // 2
    A = autoencoder_forward(params, X)
    delta = 2 / len(X) * (A[L] - target)  # (N, D)
    grads = {}
    for layer in range(L, 0, -1):
        grads[f"W{layer}"] = A[layer - 1].T @ delta
        grads[f"b{layer}"] = delta.sum(axis=0)
        slope = 1 if layer - 1 == L // 2 else 1 - A[layer - 1] ** 2
        delta = delta @ params[f"W{layer}"].T * slope
    return grads
    ### END SOLUTION


# %% [markdown] docstring="autoencoder_grad" lang="zh" of="495c"
# 深度自编码器的误差对每个参数的梯度。
#
# params 同 `autoencoder_forward`；X (N, D) 是输入，target (N, D) 是应当输出的东西。误差是平方差对特征求和，再对样本取平均。
# 各层可能很宽。返回字典，名字与形状都与 params 相同。
# %% [markdown] why="autoencoder_grad" lang="en"
# The slope is taken at what came *out* of the layer below, $1-a^2$, so no `Z` had to be kept; only at the code it is 1. In the last
# round `delta` is carried back to the input once more, for nothing: a condition would cost more than it saves.
# %% [markdown] why="autoencoder_grad" lang="zh" of="750b"
# 斜率取自下面一层**输出**的值，即 $1-a^2$，所以不必保存 `Z`；只有编码处是 1。最后一圈还把 `delta` 往输入带回了一次，白算一步：为此加个判断，得不偿失。
# %% grading="autoencoder_grad"
def grad_cases(rng):
    yield Case("four layers", zh="四层", params=coder(rng, 3, 4, 2, 3, 3), X=normal(rng, 5, 3), target=normal(rng, 5, 3))
    yield Case("two layers", zh="两层", params=coder(rng, 3, 2, 3), X=normal(rng, 4, 3), target=normal(rng, 4, 3))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", params=coder(rng, 3, 2, 1, 2, 3), X=normal(rng, 1, 3), target=normal(rng, 1, 3))
    X = normal(rng, 4, 2)
    yield Case("six layers, its own target", zh="六层，目标就是输入", params=coder(rng, 2, 3, 2, 1, 3, 2, 2), X=X, target=X)


def wide_cases(rng):
    yield Case("wide layers", zh="很宽的层", public=False, sizes=(64, 400, 40, 400, 64), seed=int(rng.integers(2**31)))


def wide_gradient(impl, case):
    """Its projections on four directions, made here so that banks stay small."""
    rng, sizes = np.random.default_rng(case.seed), case.sizes
    params = {}
    for layer in range(1, len(sizes)):
        params[f"W{layer}"] = rng.normal(size=sizes[layer - 1 : layer + 1]) / sizes[layer - 1] ** 0.5
        params[f"b{layer}"] = rng.normal(size=sizes[layer])
    grads = impl.autoencoder_grad(params, rng.normal(size=(3, sizes[0])), rng.normal(size=(3, sizes[0])))
    return np.array([sum(np.sum(rng.normal(size=part.shape) * grads[name]) for name, part in params.items()) for _ in range(4)])


def coding_error(impl, case):
    L = len(case.params) // 2
    A = case.X
    for layer in range(1, 1 + L):
        A = A @ case.params[f"W{layer}"] + case.params[f"b{layer}"]
        A = A if layer in (L // 2, L) else np.tanh(A)
    return np.mean(np.sum((A - case.target) ** 2, axis=1))


@variant
def layers_by_name(params, X, target):
    L = len(params) // 2
    A, grads = autoencoder_forward(params, X), {}
    back = 2 * (A[-1] - target) / X.shape[0]
    for layer in reversed(range(1, L + 1)):
        if layer not in (L, L // 2):
            back = back / np.cosh(np.arctanh(A[layer])) ** 2
        grads |= {f"b{layer}": back.sum(0), f"W{layer}": np.einsum("ni,nj->ij", A[layer - 1], back)}
        back = back @ params[f"W{layer}"].T
    return grads


Exercise(
    points=3, reference=unsupervised.autoencoder_grad, cases=grad_cases, tolerance=CLOSED_FORM,
    gradient=Gradient(of=coding_error, wrt=("params",)), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_gradient, **WIDE)],
    seconds=2.0,  # the wide layers take a few ms; a loss for each parameter more than 10 s
    mistakes=[
        Mistake("slope_at_the_code", "slope = 1 if layer - 1 == L // 2 else 1 - A[layer - 1] ** 2", "slope = 1 - A[layer - 1] ** 2",
            en="You multiplied by a tanh slope at the code, too. The code has no tanh: its slope is 1.", zh="在编码那一层你也乘了 tanh 的斜率。编码没有 tanh，斜率是 1。"),
        Mistake("no_slopes", "1 - A[layer - 1] ** 2", "1",
            en="The slopes of tanh are missing in the bent layers.", zh="弯的那些层漏了 tanh 的斜率。"),
        Mistake("factor_2_missing", "2 / len(X)", "1 / len(X)",
            en="Half of what it should be: the square brings a 2 down, and there is no ½ in this loss.", zh="只有应有的一半：平方求导带下来一个 2，而这里的损失没有 ½。"),
        Mistake("sum_for_mean", "2 / len(X)", "2",
            en="You added up the samples. The error is a MEAN over them.", zh="你对样本求了和。误差是对样本的平均。"),
        Mistake("mean_over_features_too", "2 / len(X)", "2 / X.size",
            en="You took the mean over the features, too. They are summed.", zh="你对特征也取了平均。对特征是求和。"),
        Mistake("target_ignored", "A[L] - target", "A[L] - X",
            en="You compare with the input. What should come out is `target`, which may be something else.", zh="你是与输入比较的。应当输出的是 `target`，它可能是别的东西。"),
        Mistake("sign", "A[L] - target", "target - A[L]",
            en="The sign is turned round: where the reconstruction is too large, the delta is positive.", zh="符号反了：重建偏大的地方，δ 应为正。"),
        Mistake("slope_of_the_next_layer", "1 - A[layer - 1] ** 2", "1 - np.tanh(A[layer - 1]) ** 2",
            en="A already is the tanh. Its slope is 1 − A², without another tanh.", zh="A 已经是 tanh 的值了，斜率就是 1 − A²，不必再取 tanh。"),
        Mistake("biases_averaged", "delta.sum(axis=0)", "delta.mean(axis=0)",
            en="The gradients of the biases were divided by N once more. The delta holds the MEAN already: add it up.", zh="偏置的梯度又多除了一次 N。δ 里已经含有平均：加起来就行。"),
        Mistake("biases_missing", "    return grads\n", '    return {name: part for name, part in grads.items() if name[0] == "W"}\n',
            en="The gradients of the biases are missing.", zh="缺少偏置的梯度。"),
    ],
    variants=[
        Variant("half_as_a_float", "layer - 1 == L // 2", "layer - 1 == L / 2"),
        Variant("as_many_targets", "2 / len(X)", "2 / len(target)"),
        Variant("mean_at_the_end", "    delta = 2 / len(X) * (A[L] - target)  # (N, D)\n", "    delta = (A[-1] - target) * (2 / X.shape[0])\n"),
        Variant("slope_as_product", "1 - A[layer - 1] ** 2", "(1 - A[layer - 1]) * (1 + A[layer - 1])"),
    ],
)
