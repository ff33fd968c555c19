# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, variant
from reference import tricks

from chapter import nonzero, normal, uniform

# %% [markdown] lang="en"
# ## {n} Find the bug: a layer that disappears
#
# In use batch normalization is a fixed formula: subtract a number, multiply by a number, add a number, feature by feature. An affine layer $Z = XW + b$ in front of it is of the same kind. So the two can be **folded** into one affine layer with other weights $W'$ and biases $b'$, and whoever uses the net pays nothing for the normalization:
#
# $$X W' + b' = \gamma\,\frac{(XW + b) - \mu}{\sqrt{v + \varepsilon}} + c \qquad \text{for every } X$$
#
# Here $\mu$ and $v$ are the running averages ({ref:batchnorm_forward}). It is routine where a net has to run on a phone.
#
# A fellow student has written `fold_batchnorm`. For layers that happen to have $b = 0$ it is right. You will need it again in {ref:train_on_few}, and there $b$ is not 0.
#
# **Exercise.** Say in the first line of the cell what is wrong (nobody grades that line), then mend the function.
#
# **By hand.** One input, one feature: $W = 4$, $b = 6$, $\mu = 2$, $v = 4$, $\varepsilon = 0$, $\gamma = 3$, $c = 1$. At $x = 0$ the two layers give $3\cdot(6 - 2)/2 + 1 = 7$; at $x = 1$ they give $13$. So $b' = 7$ and $W' = 6$. What does the function say?
# %% [markdown] lang="zh" of="4a0e"
# ## {n} 找错误：消失的一层
#
# 使用时，批归一化是个固定的公式：逐个特征减一个数，乘一个数，加一个数。它前面的仿射层 $Z = XW + b$ 也是这一类。所以两者可以**折叠**成一个仿射层，只是权重 $W'$ 和偏置 $b'$ 换了数，使用网络的人就不必再为归一化付出任何代价：
#
# $$X W' + b' = \gamma\,\frac{(XW + b) - \mu}{\sqrt{v + \varepsilon}} + c$$
#
# 对任何 $X$ 都成立。
#
# 这里的 $\mu$ 和 $v$ 是滑动平均（{ref:batchnorm_forward}）。要在手机上运行的网络，通常都这样处理。
#
# 一位同学写了 `fold_batchnorm`。碰巧 $b = 0$ 的层，它是对的。后面的 {ref:train_on_few} 还要用到它，那里的 $b$ 可不是 0。
#
# **练习。** 先在单元格的第一行写出哪里错了（这一行不计分），再把函数改对。
#
# **手算。** 一个输入，一个特征：$W = 4$，$b = 6$，$\mu = 2$，$v = 4$，$\varepsilon = 0$，$\gamma = 3$，$c = 1$。在 $x = 0$ 处两层给出 $3\cdot(6 - 2)/2 + 1 = 7$，在 $x = 1$ 处给出 $13$。所以 $b' = 7$，$W' = 6$。函数给出的是什么？
# %% answer="fold_batchnorm"
def fold_batchnorm(W, b, gamma, shift, mean, var, eps):
    """The one affine layer that does what an affine layer and the batch normalization behind it do in use.

    W (D, M), b (M,) the layer; gamma, shift (M,) scale and shift; mean, var (M,) the running averages; eps is added
    to var, under the root.  Returns (W, b) of the new layer, shapes (D, M) and (M,).
    """
    ### BEGIN SOLUTION
    scale = gamma / np.sqrt(var + eps)  # (M,)
    folded_W = W * scale  # (D, M)
    folded_b = (b - mean) * scale + shift  # (M,)
    return folded_W, folded_b
    ### END SOLUTION


# %% [markdown] docstring="fold_batchnorm" lang="zh" of="c764"
# 把一个仿射层和它后面的批归一化（使用时）合成一个仿射层。
#
# W (D, M)、b (M,) 是原来的层；gamma、shift (M,) 是缩放与平移；mean、var (M,) 是滑动平均；
# eps 加在 var 上，在根号里面。返回新层的 (W, b)，形状为 (D, M) 和 (M,)。
# %% [markdown] why="fold_batchnorm" lang="en"
# The bias travels with $XW$: minus the mean, times the scale; only the shift comes after. `scale` (M,) meets the columns of `W`, the features
# that come out. All this is allowed in use alone: in training $\mu$ and $v$ depend on the batch, and are no constants.
# %% [markdown] why="fold_batchnorm" lang="zh" of="1824"
# 偏置与 $XW$ 同行：先减均值，再乘缩放，只有平移在这之后才加。`scale` (M,) 对齐 `W` 的各列，即输出的特征。这样做只在使用时成立：训练时 $\mu$ 和 $v$ 取决于这一批，不是常数。
# %% grading="fold_batchnorm"
def layer(rng, d, m, **more):
    affine = {"W": normal(rng, d, m), "b": nonzero(rng, m)}
    learned = {"gamma": nonzero(rng, m), "shift": normal(rng, m), "mean": nonzero(rng, m), "var": rng.uniform(0.2, 4, m).round(2)}
    return {**affine, **learned, "eps": 1e-5, **more}


def fold_cases(rng):
    yield Case("typical", zh="一般数据", **layer(rng, 3, 2))
    yield Case("as many inputs as features", zh="输入与特征一样多", public=False, **layer(rng, 3, 3))


def edge_cases(rng):
    yield Case("one feature", zh="只有一个特征", public=False, **layer(rng, 3, 1))
    yield Case("a large eps", zh="较大的 eps", **layer(rng, 2, 4, eps=uniform(rng, 0.3, 0.9)))
    yield Case("a feature that never varied", zh="从不变化的特征", public=False, **layer(rng, 3, 2, var=np.array([0.0, uniform(rng, 0.5, 2)])))


def shapes_of_layer(W, b, gamma, shift, mean, var, eps):
    return [np.shape(W), np.shape(b)]


@variant
def asked_at_the_origin(W, b, gamma, shift, mean, var, eps):
    def both(X):
        return gamma * (X @ W + b - mean) / np.sqrt(var + eps) + shift

    origin = both(np.zeros((1, len(W))))
    return both(np.eye(len(W))) - origin, origin[0]


@variant
def loop(W, b, gamma, shift, mean, var, eps):
    new_W, new_b = np.zeros(W.shape), np.zeros(len(b))
    for m in range(len(b)):
        factor = gamma[m] / (var[m] + eps) ** 0.5
        for d in range(len(W)):
            new_W[d, m] = factor * W[d, m]
        new_b[m] = factor * b[m] - factor * mean[m] + shift[m]
    return new_W, new_b


Exercise(
    points=1, reference=tricks.fold_batchnorm, cases=fold_cases, shapes=shapes_of_layer, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("edge", edge_cases)], starter="bias_not_scaled",
    mistakes=[
        Mistake("bias_not_scaled", "(b - mean) * scale + shift", "b - mean * scale + shift",
            en="Follow x = 0 through both layers, step by step, with the numbers of the example. Which part of the output does not go the way that the formula sends it?",
            zh="用例子里的数，让 x = 0 一步一步走过两层。输出的哪一部分没有走公式规定的路？"),
        Mistake("mean_not_scaled", "(b - mean) * scale + shift", "b * scale - mean + shift",
            en="The mean is subtracted before the division, so it is scaled as well.",
            zh="均值是在除之前减去的，所以它也要缩放。"),
        Mistake("mean_added", "(b - mean) * scale", "(b + mean) * scale",
            en="The mean is added. Normalizing subtracts it.",
            zh="你加上了均值。归一化要减去它。"),
        Mistake("mean_forgotten", "(b - mean) * scale", "b * scale",
            en="The mean is missing in the new bias.",
            zh="新的偏置里漏了均值。"),
        Mistake("rows_scaled", "folded_W = W * scale", "folded_W = (W.T * np.resize(scale, len(W))).T",
            en="You scale the rows of W, one for each input. The factors belong to the features that come out: the columns.",
            zh="你缩放的是 W 的行，每个输入一行。系数属于输出的特征，也就是列。"),
        Mistake("root_missing", "np.sqrt(var + eps)", "(var + eps)",
            en="You divide by the variance. Its root is missing.",
            zh="你除以的是方差，漏了开方。"),
        Mistake("eps_outside_root", "np.sqrt(var + eps)", "(np.sqrt(var) + eps)",
            en="ε stands under the root, beside the variance.",
            zh="ε 在根号里面，和方差在一起。"),
        Mistake("shift_scaled", "(b - mean) * scale + shift", "(b - mean + shift) * scale",
            en="The shift is scaled too. It is added at the very end.",
            zh="平移也被缩放了。它是最后才加的。"),
        Mistake("weights_left_alone", "folded_W = W * scale", "folded_W = W * 1.0",
            en="The biases are folded, the weights are not: at x = 0 all is right, elsewhere not.",
            zh="偏置折叠了，权重没有：x = 0 处都对，别处就不对了。"),
    ],
    variants=[
        Variant("float32", "return folded_W, folded_b", "return np.float32(folded_W), np.float32(folded_b)"),
        Variant("a_sum_has_no_order", "    scale = gamma", "    var, eps = eps, var\n    scale = gamma"),
    ],
)
