# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import drawn_by, normal, slopes, words

# %% [markdown] lang="en"
# ## {n} Three bends: ReLU, Leaky ReLU, Parametric ReLU
#
# A sigmoid flattens out at both ends, and where it is flat no gradient comes through. The **ReLU** (§7.1.1) is never flat where it is open:
#
# $$\text{ReLU}(z) = \max(0, z)$$
#
# It costs one comparison, and for each sample it closes some of the neurons: the net becomes thinner, and what is left of it is linear, so that gradients pass undiminished. But a neuron that is closed for *every* sample gets no gradient any more and stays closed. Two relatives leave a gap in the door:
#
# $$\text{Leaky ReLU}(z) = \begin{cases} z & z > 0 \\ 0.01\,z & z \le 0 \end{cases} \qquad \text{Parametric ReLU}(z) = \begin{cases} z & z > 0 \\ p\,z & z \le 0 \end{cases}$$
#
# In the parametric one every neuron $m$ has a slope $p_m$ of its own, and it is *learned*, like a weight. So it may become anything: $0$ (that neuron is a ReLU), $1$ (it is linear), negative (it is like an absolute value), even larger than 1.
#
# **By hand.** One sample, $z = (-2, 3)$, slopes $p = (0.5, 0.1)$: ReLU gives $(0, 3)$, Leaky ReLU $(-0.02, 3)$, Parametric ReLU $(-1, 3)$.
#
# **Exercise.** Write all three in one cell.
# %% [markdown] lang="zh" of="38ef"
# ## {n} 三种折线：ReLU、Leaky ReLU、Parametric ReLU
#
# sigmoid 的两头都是平的，平的地方梯度过不去。**ReLU**（§7.1.1）只要开着就不会平：
#
# $$\text{ReLU}(z) = \max(0, z)$$
#
# 它只要比较一次大小。对每个样本，它会关掉一部分神经元，网络因此变瘦；剩下的部分是线性的，梯度可以毫不衰减地通过。但如果一个神经元对**所有**样本都关着，它就再也得不到梯度，只能一直关下去。它的两个亲戚给门留了一道缝：
#
# $$\text{Leaky ReLU}(z) = \begin{cases} z & z > 0 \\ 0.01\,z & z \le 0 \end{cases} \qquad \text{Parametric ReLU}(z) = \begin{cases} z & z > 0 \\ p\,z & z \le 0 \end{cases}$$
#
# 在 Parametric ReLU 里，每个神经元 $m$ 有自己的斜率 $p_m$，而且像权重一样是**学出来**的。所以它可以是任何数：$0$（这个神经元就是 ReLU）、$1$（就是线性的）、负数（像绝对值），甚至大于 1。
#
# **手算。** 一个样本 $z = (-2, 3)$，斜率 $p = (0.5, 0.1)$：ReLU 得 $(0, 3)$，Leaky ReLU 得 $(-0.02, 3)$，Parametric ReLU 得 $(-1, 3)$。
#
# **练习。** 在一个单元格里写出这三个函数。
# %% answer="prelu"
def relu(Z):
    """ReLU of every entry of Z, an array of any shape."""
    ### BEGIN SOLUTION
    return np.maximum(Z, 0)
    ### END SOLUTION


def leaky_relu(Z):
    """Leaky ReLU, slope 0.01 below 0, of every entry of Z, an array of any shape."""
    ### BEGIN SOLUTION
    return np.where(Z > 0, Z, 0.01 * Z)
    ### END SOLUTION


def prelu(Z, p):
    """Parametric ReLU: Z (N, M), one slope for each of the M neurons, p (M,), any number.  Returns (N, M)."""
    ### BEGIN SOLUTION
    return np.where(Z > 0, Z, p * Z)  # (N, M)
    ### END SOLUTION


# %% [markdown] docstring="prelu" lang="zh" of="f48b"
# Parametric ReLU：Z (N, M)，M 个神经元各有一个斜率 p (M,)，可以是任何数。返回 (N, M)。
# %% [markdown] docstring="relu" lang="zh" of="60dd"
# 对 Z 的每个元素做 ReLU，Z 是任意形状的数组。
# %% [markdown] docstring="leaky_relu" lang="zh" of="da1f"
# 对 Z 的每个元素做 Leaky ReLU，0 以下的斜率为 0.01；Z 是任意形状的数组。
# %% [markdown] why="prelu" lang="en"
# `np.where` asks for the sign of `Z` and is right for any slope. The shorter `np.maximum(Z, p * Z)` agrees as long as $p \le 1$ and turns
# wrong beyond it; a learned slope promises nothing. `p` (M,) meets the last axis of `Z`, the neurons, all by itself.
# %% [markdown] why="prelu" lang="zh" of="916a"
# `np.where` 看的是 `Z` 的符号，斜率是多少都对。更短的 `np.maximum(Z, p * Z)` 在 $p \le 1$ 时一样，超过 1 就错了，而学出来的斜率什么也不保证。`p` (M,) 会自动对齐 `Z` 的最后一个轴，也就是神经元。
# %% grading="prelu"
def prelu_cases(rng):
    yield Case("four neurons", zh="四个神经元", Z=normal(rng, 6, 4) * 2, p=slopes(rng, 4))
    yield Case("as many samples as neurons", zh="样本与神经元一样多", public=False, Z=normal(rng, 3, 3) * 2, p=slopes(rng, 3))


def relu_cases(rng):
    yield Case("a batch", zh="一批", Z=normal(rng, 5, 3))
    yield Case("a single row", zh="只有一行", public=False, Z=normal(rng, 7))


def leaky_cases(rng):
    yield Case("a batch that leaks", zh="带泄漏的一批", Z=normal(rng, 4, 6))
    yield Case("a single row that leaks", zh="带泄漏的一行", public=False, Z=normal(rng, 5))


def edge_cases(rng):
    Z = normal(rng, 4, 3)
    Z[1], Z[:, 2] = 0.0, -np.abs(Z[:, 2])
    yield Case("zeros, and a neuron that is always closed", zh="有零，也有一直关着的神经元", Z=Z, p=slopes(rng, 3))
    yield Case("one sample, one neuron", zh="一个样本，一个神经元", public=False, Z=-np.abs(normal(rng, 1, 1)), p=slopes(rng, 1))


def of_relu(impl, case):
    return impl.relu(case.Z)


def of_leaky_relu(impl, case):
    return impl.leaky_relu(case.Z)


@mistake(
    en="The values are right, but you have overwritten the caller's Z, which is still needed on the way back. Make a new array.",
    zh="值是对的，但你改写了调用者的 Z，反向时还要用它。请建立新数组。",
)
def written_in_place(Z, p):
    Z = np.asarray(Z)
    Z[...] = np.where(Z > 0, Z, p * Z)
    return Z


@variant
def loop(Z, p):
    return [[float(z) if z > 0 else float(p[m]) * float(z) for m, z in enumerate(row)] for row in Z]


@variant
def two_parts_added(Z, p):
    return np.maximum(Z, 0) + p * np.minimum(Z, 0)


Exercise(
    points=2, reference=tricks.prelu, cases=prelu_cases, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("relu", relu_cases, observe=of_relu, en="ReLU", zh="ReLU"),
        Group("leaky", leaky_cases, observe=of_leaky_relu, en="Leaky ReLU", zh="Leaky ReLU"),
        Group("edge", edge_cases),
    ],
    mistakes=[
        Mistake("greater_of_the_two", "np.where(Z > 0, Z, p * Z)", "np.maximum(Z, p * Z)",
            en="You take the greater of z and p·z. For slopes up to 1 that is the same, but p is learned and may become greater than 1. Decide by the sign of z.",
            zh="你取了 z 和 p·z 中较大的一个。斜率不超过 1 时结果一样，但 p 是学出来的，可能大于 1。要按 z 的正负来判断。"),
        Mistake("slope_for_each_sample", "np.where(Z > 0, Z, p * Z)", "np.where(Z > 0, Z, p[: len(Z), None] * Z) if len(p) >= len(Z) else np.where(Z > 0, Z, p[0] * Z)",
            en="The slopes run down the samples. Each *neuron* has a slope, and neurons are the columns of Z.",
            zh="斜率沿样本方向用了。每个**神经元**有一个斜率，而神经元是 Z 的列。"),
        Mistake("bent_on_the_wrong_side", "np.where(Z > 0, Z, p * Z)", "np.where(Z > 0, p * Z, Z)",
            en="The slope p is on the wrong side: positive z pass as they are, the others are multiplied by p.",
            zh="斜率 p 用错了一边：正的 z 原样通过，其余的才乘以 p。"),
        Mistake("slope_for_value", "np.where(Z > 0, Z, p * Z)", "np.where(Z > 0, Z, p)",
            en="Where z is negative you return p itself. p is the slope of the line there: the value is p times z.",
            zh="z 为负时你返回的是 p 本身。p 是那里直线的斜率，值应当是 p 乘以 z。"),
        Mistake("subtracted", "np.where(Z > 0, Z, p * Z)", "np.where(Z > 0, Z, -p * Z)",
            en="The negative side has the wrong sign: with p = 0.5, z = −2 gives −1, not 1.",
            zh="负的一边符号反了：p = 0.5 时，z = −2 应得 −1，不是 1。"),
        Mistake("leaks_ten_times_too_much", "0.01 * Z", "0.1 * Z",
            en="`prelu` is fine, but `leaky_relu` leaks ten times too much: its slope is 0.01.",
            zh="`prelu` 没问题，但 `leaky_relu` 漏得太多了，是应有的十倍：它的斜率是 0.01。"),
        Mistake("absolute_value", "np.maximum(Z, 0)", "np.abs(Z)",
            en="Your `relu` folds the negative side up, like an absolute value. It should be 0 there.",
            zh="你的 `relu` 把负的一边翻到了上面，成了绝对值。那里应当是 0。"),
        Mistake("closed_on_the_wrong_side", "np.maximum(Z, 0)", "np.minimum(Z, 0)",
            en="Your `relu` keeps what is below 0 and cuts off what is above. It is the other way round.",
            zh="你的 `relu` 留下了 0 以下的，截掉了 0 以上的，正好反了。"),
    ],
    variants=[
        Variant("float32", "np.where(Z > 0, Z, p * Z)", "np.where(Z > 0, Z, p * Z).astype(np.float32)"),
        Variant("masks", "np.maximum(Z, 0)", "Z * (Z > 0)"),
        Variant("zero_is_open", "np.where(Z > 0, Z, p * Z)", "np.where(Z >= 0, Z, p * Z)"),
        Variant("zero_is_open_in_leaky_relu", "np.where(Z > 0, Z, 0.01 * Z)", "np.where(Z >= 0, Z, 0.01 * Z)"),
    ],
)


# %% [markdown] lang="en"
# The three bends, drawn by your functions, the third with two slopes. You should see: all agree on the right; on the left ReLU is level, Leaky ReLU is so nearly level that one must look twice, and the parametric ones go where their slope leads.
# %% [markdown] lang="zh" of="9672"
# 三种折线，都由你的函数画出，第三种取了两个斜率。你应该看到：右边全都重合；左边，ReLU 是平的，Leaky ReLU 平得要看两眼才分得出，Parametric ReLU 则由各自的斜率决定走向。
# %% demo="bends"
@drawn_by("relu", "leaky_relu", "prelu")
def bends(plt):
    z = np.linspace(-3, 3, 121)
    both = np.reshape(prelu(np.stack([z, z], axis=1), np.array([0.4, -0.5])), (121, 2))
    curves = {
        "ReLU": (relu(z), "-", "#0072B2"),
        "Leaky ReLU": (leaky_relu(z), "--", "#D55E00"),
        "Parametric ReLU, p = 0.4": (both[:, 0], "-.", "#009E73"),
        "Parametric ReLU, p = −0.5": (both[:, 1], ":", "#CC79A7"),
    }
    _, ax = plt.subplots(figsize=(7.5, 4.2), layout="constrained")
    for label, (values, style, color) in curves.items():
        ax.plot(z, np.reshape(values, 121), style, color=color, lw=2.5, label=label)
    ax.set(xlabel="z", ylabel=words(en="activation", zh="激活值"), title=words(en="Three bends", zh="三种折线"))
    ax.axhline(0, color="#888888", lw=0.6)
    ax.legend(frameon=False)
    ax.spines[["top", "right"]].set_visible(False)
    plt.show()
