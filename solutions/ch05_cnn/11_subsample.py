# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import cnn

from chapter import drawn_by, maxpool_forward, normal, words

# %% [markdown] lang="en"
# ## {n} Bonus: the plain way to make an image smaller
#
# "Lowering the resolution does not change what an object is" (§6.1, the third of the notes' three observations). The plainest way: keep every `step`-th row and column, beginning with the first, and drop the rest.
#
# **By hand.** `step` $=2$: of the rows $0,1,2,3,4$ the rows $0,2,4$ stay, and of five columns likewise. So $5\times5$ pixels become $3\times3$: $\lceil 5/2\rceil=3$.
# %% [markdown] lang="zh" of="f65d"
# ## {n} 附加题：把图像变小的最朴素的办法
#
# “对图像降低像素不会改变物体本身是个什么东西”（§6.1，讲义三条观察中的第三条）。最朴素的办法：从第一行、第一列起，每隔 `step` 个留一个，其余的丢掉。
#
# **手算。** `step` $=2$：第 $0,1,2,3,4$ 行中留下 $0,2,4$ 行，五列也一样。所以 $5\times5$ 变成 $3\times3$：$\lceil 5/2\rceil=3$。
# %% answer="subsample" extra
def subsample(x, step):
    """Every step-th row and column of the images, beginning with the first.

    x (N, C, H, W), step ≥ 1.  Returns (N, C, ⌈H / step⌉, ⌈W / step⌉).
    """
    ### BEGIN SOLUTION
    return x[:, :, ::step, ::step]
    ### END SOLUTION


# %% [markdown] docstring="subsample" lang="zh" of="2aba"
# 图像的行和列每隔 step 个留一个，从第一个开始。
#
# x (N, C, H, W)，step ≥ 1。返回 (N, C, ⌈H / step⌉, ⌈W / step⌉)。
# %% [markdown] why="subsample" lang="en"
# A slice with a step copies nothing: NumPy hands out a view of the same memory. It begins with number 0 and takes along what an incomplete last block offers, hence the rounding up.
# %% [markdown] why="subsample" lang="zh" of="3646"
# 带步长的切片不复制任何像素，NumPy 给出的只是同一块内存的另一个视图。它从第 0 个取起，末尾不满一段时也还会取一个，所以个数是向上取整。
# %% grading="subsample"
def plain_cases(rng):
    yield Case("typical", zh="一般数据", x=normal(rng, 3, 2, 3, 4), step=2)


def edge_cases(rng):
    yield Case("a number of rows that is not divisible", zh="行数不能整除", x=normal(rng, 2, 1, 5, 7), step=3)
    yield Case("every pixel", zh="每个像素都留", x=normal(rng, 1, 2, 3, 2), step=1)


@variant
def indices(x, step):
    rows, columns = np.arange(0, x.shape[2], step), np.arange(0, x.shape[3], step)
    return np.take(np.take(x, rows, axis=2), columns, axis=3)


Exercise(
    points=1, reference=cnn.subsample, cases=plain_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("rows_alone", "x[:, :, ::step, ::step]", "x[:, :, ::step]",
            en="Rows are thinned out, columns are not: both axes of the image get smaller.",
            zh="只抽了行，没有抽列：图像的两个轴都要变小。"),
        Mistake("images_thinned_out", "x[:, :, ::step, ::step]", "x[::step, ::step]",
            en="Images and channels are missing, pixels are not. The spatial axes are the last two.",
            zh="少掉的是图像和通道，不是像素。空间轴是最后两个。"),
        Mistake("begins_later", "x[:, :, ::step, ::step]", "x[:, :, step - 1 :: step, step - 1 :: step]",
            en="You begin with row number `step`. The first row and the first column stay.",
            zh="你是从第 `step` 行开始的。第一行、第一列要留下。"),
        Mistake("incomplete_end_dropped", "x[:, :, ::step, ::step]",
            "x[:, :, : x.shape[2] // step * step : step, : x.shape[3] // step * step : step]",
            en="Right where `step` divides the sides. Else you lose a row or column at the end: 5 pixels, every second, are 3.",
            zh="边长能整除时是对的。不能整除时，末尾少了一行或一列：5 个像素每隔 2 个取一个，是 3 个。"),
        Mistake("mean_of_blocks", "x[:, :, ::step, ::step]",
            "np.stack([[[[image[i : i + step, j : j + step].mean() for j in range(0, x.shape[3], step)] for i in range(0, x.shape[2], step)] for image in one] for one in x])",
            en="You averaged over blocks. Here pixels are only picked, none is changed.",
            zh="你对小块取了平均。这里只是挑选像素，不改变它们的值。"),
        Mistake("first_rows_kept", "x[:, :, ::step, ::step]",
            "x[:, :, : -(-x.shape[2] // step), : -(-x.shape[3] // step)]",
            en="You kept the first rows and columns in one piece: that is a detail of the image, not the image made smaller.",
            zh="你留下的是连在一起的前几行、前几列：那是图像的一角，不是缩小的图像。"),
    ],
    variants=[
        Variant("float32", "x[:, :, ::step, ::step]", "x[..., ::step, ::step].astype(np.float32)"),
        Variant("lists_of_lists", "x[:, :, ::step, ::step]", "x[:, :, ::step, ::step].tolist()"),
    ],
)


# %% [markdown] lang="en"
# What is the difference between subsampling and max pooling, for a thin stroke?
# %% [markdown] lang="zh" of="e1bc"
# 对一条细笔画来说，抽样与最大池化有什么不同？
# %% demo="smaller_images"
@drawn_by("maxpool_forward", "subsample")
def smaller_images(plt):
    row, column = np.indices((12, 12))
    ring = np.abs(np.hypot(row - 5.5, column - 5.5) - 4) < 0.6
    thin = np.array([column == 5, row + column == 11, ring], dtype=float)[:, None]  # (3, 1, 12, 12)
    kinds = [
        (words(en="as it is", zh="原样"), thin),
        (words(en="every second pixel", zh="每隔一个像素"), np.asarray(subsample(thin, 2))),
        (words(en="2 × 2 max pooling", zh="2 × 2 最大池化"), np.asarray(maxpool_forward(thin, 2, 2))),
    ]
    _, axes = plt.subplots(3, 3, figsize=(7, 7), layout="constrained")
    for line, (title, images) in zip(axes, kinds, strict=True):
        for axis, image in zip(line, images, strict=True):
            axis.imshow(image[0], cmap="gray_r", vmin=0, vmax=1)
            axis.set(xticks=[], yticks=[], title=title)
    plt.show()


# %% [markdown] lang="en"
# What you should see. With every second pixel two of the three strokes are gone altogether: they happened to lie on the other pixels. The ring falls to pieces. Max pooling keeps every stroke, somewhere in its window. What pooling gives away is the exact place.
# %% [markdown] lang="zh" of="0523"
# 你应当看到：每隔一个像素取一个，三条笔画中有两条完全消失了，因为它们恰好落在另一些像素上；圆环也断成了几截。最大池化总会在窗口里把笔画留住。池化舍弃的是准确的位置。
