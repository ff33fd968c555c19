# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import cnn

from chapter import conv2d_forward, drawn_by, normal, words

# %% [markdown] lang="en"
# ## {n} Find the bug: moving images
#
# To see what a net makes of an image in another place, we have to move images: down by `dy` pixels and right by `dx`. What leaves the frame is lost, and what comes in is 0. A negative number moves up, or to the left. Positions in an array count from its upper left corner, rows first.
#
# A classmate wrote the function below and tested it on a column of three pixels $(1, 2, 3)$: up by one gives $(2, 3, 0)$. Right. Then she moved a row of three pixels $(1, 2, 3)$ to the right by one, $(0, 1, 2)$, and to the left, $(2, 3, 0)$. Right as well. In her experiment, however, digits with a long stroke at the bottom sometimes grew a hat.
#
# One place in the code is wrong.
#
# 1. Which direction did she not test? Follow the column $(1, 2, 3)$ through the code for that direction.
# 2. Say in the comment what is wrong.
# 3. Mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="9353"
# ## {n} 找错误：移动图像
#
# 想知道图像换个位置之后网络会怎样，先得能移动图像：向下移 `dy` 个像素，向右移 `dx` 个。移出画面的丢掉，空出来的补 0。负数表示向上或向左。数组的位置从左上角数起，先行后列。
#
# 有位同学写了下面的函数，用一列三个像素 $(1, 2, 3)$ 试了试：上移一格得 $(2, 3, 0)$，对。又用一行三个像素 $(1, 2, 3)$：右移一格得 $(0, 1, 2)$，左移一格得 $(2, 3, 0)$，也对。可是在她的实验里，有些底部笔画较长的数字，头上长出了一顶帽子。
#
# 代码里有一处错误。
#
# 1. 她漏测了哪个方向？按那个方向，让一列 $(1, 2, 3)$ 走一遍代码。
# 2. 在注释里写出错在哪里。
# 3. 改正它。原样交上来不得分。
# %% answer="shift_images"
def shift_images(X, dy, dx):
    """Images moved down by dy and right by dx pixels; what comes in is 0.

    X (N, C, H, W); dy and dx are integers, negative ones for up and left.  Returns an array of the shape of X.
    """
    ### BEGIN SOLUTION
    H, W = X.shape[2:]
    rows, columns = np.arange(H) - dy, np.arange(W) - dx  # where each row and column comes from
    moved = X[:, :, rows % H][:, :, :, columns % W]
    rows_inside = (rows >= 0) & (rows < H)
    columns_inside = (columns >= 0) & (columns < W)
    return moved * (rows_inside[:, None] & columns_inside)
    ### END SOLUTION


# %% [markdown] docstring="shift_images" lang="zh" of="a417"
# 把图像向下移 dy 个像素、向右移 dx 个像素；空出来的补 0。
#
# X (N, C, H, W)；dy 和 dx 是整数，负数表示向上、向左。返回与 X 形状相同的数组。
# %% [markdown] why="shift_images" lang="en"
# Asking of each row where it *comes from* gives every pixel exactly one value, and both directions share one line of code. `% H` merely
# keeps the index legal; it is the mask that throws away what came in round the edge, so it must guard both ends.
# %% [markdown] why="shift_images" lang="zh" of="7ce5"
# 问每一行**从哪里来**，每个像素就恰好得到一个值，两个方向也能共用一行代码。`% H` 只是让下标合法；真正丢掉绕回来的像素的是掩码，所以两头都要把守。
# %% grading="shift_images"
def moves(rng, *signs):
    return dict(zip(("dy", "dx"), (int(sign * rng.integers(1, 3)) for sign in signs)))


def diagonal_cases(rng):
    yield Case("down and right", zh="向右下", X=normal(rng, 2, 2, 4, 5), **moves(rng, 1, 1))
    yield Case("up and left", zh="向左上", X=normal(rng, 1, 2, 5, 4), **moves(rng, -1, -1))


def straight_cases(rng):
    yield Case("down alone", zh="只向下", X=normal(rng, 2, 1, 5, 3), **moves(rng, 1, 0))
    yield Case("left alone", zh="只向左", X=normal(rng, 1, 3, 3, 5), **moves(rng, 0, -1))
    yield Case("not at all", zh="不动", X=normal(rng, 2, 1, 3, 4), dy=0, dx=0)


def far_cases(rng):
    yield Case("to the last pixel", zh="只剩一个像素", X=normal(rng, 1, 1, 4, 3), dy=3, dx=-2)


@variant
def cut_and_paste(X, dy, dx):
    H, W = X.shape[2:]
    moved = np.zeros(X.shape)
    moved[:, :, max(dy, 0) : H + min(dy, 0), max(dx, 0) : W + min(dx, 0)] = X[
        :, :, max(-dy, 0) : H - max(dy, 0), max(-dx, 0) : W - max(dx, 0)
    ]
    return moved


@variant
def a_window_of_a_larger_image(X, dy, dx):
    H, W = X.shape[2:]
    framed = np.pad(X, ((0, 0), (0, 0), (H, H), (W, W)))
    return framed[:, :, H - dy : 2 * H - dy, W - dx : 2 * W - dx].astype(np.float32)


Exercise(
    points=1, reference=cnn.shift_images, cases=diagonal_cases, tolerance=CLOSED_FORM, accepts=("integers",),
    forbids=FROM_SCRATCH, starter="classmates_bug",
    groups=[
        Group("straight", straight_cases, en="Along one axis, and not at all", zh="只沿一个方向，以及不动"),
        Group("edge", far_cases),
    ],
    mistakes=[
        Mistake("classmates_bug", "rows_inside = (rows >= 0) & (rows < H)", "rows_inside = rows < H",
            en="This gives what your classmate's code gave. Move (1, 2, 3), a column, down by one: which numbers does `rows` hold, and where does the first row come from?",
            zh="这和那位同学的代码结果一样。把一列 (1, 2, 3) 下移一格：`rows` 里是哪些数？第一行是从哪里来的？"),
        Mistake("wraps_around", "return moved * (rows_inside[:, None] & columns_inside)", "return moved",
            en="What leaves on one side comes in again on the other. The pixels that come in should be 0.",
            zh="从一边出去的又从另一边进来了。进来的像素应当是 0。"),
        Mistake("other_direction", "np.arange(H) - dy, np.arange(W) - dx", "np.arange(H) + dy, np.arange(W) + dx",
            en="Your images move the other way. `rows` says where each row *comes from*: for a move down that is farther up.",
            zh="图像移反了方向。`rows` 说的是每一行**从哪里来**：向下移时，它来自上面。"),
        Mistake("axes_exchanged", "np.arange(H) - dy, np.arange(W) - dx", "np.arange(H) - dx, np.arange(W) - dy",
            en="`dy` and `dx` have changed places: `dy` moves rows, down the image.",
            zh="`dy` 和 `dx` 对调了：`dy` 移动的是行，沿图像向下。"),
        Mistake("any_side_inside", "rows_inside[:, None] & columns_inside", "rows_inside[:, None] | columns_inside",
            en="A pixel comes from inside the image if its row *and* its column do. You let one of the two be enough.",
            zh="行**和**列都来自图像之内，像素才算来自图像之内。你让其中一个满足就通过了。"),
        Mistake("everything_kept_is_cut", "(columns >= 0) & (columns < W)", "(columns > 0) & (columns < W)",
            en="One column too many is 0: column number 0 lies inside the image.",
            zh="多清掉了一列：第 0 列在图像之内。"),
        Mistake("border_pixels_repeated", "X[:, :, rows % H][:, :, :, columns % W]\n    rows_inside = (rows >= 0) & (rows < H)\n    columns_inside = (columns >= 0) & (columns < W)",
            "X[:, :, rows.clip(0, H - 1)][:, :, :, columns.clip(0, W - 1)]\n    rows_inside = rows == rows\n    columns_inside = columns == columns",
            en="The border is drawn out: what comes in repeats the outermost pixels. It should be 0.",
            zh="图像的边被拉长了：进来的是最外面的像素的重复。应当是 0。"),
    ],
    variants=[
        Variant("where", "return moved * (rows_inside[:, None] & columns_inside)",
            "return np.where(rows_inside[:, None] & columns_inside, moved, 0)"),
        Variant("one_after_the_other", "rows_inside[:, None] & columns_inside)", "rows_inside[:, None] & (columns >= 0) & (columns < W))"),
    ],
)


# %% [markdown] lang="en"
# With it you can look at the reason why a convolution shares its weights: *the same pattern may appear anywhere* (§6.1). Below, one digit in three places, and one map of it in each.
# %% [markdown] lang="zh" of="b89c"
# 有了它，就能亲眼看看卷积为什么要共享权重：**同样的图案可能出现在任何位置**（§6.1）。下面是同一个数字放在三个位置，以及各自的一张特征图。
# %% demo="the_map_moves_along"
@drawn_by("conv2d_forward", "shift_images")
def the_map_moves_along(plt):
    from sklearn.datasets import load_digits

    digit = np.pad(load_digits().images[5] / 16, 4)[None, None]  # (1, 1, 16, 16)
    w = np.array([[[[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]]], dtype=float)
    places = [(0, 0), (-3, 3), (4, -2)]
    images = [np.asarray(shift_images(digit, dy, dx)) for dy, dx in places]
    maps = [np.asarray(conv2d_forward(image, w, np.zeros(1), 1, 1)) for image in images]
    _, axes = plt.subplots(2, 3, figsize=(9, 6.2), layout="constrained")
    for (above, below), (dy, dx), image, seen in zip(axes.T, places, images, maps, strict=True):
        back = np.asarray(shift_images(seen, -dy, -dx))
        same = np.allclose(back, maps[0])
        above.imshow(image[0, 0], cmap="gray_r")
        above.set_title(words(en=f"moved down {dy}, right {dx}", zh=f"下移 {dy}，右移 {dx}"))
        below.imshow(seen[0, 0], cmap="RdBu_r", vmin=-3, vmax=3)
        as_before = words(en="the same" if same else "another", zh="完全一样" if same else "不一样")
        below.set_title(words(en="its map; moved back: ", zh="它的特征图；移回去：") + as_before)
    for axis in axes.ravel():
        axis.set(xticks=[], yticks=[])
    plt.show()


# %% [markdown] lang="en"
# What you should see. The map moves along with the digit and is otherwise the same, number by number. This is **translation equivariance**: a detector that has been learnt in one place works in every place, and has to be learnt only once. The frame is the exception: on the right the digit stands on its edge, and a part of the map lies outside.
# %% [markdown] lang="zh" of="c967"
# 你应当看到：特征图跟着数字一起移动，除此之外每个数都一样。这叫**平移等变性**（translation equivariance）：在一个位置学会的探测器，到处都能用，只需学一次。画面的边缘是例外：右图中的数字贴着下边，特征图有一部分落到了画面之外。
