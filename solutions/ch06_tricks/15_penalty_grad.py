# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Gradient, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import net, uniform

# %% [markdown] lang="en"
# ## {n} A price on weights: L2 and L1
#
# A net with large weights can bend sharply, and sharp bends are how it learns noise. So put a price on weights (§7.2.2): train on $\mathcal L'(\theta) = \mathcal L(\theta) + \text{penalty}$. Two prices are common:
#
# $$\text{L2:}\quad \tfrac{\lambda}{2} \sum w^2, \qquad\qquad \text{L1:}\quad \lambda \sum |w|$$
#
# The sums run over **all entries of all weights** $W_1, \dots, W_L$, and not over the biases: a bias shifts a curve and does not bend it. Their gradients, entry by entry, are $\lambda w$ and $\lambda\,\text{sgn}(w)$, with $\text{sgn}(0) = 0$: a weight that is 0 may stay there. Those of the biases are 0.
#
# Two slips in the notes. They write $\lambda\tfrac12|\theta|_1$ with the gradient $\lambda\,\text{sgn}(w)$, which don't belong together: for L1 there is no ½. And their $|\theta|_2$ is the *sum of squares*, not the length.
#
# **By hand.** One weight matrix $W = (3, -4)$, bias $7$, $\lambda = 0.1$. L2: $0.05\cdot(9 + 16) = 1.25$, gradient $(0.3, -0.4)$. L1: $0.1\cdot(3+4) = 0.7$, gradient $(0.1, -0.1)$. The bias has gradient 0 in both.
# %% [markdown] lang="zh" of="8793"
# ## {n} 权重的惩罚项：L2 与 L1
#
# 权重大的网络能弯得很急，而学到噪声靠的就是急弯。所以要让大的权重付出代价（§7.2.2）：训练时最小化 $\mathcal L'(\theta) = \mathcal L(\theta) + P(\theta)$，其中 $P$ 是惩罚项。常用的有两种：
#
# $$P_{\text{L2}} = \tfrac{\lambda}{2} \sum w^2, \qquad\qquad P_{\text{L1}} = \lambda \sum |w|$$
#
# 求和遍及**所有权重** $W_1, \dots, W_L$ **的所有元素**，但不含偏置：偏置只平移曲线，不让它弯。逐元素的梯度分别是 $\lambda w$ 和 $\lambda\,\text{sgn}(w)$，其中 $\text{sgn}(0) = 0$：已经是 0 的权重可以留在那里。偏置的梯度为 0。
#
# 讲义有两处笔误。它把 L1 写成 $\lambda\tfrac12|\theta|_1$，梯度却是 $\lambda\,\text{sgn}(w)$，两者对不上：L1 没有 ½。另外，那里的 $|\theta|_2$ 指的是**平方和**，不是长度。
#
# **手算。** 一个权重矩阵 $W = (3, -4)$，偏置 $7$，$\lambda = 0.1$。L2：$0.05\cdot(9 + 16) = 1.25$，梯度 $(0.3, -0.4)$。L1：$0.1\cdot(3+4) = 0.7$，梯度 $(0.1, -0.1)$。两种情形下，偏置的梯度都是 0。
# %% answer="penalty_grad"
def penalty(params, lam, kind):
    """The penalty on the weights of a net, a number; kind is "l1" or "l2", lam its strength λ.

    params has the keys W1, b1, …, WL, bL; biases are free.  The penalty is a SUM over all entries of all weights.
    """
    ### BEGIN SOLUTION
    weights = np.concatenate([np.ravel(value) for name, value in params.items() if name[0] == "W"])
    return lam * np.sum(np.abs(weights)) if kind == "l1" else lam / 2 * np.sum(weights**2)
    ### END SOLUTION


def penalty_grad(params, lam, kind):
    """The gradient of `penalty`: a dict with all the keys of params, each array of the shape of its parameter; sgn(0) = 0."""
    ### BEGIN SOLUTION
    grads = {}
    for name, value in params.items():
        if name[0] == "b":
            grads[name] = np.zeros(value.shape)
        else:
            grads[name] = lam * np.sign(value) if kind == "l1" else lam * value
    return grads
    ### END SOLUTION


# %% [markdown] docstring="penalty" lang="zh" of="dcba"
# 网络权重的惩罚项，一个数；kind 是 "l1" 或 "l2"，lam 是强度 λ。
#
# params 的键为 W1, b1, …, WL, bL；偏置不受惩罚。惩罚项对所有权重的所有元素求和。
# %% [markdown] docstring="penalty_grad" lang="zh" of="a980"
# `penalty` 的梯度：字典，键与 params 相同，每个数组与对应的参数形状相同；sgn(0) = 0。
# %% [markdown] why="penalty_grad" lang="en"
# Biases get zeros, and are not left out: whoever adds two gradients wants the same keys in both. The ½ of L2 is there to cancel the 2 of its
# derivative; `np.sign` has nothing to cancel. L1 pulls just as hard on a tiny weight, L2 hardly at all: that is why only L1 makes zeros.
# %% [markdown] why="penalty_grad" lang="zh" of="f109"
# 偏置给 0，而不是省去：两个梯度要相加，键就必须一样。L2 的 ½ 是为了抵消求导得出的 2，`np.sign` 那里没有什么可抵消的。对很小的权重，L1 拉得一样用力，L2 几乎不拉：所以只有 L1 能拉出 0 来。
# %% grading="penalty_grad"
def priced(rng, *sizes):
    return {"params": net(rng, *sizes), "lam": uniform(rng, 0.2, 0.9)}


def l2_cases(rng):
    yield Case("two layers, L2", zh="两层，L2", **priced(rng, 3, 4, 2), kind="l2")
    yield Case("one layer, L2", zh="一层，L2", public=False, **priced(rng, 5, 3), kind="l2")


def l1_cases(rng):
    yield Case("two layers, L1", zh="两层，L1", **priced(rng, 2, 5, 3), kind="l1")


def price_cases(rng):
    yield Case("the penalty, L2", zh="惩罚项，L2", **priced(rng, 4, 3, 2), kind="l2")
    yield Case("the penalty, L1", zh="惩罚项，L1", **priced(rng, 3, 3, 4), kind="l1")


def edge_cases(rng):
    sparse = priced(rng, 4, 3, 2)
    sparse["params"]["W1"][rng.integers(4)] = 0.0
    yield Case("weights that are 0", zh="有的权重为 0", **sparse, kind="l1")
    yield Case("no penalty", zh="没有惩罚", public=False, params=net(rng, 3, 2), lam=0.0, kind="l2")


def the_price(impl, case):
    return impl.penalty(case.params, case.lam, case.kind)


@variant
def by_name(params, lam, kind):
    slopes = {"l1": lambda w: lam * ((w > 0) * 1.0 - (w < 0)), "l2": lambda w: lam * w}
    return {name: slopes[kind](value) if name.startswith("W") else 0.0 * value for name, value in params.items()}


@variant(replaces="penalty")
def price_by_layers(params, lam, kind):
    total = 0.0
    for name, value in params.items():
        if name.startswith("W"):
            for w in np.ravel(value):
                total += lam * abs(float(w)) if kind == "l1" else 0.5 * lam * float(w) ** 2
    return total


@mistake(
    en="The biases are missing in your gradient. They have no price, so their gradient is 0, but it is there: the same keys as params.",
    zh="你的梯度里没有偏置。偏置不受惩罚，梯度为 0，但这一项要有：键应与 params 相同。",
)
def biases_left_out(params, lam, kind):
    return {name: lam * np.sign(value) if kind == "l1" else lam * value for name, value in params.items() if name[0] == "W"}


Exercise(
    points=2, reference=tricks.penalty_grad, cases=l2_cases, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[
        Group("l1", l1_cases, en="L1", zh="L1"),
        Group("price", price_cases, observe=the_price, en="The penalty itself", zh="惩罚项本身"),
        Group("edge", edge_cases),
    ],
    gradient=Gradient(of=the_price, wrt=("params",)),
    mistakes=[
        Mistake("biases_priced", '        if name[0] == "b":\n            grads[name] = np.zeros(value.shape)\n        else:\n', "        if True:\n",
            en="The biases are penalised too. A bias only shifts the function, it does not make it bend: leave it free.",
            zh="你连偏置也罚了。偏置只是平移函数，不会让它弯：不要罚它。"),
        Mistake("half_forgotten", "lam * value", "2 * lam * value",
            en="Your L2 gradient is twice too large. The price has a ½, which cancels the 2 of the derivative.",
            zh="你的 L2 梯度大了一倍。惩罚项里有个 ½，正好抵消求导得到的 2。"),
        Mistake("half_in_the_gradient", "lam * value", "lam / 2 * value",
            en="Your L2 gradient is half of what it should be: the ½ of the price is used up by the 2 of the derivative.",
            zh="你的 L2 梯度只有一半：惩罚项里的 ½ 已经被求导得到的 2 抵消了。"),
        Mistake("half_in_l1_gradient", "lam * np.sign(value)", "lam / 2 * np.sign(value)",
            en="Your L1 gradient has a ½. The notes print one in the price of L1, but it does not belong there: λ Σ|w| has the gradient λ sgn(w).",
            zh="你的 L1 梯度里有 ½。讲义在 L1 的惩罚项里印了一个，但它不该在那里：λ Σ|w| 的梯度是 λ sgn(w)。"),
        Mistake("notes_half_in_l1_price", "lam * np.sum(np.abs(weights))", "lam / 2 * np.sum(np.abs(weights))",
            en="The ½ in your L1 price is a slip of the notes: it does not fit the gradient λ sgn(w). L1 has none.",
            zh="你的 L1 惩罚项里的 ½ 是讲义的笔误，与梯度 λ sgn(w) 对不上。L1 没有 ½。"),
        Mistake("half_missing_in_the_price", "lam / 2 * np.sum(weights**2)", "lam * np.sum(weights**2)",
            en="The ½ in your L2 price is missing; without it the gradient λw does not fit.",
            zh="L2 的惩罚项漏了 ½；没有它，就和梯度 λw 对不上。"),
        Mistake("length_for_squares", "lam / 2 * np.sum(weights**2)", "lam / 2 * np.sqrt(np.sum(weights**2))",
            en="You took the length. What the notes call |θ|₂ is the sum of the squares, without a root.",
            zh="你取了长度。讲义写的 |θ|₂ 是平方和，不开方。"),
        Mistake("absolute_value_missing", "np.sum(np.abs(weights))", "np.sum(weights)",
            en="In the L1 price the absolute values are missing: positive and negative weights cancel.",
            zh="L1 的惩罚项漏了绝对值：正负权重互相抵消了。"),
        Mistake("zero_is_pushed", "np.sign(value)", "np.where(value >= 0, 1, -1)",
            en="A weight that is exactly 0 gets a push. sgn(0) is 0: it may stay where it is.",
            zh="恰好为 0 的权重被推了一下。sgn(0) 等于 0：它可以留在原地。"),
        Mistake("kinds_swapped", 'lam * np.sign(value) if kind == "l1" else lam * value', 'lam * np.sign(value) if kind == "l2" else lam * value',
            en="L1 and L2 have changed places. L1 pushes every weight equally hard, L2 in proportion to its size.",
            zh="L1 和 L2 弄反了。L1 对每个权重推力相同，L2 的推力与权重的大小成正比。"),
    ],
    variants=[Variant("float32", "return grads", "return {name: np.float32(value) for name, value in grads.items()}")],
)
