# %% prelude
import numpy as np

from autograder import Case, Dataset, Exercise, Group, Mistake, Tolerance, Variant, variant
from reference import backprop as torch_reference

from chapter import backprop, labelled, net, net_and_data, normal, torch_backprop

# %% [markdown] lang="en"
# ## {n} Do you and autograd agree?
#
# Two programs written in different ways that give the same 4810 numbers are very probably both right. To say *how* equal two gradients $g$ and $t$ are, a plain difference is no good: 0.001 is nothing for a gradient of size 1000 and everything for one of size 0.001. Use the relative gap of each tensor,
#
# $$\mathrm{gap}(g,t)=\frac{\lVert g-t\rVert}{\max(\lVert g\rVert,\lVert t\rVert,10^{-12})}$$
#
# where $\lVert\cdot\rVert$ is the root of the sum of squares of all entries. The $10^{-12}$ only avoids $0/0$. Two right gradients in float64 have a gap near $10^{-15}$, in float32 near $10^{-7}$; a wrong one is usually above $10^{-2}$.
#
# **By hand.** $g=(3,4)$, $t=(3,3)$: $\lVert g-t\rVert=1$, $\lVert g\rVert=5$, so the gap is $0.2$.
#
# The second function in the cell, `agreement`, is given. It lets your `backprop` meet your `torch_backprop`.
# %% [markdown] lang="zh" of="6711"
# ## {n} 你和自动求导一致吗？
#
# 用不同方法写的两个程序给出同样的 4810 个数，那么两个多半都对。要说清两个梯度 $g$ 和 $t$ **有多**一致，光看差不行：0.001 对大小为 1000 的梯度微不足道，对大小为 0.001 的梯度却是全部。所以对每个张量用相对差距：
#
# $$\mathrm{gap}(g,t)=\frac{\lVert g-t\rVert}{\max(\lVert g\rVert,\lVert t\rVert,10^{-12})}$$
#
# 其中 $\lVert\cdot\rVert$ 是所有元素平方和的平方根，$10^{-12}$ 只是为了避免 $0/0$。两个都正确的梯度，float64 时差距约为 $10^{-15}$，float32 时约为 $10^{-7}$；有一个错了，通常在 $10^{-2}$ 以上。
#
# **手算。** $g=(3,4)$，$t=(3,3)$：$\lVert g-t\rVert=1$，$\lVert g\rVert=5$，差距为 $0.2$。
#
# 单元格里的第二个函数 `agreement` 已经写好，它让你的 `backprop` 和 `torch_backprop` 当面对质。
# %% answer="gradient_gap"
def gradient_gap(grads, params, X, y):
    """How far `grads` is from the gradients that `torch_backprop` finds, tensor by tensor.

    grads and params are dicts with the keys W1, b1, …, WL, bL; X (N, D), labels y (N,).
    Returns a dict with the same keys: the relative gap ‖g − t‖ / max(‖g‖, ‖t‖, 1e-12) of each tensor, a number.
    """
    ### BEGIN SOLUTION
    truth = torch_backprop(params, X, y)
    gaps = {}
    for name in params:
        g, t = np.asarray(grads[name]), np.asarray(truth[name])
        scale = max(np.linalg.norm(g), np.linalg.norm(t), 1e-12)
        gaps[name] = np.linalg.norm(g - t) / scale
    return gaps
    ### END SOLUTION


def agreement(params, X, y):
    """The gap between your `backprop` and your `torch_backprop`: about 1e-15 when both are right."""
    return gradient_gap(backprop(params, X, y), params, X, y)


# %% [markdown] docstring="gradient_gap" lang="zh" of="cfbc"
# `grads` 与 `torch_backprop` 求出的梯度逐个张量相差多少。
#
# grads 和 params 都是字典，键为 W1, b1, …, WL, bL；X (N, D)，标签 y (N,)。
# 返回键相同的字典：每个张量的相对差距 ‖g − t‖ / max(‖g‖, ‖t‖, 1e-12)，是一个数。
# %% [markdown] docstring="agreement" lang="zh" of="63df"
# 你的 `backprop` 与 `torch_backprop` 之间的差距：两者都对时约为 1e-15。
# %% [markdown] why="gradient_gap" lang="en"
# `np.linalg.norm` of a matrix, unless told otherwise, is the root of the sum of all squares; `np.asarray` makes arrays of torch's tensors.
# With the larger norm below, the gap is the same whichever gradient is called the truth, and never above 2; where one of the two is 0 it is 1, and not infinite.
# %% [markdown] why="gradient_gap" lang="zh" of="14bb"
# `np.linalg.norm` 对矩阵默认就是全部平方和的根；`np.asarray` 把 torch 的张量变成数组。
# 分母取两个范数中较大的，不论把哪个当作标准，差距都一样，并且不会超过 2；其中一个为 0 时，差距是 1，而不是无穷大。
# %% grading="gradient_gap"
def gap_cases(rng):
    other = {"grads": net(rng, 3, 4, 2), **net_and_data(rng, 5, 3, 4, 2), "y": labelled(rng, 5, 2)}
    yield Case("other gradients", zh="别的梯度", **other)
    large = {name: value * 20 for name, value in net(rng, 2, 3, 3).items()}
    yield Case("large gradients", zh="很大的梯度", grads=large, **net_and_data(rng, 4, 2, 3, 3), y=labelled(rng, 4, 3))


def edge_cases(rng):
    silent = {**net(rng, 3, 2, 2), "b1": -50 - np.abs(normal(rng, 2))}  # closed neurons: autograd's gradients are 0
    tiny = {"W1": np.zeros((3, 2)), "b1": normal(rng, 2) * 5e-13, "W2": normal(rng, 2, 2) * 1e-13, "b2": normal(rng, 2)}
    zeros = {"grads": tiny, "params": silent, "X": normal(rng, 4, 3), "y": labelled(rng, 4, 2)}
    yield Case("gradients of 0", zh="为 0 的梯度", **zeros)


def agreement_cases(rng):
    both = {"sizes": (4, 5, 3), "X": normal(rng, 6, 4), "y": labelled(rng, 6, 3)}
    yield Case("yours and autograd's", zh="你的和自动求导的", **both, seed=int(rng.integers(2**31)))
    deep = {"sizes": (3, 4, 4, 2), "X": normal(rng, 7, 3), "y": labelled(rng, 7, 2)}
    yield Case("three layers", zh="三层", **deep, seed=int(rng.integers(2**31)))
    _, digits, train, _ = torch_reference.digits_split()
    rows, seed = rng.permutation(train)[:12], int(rng.integers(2**31))
    pixels = {"sizes": (64, 64, 10), "X": Dataset("digits", rows=rows), "y": digits[rows], "seed": seed}
    yield Case("a net for digits", zh="识别数字的网络", **pixels)


def agreement_seen(impl, case):
    """For a net of these sizes, made here so that banks stay small."""
    rng, params = np.random.default_rng(case.seed), {}
    for layer, (m, n) in enumerate(zip(case.sizes[:-1], case.sizes[1:]), start=1):
        params[f"W{layer}"], params[f"b{layer}"] = rng.normal(size=(m, n)) / m**0.5, rng.normal(size=n)
    return impl.agreement(params, case.X / np.max(np.abs(case.X)), case.y)


@variant
def in_torch(grads, params, X, y):
    import torch

    gaps = {}
    for name, truth in torch_backprop(params, X, y).items():
        g, t = (torch.as_tensor(np.asarray(value).copy()).double() for value in (grads[name], truth))
        gaps[name] = (g - t).norm() / max(g.norm(), t.norm(), torch.tensor(1e-12))
    return gaps


Exercise(
    points=2, reference=torch_reference.gradient_gap, cases=gap_cases, seconds=10.0,
    groups=[
        Group("edge", edge_cases),
        Group("agreement", agreement_cases, observe=agreement_seen,
            en="Your backprop agrees with autograd", zh="你的 backprop 与自动求导一致"),
    ],
    tolerance=Tolerance(
        1e-5,
        1e-5,
        "two right gradients have a gap of 1e-15 in float64 and below 1e-6 in float32; a wrong one's is above 1e-2",
    ),
    mistakes=[
        Mistake("not_relative", "np.linalg.norm(g - t) / scale", "np.linalg.norm(g - t)",
            en="This is the plain distance. Divide by the larger of the two norms, so that the gap says how many digits agree.",
            zh="这是未经缩放的距离。除以两个范数中较大的那个，差距才能说明有几位数字一致。"),
        Mistake("difference_of_norms", "np.linalg.norm(g - t) / scale",
            "abs(np.linalg.norm(g) - np.linalg.norm(t)) / scale",
            en="You compare the lengths of the two gradients. Two gradients of equal length may point in opposite directions: take the norm of the difference.",
            zh="你比较的是两个梯度的长度。长度相等的两个梯度方向可能完全相反：要取差的范数。"),
        Mistake("sum_of_norms_below", "max(np.linalg.norm(g), np.linalg.norm(t), 1e-12)",
            "np.linalg.norm(g) + np.linalg.norm(t) + 1e-12",
            en="You divide by the sum of the two norms, another common choice. Here the larger of the two is asked for.",
            zh="你除以了两个范数之和，这也是一种常见的取法；这里要的是两者中较大的那个。"),
        Mistake("largest_entry_for_norm", "np.linalg.norm(g - t) / scale", "np.max(np.abs(g - t)) / scale",
            en="You took the largest entry of the difference. The norm is the root of the sum of the squares of all entries.",
            zh="你取的是差的最大元素。范数是所有元素平方和的平方根。"),
        Mistake("norm_squared", "np.linalg.norm(g - t) / scale", "np.sum((g - t) ** 2) / scale**2",
            en="Your gap is squared: the root of the sum of squares is missing.",
            zh="你的差距多了一个平方：平方和之后忘了开方。"),
        Mistake("spectral_norm", "np.linalg.norm(g - t) / scale",
            "np.linalg.norm(g - t, 2) / max(np.linalg.norm(g, 2), np.linalg.norm(t, 2))",
            en="For matrices you used the spectral norm (`ord=2`). Use the Frobenius norm: the root of the sum of squares of all entries.",
            zh="对矩阵你用了谱范数（`ord=2`）。请用 Frobenius 范数：所有元素平方和的平方根。"),
        Mistake("zero_by_zero", "max(np.linalg.norm(g), np.linalg.norm(t), 1e-12)",
            "max(np.linalg.norm(g), np.linalg.norm(t))",
            en="When both gradients are 0, as behind neurons that are all closed, you divide 0 by 0. The 1e-12 in the formula is there for that.",
            zh="两个梯度都为 0 时（例如后面的神经元全部关闭），你算的是 0/0。公式里的 1e-12 就是为此而设的。"),
        Mistake("floor_added", "max(np.linalg.norm(g), np.linalg.norm(t), 1e-12)",
            "max(np.linalg.norm(g), np.linalg.norm(t)) + 1e-12",
            en="You add the 1e-12 to the larger norm. It is one of the three numbers of which the largest counts.",
            zh="你把 1e-12 加在了较大的范数上。它应当和两个范数放在一起，三者取最大。"),
        Mistake("truth_alone_below", "max(np.linalg.norm(g), np.linalg.norm(t), 1e-12)",
            "max(np.linalg.norm(t), 1e-12)",
            en="You divide by the norm of autograd's gradient alone. The formula takes the larger of the two norms.",
            zh="你只除以自动求导的梯度的范数。公式取的是两个范数中较大的那个。"),
        Mistake("one_gap_for_all", "    return gaps\n", "    return dict.fromkeys(gaps, max(gaps.values()))\n",
            en="Every tensor has the same gap, the largest of all. Each tensor has its own, so that one sees which layer is wrong.",
            zh="所有张量的差距都一样，是其中最大的那个。每个张量要有自己的差距，这样才看得出哪一层错了。"),
    ],
    variants=[
        Variant("length_of_the_opposite", "np.linalg.norm(g - t) / scale", "np.linalg.norm(t - g) / scale"),
        Variant("roles_exchanged", "np.asarray(grads[name]), np.asarray(truth[name])", "np.asarray(truth[name]), np.asarray(grads[name])"),
        Variant("gradients_are_arrays_already", "np.asarray(grads[name])", "grads[name]"),
        Variant("largest_in_another_order", "(np.linalg.norm(g), np.linalg.norm(t), 1e-12)", "(np.linalg.norm(t), np.linalg.norm(g), 1e-12)"),
        Variant("floor_in_the_middle", "(np.linalg.norm(g), np.linalg.norm(t), 1e-12)", "(np.linalg.norm(g), 1e-12, np.linalg.norm(t))"),
        Variant("floor_first", "(np.linalg.norm(g), np.linalg.norm(t), 1e-12)", "(1e-12, np.linalg.norm(t), np.linalg.norm(g))"),
        Variant("gradients_have_the_same_names", "for name in params:", "for name in grads:"),
        Variant("root_of_sum", "np.linalg.norm(g - t) / scale", "np.sqrt(np.sum((g - t) ** 2)) / scale"),
        Variant("ravel", "np.asarray(grads[name]), np.asarray(truth[name])",
            "np.ravel(grads[name]), np.ravel(truth[name])"),
    ],
)
