# %% prelude
from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant
from reference import cnn

# %% [markdown] lang="en"
# ## {n} How many parameters?
#
# The notes count for $6\times6$ images, a $3\times3$ kernel and $4\times4$ maps (§6.2). Count with them, first without biases:
#
# | layer | connections | parameters |
# |---|---|---|
# | dense: each of 16 neurons sees all 36 pixels | $16\cdot36=576$ | 576 |
# | sparse: each of 16 neurons sees 9 pixels, with weights of its own | $16\cdot9=144$ | 144 |
# | convolution: sparse, and all neurons share their weights | 144 | **9** |
#
# In general there are $C$ channels, $F$ filters of size $k\times k$, and images of $H\times W$ (stride 1, no padding). A filter has a kernel for each channel. Biases: a filter has **one**, whatever the size of its map; a dense layer has one for each *neuron*. Write both counts as functions.
#
# **By hand.** $3$ channels, $8$ filters of $5\times5$, images of $32\times32$, with biases. Convolution: $8\,(3\cdot25+1)=608$. Dense: $3072$ inputs, $8\cdot28\cdot28=6272$ outputs, $3072\cdot6272+6272=19\,273\,856$. Note what the 608 does not depend on.
# %% [markdown] lang="zh" of="d7db"
# ## {n} 有多少参数？
#
# 讲义（§6.2）数的是 $6\times6$ 的图像、$3\times3$ 的核、$4\times4$ 的特征图。跟着数一遍，先不算偏置：
#
# | 层 | 连接数 | 参数个数 |
# |---|---|---|
# | 全连接：16 个神经元，每个看全部 36 个像素 | $16\cdot36=576$ | 576 |
# | 稀疏：16 个神经元，每个只看 9 个像素，权重各用各的 | $16\cdot9=144$ | 144 |
# | 卷积：稀疏，并且所有神经元共享权重 | 144 | **9** |
#
# 一般地，有 $C$ 个通道、$F$ 个 $k\times k$ 的滤波器，图像为 $H\times W$（步幅 1，不填充）。一个滤波器对每个通道各有一个核。关于偏置：一个滤波器只有**一个**，不管特征图有多大；全连接层则是每个**神经元**一个。请把两种计数写成函数。
#
# **手算。** $3$ 个通道，$8$ 个 $5\times5$ 的滤波器，图像 $32\times32$，有偏置。卷积：$8\,(3\cdot25+1)=608$。全连接：输入 $3072$ 个，输出 $8\cdot28\cdot28=6272$ 个，$3072\cdot6272+6272=19\,273\,856$。请留意：608 与什么无关？
# %% answer="conv_param_count"
def conv_param_count(C, F, size, bias):
    """Number of parameters of a convolution.

    C channels come in, F filters of size × size; bias is True where each filter has one.  Returns an integer.
    """
    ### BEGIN SOLUTION
    return F * (C * size * size + bias)  # True counts 1
    ### END SOLUTION


def dense_param_count(C, H, W, F, size, bias):
    """Number of parameters of a dense layer between the same images and maps.

    Images (C, H, W); maps as F filters of size × size give them with stride 1 and no padding; bias is True where each
    neuron has one.  Returns an integer.
    """
    ### BEGIN SOLUTION
    neurons = F * (H - size + 1) * (W - size + 1)
    return neurons * (C * H * W + bias)
    ### END SOLUTION


# %% [markdown] docstring="conv_param_count" lang="zh" of="272c"
# 一个卷积层的参数个数。
#
# 输入有 C 个通道，F 个 size × size 的滤波器；bias 为 True 时每个滤波器有一个偏置。返回一个整数。
# %% [markdown] docstring="dense_param_count" lang="zh" of="7af4"
# 在同样的图像与特征图之间，一个全连接层的参数个数。
#
# 图像 (C, H, W)；特征图由 F 个 size × size 的滤波器以步幅 1、不填充得到；bias 为 True 时每个神经元有一个偏置。返回一个整数。
# %% [markdown] why="conv_param_count" lang="en"
# The first function is not even told `H` and `W`: sharing has made the size of the image irrelevant. In both, the bias stands inside the bracket, one
# for each filter in the first, one for each neuron in the second, and `True` counts as 1, so no case has to be treated apart.
# %% [markdown] why="conv_param_count" lang="zh" of="6a35"
# 第一个函数根本不需要 `H` 和 `W`：权重一共享，图像多大就无关紧要了。两处的偏置都写在括号里，一处每个滤波器一个，一处每个神经元一个；`True` 当作 1 来算，不必分情况。
# %% grading="conv_param_count"
def conv_cases(rng):
    yield Case("gray images", zh="灰度图像", C=1, F=int(rng.integers(2, 60)), size=int(rng.integers(2, 8)), bias=False)
    C, F, size = (int(n) for n in rng.integers((2, 40, 2), (20, 90, 9)))
    yield Case("many channels, with biases", zh="多个通道，有偏置", C=C, F=F, size=size, bias=True)


def dense_cases(rng):
    H, W = (int(n) for n in rng.integers(8, 40, size=2))
    yield Case("one map, no biases", zh="一张特征图，没有偏置", C=1, H=H, W=H + 1, F=1, size=int(rng.integers(2, 6)), bias=False)
    C, F, size = (int(n) for n in rng.integers((2, 5, 2), (5, 30, 7)))
    yield Case("many channels, biases", zh="多个通道，有偏置", C=C, H=H, W=W + 33, F=F, size=size, bias=True)


def dense_counts(impl, case):
    return impl.dense_param_count(case.C, case.H, case.W, case.F, case.size, case.bias)


Exercise(
    points=1, reference=cnn.conv_param_count, cases=conv_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("dense", dense_cases, observe=dense_counts, en="The dense layer", zh="全连接层")],
    mistakes=[
        Mistake("channels_forgotten", "F * (C * size * size", "F * (size * size",
            en="A filter has a kernel for *each* channel that comes in: the channels count too.",
            zh="滤波器对输入的**每个**通道各有一个核：通道数也要算上。"),
        Mistake("biases_forgotten", "size * size + bias", "size * size",
            en="Without biases it is right. With them each filter has one parameter more.",
            zh="没有偏置时是对的。有偏置时，每个滤波器还要多一个参数。"),
        Mistake("bias_for_every_kernel", "F * (C * size * size + bias)",
            "F * C * (size * size + bias)",
            en="You gave a bias to every kernel. The channels are added up first: one bias a filter.",
            zh="你给每个核都配了一个偏置。各通道先相加，每个滤波器只有一个偏置。"),
        Mistake("one_bias_for_all", "F * (C * size * size + bias)",
            "F * C * size * size + bias",
            en="You counted a single bias. Each of the F filters has its own.",
            zh="你只数了一个偏置。F 个滤波器各有一个。"),
        Mistake("size_not_squared", "F * (C * size * size", "F * (C * size",
            en="A kernel is a square of size × size weights.",
            zh="核是一个方块，有 size × size 个权重。"),
        Mistake("maps_as_large_as_the_images", "F * (H - size + 1) * (W - size + 1)", "F * H * W",
            en="Without padding the maps are smaller than the images: the kernel fits H − size + 1 times.",
            zh="不填充时，特征图比图像小：核只能放 H − size + 1 次。"),
        Mistake("connections_of_a_convolution", "neurons * (C * H * W +", "neurons * (C * size * size +",
            en="You counted the connections of a sparse layer. In a dense one every neuron sees all C·H·W inputs.",
            zh="你数的是稀疏层的连接。全连接层里，每个神经元看到全部 C·H·W 个输入。"),
        Mistake("one_place_too_few", "(H - size + 1) * (W - size + 1)", "(H - size) * (W - size)",
            en="The maps are one row and one column larger: a 3 × 3 kernel fits on 6 × 6 pixels 4 × 4 times.",
            zh="特征图的行、列各少数了一个：3 × 3 的核在 6 × 6 的图像上能放 4 × 4 次。"),
        Mistake("dense_bias_a_filter", "neurons * (C * H * W + bias)",
            "neurons * C * H * W + F * bias",
            en="The dense layer shares nothing, not even biases: it has one for each neuron, not for each map.",
            zh="全连接层什么都不共享，连偏置也不共享：每个神经元一个，而不是每张图一个。"),
    ],
    variants=[
        Variant("filter_by_filter", "return F * (C * size * size + bias)",
            "return sum(len(range(C * size * size)) + int(bias) for _ in range(F))"),
        Variant("counted_apart", "return neurons * (C * H * W + bias)",
            "return neurons * (C * H * W) + bias * neurons"),
        Variant("a_float", "bias)  # True", "bias) * 1.0  # True"),
        Variant("a_square_has_no_sign", "return F * (C", "size = -size\n    return F * (C"),
        Variant("true_is_its_square", "return F * (C", "bias = bias ** 2\n    return F * (C"),
        Variant("so_it_is_in_a_dense_layer", "neurons = F", "bias = bias ** 2\n    neurons = F"),
        Variant("either_side_first", "neurons = F", "H, W = (W, H)\n    neurons = F"),
    ],
)
