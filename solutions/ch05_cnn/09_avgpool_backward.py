# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import cnn

from chapter import WIDE, conv_transpose, normal

# %% [markdown] lang="en"
# ## {n} Derive it: the backward pass of average pooling
#
# Some nets keep the **mean** of each window and not its maximum, most of them once at the very end. The windows are `size` × `size` and `stride` apart, as in {ref:maxpool_forward}; what fills no whole window is left out. With `stride` < `size` windows overlap, with `stride` > `size` there are gaps between them.
#
# **Nobody gives you the formula.** Take a pencil:
#
# 1. Write one output as a sum over its window. How far does it move when one pixel of the window moves by 1?
# 2. In how many windows does a pixel lie? There may be none.
# 3. Why does the function need `H` and `W`, and not `x`? (`maxpool_backward` could not do without.)
#
# **Check yourself** before you run the check, with `size` $=2$. An image of $2\times3$ and stride 1 has two windows; for $\text{dout}=(4, 8)$ both rows of the gradient are $(1, 3, 2)$. An image of $2\times5$ and stride 2 has two as well: both rows are $(1, 1, 2, 2, 0)$. And one thing always holds: the gradient's entries add up to the sum of `dout`. Why?
# %% [markdown] lang="zh" of="83b8"
# ## {n} 自己推导：平均池化的反向
#
# 有些网络对每个窗口取**平均**，而不取最大值，多半只在最后用一次。窗口为 `size` × `size`，相距 `stride`，与 {ref:maxpool_forward} 相同；凑不满一个窗口的部分舍去。`stride` < `size` 时窗口重叠，`stride` > `size` 时窗口之间有空隙。
#
# **没有人给你公式。** 拿起笔：
#
# 1. 把一个输出写成窗口上的和。窗口里一个像素变动 1，它变动多少？
# 2. 一个像素在几个窗口里？也可能一个都没有。
# 3. 为什么这个函数要 `H` 和 `W`，却不要 `x`？（`maxpool_backward` 可少不了它。）
#
# 运行检查之前，先**自己验证**，取 `size` $=2$。图像 $2\times3$、步幅 1，有两个窗口；$\text{dout}=(4, 8)$ 时，梯度的两行都是 $(1, 3, 2)$。图像 $2\times5$、步幅 2，也有两个窗口：两行都是 $(1, 1, 2, 2, 0)$。还有一件事总是成立：梯度的所有元素加起来，等于 `dout` 的总和。为什么？
# %% answer="avgpool_backward"
def avgpool_backward(dout, H, W, size, stride):
    """Gradient of a loss through average pooling.

    dout (N, C, Ho, Wo) is the gradient with respect to the means of the windows (size × size, `stride` apart) of maps with
    H rows and W columns.  Returns dx (N, C, H, W).
    """
    ### BEGIN SOLUTION
    N, C, Ho, Wo = dout.shape
    dx = np.zeros((N, C, H, W))
    for i in range(Ho):
        for j in range(Wo):
            window = np.s_[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            dx[window] += dout[:, :, i, j, None, None] / size**2
    return dx
    ### END SOLUTION


# %% [markdown] docstring="avgpool_backward" lang="zh" of="24e4"
# 损失穿过平均池化的梯度。
#
# dout (N, C, Ho, Wo) 是损失对各窗口平均值的梯度；窗口为 size × size，相距 `stride`；被池化的图有 H 行、W 列。
# 返回 dx (N, C, H, W)。
# %% [markdown] why="avgpool_backward" lang="en"
# A mean is linear: each pixel counts 1/size² whatever its value, so the way back needs the shape of the input and not the
# input. `+=` adds up what overlapping windows send; a pixel in a gap keeps the 0 that it began with.
# %% [markdown] why="avgpool_backward" lang="zh" of="18a6"
# 求平均是线性的：不管像素的值是多少，它的影响都是 1/size²，所以反向只需要输入的形状，不需要输入本身。窗口重叠处由 `+=` 累加；落在空隙里的像素保持最初的 0。
# %% grading="avgpool_backward"
def inputs(rng, shape, size, stride):
    pooled = (*shape[:2], *((n - size) // stride + 1 for n in shape[2:]))
    return {"dout": normal(rng, *pooled), "H": shape[2], "W": shape[3], "size": size, "stride": stride}


def plain_cases(rng):
    yield Case("windows side by side", zh="窗口并排", **inputs(rng, (2, 3, 4, 6), 2, 2))
    yield Case("windows that overlap", zh="窗口重叠", **inputs(rng, (1, 2, 5, 4), 3, 1))


def edge_cases(rng):
    yield Case("windows with gaps", zh="窗口之间有空隙", **inputs(rng, (2, 1, 5, 8), 2, 3))
    yield Case("a row and a column left over", zh="剩下一行一列", **inputs(rng, (1, 2, 5, 7), 2, 2))
    yield Case("one window", zh="只有一个窗口", public=False, **inputs(rng, (3, 2, 3, 3), 3, 3))


def wide_cases(rng):
    yield Case("large maps", zh="很大的特征图", public=False, seed=int(rng.integers(2**31)))


def large_gradients(impl, case):
    """Their projections on four directions, made here so that banks stay small."""
    rng = np.random.default_rng(case.seed)
    dout = rng.integers(-2, 3, (4, 4, 20, 20)) * 0.5
    return rng.integers(-2, 3, (4, 4 * 4 * 41 * 41)) * 0.5 @ np.ravel(impl.avgpool_backward(dout, 41, 41, 3, 2))


@variant
def transpose_of_a_convolution(dout, H, W, size, stride):
    N, C, Ho, Wo = dout.shape
    w = np.full((1, 1, size, size), 1 / size**2)
    covered = conv_transpose(dout.reshape(N * C, 1, Ho, Wo), w, stride)
    dx = np.zeros((N * C, 1, H, W))
    dx[:, :, : covered.shape[2], : covered.shape[3]] = covered
    return dx.reshape(N, C, H, W)


@variant
def pixel_by_pixel_of_the_window(dout, H, W, size, stride):
    N, C, Ho, Wo = dout.shape
    dx = np.zeros((N, C, H, W), dtype=np.float32)
    for u, v in np.ndindex(size, size):
        dx[:, :, u : u + stride * Ho : stride, v : v + stride * Wo : stride] += dout / (size * size)
    return dx


Exercise(
    points=2, reference=cnn.avgpool_backward, cases=plain_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, seconds=3.0,
    groups=[Group("edge", edge_cases), Group("wide", wide_cases, observe=large_gradients, **WIDE)],
    mistakes=[
        Mistake("not_divided", "dout[:, :, i, j, None, None] / size**2", "dout[:, :, i, j, None, None]",
            en="Each pixel gets the whole gradient of its window. It is one of size² that share in the mean: how far does the mean move when it moves by 1?",
            zh="每个像素都得到了窗口的全部梯度。平均值由 size² 个像素共同决定：其中一个变动 1，平均值变动多少？"),
        Mistake("divided_by_the_side", "/ size**2", "/ size",
            en="You divided by the side of the window. How many pixels does it hold?",
            zh="你除以的是窗口的边长。窗口里有多少个像素？"),
        Mistake("overwritten_on_overlap", "dx[window] +=", "dx[window] =",
            en="Where windows overlap the last one overwrote the others. A pixel collects from each window that it lies in.",
            zh="窗口重叠的地方，后来的覆盖了先来的。一个像素要从它所在的每个窗口收集。"),
        Mistake("overlaps_averaged", "    return dx\n",
            "    hits = np.zeros(dx.shape)\n    for i in range(Ho):\n        for j in range(Wo):\n"
            "            hits[:, :, i * stride : i * stride + size, j * stride : j * stride + size] += 1\n"
            "    return dx / np.maximum(hits, 1)\n",
            en="You divided by the number of windows that a pixel lies in. More windows mean more influence: their contributions add up.",
            zh="你除以了像素所在窗口的个数。窗口越多，影响越大：各份应当相加。"),
        Mistake("stride_ignored", "i * stride : i * stride + size, j * stride : j * stride + size", "i : i + size, j : j + size",
            en="Right while the stride is 1. For a larger one the window of (i, j) begins at pixel (s·i, s·j).",
            zh="步幅为 1 时是对的。步幅更大时，(i, j) 的窗口从像素 (s·i, s·j) 开始。"),
        Mistake("windows_side_by_side", "i * stride : i * stride + size, j * stride : j * stride + size",
            "i * size : i * size + size, j * size : j * size + size",
            en="Your windows lie side by side. They are `stride` apart, and may overlap or leave gaps.",
            zh="你的窗口一个挨一个。它们应当相距 `stride`，可能重叠，也可能留空隙。"),
        Mistake("all_to_the_first_pixel", "dx[window] += dout[:, :, i, j, None, None] / size**2",
            "dx[:, :, i * stride, j * stride] += dout[:, :, i, j]",
            en="Only the upper left pixel of each window gets anything. All of its pixels are in the mean.",
            zh="只有每个窗口左上角的像素得到了梯度。平均值里有窗口的所有像素。"),
    ],
    variants=[Variant("lists_of_lists", "    return dx\n", "    return dx.tolist()\n")],
)
