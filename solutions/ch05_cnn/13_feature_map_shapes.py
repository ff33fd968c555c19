# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import cnn

# %% [markdown] lang="en"
# ## {n} What shape comes out of where?
#
# The first thing that goes wrong in a new net is a shape. Work them out before you run anything. A net is a list of layers:
#
# | layer | `(C, H, W)` becomes |
# |---|---|
# | `("conv", filters, size, stride, pad)` | `(filters, Ho, Wo)` with $H_o=\lfloor(H+2\,\text{pad}-\text{size})/\text{stride}\rfloor+1$ |
# | `("pool", size, stride)` | `(C, Ho, Wo)`, likewise without padding |
# | `("flatten",)` | `(C·H·W,)` |
#
# The notes say that the number of channels at the end "equals the accumulated number of kernels" (§6.3). It does not accumulate: **after a convolution there are as many channels as *this* layer has filters**, since each filter adds up over everything that comes in. What came before is used up.
#
# **By hand.** $(1, 28, 28)$ through `("conv", 25, 3, 1, 0)`, `("pool", 2, 2)`, `("conv", 50, 3, 1, 0)`, `("pool", 2, 2)`, `("flatten",)`: $(25,26,26)$, $(25,13,13)$, $(50,11,11)$, $(50,5,5)$, $(1250,)$.
# %% [markdown] lang="zh" of="359c"
# ## {n} 每一层出来是什么形状？
#
# 新写的网络，最先出错的就是形状。先算清楚，再运行。网络写成一个列表，每层一项：
#
# | 层 | `(C, H, W)` 变成 |
# |---|---|
# | `("conv", filters, size, stride, pad)` | `(filters, Ho, Wo)`，其中 $H_o=\lfloor(H+2\,\text{pad}-\text{size})/\text{stride}\rfloor+1$ |
# | `("pool", size, stride)` | `(C, Ho, Wo)`，同理，没有填充 |
# | `("flatten",)` | `(C·H·W,)` |
#
# 讲义说，最后的“通道数等于累计卷积核数”（§6.3）。其实并不累计：**一次卷积之后，通道数就是*这一层*的滤波器个数**，因为每个滤波器都把输入的所有通道加在一起了，之前的通道到此用完。
#
# **手算。** $(1, 28, 28)$ 依次经过 `("conv", 25, 3, 1, 0)`、`("pool", 2, 2)`、`("conv", 50, 3, 1, 0)`、`("pool", 2, 2)`、`("flatten",)`：$(25,26,26)$、$(25,13,13)$、$(50,11,11)$、$(50,5,5)$、$(1250,)$。
# %% answer="feature_map_shapes"
def feature_map_shapes(shape, spec):
    """The shape of one sample after every layer of a net.

    shape (C, H, W) of the input; spec is a list of layers ("conv", filters, size, stride, pad), ("pool", size, stride) and
    ("flatten",), the input's first.  Returns a list with a tuple of integers for each layer.
    """
    ### BEGIN SOLUTION
    shapes = []
    for kind, *sizes in spec:
        C, *sides = shape
        if kind == "conv":
            filters, size, stride, pad = sizes
            shape = (filters, *((n + 2 * pad - size) // stride + 1 for n in sides))
        elif kind == "pool":
            size, stride = sizes
            shape = (C, *((n - size) // stride + 1 for n in sides))
        else:
            shape = (int(np.prod(shape)),)
        shapes.append(shape)
    return shapes
    ### END SOLUTION


# %% [markdown] docstring="feature_map_shapes" lang="zh" of="f80b"
# 一个样本经过网络每一层之后的形状。
#
# shape 是输入的形状 (C, H, W)；spec 是各层的列表：("conv", filters, size, stride, pad)、("pool", size, stride)、
# ("flatten",)，靠近输入的在前。返回一个列表，每层一个由整数组成的元组。
# %% [markdown] why="feature_map_shapes" lang="en"
# One `shape` is carried along and rewritten by each layer: a convolution *replaces* the number of channels, a pool keeps it. Height and
# width obey the same formula, so `sides` treats both at once, and `//` leaves out the window that does not fit.
# %% [markdown] why="feature_map_shapes" lang="zh" of="86cf"
# 只带着一个 `shape` 往前走，每层改写一次：卷积把通道数**换成**自己的滤波器数，池化则保留。高和宽服从同一个公式，用 `sides` 一并处理；`//` 正好舍去放不下的窗口。
# %% grading="feature_map_shapes"
def conv(rng, stride=1, pad=0):
    return ("conv", int(rng.integers(5, 60)), int(rng.integers(2, 5)), stride, pad)


def sides(rng):
    H = int(rng.integers(30, 60))
    return H, H + int(rng.integers(5, 20))


def net_cases(rng):
    spec = [conv(rng), ("pool", 2, 2), conv(rng), ("pool", 2, 2), ("flatten",)]
    yield Case("two convolutions", zh="两次卷积", shape=(3, *sides(rng)), spec=spec)


def edge_cases(rng):
    yield Case("flatten alone", zh="只有展平", shape=(int(rng.integers(2, 9)), *sides(rng)), spec=[("flatten",)])
    deep = [conv(rng), conv(rng), conv(rng)]
    yield Case("three convolutions in a row", zh="连续三次卷积", shape=(1, *sides(rng)), spec=deep)


def stride_cases(rng):
    spec = [conv(rng, pad=2), conv(rng, stride=2, pad=1), conv(rng, stride=3, pad=2)]
    yield Case("strides and padding", zh="步幅与填充", shape=(2, *sides(rng)), spec=spec)
    yield Case("pools that overlap or leave gaps", zh="池化窗口重叠或有空隙", shape=(4, *sides(rng)), spec=[("pool", 3, 2), ("pool", 2, 3)])


@variant
def by_counting_places(shape, spec):
    shapes = [tuple(shape)]
    for layer in spec:
        C, H, W = shapes[-1]
        if layer[0] == "flatten":
            shapes.append([int(np.prod(shapes[-1]))])
            continue
        size, stride, pad = layer[2:] if layer[0] == "conv" else (*layer[1:], 0)
        places = [len(range(0, n + 2 * pad - size + 1, stride)) for n in (H, W)]
        shapes.append([layer[1] if layer[0] == "conv" else C, *places])
    return shapes[1:]


@variant
def arrays(shape, spec):
    found = []
    for kind, *rest in spec:
        if kind == "flatten":
            shape = np.array([np.prod(shape)])
        else:
            channels, size, stride, pad = rest if kind == "conv" else (shape[0], *rest, 0)
            shape = np.r_[channels, (np.array(shape[1:]) + 2 * pad - size) // stride + 1]
        found.append(shape)
    return found


@mistake(
    en="Your channels add up from layer to layer, as the notes' sentence suggests. A convolution leaves as many channels as it has filters itself; those of earlier layers are used up.",
    zh="你的通道数一层一层累加，正如讲义那句话所说。可是卷积之后，通道数只等于这一层自己的滤波器个数；前面各层的通道已经用完了。",
)
def channels_accumulate(shape, spec):
    shapes, total = [], 0
    for kind, *sizes in spec:
        C, *sides = shape
        if kind == "conv":
            filters, size, stride, pad = sizes
            total += filters
            shape = (total, *((n + 2 * pad - size) // stride + 1 for n in sides))
        elif kind == "pool":
            size, stride = sizes
            shape = (C, *((n - size) // stride + 1 for n in sides))
        else:
            shape = (C * sides[0] * sides[1],)
        shapes.append(shape)
    return shapes


Exercise(
    points=2, reference=cnn.feature_map_shapes, cases=net_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases), Group("stride", stride_cases, en="Strides and padding", zh="步幅与填充")],
    mistakes=[
        Mistake("channels_multiply", "shape = (filters, *", "shape = (C * filters, *",
            en="Your channels multiply, as if every filter gave a map for each channel. It adds the channels up: one filter, one map.",
            zh="你的通道数在相乘，好像每个滤波器对每个通道都给出一张图。其实各通道加在一起：一个滤波器，一张图。"),
        Mistake("padding_on_one_side", "n + 2 * pad - size", "n + pad - size",
            en="Padding adds rows on both sides: 2·pad in all.",
            zh="填充在两边都加：一共是 2·pad。"),
        Mistake("padding_forgotten", "n + 2 * pad - size", "n - size",
            en="The padding is not counted.",
            zh="没有算上填充。"),
        Mistake("one_place_too_few", "(n + 2 * pad - size) // stride + 1", "(n + 2 * pad - size) // stride",
            en="After a convolution one row and one column are missing: the kernel's first place counts too.",
            zh="卷积之后各少了一行一列：核的第一个位置也要数。"),
        Mistake("rounded_up", "(n - size) // stride + 1", "-(-(n - size) // stride) + 1",
            en="Your pooling rounds up. A window that does not fit wholly is left out: round down.",
            zh="你的池化是向上取整。放不下的窗口要舍去：向下取整。"),
        Mistake("pooling_divides_by_its_size", "(n - size) // stride + 1 for n in sides))\n        else", "n // size for n in sides))\n        else",
            en="Right for pools whose stride equals their size. In general windows are `stride` apart.",
            zh="步幅等于窗口大小时是对的。一般地，窗口相距 `stride`。"),
        Mistake("channels_lost_in_flatten", "np.prod(shape)", "np.prod(sides)",
            en="Flatten reads out *all* channels: C·H·W numbers.",
            zh="展平要读出**所有**通道：一共 C·H·W 个数。"),
        Mistake("input_listed_too", "shapes = []", "shapes = [tuple(shape)]",
            en="Your list begins with the input. It has one entry for each layer: what comes out of it.",
            zh="你的列表是从输入开始的。每层只有一项：这一层的输出。"),
        Mistake("sides_exchanged", "C, *sides = shape", "C, *sides = shape[0], *shape[:0:-1]",
            en="Height and width change places from layer to layer. Each keeps its own place.",
            zh="每过一层，高和宽就对调一次。两者的位置应当不变。"),
    ],
    variants=[
        Variant("lists", "shapes.append(shape)", "shapes.append(list(shape))"),
        Variant("rounded", "int(np.prod(shape))", "round(np.prod(shape))"),
    ],
)
