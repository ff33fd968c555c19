# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import drawn_by, nonzero, rmsprop_step, uniform, words

# %% [markdown] lang="en"
# ## {n} What each of them remembers
#
# Adagrad and RMSProp differ in one thing alone: by what they divide. Put the two side by side. With gradients $g^0, g^1, \dots$, in step $t$ they divide:
#
# * Adagrad by $\sqrt{\sum_{i=0}^{t} (g^i)^2}$;
# * RMSProp by $\sigma^t$, as in {ref:rmsprop_step}.
#
# Mind the first term: $g^0$ belongs to the sum, though §7.1.2 prints $i \in [1, t]$. Only then is the first step $\eta$ long, for both. A **SUM** above, an average below: where all gradients are alike Adagrad's divisor grows like $\sqrt{t+1}$, and $\sigma$ stays what it is.
#
# **By hand.** Gradients $3, 4, 0$ and $\alpha = 0.5$. Adagrad: $3,\ \sqrt{9+16} = 5,\ 5$. RMSProp: $3,\ \sqrt{4.5 + 8} = 3.5355,\ \sqrt{6.25} = 2.5$. After the last gradient, which is 0, the one has forgotten nothing, the other half of its average of squares.
# %% [markdown] lang="zh" of="b2e9"
# ## {n} 它们各自记住了什么
#
# Adagrad 和 RMSProp 只差一样：除以什么。把两者放在一起看。设梯度为 $g^0, g^1, \dots$，在第 $t$ 步：
#
# * Adagrad 除以 $\sqrt{\sum_{i=0}^{t} (g^i)^2}$；
# * RMSProp 除以 $\sigma^t$（见 {ref:rmsprop_step}）。
#
# 注意第一项：$g^0$ 也在和里，尽管 §7.1.2 印的是 $i \in [1, t]$。只有这样，两者的第一步长度才都是 $\eta$。前者是**求和**，后者是平均：梯度全都一样时，Adagrad 的除数按 $\sqrt{t+1}$ 增长，$\sigma$ 则保持不变。
#
# **手算。** 梯度为 $3, 4, 0$，$\alpha = 0.5$。Adagrad：$3$、$\sqrt{9+16} = 5$、$5$。RMSProp：$3$、$\sqrt{4.5 + 8} = 3.5355$、$\sqrt{6.25} = 2.5$。最后一个梯度是 0：一个什么也没忘，另一个的平方平均忘了一半。
# %% answer="gradient_scales"
def gradient_scales(gs, alpha):
    """By what Adagrad and RMSProp divide in every step (ε left out).

    gs     (T, D), the gradients, one step per row.
    alpha  a number between 0 and 1, RMSProp's share of the old average.
    Returns a dict with "adagrad" and "rmsprop", each (T, D).
    """
    ### BEGIN SOLUTION
    averages = [gs[0] ** 2]
    for g in gs[1:]:
        averages.append(alpha * averages[-1] + (1 - alpha) * g**2)
    return {"adagrad": np.sqrt(np.cumsum(gs**2, axis=0)), "rmsprop": np.sqrt(averages)}
    ### END SOLUTION


# %% [markdown] docstring="gradient_scales" lang="zh" of="e7c7"
# Adagrad 和 RMSProp 在每一步除以什么（不计 ε）。
#
# gs     (T, D)，梯度，一行一步。
# alpha  0 与 1 之间的数，RMSProp 中旧平均值的份额。
# 返回字典，键为 "adagrad" 和 "rmsprop"，各是 (T, D)。
# %% [markdown] why="gradient_scales" lang="en"
# What is summed and what is averaged are squares; the root comes once, at the end. `cumsum` along axis 0 gives each
# parameter the sum of its own past; the average needs a loop, since each one is made of the one before.
# %% [markdown] why="gradient_scales" lang="zh" of="51e8"
# 求和的、求平均的都是平方，根号只在最后开一次。沿第 0 轴的 `cumsum` 让每个参数只累计自己的过去；滑动平均则要用循环，因为每一个都由前一个算出。
# %% grading="gradient_scales"
def scale_cases(rng):
    yield Case("six steps", zh="六步", gs=nonzero(rng, 6, 2), alpha=uniform(rng, 0.6, 0.9))
    yield Case("as many steps as parameters", zh="步数与参数一样多", public=False, gs=nonzero(rng, 5, 5), alpha=uniform(rng, 0.6, 0.9))


def edge_cases(rng):
    yield Case("a single step", zh="只有一步", gs=nonzero(rng, 1, 4), alpha=uniform(rng, 0.6, 0.9))
    gs = nonzero(rng, 6, 2)
    gs[3:] = 0.0
    yield Case("then no gradient any more", zh="后来没有梯度了", gs=gs, alpha=uniform(rng, 0.6, 0.9))


def extreme_cases(rng):
    yield Case("tiny gradients", zh="很小的梯度", public=False, gs=nonzero(rng, 5, 3) * 1e-4, alpha=uniform(rng, 0.6, 0.9))


def shapes_of_scales(gs, alpha):
    return {"adagrad": np.shape(gs), "rmsprop": np.shape(gs)}


@variant
def from_the_steps(gs, alpha):
    state, averages, total, sums = None, [], 0.0, []
    for g in gs:
        _, state = rmsprop_step(0.0 * g, g, state, 1.0, alpha, 1e-12)
        total = total + np.square(g)
        averages.append(np.asarray(state) ** 0.5)
        sums.append(total**0.5)
    return {"adagrad": sums, "rmsprop": averages}


@variant
def by_weights(gs, alpha):
    T = len(gs)
    ages = np.arange(T)[:, None] - np.arange(T)
    weights = np.where(ages >= 0, (1 - alpha) * alpha ** np.maximum(ages, 0), 0)
    weights[:, 0] = alpha ** np.arange(T)
    return {"adagrad": np.sqrt(np.tri(T) @ gs**2), "rmsprop": np.sqrt(weights @ gs**2)}


@mistake(
    en="Your Adagrad sum leaves out the very first gradient, as §7.1.2 prints it (i from 1). Number 0 belongs to it.",
    zh="你的 Adagrad 漏了第一个梯度，§7.1.2 印的就是这样（i 从 1 开始）。编号为 0 的也要算进去。",
)
def sum_from_one(gs, alpha):
    averages = [gs[0] ** 2]
    for g in gs[1:]:
        averages.append(alpha * averages[-1] + (1 - alpha) * g**2)
    return {"adagrad": np.sqrt(np.cumsum(gs**2, axis=0) - gs[0] ** 2), "rmsprop": np.sqrt(averages)}


Exercise(
    points=2, reference=tricks.gradient_scales, cases=scale_cases, shapes=shapes_of_scales, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH, groups=[Group("edge", edge_cases), Group("extreme", extreme_cases)],
    mistakes=[
        Mistake("average_starts_at_zero", "averages = [gs[0] ** 2]", "averages = [(1 - alpha) * gs[0] ** 2]",
            en="Your RMSProp average starts from 0. Here σ⁰ = |g⁰|.",
            zh="你的 RMSProp 平均值从 0 开始。这里 σ⁰ = |g⁰|。"),
        Mistake("shares_swapped", "alpha * averages[-1] + (1 - alpha) * g**2", "(1 - alpha) * averages[-1] + alpha * g**2",
            en="α and 1 − α have changed places: α is the share of the old average.",
            zh="α 和 1 − α 弄反了：α 是旧平均值的份额。"),
        Mistake("root_in_between", "alpha * averages[-1] + (1 - alpha) * g**2", "alpha * np.sqrt(averages[-1]) + (1 - alpha) * g**2",
            en="In RMSProp you mix a root with a square. Average the squares, and take the root at the end.",
            zh="RMSProp 里你把开过方的和没开方的混在了一起。先平均平方，最后再开方。"),
        Mistake("roots_missing", '"rmsprop": np.sqrt(averages)', '"rmsprop": np.array(averages)',
            en="Your σ has no root: these are averages of squares.",
            zh="你的 σ 没有开方：这是平方的平均。"),
        Mistake("mean_for_sum", "np.cumsum(gs**2, axis=0)", "np.cumsum(gs**2, axis=0) / np.arange(1, len(gs) + 1)[:, None]",
            en="Your Adagrad divides by a root MEAN square. It is the root of the SUM: that is why its steps shrink.",
            zh="你的 Adagrad 除以的是**均**方根。应当是**和**的平方根：它的步子正因此越来越小。"),
        Mistake("future_included", "np.sqrt(np.cumsum(gs**2, axis=0))", "np.sqrt(np.sum(gs**2, axis=0)) * np.ones(gs.shape)",
            en="Your Adagrad knows the future: in step t the sum ends at t.",
            zh="你的 Adagrad 知道了未来：第 t 步的和到 t 为止。"),
        Mistake("square_of_the_sum", "np.sqrt(np.cumsum(gs**2, axis=0))", "np.abs(np.cumsum(gs, axis=0))",
            en="In Adagrad you sum first and square afterwards, so gradients of opposite sign cancel.",
            zh="Adagrad 里你先求和再平方，正负梯度会抵消。"),
        Mistake("along_the_parameters", "np.cumsum(gs**2, axis=0)", "np.cumsum(gs**2, axis=1)",
            en="Your Adagrad sum runs along the parameters. Each parameter has a past of its own: down the columns.",
            zh="你的 Adagrad 沿参数方向累加了。每个参数只有自己的过去，要沿列往下加。"),
        Mistake("exchanged", '{"adagrad": np.sqrt(np.cumsum(gs**2, axis=0)), "rmsprop": np.sqrt(averages)}', '{"rmsprop": np.sqrt(np.cumsum(gs**2, axis=0)), "adagrad": np.sqrt(averages)}',
            en="The two have changed places: the one that only grows is Adagrad's.",
            zh="两者弄反了：只增不减的是 Adagrad 的。"),
    ],
    variants=[
        Variant("float32", "np.sqrt(np.cumsum(gs**2, axis=0))", "np.sqrt(np.cumsum(gs**2, axis=0)).astype(np.float32)"),
        Variant("squares_have_no_sign", "    averages = [gs[0] ** 2]", "    gs = -gs\n    averages = [gs[0] ** 2]"),
    ],
)


# %% [markdown] lang="en"
# A walk that begins on a steep slope (20 steps with gradients around 5) and goes on over gentle ground (gradients around 0.5). Left the divisors that your function gives, right the length of step that comes of them. You should see: RMSProp has forgotten the steep beginning after some fifty gentle steps; Adagrad never does, and at the end its steps are about one fortieth of RMSProp's.
# %% [markdown] lang="zh" of="f866"
# 先在陡坡上走 20 步（梯度在 5 左右），再走缓坡（梯度在 0.5 左右）。左图是你的函数给出的除数，右图是由此得到的步长。你应该看到：上了缓坡，RMSProp 大约五十步就把陡峭的开头忘了；Adagrad 一直忘不掉，到最后，它的步子大约只有 RMSProp 的四十分之一。
# %% demo="forgetting"
@drawn_by("gradient_scales")
def forgetting(plt):
    draw = np.random.default_rng(0)
    gs = np.where(np.arange(100) < 20, 5.0, 0.5)[:, None] * draw.uniform(0.8, 1.2, size=(100, 1))
    scales = gradient_scales(gs, 0.9)
    _, (left, right) = plt.subplots(1, 2, figsize=(12, 4), layout="constrained")
    left.plot(np.abs(gs), ":", color="#000000", label=words(en="size of the gradient", zh="梯度的大小"))
    for name, label, style, color in (("adagrad", "Adagrad", "--", "#E69F00"), ("rmsprop", "RMSProp", "-", "#009E73")):
        divisor = np.reshape(scales[name], (100, 1))
        left.plot(divisor, style, color=color, lw=2, label=label)
        right.plot(np.abs(gs) / divisor, style, color=color, lw=2, label=label)
    step = words(en="step", zh="步数")
    left.set(yscale="log", xlabel=step, ylabel=words(en="divisor", zh="除数"), title=words(en="What they divide by", zh="除以什么"))
    right.set(yscale="log", xlabel=step, ylabel=words(en="length of the step / η", zh="步长 / η"), title=words(en="What comes of it", zh="结果如何"))
    left.legend(frameon=False)
    plt.show()
