# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import cnn

from chapter import distinct, normal

# %% [markdown] lang="en"
# ## {n} Max pooling: was it there, roughly?
#
# A map says precisely *where* its pattern lies. A digit stays a digit when it lies a pixel farther on, or when the image gets coarser (§6.1). So cut the map into windows of `size` × `size` and keep of each only its **greatest** entry (§6.3):
#
# $$Z^n_{c,i,j}=\max_{0\le u,v<\text{size}} x^n_{c,\;s\,i+u,\;s\,j+v}$$
#
# There are no parameters. Every channel is pooled on its own, so the number of channels stays. Usually the stride $s$ equals `size`, and the windows lie side by side; with a smaller stride they overlap. Rows and columns at the end that fill no whole window are left out: $H_o=\lfloor(H-\text{size})/s\rfloor+1$.
#
# **By hand.** `size` $=s=2$:
#
# $$x=\begin{pmatrix}1&-2&0&3\\4&0&1&1\\-1&-5&2&0\\-3&-2&6&1\end{pmatrix}\;\to\;\begin{pmatrix}4&3\\-1&6\end{pmatrix}$$
#
# The lower left window is all negative; its maximum is $-1$, not $0$.
# %% [markdown] lang="zh" of="59d0"
# ## {n} 最大池化：大致在不在那里？
#
# 特征图精确地说出图案**在哪里**。可是数字移动一个像素，或者图像变粗糙一些，它仍是那个数字（§6.1）。所以把特征图切成 `size` × `size` 的窗口，每个窗口只留下**最大**的元素（§6.3）：
#
# $$Z^n_{c,i,j}=\max_{0\le u,v<\text{size}} x^n_{c,\;s\,i+u,\;s\,j+v}$$
#
# 池化没有参数。每个通道各自池化，所以通道数不变。通常步幅 $s$ 等于 `size`，窗口一个挨一个；步幅更小时，窗口会重叠。末尾凑不满一个窗口的行和列舍去不用：$H_o=\lfloor(H-\text{size})/s\rfloor+1$。
#
# **手算。** `size` $=s=2$：
#
# $$x=\begin{pmatrix}1&-2&0&3\\4&0&1&1\\-1&-5&2&0\\-3&-2&6&1\end{pmatrix}\;\to\;\begin{pmatrix}4&3\\-1&6\end{pmatrix}$$
#
# 左下的窗口全是负数，它的最大值是 $-1$，不是 $0$。
# %% answer="maxpool_forward"
def maxpool_forward(x, size, stride):
    """The greatest entry of every window.

    x (N, C, H, W); windows of size × size, `stride` apart; those that would not fit are left out.
    Returns (N, C, Ho, Wo) with Ho = (H - size) // stride + 1.
    """
    ### BEGIN SOLUTION
    Ho, Wo = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    Z = np.full((*x.shape[:2], Ho, Wo), -np.inf)
    for u in range(size):
        for v in range(size):
            Z = np.maximum(Z, x[:, :, u : u + stride * Ho : stride, v : v + stride * Wo : stride])
    return Z
    ### END SOLUTION


# %% [markdown] docstring="maxpool_forward" lang="zh" of="404f"
# 每个窗口中最大的元素。
#
# x (N, C, H, W)；窗口为 size × size，相距 `stride`；放不下的窗口舍去。
# 返回 (N, C, Ho, Wo)，其中 Ho = (H - size) // stride + 1。
# %% [markdown] why="maxpool_forward" lang="en"
# A start at $-\infty$ loses against any number, so the window alone decides; a start at 0 would be a hidden ReLU. The loop
# runs over the size² places within a window, and takes all windows, images and channels at once.
# %% [markdown] why="maxpool_forward" lang="zh" of="6a88"
# 从 $-\infty$ 开始，任何数都比它大，结果只由窗口自己决定；若从 0 开始，就等于偷偷加了一个 ReLU。循环只走窗口内的 size² 个位置，所有窗口、图像和通道一次算完。
# %% grading="maxpool_forward"
def plain_cases(rng):
    yield Case("windows side by side", zh="窗口并排", x=normal(rng, 2, 3, 4, 6), size=2, stride=2)


def edge_cases(rng):
    yield Case("one window", zh="只有一个窗口", x=normal(rng, 2, 3, 3, 3), size=3, stride=3)
    yield Case("windows of one pixel", zh="窗口只有一个像素", public=False, x=normal(rng, 1, 2, 3, 5), size=1, stride=2)
    negative = -np.abs(normal(rng, 2, 2, 4, 4)) - 0.1
    yield Case("negative numbers alone", zh="全是负数", x=negative, size=2, stride=2)


def stride_cases(rng):
    yield Case("windows that overlap", zh="窗口重叠", x=normal(rng, 1, 2, 5, 4), size=3, stride=1)
    yield Case("windows with gaps", zh="窗口之间有空隙", x=normal(rng, 2, 1, 5, 8), size=2, stride=3)
    yield Case("a row and a column left over", zh="剩下一行一列", x=distinct(rng, 1, 2, 5, 7), size=2, stride=2)


@variant
def window_by_window(x, size, stride):
    N, C, H, W = x.shape
    Z = np.zeros((N, C, (H - size) // stride + 1, (W - size) // stride + 1), dtype=np.float32)
    for n, c, i, j in np.ndindex(*Z.shape):
        Z[n, c, i, j] = x[n, c, i * stride : i * stride + size, j * stride : j * stride + size].max()
    return Z


@variant
def sliding_windows(x, size, stride):
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(4, 5))


Exercise(
    points=2, reference=cnn.maxpool_forward, cases=plain_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("stride", stride_cases, en="Other strides", zh="其他步幅")],
    mistakes=[
        Mistake("average", "    return Z\n",
            "    parts = [x[:, :, u : u + stride * Ho : stride, v : v + stride * Wo : stride] for u in range(size) for v in range(size)]\n"
            "    return sum(parts) / size**2\n",
            en="You took the mean of each window. That is average pooling; here the greatest entry is kept.",
            zh="你取了每个窗口的平均。那是平均池化；这里只留最大的元素。"),
        Mistake("begins_at_zero", "np.full((*x.shape[:2], Ho, Wo), -np.inf)", "np.zeros((*x.shape[:2], Ho, Wo))",
            en="A window whose entries are all negative gives 0: your maximum begins at 0. Nothing but the window itself may take part.",
            zh="全是负数的窗口得到了 0：你的最大值是从 0 开始比的。参加比较的只能是窗口里的元素。"),
        Mistake("greatest_absolute_value", "np.maximum(Z, x[", "np.maximum(Z, np.abs(x)[",
            en="You compare absolute values. The greatest of −5 and 1 is 1.",
            zh="你比较的是绝对值。−5 和 1 中较大的是 1。"),
        Mistake("smallest_entry", "    return Z\n",
            "    for u in range(size):\n        for v in range(size):\n"
            "            Z = np.minimum(Z, x[:, :, u : u + stride * Ho : stride, v : v + stride * Wo : stride])\n    return Z\n",
            en="You kept the smallest entry of each window.",
            zh="你留下的是每个窗口里最小的元素。"),
        Mistake("stride_taken_for_size", "x[:, :, u : u + stride * Ho : stride, v : v + stride * Wo : stride]",
            "x[:, :, size * np.arange(Ho)[:, None] % (x.shape[2] - size + 1) + u, size * np.arange(Wo) % (x.shape[3] - size + 1) + v]",
            en="Your windows lie side by side, `size` apart. They are `stride` apart, and may overlap or leave gaps.",
            zh="你的窗口一个挨一个，相距 `size`。它们应当相距 `stride`，可能重叠，也可能留空隙。"),
        Mistake("channels_pooled_together", "    return Z\n", "    return Z.max(axis=1, keepdims=True)\n",
            en="The channels are pooled into one. Each channel is pooled on its own, and their number stays.",
            zh="各个通道被合成了一个。每个通道各自池化，通道数不变。"),
        Mistake("one_window_too_few", "(x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1",
            "max((x.shape[2] - size) // stride, 1), max((x.shape[3] - size) // stride, 1)",
            en="The last window of each row and column is missing: count the first place too.",
            zh="每行每列都少了最后一个窗口：第一个位置也要数。"),
        Mistake("first_pixel_of_the_window", "    return Z\n", "    return x[:, :, : stride * Ho : stride, : stride * Wo : stride]\n",
            en="You kept the upper left pixel of each window, which merely lowers the resolution. Keep the greatest one.",
            zh="你留下的是每个窗口左上角的像素，那只是降低分辨率。应当留最大的。"),
    ],
    variants=[Variant("lists_of_lists", "    return Z\n", "    return Z.tolist()\n")],
)
