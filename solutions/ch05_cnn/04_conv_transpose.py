# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import cnn

from chapter import WIDE, conv2d_backward, normal

# %% [markdown] lang="en"
# ## {n} Derive it: what the transpose of a convolution does
#
# The matrix of {ref:conv_as_dense} leads from images to maps: $\text{flatten}(x)\,M=\text{flatten}(Z)$. Its transpose leads back, from maps to images: $\text{flatten}(z)\,M^\top=\text{flatten}(x)$. Nets that *draw* are built of it (generators, the second half of an autoencoder in chapter 9), under the name of *transposed convolution*.
#
# With a stride $s$ there is such a matrix too, and the image that goes with maps of $H_o\times W_o$ has $(H_o-1)s+k_h$ rows and $(W_o-1)s+k_w$ columns: just as many as the windows cover.
#
# **Find out what $M^\top$ does, and do it without ever building $M$.** Take a pencil:
#
# 1. Let $z$ be 0 but for a single 1, at position $(i, j)$ of map $f$. Which row of $M^\top$ is picked out? What does it look like as an image?
# 2. Now $z$ is any map: a sum of such ones. Where two of their images overlap, what happens?
# 3. You have computed this before, in {ref:conv2d_backward}, under another name. Why must that be so?
#
# **Check yourself** before you run the check. One channel, one filter, $w=\begin{pmatrix}1&2\end{pmatrix}$ (one row). For $z=(3, 5)$ and $s=1$ the image has 3 pixels. Build $M$ from the example in {ref:conv_as_dense}: is your result $(3, 5)M^\top=(3, 11, 10)$? With $s=2$ the two windows do not overlap: $(3, 6, 5, 10)$.
#
# One warning: the transpose is **not** the inverse. Convolve a digit, apply the transpose, and you get a blurred digit, not the digit. (The word "deconvolution", which is used for it, promises too much.)
# %% [markdown] lang="zh" of="7d62"
# ## {n} 自己推导：卷积的转置做了什么
#
# {ref:conv_as_dense} 的矩阵把图像变成特征图：$\text{flatten}(x)\,M=\text{flatten}(Z)$。它的转置走回头路，把特征图变成图像：$\text{flatten}(z)\,M^\top=\text{flatten}(x)$。会**画图**的网络就由它搭成（生成器，以及第九章自编码器的后半部分），名字叫**转置卷积**（transposed convolution）。
#
# 步幅为 $s$ 时也有这样的矩阵。特征图为 $H_o\times W_o$ 时，对应的图像有 $(H_o-1)s+k_h$ 行、$(W_o-1)s+k_w$ 列，正好是各个窗口盖住的部分。
#
# **请弄清 $M^\top$ 做了什么，并且不建立 $M$ 就把它算出来。** 拿起笔：
#
# 1. 设 $z$ 除了第 $f$ 张图的位置 $(i, j)$ 是 1 以外全为 0。这时选出的是 $M^\top$ 的哪一行？把它看成图像，是什么样子？
# 2. 任意的 $z$ 都是这种图的和。两张图像重叠的地方怎么办？
# 3. 你其实已经算过它，就在 {ref:conv2d_backward}，只是名字不同。为什么必然如此？
#
# 运行检查之前，先**自己验证**：一个通道，一个滤波器，$w=\begin{pmatrix}1&2\end{pmatrix}$（一行）。$z=(3, 5)$、$s=1$ 时，图像有 3 个像素。按 {ref:conv_as_dense} 的例子写出 $M$：你得到 $(3, 5)M^\top=(3, 11, 10)$ 了吗？$s=2$ 时两个窗口不重叠，结果是 $(3, 6, 5, 10)$。
#
# 注意：转置**不是**逆。把一个数字卷积之后再做转置，得到的是一个模糊的数字，不是原来的数字。（有人把它叫作“反卷积”，这个名字许诺得太多了。）
# %% answer="conv_transpose"
def conv_transpose(z, w, stride):
    """The transpose of a convolution (no padding, no bias), applied to maps.

    z (N, F, Ho, Wo) maps, w (F, C, kh, kw) the kernels of the convolution, stride ≥ 1.
    Returns images (N, C, (Ho - 1) stride + kh, (Wo - 1) stride + kw).
    """
    ### BEGIN SOLUTION
    N, _, Ho, Wo = z.shape
    _, C, kh, kw = w.shape
    x = np.zeros((N, C, (Ho - 1) * stride + kh, (Wo - 1) * stride + kw))
    for i in range(Ho):
        for j in range(Wo):
            window = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            x[window] += np.einsum("nf,fcuv->ncuv", z[:, :, i, j], w)  # each number paints the kernel
    return x
    ### END SOLUTION


# %% [markdown] docstring="conv_transpose" lang="zh" of="c330"
# 卷积（不填充、没有偏置）的转置，作用在特征图上。
#
# z (N, F, Ho, Wo) 是特征图，w (F, C, kh, kw) 是卷积的核，stride ≥ 1。
# 返回图像 (N, C, (Ho - 1) stride + kh, (Wo - 1) stride + kw)。
# %% [markdown] why="conv_transpose" lang="en"
# What leads from maps back to images along the same weights is the gradient: this is the `dx` of {ref:conv2d_backward} without padding. There the loop
# ran over the kernel, here over the positions; the products are the same, only sorted otherwise, and `+=` sees to the overlaps.
# %% [markdown] why="conv_transpose" lang="zh" of="c3ed"
# 沿着同样的权重从特征图回到图像，这正是求梯度：它就是 {ref:conv2d_backward} 里不带填充的 `dx`。那里对核的元素循环，这里对位置循环，乘积完全相同，只是相加的次序不同；重叠处靠 `+=`。
# %% grading="conv_transpose"
def inputs(rng, maps, c, kh, kw, stride):
    return {"z": normal(rng, *maps), "w": normal(rng, maps[1], c, kh, kw), "stride": stride}


def plain_cases(rng):
    yield Case("stride 1", zh="步幅为 1", **inputs(rng, (2, 3, 3, 2), 2, 2, 3, 1))
    yield Case("stride 2", zh="步幅为 2", **inputs(rng, (1, 2, 2, 4), 3, 3, 3, 2))


def edge_cases(rng):
    yield Case("one image, one channel, one map", zh="一张图、一个通道、一张特征图", **inputs(rng, (1, 1, 3, 4), 1, 3, 2, 1))
    yield Case("a single position", zh="只有一个位置", **inputs(rng, (2, 2, 1, 1), 3, 2, 3, 2))
    yield Case("windows with gaps", zh="窗口之间有空隙", **inputs(rng, (1, 2, 3, 2), 2, 2, 2, 3))


def wide_cases(rng):
    yield Case("large maps", zh="很大的特征图", public=False, seed=int(rng.integers(2**31)))


def large_images(impl, case):
    """Their projections on four directions, made here so that banks stay small; the matrix would have 300 million entries."""
    rng = np.random.default_rng(case.seed)
    z, w = rng.integers(-2, 3, (2, 3, 60, 60)) * 0.5, rng.integers(-2, 3, (3, 2, 3, 3)) * 0.5
    ways = rng.integers(-2, 3, (4, 2 * 2 * 121 * 121)) * 0.5
    return ways @ np.ravel(impl.conv_transpose(z, w, 2))


@variant
def gradient_of_the_convolution(z, w, stride):
    (N, _, Ho, Wo), (_, C, kh, kw) = z.shape, w.shape
    image = np.zeros((N, C, (Ho - 1) * stride + kh, (Wo - 1) * stride + kw))
    return conv2d_backward(z, image, w, stride, 0)[0]


@variant
def by_entries_of_the_kernel(z, w, stride):
    (N, _, Ho, Wo), (_, C, kh, kw) = z.shape, w.shape
    x = np.zeros((N, C, (Ho - 1) * stride + kh, (Wo - 1) * stride + kw), dtype=np.float32)
    for u, v in np.ndindex(kh, kw):
        met = x[:, :, u : u + stride * Ho : stride, v : v + stride * Wo : stride]
        met += np.tensordot(z, w[:, :, u, v], axes=(1, 0)).transpose(0, 3, 1, 2)
    return x


@mistake(
    en="You applied an inverse: the image whose maps come nearest to z. The transpose is something else, and simpler: no equation is solved, every number of z goes back along its own connections.",
    zh="你求的是逆：特征图最接近 z 的那张图像。转置是另一回事，而且更简单：不用解方程，z 的每个数沿自己的连接走回去就行。",
)
def inverse_for_transpose(z, w, stride):
    (N, F, Ho, Wo), (_, C, kh, kw) = z.shape, w.shape
    H, W = (Ho - 1) * stride + kh, (Wo - 1) * stride + kw
    if z.size > 2000:
        return np.zeros((N, C, H, W))
    M = np.zeros((C, H, W, F, Ho, Wo))
    for i, j in np.ndindex(Ho, Wo):
        M[:, i * stride : i * stride + kh, j * stride : j * stride + kw, :, i, j] = w.transpose(1, 2, 3, 0)
    M = M.reshape(C * H * W, -1)
    return (z.reshape(N, -1) @ np.linalg.pinv(M)).reshape(N, C, H, W)


Exercise(
    points=2, reference=cnn.conv_transpose, cases=plain_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, seconds=3.0,
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=large_images, **WIDE)],
    mistakes=[
        Mistake("overwritten_on_overlap", "x[window] +=", "x[window] =",
            en="Where windows overlap the last one overwrote the others. A sum of maps gives the sum of their images: add.",
            zh="窗口重叠的地方，后来的覆盖了先来的。特征图相加，图像也相加：要累加。"),
        Mistake("kernel_turned_round", '"nf,fcuv->ncuv", z[:, :, i, j], w)', '"nf,fcuv->ncuv", z[:, :, i, j], w[:, :, ::-1, ::-1])',
            en="Your kernel is turned by 180°. The window that gave z at (i, j) is painted with the kernel just as it stood there.",
            zh="你的卷积核旋转了 180°。得到 z 在 (i, j) 处那个数的窗口，就按核原来的样子涂回去。"),
        Mistake("stride_ignored", "i * stride : i * stride + kh, j * stride : j * stride + kw", "i : i + kh, j : j + kw",
            en="Right while the stride is 1. For a larger one the window of (i, j) begins at pixel (s·i, s·j).",
            zh="步幅为 1 时是对的。步幅更大时，(i, j) 的窗口从像素 (s·i, s·j) 开始。"),
        Mistake("overlaps_averaged", "    return x\n",
            "    hits = np.zeros(x.shape)\n    for i in range(Ho):\n        for j in range(Wo):\n"
            "            hits[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] += 1\n"
            "    return x / np.maximum(hits, 1)\n",
            en="You divided by the number of windows that cover a pixel. A product with a matrix only adds up.",
            zh="你除以了盖住该像素的窗口个数。矩阵相乘只做求和。"),
        Mistake("filters_averaged", 'w)  # each', "w) / len(w)  # each",
            en="You took the mean over the maps. A pixel gets the SUM of what all maps send back.",
            zh="你对特征图取了平均。像素得到的是所有特征图传回来的**和**。"),
        Mistake("channel_0_for_all", '"nf,fcuv->ncuv", z[:, :, i, j], w)', '"nf,fcuv->ncuv", z[:, :, i, j], w[:, :1].repeat(C, axis=1))',
            en="All channels of your images are alike. Filter f has a kernel of its own for each channel, and paints each channel with that.",
            zh="你的图像各通道都一样。第 f 个滤波器对每个通道各有一个核，每个通道要用各自的核去涂。"),
        Mistake("room_for_whole_strides", "(Ho - 1) * stride + kh, (Wo - 1) * stride + kw))", "Ho * stride + kh - 1, Wo * stride + kw - 1))",
            en="Your images have rows and columns at the end that no window reaches. The last window begins at (H_o − 1)·s and is k_h long.",
            zh="你的图像末尾多出了没有窗口能到的行和列。最后一个窗口从 (H_o − 1)·s 开始，长 k_h。"),
    ],
    variants=[Variant("lists_of_lists", "    return x\n", "    return x.tolist()\n")],
)
