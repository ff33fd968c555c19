# %% prelude
from autograder import EXACT, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import backprop as torch_reference

from chapter import count_params

# %% [markdown] lang="en"
# ## {n} Bonus: deep against wide, fairly
#
# One hidden layer, if wide enough, can approximate any continuous function; so why deep? §5.3 says that a deep net does more with the same number of parameters. To test such a claim one must compare nets with **equal numbers of parameters, which is not the same as equal numbers of neurons**.
#
# **Task.** Given the sizes of a deep net, find the width $H$ of one hidden layer between the same inputs $D$ and outputs $K$, so that the shallow net has as many parameters as possible without having *more* than the deep one. A shallow net has
#
# $$P(H)=(D\,H+H)+(H\,K+K)=H\,(D+1+K)+K$$
#
# **By hand.** Deep sizes 4, 5, 5, 2: $25+30+12=67$ parameters. $P(H)=7H+2\le67$ gives $H\le9.28$, so $H=9$ with 65 parameters. The deep net has 10 hidden neurons, the shallow one 9.
#
# A word on the claims of §5.3: that deep nets need less data or always do better is an observation on many tasks, with many exceptions, not a theorem. It is nothing you are graded on.
# %% [markdown] lang="zh" of="4c43"
# ## {n} 附加题：公平地比较深与宽
#
# 一个隐藏层只要足够宽，就能逼近任何连续函数，那为什么还要深？§5.3 说，参数一样多时，深的网络更有效。要检验这样的说法，就得比较**参数个数相同**的网络，而**参数一样多并不等于神经元一样多**。
#
# **任务。** 给定一个深网络的各层大小，在输入 $D$ 和输出 $K$ 不变的情况下，求只有一个隐藏层的网络的宽度 $H$：它的参数要尽可能多，但不能**超过**深网络。浅网络的参数个数为
#
# $$P(H)=(D\,H+H)+(H\,K+K)=H\,(D+1+K)+K$$
#
# **手算。** 深网络 4、5、5、2：$25+30+12=67$ 个参数。$P(H)=7H+2\le67$，即 $H\le9.28$，所以 $H=9$，共 65 个参数。深网络有 10 个隐藏神经元，浅网络有 9 个。
#
# 关于 §5.3 的说法补充一句：“深网络用较少的数据就能训练好”“越深越好”是许多任务上的经验，例外也很多，并不是定理。这里不会拿它来考你。
# %% answer="match_params" extra
def match_params(deep_sizes):
    """Width of the one hidden layer of the largest shallow net with no more parameters than a deep net.

    deep_sizes is a list of integers as in `count_params`: inputs, hidden widths, outputs.  The shallow net has the
    same inputs and outputs; biases count.  Returns an integer.
    """
    ### BEGIN SOLUTION
    D, K = deep_sizes[0], deep_sizes[-1]
    return (count_params(deep_sizes) - K) // (D + 1 + K)
    ### END SOLUTION


# %% [markdown] docstring="match_params" lang="zh" of="db22"
# 参数不多于给定深网络的、最大的单隐藏层网络的宽度。
#
# deep_sizes 是整数列表，同 `count_params`：输入个数、各隐藏层宽度、输出个数。浅网络的输入和输出个数不变，
# 偏置也计入参数。返回一个整数。
# %% [markdown] why="match_params" lang="en"
# P(H) is a straight line in H: set aside what does not depend on H, the K output biases, and divide by the price of a neuron: D weights in, a bias, K weights out.
# `//` rounds down, so the shallow net never has more, and it stays with whole numbers, free of the rounding of floats.
# %% [markdown] why="match_params" lang="zh" of="41cf"
# P(H) 是 H 的一次函数：先扣掉与 H 无关的 K 个输出偏置，再除以一个神经元的价钱：D 个输入权重、一个偏置、K 个输出权重。
# `//` 向下取整，浅网络的参数就不会更多；而且全是整数运算，没有浮点的舍入误差。
# %% grading="match_params"
def drawn(rng, hidden, suits):
    """Sizes with so many hidden layers for which `suits(P, D, K)`; P is the number of parameters without the last biases."""
    while True:
        sizes = [int(size) for size in rng.integers(3, 20, size=hidden + 2)]
        P, D, K = torch_reference.count_params(sizes) - sizes[-1], sizes[0], sizes[-1]
        weights_alone = (P + K - sum(sizes[1:])) // (D + K)
        if suits(P, D, K) and P // (D + 1 + K) not in (P // (D + K), weights_alone):
            return sizes


def deep_cases(rng):
    """Remainders that tell roundings, and what was not set aside, apart; K more make one neuron more from D + 1 on."""
    below_half = drawn(rng, 2, lambda P, D, K: D + 1 <= P % (D + 1 + K) < (D + 1 + K) / 2)
    yield Case("two hidden layers", zh="两个隐藏层", deep_sizes=below_half)
    nearly_one_more = drawn(rng, 3, lambda P, D, K: D + 1 + K / 2 <= P % (D + 1 + K))
    yield Case("many left over", zh="余下很多", deep_sizes=nearly_one_more)
    rounds_up = drawn(rng, 4, lambda P, D, K: (D + 1 + K) / 2 < P % (D + 1 + K) < D + 1)
    yield Case("four hidden layers", zh="四个隐藏层", deep_sizes=rounds_up)


def edge_cases(rng):
    yield Case("an exact fit", zh="恰好相等", deep_sizes=drawn(rng, 2, lambda P, D, K: P % (D + 1 + K) == 0))
    shallow = [int(size) for size in rng.integers(3, 30, size=3)]
    yield Case("already shallow", zh="本来就是浅的", deep_sizes=shallow)


@variant
def search(deep_sizes):
    width = 0
    while count_params([deep_sizes[0], width + 1, deep_sizes[-1]]) <= count_params(deep_sizes):
        width += 1
    return width


Exercise(
    points=1, reference=torch_reference.match_params, cases=deep_cases, tolerance=EXACT, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)],
    mistakes=[
        Mistake("biases_omitted", "(count_params(deep_sizes) - K) // (D + 1 + K)",
            "sum(m * n for m, n in zip(deep_sizes[:-1], deep_sizes[1:])) // (D + K)",
            en="You left the biases out on both sides. They count: the shallow net has H + K of them.",
            zh="两边的偏置你都没有算。要算上：浅网络有 H + K 个偏置。"),
        Mistake("output_biases_forgotten", "(count_params(deep_sizes) - K)", "count_params(deep_sizes)",
            en="The K biases of the output layer are there whatever H is. Set them aside before you divide.",
            zh="不管 H 是多少，输出层的 K 个偏置都在。做除法之前先把它们减掉。"),
        Mistake("half_the_output_biases", "(count_params(deep_sizes) - K)", "(count_params(deep_sizes) - K / 2)",
            en="You set aside only half of the K biases of the output layer. All of them are there whatever H is.",
            zh="输出层的 K 个偏置你只减掉了一半。不管 H 是多少，这 K 个都在，要全部减掉。"),
        Mistake("rounded_up", "(count_params(deep_sizes) - K) // (D + 1 + K)",
            "-(-(count_params(deep_sizes) - K) // (D + 1 + K))",
            en="You rounded up, so the shallow net has more parameters than the deep one. It must not have more.",
            zh="你向上取整了，浅网络的参数就比深网络多了。不允许超过。"),
        Mistake("neurons_matched", "(count_params(deep_sizes) - K) // (D + 1 + K)", "sum(deep_sizes[1:-1])",
            en="You matched the number of neurons. The fair comparison is by parameters, as §5.3 stresses.",
            zh="你让神经元个数相等了。公平的比较要看参数个数，§5.3 特别强调了这一点。"),
        Mistake("hidden_biases_forgotten", "(D + 1 + K)", "(D + K)",
            en="Each hidden neuron costs D + K weights and one bias: the bias is missing.",
            zh="每个隐藏神经元要 D + K 个权重，外加一个偏置：偏置漏掉了。"),
        Mistake("rounded_to_the_nearest", "(count_params(deep_sizes) - K) // (D + 1 + K)",
            "round((count_params(deep_sizes) - K) / (D + 1 + K))",
            en="You rounded to the nearest integer, so now and then the shallow net has more parameters than the deep one. Round down.",
            zh="你取了最接近的整数，于是有时浅网络的参数会比深网络多。请向下取整。"),
        Mistake("fewer_for_no_more", "(count_params(deep_sizes) - K) // (D + 1 + K)",
            "(count_params(deep_sizes) - K - 1) // (D + 1 + K)",
            en="Your shallow net has strictly fewer parameters. It must not have more, but exactly as many is allowed.",
            zh="你的浅网络参数总是严格更少。不能超过，但恰好相等是允许的。"),
        Mistake("list_used_up", "D, K = deep_sizes[0], deep_sizes[-1]",
            "P = count_params(deep_sizes)\n    D, K = deep_sizes.pop(0), deep_sizes.pop()\n    return (P - K) // (D + 1 + K)",
            en="The width is right, but afterwards the caller's list has lost its ends: `pop` takes them out. Read them with an index.",
            zh="宽度是对的，可调用者的列表少了两头：`pop` 会把元素取走。请用下标读取。"),
    ],
    variants=[
        Variant("floor", "(count_params(deep_sizes) - K) // (D + 1 + K)",
            "int(np.floor((count_params(deep_sizes) - K) / (D + 1 + K)))"),
    ],
)
