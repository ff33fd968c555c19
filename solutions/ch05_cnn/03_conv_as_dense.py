# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import cnn

from chapter import distinct, drawn_by, normal, words

# %% [markdown] lang="en"
# ## {n} A convolution is a dense layer, most of whose weights are 0
#
# "In essence a convolution is a way to connect neurons as well", say the notes (§6.2). So there must be a dense layer that does the same: a matrix $M$ for which
#
# $$\text{flatten}(x)\;M=\text{flatten}(Z)\qquad\text{for every image } x,$$
#
# where $Z$ is the convolution of $x$ with stride 1, no padding and no bias, and `flatten` reads an array as NumPy does: the last axis runs fastest, so pixel $(p, q)$ of channel $c$ is number $(cH+p)W+q$. Row $k$ of $M$ belongs to input number $k$, column $m$ to output number $m$, as in chapter 4, where $W$ was `(D, M)`.
#
# What stands in $M$? **No formula this time.** Ask of one entry: does this pixel lie in the window of that neuron? If not, they are not connected, and the entry is 0. If it does: which weight of the kernel meets it?
#
# **By hand.** $1\times3$ images, one kernel $(a, b)$: $z_0=ax_0+bx_1$ and $z_1=ax_1+bx_2$, so $M=\begin{pmatrix}a&0\\b&a\\0&b\end{pmatrix}$.
#
# Two things can be read off $M$. **Sparse:** each column has $C\,k_hk_w$ entries that are not 0, however large the image is. **Shared:** in all the columns of a filter they are the same numbers.
# %% [markdown] lang="zh" of="77dc"
# ## {n} 卷积就是一个大部分权重为 0 的全连接层
#
# 讲义（§6.2）说：“本质上卷积也是一个神经元连接方式。”那么一定有一个全连接层做同样的事，也就是有一个矩阵 $M$，使得
#
# $$\text{flatten}(x)\;M=\text{flatten}(Z)\qquad\text{对每张图 } x \text{ 都成立，}$$
#
# 其中 $Z$ 是 $x$ 的卷积：步幅 1，不填充，没有偏置。`flatten` 按 NumPy 的次序读数组，最后一个轴变化最快，所以通道 $c$ 的像素 $(p, q)$ 是第 $(cH+p)W+q$ 个数。$M$ 的第 $k$ 行对应第 $k$ 个输入，第 $m$ 列对应第 $m$ 个输出，与第四章里 $W$ 的形状 `(D, M)` 一致。
#
# $M$ 里是些什么？**这一次不给公式。** 对一个元素问：这个像素在那个神经元的窗口里吗？不在，就没有连接，元素为 0；在，它遇到的是卷积核的哪个权重？
#
# **手算。** $1\times3$ 的图像，一个核 $(a, b)$：$z_0=ax_0+bx_1$，$z_1=ax_1+bx_2$，所以 $M=\begin{pmatrix}a&0\\b&a\\0&b\end{pmatrix}$。
#
# 从 $M$ 能看出两件事。**稀疏**：不管图像多大，每一列只有 $C\,k_hk_w$ 个元素不为 0。**共享**：同一个滤波器的各列里，都是同样的那几个数。
# %% answer="conv_as_dense"
def conv_as_dense(w, H, W):
    """The weights of the dense layer that does what a convolution does (stride 1, no padding, no bias).

    w (F, C, kh, kw); H and W are the height and width of the images.  Returns M (C·H·W, F·Ho·Wo) with
    Ho = H - kh + 1, Wo = W - kw + 1, such that x.reshape(N, -1) @ M are the maps of x (N, C, H, W), flattened likewise.
    """
    ### BEGIN SOLUTION
    F, C, kh, kw = w.shape
    Ho, Wo = H - kh + 1, W - kw + 1
    M = np.zeros((C, H, W, F, Ho, Wo))
    for i in range(Ho):
        for j in range(Wo):
            M[:, i : i + kh, j : j + kw, :, i, j] = w.transpose(1, 2, 3, 0)  # (C, kh, kw, F)
    return M.reshape(C * H * W, F * Ho * Wo)
    ### END SOLUTION


# %% [markdown] docstring="conv_as_dense" lang="zh" of="a995"
# 与一个卷积（步幅 1、不填充、没有偏置）等价的全连接层的权重。
#
# w (F, C, kh, kw)；H、W 是图像的高和宽。返回 M (C·H·W, F·Ho·Wo)，其中 Ho = H - kh + 1，Wo = W - kw + 1，
# 使得 x.reshape(N, -1) @ M 就是 x (N, C, H, W) 的特征图，并以同样的次序展平。
# %% [markdown] why="conv_as_dense" lang="en"
# With six axes instead of two a window is a plain slice, and nobody has to compute a row or column number: the `reshape` at the end
# numbers everything in NumPy's order. The kernel only has to bring its filter axis to the end, where `M` has it.
# %% [markdown] why="conv_as_dense" lang="zh" of="bbbc"
# 先用六个轴而不是两个：一个窗口就是一个普通的切片，行号、列号都不必自己算，最后的 `reshape` 会按 NumPy 的顺序统一编号。核只需把滤波器轴换到最后，与 `M` 对齐。
# %% grading="conv_as_dense"
def plain_cases(rng):
    yield Case("typical", zh="一般数据", w=normal(rng, 2, 2, 2, 2), H=3, W=4)
    yield Case("three filters", zh="三个滤波器", w=normal(rng, 3, 1, 3, 2), H=4, W=3)


def edge_cases(rng):
    yield Case("a kernel of 1 × 3", zh="1 × 3 的核", w=normal(rng, 2, 1, 1, 3), H=2, W=int(rng.integers(4, 7)))
    yield Case("a kernel as large as the image", zh="核与图像一样大", w=normal(rng, 2, 3, 2, 3), H=2, W=3)


def count_cases(rng):
    H, W = (int(n) for n in rng.integers(5, 9, size=2))
    yield Case("a kernel of different numbers", zh="各不相同的数组成的核", w=distinct(rng, 2, 1, 3, 2), H=H, W=W)


def same_cases(rng):
    shape = 2, 5, int(rng.integers(6, 9))
    yield Case("an image", zh="一张图", w=normal(rng, 3, 2, 3, 2), x=normal(rng, *shape))


def kinds_of_weights(impl, case):
    M = np.asarray(impl.conv_as_dense(case.w, case.H, case.W), dtype=float)
    used = M[M != 0]
    return {"weights": M.size, "that are not 0": used.size, "different ones among these": np.unique(used).size}


def maps_of_an_image(impl, case):
    """The maps as products with the matrix."""
    M = np.asarray(impl.conv_as_dense(case.w, case.x.shape[1], case.x.shape[2]), dtype=float)
    return np.ravel(case.x) @ M


@variant
def an_image_of_one_pixel(w, H, W):
    _, C, kh, kw = w.shape
    rows = []
    for k in range(C * H * W):
        pixel = np.zeros(C * H * W)
        pixel[k] = 1
        windows = np.lib.stride_tricks.sliding_window_view(pixel.reshape(C, H, W), (kh, kw), axis=(1, 2))
        rows.append(np.einsum("cijuv,fcuv->fij", windows, w).ravel())
    return rows


@variant
def entry_by_entry(w, H, W):
    F, C, kh, kw = w.shape
    Ho, Wo = H - kh + 1, W - kw + 1
    M = np.zeros((C * H * W, F * Ho * Wo), dtype=np.float32)
    for f, c, i, j, u, v in np.ndindex(F, C, Ho, Wo, kh, kw):
        M[(c * H + i + u) * W + j + v, (f * Ho + i) * Wo + j] = w[f, c, u, v]
    return M


@mistake(
    en="At the right border your kernel runs on into the next row of pixels. A window has kh pieces of kw pixels each, and ends at the border.",
    zh="到了右边界，你的核接着跑进了下一行像素。窗口由 kh 段组成，每段 kw 个像素，到边界就结束。",
)
def runs_into_the_next_row(w, H, W):
    F, C, kh, kw = w.shape
    Ho, Wo = H - kh + 1, W - kw + 1
    M = np.zeros((C * H * W, F * Ho * Wo))
    for f, c, i, j, u, v in np.ndindex(F, C, Ho, Wo, kh, kw):
        M[((c * H + u) * W + v + i * Wo + j) % len(M), (f * Ho + i) * Wo + j] = w[f, c, u, v]
    return M


Exercise(
    points=3, reference=cnn.conv_as_dense, cases=plain_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("counts", count_cases, observe=kinds_of_weights, en="Sparse and shared", zh="稀疏与共享"),
        Group("same", same_cases, observe=maps_of_an_image, en="The same as the convolution", zh="与卷积相同"),
    ],
    mistakes=[
        Mistake("matrix_transposed", "return M.reshape(C * H * W, F * Ho * Wo)",
            "return M.reshape(C * H * W, F * Ho * Wo).T",
            en="Your matrix lies on its side: a row for each input, a column for each output, so that flatten(x) stands on its left.",
            zh="你的矩阵转了个方向：一行对应一个输入，一列对应一个输出，flatten(x) 要能从左边乘上去。"),
        Mistake("kernel_turned_round", "w.transpose(1, 2, 3, 0)", "w[:, :, ::-1, ::-1].transpose(1, 2, 3, 0)",
            en="Your kernel is turned by 180°. Its upper left entry meets the upper left pixel of the window.",
            zh="你的卷积核旋转了 180°。核的左上角遇到的是窗口的左上角。"),
        Mistake("outputs_filter_last", "return M.reshape(C * H * W, F * Ho * Wo)",
            "return M.transpose(0, 1, 2, 4, 5, 3).reshape(C * H * W, F * Ho * Wo)",
            en="Your columns go through the filters first and the positions after that. In maps (F, Ho, Wo) the filter is the slowest axis: all of map 0, then all of map 1.",
            zh="你的列是先走滤波器、再走位置。特征图的形状是 (F, Ho, Wo)，滤波器是最慢的轴：先是第 0 张图的全部，再是第 1 张图的全部。"),
        Mistake("inputs_channel_last", "return M.reshape(C * H * W, F * Ho * Wo)",
            "return M.transpose(1, 2, 0, 3, 4, 5).reshape(C * H * W, F * Ho * Wo)",
            en="Your rows go through the channels fastest. Images are (C, H, W): all pixels of channel 0, then all of channel 1.",
            zh="你的行里通道变化最快。图像的形状是 (C, H, W)：先是通道 0 的所有像素，再是通道 1 的。"),
        Mistake("first_window_alone", "for j in range(Wo):", "for j in range(1):",
            en="Most of your columns are empty: the window has to take every place, along both axes.",
            zh="大部分列是空的：窗口要走遍两个方向上的每个位置。"),
        Mistake("column_by_column", ":, i, j] = w", ":, (j * Ho + i) // Wo, (j * Ho + i) % Wo] = w",
            en="Your outputs are numbered down the columns of a map. The last axis runs fastest: go through a row of the map first.",
            zh="你的输出是沿特征图的列编号的。最后一个轴变化最快：先走完一行。"),
        Mistake("weights_spread_over_the_window", "w.transpose(1, 2, 3, 0)",
            "w.transpose(1, 2, 3, 0).mean(axis=(1, 2), keepdims=True)",
            en="All pixels of a window have the same weight. Each meets an entry of the kernel of its own.",
            zh="窗口里的像素都用了同一个权重。每个像素遇到的是核里各自的那个元素。"),
    ],
    variants=[Variant("lists_of_lists", "return M.reshape(C * H * W, F * Ho * Wo)",
        "return M.reshape(C * H * W, F * Ho * Wo).tolist()")],
)


# %% [markdown] lang="en"
# The picture shows what "sparse" and "shared" mean: your matrix for a $3\times3$ kernel on $6\times6$ images, the notes' example. Each color is one of the nine weights.
# %% [markdown] lang="zh" of="0893"
# 下图画出“稀疏”与“共享”的含义：你的矩阵，$3\times3$ 的核，$6\times6$ 的图像，就是讲义里的例子。每种颜色是九个权重中的一个。
# %% demo="matrix_of_a_convolution"
@drawn_by("conv_as_dense")
def matrix_of_a_convolution(plt):
    M = np.asarray(conv_as_dense(np.arange(1.0, 10).reshape(1, 1, 3, 3), 6, 6))
    _, axis = plt.subplots(figsize=(5.6, 8.5), layout="constrained")
    shown = axis.imshow(np.where(M == 0, np.nan, M), cmap=plt.get_cmap("viridis", 9), vmin=0.5, vmax=9.5, aspect="equal")
    used, size = np.count_nonzero(M), M.size
    axis.set(xticks=range(0, 17, 4), yticks=range(0, 37, 6))
    axis.set_title(words(en=f"{used} of {size} weights are used", zh=f"{size} 个权重中用到 {used} 个"))
    axis.set_xlabel(words(en="output: 16 neurons, 4 rows of 4", zh="输出：16 个神经元，4 行 4 列"))
    axis.set_ylabel(words(en="input: 36 pixels, 6 rows of 6", zh="输入：36 个像素，6 行 6 列"))
    axis.grid(color="#BBBBBB", lw=0.7)
    label = words(en="number of the weight in the kernel", zh="核里的第几个权重")
    plt.colorbar(shown, ax=axis, label=label, ticks=range(1, 10), shrink=0.6)
    plt.show()
# %% [markdown] lang="en"
# What you should see. Nine bands run down the picture, one for each weight, 16 times each; everything else is empty. 144 of 576 connections exist, and they have 9 weights between them. The dense layer would have to learn all 576.
# %% [markdown] lang="zh" of="7e52"
# 你应当看到：九条带子斜着走过全图，每条对应一个权重，各出现 16 次，其余都是空的。576 条连接里只有 144 条存在，它们总共只有 9 个权重。换成全连接层，576 个都得学。
