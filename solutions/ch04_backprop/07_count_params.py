# %% prelude
import numpy as np

from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant
from reference import backprop as torch_reference

# %% [markdown] lang="en"
# ## {n} Counting parameters
#
# How big is a net? Not by its neurons but by its parameters: they take the memory, they need a gradient each, and two nets are compared fairly only when they have about equally many (§5.3). A layer from $m$ to $n$ neurons has $m\,n$ weights **and** $n$ biases:
#
# $$P=\sum_{\ell=1}^{L}\left(n_{\ell-1}\,n_\ell+n_\ell\right)$$
#
# Here $n_0=D$ is the input and $n_L=K$ the output. The input has no bias: it is data.
#
# **By hand.** The net of {ref:mlp_forward} has sizes 2, 2, 2: $(4+2)+(4+2)=12$. The net for digits at the end has sizes 64, 64, 10: $4160+650=4810$.
# %% [markdown] lang="zh" of="c27d"
# ## {n} 数参数
#
# 一个网络有多大？不看神经元个数，看参数个数：占内存的是参数，要逐个求梯度的也是参数；比较两个网络是否公平，也要让参数个数大致相同（§5.3）。从 $m$ 个神经元到 $n$ 个神经元的一层有 $m\,n$ 个权重，**外加** $n$ 个偏置：
#
# $$P=\sum_{\ell=1}^{L}\left(n_{\ell-1}\,n_\ell+n_\ell\right)$$
#
# 其中 $n_0=D$ 是输入，$n_L=K$ 是输出。输入是数据，没有偏置。
#
# **手算。** {ref:mlp_forward} 的网络大小为 2、2、2：$(4+2)+(4+2)=12$。最后识别数字的网络大小为 64、64、10：$4160+650=4810$。
# %% answer="count_params"
def count_params(sizes):
    """Number of weights and biases of a fully connected net.

    sizes is a list of at least two integers: the number of inputs, the widths of the hidden layers, the
    number of outputs.  Returns an integer.
    """
    ### BEGIN SOLUTION
    total = 0
    for m, n in zip(sizes[:-1], sizes[1:]):
        total += m * n + n
    return total
    ### END SOLUTION


# %% [markdown] docstring="count_params" lang="zh" of="8d66"
# 全连接网络的权重与偏置总数。
#
# sizes 是至少两个整数的列表：输入个数、各隐藏层的宽度、输出个数。返回一个整数。
# %% [markdown] why="count_params" lang="en"
# `zip` of the list with itself, shifted by one, gives all pairs of neighbors: k sizes make k − 1 layers, whatever k, and there is no index to get wrong.
# m · n + n is (m + 1) · n: a bias is the weight of one more input, which is always 1.
# %% [markdown] why="count_params" lang="zh" of="f299"
# 列表与错开一位的自己 `zip`，得到所有相邻的对：k 个尺寸就是 k − 1 层，k 是多少都行，也没有下标可写错。
# m · n + n 就是 (m + 1) · n：偏置相当于多出一个恒为 1 的输入的权重。
# %% grading="count_params"
def drawn(rng, layers):
    return [int(size) for size in rng.permutation(np.arange(2, 40))[: layers + 1]]


def size_cases(rng):
    yield Case("digits", zh="数字图像", sizes=[64, int(rng.integers(20, 500)), 10])
    yield Case("four layers", zh="四层", sizes=drawn(rng, 4))
    yield Case("two layers", zh="两层", sizes=drawn(rng, 2))


def edge_cases(rng):
    yield Case("no hidden layer", zh="没有隐藏层", sizes=drawn(rng, 1))
    yield Case("one output", zh="只有一个输出", sizes=[*drawn(rng, 1), 1])


Exercise(
    points=1, reference=torch_reference.count_params, cases=size_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("biases_omitted", "m * n + n", "m * n",
            en="You counted the weights only. Every neuron of a hidden or output layer has a bias too.",
            zh="你只数了权重。隐藏层和输出层的每个神经元还各有一个偏置。"),
        Mistake("bias_for_every_input", "m * n + n", "m * n + m",
            en="You gave a bias to every neuron that a layer comes *from*. The biases belong to the neurons it leads *to*.",
            zh="你把偏置算在了一层的**来源**上。偏置属于这一层**通向**的那些神经元。"),
        Mistake("one_bias_per_layer", "m * n + n", "m * n + 1",
            en="You counted one bias per layer. b is a vector: one number for each neuron of the layer.",
            zh="你给每层只算了一个偏置。b 是向量：该层每个神经元各有一个。"),
        Mistake("output_layer_forgotten", "zip(sizes[:-1], sizes[1:])", "zip(sizes[:-2], sizes[1:-1])",
            en="The last layer is missing from the sum. With k sizes there are k − 1 layers of weights.",
            zh="总和里少了最后一层。有 k 个大小，就有 k − 1 层权重。"),
        Mistake("input_has_biases", "total = 0", "total = sizes[0]",
            en="The input layer has no biases: it holds the data and computes nothing.",
            zh="输入层没有偏置：它只是数据，不做任何计算。"),
        Mistake("neurons_counted", "m * n + n", "n",
            en="You counted neurons. A parameter sits on every connection between two layers as well.",
            zh="你数的是神经元。两层之间的每一条连线上也都有一个参数。"),
        Mistake("one_hidden_layer_only", "zip(sizes[:-1], sizes[1:])", "((sizes[0], sizes[1]), (sizes[1], sizes[-1]))",
            en="Right for one hidden layer, but a net may have none or several: go through all pairs of neighboring layers.",
            zh="恰好一个隐藏层时是对的，但网络也可能没有隐藏层，或者有好几个：请依次处理每一对相邻的层。"),
        Mistake("sizes_used_up", "    for m, n in zip(sizes[:-1], sizes[1:]):",
            "    while len(sizes) > 1:\n        m, n = sizes.pop(0), sizes[0]",
            en="The number is right, but afterwards the caller's list is empty: `pop` takes the sizes out of it. Read them without changing the list.",
            zh="数目是对的，可算完之后调用者的列表被取空了：`pop` 会把元素拿走。只读取，不要改动列表。"),
    ],
    variants=[
        Variant("dot", "return total", "return int(np.dot(sizes[:-1], sizes[1:]) + np.sum(sizes[1:]))"),
        Variant("bias_as_an_input", "m * n + n", "(m + 1) * n"),
    ],
)
