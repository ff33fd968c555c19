# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import unsupervised

from chapter import WIDE, normal

# %% [markdown] lang="en"
# ## {n} Derive it: an autoencoder whose decoder is its encoder
#
# An **autoencoder** (§10.3) learns to say its input again through a bottleneck: an *encoder* makes a short code, a *decoder* restores the sample. The simplest is linear, and its decoder is the encoder transposed ("tied"): $z=Wx$, $\tilde x=W^\top z$, with $W$ `(M, D)`. The data are centered already. Its error is
#
# $$\mathcal L(W)=\frac1N\sum_{n=1}^{N}\bigl\lVert x^n-W^\top W\,x^n\bigr\rVert^2,$$
#
# a SUM over features, a MEAN over samples. **This time nobody gives you the gradient.** Take a pencil:
#
# 1. Give the residual a name: $e^n=x^n-W^\top Wx^n$. How does the loss hang on it?
# 2. $W$ acts on $e$ along *two* paths: as the encoder, inside $z=Wx$, and as the decoder, in $W^\top z$. Hold one of them fixed and differentiate with respect to the other. (In chapter 4 you would have written an affine layer's `dW`, twice.)
# 3. Add the two, and write them for all samples at once, with $X$ `(N, D)` and the residuals $E$ `(N, D)`. No loop over the entries of $W$: they may be many.
#
# **Check yourself.** $N=1$, $x=(1,2)$, $W=(0.5,\,0)$: $z=0.5$, $\tilde x=(0.25,\,0)$, $\mathcal L=0.75^2+2^2=4.5625$. At $W=(0.501,\,0)$ it is $4.561000$, at $(0.5,\,0.001)$ it is $4.558993$. Does your gradient agree?
# %% [markdown] lang="zh" of="10c8"
# ## {n} 自己推导：解码器就是编码器的自编码器
#
# **自编码器**（§10.3）学着把输入再说一遍，只是中间要经过一个瓶颈：**编码器**给出短短的编码，**解码器**把样本恢复出来。最简单的是线性的，而且解码器就是编码器的转置（“权重绑定”）：$z=Wx$，$\tilde x=W^\top z$，$W$ 是 `(M, D)`。数据已经中心化。它的误差是
#
# $$\mathcal L(W)=\frac1N\sum_{n=1}^{N}\bigl\lVert x^n-W^\top W\,x^n\bigr\rVert^2$$
#
# 对特征求和，对样本取平均。**这一次没有人给出梯度。** 请拿起笔：
#
# 1. 给残差起个名字：$e^n=x^n-W^\top Wx^n$。损失怎样依赖于它？
# 2. $W$ 沿**两条**路径影响 $e$：一条是作为编码器，在 $z=Wx$ 里；一条是作为解码器，在 $W^\top z$ 里。固定其中一个，对另一个求导。（在第四章里，这就是写两遍仿射层的 `dW`。）
# 3. 两者相加，再用 $X$ `(N, D)` 和残差 $E$ `(N, D)` 一次写出所有样本的结果。不要对 $W$ 的元素循环，它们可能很多。
#
# **自己验证。** $N=1$，$x=(1,2)$，$W=(0.5,\,0)$：$z=0.5$，$\tilde x=(0.25,\,0)$，$\mathcal L=0.75^2+2^2=4.5625$。在 $W=(0.501,\,0)$ 处它是 $4.561000$，在 $(0.5,\,0.001)$ 处是 $4.558993$。你的梯度对得上吗？
# %% answer="tied_grad"
def tied_grad(W, X):
    """Gradient of the error of a tied linear autoencoder, MEAN over samples of ‖x − WᵀW x‖², with respect to W.

    W (M, D), X (N, D), centered.  M and D may be large.  Returns (M, D).
    """
    ### BEGIN SOLUTION
    E = X - X @ W.T @ W  # (N, D)
    decoder = (X @ W.T).T @ E  # (M, D)
    encoder = (E @ W.T).T @ X
    return -2 / len(X) * (decoder + encoder)
    ### END SOLUTION


# %% [markdown] docstring="tied_grad" lang="zh" of="f3a5"
# 权重绑定的线性自编码器的误差 ‖x − WᵀW x‖²（对样本取平均）对 W 的梯度。
#
# W (M, D)，X (N, D)，已经中心化。M 和 D 可能很大。返回 (M, D)。
# %% [markdown] why="tied_grad" lang="en"
# Two paths, two products, both with the residual `E`. `X @ W.T @ W` is worked out from the left, so no D × D matrix ever arises;
# `W.T @ W` first would cost a great deal for large D. The minus comes from $x-\tilde x$, the 2 from the square.
# %% [markdown] why="tied_grad" lang="zh" of="2816"
# 两条路，两个乘积，都含残差 `E`。`X @ W.T @ W` 从左往右算，不会出现 D × D 的矩阵；先算 `W.T @ W`，D 大时代价就高了。负号来自 $x-\tilde x$，2 来自平方。
# %% grading="tied_grad"
def tied_cases(rng):
    yield Case("typical", zh="一般数据", W=(normal(rng, 2, 3) * 0.6).round(2), X=normal(rng, 6, 3))
    yield Case("more features", zh="更多特征", W=(normal(rng, 3, 4) * 0.6).round(2), X=normal(rng, 5, 4))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", W=(normal(rng, 2, 4) * 0.6).round(2), X=normal(rng, 1, 4))
    yield Case("one component", zh="只有一个主成分", W=(normal(rng, 1, 3) * 0.6).round(2) + 0.01, X=normal(rng, 4, 3))


def wide_cases(rng):
    yield Case("many weights", zh="很多权重", public=False, sizes=(20, 100, 500), seed=int(rng.integers(2**31)))


def wide_gradient(impl, case):
    """Its projections on four directions, made here so that banks stay small."""
    n, m, d = case.sizes
    rng = np.random.default_rng(case.seed)
    W, X = rng.normal(size=(m, d)) / d**0.5, rng.normal(size=(n, d))
    return rng.normal(size=(4, m * d)) @ np.ravel(impl.tied_grad(W, X))


def tied_error(impl, case):
    return np.mean(np.sum((case.X - case.X @ case.W.T @ case.W) ** 2, axis=1))


@variant
def by_the_scatter(W, X):
    S = X.T @ X / len(X)
    return -4 * W @ S + 2 * W @ S @ W.T @ W + 2 * W @ W.T @ W @ S


@variant
def sample_by_sample(W, X):
    total = np.zeros(W.shape)
    for x in X:
        z = W @ x
        e = x - W.T @ z
        total = total - 2 * (np.outer(z, e) + np.outer(W @ e, x))
    return total / len(X)


Exercise(
    points=2, reference=unsupervised.tied_grad, cases=tied_cases, tolerance=CLOSED_FORM,
    gradient=Gradient(of=tied_error, wrt=("W",)), accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_gradient, **WIDE)],
    seconds=2.0,  # the many weights take a few ms; 50,000 losses some 7 s
    mistakes=[
        Mistake("encoder_path_forgotten", "(decoder + encoder)", "decoder",
            en="You have the path through the decoder alone. W stands in the encoder as well: paths add.",
            zh="你只算了经过解码器的那条路径。W 也在编码器里：路径之间相加。"),
        Mistake("decoder_path_forgotten", "(decoder + encoder)", "encoder",
            en="You have the path through the encoder alone. W stands in the decoder as well: paths add.",
            zh="你只算了经过编码器的那条路径。W 也在解码器里：路径之间相加。"),
        Mistake("both_paths_alike", "(decoder + encoder)", "(2 * decoder)",
            en="You took the decoder's path twice. The two are not the same unless W has reached its goal.",
            zh="你把解码器那条路径算了两遍。两条路径并不相同，除非 W 已经到达目标。"),
        Mistake("sign", "-2 / len(X)", "2 / len(X)",
            en="The sign is turned round: the residual is x minus its reconstruction, so W enters with a minus.",
            zh="符号反了：残差是 x 减去重建，W 前面带着负号。"),
        Mistake("factor_2_missing", "-2 / len(X)", "-1 / len(X)",
            en="Half of what it should be: the square brings a 2 down.", zh="只有应有的一半：平方求导会带下来一个 2。"),
        Mistake("sum_for_mean", "-2 / len(X)", "-2",
            en="You added up the samples. The error is a MEAN over them.", zh="你对样本求了和。误差是对样本的平均。"),
        Mistake("mean_over_features_too", "-2 / len(X)", "-2 / X.size",
            en="You took the mean over the features, too. They are summed.", zh="你对特征也取了平均。对特征是求和。"),
        Mistake("residual_without_the_decoder", "(E @ W.T).T @ X", "(X @ W.T).T @ X",
            en="On the encoder's path the residual goes back through the decoder. You sent x through it.",
            zh="在编码器那条路径上，往回走的是残差，要经过解码器。你送过去的是 x。"),
    ],
    variants=[
        Variant("turned_round", "    E = X", "    X = -X\n    E = X"),
        Variant("errors_turned_round", "    E = X - X @ W.T @ W  # (N, D)\n", "    E = -(X @ W.T @ W - X)\n"),
        Variant("one_product", "-2 / len(X) * (decoder + encoder)", "-2 / len(X) * W @ (X.T @ E + E.T @ X)"),
    ],
)
