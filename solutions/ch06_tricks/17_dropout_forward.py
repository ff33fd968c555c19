# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import drawn_by, neurons, normal, words

# %% [markdown] lang="en"
# ## {n} Dropout: train many nets at once
#
# In training, **dropout** (§7.2.3; Srivastava et al. 2014) switches off every neuron with probability $p$, anew for each sample and each step. No neuron can rely on a certain other one being there; and since every mask is a thinner net of its own, you train thousands of nets that share their weights.
#
# In use nothing is dropped: all neurons speak. Then each sum in the next layer has more terms than it was trained for, and that must be made good. There are two ways, and one has to know which is meant:
#
# | `mode` | in training | in use |
# |---|---|---|
# | `"classic"` | $x \cdot \text{mask}$ | $(1-p)\,x$ |
# | `"inverted"` | $\dfrac{x \cdot \text{mask}}{1-p}$ | $x$ |
#
# The mask is 1 for a neuron that **stays** and 0 for one that is dropped. Both ways make the average over all masks in training equal to the value in use: a neuron is there in the share $1-p$ of cases. The notes say that weights are multiplied by $p$ in use: with $p$ as the rate of *dropping* it must be $1-p$, the share that stays. Libraries use the inverted way, since in use nothing remains to be done.
#
# **By hand.** $x = (2, 4, 6)$, $p = 0.25$, mask $(1, 0, 1)$. Classic: $(2, 0, 6)$ in training, $(1.5, 3, 4.5)$ in use. Inverted: $(2.667, 0, 8)$ in training, $(2, 4, 6)$ in use.
# %% [markdown] lang="zh" of="388d"
# ## {n} Dropout：同时训练许多个网络
#
# 训练时，**dropout**（随机失活，§7.2.3；Srivastava 等，2014）以概率 $p$ 关掉每个神经元，每个样本、每一步都重新抽。没有哪个神经元能指望另一个一定在场；而每个掩码都对应一个更瘦的网络，等于同时训练成千上万个共用权重的网络。
#
# 使用时什么都不关，所有神经元都发言。这样，下一层的每个求和里，项数就比训练时多，必须补偿。补偿有两种办法，得弄清说的是哪一种：
#
# | `mode` | 训练时 | 使用时 |
# |---|---|---|
# | `"classic"` | $x \cdot \text{mask}$ | $(1-p)\,x$ |
# | `"inverted"` | $\dfrac{x \cdot \text{mask}}{1-p}$ | $x$ |
#
# 掩码为 1 表示神经元**留下**，为 0 表示被关掉。两种办法都使得：训练时对所有掩码求平均，等于使用时的值，因为一个神经元在场的比例是 $1-p$。讲义说使用时权重要乘以 $p$；既然 $p$ 是**失活**的比例，就应当乘 $1-p$，即留下的比例。各种库用的是 inverted，因为这样使用时什么都不用做。
#
# **手算。** $x = (2, 4, 6)$，$p = 0.25$，掩码 $(1, 0, 1)$。classic：训练时 $(2, 0, 6)$，使用时 $(1.5, 3, 4.5)$。inverted：训练时 $(2.667, 0, 8)$，使用时 $(2, 4, 6)$。
# %% answer="dropout_forward"
def dropout_forward(X, p_drop, mask, train, mode):
    """Dropout of the neurons X (N, D).

    p_drop  the probability with which a neuron is dropped, 0 ≤ p_drop < 1.
    mask    (N, D), drawn elsewhere: 1 where a neuron stays, 0 where it is dropped.  In use it plays no part.
    train   True in training, False in use.
    mode    "classic" (in use all neurons are scaled) or "inverted" (in training those that stay are).
    Returns (N, D).
    """
    ### BEGIN SOLUTION
    keep = 1 - p_drop
    if train:
        return X * mask / keep if mode == "inverted" else X * mask
    return X if mode == "inverted" else X * keep
    ### END SOLUTION


# %% [markdown] docstring="dropout_forward" lang="zh" of="1b55"
# 对神经元 X (N, D) 做 dropout。
#
# p_drop  每个神经元被关掉的概率，0 ≤ p_drop < 1。
# mask    (N, D)，在别处抽好：1 表示留下，0 表示关掉。使用时不起作用。
# train   训练时为 True，使用时为 False。
# mode    "classic"（使用时给所有神经元乘系数）或 "inverted"（训练时给留下的乘系数）。
# 返回 (N, D)。
# %% [markdown] why="dropout_forward" lang="en"
# The divisor is the fixed share `keep`, not what this very mask happened to keep: only then does the mean over all masks equal the value in use.
# The mask comes from outside, since the way back needs the same one, and because a function without chance can be tested.
# %% [markdown] why="dropout_forward" lang="zh" of="2ccc"
# 除数是固定的份额 `keep`，而不是这一个掩码碰巧留下的份额：只有这样，对所有掩码的平均才等于使用时的值。掩码从外面传进来，因为反向要用同一个，也因为不带随机的函数才好检验。
# %% grading="dropout_forward"
def training_cases(rng):
    yield Case("inverted, in training", zh="inverted，训练时", **neurons(rng, 3, 4), train=True, mode="inverted")
    yield Case("classic, in training", zh="classic，训练时", **neurons(rng, 5, 3), train=True, mode="classic")


def use_cases(rng):
    yield Case("inverted, in use", zh="inverted，使用时", **neurons(rng, 3, 4), train=False, mode="inverted")
    yield Case("classic, in use", zh="classic，使用时", **neurons(rng, 2, 3), train=False, mode="classic")


def edge_cases(rng):
    never = {**neurons(rng, 3, 4), "p_drop": 0.0, "mask": np.ones((3, 4))}
    yield Case("nothing is ever dropped", zh="什么都不关", public=False, **never, train=True, mode="inverted")
    yield Case("all are dropped", zh="全部关掉", public=False, **{**neurons(rng, 2, 3), "mask": np.zeros((2, 3))}, train=True, mode="inverted")


def mean_cases(rng):
    yield Case("all masks, classic", zh="所有掩码，classic", public=False, **neurons(rng, 1, 6), weights=normal(rng, 6), mode="classic")
    yield Case("all masks, inverted", zh="所有掩码，inverted", **neurons(rng, 1, 6), weights=normal(rng, 6), mode="inverted")


def mean_over_all_masks(impl, case):
    """A linear net: its mean over all 2ⁿ masks, each as likely as it is, and its value in use."""
    n = len(case.weights)
    masks = (np.arange(2**n)[:, None] >> np.arange(n)) % 2 * 1.0
    chance = np.prod(np.where(masks == 1, 1 - case.p_drop, case.p_drop), axis=1)
    dropped = impl.dropout_forward(np.repeat(case.X, 2**n, axis=0), case.p_drop, masks, True, case.mode)
    in_use = impl.dropout_forward(case.X, case.p_drop, case.mask, False, case.mode)
    return {"mean over all masks": chance @ (dropped @ case.weights), "in use": (in_use @ case.weights)[0]}


def shape_of_neurons(X, p_drop, mask, train, mode):
    return np.shape(X)


@mistake(
    en="The values are right, but in training you write into the caller's own X. Make a new array.",
    zh="值是对的，但训练时你写进了调用者的 X。请建立新数组。",
)
def dropped_in_place(X, p_drop, mask, train, mode):
    if train:
        X *= mask / (1 - p_drop) if mode == "inverted" else mask
        return X
    return X if mode == "inverted" else (1 - p_drop) * X


@variant
def choose(X, p_drop, mask, train, mode):
    factor = {(True, "classic"): 1.0, (True, "inverted"): 1 / (1 - p_drop), (False, "classic"): 1 - p_drop, (False, "inverted"): 1.0}
    return np.where(np.logical_or(mask == 1, not train), X, 0) * factor[bool(train), mode]


@variant
def loop(X, p_drop, mask, train, mode):
    scale = (1 / (1 - p_drop) if train else 1.0) if mode == "inverted" else (1.0 if train else 1 - p_drop)
    return [[float(x) * scale * (float(m) if train else 1.0) for x, m in zip(row, keep)] for row, keep in zip(X, mask)]


Exercise(
    points=2, reference=tricks.dropout_forward, cases=training_cases, shapes=shape_of_neurons, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[
        Group("use", use_cases, en="In use", zh="使用时"), Group("edge", edge_cases),
        Group("mean", mean_cases, observe=mean_over_all_masks, en="The mean over all masks is the value in use", zh="对所有掩码求平均，等于使用时的值"),
    ],
    mistakes=[
        Mistake("divided_by_the_drop_rate", "X * mask / keep", "X * mask / p_drop",
            en="You divide by p, the share that is dropped. Those that stay make up for the dropped ones: divide by the share that *stays*, 1 − p.",
            zh="你除以了 p，即失活的比例。留下的要替失活的补上：应当除以**留下**的比例 1 − p。"),
        Mistake("scaled_by_the_drop_rate_in_use", "X * keep", "X * p_drop",
            en="In use you multiply by p, as the notes print it. But p is the share that is dropped; a neuron was there in the share 1 − p of the cases.",
            zh="使用时你乘了 p，讲义就是这样印的。但 p 是失活的比例；训练时一个神经元在场的比例是 1 − p。"),
        Mistake("scaled_twice", 'return X if mode == "inverted"', 'return X * keep if mode == "inverted"',
            en="In the inverted way the scaling was done in training. In use you scale once more: there X stays as it is.",
            zh="inverted 的缩放在训练时已经做过。使用时你又缩放了一次：那里 X 应保持原样。"),
        Mistake("classic_scaled_in_training", "else X * mask\n", "else X * mask / keep\n",
            en="The classic way does not scale in training, only in use. You divide by 1 − p in both.",
            zh="classic 在训练时不缩放，只在使用时缩放。你在训练时也除以了 1 − p。"),
        Mistake("train_flag_ignored", "if train:", "if True:",
            en="You drop neurons in use as well. When the net is used all of them speak; the mask plays no part.",
            zh="使用时你也在关神经元。使用网络时，所有神经元都发言，掩码不起作用。"),
        Mistake("never_dropped", "if train:", "if not train and False:",
            en="Nothing is ever dropped: in training the mask must take part.",
            zh="什么都没有关：训练时掩码要起作用。"),
        Mistake("mask_upside_down", "return X * mask / keep if mode == \"inverted\" else X * mask", "return X * (1 - mask) / keep if mode == \"inverted\" else X * (1 - mask)",
            en="You keep those that the mask drops. 1 means: this neuron stays.",
            zh="掩码要关掉的，你留了下来。1 表示这个神经元留下。"),
        Mistake("modes_exchanged", 'if mode == "inverted" else X * mask\n    return X if mode == "inverted"', 'if mode == "classic" else X * mask\n    return X if mode == "classic"',
            en="The two modes have changed places: \"inverted\" is the one that scales in training.",
            zh="两种模式弄反了：在训练时缩放的是 \"inverted\"。"),
        Mistake("scaled_by_what_the_mask_kept", "X * mask / keep", "X * mask / np.maximum(np.mean(mask), 1e-9)",
            en="You divide by the share that this very mask keeps. The scale is fixed, 1 − p: only then is the mean over all masks right.",
            zh="你除以的是这个掩码实际留下的比例。系数是固定的 1 − p：只有这样，对所有掩码的平均才对。"),
    ],
    variants=[
        Variant("float32", "X * mask / keep", "np.float32(X * mask / keep)"),
        Variant("mask_of_zeros_and_ones", "    keep = 1 - p_drop", "    mask = mask**2\n    keep = 1 - p_drop"),
    ],
)


# %% [markdown] lang="en"
# Thirty masks of one layer with 40 neurons, $p = 0.3$ (each row is a sample, dark means dropped), and below them how the sum over the neurons is distributed over 2000 masks: both histograms are made by your function. You should see: no two rows are alike; the classic sums lie 30% too low, the inverted ones lie around the value in use, the black line.
# %% [markdown] lang="zh" of="3956"
# 上图是一层 40 个神经元的 30 个掩码，$p = 0.3$（一行一个样本，深色表示失活）；下图是 2000 个掩码下各神经元之和的分布，两个直方图都由你的函数算出。你应该看到：没有两行相同；classic 的和低了 30%，inverted 的和分布在使用时的值（黑线）周围。
# %% demo="masks"
@drawn_by("dropout_forward")
def masks(plt):
    draw = np.random.default_rng(0)
    layer = draw.uniform(0.5, 1.5, size=(1, 40))
    drawn = (draw.uniform(size=(2000, 40)) >= 0.3) * 1.0
    _, (top, bottom) = plt.subplots(2, 1, figsize=(9, 5.6), height_ratios=[1.2, 1], layout="constrained")
    top.imshow(1 - drawn[:30], cmap="Greys", aspect="auto")
    title = words(en="Masks: every sample has a net of its own", zh="掩码：每个样本都有自己的网络")
    top.set(xlabel=words(en="neuron", zh="神经元"), ylabel=words(en="sample", zh="样本"), title=title)
    for mode, color, style in (("classic", "#D55E00", "step"), ("inverted", "#0072B2", "stepfilled")):
        dropped = np.reshape(dropout_forward(np.repeat(layer, 2000, axis=0), 0.3, drawn, True, mode), (2000, 40))
        label = words(en=f"{mode}, in training", zh=f"{mode}，训练时")
        bottom.hist(dropped.sum(axis=1), bins=50, histtype=style, color=color, alpha=0.7, lw=2, label=label)
    used = words(en="sum of all neurons: inverted, in use", zh="全部神经元之和：inverted，使用时")
    bottom.axvline(layer.sum(), color="#000000", lw=2, label=used)
    bottom.set(xlabel=words(en="sum over the neurons", zh="各神经元之和"), ylabel=words(en="masks", zh="掩码个数"))
    bottom.legend()
    plt.show()
