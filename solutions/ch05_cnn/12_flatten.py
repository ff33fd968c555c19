# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import cnn

from chapter import distinct

# %% [markdown] lang="en"
# ## {n} Flatten
#
# After the last pooling stand $C$ small maps for each image. A dense layer wants one row a sample. So read all numbers of a sample one after the other (§6.4): `flatten` turns $(N, C, H, W)$ into $(N, C\cdot H\cdot W)$, and on the way back the gradient needs the reverse, `unflatten`.
#
# The order is NumPy's own ("C order"): the last axis runs fastest. First all of channel 0, row by row; then all of channel 1. Any order would do for training, if it only is the *same* in training and in use. Yours has to be that of everybody else.
#
# **By hand.** One image with two channels, $\begin{pmatrix}1&2\\3&4\end{pmatrix}$ and $\begin{pmatrix}5&6\\7&8\end{pmatrix}$, becomes $(1,2,3,4,5,6,7,8)$.
# %% [markdown] lang="zh" of="160b"
# ## {n} 展平
#
# 最后一次池化之后，每张图像有 $C$ 张小特征图。全连接层要的是一行一个样本。所以把一个样本的所有数依次读出来（§6.4）：`flatten` 把 $(N, C, H, W)$ 变成 $(N, C\cdot H\cdot W)$；往回走时，梯度需要反过来，即 `unflatten`。
#
# 次序就用 NumPy 自己的（“C 次序”）：最后一个轴变化最快。先是通道 0 的全部，一行一行地读；再是通道 1 的。只要训练和使用时**相同**，别的次序其实也行，但你的要与大家一致。
#
# **手算。** 一张图像有两个通道，$\begin{pmatrix}1&2\\3&4\end{pmatrix}$ 和 $\begin{pmatrix}5&6\\7&8\end{pmatrix}$，展平为 $(1,2,3,4,5,6,7,8)$。
# %% answer="flatten"
def flatten(x):
    """All numbers of a sample in one row, the last axis fastest.

    x (N, C, H, W).  Returns (N, C·H·W).
    """
    ### BEGIN SOLUTION
    return x.reshape(len(x), -1)
    ### END SOLUTION


def unflatten(v, C, H, W):
    """The reverse of `flatten`.

    v (N, C·H·W).  Returns (N, C, H, W).
    """
    ### BEGIN SOLUTION
    return v.reshape(-1, C, H, W)
    ### END SOLUTION


# %% [markdown] docstring="flatten" lang="zh" of="9166"
# 一个样本的所有数排成一行，最后一个轴变化最快。
#
# x (N, C, H, W)。返回 (N, C·H·W)。
# %% [markdown] docstring="unflatten" lang="zh" of="a00d"
# `flatten` 的逆。
#
# v (N, C·H·W)。返回 (N, C, H, W)。
# %% [markdown] why="flatten" lang="en"
# Name the axis of the samples and leave the rest to `-1`: samples must never run together. Both functions only rearrange numbers,
# in the same order, so on the way back the gradient needs no arithmetic: it is arranged as the maps were.
# %% [markdown] why="flatten" lang="zh" of="04b6"
# 写明样本轴，其余交给 `-1`：样本之间绝不能混在一起。两个函数只按同一种顺序重新排列，不改变任何数；所以反向传播到这里不用计算，把梯度摆回特征图的样子就行。
# %% grading="flatten"
def flat_cases(rng):
    yield Case("typical", zh="一般数据", x=distinct(rng, 3, 2, 2, 4))
    yield Case("one image", zh="一张图", x=distinct(rng, 1, 3, 4, 2))


def back_cases(rng):
    yield Case("two rows", zh="两行", v=distinct(rng, 2, 12), C=2, H=3, W=2)
    yield Case("one row", zh="只有一行", v=distinct(rng, 1, 24), C=3, H=2, W=4)


def maps_again(impl, case):
    return impl.unflatten(case.v, case.C, case.H, case.W)


@variant
def number_by_number(x):
    N, C, H, W = x.shape
    return [[x[n, c, i, j] for c in range(C) for i in range(H) for j in range(W)] for n in range(N)]


@variant(replaces="unflatten")
def cut_into_pieces(v, C, H, W):
    return np.stack([np.stack(np.split(part, H, axis=1), axis=1) for part in np.split(v, C, axis=1)], axis=1)


Exercise(
    points=1, reference=cnn.flatten, cases=flat_cases, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("back", back_cases, observe=maps_again, en="And back", zh="再变回来")],
    mistakes=[
        Mistake("fortran_order", "x.reshape(len(x), -1)", 'x.reshape((len(x), -1), order="F")',
            en="Your numbers come in Fortran order, the first axis fastest. The last axis runs fastest.",
            zh="你用的是 Fortran 次序，第一个轴变化最快。应当是最后一个轴变化最快。"),
        Mistake("batch_merged", "x.reshape(len(x), -1)", "x.reshape(-1)",
            en="All images have run together into one row. Each sample keeps a row of its own.",
            zh="所有图像连成了一行。每个样本各占一行。"),
        Mistake("channels_last", "x.reshape(len(x), -1)", "x.transpose(0, 2, 3, 1).reshape(len(x), -1)",
            en="Your channels run fastest: the numbers of one pixel come together. First comes all of channel 0.",
            zh="你的通道变化最快，同一个像素的各通道挨在一起。应当先是通道 0 的全部。"),
        Mistake("columns_first", "x.reshape(len(x), -1)", "x.swapaxes(2, 3).reshape(len(x), -1)",
            en="You read each map column by column. Go row by row.",
            zh="你是一列一列读的。应当一行一行读。"),
        Mistake("one_row_a_channel", "x.reshape(len(x), -1)", "x.reshape(x.shape[0], x.shape[1], -1)",
            en="There is still a row for each channel. A sample becomes a single row.",
            zh="每个通道还各占一行。一个样本只有一行。"),
        Mistake("back_in_fortran_order", "v.reshape(-1, C, H, W)", 'v.reshape((len(v), C, H, W), order="F")',
            en="`unflatten` reads in Fortran order. It has to undo `flatten`: the last axis runs fastest.",
            zh="`unflatten` 用的是 Fortran 次序。它要还原 `flatten`：最后一个轴变化最快。"),
        Mistake("back_with_channels_last", "v.reshape(-1, C, H, W)", "v.reshape(len(v), H, W, C).transpose(0, 3, 1, 2)",
            en="`unflatten` takes neighbors in the row for channels of one pixel. They are pixels of one channel.",
            zh="`unflatten` 把行里相邻的数当成了同一个像素的各通道。它们是同一个通道里的像素。"),
        Mistake("back_with_sides_exchanged", "v.reshape(-1, C, H, W)", "v.reshape(len(v), C, W, H).swapaxes(2, 3)",
            en="In `unflatten` height and width are exchanged: a row of a map has W numbers.",
            zh="`unflatten` 里高和宽对调了：一行有 W 个数。"),
    ],
    variants=[Variant("numpy_function", "x.reshape(len(x), -1)", "np.array([np.ravel(one) for one in x], dtype=np.float32)")],
)
