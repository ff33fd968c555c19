# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import classification

from chapter import shape_of_input, sigmoid

# %% [markdown] lang="en"
# ## Several classes
#
# With $K$ classes (§4.4) a linear model gives each sample $K$ **logits** $z_1,\dots,z_K$. Two things turn them into an answer: *softmax* spreads probability over all classes, *hardmax* names the winner alone.
#
# ### {n} Softmax
#
# $$\operatorname{softmax}(z)_k=\frac{e^{z_k}}{\sum_j e^{z_j}} .$$
#
# **By hand.** Logits $(\ln1,\ln2,\ln5)$ give $(\tfrac18,\tfrac28,\tfrac58)$. Adding the same number to all logits of a row changes nothing, because it cancels. That is not only pretty, it is the cure for overflow: subtract each row's maximum first. (One maximum for the whole matrix is not enough: in a row that lies 800 below it, every exponential becomes 0.)
#
# Sigmoids divided by their sum are something else: for the logits above they give $(0.25,\,0.33,\,0.42)$, and they change when all logits are shifted.
# %% [markdown] lang="zh" of="98ec"
# ## 多分类
#
# 有 $K$ 类时（§4.4），线性模型给每个样本 $K$ 个 **logits** $z_1,\dots,z_K$。从 logits 到答案有两种办法：*softmax* 把概率分给所有类别，*hardmax* 只点出胜者。
#
# ### {n} Softmax
#
# $$\operatorname{softmax}(z)_k=\frac{e^{z_k}}{\sum_j e^{z_j}} .$$
#
# **手算。** logits $(\ln1,\ln2,\ln5)$ 得到 $(\tfrac18,\tfrac28,\tfrac58)$。同一行的 logits 都加上同一个数，结果不变，因为分子分母约掉了。这不仅好看，还正是防止溢出的办法：先减去每一行的最大值。（整个矩阵只用一个最大值是不够的：比它低 800 的那一行，指数会全部变成 0。）
#
# 把各个 sigmoid 除以它们的和则是另一回事：对上面的 logits 会得到 $(0.25,\,0.33,\,0.42)$，而且整体平移后结果会变。
# %% answer="softmax"
def softmax(Z):
    """Softmax of every row.

    Z (N, K) logits.  Returns (N, K): from 0 to 1, each row sums to 1, finite for logits of any finite size.
    """
    ### BEGIN SOLUTION
    E = np.exp(Z - Z.max(axis=1, keepdims=True))  # (N, K), the greatest entry of a row is 1
    return E / E.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% [markdown] docstring="softmax" lang="zh" of="0e26"
# 每一行的 softmax。
#
# Z (N, K) 是 logits。返回 (N, K)：元素在 0 到 1 之间，每行之和为 1；logits 不论多大，结果都应是有限数。
# %% [markdown] why="softmax" lang="en"
# The greatest entry of a row becomes $e^0=1$: nothing overflows, and the sum is at least 1, so no 0/0 either. What lies far below may round to 0, which does no harm here.
# `keepdims=True` keeps maxima and sums as columns, each beside its own row.
# %% [markdown] why="softmax" lang="zh" of="40d3"
# 每行最大的一项变成 $e^0=1$：既不会溢出，和也至少是 1，不会出现 0/0。远小于它的项可能舍入成 0，在这里没有坏处。
# `keepdims=True` 让最大值与和保持成一列，各自对着自己的那一行。
# %% grading="softmax"
def logits_cases(rng):
    yield Case("typical", zh="一般数据", Z=rng.normal(0, 1.5, (4, 3)).round(2))


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", Z=rng.normal(0, 1.5, (1, 5)).round(2))


def extreme_cases(rng):
    far = rng.normal(0, 1, (3, 4)).round(2) + rng.permutation([10000.0, -900.0, 0.0])[:, None]
    yield Case("rows far apart", zh="各行相差悬殊", Z=far)
    wide = rng.permuted([[0.0, -1.5, 2000.0, -4000.0, 2001.0]] * 2, axis=1) + rng.normal(0, 0.5, (2, 5)).round(2)
    yield Case("far apart within a row", zh="同一行内相差悬殊", Z=wide)


def invariant_cases(rng):
    Z, shift = rng.normal(0, 1, (3, 2)).round(2), float(rng.integers(2000, 9000))
    yield Case("shifted", zh="整体平移", Z=Z, shift=shift)


def effect_of_a_shift(impl, case):
    plain, shifted = impl.softmax(case.Z), impl.softmax(case.Z + case.shift)
    return {"shifted": shifted, "difference": shifted - plain}


@mistake(
    en="Your columns sum to 1. The probabilities of one sample, a row, must sum to 1.",
    zh="你的结果是每列之和为 1。应当是一个样本（一行）的概率之和为 1。",
)
def over_the_samples(Z):
    E = np.exp(Z - Z.max(axis=0))
    return E / E.sum(axis=0)


@mistake(
    en="These are sigmoids divided by their sum. Softmax uses exponentials, so that only differences of logits count.",
    zh="这是把 sigmoid 除以它们的和。softmax 用的是指数，因而只与 logits 之差有关。",
)
def normalized_sigmoids(Z):
    E = sigmoid(Z)
    return E / E.sum(axis=1, keepdims=True)


@mistake(
    en="You clip the logits: beyond the limit all of them become alike. Subtract each row's maximum instead.",
    zh="你截断了 logits：超出界限的全都变得一样了。应当改为减去每行的最大值。",
)
def clipped_logits(Z):
    E = np.exp(np.clip(Z, -700, 700))
    return E / E.sum(axis=1, keepdims=True)


@variant
def ratios(Z):
    with np.errstate(over="ignore"):
        return 1 / np.exp(np.asarray(Z)[:, None, :] - np.asarray(Z)[:, :, None]).sum(axis=2)


@variant
def on_own_copy(Z):
    P = np.array(Z, dtype=float)
    P -= P.max(axis=1)[:, None]
    np.exp(P, out=P)
    P /= P.sum(axis=1)[:, None]
    return P


@variant
def transposed(Z):
    E = np.exp(Z.T - np.max(Z.T, axis=0))
    return (E / sum(E)).T


@variant
def logaddexp(Z):
    return np.exp(Z - np.logaddexp.reduce(Z, axis=-1, keepdims=True))


@variant
def loop(Z):
    rows = []
    for row in Z:
        row = row - max(row)
        powers = [np.exp(value) for value in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


Exercise(
    points=1, reference=classification.softmax, cases=logits_cases, shapes=shape_of_input, tolerance=CLOSED_FORM,
    forbids=FROM_SCRATCH,
    groups=[
        Group("edge", edge_cases),
        Group("extreme", extreme_cases),
        Group("invariant", invariant_cases, observe=effect_of_a_shift),
    ],
    mistakes=[
        Mistake("no_max_subtraction", "np.exp(Z - Z.max(axis=1, keepdims=True))", "np.exp(Z)",
            en="Large logits overflow in the exponential. Subtract each row's maximum first: the result stays the same.",
            zh="logits 很大时指数会溢出。先减去每行的最大值，结果不变。"),
        Mistake("one_maximum_for_all", "Z.max(axis=1, keepdims=True)", "Z.max()",
            en="You subtract one maximum for the whole matrix. In a row far below it every exponential is 0, and 0/0 is NaN.",
            zh="你对整个矩阵只减了一个最大值。远低于它的那一行，指数全是 0，0/0 就成了 NaN。"),
        Mistake("not_normalized", "return E / E.sum(axis=1, keepdims=True)", "return E",
            en="Divide each row by its sum.",
            zh="每一行还要除以它的和。"),
        Mistake("mean_subtracted", "Z.max(axis=1, keepdims=True)", "Z.mean(axis=1, keepdims=True)",
            en="You subtract each row's mean. A logit far above it still overflows: subtract the maximum, then no exponent is positive.",
            zh="你减去的是每行的平均值。远高于平均值的 logit 仍会溢出：减去最大值，指数就不会为正。"),
        Mistake("linear_shares", "return E / E.sum(axis=1, keepdims=True)", "return Z / Z.sum(axis=1, keepdims=True)",
            en="Logits may be negative, so their plain shares are not probabilities. Take exponentials first.",
            zh="logits 可能为负，直接按比例分配得不到概率。先取指数。"),
    ],
    variants=[
        Variant("logs", "return E / E.sum(axis=1, keepdims=True)",
            "return np.exp(np.log(np.maximum(E, 1e-300)) - np.log(E.sum(axis=1))[:, None])"),
        Variant("einsum", "E.sum(axis=1, keepdims=True)", 'np.einsum("nk->n", E)[:, None]'),
    ],
)
