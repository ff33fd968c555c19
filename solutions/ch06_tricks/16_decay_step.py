# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import drawn_by, net, penalty_grad, uniform, words

# %% [markdown] lang="en"
# ## {n} Weight decay: what the penalty does in a step
#
# Put the penalty's gradient into a step of descent and sort the terms (§7.2.2):
#
# $$\text{L2:}\quad w \leftarrow (1 - \eta\lambda)\,w - \eta\, g \qquad\qquad \text{L1:}\quad w \leftarrow w - \eta\, g - \eta\lambda\,\text{sgn}(w)$$
#
# $g$ is the gradient of the loss *without* penalty. L2 **multiplies** every weight by a factor a little below 1, hence *weight decay*: large weights lose much, small ones little, and none becomes exactly 0. L1 **subtracts** the same amount from the size of each (the notes say "L2" here once more and mean L1): small weights are driven to 0, and only useful ones survive.
#
# Loss and penalty both take their gradient at the *same* $w$, the old one. Biases take the plain step.
#
# **By hand.** $w = 2$, $g = 1$, $\eta = 0.1$, $\lambda = 0.5$. L2: $0.95\cdot 2 - 0.1 = 1.8$. L1: $2 - 0.1 - 0.05 = 1.85$. (A bias of 2 with gradient 1 becomes 1.9 in both.)
# %% [markdown] lang="zh" of="f89f"
# ## {n} 权重衰减：惩罚项在一步里做了什么
#
# 把惩罚项的梯度放进梯度下降的一步，整理一下（§7.2.2）：
#
# * L2：$w \leftarrow (1 - \eta\lambda)\,w - \eta\, g$；
# * L1：$w \leftarrow w - \eta\, g - \eta\lambda\,\text{sgn}(w)$。
#
# $g$ 是**不含**惩罚项的损失的梯度。L2 把每个权重**乘以**一个略小于 1 的数，所以叫**权重衰减**：大的减得多，小的减得少，没有哪个会恰好变成 0。L1 把每个权重的绝对值**减去**同样多（讲义这里又写成了“L2”，指的是 L1）：小的权重被赶到 0，只有有用的留得下来。
#
# 损失和惩罚项的梯度都在**同一个** $w$ 处取，即旧的 $w$。偏置走普通的一步。
#
# **手算。** $w = 2$，$g = 1$，$\eta = 0.1$，$\lambda = 0.5$。L2：$0.95\cdot 2 - 0.1 = 1.8$。L1：$2 - 0.1 - 0.05 = 1.85$。（偏置为 2、梯度为 1 时，两种情形都变成 1.9。）
# %% answer="decay_step"
def decay_step(params, grads, lr, lam, kind):
    """One step of gradient descent on the loss plus its penalty.

    params  a dict W1, b1, …, WL, bL; grads the gradient of the loss alone, by the same names.
    lr, lam  numbers, the rate η and the strength λ; kind is "l1" or "l2".
    Returns the new parameters, a dict of new arrays.  Only weights pay the penalty, biases don't.
    """
    ### BEGIN SOLUTION
    pull = penalty_grad(params, lam, kind)
    return {name: params[name] - lr * (grads[name] + pull[name]) for name in params}
    ### END SOLUTION


# %% [markdown] docstring="decay_step" lang="zh" of="66b9"
# 在损失加惩罚项上做梯度下降的一步。
#
# params  字典 W1, b1, …, WL, bL；grads 是损失自己的梯度，键相同。
# lr, lam  数，学习率 η 和强度 λ；kind 是 "l1" 或 "l2"。
# 返回新的参数，字典里是新数组。只惩罚权重，不惩罚偏置。
# %% [markdown] why="decay_step" lang="en"
# Nothing here says $1-\eta\lambda$: add the pull to the gradient, take a plain step, and the decay comes out by itself, at the old $w$ for both. With plain
# descent penalty and decay are one and the same; with Adam they part, for there the pull would be divided by $\sqrt{\hat v}$ as well.
# %% [markdown] why="decay_step" lang="zh" of="99b3"
# 代码里没有写 $1-\eta\lambda$：把拉力加进梯度，照常走一步，衰减就自己出来了，而且两者都取自旧的 $w$。普通梯度下降里，惩罚项与权重衰减是一回事；换成 Adam 就不同了，因为拉力也会被除以 $\sqrt{\hat v}$。
# %% grading="decay_step"
def step_inputs(rng, *sizes):
    settings = {"lr": uniform(rng, 0.1, 0.4), "lam": uniform(rng, 0.3, 0.9)}
    return {"params": net(rng, *sizes), "grads": net(rng, *sizes), **settings}


def l2_cases(rng):
    yield Case("two layers, L2", zh="两层，L2", **step_inputs(rng, 3, 2, 1), kind="l2")


def l1_cases(rng):
    yield Case("two layers, L1", zh="两层，L1", **step_inputs(rng, 2, 3, 1), kind="l1")


def edge_cases(rng):
    yield Case("no price: a plain step", zh="没有惩罚：普通的一步", **{**step_inputs(rng, 3, 2), "lam": 0.0}, kind="l2")
    level = step_inputs(rng, 4, 3)
    level["grads"] = {name: 0.0 * value for name, value in level["grads"].items()}
    yield Case("no gradient: decay alone", zh="没有梯度：只有衰减", **level, kind="l2")


@mistake(
    en="Right for the weights, but you decay the biases as well.",
    zh="权重是对的，但你让偏置也衰减了。",
)
def biases_decayed(params, grads, lr, lam, kind):
    pull = {name: np.sign(value) if kind == "l1" else value for name, value in params.items()}
    return {name: params[name] - lr * (grads[name] + lam * pull[name]) for name in params}


@mistake(
    en="You take the step first and let the penalty act on the *new* weights. Both gradients belong to the old ones: shrink w, not w − ηg.",
    zh="你先走了一步，再让惩罚项作用在**新**权重上。两个梯度都属于旧权重：缩小的是 w，不是 w − ηg。",
)
def decayed_after_the_step(params, grads, lr, lam, kind):
    moved = {name: params[name] - lr * grads[name] for name in params}
    pull = penalty_grad(moved, lam, kind)
    return {name: moved[name] - lr * pull[name] for name in moved}


@mistake(
    en="The numbers are right, but you have moved the caller's own parameters: `-=` writes into them. Return new arrays.",
    zh="数是对的，但你移动了调用者自己的参数：`-=` 会写进原数组。请返回新数组。",
)
def moved_in_place(params, grads, lr, lam, kind):
    pull = penalty_grad(params, lam, kind)
    for name in params:
        params[name] -= lr * (grads[name] + pull[name])
    return params


@variant
def as_in_the_formulas(params, grads, lr, lam, kind):
    moved = {}
    for name, w in params.items():
        if name.startswith("b"):
            moved[name] = w - lr * grads[name]
        elif kind == "l2":
            moved[name] = (1 - lr * lam) * w - lr * grads[name]
        else:
            moved[name] = w - lr * grads[name] - lr * lam * np.sign(w)
    return moved


Exercise(
    points=2, reference=tricks.decay_step, cases=l2_cases, tolerance=CLOSED_FORM, accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("l1", l1_cases, en="L1", zh="L1"), Group("edge", edge_cases)],
    mistakes=[
        Mistake("rate_forgotten_in_the_decay", "lr * (grads[name] + pull[name])", "lr * grads[name] - pull[name]",
            en="The decay lacks the rate: the factor is 1 − ηλ, not 1 − λ. The penalty's gradient is part of the gradient.",
            zh="衰减里漏了学习率：系数是 1 − ηλ，不是 1 − λ。惩罚项的梯度也是梯度的一部分。"),
        Mistake("weights_grow", "grads[name] + pull[name]", "grads[name] - pull[name]",
            en="Your penalty makes the weights grow. Its gradient is added to that of the loss, and the sum is subtracted.",
            zh="你的惩罚项让权重变大了。它的梯度要与损失的梯度相加，再一起减去。"),
        Mistake("penalty_forgotten", "(grads[name] + pull[name])", "grads[name]",
            en="This is the plain step: the penalty has no part in it.",
            zh="这是普通的一步，惩罚项没有起作用。"),
        Mistake("loss_forgotten", "(grads[name] + pull[name])", "pull[name]",
            en="Only the penalty moves your weights. The gradient of the loss is missing.",
            zh="你的权重只受惩罚项推动，漏了损失的梯度。"),
        Mistake("uphill", "params[name] - lr * (grads[name] + pull[name])", "params[name] + lr * (grads[name] - pull[name])",
            en="You walk uphill on the loss: its gradient is subtracted.",
            zh="在损失上你是往上走的：它的梯度要减去。"),
        Mistake("rate_in_the_decay_alone", "lr * (grads[name] + pull[name])", "grads[name] - lr * pull[name]",
            en="The gradient of the loss lacks the rate η.",
            zh="损失的梯度漏了学习率 η。"),
        Mistake("always_l2", "penalty_grad(params, lam, kind)", 'penalty_grad(params, lam, "l2")',
            en="You always take L2, whatever `kind` says.",
            zh="不管 `kind` 是什么，你用的都是 L2。"),
        Mistake("strength_halved", "penalty_grad(params, lam, kind)", "penalty_grad(params, lam / 2, kind)",
            en="Your decay is half as strong: the ½ of the L2 price is used up in its derivative, and L1 has none.",
            zh="你的衰减只有一半：L2 惩罚项里的 ½ 在求导时已经抵消，L1 则没有 ½。"),
    ],
    variants=[
        Variant("float32", "lr * (grads[name] + pull[name])", "np.float32(lr * (grads[name] + pull[name]))"),
        Variant("names_of_the_gradients", "for name in params}", "for name in grads}"),
        Variant("one_by_one", "lr * (grads[name] + pull[name])", "lr * grads[name] - lr * pull[name]"),
    ],
)


# %% [markdown] lang="en"
# Twenty weights, of which the data ask for five only, trained by your `decay_step` with each of the penalties. You should see: without a penalty the useless weights stay where noise has put them; L2 makes all of them smaller, none exactly 0; L1 presses the useless ones flat, and takes the same bit from the useful ones.
# %% [markdown] lang="zh" of="33ea"
# 二十个权重，数据只用得着其中五个；用你的 `decay_step` 配上两种惩罚项来训练。你应该看到：不加惩罚时，没用的权重停在噪声推到的地方；L2 让所有权重都变小，但没有一个恰好为 0；L1 把没用的压平，有用的也都减去同样的一点。
# %% demo="shrinking"
@drawn_by("decay_step")
def shrinking(plt):
    draw = np.random.default_rng(1)
    X = draw.normal(size=(40, 20))
    wanted = np.r_[[2.0, -1.5, 1.0, -2.5, 1.8], np.zeros(15)]
    y = X @ wanted + 1.5 * draw.normal(size=40)

    def trained(kind, lam):
        params = {"W1": np.zeros((20, 1)), "b1": np.zeros(1)}
        for _ in range(1500):
            error = X @ params["W1"][:, 0] + params["b1"] - y
            params = decay_step(params, {"W1": X.T @ error[:, None] / 40, "b1": np.mean(error, keepdims=True)}, 0.05, lam, kind)
        return np.reshape(params["W1"], 20)

    _, axes = plt.subplots(1, 3, figsize=(13, 3.6), sharey=True, layout="constrained")
    none = words(en="no penalty", zh="不加惩罚")
    for ax, title, kind, lam, color in zip(axes, (none, "L2, λ = 0.5", "L1, λ = 0.3"), ("l2", "l2", "l1"), (0.0, 0.5, 0.3), ("#000000", "#0072B2", "#D55E00")):
        ax.bar(range(20), wanted, color="#BBBBBB", width=0.9, label=words(en="what the data were made with", zh="造数据时用的值"))
        ax.plot(range(20), trained(kind, lam), "o", color=color, ms=6, label=words(en="learned", zh="学到的值"))
        ax.axhline(0, color="#000000", lw=0.6)
        ax.set(title=title, xlabel=words(en="weight number", zh="权重序号"), xticks=range(0, 20, 5))
    axes[0].set_ylabel(words(en="value", zh="值"))
    axes[0].legend(frameon=False)
    plt.show()
