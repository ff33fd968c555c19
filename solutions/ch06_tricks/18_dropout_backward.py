# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import neurons, nonzero

# %% [markdown] lang="en"
# ## {n} Dropout, backward
#
# Dropout multiplies each neuron by a number: 0, 1, $1/(1-p)$ or $1-p$. The way back multiplies the gradient by **the same** number. That is all; but it must be the same mask. A neuron that was silent on the way forward had no part in the loss, so it gets no gradient; who draws a new mask on the way back teaches neurons that said nothing.
#
# **By hand.** As in {ref:dropout_forward}: $p = 0.25$, mask $(1, 0, 1)$, and $dA = (3, 5, -6)$. Inverted, in training: $(4, 0, -8)$. Classic, in training: $(3, 0, -6)$; in use: $(2.25, 3.75, -4.5)$.
# %% [markdown] lang="zh" of="c8da"
# ## {n} Dropout 的反向
#
# dropout 把每个神经元乘以一个数：0、1、$1/(1-p)$ 或 $1-p$。往回走时，梯度乘以**同一个**数，仅此而已；但掩码必须是同一个。前向时没出声的神经元对损失没有影响，所以没有梯度；往回走时如果重新抽一个掩码，就是在教那些什么也没说的神经元。
#
# **手算。** 同 {ref:dropout_forward}：$p = 0.25$，掩码 $(1, 0, 1)$，$dA = (3, 5, -6)$。inverted，训练时：$(4, 0, -8)$。classic，训练时：$(3, 0, -6)$；使用时：$(2.25, 3.75, -4.5)$。
# %% answer="dropout_backward"
def dropout_backward(dA, p_drop, mask, train, mode):
    """The gradient of the loss with respect to the input of `dropout_forward`.

    dA (N, D) is the gradient with respect to its output; p_drop, mask, train and mode are those of the forward pass.
    Returns (N, D).
    """
    ### BEGIN SOLUTION
    keep = 1 - p_drop
    if train:
        return dA * mask / keep if mode == "inverted" else dA * mask
    return dA if mode == "inverted" else dA * keep
    ### END SOLUTION


# %% [markdown] docstring="dropout_backward" lang="zh" of="5ad1"
# 损失对 `dropout_forward` 的输入的梯度。
#
# dA (N, D) 是损失对其输出的梯度；p_drop、mask、train、mode 都是前向时用的。
# 返回 (N, D)。
# %% [markdown] why="dropout_backward" lang="en"
# Once the mask is drawn dropout is linear: each entry times a fixed number. Its derivative is that number, so `dropout_forward(dA, …)`
# with the same arguments would do. The scale is *repeated*, not undone: what doubled the value doubles its influence.
# %% [markdown] why="dropout_backward" lang="zh" of="494c"
# 掩码一旦定下，dropout 就是线性的：每个元素乘以一个固定的数，导数就是这个数，所以用同样的参数调用 `dropout_forward(dA, …)` 也行。缩放是**重复**一次，不是撤销：值放大了一倍，影响也就放大一倍。
# %% grading="dropout_backward"
def coming_back(rng, n, d):
    forward = neurons(rng, n, d)
    return {"dA": nonzero(rng, n, d), "p_drop": forward["p_drop"], "mask": forward["mask"]}


def training_cases(rng):
    yield Case("inverted, in training", zh="inverted，训练时", **coming_back(rng, 3, 4), train=True, mode="inverted")
    yield Case("classic, in training", zh="classic，训练时", **coming_back(rng, 5, 3), train=True, mode="classic")


def use_cases(rng):
    yield Case("inverted, in use", zh="inverted，使用时", **coming_back(rng, 3, 4), train=False, mode="inverted")
    yield Case("classic, in use", zh="classic，使用时", **coming_back(rng, 2, 3), train=False, mode="classic")


def edge_cases(rng):
    yield Case("one sample", zh="只有一个样本", public=False, **coming_back(rng, 1, 6), train=True, mode="inverted")
    yield Case("all are dropped", zh="全部关掉", **{**coming_back(rng, 2, 3), "mask": np.zeros((2, 3))}, train=True, mode="inverted")


def shape_of_gradient(dA, p_drop, mask, train, mode):
    return np.shape(dA)


@mistake(
    en="You draw a new mask on the way back. The gradient must take the way that the values took: use the mask that was handed in.",
    zh="往回走时你又抽了一个新的掩码。梯度要走前向走过的路：请用传进来的那个掩码。",
)
def mask_redrawn(dA, p_drop, mask, train, mode):
    other = np.random.default_rng(0).random(np.shape(dA)) >= p_drop
    keep = 1 - p_drop
    if train:
        return dA * other / keep if mode == "inverted" else dA * other
    return dA * 1.0 if mode == "inverted" else dA * keep


@mistake(
    en="The values are right, but you have multiplied the caller's own dA: `*=` writes into it.",
    zh="值是对的，但你把调用者自己的 dA 乘了：`*=` 会写进原数组。",
)
def written_in_place(dA, p_drop, mask, train, mode):
    factor = (mask / (1 - p_drop) if mode == "inverted" else mask) if train else (1.0 if mode == "inverted" else 1 - p_drop)
    dA *= factor
    return dA


@variant
def by_the_forward_pass(dA, p_drop, mask, train, mode):
    kept = 1.0 - p_drop
    slope = {"inverted": np.where(train, mask / kept, np.ones_like(mask)), "classic": np.where(train, mask, kept * np.ones_like(mask))}
    return slope[mode] * dA


@variant
def loop(dA, p_drop, mask, train, mode):
    dX = np.zeros(dA.shape)
    for place in np.ndindex(*dA.shape):
        slope = float(mask[place]) if train else 1.0
        if train == (mode == "inverted"):
            slope = slope / (1 - p_drop) if train else slope * (1 - p_drop)
        dX[place] = slope * dA[place]
    return dX


Exercise(
    points=1, reference=tricks.dropout_backward, cases=training_cases, shapes=shape_of_gradient, tolerance=CLOSED_FORM, forbids=FROM_SCRATCH,
    groups=[Group("use", use_cases, en="In use", zh="使用时"), Group("edge", edge_cases)],
    mistakes=[
        Mistake("scale_forgotten", "dA * mask / keep if", "dA * mask if",
            en="In the inverted way the values were divided by 1 − p on the way forward. The gradient is divided as well.",
            zh="inverted 在前向时把值除以了 1 − p，梯度也要除。"),
        Mistake("mask_forgotten", "dA * mask / keep if", "dA / keep if",
            en="Neurons that were dropped get a gradient. They had no part in the loss: multiply by the mask.",
            zh="失活的神经元也得到了梯度。它们对损失没有影响：要乘以掩码。"),
        Mistake("divided_by_the_drop_rate", "dA * mask / keep", "dA * mask / p_drop",
            en="You divide by p, the share that is dropped. Divide by 1 − p, as on the way forward.",
            zh="你除以了 p，即失活的比例。应当和前向时一样，除以 1 − p。"),
        Mistake("multiplied_for_divided", "dA * mask / keep", "dA * mask * keep",
            en="You undo the scaling of the forward pass instead of repeating it. The derivative of x/(1 − p) is 1/(1 − p).",
            zh="你把前向的缩放抵消了，而不是再做一次。x/(1 − p) 的导数就是 1/(1 − p)。"),
        Mistake("classic_scaled_in_training", "else dA * mask\n", "else dA * mask / keep\n",
            en="The classic way does not scale in training, so the gradient is not scaled either.",
            zh="classic 在训练时不缩放，梯度也就不缩放。"),
        Mistake("train_flag_ignored", "if train:", "if True:",
            en="In use nothing was dropped, but your gradient is. The mask plays a part in training alone.",
            zh="使用时什么都没有关，你的梯度却被关掉了。掩码只在训练时起作用。"),
        Mistake("use_not_scaled", "else dA * keep", "else dA",
            en="In use the classic way multiplied by 1 − p. The gradient is multiplied as well.",
            zh="classic 在使用时乘了 1 − p，梯度也要乘。"),
        Mistake("use_scaled_by_the_drop_rate", "else dA * keep", "else dA * p_drop",
            en="In use you multiply by p, as the notes print it. It is 1 − p, the share that stays.",
            zh="使用时你乘了 p，讲义就是这样印的。应当是 1 − p，即留下的比例。"),
        Mistake("mask_upside_down", "dA * mask / keep if", "dA * (1 - mask) / keep if",
            en="The gradient goes to the neurons that were dropped. 1 in the mask means: this one stays.",
            zh="梯度给了失活的神经元。掩码为 1 表示留下。"),
    ],
    variants=[
        Variant("float32", "dA * mask / keep", "np.float32(dA * mask / keep)"),
        Variant("mask_of_zeros_and_ones", "    keep = 1 - p_drop", "    mask = mask**2\n    keep = 1 - p_drop"),
    ],
)
