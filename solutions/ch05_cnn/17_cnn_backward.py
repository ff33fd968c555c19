# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, variant
from reference import cnn

from chapter import (
    WIDE,
    cnn_and_images,
    cnn_forward,
    conv2d_backward,
    drawn_by,
    flatten,
    maxpool_backward,
    normal,
    unflatten,
    words,
)

# %% [markdown] lang="en"
# ## {n} A small net, backward
#
# Walk the table of {ref:cnn_forward} from the bottom to the top, and let every step give back what it received: the dense layer as in chapter 4, then `unflatten`, `maxpool_backward`, the ReLU (0 where $Z$ was not positive), `conv2d_backward`.
#
# The function does not know any loss. It is given `dscores` $=\partial(\text{something})/\partial\,\text{scores}$ and returns the gradients of that something, with respect to the parameters **and to the images**. So one function serves three ends in this chapter:
#
# | what is differentiated | `dscores` | used in |
# |---|---|---|
# | the cross-entropy, a SUM | `softmax(scores) - one_hot(y, K)` | training, {ref:train_cnn} |
# | the cross-entropy, in the image | the same | fooling the net, {ref:fgsm} |
# | the score of class $k$ | row $k$ of the identity | asking what a unit looks for, {ref:activation_maximize} |
#
# **By hand.** The example of {ref:cnn_forward} with `dscores` $=(1, 0)$. $dW=(2.5, 0)$, $dc=(1, 0)$, $dP=1\cdot1+0\cdot(-1)=1$. The winner was the lower right pixel, and its $Z$ was positive: $dZ=\begin{pmatrix}0&0\\0&1\end{pmatrix}$. So $db=1$, $dw$ is the window around that pixel, $\begin{pmatrix}1&2&0\\3&4&0\\0&0&0\end{pmatrix}$, and $dX=\begin{pmatrix}0&0\\0&1\end{pmatrix}$.
# %% [markdown] lang="zh" of="a1e7"
# ## {n} 一个小网络：反向
#
# 把 {ref:cnn_forward} 的表从下往上走一遍，每一步把收到的传回去：全连接层与第四章相同，然后是 `unflatten`、`maxpool_backward`、ReLU（$Z$ 不为正处为 0）、`conv2d_backward`。
#
# 这个函数不管损失是什么。它得到 `dscores` $=\partial(\text{某个量})/\partial\,\text{得分}$，返回那个量对参数**以及对图像**的梯度。所以在本章里，一个函数有三种用处：
#
# | 对什么求导 | `dscores` | 用在 |
# |---|---|---|
# | 交叉熵（求和） | `softmax(scores) - one_hot(y, K)` | 训练，{ref:train_cnn} |
# | 交叉熵，对图像求导 | 同上 | 愚弄网络，{ref:fgsm} |
# | 第 $k$ 类的得分 | 单位矩阵的第 $k$ 行 | 问一个神经元在找什么，{ref:activation_maximize} |
#
# **手算。** 沿用 {ref:cnn_forward} 的例子，设 `dscores` $=(1, 0)$。$dW=(2.5, 0)$，$dc=(1, 0)$，$dP=1\cdot1+0\cdot(-1)=1$。胜者是右下角的像素，它的 $Z$ 为正：$dZ=\begin{pmatrix}0&0\\0&1\end{pmatrix}$。所以 $db=1$，$dw$ 就是那个像素周围的窗口 $\begin{pmatrix}1&2&0\\3&4&0\\0&0&0\end{pmatrix}$，$dX=\begin{pmatrix}0&0\\0&1\end{pmatrix}$。
# %% answer="cnn_backward"
def cnn_backward(params, X, cache, dscores):
    """Gradients through the net of `cnn_forward`.

    params and X (N, C, H, W) as there, cache the dict that it returned with Z, A and P; dscores (N, K) is the gradient with
    respect to the scores.  Returns (grads, dX): a dict with the keys of params, SUMS over the images, and dX of X's shape.
    """
    ### BEGIN SOLUTION
    dP = unflatten(dscores @ params["W"].T, *cache["P"].shape[1:])
    dA = maxpool_backward(dP, cache["A"], 2, 2)
    dZ = dA * (cache["Z"] > 0)
    dX, dw, db = conv2d_backward(dZ, X, params["w"], 1, 1)
    grads = {"w": dw, "b": db, "W": flatten(cache["P"]).T @ dscores, "c": dscores.sum(axis=0)}
    return grads, dX
    ### END SOLUTION


# %% [markdown] docstring="cnn_backward" lang="zh" of="66a3"
# 穿过 `cnn_forward` 的网络的梯度。
#
# params 和 X (N, C, H, W) 与那里相同，cache 是它返回的字典，含 Z、A、P；dscores (N, K) 是对得分的梯度。
# 返回 (grads, dX)：grads 是与 params 键相同的字典，对所有图像求和；dX 与 X 形状相同。
# %% [markdown] why="cnn_backward" lang="en"
# Each layer is undone with what it saw itself: pooling looks for its winner in `A`, the ReLU for its sign in `Z`. In a window that is
# closed altogether `A` is all 0 and the winner arbitrary, but then `Z > 0` stops the gradient whoever it was.
# %% [markdown] why="cnn_backward" lang="zh" of="d786"
# 每一层都用它自己当初看到的东西往回走：池化在 `A` 里找胜者，ReLU 看 `Z` 的符号。若整个窗口都关着，`A` 全是 0，谁是胜者并无定论；不过无论是谁，`Z > 0` 都会把梯度挡住。
# %% grading="cnn_backward"
def inputs(rng, n, c, side, f, k):
    return {**cnn_and_images(rng, n, c, side, f, k), "dscores": normal(rng, n, k)}


def net_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, 2, 1, (4, 6), 3, 4))


def edge_cases(rng):
    yield Case("one image, one channel, one filter", zh="一张图、一个通道、一个滤波器", **inputs(rng, 1, 1, (4, 4), 1, 3))
    yield Case("images of 2 × 4", zh="2 × 4 的图像", **inputs(rng, 2, 3, (2, 4), 2, 3))


def wide_cases(rng):
    yield Case("large images", zh="很大的图像", public=False, seed=int(rng.integers(2**31)))


def net_gradients(impl, case):
    _, cache = impl.cnn_forward(case.params, case.X)
    return impl.cnn_backward(case.params, case.X, cache, case.dscores)


def wide_gradients(impl, case):
    """Their projections on four directions, made here so that banks stay small."""
    rng = np.random.default_rng(case.seed)
    shapes = {"w": (8, 1, 3, 3), "b": (8,), "W": (3200, 10), "c": (10,)}
    params = {name: rng.normal(size=shape) / shape[0] ** 0.5 for name, shape in shapes.items()}
    X, dscores = rng.normal(size=(2, 1, 40, 40)), rng.normal(size=(2, 10))
    _, cache = impl.cnn_forward(params, X)
    grads, dX = impl.cnn_backward(params, X, cache, dscores)
    ways = {name: rng.integers(-2, 3, (4, np.size(params[name]))) for name in params}
    seen = {name: ways[name] @ np.ravel(grads[name]) for name in params}
    return {**seen, "X": rng.integers(-2, 3, (4, X.size)) @ np.ravel(dX)}


def weighted_scores(impl, case):
    scores, _ = impl.cnn_forward(case.params, case.X)
    return np.sum(case.dscores * np.asarray(scores).reshape(case.dscores.shape))


@variant
def image_by_image(params, X, cache, dscores):
    C = X.shape[1]
    grads, dX = {name: np.zeros(value.shape) for name, value in params.items()}, np.zeros(X.shape)
    for n in range(len(X)):
        Z, P = np.asarray(cache["Z"])[n], np.asarray(cache["P"])[n]
        grads["W"] += np.outer(P, dscores[n])
        grads["c"] += dscores[n]
        dP = (params["W"] @ dscores[n]).reshape(P.shape)
        winners = (np.kron(P, np.ones((1, 2, 2))) == Z) & (Z > 0)
        dZ = np.kron(dP, np.ones((1, 2, 2))) * winners
        grads["b"] += dZ.sum(axis=(1, 2))
        padded, dpadded = np.pad(X[n], ((0, 0), (1, 1), (1, 1))), np.zeros((C, X.shape[2] + 2, X.shape[3] + 2))
        for f, i, j in np.argwhere(dZ):
            grads["w"][f] += dZ[f, i, j] * padded[:, i : i + 3, j : j + 3]
            dpadded[:, i : i + 3, j : j + 3] += dZ[f, i, j] * params["w"][f]
        dX[n] = dpadded[:, 1:-1, 1:-1]
    return grads, dX


Exercise(
    points=4, reference=cnn.cnn_backward, cases=net_cases, observe=net_gradients, tolerance=CLOSED_FORM,
    gradient=Gradient(of=weighted_scores, wrt=("params", "X")), accepts=("integers",), forbids=FROM_SCRATCH, seconds=5.0,
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=wide_gradients, **WIDE)],
    mistakes=[
        Mistake("relu_slope_forgotten", 'dA * (cache["Z"] > 0)', "dA",
            en="`W` and `c` are right. Farther back a ReLU that was closed lets your gradient through: where Z was not positive it is 0.",
            zh="`W` 和 `c` 是对的。再往回，关闭着的 ReLU 却让梯度通过了：Z 不为正处应当是 0。"),
        Mistake("relu_open_where_negative", 'cache["Z"] > 0', 'cache["Z"] < 0',
            en="Your ReLU is open where it should be closed.",
            zh="你的 ReLU 该关的地方开着，该开的地方关着。"),
        Mistake("multiplied_by_the_activation", 'dA * (cache["Z"] > 0)', 'dA * cache["A"]',
            en="You multiplied by the activation. The slope of a ReLU is 1 where it is open, however large its value.",
            zh="你乘上的是激活值。ReLU 打开处的斜率是 1，与值的大小无关。"),
        Mistake("spread_over_the_window", 'maxpool_backward(dP, cache["A"], 2, 2)', "np.kron(dP, np.ones((1, 1, 2, 2))) / 4",
            en="Behind the pooling your gradient is spread evenly over each window. Only the pixel that was kept gets it.",
            zh="过了池化层，你的梯度平均分给了窗口里的每个像素。只有被留下的那个像素才有。"),
        Mistake("all_pixels_get_the_whole", 'maxpool_backward(dP, cache["A"], 2, 2)', "np.kron(dP, np.ones((1, 1, 2, 2)))",
            en="Behind the pooling every pixel of a window gets the whole gradient. Only the one that was kept gets it.",
            zh="过了池化层，窗口里每个像素都得到了全部梯度。只有被留下的那个像素才有。"),
        Mistake("divided_by_n", 'unflatten(dscores @ params["W"].T', 'unflatten(dscores / len(X) @ params["W"].T',
            en="The gradients of the convolution are divided by the number of images, those of the dense layer are not. All are SUMS.",
            zh="卷积的梯度除以了图像张数，全连接层的却没有。全都应当**求和**。"),
        Mistake("dw_from_the_activations_before_pooling", 'flatten(cache["P"]).T @ dscores',
            'flatten(cache["A"][:, :, ::2, ::2]).T @ dscores',
            en="The gradient of `W` takes the upper left pixel of each window. The dense layer saw the pooled maps P.",
            zh="`W` 的梯度用的是每个窗口左上角的像素。全连接层看到的是池化后的 P。"),
        Mistake("bias_gradient_a_mean", "dscores.sum(axis=0)", "dscores.mean(axis=0)",
            en="The gradient of `c` is a mean. All gradients here are SUMS over the images.",
            zh="`c` 的梯度取了平均。这里所有梯度都对图像**求和**。"),
        Mistake("sign", "return grads, dX", "return {name: -value for name, value in grads.items()}, -dX",
            en="Every gradient has the wrong sign.",
            zh="所有梯度的符号都反了。"),
    ],
    variants=[
        Variant("open_at_the_kink", 'cache["Z"] > 0', 'cache["Z"] >= 0'),
        Variant("open_where_a_is_positive", 'dA * (cache["Z"] > 0)', 'np.where(np.asarray(cache["A"]) > 0, dA, 0)'),
        Variant("float32", "return grads, dX", "return grads, dX.astype(np.float32)"),
    ],
)


# %% [markdown] lang="en"
# Two checks that you can always make by yourself: is it *right*, against differences of a loss; and is it *fast enough* to train with?
# %% [markdown] lang="zh" of="2bd3"
# 有两件事你随时可以自己检验：它**对**吗，与损失的差分比一比；它够**快**吗，能不能拿来训练？
# %% demo="right_and_fast"
@drawn_by("cnn_forward", "cnn_backward")
def right_and_fast(plt):
    from time import process_time

    rng = np.random.default_rng(0)
    shapes = {"w": (8, 1, 3, 3), "b": (8,), "W": (128, 10), "c": (10,)}
    params = {name: rng.normal(size=shape) / 4 for name, shape in shapes.items()}
    X, dscores = rng.normal(size=(100, 1, 8, 8)), rng.normal(size=(100, 10))
    began = process_time()
    grads, _ = cnn_backward(params, X, cnn_forward(params, X)[1], dscores)
    took = process_time() - began

    def along(name, way, h):
        moved = {**params, name: params[name] + h * way}
        return np.sum(dscores * cnn_forward(moved, X)[0])

    for name in params:
        way = rng.normal(size=params[name].shape)
        slope = (along(name, way, 1e-6) - along(name, way, -1e-6)) / 2e-6
        yours = f"{np.sum(way * grads[name]):12.6f}"
        print(words(
            en=f"d{name}: along a random direction {yours}, by differences {slope:12.6f}",
            zh=f"d{name}：沿一个随机方向 {yours}，用差分 {slope:12.6f}",
        ))  # fmt: skip
    print(words(
        en=f"100 digits forward and back: {1000 * took:.0f} ms. Training takes about 100 times as long; 20 ms are good, 200 are too many.",
        zh=f"100 个数字前向加反向：{1000 * took:.0f} 毫秒。训练大约要它的 100 倍；20 毫秒很好，200 毫秒就太慢了。",
    ))  # fmt: skip
