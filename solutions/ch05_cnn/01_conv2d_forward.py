# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import cnn

from chapter import drawn_by, filters, normal, words

# %% [markdown] lang="en"
# ## {n} Convolution: one detector, everywhere
#
# An edge is an edge, wherever in the image it lies, and it takes a few pixels to see one. So let a neuron look at a small window only, and let all windows share the *same* weights (§6.1, §6.2). Those weights are a **kernel** $w$ of size $k_h\times k_w$. It stands on a window of the image,
# every entry is multiplied with the pixel below it, the products are added up, and the kernel moves on. What comes out is a new image, a **feature map**: large where the window looks like the kernel.
#
# With $C$ channels (colors, or maps of the layer before) a filter has a kernel for each channel, and adds them all up: **one filter gives one map**, and $F$ filters give $F$ maps.
#
# $$Z^n_{f,i,j}=b_f+\sum_{c=1}^{C}\sum_{u=0}^{k_h-1}\sum_{v=0}^{k_w-1} w_{f,c,u,v}\;\tilde x^n_{c,\;s\,i+u,\;s\,j+v}$$
#
# * $s$ is the **stride**: the kernel moves $s$ pixels at a time.
# * $\tilde x$ is the image with `pad` rows and columns of zeros around it, on all four sides.
# * The kernel fits $H_o=\lfloor (H+2\,\text{pad}-k_h)/s\rfloor+1$ times from top to bottom, and $W_o$ times across, in the same way.
# * The kernel is **not** turned round. In mathematics a convolution turns it by 180°; what all of deep learning calls so does not.
#
# **By hand.** One channel, $s=1$, no padding, $b=0.5$:
#
# $$x=\begin{pmatrix}1&2&0\\0&1&3\\2&1&0\end{pmatrix},\quad w=\begin{pmatrix}1&0\\0&-1\end{pmatrix}:\qquad Z=\begin{pmatrix}1-1&2-3\\0-1&1-0\end{pmatrix}+0.5=\begin{pmatrix}0.5&-0.5\\-0.5&1.5\end{pmatrix}$$
#
# **Make it fast.** You will train with this function. A loop over every pixel of every image takes minutes; a loop over the $k_h k_w$ entries of the kernel takes a second: entry $(u, v)$ meets the slice `x[:, :, u::s, v::s]` of *all* images at once (cut to $H_o\times W_o$).
# %% [markdown] lang="zh" of="a4c8"
# ## {n} 卷积：一个探测器，走遍整张图
#
# 边缘出现在图像的哪个位置都是边缘，而且只看几个像素就能认出来。那么，让一个神经元只看一个小窗口，并让所有窗口**共用**同一组权重（§6.1、§6.2）。这组权重叫作**卷积核** $w$，大小为 $k_h\times k_w$。把它放到图像的一个窗口上，
# 每个元素与下面的像素相乘，乘积全部加起来，再移到下一个位置。得到的是一张新的图，叫**特征图**：窗口越像卷积核，值就越大。
#
# 有 $C$ 个通道时（颜色，或者上一层的特征图），一个滤波器对每个通道各有一个核，结果全部相加：**一个滤波器得到一张图**，$F$ 个滤波器得到 $F$ 张。
#
# $$Z^n_{f,i,j}=b_f+\sum_{c=1}^{C}\sum_{u=0}^{k_h-1}\sum_{v=0}^{k_w-1} w_{f,c,u,v}\;\tilde x^n_{c,\;s\,i+u,\;s\,j+v}$$
#
# * $s$ 是**步幅**（stride）：卷积核每次移动 $s$ 个像素。
# * $\tilde x$ 是四周各补上 `pad` 行、`pad` 列 0 之后的图像。
# * 从上到下，卷积核能放 $H_o=\lfloor (H+2\,\text{pad}-k_h)/s\rfloor+1$ 次；从左到右的 $W_o$ 同理。
# * 卷积核**不**翻转。数学里的卷积要把核旋转 180°，而深度学习里所说的卷积都不旋转。
#
# **手算。** 一个通道，$s=1$，不填充，$b=0.5$：
#
# $$x=\begin{pmatrix}1&2&0\\0&1&3\\2&1&0\end{pmatrix},\quad w=\begin{pmatrix}1&0\\0&-1\end{pmatrix}:\qquad Z=\begin{pmatrix}1-1&2-3\\0-1&1-0\end{pmatrix}+0.5=\begin{pmatrix}0.5&-0.5\\-0.5&1.5\end{pmatrix}$$
#
# **写得快一些。** 后面要用这个函数来训练。逐张图、逐个像素地循环要好几分钟；只对核的 $k_h k_w$ 个元素循环，一秒就够：元素 $(u, v)$ 同时遇到**所有**图像的切片 `x[:, :, u::s, v::s]`（截取 $H_o\times W_o$）。
# %% answer="conv2d_forward"
def conv2d_forward(x, w, b, stride, pad):
    """Feature maps of a batch of images.

    x (N, C, H, W) images, w (F, C, kh, kw) one kernel a channel for each of F filters, b (F,) one bias a filter; stride ≥ 1
    and pad ≥ 0 (zeros on all four sides) are integers.  Returns Z (N, F, Ho, Wo) with Ho = (H + 2 pad - kh) // stride + 1.
    The kernel is not turned round.
    """
    ### BEGIN SOLUTION
    F, _, kh, kw = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    Ho, Wo = (padded.shape[2] - kh) // stride + 1, (padded.shape[3] - kw) // stride + 1
    Z = np.zeros((len(x), F, Ho, Wo))
    for u in range(kh):
        for v in range(kw):
            met = padded[:, :, u : u + stride * Ho : stride, v : v + stride * Wo : stride]  # (N, C, Ho, Wo)
            Z += np.einsum("fc,nchw->nfhw", w[:, :, u, v], met)
    return Z + b[:, None, None]
    ### END SOLUTION


# %% [markdown] docstring="conv2d_forward" lang="zh" of="4c01"
# 一批图像的特征图。
#
# x (N, C, H, W) 是图像；w (F, C, kh, kw)，F 个滤波器对每个通道各有一个核；b (F,)，每个滤波器一个偏置；
# stride ≥ 1 和 pad ≥ 0（四周补的 0）是整数。返回 Z (N, F, Ho, Wo)，其中 Ho = (H + 2 pad - kh) // stride + 1。
# 卷积核不翻转。
# %% [markdown] why="conv2d_forward" lang="en"
# The end `u + stride * Ho` gives every slice exactly $H_o$ rows, even where pixels are left over, so that all of them can be added up. `fc,nchw` sums the channels away and keeps the filters apart.
# %% [markdown] why="conv2d_forward" lang="zh" of="e5f0"
# 切片的终点取 `u + stride * Ho`，即使边上有多余的像素，每个切片也恰好是 $H_o$ 行，才能逐个相加。`fc,nchw` 把通道求和求掉，滤波器则各自保留。
# %% grading="conv2d_forward"
def inputs(rng, shape, f, kh, kw, stride=1, pad=0):
    return {"x": normal(rng, *shape), **filters(rng, f, shape[1], kh, kw), "stride": stride, "pad": pad}


def plain_cases(rng):
    yield Case("typical", zh="一般数据", **inputs(rng, (2, 3, 5, 4), 4, 3, 3))


def edge_cases(rng):
    yield Case("one image, one channel, one filter", zh="一张图、一个通道、一个滤波器", **inputs(rng, (1, 1, 4, 6), 1, 3, 3))
    yield Case("a kernel of 2 × 3", zh="2 × 3 的核", **inputs(rng, (2, 2, 4, 5), 3, 2, 3))
    yield Case("a kernel as large as the image", zh="核与图像一样大", public=False, **inputs(rng, (3, 2, 3, 4), 2, 3, 4))
    yield Case("a kernel of one pixel", zh="一个像素的核", public=False, **inputs(rng, (2, 3, 3, 2), 2, 1, 1))


def stride_cases(rng):
    yield Case("stride 2", zh="步幅为 2", **inputs(rng, (1, 2, 7, 5), 3, 3, 3, stride=2))
    yield Case("stride 2, not all pixels reached", zh="步幅为 2，有的像素碰不到", **inputs(rng, (1, 1, 6, 8), 2, 3, 3, stride=2))
    yield Case("padding 1", zh="填充 1", **inputs(rng, (2, 1, 4, 3), 2, 3, 3, pad=1))
    yield Case("stride 3, padding 2", zh="步幅 3，填充 2", **inputs(rng, (1, 2, 5, 6), 2, 3, 3, stride=3, pad=2))


def moved_cases(rng):
    yield Case("an image and the same moved", zh="一张图，和移动之后的它", **inputs(rng, (1, 2, 5, 6), 2, 2, 3))


def maps_of_a_moved_image(impl, case):
    """The maps of an image moved down by 1 and right by 2, and how they differ from the maps moved likewise."""
    moved = np.zeros(case.x.shape)
    moved[:, :, 1:, 2:] = case.x[:, :, :-1, :-2]
    before, after = (np.asarray(impl.conv2d_forward(x, case.w, case.b, 1, 0), dtype=float) for x in (case.x, moved))
    return {"maps": before, "maps that did not move along": after[:, :, 1:, 2:] - before[:, :, :-1, :-2]}


@variant
def patch_by_patch(x, w, b, stride, pad):
    F, _, kh, kw = w.shape
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    N, _, H, W = x.shape
    Z = np.zeros((N, F, (H - kh) // stride + 1, (W - kw) // stride + 1))
    for n, f, i, j in np.ndindex(*Z.shape):
        patch = x[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
        Z[n, f, i, j] = np.sum(patch * w[f]) + b[f]
    return Z


@variant
def windows_in_columns(x, w, b, stride, pad):
    x = np.pad(np.asarray(x, dtype=np.float32), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(2, 3))[:, :, ::stride, ::stride]
    columns = windows.transpose(0, 2, 3, 1, 4, 5).reshape(*windows.shape[:1], *windows.shape[2:4], -1)
    return np.moveaxis(columns @ w.reshape(len(w), -1).T + b, 3, 1)


@mistake(
    en="You padded what came out, not what goes in. The zeros belong around the image, so that the kernel can stand on its border.",
    zh="你填充的是输出，不是输入。0 要补在图像四周，卷积核才能放到图像的边上。",
)
def padded_afterwards(x, w, b, stride, pad):
    F, _, kh, kw = w.shape
    Ho, Wo = (x.shape[2] - kh) // stride + 1, (x.shape[3] - kw) // stride + 1
    Z = np.zeros((len(x), F, Ho, Wo)) + b[:, None, None]
    for u in range(kh):
        for v in range(kw):
            met = x[:, :, u : u + stride * Ho : stride, v : v + stride * Wo : stride]
            Z += np.einsum("fc,nchw->nfhw", w[:, :, u, v], met)
    return np.pad(Z, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


@mistake(
    en="Right while the stride is 1. For a larger one you kept the first rows and columns of the maps; the kernel has to move `stride` pixels at a time, from one end of the image to the other.",
    zh="步幅为 1 时是对的。步幅更大时，你只是截取了特征图开头的几行几列；卷积核应当每次移动 `stride` 个像素，从图像的一头走到另一头。",
)
def stride_ignored(x, w, b, stride, pad):
    F, _, kh, kw = w.shape
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    Ho, Wo = (padded.shape[2] - kh) // stride + 1, (padded.shape[3] - kw) // stride + 1
    Z = np.zeros((len(x), F, Ho, Wo)) + b[:, None, None]
    for u in range(kh):
        for v in range(kw):
            Z += np.einsum("fc,nchw->nfhw", w[:, :, u, v], padded[:, :, u : u + Ho, v : v + Wo])
    return Z


Exercise(
    points=4, reference=cnn.conv2d_forward, cases=plain_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("stride", stride_cases, en="Stride and padding", zh="步幅与填充"),
        Group("moved", moved_cases, observe=maps_of_a_moved_image,
            en="The maps move with the image", zh="特征图随图像一起移动"),
    ],
    mistakes=[
        Mistake("kernel_turned_round", "w[:, :, u, v], met", "w[:, :, kh - 1 - u, kw - 1 - v], met",
            en="Your kernel is turned by 180°, as in a mathematician's convolution. In deep learning it stays as it is: its upper left entry meets the upper left pixel of the window.",
            zh="你把卷积核旋转了 180°，那是数学里的卷积。深度学习里核保持原样：核的左上角遇到的是窗口的左上角。"),
        Mistake("first_channel_alone", "w[:, :, u, v], met", "w[:, :1, u, v], met[:, :1]",
            en="Only the first channel is seen. A filter has a kernel for each channel, and the results of all channels add up in one map.",
            zh="你只看了第一个通道。滤波器对每个通道各有一个核，所有通道的结果要加到同一张图里。"),
        Mistake("channels_averaged", "w[:, :, u, v], met", "w[:, :, u, v] / w.shape[1], met",
            en="You took the mean over the channels. A map is the SUM over all channels and all entries of the kernel.",
            zh="你对通道取了平均。特征图是对所有通道、核的所有元素**求和**。"),
        Mistake("one_place_too_few", "(padded.shape[2] - kh) // stride + 1, (padded.shape[3] - kw) // stride + 1",
            "(padded.shape[2] - kh) // stride, (padded.shape[3] - kw) // stride",
            en="Your maps lack their last row and column. A kernel of 3 fits on 5 pixels three times, not two: count the first place too.",
            zh="特征图少了最后一行和最后一列。宽 3 的核在 5 个像素上能放三次，不是两次：第一个位置也要数。"),
        Mistake("padded_on_one_side", "(pad, pad), (pad, pad)))", "(pad, 0), (pad, 0)))",
            en="The zeros stand above and on the left only. Pad all four sides, so that H grows by 2·pad.",
            zh="0 只补在了上边和左边。四边都要补，H 会增加 2·pad。"),
        Mistake("border_repeated", "(pad, pad), (pad, pad)))", '(pad, pad), (pad, pad)), mode="edge")',
            en="You repeat the border pixels outwards. Here the padding is zeros.",
            zh="你把边上的像素向外复制了。这里填充的是 0。"),
        Mistake("kernel_transposed", "w[:, :, u, v], met", "w.swapaxes(2, 3)[:, :, u % kw, v % kh], met",
            en="Rows and columns of the kernel are exchanged: its first spatial axis goes down the image, its second across.",
            zh="卷积核的行和列颠倒了：它的第一个空间轴沿图像向下，第二个向右。"),
        Mistake("bias_missing", "return Z + b[:, None, None]", "return Z",
            en="The weighted sums are right, but the bias is missing: every entry of map f gets the number b_f.",
            zh="加权和是对的，但没有加偏置：第 f 张图的每个元素都要加上 b_f。"),
        Mistake("bias_for_every_product", "return Z + b[:, None, None]", "return Z + kh * kw * b[:, None, None]",
            en="The bias is added once for every entry of the kernel. It is added once for every entry of the map.",
            zh="核的每个元素都加了一次偏置。偏置对特征图的每个元素只加一次。"),
        Mistake("filters_added_up", "return Z + b[:, None, None]", "return np.sum(Z + b[:, None, None], axis=1, keepdims=True)",
            en="The maps of all filters are added up to one. Channels are summed, filters are not: F filters give F maps.",
            zh="所有滤波器的图加成了一张。求和的是通道，不是滤波器：F 个滤波器得到 F 张图。"),
    ],
    variants=[
        Variant("tensordot", 'np.einsum("fc,nchw->nfhw", w[:, :, u, v], met)',
            "np.moveaxis(np.tensordot(w[:, :, u, v], met, axes=(1, 1)), 0, 1)"),
        Variant("lists_of_lists", "return Z + b[:, None, None]", "return (Z + b[:, None, None]).tolist()"),
    ],
)


# %% [markdown] lang="en"
# Before anything is learnt, look at what kernels *can* see. Your function takes three digits and four kernels that were made by hand.
# %% [markdown] lang="zh" of="ddcc"
# 先不谈学习，看看卷积核**能**看见什么。下面用你的函数处理三个数字，四个核都是手工设计的。
# %% demo="feature_maps"
@drawn_by("conv2d_forward")
def feature_maps(plt):
    from sklearn.datasets import load_digits

    images = load_digits().images / 16
    picture = np.pad(np.concatenate([np.pad(images[k], 1) for k in (4, 7, 2)], axis=1), 1)  # (12, 32)
    kernels = {
        words(en="ink below, paper above", zh="下面是墨，上面是纸"): [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
        words(en="ink on the right, paper on the left", zh="右边是墨，左边是纸"): [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
        words(en="a stroke like /", zh="像 / 这样的一笔"): [[-1, -1, 2], [-1, 2, -1], [2, -1, -1]],
        words(en="the mean of nine", zh="九个像素的平均"): np.full((3, 3), 1 / 9),
    }
    w = np.array(list(kernels.values()), dtype=float)[:, None]  # (4, 1, 3, 3)
    maps = np.asarray(conv2d_forward(picture[None, None], w, np.zeros(4), 1, 1))[0]
    _, axes = plt.subplots(5, 2, figsize=(8.5, 8.5), layout="constrained", width_ratios=[1, 5])
    axes[0, 0].axis("off")
    axes[0, 1].imshow(picture, cmap="gray_r")
    axes[0, 1].set_title(words(en="three digits", zh="三个数字"))
    for (left, right), kernel, seen, name in zip(axes[1:], w[:, 0], maps, kernels, strict=True):
        left.imshow(kernel, cmap="RdBu_r", vmin=-2, vmax=2)
        right.imshow(seen, cmap="RdBu_r", vmin=-3, vmax=3)
        right.set_title(name, fontsize=10)
    for axis in axes.ravel():
        axis.set(xticks=[], yticks=[])
    plt.show()


# %% [markdown] lang="en"
# What you should see. On the left the kernels (red positive, blue negative), on the right their maps. The first kernel is red at the upper edges of strokes and blue at the lower ones; the second does the same sideways and does not see a horizontal stroke at all; the third lights up where a stroke rises to the right; the last one blurs. Nobody will choose kernels by hand from here on: gradient descent does.
# %% [markdown] lang="zh" of="ae69"
# 你应当看到：左边是核（红为正，蓝为负），右边是它们的特征图。第一个核在笔画的上缘为红，下缘为蓝；第二个核在左右方向上做同样的事，对水平的笔画毫无反应；第三个核在向右上升的笔画处亮起来；最后一个核让图像变模糊。从这里往后，再也没有人手工挑选卷积核：交给梯度下降。
