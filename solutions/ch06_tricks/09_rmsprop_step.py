# %% prelude
import numpy as np

from autograder import CLOSED_FORM, FROM_SCRATCH, Case, Exercise, Group, Mistake, Variant, mistake, variant
from reference import tricks

from chapter import nonzero, normal, uniform

# %% [markdown] lang="en"
# ## {n} RMSProp: an Adagrad that forgets
#
# Adagrad (chapter 2) divides every gradient by $\sqrt{\sum_{i=0}^{t}(g^i)^2}$. The sum only grows, so the steps only shrink. After a steep beginning Adagrad creeps for the rest of its life, however flat the ground has become.
#
# **RMSProp** (§7.1.2) forgets. It divides by $\sigma$, the root of a *moving average* of the squares:
#
# $$\sigma^0 = |g^0|, \qquad (\sigma^t)^2 = \alpha\,(\sigma^{t-1})^2 + (1-\alpha)\,(g^t)^2, \qquad w^{t+1} = w^t - \frac{\eta}{\sigma^t + \varepsilon}\, g^t$$
#
# $\alpha$, say 0.9, is the share of the past. (§7.1.2 has no $\varepsilon$; without it a parameter that never had a gradient is 0/0.) The notes say that $\alpha$ "can be learned by itself": no, it is a hyperparameter, you choose it. What adapts by itself is $\sigma$.
#
# What is remembered between steps, `state`, is $(\sigma^t)^2$, **before** the root. Before the first step it is `None`, and the first one sets it to $(g^0)^2$, so that the first step has length $\eta$ in every parameter: it is $-\eta\,\text{sign}(g^0)$. (`torch.optim.RMSprop` starts from 0 instead: its first step is $1/\sqrt{1-\alpha}$ times as long.)
#
# **By hand.** $w = 0$, $\eta = 1$, $\alpha = 0.75$, $\varepsilon = 0$. Gradient $4$: $\sigma^2 = 16$, $w = -1$. Gradient $2$: $\sigma^2 = 0.75\cdot 16 + 0.25\cdot 4 = 13$, step $-2/\sqrt{13} = -0.5547$, $w = -1.5547$.
# %% [markdown] lang="zh" of="0847"
# ## {n} RMSProp：会遗忘的 Adagrad
#
# Adagrad（第二章）让每个梯度除以 $\sqrt{\sum_{i=0}^{t}(g^i)^2}$。这个和只增不减，所以步子只会越来越小。如果一开始很陡，那么不管后来的地面多平，Adagrad 都只能一直爬下去。
#
# **RMSProp**（§7.1.2）会遗忘。它除以 $\sigma$，即梯度平方的**滑动平均**再开方：
#
# $$\sigma^0 = |g^0|, \qquad (\sigma^t)^2 = \alpha\,(\sigma^{t-1})^2 + (1-\alpha)\,(g^t)^2, \qquad w^{t+1} = w^t - \frac{\eta}{\sigma^t + \varepsilon}\, g^t$$
#
# $\alpha$（比如 0.9）是过去所占的份额。（§7.1.2 没有写 $\varepsilon$；没有它，从来没有梯度的参数就成了 0/0。）讲义说 $\alpha$“可以自适应学出来”，这不对：$\alpha$ 是超参数，由你来选；自己会变的是 $\sigma$。
#
# 两步之间要记住的 `state` 是 $(\sigma^t)^2$，即开方**之前**的量。第一步之前它是 `None`，第一步把它设为 $(g^0)^2$，于是第一步的移动是 $-\eta\,\text{sign}(g^0)$，每个参数都走 $\eta$ 那么长。（`torch.optim.RMSprop` 从 0 开始，它的第一步是这里的 $1/\sqrt{1-\alpha}$ 倍。）
#
# **手算。** $w = 0$，$\eta = 1$，$\alpha = 0.75$，$\varepsilon = 0$。梯度为 $4$：$\sigma^2 = 16$，$w = -1$。梯度为 $2$：$\sigma^2 = 0.75\cdot 16 + 0.25\cdot 4 = 13$，这一步走 $-2/\sqrt{13} = -0.5547$，$w = -1.5547$。
# %% answer="rmsprop_step"
def rmsprop_step(w, g, state, lr, alpha, eps):
    """One step of RMSProp, elementwise.

    w      (D,), the parameters.
    g      (D,), the gradient at w.
    state  (D,), the moving average σ² of the squared gradients; None before the first step, which sets it to g².
    lr     a number, the rate η.
    alpha  a number between 0 and 1, the share of the old average.
    eps    a small number, added to σ (outside of the root).
    Returns (w, state): the new parameters (D,) and the average that now includes g (D,).
    """
    ### BEGIN SOLUTION
    state = g**2 if state is None else alpha * state + (1 - alpha) * g**2  # (D,)
    w = w - lr * g / (np.sqrt(state) + eps)  # (D,)
    return w, state
    ### END SOLUTION


# %% [markdown] docstring="rmsprop_step" lang="zh" of="3b4a"
# RMSProp 的一步，逐元素计算。
#
# w      (D,)，参数。
# g      (D,)，w 处的梯度。
# state  (D,)，梯度平方的滑动平均 σ²；第一步之前为 None，第一步把它设为 g²。
# lr     一个数，学习率 η。
# alpha  0 与 1 之间的数，旧平均值所占的份额。
# eps    一个很小的数，加在 σ 上（根号外面）。
# 返回 (w, state)：新的参数 (D,)，以及已经把 g 算进去的平均值 (D,)。
# %% [markdown] why="rmsprop_step" lang="en"
# `None`, and not zeros, marks the beginning, since zeros may be an honest memory: of gradients that were 0. Starting from `g**2` cures what Adam's correction
# cures, an average that is too small at first. The new gradient joins before the division, so no step is longer than $\eta/\sqrt{1-\alpha}$.
# %% [markdown] why="rmsprop_step" lang="zh" of="8c80"
# 用 `None` 而不用 0 来表示开头，因为 0 也可能是真实的记忆：此前的梯度全是 0。从 `g**2` 开始，治的是 Adam 的修正所治的同一个毛病：平均值起初太小。新梯度先并入平均、再去除，所以哪一步都不会长过 $\eta/\sqrt{1-\alpha}$。
# %% grading="rmsprop_step"
def walk(impl, case):
    w, state, path, averages = case.w, case.state, [], []
    for g in case.gs:
        w, state = impl.rmsprop_step(w, g, state, case.lr, case.alpha, case.eps)
        path.append(w)
        averages.append(state)
    return {"w after every step": np.stack(path), "state after every step": np.stack(averages)}


def inputs(rng, gs, **more):
    settings = {"lr": uniform(rng, 0.1, 1), "alpha": uniform(rng, 0.6, 0.9), "eps": 1e-8}
    return {"w": normal(rng, gs.shape[1]), "gs": gs, "state": None, **settings, **more}


def rmsprop_cases(rng):
    yield Case("five steps from the start", zh="从头走五步", **inputs(rng, nonzero(rng, 5, 2)))


def under_way_cases(rng):
    yield Case("three steps with a past", zh="有过去的三步", **inputs(rng, nonzero(rng, 3, 3), state=nonzero(rng, 3) ** 2))


def extreme_cases(rng):
    yield Case("tiny gradients", zh="很小的梯度", public=False, **inputs(rng, nonzero(rng, 5, 3) * 1e-4))
    yield Case("a large eps", zh="较大的 eps", **inputs(rng, nonzero(rng, 4, 2), eps=uniform(rng, 0.3, 0.9)))
    gs = nonzero(rng, 4, 3)
    gs[:, 1] = 0.0
    yield Case("a parameter without any gradient", zh="一个参数一直没有梯度", **inputs(rng, gs))


def shapes_of_step(w, g, state, lr, alpha, eps):
    return [np.shape(w), np.shape(w)]


@mistake(
    en="Right at first. But you remember σ instead of σ²: in the next step the average mixes a root with a square.",
    zh="第一步是对的。但你记住的是 σ 而不是 σ²：到下一步，平均值里就把开过方的和没开方的混在了一起。",
)
def root_remembered(w, g, state, lr, alpha, eps):
    state = np.abs(g) if state is None else np.sqrt(alpha * state + (1 - alpha) * g**2)
    return w - lr * g / (state + eps), state


@variant
def loop(w, g, state, lr, alpha, eps):
    new_w, new_state = [], []
    for i in range(len(w)):
        square = float(g[i]) ** 2
        new_state.append(square if state is None else square + alpha * (float(state[i]) - square))
        new_w.append(float(w[i]) - lr * float(g[i]) / (new_state[-1] ** 0.5 + eps))
    return new_w, new_state


Exercise(
    points=3, reference=tricks.rmsprop_step, cases=rmsprop_cases, observe=walk, shapes=shapes_of_step, tolerance=CLOSED_FORM,
    accepts=("integers",), forbids=FROM_SCRATCH,
    groups=[Group("under_way", under_way_cases, en="Under way", zh="中途"), Group("extreme", extreme_cases)],
    mistakes=[
        Mistake("average_starts_at_zero", "g**2 if state is None", "(1 - alpha) * g**2 if state is None",
            en="Your average starts from 0, as torch's does, so the first steps are too long. Here σ⁰ = |g⁰|: the first step sets the state to g².",
            zh="你的平均值从 0 开始（torch 就是这样），所以最初几步太长。这里 σ⁰ = |g⁰|：第一步把 state 设为 g²。"),
        Mistake("shares_swapped", "alpha * state + (1 - alpha) * g**2", "(1 - alpha) * state + alpha * g**2",
            en="α and 1 − α have changed places. α is the share of the *old* average.",
            zh="α 和 1 − α 弄反了。α 是**旧**平均值的份额。"),
        Mistake("never_forgets", "alpha * state + (1 - alpha) * g**2", "state + g**2",
            en="You add up all squares: that is Adagrad, whose steps only shrink. RMSProp mixes, α of the old with 1 − α of the new.",
            zh="你把所有平方累加了起来：那是 Adagrad，步子只会变小。RMSProp 是按比例混合：旧的占 α，新的占 1 − α。"),
        Mistake("gradients_not_squared", "(1 - alpha) * g**2", "(1 - alpha) * g",
            en="You average the gradients themselves. They cancel, and the average can go negative; average their squares.",
            zh="你平均的是梯度本身，正负会抵消，还可能变成负数。应当平均它们的平方。"),
        Mistake("eps_inside_root", "np.sqrt(state) + eps", "np.sqrt(state + eps)",
            en="Your ε stands under the root. Among gradients near 1 nobody notices, but among tiny ones √ε is far from tiny. Add it after the root.",
            zh="你把 ε 放进了根号里。梯度在 1 左右时看不出来，梯度很小时 √ε 可一点也不小。先开方，再加 ε。"),
        Mistake("eps_missing", "(np.sqrt(state) + eps)", "np.sqrt(state)",
            en="Without ε, a parameter that never had a gradient gives 0/0. It should stay where it is.",
            zh="没有 ε 的话，从来没有梯度的参数会得到 0/0。它应当留在原地。"),
        Mistake("root_missing", "np.sqrt(state) + eps", "state + eps",
            en="You divide by the average of the squares itself. Its root is missing: only with it is the first step η long.",
            zh="你直接除以了平方的平均值，漏了开方。开方之后，第一步的长度才是 η。"),
        Mistake("old_average_in_the_step", "np.sqrt(state) + eps", "np.sqrt((state - (1 - alpha) * g**2) / alpha) + eps",
            en="You divide by the average as it was before this gradient joined it. Update first, then divide.",
            zh="你除以的是还没有加入当前梯度的平均值。先更新，再除。"),
        Mistake("uphill", "w - lr * g", "w + lr * g",
            en="You walk uphill. Descent subtracts.",
            zh="你在往上走。下降要用减号。"),
        Mistake("decayed_as_well", "w = w - lr * g", "w = 0.99 * w - lr * g",
            en="Your parameters shrink a little in every step, as with a weight penalty. That is not part of RMSProp.",
            zh="你的参数每一步都缩小一点，像是加了权重惩罚。那不是 RMSProp 的一部分。"),
    ],
    variants=[
        Variant("float32", "return w, state", "return np.float32(w), np.float32(state)"),
        Variant("rate_first", "lr * g / (np.sqrt(state) + eps)", "(lr / (state**0.5 + eps)) * g"),
    ],
)
