# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import cnn

# %% [markdown] lang="en"
# ## {n} Find the bug: how far does a neuron see?
#
# A neuron of the first layer sees $3\times3$ pixels. A neuron of the second sees $3\times3$ *neurons of the first*, and so more pixels. How many, along one axis, is its **receptive field**: from the first to the last, and where a stride leaves gaps, these count too. It decides whether a net can find an eye, or a whole face.
#
# A layer is given by its `size` and its `stride`; convolution and pooling make no difference here. Go from the input to the output, and keep track of two numbers: the field, and the *jump*, by how many input pixels two neighboring neurons lie apart.
#
# A classmate tested the code below on three layers of size 3 and stride 1: it says 7. Right: 3, then 5, then 7. Then he tried a single layer of size 3 and stride 2. Such a neuron plainly sees 3 pixels; the code says 5.
#
# 1. What are field and jump before the first layer, and after it?
# 2. Which of the two numbers does the stride of a layer change: its own neurons' field, or only that of later layers?
# 3. Say in the comment what is wrong, then mend it. As it stands it earns nothing.
# %% [markdown] lang="zh" of="c391"
# ## {n} 找错误：一个神经元能看多远？
#
# 第一层的神经元看到 $3\times3$ 个像素。第二层的神经元看到 $3\times3$ 个**第一层的神经元**，也就看到更多的像素。沿一个方向看到多少个，叫作它的**感受野**（receptive field）：从第一个数到最后一个，步幅造成的空隙也算在内。网络能找到一只眼睛，还是整张脸，就由它决定。
#
# 一层由 `size` 和 `stride` 给出；是卷积还是池化，在这里没有区别。从输入走到输出，记住两个数：感受野，以及**间距**（jump），即相邻两个神经元在输入上相隔几个像素。
#
# 有位同学用三层 size 3、stride 1 试了下面的代码，得到 7，对：先是 3，再是 5，再是 7。然后他试了单独一层 size 3、stride 2。这样的神经元显然只看到 3 个像素，代码却说是 5。
#
# 1. 在第一层之前，感受野和间距各是多少？之后呢？
# 2. 一层的步幅改变的是哪个数？是这一层自己的感受野，还是只影响后面的层？
# 3. 在注释里写出错在哪里，再改正。原样交上来不得分。
# %% answer="receptive_field"
def receptive_field(layers):
    """How many input pixels, along one axis, a neuron of the last layer spans: from the first to the last that it sees.

    layers is a list of pairs (size, stride), the layer next to the input first.  Returns an integer.
    """
    ### BEGIN SOLUTION
    field, jump = 1, 1
    for size, stride in layers:
        field += (size - 1) * jump
        jump *= stride
    return field
    ### END SOLUTION


# %% [markdown] docstring="receptive_field" lang="zh" of="f4ce"
# 最后一层的神经元沿一个方向跨过多少个输入像素：从它看到的第一个数到最后一个。
#
# layers 是由 (size, stride) 组成的列表，靠近输入的在前。返回一个整数。
# %% [markdown] why="receptive_field" lang="en"
# The order of the two lines is the point: the window of a layer lies on neurons that are the *old* `jump` apart, and
# its stride spreads its own neurons, which only later layers feel. Fields add up, jumps multiply.
# %% [markdown] why="receptive_field" lang="zh" of="617b"
# 关键在两行的先后：一层的窗口落在相隔**旧** `jump` 的神经元上；它的步幅拉开的是自己的神经元，只有后面的层才感觉得到。感受野相加，间距相乘。
# %% grading="receptive_field"
def layer_cases(rng):
    small, large = (int(n) for n in rng.integers((2, 4), (4, 8)))
    yield Case("convolutions and pooling", zh="卷积与池化", layers=[(small, 1), (2, 2), (large, 1), (3, 3), (small, 1)])
    sizes = rng.permutation(np.arange(2, 8))[:4]
    yield Case("four layers", zh="四层", layers=[(int(k), int(s)) for k, s in zip(sizes, rng.permutation([1, 2, 3, 4]))])


def edge_cases(rng):
    yield Case("one layer with a stride", zh="一层，有步幅", layers=[(int(rng.integers(3, 12)), int(rng.integers(2, 5)))])
    yield Case("no layer", zh="一层也没有", layers=[])
    yield Case("a layer of single pixels", zh="一层只看单个像素", layers=[(1, 2), (int(rng.integers(3, 9)), 1), (2, 1)])


@variant
def from_the_output(layers):
    field = 1
    for size, stride in layers[::-1]:
        field = (field - 1) * stride + size
    return field


@variant
def by_marking_pixels(layers):
    seen = {0}
    for size, stride in reversed(layers):
        seen = {place * stride + k for place in seen for k in range(size)}
    return max(seen) - min(seen) + 1


Exercise(
    points=1, reference=cnn.receptive_field, cases=layer_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    starter="classmates_bug", groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("classmates_bug", "(size - 1) * jump", "(size - 1) * stride",
            en="This gives what your classmate's code gave. Take a single layer of size 3 and stride 2: how far apart are the three pixels that one neuron sees?",
            zh="这和那位同学的代码结果一样。只取一层，size 3、stride 2：一个神经元看到的三个像素，彼此相隔多远？"),
        Mistake("jump_first", "field += (size - 1) * jump\n        jump *= stride", "jump *= stride\n        field += (size - 1) * jump",
            en="The stride of a layer takes effect too early. Its own neurons still look at the spacing that the layers *before* it left.",
            zh="步幅起作用太早了。这一层的神经元看到的，仍是**前面**各层留下的间距。"),
        Mistake("strides_added", "jump *= stride", "jump += stride - 1",
            en="Your strides add up. Two layers of stride 2 leave neighbors 4 pixels apart: they multiply.",
            zh="你的步幅是相加的。两层步幅为 2，相邻神经元相隔 4 个像素：应当相乘。"),
        Mistake("strides_ignored", "jump *= stride", "jump *= 1",
            en="Right while all strides are 1. After a stride of 2 neighboring neurons lie 2 pixels apart.",
            zh="步幅都是 1 时是对的。步幅为 2 之后，相邻神经元相隔 2 个像素。"),
        Mistake("whole_size_added", "(size - 1) * jump", "size * jump",
            en="You add the whole size. One neuron is there already: a window of 3 adds two more.",
            zh="你把整个 size 都加上了。其中一个本来就在：大小为 3 的窗口只多出两个。"),
        Mistake("last_stride_counts", "return field", "return field * (layers[-1][1] if layers else 1)",
            en="The stride of the last layer changes how far its neurons lie apart, not what one of them sees.",
            zh="最后一层的步幅改变的是它的神经元相隔多远，而不是其中一个能看到多少。"),
        Mistake("begins_with_nothing", "field, jump = 1, 1", "field, jump = 0, 1",
            en="Before the first layer a \"neuron\" is a pixel, which sees itself: the field begins at 1.",
            zh="第一层之前，“神经元”就是像素，它看到自己：感受野从 1 开始。"),
    ],
    variants=[Variant("an_integer_of_numpy", "return field", "return np.int64(field)")],
)
