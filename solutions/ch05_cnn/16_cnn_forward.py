# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import cnn

from chapter import cnn_and_images, conv2d_forward, flatten, maxpool_forward

# %% [markdown] lang="en"
# ## {n} A small net, forward
#
# The parts make a net, in the notes' order (§6.1): convolve, bend, pool, flatten, and one dense layer that turns features into scores.
#
# | step | what | shape |
# |---|---|---|
# | | images `X` | $(N, C, H, W)$, $H$ and $W$ even |
# | `Z` | convolution with `w` $(F, C, 3, 3)$ and `b` $(F,)$, stride 1, padding 1 | $(N, F, H, W)$ |
# | `A` | ReLU | $(N, F, H, W)$ |
# | `P` | max pooling, $2\times2$, stride 2 | $(N, F, H/2, W/2)$ |
# | | flatten | $(N, F\cdot H/2\cdot W/2)$ |
# | scores | dense layer with `W` $(F\cdot H/2\cdot W/2, K)$ and `c` $(K,)$, no activation | $(N, K)$ |
#
# Padding 1 keeps the size, so that the border counts as much as the middle. `params` is a dict with the keys `w`, `b`, `W`, `c`. As in chapter 4 the function returns the scores and a dict of what the way back will need: `Z`, `A` and `P`.
#
# **By hand.** One image $\begin{pmatrix}1&2\\3&4\end{pmatrix}$; one filter whose kernel is 1 in the middle and 0 elsewhere, $b=-1.5$; $W=(1, -1)$, $c=(0, 3)$. Then $Z=\begin{pmatrix}-0.5&0.5\\1.5&2.5\end{pmatrix}$, $A=\begin{pmatrix}0&0.5\\1.5&2.5\end{pmatrix}$, $P=(2.5)$, and the scores are $(2.5, 0.5)$.
# %% [markdown] lang="zh" of="9e08"
# ## {n} 一个小网络：前向
#
# 现在把零件装成网络，次序与讲义相同（§6.1）：卷积、激活、池化、展平，最后用一个全连接层把特征变成得分。
#
# | 步骤 | 做什么 | 形状 |
# |---|---|---|
# | | 图像 `X` | $(N, C, H, W)$，$H$、$W$ 是偶数 |
# | `Z` | 卷积，`w` $(F, C, 3, 3)$、`b` $(F,)$，步幅 1，填充 1 | $(N, F, H, W)$ |
# | `A` | ReLU | $(N, F, H, W)$ |
# | `P` | 最大池化，$2\times2$，步幅 2 | $(N, F, H/2, W/2)$ |
# | | 展平 | $(N, F\cdot H/2\cdot W/2)$ |
# | 得分 | 全连接层，`W` $(F\cdot H/2\cdot W/2, K)$、`c` $(K,)$，不激活 | $(N, K)$ |
#
# 填充 1 使大小不变，边缘的像素与中间的同样受重视。`params` 是字典，键为 `w`、`b`、`W`、`c`。与第四章一样，函数返回得分，以及一个字典，装着往回走时要用的 `Z`、`A`、`P`。
#
# **手算。** 一张图像 $\begin{pmatrix}1&2\\3&4\end{pmatrix}$；一个滤波器，核的中间是 1，其余是 0，$b=-1.5$；$W=(1, -1)$，$c=(0, 3)$。那么 $Z=\begin{pmatrix}-0.5&0.5\\1.5&2.5\end{pmatrix}$，$A=\begin{pmatrix}0&0.5\\1.5&2.5\end{pmatrix}$，$P=(2.5)$，得分为 $(2.5, 0.5)$。
# %% answer="cnn_forward"
def cnn_forward(params, X):
    """Scores of a net: convolution (stride 1, padding 1), ReLU, 2 × 2 max pooling, flatten, dense layer.

    params: w (F, C, 3, 3), b (F,), W (F·H/2·W/2, K), c (K,); X (N, C, H, W) with H and W even.
    Returns (scores, cache): scores (N, K), without activation, and a dict with Z and A (N, F, H, W), the maps before and
    after the ReLU, and P (N, F, H/2, W/2), the pooled ones.
    """
    ### BEGIN SOLUTION
    Z = conv2d_forward(X, params["w"], params["b"], 1, 1)
    A = np.maximum(Z, 0)
    P = maxpool_forward(A, 2, 2)
    scores = flatten(P) @ params["W"] + params["c"]  # (N, K)
    return scores, {"Z": Z, "A": A, "P": P}
    ### END SOLUTION


# %% [markdown] docstring="cnn_forward" lang="zh" of="456a"
# 网络的得分：卷积（步幅 1，填充 1）、ReLU、2 × 2 最大池化、展平、全连接层。
#
# params：w (F, C, 3, 3)，b (F,)，W (F·H/2·W/2, K)，c (K,)；X (N, C, H, W)，H 和 W 是偶数。
# 返回 (scores, cache)：scores (N, K)，不激活；cache 是字典，Z、A (N, F, H, W) 是 ReLU 之前、之后的特征图，
# P (N, F, H/2, W/2) 是池化之后的。
# %% [markdown] why="cnn_forward" lang="en"
# Nothing but functions that are tested already, in the right order. The cache keeps what the way back has to ask: of `Z`, who was open; of
# `A`, who won its window; of `P`, what the dense layer saw. The scores stay raw, since the softmax belongs to the loss.
# %% [markdown] why="cnn_forward" lang="zh" of="f4a5"
# 全是已经检验过的函数，按次序接起来即可。缓存里留着反向时要查的东西：`Z` 说谁是打开的，`A` 说每个窗口谁赢了，`P` 是全连接层看到的输入。得分不加激活，softmax 属于损失那一边。
# %% grading="cnn_forward"
def net_cases(rng):
    yield Case("typical", zh="一般数据", **cnn_and_images(rng, 2, 1, (4, 6), 3, 4))


def edge_cases(rng):
    yield Case("one image, one channel, one filter", zh="一张图、一个通道、一个滤波器", **cnn_and_images(rng, 1, 1, (4, 4), 1, 3))
    yield Case("images of 2 × 4", zh="2 × 4 的图像", **cnn_and_images(rng, 2, 3, (2, 4), 2, 3))


@variant
def window_views(params, X):
    padded = np.pad(X, ((0, 0), (0, 0), (1, 1), (1, 1)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(2, 3))
    Z = np.tensordot(windows, params["w"], axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)
    Z = Z + params["b"].reshape(1, -1, 1, 1)
    A = np.where(Z > 0, Z, 0)
    P = A.reshape(*A.shape[:2], A.shape[2] // 2, 2, A.shape[3] // 2, 2).max(axis=(3, 5))
    return np.einsum("nd,dk->nk", P.reshape(len(X), -1), params["W"]) + params["c"], {"P": P, "A": A, "Z": Z}


@variant
def pooled_before_the_relu(params, X):
    Z = conv2d_forward(X, params["w"], params["b"], 1, 1)
    P = np.maximum(maxpool_forward(Z, 2, 2), 0)
    return flatten(P) @ params["W"] + params["c"], {"Z": Z, "A": Z * (np.asarray(Z) > 0), "P": P}


Exercise(
    points=2, reference=cnn.cnn_forward, cases=net_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("relu_missing", "np.maximum(Z, 0)", "Z",
            en="Nothing bends: `A` equals `Z`. Without a ReLU convolution and dense layer together are one linear map.",
            zh="没有激活：`A` 和 `Z` 一样。没有 ReLU，卷积加全连接合起来只是一个线性映射。"),
        Mistake("relu_on_the_scores", "flatten(P) @ params[\"W\"] + params[\"c\"]", "np.maximum(flatten(P) @ params[\"W\"] + params[\"c\"], 0)",
            en="The scores went through a ReLU too. The last layer has no activation: a score may be negative.",
            zh="得分也经过了 ReLU。最后一层不激活：得分可以是负数。"),
        Mistake("sigmoid_for_relu", "np.maximum(Z, 0)", "1 / (1 + np.exp(-Z))",
            en="The activation is a sigmoid. This net bends by a ReLU.",
            zh="激活函数用成了 sigmoid。这个网络用 ReLU。"),
        Mistake("average_pooling", "maxpool_forward(A, 2, 2)",
            "A.reshape(*A.shape[:2], A.shape[2] // 2, 2, A.shape[3] // 2, 2).mean(axis=(3, 5))",
            en="You pooled by the mean. The greatest entry of each window is kept.",
            zh="你取的是平均池化。应当留下每个窗口里最大的元素。"),
        Mistake("relu_not_passed_on", "maxpool_forward(A, 2, 2)", "maxpool_forward(Z, 2, 2)",
            en="`A` is right but is not used: what is pooled are the maps *before* the ReLU.",
            zh="`A` 是对的，但没有用上：被池化的是 ReLU **之前**的图。"),
        Mistake("bias_of_the_scores_missing", " + params[\"c\"]", "",
            en="The scores lack their bias `c`.",
            zh="得分没有加偏置 `c`。"),
        Mistake("channels_last", "flatten(P) @", "flatten(np.moveaxis(P, 1, -1)) @",
            en="`P` is flattened with its channels last, so its numbers meet the wrong rows of `W`. Your `flatten` has the right order.",
            zh="`P` 展平时把通道放到了最后，数与 `W` 的行对不上了。你的 `flatten` 次序是对的。"),
        Mistake("z_kept_for_a", '"A": A', '"A": Z',
            en="The scores are right, but the cache holds the maps before the ReLU under the name `A`.",
            zh="得分是对的，但 cache 里名为 `A` 的，存的是 ReLU 之前的图。"),
        Mistake("kernel_turned_round", 'conv2d_forward(X, params["w"]', 'conv2d_forward(X, params["w"][:, :, ::-1, ::-1]',
            en="The kernels are turned by 180°. Pass `w` on as it is.",
            zh="卷积核旋转了 180°。`w` 要原样传下去。"),
    ],
    variants=[Variant("float32", '{"Z": Z, "A": A, "P": P}', '{"Z": Z, "A": A.astype(np.float32), "P": P}')],
)
